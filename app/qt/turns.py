# SPDX-License-Identifier: MPL-2.0
"""Work for the GUI thread that somebody waits for, cut into pieces: one a turn of the event loop, so that between two of them
keys are read and the window is painted.

Used through the context; `later` by whoever has one thing to do in a turn of its own. Must not know what is made; it stops when
what it is made for has gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid


def later(parent: QObject, act: Callable[[], object], after: int = 0) -> QTimer:
    """A timer that does `act` once, in a turn of its own, `after` so many milliseconds; begun anew it is once all the same."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(after)
    timer.timeout.connect(act)
    return timer


class Turns(QObject):
    """`take` from anywhere on the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ended = False
        self._waiting: list[tuple[Iterator[object], QObject]] = []
        self._next = later(self, self._go_on)

    @property
    def idle(self) -> bool:
        """Whether everything taken has been made."""
        return not self._waiting

    def end(self) -> None:
        """The program closes: nothing more is made."""
        self.ended = True
        self._waiting.clear()
        self._next.stop()

    def take(self, pieces: Iterator[object], of: QObject) -> None:
        """Make `pieces`, one at each turn after this one and after what was taken before, as long as `of` is there."""
        if not self.ended:
            self._waiting.append((pieces, of))
            self._next.start()

    def _go_on(self) -> None:
        pieces, of = self._waiting[0]
        more = False
        try:
            if isValid(of):
                next(pieces)
                more = True
        except StopIteration:
            pass
        finally:
            if not more and (pieces, of) in self._waiting:
                self._waiting.remove((pieces, of))
            if self._waiting:
                self._next.start()
