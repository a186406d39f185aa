# SPDX-License-Identifier: MPL-2.0
"""Deciding: what the draft lacks, the full copy that is signed, and the signature (promise 2; rows A2, A3, A10, C1, C3).

Signing is the only way a decision is made, and takes the bestiller's password: it alone opens the key that seals. The unit
of work checks the seal once more before anything is written.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.domain.answer import AnswerFacts, SupportFacts, lacks, said
from app.domain.competence import Grant, Limit, beyond
from app.domain.competence import told as too_much
from app.domain.dates import format_full
from app.domain.errors import UserError
from app.domain.names import fold
from app.domain.paragraphs import PARAGRAPHS, paragraphs_in
from app.domain.periods import check_course
from app.domain.rights import Act, may
from app.domain.roles import Hand, Role
from app.domain.terms import TermList, terms
from app.models.casefile import CaseFile
from app.models.choices import OfferKind, Paragraph, TargetGroup
from app.models.fields import Value
from app.models.kinds import PARAGRAPHS_OF, Decision, Municipality, Offer, Support, Task
from app.services.conversation import still_apart, to_settle, write_joins
from app.services.desk import Desk
from app.services.edit import HAS_COME, not_open
from app.store import queries
from app.store.accounts import account, keys_that_decide
from app.store.listing import SENT_ON
from app.store.seal import LockedKey, canonical, open_account_key, seal_decision
from app.store.unit_of_work import new_id

log = logging.getLogger(__name__)

CLOCK = "decision.clock"
"""The field of the refusal that a person may answer: the clock here is right, and the earlier one was not."""

ONLY_BESTILLER = "Kun bestilleren kan afgøre. Giv pennen til bestilleren."
NOT_VOUCHED = (
    "Din nøgle er ny, og kommunen står ikke inde for den endnu. Du kan skrive, men ikke afgøre, "
    "før nøglen er godkendt med kommunens gendannelseskode."
)


def answer_facts(file: CaseFile) -> AnswerFacts:
    """The draft on the table, as far as a lawful answer asks."""
    return AnswerFacts(
        target_group=file.answer.target_group,
        reason=file.answer.reason,
        facts=file.answer.facts,
        until=file.answer.until,
        purpose=file.plan.purpose,
        goals=sum(said(g.goal) or said(g.words) for g in file.goals),
        bridges=sum(said(b.text) for b in file.bridges),
        next_steps=sum(said(s.who) and said(s.what) and s.by is not None for s in file.next_steps),
        support=_told_support(file),
        complex=file.case.complex,
        coordinators=sum(said(c.name) and c.until is None for c in file.coordinators),
        doubles=len(unreasoned_doubles(file)),
        advices=sum(said(a.text) for a in file.advice),
        weighing=file.answer.weighing,
        considerations=file.answer.considerations,
        unanswered=sum(said(q.text) and not said(q.answer) and not q.seen for q in file.questions),
    )


def lacking(file: CaseFile) -> tuple[str, ...]:
    """What the quiet line says: the words for what a lawful answer still lacks, people's agreement on what it says included."""
    apart = dict.fromkeys(still_apart(talk) for talk in to_settle(file))
    return (*lacks(answer_facts(file)), *apart)


def until_has_come(file: CaseFile, today: date) -> bool:
    """Whether the answer on the table is put off to a day that has come since it was written: then it is put off no more (A2)."""
    answer = file.answer
    return answer.target_group == TargetGroup.LATER and answer.until is not None and answer.until <= today


def _told_support(file: CaseFile) -> tuple[SupportFacts, ...]:
    """The support as the answer asks of it. A row nobody has written in is none; one that rests on no paragraph the program
    knows rests on nothing, however it came there (C3)."""
    known = set(Paragraph)
    rows = (s for s in file.support if _holds_something(s))
    return tuple(SupportFacts(s.paragraph if s.paragraph in known else "", s.start, s.end) for s in rows)


def _holds_something(support: Support) -> bool:
    return any((support.paragraph, support.offer.strip(), support.frame.strip(), support.start, support.end))


_NO_ACTION, _NO_SIGN = "ingen handling", "intet tegn på, at det er nået"


