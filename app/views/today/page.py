# SPDX-License-Identifier: MPL-2.0
"""Today's page: what waits for one, one's own caseload, and the search for anybody the desk knows.

The first screen after the window, so nothing on its way here may load SQLAlchemy, cryptography or the kinds of the record:
lists are read on the database lane through the bare driver, and what writes comes in when something is written.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.dates import format_long
from app.domain.rights import Act, may
from app.qt.actions import bind
from app.qt.theme import follow, theme_of
from app.views.allowed import allow
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.keyboard import LeadsKeyboard, lay_tab_order, stack, stack_as_read
from app.views.parts.side_panel import Scrolling, Sheet
from app.views.parts.words import Words
from app.views.today.caseload import CaseList

if TYPE_CHECKING:
    from app.store.listing import TaskRow
    from app.store.unit_of_work import ChangeSet
    from app.views.parts.notices import Notice
    from app.views.today.due import DueList

TICKED = ("task", "informed")
"""The kinds of record a tick writes on."""
ANSWER, PAPERS = 5, 6
STEPS = {"give_plan": PAPERS, "sent_on": ANSWER}
"""What is met at a step of the meeting, and at which."""
WISHES = ("revisit", "revisited")
"""What is met where the wish itself stands."""
AFTER_CHANGE_MS = 120
MEANWHILE_MS = 100
"""How long the page may stand unpainted for its list: the two are a moment apart, and drawing twice is what takes longest."""


class TodayPage(LeadsKeyboard):
    """`open_case(id)` when a citizen is chosen, `open_at(id, step)` where something waits at a step, `open_record(id,
    kind, record, field)` where it waits at a record, `new_citizen` and `import_referrals` when that is asked for.

    `listed` once, when the first citizens have been on the screen.
    """

    listed = Signal()
    open_case = Signal(str)
    open_at = Signal(str, int)
    open_record = Signal(str, str, str, str)
    new_citizen = Signal()
    import_referrals = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shown_day: date | None = None
        self._due_stale = True
        self._ticked: TaskRow | None = None
        self._plans: dict[str, str] = {}
        self._touched: set[str] = set()
        self._due: DueList | None = None
        self._notice: Notice | None = None
        self.setObjectName("today")
        self.setAccessibleName("Dagens side")
        self._build()
        self._after_change = QTimer(self)
        self._after_change.setSingleShot(True)
        self._after_change.setInterval(AFTER_CHANGE_MS)
        self._after_change.timeout.connect(self.refresh)
        context.changed.connect(self._changed)
        context.session_changed.connect(self._session_changed)
        self.setUpdatesEnabled(False)
        self.cases.answered.connect(self._answered)
        QTimer.singleShot(MEANWHILE_MS, self, lambda: self.setUpdatesEnabled(True))
        follow(self._restyle)
        self._say_day()

    def refresh(self) -> None:
        """Read what is shown again, now or when it is next on the screen; what is chosen stays chosen."""
        self._due_stale = True
        self.cases.refresh()
        if self.isVisible():
            self._say_day()
            self._read_due()

    def searched(self) -> str:
        """What is typed in the search, so that a new citizen need not be typed again."""
        return self.cases.searched()

    def begin(self) -> None:
        """Come here to look for somebody: the keyboard is in the search, and what is typed takes the old word's place."""
        self.cases.go_to_search()

    def _build(self) -> None:
        self._sheet = sheet = Sheet("page")
        scrolling = Scrolling(sheet, self)  # before there is anything on it: whatever changes its parent is styled anew
        scrolling.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._title = Words("I dag", "title", parent=sheet)
        self._day = Words("", "body", "text-quiet", parent=sheet)
        self.import_button = Button("Hent henvisninger", parent=sheet)
        self.import_button.setObjectName("import")
        self.new_button = Button("Ny borger", Kind.PRIMARY, parent=sheet)
        self.new_button.setObjectName("new_citizen")
        taking_in = bind(self, "import", self.import_referrals.emit)
        coming_in = bind(self, "new_citizen", self.new_citizen.emit)
        self.import_button.follow_action(taking_in)
        self.new_button.follow_action(coming_in)
        allow(self._context, Act.IMPORT, taking_in)
        allow(self._context, Act.NEW_CITIZEN, coming_in)
        self._top = QHBoxLayout()
        self._top.addWidget(self._title, 0, Qt.AlignmentFlag.AlignBaseline)
        self._top.addWidget(self._day, 1, Qt.AlignmentFlag.AlignBaseline)
        self._top.addWidget(self.import_button)
        self._top.addWidget(self.new_button)
        self.cases = CaseList(self._context, sheet)
        self.cases.open_case.connect(self.open_case)
        self.cases.table.drawn.connect(self.listed)
        self.cases.new_citizen.connect(self.new_citizen)
        bind(self, "search", self.cases.go_to_search)
        self._column = QVBoxLayout(sheet)
        self._column.addLayout(self._top)
        self._column.addWidget(self.cases, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling)
        self._fit_role()
        self.keyboard_to(self.cases.search)

    @property
    def due(self) -> DueList:
        """What waits, above the list; made when it is first known, as the first list waits for nothing it does not show."""
        if self._due is None:
            from app.views.today.due import DueList

            self._due = DueList(self._sheet)
            self._due.opened.connect(self.open_case)
            self._due.done.connect(self._tick)
            self._due.looked.connect(self._look)
            self._due.listed.connect(self._lay_tabs)
            self._column.insertWidget(1, self._due)
            self._due.show()  # now, and not a turn later: what it lists stands in the same picture
        return self._due

    @property
    def _told(self) -> Notice:
        """A line between what waits and the list; made as late."""
        if self._notice is None:
            from app.views.parts.notices import Notice

            self._notice = Notice(self._sheet)
            self._notice.pressed.connect(self._untick)
            self._column.insertWidget(self._column.indexOf(self.cases), self._notice)
            self._lay_tabs()
        return self._notice

    def _fit_role(self) -> None:
        """What is never this role's to do does not stand at the head of its page."""
        pen = self._context.pen
        for act, button in ((Act.IMPORT, self.import_button), (Act.NEW_CITIZEN, self.new_button)):
            button.setVisible(pen is None or may(pen.role, act))
        stack_as_read(self.cases)
        self._lay_tabs()

    def _lay_tabs(self) -> None:
        """What waits, the list, and then the buttons over both: one comes here to look for somebody."""
        parts: list[QWidget] = [self.cases, self.import_button, self.new_button]
        if self._notice is not None:
            parts.insert(0, self._notice)
        if self._due is not None:
            parts.insert(0, self._due)
        lay_tab_order(parts)
        stack(parts)

    def _say_day(self) -> None:
        today = self._context.desk.today()
        self._day.setText(format_long(today))
        if self._shown_day not in (None, today):
            self._touched.update(self._plans)  # a draft says its day
            self.cases.refresh()
        self._shown_day = today

    def _session_changed(self) -> None:
        self._fit_role()
        self._ticked = None
        if self._notice is not None:
            self._notice.say("")  # it may name somebody the next may not read of
        self.refresh()

    # What waits.

    def _answered(self) -> None:
        """The list is here: it is painted, and then it is asked what waits."""
        self.setUpdatesEnabled(True)
        if self._due_stale and self.isVisible():
            QTimer.singleShot(0, self, self._read_due_if_stale)

    def _read_due_if_stale(self) -> None:
        if self._due_stale and self.isVisible():  # else it was taken down meanwhile, its desk perhaps with it
            self._read_due()

    def _read_due(self) -> None:
        pen, desk = self._context.pen, self._context.desk
        if pen is None:
            return
        self._due_stale = False
        plans, touched, self._touched = self._plans, self._touched, set()

        def waits() -> tuple[TaskRow, ...]:
            from app.services import third
            from app.store import listing, same_citizen  # late: the first list is painted before it is asked what waits

            today = desk.today()
            due = listing.due(desk.replica, today, pen.role.value, pen.name, pen.person_id)
            same = same_citizen.waiting(desk.replica, pen.person_id, pen.name, today)
            third.forget(plans, touched)
            told = third.waiting(desk, pen, plans)
            late = [row for row in due if row.due < today]
            return (*late, *told, *due[len(late) :], *same)  # `due` is in the order of the days

        self._context.run(waits, self._show_due, self._due_failed)

    def _show_due(self, rows: tuple[TaskRow, ...]) -> None:
        self.due.show_due(rows, self._context.desk.today())

    def _due_failed(self, message: str, _field: str | None) -> None:
        from app.views.parts.notices import Weight

        self._told.say(message, Weight.TROUBLE)

    def _tick(self, row: TaskRow) -> None:
        desk, hand = self._context.desk, self._context.hand

        def done() -> TaskRow:
            from app.services import cases, third

            if row.kind == "task":
                cases.task_done(desk, hand, row.case_id, row.record_id)
            else:
                third.set_aside(desk, hand, row)
            return row

        self._context.run(done, self._say_ticked)

    def _look(self, row: TaskRow) -> None:
        """Where a line is met or read: the case, its papers, or its history at what was changed without them."""
        if row.kind == "without":
            self._look_back(row)
        elif row.kind in WISHES:
            self.open_record.emit(row.case_id, "revisit_request", row.record_id, "offer")
        else:
            self.open_at.emit(row.case_id, STEPS[row.kind])

    def _look_back(self, row: TaskRow) -> None:
        context, desk, hand = self._context, self._context.desk, self._context.hand

        def read() -> frozenset[str]:
            from app.services import third

            return third.read(desk, hand, row.case_id)

        def show(missed: frozenset[str]) -> None:
            from app.views.room.history import HistoryCard  # late: it comes with the first thing that is read

            card = HistoryCard(context, row.case_id, self.window(), missed)
            context.session_changed.connect(card.close_overlay)  # the next may not read the case

        context.run(read, show)

    def _say_ticked(self, row: TaskRow) -> None:
        """The keyboard goes to what takes it back: pressed once more it must not tick off the next."""
        self._ticked = row
        said = f"Gjort: {row.text}" if row.kind == "task" else "Set: planen er ændret"
        self._told.say(f"{said} ({row.name})", action="Fortryd")
        if self.due.has_keyboard():
            self._told.button.setFocus()

    def _untick(self) -> None:
        row, self._ticked = self._ticked, None
        if row is not None:
            self.due.go_back_to(row.record_id)
        self._told.say("")
        if row is None:
            return
        desk, hand = self._context.desk, self._context.hand

        def undone() -> None:
            from app.services import third, undo

            if row.kind == "task":
                undo.undo(desk, hand, row.case_id)
            else:
                third.take_back(desk, hand, row)

        self._context.run(undone)

    # Keeping up.

    def _changed(self, changes: ChangeSet) -> None:
        """Something has been written somewhere. What was ticked off can be taken back until something else is done."""
        self._touched.add(changes.case_id)
        if self._ticked is not None and not any(kind in TICKED for kind, _id, _field in changes.keys):
            self._ticked = None
            self._told.say("")
        if not self.isVisible():
            self.refresh()
        elif not self._after_change.isActive():
            self._after_change.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._say_day()
        if self._due_stale and self.updatesEnabled():
            QTimer.singleShot(0, self, self._read_due_if_stale)  # after what is shown has been painted

    def _restyle(self) -> None:
        theme = theme_of()
        edge = theme.width("edge") - theme.px(4)
        self._column.setContentsMargins(edge, theme.px(18), edge, theme.px(16))
        self._column.setSpacing(theme.space(2))
        self._top.setSpacing(theme.space(1.5))
