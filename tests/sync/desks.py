# SPDX-License-Identifier: MPL-2.0
"""Whole desks for the tests of the folder: a replica in a file, the engine's rounds, and a server that is real."""

from __future__ import annotations

import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from app.domain.roles import Hand, Role
from app.models.fields import Value
from app.models.kinds import KINDS, Case, Citizen, Record
from app.store import outgoing
from app.store.begun import Begun
from app.store.replica import Replica
from app.store.standing import Standing
from app.store.unit_of_work import ChangeSet, UnitOfWork, new_id, new_step
from app.sync.courier import Courier
from app.sync.engine import Engine
from app.sync.profile import Profile
from app.sync.session import Session
from app.sync.status import ALONE, SyncStatus
from tests.patience import until
from tests.sync.shared import SharedDatabase, Someone

T = TypeVar("T")
KEY = bytes(range(32))
_START = datetime(2026, 11, 26, 10, 0, tzinfo=timezone(timedelta(hours=1)))


def at_once(work: Callable[[], T]) -> T:
    """The test's own thread is the database lane."""
    return work()


class DeskOf:
    """One person's desk. Each `round` is one of the engine's, on the test's own thread."""

    def __init__(self, folder: Path, profile: Profile, one: Someone, *, guests: tuple[Someone, ...] = ()) -> None:
        self.folder, self.profile, self.one, self.guests = folder, profile, one, guests
        self.told: list[ChangeSet] = []
        self.status: SyncStatus = ALONE
        self.clock = _START
        self._open(create=True)

    @classmethod
    def on(cls, folder: Path, profile: Profile, one: Someone) -> DeskOf:
        """A desk whose replica lies in the folder already."""
        desk = object.__new__(cls)
        desk.folder, desk.profile, desk.one, desk.guests = folder, profile, one, ()
        desk.told, desk.status, desk.clock = [], ALONE, _START
        desk._open()
        return desk

    def _open(self, *, create: bool = False) -> None:
        self.replica = Replica.open(self.folder / "replica.db", KEY, create=create)
        if create:
            outgoing.join(self.replica)
        self.engine = self._signed_in(Engine(self.replica, self.profile, at_once, self.told.append, self._hear))

    def _signed_in(self, engine: Engine) -> Engine:
        self.replica.at_table = frozenset(one.person_id for one in (self.one, *self.guests))
        for one in (self.one, *self.guests):
            engine.sign_in(one.person_id, one.login, one.password)
        return engine

    def _hear(self, status: SyncStatus) -> None:
        self.status = status

    def hand(self, one: Someone | None = None) -> Hand:
        """Whose words they are."""
        who = one or self.one
        return Hand(who.person_id, who.name, Role(who.roles[0]))

    def new_case(self, name: str) -> str:
        """A citizen comes in; the id of the case."""
        case_id, citizen_id = new_id(), new_id()
        with self.work(case_id) as unit:
            unit.create(Citizen(id=citizen_id, case_id=case_id, name=name))
            unit.create(Case(id=case_id, case_id=case_id, citizen_id=citizen_id, number=unit.next_case_number()))
        return case_id

    def write(self, case_id: str, kind: str, record_id: str = "", by: Someone | None = None, **values: Value) -> str:
        """Write on a record, new or old; its id."""
        from app.models.kinds import SINGLETONS, singleton_id

        with self.work(case_id, by) as unit:
            if record_id or kind in SINGLETONS:
                record_id = record_id or singleton_id(case_id, kind)
                unit.write(kind, record_id, values)
            else:
                given: dict[str, Any] = dict(values)
                record: Record = KINDS[kind](id=new_id(), case_id=case_id, **given)
                unit.create(record)
                record_id = record.id
        return record_id

    def work(self, case_id: str, by: Someone | None = None) -> Any:
        """A unit of work."""
        self.clock += timedelta(seconds=1)
        return _unit(self.replica, self.hand(by), case_id, self.clock)

    def take_away(self, case_id: str, kind: str, record_id: str, by: Someone | None = None) -> None:
        """Take a record off the table."""
        with self.work(case_id, by) as unit:
            unit.remove(kind, record_id)

    def round(self) -> SyncStatus:
        """One round with the server."""
        return self.engine.round()

    def again(self) -> SyncStatus:
        """One round, though a fault has said to wait."""
        self.engine.try_now()
        return self.engine.round()

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the replica answers."""
        return list(self.replica.connection.execute(sql, values).fetchall())

    def session(self) -> Session:
        """The open session of whose desk it is."""
        return self.courier().session

    def courier(self) -> Courier:
        """The open errands of whose desk it is."""
        courier = self.engine._turns.pens[self.one.person_id].courier
        assert courier is not None
        return courier

    # -- the engine on its own thread, and a lane for the replica

    @contextmanager
    def running(self) -> Iterator[Engine]:
        """The engine as the program runs it. The replica is used by `do` alone until `reopen`."""
        self.engine.stop()
        self._lane: queue.Queue[Callable[[], None] | None] = queue.Queue()
        lane = threading.Thread(target=self._serve, daemon=True)
        lane.start()
        self.engine = self._signed_in(Engine(self.replica, self.profile, self.do, self.told.append, self._hear))
        self.engine.start()
        try:
            yield self.engine
        finally:
            self.engine.stop()
            self._lane.put(None)
            lane.join()

    def _serve(self) -> None:
        while (work := self._lane.get()) is not None:
            work()

    def do(self, work: Callable[[], T]) -> T:
        """Do something on the lane, and wait for it."""
        done = threading.Event()
        found: list[Any] = []

        def go() -> None:
            try:
                found.append((work(), None))
            except BaseException as error:  # noqa: BLE001 - it is raised on the other side
                found.append((None, error))
            done.set()

        self._lane.put(go)
        done.wait()
        value, error = found[0]
        if error is not None:
            raise error
        return cast("T", value)

    def until(self, holds: Callable[[], object]) -> None:
        """Wait for what other threads bring about."""
        until(holds, told=lambda: self.status)

    def count_pulls(self) -> Callable[[], int]:
        """How many pulls the session makes from now on."""
        session, n = self.session(), [0]
        pulling = session.pull

        def counted(*args: Any) -> Any:
            n[0] += 1
            return pulling(*args)

        session.pull = counted  # type: ignore[method-assign]
        return lambda: n[0]

    def reopen(self) -> None:
        """Back to rounds on the test's own thread."""
        self.engine = self._signed_in(Engine(self.replica, self.profile, at_once, self.told.append, self._hear))
        self.engine.round()

    def values(self, kind: str) -> dict[str, dict[str, Any]]:
        """Every record of a kind as it stands here, whatever the order it came in."""
        rows = self.replica.connection.execute(f"SELECT * FROM rec_{kind} ORDER BY id")
        names = [d[0] for d in rows.description]
        found = (dict(zip(names, row, strict=True)) for row in rows.fetchall())
        return {str(row["id"]): {k: v for k, v in row.items() if k != "standing"} for row in found}

    def stands(self) -> dict[tuple[str, str], tuple[dict[str, Any], dict[str, list[str]]]]:
        """All there is here: of each record its values, and the changes that stand on each of its fields."""
        found = {}
        for kind in KINDS:
            standing = dict(self.rows(f"SELECT id, standing FROM rec_{kind}"))
            for record_id, values in self.values(kind).items():
                on = Standing(standing[record_id])
                found[kind, record_id] = (values, {name: on.ids(name) for name in sorted(on.names)})
        return found

    def close(self) -> None:
        """Leave the desk in good order."""
        self.engine.stop()
        self.replica.close()

    def restart(self) -> None:
        """The program is started anew on the same file."""
        self.close()
        self._open()

    def copy_to(self, folder: Path) -> DeskOf:
        """A clone of the whole machine."""
        self.replica.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        folder.mkdir(parents=True)
        shutil.copy2(self.folder / "replica.db", folder / "replica.db")
        clone = DeskOf.on(folder, self.profile, self.one)
        clone.clock = self.clock
        return clone


