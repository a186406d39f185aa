# SPDX-License-Identifier: MPL-2.0
"""The answer letter: the decision first, then what it rests on and what follows (domain.md § 7.3 B; rows A2, A3, C3, D6, F2).

Called by the services that make a paper and by the preview. Reason, what weighed and facts stand word for word; whether and
how one can complain is the municipality's own clause. Takes what `content` gives and sets it.
"""

from __future__ import annotations

import base64
import binascii
import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from PIL import Image
from reportlab.lib.utils import ImageReader

from app.domain.dates import format_full, format_long
from app.models.choices import TargetGroup
from app.papers.blocks import (
    BODY,
    FINE,
    ITEM,
    LEAD,
    QUIET,
    SMALL,
    STRONG,
    Block,
    Heading,
    Quote,
    Row,
    Rows,
    Strip,
    Together,
    draw_stack,
    height_of,
    paragraph,
    stacked,
)
from app.papers.content import LetterContent, content_hash, short_hash
from app.papers.fonts import Face
from app.papers.layout import Style
from app.papers.page import DRAFT, Sheet, broken_seal, compose
from app.papers.parts import GoalPart, SupportPart
from app.papers.tagged import Role, Tag, TaggedCanvas
from app.papers.wording import OPEN_TO_ALL, by_weekday, is_open, period

NAME = "Svar"
log = logging.getLogger(__name__)


def render_letter(
    content: LetterContent, *, version: int, replaces: int = 0, draft: bool = False, large: bool = False
) -> bytes:
    """The letter as PDF. Marked as a draft when `draft`, and always when no decision stands behind it."""
    citizen = content.receiver[0] if content.receiver else ""
    case = f"sag {content.case_number}" if content.case_number else ""
    sheet = Sheet(
        name=NAME,
        about=" · ".join(part for part in (citizen, format_long(content.day), case) if part),
        author=", ".join(part for part in (content.municipality, content.unit) if part),
        version=version,
        replaces=replaces,
        short_hash=short_hash(content_hash(content)),
        mark=DRAFT if draft or not content.signed else "",
        large=large,
        title=f"{NAME} – {citizen}" if citizen else NAME,
        about_first=False,
    )
    return compose(sheet, _blocks(content))


def _blocks(letter: LetterContent) -> Iterator[Block]:
    if letter.broken_seal:
        yield from broken_seal()
    yield _LetterHead(letter)
    yield paragraph(letter.answer, LEAD, 30, level=2)
    yield from _what_it_is(letter)
    yield from _granted(letter)
    yield from _grounds(letter)
    yield from _own_words(letter)
    yield from _follows(letter)
    yield from _complaint(letter)
    yield Together(list(_regards(letter)))
    yield from _privacy(letter)


def _what_it_is(letter: LetterContent) -> Iterator[Block]:
    """One sentence on what the answer is about, under the answer itself."""
    asked = f"støtte efter {letter.law}" if letter.law else "støtte"
    said = {
        TargetGroup.NO.value: f"Vi har set på, om du kan få {asked}. Det kan du ikke, og her kan du læse hvorfor.",
        TargetGroup.LATER.value: f"Vi kan ikke svare i dag på, om du kan få {asked}. Her kan du læse hvorfor.",
        TargetGroup.DIRECT_85.value: "Du har brug for mere end den korte støtte, vi kan give her.",
    }.get(letter.target_group, "")
    if said:
        yield paragraph(said, BODY, 6)


def _granted(letter: LetterContent) -> Iterator[Block]:
    """What is granted, and what is open to the citizen without being granted (F1)."""
    granted = [one for one in letter.support if not is_open(one)]
    free = [one for one in letter.support if is_open(one)]
    if granted:
        yield Heading("Det får du", before=20)
    for one in granted:
        yield Together(list(_support(one)))
    if free:
        yield Heading("Det kan du også bruge" if granted else "Det kan du bruge", before=20)
    for one in free:
        yield Together(list(_support(one)))


