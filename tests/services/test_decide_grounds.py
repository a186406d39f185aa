# SPDX-License-Identifier: MPL-2.0
"""What an answer rests on, and how far it reaches, judged over all that is granted in it (B1, C3, F1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.models.choices import OfferKind
from app.services import catalogue, lists
from app.services.decide import sign
from app.store import queries
from tests.services.table import BODIL, PASSWORD, Table, set_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    laid = set_table(tmp_path)
    yield laid
    laid.desk.replica.close()


def test_two_rows_after_each_other_do_not_reach_beyond_the_wall(table: Table) -> None:
    table.yes()
    more = {"start": date(2027, 5, 30), "end": date(2027, 11, 29)}
    lists.add(table.desk, BODIL, table.case_id, "support", {"paragraph": "82b", "offer": "Mere", **more})
    with pytest.raises(UserError, match="seks måneder"):
        sign(table.desk, BODIL, table.case_id, PASSWORD)
    assert table.file.decisions == ()


def test_two_beside_each_other_within_the_wall_are_signed(table: Table) -> None:
    table.yes()
    beside = {"start": date(2027, 1, 4), "end": date(2027, 5, 29)}
    lists.add(table.desk, BODIL, table.case_id, "support", {"paragraph": "82b", "offer": "Mere", **beside})
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    assert table.file.decision is not None


def test_what_is_given_by_decision_is_not_open_to_all(table: Table) -> None:
    table.yes()
    catalogue.load_defaults(table.desk, BODIL)
    by_decision = next(o for o in queries.offers(table.desk.replica) if o.type != OfferKind.OPEN)
    row = {"paragraph": "åbent", "offer": by_decision.name, "offer_id": by_decision.id}
    lists.add(table.desk, BODIL, table.case_id, "support", row)
    with pytest.raises(UserError, match="ikke et åbent tilbud"):
        sign(table.desk, BODIL, table.case_id, PASSWORD)


def test_an_answer_that_rests_on_nothing_is_not_signed(table: Table) -> None:
    support_id = table.yes()
    lists.remove(table.desk, BODIL, table.case_id, "support", support_id)
    lists.add(table.desk, BODIL, table.case_id, "support", {"paragraph": "åbent", "offer": "Cykelværkstedet"})
    with pytest.raises(UserError, match="hviler ikke på nogen paragraf"):
        sign(table.desk, BODIL, table.case_id, PASSWORD)
