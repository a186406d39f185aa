# SPDX-License-Identifier: MPL-2.0
"""A citizen comes in: one entrance whatever the source (A7, A9), who may already be on file, and how a case is opened.

Also the ways a case leaves the flow: straight to § 85 (A12) and an ending without a decision. Signing is in `decide.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from app.domain.errors import UserError
from app.domain.names import fold, similar_names
from app.domain.rights import Act, no_consent
from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile
from app.models.choices import Ending, TargetGroup
from app.models.fields import Value
from app.models.kinds import Case, Citizen, Coordinator, Meeting, Task, meeting_id, singleton_id
from app.services.decide import answered, changed_since_sent, is_sent_on
from app.services.desk import Desk
from app.services.seals import mark_as_read
from app.store import listing, queries
from app.store.listing import SENT_ON, TAKEN_BACK
from app.store.roster import everybody
from app.store.unit_of_work import UnitOfWork, new_id

NOT_BY_A_TICK = "Det står her, til svaret er afgjort eller taget tilbage."


@dataclass(frozen=True, slots=True)
class Opened:
    """The ids a new case is reached by."""

    case_id: str
    citizen_id: str


def near_duplicates(desk: Desk, hand: Hand, name: str, birth_date: date | None) -> tuple[listing.Near, ...]:
    """Citizens on file who may be the one at the door: a name nearly alike, or a birth date and a word alike."""
    if len(name.strip()) < 3:
        return ()
    words = fold(name).split()
    found: dict[str, listing.Near] = {}
    for word in words:
        for near in listing.near_names(desk.replica, word[:2], birth_date, hand.person_id):
            alike = similar_names(name, near.name)
            born_alike = birth_date is not None and near.birth_date == birth_date
            if alike or (born_alike and set(words) & set(fold(near.name).split())):
                found.setdefault(near.same or near.citizen_id, near)
    return tuple(found.values())[:5]


def new_citizen(
    desk: Desk,
    hand: Hand,
    name: str,
    source: str,
    *,
    preventive: bool = False,
    bestiller: str = "",
    vejleder: str = "",
    known: Mapping[str, Value] | None = None,
    along: Callable[[UnitOfWork, Opened], object] | None = None,
) -> Opened:
    """Open a case on a citizen who is new here. Nothing but a name is asked for (A4, A7).

    `known`: other fields of the citizen. `along` writes what else belongs to the same step, or none of it is written.
    """
    desk.require(hand, Act.NEW_CITIZEN)
    if not name.strip():
        raise UserError("Skriv, hvad borgeren hedder. Et fornavn er nok.", "name")
    opened = Opened(new_id(), new_id())
    case_id, citizen_id = opened.case_id, opened.citizen_id
    told: dict[str, Any] = dict(known or {})
    with desk.step(hand, case_id, "Ny borger") as work:
        work.create(Citizen(id=citizen_id, case_id=case_id, name=name.strip(), **told))
        work.create(
            Case(
                id=case_id,
                case_id=case_id,
                citizen_id=citizen_id,
                number=work.next_case_number(),
                contact_on=desk.today(),
                source=source,
                preventive=preventive,
                bestiller=bestiller,
                vejleder=vejleder,
            )
        )
        if along is not None:
            along(work, opened)
    return opened


def open_case(desk: Desk, hand: Hand, case_id: str) -> CaseFile:
    """Read a case because somebody opens it: the reading is logged. An adviser reads through `advising.py` alone (D3)."""
    desk.require(hand, Act.OPEN_CASE, case_id)
    file = queries.case_file(desk.replica, case_id)
    mark_as_read(desk, file)
    desk.note(hand, case_id, "åbnet")
    return file


def read_case(desk: Desk, hand: Hand, case_id: str) -> CaseFile:
    """Read again a case that is already open on the screen, for whoever holds the pen now."""
    desk.require_open(hand, case_id)
    return queries.case_file(desk.replica, case_id)


def news_of(file: CaseFile, hand: Hand) -> frozenset[tuple[str, str]]:
    """What others have said on a case that today's page would tell this person of: decisions and advice, as they stand. Pure."""
    decided = {(d.decision.id, "") for d in file.decisions if d.decision.signer_id != hand.person_id}
    advised = {(a.id, a.text) for a in file.advice if a.person_id not in ("", hand.person_id) and a.text.strip()}
    return frozenset(decided | advised)


