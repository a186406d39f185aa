# SPDX-License-Identifier: MPL-2.0
"""Before the window goes: everything typed is sent down, and words the disk refuses hold it open (promise 3).

Called by the window's close. Must not know what is typed, nor what is closed afterwards.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from app.views.context import Context

_NOT_KEPT = (
    "Det sidste er ikke gemt",
    "Det, der er skrevet sidst, kan ikke gemmes lige nu. Det står her endnu og går tabt, hvis Rundbord lukkes.",
    "Luk alligevel",
    "Bliv her",
)
_LONGEST_MS = 6000
"""Somewhat longer than the file may be busy."""


def bound_fields() -> list[Any]:
    """Every field tied to the record, on whatever window of the program."""
    binding = sys.modules.get("app.views.binding")
    if binding is None:  # closed before anybody could write
        return []
    return [bound for top in QApplication.topLevelWidgets() for bound in top.findChildren(binding.Bound)]


def may_close(context: Context, window: QWidget) -> bool:
    """Whether everything typed is kept, or somebody says that it may go. Waits for what is on its way down.

    Then what is turned to the citizen is turned back: it refuses to be closed, and would hold the program open.
    """
    turned = _turned(window)
    for view in turned:
        view.flush()
    longest = QTimer()
    longest.setSingleShot(True)
    longest.start(_LONGEST_MS)
    waiting = QEventLoop.ProcessEventsFlag
    while not context.database.idle and longest.isActive():
        QCoreApplication.processEvents(waiting.ExcludeUserInputEvents | waiting.WaitForMoreEvents)
    longest.stop()
    kept = all(bound.kept for bound in bound_fields()) and not context.refused.homeless
    if not kept and not context.asks.confirm(*_NOT_KEPT):
        return False
    for view in turned:
        view.turn_back()
    return True


def _turned(window: QWidget) -> list[Any]:
    """What is turned to the citizen, on whatever screen."""
    turn = sys.modules.get("app.views.room.turn")
    return window.findChildren(turn.CitizenView) if turn is not None else []
