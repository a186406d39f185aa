# SPDX-License-Identifier: MPL-2.0
"""Dates as Danes write and say them: read right or refused with one sentence, never bent."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dates import (
    MONTHS,
    WEEKDAYS,
    Lies,
    age,
    format_day,
    format_full,
    format_input,
    format_long,
    format_numeric,
    format_short,
    parse_date,
)
from app.domain.errors import UserError

THURSDAY = date(2026, 11, 26)
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
THIS_CENTURY = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def refusal(text: str) -> str | None:
    """What the user is told; None when the text is a date."""
    try:
        parse_date(text, THURSDAY)
    except UserError as refused:
        return refused.message
    return None


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30",
        "30-11-2026",
        "30.11.2026",
        "30/11/2026",
        "30/11 2026",
        "30/11-2026",
        "30/11",
        "30/11-26",
        "30.11",
        "30 11 2026",
        "30. 11. 2026",
        "30.11.",
        "30-11-26",
        "30–11–2026",
        "301126",
        "30112026",
        "30. november 2026",
        "30 november 2026",
        "30. november",
        "30. nov.",
        "30 nov 26",
        "30.nov.2026",
        "30-nov-2026",
        "  30.  NOVEMBER\u00a02026 ",
        "den 30. november 2026",
        "d. 30/11",
        "mandag den 30. november 2026",
        "Mandag d. 30. november",
        "man. 30/11",
        "på mandag den 30. november",
    ],
)
def test_thirtieth_of_november_is_read_however_it_is_written(text: str) -> None:
    assert parse_date(text, THURSDAY) == date(2026, 11, 30)


def test_a_whole_date_as_the_papers_write_it_is_read_back() -> None:
    assert parse_date("torsdag den 26. november 2026", THURSDAY) == THURSDAY


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("26/11", "2026-11-26"),  # today is the nearest of all
        ("25/11", "2027-11-25"),
        ("1/1", "2027-01-01"),
        ("31. dec.", "2026-12-31"),
        ("i dag", "2026-11-26"),
        ("I morgen", "2026-11-27"),
        ("i går", "2026-11-25"),
        ("1/2/03", "2003-02-01"),
        ("29-02-2028", "2028-02-29"),
        ("1. maj 2027", "2027-05-01"),
        ("1. sept. 2027", "2027-09-01"),
        ("lørdag den 28. november", "2026-11-28"),
    ],
)
def test_a_date_means_what_it_says(text: str, meant: str) -> None:
    assert parse_date(text, THURSDAY).isoformat() == meant


@pytest.mark.parametrize(
    ("text", "lies", "meant"),
    [
        ("5/11", Lies.BEHIND, "2026-11-05"),
        ("5/11", Lies.EITHER, "2026-11-05"),
        ("5/11", Lies.AHEAD, "2027-11-05"),
        ("26/11", Lies.BEHIND, "2026-11-26"),  # today lies on every side
        ("27/11", Lies.BEHIND, "2025-11-27"),
        ("27/11", Lies.EITHER, "2026-11-27"),
        ("30. dec.", Lies.EITHER, "2026-12-30"),
        ("3/1", Lies.EITHER, "2027-01-03"),
        ("5-11-2027", Lies.BEHIND, "2027-11-05"),  # a year that is written is what it says
    ],
)
def test_a_date_without_a_year_is_read_by_where_its_day_lies(text: str, lies: Lies, meant: str) -> None:
    assert parse_date(text, THURSDAY, lies).isoformat() == meant


@pytest.mark.parametrize("lies", Lies)
def test_a_day_no_month_has_is_refused_by_this_months_name(lies: Lies) -> None:
    with pytest.raises(UserError, match=r"^32\. november 2026 findes ikke"):
        parse_date("32. november", THURSDAY, lies)


@given(today=THIS_CENTURY, day=st.integers(1, 28), month=st.integers(1, 12))
def test_on_either_side_it_is_the_nearest_of_all(today: date, day: int, month: int) -> None:
    found = parse_date(f"{day}/{month}", today, Lies.EITHER)
    assert abs((found - today).days) <= 183
    behind = parse_date(f"{day}/{month}", today, Lies.BEHIND)
    assert 0 <= (today - behind).days <= 366


def test_a_leap_day_with_no_year_is_this_or_next_year_or_refused() -> None:
    assert parse_date("29/2", date(2027, 3, 1)) == date(2028, 2, 29)
    with pytest.raises(UserError, match=r"29\. februar 2027 findes ikke – måneden har 28 dage\."):
        parse_date("29/2", THURSDAY)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Feltet er tomt – skriv for eksempel 3. december 2026."),
        ("   ", "Feltet er tomt – skriv for eksempel 3. december 2026."),
        ("31-11-2026", "31. november 2026 findes ikke – måneden har 30 dage."),
        ("30. februar 2027", "30. februar 2027 findes ikke – måneden har 28 dage."),
        ("29/2 2026", "29. februar 2026 findes ikke – måneden har 28 dage."),
        ("0-11-2026", "0. november 2026 findes ikke – måneden har 30 dage."),
        ("311126", "31. november 2026 findes ikke – måneden har 30 dage."),
        ("11-26", "Der er ingen måned 26 – skriv for eksempel 3. december 2026."),
        ("1-0-2026", "Der er ingen måned 0 – skriv for eksempel 3. december 2026."),
        ("30-11-1126", "Årstallet 1126 kan ikke passe – skriv for eksempel 3. december 2026."),
        ("30-11-2100", "Årstallet 2100 kan ikke passe – skriv for eksempel 3. december 2026."),
        ("fredag den 26. november 2026", "26. november 2026 er en torsdag, ikke en fredag."),
        ("fre 26/11", "26. november 2026 er en torsdag, ikke en fredag."),
        ("næste torsdag", "»næste torsdag« kan ikke læses som en dato – skriv for eksempel 3. december 2026."),
        ("30. novenber 2026", "»30. novenber 2026« kan ikke læses som en dato – skriv for eksempel 3. december 2026."),
        ("snart 30/11", "»snart 30/11« kan ikke læses som en dato – skriv for eksempel 3. december 2026."),
    ],
)
def test_what_cannot_be_a_date_is_refused_with_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_date(text, THURSDAY)
    assert refused.value.message == sentence


@pytest.mark.parametrize(
    "text",
    [
        "30",
        "3011",
        "30-11-026",
        "30-11-20266",
        "2026-11",
        "30/11/2026 kl. 10",
        "３０-11-2026",
        "ju 1",
        "1. ju",
        "1. ma 2027",
    ],
)
def test_half_a_date_or_more_than_one_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="kan ikke læses som en dato"):
        parse_date(text, THURSDAY)


def test_a_very_long_text_is_not_thrown_back_whole() -> None:
    with pytest.raises(UserError) as refused:
        parse_date("en gang efter jul " * 50, THURSDAY)
    assert len(refused.value.message) < 110


def test_a_date_is_shown_as_people_say_it() -> None:
    assert format_long(THURSDAY) == "torsdag den 26. november 2026"
    assert format_full(THURSDAY) == "26. november 2026"
    assert format_day(THURSDAY) == "26. november"
    assert format_short(THURSDAY) == "26. nov."
    assert format_short(date(2026, 5, 1)) == "1. maj"
    assert format_numeric(THURSDAY) == "26-11-2026"
    assert format_numeric(date(2027, 2, 1)) == "01-02-2027"
    assert format_input(THURSDAY) == "26. november 2026"


@given(day=DAYS, today=DAYS)
def test_every_way_of_showing_a_whole_date_is_read_back(day: date, today: date) -> None:
    for shown in (format_long(day), format_full(day), format_numeric(day), format_input(day), day.isoformat()):
        assert parse_date(shown, today) == day


@given(day=THIS_CENTURY)
def test_two_figures_are_a_year_of_this_century(day: date) -> None:
    for pattern in ("%d%m%y", "%d-%m-%y", "%d/%m %y"):
        assert parse_date(day.strftime(pattern), THURSDAY) == day


@given(day=DAYS, said=st.sampled_from(WEEKDAYS))
def test_a_weekday_agrees_or_is_refused(day: date, said: str) -> None:
    text = f"{said} den {format_full(day)}"
    if said == WEEKDAYS[day.weekday()]:
        assert parse_date(text, THURSDAY) == day
    else:
        with pytest.raises(UserError, match=f"er en {WEEKDAYS[day.weekday()]}, ikke en {said}"):
            parse_date(text, THURSDAY)


@given(today=DAYS, day=st.integers(1, 28), month=st.integers(1, 12))
def test_with_no_year_it_is_the_nearest_such_day_to_come(today: date, day: int, month: int) -> None:
    if today.year == 2099:
        return
    found = parse_date(f"{day}/{month}", today)
    assert (found.day, found.month) == (day, month)
    assert 0 <= (found - today).days <= 366
    assert found == parse_date(f"{day}. {MONTHS[month - 1]}", today)


@given(text=st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused_and_nothing_else(text: str) -> None:
    sentence = refusal(text)
    assert sentence is None or (sentence.endswith(".") and "\n" not in sentence)


@given(text=st.text(alphabet="0123456789-./ ndovemberiagtslø", max_size=20))
def test_what_nearly_looks_like_a_date_is_read_or_refused(text: str) -> None:
    if refusal(text) is None and any(c.isdigit() for c in text):
        assert str(parse_date(text, THURSDAY).day) in text


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        ("1948-12-25", "2026-12-24", 77),
        ("1948-12-25", "2026-12-25", 78),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2026-11-26", "2026-11-26", 0),
    ],
)
def test_age_is_counted_in_whole_years(birth: str, on: str, years: int) -> None:
    assert age(date.fromisoformat(birth), date.fromisoformat(on)) == years
