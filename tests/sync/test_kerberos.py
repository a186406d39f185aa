# SPDX-License-Identifier: MPL-2.0
"""People who sign in by Kerberos, for real: a realm of its own with MIT's KDC, and a server that takes nothing else."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from app.domain.errors import EnvironmentProblem, UserError
from app.domain.findings import Weight
from app.services import joining
from app.services.desk import Desk
from app.services.joining import Asked
from app.store import keys, seal
from app.store.accounts import account as account_of
from app.store.recovery import new_code
from app.store.replica import Replica
from app.store.seal import root_from_recovery
from app.sync import administer, keeping, reach
from app.sync.faults import ANOTHERS_TICKET, NO_TICKET, NoTicket
from app.sync.session import Session
from app.sync.status import State
from tests.patience import until
from tests.sync.desks import DeskOf
from tests.sync.joining import NOW, OWN, PIN, Keys
from tests.sync.secure import NAME, SecureServer, lacking, secure_server
from tests.sync.shared import NORTH, Someone

REALM, KEPT = "KOMMUNE.TEST", " Det, du skriver, gemmes her."
_PROGRAMS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")
_RULE = f"hostssl all all 127.0.0.1/32 gss include_realm=0 krb_realm={REALM}"


class Realm:
    """A realm with its own KDC. The environment says to everybody where it is, as a machine in a domain knows."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._patch = patch
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        (folder / "krb5.conf").write_text(
            f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n rdns = false\n"
            " dns_canonicalize_hostname = false\n"
            f"[realms]\n {REALM} = {{\n  kdc = 127.0.0.1:{port}\n }}\n[domain_realm]\n {NAME} = {REALM}\n"
        )
        (folder / "kdc.conf").write_text(
            f"[kdcdefaults]\n kdc_listen = 127.0.0.1:{port}\n kdc_tcp_listen = 127.0.0.1:{port}\n"
            f"[realms]\n {REALM} = {{\n  database_name = {folder}/principal\n  key_stash_file = {folder}/stash\n }}\n"
        )
        patch.setenv("KRB5_CONFIG", str(folder / "krb5.conf"))
        patch.setenv("KRB5_KDC_PROFILE", str(folder / "kdc.conf"))
        self._run("kdb5_util", "create", "-s", "-r", REALM, "-P", "realmens")
        self._kdc = subprocess.Popen(
            [_program("krb5kdc"), "-n"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
        )
        until(lambda: self._answers(port))

    def _answers(self, port: int) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return True
        return False

    def close(self) -> None:
        self._kdc.terminate()
        self._kdc.wait()

    def add(self, login: str) -> None:
        self._run("kadmin.local", "-q", f"addprinc -pw {login}-i-AD {login}")

    def keytab(self, service: str) -> Path:
        self._run("kadmin.local", "-q", f"addprinc -randkey {service}")
        self._run("kadmin.local", "-q", f"ktadd -k {self.folder}/server.keytab {service}")
        return self.folder / "server.keytab"

    def sign_in(self, login: str, *more: str) -> None:
        """This is who the machine is signed in as from now on."""
        self.sign_out()
        self._run("kinit", *more, login, said=f"{login}-i-AD\n")

    def sign_out(self) -> None:
        cache = self.folder / "tickets"
        cache.unlink(missing_ok=True)
        self._patch.setenv("KRB5CCNAME", str(cache))

    def _run(self, name: str, *words: str, said: str = "") -> None:
        subprocess.run([_program(name), *words], input=said, text=True, check=True, capture_output=True)


def _program(name: str) -> str:
    return shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin") or shutil.which(name) or name


@pytest.fixture(scope="module")
def realm() -> Iterator[Realm]:
    if not all(Path(_program(name)).is_file() for name in _PROGRAMS):
        lacking("no Kerberos: apt-get install krb5-kdc krb5-admin-server krb5-user")
    folder = Path(tempfile.mkdtemp(prefix="rundbord-krb-"))
    folder.chmod(0o755)  # the server reads where the realm is, as another user
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGHOSTADDR", "127.0.0.1")  # as a name server would say
        made = Realm(folder, patch)
        try:
            yield made
        finally:
            made.close()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server(realm: Realm) -> Iterator[SecureServer]:
    """A server that knows people by their tickets alone, and has the municipality's key."""
    with secure_server(_RULE) as made:
        kept = made.server.data / "server.keytab"
        shutil.copy(realm.keytab(f"postgres/{NAME}"), kept)
        owner = made.server.data.stat()
        shutil.chown(kept, owner.st_uid, owner.st_gid)
        made.settings(krb_server_keyfile=str(kept))
        with keeper(made) as owner_of:
            administer._set_root(owner_of, root_from_recovery(new_code()).public_key)
        yield made


def keeper(server: SecureServer) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(server.server.dsn(server.database), autocommit=True)


@pytest.fixture
def kirsten(server: SecureServer, realm: Realm) -> Someone:
    """A bestiller with no password in the database, confirmed; the machine is signed in as her."""
    login = f"kirsten{uuid4().hex[:8]}"
    realm.add(login)
    with keeper(server) as owner:
        made = administer.add_person(owner, login, "Kirsten Kerberos", ["bestiller"], NORTH, None)
        administer.confirm(owner, login)
    realm.sign_in(login)
    return Someone("kirsten", "Kirsten Kerberos", ("bestiller",), NORTH, login, made, "")


def joined(server: SecureServer, one: Someone, folder: Path, **more: Any) -> tuple[Desk, joining.Joined]:
    """A machine taken into use by joining, with no password typed unless the test says so."""
    store = Keys()
    said = replace(Asked(one.login, "", new_password=OWN, pin=PIN), **more)
    entered = joining.join_first(folder, server.profile(), said, clock=lambda: NOW, key_store=store)
    assert store.ring is not None
    return Desk(Replica.open(folder / keys.REPLICA_FILE, store.ring.raw_key, store.ring.root_public)), entered


def test_a_ticket_is_all_it_takes_and_the_line_is_tls(server: SecureServer, kirsten: Someone, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        desk = DeskOf(tmp_path, server.profile(), kirsten)
        case = desk.new_case("Nancy Ann Berggren")
        assert desk.round().state is State.SHARED
    with keeper(server) as owner:
        sql = "SELECT g.gss_authenticated, g.encrypted, s.ssl FROM pg_stat_activity a JOIN pg_stat_gssapi g USING (pid)"
        row = owner.execute(f"{sql} JOIN pg_stat_ssl s USING (pid) WHERE a.usename = %s", (kirsten.login,)).fetchone()
        assert row == (True, False, True)
        sql = "SELECT count(*) > 0 FROM rundbord_data.change WHERE case_id = %s AND author = %s"
        assert owner.execute(sql, (case, kirsten.person_id)).fetchone() == (True,)
    desk.close()


def not_let_in(server: SecureServer, one: Someone) -> bool:
    try:
        Session(server.profile(), one.login, "").close()
    except NoTicket:
        return True
    return False


@pytest.mark.parametrize("gone", ["signed out", "run out"])
def test_without_a_ticket_one_waits_and_goes_on_with_the_next(
    server: SecureServer, realm: Realm, kirsten: Someone, tmp_path: Path, gone: str
) -> None:
    desk = DeskOf(tmp_path, server.profile(), kirsten)
    desk.new_case("Nancy Ann Berggren")
    if gone == "signed out":
        realm.sign_out()
    else:
        realm.sign_in(kirsten.login, "-l", "1s")
        until(lambda: not_let_in(server, kirsten))
    status = desk.round()
    assert (status.state, status.sentence) == (State.STUCK, f"{NO_TICKET}{KEPT}")
    assert status.waiting[kirsten.person_id] > 0
    realm.sign_in(kirsten.login)
    assert desk.again().state is State.SHARED
    desk.close()


def test_anothers_ticket_opens_nothing(server: SecureServer, realm: Realm, kirsten: Someone, tmp_path: Path) -> None:
    realm.add("kaj")
    realm.sign_in("kaj")
    desk = DeskOf(tmp_path, server.profile(), kirsten)
    status = desk.round()
    assert (status.state, status.sentence) == (State.STUCK, f"{ANOTHERS_TICKET}{KEPT}")
    desk.close()
    with pytest.raises(EnvironmentProblem) as refused:
        joined(server, kirsten, tmp_path / "ny")
    assert refused.value.message.startswith(ANOTHERS_TICKET)


def test_who_joins_chooses_the_password_of_their_key(server: SecureServer, kirsten: Someone, tmp_path: Path) -> None:
    for lacks, said in (("", joining.CHOOSE_PASSWORD), ("kort", "")):
        with pytest.raises(UserError) as no:
            joined(server, kirsten, tmp_path / "ny", new_password=lacks)
        assert no.value.field == "new_password"
        assert no.value.message == said or not said
        assert not (tmp_path / "ny" / keys.REPLICA_FILE).exists()
    desk, entered = joined(server, kirsten, tmp_path / "ny")
    assert entered.confirmed
    assert entered.password == OWN
    own = account_of(desk.replica, kirsten.person_id)
    assert own is not None
    seal.open_account_key(seal.LockedKey.from_json(own.locked_key), OWN)
    desk.replica.close()


def test_the_password_here_is_changed_here_alone(server: SecureServer, kirsten: Someone, tmp_path: Path) -> None:
    """A password set in the database too would be a second door to an account that is closed in the directory."""
    desk, entered = joined(server, kirsten, tmp_path / "ny")
    other = "en anden lang sætning"
    joining.change_password(desk, entered.hand.person_id, OWN, other)
    own = account_of(desk.replica, kirsten.person_id)
    assert own is not None
    seal.open_account_key(seal.LockedKey.from_json(own.locked_key), other)
    with keeper(server) as owner:
        found = owner.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (kirsten.login,)).fetchone()
        assert found == (None,)
    again = joining.join(desk, server.profile(), Asked(kirsten.login, "", own_password=other))
    assert again.password == other
    desk.replica.close()


def test_the_doctor_and_the_keepers_commands_say_which_ticket_is_wrong(
    server: SecureServer, realm: Realm, kirsten: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    dsn = psycopg.conninfo.make_conninfo("", **server.profile().parameters(kirsten.login))  # type: ignore[arg-type]
    with keeping.connected(dsn) as session:
        assert session.execute("SELECT session_user").fetchone() == (kirsten.login,)
    realm.sign_out()
    monkeypatch.setattr(reach, "_answers", lambda _: "")  # a name server knows the name, here only libpq does
    (found,) = reach.try_it(server.profile(), kirsten.login, "x", lambda: datetime.now(UTC))
    assert found.weight is Weight.WRONG
    assert found.text.endswith(NO_TICKET)
    with pytest.raises(EnvironmentProblem) as told, keeping.connected(dsn):
        pass
    assert told.value.message == NO_TICKET
