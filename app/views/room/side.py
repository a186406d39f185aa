# SPDX-License-Identifier: MPL-2.0
"""A side of the room: whose it is, what the step in hand has there, and the person's own note at the foot.

Made twice by the room, once for each pen. Also says where a pen begins. Must not know what the steps contain.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.names import fold, short_name
from app.domain.roles import Role
from app.models.casefile import CaseFile
from app.models.kinds import singleton_id
from app.qt.theme import follow, theme_of
from app.views.binding import Bound
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.field import Field, field_of
from app.views.parts.fields import TextArea
from app.views.parts.keyboard import in_reading_order, put_forward
from app.views.parts.pen_header import PenHeader, PenMark
from app.views.parts.side_panel import Edge, Sheet, SidePanel
from app.views.room.record_list import NARROW_FROM
from app.views.room.step import Column, Step, icon_button

NAMES = {Role.BESTILLER: "Bestillerens side", Role.VEJLEDER: "Vejlederens side"}


OTHER = {Role.BESTILLER: Role.VEJLEDER, Role.VEJLEDER: Role.BESTILLER}
_THE = {Role.BESTILLER: "bestilleren", Role.VEJLEDER: "vejlederen"}


class Rail(Sheet):
    """What is left of a side where text is so large that three columns would be cut: its mark, and a way to open it."""

    pressed = Signal()

    def __init__(self, role: Role, parent: QWidget | None = None) -> None:
        super().__init__("side", parent)
        name = NAMES[role]
        self.button = icon_button("chevron-right" if role is Role.BESTILLER else "chevron-left", f"Vis {name.lower()}")
        self.button.setObjectName(f"side.{role.value}")
        self.button.clicked.connect(self.pressed)
        self._column = QVBoxLayout(self)
        middle = Qt.AlignmentFlag.AlignHCenter
        self._column.addWidget(PenMark(role), 0, middle)
        self._column.addWidget(self.button, 0, middle)
        self._column.addStretch(1)
        follow(self._restyle)

    def _restyle(self) -> None:
        theme = theme_of()
        self.setFixedWidth(theme.px(44))
        self._column.setContentsMargins(0, theme.px(18), 0, 0)
        self._column.setSpacing(theme.space(1))

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.pressed.emit()


class Side(SidePanel):
    """One pen's side. `pen_asked` when the pen is to go to the other."""

    pen_asked = Signal()

    def __init__(self, context: Context, case_id: str, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(NAMES[role], Edge.RIGHT if role is Role.BESTILLER else Edge.LEFT, parent)
        self._context = context
        self._case_id = case_id
        self._role = role
        self._own = ""
        self._steps: dict[int, QWidget] = {}
        self._seen: dict[int, int] = {}
        self._number = 0
        self._holds = False
        self.header = PenHeader(role)
        self.header.pressed.connect(self._header_pressed)
        self.give = Button("", Kind.QUIET, shortcut="F2")
        self.give.clicked.connect(self.pen_asked)
        head = Column(0.25)
        head.add(self.header)
        self._under = QHBoxLayout()
        self._under.addWidget(self.give, 0, Qt.AlignmentFlag.AlignLeft)
        head.box.addLayout(self._under)
        self.add(head)
        self.note = TextArea("Mit notat", note="(kun internt)", min_lines=3, max_lines=12)
        self.note.set_spoken_name(f"{self.note.label.text()}, {role.value}")
        self.note.setObjectName(f"notes.{role.value}")
        self._bound = Bound(context, self.note, case_id, "notes", singleton_id(case_id, "notes"), role.value)
        self.add(self.note)
        context.session_changed.connect(self._people_moved)
        context.presence_changed.connect(self._met)
        self._people_moved()
        follow(self._indent)

    def show_step(self, number: int, widget: QWidget | None, *, own_note: bool = True) -> None:
        """Show what step `number` has on this side, where one had scrolled to."""
        bar = self.scrolling.verticalScrollBar()
        self._seen[self._number] = bar.value()
        self._number = number
        if widget is not None and self._steps.get(number) is not widget:
            self._steps[number] = widget
            self.column.insertWidget(self.column.indexOf(self.note), widget)
        for place, one in self._steps.items():
            put_forward(one, place == number)
        appear(self.note, own_note)
        QTimer.singleShot(0, bar, partial(self._scroll_back, self._seen.get(number, 0)))

    def _scroll_back(self, at: int) -> None:
        """Where one had scrolled to, unless the cursor would be out of sight there."""
        self.scrolling.verticalScrollBar().setValue(at)
        self.scrolling.show_cursor()

    def refresh(self, file: CaseFile) -> None:
        """Show the note as it stands, and whose case it is."""
        self._bound.refresh(file, file.notes)
        own = file.case.bestiller if self._role is Role.BESTILLER else file.case.vejleder
        own = own or next((one.name for one in file.participants if one.role == self._role), "")
        if own != self._own:
            self._own = own
            self._people_moved()

    def flush(self) -> None:
        """Keep the note, now."""
        self._bound.flush()

    def _indent(self) -> None:
        """The offer stands under the name, or at the edge where text is large."""
        theme = theme_of()
        beside = theme.width("mark") + theme.px(10) if theme.scale < NARROW_FROM else 0
        self._under.setContentsMargins(max(0, beside - theme.space(0.5)), 0, 0, 0)

    def _people_moved(self) -> None:
        person, pen = self._context.person(self._role), self._context.pen
        self._holds = pen is not None and pen.role is self._role
        others = self._context.others_at(self._case_id) if person is None else ()
        elsewhere = next((one.name for one in others if self._own and fold(one.name) == fold(self._own)), "")
        name = person.name if person else elsewhere or self._own
        away = person is None and not elsewhere and bool(name)
        self.header.set_person(name, elsewhere=bool(elsewhere), away=away)
        self.header.set_has_pen(self._holds)
        other = self._context.person(OTHER[self._role])
        name = short_name(other.name) if other else ""
        self.give.setText(f"Giv pennen til {name}" if name else f"Få {_THE[OTHER[self._role]]} med")
        appear(self.give, self._holds)
        self.give.setObjectName("pen.pass" if self._holds else "")

    def _met(self, case_id: str) -> None:
        if case_id == self._case_id:
            self._people_moved()

    def _header_pressed(self) -> None:
        if not self._holds:
            self.pen_asked.emit()


def first_place(step: Step, role: Role | None) -> QWidget | None:
    """Where this pen writes first: on the paper if that is written on, else on its own side, else a button there that begins;
    a field on the other's side only where there is none of these. What one comes to the step for goes before it.

    None where there is nothing of the kind, the step's loud button comes first, or one only reads: then from the top.
    """
    if step.at_its_button():
        return None
    begun = next((button for button in step.comes_for if button.isEnabled() and _seen(button)), None)
    if begun is not None:
        return begun
    if role not in OTHER:
        return None
    own, others = (step.right, step.left) if role is Role.VEJLEDER else (step.left, step.right)
    ways = (_written_first(step, step.center), _written_first(step, own), _begun_by(step.center), _begun_by(own))
    return next((way for way in ways if way is not None), None) or _written_first(step, others)


def _written_first(step: Step, part: QWidget | None) -> Field | None:
    """The first field in `part` this pen may write, past those in which another answers."""
    fields = (field_of(stop) for stop in in_reading_order(part)) if part is not None else ()
    open_here = (one for one in fields if one is not None and not one.read_only() and one not in step.another_answers)
    return next((field for field in open_here if _seen(field.editor)), None)


def _begun_by(part: QWidget | None) -> Button | None:
    """The first button in `part` that begins something; a row's tools do not."""
    buttons = part.findChildren(Button) if part is not None else ()
    return next((b for b in buttons if _seen(b) and b.isEnabled() and b.property("tool") is None), None)


def _seen(widget: QWidget) -> bool:
    return widget.isVisibleTo(widget.window())
