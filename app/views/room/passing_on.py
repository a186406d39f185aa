# SPDX-License-Identifier: MPL-2.0
"""An answer above one's competence: what is said of it, and the card by which it is sent on to somebody who may decide (C2).

Opened over the window by the answer's step in place of the signature. Sending on decides nothing: it leaves a task and a
dated mark, and can be taken back. Must not know how a competence is set.
"""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.competence import told
from app.domain.dates import format_short
from app.domain.names import short_name
from app.domain.rights import Act, may
from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.models.choices import TargetGroup
from app.services import send_on
from app.services.decide import beyond_competence, changed_since_sent, lacking
from app.services.send_on import Decider
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import ChoiceField, Option
from app.views.parts.words import Words
from app.views.shell.overlay import Overlay

NOBODY = "Ingen anden på denne computer må bevilge det. Tal med jeres leder, eller bevilg mindre."


def is_above(file: CaseFile, pen: Hand | None) -> bool:
    """Whether this pen would sign, and what is on the table lies above their competence."""
    return pen is not None and may(pen.role, Act.DECIDE) and bool(beyond_competence(file, pen))


def above(file: CaseFile, pen: Hand | None) -> str:
    """What the quiet line says of it, in a few words; "" when there is nothing to say."""
    if lacking(file):
        return ""
    if changed_since_sent(file):
        return "svaret er ændret, siden det blev sendt videre"
    if file.answer.sent_on is not None:
        to = "dig" if is_to(file, pen) else short_name(file.answer.sent_to)
        return f"sendt videre til {to} {format_short(file.answer.sent_on)}"
    return "over din kompetence" if is_above(file, pen) else ""


def is_to(file: CaseFile, pen: Hand | None) -> bool:
    """Whether it is this very person who has been asked to decide."""
    return pen is not None and file.answer.sent_on is not None and pen.name == file.answer.sent_to


def said_of_sending(file: CaseFile, pen: Hand | None, today: date) -> str:
    """What is told on the answer's side while somebody else is asked to decide; "" when nobody is."""
    answer = file.answer
    if answer.sent_on is None:
        return ""
    day = format_short(answer.sent_on)
    mine = is_to(file, pen)
    if changed_since_sent(file):
        again = " Send det videre igen." if is_above(file, pen) else ""
        return f"Svaret er ændret, siden det {day} blev sendt til {'dig' if mine else answer.sent_to}.{again}"
    if mine:
        sent = file.hands.get((answer.id, "sent_to"))
        by = f" af {short_name(sent.hand.name)}" if sent is not None else ""
        return f"Sendt videre {day} til dig{by}: du skal afgøre det. {_meanwhile(file, today)}".rstrip()
    return f"Sendt videre {day} til {answer.sent_to}, som skal afgøre det. {_meanwhile(file, today)}".rstrip()


_ANSWERS = {TargetGroup.YES: "ja", TargetGroup.NO: "nej", TargetGroup.DIRECT_85: "direkte videre efter § 85"}


def _meanwhile(file: CaseFile, today: date) -> str:
    """What the citizen has for an answer as long as the new one is not signed."""
    if file.decision is None:
        return "Borgeren har ikke fået svar endnu."
    if not file.decision.authentic:
        return ""
    decision = file.decision.decision
    given = format_short(datetime.fromisoformat(decision.signed_at).date())
    answer = TargetGroup(decision.target_group) if decision.target_group in set(TargetGroup) else None
    if answer is TargetGroup.YES and decision.end is not None and decision.end < today:
        return f"Den støtte, der blev givet {given}, er slut. Borgeren har ikke fået nyt svar endnu."
    if answer is TargetGroup.LATER:
        return f"Svaret blev udskudt {given}. Borgeren har ikke fået andet svar endnu."
    return f"Imens gælder svaret fra {given}: {_ANSWERS[answer]}." if answer else f"Imens gælder svaret fra {given}."


class SendOnOverlay(Overlay):
    """Who is to decide, over the dimmed table. `sent` when they have been asked."""

    sent = Signal()

    def __init__(self, context: Context, case_id: str, parent: QWidget) -> None:
        super().__init__(parent, 520)
        self._context = context
        self._case_id = case_id
        self._asking = False
        self._why = Words("", "body", parent=self.card)
        self._nobody = Words(NOBODY, "body", parent=self.card)
        self.person = ChoiceField("Hvem skal afgøre det?", [], parent=self.card)
        self.person.setObjectName("send_on.person")
        self.confirm = Button("Send videre", Kind.PRIMARY, parent=self.card)
        self.confirm.setObjectName("send_on.confirm")
        self._cancel = Button("Ikke endnu", Kind.QUIET, shortcut="Esc", parent=self.card)
        self._cancel.setObjectName("send_on.cancel")
        row = QHBoxLayout()
        row.addWidget(self.confirm)
        row.addStretch(1)
        row.addWidget(self._cancel)
        note = (
            "Det er ikke en afgørelse. Svaret står på dagens side hos den anden, og borgerens papirer er stadig udkast."
        )
        title = Words("Send videre til afgørelse", "title", parent=self.card)
        for part in (title, self._why, self._nobody, self.person, Words(note, "note", "text-quiet", self.card)):
            self.card.column.addWidget(part)
        self.card.column.addLayout(row)
        self.setAccessibleName("Send videre til afgørelse")
        self.confirm.clicked.connect(self._send)
        self._cancel.clicked.connect(self.close_overlay)
        context.session_changed.connect(self.close_overlay)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on who is chosen sends."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.confirm.isVisible():
            self.confirm.click()
        else:
            super().keyPressEvent(event)

    def ask(self, file: CaseFile) -> None:
        """Say why it must be sent on, and to whom it can be."""
        context, case_id, hand = self._context, self._case_id, self._context.hand
        self._why.setText(told(beyond_competence(file, hand)))
        self._asking = False
        context.run(lambda: send_on.deciders(context.desk, hand, case_id), self._offer)

    # -- inside

    def _offer(self, found: tuple[Decider, ...]) -> None:
        self.person.set_options([Option(d.person_id, f"{d.name} (leder)" if d.leads else d.name) for d in found])
        self.person.set_error(None)
        self.person.set_text(found[0].person_id if len(found) == 1 else "")
        self.person.setVisible(bool(found))
        self._nobody.setVisible(not found)
        self.confirm.setVisible(bool(found))
        self.open(self.person if found else self._cancel)
        if found:
            self.person.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send(self) -> None:
        chosen = self.person.text()
        if self._asking:
            return
        if not chosen:
            self.person.refuse("Vælg, hvem der skal afgøre det.")
            return
        self._asking = True
        context, case_id, hand = self._context, self._case_id, self._context.hand
        context.run(lambda: send_on.send_on(context.desk, hand, case_id, chosen), self._sent, self._refused)

    def _sent(self, _done: None) -> None:
        self._asking = False
        self.close_overlay()
        self.sent.emit()
        self._context.asks.say("Svaret er sendt videre til afgørelse. Det kan tages tilbage.")

    def _refused(self, message: str, _field: str | None) -> None:
        self._asking = False
        self.person.refuse(message)
