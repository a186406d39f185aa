# SPDX-License-Identifier: MPL-2.0
"""The caseload on its way to a file: asked where, written a piece at a time, with how far it is and a way to stop.

Shown by the caseload. Each piece is one short errand on the database lane, so that what others type in the meantime is not
held up. Must not know what is in the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.store.caseload import Asked
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.words import Words

if TYPE_CHECKING:
    from app.services.caseload_export import Export

PATIENCE_MS = 300  # what is done sooner needs no word on the way
PATTERN = "Excel-ark (*.xlsx);;CSV til Excel (*.csv)"


class TakingOut(QWidget):
    """The line that says how far it is. `ended` when there is no file on its way any more."""

    ended = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._going: Export | None = None
        self._stopped = False
        self.told = Words("", "body", parent=self)
        self.stop_button = Button("Stop", Kind.QUIET, icon="close", parent=self)
        self.stop_button.setObjectName("take_out.stop")
        self.stop_button.setAccessibleName("Stop: skriv ikke filen")
        self.stop_button.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.told, 1)
        row.addWidget(self.stop_button)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self.show)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether a file is on its way."""
        return self._going is not None or self._patience.isActive()

    def ask(self, asked: Asked) -> None:
        """Ask where, and begin. Nothing while another is on its way, or where nowhere is chosen."""
        if self.busy:
            return
        from app.services import caseload_export

        desk, hand = self._context.desk, self._context.hand
        name = f"{caseload_export.suggested_name(desk.today())}.xlsx"
        chosen = self._context.asks.save_file("Gem sagerne som", name, PATTERN)
        if not chosen:
            return
        path = Path(chosen)
        form = caseload_export.CSV if path.suffix.casefold() == ".csv" else caseload_export.XLSX
        if path.suffix.casefold() not in (".csv", ".xlsx"):
            path = path.with_name(f"{path.name}.xlsx")
        self._stopped = False
        self.told.setText("Finder sagerne …")
        self._patience.start()
        self._context.run(lambda: caseload_export.begin(desk, hand, asked, form, path), self._begun, self._failed)

    def stop(self) -> None:
        """Leave it. What is under way on the lane is let finish first."""
        self._stopped = True
        self.told.setText("Stopper …")

    def _begun(self, going: Export) -> None:
        self._going = going
        self._next()

    def _next(self) -> None:
        going = self._going
        assert going is not None
        if self._stopped:
            self._context.run_slow(going.stop, self._is_stopped, self._failed)
            return
        self.told.setText(f"Skriver {_count(going.done)} af {_count(going.total)} sager …")
        self._context.run(going.more, self._written, self._failed)

    def _written(self, more: bool) -> None:
        going = self._going
        assert going is not None
        if more or self._stopped:
            self._next()
            return
        self.told.setText("Samler filen …")
        self.stop_button.hide()
        self._context.run_slow(going.finish, self._done, self._failed)

    def _done(self, _nothing: None) -> None:
        going = self._going
        assert going is not None
        assert going.path is not None
        number = "1 sag" if going.total == 1 else f"{_count(going.total)} sager"
        self._end()
        self._context.asks.say(f"{number} er skrevet i {going.path.name}. Filen er ikke krypteret: pas på den.")

    def _is_stopped(self, _nothing: None) -> None:
        self._end()
        self._context.asks.say("Stoppet. Der er ingen fil.")

    def _failed(self, message: str, _field: str | None) -> None:
        going = self._going
        self._end()
        if going is not None:
            self._context.run_slow(going.stop)
        self._context.asks.tell(message)

    def _end(self) -> None:
        self._going = None
        self._patience.stop()
        self.stop_button.show()
        self.hide()
        self.ended.emit()


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")
