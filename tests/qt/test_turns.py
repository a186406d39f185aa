# SPDX-License-Identifier: MPL-2.0
"""Pieces of work on the GUI thread: one a turn, and none for what has gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions

from app.qt.turns import Turns
from tests.patience import until


def _pieces(name: str, count: int, done: list[str]) -> Iterator[None]:
    for number in range(count):
        done.append(f"{name}{number}")
        yield


def _finish(turns: Turns) -> None:
    until(lambda: turns.idle, QApplication.processEvents)


def test_one_piece_a_turn_and_in_the_order_they_were_taken(qapp: QApplication) -> None:
    turns, done, owner = Turns(), [], QObject()
    turns.take(_pieces("a", 2, done), owner)
    turns.take(_pieces("b", 1, done), owner)
    while not turns.idle:
        before = len(done)
        QApplication.processEvents()
        assert len(done) - before <= 1
    assert done == ["a0", "a1", "b0"]


def test_nothing_is_made_for_what_has_gone(qapp: QApplication) -> None:
    turns, done, owner, other = Turns(), [], QObject(), QObject()
    turns.take(_pieces("a", 2, done), owner)
    turns.take(_pieces("b", 1, done), other)
    shiboken6.delete(owner)
    _finish(turns)
    assert done == ["b0"]


def test_a_piece_that_fails_takes_no_other_with_it(qapp: QApplication) -> None:
    def failing() -> Iterator[None]:
        raise RuntimeError("a piece")
        yield

    turns, done, owner = Turns(), [], QObject()
    turns.take(failing(), owner)
    turns.take(_pieces("b", 1, done), owner)
    with capture_exceptions() as raised:
        _finish(turns)
    assert [str(error) for _, error, _ in raised] == ["a piece"]
    assert done == ["b0"]


@pytest.mark.parametrize("count", [0, 3])
def test_it_rests_when_all_is_made(qapp: QApplication, count: int) -> None:
    turns, owner = Turns(), QObject()
    turns.take(_pieces("a", count, []), owner)
    assert not turns.idle
    _finish(turns)
    assert turns.idle


def test_nothing_is_made_once_the_program_closes(qapp: QApplication) -> None:
    """A room half made asked a closed lane: a traceback at the end."""
    turns, done, owner = Turns(), [], QObject()
    turns.take(_pieces("a", 3, done), owner)
    turns.end()
    turns.take(_pieces("b", 1, done), owner)
    assert turns.idle
    for _ in range(3):
        QApplication.processEvents()
    assert done == []
