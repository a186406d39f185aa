# SPDX-License-Identifier: MPL-2.0
"""What an examination found, in words anybody may read: for the doctor, made wherever the thing examined is known.

A finding holds versions, counts, ids and places; never a name, a number or a word of a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How it stands. The value is the word it is told with."""

    FINE = "I orden"
    NOTE = "Bemærk"
    WRONG = "FEJL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `area` is one Danish word, `text` one sentence or two: what it is, and what to do."""

    area: str
    weight: Weight
    text: str


def fine(area: str, text: str) -> Finding:
    """It is as it should be."""
    return Finding(area, Weight.FINE, text)


def note(area: str, text: str) -> Finding:
    """Worth a thought."""
    return Finding(area, Weight.NOTE, text)


def wrong(area: str, text: str) -> Finding:
    """Must be put right."""
    return Finding(area, Weight.WRONG, text)
