# SPDX-License-Identifier: MPL-2.0
"""Help for somebody who writes: pointers in the field in hand, and never a letter of the text changed by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.domain.plain_language import Plainer
from app.services import settings
from app.services.spelling import Wordbook
from app.views.parts.buttons import Button
from app.views.parts.text_area import TextArea
from app.views.parts.text_fields import TextField
from app.views.room.room import Room
from app.views.writing import Aid, told
from tests.views.room_table import BODIL, VAGN, Table, field, press, type_in


class Words:
    """A dictionary that answers at once, or when it is told to."""

    def __init__(self, *unknown: str, suggests: tuple[str, ...] = ()) -> None:
        self.strange = frozenset(unknown)
        self.suggests = suggests
        self.asked: list[str] = []
        self.error: Exception | None = None

    def unknown(self, words: Collection[str]) -> Future[frozenset[str]]:
        self.asked += sorted(words)
        return self._done(self.strange & frozenset(words))

    def suggest(self, word: str) -> Future[tuple[str, ...]]:
        return self._done(self.suggests)

    def close(self) -> None:
        """Nothing to end."""

    def _done(self, answer: object) -> Future:
        future: Future = Future()
        if self.error is not None:
            future.set_exception(self.error)
        else:
            future.set_result(answer)
        return future


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


def begun(table: Table, words: Words | None, step: int = 4) -> Room:
    table.context.dictionary = words
    table.new_case("Nancy Ann Berggren")
    room = table.open()
    table.pen(BODIL)
    room.go(step)
    return room


def wait_for_marks(qtbot: QtBot, area: TextArea, *expected: str) -> None:
    def marked() -> list[str]:
        return [selection.cursor.selectedText() for selection in area.area.extraSelections()]

    qtbot.waitUntil(lambda: marked() == list(expected))


def open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choices(menu: QMenu) -> list[str]:
    """What can be chosen of what stands above the editor's own."""
    texts = [action.text() for action in menu.actions()]
    return texts[: texts.index("")]


def test_an_unknown_word_is_marked_when_it_is_finished_and_not_while_it_is_typed(table: Table, qtbot: QtBot) -> None:
    room = begun(table, Words("bevilning", "bevil"))
    purpose = field(room, "purpose.text")
    assert isinstance(purpose, TextArea)
    type_in(purpose, "En bevilning af hjælp, bevil")
    wait_for_marks(qtbot, purpose, "bevilning")
    assert purpose.text() == "En bevilning af hjælp, bevil"


def test_among_names_a_word_is_asked_about_and_a_name_is_not(table: Table, qtbot: QtBot) -> None:
    words = Words("Schwendlund", "bostøtt")
    room = begun(table, words, step=2)
    room.findChild(Button, "network.add").click()
    table.settle()
    line = field(room, "network.0.who")
    assert isinstance(line, TextField)
    type_in(line, "Schwendlund, min bostøtt ")
    qtbot.waitUntil(lambda: [word.text for word in line.line._marks] == ["bostøtt"])
    assert "Schwendlund" not in words.asked


def test_a_name_is_never_asked_about_though_it_stands_first(table: Table) -> None:
    words = Words("Schwendlund", "mestringsgruppe")
    room = begun(table, words, step=1)
    type_in(field(room, "citizen.name"), "Schwendlund ")
    table.settle(pause=True)
    assert "Schwendlund" not in words.asked
    assert field(room, "citizen.name").findChild(Aid) is None


def test_marks_write_nothing(table: Table, qtbot: QtBot) -> None:
    room = begun(table, Words("bevilning"))
    purpose = field(room, "purpose.text")
    assert isinstance(purpose, TextArea)
    type_in(purpose, "En bevilning ")
    table.settle(pause=True)
    edits: list[str] = []
    purpose.edited.connect(edits.append)
    wait_for_marks(qtbot, purpose, "bevilning")
    assert edits == []
    assert not purpose.unsaved()


def test_only_the_field_in_hand_has_marks(table: Table, qtbot: QtBot) -> None:
    room = begun(table, Words("bevilning"))
    purpose = field(room, "purpose.text")
    assert isinstance(purpose, TextArea)
    type_in(purpose, "En bevilning ")
    wait_for_marks(qtbot, purpose, "bevilning")
    room.header.setFocus()
    press(purpose.editor, Qt.Key.Key_Tab)
    wait_for_marks(qtbot, purpose)


def test_f7_opens_what_can_be_done_about_the_next_word_and_a_suggestion_takes_its_place(
    table: Table, qtbot: QtBot
) -> None:
    room = begun(table, Words("bevilning", suggests=("bevilling", "bevillinger")))
    purpose = field(room, "purpose.text")
    assert isinstance(purpose, TextArea)
    type_in(purpose, "En bevilning ")
    wait_for_marks(qtbot, purpose, "bevilning")
    press(purpose.editor, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: choices(open_menu()) == ["bevilling", "bevillinger", "»bevilning« er et ord"])
    menu = open_menu()
    menu.actions()[0].trigger()
    menu.close()
    assert purpose.text() == "En bevilling "
    table.settle(pause=True)
    assert table.file().plan.purpose == "En bevilling "


