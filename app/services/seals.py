# SPDX-License-Identifier: MPL-2.0
"""Whether the decisions behind a list hold, asked for once the list has been shown: a list itself never waits for a seal (C1).

Called on the database lane by the lists, some cases at a time. What has been tried is remembered by what the row held, so
that a decision is tried once a run. The room tries every decision each time it reads a case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from app.models.fields import fields_of, from_json
from app.models.kinds import Decision
from app.services.desk import Desk
from app.store import queries

AT_A_TIME = 25
"""Decisions tried in one turn of the lane, so that whoever types waits for no more than some tens of milliseconds."""


class Seals:
    """What has been tried on one desk. Database lane only."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tried: dict[str, tuple[bytes, bool]] = {}

    def broken(self, case_ids: Sequence[str]) -> frozenset[str]:
        """Those of the cases whose newest decision is not as a vouched bestiller sealed it."""
        return frozenset(case_id for case_id in case_ids if not self._holds(case_id))

    def _holds(self, case_id: str) -> bool:
        names = tuple(fields_of(Decision))
        columns = ", ".join(f'"{name}"' for name in names)
        row = self._desk.replica.connection.execute(
            f"SELECT id, {columns} FROM rec_decision WHERE case_id = ? ORDER BY signed_at DESC, id DESC LIMIT 1",
            (case_id,),
        ).fetchone()
        if row is None:
            return True
        print_ = hashlib.sha256(repr(tuple(row)).encode()).digest()
        known = self._tried.get(row[0])
        if known is None or known[0] != print_:
            known = self._tried[str(row[0])] = (print_, self._try(case_id, row, names))
        return known[1]

    def _try(self, case_id: str, row: tuple[object, ...], names: tuple[str, ...]) -> bool:
        infos = fields_of(Decision)
        try:
            values = {name: from_json(infos[name], raw) for name, raw in zip(names, row[1:], strict=True)}  # type: ignore[arg-type]
            decision = Decision(id=str(row[0]), case_id=case_id, **values)  # type: ignore[arg-type]
            return queries.authentic(self._desk.replica, decision)
        except (ValueError, TypeError):  # a row edited into what no field may hold
            return False
