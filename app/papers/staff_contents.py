# SPDX-License-Identifier: MPL-2.0
"""What goes on the papers of those at work: the order to the udfører, and who documents what.

Pure, as `answer_contents`. Called by the services that make a paper; set by `order` and `documenting`. The order has what the
udfører needs and no more (domain.md § 7.3 D); who documents what is read from the fields as they are declared (E2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain import answer
from app.domain.dates import format_day
from app.domain.roles import Pen
from app.models.apart import both_told
from app.models.casefile import CaseFile
from app.models.choices import Paragraph, TargetGroup
from app.models.fields import fields_of
from app.models.kinds import (
    Action,
    Answer,
    FollowUp,
    Goal,
    Milestone,
    Municipality,
    NextStep,
    Offer,
    Plan,
    Story,
    Support,
)
from app.papers.discretion import Discretion, discretion_of
from app.papers.parts import Contact, Course, GoalPart, SupportPart
from app.papers.reading import (
    author_of,
    contact_of,
    contacts_of,
    course_of,
    goals_of,
    identifier_of,
    in_order,
    is_signed,
    receiver_address,
    support_of,
    told_of,
    with_relation,
)

# -- the order to the udfører


@dataclass(frozen=True, slots=True)
class OrderContent:
    """Everything the order says: what the udfører needs to begin, and not why the citizen got it."""

    author: str
    unit: str
    citizen: str
    identifier: str
    identifier_label: str
    phone: str
    address: tuple[str, ...]
    interpreter: str
    guardian: str
    provider: str
    case_number: str
    day: date
    want: str
    target_group: str
    purpose: str
    provisional_until: date | None
    goals: tuple[GoalPart, ...]
    support: tuple[SupportPart, ...]
    course: Course | None
    follow_ups: tuple[date, ...]
    bridge: tuple[str, ...]
    network: tuple[str, ...]
    contacts: tuple[Contact, ...]
    decided_by: str
    decided_on: date | None
    decision_hash: str
    broken_seal: bool

    @property
    def signed(self) -> bool:
        """Whether a decision stands behind it. Without one nothing is ordered."""
        return bool(self.decision_hash)


def order_content(
    file: CaseFile,
    municipality: Municipality,
    today: date,
    staff: Mapping[str, str] | None,
    offers: Mapping[str, Offer],
) -> OrderContent:
    """What is ordered: the granted support with its purpose and goals, whom it is for, and when we follow up."""
    keep, file = discretion_of(file, staff or {}).of_citizen(), both_told(file)
    told, signed = told_of(file, municipality, offers), is_signed(file)
    number, label = identifier_of(told, file)
    provider = contact_of("vejleder", file, municipality, staff or {})
    ordered = [one for one in told.support if one.paragraph != Paragraph.OPEN]
    return OrderContent(
        author=author_of(municipality),
        unit=municipality.unit.strip(),
        citizen=told.citizen_name,
        identifier=number,
        identifier_label=label,
        phone=file.citizen.phone.strip(),
        address=receiver_address(file),
        interpreter=file.citizen.interpreter.strip(),
        guardian="" if keep.hides(file.citizen.guardian) else file.citizen.guardian.strip(),
        provider=provider.name if provider else "",
        case_number=told.case_number or file.case.goes_by,
        day=told.decided_on or today,
        want=keep.words(file.story.want if told.want is None else told.want).strip(),
        target_group="I målgruppen for støtte" if told.target_group == TargetGroup.YES else "",
        purpose=keep.text(told.purpose).strip(),
        provisional_until=told.provisional_until,
        goals=goals_of(told, file, keep),
        support=support_of(ordered, keep),
        course=course_of(told),
        follow_ups=in_order(told.follow_ups),
        bridge=tuple(keep.text(text).strip() for text in told.bridge),
        network=tuple(with_relation(p.who, p.relation) for p in file.network if p.print and p.who.strip()),
        contacts=tuple(one for one in contacts_of(file, municipality, staff or {}) if one != provider),
        decided_by=told.decided_by,
        decided_on=told.decided_on,
        decision_hash=file.decision.decision.hash if signed and file.decision else "",
        broken_seal=file.decision is not None and not signed,
    )


# -- who documents what


@dataclass(frozen=True, slots=True)
class Documented:
    """One thing that is written down: who writes it, and how it stands."""

    what: str
    whose: str
    state: str
    missing: bool


@dataclass(frozen=True, slots=True)
class DocumentedGoal:
    """A goal, by the citizen's words for it, and what is written under it."""

    title: str
    lines: tuple[Documented, ...]


@dataclass(frozen=True, slots=True)
class StillLacking:
    """What one side has still to write."""

    whose: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentingContent:
    """Everything "Hvem dokumenterer hvad" says (E2)."""

    author: str
    citizen: str
    case_number: str
    day: date
    goals: tuple[DocumentedGoal, ...]
    around: tuple[Documented, ...]
    lacking: tuple[StillLacking, ...]


