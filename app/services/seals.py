# SPDX-License-Identifier: MPL-2.0
"""Whether the decisions behind a list hold, asked for once the list has been shown: a list itself never waits for a seal (C1).

Called on the database lane by the lists, some cases at a time. What has been tried is remembered by what the row held, so
that a decision is tried once a run. The room tries every decision each time it reads a case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from app.models.fields import fields_of
from app.models.kinds import Decision
from app.services.desk import Desk
from app.store import decisions

AT_A_TIME = 25
"""Decisions tried in one turn of the lane, so that whoever types waits for no more than some tens of milliseconds."""


class Seals:
    """What has been tried on one desk. Database lane only."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tried: dict[str, tuple[bytes, bool]] = {}

    def broken(self, case_ids: Sequence[str]) -> frozenset[str]:
        """Those of the cases with a decision that is not as a vouched bestiller sealed it, and that none has been signed over."""
        return frozenset(case_id for case_id in case_ids if not self._holds(case_id))

    def _holds(self, case_id: str) -> bool:
        names = tuple(fields_of(Decision))
        columns = ", ".join(f'"{name}"' for name in names)
        sql = f"SELECT id, {columns} FROM rec_decision WHERE case_id = ?"
        found = self._desk.replica.connection.execute(sql, (case_id,)).fetchall()
        tried = {str(row[0]): self._tried_one(case_id, row, names) for row in found}
        over = {i for decision, holds in tried.values() if holds and decision for i in decisions.signed_over(decision)}
        return all(holds or decision_id in over for decision_id, (_, holds) in tried.items())

    def _tried_one(self, case_id: str, row: tuple[object, ...], names: Sequence[str]) -> tuple[Decision | None, bool]:
        print_ = hashlib.sha256(repr(tuple(row)).encode()).digest()
        decision_id = str(row[0])
        decision = decisions.as_read(decision_id, case_id, dict(zip(names, row[1:], strict=True)))
        known = self._tried.get(decision_id)
        if known is None or known[0] != print_:
            holds = decision is not None and decisions.authentic(self._desk.replica, decision)
            known = self._tried[decision_id] = (print_, holds)
        return decision, known[1]
