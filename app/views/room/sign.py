# SPDX-License-Identifier: MPL-2.0
"""Signing: what will be signed in plain words, who signs, and the password that opens their key (promise 2; A2, C1, C3).

Opened over the window by the answer's step. The key is opened and the decision written on the database lane. What is told of a
decision afterwards is in `decided.py`.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.answer import owes_considerations
from app.domain.competence import told
from app.domain.dates import format_full, format_long
from app.domain.names import short_name
from app.domain.periods import length_in_words
from app.domain.rights import Act, may
from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile
from app.models.choices import Paragraph, ReadBack, TargetGroup
from app.models.kinds import Support, singleton_id
from app.qt.theme import follow, theme_of
from app.services import decide, revisits
from app.services.decide import ONLY_BESTILLER, answer_facts, beyond_competence, granted, lacking, until_has_come
from app.services.edit import HAS_COME
from app.services.issue import has_plan
from app.services.practice import PASSWORD
from app.views.binding import Bound
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import Option, TextField
from app.views.parts.pen_header import PenMark
from app.views.parts.side_panel import Rule
from app.views.parts.words import Words, grows_down
from app.views.room.decided import clock
from app.views.room.tried import SmallChoice
from app.views.shell.overlay import Overlay

NOT_WEIGHED = "Hvad I har lagt vægt på, står ikke for sig. Læser borgeren det i begrundelsen?"
READ_BACK = (Option(ReadBack.MINE.value, "Det er mine ord"), Option(ReadBack.CHANGE.value, "Ret det"))

_LAWS = {Paragraph.P82B.value: " efter § 82 b", Paragraph.P82A.value: " efter § 82 a", Paragraph.OPEN.value: ""}


def why_not(file: CaseFile, pen: Hand | None, today: date) -> str:
    """Why the answer cannot be signed just now, as one sentence; "" when it can."""
    if pen is None or not may(pen.role, Act.DECIDE):
        return ONLY_BESTILLER
    missing = lacking(file)
    if missing:
        return f"Svaret mangler: {', '.join(missing)}."
    if until_has_come(file, today):
        return HAS_COME
    beyond = beyond_competence(file, pen)
    return told(beyond) if beyond else ""


def said_of_answer(file: CaseFile) -> str:
    """The answer that would be signed, as one says it across the table."""
    name = short_name(file.citizen.name) or "Borgeren"
    answer = file.answer
    said = {
        TargetGroup.YES.value: f"Ja, {name} er i målgruppen.",
        TargetGroup.NO.value: f"Nej, {name} er ikke i målgruppen.",
        TargetGroup.DIRECT_85.value: f"{name} går direkte videre efter § 85.",
        TargetGroup.LATER.value: f"{name} får svar senest {format_long(answer.until)}." if answer.until else "",
    }
    return said.get(answer.target_group, "")


def said_of_support(support: Support) -> str:
    """One support that would be granted."""
    name = support.offer.strip() or "Støtte"
    said = f"{name}{_LAWS.get(support.paragraph, '')}"
    if support.start and support.start == support.end:
        return f"{said}, kun {format_full(support.start)} (1 dag)."
    if support.start and support.end:
        whole = length_in_words(support.start, support.end)
        said = f"{said}, fra {format_full(support.start)} til og med {format_full(support.end)} ({whole})"
    elif support.start:
        said = f"{said}, fra {format_full(support.start)}"
    frame = support.frame.strip().rstrip(".")
    return f"{said}. Ramme: {frame}." if frame else f"{said}."


def said_of_left_over(file: CaseFile) -> str:
    """That support which takes a yes still stands in an answer that is none; "" where it does not. One put off may keep it."""
    if file.answer.target_group not in (TargetGroup.NO, TargetGroup.DIRECT_85):
        return ""
    left = [s for s in file.support if s.paragraph not in ("", Paragraph.OPEN)]
    if not left:
        return ""
    names = " og ".join(f"»{s.offer.strip() or 'Støtte'}«{_LAWS.get(s.paragraph, '')}" for s in left)
    return f"{names} står stadig i svaret og bevilges ikke. Fjern støtten, hvis svaret er rigtigt."


def said_of_wishes(file: CaseFile) -> str:
    """That a wish of the vejleder's has no answer yet: it holds no signature back (C5); "" where there is none."""
    names = " og ".join(f"»{one.offer.strip() or one.why.strip()}«" for one in revisits.waiting(file))
    return f"Vejlederens ønske om revisitation venter på dig: {names}." if names else ""


