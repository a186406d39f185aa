# SPDX-License-Identifier: MPL-2.0
"""What comes from the shared database, laid on the records of this desk: in the server's order, each change once.

Called by `sync` on the database lane; there is no network here. Own words that are already here are never applied a second
time, and what is unsent stays on top of whatever comes. What a newer program wrote is parked until this one can read it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from app.models.kinds import KINDS, Decision
from app.store.batch import CAME, SHARED_KINDS, Batch, quietly, want_fetch
from app.store.held import Held
from app.store.present import take_present
from app.store.readers import not_said, server_says
from app.store.replica import Replica, told
from app.store.rows import LOG, Present, Pulled, dump, is_role, log_row, park, parked_row, readable
from app.store.standing import Stand
from app.store.two_roles import note
from app.store.unit_of_work import ChangeSet
from app.store.unsent import note_taken, number_of

log = logging.getLogger(__name__)

EVERY_CASE = "*"
"""Among the cases to fetch: the server opened or closed a whole team's; ask it for the list, and give it to `reconcile`."""

_DOORS = ("opened", "closed", "erased")
_FIRST = "shared.first."


def cursor(replica: Replica, person_id: str) -> int | None:
    """How far this person's reading has come; None before the first fetch."""
    with told():
        row = replica.connection.execute("SELECT upto FROM sync_cursor WHERE person_id = ?", (person_id,)).fetchone()
    return None if row is None else int(row[0])


def first_fetch(replica: Replica, person_id: str) -> tuple[int, str] | None:
    """Where a first fetch was cut: the number it began at, and the case after which it goes on."""
    with told():
        row = replica.connection.execute("SELECT value FROM desk WHERE key = ?", (_FIRST + person_id,)).fetchone()
    begun, _, after = row[0].partition(" ") if row else ("", "", "")
    return (int(begun), after) if after else None


def apply_pulled(
    replica: Replica,
    person_id: str,
    rows: Sequence[Pulled],
    upto: int | None,
    wanted: Callable[[], object] = bool,
) -> tuple[ChangeSet, ...]:
    """Lay what was pulled on the records, and note how far we have come, in one transaction. What is sent to a person is theirs
    to read.

    `upto` None: not noted. Changes may come again, for each is laid once; doors may not, so what has one in it is noted.
    `wanted` is called when a case is to be fetched anew.
    """
    sent: dict[str, int] = {}
    doors: set[str] = set()
    with replica.transaction():
        db = replica.cursor
        batch = Batch(replica, db)
        for row in sorted(rows, key=lambda r: r.seq):
            if row.event == "change":
                known = _look(db, person_id, row)
                if not _take(batch, person_id, row, known):
                    wanted()
                if not known.reads and row.kind not in SHARED_KINDS:
                    sent.setdefault(str(row.case_id), row.seq)
            elif row.event in _DOORS:
                _door(batch, person_id, row)
                doors.update([row.case_id] if row.case_id is not None else ())
            else:
                log.warning("an event this program does not know: %s", row.event)
        changes = batch.save(CAME)
        if sent:
            server_says(db, person_id, sent.items())
        if upto is not None:
            sql = "INSERT INTO sync_cursor VALUES (?, ?) ON CONFLICT (person_id) DO UPDATE SET upto = max(upto, excluded.upto)"
            db.execute(sql, (person_id, upto))
    return (*changes, *_read_otherwise((doors | sent.keys()) - {change.case_id for change in changes}))


def apply_present(replica: Replica, person_id: str, rows: Sequence[Present], upto: int) -> tuple[ChangeSet, ...]:
    """Let whole cases be as they stood in the shared database at `upto`, with what is unsent here laid on top."""
    with quietly(replica) as db:
        return take_present(replica, db, person_id, rows, upto, ())


