# SPDX-License-Identifier: MPL-2.0
"""Where Tab goes in the window: along the order that is laid, stop by stop, round and round.

Qt's own way also stops at the frame of a field, wherever that lies in the chain, and goes on from what the frame points to: Tab
jumps back, and goes round among the last few for ever. Must not know what lies on a page.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def go_on(window: QWidget, forward: bool) -> bool:
    """Give the keyboard to the next stop in the window, or the one before; False when there is no other."""
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    for widget in _chain(window.focusWidget() or window, forward):
        if _stops_at(widget) and widget.window() is window:
            widget.setFocus(reason)
            return True
    return False


def _stops_at(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return takes and widget.isVisible() and widget.isEnabled()


def _chain(start: QWidget, forward: bool) -> Iterator[QWidget]:
    """Everything in the window's chain after `start`, once."""
    now = start
    while True:
        after = now.nextInFocusChain() if forward else now.previousInFocusChain()
        if after is None or after is start:
            return
        yield after
        now = after
