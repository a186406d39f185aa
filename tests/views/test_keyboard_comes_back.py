# SPDX-License-Identifier: MPL-2.0
"""Wherever the keyboard was when something went, it stands afterwards at something that can be seen, and never at the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.views.shell.overlay import Overlay
from tests.views.shell_desk import Desk


def front() -> QWidget:
    now = QApplication.focusWidget()
    assert now is not None
    return now


def passing(desk: Desk) -> QLineEdit:
    """Something on the page that will be gone."""
    made = QLineEdit(desk.page())
    made.show()
    made.setFocus(Qt.FocusReason.OtherFocusReason)
    assert made.hasFocus()
    return made


@pytest.mark.parametrize("in_room", [False, True])
def test_a_card_closed_where_what_was_left_is_gone_leads_to_the_page(desk: Desk, in_room: bool) -> None:
    """The window itself had the keyboard, and no key did anything."""
    if in_room:
        desk.window.open_case(desk.case("Brita"), 2)
        desk.settle()
    gone = passing(desk)
    card = Overlay(desk.window)
    card.open()
    gone.hide()
    card.close_overlay()
    desk.settle()
    assert front() is not desk.window
    assert desk.page().isAncestorOf(front())
    assert front().isVisible()


def test_a_lock_opened_where_what_was_left_is_gone_leads_to_the_page(desk: Desk) -> None:
    gone = passing(desk)
    desk.window.lock()
    desk.settle()
    gone.deleteLater()
    desk.settle()
    desk.type("lock.secret", "1234")
    desk.press("lock.open")
    assert desk.page().isAncestorOf(front())


def test_what_was_told_gives_the_keyboard_back_when_it_goes(desk: Desk) -> None:
    before = front()
    desk.window.asks.tell("Printeren svarer ikke.")
    desk.settle()
    away = desk.find("notice.close")
    away.setFocus(Qt.FocusReason.TabFocusReason)
    desk.key(Qt.Key.Key_Space, " ")
    assert front() is before
    assert desk.window.asks.line.text() == ""


def test_the_citizens_screen_keeps_the_keyboard_when_its_card_goes(desk: Desk) -> None:
    desk.window.open_case(desk.case("Brita"), 4)
    desk.settle()
    desk.window.turn()
    desk.settle()
    view = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "citizen_view" and w.isVisible())
    view._staff.ask()
    desk.settle()
    view._staff._before = None
    view._staff.close_overlay()
    desk.settle()
    assert front() is view.scrolling
    view.turn_back()
    desk.window.activateWindow()  # as the system does when a window goes
    desk.settle()
    assert desk.window.room.isAncestorOf(front())
