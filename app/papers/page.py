# SPDX-License-Identifier: MPL-2.0
"""One page for every paper: A4, the same margins, head and foot, the draft mark, and where a page may end.

Called by each paper with its blocks. What is on the paper is theirs; that nothing is cut, no heading stands alone and every page
says which paper, version and page it is, is held here. Must not know of plans or letters.

A new paper is a `Sheet` and an iterable of blocks given to `compose`. It is tagged by that alone: its name is the one H1, its
`Heading`s (2, then 3) are its outline and its bookmarks, and what a page repeats is read aloud once. Every kind of paper in
`tests/papers/every_paper.py` is held to `tests/papers/checks.py`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from reportlab import rl_config
from reportlab.lib.pagesizes import A4

from app.domain.resources import resource_path
from app.papers import fonts
from app.papers.blocks import BODY, LABEL, NOTE, Block, Note, Strip, baseline, draw_stack, paragraph, stacked
from app.papers.fonts import Face
from app.papers.large import enlarged
from app.papers.layout import Line, Span, Style, colour, draw_line, one_line, set_lines
from app.papers.tagged import Artifact, Facts, Role, Tag, TaggedCanvas

rl_config.useA85 = 0  # streams as bytes: half the work, a fifth smaller; papers are the only ones that draw

DRAFT = "UDKAST – ikke en afgørelse"
BROKEN_SEAL = "Denne afgørelse kan ikke godkendes: seglet passer ikke"

INTERNAL = "INTERNT – må ikke gives til borgeren"

SIDE = 51.0
WIDTH = A4[0] - 2 * SIDE
_TOP = 46.0
_FOOT = 36.0
_HEAD_GAP = 30.0
_LESS_AIR = (0.75, 0.55)
_BROKEN = Style(face=Face.BOLD, size=19, leading=25)


@dataclass(frozen=True, slots=True)
class _Margins:
    """What stands around the content. `about_width` and `note_width` are shares of the line."""

    head: Style
    name: Style
    mark: Style
    note: Style
    about_width: float = 0.76
    note_width: float = 0.5
    under: bool = False  # the paper's name above whose it is, the notes above the version

    def large(self) -> _Margins:
        """As in large print, under each other and as wide as the page."""
        mark = replace(enlarged(self.mark), leading=30)
        head, name, note = enlarged(self.head), enlarged(self.name), enlarged(self.note)
        return _Margins(head, name, mark, note, about_width=1, note_width=1, under=True)


_ORDINARY = _Margins(
    head=Style(size=9.5, leading=13, ink="gray-600"),
    name=LABEL,
    mark=Style(face=Face.BOLD, size=12, leading=22),
    note=NOTE,
)
_LARGE = _ORDINARY.large()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is said on every page of one paper. `name` is the paper's own, `about` whose it is, `author` the municipality.

    `mark`: what nobody may overlook, framed above everything (`DRAFT`, `INTERNAL`). `large`: in large print.
    """

    name: str
    about: str
    author: str
    version: int
    replaces: int
    short_hash: str
    mark: str
    title: str
    about_first: bool = True  # whether the first page says it too
    large: bool = False

    @classmethod
    def of(
        cls,
        name: str,
        about: Iterable[str],
        author: str,
        short_hash: str,
        *,
        version: int,
        replaces: int = 0,
        whose: str = "",
        mark: str = "",
        large: bool = False,
    ) -> Sheet:
        """The sheet of a paper. `about`: the parts of the line at its head, "" for none; `whose`: told by the file's title."""
        return cls(
            name=name,
            about=" · ".join(part for part in about if part),
            author=author,
            version=version,
            replaces=replaces,
            short_hash=short_hash,
            mark=mark,
            title=f"{name} – {whose}" if whose else name,
            large=large,
        )

    @property
    def margins(self) -> _Margins:
        """What stands around the content."""
        return _LARGE if self.large else _ORDINARY


def broken_seal() -> list[Block]:
    """What stands first on a paper whose decision does not bear out."""
    return [
        paragraph(f"{BROKEN_SEAL}.", _BROKEN, 4, keep=True),
        paragraph("Det, der står her, gælder derfor ikke som en afgørelse. Spørg kommunen.", BODY, 4),
        paragraph(" ", BODY),
    ]


