# SPDX-License-Identifier: MPL-2.0
"""The machine's settings: each fault one Danish sentence, the machine over the person, and nothing that nobody reads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.services import managed
from app.services.managed import NOTHING, SETTINGS, Managed
from app.store import keys
from app.sync.profile import Profile, from_text
from tests.patience import LONG

GOOD = """
[database]
address = "rundbord.kommunen.dk:5433/meder"
wait_seconds = 9
[lock]
minutes = 4
[team]
municipality = "Lilleby Kommune"
name = "Nord"
[updates]
tell = false
"""

FAULTS = {
    "[database]\naddress = 5": "database.address skal være en tekst",
    '[database]\naddress = "db:port"': "database.address skal være en adresse",
    '[database]\naddress = "to ord"': "database.address skal være en adresse",
    '[database]\naddress = "db.dk"\nca = "kommunen.pem"': "database.ca skal være hele stien til en fil",
    '[database]\naddress = "db.dk"\nca = "/findes/ikke.pem"': "database.ca skal være hele stien til en fil",
    "[database]\nwait_seconds = 1": "database.wait_seconds skal være et helt antal sekunder, fra 2 til 60",
    '[database]\nwait_seconds = "5"': "database.wait_seconds skal være et helt antal sekunder",
    "[lock]\nminutes = 0": "lock.minutes skal være et helt antal minutter, fra 1 til 60",
    "[lock]\nminutes = 2.5": "lock.minutes skal være et helt antal minutter",
    "[lock]\nminutes = true": "lock.minutes skal være et helt antal minutter",
    '[team]\nmunicipality = ""': "team.municipality skal være en tekst",
    "[team]\nname = 7": "team.name skal være en tekst",
    '[team]\nname = "Nord\\u0000"': "team.name skal være en tekst",
    '[updates]\ntell = "false"': "updates.tell skal være true eller false",
    "[updates]\ntel = false": "updates.tel kendes ikke. Mente du updates.tell?",
    "[farver]\nblaa = 1": "farver.blaa kendes ikke. Afsnittene er [database], [lock], [team], [updates].",
    "lock = 5": "lock er et afsnit. Skriv [lock] på en linje for sig",
    "[lock\nminutes = 5": "linje 1 er ikke TOML",
    "[lock]\nminutes = 5\nminutes = 6": "linje 3 er ikke TOML",
    "[lock]\nminutes = fem": "linje 2 er ikke TOML",
    "a = " + "[" * 5000: "er ikke TOML",
    "[lock]\nminutes = " + "9" * 5000: "er ikke TOML",
    "# " + "x" * 70_000: "alt for stor",
}


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / managed.FILE
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this machine's own file would lie."""
    folder = tmp_path / "etc"
    folder.mkdir()
    monkeypatch.setattr(managed, "machine_file", lambda: folder / managed.FILE)
    return folder


@pytest.fixture
def person(tmp_path: Path) -> Path:
    folder = tmp_path / "egen"
    folder.mkdir()
    return folder


def test_a_whole_file(tmp_path: Path) -> None:
    found = managed.read(written(tmp_path, GOOD))
    assert found.faults == ()
    assert found.profile() == Profile("rundbord.kommunen.dk", 5433, "meder")
    assert found.profile().wait_seconds == 9  # type: ignore[union-attr]
    assert (found.lock_minutes, found.team, found.municipality) == (4, "Nord", "Lilleby Kommune")
    assert not found.tells_of_updates


@pytest.mark.parametrize("text", FAULTS, ids=[f"{n}" for n in range(len(FAULTS))])
def test_each_fault_is_one_danish_sentence(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, text)
    found = managed.read(file)
    (fault,) = found.faults
    assert fault.startswith(f"{file}: ")
    assert FAULTS[text] in fault
    assert fault.endswith((".", "?"))
    assert "\n" not in fault
    name = next(iter(re.findall(r"^[\w.]+", FAULTS[text])), "")
    assert name not in found.values, "what has a fault counts for nothing"


def test_every_setting_has_a_fault_that_was_tried() -> None:
    tried = " ".join(FAULTS.values())
    assert all(setting.name in tried for setting in SETTINGS)


def test_one_fault_leaves_the_rest_as_it_is(tmp_path: Path) -> None:
    found = managed.read(written(tmp_path, GOOD.replace("minutes = 4", "minutes = 400")))
    assert len(found.faults) == 1
    assert found.lock_minutes is None
    assert (found.team, found.wait_seconds) == ("Nord", 9)


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    assert managed.read(written(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())).team == "Nord"
    found = managed.read(written(tmp_path, GOOD.replace("Nord", "Ø").encode("cp1252")))
    assert "ikke i UTF-8" in found.faults[0]


def test_no_file_and_a_folder_in_its_place(tmp_path: Path) -> None:
    assert managed.read(tmp_path / managed.FILE) is NOTHING
    assert managed.read(tmp_path / "ingen" / managed.FILE) is NOTHING
    (tmp_path / managed.FILE).mkdir()
    assert "kan ikke læses" in managed.read(tmp_path / managed.FILE).faults[0]


