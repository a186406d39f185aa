# SPDX-License-Identifier: MPL-2.0
"""The screen turned to the citizen: their own words and plan, large, and nothing else (promises 5 and 6, row A8).

A window of its own over the whole screen, or on the other screen where there are two. It shows a `CitizenContent` and
follows the record live; the citizen sets their own scale by touch, mouse or keys. It is closed by the staff's key and a
PIN. Must not know of anything that is not the citizen's: what is shown is decided by `citizen_content` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.qt.theme import follow, theme_of
from app.services import accounts
from app.services.practice import PIN
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.earshot import Hush
from app.views.parts.fields import ChoiceField, Option, TextField
from app.views.parts.keyboard import LeadsKeyboard
from app.views.parts.notices import IconMark
from app.views.parts.paper_view import LONG_QUOTE, quoted
from app.views.parts.side_panel import Scrolling, Sheet
from app.views.parts.six_months import SixMonths, describe
from app.views.parts.stack import Stack
from app.views.parts.words import Words, grows_down
from app.views.room.citizen_content import CitizenContent, citizen_content, months
from app.views.room.turn_goal import AROUND, Doings, GoalPart
from app.views.shell.overlay import Overlay
from app.views.talking import on_screen

if TYPE_CHECKING:
    from app.views.room.room import Room

WAITING = "Her kommer dine ord til at stå"
TITLE = "Rundbord"
WIDEST_TEXT = 1300
"""Points: wider lines are lost between their beginning and their end."""

Check = Callable[[Hand, str, bool, Callable[[], object], Callable[[str, str | None], object]], object]
"""Checks a PIN (or, where True, a password) of somebody at the table; calls the one or the other when it knows."""


class CitizenView(LeadsKeyboard):
    """`turned_back` when the staff have taken the screen again."""

    turned_back = Signal()

    def __init__(
        self, context: Context, case_id: str, check: Check | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self._context = context
        self._case_id = case_id
        self._may_close = False
        self.apart = False
        """Whether it stands on a screen of its own: the staff then turn it back from theirs, without a PIN."""
        self.setObjectName("citizen_view")
        self.setWindowTitle(TITLE)
        self.setAccessibleName("Din plan")
        self._page = Page(context, case_id)
        self.scrolling = Scrolling(self._page, self)
        self.scrolling.setAccessibleName("Din plan")
        self.scrolling.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.keyboard_to(self.scrolling)
        self._hush = Hush(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.scrolling)
        self._staff = StaffOnly(context, check or _check_with(context), self)
        self._staff.passed.connect(self.turn_back)
        context.session_changed.connect(self._session_moved)

    def refresh(self, file: CaseFile) -> None:
        """Show what is the citizen's on the record now. A scale somebody is moving stays where they have it."""
        today = self._context.desk.today()
        self._page.show_content(citizen_content(file, today), today)
        self._page.stand_on(file)

    def turn(self) -> None:
        """Turn the screen: the other one where there are two, else this one."""
        own = self.parentWidget()
        here = own.screen() if own is not None else QGuiApplication.primaryScreen()
        other = next((screen for screen in QGuiApplication.screens() if screen is not here), None)
        self.apart = other is not None
        screen = other or here
        if screen is not None:
            self.setGeometry(screen.geometry())
        self._may_close = False
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, not self.apart)  # the table must not slip in front
        self.showFullScreen()
        if not self.apart:
            if own is not None:  # covered by this one, it is no more read than it is seen
                self._hush.take_all_of(own)
            self.activateWindow()
            self.scrolling.setFocus(Qt.FocusReason.OtherFocusReason)

    def asked_back(self) -> None:
        """Somebody wants the screen back: from the staff's own screen at once, else whoever it is says who they are."""
        if self.apart:
            self.turn_back()
        else:
            self.raise_()
            self.activateWindow()
            self._staff.ask()

    def turn_back(self) -> None:
        """The staff have their screen again. What the citizen has just set is kept first."""
        if self.isHidden():
            return
        self.flush()
        self._may_close = True
        self._hush.give_back()
        self._staff.close_overlay()
        self.hide()
        self.turned_back.emit()

    def flush(self) -> None:
        """Keep what the citizen has set, now."""
        self._page.flush()

    def plain_text(self) -> str:
        """Everything that can be read, a line for each block."""
        return self._page.plain_text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F9 and Escape are the staff's: they ask who is there."""
        if event.key() in (Qt.Key.Key_F9, Qt.Key.Key_Escape):
            self._staff.ask()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window by other ways asks the same."""
        if self._may_close or not self.isVisible():
            super().closeEvent(event)
            return
        event.ignore()
        self._staff.ask()

    def _session_moved(self) -> None:
        if self._context.pen is None:
            self.turn_back()


class Page(Sheet):
    """The page itself: what they want, the answer, the goals with their scales, the six months, and what happens now."""

    def __init__(self, context: Context, case_id: str) -> None:
        super().__init__("surface")
        self._context = context
        self._case_id = case_id
        self._parts: dict[str, GoalPart] = {}
        self._headline = Words("", "big-quote", parent=self, leading=1.0)
        self._answer = _Answer(self)
        self._goals = QWidget(self)
        self._list = Stack(self._goals)
        grows_down(self._goals)
        self._line = SixMonths(large=True, parent=self)
        self._bridge = Words("", "big-body", parent=self)
        self._now = Words("Nu sker der dette", "big-strong", "text-quiet", self)
        self._steps = Doings(self)
        self._stack = Stack(self, hang=AROUND)
        for part, air in (
            *((self._headline, 0.0), (self._answer, 2.5), (self._goals, 4.0), (self._line, 4.0)),
            *((self._bridge, 4.0), (self._now, 5.0), (self._steps, 1.0)),
        ):
            self._stack.put(part, air, hangs=part is self._goals)
        grows_down(self)
        follow(self._restyle)

    def show_content(self, content: CitizenContent, today: date) -> None:
        """Show `content`, keeping every goal where it is and the keyboard where it was."""
        words = content.headline
        self._headline.setText(quoted(words) if words else WAITING)
        self._headline.set_color("text" if words else "text-faint")
        self._headline.set_role("big-quote" if len(words) <= LONG_QUOTE else "big-quote-small")
        self._answer.show_answer(content.answer, granted=content.granted)
        self._show_goals(content)
        line = months(content, today)
        self._line.set_months(line)
        self._line.setVisible(line is not None)
        self._bridge.setText(f"Derefter: {' · '.join(content.bridge)}")
        self._bridge.setVisible(line is None and bool(content.bridge))
        self._now.setVisible(bool(content.next_steps))
        self._steps.show_doings(content.next_steps)

    def flush(self) -> None:
        """Keep what the citizen has set, now."""
        for part in self._parts.values():
            part.flush()

    def plain_text(self) -> str:
        """Everything that can be read, a line for each block."""
        said = [self._headline.text(), self._answer.text()]
        said += [part.plain_text() for part in self._parts.values()]
        line = self._line.months()
        said += [describe(line)] if line is not None else []
        said += [words.text() for words in (self._bridge, self._now) if not words.isHidden()]
        return "\n".join(text for text in (*said, self._steps.plain_text()) if text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._restyle()

    def stand_on(self, file: CaseFile) -> None:
        """Which changes each scale shows: a place set here is written over them and no others."""
        for goal_id, part in self._parts.items():
            part.now.stands = on_screen(file, goal_id, "now_citizen")
            part.hoped.stands = on_screen(file, goal_id, "hoped")

    # -- inside

    def _show_goals(self, content: CitizenContent) -> None:
        wanted = [goal.id for goal in content.goals]
        if list(self._parts) != wanted:
            self._lay_out(wanted)
        for goal in content.goals:
            self._parts[goal.id].show_goal(goal)
        if self._goals.isHidden() == bool(
            wanted
        ):  # shown anew, all of it would be laid out before the page has its width
            self._goals.setVisible(bool(wanted))

    def _lay_out(self, wanted: list[str]) -> None:
        for gone in [i for i in self._parts if i not in wanted]:
            part = self._parts.pop(gone)
            part.flush()
            self._list.removeWidget(part)
            part.hide()
            part.deleteLater()
        for part in self._parts.values():
            self._list.removeWidget(part)
        self._parts = {i: self._parts.get(i) or GoalPart(self._context, self._case_id, i, self._goals) for i in wanted}
        for place, part in enumerate(self._parts.values()):
            self._list.put(part, 3 if place else 0)
            if part.isHidden():
                part.show()

    def _restyle(self) -> None:
        theme = theme_of()
        side = max(theme.width("paper") // 9, (self.width() - theme.px(WIDEST_TEXT)) // 2)
        self._stack.setContentsMargins(side - theme.px(AROUND), theme.px(32), side, theme.space(5))


class _Answer(QWidget):
    """The signed answer; beside a yes a mark that is beside nothing else: a no is no success of the citizen's."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = Words("", "big-heading", parent=self)
        self._row = QHBoxLayout(self)
        self._mark = IconMark("success", "ok", 30, self)
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._words, 1)
        grows_down(self)
        self.hide()
        follow(self._restyle)

    def show_answer(self, answer: str, *, granted: bool) -> None:
        """Show the answer; before there is one, nothing."""
        self._words.setText(answer)
        self._mark.setVisible(granted)
        self.setVisible(bool(answer))

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def _restyle(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme_of().px(14))


