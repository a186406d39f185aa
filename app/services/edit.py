# SPDX-License-Identifier: MPL-2.0
"""Typing: what a person writes in a field becomes a value, or is kept as a draft with the reason beside it (promise 3).

The one place where text becomes a value. Called by every field of every screen and by nothing else. A value is never
clamped or corrected; a period is judged as a whole, whichever half was typed last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TypeAlias

from app.domain.dates import Lies, format_full, format_input, parse_date
from app.domain.errors import UserError
from app.domain.identifiers import parse_identifier, require_adult
from app.domain.paragraphs import read_paragraphs
from app.domain.periods import check_period
from app.domain.roles import Hand
from app.domain.terms import find_term, find_theme
from app.domain.writing import LONGEST, require_length
from app.models.choices import GoalType, OfferKind, Outcome, Owner, Paragraph, ReadBack, Source, TargetGroup
from app.models.fields import FieldInfo, Value, fields_of
from app.models.kinds import KINDS, Identifier
from app.services.desk import Desk
from app.store.unit_of_work import Step, UnitOfWork, new_id

UNFINISHED = ""
"""The reason on a draft somebody is still typing."""
HAS_COME = "Dagen for svar skal ligge efter i dag."
GONE = "Den dag er gået. Skriv den dag, formålet senest bliver afklaret."

_CHOICES: dict[tuple[str, str], type[StrEnum]] = {
    ("answer", "target_group"): TargetGroup,
    ("support", "paragraph"): Paragraph,
    ("action", "owner"): Owner,
    ("goal", "type"): GoalType,
    ("tried", "outcome"): Outcome,
    ("tried", "citizen_says"): Outcome,
    ("case", "source"): Source,
    ("story", "read_back"): ReadBack,
}
_PARAGRAPHS = frozenset(("municipality", f"paragraphs_{answer}") for answer in ("no", "later", "direct"))
ORDER = ("municipality", "clipboard_order")
"""The order of what is copied to another system: read as blocks, kept as it is written."""
SCALE = range(11)

Seen: TypeAlias = Collection[str] | None
"""The ids of the changes a person had before them; None is all that stands now."""


@dataclass(frozen=True, slots=True)
class Written:
    """Whether what was typed became a value; if not, why, in one Danish sentence."""

    accepted: bool
    because: str = ""


ACCEPTED = Written(True)

_OTHER_HALF = {("support", "start"): "end", ("support", "end"): "start"}


@cache
def is_read(kind: str, name: str) -> bool:
    """Whether a field's text must be read as something (a date, a number, a theme, a choice) before it is a value."""
    field = kind, name
    info = fields_of(KINDS[kind])[name]
    chosen = info.values is not None or field == ("goal", "theme") or field in _CHOICES
    return chosen or info.type is not str or field in _PARAGRAPHS or field == ORDER


def write_text(
    desk: Desk,
    hand: Hand,
    case_id: str,
    kind: str,
    record_id: str,
    name: str,
    text: str,
    step: Step,
    *,
    final: bool = True,
    seen: Seen = None,
) -> Written:
    """Keep what was typed in a field. `final` when the person has left it; until then a date is only kept, not read.

    `seen`: the changes that stood before the person as they began, so that what came in since is not written over.

    Raises UserError when the pen is another's;
    a text that is no value is kept and told of in the result.
    """
    _require_typed(kind)
    with desk.step(hand, case_id, step) as work:
        if not is_read(kind, name) and len(text) <= LONGEST:  # as most: the words are the value
            work.write(kind, record_id, {name: text}, seen)
            return ACCEPTED
        today = work.at.date()
        if not final and is_read(kind, name) and text.strip():
            with _other_half_kept(work, today, kind, record_id, name):
                work.keep_draft(kind, record_id, name, text, UNFINISHED, seen)
            return ACCEPTED
        return _write(work, today, kind, record_id, name, text, seen)


def write_value(
    desk: Desk,
    hand: Hand,
    case_id: str,
    kind: str,
    record_id: str,
    name: str,
    value: Value,
    step: Step,
    seen: Seen = None,
) -> None:
    """Keep a choice, a tick or a place on a scale. `seen` as in `write_text`."""
    _require_typed(kind)
    with desk.step(hand, case_id, step) as work:
        _keep(work, desk.today(), kind, record_id, name, value, seen)
        if (kind, name) == ("support", "paragraph"):
            judge_end(work, desk.today(), record_id)


