# SPDX-License-Identifier: MPL-2.0
"""Ids that are reckoned rather than made, so that two desks that begin the same record apart begin one and the same.

Used through `kinds.py` and by services. Must not know how a record is kept.
"""

from __future__ import annotations

from datetime import date
from uuid import NAMESPACE_OID, UUID, uuid5


def singleton_id(case_id: str, kind: str) -> str:
    """The id of a case's one record of `kind`: the same on every desk."""
    return str(uuid5(NAMESPACE_OID, f"{case_id}/{kind}"))


def competence_id(person_id: str, paragraph: str) -> str:
    """The id of a person's competence on a paragraph: the same on every desk."""
    return str(uuid5(NAMESPACE_OID, f"{person_id}/competence/{paragraph}"))


def same_citizen_id(case_id: str, one: str, other: str) -> str:
    """The id of the answer that is kept in a case about two citizens, whichever is named first: the same on every desk."""
    return str(uuid5(NAMESPACE_OID, f"{case_id}/same_citizen/{min(one, other)}/{max(one, other)}"))


def meeting_id(case_id: str, day: date, place: int) -> str:
    """The id of a case's meeting of a day, counted from 0: the same on every desk, and in the order of the days."""
    midnight = (day - date(1970, 1, 1)).days * 86_400_000
    return _in_order(midnight + place, f"{case_id}/meeting/{day.isoformat()}/{place}")


def participant_id(meeting_id: str, person_id: str) -> str:
    """The id of somebody with an account as present at a meeting: the same on every desk they sign in at."""
    return _in_order(UUID(meeting_id).int >> 80, f"{meeting_id}/participant/{person_id}")


def _in_order(milliseconds: int, name: str) -> str:
    """An id as any other that is new (UUID v7), by this time and with the rest of it reckoned from a name.

    Not version 5: of those the shared database takes only what it can reckon itself.
    """
    rest = uuid5(NAMESPACE_OID, name).int & (1 << 76) - 1
    return str(UUID(int=milliseconds << 80 | 7 << 76 | rest & ~(3 << 62) | 2 << 62))
