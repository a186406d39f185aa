# SPDX-License-Identifier: MPL-2.0
"""Short ways to ask the log of a shared database, for the tests named `test_log_*`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any
from uuid import UUID

from psycopg.adapt import Dumper
from psycopg.pq import Format

from app.store import outgoing
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


class _Packed(bytes):
    """A value as PostgreSQL itself sends it."""


class _AsItIs(Dumper):
    format = Format.BINARY

    def dump(self, obj: Any) -> bytes:
        return bytes(obj)


def columns(session: Connection, *changes: Mapping[str, Any]) -> tuple[bytes, ...]:
    """The changes as a desk gives them to `push_new`: each part as an array."""
    session.adapters.register_dumper(_Packed, _AsItIs)
    found = outgoing.in_columns([as_outgoing(c) for c in changes])
    assert found is not None
    return tuple(map(_Packed, found))


def as_outgoing(change: Mapping[str, Any]) -> Outgoing:
    """A change as it waits on a desk."""
    parts = ("id", "case", "kind", "record", "fields", "over", "bases", "audience", "role", "at", "step", "step_name")
    told = (json.dumps(v) if isinstance(v := change[p], dict | list) else v for p in parts)
    return Outgoing(*told, change.get("undoes"), "")


def as_arrays(*changes: Mapping[str, Any]) -> list[list[Any]]:
    """The same in lists, whatever is in them: eleven, of which the first seven are headings'."""
    return [list(part) for part in outgoing.under_headings([as_outgoing(c) for c in changes])]


def in_text(array: Sequence[Any]) -> str:
    """An array as PostgreSQL reads it."""
    return "{" + ",".join("NULL" if v is None else json.dumps(str(v), ensure_ascii=False) for v in array) + "}"


NEW = f"SELECT base, left_out FROM rundbord.push_new({', '.join(['%s'] * 13)})".encode()


def send_new(
    session: Connection,
    *changes: Mapping[str, Any],
    author: str | None = None,
    laid_out: Callable[[str], str] | None = None,
) -> list[int | None]:
    """The number each of these was given by `push_new`; None for what it leaves to `push`. `laid_out` writes each array."""
    told: Iterable[object] = columns(session, *changes)
    if laid_out is not None:
        told = (laid_out(in_text(array)) for array in as_arrays(*changes))
    row = session.execute(NEW, (author, DESK, *told)).fetchone()
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