def orphans(file: CaseFile) -> tuple[str, ...]:
    """What hangs on nothing in the chain formål → mål → handling (B6), and goals nobody could see were met (B3), in Danish.
    Shown, never a block."""
    found = []
    if file.goals and not file.plan.purpose.strip():
        found.append("målene mangler et formål at hænge på")
    for number, goal in enumerate(file.goals, 1):
        doing = any(said(action.what) for action in file.actions_of(goal))  # a line nobody has written in does nothing
        met = said(goal.done_when)
        lacking = [words for words, there in ((_NO_ACTION, doing), (_NO_SIGN, met)) if not there]
        if lacking:
            found.append(f"mål {number} har {' og '.join(lacking)}")
    return tuple(found)


def same_need(support: Support, file: CaseFile) -> Support | None:
    """The granted support that already meets this one's need, if both are visiteret (D6).

    The same offer once more, in another period or frame, takes nothing's place and is no second.
    """
    need, same = fold(support.need), _granted_as(support)
    if not need or support.paragraph == Paragraph.OPEN:
        return None
    for other in file.support:
        if other.id == support.id:
            return None
        another = fold(other.offer) != fold(support.offer) or _granted_as(other) == same
        if another and other.paragraph != Paragraph.OPEN and fold(other.need) == need:
            return other
    return None


def _granted_as(support: Support) -> tuple[object, ...]:
    return support.start, support.end, fold(support.frame)


def granted(file: CaseFile) -> tuple[Support, ...]:
    """The support a signature would grant: all of it for a yes, otherwise only what is open without a decision."""
    rows = tuple(s for s in file.support if _holds_something(s))
    if file.answer.target_group == TargetGroup.YES:
        return rows
    return tuple(s for s in rows if s.paragraph == Paragraph.OPEN)


def beyond_competence(file: CaseFile, person: Hand) -> tuple[str, ...]:
    """What this draft grants above the person's competence, in words after "bevilge"; empty when they may sign (C2)."""
    own = [one for one in file.competences if one.person_id == person.person_id]
    limits = {one.paragraph: Limit(one.grants, one.most_weeks) for one in own}
    dated = (s for s in granted(file) if s.paragraph != Paragraph.OPEN)
    return beyond((Grant(s.paragraph, s.start, s.end) for s in dated), limits) if limits else ()


NOT_SENT_ON: Mapping[str, Value] = {"sent_to": "", "sent_on": None, "sent_mark": ""}
"""The answer's marks when nobody else is asked."""


def sent_on_tasks(file: CaseFile) -> tuple[Task, ...]:
    """What somebody has been asked to decide and has not."""
    return tuple(task for task in file.tasks if task.reason == SENT_ON and task.done_on is None)


def paragraphs(file: CaseFile, municipality: Municipality) -> list[str]:
    """The paragraphs the answer rests on: those of its support, or by configuration where there is none."""
    rests_on = PARAGRAPHS_OF.get(file.answer.target_group)
    if rests_on:
        return list(paragraphs_in(getattr(municipality, rests_on)))
    return sorted({s.paragraph for s in file.support if s.paragraph != Paragraph.OPEN})


