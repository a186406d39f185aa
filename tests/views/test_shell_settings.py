# SPDX-License-Identifier: MPL-2.0
"""Keys, words and settings: one table of actions, and a look and a municipality that are kept."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from app.domain.roles import Role
from app.models.kinds import Municipality
from app.qt import actions
from app.qt.theme import theme_of
from app.services.settings import municipality
from app.views.parts.fields import Field, TextField
from app.views.parts.growing import GrowingText
from app.views.shell.settings_page import WITHOUT_ID, SettingsPage
from tests.views.shell_desk import Desk

# ----------------------------------------------------------------------------------------------------- actions and words


def test_no_two_actions_share_a_key() -> None:
    for one, other in combinations(actions.ACTIONS, 2):
        assert one.id != other.id
        keys = {QKeySequence(key).toString() for key in one.keys}
        assert not keys & {QKeySequence(key).toString() for key in other.keys}, (one.id, other.id)


def test_every_action_says_what_it_does() -> None:
    for spec in actions.ACTIONS:
        assert spec.text
        assert spec.tip
        assert all(not QKeySequence(key).isEmpty() for key in spec.keys), spec.id


def test_every_key_in_the_help_can_be_pressed(repository: Path) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (repository / "app" / "views").rglob("*.py"))
    bound = set(re.findall(r'bind\(\s*[\w.]+,\s*"([\w.]+)"', code))
    steps = {f"step.{number}" for number in range(1, 7)}  # the step bar's own
    keys = {key for spec in actions.ACTIONS if spec.id not in bound | steps for key in spec.keys}
    lost = [key for key in keys if f'"{key}"' not in code]
    assert not lost, "these keys stand in the help and nothing answers them"


def test_help_shows_every_key(desk: Desk) -> None:
    desk.shortcut("help")
    told = " ".join(label.text() for label in desk.window._help.findChildren(QLabel))
    for spec in actions.ACTIONS:
        if not spec.id.startswith("step."):
            assert spec.text in told
            assert actions.shown_keys(spec.id) in told
    desk.key(Qt.Key.Key_Escape)
    assert not desk.window._help.isVisible()


def test_qt_speaks_danish(desk: Desk) -> None:
    desk.afterwards()
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "") in ("Annuller", "Annullér")
    assert QLocale().name() == "da_DK"


@pytest.mark.parametrize("saving", [True, False])
def test_the_file_dialog_qt_draws_speaks_danish_throughout(desk: Desk, saving: bool) -> None:
    """ "Look in:" and "Files of type:" stood between the Danish words: Qt's own Danish lacks them."""
    desk.afterwards()
    dialog = QFileDialog(desk.window, "Gem planen som PDF", "", "PDF (*.pdf)")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave if saving else QFileDialog.AcceptMode.AcceptOpen)
    said = {w.text().replace("&", "") for kind in (QLabel, QPushButton) for w in dialog.findChildren(kind)} - {""}
    assert said == {"Søg i:", "Filnavn:", "Filtype:", "Gem" if saving else "Åbn", "Annuller"}
    dialog.deleteLater()
    assert QCoreApplication.translate("QFileSystemModel", "Folder") == "Mappe"
    assert QCoreApplication.translate("QFileDialog", "Back") == "Tilbage"
    assert QCoreApplication.translate("Ukendt", "No such words") == "No such words"


# -------------------------------------------------------------------------------------------------------- settings


def test_the_look_is_kept_for_the_next_start(qapp: QApplication, practice_folder: Path) -> None:
    desk = Desk(qapp, practice_folder).start()
    desk.shortcut("text.larger")
    desk.shortcut("text.larger")
    desk.window.set_look("dark", theme_of().scale)
    desk.close()
    theme_of().apply(qapp, "light", 100)
    again = Desk(qapp, practice_folder).start()
    assert (theme_of().scheme, theme_of().scale) == ("dark", 120)
    again.shortcut("text.plain")
    assert theme_of().scale == 100
    again.close()


