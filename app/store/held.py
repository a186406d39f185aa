# SPDX-License-Identifier: MPL-2.0
"""A record as it is held here: its values and all that stands on each of them, to lay changes on and take them off.

Used by what comes in, by what the server says of what went out, and by reading conversations. What is shown where several stand
is reckoned from those that stand alone, so it is the same on every desk. Must not know where a change came from.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from app.domain.merge import Conversation, Entry, Joined, Merge, Settled, meanwhile, outcome, removal_disputed
from app.models.fields import FieldInfo, fields_of, to_json
from app.models.kinds import KINDS
from app.store.standing import Raw, Stand, Standing, keeps_value


def entry_of(stand: Stand) -> Entry:
    """What stands, as the rule of merging reads it."""
    return Entry(stand.change_id, stand.author, stand.name, stand.role, stand.at, stand.value, stand.bases)


def settled(info: FieldInfo, stands: Iterable[Stand]) -> Settled | Joined | Conversation:
    """What becomes of what stands on one field."""
    return outcome(info.merge, [entry_of(s) for s in stands])


HANGS_UNDER: Mapping[str, Mapping[str, str]] = {
    "goal": {"milestone": "goal_id", "action": "goal_id"},
    "referral": {"tried": "referral_id"},
}
"""What is out of sight when a record is taken away, and the field by which it hangs there."""

_REFUSED_OVER = "SELECT over FROM change WHERE case_id = ? AND id = ? AND refused IS NOT NULL"


class Held:
    """One record: its columns and what stands on each. Nothing is written before `save`."""

    __slots__ = ("_columns", "_here", "_let", "_standing", "case_id", "kind", "record_id")

    def __init__(self, kind: str, record_id: str, case_id: str, here: tuple[Any, ...] | None = None) -> None:
        """`here`: what stands on it and its columns, as they lie here; a record nobody has written yet has none."""
        self.kind, self.record_id, self.case_id = kind, record_id, case_id
        self._here = here is not None
        self._standing = Standing(here[0] if here else None)
        self._columns = here[1:] if here else tuple(defaults(kind).values())
        self._let: dict[str, Raw] = {}

    @classmethod
    def read(cls, db: Any, kind: str, record_id: str) -> Held | None:
        """The record as it lies here, or None."""
        row = db.execute(_select(kind), (record_id,)).fetchone()
        return None if row is None else cls(kind, record_id, row[0], row[1:])

    @property
    def top(self) -> int:
        """The highest number of the shared log that was laid on it as it came; a lower one comes out of order."""
        return self._standing.top

    def came(self, seq: int) -> None:
        """What has this number has been laid on it."""
        self._standing.top = max(self._standing.top, seq)

    @property
    def is_touched(self) -> bool:
        """Whether there is anything to save."""
        return bool(self._let)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands on it any more."""
        return not self._standing.names

    @property
    def stands(self) -> dict[str, list[Stand]]:
        """What stands on every field, with its values."""
        return {name: self.on(name) for name in self._standing.names}

    def column(self, name: str) -> Raw:
        """What the record's own column holds."""
        if name in self._let:
            return self._let[name]
        place, is_tick = _places(self.kind)[name]
        raw: Raw = self._columns[place]
        return bool(raw) if is_tick and raw is not None else raw

    def on(self, name: str) -> list[Stand]:
        """What stands on one field, with its values: that of a lone one is what the column holds."""
        on = self._standing.on(name)
        if len(on) == 1 and not keeps_value(name, on[0]):
            return [on[0]._replace(value=self.column(name))]
        return on

    def lay(
        self,
        change: Stand,
        values: Mapping[str, Raw],
        over: Mapping[str, Collection[str]],
        bases: Mapping[str, Iterable[str]],
    ) -> None:
        """Lay a change on these fields, off which those in `over` go."""
        for name, value in values.items():
            laid = Stand(*change[:6], value, tuple(bases.get(name, ())))
            gone = {change.change_id, *over.get(name, ())}
            if gone.issuperset(self._standing.ids(name)):  # as at each key pause
                self._standing.put(name, [laid])
                self._let[name] = value
            else:
                self.let(name, [*(s for s in self.on(name) if s.change_id not in gone), laid])

    def lift(self, over: Mapping[str, Collection[str]]) -> None:
        """What a change that is itself written over was written over: it stands no more than that change does."""
        for name, gone in over.items():
            self.let(name, [s for s in self.on(name) if s.change_id not in gone])

    def let(self, name: str, stands: list[Stand]) -> None:
        """Let just these stand on a field."""
        self._standing.put(name, stands)
        self._let[name] = shown(fields_of(KINDS[self.kind])[name], sorted(stands))

    def drop(self, change_id: str) -> list[str]:
        """Take one change off; the fields it stood on come back."""
        names = [n for n in self._standing.names if change_id in self._standing.ids(n)]
        for name in names:
            self.let(name, [s for s in self.on(name) if s.change_id != change_id])
        return names

    def disputed(self) -> dict[str, tuple[Entry, ...]]:
        """What was written on the record by somebody who did not know that it was taken away."""
        return disputed(self.kind, self.stands)

    def save(self, db: Any) -> None:
        """Write the record as it now is; one on which nothing stands goes."""
        if self.is_empty:
            db.execute(f"DELETE FROM rec_{self.kind} WHERE id = ?", (self.record_id,))
            self._here = False
            return
        if self._standing.is_taken_away or "removed" in self._let:
            gone = bool(shown(fields_of(KINDS[self.kind])["removed"], self.on("removed")))
            self._let["removed"] = gone and not self.disputed()
        standing = self._standing.dump()
        if self._here:
            names = sorted(self._let)
            sets = ", ".join([f'"{name}" = ?' for name in names])
            values = (*[self._let[name] for name in names], standing, self.record_id)
            db.execute(f"UPDATE rec_{self.kind} SET {sets}, standing = ? WHERE id = ?", values)
        else:
            columns = map(self.column, defaults(self.kind))
            db.execute(inserted(self.kind), (self.case_id, standing, *columns, self.record_id))
        self._here = True


