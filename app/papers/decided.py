# SPDX-License-Identifier: MPL-2.0
"""What was decided, read back from the signed copy: a paper prints that, not the fields as they have since become.

Called by `reading`, for a decision whose seal holds and for the draft on the table, so that both are read in one shape. The
signed copy is JSON written by the service that signs; another version of the program may leave out or add keys, so each is
read by itself. Must not know how a seal is checked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from app.domain.paragraphs import paragraphs_in
from app.domain.terms import TermList, terms
from app.models.casefile import CaseFile
from app.models.choices import Paragraph, TargetGroup
from app.models.kinds import PARAGRAPHS_OF, Municipality, Offer, Support


@dataclass(frozen=True, slots=True)
class DecidedAction:
    """Who does what by when, under a goal."""

    owner: str
    who: str
    what: str
    by: date | None


@dataclass(frozen=True, slots=True)
class DecidedGoal:
    """A goal as it was signed."""

    words: str
    goal: str
    done_when: str
    now: int | None
    hoped: int | None
    milestones: tuple[str, ...]
    actions: tuple[DecidedAction, ...]


@dataclass(frozen=True, slots=True)
class DecidedSupport:
    """A support as it was signed, with the catalogue's words of that day (F2)."""

    paragraph: str
    offer: str
    start: date | None
    end: date | None
    frame: str
    legal_ground: str
    standard: str
    service: str = ""
    """The code of the ydelse in FFB; a decision from before it was kept has that of its paragraph."""
    provider: str = ""
    """The code of the tilbud in FFB, if the entry said."""
    id: str = ""
    """The row it was signed from; a decision from before it was kept has none."""
    intensity: str = ""
    """How much of it is given just now: nothing that was decided, but the record as it stands (C5)."""


