# SPDX-License-Identifier: MPL-2.0
"""Words the shared database did not take: told with the reason in plain Danish, until somebody has read them (promise 3).

Also the yes to cases leaving in great number. Called by the card behind the status line, on the database lane. Nothing is deleted
here: what is put by still stands in the history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.dates import format_full
from app.domain.rights import Act, may
from app.domain.roles import Hand
from app.models.fields import Value, fields_of
from app.models.kinds import KINDS
from app.services.desk import Desk
from app.services.lists import NAMES
from app.store import leaving, outgoing
from app.store.listing import citizen_named
from app.store.readers import has_read
from app.store.unit_of_work import ChangeSet, new_step

REASONS = {
    "not_yours": "Du har ikke adgang til sagen hos den fælles database.",
    "pen": "Feltet er ikke dit at skrive i den rolle, du havde.",
    "role": "Din rolle giver ikke ret til det.",
    "audience": "Noget til én læser lå sammen med noget til en anden.",
    "once": "Det skrives kun én gang, og det var skrevet.",
    "decision": "En afgørelse kan ikke ændres, kun erstattes af en ny.",
    "competence": "Det ligger over det, du må bevilge.",
    "appointed": "Kun en bestiller med en konto hos den fælles database kan koordinere. Vælg en anden.",
    "wall": "Støtte efter § 82 b kan højst vare seks måneder.",
    "late_decision": "Din adgang var ophørt, da afgørelsen nåede frem.",
    "wrong_record": "Det hørte til en anden sag.",
    "id_taken": "Noget andet havde allerede samme mærke.",
    "too_big": "Teksten er for lang til den fælles database.",
    "erased": "Sagen er arkiveret og slettet. Kopiér teksten, hvis den skal med i arkivet: Efter »Læst« slettes den også her.",
    "type": "Det var ikke af den slags, feltet tager: en dato, et tal, et ja eller nej, eller en tekst.",
    "crowded": "Der står for mange udgaver i feltet. Gør dem til én først.",
    "malformed": "Den fælles database kunne ikke læse det.",
}
UNKNOWN = "Den fælles database tog ikke imod det."


@dataclass(frozen=True, slots=True)
class Aside:
    """One thing that was not taken: what it is on, in whose case, the words, by whom, and why."""

    change_id: str
    case_id: str
    what: str
    citizen: str
    words: str
    name: str
    at: datetime
    because: str


def not_taken(desk: Desk, hand: Hand) -> tuple[Aside, ...]:
    """What nobody has put by, the newest first: one's own, and what was written in cases one may open, or might until they were
    to leave: a case that has been erased stays until this has been read."""
    opens, me = may(hand.role, Act.OPEN_CASE), hand.person_id
    rows = [
        row
        for row in outgoing.set_aside(desk.replica)
        if row.hand.person_id == me or (opens and has_read(desk.replica, me, row.case_id))
    ]
    return tuple(
        Aside(
            row.id,
            row.case_id,
            _what(row.kind, row.fields),
            citizen_named(desk.replica, row.case_id, me, also_leaving=True),
            _words(row.kind, row.fields),
            row.hand.name,
            row.at,
            REASONS.get(row.reason, UNKNOWN),
        )
        for row in rows
    )


def put_by(desk: Desk, hand: Hand, aside: Aside) -> None:
    """Somebody has read it; it is told of no more."""
    outgoing.put_by(desk.replica, aside.case_id, aside.change_id, hand.person_id)


def let_leave(desk: Desk, hand: Hand, announce: Callable[[ChangeSet], object]) -> int:
    """Say yes to all the cases that are to leave this desk; how many went. Raises Refused for whoever opens no cases."""
    desk.require(hand, Act.OPEN_CASE)
    gone = leaving.allow_leaving(desk.replica).gone
    for case_id in gone:
        announce(ChangeSet(case_id, frozenset({("case", case_id, "left")}), new_step("Sagen er ikke længere her")))
    return len(gone)


def _what(kind: str, fields: Mapping[str, Value]) -> str:
    infos = fields_of(KINDS[kind])
    labels = [infos[n].label.rstrip("?") for n in _told(kind, fields)]
    thing = NAMES.get(kind, "afgørelse" if kind == "decision" else "")
    named = ", ".join(labels[:3]) or thing or "Noget i sagen"
    return f"{thing[:1].upper()}{thing[1:]}: {named.lower()}" if thing and labels else f"{named[:1].upper()}{named[1:]}"


def _words(kind: str, fields: Mapping[str, Value]) -> str:
    return "\n".join(text for n in _told(kind, fields) if (text := _text(fields[n])))


def _told(kind: str, fields: Mapping[str, Value]) -> list[str]:
    """The fields a person wrote words in. A decision is a copy of what stands in the case."""
    if kind == "decision":
        return []
    infos = fields_of(KINDS[kind])
    return [n for n in fields if n in infos and n not in ("removed", "position") and not n.endswith("_id")]


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return str(value) if isinstance(value, str | int) else format_full(value)
