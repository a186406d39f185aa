# SPDX-License-Identifier: MPL-2.0
"""A hundred desks listen, one edits: from the push until every one of them has fetched the words, by its own rights.

Floor, the same hundred sessions on the same server: INSERT and NOTIFY in one statement, and a bare SELECT by each. Two processes
hold the sessions, as `python -m bench.fanout`, and poll them without a thread for each.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg

from app.store.rows import Outgoing
from app.store.unit_of_work import new_id
from app.sync.profile import Profile
from app.sync.session import Session
from bench.measure import Figure
from bench.shared_server import Person, more, server

DESKS, HOLDERS, EDITS, WARM, GAP = 100, 2, 120, 10, 0.15
_SEND = "WITH i AS (INSERT INTO floor_fan (val) VALUES (%s) RETURNING seq) SELECT pg_notify('floor_fan', '') FROM i"
_SELECT = "SELECT seq, val FROM floor_fan WHERE seq > %s ORDER BY seq"


def measure(folder: Path, only: frozenset[str]) -> list[Figure]:
    """fanout_100_p95: the pairs are rounds of one edit each; value and floor are the 95th percentiles."""
    if "fanout_100_p95" not in only:
        return []
    with server() as shared, psycopg.connect(shared.owner, autocommit=True) as bare:
        bare.execute("CREATE TABLE floor_fan (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, val text)")
        session = Session(shared.profile, shared.vagn.login, shared.vagn.password)
        device = session.hello("bench", None, None).device
        case_id, goal_id = new_id(), new_id()
        session.push(json.dumps([change(case_id, "case", case_id, {"removed": False})]), device)
        last = change(case_id, "goal", goal_id, {"words": "Tage bussen selv"})
        session.push(json.dumps([last]), device)
        people = [more(bare, n) for n in range(DESKS)]
        holders = []
        for n in range(HOLDERS):
            told = {"profile": asdict(shared.profile), "people": [asdict(one) for one in people[n::HOLDERS]]}
            command = [sys.executable, "-m", "bench.fanout", json.dumps(told), shared.owner]
            holders.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        for holder in holders:
            assert holder.stdout is not None
            assert holder.stdout.readline().strip() == "ready"
        starts: dict[str, list[int]] = {"desk": [], "floor": []}
        for n in range(EDITS + WARM):
            starts["floor"].append(time.monotonic_ns())
            bare.execute(_SEND, (f"{n} Kan køre med bus 318",), prepare=True)
            time.sleep(GAP)
            words = {"words": f"{n} Kan køre med bus 318"}
            last = change(case_id, "goal", goal_id, words, {"words": [last["id"]]})
            edit = as_sent(last, shared.vagn.person_id)
            starts["desk"].append(time.monotonic_ns())
            assert session.push_edit(edit, device)
            time.sleep(GAP)
        seen = [json.loads(holder.communicate(timeout=60)[0]) for holder in holders]
        session.close()
    took = {
        role: [(max(s[role][n] for s in seen) - starts[role][n]) / 1e6 for n in range(WARM, EDITS + WARM)]
        for role in starts
    }
    ours, floor = (quantiles(took[role], n=20)[-1] for role in ("desk", "floor"))
    print(f"{'':22}(p50: {median(took['desk']):.2f} against {median(took['floor']):.2f})")
    return [Figure("fanout_100_p95", "ms", ours, floor, ours / floor, EDITS)]


def change(case_id: str, kind: str, record_id: str, fields: dict[str, Any], over: dict[str, Any] | None = None) -> Any:
    """A vejleder's change, as `push` takes it."""
    audience = {"case": "internt", "goal": "borger og rådgiver"}[kind]
    told = {"id": new_id(), "case": case_id, "kind": kind, "record": record_id, "fields": fields, "over": over or {}}
    return told | {
        "audience": audience,
        "role": "vejleder",
        "at": "2026-11-26T10:00:00.000+01:00",
        "step": new_id(),
        "step_name": "Ret",
        "bases": None,
    }


def as_sent(change: Any, author: str) -> Outgoing:
    """The same as a desk sends what one key pause wrote."""
    packed = {name: json.dumps(change[name]) for name in ("fields", "over")}
    told = (
        change | packed | {"case_id": change["case"], "record_id": change["record"], "undoes": None, "author": author}
    )
    return Outgoing(**{name: told[name] for name in Outgoing._fields})


# ------------------------------------------------------------------------------------------------- the listeners' side


def hold(profile: Profile, people: list[Person], dsn: str) -> None:
    """Half of the desks: when the last of them has fetched each edit."""
    count = len(people)
    desks = [Session(profile, one.login, one.password) for one in people]
    for desk in desks:
        desk.listen(desk.hello("bench", None, None).channels)
    after = {desk.fileno(): desk.upto() for desk in desks}
    bare = [psycopg.connect(dsn, autocommit=True) for _ in range(count)]
    for connection in bare:
        connection.execute("LISTEN floor_fan")
        connection.execute(_SELECT, (0,), prepare=True)
    passed = {connection.fileno(): 0 for connection in bare}
    by_desk, by_bare = {d.fileno(): d for d in desks}, {c.fileno(): c for c in bare}
    poll = select.poll()
    for handle in (*by_desk, *by_bare):
        poll.register(handle, select.POLLIN)
    base = min(after.values())

    def fetch_desk(handle: int) -> tuple[int, int]:
        news = by_desk[handle].pull(after[handle]) if by_desk[handle].noticed() else None
        before, after[handle] = after[handle], news.upto if news else after[handle]
        return before - base, after[handle] - base

    def fetch_bare(handle: int) -> tuple[int, int]:
        pg, before = by_bare[handle].pgconn, passed[handle]
        pg.consume_input()
        noticed = False
        while pg.notifies() is not None:
            noticed = True
        if noticed:
            rows = by_bare[handle].execute(_SELECT, (before,), prepare=True).fetchall()
            passed[handle] = rows[-1][0] if rows else before
        return before, passed[handle]

    print("ready", flush=True)
    roles: dict[str, Callable[[int], tuple[int, int]]] = {"desk": fetch_desk, "floor": fetch_bare}
    counts: dict[str, dict[int, int]] = {"desk": {}, "floor": {}}
    done: dict[str, dict[int, int]] = {"desk": {}, "floor": {}}
    until = time.monotonic() + 90
    while min(map(len, done.values())) < EDITS + WARM and time.monotonic() < until:
        for handle, _ in poll.poll(500):
            role = "desk" if handle in by_desk else "floor"
            before, now = roles[role](handle)
            at = time.monotonic_ns()
            for n in range(before, now):
                counts[role][n] = counts[role].get(n, 0) + 1
                if counts[role][n] == count:
                    done[role][n] = at
    print(json.dumps({role: [done[role][n] for n in range(EDITS + WARM)] for role in done}))


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    hold(Profile(**order["profile"]), [Person(**one) for one in order["people"]], sys.argv[2])
