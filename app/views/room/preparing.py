# SPDX-License-Identifier: MPL-2.0
"""What the room makes before anybody comes to it: its other steps, and the modules of what lies over the table, a piece a turn.

Made by the room, one for each; started when the first step is on the screen, and again when another holds the pen. A step
somebody comes to sooner is completed by the room itself. Must not know what a step consists of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from PySide6.QtCore import QObject
from shiboken6 import isValid

from app.qt.turns import Turns, later
from app.views.parts.field import Field

OVER_THE_TABLE = ("app.views.room.turn", "app.views.sending.card")
AT_A_TIME = 15
"""How many fields change hands in a turn."""
BETWEEN_MS = 20
"""From one piece to the next, in milliseconds: nobody waits for any of it."""


class Preparing(QObject):
    """`steps` gives those there are to make, in pieces."""

    def __init__(self, room: QObject, steps: Callable[[], Iterator[None]], turns: Turns) -> None:
        super().__init__(room)
        self._room = room
        self._turns = turns
        self._steps = steps
        self._left: Iterator[None] = iter(())
        self._once_more = False
        self._rest = later(self, self._one, BETWEEN_MS)

    def start(self) -> None:
        """Begin on it; what is under way already goes on to its end, for a step half made is not made by being begun anew."""
        if self._rest.isActive():
            self._once_more = True
            return
        self._left = self._all()
        self._rest.start()

    def _one(self) -> None:
        if self._turns.ended:
            return
        for _ in self._left:
            self._rest.start()
            return
        if self._once_more:
            self._once_more = False
            self.start()

    def _catching_up(self) -> Iterator[None]:
        """The fields out of sight that have yet to hear who holds the pen."""
        behind = [field for field in self._room.findChildren(Field) if field.behind]
        for begin in range(0, len(behind), AT_A_TIME):
            for field in behind[begin : begin + AT_A_TIME]:
                if isValid(field):
                    field.catch_up()
            yield

    def _all(self) -> Iterator[None]:
        yield from self._catching_up()
        yield from self._steps()
        for name in OVER_THE_TABLE:
            import_module(name)
            yield
