# SPDX-License-Identifier: MPL-2.0
"""Changes as a hostile desk would send them: whole ones of every kind, spoilt at random, for `test_roads_alike.py`."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.models.fields import fields_of
from app.models.kinds import KINDS, MUNICIPALITY, SINGLETONS, singleton_id
from tests.sync.log import accepted, send
from tests.sync.shared import Connection, SharedDatabase, change, new_case, new_id
from tests.sync.test_log_push import decision

Change = dict[str, Any]
WRITERS = ("bodil", "vagn", "lene", "rasmus", "sofie", "gone", "new", "both")
ROLES = ("bestiller", "vejleder", "leder", "rådgiver", "konge", None)
AUDIENCES = ("internt", "rådgiver", "borger", "borger og rådgiver", "borger (valgfrit)", "alle", None)
TIMES = ("i går", "2026-02-30T10:00", "2026-11-26 10:14Z", "9999-12-31T23:59", "", None)
VALUES: tuple[Any, ...] = (
    *("x", "", None, True, False, 0, 7, -1, 1.5, 1e300, 9007199254740993, "2026-02-30", "2026-12-01", "ja", "82b"),
    *(["x"], {"a": 1}, [], {}, "=1+1", "æ\u2028ø", "x" * 3000, "00000000-0000-4000-8000-000000000000"),
)


@dataclass
class Ground:
    """What is there before anything hostile comes: two teams' cases, with words, requests and a decision in each."""

    shared: SharedDatabase
    cases: tuple[str, ...]
    citizens: tuple[str, ...]
    there: tuple[Change, ...]
    refused: tuple[Change, ...]
    log: frozenset[str]
    owner: Connection


def ground(shared: SharedDatabase) -> Ground:
    """Laid once for a test."""
    bodil, vagn, sofie = (shared.connect(key) for key in ("bodil", "vagn", "sofie"))
    people = shared.people
    people["gone"] = shared.add("Gitte Gået", ("bestiller", "vejleder"))
    people["new"] = shared.add("Ny Bestiller", ("bestiller",), ready=False)
    people["both"] = shared.add("Bo Begge", ("bestiller", "vejleder", "leder"))
    cases = (new_case(bodil), new_case(bodil), new_case(sofie))
    rows = shared.owner.execute("SELECT case_id::text, citizen_id::text FROM rundbord_data.case_home").fetchall()
    citizens = tuple(dict(rows)[case] for case in cases)
    there: list[Change] = []
    for session, case, who in ((bodil, cases[0], "bodil"), (sofie, cases[2], "sofie")):
        consent = change(case, "consent", new_id(), {"given": True, "removed": False})
        asked = change(
            case,
            "advice_request",
            new_id(),
            {"person_id": shared.rasmus.person_id, "question": "?", "removed": False},
        )
        mine = [
            change(case, "meeting", new_id(), {"place": "Her", "date": "2026-11-26"}),
            change(case, "goal", new_id(), {"words": "Ud"}),
            change(case, "plan", singleton_id(case, "plan"), {"purpose": "Ud"}),
            consent,
            asked,
            change(case, "advice_request", asked["record"], {"consent_id": consent["record"]}),
            decision(case, people[who].person_id),
        ]
        accepted(session, *mine)
        there += mine
    his = change(cases[0], "goal", there[1]["record"], {"goal": "At gå"}, "vejleder")
    accepted(vagn, his)
    refused = [change(cases[0], "plan", there[2]["record"], {"purpose": "Nej"}, "vejleder")]
    refused[0]["over"] = {"purpose": [there[2]["id"]]}
    assert send(vagn, *refused) == [("refused", "pen")]
    shared.owner.execute("UPDATE rundbord_data.member SET until = now() WHERE person = %s", (people["gone"].person_id,))
    owner = shared.owner
    log = frozenset(str(row[0]) for row in owner.execute("SELECT id FROM rundbord_data.change"))
    return Ground(shared, cases, citizens, (*there, his), tuple(refused), log, owner)