def disputed(kind: str, stands: Mapping[str, Collection[Stand]]) -> dict[str, tuple[Entry, ...]]:
    """What stands on a record against its removal. Only a removal needs its value."""
    removed = [entry_of(s) for s in stands.get("removed", ())]
    if not any(e.value for e in removed):
        return {}
    infos = fields_of(KINDS[kind])
    rest = {n: [entry_of(s) for s in on] for n, on in stands.items() if n != "removed"}
    return removal_disputed(removed, rest, {n: infos[n].merge for n in rest})


def hanging(db: Any, kind: str, record_id: str) -> list[Held]:
    """The records that hang under this one."""
    found = []
    for child, field in HANGS_UNDER.get(kind, {}).items():
        rows = db.execute(f"SELECT id FROM rec_{child} WHERE {field} = ? ORDER BY id", (record_id,)).fetchall()
        found += [held for row in rows if (held := Held.read(db, child, row[0])) is not None]
    return found


def disputed_below(held: Held, below: Iterable[Held]) -> dict[tuple[str, str, str], tuple[Entry, ...]]:
    """What was written under a record by somebody who did not know that it was taken away, by (kind, record, field)."""
    removed = [entry_of(s) for s in held.stands.get("removed", ())]
    fields: dict[tuple[str, str, str], list[Entry]] = {}
    policies: dict[tuple[str, str, str], Merge] = {}
    for one in below:
        infos = fields_of(KINDS[one.kind])
        if one.column("removed"):
            continue
        for name, on in one.stands.items():
            if name != "removed" and infos[name].merge is not Merge.ONCE:
                fields[one.kind, one.record_id, name] = [entry_of(s) for s in on]
                policies[one.kind, one.record_id, name] = infos[name].merge
    return removal_disputed(removed, fields, policies)


def shown(info: FieldInfo, stands: Collection[Stand]) -> Raw:
    """What the record's own column holds: what is settled or joined; of a conversation the careful one where the field protects
    somebody, else the first, for lists alone."""
    if not stands:
        return to_json(info.default)
    if len(stands) == 1:
        return next(iter(stands)).value
    match settled(info, stands):
        case Settled() as one:
            return one.value
        case Joined() as joined:
            return joined.value
        case _ if info.careful is not None:
            return meanwhile(info.careful, [s.value for s in stands])
        case _:  # people disagree: a record one of them has taken away stays in sight
            return False if info.name == "removed" else min(stands).value


def through_refused(db: Any, case_id: str, name: str, ids: Iterable[str]) -> set[str]:
    """What is lain over on a field, read through what the server refused: that is what it will find too."""
    found: set[str] = set()
    todo = list(ids)
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            row = db.execute(_REFUSED_OVER, (case_id, one)).fetchone()
            todo += json.loads(row[0]).get(name, ()) if row else ()
    return found


@cache
def defaults(kind: str) -> dict[str, Raw]:
    """What a record holds where nobody has written."""
    return {name: to_json(info.default) for name, info in fields_of(KINDS[kind]).items()}


@cache
def _places(kind: str) -> Mapping[str, tuple[int, bool]]:
    """Each field's place among the columns, and whether it is a yes or no, which SQLite has as a number."""
    return {name: (place, info.type is bool) for place, (name, info) in enumerate(fields_of(KINDS[kind]).items())}


@cache
def _names(kind: str) -> str:
    return ", ".join(f'"{name}"' for name in fields_of(KINDS[kind]))


@cache
def _select(kind: str) -> str:
    return f"SELECT case_id, standing, {_names(kind)} FROM rec_{kind} WHERE id = ?"


@cache
def inserted(kind: str) -> str:
    """The statement a record is written anew with: case, standing, the fields in order, id."""
    marks = ",".join("?" * (len(fields_of(KINDS[kind])) + 3))
    return f"INSERT INTO rec_{kind} (case_id, standing, {_names(kind)}, id) VALUES ({marks})"
