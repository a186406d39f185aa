# SPDX-License-Identifier: MPL-2.0
"""Tables: heard cell by cell with their titles, whole, and with the titles on every page but said once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.papers.blocks import Block, Heading, paragraph
from app.papers.page import Sheet, compose
from app.papers.table import Table, TableColumn
from tests.papers.aloud import Heard
from tests.papers.checks import assert_says, assert_sound

COLUMNS = (TableColumn("Hvornår", 1), TableColumn("Hvad blev set", 2), TableColumn("Hvorfor", 2))


def paper(blocks: Sequence[Block], *, large: bool = False) -> bytes:
    return compose(
        Sheet("Opslag", "Nancy Ann", "Rundbord Kommune", 1, 0, "9ac1 d20b", "", "Opslag", large=large), blocks
    )


def shape(table: Heard) -> list[list[str]]:
    rows = [one for one in table.walk() if one.role == "TR"]
    return [[" ".join(cell.text.split()) for cell in row.parts if isinstance(cell, Heard)] for row in rows]


def test_a_table_is_heard_cell_by_cell() -> None:
    rows = [["torsdag", "Planen", "Opfølgning"], ["fredag", "", "Opkald"], ["lørdag", "Svaret", "Brev"]]
    reading = assert_sound(paper([Heading("Opslag i din sag"), Table(COLUMNS, rows)]), warned=True)
    (table,) = (one for one in reading.elements if one.role == "Table")
    assert [one.role for one in table.parts if isinstance(one, Heard)] == ["THead", "TBody"]
    assert shape(table) == [["Hvornår", "Hvad blev set", "Hvorfor"], *rows]
    scopes = [(one.text.strip(), one.attributes["Scope"]) for one in table.walk() if one.role == "TH"]
    assert scopes == [*((c.title, "Column") for c in COLUMNS), *((row[0], "Row") for row in rows)]


def test_the_titles_open_every_page_and_are_heard_once() -> None:
    rows = [[f"dag {i}", f"Ting nummer {i} " * (1 + i % 4), "Opfølgning"] for i in range(90)]
    reading = assert_sound(paper([paragraph("Her er dine opslag."), Table(COLUMNS, rows)]), warned=True)
    assert len(reading.pages) > 3
    (table,) = (one for one in reading.elements if one.role == "Table")
    assert len(shape(table)) == 91
    assert reading.said.count("Hvad blev set") == 1
    assert all("Hvad blev set" in page.artifacts for page in reading.pages[1:])
    assert "Hvad blev set" not in reading.pages[0].artifacts


@pytest.mark.parametrize("above", range(30, 56))
def test_the_titles_never_stand_alone_at_the_foot(above: int) -> None:
    rows = [["torsdag", "Planen", "Opfølgning"]] * 3
    reading = assert_sound(paper([*(paragraph(f"linje {i}") for i in range(above)), Table(COLUMNS, rows)]))
    title, first = (
        next(one for one in reading.elements if one.text.strip() == said) for said in ("Hvornår", "torsdag")
    )
    assert title.marks[0][0] == first.marks[0][0]


def test_in_large_print_every_cell_is_named_by_its_title() -> None:
    reading = assert_sound(
        paper([Table(COLUMNS, [["torsdag", "Planen", ""], ["fredag", "Noget", "Opkald"]])], large=True)
    )
    assert_says(reading, ["torsdag Hvad blev set: Planen", "fredag Hvad blev set: Noget · Hvorfor: Opkald"])


CELL = st.lists(st.text(st.sampled_from("abcæøå😀<&"), max_size=62), max_size=30).map(" ".join)


@given(rows=st.lists(st.tuples(CELL.filter(str.strip), CELL, CELL), min_size=1, max_size=40), large=st.booleans())
@settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_nothing_in_a_table_is_cut_whatever_it_holds(rows: list[tuple[str, str, str]], large: bool) -> None:
    assert_sound(paper([Table(COLUMNS, rows)], large=large))
