# SPDX-License-Identifier: MPL-2.0
"""Is it the same citizen? Two records with one number are never refused but asked about, and joined so that it can be undone.

Called by the room and by today's page. An answer moves and merges nothing: both cases keep all that is theirs, and are listed as
one person's for as long as the answer stands. Must not know screens.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from app.domain.errors import UserError
from app.domain.rights import Act
from app.domain.roles import Hand, Role
from app.models.ids import same_citizen_id
from app.models.kinds import SameCitizen
from app.services.desk import Desk
from app.store import same_citizen
from app.store.replica import Replica
from app.store.same_citizen import Answer, Family

YES = "Det er samme borger"
NO = "Det er ikke samme borger"


def look(desk: Desk, hand: Hand, case_id: str) -> Family | None:
    """What a case asks and tells of its citizen, to somebody who may open it; None where there is nothing to say."""
    if hand.role is Role.RAADGIVER:
        return None
    found = same_citizen.look(desk.replica, hand.person_id, case_id)
    return found if found is not None and (found.asked or found.also) else None


def answer(desk: Desk, hand: Hand, case_id: str, other_id: str, same: bool, seen: Iterable[str] | None = None) -> None:
    """Keep whether the citizen of this case and another are one person; it is written over whatever was answered before.

    A yes makes one of all whom either of them is already one with; a no takes the other out from among them. `seen`: the answers
    the person had before them where two disagreed. Raises UserError when the cases are not both here.
    """
    desk.require(hand, Act.RECORD, case_id)
    replica = desk.replica
    own = same_citizen.citizen_of(replica, case_id)
    home = same_citizen.home_of(replica, own, other_id)
    if home is None:
        raise UserError("Den anden sag er her ikke mere.")
    given = same_citizen.answers(replica.connection, own, other_id)
    against = [
        a for pair in _around(replica, own, other_id, same) for a in same_citizen.answers(replica.connection, *pair)
    ]
    written = [a for a in given if a.same is not same] + [a for a in against if a.said or a.same is (not same)]
    with desk.steps(hand, YES if same else NO) as on:
        for one in written:
            on(one.case_id).write("same_citizen", one.record_id, {"same": same, "removed": False}, _seen(one, seen))
        if not given:
            first, second = sorted((own, other_id))
            record_id = same_citizen_id(home, own, other_id)
            new = SameCitizen(id=record_id, case_id=home, citizen_id=first, other_id=second, same=same)
            on(home).create(new)


# -- inside


def _around(replica: Replica, own: str, other: str, same: bool) -> list[tuple[str, str]]:
    """The pairs besides whose earlier answers would speak against this one."""
    db = replica.connection
    mine, theirs = same_citizen.group(db, own), same_citizen.group(db, other)
    pairs = product(sorted(mine), sorted(theirs)) if same else ((one, other) for one in sorted(mine))
    return [pair for pair in pairs if len(set(pair)) == 2 and set(pair) != {own, other}]


def _seen(one: Answer, seen: Iterable[str] | None) -> frozenset[str] | None:
    """What the person had before them of this answer; None is all of it."""
    return frozenset(seen) & {s.change_id for s in one.said} or None if seen is not None and one.said else None
