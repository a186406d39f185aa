# SPDX-License-Identifier: MPL-2.0
"""Showing a thing among others that are on the screen already, with all of them laid out once, when the turn is over.

Qt by itself lays out the whole column at once for each thing that is shown in it: twenty rows that came from a colleague laid
it out some sixty times. For whoever shows several things in a turn and asks none of them where it stands. Must not know what
is shown.
"""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QWidget


def appear(widget: QWidget, there: bool = True) -> None:
    """Show `widget`, or hide it. Qt lays out all around also for one that is shown already."""
    if there and widget.isVisible():
        return
    around = _laid_out_with(widget) if there and widget.isHidden() else []
    for layout in around:
        layout.setEnabled(False)
    try:
        widget.setVisible(there)
    finally:
        for layout in around:
            layout.setEnabled(True)


def _laid_out_with(widget: QWidget) -> list[QLayout]:
    """The layouts Qt would go through: those it lies in, from the inside, as far as one lies in the other."""
    found: list[QLayout] = []
    at = None if widget.isWindow() else widget.parentWidget()
    while at is not None and at.isVisible():
        layout = at.layout()
        if layout is None:
            break
        if layout.isEnabled():
            found.append(layout)
        at = None if at.isWindow() else at.parentWidget()
    return found
