# SPDX-License-Identifier: MPL-2.0
"""A cable between a desk and the server that a test can pull out, cut in the middle of a word, or let hang."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import replace
from typing import Self

from app.sync.profile import Profile
from tests.patience import LONG


class Cable:
    """Forwards a port of this machine to the server. What a test sets holds from the next byte on."""

    def __init__(self, to: Profile) -> None:
        self._to = (to.host, to.port)
        self._ear = socket.create_server(("127.0.0.1", 0))
        self.profile = replace(to, host="127.0.0.1", port=self._ear.getsockname()[1])
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._threads: list[threading.Thread] = []
        self._out = False
        self.calls = 0
        """How often somebody has rung up."""
        self.hangs = False
        """Takes everything and passes nothing on."""
        self.swallowed = 0
        """So many bytes were taken and not passed on."""
        self.answers_left: int | None = None
        """So many answers of the server come through; the next is lost, though the server did what it was asked."""
        self.bytes_left: int | None = None
        """So many bytes of the server's come through, and then the line is cut."""
        self.lose: bytes | None = None
        """The answer that holds these words is lost, and the line cut."""
        self._begin(self._listen)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ear.close()
        with socket.socket() as wake, suppress(OSError):
            wake.connect(("127.0.0.1", self.profile.port))
        self.pull_out()
        for thread in self._threads:
            thread.join(LONG)

    def pull_out(self) -> None:
        """Every line is cut, and nobody gets through."""
        with self._lock:
            self._out = True
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            _cut(*pair)

    def put_in(self) -> None:
        """The line is whole again."""
        self._out, self.hangs = False, False
        self.answers_left, self.bytes_left, self.lose = None, None, None

    # ---------------------------------------------------------------------------------------------------- inside

    def _begin(self, work: object, *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._ear.accept()
            except OSError:
                return
            self.calls += 1
            if self._out:
                client.close()
                continue
            try:
                server = socket.create_connection(self._to)
            except OSError:
                client.close()
                continue
            for line in (client, server):
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                pulled = self._out  # while the server was rung up
                if not pulled:
                    self._pairs.append((client, server))
            if pulled:
                _cut(client, server)
                continue
            self._begin(self._carry, client, server, True)
            self._begin(self._carry, server, client, False)

    def _carry(self, here: socket.socket, there: socket.socket, up: bool) -> None:
        with suppress(OSError):
            while data := here.recv(65536):
                if self.hangs:
                    self.swallowed += len(data)
                    continue
                if not up and self.answers_left is not None:
                    if self.answers_left == 0:
                        break
                    self.answers_left -= 1
                if not up and self.lose is not None and self.lose in data:
                    break
                if not up and self.bytes_left is not None:
                    there.sendall(data[: self.bytes_left])
                    self.bytes_left -= len(data)
                    if self.bytes_left <= 0:
                        break
                    continue
                there.sendall(data)
        _cut(here, there)


def _cut(*lines: socket.socket) -> None:
    for line in lines:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()
