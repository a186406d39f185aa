# SPDX-License-Identifier: MPL-2.0
"""`rundbord shared …` and a server that lets one in and says nothing more: one sentence after a while, and no more waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from app.cli import main
from app.sync import administer, keeping
from tests.patience import LONG, until
from tests.sync.cable import Cable
from tests.sync.desks import Desks
from tests.sync.shared import SharedDatabase


@pytest.fixture
def silent(desks: Desks, shared: SharedDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that answers nothing once somebody has been let in."""
    opened = keeping._opened
    with Cable(desks.profile) as cable:

        def and_then_nothing(*said: object) -> object:
            line = opened(*said)  # type: ignore[arg-type]
            cable.hangs = True
            return line

        monkeypatch.setattr(keeping, "_opened", and_then_nothing)
        monkeypatch.setattr(keeping, "SHORT", 0.2)
        monkeypatch.setattr(keeping, "_CONNECT", 2)
        yield make_conninfo(shared.owner_dsn, host="127.0.0.1", port=cable.profile.port)


def ended(command: Callable[[], int]) -> int:
    """What the command ends with."""
    codes: list[int] = []
    threading.Thread(target=lambda: codes.append(command()), daemon=True).start()
    until(lambda: codes)
    return codes[0]


@pytest.mark.parametrize("words", [("people",), ("check",), ("add-team", "Øst"), ("init",)], ids=lambda words: words[0])
def test_a_command_nobody_answers_is_given_up(
    silent: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(lambda: main(["shared", *words, "--dsn", silent])) == 1
    assert capsys.readouterr().err == f"{keeping.SILENT}\n"


def test_one_that_may_rightly_take_long_is_let_be_while_the_server_is_there(
    shared: SharedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    there = keeping._somebody_there
    monkeypatch.setattr(keeping, "_somebody_there", lambda dsn: bool(asked.append(there(dsn))) or asked[-1])
    monkeypatch.setattr(keeping, "SHORT", 0.2)
    codes: list[int] = []
    with psycopg.connect(shared.owner_dsn) as holds:
        holds.execute("SELECT pg_advisory_xact_lock(%s)", (administer._ONE_AT_A_TIME,))
        waits = threading.Thread(target=lambda: codes.append(main(["shared", "init", "--dsn", shared.owner_dsn])))
        waits.start()
        until(lambda: len(asked) > 1)
        assert codes == []
        assert all(asked)
    waits.join(LONG)
    assert codes == [0]


def test_a_server_that_lets_nobody_in_is_told_as_that(
    desks: Desks, shared: SharedDatabase, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_CONNECT", 2)
    with Cable(desks.profile) as cable:
        cable.hangs = True
        dsn = make_conninfo(shared.owner_dsn, host="127.0.0.1", port=cable.profile.port)
        assert ended(lambda: main(["shared", "people", "--dsn", dsn])) == 1
    assert capsys.readouterr().err.startswith("Databasen svarer ikke.")
