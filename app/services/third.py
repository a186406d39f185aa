# SPDX-License-Identifier: MPL-2.0
"""Treenighed (G4): the one of the three who was not there when an agreed plan was changed is told, in one polite line.

The bestiller or the vejleder reads it on today's page until it is set aside as read; the citizen is told by a new plan, of which
both are reminded until it has been handed over. What there is to tell is reckoned in `store/third.py`. Called by today's page
and by the case's history. Must not know how it is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from app.domain.dates import format_day
from app.domain.errors import EnvironmentProblem
from app.domain.roles import Hand, Role
from app.services.desk import Desk
from app.store import third
from app.store.listing import TaskRow
from app.store.third import Missed, WithoutOne

_PARTS = {
    "plan": "formålet",
    "support": "støtten",
    "intensity": "hvor meget støtte",
    "follow_up": "opfølgningen",
    "next_step": "næste skridt",
    "bridge": "vejen videre",
}
_TWO = (Role.BESTILLER, Role.VEJLEDER)
_DECIDED_OF_PLAN = {"purpose", "provisional_until", "goals", "support", "follow_ups", "next_steps", "bridge"}
_NOT_DECIDED = frozenset({"intensity"})
GIVE = "Planen er ændret, siden borgeren fik den: giv borgeren den nye"
SIGN_AND_GIVE = "Planen er ændret, siden borgeren fik den: når den er underskrevet, skal borgeren have den nye"


Known = dict[str, str]
"""What has been found out of plans at home, by case: each takes some milliseconds, and holds until somebody writes there."""


def forget(known: Known, cases: Collection[str]) -> None:
    """Something has been written on these cases."""
    from app.models.municipal import MUNICIPALITY

    for case_id in tuple(known) if MUNICIPALITY in cases else cases:
        known.pop(case_id, None)


def waiting(desk: Desk, hand: Hand, known: Known | None = None) -> tuple[TaskRow, ...]:
    """What today's page tells this person: one line for each case and day on which its plan was changed without them ("without"),
    and one for each case whose citizen has an older plan at home ("give_plan"). A leder or an adviser is none of the three.
    `known`: what was found out before, and still holds."""
    if hand.role not in _TWO:
        return ()
    today = desk.today()
    found = third.without(desk.replica, today, hand.name, hand.person_id)
    told = (_line(case, day, today) for case in found for day in sorted({one.day for one in case.missed}))
    return (*told, *_to_give(desk, hand, {} if known is None else known))


def set_aside(desk: Desk, hand: Hand, row: TaskRow) -> None:
    """They have read one line of today's page."""
    day = row.record_id.partition(_OF)[2]
    _note(desk, hand, row.case_id, [one for one in _of_case(desk, hand, row.case_id) if one.day == day])


def take_back(desk: Desk, hand: Hand, row: TaskRow) -> None:
    """They have not read that line after all."""
    day = row.record_id.partition(_OF)[2]
    with desk.step(hand, row.case_id, "Fortryd: set") as work:
        for record_id in third.read_of(desk.replica, row.case_id, hand.person_id, day)[-1:]:
            work.remove("informed", record_id)


def read(desk: Desk, hand: Hand, case_id: str) -> frozenset[str]:
    """They open the case's history at what was changed without them: the changes come back, and are read from now on. It is a
    look at the case, and logged as one. Raises UserError where the case is not theirs to read."""
    desk.require_open(hand, case_id)
    desk.note(hand, case_id, "åbnet")
    missed = _of_case(desk, hand, case_id)
    _note(desk, hand, case_id, missed)
    return frozenset(one.change_id for one in missed)


# -- inside

_OF = ":"
"""Between a case's id and the day, in the id of a line."""


def _of_case(desk: Desk, hand: Hand, case_id: str) -> tuple[Missed, ...]:
    found = third.without(desk.replica, desk.today(), hand.name, hand.person_id, case_id, also_today=True)
    return tuple(one for case in found for one in case.missed)


