# SPDX-License-Identifier: MPL-2.0
"""The days a case is followed up as iCalendar (RFC 5545), for a calendar of one's own.

A day keeps its UID, so that the same file taken in twice moves a meeting and adds none. What others may see in a calendar says
nothing of whose it is: the case's number, and initials if they are asked for. Pure.
"""

from __future__ import annotations

from datetime import UTC, datetime

from icalendar import Calendar, Event

from app.domain.names import initials
from app.models.casefile import CaseFile
from app.models.kinds import FollowUp

_SINCE = datetime(2020, 1, 1, tzinfo=UTC)


def follow_ups(file: CaseFile, now: datetime, *, with_initials: bool = False) -> bytes:
    """Every day that is written, as whole days. `now` is when the file was made."""
    calendar = Calendar()
    calendar.add("prodid", "-//Rundbord//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for one in file.follow_ups:
        if one.date is not None:
            calendar.add_component(_event(file, one, now, with_initials))
    return bytes(calendar.to_ical())


def _event(file: CaseFile, one: FollowUp, now: datetime, with_initials: bool) -> Event:
    written = file.hands.get((one.id, "date"))
    changed = (written.at if written is not None else now).astimezone(UTC)
    whose = f" ({initials(file.citizen.name)})" if with_initials and file.citizen.name.strip() else ""
    event = Event()
    event.add("uid", f"{one.id}@rundbord")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("last-modified", changed)
    event.add("sequence", max(0, int((changed - _SINCE).total_seconds() // 60)))  # later words win in every calendar
    event.add("summary", f"Opfølgning {file.case.goes_by}{whose}")
    event.add("dtstart", one.date)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
