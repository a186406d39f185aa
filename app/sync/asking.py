# SPDX-License-Identifier: MPL-2.0
"""A call to the shared database while it waits for its answer: since when nothing of it has moved, and what a fault means.

A line may be so slow that honest words take minutes each way; one that moves is let be, however long it takes. What is asked at
each key pause has a short way here, and may be put on the line without waiting. Used by `session.py`, looked at by the lookout.
Must not know what was asked.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.generators import execute
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult

from app.sync.faults import told

T = TypeVar("T")


Value: TypeAlias = str | bytes | None
"""What goes with a statement; bytes are as PostgreSQL itself sends them."""


class Line(psycopg.Connection):
    """A connection that knows when anything last came or went on it, as long as somebody is `Asking`.

    `answer`, and `put` with `heard`, go past the driver's cursors, which take longer than the server's answer.
    """

    asked_at = 0.0
    """When the call that is waited for was made or last moved (`time.monotonic`); 0 when none is. Read from any thread."""
    given_up = False
    """Whether somebody has broken it off (`abort`)."""

    def __init__(self, *opened: Any, **how: Any) -> None:
        super().__init__(*opened, **how)
        self._known_as: dict[bytes, bytes] = {}
        self._said_in = self.info.encoding

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

    def answer(self, query: bytes, *values: Value) -> PGresult:
        """Ask and wait."""
        name = self._known_as.get(query)
        if name is None:
            name = b"rundbord_%d" % len(self._known_as)
            self._said(self.pgconn.prepare(name, query))
            self._known_as[query] = name
        sent = [value.encode(self._said_in) if isinstance(value, str) else value for value in values]
        self.pgconn.send_query_prepared(name, sent, [isinstance(value, bytes) for value in values])
        return self.heard()

    def put(self, query: bytes, *texts: str | None) -> bool:
        """Ask and wait for nothing, from any thread while nobody else speaks here; then `heard` comes next. Whether it lies
        there: not where it was never asked with `answer`, nor where the line is cut, of which whoever speaks next finds out
        what it means."""
        name = self._known_as.get(query)
        if name is None:
            return False
        sent = [None if text is None else text.encode(self._said_in) for text in texts]
        try:
            self.pgconn.send_query_prepared(name, sent)
        except psycopg.Error:
            return False
        return True

    def heard(self) -> PGresult:
        """The answer to what lies on the line."""
        return self._said(self.wait(execute(self.pgconn))[-1])

    def _said(self, result: PGresult) -> PGresult:
        if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            return result
        if not result.error_field(DiagnosticField.SQLSTATE):  # libpq's own: the line
            raise psycopg.OperationalError(result.get_error_message(self._said_in))
        raise psycopg.errors.error_from_result(result, self._said_in)

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
