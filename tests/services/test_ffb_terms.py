# SPDX-License-Identifier: MPL-2.0
"""FFB's words on the record: written as words, refused as numbers, and never the citizen's to read (domain § 1.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.terms import TermList
from app.models.fields import Audience, fields_of
from app.models.kinds import KINDS, FfbGroup, FollowUp, Goal, Plan
from app.services import catalogue, decide
from tests.services.table import BODIL, PASSWORD, VAGN, Table, set_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


def test_a_field_with_a_list_says_so_where_it_is_declared() -> None:
    listed = {(kind, i.name): i.values for kind, c in KINDS.items() for i in fields_of(c).values() if i.values}
    assert listed == {
        ("goal", "level_now"): TermList.LEVEL,
        ("goal", "level_target"): TermList.LEVEL,
        ("plan", "support_need"): TermList.SUPPORT_NEED,
        ("ffb_group", "name"): TermList.TARGET_GROUP,
        ("follow_up", "result"): TermList.FOLLOW_UP,
        ("offer", "service"): TermList.SERVICE,
        ("offer", "provider"): TermList.PROVIDER,
    }


@pytest.mark.parametrize(("cls", "name"), [(FfbGroup, "name"), (Plan, "support_need"), (FollowUp, "result")])
def test_what_is_sensitive_is_internal(cls: type, name: str) -> None:
    assert fields_of(cls)[name].audience is Audience.INTERNAL


def test_no_level_is_for_the_citizen() -> None:
    assert not any(fields_of(Goal)[name].audience.for_citizen for name in ("level_now", "level_target"))


def test_a_level_is_written_in_words_and_a_number_stays_a_draft(table: Table) -> None:
    goal = table.add(VAGN, "goal", goal="Kan køre med bus 318")
    assert table.type(VAGN, "goal", goal, "level_now", "moderat nedsat funktionsevne").accepted
    assert not table.type(VAGN, "goal", goal, "level_target", "1").accepted
    file = table.file
    assert (file.goals[0].level_now, file.goals[0].level_target) == ("moderat nedsat funktionsevne", "")
    assert file.drafts[goal, "level_target"].text == "1"
    assert table.type(VAGN, "goal", goal, "level_target", "Let nedsat funktionsevne").accepted
    assert table.file.goals[0].level_target == "let nedsat funktionsevne"


def test_a_level_may_be_emptied_again(table: Table) -> None:
    goal = table.add(VAGN, "goal", level_now="ikke vurderet")
    assert table.type(VAGN, "goal", goal, "level_now", "").accepted
    assert table.file.goals[0].level_now == ""


def test_a_decision_keeps_the_codes_of_the_day_it_was_signed(table: Table) -> None:
    catalogue.load_defaults(table.desk, BODIL)
    table.yes()
    decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
    decision = table.file.decision
    assert decision is not None
    granted = json.loads(decision.decision.content)["support"]
    assert [one["service"] for one in granted] == ["fe42f8f4-d516-4bab-b006-12b0cd186603"]


def test_the_default_catalogue_says_what_its_offers_are_in_ffb(table: Table) -> None:
    catalogue.load_defaults(table.desk, BODIL)
    told = {
        entry.offer.key: (entry.offer.service, entry.offer.provider)
        for entry in catalogue.entries(table.desk)
        if entry.offer is not None and entry.offer.paragraph.startswith("82")
    }
    assert told["82b-frivillige"] == ("82b med frivillige", "Mobilt tilbud")
    assert all(service and provider for service, provider in told.values())
