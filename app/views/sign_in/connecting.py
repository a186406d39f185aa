# SPDX-License-Identifier: MPL-2.0
"""The way through joining in a running window: the page, the errand to the shared database, and back to where one was.

Made by the reception for each time. Must not know how one joins; that is `services/joining.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.domain.roles import Hand, Role
from app.services import joining
from app.services.joining import Joined
from app.services.shared import Membership, membership
from app.sync.profile import read_address
from app.views.context import Context
from app.views.sign_in.connect_page import ConnectPage, Typed, Way

if TYPE_CHECKING:
    from app.views.shell.window import MainWindow

_ELSEWHERE = " Du underskriver på den computer, hvor du plejer."
_NOT_YET = " En leder skal bekræfte dig, før sagerne kan hentes og sendes."


class Connecting(QObject):
    """One walk through the page. `seat(hand, password)` is for a guest, who sits down when it is done."""

    def __init__(self, context: Context, window: MainWindow, seat: Callable[[Hand, str], object] | None) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._seat = seat
        self._page: ConnectPage | None = None
        self._before: QWidget | None = None
        self._membership: Membership | None = None
        self._decided = context.machine.profile() if context.machine is not None else None
        self._person = ""
        self._let_in: Joined | None = None
        """A guest who has been let in and is asked in which of their roles."""

    def ask(self, way: str, person_id: str) -> None:
        """Show the page for "desk", "again" or "guest"; `person_id` is who it is about, where that is known."""
        desk = self._context.desk
        self._person = person_id
        self._context.run(lambda: membership(desk), lambda found: self._show(Way[way.upper()], found))

    def _show(self, way: Way, found: Membership | None) -> None:
        self._membership = found
        self._before = self._window.pages.currentWidget()
        self._page = page = ConnectPage(way)
        if found is not None:
            page.address.hide()
        elif self._decided is not None:
            page.know(self._decided)
        if way is Way.DESK and self._person:
            page.tell_id(self._person)
        page.answered.connect(self._answered)
        page.took.connect(self._took)
        page.back.connect(self._back)
        self._window.show_page(page)
        page.begin(login=found.logins.get(self._person, "") if found is not None else "")

    def _answered(self, typed: Typed) -> None:
        context, found, person, decided = self._context, self._membership, self._person, self._decided
        desk, practice = context.desk, context.practice
        seated = frozenset(hand.role for hand in context.people)

        def errand() -> Joined:
            if self._seat is not None:
                return joining.guest(desk, typed.asked, seated, on_lane=context.on_lane)
            profile = found.profile if found is not None else decided
            if profile is None:
                profile = read_address(typed.address, typed.ca, practice=practice)
            return joining.join(desk, profile, typed.asked, on_lane=context.on_lane, person_id=person)

        context.run_shared(errand, self._in, self._refused)

    def _in(self, joined: Joined) -> None:
        context = self._context
        said = (_ELSEWHERE if joined.signs_elsewhere else "") + ("" if joined.confirmed else _NOT_YET)
        if self._page is not None and len(joined.roles) > 1:
            self._let_in = joined
            self._page.ask_role(joined.roles, joined.hand.role)
            return
        if self._page is None:  # they went back when the server had let them in already
            context.joined.emit()
            context.asks.say(f"{joined.hand.name} er tilsluttet den fælles database her.{said}")
            self.deleteLater()
            return
        self._leave()
        if self._seat is not None:
            context.joined.emit()
            self._seat(joined.hand, joined.password)
            if said:
                context.asks.say(said.strip())
            self.deleteLater()
            return
        if self._person and self._person != joined.hand.person_id:  # the account here has taken the server's id
            context.sign_out()
            self._window.everybody_left.emit()
        context.joined.emit()  # first, so that the password is not turned away as on a desk that is alone
        context.came_in.emit(joined.hand.person_id, joined.password)
        context.asks.say(f"Computeren er tilsluttet den fælles database.{said}")
        self.deleteLater()

    def _took(self, role: str) -> None:
        if self._let_in is not None:
            joined, self._let_in = self._let_in, None
            self._in(replace(joined, hand=joined.hand._replace(role=Role(role)), roles=()))

    def _refused(self, message: str, field: str | None) -> None:
        if self._page is not None:
            self._page.complain(message, field)
        else:
            self.deleteLater()

    def _back(self) -> None:
        asking = self._page is not None and self._page.asking
        self._leave()
        if self._let_in is not None:
            self._in(self._let_in)
        elif not asking:  # else the answer comes yet, and may say that it was done
            self.deleteLater()

    def _leave(self) -> None:
        page, self._page = self._page, None
        if page is None:
            return
        self._window.drop_page(page)
        if self._before is not None:
            self._window.show_page(self._before)