def _support(support: SupportPart) -> Iterator[Block]:
    yield Heading(support.offer or "Støtte", ITEM, 5, level=3)
    rows = [
        Row("Periode", period(support)),
        Row("Ramme", support.frame),
        Row("Kvalitet", support.standard),
        Row("Adgang", OPEN_TO_ALL) if is_open(support) else Row("Lov", _capital(support.law)),
    ]
    yield Rows([row for row in rows if row.text], label_width=64, label_style=QUIET, before=2)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _grounds(letter: LetterContent) -> Iterator[Block]:
    """Reason, what weighed and facts, word for word (C3; FVL § 24), whether the citizen was heard on them (FVL § 19), and the
    rule they rest on. What weighed may stand in the reason, and then has no place of its own."""
    yield Heading("Begrundelse", before=20)
    yield paragraph(letter.reason or _MISSING, BODY if letter.reason else QUIET, 3)
    if letter.considerations.strip():
        yield Heading("Det har vi lagt vægt på")
        yield paragraph(letter.considerations, BODY, 3)
    yield Heading("Oplysninger, svaret bygger på")
    yield paragraph(letter.facts or _MISSING, BODY if letter.facts else QUIET, 3)
    if letter.hearing:
        yield paragraph(letter.hearing, BODY, 4)
    if letter.law:
        yield Heading("Regler")
        yield paragraph(f"Svaret bygger på {letter.law}.", BODY, 3)


_MISSING = "Er ikke skrevet endnu."


def _own_words(letter: LetterContent) -> Iterator[Block]:
    """The citizen's own words stand as they were said (A6); the goals the support is for come with them (B6)."""
    words = [text for text in (letter.want, letter.think) if text]
    if words:
        yield Heading("Det har du selv sagt")
        for i, text in enumerate(words):
            yield Quote(text, before=3 if i == 0 else 2, largest=12.5)
    if letter.purpose:
        yield Heading("Formålet")
        yield paragraph(letter.purpose, BODY, 3)
    if letter.goals:
        yield Heading("Dine mål")
        yield Rows([Row("", _goal(goal)) for goal in letter.goals], label_width=0, before=3)


def _goal(goal: GoalPart) -> str:
    return (
        f"»{goal.words}« – {goal.goal}" if goal.words and goal.goal else f"»{goal.words}«" if goal.words else goal.goal
    )


def _follows(letter: LetterContent) -> Iterator[Block]:
    if letter.next_steps:
        yield Heading("Nu sker der dette", before=20)
        rows = [Row(step.who, step.what, by_weekday(step.by, letter.day)) for step in letter.next_steps]
        yield Rows(rows, before=3)
    later = [Row("Vi mødes igen", format_long(day)) for day in letter.follow_ups]
    later += [Row("Vejen videre", text) for text in letter.bridge]
    if later:
        yield Rows(later, label_style=QUIET, before=6)


def _complaint(letter: LetterContent) -> Iterator[Block]:
    """The heading asks, so a no is said before the law's words for it (domain.md § 5.2)."""
    if letter.clauses:
        yield Heading("Kan du klage?", before=20)
    if letter.clauses and not any(clause.open for clause in letter.clauses):
        yield paragraph(NO_COMPLAINT, BODY, 3)
    elif not all(clause.open for clause in letter.clauses):
        yield paragraph(SOME_COMPLAINT, BODY, 3)
    for text in dict.fromkeys(clause.text for clause in letter.clauses):
        yield paragraph(text, BODY, 3)


def _regards(letter: LetterContent) -> Iterator[Block]:
    yield Heading("Har du spørgsmål?", before=20)
    calls = [Row(one.name, " · ".join(part for part in (one.phone, one.role) if part)) for one in letter.contacts]
    yield Rows(calls, before=3)
    yield paragraph(_ASK, BODY, 4)
    if letter.signed:
        yield paragraph("Venlig hilsen", BODY, 18, keep=True)
        yield paragraph(letter.decided_by, STRONG, 2, keep=True)
        when = f"Afgjort {format_long(letter.decided_on)}. " if letter.decided_on else ""
        yield paragraph(f"{when}Underskrevet digitalt, aftryk {short_hash(letter.decision_hash)}.", QUIET)
    if letter.guardian:
        yield paragraph(f"Din værge: {letter.guardian}", QUIET, 6)


