# SPDX-License-Identifier: MPL-2.0
"""A citizen at the door (A7, A9, A12): what is typed before there is a case is kept, and then becomes one, all in one step.

Called by the page for a new citizen. The form is no record, so its words lie as drafts under an id of their own, on this desk
only; they survive a killed program, and go in the very transaction that opens the case.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from app.domain.errors import UserError
from app.domain.identifiers import parse_identifier, require_adult
from app.domain.names import fold
from app.domain.rights import Act
from app.domain.roles import Hand
from app.domain.writing import require_length, require_lengths
from app.models.choices import TargetGroup
from app.models.kinds import singleton_id
from app.services import cases, edit
from app.services.cases import Opened
from app.services.desk import Desk
from app.services.edit import ACCEPTED, UNFINISHED, Written
from app.store import listing
from app.store.unit_of_work import Step, UnitOfWork, new_step

FORM = "ny-borger"
"""Stands for the case and the record while there is none."""

FIELDS: dict[str, tuple[str, str]] = {
    "citizen.name": ("citizen", "name"),
    "source": ("case", "source"),
    "citizen.cpr": ("identifier", "value"),
    "citizen.phone": ("citizen", "phone"),
    "preventive": ("case", "preventive"),
    "citizen.address": ("citizen", "address"),
    "citizen.protected": ("citizen", "protected"),
    "citizen.interpreter": ("citizen", "interpreter"),
    "citizen.guardian": ("citizen", "guardian"),
    "direct": ("answer", "target_group"),
    "direct.reason": ("answer", "reason"),
}
"""The form's fields by their path, and the fields of the record they become."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of somebody who has come in. `direct_reason` None: not straight to § 85."""

    name: str
    source: str = ""
    number: str = ""
    phone: str = ""
    address: str = ""
    protected: bool = False
    interpreter: str = ""
    guardian: str = ""
    preventive: bool = False
    direct_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """Who on file may be the one at the door. `number`: the very number typed is theirs."""

    near: tuple[listing.Near, ...] = ()
    number: listing.Near | None = None


def keep_typed(desk: Desk, hand: Hand, _form: str, path: str, text: str, step: Step, *, final: bool = True) -> Written:
    """Keep what is typed in one field of the form. A number that is none is told of when the field is left."""
    desk.require(hand, Act.NEW_CITIZEN)
    kind, name = FIELDS[path]
    with desk.step(hand, FORM, step) as work:
        if text.strip() and text != "nej":
            work.keep_draft(kind, FORM, name, text, UNFINISHED)
        else:
            work.drop_draft(kind, FORM, name)
    try:
        require_length(text, name)
    except UserError as error:
        return Written(False, error.message)
    if path == "citizen.cpr" and final and text.strip():
        try:
            number = parse_identifier(text, desk.today())
            require_adult(number.birth_date, desk.today())
        except UserError as error:
            return Written(False, error.message)
    return ACCEPTED


def typed(desk: Desk, hand: Hand) -> dict[str, str]:
    """What stands in the form, by path. On a desk that shares it is theirs who typed it, and those they sit with."""
    kept = listing.typed(desk.replica, FORM, {hand.person_id, *desk.replica.at_table} if desk.replica.joined else None)
    return {path: kept[FORM, name] for path, (_kind, name) in FIELDS.items() if (FORM, name) in kept}


def begin_anew(desk: Desk, hand: Hand) -> None:
    """Empty the form."""
    desk.require(hand, Act.NEW_CITIZEN)
    with desk.step(hand, FORM, "Ny borger") as work:
        _empty(work)


def alike(desk: Desk, hand: Hand, name: str, number: str) -> Alike:
    """Who may already be on file under this name or number (users.md, point 24)."""
    try:
        read = parse_identifier(number, desk.today())
    except UserError:
        read = None
    same = listing.citizen_by_number(desk.replica, read.value, hand.person_id) if read else None
    near = cases.near_duplicates(desk, hand, name, read.birth_date if read else None)
    others = (one for one in near if same is None or one.same != same.same)
    first = sorted(others, key=lambda one: (fold(one.name) != fold(name), one.name))
    return Alike(tuple(first), same)


def receive(desk: Desk, hand: Hand, arrival: Arrival, *, bestiller: str = "", vejleder: str = "") -> Opened:
    """Open the case. A number that can't be used is kept as typed and holds nothing back.

    Raises UserError (field "name" or "reason") before anything is written.
    """
    if arrival.direct_reason is not None and not arrival.direct_reason.strip():
        raise UserError("Skriv, hvorfor sagen går direkte til § 85.", "reason")
    require_lengths({"reason": arrival.direct_reason, **asdict(arrival)})

    def along(work: UnitOfWork, opened: Opened) -> None:
        if arrival.number.strip():
            work.keep_draft("identifier", opened.citizen_id, "value", arrival.number, UNFINISHED)
        if arrival.direct_reason is not None:
            values = {"target_group": TargetGroup.DIRECT_85.value, "reason": arrival.direct_reason}
            work.write("answer", singleton_id(opened.case_id, "answer"), values)
        _empty(work)

    opened = cases.new_citizen(
        desk,
        hand,
        arrival.name,
        arrival.source,
        preventive=arrival.preventive,
        bestiller=bestiller,
        vejleder=vejleder,
        known={
            "phone": arrival.phone,
            "address": arrival.address,
            "protected": arrival.protected,
            "interpreter": arrival.interpreter,
            "guardian": arrival.guardian,
        },
        along=along,
    )
    if arrival.number.strip():
        edit.write_number(desk, hand, opened.case_id, opened.citizen_id, arrival.number, new_step("Ret CPR-nummer"))
    return opened


def _empty(work: UnitOfWork) -> None:
    for kind, name in FIELDS.values():
        work.drop_draft(kind, FORM, name)