def goals(desk: DeskOf) -> list[str]:
    """The goals on a desk, in the citizens' words."""
    return sorted(row["words"] for row in desk.values("goal").values())


def _unit(replica: Replica, hand: Hand, case_id: str, at: datetime) -> Any:
    return Begun(replica, hand, case_id, new_step("Skriv"), at)


class Desks:
    """As many desks as a test asks for, closed with it."""

    def __init__(self, shared: SharedDatabase, folder: Path) -> None:
        self.shared, self.folder = shared, folder
        parts = conninfo_to_dict(shared.owner_dsn)
        self.profile = Profile(str(parts["host"]), int(str(parts["port"])), str(parts["dbname"]), practice=True)
        self.made: list[DeskOf] = []

    def of(self, key: str, *guests: str, profile: Profile | None = None) -> DeskOf:
        """A desk of that person's, with guests signed in on it."""
        folder = self.folder / f"{quote(key)}-{len(self.made)}"
        folder.mkdir(parents=True)
        people = tuple(self.shared.people[g] for g in guests)
        made = DeskOf(folder, profile or self.profile, self.shared.people[key], guests=people)
        self.made.append(made)
        return made

    def close(self) -> None:
        """End them all."""
        for desk in self.made:
            desk.close()


def all_desks(shared: SharedDatabase, folder: Path) -> Iterator[Desks]:
    """The fixture's body."""
    desks = Desks(shared, folder)
    try:
        yield desks
    finally:
        desks.close()


__all__ = ["DeskOf", "Desks", "UnitOfWork", "all_desks", "goals"]
