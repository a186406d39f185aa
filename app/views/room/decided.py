# SPDX-License-Identifier: MPL-2.0
"""What there is to tell of an answer that has been signed: by whom and when, and whatever is amiss with it (promise 2).

Used by the answer's step and by the papers. Must not know how an answer is signed, nor how a seal is tried.
"""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtWidgets import QWidget

from app.domain.dates import format_full
from app.domain.names import short_name
from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile, RefusedDecision, SignedDecision
from app.models.choices import TargetGroup
from app.services.decide import has_moved_on
from app.views.context import Context
from app.views.parts.notices import Notice, Weight
from app.views.room.passing_on import said_of_sending
from app.views.talking import first_names, genitive

BROKEN_SEAL = "Seglet passer ikke: afgørelsen er ændret uden for Rundbord og kan ikke bruges."
FORGED = (
    "Der ligger også en afgørelse, hvis segl ikke passer. Den er lavet eller ændret uden for Rundbord og gælder ikke."
)
SEVERAL = "der står flere svar: underskriv ét nyt"
_BECAUSE = {
    "competence": "den ligger over det, {name} må bevilge",
    "wall": "den giver § 82 b i mere end seks måneder",
    "late_decision": "adgangen var ophørt, da den nåede frem",
    "role": "{name} må ikke længere afgøre",
}
_ON = {
    "competence": "Send svaret videre til en, der må afgøre det, eller bevilg mindre.",
    "wall": "Sæt en tidligere slutdato, og underskriv svaret igen.",
}
_SIGN_AGAIN = "En bestiller skal underskrive svaret igen."
_ANSWERS = {
    TargetGroup.YES.value: "ja",
    TargetGroup.NO.value: "nej",
    TargetGroup.DIRECT_85.value: "direkte videre efter § 85",
    TargetGroup.LATER.value: "senere",
}
_COUNTS = {2: "to", 3: "tre"}


def clock(moment: datetime) -> str:
    """A time of day as Danes write it: "kl. 11.02"."""
    return f"kl. {moment:%H.%M}"


def given_at(decision: SignedDecision, today: date) -> str:
    """When the answer was given: "kl. 11.02", with the day when it was not today."""
    at = datetime.fromisoformat(decision.decision.signed_at)
    return clock(at) if at.date() == today else f"den {format_full(at.date())} {clock(at)}"


def said_of_refused(refused: RefusedDecision) -> str:
    """That a decision was not taken: whose, from when, and why."""
    name = short_name(refused.hand.name) or "Bestilleren"
    why = _BECAUSE.get(refused.because, "den fælles database kunne ikke godkende den").format(name=name)
    return f"{genitive(name)} afgørelse af {format_full(refused.at.date())} blev ikke taget imod og gælder ikke: {why}."


def said_of_apart(file: CaseFile, today: date) -> str:
    """That several have decided, each without the others' answer: who said what and when, and the way on."""
    several = file.apart
    names = first_names([Hand(d.decision.signer_id, d.decision.signer_name, Role.BESTILLER) for d in several])
    told = [
        f"{name} svarede {_ANSWERS.get(one.decision.target_group, one.decision.target_group)} {given_at(one, today)}"
        if one.authentic
        else "et er ændret uden for Rundbord"
        for name, one in zip(names, several, strict=True)
    ]
    count = _COUNTS.get(len(several), str(len(several)))
    return (
        f"Der er underskrevet {count} svar hver for sig: {', '.join(told[:-1])}, og {told[-1]}. "
        f"{'De står begge' if len(several) == 2 else 'De står alle'}, til I er enige og en bestiller underskriver ét nyt svar."
    )


class DecisionNote(Notice):
    """What there is to tell of the decision in force; takes no room while there is none."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setObjectName("decision.note")

    def refresh(self, file: CaseFile) -> None:
        """Tell how it stands with the decision."""
        said, weight = self._said(file)
        if file.forged and said:
            said, weight = f"{said} {FORGED}", Weight.TROUBLE
        self.say(said or (FORGED if file.forged else ""), weight)

    def _said(self, file: CaseFile) -> tuple[str, Weight]:
        decision, today = file.decision, self._context.desk.today()
        sent = said_of_sending(file, self._context.pen, today)
        if file.refused is not None:
            way_on = sent or _ON.get(file.refused.because, _SIGN_AGAIN)
            if decision is not None and decision.authentic:
                by = short_name(decision.decision.signer_name)
                way_on = f"Det er svaret fra {by}, givet {given_at(decision, today)}, der gælder."
            return f"{said_of_refused(file.refused)} {way_on}", Weight.TROUBLE
        if file.apart:
            return said_of_apart(file, today), Weight.TROUBLE
        if decision is not None and not decision.authentic:
            return f"{BROKEN_SEAL} {sent}".rstrip(), Weight.TROUBLE
        if sent:
            return sent, Weight.CAUTION
        if decision is None:
            return "", Weight.CALM
        at = given_at(decision, today)
        if has_moved_on(file):
            return f"Udkast til ny afgørelse. Noget er ændret, siden svaret blev givet {at}.", Weight.CAUTION
        return f"Svaret er givet {at} af {short_name(decision.decision.signer_name)}.", Weight.CALM
