# SPDX-License-Identifier: MPL-2.0
"""Who holds a case when the one who is named has left (H3): nobody, and so it is everybody's until another is named.

Asked by the lists and by what waits today. Read on the start's path, through the bare driver: must not import SQLAlchemy. A desk
that is alone knows of nobody who has left.
"""

from __future__ import annotations

from app.models.case_lines import sorting
from app.store.replica import Replica, told

LEFT = """(SELECT g.name FROM roster g WHERE g.closed
             AND NOT EXISTS (SELECT 1 FROM roster o WHERE o.name = g.name AND NOT coalesce(o.closed, 0)))"""
"""The SQL of the names of those whose access has ended, and of nobody else who works here."""


def left(replica: Replica) -> frozenset[str]:
    """The same, by name."""
    if not replica.joined:
        return frozenset()
    with told():
        return frozenset(str(row[0]) for row in replica.connection.execute(f"SELECT name FROM {LEFT} WHERE name <> ''"))


def nobody_in(replica: Replica, role: str) -> str:
    """The condition that nobody holds a case in this role, of its line `l`: by the index of that role's names."""
    gone = f"(SELECT '' UNION ALL SELECT {sorting('name')} FROM {LEFT})"
    return f"l.{role}_key IN {gone}" if left(replica) else f"l.{role}_key = ''"
