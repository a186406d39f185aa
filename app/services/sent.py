# SPDX-License-Identifier: MPL-2.0
"""What the record says has left for another system, read with care: a row may come from anybody's desk, whatever wrote it.

What is not what it says it is counts for nothing, and is in the record's history with the hand that wrote it. Used by what copies
and what reports. Writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from app.models.casefile import CaseFile
from app.models.kinds import Sent
from app.papers.fhir.check import profile_of

COPY, FHIR = "udklip", "fhir"
"""The ways on a record of what was sent."""


class Copied(NamedTuple):
    """The mark of a text that was copied, what it was called, and who copied it."""

    mark: str
    label: str
    at: datetime
    by: str


class Reported(NamedTuple):
    """A report as it left."""

    bundle: Mapping[str, Any]
    at: datetime


def copies(file: CaseFile) -> dict[str, Copied]:
    """The newest copy of each text by its key, whoever made it."""
    found: dict[str, Copied] = {}
    for one, at, content in _of(file, COPY):
        fields = content.get("fields")
        written = file.hands.get((one.id, "way"))
        by = written.hand.name if written is not None else ""
        for key, told in fields.items() if isinstance(fields, dict) else ():
            match told:
                case {"mark": str(mark), "label": str(label)}:
                    found[key] = Copied(mark, label, at, by)
    return found


def last_report(file: CaseFile) -> Reported | None:
    """The report sent last, whoever sent it."""
    last = None
    for _, at, content in _of(file, FHIR):
        if _is_bundle(content):
            last = Reported(content, at)
    return last


# -- inside


def _of(file: CaseFile, way: str) -> Iterator[tuple[Sent, datetime, dict[str, Any]]]:
    """What was sent that way and can be read, the newest last.

    By the ids of their changes: each is made to follow those of its case that its desk had, and no clock has a say.
    """
    found = []
    for one in file.sent:
        at, content = _moment(one.at), _object(one.content)
        if one.way == way and at is not None and content is not None:
            written = file.hands.get((one.id, "way"))
            found.append((written.change_id if written is not None else "", one.id, one, at, content))
    return ((one, at, content) for *_, one, at, content in sorted(found, key=lambda row: row[:2]))


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _object(text: str) -> dict[str, Any] | None:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _is_bundle(content: Mapping[str, Any]) -> bool:
    """Whether it has the shape of a report. What stands in it is looked at again in the next, before that leaves."""
    entries = content.get("entry")
    return isinstance(entries, list) and all(_is_entry(one) for one in entries)


def _is_entry(entry: object) -> bool:
    match entry:
        case {"resource": {"resourceType": str(), "id": str(), "meta": {"lastUpdated": str()}} as resource}:
            return bool(profile_of(resource))
    return False
