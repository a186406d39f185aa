# SPDX-License-Identifier: MPL-2.0
"""The conversations of a case: where several people wrote without knowing each other's words (promise 4).

Read with the case by `queries.py`, for only the records on which more than one change stands. Whose hand wrote what is told by
name; what was put back by undo keeps the hand it was first written in. Writes nothing.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.merge import Conversation, Joined, outcome_group
from app.domain.roles import Hand, Pen, Role
from app.models.casefile import Said, Talk
from app.models.fields import FieldInfo, Value, fields_of, from_json, to_json
from app.models.kinds import KINDS
from app.store.held import Held, disputed_below, entry_of, hanging, settled
from app.store.replica import Replica, told
from app.store.standing import Stand, Standing
from app.store.unsent import number_of

_GROUPS = {"period": "Periode"}


def conversations(replica: Replica, case_id: str) -> tuple[Talk, ...]:
    """Everything on a case that people are to settle, or that has been joined."""
    keys = []
    with told():
        for kind in KINDS:
            column = "id" if kind == "case" else "case_id"
            sql = f"SELECT id, standing FROM rec_{kind} WHERE {column} = ?"
            keys += [(kind, r[0]) for r in replica.connection.execute(sql, (case_id,)) if Standing(r[1]).is_open]
        return talks(replica.connection, case_id, keys)


def talks(db: Any, case_id: str, records: Iterable[tuple[str, str]]) -> tuple[Talk, ...]:
    """What is to be settled, or has been joined, on these records."""
    return tuple(talk for kind, record_id in records for talk in _of(db, case_id, kind, record_id))


def _of(db: Any, case_id: str, kind: str, record_id: str) -> list[Talk]:
    held = Held.read(db, kind, record_id)
    if held is None:
        return []
    infos = fields_of(KINDS[kind])
    found = []
    done: set[str] = set()
    stands = held.stands
    for name in stands:
        info = infos[name]
        group = tuple(n for n, i in infos.items() if i.group == info.group) if info.group else (name,)
        if name in done or all(len(stands.get(n, ())) < 2 for n in group):
            continue
        done.update(group)
        talk = _talk(held, infos, group) if info.pen is not Pen.PROGRAM else None  # nobody settles what nobody writes
        if talk is not None:
            found.append(talk)
    below = hanging(db, kind, record_id) if any(s.value for s in held.on("removed")) else []
    against = _written_on_what_is_gone(held, below)
    if against:
        gone = [_said(s, {"removed": True}) for s in held.on("removed")]
        found.append(Talk(kind, record_id, ("removed",), infos["removed"].label, (*gone, *against)))
    seqs = {s.change_id: s.seq for one in (held, *below) for on in one.stands.values() for s in on}
    return [
        replace(talk, said=tuple(_first_hand(db, case_id, one) for one in _with_reach(db, case_id, talk.said, seqs)))
        for talk in found
    ]


def _written_on_what_is_gone(held: Held, below: Sequence[Held]) -> list[Said]:
    """What stands against a removal, a change at a time. A field of a record that hangs under it is told as "milestone.text"."""
    of_record = {held.record_id: held, **{one.record_id: one for one in below}}
    against = {(held.kind, held.record_id, name): entries for name, entries in held.disputed().items()}
    values: dict[str, dict[str, Value]] = defaultdict(dict)
    stands: dict[str, Stand] = {}
    for (kind, record_id, name), entries in {**against, **disputed_below(held, below)}.items():
        told = name if record_id == held.record_id else f"{kind}.{name}"
        for entry in entries:
            values[entry.change_id][told] = from_json(fields_of(KINDS[kind])[name], entry.value)
            on = of_record[record_id].on(name)
            stands[entry.change_id] = next(s for s in on if s.change_id == entry.change_id)
    return [_said(stands[change_id], values[change_id]) for change_id in sorted(stands)]


def _talk(held: Held, infos: Mapping[str, FieldInfo], group: tuple[str, ...]) -> Talk | None:
    info = infos[group[0]]
    label = _GROUPS.get(info.group or "", info.label)
    if len(group) > 1:
        defaults = {n: to_json(infos[n].default) for n in group}
        entries = {n: [entry_of(s) for s in held.on(n)] for n in group}
        whole = outcome_group(info.merge, entries, defaults)
        first = whole[group[0]]
        if not isinstance(first, Conversation):
            return None
        spoken = {n: {e.change_id: e.value for e in c.entries} for n, c in whole.items() if isinstance(c, Conversation)}
        stands = {s.change_id: s for n in group for s in held.on(n)}
        said = (_said(stands[i], {n: from_json(infos[n], spoken[n][i]) for n in group}) for i in sorted(stands))
        return Talk(held.kind, held.record_id, group, label, tuple(said))
    name = group[0]
    became = settled(info, held.on(name))
    if not isinstance(became, Conversation | Joined):
        return None
    said = (_said(s, {name: from_json(info, s.value)}) for s in held.on(name))
    joined = became.value if isinstance(became, Joined) else None
    return Talk(held.kind, held.record_id, group, label, tuple(said), joined)


def _said(stand: Stand, values: Mapping[str, Value]) -> Said:
    hand = Hand(stand.author, stand.name, Role(stand.role))
    return Said(stand.change_id, hand, datetime.fromisoformat(stand.at), values)


A_WHILE = 60.0
"""Seconds by the clocks of two machines, below which nothing is said of who had a connection."""


def _with_reach(db: Any, case_id: str, said: tuple[Said, ...], seqs: Mapping[str, int | None]) -> Iterator[Said]:
    """Mark those that were written a while before another, and shared after it."""
    sql = f"SELECT {number_of()} FROM change WHERE case_id = ? AND id = ?"
    shared: list[float] = []
    for one in said:
        seq = seqs.get(one.change_id)
        if seq is None:
            row = db.execute(sql, (case_id, one.change_id)).fetchone()
            seq = row[0] if row else None
        shared.append(math.inf if seq is None else seq)
    times = [one.at.timestamp() for one in said]
    for one, number, at in zip(said, shared, times, strict=True):
        late = any(number > n and at + A_WHILE <= t for n, t in zip(shared, times, strict=True))
        yield replace(one, out_of_reach=late)


def _first_hand(db: Any, case_id: str, said: Said) -> Said:
    """Words put back by undo stand in the hand that first wrote them, however often that was done, where the log here still
    tells."""
    first = said
    change_id: str | None = said.change_id
    followed: set[str] = set()  # a change from elsewhere may name anything, itself too
    while change_id is not None and change_id not in followed:
        followed.add(change_id)
        row = db.execute(_CHANGE, (case_id, change_id)).fetchone()
        if row is None:
            break
        author, name, role, at, record_id, fields, undoes = row
        if change_id != said.change_id:
            first = replace(said, hand=Hand(author, name, Role(role)), at=datetime.fromisoformat(at))
        put_back = {n: value for n, value in json.loads(fields).items() if n in said.values}
        change_id = _put_back_by(db, case_id, record_id, undoes, put_back) if undoes is not None else None
    return first


_CHANGE = "SELECT author, author_name, role, at, record_id, fields, undoes FROM change WHERE case_id = ? AND id = ?"


def _put_back_by(db: Any, case_id: str, record_id: str, step: str, values: Mapping[str, Any]) -> str | None:
    """The change beneath a step whose words an undo of the step put back."""
    below = db.execute(
        "SELECT over FROM change WHERE case_id = ? AND step = ? AND record_id = ? ORDER BY id",
        (case_id, step, record_id),
    ).fetchall()
    for change_id in sorted({i for (over,) in below for ids in json.loads(over).values() for i in ids}):
        row = db.execute(_CHANGE, (case_id, change_id)).fetchone()
        fields = json.loads(row[5]) if row else {}
        if any(n in fields and fields[n] == value for n, value in values.items()):
            return str(change_id)
    return None
