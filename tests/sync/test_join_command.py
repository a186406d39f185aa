# SPDX-License-Identifier: MPL-2.0
"""`rundbord join` and `rundbord sync --once` as a script runs them: a line for each answer, an exit code, one line for a no."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from app import cli, cli_sync
from app.services.opening import open_replica
from app.store.membership import keep
from app.sync.status import State, SyncStatus
from tests.patience import LONG
from tests.sync.joining import OWN, Town, names_here, new_case
from tests.sync.shared import NORTH, SharedDatabase, Someone


@pytest.fixture
def town(shared: SharedDatabase, tmp_path: Path) -> Iterator[Town]:
    made = Town(shared, tmp_path, practice=True)
    yield made
    made.close()


class Lines(io.StringIO):
    """What is handed in."""


class Terminal:
    """Runs a command with lines to read, in a practice folder."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capture = patch, capture
        self.out = self.err = ""

    def run(self, folder: Path, *words: str, lines: tuple[str, ...] = ()) -> int:
        self._patch.setattr("sys.stdin", Lines("".join(f"{line}\n" for line in lines)))
        self._capture.readouterr()
        code = cli.main(["--practice", str(folder), *words])
        self.out, self.err = self._capture.readouterr()
        return code

    def join(self, town: Town, folder: Path, one: Someone, *more: str) -> int:
        return self.run(folder, "join", town.profile.address, one.login, lines=(one.password, *more))


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


def write(folder: Path, one: Someone, name: str) -> None:
    opened = open_replica(folder, practice=True)
    from app.services.opening import practice_pair

    pair = practice_pair(opened.desk)
    assert pair is not None
    assert pair[0].person_id == one.person_id
    new_case(opened.desk, pair[0], name)
    opened.desk.replica.close()
    opened.lock.release()


def names(folder: Path) -> list[str]:
    opened = open_replica(folder, practice=True)
    found = names_here(opened.desk)
    opened.desk.replica.close()
    opened.lock.release()
    return found


def test_two_desks_by_the_command_line(town: Town, terminal: Terminal) -> None:
    bodil, vagn = town.shared.bodil, town.shared.vagn
    here, there = town.place(), town.place()
    assert terminal.join(town, here, bodil, "1234") == 0
    assert "Bodil Bestiller, bestiller" in terminal.out
    assert "skal være" not in terminal.err, "a PIN that was not asked for yet is not wrong"
    write(here, bodil, "Nancy Ann")
    assert terminal.run(here, "sync", "--once", "--json") == 0
    said = json.loads(terminal.out)
    assert (said["state"], said["waiting"]) == ("delt", {})
    assert terminal.join(town, there, vagn, "1234") == 0
    assert terminal.run(there, "sync", "--once") == 0
    assert names(there) == ["Nancy Ann"]
    assert terminal.run(there, "shared", "people", "--dsn", town.shared.owner_dsn) == 0
    told = {line.split("\t")[0]: line for line in terminal.out.splitlines()}
    assert "nøglen er ikke godkendt" in told[bodil.login]
    assert "nøglen" not in told[vagn.login], "nobody has to vouch for a vejleder's"


def test_what_it_lacks_is_asked_for(town: Town, terminal: Terminal) -> None:
    one = town.shared.add("Ny Nysen", ("vejleder",), ready=False)
    folder = town.place()
    assert terminal.join(town, folder, one, "1234") == 1
    assert terminal.err.splitlines()[-1] == "Der blev ikke skrevet noget ved »Ny adgangskode (mindst 8 tegn)«."
    assert terminal.join(town, folder, one, "1234", OWN) == 0
    assert "En leder skal bekræfte" in terminal.out
    assert terminal.run(folder, "sync", "--once") == 1
    assert "bekræfte dig" in terminal.err


