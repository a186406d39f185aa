# SPDX-License-Identifier: MPL-2.0
"""What an it department has decided for a machine, in the running window; and the doctor in the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.services import managed
from app.services.managed import FILE
from app.store.recovery import RecoveryCode
from app.views.sign_in.first_start import FirstStart
from tests.views.newly_used import sign_in
from tests.views.shell_desk import Desk

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "machine" / FILE
    file.parent.mkdir()
    monkeypatch.setattr(managed, "machine_file", lambda: file)
    return file


def at_the_table(start: Callable[..., Desk]) -> Desk:
    desk = start()
    sign_in(desk)
    desk.afterwards()
    return desk


def test_the_machine_decides_when_the_screen_locks(
    start: Callable[..., Desk], code: RecoveryCode, machine: Path
) -> None:
    machine.write_text("[lock]\nminutes = 3\n", encoding="utf-8")
    desk = at_the_table(start)
    assert desk.window._idle.interval() == 3 * 60_000
    desk.shortcut("settings")
    assert not desk.seen("municipality.lock_minutes")
    assert "3 min. Det har it-afdelingen bestemt" in desk.window._settings.decided.text()
    assert desk.window._idle.interval() == 3 * 60_000


def test_without_it_the_municipality_does(start: Callable[..., Desk], code: RecoveryCode) -> None:
    desk = at_the_table(start)
    assert desk.window._idle.interval() == 10 * 60_000
    desk.shortcut("settings")
    assert desk.seen("municipality.lock_minutes")
    assert not desk.window._settings.decided.isVisible()


def test_a_fault_in_the_file_is_told_and_stops_nobody(
    start: Callable[..., Desk], code: RecoveryCode, machine: Path
) -> None:
    machine.write_text("[lock]\nminutes = 300\n", encoding="utf-8")
    desk = at_the_table(start)
    assert "Sig det til it-afdelingen" in desk.find("notice").text()
    assert "lock.minutes skal være" in desk.find("notice").text()
    assert desk.window._idle.interval() == 10 * 60_000


def test_the_first_start_knows_the_municipality_and_the_database(start: Callable[..., Desk], machine: Path) -> None:
    text = '[database]\naddress = "db.lilleby.dk"\n[team]\nmunicipality = "Lilleby Kommune"\n'
    machine.write_text(text, encoding="utf-8")
    desk = start()
    page = desk.page()
    assert isinstance(page, FirstStart)
    assert page.municipality.text() == "Lilleby Kommune"
    desk.press("first.join")
    assert not desk.seen("shared.address")
    assert "It-afdelingen har bestemt, at det er db.lilleby.dk." in desk.page().text.text()
    assert desk.seen("shared.login")


def test_the_doctor_is_saved_as_a_file(start: Callable[..., Desk], code: RecoveryCode, tmp_path: Path) -> None:
    desk = at_the_table(start)
    file = tmp_path / "eftersyn.txt"
    asked: list[str] = []

    def save_file(_title: str, name: str, _pattern: str) -> str:
        asked.append(name)
        return str(file)

    desk.context.asks.save_file = save_file  # type: ignore[method-assign]
    desk.shortcut("settings")
    desk.press("settings.doctor")
    desk.until(file.exists)
    desk.settle()
    assert asked == ["rundbord-eftersyn-2026-11-26-1042.txt"]
    text = file.read_text(encoding="utf-8")
    assert "Filen er hel" in text
    assert "Skrifter" in text
    assert "Anne" not in text
    assert "Send filen eftersyn.txt til it-afdelingen." in desk.window._settings.report.told.text()
    assert desk.find("settings.doctor").isEnabled()


def test_a_doctor_nobody_saves_says_how_it_stands(start: Callable[..., Desk], code: RecoveryCode) -> None:
    desk = at_the_table(start)
    desk.context.asks.save_file = lambda *_: ""  # type: ignore[method-assign]
    desk.shortcut("settings")
    desk.press("settings.doctor")
    desk.until(lambda: desk.find("settings.doctor").isEnabled())
    assert desk.window._settings.report.told.text() in ("Alt er i orden.", "1 ting skal rettes.")
