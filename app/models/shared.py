# SPDX-License-Identifier: MPL-2.0
"""What an adviser who has been asked sees of a case: the fields marked for one, and nothing besides (D3).

Pure, and the one place where a case is narrowed. Called by `store/shared.py`. Which fields these are is said where each is
declared (`Audience.for_adviser`); must not name a field itself.
"""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

from app.models.apart import both_told
from app.models.casefile import CaseFile, FieldKey
from app.models.fields import fields_of
from app.models.kinds import Record

R = TypeVar("R", bound=Record)


def is_shared(kind: type[Record]) -> bool:
    """Whether an adviser sees anything of this kind of record; that one was taken away says nothing by itself."""
    return any(info.audience.for_adviser for name, info in fields_of(kind).items() if name != "removed")


def narrowed(record: R) -> R:
    """The record with every field that is not for an adviser at its default."""
    hidden: dict[str, Any] = {
        name: info.default for name, info in fields_of(type(record)).items() if not info.audience.for_adviser
    }
    return dataclasses.replace(record, **hidden)


def for_adviser(file: CaseFile, person_id: str) -> CaseFile:
    """The case as the adviser `person_id` sees it: records narrowed, kinds that hold nothing shared left out whole.

    Of the requests those put to this adviser alone, and of what is half typed the adviser's own advice alone. No decision.
    """
    case_id = file.case.id
    file = both_told(file)
    shown: dict[str, Any] = {}
    for place in dataclasses.fields(file):
        value = getattr(file, place.name)
        if isinstance(value, Record):
            kind = type(value)
            shown[place.name] = narrowed(value) if is_shared(kind) else kind(id="", case_id=case_id)
        elif isinstance(value, tuple):
            shown[place.name] = tuple(narrowed(r) for r in value if isinstance(r, Record) and is_shared(type(r)))
    shown["advice_requests"] = tuple(r for r in shown["advice_requests"] if r.person_id == person_id)
    open_fields = {key for value in shown.values() for key in _keys(value)}
    own = {r.id for r in shown["advice"] if r.person_id == person_id}
    return CaseFile(
        **shown,
        hands={key: written for key, written in file.hands.items() if key in open_fields},
        drafts={key: draft for key, draft in file.drafts.items() if key in open_fields and key[0] in own},
    )


def _keys(value: Any) -> set[FieldKey]:
    records = value if isinstance(value, tuple) else (value,)
    return {
        (r.id, name) for r in records if r.id for name, info in fields_of(type(r)).items() if info.audience.for_adviser
    }
