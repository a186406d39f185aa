# SPDX-License-Identifier: MPL-2.0
"""The municipality's own settings: name, unit, the clauses on its letters, and who may grant what (C2).

Configuration, never truth in code. Called by the settings page, the first start and the practice set-up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from app.domain.competence import MOST_WEEKS, UNDER_82
from app.domain.errors import UserError
from app.domain.resources import resource_path
from app.domain.rights import Act
from app.domain.roles import Hand, Role
from app.models.apart import own_told
from app.models.casefile import Draft, FieldKey, OwnSettings
from app.models.fields import Value, fields_of
from app.models.kinds import MUNICIPALITY, Competence, Municipality, competence_id
from app.services.desk import Desk
from app.services.edit import ACCEPTED, UNFINISHED, Written
from app.store import queries
from app.store.roster import everybody
from app.store.unit_of_work import ONLY_LEADER, Step, UnitOfWork, new_step


def municipality(desk: Desk) -> Municipality:
    """What stands now."""
    return queries.municipality(desk.replica)


def in_use(desk: Desk) -> Municipality:
    """What papers and the program go by: of two texts apart never one in silence (`models/apart.py`)."""
    return own_told(queries.own_settings(desk.replica))


def standing(desk: Desk) -> OwnSettings:
    """What stands now, as the settings show it: with whose hand, what is half typed, and what two have written apart."""
    return queries.own_settings(desk.replica)


def typed(desk: Desk) -> dict[FieldKey, Draft]:
    """What is typed in the settings and is no value yet, with the reason: it stands in its field till it is put right."""
    return queries.drafts(desk.replica, MUNICIPALITY)


def load_municipality(desk: Desk, hand: Hand, name: str = "") -> None:
    """Put in the texts that come with the program, where the municipality has none yet; `name` is its own."""
    if queries.municipality(desk.replica).name:
        return
    raw: dict[str, Any] = json.loads(resource_path("municipality.json").read_text(encoding="utf-8"))
    known = {key: value for key, value in raw.items() if key in fields_of(Municipality)}
    desk.require(hand, Act.SETTINGS)
    settings = replace(Municipality(id=MUNICIPALITY, case_id=MUNICIPALITY), **known)
    with desk.step(hand, MUNICIPALITY, "Kommunens oplysninger") as work:
        work.create(replace(settings, name=name) if name else settings)


@dataclass(frozen=True, slots=True)
class Granting:
    """Who may grant what: each bestiller known here with what is set for them (as `UNDER_82` has it), and what is half typed.

    `led`: there is a leder, who alone sets it.
    """

    rows: tuple[tuple[Competence, ...], ...]
    drafts: dict[FieldKey, Draft]
    led: bool


def granting(desk: Desk) -> Granting:
    """What stands now. A bestiller nothing is set for may grant everything."""
    people = everybody(desk.replica)
    known = {one.id: one for one in queries.competences(desk.replica)}
    rows = []
    for person in people:
        if Role.BESTILLER in person.roles:
            blank = (_blank(person.person_id, person.name, paragraph) for paragraph in UNDER_82)
            rows.append(tuple(replace(known.get(one.id, one), person_name=person.name) for one in blank))
    ids = {one.id for row in rows for one in row}
    drafts = {key: draft for key, draft in typed(desk).items() if draft.record_id in ids}
    return Granting(tuple(rows), drafts, any(Role.LEDER in person.roles for person in people))


def may_set(hand: Hand | None, led: bool) -> str:
    """Why this person may not set who grants what; "" when they may. Without a leder on the desk a bestiller does (C2)."""
    if hand is None or hand.role not in (Role.LEDER, Role.BESTILLER) or (led and hand.role is not Role.LEDER):
        return ONLY_LEADER if led else "Lederen sætter, hvem der må bevilge hvad, eller bestilleren, hvor der ingen er."
    return ""


def set_competence(desk: Desk, hand: Hand, person_id: str, paragraph: str, *, grants: bool, weeks: int | None) -> None:
    """Set what one bestiller may grant on one paragraph: nothing, at most so many weeks, or any period. Logged."""
    with _setting(desk, hand, new_step("Sæt kompetence"), person_id, paragraph) as (work, record_id):
        work.write("competence", record_id, {"grants": grants, "most_weeks": weeks})


def write_competence(
    desk: Desk, hand: Hand, person_id: str, paragraph: str, name: str, text: str, step: Step, *, final: bool = True
) -> Written:
    """Keep what is typed in one field of a competence; a number that is none is kept and told of."""
    with _setting(desk, hand, step, person_id, paragraph) as (work, record_id):
        if name == "most_weeks" and not final and text.strip():
            work.keep_draft("competence", record_id, name, text, UNFINISHED)
            return ACCEPTED
        try:
            value: Value = _weeks(text) if name == "most_weeks" else text.strip() == "ja"
        except UserError as error:
            work.keep_draft("competence", record_id, name, text, error.message)
            return Written(False, error.message)
        work.write("competence", record_id, {name: value})
    return ACCEPTED


NO_WEEKS = f"Skriv et helt antal uger, fra 1 til {MOST_WEEKS}. Et tomt felt er ingen grænse."


@contextmanager
def _setting(desk: Desk, hand: Hand, step: Step, person_id: str, paragraph: str) -> Iterator[tuple[UnitOfWork, str]]:
    """One step on a person's competence, which is made when there is none. Noted in the access log besides the change."""
    desk.require(hand, Act.COMPETENCES)
    person = next((p for p in everybody(desk.replica) if p.person_id == person_id), None)
    if person is None or Role.BESTILLER not in person.roles or paragraph not in UNDER_82:
        raise UserError("Kun en bestiller kan bevilge.", "person")
    blank = _blank(person_id, person.name, paragraph)
    known = any(one.id == blank.id for one in queries.competences(desk.replica))
    with desk.step(hand, MUNICIPALITY, step) as work:
        if not known:
            work.create(blank)
        yield work, blank.id
        work.log_access("kompetence sat", blank.id)


def _blank(person_id: str, name: str, paragraph: str) -> Competence:
    record_id = competence_id(person_id, paragraph)
    return Competence(id=record_id, case_id=MUNICIPALITY, person_id=person_id, person_name=name, paragraph=paragraph)


def _weeks(text: str) -> int | None:
    plain = text.strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and 1 <= int(plain) <= MOST_WEEKS):
        raise UserError(NO_WEEKS, "most_weeks")
    return int(plain)
