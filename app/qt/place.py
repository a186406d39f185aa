# SPDX-License-Identifier: MPL-2.0
"""Where a window stands on the screen: where it was left, else whole within the room there is.

Called by bootstrap and the practice at two desks before the window is shown, and when it is closed.
Must not know what is in the window.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

WIDE, HIGH = 1366, 768
_FRAME_WIDE, _FRAME_HIGH = 16, 40
"""What the system may draw round a window. It tells only when the window is there, and then it is too late to fit it."""


def room_of(app: QGuiApplication) -> QRect | None:
    """What the screen has free; None where a window is only measured or played, and there is no screen to go beyond."""
    return None if app.platformName() == "offscreen" else app.primaryScreen().availableGeometry()


def put_in_place(window: QWidget, kept: str, room: QRect) -> None:
    """As it was left last, which Qt moves to a screen that is there; else in the middle of `room`, or over all of it."""
    if kept and window.restoreGeometry(QByteArray.fromBase64(kept.encode("ascii", "ignore"))):
        return
    beside, above = room.width() - WIDE - _FRAME_WIDE, room.height() - HIGH - _FRAME_HIGH
    if beside < 0 or above < 0:
        window.setWindowState(Qt.WindowState.WindowMaximized)
    else:
        window.move(room.x() + beside // 2, room.y() + above // 2)


def put_beside(window: QWidget, *, right: bool) -> None:
    """Half the screen, left or `right`; where that is narrower than the window can be, its own side of it."""
    room = window.screen().availableGeometry()
    wide = room.width() // 2
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.setGeometry(room.x() + (wide if right else 0), room.y() + _FRAME_HIGH, wide, room.height() - _FRAME_HIGH)


def place_of(window: QWidget) -> str:
    """Where it stands and whether it fills the screen, for `put_in_place`."""
    return str(window.saveGeometry().toBase64().data(), "ascii")
