# SPDX-License-Identifier: MPL-2.0
"""A widget nobody holds goes on the GUI thread, whoever makes the object that is one too many."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.qt.lanes import Door, Lane
from app.qt.sweeping import Sweeper
from tests.patience import LONG

GOING_THROUGH = """
import gc
gc.disable()
from PySide6.QtWidgets import QApplication, QSpinBox, QWidget
from app.qt.sweeping import Sweeper

class Lost(QWidget):
    def __init__(self):
        super().__init__()
        self.itself = self

app = QApplication([])
held = [QSpinBox() for _ in range(300)]  # each has a line within, of which Python knows nothing yet
lost = [Lost() for _ in range(300)]
gc.collect(0)
gc.set_threshold(20, 1, 1000)
del lost  # from here on nobody holds them, and the second look will find it
gc.enable()
Sweeper(app)
assert len(QApplication.allWidgets()) >= 900, "they were gone before"
print(True, len(QApplication.topLevelWidgets()), len(QApplication.allWindows()))
"""


class Lost(QWidget):
    """Holds itself, and tells on which thread it goes."""

    def __init__(self, gone: list[threading.Thread]) -> None:
        super().__init__()
        self._itself, self._gone = self, gone

    def __del__(self) -> None:
        self._gone.append(threading.current_thread())


def _make_much() -> None:
    kept = [[] for _ in range(20 * gc.get_threshold()[0])]
    del kept


def test_a_lane_takes_no_widget_down(qapp: QApplication) -> None:
    gone: list[threading.Thread] = []
    lane = Lane("database", Door())
    Lost(gone)
    lane.wait(_make_much)
    assert gone == []
    kept = [[] for _ in range(2 * gc.get_threshold()[0])]  # as much as Python would look after
    loop = QEventLoop()
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, loop.quit))
    QTimer.singleShot(5, loop.quit)
    loop.exec()
    assert gone == [threading.main_thread()]
    assert kept
    lane.close()


def test_who_ends_it_gives_the_looks_back() -> None:
    gc.enable()
    sweeper = Sweeper(QCoreApplication.instance() or QApplication(["rundbord"]))
    assert not gc.isenabled()
    sweeper.end()
    assert gc.isenabled()


def test_what_goes_through_every_widget_meets_them_all(repository: Path) -> None:
    """Qt and PySide go by bare addresses, and one that is taken down meanwhile ends the process."""
    command = [sys.executable, "-c", GOING_THROUGH]
    done = subprocess.run(command, capture_output=True, text=True, cwd=repository, timeout=LONG, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("True")
