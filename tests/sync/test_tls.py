# SPDX-License-Identifier: MPL-2.0
"""TLS between desks and server, for real: a server with a certificate made here, and desks that ask for the whole proof."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization

from app.domain.errors import EnvironmentProblem, RundbordError, UserError
from app.services import joining
from app.sync import checkup, keeping, reach
from app.sync.faults import NOT_TRUSTED, ROOT_MISSING, LoginRefused, NotTrusted
from app.sync.profile import Profile
from app.sync.session import Session
from app.sync.status import State
from tests.sync.desks import DeskOf
from tests.sync.secure import NAME, Authority, SecureServer, secure_server


@pytest.fixture(scope="module")
def secure() -> Iterator[SecureServer]:
    """A PostgreSQL that takes nobody in without TLS from afar."""
    with secure_server("hostssl all all 127.0.0.1/32 scram-sha-256") as made:
        yield made


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
