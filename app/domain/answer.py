# SPDX-License-Identifier: MPL-2.0
"""What a lawful answer still lacks (A2, A3, C3, D3, D6, H2): the quiet line "Svar før du går".

Pure: reads plain facts, gives the words the line is made of, in the order of `LACKS`. Called by the services before a
signature and by the room after every change. Must not know the record or the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from unicodedata import category

TARGET_GROUP = "svar på målgruppe"
REASON = "begrundelse"
FACTS = "oplysninger"
SUPPORT = "støtte"
PURPOSE = "formål"
GOAL = "mål"
START = "startdato"
END = "slutdato"
BRIDGE = "vej videre"
UNTIL = "dato for svar"
NEXT_STEP = "næste skridt"
QUESTION = "svar på vejlederens spørgsmål"
COORDINATOR = "én koordinerende sagsbehandler"
SAME_NEED = "grund til to indsatser"
WEIGHING = "vejning af rådene"

ANSWERS = frozenset(("ja", "nej", "udskudt", "direkte § 85"))
LACKS = (
    TARGET_GROUP,
    REASON,
    FACTS,
    SUPPORT,
    PURPOSE,
    GOAL,
    START,
    END,
    BRIDGE,
    UNTIL,
    NEXT_STEP,
    QUESTION,
    COORDINATOR,
    SAME_NEED,
    WEIGHING,
)


@dataclass(frozen=True, slots=True)
class SupportFacts:
    """A support in the draft: its paragraph ("82b", "82a", "åbent"; "" rests on nothing, and is none) and period."""

    paragraph: str
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What the draft of an answer holds, as far as a lawful answer asks."""

    target_group: str = ""
    reason: str = ""
    facts: str = ""
    until: date | None = None
    purpose: str = ""
    goals: int = 0
    bridges: int = 0
    next_steps: int = 0  # those with who, what and by when (A3)
    support: Sequence[SupportFacts] = field(default_factory=tuple)
    unanswered: int = 0  # the vejleder's questions neither answered nor seen (A10)
    complex: bool = False
    coordinators: int = 0  # in charge now; a complex case has exactly one (H2)
    doubles: int = 0  # second supports for a need one of the others meets, with no reason given (D6)
    advices: int = 0  # that say something; two are weighed (D3)
    weighing: str = ""
    considerations: str = ""


def owes_considerations(draft: AnswerFacts) -> bool:
    """Whether the citizen is to read what weighed most (forvaltningsloven §§ 22 and 24): the answer is another than a yes, or
    advice lay behind it. They may as well stand in the reason, so that this points and never blocks (A4).
    """
    judged = draft.target_group in ANSWERS - {"ja"} or draft.advices > 0
    return judged and not said(draft.considerations)


def said(text: str) -> bool:
    """Whether there is anything to read in a text; blanks and signs nobody sees say nothing."""
    return any(category(sign) not in _UNSEEN for sign in text)


_UNSEEN = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf"))


def lacks(draft: AnswerFacts) -> tuple[str, ...]:
    """The words for what is missing; empty when the bestiller can sign. Nothing else is ever mandatory (A4)."""
    missing = {
        TARGET_GROUP: draft.target_group not in ANSWERS,
        REASON: not said(draft.reason),
        FACTS: not said(draft.facts),
        NEXT_STEP: draft.next_steps == 0,
        QUESTION: draft.unanswered > 0,
        COORDINATOR: draft.complex and draft.coordinators != 1,
        UNTIL: draft.target_group == "udskudt" and draft.until is None,
        WEIGHING: draft.advices > 1 and not said(draft.weighing),
    }
    if draft.target_group == "ja":
        dated = [s for s in draft.support if s.paragraph in ("82a", "82b")]
        individual = any(s.paragraph == "82b" for s in draft.support)
        missing |= {
            SUPPORT: not draft.support or any(not s.paragraph for s in draft.support),
            START: any(s.start is None for s in dated),
            END: any(s.end is None for s in dated),
            PURPOSE: individual and not said(draft.purpose),
            GOAL: individual and draft.goals == 0,
            BRIDGE: individual and draft.bridges == 0,
            SAME_NEED: draft.doubles > 0,
        }
    return tuple(word for word in LACKS if missing.get(word, False))
