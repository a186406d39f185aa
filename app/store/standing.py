# SPDX-License-Identifier: MPL-2.0
"""What stands on the fields of one record, as it is kept beside the record's values.

A field's entry is the list of changes no other change was written over, each with its hand. On one desk it is always one.
It lies in the record's own row, for a second tree would cost each keystroke a page more. Used by the store alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from app.domain.roles import Hand, Role
from app.models.casefile import Written

Standing = dict[str, list[tuple[str, str, str, str, str]]]
"""{field: [(change id, author, author's name, role, at)]}."""


def read_standing(text: str | None) -> Standing:
    """What the row keeps."""
    return {name: [tuple(entry) for entry in entries] for name, entries in json.loads(text or "{}").items()}


def lies_on(standing: Standing, names: Iterable[str]) -> dict[str, list[str]]:
    """The `over` of a change to these fields: the changes it is written over."""
    return {name: [entry[0] for entry in standing[name]] for name in names if standing.get(name)}


def write_standing(standing: Standing, names: Iterable[str], change_id: str, hand: Hand, at: str) -> None:
    """The change now stands alone on these fields."""
    for name in names:
        standing[name] = [(change_id, hand.person_id, hand.name, hand.role.value, at)]


def written(entry: tuple[str, str, str, str, str]) -> Written:
    """An entry as screens and papers read it."""
    change_id, author, name, role, at = entry
    return Written(Hand(author, name, Role(role)), datetime.fromisoformat(at), change_id)