def write_number(
    desk: Desk, hand: Hand, case_id: str, citizen_id: str, text: str, step: Step, *, final: bool = True
) -> Written:
    """Keep a CPR number, replacement number or eCPR as typed; once read it becomes the citizen's number in force.

    A number already on another citizen is taken too: whether the two are one is asked (`same_citizen.py`), and nothing is joined
    in silence. The earlier number stays in the history, unless it was written today and so is being corrected.
    """
    with desk.step(hand, case_id, step) as work:
        if not text.strip():
            work.drop_draft("identifier", citizen_id, "value")
            return ACCEPTED
        if not final:
            work.keep_draft("identifier", citizen_id, "value", text, UNFINISHED)
            return ACCEPTED
        try:
            number = parse_identifier(text, desk.today())
            if number.birth_date is not None:
                require_adult(number.birth_date, desk.today())
        except UserError as error:
            work.keep_draft("identifier", citizen_id, "value", text, error.message)
            return Written(False, error.message)
        work.drop_draft("identifier", citizen_id, "value")
        if not work.has_number(citizen_id, number.value):
            for earlier in work.numbers_written_on(citizen_id, desk.today()):
                work.remove("identifier", earlier)
            work.create(
                Identifier(
                    id=new_id(),
                    case_id=case_id,
                    citizen_id=citizen_id,
                    type=number.kind.value,
                    value=number.value,
                    since=desk.today(),
                )
            )
            if number.birth_date is not None:
                work.write("citizen", citizen_id, {"birth_date": number.birth_date})
        return ACCEPTED


# -- inside


def _require_typed(kind: str) -> None:
    """Who coordinates is appointed, dated and never renamed: another name is another appointment (H2)."""
    if kind == "coordinator":
        raise UserError("En ny koordinator udpeges, og den før bliver stående med sine datoer.", "coordinator.name")


def _write(
    work: UnitOfWork, today: date, kind: str, record_id: str, name: str, text: str, seen: Seen = None
) -> Written:
    written = _store(work, today, kind, record_id, name, text, seen)
    if kind == "support" and name in ("start", "paragraph"):
        judge_end(work, today, record_id)
    return written


def _store(
    work: UnitOfWork, today: date, kind: str, record_id: str, name: str, text: str, seen: Seen = None
) -> Written:
    """Keep one text: as a value, or as a draft with its reason."""
    with _other_half_kept(work, today, kind, record_id, name):
        try:
            value = _judged(work, today, kind, record_id, name, text)
        except UserError as error:
            work.keep_draft(kind, record_id, name, text, error.message, seen)
            return Written(False, error.message)
        _keep(work, today, kind, record_id, name, value, seen)
    return ACCEPTED


def _keep(work: UnitOfWork, today: date, kind: str, record_id: str, name: str, value: Value, seen: Seen = None) -> None:
    """Write a value; a consent is given on the day it is ticked, and one given anew is withdrawn no longer (C6)."""
    if (kind, name) != ("consent", "given") or value == work.value(kind, record_id, name):
        work.write(kind, record_id, {name: value}, seen)
        return
    # The day it was withdrawn was written by the very change that took the tick off, which is what `seen` holds.
    anew = {"withdrawn_on": None} if value and work.value(kind, record_id, "withdrawn_on") else {}
    work.write(kind, record_id, {name: value, **anew}, seen)
    work.write(kind, record_id, {"given_on": today if value else None})


def _judged(work: UnitOfWork, today: date, kind: str, record_id: str, name: str, text: str) -> Value:
    info = fields_of(KINDS[kind])[name]
    value = read(kind, info, text, today)
    if info.lies is Lies.BEHIND and isinstance(value, date) and value > today:
        raise UserError(f"{format_full(value)} er ikke kommet endnu. Skriv den dag, det skete.", name)
    if (kind, name) == ("support", "end"):
        _check_end(work, record_id, value)
    if (kind, name) == ("support", "paragraph"):
        _check_ground(work, record_id, value)
    if (kind, name) == ("answer", "until") and isinstance(value, date) and value <= today:
        raise UserError(HAS_COME, "until")
    if (kind, name) == ("plan", "provisional_until") and isinstance(value, date) and value < today:
        raise UserError(GONE, "provisional_until")
    if (kind, name) == ("duties", "consent") and value and not work.has_consent():
        raise UserError("Der er intet samtykke i sagen. Skriv det under »Må vi spørge andre?«.", "duties.consent")
    return value


