# SPDX-License-Identifier: MPL-2.0
"""What goes on the papers that are not the citizen's: the note for the record, the order to the udfører, who documents what.

Pure, as `content`. Called by the services that make a paper; set by `meeting_note`, `order` and `documenting`. What each must
not hold differs, and is the same in its test: the order has what the udfører needs and no more (domain.md § 7.3 D), the note
keeps apart whose words are whose (offentlighedsloven § 13; domain.md § 7.3 C). Own working notes are on none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.domain import answer
from app.domain.dates import format_day, format_full
from app.domain.roles import Pen
from app.models.apart import both_told
from app.models.casefile import CaseFile, Said, Talk
from app.models.choices import Paragraph, ReadBack, TargetGroup
from app.models.fields import Value, fields_of
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
from app.papers.parts import Contact, Course, Doing, GoalPart, SupportPart
from app.papers.reading import (
    answer_of,
    author_of,
    contact_of,
    contacts_of,
    course_of,
    goals_of,
    identifier_of,
    in_order,
    is_signed,
    law,
    place_of,
    receiver_address,
    steps_of,
    support_of,
    told_of,
    with_relation,
)

# -- the note for the record


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody said or judged: under which heading, the words, and who wrote them down when."""

    about: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Informant:
    """Somebody the municipality has something from, and all it has from them."""

    name: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class NoteContent:
    """Everything the meeting note says."""

    author: str
    citizen: str
    identifier: str
    identifier_label: str
    case_number: str
    day: date
    place: str
    started: str
    ended: str
    present: tuple[str, ...]
    citizen_said: tuple[Statement, ...]
    informants: tuple[Informant, ...]
    vejleder_judged: tuple[Statement, ...]
    bestiller_judged: tuple[Statement, ...]
    guidance: tuple[Statement, ...]
    consents: tuple[str, ...]
    answer: str
    law: str
    reason: str
    facts: str
    weighing: str
    decided_by: str
    decided_on: date | None
    decision_hash: str
    broken_seal: bool
    support: tuple[SupportPart, ...]
    disagreements: tuple[str, ...]
    next_steps: tuple[Doing, ...]
    follow_ups: tuple[date, ...]
    bridge: tuple[str, ...]


def note_content(
    file: CaseFile, municipality: Municipality, today: date, staff: Mapping[str, str] | None = None
) -> NoteContent:
    """The note of the newest meeting: what was said by whom, what was decided by whom, and what they do not agree on."""
    keep, file = discretion_of(file, staff or {}).of_citizen(), both_told(file)
    told, signed = told_of(file, municipality, {}), is_signed(file)
    meeting, decision = file.meeting, file.decision
    number, label = identifier_of(told, file)
    return NoteContent(
        author=author_of(municipality),
        citizen=file.citizen.name,
        identifier=number,
        identifier_label=label,
        case_number=file.case.number,
        day=(meeting.date if meeting else None) or today,
        place=place_of(file, keep),
        started=_clock(meeting.started) if meeting else "",
        ended=_clock(meeting.ended) if meeting else "",
        present=tuple(_at_the_table(file)),
        citizen_said=tuple(_citizen_said(file, keep)),
        informants=tuple(_informants(file, keep)),
        vejleder_judged=tuple(_vejleder_judged(file, keep)),
        bestiller_judged=tuple(_bestiller_judged(file, keep)),
        guidance=tuple(_guidance(file, keep)),
        consents=tuple(_consents(file, keep)),
        answer=answer_of(told) if signed else "",
        law=law(told.paragraphs) if signed else "",
        reason=keep.words(told.reason).strip(),
        facts=keep.words(told.facts).strip(),
        weighing=keep.words(told.weighing).strip(),
        decided_by=told.decided_by,
        decided_on=told.decided_on,
        decision_hash=decision.decision.hash if signed and decision else "",
        broken_seal=decision is not None and not signed,
        support=support_of(told.support, keep) if signed else (),
        disagreements=tuple(_disagreements(file, keep)),
        next_steps=steps_of(told.next_steps, keep),
        follow_ups=in_order(told.follow_ups),
        bridge=tuple(keep.text(text).strip() for text in told.bridge),
    )


