# SPDX-License-Identifier: MPL-2.0
"""The citizen's paper on the screen: the citizen's words first, everything on it readable, nothing covering another."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.qt.theme import theme_of
from app.views.parts.paper_blocks import PaperAction, PaperScale
from app.views.parts.paper_view import PaperContent, PaperGoal, PaperView, quoted
from app.views.parts.six_months import Months, SixMonths, arrange, describe

START, WALL = date(2026, 11, 30), date(2027, 5, 29)
MONTHS = Months(START, WALL, WALL, START, (date(2027, 1, 14), date(2027, 4, 22)), "cykelværkstedet")
BUS = PaperGoal(
    "Tage bussen selv",
    "Kan køre med bus 318 til byen alene en gang om ugen",
    PaperScale(2, 7),
    actions=(PaperAction("Magnus", "Går til stoppestedet", "10. december"),),
)
PAPER = PaperContent(("Jeg vil kunne ta bussen selv",), "Kommer rundt på egen hånd", (BUS,), months=MONTHS)


def paper(qtbot: QtBot, content: PaperContent, *, large: bool = False, width: int = 730) -> PaperView:
    view = PaperView(large=large)
    qtbot.addWidget(view)
    view.set_content(content)
    view.resize(width, 768)
    view.show()
    view.grab()
    return view


# -- the line


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.integers(1, 184),
    early=st.integers(0, 90),
    today=st.integers(-30, 220),
    meetings=st.lists(st.integers(-5, 190), max_size=8),
    width=st.integers(60, 1300),
    full=st.booleans(),
)
def test_no_two_labels_cover_each_other(
    qapp: QApplication, days: int, early: int, today: int, meetings: list[int], width: int, full: bool
) -> None:
    months = Months(
        START,
        START + timedelta(days=max(1, days - early)),
        START + timedelta(days=days),
        START + timedelta(days=today),
        tuple(START + timedelta(days=n) for n in meetings),
        "cykelværkstedet",
    )
    labels = arrange(months, width, theme_of().metrics("big-body" if full else "small"), 8, full=full)
    for label in labels:
        assert label.left >= -0.5
        assert label.right <= width + 0.5
    for one, other in combinations(labels, 2):
        assert one.row != other.row or one.right <= other.left or other.right <= one.left


def test_the_line_is_told_in_words() -> None:
    assert describe(MONTHS) == (
        "Planen går fra 30. november 2026 til og med 29. maj 2027. Vi mødes 14. januar og 22. april. "
        "Derefter: cykelværkstedet."
    )
    shorter = Months(START, date(2027, 4, 1), WALL)
    assert "højst vare til og med 29. maj 2027" in describe(shorter)


def test_a_plan_of_one_day_is_drawn(qtbot: QtBot) -> None:
    line = SixMonths()
    qtbot.addWidget(line)
    line.set_months(Months(START, START, None, START, (START,)))
    line.resize(300, line.heightForWidth(300))
    assert not line.grab().isNull()
    assert line.accessibleDescription()


def test_a_line_without_dates_takes_no_room(qtbot: QtBot) -> None:
    line = SixMonths()
    qtbot.addWidget(line)
    assert line.heightForWidth(300) == 0
    line.set_months(MONTHS)
    assert line.heightForWidth(300) > 0
    line.set_months(None)
    assert line.heightForWidth(300) == 0


# -- the paper


def test_the_citizens_words_open_the_paper(qtbot: QtBot) -> None:
    said = paper(qtbot, PAPER).plain_text().splitlines()
    assert said[0] == "»Jeg vil kunne ta bussen selv«"
    assert said.index("»Tage bussen selv«") < said.index(BUS.line)


def test_an_empty_paper_keeps_the_place_of_the_words(qtbot: QtBot) -> None:
    assert paper(qtbot, PaperContent()).plain_text() == "Her kommer dine ord til at stå"


@pytest.mark.parametrize("text", ["Jeg vil", "»Jeg vil«", "  Jeg vil "])
def test_words_are_quoted_once(text: str) -> None:
    assert quoted(text) == "»Jeg vil«"


def test_everything_shown_can_be_read_aloud(qtbot: QtBot) -> None:
    view = paper(qtbot, PAPER)
    said = {label.text() for label in view.findChildren(QLabel)}
    assert set(view.plain_text().splitlines()) - {describe(MONTHS)} <= said
    assert view.findChildren(SixMonths)[0].accessibleDescription() == describe(MONTHS)
    assert view.accessibleName() == "Borgerens papir"
    assert view.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_typing_on_changes_the_block_in_place(qtbot: QtBot) -> None:
    view = paper(qtbot, PAPER)
    before = view.findChildren(QLabel)
    view.set_content(
        PaperContent(("Jeg vil kunne ta bussen selv, uden min bror",), PAPER.purpose, PAPER.goals, months=MONTHS)
    )
    assert view.findChildren(QLabel) == before
    assert "uden min bror" in view.plain_text()
    view.set_content(PaperContent(PAPER.quotes))
    assert view.plain_text() == "»Jeg vil kunne ta bussen selv«"


@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("large", [False, True])
def test_ten_goals_and_endless_words_stay_inside_the_paper(
    qtbot: QtBot, qapp: QApplication, scale: int, large: bool
) -> None:
    word = "Speciallægepraksissammenslutning" * 4
    goal = PaperGoal(
        word,
        word,
        PaperScale(None, 10),
        word,
        (word, word),
        (PaperAction(word, word, word, done=True), PaperAction("", "kort")),
    )
    content = PaperContent((word, "Og mere 😀"), word, (goal,) * 10, word, word, MONTHS, (PaperAction("Du", word),))
    theme_of().apply(qapp, "light", scale)
    view = paper(qtbot, content, large=large, width=1366 if large else 476)
    card = view.card
    for block in card.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if block.isHidden():  # on its way out
            continue
        assert card.rect().contains(block.geometry()), block
        assert block.height() >= block.heightForWidth(block.width()) - 1
    assert card.width() <= view.viewport().width()


def test_what_is_done_is_said(qtbot: QtBot) -> None:
    assert PaperAction("Magnus", "Ringer", "3. december", done=True).said() == "Magnus: Ringer, 3. december, gjort"
    assert PaperScale(None, None).said() == "I dag: intet tal endnu"
    assert PaperScale(0, 7).said() == "I dag 0 af 10, håb 7"
