# SPDX-License-Identifier: MPL-2.0
"""The measured start: the program itself, as the command line starts it, on the practice folder in argv[1]."""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

_T0 = int(os.environ["BENCH_T0"])
_marks: dict[str, object] = {}

if TYPE_CHECKING:
    from app.bootstrap import Program

NO_LIST_MS, STUCK_S = 20_000, 40


def _mark(name: str) -> None:
    _marks.setdefault(name, (time.clock_gettime_ns(time.CLOCK_MONOTONIC) - _T0) / 1e6)


def _watch(program: Program) -> None:
    """Mark the first paint of the window and of a table with rows, then close. No list is told of, not waited for."""
    from PySide6.QtCore import QTimer

    window = program.window

    def done() -> None:
        _mark("table")
        model = window.today.cases.model
        _marks["first"] = [model.row(place).name for place in range(model.rowCount())]
        window.close()

    def no_list() -> None:
        print("no list came:", window.start.text() or "and no trouble was told", file=sys.stderr)
        faulthandler.dump_traceback()
        window.close()

    window.painted.connect(lambda: _mark("window"))
    window.listed.connect(lambda: QTimer.singleShot(0, done))
    QTimer.singleShot(NO_LIST_MS, window, no_list)


def main() -> None:
    """Start, tell the marks, close in order. Where everything stands still, every thread's place is told."""
    import app.cli  # noqa: F401 - what the command imports belongs to its start
    from app.bootstrap import run_window

    faulthandler.dump_traceback_later(STUCK_S, exit=True)
    run_window(Path(sys.argv[1]), practice=True, watch=_watch)
    faulthandler.cancel_dump_traceback_later()
    print(json.dumps(_marks if "table" in _marks else {}))
    if "table" not in _marks:
        sys.exit(1)


main()
