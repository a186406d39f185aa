# SPDX-License-Identifier: MPL-2.0
"""CPR numbers and what stands in for them (domain §§ 4, 9.1, 9.2), on MedCom's test persons and published examples."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.dk import cpr as oracle

from app.domain.errors import UserError
from app.domain.identifiers import (
    Identifier,
    IdentifierKind,
    compact,
    display,
    masked,
    parse_identifier,
    parse_shorn_cpr,
    require_adult,
)

TODAY = date(2026, 11, 26)
HINT = "Nummeret kan være rigtigt, men se på det en gang til."


def read(text: str) -> Identifier | str:
    """The identifier, or the sentence the user is told."""
    try:
        return parse_identifier(text, TODAY)
    except UserError as refused:
        return refused.message


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("251248-9996", "1948-12-25"),
        ("020160-9995", "1960-01-02"),
        ("050490-9989", "1990-04-05"),
        ("020191-9990", "1991-01-02"),
        ("010862-9996", "1962-08-01"),
        ("150279-9995", "1979-02-15"),
        ("050688-9996", "1988-06-05"),
        ("021122-3989", "1922-11-02"),
        ("250947-9989", "1947-09-25"),
        ("050505-9996", "2005-05-05"),
        ("050510-9990", "2010-05-05"),
        ("050515-9995", "2015-05-05"),
        ("010181-4321", "1981-01-01"),
        ("290224-9995", "2024-02-29"),
    ],
)
def test_the_test_persons_are_taken_with_their_birth_date(text: str, born: str) -> None:
    found = parse_identifier(text, TODAY)
    assert found.kind is IdentifierKind.CPR
    assert found.value == text.replace("-", "")
    assert found.birth_date.isoformat() == born


def test_modulus_11_is_a_soft_hint() -> None:
    assert parse_identifier("251248-9996", TODAY).hint == HINT
    assert parse_identifier("111111-1118", TODAY).hint is None
    assert parse_identifier("111111-1118", TODAY).birth_date == date(1911, 11, 11)


@pytest.mark.parametrize("text", ["010141-0001", "010181-4321"])
def test_the_first_of_january_never_gets_a_hint(text: str) -> None:
    assert parse_identifier(text, TODAY).hint is None


def test_a_birth_in_the_1800s_is_taken_with_a_hint() -> None:
    found = parse_identifier("111160-5111", TODAY)
    assert found.birth_date == date(1860, 11, 11)
    assert found.hint == "Så ville borgeren være 166 år – se på nummeret en gang til."


@pytest.mark.parametrize(("text", "born"), [("6502750001", "1975-02-05"), ("911248-0003", "1948-12-31")])
def test_a_replacement_number_is_taken_as_that_only_and_never_hinted_at(text: str, born: str) -> None:
    found = parse_identifier(text, TODAY)
    assert found.kind is IdentifierKind.REPLACEMENT
    assert found.birth_date.isoformat() == born
    assert found.hint is None
    assert "ikke et CPR-nummer" in found.kind.label


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0101901AB1", IdentifierKind.XECPR),
        ("010190-1ab1", IdentifierKind.XECPR),
        ("0101900AB1", IdentifierKind.DECPR),
        ("0101015AB1", IdentifierKind.DECPR),
        ("0101016AB1", IdentifierKind.DECPR),
    ],
)
def test_an_ecpr_is_told_from_its_seventh_digit(text: str, kind: IdentifierKind) -> None:
    found = parse_identifier(text, TODAY)
    assert (found.kind, found.hint) == (kind, None)
    assert found.value == text.replace("-", "").upper()
    assert found.birth_date.month == found.birth_date.day == 1


@pytest.mark.parametrize(
    "text", ["251248-9996", "2512489996", " 251248 9996 ", "25 12 48 - 9996", "251248\u20119996", "251248–9996"]
)
def test_spaces_and_hyphens_make_no_difference(text: str) -> None:
    assert parse_identifier(text, TODAY).value == "2512489996"
    assert compact(text) == "2512489996"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Skriv et CPR-nummer på ti cifre."),
        (" - ", "Skriv et CPR-nummer på ti cifre."),
        ("010190-432", "Et CPR-nummer har ti cifre, men her er 9."),
        ("010190-43211", "Et CPR-nummer har ti cifre, men her er 11."),
        ("CPR ukendt", "Et CPR-nummer skrives med cifrene 0-9 og højst en bindestreg."),
        ("２５１２４８９９９６", "Et CPR-nummer skrives med cifrene 0-9 og højst en bindestreg."),
        ("25124８9996", "Et CPR-nummer skrives med cifrene 0-9 og højst en bindestreg."),
        ("0101902AB1", "Et CPR-nummer skrives med cifrene 0-9 og højst en bindestreg."),
        ("3111909990", "Nummeret begynder med en dato, der ikke findes: 31. november 1990."),
        ("3002900000", "Nummeret begynder med en dato, der ikke findes: 30. februar 1990."),
        ("2902239995", "Nummeret begynder med en dato, der ikke findes: 29. februar 2023."),
        ("0113909990", "Nummeret begynder med en dato, der ikke findes: dag 1 i måned 13."),
        ("0000000000", "Nummeret begynder med en dato, der ikke findes: dag 0 i måned 0."),
        ("6001909990", "Nummeret begynder med en dato, der ikke findes: 60. januar 1990."),
        ("9202750001", "Nummeret begynder med en dato, der ikke findes: 32. februar 1975."),
        ("6501901AB1", "Nummeret begynder med en dato, der ikke findes: 65. januar 1990."),
        ("0101375000", "Nummeret giver en fødselsdag, der ikke har været endnu: 1. januar 2037."),
        ("0101364000", "Nummeret giver en fødselsdag, der ikke har været endnu: 1. januar 2036."),
    ],
)
def test_what_cannot_be_a_number_is_refused_with_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_identifier(text, TODAY)
    assert refused.value.message == sentence


def test_a_child_born_today_has_a_number_and_one_born_tomorrow_has_not() -> None:
    assert parse_identifier("261126-9999", TODAY).birth_date == TODAY
    with pytest.raises(UserError, match="ikke har været endnu"):
        parse_identifier("271126-9999", TODAY)


def test_a_shorn_zero_is_given_back_to_imports_only() -> None:
    assert parse_shorn_cpr("20160-9995", TODAY).value == "0201609995"
    assert parse_shorn_cpr("201609995", TODAY).value == "0201609995"
    assert parse_shorn_cpr("251248-9996", TODAY).value == "2512489996"
    with pytest.raises(UserError, match="men her er 9"):
        parse_identifier("20160-9995", TODAY)
    with pytest.raises(UserError, match="men her er 8"):
        parse_shorn_cpr("1609995 1", TODAY)


@settings(database=None)  # the numbers are drawn blindly and may be somebody's: none is kept
@given(day=st.integers(0, 32), month=st.integers(0, 13), rest=st.integers(0, 999_999))
def test_ten_digits_are_read_as_a_public_library_reads_them(day: int, month: int, rest: int) -> None:
    digits = f"{day:02}{month:02}{rest:06}"
    found = read(digits)
    try:
        born = oracle.get_birth_date(digits)
    except oracle.InvalidComponent:
        born = None
    if isinstance(found, str):
        assert born is None or born > TODAY
        return
    assert found.birth_date == born
    if found.birth_date.year > 1906 and found.birth_date.timetuple().tm_yday > 1:
        assert (found.hint is None) == (oracle.checksum(digits) == 0)


@given(text=st.text(max_size=14))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(text: str) -> None:
    found = read(text)
    assert found.endswith(".") if isinstance(found, str) else len(found.value) == 10


def test_rundbord_is_for_adults() -> None:
    require_adult(date(2008, 11, 26), TODAY)
    with pytest.raises(UserError) as refused:
        require_adult(date(2010, 5, 5), TODAY)
    assert refused.value.message == "Rundbord er for voksne: borgeren fylder først 18 år den 5. maj 2028."
    with pytest.raises(UserError, match=r"den 27. november 2026\.$"):
        require_adult(date(2008, 11, 27), TODAY)


def test_one_born_on_a_leap_day_is_an_adult_from_the_first_of_march() -> None:
    with pytest.raises(UserError, match=r"den 1. marts 2026\.$"):
        require_adult(date(2008, 2, 29), date(2026, 2, 28))
    require_adult(date(2008, 2, 29), date(2026, 3, 1))


def test_a_number_is_shown_with_its_hyphen_or_not_at_all() -> None:
    assert display("2512489996") == "251248-9996"
    assert display("") == ""
    assert masked("2512489996") == "●●●●●●-●●●●"
    assert masked("") == ""
