# SPDX-License-Identifier: MPL-2.0
"""Cases that leave this desk: access ended, or the case was erased. Never with anything unsent in them.

Called by `sync` after each round. A door that would empty the desk waits for somebody's yes, for a wrong click far away must not
take a whole office's cases off the table. What was typed and never taken by the server is kept when access ends. Erasure after
archiving takes everything, but not before whoever wrote what the archive has not got has been told so: until then the case
lies here, read by nobody.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from app.domain.rights import may_write
from app.domain.roles import Pen, Role
from app.models.fields import fields_of
from app.models.kinds import KINDS, MUNICIPALITY
from app.store.batch import SHARED_KINDS, quietly
from app.store.readers import HERE
from app.store.replica import Replica
from app.store.same_citizen import others
from app.store.search_index import keep_index
from app.store.unsent import is_unsent, number_of

log = logging.getLogger(__name__)

FEW = 20
"""So many cases may always leave at once."""
SHARE = 3
"""Of more than that, no more than one in so many."""
STAYS = (
    f"(o.seq >= 0 OR o.seq = {HERE} AND NOT EXISTS"
    f" (SELECT 1 FROM change k WHERE k.case_id = o.case_id AND {number_of('k')} IS NOT NULL))"
)
"""Whose reading keeps a case here: theirs by the server's word, or anybody's of a case it does not know."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """The cases that have gone, those still held by something unsent, and those that wait for somebody's yes."""

    gone: tuple[str, ...] = ()
    held_by_unsent: tuple[str, ...] = ()
    held_by_guard: tuple[str, ...] = ()


def leave(replica: Replica) -> Leaving:
    """Let go of every case that is to leave and may."""
    return _leave(replica, allowed=False)


def allow_leaving(replica: Replica) -> Leaving:
    """Somebody has said yes: let go of them all, however many."""
    return _leave(replica, allowed=True)


def _leave(replica: Replica, *, allowed: bool) -> Leaving:
    db = replica.connection
    if db.execute("SELECT 1 FROM case_reader WHERE leaving IS NOT NULL LIMIT 1").fetchone() is None:
        return Leaving()
    with quietly(replica) as db:
        db.execute(
            "DELETE FROM case_reader AS r WHERE leaving = 'closed' AND EXISTS (SELECT 1 FROM case_reader o"
            f" WHERE o.case_id = r.case_id AND o.leaving IS NULL AND {STAYS}) AND NOT EXISTS (SELECT 1 FROM case_reader e"
            " WHERE e.case_id = r.case_id AND e.leaving = 'erased')"
        )
        rows = db.execute(
            "SELECT case_id, max(leaving = 'erased') FROM case_reader WHERE leaving IS NOT NULL GROUP BY case_id"
        ).fetchall()
        for case_id in (c for c, erased in rows if erased):
            _set_drafts_aside(db, case_id, "erased")
        held = [c for c, erased in rows if c == MUNICIPALITY or _has_unsent(db, c) or (erased and _has_unread(db, c))]
        going = [(c, bool(erased)) for c, erased in rows if c not in held]
        here = int(db.execute("SELECT count(*) FROM rec_case").fetchone()[0])
        if not allowed and len(going) > FEW and len(going) * SHARE > here:
            log.warning("%d of %d cases are to leave: it waits for a yes", len(going), here)
            return Leaving((), tuple(held), tuple(c for c, _ in going))
        for case_id, erased in going:
            forget(db, case_id, erased=erased)
    return Leaving(tuple(c for c, _ in going), tuple(held))


