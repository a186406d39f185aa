# SPDX-License-Identifier: MPL-2.0
"""Fields of one kind that are written together, and what their declarations say of that: reckoned once, for every key pause asks.

Used by the unit of work alone. Must not know values, nor who writes.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from app.models.fields import Audience, Merge, fields_of
from app.models.kinds import KINDS, Decision
from app.store.unsent import number_of

NEWEST = "SELECT id FROM change WHERE case_id = ? ORDER BY id DESC LIMIT 1"
_NUMBER = f"SELECT {number_of()} FROM change WHERE case_id = ? ORDER BY id DESC LIMIT 1"
_DRAFTS = "SELECT 1 FROM draft WHERE record_id = ? LIMIT 1"

Part = tuple[str, tuple[str, ...]]
"""An audience and the fields of one change for it."""


class Stroke(NamedTuple):
    """`before` is the SQL of what is asked before they are written: what stands, the case's newest change and its number, a
    draft, what they hold. `whole`: the other fields of what is one value with them (a period's end). `closed`: they may
    not be written over, being a decision's, or written once with their record.
    """

    before: str
    parts: tuple[Part, ...]
    whole: tuple[str, ...]
    closed: bool


@cache
def stroke_of(kind: str, names: tuple[str, ...]) -> Stroke:
    """What is to be known of writing these fields."""
    infos = fields_of(KINDS[kind])
    groups = {infos[name].group for name in names} - {None}
    columns = "".join(f', "{name}"' for name in names)
    return Stroke(
        f"SELECT standing, ({NEWEST}), ({_NUMBER}), ({_DRAFTS}){columns} FROM rec_{kind} WHERE id = ?",
        parts_of(kind, names),
        tuple(name for name, info in infos.items() if info.group in groups and name not in names),
        KINDS[kind] is Decision or any(infos[name].merge is Merge.ONCE for name in names),
    )


def parts_of(kind: str, names: Collection[str]) -> tuple[Part, ...]:
    """The fields by their audience: a change never holds fields of two."""
    infos = fields_of(KINDS[kind])
    found: dict[Audience, list[str]] = {}
    for name in names:
        found.setdefault(infos[name].audience, []).append(name)
    return tuple((audience.value, tuple(of_one)) for audience, of_one in found.items())


@cache
def written_over(kind: str, names: tuple[str, ...]) -> str:
    """The SQL that writes over these fields and what stands, of one record."""
    sets = ", ".join(f'"{name}" = ?' for name in names)
    return f"UPDATE rec_{kind} SET {sets}, standing = ? WHERE id = ?"
