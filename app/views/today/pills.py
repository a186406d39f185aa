# SPDX-License-Identifier: MPL-2.0
"""Which cases a list is of, as the pills above it have it: one's own, those nobody of one's role holds, or everybody's.

Used by the caseload. Must not know how anything is read.
"""

from __future__ import annotations

from app.domain.roles import Hand, Role
from app.store.caseload import Asked

MINE, FREE, ALL, RUNNING, LATE, TWO_ROLES = "mine", "free", "all", "running", "late", "two_roles"
NARROWED = (MINE, FREE)
"""What a search looks past: somebody looked for may be anybody's."""
_HELD_BY = (Role.BESTILLER, Role.VEJLEDER)
_TEAM = (
    *((ALL, "Hele teamet"), (RUNNING, "Åbne"), (LATE, "Forfaldne")),
    *((f"{FREE}.{role.value}", f"Uden {role}") for role in _HELD_BY),
    (TWO_ROLES, "To roller"),
)


def pills_of(pen: Hand | None) -> tuple[tuple[str, str], ...]:
    """The pills for whoever holds the pen, the one to begin with first: a leder follows the team, all others their own."""
    role = pen.role if pen is not None else None
    if role is Role.LEDER:
        return _TEAM
    free = ((FREE, f"Uden {role}"),) if role in _HELD_BY else ()
    return ((MINE, "Mine"), *free, (ALL, "Alle"))


def asked_by(asked: Asked, pill: str, pen: Hand | None) -> Asked:
    """What is asked for, narrowed to what the pill says."""
    if pen is None or pill == ALL:
        return asked
    if pill == MINE:
        return asked._replace(worker=pen.name)
    if pill == FREE:
        return asked._replace(free=pen.role.value)
    if pill.startswith(f"{FREE}."):
        return asked._replace(free=pill.partition(".")[2])
    if pill == TWO_ROLES:
        return asked._replace(two_roles=True)
    return asked._replace(late=pill == LATE, running=True)
