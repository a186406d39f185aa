# SPDX-License-Identifier: MPL-2.0
"""A case as one document: what was written comes out under a script's keys, with its hand, and nothing that was refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from app.domain.roles import Hand, Role
from app.models.kinds import singleton_id
from app.services import cases as case_services
from app.services import edit, lists
from app.services.desk import Desk
from app.services.record_export import because, record
from app.store.replica import Replica
from app.store.unit_of_work import new_step

BODIL = Hand("b", "Bodil Bestiller", Role.BESTILLER)
VAGN = Hand("v", "Vagn Vejleder", Role.VEJLEDER)
TODAY = date(2026, 11, 26)
SINGLE = {
    "wishes": ("story", {"think": "think", "want": "want"}),
    "whole_person": ("story", {"text": "whole_person", "print": "whole_person_print"}),
    "purpose": ("plan", {"text": "purpose", "provisional_until": "provisional_until"}),
    "answer": ("answer", {n: n for n in ("target_group", "reason", "facts", "until")}),
    "notes": ("notes", {"bestiller": "bestiller", "vejleder": "vejleder"}),
}
ROWS = {
    "consents": ("consent", {"to": "party", "purpose": "purpose", "given": "given"}),
    "network": ("network_person", {n: n for n in ("who", "relation", "print")}),
    "support": ("support", {n: n for n in ("paragraph", "offer", "start", "end", "frame")}),
    "next_steps": ("next_step", {n: n for n in ("who", "what", "by")}),
}
ACTION = ("owner", "who", "what", "by")
BESTILLERS = {"purpose", "support", "answer"}


class Typist:
    """Writes a script through the services of the fields: no window, but the same words."""

    def __init__(self, desk: Desk, script: dict[str, Any]) -> None:
        self.desk = desk
        self.script = script
        opened = case_services.new_citizen(desk, VAGN, script["citizen"]["name"], script.get("source") or "")
        self.case_id, self.citizen_id = opened.case_id, opened.citizen_id

    def put(self, kind: str, record_id: str, name: str, value: Any, hand: Hand = VAGN) -> None:
        if value is not None and value != "":
            text = {True: "ja", False: "nej"}[value] if isinstance(value, bool) else str(value)
            edit.write_text(self.desk, hand, self.case_id, kind, record_id, name, text, new_step("Skriv"))

    def add(self, kind: str, values: dict[str, Any], hand: Hand = VAGN, parent: str = "") -> str:
        record_id = lists.add(self.desk, hand, self.case_id, kind, parent_id=parent)
        for name, value in values.items():
            self.put(kind, record_id, name, value, hand)
        return record_id

    def write(self) -> None:
        script, desk = self.script, self.desk
        citizen = script["citizen"]
        if citizen.get("cpr"):
            edit.write_number(desk, VAGN, self.case_id, self.citizen_id, citizen["cpr"], new_step("Skriv"))
        for name in ("phone", "address", "protected", "interpreter", "guardian"):
            self.put("citizen", self.citizen_id, name, citizen.get(name))
        self.put("case", self.case_id, "preventive", script.get("preventive"))
        if meeting := script.get("meeting"):
            meeting_id = case_services.begin_meeting(desk, VAGN, self.case_id, meeting["place"])
            for one in meeting["participants"]:
                self.add("participant", one, parent=meeting_id)
        if referral := script.get("referral"):
            referral_id = self.add("referral", {"sender": referral["from"], "date": referral["date"]})
            for one in referral["tried"]:
                self.add("tried", one, parent=referral_id)
        for key, (kind, fields) in SINGLE.items():
            for inner, name in fields.items():
                hand = BODIL if key in BESTILLERS or inner == "bestiller" else VAGN
                value = (script.get(key) or {}).get(inner)
                self.put(kind, singleton_id(self.case_id, kind), name, value, hand)
        for name in ("resources", "read_back"):
            self.put("story", singleton_id(self.case_id, "story"), name, script.get(name))
        for key, (kind, fields) in ROWS.items():
            for row in script.get(key) or []:
                hand = BODIL if key in BESTILLERS else VAGN
                self.add(kind, {name: row.get(inner) for inner, name in fields.items()}, hand)
        for text in script.get("bridge") or []:
            self.add("bridge", {"text": text})
        for day in script.get("follow_ups") or []:
            self.add("follow_up", {"date": day})
        for goal in script.get("goals") or []:
            self.goal(goal)
        if question := script.get("question"):
            question_id = self.add("question", {"text": question["text"]})
            self.put("question", question_id, "answer", question["answer"], BODIL)

    def goal(self, goal: dict[str, Any]) -> None:
        now = {"now_citizen": goal["now"]["citizen"], "now_professional": goal["now"]["professional"]}
        plain = {name: goal[name] for name in ("words", "goal", "theme", "type", "hoped", "done_when")}
        goal_id = self.add("goal", {**plain, **now})
        for text in goal["milestones"]:
            self.add("milestone", {"text": text}, parent=goal_id)
        for one in goal["actions"]:
            self.add("action", {name: one[name] for name in ACTION}, parent=goal_id)

    def record(self) -> dict[str, Any]:
        return record(case_services.read_case(self.desk, VAGN, self.case_id), self.desk.today())


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[list[Desk]]:
    """Where the desks of a test are put, to be closed after it."""
    made: list[Desk] = []
    yield made
    for desk in made:
        desk.replica.close()


def _desk(made: list[Desk], tmp_path: Path, today: date) -> Desk:
    replica = Replica.open(tmp_path / f"{len(made)}.db", bytes(32), create=True)
    made.append(Desk(replica, lambda: datetime(today.year, today.month, today.day, 10, 0, tzinfo=UTC)))
    return made[-1]


def _played(made: list[Desk], tmp_path: Path, script: dict[str, Any]) -> dict[str, Any]:
    typist = Typist(_desk(made, tmp_path, date.fromisoformat(script["today"])), script)
    typist.write()
    return typist.record()


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every value that says something, by its path; null and "" are the same."""
    if isinstance(value, dict):
        return {k: v for key, one in value.items() for k, v in _leaves(one, f"{path}.{key}" if path else key).items()}
    if isinstance(value, list):
        return {k: v for place, one in enumerate(value) for k, v in _leaves(one, f"{path}.{place}").items()}
    return {} if value in (None, "") else {path: value}