def said_of_steps(file: CaseFile) -> tuple[str, ...]:
    """What happens next, each as one line."""
    steps = [s for s in file.next_steps if s.who.strip() and s.what.strip()]
    return tuple(f"{s.who.strip()}: {s.what.strip()}{f', senest {format_full(s.by)}' if s.by else ''}." for s in steps)


def said_of_grounds(file: CaseFile) -> tuple[str, ...]:
    """Why, in the words the citizen will read in the letter; and that what weighed has no words of its own where it should."""
    answer = file.answer
    grounds = (
        ("Begrundelse", answer.reason),
        ("Det har vi lagt vægt på", answer.considerations),
        ("Oplysninger", answer.facts),
    )
    lines = tuple(f"{title}: {text.strip()}" for title, text in grounds if text.strip())
    return (*lines, NOT_WEIGHED) if owes_considerations(answer_facts(file)) else lines


def _has_plan_to_read(file: CaseFile) -> bool:
    """Whether the citizen can have heard a plan: a yes has one, and any other answer where there is a wish or a goal."""
    return file.answer.target_group == TargetGroup.YES or has_plan(file) or bool(file.story.read_back)


class SignOverlay(Overlay):
    """The signature, over the dimmed table. `signed(decision id)` when the answer is given."""

    signed = Signal(str)

    def __init__(self, context: Context, case_id: str, parent: QWidget) -> None:
        super().__init__(parent, 560)
        self._context = context
        self._case_id = case_id
        self._file: CaseFile | None = None
        self._asking = False
        self._sure_of_day = False
        self._title = Words("Underskriv svaret", "title", parent=self.card)
        self._sum = _Summary(self.card)
        self._read_back = SmallChoice("Er planen læst op?", list(READ_BACK), parent=self.card)
        self._read_back.setObjectName("sign.read_back")
        story = singleton_id(case_id, "story")
        self._bound = Bound(context, self._read_back, case_id, "story", story, "read_back")
        self._who = _Signer(self.card)
        self.password = TextField("Din adgangskode", secret=True, parent=self.card)
        self.password.setObjectName("sign.password")
        self.confirm = Button("Underskriv", Kind.PRIMARY, parent=self.card)
        self.confirm.setObjectName("sign.confirm")
        self._cancel = Button("Ikke endnu", Kind.QUIET, shortcut="Esc", parent=self.card)
        self._cancel.setObjectName("sign.cancel")
        for part in (self._title, self._sum, self._read_back, Rule(self.card), self._who, self.password):
            self.card.column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.confirm)
        row.addStretch(1)
        row.addWidget(self._cancel)
        self.card.column.addLayout(row)
        self.setAccessibleName("Underskriv svaret")
        self.password.line.returnPressed.connect(self._sign)
        self.confirm.clicked.connect(self._sign)
        self._cancel.clicked.connect(self.close_overlay)
        context.session_changed.connect(self._pen_moved)
        area = self.findChild(QScrollArea)
        assert area is not None
        self._area = area
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._keep_in_sight)

    def ask(self, file: CaseFile) -> None:
        """Lay what will be signed before the bestiller. Anybody else is refused, and that they asked is noted."""
        pen = self._context.pen
        if pen is None or pen.role is not Role.BESTILLER:
            self._refuse()
            return
        self._asking = self._sure_of_day = False
        self.password.set_text("")
        self.password.set_error(None)
        self.password.set_hint(f"Øvelse: adgangskoden er {PASSWORD}" if self._context.practice else "")
        self._who.show_person(pen)
        self.refresh(file)
        self.open(self.password)
        if self._area.verticalScrollBar().maximum() > 0:  # read from the top first; the arrows move it, Tab goes on
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self._area.verticalScrollBar().setValue(0)

    def refresh(self, file: CaseFile) -> None:
        """What is on the table has changed: show what would be signed now."""
        self._file = file
        name = short_name(file.citizen.name) or "borgeren"
        self._sum.show_file(file)
        self._read_back.setVisible(_has_plan_to_read(file))
        self._read_back.set_label(f"Planen er læst op. {name[:1].upper()}{name[1:]} siger:", "(hvis I har gjort det)")
        self._bound.refresh(file, file.story)
        self._ready()

    # -- inside

    def _keep_in_sight(self, _old: QObject | None, now: QObject | None) -> None:
        if isinstance(now, QWidget) and self.card.isAncestorOf(now):
            self._area.ensureWidgetVisible(now, 0, theme_of().space(6))

    def _refuse(self) -> None:
        """Asked for by a key, past the button that is off: the service says no and notes it."""
        context, case_id, hand = self._context, self._case_id, self._context.pen
        if hand is None:
            context.asks.tell(ONLY_BESTILLER)
            return
        context.run(lambda: decide.sign(context.desk, hand, case_id, ""))

    def _ready(self) -> None:
        why = (
            why_not(self._file, self._context.pen, self._context.desk.today())
            if self._file is not None
            else ONLY_BESTILLER
        )
        self.confirm.setEnabled(not why and not self._asking)
        self.confirm.setToolTip(why)
        self.confirm.setText("Underskriver …" if self._asking else "Underskriv")
        self.confirm.updateGeometry()

    def _sign(self) -> None:
        said = self.password.text()
        if self._asking or not self.confirm.isEnabled():
            return
        if not said:
            self.password.refuse("Skriv din adgangskode.")
            return
        self._asking = True
        self.password.set_error(None)
        self._ready()
        context, case_id, hand, sure = self._context, self._case_id, self._context.hand, self._sure_of_day
        context.run(
            lambda: decide.sign(context.desk, hand, case_id, said, sure_of_day=sure), self._signed, self._refused
        )

    def _signed(self, decision_id: str) -> None:
        self._asking = False
        self.password.set_text("")
        self.close_overlay()
        self._context.asks.say(f"Svaret er givet {clock(self._context.desk.clock())}.")
        self.signed.emit(decision_id)

    def _refused(self, message: str, field: str | None) -> None:
        self._asking = False
        self._ready()
        self._sure_of_day = (
            field == decide.CLOCK
        )  # they have been told; the password was right, and need not be typed anew
        if not self._sure_of_day:
            self.password.set_text("")
        self.password.refuse(message)
        self.password.setFocus()

    def _pen_moved(self) -> None:
        pen = self._context.pen
        if self.isVisible() and (pen is None or pen.role is not Role.BESTILLER):
            self.password.set_text("")
            self.close_overlay()


