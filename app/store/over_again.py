# SPDX-License-Identifier: MPL-2.0
"""Words somebody had knowingly written over another's, said over them once more.

After the shared database was put back, such words may have to go before those they lay over, whose writer has not come yet
(`ahead.py`). When these come too, both stand; but nobody wrote without knowing the other's words, and both were once taken as one
over the other. So there is nothing to settle: the one who had the last word has it again, by a change in the same hand. Only
where nothing but the two stands, and nobody has begun to type there. Called by `sync` on the database lane.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.fields import fields_of, from_json
from app.models.kinds import KINDS
from app.store.begun import Begun
from app.store.replica import Replica, told
from app.store.standing import Standing
from app.store.unit_of_work import ChangeSet

_KNEW = "shared.knew"
_STEP = "Stod sådan før"


class Knew(NamedTuple):
    """A change, and what it was knowingly written over on each of these fields: the ids of changes."""

    case_id: str
    change_id: str
    over: dict[str, list[str]]


def note(db: Any, knew: Iterable[Knew]) -> None:
    """These go ahead, inside the transaction in which they do."""
    found = {one.change_id: one for one in _noted(db)}
    for one in knew:
        over = found.setdefault(one.change_id, Knew(one.case_id, one.change_id, {})).over
        for name, ids in one.over.items():
            over[name] = sorted({*over.get(name, ()), *ids})
    _keep(db, found.values())


def say_again(replica: Replica) -> tuple[ChangeSet, ...] | None:
    """Write over what has come of what they lay over; what is still to come is waited for. None: nothing is waited for."""
    with told():
        found = _noted(replica.connection)
        to_come = {str(row[0]) for row in replica.connection.execute("SELECT id FROM unsent")} if found else set()
    if not found:
        return None
    said = [change for one in found for name in one.over if (change := _over(replica, one, name)) is not None]
    with replica.transaction() as db:
        for one in found:
            for name in [name for name, ids in one.over.items() if to_come.isdisjoint(ids)]:
                del one.over[name]
        _keep(db, found)
    return tuple(said)


def _over(replica: Replica, knew: Knew, name: str) -> ChangeSet | None:
    """Let who wrote this change, or went on from it, have the last word on the field again; None where it is not theirs."""
    db = replica.connection
    sql = "SELECT kind, record_id, author FROM change WHERE case_id = ? AND id = ?"
    kind, record_id, author = db.execute(sql, (knew.case_id, knew.change_id)).fetchone()
    row = db.execute(f"SELECT standing FROM rec_{kind} WHERE id = ?", (record_id,)).fetchone()
    stands = Standing(row[0] if row else None).on(name)
    above = [stand for stand in stands if stand.change_id not in knew.over[name]]
    typed = "SELECT 1 FROM draft WHERE record_id = ? AND field = ?"
    if len(above) != 1 or len(stands) == 1 or above[0].author != author or name == "removed":
        return None
    if db.execute(typed, (record_id, name)).fetchone() is not None:
        return None
    (stand,) = above
    hand = Hand(stand.author, stand.name, Role(stand.role))
    with suppress(UserError), Begun(replica, hand, knew.case_id, _STEP, datetime.fromisoformat(stand.at)) as work:
        work.restore(kind, record_id, {name: from_json(fields_of(KINDS[kind])[name], stand.value)})
        return work.changes
    return None  # no longer theirs to write: it stands as a conversation


def _noted(db: Any) -> list[Knew]:
    row = db.execute("SELECT value FROM desk WHERE key = ?", (_KNEW,)).fetchone()
    return [Knew(*one) for one in json.loads(row[0])] if row else []


def _keep(db: Any, found: Iterable[Knew]) -> None:
    left = [one for one in found if one.over]
    if left:
        db.execute("INSERT OR REPLACE INTO desk VALUES (?, ?)", (_KNEW, json.dumps(left)))
    else:
        db.execute("DELETE FROM desk WHERE key = ?", (_KNEW,))
