# SPDX-License-Identifier: MPL-2.0
"""What the shared database is told of fields and roles: rows reckoned from `models/kinds.py` and `domain/rights.py`.

Nothing is declared here twice: a field added to a kind, or a role to an act, is in force in the database after the next
`rundbord shared init`. Written by `administer.py`. Must not know how the database uses them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.domain.rights import MAY, OF_KIND, Act, writers
from app.domain.roles import Pen, Role
from app.models.fields import FieldInfo, Merge, fields_of
from app.models.kinds import KINDS

NOBODY = "ingen"
"""The pen of what is written when a record is made and by nobody after that."""
_TYPES: dict[type, str] = {str: "text", int: "number", bool: "bool", date: "date"}
APPOINTED = frozenset({("coordinator", "name"), ("coordinator", "since")})
"""What is left standing on a desk with its dates, and never written over: another is appointed (`services/cases.py`, H2)."""
_AT_THE_TABLE = frozenset({Role.BESTILLER, Role.VEJLEDER})

# What is done to accounts and cases in the shared database alone, by the act of the written table it is part of.
_SERVER_ACTS: dict[str, frozenset[Role]] = {
    "confirm": frozenset({Role.LEDER}),  # that a person is who they are, and who belongs to the team
    "ask_adviser": MAY[Act.RECORD] | MAY[Act.MOVE_CASES],  # a request for advice is part of the record
    "grant_case": MAY[Act.SEND_ON] | MAY[Act.MOVE_CASES],  # a colleague outside the team, on one case
}


def field_rules() -> tuple[tuple[str, str, str, str, bool, str, str], ...]:
    """(kind, field, pen, audience, once, merge policy, type) of every synced field."""
    return tuple(
        (
            kind,
            info.name,
            _pen(kind, info),
            info.audience.value,
            info.merge is Merge.ONCE or (kind, info.name) in APPOINTED,
            info.merge.value,
            _type(info),
        )
        for kind, cls in KINDS.items()
        for info in fields_of(cls).values()
    )


def pen_roles() -> tuple[tuple[str, str], ...]:
    """(pen, role) of everybody who may write with a pen; an act is a pen too: `act:<act>`."""
    return tuple(sorted({(pen, role.value) for pen, roles in _pens() for role in roles}))


def _pens() -> Iterator[tuple[str, frozenset[Role]]]:
    for pen in Pen:
        yield pen.value, _AT_THE_TABLE if pen is Pen.PROGRAM else writers(pen)
    for act, roles in MAY.items():
        yield _act(act.value), roles
    for name, roles in _SERVER_ACTS.items():
        yield _act(name), roles


def _pen(kind: str, info: FieldInfo) -> str:
    if info.pen is Pen.PROGRAM and info.name == "removed":
        return NOBODY
    if kind in OF_KIND:
        return _act(OF_KIND[kind].value)
    return info.pen.value  # the program registers in the hand of whoever sits there


def _type(info: FieldInfo) -> str:
    """What its values are in a change; `?`: or null. As the desks read them (`store/rows.py`)."""
    return _TYPES[info.type] + ("?" if info.default is None else "")


def _act(name: str) -> str:
    return f"act:{name}"
