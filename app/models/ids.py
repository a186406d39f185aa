# SPDX-License-Identifier: MPL-2.0
"""Ids that are reckoned rather than made, so that two desks that begin the same record apart begin one and the same.

Used through `kinds.py` and by services. Must not know how a record is kept.
"""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5


def singleton_id(case_id: str, kind: str) -> str:
    """The id of a case's one record of `kind`: the same on every desk."""
    return str(uuid5(NAMESPACE_OID, f"{case_id}/{kind}"))


def competence_id(person_id: str, paragraph: str) -> str:
    """The id of a person's competence on a paragraph: the same on every desk."""
    return str(uuid5(NAMESPACE_OID, f"{person_id}/competence/{paragraph}"))


def same_citizen_id(case_id: str, one: str, other: str) -> str:
    """The id of the answer that is kept in a case about two citizens, whichever is named first: the same on every desk."""
    return str(uuid5(NAMESPACE_OID, f"{case_id}/same_citizen/{min(one, other)}/{max(one, other)}"))
