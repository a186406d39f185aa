# SPDX-License-Identifier: MPL-2.0
"""Somebody at another desk: what they write comes in behind a room that is open, as it does from the shared database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from app.domain.roles import Hand
from app.models.fields import fields_of
from app.models.kinds import KINDS
from app.store import incoming, outgoing
from app.store.rows import Pulled
from app.store.standing import Standing
from app.store.unit_of_work import new_id
from tests.views.room_table import Table

ZERO = timedelta()


class Far:
    """The other desks of a table that has joined a shared database. `known` is what has been told there of this one."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.seq = 0
        outgoing.join(table.replica)
        self.reader = table.context.people[0].person_id
        incoming.apply_first(table.replica, self.reader, (), 0, 0, None)

    def standing(self, kind: str, record_id: str, name: str) -> list[str]:
        """The ids of what stands on a field here."""
        row = self.table.replica.connection.execute(
            f"SELECT standing FROM rec_{kind} WHERE id = ?", (record_id,)
        ).fetchone()
        return Standing(row[0] if row else None).ids(name)

    def share(self) -> None:
        """Everything written here has been taken by the server."""
        for person in self.table.context.people:
            sent = outgoing.pending(self.table.replica, person.person_id)
            verdicts = {}
            for change in sent:
                self.seq += 1
                verdicts[change.id] = outgoing.Verdict("accepted", self.seq, "")
            outgoing.take_verdicts(self.table.replica, person.person_id, sent, verdicts)

    def write(
        self,
        hand: Hand,
        kind: str,
        record_id: str,
        fields: Mapping[str, Any],
        *,
        over: Mapping[str, Collection[str]] | None = None,
        bases: Mapping[str, list[str]] | None = None,
        ago: timedelta = ZERO,
        case_id: str = "",
    ) -> str:
        """A change by `hand`, over nothing unless said, comes in now and is announced; its id."""
        self.seq += 1
        change_id = new_id()
        at: datetime = self.table.now - ago
        audience = fields_of(KINDS[kind])[next(iter(fields))].audience.value
        row = Pulled(
            *(self.seq, "change", case_id or self.table.case_id, change_id, kind, record_id, dict(fields)),
            *({n: list(ids) for n, ids in (over or {}).items()}, bases, audience),
            *(hand.person_id, hand.name, hand.role.value, "another desk", at.isoformat(timespec="milliseconds")),
            *(new_id(), "Skriv", None),
        )
        table = self.table
        table.context.run(lambda: self._take(row))
        table.settle()
        return change_id

    def _take(self, row: Pulled) -> None:
        for changes in incoming.apply_pulled(self.table.replica, self.reader, [row], self.seq):
            self.table.desk.announce(changes)
