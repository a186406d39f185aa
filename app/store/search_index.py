# SPDX-License-Identifier: MPL-2.0
"""The search text of a citizen, kept in step with the record by whoever writes it: a person here, or what comes in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.domain.names import index_text, sort_key

_KEEP = (
    "INSERT INTO search_text (citizen_id, folded, digits, sorting) VALUES (?, ?, ?, ?) ON CONFLICT (citizen_id)"
    " DO UPDATE SET folded = excluded.folded, digits = excluded.digits, sorting = excluded.sorting"
)


def citizen_of(db: Any, kind: str, record_id: str) -> str | None:
    """The citizen a record of this kind is found by, if it is of a kind that is."""
    if kind == "citizen":
        return record_id
    if kind != "identifier":
        return None
    row = db.execute("SELECT citizen_id FROM rec_identifier WHERE id = ?", (record_id,)).fetchone()
    return None if row is None or row[0] is None else str(row[0])


def keep_index(db: Any, citizens: Iterable[str]) -> None:
    """Make these citizens' search text anew; one who is not here any more is not found."""
    rows = []
    for citizen_id in citizens:
        row = db.execute("SELECT name, phone FROM rec_citizen WHERE id = ?", (citizen_id,)).fetchone()
        if row is None:
            db.execute("DELETE FROM search_text WHERE citizen_id = ?", (citizen_id,))
            continue
        numbers = db.execute(
            "SELECT value FROM rec_identifier WHERE citizen_id = ? AND NOT removed", (citizen_id,)
        ).fetchall()
        phone = "".join(c for c in row[1] or "" if c.isdigit())
        digits = " ".join([*(n[0] or "" for n in numbers), phone]).strip()
        rows.append((citizen_id, index_text(row[0] or ""), digits, sort_key(row[0] or "")))
    db.executemany(_KEEP, rows)
