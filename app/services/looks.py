# SPDX-License-Identifier: MPL-2.0
"""Who has looked at a case, for the citizen's own list: this desk's access log, and on a desk that has joined, everybody's.

`ask_everywhere` is an errand and waits for the network; `everybodys` joins its answer with what this desk has not handed up yet,
on the database lane. Without an answer the list is this desk's own, and says so. Must not know how it is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.domain.errors import EnvironmentProblem
from app.domain.rights import Act
from app.domain.roles import Hand
from app.papers.citizen_contents import Look
from app.services.desk import Desk
from app.services.history import look_lines
from app.store import upward
from app.store.accounts import accounts
from app.sync import desk_id

if TYPE_CHECKING:
    from app.services.sharing import Sharing
    from app.sync.session import LookThere

ONLY_HERE = "Listen viser kun opslag fra denne computer. {why}"
NOT_SHOWN = "Den fælles database viser ikke sagens øvrige opslag til dig."
NOBODY_ASKED = "Der er ingen forbindelse til den fælles database lige nu."


@dataclass(frozen=True, slots=True)
class FromAfar:
    """What the shared database answered: its lines, None when there was no answer. `why` is then why, in a sentence."""

    lines: tuple[LookThere, ...] | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Looks:
    """Who has looked at a case. `shared`: there are other desks; `everywhere`: they are counted too, as far as they have handed
    up; else `lacks` says in a sentence why it is this desk's alone."""

    lines: tuple[Look, ...]
    everywhere: bool
    lacks: str = ""
    shared: bool = False


def ask_everywhere(sharing: Sharing, hand: Hand, case_id: str) -> FromAfar:
    """What the shared database has of the case. An errand. No network is no error: the list is then made without."""
    try:
        lines = sharing.looks(hand.person_id, case_id)
    except EnvironmentProblem as problem:
        return FromAfar(None, problem.message)
    return FromAfar(lines, NOT_SHOWN if lines is None else "")


def everybodys(desk: Desk, hand: Hand, case_id: str, afar: FromAfar | None) -> Looks:
    """The whole list, in no order. `afar`: what was asked for before; None on a desk where nobody has asked.

    Raises Refused for a role that may not see it.
    """
    if not desk.replica.joined:
        return Looks(look_lines(desk, hand, case_id), everywhere=True)
    if afar is None or afar.lines is None:
        why = afar.why if afar is not None else NOBODY_ASKED
        return Looks(look_lines(desk, hand, case_id), everywhere=False, lacks=ONLY_HERE.format(why=why), shared=True)
    desk.require(hand, Act.ACCESS_LOG, case_id)
    device, names = desk_id.device(desk.replica), {own.person_id: own.name for own in accounts(desk.replica)}
    there = {(one.person_id, one.n) for one in afar.lines if one.device == device}
    found = [Look(_moment(one), one.name or names.get(one.person_id, ""), one.role, one.action) for one in afar.lines]
    found += [
        Look(datetime.fromisoformat(one.at), names.get(one.person_id, ""), one.role, one.action)
        for one in upward.unsent_looks(desk.replica, case_id)
        if (one.person_id, one.n) not in there  # acknowledged by an answer that was lost on the way
    ]
    return Looks(tuple(found), everywhere=True, shared=True)


def _moment(one: LookThere) -> datetime:
    """When it was, by the clock of the desk that said so; what the server noted, or what is no moment, by the clock here."""
    if one.device:
        try:
            said = datetime.fromisoformat(one.at)
        except ValueError:
            return one.received.astimezone()
        if said.tzinfo is not None:
            return said
    return one.received.astimezone()
