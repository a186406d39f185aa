# SPDX-License-Identifier: MPL-2.0
"""Taking a case out of the shared database for good: first written whole to a file for the archive, then erased.

Called by `rundbord shared erase` with the database owner's connection. The file is the whole of the case: every change with
its author, every paper that was handed over, who read it. Must not know where the archive is, nor what it keeps it in.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app.domain.errors import EnvironmentProblem, UserError
from app.sync.keeping import Connection

_NOT_WRITTEN = "Arkivfilen kan ikke skrives i {folder}. Sagen er ikke slettet."

_PARTS = {
    "changes": "SELECT to_jsonb(c) FROM rundbord_data.change c WHERE c.case_id = %s ORDER BY c.seq",
    "papers": "SELECT jsonb_build_object('paper_id', i.paper_id, 'author', i.author, 'at', i.at,"
    " 'pdf_base64', translate(encode(i.pdf, 'base64'), E'\\n', '')) FROM rundbord_data.issued_paper i WHERE i.case_id = %s"
    " ORDER BY i.paper_id",
    "access": "SELECT to_jsonb(a) FROM rundbord_data.access a WHERE a.case_id = %s ORDER BY a.n",
    "grants": "SELECT to_jsonb(g) FROM rundbord_data.case_grant g WHERE g.case_id = %s ORDER BY g.person_id",
    "people": "SELECT jsonb_build_object('id', p.id, 'name', p.name, 'roles', p.roles, 'public_key', p.public_key, 'voucher',"
    " p.voucher, 'earlier_keys', p.earlier_keys) FROM rundbord_data.person p"
    " WHERE p.id IN (SELECT c.author FROM rundbord_data.change c WHERE c.case_id = %s) ORDER BY p.id",
}


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, and where it lies now. `digest` is the file's SHA-256, noted in the access log too."""

    case_id: str
    changes: int
    file: Path
    digest: str


def find_case(connection: Connection, wanted: str) -> str:
    """A case's id, by its id or its number, also one it no longer goes by. UserError when there is none, or more than one: a
    copied machine may have given a number twice."""
    try:
        by_id: UUID | None = UUID(wanted)
    except ValueError:
        by_id = None
    rows = connection.execute(
        "SELECT h.case_id FROM rundbord_data.case_home h WHERE h.case_id = %s OR h.case_id IN (SELECT c.case_id"
        " FROM rundbord_data.change c WHERE c.kind = 'case' AND %s IN (c.fields ->> 'number', c.fields ->> 'renumbered'))",
        (by_id, wanted),
    ).fetchall()
    if not rows:
        raise UserError(f"Der er ingen sag {wanted} i databasen.")
    if len(rows) > 1:
        ids = " og ".join(sorted(str(case_id) for (case_id,) in rows))
        raise UserError(f"Nummeret {wanted} er givet til flere sager. Skriv id'et på den, det gælder: {ids}.")
    return str(rows[0][0])


def erase(connection: Connection, case_id: str, folder: Path) -> Erased:
    """Write the case to a file in `folder`, then erase it everywhere, in one transaction: no file, no erasure.

    UserError for a folder that is not there: a name mistyped, or a share that is not connected, is no archive.
    """
    if not folder.is_dir():
        raise UserError(f"Mappen {folder} er der ikke. Sagen er ikke slettet.")
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog, pg_temp")
        connection.execute("SELECT rundbord_data.take_counter()")  # nothing more comes in while it is written down
        whole = {"case_id": case_id} | {
            name: [row for (row,) in connection.execute(statement.encode(), (case_id,))]
            for name, statement in _PARTS.items()
        }
        text = json.dumps(whole, ensure_ascii=False, indent=1).encode()
        digest = hashlib.sha256(text).hexdigest()
        file = folder / f"sag-{case_id}.json"
        with _written(file, text):
            changes = connection.execute("SELECT rundbord_data.erase_case(%s)", (case_id,)).fetchone()
            connection.execute(
                "INSERT INTO rundbord_data.access (at, person, case_id, action, about)"
                " VALUES (to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"+00:00\"'),"
                " '00000000-0000-0000-0000-000000000000', %s, 'slettet efter arkivering', %s)",
                (case_id, digest),
            )
    return Erased(case_id, changes[0] if changes else 0, file, digest)


@contextmanager
def _written(file: Path, text: bytes) -> Iterator[None]:
    """The file, whole on the disk before what is done inside; gone again if that, or the writing, fails. One that is there
    already is another's, and stays."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError as there:
        raise UserError(f"{file} er der allerede. Vælg en anden mappe, eller flyt den.") from there
    except OSError as trouble:
        raise EnvironmentProblem(_NOT_WRITTEN.format(folder=file.parent)) from trouble
    try:
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
        except OSError as trouble:
            raise EnvironmentProblem(_NOT_WRITTEN.format(folder=file.parent)) from trouble
        yield
    except BaseException:
        file.unlink(missing_ok=True)
        raise
