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
from itertools import chain
from json.encoder import encode_basestring as quoted
from typing import Any

from app.models.case_lines import RECKON_THESE, set_off_by
from app.models.fields import FieldInfo, fields_of
from app.models.kinds import KINDS
from app.store.batch import CAME, SHARED_KINDS, Batch
from app.store.held import defaults, through_refused
from app.store.replica import Replica
from app.store.rows import Present, Pulled, dump, is_role, is_time, is_value, park, readable
from app.store.search_index import FOUND_BY, keep_index
from app.store.standing import Stand
from app.store.two_roles import note
from app.store.unit_of_work import ChangeSet
from app.store.unsent import WAITING, note_taken

MANY = 50
"""From so many cases on, the lines of the caseload are reckoned once for all of them, and not at each record."""

_TOGETHER = 50
"""So many new records are written by one statement."""

_SYNC = (
    "INSERT INTO case_sync (about, seq, top, history, mixed) VALUES (?, ?, ?, 0, ?) ON CONFLICT (about) DO UPDATE SET"
    " seq = max(seq, excluded.seq), top = max(top, excluded.top), history = 0, mixed = mixed OR excluded.mixed"
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
    reckoned = set_off_by({kind for kind, _ in (*records, *here)}) if len(cases) >= MANY else {}
    for trigger in reckoned:
        db.execute(f"DROP TRIGGER {trigger}")
    batch = _Laying(replica, db, logged)
    batch.lay_new({key: found for key, found in records.items() if key not in here} if here else records)
    for key, found in records.items() if here else ():
        if key in here:
            batch.lay_again(*key, here.pop(key), found)
    for (kind, record_id), case_id in here.items():  # what is here and not there: only what is unsent of it stays
        if kind not in SHARED_KINDS or case_id in also:
            batch.lay_again(kind, record_id, case_id, ())
    came = {row.id for row in rows} if unsent else set()
    batch.note_accepted((row for row in rows if row.id in unsent) if unsent else (), unsent)
    on_top = [row for i, row in sorted(unsent.items()) if i not in came and i not in batch.passed]
    for own in on_top:
        batch.lay_unsent(own)
    mixed = {own[1] for own in on_top} | {own[3] for own in on_top}
    changes = batch.save(CAME)
    one = batch.role_of
    note(db, ((r.case_id, r.author, r.author_name, r.role) for r in rows if one.get(r.author, r.role) != r.role))
    shared = {record_id: record_id in mixed for kind, record_id in records if kind in SHARED_KINDS}
    db.executemany(_SYNC, [(c, upto, upto, c in mixed) for c in cases])
    db.executemany(_SYNC, [(r, upto, upto, 1 if below else 0) for r, below in shared.items()])
    db.executemany(_READER, [(c, person_id, upto) for c in cases])
    if reckoned:
        for statement in reckoned.values():
            db.execute(statement)
        citizens = [record_id for kind, record_id in records if kind == "citizen"]
        of = {"cases": json.dumps(cases), "citizens": json.dumps(citizens)}
        for statement in RECKON_THESE:
            db.execute(statement, of)
    told = {change.case_id for change in changes}
    new = {row.case_id for row in rows} - told
    return (*changes, *(ChangeSet(c, frozenset({("case", c, "number")}), CAME) for c in sorted(new)))


_Form = tuple[str, tuple[tuple[str, ...], ...]]
"""A new record's kind, and the fields of each change that stands on it; none of one that may be joined with others' words. Those
of one form are looked at and written together."""


class _Laying(Batch):
    """The batch of one fetch."""

    def __init__(self, replica: Replica, db: Any, logged: Collection[str]) -> None:
        super().__init__(replica, db)
        self._logged = logged
        self._citizens: set[str] = set()
        self._hands: dict[tuple[str, str, str, str], str | None] = {}

    def lay_new(self, records: Mapping[tuple[str, str], list[Present]]) -> None:
        """Write records that are not here; one that takes more thought is laid like those that are."""
        forms: dict[_Form, list[list[Present]]] = defaultdict(list)
        for (kind, _), found in records.items():
            forms[kind, tuple([() if row.bases else tuple(row.fields) for row in found])].append(found)
        for form, alike in forms.items():
            self._write_new(form, alike)
        keep_index(self.db, sorted(self._citizens))

    def _write_new(self, form: _Form, alike: Sequence[list[Present]]) -> None:
        kind, names = form
        flat = tuple(chain(*names))
        infos = fields_of(KINDS[kind]) if kind in KINDS else {}
        columns: list[Collection[Any]] = []
        standing: Sequence[str] = ()
        if all(names) and infos.keys() >= set(flat) and len(flat) == len(set(flat)):
            changes = list(zip(*alike, strict=True))  # the first of each record, and so on
            columns = [
                column for each in changes for column in zip(*[row.fields.values() for row in each], strict=True)
            ]
            if all(map(_fit, (infos[name] for name in flat), columns)):
                standing = self._standing(names, changes)
        if not standing:
            for found in alike:
                if len(alike) > 1:
                    self._write_new(form, [found])
                else:
                    self.lay_again(kind, found[0].record_id, None, found)
            return
        cases, records = [found[0].case_id for found in alike], [found[0].record_id for found in alike]
        rows = list(zip(cases, standing, records, *columns, strict=True))
        whole = len(rows) - len(rows) % _TOGETHER
        if whole:
            together = (tuple(chain(*rows[n : n + _TOGETHER])) for n in range(0, whole, _TOGETHER))
            self.db.executemany(_inserted(kind, flat, _TOGETHER), together)
        self.db.executemany(_inserted(kind, flat, 1), rows[whole:])
        if kind == "citizen":
            self._citizens.update(records)
        elif kind in FOUND_BY:
            told_in = (told for n, told in zip(flat, columns, strict=True) if n in ("citizen_id", "other_id"))
            self._citizens.update(str(i) for i in chain(*told_in) if i)

    def _standing(self, names: Sequence[Sequence[str]], changes: Iterable[Sequence[Present]]) -> Sequence[str]:
        """What stands on each of these new records; nothing where it is not for one statement to say."""
        by = []
        for each in changes:
            _, _, _, ids, _, _, *who, numbers = zip(*each, strict=True)
            hands = [self._hands[one] if one in self._hands else self._hand(one) for one in zip(*who, strict=True)]
            if None in hands:
                return ()
            numbered = ["" if i in self._logged else f",{n}" for i, n in zip(ids, numbers, strict=True)]
            by.append([f"[{i},{hand}{n}]" for i, hand, n in zip(map(quoted, ids), hands, numbered, strict=True)])
        on = "".join(f',"{name}":[{index}]' for index, of in enumerate(names) for name in of)
        return [f'{{"":[{",".join(one)}]{on}}}' for one in zip(*by, strict=True)]

    def _hand(self, who: tuple[str, str, str, str]) -> str | None:
        """A hand and its time as what stands is kept with them: a fetch has few. None: this program does not know the role, or
        it is no time."""
        known = is_role(who[2]) and is_time(who[3])
        found = self._hands[who] = dump(who)[1:-1] if known else None
        return found

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
        note_taken(self.db, [(unsent[row.id][7], row.id, row.seq) for row in rows])

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


def _fit(info: FieldInfo, told: Collection[Any]) -> bool:
    """Whether all of these are values of the field."""
    types = set(map(type, told))
    return (types == {info.type} and info.type is not int) or all(is_value(info, raw) for raw in told)


@lru_cache(256)
def _inserted(kind: str, names: tuple[str, ...], rows: int) -> str:
    """The statement so many new records with these fields are written by; what nobody has written is as it is by default."""
    rest = {name: raw for name, raw in defaults(kind).items() if raw is not None and name not in names}
    columns = ", ".join(f'"{name}"' for name in (*names, *rest))
    one = ", ".join([*"?" * (len(names) + 3), *(_literal(raw) for raw in rest.values())])
    return f"INSERT INTO rec_{kind} (case_id, standing, id, {columns}) VALUES {', '.join([f'({one})'] * rows)}"


def _literal(raw: str | int) -> str:
    return str(int(raw)) if isinstance(raw, int) else "'" + raw.replace("'", "''") + "'"


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


_AMONG = "IN (SELECT value FROM json_each(?))"


def _logged(db: Any, cases: Sequence[str], shared: Sequence[str]) -> tuple[set[str], dict[str, tuple[Any, ...]]]:
    """The ids of these cases that are in the log here, and the rows that are unsent: of these cases, and of their citizens too
    where they were written in another case."""
    if db.execute("SELECT 1 FROM change LIMIT 1").fetchone() is None:
        return set(), {}
    asked = (json.dumps(cases),)
    logged = {str(r[0]) for r in db.execute(f"SELECT id FROM change WHERE case_id {_AMONG}", asked)}
    columns = "c.id, c.case_id, c.kind, c.record_id, c.fields, c.over, c.bases, c.author, c.author_name, c.role, c.at"
    waiting = f"SELECT {columns} FROM {WAITING} WHERE"
    unsent = {str(r[0]): r for r in db.execute(f"{waiting} u.case_id {_AMONG}", asked)}
    if shared:
        sql = f"{waiting} c.kind IN ('citizen', 'identifier') AND c.record_id {_AMONG}"
        unsent |= {str(r[0]): r for r in db.execute(sql, (json.dumps(shared),))}
    return logged, unsent


def _as_pulled(row: Present) -> Pulled:
    return Pulled(
        seq=row.seq,
        event="change",
        case_id=row.case_id,
        id=row.id,
        kind=row.kind,
        record_id=row.record_id,
        fields=row.fields,
        bases=row.bases,
        author=row.author,
        author_name=row.author_name,
        role=row.role,
        at=row.at,
    )
