# SPDX-License-Identifier: MPL-2.0
"""What a desk keeps beside the record and hands up to the shared database: who looked, and papers as they were given.

Called by `sync` on the database lane. Nothing is deleted here when it has been sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.store.replica import Replica, told

MOST = 1000
_SENT = "shared.access."


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """A line of the access log: `n` is its number on this desk."""

    n: int
    at: str
    role: str
    case_id: str
    action: str
    about: str

    def as_json(self) -> dict[str, object]:
        """The line as the server takes it."""
        return {
            "n": self.n,
            "at": self.at,
            "role": self.role,
            "case": self.case_id or None,
            "action": self.action,
            "about": self.about,
        }


@dataclass(frozen=True, slots=True)
class UnsentPaper:
    """A paper that was given here and is not in the shared database yet."""

    paper_id: str
    case_id: str


def access_entries(replica: Replica, person_id: str) -> tuple[AccessEntry, ...]:
    """The oldest lines of this person's that have not been sent."""
    with told():
        rows = replica.connection.execute(
            "SELECT n, at, role, case_id, action, about FROM access_log WHERE person_id = ? AND n >"
            " coalesce((SELECT CAST(value AS INTEGER) FROM desk WHERE key = ?), 0) ORDER BY n LIMIT ?",
            (person_id, _SENT + person_id, MOST),
        ).fetchall()
    return tuple(AccessEntry(*row) for row in rows)


def access_sent(replica: Replica, person_id: str, last: int) -> None:
    """The person's lines up to this one have been sent."""
    with replica.transaction() as db:
        db.execute("INSERT OR REPLACE INTO desk VALUES (?, ?)", (_SENT + person_id, str(last)))


def papers(replica: Replica, person_id: str) -> tuple[UnsentPaper, ...]:
    """The papers this person gave whose row the server has, and whose pages it has not."""
    with told():
        rows = replica.connection.execute(
            "SELECT i.paper_id, i.case_id FROM issued_paper i WHERE i.sent IS NULL AND EXISTS (SELECT 1 FROM change c"
            " WHERE c.case_id = i.case_id AND c.record_id = i.paper_id AND c.author = ? AND c.seq IS NOT NULL)",
            (person_id,),
        ).fetchall()
    return tuple(UnsentPaper(str(r[0]), str(r[1])) for r in rows)


def paper_pdf(replica: Replica, paper_id: str) -> bytes:
    """The pages of a paper as they were given."""
    with told():
        row = replica.connection.execute("SELECT pdf FROM issued_paper WHERE paper_id = ?", (paper_id,)).fetchone()
    return bytes.fromhex(row[0])


def paper_sent(replica: Replica, paper_id: str, said: str) -> None:
    """The server has answered for this paper."""
    with replica.transaction() as db:
        db.execute("UPDATE issued_paper SET sent = ? WHERE paper_id = ?", (said, paper_id))
