# SPDX-License-Identifier: MPL-2.0
"""What the network thread sleeps on: the bell is heard however many notices come, and a session that is cut is news."""

from __future__ import annotations

import socket
import threading

from app.sync.faults import Offline
from app.sync.waking import Bell, Throttle


class Line:
    """A session as one sleeps on it: each byte is somebody's notice."""

    def __init__(self) -> None:
        self.here, self.there = socket.socketpair()
        self.here.setblocking(False)

    def fileno(self) -> int:
        return self.here.fileno()

    def noticed(self) -> bool:
        try:
            told = self.here.recv(1)
        except BlockingIOError:
            return False
        if not told:
            raise Offline("Der er ingen forbindelse.")
        return True

    def close(self) -> None:
        self.here.close()
        self.there.close()


def test_the_bell_is_heard_though_there_is_news_each_time() -> None:
    bell, line = Bell(threading.Lock()), Line()
    line.there.send(b"xxx")
    assert bell.sleep({"bodil": line}, 0, Throttle()) == (False, {"bodil"})
    bell.ring()
    assert bell.sleep({"bodil": line}, 0, Throttle()) == (True, {"bodil"})
    assert bell.sleep({"bodil": line}, 0, Throttle()) == (False, {"bodil"})
    assert bell.sleep({"bodil": line}, 0, Throttle()) == (False, frozenset())
    bell.close()
    line.close()


def test_a_cut_line_is_news_and_heard_once_while_it_must_wait() -> None:
    bell, line, throttle = Bell(threading.Lock()), Line(), Throttle()
    throttle.wait = lambda now: 60.0  # type: ignore[method-assign]
    line.there.close()
    bell.ring()
    assert bell.sleep({"bodil": line}, 60, throttle) == (True, {"bodil"})
    assert bell.sleep({"bodil": line}, 0, throttle) == (False, {"bodil"})
    bell.close()
    line.close()
