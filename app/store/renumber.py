# SPDX-License-Identifier: MPL-2.0
"""Cases that were begun here while this desk was a copy of another and nobody knew: the other may have given their numbers too.

Both have the same mark until the second of them greets the shared database (`sync/desk_id.py`). What that one has not sent then
is given a number of its own, by a change beside the first: a number is written once and never over, and whoever holds a paper
with the old one finds the case by it. Called by `sync` on the database lane. Must not know why the desk is a copy.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from app.domain.roles import Hand, Role
from app.store.begun import Begun
from app.store.readers import may_write_in
from app.store.replica import Replica, told
from app.store.unit_of_work import ChangeSet
from app.store.unsent import WAITING

_STEP = "Nyt sagsnummer"
_GIVEN = " OR ".join(
    f"EXISTS (SELECT 1 FROM rec_{kind} r WHERE r.case_id = ?1)" for kind in ("paper", "decision", "sent")
)


class Renumbered(NamedTuple):
    """A case by its number before and now. `given`: the one before stands on something that was printed, signed or sent."""

    before: str
    now: str
    given: bool
    changes: ChangeSet


def unsent_cases(replica: Replica) -> tuple[str, ...]:
    """The ids of the changes by which cases were begun here that the shared database has not got."""
    return tuple(row[0] for row in _begun(replica))


def renumber(replica: Replica, at: datetime, keep: Collection[str] = ()) -> tuple[Renumbered, ...]:
    """Give each unsent case a number of its own, in the hand of whoever began it; but for the changes to `keep`, which the shared
    database has after all."""
    done: list[Renumbered] = []
    for change_id, case_id, hand, number in _begun(replica):
        if change_id in keep or not may_write_in(replica, hand.person_id, case_id):
            continue
        with Begun(replica, hand, case_id, _STEP, at) as work:
            if work.value("case", case_id, "renumbered"):
                continue
            now = work.next_case_number()
            work.register("case", case_id, {"renumbered": now})
        (given,) = replica.connection.execute(f"SELECT {_GIVEN}", (case_id,)).fetchone()
        done.append(Renumbered(number, now, bool(given), work.changes))
    return tuple(done)


def _begun(replica: Replica) -> list[tuple[str, str, Hand, str]]:
    sql = (
        f"SELECT c.id, c.case_id, c.author, c.author_name, c.role, c.fields FROM {WAITING}"
        " WHERE c.kind = 'case' AND c.record_id = c.case_id ORDER BY c.id"
    )
    with told():
        rows = replica.connection.execute(sql).fetchall()
    found = [(row[0], row[1], Hand(row[2], row[3], Role(row[4])), json.loads(row[5]).get("number")) for row in rows]
    return [(change_id, case_id, hand, number) for change_id, case_id, hand, number in found if number]
