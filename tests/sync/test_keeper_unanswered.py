# SPDX-License-Identifier: MPL-2.0
"""`rundbord shared …` and a server that lets one in and says nothing more: one sentence after a while, and no more waiting."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from app.cli import main
from app.domain.errors import EnvironmentProblem
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


@pytest.mark.parametrize("clash", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure])
def test_two_who_clash_are_told_to_try_again_and_not_that_nobody_is_there(clash: type[psycopg.Error]) -> None:
    told = keeping.told(clash("could not"))
    assert isinstance(told, EnvironmentProblem)
    assert told.message == "Databasen har for travlt lige nu. Prøv igen om lidt."


def test_what_the_driver_says_of_itself_does_not_come_on_the_terminal() -> None:
    """Ctrl+C over a server that says nothing: "query not terminated after cancellation", and then "Afbrudt."."""
    command = ["shared", "people", "--dsn", "host=127.0.0.1 port=1 user=x dbname=x"]
    then = "logging.getLogger('psycopg').warning('query not terminated')"
    script = f"import logging; from app.cli import main; main({command!r}); {then}"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stderr == "Databasen kan ikke nås. Se, om adressen er rigtig, og om nettet er der.\n"
