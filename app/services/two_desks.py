# SPDX-License-Identifier: MPL-2.0
"""Practice of two desks over one record: a PostgreSQL of its own, the practice team in it, and two desks that have joined.

The first desk is the practice folder itself, the bestiller's; whoever else is of the team is a guest there. The second is the
vejleder's own, in a folder within. Called by `rundbord demo`. Practice data never meets a real shared database: the server is
made here, listens on this machine alone, and its database bears the mark of practice. Must not know screens.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.errors import EnvironmentProblem
from app.domain.names import fold
from app.services import joining, practice
from app.services.desk import Clock, Desk, system_clock
from app.services.joining import Asked
from app.services.opening import open_replica, practice_code
from app.services.shared import membership
from app.services.sharing import Sharing
from app.store import accounts, keys
from app.store import membership as kept
from app.sync import practice_database
from app.sync.practice_database import Player
from app.sync.practice_server import PracticeServer

if TYPE_CHECKING:
    from app.sync.profile import Profile
    from app.sync.status import SyncStatus

SECOND, SERVER = "bord-2", "øvedatabase"
TEAM_NAME = "Vores Netværk"
_ROUNDS = 20
_GONE = "Øvedatabasen i mappen er væk. Begynd øvelsen i en tom mappe."
_NOT_ALL = "Det hele nåede ikke frem til øvedatabasen."


class TwoDesks:
    """The server runs from the beginning of the `with` to its end. EnvironmentProblem where there is no PostgreSQL here."""

    def __init__(self, folder: Path, *, thrown_away: bool = False) -> None:
        """`thrown_away`: the folder goes when the practice is over, so that nobody asks what a power cut leaves."""
        self.first, self.second = folder, folder / SECOND
        self._server = PracticeServer(folder / SERVER, fsync=not thrown_away)
        self._was_there = (self._server.data / "PG_VERSION").is_file()
        self._starting: Future[PracticeServer] | None = None

    def __enter__(self) -> TwoDesks:
        self.first.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sys.platform != "win32" and os.geteuid() == 0:
            self.first.chmod(0o711)  # the server is then another user's, and must get by; nothing here is a secret
        beside = ThreadPoolExecutor(1, "practice-server")
        self._starting = beside.submit(self._server.start)
        beside.shutdown(wait=False)
        return self

    def __exit__(self, *_: object) -> None:
        if self._starting is not None and self._starting.exception() is None:
            self._server.stop()

    def lay(
        self, bestiller: str = "", vejleder: str = "", *, clock: Clock = system_clock, citizens: bool = True
    ) -> None:
        """Lay the table: both desks have joined, and have what the other has. Done before, it is brought up to date.

        By these names sit a bestiller at the first desk and a vejleder at the second; "" is the practice team's own.
        """
        with _opened(self.first, clock) as desk:
            code = practice_code(self.first)
            pair = practice.at_table(desk, code, bestiller, vejleder)
            if citizens:
                practice.prepare(desk, code)
            self._answers(desk)
            profile = practice_database.profile_of(self._server)
            players = _players(desk)
            practice_database.lay(self._server, desk.replica.root_public or "", TEAM_NAME, players, practice.PASSWORD)
            logins = {player.person_id: player.login for player in players}
            first = pair.bestiller.person_id
            for person_id in (first, *(p for p in logins if p != first)):
                _join(desk, profile, person_id, logins[person_id])
            practice_database.vouch(self._server, code)
            _exchange(desk)
        if not (self.second / keys.REPLICA_FILE).is_file():
            asked = Asked(logins[pair.vejleder.person_id], practice.PASSWORD, pin=practice.PIN)
            joining.join_first(self.second, profile, asked, practice=True, clock=clock)
        with _opened(self.second, clock) as desk:
            _readdress(desk, profile)
            _exchange(desk)

    def settle(self, clock: Clock = system_clock) -> None:
        """No window being open: what either desk has not sent is sent, and each gets what the other wrote."""
        for folder in (self.first, self.second, self.first):
            with _opened(folder, clock) as desk:
                _exchange(desk)

    def _answers(self, desk: Desk) -> None:
        """The server is up, and is the one this desk has joined if it has joined any."""
        assert self._starting is not None
        self._starting.result()
        if membership(desk) is not None and not self._was_there:
            raise EnvironmentProblem(_GONE)


@contextmanager
def _opened(folder: Path, clock: Clock) -> Iterator[Desk]:
    opened = open_replica(folder, practice=True, clock=clock)
    try:
        yield opened.desk
    finally:
        opened.desk.replica.close()
        opened.lock.release()


def _players(desk: Desk) -> tuple[Player, ...]:
    """Everybody with an account here, with the login they have or get: the first name in plain letters."""
    logins = kept.logins(desk.replica)
    taken = set(logins.values())
    players = []
    for account in accounts.accounts(desk.replica):
        login = logins.get(account.person_id) or _login(account.name, taken)
        taken.add(login)
        roles = tuple(role.value for role in account.roles)
        players.append(Player(account.person_id, login, account.name, roles, account.phone, account.discipline))
    return tuple(players)


def _login(name: str, taken: set[str]) -> str:
    plain = re.match(r"[a-z][a-z0-9]*", fold(name))
    first = plain.group() if plain else "person"
    return next(login for n in range(1, len(taken) + 2) if (login := first if n == 1 else f"{first}{n}") not in taken)


def _join(desk: Desk, profile: Profile, person_id: str, login: str) -> None:
    _readdress(desk, profile)
    if person_id not in kept.logins(desk.replica):
        joining.join(desk, profile, Asked(login, practice.PASSWORD), person_id=person_id)


def _readdress(desk: Desk, profile: Profile) -> None:
    """The server may have got another port since last time."""
    joined = membership(desk)
    if joined is not None and joined.profile != profile:
        kept.keep(desk.replica, profile.as_text(), joined.host, joined.logins[joined.host])


def _exchange(desk: Desk) -> None:
    """Round after round, until the desk has sent everything and has what the others have."""
    joined = membership(desk)
    assert joined is not None
    sharing = Sharing(desk, joined.profile, joining.at_once, _nothing, _nothing, _nothing, start=False)
    try:
        for person_id, login in joined.logins.items():
            sharing.sign_in(person_id, login, practice.PASSWORD)
        for _ in range(_ROUNDS):
            before = sharing.status
            status = sharing.round()
            if _rests(status) and status == before:
                return
    finally:
        sharing.stop()
    raise EnvironmentProblem(_NOT_ALL)


def _rests(status: SyncStatus) -> bool:
    from app.sync.status import State

    return status.state is State.SHARED and not status.unsent


def _nothing(*_: object) -> None:
    """Nobody looks on."""