def _said(told: dict[str, Any]) -> dict[str, Any]:
    return _leaves({key: value for key, value in told.items() if key not in ("authors", "result", "expect")})


@pytest.mark.parametrize("name", ["moede-1-bussen", "moede-2-ind-fra-gaden", "moede-3-ikke-svar-i-dag"])
def test_what_was_written_comes_out_by_the_same_keys(cases: Path, desks: list[Desk], tmp_path: Path, name: str) -> None:
    script = json.loads((cases / f"{name}.json").read_text(encoding="utf-8"))
    told = _played(desks, tmp_path, script)
    refused = {one["field"] for one in script["expect"]["refused"]}
    wanted = {path: value for path, value in _said(script).items() if path not in refused}
    got = _said(told)
    assert {path: got.get(path) for path in wanted} == wanted
    assert {path for path, value in got.items() if path not in wanted and value is not False} == set()
    assert told["result"]["refused"] == script["expect"]["refused"]
    assert told["result"]["lacks"] == script["expect"]["lacks"]
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_every_leaf_has_its_author(cases: Path, desks: list[Desk], tmp_path: Path) -> None:
    script = json.loads((cases / "moede-1-bussen.json").read_text(encoding="utf-8"))
    told = _played(desks, tmp_path, script)
    every = {
        path for key, value in told.items() if key not in ("authors", "result", "today") for path in _paths(value, key)
    }
    assert set(told["authors"]) == every
    for path, author in told["authors"].items():
        mine = path.partition(".")[0] in BESTILLERS or path in ("question.answer", "notes.bestiller")
        empty = path not in _said(told)
        if not empty:
            assert (author["name"], author["role"]) == (
                ("Bodil Bestiller", "bestiller") if mine else ("Vagn Vejleder", "vejleder")
            ), path
        assert datetime.fromisoformat(author["at"]).date() == TODAY


