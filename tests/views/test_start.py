# SPDX-License-Identifier: MPL-2.0
"""The start: what may be in memory when the window and the first list have been painted, and what comes right after."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.services.opening import open_replica, practice_pair
from app.store import membership, outgoing
from app.sync.profile import Profile
from app.views.shell.ahead import TO_MEET, TO_WRITE
from tests.patience import LONG

START = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import app.cli
from app.bootstrap import Program

qt = QApplication(["rundbord"])
program = Program(qt, Path(sys.argv[1]), practice=True)
told = {}

def painted():
    told["window"] = sorted(sys.modules)

def listed():
    told["list"] = sorted(sys.modules)
    told["rows"] = program.window.today.cases.model.rowCount()
    look.start(20)

def prepared():
    if "app.views.room.room" in sys.modules and program.context.idle:
        told["after"] = sorted(sys.modules)
        program.close()
        qt.quit()

look = QTimer()
look.timeout.connect(prepared)
program.window.painted.connect(painted)
program.window.listed.connect(listed)
program.show()
qt.exec()
print(json.dumps(told))
"""

MANUAL = """
import json, sys
from pathlib import Path
from app.bootstrap import run_window

def watch(program):
    def listed():
        print(json.dumps(sorted(n for n, m in sys.modules.items() if type(m).__name__ == "_Chapter")))
        program.window.close()

    program.window.listed.connect(listed)

run_window(Path(sys.argv[1]), practice=True, watch=watch)
"""

SLOW = ("uuid_utils", "cryptography", "reportlab", "pikepdf", "pypdfium2", "keyring", "psycopg", "dateutil", "calendar")


@pytest.fixture(scope="module")
def started(furnished: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return _start(shutil.copytree(furnished, tmp_path_factory.mktemp("start") / "øvelse"), repository)


@pytest.fixture(scope="module")
def started_joined(furnished: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The same on a desk that has joined a shared database, which does not answer."""
    folder = Path(shutil.copytree(furnished, tmp_path_factory.mktemp("joined") / "øvelse"))
    opened = open_replica(folder, practice=True)
    pair = practice_pair(opened.desk)
    assert pair is not None
    outgoing.join(opened.desk.replica)
    profile = Profile("127.0.0.1", 1, practice=True)
    membership.keep(opened.desk.replica, profile.as_text(), pair[0].person_id, "bodil")
    opened.desk.replica.close()
    opened.lock.release()
    return _start(folder, repository)


def _start(folder: Path, repository: Path) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", START, str(folder)],
        capture_output=True,
        text=True,
        cwd=repository,
        timeout=LONG,
        check=True,
    )
    told: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_the_window_waits_for_nothing_but_qt(started: dict[str, list[str]]) -> None:
    not_yet = ("app.services", "app.store", "app.models", "app.views.parts", "app.views.today", "app.views.sign_in")
    assert not [name for name in started["window"] if name.startswith(not_yet)]
    assert "sqlcipher3" not in started["window"]


def test_a_desk_that_shares_starts_no_slower(started_joined: dict[str, list[str]]) -> None:
    assert started_joined["rows"]
    assert not {*SLOW, "app.sync.engine", "app.sync.session"} & set(started_joined["list"])


NOT_SHOWN = (
    *("app.store.listing", "app.store.same_citizen", "app.domain.spelling", "app.views.parts.growing", "socket"),
    *("app.views.parts.pen_header", "app.views.shell.idle", "heapq"),
)


@pytest.mark.parametrize("name", [*SLOW, *NOT_SHOWN, "app.models.casefile", "app.store.queries", *TO_WRITE, *TO_MEET])
def test_the_first_list_is_painted_without(started: dict[str, list[str]], name: str) -> None:
    assert started["rows"]
    assert name not in started["list"]


@pytest.mark.parametrize("name", [*TO_WRITE, *TO_MEET])
def test_the_first_click_finds_it_there(started: dict[str, list[str]], name: str) -> None:
    assert name in started["after"]


def test_no_call_of_a_start_opens_pysides_manual(furnished: Path, repository: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(furnished, tmp_path / "øvelse")
    command = [sys.executable, "-c", MANUAL, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=repository, timeout=LONG, check=True)
    assert len({name.rpartition(".")[2] for name in json.loads(done.stdout)}) == 6
