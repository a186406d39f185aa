# SPDX-License-Identifier: MPL-2.0
"""A new citizen in under a minute: typed, asked about, kept, opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import EnvironmentProblem
from app.models.casefile import CaseFile
from app.qt.theme import theme_of
from app.services import cases, edit, intake
from app.store import listing, queries
from app.store.unit_of_work import new_step
from app.views.new_citizen.alike import AlikeCard
from app.views.new_citizen.page import NewCitizenPage
from app.views.parts.fields import CheckField, ChoiceField, TextArea, TextField
from tests.views.front import BODIL, VAGN, Front, press, write

PATHS = {
    "citizen.name",
    "source",
    "citizen.cpr",
    "citizen.phone",
    "preventive",
    "citizen.address",
    "citizen.protected",
    "citizen.interpreter",
    "citizen.guardian",
}


@pytest.fixture
def front(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    made = Front(qtbot, tmp_path)
    yield made
    made.close()


def line(page: NewCitizenPage, path: str) -> QWidget:
    field = page.fields[path]
    assert isinstance(field, TextField)
    return field.line


def create(front: Front, page: NewCitizenPage) -> CaseFile:
    with front.qtbot.waitSignal(page.opened) as told:
        page.create_button.click()
    front.settle()
    return queries.case_file(front.replica, told.args[0])


def known(front: Front, name: str, number: str = "") -> str:
    opened = front.come_in(name)
    if number:
        edit.write_number(front.desk, VAGN, opened.case_id, opened.citizen_id, number, new_step("Skriv"))
    return opened.case_id


# ------------------------------------------------------------------------------------------------------- opening


def test_a_name_and_enter(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    assert page.fields["citizen.name"].has_user_focus()
    write(line(page, "citizen.name"), "Åse Ødegård")
    with front.qtbot.waitSignal(page.opened) as told:
        press(line(page, "citizen.name"), Qt.Key.Key_Return)
    file = queries.case_file(front.replica, told.args[0])
    assert file.citizen.name == "Åse Ødegård"
    assert (file.case.vejleder, file.case.bestiller) == ("Vagn Vejleder", "")


def test_those_at_the_table_hold_the_case(front: Front) -> None:
    front.context.sign_in(BODIL)
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Pia")
    file = create(front, page)
    assert (file.case.bestiller, file.case.vejleder) == (BODIL.name, VAGN.name)


def test_everything_typed_is_on_the_case(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    page.more.click()
    for path, text in (
        ("citizen.name", "Nancy  Ann Berggren "),
        ("citizen.cpr", "251248-9996"),
        ("citizen.phone", "12345678"),
        ("citizen.address", "Testpark Allé 48"),
        ("citizen.interpreter", "tegnsprog"),
        ("citizen.guardian", "Vera Værge"),
    ):
        write(line(page, path), text)
    source, preventive, protected = (page.fields[p] for p in ("source", "preventive", "citizen.protected"))
    assert isinstance(source, ChoiceField)
    assert isinstance(preventive, CheckField)
    assert isinstance(protected, CheckField)
    radios = source.editor.buttons  # type: ignore[attr-defined]
    radios[1].click()
    preventive.check.click()
    protected.check.click()
    file = create(front, page)
    assert (file.citizen.name, file.citizen.phone) == ("Nancy Ann Berggren", "12345678")
    assert (file.citizen.address, file.citizen.interpreter) == ("Testpark Allé 48", "tegnsprog")
    assert (file.citizen.guardian, file.citizen.protected) == ("Vera Værge", True)
    assert (file.case.source, file.case.preventive) == ("jobcenter", True)
    assert file.identifier is not None
    assert file.identifier.value == "2512489996"


def test_nobody_is_opened_without_a_name_and_the_field_says_so(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.phone"), "12345678")
    page.create_button.click()
    front.until(lambda: page.fields["citizen.name"].error())
    assert page.fields["citizen.name"].has_user_focus()
    assert page.fields["citizen.phone"].text() == "12345678"
    assert page.create_button.isEnabled()
    assert listing.count_cases(front.replica) == 0


def test_a_refused_number_is_kept_and_holds_nothing_back(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Pia")
    line(page, "citizen.cpr").setFocus()
    write(line(page, "citizen.cpr"), "310290-9995")
    line(page, "citizen.phone").setFocus()
    front.until(lambda: page.fields["citizen.cpr"].error())
    file = create(front, page)
    assert [draft.text for draft in file.drafts.values()] == ["310290-9995"]


def test_two_presses_open_one_case(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Pia")
    with front.qtbot.waitSignal(page.opened):
        page._create()
        page._create()
    front.settle()
    assert listing.count_cases(front.replica) == 1


def test_the_form_is_empty_for_the_next_one(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Pia")
    create(front, page)
    assert page.fields["citizen.name"].text() == ""
    assert intake.typed(front.desk, VAGN) == {}


def test_the_disk_said_no_and_nothing_typed_is_gone(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Pia")

    def full(*_: object, **__: object) -> None:
        raise EnvironmentProblem("Disken er fuld.")

    monkeypatch.setattr(intake, "receive", full)
    page.create_button.click()
    front.until(lambda: front.asks.told)
    assert front.asks.told == ["Disken er fuld."]
    assert page.fields["citizen.name"].text() == "Pia"
    monkeypatch.undo()
    assert create(front, page).citizen.name == "Pia"


# ------------------------------------------------------------------------------------------------ straight to § 85


def test_straight_to_85_is_the_bestillers(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    assert not page.direct.isVisible()
    assert page._whose.isVisible()  # whoever takes the citizen in learns that there is such a way
    front.context.sign_in(BODIL)
    assert page.direct.isVisible()
    assert not page._whose.isVisible()
    assert not page.reason.isVisible()


def test_straight_to_85_with_its_reason(front: Front) -> None:
    front.context.sign_in(BODIL)
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Odd Haugen")
    assert isinstance(page.direct, CheckField)
    assert isinstance(page.reason, TextArea)
    page.direct.check.click()
    page.create_button.click()
    front.until(lambda: page.reason.error())
    assert listing.count_cases(front.replica) == 0
    write(page.reason.area, "Har brug for varig støtte")
    file = create(front, page)
    assert (file.answer.target_group, file.answer.reason) == ("direkte § 85", "Har brug for varig støtte")
    assert page.reason.isVisible() is False


def test_the_pen_passed_on_leaves_the_choice_to_the_bestiller(front: Front) -> None:
    front.context.sign_in(BODIL)
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Odd")
    assert isinstance(page.direct, CheckField)
    page.direct.check.click()
    front.settle()
    front.context.pass_pen(VAGN.role)
    assert page._whose.isVisible()
    assert create(front, page).answer.target_group == ""  # never another pen's word


# ------------------------------------------------------------------------------------------------- known already?


def test_a_near_name_is_asked_about_while_one_types(front: Front) -> None:
    case_id = known(front, "Åse Ødegård", "2512489996")
    page = front.show(NewCitizenPage(front.context))
    assert not page.alike.isVisible()
    write(line(page, "citizen.name"), "Aase Odegaard")
    front.until(lambda: page.alike.isVisible())
    assert page.alike.accessibleName() == "Er det samme borger? Åse Ødegård, født 25. december 1948"
    way = page.findChild(QWidget, "near.0.open")
    assert way is not None
    with front.qtbot.waitSignal(page.opened) as told:
        front.qtbot.mouseClick(way, Qt.MouseButton.LeftButton)
    assert told.args == [case_id]
    assert listing.count_cases(front.replica) == 1


def test_the_question_goes_when_it_no_longer_holds(front: Front) -> None:
    known(front, "Åse Ødegård")
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Åse Ødegård")
    front.until(lambda: page.alike.isVisible())
    write(line(page, "citizen.name"), " Mikkelsen Holmegaard")
    line(page, "citizen.name").clear()  # type: ignore[attr-defined]
    front.until(lambda: not page.alike.isVisible())


def test_the_very_number_is_told_of(front: Front) -> None:
    known(front, "Nancy Ann Berggren", "2512489996")
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.cpr"), "251248-9996")
    front.until(lambda: page.alike.isVisible())
    assert page.alike.accessibleName().startswith("Nummeret står på en sag i forvejen")


def test_being_asked_does_not_hold_one_back(front: Front) -> None:
    known(front, "Åse Ødegård")
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Åse Ødegård")
    front.until(lambda: page.alike.isVisible())
    create(front, page)
    assert listing.count_cases(front.replica) == 2


def test_at_most_three_are_asked_about(qtbot: QtBot) -> None:
    card = AlikeCard()
    qtbot.addWidget(card)
    near = tuple(listing.Near(str(n), str(n), f"Åse {n}", None, "") for n in range(5))
    card.show_alike(intake.Alike(near))
    assert [card.findChild(QWidget, f"near.{n}.open") is not None for n in range(4)] == [True, True, True, False]
    assert "fødselsdagen er ikke skrevet" in card.accessibleName()


# ---------------------------------------------------------------------------------------------------- kept as typed


def test_what_is_typed_stands_there_again(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Åse")
    write(line(page, "citizen.phone"), "1234")
    front.until(lambda: intake.typed(front.desk, VAGN) == {"citizen.name": "Åse", "citizen.phone": "1234"})
    page.hide()
    again = front.show(NewCitizenPage(front.context))
    assert again.fields["citizen.name"].text() == "Åse"
    assert again.fields["citizen.phone"].text() == "1234"
    assert again._kept.isVisible()
    again._kept.button.click()
    front.until(lambda: not intake.typed(front.desk, VAGN))
    assert again.fields["citizen.name"].text() == ""
    assert not again._kept.isVisible()


def test_folded_words_are_folded_out_again(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    page.more.click()
    write(line(page, "citizen.guardian"), "Vera")
    front.until(lambda: intake.typed(front.desk, VAGN))
    page.hide()
    again = front.show(NewCitizenPage(front.context))
    assert again.fields["citizen.guardian"].isVisible()


def test_leaving_keeps_what_was_typed_to_the_last_letter(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Åse")
    with front.qtbot.waitSignal(page.cancelled):
        press(line(page, "citizen.name"), Qt.Key.Key_Escape)
    front.settle()
    assert intake.typed(front.desk, VAGN) == {"citizen.name": "Åse"}
    assert listing.count_cases(front.replica) == 0


def test_coming_back_does_not_write_over_what_one_types(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Ås")
    page._bring_back({"citizen.name": "Noget gammelt"})
    assert page.fields["citizen.name"].text() == "Ås"


def test_a_name_searched_for_need_not_be_typed_again(front: Front) -> None:
    page = NewCitizenPage(front.context)
    page.suggest_name("Nancy Berggren")
    front.show(page)
    assert page.fields["citizen.name"].text() == "Nancy Berggren"
    page.suggest_name("En anden")
    assert page.fields["citizen.name"].text() == "Nancy Berggren"


def test_a_page_closed_while_it_waits_troubles_nobody(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    front.pages.remove(page)
    write(line(page, "citizen.name"), "Åse Ødegård")
    page._look_for_alike()
    page._cancel()
    page.hide()
    page.deleteLater()
    QApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)
    front.settle()
    assert intake.typed(front.desk, VAGN) == {"citizen.name": "Åse Ødegård"}


# ---------------------------------------------------------------------------------------------------- how it is reached


def test_every_field_is_found_by_its_path(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    for path in PATHS:
        assert page.findChild(QWidget, path) is page.fields[path]
    assert page.findChild(QWidget, "new_citizen.create") is page.create_button


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_everything_is_within_reach_on_a_small_screen(front: Front, scale: int) -> None:
    known(front, "Åse Ødegård")
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Åse Ødegård")
    front.until(lambda: page.alike.isVisible())
    theme_of().apply(QApplication.instance(), "light", scale)  # type: ignore[arg-type]
    page.resize(1366, 700)
    front.settle()
    assert page.width() == 1366
    for widget in (*page.fields.values(), page.create_button, page.alike):
        if widget.isVisible():
            right = widget.mapTo(page, QPoint(widget.width(), 0)).x()
            assert 0 < right <= page.width(), widget.objectName()


def test_tab_goes_through_the_form_in_the_order_it_is_read(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    order: list[QWidget] = []
    while (now := QApplication.focusWidget()) not in order:
        assert now is not None
        assert now.accessibleName()
        order.append(now)
        press(now, Qt.Key.Key_Tab)
    names = [next((path for path, f in page.fields.items() if f.isAncestorOf(widget)), "") for widget in order]
    wanted = ["citizen.name", "source", "citizen.cpr", "citizen.phone", "preventive"]
    assert [name for name in names if name in wanted] == wanted
    assert page.create_button in order


def test_it_asks_for_little(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    shown = [path for path, field in page.fields.items() if field.isVisible()]
    assert shown == ["citizen.name", "source", "citizen.cpr", "citizen.phone", "preventive"]


def test_the_case_is_the_one_the_room_begins_with(front: Front) -> None:
    page = front.show(NewCitizenPage(front.context))
    write(line(page, "citizen.name"), "Pia")
    file = create(front, page)
    assert cases.begin_meeting(front.desk, VAGN, file.case.id)
