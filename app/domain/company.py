# SPDX-License-Identifier: MPL-2.0
"""Who was at the table when something was written (G4): a meeting as far as that goes, and which of them a change lies in.

Pure. What was before what is said by the ids of changes: each follows all its writer knew of the case, whatever the clocks say.
Only on which day somebody wrote is taken from the desk itself, as the day of the meeting is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from app.domain.names import fold


class Sitting(NamedTuple):
    """A meeting: its day (ISO), the changes that began and ended it ("" while it runs), and those present, each with their role.

    The citizen is at each meeting, and named at none: a meeting is with the citizen.
    """

    day: str
    begun: str
    ended: str
    people: tuple[tuple[str, str], ...]

    def holds(self, change_id: str, day: str) -> bool:
        """Whether a change was written in it."""
        return self.day == day and self.begun <= change_id and not (self.ended and self.ended < change_id)

    def has(self, name: str) -> bool:
        """Whether somebody of that name was there."""
        return fold(name) in {fold(one) for one, _ in self.people}


def sitting_of(sittings: Iterable[Sitting], change_id: str, day: str) -> Sitting | None:
    """The meeting a change was written in; None where it was written in none."""
    return next((one for one in sittings if one.holds(change_id, day)), None)
