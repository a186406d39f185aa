# SPDX-License-Identifier: MPL-2.0
"""The shared database as a person meets it: joining it, signing in as a guest, one password in both places.

What speaks to the server is run away from the database lane (`on_lane` is how it does a short thing there); the rest is called on
it. Each no is one Danish sentence. The driver of the database is brought in when it is needed and never at the start. Must not
know screens.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from app.domain.roles import Role
from app.services import managed
from app.services.desk import Desk
from app.store import membership as kept
from app.store import passwords
from app.sync.profile import Profile, from_text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Membership:
    """The shared database this desk has joined: where it is, whose desk this is, and who here has which login."""

    profile: Profile
    host: str
    logins: Mapping[str, str]
    practice_password: str = field(default="", repr=False)


def membership(desk: Desk) -> Membership | None:
    """What this desk has joined, or None. Quick: read when the first list has been painted.

    Where the machine's own settings name a database it is that, wherever the desk was joined: so that a municipality can move it.
    """
    text = kept.profile_text(desk.replica)
    if not text:
        return None
    here = managed.for_folder(desk.replica.path.parent)
    profile = here.machines_profile() or replace(from_text(text), wait_seconds=here.wait_seconds)
    password = passwords.practice_password(desk.replica) if profile.practice else ""
    return Membership(profile, kept.host(desk.replica), kept.logins(desk.replica), password)


def bring_in(joined: Membership) -> str | None:
    """Bring the driver in, and fetch the password of whose desk it is, where the machine keeps it. Takes its time: away from the
    lanes anybody waits for."""
    import app.sync.engine  # noqa: F401

    login = joined.logins.get(joined.host)
    if joined.profile.practice or login is None:
        return joined.practice_password or None
    return passwords.remembered_password(joined.profile.entry(login))


def follow_roster(desk: Desk, person_id: str) -> None:
    """Let the account here follow what the shared database says of the person: name, roles, and who vouches for the key.

    Called on the database lane when the roster may have come anew. The municipality's word for exactly that key, name and roles
    is kept where it is here and not there yet: `upward.vouched_keys` hands it up.
    """
    from app.store import accounts, roster, seal

    replica = desk.replica
    own, told = accounts.account(replica, person_id), roster.person(replica, person_id)
    if own is None or told is None:
        return
    known = {role.value: role for role in Role}
    roles = tuple(role for role in Role if role.value in told.roles) if set(told.roles) <= set(known) else own.roles
    voucher = told.voucher
    if told.public_key != own.public_key:
        voucher = ""
    elif not voucher and seal.vouched(
        replica.root_public, person_id, told.name, told.roles, own.public_key, own.voucher
    ):
        voucher = own.voucher
    now = replace(own, name=told.name or own.name, roles=roles or own.roles, voucher=voucher)
    if now != own:
        accounts.save(replica, now)
