# SPDX-License-Identifier: MPL-2.0
"""The paper step: what is seen is what is printed, and everybody at the table can read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.errors import EnvironmentProblem
from app.models.kinds import singleton_id
from app.papers.kinds import PaperKind
from app.qt.theme import theme_of
from app.views.parts.keyboard import in_reading_order
from app.views.parts.notices import Weight
from app.views.parts.pdf_view import PageSheet, draw_pages
from app.views.parts.words import Words
from app.views.room.paper_place import APART, BOTH, BROKEN, DRAFT, MOVED_ON, OWN_BOTH, UNDRAWN
from app.views.room.papers import PAUSE_MS, PapersStep
from tests.views.paper_table import SignedTable, click, remade
from tests.views.room_table import BODIL, VAGN, press

PLAN, LETTER = PaperKind.PLAN, PaperKind.LETTER


@pytest.fixture
def table(tmp_path: Path, cases: Path, qtbot) -> Iterator[SignedTable]:
    laid = SignedTable(tmp_path)
    (script,) = cases.glob("moede-1-*.json")
    laid.play(script)
    yield laid
    laid.close()


# ----------------------------------------------------------------------------------------------------------- the pages


def test_every_page_is_shown_as_sharp_as_the_screen(table: SignedTable) -> None:
    step = table.step()
    pages = step.view.pages()
    assert len(pages) == len(pdfium.PdfDocument(step.made[PLAN].pdf)) >= 1
    for page in pages:
        assert page.image.width() == step.view.pixels()
        assert abs(page.image.height() / page.image.width() - page.height / page.width) < 0.005


def test_a_reader_aloud_hears_what_stands_on_each_page(table: SignedTable) -> None:
    step = table.step()
    sheets = step.view.findChildren(PageSheet)
    assert [sheet.accessibleName() for sheet in sheets] == [
        f"Side {number} af {len(sheets)}" for number in range(1, len(sheets) + 1)
    ]
    assert "Jeg vil kunne ta" not in sheets[-1].accessibleDescription() or len(sheets) == 1
    said = step.view.scrolling.accessibleDescription()
    assert "uden min bror" in said
    assert "INTERN" not in said
    assert "Naboen" not in said


def test_the_answer_is_the_other_paper(table: SignedTable) -> None:
    step = table.step()
    pill = next(pill for pill in step.place.tabs.pills() if pill.objectName() == "papers.svar")
    pill.click()
    table.rest()
    assert "målgruppen" in step.view.scrolling.accessibleDescription()
    assert "højst 35" in step.telling.lix.text()


def test_pages_are_drawn_again_when_there_is_more_room(table: SignedTable, qtbot) -> None:
    step = table.step()
    before = step.view.pixels()
    step.center.resize(500, 700)
    assert step.view.pixels() < before
    qtbot.waitUntil(lambda: step.view.pages()[0].image.width() == step.view.pixels())


def test_zoom_by_keys_and_buttons(table: SignedTable, qtbot) -> None:
    step = table.step()
    fitted = step.view.pixels()
    step.view.scrolling.setFocus()
    press(step.view.scrolling, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert step.view.zoom == 1.25
    click(step, "papers.larger")
    assert step.view.pixels() == pytest.approx(fitted * 1.5, abs=2)
    qtbot.waitUntil(lambda: step.view.pages()[0].image.width() == step.view.pixels())
    assert step.view.scrolling.horizontalScrollBar().maximum() > 0
    for _ in range(4):
        click(step, "papers.smaller")
    assert step.view.pixels() == fitted


def test_the_preview_follows_the_case_when_it_has_come_to_rest(table: SignedTable, qtbot) -> None:
    step = table.step()
    story = singleton_id(table.case_id, "story")
    table.on_lane(lambda: table.write(VAGN, "story", story, want="Jeg vil noget helt andet"))
    remade(table, step, qtbot)
    assert "Jeg vil noget helt andet" in step.view.scrolling.accessibleDescription()


def test_nothing_is_made_while_nobody_looks(table: SignedTable, qtbot) -> None:
    step = table.step(shown=False)
    story = singleton_id(table.case_id, "story")
    table.on_lane(lambda: table.write(VAGN, "story", story, want="Jeg vil noget helt andet"))
    qtbot.wait(PAUSE_MS + 100)
    assert step.made == {}
    table.holders[0].show()
    qtbot.waitUntil(lambda: bool(step.made))
    table.settle()
    assert "helt andet" in step.view.scrolling.accessibleDescription()


def test_making_papers_never_holds_the_window(table: SignedTable, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    made_on: set[str] = set()
    real = draw_pages

    def watched(pdf: bytes, pixels: int):
        made_on.add(threading.current_thread().name)
        return real(pdf, pixels)

    monkeypatch.setattr("app.views.room.papers.draw_pages", watched)
    table.step()
    assert made_on
    assert all(name.startswith("work") for name in made_on)


def test_no_plan_yet_says_so_and_leads_to_the_wish(tmp_path: Path, qtbot) -> None:
    table = SignedTable(tmp_path)
    table.new_case("Ny Borger")
    step = table.step()
    led: list[str] = []
    step.lead_to = led.append
    assert "ingen plan" in step.view.state.accessibleName()
    assert not step.giving.buttons["plan.save"].isEnabled()
    assert not step.giving.buttons["plan.print"].isEnabled()
    assert step.giving.buttons["svar.save"].isEnabled()
    step.view.state.button.click()
    assert led == ["wishes.want"]
    step.choose(LETTER)
    table.rest()
    assert step.view.pages()
    table.close()


def test_a_paper_that_cannot_be_made_says_so_and_can_be_tried_again(
    table: SignedTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise EnvironmentProblem("Filen kan ikke læses.")

    with monkeypatch.context() as broken:
        broken.setattr("app.views.room.gathering.gather", full)
        step = table.step()
        assert "Filen kan ikke læses." in step.view.state.accessibleName()
    step.view.state.button.click()
    table.rest()
    assert step.view.pages()


# ---------------------------------------------------------------------------------------------------- what is told of it


def test_a_draft_says_it_is_one_and_leads_to_the_signature(table: SignedTable) -> None:
    step = table.step()
    led: list[str] = []
    step.lead_to = led.append
    assert step.place.notice.text() == DRAFT
    step.place.notice.button.click()
    assert led == ["answer.target_group"]
    assert step.primary(table.file()) is None


def test_signed_papers_need_no_word(table: SignedTable) -> None:
    table.sign()
    step = table.step()
    assert step.place.notice.isHidden()
    assert "UDKAST" not in step.view.scrolling.accessibleDescription()


def test_a_tampered_decision_is_told_and_marked(table: SignedTable) -> None:
    table.sign()
    with table.replica.transaction() as db:
        db.execute("UPDATE rec_decision SET hash = 'x'")
    step = table.step()
    assert step.place.notice.text() == BROKEN
    assert "UDKAST" in step.view.scrolling.accessibleDescription()
    assert step.primary(table.file()) is None


def test_what_is_changed_after_the_signature_is_told(table: SignedTable) -> None:
    table.sign()
    story = singleton_id(table.case_id, "story")
    table.on_lane(lambda: table.write(VAGN, "story", story, want="Noget nyt"))
    step = table.step()
    assert step.place.notice.text() == MOVED_ON
    assert "Noget nyt" not in step.view.scrolling.accessibleDescription()


def test_the_reading_is_told_to_the_staff_alone(table: SignedTable) -> None:
    step = table.step()
    assert step.telling.lix.text().startswith("LIX ")
    assert "højst 30" in step.telling.lix.text()
    assert "bus 318" in step.telling.sentence.text()
    assert "socialpædagogisk" in step.telling.words.text()
    assert "LIX" not in step.view.scrolling.accessibleDescription()


# ---------------------------------------------------------------------------------------------------------- in the room


def test_the_step_stands_in_the_room_and_everything_has_a_name(table: SignedTable) -> None:
    room = table.open()
    room.go(6)
    table.settle()
    step = room.step(6)
    assert isinstance(step, PapersStep)
    assert step.view.pages()
    parts = [part for part in (step.left, step.center, step.right) if part is not None]
    stops = [stop for part in parts for stop in in_reading_order(part) if stop.isVisibleTo(part)]
    assert len(stops) > 8
    for stop in stops:
        assert stop.accessibleName(), stop.objectName()


def test_the_cursor_stands_on_the_button_that_prints_what_is_signed_and_not_yet_given(table: SignedTable) -> None:
    room = table.open()
    room.go(6)
    table.settle()
    now = QApplication.focusWidget()
    assert now is not None
    assert now.objectName() == "papers.plan.print", "of a draft as well one comes for the paper, and not for its type"
    table.sign()
    room.go(5)
    room.go(6)
    table.settle()
    assert QApplication.focusWidget() is room.next_button
    assert room.next_button.text() == "Print plan og svar"


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_nothing_is_cut_off(table: SignedTable, scale: int) -> None:
    app = QApplication.instance()
    theme_of().apply(app, "light", scale)
    step = table.step()
    for button in step.giving.buttons.values():
        assert button.width() >= button.sizeHint().width()
    sheet = step.view.findChild(PageSheet)
    assert sheet is not None
    assert sheet.width() <= step.view.scrolling.viewport().width()


def test_warnings_there_is_no_room_for_are_scrolled_and_never_cut(table: SignedTable) -> None:
    room = table.open()
    room.resize(1366, 768)
    room.go(6)
    table.settle()
    step = room.step(6)
    assert isinstance(step, PapersStep)
    notice = step.place.notice
    words = notice.findChild(Words)
    assert words is not None
    many = " ".join((APART, OWN_BOTH, BOTH))
    for scale, said, has_room in ((100, DRAFT, True), (100, many, True), (200, DRAFT, True), (200, many, False)):
        theme_of().apply(QApplication.instance(), "light", scale)
        notice.say(said, Weight.TROUBLE, "Til svaret")
        table.settle()
        assert words.height() >= words.heightForWidth(words.width())
        assert (notice.scrolling.focusPolicy() is Qt.FocusPolicy.NoFocus) is has_room
        assert (notice.scrolling.height() >= words.height()) is has_room
    notice.scrolling.setFocus()
    QTest.keyClick(notice.scrolling, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    for _ in range(40):
        QTest.keyClick(notice.scrolling, Qt.Key.Key_Down)
    assert words.visibleRegion().boundingRect().bottom() == words.rect().bottom()
    assert step.view.isVisible()


def test_a_new_day_is_the_new_default(table: SignedTable) -> None:
    step = table.step()
    table.now = replace_day(table.now, 27)
    step.refresh(table.file())
    assert step.giving.day.text() == "27. november 2026"


def replace_day(now: datetime, day: int) -> datetime:
    return now.replace(day=day)


def test_letters_the_paper_cannot_draw_are_told_before_it_is_printed(table: SignedTable, qtbot) -> None:
    step = table.step()
    story = singleton_id(table.case_id, "story")
    table.on_lane(lambda: table.write(VAGN, "story", story, want="مرحبا"))
    remade(table, step, qtbot)
    table.rest()
    said = UNDRAWN.format(fields="»Hvad vil du?«")
    assert any(said in words.text() for words in step.place.notice.findChildren(Words))
    table.on_lane(lambda: table.write(VAGN, "story", story, want="Goddag"))
    remade(table, step, qtbot)
    table.rest()
    assert not any("firkanter" in words.text() for words in step.place.notice.findChildren(Words))


def test_with_an_answer_and_no_plan_the_letter_is_what_one_sees(tmp_path: Path, qtbot) -> None:
    """Past the team to § 85 there is no plan, and the step opened on an empty one."""
    table = SignedTable(tmp_path)
    table.new_case("Ny Borger")
    table.write(
        BODIL, "answer", singleton_id(table.case_id, "answer"), target_group="direkte § 85", reason="Varig støtte"
    )
    step = table.step()
    assert step.kind is LETTER
    assert step.place.tabs.current() == LETTER.value
    assert step.view.pages()
    step.choose(PLAN)
    table.on_lane(lambda: table.write(BODIL, "answer", singleton_id(table.case_id, "answer"), facts="Samtale"))
    table.rest()
    assert step.kind is PLAN  # who has chosen keeps what they chose
    table.close()
