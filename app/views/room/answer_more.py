# SPDX-License-Identifier: MPL-2.0
"""What only some answers need, folded away: the § 141-handleplan, hearing the citizen, and advice from outside (D3).

A part of the answer's step, on the bestiller's side. An adviser advises and never decides: opposite advices both stand,
and the bestiller writes how they were weighed. All of it is internal: what is sealed with the decision is said at the field,
and what the citizen is to read of it is a field of its own, in `answer`.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from app.models.casefile import CaseFile
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.fields import NO, YES, Field, Option, TextArea
from app.views.parts.words import Words
from app.views.room.asking import Asking, advice_list
from app.views.room.step import Column, Fold
from app.views.room.tried import SmallChoice

YES_OR_NO = (Option(YES, "Ja"), Option(NO, "Nej"))

FIELDS: Mapping[str, str] = {
    "handleplan": "answer.handleplan",
    "handleplan_why": "answer.handleplan_why",
    "hearing": "answer.hearing",
    "hearing_note": "answer.hearing_note",
    "weighing": "answer.weighing",
}
"""Field of the answer: its path."""

TOLD = "Ja eller nej står som en sætning i svaret til borgeren."
SEALED = "Råd og vejning følger den underskrevne afgørelse. Borgeren kan bede om at se dem."


class MorePart(Fold):
    """The fold; `fields` by their name on the answer are tied to the record by the step."""

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__("Mere", "answer.more", parent)
        self._complex = False
        self.fields: dict[str, Field] = {
            "handleplan": SmallChoice("Er en § 141-handleplan tilbudt?", list(YES_OR_NO), accent="bestiller"),
            "handleplan_why": TextArea("Hvorfor, eller hvorfor ikke?", min_lines=1),
            "hearing": SmallChoice("Er borgeren hørt (partshøring)?", list(YES_OR_NO), accent="bestiller"),
            "hearing_note": TextArea(
                "Om hvad, og hvad blev sagt – eller hvorfor ikke?", note="(ikke på papiret)", min_lines=1
            ),
            "weighing": TextArea("Sådan er rådene vejet", note="(i afgørelsen, ikke på papiret)", min_lines=2),
        }
        self.fields["hearing"].set_hint(TOLD)
        self.fields["weighing"].set_hint(SEALED)
        for name in ("handleplan", "handleplan_why", "hearing", "hearing_note"):
            self.inside.add(self.fields[name])
        self.advice = advice_list(context, case_id)
        self.asking = Asking(context, case_id)
        part = Column(1)
        part.add(Words("Råd udefra", "label"))
        self.told = Words("En rådgiver rådgiver og afgør ikke. Rådene bliver stående, også når de er uenige.", "small")
        self.told.set_color("text-quiet")
        part.add(self.told)
        part.add(self.asking)
        part.add(self.advice)
        part.add(self.fields["weighing"])
        self.inside.add(part)

    def refresh(self, file: CaseFile) -> None:
        """Show what stands. How the advice was weighed is asked for when there is some; a complex case has it all open (C10)."""
        if file.case.complex and not self._complex:
            self.open(True)
        self._complex = file.case.complex
        self.asking.refresh(file)
        appear(self.fields["handleplan_why"], bool(file.answer.handleplan or file.answer.handleplan_why.strip()))
        appear(self.fields["hearing_note"], bool(file.answer.hearing or file.answer.hearing_note.strip()))
        appear(self.fields["weighing"], bool(file.advice or file.answer.weighing.strip()))
