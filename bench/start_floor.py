# SPDX-License-Identifier: MPL-2.0
"""The floor of a start: a bare window, then the rows argv[3] holds in the replica argv[1] (raw key argv[2]) in a plain table."""

from __future__ import annotations

import json
import os
import sys
import time

_T0 = int(os.environ["BENCH_T0"])
_marks: dict[str, object] = {}


def _mark(name: str) -> None:
    _marks.setdefault(name, (time.clock_gettime_ns(time.CLOCK_MONOTONIC) - _T0) / 1e6)


from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, QTimer  # noqa: E402 - the clock first
from PySide6.QtGui import QPaintEvent  # noqa: E402
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QTableView  # noqa: E402

_SQL = """SELECT name, vejleder, stage, start, wall, next_on, contact_on FROM case_line
           WHERE n IN (SELECT n FROM case_line WHERE vejleder = ?1 UNION SELECT n FROM case_line WHERE bestiller = ?1)
             AND NOT ended ORDER BY contact_on DESC, n DESC LIMIT 200"""


class _Rows(QAbstractTableModel):
    def __init__(self, rows: list[tuple[object, ...]]) -> None:
        super().__init__()
        self.rows = rows

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else 7

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return self.rows[index.row()][index.column()] if role == Qt.ItemDataRole.DisplayRole else None


class _Window(QMainWindow):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if "window" not in _marks:
            _mark("window")
            QTimer.singleShot(0, _open)


class _Table(QTableView):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QTimer.singleShot(0, _done)


def _open() -> None:
    import sqlcipher3

    connection = sqlcipher3.connect(sys.argv[1])
    connection.execute(f"PRAGMA key = \"x'{sys.argv[2]}'\"")
    connection.execute("PRAGMA cipher_page_size = 8192")
    model = _Rows(connection.execute(_SQL, (sys.argv[3],)).fetchall())
    table = _Table()
    table.setModel(model)
    model.setParent(table)
    window.setCentralWidget(table)


def _done() -> None:
    _mark("table")
    _marks["first"] = [row[0] for row in window.centralWidget().model().rows]  # type: ignore[attr-defined]
    print(json.dumps(_marks), flush=True)
    os._exit(0)


application = QApplication(["floor"])
window = _Window()
window.resize(1366, 768)
window.setCentralWidget(QLabel("…"))
window.show()
application.exec()