def note_news_read(desk: Desk, hand: Hand, case_id: str) -> None:
    """Something came to a case while this person had it open, and they have seen it: logged, and told them no more today."""
    desk.note(hand, case_id, "nyt læst")


def begin_meeting(desk: Desk, hand: Hand, case_id: str, place: str = "") -> str:
    """Begin today's meeting, or go on with it; its id comes back. Begun apart on two desks it is one meeting."""
    desk.require(hand, Act.MEET, case_id)
    file = queries.case_file(desk.replica, case_id)
    if file.meeting is not None and file.meeting.date == desk.today() and not file.meeting.ended:
        return file.meeting.id
    today = desk.today()
    with desk.step(hand, case_id, "Begynd møde") as work:
        ids = (meeting_id(case_id, today, place_of_day) for place_of_day in count())
        new = next(one for one in ids if not work.is_here("meeting", one))
        work.create(Meeting(id=new, case_id=case_id, date=today, place=place, started=_clock(desk)))
    return new


def end_meeting(desk: Desk, hand: Hand, case_id: str) -> None:
    """End the meeting. Nobody leaves without an answer: yes, no, put off with a date, or § 85 (A2); or, where the bestiller may
    not grant it alone, knowing who has been asked to decide (C2)."""
    desk.require(hand, Act.MEET, case_id)
    file = queries.case_file(desk.replica, case_id)
    if file.meeting is None:
        return
    if file.apart:
        raise UserError(
            "Der er underskrevet flere svar hver for sig. Bliv enige, og underskriv ét, før mødet slutter.",
            "target_group",
        )
    if not (answered(file, desk.today()) or file.case.ended or is_sent_on(file)):
        why = "Borgeren har ikke fået svar endnu. Giv et svar – ja, nej eller udskudt med en dato – før mødet slutter."
        if changed_since_sent(file):
            why = f"Svaret er ændret, siden det blev sendt til {file.answer.sent_to}. Send det igen, før mødet slutter."
        raise UserError(why, "target_group")
    with desk.step(hand, case_id, "Slut møde") as work:
        work.register("meeting", file.meeting.id, {"ended": _clock(desk)})


def end_without_decision(desk: Desk, hand: Hand, case_id: str, ending: Ending, guidance: str) -> None:
    """The citizen will not go on, or only wanted advice: no decision is made, and the guidance given is noted."""
    desk.require(hand, Act.MEET, case_id)
    if not guidance.strip():
        raise UserError("Skriv kort, hvilken vejledning borgeren har fået.", "guidance")
    with desk.step(hand, case_id, "Slut uden afgørelse") as work:
        work.write("case", case_id, {"ended": ending.value, "ended_on": desk.today(), "guidance": guidance})


def direct_to_85(desk: Desk, hand: Hand, case_id: str, reason: str) -> None:
    """Plainly in need of lasting support: past the team, to ordinary visitation (A12). The same record as in step 5."""
    if not reason.strip():
        raise UserError("Skriv, hvorfor sagen går direkte til § 85.", "reason")
    with desk.step(hand, case_id, "Direkte til § 85") as work:
        values = {"target_group": TargetGroup.DIRECT_85.value, "reason": reason}
        work.write("answer", singleton_id(case_id, "answer"), values)


def want_status(desk: Desk, hand: Hand, case_id: str, job_centre: str) -> None:
    """A referral came with no status: a task to ask the job centre what was tried (D1)."""
    desk.require(hand, Act.RECORD, case_id)
    with desk.step(hand, case_id, "Bed om status") as work:
        text = status_task_text(job_centre)
        work.create(Task(id=new_id(), case_id=case_id, text=text, due=desk.today(), reason="jobcenter"))


def status_task_text(job_centre: str) -> str:
    """What today's page says when a job centre sent somebody and not what was tried."""
    return f"Bed {job_centre or 'jobcentret'} om status: hvad er prøvet, hvad lykkedes, hvad lykkedes ikke?"


