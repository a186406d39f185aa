# SPDX-License-Identifier: MPL-2.0
"""The replica file: encrypted, durable, told of in one sentence when it cannot be read, and a schema that only grows."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlcipher3
from sqlalchemy import text

from app.domain.errors import EnvironmentProblem
from app.models import tables
from app.store import replica as store
from app.store.replica import (
    BUSY,
    DAMAGED,
    FULL,
    NEWER,
    PAGE_SIZE,
    READ_ONLY,
    DamagedReplica,
    Replica,
    as_problem,
)
from tests.store.desk import KEY, VAGN, Store, fresh

SECRET = "Vil helst ikke have at Jørgen ved det"


def open_again(folder: Path, key: bytes = KEY) -> Replica:
    return Replica.open(folder / "replica.db", key)


def close_with(folder: Path, *statements: str) -> None:
    """Make a replica, run statements on it past the program, and close it."""
    with fresh(folder) as made:
        for statement in statements:
            made.replica.connection.execute(statement)


# ---------------------------------------------------------------------------------------------------- encrypted


def test_no_word_of_a_case_stands_in_the_files(tmp_path: Path) -> None:
    replica = Replica.open(tmp_path / "replica.db", KEY, create=True)
    made = Store(replica)
    made.come_in("Åse Ødegård", number="2512489996", phone="12345678")
    goal = made.plant("goal")
    with made.work(VAGN, SECRET) as work:
        work.write("goal", goal, {"goal": SECRET})
        work.keep_draft("goal", goal, "done_when", SECRET, "")
    found = b"".join(path.read_bytes() for path in tmp_path.iterdir())  # with the write-ahead log still there
    assert {path.name for path in tmp_path.iterdir()} >= {"replica.db", "replica.db-wal"}
    for word in (SECRET, "Ødegård", "odegard", "2512489996", "12345678", "SQLite format 3", "rec_citizen"):
        assert word.encode() not in found
    replica.close()
    closed = (tmp_path / "replica.db").read_bytes()
    assert SECRET.encode() not in closed
    assert len(closed) > 10 * PAGE_SIZE
    assert len(set(closed)) == 256


def test_the_plain_driver_cannot_read_it(tmp_path: Path) -> None:
    close_with(tmp_path)
    plain = sqlite3.connect(tmp_path / "replica.db")
    with pytest.raises(sqlite3.DatabaseError):
        plain.execute("SELECT count(*) FROM sqlite_master")
    plain.close()


def test_it_is_written_as_promised(tmp_path: Path) -> None:
    replica = Replica.open(tmp_path / "replica.db", KEY, create=True)
    asked = ("journal_mode", "synchronous", "cipher_page_size", "temp_store", "busy_timeout", "user_version")
    said = {name: replica.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in asked}
    assert said == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "cipher_page_size": str(PAGE_SIZE),
        "temp_store": 2,  # in memory: nothing plain on the disk
        "busy_timeout": 5000,
        "user_version": tables.SCHEMA_VERSION,
    }
    assert replica.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert replica.connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
    replica.close()


def test_the_schemas_number_is_one_and_the_same() -> None:
    assert store._SCHEMA_VERSION == tables.SCHEMA_VERSION


# ------------------------------------------------------------------------------------------------ cannot be read


def test_a_wrong_key_opens_nothing_and_changes_nothing(tmp_path: Path) -> None:
    close_with(tmp_path)
    before = (tmp_path / "replica.db").read_bytes()
    with pytest.raises(DamagedReplica) as no:
        open_again(tmp_path, bytes(32))
    assert no.value.message == DAMAGED
    assert (tmp_path / "replica.db").read_bytes() == before
    open_again(tmp_path).close()


@pytest.mark.parametrize("harm", ["cut", "zeros", "noise", "a text"])
def test_a_damaged_file_is_told_of(tmp_path: Path, harm: str) -> None:
    close_with(tmp_path)
    path = tmp_path / "replica.db"
    whole = path.read_bytes()
    harmed = {
        "cut": whole[: PAGE_SIZE // 2],
        "zeros": bytes(PAGE_SIZE) + whole[PAGE_SIZE:],
        "noise": os.urandom(len(whole)),
        "a text": b"Kaere alle sammen,\n" * 1000,
    }[harm]
    path.write_bytes(harmed)
    with pytest.raises(DamagedReplica):
        open_again(tmp_path)
    assert path.read_bytes() == harmed


def test_a_page_that_was_changed_is_told_of_when_it_is_read(tmp_path: Path) -> None:
    with fresh(tmp_path) as made:
        for _ in range(200):
            made.plant("goal", goal="ord " * 100)
    path = tmp_path / "replica.db"
    whole = bytearray(path.read_bytes())
    for at in range(PAGE_SIZE * 3 + 100, len(whole), PAGE_SIZE):
        whole[at] ^= 1
    path.write_bytes(whole)

    def read() -> None:
        replica = open_again(tmp_path)
        try:
            with replica.reading() as db:
                db.execute(text("SELECT sum(length(goal)) FROM rec_goal")).all()
        finally:
            replica.close()

    with pytest.raises((DamagedReplica, Exception), match=r"kan ikke læses|malformed|not a database"):
        read()


def test_a_file_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="findes ikke"):
        open_again(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    close_with(tmp_path, f"PRAGMA user_version = {tables.SCHEMA_VERSION + 1}")
    with pytest.raises(EnvironmentProblem) as no:
        open_again(tmp_path)
    assert no.value.message == NEWER
    assert [path.name for path in tmp_path.iterdir() if "before" in path.name] == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), FULL),
        (OSError(30, "Read-only file system"), READ_ONLY),
        (sqlcipher3.OperationalError("database or disk is full"), FULL),
        (sqlcipher3.OperationalError("attempt to write a readonly database"), READ_ONLY),
        (sqlcipher3.OperationalError("disk I/O error"), READ_ONLY),
        (sqlcipher3.OperationalError("unable to open database file"), READ_ONLY),
        (sqlcipher3.OperationalError("database is locked"), BUSY),
        (sqlcipher3.DatabaseError("file is not a database"), DAMAGED),
        (sqlcipher3.DatabaseError("database disk image is malformed"), DAMAGED),
        (sqlcipher3.DatabaseError("hmac check failed"), DAMAGED),
    ],
)
def test_trouble_is_one_danish_sentence(error: Exception, sentence: str) -> None:
    problem = as_problem(error)
    assert problem is not None
    assert problem.message == sentence


@pytest.mark.parametrize("fault", ["unable to open database file", "disk I/O error"])
def test_a_full_disk_that_lets_no_log_be_made_is_told_as_full(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = sqlcipher3.OperationalError(fault)
    roomy = as_problem(error, tmp_path)
    assert roomy is not None
    assert roomy.message == READ_ONLY
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=0))
    problem = as_problem(error, tmp_path)
    assert problem is not None
    assert problem.message == FULL


@pytest.mark.parametrize("error", [ValueError("nej"), sqlcipher3.OperationalError("no such column: gaol")])
def test_a_bug_is_no_trouble_of_the_disk(error: Exception) -> None:
    assert as_problem(error) is None


def test_a_full_disk_is_told_of_and_leaves_what_was_there(tmp_path: Path) -> None:
    with fresh(tmp_path) as made:
        goal = made.plant("goal", words="Tage bussen")
        pages = made.replica.connection.execute("PRAGMA page_count").fetchone()[0]
        made.replica.connection.execute(f"PRAGMA max_page_count = {pages}")

        def fill() -> None:
            with made.work() as work:
                work.write("goal", goal, {"goal": "x" * 50 * PAGE_SIZE})

        with pytest.raises(EnvironmentProblem) as no:
            fill()
        assert no.value.message == FULL
        assert made.sql("SELECT words, goal FROM rec_goal") == [("Tage bussen", "")]
        made.replica.connection.execute("PRAGMA max_page_count = 1000000")
        fill()  # and when there is room again, it is written
        assert len(made.log(goal)) == 1


# ------------------------------------------------------------------------------------------------------ grows


def test_a_new_field_a_new_kind_and_a_new_list_come_to_an_old_file(tmp_path: Path) -> None:
    with fresh(tmp_path) as made:
        case_id, citizen_id = made.come_in("Magnus Lauridsen", number="0504909995")
        db = made.replica.connection
        for statement in (
            "ALTER TABLE rec_citizen DROP COLUMN guardian",
            "DROP INDEX follow_up_next",
            "DROP TABLE rec_follow_up",
            "DROP TRIGGER search_up",
            "PRAGMA user_version = 0",
        ):
            db.execute(statement)
        db.execute("PRAGMA user_version = 0")
    replica = open_again(tmp_path)
    again = Store(replica)
    again.case_id = case_id
    assert again.sql("SELECT name, guardian FROM rec_citizen") == [("Magnus Lauridsen", None)]
    assert again.sql("SELECT count(*) FROM rec_follow_up") == [(0,)]
    assert again.sql("PRAGMA user_version") == [(tables.SCHEMA_VERSION,)]
    with again.work(VAGN) as work:
        work.write("citizen", citizen_id, {"guardian": "Vera Værge", "name": "Magnus Holm"})
    assert again.sql("SELECT guardian FROM rec_citizen") == [("Vera Værge",)]
    assert again.sql("SELECT count(*) FROM search_fts WHERE search_fts MATCH 'holm'") == [(1,)]
    replica.close()


def test_a_file_of_an_earlier_version_is_copied_aside_before_it_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh(tmp_path) as made:
        made.come_in("Magnus Lauridsen")
        device = made.replica.device
    monkeypatch.setattr(store, "_SCHEMA_VERSION", tables.SCHEMA_VERSION + 1)
    replica = open_again(tmp_path)
    assert replica.device == device
    assert replica.connection.execute("PRAGMA user_version").fetchone()[0] == tables.SCHEMA_VERSION + 1
    replica.close()
    monkeypatch.undo()
    shutil.move(tmp_path / f"replica.before-{tables.SCHEMA_VERSION + 1}", tmp_path / "replica.db")
    before = Store(open_again(tmp_path))
    assert before.sql("SELECT name FROM rec_citizen") == [("Magnus Lauridsen",)]
    before.replica.close()


def test_growth_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close_with(tmp_path, "DROP TABLE rec_follow_up", "PRAGMA user_version = 0")
    monkeypatch.setattr(tables, "SEARCH_DDL", ("CREATE TABLE this is no statement",))
    with pytest.raises(sqlcipher3.OperationalError):
        open_again(tmp_path)
    monkeypatch.undo()
    plain = sqlcipher3.connect(str(tmp_path / "replica.db"))
    plain.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    plain.execute(f"PRAGMA cipher_page_size = {PAGE_SIZE}")
    assert plain.execute("SELECT name FROM sqlite_master WHERE name = 'rec_follow_up'").fetchall() == []
    plain.close()
    open_again(tmp_path).close()


def test_opening_again_changes_no_schema(tmp_path: Path) -> None:
    close_with(tmp_path)

    def schema() -> list[tuple[object, ...]]:
        replica = open_again(tmp_path)
        rows = replica.connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
        replica.close()
        return list(rows)

    assert schema() == schema()


# ----------------------------------------------------------------------------------------------- transactions


def test_a_read_never_stands_in_the_middle_of_a_unit_of_work(tmp_path: Path) -> None:
    with (
        fresh(tmp_path) as made,
        made.work(),
        pytest.raises(RuntimeError, match="never inside"),
        made.replica.reading(),
    ):
        pass


@pytest.mark.parametrize("fails", [False, True], ids=["kept", "undone"])
def test_nothing_a_transaction_has_read_lies_open_after_it(tmp_path: Path, fails: bool) -> None:
    with fresh(tmp_path) as made:
        db = made.replica.connection
        with suppress(LookupError), made.replica.transaction():
            db.execute("UPDATE desk SET value = '1' WHERE key = 'last_case'")
            assert made.replica.cursor.execute("SELECT name FROM sqlite_schema").fetchone(), "the first of many"
            if fails:
                raise LookupError
        busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert not busy


def test_a_statement_is_planned_once_however_many_others_were_asked_before_it(tmp_path: Path) -> None:
    with fresh(tmp_path) as made:
        db = made.replica.connection
        for n in range(300):
            db.execute(f"SELECT {n} FROM desk").fetchone()
        planned: list[object] = []
        db.set_authorizer(lambda *what: planned.append(what) or 0)  # asked whenever a statement is planned
        for _ in range(2):
            planned.clear()
            for kind in ("goal", "action", "milestone"):
                db.execute(f"SELECT standing FROM rec_{kind} WHERE id = ?", ("",)).fetchone()
        assert planned == []


def test_what_was_said_done_survives_a_killed_program(tmp_path: Path) -> None:
    program = f"""
    import os, signal
    from pathlib import Path
    from app.store.replica import Replica
    replica = Replica.open(Path({str(tmp_path / "replica.db")!r}), {KEY!r}, create=True)
    with replica.transaction() as db:
        db.execute("INSERT INTO desk VALUES ('sagt', 'gjort')")
    replica.connection.execute("BEGIN")
    replica.connection.execute("INSERT INTO desk VALUES ('halvt', 'gjort')")
    os.kill(os.getpid(), signal.SIGKILL)
    """
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], cwd=Path(__file__).parents[2], check=False)
    assert run.returncode != 0
    replica = open_again(tmp_path)
    rows = replica.connection.execute("SELECT key FROM desk WHERE key IN ('sagt', 'halvt')").fetchall()
    replica.close()
    assert rows == [("sagt",)]


def test_every_desk_has_a_mark_of_its_own(tmp_path: Path) -> None:
    marks = set()
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        with fresh(tmp_path / name) as made:
            marks.add(made.replica.device)
    assert len(marks) == 3
    assert all(len(mark) == 6 and mark.isalnum() and not set(mark) & set("01IO") for mark in marks)
