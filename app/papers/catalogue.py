# SPDX-License-Identifier: MPL-2.0
"""The citizens' version of the ydelses- og kvalitetskatalog: what there is, how one gets it, what one can expect (F1-F3).

Called by the services that make a paper. Takes what `citizen_contents` gives and sets it; nothing internal is in that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.dates import format_full
from app.papers.blocks import BODY, LEAD, QUIET, TITLE, Block, Heading, Row, Rows, Together, paragraph
from app.papers.citizen_contents import CatalogueContent, CatalogueEntry
from app.papers.content import content_hash, short_hash
from app.papers.page import Sheet, compose
from app.papers.wording import OPEN_TO_ALL

NAME = "Ydelses- og kvalitetskatalog"


def render_catalogue(content: CatalogueContent, *, large: bool = False) -> bytes:
    """The catalogue as PDF."""
    about, shown = (f"Gælder fra {format_full(content.day)}",), short_hash(content_hash(content))
    sheet = Sheet.of(NAME, about, content.author, shown, version=content.version, whose=content.author, large=large)
    return compose(sheet, _blocks(content))


def _blocks(content: CatalogueContent) -> Iterator[Block]:
    yield paragraph("Det kan vi tilbyde", LEAD, keep=True)
    yield paragraph(
        "Her kan du se, hvilken hjælp kommunen har, hvordan du får den, og hvad du kan regne med. Vi ser altid på, hvad "
        "netop du har brug for.",
        BODY,
        6,
    )
    parts = (
        ("Åbent for alle", OPEN_TO_ALL, content.open_to_all),
        ("For en tid", "Vi taler med dig, og du får et svar. Støtten har en slutdato.", content.for_a_time),
        ("Efter en udredning", "Vi ser grundigt på, hvad du har brug for, og du får et svar.", content.ordinary),
    )
    for title, how, entries in parts:
        if entries:
            yield from _part(title, how, entries)
    if not any(entries for _, _, entries in parts):
        yield paragraph("Kataloget er tomt.", QUIET, 14)
    yield Heading("Vil du høre mere?", before=24)
    phone = f" på {content.phone}" if content.phone else ""
    yield paragraph(
        f"Ring til os{phone}, eller kig ind. Du behøver ikke vide på forhånd, hvad du har brug for.", BODY, 3
    )


def _part(title: str, how: str, entries: Sequence[CatalogueEntry]) -> Iterator[Block]:
    yield Heading(title, TITLE, 24)
    yield paragraph(how, QUIET, 2, keep=True)
    for one in entries:
        yield Together(list(_entry(one)))


def _entry(one: CatalogueEntry) -> Iterator[Block]:
    yield Heading(one.name or "Uden navn", before=12, level=3)
    rows = [Row("Det får du", one.services), Row("Det kan du regne med", one.standard), Row("Lov", one.law)]
    yield Rows([row for row in rows if row.text], label_width=110, label_style=QUIET, before=2)
