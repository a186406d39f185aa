# SPDX-License-Identifier: MPL-2.0
"""That somebody has been told of a plan changed without them (G4). Imported by `kinds.py` alone, which has no room for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.fields import Lies, Merge, field
from app.models.record import EITHER, INTERNAL, NO_WORDS, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Informed(Record):
    """Whose hand stands on it has read which changes two of the three made without them.

    The changes themselves are named, each by its id: one made apart comes late, and a mark of "all until now" would hide it. One
    record for each time it is read, so that two desks never write the same one.
    """

    changes: str = field("De læste ændringer", EITHER, INTERNAL, merge=Merge.ONCE, wording=NO_WORDS)
    changed_on: date | None = field("Ændret den", EITHER, INTERNAL, None, merge=Merge.ONCE, lies=Lies.BEHIND)
