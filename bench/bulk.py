# SPDX-License-Identifier: MPL-2.0
"""Ten thousand new records from one desk's replica through the server into another's: all that a push and a first fetch do.

Floor, in turn with it on the same server and with the same words: the rows read from SQLCipher, packed as JSON, COPY in, COPY
out, and written to another SQLCipher file with one clock a record. It checks nothing, decides nothing and keeps nothing to send.
Before either is timed, what is in memory by then is laid outside the looks for garbage (`gc.freeze`), as in the program when its
start is over (`app/qt/brisk.settle`): else one look through the bench's own words would fall on whoever is under way.
"""

from __future__ import annotations

import gc
import json
import random
import time
from pathlib import Path
from typing import Any

import psycopg

from app.models.kinds import Case, Citizen, Task
from app.services.desk import Desk
from app.store.replica import Replica
from app.store.unit_of_work import ChangeSet, new_id
from app.sync.courier import Courier
from app.sync.session import Session
from bench.live import bare_file
from bench.measure import Figure, paired
from bench.replica_of import words
from bench.shared_server import Person, Shared, joined, server

RECORDS, CASES, TURNS = 10_000, 500, 5
TASKS = RECORDS - 2 * CASES  # a case and its citizen are records too
_FIELDS = ("text", "reason")


def measure(folder: Path, only: frozenset[str]) -> list[Figure]:
    """bulk_10k."""
    if "bulk_10k" not in only:
        return []
    ours, floors = [], []
    rng = random.Random(82)
    texts = [{"text": words(rng, 70), "reason": words(rng, 30)} for _ in range(RECORDS)]
    for turn in range(TURNS):
        place = folder / f"bulk-{turn}"
        place.mkdir()
        with server() as shared:
            floors.append(_floor(place, shared, texts))
            ours.append(_ours(place, shared, texts))
    return [paired("bulk_10k", "ms", ours, floors)]


def _ours(folder: Path, shared: Shared, texts: list[dict[str, str]]) -> float:
    with joined(folder / "a.db") as here, joined(folder / "b.db") as there:
        desk = Desk(here)
        here.connection.execute("PRAGMA synchronous = OFF")
        with desk.steps(shared.vagn.hand, "Læg ind") as work:
            for n in range(CASES):
                case_id, citizen_id = new_id(), new_id()
                unit = work(case_id)
                unit.create(Citizen(id=citizen_id, case_id=case_id, name=f"Borger {n}"))
                unit.create(Case(id=case_id, case_id=case_id, citizen_id=citizen_id, number=f"2026-{n}"))
                for text in texts[n * TASKS // CASES : (n + 1) * TASKS // CASES]:
                    unit.create(Task(id=new_id(), case_id=case_id, **text))
        here.connection.execute("PRAGMA synchronous = FULL")
        here.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # on the disk, as the floor's are
        up, down = _courier(here, shared, shared.vagn), _courier(there, shared, shared.bodil)
        _settle()
        begun = time.perf_counter()
        up.push()
        down.pull()
        took = (time.perf_counter() - begun) * 1000
        counted = there.connection.execute("SELECT count(*), count(text) FROM rec_task").fetchone()
        assert counted == (TASKS, TASKS)
        up.session.close()
        down.session.close()
        return took


def _settle() -> None:
    """What was made up to now is charged to neither."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _courier(replica: Replica, shared: Shared, one: Person) -> Courier:
    session = Session(shared.profile, one.login, one.password)
    hello = session.hello("bench", None, None)
    return Courier(replica, lambda work: work(), _unheard, session, one.person_id, hello.device)


def _unheard(_change: ChangeSet) -> None:
    pass


def _floor(folder: Path, shared: Shared, texts: list[dict[str, str]]) -> float:
    here, there = bare_file(folder / "floor-a.db"), bare_file(folder / "floor-b.db")
    for con in (here, there):
        con.execute("CREATE TABLE record (id TEXT PRIMARY KEY, text TEXT, reason TEXT) WITHOUT ROWID")
    there.execute("CREATE TABLE clock (rec TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID")
    here.execute("BEGIN IMMEDIATE")
    here.executemany("INSERT INTO record VALUES (?,?,?)", [(new_id(), *(t[f] for f in _FIELDS)) for t in texts])
    here.execute("COMMIT")
    with psycopg.connect(shared.owner) as pg:
        pg.execute(
            "CREATE TABLE floor_bulk (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, rec text, n bigint, body text)"
        )
        pg.commit()
        _settle()
        begun = time.perf_counter()
        with pg.transaction(), pg.cursor() as cursor, cursor.copy("COPY floor_bulk (rec, n, body) FROM STDIN") as copy:
            for n, row in enumerate(here.execute("SELECT id, text, reason FROM record")):
                copy.write_row((row[0], n, json.dumps(dict(zip(_FIELDS, row[1:], strict=True)))))
        clocks: list[tuple[str, int]] = []

        def rows(copy: Any) -> Any:
            for record_id, n, body in copy.rows():
                told = json.loads(body)
                clocks.append((record_id, int(n)))
                yield (record_id, *(told[f] for f in _FIELDS))

        there.execute("BEGIN IMMEDIATE")
        out = "COPY (SELECT rec, n, body FROM floor_bulk WHERE seq > 0 ORDER BY seq) TO STDOUT"
        with pg.cursor() as cursor, cursor.copy(out) as copy:
            there.executemany("INSERT INTO record VALUES (?,?,?)", rows(copy))
        there.executemany("INSERT INTO clock VALUES (?,?)", clocks)
        there.execute("COMMIT")
        took = (time.perf_counter() - begun) * 1000
    here.close()
    there.close()
    return took