class StaffOnly(Overlay):
    """Who turns the screen back: one of those at the table, by their PIN. `passed` when it is right."""

    passed = Signal()

    def __init__(self, context: Context, check: Check, parent: QWidget) -> None:
        super().__init__(parent, 360)
        self._context = context
        self._check = check
        self._people: tuple[Hand, ...] = ()
        self._with_password = False
        self._asking = False
        self._title = Words("Vend skærmen tilbage", "heading", parent=self.card)
        self._who = ChoiceField("Hvem er du?", [], parent=self.card)
        self._who.setObjectName("turn.who")
        self.pin = TextField("PIN-kode", secret=True, parent=self.card)
        self.pin.setObjectName("turn.pin")
        self.password = TextField("Adgangskode", secret=True, parent=self.card)
        self.password.setObjectName("turn.password")
        self._open = Button("Vend tilbage", Kind.PRIMARY, parent=self.card)
        self._open.setObjectName("turn.open")
        self._stay = Button("Bliv her", Kind.QUIET, shortcut="Esc", parent=self.card)
        self._stay.setObjectName("turn.stay")
        for part in (self._title, self._who, self.pin, self.password):
            self.card.column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self._open)
        row.addStretch(1)
        row.addWidget(self._stay)
        self.card.column.addLayout(row)
        self.setAccessibleName("Vend skærmen tilbage")
        for field in (self.pin, self.password):
            field.line.returnPressed.connect(self._try)
        self._open.clicked.connect(self._try)
        self._stay.clicked.connect(self.close_overlay)
        self._who.edited.connect(lambda _text: self._ask_for(password=False))

    def ask(self) -> None:
        """Ask who is there; the one with the pen is offered first."""
        if self.isVisible():
            return
        pen = self._context.pen
        self._people = tuple(sorted(self._context.people, key=lambda hand: hand != pen))
        if not self._people:
            self.passed.emit()
            return
        self._who.set_options([Option(hand.person_id, hand.name) for hand in self._people])
        self._who.set_text(self._people[0].person_id)
        self._who.setVisible(len(self._people) > 1)
        self._asking = False
        self._ask_for(password=False)
        self.open(self.pin)

    def _ask_for(self, *, password: bool) -> None:
        self._with_password = password
        for field, shown in ((self.pin, not password), (self.password, password)):
            field.setVisible(shown)
            field.set_text("")
            field.set_error(None)
        self.pin.set_hint(f"Øvelse: PIN-koden er {PIN}" if self._context.practice else "")
        if self.isVisible():
            (self.password if password else self.pin).setFocus()

    def _try(self) -> None:
        said = (self.password if self._with_password else self.pin).text()
        who = next((hand for hand in self._people if hand.person_id == self._who.text()), None)
        if self._asking or not said or who is None:
            return
        self._asking = True
        self._check(who, said, self._with_password, self._right, self._wrong)

    def _right(self) -> None:
        self._asking = False
        if self.isVisible():
            self.close_overlay()
            self.passed.emit()

    def _wrong(self, message: str, field: str | None) -> None:
        self._asking = False
        if field == "password" and not self._with_password:
            self._ask_for(password=True)
        front = self.password if self._with_password else self.pin
        front.set_text("")
        front.refuse(message)
        front.setFocus()


def turn_to_citizen(context: Context, room: Room, window: QWidget) -> CitizenView:
    """Turn the screen for the case in a room. It follows what the room reads, and goes away when it is turned back.

    Asked for once more it is turned back: at once where it has a screen of its own, else by whoever's PIN.
    """
    turned = next((view for view in window.findChildren(CitizenView) if view.isVisible()), None)
    if turned is not None:
        turned.asked_back()
        return turned
    view = CitizenView(context, room.case_id, parent=window)
    room.refreshed.connect(view.refresh)
    room.destroyed.connect(view.turn_back)
    view.turned_back.connect(view.deleteLater)
    view.turned_back.connect(room.keyboard.take_up)
    if room.file is not None:
        view.refresh(room.file)
    view.turn()
    if view.apart:  # they write on at their own screen
        room.keyboard.take_up()
    return view


def _check_with(context: Context) -> Check:
    """The PIN against the account, on the database lane: five tries, then the password."""

    def check(
        who: Hand, said: str, password: bool, right: Callable[[], object], wrong: Callable[[str, str | None], object]
    ) -> None:
        judge = accounts.check_password if password else accounts.check_pin
        context.run(lambda: judge(context.desk, who.person_id, said), lambda _: right(), wrong)

    return check
