# SPDX-License-Identifier: MPL-2.0
"""A meeting script is read whole or refused with one sentence, and laid out in the order of a meeting."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import UserError
from app.domain.roles import Role
from app.views.player.script import Entry, Script, read_script, script_of

LEAST: dict[str, Any] = {"today": "2026-11-26", "citizen": {"name": "Aage"}, "answer": {}}


def _script(**more: Any) -> Script:
    return script_of(LEAST | more)


def _written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "møde.json"
    path.write_bytes(content)
    return path


def test_the_first_meeting_is_laid_out_in_order(cases: Path) -> None:
    script = read_script(cases / "moede-1-bussen.json")
    assert script.today == date(2026, 11, 26)
    assert (script.name, script.source, script.preventive) == ("Magnus Lauridsen", "jobcenter", False)
    assert (script.bestiller, script.vejleder) == ("Bodil Bestiller", "Vagn Vejleder")
    parts = list(dict.fromkeys(entry.path.partition(".")[0] for entry in script.entries))
    assert parts == [
        "citizen", "source", "meeting", "consents", "wishes", "resources", "whole_person", "network", "referral",
        "purpose", "goals", "support", "bridge", "next_steps", "follow_ups", "answer", "question", "notes", "read_back",
    ]  # fmt: skip
    goal = [e for e in script.entries if e.path.startswith("goals.1")]
    assert goal[0] == Entry("goals.1", "", Role.VEJLEDER, row=True)
    assert Entry("goals.1.now.citizen", "1", Role.VEJLEDER) in goal
    assert Entry("goals.1.milestones.1", "", Role.VEJLEDER, row=True) in goal
    assert Entry("goals.1.milestones.1.text", "Er med en time", Role.VEJLEDER) in goal
    assert Entry("goals.1.actions.0.by", "2026-12-03", Role.VEJLEDER) in goal
    assert script.has_plan
    assert script.unknown == ()
    assert script.expect is not None
    assert script.expect.signed is True


def test_each_pen_writes_its_own(cases: Path) -> None:
    script = read_script(cases / "moede-1-bussen.json")
    bestillers = {entry.path.split(".")[0] for entry in script.entries if entry.pen is Role.BESTILLER}
    assert bestillers == {"purpose", "support", "answer", "question", "notes"}
    pens = {entry.path: entry.pen for entry in script.entries}
    assert pens["question.text"] is pens["notes.vejleder"] is Role.VEJLEDER
    assert pens["question.answer"] is pens["notes.bestiller"] is Role.BESTILLER


def test_every_script_of_ours_is_read(cases: Path, repository: Path) -> None:
    paths = [*cases.glob("moede-*.json"), *(repository / "tests/data/scripts").glob("*.json")]
    assert len(paths) >= 12
    for path in paths:
        assert read_script(path).expect is not None


def test_the_least_a_script_holds() -> None:
    script = _script()
    assert [entry.path for entry in script.entries] == ["citizen.name"]
    assert not script.has_plan
    assert script.expect is None
    assert (script.bestiller, script.vejleder) == ("", "")


def test_what_is_empty_is_not_typed_but_its_row_stands() -> None:
    script = _script(
        bridge=["", None], consents=[{}], referral=None, goals=[None], network=[{"who": "", "print": False}]
    )
    assert [(e.path, e.row) for e in script.entries if e.path != "citizen.name"] == [
        ("consents.0", True),
        ("network.0", True),
        ("goals.0", True),
        ("bridge.0", True),
        ("bridge.1", True),
    ]


def test_numbers_are_typed_as_people_write_them() -> None:
    goal = {"now": {"citizen": 0, "professional": 10.0}, "hoped": 7.5}
    typed = {e.path: e.text for e in _script(goals=[goal]).entries}
    assert typed["goals.0.now.citizen"] == "0"
    assert typed["goals.0.now.professional"] == "10"
    assert typed["goals.0.hoped"] == "7.5"


def test_the_first_of_each_role_sits_at_the_table() -> None:
    people = [
        {"name": "Tove", "role": "tolk"},
        {"name": " ", "role": "vejleder"},
        {"name": "Vera", "role": "vejleder"},
        {"name": "Bo", "role": "bestiller"},
        {"name": "Vagn", "role": "vejleder"},
    ]
    script = _script(meeting={"participants": people})
    assert (script.bestiller, script.vejleder) == ("Bo", "Vera")


def test_unknown_keys_are_passed_over_and_told_of() -> None:
    script = _script(farve="blå", goals=[{"words": "Gå", "score": 7}])
    assert script.unknown == ("farve", "goals.0.score")
    assert script.has_plan


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = _written(tmp_path, b"\xef\xbb\xbf" + json.dumps(LEAST).encode())
    assert read_script(path).name == "Aage"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ikke gyldig JSON"),
        (b"{", "ikke gyldig JSON (linje 1)"),
        (b"\xff\xfe{}", "ikke tekst i UTF-8"),
        (b"%PDF-1.7 \xe6", "ikke tekst i UTF-8"),
        (b'{"today": NaN}', "ikke gyldig JSON"),
        (b'{"today": "\\ud800"}', "ikke gyldig JSON"),
        (b"[" * 100_000, "ikke gyldig JSON"),
        (b"[]", "ét objekt"),
        (b'"hej"', "ét objekt"),
        (b"{}", "»today« mangler"),
    ],
)
def test_a_file_that_is_no_script(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(UserError) as refusal:
        read_script(_written(tmp_path, content))
    assert refusal.value.message.startswith("møde.json er ikke et mødescript: ")
    assert said in refusal.value.message
    assert "\n" not in refusal.value.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="kan ikke læses"):
        read_script(tmp_path / "ingen.json")
    with pytest.raises(UserError, match="kan ikke læses"):
        read_script(tmp_path)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"today": None}, "»today« mangler."),
        ({"citizen": None}, "»citizen« mangler."),
        ({"answer": None}, "»answer« mangler."),
        ({"today": "i morgen"}, "»today« skal være en dato som 2026-11-26, men er »i morgen«."),
        ({"today": "2026-02-30"}, "»today« skal være en dato som 2026-11-26, men er »2026-02-30«."),
        ({"today": "0026-02-03"}, "»today« ligger for langt væk: 0026-02-03."),
        ({"today": 20261126}, "»today« skal være en tekst, men er et tal."),
        ({"citizen": {}}, "»citizen.name« mangler; en sag åbnes på et navn."),
        ({"citizen": {"name": "  "}}, "»citizen.name« mangler; en sag åbnes på et navn."),
        ({"citizen": "Aage"}, "»citizen« skal være et objekt, men er en tekst."),
        ({"answer": []}, "»answer« skal være et objekt, men er en liste."),
        ({"goals": {}}, "»goals« skal være en liste, men er et objekt."),
        ({"goals": [{"hoped": "syv"}]}, "»goals.0.hoped« skal være et tal, men er en tekst."),
        ({"goals": [{"hoped": True}]}, "»goals.0.hoped« skal være et tal, men er true."),
        ({"preventive": "nej"}, "»preventive« skal være true eller false, men er en tekst."),
        ({"bridge": "videre"}, "»bridge« skal være en liste, men er en tekst."),
        ({"expect": {"lacks": "alt"}}, "»expect.lacks« skal være en liste, men er en tekst."),
    ],
)
def test_a_value_of_another_form_is_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError) as refusal:
        script_of(LEAST | changed)
    assert refusal.value.message == said
