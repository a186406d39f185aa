# SPDX-License-Identifier: MPL-2.0
"""Who sits where: the two signed in are named as present (A1), and who coordinates is typed like any other field (H2).

Called by the first step of the meeting room. Also keeps what is typed about asking another party (C6) until it is noted.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.errors import UserError
from app.domain.names import fold
from app.domain.rights import Act
from app.domain.roles import Hand, Role
from app.models.kinds import Participant, participant_id
from app.services import cases
from app.services.desk import Desk
from app.services.edit import ACCEPTED, UNFINISHED, Written
from app.store import queries
from app.store.accounts import account
from app.store.unit_of_work import Step, new_id


def seat(desk: Desk, hand: Hand, case_id: str, meeting_id: str, people: Sequence[Hand]) -> None:
    """Name those at the table as present, each once, with role and discipline. Who is first in a role holds the case."""
    desk.require(hand, Act.MEET, case_id)
    file = queries.case_file(desk.replica, case_id)
    present = {fold(p.name) for p in file.participants if p.meeting_id == meeting_id}
    missing = [p for p in people if fold(p.name) not in present]
    known = {p.person_id: account(desk.replica, p.person_id) for p in missing}
    holders = {Role.BESTILLER: file.case.bestiller, Role.VEJLEDER: file.case.vejleder}
    with desk.step(hand, case_id, "Tilføj jer ved bordet") as work:
        for person in missing:
            own, own_id = known[person.person_id], participant_id(case_id, meeting_id, person.person_id)
            work.create(
                Participant(
                    id=new_id() if work.is_here("participant", own_id) else own_id,
                    case_id=case_id,
                    meeting_id=meeting_id,
                    position=work.next_position("participant", ("meeting_id", meeting_id)),
                    name=person.name,
                    role=person.role.value,
                    discipline=own.discipline if own else "",
                )
            )
        for person in people:
            if not holders.get(person.role, person.name):
                work.write("case", case_id, {person.role.value: person.name})


def write_coordinator(desk: Desk, hand: Hand, case_id: str, text: str, step: Step, *, final: bool = True) -> Written:
    """Keep who coordinates as it is typed; when the field is left it is an appointment, or kept with the reason it is none."""
    file = queries.case_file(desk.replica, case_id)
    now = next((c.name for c in file.coordinators if c.until is None), "")
    because = UNFINISHED
    done = final or text.strip() == now
    if done and text.strip() != now and (text.strip() or file.case.complex):
        try:
            cases.appoint_coordinator(desk, hand, case_id, text)
        except UserError as error:
            done, because = not text.strip(), error.message
    with desk.step(hand, case_id, step) as work:
        if done:
            work.drop_draft("coordinator", case_id, "name")
        else:
            work.keep_draft("coordinator", case_id, "name", text, because)
    return Written(False, because) if because else ACCEPTED


def keep_asking(
    desk: Desk, hand: Hand, case_id: str, name: str, text: str, step: Step, *, final: bool = True
) -> Written:
    """Keep what is typed about whom to ask ("reason") and of what ("text") until it is noted as a task."""
    with desk.step(hand, case_id, step) as work:
        if text.strip():
            work.keep_draft("task", case_id, name, text, UNFINISHED)
        else:
            work.drop_draft("task", case_id, name)
    return ACCEPTED


def ask_party(desk: Desk, hand: Hand, case_id: str, party: str, about: str) -> None:
    """Note that another party is to be asked, and clear what was typed. Refused without consent for that party (C6)."""
    cases.ask_party(desk, hand, case_id, party, about)
    with desk.step(hand, case_id, "Spørg en anden part") as work:
        for name in ("reason", "text"):
            work.drop_draft("task", case_id, name)
