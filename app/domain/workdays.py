# SPDX-License-Identifier: MPL-2.0
"""Which days the municipality is open: weekends, Danish public holidays and the days many count as closed.

Called by the complaint deadline and the proposed follow-up. The holidays are reckoned from Easter, since a list of the
whole world's holidays takes as long to load as the window to paint; the tests hold ours against it. Knows no rule of
law.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

_FROM_EASTER = (-3, -2, 0, 1, 39, 49, 50)  # skærtorsdag, langfredag, påske, Kristi himmelfart, pinse
_PRAYER_DAY = 26  # store bededag, a holiday for the last time in 2023
_FIXED = ((1, 1), (12, 25), (12, 26))
_USUALLY_CLOSED = frozenset({(6, 5), (12, 24), (12, 31)})  # forældelsesloven § 27 names them beside the holidays


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The Danish public holidays of a year. 5 June, 24 and 31 December are not among them."""
    sunday = easter(year)
    moving = _FROM_EASTER if year >= 2024 else (*_FROM_EASTER, _PRAYER_DAY)
    return frozenset({date(year, m, d) for m, d in _FIXED} | {sunday + timedelta(days=n) for n in moving})


def is_open(day: date, closed_days_extra: bool = True) -> bool:
    """Whether `day` is a working day. `closed_days_extra`: 5 June, 24 and 31 December count as closed (a setting)."""
    if day.weekday() >= 5 or day in public_holidays(day.year):
        return False
    return not (closed_days_extra and (day.month, day.day) in _USUALLY_CLOSED)


def open_day_on_or_after(day: date, closed_days_extra: bool = True) -> date:
    """`day` itself when it is open, else the next open day."""
    while not is_open(day, closed_days_extra):
        day += timedelta(days=1)
    return day


def open_day_on_or_before(day: date, closed_days_extra: bool = True) -> date:
    """`day` itself when it is open, else the open day before it."""
    while not is_open(day, closed_days_extra):
        day -= timedelta(days=1)
    return day


def add_working_days(day: date, count: int, closed_days_extra: bool = True) -> date:
    """The `count`th working day after `day`; `day` itself is not counted."""
    for _ in range(count):
        day = open_day_on_or_after(day + timedelta(days=1), closed_days_extra)
    return day
