# SPDX-License-Identifier: MPL-2.0
"""The measured start: the program itself, as the command line starts it, on the practice folder in argv[1]."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

_T0 = int(os.environ["BENCH_T0"])
_marks: dict[str, float] = {}


def _mark(name: str) -> None:
    _marks.setdefault(name, (time.clock_gettime_ns(time.CLOCK_MONOTONIC) - _T0) / 1e6)


def main() -> None:
    """Start, mark the first paint of the window and of a table with rows, close in order."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    import app.cli  # noqa: F401 - what the command imports belongs to its start
    from app.bootstrap import Program

    application = QApplication(["rundbord"])
    program = Program(application, Path(sys.argv[1]), practice=True)

    def done() -> None:
        _mark("table")
        program.close()
        application.quit()

    program.window.painted.connect(lambda: _mark("window"))
    program.window.listed.connect(lambda: QTimer.singleShot(0, done))
    program.show()
    application.exec()
    print(json.dumps(_marks))


main()
