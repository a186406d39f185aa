# SPDX-License-Identifier: MPL-2.0
"""Today's page keeps up: what is written elsewhere comes, page by page, and a choice is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.services import cases, edit
from app.store import caseload
from app.store.caseload import PAGE, CaseRow
from app.store.unit_of_work import new_step
from app.views.parts.table import CalmRows
from app.views.today.cases import CaseModel, Col
from app.views.today.page import TodayPage
from bench.replica_of import make
from tests.views.front import NOW, VAGN, Front
from tests.views.today_page import TODAY, cell, names, search, show_all


@pytest.fixture
def front(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    made = Front(qtbot, tmp_path)
    yield made
    made.close()


# ------------------------------------------------------------------------------------------------------- keeping up


def test_what_is_written_elsewhere_comes_up_and_the_choice_stays(front: Front) -> None:
    first = front.come_in("Åse", 5, vejleder=VAGN.name)
    front.come_in("Bo", 1, vejleder=VAGN.name)
    page = front.show(TodayPage(front.context))
    page.cases.table.selectRow(1)
    page.cases.table.setFocus()
    front.context.run(lambda: front.come_in("Ny", vejleder=VAGN.name))
    with front.qtbot.waitSignal(front.context.changed):
        step = new_step("Ret navn")
        front.context.run(
            lambda: edit.write_text(front.desk, VAGN, first.case_id, "citizen", first.citizen_id, "name", "Åsa", step)
        )
    front.until(lambda: names(page) == ["Ny", "Bo", "Åsa"])
    assert page.cases.table.currentIndex().row() == 2  # Åse, now Åsa
    assert page.cases.table.hasFocus()


def test_a_line_that_only_says_something_else_is_not_drawn_anew(front: Front) -> None:
    opened = front.come_in("Åse", vejleder=VAGN.name)
    page = front.show(TodayPage(front.context))
    resets: list[int] = []
    page.cases.model.modelReset.connect(lambda: resets.append(1))
    front.context.run(lambda: cases.begin_meeting(front.desk, VAGN, opened.case_id))
    front.until(lambda: cell(page, 0, Col.STEP) == "I møde")
    assert not resets


def test_no_name_from_the_list_is_kept_once_everybody_has_left(front: Front) -> None:
    front.come_in("Åse", vejleder=VAGN.name)
    table = front.show(TodayPage(front.context)).cases.table
    drawn = table.itemDelegate()
    assert isinstance(drawn, CalmRows)
    table.grab()
    assert any("Åse" in key for key in drawn._cut)
    front.context.sign_out()
    front.settle()
    table.grab()
    assert not drawn._cut


def test_a_page_out_of_sight_reads_when_it_comes_back(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    page = front.show(TodayPage(front.context))
    page.hide()
    reads: list[int] = []
    real = caseload.page
    monkeypatch.setattr(caseload, "page", lambda *a, **k: reads.append(1) or real(*a, **k))
    for n in range(3):
        front.context.run(lambda n=n: front.come_in(f"Ny {n}", vejleder=VAGN.name))
    front.settle()
    assert not reads
    page.show()
    front.until(lambda: len(names(page)) == 3)
    assert len(reads) == 1


def test_the_day_turns(front: Front) -> None:
    front.meet(front.come_in("Pia", vejleder=VAGN.name), 1)
    page = front.show(TodayPage(front.context))
    assert page._day.text() == "torsdag den 26. november 2026"
    assert cell(page, 0, Col.FOLLOW_UP) == "i morgen"
    page.hide()
    front.now = NOW + timedelta(days=1)
    page.show()
    front.until(lambda: [line.text.text() for line in page.due.lines()] == ["I mødes igen i dag"])
    assert page._day.text() == "fredag den 27. november 2026"
    assert cell(page, 0, Col.FOLLOW_UP) == "i dag"


# ----------------------------------------------------------------------------------------------------- page by page


@pytest.fixture
def many(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    make(tmp_path / "replica.db", bytes(range(32)), 2 * PAGE + 30)
    made = Front(qtbot, tmp_path)
    yield made
    made.close()


def test_the_next_page_is_read_when_somebody_scrolls_there(many: Front) -> None:
    page = many.show(TodayPage(many.context))
    show_all(many, page)
    model, bar = page.cases.model, page.cases.table.verticalScrollBar()
    assert model.rowCount() == PAGE
    for expected in (2 * PAGE, 2 * PAGE + 30):
        bar.setValue(bar.maximum())
        many.until(lambda expected=expected: model.rowCount() == expected)
    assert len(set(names(page))) > 100
    assert len({model.row(n).case_id for n in range(model.rowCount())}) == 2 * PAGE + 30
    assert not model.canFetchMore(model.index(-1, -1))


def test_a_refresh_keeps_as_many_as_were_read_and_where_one_was(many: Front) -> None:
    page = many.show(TodayPage(many.context))
    show_all(many, page)
    model, bar = page.cases.model, page.cases.table.verticalScrollBar()
    bar.setValue(bar.maximum())
    many.until(lambda: model.rowCount() == 2 * PAGE)
    page.cases.table.selectRow(300)
    chosen, place = model.row(300).case_id, bar.value()
    many.context.run(lambda: many.come_in("Ny"))
    many.until(lambda: model.place_of(chosen) == 301)
    assert page.cases.table.currentIndex().row() == 301
    assert bar.value() == place


def test_the_count_is_said(many: Front) -> None:
    page = many.show(TodayPage(many.context))
    show_all(many, page)
    assert page.cases._count.text() == "430 borgere"
    search(many, page, "jensen")
    assert page.cases._count.text() == f"{page.cases.model.rowCount()} fundet"


def test_the_model_keeps_qts_rules(qtbot: QtBot, qtmodeltester: Any) -> None:
    rows = [
        CaseRow(
            str(n), "1", f"Borger {n}", "Bodil B", "Vagn V", TODAY, "Ny", TODAY, TODAY, None, TODAY, None, n % 2 == 0
        )
        for n in range(7)
    ]
    model = CaseModel(lambda: TODAY)
    model.more_wanted.connect(lambda offset: model.add(offset, rows[offset : offset + 3], offset >= 4))
    model.show_rows(rows[:2], False)
    qtmodeltester.check(model)
    while model.canFetchMore(model.index(-1, -1)):
        model.fetchMore(model.index(-1, -1))
    assert model.rowCount() == 7
    model.show_rows(rows[::-1], True)
    qtmodeltester.check(model)
