# SPDX-License-Identifier: MPL-2.0
"""The practice team and its made-up citizens (row K2): everything in practice mode is made here, by the same services.

Called by bootstrap and the command line when a practice folder is new. What the citizens are called and say stands in
`resources/practice/borgere.json`, dated by days before or after each one's meeting. Must not touch a real replica.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.errors import UserError
from app.domain.names import fold
from app.domain.periods import last_permitted_day
from app.domain.resources import resource_path
from app.domain.roles import Hand, Role
from app.models.choices import Ending
from app.models.kinds import singleton_id
from app.services import accounts, advising, cases, decide, edit, lists
from app.services.catalogue import load_defaults
from app.services.desk import Desk
from app.services.settings import load_municipality
from app.store import listing, queries
from app.store.unit_of_work import new_step

PASSWORD = "øvelse"
PIN = "1234"
TEAM = (
    ("Bodil Bestiller", "socialrådgiver", "12 34 56 11", Role.BESTILLER),
    ("Vagn Vejleder", "pædagog", "12 34 56 12", Role.VEJLEDER),
    ("Ole Olsen", "socialrådgiver", "12 34 56 13", Role.BESTILLER),
    ("Sanne Sørensen", "ergoterapeut", "12 34 56 14", Role.VEJLEDER),
    ("Lene Leder", "socialrådgiver", "12 34 56 15", Role.LEDER),
    ("Rasmus Rådgiver", "VISO", "12 34 56 16", Role.RAADGIVER),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who sit at one table."""

    bestiller: Hand
    vejleder: Hand


def prepare(desk: Desk, recovery_code: str, *, citizens: bool = True) -> Pair:
    """Make the practice team, municipality, catalogue and citizens, as far as they are not there. The first pair back."""
    first, second = _team(desk, recovery_code)
    load_municipality(desk, first.bestiller)
    load_defaults(desk, first.bestiller)
    if citizens and not listing.count_cases(desk.replica):
        for told in json.loads(resource_path("practice", "borgere.json").read_text(encoding="utf-8")):
            _Citizen(desk, second if told.get("team") else first, told).make()
    return first


def team(desk: Desk) -> Pair | None:
    """The first pair of the practice team, or None when it is not made yet."""
    known = {fold(person.name): person for person in accounts.people(desk)}
    bestiller, vejleder = known.get(fold(TEAM[0][0])), known.get(fold(TEAM[1][0]))
    if bestiller is None or vejleder is None:
        return None
    return Pair(
        Hand(bestiller.person_id, bestiller.name, Role.BESTILLER),
        Hand(vejleder.person_id, vejleder.name, Role.VEJLEDER),
    )


def at_table(desk: Desk, recovery_code: str, bestiller: str, vejleder: str) -> Pair:
    """Two by these names to hold a meeting, made where they are not there; "" is one of the practice team.

    Raises UserError when somebody here by that name has another role.
    """
    wanted = {Role.BESTILLER: " ".join(bestiller.split()), Role.VEJLEDER: " ".join(vejleder.split())}
    team_roles = {name: [role] for name, _, _, role in TEAM}
    for name in dict.fromkeys(filter(None, wanted.values())):
        roles = [role for role, theirs in wanted.items() if fold(theirs) == fold(name)]
        known = {fold(person.name) for person in accounts.people(desk)}
        if fold(name) not in known and team_roles.get(name) != roles:
            accounts.create_person(desk, name, "", "", roles, PASSWORD, PIN, recovery_code=recovery_code, practice=True)
    prepare(desk, recovery_code, citizens=False)
    return Pair(
        _in_role(desk, wanted[Role.BESTILLER], Role.BESTILLER), _in_role(desk, wanted[Role.VEJLEDER], Role.VEJLEDER)
    )


def _in_role(desk: Desk, name: str, role: Role) -> Hand:
    names = [fold(name)] if name else [fold(told[0]) for told in TEAM]
    known = {fold(person.name): person for person in accounts.people(desk) if role in person.roles}
    found = next((known[one] for one in names if one in known), None)
    if found is None:
        raise UserError(f"{name} er ikke {role.value} i øvelsen her. Begynd øvelsen i en tom mappe.")
    return Hand(found.person_id, found.name, role)


def _team(desk: Desk, recovery_code: str) -> tuple[Pair, Pair]:
    known = {fold(person.name): person for person in accounts.people(desk)}
    hands = []
    for name, discipline, phone, role in TEAM:
        person = known.get(fold(name)) or accounts.create_person(
            desk, name, discipline, phone, (role,), PASSWORD, PIN, recovery_code=recovery_code, practice=True
        )
        hands.append(Hand(person.person_id, person.name, role))
    return Pair(hands[0], hands[1]), Pair(hands[2], hands[3])


