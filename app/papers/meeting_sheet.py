# SPDX-License-Identifier: MPL-2.0
"""The meeting sheet: the first meeting on paper, to write on by hand where there is no room for a screen (idea 14).

It follows the six steps of the program, so that what is written can be typed in afterwards from the top. Called by the services
that make a paper. Takes what `citizen_contents` gives and sets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.domain.dates import format_full, format_long
from app.papers.blocks import BODY, LEAD, QUIET, SMALL, TITLE, Block, Heading, Row, Rows, Together, paragraph
from app.papers.citizen_contents import SheetContent
from app.papers.content import content_hash, short_hash
from app.papers.page import Sheet, compose
from app.papers.ruled import Boxes, Column, Lines, Ring, Ruled
from app.papers.wording import case_named, joined

NAME = "Mødeark"
FORM_VERSION, FORM_DATED = 2, date(2026, 11, 29)
"""Of the sheet with no name on it: raised when the sheet itself is changed."""

_GOALS = 3


def render_sheet(
    content: SheetContent, *, version: int = FORM_VERSION, replaces: int = 0, large: bool = False
) -> bytes:
    """The sheet as PDF."""
    dated = (
        format_long(content.day)
        if content.day
        else ""
        if content.citizen
        else f"Arket er fra {format_full(FORM_DATED)}"
    )
    about = (content.citizen, dated, case_named(content.case_number))
    shown = short_hash(content_hash(content))
    sheet = Sheet.of(
        NAME, about, content.author, shown, version=version, replaces=replaces, whose=content.citizen, large=large
    )
    return compose(sheet, _blocks(content))


def _blocks(content: SheetContent) -> Iterator[Block]:
    yield paragraph("Det første møde", LEAD, keep=True)
    yield from _welcome(content)
    yield Together([Heading("Hvad vil du?", TITLE, 20), Lines(4)])
    yield Together([Heading("Hvad tænker du selv?", TITLE, 16), Lines(4)])
    yield Together([Heading("Det er du god til. Og de mennesker, du har omkring dig", TITLE, 16), Lines(3)])
    yield Together([Heading("Hvad er prøvet?", TITLE, 20), _tried()])
    for number in range(1, _GOALS + 1):
        yield Together(list(_goal(number)), tallest=400)
    yield from _answer()
    yield Together(list(_foot(content)))


def _welcome(content: SheetContent) -> Iterator[Block]:
    known = [
        Row("Borger", content.citizen),
        Row("Dato", format_long(content.day) if content.day else ""),
        Row("Sted", content.place),
        Row("Med til mødet", joined(content.present)),
    ]
    if any(row.text for row in known):
        yield Rows([row for row in known if row.text], before=8)
    blank = [row.label for row in known if not row.text]
    if blank:
        for label in blank:
            yield Ruled((Column(label, 1.0),), 1, before=6)
    yield Heading("Må vi spørge andre om noget?", before=16)
    yield Ruled((Column("Hvem", 0.3), Column("Om hvad", 0.5), Column("Ja eller nej", 0.2)), 2)


def _tried() -> Block:
    return Ruled((Column("Hvad", 0.34), Column("Hvordan gik det?", 0.33), Column("Hvad siger du selv?", 0.33)), 3)


def _goal(number: int) -> Iterator[Block]:
    yield Heading(f"Mål {number}, med dine egne ord", TITLE, 18)
    yield Lines(2)
    yield paragraph("Målet, som vejlederen skriver det", SMALL, 6, keep=True)
    yield Lines(1)
    yield paragraph("Vi ved, det er nået, når", SMALL, 6, keep=True)
    yield Lines(1)
    yield Ring("Sæt ring om, hvor du er i dag, og kryds over, hvor du gerne vil hen. 10 er bedst.")
    yield Ruled((Column("Hvem", 0.25), Column("Gør hvad", 0.5), Column("Senest", 0.25)), 3)


def _answer() -> Iterator[Block]:
    yield Together(
        [
            Heading("Svar før du går", TITLE, 20),
            paragraph(
                "Kun bestilleren afgør. Arket er ikke en afgørelse: svaret får du på et papir for sig.", QUIET, 2
            ),
            Heading("Er du i målgruppen for støtte?", before=10, level=3),
            Boxes(("Ja", "Nej", "Svaret er udskudt", "Direkte til § 85")),
            Ruled((Column("Begrundelse", 1.0),), 2),
            Ruled((Column("Hvad vi har lagt vægt på", 1.0),), 2),
            Ruled((Column("Oplysninger, svaret bygger på", 1.0),), 2),
        ],
        tallest=400,
    )
    yield Together([Heading("Formålet med støtten", before=14, level=3), Lines(2)])
    yield Together(
        [
            Heading("Støtten", before=14, level=3),
            Ruled((Column("Hvad", 0.34), Column("Ramme", 0.22), Column("Fra", 0.22), Column("Til og med", 0.22)), 2),
        ]
    )
    yield Together([Heading("Vejen videre bagefter", before=14, level=3), Lines(1)])
    yield Together(
        [
            Heading("Nu sker der dette", before=14, level=3),
            Ruled((Column("Hvem", 0.25), Column("Gør hvad", 0.5), Column("Senest", 0.25)), 3),
        ]
    )
    yield Together([Heading("Vi mødes igen", before=14, level=3), Lines(1)])


def _foot(content: SheetContent) -> Iterator[Block]:
    yield Heading("Læst op for borgeren", before=18)
    yield Boxes(("Det er mine ord", "Ret det"))
    yield Heading("Har du brug for os?", before=14)
    for one in content.contacts:
        role = f" ({one.role})" if one.role else ""
        yield paragraph(f"{one.name}{role} {one.phone}".strip(), BODY, 2)
