# SPDX-License-Identifier: MPL-2.0
"""Every widget and every window of the program, counted while none of them can go.

Used by the look, the lock and whoever closes. Must not know what is done with them.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QWidget


@contextmanager
def undisturbed() -> Iterator[None]:
    """No look for garbage meanwhile. For what goes through every widget by its bare address, as PySide does when it lists them
    and Qt when it tells them all of another font: one that Python found nobody to hold would be gone before its turn came, and
    the program would fall.
    """
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()


def every_widget() -> Sequence[QWidget]:
    """All there are, shown or not."""
    with undisturbed():
        return QApplication.allWidgets()


def every_top() -> Sequence[QWidget]:
    """Those that lie in no other."""
    with undisturbed():
        return QApplication.topLevelWidgets()


def every_window() -> Sequence[QWindow]:
    """The system's own windows under them."""
    with undisturbed():
        return QGuiApplication.allWindows()
