# SPDX-License-Identifier: MPL-2.0
"""PySide's manual stays unopened at a start, and says the same as ever when it is opened."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import LONG

ASK = """
import json, sys, threading
from app.qt import brisk

ways = list(sys.meta_path)
if sys.argv[1] == "unopened":
    with brisk.manual_unopened():
        from PySide6.QtCore import QDate, QTimer
else:
    from PySide6.QtCore import QDate, QTimer
from PySide6.QtWidgets import QApplication, QWidget

told = {"unread": sorted(brisk._CHAPTERS & {n for n, m in sys.modules.items() if type(m).__name__ == "_Chapter"})}
told["as before"] = type(sys.meta_path) is list and [type(w) for w in sys.meta_path] == [type(w) for w in ways]

def wrong(call):
    try:
        call()
    except Exception as error:
        return [type(error).__name__, str(error)]

app = QApplication([])
asked = [
    lambda: QTimer().setInterval("x"),
    lambda: QTimer("x", 3, 4),
    lambda: QTimer(nosuch=1),
    lambda: QDate(1, 2),
    lambda: QWidget().resize("wide"),
]
found, gate = [], threading.Barrier(4)

def look():
    gate.wait()
    found.append(sys.modules["shibokensupport.signature.errorhandler"].make_helptext.__name__)

threads = [threading.Thread(target=look) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
told["at once"] = found
told["errors"] = [wrong(call) for call in asked]
told["help"] = [QTimer.__doc__, QTimer.start.__doc__]
from PySide6.support.signature import parser
from PySide6.support.signature.lib import enum_sig, pyi_generator
told["names"] = [parser.pyside_type_init.__name__, enum_sig.ExactEnumerator.__name__, pyi_generator.Formatter.__name__]
told["left"] = [n for n, m in sys.modules.items() if type(m).__name__ == "_Chapter"]
print(json.dumps(told))
"""


def _told(how: str, repository: Path) -> dict[str, list[object]]:
    command = [sys.executable, "-c", ASK, how]
    done = subprocess.run(command, capture_output=True, text=True, cwd=repository, timeout=LONG, check=True)
    told: dict[str, list[object]] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def unopened(repository: Path) -> dict[str, list[object]]:
    return _told("unopened", repository)


def test_the_manual_is_not_read_at_a_start(unopened: dict[str, list[object]]) -> None:
    assert len(unopened["unread"]) == 6
    assert unopened["as before"]


def test_what_it_says_of_a_wrong_call_is_the_same(unopened: dict[str, list[object]], repository: Path) -> None:
    opened = _told("opened", repository)
    assert not opened["unread"]
    assert opened["at once"] == ["make_helptext"] * 4
    for question in ("errors", "at once", "help", "names"):
        assert unopened[question] == opened[question]
    assert all(opened["errors"])
    assert "Supported signatures" in str(opened["errors"][0])


def test_all_of_it_can_be_read(unopened: dict[str, list[object]]) -> None:
    assert not [name for name in unopened["left"] if not str(name).endswith(".tool")]
