# SPDX-License-Identifier: MPL-2.0
"""What goes on each paper: the citizen's own and nothing else (promises 2, 5, 6; rows A3, A5, A6, B4-B6, C3, D6, E8, F2).

Pure. Called by the services that make a paper and by the preview; `plan` and `answer_letter` set what comes back. A decision
whose seal holds speaks through its signed copy, whatever the fields have since become; without one everything is a draft.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.dates import format_long
from app.domain.deadlines import Channel, complaint_deadline
from app.domain.identifiers import IdentifierKind, display
from app.domain.names import fold
from app.models.apart import both_told
from app.models.casefile import CaseFile
from app.models.choices import Owner, Paragraph, TargetGroup
from app.models.kinds import Municipality, Offer, Paper
from app.papers.decided import DecidedAction, DecidedCopy, DecidedGoal, DecidedSupport
from app.papers.discretion import STAFF_ROLES, Discretion, acts_for_network, discretion_of


class PaperKind(StrEnum):
    """A paper of the record: `Paper.type`."""

    PLAN = "plan"
    LETTER = "svar"


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
class PlanContent:
    """Everything "Min plan" says."""

    author: str
    phone: str
    citizen: str
    day: date
    place: str
    want: str
    think: str
    resources: str
    network: tuple[str, ...]
    whole_person: str
    purpose: str
    provisional_until: date | None
    goals: tuple[GoalPart, ...]
    support: tuple[SupportPart, ...]
    course: Course | None
    follow_ups: tuple[date, ...]
    bridge: tuple[str, ...]
    next_steps: tuple[Doing, ...]
    contacts: tuple[Contact, ...]
    present: tuple[str, ...]
    read_back: str
    answer: str  # empty until there is a decision
    decided_by: str
    decided_on: date | None
    broken_seal: bool

    @property
    def signed(self) -> bool:
        """Whether a decision stands behind the paper. Without one it is never printed as anything but a draft."""
        return bool(self.answer)


@dataclass(frozen=True, slots=True)
class Clause:
    """Whether and how the answer can be complained of, by its paragraph ("§ 82 b")."""

    law: str
    text: str


@dataclass(frozen=True, slots=True)
class LetterContent:
    """Everything the answer letter says."""

    municipality: str
    unit: str
    address: tuple[str, ...]
    phone: str
    logo: str
    day: date
    case_number: str
    receiver: tuple[str, ...]
    identifier: str
    identifier_label: str
    guardian: str
    target_group: str
    answer: str
    law: str
    support: tuple[SupportPart, ...]
    reason: str
    facts: str
    until: date | None
    want: str
    think: str
    purpose: str
    goals: tuple[GoalPart, ...]
    bridge: tuple[str, ...]
    next_steps: tuple[Doing, ...]
    follow_ups: tuple[date, ...]
    clauses: tuple[Clause, ...]
    contacts: tuple[Contact, ...]
    decided_by: str
    decided_on: date | None
    decision_hash: str
    privacy: str
    data_protection: str
    broken_seal: bool

    @property
    def signed(self) -> bool:
        """Whether the letter is a decision. Without one it is never printed as anything but a draft."""
        return bool(self.decision_hash)


def content_hash(content: PlanContent | LetterContent) -> str:
    """The sha256 of what a paper says, in hex: the same words give the same hash on every desk."""
    said = {"paper": type(content).__name__, **dataclasses.asdict(content)}
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()


def short_hash(full: str) -> str:
    """A hash as it stands at the foot of a page: 7f3a c219."""
    return f"{full[:4]} {full[4:8]}"


def plan_content(
    file: CaseFile, municipality: Municipality, today: date, staff: Mapping[str, str] | None = None
) -> PlanContent:
    """What "Min plan" says. `staff`: the phone of each person at work, by name. `today` only where no meeting has a date."""
    keep, file = discretion_of(file, staff or {}), both_told(file)
    told, signed = _told(file, municipality, {}), _signed(file)
    meeting = file.meeting
    return PlanContent(
        author=_author(municipality),
        phone=municipality.phone,
        citizen=told.citizen_name,
        day=(meeting.date if meeting else None) or told.decided_on or today,
        place=_place(file, keep),
        want=keep.words(file.story.want if told.want is None else told.want).strip(),
        think=keep.words(file.story.think if told.think is None else told.think).strip(),
        resources=keep.text(file.story.resources).strip(),
        network=tuple(_person(p.who, p.relation) for p in file.network if p.print and p.who.strip()),
        whole_person=keep.text(file.story.whole_person).strip() if file.story.whole_person_print else "",
        purpose=keep.text(told.purpose).strip(),
        provisional_until=told.provisional_until,
        goals=_goals(told, file, keep),
        support=_support(told.support, keep),
        course=_course(told),
        follow_ups=_in_order(told.follow_ups),
        bridge=tuple(keep.text(text).strip() for text in told.bridge),
        next_steps=_steps(told.next_steps, keep),
        contacts=_contacts(file, municipality, staff or {}),
        present=tuple(_present(file, keep)),
        read_back=told.read_back,
        answer=_answer(told) if signed else "",
        decided_by=told.decided_by,
        decided_on=told.decided_on,
        broken_seal=file.decision is not None and not signed,
    )


def letter_content(
    file: CaseFile,
    municipality: Municipality,
    today: date,
    staff: Mapping[str, str] | None = None,
    *,
    offers: Mapping[str, Offer] | None = None,
    channel: Channel = Channel.HANDED_OVER,
) -> LetterContent:
    """What the answer letter says. `offers` by id give a draft the catalogue's words; a decision holds its own (F2).

    The time to complain runs from the day the first signed letter of this decision was handed over or sent, as the record has
    it; until then from `today` and `channel`.
    """
    keep, file = discretion_of(file, staff or {}), both_told(file)
    told, signed = _told(file, municipality, offers or {}), _signed(file)
    shown, label = _identifier(told, file)
    first = _first_delivered(file)
    sent_on = (first.delivered_on if first else None) or today
    sent_on = max(
        sent_on, told.decided_on or sent_on
    )  # the seal holds the day it was decided: nothing is sent before it
    deadline = complaint_deadline(sent_on, _channel(first, channel), municipality.closed_days_extra)
    return LetterContent(
        municipality=municipality.name,
        unit=municipality.unit,
        address=_address_lines(municipality.address),
        phone=municipality.phone,
        logo=municipality.logo,
        day=told.decided_on or today,
        case_number=told.case_number or file.case.number,
        receiver=(told.citizen_name, *_receiver_address(file)),
        identifier=shown,
        identifier_label=label,
        guardian="" if keep.hides(file.citizen.guardian) else file.citizen.guardian.strip(),
        target_group=told.target_group,
        answer=_answer(told),
        law=law(told.paragraphs),
        support=_support(told.support, keep),
        reason=keep.words(told.reason),
        facts=keep.words(told.facts),
        until=told.until if told.target_group == TargetGroup.LATER else None,
        want=keep.words(file.story.want if told.want is None else told.want).strip(),
        think=keep.words(file.story.think if told.think is None else told.think).strip(),
        purpose=keep.text(told.purpose).strip(),
        goals=_goals(told, file, keep),
        bridge=tuple(keep.text(text).strip() for text in told.bridge),
        next_steps=_steps(told.next_steps, keep),
        follow_ups=_in_order(told.follow_ups),
        clauses=tuple(_clauses(told, municipality, deadline)),
        contacts=_contacts(file, municipality, staff or {}),
        decided_by=told.decided_by,
        decided_on=told.decided_on,
        decision_hash=file.decision.decision.hash if signed and file.decision else "",
        privacy=municipality.privacy,
        data_protection=municipality.data_protection,
        broken_seal=file.decision is not None and not signed,
    )


LAWS: Mapping[str, str] = {Paragraph.P82B: "§ 82 b", Paragraph.P82A: "§ 82 a", "85": "§ 85"}


def law(paragraphs: Iterable[str]) -> str:
    """The law as it is written in a sentence: serviceloven §§ 82 a og 82 b. Empty where there is no paragraph."""
    known = [LAWS.get(p, f"§ {p}") for p in dict.fromkeys(paragraphs) if p and p != Paragraph.OPEN]
    if len(known) < 2:
        return f"serviceloven {known[0]}" if known else ""
    bare = [one.removeprefix("§ ") for one in known]
    return f"serviceloven §§ {', '.join(bare[:-1])} og {bare[-1]}"


# ── where it is read from ────────────────────────────────────────────────────────────────────────────────────────────


def _signed(file: CaseFile) -> bool:
    return file.decision is not None and file.decision.authentic


def _told(file: CaseFile, municipality: Municipality, offers: Mapping[str, Offer]) -> DecidedCopy:
    if file.decision is not None and file.decision.authentic:
        return DecidedCopy.from_json(file.decision.decision.content)
    return DecidedCopy.of_draft(file, municipality, offers)


def _first_delivered(file: CaseFile) -> Paper | None:
    if file.decision is None or not file.decision.authentic:
        return None
    decision_id = file.decision.decision.id
    given = [p for p in file.papers if p.decision_id == decision_id and p.type == PaperKind.LETTER]
    return min((p for p in given if p.delivered_on and not p.draft), key=lambda p: p.version, default=None)


def _channel(first: Paper | None, otherwise: Channel) -> Channel:
    return Channel(first.channel) if first is not None and first.channel in set(Channel) else otherwise


# ── what is said of it ───────────────────────────────────────────────────────────────────────────────────────────────


def _answer(told: DecidedCopy) -> str:
    """The decision in one sentence: the first the citizen reads (A2)."""
    if told.target_group == TargetGroup.YES:
        return "Ja, du er i målgruppen for støtte."
    if told.target_group == TargetGroup.NO:
        return "Nej, du er ikke i målgruppen for støtte."
    if told.target_group == TargetGroup.DIRECT_85:
        return "Din sag går direkte videre efter serviceloven § 85."
    if told.target_group == TargetGroup.LATER and told.until:
        return f"Du får svar senest {format_long(told.until)}."
    if told.target_group == TargetGroup.LATER:
        return "Svaret er udskudt."
    return "Der er ikke svaret endnu."


def _goals(told: DecidedCopy, file: CaseFile, keep: Discretion) -> tuple[GoalPart, ...]:
    now = {(goal.words, goal.goal): goal for goal in file.goals}
    found = []
    for goal in told.goals:
        live = now.get((goal.words, goal.goal))
        part = GoalPart(
            words=keep.words(goal.words).strip(),
            goal=keep.text(goal.goal).strip(),
            done_when=keep.text(goal.done_when).strip(),
            now=goal.now if goal.now is not None or live is None else live.now_citizen,
            hoped=goal.hoped if goal.hoped is not None or live is None else live.hoped,
            milestones=tuple(keep.text(text).strip() for text in goal.milestones),
            own=tuple(_doing(a, keep) for a in goal.actions if a.owner == Owner.CITIZEN and a.what.strip()),
            others=_others(goal, keep),
        )
        if any((part.words, part.goal, part.done_when, part.milestones, part.own, part.others)):
            found.append(part)
    return tuple(found)


def _others(goal: DecidedGoal, keep: Discretion) -> tuple[Doing, ...]:
    return tuple(_doing(a, keep) for a in goal.actions if a.owner != Owner.CITIZEN and a.what.strip())


_NAMELESS: Mapping[str, str] = {
    Owner.VEJLEDER: "Din vejleder",
    Owner.BESTILLER: "Kommunen",
    Owner.NETWORK: "Mit netværk",
}


def _doing(action: DecidedAction, keep: Discretion) -> Doing:
    if acts_for_network(action.owner, action.who, keep):
        who = "Mit netværk" if action.owner == Owner.NETWORK else keep.who(action.who)
    elif action.owner in (Owner.VEJLEDER, Owner.BESTILLER):
        who = keep.words(action.who).strip()
    else:
        who = keep.who(action.who).strip()
    return Doing(who or _NAMELESS.get(action.owner, ""), keep.text(action.what).strip(), action.by)


def _steps(steps: Iterable[DecidedAction], keep: Discretion) -> tuple[Doing, ...]:
    return tuple(_doing(step, keep) for step in steps if step.what.strip() or step.who.strip())


def _support(support: Iterable[DecidedSupport], keep: Discretion) -> tuple[SupportPart, ...]:
    return tuple(
        SupportPart(
            offer=keep.text(s.offer).strip(),
            frame=keep.text(s.frame).strip(),
            start=s.start,
            end=s.end,
            paragraph=s.paragraph,
            law=s.legal_ground.strip() or law((s.paragraph,)),
            standard=s.standard.strip(),
        )
        for s in support
    )


def _course(told: DecidedCopy) -> Course | None:
    """The one period drawn as a line: that of the individual support, else of the first that has both days."""
    wanted = sorted(told.support, key=lambda s: (s.paragraph != Paragraph.P82B, s.paragraph != Paragraph.P82A))
    for one in wanted:
        if one.start is not None and one.end is not None and one.start <= one.end:
            start, end = one.start, one.end
            return Course(start, end, tuple(day for day in _in_order(told.follow_ups) if start < day <= end))
    return None


def _in_order(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted(set(days)))


def _person(name: str, relation: str) -> str:
    return f"{name.strip()} ({relation.strip()})" if relation.strip() else name.strip()


def _present(file: CaseFile, keep: Discretion) -> Iterable[str]:
    meeting = file.meeting
    for one in file.participants:
        if meeting is not None and one.meeting_id != meeting.id:
            continue
        hidden = one.role not in STAFF_ROLES and keep.hides(one.name)
        name = "" if hidden else one.name.strip()
        if name or one.role:
            yield _person(name, one.role) if name else f"en {one.role}"


def _place(file: CaseFile, keep: Discretion) -> str:
    place = file.meeting.place.strip() if file.meeting else ""
    return "hjemme hos dig" if keep.words(place) != place else place


def _contacts(file: CaseFile, municipality: Municipality, staff: Mapping[str, str]) -> tuple[Contact, ...]:
    phones = {fold(name): phone for name, phone in staff.items()}
    at_table = {one.role: one.name for one in reversed(file.participants)}
    coordinator = file.coordinators[-1].name if file.coordinators and not file.coordinators[-1].until else ""
    wanted = (
        (file.case.vejleder or at_table.get("vejleder", ""), "vejleder"),
        (file.case.bestiller or at_table.get("bestiller", ""), "bestiller"),
        (coordinator, "koordinerende sagsbehandler"),
    )
    found: dict[str, Contact] = {}
    for name, role in wanted:
        if name.strip():
            phone = phones.get(fold(name), "").strip() or municipality.phone
            found.setdefault(fold(name), Contact(name.strip(), role, phone))
    return tuple(found.values()) or (Contact(municipality.unit or municipality.name, "", municipality.phone),)


def _author(municipality: Municipality) -> str:
    return ", ".join(part for part in (municipality.name.strip(), municipality.unit.strip()) if part)


def _address_lines(address: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in address.replace(", ", "\n").splitlines() if line.strip())


def _receiver_address(file: CaseFile) -> tuple[str, ...]:
    return () if file.citizen.protected else _address_lines(file.citizen.address)


def _identifier(told: DecidedCopy, file: CaseFile) -> tuple[str, str]:
    """The number as people write it, and what it is: a stand-in is never printed as a CPR number (domain.md § 4)."""
    if not told.identifier:
        return "", ""
    known = {number.value: number.type for number in file.identifiers}
    kind = told.identifier_type or known.get(told.identifier, "") or IdentifierKind.CPR
    return display(told.identifier), IdentifierKind(kind).label if kind in set(IdentifierKind) else "Nummer"


def _clauses(told: DecidedCopy, municipality: Municipality, deadline: date) -> Iterable[Clause]:
    """The municipality's own clause for each paragraph; nothing is said of the law that is not its configuration."""
    configured = {
        Paragraph.P82A.value: (municipality.clause_82a, municipality.appealable_82a),
        Paragraph.P82B.value: (municipality.clause_82b, municipality.appealable_82b),
        "85": (municipality.clause_85, municipality.appealable_85),
    }
    for paragraph in dict.fromkeys(told.paragraphs):
        text, appealable = configured.get(paragraph, ("", False))
        said = text.strip().replace("{frist}", format_long(deadline))
        if appealable and "{frist}" not in text:
            said = f"{said} Du skal klage senest {format_long(deadline)}.".strip()
        if said:
            yield Clause(LAWS.get(paragraph, f"§ {paragraph}"), said)
