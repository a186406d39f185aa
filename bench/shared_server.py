# SPDX-License-Identifier: MPL-2.0
"""A server of one's own for the measurements of the sharing, with Rundbord's schema, two people, and bare tables for the floors.

It writes through to the disk as a municipality's does. Floors and program speak to the same server, each over its own sessions.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from app.domain.roles import Hand, Role
from app.store import outgoing
from app.store.replica import Replica
from app.sync import administer
from app.sync.practice_server import PracticeServer
from app.sync.profile import Profile

TEAM = "Nord"


@dataclass(frozen=True)
class Person:
    """Somebody with a login."""

    login: str
    name: str
    role: Role
    person_id: str
    password: str

    @property
    def hand(self) -> Hand:
        """As what is written bears it."""
        return Hand(self.person_id, self.name, self.role)


@dataclass(frozen=True)
class Shared:
    """The server, for as long as a measurement takes."""

    owner: str
    profile: Profile
    bodil: Person
    vagn: Person


@contextmanager
def server() -> Iterator[Shared]:
    """A fresh server, and gone afterwards. Its process may be another user's, so its folder lies by itself."""
    with tempfile.TemporaryDirectory(prefix="rundbord-server-") as folder, PracticeServer(Path(folder)) as own:
        dsn = own.dsn()
        people = (_person("bodil", "Bodil Bestiller", Role.BESTILLER), _person("vagn", "Vagn Vejleder", Role.VEJLEDER))
        with psycopg.connect(dsn, autocommit=True) as owner:
            administer.init(owner)
            administer.add_team(owner, TEAM)
            for one in people:
                _add(owner, one)
        yield Shared(dsn, Profile("127.0.0.1", own.port, "postgres", practice=True), *people)


def more(owner: psycopg.Connection[tuple[Any, ...]], n: int) -> Person:
    """One more in the team."""
    one = _person(f"v{n}", f"Vejleder {n}", Role.VEJLEDER)
    _add(owner, one)
    return one


def _add(owner: psycopg.Connection[tuple[Any, ...]], one: Person) -> None:
    administer.add_person(owner, one.login, one.name, (one.role.value,), TEAM, one.password, person_id=one.person_id)
    owner.execute("UPDATE rundbord_data.person SET must_change = false, state = 'open' WHERE id = %s", (one.person_id,))


def _person(login: str, name: str, role: Role) -> Person:
    return Person(login, name, role, str(uuid4()), secrets.token_urlsafe(12))


@contextmanager
def joined(path: Path) -> Iterator[Replica]:
    """A replica that has joined, empty."""
    replica = Replica.open(path, bytes(32), create=True)
    try:
        outgoing.join(replica)
        yield replica
    finally:
        replica.close()
