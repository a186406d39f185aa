# SPDX-License-Identifier: MPL-2.0
"""A unit of work from its beginning to its end: the transaction round it, what is noted of a refusal, what is announced.

Made by `Desk.step` for each thing a person does. A class and no generator, for every key pause goes through it. Must not know
what is written.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.domain.roles import Hand
from app.store.replica import Replica
from app.store.unit_of_work import ChangeSet, Refused, Step, UnitOfWork, new_step, note_access


class Begun:
    """A unit of work that is durable when the block ends, and never was when it fails. A refusal in it is noted. `step` may be
    a fresh one's name.

    `announce` gets what was changed when, and only when, it is durable.
    """

    __slots__ = ("_announce", "_of", "_transaction", "_work")

    def __init__(
        self,
        replica: Replica,
        hand: Hand,
        case_id: str,
        step: Step | str,
        at: datetime,
        announce: Callable[[ChangeSet], object] | None = None,
    ) -> None:
        self._of = replica, hand, case_id, new_step(step) if isinstance(step, str) else step, at
        self._announce = announce
        self._transaction = replica.transaction()

    def __enter__(self) -> UnitOfWork:
        self._transaction.__enter__()
        try:
            self._work = UnitOfWork(*self._of)
        except BaseException as error:
            self._fail(error)
            raise
        return self._work

    def __exit__(self, _kind: object, error: BaseException | None, _where: object) -> None:
        if error is not None:
            self._fail(error)
            return
        self._transaction.__exit__(None, None, None)
        changes = self._work.changes
        if changes.keys and self._announce is not None:
            self._announce(changes)

    def _fail(self, error: BaseException) -> None:
        self._transaction.__exit__(None, error, None)
        if isinstance(error, Refused):
            replica, hand, case_id, _step, at = self._of
            note_access(replica, hand, case_id, "afvist", error.field or "", at)
