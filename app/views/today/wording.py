# SPDX-License-Identifier: MPL-2.0
"""What a line of the caseload says, in words, and whether it is late.

Pure: rows and dates in, Danish out. Called by the list's model and by what waits today. Must not know widgets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from app.domain.dates import format_day, format_full, format_short
from app.domain.names import short_name
from app.domain.periods import days_in
from app.store.caseload import CaseRow

NOTHING = "–"


def near_day(day: date, today: date) -> str:
    """A day as one says it: "i dag", "i morgen", "14. januar"; with its year when it is far away."""
    said = {0: "i dag", 1: "i morgen", -1: "i går"}.get((day - today).days)
    if said is not None:
        return said
    return format_day(day) if abs(day - today) < timedelta(days=300) else format_full(day)


def how_late(day: date, today: date) -> str:
    """ "1 dag", "3 dage" """
    days = (today - day).days
    return "1 dag" if days == 1 else f"{days} dage"


def follow_up(row: CaseRow, today: date) -> tuple[str, bool]:
    """When they meet next, or when an answer is due, and whether that is past."""
    if row.ended:
        return "", False
    if row.next_follow_up is not None:
        if row.next_follow_up < today:
            return f"forfalden {how_late(row.next_follow_up, today)}", True
        return near_day(row.next_follow_up, today), False
    if row.until is not None:
        if row.until < today:
            return f"svar forfaldent {how_late(row.until, today)}", True
        return f"svar senest {format_short(row.until)}", False
    return NOTHING, False


def step(row: CaseRow) -> str:
    """Where the case stands; of one whose answer was sent on, for whom it waits."""
    return f"Venter på {short_name(row.waits_for) or row.waits_for}" if row.waits_for else row.step


def in_two_roles(row: CaseRow, called: Mapping[str, str] | None = None) -> str:
    """Who has two roles on the case, where the list is of that; `called`: what each is called there."""
    names = [(called or {}).get(name, name) for name in row.two_roles.split(", ") if name]
    return f"{' og '.join(names)} i to roller" if names else ""


def share_gone(row: CaseRow, today: date) -> float | None:
    """How much of the six months has gone, 0-1; None when there is no support that ends at a wall, or the case has ended."""
    if row.start is None or row.wall is None:
        return None
    if today < row.start:
        return 0.0
    return min(1.0, days_in(row.start, today) / max(1, days_in(row.start, row.wall)))


def to_wall(row: CaseRow, today: date) -> str:
    """How long is left before the wall, when there is one ahead: "142 dage", "sidste dag"; "forbi" when it is past."""
    if row.wall is None:
        return ""
    days = (row.wall - today).days
    return "forbi" if days < 0 else "sidste dag" if days == 0 else "1 dag" if days == 1 else f"{days} dage"


def wall_under(row: CaseRow, today: date) -> str:
    """The same where no heading says what the days are to."""
    said = to_wall(row, today)
    return said if said in ("", "sidste dag") else "muren er forbi" if said == "forbi" else f"{said} til muren"


def came(row: CaseRow, today: date) -> str:
    """When they came: "kom i går", "kom 14. januar"."""
    return f"kom {near_day(row.contact_on, today)}" if row.contact_on else ""


def period(row: CaseRow, today: date) -> str:
    """The days of the support and how far the wall is, for whoever cannot see the bar or would know exactly."""
    if row.start is None:
        return "Ingen støtte endnu"
    days = f"Fra {format_full(row.start)}" if row.end is None else f"{format_full(row.start)} – {format_full(row.end)}"
    ahead = wall_under(row, today)
    return f"{days}; {ahead}" if ahead else days


def familiar(names: Iterable[str]) -> dict[str, str]:
    """What each is called among those at hand: the first name, with an initial when two would be alike."""
    whole = {name for name in names if name.strip()}
    called = {name: short_name(name) or name for name in whole}
    for another in (lambda name: f"{short_name(name)} {name.split()[-1][0]}.", lambda name: name):
        times = Counter(called.values())
        called = {name: said if times[said] == 1 else another(name) for name, said in called.items()}
    return called
