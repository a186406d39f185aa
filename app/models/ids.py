# SPDX-License-Identifier: MPL-2.0
"""Ids that are reckoned rather than made, so that two desks that begin the same record apart begin one and the same.

Used through `kinds.py` and by services. Must not know how a record is kept.
"""

from __future__ import annotations

from datetime import date
from uuid import NAMESPACE_OID, UUID, uuid5

LAST_MILLISECOND = 2**48 - 1
"""The last a UUID v7 can tell."""


def following(before: str, fresh: str) -> str:
    """The fresh id, or one a millisecond after `before` where the clock was set back (UUID v7; an empty one is before all)."""
    if fresh > before:
        return fresh
    milliseconds = int(before[:8] + before[9:13], 16) + 1
    if milliseconds > LAST_MILLISECOND:
        return fresh
    return f"{milliseconds >> 16:08x}-{milliseconds & 0xFFFF:04x}{fresh[13:]}"


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
    return _in_order(midnight + place, case_id, "meeting", f"{day.isoformat()}/{place}")


def participant_id(case_id: str, meeting_id: str, person_id: str) -> str:
    """The id of somebody with an account as present at a meeting: the same on every desk they sign in at."""
    return _in_order(UUID(meeting_id).int >> 80, case_id, "participant", f"{meeting_id}/{person_id}")


def intensity_id(case_id: str, support_id: str) -> str:
    """The id of how much of a support is given just now: the same on every desk. "" for a support with no id of its own (one
    signed before they were kept)."""
    try:
        made_at = UUID(support_id).int >> 80
    except ValueError:
        return ""
    return _in_order(made_at, case_id, "intensity", support_id)


def taken_id(case_id: str, request_id: str) -> str:
    """The id of the support a wish becomes in a draft: two who take it along apart make one row of it."""
    return _in_order(UUID(request_id).int >> 80, case_id, "support", request_id)


_MARK = 44
"""Bits: too many for anybody to find another case with the same mark, and few enough to leave 30 for who it is."""


def _in_order(milliseconds: int, case_id: str, kind: str, name: str) -> str:
    """An id in order by this time as any other that is new, the rest of it reckoned (UUID v8, which is each program's own).

    Last in it is a mark of its case and kind alone, by which the shared database knows whose it is: of one change it sees
    neither the day of a meeting nor who was there.
    """
    mark = UUID(singleton_id(case_id, kind)).int >> 128 - _MARK
    own = uuid5(NAMESPACE_OID, name).int & (1 << 30) - 1
    high, low = own >> 18, own & (1 << 18) - 1
    return str(UUID(int=milliseconds << 80 | 8 << 76 | high << 64 | 2 << 62 | low << _MARK | mark))
