# SPDX-License-Identifier: MPL-2.0
"""Rows as the shared database takes and gives them, and what of these this program can read.

Whatever another program wrote, newer or wrong, may not make a case unreadable here: a kind, a field, a role or a value that is
not known is parked, whole, until it is. Used by the store; `sync` makes the rows.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from app.domain.roles import Role
from app.models.fields import FieldInfo, fields_of
from app.models.kinds import KINDS

log = logging.getLogger(__name__)

LOG = (
    "INSERT OR REPLACE INTO change (case_id, id, kind, record_id, fields, over, audience, author, author_name, role, device, at,"
    " step, step_name, undoes, seq, bases) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)


_MOST = 2**53
"""No number on the record is larger; what is cannot be held by the replica, and comes from no screen of ours."""
_LONGEST_NUMBER = 20


def _number(digits: str) -> int | str:
    """A whole number, or its digits where there are more than any number of ours: it is then no value, and is parked."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


_ROLES = frozenset(r.value for r in Role)
dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
load = json.JSONDecoder(parse_int=_number).decode
"""JSON from another program: a number of five thousand digits stops nobody."""


class Outgoing(NamedTuple):
    """A change of this desk as it goes to the shared database. `fields`, `over` and `bases` are JSON, as the log has them."""

    id: str
    case_id: str
    kind: str
    record_id: str
    fields: str
    over: str
    bases: str | None
    audience: str
    role: str
    at: str
    step: str
    step_name: str
    undoes: str | None
    author: str


WRITTEN = f"INSERT INTO change ({', '.join(Outgoing._fields)}, author_name, device) VALUES ({'?,' * len(Outgoing._fields)}?,?)"


class Pulled(NamedTuple):
    """A row of the shared log. `event` is change, opened, closed or erased; a door has a case alone."""

    seq: int
    event: str
    case_id: str | None
    id: str | None = None
    kind: str | None = None
    record_id: str | None = None
    fields: Mapping[str, Any] | None = None
    over: Mapping[str, list[str]] | None = None
    bases: Mapping[str, list[str]] | None = None
    audience: str | None = None
    author: str | None = None
    author_name: str | None = None
    role: str | None = None
    device: str | None = None
    at: str | None = None
    step: str | None = None
    step_name: str | None = None
    undoes: str | None = None
    late: bool = False


class Present(NamedTuple):
    """A change that still stands, with the fields it stands on."""

    case_id: str
    kind: str
    record_id: str
    id: str
    fields: Mapping[str, Any]
    bases: Mapping[str, list[str]] | None
    author: str
    author_name: str
    role: str
    at: str
    seq: int


def log_row(row: Pulled, fields: Mapping[str, Any]) -> tuple[Any, ...]:
    """The row as `LOG` writes it into the log here, with those of its fields that can be read."""
    return (
        *(row.case_id, row.id, row.kind, row.record_id, dump(fields), dump(row.over or {}), row.audience or ""),
        *(
            row.author,
            row.author_name or "",
            row.role,
            row.device or "",
            row.at,
            row.step or row.id,
            row.step_name or "",
        ),
        *(row.undoes, row.seq, dump(row.bases) if row.bases else None),
    )


def readable(row: Pulled) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields this program can read, and the rest."""
    fields = row.fields or {}
    if row.kind not in KINDS or not is_role(row.role) or not is_time(row.at):
        return {}, dict(fields)
    infos = fields_of(KINDS[row.kind])
    read = {n: v for n, v in fields.items() if n in infos and is_value(infos[n], v)}
    return read, {n: v for n, v in fields.items() if n not in read} if len(read) < len(fields) else {}


def is_value(info: FieldInfo, raw: Any) -> bool:
    """Whether this can stand in the field: no other program's mistake may make a case unreadable."""
    if raw is None:
        return info.default is None
    if info.type is date:
        return isinstance(raw, str) and _is_date(raw)
    if info.type is bool:
        return type(raw) is bool
    if info.type is int:
        return type(raw) is int and abs(raw) <= _MOST
    return isinstance(raw, str)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_time(text: str | None) -> bool:
    """Whether this is a time as the log writes them."""
    try:
        return datetime.fromisoformat(text or "") is not None
    except ValueError:
        return False


def is_role(role: str | None) -> bool:
    """Whether this program knows the role."""
    return role in _ROLES


def park(db: Any, row: Pulled, rest: Mapping[str, Any], *, present: bool) -> None:
    """Keep what this program cannot read until one can."""
    log.info("parked: %s of a kind or with fields not known here", row.id)
    db.execute(
        "INSERT OR REPLACE INTO parked (seq, id, case_id, present, row) VALUES (?,?,?,?,?)",
        (row.seq, row.id, row.case_id, present, parked_row(row, rest)),
    )


def parked_row(row: Pulled, rest: Mapping[str, Any]) -> str:
    """The row as it is parked, with the fields that cannot be read."""
    return dump(row._replace(fields=dict(rest)))
