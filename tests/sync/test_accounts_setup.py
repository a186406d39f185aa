# SPDX-License-Identifier: MPL-2.0
"""The shared database set up, set up again, looked over, put back from a backup, and a case taken out of it."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.cli import main
from app.domain.errors import EnvironmentProblem, UserError
from app.store import seal
from app.store.recovery import new_code
from app.sync import administer, archive, checkup, keeping
from app.sync.practice_server import PracticeServer
from app.sync.profile import Profile
from app.sync.status import State
from tests.sync.desks import DeskOf
from tests.sync.shared import SharedDatabase, Someone, change, made_database, new_case, new_id, push, seen


def everything(connection: keeping.Connection) -> list[tuple[object, ...]]:
    """All that init makes, as the server's own tables tell it."""
    return connection.execute(
        """
        WITH own AS (SELECT oid FROM pg_namespace WHERE nspname LIKE 'rundbord%')
        SELECT 'f', p.oid::regprocedure::text, pg_get_functiondef(p.oid), p.proacl::text, p.proowner::regrole::text
        FROM pg_proc p WHERE p.pronamespace IN (SELECT oid FROM own)
        UNION ALL
        SELECT 't', c.oid::regclass::text, '', coalesce(c.relacl, acldefault('r', c.relowner))::text, c.relowner::regrole::text
        FROM pg_class c WHERE c.relnamespace IN (SELECT oid FROM own)
        UNION ALL
        SELECT 'p', tablename || ' ' || policyname, coalesce(qual, '') || coalesce(with_check, ''), roles::text, cmd
        FROM pg_policies
        UNION ALL
        SELECT 'g', g.tgrelid::regclass || ' ' || g.tgname, pg_get_triggerdef(g.oid), '', ''
        FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
        WHERE c.relnamespace IN (SELECT oid FROM own) AND NOT g.tgisinternal
        ORDER BY 1, 2
        """
    ).fetchall()


def found(owner: keeping.Connection, login: str) -> str:
    """The id of a person."""
    return administer.account(owner, login).person_id


def texts(found: tuple[checkup.Finding, ...], *, wrong: bool = True) -> str:
    return "\n".join(one.text for one in found if one.wrong == wrong)


# ------------------------------------------------------------------------------------------------------------ set up


def test_init_again_changes_nothing(shared: SharedDatabase) -> None:
    owner = shared.owner
    before = everything(owner)
    assert administer.init(owner) == administer.SetUp((), False)
    owner.execute("UPDATE rundbord_data.applied SET hash = 'older' WHERE file = '01_tables.sql'")
    owner.execute("DROP FUNCTION rundbord.teams(); CREATE FUNCTION rundbord.teams() RETURNS integer RETURN 1")
    owner.execute("ALTER TYPE rundbord_data.caller ADD ATTRIBUTE older text")
    again = administer.init(owner)  # what functions take and give may be another in the next version
    assert again.files == ("01_tables.sql",)
    assert everything(owner) == before
    new_case(shared.connect("bodil"))