def _note(desk: Desk, hand: Hand, case_id: str, missed: Sequence[Missed]) -> None:
    """Keep what has been read, a record for each day it was changed on."""
    from app.models.kinds import Informed
    from app.store.unit_of_work import new_id

    if not missed:
        return
    with desk.step(hand, case_id, "Sæt ændringen som set") as work:
        for day in sorted({one.day for one in missed}):
            changes = " ".join(sorted(one.change_id for one in missed if one.day == day))
            work.create(Informed(id=new_id(), case_id=case_id, changes=changes, changed_on=date.fromisoformat(day)))


def _line(case: WithoutOne, day: str, today: date) -> TaskRow:
    missed = [one for one in case.missed if one.day == day]
    when = date.fromisoformat(day)
    on = "" if when == today else f" {format_day(when)}"
    text = f"Planen er ændret{on}, uden at du var med: {_what(case, missed)}. {_who(missed)}"
    return TaskRow(case.case_id, case.name, text, today, f"{case.case_id}{_OF}{day}", "without")


def _what(case: WithoutOne, missed: Iterable[Missed]) -> str:
    """The parts of the plan, in the order of its paper: "formålet, mål 2, støtten"."""
    goals = {one.goal_id for one in missed if one.goal_id}
    numbers = [f"mål {n}" for n, goal_id in enumerate(case.goals, 1) if goal_id in goals]
    gone = ["et mål, der er taget væk"] if goals - set(case.goals) else []
    parts = {one.kind for one in missed if not one.goal_id}
    told = [word for kind, word in _PARTS.items() if kind in parts and kind == "plan"]
    told += [*numbers, *gone, *(["en aftale"] if parts - _PARTS.keys() else [])]
    told += [word for kind, word in _PARTS.items() if kind in parts and kind != "plan"]
    return ", ".join(told)


def _who(missed: Sequence[Missed]) -> str:
    """Who took part: those at the meeting and the citizen, or whose hand it was where there was no meeting."""
    there = [name for one in missed if one.sitting is not None for name, _ in one.sitting.people]
    names = list(dict.fromkeys([*(one.by for one in missed), *there]))
    if any(one.sitting is None for one in missed):
        return f"{_and(names)} skrev det uden møde." if not there else f"{_and(names)} var med, noget af det uden møde."
    return f"{_and([*names, 'borgeren'])} var med."


def _and(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} og {names[-1]}" if len(names) > 1 else names[0]


def _to_give(desk: Desk, hand: Hand, known: Known) -> Iterable[TaskRow]:
    for case_id, name, kinds in third.changed_since_given(desk.replica, hand.name, hand.person_id):
        if case_id not in known:
            try:
                known[case_id] = _why_new_plan(desk, hand, case_id, kinds)
            except (
                EnvironmentProblem
            ):  # it is told of where the case is opened, and takes no other line of the page along
                continue
        if known[case_id]:
            yield TaskRow(case_id, name, known[case_id], desk.today(), f"{case_id}{_OF}plan", "give_plan")


def _why_new_plan(desk: Desk, hand: Hand, case_id: str, kinds: frozenset[str]) -> str:
    """What the citizen is to be given, where the plan says another thing than the one at home; "" where it does not."""
    from app.papers.kinds import (
        PaperKind,
    )  # late: the first list waits for no paper, and most plans are as they were given
    from app.services import issue
    from app.services.decide import moved_on

    source = issue.gather(desk, hand, case_id)
    decision, home = source.file.decision, issue.at_home(source.file).get(PaperKind.PLAN)
    signed = decision is not None and decision.authentic
    if moved_on(source.file) & _DECIDED_OF_PLAN:
        return SIGN_AND_GIVE
    if signed and not kinds & _NOT_DECIDED:  # who was at a meeting stands on the paper too, and is no other plan
        same = home is not None and decision is not None and home.decision_id == decision.decision.id
    else:
        same = issue.is_at_home(source, PaperKind.PLAN)
    return "" if same else GIVE
