# SPDX-License-Identifier: MPL-2.0
"""What goes in the meeting note for the record (offentlighedsloven § 13; domain.md § 7.3 C).

Pure, as `answer_contents`. Called by the services that make a paper; set by `meeting_note`. It keeps apart whose words are
whose: the citizen's, those of others the municipality has it from, and the judgement of each of the two at the table. Own
working notes are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.dates import format_day, format_full
from app.models.apart import both_told
from app.models.casefile import CaseFile, Said, SignedDecision, Talk
from app.models.choices import ReadBack
from app.models.fields import Value
from app.models.kinds import (
    Municipality,
)
from app.papers.discretion import Discretion, discretion_of
from app.papers.parts import Doing, SupportPart
from app.papers.reading import (
    answer_of,
    author_of,
    identifier_of,
    in_order,
    is_signed,
    law,
    place_of,
    steps_of,
    support_of,
    told_of,
    with_relation,
)


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
    considerations: str
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
        case_number=file.case.goes_by,
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
        considerations=keep.words(told.considerations).strip(),
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


def _moment(moment: str) -> str:
    """The day and the hour of an ISO moment."""
    at = datetime.fromisoformat(moment)
    return f"{format_day(at.date())} kl. {at:%H.%M}"


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
        said = "ja" if one.given or one.withdrawn_on else "nej"
        when = f" {format_full(one.given_on)}" if one.given_on else ""
        back = f", trukket tilbage {format_full(one.withdrawn_on)}" if one.withdrawn_on else ""
        yield f"{about}: {said}{when}{back}."


def _told_signed(one: SignedDecision) -> str:
    """Of a row that does not hold, nothing it says is told."""
    if not one.authentic:
        return "et, der er ændret uden for Rundbord"
    return f"{one.decision.signer_name} ({one.decision.target_group}, {_moment(one.decision.signed_at)})"


def _disagreements(file: CaseFile, keep: Discretion) -> Iterator[str]:
    signed = [_told_signed(one) for one in file.apart]
    if signed:
        yield f"Der er underskrevet flere svar hver for sig, og ingen af dem gælder alene: {' og '.join(signed)}."
    if file.story.read_back == ReadBack.CHANGE:
        yield "Borgeren bad om, at noget i planen bliver rettet."
    for talk in file.conversations:
        yield f"{talk.label}: {_told_talk(talk, keep)}"
    for one in file.questions:
        if one.text.strip():
            replied = keep.text(one.answer).strip()
            met = f"Bestilleren svarede: »{replied}«" if replied else "Set." if one.seen else "Ikke besvaret."
            yield f"Vejlederen spurgte: »{keep.text(one.text).strip()}« {met}"
    yield from _wished(file, keep)


def _wished(file: CaseFile, keep: Discretion) -> Iterator[str]:
    """What the vejleder wished for at this meeting: a wish made between two is in the history, and grants nothing either way."""
    for one in file.revisit_requests:
        written = file.hands.get((one.id, "offer"))
        if written is None or file.meeting is None or written.at.date() != file.meeting.date or not one.offer.strip():
            continue
        said_no, why = keep.text(one.answer).strip(), keep.text(one.why).strip()
        drafted = "Bestilleren tog det med i et udkast." if one.support_id else "Ikke besvaret."
        met = f"Bestilleren sagde nej: »{said_no}«" if said_no else drafted
        because = f" »{why}«" if why else ""
        yield f"Vejlederen ønskede revisitation: »{keep.text(one.offer).strip()}«.{because} {met}"


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