def test_init_mid_way_leaves_nothing(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with made_database(server, f"rundbord_{uuid4().hex[:8]}") as dsn, psycopg.connect(dsn, autocommit=True) as owner:
        real = administer.files()
        monkeypatch.setattr(administer, "files", lambda: (*real, ("999_broken.sql", "SELECT 1/0", "x")))
        with pytest.raises(psycopg.errors.DivisionByZero):
            administer.init(owner)
        assert owner.execute("SELECT to_regnamespace('rundbord_data')").fetchone() == (None,)
        monkeypatch.undo()
        assert administer.init(owner).first


def test_a_newer_database_is_left_alone(shared: SharedDatabase) -> None:
    owner = shared.owner
    owner.execute("UPDATE rundbord_data.setting SET value = '99.0.0' WHERE key = 'program'")
    with pytest.raises(UserError, match="nyere Rundbord"):
        administer.init(owner)
    owner.execute("UPDATE rundbord_data.setting SET value = %s WHERE key = 'schema'", (str(administer.SCHEMA + 1),))
    assert "nyere Rundbord" in texts(checkup.look_over(owner))


def test_the_municipalitys_key_is_set_once(shared: SharedDatabase) -> None:
    first, second = (seal.root_from_recovery(new_code()).public_key for _ in range(2))
    administer.init(shared.owner, root_public=first)
    administer.init(shared.owner, root_public=first)
    with pytest.raises(UserError, match="anden kommunes nøgle"):
        administer.init(shared.owner, root_public=second)
    told = shared.connect("vagn").execute("SELECT rundbord.hello('0.1.0', 1) ->> 'root_public'").fetchone()
    assert told == (first,)


def test_only_the_database_owner_sets_up(shared: SharedDatabase) -> None:
    for who in ("bodil", "karen"):
        with pytest.raises(UserError, match="ikke ret til"), keeping.connected(shared.dsn(who)) as session:
            administer.init(session)


# ---------------------------------------------------------------------------------------------------------- looked over


def test_nothing_is_wrong_with_a_new_database(shared: SharedDatabase) -> None:
    """There is no TLS, and the server is this machine: that is told, and is no fault. The tests' server does not fsync."""
    found = checkup.look_over(shared.owner)
    assert texts(found) in ("", _FSYNC)
    assert "Den er til denne computer selv" in texts(found, wrong=False)


_FSYNC = "fsync er slået fra: et strømsvigt kan koste det, der er skrevet."


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("ALTER ROLE {vagn} CREATEROLE", "har rettigheder på serveren"),
        ("ALTER ROLE {karen} SUPERUSER", "har rettigheder på serveren"),
        ("GRANT pg_read_all_data TO {vagn}", "er også med i pg_read_all_data"),
        ("GRANT rundbord_writer TO {lene}", "er også med i rundbord_writer"),
        ("GRANT rundbord_person TO {karen}", "er også med i rundbord_person"),
        ("ALTER ROLE rundbord_reader LOGIN", "kan logge ind"),
        ("GRANT SELECT ON rundbord_data.change TO {sofie}", "ret til tabellen change"),
        ("GRANT SELECT ON rundbord_data.person TO PUBLIC", "ret til tabellen person"),
        ("GRANT USAGE ON SCHEMA rundbord_data TO {sofie}", "ret til rundbord_data"),
        ("GRANT EXECUTE ON FUNCTION rundbord_data.erase_case(uuid) TO PUBLIC", "Alle kan kalde"),
        ("GRANT CREATE ON SCHEMA public TO PUBLIC", "skemaet public"),
        ("GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC", "egne programstumper"),
        ("GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO PUBLIC", "låse efter nummer"),
        ("ALTER TABLE rundbord_data.change DISABLE TRIGGER keep_log", "Vagten keep_log"),
        ("ALTER TABLE rundbord_data.change NO FORCE ROW LEVEL SECURITY", "Tabellen change"),
        ("ALTER FUNCTION rundbord.teams() RESET search_path", "Funktionen rundbord.teams"),
        ("UPDATE rundbord_data.applied SET hash = 'x'", "et andet Rundbord"),
    ],
)
def test_what_is_wrong_is_told(shared: SharedDatabase, harm: str, said: str) -> None:
    owner = shared.owner
    logins = {key: sql.Identifier(one.login) for key, one in shared.people.items()}
    owner.execute("BEGIN")  # roles are the server's own: nothing of this may outlive the test
    owner.execute(sql.SQL(harm).format(**{key: login for key, login in logins.items() if "{" + key + "}" in harm}))
    found = texts(checkup.look_over(owner))
    owner.execute("ROLLBACK")
    assert said in found
    assert said not in texts(checkup.look_over(owner))


def test_the_clock_the_leders_and_the_unconfirmed_are_told_of(shared: SharedDatabase) -> None:
    one = shared.add("Ny Nielsen", ("vejleder",), ready=False)
    owner = shared.owner
    owner.execute(
        "UPDATE rundbord_data.person SET made_at = now() - interval '20 days' WHERE id = %s", (one.person_id,)
    )
    owner.execute("UPDATE rundbord_data.person SET state = 'new' WHERE id = %s", (shared.sanne.person_id,))
    found = checkup.look_over(owner, lambda: datetime.now(UTC) + timedelta(minutes=5))
    assert "sekunder fra hinanden" in texts(found)
    noted = texts(found, wrong=False)
    assert f"{one.login} er ikke bekræftet" in noted
    assert "Teamet Syd har ingen leder" in noted
    assert "Kommunens nøgle" in noted


