# SPDX-License-Identifier: MPL-2.0
"""A conversation as the screens tell it: its words in Danish, and the services behind its buttons (promise 4).

Used by every field tied to the record and by lists, where a record was taken away while another wrote on it. Must not know how
it looks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.domain.dates import WEEKDAYS, format_day, format_full
from app.domain.merge import meanwhile
from app.domain.names import short_name
from app.domain.rights import may_write, told, writers
from app.domain.roles import Hand
from app.models.casefile import CaseFile, Said, Talk
from app.models.fields import Value, fields_of, to_json
from app.models.kinds import KINDS
from app.services import conversation
from app.services.lists import NAMES, THE
from app.views.context import Context
from app.views.parts.talk import TalkPanel, TalkWords, Voice

_A_WEEK = 7


def talk_on(file: CaseFile, record_id: str, name: str) -> Talk | None:
    """What people are to settle on a field, if anything; of a period it stands on its first half."""
    return next((t for t in file.conversations if t.record_id == record_id and t.fields[0] == name), None)


def shares_talk(file: CaseFile, record_id: str, name: str) -> Talk | None:
    """The conversation on a period of which this field is the other half."""
    return next((t for t in file.conversations if t.record_id == record_id and name in t.fields[1:]), None)


def join_on(file: CaseFile, record_id: str, name: str) -> Talk | None:
    """The two texts a machine has made one of on a field, if it has."""
    return next((t for t in file.joins if t.record_id == record_id and t.fields[0] == name), None)


def on_screen(file: CaseFile, record_id: str, name: str) -> frozenset[str]:
    """The changes behind the one value a screen shows of a field. Where several stand apart it shows the careful one, or else the
    first, and no other."""
    talk = talk_on(file, record_id, name)
    if talk is not None:
        return frozenset({_shown_of(talk, name).change_id})
    written = file.hands.get((record_id, name))
    return frozenset() if written is None else frozenset({written.change_id, *written.beside})


def _shown_of(talk: Talk, name: str) -> Said:
    careful = fields_of(KINDS[talk.kind])[name].careful
    if careful is None:
        return talk.said[0]
    values = [to_json(said.values.get(name)) for said in talk.said]
    return talk.said[values.index(meanwhile(careful, values))]


def may_settle(context: Context, talk: Talk) -> bool:
    """Whether the pen in hand writes such a field, and so settles it."""
    pen = context.pen
    return pen is not None and all(
        may_write(pen.role, fields_of(KINDS[talk.kind])[n].pen, talk.kind) for n in talk.fields
    )


def words_of(
    context: Context, talk: Talk, show: Callable[[Value], str], *, typed: bool, joins: bool, about: str = ""
) -> TalkWords:
    """A conversation in words. `about`: what it is on, where no label says so. `typed`: a new text can be written in the field;
    `joins`: both may be kept."""
    today = context.desk.today()
    mine = may_settle(context, talk)
    names = first_names([said.hand for said in talk.said])
    if talk.fields == ("removed",):
        return _removal(talk, names, today, mine, show)
    twice = len({said.hand.person_id for said in talk.said}) < len(talk.said)
    voices = tuple(
        Voice(
            said.hand.role,
            f"{name} skrev {told_when(said.at, today)}{' uden forbindelse' if said.out_of_reach else ''}",
            _told_values(talk, said, show),
            f"Behold {genitive(name)}" + (f" fra {told_when(said.at, today)}" if twice else ""),
        )
        for said, name in zip(talk.said, names, strict=True)
    )
    foot = "" if mine else _who_can(talk)
    if mine and typed:
        foot = "Eller skriv noget nyt i feltet."
    elif mine:
        foot = "Eller vælg noget andet i feltet."
    kept = "Behold begge" if len(voices) == 2 else "Behold det hele"
    heading = f"Skal afklares: {lower_first(about.rstrip('?'))}" if about else "Skal afklares"
    return TalkWords(heading, voices, kept if joins else "", foot, mine)


def told_when(at: datetime, today: date) -> str:
    """ "kl. 10.20", "torsdag kl. 10.14", "den 3. november kl. 10.14": as one says it, on the day `today`."""
    clock, day = f"kl. {at:%H.%M}", at.date()
    ago = (today - day).days
    if ago == 0:
        return clock
    if 0 < ago < _A_WEEK:
        return f"{WEEKDAYS[day.weekday()]} {clock}"
    return f"den {format_day(day) if day.year == today.year else format_full(day)} {clock}"


def genitive(name: str) -> str:
    """ "Vagns", "Jens'"."""
    return f"{name}'" if name[-1:].casefold() in ("s", "x", "z") else f"{name}s"


def lower_first(words: str) -> str:
    """As it stands within a sentence: "CPR-nummer" and the I that is you keep theirs."""
    return words if words[1:2].isupper() else f"{words[:1].lower()}{words[1:]}"


def told_join(talk: Talk) -> str:
    """The quiet mark of a text two hands have written."""
    return f"Samlet af det, {' og '.join(first_names([s.hand for s in talk.said]))} skrev"


class TalkBox(TalkPanel):
    """A conversation that does what its buttons say. `begin` is called before anything is settled (typing ends there)."""

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._case_id = case_id
        self.talk: Talk | None = None
        self.begin: Callable[[], object] = _nothing
        self.kept.connect(self._keep)

    def show_talk(self, talk: Talk | None, words: TalkWords | None, path: str) -> None:
        """Show this conversation, or none."""
        self.talk = talk
        self.tell(words)
        self.name_buttons(path)

    def _keep(self, number: int) -> None:
        talk = self.talk
        if talk is None or number >= len(talk.said):
            return
        self.begin()
        context, case_id, hand = self._context, self._case_id, self._context.hand
        kept = talk.said[number]
        context.run(lambda: conversation.keep(context.desk, hand, case_id, talk, kept))


class RemovalTalk(QObject):
    """What stands at the top of a record that one took away while another wrote on it. Made where a list makes its rows."""

    def __init__(
        self, context: Context, case_id: str, record_id: str, place: Callable[[QWidget], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._case_id = case_id
        self._record_id = record_id
        self._place = place
        self._file: CaseFile | None = None
        self._path = ""
        self.box: TalkBox | None = None
        context.session_changed.connect(self._tell)

    def refresh(self, file: CaseFile, path: str) -> None:
        """Show it, if there is one."""
        self._file, self._path = file, path
        self._tell()

    def _tell(self) -> None:
        file = self._file
        talk = talk_on(file, self._record_id, "removed") if file is not None else None
        if talk is not None and self.box is None:
            self.box = TalkBox(self._context, self._case_id)
            self._place(self.box)
        if self.box is not None and isValid(self.box):
            words = None
            if talk is not None:
                words = words_of(self._context, talk, shown_value, typed=False, joins=False)
            self.box.show_talk(talk, words, self._path)


def shown_value(value: Value) -> str:
    """A value as one reads it in a sentence."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return format_full(value) if isinstance(value, date) else str(value)


