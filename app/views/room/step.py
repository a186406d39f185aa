# SPDX-License-Identifier: MPL-2.0
"""What a step of the room is made of: fields tied to the record, lists of records, and a side for each pen.

Every step builds its fields with `bind` and its lists with `RecordList`; the room does the rest. An object name is the
field's path as a script writes it ("goals.0.words"): the player finds it by that, and so may a tester.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.roles import may_write
from app.models.casefile import CaseFile
from app.models.fields import Value, fields_of
from app.models.kinds import KINDS, Record
from app.qt.theme import follow, theme_of
from app.services import edit, lists
from app.views.binding import Bound
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.field import Field


@dataclass
class RowField:
    """One field of a row: its name on the record, its key in the path, and how its widget is made."""

    name: str
    key: str
    make: Callable[[], Field]
    stretch: int = 1


@dataclass
class _Row:
    record_id: str
    widget: QWidget
    bound: dict[str, Bound] = field(default_factory=dict)
    extra: list[RecordList] = field(default_factory=list)
    tell: Callable[[CaseFile, Record], None] | None = None


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


class RecordList(QWidget):
    """A list of records of one kind: a row each, added, removed and moved by its own pen, by mouse or keys."""

    added = Signal(str)

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
        build: Callable[[QWidget, str, str], Sequence[RecordList]] | None = None,
        tell: Callable[[str, QWidget], Callable[[CaseFile, Record], None]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`across` puts the fields of a row side by side. `build` adds lists within a row (a goal's milestones);
        `tell` makes what a row shows besides its fields, told again at each refresh."""
        super().__init__(parent)
        self.context = context
        self.case_id = case_id
        self.kind = kind
        self.path = path
        self.parent_id = parent_id
        self._records = records
        self._fields = fields
        self._across = across
        self._movable = movable
        self._build = build
        self._tell = tell
        self._rows: dict[str, _Row] = {}
        self._order: list[str] = []
        self._focus_new = False
        self._column = QVBoxLayout(self)
        self._body = QVBoxLayout()
        self._column.addLayout(self._body)
        self.add_button = Button(add_words, Kind.QUIET, parent=self)
        self.add_button.setObjectName(f"{path}.add")
        self.add_button.clicked.connect(lambda: self.add())
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        context.session_changed.connect(self._pen_moved)
        follow(self._restyle)
        self._pen_moved()

    def add(self, values: Mapping[str, Value] | None = None) -> None:
        """Add a record; the cursor goes to its first field when it is on the record."""
        self._focus_new = True
        context, case_id, kind, parent_id = self.context, self.case_id, self.kind, self.parent_id
        hand = context.hand
        given = dict(values or {})
        context.run(lambda: lists.add(context.desk, hand, case_id, kind, given, parent_id), self.added.emit)

    def refresh(self, file: CaseFile) -> None:
        """Bring rows in step with the records: same order, nothing rebuilt that is still there."""
        records = self._records(file)
        wanted = [r.id for r in records]
        for gone in [i for i in self._rows if i not in wanted]:
            row = self._rows.pop(gone)
            self._body.removeWidget(row.widget)
            row.widget.hide()
            row.widget.deleteLater()
        fresh: _Row | None = None
        for place, record in enumerate(records):
            if record.id not in self._rows:
                fresh = self._rows[record.id] = self._make_row(record.id)
            row = self._rows[record.id]
            if self._body.indexOf(row.widget) != place:
                self._body.insertWidget(place, row.widget)
                row.widget.show()
            self._name_row(row, place)
            for spec in self._fields:
                row.bound[spec.name].refresh(file, record)
            for inner in row.extra:
                inner.refresh(file)
            if row.tell is not None:
                row.tell(file, record)
        self._order = wanted
        if fresh is not None and self._focus_new:
            self._focus_new = False
            fresh.bound[self._fields[0].name].widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def flush(self) -> None:
        """Keep whatever is typed in the list, now."""
        for row in self._rows.values():
            for bound in row.bound.values():
                bound.flush()
            for inner in row.extra:
                inner.flush()

    def count(self) -> int:
        """How many rows are shown."""
        return len(self._order)

    # -- inside

    def _make_row(self, record_id: str) -> _Row:
        widget = QWidget(self)
        row = _Row(record_id, widget)
        outer = QVBoxLayout(widget)
        outer.setContentsMargins(0, 0, 0, 0)
        line = QHBoxLayout() if self._across else QVBoxLayout()
        for spec in self._fields:
            made = spec.make()
            row.bound[spec.name] = Bound(self.context, made, self.case_id, self.kind, record_id, spec.name)
            line.addWidget(made, spec.stretch)
        outer.addLayout(line)
        tools = QHBoxLayout()
        if self._movable:
            for words, by, name in (("Op", -1, "up"), ("Ned", 1, "down")):
                button = Button(words, Kind.QUIET, parent=widget)
                button.setAccessibleName(f"Flyt {lists.NAMES[self.kind]} {words.lower()}")
                button.setProperty("tool", name)
                button.clicked.connect(lambda _=False, b=by: self._move(record_id, b))
                tools.addWidget(button)
        remove = Button("Fjern", Kind.QUIET, parent=widget)
        remove.setAccessibleName(f"Fjern {lists.NAMES[self.kind]}")
        remove.setProperty("tool", "remove")
        remove.clicked.connect(lambda: self._remove(record_id))
        tools.addStretch(1)
        tools.addWidget(remove)
        if self._across:
            line.addLayout(tools)
        if self._build is not None:
            row.extra = list(self._build(widget, record_id, ""))
            for inner in row.extra:
                outer.addWidget(inner)
        if self._tell is not None:
            row.tell = self._tell(record_id, widget)
        if not self._across:
            outer.addLayout(tools)
        self._pen_moved()
        return row

    def _name_row(self, row: _Row, place: int) -> None:
        base = f"{self.path}.{place}"
        row.widget.setObjectName(base)
        for spec in self._fields:
            row.bound[spec.name].widget.setObjectName(f"{base}.{spec.key}" if spec.key else base + ".text")
        for inner in row.extra:
            inner.set_path(f"{base}.{inner.path.rsplit('.', 1)[-1]}")
        for button in row.widget.findChildren(Button):
            tool = button.property("tool")
            if tool and button.parent() is row.widget:
                button.setObjectName(f"{base}.{tool}")

    def set_path(self, path: str) -> None:
        """The list has moved with the record it hangs on."""
        self.path = path
        self.add_button.setObjectName(f"{path}.add")
        for place, record_id in enumerate(self._order):
            self._name_row(self._rows[record_id], place)

    def _remove(self, record_id: str) -> None:
        context, case_id, kind, hand = self.context, self.case_id, self.kind, self.context.hand
        context.run(lambda: lists.remove(context.desk, hand, case_id, kind, record_id))

    def _move(self, record_id: str, by: int) -> None:
        context, case_id, kind, hand = self.context, self.case_id, self.kind, self.context.hand
        context.run(lambda: lists.move(context.desk, hand, case_id, kind, record_id, by))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+up and Alt+down move the row the cursor is in."""
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if self._movable and by is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            for record_id, row in self._rows.items():
                if row.widget.isAncestorOf(self.window().focusWidget() or self):
                    self._move(record_id, by)
                    return
        super().keyPressEvent(event)

    def _pen_moved(self) -> None:
        pen = self.context.pen
        mine = pen is not None and may_write(pen.role, fields_of(KINDS[self.kind])["removed"].pen)
        self.add_button.setVisible(mine or self._words_are_mine())
        for row in self._rows.values():
            for button in row.widget.findChildren(Button):
                if button.property("tool") and button.parent() is row.widget:
                    button.setVisible(mine)

    def _words_are_mine(self) -> bool:
        """A goal may be begun by either, in the citizen's words; removing it is the vejleder's."""
        pen = self.context.pen
        infos = fields_of(KINDS[self.kind])
        return pen is not None and any(may_write(pen.role, infos[f.name].pen) for f in self._fields)

    def _restyle(self) -> None:
        theme = theme_of()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.space(1))
        self._body.setSpacing(theme.space(2))
