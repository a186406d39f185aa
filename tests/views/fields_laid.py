# SPDX-License-Identifier: MPL-2.0
"""Fields in a window of their own, for tests, and the keys a person presses in them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views.parts.fields import Field


def press(target: QWidget, key: int = 0, text: str = "", with_keys: Qt.KeyboardModifier | None = None) -> None:
    """One key as a person presses it; `QTest.keyClicks` aborts on é, – and emoji."""
    keys = with_keys or Qt.KeyboardModifier.NoModifier
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, keys, text))


def write(field: Field, text: str) -> None:
    """Type a text, a key at a time."""
    for letter in text:
        press(field.editor, text=letter)


def laid(qtbot: QtBot, *fields: Field) -> QWidget:
    """The window that has the keyboard: the fields below each other, the first in hand."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    for field in fields:
        column.addWidget(field)
    window.resize(400, 500)
    window.show()
    window.activateWindow()
    fields[0].setFocus()
    qtbot.waitUntil(fields[0].has_user_focus)
    return window