def compose(sheet: Sheet, blocks: Iterable[Block]) -> bytes:
    """The finished PDF. The same sheet and blocks give the same bytes."""
    around = sheet.margins
    head = set_lines((Span(sheet.about, around.head),), WIDTH * around.about_width) if sheet.about else []
    top = A4[1] - _TOP - (around.mark.leading + 6 if sheet.mark else 0)
    name_above = around.name.leading if around.under else 0
    content_top = top - name_above - max(1 - around.under, len(head)) * around.head.leading - _HEAD_GAP
    set_blocks = (block.large() for block in blocks) if sheet.large else blocks
    pages = _fewest(sheet, stacked(set_blocks, WIDTH), content_top)
    out = io.BytesIO()
    canvas = TaggedCanvas(
        out,
        Facts(fonts.clean(sheet.title), fonts.clean(sheet.author), "da", program="Rundbord"),
        font=fonts.font_name(Face.REGULAR),
        pagesize=A4,
        colours=_srgb(),
    )
    for number, strips in enumerate(pages, 1):
        _draw_head(canvas, sheet, number, head, top)
        draw_stack(canvas, strips, SIDE, content_top)
        said_below = _once(number < len(pages), Artifact.FOOTER)
        _draw_foot(canvas, sheet, _with_notes((), strips), f"side {number} af {len(pages)}", said_below)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@cache
def _srgb() -> bytes:
    """What red, green and blue are, for a paper that lies in an archive."""
    return resource_path("colour", "srgb.icc").read_bytes()


FootTop = Callable[[tuple[Note, ...]], float]
"""How high above the paper's edge the content must end, with these notes at its foot."""

_LEAST_ON_LAST = 0.3
"""Of a page's height: less on the last page is a leaf turned for a few lines."""


def _fewest(sheet: Sheet, strips: Sequence[Strip], content_top: float) -> list[list[Strip]]:
    """Laid out with all its air, unless a little less of it saves a page."""

    @cache
    def foot(notes: tuple[Note, ...]) -> float:
        return _foot_top(sheet, notes)

    airy = paginate(strips, content_top, foot)
    for share in _LESS_AIR if len(airy) > 1 else ():
        tight = paginate(strips, content_top, foot, share)
        if len(tight) < len(airy):
            full = _last_filled(tight, content_top, foot, share)
            return [[replace(s, before=s.before * share) for s in page] for page in full]
    return _last_filled(airy, content_top, foot, 1)


def _last_filled(pages: list[list[Strip]], content_top: float, foot: FootTop, air: float) -> list[list[Strip]]:
    """As many pages, with the end of the last but one carried over where the last would hold next to nothing."""
    least = (content_top - foot(())) * _LEAST_ON_LAST

    def holds(page: Sequence[Strip]) -> float:
        return sum(s.height + s.before * air for s in page)

    if len(pages) < 2 or holds(pages[-1]) >= least:
        return pages
    *firsts, before, last = pages
    own = last[1:] if len(last) > 1 and last[1].above is last[0] else last
    groups, moved, best = list(_groups(before)), list[Strip](), pages
    while len(groups) > 1 and holds(best[-1]) < least:
        moved = [*groups.pop(), *moved]
        left = [strip for group in groups for strip in group]
        page = [*([moved[0].above] if moved[0].above else ()), *moved, *own]
        if holds(page) > holds(left) or len(paginate(page, content_top, foot, air)) > 1:
            break
        best = [*firsts, left, page]
    return best


def paginate(strips: Sequence[Strip], content_top: float, foot: FootTop, air: float = 1) -> list[list[Strip]]:
    """Strips laid on pages. Those kept together move together; footnotes take their room from the page their mark is on.

    `air` is how much of the space between them they are reckoned with.
    """
    pages: list[list[Strip]] = [[]]
    used = 0.0
    notes: tuple[Note, ...] = ()  # of the page that is being filled

    def fits(group: Sequence[Strip]) -> bool:
        needed = sum([s.before * air + s.height for s in group])
        return used + needed <= content_top - foot(_with_notes(notes, group)) + 0.01

    def turn(first: Strip) -> None:
        nonlocal used, notes
        pages.append([first.above] if first.above else [])
        used = first.above.height if first.above else 0.0
        notes = _with_notes((), pages[-1])

    for group in _groups(strips):
        if pages[-1] and not fits(group):
            turn(group[0])
        for strip in group:
            if pages[-1] and not fits([strip]):
                turn(strip)  # a group taller than a page
            used += strip.height + (strip.before * air if pages[-1] else 0.0)
            notes = _with_notes(notes, [strip])
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


