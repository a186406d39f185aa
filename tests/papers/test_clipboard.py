# SPDX-License-Identifier: MPL-2.0
"""The ordered clipboard: whatever may be written on a case stands on it, once, in the order the municipality sets (G6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.domain.errors import UserError
from app.models.casefile import CaseFile, Talk
from app.models.fields import fields_of
from app.models.kinds import KINDS, Answer, Case, Citizen, FollowUp, Goal, NextStep, Notes, Plan, Story
from app.papers.clipboard import NAMES, blocks, copied, read_order

CASE = "sag"
NOT_THE_CASES = {"decision", "paper", "sent", "offer", "municipality", "competence", "same_citizen", "informed"}
"""What is made of the case by signing, printing and sending, what is the municipality's, and what ties two cases together."""
STEERING = {
    ("story", "whole_person_print"),
    ("network_person", "print"),
    ("question", "seen"),
    ("referral", "digest"),
    ("answer", "sent_mark"),
    ("identifier", "type"),
    ("identifier", "since"),
    ("meeting", "started"),
    ("meeting", "ended"),
}
"""Fields nobody would type in another system: ticks that steer the printing here, marks, what follows from the number."""


def bare(**more: Any) -> CaseFile:
    return CaseFile(
        case=Case(id=CASE, case_id=CASE, number="2026-0042-7KQ"),
        citizen=Citizen(id="c", case_id=CASE, name="Magnus Lauridsen"),
        story=Story(id="s", case_id=CASE),
        plan=Plan(id="p", case_id=CASE),
        answer=Answer(id="a", case_id=CASE),
        notes=Notes(id="n", case_id=CASE),
        **more,
    )


def goal(**more: Any) -> Goal:
    return Goal(id="g", case_id=CASE, **more)


def labels(file: CaseFile, order: str = "") -> list[str]:
    return [one.label for block in blocks(file, order) for one in block.entries]


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - NOT_THE_CASES))
def test_no_field_that_may_be_written_is_left_to_be_typed_again(kind: str) -> None:
    """The count of retyped fields: nil, for every kind, also those that are added later."""
    there = {info.name for info in copied(KINDS[kind])}
    technical = {"removed", "position"} | {name for name in fields_of(KINDS[kind]) if name.endswith("_id")}
    steering = {name for of, name in STEERING if of == kind}
    assert fields_of(KINDS[kind]).keys() - there - technical - steering == set()


def test_what_nobody_has_written_is_left_out() -> None:
    assert labels(bare()) == ["Navn", "Sagsnummer"]


def test_a_goal_is_a_block_of_its_own_and_its_level_is_told_in_words() -> None:
    file = bare(
        goals=(goal(goal="Kan køre", level_now="let nedsat funktionsevne", now_citizen=4), replace(goal(), id="h"))
    )
    (block,) = [b for b in blocks(file) if b.name == "Mål"]
    assert block.title == "Mål 1"
    assert [(one.label, one.text) for one in block.entries] == [
        ("Mål", "Kan køre"),
        ("Hvor er du i dag?", "4 på en skala fra 0 til 10"),
        ("Funktionsevne nu", "Let nedsat funktionsevne"),
    ]


def test_a_row_is_one_text_and_a_date_says_what_it_is() -> None:
    step = NextStep(id="n1", case_id=CASE, who="Vagn", what="Ringer", by=date(2026, 12, 3))
    (entry,) = [one for block in blocks(bare(next_steps=(step,))) for one in block.entries if one.key == "n1"]
    assert (entry.label, entry.text) == ("Næste skridt 1", "Vagn · Ringer · senest: 03-12-2026")


def test_what_people_have_written_apart_is_marked_and_left_out_of_the_block() -> None:
    talk = Talk("plan", "p", ("purpose",), "Formål", ())
    plan = Plan(id="p", case_id=CASE, purpose="Det ene", support_need="let støttebehov")
    (block,) = blocks(replace(bare(conversations=(talk,)), plan=plan), "Formål")
    assert [one.apart for one in block.entries] == [True, False]
    assert block.text == "Støttebehov: Let støttebehov"


def test_a_text_a_machine_has_joined_is_copied_as_joined() -> None:
    talk = Talk("story", "s", ("resources",), "Det er du god til", (), joined="Cykler. Vennerne.")
    file = replace(bare(joins=(talk,)), story=Story(id="s", case_id=CASE, resources="Cykler."))
    assert [one.text for block in blocks(file, "Borgerens ord") for one in block.entries] == ["Cykler. Vennerne."]


def test_a_whole_block_is_a_line_for_each() -> None:
    assert blocks(bare())[0].text == "Navn: Magnus Lauridsen"


def test_a_key_stays_when_others_come_and_go() -> None:
    one = FollowUp(id="f1", case_id=CASE, date=date(2027, 1, 14))
    two = FollowUp(id="f2", case_id=CASE, date=date(2027, 2, 14))
    before = {e.key for b in blocks(bare(follow_ups=(one, two))) for e in b.entries}
    after = {e.key for b in blocks(bare(follow_ups=(two,))) for e in b.entries}
    assert before - after == {"f1"}


class TestOrder:
    def test_it_is_every_block_where_none_is_set(self) -> None:
        assert [name for name, _ in read_order("")] == list(NAMES)

    def test_blocks_come_as_they_are_written_and_the_rest_are_left_out(self) -> None:
        file = bare(goals=(goal(goal="Kan køre"),))
        assert labels(file, "mål\nBORGER") == ["Mål", "Navn"]

    def test_a_block_may_be_some_of_its_fields_in_another_order(self) -> None:
        answer = Answer(id="a", case_id=CASE, target_group="ja", reason="Fordi", facts="Eget udsagn")
        assert labels(replace(bare(), answer=answer), "Svar: Oplysninger, i målgruppen") == [
            "Oplysninger",
            "I målgruppen?",
        ]

    @pytest.mark.parametrize("text", ["Økonomi", "Mål\nHest: Navn", "Borger\nSvar\nborger"])
    def test_what_is_no_block_or_twice_is_told(self, text: str) -> None:
        with pytest.raises(UserError) as no:
            read_order(text)
        assert no.value.field == "clipboard_order"
