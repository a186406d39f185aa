# SPDX-License-Identifier: MPL-2.0
"""The ways past the team, folded at the foot of the first step: direct to § 85 (A12), or an ending without a decision.

What is typed is tied to the record like any other field, so nothing is lost before somebody presses the button.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.names import short_name
from app.domain.rights import Act
from app.domain.roles import Role
from app.models.casefile import CaseFile
from app.models.choices import Ending, TargetGroup
from app.models.kinds import singleton_id
from app.services import cases
from app.views.allowed import allow, why_not
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import ChoiceField, Option, TextArea
from app.views.parts.words import Words
from app.views.room.step import Column, Fold, Step
from app.views.room.systems_button import SystemsButton


class OtherWays(Column):
    """`lead_to` is called with the path of the answer when it has been written here."""

    def __init__(
        self, context: Context, case_id: str, lead_to: Callable[[str], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(0.5, parent)
        self._context = context
        self._case_id = case_id
        self._lead_to = lead_to
        self.step = Step(context, case_id)
        self.direct = Fold("Direkte til § 85", "direct_85.fold")
        self._why = Words("Når det er oplagt, at borgeren skal have varig støtte.", "note", "text-quiet")
        self.direct.inside.add(self._why)
        answer = singleton_id(case_id, "answer")
        self.reason = TextArea("Hvorfor?", min_lines=2)
        bound = self.step.bind(self.reason, "answer", answer, "reason", "direct_85.reason", lambda file: file.answer)
        self.direct.inside.add(bound)
        self.go = self._button(self.direct, "Skriv svaret", "direct_85.go", self._direct)
        self.add(self.direct)
        self.ending = Fold("Slut uden afgørelse", "ending.fold")
        self.how = ChoiceField("Hvordan?", [Option(e.value, e.value.capitalize()) for e in Ending])
        self.how.setObjectName("ending.how")
        self.ending.inside.add(self.how)
        self.guidance = TextArea("Hvilken vejledning har borgeren fået?", min_lines=2)
        given = self.step.bind(self.guidance, "case", case_id, "guidance", "ending.guidance", lambda file: file.case)
        self.ending.inside.add(given)
        self.stop = self._button(self.ending, "Slut uden afgørelse", "ending.go", self._end)
        allow(context, Act.MEET, self.stop)
        self.add(self.ending)
        self._ended = Words("", "note", "text-quiet")
        self.add(self._ended)
        self.history = Button("Historik", Kind.QUIET, icon="time")
        self.history.setObjectName("history.open")
        self.history.setAccessibleName("Historik: hvem har skrevet hvad")
        self.history.clicked.connect(self._show_history)
        self.box.addWidget(self.history, 0, Qt.AlignmentFlag.AlignLeft)
        self.systems = SystemsButton(context, case_id, "sending.open")
        self.box.addWidget(self.systems, 0, Qt.AlignmentFlag.AlignLeft)
        self._chosen = self._guided = False
        context.session_changed.connect(self._pen_moved)
        self._pen_moved()

    def refresh(self, file: CaseFile) -> None:
        """Show what stands."""
        self.step.refresh(file)
        name = short_name(file.citizen.name) or "borgeren"
        self.guidance.set_label(f"Hvilken vejledning har {name} fået?")
        chosen = file.answer.target_group == TargetGroup.DIRECT_85
        said = f"Sluttede uden afgørelse: {file.case.ended}." if file.case.ended else ""
        if chosen and not file.decisions:
            said = "Svaret står som direkte til § 85. Det underskrives under Svar."
        self._chosen, self._guided = chosen, bool(file.case.ended or file.case.guidance.strip())
        self._tell_ways()
        self._ended.setText(said)
        appear(self._ended, bool(said))

    # -- inside

    def _button(self, fold: Fold, words: str, name: str, act: Callable[[], None]) -> Button:
        button = Button(words, Kind.SECONDARY)
        button.setObjectName(name)
        button.clicked.connect(act)
        fold.inside.box.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return button

    def _show_history(self) -> None:
        from app.views.room.history import HistoryCard  # late: few look there

        HistoryCard(self._context, self._case_id, self.window())

    def _direct(self) -> None:
        context, case_id, hand, reason = self._context, self._case_id, self._context.hand, self.reason.text()
        self.step.flush()

        def refused(message: str, _field: str | None) -> None:
            self.reason.refuse(message)
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

        context.run(
            lambda: cases.direct_to_85(context.desk, hand, case_id, reason),
            lambda _: self._lead_to("answer.target_group"),
            refused,
        )

    def _end(self) -> None:
        context, case_id, hand, guidance = self._context, self._case_id, self._context.hand, self.guidance.text()
        chosen = self.how.text()
        if not chosen:
            self.how.refuse("Vælg, hvordan det sluttede.")
            return
        self.how.set_error(None)
        self.step.flush()

        def refused(message: str, _field: str | None) -> None:
            self.guidance.refuse(message)
            self.guidance.setFocus(Qt.FocusReason.OtherFocusReason)

        context.run(
            lambda: cases.end_without_decision(context.desk, hand, case_id, Ending(chosen), guidance),
            lambda _: context.asks.say("Noteret. Sagen er sluttet uden afgørelse."),
            refused,
        )

    def _pen_moved(self) -> None:
        pen = self._context.pen
        mine = pen is not None and pen.role is Role.BESTILLER
        self.go.setEnabled(mine)
        self.go.setToolTip("" if mine else "Kun bestilleren kan svare. Giv pennen til bestilleren.")
        self._why.setText(
            "Når det er oplagt, at borgeren skal have varig støtte."
            + ("" if mine else " Det er bestilleren, der skriver svaret.")
        )
        self._tell_ways()

    def _tell_ways(self) -> None:
        """Who may take neither way sees them only where one was taken: the answer's reason is no reason for § 85."""
        acts = not why_not(self._context, Act.MEET)
        self.direct.setVisible(acts or self._chosen)
        self.ending.setVisible(acts or self._guided)