def _with_notes(notes: tuple[Note, ...], strips: Iterable[Strip]) -> tuple[Note, ...]:
    more = [note for strip in strips for note in strip.notes]
    return tuple(dict.fromkeys([*notes, *more])) if more else notes


def _note_lines(sheet: Sheet, notes: Iterable[Note]) -> list[Line]:
    style, width = sheet.margins.note, WIDTH * sheet.margins.note_width
    return [line for n in notes for line in set_lines((Span(f"{n.mark}\u00a0{n.text}", style),), width)]


def _version_lines(sheet: Sheet, page: str) -> list[Line]:
    style = sheet.margins.note
    version = f"Version {sheet.version}" + (f", erstatter version {sheet.replaces}" if sheet.replaces else "")
    said = f"{version} · {page} · {sheet.short_hash}"
    if sheet.margins.under:
        return [line for text in (said, sheet.author) for line in set_lines((Span(text, style),), WIDTH)]
    return [one_line(said, style), one_line(sheet.author, style, WIDTH * 0.46)]


def _foot_lines(sheet: Sheet, notes: Sequence[Note]) -> int:
    said, version = len(_note_lines(sheet, notes)), len(_version_lines(sheet, "side 88 af 88"))
    return said + version if sheet.margins.under else max(said, version)


def _foot_top(sheet: Sheet, notes: Sequence[Note]) -> float:
    return _FOOT + _foot_lines(sheet, notes) * sheet.margins.note.leading + 20


def _draw_head(canvas: TaggedCanvas, sheet: Sheet, number: int, about: Sequence[Line], top: float) -> None:
    around = sheet.margins
    name = one_line(sheet.name, around.name)
    title = Tag(Role.H1, title=name.pieces[0].text.strip())
    draw_line(canvas, name, SIDE, baseline(top, around.head), title if number == 1 else Artifact.HEADER)
    if sheet.mark:
        mark = one_line(sheet.mark, around.mark)
        canvas.setStrokeColorRGB(*colour("gray-900"))
        canvas.setLineWidth(1.2)
        canvas.rounded(SIDE, top + 12, mark.width + 20, around.mark.leading, 2, filled=False)
        y = baseline(top + 12 + around.mark.leading, around.mark)
        draw_line(canvas, mark, SIDE + 10, y, _once(number > 1, Artifact.HEADER))
    first = 1 if sheet.about_first else 2
    if number < first:
        return
    under = around.name.leading if around.under else 0
    tag = _once(number > first, Artifact.HEADER)
    for i, line in enumerate(about):
        x = SIDE if around.under else SIDE + WIDTH - line.width
        draw_line(canvas, line, x, baseline(top - under - i * around.head.leading, around.head), tag)


def _draw_foot(
    canvas: TaggedCanvas, sheet: Sheet, notes: Sequence[Note], page: str, version_tag: Tag | Artifact
) -> None:
    around = sheet.margins
    said = [(line, tag) for note in notes for tag in [Tag(Role.NOTE)] for line in _note_lines(sheet, [note])]
    version = _version_lines(sheet, page)
    top = _FOOT + _foot_lines(sheet, notes) * around.note.leading
    canvas.setStrokeColorRGB(*colour("gray-300"))
    canvas.setLineWidth(0.6)
    canvas.line(SIDE, top + 6, SIDE + WIDTH, top + 6)
    for i, (line, tag) in enumerate(said):
        draw_line(canvas, line, SIDE, baseline(top - i * around.note.leading, around.note), tag)
    for i, line in enumerate(version, len(said) if around.under else 0):
        x = SIDE if around.under else SIDE + WIDTH - line.width
        draw_line(canvas, line, x, baseline(top - i * around.note.leading, around.note), version_tag)


def _once(repeated: bool, artifact: Artifact) -> Tag | Artifact:
    """What every page says is read aloud once."""
    return artifact if repeated else Tag(Role.PARAGRAPH)
