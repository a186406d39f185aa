# SPDX-License-Identifier: MPL-2.0
"""What the pen in hand may do, for whoever shows it: a button, an action or a row of pills that is off says why (C1, C2).

The one way screens ask the role table (`domain/rights.py`). A service says no besides, so nothing rests on what is shown here.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.domain.rights import Act, may, refusal
from app.views.context import Context
from app.views.parts.buttons import Button


def why_not(context: Context, act: Act) -> str:
    """Why the pen in hand may not do `act`, as one sentence; "" when it may."""
    pen = context.pen
    return "" if pen is not None and may(pen.role, act) else refusal(act)


def refuses(context: Context, act: Act) -> bool:
    """Whether the pen in hand may not do `act`; then that is told."""
    why = why_not(context, act)
    if why:
        context.asks.tell(why)
    return bool(why)


def allow(context: Context, act: Act, *things: QWidget | QAction) -> None:
    """Let these be on only while the pen in hand may do `act`, and say why while they are off."""
    for thing in things:
        _Gate(context, act, thing)


class _Gate(QObject):
    """Follows the pen for one thing, and goes with it."""

    def __init__(self, context: Context, act: Act, thing: QWidget | QAction) -> None:
        super().__init__(thing)
        self._context = context
        self._act = act
        self._thing = thing
        self._tip = thing.toolTip()
        context.session_changed.connect(self._take)
        self._take()

    def _take(self) -> None:
        why = why_not(self._context, self._act)
        if isinstance(self._thing, Button):
            self._thing.forbid(why)
        else:
            self._thing.setEnabled(not why)
            self._thing.setToolTip(why or self._tip)