def _clock(moment: str) -> str:
    """The hour of an ISO moment, by the clock it was written by: 10.42. What is no moment is left as it stands."""
    try:
        return f"{datetime.fromisoformat(moment):%H.%M}" if moment.strip() else ""
    except ValueError:
        return moment.strip()


def _at_the_table(file: CaseFile) -> Iterator[str]:
    """Everybody who took part, by name: the record must say who heard what."""
    for one in file.participants:
        if file.meeting is None or one.meeting_id == file.meeting.id:
            about = ", ".join(part.strip() for part in (one.role, one.discipline) if part.strip())
            if one.name.strip() or about:
                yield with_relation(one.name, about) if one.name.strip() else f"En {about}"


def _by(file: CaseFile, record_id: str, name: str) -> str:
    """Who wrote it down, and on which day."""
    written = file.hands.get((record_id, name))
    if written is None:
        return ""
    return f"{written.hand.name} ({written.hand.role.value}), {format_full(written.at.date())}"


def _stated(file: CaseFile, record_id: str, name: str, about: str, text: str) -> Iterator[Statement]:
    if text.strip():
        yield Statement(about, text.strip(), _by(file, record_id, name))


def _citizen_said(file: CaseFile, keep: Discretion) -> Iterator[Statement]:
    story = file.story
    yield from _stated(file, story.id, "want", "Hvad vil du?", _quoted(keep.words(story.want)))
    yield from _stated(file, story.id, "think", "Hvad tænker du selv?", _quoted(keep.words(story.think)))
    for number, goal in enumerate(file.goals, 1):
        yield from _stated(file, goal.id, "words", f"Mål {number}", _quoted(keep.words(goal.words)))
        known = (("i dag", goal.now_citizen), ("håber på", goal.hoped))
        scale = ", ".join(f"{said} {value} af 10" for said, value in known if value is not None)
        name = "now_citizen" if goal.now_citizen is not None else "hoped"
        yield from _stated(file, goal.id, name, f"Mål {number}, på skalaen", scale)
    for one in file.tried:
        what = keep.text(one.what).strip()
        yield from _stated(file, one.id, "citizen_says", f"Om {what}", _quoted(keep.words(one.citizen_says)))
    if story.read_back.strip():
        yield from _stated(file, story.id, "read_back", "Da planen blev læst op", _quoted(story.read_back))


def _quoted(words: str) -> str:
    return f"»{words.strip()}«" if words.strip() else ""


def _informants(file: CaseFile, keep: Discretion) -> Iterator[Informant]:
    """Each by themselves: what comes from another authority is not the citizen's, and no finding of our own."""
    for sent in file.referrals:
        tried = [one for one in file.tried if one.referral_id == sent.id]
        told = [
            Statement(keep.text(one.what).strip(), _outcome(keep.text(one.outcome), keep.text(one.note)), "")
            for one in tried
            if one.what.strip() or one.outcome.strip() or one.note.strip()
        ]
        named = with_relation(sent.sender or "Henvisning", keep.text(sent.contact))
        when = f", henvist {format_full(sent.date)}" if sent.date else ""
        yield Informant(f"{named}{when}", tuple(told))
    sent_ids = {sent.id for sent in file.referrals}
    loose = [one for one in file.tried if one.referral_id not in sent_ids and one.what.strip()]
    if loose:
        told = [
            Statement(keep.text(one.what).strip(), _outcome(keep.text(one.outcome), keep.text(one.note)), "")
            for one in loose
        ]
        yield Informant("Skrevet ned ved bordet", tuple(told))
    for one in file.advice:
        if one.text.strip():
            when = f", {format_full(one.date)}" if one.date else ""
            named = with_relation(one.adviser or "Rådgiver", keep.text(one.organisation))
            said = _stated(file, one.id, "text", "Råd", keep.text(one.text))
            yield Informant(f"{named}{when}", tuple(said))


def _outcome(outcome: str, note: str) -> str:
    return ". ".join(part.strip().rstrip(".") for part in (outcome, note) if part.strip())


