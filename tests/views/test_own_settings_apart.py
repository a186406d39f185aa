# SPDX-License-Identifier: MPL-2.0
"""Two desks have written apart in the municipality's own settings: told there, before a signature and on paper (promise 4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.domain.roles import Hand, Role
from app.models.fields import Value
from app.models.kinds import MUNICIPALITY, Municipality, singleton_id
from app.papers.kinds import PaperKind
from app.services import issue
from app.services.conversation import to_settle
from app.services.decide import lacking
from app.services.reporting import OWN_APART, ready
from app.services.sending import board
from app.services.settings import load_municipality, standing
from app.services.spelling import wordbook
from app.views.parts.buttons import Button
from app.views.parts.fields import Field
from app.views.parts.talk import TalkPanel
from app.views.parts.words import Words
from app.views.room.paper_place import OWN_BOTH
from app.views.room.papers import PapersStep
from app.views.shell.settings_page import APART, SettingsPage
from tests.views.far import Far
from tests.views.room_table import BODIL, Table, type_in

BERIT = Hand("p-berit", "Berit Bestiller", Role.BESTILLER)


class Window(QObject):
    """As much of the program's window as the settings speak to."""

    look_changed = Signal()
    scheme = "light"
    pages = None  # the page stands alone

    def show_municipality(self, settings: Municipality) -> None:
        """What the bar and the lock would go by."""
        self.shown = settings


@pytest.fixture
def table(qtbot: QtBot, tmp_path: Path, cases: Path) -> Iterator[Table]:
    made = Table(tmp_path)
    load_municipality(made.desk, BODIL, "Øvelse Kommune")
    made.play(cases / "moede-1-bussen.json")
    yield made
    made.close()


@pytest.fixture
def far(table: Table) -> Far:
    made = Far(table)
    made.share()
    return made


def apart(table: Table, far: Far, name: str, one: Value, other: Value) -> None:
    """Bodil writes one here, Berit the other at her desk, over what both had before."""
    before = far.standing("municipality", MUNICIPALITY, name)
    with table.desk.step(BODIL, MUNICIPALITY, "Ret") as work:
        work.write("municipality", MUNICIPALITY, {name: one})
    far.share()
    far.write(BERIT, "municipality", MUNICIPALITY, {name: other}, over={name: before}, case_id=MUNICIPALITY)


def settings(table: Table, qtbot: QtBot) -> SettingsPage:
    window: Any = Window()
    page = SettingsPage(table.context, window)
    window.setParent(page)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    table.pen(BODIL)
    table.settle()
    return page


def test_they_are_told_and_settled_at_their_field_in_the_settings(table: Table, far: Far, qtbot: QtBot) -> None:
    apart(table, far, "unit", "Team Nord", "Team Syd")
    page = settings(table, qtbot)
    assert not page.apart.isHidden()
    panel = page.findChild(TalkPanel, "municipality.unit.talk")
    assert panel is not None
    words = panel.told()
    assert words is not None
    assert [voice.words for voice in words.voices] == ["Team Nord", "Team Syd"]
    keep = page.findChild(Button, "municipality.unit.keep.1")
    assert keep is not None
    keep.click()
    table.settle()
    assert page.apart.isHidden()
    assert standing(table.desk).settings.unit == "Team Syd"
    assert standing(table.desk).conversations == ()


def test_after_how_long_it_locks_is_told_and_settled_as_all_else(table: Table, far: Far, qtbot: QtBot) -> None:
    """The first of two was taken in silence: thirty minutes, where the other desk had said five."""
    apart(table, far, "lock_minutes", 30, 5)
    page = settings(table, qtbot)
    assert page.apart.text() == f"{APART} Skærmen låser efter den korteste tid."
    assert page.minutes.current() == "5"
    assert page._window.shown.lock_minutes == 5
    panel = page.findChild(TalkPanel, "municipality.lock_minutes.talk")
    assert panel is not None
    words = panel.told()
    assert words is not None
    assert [voice.words for voice in words.voices] == ["30 min.", "5 min."]
    keep = page.findChild(Button, "municipality.lock_minutes.keep.0")
    assert keep is not None
    keep.click()
    table.settle()
    assert (page.apart.isHidden(), panel.isHidden()) == (True, True)
    assert standing(table.desk).settings.lock_minutes == 30


