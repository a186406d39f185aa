# SPDX-License-Identifier: MPL-2.0
"""TLS between desks and server, for real: a server with a certificate made here, and desks that ask for the whole proof.

The PostgreSQL from PyPI has no TLS; this one is the system's own. Where there is none, CI fails and a developer is told.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
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

from app.domain.errors import EnvironmentProblem, RundbordError, UserError
from app.services import joining
from app.sync import administer, checkup, keeping, reach
from app.sync.faults import NOT_TRUSTED, ROOT_MISSING, LoginRefused, NotTrusted
from app.sync.practice_server import PracticeServer
from app.sync.profile import Profile
from app.sync.session import Session
from app.sync.status import State
from tests.sync.desks import DeskOf
from tests.sync.shared import NORTH, Someone, made_database, make

NAME = "db.kommune.test"


def _with_tls() -> Path | None:
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


@pytest.fixture(scope="module")
def secure() -> Iterator[SecureServer]:
    """A PostgreSQL that takes nobody in without TLS from afar."""
    programs = _with_tls()
    if programs is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no PostgreSQL with TLS: apt-get install postgresql")
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
            (server.data / "pg_hba.conf").write_text(
                "host all postgres 127.0.0.1/32 scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n",
                encoding="utf-8",
            )
            made.wear(*made.authority.issue())
            made.settings(ssl="on", ssl_min_protocol_version="TLSv1.2")
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of these tests are this machine, as a name server would say."""
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")


def opened(secure: SecureServer, profile: Profile) -> Session:
    return Session(profile, secure.bodil.login, secure.bodil.password)


def test_off_this_machine_the_whole_proof_is_asked_for_by_default(secure: SecureServer) -> None:
    assert secure.profile().parameters("x")["sslmode"] == "verify-full"
    assert Profile("127.0.0.1").parameters("x")["sslmode"] == "prefer"
    assert Profile("10.0.0.7", ca="").parameters("x")["sslrootcert"] == "system"


def test_the_right_root_and_name_are_let_in_and_all_of_it_is_encrypted(secure: SecureServer, tmp_path: Path) -> None:
    with psycopg.connect(secure.server.dsn(secure.database), autocommit=True) as owner:
        desk = DeskOf(tmp_path, secure.profile(), secure.bodil)
        try:
            case = desk.new_case("Nancy Ann Berggren")
            assert desk.round().state is State.SHARED
            row = owner.execute(
                "SELECT s.ssl, s.version FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.usename = 'bodil'"
            ).fetchone()
            assert row is not None
            assert row[0]
            assert row[1] in ("TLSv1.2", "TLSv1.3")
            told = owner.execute("SELECT count(*) FROM rundbord_data.change WHERE case_id = %s", (case,)).fetchone()
            assert told is not None
            assert told[0] > 0
        finally:
            desk.close()


@pytest.mark.parametrize("what", ["another name", "the address", "another root", "the machine's own list", "run out"])
def test_whoever_cannot_prove_to_be_the_server_is_told_nothing(secure: SecureServer, what: str, tmp_path: Path) -> None:
    profile = secure.profile()
    if what == "another name":
        profile = secure.profile("falsk.kommune.test")
    elif what == "the address":
        profile = secure.profile("10.0.0.7")
    elif what == "another root":
        other = tmp_path / "other.crt"
        other.write_bytes(Authority("En andens rod").root.public_bytes(serialization.Encoding.PEM))
        profile = secure.profile(ca=str(other))
    elif what == "the machine's own list":
        profile = secure.profile(ca="")
    else:
        secure.wear(*secure.authority.issue(days=-1))
    try:
        with pytest.raises(NotTrusted) as refused:
            opened(secure, profile)
        assert refused.value.message == NOT_TRUSTED
        with pytest.raises(EnvironmentProblem) as told, keeping.connected(_dsn(secure, profile)):
            pass
        assert told.value.message.startswith("Serverens certifikat kan ikke godkendes.")
    finally:
        if what == "run out":
            secure.wear(*secure.authority.issue())
    opened(secure, secure.profile()).close()


