# SPDX-License-Identifier: MPL-2.0
"""A call to the shared database while it waits for its answer: since when nothing of it has moved, and what a fault means.

A line may be so slow that honest words take minutes each way; one that moves is let be, however long it takes. Used by
`session.py`, looked at by the lookout. Must not know what was asked.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

from app.sync.faults import told

T = TypeVar("T")


class Line(psycopg.Connection):
    """A connection that knows when anything last came or went on it, as long as somebody is `Asking`."""

    asked_at = 0.0
    """When the call that is waited for was made or last moved (`time.monotonic`); 0 when none is. Read from any thread."""
    given_up = False
    """Whether somebody has broken it off (`abort`)."""

    def abort(self) -> None:
        """Break off what is under way, from any thread and though nobody answers: the line itself is cut."""
        self.given_up = True
        with (
            suppress(psycopg.Error, OSError),
            socket.fromfd(self.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)

    def wait(self, gen: PQGen[T], *how: Any, **more: Any) -> T:
        """As the driver waits, told of all that moves."""
        return super().wait(self._moving(gen), *how, **more)

    def _moving(self, answer: PQGen[T]) -> PQGen[T]:
        try:
            wanted = next(answer)
            while True:
                ready = yield wanted
                if ready and self.asked_at:
                    self.asked_at = time.monotonic()
                wanted = answer.send(ready)
        except StopIteration as end:
            value: T = end.value
            return value


class Asking(told):
    """While a call waits for its answer."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def __enter__(self) -> None:
        self._line.asked_at = time.monotonic()

    def __exit__(self, kind: object, error: BaseException | None, where: object) -> None:
        self._line.asked_at = 0.0
        super().__exit__(kind, error, where)
