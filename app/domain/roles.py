# SPDX-License-Identifier: MPL-2.0
"""Roles, pens and hands (promises 1 and 2; rows A1, B7, C1, D3).

Every field has a pen and every value a hand. Who may write with which pen, and do what else, stands in `rights.py`. Must not
know how people sign in or how values are kept.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """The role a person acts in. Only the bestiller decides (C1)."""

    BESTILLER = "bestiller"
    VEJLEDER = "vejleder"
    LEDER = "leder"
    RAADGIVER = "rådgiver"


class Pen(StrEnum):
    """Whose pen a field is written with."""

    BESTILLER = "bestiller"
    VEJLEDER = "vejleder"
    EITHER = "enten"
    CITIZEN = "borger"  # the citizen's own words, written by either on the citizen's behalf (promise 5)
    ADVISER = "rådgiver"  # advice, written by the adviser or taken down by either (D3)
    SIGNATURE = "underskrift"  # only what a signature writes (promise 2)
    PROGRAM = "program"  # reckoned or registered by the program itself, never typed


class Hand(NamedTuple):
    """The person whose hand writes, and the role they write in (C7: each act bears the role used)."""

    person_id: str
    name: str
    role: Role


def role_at_table(roles: Sequence[Role], seated: Collection[Role]) -> Role:
    """In which of their roles somebody sits down where these sit: the one of a meeting's two that is lacking, else their first.

    At most one sits in each, so to come in as the bestiller puts the bestiller who sits there out of the seat.
    """
    lacking = [role for role in roles if role in (Role.BESTILLER, Role.VEJLEDER) and role not in seated]
    return (lacking if seated and lacking else roles)[0]
