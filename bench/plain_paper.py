# SPDX-License-Identifier: MPL-2.0
"""The floor of the papers: the same words set by plain ReportLab's own layout in the same embedded typefaces.

Word for word what "Min plan" says, on as many pages, head, foot and footnote with it, and its scales and months drawn as plain
rectangles (`tests/papers/test_measured.py` holds the two together). Nothing else of ours: no tags, no fallback for emoji, no
lines of like length, no mark of what it says but the one handed in. Run by itself it makes one paper from the words in a file,
as a new process that has nothing loaded.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

from app.domain.dates import format_day, format_full, format_long
from app.domain.periods import length_in_words
from app.domain.resources import resource_path

SIDE, FOOT = 51, 36
WIDTH = A4[0] - 2 * SIDE
_FACES = ("Light", "Regular", "Medium", "SemiBold")
_RIGHTS = (
    "Du kan altid tage en bisidder med. Du kan se, hvad der står om dig, og få fejl rettet. Du kan altid sige, at "
    "planen skal ændres, eller at du vil stoppe. I svaret står der, om du kan klage."
)


class _Scale(Flowable):
    """The two ends in words and ten boxes between them."""

    def __init__(self, now: int, hoped: int) -> None:
        super().__init__()
        self.width, self.height = WIDTH, 14
        self._now, self._hoped = now, hoped

    def draw(self) -> None:
        pen = self.canv
        pen.setFont("floor-Regular", 9.5)
        pen.drawString(0, 4, f"i dag: {self._now}")
        for number in range(1, 11):
            pen.setFillGray(0.1 if number <= self._now else 0.85)
            pen.rect(30 + number * 24.7, 3, 22.5, 7.5, stroke=int(number == self._hoped), fill=1)
        pen.setFillGray(0.3)
        pen.drawString(310, 4, f"mit håb: {self._hoped}")


class _Months(Flowable):
    """The line of the support with its days, its wall and the way on."""

    def __init__(self, course: Any, bridge: list[str]) -> None:
        super().__init__()
        self.width, self.height = WIDTH, 70
        self._course, self._bridge = course, bridge

    def draw(self) -> None:
        pen, course = self.canv, self._course
        whole = (course.end - course.start).days
        pen.rect(0, 50, WIDTH, 3, stroke=0, fill=1)
        pen.rect(WIDTH - 4.5, 34, 4.5, 34, stroke=0, fill=1)
        pen.setFont("floor-Regular", 9.5)
        pen.drawString(0, 22, format_day(course.start))
        for number, day in enumerate(course.meets):
            x = WIDTH * (day - course.start).days / whole
            pen.rect(x, 46, 1.5, 12, stroke=0, fill=1)
            pen.drawString(x, 22, f"vi mødes {format_day(day)}" if number == 0 else format_day(day))
        pen.drawRightString(WIDTH - 12, 60, f"slutter {format_full(course.end)}")
        pen.drawRightString(WIDTH - 12, 22, "og så videre til")
        pen.setFont("floor-SemiBold", 9.5)
        for number, text in enumerate(self._bridge):
            pen.drawRightString(WIDTH - 12, 8 - 14 * number, text)


def plain_maker() -> Callable[[Any, str], bytes]:
    """Makes a plan's words into a PDF. The second argument is the short mark of what it says, as it stands at its foot."""
    for name in _FACES:
        pdfmetrics.registerFont(TTFont(f"floor-{name}", str(resource_path("fonts", f"IBMPlexSans-{name}.ttf"))))
    quote = ParagraphStyle("quote", fontName="floor-Light", fontSize=24, leading=31)
    second = ParagraphStyle("second", fontName="floor-Light", fontSize=14.5, leading=19, spaceBefore=8)
    head = ParagraphStyle("head", fontName="floor-SemiBold", fontSize=10.5, leading=15, spaceBefore=10)
    title = ParagraphStyle("title", fontName="floor-Medium", fontSize=13.5, leading=18, spaceBefore=12)
    body = ParagraphStyle("body", fontName="floor-Regular", fontSize=10, leading=14)
    aside = ParagraphStyle("aside", parent=body, alignment=2)
    tight = TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 0)])

    def rows(texts: list[tuple[str, str, str]]) -> Table:
        cells = [[Paragraph(a, head), Paragraph(b, body), Paragraph(c, aside)] for a, b, c in texts]
        return Table(cells, colWidths=(100, WIDTH - 270, 170), style=tight)

    def make(plan: Any, mark: str) -> bytes:
        near = plan.day.year
        story: list[Flowable] = [Paragraph(f"»{plan.want}«", quote), Paragraph(f"»{plan.think}«", second)]
        story += [Paragraph("Det er jeg god til", head), Paragraph(plan.resources, body)]
        story += [Paragraph("Mit netværk", head), Paragraph(", ".join(plan.network), body)]
        story += [Paragraph("Formålet med støtten", head), Paragraph(plan.purpose, body)]
        for goal in plan.goals:
            story += [Paragraph(goal.words, title), Paragraph(goal.goal, body)]
            story += [Paragraph(f"Vi ved, det er nået, når: {goal.done_when}", body), _Scale(goal.now, goal.hoped)]
            steps = [f"{i}. {text}" for i, text in enumerate(goal.milestones, 1)]
            told = [("Skridt på vejen" if i == 0 else "", text, "") for i, text in enumerate(steps)]
            told += [("Det gør jeg selv", one.what, f"senest {_near(one.by, near)}") for one in goal.own]
            told += [(one.who, one.what, f"senest {_near(one.by, near)}") for one in goal.others]
            story.append(rows(told))
        story.append(Paragraph("Støtten", head))
        for one in plan.support:
            period = f"Fra {format_full(one.start)} til og med {format_full(one.end)}."
            story += [Paragraph(f"{one.offer}¹", title), Paragraph(one.frame, body)]
            story += [Paragraph(f"{period} Det er {length_in_words(one.start, one.end)}.", body)]
        story += [_Months(plan.course, plan.bridge)]
        story += [Paragraph(f"Vi mødes igen {' og '.join(map(format_long, plan.follow_ups))}.", body)]
        story += [Paragraph("Nu sker der dette", head)]
        story += [
            rows([(d.who, d.what, f"senest {format_long(d.by).removesuffix(f' {near}')}") for d in plan.next_steps])
        ]
        decided = f"{plan.answer} Afgjort af {plan.decided_by} {format_long(plan.decided_on)}."
        left = [Paragraph("Kommunens svar", head), Paragraph(decided, body)]
        left += [Paragraph("Dine rettigheder", head), Paragraph(_RIGHTS, body)]
        right = [Paragraph("Har du brug for os?", head)]
        right += [Paragraph(f"{one.name} ({one.role}) {one.phone}", body) for one in plan.contacts]
        right += [Paragraph("Med til mødet", head), Paragraph(f"{' og '.join(plan.present)}.", body)]
        right += [Paragraph(f"Planen er læst op for mig: {plan.read_back}.", body)]
        story.append(Table([[left, right]], style=tight))
        note = f"¹ {plan.support[0].law}, højst seks måneder. Afgjort {format_full(plan.decided_on)}; se svaret."

        def around(pen: Any, document: Any) -> None:
            pen.setFont("floor-SemiBold", 10.5)
            pen.drawString(SIDE, A4[1] - 46, "Min plan")
            pen.setFont("floor-Regular", 9.5)
            pen.drawRightString(A4[0] - SIDE, A4[1] - 46, f"{plan.citizen} · {format_long(plan.day)} · {plan.place}")
            pen.line(SIDE, FOOT + 28, A4[0] - SIDE, FOOT + 28)
            pen.setFont("floor-Regular", 8)
            pen.drawRightString(A4[0] - SIDE, FOOT + 12, f"Version 1 · side {document.page} af 2 · {mark}")
            pen.drawRightString(A4[0] - SIDE, FOOT, plan.author)
            if document.page == 2:
                pen.drawString(SIDE, FOOT + 12, note)

        out = io.BytesIO()
        paper = SimpleDocTemplate(
            out,
            pagesize=A4,
            title=f"Min plan – {plan.citizen}",
            author=plan.author,
            lang="da",
            initialFontName="floor-Regular",
            leftMargin=SIDE,
            rightMargin=SIDE,
            topMargin=60,
            bottomMargin=FOOT + 32,
        )
        paper.build(story, onFirstPage=around, onLaterPages=around)
        return out.getvalue()

    return make


def _near(day: date, year: int) -> str:
    return format_day(day) if day.year == year else format_full(day)


def _told(words: dict[str, Any]) -> SimpleNamespace:
    """A part of the plan as it was, days and all, from JSON."""
    return SimpleNamespace(**{name: _value(value) for name, value in words.items()})


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [_value(one) for one in value]
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return date.fromisoformat(value)
    return value


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"), object_hook=_told)
    sys.exit(0 if plain_maker()(told, sys.argv[2]).startswith(b"%PDF") else 1)
