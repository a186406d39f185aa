# SPDX-License-Identifier: MPL-2.0
"""How a replica is, told without a word of what is in it: versions, whole or damaged, what waits to be sent, its copies.

Called by the doctor, over a connection of its own that writes nothing, so that it may be asked while the program is open.
Must not know what is done about it.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.models.tables import SCHEMA_VERSION as SCHEMA
from app.store import maintenance
from app.store.keys import REPLICA_FILE
from app.store.replica import DamagedReplica, told
from app.store.unsent import off_the_list


@dataclass(frozen=True, slots=True)
class Health:
    """What was found. `whole` is False for a file whose pages are not as they were written; then the rest is empty.

    `unsent` counts changes the shared database does not have, `oldest_unsent` is when the first was written, `newest` when
    the last change was, by its desk's clock. `off_the_list`: how many the list of the unsent is wrong about. `profile` and
    `host` are as `membership` keeps them.
    """

    whole: bool
    schema: int = 0
    cipher: str = ""
    megabytes: float = 0.0
    changes: int = 0
    unsent: int = 0
    oldest_unsent: datetime | None = None
    set_aside: int = 0
    newest: datetime | None = None
    device: str = ""
    profile: str = ""
    host: str = ""
    login: str = ""
    off_the_list: int = 0

    @property
    def newer(self) -> bool:
        """Whether a newer program made it."""
        return self.schema > SCHEMA


def examine(folder: Path, raw_key: bytes) -> Health:
    """Look the replica in `folder` over, every page. EnvironmentProblem where the disk hinders it."""
    path = folder / REPLICA_FILE
    try:
        maintenance.look_over(path, raw_key)
    except DamagedReplica:
        return Health(False)
    with told(folder), closing(maintenance.connect(path, raw_key)) as db:
        db.execute("PRAGMA query_only = ON")
        schema = int(db.execute("PRAGMA user_version").fetchone()[0])
        cipher = str(db.execute("PRAGMA cipher_version").fetchone()[0])
        size = path.stat().st_size / 1e6
        if schema > SCHEMA or not schema:
            return Health(True, schema, cipher, size)
        numbered = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'taken'").fetchone() is not None
        waits = f"seq IS NULL AND refused IS NULL{' AND id NOT IN (SELECT id FROM taken)' if numbered else ''}"
        count, newest = db.execute("SELECT count(*), max(at) FROM change").fetchone()
        unsent, oldest = db.execute(f"SELECT count(*), min(at) FROM change WHERE {waits}").fetchone()
        aside = db.execute("SELECT count(*) FROM change WHERE refused IS NOT NULL").fetchone()[0]
        joined = numbered and db.execute("SELECT 1 FROM desk WHERE key = 'joined'").fetchone() is not None
        off = off_the_list(db) if joined else 0
        kept = dict(db.execute("SELECT key, value FROM desk").fetchall())
    host = str(kept.get("shared.host", ""))
    return Health(
        True,
        schema,
        cipher,
        size,
        count,
        unsent,
        _time(oldest),
        aside,
        _time(newest),
        str(kept.get("shared.device", "")),
        str(kept.get("shared.profile", "")),
        host,
        str(kept.get(f"shared.login.{host}", "")),
        off,
    )


@dataclass(frozen=True, slots=True)
class Copies:
    """The rolling copies beside a replica. `newest`: when the newest that can be read was made; `damaged` are names of files."""

    newest: datetime | None
    damaged: tuple[str, ...]


def copies(folder: Path, raw_key: bytes) -> Copies:
    """Look the copies over."""
    newest: datetime | None = None
    damaged = []
    for name in maintenance.COPIES:
        path = folder / name
        if not path.exists():
            continue
        try:
            maintenance.look_over(path, raw_key)
        except DamagedReplica:
            damaged.append(name)
        else:
            made = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
            newest = made if newest is None or made > newest else newest
    return Copies(newest, tuple(damaged))


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
