# SPDX-License-Identifier: MPL-2.0
"""What of a case is the citizen's to see: the one place the room's paper and the turned screen take their words from.

Pure. Reads fields whose audience is the citizen, and of those the citizen may leave out only the ones let through
(promises 5 and 6, row A8); people of the network who are not to be named, and a protected address, are taken out of
whatever they were written in. Called by the room and the turned screen at every refresh. Must not know how it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.names import fold, short_name
from app.domain.periods import last_permitted_day
from app.models.apart import both_told
from app.models.casefile import CaseFile
from app.models.choices import Owner, Paragraph, TargetGroup
from app.models.kinds import Action, Goal, Municipality
from app.papers.decided import DecidedCopy
from app.papers.discretion import Discretion, acts_for_network, discretion_of
from app.papers.reading import answer_of, is_signed, told_of
from app.views.parts.six_months import Months

NETWORK = "Mit netværk"
_NAMELESS: Mapping[str, str] = {Owner.VEJLEDER: "Din vejleder", Owner.BESTILLER: "Kommunen", Owner.NETWORK: NETWORK}


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does what by when. `owner` is one of `Owner`, or "" for somebody else; `own` is what the citizen does."""

    who: str
    what: str
    by: date | None
    owner: str

    @property
    def own(self) -> bool:
        """Whether the citizen does it."""
        return self.owner == Owner.CITIZEN


@dataclass(frozen=True, slots=True)
class GoalContent:
    """A goal: the citizen's words, the professional wording beside them, the citizen's own scale 0-10."""

    id: str
    words: str
    goal: str
    now: int | None
    hoped: int | None
    milestones: tuple[str, ...]
    doings: tuple[Doing, ...]
    done_when: str

    @property
    def title(self) -> str:
        """What the goal is called: the citizen's words; until there are any, the professional wording."""
        return self.words or self.goal


@dataclass(frozen=True, slots=True)
class SupportContent:
    """A support as the citizen is told of it."""

    offer: str
    frame: str
    start: date | None
    end: date | None
    intensity: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """The months of support: first and last day, the last day § 82 b allows (None: no such limit), the days we meet."""

    start: date
    end: date
    wall: date | None
    meets: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class CitizenContent:
    """Everything on the table that is the citizen's, in the order it is read."""

    name: str
    want: str
    think: str
    resources: str
    purpose: str
    goals: tuple[GoalContent, ...]
    support: tuple[SupportContent, ...]
    course: Course | None
    bridge: tuple[str, ...]
    next_steps: tuple[Doing, ...]
    meets: tuple[date, ...]
    network: tuple[str, ...]
    whole_person: str
    answer: str  # empty until it is signed; support and course are then the signed ones
    granted: bool  # whether that answer is a yes

    @property
    def headline(self) -> str:
        """What opens the paper: what the citizen wants, else what they think (promise 5)."""
        return self.want or self.think

    @property
    def empty(self) -> bool:
        """Whether nothing the citizen could read has been written yet."""
        said = (self.headline, self.purpose, self.goals, self.support, self.course, self.next_steps, self.answer)
        return not any((*said, self.resources, self.bridge, self.meets, self.network, self.whole_person))


def citizen_content(file: CaseFile, today: date) -> CitizenContent:
    """What of the case is the citizen's, as it stands now. Of the days we meet only those from `today` on are told."""
    keep, file = discretion_of(file, ()), both_told(file)
    meets = tuple(sorted({f.date for f in file.follow_ups if f.date}))
    told, signed = told_of(file, Municipality(id="", case_id=""), {}), is_signed(file)
    return CitizenContent(
        name=short_name(file.citizen.name),
        want=keep.words(file.story.want).strip(),
        think=keep.words(file.story.think).strip(),
        resources=keep.text(file.story.resources).strip(),
        purpose=keep.text(file.plan.purpose).strip(),
        goals=tuple(_goals(file, keep)),
        support=tuple(_support(told, keep)),
        course=_course(told, meets),
        bridge=tuple(text for b in file.bridges if (text := keep.text(b.text).strip())),
        next_steps=tuple(
            Doing(_called(keep.who(s.who), file), keep.text(s.what).strip(), s.by, _owner_of(s.who, file))
            for s in file.next_steps
            if s.who.strip() or s.what.strip()
        ),
        meets=tuple(day for day in meets if day >= today),
        network=tuple(_person(p.who, p.relation) for p in file.network if p.print and p.who.strip()),
        whole_person=keep.text(file.story.whole_person).strip() if file.story.whole_person_print else "",
        answer=answer_of(told) if signed else "",
        granted=signed and told.target_group == TargetGroup.YES,
    )


