# SPDX-License-Identifier: MPL-2.0
"""What papers are made of: who does what, a goal, a support, whom to call. Frozen, and without a word of layout.

Made by `reading`, held by the contents of each paper, set by the modules that draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does what by when."""

    who: str
    what: str
    by: date | None


@dataclass(frozen=True, slots=True)
class GoalPart:
    """A goal as it is printed: the citizen's words, the professional wording beside them, the way there (A6, B4, B6)."""

    words: str
    goal: str
    done_when: str
    now: int | None
    hoped: int | None
    milestones: tuple[str, ...]
    own: tuple[Doing, ...]  # what the citizen does
    others: tuple[Doing, ...]


@dataclass(frozen=True, slots=True)
class SupportPart:
    """A support as it is printed; `law` is empty for what is open to all."""

    offer: str
    frame: str
    start: date | None
    end: date | None
    paragraph: str
    law: str
    standard: str
    intensity: str = ""  # how much of it is given just now, within the frame; nothing that is decided


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody the citizen can call: name, what they are to the citizen, phone."""

    name: str
    role: str
    phone: str


@dataclass(frozen=True, slots=True)
class Course:
    """The months of support: its first and last day and the days we meet on the way."""

    start: date
    end: date
    meets: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """Whether and how the answer can be complained of, by its paragraph ("§ 82 b")."""

    law: str
    text: str
    open: bool
    """Whether it can at all, by what the municipality has said of the paragraph."""