def _removal(talk: Talk, names: list[str], today: date, mine: bool, show: Callable[[Value], str]) -> TalkWords:
    """ "Vagn tog målet væk, Bodil skrev i det imens"."""
    thing = THE.get(talk.kind, NAMES.get(talk.kind, "det"))
    voices = []
    for said, name in zip(talk.said, names, strict=True):
        when = f"{told_when(said.at, today)}{' uden forbindelse' if said.out_of_reach else ''}"
        if said.values.get("removed") is True:
            voices.append(Voice(said.hand.role, f"{name} tog {thing} væk {when}", "", "Tag væk"))
            continue
        if "removed" in said.values:
            voices.append(Voice(said.hand.role, f"{name} satte {thing} tilbage {when}", "", "Behold"))
            continue
        wrote = "; ".join(f"{_labelled(talk.kind, n)}: {show(value) or 'intet'}" for n, value in said.values.items())
        voices.append(Voice(said.hand.role, f"{name} skrev imens, {when}", wrote, "Behold"))
    return TalkWords("Skal afklares", tuple(voices), "", "" if mine else _who_can(talk), mine)


def _labelled(kind: str, name: str) -> str:
    """A field by its label; one of a record that hangs under the other is told as "milestone.text"."""
    below, _, own = name.rpartition(".")
    return fields_of(KINDS[below or kind])[own].label.rstrip("?")


def _told_values(talk: Talk, said: Said, show: Callable[[Value], str]) -> str:
    if len(talk.fields) == 1:
        return show(said.values.get(talk.fields[0])) or "(slettede det, der stod)"
    return " – ".join(show(said.values.get(n)) or "ingen dato" for n in talk.fields)


def _who_can(talk: Talk) -> str:
    pens = [writers(fields_of(KINDS[talk.kind])[n].pen, talk.kind) for n in talk.fields]
    who = told(frozenset.intersection(*pens))
    return f"{who[:1].upper()}{who[1:]} kan afklare det."


def first_names(hands: Sequence[Hand]) -> list[str]:
    """What each is called: the first name, or the whole where two share theirs."""
    people = {hand.person_id: hand.name for hand in hands}
    shorts = [short_name(name) for name in people.values()]
    whole = len(set(shorts)) < len(shorts)
    return [hand.name if whole else short_name(hand.name) or hand.name for hand in hands]


def _nothing() -> None:
    """Nobody types there."""
