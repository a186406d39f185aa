# SPDX-License-Identifier: MPL-2.0
"""What waits for one at the head of today's page: told, opened, ticked off and taken back, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.models.answering import RevisitRequest
from app.models.kinds import Task, singleton_id
from app.services import cases
from app.services.desk import Desk
from app.store.listing import SENT_ON
from app.store.unit_of_work import new_id
from app.views.today.due import AT_ONCE, FEW
from app.views.today.page import TodayPage
from tests.views.front import BODIL, NOW, VAGN, Front, press
from tests.views.today_page import TODAY


@pytest.fixture
def front(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    made = Front(qtbot, tmp_path)
    yield made
    made.close()


def test_what_waits_is_told_and_leads_to_its_case(front: Front) -> None:
    opened = front.come_in("Pia", vejleder=VAGN.name)
    front.meet(opened, -3)
    page = front.show(TodayPage(front.context))
    (line,) = page.due.lines()
    assert (line.name.text(), line.text.text(), line.late.text()) == (
        "Pia",
        "I skulle have mødtes igen",
        "forfalden 3 dage",
    )
    assert not line.tick.isVisible()
    with front.qtbot.waitSignal(page.open_case) as told:
        line.name.click()
    assert told.args == [opened.case_id]


def test_a_task_is_ticked_off_and_taken_back(front: Front) -> None:
    opened = front.come_in("Pia", vejleder=VAGN.name)
    cases.want_status(front.desk, VAGN, opened.case_id, "Jobcenter Nord")
    page = front.show(TodayPage(front.context))
    (line,) = page.due.lines()
    line.tick.click()
    front.until(lambda: not page.due.lines())
    assert page._told.isVisible()
    assert "Jobcenter Nord" in page._told.text()
    page._told.button.click()
    front.until(lambda: len(page.due.lines()) == 1)
    assert not page._told.isVisible()


def test_all_that_waits_is_shown_some_lines_a_turn(front: Front) -> None:
    """Two hundred that waited held the window for a second when they were asked for."""
    many = 3 * AT_ONCE
    for number in range(many):
        front.meet(front.come_in(f"Pia {number}", vejleder=VAGN.name), -3)
    page = front.show(TodayPage(front.context))
    page.due.more.click()
    assert len(page.due.lines()) <= FEW + AT_ONCE
    front.until(lambda: len(page.due.lines()) == many)
    assert len({line.row.record_id for line in page.due.lines()}) == many
    page.due.more.click()
    assert len(page.due.lines()) == FEW


def test_taking_back_goes_away_when_something_else_is_done(front: Front) -> None:
    opened = front.come_in("Pia", vejleder=VAGN.name)
    cases.want_status(front.desk, VAGN, opened.case_id, "Jobcenter Nord")
    page = front.show(TodayPage(front.context))
    page.due.lines()[0].tick.click()
    front.until(lambda: page._told.isVisible())
    front.context.run(lambda: cases.begin_meeting(front.desk, VAGN, opened.case_id))
    front.until(lambda: not page._told.isVisible())


def test_a_few_are_shown_and_all_when_asked(front: Front) -> None:
    for n in range(7):
        front.meet(front.come_in(f"Borger {n}", vejleder=VAGN.name), -n)
    page = front.show(TodayPage(front.context))
    assert len(page.due.lines()) == 4
    assert page.due.more.text() == "Vis alle 7"
    page.due.more.click()
    assert [line.name.text() for line in page.due.lines()] == [f"Borger {n}" for n in reversed(range(7))]


def test_enter_pressed_again_after_a_tick_takes_it_back_and_ticks_nothing_else_off(front: Front) -> None:
    """The keyboard went on to the next line's own button, and a second Enter closed that too."""
    for n in range(3):
        opened = front.come_in(f"Borger {n}", vejleder=VAGN.name)
        then = Desk(front.replica, lambda n=n: NOW - timedelta(days=9 - n))
        cases.want_status(then, VAGN, opened.case_id, f"Jobcenter {n}")
    page = front.show(TodayPage(front.context))
    page.due.lines()[1].tick.setFocus()
    press(page.due.lines()[1].tick, Qt.Key.Key_Return)
    front.until(lambda: len(page.due.lines()) == 2)
    assert page._told.button.hasFocus()
    press(page._told.button, Qt.Key.Key_Return)
    front.until(lambda: len(page.due.lines()) == 3)
    assert page.due.lines()[1].tick.hasFocus()
    assert "Jobcenter 1" in page.due.lines()[1].text.text()


