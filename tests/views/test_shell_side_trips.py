# SPDX-License-Identifier: MPL-2.0
"""Where one goes from the day's page and the settings, and back again: the catalogue, a job centre's file, help, a new code."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

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
    told = " ".join(label.text() for label in desk.window._help.findChildren(QLabel, "help.text"))
    assert "dagen før den samme dato" in told
    assert "28. februar 2027" in told
    assert "bekræftes af kommunens jurister" in told
    bar = desk.window._help._scroll.verticalScrollBar()
    desk.key(Qt.Key.Key_PageDown)
    assert bar.value() > 0, "the keys read on"


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