def _privacy(letter: LetterContent) -> Iterator[Block]:
    if letter.privacy:
        yield Heading("Sådan bruger vi dine oplysninger", Style(face=Face.BOLD, size=9, leading=13), 20)
        yield paragraph(letter.privacy, FINE, 2)
    if letter.data_protection:
        yield paragraph(f"Spørgsmål om dine oplysninger: {letter.data_protection}", FINE, 2)


NO_COMPLAINT = "Nej, du kan ikke klage over svaret til en anden myndighed."
SOME_COMPLAINT = "Ja, over noget af svaret, men ikke det hele."
_ASK = (
    "Sig det også, hvis du er utilfreds med svaret eller med den måde, vi har behandlet din sag på. Du kan altid tage en "
    "bisidder med, og du kan se, hvad der står om dig."
)


@dataclass(frozen=True, slots=True)
class _LetterHead:
    """The receiver at the left, where an envelope's window is; the sender, number and date at the right."""

    letter: LetterContent
    is_large: bool = False

    def large(self) -> _LetterHead:
        """The same places, in large letters: an envelope's window is where it is."""
        return replace(self, is_large=True)

    def strips(self, width: float) -> list[Strip]:
        """One strip: logo, sender and receiver. Names and addresses of half a page stand under each other, and may be parted."""
        letter = self.letter
        half = (width - 24) / 2
        receiver = [paragraph(line, BODY) for line in letter.receiver if line.strip()]
        to = self._set(receiver, half)
        sender = [paragraph(letter.municipality, STRONG), paragraph(letter.unit, SMALL)]
        sender += [paragraph(line, SMALL) for line in letter.address]
        sender += [paragraph(f"Telefon {letter.phone}", SMALL)] if letter.phone else []
        sender += [paragraph(format_full(letter.day), SMALL, 8)]
        sender += [paragraph(f"Sagsnummer {letter.case_number}", SMALL)] if letter.case_number else []
        sender += [paragraph(f"{letter.identifier_label} {letter.identifier}", SMALL)] if letter.identifier else []
        about = self._set(sender, half)
        logo = _logo(letter.logo)
        above = _LOGO + 8 if logo else 0.0
        if max(height_of(to), height_of(about)) > _TALLEST:
            return self._set([*receiver, *sender], width)

        picture = Tag(Role.FIGURE, alt=f"Logo for {letter.municipality}")

        def draw(canvas: TaggedCanvas, x: float, top: float) -> None:
            if logo:
                wide, tall = logo.getSize()
                across, left = min(half, _LOGO * wide / tall), x + half + 24
                with canvas.marked(picture, box=(left, top - _LOGO, left + across, top)):
                    canvas.drawImage(logo, left, top - _LOGO, across, _LOGO, preserveAspectRatio=True, anchor="sw")
            draw_stack(canvas, to, x, top - above)
            draw_stack(canvas, about, x + half + 24, top - above)

        return [Strip(above + max(height_of(to), height_of(about)), draw)]

    def _set(self, lines: Sequence[Block], width: float) -> list[Strip]:
        return stacked((line.large() for line in lines) if self.is_large else lines, width)


_LOGO = 36.0
_TALLEST = 480.0


@lru_cache(maxsize=2)
def _logo(encoded: str) -> ImageReader | None:
    """The municipality's logo, on white where it lets through. A picture that cannot be read costs the letter its logo alone."""
    if not encoded:
        return None
    try:
        with Image.open(io.BytesIO(base64.b64decode(encoded, validate=True))) as picture:
            seen = picture.convert("RGBA")
        paper = Image.new("RGB", seen.size, "white")
        paper.paste(seen, mask=seen)
        return ImageReader(paper)
    except (binascii.Error, OSError):
        log.warning("the municipality's logo cannot be read as a picture")
        return None
