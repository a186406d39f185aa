# SPDX-License-Identifier: MPL-2.0
"""Keeping the replica alive: a rolling encrypted copy beside it, looking it over, and bringing it back (promise 3).

Called by bootstrap (after the first paint, at a signature, on closing) and by the page that shows trouble. A copy is made over
connections of its own, so neither the database lane nor the window waits for it. Nothing is ever deleted here that somebody
may have written in: a damaged file is set aside under a name that says so. Must not know screens.
"""

from __future__ import annotations

import errno
import logging
import os
import re
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlcipher3

from app.domain.errors import EnvironmentProblem, UserError
from app.store import keys
from app.store.keys import KeyRing, KeyStore
from app.store.replica import DAMAGED, PAGE_SIZE, DamagedReplica, as_problem, fsync_folder, told
from app.store.unsent import off_the_list, put_right

log = logging.getLogger(__name__)

COPIES = ("replica.copy.db", "replica.copy-1.db", "replica.copy-2.db")
"""The newest copy, and the last ones of two earlier days on which there was one."""

NO_COPY = "Der er ingen kopi, der kan læses. Spørg it-afdelingen, om mappen er sikkerhedskopieret."
_HALF = "replica.copy.part"
_BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """A copy that took the replica's place. `made_at` is when it was made, `aside` where the damaged file now lies."""

    made_at: datetime
    aside: Path | None


def look_after(path: Path, raw_key: bytes, case_id: str = "") -> bool:
    """What is done when there is time for it: the list of the unsent put right, and a copy laid aside (`make_copy`).

    `case_id`: only what that case has on the list is looked at, as when a decision has just been signed in it.
    """
    if _is_copied(path):
        return False
    mend(path, raw_key, case_id)
    return make_copy(path, raw_key)


def mend(path: Path, raw_key: bytes, case_id: str = "") -> int:
    """Put right what is only reckoned from the log: a change that is not on the list of the unsent is never sent. How many there
    were, in that one case or in all. EnvironmentProblem as `make_copy`."""
    with told(path.parent), closing(connect(path, raw_key)) as db:
        joined = db.execute("SELECT 1 FROM desk WHERE key = 'joined'").fetchone() is not None
        if not joined or not (off := off_the_list(db, case_id)):
            return 0
        db.execute("BEGIN IMMEDIATE")
        put_right(db)
        db.execute("COMMIT")
    log.info("the list of the unsent was put right: %s", off)
    return off


def make_copy(path: Path, raw_key: bytes) -> bool:
    """Lay a copy of the replica at `path` beside it, looked over before it takes an older one's place.

    False when nothing has been written since the newest copy. Every page read is checked on the way, so a damaged replica
    never replaces a good copy: it raises DamagedReplica. EnvironmentProblem when the disk is full or may not be written.
    """
    if _is_copied(path):
        return False
    newest = path.with_name(COPIES[0])
    half = path.with_name(_HALF)
    with told():
        written = _last_written(path)
        half.unlink(missing_ok=True)
        try:
            with closing(connect(path, raw_key)) as source, closing(connect(half, raw_key)) as target:
                source.execute("PRAGMA query_only = ON")
                source.backup(target)
                # A page that could not be read is copied as it is, so the source is asked as well.
                _require_whole(source)
                target.execute("PRAGMA journal_mode = DELETE")
                _look_over(target)
            _fsync(half)
            os.utime(half, ns=(written, written))
            _rotate(path)
            half.replace(newest)
            fsync_folder(path.parent)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
    log.info("copy made: %s bytes", newest.stat().st_size)
    return True


def look_over(path: Path, raw_key: bytes) -> None:
    """Read every page of the replica and check that it hangs together. DamagedReplica when it does not."""
    with told(), closing(connect(path, raw_key)) as db:
        _require_whole(db)
        _look_over(db)


def bring_back(path: Path, raw_key: bytes, now: datetime) -> BroughtBack:
    """Put the newest copy that can be read in the replica's place; the damaged file is set aside, with what lay beside it.

    The copy stays a copy until the next one is made. EnvironmentProblem when there is none that can be read.
    """
    for name in COPIES:
        copy = path.with_name(name)
        if not copy.exists():
            continue
        try:
            look_over(copy, raw_key)
        except DamagedReplica:
            log.info("a copy that cannot be read was passed over: %s", name)
            continue
        made = datetime.fromtimestamp(copy.stat().st_mtime).astimezone()
        with told():
            half = path.with_name(_HALF)
            _copy_file(copy, half)  # whole beside it first: a full disk must leave things as they were
            aside = set_aside(path, now)
            half.replace(path)
            fsync_folder(path.parent)
        log.info("copy brought back: %s", name)
        return BroughtBack(made, aside)
    raise EnvironmentProblem(NO_COPY)


