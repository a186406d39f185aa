# SPDX-License-Identifier: MPL-2.0
"""Where the shared database is, and under which login this desk speaks to it. Never a password.

Written when a desk is joined, read by the engine. A password is typed, or lies in the machine's own key store for the person
whose desk it is; a guest's is kept nowhere. Off this machine the server's certificate is always checked, by name.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import asdict, dataclass, field

from app.domain.errors import UserError

FULL, OFF = "verify-full", "prefer"


@dataclass(frozen=True, slots=True)
class Profile:
    """A shared database. `ca` is the file of the municipality's own root certificate; "" is the machine's own list."""

    host: str
    port: int = 5432
    database: str = "rundbord"
    ca: str = ""
    practice: bool = False
    wait_seconds: int = field(default=5, compare=False)
    """How long one waits for an answer while connecting: the machine's own affair, and not kept with the rest."""

    @property
    def sslmode(self) -> str:
        """The certificate is checked unless the server is this very machine."""
        return OFF if is_loopback(self.host) else FULL

    def parameters(self, login: str) -> dict[str, str | int]:
        """What libpq wants, but the password. It is TLS that keeps the line, also for who signs in by Kerberos."""
        own: dict[str, str | int] = {
            "host": self.host,
            "port": self.port,
            "dbname": self.database,
            "user": login,
            "sslmode": self.sslmode,
            "gssencmode": "disable",
        }
        if self.sslmode == FULL:
            own["sslrootcert"] = self.ca or "system"
        return own

    def entry(self, login: str) -> str:
        """Under what name a machine's key store keeps the password of this login."""
        return f"{login}@{self.host}:{self.port}/{self.database}"

    @property
    def address(self) -> str:
        """The address as it is shown, and as `read_address` reads it."""
        port = "" if self.port == 5432 else f":{self.port}"
        return f"{self.host}{port}" + ("" if self.database == "rundbord" else f"/{self.database}")

    def as_text(self) -> str:
        """The profile as the replica keeps it."""
        return json.dumps({name: value for name, value in asdict(self).items() if name != "wait_seconds"})


def from_text(text: str) -> Profile:
    """The profile the replica kept."""
    return Profile(**json.loads(text))


def read_address(address: str, ca: str = "", *, practice: bool = False) -> Profile:
    """An address as somebody types it: "db.kommune.dk", with ":5433" where it is another port, with "/navn" where the database
    is called something else than rundbord. Raises UserError."""
    where, _, database = address.strip().removeprefix("postgresql://").partition("/")
    host, _, port = where.rpartition(":") if where.count(":") == 1 else (where, "", "")
    if not host or any(c.isspace() for c in where):
        raise UserError("Skriv adressen på den fælles database. Den kan it-afdelingen give dig.", "address")
    if port and not (port.isdecimal() and 0 < int(port) < 65536):
        raise UserError("Tallet efter kolon er ikke en port.", "address")
    return Profile(host, int(port or 5432), database.strip() or "rundbord", ca.strip(), practice)


def is_loopback(host: str) -> bool:
    """Whether the server is on this very machine, so that nothing crosses a network."""
    if host == "localhost" or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
