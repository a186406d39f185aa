# SPDX-License-Identifier: MPL-2.0
"""Whether the decisions behind a list hold: a list itself never waits for a seal (C1), and goes by the marks laid here.

Called on the database lane by the lists once they have been shown, by the sharing for what has come, by whatever leaves the
program, and when a case is opened, some cases at a time. What holds is remembered by what the row held, so that a decision is
tried once a run; what does not is tried each time, for the key that vouches for it may have come. The room tries every decision
each time it reads a case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from app.models.casefile import CaseFile
from app.models.fields import fields_of
from app.models.kinds import Decision
from app.services.desk import Desk
from app.store import decisions, queries, unsealed

AT_A_TIME = 25
"""Decisions tried in one turn of the lane, so that whoever types waits for no more than some tens of milliseconds."""


def mark_as_read(desk: Desk, file: CaseFile) -> None:
    """Mark what does not hold in a case that has just been read, which tried every decision of it."""
    void = {} if all(d.authentic for d in file.decisions) else queries.void_decisions(desk.replica, file.case.id)
    unsealed.mark(desk.replica, file.case.id, void)


class Seals:
    """What has been tried on one desk. Database lane only."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._holds: dict[str, bytes] = {}

    def tried(self, case_ids: Sequence[str]) -> bool:
        """Try the decisions of these cases, and mark what does not hold. Whether a list now says something else."""
        return sum(self._tried(case_id) for case_id in case_ids) > 0

    def _tried(self, case_id: str) -> bool:
        names = tuple(fields_of(Decision))
        columns = ", ".join(f'"{name}"' for name in names)
        sql = f"SELECT id, {columns} FROM rec_decision WHERE case_id = ?"
        rows = self._desk.replica.connection.execute(sql, (case_id,)).fetchall()
        holding = {row[0] for row in rows if self._row_holds(case_id, row, names)}
        sql = "SELECT record_id FROM change WHERE case_id = ? AND kind = 'decision' AND refused IS NULL"
        logged = {row[0] for row in self._desk.replica.connection.execute(sql, (case_id,))}
        all_hold = len(holding) == len(rows) and logged <= holding
        void = {} if all_hold else queries.void_decisions(self._desk.replica, case_id)
        return unsealed.mark(self._desk.replica, case_id, void)

    def _row_holds(self, case_id: str, row: tuple[object, ...], names: Sequence[str]) -> bool:
        decision_id, held = str(row[0]), hashlib.sha256(repr(tuple(row)).encode()).digest()
        if self._holds.get(decision_id) == held:
            return True
        decision = decisions.as_read(decision_id, case_id, dict(zip(names, row[1:], strict=True)))
        if decision is None or not decisions.authentic(self._desk.replica, decision):
            return False
        self._holds[decision_id] = held
        return True
