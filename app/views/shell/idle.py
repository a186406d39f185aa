# SPDX-License-Identifier: MPL-2.0
"""How long nobody has pressed a key or moved the mouse: after so long the window locks by itself.

Made by the window when it is furnished. Must not know what is done when the time is up.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QInputEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

_SIGNS_OF_LIFE = (QEvent.Type.KeyPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel)


class Idle(QTimer):
    """`timeout` when the time is up; begun anew by any key or movement."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._watches = False
        self.setSingleShot(True)

    def allow(self, minutes: int, *, watches: bool = True) -> None:
        """So many minutes from now on; 0 is for ever. Without `watches` nobody sits there, and nothing is heeded."""
        self.setInterval(minutes * 60_000)
        watches = watches and bool(minutes)
        if watches:
            self.start()
        else:
            self.stop()
        self._watch(watches)

    def again(self) -> None:
        """Somebody is back: the time begins anew, where there is any."""
        if self.interval():
            self.start()

    def end(self) -> None:
        """Nothing is heeded any more."""
        self.stop()
        self._watch(False)

    def _watch(self, watches: bool) -> None:
        """Keys and movements are seen where the system hands them in, at each window of ours that comes to the front: a filter
        on the application would make a Python object of every event between two widgets, a fifth of what a page costs.
        """
        app = QApplication.instance()
        if not isinstance(app, QApplication) or watches == self._watches:
            return
        self._watches = watches
        if watches:
            app.focusWindowChanged.connect(self._watch_window)
            self._watch_window(self._window.windowHandle())
        else:
            app.focusWindowChanged.disconnect(self._watch_window)
            for window in app.allWindows():
                window.removeEventFilter(self)

    def _watch_window(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, _watched: Any, event: QEvent) -> bool:
        """Any key or movement puts the lock off."""
        if isinstance(event, QInputEvent) and event.type() in _SIGNS_OF_LIFE and self.isActive():
            self.start()
        return False
