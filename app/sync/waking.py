# SPDX-License-Identifier: MPL-2.0
"""What the network thread sleeps on: a bell rung on this desk, the notices of its sessions, and the clock.

Used by the engine alone. A notice can be forged by anybody who guesses its name, so those that bring nothing are soon heard less
often; the bell never is.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from typing import Protocol

from app.domain.errors import EnvironmentProblem


class Noticing(Protocol):
    """A session, as far as one sleeps on it."""

    def fileno(self) -> int:
        """Its socket. Raises EnvironmentProblem when it is cut."""

    def noticed(self) -> bool:
        """Whether somebody else's notice has come since it was last asked. Raises EnvironmentProblem when it is cut."""


class Throttle:
    """So many wakes may bring nothing at once; after that, so many a second. One that brings something clears the account."""

    BURST, A_SECOND = 20.0, 4.0

    def __init__(self) -> None:
        self._left = self.BURST
        self._at = 0.0

    def brought(self, rows: int, now: float) -> None:
        """A notice was heard, and brought so many rows."""
        self._left = self.BURST if rows else self._now(now) - 1
        self._at = now

    def wait(self, now: float) -> float:
        """Seconds before the next notice is to be heard."""
        return max(0.0, (1 - self._now(now)) / self.A_SECOND)

    def _now(self, now: float) -> float:
        return min(self.BURST, self._left + (now - self._at) * self.A_SECOND)


class Bell:
    """Rung from any thread, heard on one. The sleeper holds `line` for as long as it has its hands on the sessions, which is
    never while it sleeps."""

    def __init__(self, line: AbstractContextManager[object]) -> None:
        self._line = line
        self._ear, self._cord = socket.socketpair()
        self._ear.setblocking(False)
        self._cord.setblocking(False)
        self.rung = False
        """Whether it has been rung since it was last heard."""
        self._selector: selectors.BaseSelector = selectors.DefaultSelector()

    def ring(self) -> None:
        """Wake the sleeper, now or the next time it would sleep."""
        self.rung = True
        with suppress(OSError):  # it is ringing already, or the sleeper has gone home
            self._cord.send(b"\0")

    def sleep(
        self, sessions: Mapping[str, Noticing], seconds: float, throttle: Throttle
    ) -> tuple[bool, frozenset[str]]:
        """Until the bell, a notice or the clock: whether the bell was rung, and whose sessions have news."""
        selector = self._fresh()
        selector.register(self._ear, selectors.EVENT_READ)
        news: set[str] = set()
        handles: dict[str, int] = {}  # as they are now: one that is cut no longer tells
        for name, session in sessions.items():
            try:
                handles[name] = session.fileno()
            except EnvironmentProblem:
                news.add(name)
            else:
                selector.register(handles[name], selectors.EVENT_READ, name)
                self._listen(session, name, news)
        until = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            hold = throttle.wait(now) if news else until - now
            if news and hold <= 0:
                return self.rung and self._heard(), frozenset(news)
            for name in (
                news & handles.keys()
            ):  # not listened to again before it is seen to: a cut one would not be silent
                selector.unregister(handles.pop(name))
            for key, _ in selector.select(max(min(hold, until - now), 0.0)):
                if key.data is None:
                    return self._heard(), frozenset(news)
                self._listen(sessions[key.data], key.data, news)
            if time.monotonic() >= until:
                return self._heard(), frozenset(news)

    def close(self) -> None:
        """The sleeper goes home."""
        self._selector.close()
        self._ear.close()
        self._cord.close()

    def _fresh(self) -> selectors.BaseSelector:
        """What one slept on last is put away now, and not on waking, when somebody waits for what one was woken for."""
        self._selector.close()
        self._selector = selectors.DefaultSelector()
        return self._selector

    def _listen(self, session: Noticing, name: str, news: set[str]) -> None:
        """Hear one session. One that has been cut has news."""
        try:
            with self._line:
                noticed = session.noticed()
        except EnvironmentProblem:
            noticed = True
        if noticed:
            news.add(name)

    def _heard(self) -> bool:
        self.rung = False
        try:
            return bool(self._ear.recv(4096))
        except BlockingIOError:
            return False
