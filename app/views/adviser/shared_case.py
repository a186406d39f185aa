# SPDX-License-Identifier: MPL-2.0
"""A narrowed case as an adviser reads it, and the place where the advice is written (D3).

Made by the adviser's page for one case. Shows what it is handed, which `models/shared.py` has narrowed; must not read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.dates import format_day, format_full
from app.models.casefile import CaseFile
from app.models.kinds import Advice, Goal, Record, Tried
from app.qt.theme import theme_of
from app.services import advising
from app.store.unit_of_work import ChangeSet
from app.views.context import Context
from app.views.parts.chips import StatusLine, Tone
from app.views.parts.fields import Field, TextArea
from app.views.parts.words import Words
from app.views.room.step import Column, RecordList, RowField, unlabelled


class OwnAdvice(RecordList):
    """The adviser's own advice on this case: one field each, dated and named by the program."""

    def __init__(self, context: Context, case_id: str) -> None:
        me = context.hand.person_id
        super().__init__(
            context,
            case_id,
            "advice",
            "own_advice",
            lambda file: [a for a in file.advice if a.person_id == me],
            [
                RowField(
                    "text", "text", lambda: unlabelled(TextArea("Dit råd", min_lines=4, max_lines=0), "Skriv dit råd")
                )
            ],
            "Skriv et råd",
            arrange=_arrange,
            tell=_tell,
        )

    def new_row(self) -> Callable[[], str]:
        """A new piece of advice in one's own name."""
        desk, hand, case_id = self.context.desk, self.context.hand, self.case_id
        return lambda: advising.begin_advice(desk, hand, case_id)


class SharedCase(Column):
    """The question first, then one's advice, then what it can rest on."""

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__(3, parent)
        self.case_id = case_id
        self._title = Words("", "title")
        self.add(self._title)
        self._question = self._section("Det, du bliver spurgt om")
        self.advice = OwnAdvice(context, case_id)
        own = Column(1)
        own.add(Words("Dit råd", "label", "text-quiet"))
        told = "Det gemmes, mens du skriver, og står på sagen i dit navn. Du råder – bestilleren afgør."
        own.add(Words(told, "note", "text-quiet"))
        own.add(self.advice)
        self._context = context
        self.kept = StatusLine()
        own.add(self.kept)
        context.saved.connect(self._saved)
        context.hindered.connect(self._hindered)
        self.kept.show_status("Alt er gemt her")
        self.add(own)
        self._purpose = self._section("Formål")
        self._goals = self._section("Mål")
        self._tried = self._section("Det, der er prøvet")
        self._others = self._section("Råd fra andre")

    def refresh(self, file: CaseFile) -> None:
        """Show the shared part as it stands."""
        self._title.setText(f"Sag {file.case.goes_by}")
        asked = [r for r in file.advice_requests if r.closed_on is None]
        self._question.say([[("quote", r.question), ("small", _asked(r.asked_on))] for r in asked])
        self.advice.refresh(file)
        until = file.plan.provisional_until
        purpose = [
            ("body", file.plan.purpose),
            ("small", f"Foreløbigt, afklares {format_full(until)}" if until else ""),
        ]
        self._purpose.say([purpose] if file.plan.purpose.strip() else [])
        self._goals.say([_goal(file, goal) for goal in file.goals])
        self._tried.say([_measure(tried) for tried in file.tried])
        own = {r.id for r in file.advice if r.person_id and r.person_id == self.advice.context.hand.person_id}
        self._others.say([_advice(a) for a in file.advice if a.id not in own and a.text.strip()])

    def flush(self) -> None:
        """Keep what is typed, now."""
        self.advice.flush()

    def _saved(self, changes: ChangeSet) -> None:
        if changes.touches(self.case_id):
            self.kept.show_status(f"Gemt her {self._context.desk.clock():%H.%M}")

    def _hindered(self, case_id: str) -> None:
        if case_id == self.case_id:
            self.kept.show_status("Det sidste er ikke gemt", Tone.TROUBLE)

    def _section(self, heading: str) -> _Section:
        section = _Section(heading)
        self.add(section)
        return section


class _Section(Column):
    """A heading and what stands under it; gone where there is nothing."""

    def __init__(self, heading: str) -> None:
        super().__init__(1.25)
        self.add(Words(heading, "label", "text-quiet"))
        self._said: list[list[tuple[str, str]]] = []
        self._parts: list[Column] = []
        self.hide()

    def say(self, said: list[list[tuple[str, str]]]) -> None:
        """One part for each; a part is lines of (type role, words)."""
        if said == self._said:
            return
        self._said = said
        for part in self._parts:
            self.box.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []
        for lines in said:
            part = Column(0.5, self)
            for role, words in lines:
                if words.strip():
                    part.add(Words(words, role, "text-quiet" if role in ("note", "small") else "text"))
            self._parts.append(part)
            self.add(part)
        self.setVisible(bool(said))


def _asked(day: object) -> str:
    from datetime import date

    return f"Spurgt {format_day(day)}" if isinstance(day, date) else ""


def _goal(file: CaseFile, goal: Goal) -> list[tuple[str, str]]:
    scale = [
        f"{words} {value}"
        for words, value in (
            ("i dag", goal.now_citizen),
            ("fagligt", goal.now_professional),
            ("håber på", goal.hoped),
        )
        if value is not None
    ]
    steps = [m.text.strip() for m in file.milestones_of(goal) if m.text.strip()]
    return [
        ("quote", f"»{goal.words.strip()}«" if goal.words.strip() else ""),
        ("body", goal.goal),
        ("note", " · ".join(part for part in (goal.theme, goal.type) if part)),
        ("note", f"På en skala fra 0 til 10: {', '.join(scale)}" if scale else ""),
        ("note", f"Vi ved, det er nået, når: {goal.done_when}" if goal.done_when.strip() else ""),
        *(("note", f"– {step}") for step in steps),
    ]


def _measure(tried: Tried) -> list[tuple[str, str]]:
    says = f"Borgeren siger: {tried.citizen_says}" if tried.citizen_says else ""
    return [
        ("strong", tried.what or "Ikke navngivet"),
        ("note", " · ".join(part for part in (tried.outcome.capitalize(), says) if part)),
        ("body", tried.note),
    ]


def _advice(advice: Advice) -> list[tuple[str, str]]:
    day = format_full(advice.date) if advice.date else ""
    return [
        ("body", advice.text),
        ("small", ", ".join(part for part in (advice.adviser, advice.organisation, day) if part)),
    ]


def _arrange(row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    line = QHBoxLayout()
    line.setSpacing(theme_of().space(0.5))
    line.addWidget(fields["text"], 1)
    line.addWidget(tools, 0, Qt.AlignmentFlag.AlignTop)
    column.addLayout(line)


def _tell(_record_id: str, row: QWidget) -> Callable[[CaseFile, Record], None]:
    signed = Words("", "small", "text-quiet", row)
    layout = row.layout()
    assert layout is not None
    layout.addWidget(signed)

    def tell(_file: CaseFile, advice: Record) -> None:
        assert isinstance(advice, Advice)
        signed.setText(f"{advice.adviser}, {format_full(advice.date)}" if advice.date else advice.adviser)

    return tell
