# SPDX-License-Identifier: MPL-2.0
"""Two lanes and one door: work runs on a lane's single thread, answers come back on the GUI thread (style § 6.5).

The database lane owns the replica's connection; the work lane takes what is slow and reads no replica (a password's key, a
paper). Neither waits for the other. Made and closed by bootstrap. Must not know what the work is.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal, Slot

from app.domain.errors import LaneClosed

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

    def hurry(self) -> None:
        """Call now, in their order, the answers that have come; asked on the GUI thread."""
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)

    @Slot(object)
    def _open(self, answer: Callable[[], object]) -> None:
        answer()


class Lane:
    """One thread that does one thing at a time, in the order asked. A plain thread: a pool takes its time to import.

    Whoever waits for an answer lends the lane their own thread for it when it rests: to wake another for something short and
    then be woken by it takes longer than the thing itself.
    """

    def __init__(self, name: str, door: Door) -> None:
        self._door = door
        self._waiting = 0
        self._asked: deque[Callable[[], object] | None] = deque()
        self._bell = threading.Lock()
        """Free when something has been asked since the lane last looked. A lock is one call, Python's semaphore a dozen."""
        self._bell.acquire()
        self._gate = threading.Lock()
        self._turn = threading.Lock()
        """Held by the thread that does what the lane was asked, from before it is taken off the list until it is done."""
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def idle(self) -> bool:
        """Whether everything asked has been done and its answer given. Asked on the GUI thread."""
        return self._waiting == 0

    @property
    def closed(self) -> bool:
        """Whether the program is closing: what rests until nobody does anything asks for nothing then."""
        return self._closed

    def ask(
        self,
        work: Callable[[], T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Do `work` on the lane; `then` gets its answer, or `failed` its error, on the GUI thread.

        An error nobody takes is raised on the GUI thread, where the crash hook meets it. Nothing is asked of a closed lane.
        """

        def do() -> None:
            try:
                found = work()
            except BaseException as error:  # noqa: BLE001 - it is raised, or answered, on the other side of the door
                failure = error
                self._door.call(lambda: self._fail(failure, failed))
            else:
                self._door.call(lambda: self._answer(found, then))

        self._put(do)
        self._waiting += 1

    def wait(self, work: Callable[[], T]) -> T:
        """Do `work` in the lane's order and wait for its answer, or its error. For threads that are neither this lane nor the
        GUI's.

        Raises LaneClosed when the lane is closed; what was asked before that is done.
        """
        with self._gate:
            self._refuse_if_closed()
            rests = not self._asked and self._turn.acquire(blocking=False)
        if not rests:
            return self._wait_for(work)
        try:
            return work()
        finally:
            self._turn.release()

    def _wait_for(self, work: Callable[[], T]) -> T:
        done = threading.Event()
        found: list[T] = []
        failure: list[BaseException] = []

        def do() -> None:
            try:
                found.append(work())
            except BaseException as error:  # noqa: BLE001 - it is raised where it was asked
                failure.append(error)
            finally:
                done.set()

        self._put(do)
        done.wait()
        if failure:
            raise failure[0]
        return found[0]

    def close(self, seconds: float | None = None) -> None:
        """Finish what was asked, then stop. What takes longer than `seconds` is left to itself, and nobody gets its answer."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._ask(None)
        self._thread.join(seconds)

    def _put(self, work: Callable[[], object]) -> None:
        with self._gate:
            self._refuse_if_closed()
            self._ask(work)

    def _ask(self, work: Callable[[], object] | None) -> None:
        """Under the gate."""
        self._asked.append(work)
        if self._bell.locked():
            self._bell.release()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise LaneClosed("the lane is closed")

    def _run(self) -> None:
        while True:
            self._bell.acquire()
            while self._asked:
                with self._turn:
                    work = self._asked.popleft()
                    if work is None:
                        return
                    work()
                    del work  # what it held is not kept until the next is asked

    def _answer(self, found: T, then: Callable[[T], object] | None) -> None:
        self._waiting -= 1
        if then is not None:
            then(found)

    def _fail(self, error: BaseException, failed: Callable[[Exception], object] | None) -> None:
        self._waiting -= 1
        if failed is not None and isinstance(error, Exception):
            failed(error)
        else:
            raise error
