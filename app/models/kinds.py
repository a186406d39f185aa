# SPDX-License-Identifier: MPL-2.0
"""The kinds of record and each of their fields, declared once.

Read by everything above; tables, rights, papers, exports and screens are reckoned from here. A new field is added here
(the answer and what leads up to it in `answering.py`, what is the municipality's and no case's in `municipal.py`) and nowhere
else below the screens. Must not know how it is stored. Term codes are KL's (FFB and CareSocialCodes).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.terms import TermList
from app.models.answering import Advice as Advice
from app.models.answering import AdviceRequest as AdviceRequest
from app.models.answering import Answer as Answer
from app.models.answering import Decision as Decision
from app.models.answering import Intensity as Intensity
from app.models.answering import Question as Question
from app.models.answering import RevisitRequest as RevisitRequest
from app.models.answering import Support as Support
from app.models.fields import Careful, Lies, Merge, field
from app.models.ids import competence_id as competence_id
from app.models.ids import intensity_id as intensity_id
from app.models.ids import meeting_id as meeting_id
from app.models.ids import participant_id as participant_id
from app.models.ids import singleton_id as singleton_id
from app.models.ids import taken_id as taken_id
from app.models.informed import Informed as Informed
from app.models.municipal import MUNICIPALITY as MUNICIPALITY
from app.models.municipal import PARAGRAPHS_OF as PARAGRAPHS_OF
from app.models.municipal import Competence as Competence
from app.models.municipal import Municipality as Municipality
from app.models.municipal import Offer as Offer
from app.models.record import (
    BESTILLER,
    CITIZEN,
    EITHER,
    FOR_ADVISER,
    INTERNAL,
    NAMES,
    NO_WORDS,
    OPTIONAL,
    PROGRAM,
    SHARED,
    VEJLEDER,
    WORDS,
)
from app.models.record import Record as Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Citizen(Record):
    """The person. A number is an attribute with history (`Identifier`), never the key (A7, domain § 4)."""

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    name: str = field("Navn", EITHER, CITIZEN, wording=NO_WORDS)
    birth_date: date | None = field("Fødselsdag", EITHER, CITIZEN, None, lies=Lies.BEHIND)
    phone: str = field("Telefon", EITHER, CITIZEN, wording=NO_WORDS)
    address: str = field("Adresse", EITHER, OPTIONAL, wording=NO_WORDS)
    protected: bool = field("Beskyttet adresse", EITHER, INTERNAL, False, careful=Careful.YES)
    interpreter: str = field("Tolk", EITHER, INTERNAL)
    guardian: str = field("Værge", EITHER, CITIZEN, wording=NO_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier(Record):
    """A CPR number, replacement number or eCPR of a citizen; the one in force is the newest not removed."""

    citizen_id: str = field("Borger", EITHER, INTERNAL, merge=Merge.ONCE)
    type: str = field("Slags nummer", EITHER, INTERNAL, merge=Merge.ONCE)
    value: str = field("CPR-nummer", EITHER, CITIZEN, merge=Merge.ONCE, wording=NO_WORDS)
    since: date | None = field("Gælder fra", EITHER, INTERNAL, None, merge=Merge.ONCE, lies=Lies.BEHIND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Record):
    """One course with one citizen, from contact to end. Its own id is its `case_id`."""

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    citizen_id: str = field("Borger", PROGRAM, INTERNAL, merge=Merge.ONCE)
    number: str = field("Sagsnummer", PROGRAM, SHARED, merge=Merge.ONCE)
    contact_on: date | None = field("Henvendelse", PROGRAM, INTERNAL, None, merge=Merge.ONCE, lies=Lies.BEHIND)
    source: str = field("Kom fra", EITHER, INTERNAL)
    preventive: bool = field("Forebyggende", EITHER, INTERNAL, False)
    complex: bool = field("Kompleks sag", EITHER, INTERNAL, False)
    bestiller: str = field("Bestiller", EITHER, CITIZEN)
    vejleder: str = field("Vejleder", EITHER, CITIZEN)
    ended: str = field("Sluttede uden afgørelse", EITHER, INTERNAL)
    ended_on: date | None = field("Sluttede", EITHER, INTERNAL, None, lies=Lies.BEHIND)
    guidance: str = field("Vejledning givet", EITHER, INTERNAL)
    renumbered: str = field("Nyt sagsnummer", PROGRAM, SHARED, merge=Merge.ONCE)

    @property
    def goes_by(self) -> str:
        """The number the case goes by: its own, or the one it was given when a copy of the desk could have used that too."""
        return self.renumbered or self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class SameCitizen(Record):
    """Whether two records of citizens are of one person, as somebody has answered. Nothing is moved by it (A7).

    `citizen_id` is the lower of the two ids, so that two desks that answer apart answer in one place.
    """

    citizen_id: str = field("Borger", EITHER, INTERNAL, merge=Merge.ONCE)
    other_id: str = field("Den anden", EITHER, INTERNAL, merge=Merge.ONCE)
    same: bool | None = field("Samme borger", EITHER, INTERNAL, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral(Record):
    """What another part of the municipality sent (D1, D2)."""

    sender: str = field("Henvist fra", EITHER, INTERNAL, wording=NAMES)
    date: date | None = field("Henvist dato", EITHER, INTERNAL, None, lies=Lies.BEHIND)
    contact: str = field("Kontaktperson", EITHER, INTERNAL, wording=NO_WORDS)
    digest: str = field("Aftryk af det sendte", EITHER, INTERNAL, merge=Merge.ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried(Record):
    """One measure that was tried. What the citizen says of it stands beside the job centre's outcome, never over it."""

    removed: bool = field("Fjernet", EITHER, FOR_ADVISER, False)
    referral_id: str = field("Henvisning", EITHER, INTERNAL, merge=Merge.ONCE)
    position: int = field("Plads", EITHER, FOR_ADVISER, 0, merge=Merge.ORDER)
    what: str = field("Hvad er prøvet?", EITHER, FOR_ADVISER)
    outcome: str = field("Resultat", EITHER, FOR_ADVISER)
    note: str = field("Bemærkning", EITHER, FOR_ADVISER)
    citizen_says: str = field("Borgeren siger", WORDS, SHARED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Record):
    """A meeting: the duty to note is met in the room (A1, offentlighedsloven § 13)."""

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    date: date | None = field("Dato", EITHER, CITIZEN, None, lies=Lies.BEHIND)
    place: str = field("Sted", EITHER, CITIZEN, wording=NAMES)
    started: str = field("Begyndt", PROGRAM, INTERNAL)
    ended: str = field("Sluttet", PROGRAM, INTERNAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant(Record):
    """Somebody at the table, named as present (A1)."""

    meeting_id: str = field("Møde", EITHER, INTERNAL, merge=Merge.ONCE)
    position: int = field("Plads", EITHER, INTERNAL, 0, merge=Merge.ORDER)
    name: str = field("Navn", EITHER, CITIZEN, wording=NO_WORDS)
    role: str = field("Rolle", EITHER, CITIZEN)
    discipline: str = field("Fag", EITHER, CITIZEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Record):
    """Consent for one named party and purpose (C6). `given` False: asked and refused, or withdrawn; `given_on` stays then."""

    position: int = field("Plads", EITHER, INTERNAL, 0, merge=Merge.ORDER)
    party: str = field("Hvem må vi spørge?", EITHER, INTERNAL, wording=NAMES)
    purpose: str = field("Om hvad?", EITHER, INTERNAL)
    given: bool = field("Samtykke givet", EITHER, INTERNAL, False, careful=Careful.NO)
    given_on: date | None = field("Givet", EITHER, INTERNAL, None, lies=Lies.BEHIND)
    withdrawn_on: date | None = field(
        "Trukket tilbage", EITHER, INTERNAL, None, careful=Careful.LEAST, lies=Lies.BEHIND
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Story(Record):
    """The citizen's own words: goals and resources before problems (A5, A6, promise 5). One to a case."""

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    think: str = field("Hvad tænker du selv?", WORDS, CITIZEN, term="416fe27d-3ccf-4390-8742-8b52a9d8dc78")
    want: str = field("Hvad vil du?", WORDS, CITIZEN, term="416fe27d-3ccf-4390-8742-8b52a9d8dc78")
    resources: str = field(
        "Det er du god til", EITHER, CITIZEN, merge=Merge.JOIN, term="f52887de-023f-4193-b6b0-4b0a37b1cffc"
    )
    whole_person: str = field("Hele mennesket", EITHER, OPTIONAL, merge=Merge.JOIN)
    whole_person_print: bool = field("Må stå på papiret", EITHER, INTERNAL, False, careful=Careful.NO)
    read_back: str = field("Læst op", WORDS, CITIZEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPerson(Record):
    """Somebody around the citizen. A third party: not on paper unless the citizen says so (domain § 6.4)."""

    position: int = field("Plads", EITHER, INTERNAL, 0, merge=Merge.ORDER)
    who: str = field("Hvem", EITHER, OPTIONAL, wording=NAMES)
    relation: str = field("Hvad er I for hinanden?", EITHER, OPTIONAL)
    print: bool = field("Må stå på papiret", EITHER, INTERNAL, False, careful=Careful.NO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Record):
    """What the support is for, uncovered by the bestiller with the citizen (B6, B7, B11). One to a case."""

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    purpose: str = field("Formål", BESTILLER, SHARED, term="424827b1-23aa-4848-962b-56ee47def560")
    provisional_until: date | None = field("Foreløbigt, afklares senest", BESTILLER, SHARED, None, lies=Lies.AHEAD)
    support_need: str = field(
        "Støttebehov",
        BESTILLER,
        INTERNAL,
        term="effe55c7-572c-4a99-8fb4-2a9dda2f6572",
        values=TermList.SUPPORT_NEED,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FfbGroup(Record):
    """One of FFB's målgrupper, for the report alone: sensitive, never the citizen's and never needed in the room.

    The first is the primary one, the others secondary.
    """

    removed: bool = field("Fjernet", BESTILLER, INTERNAL, False)
    position: int = field("Plads", BESTILLER, INTERNAL, 0, merge=Merge.ORDER)
    name: str = field("Målgruppe", BESTILLER, INTERNAL, values=TermList.TARGET_GROUP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal(Record):
    """A goal under the formål: the citizen's words, and the professional wording beside them (B6, B7)."""

    removed: bool = field("Fjernet", VEJLEDER, FOR_ADVISER, False)
    position: int = field("Plads", EITHER, FOR_ADVISER, 0, merge=Merge.ORDER)
    words: str = field("Med borgerens ord", WORDS, SHARED)
    goal: str = field("Mål", VEJLEDER, SHARED, merge=Merge.JOIN, term="0bb3daef-538d-45dc-b444-abdbcb63f6bc")
    theme: str = field("Tema", VEJLEDER, FOR_ADVISER)
    type: str = field("Slags mål", VEJLEDER, FOR_ADVISER)
    now_citizen: int | None = field("Hvor er du i dag?", WORDS, SHARED, None)
    now_professional: int | None = field("Vejlederens vurdering", VEJLEDER, FOR_ADVISER, None)
    hoped: int | None = field("Hvor vil du gerne hen?", WORDS, SHARED, None)
    done_when: str = field("Vi ved, det er nået, når", VEJLEDER, SHARED, merge=Merge.JOIN)
    level_now: str = field("Funktionsevne nu", VEJLEDER, FOR_ADVISER, values=TermList.LEVEL)
    level_target: str = field("Funktionsevne som mål", VEJLEDER, FOR_ADVISER, values=TermList.LEVEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Record):
    """A step towards a goal (delmål), in order (B9)."""

    removed: bool = field("Fjernet", VEJLEDER, FOR_ADVISER, False)
    goal_id: str = field("Mål", EITHER, FOR_ADVISER, merge=Merge.ONCE)
    position: int = field("Plads", VEJLEDER, FOR_ADVISER, 0, merge=Merge.ORDER)
    text: str = field("Delmål", VEJLEDER, SHARED, term="6746d4af-145a-4bfd-a672-05c0cf11b53b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Record):
    """Who does what by when, under a goal (B4, B6)."""

    goal_id: str = field("Mål", EITHER, INTERNAL, merge=Merge.ONCE)
    position: int = field("Plads", EITHER, INTERNAL, 0, merge=Merge.ORDER)
    owner: str = field("Hvis opgave?", EITHER, CITIZEN)
    who: str = field("Hvem", EITHER, CITIZEN, wording=NAMES)
    what: str = field("Gør hvad", EITHER, CITIZEN)
    by: date | None = field("Senest", EITHER, CITIZEN, None, lies=Lies.AHEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinator(Record):
    """Who coordinates a complex case, and when (H2)."""

    removed: bool = field("Fjernet", BESTILLER, INTERNAL, False)
    name: str = field("Koordinerende sagsbehandler", BESTILLER, CITIZEN, wording=NO_WORDS)
    since: date | None = field("Fra", BESTILLER, INTERNAL, None, lies=Lies.EITHER)
    until: date | None = field("Til", BESTILLER, INTERNAL, None, lies=Lies.EITHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties(Record):
    """What the coordinator sees to on a complex case (H2). Ticked one by one; the hand on each says who and when."""

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    information: bool = field("Oplysningerne er samlet", BESTILLER, INTERNAL, False)
    consent: bool = field("Der er samtykke", BESTILLER, INTERNAL, False)
    decision: bool = field("Den samlede afgørelse er truffet", BESTILLER, INTERNAL, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge(Record):
    """Where the citizen goes on, thought of from the start (E8)."""

    position: int = field("Plads", EITHER, INTERNAL, 0, merge=Merge.ORDER)
    text: str = field("Vej videre", EITHER, CITIZEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep(Record):
    """What happens next: who, what, by when (A3)."""

    position: int = field("Plads", EITHER, INTERNAL, 0, merge=Merge.ORDER)
    who: str = field("Hvem", EITHER, CITIZEN, wording=NAMES)
    what: str = field("Gør hvad", EITHER, CITIZEN)
    by: date | None = field("Senest", EITHER, CITIZEN, None, lies=Lies.AHEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Record):
    """A day we meet again. What came of it is the bestiller's, in FFB's words: each of them is a decision."""

    position: int = field("Plads", EITHER, INTERNAL, 0, merge=Merge.ORDER)
    date: date | None = field("Vi mødes igen", EITHER, CITIZEN, None, lies=Lies.AHEAD)
    result: str = field("Opfølgningen endte med", BESTILLER, INTERNAL, values=TermList.FOLLOW_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Record):
    """A simple task with a date, shown on today's page to whom it is for: a role ("" is both), or a person by name.

    `consent_id`: what it rests on, if it is to ask somebody (C6): it is shown only as long as that stands; or what it tells was
    taken back, as long as that is so.
    """

    text: str = field("Opgave", EITHER, INTERNAL)
    due: date | None = field("Senest", EITHER, INTERNAL, None, lies=Lies.AHEAD)
    for_role: str = field("For", EITHER, INTERNAL)
    for_person: str = field("Til", EITHER, INTERNAL, wording=NO_WORDS)
    reason: str = field("Anledning", EITHER, INTERNAL)
    done_on: date | None = field("Gjort", EITHER, INTERNAL, None, lies=Lies.BEHIND)
    consent_id: str = field("Samtykke", EITHER, INTERNAL, merge=Merge.ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes(Record):
    """Each side's own note. Internal, always (promise 6). One to a case."""

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    bestiller: str = field("Mit notat (kun internt)", BESTILLER, INTERNAL, merge=Merge.JOIN)
    vejleder: str = field("Mit notat (kun internt)", VEJLEDER, INTERNAL, merge=Merge.JOIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Record):
    """A paper that left the room: its version, the hash of its content and how it was handed over (idea 14)."""

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    type: str = field("Papir", EITHER, CITIZEN, merge=Merge.ONCE)
    version: int = field("Version", EITHER, CITIZEN, 0, merge=Merge.ONCE)
    hash: str = field("Aftryk", EITHER, CITIZEN, merge=Merge.ONCE)
    made_at: str = field("Lavet", EITHER, INTERNAL, merge=Merge.ONCE)
    draft: bool = field("Udkast", EITHER, CITIZEN, True, merge=Merge.ONCE)
    decision_id: str = field("Afgørelse", EITHER, INTERNAL, merge=Merge.ONCE)
    replaces: int = field("Erstatter version", EITHER, CITIZEN, 0, merge=Merge.ONCE)
    channel: str = field("Givet til borgeren", EITHER, INTERNAL)
    delivered_on: date | None = field("Givet den", EITHER, INTERNAL, None, lies=Lies.EITHER)
    guardian_copy: bool = field("Kopi til værge", EITHER, INTERNAL, False)
    large: bool = field("Stor skrift", EITHER, CITIZEN, False, merge=Merge.ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Record):
    """What has left for another system, as it left (G6): so one sees what was sent when, and what has changed since.

    `content` is canonical JSON: of a FHIR report the bundle itself, of a copy the mark of each text by its place.
    """

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    way: str = field("Sendt som", EITHER, INTERNAL, merge=Merge.ONCE)
    at: str = field("Sendt", EITHER, INTERNAL, merge=Merge.ONCE)
    content: str = field("Det sendte", EITHER, INTERNAL, merge=Merge.ONCE)
    terms: str = field("Begrebernes version", EITHER, INTERNAL, merge=Merge.ONCE)


KINDS: dict[str, type[Record]] = {
    "citizen": Citizen,
    "identifier": Identifier,
    "case": Case,
    "same_citizen": SameCitizen,
    "referral": Referral,
    "tried": Tried,
    "meeting": Meeting,
    "participant": Participant,
    "consent": Consent,
    "story": Story,
    "network_person": NetworkPerson,
    "plan": Plan,
    "ffb_group": FfbGroup,
    "goal": Goal,
    "milestone": Milestone,
    "action": Action,
    "answer": Answer,
    "support": Support,
    "intensity": Intensity,
    "question": Question,
    "revisit_request": RevisitRequest,
    "advice": Advice,
    "advice_request": AdviceRequest,
    "coordinator": Coordinator,
    "duties": Duties,
    "bridge": Bridge,
    "next_step": NextStep,
    "follow_up": FollowUp,
    "task": Task,
    "notes": Notes,
    "decision": Decision,
    "paper": Paper,
    "sent": Sent,
    "informed": Informed,
    "offer": Offer,
    "municipality": Municipality,
    "competence": Competence,
}
NAME_OF: dict[type[Record], str] = {cls: name for name, cls in KINDS.items()}

SINGLETONS: frozenset[str] = frozenset({"story", "plan", "answer", "notes", "duties"})
"""Kinds of which a case has exactly one; two desks that begin it apart begin the same record."""

BEGUN_BY_WRITING: frozenset[str] = SINGLETONS | {"intensity"}
"""Kinds whose record has an id everybody reckons, and is begun by its first word: nobody adds one."""
