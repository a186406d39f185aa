# SPDX-License-Identifier: MPL-2.0
"""Danish dates: read as people write them, shown as people say them.

Called by every date field, the import of referrals and the papers. What cannot be read is refused with one sentence; a
date is never clamped, corrected or guessed at. Must not know of fields or widgets: `today` is always handed in.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from app.domain.errors import UserError

MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")

_YEARS = range(1900, 2100)
_LEAP_YEAR = 2024
_RELATIVE = {"i dag": 0, "idag": 0, "i morgen": 1, "imorgen": 1, "i overmorgen": 2, "i går": -1, "igår": -1}
_EXAMPLE = "skriv for eksempel 3. december 2026"

_ISO = r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
_TIGHT = r"(?P<d>\d\d)(?P<m>\d\d)(?P<y>\d{4}|\d\d)"
_NUMBERS = r"(?P<d>\d{1,2})(?:\s*[-./–]\s*|\s)(?P<m>\d{1,2})(?:(?:\s*[-./–]\s*|\s)(?P<y>\d{4}|\d\d))?\.?"
_WORDS = r"(?P<d>\d{1,2})[\s.-]*(?P<word>[a-zæøå]{3,})(?:[\s.,-]+(?P<y>\d{4}|\d\d))?\.?"
_WEEKDAY = r"(?:på\s+)?(?P<word>[a-zæøå]{2,}?)\.?,?\s+(?:(?:den|d\.?)\s*)?(?=\d)"
_THE = r"(?:den\s+|d\.\s*)(?=\d)"


class Lies(StrEnum):
    """Where a field's day lies by its nature, seen from today, which is on every side. A date without a year is read by it."""

    AHEAD = "forude"
    BEHIND = "bagude"
    EITHER = "begge veje"


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Made when the first date is read: the start writes dates only, and should not wait for these."""
    return re.compile(text, re.ASCII)


def parse_date(text: str, today: date, lies: Lies = Lies.AHEAD) -> date:
    """Read a date as a Dane writes it. With no year it is the nearest such day where it `lies`; two figures are 20xx.

    Raises UserError with one sentence: unreadable, no such day, a weekday that does not agree, a year not 1900-2099.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    if not plain:
        raise UserError(f"Feltet er tomt – {_EXAMPLE}.")
    if plain in _RELATIVE:
        return today + timedelta(days=_RELATIVE[plain])
    weekday, rest = _split_weekday(plain)
    found = _read(rest, today, lies)
    if found is None or weekday == -1:
        typed = " ".join(text.split())
        shown = typed if len(typed) <= 40 else typed[:39] + "…"
        raise UserError(f"»{shown}« kan ikke læses som en dato – {_EXAMPLE}.")
    if weekday is not None and weekday != found.weekday():
        raise UserError(f"{format_full(found)} er en {WEEKDAYS[found.weekday()]}, ikke en {WEEKDAYS[weekday]}.")
    return found


def _split_weekday(plain: str) -> tuple[int | None, str]:
    """The weekday before the date (None: none was written; -1: a word that is none) and what follows it."""
    if the := _pattern(_THE).match(plain):
        return None, plain[the.end() :]
    if not (before := _pattern(_WEEKDAY).match(plain)):
        return None, plain
    return _named(before["word"], WEEKDAYS), plain[before.end() :]


def _read(plain: str, today: date, lies: Lies) -> date | None:
    for pattern in (_ISO, _TIGHT, _NUMBERS, _WORDS):
        if not (found := _pattern(pattern).fullmatch(plain)):
            continue
        parts = found.groupdict()
        named = _named(parts["word"], MONTHS) if "word" in parts else None
        if named == -1:
            return None
        month, day = int(parts["m"]) if named is None else named + 1, int(parts["d"])
        if not 1 <= month <= 12:
            raise UserError(f"Der er ingen måned {month} – {_EXAMPLE}.")
        return _day(_year(month, day, today, lies) if parts["y"] is None else _written_year(parts["y"]), month, day)
    return None


def _named(word: str, names: tuple[str, ...]) -> int:
    """The place of the one name that `word` is or shortens; -1 where there is none."""
    hits = [place for place, name in enumerate(names) if name.startswith("sep" if word == "sept" else word)]
    return hits[0] if len(hits) == 1 else -1


def _written_year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _year(month: int, day: int, today: date, lies: Lies) -> int:
    """The year of the nearest such day on the side where it lies; as near on both is ahead."""
    if day > days_in_month(_LEAP_YEAR, month):
        day = today.day  # no year has it: what is refused names the year of the month that was meant
    ahead = today.year + ((month, day) < (today.month, today.day))
    behind = today.year - ((month, day) > (today.month, today.day))
    if lies is not Lies.EITHER:
        return ahead if lies is Lies.AHEAD else behind

    def away(year: int) -> int:
        return abs((date(year, month, 1) - today.replace(day=1)).days + day - today.day)

    return behind if away(behind) < away(ahead) else ahead


def _day(year: int, month: int, day: int) -> date:
    if year not in _YEARS:
        raise UserError(f"Årstallet {year} kan ikke passe – {_EXAMPLE}.")
    last = days_in_month(year, month)
    if not 1 <= day <= last:
        raise UserError(f"{day}. {MONTHS[month - 1]} {year} findes ikke – måneden har {last} dage.")
    return date(year, month, day)


def days_in_month(year: int, month: int) -> int:
    """How many days a month has. Not the `calendar` module's: that brings every country's names along."""
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day


def format_long(day: date) -> str:
    """torsdag den 26. november 2026"""
    return f"{WEEKDAYS[day.weekday()]} den {format_full(day)}"


def format_full(day: date) -> str:
    """26. november 2026"""
    return f"{format_day(day)} {day.year}"


def format_day(day: date) -> str:
    """26. november"""
    return f"{day.day}. {MONTHS[day.month - 1]}"


def format_short(day: date) -> str:
    """26. nov."""
    name = MONTHS[day.month - 1]
    return f"{day.day}. {name if len(name) == 3 else name[:3] + '.'}"


def format_numeric(day: date) -> str:
    """26-11-2026"""
    return f"{day:%d-%m-}{day.year:04d}"


def format_input(day: date) -> str:
    """What a date field shows once it has been left; `parse_date` reads it back as the same day."""
    return format_full(day)


def age(birth: date, on: date) -> int:
    """Whole years lived on the day `on`. One born on 29 February turns a year older on 1 March in a common year."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