def test_the_person_cannot_override_the_machine(machine: Path, person: Path) -> None:
    written(person, GOOD)
    assert managed.for_folder(person).lock_minutes == 4
    written(machine, "[lock]\nminutes = 2\n")
    found = managed.for_folder(person)
    assert (found.lock_minutes, found.team) == (2, "Nord")
    assert found.machine == {"lock.minutes"}


def test_whom_to_trust_at_the_machines_address_is_not_the_persons_to_say(machine: Path, person: Path) -> None:
    """Else a file in the person's folder would let a stranger answer in the shared database's name."""
    own = person / "egen.pem"
    own.write_text("-", encoding="utf-8")
    written(person, f'[database]\naddress = "egen.dk"\nca = "{own.as_posix()}"\n')
    assert managed.for_folder(person).profile() == Profile("egen.dk", ca=str(own))
    written(machine, '[database]\naddress = "ny.dk"\n')
    assert managed.for_folder(person).profile() == Profile("ny.dk")


def test_a_certificate_in_a_folder_one_may_not_see_into_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hidden(self: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "is_file", hidden)
    found = managed.read(written(tmp_path, '[database]\naddress = "db.dk"\nca = "/srv/skjult/ca.pem"\n'))
    (fault,) = (one for one in found.faults if "skal være" in one)
    assert "database.ca skal være hele stien til en fil" in fault


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / managed.FILE)
    code = "import sys, pathlib; from app.services.managed import read; print(read(pathlib.Path(sys.argv[1])).faults)"
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / managed.FILE)],
        capture_output=True,
        text=True,
        check=True,
        timeout=LONG,
    )
    assert told.stdout.strip() == "()"


@pytest.mark.parametrize("text", ["[lock]\nminutes = 0\n", "[lock\nminutes = 2\n"])
def test_a_slip_in_the_machines_file_does_not_let_the_person_in(machine: Path, person: Path, text: str) -> None:
    written(person, GOOD)
    written(machine, text)
    found = managed.for_folder(person)
    assert found.lock_minutes is None
    assert len(found.faults) == 1


def test_practice_is_the_same_everywhere(machine: Path, person: Path) -> None:
    written(machine, GOOD)
    keys.mark_practice(person)
    assert managed.for_folder(person) is NOTHING


@pytest.mark.parametrize(
    ("platform", "place"),
    [("linux", "/etc/rundbord/rundbord.toml"), ("darwin", "/Library/Application Support/Rundbord/rundbord.toml")],
)
def test_the_machines_file_lies_where_no_variable_of_a_persons_leads(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, place: str
) -> None:
    for name in ("HOME", "XDG_CONFIG_DIRS", "PROGRAMDATA", "ALLUSERSPROFILE", "APPDATA", "RUNDBORD_CONFIG"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr("sys.platform", platform)
    assert managed.machine_file().as_posix() == place


def test_on_windows_it_lies_beside_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr("sys.executable", "/Programmer/Rundbord/RundbordVindue.exe")
    assert managed.machine_file().as_posix() == "/Programmer/Rundbord/rundbord.toml"


def test_the_address_is_the_machines_word_or_a_suggestion(machine: Path, person: Path) -> None:
    written(person, '[database]\naddress = "egen.dk"\n')
    assert managed.for_folder(person).machines_profile() is None, "a desk that has joined is not moved by its user"
    written(machine, '[database]\naddress = "ny.dk"\n')
    found = managed.for_folder(person)
    assert found.machines_profile() == found.profile() == Profile("ny.dk")


def test_how_long_one_waits_is_the_machines_affair_and_not_kept() -> None:
    profile = Managed({"database.address": "db.dk", "database.wait_seconds": 30}).profile()
    assert profile is not None
    assert profile.wait_seconds == 30
    assert "wait" not in profile.as_text()
    assert from_text(profile.as_text()) == profile


def test_the_example_shows_every_setting_and_can_be_used(tmp_path: Path) -> None:
    assert managed.read(written(tmp_path, managed.example())) == NOTHING
    certificate = tmp_path / "kommunen.pem"
    certificate.write_text("-", encoding="utf-8")
    text = re.sub(r"^# (\w+ = )", r"\1", managed.example(), flags=re.M)
    found = managed.read(written(tmp_path, text.replace("/etc/ssl/certs/kommunen.pem", certificate.as_posix())))
    assert found.faults == ()
    assert set(found.values) == {setting.name for setting in SETTINGS}


def test_every_setting_is_read_by_something(repository: Path) -> None:
    """Each has a way out of `Managed`, and each way out is used somewhere else in the program."""
    own = (repository / "app" / "services" / "managed.py").read_text(encoding="utf-8")
    held = own[own.index("class Managed") : own.index("NOTHING =")]
    for setting in SETTINGS:
        assert f'"{setting.name}"' in held, f"nothing asks for {setting.name}"
    rest = "".join(
        path.read_text(encoding="utf-8") for path in (repository / "app").rglob("*.py") if path.name != "managed.py"
    )
    ways = [name for name in vars(Managed) if isinstance(vars(Managed)[name], property)]
    assert ways
    for way in (*ways, "profile()", "machines_profile()"):
        assert re.search(rf"\.{re.escape(way)}(?!\w)", rest), f"nobody reads {way}"
