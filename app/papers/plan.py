# SPDX-License-Identifier: MPL-2.0
"""The plan in the citizen's hand: their own words first and largest, then the way there.

Follows domain.md § 7.3 A; rows A3, A5, A6, B4-B6, D6, E8. Called by the services that make a paper and by the preview. Takes
what `content` gives and sets it; decides nothing of what a citizen may see.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.dates import format_full, format_long
from app.models.choices import Paragraph as Grounds
from app.papers.blocks import (
    BODY,
    FINE,
    ITEM,
    LEAD,
    QUIET,
    TITLE,
    Block,
    Columns,
    Heading,
    Note,
    Paragraph,
    Quote,
    Row,
    Rows,
    Together,
    paragraph,
)
from app.papers.content import PlanContent, content_hash, short_hash
from app.papers.figures import Months, Scale
from app.papers.layout import Span
from app.papers.page import DRAFT, Sheet, broken_seal, compose
from app.papers.parts import GoalPart, SupportPart
from app.papers.wording import (
    DONE_WHEN,
    OPEN_TO_ALL,
    by_day,
    by_weekday,
    is_open,
    joined,
    just_now,
    meeting_days,
    period,
)

NAME = "Min plan"
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_OWN = "Det gør jeg selv"
_LONG_TITLE = 120  # letters: words this many are set smaller, still as the goal's heading


def render_plan(
    content: PlanContent, *, version: int, replaces: int = 0, draft: bool = False, large: bool = False
) -> bytes:
    """The plan as PDF. Marked as a draft when `draft`, and always when no decision stands behind it."""
    about = (content.citizen, format_long(content.day), content.place)
    mark = DRAFT if draft or not content.signed else ""
    shown = short_hash(content_hash(content))
    sheet = Sheet.of(
        NAME,
        about,
        content.author,
        shown,
        version=version,
        replaces=replaces,
        whose=content.citizen,
        mark=mark,
        large=large,
    )
    return compose(sheet, _blocks(content))


def _blocks(plan: PlanContent) -> Iterator[Block]:
    if plan.broken_seal:
        yield from broken_seal()
    yield from _words(plan)
    yield from _me(plan)
    if plan.purpose:
        yield Heading("Formålet med støtten" if plan.support else "Formålet", before=18)
        yield paragraph(plan.purpose, BODY, 3)
        if plan.provisional_until:
            said = f"Formålet er foreløbigt. Vi gør det klarere senest {format_full(plan.provisional_until)}."
            yield paragraph(said, QUIET)
    for number, goal in enumerate(plan.goals, 1):
        yield Together(list(_goal(goal, number, plan)))
    yield Together(list(_support(plan)), tallest=330)
    yield from _next(plan)
    yield from _foot(plan)


def _words(plan: PlanContent) -> Iterator[Block]:
    """The citizen's own words open the paper (A5, A6)."""
    first, second = (plan.want, plan.think) if plan.want else (plan.think, "")
    if first:
        yield Quote(first)
    if second:
        yield Quote(second, before=10, largest=14.5)
    if not first and not plan.broken_seal:
        yield paragraph(NAME, LEAD, keep=True)


def _me(plan: PlanContent) -> Iterator[Block]:
    good: list[Block] = []
    near: list[Block] = []
    if plan.resources:
        good = [Heading("Det er jeg god til", before=18), paragraph(plan.resources, BODY, 3)]
    if plan.network:
        near = [Heading("Mit netværk", before=18), paragraph(", ".join(plan.network), BODY, 3)]
    yield Columns(good, near, before=18, tallest=160)
    if plan.whole_person:
        yield Heading("Om mig", before=16)
        yield paragraph(plan.whole_person, BODY, 3)


def _goal(goal: GoalPart, number: int, plan: PlanContent) -> Iterator[Block]:
    title = goal.words or goal.goal or f"Mål {number}"
    yield Heading(title, TITLE if len(title) <= _LONG_TITLE else ITEM, before=18)
    if goal.words and goal.goal:
        yield paragraph(goal.goal, BODY, 2)
    if goal.done_when:
        yield Paragraph((Span(f"{DONE_WHEN} ", QUIET), Span(goal.done_when, BODY)), BODY, 1)
    if goal.now is not None or goal.hoped is not None:
        yield Scale(goal.now, goal.hoped)
    if goal.milestones:
        steps = [Row("Skridt på vejen", text, number=i) for i, text in enumerate(goal.milestones, 1)]
        yield Rows(steps, before=6, between=0, label_style=BODY)
    doings = [Row(_OWN, one.what, by_day(one.by, plan.day)) for one in goal.own]
    doings += [Row(one.who, one.what, by_day(one.by, plan.day)) for one in goal.others]
    if doings:
        yield Rows(doings, before=6)