def test_f7_again_goes_on_to_the_next_word_and_leaves_no_menu_behind(table: Table, qtbot: QtBot) -> None:
    room = begun(table, Words("bevilning", "mestrin", suggests=("bevilling",)))
    purpose = field(room, "purpose.text")
    assert isinstance(purpose, TextArea)
    type_in(purpose, "En bevilning mestrin ")
    wait_for_marks(qtbot, purpose, "bevilning", "mestrin")
    press(purpose.editor, Qt.Key.Key_F7)
    first = open_menu()
    press(purpose.editor, Qt.Key.Key_F7)
    assert not isValid(first) or not first.isVisible()
    qtbot.waitUntil(lambda: "»mestrin« er et ord" in choices(open_menu()))
    open_menu().close()
    assert QApplication.activePopupWidget() is None


def test_a_word_that_is_taught_is_marked_no_more_and_is_remembered(table: Table, qtbot: QtBot) -> None:
    room = begun(table, Words("mestringsgruppe"))
    purpose = field(room, "purpose.text")
    assert isinstance(purpose, TextArea)
    type_in(purpose, "Går i mestringsgruppe ")
    wait_for_marks(qtbot, purpose, "mestringsgruppe")
    press(purpose.editor, Qt.Key.Key_F7)
    menu = open_menu()
    next(a for a in menu.actions() if "er et ord" in a.text()).trigger()
    menu.close()
    qtbot.waitUntil(lambda: table.context.writing.book.taught == {"mestringsgruppe"})
    wait_for_marks(qtbot, purpose)


def test_what_one_has_taught_is_not_told_to_the_next_at_the_desk(table: Table, qtbot: QtBot) -> None:
    """It may be the name of somebody whose case the other may not read."""
    begun(table, Words("Annikasen"))
    writing = table.context.writing
    writing.teach("Annikasen")
    qtbot.waitUntil(lambda: writing.book.taught == {"Annikasen"})
    table.context.pass_pen(VAGN.role)
    assert writing.book.taught == frozenset(), "not for as long as it takes to read, either"
    table.settle()
    writing.teach("mestringsgruppe")
    qtbot.waitUntil(lambda: writing.book.taught == {"mestringsgruppe"})
    table.context.pass_pen(BODIL.role)
    qtbot.waitUntil(lambda: writing.book.taught == {"Annikasen"})


def test_nothing_is_found_and_the_menu_says_so(table: Table, qtbot: QtBot) -> None:
    room = begun(table, Words("xyzzy"))
    purpose = field(room, "purpose.text")
    assert isinstance(purpose, TextArea)
    type_in(purpose, "En xyzzy ")
    wait_for_marks(qtbot, purpose, "xyzzy")
    press(purpose.editor, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: choices(open_menu())[0] == "Ingen forslag")
    open_menu().close()


def test_a_line_has_its_marks_too(table: Table, qtbot: QtBot) -> None:
    words = Words("bostøtt", suggests=("bostøtte",))
    room = begun(table, words, step=2)
    room.findChild(Button, "network.add").click()
    table.settle()
    line = field(room, "network.0.who")
    assert isinstance(line, TextField)
    type_in(line, "min bostøtt ")
    qtbot.waitUntil(lambda: bool(line.line._marks))
    press(line.editor, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: choices(open_menu())[0] == "bostøtte")
    menu = open_menu()
    menu.actions()[0].trigger()
    menu.close()
    assert line.text() == "min bostøtte "


@pytest.mark.expects_log("app.views.writing", "WARNING", "no spell check")
def test_a_dictionary_that_has_gone_leaves_one_to_write_on(table: Table, qtbot: QtBot) -> None:
    words = Words("bevilning")
    words.error = OSError("gone")
    room = begun(table, words)
    purpose = field(room, "purpose.text")
    assert isinstance(purpose, TextArea)
    type_in(purpose, "En bevilning ")
    qtbot.waitUntil(lambda: not table.context.writing.spells)
    type_in(purpose, "mere")
    table.settle(pause=True)
    assert table.file().plan.purpose.endswith("mere")


def test_how_a_text_for_the_citizen_reads_is_told_below_it_while_one_writes(table: Table, qtbot: QtBot) -> None:
    settings.load_municipality(table.desk, BODIL)
    room = begun(table, None)
    purpose = field(room, "purpose.text")
    type_in(purpose, "Såfremt kommunen bevilger socialpædagogisk støtte, iværksættes indsatsen af vejlederen.")
    qtbot.waitUntil(lambda: "Lix" in purpose.editor.accessibleDescription())
    assert "»Såfremt«: hvis" in purpose.editor.accessibleDescription()
    press(purpose.editor, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: "Lix" not in purpose.editor.accessibleDescription())


def test_nobody_is_told_how_the_citizens_own_words_or_an_internal_note_read(table: Table, qtbot: QtBot) -> None:
    words = Words("såfremt")
    room = begun(table, words, step=2)
    think = field(room, "wishes.think")
    type_in(think, "Såfremt jeg må, vil jeg gerne iværksætte noget med bussen hver eneste tirsdag ")
    qtbot.waitUntil(lambda: "bussen" in words.asked)
    assert "Lix" not in think.editor.accessibleDescription()
    assert "hvis" not in think.editor.accessibleDescription()


def test_what_is_told_of_a_text() -> None:
    book = Wordbook(plainer=(Plainer("såfremt", "hvis"),))
    assert told("Vi ses.", book) == ""
    assert told("Vi ses, såfremt du vil.", book) == "Hellere: »såfremt«: hvis"
    assert told("Du har ret til hjælp. Du kan ringe til os.", book) == "Lix 5, meget let"
    long = "kommunen har bevilget socialpædagogisk støtte i et halvt år til det, du og din vejleder vil, og mere til den dag "
    assert (
        told(long, book) == "Lix 40, middel · længste sætning 21 ord · lange ord: socialpædagogisk, kommunen, bevilget"
    )