_WHOSE: Mapping[Pen, str] = {
    Pen.BESTILLER: "bestiller",
    Pen.VEJLEDER: "vejleder",
    Pen.EITHER: "begge",
    Pen.CITIZEN: "borgerens ord",
}
_OF_GOAL = ("words", "goal", "done_when", "now_citizen", "now_professional", "hoped")
_ASKED_OF_GOAL = frozenset(("goal", "done_when"))


def documenting_content(
    file: CaseFile,
    municipality: Municipality,
    today: date,
    lacking: Sequence[str],
    staff: Mapping[str, str] | None = None,
) -> DocumentingContent:
    """Who writes what, from the citizen's goals, as the fields themselves are declared; `lacking`: what the answer lacks."""
    keep, file = discretion_of(file, staff or {}).of_citizen(), both_told(file)
    goals = tuple(_documented_goal(file, goal, number, keep) for number, goal in enumerate(file.goals, 1))
    return DocumentingContent(
        author=author_of(municipality),
        citizen=file.citizen.name,
        case_number=file.case.goes_by,
        day=today,
        goals=goals,
        around=tuple(_around(file, lacking)),
        lacking=tuple(_lacking(goals, lacking)),
    )


def _documented_goal(file: CaseFile, goal: Goal, number: int, keep: Discretion) -> DocumentedGoal:
    title = keep.words(goal.words).strip() or keep.text(goal.goal).strip() or f"Mål {number}"
    lines = [_field(file, goal, name, asked=name in _ASKED_OF_GOAL) for name in _OF_GOAL]
    lines.append(_list("Delmål", fields_of(Milestone)["text"].pen, len(file.milestones_of(goal)), asked=False))
    doings = [one for one in file.actions_of(goal) if one.what.strip()]
    lines.append(_list("Handlinger", fields_of(Action)["what"].pen, len(doings), asked=True))
    return DocumentedGoal(title, tuple(lines))


def _around(file: CaseFile, lacking: Sequence[str]) -> Iterator[Documented]:
    """What is written about the whole course; what the answer lacks of it is missing."""
    for name in ("want", "think", "resources"):
        yield _field(file, file.story, name, asked=False)
    yield _field(file, file.plan, "purpose", asked=answer.PURPOSE in lacking)
    offered, stepped, met = (
        fields_of(Support)["offer"].pen,
        fields_of(NextStep)["what"].pen,
        fields_of(FollowUp)["date"].pen,
    )
    supports = sum(bool(one.offer.strip()) for one in file.support)
    yield _list("Støtte og ramme", offered, supports, asked=answer.SUPPORT in lacking)
    asked_for = {"target_group": answer.TARGET_GROUP, "reason": answer.REASON, "facts": answer.FACTS}
    for name in ("target_group", "reason", "considerations", "facts"):
        yield _field(file, file.answer, name, asked=asked_for.get(name) in lacking)
    steps = sum(bool(one.what.strip()) for one in file.next_steps)
    yield _list("Næste skridt", stepped, steps, asked=answer.NEXT_STEP in lacking)
    yield _list("Dage, vi mødes igen", met, sum(one.date is not None for one in file.follow_ups), asked=False)


def _field(file: CaseFile, record: Goal | Story | Plan | Answer, name: str, *, asked: bool) -> Documented:
    info, value = fields_of(type(record))[name], getattr(record, name)
    written = value is not None and (not isinstance(value, str) or bool(value.strip()))
    hand = file.hands.get((record.id, name))
    who = f" {format_day(hand.at.date())} af {hand.hand.name}" if hand else ""
    return _line(info.label.rstrip("?"), info.pen, f"skrevet{who}" if written else "", asked=asked)


def _list(what: str, pen: Pen, count: int, *, asked: bool) -> Documented:
    return _line(what, pen, f"{count} skrevet" if count else "", asked=asked)


def _line(what: str, pen: Pen, state: str, *, asked: bool) -> Documented:
    missing = not state and asked
    return Documented(what, _WHOSE.get(pen, ""), state or ("mangler" if asked else "ikke skrevet"), missing)


def _lacking(goals: Sequence[DocumentedGoal], lacking: Sequence[str]) -> Iterator[StillLacking]:
    """What each side has still to write: of the goals, and of the answer."""
    told: dict[str, list[str]] = {_WHOSE[pen]: [] for pen in (Pen.BESTILLER, Pen.VEJLEDER, Pen.EITHER)}
    for goal in goals:
        for line in goal.lines:
            if line.missing:
                told[line.whose].append(f"{line.what}: {goal.title}")
    for word in lacking:
        told[_WHOSE[_OF_LACK.get(word, Pen.BESTILLER)]].append(f"{word[:1].upper()}{word[1:]}")
    for whose, what in told.items():
        yield StillLacking(whose, tuple(dict.fromkeys(what)))


_OF_LACK: Mapping[str, Pen] = {
    answer.GOAL: Pen.VEJLEDER,
    answer.BRIDGE: Pen.EITHER,
    answer.NEXT_STEP: Pen.EITHER,
}
"""Whose pen what the answer lacks is; the rest is the bestiller's."""
