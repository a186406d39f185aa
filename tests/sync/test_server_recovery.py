# SPDX-License-Identifier: MPL-2.0
"""Back to a point in time, and a standby that takes over: with PostgreSQL's own programs, as `docs/drift.md` tells it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.sync import administer
from app.sync.practice_server import PracticeServer
from app.sync.profile import Profile
from app.sync.status import State
from tests.patience import until
from tests.sync.desks import DeskOf
from tests.sync.shared import NORTH, Someone, make

DATABASE = "rundbord"


class Cluster:
    """A server whose log is archived, and others that are made of its copies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = folder / "archive"
        self.first = PracticeServer(folder / "first", fsync=False).start()
        self._servers = [self.first]
        self.archive.mkdir()
        self._hand_over(self.archive)
        self.bodil = Someone("bodil", "Bodil Bestiller", ("bestiller",), NORTH, "bodil")
        with psycopg.connect(self.first.dsn(), autocommit=True) as superuser:
            superuser.execute("ALTER SYSTEM SET archive_mode = on")
            superuser.execute(f"ALTER SYSTEM SET archive_command = 'cp %p {self.archive}/%f'".encode())
            superuser.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0".encode())
        self.first.stop()
        self.first.start()
        with psycopg.connect(self.first.dsn(DATABASE), autocommit=True) as owner:
            administer.init(owner)
            administer.add_team(owner, NORTH)
            make(owner, self.bodil)

    def _hand_over(self, path: Path) -> None:
        owner = self.first.data.stat()
        os.chown(path, owner.st_uid, owner.st_gid)

    def copy(self, name: str, *more: str) -> PracticeServer:
        """`pg_basebackup` of the first server, as another's data."""
        made = PracticeServer(self.folder / name, fsync=False)
        made.folder.mkdir()
        made._bin = self.first._bin  # where the server's user can read them
        made._step_down()
        made.password = self.first.password
        with psycopg.connect(self.first.dsn(), autocommit=True) as superuser:
            superuser.execute("CHECKPOINT")
        code = made._run(
            "pg_basebackup",
            "-d",
            self.first.dsn(),
            "-D",
            str(made.data),
            "-X",
            "stream",
            "-c",
            "fast",
            "--no-sync",
            *more,
        )
        assert code == 0, (made.folder / "said").read_text(encoding="utf-8")
        self._servers.append(made)
        return made

    def archived(self) -> None:
        """Everything written until now is in the archive."""
        with psycopg.connect(self.first.dsn(), autocommit=True) as superuser:
            [(name,)] = superuser.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchall()
            superuser.execute("SELECT pg_switch_wal()")
            until(lambda: (self.archive / name).is_file())

    def back_to(self, made: PracticeServer, at: str) -> None:
        """Let a copy be played forward to a point in time, and opened there."""
        with (made.data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
            settings.write(
                f"archive_mode = off\nrestore_command = 'cp {self.archive}/%f %p'\nrecovery_target_time = '{at}'\n"
                "recovery_target_action = 'promote'\n"
            )
        (made.data / "recovery.signal").touch()
        made._start()
        with psycopg.connect(made.dsn(), autocommit=True) as superuser:
            until(lambda: superuser.execute("SELECT NOT pg_is_in_recovery()").fetchone() == (True,))
            for name in ("recovery_target_time", "recovery_target_action", "restore_command"):
                superuser.execute(
                    f"ALTER SYSTEM RESET {name}".encode()
                )  # else a standby made of this one stops there too

    def profile(self, server: PracticeServer) -> Profile:
        return Profile("127.0.0.1", server.port, DATABASE, practice=True)

    def close(self) -> None:
        for server in self._servers:
            if server.running():
                server._pg_ctl("stop", "-m", "immediate")


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="rundbord-recovery-"))
    folder.chmod(0o755)
    try:
        made = Cluster(folder)
        try:
            if made.first.program("pg_basebackup") is None:
                pytest.skip("this PostgreSQL came without pg_basebackup")
            yield made
        finally:
            made.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.skipif(os.name == "nt", reason="archive_command is written for a shell")
