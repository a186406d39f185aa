# SPDX-License-Identifier: MPL-2.0
"""The six-month wall of § 82 b (rows B1, B2; serviceloven § 82 b: "op til seks måneder").

Called by the support's date fields, the line of the six months, the answer and the papers. The law does not say how
months are counted; rule R1 (domain §§ 5.1, 9.3) is ours: the start is day one, and no reading of "six months" is
exceeded. Must not know of supports or plans, only of days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from app.domain.dates import days_in_month, format_full
from app.domain.errors import UserError

MONTHS = 6
FOLLOW_UP_AFTER = timedelta(weeks=5)
FOLLOW_UP_BEFORE_END = timedelta(weeks=4)  # room for a new decision or a § 85 assessment without a gap


def last_permitted_day(start: date) -> date:
    """The last day, itself included, that support from `start` may run to.

    The day before the same day-number six months on; where that month has no such day, its last day.
    """
    years, month = divmod(start.month - 1 + MONTHS, 12)
    year, month = start.year + years, month + 1
    longest = days_in_month(year, month)
    if start.day > longest:
        return date(year, month, longest)
    return date(year, month, start.day) - timedelta(days=1)


def check_period(start: date, end: date) -> None:
    """Raise UserError (field `end`) when § 82 b does not allow support from `start` to `end`, both included."""
    if end < start:
        raise UserError(f"Støtten kan ikke slutte, før den begynder {format_full(start)}.", "end")
    if end > (wall := last_permitted_day(start)):
        raise UserError(f"§ 82 b kan højst vare seks måneder: senest {format_full(wall)}.", "end")


def check_course(periods: Iterable[tuple[date, date]]) -> None:
    """Raise UserError (field `end`) when § 82 b does not allow these periods together: two rows reach no further than one."""
    course = list(periods)
    for start, end in course:
        check_period(start, end)
    if course:
        check_period(min(start for start, _ in course), max(end for _, end in course))


def days_in(start: date, end: date) -> int:
    """How many days a period holds, both ends included."""
    return (end - start).days + 1


def days_left(today: date, end: date) -> int:
    """How many days of support are left, today and the last day included; 0 when it is over."""
    return max(0, days_in(today, end))


def length_in_words(start: date, end: date) -> str:
    """How long a period is, as people say it: "25 uger og 6 dage"."""
    weeks, days = divmod(days_in(start, end), 7)
    parts = [_count(weeks, "uge", "uger")] * bool(weeks) + [_count(days, "dag", "dage")] * bool(days)
    return " og ".join(parts)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def proposed_follow_up(start: date, end: date) -> date:
    """A first follow-up to propose: five weeks in, at the latest four weeks before the end, on an open day.

    A period too short for that is followed up halfway. Never outside the period. A hint, never a value.
    """
    from app.domain.workdays import open_day_on_or_before  # late: the first list needs the wall alone

    latest = end - FOLLOW_UP_BEFORE_END
    wished = min(start + FOLLOW_UP_AFTER, latest) if latest > start else start + (end - start) // 2
    return max(start, open_day_on_or_before(wished))
