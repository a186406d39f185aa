# SPDX-License-Identifier: MPL-2.0
"""The catalogue on the screen: what is typed is kept, a version is published, and nothing lands on another entry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.roles import Hand, Role
from app.qt.theme import theme_of
from app.services import catalogue
from app.services.catalogue import NEW
from app.store import queries
from app.views.catalogue.page import CatalogueModel, CataloguePage
from app.views.parts.fields import ChoiceField, TextArea, TextField
from tests.views.front import BODIL, VAGN, Front, press, write


@pytest.fixture
def front(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    made = Front(qtbot, tmp_path, (BODIL,))
    yield made
    made.close()


@pytest.fixture
def page(front: Front) -> CataloguePage:
    catalogue.load_defaults(front.desk, BODIL)
    return front.show(CataloguePage(front.context))


def take_up(front: Front, page: CataloguePage, name: str) -> None:
    model = page.model
    place = next(n for n in range(model.rowCount()) if model.index(n, 0).data() == name)
    page.table.selectRow(place)
    front.settle()
    assert page.editor is not None


def area(page: CataloguePage, name: str) -> Any:
    assert page.editor is not None
    field = page.editor.fields[name]
    assert isinstance(field, TextArea | TextField)
    return field.area if isinstance(field, TextArea) else field.line


def kept(front: Front, name: str) -> dict[str, str]:
    entries = front.context.database.wait(lambda: catalogue.entries(front.desk))
    return next(e.typed for e in entries if e.offer and e.offer.name == name)


def test_the_entries_stand_by_name_with_their_kind(page: CataloguePage) -> None:
    rows = [(page.model.index(n, 0).data(), page.model.index(n, 1).data()) for n in range(page.model.rowCount())]
    assert len(rows) == 10
    assert ("Vores Netværk", "åbent") in rows
    assert ("Gruppe: hverdag og struktur", "tidsbegrænset") in rows


def test_what_is_typed_is_kept_and_published_as_the_next_version(front: Front, page: CataloguePage) -> None:
    take_up(front, page, "Vores Netværk")
    write(area(page, "standard"), "Kom bare. ")
    front.until(lambda: kept(front, "Vores Netværk"))
    assert page.editor is not None
    assert page.editor.publish_button.text() == "Udgiv version 2"
    page.editor.publish_button.click()
    front.until(lambda: page.editor and page.editor.entry.offer and page.editor.entry.offer.version == 2)
    offer = page.editor.entry.offer
    assert offer is not None
    assert offer.standard.startswith("Kom bare. ")
    assert not kept(front, "Vores Netværk")
    assert not page.editor.publish_button.isEnabled()
    assert page.table.currentIndex().data() == "Vores Netværk"


def test_words_typed_on_one_entry_never_land_on_another(front: Front, page: CataloguePage) -> None:
    take_up(front, page, "Vores Netværk")
    write(area(page, "services"), "A")
    take_up(front, page, "Frivillig økonomirådgivning")  # before the pause is over
    write(area(page, "services"), "B")
    page._close()
    front.settle()
    assert kept(front, "Vores Netværk")["services"].startswith("A")
    assert kept(front, "Frivillig økonomirådgivning")["services"].startswith("B")


def test_what_was_typed_stands_there_again(front: Front, page: CataloguePage) -> None:
    take_up(front, page, "Vores Netværk")
    write(area(page, "name"), "X")
    page.hide()
    front.settle()
    again = front.show(CataloguePage(front.context))
    take_up(front, again, "Vores Netværk")
    assert again.editor is not None
    assert again.editor.fields["name"].text() == "XVores Netværk"
    assert "skrevet videre" in again.editor._state.text()


def test_a_version_that_lacks_something_is_refused_at_its_field(front: Front, page: CataloguePage) -> None:
    take_up(front, page, "Vores Netværk")
    area(page, "standard").selectAll()
    press(area(page, "standard"), Qt.Key.Key_Delete)
    assert page.editor is not None
    page.editor.publish_button.click()
    front.until(lambda: page.editor and page.editor.fields["standard"].error())
    assert page.editor.fields["standard"].has_user_focus()
    assert next(o.version for o in queries.offers(front.replica) if o.name == "Vores Netværk") == 1


@pytest.mark.parametrize("by", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_published_by_the_keyboard_one_stands_at_the_entry_in_the_list(
    front: Front, page: CataloguePage, by: Qt.Key
) -> None:
    take_up(front, page, "Vores Netværk")
    write(area(page, "standard"), "Kom bare. ")
    front.until(lambda: kept(front, "Vores Netværk"))
    assert page.editor is not None
    page.editor.publish_button.setFocus()
    QTest.keyClick(QApplication.focusWidget(), by)
    front.until(lambda: page.editor and page.editor.entry.offer and page.editor.entry.offer.version == 2)
    assert QApplication.focusWidget() is page.table
    assert page.table.currentIndex().data() == "Vores Netværk"


def test_a_new_offer_from_nothing_to_published(front: Front, page: CataloguePage) -> None:
    page.new_button.click()
    front.settle()
    assert page.editor is not None
    assert page.editor.entry.key == NEW
    for name in ("name", "legal_ground", "services", "standard"):
        write(area(page, name), f"Nyt {name}")
    kind, paragraph = page.editor.fields["type"], page.editor.fields["paragraph"]
    assert isinstance(kind, ChoiceField)
    assert isinstance(paragraph, ChoiceField)
    kind.editor.buttons[0].click()  # type: ignore[attr-defined]
    paragraph.take_proposal()
    assert paragraph.text() == "åbent"
    front.settle()
    page.editor.publish_button.click()
    front.until(lambda: page.model.rowCount() == 11 and page.editor and page.editor.entry.offer)
    assert page.editor.entry.offer is not None
    assert page.editor.entry.offer.name == "Nyt name"


def test_what_was_typed_is_given_up_only_when_one_says_so(front: Front, page: CataloguePage) -> None:
    take_up(front, page, "Vores Netværk")
    write(area(page, "area"), "X")
    front.until(lambda: kept(front, "Vores Netværk"))
    assert page.editor is not None
    front.asks.yes = False
    page.editor.drop_button.click()
    front.settle()
    assert kept(front, "Vores Netværk")
    front.asks.yes = True
    page.editor.drop_button.click()
    front.until(lambda: not kept(front, "Vores Netværk"))
    front.until(lambda: page.editor and not page.editor.changed())


def test_whoever_is_not_the_authority_reads(front: Front, page: CataloguePage) -> None:
    front.context.sign_out()
    front.context.sign_in(VAGN)
    take_up(front, page, "Vores Netværk")
    assert page.editor is not None
    assert not page.editor.publish_button.isVisible()
    assert not page.new_button.isEnabled()
    assert all(field.read_only() for field in page.editor.fields.values())


def test_a_leder_writes_too(front: Front, page: CataloguePage) -> None:
    front.context.sign_out()
    front.context.sign_in(Hand("l", "Lise Leder", Role.LEDER))
    take_up(front, page, "Vores Netværk")
    assert page.editor is not None
    assert page.editor.publish_button.isVisible()
    assert not any(field.read_only() for field in page.editor.fields.values())


def test_an_empty_catalogue_says_how_to_begin(front: Front) -> None:
    page = front.show(CataloguePage(front.context))
    assert page._empty.accessibleName() == "Kataloget er tomt Læg det første tilbud ind med »Nyt tilbud«."


@pytest.mark.parametrize("way", ["button", "escape"])
def test_one_goes_back_and_the_last_letter_is_kept(front: Front, page: CataloguePage, way: str) -> None:
    take_up(front, page, "Vores Netværk")
    write(area(page, "area"), "X")
    with front.qtbot.waitSignal(page.closed):
        if way == "button":
            page.back.click()
        else:
            press(page, Qt.Key.Key_Escape)
    front.settle()
    assert kept(front, "Vores Netværk")["area"].startswith("X")


def test_the_model_keeps_qts_rules(front: Front, qtmodeltester: Any) -> None:
    catalogue.load_defaults(front.desk, BODIL)
    model = CatalogueModel()
    model.show_entries(catalogue.entries(front.desk))
    qtmodeltester.check(model)


@pytest.mark.parametrize("scale", [100, 200])
def test_everything_is_within_reach_on_a_small_screen(front: Front, page: CataloguePage, scale: int) -> None:
    take_up(front, page, "Individuel tidsbegrænset støtte sammen med frivillige")
    theme_of().apply(QApplication.instance(), "light", scale)  # type: ignore[arg-type]
    page.resize(1366, 700)
    front.settle()
    assert page.width() == 1366
    assert page.editor is not None
    for widget in (page.new_button, page.back, page.table, *page.editor.fields.values(), page.editor.publish_button):
        assert 0 < widget.mapTo(page, QPoint(widget.width(), 0)).x() <= page.width(), widget.objectName()


# -------------------------------------------------------------------------------------------------- where the keyboard is


def test_withdrawn_from_the_keyboard_one_stays_on_the_button_that_offers_it_again(
    front: Front, page: CataloguePage
) -> None:
    take_up(front, page, "Vores Netværk")
    before = page.editor
    assert before is not None
    before.withdraw_button.setFocus()
    press(before.withdraw_button, Qt.Key.Key_Return)
    front.settle()
    assert page.editor is not None
    assert page.editor is not before
    assert QApplication.focusWidget() is page.editor.withdraw_button


def test_a_new_version_from_elsewhere_leaves_the_keyboard_in_its_field(front: Front, page: CataloguePage) -> None:
    take_up(front, page, "Vores Netværk")
    assert page.editor is not None
    page.editor.fields["services"].setFocus()
    key = page.editor.entry.key
    values = {name: page.editor.entry.text(name) for name in page.editor.fields} | {"area": "Voksne"}
    front.context.database.wait(lambda: catalogue.publish_typed(front.desk, BODIL, key, values))
    page.refresh()
    front.settle()
    assert page.editor.fields["area"].text() == "Voksne"
    assert QApplication.focusWidget() is area(page, "services")