def test_a_database_nobody_has_set_up_is_told_as_such(server: str) -> None:
    with made_database(server, f"rundbord_{uuid4().hex[:8]}") as dsn, psycopg.connect(dsn, autocommit=True) as owner:
        assert "ikke sat op" in texts(checkup.look_over(owner))


# ------------------------------------------------------------------------------------------------------------ put back


@pytest.fixture
def backup_programs(own_server: PracticeServer) -> tuple[Path, Path]:
    dump, restore = own_server.program("pg_dump"), own_server.program("pg_restore")
    if dump is None or restore is None:
        pytest.skip("this PostgreSQL came without pg_dump")
    return dump, restore


@contextmanager
def _spoken(dsn: str) -> Iterator[dict[str, str]]:
    parts = conninfo_to_dict(dsn)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    yield os.environ | {names[key]: str(value) for key, value in parts.items() if key in names}


@pytest.mark.expects_log("app.sync.put_back", "WARNING", "put back")
def test_a_backup_put_back_is_the_same_database(
    own_server: PracticeServer, backup_programs: tuple[Path, Path], tmp_path: Path
) -> None:
    """pg_dump, the database lost with its people's roles, pg_restore, init: all is there, and closed as before."""
    dump, restore = backup_programs
    name, copy, login = (f"rundbord_{uuid4().hex[:8]}" for _ in range(3))
    login = f"p{login[-8:]}"
    with made_database(own_server.dsn(), name) as dsn, psycopg.connect(dsn, autocommit=True) as owner:
        administer.init(owner)
        administer.add_team(owner, "Nord")
        administer.add_person(owner, login, "Bodil Bestiller", ["bestiller"], "Nord", "kode-et-to")
        owner.execute("UPDATE rundbord_data.person SET must_change = false, state = 'open'")
        with psycopg.connect(own_server.dsn(name, login, "kode-et-to"), autocommit=True) as bodil:
            case = new_case(bodil)
            before = [row["id"] for row in seen(bodil)]
        one = Someone("bodil", "Bodil Bestiller", ("bestiller",), "Nord", login, found(owner, login), "kode-et-to")
        (tmp_path / "desk").mkdir()
        desk = DeskOf(tmp_path / "desk", Profile("127.0.0.1", own_server.port, name, practice=True), one)
        assert desk.round().state is State.SHARED
        made = everything(owner)
        with _spoken(dsn) as spoken:
            subprocess.run([dump, "-Fc", "-f", tmp_path / "backup"], env=spoken, check=True)
        ahead = desk.write(case, "task", text="Skrevet efter kopien")
        assert desk.round().waiting == {}
        top = owner.execute("SELECT n FROM rundbord_data.counter").fetchone()
        desk.close()
    with psycopg.connect(own_server.dsn(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))
    with made_database(own_server.dsn(), copy) as dsn:
        with _spoken(dsn) as spoken:
            subprocess.run([restore, "--exit-on-error", "-d", copy, tmp_path / "backup"], env=spoken, check=True)
        with psycopg.connect(dsn, autocommit=True) as owner:
            administer.init(owner)
            assert everything(owner) == made
            assert texts(checkup.look_over(owner)) == ""
            administer.reset_password(owner, login, "ny-kode-et")  # roles are not in a database's own backup
            with psycopg.connect(own_server.dsn(copy, login, "ny-kode-et"), autocommit=True) as bodil:
                administer.set_own_password(bodil, "ny sætning her")
                administer.confirm(owner, login)
                assert [row["id"] for row in seen(bodil)] == before
                assert push(bodil, change(case, "plan", new_id(), {"purpose": "videre"})) == [("accepted", None)]
                desk = DeskOf.on(
                    tmp_path / "desk",
                    Profile("127.0.0.1", own_server.port, copy, practice=True),
                    replace(one, password="ny sætning her"),
                )
                try:
                    assert desk.round().state is State.SHARED
                    [(number,)] = [
                        (row["seq"],)
                        for row in seen(bodil)
                        if str(row["record_id"]) == ahead and row["fields"].get("text")
                    ]
                    assert top is not None
                    assert number > top[0], "no number is given twice"
                finally:
                    desk.close()


# -------------------------------------------------------------------------------------------------------------- erased


