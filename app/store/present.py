# SPDX-License-Identifier: MPL-2.0
"""Whole cases as they stand in the shared database, laid in with what is unsent here on top.

The first fetch, a case that opens, and the repair after a refusal are this one thing. Records that are not here yet, which are
nearly all in a first fetch, are written many at a time; the others one by one through `held.py`. Called by `incoming.py`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple

from app.models.case_lines import KEEP, LET_GO, RECKON_THESE
from app.models.fields import FieldInfo, fields_of
from app.models.kinds import KINDS
from app.store.batch import SHARED_KINDS, Batch
from app.store.held import defaults, inserted, through_refused
from app.store.replica import Replica
from app.store.rows import Present, Pulled, dump, is_role, is_time, is_value, load, park, readable
from app.store.search_index import FOUND_BY, keep_index
from app.store.standing import Stand
from app.store.unit_of_work import ChangeSet

MANY = 50
"""From so many cases on, the lines of the caseload are reckoned once for all of them, and not at each record."""

_SYNC = (
    "INSERT INTO case_sync (about, seq, top, history, mixed) VALUES (?, ?, ?, 0, ?) ON CONFLICT (about) DO UPDATE SET"
    " seq = max(seq, excluded.seq), top = max(top, excluded.top), history = history AND seq = 0, mixed = mixed OR excluded.mixed"
)
_READER = (
    "INSERT INTO case_reader (case_id, person_id, seq, fetch) VALUES (?, ?, ?, 0)"
    " ON CONFLICT (case_id, person_id) DO UPDATE SET fetch = 0, leaving = NULL, seq = iif(seq < 0, excluded.seq, seq)"
    " WHERE seq <= excluded.seq"
)


def take_present(
    replica: Replica, db: Any, person_id: str, rows: Sequence[Present], upto: int, also: Collection[str]
) -> tuple[ChangeSet, ...]:
    """Lay the cases of `rows`, and `also` those of which there may be nothing, in as they stood at `upto`."""
    cases = sorted({row.case_id for row in rows} | set(also))
    records: dict[tuple[str, str], list[Present]] = defaultdict(list)
    for row in rows:
        records[row.kind, row.record_id].append(row)
    here = _here(db, cases, records)
    logged, unsent = _logged(db, cases, [i for k, i in (*records, *here) if k in SHARED_KINDS])
    db.executemany("DELETE FROM parked WHERE case_id = ? AND seq <= ?", [(c, upto) for c in cases])
    many = len(cases) >= MANY
    if many:
        for statement in LET_GO:
            db.execute(statement)
    batch = _Laying(replica, db, logged)
    for key, found in records.items():
        if key in here or not batch.lay_new(*key, found):
            batch.lay_again(*key, here.pop(key, None), found)
    batch.write_new()
    for (kind, record_id), case_id in here.items():  # what is here and not there: only what is unsent of it stays
        if kind not in SHARED_KINDS or case_id in also:
            batch.lay_again(kind, record_id, case_id, ())
    came = {row.id for row in rows} if unsent else set()
    batch.note_accepted((row for row in rows if row.id in unsent) if unsent else (), unsent)
    on_top = [row for i, row in sorted(unsent.items()) if i not in came and i not in batch.passed]
    for own in on_top:
        batch.lay_unsent(own)
    mixed = {own[1] for own in on_top} | {own[3] for own in on_top}
    changes = batch.save("Hentet")
    shared = {record_id: record_id in mixed for kind, record_id in records if kind in SHARED_KINDS}
    db.executemany(_SYNC, [(c, upto, upto, c in mixed) for c in cases])
    db.executemany(_SYNC, [(r, upto, upto, 1 if below else 0) for r, below in shared.items()])
    db.executemany(_READER, [(c, person_id, upto) for c in cases])
    if many:
        for statement in KEEP:
            db.execute(statement)
        citizens = [record_id for kind, record_id in records if kind == "citizen"]
        of = {"cases": json.dumps(cases), "citizens": json.dumps(citizens)}
        for statement in RECKON_THESE:
            db.execute(statement, of)
    told = {change.case_id for change in changes}
    new = {row.case_id for row in rows} - told
    step = changes[0].step if changes else batch.step
    return (*changes, *(ChangeSet(c, frozenset({("case", c, "number")}), step) for c in sorted(new)))


_raw = json.JSONDecoder().raw_decode


class _Shape(NamedTuple):
    """What a change's fields and the types of their values say of it. `on`: what stands on them; `looked_at`: whose values may
    still be none of the field's."""

    on: str
    looked_at: tuple[FieldInfo, ...]


