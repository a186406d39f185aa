# SPDX-License-Identifier: MPL-2.0
"""Who sits down at the table and gets up from it: the sign-in page, and the pages of an account beside it.

Made by bootstrap for each desk. Shows its pages in the window and leads back to where one was. Must not know the meeting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.views.context import Context

if TYPE_CHECKING:
    from app.domain.roles import Hand
    from app.views.shell.window import MainWindow
    from app.views.sign_in.sign_in_page import SignInPage


class Reception(QObject):
    """Answers the window's wishes for a seat, an account, or an empty table."""

    def __init__(self, context: Context, window: MainWindow, begin: Callable[[], object]) -> None:
        """`begin` when the first of the day has sat down."""
        super().__init__(window)
        self._context = context
        self._window = window
        self._begin = begin
        self._seat: SignInPage | None = None
        self._before: QWidget | None = None
        window.wants_seat.connect(self.ask)
        window.everybody_left.connect(self.ask)
        window.account_wanted.connect(self.account)
        window.connection_wanted.connect(self.connect_shared)
        context.joined.connect(self._one_more)

    def ask(self) -> None:
        """Somebody sits down: the first of the day, or one more."""
        window = self._window
        if self._seat is None:
            from app.views.sign_in.sign_in_page import SignInPage

            self._seat = SignInPage(self._context)
            self._seat.seated.connect(self._seated)
            self._seat.back.connect(self._back)
            self._seat.forgotten.connect(lambda person: self.account("forgotten", person))
            self._seat.new_colleague.connect(lambda: self.account("colleague", ""))
            self._seat.guest.connect(self._guest)
        now = window.pages.currentWidget()
        if not self._context.people:
            self._before = None
        elif now is not self._seat:
            self._before = now
        window.show_page(self._seat)
        self._seat.begin()

    def account(self, kind: str, person_id: str) -> None:
        """A page of an account ("colleague", "forgotten" or "vouch"), and back to where one was."""
        from app.views.sign_in.account_pages import ColleaguePage, ForgottenPage, VouchPage

        window = self._window
        before = window.pages.currentWidget()
        page = {"colleague": ColleaguePage, "forgotten": ForgottenPage, "vouch": VouchPage}[kind](self._context)

        def back() -> None:
            window.drop_page(page)
            if before is self._seat:
                self.ask()
            elif before is not None:
                window.show_page(before)

        def done(sentence: str) -> None:
            back()
            window.asks.say(sentence)

        page.done.connect(done)
        page.back.connect(back)
        window.show_page(page)
        page.begin(person_id)

    def connect_shared(self, way: str, person_id: str = "") -> None:
        """Join the shared database ("desk"), sign in to it anew ("again"), or as a guest ("guest"); and back to where one was."""
        from app.views.sign_in.connecting import Connecting

        Connecting(self._context, self._window, self._guest_in if way == "guest" else None).ask(way, person_id)

    def _one_more(self) -> None:
        """Somebody has an account here now, and went back before they sat down: they can sit down as anybody else."""
        if self._seat is not None and self._window.pages.currentWidget() is self._seat:
            self._seat.begin()

    def _guest(self) -> None:
        self.connect_shared("guest")

    def _guest_in(self, hand: Hand, password: str) -> None:
        self._context.sign_in(hand, password)
        self._seated()

    def close(self) -> None:
        """The desk is gone."""
        window = self._window
        window.wants_seat.disconnect(self.ask)
        window.everybody_left.disconnect(self.ask)
        window.account_wanted.disconnect(self.account)
        window.connection_wanted.disconnect(self.connect_shared)
        self._context.joined.disconnect(self._one_more)
        if self._seat is not None:
            window.drop_page(self._seat)
        self.deleteLater()

    def _seated(self) -> None:
        if self._before is None:
            self._begin()
        else:
            self._back()

    def _back(self) -> None:
        back, self._before = self._before, None
        if back is not None:
            self._window.show_page(back)
        else:
            self._window.go_home()
