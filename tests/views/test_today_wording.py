# SPDX-License-Identifier: MPL-2.0
"""What a line of the caseload says, and when it is late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from app.domain.periods import last_permitted_day
from app.qt.theme import theme_of
from app.store.caseload import CaseRow
from app.views.today.cases import CaseModel, Col, widths
from app.views.today.wording import familiar, follow_up, how_late, near_day, period, share_gone, to_wall, wall_under

TODAY = date(2026, 11, 26)
_SHOWN, _ALOUD = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole
ROW = CaseRow("id", "1", "Pia", "", "", TODAY, "I gang", None, None, None, None, None, False)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "i dag"),
        (1, "i morgen"),
        (-1, "i går"),
        (2, "28. november"),
        (49, "14. januar"),
        (-20, "6. november"),
        (400, "31. december 2027"),
        (-400, "22. oktober 2025"),
    ],
)
def test_a_day_is_said_as_one_says_it(days: int, said: str) -> None:
    assert near_day(TODAY + timedelta(days=days), TODAY) == said


def test_late_is_counted_in_days() -> None:
    assert how_late(TODAY - timedelta(days=1), TODAY) == "1 dag"
    assert how_late(TODAY - timedelta(days=30), TODAY) == "30 dage"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW._replace(next_follow_up=date(2027, 1, 14)), ("14. januar", False)),
        (ROW._replace(next_follow_up=date(2026, 11, 23)), ("forfalden 3 dage", True)),
        (ROW._replace(next_follow_up=TODAY, until=date(2026, 1, 1)), ("i dag", False)),
        (ROW._replace(until=date(2026, 12, 17)), ("svar senest 17. dec.", False)),
        (ROW._replace(until=date(2026, 11, 25)), ("svar forfaldent 1 dag", True)),
        (ROW._replace(next_follow_up=date(2026, 1, 1), ended=True), ("", False)),
        (ROW, ("–", False)),
    ],
)
def test_the_next_day_is_said(row: CaseRow, said: tuple[str, bool]) -> None:
    assert follow_up(row, TODAY) == said


@pytest.mark.parametrize(
    ("start", "share"),
    [
        (TODAY, 1 / 181),
        (TODAY - timedelta(days=400), 1.0),
        (TODAY + timedelta(days=5), 0.0),
        (date(2026, 8, 27), 92 / 184),
    ],
)
def test_the_bar_says_how_much_of_six_months_has_gone(start: date, share: float) -> None:
    gone = share_gone(ROW._replace(start=start, wall=last_permitted_day(start)), TODAY)
    assert gone == pytest.approx(share)


def test_where_there_is_no_wall_there_is_no_bar() -> None:
    assert share_gone(ROW, TODAY) is None
    assert share_gone(ROW._replace(start=TODAY, end=date(2027, 12, 1)), TODAY) is None, "a § 82 a group alone"


@given(start=st.dates(date(2020, 1, 1), date(2030, 1, 1)), wall=st.integers(-10, 200), today=st.integers(-400, 800))
def test_the_bar_never_runs_over(start: date, wall: int, today: int) -> None:
    row = ROW._replace(start=start, wall=start + timedelta(days=wall))
    gone = share_gone(row, start + timedelta(days=today))
    assert gone is not None
    assert 0 <= gone <= 1


def test_the_days_of_the_support_are_there_for_who_cannot_see_the_bar() -> None:
    assert period(ROW, TODAY) == "Ingen støtte endnu"
    assert period(ROW._replace(start=TODAY), TODAY) == "Fra 26. november 2026"
    granted = ROW._replace(start=TODAY, end=date(2027, 5, 25), wall=date(2027, 5, 25))
    assert period(granted, TODAY) == "26. november 2026 – 25. maj 2027; 180 dage til muren"


@pytest.mark.parametrize(
    ("days", "said", "under"),
    [
        (180, "180 dage", "180 dage til muren"),
        (1, "1 dag", "1 dag til muren"),
        (0, "sidste dag", "sidste dag"),
        (-1, "forbi", "muren er forbi"),
    ],
)
def test_how_far_the_wall_is(days: int, said: str, under: str) -> None:
    row = ROW._replace(wall=TODAY + timedelta(days=days))
    assert (to_wall(row, TODAY), wall_under(row, TODAY)) == (said, under)
    assert to_wall(ROW, TODAY) == wall_under(ROW, TODAY) == ""


def test_people_are_called_what_tells_them_apart() -> None:
    assert familiar(["Vagn Vejleder", "Mette Krog", "Mette Holm", "Bo Ege", "Bo Eng", "Vagn Vejleder", ""]) == {
        "Vagn Vejleder": "Vagn",
        "Mette Krog": "Mette K.",
        "Mette Holm": "Mette H.",
        "Bo Ege": "Bo Ege",
        "Bo Eng": "Bo Eng",
    }


@given(st.lists(st.text(alphabet="abcæøå ,.-", max_size=12), max_size=6))
def test_two_people_are_never_called_the_same(names: list[str]) -> None:
    called = familiar(names)
    assert set(called) == {name for name in names if name.strip()}
    assert len(set(called.values())) == len(called)


def test_a_name_whose_access_has_ended_is_told_as_that(qapp: QApplication) -> None:
    model = CaseModel(lambda: TODAY)
    rows = [ROW._replace(vejleder="Vera Vejleder", bestiller="Bodil Bestiller")]

    def told() -> list[object]:
        places = (model.index(0, Col.VEJLEDER), model.index(0, Col.BESTILLER))
        return [place.data(role) for place in places for role in (_SHOWN, _ALOUD)]

    assert not model.show_rows(rows, True)
    assert told() == ["Vera", "Vera Vejleder", "Bodil", "Bodil Bestiller"]
    assert model.show_rows(rows, True, frozenset({"Vera Vejleder"}))
    assert told() == ["Vera (stoppet)", "Vera Vejleder, hvis adgang er ophørt", "Bodil", "Bodil Bestiller"]


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_that_somebody_has_stopped_is_not_cut_off(qapp: QApplication, scale: float) -> None:
    """On the small screen the list said "Vagn (stopp…", and that was the news."""
    wide = 1366 - 40
    theme = theme_of()
    body = theme.font("body")
    body.setPixelSize(round(body.pixelSize() * scale))
    _, columns = widths(wide - round(12 * scale), lambda measure: round(measure * scale))
    room = columns[Col.VEJLEDER] - 2 * round(12 * scale)
    assert QFontMetrics(body).horizontalAdvance("Sanne (stoppet)") <= room