@lru_cache(4096)
def _shape(kind: str, index: int, names: tuple[str, ...], types: tuple[type, ...]) -> _Shape | None:
    """The shape of the change that is number `index` on its record; None where it has no field, or one not known here."""
    infos = fields_of(KINDS[kind])
    if not names or not infos.keys() >= set(names):
        return None
    on = ",".join(f'"{name}":[{index}]' for name in names)
    fields = zip((infos[name] for name in names), types, strict=True)
    return _Shape(on, tuple(info for info, held in fields if info.type is not str or held is not str))


class _Laying(Batch):
    """The batch of one fetch."""

    def __init__(self, replica: Replica, db: Any, logged: Collection[str]) -> None:
        super().__init__(replica, db)
        self._logged = logged
        self._new: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._citizens: set[str] = set()
        self._hands: dict[tuple[str, str, str], str | None] = {}
        self._times: dict[str, str | None] = {}

    def lay_new(self, kind: str, record_id: str, rows: Sequence[Present]) -> bool:
        """Make ready a record that is not here and has one change on each field; False where it takes more thought."""
        if kind not in KINDS:
            return False
        values = defaults(kind)
        by, on = [], []
        seen: set[str] = set()
        for index, (_, _, _, change_id, told, bases, author, name, role, at, seq) in enumerate(rows):
            fields = _raw(told)[0] if isinstance(told, str) else told
            shape = _shape(kind, index, tuple(fields), tuple(map(type, fields.values())))
            hand, time = self._hand(author, name, role), self._time(at)
            if shape is None or hand is None or time is None or (bases and _read(bases)):
                return False
            if not seen.isdisjoint(fields) or not all(is_value(info, fields[info.name]) for info in shape.looked_at):
                return False
            seen.update(fields)
            values = {**values, **fields}
            number = "" if change_id in self._logged else f",{seq}"
            by.append(f"[{quoted(change_id)},{hand},{time}{number}]")
            on.append(shape.on)
        standing = f'{{"":[{",".join(by)}],{",".join(on)}}}'
        self._new[kind].append((rows[0].case_id, standing, *values.values(), record_id))
        if kind == "citizen":
            self._citizens.add(record_id)
        elif kind in FOUND_BY:
            self._citizens.update(str(values[n]) for n in ("citizen_id", "other_id") if values.get(n))
        return True

    def _hand(self, author: str, name: str, role: str) -> str | None:
        """A hand as what stands is kept with it: a fetch has few. None: a role this program does not know."""
        found = self._hands.get((author, name, role), "")
        if found == "":
            found = self._hands[author, name, role] = dump((author, name, role))[1:-1] if is_role(role) else None
        return found

    def _time(self, at: str) -> str | None:
        """The same for a time: many records are made at one. None: no time."""
        found = self._times.get(at, "")
        if found == "":
            found = self._times[at] = quoted(at) if is_time(at) else None
        return found

    def write_new(self) -> None:
        """Write what was made ready, a kind at a time."""
        for kind, rows in self._new.items():
            self.db.executemany(inserted(kind), rows)
        keep_index(self.db, sorted(self._citizens))

    def lay_again(self, kind: str, record_id: str, case_id: str | None, rows: Iterable[Present]) -> None:
        """Let just these changes stand on a record, whatever stood on it here."""
        found = [_as_pulled(row) for row in rows]
        readable_rows = []
        for row in found:
            values, rest = readable(row)
            if rest:
                park(self.db, row, rest, present=True)
            if values:
                readable_rows.append((row, values))
        if kind not in KINDS or (not readable_rows and case_id is None):
            return
        held = self.held_or_new(kind, record_id, case_id or str(found[0].case_id))
        before = held.stands
        for name in before:
            held.let(name, [])
        for row, values in readable_rows:
            seq = None if row.id in self._logged else row.seq
            who = (str(row.author), row.author_name or "", str(row.role), str(row.at))
            held.lay(Stand(str(row.id), *who, seq), values, {}, row.bases or {})
        after = held.stands
        changed = {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}
        self.touch(held.case_id, kind, record_id, changed)

    def note_accepted(self, rows: Iterable[Present], unsent: Mapping[str, tuple[Any, ...]]) -> None:
        """Own words that are found in the shared database have been taken, though the answer was lost."""
        self.db.executemany(
            "UPDATE change SET seq = ? WHERE case_id = ? AND id = ?", [(r.seq, unsent[r.id][1], r.id) for r in rows]
        )

    def lay_unsent(self, row: tuple[Any, ...]) -> None:
        """Lay one's own unsent change on top again."""
        change_id, case_id, kind, record_id, fields, over, bases, author, name, role, at = row
        if kind not in KINDS:
            return
        held = self.held_or_new(kind, record_id, case_id)
        values = json.loads(fields)
        lain = {n: through_refused(self.db, case_id, n, ids) for n, ids in json.loads(over).items()}
        held.lay(Stand(change_id, author, name, role, at), values, lain, json.loads(bases or "{}"))
        self.touch(case_id, kind, record_id, values)

    @property
    def step(self) -> Any:
        """The step a fetch is announced under."""
        from app.store.batch import step_of

        return step_of("Hentet")


