# SPDX-License-Identifier: MPL-2.0
"""One page for every paper: A4, the same margins, head and foot, the draft mark, and where a page may end.

Called by `plan` and `answer_letter` with their blocks. What is on the paper is theirs; that nothing is cut, no heading stands
alone and every page says which paper, version and page it is, is held here. Must not know of plans or letters.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.papers import fonts
from app.papers.blocks import BODY, LABEL, NOTE, Block, Note, Strip, baseline, draw_stack, paragraph, stacked
from app.papers.fonts import Face
from app.papers.layout import Line, Span, Style, colour, draw_line, one_line, set_lines

rl_config.useA85 = 0  # streams as bytes: half the work, a fifth smaller; papers are the only ones that draw

DRAFT = "UDKAST – ikke en afgørelse"
BROKEN_SEAL = "Denne afgørelse kan ikke godkendes: seglet passer ikke"

SIDE = 51.0
WIDTH = A4[0] - 2 * SIDE
_TOP = 46.0
_FOOT = 36.0
_HEAD_GAP = 30.0
_LESS_AIR = (0.75, 0.55)
_HEAD = Style(size=9.5, leading=13, ink="gray-600")
_MARK = Style(face=Face.BOLD, size=12, leading=22)
_BROKEN = Style(face=Face.BOLD, size=19, leading=25)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is said on every page of one paper. `name` is the paper's own, `about` whose it is, `author` the municipality."""

    name: str
    about: str
    author: str
    version: int
    replaces: int
    short_hash: str
    draft: bool
    title: str
    about_first: bool = True  # whether the first page says it too


def broken_seal() -> list[Block]:
    """What stands first on a paper whose decision does not bear out."""
    return [
        paragraph(f"{BROKEN_SEAL}.", _BROKEN, 4, keep=True),
        paragraph("Det, der står her, gælder derfor ikke som en afgørelse. Spørg kommunen.", BODY, 4),
        paragraph(" ", BODY),
    ]


def compose(sheet: Sheet, blocks: Iterable[Block]) -> bytes:
    """The finished PDF. The same sheet and blocks give the same bytes."""
    head = set_lines((Span(sheet.about, _HEAD),), WIDTH * 0.76)
    top = A4[1] - _TOP - (28 if sheet.draft else 0)
    content_top = top - len(head) * _HEAD.leading - _HEAD_GAP
    pages = _fewest(stacked(blocks, WIDTH), content_top)
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=A4,
        invariant=1,
        pageCompression=1,
        initialFontName=fonts.font_name(Face.REGULAR),  # type: ignore[arg-type] # a name, whatever the stubs say
        lang="da",
    )
    canvas.setTitle(fonts.clean(sheet.title))
    canvas.setAuthor(fonts.clean(sheet.author))
    canvas.setCreator("Rundbord")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    for number, strips in enumerate(pages, 1):
        _draw_head(canvas, sheet, head if number > 1 or sheet.about_first else (), top)
        draw_stack(canvas, strips, SIDE, content_top)
        _draw_foot(canvas, sheet, _notes_of(strips), f"side {number} af {len(pages)}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _fewest(strips: Sequence[Strip], content_top: float) -> list[list[Strip]]:
    """Laid out with all its air, unless a little less of it saves a page."""
    airy = paginate(strips, content_top)
    for share in _LESS_AIR if len(airy) > 1 else ():
        tight = paginate([replace(s, before=s.before * share) for s in strips], content_top)
        if len(tight) < len(airy):
            return tight
    return airy


def paginate(strips: Sequence[Strip], content_top: float) -> list[list[Strip]]:
    """Strips laid on pages. Those kept together move together; footnotes take their room from the page their mark is on."""
    pages: list[list[Strip]] = [[]]
    used = 0.0
    for group in _groups(strips):
        if pages[-1] and not _fits(pages[-1], used, group, content_top):
            pages.append([])
            used = 0.0
        for strip in group:
            if pages[-1] and not _fits(pages[-1], used, [strip], content_top):
                pages.append([])  # a group taller than a page
                used = 0.0
            used += strip.height + (strip.before if pages[-1] else 0.0)
            pages[-1].append(strip)
    return pages


def _groups(strips: Iterable[Strip]) -> Iterable[list[Strip]]:
    group: list[Strip] = []
    for strip in strips:
        group.append(strip)
        if not strip.keep:
            yield group
            group = []
    if group:
        yield group


def _fits(page: Sequence[Strip], used: float, group: Sequence[Strip], content_top: float) -> bool:
    needed = sum(s.before + s.height for s in group)
    foot = _foot_top(_notes_of([*page, *group]))
    return used + needed <= content_top - foot + 0.01


def _notes_of(strips: Iterable[Strip]) -> list[Note]:
    return list(dict.fromkeys(note for strip in strips for note in strip.notes))


_NOTE_WIDTH = WIDTH * 0.5


def _note_lines(notes: Iterable[Note]) -> list[Line]:
    return [line for n in notes for line in set_lines((Span(f"{n.mark}\u00a0{n.text}", NOTE),), _NOTE_WIDTH)]


def _foot_top(notes: Sequence[Note]) -> float:
    """How high above the paper's edge the content must end."""
    return _FOOT + max(2, len(_note_lines(notes))) * NOTE.leading + 20


def _draw_head(canvas: Canvas, sheet: Sheet, head: Sequence[Line], top: float) -> None:
    if sheet.draft:
        mark = one_line(DRAFT, _MARK)
        canvas.setStrokeColorRGB(*colour("gray-900"))
        canvas.setLineWidth(1.2)
        canvas.roundRect(SIDE, top + 12, mark.width + 20, _MARK.leading, 2, stroke=1, fill=0)
        draw_line(canvas, mark, SIDE + 10, baseline(top + 12 + _MARK.leading, _MARK))
    draw_line(canvas, one_line(sheet.name, LABEL), SIDE, baseline(top, _HEAD))
    for i, line in enumerate(head):
        draw_line(canvas, line, SIDE + WIDTH - line.width, baseline(top - i * _HEAD.leading, _HEAD))


def _draw_foot(canvas: Canvas, sheet: Sheet, notes: Sequence[Note], page: str) -> None:
    lines = _note_lines(notes)
    top = _FOOT + max(2, len(lines)) * NOTE.leading
    canvas.setStrokeColorRGB(*colour("gray-300"))
    canvas.setLineWidth(0.6)
    canvas.line(SIDE, top + 6, SIDE + WIDTH, top + 6)
    for i, line in enumerate(lines):
        draw_line(canvas, line, SIDE, baseline(top - i * NOTE.leading, NOTE))
    version = f"Version {sheet.version}" + (f", erstatter version {sheet.replaces}" if sheet.replaces else "")
    for i, line in enumerate(
        (one_line(f"{version} · {page} · {sheet.short_hash}", NOTE), one_line(sheet.author, NOTE, WIDTH * 0.46))
    ):
        draw_line(canvas, line, SIDE + WIDTH - line.width, baseline(top - i * NOTE.leading, NOTE))
