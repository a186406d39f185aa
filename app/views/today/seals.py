# SPDX-License-Identifier: MPL-2.0
"""Tries the seals of the cases in the list when it has come to rest (C1). What does not hold is marked, and the list read again.

Made by the list. The list is painted first and waits for nothing here; until a seal is tried its line stands as it was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.views.context import Context

if TYPE_CHECKING:
    from app.services.seals import Seals
    from app.views.today.cases import CaseModel

REST_MS = 1500
"""How long the list lies still before its seals are tried: nothing at the start or while somebody searches."""


class SealWatch(QObject):
    """Follows one model, and goes with it. `marked` when its list now says something else."""

    marked = Signal()

    def __init__(self, context: Context, model: CaseModel) -> None:
        super().__init__(model)
        self._context = context
        self._model = model
        self._seals: Seals | None = None
        self._waiting: list[str] = []
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._begin)
        model.modelReset.connect(self._rest.start)
        model.rowsInserted.connect(lambda *_: self._rest.start())

    def try_now(self) -> None:
        """Try them without waiting."""
        self._rest.stop()
        self._begin()

    def _begin(self) -> None:
        self._waiting = [self._model.row(place).case_id for place in range(self._model.rowCount())]
        self._next()

    def _next(self) -> None:
        from app.services.seals import AT_A_TIME, Seals  # late: the first list waits for no seal

        if self._context.pen is None or not self._waiting or self._context.database.closed:
            return
        if self._seals is None:
            self._seals = Seals(self._context.desk)
        seals, some, self._waiting = self._seals, self._waiting[:AT_A_TIME], self._waiting[AT_A_TIME:]
        self._context.run(lambda: seals.tried(some), self._tried)

    def _tried(self, anew: bool) -> None:
        if anew:
            self.marked.emit()
        self._next()
