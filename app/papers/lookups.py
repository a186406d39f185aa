# SPDX-License-Identifier: MPL-2.0
""" "Opslag i din sag": when and why the record was opened, with the names of staff only where they are asked for.

Idea 16; domain.md § 3.4 (databeskyttelsesforordningen art. 15). Called by the services that make a paper. Takes what
`citizen_contents` gives and sets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from app.domain.dates import format_full, format_long
from app.papers.blocks import BODY, FINE, LEAD, QUIET, Block, Heading, Row, Rows, paragraph
from app.papers.citizen_contents import Lookup, LookupsContent
from app.papers.content import content_hash, short_hash
from app.papers.page import Sheet, compose
from app.papers.wording import case_named

NAME = "Opslag i din sag"


def render_lookups(content: LookupsContent, *, version: int, replaces: int = 0, large: bool = False) -> bytes:
    """The list as PDF."""
    about = (content.citizen, format_long(content.day), case_named(content.case_number))
    shown = short_hash(content_hash(content))
    sheet = Sheet.of(
        NAME, about, content.author, shown, version=version, replaces=replaces, whose=content.citizen, large=large
    )
    return compose(sheet, _blocks(content))


def _blocks(content: LookupsContent) -> Iterator[Block]:
    yield paragraph("Hvornår er din sag åbnet, og hvorfor?", LEAD, keep=True)
    yield paragraph(_intro(content), BODY, 6)
    if not content.lookups:
        yield paragraph("Der er ingen opslag endnu.", QUIET, 14)
    for day, several in groupby(content.lookups, key=lambda one: one.day):
        yield Heading(format_long(day), before=16)
        yield Rows([_row(one) for one in several], label_width=64, right_width=150, label_style=QUIET, before=3)
    yield Heading("Hvis noget undrer dig", before=22)
    phone = f" på {content.phone}" if content.phone else ""
    yield paragraph(f"Ring til os{phone}, så forklarer vi det. Du kan også klage til Datatilsynet.", BODY, 3)
    if content.data_protection:
        yield paragraph(f"Spørgsmål om dine oplysninger: {content.data_protection}", FINE, 3)


_FROM_ONE = " Listen er fra den computer, den er printet på."
_FROM_ALL = " Listen er fra alle vores computere. Har en af dem været uden net, kommer dens opslag på en senere liste."


def _intro(content: LookupsContent) -> str:
    first = min((one.day for one in content.lookups), default=content.day)
    where = _FROM_ALL if content.everywhere and content.shared else "" if content.everywhere else _FROM_ONE
    whose = (
        "Du kan se, hvem det var."
        if content.named
        else "Du kan se, hvad de skulle bruge din sag til, men ikke hvem de er."
    )
    return (
        f"Hver gang en medarbejder åbner din sag, bliver det skrevet ned. Her er det, der er skrevet ned fra "
        f"{format_full(first)} til og med {format_full(content.day)}. {whose}{where}"
    )


def _row(one: Lookup) -> Row:
    often = f" ({one.times} gange)" if one.times > 1 else ""
    who = f"{one.name}. " if one.name else ""
    return Row(f"kl. {one.time}", f"{who}{one.what}{often}", one.why)
