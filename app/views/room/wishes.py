# SPDX-License-Identifier: MPL-2.0
"""Step 2, Hvad vil du?: the two questions, answered on the paper itself in the citizen's own words (A5, A6).

What the citizen is good at and the people around stand beside; the professionals' wording comes later and never on top.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.casefile import CaseFile
from app.models.kinds import Story, singleton_id
from app.qt.theme import theme_of
from app.views.context import Context
from app.views.parts.fields import CheckField, Field, TextArea, TextField
from app.views.parts.words import Words
from app.views.room.sheet import OwnWords, WritingSheet
from app.views.room.step import Column, Line, RecordList, RowField, Step, unlabelled


class WishesStep(Step):
    """Bound to the case's story and its network."""

    def __init__(self, context: Context, case_id: str) -> None:
        super().__init__(context, case_id)
        sheet = WritingSheet("Borgerens egne ord")
        self.think = sheet.add(
            self._story(OwnWords("Hvad tænker du selv?", "Med dine egne ord"), "think", "wishes.think")
        )
        self.want = sheet.add(self._story(OwnWords("Hvad vil du?", "Med dine egne ord"), "want", "wishes.want"))
        sheet.card.box.addStretch(1)
        self.center = sheet
        side = Column()
        side.add(self._story(TextArea("Det er du god til", min_lines=3), "resources", "resources"))
        side.add(self._whole_person())
        side.add(self._network())
        self.right = side

    def _story(self, field: TextArea | CheckField, name: str, path: str) -> TextArea | CheckField:
        self.bind(field, "story", singleton_id(self.case_id, "story"), name, path, _story_of)
        return field

    def _whole_person(self) -> Column:
        part = Column(0.25)
        part.add(
            self._story(TextArea("Hele mennesket", note="(hvis du har lyst)"), "whole_person", "whole_person.text")
        )
        part.add(self._story(CheckField("Må stå på papiret"), "whole_person_print", "whole_person.print"))
        return part

    def _network(self) -> Column:
        part = Column(1)
        part.add(Words("Dit netværk", "label"))
        people = RecordList(
            self.context,
            self.case_id,
            "network_person",
            "network",
            lambda file: file.network,
            [
                RowField("who", "who", lambda: unlabelled(TextField("Hvem"), "Hvem"), narrow=True),
                RowField(
                    "relation",
                    "relation",
                    lambda: unlabelled(TextField("Hvad er I for hinanden?"), "Bror, nabo …"),
                    narrow=True,
                ),
                RowField("print", "print", lambda: CheckField("Må stå på papiret")),
            ],
            "Tilføj person",
            arrange=_arrange_person,
        )
        self.lists.append(people)
        part.add(people)
        return part

    def done(self, file: CaseFile) -> bool:
        return bool(file.story.think.strip() or file.story.want.strip())


def _story_of(file: CaseFile) -> Story:
    return file.story


def _arrange_person(row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
    """Who and what they are on one line; below, whether they may be named, and the tools."""
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme_of().space(0.25))
    both = Line(0.5)
    both.addWidget(fields["who"], 1, Qt.AlignmentFlag.AlignTop)
    both.addWidget(fields["relation"], 1, Qt.AlignmentFlag.AlignTop)
    column.addLayout(both)
    last = QHBoxLayout()
    last.addWidget(fields["print"], 1)
    last.addWidget(tools, 0, Qt.AlignmentFlag.AlignTop)
    column.addLayout(last)
