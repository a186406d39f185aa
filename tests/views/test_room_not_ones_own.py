# SPDX-License-Identifier: MPL-2.0
"""One at the table who may not read the case: the pen stays where it was, and today's page is theirs alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.roles import Hand, Role
from app.services import cases
from app.store import outgoing, readers
from app.store.readers import NOT_OPEN
from app.views.today.page import TodayPage
from tests.views.room_table import BODIL, VAGN, Table


@pytest.fixture
def table(tmp_path: Path, qapp: QApplication) -> Iterator[Table]:
    made = Table(tmp_path)
    yield made
    made.close()


def share(table: Table) -> None:
    """From now on Bodil reads the case and Vagn does not."""
    outgoing.join(table.replica)
    with table.replica.transaction() as db:
        db.execute("DELETE FROM case_reader")
        readers.server_says(db, BODIL.person_id, [(table.case_id, 1)])


def test_the_pen_stays_with_who_read_the_case_when_the_other_does_not_yet(table: Table) -> None:
    table.new_case("Nancy Ann")
    share(table)
    table.pen(BODIL)
    room = table.open()
    closed: list[bool] = []
    room.closed.connect(lambda: closed.append(True))
    table.pen(VAGN)
    assert not closed
    assert table.context.hand == BODIL, "nothing is read or written in the hand of one who may not"
    assert table.said.told == [
        "Vagn har ikke adgang til sagen her endnu. Bodil har stadig pennen: prøv F2 igen om lidt."
    ]
    with table.replica.transaction() as db:
        readers.server_says(db, VAGN.person_id, [(table.case_id, 1)])
    table.pen(VAGN)
    assert table.context.hand == VAGN
    assert not closed


def test_the_room_closes_when_who_reads_it_may_no_longer(table: Table) -> None:
    table.new_case("Nancy Ann")
    share(table)
    table.pen(BODIL)
    room = table.open()
    closed: list[bool] = []
    room.closed.connect(lambda: closed.append(True))
    with table.replica.transaction() as db:
        db.execute("DELETE FROM case_reader")
    table.pen(BODIL)
    assert closed
    assert table.said.told == [NOT_OPEN]


def test_the_room_closes_when_nobody_at_the_table_has_read_it(table: Table) -> None:
    other = Hand("p-bent", "Bent Bestiller", Role.BESTILLER)
    table.new_case("Nancy Ann")
    share(table)
    table.pen(BODIL)
    room = table.open()
    closed: list[bool] = []
    room.closed.connect(lambda: closed.append(True))
    table.context.sign_in(other)  # sits in Bodil's place
    table.settle()
    assert closed
    assert table.said.told == [NOT_OPEN]


def test_a_room_that_is_not_ones_own_is_never_shown(table: Table) -> None:
    table.new_case("Nancy Ann")
    share(table)
    table.pen(VAGN)
    room = table.open()
    assert room.file is None
    assert table.said.told == [NOT_OPEN]


def test_todays_page_is_theirs_who_hold_the_pen(table: Table) -> None:
    names = {VAGN.role.value: VAGN.name, BODIL.role.value: BODIL.name}
    table.new_case("Nancy Ann", **names)
    cases.want_status(table.desk, VAGN, table.case_id, "Jobcenter Nord")
    share(table)
    page = TodayPage(table.context)
    page.show()
    for hand, lines in ((BODIL, 1), (VAGN, 0), (BODIL, 1)):
        table.pen(hand)
        page.refresh()
        table.settle(pause=True)
        assert page.cases.model.rowCount() == lines
        assert len(page.due.lines()) == lines
    page.hide()
    page.deleteLater()
