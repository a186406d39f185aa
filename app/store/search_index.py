# SPDX-License-Identifier: MPL-2.0
"""The search text of a citizen, kept in step with the record by whoever writes it: a person here, or what comes in."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from app.domain.names import index_text, sort_key
from app.store.same_citizen import group

_KEEP = (
    "INSERT INTO search_text (citizen_id, folded, digits, sorting, same) VALUES (?, ?, ?, ?, ?) ON CONFLICT (citizen_id)"
    " DO UPDATE SET folded = excluded.folded, digits = excluded.digits, sorting = excluded.sorting, same = excluded.same"
)

_ASKED = "SELECT value FROM json_each(?)"

FOUND_BY = frozenset({"citizen", "identifier", "same_citizen"})
"""The kinds of record a citizen is found by."""


def citizens_of(db: Any, kind: str, record_id: str) -> tuple[str, ...]:
    """The citizens a record of this kind is found by, if it is of a kind that is."""
    if kind == "citizen":
        return (record_id,)
    if kind not in FOUND_BY:
        return ()
    names = "citizen_id, NULL" if kind == "identifier" else "citizen_id, other_id"
    row = db.execute(f"SELECT {names} FROM rec_{kind} WHERE id = ?", (record_id,)).fetchone()
    return tuple(str(c) for c in row or () if c)


def keep_index(db: Any, citizens: Iterable[str]) -> None:
    """Make these citizens' search text anew, and that of whoever is one person with them; one who is not here any more is not
    found."""
    asked = set(citizens)
    if not asked:
        return
    rows: list[tuple[str | None, ...]] = []
    anybody = db.execute("SELECT 1 FROM rec_same_citizen LIMIT 1").fetchone() is not None
    groups = {c: group(db, c) for c in asked} if anybody else {c: frozenset((c,)) for c in asked}
    for one in list(groups.values()):
        groups.update(dict.fromkeys(one, one))
    texts = _texts_of(db, groups)
    for citizen_id in sorted(groups):
        own = texts[citizen_id]
        if own is None:
            db.execute("DELETE FROM search_text WHERE citizen_id = ?", (citizen_id,))
            continue
        here = sorted(c for c in groups[citizen_id] if texts[c] is not None)
        if len(here) == 1:
            rows.append((citizen_id, *own, None))
            continue
        all_of_them = [own, *(t for c in here if c != citizen_id and (t := texts[c]) is not None)]
        folded = " ".join(dict.fromkeys(word for t in all_of_them for word in t[0].split()))
        digits = " ".join(dict.fromkeys(word for t in all_of_them for word in t[1].split()))
        rows.append((citizen_id, folded, digits, own[2], here[0]))
    db.executemany(_KEEP, rows)


def _texts_of(db: Any, citizens: Collection[str]) -> dict[str, tuple[str, str, str] | None]:
    """What each citizen is found by: the folded name, the digits, and the name's place in the alphabet. None: not here."""
    texts: dict[str, tuple[str, str, str] | None] = dict.fromkeys(citizens)
    if not texts:
        return texts
    asked = (json.dumps(list(texts)),)
    numbers: dict[str, list[str]] = defaultdict(list)
    sql = f"SELECT citizen_id, value FROM rec_identifier WHERE citizen_id IN ({_ASKED}) AND NOT removed ORDER BY id"
    for citizen_id, value in db.execute(sql, asked).fetchall():
        numbers[citizen_id].append(value or "")
    sql = f"SELECT id, name, phone FROM rec_citizen WHERE id IN ({_ASKED})"
    for citizen_id, name, tel in db.execute(sql, asked).fetchall():
        phone = "".join(c for c in tel or "" if c.isdigit())
        digits = " ".join([*numbers[citizen_id], phone]).strip()
        texts[citizen_id] = index_text(name or ""), digits, sort_key(name or "")
    return texts
