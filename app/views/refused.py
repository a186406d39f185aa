# SPDX-License-Identifier: MPL-2.0
"""Words the disk has refused: they wait here when their field has gone, and are tried until they are kept (promise 3).

A field that stands tries its own words again; `binding` leaves here how they are written, so that leaving the room does not take
them along. The window asks before it closes. Must not know which field it was, nor what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

from app.store.replica import BUSY, FULL, READ_ONLY

if TYPE_CHECKING:
    from app.views.context import Context

AGAIN_MS = 2000
"""How long until a disk that said no is asked again: what was typed is kept as soon as there is room, whatever nobody does."""
PASSES = frozenset((FULL, READ_ONLY, BUSY))
"""What a disk says that may say otherwise later."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    field: QObject
    case_id: str
    write: Callable[[], object]


class Refused:
    """What waits, by the field it was typed in. Made by the context."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._waiting: dict[int, _Waiting] = {}
        self._soon = False

    def hold(self, field: QObject, case_id: str, write: Callable[[], object]) -> None:
        """The disk refused this field's words, which `write` writes; they take the place of its earlier ones."""
        self._waiting[id(field)] = _Waiting(field, case_id, write)
        self._try_soon()

    def let_go(self, field: QObject) -> None:
        """This field's words are kept."""
        self._waiting.pop(id(field), None)

    @property
    def homeless(self) -> bool:
        """Whether words wait that stand in no field any more."""
        return any(not isValid(one.field) for one in self._waiting.values())

    def _try_soon(self) -> None:
        if not self._soon:
            self._soon = True
            QTimer.singleShot(AGAIN_MS, self._try)

    def _try(self) -> None:
        self._soon = False
        if self._context.database.closed:  # somebody has said that the words may go
            return
        for one in [one for one in self._waiting.values() if not isValid(one.field)]:
            del self._waiting[id(one.field)]
            self._context.run(one.write, None, partial(self._refused, one))
        if self._waiting:
            self._try_soon()

    def _refused(self, one: _Waiting, message: str, _field: str | None) -> None:
        if message not in PASSES:
            self._context.asks.tell(message)
            return
        self.hold(one.field, one.case_id, one.write)
        self._context.hindered.emit(one.case_id)