def test_what_is_chosen_unseen_is_typed_twice(town: Town, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in a first password, or in the passphrase of the file itself, shut its owner out."""
    one = town.shared.add("Ny Nysen", ("vejleder",), ready=False)
    folder = town.place()
    said = {"Adgangskode: ": one.password, "PIN-kode (4-8 cifre): ": "1234", "Ny adgangskode (mindst 8 tegn): ": OWN}
    again = iter(["en anden", OWN])
    monkeypatch.setattr(cli_sync.getpass, "getpass", lambda ask: next(again) if ask == "En gang til: " else said[ask])
    monkeypatch.setattr(Lines, "isatty", lambda _: True)
    assert terminal.join(town, folder, one) == 1
    assert terminal.err.endswith("De to er ikke ens.\n")
    assert terminal.join(town, folder, one) == 0


def test_the_files_passphrase_is_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever joined was asked again for each thing that lacked."""
    from app.services import opening

    nothing = SimpleNamespace(close=lambda: None, release=lambda: None)
    opened = SimpleNamespace(desk=SimpleNamespace(replica=nothing), lock=nothing)

    def locked(_folder: Path, *, practice: bool = False, passphrase: str | None = None) -> SimpleNamespace:
        if passphrase is None:
            raise opening.PassphraseNeeded("Der skal en adgangssætning til.")
        return opened

    monkeypatch.setattr(opening, "open_replica", locked)
    asked: list[str] = []
    monkeypatch.setattr(cli_sync, "_secret", lambda prompt: asked.append(prompt) or "en lang sætning")
    command = SimpleNamespace(practice=tmp_path)
    for _ in range(2):
        with cli_sync._opened(command):
            pass
    assert asked == ["Adgangssætning: "]


def test_the_caseload_of_a_team_is_asked_for_by_its_name_on_a_desk_that_shares(town: Town, terminal: Terminal) -> None:
    bodil, lene, folder, hers = town.shared.bodil, town.shared.lene, town.place(), town.place()
    terminal.join(town, folder, bodil, "1234")
    write(folder, bodil, "Nancy Ann")
    assert terminal.run(folder, "sync", "--once", lines=(bodil.password,)) == 0
    terminal.join(town, hers, lene, "1234")
    assert terminal.run(hers, "sync", "--once", lines=(lene.password,)) == 0
    assert terminal.run(hers, "caseload", "--team", "nord", "--format", "json") == 0, terminal.err
    told = json.loads(terminal.out)
    assert told["team"] == NORTH
    assert [case["name"] for case in told["cases"]] == ["Nancy Ann"]
    assert terminal.run(hers, "caseload", "--team", "Månen") == 1
    assert terminal.err == "Der er ikke noget team her, der hedder Månen. Her er Nord.\n"


def test_each_no_is_one_line(town: Town, terminal: Terminal) -> None:
    bodil, folder = town.shared.bodil, town.place()
    assert terminal.run(folder, "sync", "--once") == 1
    assert "ikke tilsluttet" in terminal.err
    assert len(terminal.err.splitlines()) == 1
    other = town.place()
    assert terminal.run(other, "join", town.profile.address, bodil.login, lines=("forkert", "1234")) == 1
    assert terminal.err.endswith("passer ikke sammen.\n")
    assert terminal.run(other, "join", "127.0.0.1:1", bodil.login, lines=("x" * 9, "1234")) == 1
    assert "skal der være net" in terminal.err
    assert terminal.run(other, "join") == 2
    assert terminal.run(other, "sync", "--twice") == 2


def test_without_network_it_fails_and_keeps_everything(town: Town, terminal: Terminal) -> None:
    bodil, folder = town.shared.bodil, town.place()
    terminal.join(town, folder, bodil, "1234")
    write(folder, bodil, "Nancy Ann")
    opened = open_replica(folder, practice=True)
    from dataclasses import replace

    nowhere = replace(town.practice_profile(), port=1)
    keep(opened.desk.replica, nowhere.as_text(), bodil.person_id, bodil.login)
    opened.desk.replica.close()
    opened.lock.release()
    assert terminal.run(folder, "sync", "--once", "--json") == 1
    assert terminal.err == "Der er ingen forbindelse til den fælles database. Det, du skriver, gemmes her.\n"
    assert json.loads(terminal.out)["waiting"][bodil.name] > 0
    assert names(folder) == ["Nancy Ann"]


def test_without_once_it_shares_until_it_is_stopped(
    town: Town, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodil, folder = town.shared.bodil, town.place()
    terminal.join(town, folder, bodil, "1234")
    write(folder, bodil, "Nancy Ann")
    shared = threading.Event()
    tell = cli_sync._tell

    def told(asked: SimpleNamespace, status: SyncStatus) -> None:
        tell(asked, status)
        if status.state is State.SHARED:
            shared.set()

    class Stopped:
        """Somebody presses Ctrl+C when all is shared."""

        def wait(self) -> None:
            assert shared.wait(LONG)
            raise KeyboardInterrupt

    monkeypatch.setattr(cli_sync, "_tell", told)
    monkeypatch.setattr(cli_sync, "threading", SimpleNamespace(Event=Stopped))
    assert terminal.run(folder, "sync") == 0
    assert terminal.out.splitlines()[-1].startswith("Delt: ")
    assert terminal.err == ""
