# SPDX-License-Identifier: MPL-2.0
"""The order (bestilling) to the udfører: what is to be done, for whom, in which frame, and when we follow up (domain.md § 7.3 D).

Called by the services that make a paper. Takes what `staff_contents` gives and sets it; what the udfører need not know is not in
that.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.dates import format_full, format_long
from app.papers.blocks import (
    BODY,
    ITEM,
    LEAD,
    QUIET,
    TITLE,
    Block,
    Heading,
    Paragraph,
    Quote,
    Row,
    Rows,
    Together,
    paragraph,
)
from app.papers.content import short_hash
from app.papers.figures import Months, Scale
from app.papers.layout import Span
from app.papers.page import broken_seal, compose
from app.papers.parts import GoalPart, SupportPart
from app.papers.staff_contents import OrderContent
from app.papers.staff_sheet import staff_sheet
from app.papers.wording import DONE_WHEN, by_day, meeting_days, period

NAME = "Bestilling"
MARK = "Til udføreren – må ikke gives videre"
UNSIGNED = "UDKAST – ikke en bestilling"


def render_order(content: OrderContent, *, version: int, replaces: int = 0, large: bool = False) -> bytes:
    """The order as PDF. Marked as none when no decision stands behind it."""
    mark = MARK if content.signed else UNSIGNED
    sheet = staff_sheet(NAME, content, mark, version=version, replaces=replaces, large=large)
    return compose(sheet, _blocks(content))


def _blocks(order: OrderContent) -> Iterator[Block]:
    if order.broken_seal:
        yield from broken_seal()
    yield paragraph(f"Støtte til {order.citizen}" if order.citizen else "Støtte", LEAD, keep=True)
    yield Together(list(_about(order)))
    if order.want:
        yield Heading("Med borgerens egne ord")
        yield Quote(order.want, before=3, largest=17)
    if order.purpose:
        yield Heading("Formålet med støtten", before=18)
        yield paragraph(order.purpose, BODY, 3)
        if order.provisional_until:
            yield paragraph(f"Formålet er foreløbigt og afklares senest {format_full(order.provisional_until)}.", QUIET)
    yield Together(list(_ordered(order)), tallest=330)
    for number, goal in enumerate(order.goals, 1):
        yield Together(list(_goal(goal, number, order)))
    yield from _around(order)
    yield Together(list(_ordered_by(order)))


def _about(order: OrderContent) -> Iterator[Block]:
    rows = [
        Row("Borger", order.citizen),
        Row(order.identifier_label or "Nummer", order.identifier),
        Row("Telefon", order.phone),
        Row("Adresse", ", ".join(order.address)),
        Row("Tolk", order.interpreter),
        Row("Værge", order.guardian),
        Row("Målgruppe", order.target_group),
        Row("Udføres af", order.provider),
    ]
    yield Rows([row for row in rows if row.text], before=10)


def _ordered(order: OrderContent) -> Iterator[Block]:
    yield Heading("Det bestiller vi", TITLE, 22)
    if not order.support:
        yield paragraph("Der er ikke bevilget støtte, som skal bestilles.", QUIET, 3)
    for one in order.support:
        yield from _support(one)
    if order.course:
        yield Months(order.course.start, order.course.end, order.course.meets)
    if order.follow_ups:
        yield paragraph(meeting_days(order.follow_ups), BODY, 8)


def _support(one: SupportPart) -> Iterator[Block]:
    yield Heading(one.offer or "Støtte", ITEM, 8, level=3)
    rows = [
        Row("Periode", period(one)),
        Row("Ramme", one.frame),
        Row("Kvalitet", one.standard),
        Row("Lov", f"{one.law[:1].upper()}{one.law[1:]}"),
    ]
    yield Rows([row for row in rows if row.text], label_width=64, label_style=QUIET, before=2)


def _goal(goal: GoalPart, number: int, order: OrderContent) -> Iterator[Block]:
    yield Heading(goal.words or goal.goal or f"Mål {number}", ITEM, 18)
    if goal.words and goal.goal:
        yield paragraph(goal.goal, BODY, 2)
    if goal.done_when:
        yield Paragraph((Span(f"{DONE_WHEN} ", QUIET), Span(goal.done_when, BODY)), BODY, 1)
    if goal.now is not None or goal.hoped is not None:
        yield Scale(goal.now, goal.hoped)
    doings = [Row("Borgeren", one.what, by_day(one.by, order.day)) for one in goal.own]
    doings += [Row(one.who, one.what, by_day(one.by, order.day)) for one in goal.others]
    if doings:
        yield Rows(doings, before=6)


def _around(order: OrderContent) -> Iterator[Block]:
    rows = [Row("Videre til", text) for text in order.bridge]
    rows += [Row("Netværk", text) for text in order.network]
    if rows:
        yield Heading("Omkring borgeren", before=18)
        yield Rows(rows, before=3)


def _ordered_by(order: OrderContent) -> Iterator[Block]:
    yield Heading("Spørgsmål til bestillingen", before=20)
    calls = [Row(one.name, " · ".join(part for part in (one.phone, one.role) if part)) for one in order.contacts]
    yield Rows(calls, label_width=120, before=3)
    if order.signed:
        when = f" {format_long(order.decided_on)}" if order.decided_on else ""
        yield paragraph(f"Afgjort af {order.decided_by}{when}, aftryk {short_hash(order.decision_hash)}.", QUIET, 8)
