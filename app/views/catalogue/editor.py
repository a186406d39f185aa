# SPDX-License-Identifier: MPL-2.0
"""The next version of one entry: its fields, kept as they are typed, and the button that publishes it.

Made anew for each entry that is chosen, so that a word typed can never land on another. Must not know the list beside it.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.dates import format_full
from app.domain.names import short_name
from app.domain.rights import Act, may
from app.domain.roles import Hand
from app.domain.terms import TermList
from app.models.choices import OfferKind, Paragraph
from app.models.kinds import Offer
from app.qt.theme import follow, theme_of
from app.services.catalogue import (
    FIELDS,
    FORM,
    NEW,
    Entry,
    drop_typed,
    keep_typed,
    offer_again,
    publish_typed,
    withdraw,
)
from app.services.desk import Desk
from app.services.edit import Written
from app.services.groups import Member, members
from app.store.unit_of_work import Step
from app.views.binding import Bound
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import ChoiceField, Field, Option, TextArea, TextField
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.keyboard import LeadsKeyboard
from app.views.parts.words import Words, grows_down
from app.views.term_options import listed

KINDS = [
    Option(OfferKind.OPEN.value, "Åbent – uden afgørelse"),
    Option(OfferKind.TEMPORARY.value, "Tidsbegrænset – med slutdato"),
    Option(OfferKind.ORDINARY.value, "Almindeligt – udredning, handleplan og afgørelse"),
]
PARAGRAPHS = [
    Option(Paragraph.OPEN.value, "åbent"),
    Option(Paragraph.P82A.value, "§ 82 a"),
    Option(Paragraph.P82B.value, "§ 82 b"),
    Option("85", "§ 85"),
    Option("104", "§ 104"),
]


class Editor(LeadsKeyboard):
    """`published(key)` when the version is in force, `dropped` when what was typed is given up."""

    published = Signal(str)
    dropped = Signal()

    def __init__(self, context: Context, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.entry = entry
        self.fields: dict[str, Field] = {
            "name": TextField("Navn"),
            "type": ChoiceField("Slags", KINDS),
            "paragraph": ChoiceField("Gives efter", PARAGRAPHS, type_ahead=True),
            "legal_ground": TextArea("Lovgrundlag", min_lines=1),
            "services": TextArea("Ydelser", note="(det, borgeren får)", min_lines=3),
            "standard": TextArea("Kvalitetsstandard", note="(det, borgeren kan regne med)", min_lines=3),
            "area": TextField("Område"),
            "need": TextField("Behov", note="(så det samme ikke dækkes to gange)"),
            "service": ChoiceField("Ydelse i FFB", listed(TermList.SERVICE), type_ahead=True),
            "provider": ChoiceField("Tilbudstype i FFB", listed(TermList.PROVIDER), type_ahead=True),
        }
        self._bounds: list[Bound] = []
        self._title = Words("", "heading", parent=self)
        self._state = Words("", "note", "text-quiet", self)
        self._column = QVBoxLayout(self)
        self._head = QVBoxLayout()
        self._head.addWidget(self._title)
        self._head.addWidget(self._state)
        self._column.addLayout(self._head)
        self._make_members()
        for name in FIELDS:
            field = self.fields[name]
            field.setObjectName(f"offer.{name}")
            field.set_text(entry.text(name))
            field.edited.connect(lambda _text: self._tell())
            self._bounds.append(Bound(context, field, FORM, "offer", entry.key, name, write=_keep(entry.key, name)))
        self._add("name")
        self._pair = QHBoxLayout()
        self._pair.addWidget(self.fields["type"], 3, Qt.AlignmentFlag.AlignTop)
        self._pair.addWidget(self.fields["paragraph"], 2, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(self._pair)
        self._add("legal_ground", "services", "standard")
        self._last = QHBoxLayout()
        self._last.addWidget(self.fields["area"], 1, Qt.AlignmentFlag.AlignTop)
        self._last.addWidget(self.fields["need"], 1, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(self._last)
        self._add("service", "provider")
        self._column.addWidget(self._build_buttons())
        self._column.addStretch(1)
        self.fields["type"].edited.connect(self._kind_chosen)
        self.keyboard_to(self.fields["name"])
        context.session_changed.connect(self._tell)
        self._tell()
        follow(self._restyle)

    def _add(self, *names: str) -> None:
        for name in names:
            self._column.addWidget(self.fields[name])

    def _make_members(self) -> None:
        """Of a § 82 a group: who is in it (B2)."""
        offer = self.entry.offer
        self.members = Words("", "body", parent=self, leading=1.35)
        self.members.setObjectName("catalogue.members")
        self._members_head = Words("Med i gruppen", "label", parent=self)
        self._with = QVBoxLayout()
        for words in (self._members_head, self.members):
            words.hide()
            self._with.addWidget(words)
        self._column.addLayout(self._with)
        if offer is not None and offer.paragraph == Paragraph.P82A:
            desk, hand, key = self._context.desk, self._context.hand, offer.key
            self._context.run(lambda: members(desk, hand, key), self._show_members)

    def _show_members(self, found: tuple[Member, ...]) -> None:
        self.members.setText("\n".join(map(_line, found)) if found else "Ingen er med lige nu.")
        self.members.set_color("text" if found else "text-quiet")
        self._members_head.set_tail(f"({len(found)})" if found else "")
        for words in (self._members_head, self.members):
            words.show()

    def _build_buttons(self) -> QWidget:
        self.publish_button = Button("", Kind.PRIMARY)
        self.publish_button.setObjectName("catalogue.publish")
        self.publish_button.clicked.connect(self._publish)
        self.drop_button = Button("Begynd forfra")
        self.drop_button.setObjectName("catalogue.drop")
        self.drop_button.clicked.connect(self._drop)
        self.withdraw_button = Button("Lad det udgå", Kind.QUIET)
        self.withdraw_button.setObjectName("catalogue.withdraw")
        self.withdraw_button.clicked.connect(self._withdraw)
        row = QWidget()
        flow = FlowLayout(row, gap=1.5, row_gap=1)
        for button in (self.publish_button, self.drop_button, self.withdraw_button):
            flow.addWidget(button)
        grows_down(row)
        return row

    def leave(self) -> None:
        """Keep what is typed before something else is looked at."""
        for bound in self._bounds:
            bound.leave()

    def changed(self) -> bool:
        """Whether what stands here differs from the version in force."""
        offer = self.entry.offer
        return any(field.text() != (str(getattr(offer, name)) if offer else "") for name, field in self.fields.items())

    def _kind_chosen(self, kind: str) -> None:
        """An open offer has no paragraph to choose; nothing else is guessed."""
        paragraph = self.fields["paragraph"]
        if isinstance(paragraph, ChoiceField):
            paragraph.set_proposal(Paragraph.OPEN.value if kind == OfferKind.OPEN else "")

    def _tell(self) -> None:
        offer, changed = self.entry.offer, self.changed()
        self._title.setText(offer.name if offer else "Nyt tilbud")
        if offer is None:
            self._state.setText("Ikke udgivet endnu.")
        elif offer.published_on is not None:
            words = f"Version {offer.version}, gælder fra {format_full(offer.published_on)}."
            if offer.withdrawn_on is not None:
                words += f" Udgået fra {format_full(offer.withdrawn_on)}: kan ikke vælges mere. Sager beholder deres version."
            self._state.setText(f"{words} Der er skrevet videre på den." if changed else words)
        pen = self._context.pen
        mine = pen is not None and may(pen.role, Act.CATALOGUE)
        self.publish_button.setText(f"Udgiv version {offer.version + 1}" if offer else "Udgiv")
        self.publish_button.setVisible(mine)
        self.publish_button.setEnabled(changed)
        self.drop_button.setVisible(mine and changed)
        self.withdraw_button.setText("Tilbyd det igen" if offer and offer.withdrawn_on else "Lad det udgå")
        self.withdraw_button.setVisible(mine and offer is not None)

    def _publish(self) -> None:
        self.leave()
        for field in self.fields.values():
            field.set_error(None)
        desk, hand, key = self._context.desk, self._context.hand, self.entry.key
        values = {name: field.text() for name, field in self.fields.items()}
        self._context.run(lambda: publish_typed(desk, hand, key, values), self._published, self._refused)

    def _withdraw(self) -> None:
        offer = self.entry.offer
        if offer is None:
            return
        desk, hand, key = self._context.desk, self._context.hand, offer.key
        if offer.withdrawn_on is not None:
            self._context.run(lambda: offer_again(desk, hand, key), lambda _: self.published.emit(key))
            return
        told = "Det kan ikke vælges fra i dag. Sager, der har det, beholder det og den version, de fik."
        if self._context.asks.confirm(f"Skal »{offer.name}« udgå?", told, "Lad det udgå", "Behold det"):
            self.leave()
            self._context.run(lambda: withdraw(desk, hand, key), lambda _: self.published.emit(key))

    def _published(self, offer: Offer) -> None:
        self.published.emit(offer.key)

    def _refused(self, message: str, name: str | None) -> None:
        field = self.fields.get(name or "")
        if field is None:
            self._context.asks.tell(message)
        else:
            field.refuse(message)
            field.setFocus()

    def _drop(self) -> None:
        desk, hand, key = self._context.desk, self._context.hand, self.entry.key
        what = "Det nye tilbud forsvinder." if key == NEW else "Det, der er skrevet siden sidste version, forsvinder."
        if self._context.asks.confirm("Begynd forfra?", what, "Begynd forfra", "Behold det"):
            self.leave()
            self._context.run(lambda: drop_typed(desk, hand, key), self._dropped)

    def _dropped(self, _done: None) -> None:
        self.dropped.emit()

    def _restyle(self) -> None:
        theme = theme_of()
        self._column.setContentsMargins(theme.px(28), theme.px(24), theme.px(28), theme.px(24))
        self._column.setSpacing(theme.space(2.25))
        self._head.setSpacing(theme.space(0.5))
        self._with.setSpacing(theme.space(0.5))
        self._pair.setSpacing(theme.space(3))
        self._last.setSpacing(theme.space(3))


def _line(member: Member) -> str:
    period = f"{format_full(member.start)} – {format_full(member.end)}"
    return " · ".join(part for part in (member.name, period, short_name(member.vejleder)) if part)


def _keep(key: str, name: str) -> Callable[..., Written]:
    def write(desk: Desk, hand: Hand, _form: str, text: str, step: Step, *, final: bool) -> Written:
        return keep_typed(desk, hand, key, name, text, step, final=final)

    return write
