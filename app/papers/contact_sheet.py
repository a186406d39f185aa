# SPDX-License-Identifier: MPL-2.0
"""The contact sheet: whom the citizen calls about what, the numbers as the largest thing on it (H3, H4; idea 13).

Called by the services that make a paper. Takes what `citizen_contents` gives and sets it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from app.domain.dates import format_long
from app.papers.blocks import BODY, ITEM, LEAD, QUIET, TITLE, Block, Heading, Row, Rows, Together, paragraph
from app.papers.citizen_contents import ContactsContent, Topic
from app.papers.content import content_hash, short_hash
from app.papers.page import Sheet, compose
from app.papers.wording import meeting_days

NAME = "Hvem ringer jeg til?"
_PHONE = replace(TITLE, size=17, leading=23)


def render_contacts(content: ContactsContent, *, version: int, replaces: int = 0, large: bool = False) -> bytes:
    """The contact sheet as PDF."""
    about = (content.citizen, format_long(content.day))
    shown = short_hash(content_hash(content))
    sheet = Sheet.of(
        NAME, about, content.author, shown, version=version, replaces=replaces, whose=content.citizen, large=large
    )
    return compose(sheet, _blocks(content))


def _blocks(content: ContactsContent) -> Iterator[Block]:
    yield paragraph("Ring bare", LEAD)
    for _, topics in groupby(content.topics, key=lambda topic: topic.who):
        yield Together(list(_call(list(topics))))
    yield Together(list(_cared_for(content)))
    if content.follow_ups:
        yield Heading("Vi mødes igen", before=20)
        yield paragraph(meeting_days(content.follow_ups), BODY, 3)
    yield Together(list(_reach(content)))


def _call(topics: Sequence[Topic]) -> Iterator[Block]:
    """What one calls the same person about, then the number."""
    who = topics[0].who
    for number, topic in enumerate(topics):
        yield Heading(topic.about, before=1 if number else 20)
    yield paragraph(who.phone or "Spørg på kommunen", _PHONE, 2, keep=True)
    yield paragraph(f"{who.name} ({who.role})" if who.role else who.name, BODY, 1)


def _cared_for(content: ContactsContent) -> Iterator[Block]:
    """What the citizen need not see to: each task with who has it (H4)."""
    yield Heading("Det skal du ikke selv holde styr på", ITEM, 24)
    yield paragraph("Det gør vi. Du skal ikke være den, der bringer besked fra den ene til den anden.", BODY, 2)
    yield Rows([Row(one.who, one.what) for one in content.cared_for], label_width=150, before=6)


def _reach(content: ContactsContent) -> Iterator[Block]:
    yield Heading("Her finder du os", before=20)
    unit = content.unit
    for text in (unit.name, content.address, f"Telefon {unit.phone}" if unit.phone else ""):
        if text:
            yield paragraph(text, BODY, 1)
    if content.data_protection:
        yield paragraph(f"Spørgsmål om dine oplysninger: {content.data_protection}", QUIET, 8)
