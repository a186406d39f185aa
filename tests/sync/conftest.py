# SPDX-License-Identifier: MPL-2.0
"""A real PostgreSQL for the tests of the folder: one for each worker, started once, with real roles over SCRAM.

`RUNDBORD_TEST_DSN` names a superuser on another server to use instead (a newer or older PostgreSQL).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from app.store import passwords
from app.store.seal import KdfCost
from app.sync import administer
from app.sync.practice_server import PracticeServer
from tests.sync.cable import Cable
from tests.sync.desks import Desks, all_desks
from tests.sync.joining import Town
from tests.sync.shared import NORTH, SOUTH, SharedDatabase, Someone, everybody, made_database, make


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """What a superuser connects to the server with."""
    named = os.environ.get("RUNDBORD_TEST_DSN")
    if named:
        yield named
        return
    folder = Path(tempfile.mkdtemp(prefix="rundbord-server-"))
    try:
        with PracticeServer(folder, fsync=False) as own:
            yield own.dsn()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def own_server() -> Iterator[PracticeServer]:
    """A server that writes through to the disk and may be killed; a test that kills it starts it again."""
    folder = Path(tempfile.mkdtemp(prefix="rundbord-server-"))
    try:
        with PracticeServer(folder) as own:
            yield own
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _template(server: str) -> Iterator[tuple[str, dict[str, Someone]]]:
    """A database with the schema and the people, made once and copied for each test."""
    name = f"rundbord_{uuid4().hex[:10]}"
    people = everybody(f"_{name[-6:]}" if os.environ.get("RUNDBORD_TEST_DSN") else "")
    with made_database(server, name) as dsn:
        with psycopg.connect(server, autocommit=True) as one_by_one, psycopg.connect(dsn, autocommit=True) as owner:
            one_by_one.execute("SELECT pg_advisory_lock(1)")  # roles are the server's own: another worker waits
            administer.init(owner)
            for team in (NORTH, SOUTH):
                administer.add_team(owner, team)
            for one in people.values():
                make(owner, one)
        yield name, people
    with psycopg.connect(server, autocommit=True) as superuser:
        for one in people.values():
            superuser.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(one.login)))


@pytest.fixture
def shared(server: str, _template: tuple[str, dict[str, Someone]]) -> Iterator[SharedDatabase]:
    """A fresh shared database with two teams and their people."""
    template, people = _template
    with made_database(server, f"rundbord_{uuid4().hex[:10]}", template) as dsn:
        with psycopg.connect(dsn, autocommit=True) as owner:
            administer.close_database(owner)
        made = SharedDatabase(dsn, people)
        try:
            yield made
        finally:
            made.close()
            _drop_roles(server, [one.login for key, one in made.people.items() if key not in people])


def _drop_roles(server: str, logins: list[str]) -> None:
    if logins and os.environ.get("RUNDBORD_TEST_DSN"):
        with psycopg.connect(server, autocommit=True) as superuser:
            for login in logins:
                superuser.execute(sql.SQL("REVOKE rundbord_person FROM {}").format(sql.Identifier(login)))


@pytest.fixture
def anew(server: str, _template: tuple[str, dict[str, Someone]]) -> Callable[[ExitStack], SharedDatabase]:
    """A fresh shared database each time it is asked for, gone with what it is given: for tests that need many."""
    template, people = _template

    def made(over: ExitStack) -> SharedDatabase:
        shared = SharedDatabase(
            over.enter_context(made_database(server, f"rundbord_{uuid4().hex[:10]}", template)), people
        )
        over.callback(shared.close)
        return shared

    return made


@pytest.fixture
def desks(shared: SharedDatabase, tmp_path: Path) -> Iterator[Desks]:
    """Desks over the shared database."""
    yield from all_desks(shared, tmp_path)


@pytest.fixture
def cable(desks: Desks) -> Iterator[Cable]:
    """A cable between a desk and the server."""
    with Cable(desks.profile) as made:
        yield made


@pytest.fixture
def town(shared: SharedDatabase, tmp_path: Path) -> Iterator[Town]:
    """A municipality with its key in the shared database."""
    made = Town(shared, tmp_path)
    yield made
    made.close()


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password costs a moment."""
    monkeypatch.setattr("app.store.seal.OFFICE_COST", KdfCost(memory_kib=64, passes=1))


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, quick_passwords: None) -> dict[str, str]:
    """What the machine's key store was given."""
    held: dict[str, str] = {}

    def keep(entry: str, password: str, _backend: object = None) -> bool:
        held[entry] = password
        return True

    monkeypatch.setattr(passwords, "remember_password", keep)
    return held
