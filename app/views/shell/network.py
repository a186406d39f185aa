# SPDX-License-Identifier: MPL-2.0
"""The shared database and the window: starts the sharing when the first list is on the screen, tells it who sits at the table,
and ends it before the replica is closed. Made by bootstrap for each desk; lives on the GUI thread.

A password typed at the sign-in is kept here only until the sharing has it, and not at all on a desk that is alone. Whose desk it
is has theirs in the machine's key store, so that their words go up and others' come before anybody has signed in. Must not know
what is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from app.services.shared import Membership
    from app.views.context import Context


class Network(QObject):
    """The sharing of one desk. Does nothing at all on a desk that has joined no shared database."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._context = context
        self._membership: Membership | None = None
        self._typed: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._closed = self._alone = False
        context.came_in.connect(self._came_in)
        context.session_changed.connect(self._session_changed)
        context.joined.connect(self.begin)

    def begin(self) -> None:
        """See whether this desk has joined a shared database, and if so start. Also when it has just joined, or someone has."""
        from app.services import shared

        self._alone = False
        context = self._context
        desk = context.desk
        context.run(lambda: shared.membership(desk), self._found)

    def stop(self) -> None:
        """End within a second. What is unsent stays unsent and is sent the next time."""
        self._closed = True
        sharing, self._context.sharing = self._context.sharing, None
        if sharing is not None:
            sharing.stop()
        self._context.end_errands(0.3)

    # -- inside

    def _found(self, membership: Membership | None) -> None:
        from app.services import shared

        if membership is None:
            self._alone = True
            self._typed.clear()
        if membership is None or self._closed:
            return
        self._membership = membership
        if self._context.sharing is not None:
            self._tell()
            return
        self._context.run_slow(lambda: shared.bring_in(membership), self._start)

    def _start(self, remembered: str | None) -> None:
        """The driver is in memory, and the password of whose desk it is if the machine keeps it."""
        from app.services.sharing import Sharing

        context, membership = self._context, self._membership
        if membership is None or self._closed or context.sharing is not None:
            return
        if remembered:
            seated = context.people if membership.profile.practice else ()  # nobody typed theirs, and a team's is one
            for person_id in (membership.host, *(hand.person_id for hand in seated)):
                self._typed.setdefault(person_id, remembered)
        context.share(
            Sharing(
                context.desk,
                membership.profile,
                context.on_lane,
                context.came,
                context.hear_status,
                context.hear_presence,
            )
        )
        self._tell()

    def _came_in(self, person_id: str, password: str) -> None:
        if not self._alone:
            self._typed[person_id] = password

    def _session_changed(self) -> None:
        here = {hand.person_id for hand in self._context.people}
        keeps = here | ({self._membership.host} if self._membership is not None else set())
        sharing = self._context.sharing
        for person_id in [p for p in (*self._typed, *self._told) if p not in keeps]:
            self._typed.pop(person_id, None)
            if self._told.pop(person_id, None) is not None and sharing is not None:
                sharing.sign_out(person_id)
        self._tell()

    def _tell(self) -> None:
        """Give the sharing those it does not know yet."""
        sharing, membership = self._context.sharing, self._membership
        if sharing is None or membership is None:
            return
        for person_id, password in list(self._typed.items()):
            login = membership.logins.get(person_id)
            if login is not None:
                del self._typed[person_id]
                self._told[person_id] = login
                sharing.sign_in(person_id, login, password)
