# SPDX-License-Identifier: MPL-2.0
"""What a step of the room is made of: fields tied to the record, lists of records, and a side for each pen.

Every step builds its fields with `bind` and its lists with `RecordList`; the room does the rest. An object name is the
field's path as a script writes it ("goals.0.words"): the player finds it by that, and so may a tester.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.models.casefile import CaseFile
from app.models.kinds import Record
from app.qt.theme import follow, theme_of
from app.services import edit
from app.views.binding import Bound
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.field import Field
from app.views.parts.words import grows_down
from app.views.room.record_list import Line, RecordList, RowField, icon_button, unlabelled

__all__ = ["Column", "Fold", "Line", "Primary", "RecordList", "RowField", "Step", "icon_button", "unlabelled"]


@dataclass(frozen=True, slots=True)
class Primary:
    """The one loud button while a step is shown: what it says, what it does, and whether it can be pressed now."""

    words: str
    act: Callable[[], object]
    enabled: bool = True
    name: str = "next"
    why: str = ""


def go_nowhere(_path: str) -> None:
    """A step that stands in no room leads nowhere."""


def _nothing() -> None:
    """A step that stands in no room has no paper."""


class Step:
    """One of the six. `left`, `center` and `right` are None where the room shows its own (the citizen's paper)."""

    def __init__(self, context: Context, case_id: str) -> None:
        self.context = context
        self.case_id = case_id
        self.bounds: list[tuple[Bound, Callable[[CaseFile], Record]]] = []
        self.lists: list[RecordList] = []
        self.left: QWidget | None = None
        self.center: QWidget | None = None
        self.right: QWidget | None = None
        self.comes_for: Sequence[Button] = ()
        """What one comes to the step for: the keyboard begins at the first that can be pressed, before anything to write."""
        self.another_answers: Sequence[Field] = ()
        """What the citizen answers, whoever writes it down: the keyboard never begins there, where a Space would answer."""
        self.lead_to: Callable[[str], object] = go_nowhere
        """Set by the room: brings the field with this path on the screen, in whichever step it is."""
        self.signed: Callable[[str], object] = go_nowhere
        """Set by the room: called with the decision's id when the answer has been signed."""
        self.making: Iterator[None] = iter(())
        """What is left to make of it, a piece a turn; `complete` makes all of it at once."""
        self.repaint: Callable[[], object] = _nothing
        """Set by the room: call when another goal is in hand than before, though nothing has been written."""

    def bind(
        self,
        widget: Field,
        kind: str,
        record_id: str,
        name: str,
        path: str,
        record: Callable[[CaseFile], Record],
        *,
        write: Callable[..., edit.Written] | None = None,
    ) -> Field:
        """Tie a field to the record; `record` finds it in the case."""
        widget.setObjectName(path)
        self.bounds.append((Bound(self.context, widget, self.case_id, kind, record_id, name, write=write), record))
        return widget

    def complete(self) -> None:
        """Have both sides and the middle whole."""
        for _ in self.making:
            pass

    def ahead(self, file: CaseFile) -> Iterator[None]:
        """Make what `refresh` is about to show, a piece between two turns, while the step is out of sight."""
        for records in self.lists:
            yield from records.ahead(file)

    def refresh(self, file: CaseFile) -> None:
        """Show what stands now."""
        for bound, record in self.bounds:
            bound.refresh(file, record(file))
        for records in self.lists:
            records.refresh(file)

    def flush(self) -> None:
        """Keep whatever is typed in this step, now."""
        for bound, _ in self.bounds:
            bound.flush()
        for records in self.lists:
            records.flush()

    def done(self, file: CaseFile) -> bool:
        """Whether the step holds something already: its check mark, never a demand."""
        return False

    def show_path(self, path: str) -> None:
        """Bring what `path` names to where it can be typed in ("goals.3.words": the fourth goal is taken in hand)."""

    def reveal_number(self, shown: bool) -> None:
        """Show the citizen's number, or dots, if it is written here."""

    def primary(self, file: CaseFile) -> Primary | None:
        """The loud button while this step is shown; None is the room's own, which goes on to the next step."""
        return None

    def at_its_button(self) -> bool:
        """Whether what is there to do first is to press the loud button, before anything there is to write."""
        return False

    def shown(self, file: CaseFile) -> None:
        """The step has just come on the screen."""

    def in_hand(self) -> str:
        """The id of the goal that is in hand, which the paper shows more of."""
        return ""

    def shape(self) -> int:
        """A number that changes whenever fields have come, gone or moved: the tab order is then laid again."""
        return sum(records.shape for records in self.lists)


class Column(QWidget):
    """Things below each other with the air a side has between its fields."""

    def __init__(self, gap: float = 2.25, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gap = gap
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        grows_down(self)
        follow(self._restyle)

    def add(self, widget: QWidget) -> QWidget:
        """Put `widget` at the end."""
        self.box.addWidget(widget)
        return widget

    def _restyle(self) -> None:
        self.box.setSpacing(theme_of().space(self._gap))


class Fold(Column):
    """Something few need, folded away under a quiet line until asked for (K3)."""

    def __init__(self, words: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(1.5, parent)
        self.button = _FoldButton(words)
        self.button.setObjectName(name)
        self.box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.inside = Column(1.75)
        self.add(self.inside)
        self.button.clicked.connect(self._turn)
        self.open(False)

    def _turn(self) -> None:
        self.open(self.inside.isHidden())

    def open(self, opened: bool) -> None:
        """Show what is inside, or fold it away."""
        appear(self.inside, opened)
        self.button.tell(opened)


class _FoldButton(Button):
    def __init__(self, words: str) -> None:
        super().__init__(words, Kind.QUIET, icon="chevron-down")

    def tell(self, opened: bool) -> None:
        self._icon = "chevron-up" if opened else "chevron-down"
        self.setAccessibleName(f"{self.text()}, {'foldet ud' if opened else 'foldet sammen'}")
        self.update()
