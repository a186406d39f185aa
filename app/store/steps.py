# SPDX-License-Identifier: MPL-2.0
"""Steps in the log: which was the last, and what each field held before it. Read by undo only."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.domain.merge import Merge
from app.models.fields import fields_of, to_json
from app.models.kinds import KINDS
from app.store.accounts import account
from app.store.held import Held, hanging
from app.store.replica import Replica
from app.store.standing import Standing
from app.store.unit_of_work import Key


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


def steps_back(
    replica: Replica, person_id: str, case_id: str, never: Collection[str], sealed: str
) -> Iterator[StepRow]:
    """The steps this person took on the case at this desk, the last first, that are neither an undo, undone, nor of a kind that
    never is. What lies before the newest change of the `sealed` kind is not among them."""
    marks = ",".join("?" * len(never))
    found = replica.connection.execute(
        f"""SELECT step, step_name FROM change c
             WHERE case_id = ? AND author = ? AND undoes IS NULL AND device = ? AND refused IS NULL
               AND id > coalesce((SELECT max(id) FROM change WHERE case_id = ? AND kind = ?), '')
               AND step NOT IN (SELECT undoes FROM change WHERE case_id = ? AND undoes IS NOT NULL)
               AND step NOT IN (SELECT step FROM change WHERE case_id = ? AND kind IN ({marks}))
             ORDER BY id DESC""",
        (case_id, person_id, replica.device, case_id, sealed, case_id, case_id, *never),
    )
    told = ""
    for step_id, name in found:
        if step_id != told:
            yield StepRow(step_id, name)
        told = step_id


def step_fields(replica: Replica, case_id: str, step_id: str) -> tuple[WrittenField, ...]:
    """Every field the step wrote, once, with what stood before the step's first word in it."""
    db = replica.connection
    found: dict[Key, WrittenField] = {}
    wrote = _changes_of(db, case_id, step_id)
    ids = {change_id for change_id, _, _ in wrote}
    for _, key, below in wrote:
        if key in found:
            continue
        kind, record_id, name = key
        before = tuple(_value(db, case_id, i, name) for i in below if i not in ids)
        row = db.execute(f"SELECT standing FROM rec_{kind} WHERE id = ?", (record_id,)).fetchone()
        standing = Standing(row[0] if row else None).ids(name)
        still_stands = bool(standing) and _put_back(db, case_id, key, standing) <= ids
        found[key] = WrittenField(*key, before, still_stands)
    return tuple(found.values())


def written_by_another(
    replica: Replica, case_id: str, kind: str, record_id: str, person_id: str
) -> tuple[str, str] | None:
    """Who has words in a record, or in one that hangs under it, not written by this person at this desk: the id and the name
    of one of them, or None. A place in a list is no words; what was put back is theirs who first wrote it."""
    db = replica.connection
    record = Held.read(db, kind, record_id)
    below = [one for one in hanging(db, kind, record_id) if not one.column("removed")]
    for held in () if record is None else (record, *below):
        for change_id, author, name in _words_in(db, case_id, held):
            sql = "SELECT author, author_name, device FROM change WHERE case_id = ? AND id = ?"
            wrote, called, device = db.execute(sql, (case_id, change_id)).fetchone() or (author, name, "")
            if (wrote, device) != (person_id, replica.device):
                return wrote, called
        sql = "SELECT author FROM draft WHERE record_id = ? AND author <> ?"
        for (typing,) in db.execute(sql, (held.record_id, person_id)).fetchall():
            sits = account(replica, typing)
            return typing, sits.name if sits is not None else ""
    return None


def kept_by(replica: Replica, kind: str, record_id: str) -> tuple[str, str] | None:
    """Who said last that a record is on the table, the id and the name; None where it is taken away."""
    held = Held.read(replica.connection, kind, record_id)
    stands = held.on("removed") if held is not None and not held.column("removed") else []
    return (stands[-1].author, stands[-1].name) if stands else None


def _words_in(db: Any, case_id: str, held: Held) -> Iterator[tuple[str, str, str]]:
    """The changes whose words stand in a record, each with who has said them last: the id, the author's id and the name."""
    infos = fields_of(KINDS[held.kind])
    for name, stands in held.stands.items():
        if name == "removed" or infos[name].merge in (Merge.ORDER, Merge.ONCE):
            continue
        for stand in stands:
            if stand.value != to_json(infos[name].default):
                for change_id in _put_back(db, case_id, (held.kind, held.record_id, name), [stand.change_id]):
                    yield change_id, stand.author, stand.name


def _changes_of(db: Any, case_id: str, step_id: str) -> list[tuple[str, Key, list[str]]]:
    """What a step wrote, field by field as it was written: the change, the field, and the changes that stood there."""
    sql = "SELECT id, kind, record_id, fields, over FROM change WHERE case_id = ? AND step = ? ORDER BY id"
    return [
        (change_id, (kind, record_id, name), json.loads(over).get(name, []))
        for change_id, kind, record_id, fields, over in db.execute(sql, (case_id, step_id)).fetchall()
        for name in json.loads(fields)
    ]


def _put_back(db: Any, case_id: str, key: Key, standing: Iterable[str]) -> set[str]:
    """The changes whose words stand on a field: for one that undid a step, those it put back, however often that was done."""
    words: set[str] = set()
    waiting = list(standing)
    while waiting:
        change_id = waiting.pop()
        row = db.execute("SELECT undoes FROM change WHERE case_id = ? AND id = ?", (case_id, change_id)).fetchone()
        if row is None or row[0] is None:
            words.add(change_id)
            continue
        undone = [(i, below) for i, written, below in _changes_of(db, case_id, row[0]) if written == key]
        own = {i for i, _ in undone}
        waiting.extend(i for i in (undone[0][1] if undone else ()) if i not in own)
    return words


def _value(db: Any, case_id: str, change_id: str, name: str) -> str | int | bool | None:
    """What a change wrote in a field. A citizen's may have been written in another case."""
    row = (
        db.execute("SELECT fields FROM change WHERE case_id = ? AND id = ?", (case_id, change_id)).fetchone()
        or db.execute("SELECT fields FROM change WHERE id = ?", (change_id,)).fetchone()
    )
    found: str | int | bool | None = json.loads(row[0]).get(name) if row else None
    return found
