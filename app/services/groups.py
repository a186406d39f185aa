# SPDX-License-Identifier: MPL-2.0
"""Who is in a § 82 a group: the citizens whose signed answer gives it, from their first day there to their last (B2).

Called by the catalogue's screen. A draft puts nobody in a group. Must not know how the list is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.domain.names import fold, sort_key
from app.domain.roles import Hand
from app.models.choices import Paragraph
from app.papers.decided import DecidedCopy
from app.services.desk import Desk
from app.services.seals import Seals
from app.store import listing


@dataclass(frozen=True, slots=True)
class Member:
    """One citizen in a group. `start` may be ahead."""

    case_id: str
    name: str
    vejleder: str
    start: date
    end: date


def members(desk: Desk, hand: Hand, key: str) -> tuple[Member, ...]:
    """Those in the group of this entry of the catalogue today or from a day to come, by name, whose cases one may read."""
    today = desk.today()
    rows = listing.granted_group(desk.replica, key, hand.person_id)
    if Seals(desk).tried(sorted({case_id for case_id, *_ in rows})):
        rows = listing.granted_group(desk.replica, key, hand.person_id)
    found = {
        (case_id, start, end): Member(case_id, name, vejleder, start, end)
        for case_id, name, vejleder, offer, content in rows
        for start, end in _periods(content, offer)
        if end >= today
    }
    return tuple(sorted(found.values(), key=lambda m: (sort_key(m.name), m.start)))


def _periods(content: str, offer: str) -> Iterator[tuple[date, date]]:
    """The days a decision gives the group of this name."""
    for given in DecidedCopy.from_json(content).support:
        if given.paragraph == Paragraph.P82A and fold(given.offer) == fold(offer) and given.start and given.end:
            yield given.start, given.end
