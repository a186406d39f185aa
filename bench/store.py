# SPDX-License-Identifier: MPL-2.0
"""A keystroke's way to the disk, a search and a page of the list among 10,000 citizens, against the bare driver.

Floors, on the same SQLCipher settings and the same kind of file: for a commit, one row and one row of its change in one
durable transaction; for search and page, the very statement of the list, its rows fetched by the driver and dropped.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.roles import Hand, Role
from app.models.kinds import Case, Citizen, Goal
from app.services import edit
from app.services.desk import Desk, system_clock
from app.store import caseload
from app.store.caseload import Asked
from app.store.replica import Replica
from app.store.unit_of_work import new_id, new_step
from bench.measure import Figure, in_turn
from bench.replica_of import make

CITIZENS = 10_000
TEXT = "Kan køre med bus 318 til byen alene en gang om ugen, også når det regner. " * 3
HAND = Hand("00000000-0000-0000-0000-0000000000aa", "Vagn Vejleder", Role.VEJLEDER)


def measure(folder: Path, only: frozenset[str]) -> list[Figure]:
    """commit, search_10k, list_page_10k."""
    found = []
    if "commit" in only:
        found.append(_commit(folder))
    if {"search_10k", "list_page_10k"} & only:
        path, key = folder / "ten-thousand.db", secrets.token_bytes(32)
        make(path, key, CITIZENS)
        with _opened(path, key) as replica:
            if "search_10k" in only:
                found.append(_search(replica))
            if "list_page_10k" in only:
                found.append(_page(replica))
    return found


def _commit(folder: Path) -> Figure:
    """A key pause: the service for typing, through rights, change log and what stands, to a durable row."""
    with _opened(folder / "commit.db", secrets.token_bytes(32), create=True) as replica:
        desk = Desk(replica)
        case_id, citizen_id, goal_id = new_id(), new_id(), new_id()
        with desk.step(HAND, case_id, "Ny borger") as work:
            work.create(Citizen(id=citizen_id, case_id=case_id, name="Magnus Lauridsen"))
            work.create(Case(id=case_id, case_id=case_id, citizen_id=citizen_id, number=work.next_case_number()))
            work.create(Goal(id=goal_id, case_id=case_id, words="Tage bussen selv"))
        db = replica.connection
        db.execute("CREATE TABLE floor_row (id TEXT PRIMARY KEY, case_id TEXT, words TEXT, goal TEXT, done_when TEXT)")
        db.execute("INSERT INTO floor_row VALUES (?, ?, '', '', '')", (goal_id, case_id))
        db.execute(
            "CREATE TABLE floor_change (case_id TEXT, id TEXT, kind TEXT, record_id TEXT, fields TEXT, over TEXT, author TEXT,"
            " role TEXT, device TEXT, at TEXT, PRIMARY KEY (case_id, id)) WITHOUT ROWID"
        )
        step = new_step("Ret mål")

        def thing(i: int) -> None:
            text = TEXT[: 1 + i % len(TEXT)]
            edit.write_text(desk, HAND, case_id, "goal", goal_id, "goal", text, step, final=False)

        def floor(i: int) -> None:
            text = TEXT[: 1 + i % len(TEXT)]
            change = (case_id, new_id(), "goal", goal_id, json.dumps({"goal": text}), json.dumps({"goal": [goal_id]}))
            db.execute("BEGIN IMMEDIATE")
            db.execute("UPDATE floor_row SET goal = ? WHERE id = ?", (text, goal_id))
            db.execute(
                "INSERT INTO floor_change VALUES (?,?,?,?,?,?,?,?,?,?)",
                (*change, HAND.person_id, HAND.role.value, replica.device, "2026-11-26T10:00:00.000+01:00"),
            )
            db.execute("COMMIT")

        return in_turn("commit", thing, floor, 1000, warm=50)


def _search(replica: Replica) -> Figure:
    """Part of a name, as it is typed."""
    today, words = system_clock().date(), ("laurid", "berg", "magnus", "aase", "0504", "ødeg", "nancy ann", "haug")
    statements = [_statement(replica, lambda word=word: caseload.page(replica, today, Asked(word))) for word in words]
    return in_turn(
        "search_10k",
        lambda i: caseload.page(replica, today, Asked(words[i % len(words)])),
        lambda i: replica.connection.execute(statements[i % len(statements)]).fetchall(),
        200,
    )


def _page(replica: Replica) -> Figure:
    """The first page of the caseload."""
    today = system_clock().date()
    statement = _statement(replica, lambda: caseload.page(replica, today))
    return in_turn(
        "list_page_10k",
        lambda _i: caseload.page(replica, today),
        lambda _i: replica.connection.execute(statement).fetchall(),
        200,
    )


def _statement(replica: Replica, ask: Callable[[], object]) -> str:
    """The very statement a list asks the replica, with its values in it: without what wraps its rows into one value, and the
    index's own inner ones left out.
    """
    seen: list[str] = []
    replica.connection.set_trace_callback(seen.append)
    ask()
    replica.connection.set_trace_callback(None)
    wrapped = next(statement for statement in seen if "case_line" in statement)
    return wrapped[wrapped.index(" AS (") + len(" AS (") : wrapped.rindex(") SELECT json_group_array")]


@contextmanager
def _opened(path: Path, key: bytes, *, create: bool = False) -> Iterator[Replica]:
    replica = Replica.open(path, key, create=create)
    try:
        yield replica
    finally:
        replica.close()
