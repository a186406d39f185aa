# SPDX-License-Identifier: MPL-2.0
"""The role table: what it says, that it is whole, and that people read the same one (C2; promises 1 and 2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.rights import (
    LABEL,
    MAY,
    NOT_YET,
    OF_KIND,
    OF_PEN,
    Act,
    as_markdown,
    may,
    may_write,
    refusal,
    told,
    writers,
)
from app.domain.roles import Pen, Role
from app.models.kinds import KINDS

B, V, L, R = Role.BESTILLER, Role.VEJLEDER, Role.LEDER, Role.RAADGIVER


def test_every_act_stands_in_the_table_once() -> None:
    assert set(MAY) == set(LABEL) == set(Act)
    assert len(set(LABEL.values())) == len(Act)
    assert all(MAY.values()), "somebody may do each"


def test_only_the_bestiller_decides_and_the_leder_does_not() -> None:
    assert MAY[Act.DECIDE] == MAY[Act.VISITATE] == MAY[Act.SEND_ON] == {B}


@pytest.mark.parametrize(
    "act",
    [Act.BUDGET, Act.CATALOGUE, Act.CONTRACTS, Act.COMPLAINTS, Act.SETTINGS, Act.COMPETENCES, Act.ACCOUNTS, Act.DECIDE],
)
def test_the_authoritys_tasks_are_no_udfoerers(act: Act) -> None:
    assert V not in MAY[act]
    assert R not in MAY[act]


@pytest.mark.parametrize("act", [Act.PLAN, Act.DELIVER, Act.DOCUMENT])
def test_the_udfoerers_tasks_are_no_authoritys(act: Act) -> None:
    assert MAY[act] == {V}


def test_an_adviser_sees_what_is_shared_writes_advice_and_has_an_account() -> None:
    assert {act for act in Act if may(R, act)} == {Act.SEE_SHARED, Act.ADVISE, Act.OWN_ACCOUNT}


def test_a_leder_writes_nothing_in_a_case() -> None:
    pens = {pen for pen in Pen if may_write(L, pen)}
    assert pens == set()


def test_each_pen_is_an_act_but_the_programs_own() -> None:
    assert set(OF_PEN) == set(Pen) - {Pen.PROGRAM}
    for pen, act in OF_PEN.items():
        assert writers(pen) == MAY[act]
    assert writers(Pen.PROGRAM) == writers(Pen.PROGRAM, "offer") == frozenset()


def test_what_goes_by_its_kind_is_written_by_that_act_whatever_the_pen() -> None:
    assert set(OF_KIND) <= set(KINDS)
    others = {"paper": {B, V, L}, "intensity": {V}}
    for kind, act in OF_KIND.items():
        assert writers(Pen.EITHER, kind) == MAY[act] == others.get(kind, {B, L})


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ({B}, "bestilleren"),
        ({B, L}, "bestilleren eller lederen"),
        ({B, V, R}, "bestilleren, vejlederen eller rådgiveren"),
        (set(), "ingen"),
    ],
)
def test_a_refusal_names_those_who_may(roles: set[Role], said: str) -> None:
    assert told(frozenset(roles)) == said


def test_a_refusal_is_one_sentence() -> None:
    assert refusal(Act.IMPORT) == "Kun bestilleren eller vejlederen kan hente henvisninger."


def test_the_help_shows_just_this_table(repository: Path) -> None:
    help_text = (repository / "resources" / "help" / "hjaelp.md").read_text(encoding="utf-8")
    assert as_markdown() in help_text, "put what `as_markdown` gives in the help"
    assert not any(f"| {LABEL[act][:1].upper()}{LABEL[act][1:]} |" in help_text for act in NOT_YET)
