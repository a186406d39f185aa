# SPDX-License-Identifier: MPL-2.0
"""Which step a field stands in, and which field a word on the quiet line leads to.

A path is a field's name as scripts write it ("goals.0.words"). Used by the room, the player and the quiet line. Pure.
"""

from __future__ import annotations

from app.domain import answer
from app.models.casefile import CaseFile

_STEPS = {
    "citizen": 1,
    "source": 1,
    "preventive": 1,
    "complex": 1,
    "coordinator": 1,
    "duties": 1,
    "meeting": 1,
    "consents": 1,
    "direct_85": 1,
    "ending": 1,
    "more": 1,
    "wishes": 2,
    "resources": 2,
    "whole_person": 2,
    "network": 2,
    "referral": 3,
    "ask": 3,
    "purpose": 4,
    "goals": 4,
    "bridge": 4,
    "follow_ups": 4,
    "notes": 4,
}
ANSWER = 5


def step_of(path: str) -> int:
    """The number of the step in which the field with this path stands."""
    return _STEPS.get(path.split(".")[0], ANSWER)


def path_of_lack(word: str, file: CaseFile) -> str:
    """The field to go to for a word of `domain.answer.LACKS`."""
    firsts = {
        answer.TARGET_GROUP: "answer.target_group",
        answer.REASON: "answer.reason",
        answer.FACTS: "answer.facts",
        answer.SUPPORT: "support.0.paragraph",
        answer.PURPOSE: "purpose.text",
        answer.GOAL: "goals.0.words",
        answer.START: f"support.{_first_support(file, 'start')}.start",
        answer.END: f"support.{_first_support(file, 'end')}.end",
        answer.BRIDGE: "bridge.0.text",
        answer.UNTIL: "answer.until",
        answer.NEXT_STEP: _unfinished_step(file),
        answer.COORDINATOR: "coordinator.name",
        answer.QUESTION: f"questions.{_unanswered(file)}.answer",
    }
    return firsts[word]


def _first_support(file: CaseFile, half: str) -> int:
    dated = [n for n, s in enumerate(file.support) if s.paragraph in ("82a", "82b") and getattr(s, half) is None]
    return next(iter(dated), 0)


def _unfinished_step(file: CaseFile) -> str:
    """The first hole in the first next step that is not whole: who, what, by when (A3)."""
    for place, step in enumerate(file.next_steps):
        for name, there in (("who", step.who.strip()), ("what", step.what.strip()), ("by", step.by)):
            if not there:
                return f"next_steps.{place}.{name}"
    return "next_steps.0.who"


def _unanswered(file: CaseFile) -> int:
    open_ones = [n for n, q in enumerate(file.questions) if q.text.strip() and not q.answer.strip() and not q.seen]
    return next(iter(open_ones), 0)
