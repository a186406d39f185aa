# SPDX-License-Identifier: MPL-2.0
"""What the vejleder does with what is granted: how much of it is given just now, and a wish for what is not (C5, promise 2).

A part of the answer's step, on the vejleder's side. The frame stands below what is written within it, to be read; a support is
added by nobody here. What is wished for counts as nothing until the bestiller has decided, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.domain.answer import said
from app.domain.rights import Act, may, may_write
from app.domain.roles import Role
from app.models.casefile import CaseFile
from app.models.fields import fields_of
from app.models.kinds import Intensity, Record, RevisitRequest, Support, intensity_id
from app.papers.decided import within_frame
from app.services import revisits
from app.services.revisits import Stage, stage_of
from app.views.allowed import allow
from app.views.binding import told_hand
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import Field, TextArea
from app.views.parts.words import Words
from app.views.room.answer_talk import Speech, headed
from app.views.room.offer_field import OfferField
from app.views.room.one_each import OneEach
from app.views.room.step import Column, RecordList, RowField, unlabelled
from app.views.talking import talk_on

NO_FRAME = "Der er ikke skrevet en ramme."
ASKED_BY_CITIZEN = "Beder borgeren selv om det, skal borgeren have et svar: tag det med i et udkast."
STAGES: Mapping[Stage, str] = {
    Stage.BLANK: "",
    Stage.WAITS: "Venter på bestilleren. Intet er bevilget.",
    Stage.DRAFTED: "Taget med i et udkast. Intet er bevilget, før det er underskrevet.",
    Stage.REFUSED: "Ikke bevilget.",
    Stage.GRANTED: "Bevilget.",
}


class Intensities(OneEach):
    """How much of each support is given just now. Whoever does not write it sees what is written."""

    kind, name, path = "intensity", "text", "intensity.{}.text"
    label = fields_of(Intensity)["text"].label
    lines = 1

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__(context, case_id, parent)
        self._of: dict[str, Support] = {}
        self._places: list[str] = []

    def records(self, file: CaseFile) -> Sequence[Record]:
        pen = self._context.pen
        writes = pen is not None and may(pen.role, Act.DELIVER)
        rows = {intensity_id(self._case_id, row.id): row for row in within_frame(file)}
        self._places = list(rows)
        self._of = {
            record_id: row
            for record_id, row in rows.items()
            if record_id and ((writes and said(row.offer + row.frame)) or self._holds(file, record_id))
        }
        return [file.intensity_of(row.id) for row in self._of.values()]

    def place(self, shown: int, record: Record) -> int:
        return self._places.index(record.id)

    def call(self, widget: TextArea, place: int, several: bool, record: Record, file: CaseFile) -> None:
        row = self._of[record.id]
        widget.set_label(self.label, f"({row.offer.strip()})" if several and said(row.offer) else "")
        frame = row.frame.strip()
        widget.set_hint(f"Ramme: {frame}" if frame else NO_FRAME)
        widget.set_placeholder("fx to besøg om ugen")

    def _holds(self, file: CaseFile, record_id: str) -> bool:
        """Whether anything stands there, or is typed or said apart."""
        written = any(one.id == record_id and said(one.text) for one in file.intensities)
        kept = (record_id, self.name) in file.drafts or talk_on(file, record_id, self.name) is not None
        bound = self._bounds.get(record_id)
        return written or kept or (bound is not None and bound.widget.unsaved())


class Revisits(Column):
    """The wishes, each with how far it has come; the vejleder's way to add one, and the bestiller's two ways with it.

    `taken` gives the row of the draft that a wish has just been taken into.
    """

    taken = Signal(str)

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__(1, parent)
        self._context = context
        self._case_id = case_id
        self._offered: Sequence[str] = ()
        self._made: tuple[Mapping[str, Field], Words, Button] | None = None
        self.heading = Words("Ønske om revisitation", "label")
        self.add(self.heading)
        self.records = RecordList(
            context,
            case_id,
            "revisit_request",
            "revisits",
            lambda file: file.revisit_requests,
            [
                RowField("offer", "offer", self._offer_field),
                RowField("why", "why", lambda: Speech("Hvorfor nu?", Role.VEJLEDER, "Hvorfor nu?")),
                RowField("answer", "answer", lambda: Speech("Nej, fordi", Role.BESTILLER, "Nej, fordi …")),
            ],
            "Ønsk revisitation",
            arrange=self._arrange,
            tell=self._tell,
        )
        self.add(self.records)

    def set_offers(self, names: Sequence[str]) -> None:
        """What the catalogue has to choose between."""
        self._offered = names
        for field in self.records.findChildren(OfferField):
            field.set_offers(names)

    def refresh(self, file: CaseFile) -> None:
        """Show the wishes as they stand. There is none to add before anything has been decided: until then one asks."""
        self.records.refresh(file)
        pen = self._context.pen
        writes = pen is not None and may_write(pen.role, fields_of(RevisitRequest)["offer"].pen)
        self.records.add_button.setVisible(writes and bool(file.decisions))
        self.heading.setVisible(bool(file.revisit_requests))
        self.setVisible(bool(file.revisit_requests) or (writes and bool(file.decisions)))

    # -- inside

    def _offer_field(self) -> Field:
        field = unlabelled(OfferField("Ønsket støtte"), "Hvad er der brug for?")
        assert isinstance(field, OfferField)
        field.set_offers(self._offered)
        return field

    def _arrange(self, row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
        stage, take = Words("", "small", "text-quiet"), Button("Tag med i et udkast", Kind.SECONDARY)
        allow(self._context, Act.VISITATE, take)
        column = headed(row, fields["offer"], tools)
        for part in (fields["why"], stage):
            column.addWidget(part)
        column.addWidget(take, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(fields["answer"])
        self._made = fields, stage, take

    def _tell(self, record_id: str, _row: QWidget) -> Callable[[CaseFile, Record], None]:
        made, self._made = self._made, None
        assert made is not None
        fields, stage_line, take = made
        context, case_id = self._context, self._case_id

        def take_along() -> None:
            hand = context.hand
            context.run(lambda: revisits.take_along(context.desk, hand, case_id, record_id), self.taken.emit)

        take.clicked.connect(take_along)

        def tell(file: CaseFile, request: Record) -> None:
            assert isinstance(request, RevisitRequest)
            stage = stage_of(request, file)
            take.setObjectName(f"revisits.{file.revisit_requests.index(request)}.take")
            take.setAccessibleName(f"{take.text()}: {request.offer.strip() or request.why.strip()}")
            deciding = context.pen is not None and may(context.pen.role, Act.VISITATE)
            why, answer = fields["why"], fields["answer"]
            writing = answer.has_user_focus() or answer.unsaved()
            kept = (request.id, "answer") in file.drafts or talk_on(file, request.id, "answer") is not None
            answer.setVisible(writing or kept or said(request.answer) or (deciding and stage is Stage.WAITS))
            answer.set_hint(ASKED_BY_CITIZEN if deciding and stage is Stage.WAITS else "")
            take.setVisible(deciding and stage is Stage.WAITS)
            asked_by = "" if said(request.why) else self._hand(file, request, "offer")
            stage_line.setText(f"{asked_by}. {STAGES[stage]}" if asked_by else STAGES[stage])
            stage_line.setVisible(stage is not Stage.BLANK)
            for name in ("offer", "why"):
                one = fields[name]
                if stage not in (Stage.BLANK, Stage.WAITS) and not (one.has_user_focus() or one.unsaved()):
                    one.set_read_only(True)
            why.setVisible(said(request.why) or not why.read_only())
            for bubble, name in ((why, "why"), (answer, "answer")):
                assert isinstance(bubble, Speech)
                bubble.sign_with(self._hand(file, request, name) if said(getattr(request, name)) else "")

        return tell

    def _hand(self, file: CaseFile, request: RevisitRequest, name: str) -> str:
        return told_hand(file.hands.get((request.id, name)), self._context.desk.today())