def _other_half_kept(
    work: UnitOfWork, today: date, kind: str, record_id: str, name: str
) -> AbstractContextManager[None]:
    """A period is written whole, which takes drafts on both its halves away: what is typed in the other is put back."""
    other = _OTHER_HALF.get((kind, name))
    return _put_back(work, today, kind, record_id, other) if other else nullcontext()


@contextmanager
def _put_back(work: UnitOfWork, today: date, kind: str, record_id: str, other: str) -> Iterator[None]:
    text = work.draft_text(record_id, other)
    yield
    if text is None:
        return
    because = UNFINISHED
    try:
        _judged(work, today, kind, record_id, other, text)
    except UserError as error:
        because = error.message
    work.keep_draft(kind, record_id, other, text, because)


def read(kind: str, info: FieldInfo, text: str, today: date) -> Value:
    """The value a text stands for. Raises UserError with one sentence when it stands for none."""
    require_length(text, info.name)
    plain = text.strip()
    if not plain and info.type is not str:
        return info.default
    if info.type is date:
        day = read_day(kind, info.name, plain, today)
        if (kind, info.name) == ("citizen", "birth_date"):
            require_adult(day, today)
        return day
    if info.type is int:
        if not (plain.isascii() and plain.isdigit() and int(plain) in SCALE):
            raise UserError("Skriv et helt tal fra 0 til 10.", info.name)
        return int(plain)
    if info.type is bool:
        return plain.casefold() in ("ja", "true", "1")
    if (kind, info.name) == ("goal", "theme"):
        return find_theme(plain).name if plain else ""
    if info.values is not None:
        return find_term(info.values, plain).key if plain else ""
    if (kind, info.name) == ORDER:
        from app.papers.clipboard import read_order  # late: only the settings ask

        read_order(plain)
        return plain
    if (kind, info.name) in _PARAGRAPHS:
        return ", ".join(read_paragraphs(plain))
    choices = _CHOICES.get((kind, info.name))
    if choices is not None and plain:
        known = {str(c): str(c) for c in choices}
        if plain.casefold() not in known:
            raise UserError(f"Vælg mellem {', '.join(known)}.", info.name)
        return known[plain.casefold()]
    return text


def read_day(kind: str, name: str, text: str, today: date) -> date:
    """The day a text stands for in a date field; without a year it is the nearest where the field's day lies.

    Raises UserError with one sentence when it stands for none.
    """
    lies = fields_of(KINDS[kind])[name].lies
    assert lies is not None, f"{kind}.{name} is no day"
    return parse_date(text, today, lies)


def _check_end(work: UnitOfWork, support_id: str, end: Value) -> None:
    start = work.value("support", support_id, "start")
    if not isinstance(start, date) or not isinstance(end, date):
        return
    if work.value("support", support_id, "paragraph") == Paragraph.P82B:
        check_period(start, end)
    elif end < start:
        raise UserError("Slutdatoen ligger før startdatoen.", "end")


def judge_end(work: UnitOfWork, today: date, support_id: str) -> None:
    """The start or the paragraph has changed: is the end still within the wall, or now within it? (B1)"""
    draft = work.draft_text(support_id, "end")
    end = work.value("support", support_id, "end")
    if draft is not None:
        _store(work, today, "support", support_id, "end", draft)
    elif isinstance(end, date):
        try:
            _check_end(work, support_id, end)
        except UserError as error:
            work.keep_draft("support", support_id, "end", format_input(end), error.message)


def not_open(paragraph: Value, offer: str, kind: Value) -> str:
    """Why a support that is an entry of the catalogue is not open to all, in one sentence; "" when it may be (F1).

    `kind`: the entry's `OfferKind`, "" for a support that is no entry.
    """
    if paragraph != Paragraph.OPEN or kind in ("", OfferKind.OPEN):
        return ""
    return f"»{offer}« er ikke et åbent tilbud. Vælg den paragraf, det bevilges efter."


def judge_ground(work: UnitOfWork, today: date, support_id: str) -> None:
    """The support is another entry of the catalogue, or none any more: is it open to all now, or no longer?"""
    chosen = work.value("support", support_id, "paragraph") or work.draft_text(support_id, "paragraph")
    if chosen == Paragraph.OPEN:
        _write(work, today, "support", support_id, "paragraph", Paragraph.OPEN.value)


def _check_ground(work: UnitOfWork, support_id: str, paragraph: Value) -> None:
    entry = str(work.value("support", support_id, "offer_id"))
    name, kind = (work.value("offer", entry, part) for part in ("name", "type"))
    if why := not_open(paragraph, str(name), kind):
        raise UserError(why, "paragraph")
