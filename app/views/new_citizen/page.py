# SPDX-License-Identifier: MPL-2.0
"""A new citizen in under a minute: a name is enough, whatever door they came by (A7, A9, A12).

What is typed is kept as it is typed, and stands here again if the program falls. Knows the service for arrivals; must not
know the meeting room it leads to.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.errors import UserError
from app.domain.identifiers import parse_identifier
from app.domain.rights import may_write
from app.domain.roles import Hand, Pen, Role
from app.models.choices import Source
from app.qt.theme import follow, theme_of
from app.services import intake
from app.services.cases import Opened
from app.services.desk import Desk
from app.services.edit import Written
from app.services.intake import FIELDS, FORM, Arrival
from app.store.unit_of_work import Step
from app.views.binding import Bound
from app.views.context import Context
from app.views.new_citizen.alike import AlikeCard
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import CheckField, ChoiceField, Field, Option, TextArea, TextField
from app.views.parts.keyboard import LeadsKeyboard
from app.views.parts.notices import Notice
from app.views.parts.side_panel import Scrolling, Sheet
from app.views.parts.words import Words

LOOK_MS = 200
SOURCES = [
    Option(Source.STREET.value, "Gaden – kom selv"),
    Option(Source.JOBCENTRE.value, "Jobcenter"),
    Option(Source.DEPARTMENT.value, "Anden afdeling"),
    Option(Source.RELATIVE.value, "Pårørende"),
    Option(Source.DOCTOR.value, "Egen læge"),
]
WHOSE_IS_85 = "Er det oplagt, at støtten skal være varig, kan bestilleren sende sagen direkte til § 85."
FOLDED = ("citizen.address", "citizen.protected", "citizen.interpreter", "citizen.guardian")


class NewCitizenPage(LeadsKeyboard):
    """`opened(case id)` when there is a case to go to, new or known; `cancelled` when one would rather not."""

    opened = Signal(str)
    cancelled = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._looked_for = ("", "")
        self._opening = False
        self.setObjectName("new_citizen.page")
        self.setAccessibleName("Ny borger")
        self.fields: dict[str, Field] = {}
        self._bounds: list[Bound] = []
        self._build()
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._look_for_alike)
        context.session_changed.connect(self._session_changed)
        follow(self._restyle)
        self._session_changed()

    def suggest_name(self, name: str) -> None:
        """Begin with what was searched for, where nothing has been typed yet."""
        field = self._line("citizen.name")
        if name.strip() and not field.text():
            field.line.setText(name.strip())

    # Built once.

    def _build(self) -> None:
        self._title = Words("Ny borger", "display")
        self._lead = Words("Et navn er nok. Resten kan komme, når I taler sammen.", "body", "text-quiet")
        self._kept = Notice()
        self._kept.pressed.connect(self._begin_anew)
        self._opening_part, self._rest = QWidget(), QWidget()
        self._form = QVBoxLayout(self._rest)
        self._name_part = QVBoxLayout(self._opening_part)
        self._head = QVBoxLayout()
        self._head.addWidget(self._title)
        self._head.addWidget(self._lead)
        self._name_part.addLayout(self._head)
        self._name_part.addWidget(self._kept)
        self._add("citizen.name", TextField("Hvad hedder borgeren?"))
        source = self._add("source", ChoiceField("Kom fra", SOURCES))
        number = self._add("citizen.cpr", TextField("CPR-nummer", note="(hvis I har det)"))
        phone = self._add("citizen.phone", TextField("Telefon"))
        preventive = self._add("preventive", CheckField("Forebyggende"))
        side = QVBoxLayout()
        side.addWidget(number)
        side.addWidget(phone)
        side.addStretch(1)
        self._pair = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        came = QVBoxLayout()
        came.addWidget(source)
        came.addStretch(1)
        self._pair.addLayout(came, 1)
        self._pair.addLayout(side, 1)
        self._side = side
        self._form.addLayout(self._pair)
        self._form.addWidget(preventive)
        self._build_more()
        self._build_direct()
        self._form.addLayout(self._build_buttons())
        self._form.addStretch(1)
        self.alike = AlikeCard()
        self.alike.opened.connect(self._open_known)
        self._beside = QWidget()
        self._aside = QVBoxLayout(self._beside)
        self._aside.setContentsMargins(0, 0, 0, 0)
        self._aside.addWidget(self.alike)
        self._aside.addStretch(1)
        self._sheet = Sheet("page")
        self._grid = QGridLayout(self._sheet)
        self._grid.addWidget(self._opening_part, 0, 0)
        self._grid.addWidget(self._rest, 2, 0)
        self._grid.addWidget(self._beside, 0, 1, 4, 1)
        self._grid.setRowStretch(3, 1)
        self._grid.setColumnStretch(1, 1)
        scrolling = Scrolling(self._sheet, self)
        scrolling.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling)
        self.fields["citizen.name"].edited.connect(lambda _text: self._look.start())
        number.edited.connect(lambda _text: self._look.start())
        number.left.connect(self._number_left)
        self.keyboard_to(self.fields["citizen.name"])

    def _build_more(self) -> None:
        self.more = Button("", Kind.QUIET)
        self.more.setObjectName("new_citizen.more")
        self.more.clicked.connect(lambda: self._unfold(self._folded.isHidden()))
        self._folded: QWidget = QWidget()
        self._inside = QVBoxLayout(self._folded)
        self._inside.setContentsMargins(0, 0, 0, 0)
        for path, field in (
            ("citizen.address", TextField("Adresse")),
            ("citizen.protected", CheckField("Adressen er beskyttet")),
            ("citizen.interpreter", TextField("Tolk", note="(sprog)")),
            ("citizen.guardian", TextField("Værge", note="(navn)")),
        ):
            self._inside.addWidget(self._bind(path, field))
        self._form.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._form.addWidget(self._folded)
        self._unfold(False)

    def _build_direct(self) -> None:
        self.direct = self._bind("direct", CheckField("Direkte til § 85: det er oplagt, at støtten skal være varig"))
        self.direct.setObjectName("new_citizen.direct")
        self.reason = self._bind("direct.reason", TextArea("Hvorfor direkte til § 85?", min_lines=2))
        self.reason.setObjectName("new_citizen.direct.reason")
        self._whose = Words(WHOSE_IS_85, "note", "text-quiet")
        self.direct.edited.connect(lambda _text: self._show_direct())
        for widget in (self.direct, self.reason, self._whose):
            self._form.addWidget(widget)

    def _build_buttons(self) -> QHBoxLayout:
        self.create_button = Button("Opret og åbn", Kind.PRIMARY)
        self.create_button.setObjectName("new_citizen.create")
        self.create_button.clicked.connect(self._create)
        cancel = Button("Tilbage")
        cancel.setObjectName("new_citizen.cancel")
        cancel.clicked.connect(self._cancel)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self.create_button)
        self._buttons.addWidget(cancel)
        sheet = Button("Blankt mødeark", Kind.QUIET, icon="print")
        sheet.setObjectName("new_citizen.sheet")
        sheet.setToolTip("Et ark til at skrive på i hånden")
        sheet.clicked.connect(self._show_sheet)
        self._buttons.addWidget(sheet)
        self._buttons.addStretch(1)
        return self._buttons

    def _add(self, path: str, field: Field) -> Field:
        bound = self._bind(path, field)
        if path == "citizen.name":
            self._name_part.addWidget(bound)
        return bound

    def _bind(self, path: str, field: Field) -> Field:
        """Tie a field of the form to where its words are kept until there is a case."""
        field.setObjectName(path)
        kind, name = FIELDS[path]
        self._bounds.append(Bound(self._context, field, FORM, kind, FORM, name, write=_keep(path)))
        self.fields[path] = field
        return field

    def _line(self, path: str) -> TextField:
        field = self.fields[path]
        assert isinstance(field, TextField)
        return field

    def _checked(self, path: str) -> bool:
        field = self.fields[path]
        return isinstance(field, CheckField) and field.checked()

    # What stood here already.

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        desk, hand = self._context.desk, self._context.hand
        self._context.run(lambda: intake.typed(desk, hand), self._bring_back)

    def hideEvent(self, event: QHideEvent) -> None:
        """Whatever takes the page off the screen, the last letters are kept."""
        self._leave_fields()
        super().hideEvent(event)

    def _bring_back(self, kept: dict[str, str]) -> None:
        """Words from before stand here again; nobody's present typing is touched."""
        if any(field.unsaved() for field in self.fields.values()):
            return
        for path, field in self.fields.items():
            if isinstance(field, CheckField):
                field.set_checked(kept.get(path) == "ja")
            else:
                field.offer(kept.get(path, ""))
        if any(path in kept for path in FOLDED):
            self._unfold(True)
        self._kept.say("Her er det, I var begyndt på." if kept else "", action="Begynd forfra")
        self._show_direct()
        self._look_for_alike()

    def _begin_anew(self) -> None:
        desk, hand = self._context.desk, self._context.hand
        self._context.run(lambda: intake.begin_anew(desk, hand), self._empty)

    def _empty(self, _done: None = None) -> None:
        for field in self.fields.values():
            field.set_text("")
            field.set_error(None)
            field.set_hint("")
        self._kept.say("")
        self._unfold(False)
        self._show_direct()
        self._look_for_alike()
        self.fields["citizen.name"].setFocus()

    # Who may be known already.

    def _look_for_alike(self) -> None:
        name, number = self.fields["citizen.name"].text(), self.fields["citizen.cpr"].text()
        if (name, number) == self._looked_for:
            return
        self._looked_for = (name, number)
        desk, hand = self._context.desk, self._context.hand
        self._context.run(lambda: ((name, number), intake.alike(desk, hand, name, number)), self._show_alike)

    def _show_alike(self, found: tuple[tuple[str, str], intake.Alike]) -> None:
        if found[0] == self._looked_for:
            self.alike.show_alike(found[1])

    def _number_left(self) -> None:
        """A number that may be mistaken is told of; it blocks nothing."""
        field = self.fields["citizen.cpr"]
        try:
            field.set_hint(parse_identifier(field.text(), self._context.desk.today()).hint or "")
        except UserError:
            field.set_hint("Borgeren kan oprettes alligevel; nummeret rettes i sagen." if field.text().strip() else "")

    def _open_known(self, case_id: str) -> None:
        self._leave_fields()
        self.opened.emit(case_id)

    # Opening.

    def _create(self) -> None:
        if self._opening:
            return
        self._leave_fields()
        text = {path: field.text() for path, field in self.fields.items()}
        arrival = Arrival(
            name=" ".join(text["citizen.name"].split()),
            source=text["source"],
            number=text["citizen.cpr"],
            phone=text["citizen.phone"].strip(),
            address=text["citizen.address"].strip(),
            protected=self._checked("citizen.protected"),
            interpreter=text["citizen.interpreter"].strip(),
            guardian=text["citizen.guardian"].strip(),
            preventive=self._checked("preventive"),
            direct_reason=text["direct.reason"] if self._may_decide() and self._checked("direct") else None,
        )
        context = self._context
        desk, hand = context.desk, context.hand
        seated = {person.role: person.name for person in context.people}
        holders = {"bestiller": seated.get(Role.BESTILLER, ""), "vejleder": seated.get(Role.VEJLEDER, "")}
        self._opening = True
        self.create_button.setEnabled(False)
        context.run(lambda: intake.receive(desk, hand, arrival, **holders), self._created, self._not_created)

    def _created(self, opened: Opened) -> None:
        self._opening = False
        self.create_button.setEnabled(True)
        self._empty()
        self.opened.emit(opened.case_id)

    def _not_created(self, message: str, field: str | None) -> None:
        self._opening = False
        self.create_button.setEnabled(True)
        told = {"name": self.fields["citizen.name"], "reason": self.reason}.get(field or "")
        if told is None:
            self._context.asks.tell(message)
        else:
            told.refuse(message)
            told.setFocus()

    def _show_sheet(self) -> None:
        """The meeting on paper, where there is no room for a screen (idea 14)."""
        from app.services import issue
        from app.views.shell.loose_paper import LoosePaper

        desk = self._context.desk
        LoosePaper(
            self._context,
            "Mødeark",
            lambda: issue.gather_blank(desk),
            lambda source, large: issue.blank_sheet(source, large=large),
            self.window(),
        )

    def _cancel(self) -> None:
        self._leave_fields()
        self.cancelled.emit()

    def _leave_fields(self) -> None:
        for bound in self._bounds:
            bound.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(self.focusWidget(), _ENTER_OPENS):
            self._create()
        else:
            super().keyPressEvent(event)

    # How it looks.

    def _may_decide(self) -> bool:
        pen = self._context.pen
        return pen is not None and may_write(pen.role, Pen.BESTILLER)

    def _session_changed(self) -> None:
        self._show_direct()

    def _show_direct(self) -> None:
        """§ 85 is the bestiller's to choose; whoever else holds the pen reads that there is such a way, and whose it is."""
        mine = self._may_decide()
        self.direct.setVisible(mine)
        self.reason.setVisible(self._checked("direct"))
        self._whose.setVisible(not mine)

    def _unfold(self, opened: bool) -> None:
        self._folded.setVisible(opened)
        self.more.setText("Vis mindre" if opened else "Adresse, tolk og værge")
        self.more.setAccessibleName(f"{self.more.text()}, {'foldet ud' if opened else 'foldet sammen'}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _restyle(self) -> None:
        theme = theme_of()
        for box in (self._form, self._name_part):
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(theme.space(2.5))
        self._head.setSpacing(theme.space(0.5))
        self._inside.setSpacing(theme.space(2))
        self._side.setSpacing(theme.space(2))
        self._pair.setSpacing(theme.space(4))
        self._buttons.setSpacing(theme.space(1.5))
        self._lay_out()

    def _lay_out(self) -> None:
        """The question stands beside the form where there is room, and below it on a narrow screen or in large type."""
        theme = theme_of()
        wide, aside = theme.px(620), theme.px(380)
        room = self.width() - theme.px(48)
        beside = room >= wide + theme.px(300)
        self._grid.removeWidget(self._beside)  # moved within one parent: a new parent would cost it its fonts
        self._grid.addWidget(self._beside, *((0, 1, 4, 1) if beside else (1, 0, 1, 1)))
        self._aside.setContentsMargins(0, theme.px(96) if beside else 0, 0, 0)
        self._beside.setMaximumWidth(aside if beside else wide)
        edge = max(theme.px(24), (self.width() - wide - (aside + theme.px(56) if beside else 0)) // 2)
        self._grid.setContentsMargins(edge, theme.px(28), theme.px(24), theme.px(24))
        self._grid.setHorizontalSpacing(theme.px(56))
        self._grid.setVerticalSpacing(theme.space(1.25))
        for part in (self._opening_part, self._rest):
            part.setFixedWidth(min(wide, max(theme.px(200), room)))
        pair = wide <= room
        self._pair.setDirection(QBoxLayout.Direction.LeftToRight if pair else QBoxLayout.Direction.TopToBottom)


_ENTER_OPENS = (QLineEdit, QRadioButton, QCheckBox)


def _keep(path: str) -> Callable[..., Written]:
    def write(desk: Desk, hand: Hand, case_id: str, text: str, step: Step, *, final: bool) -> Written:
        return intake.keep_typed(desk, hand, case_id, path, text, step, final=final)

    return write