def apply_first(
    replica: Replica,
    person_id: str,
    rows: Sequence[Present],
    upto: int,
    begun: int,
    after: str | None,
    laid: Callable[[], object] = bool,
) -> tuple[ChangeSet, ...]:
    """The same for a page of a first fetch, which began at the number `begun` and goes on after the case `after`; None: it is
    done, and reading goes on from where it began. `laid` is called when all that is left is to write it to the disk."""
    with quietly(replica) as db:
        changes = take_present(replica, db, person_id, rows, upto, ())
        if after is not None:
            db.execute("INSERT OR REPLACE INTO desk VALUES (?, ?)", (_FIRST + person_id, f"{begun} {after}"))
        else:
            db.execute("INSERT OR REPLACE INTO sync_cursor VALUES (?, ?)", (person_id, begun))
            db.execute("DELETE FROM desk WHERE key = ?", (_FIRST + person_id,))
        laid()
    return changes


def rebuild(
    replica: Replica, person_id: str, case_id: str, rows: Sequence[Present], upto: int
) -> tuple[ChangeSet, ...]:
    """The same for one case, of which there may be nothing."""
    with quietly(replica) as db:
        return take_present(replica, db, person_id, rows, upto, (case_id,))


def to_fetch(replica: Replica, person_id: str) -> frozenset[str]:
    """The cases whose present values this person is to fetch; `EVERY_CASE` among them means the list of cases itself."""
    sql = "SELECT case_id FROM case_reader WHERE person_id = ? AND fetch AND leaving IS NULL"
    with told():
        return frozenset(str(r[0]) for r in replica.connection.execute(sql, (person_id,)).fetchall())


def reconcile(replica: Replica, person_id: str, cases: Mapping[str, tuple[str, str]]) -> tuple[ChangeSet, ...]:
    """The list of the person's cases, whole, with the team and the scope (full, shared) of each: what is new is to be fetched,
    what is gone is to leave. What is here already and only theirs to read from now on, or no longer, comes back as changed."""
    with quietly(replica) as db:
        sql = "SELECT case_id, leaving FROM case_reader WHERE person_id = ? AND seq >= 0"
        have = dict(db.execute(sql, (person_id,)).fetchall())
        have.pop(EVERY_CASE, None)
        db.execute("DELETE FROM case_reader WHERE case_id = ? AND person_id = ?", (EVERY_CASE, person_id))
        new = [c for c in cases if c not in have or have[c] is not None]
        for case_id in new:
            _open(db, case_id, person_id, 0)
        db.executemany(
            "UPDATE case_reader SET leaving = coalesce(leaving, 'closed') WHERE case_id = ? AND person_id = ?",
            [(c, person_id) for c in have if c not in cases],
        )
        not_said(db, person_id)
        keep_teams(db, {case_id: team for case_id, (team, _) in cases.items() if team})
        whole = "SELECT case_id FROM case_reader WHERE person_id = ? AND NOT fetch"
        here = {str(r[0]) for r in db.execute(whole, (person_id,)).fetchall()} if new else set()
    gone = {c for c, leaving in have.items() if c not in cases and leaving is None}
    return _read_otherwise(here & set(new) | gone)


def let_go(replica: Replica, person_id: str) -> None:
    """The person's access has ended: every case they read here is to leave."""
    with quietly(replica) as db:
        db.execute("UPDATE case_reader SET leaving = coalesce(leaving, 'closed') WHERE person_id = ?", (person_id,))


def keep_teams(db: Any, teams: Mapping[str, str]) -> None:
    """Which team each of these cases is in."""
    db.executemany("DELETE FROM case_team WHERE case_id = ?", [(c,) for c in teams])
    db.executemany("INSERT INTO case_team (team, case_id) VALUES (?, ?)", [(t, c) for c, t in teams.items()])


def replay_parked(replica: Replica) -> int:
    """Apply what was parked and can be read now, as after an upgrade; how many came."""
    done = 0
    with quietly(replica) as db:
        batch = Batch(replica, db)
        rows = db.execute("SELECT seq, id, case_id, present, row FROM parked ORDER BY seq, id").fetchall()
        for seq, change_id, case_id, present, text in rows:
            row = Pulled._make(json.loads(text))
            values, rest = readable(row)
            if not values:
                continue
            done += 1
            held = batch.held_or_new(str(row.kind), str(row.record_id), case_id)
            _lay(held, row, values, {} if present else row.over or {}, seq if present else None)
            if not present:
                _note_in_log(batch, row, values)
            if rest:
                db.execute(
                    "UPDATE parked SET row = ? WHERE seq = ? AND id = ?", (parked_row(row, rest), seq, change_id)
                )
            else:
                db.execute("DELETE FROM parked WHERE seq = ? AND id = ?", (seq, change_id))
            batch.touch(case_id, str(row.kind), str(row.record_id), values)
        batch.save(CAME)
    return done


