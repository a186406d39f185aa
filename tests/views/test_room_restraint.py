# SPDX-License-Identifier: MPL-2.0
"""The art of limitation, counted: what the meeting shows and what it demands (A4, A5, K3; promise 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.answer import AnswerFacts, SupportFacts, lacks
from app.models.kinds import MUNICIPALITY
from app.services.settings import load_municipality
from app.views.parts.field import Field
from app.views.parts.keyboard import in_reading_order
from tests.views.room_table import BODIL, VAGN, Table

MOST = {1: 12, 2: 7, 3: 2, 4: 4, 5: 6}
"""The fields each step may show on a new case, before anybody has unfolded or added anything; each side's own note is one."""


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    laid.new_case("Magnus Lauridsen")
    laid.open()
    laid.pen(BODIL)
    yield laid
    laid.close()


def shown(table: Table, number: int) -> list[str]:
    """The fields on the screen in this step, as Tab and the eye go through them."""
    (room,) = table.rooms
    room.go(number)
    table.settle()
    fields = [field for field in room.findChildren(Field) if field.isVisible()]
    order = [w for part in room.table.in_order() for w in in_reading_order(part)]
    read = [field for w in order for field in fields if w is field or field.isAncestorOf(w)]
    assert set(read) == set(fields)
    return [field.objectName() for field in dict.fromkeys(read)]


def test_a_new_case_shows_few_fields(table: Table) -> None:
    counted = {number: len(shown(table, number)) for number in MOST}
    assert all(0 < counted[number] <= most for number, most in MOST.items()), counted


def test_what_the_citizen_wants_and_is_good_at_come_before_anything_else_is_asked(table: Table) -> None:
    """A5: and no field is for problems; the step after is what has been tried."""
    first = [name for name in shown(table, 2) if not name.startswith("notes.")]
    assert first[:3] == ["wishes.think", "wishes.want", "resources"]


def test_what_only_the_report_of_ffb_asks_for_is_not_shown_until_it_is_switched_on(table: Table) -> None:
    """K3: and what has been written there is never out of sight."""
    goal = table.add(VAGN, "goal", goal="Tage bussen")
    levels = {"goals.0.level_now", "goals.0.level_target"}
    assert not levels & set(shown(table, 4))
    table.write(VAGN, "goal", goal, level_now="moderat nedsat funktionsevne")
    assert levels & set(shown(table, 4)) == {"goals.0.level_now"}
    table.write(VAGN, "goal", goal, level_now="")
    load_municipality(table.desk, BODIL, "Øvelse Kommune")
    with table.desk.step(BODIL, MUNICIPALITY, "Ret") as work:
        work.write("municipality", MUNICIPALITY, {"reporting": True})
    table.settle()
    assert levels <= set(shown(table, 4))


@pytest.mark.parametrize(
    ("answer", "count"),
    [("nej", 4), ("direkte § 85", 4), ("udskudt", 5), ("ja", 5)],
)
def test_an_answer_demands_four_things_or_five(answer: str, count: int) -> None:
    """A4: no udredning, no number, no problem is among them; a next step is one thing of who, what and by when."""
    assert len({"svar på målgruppe", *lacks(AnswerFacts(target_group=answer))}) == count


def test_a_plan_after_82_b_demands_what_the_law_makes_of_it_and_no_more() -> None:
    bare = AnswerFacts(target_group="ja", support=[SupportFacts("82b", None, None)])
    assert lacks(bare) == (
        *("begrundelse", "oplysninger", "formål", "mål"),
        *("startdato", "slutdato", "vej videre", "næste skridt"),
    )
    day = date(2026, 11, 30)
    full = AnswerFacts("ja", "Fordi", "Samtale", None, "Ud", 1, 1, 1, [SupportFacts("82b", day, day)])
    assert lacks(full) == ()
