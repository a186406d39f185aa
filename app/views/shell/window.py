# SPDX-License-Identifier: MPL-2.0
"""The window: painted bare before anything is opened, then furnished, and then the frame round every screen.

Made first by bootstrap, so it imports nothing but Qt and the colours; even its own top line comes with `furnish`, and each
screen when it is shown. Knows the context from `attach` on: passes the pen, locks, goes between the day's page and a case.
Must not know what a screen holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from app.qt.theme import LARGEST, SMALLEST, fill, page_color, theme_of
from app.views.shell.closing import bound_fields, may_close

if TYPE_CHECKING:
    from app.domain.roles import Hand, Role
    from app.models.kinds import Municipality
    from app.views.context import Context
    from app.views.parts.side_panel import Sheet
    from app.views.shell.asks import WindowAsks
    from app.views.shell.everywhere import Everywhere
    from app.views.shell.idle import Idle
    from app.views.shell.start_page import StartPage
    from app.views.shell.top_bar import PracticeRibbon, TopBar
    from app.views.sign_in.lock_screen import LockScreen
    from app.views.sign_in.pen_pass import PenPass


class MainWindow(QWidget):
    """`painted` once, when it has been on the screen; `listed` once, when the first list has; `closing` when it is about to go;
    `moved` when one stands elsewhere.
    """

    painted = Signal()
    listed = Signal()
    closing = Signal()
    moved = Signal(str, int)  # a case's id ("" is the day's page), a step from 1
    look_changed = Signal()
    wants_seat = Signal()  # somebody else would sit down at the table
    everybody_left = Signal()  # nobody sits there any more
    connection_wanted = Signal(str, str)  # "desk", "again" or "guest", and a person's id
    account_wanted = Signal(str, str)  # "forgotten", "colleague" or "vouch", and a person's id

    ribbon: PracticeRibbon
    bar: TopBar
    bar_sheet: Sheet
    pages: QStackedWidget

    def __init__(self, scheme: str = "system") -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("Rundbord")
        self.setAccessibleName("Rundbord")
        self._painted = self._furnished = False
        self._told_idle: Idle | None = None
        self.context: Context | None = None
        self.room: Any = None
        self.today: Any = None
        self.scheme = scheme
        self.adviser: Any = None
        self._lock: LockScreen | None = None
        self._pen: PenPass | None = None
        self._asks: WindowAsks | None = None
        self.kept_folder = ""
        self._start: StartPage | None = None
        self._help: Any = None
        self._settings: Any = None
        self.everywhere: Everywhere | None = None
        self._room_step = 0

    def furnish(self) -> None:
        """Put in what every screen stands in. Once, when the bare window has been painted."""
        from app.views.parts.side_panel import Rule, Sheet
        from app.views.shell.top_bar import PracticeRibbon, TopBar

        self._furnished = True
        self.ribbon = PracticeRibbon(self)
        self.ribbon.hide()
        self.bar_sheet = Sheet("side", self)
        self.bar = TopBar(self.bar_sheet)
        sheet_row = QVBoxLayout(self.bar_sheet)
        sheet_row.setContentsMargins(0, 0, 0, 0)
        sheet_row.setSpacing(0)
        sheet_row.addWidget(self.bar)
        sheet_row.addWidget(Rule(self.bar_sheet))
        self.pages = QStackedWidget(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.ribbon)
        self._column.addWidget(self.bar_sheet)
        self._column.addWidget(self.pages, 1)

    def equip(self) -> None:
        """Give every key its action and the top line its people and buttons: once, in the turn after the first list or before
        any other page. The line has its height already.
        """
        if self.everywhere is None:
            from app.views.shell.everywhere import Everywhere

            self.everywhere = Everywhere(self)
            self._session_changed()

    # Before the desk is open.

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._furnished:
            fill(QPainter(self), event.rect(), page_color(self.scheme))
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)

    @property
    def start(self) -> StartPage:
        """The page with no screen. Most starts are over before anybody would see it."""
        if self._start is None:
            from app.views.shell.start_page import StartPage

            self._start = StartPage(self)
            self.pages.addWidget(self._start)
        return self._start

    def show_start(self) -> StartPage:
        """The page with no screen: a wait, or trouble and its ways on."""
        self._show(self.start)
        return self.start

    def show_page(self, page: QWidget) -> None:
        """A page of somebody else's (the sign-in, the first start)."""
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        self._show(page)

    def drop_page(self, page: QWidget) -> None:
        """Done with it."""
        self.pages.removeWidget(page)
        page.hide()
        page.deleteLater()

    @property
    def asks(self) -> WindowAsks:
        """How screens tell and ask: a quiet line near the foot, a card, the system's file dialogs."""
        if self._asks is None:
            from app.views.shell.asks import WindowAsks

            self._asks = WindowAsks(self, self._where_nobody_writes, self.kept_folder)
        return self._asks

    @property
    def folder(self) -> str:
        """Where a file was last saved or fetched, this time or the last; "" for nowhere yet."""
        return self._asks.folder if self._asks is not None else self.kept_folder

    # With a desk.

    def attach(self, context: Context) -> None:
        """The desk is open: from now on screens can be shown."""
        self.context = context
        self.ribbon.setVisible(context.practice)
        context.session_changed.connect(self._session_changed)
        self._session_changed()

    def show_municipality(self, settings: Municipality) -> None:
        """Whose desk this is, and after how long it locks."""
        self.bar.show_place(" · ".join(part for part in (settings.name, settings.unit) if part) or "Rundbord")
        self.set_lock_minutes(self.context.lock_minutes(settings.lock_minutes) if self.context is not None else 0)

    def put_away(self) -> None:
        """The desk is gone: take down every screen that showed it."""
        self.detach()
        for name in ("room", "today", "adviser", "_settings"):
            page = getattr(self, name)
            setattr(self, name, None)
            if page is not None:
                self.drop_page(page)
        for card in (self._pen, self._lock):
            if card is not None:
                card.hide()
                card.deleteLater()
        self._pen = self._lock = None
        self.context = None
        self._session_changed()

    def detach(self) -> None:
        """The desk is about to be closed: nothing of it is shown or asked for any more."""
        if self.context is not None:
            self.context.turns.end()
        if self._told_idle is not None:
            self._told_idle.end()

    def go_home(self) -> None:
        """The day's page; an adviser's own, who sees no list of citizens (D3)."""
        if self.context is None or self.context.pen is None or self.locked:
            return
        if self._advises:
            from app.views.shell import visits

            visits.advising(self, self.context)
            return
        if self.today is None:
            from app.views.today.page import TodayPage

            self.today = TodayPage(self.context, self.pages)
            self.today.listed.connect(self.listed)
            self.today.listed.connect(lambda: QTimer.singleShot(0, self, self.equip))  # what is painted goes out first
            self.today.open_case.connect(self.open_case)
            self.today.open_at.connect(self.open_case)
            self.today.open_record.connect(self.open_record)
            self.today.new_citizen.connect(self.new_citizen)
            self.today.import_referrals.connect(self.import_referrals)
            self.pages.addWidget(self.today)
        self._leave_room()
        self._show(self.today)
        self.today.begin()
        self.moved.emit("", 1)

    def open_case(self, case_id: str, step: int = 1) -> None:
        """The meeting room of a case, at a step (1-6)."""
        if self.context is None or self.context.pen is None or self.locked:
            return
        if self._advises:
            self.go_home()
            return
        from app.views.room.room import Room

        self._leave_room()
        self.room = room = Room(self.context, case_id)
        room.closed.connect(self.go_home)
        room.wants_lock.connect(self.lock)
        room.pen_requested.connect(self.give_pen)
        room.turn_requested.connect(self.turn)
        room.same.opened.connect(self.open_case)
        self._room_step = 0
        room.refreshed.connect(self._room_moved)
        for moved in (room.bar.chosen, room.missing.chosen, room.next_button.clicked):
            moved.connect(lambda *_: QTimer.singleShot(0, self, self._room_moved))
        if step > 1:
            room.go(step)
        self.pages.addWidget(room)
        self._show(room)

    def open_record(self, case_id: str, kind: str, record_id: str, name: str) -> None:
        """The meeting room of a case, at a field of a record."""
        self.open_case(case_id)
        if self.room is not None:
            self.room.show_record(kind, record_id, name)

    def new_citizen(self) -> None:
        """A citizen has come in: a name, and on to the meeting."""
        if self.context is None or self.context.pen is None or self.locked or self._advises:
            return
        from app.views.shell import visits

        visits.new_citizen(self, self.context)

    def import_referrals(self) -> None:
        """Take in a file from the job centre."""
        if self.context is None or self.context.pen is None or self.locked or self._advises:
            return
        from app.views.shell import visits

        visits.referrals(self, self.context)

    def turn(self) -> None:
        """Turn the screen to the citizen."""
        if self.context is None or self.room is None or self.room.file is None or self.locked:
            return
        from app.views.room.turn import turn_to_citizen

        turn_to_citizen(self.context, self.room, self)

    def flush(self) -> None:
        """Keep whatever is typed anywhere in the program, now."""
        for bound in bound_fields():
            bound.flush()

    def leave_fields(self) -> None:
        """As if the cursor left every field: what is typed is read, and the next word is by the next hand."""
        for bound in bound_fields():
            bound.leave()

    # What can be done everywhere.

    def lock(self) -> None:
        """Cover everything. What is typed is kept first."""
        context = self.context
        if context is None or not context.people or self.locked:
            return
        self.flush()
        if self._lock is None:
            from app.views.sign_in.lock_screen import LockScreen

            self._lock = LockScreen(context, self)
            self._lock.unlocked.connect(self._unlocked)
            self._lock.left.connect(self._leave_table)
            self._lock.uncovered.connect(lambda: self.pages.setEnabled(True))
        self._lock.cover()
        self.pages.setEnabled(False)  # no shortcut of a screen works, and no key reaches one, while it is covered

    @property
    def locked(self) -> bool:
        """Whether the screen is covered."""
        return self._lock is not None and self._lock.covering

    def pass_pen(self) -> None:
        """Ask the other one at the table for their PIN; with nobody else there, offer them a seat."""
        context = self.context
        if context is not None and context.pen is not None and not self._advises:
            self._offer_pen(tuple(hand for hand in context.people if hand != context.pen))

    def give_pen(self, role: Role) -> None:
        """The pen is wanted in this role: by who sits there, or by somebody who is yet to sit down."""
        context = self.context
        if context is not None and context.pen is not None and context.pen.role is not role:
            there = context.person(role)
            self._offer_pen((there,) if there else ())

    def _offer_pen(self, others: tuple[Hand, ...]) -> None:
        context = self.context
        if context is None or self.locked:
            return
        if not others:
            self.wants_seat.emit()
            return
        self.leave_fields()
        if self._pen is None:
            from app.views.sign_in.pen_pass import PenPass

            self._pen = PenPass(context, self)
            self._pen.passed.connect(self._pen_passed)
        self._pen.ask(others)

    def show_help(self) -> None:
        """The keys, read from the action table."""
        if self.locked:
            return
        if self._help is None:
            from app.views.shell.help import HelpOverlay

            self._help = HelpOverlay(self)
        self._help.show_for(self.room is not None)

    def show_settings(self) -> None:
        """Text size, light and dark, and the municipality's own words."""
        if self.context is None or self.context.pen is None or self.locked:
            return
        if self._settings is None:
            from app.views.shell.settings_page import SettingsPage

            self._settings = SettingsPage(self.context, self)
            self._settings.closed.connect(self._settings_closed)
            self._settings.account.connect(lambda person: self.account_wanted.emit("forgotten", person))
            self._settings.vouch.connect(lambda person: self.account_wanted.emit("vouch", person))
            self._settings.catalogue.connect(self.show_catalogue)
            self._settings.connection.connect(self.connection_wanted)
        self._settings.come_from(self.pages.currentWidget())
        self._settings.refresh()
        self.show_page(self._settings)
        self._settings.begin()

    def show_catalogue(self) -> None:
        """What can be offered; back to the settings, whence one comes."""
        if self.context is None or self.context.pen is None or self.locked:
            return
        from app.views.shell import visits

        visits.catalogue(self, self.context, lambda: self.show_page(self._settings))

    def set_look(self, scheme: str, scale: int) -> None:
        """Light, dark or as the machine, and the size of text in per cent; from now on and at the next start."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self.scheme = scheme
            theme_of().apply(app, scheme, max(SMALLEST, min(LARGEST, scale)))
            self.look_changed.emit()

    def set_lock_minutes(self, minutes: int) -> None:
        """Lock by itself after so long without a key or a movement; 0 is never."""
        self._idle.allow(minutes, watches=self.context is not None)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """The keyboard comes back from what covered the window, and what had it is gone: to where the page begins."""
        page = self.pages.currentWidget() if self._furnished else None
        in_room = self.room is not None and page is self.room
        if in_room:
            self.room.keyboard.take_up()
        elif page is not None:
            page.setFocus(reason)
        else:
            super().setFocus(reason)

    # Inside.

    @property
    def _idle(self) -> Idle:
        """Made when it is first told how long it may be: the first list does not wait for it."""
        if self._told_idle is None:
            from app.views.shell.idle import Idle

            self._told_idle = Idle(self)
            self._told_idle.timeout.connect(self.lock)
        return self._told_idle

    @property
    def _advises(self) -> bool:
        """Whether an adviser holds the pen: then nothing is shown but what is shared."""
        pen = self.context.pen if self.context is not None else None
        return pen is not None and pen.role.value == "rådgiver"

    def _where_nobody_writes(self) -> QWidget | None:
        """The middle of the table, between the two who write; None outside the room."""
        return self.room.table.middle if self.room is not None and self.room.isVisible() else None

    def _session_changed(self) -> None:
        if self.everywhere is not None:
            self.everywhere.show(self.context, advises=self._advises)

    def _pen_passed(self, hand: Hand) -> None:
        if self.context is not None:
            self.context.pass_pen(hand.role)

    def _unlocked(self, hand: Hand) -> None:
        if self.context is not None:
            self.context.pass_pen(hand.role)
        self._idle.again()

    def _leave_table(self) -> None:
        self._leave_room()
        if self.context is not None:
            self.context.sign_out()
        self.everybody_left.emit()

    def _settings_closed(self, back: QWidget | None) -> None:
        if back is not None and self.pages.indexOf(back) >= 0 and back is not self._start:
            self._show(back)
        else:
            self.go_home()

    def _show(self, page: QWidget) -> None:
        """A screen on the table. The room has a top line of its own, with the same keys."""
        in_room = page is self.room
        self.bar_sheet.setVisible(not in_room)
        self.bar.take_keys_of(page)
        if page is not self.today:
            self.equip()
        if self.everywhere is not None:
            self.everywhere.allow_pen(not in_room)
        self.pages.setCurrentWidget(page)

    def _room_moved(self) -> None:
        """Remember the step in hand when it is another than before."""
        room = self.room
        if room is not None and room.number and room.number != self._room_step:
            self._room_step = room.number
            self.moved.emit(room.case_id, room.number)

    def _leave_room(self) -> None:
        room, self.room = self.room, None
        if room is None:
            return
        room.leave()
        room.closed.disconnect(self.go_home)
        room.refreshed.disconnect(self._room_moved)
        self.drop_page(room)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing typed is lost by closing: words the disk refuses hold the window open until somebody lets them go."""
        if self.context is not None:
            self.leave_fields()
            if not may_close(self.context, self):
                event.ignore()
                return
        self.closing.emit()
        super().closeEvent(event)