def test_the_municipalitys_words_are_kept_as_they_are_typed(desk: Desk) -> None:
    desk.context.pass_pen(Role.BESTILLER)
    desk.shortcut("settings")
    desk.find("municipality.name").set_text("")
    desk.type("municipality.name", "Lilleby Kommune")
    desk.press("settings.close")
    assert desk.page() is desk.window.today
    told: list[object] = []
    desk.context.run(lambda: municipality(desk.context.desk), told.append)
    desk.settle()
    assert told[0].name == "Lilleby Kommune"  # type: ignore[attr-defined]


def test_settings_begin_at_their_heading_and_go_by_escape_wherever_the_keyboard_is(desk: Desk) -> None:
    """They opened where they were scrolled to last, the keyboard outside them, and Escape did nothing."""
    for _ in range(2):
        desk.window.show_settings()
        desk.settle()
        settings = desk.window._settings
        bar = settings._scrolling.verticalScrollBar()
        assert bar.value() == 0
        assert settings.isAncestorOf(QApplication.focusWidget())
        bar.setValue(bar.maximum())
        desk.find("settings.open" if desk.seen("settings.open") else "lock").setFocus()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        desk.settle()
        assert desk.window.pages.currentWidget() is desk.window.today


def test_reporting_without_the_municipalitys_id_says_what_lacks(desk: Desk) -> None:
    desk.context.pass_pen(Role.BESTILLER)
    desk.window.show_settings()
    desk.settle()
    named = desk.find("municipality.organisation_id")
    assert WITHOUT_ID not in named.editor.accessibleDescription()
    desk.find("municipality.reporting").editor.click()
    desk.settle()
    assert WITHOUT_ID in named.editor.accessibleDescription()
    desk.type("municipality.organisation_id", "9f0b2e1c-0000-4000-8000-000000000001")
    desk.window.leave_fields()
    desk.settle()
    assert WITHOUT_ID not in named.editor.accessibleDescription()


def test_no_limit_of_weeks_is_read_as_none(desk: Desk) -> None:
    """ "ikke skrevet endnu" stood where nothing means no limit."""
    desk.context.pass_pen(Role.VEJLEDER)
    desk.window.show_settings()
    desk.settle()
    weeks = [f for f in desk.window._settings.findChildren(TextField) if f.objectName().endswith(".most_weeks")]
    assert weeks
    for field in weeks:
        assert field.read_only()
        read = field.findChild(GrowingText)
        assert read is not None
        assert read.placeholderText() == "ingen grænse"


def test_what_is_no_paragraph_is_told_at_its_field_and_stays_there(desk: Desk) -> None:
    desk.context.pass_pen(Role.BESTILLER)
    desk.shortcut("settings")
    field = desk.find("municipality.paragraphs_no")
    for text, kept in (("82b", "82b"), ("82a og § 107", ""), ("§ 82 b og § 82 a", "82b, 82a")):
        field.set_text("")
        desk.type("municipality.paragraphs_no", text)
        desk.press("settings.close")
        desk.shortcut("settings")
        told: list[Municipality] = []
        desk.context.run(lambda told=told: told.append(municipality(desk.context.desk)))
        desk.settle()
        assert told[0].paragraphs_no == (kept or Municipality(id="", case_id="").paragraphs_no)  # as it came
        assert field.text() == (kept or text)
        assert (field.error() or "") == ("" if kept else paragraph_error("§ 107"))


def paragraph_error(part: str) -> str:
    return f"»{part}« er ikke en paragraf, et svar kan hvile på. Skriv 82a, 82b eller 85."


def test_lock_minutes_are_kept_and_used(desk: Desk) -> None:
    desk.context.pass_pen(Role.BESTILLER)
    desk.shortcut("settings")
    pill = next(p for p in desk.window._settings.minutes.pills() if p.key == "15")
    pill.click()
    desk.settle()
    assert desk.window._idle.interval() == 15 * 60_000
    assert desk.window._settings.minutes.current() == "15"
    desk.key(Qt.Key.Key_Escape)
    assert desk.page() is desk.window.today


