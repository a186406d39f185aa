# SPDX-License-Identifier: MPL-2.0
"""What the shared database had taken from this desk, and is to be offered anew, for it was put back from a copy taken before.

Called by `sync` on the database lane. A change that is offered anew is simply unsent again: it never left the record, it goes up
over its author's own session, and what is another's waits for them, by name. Nothing is taken away here.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from app.store.readers import HERE
from app.store.replica import Replica, told
from app.store.unsent import not_taken

_ORIGIN = "shared.origin"
_OFFERED = "shared.offered"
_LOG_MARKS = "shared.access"
_AT_A_TIME = 500


def origin(replica: Replica) -> str | None:
    """What the shared database called itself last; None before it ever said so."""
    with told():
        row = replica.connection.execute("SELECT value FROM desk WHERE key = ?", (_ORIGIN,)).fetchone()
    return None if row is None else str(row[0])


def furthest(replica: Replica) -> tuple[int, str | None]:
    """The highest number the shared database has given this desk, and the newest change in the log here that it took."""
    sql = (
        "SELECT coalesce(max(seq), 0), id FROM"
        " (SELECT seq, id FROM taken UNION ALL SELECT seq, id FROM change WHERE seq IS NOT NULL AND refused IS NULL)"
    )
    with told():
        db = replica.connection
        seq, newest = db.execute(sql).fetchone()
        (upto,) = db.execute("SELECT coalesce(max(upto), 0) FROM sync_cursor").fetchone()
    return max(int(seq), int(upto)), newest if seq else None


def acknowledged(replica: Replica) -> tuple[str, ...]:
    """The ids of all in the log here that the shared database has taken, whoever wrote it; in the order they were written."""
    sql = "SELECT id FROM taken UNION SELECT id FROM change WHERE seq IS NOT NULL AND refused IS NULL ORDER BY id"
    with told():
        return tuple(str(row[0]) for row in replica.connection.execute(sql).fetchall())


def known_before(db: Any) -> frozenset[str]:
    """The changes that were offered anew and are still unsent: each was once taken over just what it lies over here."""
    row = db.execute("SELECT value FROM desk WHERE key = ?", (_OFFERED,)).fetchone()
    if row is None:
        return frozenset()
    unsent = {str(change_id) for (change_id,) in db.execute("SELECT id FROM unsent").fetchall()}
    return frozenset(json.loads(row[0])) & unsent


def offer_anew(replica: Replica, lacking: Collection[str], name: str, *, first: bool) -> None:
    """These are unsent again, and the database goes by this name. A case it lacks has begun here, for all it knows.

    `first`: it had no name before, so nothing else is known to be lost. Else papers and the lines of the access log are offered
    too: it takes each once. And every case is to be fetched anew: until it took its name, it may have given others numbers
    that this desk had passed.
    """
    ids = sorted(lacking)
    with replica.transaction() as db:
        for start in range(0, len(ids), _AT_A_TIME):
            page = ids[start : start + _AT_A_TIME]
            marks = ",".join("?" * len(page))
            db.execute(
                f"UPDATE case_reader SET seq = {HERE}, fetch = 0 WHERE seq >= 0 AND leaving IS NULL AND case_id IN"
                f" (SELECT case_id FROM change WHERE kind = 'case' AND record_id = case_id AND id IN ({marks}))",
                page,
            )
            not_taken(db, page)
        if not first:
            db.execute("UPDATE case_reader SET fetch = 1 WHERE seq >= 0 AND leaving IS NULL")
            db.execute("UPDATE issued_paper SET sent = NULL WHERE sent IS NOT NULL")
            db.execute("DELETE FROM desk WHERE key GLOB ?", (f"{_LOG_MARKS}*",))
        if ids:
            offered = sorted({*known_before(db), *ids})
            db.execute("INSERT OR REPLACE INTO desk VALUES (?, ?)", (_OFFERED, json.dumps(offered)))
        db.execute("INSERT OR REPLACE INTO desk VALUES (?, ?)", (_ORIGIN, name))
