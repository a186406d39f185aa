# SPDX-License-Identifier: MPL-2.0
"""The two lists of the first step: who is at the table (A1), and whom the citizen lets us ask about what (C6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.domain.dates import format_short
from app.domain.rights import Act
from app.domain.roles import Role
from app.models.casefile import CaseFile
from app.models.kinds import Consent, Record
from app.qt.theme import theme_of
from app.services import cases
from app.views.allowed import allow
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import CheckField, ChoiceField, Field, Option, TextArea, TextField
from app.views.parts.words import Words
from app.views.room.step import Line, RecordList, RowField, unlabelled

ROLES = [
    Option(role, role.capitalize())
    for role in ("bestiller", "vejleder", Role.RAADGIVER.value, "bisidder", "tolk", "pårørende", "værge")
]


def participant_list(context: Context, case_id: str, meeting_id: str) -> RecordList:
    """Everybody at the table, by name, role and discipline."""
    return RecordList(
        context,
        case_id,
        "participant",
        "meeting.participants",
        lambda file: [p for p in file.participants if p.meeting_id == meeting_id],
        [
            RowField("name", "name", lambda: unlabelled(TextField("Navn"), "Navn")),
            RowField("role", "role", lambda: unlabelled(ChoiceField("Rolle", ROLES), "Rolle"), narrow=True),
            RowField("discipline", "discipline", lambda: unlabelled(TextField("Fag"), "Fag"), narrow=True),
        ],
        "Tilføj en ved bordet",
        parent_id=meeting_id,
        arrange=_arrange_participant,
    )


def consent_list(context: Context, case_id: str) -> RecordList:
    """One named party and one purpose each; taken back with one button, and the history stays."""

    def tell(consent_id: str, row: QWidget) -> Callable[[CaseFile, Record], None]:
        layout = row.layout()
        assert isinstance(layout, QVBoxLayout)
        said = Words("", "small", "text-quiet", row)
        back = Button("Træk tilbage", Kind.QUIET, parent=row)
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        line.addWidget(said, 1)
        line.addWidget(back, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(line)

        def withdraw() -> None:
            hand = context.hand
            context.run(lambda: cases.withdraw_consent(context.desk, hand, case_id, consent_id))

        back.clicked.connect(withdraw)
        allow(context, Act.RECORD, back)

        def show(file: CaseFile, consent: Record) -> None:
            assert isinstance(consent, Consent)
            back.setObjectName(f"{row.objectName()}.withdraw")
            back.setAccessibleName(f"Træk tilbage, samtykke {int(row.objectName().rpartition('.')[2]) + 1}")
            given = file.hands.get((consent_id, "given"))
            since = consent.given_on or (given.at.date() if consent.given and given else None)
            told = f"Givet {format_short(since)}" if since else ""
            if consent.withdrawn_on is not None:
                back_on = f"rukket tilbage {format_short(consent.withdrawn_on)}"
                told = f"{told}, t{back_on}" if told else f"T{back_on}"
            said.setText(told)
            appear(said, bool(said.text()))
            appear(back, consent.given and consent.withdrawn_on is None)

        return show

    return RecordList(
        context,
        case_id,
        "consent",
        "consents",
        lambda file: file.consents,
        [
            RowField("party", "to", lambda: unlabelled(TextField("Hvem må vi spørge?"), "Hvem?")),
            RowField("purpose", "purpose", lambda: unlabelled(TextArea("Om hvad?", min_lines=1), "Om hvad?")),
            RowField("given", "given", lambda: CheckField("Borgeren siger ja")),
        ],
        "Tilføj samtykke",
        arrange=_arrange_consent,
        tell=tell,
    )


def _arrange_participant(row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
    column = _column(row)
    column.addLayout(_with_tools(fields["name"], tools))
    both = Line(0.5)
    both.addWidget(fields["role"], 1, Qt.AlignmentFlag.AlignTop)
    both.addWidget(fields["discipline"], 1, Qt.AlignmentFlag.AlignTop)
    column.addLayout(both)


def _arrange_consent(row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
    column = _column(row)
    column.addLayout(_with_tools(fields["party"], tools))
    column.addWidget(fields["purpose"])
    column.addWidget(fields["given"])


def _column(row: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme_of().space(0.5))
    return column


def _with_tools(field: Field, tools: QWidget) -> QBoxLayout:
    line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
    line.setSpacing(theme_of().space(0.5))
    line.addWidget(field, 1)
    line.addWidget(tools, 0, Qt.AlignmentFlag.AlignTop)
    return line
