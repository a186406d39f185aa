# SPDX-License-Identifier: MPL-2.0
"""Who sits with the same case open, now. Nothing of it is kept.

A screen says through the engine which case somebody at this desk has open; the engine says who else has. Said again each minute
and over each new session, for the server forgets whoever has not been heard from for two, and at once whose session has ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from app.sync.courier import Courier
from app.sync.session import AtTheRecord

_SAID_FOR = 50.0  # seconds before one says again where one is
_ASKED_FOR = (
    5.0  # seconds before one asks again who else is there, if nothing says that it has changed: who dies says nothing
)

Told = Callable[[str, tuple[AtTheRecord, ...]], None]
"""(case, everybody else who has it open)."""


def unheard(_case_id: str, _others: tuple[AtTheRecord, ...]) -> None:
    """Nobody asks."""


class Presence:
    """What the people at this desk have open. `tell` is called on the network thread, when it has changed."""

    def __init__(self) -> None:
        self.tell: Told = unheard
        self._lock = threading.Lock()
        self._at: dict[str, tuple[str | None, str]] = {}
        self._said: dict[str, tuple[tuple[str | None, str], float, Courier | None]] = {}
        self._asked = 0.0
        self._seen: dict[str, tuple[AtTheRecord, ...]] = {}

    def open(self, person_id: str, case_id: str | None, field: str = "") -> None:
        """Somebody here has opened a case (None: no case), and stands in this field. From any thread."""
        with self._lock:
            self._at[person_id] = (case_id, field)

    def forget(self, person_id: str) -> None:
        """Somebody has left the desk."""
        with self._lock:
            self._at.pop(person_id, None)
        self._said.pop(person_id, None)

    def again(self) -> float | None:
        """When to ask again, though nothing calls: while somebody else is seen. None: when something does."""
        return self._asked + _ASKED_FOR if any(self._seen.values()) else None

    def round(self, couriers: Iterable[Courier], now: float, *, news: bool) -> None:
        """Say where we are and hear who else is there. `news`: a notice came that brought no words; it may be about this."""
        with self._lock:
            at = dict(self._at)
        moved = False
        ask: dict[str, Courier] = {}
        for courier in couriers:
            place = at.get(courier.person_id)
            if place is None:
                continue
            before, when, by = self._said.get(courier.person_id, ((None, ""), 0.0, None))
            if place != before or (place[0] is not None and (now - when > _SAID_FOR or by is not courier)):
                courier.session.here(courier.device, *place)
                self._said[courier.person_id] = (place, now, courier)
                moved = True
            if place[0] is not None:
                ask.setdefault(place[0], courier)
        if moved or news or now - self._asked >= _ASKED_FOR:
            self._asked = now
            for case_id, courier in ask.items():
                here = {p for p, (case, _) in at.items() if case == case_id}
                everybody = courier.session.who_is_here(case_id)
                others = tuple(
                    a for a in everybody if (a.person_id, a.device) not in {(p, courier.device) for p in here}
                )
                if others != self._seen.get(case_id, ()):
                    self._seen[case_id] = others
                    self.tell(case_id, others)
        self._seen = {case: others for case, others in self._seen.items() if case in ask}
