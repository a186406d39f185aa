# SPDX-License-Identifier: MPL-2.0
"""Scroll bars of our own, and that a change of look costs what it must: no style sheet lies on the application."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMenu, QScrollArea, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from app.qt.theme import theme_of
from app.views.parts.bars import SlimBar, calm, slim_bars
from tests.patience import until
from tests.views.shell_desk import Desk

NONE, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease


@pytest.fixture
def area(qtbot: QtBot) -> QScrollArea:
    made = QScrollArea()
    slim_bars(made)
    inner = QWidget()
    inner.resize(200, 2000)
    made.setWidget(inner)
    qtbot.addWidget(made)
    made.resize(220, 400)
    made.show()
    return made


def mouse(bar: QScrollBar, kind: QEvent.Type, y: float, button: Qt.MouseButton = LEFT) -> None:
    at = QPointF(bar.width() / 2, y)
    held = NONE if kind is RELEASE else button
    QApplication.sendEvent(
        bar, QMouseEvent(kind, at, bar.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
    )


def test_the_handle_is_drawn_along_and_never_further_than_the_end(area: QScrollArea) -> None:
    bar = area.verticalScrollBar()
    mouse(bar, PRESS, 5)
    assert bar.isSliderDown()
    mouse(bar, MOVE, 5 + bar.height() / 4)
    assert 0 < bar.value() < bar.maximum()
    mouse(bar, MOVE, 10_000)
    assert bar.value() == bar.maximum()
    mouse(bar, MOVE, -10_000)
    assert bar.value() == bar.minimum()
    mouse(bar, RELEASE, 5)
    assert not bar.isSliderDown()
    mouse(bar, MOVE, 300)
    assert bar.value() == bar.minimum(), "it was let go"


def test_a_press_beside_the_handle_pages_and_stops_when_it_is_let_go(area: QScrollArea) -> None:
    bar = area.verticalScrollBar()
    mouse(bar, PRESS, bar.height() - 2)
    assert bar.value() == bar.pageStep()
    assert bar.repeatAction() is bar.SliderAction.SliderPageStepAdd
    mouse(bar, RELEASE, bar.height() - 2)
    assert bar.repeatAction() is bar.SliderAction.SliderNoAction
    mouse(bar, PRESS, 1)
    mouse(bar, RELEASE, 1)
    assert bar.value() == 0


def test_another_button_does_nothing(area: QScrollArea) -> None:
    mouse(area.verticalScrollBar(), PRESS, 390, Qt.MouseButton.RightButton)
    assert area.verticalScrollBar().value() == 0


def test_the_bars_grow_with_the_text(qapp: QApplication, area: QScrollArea) -> None:
    before = area.verticalScrollBar().width()
    theme_of().apply(qapp, "light", 200)
    try:
        until(lambda: area.verticalScrollBar().width() == 2 * before, QApplication.processEvents)
    finally:
        theme_of().apply(qapp, "light", 100)


def test_a_menu_has_the_colours_of_the_look_it_opens_in(qapp: QApplication, qtbot: QtBot) -> None:
    menu = calm(QMenu())
    qtbot.addWidget(menu)
    menu.addAction("Et valg")
    theme_of().apply(qapp, "dark", 100)
    try:
        menu.popup(menu.pos())
        assert theme_of().color("surface").name() in menu.styleSheet()
        menu.close()
    finally:
        theme_of().apply(qapp, "light", 100)


def test_no_style_sheet_lies_on_the_application_or_on_a_screen(desk: Desk) -> None:
    """With one, each of some two thousand widgets is measured against every rule at a change of look: two seconds."""
    desk.shortcut("settings")
    desk.window.go_home()
    desk.window.open_case(desk.case("Brita"))
    desk.settle()
    assert QApplication.instance().styleSheet() == ""  # type: ignore[union-attr]
    styled = [one for one in QApplication.allWidgets() if one.styleSheet() and not isinstance(one, QMenu)]
    assert styled == []


def test_whatever_can_scroll_on_a_screen_has_slim_bars(desk: Desk) -> None:
    desk.shortcut("settings")
    desk.window.go_home()
    desk.window.open_case(desk.case("Brita"))
    desk.settle()
    off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    thick = [
        area.objectName() or type(area).__name__
        for area in desk.window.findChildren(QAbstractScrollArea)
        if area.window() is desk.window  # a list that drops down gets its bars when it first does
        and area.verticalScrollBarPolicy() is not off
        and not isinstance(area.verticalScrollBar(), SlimBar)
    ]
    assert thick == []
