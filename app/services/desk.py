# SPDX-License-Identifier: MPL-2.0
"""The desk a service works at: the replica, the clock, and where changes are told.

Made once by bootstrap and handed to every service as its first argument. Every service is called on the database lane and
opens one `step`; what it changed is announced when, and only when, it is durable. Must not know of screens. The first list
waits for this module, so the unit of work is brought in by the first thing that is written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from app.domain.roles import Hand
from app.store import readers
from app.store.replica import Replica

if TYPE_CHECKING:
    from app.domain.rights import Act
    from app.store.begun import Begun
    from app.store.unit_of_work import ChangeSet, Step, UnitOfWork

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
"""Local time with its zone. For people to read, never to decide which of two changes stands."""


def system_clock() -> datetime:
    """The computer's own clock."""
    return datetime.now().astimezone()


def unheard(_changes: ChangeSet) -> None:
    """Nobody listens: the command line, which reads the result itself."""


class Desk:
    """One replica in use, by whoever is signed in."""

    def __init__(
        self, replica: Replica, clock: Clock = system_clock, announce: Callable[[ChangeSet], None] = unheard
    ) -> None:
        self.replica = replica
        self.clock = clock
        self.announce = announce

    def today(self) -> date:
        """The date on the table."""
        return self.clock().date()

    def require(self, hand: Hand, act: Act, case_id: str = "") -> None:
        """Refuse whoever may not do `act`, or may not read the case, in one sentence, and note that they asked (C1, C2).

        Called before a service reads or writes anything; whose pen a field is, the unit of work says besides.
        """
        from app.domain.rights import may, refusal

        if may(hand.role, act):
            if case_id:
                self.require_open(hand, case_id)
            return
        from app.store.unit_of_work import Refused

        log.info("refused: %s may not %s", hand.role.value, act.value)
        self.note(hand, case_id, "afvist", act.value)
        raise Refused(refusal(act), act.value)

    def require_open(self, hand: Hand, case_id: str) -> None:
        """Refuse whoever may not read the case, and note that they asked: where a case is read and nothing else is done."""
        if readers.may_read(self.replica, hand.person_id, case_id):
            return
        from app.store.unit_of_work import Refused

        log.info("refused: a case that is not open to them")
        self.note(hand, case_id, "afvist", readers.CASE)
        raise Refused(readers.NOT_OPEN, readers.CASE)

    def seat(self, people: Iterable[str]) -> None:
        """These sit at the table from now on, by their ids: a case that is made is theirs to read. From any thread."""
        self.replica.at_table = frozenset(people)

    def step(self, hand: Hand, case_id: str, step: Step | str) -> Begun:
        """One thing a person does, all or nothing, announced when it is durable."""
        return _begun()(self.replica, hand, case_id, step, self.clock(), self.announce)

    @contextmanager
    def steps(self, hand: Hand, name: str) -> Iterator[Callable[[str], UnitOfWork]]:
        """One thing done on many cases, all or nothing: ask for the unit of work of each case by its id."""
        from app.store.unit_of_work import Refused, UnitOfWork, new_step

        units: dict[str, UnitOfWork] = {}
        step, at = new_step(name), self.clock()

        def on(case_id: str) -> UnitOfWork:
            return units.setdefault(case_id, UnitOfWork(self.replica, hand, case_id, step, at))

        try:
            with self.replica.transaction():
                yield on
        except Refused as refusal:
            self.note(hand, "", "afvist", refusal.field or "")
            raise
        for unit in units.values():
            self.announce(unit.changes)

    def note(self, hand: Hand, case_id: str, action: str, about: str = "") -> None:
        """Log that somebody looked, printed or was refused."""
        from app.store.unit_of_work import note_access

        note_access(self.replica, hand, case_id, action, about, self.clock())


@cache
def _begun() -> type[Begun]:
    """Brought in once: an `import` costs as much as a statement of the replica where nothing lies in the processor's cache."""
    from app.store.begun import Begun

    return Begun
