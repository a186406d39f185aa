# SPDX-License-Identifier: MPL-2.0
"""A real server with TLS and a municipality's own root, for the tests of what crosses a network.

The PostgreSQL from PyPI has neither TLS nor Kerberos; this one is the system's own. Where there is none, CI fails and a developer
is told.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.sync import administer
from app.sync.practice_server import PracticeServer
from app.sync.profile import Profile
from tests.sync.shared import NORTH, Someone, made_database, make

NAME = "db.kommune.test"


def system_postgres() -> Path | None:
    """The programs of a PostgreSQL on this machine that was built with TLS."""
    named = shutil.which("pg_config")
    places = [
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
        *([Path(named).parent] if named else []),
    ]
    for folder in places:
        if (folder / "initdb").is_file() and (folder / "pg_config").is_file():
            told = subprocess.run(
                [folder / "pg_config", "--configure"], capture_output=True, text=True, check=True
            ).stdout
            if "openssl" in told:
                return folder
    return None


class Authority:
    """A municipality's own root, and certificates it issues."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.root = self._signed(self._name, self._key, x509.BasicConstraints(ca=True, path_length=0), None)

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, basic: x509.BasicConstraints,
        names: x509.SubjectAlternativeName | None, days: int = 30,
    ) -> x509.Certificate:  # fmt: skip
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=days)).add_extension(basic, critical=True)
        )  # fmt: skip
        return (made.add_extension(names, critical=False) if names else made).sign(self._key, hashes.SHA256())

    def issue(self, days: int = 30) -> tuple[bytes, bytes]:
        """(certificate, key) of the server, as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ip_address("127.0.0.9"))])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
        made = self._signed(subject, key, x509.BasicConstraints(ca=False, path_length=None), names, days)
        return made.public_bytes(serialization.Encoding.PEM), key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


@dataclass
class SecureServer:
    """The server, with its root in a file and somebody with an account. `wear` lets it show another certificate."""

    server: PracticeServer
    authority: Authority
    ca: Path
    database: str
    bodil: Someone

    def wear(self, certificate: bytes, key: bytes) -> None:
        for name, held in (("server.crt", certificate), ("server.key", key)):
            path = self.server.data / name
            path.write_bytes(held)
            path.chmod(0o600)
            owner = self.server.data.stat()
            os.chown(path, owner.st_uid, owner.st_gid)
        self.reload()

    def settings(self, **to: str) -> None:
        with psycopg.connect(self.server.dsn(), autocommit=True) as superuser:
            for name, value in to.items():
                superuser.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        self.reload()

    def reload(self) -> None:
        with psycopg.connect(self.server.dsn(), autocommit=True) as superuser:
            [(before,)] = superuser.execute("SELECT pg_conf_load_time()").fetchall()
            superuser.execute("SELECT pg_reload_conf()")
            while superuser.execute("SELECT pg_conf_load_time() > %s", (before,)).fetchone() != (True,):
                pass

    def profile(self, host: str = NAME, ca: str | None = None) -> Profile:
        return Profile(host, self.server.port, self.database, ca=str(self.ca) if ca is None else ca)


def lacking(what: str) -> None:
    """The machine has not what a test needs: a build machine is to have it, and a developer is told how to get it."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


@contextmanager
def secure_server(*rules: str) -> Iterator[SecureServer]:
    """A PostgreSQL with a certificate, that lets people in by these lines of pg_hba.conf alone."""
    programs = system_postgres()
    if programs is None:
        lacking("no PostgreSQL with TLS: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="rundbord-tls-"))
    bodil = Someone("bodil", "Bodil Bestiller", ("bestiller",), NORTH, "bodil")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNDBORD_POSTGRES_BIN", str(programs))
        server = PracticeServer(folder)
    try:
        with server, made_database(server.dsn(), f"rundbord_{uuid4().hex[:8]}") as dsn:
            database = str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])
            with psycopg.connect(dsn, autocommit=True) as owner:
                administer.init(owner)
                administer.add_team(owner, NORTH)
                make(owner, bodil)
            made = SecureServer(server, Authority("Kommunens rod"), folder / "root.crt", database, bodil)
            made.ca.write_bytes(made.authority.root.public_bytes(serialization.Encoding.PEM))
            told = "\n".join(("host all postgres 127.0.0.1/32 scram-sha-256", *rules, ""))
            (server.data / "pg_hba.conf").write_text(told, encoding="utf-8")
            made.wear(*made.authority.issue())
            made.settings(ssl="on", ssl_min_protocol_version="TLSv1.2")
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)
