# SPDX-License-Identifier: MPL-2.0
"""Every screen can be worked by keyboard alone and by ear: Tab comes to all, and all has a name and is within the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.qt.theme import theme_of
from app.views.parts.field import field_of
from app.views.sign_in.connect_page import ConnectPage, Way
from app.views.sign_in.first_start import FirstStart
from app.views.sign_in.key_pages import PassphrasePage, RecoveryPage
from tests.views import screens
from tests.views.screens import SCREENS, called, faces, is_stop
from tests.views.shell_desk import Desk

BEFORE: dict[str, Callable[[], QWidget]] = {
    "passphrase": PassphrasePage,
    "recovery": lambda: RecoveryPage(True),
    "first_start": lambda: FirstStart(True),
    **{f"connect_{way.name.lower()}": lambda way=way: ConnectPage(way) for way in Way},
}
"""The pages there may be before a desk is open."""

ROUNDS = 20
"""How often what lies in what lies in a window may be laid out before all of it lies still."""


def stops_of(window: QWidget) -> list[QWidget]:
    return [one for face in faces(window) if is_stop(one := face.object())]


def tabbed_to(most: int) -> list[QWidget]:
    """What Tab comes to from where the keyboard is, until it is there again."""
    seen: list[QWidget] = []
    for _ in range(most):
        now = QApplication.focusWidget()
        assert now is not None, "the keyboard is lost"
        if now in seen:
            break
        seen.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    return seen


def reached(window: QWidget) -> None:
    """Tab comes to every stop. A box and the line in it are one, and so is a group of options."""
    stops = stops_of(window)
    seen = tabbed_to(2 * len(stops))
    whole = {one for one in stops if isinstance(one, QAbstractButton) and one.group() is not None}
    whole |= {one for one in stops if any(other.isAncestorOf(one) for other in stops)}
    assert [called(one) for one in stops if one not in seen and one not in whole] == []


def named(window: QWidget) -> None:
    """Whatever takes the keyboard has a name to hear and one to find it by; whatever is pressed takes the keyboard, but for what
    a field does by a key of its own."""
    shown = [one for face in faces(window) if isinstance(one := face.object(), QWidget) and one.isVisible()]
    stops = [one for one in shown if is_stop(one)]
    assert [called(one) for one in stops if not one.accessibleName()] == []
    assert [called(one) for one in stops if _found_by(one).startswith(("qt_", "window"))] == []
    pressed = [one for one in shown if isinstance(one, QAbstractButton) and one.isEnabled() and one.group() is None]
    assert [called(one) for one in pressed if one not in stops and field_of(one) is None] == []


def _found_by(stop: QWidget) -> str:
    at: QWidget | None = stop
    while at is not None and not at.objectName():
        at = at.parentWidget()
    return at.objectName() if at is not None else "qt_nothing"


def within(window: QWidget) -> None:
    """In large text too, on the smallest screen."""
    theme_of().apply(QApplication.instance(), "light", 200)  # type: ignore[arg-type]
    window.resize(1366, 768)
    for _ in range(ROUNDS):
        QApplication.processEvents()
        if not outside(window):
            break
    assert window.width() == 1366
    assert outside(window) == []


def outside(window: QWidget) -> list[str]:
    edges = {called(one): (left := one.mapTo(window, QPoint(0, 0)).x(), left + one.width()) for one in stops_of(window)}
    return [name for name, (left, right) in edges.items() if left < 0 or right > window.width()]


@pytest.mark.parametrize("come_to", SCREENS, ids=lambda one: one.__name__)
def test_a_screen_is_worked_by_keyboard_and_by_ear(desk: Desk, come_to: screens.Way) -> None:
    come_to(desk)
    desk.settle()
    named(desk.window)
    reached(desk.window)
    desk.settle()
    within(desk.window)


@pytest.mark.parametrize("name", BEFORE)
def test_a_page_before_there_is_a_desk_is_worked_by_keyboard_and_by_ear(qtbot: QtBot, name: str) -> None:
    page = BEFORE[name]()
    qtbot.addWidget(page)
    page.setObjectName(name)
    page.resize(1366, 768)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.begin()
    named(page)
    reached(page)
    within(page)
    if isinstance(page, FirstStart):
        page.pages.setCurrentWidget(page.showing)
        page.showing.begin_at(page.last)
        named(page)
        reached(page)
        within(page)