class _Summary(QWidget):
    """What will be signed: the answer first, then what is granted, why, and what happens next."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._answer = Words("", "heading", parent=self)
        self._support = Words("", "body", parent=self)
        self._left_over = Words("", "body", "on-warn", self)
        self._grounds = Words("", "body", "text-quiet", parent=self)
        self._steps = Words("", "body", parent=self)
        self._wishes = Words("", "body", "text-quiet", parent=self)
        self._column = QVBoxLayout(self)
        for part in self._parts():
            self._column.addWidget(part)
        grows_down(self)
        self.setObjectName("sign.summary")
        follow(self._restyle)

    def show_file(self, file: CaseFile) -> None:
        """Tell of this draft."""
        missing = lacking(file)
        answer = f"Svaret mangler: {', '.join(missing)}." if missing else said_of_answer(file)
        said = (
            (self._answer, answer),
            (self._support, "\n".join(said_of_support(s) for s in granted(file))),
            (self._left_over, said_of_left_over(file)),
            (self._grounds, "\n".join(said_of_grounds(file))),
            (self._steps, "\n".join(said_of_steps(file))),
            (self._wishes, said_of_wishes(file)),
        )
        for words, text in said:
            words.setText(text)
            words.setVisible(bool(text))
        self.setAccessibleName(" ".join(text for _, text in said if text).replace("\n", " "))

    def text(self) -> str:
        """All of it, a line for each part."""
        return "\n".join(part.text() for part in self._parts() if part.text())

    def _parts(self) -> tuple[Words, ...]:
        return self._answer, self._support, self._left_over, self._grounds, self._steps, self._wishes

    def _restyle(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme_of().space(1))


class _Signer(QWidget):
    """Who signs: their mark and name."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = Words("", "strong", parent=self)
        self._row = QHBoxLayout(self)
        self._row.addWidget(PenMark(Role.BESTILLER, self))
        self._row.addWidget(self._name, 1)
        grows_down(self)
        follow(self._restyle)

    def show_person(self, hand: Hand) -> None:
        """Name the one whose password is asked for."""
        self._name.setText(f"{hand.name} afgør")
        self.setAccessibleName(self._name.text())

    def _restyle(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme_of().px(10))
