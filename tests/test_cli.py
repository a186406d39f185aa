# SPDX-License-Identifier: MPL-2.0
"""The command line: exit codes, one Danish line for what is wrong, JSON for what is asked (design § 7)."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app import __version__, cli
from app.services.opening import FolderLock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "øvelse"


def _run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = cli.main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def _one_line(err: str) -> str:
    lines = err.splitlines()
    assert len(lines) == 1, err
    assert "Traceback" not in err
    return lines[0]


# ----------------------------------------------------------------------------------------------------------- wrong use


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsens"],
        ["--practice"],
        ["import"],
        ["import", "henvisninger"],
        ["export", "record"],
        ["export", "fhir"],
        ["caseload", "--format", "pdf"],
        ["--nonsens"],
        ["demo", "--script"],
        ["shared", "remove-person", "bodil", "--days", "mange"],
    ],
)
def test_wrong_use_is_two_and_one_danish_line(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code, out, err = _run(capsys, *arguments)
    assert code == 2
    assert not out
    line = _one_line(err)
    assert line.endswith("--help for at se, hvad der kan skrives.")
    assert not any(word in line.casefold() for word in ("argument", "required", "invalid", "expected"))


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(capsys, "--version") == (0, f"Rundbord {__version__}\n", "")
    code, out, _ = _run(capsys, "--help")
    assert code == 0
    assert all(name in out for name in ("demo", "import", "export", "caseload", "--practice"))


@pytest.mark.parametrize("command", [(), ("demo",), ("export", "record"), ("shared", "init"), ("doctor",)])
def test_help_is_in_danish(capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    code, out, _ = _run(capsys, *command, "--help")
    assert code == 0
    assert out.startswith("brug: rundbord")
    assert "vis denne hjælp" in out
    assert not any(english in out for english in ("usage:", "options:", "positional", "show "))


# ----------------------------------------------------------------------------------------------------------- referrals


def test_referrals_as_json_are_what_the_case_expects(
    capsys: pytest.CaptureFixture[str], folder: Path, cases: Path
) -> None:
    expected = json.loads((cases / "expected-henvisninger.json").read_text(encoding="utf-8"))
    file = cases / "henvisninger-jobcenter.csv"
    code, out, err = _run(capsys, "--practice", folder, "import", "henvisninger", file, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    for name in expected.keys() - {"notes", "refused_lines"}:
        assert told[name] == expected[name], name
    code, out, _ = _run(capsys, "--practice", folder, "import", "henvisninger", file, "--json")
    assert json.loads(out)["taken"] == 0
    assert json.loads(out)["known_already"] == expected["taken"] + expected["known_already"]


def test_referrals_in_words(capsys: pytest.CaptureFixture[str], folder: Path, cases: Path) -> None:
    code, out, _ = _run(capsys, "--practice", folder, "import", "henvisninger", cases / "henvisninger-jobcenter.csv")
    assert code == 0
    assert "taget ind" in out.splitlines()[0]
    assert all(line.startswith("Linje ") for line in out.splitlines()[1:])


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 not a list", None])
def test_no_such_file_is_one_sentence(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "fil.csv"
    if content is not None:
        file.write_bytes(content)
    code, out, err = _run(capsys, "--practice", folder, "import", "henvisninger", file)
    assert (code, out) == (1, "")
    assert _one_line(err).endswith(".")
    code, out, _ = _run(capsys, "--practice", folder, "caseload", "--format", "json")
    assert json.loads(out)["cases"] == []


@pytest.mark.parametrize("kept", ["intet", "[]", '{"drift": 5}', "\\xff"])
def test_damaged_addresses_are_one_sentence_and_not_written_over(
    capsys: pytest.CaptureFixture[str], folder: Path, kept: str
) -> None:
    folder.mkdir()
    (folder / "shared.json").write_text(kept, encoding="latin-1")
    for words in (("people", "--profile", "drift"), ("remember", "drift", "--dsn", "host=db user=x")):
        code, out, err = _run(capsys, "--practice", folder, "shared", *words)
        assert (code, out) == (1, "")
        assert "er ødelagt. Slet den" in _one_line(err)
    assert (folder / "shared.json").read_text(encoding="latin-1") == kept


# ----------------------------------------------------------------------------------------------- one record, all cases


@pytest.fixture
def taken_in(capsys: pytest.CaptureFixture[str], folder: Path, cases: Path) -> Path:
    _run(capsys, "--practice", folder, "import", "henvisninger", cases / "henvisninger-jobcenter.csv")
    return folder


def test_a_record_by_number_case_number_or_id(capsys: pytest.CaptureFixture[str], taken_in: Path) -> None:
    _, out, _ = _run(capsys, "--practice", taken_in, "caseload", "--format", "json")
    row = next(row for row in json.loads(out)["cases"] if row["name"].startswith("Magnus"))
    told = []
    for wanted in ("0504909995", "050490-9995", row["number"].lower(), row["case_id"]):
        code, out, err = _run(capsys, "--practice", taken_in, "export", "record", wanted, "--json")
        assert (code, err) == (0, "")
        told.append(json.loads(out))
    assert all(one == told[0] for one in told)
    assert told[0]["citizen"]["cpr"] == "0504909995"


def test_an_export_is_noted_in_the_access_log(capsys: pytest.CaptureFixture[str], taken_in: Path) -> None:
    from app.services.opening import open_replica

    _run(capsys, "--practice", taken_in, "export", "record", "0504909995")
    opened = open_replica(taken_in, practice=True)
    assert opened.desk.replica.connection.execute("SELECT role, action FROM access_log").fetchall() == [
        ("vejleder", "åbnet"),
        ("vejleder", "taget ud"),
    ]
    opened.desk.replica.close()
    opened.lock.release()


def test_a_report_is_off_until_the_municipality_switches_it_on(
    capsys: pytest.CaptureFixture[str], taken_in: Path, tmp_path: Path
) -> None:
    out = tmp_path / "ud.json"
    code, told, err = _run(capsys, "--practice", taken_in, "export", "fhir", "0504909995", "--out", out)
    assert (code, told) == (1, "")
    assert _one_line(err) == "Indberetning er slået fra. Kommunen kan slå den til i indstillinger."
    assert not out.exists()


def test_a_report_goes_to_a_file_or_to_the_screen(
    capsys: pytest.CaptureFixture[str], taken_in: Path, tmp_path: Path
) -> None:
    from app.services.opening import open_replica

    opened = open_replica(taken_in, practice=True)
    with opened.desk.replica.transaction() as db:
        db.execute("UPDATE rec_municipality SET reporting = 1, organisation_id = 'd2a4b6f0-0000-4000-8000-0000'")
    opened.desk.replica.close()
    opened.lock.release()
    out = tmp_path / "ud.json"
    code, told, err = _run(capsys, "--practice", taken_in, "export", "fhir", "0504909995", "--out", out)
    assert (code, told, err) == (0, "", "")
    code, told, err = _run(capsys, "--practice", taken_in, "export", "fhir", "0504909995")
    assert (code, err) == (0, "")
    assert json.loads(told)["entry"] == json.loads(out.read_text(encoding="utf-8"))["entry"]


@pytest.mark.parametrize("wanted", ["2026-XXXXXX-0001", "9999999999", "Magnus"])
def test_no_such_case(capsys: pytest.CaptureFixture[str], taken_in: Path, wanted: str) -> None:
    code, out, err = _run(capsys, "--practice", taken_in, "export", "record", wanted)
    assert (code, out) == (1, "")
    assert wanted in _one_line(err)


def test_the_caseload_as_a_table(capsys: pytest.CaptureFixture[str], taken_in: Path) -> None:
    code, out, _ = _run(capsys, "--practice", taken_in, "caseload")
    rows = list(csv.DictReader(io.StringIO(out), delimiter=";"))
    assert code == 0
    assert "Magnus Lauridsen" in {row["Borger"] for row in rows}
    assert {row["Trin"] for row in rows} == {"Ny"}


def test_the_caseload_as_json_has_its_figures(capsys: pytest.CaptureFixture[str], taken_in: Path) -> None:
    code, out, err = _run(capsys, "--practice", taken_in, "caseload", "--format", "json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert told["figures"]["by_source"] == {"jobcenter": len(told["cases"])}
    assert told["figures"]["cases"] == told["figures"]["running"] == len(told["cases"])
    assert (told["figures"]["direct_85"], told["figures"]["plans"], told["figures"]["bridge_share"]) == (0, 0, None)
    assert {row["source"] for row in told["cases"]} == {"jobcenter"}


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_the_caseload_in_a_file(capsys: pytest.CaptureFixture[str], taken_in: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"sager.{form}"
    assert _run(capsys, "--practice", taken_in, "caseload", "--format", form, "--out", file) == (0, "", "")
    data = file.read_bytes()
    assert data.startswith({"csv": b"\xef\xbb\xbfSag;", "xlsx": b"PK", "json": b"{"}[form])


@pytest.mark.parametrize("form", ["csv", "json"])
def test_who_waits_at_a_terminal_sees_how_far_it_has_come(
    capsys: pytest.CaptureFixture[str], taken_in: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str
) -> None:
    """On stderr alone: what goes into a pipe is the document."""
    monkeypatch.setattr("app.services.caseload_export.PIECE", 2)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    _, out, err = _run(capsys, "--practice", taken_in, "caseload", "--format", form)
    assert " sager er skrevet" in err
    assert "\r2 af " in err
    assert "\r" not in out.replace("\r\n", "\n")
    _, out, err = _run(capsys, "--practice", taken_in, "caseload", "--format", form, "--out", tmp_path / "sager")
    assert (out, err.split("skrevet ")[1]) == ("", f"i {tmp_path / 'sager'}\n")


def test_a_workbook_on_its_way_through_a_pipe(taken_in: Path) -> None:
    words = ("--practice", str(taken_in), "caseload", "--format", "xlsx")
    done = subprocess.run([sys.executable, "-m", "app", *words], capture_output=True, check=True)
    assert b"Magnus Lauridsen" in zipfile.ZipFile(io.BytesIO(done.stdout)).read("xl/worksheets/sheet1.xml")


def test_a_team_nobody_knows(capsys: pytest.CaptureFixture[str], taken_in: Path) -> None:
    code, out, err = _run(capsys, "--practice", taken_in, "caseload", "--team", "Månen")
    assert (code, out) == (1, "")
    assert "Månen" in _one_line(err)


# ------------------------------------------------------------------------------------------------------------- trouble


def test_a_real_replica_that_is_not_there(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.opening._needs_passphrase", lambda _folder: False)
    monkeypatch.setattr("app.services.opening.store_of", lambda *_: _Empty())
    code, out, err = _run(capsys, "caseload")
    assert (code, out) == (1, "")
    assert "vindue" in _one_line(err)


class _Empty:
    def load(self, _replica_id: str) -> None:
        return None


def test_two_at_once(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    lock = FolderLock(folder)
    code, _, err = _run(capsys, "--practice", folder, "caseload")
    lock.release()
    assert code == 1
    assert "allerede åbent" in _one_line(err)


def test_a_damaged_replica_is_one_line_for_the_whole_process(folder: Path) -> None:
    """In a process of its own: SQLCipher writes on stderr past Python's own."""
    assert _process("--practice", folder, "caseload").returncode == 0
    file = folder / "replica.db"
    file.write_bytes(os.urandom(file.stat().st_size))
    run = _process("--practice", folder, "caseload")
    assert run.returncode == 1
    assert "kopien" in _one_line(run.stderr)


