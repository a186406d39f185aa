# SPDX-License-Identifier: MPL-2.0
"""How a field of the record is declared.

`field()` is called only where kinds are declared (`kinds.py` names where). What it notes is read by the unit of work (pen),
sync (merge policy), the papers and the citizen's view (audience), exports (term code) and the screens (label). Must not know of
tables or widgets.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias, cast, get_type_hints

from app.domain.dates import Lies as Lies
from app.domain.merge import Careful as Careful
from app.domain.merge import Merge as Merge
from app.domain.roles import Pen
from app.domain.terms import TermList
from app.domain.writing import storable

Value: TypeAlias = str | int | bool | date | None


class Audience(StrEnum):
    """Who may ever see a field besides the staff: one word for each field, and a change holds fields of one word only.

    What leaves the room for the citizen is read from `for_citizen` (promise 6), what an adviser may read from `for_adviser`
    (D3): on this desk by `models/shared.py`, later by which key a change is locked with.
    """

    INTERNAL = "internt"
    ADVISER = "rådgiver"  # an adviser who has been asked; never on paper
    CITIZEN = "borger"
    SHARED = "borger og rådgiver"
    OPTIONAL = "valgfri"  # the citizen's, who chooses whether it is printed

    @property
    def for_citizen(self) -> bool:
        """Whether it may stand on the citizen's paper and be turned to the citizen."""
        return self in (Audience.CITIZEN, Audience.SHARED, Audience.OPTIONAL)

    @property
    def for_adviser(self) -> bool:
        """Whether an adviser who has been asked on the case may read it."""
        return self in (Audience.ADVISER, Audience.SHARED)


class Wording(StrEnum):
    """What a text is made of, as far as a dictionary may be asked about it."""

    PROSE = "ord"
    NAMES = (
        "navne"  # and words beside them ("min bostøtte"): a word with a capital is a name, also where it stands first
    )
    NONE = "ingen"  # one name, a number, an address, a list of stems


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """What is known of one field.

    `term` is KL's code for what the field is, `values` the list its value is from. `group` names fields that are one value (a
    period's start and end). `careful`: what holds on a field that protects somebody while people disagree. `lies`: where a day
    lies by its nature, by which one typed without a year is read; None is no day.
    """

    name: str
    label: str
    pen: Pen
    audience: Audience
    merge: Merge
    term: str | None
    group: str | None
    type: type[str | int | bool | date]
    default: Value
    careful: Careful | None = None
    values: TermList | None = None
    wording: Wording = Wording.PROSE
    lies: Lies | None = None


def field(
    label: str,
    pen: Pen,
    audience: Audience,
    default: Value = "",
    *,
    merge: Merge = Merge.ASK,
    term: str | None = None,
    group: str | None = None,
    careful: Careful | None = None,
    values: TermList | None = None,
    wording: Wording = Wording.PROSE,
    lies: Lies | None = None,
) -> Any:
    """Declare a synced field: its Danish label, whose pen writes it and who may see it."""
    known = {"label": label, "pen": pen, "audience": audience, "merge": merge, "term": term}
    note = known | {"group": group, "careful": careful, "values": values, "wording": wording, "lies": lies}
    return dataclasses.field(default=default, metadata=note)


_TYPES: dict[Any, type[str | int | bool | date]] = {
    str: str,
    int: int,
    bool: bool,
    date: date,
    bool | None: bool,
    int | None: int,
    date | None: date,
}


def _declared(kind: Any) -> Mapping[str, FieldInfo]:
    hints = get_type_hints(kind)
    return {
        f.name: FieldInfo(f.name, type=_TYPES[hints[f.name]], default=cast("Value", f.default), **f.metadata)
        for f in dataclasses.fields(kind)
        if f.metadata
    }


fields_of: Callable[[type], Mapping[str, FieldInfo]] = cache(_declared)
"""Every synced field of a kind, in the order it is declared."""


def to_json(value: Value) -> str | int | bool | None:
    """A value as it stands in a change and in its row: dates as ISO text, and text without what no database holds."""
    if isinstance(value, str):
        return storable(value)
    return value.isoformat() if isinstance(value, date) else value


def from_json(info: FieldInfo, raw: str | int | bool | None) -> Value:
    """A value as it stands on the record; what a change leaves out is the field's default."""
    if raw is None:
        return info.default
    if info.type is date:
        return date.fromisoformat(str(raw))
    return bool(raw) if info.type is bool else int(raw) if info.type is int else str(raw)
