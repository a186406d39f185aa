# SPDX-License-Identifier: MPL-2.0
"""A conversation at a field: who wrote what and when, each text whole, and a button for each way to settle it (promise 4).

Told as people talk and never as a fault: no red, no box. Must not know records, rights or services; what is said is handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.domain.roles import Role
from app.qt.theme import follow, theme_of
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.words import Words, grows_down, rounded

EMPTY = "(intet)"


@dataclass(frozen=True, slots=True)
class Voice:
    """One of those who wrote: "Vagn skrev torsdag kl. 10.14", what they wrote, and the button that keeps it."""

    role: Role
    said: str
    words: str
    keep: str


@dataclass(frozen=True, slots=True)
class TalkWords:
    """What is shown. `both` is the button that keeps all of it, "" where that has no meaning; `foot` what else can be done,
    or who can. Without `mine` there are no buttons at all: it is another's to settle."""

    heading: str
    voices: tuple[Voice, ...]
    both: str = ""
    foot: str = ""
    mine: bool = True

    def spoken(self) -> str:
        """All of it, for a screen reader."""
        lines = (f"{v.said}: {v.words or EMPTY}" for v in self.voices)
        return ". ".join(part for part in (self.heading, *lines, self.foot) if part)


class TalkPanel(QWidget):
    """`kept(n)` when the n-th voice is kept, `both` when all are. Hidden until there is something to tell."""

    kept = Signal(int)
    both = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: TalkWords | None = None
        self._heading = Words("", "label", "on-warn", self)
        self._foot = Words("", "small", "text-quiet", self)
        self.both_button = Button("", Kind.QUIET, parent=self)
        self.both_button.clicked.connect(self.both)
        self.voices: list[_Said] = []
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._heading)
        self._body = QVBoxLayout()
        self._column.addLayout(self._body)
        self._column.addWidget(self.both_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._foot)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        grows_down(self)
        self.hide()
        follow(self._restyle)

    def tell(self, words: TalkWords | None) -> None:
        """Show this, or nothing. What is the same stays, with the keyboard where it was."""
        if words == self._told:
            return
        self._told = words
        if words is None:
            self.hide()
            return
        self._heading.setText(words.heading)
        while len(self.voices) > len(words.voices):
            gone = self.voices.pop()
            self._body.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.voices) < len(words.voices):
            said = _Said(self)
            number = len(self.voices)
            said.button.clicked.connect(lambda _=False, n=number: self.kept.emit(n))
            self.voices.append(said)
            self._body.addWidget(said)
            appear(said)
        for said, voice in zip(self.voices, words.voices, strict=True):
            said.tell(voice, words.mine)
        self.both_button.setText(words.both)
        appear(self.both_button, bool(words.both) and words.mine)
        self._foot.setText(words.foot)
        appear(self._foot, bool(words.foot))
        self.setAccessibleName(words.spoken())
        reads = (
            Qt.FocusPolicy.NoFocus if words.mine else Qt.FocusPolicy.TabFocus
        )  # where no button is, one stops to read
        self.setFocusPolicy(reads)
        appear(self)
        self.updateGeometry()

    def told(self) -> TalkWords | None:
        """What is shown now."""
        return self._told

    def name_buttons(self, path: str) -> None:
        """Let the buttons be found by the field's path ("purpose.text.keep.0", "purpose.text.both")."""
        self.setObjectName(f"{path}.talk")
        for n, said in enumerate(self.voices):
            said.button.setObjectName(f"{path}.keep.{n}")
        self.both_button.setObjectName(f"{path}.both")

    def _restyle(self) -> None:
        theme = theme_of()
        self._column.setContentsMargins(theme.px(12), theme.px(2), 0, theme.px(6))
        self._column.setSpacing(theme.space(0.75))
        self._body.setSpacing(theme.space(1.25))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A quiet line down the side, as beside what is quoted."""
        theme = theme_of()
        wide = theme.px(3)
        painter = QPainter(self)
        rounded(painter, QRectF(0, 0, wide, self.height()), theme.color("on-warn"), None, 0, wide / 2)
        if self.hasFocus():
            rounded(
                painter, QRectF(self.rect()), None, theme.color("focus"), theme.stroke("line"), theme.radius("field")
            )


class _Said(QWidget):
    """One voice: the small mark of the pen, who and when, the text, the button."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._mark = _SmallMark(self)
        self.who = Words("", "small", "text-quiet", self)
        self.words = Words("", "body", "text", self)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.button = Button("", Kind.QUIET, parent=self)
        self._top = QHBoxLayout()
        self._top.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._top.addWidget(self.who, 1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addWidget(self.words)
        self._column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        grows_down(self)
        follow(self._restyle)

    def tell(self, voice: Voice, mine: bool) -> None:
        self._mark.show_role(voice.role)
        self.who.setText(f"{voice.said}:" if voice.words else voice.said)
        self.words.setText(voice.words)
        appear(self.words, bool(voice.words))
        self.button.setText(voice.keep)
        self.button.setAccessibleName(f"{voice.keep}: {voice.words}" if voice.words else voice.keep)
        appear(self.button, bool(voice.keep) and mine)
        self.setAccessibleName(f"{voice.said}: {voice.words or EMPTY}")

    def _restyle(self) -> None:
        theme = theme_of()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(2))
        self._top.setSpacing(theme.px(7))


class _SmallMark(QWidget):
    """A square for the bestiller, a circle for the vejleder, in their colours."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._role = Role.BESTILLER
        follow(self._restyle)

    def show_role(self, role: Role) -> None:
        self._role = role
        self.update()

    def _restyle(self) -> None:
        theme = theme_of()
        self.setFixedSize(theme.px(10), round(theme.metrics("small").height()))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        side = float(self.width())
        box = QRectF(0, (self.height() - side) / 2, side, side)
        own = {Role.BESTILLER: "bestiller", Role.VEJLEDER: "vejleder"}.get(self._role, "text-quiet")
        radius = side / 2 if self._role is Role.VEJLEDER else 2
        rounded(QPainter(self), box, theme.color(own), None, 0, radius)


def in_both(texts: Sequence[str], *, lines: bool) -> str:
    """Several texts as one: below each other, or on one line."""
    return ("\n" if lines else ", ").join(dict.fromkeys(text.strip() for text in texts if text.strip()))
