# SPDX-License-Identifier: MPL-2.0
"""The sharing in the running program: who sits at the table is told to the engine, what it tells comes back as one value.

Made by bootstrap after the first list is painted, on a desk that has joined a shared database; the driver of that database is
brought in by it, and by nothing before. Every method may be called from any thread and waits for nothing but `stop`. Must not
know screens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from app.services import managed
from app.services.desk import Desk
from app.services.shared import follow_roster
from app.store.membership import names

if TYPE_CHECKING:
    from app.services.seals import Seals
    from app.store.unit_of_work import ChangeSet
    from app.sync.courier import OnLane
    from app.sync.profile import Profile
    from app.sync.session import AtTheRecord, LookThere
    from app.sync.status import SyncStatus


class Sharing:
    """One engine over one desk. `tell` and `present` are called on the network thread.

    Without `start` there is no thread: `round` is called by whoever made it (`rundbord sync --once`).
    """

    def __init__(
        self,
        desk: Desk,
        profile: Profile,
        on_lane: OnLane,
        announce: Callable[[ChangeSet], None],
        tell: Callable[[SyncStatus], None],
        present: Callable[[str, tuple[AtTheRecord, ...]], None],
        *,
        start: bool = True,
    ) -> None:
        from app.sync.engine import Engine
        from app.sync.status import ALONE

        self.profile = profile
        self._desk = desk
        self._on_lane = on_lane
        self._tell = tell
        self._announce = announce
        self._seals: Seals | None = None
        self._untried: set[str] = set()
        self._doubted: set[str] = set()
        """Cases with a decision that did not hold: tried after each round, for the signer's key may come after their words."""
        self._tells_of_updates = managed.for_folder(desk.replica.path.parent).tells_of_updates
        self._here: tuple[str, ...] = ()
        self._at: tuple[str | None, str] = (None, "")
        self._stopped = False
        self.status: SyncStatus = ALONE
        self._engine = Engine(desk.replica, profile, on_lane, self._came, self._told)
        self._engine.presence.tell = present
        if start:
            self._engine.start()

    def sign_in(self, person_id: str, login: str, password: str) -> None:
        """Somebody sits here whose login and password are known: their words go up from now on."""
        self._here = (*(p for p in self._here if p != person_id), person_id)
        self._engine.sign_in(person_id, login, password)
        if self._at[0] is not None:
            self._engine.open_case(person_id, *self._at)

    def sign_out(self, person_id: str) -> None:
        """Somebody has left the table. Their password is forgotten."""
        self._here = tuple(p for p in self._here if p != person_id)
        self._engine.sign_out(person_id)

    def poke(self) -> None:
        """Something was written here."""
        self._engine.poke()

    def written(self, changes: ChangeSet) -> None:
        """The same, said on the database lane as soon as it is durable."""
        self._engine.written(changes)

    def try_now(self) -> None:
        """Somebody says that the network, or the password, should work now."""
        self._engine.try_now()

    def stands_at(self, case_id: str | None, field: str = "") -> None:
        """Those at the table have this case open (None: no case), and stand in that field."""
        self._at = (case_id, field)
        for person_id in self._here:
            self._engine.open_case(person_id, case_id, field)

    def want_history(self, case_id: str) -> None:
        """The case's log is wanted whole. It is announced as a change of ("case", id, "history") when it is here."""
        for person_id in self._here[:1]:
            self._engine.want_history(person_id, case_id)

    def looks(self, person_id: str, case_id: str) -> tuple[LookThere, ...] | None:
        """Who has looked at the case, from every desk: an errand, for it waits. None: the server does not show it to this
        person. Raises EnvironmentProblem where there is no way there."""
        return self._engine.looks(person_id, case_id)

    def start(self) -> None:
        """Begin, where it was made without."""
        self._engine.start()

    def round(self) -> SyncStatus:
        """One whole round, on the caller's own thread, where the sharing has none."""
        self._engine.round()
        return self.status

    def stop(self, seconds: float = 1.0) -> bool:
        """End, within so many seconds. What is unsent stays unsent. Whether the thread is gone."""
        self._stopped = True
        return self._engine.stop(seconds)

    def _came(self, changes: ChangeSet) -> None:
        """On the database lane: something has come. Decisions among it are tried when the round is over, and a new case's."""
        if any(kind == "decision" or (kind, name) == ("case", "number") for kind, _id, name in changes.keys):
            self._untried.add(changes.case_id)
        self._announce(changes)

    def _try_some(self) -> bool:
        """On the database lane: mark what does not hold of what has come, and tell of it. Whether more waits."""
        from app.services.seals import AT_A_TIME, Seals
        from app.store import unsealed
        from app.store.unit_of_work import ChangeSet, new_step

        self._seals = self._seals or Seals(self._desk)
        for case_id in [self._untried.pop() for _ in range(min(AT_A_TIME, len(self._untried)))]:
            marked_anew = self._seals.tried([case_id])
            if unsealed.is_marked(self._desk.replica, case_id):
                self._doubted.add(case_id)
            if marked_anew:
                self._announce(ChangeSet(case_id, frozenset({("case", case_id, "seal")}), new_step("Segl prøvet")))
        return bool(self._untried)

    def _told(self, status: SyncStatus) -> None:
        """On the network thread. After each round the accounts here follow the server's word, and names are put to ids; what is
        told in the middle of one waits for no lane, for the words it tells of wait for it: those at the table are known by then.
        """
        from app.sync.status import State

        asked, here = {*status.waiting, *status.of, *self._here}, self._here

        def look() -> Mapping[str, str]:
            for person_id in here:
                follow_roster(self._desk, person_id)
            return names(self._desk.replica, asked)

        wanted = status.wanted_client if self._tells_of_updates else ""
        known = self.status.names
        if status.state is not State.WORKING or not asked <= known.keys():
            known = self._on_lane(look)
        self.status = replace(status, wanted_client=wanted, names=known)
        self._tell(self.status)
        if status.state is State.WORKING:
            return
        doubted, self._doubted = self._doubted, set()
        self._untried |= doubted
        more = bool(self._untried)
        while more and not self._stopped and not self._engine.called:  # what is left waits for the round that comes now
            more = self._on_lane(self._try_some)
