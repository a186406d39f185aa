# SPDX-License-Identifier: MPL-2.0
"""Who is in a § 82 a group: whoever a signed answer gives it, and nobody by a draft (B2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.services import catalogue, decide, offers
from app.services.groups import members
from tests.services.table import BODIL, PASSWORD, TODAY, VAGN, Table, set_table

GROUP = "82a-hverdag"


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    catalogue.load_defaults(made.desk, BODIL)
    yield made
    made.desk.replica.close()


def give(table: Table, start: str = "30-11-2026", end: str = "26-02-2027") -> str:
    """A yes with § 82 b, and the group beside it; not signed."""
    table.yes()
    group = next(o for o in offers.offered(table.desk) if o.key == GROUP)
    support = table.add(BODIL, "support", start=start, end=end, frame="Tirsdage")
    offers.choose_offer(table.desk, BODIL, table.case_id, support, group.id)
    return support


def sign(table: Table) -> None:
    decide.sign(table.desk, BODIL, table.case_id, PASSWORD)


def test_a_draft_puts_nobody_in_a_group_and_a_signature_does(table: Table) -> None:
    give(table)
    assert not members(table.desk, VAGN, GROUP)
    sign(table)
    (member,) = members(table.desk, VAGN, GROUP)
    assert member.name == "Magnus Lauridsen"
    assert member.case_id == table.case_id
    assert (member.start.isoformat(), member.end.isoformat()) == ("2026-11-30", "2027-02-26")
    assert member.vejleder == "Vagn Vejleder"
    assert not members(table.desk, VAGN, "82a-angst")


def test_what_is_changed_after_the_signature_changes_nothing_before_the_next(table: Table) -> None:
    support = give(table)
    sign(table)
    table.type(BODIL, "support", support, "end", "18-12-2026")
    (member,) = members(table.desk, VAGN, GROUP)
    assert member.end.isoformat() == "2027-02-26"
    sign(table)
    (member,) = members(table.desk, VAGN, GROUP)
    assert member.end.isoformat() == "2026-12-18"


def test_whoever_is_done_is_no_longer_listed(table: Table) -> None:
    give(table, (TODAY - timedelta(30)).strftime("%d-%m-%Y"), TODAY.strftime("%d-%m-%Y"))
    sign(table)
    assert members(table.desk, VAGN, GROUP), "the last day is a day in the group"
    moved = table.desk.clock() + timedelta(days=1)
    table.desk.clock = lambda: moved
    assert not members(table.desk, VAGN, GROUP)


@pytest.mark.parametrize(
    "edited",
    [
        "content = replace(content, '2027-02-26', '2029-02-26')",
        "content = '{\"support\": [5]}'",
        "content = 'intet'",
        "seal = 'x'",
    ],
)
def test_an_edited_row_lets_nobody_into_a_group(table: Table, edited: str) -> None:
    give(table)
    sign(table)
    table.sql(f"UPDATE rec_decision SET {edited}")
    assert not members(table.desk, VAGN, GROUP)


def test_a_row_nobody_has_signed_puts_nobody_in_a_group_and_nobody_out(table: Table) -> None:
    give(table)
    sign(table)
    before = members(table.desk, VAGN, GROUP)
    table.sql(
        "INSERT INTO rec_decision SELECT 'opdigtet', case_id, removed, replace(content, '2027-02-26', '2029-02-26'), hash, seal,"
        ' signer_id, signer_name, signed_at, target_group, start, "end", standing FROM rec_decision'
    )
    assert members(table.desk, VAGN, GROUP) == before
