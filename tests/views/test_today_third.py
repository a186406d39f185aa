# SPDX-License-Identifier: MPL-2.0
"""What was changed in a plan without one (G4), on today's page: told, read in the history, set aside, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.models.kinds import Paper, singleton_id
from app.services import cases, seats
from app.services.cases import Opened
from app.store import queries
from app.store.unit_of_work import new_id
from app.views.room.history import HistoryCard
from app.views.today.due import DueRow
from app.views.today.page import TodayPage
from tests.views.front import BODIL, NOW, VAGN, Front, press


@pytest.fixture
def front(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    made = Front(qtbot, tmp_path)
    yield made
    made.close()


@pytest.fixture
def agreed(front: Front) -> Opened:
    """They have met on the case a week ago."""
    opened = front.come_in("Nancy Ann", 9, bestiller=BODIL.name, vejleder=VAGN.name)
    front.now = NOW - timedelta(days=7)
    meeting_id = cases.begin_meeting(front.desk, VAGN, opened.case_id)
    seats.seat(front.desk, VAGN, opened.case_id, meeting_id, (BODIL, VAGN))
    front.now = NOW
    return opened


def purpose(front: Front, opened: Opened, text: str) -> None:
    with front.desk.step(BODIL, opened.case_id, "Skriv formål") as work:
        work.write("plan", singleton_id(opened.case_id, "plan"), {"purpose": text})


def line_of(page: TodayPage) -> DueRow:
    (line,) = page.due.lines()
    return line


def words_on(card: HistoryCard) -> list[str]:
    return [label.text() for label in card.card.findChildren(QLabel) if label.isVisible()]


def test_it_is_read_in_the_history_at_just_those_lines_and_is_told_no_more(front: Front, agreed: Opened) -> None:
    purpose(front, agreed, "Kommer rundt")
    page = front.show(TodayPage(front.context))
    line = line_of(page)
    assert line.text.text() == "Planen er ændret, uden at du var med: formålet. Bodil Bestiller skrev det uden møde."
    assert not line.late.isVisible()
    line.see.click()
    front.until(lambda: page.window().findChildren(HistoryCard))
    (card,) = page.window().findChildren(HistoryCard)
    words = words_on(card)
    assert "Formål: Kommer rundt" in words
    assert "Torsdag den 26. november 2026: uden møde" in words
    assert not any(word.startswith("Bestiller:") for word in words)
    front.until(lambda: not page.due.lines())
    next(pill for pill in card.parts.pills() if pill.text() == "Skrevet").click()
    front.settle()
    assert (
        "Torsdag den 19. november 2026: møde med Bodil Bestiller (bestiller), Vagn Vejleder (vejleder) og borgeren"
        in (words_on(card))
    )
    press(card, Qt.Key.Key_Escape)
    front.settle()
    looks = [(x.person_id, x.action) for x in queries.access_lines(front.replica, agreed.case_id)]
    assert looks[0] == (VAGN.person_id, "åbnet")


def test_set_takes_it_away_and_is_taken_back_with_the_same_key_pressed_again(front: Front, agreed: Opened) -> None:
    purpose(front, agreed, "Kommer rundt")
    page = front.show(TodayPage(front.context))
    line = line_of(page)
    assert line.tick.text() == "Set"
    line.tick.setFocus()
    press(line.tick, Qt.Key.Key_Return)
    front.until(lambda: not page.due.lines())
    assert page._told.text() == "Set: planen er ændret (Nancy Ann)"
    assert page._told.button.hasFocus()
    press(page._told.button, Qt.Key.Key_Return)
    front.until(lambda: len(page.due.lines()) == 1)
    assert line_of(page).tick.hasFocus()


def test_a_plan_at_home_that_is_no_longer_the_plan_leads_to_the_papers(front: Front, agreed: Opened) -> None:
    with front.desk.step(VAGN, agreed.case_id, "Giv planen") as work:
        given = {"channel": "personligt", "delivered_on": NOW.date(), "type": "plan", "version": 1, "hash": "0"}
        work.create(Paper(id=new_id(), case_id=agreed.case_id, **given))  # type: ignore[arg-type]
    page = front.show(TodayPage(front.context))
    assert page.due.lines() == []
    purpose(front, agreed, "Kommer rundt")
    page.refresh()
    front.until(lambda: len(page.due.lines()) == 2)
    line = page.due.lines()[1]
    assert line.text.text() == "Planen er ændret, siden borgeren fik den: giv borgeren den nye"
    assert not line.tick.isVisible()
    with front.qtbot.waitSignal(page.open_at) as told:
        line.see.click()
    assert told.args == [agreed.case_id, 6]


def test_the_card_goes_when_another_takes_the_pen(front: Front, agreed: Opened) -> None:
    purpose(front, agreed, "Kommer rundt")
    page = front.show(TodayPage(front.context))
    line_of(page).see.click()
    front.until(lambda: page.window().findChildren(HistoryCard))
    front.context.sign_in(BODIL)
    front.settle()
    assert not [card for card in page.window().findChildren(HistoryCard) if card.isVisible()]


def test_it_stands_after_what_is_late_and_before_the_rest_of_the_day(front: Front, agreed: Opened) -> None:
    """Last, it was behind »Vis alle« on a day with much to do."""
    for days in (-2, 0):
        front.meet(front.come_in(f"Borger {days}", vejleder=VAGN.name), days)
    purpose(front, agreed, "Kommer rundt")
    page = front.show(TodayPage(front.context))
    assert [line.row.name for line in page.due.lines()] == ["Borger -2", "Nancy Ann", "Borger 0"]
