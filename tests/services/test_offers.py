# SPDX-License-Identifier: MPL-2.0
"""Choosing from the catalogue: what an entry fills in, and what it leaves alone (D6, F2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.domain.answer import SUPPORT
from app.domain.errors import UserError
from app.models.kinds import Offer, Support
from app.services import catalogue, lists, offers, undo
from app.services.decide import lacking, sign
from tests.services.table import BODIL, PASSWORD, VAGN, Table, set_table

INDIVIDUAL = "Individuel tidsbegrænset socialpædagogisk støtte"
GROUP = "Gruppe: hverdag og struktur"
OPEN = "Vores Netværk, cykelværksted"
ORDINARY = "Socialpædagogisk støtte i eget hjem"


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    catalogue.load_defaults(made.desk, BODIL)
    yield made
    made.desk.replica.close()


def named(table: Table, name: str) -> Offer:
    return next(o for o in offers.offered(table.desk) if o.name == name)


def choose(table: Table, support_id: str, name: str) -> None:
    offers.choose_offer(table.desk, BODIL, table.case_id, support_id, named(table, name).id if name else "")


def settle(table: Table, support_id: str, typed: str) -> Support:
    table.type(BODIL, "support", support_id, "offer", typed)
    offers.settle_offer(table.desk, BODIL, table.case_id, support_id)
    return table.file.support[0]


def test_an_entry_fills_what_is_empty(table: Table) -> None:
    row = table.add(BODIL, "support")
    choose(table, row, INDIVIDUAL)
    support = table.file.support[0]
    assert (support.offer, support.paragraph, support.need) == (INDIVIDUAL, "82b", "individuel støtte")
    assert offers.entry(table.desk, support.offer_id) == named(table, INDIVIDUAL)


def test_another_entry_takes_the_place_of_the_first(table: Table) -> None:
    row = table.add(BODIL, "support")
    choose(table, row, INDIVIDUAL)
    choose(table, row, GROUP)
    support = table.file.support[0]
    assert (support.offer, support.paragraph, support.need) == (GROUP, "82a", "hverdag i gruppe")


def test_what_the_bestiller_wrote_stays(table: Table) -> None:
    row = table.add(BODIL, "support", paragraph="82a", need="Komme ud")
    choose(table, row, INDIVIDUAL)
    support = table.file.support[0]
    assert (support.paragraph, support.need) == ("82a", "Komme ud")


def test_an_ordinary_offer_puts_no_paragraph_on_the_answer(table: Table) -> None:
    row = table.add(BODIL, "support")
    choose(table, row, ORDINARY)
    assert table.file.support[0].paragraph == ""


def test_the_wall_is_judged_when_the_entry_brings_the_paragraph(table: Table) -> None:
    row = table.add(BODIL, "support", start="30-11-2026", end="30-11-2027")
    assert table.file.support[0].end == date(2027, 11, 30)
    choose(table, row, INDIVIDUAL)
    assert table.file.support[0].end is None
    assert table.file.drafts[(row, "end")].text == "30. november 2027"


@pytest.mark.parametrize("typed", [INDIVIDUAL, INDIVIDUAL.upper(), f"  {INDIVIDUAL} "])
def test_a_name_typed_out_is_the_entry(table: Table, typed: str) -> None:
    support = settle(table, table.add(BODIL, "support"), typed)
    assert (support.offer_id, support.paragraph) == (named(table, INDIVIDUAL).id, "82b")
    assert support.offer == typed  # never corrected


@pytest.mark.parametrize("typed", ["Noget helt andet", f"{INDIVIDUAL} ☕", f"{INDIVIDUAL} &"])
def test_free_text_is_no_entry_and_stays_as_typed(table: Table, typed: str) -> None:
    support = settle(table, table.add(BODIL, "support"), typed)
    assert (support.offer, support.offer_id, support.paragraph) == (typed, "", "")


def test_an_entry_written_on_is_none_any_more(table: Table) -> None:
    row = table.add(BODIL, "support")
    choose(table, row, INDIVIDUAL)
    support = settle(table, row, f"{INDIVIDUAL}, også om lørdagen")
    assert (support.offer_id, support.need, support.paragraph) == ("", "", "82b")


def test_settled_again_nothing_is_written(table: Table) -> None:
    row = table.add(BODIL, "support")
    before = settle(table, row, INDIVIDUAL)
    told: list[object] = []
    table.desk.announce = told.append
    offers.settle_offer(table.desk, BODIL, table.case_id, row)
    choose(table, row, INDIVIDUAL)
    assert told == []
    assert table.file.support[0] == before


def test_what_is_given_by_decision_is_refused_as_open_where_it_is_chosen(table: Table) -> None:
    table.single(BODIL, "answer", "target_group", "ja")
    row = table.add(BODIL, "support")
    choose(table, row, GROUP)
    written = table.type(BODIL, "support", row, "paragraph", "åbent")
    assert written.because == f"»{GROUP}« er ikke et åbent tilbud. Vælg den paragraf, det bevilges efter."
    assert (table.file.support[0].paragraph, table.file.drafts[(row, "paragraph")].text) == ("", "åbent")
    assert SUPPORT in lacking(table.file)
    assert table.type(BODIL, "support", row, "paragraph", "82a").accepted
    assert (table.file.support[0].paragraph, table.file.drafts) == ("82a", {})


def test_an_open_ground_is_judged_when_the_entry_comes_and_when_it_goes(table: Table) -> None:
    row = table.add(BODIL, "support", paragraph="åbent", end="30-11-2027")
    choose(table, row, GROUP)
    assert table.file.support[0].paragraph == ""
    assert "ikke et åbent tilbud" in table.file.drafts[(row, "paragraph")].because
    assert settle(table, row, "En ven at følges med").paragraph == "åbent"
    assert table.file.drafts == {}
    choose(table, row, OPEN)
    assert table.file.support[0].paragraph == "åbent"
    choose(table, row, ORDINARY)
    assert table.file.drafts[(row, "paragraph")].text == "åbent"
    choose(table, row, GROUP)
    assert (table.file.support[0].paragraph, table.file.drafts) == ("82a", {})


def test_a_choice_is_one_step_to_undo(table: Table) -> None:
    row = table.add(BODIL, "support", paragraph="82a")
    choose(table, row, INDIVIDUAL)
    assert undo.undo(table.desk, BODIL, table.case_id).name == "Vælg tilbud"
    support = table.file.support[0]
    assert (support.offer, support.offer_id, support.need, support.paragraph) == ("", "", "", "82a")


@pytest.mark.expects_log("app.store", "WARNING", "vejleder may not write support.")
def test_only_the_bestiller_chooses(table: Table) -> None:
    row = table.add(BODIL, "support")
    with pytest.raises(UserError, match="kun skrives af bestilleren"):
        offers.choose_offer(table.desk, VAGN, table.case_id, row, named(table, GROUP).id)
    assert table.file.support[0].offer == ""


def test_a_support_keeps_the_version_it_was_given_with(table: Table) -> None:
    support_id = table.yes()
    choose(table, support_id, INDIVIDUAL)
    given = named(table, INDIVIDUAL)
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    newer = catalogue.publish(table.desk, BODIL, Offer(**{**_values(given), "standard": "En ny standard"}))
    assert named(table, INDIVIDUAL).id == newer.id
    kept = offers.entry(table.desk, table.file.support[0].offer_id)
    assert kept is not None
    assert kept.standard == given.standard
    decision = table.file.decision
    assert decision is not None
    assert given.standard in decision.decision.content


def _values(offer: Offer) -> dict[str, object]:
    return {name: getattr(offer, name) for name in offer.__dataclass_fields__}


def test_a_support_taken_off_the_table_meanwhile_is_left_alone(table: Table) -> None:
    row = table.add(BODIL, "support", offer=INDIVIDUAL)
    lists.remove(table.desk, BODIL, table.case_id, "support", row)
    offers.settle_offer(table.desk, BODIL, table.case_id, row)
    choose(table, row, GROUP)
    assert table.file.support == ()
