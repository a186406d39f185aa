# SPDX-License-Identifier: MPL-2.0
"""The doctor finds what is planted on a machine, says it in Danish, and lets out no word of a case.

What is planted in the shared database is found in `tests/sync/test_doctor_shared.py`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlcipher3

from app import cli, cli_doctor
from app.domain.errors import EnvironmentProblem
from app.domain.findings import Finding, Weight
from app.domain.roles import Hand, Role
from app.models.kinds import Goal
from app.models.tables import SCHEMA_VERSION
from app.services import cases, doctor, managed
from app.services.desk import Desk
from app.services.doctor import Asked, Report
from app.store import keys, maintenance
from app.store.keys import KeyRing
from app.store.replica import Replica
from app.store.unit_of_work import new_id
from tests.patience import LONG
from tests.store.desk import NOW

VAGN = Hand("p-vagn", "Vagn Vejleder", Role.VEJLEDER)
SECRETS = ("Nancy Ann Test Berggren", "87654321", "Vagn", "Jeg vil gerne kunne tage bussen igen")


class Keys:
    """A key store that holds one ring, or none, or fails."""

    def __init__(self, ring: KeyRing | None) -> None:
        self.ring = ring
        self.fault: EnvironmentProblem | None = None

    def load(self, _replica_id: str) -> KeyRing | None:
        if self.fault is not None:
            raise self.fault
        return self.ring

    def save(self, ring: KeyRing) -> None:
        self.ring = ring


@dataclass
class Machine:
    """A desk in use, with a case on it, that can be spoiled in one way at a time."""

    folder: Path
    store: Keys
    seen: Callable[[], tuple[Finding, ...]] = tuple
    now_offset: timedelta = timedelta()

    @property
    def file(self) -> Path:
        return self.folder / keys.REPLICA_FILE

    def look(self, **more: object) -> Report:
        asked = Asked(self.folder, key_store=self.store, seen=self.seen, **more)  # type: ignore[arg-type]
        return doctor.examine(asked, lambda: NOW + self.now_offset)

    def sql(self, *statements: str) -> None:
        assert self.store.ring is not None
        db = maintenance.connect(self.file, self.store.ring.raw_key)
        for statement in statements:
            db.execute(statement)
        db.close()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    folder = tmp_path / "Rundbord"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(managed, "machine_file", lambda: tmp_path / "etc.toml")
    ring = keys.new_key_ring(keys.replica_id_of(folder))
    replica = Replica.open(folder / keys.REPLICA_FILE, ring.raw_key, create=True)
    desk = Desk(replica, lambda: NOW)
    opened = cases.new_citizen(desk, VAGN, SECRETS[0], "gaden", known={"phone": SECRETS[1]})
    with desk.step(VAGN, opened.case_id, "Skriv") as work:
        work.create(Goal(id=new_id(), case_id=opened.case_id, words=SECRETS[3]))
    replica.close()
    (folder / keys.RECOVERY_FILE).write_text("{}", encoding="utf-8")
    maintenance.make_copy(folder / keys.REPLICA_FILE, ring.raw_key)
    return Machine(folder, Keys(ring))


def only_fault(report: Report) -> str:
    (fault,) = report.wrong
    return f"{fault.area}: {fault.text}"


def test_a_machine_with_nothing_wrong(machine: Machine) -> None:
    report = machine.look()
    assert [one for one in report.findings if one.weight is not Weight.FINE] == []
    assert report.summary() == "Alt er i orden."
    assert report.suggested_name() == f"rundbord-eftersyn-{NOW:%Y-%m-%d-%H%M}.txt"
    text = report.text()
    assert f"skema {SCHEMA_VERSION}" in text
    assert machine.store.ring is not None
    assert machine.store.ring.replica_id in text


# ---------------------------------------------------------------------------------------------------------- the plants


def test_plant_a_damaged_replica(machine: Machine) -> None:
    raw = bytearray(machine.file.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    machine.file.write_bytes(raw)
    assert "Sager: Filen med sagerne er beskadiget" in only_fault(machine.look())


def test_plant_words_that_are_off_the_list_of_the_unsent(machine: Machine) -> None:
    joined = "INSERT INTO desk VALUES ('joined', '1')"
    machine.sql(joined, "INSERT INTO unsent SELECT author, id, case_id FROM change LIMIT -1 OFFSET 1")
    assert only_fault(machine.look()) == (
        "Sager: Listen over det usendte passer ikke for 1 ændring. Start Rundbord, så rettes den, og det usendte sendes."
    )


def test_plant_a_key_that_is_gone(machine: Machine) -> None:
    machine.store.ring = None
    assert "Nøgle: Nøglen til sagerne findes ikke" in only_fault(machine.look())


def test_plant_a_key_store_that_does_not_answer(machine: Machine) -> None:
    machine.store.fault = EnvironmentProblem("Computerens nøglering er låst. Lås den op, og prøv igen.")
    assert only_fault(machine.look()) == "Nøgle: Computerens nøglering er låst. Lås den op, og prøv igen."


def test_plant_a_replica_of_a_newer_program(machine: Machine) -> None:
    machine.sql(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    assert f"nyere udgave (skema {SCHEMA_VERSION + 1}" in only_fault(machine.look())


def test_plant_a_fault_in_the_machines_settings(machine: Machine) -> None:
    managed.machine_file().write_text("[lock]\nminutes = 900\n", encoding="utf-8")
    assert "Indstillinger: " in only_fault(machine.look())
    assert "lock.minutes skal være" in only_fault(machine.look())


def test_plant_a_full_disk(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "free_bytes", lambda _folder: 12_345_678)
    assert "Mappe: Disken er næsten fuld: 12 MB tilbage" in only_fault(machine.look())


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_plant_a_folder_that_may_not_be_written(machine: Machine) -> None:
    machine.folder.chmod(0o500)
    try:
        assert "kan ikke skrives i" in machine.look().text()
    finally:
        machine.folder.chmod(0o700)


def test_plant_a_home_that_may_not_be_written(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    report = doctor.examine(Asked(machine.folder / "ny" / "Rundbord"), lambda: NOW)
    assert f"kan ikke laves i {machine.folder}" in only_fault(report)


def test_plant_a_clock_that_has_gone_back(machine: Machine) -> None:
    machine.now_offset = -timedelta(days=30)
    assert "senere end computerens ur" in only_fault(machine.look())
    machine.now_offset = -timedelta(days=20_000)
    assert "Ur: Computerens ur siger" in only_fault(machine.look())


def test_plant_a_copy_that_cannot_be_read(machine: Machine) -> None:
    copy = machine.folder / maintenance.COPIES[0]
    copy.write_bytes(b"\0" * 8192)
    assert f"Kopier: Kopien {copy.name} kan ikke læses" in only_fault(machine.look())


def test_plant_copies_that_have_stopped(machine: Machine) -> None:
    old = machine.file.stat().st_mtime - 5 * 86_400
    os.utime(machine.folder / maintenance.COPIES[0], (old, old))
    assert "Kopier: Den nyeste kopi er fra" in only_fault(machine.look())


def test_plant_words_that_never_go_up(machine: Machine) -> None:
    machine.sql(
        'INSERT INTO desk VALUES (\'shared.profile\', \'{"host": "127.0.0.1", "port": 1, "database": "x"}\')',
        "UPDATE change SET at = '2026-11-01T09:00:00+01:00'",
    )
    found = [one.text for one in machine.look().wrong]
    assert any(
        "ændringer er ikke sendt til den fælles database, den ældste fra søndag den 1. november" in t for t in found
    )


def test_plant_a_font_that_is_gone(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: object
) -> None:
    from app.qt import seen

    monkeypatch.setattr(seen, "resource_path", lambda *parts: tmp_path.joinpath(*parts))
    machine.seen = lambda: tuple(seen.seen())
    assert "Skrifter: IBMPlexSans-Regular.ttf" in only_fault(machine.look())


def test_plant_a_screen_that_cannot_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt ends a process that can have no window; the doctor lives to tell."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "findes-ikke")
    (found,) = cli_doctor._ask_qt()
    assert found.weight is Weight.WRONG
    assert "Qt kan ikke åbne et vindue" in found.text


def test_plant_a_program_with_files_missing(machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from app.domain import resources

    real = resources.resource_path
    monkeypatch.setattr(resources, "resource_path", lambda *p: tmp_path / "væk" if p == ("terms",) else real(*p))
    assert "Program: Filer mangler i programmets mappe: terms" in only_fault(machine.look())


# ------------------------------------------------------------------------------------------------------- what it tells


def test_what_is_told_is_ids_and_never_a_word_of_a_case(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(machine.folder.parent))
    monkeypatch.setenv("USERPROFILE", str(machine.folder.parent))
    text = machine.look().text()
    for secret in (*SECRETS, str(machine.folder.parent)):
        assert secret not in text
    assert "~" in text
    assert not re.search(r"\b\d{6}-?\d{4}\b", text)


def test_nothing_is_changed_by_looking(machine: Machine) -> None:
    before = {path.name: path.read_bytes() for path in machine.folder.iterdir()}
    machine.look()
    after = {path.name: path.read_bytes() for path in machine.folder.iterdir()}
    leftovers = {f"{keys.REPLICA_FILE}-wal", f"{keys.REPLICA_FILE}-shm"}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) <= leftovers


def test_it_may_look_while_the_program_is_open(machine: Machine) -> None:
    assert machine.store.ring is not None
    replica = Replica.open(machine.file, machine.store.ring.raw_key)
    with replica.transaction() as db:
        db.execute("INSERT INTO desk VALUES ('x', 'y')")
        assert machine.look(raw_key=machine.store.ring.raw_key).wrong == ()
    replica.close()


def test_a_machine_that_has_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(managed, "machine_file", lambda: tmp_path / "etc.toml")
    report = doctor.examine(Asked(tmp_path / "ny"), lambda: NOW)
    assert report.wrong == ()
    assert not (tmp_path / "ny").exists()


def test_a_key_under_a_passphrase_is_not_asked_for_where_nobody_can_answer(machine: Machine) -> None:
    phrase = "en lang adgangssætning"
    from app.store.seal import KdfCost

    keys.PassphraseKeyStore(machine.folder, lambda: phrase, KdfCost(memory_kib=64, passes=1)).save(machine.store.ring)  # type: ignore[arg-type]
    report = doctor.examine(Asked(machine.folder), lambda: NOW)
    assert report.wrong == ()
    assert "under en adgangssætning" in report.text()
    assert "Filen er hel" in doctor.examine(Asked(machine.folder, passphrase=phrase), lambda: NOW).text()
    assert "passer ikke" in only_fault(
        doctor.examine(Asked(machine.folder, passphrase="en anden sætning"), lambda: NOW)
    )


# --------------------------------------------------------------------------------------------------- the command itself


def test_the_command_on_practice_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "øvelse"
    assert cli.main(["--practice", str(folder), "caseload"]) == 0
    capsys.readouterr()
    file = tmp_path / "eftersyn.txt"
    assert cli.main(["--practice", str(folder), "doctor", "--out", str(file)]) == 0
    assert capsys.readouterr().out == f"Alt er i orden. Eftersynet ligger i {file}.\n"
    assert "Filen er hel" in file.read_text(encoding="utf-8")
    db = folder / keys.REPLICA_FILE
    db.write_bytes(db.read_bytes()[:4096] + b"\xff" * 4096)
    assert cli.main(["--practice", str(folder), "doctor", "--json"]) == 1
    assert '"weight": "wrong"' in capsys.readouterr().out


def test_a_settings_file_can_be_tried_before_it_is_rolled_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rundbord.toml"
    file.write_text("[lock]\nminutes = 5\n", encoding="utf-8")
    assert cli.main(["doctor", "--settings", str(file)]) == 0
    assert capsys.readouterr().out == "lock.minutes = 5\n"
    file.write_text("[lock]\nminutes = 500\n", encoding="utf-8")
    assert cli.main(["doctor", "--settings", str(file)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert cli.main(["doctor", "--settings", str(tmp_path / "ingen.toml")]) == 1
    assert cli.main(["doctor", "--example"]) == 0
    assert "[updates]" in capsys.readouterr().out


def test_a_replica_of_plain_sqlite_is_none(machine: Machine) -> None:
    machine.file.unlink()
    plain = sqlcipher3.connect(str(machine.file))
    plain.execute("CREATE TABLE t (x)")
    plain.close()
    assert "beskadiget, eller nøglen passer ikke" in only_fault(machine.look())


def test_what_qt_sees_is_told_by_a_process_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "doctor", "--seen"], capture_output=True, text=True, check=True, timeout=LONG
    )
    assert '"Sk\\u00e6rm", "FINE"' in done.stdout
