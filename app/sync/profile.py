# SPDX-License-Identifier: MPL-2.0
"""Where the shared database is, and under which login this desk speaks to it. Never a password.

Written when a desk is joined, read by the engine. A password is typed, or lies in the machine's own key store for the person
whose desk it is; a guest's is kept nowhere. Off this machine the server's certificate is always checked, by name.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import asdict, dataclass

from app.domain.errors import UserError

FULL, OFF = "verify-full", "prefer"
_SERVICE = "rundbord-shared"


@dataclass(frozen=True, slots=True)
class Profile:
    """A shared database. `ca` is the file of the municipality's own root certificate; "" is the machine's own list."""

    host: str
    port: int = 5432
    database: str = "rundbord"
    ca: str = ""
    practice: bool = False

    @property
    def sslmode(self) -> str:
        """The certificate is checked unless the server is this very machine."""
        return OFF if is_loopback(self.host) else FULL

    def parameters(self, login: str) -> dict[str, str | int]:
        """What libpq wants, but the password."""
        own: dict[str, str | int] = {
            "host": self.host,
            "port": self.port,
            "dbname": self.database,
            "user": login,
            "sslmode": self.sslmode,
        }
        if self.sslmode == FULL:
            own["sslrootcert"] = self.ca or "system"
        return own

    def as_text(self) -> str:
        """The profile as the replica keeps it."""
        return json.dumps(asdict(self))


def from_text(text: str) -> Profile:
    """The profile the replica kept."""
    return Profile(**json.loads(text))


def read_address(address: str, database: str = "rundbord", ca: str = "", *, practice: bool = False) -> Profile:
    """An address as somebody types it ("db.kommune.dk" or "db.kommune.dk:5433"). Raises UserError."""
    host, _, port = address.strip().rpartition(":") if address.count(":") == 1 else (address.strip(), "", "")
    if not host:
        raise UserError("Skriv adressen på den fælles database.", "shared.address")
    if port and not (port.isdecimal() and 0 < int(port) < 65536):
        raise UserError("Tallet efter kolon er ikke en port.", "shared.address")
    return Profile(host, int(port or 5432), database.strip() or "rundbord", ca.strip(), practice)


def is_loopback(host: str) -> bool:
    """Whether the server is on this very machine, so that nothing crosses a network."""
    if host == "localhost" or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def remembered_password(profile: Profile, login: str) -> str | None:
    """What the machine's key store holds for this login, if it has one."""
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(_SERVICE, _entry(profile, login))
    except keyring.errors.KeyringError:
        return None


def remember_password(profile: Profile, login: str, password: str) -> bool:
    """Keep the password of the person whose desk this is. False: the machine has no key store, and it is typed each time."""
    import keyring
    import keyring.errors

    try:
        keyring.set_password(_SERVICE, _entry(profile, login), password)
    except keyring.errors.KeyringError:
        return False
    return True


def _entry(profile: Profile, login: str) -> str:
    return f"{login}@{profile.host}:{profile.port}/{profile.database}"
