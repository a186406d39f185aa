# SPDX-License-Identifier: MPL-2.0
"""The lanes: what another thread waits for, and a lane that closes with something on its way."""

from __future__ import annotations

import threading

import pytest
from pytestqt.qtbot import QtBot

from app.domain.errors import LaneClosed
from app.qt.lanes import Door, Lane
from tests.patience import LONG


def test_another_thread_waits_for_its_answer_or_its_error(qtbot: QtBot) -> None:
    lane = Lane("test", Door())
    assert lane.wait(lambda: "done") == "done"
    with pytest.raises(LookupError, match="nobody"):
        lane.wait(lambda: _fail(LookupError("nobody")))
    assert lane.idle, "what others wait for is not the window's to wait for"
    lane.close()
    with pytest.raises(LaneClosed):
        lane.wait(lambda: None)
    with pytest.raises(LaneClosed):
        lane.ask(lambda: None)


def test_whoever_waits_lends_a_lane_that_rests_their_own_thread(qtbot: QtBot) -> None:
    lane = Lane("test", Door())
    assert lane.wait(threading.current_thread) is threading.current_thread()
    held, begun = threading.Event(), threading.Event()
    lane.ask(lambda: begun.set() or held.wait(LONG))
    assert begun.wait(LONG)
    found: list[str] = []
    waiting = threading.Thread(target=lambda: found.append(lane.wait(lambda: threading.current_thread().name)))
    waiting.start()
    qtbot.waitUntil(lambda: len(lane._asked) == 1)
    held.set()
    waiting.join(LONG)
    assert found == ["test"], "one that is at work does it in its turn"
    lane.close()


def test_what_is_asked_waits_for_what_somebody_does_on_their_own_thread(qtbot: QtBot) -> None:
    lane = Lane("test", Door())
    done: list[str] = []

    def at_work() -> None:
        lane.ask(lambda: done.append("asked first"))
        waiting = threading.Thread(target=lambda: lane.wait(lambda: done.append("waited for")))
        waiting.start()
        qtbot.waitUntil(lambda: len(lane._asked) == 2)
        done.append("at work")
        threads.append(waiting)

    threads: list[threading.Thread] = []
    lane.wait(at_work)
    threads[0].join(LONG)
    assert done == ["at work", "asked first", "waited for"]
    lane.close()


def test_nothing_that_is_asked_is_forgotten_or_overtaken(qtbot: QtBot) -> None:
    lane = Lane("test", Door())
    done: list[tuple[int, int]] = []

    def others(who: int) -> None:
        for n in range(200):
            lane.wait(lambda n=n: done.append((who, n)))  # type: ignore[misc]

    threads = [threading.Thread(target=others, args=(who,)) for who in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for n in range(200):
        lane.ask(lambda n=n: done.append((0, n)))  # type: ignore[misc]
    for thread in threads:
        thread.join(LONG)
    qtbot.waitUntil(lambda: lane.idle)
    for who in range(4):
        assert [n for one, n in done if one == who] == list(range(200))
    lane.close()


def test_it_closes_when_what_somebody_does_on_their_own_thread_is_done(qtbot: QtBot) -> None:
    lane = Lane("test", Door())
    begun, held = threading.Event(), threading.Event()
    waiting = threading.Thread(target=lambda: lane.wait(lambda: begun.set() or held.wait(LONG)))
    waiting.start()
    assert begun.wait(LONG)
    lane.close(0.01)
    assert lane._thread.is_alive()
    held.set()
    lane.close()
    assert not lane._thread.is_alive()
    waiting.join(LONG)


def test_what_was_asked_before_it_closed_is_answered(qtbot: QtBot) -> None:
    lane = Lane("test", Door())
    held = threading.Event()
    lane.ask(held.wait)
    answers: list[str] = []
    waiting = threading.Thread(target=lambda: answers.append(lane.wait(lambda: "done")))
    waiting.start()
    qtbot.waitUntil(lambda: len(lane._asked) == 1)
    closing = threading.Thread(target=lane.close)
    closing.start()
    held.set()
    for thread in (waiting, closing):
        thread.join(LONG)
    assert answers == ["done"]


def test_what_takes_too_long_is_left_to_itself(qtbot: QtBot) -> None:
    lane = Lane("test", Door())
    held = threading.Event()
    lane.ask(held.wait)
    lane.close(0.01)
    assert lane._thread.is_alive()
    held.set()
    lane.close()
    assert not lane._thread.is_alive()


def _fail(error: Exception) -> None:
    raise error
