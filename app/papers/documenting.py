# SPDX-License-Identifier: MPL-2.0
""" "Hvem dokumenterer hvad": from the citizen's goals, who writes what, and what each side has still to write (E2).

Called by the services that make a paper. Takes what `staff_contents` gives and sets it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.papers.blocks import ITEM, LEAD, QUIET, Block, Heading, Row, Rows, Together, paragraph
from app.papers.page import INTERNAL, compose
from app.papers.staff_contents import Documented, DocumentingContent
from app.papers.staff_sheet import staff_sheet
from app.papers.table import Table, TableColumn

NAME = "Hvem dokumenterer hvad"
_WHO = {"bestiller": "Bestilleren", "vejleder": "Vejlederen", "begge": "Begge"}


def render_documenting(content: DocumentingContent, *, version: int, replaces: int = 0, large: bool = False) -> bytes:
    """The overview as PDF."""
    sheet = staff_sheet(NAME, content, INTERNAL, version=version, replaces=replaces, large=large)
    return compose(sheet, _blocks(content))


def _blocks(content: DocumentingContent) -> Iterator[Block]:
    nothing = not any(side.what for side in content.lacking)
    yield Heading("Alt det nødvendige er skrevet" if nothing else "Det mangler", LEAD, 0)
    for side in content.lacking:
        if side.what:
            yield Heading(_WHO.get(side.whose, side.whose), before=8, level=3)
            yield Rows([Row("", text) for text in side.what], label_width=0, before=2)
    done = [_WHO.get(side.whose, side.whose).lower() for side in content.lacking if not side.what]
    if done and not nothing:
        yield paragraph(f"Der mangler ikke noget fra {' og '.join(done)}.", QUIET, 6)
    yield Heading("Ud fra borgerens mål", ITEM, 22)
    if not content.goals:
        yield paragraph("Der er ingen mål endnu.", QUIET, 3)
    for goal in content.goals:
        yield Together([Heading(goal.title, before=12, level=3), _rows(goal.lines)])
    yield Heading("Om hele forløbet", ITEM, 22)
    yield _rows(content.around)


def _rows(lines: Sequence[Documented]) -> Block:
    return Table(_COLUMNS, [(one.what, one.whose[:1].upper() + one.whose[1:], one.state) for one in lines])


_COLUMNS = (TableColumn("Hvad", 3), TableColumn("Hvem skriver", 2), TableColumn("Hvor langt er det", 4))