def decided_content(
    file: CaseFile, municipality: Municipality, offers: dict[str, Offer], signer: Hand, decision_id: str, at: str
) -> dict[str, Any]:
    """The full copy of what is decided: everything the papers repeat, and no note or question of the staff's.

    Under `basis` stands what it rests on besides (D3): every advice and how they were weighed. No paper prints that; what the
    citizen is told of it is `considerations`.
    """
    number = file.identifier
    return {
        "decision_id": decision_id,
        "over": [earlier.decision.id for earlier in file.decisions]
        + ([file.refused.decision_id] if file.refused else []),
        "case_id": file.case.id,
        "case_number": file.case.goes_by,
        "citizen": {
            "name": file.citizen.name,
            "identifier": number.value if number else "",
            "identifier_type": number.type if number else "",
            "id": file.citizen.id,
        },
        "target_group": file.answer.target_group,
        "paragraphs": paragraphs(file, municipality),
        "reason": file.answer.reason,
        "considerations": file.answer.considerations,
        "facts": file.answer.facts,
        "hearing": file.answer.hearing,
        "until": _day(file.answer.until),
        "think": file.story.think,
        "want": file.story.want,
        "purpose": file.plan.purpose,
        "provisional_until": _day(file.plan.provisional_until),
        "basis": {
            "advice": [
                {"adviser": a.adviser, "organisation": a.organisation, "date": _day(a.date), "text": a.text}
                for a in file.advice
                if said(a.text)
            ],
            "weighing": file.answer.weighing,
        },
        "goals": [
            {
                "words": goal.words,
                "goal": goal.goal,
                "done_when": goal.done_when,
                "now_citizen": goal.now_citizen,
                "hoped": goal.hoped,
                "milestones": [m.text for m in file.milestones_of(goal) if m.text.strip()],
                "actions": [
                    {"owner": a.owner, "who": a.who, "what": a.what, "by": _day(a.by)}
                    for a in file.actions_of(goal)
                    if a.who.strip() or a.what.strip()
                ],
            }
            for goal in file.goals
        ],
        "start": _day(_period(file)[0]),
        "end": _day(_period(file)[1]),
        "support": [_support(s, offers.get(s.offer_id)) for s in granted(file)],
        "bridge": [b.text for b in file.bridges if b.text.strip()],
        "next_steps": [
            {"who": s.who, "what": s.what, "by": _day(s.by)} for s in file.next_steps if s.who.strip() or s.what.strip()
        ],
        "follow_ups": [_day(f.date) for f in file.follow_ups if f.date],
        "read_back": file.story.read_back,
        "decided_by": {"id": signer.person_id, "name": signer.name},
        "decided_at": at,
    }


_DECIDED = (
    *("target_group", "reason", "facts", "until", "think", "want", "purpose", "provisional_until"),
    *("bridge", "next_steps", "follow_ups"),
)
_GRANTED = ("paragraph", "offer", "start", "end", "frame")
_OF_A_GOAL = ("words", "goal", "done_when", "milestones", "actions")


def has_moved_on(file: CaseFile) -> bool:
    """Whether what is on the table now differs from what was decided: the draft of a new decision (promise 2).

    The citizen's scale is asked again at every follow-up, and moves no decision.
    """
    return bool(moved_on(file))


def moved_on(file: CaseFile) -> frozenset[str]:
    """What of it that is so of, by its names in the signed copy ("reason", "goals"); nothing where nothing is signed."""
    if file.decision is None or not file.decision.authentic:
        return frozenset()
    then = _comparable(json.loads(file.decision.decision.content))
    now = _comparable(_on_the_table(file))
    return frozenset(part for part in then if then[part] != now[part])


def moved_goals(file: CaseFile) -> frozenset[str]:
    """The goals that say something else than what was signed, or were not there, by their ids."""
    if "goals" not in moved_on(file) or file.decision is None:
        return frozenset()
    then = _comparable(json.loads(file.decision.decision.content))["goals"]
    now = _comparable(_on_the_table(file))["goals"]
    assert isinstance(then, list)
    assert isinstance(now, list)
    return frozenset(goal.id for goal, told in zip(file.goals, now, strict=True) if told not in then)


def answered(file: CaseFile, today: date) -> bool:
    """Whether the citizen has the answer of this meeting (A2): one signed on its day or later, or a yes that still runs.

    By the day and not the minute: two desks at one table may have clocks apart.
    """
    made = file.decision
    if made is None or not made.authentic:
        return False
    decision, meeting = made.decision, file.meeting
    if decision.target_group == TargetGroup.YES and decision.end is not None and decision.end >= today:
        return True
    return meeting is None or meeting.date is None or datetime.fromisoformat(decision.signed_at).date() >= meeting.date


def settled(file: CaseFile, today: date) -> bool:
    """Whether the citizen has an answer, and it is what lies on the table: then nothing lacks before they go."""
    return answered(file, today) and not has_moved_on(file)


def mark_of_draft(file: CaseFile) -> str:
    """A mark of what is on the table, by which one sees whether it has been changed since."""
    told = _comparable(_on_the_table(file))
    if not told["considerations"]:  # a mark set before there were any still holds
        del told["considerations"]
    return hashlib.sha256(canonical(told)).hexdigest()


