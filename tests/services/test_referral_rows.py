# SPDX-License-Identifier: MPL-2.0
"""A row of a job centre's file: what makes it of use, what it says, and when it is the same referral again (D1, D2)."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.identifiers import IdentifierKind
from app.models.choices import Outcome
from app.services.referral_file import (
    TriedRow,
    measures_digest,
    read_referrals,
    referral_key,
)
from tests.services.sent_rows import COLUMNS, REQUIRED_CELLS, TODAY
from tests.services.sent_rows import only as _only
from tests.services.sent_rows import read as _read
from tests.services.sent_rows import row as _row


def _refused(row: str) -> tuple[str, str]:
    found = _read(row)
    assert not found.rows
    (refused,) = found.refused
    assert refused.line == 2
    assert refused.reason.endswith(".")
    return refused.column, refused.reason


# ---------------------------------------------------------------------------------------------- what a row needs


@pytest.mark.parametrize(
    ("text", "cpr"),
    [
        ("2512489996", "2512489996"),
        (" 251248 9996 ", "2512489996"),
        ("251248\u20139996", "2512489996"),
        ("20160-9995", "0201609995"),
        ("201609995", "0201609995"),
        ("010141-0001", "0101410001"),
    ],
)
def test_a_cpr_number_as_people_and_spreadsheets_write_it(text: str, cpr: str) -> None:
    row = _only(_row(CPR=text))
    assert (row.cpr, row.kind) == (cpr, IdentifierKind.CPR)


def test_a_replacement_number_is_taken_as_what_it_is() -> None:
    row = _only(_row(CPR="650275-0001"))
    assert (row.cpr, row.kind, row.birth_date) == ("6502750001", IdentifierKind.REPLACEMENT, date(1975, 2, 5))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "x",
        "010190-432",
        "110190-432",  # with a zero before it, somebody else's
        "010190 432",
        "25124899961",
        "2,51249E+09",
        "２５１２４８９９９６",
        "310290-9995",
        "311190-9990",
        "290223-9995",
        "010137-5000",
        "010190-1AB1",
        "=cmd|' /C calc'!A0",
    ],
)
def test_an_impossible_or_missing_cpr_number(text: str) -> None:
    assert _refused(_row(CPR=text))[0] == "CPR-nr"


def test_a_child_on_the_day_of_referral() -> None:
    for cpr in ("0505109990", "050515-9995", "290224-9995"):
        assert _refused(_row(CPR=cpr))[0] == "CPR-nr"
    assert _refused(_row(CPR="050505-9996", Henvist_dato="04-05-2023"))[0] == "CPR-nr"
    assert _only(_row(CPR="050505-9996", Henvist_dato="05-05-2023")).birth_date == date(2005, 5, 5)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05-11-2026", date(2026, 11, 5)),
        ("5-11-2026", date(2026, 11, 5)),
        ("05.11.2026", date(2026, 11, 5)),
        ("05/11/2026", date(2026, 11, 5)),
        (" 2026-11-05 ", date(2026, 11, 5)),
        ("29-02-2024", date(2024, 2, 29)),
        ("01-02-2027", date(2027, 2, 1)),
    ],
)
def test_a_date_as_job_centres_write_it(text: str, day: date) -> None:
    assert _only(_row(Henvist_dato=text)).date == day


@pytest.mark.parametrize(
    "text",
    [
        *("", "31-11-2026", "29-02-2026", "00-11-2026", "11/30/2026", "05-11", "05-11-26", "i dag", "46331"),
        *("05-11/2026", "05-11-20266", "2026.11.05", "05-11-2026 og 06-11-2026", "０５-11-2026", "05-11-1026"),
    ],
)
def test_a_bad_date_is_refused_and_never_guessed(text: str) -> None:
    assert _refused(_row(Henvist_dato=text))[0] == "Henvist dato"


@pytest.mark.parametrize("text", ["LYKKEDES IKKE", " lykkedes  ikke ", "Lykkedes\u00a0Ikke", "lyKKedes ikke"])
def test_an_outcome_in_any_letter_case(text: str) -> None:
    assert _only(_row(Resultat_1=text)).tried[0].outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Resultat_1": "Måske"}, "Resultat 1"),
        ({"Resultat_1": "ikke"}, "Resultat 1"),
        ({"Resultat_1": ""}, "Resultat 1"),
        ({"Tiltag_1": ""}, "Tiltag 1"),
        ({"Tiltag_2": "Kursus"}, "Resultat 2"),
        ({"Resultat_2": "delvist"}, "Tiltag 2"),
        ({"Bemærkning_2": "uden tiltag"}, "Tiltag 2"),
        ({"Fornavn": "", "Efternavn": " "}, "Fornavn"),
        ({"Jobcenter": " "}, "Jobcenter"),
        ({"CPR": "", "Henvist_dato": "", "Resultat_1": "?"}, "CPR-nr"),
        ({"CPR": "0505109990", "Henvist_dato": "31-11-2026"}, "Henvist dato"),
    ],
)
def test_the_column_that_makes_a_row_of_no_use(cells: dict[str, str], column: str) -> None:
    assert _refused(_row(**cells))[0] == column


def test_a_long_cell_is_not_repeated_whole() -> None:
    _, reason = _refused(_row(Resultat_1='"' + "Måske\n" * 1000 + '"'))
    assert len(reason) < 120
    assert "\n" not in reason


def test_one_of_the_names_is_enough() -> None:
    assert _only(_row(Efternavn="")).name == "Nancy Ann"


def test_a_row_of_too_few_columns_is_refused_at_the_first_missing() -> None:
    for width in range(1, len(COLUMNS)):
        short = ";".join(_row().split(";")[:width])
        assert _refused(short)[0] == COLUMNS[width]


def test_a_row_of_too_many_columns_is_refused_when_they_hold_anything() -> None:
    assert _only(_row() + "; ;")
    assert _refused(_row() + ";;tom")[0] == "kolonne 18"
    assert _refused(_row(Bemærkning_1="For mange; for meget", Bemærkning_2="x"))[0] == "kolonne 17"


def test_a_missing_column_with_a_name_of_its_own() -> None:
    text = f"{';'.join(REQUIRED_CELLS)};;Egen kode\n{';'.join(REQUIRED_CELLS.values())}"
    for row, column in ((text, "kolonne 6"), (text + ";", "Egen kode")):
        assert [one.column for one in read_referrals(row.encode(), TODAY).refused] == [column]


@pytest.mark.parametrize(
    ("cells", "address"),
    [
        ({}, "Testpark Allé 48, 3400 Hillerød"),
        ({"Adresse": ""}, "3400 Hillerød"),
        ({"Postnr": ""}, "Testpark Allé 48, Hillerød"),
        ({"Postnr": "", "By": ""}, "Testpark Allé 48"),
        ({"Postnr": "", "By": "", "Adresse": " "}, ""),
        ({"Adresse": '"Testvej 12,\n2. tv "'}, "Testvej 12, 2. tv, 3400 Hillerød"),
    ],
)
def test_an_address_is_one_text(cells: dict[str, str], address: str) -> None:
    assert _only(_row(**cells)).address == address


def test_formulas_are_text() -> None:
    row = _only(_row(Fornavn="=cmd|' /C calc'!A0", Telefon="+4512345678", Bemærkning_1="@SUM(A1)"))
    assert (row.name, row.phone, row.tried[0].note) == ("=cmd|' /C calc'!A0 Berggren", "+4512345678", "@SUM(A1)")


# ------------------------------------------------------------------------------------------- the same referral again


def test_the_same_referral_again() -> None:
    first = _only(_row())
    same = (
        _row(Jobcenter="JOBCENTER  nord", CPR="2512489996", Henvist_dato="2026-11-05"),
        _row(Tiltag_1="mentor ", Resultat_1="LYKKEDES", Adresse="", Telefon="", Kontaktperson="B", Fornavn="N."),
        _row(Tiltag_1="", Resultat_1="", Bemærkning_1="")[: -len(";;")] + "Mentor;lykkedes;ugentlig gåtur",
    )
    assert {_only(row).fingerprint for row in same} == {first.fingerprint}


def test_another_referral_and_a_changed_one() -> None:
    first = _only(_row())
    for another in (_row(CPR="020160-9995"), _row(Henvist_dato="06-11-2026"), _row(Jobcenter="Jobcenter Syd")):
        assert _only(another).key != first.key
        assert _only(another).measures == first.measures
    for changed in (
        _row(Tiltag_1="Kursus"),
        _row(Resultat_1="delvist"),
        _row(Bemærkning_1=""),
        _row(Tiltag_2="Mentor", Resultat_2="lykkedes", Bemærkning_2="Ugentlig gåtur"),
        _row(Tiltag_1="", Resultat_1="", Bemærkning_1=""),
    ):
        assert _only(changed).key == first.key
        assert _only(changed).measures != first.measures


def test_what_is_on_file_can_be_held_against_a_row() -> None:
    row = _only(_row())
    assert row.key == referral_key(row.cpr, row.date, row.job_centre)
    assert row.measures == measures_digest([TriedRow("Mentor", Outcome.WORKED, "Ugentlig gåtur")])
    assert measures_digest([]) == _only(_row(Tiltag_1="", Resultat_1="", Bemærkning_1="")).measures