def test_lock_minutes_look_off_to_who_may_not_change_them(desk: Desk) -> None:
    desk.context.pass_pen(Role.BESTILLER)
    desk.shortcut("settings")

    def seen() -> list[tuple[object, object]]:
        pills = desk.window._settings.minutes.pills()
        return [(pill.grab().toImage(), pill.cursor().shape()) for pill in pills]

    on = seen()
    assert all(shape is Qt.CursorShape.PointingHandCursor for _, shape in on)
    desk.context.pass_pen(Role.VEJLEDER)
    desk.settle()
    off = seen()
    assert all(one[0] != other[0] for one, other in zip(on, off, strict=True))
    assert all(shape is Qt.CursorShape.ArrowCursor for _, shape in off)


def test_a_logo_that_is_no_picture_is_refused(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.context.pass_pen(Role.BESTILLER)
    file = tmp_path / "logo.png"
    file.write_bytes(b"no picture")
    monkeypatch.setattr(desk.window.asks, "open_file", lambda *_: str(file))
    desk.shortcut("settings")
    desk.press("settings.logo")
    assert "ikke et billede" in desk.window.asks.line.text()


def test_a_logo_is_kept(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.context.pass_pen(Role.BESTILLER)
    from PySide6.QtGui import QImage

    image = QImage(1200, 300, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    image.save(str(tmp_path / "logo.png"))
    monkeypatch.setattr(desk.window.asks, "open_file", lambda *_: str(tmp_path / "logo.png"))
    desk.shortcut("settings")
    desk.press("settings.logo")
    assert desk.window._settings.logo.isVisible()


# ------------------------------------------------------------------------------------------- names, and nothing cut off


def _focusable(page: QWidget) -> list[QWidget]:
    return [
        w
        for w in page.findChildren(QWidget)
        if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.focusProxy() is None
    ]


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_every_stop_has_a_name_and_nothing_is_cut_off(desk: Desk, scale: int) -> None:
    desk.window.resize(1366, 768)
    desk.window.set_look("light", scale)
    shows = {
        "settings": desk.window.show_settings,
        "pen": desk.window.pass_pen,
        "help": desk.window.show_help,
        "lock": desk.window.lock,
    }
    for name, show in shows.items():
        desk.window.go_home()
        desk.settle()
        show()
        desk.settle()
        front = {
            "settings": desk.window._settings,
            "pen": desk.window._pen,
            "help": desk.window._help,
            "lock": desk.window._lock,
        }[name]
        assert front is not None
        for widget in _focusable(front):
            assert widget.accessibleName(), (name, widget)
            left = widget.mapTo(desk.window, widget.rect().topLeft()).x()
            assert left >= 0, (name, widget.objectName())
            assert left + widget.width() <= desk.window.width(), (name, widget.objectName())
        if name == "lock":
            desk.window._lock.uncover()
        elif name != "settings":
            front.close_overlay()
    for button in (desk.window.everywhere.pen_button, *desk.window.everywhere.buttons):
        assert button.accessibleName()
        assert button.mapTo(desk.window, button.rect().topRight()).x() <= desk.window.width()


def test_a_word_that_was_taught_can_be_forgotten_again(desk: Desk) -> None:
    desk.context.writing.teach("mestringsgruppe")
    desk.shortcut("settings")
    desk.settle()
    assert desk.find("settings.word.mestringsgruppe").accessibleName() == "Glem ordet mestringsgruppe"
    desk.press("settings.word.mestringsgruppe")
    desk.settle()
    assert not desk.seen("settings.word.mestringsgruppe")
    assert desk.context.writing.book.taught == frozenset()


def test_the_settings_open_with_what_is_ones_own_and_the_rest_comes_from_the_top(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole page took more than a tenth of a second at once."""
    page: list[str] = []
    bind = SettingsPage._bind

    def binding(made: SettingsPage, field: Field, name: str, column: QVBoxLayout) -> None:
        page.append(name)
        bind(made, field, name, column)

    monkeypatch.setattr(SettingsPage, "_bind", binding)
    desk.window.show_settings()
    assert desk.seen("settings.size")
    assert desk.seen("settings.close")
    assert page == []
    desk.until(lambda: page)
    assert page[0] == "name"
    assert len(page) < 10
    desk.settle()
    assert page[-1] == "plain_words"
    assert desk.find("municipality.name").text() == "Rundbord Kommune"
    assert desk.find("municipality.plain_words")
    tops = [desk.find(f"municipality.{name}").y() for name in page]
    assert tops == sorted(tops)
