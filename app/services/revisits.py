# SPDX-License-Identifier: MPL-2.0
"""The vejleder's wish for a support that is not granted, and the two ways the bestiller has with it (C5, promise 2).

A wish counts as nothing granted: it is read by nothing that grants, prints or reports. Taken into a draft it is a row of the
bestiller's own, granted when that is signed; a no is written in its field (`RevisitRequest.answer`) like any words. Must not know
screens.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto

from app.domain.answer import said
from app.domain.rights import Act
from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.models.kinds import RevisitRequest, Support, taken_id
from app.papers.decided import DecidedCopy
from app.services.desk import Desk
from app.services.offers import filled_in
from app.store import queries

TAKE_ALONG = "Tag ønsket med i et udkast"


class Stage(Enum):
    """How far a wish has come."""

    BLANK = auto()
    """Nobody has written in it."""
    WAITS = auto()
    DRAFTED = auto()
    """In a draft of a new decision: nothing is granted yet."""
    REFUSED = auto()
    GRANTED = auto()


def stage_of(request: RevisitRequest, file: CaseFile) -> Stage:
    """How far a wish has come. What a decision granted once stays so, whatever is decided later; one whose row was taken off the
    draft again waits as before."""
    if request.support_id and request.support_id in _granted(file):
        return Stage.GRANTED
    if said(request.answer):
        return Stage.REFUSED
    if any(row.id == request.support_id for row in file.support):
        return Stage.DRAFTED
    return Stage.WAITS if said(request.offer) or said(request.why) else Stage.BLANK


def waiting(file: CaseFile) -> tuple[RevisitRequest, ...]:
    """The wishes nobody has answered, and that are in no draft."""
    return tuple(one for one in file.revisit_requests if stage_of(one, file) is Stage.WAITS)


def take_along(desk: Desk, hand: Hand, case_id: str, request_id: str) -> str:
    """Let a wish be a row of the draft, with the bestiller's pen: what it is called, and what the catalogue says of it. One step
    to undo. The row's id comes back; "" where it is there already, or granted, or the wish was taken away meanwhile.

    Raises UserError for anybody but the bestiller.
    """
    desk.require(hand, Act.VISITATE, case_id)
    file = queries.case_file(desk.replica, case_id)
    request = next((one for one in file.revisit_requests if one.id == request_id), None)
    if request is None or stage_of(request, file) in (Stage.DRAFTED, Stage.GRANTED):
        return ""
    row = filled_in(desk, Support(id=taken_id(case_id, request_id), case_id=case_id, offer=request.offer))
    with desk.step(hand, case_id, TAKE_ALONG) as work:
        if work.is_here("support", row.id):  # taken off the table since, with what was written in it
            work.write("support", row.id, {"removed": False})
        else:
            work.create(replace(row, position=work.next_position("support")))
        work.write("revisit_request", request_id, {"support_id": row.id})
    return row.id


# -- inside


def _granted(file: CaseFile) -> frozenset[str]:
    """The rows any decision that holds has granted."""
    copies = (DecidedCopy.from_json(one.decision.content) for one in file.decisions if one.authentic)
    return frozenset(one.id for copy in copies for one in copy.support if one.id)
