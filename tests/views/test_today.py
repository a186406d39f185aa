# SPDX-License-Identifier: MPL-2.0
"""Today's page: whose citizens, the search, the order, and what is opened and ticked off."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import EnvironmentProblem
from app.models.kinds import singleton_id
from app.qt.theme import theme_of
from app.services import cases
from app.store import caseload
from app.store.caseload import Asked, CaseRow, Sort
from app.views.parts.table import CellRole, CellTone
from app.views.today.caseload import CaseList
from app.views.today.cases import SORTS, Col
from app.views.today.page import TodayPage
from tests.views.front import BODIL, VAGN, Front, press, write
from tests.views.today_page import TODAY, cell, names, search, show_all


@pytest.fixture
def front(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    made = Front(qtbot, tmp_path)
    yield made
    made.close()


# ------------------------------------------------------------------------------------------------------ the list


def test_the_list_says_what_a_line_should(front: Front) -> None:
    opened = front.come_in("Pia Berggren", 20, bestiller="Bodil Bestiller", vejleder="Vagn Vejleder")
    front.meet(opened, -3)
    page = front.show(TodayPage(front.context))
    line = [cell(page, 0, column) for column in Col]
    assert line == ["Pia Berggren", "gaden", "Vagn", "Bodil", "Ny", "–", "forfalden 3 dage", "6. november"]
    assert cell(page, 0, Col.FOLLOW_UP, CellRole.TONE) == CellTone.LATE
    assert cell(page, 0, Col.CITIZEN, CellRole.TONE) is None
    assert cell(page, 0, Col.VEJLEDER, Qt.ItemDataRole.ToolTipRole) == "Vagn Vejleder"


def test_an_answer_that_was_sent_on_says_for_whom_it_waits(front: Front) -> None:
    """The list of the one who had sent it on said »I møde« and no more."""
    opened = front.come_in("Pia", bestiller=BODIL.name)
    cases.begin_meeting(front.desk, BODIL, opened.case_id)
    answer = singleton_id(opened.case_id, "answer")
    with front.desk.step(BODIL, opened.case_id, "Send videre til afgørelse") as work:
        work.write("answer", answer, {"target_group": "ja", "sent_to": "Ole Olsen", "sent_on": TODAY})
    front.context.sign_in(BODIL)
    page = front.show(TodayPage(front.context))
    assert cell(page, 0, Col.STEP) == "Venter på Ole"
    assert cell(page, 0, Col.STEP, Qt.ItemDataRole.ToolTipRole) == "I møde. Svaret er sendt videre til Ole Olsen"
    with front.desk.step(BODIL, opened.case_id, "Tag svaret tilbage") as work:
        work.write("answer", answer, {"sent_to": "", "sent_on": None})
    page.refresh()
    front.until(lambda: cell(page, 0, Col.STEP) == "I møde")


def test_red_is_only_for_what_is_late(front: Front) -> None:
    front.meet(front.come_in("Pia", vejleder=VAGN.name), 5)
    page = front.show(TodayPage(front.context))
    assert CellTone.LATE not in [cell(page, 0, column, CellRole.TONE) for column in Col]


def test_mine_are_shown_first_and_all_when_asked(front: Front) -> None:
    front.come_in("Min", vejleder=VAGN.name)
    front.come_in("En andens", vejleder="Sanne Sørensen")
    page = front.show(TodayPage(front.context))
    assert names(page) == ["Min"]
    show_all(front, page)
    assert set(names(page)) == {"Min", "En andens"}


def test_whose_pen_it_is_says_whose_they_are(front: Front) -> None:
    front.come_in("Vagns", vejleder=VAGN.name)
    front.come_in("Bodils", bestiller=BODIL.name)
    page = front.show(TodayPage(front.context))
    front.context.sign_in(BODIL)
    front.until(lambda: names(page) == ["Bodils"])
    front.context.pass_pen(VAGN.role)
    front.until(lambda: names(page) == ["Vagns"])


def test_nothing_is_read_for_nobody(front: Front) -> None:
    front.context.sign_out()
    page = front.show(TodayPage(front.context))
    assert names(page) == []
    front.context.sign_in(VAGN)
    front.come_in("Min", vejleder=VAGN.name)
    page.refresh()
    front.until(lambda: names(page) == ["Min"])


# ----------------------------------------------------------------------------------------------------- the search


def test_the_search_looks_everywhere_and_goes_back(front: Front) -> None:
    front.come_in("Min", vejleder=VAGN.name)
    front.come_in("Åse Ødegård", vejleder="Sanne Sørensen")
    page = front.show(TodayPage(front.context))
    search(front, page, "aase ø")
    assert names(page) == ["Åse Ødegård"]
    assert page.cases.pills.current() == "all"
    search(front, page, "")
    assert names(page) == ["Min"]
    assert page.cases.pills.current() == "mine"


def test_whoever_sits_down_next_finds_neither_the_search_nor_the_lines_of_those_who_left(front: Front) -> None:
    front.come_in("Min", vejleder=VAGN.name)
    front.come_in("Åse Ødegård", vejleder="Sanne Sørensen")
    page = front.show(TodayPage(front.context))
    search(front, page, "aase ø")
    assert names(page) == ["Åse Ødegård"]
    front.context.sign_out()
    assert page.searched() == ""
    assert names(page) == []
    front.context.sign_in(VAGN)
    front.until(lambda: names(page) == ["Min"])
    assert page.cases.pills.current() == "mine", "as before the search"


def test_what_a_bestiller_began_alone_is_found_by_the_vejleder(front: Front) -> None:
    front.come_in("Min", vejleder=VAGN.name)
    front.come_in("Ingens endnu", bestiller="Bodil Bestiller")
    page = front.show(TodayPage(front.context))
    assert names(page) == ["Min"]
    pills = {pill.text(): pill for pill in page.cases.pills.pills()}
    pills["Uden vejleder"].click()
    front.until(lambda: names(page) == ["Ingens endnu"])
    search(front, page, "min")
    assert names(page) == ["Min"]
    search(front, page, "")
    assert (names(page), page.cases.pills.current()) == (["Ingens endnu"], "free")


def test_a_search_can_be_narrowed_to_ones_own(front: Front) -> None:
    front.come_in("Åse Min", vejleder=VAGN.name)
    front.come_in("Åse Andens")
    page = front.show(TodayPage(front.context))
    search(front, page, "åse")
    assert len(names(page)) == 2
    page.cases.pills.pills()[0].click()
    front.until(lambda: names(page) == ["Åse Min"])


def test_the_search_waits_until_one_has_typed(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    page = front.show(TodayPage(front.context))
    asked: list[str] = []
    real = caseload.page
    monkeypatch.setattr(caseload, "page", lambda *a, **k: asked.append(a[2].text) or real(*a, **k))
    search(front, page, "ødegård")
    assert asked == ["ødegård"]


def test_an_answer_to_what_is_no_longer_asked_is_dropped(front: Front) -> None:
    front.come_in("Gammel")
    page = front.show(TodayPage(front.context))
    show_all(front, page)
    before = page.cases._round
    row = CaseRow("x", "1", "Forkert", "", "", TODAY, "Ny", None, None, None, None, None, False)
    search(front, page, "gam")
    page.cases.model.add(0, [row], True)  # a page for another place than the end
    assert page.cases._round > before
    assert names(page) == ["Gammel"]


def test_enter_opens_the_only_one_found_also_while_the_search_is_on_its_way(front: Front) -> None:
    opened = front.come_in("Åse Ødegård")
    front.come_in("Magnus Lauridsen", vejleder=VAGN.name)
    page = front.show(TodayPage(front.context))
    line = page.cases.search.line
    with front.qtbot.waitSignal(page.open_case) as told:
        write(line, "aase")
        press(line, Qt.Key.Key_Return)
    assert told.args == [opened.case_id]


def test_enter_lets_one_choose_between_more(front: Front) -> None:
    for name in ("Åse Ødegård", "Åse Holm"):
        front.come_in(name)
    page = front.show(TodayPage(front.context))
    search(front, page, "åse")
    press(page.cases.search.line, Qt.Key.Key_Return)
    assert page.cases.table.hasFocus()
    assert page.cases.table.currentIndex().row() == 0


def test_escape_empties_the_search_and_the_arrows_go_between(front: Front) -> None:
    front.come_in("Åse Ødegård", vejleder=VAGN.name)
    page = front.show(TodayPage(front.context))
    search(front, page, "åse")
    press(page.cases.search.line, Qt.Key.Key_Down)
    assert page.cases.table.hasFocus()
    press(page.cases.table, Qt.Key.Key_Up)
    assert page.cases.search.has_user_focus()
    press(page.cases.search.line, Qt.Key.Key_Escape)
    front.until(lambda: not page.cases._asked.text)
    assert page.searched() == ""


# ------------------------------------------------------------------------------------------------------ the order


def click_header(page: TodayPage, column: Col) -> None:
    page.cases.table.horizontalHeader().sectionClicked.emit(int(column))


def test_a_heading_sorts_and_turns(front: Front) -> None:
    for name, ago in (("Åse", 5), ("Bo", 1), ("Æbe", 9)):
        front.come_in(name, ago, vejleder=VAGN.name)
    page = front.show(TodayPage(front.context))
    assert names(page) == ["Bo", "Åse", "Æbe"]
    click_header(page, Col.CITIZEN)
    front.until(lambda: names(page) == ["Bo", "Æbe", "Åse"])
    assert page.cases.order.text() == "Efter navn"
    click_header(page, Col.CITIZEN)
    front.until(lambda: names(page) == ["Åse", "Æbe", "Bo"])
    assert page.cases.order.text() == "Efter navn, omvendt"
    click_header(page, Col.CONTACT)
    front.until(lambda: names(page) == ["Bo", "Åse", "Æbe"])
    click_header(page, Col.CONTACT)
    front.until(lambda: names(page) == ["Æbe", "Åse", "Bo"])
    assert page.cases.order.text() == "Ældste henvendelse først"


@pytest.mark.parametrize("column", Col)
def test_every_heading_sorts(front: Front, column: Col) -> None:
    front.come_in("Åse", vejleder=VAGN.name)
    page = front.show(TodayPage(front.context))
    click_header(page, column)
    front.settle()
    assert page.cases._asked.sort is SORTS[column]
    assert page.cases.order.text()
    assert names(page) == ["Åse"]


def test_every_order_can_be_had_by_keyboard(front: Front) -> None:
    page = front.show(TodayPage(front.context))
    asked = set()
    for action in page.cases.orders().actions():
        action.trigger()
        front.settle()
        asked.add((page.cases._asked.sort, page.cases._asked.descending))
        assert page.cases.order.text() == action.text()
    assert {sort for sort, _ in asked} == {None, *Sort}


# ------------------------------------------------------------------------------------------------------- opening


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_opens_the_line_one_is_on(front: Front, key: Qt.Key) -> None:
    opened = front.come_in("Åse", vejleder=VAGN.name)
    page = front.show(TodayPage(front.context))
    page.cases.table.setFocus()
    page.cases.table.selectRow(0)
    with front.qtbot.waitSignal(page.open_case) as told:
        press(page.cases.table, key)
    assert told.args == [opened.case_id]


def test_home_and_end_go_to_the_first_line_and_the_last(front: Front) -> None:
    for name in ("Pia", "Odd", "Åse"):
        front.come_in(name, vejleder=VAGN.name)
    page = front.show(TodayPage(front.context))
    table = page.cases.table
    table.setFocus()
    table.selectRow(0)
    press(table, Qt.Key.Key_End)
    assert table.currentIndex().row() == 2
    press(table, Qt.Key.Key_Home)
    assert table.currentIndex().row() == 0


def test_a_double_click_opens(front: Front) -> None:
    opened = front.come_in("Åse", vejleder=VAGN.name)
    page = front.show(TodayPage(front.context))
    table = page.cases.table
    spot = table.visualRect(page.cases.model.index(0, 0)).center()
    with front.qtbot.waitSignal(page.open_case) as told:
        front.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        front.qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert told.args == [opened.case_id]


@pytest.mark.parametrize(
    ("name", "key", "signal"), [("new_citizen", "N", "new_citizen"), ("import", "O", "import_referrals")]
)
def test_the_ways_in_have_buttons_and_keys(front: Front, name: str, key: str, signal: str) -> None:
    page = front.show(TodayPage(front.context))
    button = page.findChild(QWidget, name)
    assert button is not None
    with front.qtbot.waitSignal(getattr(page, signal)):
        front.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    with front.qtbot.waitSignal(getattr(page, signal)):
        front.qtbot.keyClick(page, key, Qt.KeyboardModifier.ControlModifier)


def test_the_search_has_a_key(front: Front) -> None:
    page = front.show(TodayPage(front.context))
    page.cases.table.setFocus()
    front.qtbot.keyClick(page, "F", Qt.KeyboardModifier.ControlModifier)
    assert page.cases.search.has_user_focus()


# ---------------------------------------------------------------------------------------------- nothing to show, trouble


def test_an_empty_desk_begins_with_a_citizen(front: Front) -> None:
    page = front.show(TodayPage(front.context))
    assert page.cases.empty.isVisible()
    with front.qtbot.waitSignal(page.new_citizen):
        page.cases.empty.button.click()


def test_nobody_of_ones_own_leads_to_all(front: Front) -> None:
    front.come_in("En andens")
    page = front.show(TodayPage(front.context))
    assert page.cases.empty.button.text() == "Vis alle"
    page.cases.empty.button.click()
    front.until(lambda: names(page) == ["En andens"])


def test_nobody_found_can_be_a_new_citizen(front: Front) -> None:
    front.come_in("En andens")
    page = front.show(TodayPage(front.context))
    search(front, page, "Nancy  Berggren")
    assert "Nancy Berggren" in page.cases.empty.accessibleName()
    assert page.searched() == "Nancy Berggren"
    with front.qtbot.waitSignal(page.new_citizen):
        page.cases.empty.button.click()


def test_a_broken_disk_is_said_and_can_be_tried_again(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    front.come_in("Åse", vejleder=VAGN.name)

    def broken(*_: object, **__: object) -> None:
        raise EnvironmentProblem("Mappen kan ikke skrives i.")

    monkeypatch.setattr(caseload, "page", broken)
    page = front.show(TodayPage(front.context))
    assert page.cases.empty.isVisible()
    assert "Mappen kan ikke skrives i." in page.cases.empty.accessibleName()
    monkeypatch.undo()
    page.cases.empty.button.click()
    front.until(lambda: names(page) == ["Åse"])
    assert not page.cases.empty.isVisible()


def test_a_page_that_is_closed_while_it_reads_troubles_nobody(front: Front) -> None:
    page = TodayPage(front.context)
    page.show()
    page.deleteLater()
    QApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)
    front.settle()


# ---------------------------------------------------------------------------------------------------- how it is reached


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_everything_is_within_reach_on_a_small_screen(front: Front, scale: int) -> None:
    for n in range(6):
        front.meet(front.come_in(f"Borger med et langt navn {n}", vejleder=VAGN.name), -n)
    page = front.show(TodayPage(front.context))
    theme_of().apply(QApplication.instance(), "light", scale)  # type: ignore[arg-type]
    page.resize(1366, 700)
    front.settle()
    assert (page.width(), page.height()) == (1366, 700)
    for widget in (page.new_button, page.import_button, page.cases.search, page.cases.order):
        right = widget.mapTo(page, QPoint(widget.width(), 0)).x()
        assert 0 < right <= page.width()
    table = page.cases.table
    header = table.horizontalHeader()
    assert header.length() <= table.viewport().width() + table.horizontalScrollBar().maximum()


def test_everything_has_a_name_and_tab_comes_round(front: Front) -> None:
    front.meet(front.come_in("Åse", vejleder=VAGN.name), 0)
    page = front.show(TodayPage(front.context))
    seen: list[QWidget] = []
    page.cases.search.setFocus()
    for _ in range(40):
        now = QApplication.focusWidget()
        assert now is not None
        if now in seen:
            break
        seen.append(now)
        press(now, Qt.Key.Key_Tab)
    reached = set(seen)
    assert {page.cases.search.line, page.cases.table, page.new_button, page.import_button, page.cases.order} <= reached
    assert {page.due.lines()[0].name, page.cases.pills.pills()[0]} <= reached  # the arrows go between the pills
    assert all(widget.accessibleName() for widget in seen)


def test_nothing_slow_is_loaded_before_the_first_list(repository: Path) -> None:
    program = "import sys, app.views.today.page; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    run = subprocess.run([sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "PySide6" in loaded
    assert not {"sqlalchemy", "cryptography", "reportlab", "pikepdf", "keyring", "holidays"} & loaded


def test_what_is_asked_of_the_lane_holds_no_widget(front: Front) -> None:
    page = front.show(TodayPage(front.context))
    assert isinstance(page.cases, CaseList)
    assert page.cases._asked == Asked(worker=VAGN.name, reader=VAGN.person_id)


# ----------------------------------------------------------------------------------------------------- the next person


def test_the_order_and_the_narrowing_are_not_the_next_ones(front: Front) -> None:
    """Somebody else's "Alle", in somebody else's order, was what the next who signed in began with."""
    front.come_in("Pia", vejleder=VAGN.name)
    page = front.show(TodayPage(front.context))
    show_all(front, page)
    page.cases._order_by(Sort.NAME, True)
    front.settle()
    front.context.sign_out()
    front.settle()
    front.context.sign_in(VAGN)
    front.settle()
    assert page.cases.pills.current() == page.cases.pills.pills()[0].key
    assert page.cases._asked.sort is None
    assert page.cases._asked.worker == VAGN.name