@pytest.mark.expects_log("app.sync.put_back", "WARNING", "put back")
def test_back_to_a_point_in_time_and_on_with_a_standby(cluster: Cluster, tmp_path: Path) -> None:
    desk = DeskOf(tmp_path, cluster.profile(cluster.first), cluster.bodil)
    try:
        case = desk.new_case("Nancy Ann Berggren")
        desk.round()
        base = cluster.copy("back")
        desk.write(case, "plan", purpose="Før tidspunktet")
        desk.round()
        with psycopg.connect(cluster.first.dsn(), autocommit=True) as superuser:
            [(at,)] = superuser.execute("SELECT clock_timestamp()::text").fetchall()
        plan = desk.write(case, "plan", purpose="Efter tidspunktet")
        desk.round()
        cluster.archived()
        cluster.first.stop()

        cluster.back_to(base, at)
        assert words(base) == ["Før tidspunktet"]
        desk.engine.stop()
        desk.profile = cluster.profile(base)
        desk.restart()
        desk.again()
        assert desk.status.state is State.SHARED
        assert words(base) == ["Efter tidspunktet", "Før tidspunktet"]
        assert desk.values("plan")[plan]["purpose"] == "Efter tidspunktet"
        assert [one.text for one in look_over(base) if one.wrong and "fsync" not in one.text] == []

        cluster.first = base  # from here on it is the one that is copied
        standby = cluster.copy("standby", "-R")
        standby._start()
        desk.write(case, "notes", bestiller="Til reserven")
        desk.round()
        [(written,)] = rows(base, "SELECT pg_current_wal_lsn()::text")
        until(lambda: rows(standby, "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", written) == [(True,)])
        assert len(rows(standby, "SELECT FROM rundbord_report.cases")) == 1, "reports are read there"
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), psycopg.connect(person(cluster, standby)) as bodil:
            bodil.execute("SELECT * FROM rundbord.history(%s)", (case,))  # and no case's words, for that leaves a line
        comes_to_the_wrong_one(cluster, standby, tmp_path / "astray")
        base.stop()
        standby._pg_ctl("promote", "-w")
        desk.engine.stop()
        desk.profile = cluster.profile(standby)
        desk.restart()
        desk.write(case, "story", think="Jeg vil ud at køre")
        desk.again()
        assert desk.status.state is State.SHARED
        assert len(words(standby)) == 2
    finally:
        desk.close()


def comes_to_the_wrong_one(cluster: Cluster, standby: PracticeServer, folder: Path) -> None:
    """A machine that is led to a standby is told that it takes nothing now; neither that there is no line, nor no access."""
    folder.mkdir()
    desk = DeskOf(folder, cluster.profile(standby), cluster.bodil)
    try:
        desk.new_case("Nancy Ann")
        assert desk.round().state is State.STUCK
        assert "tager ikke imod noget lige nu" in desk.status.sentence
    finally:
        desk.close()


def person(cluster: Cluster, server: PracticeServer) -> str:
    return server.dsn(DATABASE, cluster.bodil.login, cluster.bodil.password)


def rows(server: PracticeServer, statement: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(server.dsn(DATABASE), autocommit=True) as owner:
        return owner.execute(statement.encode(), values or None).fetchall()


def words(server: PracticeServer) -> list[object]:
    told = rows(
        server,
        "SELECT fields ->> 'purpose' FROM rundbord_data.change WHERE kind = 'plan' AND fields ? 'purpose' ORDER BY 1",
    )
    return [word for (word,) in told]


def look_over(server: PracticeServer) -> tuple[administer.Any, ...]:
    from app.sync import checkup

    with psycopg.connect(server.dsn(DATABASE), autocommit=True) as owner:
        return checkup.look_over(owner)
