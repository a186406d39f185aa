# SPDX-License-Identifier: MPL-2.0
"""The caseload: a search, what it is narrowed to, how it is ordered, and the table that is all of that read a page at a time.

The heart of today's page. Lists are read on the database lane through the bare driver, one read at a time; an answer to what
is no longer asked for is dropped. Must not know what else is on the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.domain.names import search_terms
from app.domain.roles import Role
from app.qt.actions import shown_keys
from app.qt.theme import follow, theme_of
from app.store import caseload, holders
from app.store.caseload import PAGE, Asked, CaseRow, Sort
from app.views.context import Context
from app.views.parts.bars import calm
from app.views.parts.buttons import Button, Kind
from app.views.parts.chips import FilterPills
from app.views.parts.table import CalmTable
from app.views.parts.text_fields import TextField
from app.views.parts.words import Words
from app.views.today.card import Card
from app.views.today.cases import BACKWARDS, ORDERS, SORTS, UNDER, CaseModel, Col, order_named, widths
from app.views.today.pills import ALL, MINE, NARROWED, RUNNING, asked_by, pills_of
from app.views.today.seals import SealWatch
from app.views.today.search_line import SearchLine

if TYPE_CHECKING:
    from app.views.parts.notices import EmptyState
    from app.views.today.team import Team

TYPING_MS = 150
PATIENCE_MS = 300  # a wait shorter than this is not worth a word
FEWEST_LINES = 4


class Found(NamedTuple):
    """What a read brought back. `at`: which asking it answers; `offset`: where its rows belong; `many`: how many there are in
    all; `anybody`: whether there is anyone on this desk; `left`: whose access has ended.
    """

    at: int
    offset: int
    rows: tuple[CaseRow, ...]
    many: int
    anybody: bool
    left: frozenset[str]


class CaseList(QWidget):
    """`open_case(id)` when one is chosen; `new_citizen` when nobody was found; `answered` when a read has come back or failed."""

    answered = Signal()
    open_case = Signal(str)
    new_citizen = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._asked = Asked()
        self._sort: Sort | None = None
        self._down = False
        self._before_search = MINE
        self._round = 0
        self._reading = False
        self._stale = True
        self._enter_waits = False
        self._orders: QMenu | None = None
        self._empty: EmptyState | None = None
        self.team: Team | None = None
        self._counted = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._build_narrowing())
        self.model = CaseModel(context.desk.today, self)
        self.model.more_wanted.connect(self._read_more)
        self.seals = SealWatch(context, self.model)
        self.seals.marked.connect(self.refresh)
        self._typing = self._timer(TYPING_MS, self.ask)
        self._patience = self._timer(PATIENCE_MS, self._say_wait)
        self._fit_role()
        self._asked = self._wanted()
        self._read()  # already: it is read on the lane while the table is made here
        self._column.addWidget(self._build_list(), 1)
        self._show_order()
        context.session_changed.connect(self._session_changed)
        follow(self._restyle)

    # What the page uses.

    def refresh(self) -> None:
        """Read what is shown again, now or when it is next on the screen; what is chosen stays chosen."""
        self._stale = True
        self._counted = False
        if self.isVisible():
            self._read()

    def searched(self) -> str:
        """What is typed in the search."""
        return " ".join(self.search.text().split())

    @property
    def leads(self) -> bool:
        """Whether whoever holds the pen follows the whole team."""
        pen = self._context.pen
        return pen is not None and pen.role is Role.LEDER

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._read()

    # Built once.

    def _build_narrowing(self) -> SearchLine:
        self.search = TextField("Søg", parent=self)
        self.search.setObjectName("search")
        self.search.label.hide()
        self.search.set_placeholder(f"Søg navn, CPR, telefon  ({shown_keys('search')})")
        self.search.edited.connect(self._search_edited)
        self.search.line.installEventFilter(self)
        self.pills = FilterPills("Hvis borgere", pills_of(self._context.pen), self)
        self.pills.setObjectName("narrow.whose")
        self.pills.chosen.connect(lambda _key: self._narrowed())
        self._count = Words("", "note", "text-quiet", self)
        self.order = Button("", Kind.QUIET, icon="sort-descending", parent=self)
        self.order.setObjectName("sort")
        self.order.clicked.connect(lambda: self.orders().exec(self.order.mapToGlobal(self.order.rect().bottomLeft())))
        self._narrowing = SearchLine(self.search, self.pills, self._count, self.order)
        return self._narrowing

    def orders(self) -> QMenu:
        """Every order to choose from; made when first asked for, as the first list waits for nothing it does not show."""
        if self._orders is None:
            self._orders = calm(QMenu(self.order))
            for sort, down, words in ORDERS:
                action = self._orders.addAction(words)
                action.triggered.connect(lambda _checked=False, sort=sort, down=down: self._order_by(sort, down))
        return self._orders

    @property
    def empty(self) -> EmptyState:
        """What stands where there are no lines; made as late."""
        if self._empty is None:
            from app.views.parts.notices import EmptyState

            self._empty = EmptyState("persons", "")
            self._empty.pressed.connect(self._way_on)
            self._stack.addWidget(self._empty)
        return self._empty

    def _build_list(self) -> QWidget:
        self._stack = QStackedWidget(self)
        holder = QWidget(self._stack)
        self._card = Card(holder)
        self.table = CalmTable("Borgere", self._card)
        self.table.setObjectName("cases")
        self.table.setModel(self.model)
        self.table.activated.connect(lambda index: self.open_case.emit(self.model.row(index.row()).case_id))
        self.table.installEventFilter(self)
        header = self.table.horizontalHeader()
        header.sectionClicked.connect(self._header_clicked)
        self._card.box.addWidget(self.table)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card, 1)
        column.addStretch(0)
        self._stack.addWidget(holder)
        return self._stack

    def _timer(self, ms: int, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        timer.timeout.connect(slot)
        return timer

    # Asking.

    def _search_edited(self, text: str) -> None:
        """Somebody looked for may be anybody's: the search looks everywhere, and goes back when it is empty again."""
        looking, looked = bool(search_terms(text)), bool(search_terms(self._asked.text))
        if looking and not looked and self.pills.current() in NARROWED:
            self._before_search = self.pills.current()
            self.pills.choose(ALL)
        elif not looking and looked and self._before_search in NARROWED:
            self.pills.choose(self._before_search)
        if not looking:
            self._enter_waits = False
        self._typing.start()

    def _narrowed(self) -> None:
        self._before_search = self.pills.current()
        self.ask()

    def _session_changed(self) -> None:
        if not self._context.people:  # whoever sits down next did not look for anybody, and may not read of all of them
            self.search.set_text("")
            self._search_edited("")
            self._as_for_anybody()
            self.model.show_rows((), True)
        self._fit_role()
        self.ask()

    def _as_for_anybody(self) -> None:
        """The order and the narrowing were theirs who sat here: the next begins as everybody does."""
        self._sort, self._down = None, False
        self.pills.choose(self.pills.pills()[0].key)
        self._before_search = self.pills.current()
        if self.team is not None:
            self.team.narrowing.clear()

    def _fit_role(self) -> None:
        """A leader follows the team; everybody else begins with their own. What is chosen stays, where there is such a pill."""
        pills, before, chosen = pills_of(self._context.pen), self.pills.pills(), self.pills.current()
        if [pill.text() for pill in before] != [words for _, words in pills]:
            led = any(pill.key == RUNNING for pill in before)
            self.pills.set_pills(pills)
            self.pills.choose(chosen if led == self.leads and chosen in dict(pills) else pills[0][0])
            self._before_search = self.pills.current()
            if self.isVisible():
                self._narrowing.fit(self.width())
        if self.leads and self.team is None:
            from app.views.today.team import Team  # late: only a leader waits for it

            self.team = Team(self._context, self)
            self.team.narrowed.connect(self.ask)
            self._column.insertWidget(0, self.team.strip)
            self._column.insertWidget(2, self.team.tools)
        if self.team is not None:
            self.team.show(self.leads)
            self.team.narrowing.clear()
            self._counted = False

    def _order_by(self, sort: Sort | None, down: bool) -> None:
        self._sort, self._down = sort, down
        self.ask()

    def _header_clicked(self, section: int) -> None:
        sort = SORTS.get(Col(section))
        if sort is None:
            return
        at_first_down = sort is Sort.CONTACT
        again = self._asked.sort is sort or (sort is Sort.CONTACT and self._asked.sort is None)
        self._order_by(sort, not self._points_down() if again else at_first_down)

    def _points_down(self) -> bool:
        return self._asked.sort is None or self._asked.descending

    def ask(self) -> None:
        """What is narrowed to or ordered by may have changed: read it, if so."""
        self._typing.stop()
        asked = self._wanted()
        if asked != self._asked:
            self._asked = asked
            self._round += 1
            self._reading = False
            self._stale = True
            self._show_order()
        if self.isVisible() and self._stale:
            self._read()

    def _wanted(self) -> Asked:
        """What the search, the pills and the order ask for, of whoever holds the pen."""
        pen = self._context.pen
        self.pills.setVisible(pen is not None)
        found = Asked(
            self.search.text(), sort=self._sort, descending=self._down, reader=pen.person_id if pen is not None else ""
        )
        asked = asked_by(found, self.pills.current(), pen)
        return self.team.narrow(asked) if self.team is not None and self.leads else asked

    def _show_order(self) -> None:
        header = self.table.horizontalHeader()
        best = self._sort is None and bool(search_terms(self._asked.text))
        column = next((c for c, s in SORTS.items() if s is (self._sort or Sort.CONTACT)), Col.CONTACT)
        header.setSortIndicatorShown(not best)
        down = self._points_down()
        header.setSortIndicator(column, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)
        words = next((w for s, d, w in ORDERS if (s, d) == (self._sort, self._down)), "")
        if self._sort is Sort.CONTACT and self._down:
            words = ORDERS[0][2]
        self.order.setText("Bedste match først" if best else words or f"{order_named(self._sort)}{BACKWARDS}")

    # Reading.

    def _read(self) -> None:
        """Bring everything shown up to date; one read at a time."""
        if self._context.pen is None or self._reading:
            return
        self._reading, self._stale = True, False
        desk, asked, at = self._context.desk, self._asked, self._round
        lines = max(PAGE, self.model.rowCount())
        self._patience.start()

        def read() -> Found:
            rows = caseload.page(desk.replica, desk.today(), asked, limit=lines)
            anybody = bool(rows) or caseload.anybody(desk.replica, asked.reader)
            many = caseload.count(desk.replica, desk.today(), asked)
            return Found(at, 0, rows, many, anybody, holders.left(desk.replica))

        self._context.run(read, self._read_done, self._failed)

    def _read_done(self, found: Found) -> None:
        if found.at != self._round:
            return
        self._reading = False
        self._patience.stop()
        chosen, scrolled = self._chosen(), self.table.verticalScrollBar().value()
        if not self.model.show_rows(found.rows, len(found.rows) >= found.many, found.left):
            self._choose(chosen)
            self.table.verticalScrollBar().setValue(scrolled if chosen else 0)
        self._say_count(found.many)
        self._show_state(found.anybody)
        self.answered.emit()
        if self.team is not None and self.leads and not self._counted:
            self._counted = True
            self.team.read()
        if self._stale:
            self._read()
        elif self._enter_waits:
            self._enter_waits = False
            self._enter()

    def _read_more(self, offset: int) -> None:
        desk, asked, at = self._context.desk, self._asked, self._round

        def read() -> Found:
            rows = caseload.page(desk.replica, desk.today(), asked, offset=offset)
            many = caseload.count(desk.replica, desk.today(), asked)
            return Found(at, offset, rows, many, True, holders.left(desk.replica))

        self._context.run(read, self._more_read)

    def _more_read(self, found: Found) -> None:
        if found.at == self._round:
            self.model.add(found.offset, found.rows, found.offset + len(found.rows) >= found.many)

    def _failed(self, message: str, _field: str | None) -> None:
        self._reading = self._enter_waits = False
        self._patience.stop()
        self.empty.show_state("error", "Listen kan ikke vises lige nu", message, "Prøv igen")
        self._stack.setCurrentWidget(self.empty)
        self.answered.emit()

    def _say_wait(self) -> None:
        if self._reading and not self.model.rowCount():
            self.empty.show_state("hourglass", "Henter …")
            self._stack.setCurrentWidget(self.empty)

    def _show_state(self, anybody: bool) -> None:
        self._fit_card()
        if self.model.rowCount():
            self._stack.setCurrentIndex(0)
            return
        text = self.searched()
        if self.leads:
            words = (
                "Alle teamets sager står her." if anybody else "Når en borger kommer ind ad døren, begynder det her."
            )
            title = "Ingen sager passer" if anybody else "Her er ingen borgere endnu"
            self.empty.show_state("search" if anybody else "persons", title, words, "Vis alle" if anybody else "")
        elif not anybody:
            words = "Når en borger kommer ind ad døren, begynder det her."
            self.empty.show_state("persons", "Her er ingen borgere endnu", words, "Ny borger")
        elif text:
            where, way = ("blandt dine", "Søg blandt alle") if self._asked.worker else ("her", "Ny borger")
            words = f"Intet navn, nummer eller telefon passer med »{text}«."
            self.empty.show_state("search", f"Ingen fundet {where}", words, way)
        else:
            self.empty.show_state("persons", "Du har ingen borgere lige nu", "De, du sidder med, står her.", "Vis alle")
        self._stack.setCurrentWidget(self.empty)

    def _way_on(self) -> None:
        """The one button of an empty or broken list."""
        way = self.empty.button.text()
        if way == "Ny borger":
            self.new_citizen.emit()
        elif way == "Prøv igen":
            self.refresh()
        else:
            self.pills.choose(ALL)
            if self.team is not None and self.leads:
                self.team.narrowing.clear()
                self.search.set_text("")
            self._narrowed()

    def _say_count(self, count: int) -> None:
        found = bool(search_terms(self._asked.text))
        number = f"{count:,}".replace(",", ".")
        self._count.setText(f"{number} fundet" if found else "1 borger" if count == 1 else f"{number} borgere")
        self._count.setVisible(bool(count))

    # Choosing and opening.

    def _chosen(self) -> str:
        index = self.table.currentIndex()
        return self.model.row(index.row()).case_id if index.isValid() else ""

    def _choose(self, case_id: str) -> None:
        place = self.model.place_of(case_id) if case_id else -1
        if place >= 0:
            self._choose_line(place)

    def _choose_line(self, place: int) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().setCurrentIndex(self.model.index(place, 0), flags)

    def go_to_search(self) -> None:
        """The keyboard to the search, with what stands there chosen."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.line.selectAll()

    def _enter(self) -> None:
        """Enter in the search opens the only one found; where there are more, one chooses."""
        if self._typing.isActive() or self._reading:
            self._enter_waits = True
            self.ask()
        elif search_terms(self._asked.text) and self.model.rowCount() == 1:
            self.open_case.emit(self.model.row(0).case_id)
        else:
            self._into_table()

    def _into_table(self) -> None:
        if not self.model.rowCount():
            return
        if not self.table.currentIndex().isValid():
            self._choose_line(0)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if watched is self.search.line:
                if enter:
                    self._enter()
                    return True
                if event.key() == Qt.Key.Key_Down:
                    self._into_table()
                    return True
                if event.key() == Qt.Key.Key_Escape and self.search.text():
                    self.search.set_text("")
                    self._search_edited("")
                    return True
            elif watched is self.table and event.key() == Qt.Key.Key_Up and self.table.currentIndex().row() == 0:
                self.go_to_search()
                return True
        return super().eventFilter(watched, event)

    # Laying out.

    def _restyle(self) -> None:
        theme = theme_of()
        self._column.setSpacing(theme.space(2))
        self.search.setFixedWidth(theme.px(260))
        self._lay_out()
        self.model.again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        """The columns share what is left over their least widths. Where there is too little for all of them, rows have two
        lines: nothing goes, and nothing scrolls sideways.
        """
        two, wide = widths(self.width() - theme_of().px(12), theme_of().px)
        self.table.set_lines(2 if two else 1)
        for column in UNDER.values():
            if self.table.isColumnHidden(column) != two:
                self.table.setColumnHidden(column, two)
        for column, width in wide.items():
            self.table.horizontalHeader().resizeSection(column, width)
        self._fit_card()
        self._narrowing.fit(self.width())

    def _fit_card(self) -> None:
        """The card is no taller than its lines, and on a low screen no lower than a few; then the page scrolls."""
        around = self._card.box.contentsMargins()
        bar = self.table.horizontalScrollBar()
        frame = around.top() + around.bottom() + (bar.sizeHint().height() if bar.maximum() else 0)
        frame += self.table.horizontalHeader().height()
        self._card.setMaximumHeight(frame + self.table.row_height() * self.model.rowCount())
        self._stack.setMinimumHeight(frame + self.table.row_height() * FEWEST_LINES)
