# SPDX-License-Identifier: MPL-2.0
"""Advice from outside: asking an adviser who has an account, what the adviser sees, and the advice itself (C6, D3).

Called by the answer's step and by the adviser's own page. Sharing rests on the citizen's consent for that very party, and
stops when it is withdrawn or the question is closed. What is shared is said in `models/kinds.py`. Must not know screens.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from app.domain.errors import UserError
from app.domain.names import fold
from app.domain.rights import no_consent
from app.domain.roles import Hand, Role
from app.domain.writing import LONGEST, TOO_LONG
from app.models.casefile import CaseFile
from app.models.kinds import Advice, AdviceRequest, Consent
from app.services.desk import Desk
from app.services.edit import ACCEPTED, UNFINISHED, Written
from app.store import queries, shared
from app.store.accounts import account
from app.store.roster import everybody
from app.store.shared import Asked
from app.store.unit_of_work import Step, new_id

log = logging.getLogger(__name__)

NOT_ASKED = "Du er ikke spurgt til råds på den sag, eller spørgsmålet er lukket."
FORM = ("adviser", "question")
"""What is typed before somebody is asked, kept as drafts on the case."""


@dataclass(frozen=True, slots=True)
class Adviser:
    """Somebody who can be asked. `place`: the organisation they advise from, if the account says."""

    person_id: str
    name: str
    place: str


def advisers(desk: Desk) -> tuple[Adviser, ...]:
    """Everybody with an adviser's account, here or in the shared database, by name."""
    return tuple(
        Adviser(p.person_id, p.name, p.discipline) for p in everybody(desk.replica) if p.roles == (Role.RAADGIVER,)
    )


def ask(desk: Desk, hand: Hand, case_id: str, person_id: str, question: str) -> str:
    """Ask an adviser, who from then on sees the shared part of the case; the request's id comes back.

    Refused and noted without the citizen's consent for the adviser or the place they advise from (C6).
    """
    asked = next((one for one in advisers(desk) if one.person_id == person_id), None)
    if asked is None:
        raise UserError("Vælg en rådgiver, der har en konto her.", "person_id")
    if not question.strip():
        raise UserError("Skriv, hvad I vil spørge om.", "question")
    file = queries.case_file(desk.replica, case_id)
    if any(r.person_id == person_id and r.closed_on is None for r in file.advice_requests):
        raise UserError(
            f"{asked.name} er allerede spurgt. Luk det første spørgsmål, før I stiller et nyt.", "person_id"
        )
    consent = _consent(file, asked)
    if consent is None:
        desk.note(hand, case_id, "afvist", "consent.party")
        whom = f"{asked.name} ({asked.place})" if asked.place else asked.name
        raise UserError(no_consent(whom), "person_id")
    request_id = new_id()
    with desk.step(hand, case_id, "Spørg en rådgiver") as work:
        work.create(
            AdviceRequest(
                id=request_id,
                case_id=case_id,
                position=work.next_position("advice_request"),
                person_id=person_id,
                adviser=asked.name,
                consent_id=consent.id,
                question=question.strip(),
                asked_on=desk.today(),
            )
        )
        for name in FORM:
            work.drop_draft("advice_request", case_id, name)
        work.log_access("delt med rådgiver", request_id)
    return request_id


def close(desk: Desk, hand: Hand, case_id: str, request_id: str) -> None:
    """The question is answered or let go: the adviser sees the case no more. What was advised stays."""
    with desk.step(hand, case_id, "Luk spørgsmålet til rådgiveren") as work:
        work.write("advice_request", request_id, {"closed_on": desk.today()})


def keep_asking(
    desk: Desk, hand: Hand, case_id: str, name: str, text: str, step: Step, *, final: bool = True
) -> Written:
    """Keep what is typed of a question until it is put."""
    with desk.step(hand, case_id, step) as work:
        if text.strip():
            work.keep_draft("advice_request", case_id, name, text, UNFINISHED)
        else:
            work.drop_draft("advice_request", case_id, name)
    return Written(False, TOO_LONG) if len(text) > LONGEST else ACCEPTED


def still_shared(request: AdviceRequest, file: CaseFile) -> bool:
    """Whether the adviser sees the case by this request: it is open, and the consent it rests on stands."""
    return request.closed_on is None and any(c.id == request.consent_id for c in file.consents_in_force)


# The adviser's own side.


def asked_of(desk: Desk, hand: Hand) -> tuple[Asked, ...]:
    """The cases on which the signed-in adviser is asked."""
    return shared.asked_of(desk.replica, hand.person_id)


def open_shared(desk: Desk, hand: Hand, case_id: str) -> CaseFile:
    """The shared part of a case, because the adviser opens it: the reading is logged. Refused where one is not asked."""
    file = read_shared(desk, hand, case_id)
    desk.note(hand, case_id, "åbnet", "delt")
    return file


def read_shared(desk: Desk, hand: Hand, case_id: str) -> CaseFile:
    """Read again a shared case that is already open. Refused, and noted, when one is not asked any more."""
    file = shared.shared_file(desk.replica, case_id, hand.person_id) if hand.role is Role.RAADGIVER else None
    if file is None:
        log.info("an adviser was refused a case")
        desk.note(hand, case_id, "afvist", "case")
        raise UserError(NOT_ASKED)
    return file


def begin_advice(desk: Desk, hand: Hand, case_id: str) -> str:
    """A new piece of advice in the adviser's own name, empty and dated today; its id comes back."""
    own = account(desk.replica, hand.person_id)
    advice_id = new_id()
    with desk.step(hand, case_id, "Skriv et råd") as work:
        work.create(
            Advice(
                id=advice_id,
                case_id=case_id,
                position=work.next_position("advice"),
                person_id=hand.person_id,
                adviser=own.name if own else hand.name,
                organisation=own.discipline if own else "",
                date=desk.today(),
            )
        )
    return advice_id


# -- inside


def _consent(file: CaseFile, adviser: Adviser) -> Consent | None:
    """The live consent that names the adviser or the place they advise from."""
    named = {fold(name) for name in (adviser.name, adviser.place) if name.strip()}
    return next((c for c in file.consents_in_force if fold(c.party) in named), None)