class Hostile:
    """Draws batches. One seed, one batch (but for the ids in it)."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground = ground
        self.rng = random.Random(seed)
        self.who = self.rng.choice((*WRITERS, "bodil", "vagn", "both", "bodil", "both"))
        self.me = ground.shared.people[self.who]
        self.begun = [new_id(), new_id()]
        self.batch: list[Change] = []

    def draw(self) -> list[Change]:
        """A batch: as it would be written, and then spoilt here and there."""
        calm = self.rng.random() ** 0.4
        for _ in range(self.rng.randint(1, 14)):
            one = self._written()
            while self.rng.random() > calm:
                self._spoil(one)
            self.batch.append(one)
        return self.batch

    def _written(self) -> Change:
        rng, ground = self.rng, self.ground
        role = rng.choice(self.me.roles)
        case = rng.choice((*ground.cases[:1] * 3, *ground.cases, *self.begun))
        made: Callable[[], Change] = rng.choice(
            (
                lambda: self._new(case, role),
                lambda: self._new(case, role),
                lambda: self._over(role),
                lambda: self._over(role),
                lambda: self._over(role),
                lambda: decision(case, self.me.person_id) | {"role": role},
                lambda: self._begin(role),
                lambda: change(
                    case, "advice", new_id(), {"person_id": self.me.person_id, "text": "x", "removed": False}, role
                ),
                lambda: change(MUNICIPALITY, rng.choice(("offer", "municipality")), new_id(), {"name": "x"}, role),
                lambda: self._asked(case, role),
            )
        )
        return made()

    def _new(self, case: str, role: str) -> Change:
        rng = self.rng
        kind = rng.choice(sorted(KINDS))
        infos = fields_of(KINDS[kind])
        first = rng.choice(sorted(infos))
        names = [name for name in infos if infos[name].audience is infos[first].audience]
        fields = {name: infos[name].default for name in (first, *rng.sample(names, min(len(names), 2)))}
        for name in fields:
            if isinstance(fields[name], str) and rng.random() < 0.8:
                fields[name] = rng.choice(("Ud", *self.ground.citizens, *self.begun))
        record = singleton_id(case, kind) if kind in SINGLETONS else case if kind == "case" else new_id()
        return change(case, kind, record, json.loads(json.dumps(fields, default=str)), role)

    def _over(self, role: str) -> Change:
        rng = self.rng
        below = rng.choice((*self.ground.there, *self.batch))
        fields = _of(below, "fields") or {"place": "x"}
        name = rng.choice(sorted(fields))
        value = rng.choice((fields[name], "Nyt"))
        told = change(below["case"], below["kind"], below["record"], {name: value}, role)
        return told | {"audience": below["audience"], "over": {name: [below["id"]]}}

    def _begin(self, role: str) -> Change:
        case = self.rng.choice((*self.begun, *self.ground.cases))
        citizen = self.rng.choice((*self.ground.citizens, *self.begun, new_id()))
        if self.rng.random() < 0.5:
            return change(case, "citizen", citizen, {"name": "Nancy"}, role)
        return change(case, "case", case, {"citizen_id": citizen, "removed": False}, role)

    def _asked(self, case: str, role: str) -> Change:
        rasmus = self.ground.shared.rasmus.person_id
        return change(case, "advice_request", new_id(), {"person_id": rasmus, "question": "x", "removed": False}, role)

    def _spoil(self, one: Change) -> None:
        rng = self.rng
        there = (*self.ground.there, *self.ground.refused, *self.batch)
        some = rng.choice(there)
        ids = [some["id"], new_id(), *(c["id"] for c in rng.sample(there, 2)), str(some["id"]).upper()]
        field = rng.choice((*_of(one, "fields"), "removed", "place", "citizen_id", "weather"))
        odd: tuple[tuple[str, Callable[[], Any]], ...] = (
            ("id", lambda: rng.choice((some["id"], None))),
            ("case", lambda: rng.choice((*self.ground.cases, *self.begun, MUNICIPALITY, new_id(), None))),
            ("record", lambda: rng.choice((some["record"], one["case"], new_id(), *self.ground.citizens, None))),
            ("record", lambda: singleton_id(rng.choice(self.ground.cases), str(one["kind"]))),
            ("kind", lambda: rng.choice((*sorted(KINDS), "telepathy", "", None))),
            ("role", lambda: rng.choice(ROLES)),
            ("audience", lambda: rng.choice(AUDIENCES)),
            ("author", lambda: rng.choice((self.me.person_id, self.ground.shared.bodil.person_id, new_id(), None))),
            ("at", lambda: rng.choice(TIMES)),
            ("step", lambda: rng.choice((new_id(), None))),
            ("step_name", lambda: rng.choice(("", "x" * 200, "x" * 201, None))),
            ("undoes", lambda: rng.choice((some["id"], new_id(), None))),
            ("fields", lambda: {**_of(one, "fields"), field: rng.choice(VALUES)}),
            ("fields", lambda: {field: rng.choice(VALUES)}),
            ("fields", lambda: rng.choice(({}, [], "x", None, dict(_of(some, "fields"))))),
            ("fields", lambda: {"place": "x" * rng.choice((2_097_100, 2_097_160))}),
            ("bases", lambda: rng.choice(({}, None, [], {field: ["x"]}, {field: "x"}, {field: [1]}, {field: []}))),
            ("bases", lambda: {field: ["x" * rng.choice((1_000_000, 2_097_100, 2_200_000))]}),
            ("over", lambda: rng.choice(({}, None, [], {field: []}, {field: None}, {field: [None]}, {field: ["x"]}))),
            ("over", lambda: {field: rng.sample(ids, rng.randint(1, 3))}),
            ("over", lambda: {**_of(one, "over"), field: [some["id"]] * rng.choice((2, 5001))}),
        )
        part, value = rng.choice(odd)
        one[part] = value()


def _of(one: Change, part: str) -> Mapping[str, Any]:
    """A part that may have been spoilt already."""
    found = one[part]
    return found if isinstance(found, Mapping) else {}
