# SPDX-License-Identifier: MPL-2.0
"""The people of the shared database, as it tells of them: whose name is whose, and under which vouched keys they sign.

Kept so that a decision made at another desk can be checked with no network. A row here decides nothing by itself: only the
municipality's pinned root key vouches (see `accounts.keys_that_decide`). Written by `sync`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.store.accounts import Account, accounts
from app.store.replica import Replica, told


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """Somebody in my teams, who has written in my cases, or may be asked. `earlier_keys` is JSON, as an account's.

    `discipline`: their trade, or the place they advise from. `closed`: their access has ended.
    """

    person_id: str
    name: str
    roles: tuple[str, ...]
    public_key: str
    voucher: str
    earlier_keys: str = "[]"
    discipline: str = ""
    closed: bool = False


_COLUMNS = "person_id, name, roles, public_key, voucher, earlier_keys, discipline, closed"


def take_roster(replica: Replica, people: Sequence[RosterPerson]) -> None:
    """Keep what the shared database says of these people now. Somebody it no longer names is still known here."""
    rows = [
        (
            *(p.person_id, p.name, json.dumps(list(p.roles)), p.public_key, p.voucher, p.earlier_keys or "[]"),
            *(p.discipline, p.closed),
        )
        for p in people
    ]
    with replica.transaction() as db:
        db.executemany(f"INSERT OR REPLACE INTO roster ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?)", rows)
    replica.role_of = None


def roster(replica: Replica) -> tuple[RosterPerson, ...]:
    """Everybody who is known, by name."""
    with told():
        rows = replica.connection.execute(f"SELECT {_COLUMNS} FROM roster ORDER BY name, person_id").fetchall()
    return tuple(_person(row) for row in rows)


def everybody(replica: Replica) -> tuple[RosterPerson, ...]:
    """Everybody who works with cases or advises, by name: who has an account here, and whom the shared database tells of."""
    here = {a.person_id: _as_known(a) for a in accounts(replica)}
    there = {p.person_id: p for p in roster(replica) if p.person_id not in here and not p.closed and p.roles}
    return tuple(sorted((*here.values(), *there.values()), key=lambda p: (p.name, p.person_id)))


def person(replica: Replica, person_id: str) -> RosterPerson | None:
    """One of them."""
    with told():
        row = replica.connection.execute(f"SELECT {_COLUMNS} FROM roster WHERE person_id = ?", (person_id,)).fetchone()
    return None if row is None else _person(row)


def _as_known(own: Account) -> RosterPerson:
    return RosterPerson(own.person_id, own.name, own.roles, own.public_key, own.voucher, discipline=own.discipline)


def _person(row: tuple[Any, ...]) -> RosterPerson:
    person_id, name, roles, public_key, voucher, earlier_keys, discipline, closed = row
    known = (public_key, voucher, earlier_keys, discipline or "", bool(closed))
    return RosterPerson(person_id, name, tuple(json.loads(roles)), *known)
