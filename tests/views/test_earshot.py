# SPDX-License-Identifier: MPL-2.0
"""What a screen reader finds where something covers something else, in which order, and what is said to it in passing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views.parts import earshot
from app.views.parts.fields import TextField
from app.views.parts.notices import EmptyState, Notice
from app.views.parts.words import Words
from app.views.shell.overlay import Overlay
from app.views.sign_in.page import FormPage
from tests.views.heard import heard
from tests.views.shell_desk import Desk


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader is given to say."""
    aloud: list[str] = []
    monkeypatch.setattr(earshot, "_say", lambda _widget, text, _at_once: aloud.append(text))
    return aloud


def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 600)
    column = QVBoxLayout(made)
    behind = Words("Det, der ligger bag", "body")
    behind.setObjectName("behind")
    column.addWidget(behind)
    made.show()
    return made


def card(on: QWidget, words: str) -> Overlay:
    made = Overlay(on)
    made.setAccessibleName(words)
    made.card.column.addWidget(Words(f"{words} står her", "body"))
    made.open()
    return made


# ------------------------------------------------------------------------------------------------------------ what covers


def test_what_a_card_dims_is_not_read_and_comes_back_with_its_name(qtbot: QtBot) -> None:
    """A screen reader went straight through a card to what lay behind it."""
    under = window(qtbot)
    first = card(under, "Første kort")
    assert "ligger bag" not in heard(under)
    assert "Første kort" in heard(under)
    second = card(under, "Andet kort")
    assert "Første kort" not in heard(under), "nor a card under a card"
    first.close_overlay()
    assert "ligger bag" not in heard(under), "the other still covers it"
    second.close_overlay()
    assert "ligger bag" in heard(under)
    assert under.findChild(QWidget, "behind") is not None


def test_a_locked_screen_tells_no_cards_name(desk: Desk) -> None:
    """Its words were hidden, and what the card itself is called was not: a name, at worst."""
    made = card(desk.window, "Er det Brita?")
    desk.settle()
    desk.window.lock()
    desk.settle()
    assert "Brita" not in heard(desk.window)
    assert "Låst" in heard(desk.window)
    desk.type("lock.secret", "1234")
    desk.press("lock.open")
    assert "Er det Brita?" in heard(desk.window)
    made.close_overlay()
    assert "Mine" in heard(desk.window)


def test_nothing_told_under_the_lock_is_read_or_said(desk: Desk, said: list[str]) -> None:
    desk.window.lock()
    desk.settle()
    desk.window.asks.tell("Brita er sendt videre.")
    desk.settle()
    assert "Brita" not in heard(desk.window)
    assert not any("Brita" in one for one in said)


def test_what_lies_under_the_turned_screen_or_a_curtain_is_not_read(desk: Desk) -> None:
    """Only eyes were kept from it."""
    desk.window.open_case(desk.case("Brita"), 4)
    desk.settle()
    desk.window.turn()
    desk.settle()
    view = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "citizen_view" and w.isVisible())
    assert not view.apart
    assert "Bestiller" not in heard(desk.window)
    assert heard(desk.window).strip() in ("", "Rundbord")
    assert "Hvor" in heard(view)
    desk.window.lock()
    desk.settle()
    assert heard(view).strip() == "Din plan", "the lock covers the citizen's window too"
    desk.window._lock.uncover()
    desk.settle()
    assert "Hvor" in heard(view)
    view.turn_back()
    desk.settle()
    assert "Brita" in heard(desk.window)


# ------------------------------------------------------------------------------------------------------- what is told


def test_what_is_told_in_passing_is_said(desk: Desk, said: list[str]) -> None:
    """It came and went at the foot of the window, and nobody who does not look there knew."""
    desk.window.asks.tell("Printeren svarer ikke.")
    assert said == ["Printeren svarer ikke."]


def test_a_notice_is_said_once_and_only_where_it_is_shown(qtbot: QtBot, said: list[str]) -> None:
    made = Notice()
    qtbot.addWidget(made)
    made.say("Hentet.")
    made.say("Hentet.")
    made.say("")
    assert said == ["Hentet."]
    around = QWidget()
    qtbot.addWidget(around)
    Notice(around).say("Ingen ser det.")
    assert said == ["Hentet."]


