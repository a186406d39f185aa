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
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QTableView

    import app.cli  # noqa: F401 - what the command imports belongs to its start
    from app.bootstrap import Program

    application = QApplication(["rundbord"])

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and "table" not in _marks:
                table = watched.parent()
                model = table.model() if isinstance(table, QTableView) else None
                if model is not None and model.rowCount():
                    QTimer.singleShot(0, self.done)
            return False

        def done(self) -> None:
            _mark("table")
            program.close()
            application.quit()

    program = Program(application, Path(sys.argv[1]), practice=True)
    program.window.painted.connect(lambda: _mark("window"))
    watch = Watch()
    application.installEventFilter(watch)
    program.show()
    application.exec()
    print(json.dumps(_marks))


main()
