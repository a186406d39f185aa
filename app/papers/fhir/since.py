# SPDX-License-Identifier: MPL-2.0
"""A report against the one before it: what is no longer so is told as an error, and what is the same keeps its date. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from app.papers.fhir import table
from app.papers.fhir.check import profile_of
from app.papers.fhir.table import PROFILES

Json: TypeAlias = dict[str, Any]


def errors(fresh: Sequence[Json], before: Mapping[str, Any] | None) -> list[Json]:
    """What was sent and is no longer so, marked as an error, with what it refers to as it was.

    A resource the guide gives no such mark (a planned day, who delivers) is only left out, unless a marked one needs it.
    """
    if before is None:
        return []
    there = {(one["resourceType"], one["id"]) for one in fresh}
    old = {(e["resource"]["resourceType"], e["resource"]["id"]): e["resource"] for e in before["entry"]}
    found: dict[tuple[str, str], Json] = {}
    for key, resource in old.items():
        at = PROFILES[profile_of(resource)].error_at
        if key not in there and at:
            marked = (
                {"coding": [{"system": table.VERIFICATION, "code": "entered-in-error"}]}
                if at == "verificationStatus"
                else "entered-in-error"
            )
            found[key] = {**resource, at: marked}
            if profile_of(resource) == "carePlan":
                found[key]["intent"] = "plan"  # the guide asks of an order what one in error may never have had
    waiting = list(found.values())
    while waiting:
        for reference in _references(waiting.pop()):
            kind, _, record_id = reference.partition("/")
            key = (kind, record_id)
            if key not in there and key not in found and key in old:
                found[key] = dict(old[key])
                waiting.append(found[key])
    return [found[key] for key in old if key in found]


def _references(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == "reference" and isinstance(inner, str):
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def dated(resources: Sequence[Json], before: Mapping[str, Any] | None, at: str) -> list[Json]:
    """Each with when it last changed: as it was sent before when nothing in it is new, else now."""
    old = {one["resource"]["id"]: one["resource"] for one in (before or {"entry": ()})["entry"]}
    found = []
    for one in resources:
        was = old.get(one["id"])
        same = was is not None and {**was, "meta": None} == {**one, "meta": None}
        day = was["meta"]["lastUpdated"] if was is not None and same else at
        found.append({**one, "meta": {"profile": one["meta"]["profile"], "lastUpdated": day}})
    return found