@dataclass(frozen=True, slots=True)
class DecidedCopy:
    """What is decided. What the signed copy does not hold is empty; `think` and `want` are then None."""

    citizen_name: str
    identifier: str
    identifier_type: str
    case_number: str
    target_group: str
    paragraphs: tuple[str, ...]
    reason: str
    considerations: str
    facts: str
    hearing: str  # whether the citizen has been heard: a choice
    weighing: str  # of the advice there was: internal, for the note alone
    until: date | None
    think: str | None
    want: str | None
    purpose: str
    provisional_until: date | None
    goals: tuple[DecidedGoal, ...]
    support: tuple[DecidedSupport, ...]
    bridge: tuple[str, ...]
    next_steps: tuple[DecidedAction, ...]
    follow_ups: tuple[date, ...]
    read_back: str
    decided_by: str
    decided_on: date | None

    @classmethod
    def from_json(cls, content: str) -> DecidedCopy:
        """Read the canonical JSON of a decision. Raises ValueError when it is no JSON object at all."""
        raw = json.loads(content)
        if not isinstance(raw, dict):
            raise ValueError("a decision's content is not a JSON object")
        citizen, number = _mapping(raw.get("citizen")), _mapping(raw.get("citizen")).get("identifier")
        typed = _mapping(number)
        return cls(
            citizen_name=_text(citizen.get("name")),
            identifier=_text(typed.get("value")) if typed else _text(number),
            identifier_type=_text(typed.get("type")) or _text(citizen.get("identifier_type")),
            case_number=_text(raw.get("case_number")),
            target_group=_text(raw.get("target_group")),
            paragraphs=_texts(raw.get("paragraphs")),
            reason=_text(raw.get("reason")),
            considerations=_text(raw.get("considerations")),
            facts=_text(raw.get("facts")),
            hearing=_text(raw.get("hearing")),
            weighing=_text(_mapping(raw.get("basis")).get("weighing")) or _text(raw.get("weighing")),
            until=_date(raw.get("until")),
            think=_text(raw["think"]) if "think" in raw else None,
            want=_text(raw["want"]) if "want" in raw else None,
            purpose=_text(raw.get("purpose")),
            provisional_until=_date(raw.get("provisional_until")),
            goals=tuple(_goal(one) for one in _mappings(raw.get("goals"))),
            support=tuple(_support(one) for one in _mappings(raw.get("support"))),
            bridge=_texts(raw.get("bridge")),
            next_steps=tuple(_action(one) for one in _mappings(raw.get("next_steps"))),
            follow_ups=tuple(day for one in _list(raw.get("follow_ups")) if (day := _date(one))),
            read_back=_text(raw.get("read_back")),
            decided_by=_text(_mapping(raw.get("decided_by")).get("name")) or _text(raw.get("decided_by")),
            decided_on=local_day(_text(raw.get("decided_at"))),
        )

    @classmethod
    def of_draft(cls, file: CaseFile, municipality: Municipality, offers: Mapping[str, Offer]) -> DecidedCopy:
        """The draft on the table, as it would be decided: only a yes grants more than what is open to all."""
        answer, number = file.answer, file.identifier
        open_only = answer.target_group not in (TargetGroup.YES, "")
        return cls(
            citizen_name=file.citizen.name,
            identifier=number.value if number else "",
            identifier_type=number.type if number else "",
            case_number=file.case.goes_by,
            target_group=answer.target_group,
            paragraphs=_paragraphs(file, municipality),
            reason=answer.reason,
            considerations=answer.considerations,
            facts=answer.facts,
            hearing=answer.hearing,
            weighing=answer.weighing,
            until=answer.until,
            think=file.story.think,
            want=file.story.want,
            purpose=file.plan.purpose,
            provisional_until=file.plan.provisional_until,
            goals=tuple(
                DecidedGoal(
                    words=goal.words,
                    goal=goal.goal,
                    done_when=goal.done_when,
                    now=goal.now_citizen,
                    hoped=goal.hoped,
                    milestones=tuple(m.text for m in file.milestones_of(goal) if m.text.strip()),
                    actions=tuple(DecidedAction(a.owner, a.who, a.what, a.by) for a in file.actions_of(goal)),
                )
                for goal in file.goals
            ),
            support=tuple(
                DecidedSupport(
                    paragraph=s.paragraph,
                    offer=s.offer,
                    start=s.start,
                    end=s.end,
                    frame=s.frame,
                    legal_ground=offers[s.offer_id].legal_ground if s.offer_id in offers else "",
                    standard=offers[s.offer_id].standard if s.offer_id in offers else "",
                    id=s.id,
                )
                for s in file.support
                if s.paragraph == Paragraph.OPEN or not open_only
            ),
            bridge=tuple(b.text for b in file.bridges if b.text.strip()),
            next_steps=tuple(DecidedAction("", s.who, s.what, s.by) for s in file.next_steps),
            follow_ups=tuple(f.date for f in file.follow_ups if f.date),
            read_back=file.story.read_back,
            decided_by="",
            decided_on=None,
        )


def with_intensity(told: DecidedCopy, file: CaseFile) -> DecidedCopy:
    """What is decided, with how much of each support is given just now beside it."""
    if not file.intensities:
        return told
    return replace(
        told, support=tuple(replace(one, intensity=file.intensity_of(one.id).text.strip()) for one in told.support)
    )


def as_signed(file: CaseFile) -> CaseFile:
    """The case with the answer and the support as they were signed, whatever is drafted over them; as it is, where nothing is.

    A support keeps its row's id and what the staff noted on it. What people have yet to settle is of the draft, and left out.
    """
    if file.decision is None or not file.decision.authentic:
        return file
    told = DecidedCopy.from_json(file.decision.decision.content)
    answer = replace(
        file.answer,
        target_group=told.target_group,
        reason=told.reason,
        considerations=told.considerations,
        facts=told.facts,
        hearing=told.hearing,
        weighing=told.weighing,
        until=told.until,
        sent_to="",
        sent_on=None,
        sent_mark="",
    )
    rows = {one.id: one for one in file.support}
    of_the_draft = {answer.id, *rows}
    support = tuple(_row(one, rows, f"{file.decision.decision.id}.{n}") for n, one in enumerate(told.support))
    return replace(
        file,
        answer=answer,
        support=support,
        conversations=tuple(talk for talk in file.conversations if talk.record_id not in of_the_draft),
        joins=tuple(talk for talk in file.joins if talk.record_id not in of_the_draft),
    )