def months(content: CitizenContent, today: date) -> Months | None:
    """The line of the six months, with today on it and the door at its end."""
    course = content.course
    if course is None:
        return None
    return Months(course.start, course.end, course.wall, today, course.meets, " · ".join(content.bridge))


# -- inside


def _goals(file: CaseFile, keep: Discretion) -> Iterable[GoalContent]:
    for goal in file.goals:
        part = GoalContent(
            id=goal.id,
            words=keep.words(goal.words).strip(),
            goal=keep.text(goal.goal).strip(),
            now=goal.now_citizen,
            hoped=goal.hoped,
            milestones=tuple(text for m in file.milestones_of(goal) if (text := keep.text(m.text).strip())),
            doings=tuple(_doing(a, file, keep) for a in file.actions_of(goal) if a.what.strip()),
            done_when=keep.text(goal.done_when).strip(),
        )
        if _holds_something(part, goal):
            yield part


def _holds_something(part: GoalContent, goal: Goal) -> bool:
    scaled = goal.now_citizen is not None or goal.hoped is not None
    return scaled or any((part.words, part.goal, part.milestones, part.doings, part.done_when))


def _doing(action: Action, file: CaseFile, keep: Discretion) -> Doing:
    own = action.owner == Owner.CITIZEN or (not action.owner and _is_citizen(action.who, file))
    if acts_for_network(action.owner, action.who, keep):
        who = NETWORK if action.owner == Owner.NETWORK else keep.who(action.who)
    elif action.owner in (Owner.VEJLEDER, Owner.BESTILLER):
        who = keep.words(action.who)
    else:
        who = keep.who(action.who)
    nameless = short_name(file.citizen.name) if own else _NAMELESS.get(action.owner, "")
    owner = Owner.CITIZEN if own else action.owner or _owner_of(action.who, file)
    return Doing(_called(who, file) or nameless, keep.text(action.what).strip(), action.by, owner)


def _owner_of(who: str, file: CaseFile) -> str:
    """Whose a thing is by the name on it: the citizen's, one of the two pens', or nobody's that is known."""
    said = fold(who)
    if _is_citizen(who, file):
        return Owner.CITIZEN
    pens = ((Owner.BESTILLER, file.case.bestiller), (Owner.VEJLEDER, file.case.vejleder))
    return next((owner for owner, name in pens if said and said in (fold(name), fold(short_name(name)))), "")


def _called(who: str, file: CaseFile) -> str:
    """A name as it is said at the table: those who sit there, and the citizen, by first name."""
    at_table = {fold(name) for name in (file.citizen.name, file.case.bestiller, file.case.vejleder)}
    at_table |= {fold(p.name) for p in file.participants}
    return short_name(who) if fold(who) in at_table else who.strip()


def _is_citizen(who: str, file: CaseFile) -> bool:
    """Whether a name typed is the citizen's own: the whole name, or the first of it."""
    said = fold(who)
    return bool(said) and said in (fold(file.citizen.name), fold(short_name(file.citizen.name)))


def _support(told: DecidedCopy, keep: Discretion) -> Iterable[SupportContent]:
    for support in told.support:
        offer, frame = keep.text(support.offer).strip(), keep.text(support.frame).strip()
        if offer or frame:
            yield SupportContent(offer, frame, support.start, support.end, keep.text(support.intensity).strip())


def _course(told: DecidedCopy, meets: tuple[date, ...]) -> Course | None:
    """The one period drawn as a line: the individual support's, else that of the first support with both days."""
    rank = (Paragraph.P82B.value, Paragraph.P82A.value, Paragraph.OPEN.value)
    dated = [s for s in told.support if s.start and s.end and s.start <= s.end]
    dated.sort(key=lambda s: rank.index(s.paragraph) if s.paragraph in rank else len(rank))
    for support in dated[:1]:
        if support.start and support.end:
            wall = last_permitted_day(support.start) if support.paragraph == Paragraph.P82B else None
            on_the_way = tuple(day for day in meets if support.start < day <= support.end)
            return Course(support.start, support.end, wall, on_the_way)
    return None


def _person(name: str, relation: str) -> str:
    return f"{name.strip()} ({relation.strip()})" if relation.strip() else name.strip()
