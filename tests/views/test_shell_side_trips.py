# SPDX-License-Identifier: MPL-2.0
"""Where one goes from the day's page and the settings, and back again: the catalogue, a job centre's file, help, a new code."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app.domain.errors import UserError
from app.domain.roles import Role
from app.services import accounts
from tests.views.shell_desk import Desk


def choose(desk: Desk, name: str) -> None:
    """Take the entry of this name up in the catalogue."""
    table = desk.find("catalogue.list")
    model = table.model()
    row = next(n for n in range(model.rowCount()) if model.index(n, 0).data() == name)
    table.setCurrentIndex(model.index(row, 0))
    desk.settle()


def test_the_catalogue_is_reached_from_the_settings_and_leads_back_there(desk: Desk) -> None:
    desk.shortcut("settings")
    desk.press("settings.catalogue")
    choose(desk, "Vores Netværk")
    assert desk.find("offer.name").text() == "Vores Netværk"
    assert not desk.seen("catalogue.members"), "an open offer has no list"
    desk.press("catalogue.close")
    assert desk.page() is desk.window._settings
    desk.press("settings.close")
    assert desk.page() is desk.window.today


def test_back_from_the_catalogue_the_keyboard_is_where_one_went_from(desk: Desk) -> None:
    """It was on the button that gives the pen: Enter asked for a PIN, and no key of the day's page did anything."""
    desk.shortcut("settings")
    desk.find("settings.catalogue").setFocus()
    desk.key(Qt.Key.Key_Return)
    desk.key(Qt.Key.Key_Escape)
    assert desk.page() is desk.window._settings
    assert desk.find("settings.catalogue").hasFocus()
    QTest.keyClick(desk.find("settings.catalogue"), Qt.Key.Key_Escape)
    desk.settle()
    assert desk.page() is desk.window.today
    assert desk.find("search").has_user_focus()


