# SPDX-License-Identifier: MPL-2.0
"""The card of what leaves, in a real room: walked by the keyboard, quiet where nothing is new, off for who may not (G6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.rights import Act, refusal
from app.domain.roles import Hand, Role
from app.models.kinds import MUNICIPALITY, singleton_id
from app.qt.theme import theme_of
from app.services import edit, sending, settings
from app.store.unit_of_work import new_step
from app.views.parts.buttons import Button
from app.views.parts.words import Words
from app.views.room.room import Room
from app.views.sending.card import FILES, TERMS, SendingCard
from app.views.sending.copy_list import AT_A_TIME, CopyList
from app.views.sending.copying import CopyingPart
from tests.patience import until
from tests.views.room_table import BODIL, VAGN, Table, press

SCRIPT = Path(__file__).parents[1] / "data" / "cases" / "moede-1-bussen.json"


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    settings.load_municipality(laid.desk, BODIL, "Øvelse Kommune")
    yield laid
    laid.close()


@pytest.fixture
def room(table: Table) -> Room:
    """A small case, so that its card is made at once."""
    table.new_case("Magnus Lauridsen")
    citizen = table.file().citizen.id
    edit.write_number(table.desk, VAGN, table.case_id, citizen, "050490-9995", new_step("x"))
    table.write(BODIL, "plan", singleton_id(table.case_id, "plan"), purpose="Kommer rundt")
    table.add(VAGN, "goal", goal="Kan køre med bus 318")
    table.add(VAGN, "follow_up", date="14-01-2027")
    table.pen(BODIL)
    return table.open()


def open_card(table: Table, room: Room) -> SendingCard:
    QTest.keyClick(room, Qt.Key.Key_F8)
    table.settle()
    card = room.window().findChild(SendingCard)
    assert card is not None
    settle_list(table, card)
    return card


def settle_list(table: Table, card: SendingCard) -> None:
    table.settle()
    until(lambda: card.copying.list.whole, QApplication.processEvents)
    table.settle()


def words(card: QWidget) -> list[str]:
    told = [one.text() for one in card.findChildren(Words) if one.isVisible()]
    return told + [line for one in card.findChildren(CopyList) if one.isVisible() for line in one.text().splitlines()]


def button(card: QWidget, name: str) -> Button:
    found = card.findChild(Button, name)
    assert found is not None, name
    return found


def choose(table: Table, card: SendingCard, part: str) -> None:
    next(pill for pill in card.parts.pills() if pill.key == part).click()
    table.settle()


LONG = 5 * AT_A_TIME


@pytest.fixture
def long_case(table: Table, room: Room) -> Room:
    for number in range(LONG):
        table.add(VAGN, "next_step", who="Vi", what=f"Ringer {number}")
    return room


def test_a_long_case_is_made_some_texts_at_a_time(table: Table, long_case: Room) -> None:
    part = CopyingPart(table.context, table.case_id, long_case)
    part.resize(700, 400)
    part.show()
    board = sending.board(table.desk, table.file())
    part.show_board(board)
    made = [len(part.findChildren(Button))]
    assert made == [AT_A_TIME], "the first screenful is there at once"
    while not part.list.whole:
        QApplication.processEvents()
        made.append(len(part.findChildren(Button)))
        assert made[-1] - made[-2] <= AT_A_TIME
    assert made[-1] == sum(1 + len(lines) for _, lines in board.blocks) > LONG
    assert [one.objectName() for one in part.buttons()] == [f"sending.copy.{n}" for n in range(len(part.buttons()))]


def test_a_text_costs_one_widget_however_long_the_case_is(table: Table, long_case: Room) -> None:
    """A label for each word and a layout for each text once held the window half a second at 300 of them."""
    card = open_card(table, long_case)
    places = len(card.copying.list.findChildren(Button))
    assert places > LONG
    assert len(card.copying.list.findChildren(QWidget)) == places


def test_words_and_buttons_of_a_long_case_lie_under_each_other(table: Table, long_case: Room) -> None:
    copying = open_card(table, long_case).copying
    for first, second in pairwise(copying.list.stops()):
        assert first.isVisibleTo(copying)
        assert first.geometry().bottom() < second.geometry().top()
    assert second.geometry().bottom() < copying.list.height()


def test_the_text_the_keyboard_goes_on_to_is_in_sight(table: Table, long_case: Room) -> None:
    card = open_card(table, long_case)
    buttons = card.copying.buttons()
    buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(25):
        press(QApplication.focusWidget(), Qt.Key.Key_Return)
    held = buttons[25]
    assert held.hasFocus()
    assert held.visibleRegion().boundingRect() == held.rect()


def test_it_stays_in_sight_when_what_was_copied_grows(qapp: QApplication, table: Table, room: Room) -> None:
    """At the largest text what is said of a copy pushed the next button out below the card."""
    room.window().resize(1366, 768)
    theme_of().apply(qapp, "light", 200)
    try:
        card = open_card(table, room)
        buttons = card.copying.buttons()
        copied, going_to = buttons[3:5]
        copied.setFocus(Qt.FocusReason.TabFocusReason)
        press(copied, Qt.Key.Key_Return)
        settle_list(table, card)
        assert going_to.hasFocus()
        assert going_to.visibleRegion().boundingRect() == going_to.rect()
    finally:
        theme_of().apply(qapp, "light", 100)


def test_tab_goes_down_the_list_as_it_is_read(table: Table, room: Room) -> None:
    card = open_card(table, room)
    stops = list(card.copying.list.stops())
    stops[0].setFocus(Qt.FocusReason.TabFocusReason)
    for following in stops[1:6]:
        press(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert following.hasFocus()


def test_a_text_that_comes_above_takes_neither_the_button_nor_the_keyboard_from_another(
    table: Table, room: Room
) -> None:
    card = open_card(table, room)
    held = next(one for one in card.copying.buttons() if "Kommer rundt" in one.accessibleDescription())
    held.setFocus(Qt.FocusReason.TabFocusReason)
    before, citizen = held.y(), table.file().citizen.id
    table.context.run(lambda: table.write(VAGN, "citizen", citizen, phone="12 34 56 78"))
    settle_list(table, card)
    assert held.hasFocus()
    assert held.accessibleDescription() == "Kommer rundt"
    assert held.y() > before
    held.click()
    assert QGuiApplication.clipboard().text() == "Kommer rundt"


def test_a_screen_reader_hears_the_text_with_its_button_and_no_number(table: Table, room: Room) -> None:
    card = open_card(table, room)
    heard = {one.accessibleName().split(", ")[-1].rstrip(". "): one for one in card.copying.buttons()}
    assert heard["Navn"].accessibleDescription() == "Magnus Lauridsen"
    number = next(one for name, one in heard.items() if "CPR" in name)
    assert number.accessibleDescription() == ""


def test_a_narrower_window_breaks_the_words_anew(table: Table, room: Room) -> None:
    table.write(BODIL, "plan", singleton_id(table.case_id, "plan"), purpose="Kommer rundt på egen hånd hver dag. " * 9)
    part = CopyingPart(table.context, table.case_id, room)
    part.resize(700, 400)
    part.show()
    part.show_board(sending.board(table.desk, table.file()))
    heights = []
    for width in (700, 400, 700):
        part.resize(width, 400)
        QApplication.processEvents()
        until(lambda: part.list.whole, QApplication.processEvents)
        heights.append(part.list.height())
    assert heights[0] == heights[2] < heights[1]


def test_what_is_copied_is_for_no_history_and_no_cloud(table: Table, room: Room) -> None:
    """Words of a case would lie in Windows' list of what was copied, and go to the person's other machines."""
    card = open_card(table, room)
    card.copying.buttons()[0].click()
    table.settle()
    held = QGuiApplication.clipboard().mimeData()
    assert held.text() == "Magnus Lauridsen"
    windows = 'application/x-qt-windows-mime;value="{}"'
    assert held.hasFormat(windows.format("ExcludeClipboardContentFromMonitorProcessing"))
    assert bytes(held.data(windows.format("CanIncludeInClipboardHistory")).data()) == bytes(4)
    assert bytes(held.data(windows.format("CanUploadToCloudClipboard")).data()) == bytes(4)
    assert bytes(held.data("x-kde-passwordManagerHint").data()) == b"secret"


def test_enter_copies_and_goes_on_to_the_next_that_waits(table: Table, room: Room) -> None:
    card = open_card(table, room)
    first, second = card.copying.buttons()[:2]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    press(first, Qt.Key.Key_Return)
    table.settle()
    assert QGuiApplication.clipboard().text() == "Magnus Lauridsen"
    assert second.hasFocus()
    assert first.text() == "Kopiér igen"
    assert card.told.text() == "Kopieret: Navn. Sæt det ind i fagsystemet."
    assert "Sendt 26. nov. kl. 10.42 af Bodil." in words(card)


def test_a_whole_case_is_walked_by_one_key_and_then_nothing_waits(table: Table) -> None:
    table.play(SCRIPT)
    table.pen(BODIL)
    card = open_card(table, table.open())
    number = len(card.copying.buttons())
    assert number > 30
    card.copying.buttons()[0].setFocus(Qt.FocusReason.TabFocusReason)
    pasted = []
    for _ in range(number):
        held = QApplication.focusWidget()
        assert isinstance(held, Button)
        press(held, Qt.Key.Key_Return)
        pasted.append(QGuiApplication.clipboard().text())
    table.settle()
    assert len(set(pasted)) > number - 5
    assert card.copying.waiting.text() == "Fagsystemet har det hele, som det står nu."


def test_a_cpr_number_is_copied_and_does_not_stand_in_the_open(table: Table, room: Room) -> None:
    card = open_card(table, room)
    assert "●●●●●●●●●●" in words(card)
    assert not any("0504909995" in text for text in words(card))
    next(one for one in card.copying.buttons() if "CPR" in one.accessibleName()).click()
    assert QGuiApplication.clipboard().text() == "0504909995"


def test_a_block_is_copied_with_its_labels(table: Table, room: Room) -> None:
    card = open_card(table, room)
    button(card, "sending.block.0").click()
    table.settle()
    assert QGuiApplication.clipboard().text().splitlines()[0] == "Navn: Magnus Lauridsen"
    assert [line.way for line in table.file().sent] == ["udklip"]


def test_what_has_changed_since_is_told_where_it_stands(table: Table, room: Room) -> None:
    card = open_card(table, room)
    for one in list(card.copying.buttons()):
        one.click()
    table.settle()
    table.context.run(
        lambda: table.write(BODIL, "plan", singleton_id(table.case_id, "plan"), purpose="Kommer længere omkring")
    )
    table.settle()
    assert card.copying.waiting.text().startswith("1 af ")
    assert "Ændret, siden det blev sendt 26. nov. kl. 10.42 af Bodil." in words(card)


def test_the_order_of_the_municipality_is_the_order_of_the_card(table: Table, room: Room) -> None:
    edit.write_text(
        table.desk,
        BODIL,
        MUNICIPALITY,
        "municipality",
        MUNICIPALITY,
        "clipboard_order",
        "Formål: Formål\nBorger: Navn",
        new_step("x"),
    )
    card = open_card(table, room)
    assert [one.accessibleName().split(", ")[1].rstrip(". ") for one in card.copying.buttons()] == ["Formål", "Navn"]


def test_the_vejleder_copies_and_does_not_write_the_bestillers_terms(table: Table, room: Room) -> None:
    table.pen(VAGN)
    card = open_card(table, room)
    assert card.copying.buttons()[0].isEnabled()
    choose(table, card, TERMS)
    assert card.terms.groups.add_button.isHidden()
    assert card.terms.groups.nothing.isVisibleTo(card), "a heading over nothing"


def test_who_may_not_copy_reads_why_and_not_how(table: Table, room: Room) -> None:
    """A leader read that Enter copies, over buttons that were all off."""
    lis = Hand("p-lis", "Lis Leder", Role.LEDER)
    table.context.sign_in(lis)
    table.pen(lis)
    card = open_card(table, room)
    told = next(text for text in words(card) if "ikke sendt" in text)
    assert refusal(Act.COPY_OUT) in told
    assert "Enter" not in told
    table.pen(BODIL)
    assert "Enter kopierer" in next(text for text in words(card) if "ikke sendt" in text)


def test_target_groups_are_chosen_on_the_card_and_kept(table: Table, room: Room) -> None:
    card = open_card(table, room)
    choose(table, card, TERMS)
    assert card.terms.groups.nothing.isHidden()
    card.terms.groups.add_button.click()
    table.settle()
    card.terms.groups.field(0, "name").pick("Angst")  # type: ignore[attr-defined]
    table.settle(pause=True)
    card.close_overlay()
    table.settle()
    assert [one.name for one in table.file().ffb_groups] == ["Angst"]


def test_typed_words_are_kept_when_the_card_is_closed_at_once(table: Table, room: Room) -> None:
    card = open_card(table, room)
    choose(table, card, TERMS)
    need = card.findChild(QWidget, "ffb.support_need")
    need.pick("Let støttebehov")  # type: ignore[union-attr]
    press(card, Qt.Key.Key_Escape)
    table.settle()
    assert table.file().plan.support_need == "let støttebehov"
    assert room.window().findChild(SendingCard) is None


def test_reporting_is_not_offered_while_it_is_off(table: Table, room: Room) -> None:
    card = open_card(table, room)
    choose(table, card, FILES)
    assert button(card, "sending.report").isHidden()
    assert "Indberetning er slået fra. Kommunen kan slå den til i indstillinger." in words(card)


def test_what_a_report_lacks_is_told_before_it_is_asked_for(
    table: Table, room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit.write_text(table.desk, BODIL, MUNICIPALITY, "municipality", MUNICIPALITY, "reporting", "ja", new_step("x"))
    card = open_card(table, room)
    choose(table, card, FILES)
    assert card.files.state.text() == "Kommunens id i KOMBITs organisation mangler. Skriv det i indstillinger."
    out = tmp_path / "ud.json"
    monkeypatch.setattr(table.said, "save_file", lambda *_: str(out), raising=False)
    button(card, "sending.report").click()
    table.settle()
    assert card.told.text() == "Kommunens id i KOMBITs organisation mangler. Skriv det i indstillinger."
    assert not out.exists()
    edit.write_text(
        table.desk, BODIL, MUNICIPALITY, "municipality", MUNICIPALITY, "organisation_id", "d2a4b6f0", new_step("x")
    )
    button(card, "sending.report").click()
    table.settle()
    assert card.told.text() == "Gemt i ud.json. Filen er ikke krypteret: pas på den."
    assert json.loads(out.read_text(encoding="utf-8"))["resourceType"] == "Bundle"
    assert card.files.state.text() == "Sidst indberettet 26. november 2026."


def test_the_days_and_the_table_are_saved_with_the_ending_they_have(
    table: Table, room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = open_card(table, room)
    choose(table, card, FILES)
    for name, ending in (("sending.calendar", ".ics"), ("sending.table", ".xlsx")):
        out = tmp_path / name
        monkeypatch.setattr(table.said, "save_file", lambda *_, out=out: str(out), raising=False)
        button(card, name).click()
        table.settle()
        assert out.with_name(f"{name}{ending}").stat().st_size > 100
    assert "Magnus" not in (tmp_path / "sending.calendar.ics").read_text(encoding="utf-8")


def test_escape_gives_the_keyboard_back_and_leaves_nothing(table: Table, room: Room) -> None:
    held = QApplication.focusWidget()
    card = open_card(table, room)
    assert button(card, "sending.close").hasFocus()
    press(card, Qt.Key.Key_Escape)
    table.settle()
    assert room.window().findChild(SendingCard) is None
    assert QApplication.focusWidget() is held


def test_the_case_can_change_under_the_card_while_it_is_being_made(table: Table, room: Room) -> None:
    QTest.keyClick(room, Qt.Key.Key_F8)
    table.context.run(lambda: table.add(VAGN, "bridge", text="En vej til"))
    table.settle()
    card = open_card(table, room)
    assert any("En vej til" in text for text in words(card))


def test_no_button_is_cut_at_the_largest_text(qapp: QApplication, table: Table, room: Room) -> None:
    theme_of().apply(qapp, "light", 200)
    card = open_card(table, room)
    for part in card.parts.pills():
        part.click()
        table.settle()
        shown = [one for one in card.card.findChildren(Button) if one.isVisible()]
        assert shown
        assert [one.text() for one in shown if one.width() < one.sizeHint().width()] == []
        assert all(one.mapTo(card.card, one.rect().topRight()).x() <= card.card.width() for one in shown)
