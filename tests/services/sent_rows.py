# SPDX-License-Identifier: MPL-2.0
"""Rows of a job centre's file to test with: a good one, and the same but for some cells."""

from __future__ import annotations

from datetime import date

from app.services import referral_file
from app.services.referral_file import ReferralFile, ReferralRow, read_referrals

TODAY = date(2026, 11, 26)
COLUMNS = (
    *("CPR-nr", "Fornavn", "Efternavn", "Adresse", "Postnr", "By", "Telefon", "Henvist dato", "Jobcenter"),
    *("Kontaktperson", "Tiltag 1", "Resultat 1", "Bemærkning 1", "Tiltag 2", "Resultat 2", "Bemærkning 2"),
)
GOOD = {
    "CPR-nr": "251248-9996",
    "Fornavn": "Nancy Ann",
    "Efternavn": "Berggren",
    "Adresse": "Testpark Allé 48",
    "Postnr": "3400",
    "By": "Hillerød",
    "Telefon": "12345678",
    "Henvist dato": "05-11-2026",
    "Jobcenter": "Jobcenter Nord",
    "Kontaktperson": "Kontakt A",
    "Tiltag 1": "Mentor",
    "Resultat 1": "Lykkedes",
    "Bemærkning 1": "Ugentlig gåtur",
}
REQUIRED_CELLS = {label: GOOD[label] for label in referral_file.REQUIRED}


def row(**cells: str) -> str:
    """A good row but for `cells`; `Tiltag_1` stands for "Tiltag 1", `CPR` for "CPR-nr"."""
    named = {("CPR-nr" if key == "CPR" else key.replace("_", " ")): value for key, value in cells.items()}
    assert set(named) <= set(COLUMNS)
    return ";".join({**GOOD, **named}.get(column, "") for column in COLUMNS)


def text(*rows: str) -> str:
    """A file of these rows, under their heading."""
    return "\n".join((";".join(COLUMNS), *rows)) + "\n"


def read(*rows: str) -> ReferralFile:
    """The file of these rows, read."""
    return read_referrals(text(*rows).encode(), TODAY)


def only(*rows: str) -> ReferralRow:
    """The one row of these that is read."""
    found = read(*rows)
    assert not found.refused
    (one,) = found.rows
    return one
