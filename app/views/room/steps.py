# SPDX-License-Identifier: MPL-2.0
"""The six steps by number: how each is made, a piece a turn or at once, and which of them have yet to be shown the case.

A step's module is imported with the step, so that the room opens without the papers. Used by the room, one for each. Must not
know which step is in hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


class Steps:
    """`furnish` ties a step to its room as soon as it is begun; `take` gives what it consists of a place out of sight.

    What a step consists of has that place from the first piece on: half made, it goes with the room that is left meanwhile.
    """

    def __init__(
        self, context: Context, case_id: str, furnish: Callable[[Step], object], take: Callable[[Step], object]
    ) -> None:
        self._context = context
        self._case_id = case_id
        self._furnish = furnish
        self._take = take
        self._steps: dict[int, Step] = {}
        self._stale: set[int] = set()

    def whole(self, number: int) -> Step:
        """A step with all that it consists of, made now if need be."""
        step = self._begun(number)
        step.complete()
        return step

    def show(self, number: int, file: CaseFile) -> None:
        """Show the case in step `number`, if it shows another."""
        step = self.whole(number)
        if number in self._stale:
            self._stale.discard(number)
            step.refresh(file)

    def changed(self) -> None:
        """The case is another than any of them shows."""
        self._stale = set(self._steps)

    def pieces(self, number: int, file: Callable[[], CaseFile]) -> Iterator[None]:
        """Make step `number` and show the case in it, a piece between two turns.

        Whoever comes to the step meanwhile has found it whole. A case that has changed meanwhile is shown as it stands last.
        """
        step = self._begun(number)
        yield
        yield from step.making
        yield
        for _ in step.ahead(file()):
            yield
            if number not in self._stale:
                return
        self.show(number, file())
        yield

    def flush(self) -> None:
        """Keep whatever is typed in any of them, now."""
        for step in self._steps.values():
            step.flush()

    def done(self, number: int, file: CaseFile) -> bool:
        """Whether it holds something already, made or not."""
        return self._steps[number].done(file) if number in self._steps else HOLDS[number](file)

    def reveal_number(self, shown: bool) -> None:
        """Show the citizen's number, or dots, where it is written."""
        first = self._steps.get(1)
        if first is not None:
            first.reveal_number(shown)

    def _begun(self, number: int) -> Step:
        """A step that may not be whole yet."""
        if number not in self._steps:
            module, name = _STEPS[number]
            made = getattr(import_module(f"app.views.room.{module}"), name)
            step = self._steps[number] = cast(Step, made(self._context, self._case_id))
            self._furnish(step)
            self._take(step)
            self._stale.add(number)
        return self._steps[number]