def _paths(value: Any, path: str) -> list[str]:
    if isinstance(value, dict):
        return [p for key, one in value.items() for p in _paths(one, f"{path}.{key}")]
    if isinstance(value, list):
        return [p for place, one in enumerate(value) for p in _paths(one, f"{path}.{place}")]
    return [path]


def test_an_empty_case_says_so(desks: list[Desk], tmp_path: Path) -> None:
    told = _played(desks, tmp_path, {"today": "2026-11-26", "citizen": {"name": "Aage"}})
    assert told["citizen"] == {
        "name": "Aage",
        "cpr": None,
        "phone": "",
        "address": "",
        "protected": False,
        "interpreter": "",
        "guardian": "",
    }
    assert told["preventive"] is False
    assert told["goals"] == told["support"] == told["network"] == []
    assert told["result"] == {
        "signed": False,
        "refused": [],
        "lacks": ["svar på målgruppe", "begrundelse", "oplysninger", "næste skridt"],
    }
    assert told["authors"]["wishes.want"]["name"] == "Vagn Vejleder"  # who opened the case


def test_what_is_refused_is_null_and_says_why(desks: list[Desk], tmp_path: Path, repository: Path) -> None:
    script = json.loads((repository / "tests/data/scripts/afvist.json").read_text(encoding="utf-8"))
    told = _played(desks, tmp_path, script)
    assert told["result"]["refused"] == script["expect"]["refused"]
    assert told["result"]["lacks"] == script["expect"]["lacks"]
    got = _leaves(told)
    assert not {one["field"] for one in script["expect"]["refused"]} & set(got)
    assert told["citizen"]["cpr"] is None


def test_what_is_still_being_typed_is_neither_a_value_nor_refused(desks: list[Desk], tmp_path: Path) -> None:
    typist = Typist(_desk(desks, tmp_path, TODAY), {"citizen": {"name": "Aage"}})
    step = typist.add("next_step", {"who": "Vagn"})
    edit.write_text(
        typist.desk, VAGN, typist.case_id, "next_step", step, "by", "30. nov", new_step("Skriv"), final=False
    )
    told = typist.record()
    assert told["next_steps"] == [{"who": "Vagn", "what": "", "by": None}]
    assert told["result"]["refused"] == []


def test_a_second_question_and_referral_are_not_lost(desks: list[Desk], tmp_path: Path) -> None:
    typist = Typist(_desk(desks, tmp_path, TODAY), {"citizen": {"name": "Aage"}})
    for n in ("ét", "to"):
        typist.add("question", {"text": n})
        typist.add("tried", {"what": n}, parent=typist.add("referral", {"sender": n}))
    told = typist.record()
    assert told["question"]["text"] == "ét"
    assert [one["text"] for one in told["questions"]] == ["ét", "to"]
    assert told["referral"]["tried"][0]["what"] == "to"
    assert [one["tried"][0]["what"] for one in told["referrals"]] == ["ét", "to"]
    assert told["authors"]["referrals.0.tried.0.what"]["name"] == "Vagn Vejleder"


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("§ 82 b kan højst vare seks måneder: senest 28. februar 2027.", "senest 28. februar 2027"),
        ("»Rumrejser« er ikke et FFB-tema.", "»Rumrejser« er ikke et FFB-tema"),
        ("Et: to: tre.", "tre"),
    ],
)
def test_the_reason_is_what_stands_after_the_colon(sentence: str, reason: str) -> None:
    assert because(sentence) == reason
