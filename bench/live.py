# SPDX-License-Identifier: MPL-2.0
"""Live work: from a key pause on one desk to the words on the other, both on real replicas and each in its own process.

Floor, in turn with it on the same server: one row and its change committed to SQLCipher, INSERT and NOTIFY in one statement, and
the listener's SELECT and durable commit to a SQLCipher file of its own. `python -m bench.live ROLE …` is the listener's side.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg
import sqlcipher3

from app.models.kinds import Case, Citizen, Goal
from app.qt.lanes import Door, Lane
from app.services import edit
from app.services.desk import Desk
from app.store.replica import Replica
from app.store.unit_of_work import ChangeSet, new_id, new_step
from app.sync.engine import Engine
from app.sync.profile import Profile
from app.sync.status import State, SyncStatus
from bench.measure import Figure
from bench.shared_server import Person, Shared, joined, server

EDITS, WARM, GAP = 400, 30, 0.02
WORDS = "Kan køre med bus 318 til byen alene en gang om ugen, også når det regner. "
_QUERY = "SELECT seq, rec, field, n, val FROM floor_live WHERE seq > %s ORDER BY seq"
_SEND = (
    "WITH i AS (INSERT INTO floor_live (rec, field, n, val) VALUES (%s, %s, %s, %s) RETURNING seq)"
    " SELECT pg_notify('floor_live', seq::text) FROM i"
)


class _NoWindow(Door):
    """A door with no window behind it: nobody there hears what the lane has done."""

    def call(self, answer: Callable[[], object]) -> None:
        """The answer at once, on the lane itself."""
        answer()


@contextmanager
def running(
    replica: Replica, profile: Profile, one: Person, hear: Callable[[ChangeSet], None]
) -> Iterator[tuple[Engine, Lane, threading.Event]]:
    """An engine as the program runs it. The event is set when everything is shared."""
    lane, shared = Lane("database", _NoWindow()), threading.Event()

    def tell(status: SyncStatus) -> None:
        if status.state is State.SHARED:
            shared.set()

    engine = Engine(replica, profile, lane.wait, hear, tell)
    engine.sign_in(one.person_id, one.login, one.password)
    engine.start()
    try:
        yield engine, lane, shared
    finally:
        engine.stop()
        lane.close()


def measure(folder: Path, only: frozenset[str]) -> list[Figure]:
    """live_edit_p50, live_edit_p95."""
    if not {"live_edit_p50", "live_edit_p95"} & only:
        return []
    with server() as shared:
        ours, floors = _in_turn(folder, shared)
    found = []
    for name, of in (("live_edit_p50", median), ("live_edit_p95", lambda v: quantiles(v, n=20)[-1])):
        if name in only:
            found.append(Figure(name, "ms", of(ours), of(floors), of(ours) / of(floors), len(ours)))
    return found


def _in_turn(folder: Path, shared: Shared) -> tuple[list[float], list[float]]:
    case_id, goal_id, step = new_id(), new_id(), new_step("Ret mål")
    with ExitStack() as over:
        bare = over.enter_context(psycopg.connect(shared.owner, autocommit=True))
        bare.execute(
            "CREATE TABLE floor_live"
            " (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, rec text, field text, n bigint, val text)"
        )
        own = _floor_file(folder / "floor-a.db")
        over.callback(own.close)
        replica = over.enter_context(joined(folder / "live-a.db"))
        desk = Desk(replica)
        hand = shared.vagn.hand
        with desk.step(hand, case_id, "Ny borger") as work:
            work.create(Citizen(id=new_id(), case_id=case_id, name="Magnus Lauridsen"))
            work.create(Case(id=case_id, case_id=case_id, citizen_id=new_id(), number=work.next_case_number()))
            work.create(Goal(id=goal_id, case_id=case_id, words="Tage bussen selv"))
        engine, lane, ready = over.enter_context(running(replica, shared.profile, shared.vagn, lambda _c: None))
        desk.announce = engine.written
        ready.wait(30)
        told = json.dumps({"profile": asdict(shared.profile), "one": asdict(shared.bodil), "goal": goal_id})
        listeners = [
            subprocess.Popen(
                [sys.executable, "-m", "bench.live", role, str(folder / f"{role}.db"), told, shared.owner],
                stdout=subprocess.PIPE,
                text=True,
            )
            for role in ("desk", "floor")
        ]
        for listener in listeners:
            assert listener.stdout is not None
            assert listener.stdout.readline().strip() == "ready"
        starts: dict[str, list[int]] = {"desk": [], "floor": []}
        for n in range(EDITS + WARM):
            text = f"{n} {WORDS}"

            def write(text: str = text) -> None:
                edit.write_text(desk, hand, case_id, "goal", goal_id, "goal", text, step, final=False, seen=())

            starts["desk"].append(time.monotonic_ns())
            lane.ask(write)
            time.sleep(GAP)
            starts["floor"].append(time.monotonic_ns())
            own.execute("BEGIN IMMEDIATE")
            own.execute("UPDATE rec SET note = ? WHERE id = 'r1'", (text,))
            own.execute("INSERT INTO chg (rec, field, n, val) VALUES ('r1', 'note', ?, ?)", (n, text))
            own.execute("COMMIT")
            bare.execute(_SEND, ("r1", "note", n, text), prepare=True)
            time.sleep(GAP)
        found = []
        for role, listener in zip(("desk", "floor"), listeners, strict=True):
            seen = {int(n): at for n, at in json.loads(listener.communicate(timeout=60)[0])}
            assert len(seen) >= EDITS, f"{role}: {len(seen)}"
            found.append([(at - starts[role][n]) / 1e6 for n, at in seen.items() if n >= WARM])
        return found[0], found[1]


def bare_file(path: Path) -> sqlcipher3.Connection:
    """A SQLCipher file of the replica's settings, with nothing in it."""
    con = sqlcipher3.connect(str(path), isolation_level=None)
    con.execute(f"PRAGMA key = \"x'{bytes(32).hex()}'\"")
    con.execute("PRAGMA cipher_page_size = 8192")
    con.execute("PRAGMA journal_mode = WAL")
    con.execute("PRAGMA synchronous = FULL")
    return con


