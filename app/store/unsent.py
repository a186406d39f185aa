# SPDX-License-Identifier: MPL-2.0
"""What of this desk's words the shared database has not answered for, and which numbers it gave those it took.

Both are kept beside the log (the tables `unsent` and `taken`): a row of the log holds all the words, and noting a number in each
of ten thousand would write every page of it anew. A change that came from elsewhere has its number in its own row. Used by the
store alone, and on the start's path: must not import SQLAlchemy. A desk that is alone has nothing in either.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

WAITING = "unsent u CROSS JOIN change c ON c.case_id = u.case_id AND c.id = u.id"
"""What is read FROM where only the unsent is asked for: `u` by author and id, `c` the change itself."""


def number_of(change: str = "change") -> str:
    """The SQL of a change's number; NULL where it has none. `change`: what the log is called in the statement."""
    return f"coalesce({change}.seq, (SELECT n.seq FROM taken n WHERE n.id = {change}.id))"


def is_unsent(change: str = "change") -> str:
    """The condition that a change has not been answered for."""
    return f"EXISTS (SELECT 1 FROM unsent w WHERE w.author = {change}.author AND w.id = {change}.id)"


def note_taken(db: Any, taken: Sequence[tuple[str, str, int]]) -> None:
    """The shared database has taken these: (author, id, number)."""
    db.executemany("INSERT OR REPLACE INTO taken (id, seq) VALUES (?, ?)", [(i, seq) for _, i, seq in taken])
    db.executemany("DELETE FROM unsent WHERE author = ? AND id = ?", [(author, i) for author, i, _ in taken])


def not_taken(db: Any, ids: Collection[str]) -> None:
    """It does not have these after all: they are unsent again (a trigger on the log sees to that), whoever wrote them."""
    marks = ",".join("?" * len(ids))
    db.execute(f"DELETE FROM taken WHERE id IN ({marks})", tuple(ids))
    db.execute(f"UPDATE change SET seq = NULL WHERE id IN ({marks})", tuple(ids))


def off_the_list(db: Any, case_id: str = "") -> int:
    """How many changes are unsent and not on the list of it, or on it and not unsent: none, unless something has gone wrong.
    The log is the truth. Reads the log of that one case, or the whole of it."""
    of_case = " AND {0}.case_id = ?" if case_id else ""
    row = db.execute(
        f"SELECT (SELECT count(*) FROM change c WHERE {_WAITS} AND NOT {is_unsent('c')}{of_case.format('c')}),"
        f" (SELECT count(*) FROM unsent u WHERE {_STRAY}{of_case.format('u')})",
        (case_id, case_id) if case_id else (),
    ).fetchone()
    return int(row[0]) + int(row[1])


def put_right(db: Any) -> None:
    """Make the list what the log says it is, and what keeps it."""
    from app.models.tables import SHARING_DDL

    for statement in SHARING_DDL:
        db.execute(statement)
    db.execute(f"DELETE FROM unsent AS u WHERE {_STRAY}")


_WAITS = "c.seq IS NULL AND c.refused IS NULL AND NOT EXISTS (SELECT 1 FROM taken n WHERE n.id = c.id)"
_STRAY = f"NOT EXISTS (SELECT 1 FROM change c WHERE c.case_id = u.case_id AND c.id = u.id AND c.author = u.author AND {_WAITS})"
