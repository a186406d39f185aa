# SPDX-License-Identifier: MPL-2.0
"""Two lanes and one door: work runs on a lane's single thread, answers come back on the GUI thread (style § 6.5).

The database lane owns the replica's connection; the work lane takes what is slow and reads no replica (a password's key, a
paper). Neither waits for the other. Made and closed by bootstrap. Must not know what the work is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

T = TypeVar("T")
log = logging.getLogger(__name__)


class Door(QObject):
    """Made on the GUI thread, so that what is passed through it is called there."""

    _knock = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._knock.connect(self._open, Qt.ConnectionType.QueuedConnection)

    def call(self, answer: Callable[[], object]) -> None:
        """Call `answer` on the GUI thread, from any thread."""
        self._knock.emit(answer)

    @Slot(object)
    def _open(self, answer: Callable[[], object]) -> None:
        answer()


class Lane:
    """One thread that does one thing at a time, in the order asked."""

    def __init__(self, name: str, door: Door) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._door = door
        self._waiting = 0

    @property
    def idle(self) -> bool:
        """Whether everything asked has been done and its answer given. Asked on the GUI thread."""
        return self._waiting == 0

    def ask(
        self,
        work: Callable[[], T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Do `work` on the lane; `then` gets its answer, or `failed` its error, on the GUI thread.

        An error nobody takes is raised on the GUI thread, where the crash hook meets it. Nothing is asked of a closed lane.
        """
        self._waiting += 1

        def done(future: Future[T]) -> None:
            self._door.call(lambda: self._answer(future, then, failed))

        self._pool.submit(work).add_done_callback(done)

    def close(self) -> None:
        """Finish what was asked, then stop."""
        self._pool.shutdown(wait=True)

    def _answer(
        self,
        future: Future[T],
        then: Callable[[T], object] | None,
        failed: Callable[[Exception], object] | None,
    ) -> None:
        self._waiting -= 1
        error = future.exception()
        if error is None:
            if then is not None:
                then(future.result())
        elif failed is not None and isinstance(error, Exception):
            failed(error)
        else:
            raise error
