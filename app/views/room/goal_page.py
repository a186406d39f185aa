# SPDX-License-Identifier: MPL-2.0
"""One goal on the vejleder's side: the citizen's words first, the professional wording beside them, and the way there.

Made by the goals step, one for each goal that has been in hand. Must not know of other goals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.names import short_name
from app.domain.rights import may_write
from app.domain.terms import TermList, themes
from app.models.casefile import CaseFile
from app.models.choices import GoalType, Owner
from app.models.fields import fields_of
from app.models.kinds import Action, Goal, Record
from app.qt.theme import theme_of
from app.views.binding import Bound, understood
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button
from app.views.parts.fields import ChoiceField, DateField, Field, Option, ScaleField, TextArea, TextField
from app.views.parts.words import Words
from app.views.room.step import Column, Line, RecordList, RowField, icon_button, unlabelled
from app.views.talking import RemovalTalk, talk_on
from app.views.term_options import listed

_KEYS = {"now_citizen": "now.citizen", "now_professional": "now.professional"}
_FOR_REPORT = ("level_now", "level_target")
"""Asked for by the report of FFB alone."""


class GoalPage(Column):
    """`moved(id, by)` and `removed(id)` when a person asks for it; `filled` when all its rows are there."""

    moved = Signal(str, int)
    removed = Signal(str)
    filled = Signal()

    def __init__(self, context: Context, case_id: str, goal_id: str, parent: QWidget | None = None) -> None:
        super().__init__(1.75, parent)
        self.goal_id = goal_id
        self._context = context
        self._case_id = case_id
        self._place = -1
        self._file: CaseFile | None = None
        self._fill_on = QTimer(self)
        self._fill_on.setSingleShot(True)
        self._fill_on.timeout.connect(self._fill)
        self._bound: dict[str, Bound] = {}
        self._removal = RemovalTalk(context, case_id, goal_id, lambda box: self.box.insertWidget(0, box), self)
        self._field("words", TextArea("Med borgerens ord", min_lines=1))
        self._field("goal", TextArea("Mål", min_lines=2))
        now = self._field("now_citizen", ScaleField("Hvor er du i dag?"))
        hoped = self._field("hoped", ScaleField("Hvor vil du gerne hen?"))
        assert isinstance(now, ScaleField)
        assert isinstance(hoped, ScaleField)
        self._now, self._hoped = now, hoped
        self._field("done_when", TextArea("Vi ved, det er nået, når", min_lines=1))
        self.milestones = RecordList(
            context,
            case_id,
            "milestone",
            "milestones",
            self._milestones,
            [RowField("text", "text", lambda: unlabelled(TextArea("Delmål", min_lines=1), "Et skridt på vejen"))],
            "Tilføj delmål",
            parent_id=goal_id,
            across=True,
            movable=True,
            gap=1,
        )
        self._list("Delmål", self.milestones)
        self.doings = RecordList(
            context,
            case_id,
            "action",
            "actions",
            self._actions,
            _action_fields(context),
            "Tilføj handling",
            parent_id=goal_id,
            arrange=_arrange_action,
            tell=self._action_row,
        )
        self._list("Hvem gør hvad", self.doings)
        self._unfilled = [self.milestones, self.doings]
        self._theme = self._field("theme", ChoiceField("Tema", [Option(t.name, t.name) for t in themes()]))
        self._theme.left.connect(self._show_its_beginning)
        self._field("type", ChoiceField("Slags mål", [Option(t.value, t.value.capitalize()) for t in GoalType]))
        self._field("now_professional", ScaleField("Vejlederens vurdering"))
        for name in _FOR_REPORT:
            label = fields_of(Goal)[name].label
            self._field(name, ChoiceField(label, listed(TermList.LEVEL), type_ahead=True, note="(FFB)"))
        self.add(self._tools())
        context.session_changed.connect(self._pen_moved)
        self._pen_moved()

    def set_place(self, place: int, count: int) -> None:
        """Where the goal stands among the others: its fields are named by it, and it moves only where there is room."""
        self.up.setEnabled(place > 0)
        self.down.setEnabled(place < count - 1)
        if place == self._place:
            return
        self._place = place
        base = f"goals.{place}"
        self.setObjectName(base)
        for name, bound in self._bound.items():
            bound.widget.setObjectName(f"{base}.{_KEYS.get(name, name)}")
        self.milestones.set_path(f"{base}.milestones")
        self.doings.set_path(f"{base}.actions")
        for button, key in ((self.up, "up"), (self.down, "down"), (self.remove, "remove")):
            button.setObjectName(f"{base}.{key}")

    def refresh(self, file: CaseFile, goal: Goal) -> None:
        """Show the goal as it stands. The rows of a page just made come a list at a time, so that nothing waits."""
        for bound in self._bound.values():
            bound.refresh(file, goal)
        for name in _FOR_REPORT:
            written = getattr(goal, name) or (goal.id, name) in file.drafts or talk_on(file, goal.id, name)
            appear(self._bound[name].widget, bool(file.reports or written))  # nothing written is out of sight
        self._removal.refresh(file, f"goals.{self._place}.removed")
        self._now.set_hope(goal.hoped)
        self._theme.set_hint(goal.theme if self._is_cut(goal.theme) else "")
        self._file = file
        if self._unfilled:
            self._fill_on.start()
            return
        self.milestones.refresh(file)
        self.doings.refresh(file)

    def _show_its_beginning(self) -> None:
        """A long name is read from its first word once the cursor has left it."""
        line = self._theme.findChild(QLineEdit)
        if line is not None:
            line.setCursorPosition(0)

    def _is_cut(self, text: str) -> bool:
        """Whether a theme's name is too long for its line: then it stands whole below."""
        theme = theme_of()
        room = theme.width("side") - theme.px(2 * 18 + 10 + 46)
        return theme.metrics("body").horizontalAdvance(text) > room

    def complete(self) -> None:
        """Have every row on the page, now."""
        while self._unfilled:
            self._fill()

    def _fill(self) -> None:
        if self._unfilled and self._file is not None:
            self._unfilled.pop(0).refresh(self._file)
        if self._unfilled:
            self._fill_on.start()
        else:
            self._fill_on.stop()
            self.filled.emit()

    def flush(self) -> None:
        """Keep whatever is typed here, now."""
        for bound in self._bound.values():
            bound.flush()
        self.milestones.flush()
        self.doings.flush()

    def leave(self) -> None:
        """As if the cursor left every field here: what is typed is read, before the goal is taken away."""
        for bound in self._bound.values():
            bound.leave()
        self.milestones.leave()
        self.doings.leave()

    @property
    def shows(self) -> dict[tuple[str, str], frozenset[str]]:
        """Which changes the person has before them of the goal and what hangs under it, by (record, field)."""
        own = {key: seen for bound in self._bound.values() for key, seen in bound.shows.items()}
        return own | self.milestones.shows | self.doings.shows

    def begin(self) -> None:
        """Put the cursor in the citizen's words."""
        self._bound["words"].widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin_with(self, typed: str) -> None:
        """What was typed before the page was there begins the citizen's words."""
        self._bound["words"].begin_with(typed)

    def shape(self) -> int:
        """Changes whenever a row has come, gone or moved."""
        return self.milestones.shape + self.doings.shape

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+up and Alt+down move the goal, unless the cursor is in a list that moved its own row."""
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if by is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier and self._mine():
            self.moved.emit(self.goal_id, by)
        else:
            super().keyPressEvent(event)

    # -- inside

    def _field(self, name: str, widget: Field) -> Field:
        self._bound[name] = Bound(self._context, widget, self._case_id, "goal", self.goal_id, name, tells_hand=False)
        self.add(widget)
        return widget

    def _list(self, heading: str, records: RecordList) -> None:
        part = Column(1)
        part.add(Words(heading, "label"))
        part.add(records)
        self.add(part)

    def _tools(self) -> QWidget:
        tools = QWidget()
        line = QHBoxLayout(tools)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self.up = icon_button("arrow-upward", "Flyt målet op", tools)
        self.down = icon_button("arrow-downward", "Flyt målet ned", tools)
        self.remove = icon_button("delete", "Fjern målet", tools)
        self.up.clicked.connect(lambda: self.moved.emit(self.goal_id, -1))
        self.down.clicked.connect(lambda: self.moved.emit(self.goal_id, 1))
        self.remove.clicked.connect(lambda: self.removed.emit(self.goal_id))
        buttons: tuple[Button, ...] = (self.up, self.down, self.remove)
        for button in buttons:
            line.addWidget(button)
        line.addStretch(1)
        self._tool_row = tools
        return tools

    def _milestones(self, file: CaseFile) -> list[Record]:
        return [m for m in file.milestones if m.goal_id == self.goal_id]

    def _actions(self, file: CaseFile) -> list[Record]:
        return [a for a in file.actions if a.goal_id == self.goal_id]

    def _action_row(self, _record_id: str, row: QWidget) -> Callable[[CaseFile, Record], None]:
        def tell(file: CaseFile, action: Record) -> None:
            assert isinstance(action, Action)
            who = next((f for f in row.findChildren(TextField) if f.objectName().endswith(".who")), None)
            if who is not None:
                who.set_proposal(_proposed_name(file, action))
                if not _proposed_name(file, action):
                    who.set_placeholder("Hvem")

        return tell

    def _mine(self) -> bool:
        pen = self._context.pen
        return pen is not None and may_write(pen.role, fields_of(Goal)["removed"].pen)

    def _pen_moved(self) -> None:
        appear(self._tool_row, self._mine())


def _proposed_name(file: CaseFile, action: Action) -> str:
    """Who it may well be, by whose task it is: a hint until somebody takes it."""
    if action.who.strip():
        return ""
    if action.owner == Owner.CITIZEN:
        return short_name(file.citizen.name)
    if action.owner in (Owner.VEJLEDER, Owner.BESTILLER):
        at_table = [p.name for p in file.participants if p.role == action.owner]
        return (file.case.vejleder if action.owner == Owner.VEJLEDER else file.case.bestiller) or next(
            iter(at_table), ""
        )
    if action.owner == Owner.NETWORK and len(file.network) == 1:
        return file.network[0].who
    return ""


def _action_fields(context: Context) -> list[RowField]:
    owners = [Option(o.value, o.value.capitalize()) for o in Owner]
    today = understood(context.desk.today, "action", "by")
    return [
        RowField(
            "owner",
            "owner",
            lambda: unlabelled(ChoiceField("Hvis opgave?", owners, type_ahead=True), "Opgave for"),
            narrow=True,
        ),
        RowField("who", "who", lambda: unlabelled(TextField("Hvem"), "Hvem"), narrow=True),
        RowField("what", "what", lambda: unlabelled(TextArea("Gør hvad", min_lines=1), "Gør hvad")),
        RowField("by", "by", lambda: unlabelled(DateField("Senest", interpret=today), "Senest, fx 3. december")),
    ]


def _arrange_action(row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
    """Whose and who on one line, what on the next, by when on the last with the tools."""
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme_of().space(0.5))
    first = Line(0.5)
    first.addWidget(fields["owner"], 4, Qt.AlignmentFlag.AlignTop)
    first.addWidget(fields["who"], 5, Qt.AlignmentFlag.AlignTop)
    column.addLayout(first)
    column.addWidget(fields["what"])
    last = QBoxLayout(QBoxLayout.Direction.LeftToRight)
    last.setSpacing(theme_of().space(0.5))
    last.addWidget(fields["by"], 1)
    last.addWidget(tools, 0, Qt.AlignmentFlag.AlignTop)
    column.addLayout(last)
