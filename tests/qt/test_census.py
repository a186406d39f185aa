# SPDX-License-Identifier: MPL-2.0
"""What goes through every widget, while Python would find some that nobody holds: in a process of its own, for it would fall."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import LONG

GOING_THROUGH = """
import gc, sys
gc.disable()
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QSpinBox, QWidget
from app.qt.census import every_top, every_widget, every_window
from app.qt.theme import theme_of

class Lost(QWidget):
    def __init__(self):
        super().__init__()
        self.itself = self

    def changeEvent(self, event):
        if event.type() == QEvent.Type.FontChange:
            [[] for _ in range(300)]
        super().changeEvent(event)

app = QApplication([])
theme_of()
held = [QSpinBox() for _ in range(300)]  # each has a line within, of which Python knows nothing yet
lost = [Lost() for _ in range(300)]
gc.collect(0)
gc.set_threshold(20, 1, 1000)
del lost  # from here on nobody holds them, and the second look will find it
gc.enable()
if sys.argv[1] == "list":
    assert len(every_widget()) >= 900, "they were gone before"
    print(True, len(every_top()), len(every_window()))
else:
    theme_of().apply(app, "dark", 150)
    theme_of().apply(app, "light", 200)
    print(True)
"""


@pytest.mark.parametrize("what", ["list", "look"])
def test_what_nobody_holds_goes_before_or_after(what: str, repository: Path) -> None:
    command = [sys.executable, "-c", GOING_THROUGH, what]
    done = subprocess.run(command, capture_output=True, text=True, cwd=repository, timeout=LONG, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("True")
