# SPDX-License-Identifier: MPL-2.0
"""Whole desks that join by the service, for the tests of joining: with accounts and keys of their own, and one root key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from app.domain.roles import Hand, Role
from app.services import accounts, cases, joining
from app.services.desk import Desk
from app.services.joining import Asked, Joined
from app.services.sharing import Sharing
from app.store import keys
from app.store.accounts import Account
from app.store.accounts import account as account_of
from app.store.keys import KeyRing
from app.store.recovery import RecoveryCode, new_code
from app.store.replica import Replica
from app.store.seal import root_from_recovery
from app.store.unit_of_work import ChangeSet
from app.sync import administer, practice_mark
from app.sync.profile import Profile
from app.sync.status import ALONE, SyncStatus
from tests.sync.shared import SharedDatabase, Someone

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=timezone(timedelta(hours=1)))
PIN, OWN = "1234", "min egen lange sætning"


class Keys:
    """A key store that holds one ring, or none."""

    def __init__(self, ring: KeyRing | None = None) -> None:
        self.ring = ring

    def load(self, _replica_id: str) -> KeyRing | None:
        return self.ring

    def save(self, ring: KeyRing) -> None:
        self.ring = ring


class Town:
    """A municipality: its recovery code, and the shared database that has its key."""

    def __init__(self, shared: SharedDatabase, folder: Path, *, practice: bool = False) -> None:
        self.shared, self.folder = shared, folder
        self.code: RecoveryCode = new_code()
        self.root = root_from_recovery(self.code).public_key
        administer._set_root(shared.owner, self.root)
        if practice:
            practice_mark.mark(shared.owner)
        parts = conninfo_to_dict(shared.owner_dsn)
        self.profile = Profile(str(parts["host"]), int(str(parts["port"])), str(parts["dbname"]))
        self._open: list[Replica] = []
        self.made = 0

    def practice_profile(self) -> Profile:
        return replace(self.profile, practice=True)

    def nowhere(self) -> Profile:
        """An address where nobody answers."""
        return replace(self.profile, port=1)

    def place(self, *, practice: bool = False) -> Path:
        self.made += 1
        folder = self.folder / f"desk-{self.made}"
        folder.mkdir(parents=True)
        if practice:
            keys.mark_practice(folder)
        return folder

    def desk(self, *, root: str | None = "", practice: bool = False) -> Desk:
        """A desk alone, with the municipality's root unless it is given another."""
        folder = self.place(practice=practice)
        replica = Replica.open(folder / keys.REPLICA_FILE, bytes(32), self.root if root == "" else root, create=True)
        self._open.append(replica)
        return Desk(replica, lambda: NOW)

    def reopen(self, folder: Path, ring: KeyRing) -> Desk:
        replica = Replica.open(folder / keys.REPLICA_FILE, ring.raw_key, ring.root_public)
        self._open.append(replica)
        return Desk(replica, lambda: NOW)

    def local(self, desk: Desk, one: Someone, password: str, *, same_id: bool = True, vouched: bool = True) -> str:
        """An account of that person's made on the desk while it was alone."""
        person = accounts.create_person(
            desk,
            one.name,
            "socialrådgiver",
            "12 34 56 78",
            tuple(Role(r) for r in one.roles),
            password,
            PIN,
            recovery_code=self.code.shown() if vouched else None,
            person_id=one.person_id if same_id else "",
        )
        return person.person_id

    def set_wanted(self, client: str) -> None:
        administer._set(self.shared.owner, "wanted_client", client)

    def vouch(self, one: Someone) -> None:
        administer.vouch(self.shared.owner, one.login, self.code.shown())

    def close(self) -> None:
        for replica in self._open:
            replica.close()


def typed(one: Someone, **more: object) -> Asked:
    """What that person types when all is well."""
    return replace(Asked(one.login, one.password, pin=PIN), **more)  # type: ignore[arg-type]


def join_first(town: Town, one: Someone, *, practice: bool = False, **more: object) -> tuple[Desk, Joined]:
    """A new desk of that person's, taken into use by joining."""
    folder, store = town.place(practice=practice), Keys()
    profile = town.practice_profile() if practice else town.profile
    joined = joining.join_first(
        folder, profile, typed(one, **more), practice=practice, clock=lambda: NOW, key_store=store
    )
    assert store.ring is not None
    return town.reopen(folder, store.ring), joined


def account(desk: Desk, person_id: str) -> Account:
    found = account_of(desk.replica, person_id)
    assert found is not None
    return found


def new_case(desk: Desk, hand: Hand, name: str) -> str:
    return cases.new_citizen(desk, hand, name, "gaden").case_id


def names_here(desk: Desk) -> list[str]:
    return [str(r[0]) for r in desk.replica.connection.execute("SELECT name FROM rec_citizen ORDER BY name").fetchall()]


class Running:
    """The sharing of a desk, a whole round at a time on the test's own thread."""

    def __init__(self, desk: Desk, profile: Profile) -> None:
        self.came: list[ChangeSet] = []
        self.status: SyncStatus = ALONE
        self.sharing = Sharing(
            desk, profile, joining.at_once, self.came.append, self._hear, lambda *_: None, start=False
        )

    def _hear(self, status: SyncStatus) -> None:
        self.status = status

    def round(self) -> SyncStatus:
        self.sharing.try_now()
        return self.sharing.round()


@contextmanager
def running(desk: Desk, profile: Profile, *people: tuple[str, str, str]) -> Iterator[Running]:
    """The sharing with these signed in: (person id, login, password)."""
    made = Running(desk, profile)
    for one in people:
        made.sharing.sign_in(*one)
    try:
        yield made
    finally:
        made.sharing.stop()
