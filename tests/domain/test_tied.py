# SPDX-License-Identifier: MPL-2.0
"""What is never parted at the end of a line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dates import format_day, format_full, format_long, format_short, parse_date
from app.domain.tied import tie


@given(day=st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_and_its_month_stay_together_however_it_is_written(day: date) -> None:
    for said in (format_day(day), format_full(day), format_short(day)):
        assert " " not in tie(said)
    assert tie(format_long(day)).split(" ")[1] == f"den\u00a0{tie(format_full(day))}"
    assert parse_date(tie(format_full(day)), date(2026, 11, 26)) == day


@given(text=st.text())
def test_nothing_else_is_changed(text: str) -> None:
    assert tie(text).replace("\u00a0", " ") == text.replace("\u00a0", " ")
    assert len(tie(text)) == len(text)


@pytest.mark.parametrize(
    ("said", "tied"),
    [
        ("efter § 82 b.", "efter §~82~b."),
        ("Ring 12 34 56 78 i dag", "Ring 12~34~56~78 i dag"),
        ("til 30. nov. kl. 9", "til 30.~nov. kl. 9"),
        ("onsdag den 10. marts", "onsdag den~10.~marts"),
        ("siden 10. marts", "siden 10.~marts"),
        ("den 3. majdag", "den 3. majdag"),
        ("nr. 2. Derefter", "nr. 2. Derefter"),
        ("2 borgere", "2 borgere"),
    ],
)
def test_what_is_tied(said: str, tied: str) -> None:
    assert tie(said) == tied.replace("~", "\u00a0")