class _Citizen:
    """One made-up citizen, from contact as far as the story goes, written with both pens on the days it happened."""

    def __init__(self, desk: Desk, pair: Pair, told: dict[str, Any]) -> None:
        self.told = told
        self.pair = pair
        now = desk.clock()
        self.met = now - timedelta(days=told["days_ago"])
        self.desk = Desk(desk.replica, lambda: self.at)
        self.at = self.met - timedelta(days=told.get("waited", 0))
        self.case_id = ""

    def make(self) -> None:
        """Contact, and then as much of the meeting as is told of."""
        told, pair = self.told, self.pair
        opened = cases.new_citizen(
            self.desk,
            pair.vejleder,
            told["name"],
            told["source"],
            preventive=told.get("preventive", False),
            bestiller=pair.bestiller.name,
            vejleder=pair.vejleder.name,
        )
        self.case_id = opened.case_id
        step = new_step("Ret borgerens oplysninger")
        if told.get("cpr"):
            edit.write_number(self.desk, pair.vejleder, self.case_id, opened.citizen_id, told["cpr"], step)
        for name in ("phone", "address", "guardian", "interpreter"):
            if told.get(name):
                self._type(pair.vejleder, "citizen", opened.citizen_id, name, told[name])
        if told.get("referral"):
            self._referral(told["referral"])
        if told.get("meets", True):
            self.at = self.met
            self._meeting()

    def _referral(self, told: dict[str, Any]) -> None:
        values = {"sender": told["from"], "date": self.at.date()}
        referral_id = lists.add(self.desk, self.pair.vejleder, self.case_id, "referral", values)
        for what, outcome, note in told["tried"]:
            tried = {"what": what, "outcome": outcome, "note": note}
            lists.add(self.desk, self.pair.vejleder, self.case_id, "tried", tried, referral_id)
        if not told["tried"]:
            cases.want_status(self.desk, self.pair.vejleder, self.case_id, told["from"])

    def _meeting(self) -> None:
        told, pair = self.told, self.pair
        meeting_id = cases.begin_meeting(self.desk, pair.vejleder, self.case_id, told.get("place", "Vores Netværk"))
        for hand in (pair.bestiller, pair.vejleder):
            given = {"name": hand.name, "role": hand.role.value}
            lists.add(self.desk, pair.vejleder, self.case_id, "participant", given, meeting_id)
        for name in ("think", "want", "resources", "read_back"):
            if told.get(name):
                self._type(pair.vejleder, "story", singleton_id(self.case_id, "story"), name, told[name])
        if told.get("purpose"):
            self._type(pair.bestiller, "plan", singleton_id(self.case_id, "plan"), "purpose", told["purpose"])
        for goal in told.get("goals", ()):
            self._goal(goal)
        for text in told.get("bridge", ()):
            lists.add(self.desk, pair.vejleder, self.case_id, "bridge", {"text": text})
        for who, what, days in told.get("next_steps", ()):
            values = {"who": who, "what": what, "by": self._day(days)}
            lists.add(self.desk, pair.vejleder, self.case_id, "next_step", values)
        for days in told.get("follow_ups", ()):
            lists.add(self.desk, pair.vejleder, self.case_id, "follow_up", {"date": self._day(days)})
        for support in told.get("support", ()):
            self._support(support)
        if told.get("question"):
            lists.add(self.desk, pair.vejleder, self.case_id, "question", {"text": told["question"]})
        if told.get("asks"):
            self._ask(told["asks"])
        if told.get("answer"):
            self._answer(told["answer"])
        if told.get("guidance"):
            cases.end_without_decision(self.desk, pair.vejleder, self.case_id, Ending.GUIDANCE, told["guidance"])

    def _goal(self, told: dict[str, Any]) -> None:
        desk, vejleder = self.desk, self.pair.vejleder
        values = {name: told[name] for name in told if name not in ("milestones", "actions")}
        goal_id = lists.add(desk, vejleder, self.case_id, "goal", values)
        for text in told.get("milestones", ()):
            lists.add(desk, vejleder, self.case_id, "milestone", {"text": text}, goal_id)
        for owner, who, what, days in told.get("actions", ()):
            action = {"owner": owner, "who": who, "what": what, "by": self._day(days)}
            lists.add(desk, vejleder, self.case_id, "action", action, goal_id)

    def _support(self, told: dict[str, Any]) -> None:
        start = self._day(told["start"])
        end = last_permitted_day(start) if told["paragraph"] == "82b" else None
        values = {"paragraph": told["paragraph"], "offer": told["offer"], "frame": told.get("frame", "")}
        values |= {"start": start, "end": self._day(told["end"]) if "end" in told else end}
        known = next((o for o in queries.offers(self.desk.replica) if o.name == told["offer"]), None)
        lists.add(
            self.desk, self.pair.bestiller, self.case_id, "support", values | {"offer_id": known.id if known else ""}
        )

    def _ask(self, told: dict[str, Any]) -> None:
        """The citizen says yes to it, and the adviser of that place is asked: a case for the adviser to practise on (D3)."""
        desk, bestiller = self.desk, self.pair.bestiller
        consent = {"party": told["party"], "purpose": told["purpose"], "given": True, "given_on": self.at.date()}
        lists.add(desk, bestiller, self.case_id, "consent", consent)
        adviser = next(one for one in advising.advisers(desk) if one.place == told["party"])
        advising.ask(desk, bestiller, self.case_id, adviser.person_id, told["question"])

    def _answer(self, told: dict[str, Any]) -> None:
        answer_id = singleton_id(self.case_id, "answer")
        for name in ("target_group", "reason", "considerations", "facts"):
            if told.get(name):
                self._type(self.pair.bestiller, "answer", answer_id, name, told[name])
        if "until" in told:
            day = self._day(told["until"])
            step = new_step("Ret svar senest")
            edit.write_value(self.desk, self.pair.bestiller, self.case_id, "answer", answer_id, "until", day, step)
        if told.get("signed", True):
            decide.sign(self.desk, self.pair.bestiller, self.case_id, PASSWORD)
            cases.end_meeting(self.desk, self.pair.vejleder, self.case_id)

    def _type(self, hand: Hand, kind: str, record_id: str, name: str, text: str) -> None:
        edit.write_text(self.desk, hand, self.case_id, kind, record_id, name, text, new_step("Skriv"))

    def _day(self, days: int) -> Any:
        at: datetime = self.met + timedelta(days=days)
        return at.date()