def _dsn(secure: SecureServer, profile: Profile) -> str:
    made = {**profile.parameters(secure.bodil.login), "password": secure.bodil.password}
    made.pop("sslmode")  # what nobody has said is the whole proof
    return psycopg.conninfo.make_conninfo("", **made)  # type: ignore[arg-type]


def test_a_server_that_speaks_in_the_open_gets_no_password(secure: SecureServer) -> None:
    secure.settings(ssl="off")
    try:
        with pytest.raises(NotTrusted) as refused:
            opened(secure, secure.profile())
        assert refused.value.message == NOT_TRUSTED
        with pytest.raises(RundbordError) as told, keeping.connected(_dsn(secure, secure.profile())):
            pass
        assert "certifikat" in told.value.message
    finally:
        secure.settings(ssl="on")


def test_a_desk_that_speaks_in_the_open_is_not_let_in(secure: SecureServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sync.profile.FULL", "disable")
    with pytest.raises(LoginRefused) as refused:
        opened(secure, secure.profile())
    assert "login" in refused.value.message
    bare = psycopg.conninfo.make_conninfo(_dsn(secure, secure.profile()), sslmode="disable", sslrootcert="")
    with pytest.raises(UserError) as told, keeping.connected(bare):
        pass
    assert told.value.message == "Serveren lukker ikke den bruger ind herfra. Det står i serverens pg_hba.conf."


def test_the_checkup_says_what_is_wrong_with_the_transport(secure: SecureServer) -> None:
    def found(**said: str) -> list[str]:
        parts = {"host": NAME, "port": secure.server.port, "dbname": secure.database, "user": "postgres"}
        dsn = psycopg.conninfo.make_conninfo("", **{**parts, "password": secure.server.password, **said})  # type: ignore[arg-type]
        with psycopg.connect(dsn, autocommit=True) as owner:
            return [one.text for one in checkup.look_over(owner) if one.wrong]

    assert found(sslmode="verify-full", sslrootcert=str(secure.ca)) == []
    assert found(sslmode="disable") == ["Forbindelsen er ikke krypteret (TLS)."]
    rules = secure.server.data / "pg_hba.conf"
    good = rules.read_text(encoding="utf-8")
    rules.write_text(f"{good}host all all 10.0.0.0/8 scram-sha-256\nhostssl all all 10.0.0.0/8 md5\n", encoding="utf-8")
    try:
        secure.reload()
        said = found(sslmode="verify-full", sslrootcert=str(secure.ca))
        assert said[0].endswith("linje 3: der kan kobles på udefra uden TLS. Skriv hostssl.")
        assert "linje 4: md5" in said[1]
        secure.settings(ssl_min_protocol_version="TLSv1")
        assert "Serveren tager imod TLS, der er ældre end 1.2." in found(
            sslmode="verify-full", sslrootcert=str(secure.ca)
        )
    finally:
        rules.write_text(good, encoding="utf-8")
        secure.settings(ssl_min_protocol_version="TLSv1.2")


def test_a_root_that_is_not_where_it_was_said_to_be_is_told_as_that(
    secure: SecureServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = secure.profile(ca=str(tmp_path / "flyttet.crt"))
    with pytest.raises(NotTrusted) as refused:
        opened(secure, profile)
    assert refused.value.message == ROOT_MISSING
    with pytest.raises(EnvironmentProblem) as told, keeping.connected(_dsn(secure, profile)):
        pass
    assert told.value.message == "Filen med rodcertifikatet findes ikke. Ret sslrootcert=…, eller læg den dér."
    with pytest.raises(UserError) as joined:
        joining.join_first(
            tmp_path / "ny", profile, joining.Asked(secure.bodil.login, secure.bodil.password, pin="1234")
        )
    assert (joined.value.message, joined.value.field) == (joining.ROOT_MISSING, "ca")
    monkeypatch.setattr(reach, "_answers", lambda _: "")  # a name server knows the name, here only libpq does
    (found,) = (one.text for one in reach.try_it(profile, secure.bodil.login, "x", lambda: datetime.now(UTC)))
    assert found == f"Rodcertifikatet {profile.ca} findes ikke på computeren. Læg det der, eller ret stien."
