# SPDX-License-Identifier: MPL-2.0
"""Fields from the keyboard: chosen in by keys, and the ring and the outlines by which one sees where one is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.qt.theme import theme_of
from app.views.parts.choice_fields import RadioOption
from app.views.parts.fields import ChoiceField, Field, Option, ScaleField, TextField
from app.views.parts.keyboard import UndoesSteps
from app.views.room.tried import SmallChoice
from tests.views.fields_laid import laid, press, write


@pytest.fixture
def lay(qtbot: QtBot) -> Callable[..., None]:
    """Lays fields in a window, the first in hand, and keeps it until the test is over."""
    windows: list[QWidget] = []
    return lambda *fields: windows.append(laid(qtbot, *fields))


FEW = [Option("ja", "Ja"), Option("nej", "Nej"), Option("senere", "Svaret udskydes")]

# ----------------------------------------------------------------------------------------------- choosing from the keys

OWNERS = [Option("borger", "Borger"), Option("vejleder", "Vejleder"), Option("bestiller", "Bestiller")]


@pytest.mark.parametrize(
    ("typed", "stands"),
    [("bor", "borger"), ("B", "B"), ("hesten", "hesten"), ("VEJ", "vejleder"), ("stiller", "stiller")],
)
def test_tab_takes_the_one_option_that_begins_as_typed(lay: Callable[..., None], typed: str, stands: str) -> None:
    """ "bor" and Tab was refused as no answer, with "Borger" alone in the list below it."""
    field, after = ChoiceField("Hvis?", OWNERS, type_ahead=True), TextField("Hvem")
    lay(field, after)
    told: list[str] = []
    field.edited.connect(told.append)
    field.setFocus()
    write(field, typed)
    QTest.keyClick(field.editor, Qt.Key.Key_Tab)
    assert field.text() == stands
    assert told[-1] == stands
    assert after.has_user_focus()


def test_tab_past_words_that_stood_there_changes_nothing(lay: Callable[..., None]) -> None:
    field = ChoiceField("Hvis?", OWNERS, type_ahead=True)
    lay(field)
    field.set_text("bor")
    field.setFocus()
    QTest.keyClick(field.editor, Qt.Key.Key_Tab)
    assert field.text() == "bor"


def test_down_goes_on_among_options_that_lie_side_by_side(lay: Callable[..., None]) -> None:
    field = SmallChoice("Hvordan gik det?", FEW)
    lay(field)
    field.setFocus()
    radios = field.findChildren(RadioOption)
    press(radios[0], Qt.Key.Key_Down)
    assert radios[1].hasFocus()
    assert field.text() == "", "no choice is made by looking"
    press(radios[1], Qt.Key.Key_Space, " ")
    press(radios[1], Qt.Key.Key_Down)
    assert (field.text(), radios[2].hasFocus()) == ("senere", True)
    press(radios[2], Qt.Key.Key_Down)
    assert radios[2].hasFocus()
    press(radios[2], Qt.Key.Key_Up)
    assert (field.text(), radios[1].hasFocus()) == ("nej", True)


# ------------------------------------------------------------------------------------------------- what can be told apart


def _apart(one: QColor, other: QColor) -> float:
    low, high = sorted(0.05 + _light(color) for color in (one, other))
    return high / low


def _light(color: QColor) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_boxes_of_an_empty_scale_can_be_counted(qapp: QApplication, lay: Callable[..., None], scheme: str) -> None:
    """In the dark they were a shade of what they lay on."""
    theme_of().apply(qapp, scheme, 100)
    field = ScaleField("I dag")
    lay(field)
    picture = field.editor.grab().toImage()
    middle = picture.height() // 2
    lies_on = theme_of().color("side")
    row = [_apart(picture.pixelColor(x, middle), lies_on) >= 3 for x in range(picture.width() * 3 // 4)]
    edges = sum(1 for before, now in pairwise(row) if now and not before)
    theme_of().apply(qapp, "light", 100)
    assert edges >= 18, "a left and a right edge of each box"


@pytest.mark.parametrize("read_only", [False, True])
def test_the_ring_round_what_has_the_keyboard_is_whole(lay: Callable[..., None], read_only: bool) -> None:
    """It was drawn outside the field, where nothing is painted: its sides were cut off."""
    field: Field = TextField("Navn") if read_only else ScaleField("I dag")
    lay(field, TextField("Efter"))
    field.set_text("5")
    field.set_read_only(read_only)
    field.setFocus()
    QApplication.processEvents()
    front = QApplication.focusWidget()
    assert front is not None
    around = QRect(front.mapTo(field, QPoint(0, 0)), front.size())
    picture, ring = field.grab().toImage(), theme_of().color("focus").rgb()
    for x in (around.left() + 1, around.right() - 1):
        assert picture.pixel(x, around.center().y()) == ring


def test_a_page_that_goes_while_the_cursor_moves_goes_quietly(qtbot: QtBot, qapp: QApplication) -> None:
    page, other = QWidget(), QLineEdit()
    qtbot.addWidget(other)
    UndoesSteps(page)
    page.destroyed.connect(lambda: qapp.focusChanged.emit(None, other))  # what is in it has not gone yet
    with qtbot.captureExceptions() as raised:
        delete(page)
    assert raised == []
