# SPDX-License-Identifier: MPL-2.0
"""The plan that is measured. Run by itself it makes it once, as a new process that has nothing loaded."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date

from app.papers.content import PlanContent
from app.papers.parts import Contact, Course, Doing, GoalPart, SupportPart
from app.papers.plan import render_plan

START, END = date(2026, 11, 30), date(2027, 5, 29)
WORDS = "Jeg vil kunne tage bussen til byen selv, uden min bror"


def the_plan() -> PlanContent:
    """Three goals, a support and its months: two pages."""
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


if __name__ == "__main__":
    sys.exit(0 if render_plan(the_plan(), version=1).startswith(b"%PDF") else 1)
