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
from contextlib import suppress
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
    """Rung from any thread, heard on one."""

    def __init__(self) -> None:
        self._ear, self._cord = socket.socketpair()
        self._ear.setblocking(False)
        self._cord.setblocking(False)

    def ring(self) -> None:
        """Wake the sleeper, now or the next time it would sleep."""
        with suppress(OSError):  # it is ringing already, or the sleeper has gone home
            self._cord.send(b"\0")

    def sleep(
        self, sessions: Mapping[str, Noticing], seconds: float, throttle: Throttle
    ) -> tuple[bool, frozenset[str]]:
        """Until the bell, a notice or the clock: whether the bell was rung, and whose sessions have news."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._ear, selectors.EVENT_READ)
            news: set[str] = set()
            for name, session in sessions.items():
                try:
                    handle = session.fileno()
                except EnvironmentProblem:
                    news.add(name)
                else:
                    selector.register(handle, selectors.EVENT_READ, name)
                    self._listen(selector, session, name, handle, news)
            until = time.monotonic() + seconds
            while True:
                now = time.monotonic()
                hold = throttle.wait(now) if news else until - now
                if news and hold <= 0:
                    return self._heard(), frozenset(news)
                for key, _ in selector.select(max(min(hold, until - now), 0.0)):
                    if key.data is None:
                        return self._heard(), frozenset(news)
                    self._listen(selector, sessions[key.data], key.data, key.fd, news)
                if time.monotonic() >= until:
                    return self._heard(), frozenset(news)

    def close(self) -> None:
        """The sleeper goes home."""
        self._ear.close()
        self._cord.close()

    def _listen(
        self, selector: selectors.BaseSelector, session: Noticing, name: str, handle: int, news: set[str]
    ) -> None:
        """Hear one session. One that has news, or has been cut, is not listened to again before that is seen to.

        `handle` is the socket it had when it was listened to first: one that is cut no longer tells.
        """
        try:
            noticed = session.noticed()
        except EnvironmentProblem:
            noticed = True
        if noticed:
            news.add(name)
            selector.unregister(handle)

    def _heard(self) -> bool:
        try:
            return bool(self._ear.recv(4096))
        except BlockingIOError:
            return False