def test_an_erased_case_is_in_the_archive_and_nowhere_else(shared: SharedDatabase, tmp_path: Path) -> None:
    bodil = shared.connect("bodil")
    case, other = new_case(bodil), new_case(bodil, "Berggren Nancy")
    words = change(case, "story", new_id(), {"think": "Jeg vil ud"})
    push(bodil, words)
    bodil.execute("SELECT rundbord.push_paper(%s, %s, 'pdf')", (new_id(), case))
    upto = bodil.execute("SELECT rundbord.upto()").fetchone()
    assert upto is not None
    gone = archive.erase(shared.owner, archive.find_case(shared.owner, case), tmp_path)
    kept = json.loads(gone.file.read_text(encoding="utf-8"))
    assert gone.changes == len(kept["changes"]) == 3
    assert kept["papers"][0]["pdf_base64"] == "cGRm"
    assert kept["people"][0]["name"] == "Bodil Bestiller"
    if os.name == "posix":
        assert gone.file.stat().st_mode & 0o777 == 0o600
    assert [(row["event"], str(row["case_id"])) for row in seen(bodil, upto[0])] == [("erased", case)]
    assert {str(row["case_id"]) for row in seen(bodil) if row["event"] == "change"} == {other}
    assert push(bodil, words) == [("refused", "erased")]
    left = shared.owner.execute(
        "SELECT (SELECT count(*) FROM rundbord_data.change c WHERE c.case_id = %(c)s)"
        " + (SELECT count(*) FROM rundbord_data.issued_paper i WHERE i.case_id = %(c)s)"
        " + (SELECT count(*) FROM rundbord_data.case_home h WHERE h.case_id = %(c)s)",
        {"c": case},
    ).fetchone()
    assert left == (0,)
    with pytest.raises(UserError, match="ingen sag"):
        archive.find_case(shared.owner, case)