def _support(plan: PlanContent) -> Iterator[Block]:
    if not (plan.support or plan.follow_ups or plan.bridge):
        return
    if plan.support:
        yield Heading("Støtten" if plan.signed else "Støtten – et forslag, indtil du har fået svar", before=22)
    notes = _Notes(plan)
    for one in plan.support:
        note = notes.of(one)
        yield Heading(one.offer or "Støtte", ITEM, 5, note, level=3)
        when = " ".join(text for text in (period(one), OPEN_TO_ALL if is_open(one) else "") if text)
        for text in (one.frame, just_now(one.intensity), when):
            if text:
                yield paragraph(text)
        if not (one.frame or one.intensity or when):
            yield paragraph("Vi aftaler resten sammen.", QUIET)
    bridge = plan.bridge
    if plan.course:
        behind_the_door = bridge if len(bridge) <= 4 and all(len(text) <= 90 for text in bridge) else ()
        yield Months(plan.course.start, plan.course.end, plan.course.meets, behind_the_door)
        bridge = () if behind_the_door else bridge
    if bridge:
        yield Heading("Og så videre til", before=14, level=3 if plan.support else 2)
        yield Rows([Row("", text) for text in bridge], label_width=0, before=3)
    if plan.follow_ups:
        yield paragraph(meeting_days(plan.follow_ups), BODY, 10)


class _Notes:
    """Footnotes of the support: one for each law, numbered as they come."""

    def __init__(self, plan: PlanContent) -> None:
        self.decided = f" Afgjort {format_full(plan.decided_on)}; se svaret." if plan.decided_on else ""
        self.known: dict[str, Note] = {}

    def of(self, support: SupportPart) -> Note | None:
        """The note a support is marked with."""
        if is_open(support) or not support.law:
            return None
        limit = ", højst seks måneder" if support.paragraph == Grounds.P82B and "måneder" not in support.law else ""
        text = f"{support.law[:1].upper()}{support.law[1:].rstrip('.')}{limit}.{self.decided}"
        return self.known.setdefault(text, Note(str(len(self.known) + 1).translate(_RAISED), text))


def _next(plan: PlanContent) -> Iterator[Block]:
    if plan.next_steps:
        yield Heading("Nu sker der dette", before=18)
        rows = [Row(step.who, step.what, by_weekday(step.by, plan.day)) for step in plan.next_steps]
        yield Rows(rows, before=4)


def _foot(plan: PlanContent) -> Iterator[Block]:
    left: list[Block] = [Heading("Kommunens svar", before=18), paragraph(_decision(plan), BODY, 3)]
    left += [Heading("Dine rettigheder", before=14), paragraph(_RIGHTS, FINE, 3)]
    right: list[Block] = [Heading("Har du brug for os?", before=18)]
    for one in plan.contacts:
        role = f" ({one.role})" if one.role else ""
        right.append(paragraph(f"{one.name}{role} {one.phone}".strip(), BODY, 3))
    met = [f"{joined(plan.present)}." if plan.present else "", _READ_BACK.get(plan.read_back, "")]
    if any(met):
        right += [Heading("Med til mødet", before=14), *(paragraph(text, FINE, 3) for text in met if text)]
    yield Columns(left, right, before=18)


_RIGHTS = (
    "Du kan altid tage en bisidder med. Du kan se, hvad der står om dig, og få fejl rettet. Du kan altid sige, at "
    "planen skal ændres, eller at du vil stoppe. I svaret står der, om du kan klage."
)
_READ_BACK = {
    "det er mine ord": "Planen er læst op for mig: det er mine ord.",
    "ret det": "Planen er læst op for mig: noget skal rettes.",
}


def _decision(plan: PlanContent) -> str:
    if not plan.signed:
        return "Kommunen har ikke afgjort det endnu. Planen er et udkast."
    when = f" {format_long(plan.decided_on)}" if plan.decided_on else ""
    by = f" Afgjort af {plan.decided_by}{when}." if plan.decided_by else f" Afgjort{when}."
    return f"{plan.answer}{by}"
