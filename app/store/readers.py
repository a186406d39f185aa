# SPDX-License-Identifier: MPL-2.0
"""Who may read which case at this desk: the one place for the rule, asked by every road a case is read by.

On a desk that shares, several people may sit who read different cases in the shared database; what lies in the replica is
theirs together, and each is shown their own. A person reads a case when the table `case_reader` has a row for them that is not
to leave. The rows come from the server's word (what it opened, sent or took from them); a case that was made here and that it
does not know yet is read by whoever made it and whoever sat at the table then. A case in no row is read by nobody. On a desk
that is alone everybody is one team: nothing is asked and nothing is narrowed.

Read on the start's path, through the bare driver: must not import SQLAlchemy or the kinds of the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.store.replica import Replica, told
from app.store.unsent import number_of

HERE, ASKED = -1, -2
"""A row's number before the server has spoken: the case began at this desk; the case is only asked for, and read by nothing."""

NOT_OPEN = "Du har ikke adgang til den sag."
CASE = "case"
"""What a refusal of the whole case is about (`Refused.field`)."""

_HOLDS = f"y.leaving IS NULL AND y.seq >= {HERE}"
_READS = f"y.person_id = :reader AND {_HOLDS}"

_MAY_READ = f"SELECT 1 FROM case_reader y WHERE y.case_id = ? AND y.person_id = ? AND {_HOLDS}"

_WATCH = (
    "CREATE TEMP TABLE readers_turn (n INTEGER NOT NULL)",
    "INSERT INTO readers_turn VALUES (0)",
    *(
        f"CREATE TEMP TRIGGER {table}_{what} AFTER {what} ON main.{table} BEGIN UPDATE readers_turn SET n = n + 1; END"
        for table, events in (("case_reader", ("INSERT", "UPDATE", "DELETE")), ("rec_case", ("INSERT", "DELETE")))
        for what in events
    ),
)


def only(replica: Replica, reader: str, case: str) -> str:
    """The condition that narrows a statement to the cases this person may read; "" where that is all there are.

    `case`: the SQL of the case's id. The statement is given the person as `:reader`.
    """
    if reads_all(replica, reader):
        return ""
    return f"EXISTS (SELECT 1 FROM case_reader y WHERE y.case_id = {case} AND {_READS})"


def and_only(replica: Replica, reader: str, case: str) -> str:
    """The same, to stand after another condition."""
    narrowed = only(replica, reader, case)
    return f" AND {narrowed}" if narrowed else ""


def may_read(replica: Replica, reader: str, case_id: str) -> bool:
    """Whether this person may read this case."""
    if not replica.joined:
        return True
    with told():
        return replica.connection.execute(_MAY_READ, (case_id, reader)).fetchone() is not None


def has_read(replica: Replica, reader: str, case_id: str) -> bool:
    """Whether this person may read this case, or might until it began to leave."""
    sql = f"SELECT 1 FROM case_reader WHERE case_id = ? AND person_id = ? AND seq >= {HERE}"
    with told():
        return not replica.joined or replica.connection.execute(sql, (case_id, reader)).fetchone() is not None


def may_write_in(replica: Replica, reader: str, case_id: str) -> bool:
    """Whether this person may write in this case: where they may read it, or there is none yet. Asked inside a transaction, which
    tells of a fault."""
    if not replica.joined:
        return True
    db = replica.cursor
    if db.execute(_MAY_READ, (case_id, reader)).fetchone() is not None:
        return True
    return db.execute("SELECT 1 FROM rec_case WHERE id = ?", (case_id,)).fetchone() is None


def reads_all(replica: Replica, reader: str) -> bool:
    """Whether there is no case here that this person may not read. Reckoned once, and again when cases or readers change."""
    if not replica.joined:
        return True
    db = replica.connection
    with told():
        if db.in_transaction:  # what it says may be undone again
            return not _lacks(db, reader)
        if replica.reads_all is None:
            for statement in _WATCH:
                db.execute(statement)
            replica.reads_all = {}
        turn = db.execute("SELECT n FROM readers_turn").fetchone()[0]
        known = replica.reads_all.get(reader)
        if known is None or known[0] != turn:
            known = replica.reads_all[reader] = (turn, not _lacks(db, reader))
    return known[1]


def _lacks(db: Any, reader: str) -> bool:
    sql = (
        "SELECT 1 FROM rec_case c WHERE NOT EXISTS"
        f" (SELECT 1 FROM case_reader y WHERE y.case_id = c.id AND {_READS}) LIMIT 1"
    )
    return db.execute(sql, {"reader": reader}).fetchone() is not None


# -- who does, as it changes


def begun_here(replica: Replica, case_id: str, author: str) -> None:
    """A case has been made: it is read by whoever made it and by those at the table, until the server has its say."""
    rows = [(case_id, person_id, HERE) for person_id in sorted({author, *replica.at_table})]
    replica.connection.executemany(_LET, rows)


def all_began_here(db: Any) -> None:
    """The desk shares from now on: everybody who has an account here reads what was made while it was alone, but advisers."""
    db.execute(
        f"INSERT OR IGNORE INTO case_reader (case_id, person_id, seq, fetch) SELECT c.id, a.person_id, {HERE}, 0"
        " FROM rec_case c CROSS JOIN account a WHERE EXISTS (SELECT 1 FROM json_each(a.roles) WHERE value <> 'rådgiver')"
    )


def server_says(db: Any, reader: str, cases: Iterable[tuple[str, int]]) -> None:
    """The server has sent this person these cases' changes: (case, the first one's number)."""
    db.executemany(_SAYS, [(case_id, reader, seq) for case_id, seq in cases])


def server_took(db: Any, reader: str, cases: Iterable[tuple[str, int]]) -> None:
    """The server has taken what this person wrote in these cases: (case, number). One that began here it knows from now on.

    What it takes late, of somebody whose access has ended, opens nothing.
    """
    sql = f"UPDATE case_reader SET seq = ? WHERE case_id = ? AND person_id = ? AND seq = {HERE}"
    db.executemany(sql, [(seq, case_id, reader) for case_id, seq in cases])


def not_said(db: Any, reader: str) -> None:
    """The server's list for this person is whole: what is not on it they do not read, but for what it does not know yet."""
    db.execute(
        f"DELETE FROM case_reader WHERE person_id = ? AND seq < 0 AND (seq = {ASKED} OR EXISTS"
        f" (SELECT 1 FROM change k WHERE k.case_id = case_reader.case_id AND {number_of('k')} IS NOT NULL))",
        (reader,),
    )


_LET = "INSERT OR IGNORE INTO case_reader (case_id, person_id, seq, fetch) VALUES (?, ?, ?, 0)"
_SAYS = (
    "INSERT INTO case_reader (case_id, person_id, seq, fetch) VALUES (?, ?, ?, 0)"
    " ON CONFLICT (case_id, person_id) DO UPDATE SET seq = excluded.seq WHERE seq < 0"
)