def take_history(replica: Replica, case_id: str, rows: Sequence[Pulled], upto: int) -> None:
    """The case's whole log, for somebody opened its history, and whose reading has come to `upto`. What stands is not touched, so
    what is numbered above that is left: it comes by itself, and what is in the log already is never laid on a record."""
    with quietly(replica) as db:
        batch = Batch(replica, db)
        have = dict(db.execute("SELECT id, device FROM change WHERE case_id = ?", (case_id,)).fetchall())
        new = [
            row
            for row in rows
            if row.event == "change" and row.kind in KINDS and is_role(row.role) and have.get(str(row.id), "") == ""
            if row.seq <= max(upto, batch.floor(case_id, str(row.kind), str(row.record_id)).seq)
        ]
        db.executemany(LOG, [log_row(row, dict(row.fields or {})) for row in new])
        db.execute("UPDATE case_sync SET history = 1 WHERE about = ?", (case_id,))


def has_history(replica: Replica, case_id: str) -> bool:
    """Whether the log here holds all that has been written in the case."""
    with told():
        row = replica.connection.execute("SELECT history FROM case_sync WHERE about = ?", (case_id,)).fetchone()
    return row is None or bool(row[0])


# -- inside


def _read_otherwise(cases: Collection[str]) -> tuple[ChangeSet, ...]:
    """These have opened or closed for somebody and nothing in them has changed: lists and figures are to be read again."""
    return tuple(ChangeSet(case_id, frozenset({("case", case_id, "reader")}), CAME) for case_id in sorted(cases))


_LOOK = f"""
SELECT k.author, {number_of("k")}, k.refused, coalesce(s.seq, 0), coalesce(s.top, 0), coalesce(y.seq >= 0, 0)
  FROM (SELECT 1)
  LEFT JOIN change k ON k.case_id = ?1 AND k.id = ?2
  LEFT JOIN case_sync s ON s.about = ?3
  LEFT JOIN case_reader y ON y.case_id = ?1 AND y.person_id = ?4
"""


class _Known(NamedTuple):
    """What is known here of a change that comes. `author`: None where the log has not got it. `floor` and `top`: see the table
    `case_sync`. `reads`: whether the server has said before that the case is this person's to read."""

    author: str | None
    number: int | None
    refused: str | None
    floor: int
    top: int
    reads: bool


def _look(db: Any, person_id: str, row: Pulled) -> _Known:
    """All of it in one look, for it comes at each key pause of others."""
    about = row.record_id if row.kind in SHARED_KINDS else row.case_id
    return _Known._make(db.execute(_LOOK, (row.case_id, row.id, about, person_id)).fetchone())


def _take(batch: Batch, person_id: str, row: Pulled, known: _Known) -> bool:
    """One change: own words are noted as taken, others' are laid on the record, what cannot be read is parked. Whether that is
    all, and its case need not be fetched anew."""
    db = batch.db
    case_id, change_id, kind, record_id = str(row.case_id), str(row.id), str(row.kind), str(row.record_id)
    if known.author is not None:
        if known.number is None:
            note_taken(db, [(known.author, change_id, row.seq)])
            again = known.refused is not None or _lies_otherwise(db, row)
            if known.refused is not None:  # its words were taken off the record then
                db.execute("UPDATE change SET refused = NULL WHERE case_id = ? AND id = ?", (case_id, change_id))
            if again:
                want_fetch(db, case_id, person_id)
            batch.accepted(case_id, kind, record_id, change_id, row.seq)
            return not again
        return True
    if row.seq <= known.floor:
        return True
    values, rest = readable(row)
    if rest:
        park(db, row, rest, present=False)
    if not values:
        return True
    if KINDS[kind] is Decision and batch.held(kind, record_id) is not None:
        log.warning("a change to a decision was not applied: %s", change_id)
        return True
    held, over = batch.held_or_new(kind, record_id, case_id), row.over or {}
    if row.seq < max(held.top, known.top):
        dead = batch.covered(case_id, record_id, change_id)
        _lay(held, row, {n: v for n, v in values.items() if n not in dead}, over, None)
        held.lift({n: ids for n, ids in over.items() if n in dead})
    else:
        _lay(held, row, values, over, None)
    db.execute(LOG, log_row(row, values))
    held.came(row.seq)
    batch.touch(case_id, kind, record_id, values)
    if batch.role_of.get(str(row.author), row.role) != row.role:
        note(db, [(case_id, str(row.author), row.author_name or "", str(row.role))])
    return True


