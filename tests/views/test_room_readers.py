# SPDX-License-Identifier: MPL-2.0
"""What one who only reads a case meets: every heading has something under it, and no way that is another's to take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.roles import Hand, Role
from app.views.room.record_list import RecordList
from app.views.room.room import Room
from tests.views.room_table import BODIL, VAGN, Table, click

LIS = Hand("p-lis", "Lis Leder", Role.LEDER)


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


def read_by_a_leader(table: Table) -> Room:
    table.add(VAGN, "goal", words="Sove om natten")
    table.context.sign_in(LIS)
    table.pen(LIS)
    return table.open()


def test_a_heading_over_a_list_with_nothing_in_it_says_so(table: Table) -> None:
    """ "Må vi spørge andre?", "Vi mødes igen", "Delmål" and "Hvem gør hvad" stood bare."""
    table.new_case()
    room = read_by_a_leader(table)
    told = {}
    for number in range(1, 6):
        room.go(number)
        table.settle()
        for records in room.table.findChildren(RecordList):
            if records.isVisible() and not records.count() and records.nothing.text():
                assert records.nothing.isVisible(), records.path
                told[records.path] = records.nothing.text()
    assert told["goals.0.milestones"] == told["goals.0.actions"] == told["consents"] == "ikke skrevet endnu"
    assert told["support"] == "Der er ingen støtte i svaret endnu."


def test_who_may_write_is_offered_the_button_instead(table: Table) -> None:
    table.new_case()
    room = read_by_a_leader(table)
    consents = next(one for one in room.findChildren(RecordList) if one.path == "consents")
    assert consents.nothing.isVisible()
    table.pen(VAGN)
    assert not consents.nothing.isVisible()
    assert consents.add_button.isVisible()


def test_a_way_that_is_not_theirs_is_shown_only_where_it_was_taken(table: Table) -> None:
    """ "Direkte til § 85 – hvorfor?" had the reason of a yes under it, for a leader to read."""
    table.new_case()
    room = read_by_a_leader(table)
    step = room.step(1)
    ways = step.ways  # type: ignore[attr-defined]
    assert not ways.direct.isVisible()
    assert not ways.ending.isVisible()
    assert ways.history.isVisible()
    assert not room.findChildren(Room)
    room.go(3)
    table.settle()
    assert room.table.widget_at("ask.fold") is None or not room.table.widget_at("ask.fold").isVisible()  # type: ignore[union-attr]
    table.pen(BODIL)
    room.go(1)
    click(table, room, "direct_85.fold")
    room.table.widget_at("direct_85.reason").write_as_person("Varig støtte")  # type: ignore[union-attr]
    click(table, room, "direct_85.go")
    room.go(1)
    table.pen(LIS)
    assert ways.direct.isVisible()
