# SPDX-License-Identifier: MPL-2.0
"""The six-month wall, held against a table worked out by hand and against another way of counting (rows B1, B2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.errors import UserError
from app.domain.periods import (
    check_period,
    days_in,
    days_left,
    last_permitted_day,
    length_in_words,
    proposed_follow_up,
)

DAY = timedelta(days=1)

WALLS = [
    ("2026-01-01", "2026-06-30", 181),
    ("2026-01-15", "2026-07-14", 181),
    ("2026-01-31", "2026-07-30", 181),
    ("2026-02-28", "2026-08-27", 181),
    ("2028-02-28", "2028-08-27", 182),
    ("2028-02-29", "2028-08-28", 182),
    ("2026-03-01", "2026-08-31", 184),
    ("2026-03-31", "2026-09-30", 184),
    ("2026-04-30", "2026-10-29", 183),
    ("2026-05-31", "2026-11-30", 184),
    ("2026-06-30", "2026-12-29", 183),
    ("2026-07-01", "2026-12-31", 184),
    ("2026-08-27", "2027-02-26", 184),
    ("2026-08-28", "2027-02-27", 184),
    ("2026-08-29", "2027-02-28", 184),
    ("2026-08-30", "2027-02-28", 183),
    ("2026-08-31", "2027-02-28", 182),
    ("2026-09-01", "2027-02-28", 181),
    ("2027-08-28", "2028-02-27", 184),
    ("2027-08-29", "2028-02-28", 184),
    ("2027-08-30", "2028-02-29", 184),
    ("2027-08-31", "2028-02-29", 183),
    ("2027-09-01", "2028-02-29", 182),
    ("2026-10-31", "2027-04-30", 182),
    ("2026-11-26", "2027-05-25", 181),
    ("2026-11-30", "2027-05-29", 181),
    ("2026-12-31", "2027-06-30", 182),
    ("2027-12-31", "2028-06-30", 183),
]


def every_day() -> list[date]:
    first, last = date(2024, 1, 1), date(2032, 12, 31)
    return [first + n * DAY for n in range((last - first).days + 1)]


def walked_to_the_wall(start: date) -> date:
    """R1 with no arithmetic on months: walk day by day, count the firsts of months, stop before the same day-number.

    In the sixth month the walk ends the day before the start's day-number comes, or with the month if it never comes.
    """
    day, firsts = start, 0
    while True:
        tomorrow = day + DAY
        firsts += tomorrow.day == 1
        if firsts > 6 or (firsts == 6 and tomorrow.day == start.day):
            return day
        day = tomorrow


@pytest.mark.parametrize(("start", "wall", "days"), WALLS)
def test_the_wall_stands_where_the_table_says(start: str, wall: str, days: int) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(wall)
    assert last_permitted_day(first) == last
    assert days_in(first, last) == days


def test_every_start_from_2024_to_2032_has_the_wall_that_walking_finds() -> None:
    assert len(every_day()) == 3288
    wrong = [start for start in every_day() if last_permitted_day(start) != walked_to_the_wall(start)]
    assert wrong == []


def test_a_later_start_never_has_an_earlier_wall() -> None:
    walls = [last_permitted_day(start) for start in every_day()]
    assert walls == sorted(walls)


def test_no_wall_gives_more_or_less_than_six_months_can_hold() -> None:
    assert {days_in(start, last_permitted_day(start)) for start in every_day()} == {181, 182, 183, 184}


def test_the_wall_itself_is_allowed_and_the_day_after_is_not() -> None:
    for start in every_day():
        wall = last_permitted_day(start)
        check_period(start, wall)
        with pytest.raises(UserError, match="højst vare seks måneder"):
            check_period(start, wall + DAY)


def test_past_the_wall_is_refused_with_the_last_day_in_words() -> None:
    with pytest.raises(UserError) as refused:
        check_period(date(2026, 8, 31), date(2027, 3, 1))
    assert refused.value.message == "§ 82 b kan højst vare seks måneder: senest 28. februar 2027."
    assert refused.value.field == "end"


def test_an_end_before_the_start_is_refused_with_its_own_sentence() -> None:
    with pytest.raises(UserError) as refused:
        check_period(date(2026, 8, 31), date(2026, 8, 30))
    assert refused.value.message == "Støtten kan ikke slutte, før den begynder 31. august 2026."
    assert refused.value.field == "end"


def test_a_single_day_is_a_period() -> None:
    check_period(date(2026, 8, 31), date(2026, 8, 31))
    assert days_in(date(2026, 8, 31), date(2026, 8, 31)) == 1


@pytest.mark.parametrize(
    ("today", "left"),
    [("2026-11-30", 181), ("2027-05-28", 2), ("2027-05-29", 1), ("2027-05-30", 0), ("2028-01-01", 0)],
)
def test_days_left_count_today_and_the_last_day(today: str, left: int) -> None:
    assert days_left(date.fromisoformat(today), date(2027, 5, 29)) == left


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "1 dag"),
        (4, "4 dage"),
        (7, "1 uge"),
        (8, "1 uge og 1 dag"),
        (14, "2 uger"),
        (181, "25 uger og 6 dage"),
        (182, "26 uger"),
    ],
)
def test_a_length_is_said_in_weeks_and_days(days: int, words: str) -> None:
    start = date(2026, 11, 30)
    assert length_in_words(start, start + (days - 1) * DAY) == words


@pytest.mark.parametrize(
    ("start", "end", "proposed"),
    [
        ("2026-11-26", "2027-05-25", "2026-12-30"),  # five weeks on is 31 December, which is closed
        ("2026-11-30", "2027-05-29", "2027-01-04"),
        ("2026-08-31", "2026-10-30", "2026-10-02"),  # four weeks before the end comes first
        ("2026-08-31", "2026-09-12", "2026-09-04"),  # too short for either: halfway, on the Friday before
        ("2026-08-31", "2026-08-31", "2026-08-31"),
        ("2026-09-05", "2026-09-06", "2026-09-05"),  # a weekend alone: never before the start
    ],
)
def test_a_follow_up_is_proposed(start: str, end: str, proposed: str) -> None:
    assert proposed_follow_up(date.fromisoformat(start), date.fromisoformat(end)).isoformat() == proposed


def test_a_full_period_is_followed_up_in_time_whenever_it_starts() -> None:
    for start in every_day():
        end = last_permitted_day(start)
        proposed = proposed_follow_up(start, end)
        assert start < proposed <= min(start + 35 * DAY, end - 28 * DAY)
