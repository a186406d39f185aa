# SPDX-License-Identifier: MPL-2.0
"""The caseload as a leader or a worker asks for it outside the list: a team by its name, the figures, and what a line reckons.

Called by the screens and by `rundbord caseload`. What may be seen is asked of the rights before anything is read. How the
caseload leaves the program as a file is in `caseload_export.py`.
"""

from __future__ import annotations

from datetime import date

from app.domain.errors import UserError
from app.domain.names import fold
from app.domain.rights import Act
from app.domain.roles import Hand
from app.services.desk import Desk
from app.store import caseload, membership
from app.store.caseload import CaseRow, Figures


def figures(desk: Desk, hand: Hand, team: str = "") -> Figures:
    """The team's caseload counted (A9, A12, E8)."""
    desk.require(hand, Act.SEE_TEAM)
    return caseload.figures(desk.replica, desk.today(), team, hand.person_id)


def looked(desk: Desk, hand: Hand) -> None:
    """Somebody has the whole team's caseload before them: that is a look at every name in it, and noted as one."""
    desk.note(hand, "", "åbnet", "caseload")


def team_named(desk: Desk, hand: Hand, name: str) -> str:
    """The team as this desk writes it, found by its name; where the desk shares that is the team's id, by which it is found too.
    On a lone desk everybody is one team, called what the municipality calls the unit.

    "" (everybody) for the lone desk's own team. Raises UserError for a team nobody knows here.
    """
    from app.services.settings import municipality

    called, wanted = membership.team_names(desk.replica), fold(name)
    known = {team: called.get(team, team) for team in caseload.teams(desk.replica, hand.person_id)}
    found = next((team for team, words in known.items() if wanted in (fold(words), fold(team))), None)
    if found is not None:
        return found
    own = municipality(desk).unit
    if not known and own and fold(own) == wanted:
        return ""
    there = f" Her er {', '.join(sorted(known.values()) or (own,))}." if known or own else ""
    raise UserError(f"Der er ikke noget team her, der hedder {' '.join(name.split()) or '»«'}.{there}", "team")


def age(row: CaseRow, today: date) -> int | None:
    """How many days ago they came."""
    return (today - row.contact_on).days if row.contact_on else None


def to_wall(row: CaseRow, today: date) -> int | None:
    """How many days are left before the wall; below 0 it is past. None where there is none, or the case has ended."""
    return (row.wall - today).days if row.wall else None


def late_since(row: CaseRow, today: date) -> date | None:
    """The first day somebody should have met, answered or ended the support by, when it is past; else None."""
    if row.ended:
        return None
    days = (row.next_follow_up or row.until, row.end)
    return min((day for day in days if day is not None and day < today), default=None)
