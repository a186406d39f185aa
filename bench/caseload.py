# SPDX-License-Identifier: MPL-2.0
"""A leader's caseload among 100,000 cases: the first view, and what it is narrowed to.

The floor, on the same SQLCipher settings and in the same file: one flat table of the cases with an index made for each very
question and nothing else kept up to date, asked by the bare driver, fetched and dropped. What the program does besides is
its share: any order with any narrowing, the day, and frozen lines instead of bare rows.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from app.store import caseload
from app.store.caseload import PAGE, Asked, Sort, StepWord
from app.store.replica import Replica
from bench.measure import Figure, in_turn
from bench.replica_of import TODAY, VEJLEDERE, make

CASES = 100_000
DAY = TODAY.isoformat()
COLUMNS = (
    'case_id, number, name, bestiller, vejleder, contact_on, stage, target, start, "end", next_follow_up, until,'
    " source, wall"
)
FLOOR = (
    f"CREATE TABLE floor_case AS SELECT n, {COLUMNS}, citizen_id, ended, bridged, next_on, late_on FROM case_line ORDER BY n",
    "CREATE UNIQUE INDEX floor_n ON floor_case (n)",
    "CREATE INDEX floor_newest ON floor_case (contact_on)",
    "CREATE INDEX floor_counts ON floor_case (source, target, bridged)",
    "CREATE INDEX floor_open ON floor_case (late_on) WHERE NOT ended",
    "CREATE INDEX floor_vejleder ON floor_case (vejleder, contact_on) WHERE NOT ended",
    "CREATE INDEX floor_step ON floor_case (stage, contact_on)",
    "CREATE INDEX floor_source ON floor_case (source, next_on) WHERE next_on IS NOT NULL",
    "CREATE INDEX floor_citizen ON floor_case (citizen_id)",
)
OPENED = (
    f"SELECT {COLUMNS} FROM floor_case ORDER BY contact_on DESC LIMIT {PAGE}",
    "SELECT count(*) FROM floor_case",
    "SELECT source, target, bridged, count(*) FROM floor_case GROUP BY 1, 2, 3",
    "SELECT count(*) FROM floor_case WHERE NOT ended",
    f"SELECT count(*) FROM floor_case WHERE late_on < '{DAY}' AND NOT ended",
)


def _asked(i: int) -> Asked:
    """One after the other: whose, where in the course, where from in the order of the next day, and a name."""
    return (
        Asked(worker=VEJLEDERE[i % len(VEJLEDERE)]),
        Asked(step=StepWord.LATER),
        Asked(source="gaden", sort=Sort.FOLLOW_UP),
        Asked("laurid"),
    )[i % 4]


def _narrowed(i: int) -> tuple[str, str]:
    """The floor's page and count of the same."""
    name = VEJLEDERE[i % len(VEJLEDERE)]
    found = "citizen_id IN (SELECT x.citizen_id FROM search_fts JOIN search_text x ON x.n = search_fts.rowid"
    where, order = (
        (f"vejleder = '{name}' AND NOT ended", "contact_on DESC"),
        ("stage = 2", "contact_on DESC"),
        ("source = 'gaden' AND next_on IS NOT NULL", "next_on"),
        (f"{found} WHERE search_fts MATCH '\"laurid\"')", "contact_on DESC"),
    )[i % 4]
    counted = "source = 'gaden'" if i % 4 == 2 else where
    return (
        f"SELECT {COLUMNS} FROM floor_case WHERE {where} ORDER BY {order} LIMIT {PAGE}",
        f"SELECT count(*) FROM floor_case WHERE {counted}",
    )


def measure(folder: Path, only: frozenset[str]) -> list[Figure]:
    """caseload_open_100k, caseload_filter_100k."""
    wanted = [name for name in ("caseload_open_100k", "caseload_filter_100k") if name in only]
    if not wanted:
        return []
    path, key = folder / "hundred-thousand.db", secrets.token_bytes(32)
    make(path, key, CASES, lean=True)
    replica = Replica.open(path, key)
    try:
        for statement in FLOOR:
            replica.connection.execute(statement)
        measures: dict[str, tuple[Callable[[int], object], Callable[[int], object], int]] = {
            "caseload_open_100k": (lambda _i: _open(replica), lambda _i: _fetch(replica, OPENED), 40),
            "caseload_filter_100k": (
                lambda i: _narrow(replica, _asked(i)),
                lambda i: _fetch(replica, _narrowed(i)),
                80,
            ),
        }
        return [in_turn(name, *measures[name][:2], measures[name][2], warm=4) for name in wanted]
    finally:
        replica.close()


def _open(replica: Replica) -> None:
    """What a leader's page reads before it is whole."""
    _narrow(replica, Asked())
    caseload.figures(replica, TODAY)


def _narrow(replica: Replica, asked: Asked) -> None:
    caseload.page(replica, TODAY, asked)
    caseload.count(replica, TODAY, asked)


def _fetch(replica: Replica, statements: tuple[str, ...]) -> None:
    for statement in statements:
        replica.connection.execute(statement).fetchall()