def test_an_error_is_said_to_who_wrote_and_not_when_the_page_opens(qtbot: QtBot, said: list[str]) -> None:
    field = TextField("Telefon")
    qtbot.addWidget(field)
    field.show()
    field.set_text("12")
    field.set_error("Nummeret er for kort.")
    assert not said
    field.set_error(None)
    field.line.insert("3")
    field.set_error("Nummeret er for kort.")
    field.set_error("Nummeret er for kort.")
    assert said == ["Telefon. Tjek: Nummeret er for kort."]


# ---------------------------------------------------------------------------------------------------------- in which order


def test_what_waits_is_read_before_the_list(desk: Desk) -> None:
    """Made after it, it was read after it; and a dash was read as a dash."""
    told = heard(desk.window)
    assert "Det venter på dig i dag" in told
    assert told.index("Det venter på dig i dag") < told.index("Borgere\n")
    lines = told.splitlines()
    assert "–" not in lines


def test_what_came_behind_a_cover_is_given_back_with_the_rest(qtbot: QtBot) -> None:
    under = window(qtbot)
    cover = QWidget(under)
    hush = earshot.Hush(cover)
    hush.take_all_of(under)
    cover.show()
    late = Words("Kom bagefter", "body", parent=under)
    late.show()
    assert "Kom bagefter" not in heard(under)
    gone = Words("Gik igen", "body", parent=under)
    gone.show()
    gone.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    hush.give_back()
    assert "Kom bagefter" in heard(under)
    assert "ligger bag" in heard(under)


# ------------------------------------------------------------------------------------------- what is wrong, and what is asked


def test_a_page_that_says_no_says_it_aloud_each_time(qtbot: QtBot, said: list[str]) -> None:
    """Enter in an empty line, and a wrong code written once more, were told by nothing but red."""
    page = FormPage("Hvem er her?")
    qtbot.addWidget(page)
    secret = page.add(TextField("Adgangskode", secret=True), "sign_in.password")
    page.complain("Skriv din adgangskode.", "password")
    assert not said, "nobody is there yet"
    page.show()
    secret.setFocus()
    page.complain("Skriv din adgangskode.", "password")
    page.complain("Skriv din adgangskode.", "password")
    assert said == ["Adgangskode. Tjek: Skriv din adgangskode."] * 2
    secret.line.insert("x")
    page.complain("Adgangskoden passer ikke.", "password")
    assert said[2:] == ["Adgangskode. Tjek: Adgangskoden passer ikke."], "and once"
    page.complain("Serveren svarer ikke.", None)
    assert said[3:] == ["Serveren svarer ikke."]
    assert secret.error() is None


def test_what_stands_where_nothing_is_shown_is_said_when_it_comes_and_when_it_changes(
    qtbot: QtBot, said: list[str]
) -> None:
    """ "Listen kan ikke vises lige nu" stood where the list had been, and nobody who listens knew."""
    state = EmptyState("hourglass", "Henter …")
    around = QStackedWidget()
    qtbot.addWidget(around)
    around.addWidget(QWidget())
    around.addWidget(state)
    around.show()
    state.show_state("error", "Listen kan ikke vises", "Prøv lidt senere.", "Prøv igen")
    assert not said
    around.setCurrentIndex(1)
    assert said == ["Listen kan ikke vises. Prøv lidt senere."]
    state.show_state("error", "Listen kan ikke vises", "Prøv lidt senere.", "Prøv igen")
    state.show_state("persons", "Ingen fundet")
    assert said[1:] == ["Ingen fundet"]


def test_what_comes_of_a_list_under_the_lock_is_not_said_and_not_when_it_is_opened(desk: Desk, said: list[str]) -> None:
    desk.type("search", "Ingen hedder sådan")
    desk.until(lambda: "Ingen fundet" in "".join(said))
    said.clear()
    desk.window.lock()
    desk.settle()
    desk.window.today.cases.empty.show_state("error", "Brita kan ikke vises")
    desk.settle()
    desk.type("lock.secret", "9999")
    desk.press("lock.open")
    assert [one for one in said if "Brita" in one] == []
    assert said, "the lock itself says what is wrong"
    desk.type("lock.secret", "1234")
    desk.press("lock.open")
    assert [one for one in said if "Brita" in one] == []
