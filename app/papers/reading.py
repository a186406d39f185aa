# SPDX-License-Identifier: MPL-2.0
"""How the parts of a paper are read from a case: what was decided, who is named, whom to call.

Pure. Called by the contents of every paper, so that a goal, a support or a contact is the same on all of them. A decision
whose seal holds speaks through its signed copy, whatever the fields have since become; without one everything is a draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from app.domain.dates import format_long
from app.domain.deadlines import Channel
from app.domain.identifiers import IdentifierKind, display
from app.domain.names import fold
from app.models.casefile import CaseFile
from app.models.choices import Owner, Paragraph, TargetGroup
from app.models.kinds import Municipality, Offer, Paper
from app.papers.decided import DecidedAction, DecidedCopy, DecidedGoal, DecidedSupport, with_intensity
from app.papers.discretion import STAFF_ROLES, Discretion, acts_for_network
from app.papers.kinds import PaperKind
from app.papers.parts import Clause, Contact, Course, Doing, GoalPart, SupportPart

LAWS: Mapping[str, str] = {Paragraph.P82B: "§ 82 b", Paragraph.P82A: "§ 82 a", "85": "§ 85"}


FROM_RECEIPT = "fire uger efter den dag, du har fået svaret"
"""The time to complain, where the day it runs from is not known yet."""


def law(paragraphs: Iterable[str]) -> str:
    """The law as it is written in a sentence: serviceloven §§ 82 a og 82 b. Empty where there is no paragraph."""
    known = [LAWS.get(p, f"§ {p}") for p in dict.fromkeys(paragraphs) if p and p != Paragraph.OPEN]
    if len(known) < 2:
        return f"serviceloven {known[0]}" if known else ""
    bare = [one.removeprefix("§ ") for one in known]
    return f"serviceloven §§ {', '.join(bare[:-1])} og {bare[-1]}"


def is_signed(file: CaseFile) -> bool:
    """Whether a decision stands whose seal holds."""
    return file.decision is not None and file.decision.authentic


def told_of(file: CaseFile, municipality: Municipality, offers: Mapping[str, Offer]) -> DecidedCopy:
    """What is decided, read from the signed copy; without one, the draft on the table. Beside it stands how much of each support
    is given just now."""
    if file.decision is not None and file.decision.authentic:
        return with_intensity(DecidedCopy.from_json(file.decision.decision.content), file)
    return with_intensity(DecidedCopy.of_draft(file, municipality, offers), file)


def first_delivered(file: CaseFile) -> Paper | None:
    """The first signed letter of the decision in force that reached the citizen: the time to complain runs from it."""
    if file.decision is None or not file.decision.authentic:
        return None
    decision_id = file.decision.decision.id
    given = [p for p in file.papers if p.decision_id == decision_id and p.type == PaperKind.LETTER]
    return min((p for p in given if p.delivered_on and not p.draft), key=lambda p: p.version, default=None)


def channel_of(first: Paper | None, otherwise: Channel | None) -> Channel | None:
    """The way that letter went, or the way the next is to go; None when nobody has said."""
    return Channel(first.channel) if first is not None and first.channel in set(Channel) else otherwise


def answer_of(told: DecidedCopy) -> str:
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


_HEARD: Mapping[str, str] = {
    "ja": "Før vi skrev dette brev, fik du at vide, hvilke oplysninger der kunne tale imod dig, og du kunne sige, hvad du "
    "mente om dem (partshøring).",
    "nej": "Vi har ikke hørt dig særskilt om oplysninger, der kunne tale imod dig, før vi skrev dette brev (partshøring).",
}
"""True of a yes, a no, an answer put off and one direct to § 85 alike; a no says what was not done, whatever the reason."""


def hearing_of(told: DecidedCopy) -> str:
    """Whether the citizen was heard on facts against them (FVL § 19), in one sentence; "" where nobody has said."""
    return _HEARD.get(told.hearing, "")


def goals_of(told: DecidedCopy, file: CaseFile, keep: Discretion) -> tuple[GoalPart, ...]:
    """The goals as decided; where the citizen stands today is read from the goal itself when the decision has it not."""
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


def _doing(action: DecidedAction, keep: Discretion) -> Doing:
    if acts_for_network(action.owner, action.who, keep):
        who = keep.voice.network if action.owner == Owner.NETWORK else keep.who(action.who)
    elif action.owner in (Owner.VEJLEDER, Owner.BESTILLER):
        who = keep.words(action.who).strip()
    else:
        who = keep.who(action.who).strip()
    nameless: Mapping[str, str] = {
        Owner.VEJLEDER: keep.voice.vejleder,
        Owner.BESTILLER: "Kommunen",
        Owner.NETWORK: keep.voice.network,
    }
    return Doing(who or nameless.get(action.owner, ""), keep.text(action.what).strip(), action.by)


def steps_of(steps: Iterable[DecidedAction], keep: Discretion) -> tuple[Doing, ...]:
    """What happens next, as far as anything is said of it."""
    return tuple(_doing(step, keep) for step in steps if step.what.strip() or step.who.strip())


def support_of(
    support: Iterable[DecidedSupport], keep: Discretion, *, just_now: bool = False
) -> tuple[SupportPart, ...]:
    """The supports, each with its law and its standard. `just_now`: and how much of it is given, which is neither answered nor
    ordered."""
    return tuple(
        SupportPart(
            offer=keep.text(s.offer).strip(),
            frame=keep.text(s.frame).strip(),
            start=s.start,
            end=s.end,
            paragraph=s.paragraph,
            law=s.legal_ground.strip() or law((s.paragraph,)),
            standard=s.standard.strip(),
            intensity=keep.text(s.intensity).strip() if just_now else "",
        )
        for s in support
    )


def course_of(told: DecidedCopy) -> Course | None:
    """The one period drawn as a line: that of the individual support, else of the first that has both days."""
    wanted = sorted(told.support, key=lambda s: (s.paragraph != Paragraph.P82B, s.paragraph != Paragraph.P82A))
    for one in wanted:
        if one.start is not None and one.end is not None and one.start <= one.end:
            start, end = one.start, one.end
            return Course(start, end, tuple(day for day in in_order(told.follow_ups) if start < day <= end))
    return None


def in_order(days: Iterable[date]) -> tuple[date, ...]:
    """Each day once, the first first."""
    return tuple(sorted(set(days)))


def with_relation(name: str, relation: str) -> str:
    """Such as: Rasmus Berg (bror)."""
    return f"{name.strip()} ({relation.strip()})" if relation.strip() else name.strip()


def present_at(file: CaseFile, keep: Discretion) -> Iterable[str]:
    """Who sits at the newest meeting; somebody not to be named is told by their role."""
    meeting = file.meeting
    for one in file.participants:
        if meeting is not None and one.meeting_id != meeting.id:
            continue
        hidden = one.role not in STAFF_ROLES and keep.hides(one.name)
        name = "" if hidden else one.name.strip()
        if name or one.role:
            yield with_relation(name, one.role) if name else f"en {one.role}"


def place_of(file: CaseFile, keep: Discretion) -> str:
    """Where we meet; never a protected address."""
    place = file.meeting.place.strip() if file.meeting else ""
    return keep.voice.at_home if keep.words(place) != place else place


def contacts_of(file: CaseFile, municipality: Municipality, staff: Mapping[str, str]) -> tuple[Contact, ...]:
    """Whom the citizen calls: those of the case, then those at the table; nobody known is the unit."""
    found: dict[str, Contact] = {}
    for role in ("vejleder", "bestiller", COORDINATOR):
        one = contact_of(role, file, municipality, staff)
        if one is not None:
            found.setdefault(fold(one.name), one)
    return tuple(found.values()) or (the_unit(municipality),)


COORDINATOR = "koordinerende sagsbehandler"


def contact_of(role: str, file: CaseFile, municipality: Municipality, staff: Mapping[str, str]) -> Contact | None:
    """Who has a role on the case, or had it at the table, and where to call them; None when nobody has it."""
    at_table = {one.role: one.name for one in reversed(file.participants)}
    now = next((one.name for one in reversed(file.coordinators) if not one.until), "")
    named = {
        "vejleder": file.case.vejleder or at_table.get("vejleder", ""),
        "bestiller": file.case.bestiller or at_table.get("bestiller", ""),
        COORDINATOR: now,
    }
    name = named[role].strip()
    phones = {fold(one): phone for one, phone in staff.items()}
    return Contact(name, role, phones.get(fold(name), "").strip() or municipality.phone) if name else None


def the_unit(municipality: Municipality) -> Contact:
    """Whom one calls when nobody is named."""
    return Contact(municipality.unit or municipality.name, "", municipality.phone)


def author_of(municipality: Municipality) -> str:
    """The municipality and its unit, as at the foot of a page."""
    return ", ".join(part for part in (municipality.name.strip(), municipality.unit.strip()) if part)


def address_lines(address: str) -> tuple[str, ...]:
    """An address, a part a line."""
    return tuple(line.strip() for line in address.replace(", ", "\n").splitlines() if line.strip())


def receiver_address(file: CaseFile) -> tuple[str, ...]:
    """The citizen's address; one that is protected is on no paper."""
    return () if file.citizen.protected else address_lines(file.citizen.address)


