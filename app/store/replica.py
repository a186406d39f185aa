# SPDX-License-Identifier: MPL-2.0
"""The replica file: one SQLCipher database, one long-lived connection, owned by the database lane.

Opened by bootstrap with a raw key (0.35 ms; a passphrase costs 114). Importing this module must stay quick, for it is
read before the first list is painted: SQLAlchemy is imported only where the schema is made or grown, or a case is read.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import sqlcipher3

from app.domain.errors import EnvironmentProblem

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

log = logging.getLogger(__name__)

PAGE_SIZE = 8192
CACHE_KIB = 64 * 1024
_STATEMENTS = 1024
"""More than the program has: the driver keeps those it met first, and once they are too many each new one is planned anew at
every asking, which is most of what a small one costs. Making the schema alone fills the 128 it would keep by itself."""
_SCHEMA_VERSION = 3  # held equal to models.tables by a test; read here without SQLAlchemy

DAMAGED = (
    "Filen med jeres sager kan ikke læses. Vælg »Hent kopien frem« for at bruge den seneste kopi, "
    "eller ring til jeres it-afdeling."
)
EMPTIED = (
    "Filen med jeres sager er væk eller tom. Vælg »Hent kopien frem« for at bruge den seneste kopi, "
    "eller ring til jeres it-afdeling."
)
NEWER = "Filen er lavet af en nyere udgave af Rundbord. Bed it-afdelingen om at opdatere programmet."
FULL = "Disken er fuld. Det sidste er ikke gemt endnu: gør plads, så gemmer Rundbord selv."
READ_ONLY = "Mappen kan ikke skrives i. Det sidste er ikke gemt endnu: ring til jeres it-afdeling."
BUSY = "En anden udgave af Rundbord bruger filen lige nu. Prøv igen om et øjeblik."


class DamagedReplica(EnvironmentProblem):
    """The file opened with a key that should fit is no database any more."""


def as_problem(error: Exception, folder: Path | None = None) -> EnvironmentProblem | None:
    """The Danish sentence for a fault of disk or file in `folder`, or None for anything else (which is a bug)."""
    text = str(error)
    if isinstance(error, OSError):
        return EnvironmentProblem(FULL if error.errno == 28 else READ_ONLY)
    if not isinstance(error, sqlcipher3.DatabaseError):
        return None
    if "disk is full" in text:
        return EnvironmentProblem(FULL)
    if "readonly" in text or "unable to open" in text or "disk I/O" in text:
        room = "readonly" in text or not _is_full(folder)
        return EnvironmentProblem(READ_ONLY if room else FULL)
    if "locked" in text:
        return EnvironmentProblem(BUSY)
    if "not a database" in text or "malformed" in text or "hmac" in text.lower():
        return DamagedReplica(DAMAGED)
    return None


def _is_full(folder: Path | None) -> bool:
    """Whether there is no room: with none for the log beside it, the file itself cannot even be opened."""
    import shutil

    try:
        return folder is not None and shutil.disk_usage(folder).free < PAGE_SIZE
    except OSError:
        return False


_FAULTS = (sqlcipher3.DatabaseError, OSError)


class told:
    """Turn a fault of the disk or the file into one Danish sentence."""

    __slots__ = ("_folder",)

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _where: object) -> None:
        if isinstance(error, _FAULTS):
            problem = as_problem(error, self._folder)
            if problem is not None:
                raise problem from error


class Transaction:
    """What `Replica.transaction` gives: a fault of the disk comes out of it as one Danish sentence. Every key pause ends in one,
    and a class costs a fifth of what a generator does.
    """

    __slots__ = ("_db", "_replica")

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._db = replica.connection

    def __enter__(self) -> sqlcipher3.Connection:
        try:
            self._replica.cursor.execute("BEGIN IMMEDIATE")
        except _FAULTS as fault:
            self._tell(fault)
            raise
        return self._db

    def __exit__(self, _kind: object, error: BaseException | None, _where: object) -> None:
        try:
            if error is None:
                self._replica.cursor.execute("COMMIT")
            else:
                self._undo()
        except _FAULTS as fault:
            if error is None:
                self._undo()
            self._tell(fault)
            raise
        if isinstance(error, _FAULTS):
            self._tell(error)

    def _undo(self) -> None:
        if self._db.in_transaction:
            self._replica.cursor.execute("ROLLBACK")

    def _tell(self, fault: Exception) -> None:
        problem = as_problem(fault, self._replica.path.parent)
        if problem is not None:
            raise problem from fault


class Replica:
    """An open replica. All use is from one thread at a time: the database lane."""

    def __init__(self, path: Path, connection: sqlcipher3.Connection, root_public: str | None) -> None:
        self.path = path
        self.connection = connection
        self.cursor = connection.cursor()
        """For what is asked and answered at once inside a transaction: to make a cursor for each costs as much as a small answer.
        A transaction begins and ends by it, so that nothing it has read lies open afterwards."""
        self.root_public = root_public
        self._engine: Engine | None = None
        self.typed: dict[tuple[str, str], tuple[str, str]] = {}
        """{(record id, field): (step, change)} last written here, on a desk that shares: see `laying.py`."""
        self.at_table: frozenset[str] = frozenset()
        """Who sits at the table, by their ids: a case that is made is theirs to read; see `readers.py`."""
        self.reads_all: dict[str, tuple[int, bool]] | None = None
        """What `readers.reads_all` has reckoned."""
        self.role_of: Mapping[str, str] | None = None
        """What `two_roles.role_of` has reckoned."""

    @classmethod
    def open(cls, path: Path, raw_key: bytes, root_public: str | None = None, *, create: bool = False) -> Replica:
        """Open the file with its raw 256-bit key, making or growing the schema where needed.

        `root_public` is the municipality's root key, pinned beside the raw key: who it vouches for may decide.

        Raises DamagedReplica when the file can't be read, EnvironmentProblem for disk and version trouble.
        """
        if not create and not path.exists():
            raise EnvironmentProblem("Filen med jeres sager findes ikke.")
        with told(path.parent):
            connection = sqlcipher3.connect(
                str(path), isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS
            )
        replica = cls(path, connection, root_public)
        try:
            with told(path.parent):
                connection.execute(f"PRAGMA key = \"x'{raw_key.hex()}'\"")
                connection.execute(f"PRAGMA cipher_page_size = {PAGE_SIZE}")
                version = connection.execute("PRAGMA user_version").fetchone()[0]
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
                connection.execute("PRAGMA temp_store = MEMORY")
                connection.execute("PRAGMA busy_timeout = 5000")
                if version < _SCHEMA_VERSION or (version == _SCHEMA_VERSION and not replica._is_whole()):
                    replica._grow(version)
            if version > _SCHEMA_VERSION:
                raise EnvironmentProblem(NEWER)
        except BaseException:
            connection.close()
            raise
        return replica

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """SQLAlchemy over this very connection, for reads that are not on the start's path.

        Never inside a unit of work: its end would roll the unit back.
        """
        if self.connection.in_transaction:
            raise RuntimeError("read before or after a unit of work, never inside it")
        if self._engine is None:
            from sqlalchemy import create_engine
            from sqlalchemy.pool import StaticPool

            self._engine = create_engine(
                "sqlite://",
                module=sqlcipher3,
                creator=lambda: self.connection,
                poolclass=StaticPool,
                pool_reset_on_return=None,
            )
        with told(self.path.parent), self._engine.connect() as connection:
            yield connection

    @cached_property
    def device(self) -> str:
        """This desk's own id: six characters, in every change and case number."""
        row = self.connection.execute("SELECT value FROM desk WHERE key = 'device'").fetchone()
        return str(row[0])

    def new_device_mark(self) -> None:
        """Give this desk a mark of its own: the file was copied from another machine, which keeps the old one."""
        mark = _new_mark()
        with self.transaction() as db:
            db.execute("UPDATE desk SET value = ? WHERE key = 'device'", (mark,))
        self.device = mark

    @cached_property
    def joined(self) -> bool:
        """Whether this desk shares with others. One that is alone writes as if it always will be."""
        with told(self.path.parent):
            return self.connection.execute("SELECT 1 FROM desk WHERE key = 'joined'").fetchone() is not None

    def _is_whole(self) -> bool:
        """Whether it has what this version was given last: one made in the days before it may lack that."""
        sql = "SELECT count(*) FROM sqlite_schema WHERE name IN ('taken', 'case_hand', 'case_renumbered')"
        return bool(self.connection.execute(sql).fetchone()[0] == 3)

    def _grow(self, version: int) -> None:
        """Make the schema, or add what is new in it, all or nothing. No table or column is ever dropped, renamed or retyped.

        Whatever version the file is, it is given every table, column and index it lacks; what is only reckoned from them
        (triggers, the lines of the caseload) is made anew.
        """
        import shutil

        from sqlalchemy.dialects.sqlite import dialect
        from sqlalchemy.schema import CreateIndex, CreateTable

        from app.models.case_lines import KEEP, LET_GO, RECKON_ALL
        from app.models.tables import GIVEN_UP, SEARCH_DDL, SHARING_DDL, metadata

        if version:
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy2(self.path, self.path.with_suffix(f".before-{_SCHEMA_VERSION}"))
        speak = dialect()
        with self.transaction() as db:
            for statement in (*LET_GO, *GIVEN_UP):
                db.execute(statement)
            for table in metadata.sorted_tables:
                db.execute(str(CreateTable(table, if_not_exists=True).compile(dialect=speak)))
                have = {row[1] for row in db.execute(f'PRAGMA table_info("{table.name}")')}
                for column in table.columns:
                    if column.name not in have:
                        kind = column.type.compile(dialect=speak)
                        db.execute(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}')
                for index in table.indexes:
                    db.execute(str(CreateIndex(index, if_not_exists=True).compile(dialect=speak)))
            joined = db.execute("SELECT 1 FROM desk WHERE key = 'joined'").fetchone() is not None
            for statement in (*SEARCH_DDL, *KEEP, *RECKON_ALL, *(SHARING_DDL if joined else ())):
                db.execute(statement)
            db.execute("INSERT OR IGNORE INTO desk VALUES ('device', ?)", (_new_mark(),))
            db.execute("INSERT OR IGNORE INTO desk VALUES ('last_case', '0')")
            db.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        log.info("schema grown from %s to %s", version, _SCHEMA_VERSION)

    def transaction(self) -> Transaction:
        """One transaction: durable when the block ends, undone when it fails."""
        return Transaction(self)

    def close(self) -> None:
        """Close the file, its write-ahead log folded in."""
        if self._engine is not None:
            self._engine.dispose()
        self.connection.close()


def hush() -> None:
    """SQLCipher says nothing on stderr of its own: a damaged file is told of in one Danish sentence. For the whole process."""
    with closing(sqlcipher3.connect(":memory:")) as db:
        db.execute("PRAGMA cipher_log_level = NONE").fetchall()


def fsync_folder(folder: Path) -> None:
    """Make a rename in the folder durable, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _new_mark() -> str:
    import secrets

    return "".join(secrets.choice("23456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(6))