def test_the_keyboard_never_comes_to_another_lines_tick_by_itself(front: Front) -> None:
    ids = []
    for n in range(2):
        opened = front.come_in(f"Borger {n}", vejleder=VAGN.name)
        then = Desk(front.replica, lambda n=n: NOW - timedelta(days=9 - n))
        cases.want_status(then, VAGN, opened.case_id, f"Jobcenter {n}")
        ids.append(opened.case_id)
    page = front.show(TodayPage(front.context))
    line = page.due.lines()[0]
    line.tick.setFocus()
    front.context.run(lambda: cases.task_done(front.desk, VAGN, ids[0], line.row.record_id))  # on another desk
    front.until(lambda: len(page.due.lines()) == 1)
    assert page.due.lines()[0].name.hasFocus()


def test_an_answer_one_is_asked_to_decide_has_no_tick_but_leads_to_its_case(front: Front) -> None:
    """Pressed, »Gjort« took the line away with nothing decided."""
    opened = front.come_in("Pia", vejleder=VAGN.name)
    with front.desk.step(BODIL, opened.case_id, "Send videre til afgørelse") as work:
        asked = "Bodil beder dig afgøre svaret"
        whom = {"for_person": VAGN.name, "reason": SENT_ON}
        work.create(Task(id=new_id(), case_id=opened.case_id, text=asked, due=TODAY, **whom))
        work.write("answer", singleton_id(opened.case_id, "answer"), {"sent_to": VAGN.person_id, "sent_on": TODAY})
    page = front.show(TodayPage(front.context))
    (line,) = page.due.lines()
    assert not line.tick.isVisible()
    with front.qtbot.waitSignal(page.open_at) as told:
        line.see.click()
    assert told.args == [opened.case_id, 5]


def test_a_wish_of_the_vejleders_and_what_came_of_it_lead_to_the_step_they_stand_at(front: Front) -> None:
    """The line led to the first step, and one had to know that a wish is answered at the fifth."""
    opened = front.come_in("Pia", vejleder=VAGN.name, bestiller=BODIL.name)
    with front.desk.step(VAGN, opened.case_id, "Ønsk revisitation") as work:
        wish = RevisitRequest(id=new_id(), case_id=opened.case_id, offer="Ledsager")
        work.create(wish)
    front.context.sign_in(BODIL)
    page = front.show(TodayPage(front.context))

    def led_by(said: str, word: str) -> None:
        front.until(lambda: [line.text.text() for line in page.due.lines()] == [said])
        (line,) = page.due.lines()
        assert line.see.text() == word
        with front.qtbot.waitSignal(page.open_record) as told:
            line.see.click()
        assert told.args == [opened.case_id, "revisit_request", wish.id, "offer"]

    led_by("Vejlederen ønsker revisitation: Ledsager", "Se ønsket")
    with front.desk.step(BODIL, opened.case_id, "Sig nej") as work:
        work.write("revisit_request", wish.id, {"answer": "Rammen rækker"})
    front.context.pass_pen(VAGN.role)
    page.refresh()
    led_by("Bodil har sagt nej til dit ønske om revisitation: Ledsager", "Se svaret")


def test_a_task_to_decide_what_is_sent_on_no_longer_is_ticked_off(front: Front) -> None:
    """Two desks apart may part the mark on the answer from its task: the line would stand there for ever."""
    opened = front.come_in("Pia", vejleder=VAGN.name)
    with front.desk.step(BODIL, opened.case_id, "Send videre til afgørelse") as work:
        whom = {"for_person": VAGN.name, "reason": SENT_ON}
        work.create(Task(id=new_id(), case_id=opened.case_id, text="Afgør svaret", due=TODAY, **whom))
    page = front.show(TodayPage(front.context))
    (line,) = page.due.lines()
    line.tick.click()
    front.until(lambda: not page.due.lines())


def test_nothing_waiting_is_said(front: Front) -> None:
    page = front.show(TodayPage(front.context))
    assert page.due._none.text() == "Intet venter på dig i dag."
    assert page.due.lines() == []
