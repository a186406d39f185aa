# SPDX-License-Identifier: MPL-2.0
"""A side of the room: whose it is, what the step in hand has there, and the person's own note at the foot.

Made twice by the room, once for each pen. Also lays the tab order as things stand on the screen. Must not know the steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget

from app.domain.names import short_name
from app.domain.roles import Role
from app.models.casefile import CaseFile
from app.models.kinds import singleton_id
from app.views.binding import Bound
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import TextArea
from app.views.parts.pen_header import PenHeader
from app.views.parts.side_panel import Edge, SidePanel
from app.views.room.step import Column

NAMES = {Role.BESTILLER: "Bestillerens side", Role.VEJLEDER: "Vejlederens side"}


class Side(SidePanel):
    """One pen's side. `pen_asked` when the pen is wanted over here."""

    pen_asked = Signal()

    def __init__(self, context: Context, case_id: str, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(NAMES[role], Edge.RIGHT if role is Role.BESTILLER else Edge.LEFT, parent)
        self._context = context
        self._role = role
        self._steps: dict[int, QWidget] = {}
        self._seen: dict[int, int] = {}
        self._number = 0
        self.header = PenHeader(role)
        self.header.pressed.connect(self.pen_asked)
        self.take = Button("", Kind.QUIET, shortcut="F2")
        self.take.clicked.connect(self.pen_asked)
        head = Column(0.75)
        head.add(self.header)
        head.box.addWidget(self.take, 0, Qt.AlignmentFlag.AlignLeft)
        self.add(head)
        self.note = TextArea("Mit notat", note="(kun internt)", min_lines=3, max_lines=12)
        self.note.setObjectName(f"notes.{role.value}")
        self._bound = Bound(context, self.note, case_id, "notes", singleton_id(case_id, "notes"), role.value)
        self.add(self.note)
        context.session_changed.connect(self._people_moved)
        self._people_moved()

    def show_step(self, number: int, widget: QWidget | None, *, own_note: bool = True) -> None:
        """Show what step `number` has on this side, where one had scrolled to."""
        bar = self.scrolling.verticalScrollBar()
        self._seen[self._number] = bar.value()
        self._number = number
        if widget is not None and self._steps.get(number) is not widget:
            self._steps[number] = widget
            self.column.insertWidget(self.column.indexOf(self.note), widget)
        for place, one in self._steps.items():
            one.setVisible(place == number)
        self.note.setVisible(own_note)
        at = self._seen.get(number, 0)
        QTimer.singleShot(0, self, lambda: bar.setValue(at))

    def refresh(self, file: CaseFile) -> None:
        """Show the note as it stands."""
        self._bound.refresh(file, file.notes)

    def flush(self) -> None:
        """Keep the note, now."""
        self._bound.flush()

    def _people_moved(self) -> None:
        person, pen = self._context.person(self._role), self._context.pen
        holds = pen is not None and pen.role is self._role
        self.header.set_person(person.name if person else "")
        self.header.set_has_pen(holds)
        name = short_name(person.name) if person else ""
        self.take.setText(f"Pennen til {name}" if name else f"Få {_THE[self._role]} med")
        self.take.setVisible(not holds)
        self.take.setObjectName("" if holds else "pen.pass")


_THE = {Role.BESTILLER: "bestilleren", Role.VEJLEDER: "vejlederen"}


def in_reading_order(widget: QWidget) -> Iterator[QWidget]:
    """Everything in `widget` the Tab key may stop at, shown or not, in the order its layouts have it."""
    if isinstance(widget, QScrollArea):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        inner = widget.widget()
        if inner is not None:
            yield from in_reading_order(inner)
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
        yield widget
        return
    layout = widget.layout()
    if layout is not None:
        yield from _of_layout(layout)


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield from in_reading_order(widget)
        elif inner is not None:
            yield from _of_layout(inner)


def lay_tab_order(parts: Iterable[QWidget]) -> list[QWidget]:
    """Let Tab go through `parts` in turn, and within each as it is read; what it stops at comes back."""
    stops = [stop for part in parts for stop in in_reading_order(part)]
    for one, other in pairwise(stops):
        QWidget.setTabOrder(one, other)
    return stops