def forget(db: Any, case_id: str, *, erased: bool) -> None:
    """Take one case off this desk, but for what it shares with a case that stays, and (unless erased) words never taken."""
    citizens = {r[0] for r in db.execute("SELECT citizen_id FROM rec_case WHERE id = ?", (case_id,))}
    citizens |= {r[0] for r in db.execute("SELECT id FROM rec_citizen WHERE case_id = ?", (case_id,))}
    told_of = db.execute("SELECT citizen_id, other_id FROM rec_same_citizen WHERE case_id = ?", (case_id,)).fetchall()
    if not erased:
        _set_drafts_aside(db, case_id, "closed")
    for kind in KINDS:
        if kind not in SHARED_KINDS:
            db.execute(f"DELETE FROM rec_{kind} WHERE case_id = ?", (case_id,))
    for citizen_id in citizens:
        other = db.execute("SELECT min(id) FROM rec_case WHERE citizen_id = ?", (citizen_id,)).fetchone()[0]
        if other is not None:
            db.execute("UPDATE rec_citizen SET case_id = ? WHERE id = ?", (other, citizen_id))
            db.execute("UPDATE rec_identifier SET case_id = ? WHERE citizen_id = ?", (other, citizen_id))
        else:
            numbers = db.execute("SELECT id FROM rec_identifier WHERE citizen_id = ?", (citizen_id,)).fetchall()
            db.executemany("DELETE FROM case_sync WHERE about = ?", [*numbers, (citizen_id,)])
            db.execute("DELETE FROM rec_identifier WHERE citizen_id = ?", (citizen_id,))
            db.execute("DELETE FROM rec_citizen WHERE id = ?", (citizen_id,))
    db.execute(f"DELETE FROM change WHERE case_id = ?{'' if erased else ' AND refused IS NULL'}", (case_id,))
    for table in ("draft", "issued_paper", "case_team", "case_reader", "parked", "unsealed", "case_hand"):
        db.execute(f"DELETE FROM {table} WHERE case_id = ?", (case_id,))
    db.execute("DELETE FROM case_sync WHERE about = ?", (case_id,))
    known = {other for c in citizens if c for other in others(db, c)}
    keep_index(db, sorted(c for c in citizens.union(known, *told_of) if c))
    log.info("case %s has left this desk", case_id)


def _has_unsent(db: Any, case_id: str) -> bool:
    """Words the server has not answered for, or the pages of a paper that was given here and are nowhere else yet."""
    sql = (
        f"SELECT EXISTS (SELECT 1 FROM change WHERE case_id = ? AND {is_unsent()})"
        " OR EXISTS (SELECT 1 FROM issued_paper i WHERE i.case_id = ? AND i.sent IS NULL AND EXISTS (SELECT 1 FROM change c"
        " WHERE c.case_id = i.case_id AND c.record_id = i.paper_id AND c.refused IS NULL))"
    )
    return bool(db.execute(sql, (case_id, case_id)).fetchone()[0])


def _has_unread(db: Any, case_id: str) -> bool:
    """Words that were not taken, and of which nobody has read that they were not: there is no copy of them but here."""
    sql = "SELECT 1 FROM change WHERE case_id = ? AND refused IS NOT NULL AND put_by IS NULL"
    return db.execute(sql, (case_id,)).fetchone() is not None


def _set_drafts_aside(db: Any, case_id: str, reason: str) -> None:
    """What was typed and is no value yet cannot be sent: it is kept among the words that were not taken."""
    from app.store.unit_of_work import new_id

    rows = db.execute(
        "SELECT record_id, field, kind, text, author, at FROM draft WHERE case_id = ?", (case_id,)
    ).fetchall()
    for record_id, name, kind, text, author, at in rows:
        change_id = new_id()
        info = fields_of(KINDS[kind])[name]
        who, role = _hand_of(db, author, info.pen, kind)
        db.execute(
            "INSERT INTO change (case_id, id, kind, record_id, fields, over, audience, author, author_name, role, device, at,"
            " step, step_name, refused) VALUES (?,?,?,?,?,'{}',?,?,?,?,'',?,?,'',?)",
            (
                case_id,
                change_id,
                kind,
                record_id,
                json.dumps({name: text}),
                info.audience.value,
                author,
                who,
                role.value,
                at,
                change_id,
                reason,
            ),
        )
    db.execute("DELETE FROM draft WHERE case_id = ?", (case_id,))


def _hand_of(db: Any, person_id: str, pen: Pen, kind: str) -> tuple[str, Role]:
    """Whose a draft is: the name, and the role of theirs that holds the field's pen."""
    sql = "SELECT name, roles FROM account WHERE person_id = ? UNION ALL SELECT name, roles FROM roster WHERE person_id = ?"
    row = db.execute(sql, (person_id, person_id)).fetchone()
    name, roles = (row[0], json.loads(row[1])) if row else ("", [])
    held = [role for role in Role if role.value in roles] or list(Role)
    return str(name), next((role for role in held if may_write(role, pen, kind)), held[0])