def within_frame(file: CaseFile) -> tuple[Support, ...]:
    """The supports the vejleder says the intensity of (C5): as they are granted, until then as they are on the table. An offer
    that is open to all has no frame."""
    return tuple(row for row in as_signed(file).support if row.paragraph != Paragraph.OPEN)


def _row(signed: DecidedSupport, rows: dict[str, Support], otherwise: str) -> Support:
    """The row a support was signed from; one from before the id was kept is known by saying the same."""
    alike = (one for one in rows.values() if _granted_as(one) == _granted_as(signed))
    known = rows.pop(signed.id, None) or next(alike, None)
    if known is None:
        known = Support(id=signed.id or otherwise, case_id="")
    rows.pop(known.id, None)
    return replace(
        known,
        paragraph=signed.paragraph,
        offer=signed.offer,
        start=signed.start,
        end=signed.end,
        frame=signed.frame,
    )


def _granted_as(one: Support | DecidedSupport) -> tuple[object, ...]:
    return one.paragraph, one.offer, one.start, one.end, one.frame


def _paragraphs(file: CaseFile, municipality: Municipality) -> tuple[str, ...]:
    rests_on = PARAGRAPHS_OF.get(file.answer.target_group)
    if rests_on:
        return paragraphs_in(getattr(municipality, rests_on))
    return tuple(sorted({s.paragraph for s in file.support if s.paragraph and s.paragraph != Paragraph.OPEN}))


def local_day(moment: str) -> date | None:
    """The day of an ISO moment, by the clock it was written by. None: no such moment."""
    try:
        return datetime.fromisoformat(moment).date()
    except ValueError:
        return None


def _goal(raw: Mapping[str, Any]) -> DecidedGoal:
    return DecidedGoal(
        words=_text(raw.get("words")),
        goal=_text(raw.get("goal")),
        done_when=_text(raw.get("done_when")),
        now=_number(raw.get("now_citizen")),
        hoped=_number(raw.get("hoped")),
        milestones=_texts(raw.get("milestones")),
        actions=tuple(_action(one) for one in _mappings(raw.get("actions"))),
    )


def _support(raw: Mapping[str, Any]) -> DecidedSupport:
    return DecidedSupport(
        paragraph=_text(raw.get("paragraph")),
        offer=_text(raw.get("offer")),
        start=_date(raw.get("start")),
        end=_date(raw.get("end")),
        frame=_text(raw.get("frame")),
        legal_ground=_text(raw.get("legal_ground")),
        standard=_text(raw.get("standard")),
        service=_text(raw.get("service")) or _service_of(_text(raw.get("paragraph"))),
        provider=_text(raw.get("provider")),
        id=_text(raw.get("id")),
    )


def _service_of(paragraph: str) -> str:
    return next((one.code for one in terms(TermList.SERVICE) if one.key == paragraph), "")


def _action(raw: Mapping[str, Any]) -> DecidedAction:
    return DecidedAction(_text(raw.get("owner")), _text(raw.get("who")), _text(raw.get("what")), _date(raw.get("by")))


def _text(raw: object) -> str:
    return raw if isinstance(raw, str) else ""


def _number(raw: object) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def _date(raw: object) -> date | None:
    if isinstance(raw, Mapping):
        raw = raw.get("date")
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _list(raw: object) -> list[object]:
    return raw if isinstance(raw, list) else []


def _mapping(raw: object) -> Mapping[str, Any]:
    return raw if isinstance(raw, Mapping) else {}


def _mappings(raw: object) -> list[Mapping[str, Any]]:
    return [one for one in _list(raw) if isinstance(one, Mapping)]


def _texts(raw: object) -> tuple[str, ...]:
    found = (one if isinstance(one, str) else _text(_mapping(one).get("text")) for one in _list(raw))
    return tuple(text for text in found if text.strip())
