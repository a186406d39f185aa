# SPDX-License-Identifier: MPL-2.0
"""Steps in the log: which was the last, and what each field held before it. Read by undo only."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from app.store.replica import Replica
from app.store.standing import Standing


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as the log tells it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class WrittenField:
    """A field a step wrote: what stood before (nothing yet, one value, or several side by side that the step settled) and whether
    the step's words still stand."""

    kind: str
    record_id: str
    field: str
    before: tuple[str | int | bool | None, ...]
    still_stands: bool


def last_step(replica: Replica, person_id: str, case_id: str, never: Collection[str]) -> StepRow | None:
    """The last step this person took on the case that is neither an undo, undone, nor of a kind that never is."""
    marks = ",".join("?" * len(never))
    row = replica.connection.execute(
        f"""SELECT step, step_name FROM change c
             WHERE case_id = ? AND author = ? AND undoes IS NULL AND device = ? AND refused IS NULL
               AND step NOT IN (SELECT undoes FROM change WHERE case_id = ? AND undoes IS NOT NULL)
               AND step NOT IN (SELECT step FROM change WHERE case_id = ? AND kind IN ({marks}))
             ORDER BY id DESC LIMIT 1""",
        (case_id, person_id, replica.device, case_id, case_id, *never),
    ).fetchone()
    return None if row is None else StepRow(row[0], row[1])


def step_fields(replica: Replica, case_id: str, step_id: str) -> tuple[WrittenField, ...]:
    """Every field the step wrote, once, with what stood before the step's first word in it."""
    db = replica.connection
    found: dict[tuple[str, str, str], WrittenField] = {}
    ids: set[str] = set()
    sql = "SELECT id, kind, record_id, fields, over FROM change WHERE case_id = ? AND step = ? ORDER BY id"
    rows = db.execute(sql, (case_id, step_id)).fetchall()
    ids.update(row[0] for row in rows)
    for _, kind, record_id, fields, over in rows:
        below: dict[str, list[str]] = json.loads(over)
        for name in json.loads(fields):
            key = (kind, record_id, name)
            if key in found:
                continue
            before = tuple(_value(db, case_id, i, name) for i in below.get(name, ()) if i not in ids)
            row = db.execute(f"SELECT standing FROM rec_{kind} WHERE id = ?", (record_id,)).fetchone()
            standing = set(Standing(row[0] if row else None).ids(name))
            found[key] = WrittenField(kind, record_id, name, before, bool(standing) and standing <= ids)
    return tuple(found.values())


def _value(db: Any, case_id: str, change_id: str, name: str) -> str | int | bool | None:
    """What a change wrote in a field. A citizen's may have been written in another case."""
    row = (
        db.execute("SELECT fields FROM change WHERE case_id = ? AND id = ?", (case_id, change_id)).fetchone()
        or db.execute("SELECT fields FROM change WHERE id = ?", (change_id,)).fetchone()
    )
    found: str | int | bool | None = json.loads(row[0]).get(name) if row else None
    return found
