# SPDX-License-Identifier: MPL-2.0
"""Closing the window with words the disk has refused: nothing typed goes without somebody having said so (promise 3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.errors import EnvironmentProblem
from app.store.replica import FULL, Replica
from app.views import refused
from app.views.room.turn import CitizenView
from tests.views.shell_desk import Desk

TYPED = "Skrevet, mens disken er fuld"


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(qapp, tmp_path / "øvelse").start()
    made.window.open_case(made.case("Ellen"), 2)
    made.until(lambda: made.seen("wishes.want"))
    made.settle()
    yield made
    made.close()


@contextmanager
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    @contextmanager
    def no_room(_replica: Replica) -> Iterator[Any]:
        raise EnvironmentProblem(FULL)
        yield

    with monkeypatch.context() as disk:
        disk.setattr(Replica, "transaction", no_room)
        yield


def wanted(desk: Desk) -> str:
    found: list[str] = []
    replica, case_id = desk.context.desk.replica, desk.case("Ellen")
    sql = "SELECT coalesce(want, '') FROM rec_story WHERE case_id = ?"
    desk.context.run(lambda: str(replica.connection.execute(sql, (case_id,)).fetchone()[0]), found.append)
    desk.settle()
    return found[0]


def test_a_case_opened_at_a_step_has_the_cursor_where_this_pen_writes_first(desk: Desk) -> None:
    assert QApplication.focusWidget() is desk.find("wishes.think").editor


def test_a_screen_turned_to_the_citizen_does_not_hold_the_program_open(desk: Desk) -> None:
    desk.press("turn")
    (view,) = desk.window.findChildren(CitizenView)
    assert view.isVisible()
    assert desk.window.close()
    assert not any(top.isVisible() for top in QApplication.topLevelWidgets())


def test_the_window_stays_with_words_the_disk_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(desk.window.asks, "confirm", lambda *said: bool(asked.append(said)))
    with full(monkeypatch):
        desk.type("wishes.want", TYPED)
        assert not desk.window.close()
    assert [one[0] for one in asked] == ["Det sidste er ikke gemt"]
    assert desk.window.isVisible()
    assert TYPED in desk.find("wishes.want").text()
    assert desk.window.close(), "with room again the same words are kept, and nothing is asked"
    assert len(asked) == 1


def test_the_words_are_kept_when_there_is_room_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.window.asks, "confirm", lambda *_said: False)
    with full(monkeypatch):
        desk.type("wishes.want", TYPED)
        assert not desk.window.close()
    desk.window.leave_fields()
    desk.settle()
    assert TYPED in wanted(desk)


def test_somebody_may_let_the_words_go(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.window.asks, "confirm", lambda *_said: True)
    with full(monkeypatch):
        desk.type("wishes.want", TYPED)
        desk.settle()
        assert desk.window.close()


def test_words_the_disk_refused_are_kept_though_their_room_has_been_left(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(desk.window.asks, "confirm", lambda *said: bool(asked.append(said)))
    monkeypatch.setattr(refused, "AGAIN_MS", 1)
    with full(monkeypatch):
        desk.type("wishes.want", TYPED)
        desk.window.go_home()
        desk.settle()
        assert not desk.seen("room")
        assert not desk.window.close(), "nobody has said that they may go"
        assert [one[0] for one in asked] == ["Det sidste er ikke gemt"]
    desk.until(lambda: not desk.context.refused.homeless and desk.context.idle)
    assert wanted(desk) == TYPED
    assert desk.window.close()
    assert len(asked) == 1
