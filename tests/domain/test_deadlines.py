# SPDX-License-Identifier: MPL-2.0
"""Open days, holidays and the time to complain (domain § 9.4), with the holidays held against a list kept by others."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from app.domain.deadlines import Channel, complaint_deadline, received
from app.domain.workdays import (
    add_working_days,
    is_open,
    open_day_on_or_after,
    open_day_on_or_before,
    public_holidays,
)

BY_HAND, DIGITAL, POST, QUICK = Channel.HANDED_OVER, Channel.DIGITAL_POST, Channel.POST, Channel.QUICK


@pytest.mark.parametrize(
    ("letter", "channel", "came", "last"),
    [
        ("2026-10-01", BY_HAND, "2026-10-01", "2026-10-29"),
        ("2026-11-26", BY_HAND, "2026-11-26", "2026-12-28"),
        ("2026-11-26", POST, "2026-12-04", "2027-01-04"),
        ("2026-11-27", DIGITAL, "2026-11-27", "2026-12-28"),
        ("2026-12-03", DIGITAL, "2026-12-03", "2027-01-04"),
        ("2026-12-05", DIGITAL, "2026-12-05", "2027-01-04"),
        ("2026-03-05", DIGITAL, "2026-03-05", "2026-04-07"),
        ("2026-03-05", POST, "2026-03-13", "2026-04-10"),
        ("2026-03-09", DIGITAL, "2026-03-09", "2026-04-07"),
        ("2026-04-16", DIGITAL, "2026-04-16", "2026-05-15"),
        ("2026-05-08", DIGITAL, "2026-05-08", "2026-06-08"),
        ("2027-02-25", DIGITAL, "2027-02-25", "2027-03-30"),
        ("2026-11-26", QUICK, "2026-11-30", "2026-12-28"),  # a weekend lies between
    ],
)
def test_the_time_to_complain_runs_out_when_the_table_says(letter: str, channel: Channel, came: str, last: str) -> None:
    sent = date.fromisoformat(letter)
    assert received(sent, channel).isoformat() == came
    assert complaint_deadline(sent, channel).isoformat() == last


@pytest.mark.parametrize(
    ("letter", "channel", "last"),
    [
        ("2026-11-26", BY_HAND, "2026-12-24"),
        ("2026-12-03", DIGITAL, "2026-12-31"),
        ("2026-05-08", DIGITAL, "2026-06-05"),
        ("2026-11-27", DIGITAL, "2026-12-28"),  # Christmas Day is closed whatever the setting
    ],
)
def test_the_extra_closed_days_are_a_setting(letter: str, channel: Channel, last: str) -> None:
    assert complaint_deadline(date.fromisoformat(letter), channel, closed_days_extra=False).isoformat() == last


def test_a_letter_sent_over_christmas_waits_for_the_working_days() -> None:
    assert received(date(2026, 12, 23), POST) == date(2027, 1, 6)
    assert received(date(2026, 12, 23), POST, closed_days_extra=False) == date(2027, 1, 4)


def test_nobody_has_less_than_four_weeks_and_the_last_day_is_open() -> None:
    for n in range(1500):
        sent = date(2026, 1, 1) + timedelta(days=n)
        for channel in Channel:
            last = complaint_deadline(sent, channel)
            assert last - received(sent, channel) >= timedelta(weeks=4)
            assert is_open(last)


@pytest.mark.parametrize("year", range(2010, 2061))
def test_the_holidays_are_those_of_the_list_others_keep(year: int) -> None:
    assert public_holidays(year) == set(holidays.country_holidays("DK", years=year))


def test_the_great_prayer_day_is_gone_from_2024() -> None:
    assert date(2023, 5, 5) in public_holidays(2023)
    assert is_open(date(2024, 4, 26))


def test_open_days_are_found_both_ways() -> None:
    skaertorsdag = date(2026, 4, 2)
    assert open_day_on_or_after(skaertorsdag) == date(2026, 4, 7)
    assert open_day_on_or_before(skaertorsdag) == date(2026, 4, 1)
    assert open_day_on_or_after(date(2026, 4, 7)) == open_day_on_or_before(date(2026, 4, 7)) == date(2026, 4, 7)


def test_working_days_are_counted_from_the_day_after() -> None:
    friday = date(2026, 11, 27)
    assert add_working_days(friday, 0) == friday
    assert add_working_days(friday, 1) == date(2026, 11, 30)
    assert add_working_days(date(2026, 11, 28), 1) == date(2026, 11, 30)
