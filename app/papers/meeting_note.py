# SPDX-License-Identifier: MPL-2.0
"""The meeting note for the record: who was there, whose words are whose, what was decided by whom, and what is not agreed.

Offentlighedsloven § 13; domain.md § 7.3 C. Internal, and says so on every page. Called by the services that make a paper. Takes
what `note_content` gives and sets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from app.domain.dates import format_full, format_long
from app.papers.blocks import BODY, ITEM, LEAD, QUIET, SMALL, Block, Heading, Row, Rows, paragraph
from app.papers.content import short_hash
from app.papers.note_content import NoteContent, Statement
from app.papers.page import INTERNAL, broken_seal, compose
from app.papers.staff_sheet import staff_sheet
from app.papers.wording import by_weekday, period, sentence

NAME = "Mødenotat"
_LABELS = 150.0
"""As wide in every part, so that the whole note is two columns."""


def render_note(content: NoteContent, *, version: int, replaces: int = 0, large: bool = False) -> bytes:
    """The note as PDF."""
    sheet = staff_sheet(NAME, content, INTERNAL, version=version, replaces=replaces, large=large)
    return compose(sheet, _blocks(content))


def _blocks(note: NoteContent) -> Iterator[Block]:
    if note.broken_seal:
        yield from broken_seal()
    yield paragraph(f"Møde {format_long(note.day)}", LEAD, keep=True)
    yield Rows([row for row in _meeting(note) if row.text], label_width=_LABELS, before=10)
    yield from _part("Borgeren har sagt", note.citizen_said)
    for one in note.informants:
        yield from _part(f"Oplyst af andre: {one.name}", one.statements)
    yield from _part("Vejlederens faglige vurdering", note.vejleder_judged)
    yield from _part("Bestillerens faglige vurdering", note.bestiller_judged)
    yield from _part("Vejledning og partshøring", note.guidance)
    yield from _list("Samtykke", note.consents)
    yield from _decision(note)
    yield from _list("Det, der ikke er enighed om", note.disagreements)
    yield from _next(note)


def _meeting(note: NoteContent) -> Iterator[Row]:
    span = " til ".join(part for part in (note.started, note.ended) if part)
    yield Row("Borger", note.citizen)
    yield Row(note.identifier_label or "Nummer", note.identifier)
    yield Row("Tid", f"kl. {span}" if span else "")
    yield Row("Sted", note.place)
    for one in note.present:
        yield Row("Til stede", one)


def _part(title: str, statements: Sequence[Statement]) -> Iterator[Block]:
    """What one side has said, and under it who wrote it down."""
    if not statements:
        return
    yield Heading(title, ITEM, 20)
    for by, several in groupby(statements, key=lambda one: one.by):
        yield Rows([Row(one.about, one.text) for one in several], label_width=_LABELS, before=4)
        if by:
            yield paragraph(f"Skrevet af {by}", SMALL, 2)


def _list(title: str, lines: Iterable[str]) -> Iterator[Block]:
    rows = [Row("", text) for text in lines]
    if rows:
        yield Heading(title, ITEM, 20)
        yield Rows(rows, label_width=0, before=3, between=4)


def _decision(note: NoteContent) -> Iterator[Block]:
    yield Heading("Afgørelse", ITEM, 20)
    if not note.answer:
        yield paragraph("Der er ikke truffet en afgørelse.", BODY, 3)
    rows = [
        Row("Svar", note.answer),
        Row("Regler", f"{note.law[:1].upper()}{note.law[1:]}"),
        Row("Begrundelse", note.reason),
        Row("Lagt vægt på", note.considerations),
        Row("Oplysninger", note.facts),
        Row("Rådene er vejet", note.weighing),
    ]
    rows += [
        Row("Støtte", " ".join(sentence(part) for part in (one.offer, one.frame, period(one)) if part))
        for one in note.support
    ]
    if note.answer:
        rows.append(Row("Afgjort af", note.decided_by))
        rows.append(Row("Afgjort", format_long(note.decided_on) if note.decided_on else ""))
        rows.append(Row("Aftryk", short_hash(note.decision_hash)))
    shown = [row for row in rows if row.text]
    if shown:
        yield Rows(shown, label_width=_LABELS, before=3)
    if not note.answer and shown:
        yield paragraph("Det ovenfor er et udkast.", QUIET, 3)


def _next(note: NoteContent) -> Iterator[Block]:
    rows = [Row(one.who, one.what, by_weekday(one.by, note.day)) for one in note.next_steps]
    rows += [Row("Vi mødes igen", format_full(day)) for day in note.follow_ups]
    rows += [Row("Vejen videre", text) for text in note.bridge]
    if rows:
        yield Heading("Næste skridt", ITEM, 20)
        yield Rows(rows, label_width=_LABELS, before=3)
