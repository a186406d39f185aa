# SPDX-License-Identifier: MPL-2.0
"""What weighed, as the citizen reads it in the answer letter (FVL § 24); how advice was weighed is on no paper of theirs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from app.models.casefile import CaseFile
from app.models.kinds import Municipality
from app.papers.answer_contents import letter_content, plan_content
from app.papers.answer_letter import render_letter
from app.papers.wording import plain_text
from tests.papers.test_paper_content import said

TODAY = date(2026, 11, 26)
Build = Callable[..., CaseFile]


@pytest.mark.parametrize("decided", ["draft", "signed"])
@pytest.mark.parametrize("answer", ["ja", "nej", "udskudt", "direkte § 85"])
def test_every_letter_says_what_weighed_and_never_how_the_advice_was_weighed(
    answer: str,
    decided: str,
    case: Build,
    sign: Build,
    municipality: Municipality,
    read: Callable[[bytes], list[str]],
) -> None:
    """FVL § 24: rules, main considerations, facts. The staff's weighing of advice is internal, also when it says the same."""
    told = {"target_group": answer, "reason": "r", "considerations": "  At du selv\nvil <b>&", "facts": "f"}
    file = case(1, answer=told)
    file = replace(file, answer=replace(file.answer, weighing="HEMMELIG vejning"))
    if decided == "signed":
        file = sign(file, paragraphs=["82b"])
    letter, plan = letter_content(file, municipality, TODAY), plan_content(file, municipality, TODAY)
    assert letter.considerations == "  At du selv\nvil <b>&"
    assert "At du selv vil <b>&" in " ".join(plain_text(letter).split())  # it counts in how the letter reads
    for large in (False, True):
        printed = " ".join(" ".join(read(render_letter(letter, version=1, large=large))).split())
        order = ("Begrundelse", "Det har vi lagt vægt på", "At du selv vil <b>&", "Oplysninger, svaret bygger på")
        places = [printed.index(words) for words in order]
        assert places == sorted(places)
        assert "HEMMELIG" not in printed
    assert "HEMMELIG" not in said(letter) + said(plan)


@pytest.mark.parametrize("written", ["", " \n", "\u200b \u2060"])
def test_a_letter_has_no_heading_for_what_nobody_has_weighed(
    written: str, case: Build, municipality: Municipality, read: Callable[[bytes], list[str]]
) -> None:
    file = case(1)
    file = replace(file, answer=replace(file.answer, considerations=written))
    printed = " ".join(read(render_letter(letter_content(file, municipality, TODAY), version=1)))
    assert "lagt vægt" not in printed


def test_a_letter_signed_before_what_weighed_was_in_the_copy_says_nothing_of_it(
    case: Build, sign: Build, municipality: Municipality
) -> None:
    file = case(1)
    signed = sign(replace(file, answer=replace(file.answer, considerations="At du selv vil")))
    (made,) = signed.decisions
    copy = {key: value for key, value in json.loads(made.decision.content).items() if key != "considerations"}
    old = replace(made, decision=replace(made.decision, content=json.dumps(copy)))
    assert letter_content(signed, municipality, TODAY).considerations
    assert letter_content(replace(signed, decisions=(old,)), municipality, TODAY).considerations == ""
