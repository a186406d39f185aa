# SPDX-License-Identifier: MPL-2.0
"""A list of records on the screen: a row each, added, removed and moved by whose pen it is, by mouse or keys.

Used by every step. Rows are brought in step with the frozen case and never rebuilt while they are still there. Must not
know what its records mean: fields and whatever else a row shows are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QVBoxLayout, QWidget

from app.domain.rights import may_write
from app.models.casefile import CaseFile
from app.models.fields import fields_of
from app.models.kinds import KINDS, Record
from app.qt.theme import follow, theme_of
from app.services import lists
from app.views.binding import Bound
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.buttons import BeginButton, Button, Kind
from app.views.parts.field import NOTHING_WRITTEN, Field
from app.views.parts.keyboard import TabsLast
from app.views.parts.words import RING, Words, grows_down
from app.views.talking import RemovalTalk

NARROW_FROM = 130
"""Text scale in per cent from which fields no longer stand side by side in a row."""

Arrange = Callable[[QWidget, Mapping[str, Field], QWidget], None]
"""Lays a row out: (the row, its fields by name, its tools)."""


@dataclass
class RowField:
    """One field of a row: its name on the record, its key in the path, and how its widget is made."""

    name: str
    key: str
    make: Callable[[], Field]
    stretch: int = 1
    narrow: bool = False
    """Whether it stands beside another: a conversation on it is then told below the row, where there is room."""


@dataclass
class _Row:
    record_id: str
    widget: QWidget
    tools: QWidget
    removal: RemovalTalk
    bound: dict[str, Bound] = field(default_factory=dict)
    tell: Callable[[CaseFile, Record], None] | None = None


class Line(QBoxLayout):
    """Things side by side; below each other where text is so large that they would be cut."""

    def __init__(self, gap: float = 1, parent: QWidget | None = None) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight, parent)
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)
        follow(self._restyle)

    def _restyle(self) -> None:
        theme = theme_of()
        narrow = theme.scale >= NARROW_FROM
        self.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self.setSpacing(theme.space(self._gap))


class RecordList(QWidget):
    """A list of records of one kind."""

    def __init__(
        self,
        context: Context,
        case_id: str,
        kind: str,
        path: str,
        records: Callable[[CaseFile], Sequence[Record]],
        fields: Sequence[RowField],
        add_words: str,
        *,
        parent_id: str = "",
        across: bool = False,
        movable: bool = False,
        tell: Callable[[str, QWidget], Callable[[CaseFile, Record], None]] | None = None,
        arrange: Arrange | None = None,
        gap: float = 2,
        unwritten: str = NOTHING_WRITTEN,
        parent: QWidget | None = None,
    ) -> None:
        """`across` puts the fields of a row side by side, `arrange` as the caller likes. `tell` makes what a row shows besides
        its fields, told again at each refresh. `gap`: the air between rows.
        `unwritten` is said in place of rows to one who may write none: no heading stands over nothing.
        """
        super().__init__(parent)
        self.context = context
        self.case_id = case_id
        self.kind = kind
        self.path = path
        self.parent_id = parent_id
        self.shape = 0
        self._records = records
        self._fields = fields
        self._arrange = arrange or (_across if across else _below)
        self._movable = movable
        self._tell = tell
        self._gap = gap
        self._rows: dict[str, _Row] = {}
        self._order: list[str] = []
        self._going: set[str] = set()  # rows a person has taken away, until that is kept
        self._awaited: str | None = None  # a row asked for and not on the screen yet: "" until it is kept, then its id
        self._column = QVBoxLayout(self)
        self._body = QVBoxLayout()
        self._column.addLayout(self._body)
        self.add_button = BeginButton(add_words, self)
        self.add_button.setObjectName(f"{path}.add")
        self.add_button.setToolTip("Ctrl+Enter i listen tilføjer også")
        self.add_button.clicked.connect(self._add_one)
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.nothing = Words(unwritten, "body", "text-quiet", self)
        self.nothing.hide()
        self._column.addWidget(self.nothing)
        grows_down(self)
        context.session_changed.connect(self._pen_moved)
        follow(self._restyle)
        self._pen_moved()

    def ahead(self, file: CaseFile) -> Iterator[None]:
        """Make the rows `refresh` is about to show, one between two turns, while the list is out of sight."""
        for record in self._records(file):
            if record.id not in self._rows:
                self._rows[record.id] = self._make_row(record.id)
                yield

    def refresh(self, file: CaseFile) -> None:
        """Bring rows in step with the records: same order, nothing rebuilt that is still there."""
        records = self._records(file)
        wanted = [r.id for r in records]
        left_at = self._take_gone(set(wanted))
        for place, record in enumerate(records):
            row = self._rows.get(record.id)
            if row is None:
                row = self._rows[record.id] = self._make_row(record.id)
            if self._body.indexOf(row.widget) != place:
                self._body.removeWidget(row.widget)
                self._body.insertWidget(place, row.widget)
                if row.widget.isHidden():  # out of sight it comes with the list: shown now, it would be laid out twice
                    appear(row.widget)
            self._name_row(row, place)
            for spec in self._fields:
                row.bound[spec.name].refresh(file, record)
            row.removal.refresh(file, f"{self.path}.{place}.removed")
            if row.tell is not None:
                row.tell(file, record)
        if wanted != self._order:
            self.shape += 1
        self._order = wanted
        self._tell_nothing()
        asked = self._rows.get(self._awaited or "")
        if self._awaited:  # whatever is read after it was kept has it, unless it was taken back
            self._awaited = None
        if asked is not None:
            self._begin(asked)
        elif left_at is not None:
            self._focus_near(left_at, self._order)

    def flush(self) -> None:
        """Keep whatever is typed in the list, now."""
        for row in self._rows.values():
            _flush(row)

    def leave(self) -> None:
        """As if the cursor left every field of it: what is typed is read, before the rows or what they hang on are taken away."""
        for row in self._rows.values():
            _leave(row)

    @property
    def shows(self) -> dict[tuple[str, str], frozenset[str]]:
        """Which changes the person has before them, by (record, field)."""
        return {key: seen for row in self._rows.values() for key, seen in _shows(row).items()}

    def count(self) -> int:
        """How many rows are shown."""
        return len(self._order)

    def field(self, place: int, name: str) -> Field:
        """The field `name` of the row at `place`. IndexError when there is no such row."""
        return self._rows[self._order[place]].bound[name].widget

    def set_path(self, path: str) -> None:
        """The list has moved with the record it hangs on."""
        if path == self.path:
            return
        self.path = path
        self.add_button.setObjectName(f"{path}.add")
        for place, record_id in enumerate(self._order):
            self._name_row(self._rows[record_id], place)

    # -- inside

    def _add_one(self) -> None:
        """A person asks for a row. Asked again before it is there, by a key pressed twice or held, it is still that one row.

        Until it is there the cursor waits on the button, where letters begin it; who goes elsewhere meanwhile stays there.
        """
        if self._awaited is not None:
            return
        self._awaited = ""
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.context.run(self.new_row(), self._added, self._not_added)

    def new_row(self) -> Callable[[], str]:
        """What makes the record of a row somebody asks for, on the lane; its id comes back."""
        desk, hand, case_id = self.context.desk, self.context.hand, self.case_id
        kind, parent_id = self.kind, self.parent_id
        return lambda: lists.add(desk, hand, case_id, kind, None, parent_id)

    def _added(self, record_id: str) -> None:
        self._awaited = record_id

    def _not_added(self, message: str, _field: str | None) -> None:
        self._awaited = None
        self.context.asks.tell(message)

    def _take_gone(self, wanted: set[str]) -> int | None:
        """Take rows away whose record is gone; where the cursor was, if it was in one. A row somebody writes in stands until
        the words are kept, and then to be settled: its cursor would go on in the middle of a word in another row."""
        left_at = None
        for record_id in [one for one in self._rows if one not in wanted]:
            if any(bound.widget.unsaved() for bound in self._rows[record_id].bound.values()):
                _flush(self._rows[record_id])
                continue
            row = self._rows.pop(record_id)
            now = QApplication.focusWidget()
            if now is not None and row.widget.isAncestorOf(now):
                left_at = self._body.indexOf(row.widget)
            _flush(row)
            self._body.removeWidget(row.widget)
            row.widget.hide()
            row.widget.deleteLater()
        return left_at

    def _make_row(self, record_id: str) -> _Row:
        widget = _RowWidget(self)
        tools = widget.last = self._make_tools(widget, record_id)
        outer = QVBoxLayout(widget)
        at_top = RemovalTalk(self.context, self.case_id, record_id, lambda box: outer.insertWidget(0, box), widget)
        row = _Row(record_id, widget, tools, at_top)
        made = {spec.name: spec.make() for spec in self._fields}
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(theme_of().space(1))
        inside = QWidget(widget)
        grows_down(inside)
        outer.addWidget(inside)
        self._arrange(inside, made, tools)
        for spec in self._fields:
            row.bound[spec.name] = Bound(
                self.context,
                made[spec.name],
                self.case_id,
                self.kind,
                record_id,
                spec.name,
                tells_hand=False,
                talk_at=(lambda box: outer.insertWidget(outer.indexOf(inside) + 1, box)) if spec.narrow else None,
            )
        if self._tell is not None:
            row.tell = self._tell(record_id, widget)
        self._pen_moved_in(row)
        return row

    def _make_tools(self, widget: QWidget, record_id: str) -> QWidget:
        tools = QWidget(widget)
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight, tools)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        moves = (
            ("up", "arrow-upward", "Flyt op (Alt+pil op)", lambda: self._move(record_id, -1)),
            ("down", "arrow-downward", "Flyt ned (Alt+pil ned)", lambda: self._move(record_id, 1)),
        )
        takes = ("remove", "close", "Fjern (Alt+Delete); kan fortrydes", lambda: self._remove(record_id))
        for key, icon, tip, act in (*(moves if self._movable else ()), takes):
            button = icon_button(icon, tip, tools)
            button.setProperty("tool", key)
            button.clicked.connect(act)
            line.addWidget(button)
        return tools

    def _name_row(self, row: _Row, place: int) -> None:
        base = f"{self.path}.{place}"
        if row.widget.objectName() == base:
            return
        row.widget.setObjectName(base)
        for spec in self._fields:
            row.bound[spec.name].widget.setObjectName(f"{base}.{spec.key or 'text'}")
            row.bound[spec.name].widget.set_spoken_name(self._called(row, spec, place))
        one = f"{lists.NAMES[self.kind]} {place + 1}"
        for button in row.tools.findChildren(Button):
            tool = button.property("tool")
            button.setObjectName(f"{base}.{tool}")
            button.setAccessibleName(
                {"remove": f"Fjern {one}", "up": f"Flyt {one} op", "down": f"Flyt {one} ned"}[tool]
            )

    def _called(self, row: _Row, spec: RowField, place: int) -> str:
        """What tells a row's fields from those of the next, to who hears them or calls them: "Hvem, handling 2"."""
        label, thing = row.bound[spec.name].widget.label.text(), lists.NAMES[self.kind]
        alone = len(self._fields) == 1 or "," in thing
        return f"{label} {place + 1}" if alone else f"{label}, {thing} {place + 1}"

    def _remove(self, record_id: str) -> None:
        """Take it away with what is typed in it: kept afterwards, those words would stand against one's own removal."""
        row = self._rows[record_id]
        _leave(row)
        context, case_id, kind, hand, seen = self.context, self.case_id, self.kind, self.context.hand, _shows(row)
        self._going.add(record_id)
        if self._row_in_hand() == record_id:  # what is typed before it has gone is meant for where one goes on
            at = self._order.index(record_id)
            stay = [i for i in self._order if i not in self._going]
            self._focus_near(sum(i in stay for i in self._order[:at]), stay)

        def not_removed(message: str, _field: str | None) -> None:
            self._going.discard(record_id)
            context.asks.tell(message)

        context.run(
            lambda: lists.remove(context.desk, hand, case_id, kind, record_id, seen),
            lambda _: self._going.discard(record_id),
            not_removed,
        )

    def _move(self, record_id: str, by: int) -> None:
        context, case_id, kind, hand = self.context, self.case_id, self.kind, self.context.hand
        context.run(lambda: lists.move(context.desk, hand, case_id, kind, record_id, by))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+up and Alt+down move the row the cursor is in, Ctrl+Enter adds one, Alt+Delete takes it away."""
        key, held = event.key(), event.modifiers()
        record_id = self._row_in_hand()
        if record_id is None:
            super().keyPressEvent(event)
            return
        alt = bool(held & Qt.KeyboardModifier.AltModifier)
        ctrl = bool(held & Qt.KeyboardModifier.ControlModifier)
        if self._movable and alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            if self._mine():
                self._move(record_id, -1 if key == Qt.Key.Key_Up else 1)
        elif ctrl and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.add_button.isHidden():
            self._add_one()
        elif alt and key == Qt.Key.Key_Delete and self._mine():
            if not event.isAutoRepeat():  # held, it would take away the next as well
                self._remove(record_id)
        else:
            super().keyPressEvent(event)

    def _row_in_hand(self) -> str | None:
        now = QApplication.focusWidget()
        if now is None:
            return None
        return next((i for i, row in self._rows.items() if row.widget.isAncestorOf(now)), None)

    def _focus(self, row: _Row) -> None:
        row.bound[self._fields[0].name].widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self, row: _Row) -> None:
        """The row that was asked for is here: the cursor goes to it, and what was typed before it was there begins it."""
        if self.window().focusWidget() is self.add_button:
            self._focus(row)
        row.bound[self._fields[0].name].begin_with(self.add_button.take_typed())

    def _focus_near(self, place: int, stay: Sequence[str]) -> None:
        """The cursor is in a row that goes: of those that `stay` the next one, the last one, or the button that adds."""
        if stay:
            self._focus(self._rows[stay[min(place, len(stay) - 1)]])
        elif not self.add_button.isHidden():
            self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _pen_moved(self) -> None:
        appear(self.add_button, self._may_add())
        self._tell_nothing()
        for row in self._rows.values():
            self._pen_moved_in(row)

    def _tell_nothing(self) -> None:
        self.nothing.setVisible(bool(self.nothing.text()) and not self._order and self.add_button.isHidden())

    def _pen_moved_in(self, row: _Row) -> None:
        appear(row.tools, self._mine())

    def _mine(self) -> bool:
        """Whether the pen now may take a record off the table."""
        pen = self.context.pen
        return pen is not None and may_write(pen.role, fields_of(KINDS[self.kind])["removed"].pen)

    def _may_add(self) -> bool:
        """A goal may be begun by either, in the citizen's words; removing it is the vejleder's."""
        pen = self.context.pen
        infos = fields_of(KINDS[self.kind])
        return pen is not None and (self._mine() or may_write(pen.role, infos[self._fields[0].name].pen))

    def _restyle(self) -> None:
        theme = theme_of()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.space(1))
        self._body.setSpacing(theme.space(self._gap))
        self.nothing.setContentsMargins(theme.px(RING), 0, 0, 0)


class _RowWidget(TabsLast):
    """A row; as tall as its fields need at its width. Its tools come last."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        grows_down(self)