def set_aside(path: Path, now: datetime) -> Path | None:
    """Move a damaged replica out of the way under a name of its own; where it went, or None when there was none."""
    stem = f"{path.stem}.beskadiget-{now:%Y%m%d-%H%M%S}"
    aside = None
    for end in _BESIDE:
        old = path.with_name(path.name + end)
        if old.exists():
            new = _free(path.with_name(f"{stem}{path.suffix}{end}"))
            old.replace(new)
            aside = new if not end else aside
    return aside


def recover(folder: Path, code_text: str, store: KeyStore) -> KeyRing:
    """The key of the replica in `folder`, brought back by its recovery code and kept again in `store`.

    Raises UserError (field "recovery_code") for a code that is wrong or another's, EnvironmentProblem when the recovery file or
    the key store fails.
    """
    from app.store.recovery import read_code, recover_key
    from app.store.seal import root_from_recovery

    code = read_code(code_text)
    raw_key = recover_key(folder, code)
    ring = KeyRing(raw_key, root_from_recovery(code).public_key, keys.replica_id_of(folder))
    if not opens(folder, raw_key):
        raise UserError("Koden passer til nøglefilen, men ikke til sagerne i mappen.", "recovery_code")
    store.save(ring)
    log.info("key brought back by the recovery code: %s", ring.replica_id)
    return ring


def opens(folder: Path, raw_key: bytes) -> bool:
    """Whether the key fits the replica in `folder`, or one of its copies when the replica itself is damaged."""
    for name in (keys.REPLICA_FILE, *COPIES):
        path = folder / name
        if not path.exists():
            continue
        try:
            with told(), closing(connect(path, raw_key)):
                return True
        except DamagedReplica:
            continue
    return False


# -- inside


def connect(path: Path, raw_key: bytes) -> sqlcipher3.Connection:
    """A connection of one's own. The first page is read, so that a wrong key is known here."""
    db = sqlcipher3.connect(str(path), isolation_level=None, check_same_thread=False)
    try:
        db.execute(f"PRAGMA key = \"x'{raw_key.hex()}'\"")
        db.execute(f"PRAGMA cipher_page_size = {PAGE_SIZE}")
        db.execute("PRAGMA busy_timeout = 5000")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _require_whole(db: sqlcipher3.Connection) -> None:
    """Every page of the file is as it was written, by its own seal."""
    if db.execute("PRAGMA cipher_integrity_check").fetchall():
        raise DamagedReplica(DAMAGED)


def _look_over(db: sqlcipher3.Connection) -> None:
    """The pages hang together as tables and indexes."""
    try:
        found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlcipher3.DatabaseError as error:
        if as_problem(error) is not None:
            raise
        raise DamagedReplica(DAMAGED) from error  # a table that cannot even be opened
    if found != "ok":
        raise DamagedReplica(DAMAGED)


def _is_copied(path: Path) -> bool:
    newest = path.with_name(COPIES[0])
    return newest.exists() and newest.stat().st_mtime_ns >= _last_written(path)


def _last_written(path: Path) -> int:
    """When the replica was last written, in nanoseconds: its own file's time or its log's, whichever is later."""
    log_file = path.with_name(path.name + "-wal")
    return max(file.stat().st_mtime_ns for file in (path, log_file) if file is path or file.exists())


def _rotate(path: Path) -> None:
    """Let the newest copy become an earlier day's, when it is one."""
    newest, one, two = (path.with_name(name) for name in COPIES)
    if not newest.exists() or _day(newest) == _day(path):
        return
    if one.exists():
        one.replace(two)
    newest.replace(one)


def _day(path: Path) -> str:
    return f"{datetime.fromtimestamp(path.stat().st_mtime).astimezone():%Y-%m-%d}"


def _copy_file(source: Path, target: Path) -> None:
    try:
        with source.open("rb") as read, target.open("wb") as write:
            while block := read.read(1024 * 1024):
                write.write(block)
            write.flush()
            os.fsync(write.fileno())
    except OSError as trouble:
        target.unlink(missing_ok=True)
        if trouble.errno == errno.ENOSPC:
            raise EnvironmentProblem(
                "Disken er fuld, så kopien kan ikke hentes frem. Gør plads, og prøv igen."
            ) from trouble
        raise


def _fsync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _free(path: Path) -> Path:
    """A name nobody has."""
    number, wanted = 1, path
    while path.exists():
        path = wanted.with_name(re.sub(r"(\.db)", rf"-{number}\1", wanted.name, count=1))
        number += 1
    return path
