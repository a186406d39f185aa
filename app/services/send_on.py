# SPDX-License-Identifier: MPL-2.0
"""An answer above one's competence is sent on to somebody who may decide it, and never saved as made (C2).

What is left behind is a task for a person by name and a dated mark on the draft; the decision is theirs to sign, in
`decide.py`, which takes both away. Called by the answer's step. Must not know how a competence is set.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.errors import UserError
from app.domain.names import short_name
from app.domain.rights import Act
from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile
from app.models.kinds import Task
from app.services.decide import NOT_SENT_ON, beyond_competence, lacking, mark_of_draft, sent_on_tasks
from app.services.desk import Desk
from app.store import queries
from app.store.accounts import keys_that_decide
from app.store.listing import SENT_ON
from app.store.roster import everybody
from app.store.unit_of_work import new_id


@dataclass(frozen=True, slots=True)
class Decider:
    """A bestiller who may decide what is on the table. `leads`: they are a leder too."""

    person_id: str
    name: str
    leads: bool


def deciders(desk: Desk, hand: Hand, case_id: str) -> tuple[Decider, ...]:
    """Everybody else here who may sign just this draft, by name; a leder decides only where they are a bestiller too."""
    desk.require_open(hand, case_id)
    return _deciders(desk, hand, queries.case_file(desk.replica, case_id))


def send_on(desk: Desk, hand: Hand, case_id: str, person_id: str) -> None:
    """Ask a named person to decide. No decision is made, and the citizen's papers stay drafts.

    Raises UserError when something lacks, when one may decide it oneself, or when the one named may not.
    """
    desk.require(hand, Act.SEND_ON, case_id)
    file = queries.case_file(desk.replica, case_id)
    missing = lacking(file)
    if missing:
        raise UserError(f"Svaret mangler: {', '.join(missing)}.", "answer")
    if not beyond_competence(file, hand):
        raise UserError("Du må selv afgøre det her.", "send_on.person")
    to = next((one for one in _deciders(desk, hand, file) if one.person_id == person_id), None)
    if to is None:
        raise UserError("Vælg en, der må bevilge det.", "send_on.person")
    with desk.step(hand, case_id, "Send videre til afgørelse") as work:
        for earlier in sent_on_tasks(file):
            work.remove("task", earlier.id)
        work.write(
            "answer", file.answer.id, {"sent_to": to.name, "sent_on": desk.today(), "sent_mark": mark_of_draft(file)}
        )
        work.create(
            Task(
                id=new_id(),
                case_id=case_id,
                text=f"{short_name(hand.name)} beder dig afgøre svaret",
                due=desk.today(),
                for_person=to.name,
                reason=SENT_ON,
            )
        )


def take_back(desk: Desk, hand: Hand, case_id: str) -> None:
    """Take the draft back from whom it was sent to: the task goes, and so does the mark."""
    desk.require(hand, Act.SEND_ON, case_id)
    file = queries.case_file(desk.replica, case_id)
    with desk.step(hand, case_id, "Tag svaret tilbage") as work:
        for task in sent_on_tasks(file):
            work.remove("task", task.id)
        if file.answer.sent_on is not None:
            work.write("answer", file.answer.id, NOT_SENT_ON)


def _deciders(desk: Desk, hand: Hand, file: CaseFile) -> tuple[Decider, ...]:
    return tuple(
        Decider(one.person_id, one.name, Role.LEDER in one.roles)
        for one in everybody(desk.replica)
        if one.person_id != hand.person_id
        and keys_that_decide(desk.replica, one.person_id, only_present=True)
        and not beyond_competence(file, hand._replace(person_id=one.person_id))
    )