def icon_button(icon: str, name: str, parent: QWidget | None = None) -> Button:
    """A quiet button that is an icon; `name` is what it says to a screen reader and in its tool tip."""
    button = _Tool("", Kind.QUIET, icon=icon, parent=parent)
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button


class _Tool(Button):
    """Grey until it is near: a tool, not a link. As tall as a line field, so that it stands beside one."""

    def sizeHint(self) -> QSize:
        theme = theme_of()
        return QSize(super().sizeHint().width(), round(theme.metrics("body").height()) + theme.px(20))

    def _colors(self) -> tuple[QColor | None, QColor | None, QColor]:
        fill, edge, ink = super()._colors()
        near = self.underMouse() or self.hasFocus() or not self.isEnabled()
        return fill, edge, ink if near else theme_of().color("text-quiet")


def unlabelled(made: Field, faint: str) -> Field:
    """A field in a list whose heading says what it is: no label of its own, faint words while it is empty."""
    made.label.hide()
    made.set_placeholder(faint)
    return made


def _below(row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
    """Fields below each other, the tools beside the last."""
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme_of().space(1))
    *most, last = fields.values()
    for made in most:
        column.addWidget(made)
    line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
    line.setSpacing(theme_of().space(0.5))
    line.addWidget(last, 1)
    line.addWidget(tools, 0, Qt.AlignmentFlag.AlignBottom)
    column.addLayout(line)


def _across(row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
    """Fields side by side, the tools at the end; many tools go below where text is large."""
    if len(tools.findChildren(Button)) > 1:
        line: QBoxLayout = Line(0.5, row)
    else:
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight, row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme_of().space(0.5))
    inner = Line()
    for made in fields.values():
        inner.addWidget(made, 1, Qt.AlignmentFlag.AlignTop)
    line.addLayout(inner, 1)
    line.addWidget(tools, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)


def _flush(row: _Row) -> None:
    for bound in row.bound.values():
        bound.flush()


def _leave(row: _Row) -> None:
    for bound in row.bound.values():
        bound.leave()


def _shows(row: _Row) -> dict[tuple[str, str], frozenset[str]]:
    return {key: seen for bound in row.bound.values() for key, seen in bound.shows.items()}