def _vejleder_judged(file: CaseFile, keep: Discretion) -> Iterator[Statement]:
    for number, goal in enumerate(file.goals, 1):
        yield from _stated(file, goal.id, "goal", f"Mål {number}", keep.text(goal.goal))
        yield from _stated(file, goal.id, "done_when", f"Mål {number} er nået, når", keep.text(goal.done_when))
        if goal.now_professional is not None:
            said = f"{goal.now_professional} af 10"
            yield from _stated(file, goal.id, "now_professional", f"Mål {number}, vejlederens vurdering", said)
        for one in file.milestones_of(goal):
            yield from _stated(file, one.id, "text", f"Mål {number}, delmål", keep.text(one.text))


def _bestiller_judged(file: CaseFile, keep: Discretion) -> Iterator[Statement]:
    plan, said = file.plan, file.answer
    until = f" (foreløbigt, afklares senest {format_full(plan.provisional_until)})" if plan.provisional_until else ""
    if plan.purpose.strip():
        yield from _stated(file, plan.id, "purpose", f"Formål{until}", keep.text(plan.purpose))
    yield from _stated(file, said.id, "handleplan", "§ 141-handleplan tilbudt", said.handleplan)
    why = keep.text(said.handleplan_why)
    yield from _stated(file, said.id, "handleplan_why", "Hvorfor eller hvorfor ikke", why)


def _guidance(file: CaseFile, keep: Discretion) -> Iterator[Statement]:
    said = file.answer
    yield from _stated(file, file.case.id, "guidance", "Vejledning", keep.text(file.case.guidance))
    yield from _stated(file, said.id, "hearing", "Partshøring", said.hearing)
    yield from _stated(file, said.id, "hearing_note", "Hørt om hvad, og hvad blev sagt", keep.text(said.hearing_note))


def _consents(file: CaseFile, keep: Discretion) -> Iterator[str]:
    for one in file.consents:
        party, purpose = keep.text(one.party).strip(), keep.text(one.purpose).strip()
        if not (party or purpose):
            continue
        about = f"{party or 'Ikke sagt hvem'} om {purpose[:1].lower()}{purpose[1:]}" if purpose else party
        said = "ja" if one.given else "nej"
        when = f" {format_full(one.given_on)}" if one.given_on else ""
        back = f", trukket tilbage {format_full(one.withdrawn_on)}" if one.withdrawn_on else ""
        yield f"{about}: {said}{when}{back}."


def _disagreements(file: CaseFile, keep: Discretion) -> Iterator[str]:
    if file.story.read_back == ReadBack.CHANGE:
        yield "Borgeren bad om, at noget i planen bliver rettet."
    for talk in file.conversations:
        yield f"{talk.label}: {_told_talk(talk, keep)}"
    for one in file.questions:
        if one.text.strip():
            replied = keep.text(one.answer).strip()
            met = f"Bestilleren svarede: »{replied}«" if replied else "Set." if one.seen else "Ikke besvaret."
            yield f"Vejlederen spurgte: »{keep.text(one.text).strip()}« {met}"


def _told_talk(talk: Talk, keep: Discretion) -> str:
    """Both sides, each by name, in the order they were written (promise 4)."""
    return " ".join(f"{_who(one)} skrev: »{_words(one.values, keep)}«" for one in talk.said)


def _who(said: Said) -> str:
    return f"{said.hand.name} ({said.hand.role.value}) {format_day(said.at.date())} kl. {said.at:%H.%M}"


def _words(values: Mapping[str, Value], keep: Discretion) -> str:
    return keep.text(" – ".join(part for part in map(_one, values.values()) if part)).strip() or "intet"


def _one(value: Value) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return format_full(value) if isinstance(value, date) else "" if value is None else str(value)


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
        case_number=told.case_number or file.case.number,
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
        case_number=file.case.number,
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
    for name, lack in (("target_group", answer.TARGET_GROUP), ("reason", answer.REASON), ("facts", answer.FACTS)):
        yield _field(file, file.answer, name, asked=lack in lacking)
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
