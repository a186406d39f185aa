# SPDX-License-Identifier: MPL-2.0
"""Python's looks for garbage, taken by the GUI thread when it has nothing else to do.

Left to itself Python looks on whatever thread makes the object that is one too many. On a lane it would find a widget that
nobody holds, take it down there while the GUI thread makes another, and each would wait for what the other has: Qt's lock, and
the interpreter. And a durable write would wait for the look. Begun by `brisk.settle`. Must not know what is swept.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QObject


class Sweeper(QObject):
    """Looks as often as Python would, each time the application is about to sleep; `end` gives the looks back to Python."""

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        gc.disable()
        self._dispatcher = QAbstractEventDispatcher.instance()
        self._dispatcher.aboutToBlock.connect(self.sweep)

    def sweep(self) -> None:
        """One look, through as many generations as are due."""
        made = gc.get_count()
        due = [generation for generation, limit in enumerate(gc.get_threshold()) if 0 < limit < made[generation]]
        if due:
            gc.collect(max(due))

    def end(self) -> None:
        """Whoever took the application down looks where they like."""
        self._dispatcher.aboutToBlock.disconnect(self.sweep)
        self.deleteLater()
        gc.enable()
