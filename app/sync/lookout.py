# SPDX-License-Identifier: MPL-2.0
"""Looks after whoever waits for an answer: a server that is there and says nothing must not keep them for ever.

A frozen server, and a line whose middle has swallowed what was said, look like nothing at all from here: the machine at the other
end still acknowledges every packet. So somebody else sees how long it takes. The network thread has one that begins and ends
with the engine; an errand, and a round without a thread, are watched while they last. Must not know what was asked.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from app.domain.errors import EnvironmentProblem, LaneClosed
from app.sync.profile import Profile
from app.sync.session import Session

log = logging.getLogger(__name__)

SILENT = "Den fælles database svarer ikke. Det, du skriver, gemmes her."

_EVERY = 5.0  # seconds between two looks
_TOLD = 15.0  # seconds without an answer, and nothing of it on its way, before it is told
_MOST = 130.0  # seconds before the call is given up and made again: a little longer than the server's own limit for a statement
_AT_ONCE = 0.5  # seconds between two looks at what somebody may no more wait for
_SOON = 0.5
_ERRAND = 15.0  # seconds a call of an errand may take: somebody sits and waits for it


class Asked(Protocol):
    """Somebody's line: since when they wait for an answer on it (0: they do not), and how it is broken off."""

    @property
    def asked_at(self) -> float: ...

    def abort(self) -> None: ...


W = TypeVar("W", bound=Asked)


@contextmanager
def errand(profile: Profile, login: str, password: str, wanted: Callable[[], bool] = lambda: True) -> Iterator[Session]:
    """A session beside the engine's, on the caller's own thread, for what somebody waits for. A call that is not answered in
    time, or while it is no more `wanted`, ends as one with no line. Raises what opening a session does."""
    session = Session(profile, login, password)
    try:
        with watched(lambda: (session,), lambda: _ERRAND if wanted() else 0.0, _AT_ONCE):
            yield session
    finally:
        session.close()


@contextmanager
def watched(
    sessions: Callable[[], Iterable[Asked]], most: Callable[[], float] = lambda: _MOST, every: float = _EVERY
) -> Iterator[None]:
    """A call inside that has waited for its answer so many seconds (`most`) is given up; looked for so often (`every`)."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(min(every, max(most(), _SOON) / 3)):
            for session in unanswered(sessions(), most()):
                log.info("shared database: a call was never answered")
                session.abort()

    thread = threading.Thread(target=look, name="watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def unanswered(sessions: Iterable[W], seconds: float) -> list[W]:
    """Those in the middle of a call that has lasted longer."""
    now = time.monotonic()
    return [s for s in sessions if (asked := s.asked_at) and now - asked > seconds]


class Lookout:
    """`sessions`: those there are now. `tell` is called on a thread of this one's own, `again` when what it told is over."""

    def __init__(
        self,
        sessions: Callable[[], Iterable[Session]],
        stopping: threading.Event,
        tell: Callable[[str], None],
        again: Callable[[], None],
    ) -> None:
        self._sessions = sessions
        self._stopping = stopping
        self._tell = tell
        self._again = again
        self._thread = threading.Thread(target=self._run, name="lookout", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """The engine has been told to stop: end with it."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def let_go(self) -> None:
        """Nobody waits any longer for what should have been answered by now."""
        for session in self._unanswered(_TOLD):
            session.abort()

    def _run(self) -> None:
        told = False
        while not self._stopping.wait(_EVERY):
            for session in self._unanswered(_MOST):
                log.info("shared database: a call was never answered")
                session.abort()
            silent = bool(self._unanswered(_TOLD))
            if silent:
                try:
                    self._tell(SILENT)
                except LaneClosed:
                    return
                except EnvironmentProblem as problem:  # the disk; the turn that is waited for will tell of it
                    log.info("shared database: %s", problem.message)
            if (told or silent) and not self._unanswered(_TOLD):  # also one answered while it was told
                self._again()
            told = silent

    def _unanswered(self, seconds: float) -> list[Session]:
        return unanswered(self._sessions(), seconds)
