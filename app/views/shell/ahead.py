# SPDX-License-Identifier: MPL-2.0
"""What the first click needs, brought in when the first list is on the screen: beneath the screens on the database lane, and
the screens themselves piece by piece between two movements of the mouse.

Called by bootstrap. Knows modules by name alone, and none of what is in them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.qt.brisk import keep

if TYPE_CHECKING:
    from app.qt.lanes import Lane

TO_WRITE = (
    "app.models.kinds",
    "app.store.unit_of_work",
    "app.store.begun",
    "sqlalchemy",
    "app.models.tables",
    "app.store.statements",
    "app.services.cases",
    "app.services.decide",
    "app.services.edit",
    "app.services.undo",
    "app.services.accounts",
    "app.services.practice",
    "app.services.seats",
    "app.services.offers",
    "app.papers.decided",
)
"""In pieces, for the database lane."""

TO_GIVE = ("app.services.issue",)
"""And of the papers, on the same lane while the screens come in: the last step is made ready in the room."""

TO_MEET = (
    "app.views.binding",
    "app.views.parts.fields",
    "app.views.room.record_list",
    "app.views.room.header",
    "app.views.room.foot",
    "app.views.room.goals",
    "app.views.parts.paper_view",
    "app.views.room.sheet",
    "app.views.room.sign",
    "app.views.room.answer",
    "app.views.room.table",
    "app.views.room.welcome",
    "app.views.room.room",
)
"""And of the screens, in pieces that take less than 50 ms."""


def bring_in(lane: Lane, on: QObject, closed: Callable[[], bool]) -> None:
    """Start on it. Stops when `closed`: a person who closes at once does not wait for what is not needed any more."""
    for name in TO_WRITE:
        lane.ask(partial(_bring, name, closed), None, _leave_it)
    lane.ask(lambda: None, lambda _: _next(TO_MEET, on, closed, lambda: lane.ask(lambda: None, lambda _: keep())))
    for name in TO_GIVE:
        lane.ask(partial(_bring, name, closed), None, _leave_it)


def _bring(name: str, closed: Callable[[], bool]) -> None:
    if not closed():
        import_module(name)


def _next(names: tuple[str, ...], on: QObject, closed: Callable[[], bool], then: Callable[[], object]) -> None:
    if closed():
        return
    if not names:
        then()
        return
    import_module(names[0])
    QTimer.singleShot(0, on, lambda: _next(names[1:], on, closed, then))


def _leave_it(_error: Exception) -> None:
    """Whoever needs it next will tell."""