@pytest.mark.parametrize(("key", "leads_to"), [(Qt.Key.Key_N, "citizen.name"), (Qt.Key.Key_F, "search")])
def test_the_days_page_keeps_its_keys_while_the_keyboard_is_in_the_top_line(
    desk: Desk, key: Qt.Key, leads_to: str
) -> None:
    desk.find("help").setFocus()
    QTest.keyClick(desk.find("help"), key, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert desk.find(leads_to).has_user_focus()


def test_the_keys_of_the_days_page_are_not_the_settings_own(desk: Desk) -> None:
    desk.shortcut("settings")
    desk.find("help").setFocus()
    QTest.keyClick(desk.find("help"), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert desk.page() is desk.window._settings


def test_published_from_the_keyboard_one_stays_in_the_catalogue(desk: Desk) -> None:
    """The entry is made anew, and the keyboard went to the window's next button, which gives the pen."""
    desk.context.pass_pen(Role.BESTILLER)
    desk.shortcut("settings")
    desk.press("settings.catalogue")
    choose(desk, "Vores Netværk")
    desk.find("offer.area").write_as_person("Voksne")
    desk.settle()
    publish = desk.find("catalogue.publish")
    publish.setFocus()
    desk.key(Qt.Key.Key_Return)
    assert not desk.find("catalogue.publish").isEnabled()
    assert desk.find("catalogue.list").hasFocus()
    assert desk.find("catalogue.list").currentIndex().data() == "Vores Netværk"


def test_a_group_shows_who_is_in_it(desk: Desk) -> None:
    desk.shortcut("settings")
    desk.press("settings.catalogue")
    choose(desk, "Gruppe: hverdag og struktur")
    assert desk.find("catalogue.members").text() == "Ingen er med lige nu."


def test_a_job_centres_file_is_told_of_on_a_page(desk: Desk, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = repository / "tests" / "data" / "cases" / "henvisninger-jobcenter.csv"
    monkeypatch.setattr(desk.window.asks, "open_file", lambda *_: str(file))
    desk.press("import")
    table = next(w for w in desk.find("import.page").findChildren(type(desk.window.today.cases.table)) if w.isVisible())
    assert table.model().rowCount() == 4
    desk.press("import.done")
    assert desk.page() is desk.window.today


def test_no_file_chosen_leaves_the_page_to_choose_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.window.asks, "open_file", lambda *_: "")
    desk.press("import")
    assert desk.find("import.choose").hasFocus()
    desk.key(Qt.Key.Key_Escape)
    assert desk.page() is desk.window.today


def test_the_help_tells_how_six_months_are_counted(desk: Desk) -> None:
    desk.shortcut("help")
    desk.until(lambda: desk.window._help.whole)
    told = " ".join(label.text() for label in desk.window._help.findChildren(QLabel, "help.text"))
    assert "dagen før den samme dato" in told
    assert "28. februar 2027" in told
    assert "bekræftes af kommunens jurister" in told
    bar = desk.window._help._scroll.verticalScrollBar()
    desk.key(Qt.Key.Key_PageDown)
    assert bar.value() > 0, "the keys read on"


def test_the_help_opens_with_its_keys_and_grows_a_chapter_at_a_time(desk: Desk) -> None:
    """All of it at once held the window for a quarter of a second."""
    desk.window.show_help()
    card = desk.window._help

    def chapters() -> int:
        return len(card.findChildren(QLabel, "help.text"))

    made = [chapters()]
    while not card.whole:
        QApplication.processEvents()
        made.append(chapters())
        assert made[-1] - made[-2] <= 1
    assert made[0] == 0
    assert made[-1] > 10
    card.close_overlay()
    desk.shortcut("help")
    assert chapters() == made[-1], "what is there is not made again"


def test_a_password_that_is_not_forgotten_is_changed_and_still_signs(desk: Desk) -> None:
    own = desk.hand(Role.BESTILLER).person_id
    desk.context.pass_pen(Role.BESTILLER)
    desk.shortcut("settings")
    desk.press("settings.account")
    assert desk.find("forgotten.colleague").text() == "myself"
    desk.type("forgotten.password", "en ny lille sætning")
    desk.type("forgotten.password_again", "en ny lille sætning")
    desk.type("forgotten.own_password", "gætteri")
    desk.press("forgotten.go")
    assert desk.find("forgotten.own_password").error()
    desk.find("forgotten.own_password").set_text("")
    desk.type("forgotten.own_password", "øvelse")
    desk.press("forgotten.go")
    replica = desk.context.desk
    accounts.check_password(replica, own, "en ny lille sætning")
    with pytest.raises(UserError):
        accounts.check_password(replica, own, "øvelse")
    assert next(p for p in accounts.people(replica) if p.person_id == own).decides


# ------------------------------------------------------------------------------------------------------- Tab, everywhere


def together(widget: QWidget) -> object:
    """What counts as one stop: a list of radios or pills, which the arrows go through; else the widget itself."""
    return (isinstance(widget, QAbstractButton) and widget.group()) or widget


def stops(desk: Desk) -> set[object]:
    """Everything on the screen Tab may stop at."""
    return {
        together(widget)
        for widget in desk.window.findChildren(QWidget)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if widget.focusProxy() is None
    }


def gone_through(desk: Desk, key: Qt.Key) -> set[object]:
    """Where the keyboard comes by pressing one key, with some presses to spare for lists where nothing is set."""
    seen: set[object] = set()
    for _ in range(len(stops(desk)) + 20):
        desk.key(key)
        now = QApplication.focusWidget()
        assert now is not None
        seen.add(together(now))
    return seen


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
@pytest.mark.parametrize("place", ["today", "settings", "account", "catalogue", "new_citizen", "import", *range(1, 7)])
def test_tab_goes_round_the_whole_screen(
    desk: Desk, key: Qt.Key, place: str | int, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = repository / "tests" / "data" / "cases" / "henvisninger-jobcenter.csv"
    monkeypatch.setattr(desk.window.asks, "open_file", lambda *_: str(file))
    if isinstance(place, int):
        desk.window.open_case(desk.case("Brita"), place)
    elif place in ("new_citizen", "import"):
        desk.press(place)
    elif place != "today":
        desk.shortcut("settings")
    if place in ("account", "catalogue"):
        desk.press(f"settings.{place}")
    if place == "catalogue":
        choose(desk, "Gruppe: hverdag og struktur")
    desk.settle()
    (QApplication.focusWidget() or desk.page()).setFocus()
    assert not stops(desk) - gone_through(desk, key)


def test_enter_presses_the_button_that_has_the_keyboard(desk: Desk) -> None:
    desk.find("new_citizen").setFocus()
    desk.key(Qt.Key.Key_Return)
    desk.type("citizen.name", "Kaj Keyboard")
    radio = desk.find("source").findChildren(QAbstractButton)[0]
    radio.setFocus()
    desk.key(Qt.Key.Key_Space, " ")
    desk.key(Qt.Key.Key_Return)
    desk.until(lambda: desk.window.room is not None and desk.window.room.file is not None)
    desk.settle()
    desk.find("step.4").setFocus()
    desk.key(Qt.Key.Key_Return)
    desk.find("goals.add").setFocus()
    desk.key(Qt.Key.Key_Return)
    assert desk.find("goals.0.words").has_user_focus()
