# SPDX-License-Identifier: MPL-2.0
"""What lies above a competence, to the day (C2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.competence import MOST_WEEKS, Grant, Limit, beyond, law, told

DAY = date(2026, 11, 30)


def weeks(count: int, more: int = 0, paragraph: str = "82b") -> Grant:
    return Grant(paragraph, DAY, DAY + timedelta(days=count * 7 - 1 + more))


def test_with_nothing_set_everything_may_be_granted() -> None:
    assert beyond([weeks(26), Grant("82a", None, None)], {}) == ()


def test_a_limit_is_to_the_day() -> None:
    limits = {"82b": Limit(most_weeks=12)}
    assert beyond([weeks(12)], limits) == ()
    assert beyond([weeks(12, 1)], limits) == ("mere end 12 uger efter § 82 b",)


def test_a_support_with_no_end_is_longer_than_any_limit() -> None:
    assert beyond([Grant("82a", DAY, None)], {"82a": Limit(most_weeks=1)}) == ("mere end 1 uge efter § 82 a",)


def test_what_may_not_be_granted_at_all_is_above_however_short() -> None:
    assert beyond([weeks(1)], {"82b": Limit(grants=False, most_weeks=20)}) == ("støtte efter § 82 b",)


def test_a_limit_on_one_paragraph_is_none_on_another() -> None:
    assert beyond([weeks(26, paragraph="82a")], {"82b": Limit(grants=False)}) == ()


@pytest.mark.parametrize("written", ["§ 82 b", "82 B", "82b ", "§\u00a082b"])
def test_a_limit_is_not_got_round_by_writing_the_paragraph_another_way(written: str) -> None:
    assert beyond([weeks(26, paragraph=written)], {"82b": Limit(most_weeks=12)}) == ("mere end 12 uger efter § 82 b",)


def test_each_thing_is_said_once() -> None:
    found = beyond([weeks(9), weeks(8), weeks(3, paragraph="82a")], {"82b": Limit(most_weeks=2), "82a": Limit(False)})
    assert found == ("mere end 2 uger efter § 82 b", "støtte efter § 82 a")
    assert told(found) == (
        "Du må ikke selv bevilge mere end 2 uger efter § 82 b og støtte efter § 82 a. "
        "Send svaret videre til en, der må."
    )


@pytest.mark.parametrize(("paragraph", "said"), [("82b", "§ 82 b"), ("85", "§ 85")])
def test_a_paragraph_as_it_is_written(paragraph: str, said: str) -> None:
    assert law(paragraph) == said


@given(st.integers(1, MOST_WEEKS), st.integers(1, 4000))
def test_a_longer_period_is_never_more_within_than_a_shorter(most: int, days: int) -> None:
    limits = {"82b": Limit(most_weeks=most)}
    short = beyond([Grant("82b", DAY, DAY + timedelta(days=days - 1))], limits)
    longer = beyond([Grant("82b", DAY, DAY + timedelta(days=days))], limits)
    assert bool(short) <= bool(longer)
    assert bool(short) == (days > most * 7)


def test_a_limit_is_not_got_round_in_two_rows() -> None:
    later = Grant("82b", DAY + timedelta(weeks=12), DAY + timedelta(weeks=24, days=-1))
    assert beyond([weeks(12), later], {"82b": Limit(most_weeks=12)}) == ("mere end 12 uger efter § 82 b",)
    assert beyond([weeks(12), weeks(10)], {"82b": Limit(most_weeks=12)}) == ()