def test_choosing_another_time_settles_both(table: Table, far: Far, qtbot: QtBot) -> None:
    apart(table, far, "lock_minutes", 30, 5)
    page = settings(table, qtbot)
    next(pill for pill in page.minutes.pills() if pill.key == "10").click()
    table.settle()
    assert standing(table.desk).conversations == ()
    assert standing(table.desk).settings.lock_minutes == 10


def test_the_top_line_names_both_as_the_papers_do(table: Table, far: Far, qtbot: QtBot) -> None:
    apart(table, far, "unit", "Team Nord", "Team Syd")
    page = settings(table, qtbot)
    assert page._window.shown.unit == "Team Nord (eller: Team Syd)"


def test_what_another_desk_wrote_and_is_read_here_is_written_over_and_not_beside(
    table: Table, far: Far, qtbot: QtBot
) -> None:
    before = far.standing("municipality", MUNICIPALITY, "unit")
    far.write(BERIT, "municipality", MUNICIPALITY, {"unit": "Team Syd"}, over={"unit": before}, case_id=MUNICIPALITY)
    page = settings(table, qtbot)
    field = page.findChild(Field, "municipality.unit")
    assert field is not None
    field.editor.selectAll()  # type: ignore[attr-defined]
    type_in(field, "Team Øst")
    field.left.emit()
    table.settle()
    assert standing(table.desk).settings.unit == "Team Øst"
    assert standing(table.desk).conversations == ()


def test_a_paper_tells_both_and_says_so_before_it_is_printed(table: Table, far: Far) -> None:
    apart(table, far, "unit", "Team Nord", "Team Syd")
    source = issue.gather(table.desk, BODIL, table.case_id)
    pages = pdfium.PdfDocument(issue.render(source, PaperKind.PLAN).pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    assert "Team Nord (eller: Team Syd)" in " ".join(text.split())
    room = table.open()
    room.go(6)
    table.settle(pause=True)
    step = room.step(6)
    assert isinstance(step, PapersStep)
    assert any(OWN_BOTH in words.text() for words in step.place.notice.findChildren(Words))


def test_the_paragraphs_of_a_no_are_settled_before_it_is_signed(table: Table, far: Far) -> None:
    apart(table, far, "paragraphs_no", "82a", "82b")
    word = "afklaring af »Paragraf ved nej« i indstillingerne"
    assert to_settle(table.file()) == ()  # a yes rests on its support
    table.write(BODIL, "answer", singleton_id(table.case_id, "answer"), target_group="nej")
    assert word in lacking(table.file())
    room = table.open()
    room._lack_chosen(word)
    table.settle()


def test_both_lists_of_plain_words_are_in_use(table: Table, far: Far) -> None:
    apart(table, far, "plain_words", "såfremt = hvis\nsamt = og", "samt = og\nvedrørende = om")
    pairs = [(one.heavy, one.plain) for one in wordbook(table.desk, BODIL.person_id).plainer]
    assert pairs == [("såfremt", "hvis"), ("samt", "og"), ("vedrørende", "om")]


def test_what_is_copied_stands_in_the_programs_own_order(table: Table, far: Far) -> None:
    whole = [block for block, _ in board(table.desk, table.file()).blocks]
    apart(table, far, "clipboard_order", "Svar", "Mål")
    assert [block for block, _ in board(table.desk, table.file()).blocks] == whole
    assert len(whole) > 2


@pytest.mark.parametrize("name", ["organisation_id", "organisation_system"])
def test_no_case_is_reported_by_one_of_two_numbers(table: Table, far: Far, name: str) -> None:
    with table.desk.step(BODIL, MUNICIPALITY, "Ret") as work:
        work.write("municipality", MUNICIPALITY, {"reporting": True, "organisation_id": "en"})
    far.share()
    assert OWN_APART not in ready(table.desk, table.file()).lacks
    apart(table, far, name, "en-anden", "en-tredje")
    assert OWN_APART in ready(table.desk, table.file()).lacks


def test_the_settings_say_what_is_done_meanwhile(table: Table, far: Far, qtbot: QtBot) -> None:
    apart(table, far, "plain_words", "såfremt = hvis", "vedrørende = om")
    page = settings(table, qtbot)
    assert page.apart.text() == f"{APART} Begge lister med kancelliord er i brug."
    apart(table, far, "unit", "Team Nord", "Team Syd")
    page.refresh()
    table.settle()
    assert page.apart.text() == f"{APART} Papirerne viser begge tekster. Begge lister med kancelliord er i brug."