def is_sent_on(file: CaseFile) -> bool:
    """Whether somebody has been asked to decide just what is on the table now (C2). What an earlier version sent has no mark."""
    return file.answer.sent_on is not None and file.answer.sent_mark in ("", mark_of_draft(file))


def changed_since_sent(file: CaseFile) -> bool:
    """Whether what somebody was asked to decide has been changed since: then it must be sent again (C2)."""
    return file.answer.sent_on is not None and not is_sent_on(file)


def _on_the_table(file: CaseFile) -> dict[str, Any]:
    return decided_content(file, Municipality(id="", case_id=""), {}, Hand("", "", Role.BESTILLER), "", "")


def _comparable(content: Mapping[str, Any]) -> dict[str, object]:
    """What a draft and a signed copy are compared by. A copy from before there was a `basis` or a `hearing` is not compared by
    it, and one from before there were `considerations` has none; an advice that comes later is another's, and changes nothing
    that was decided."""
    weighed = {"weighing": content["basis"].get("weighing")} if "basis" in content else {}
    heard = {"hearing": content["hearing"]} if "hearing" in content else {}
    return {
        **{name: content.get(name) for name in _DECIDED},
        "considerations": content.get("considerations", ""),
        **weighed,
        **heard,
        "support": [[s.get(name) for name in _GRANTED] for s in content.get("support", ())],
        "goals": [[g.get(name) for name in _OF_A_GOAL] for g in content.get("goals", ())],
    }


def sign(desk: Desk, hand: Hand, case_id: str, password: str, *, sure_of_day: bool = False) -> str:
    """Sign the answer on the table: one record, a full copy, its hash and the seal. The decision's id comes back.

    A case nobody holds is then the signer's. `sure_of_day`: somebody has looked, and the day is right though the answer
    that holds is dated later (`CLOCK`).

    Raises UserError when something lacks, the role or the password is wrong, or the municipality does not vouch for the
    key. Whatever is refused because of who asks is noted in the access log.
    """
    if not may(hand.role, Act.DECIDE):
        raise _refused(desk, hand, case_id, ONLY_BESTILLER)
    desk.require_open(hand, case_id)
    file = write_joins(desk, hand, queries.case_file(desk.replica, case_id))
    missing = lacking(file)
    if missing:
        raise UserError(f"Svaret mangler: {', '.join(missing)}.", "answer")
    if until_has_come(file, desk.today()):
        raise UserError(HAS_COME, "until")
    _check_walls(file)
    above = beyond_competence(file, hand)
    if above:
        raise _refused(desk, hand, case_id, too_much(above), "decision.competence")
    own = account(desk.replica, hand.person_id)
    if own is None:
        raise _refused(desk, hand, case_id, ONLY_BESTILLER)
    try:
        key = open_account_key(LockedKey.from_json(own.locked_key), password)
    except UserError:
        desk.note(hand, case_id, "afvist", "decision.seal")
        raise
    if key.public_key not in keys_that_decide(desk.replica, hand.person_id, only_present=True):
        raise _refused(desk, hand, case_id, NOT_VOUCHED)
    hand = hand._replace(name=own.name)  # the name the municipality vouches for, whatever the session says
    municipality = queries.municipality(desk.replica)
    used = {s.offer_id for s in file.support if s.offer_id}
    offers = {o.id: o for o in (queries.offer(desk.replica, i) for i in used) if o is not None}
    _check_grounds(file, municipality, offers)
    decision_id, at = new_id(), desk.clock().isoformat(timespec="seconds")
    if not sure_of_day:
        _check_clock(file, at)
    content = decided_content(file, municipality, offers, hand, decision_id, at)
    seal = seal_decision(key, content)
    start, end = _period(file)
    with desk.step(hand, case_id, "Underskriv svaret") as work:
        work.create(
            Decision(
                id=decision_id,
                case_id=case_id,
                content=canonical(content).decode(),
                hash=seal.hash,
                seal=seal.seal,
                signer_id=hand.person_id,
                signer_name=hand.name,
                signed_at=at,
                target_group=file.answer.target_group,
                start=start,
                end=end,
            )
        )
        if _nobodys(file):
            work.write("case", case_id, {"bestiller": hand.name})
        for task in sent_on_tasks(file):
            work.write("task", task.id, {"done_on": desk.today()})
        if file.answer.sent_on is not None:
            work.write("answer", file.answer.id, NOT_SENT_ON)
    return decision_id