def ask_party(desk: Desk, hand: Hand, case_id: str, party: str, about: str) -> None:
    """Note that another party is to be asked. Refused without the citizen's consent for that very party (C6)."""
    desk.require(hand, Act.RECORD, case_id)
    file = queries.case_file(desk.replica, case_id)
    wanted = fold(party)
    consent = next((c for c in file.consents_in_force if fold(c.party) == wanted), None)
    if consent is None:
        desk.note(hand, case_id, "afvist", "consent.party")
        raise UserError(no_consent(party.strip()), "party")
    with desk.step(hand, case_id, "Spørg en anden part") as work:
        text = f"Spørg {party.strip()}: {about.strip()}"
        task = Task(id=new_id(), case_id=case_id, text=text, due=desk.today(), reason="samtykke", consent_id=consent.id)
        work.create(task)


def withdraw_consent(desk: Desk, hand: Hand, case_id: str, consent_id: str) -> None:
    """The citizen takes a consent back: sharing stops, the day it was given stays, and both roles are told by a task (C6),
    until it is given anew.

    A task that rests on the consent is no longer shown (`listing.due`), also one that is noted at another desk meanwhile.
    """
    desk.require(hand, Act.RECORD, case_id)
    file = queries.case_file(desk.replica, case_id)
    consent = next(c for c in file.consents if c.id == consent_id)
    with desk.step(hand, case_id, "Træk samtykke tilbage") as work:
        work.write("consent", consent_id, {"given": False, "withdrawn_on": desk.today()})
        text = f"Samtykket til {consent.party} er trukket tilbage: giv dem besked, og spørg ikke mere."
        if not any(t.consent_id == consent_id and t.reason == TAKEN_BACK and t.done_on is None for t in file.tasks):
            work.create(
                Task(
                    id=new_id(), case_id=case_id, text=text, due=desk.today(), reason=TAKEN_BACK, consent_id=consent_id
                )
            )


def task_done(desk: Desk, hand: Hand, case_id: str, task_id: str) -> None:
    """Tick a task off today's page. Raises UserError for an answer one is asked to decide: only deciding it meets that."""
    desk.require(hand, Act.RECORD, case_id)
    with desk.step(hand, case_id, "Opgave gjort") as work:
        waits = work.value("answer", singleton_id(case_id, "answer"), "sent_on")
        if waits and work.value("task", task_id, "reason") == SENT_ON:
            raise UserError(NOT_BY_A_TICK)
        work.write("task", task_id, {"done_on": desk.today()})


def coordinating(file: CaseFile) -> tuple[Coordinator, ...]:
    """Who coordinates now: one, or none yet. Two stand only where two desks appointed apart; the next appointment closes both."""
    return tuple(one for one in file.coordinators if one.until is None)


def coordinators(desk: Desk) -> tuple[str, ...]:
    """Who may coordinate: the bestillere this desk knows, by name. It is the authority's own to see the case through (H2)."""
    return tuple(dict.fromkeys(one.name for one in everybody(desk.replica) if Role.BESTILLER in one.roles))


def appoint_coordinator(desk: Desk, hand: Hand, case_id: str, name: str) -> None:
    """Name who coordinates a complex case. There is exactly one at a time; the change is dated (H2).

    Only a bestiller with an account: never the citizen, a vejleder or an adviser (D3).
    """
    if not name.strip():
        raise UserError("En kompleks sag skal have én koordinerende sagsbehandler.", "name")
    found = next((known for known in coordinators(desk) if fold(known) == fold(name)), None)
    if found is None:
        raise UserError("Vælg en bestiller, der har en konto her. Andre kan ikke koordinere.", "name")
    file = queries.case_file(desk.replica, case_id)
    with desk.step(hand, case_id, "Udpeg koordinator") as work:
        for earlier in coordinating(file):
            work.write("coordinator", earlier.id, {"until": desk.today()})
        if not file.case.complex:
            work.write("case", case_id, {"complex": True})
        work.create(Coordinator(id=new_id(), case_id=case_id, name=found, since=desk.today()))


def _clock(desk: Desk) -> str:
    return desk.clock().isoformat(timespec="seconds")