def identifier_of(told: DecidedCopy, file: CaseFile) -> tuple[str, str]:
    """The number as people write it, and what it is: a stand-in is never printed as a CPR number (domain.md § 4)."""
    if not told.identifier:
        return "", ""
    known = {number.value: number.type for number in file.identifiers}
    kind = told.identifier_type or known.get(told.identifier, "") or IdentifierKind.CPR
    return display(told.identifier), IdentifierKind(kind).label if kind in set(IdentifierKind) else "Nummer"


def clauses_of(told: DecidedCopy, municipality: Municipality, deadline: date | None) -> Iterable[Clause]:
    """The municipality's own clause for each paragraph; nothing is said of the law that is not its configuration.

    `deadline` None: nobody has said how the letter is to go, so the time is told by the day it is received.
    """
    last = format_long(deadline) if deadline else FROM_RECEIPT
    configured = {
        Paragraph.P82A.value: (municipality.clause_82a, municipality.appealable_82a),
        Paragraph.P82B.value: (municipality.clause_82b, municipality.appealable_82b),
        "85": (municipality.clause_85, municipality.appealable_85),
    }
    for paragraph in dict.fromkeys(told.paragraphs):
        text, appealable = configured.get(paragraph, ("", False))
        said = text.strip().replace("{frist}", last)
        if appealable and "{frist}" not in text:
            said = f"{said} Du skal klage senest {last}.".strip()
        if said:  # a text that gives a time to complain within says by that that one can
            yield Clause(LAWS.get(paragraph, f"§ {paragraph}"), said, appealable or "{frist}" in text)
