# SPDX-License-Identifier: MPL-2.0
"""The sentences both papers share, and a paper as plain text to be measured (LIX, domain.md § 6.5).

Called by `plan` and `answer_letter`, and by whoever shows the staff how hard a paper is to read. Pure; no drawing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from app.domain.dates import WEEKDAYS, format_day, format_full, format_long
from app.domain.periods import length_in_words
from app.models.choices import Paragraph
from app.papers.content import LetterContent, PlanContent
from app.papers.parts import Doing, GoalPart, SupportPart

OPEN_TO_ALL = "Åbent for alle. Du kan bare komme."
DONE_WHEN = "Vi ved, det er nået, når:"


def by_day(day: date | None, near: date) -> str:
    """Such as: senest 10. december. The year only where it is another than that of the paper."""
    if day is None:
        return ""
    return f"senest {format_day(day) if day.year == near.year else format_full(day)}"


def by_weekday(day: date | None, near: date) -> str:
    """Such as: senest mandag den 30. november. For what happens next."""
    if day is None:
        return ""
    return f"senest {WEEKDAYS[day.weekday()]} den {format_day(day) if day.year == near.year else format_full(day)}"


def period(support: SupportPart) -> str:
    """How long a support runs, in words. Empty where no day is known."""
    if support.start and support.start == support.end:
        return f"Kun {format_full(support.start)}. Det er 1 dag."
    if support.start and support.end:
        span = f"Fra {format_full(support.start)} til og med {format_full(support.end)}"
        return f"{span}. Det er {length_in_words(support.start, support.end)}." if support.start <= support.end else ""
    if support.start:
        return f"Fra {format_full(support.start)}." + ("" if is_open(support) else " Slutdatoen er ikke sat endnu.")
    return f"Til og med {format_full(support.end)}." if support.end else ""


def is_open(support: SupportPart) -> bool:
    """Whether a support needs no decision (F1)."""
    return support.paragraph == Paragraph.OPEN


def just_now(intensity: str) -> str:
    """How much of a support is given just now: nothing that was decided (C5). Empty where nobody has said."""
    return f"Lige nu: {intensity}" if intensity else ""


def meeting_days(days: Sequence[date]) -> str:
    """The days we meet, in a sentence with their weekdays. Empty when there are none."""
    return f"Vi mødes igen {joined([format_long(day) for day in days])}." if days else ""


def case_named(number: str) -> str:
    """A case in the line at a paper's head: sag 2026-0042. Empty where there is no number."""
    return f"sag {number}" if number else ""


def joined(parts: Sequence[str]) -> str:
    """Parts in a row: en, to og tre."""
    return " og ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def sentence(text: str) -> str:
    """Text with a full stop, where it ends without a mark."""
    text = text.strip()
    return text if not text or text[-1] in ".!?:;…" else f"{text}."


def plain_text(content: PlanContent | LetterContent) -> str:
    """The paper's own text, a paragraph a line. Rights, law, numbers and the mandatory legal block are left out."""
    lines = list(_plan_lines(content) if isinstance(content, PlanContent) else _letter_lines(content))
    return "\n".join(sentence(" ".join(line.split())) for line in lines if line.strip())


def _plan_lines(plan: PlanContent) -> Iterable[str]:
    yield from (plan.want, plan.think, plan.resources, plan.whole_person, plan.purpose)
    for goal in plan.goals:
        yield from _goal_lines(goal)
    yield from _support_lines(plan.support)
    yield from map(_step, plan.next_steps)


def _letter_lines(letter: LetterContent) -> Iterable[str]:
    yield letter.answer
    yield from _support_lines(letter.support)
    yield from (
        letter.reason,
        letter.considerations,
        letter.facts,
        letter.hearing,
        letter.want,
        letter.think,
        letter.purpose,
    )
    for goal in letter.goals:
        yield from (goal.words, goal.goal)
    yield from map(_step, letter.next_steps)


def _goal_lines(goal: GoalPart) -> Iterable[str]:
    yield from (goal.words, goal.goal, f"{DONE_WHEN} {goal.done_when}" if goal.done_when else "", *goal.milestones)
    yield from (f"Det gør jeg selv: {own.what}" for own in goal.own)
    yield from map(_step, goal.others)


def _support_lines(support: Iterable[SupportPart]) -> Iterable[str]:
    for one in support:
        yield from (one.offer, one.frame, just_now(one.intensity))


def _step(step: Doing) -> str:
    return f"{step.who}: {step.what}" if step.who else step.what
