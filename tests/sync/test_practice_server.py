# SPDX-License-Identifier: MPL-2.0
"""The PostgreSQL of one's own: what it asks of who comes, and what it remembers when it is killed."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from app.domain.errors import EnvironmentProblem
from app.sync.practice_server import MISSING, PracticeServer, programs


def test_what_was_committed_is_there_after_a_kill(own_server: PracticeServer) -> None:
    with psycopg.connect(own_server.dsn(), autocommit=True) as session:
        session.execute("CREATE TABLE word (text text)")
        session.execute("INSERT INTO word VALUES ('skrevet')")
        assert session.execute("SHOW fsync").fetchone() == ("on",)
    before = own_server.dsn()
    own_server.kill()
    own_server.restart()
    assert own_server.dsn() == before
    with psycopg.connect(own_server.dsn()) as session:
        assert session.execute("SELECT text FROM word").fetchall() == [("skrevet",)]


def test_nobody_comes_in_without_a_password(own_server: PracticeServer) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(own_server.dsn(password=""))
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(own_server.dsn(password="forkert"))


def test_the_same_folder_is_the_same_server(own_server: PracticeServer) -> None:
    other = PracticeServer(own_server.folder).start()
    assert other.dsn() == own_server.dsn()
    assert other.pid() == own_server.pid()


def test_no_postgresql_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNDBORD_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(EnvironmentProblem, match="ingen PostgreSQL"):
        programs()
    assert MISSING.count("\n") == 0
