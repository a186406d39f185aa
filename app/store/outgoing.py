# SPDX-License-Identifier: MPL-2.0
"""What waits to be sent to the shared database, and what becomes of it when the answer comes.

Called by `sync` on the database lane; there is no network here. Nothing unsent is ever deleted: what the server refuses is set
aside with its reason, and what lay under it stands again. One that is refused never holds up the others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, repeat
from json.encoder import encode_basestring_ascii as quoted
from operator import itemgetter
from struct import Struct
from typing import Any, NamedTuple

from app.domain.roles import Hand, Role
from app.domain.writing import is_storable_json, storable, storable_json
from app.models.fields import Value, fields_of, from_json
from app.models.kinds import KINDS
from app.store.batch import CAME, SHARED_KINDS, WENT, Batch, quietly, want_fetch
from app.store.readers import all_began_here, server_took
from app.store.replica import Replica, told
from app.store.rows import Outgoing
from app.store.unit_of_work import ChangeSet
from app.store.unsent import WAITING, is_unsent, note_taken

MOST = 2000
"""As many changes as the server takes at a time."""

_COLUMNS = ", ".join(f"c.{name}" for name in Outgoing._fields)
_LONG = 100_000  # characters: what is longer is judged with care
LOOKED_INTO = SHARED_KINDS | {
    "case",
    "decision",
    "advice",
    "advice_request",
    "consent",
    "competence",
    "offer",
    "municipality",
}
"""Kinds of which the shared database asks more than whose pen it is."""


class Verdict(NamedTuple):
    """What the server said of one change: accepted (with its number), refused (with a reason's code), wait or later."""

    outcome: str
    seq: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of what was sent. `to_fetch`: cases that must be fetched anew, since a refusal could not be repaired here."""

    accepted: int
    refused: int
    waiting: int
    changes: tuple[ChangeSet, ...]
    to_fetch: frozenset[str]


@dataclass(frozen=True, slots=True)
class SetAside:
    """Words the server did not take, and why (a code). They are kept here and nowhere else."""

    id: str
    case_id: str
    kind: str
    record_id: str
    fields: Mapping[str, Value]
    reason: str
    hand: Hand
    at: datetime


def is_joined(replica: Replica) -> bool:
    """Whether this desk has joined a shared database."""
    return replica.joined


def join(replica: Replica) -> None:
    """This desk shares from now on: what waits is kept in a list, each change says what it was written from, and each case
    who reads it."""
    from app.models.tables import SHARING_DDL

    with replica.transaction() as db:
        for statement in SHARING_DDL:
            db.execute(statement)
        if not replica.joined:
            all_began_here(db)
        db.execute("INSERT OR REPLACE INTO desk VALUES ('joined', '1')")
    replica.joined = True


def pending(replica: Replica, person_id: str, limit: int = MOST, after: str = "") -> tuple[Outgoing, ...]:
    """What one person has written that is not sent, in the order it was written; from `after` on, to turn the page."""
    sql = f"SELECT {_COLUMNS} FROM {WAITING} WHERE u.author = ? AND u.id > ? ORDER BY u.id LIMIT {limit}"
    with told():
        return tuple(map(Outgoing._make, replica.connection.execute(sql, (person_id, after))))


def is_edit(change: Outgoing) -> bool:
    """Whether `push_edit` may take it: words over others on a record of the case, such as every key pause makes."""
    return (
        change.over != "{}"
        and change.kind not in LOOKED_INTO
        and len(change.fields) < _LONG
        and is_storable_json(change.fields)
        and is_storable_json(change.bases or "")
        and storable(change.step_name) == change.step_name
    )


def packed(changes: Sequence[Outgoing]) -> str:
    """The changes as the one JSON array `push` takes."""
    return storable_json(
        "["
        + ",".join(
            f'{{"id":"{c.id}","case":"{c.case_id}","kind":{quoted(c.kind)},"record":"{c.record_id}","fields":{c.fields},'
            f'"over":{c.over},"bases":{c.bases or "null"},"audience":{quoted(c.audience)},"role":{quoted(c.role)},"at":"{c.at}",'
            f'"step":"{c.step}","step_name":{quoted(c.step_name)},"undoes":{quoted(c.undoes) if c.undoes else "null"},'
            f'"author":"{c.author}"}}'
            for c in changes
        )
        + "]"
    )


def is_new(change: Outgoing) -> bool:
    """Whether `push_new` may take it: words over nothing, which undo nothing and are joined with nobody's."""
    return change.over == "{}" and change.undoes is None and change.bases in (None, "{}")


def under_headings(changes: Sequence[Outgoing]) -> tuple[Sequence[Any], ...]:
    """New records as `push_new` takes them. First what many have in common, each part of the headings by itself (cases, kinds,
    audiences, roles, times, steps and their names); then which heading each change is under, its id, record and fields."""
    numbers: dict[tuple[str, ...], int] = {}
    under = [numbers.setdefault(heading, len(numbers) + 1) for heading in map(_HEADING, changes)]
    return (*zip(*numbers, strict=True), under, *zip(*map(_OWN, changes), strict=True))


def in_columns(changes: Sequence[Outgoing]) -> tuple[bytes, ...] | None:
    """The same, each part as the array PostgreSQL itself sends; None where a text asks for more care."""
    cases, kinds, audiences, roles, ats, steps, names, under, ids, records, fields = under_headings(changes)
    if not all(map(is_storable_json, fields)):
        return None
    try:
        return (
            _uuids(cases),
            *map(_texts, (kinds, audiences, roles, ats)),
            _uuids(steps),
            _texts(names),
            _head(_INT4, len(under)) + Struct(f"!{2 * len(under)}i").pack(*chain(*zip(repeat(4), under))),
            _uuids(ids),
            _uuids(records),
            _array(_JSONB, [b"\1" + text.encode() for text in fields]),  # 1: the one way there is of writing it
        )
    except ValueError:  # no id, or half a character
        return None


_HEADING = itemgetter(*map(Outgoing._fields.index, ("case_id", "kind", "audience", "role", "at", "step", "step_name")))
_OWN = itemgetter(*map(Outgoing._fields.index, ("id", "record_id", "fields")))
_INT4, _TEXT, _UUID, _JSONB = 23, 25, 2950, 3802
"""PostgreSQL's own numbers for the types."""


def _texts(texts: Sequence[str]) -> bytes:
    return _array(_TEXT, [text.encode() for text in texts])


def _uuids(ids: Sequence[str]) -> bytes:
    if set(map(len, ids)) != {36}:
        raise ValueError
    length = "00000010"  # each has its length before it: sixteen bytes
    return _head(_UUID, len(ids)) + bytes.fromhex(length + length.join(ids).replace("-", ""))


def _array(of: int, values: Sequence[bytes]) -> bytes:
    lengths = Struct("!i").pack
    return _head(of, len(values)) + b"".join([part for value in values for part in (lengths(len(value)), value)])


def _head(of: int, count: int) -> bytes:
    """One dimension, no nulls, the first at 1."""
    return Struct("!5i").pack(1, 0, of, count, 1)


def take_verdicts(replica: Replica, person_id: str, sent: Sequence[Outgoing], verdicts: Mapping[str, Verdict]) -> Taken:
    """Note what the server said, all of it or nothing. What it has not answered stays unsent."""
    accepted, refused = [], []
    for change in sent:
        verdict = verdicts.get(change.id)
        if verdict is not None and verdict.outcome == "accepted" and verdict.seq is not None:
            accepted.append((verdict.seq, change))
        elif verdict is not None and verdict.outcome == "refused":
            refused.append((verdict.reason or "refused", change))
    with quietly(replica) as db:
        batch = Batch(replica, db)
        note_taken(db, [(c.author, c.id, seq) for seq, c in accepted])
        server_took(db, person_id, {c.case_id: seq for seq, c in accepted if c.kind not in SHARED_KINDS}.items())
        for seq, c in accepted:
            batch.accepted(c.case_id, c.kind, c.record_id, c.id, seq)
        for reason, c in refused:
            sql = f"UPDATE change SET refused = ? WHERE case_id = ? AND id = ? AND {is_unsent()}"
            db.execute(sql, (reason, c.case_id, c.id))
        for _, c in refused:
            batch.refused(person_id, c.case_id, c.kind, c.record_id, c.id)
        changes = batch.save(WENT)
    waiting = len(sent) - len(accepted) - len(refused)
    return Taken(len(accepted), len(refused), waiting, changes, frozenset(batch.to_fetch))


def of_others(replica: Replica, person_id: str) -> tuple[str, ...]:
    """The ids of what waits here for others than this person."""
    with told():
        rows = replica.connection.execute("SELECT id FROM unsent WHERE author <> ?", (person_id,)).fetchall()
    return tuple(str(row[0]) for row in rows)


def learn(replica: Replica, person_id: str, became: Mapping[str, int | None]) -> tuple[ChangeSet, ...]:
    """What became of some that waited here, where their writers have sent them from elsewhere: the number each was given, None
    for one that was refused. Their cases are fetched anew, for words that came since may lie over them."""
    with quietly(replica) as db:
        batch = Batch(replica, db)
        sql = f"SELECT c.id, c.case_id, c.kind, c.record_id, c.author FROM {WAITING} WHERE u.id IN (SELECT key FROM json_each(?))"
        for change_id, case_id, kind, record_id, author in db.execute(sql, (json.dumps(became),)).fetchall():
            seq = became[change_id]
            if seq is not None:
                note_taken(db, [(author, change_id, seq)])
                batch.accepted(case_id, kind, record_id, change_id, seq)
            else:
                db.execute("UPDATE change SET refused = 'refused' WHERE case_id = ? AND id = ?", (case_id, change_id))
                batch.refused(person_id, case_id, kind, record_id, change_id)
            want_fetch(db, case_id, person_id)
        return batch.save(CAME)


def set_aside(replica: Replica, case_id: str | None = None) -> tuple[SetAside, ...]:
    """What the server refused and nobody has put by yet, the newest first."""
    where, args = ("", ()) if case_id is None else (" AND case_id = ?", (case_id,))
    sql = (
        "SELECT id, case_id, kind, record_id, fields, refused, author, author_name, role, at FROM change"
        f" WHERE refused IS NOT NULL AND put_by IS NULL{where} ORDER BY id DESC"
    )
    with told():
        return tuple(_set_aside(row) for row in replica.connection.execute(sql, args).fetchall())


def put_by(replica: Replica, case_id: str, change_id: str, person_id: str) -> None:
    """Somebody has read that it was refused. It is still in the log, and in the history."""
    with replica.transaction() as db:
        sql = "UPDATE change SET put_by = ? WHERE case_id = ? AND id = ? AND refused IS NOT NULL"
        db.execute(sql, (person_id, case_id, change_id))


def _set_aside(row: tuple[Any, ...]) -> SetAside:
    infos = fields_of(KINDS[row[2]])
    fields: dict[str, Value] = {}
    for name, raw in json.loads(row[4]).items():
        try:
            fields[name] = from_json(infos[name], raw)
        except (KeyError, ValueError):  # what was typed and never became a value
            fields[name] = str(raw)
    hand = Hand(row[6], row[7], Role(row[8]))
    return SetAside(row[0], row[1], row[2], row[3], fields, row[5], hand, datetime.fromisoformat(row[9]))
