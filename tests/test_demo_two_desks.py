# SPDX-License-Identifier: MPL-2.0
"""`rundbord demo` at two desks over a practice database of its own, through the real command (K2)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.sync.practice_server import PracticeServer
from tests.patience import LONG, until

MEETING = "resources/practice/moede-1-bussen.json"
SHORT = {"today": "2026-11-26", "citizen": {"name": "Aage"}, "answer": {"target_group": "nej"}}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A practice folder that the server's user can get to, where one is root: pytest's own are closed."""
    with tempfile.TemporaryDirectory(prefix="rundbord-demo-") as name:
        yield Path(name)


def _demo(
    repository: Path, *arguments: object, env: dict[str, str] | None = None, practice: Path | None = None
) -> subprocess.CompletedProcess[str]:
    where = ["--practice", str(practice)] if practice else []
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "app", *where, "demo", *map(str, arguments)],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | (env or {}),
    )


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_meeting_at_one_desk_stands_the_same_at_the_other_and_the_server_is_stopped(
    repository: Path, tmp_path: Path, folder: Path
) -> None:
    out = tmp_path / "ud"
    run = _demo(repository, "--headless", "--script", MEETING, "--out", out, practice=folder)
    assert (run.returncode, run.stderr) == (0, "")
    ours, theirs = _read(out / "record.json"), _read(out / "record-desk2.json")
    assert ours == theirs
    assert ours["result"] == {"signed": True, "refused": [], "lacks": []}  # the seal holds at the other desk too
    names = {path.name for path in out.iterdir()}
    assert names >= {"plan.pdf", "svar.pdf", "borger.png", *(f"step-{n}.png" for n in range(1, 7))}
    server = PracticeServer(folder / "øvedatabase")
    assert (server.data / "PG_VERSION").is_file()
    assert not server.running()


def test_with_no_postgresql_it_is_one_desk_and_one_line_says_so(repository: Path, tmp_path: Path) -> None:
    out, script = tmp_path / "ud", tmp_path / "kort.json"
    script.write_text(json.dumps(SHORT), encoding="utf-8")
    nowhere = {"RUNDBORD_POSTGRES_BIN": str(tmp_path)}
    run = _demo(repository, "--headless", "--script", script, "--out", out, env=nowhere)
    assert run.returncode == 0
    assert run.stderr.startswith("Øvelsen har ét bord. Der er ingen PostgreSQL på denne computer")
    assert run.stderr.count("\n") == 1
    assert (out / "record.json").is_file()
    assert not (out / "record-desk2.json").exists()


@pytest.mark.skipif(os.name != "posix", reason="a signal is how a test asks a program to end")
def test_two_windows_open_on_two_desks_and_all_end_together(repository: Path, folder: Path) -> None:
    """Two processes, each with its own replica, and a server that is stopped when the last is gone, however often it is asked."""
    command = [sys.executable, "-W", "error", "-m", "app", "--practice", str(folder), "demo"]
    run = subprocess.Popen(command, cwd=repository, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        logs = [folder / "rundbord.log", folder / "bord-2" / "rundbord.log"]
        until(lambda: all(log.is_file() for log in logs) or run.poll() is not None)
    finally:
        _ask_until_it_has_gone(run)
        _, err = run.communicate(timeout=LONG)
    said = [line for line in err.splitlines() if not line.startswith("This plugin does not support ")]
    assert (run.returncode, said) == (0, [])
    assert not PracticeServer(folder / "øvedatabase").running()
    lists = [_caseload(repository, place) for place in (folder, folder / "bord-2")]
    assert lists[0] == lists[1]
    assert len(lists[0]) == 12
    assert all((place / "window.json").is_file() for place in (folder, folder / "bord-2"))  # closed in good order


def _ask_until_it_has_gone(run: subprocess.Popen[str]) -> None:
    def gone() -> bool:
        run.send_signal(signal.SIGTERM)  # to one that has gone it is not sent
        return run.poll() is not None

    until(gone, partial(time.sleep, 0.05))


def _caseload(repository: Path, place: Path) -> Any:
    """The cases of that desk, as whose desk it is reads them."""
    command = [sys.executable, "-m", "app", "--practice", str(place), "caseload", "--format", "json"]
    told = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    return sorted(json.loads(told.stdout)["cases"], key=str)