def _nobodys(file: CaseFile) -> bool:
    """Whether no bestiller holds the case, and nobody disagrees: then whoever decides it does (C1, H2)."""
    return not said(file.case.bestiller) and file.case.id not in {t.record_id for t in file.conversations}


def _period(file: CaseFile) -> tuple[date | None, date | None]:
    """The period lists are sorted by: the § 82 b support's, or else the first dated one's."""
    dated = [s for s in granted(file) if s.start and s.paragraph in (Paragraph.P82B, Paragraph.P82A)]
    first = next((s for s in dated if s.paragraph == Paragraph.P82B), dated[0] if dated else None)
    return (first.start, first.end) if first else (None, None)


def _refused(desk: Desk, hand: Hand, case_id: str, why: str, about: str = "decision.seal") -> UserError:
    log.info("a signature was refused: %s", hand.role.value)
    desk.note(hand, case_id, "afvist", about)
    return UserError(why, None if about == "decision.seal" else about)


def _check_clock(file: CaseFile, at: str) -> None:
    """Dated before the answer it takes the place of? Papers go by that day, and one clock or the other was wrong.

    Whose, people know and no machine. Of those signed apart neither bars the answer that settles it.
    """
    before = file.decision
    if before is None or not before.authentic:
        return
    newest = datetime.fromisoformat(before.decision.signed_at)
    if datetime.fromisoformat(at) < newest:
        now, then = (f"{format_full(one.date())} kl. {one:%H.%M}" for one in (datetime.fromisoformat(at), newest))
        raise UserError(
            f"Svaret, der gælder nu, er dateret {then}, men uret her siger {now}. Er uret her forkert, så stil det først. "
            "Er det rigtigt, så underskriv igen.",
            CLOCK,
        )


def _check_walls(file: CaseFile) -> None:
    """No signature grants more than six months, or a time that ends before it begins, however the dates came there (B1)."""
    dated = [(s.paragraph, s.start, s.end) for s in granted(file) if s.start and s.end]
    check_course((start, end) for paragraph, start, end in dated if paragraph == Paragraph.P82B)
    if any(end < start for _, start, end in dated):
        raise UserError("Støtten kan ikke slutte, før den begynder.", "end")


def _check_grounds(file: CaseFile, municipality: Municipality, offers: Mapping[str, Offer]) -> None:
    """Every answer rests on a paragraph, and what the catalogue gives by decision is not open to all (C3, F1)."""
    for support in granted(file):
        offer = offers.get(support.offer_id)
        if offer is not None and (why := not_open(support.paragraph, offer.name, offer.type)):
            raise UserError(why, f"support.{support.id}.paragraph")
    if not set(paragraphs(file, municipality)) & set(PARAGRAPHS):
        raise UserError(
            "Svaret hviler ikke på nogen paragraf. Åbne tilbud kræver ingen afgørelse: vælg den støtte, der bevilges, "
            "eller ret paragrafferne i indstillinger.",
            "decision.paragraphs",
        )


def unreasoned_doubles(file: CaseFile) -> tuple[Support, ...]:
    """Support for a need another one already meets, where nobody has written why there must be two (D6)."""
    return tuple(s for s in granted(file) if same_need(s, file) is not None and not s.same_need_reason.strip())


def _support(support: Support, offer: Offer | None) -> dict[str, Any]:
    return {
        "id": support.id,
        "paragraph": support.paragraph,
        "offer": support.offer,
        "offer_version": offer.version if offer else 0,
        "start": _day(support.start),
        "end": _day(support.end),
        "frame": support.frame,
        "legal_ground": offer.legal_ground if offer else "",
        "standard": offer.standard if offer else "",
        "service": _code(TermList.SERVICE, offer.service if offer else "")
        or _code(TermList.SERVICE, support.paragraph),
        "provider": _code(TermList.PROVIDER, offer.provider if offer else ""),
        "kind": offer.type if offer else (OfferKind.OPEN.value if support.paragraph == Paragraph.OPEN else ""),
    }


def _code(which: TermList, key: str) -> str:
    return next((one.code for one in terms(which) if one.key == key), "")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