def _floor_file(path: Path) -> sqlcipher3.Connection:
    con = bare_file(path)
    con.execute("CREATE TABLE rec (id TEXT PRIMARY KEY, note TEXT) WITHOUT ROWID")
    con.execute("CREATE TABLE chg (seq INTEGER PRIMARY KEY, rec TEXT, field TEXT, n INTEGER, val TEXT)")
    con.execute("INSERT INTO rec VALUES ('r1', '')")
    return con


# ------------------------------------------------------------------------------------------------- the listener's side


def listen_as_desk(path: Path, told: dict[str, Any]) -> None:
    """A desk: when its screens would be told of each edit."""
    seen: dict[int, int] = {}
    done = threading.Event()
    with joined(path) as replica:

        def hear(_change: ChangeSet) -> None:
            at = time.monotonic_ns()
            row = replica.connection.execute("SELECT goal FROM rec_goal WHERE id = ?", (told["goal"],)).fetchone()
            if row and row[0]:
                seen.setdefault(int(row[0].split(" ", 1)[0]), at)
                if EDITS + WARM - 1 in seen:
                    done.set()

        with running(replica, Profile(**told["profile"]), Person(**told["one"]), hear) as (_engine, _lane, ready):
            ready.wait(30)
            print("ready", flush=True)
            done.wait(120)
    print(json.dumps(list(seen.items())))


def listen_as_floor(path: Path, dsn: str) -> None:
    """The bare drivers: when each edit is in the other file."""
    con = _floor_file(path)
    pg = psycopg.connect(dsn, autocommit=True)
    pg.execute("LISTEN floor_live")
    last, seen = 0, dict[int, int]()
    print("ready", flush=True)
    until = time.monotonic() + 120
    while len(seen) < EDITS + WARM and time.monotonic() < until:
        if list(pg.notifies(timeout=1, stop_after=1)):
            rows = pg.execute(_QUERY, (last,), prepare=True).fetchall()
            con.execute("BEGIN IMMEDIATE")
            for seq, rec, field, n, val in rows:
                con.execute("INSERT INTO chg VALUES (?,?,?,?,?)", (seq, rec, field, n, val))
                con.execute("UPDATE rec SET note = ? WHERE id = ?", (val, rec))
                last = seq
            con.execute("COMMIT")
            at = time.monotonic_ns()
            seen.update((row[3], at) for row in rows)
    print(json.dumps(list(seen.items())))


if __name__ == "__main__":
    if sys.argv[1] == "desk":
        listen_as_desk(Path(sys.argv[2]), json.loads(sys.argv[3]))
    else:
        listen_as_floor(Path(sys.argv[2]), sys.argv[4])
