# SPDX-License-Identifier: MPL-2.0
"""The six steps by number: how each is made, and whether one not yet made already holds something.

A step's module is imported when the step is first shown, so that the room opens without the papers. Used by the room.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from app.models.casefile import CaseFile
from app.views.context import Context
from app.views.room.step import Step

_STEPS = {
    1: ("welcome", "WelcomeStep"),
    2: ("wishes", "WishesStep"),
    3: ("tried", "TriedStep"),
    4: ("goals", "GoalsStep"),
    5: ("answer", "AnswerStep"),
    6: ("papers", "PapersStep"),
}

HOLDS: dict[int, Callable[[CaseFile], bool]] = {
    1: lambda file: bool(file.participants),
    2: lambda file: bool(file.story.think.strip() or file.story.want.strip()),
    3: lambda file: bool(file.tried),
    4: lambda file: any(goal.words.strip() or goal.goal.strip() for goal in file.goals),
    5: lambda file: file.decision is not None and file.decision.authentic,
    6: lambda file: bool(file.papers),
}
"""What a step not yet made would say of itself (`Step.done`)."""


def make_step(number: int, context: Context, case_id: str) -> Step:
    """Make step `number`."""
    module, name = _STEPS[number]
    made = getattr(import_module(f"app.views.room.{module}"), name)
    return cast(Step, made(context, case_id))
