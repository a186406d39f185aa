# SPDX-License-Identifier: MPL-2.0
"""A two-page plan, against the same words set by plain ReportLab in the same embedded typefaces.

The floor is what ReportLab's own layout takes for paragraphs and a table, with nothing of ours: no fallback for emoji, no
drawn scales or months, no foot.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from app.domain.resources import resource_path
from app.papers.content import Contact, Course, Doing, GoalPart, PlanContent, SupportPart
from app.papers.plan import render_plan
from bench.measure import Figure, in_turn

START, END = date(2026, 11, 30), date(2027, 5, 29)
WORDS = "Jeg vil kunne tage bussen til byen selv, uden min bror"


def measure(_folder: Path, only: frozenset[str]) -> list[Figure]:
    """plan_pdf."""
    if "plan_pdf" not in only:
        return []
    plan, floor = _plan(), _floor()
    return [
        in_turn(
            "plan_pdf",
            lambda i: render_plan(replace(plan, want=f"{WORDS} {i}"), version=1),
            lambda i: floor(replace(plan, want=f"{WORDS} {i}")),
            60,
        )
    ]


def _plan() -> PlanContent:
    goal = GoalPart(
        words="Tage bussen selv",
        goal="Kan køre med bus 318 til byen alene en gang om ugen",
        done_when="Har kørt alene til byen og hjem fire uger i træk",
        now=2,
        hoped=7,
        milestones=("Går til stoppestedet sammen", "Kører to stop sammen", "Kører hele vejen", "Kører alene"),
        own=(Doing("Magnus", "Går til stoppestedet hver tirsdag", date(2026, 12, 10)),),
        others=(
            Doing("Vagn Vejleder", "Kører med de første tre gange", date(2026, 12, 17)),
            Doing("Rasmus", "Kører med om lørdagen", date(2026, 12, 19)),
        ),
    )
    return PlanContent(
        author="Rundbord Kommune",
        phone="12 34 56 00",
        citizen="Magnus Lauridsen",
        day=date(2026, 11, 26),
        place="Vores Netværk",
        want=WORDS,
        think="Jeg gider ikke sidde derhjemme mere. Det er bussen, der er det værste",
        resources="God til at reparere cykler. Møder til tiden. Har en bror, der gerne hjælper.",
        network=("Rasmus (bror)",),
        whole_person="",
        purpose="Magnus kommer rundt på egen hånd og kan mødes med andre",
        provisional_until=None,
        goals=(goal, replace(goal, words="Være sammen med nogen om noget"), replace(goal, words="Lave mad")),
        support=(
            SupportPart(
                paragraph="82b",
                offer="Individuel tidsbegrænset socialpædagogisk støtte",
                start=START,
                end=END,
                frame="Støtte til at komme ud, aftales fra uge til uge",
                law="Serviceloven § 82 b",
                standard="Støtten begynder senest 14 dage efter svaret.",
            ),
        ),
        course=Course(START, END, (date(2027, 1, 14), date(2027, 4, 22))),
        follow_ups=(date(2027, 1, 14), date(2027, 4, 22)),
        bridge=("Cykelværkstedet i Vores Netværk",),
        next_steps=(Doing("Vagn Vejleder", "Ringer til Magnus", START), Doing("Magnus", "Finder sit buskort", START)),
        contacts=(Contact("Vagn Vejleder", "vejleder", "12 34 56 78"), Contact("Bodil Bestiller", "bestiller", "")),
        present=("Bodil Bestiller (bestiller)", "Vagn Vejleder (vejleder)"),
        read_back="det er mine ord",
        answer="ja",
        decided_by="Bodil Bestiller",
        decided_on=date(2026, 11, 26),
        broken_seal=False,
    )


def _floor() -> Callable[[PlanContent], bytes]:
    for name in ("Light", "Regular", "SemiBold"):
        pdfmetrics.registerFont(TTFont(f"floor-{name}", str(resource_path("fonts", f"IBMPlexSans-{name}.ttf"))))
    quote = ParagraphStyle("quote", fontName="floor-Light", fontSize=22, leading=28)
    head = ParagraphStyle("head", fontName="floor-SemiBold", fontSize=12, leading=18, spaceBefore=8)
    body = ParagraphStyle("body", fontName="floor-Regular", fontSize=10, leading=14)

    def make(plan: PlanContent) -> bytes:
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
