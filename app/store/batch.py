# SPDX-License-Identifier: MPL-2.0
"""Many changes laid on many records in one transaction: each record read once and written once, then announced by case.

Used by `incoming.py` and `outgoing.py`. It knows what the shared database has said of each case: what was fetched, how far it has
been applied, and what was refused. The rule of what stands is `held.py`'s; which values are joined is the domain's.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.models.fields import fields_of
from app.models.kinds import KINDS
from app.store.ahead import not_passed_any_more, passed_by
from app.store.held import Held, through_refused
from app.store.readers import ASKED
from app.store.replica import Replica
from app.store.search_index import FOUND_BY, citizens_of, keep_index
from app.store.standing import Stand
from app.store.two_roles import role_of
from app.store.unit_of_work import ChangeSet, Key, Step
from app.store.unsent import number_of

log = logging.getLogger(__name__)

SHARED_KINDS = frozenset({"citizen", "identifier"})
"""Kinds that are read from every case of the citizen, wherever they were written."""

CAME, WENT = Step("Hentet", ""), Step("Sendt", "")
"""The steps under which is told what came, and what became of what was sent. Nobody undoes them, so they have no id."""

_ANYTHING = f"SELECT id, fields, over, {number_of()}, refused, author, author_name, role, at, bases FROM change"


@dataclass(frozen=True, slots=True)
class Floor:
    """What of a case was fetched as present values (see the table `case_sync`)."""

    seq: int = 0
    mixed: bool = False


@contextmanager
def quietly(replica: Replica) -> Iterator[Any]:
    """One transaction that a power cut may take: the server has it too, and its cursor goes with it, so it comes again.

    Not for what a person is shown as it comes, which is on the disk first; for whole pages of a fetch, and for answers.
    """
    db = replica.connection
    before = db.execute("PRAGMA synchronous").fetchone()[0]
    if before > 1:
        db.execute("PRAGMA synchronous = NORMAL")
    try:
        with replica.transaction() as inside:
            yield inside
    finally:
        if before > 1:
            db.execute(f"PRAGMA synchronous = {before}")


class Batch:
    """Open inside a transaction, until `save`."""

    def __init__(self, replica: Replica, db: Any) -> None:
        self.replica = replica
        self.db = db
        self.role_of = role_of(replica)
        self.to_fetch: set[str] = set()
        self._held: dict[tuple[str, str], Held] = {}
        self._floors: dict[str, Floor] = {}
        self._keys: dict[str, set[Key]] = defaultdict(set)
        self._passed: set[str] | None = None

    def held(self, kind: str, record_id: str) -> Held | None:
        """A record as it is now, changes of this batch laid on."""
        found = self._held.get((kind, record_id)) or Held.read(self.db, kind, record_id)
        if found is not None:
            self._held[kind, record_id] = found
        return found

    def held_or_new(self, kind: str, record_id: str, case_id: str) -> Held:
        """The same, begun if it is not here."""
        found = self.held(kind, record_id)
        if found is None:
            found = self._held[kind, record_id] = Held(kind, record_id, case_id)
        return found

    def touch(self, case_id: str, kind: str, record_id: str, names: Iterable[str]) -> None:
        """These fields have changed."""
        self._keys[case_id].update([(kind, record_id, name) for name in names])

    def floor(self, case_id: str, kind: str, record_id: str) -> Floor:
        """What has been fetched of what this record is read with."""
        about = record_id if kind in SHARED_KINDS else case_id
        found = self._floors.get(about)
        if found is None:
            row = self.db.execute("SELECT seq, mixed FROM case_sync WHERE about = ?", (about,)).fetchone()
            found = self._floors[about] = Floor(row[0], bool(row[1])) if row else Floor()
        return found

    def accepted(self, case_id: str, kind: str, record_id: str, change_id: str, seq: int) -> None:
        """An own change has been taken: it stands here already, but for one that others' words went ahead of. One that a fetch
        has passed by has been written over there."""
        if kind not in KINDS:
            return
        passed = change_id in self.passed
        if 0 < seq <= self.floor(case_id, kind, record_id).seq:
            held = self.held(kind, record_id)
            if held is not None:
                self.touch(case_id, kind, record_id, held.drop(change_id))
        elif passed:
            self._stand_again(case_id, kind, record_id, change_id)
        if passed:
            not_passed_any_more(self.db, (change_id,))

    def refused(self, person_id: str, case_id: str, kind: str, record_id: str, change_id: str) -> None:
        """An own change was not taken: what lay under it stands again, unless something else lies over that too."""
        held = self.held(kind, record_id) if kind in KINDS else None
        if held is None:
            return
        rows = {
            r[0]: r for r in self.db.execute(f"{_ANYTHING} WHERE case_id = ? AND record_id = ?", (case_id, record_id))
        }
        fields = {i: json.loads(r[1]) for i, r in rows.items()}
        overs = {i: json.loads(r[2]) for i, r in rows.items()}
        floor = self.floor(case_id, kind, record_id)
        exact = not floor.mixed
        for name in held.drop(change_id):
            covered = {
                o
                for i, row in rows.items()
                if row[4] is None and name in fields[i]
                for o in _through(overs, rows, overs[i].get(name, ()), name)
            }
            beneath = [i for i in _through(overs, rows, overs[change_id].get(name, ()), name) if i not in covered]
            ahead = (i for i in self.passed if i in rows and rows[i][3] is None and rows[i][4] is None)
            beneath += [i for i in ahead if name in fields[i] and i not in covered and i not in beneath]
            alone = len(beneath) == 1 and not held.on(name)
            for i in beneath:
                row = rows.get(i)
                # one of several that is older than the last fetch may have been written over elsewhere before it
                exact = exact and row is not None and (alone or row[3] is None or row[3] > floor.seq)
                if row is not None and row[4] is None and name in fields[i]:
                    bases = json.loads(row[9] or "{}").get(name, ())
                    stand = Stand(i, row[5], row[6], row[7], row[8], None, fields[i][name], tuple(bases))
                    held.let(name, [*held.on(name), stand])
            self.touch(case_id, kind, record_id, (name,))
        if not exact:
            self.to_fetch.add(case_id)
            want_fetch(self.db, case_id, person_id)

    def _stand_again(self, case_id: str, kind: str, record_id: str, change_id: str) -> None:
        row = self.db.execute(f"{_ANYTHING} WHERE case_id = ? AND id = ?", (case_id, change_id)).fetchone()
        held = self.held_or_new(kind, record_id, case_id)
        bases = json.loads(row[9] or "{}")
        dead = self.covered(case_id, record_id, change_id)
        names = [n for n in known(kind, json.loads(row[1])) if n not in dead]
        for name in names:
            held.lay(Stand(change_id, *row[5:9]), {name: json.loads(row[1])[name]}, {}, bases)
        self.touch(case_id, kind, record_id, names)

    @property
    def passed(self) -> set[str]:
        """The changes of this desk that others' words have gone ahead of."""
        if self._passed is None:
            self._passed = passed_by(self.db)
        return self._passed

    def covered(self, case_id: str, record_id: str, change_id: str) -> set[str]:
        """The fields on which some change of the log lies over this one: it came out of order."""
        sql = "SELECT over FROM change WHERE case_id = ? AND record_id = ? AND refused IS NULL"
        return {
            name
            for (over,) in self.db.execute(sql, (case_id, record_id)).fetchall()
            for name, ids in json.loads(over).items()
            if change_id in through_refused(self.db, case_id, name, ids)
        }

    def save(self, step: Step) -> tuple[ChangeSet, ...]:
        """Write every record that was touched, and its search text."""
        citizens: set[str] = set()
        for (kind, record_id), held in self._held.items():
            if not held.is_touched:
                continue
            if kind not in FOUND_BY:
                held.save(self.db)
                continue
            citizens.update(citizens_of(self.db, kind, record_id))
            held.save(self.db)
            citizens.update(citizens_of(self.db, kind, record_id))
        if citizens:
            keep_index(self.db, sorted(citizens))
        return tuple(ChangeSet(case_id, frozenset(keys), step) for case_id, keys in self._keys.items() if keys)


def want_fetch(db: Any, case_id: str, person_id: str) -> None:
    """Note that a case is to be fetched anew as present values, also after a restart. It makes nobody its reader."""
    db.execute(
        "INSERT INTO case_reader (case_id, person_id, seq, fetch) VALUES (?, ?, ?, 1)"
        " ON CONFLICT (case_id, person_id) DO UPDATE SET fetch = 1",
        (case_id, person_id, ASKED),
    )


def known(kind: str, fields: Mapping[str, Any]) -> set[str]:
    """Those of the fields this program knows."""
    return set(fields_of(KINDS[kind])) & set(fields) if kind in KINDS else set()


def _through(
    overs: Mapping[str, Mapping[str, list[str]]], rows: Mapping[str, tuple[Any, ...]], ids: Iterable[str], name: str
) -> set[str]:
    """What is lain over, read through what was refused."""
    found: set[str] = set()
    todo = list(ids)
    while todo:
        one = todo.pop()
        if one in found:
            continue
        found.add(one)
        if one in rows and rows[one][4] is not None:
            todo += overs[one].get(name, ())
    return found
