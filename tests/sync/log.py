# SPDX-License-Identifier: MPL-2.0
"""Short ways to ask the log of a shared database, for the tests named `test_log_*`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from typing import Any
from uuid import UUID

from app.store.outgoing import in_columns
from app.store.rows import Outgoing
from tests.patience import LONG
from tests.sync.shared import Connection, change, new_id, would_edit

DESK = new_id()


def send(session: Connection, *changes: Any) -> list[tuple[str, str | None]]:
    """(outcome, reason) of each change, in the order they were sent."""
    edits = would_edit(session, changes, DESK)
    rows = session.execute(
        "SELECT id, outcome, reason FROM rundbord.push(%s, %s)", (json.dumps(changes, ensure_ascii=False), DESK)
    ).fetchall()
    told = {str(row[0]): (str(row[1]), row[2]) for row in rows}
    assert len(rows) == len(changes)
    assert not edits or rows[0][1] == "accepted"
    return [told[c["id"]] for c in changes]


def columns(*changes: Mapping[str, Any]) -> tuple[str, ...]:
    """The changes as `push_new` takes them: each part as an array."""
    parts = ("id", "case", "kind", "record", "fields", "over", "bases", "audience", "role", "at", "step", "step_name")
    found = in_columns(
        [
            Outgoing(*(json.dumps(v) if isinstance(v := c[p], dict) else v for p in parts), c.get("undoes"), "")
            for c in changes
        ]
    )
    assert found is not None
    return found


def send_new(
    session: Connection, *changes: Mapping[str, Any], author: str | None = None, laid_out: Callable[[str], str] = str
) -> list[int | None]:
    """The number each of these was given by `push_new`; None for what it leaves to `push`. `laid_out` writes each array."""
    marks = ", ".join(["%s"] * 12)
    sql = f"SELECT base, left_out FROM rundbord.push_new(%s, %s, {marks})"
    row = session.execute(sql.encode(), (author, DESK, *map(laid_out, columns(*changes)))).fetchone()
    assert row is not None
    return [None if n in row[1] else row[0] + n for n, _ in enumerate(changes, 1)]


def accepted(session: Connection, *changes: Mapping[str, Any]) -> None:
    """Send changes that are to be taken."""
    told = send(session, *changes)
    assert all(one == ("accepted", None) for one in told), told


def heard(session: Connection) -> list[tuple[str, str]]:
    """The notices that have come to a session until now. They come in the order of commits: one of its own is the last."""
    last = f"last_{session.info.backend_pid}"
    session.execute(f"LISTEN {last}".encode())
    session.execute(f"NOTIFY {last}".encode())
    came = ((notice.channel, notice.payload) for notice in session.notifies(timeout=LONG))
    return list(takewhile(lambda one: one[0] != last, came))


def write(
    case: str,
    record: str,
    fields: Mapping[str, Any],
    over: Iterable[Mapping[str, Any]] = (),
    kind: str = "meeting",
    **more: Any,
) -> dict[str, Any]:
    """A change on a record, written over the others' same fields."""
    lies = {name: [c["id"] for c in over if name in c["fields"]] for name in fields}
    return change(case, kind, record, fields, over={name: ids for name, ids in lies.items() if ids}, **more)


def standing(session: Connection, record: str) -> dict[str, set[str]]:
    """{field: ids of the changes that stand on it} as a new desk would fetch it."""
    found: dict[str, set[str]] = {}
    for row in session.execute("SELECT record_id, id, fields FROM rundbord.present()").fetchall():
        if row[0] == UUID(record):
            for name in row[2]:
                found.setdefault(name, set()).add(str(row[1]))
    return found


def numbers(session: Connection, after: int = 0, most: int = 20_000) -> tuple[list[tuple[int, str]], int]:
    """((number, change id) of every change after a number, where the next pull begins)."""
    rows = session.execute("SELECT seq, event, id FROM rundbord.pull(%s, %s)", (after, most)).fetchall()
    assert rows[-1][1] == "upto"
    return [(row[0], str(row[2])) for row in rows if row[1] == "change"], int(rows[-1][0])