def _here(db: Any, cases: Sequence[str], records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The records of these cases, and of their citizens, that are here: {(kind, id): case}."""
    found: dict[tuple[str, str], str] = {}
    asked = json.dumps(cases)
    shared = defaultdict(list)
    for kind, record_id in records:
        if kind in SHARED_KINDS:
            shared[kind].append(record_id)
    for kind in KINDS:
        if db.execute(f"SELECT 1 FROM rec_{kind} LIMIT 1").fetchone() is None:
            continue
        sql = f"SELECT id, case_id FROM rec_{kind} WHERE case_id IN (SELECT value FROM json_each(?))"
        found.update({(kind, r[0]): r[1] for r in db.execute(sql, (asked,))})
        if shared[kind]:
            sql = f"SELECT id, case_id FROM rec_{kind} WHERE id IN (SELECT value FROM json_each(?))"
            found.update({(kind, r[0]): r[1] for r in db.execute(sql, (json.dumps(shared[kind]),))})
    return found


def _logged(db: Any, cases: Sequence[str], shared: Sequence[str]) -> tuple[set[str], dict[str, tuple[Any, ...]]]:
    """The ids of these cases that are in the log here, and the rows that are unsent: of these cases, and of their citizens too
    where they were written in another case."""
    if db.execute("SELECT 1 FROM change LIMIT 1").fetchone() is None:
        return set(), {}
    asked = (json.dumps(cases),)
    of = "FROM change WHERE case_id IN (SELECT value FROM json_each(?))"
    logged = {str(r[0]) for r in db.execute(f"SELECT id {of}", asked)}
    columns = "id, case_id, kind, record_id, fields, over, bases, author, author_name, role, at"
    unsent = {str(r[0]): r for r in db.execute(f"SELECT {columns} {of} AND seq IS NULL AND refused IS NULL", asked)}
    if shared:
        sql = (
            f"SELECT {columns} FROM change WHERE seq IS NULL AND refused IS NULL AND kind IN ('citizen', 'identifier')"
            " AND record_id IN (SELECT value FROM json_each(?))"
        )
        unsent |= {str(r[0]): r for r in db.execute(sql, (json.dumps(shared),))}
    return logged, unsent


def _as_pulled(row: Present) -> Pulled:
    fields, bases = _read(row.fields), _read(row.bases) or None
    return Pulled(
        seq=row.seq,
        event="change",
        case_id=row.case_id,
        id=row.id,
        kind=row.kind,
        record_id=row.record_id,
        fields=fields,
        bases=bases,
        author=row.author,
        author_name=row.author_name,
        role=row.role,
        at=row.at,
    )


def _read(value: Mapping[str, Any] | str | None) -> dict[str, Any]:
    return (load(value) or {}) if isinstance(value, str) else dict(value or {})
