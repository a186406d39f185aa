# SPDX-License-Identifier: MPL-2.0
"""CPR numbers and what stands in for them (domain §§ 4, 9.2; row K2).

Called by the citizen's fields, the import of referrals and search. A number is an attribute of a person, never the key,
and tells nothing of gender here. Modulus 11 never blocks: numbers without it have been issued since 2007 and are valid.
Must not know who the citizen is; `today` is always handed in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.dates import MONTHS, age, format_full
from app.domain.errors import UserError

ADULT = 18
_OLDEST = 120
_REPLACEMENT_DAY = 60  # CPR-kontoret's build: born on the 7th is written 67
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_DIGITS = re.compile(r"[0-9]+")
_ECPR = re.compile(r"[0-9]{6}([01567])[A-Z]{2}[0-9]")


class IdentifierKind(StrEnum):
    """What kind of number a citizen is known by. None at all is no kind: a walk-in simply has no identifier."""

    CPR = "cpr"
    REPLACEMENT = "erstatning"
    XECPR = "xecpr"  # national, given by the health data authority
    DECPR = "decpr"  # given by a region

    @property
    def label(self) -> str:
        """How the number is named on screen and paper; a stand-in must never look like a CPR number."""
        return _LABELS[self]


_LABELS = {
    IdentifierKind.CPR: "CPR-nummer",
    IdentifierKind.REPLACEMENT: "Erstatningsnummer (ikke et CPR-nummer)",
    IdentifierKind.XECPR: "X-eCPR (ikke et CPR-nummer)",
    IdentifierKind.DECPR: "D-eCPR (ikke et CPR-nummer)",
}


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that can be used. `value`: ten characters with no hyphen. `hint`: a Danish sentence that blocks nothing.
    `birth_date` is read off the number; a stand-in is dated by whoever gave it.
    """

    kind: IdentifierKind
    value: str
    birth_date: date
    hint: str | None = None


def compact(text: str) -> str:
    """A number as it is stored and searched for: no spaces, no hyphens, capital letters."""
    return _SEPARATORS.sub("", text).upper()


def parse_identifier(text: str, today: date) -> Identifier:
    """Read a CPR number, a replacement number (day + 60) or an eCPR.

    Raises UserError with one sentence: wrong form, a date that does not exist, a birth after `today`.
    """
    value = compact(text)
    if not value:
        raise UserError("Skriv et CPR-nummer på ti cifre.")
    if letters := _ECPR.fullmatch(value):
        kind = IdentifierKind.XECPR if letters[1] in "17" else IdentifierKind.DECPR
        return Identifier(kind, value, _born(value, today))
    if not _DIGITS.fullmatch(value):
        raise UserError("Et CPR-nummer skrives med cifrene 0-9 og højst en bindestreg.")
    if len(value) != 10:
        raise UserError(f"Et CPR-nummer har ti cifre, men her er {len(value)}.")
    kind = IdentifierKind.REPLACEMENT if int(value[:2]) > _REPLACEMENT_DAY else IdentifierKind.CPR
    birth = _born(value, today)
    return Identifier(kind, value, birth, _hint(kind, value, birth, today))


def parse_shorn_cpr(text: str, today: date) -> Identifier:
    """As `parse_identifier`, but nine digits get back the leading zero a spreadsheet has shorn. For imports only."""
    value = compact(text)
    shorn = len(value) == 9 and _DIGITS.fullmatch(value)
    return parse_identifier(f"0{value}" if shorn else value, today)


def _born(value: str, today: date) -> date:
    day, month, year = int(value[:2]), int(value[2:4]), _year(int(value[4:6]), int(value[6]))
    if day > _REPLACEMENT_DAY and value.isdecimal():
        day -= _REPLACEMENT_DAY
    try:
        birth = date(year, month, day)
    except ValueError:
        shown = f"{day}. {MONTHS[month - 1]} {year}" if 1 <= month <= 12 else f"dag {day} i måned {month}"
        raise UserError(f"Nummeret begynder med en dato, der ikke findes: {shown}.") from None
    if birth > today:
        raise UserError(f"Nummeret giver en fødselsdag, der ikke har været endnu: {format_full(birth)}.")
    return birth


def _year(year: int, seventh: int) -> int:
    """The century, read off the seventh digit as CPR-kontoret's table has it."""
    if seventh <= 3 or (seventh in (4, 9) and year >= 37):
        return 1900 + year
    if seventh in (4, 9) or year <= 57:
        return 2000 + year
    return 1800 + year


def _hint(kind: IdentifierKind, value: str, birth: date, today: date) -> str | None:
    if (years := age(birth, today)) > _OLDEST:
        return f"Så ville borgeren være {years} år – se på nummeret en gang til."
    if kind is not IdentifierKind.CPR or (birth.day, birth.month) == (1, 1):
        return None  # 1 January ran out of numbers with a check digit first
    if sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, value, strict=True)) % 11 == 0:
        return None
    return "Nummeret kan være rigtigt, men se på det en gang til."


def require_adult(birth_date: date, on: date) -> None:
    """Raise UserError when the citizen is not yet 18 on the day `on`."""
    if age(birth_date, on) >= ADULT:
        return
    year = birth_date.year + ADULT
    leapling = (birth_date.month, birth_date.day) == (2, 29)  # 18 years on is never a leap year: see dates.age
    birthday = date(year, 3, 1) if leapling else birth_date.replace(year=year)
    raise UserError(f"Rundbord er for voksne: borgeren fylder først 18 år den {format_full(birthday)}.")


def display(value: str) -> str:
    """A stored number as people write it: DDMMYY-XXXX. What is not ten characters is shown as it is."""
    return f"{value[:6]}-{value[6:]}" if len(value) == 10 else value


def masked(value: str) -> str:
    """The same shape with nothing to read: ●●●●●●-●●●●. Empty stays empty."""
    return re.sub(r"[^-]", "●", display(value))
