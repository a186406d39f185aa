# SPDX-License-Identifier: MPL-2.0
"""The floor of the papers: the same words set by plain ReportLab's own layout in the same embedded typefaces.

Nothing of ours: no fallback for emoji, no drawn scales or months, no foot, no tags. Run by itself it makes one paper from the
words in a file, as a new process that has nothing loaded.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from app.domain.resources import resource_path


def plain_maker() -> Callable[[Any], bytes]:
    """Makes a plan's words into a PDF."""
    for name in ("Light", "Regular", "SemiBold"):
        pdfmetrics.registerFont(TTFont(f"floor-{name}", str(resource_path("fonts", f"IBMPlexSans-{name}.ttf"))))
    quote = ParagraphStyle("quote", fontName="floor-Light", fontSize=22, leading=28)
    head = ParagraphStyle("head", fontName="floor-SemiBold", fontSize=12, leading=18, spaceBefore=8)
    body = ParagraphStyle("body", fontName="floor-Regular", fontSize=10, leading=14)

    def make(plan: Any) -> bytes:
        out = io.BytesIO()
        story = [Paragraph(plan.want, quote), Paragraph(plan.think, body), Paragraph(plan.resources, body)]
        story += [Paragraph("Formålet", head), Paragraph(plan.purpose, body)]
        for goal in plan.goals:
            story += [Paragraph(goal.words, head), Paragraph(goal.goal, body), Paragraph(goal.done_when, body)]
            story += [Paragraph(text, body) for text in goal.milestones]
            rows = [
                [Paragraph(d.who, body), Paragraph(d.what, body), Paragraph(str(d.by), body)]
                for d in (*goal.own, *goal.others)
            ]
            story += [Table(rows), Spacer(1, 40)]
        story += [Paragraph("Støtten", head)]
        story += [Paragraph(f"{s.offer}. {s.frame}. {s.standard} {s.start}–{s.end}", body) for s in plan.support]
        story += [Paragraph("Nu sker der dette", head)]
        story += [Paragraph(f"{d.who}: {d.what} {d.by}", body) for d in plan.next_steps]
        story += [Paragraph(f"{c.name}, {c.role} {c.phone}", body) for c in plan.contacts]
        story += [Paragraph(text, body) for text in (*plan.present, *plan.bridge, plan.answer, plan.decided_by)]
        SimpleDocTemplate(out, pagesize=A4, title="Min plan", author=plan.author, lang="da").build(story)
        return out.getvalue()

    return make


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"), object_hook=lambda d: SimpleNamespace(**d))
    sys.exit(0 if plain_maker()(told).startswith(b"%PDF") else 1)