def test_a_real_folder_is_never_practised_in(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    folder.mkdir()
    (folder / "replica.db").write_bytes(b"real")
    code, _, err = _run(capsys, "--practice", folder, "caseload")
    assert code == 1
    assert "rigtige sager" in _one_line(err)
    assert (folder / "replica.db").read_bytes() == b"real"


@pytest.mark.expects_log("app.qt.crash", "ERROR", "the command caseload")
def test_what_nobody_foresaw_is_one_sentence_and_a_log(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object, **__: object) -> None:
        raise ZeroDivisionError("Nancy Ann Berggren 251248")

    monkeypatch.setattr("app.store.caseload.everybody", fall)
    code, out, err = _run(capsys, "--practice", folder, "caseload")
    assert (code, out) == (1, "")
    line = _one_line(err)
    log = folder / "rundbord.log"
    assert str(log) in line
    written = log.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in written
    assert "test_cli.py" in written
    assert "Nancy" not in written + line, "what an error says of itself may be a citizen's words"


def test_no_screen_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    for command in ([], ["demo"]):
        code, out, err = _run(capsys, *command)
        assert (code, out) == (1, "")
        assert "skærm" in _one_line(err)


def test_a_script_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = _run(capsys, "demo", "--headless", "--script", tmp_path / "findes-ikke.json")
    assert code == 1
    assert "findes ikke" in _one_line(err)


def _process(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTHONUTF8": "1"},
    )
