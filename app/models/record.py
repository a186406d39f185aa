# SPDX-License-Identifier: MPL-2.0
"""What every kind of record has, and the short names the kinds are declared with.

Imported by `kinds.py`, `answering.py` and `municipal.py` alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.roles import Pen
from app.models.fields import Audience, Wording, field

INTERNAL, CITIZEN, OPTIONAL = Audience.INTERNAL, Audience.CITIZEN, Audience.OPTIONAL
FOR_ADVISER, SHARED = Audience.ADVISER, Audience.SHARED
BESTILLER, VEJLEDER, EITHER, WORDS = Pen.BESTILLER, Pen.VEJLEDER, Pen.EITHER, Pen.CITIZEN
NAMES, NO_WORDS = Wording.NAMES, Wording.NONE
PROGRAM, SIGNATURE, ADVISER = Pen.PROGRAM, Pen.SIGNATURE, Pen.ADVISER


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record has. `case_id` is the case it was written in; `removed` hides and never deletes."""

    id: str
    case_id: str
    removed: bool = field("Fjernet", EITHER, INTERNAL, False)