def test_no_archive_no_erasure(shared: SharedDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = new_case(shared.connect("bodil"))

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(EnvironmentProblem, match="ikke slettet"):
            archive.erase(shared.owner, case, tmp_path)
    assert not list(tmp_path.iterdir()), "half a file would be in the way of the next try"
    (tmp_path / f"sag-{case}.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match="er der allerede"):
        archive.erase(shared.owner, case, tmp_path)
    assert len(seen(shared.connect("bodil"))) == 2


@pytest.mark.skipif(os.name != "posix", reason="a link takes a right of its own there")
def test_what_stands_in_the_archive_already_is_never_taken_away(shared: SharedDatabase, tmp_path: Path) -> None:
    """Also where a look does not see it: a link to a share that is not connected, or what came after the look."""
    case = new_case(shared.connect("bodil"))
    there = tmp_path / f"sag-{case}.json"
    there.symlink_to(tmp_path / "arkiv" / there.name)
    with pytest.raises(UserError, match="er der allerede"):
        archive.erase(shared.owner, case, tmp_path)
    assert there.is_symlink()
    assert len(seen(shared.connect("bodil"))) == 2


def test_a_mistyped_archive_folder_is_told_and_not_made(shared: SharedDatabase, tmp_path: Path) -> None:
    case = new_case(shared.connect("bodil"))
    with pytest.raises(UserError, match="er der ikke. Sagen er ikke slettet"):
        archive.erase(shared.owner, case, tmp_path / "arkvi" / "2026")
    assert not list(tmp_path.iterdir())
    assert len(seen(shared.connect("bodil"))) == 2


def test_an_erasure_the_database_refuses_leaves_no_file(shared: SharedDatabase, tmp_path: Path) -> None:
    case = new_case(shared.connect("bodil"))
    shared.owner.execute("ALTER FUNCTION rundbord_data.erase_case(uuid) RENAME TO erase_case_elsewhere")
    with pytest.raises(psycopg.errors.UndefinedFunction):
        archive.erase(shared.owner, case, tmp_path)
    assert not list(tmp_path.iterdir())
    assert len(seen(shared.connect("bodil"))) == 2


@pytest.mark.parametrize("who", ["bodil", "lene", "karen"])
def test_nobody_at_a_desk_erases(shared: SharedDatabase, who: str, tmp_path: Path) -> None:
    case = new_case(shared.connect("bodil"))
    with pytest.raises(UserError, match="ikke ret til"), keeping.connected(shared.dsn(who)) as session:
        archive.erase(session, case, tmp_path)
    assert list(tmp_path.glob("sag-*")) == []


# ---------------------------------------------------------------------------------------------------- the command line


def test_the_commands_from_an_empty_database_to_a_person_at_work(
    server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    login = f"p{uuid4().hex[:8]}"

    def told(code: int, *words: str) -> str:
        assert main(["shared", *words]) == code
        out, err = capsys.readouterr()
        if code:
            assert err.strip(), "one line on stderr"
            assert "Traceback" not in err
            assert code == 2 or err.count("\n") == 1
        return out + err

    with made_database(server, f"rundbord_{uuid4().hex[:8]}") as dsn:
        assert "ikke sat op" in told(1, "check", "--dsn", dsn)
        assert told(0, "init", "--dsn", dsn) == "Databasen er sat op.\n"
        assert "i forvejen" in told(0, "init", "--dsn", dsn)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{new_code().shown()}\n"))
        assert "Kommunens nøgle ligger i den" in told(0, "init", "--root", "--dsn", dsn), "whether it took is told"
        assert "Nord" in told(0, "add-team", "Nord", "--dsn", dsn)
        assert "allerede et team" in told(1, "add-team", "Nord", "--dsn", dsn)
        assert "Vælg enten" in told(2, "add-person", login, "Lone Leder", "--dsn", dsn)
        shown = told(0, "add-person", login, "Lone Leder", "--role", "leder", "--team", "Nord", "--dsn", dsn)
        password = next(line.split(": ")[1] for line in shown.splitlines() if line.startswith("Første"))
        assert "Personen har ikke selv skiftet" in told(1, "confirm", login, "--dsn", dsn)

        own = make_conninfo(**{**conninfo_to_dict(dsn), "user": login, "password": password})
        monkeypatch.setattr("sys.stdin", io.StringIO("en ny sætning\n"))
        assert told(0, "set-password", "--dsn", own) == "Adgangskoden er skiftet.\n"
        assert "adgangskoden passer ikke" in told(1, "people", "--dsn", own)
        assert told(0, "confirm", "Lone Leder", "--dsn", dsn) == "Lone Leder er bekræftet.\n"
        assert "åben" in told(0, "people", "--dsn", dsn)
        nothing_to_read_aloud = told(1, "vouch", login, "--dsn", dsn)
        assert "har ingen nøgle" in nothing_to_read_aloud
        assert "kendetegn" not in nothing_to_read_aloud

        assert "ingen gemt adresse" in told(1, "people", "--profile", "drift")
        told(0, "remember", "drift", "--dsn", dsn)
        monkeypatch.setenv("PGPASSWORD", str(conninfo_to_dict(dsn).get("password", "")))
        assert login in told(0, "people", "--profile", "drift")
        assert "ingen konto" in told(1, "remove-person", "ingen", "--profile", "drift")
        assert "30 dage" in told(0, "remove-person", login, "--profile", "drift")
        assert "lukket" in told(0, "people", "--profile", "drift")
        twice = told(0, "remove-person", login, "--profile", "drift")
        assert "var lukket i forvejen, og intet er ændret" in twice
        assert "30 dage" not in twice
        for nobody in ("", "  "):
            assert (
                told(1, "confirm", nobody, "--profile", "drift")
                == "Skriv brugernavnet, navnet eller id'et på den, det gælder.\n"
            )
        assert "hvilket team" in told(
            1, "add-person", "nn", "N. N.", "--role", "leder", "--team", " ", "--profile", "drift"
        )
        assert "tages ikke imod" in told(0, "remove-person", login, "--days", "0", "--profile", "drift")
        assert "Databasen kan ikke nås" in told(1, "check", "--dsn", "host=127.0.0.1 port=1 user=x dbname=x")
        assert "ingen database" in told(1, "check", "--dsn", f"{dsn} dbname=findes_ikke")
        assert "kan ikke læses" in told(1, "check", "--dsn", "dette er ikke en adresse")
        assert "--dsn eller --profile" in told(2, "check")
        for file in tmp_path.parent.rglob("shared.json"):
            assert "password" not in file.read_text(encoding="utf-8")
