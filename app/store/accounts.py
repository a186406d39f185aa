# SPDX-License-Identifier: MPL-2.0
"""The accounts on this desk: who may sign in, in which roles, with which key (until a shared database is joined).

A person's right to decide is not a word in a row but a voucher: the municipality's root key has signed person, name,
roles and public key together. An edited row therefore decides nothing (promise 2). Read by the unit of work and the
queries, written by `services/accounts.py`. Must not know passwords: those open a key in `seal.py` and are gone.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.domain.errors import EnvironmentProblem
from app.domain.roles import Role
from app.store.replica import Replica


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A public key a person has, or has had, with the roles it was vouched for ("" is no voucher)."""

    public_key: str
    name: str
    roles: tuple[Role, ...]
    voucher: str


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in here. The secret part is the key in `locked_key`, closed by the password."""

    person_id: str
    name: str
    phone: str
    discipline: str
    roles: tuple[Role, ...]
    locked_key: str
    public_key: str
    voucher: str
    pin: str
    pin_tries: int = 0
    earlier: tuple[HeldKey, ...] = ()
    made_at: str = ""


FOREIGN = "En konto i filen er ikke, som Rundbord skrev den. Ring til jeres it-afdeling, eller hent kopien frem."
_COLUMNS = (
    "person_id, name, phone, discipline, roles, locked_key, public_key, voucher, pin, pin_tries, earlier_keys, made_at"
)


def accounts(replica: Replica) -> tuple[Account, ...]:
    """Everybody who can sign in on this desk, by name."""
    rows = replica.connection.execute(f"SELECT {_COLUMNS} FROM account ORDER BY name, person_id").fetchall()
    return tuple(_account(row) for row in rows)


def account(replica: Replica, person_id: str) -> Account | None:
    """One person's account."""
    row = replica.connection.execute(f"SELECT {_COLUMNS} FROM account WHERE person_id = ?", (person_id,)).fetchone()
    return None if row is None else _account(row)


def save(replica: Replica, saved: Account) -> None:
    """Write an account, new or changed."""
    earlier = json.dumps([asdict(k) for k in saved.earlier])
    values = (
        *(saved.person_id, saved.name, saved.phone, saved.discipline, json.dumps([r.value for r in saved.roles])),
        *(saved.locked_key, saved.public_key, saved.voucher, saved.pin, saved.pin_tries, earlier, saved.made_at),
    )
    with replica.transaction() as db:
        db.execute(f"INSERT OR REPLACE INTO account ({_COLUMNS}) VALUES ({','.join('?' * len(values))})", values)
    replica.role_of = None


def with_new_key(old: Account, locked_key: str, public_key: str, voucher: str) -> Account:
    """The account under a new key; the old one is kept, so that what it sealed can still be checked."""
    held = HeldKey(old.public_key, old.name, old.roles, old.voucher)
    return replace(
        old, locked_key=locked_key, public_key=public_key, voucher=voucher, earlier=(*old.earlier, held), pin_tries=0
    )


def keys_that_decide(replica: Replica, person_id: str, *, only_present: bool = False) -> tuple[str, ...]:
    """The public keys under which this person may decide, or once might: vouched for as bestiller by the root key."""
    from app.store.seal import vouched  # late: the first list need not wait for cryptography

    if replica.root_public is None:
        return ()
    held = _held_keys(replica, person_id, only_present=only_present)
    root = replica.root_public
    return tuple(
        key.public_key
        for key in held
        if Role.BESTILLER in key.roles
        and Role.RAADGIVER not in key.roles  # who advises never decides (D3)
        and vouched(root, person_id, key.name, [r.value for r in key.roles], key.public_key, key.voucher)
    )


def _held_keys(replica: Replica, person_id: str, *, only_present: bool) -> tuple[HeldKey, ...]:
    """The keys of an account here, and those the shared database tells of. Which of them decide, the root alone says."""
    found: list[HeldKey] = []
    own = account(replica, person_id)
    if own is not None:
        found += [HeldKey(own.public_key, own.name, own.roles, own.voucher), *(() if only_present else own.earlier)]
    sql = "SELECT name, roles, public_key, voucher, earlier_keys FROM roster WHERE person_id = ?"
    row = replica.connection.execute(sql, (person_id,)).fetchone()
    if row is not None:
        told = {"name": row[0], "roles": json.loads(row[1]), "public_key": row[2], "voucher": row[3]}
        found += [k for one in [told, *([] if only_present else json.loads(row[4]))] if (k := _key(one)) is not None]
    return tuple(dict.fromkeys(found))


def _key(told: dict[str, Any]) -> HeldKey | None:
    """A key as the shared database tells of it; one this program cannot read decides nothing."""
    try:
        return HeldKey(told["public_key"], told["name"], tuple(Role(r) for r in told["roles"]), told["voucher"])
    except (ValueError, KeyError, TypeError):
        return None


def has_leader(replica: Replica) -> bool:
    """Whether there is a leder: who can sign in on this desk, or whom the shared database tells of."""
    if any(Role.LEDER in one.roles for one in accounts(replica)):
        return True
    rows = replica.connection.execute("SELECT roles FROM roster WHERE NOT coalesce(closed, 0)").fetchall()
    return any(Role.LEDER.value in json.loads(row[0]) for row in rows)


def _account(row: tuple[object, ...]) -> Account:
    texts = [str(v) for v in row]
    person_id, name, phone, discipline = texts[:4]
    locked_key, public_key, voucher, pin = texts[5:9]
    try:
        earlier = tuple(
            HeldKey(k["public_key"], k["name"], tuple(Role(r) for r in k["roles"]), k["voucher"])
            for k in json.loads(texts[10])
        )
        roles = tuple(Role(r) for r in json.loads(texts[4]))
    except (ValueError, KeyError, TypeError) as foreign:
        raise EnvironmentProblem(FOREIGN) from foreign
    return Account(
        person_id=person_id,
        name=name,
        phone=phone,
        discipline=discipline,
        roles=roles,
        locked_key=locked_key,
        public_key=public_key,
        voucher=voucher,
        pin=pin,
        pin_tries=int(texts[9]),
        earlier=earlier,
        made_at=texts[11],
    )