def _lies_otherwise(db: Any, row: Pulled) -> bool:
    """Whether words that were unsent here went up over others than they lay over here: they went ahead at another desk (see
    `ahead.py`), and what they lay over here may stand beside them. The log then has it as it is there."""
    (here,) = db.execute("SELECT over FROM change WHERE case_id = ? AND id = ?", (row.case_id, row.id)).fetchone()
    over = {name: sorted(ids) for name, ids in (row.over or {}).items() if ids}
    if over == {name: sorted(ids) for name, ids in json.loads(here).items() if ids}:
        return False
    db.execute("UPDATE change SET over = ? WHERE case_id = ? AND id = ?", (dump(over), row.case_id, row.id))
    return True


def _lay(held: Held, row: Pulled, values: Mapping[str, Any], over: Mapping[str, list[str]], seq: int | None) -> None:
    who = (str(row.author), row.author_name or "", str(row.role), str(row.at))
    held.lay(Stand(str(row.id), *who, seq), values, over, row.bases or {})


def _note_in_log(batch: Batch, row: Pulled, values: Mapping[str, Any]) -> None:
    """One row of the log holds all of a change that can be read; a part parked before is laid to it."""
    sql = "SELECT fields FROM change WHERE case_id = ? AND id = ?"
    before = batch.db.execute(sql, (row.case_id, row.id)).fetchone()
    whole = {**(json.loads(before[0]) if before else {}), **values}
    batch.db.execute(LOG, log_row(row, whole))


def _door(batch: Batch, person_id: str, row: Pulled) -> None:
    db = batch.db
    if row.case_id is None:
        want_fetch(db, EVERY_CASE, person_id)
    elif row.event == "opened":
        _open(db, row.case_id, person_id, row.seq)
    else:
        db.execute(
            "INSERT INTO case_reader (case_id, person_id, seq, fetch, leaving) VALUES (?, ?, ?, 0, ?)"
            " ON CONFLICT (case_id, person_id) DO UPDATE SET leaving = excluded.leaving, seq = excluded.seq, fetch = 0"
            " WHERE seq < excluded.seq",
            (row.case_id, person_id, row.seq, row.event),
        )


def _open(db: Any, case_id: str, person_id: str, seq: int) -> None:
    """A case is open to the person. One that began on this desk is here whole; any other is fetched."""
    begun = db.execute(
        "SELECT EXISTS (SELECT 1 FROM change WHERE case_id = :case AND kind = 'case' AND record_id = :case AND device ="
        " (SELECT value FROM desk WHERE key = 'device'))"
        " AND NOT EXISTS (SELECT 1 FROM case_reader WHERE case_id = :case AND leaving IS NOT NULL)"
        " AND NOT EXISTS (SELECT 1 FROM case_sync WHERE about = :case AND seq > 0)",
        {"case": case_id},
    ).fetchone()[0]
    db.execute(
        "INSERT INTO case_reader (case_id, person_id, seq, fetch) VALUES (:case, :person, :seq, :fetch)"
        " ON CONFLICT (case_id, person_id) DO UPDATE SET fetch = fetch OR excluded.fetch, leaving = NULL, seq = excluded.seq"
        " WHERE seq <= excluded.seq OR excluded.seq = 0",
        {"case": case_id, "person": person_id, "seq": seq, "fetch": 0 if begun else 1},
    )
