# SPDX-License-Identifier: MPL-2.0
"""What a desk keeps beside the record and hands up to the shared database: who looked, papers as they were given, and vouchers.

Called by `sync` on the database lane. Nothing is deleted here when it has been sent.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from app.store.accounts import HeldKey, account
from app.store.replica import Replica, told
from app.store.roster import person
from app.store.unsent import number_of

MOST = 1000
_SENT, _LEFT = "shared.access.", "shared.access_left."


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
class UnsentLook:
    """A line of the access log this desk alone has."""

    n: int
    at: str
    person_id: str
    role: str
    action: str


@dataclass(frozen=True, slots=True)
class VouchedKey:
    """A key of the person's that the municipality has vouched for; `earlier`: they sign with another now."""

    public_key: str
    name: str
    roles: tuple[str, ...]
    voucher: str
    earlier: bool


@dataclass(frozen=True, slots=True)
class UnsentPaper:
    """A paper that was given here and is not in the shared database yet."""

    paper_id: str
    case_id: str


_LINES = "SELECT n, at, role, case_id, action, about FROM access_log WHERE person_id = ? AND"


def access_entries(replica: Replica, person_id: str) -> tuple[AccessEntry, ...]:
    """The oldest lines of this person's that have not been sent."""
    with told():
        rows = replica.connection.execute(
            f"{_LINES} n > coalesce((SELECT CAST(value AS INTEGER) FROM desk WHERE key = ?), 0) ORDER BY n LIMIT ?",
            (person_id, _SENT + person_id, MOST),
        ).fetchall()
    return tuple(AccessEntry(*row) for row in rows)


def unsent_looks(replica: Replica, case_id: str) -> tuple[UnsentLook, ...]:
    """The lines of a case, by anybody here, that the server has not acknowledged."""
    with told():
        rows = replica.connection.execute(
            "SELECT n, at, person_id, role, action FROM access_log a WHERE case_id = ? AND ("
            "n > coalesce((SELECT CAST(value AS INTEGER) FROM desk WHERE key = ? || a.person_id), 0)"
            " OR n IN (SELECT value FROM json_each((SELECT value FROM desk WHERE key = ? || a.person_id)))) ORDER BY n",
            (case_id, _SENT, _LEFT),
        ).fetchall()
    return tuple(UnsentLook(*row) for row in rows)


def access_left(replica: Replica, person_id: str) -> tuple[AccessEntry, ...]:
    """The oldest lines of this person's that have been sent and were not taken."""
    with told():
        rows = replica.connection.execute(
            f"{_LINES} n IN (SELECT value FROM json_each((SELECT value FROM desk WHERE key = ?))) ORDER BY n LIMIT ?",
            (person_id, _LEFT + person_id, MOST),
        ).fetchall()
    return tuple(AccessEntry(*row) for row in rows)


def access_sent(replica: Replica, person_id: str, entries: Sequence[AccessEntry], taken: Collection[int]) -> None:
    """These lines of the person's have been sent, and the server has those of these numbers. The others are kept to be tried
    again."""
    with replica.transaction() as db:
        left = _left(db, person_id) | {e.n for e in entries}
        kept = json.dumps(sorted(left - set(taken)))
        db.execute("INSERT OR REPLACE INTO desk VALUES (?, ?)", (_LEFT + person_id, kept))
        db.execute(
            "INSERT INTO desk VALUES (?, ?) ON CONFLICT (key) DO UPDATE"
            " SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))",
            (_SENT + person_id, str(entries[-1].n)),
        )


def _left(db: Any, person_id: str) -> set[int]:
    row = db.execute("SELECT value FROM desk WHERE key = ?", (_LEFT + person_id,)).fetchone()
    return set(json.loads(row[0])) if row else set()


def vouched_keys(replica: Replica, person_id: str) -> tuple[VouchedKey, ...]:
    """The person's keys the municipality has vouched for at this desk, and of which the shared database does not say so."""
    own, there = account(replica, person_id), person(replica, person_id)
    if own is None or there is None:
        return ()
    known = {k.get("public_key") for k in json.loads(there.earlier_keys)} | (
        {there.public_key} if there.voucher else set()
    )
    held = [*own.earlier, HeldKey(own.public_key, there.name, own.roles, own.voucher)]
    found = []
    for key in held:
        if key.voucher and key.public_key not in known:
            earlier = key.public_key != there.public_key
            roles = tuple(r.value for r in key.roles) if earlier else there.roles
            found.append(VouchedKey(key.public_key, key.name, roles, key.voucher, earlier))
    if not found:
        return ()
    from app.store.seal import vouched  # late: nobody waits for cryptography where there is nothing to check

    root = replica.root_public
    return tuple(k for k in found if vouched(root, person_id, k.name, k.roles, k.public_key, k.voucher))


def papers(replica: Replica, person_id: str) -> tuple[UnsentPaper, ...]:
    """The papers this person gave whose row the server has, and whose pages it has not."""
    with told():
        rows = replica.connection.execute(
            "SELECT i.paper_id, i.case_id FROM issued_paper i WHERE i.sent IS NULL AND EXISTS (SELECT 1 FROM change c"
            f" WHERE c.case_id = i.case_id AND c.record_id = i.paper_id AND c.author = ? AND {number_of('c')} IS NOT NULL)",
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
