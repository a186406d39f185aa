# SPDX-License-Identifier: MPL-2.0
"""Killed at any moment of typing: what was told kept is there to the letter, and the next start stands where it was (promise 3).

How old a key may be before it is sent to the disk is held by test_room_typing; how fast the disk is, is the machine's matter.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.services import practice
from app.services.opening import begin_run, open_replica, practice_code
from app.views.shell.asks import WindowAsks
from tests.patience import LONG, until
from tests.views.shell_desk import Desk

TYPIST = '''
import sys
from pathlib import Path
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from app.bootstrap import Program
from app.views.parts.field import Field

app = QApplication(["rundbord"])
program = Program(app, Path(sys.argv[1]), practice=True)
program.show()
typed = 0
field = None

def find():
    global field
    window = program.window
    if window.room is None:
        if program.ready and not window.isHidden():
            window.open_case(sys.argv[2], 2)
        return
    if window.room.number != 2:
        return
    field = next((f for f in window.findChildren(Field, "wishes.want") if f.isVisible()), None)
    if field is not None:
        mark_saved = field.mark_saved
        field.mark_saved = lambda text: (print("kept", text.replace(" ", "_"), flush=True), mark_saved(text))
        field.setFocus()
        look.stop()
        keys.start(15)

def type_one():
    """A word of a number, then a rest now and then, as a person types."""
    global typed
    typed += 1
    for letter in f"{typed} ":
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
        QApplication.sendEvent(field.editor, event)
    print("typed", typed, flush=True)
    keys.start(400 if typed % 12 == 0 else 15)

look = QTimer()
look.timeout.connect(find)
look.start(20)
keys = QTimer()
keys.timeout.connect(type_one)
app.exec()
'''
BEFORE_A_REST = 24


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "øvelse"
    opened = open_replica(folder, practice=True)
    practice.prepare(opened.desk, practice_code(folder))
    opened.desk.replica.close()
    opened.lock.release()
    return folder


def _case_id(folder: Path) -> str:
    opened = open_replica(folder, practice=True)
    sql = "SELECT c.id FROM rec_case c JOIN rec_citizen z ON z.id = c.citizen_id WHERE z.name LIKE 'Ellen%'"
    found = str(opened.desk.replica.connection.execute(sql).fetchone()[0])
    opened.desk.replica.close()
    opened.lock.release()
    return found


@pytest.mark.skipif(os.name != "posix", reason="a process is ended otherwise there")
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_closes_in_order(folder: Path, repository: Path, asked: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "--practice", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=repository,
    )
    until(
        lambda: (folder / "replica.copy.db").exists() or process.poll() is not None
    )  # a moment after the first screen
    assert process.poll() is None, process.communicate()
    process.send_signal(asked)
    _, err = process.communicate(timeout=LONG)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    opened = open_replica(folder, practice=True)
    assert not opened.broken_off
    opened.desk.replica.close()
    opened.lock.release()


@pytest.mark.skipif(os.name != "posix", reason="a process is killed otherwise there")
@pytest.mark.parametrize("words", [7, 30])
def test_what_is_kept_when_it_is_killed_is_there(
    qapp: QApplication, folder: Path, repository: Path, words: int
) -> None:
    case_id = _case_id(folder)
    process = subprocess.Popen(
        [sys.executable, "-c", TYPIST, str(folder), case_id],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=repository,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    typed, told_kept = 0, ""
    for line in process.stdout:
        what, _, rest = line.strip().partition(" ")
        typed, told_kept = (int(rest), told_kept) if what == "typed" else (typed, rest)
        if typed >= words and told_kept.count("_") >= words // BEFORE_A_REST * BEFORE_A_REST:
            break
    os.kill(process.pid, signal.SIGKILL)
    after, err = process.communicate(timeout=LONG)
    assert typed >= words, err
    for what, rest in (line.split() for line in after.splitlines() if line.count(" ") == 1):
        typed, told_kept = (int(rest), told_kept) if what == "typed" else (typed, rest)

    opened = open_replica(folder, practice=True)
    row = opened.desk.replica.connection.execute(
        "SELECT coalesce(max(want), '') FROM rec_story WHERE case_id = ?", (case_id,)
    ).fetchone()
    opened.desk.replica.close()
    opened.lock.release()
    kept = str(row[0])
    everything = "".join(f"{n} " for n in range(1, typed + 2))  # the last word may have been typed and not told of
    assert everything.startswith(kept), "what was kept is just what was typed"
    assert kept.startswith(told_kept.replace("_", " ")), "what was told kept is on the disk"

    desk = Desk(qapp, folder).start()
    desk.until(lambda: desk.window.room is not None and desk.window.room.number)
    assert "Intet er gået tabt" in desk.window.asks.line.text()
    assert desk.window.room.case_id == case_id
    assert desk.window.room.number == 2
    assert desk.find("wishes.want").text() == kept
    desk.close()


def test_that_the_last_run_fell_is_told_to_the_first_who_sits_down_and_to_nobody_after(
    qapp: QApplication, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_replica(folder, practice=True)
    begin_run(opened.desk)
    opened.desk.replica.close()
    opened.lock.release()
    said: list[str] = []
    monkeypatch.setattr(WindowAsks, "say", lambda _asks, message: said.append(message))
    desk = Desk(qapp, folder).start()
    told = [message for message in said if "midt i det hele" in message]
    desk.program._go_on()  # as when the next one signs in
    desk.settle()
    assert [message for message in said if "midt i det hele" in message] == told
    assert len(told) == 1
    desk.close()
