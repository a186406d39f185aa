# SPDX-License-Identifier: MPL-2.0
"""The kinds of record that lead up to an answer, are it, and say how what it grants is used.

Declared as in `kinds.py`, which has them among all others; everybody asks there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.fields import Careful, Lies, Merge, field
from app.models.record import (
    ADVISER,
    BESTILLER,
    CITIZEN,
    EITHER,
    FOR_ADVISER,
    INTERNAL,
    NAMES,
    NO_WORDS,
    PROGRAM,
    SIGNATURE,
    VEJLEDER,
)
from app.models.record import Record as Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Record):
    """The draft of the answer; only a signed `Decision` is one (A2, C3). One to a case."""

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    target_group: str = field("I målgruppen?", BESTILLER, CITIZEN)
    reason: str = field("Begrundelse", BESTILLER, CITIZEN)
    considerations: str = field("Hvad vi har lagt vægt på", BESTILLER, CITIZEN)
    facts: str = field("Oplysninger", BESTILLER, CITIZEN)
    until: date | None = field("Svar senest", BESTILLER, CITIZEN, None, lies=Lies.AHEAD)
    handleplan: str = field("Tilbudt § 141-handleplan", BESTILLER, INTERNAL)
    handleplan_why: str = field("Hvorfor eller hvorfor ikke", BESTILLER, INTERNAL)
    hearing: str = field("Partshøring", BESTILLER, CITIZEN)
    hearing_note: str = field("Hørt om hvad, og hvad blev sagt", BESTILLER, INTERNAL)
    weighing: str = field("Sådan er rådene vejet", BESTILLER, INTERNAL)
    sent_to: str = field("Sendt videre til", BESTILLER, INTERNAL)
    sent_on: date | None = field("Sendt videre", BESTILLER, INTERNAL, None, lies=Lies.BEHIND)
    sent_mark: str = field("Aftryk af det, der blev sendt videre", BESTILLER, INTERNAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Support(Record):
    """A support in the answer. Its start and end are one value, the period (B1, B2, D6)."""

    removed: bool = field("Fjernet", BESTILLER, INTERNAL, False)
    position: int = field("Plads", BESTILLER, INTERNAL, 0, merge=Merge.ORDER)
    paragraph: str = field("Grundlag", BESTILLER, CITIZEN)
    offer: str = field("Tilbud", BESTILLER, CITIZEN)
    offer_id: str = field("Version i kataloget", BESTILLER, INTERNAL)
    start: date | None = field("Fra", BESTILLER, CITIZEN, None, group="period", lies=Lies.AHEAD)
    end: date | None = field("Til og med", BESTILLER, CITIZEN, None, group="period", lies=Lies.AHEAD)
    frame: str = field("Ramme", BESTILLER, CITIZEN)
    need: str = field("Hvilket behov?", BESTILLER, INTERNAL)
    same_need_reason: str = field("Hvorfor to til samme behov?", BESTILLER, INTERNAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intensity(Record):
    """How much of a support is given just now, within its frame (C5). Not decided: it may change any day.

    A record of its own and no field of `Support`, so that whoever writes it never writes on what is granted. Its id is reckoned
    from the support's (`intensity_id`), and its first word begins it. All of it is for the citizen, for a change never mixes.
    """

    removed: bool = field("Fjernet", PROGRAM, CITIZEN, False)
    text: str = field("Så meget lige nu", VEJLEDER, CITIZEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Record):
    """The vejleder's question to what is about to be granted (A10)."""

    removed: bool = field("Fjernet", VEJLEDER, INTERNAL, False)
    position: int = field("Plads", VEJLEDER, INTERNAL, 0, merge=Merge.ORDER)
    text: str = field("Spørgsmål til udkastet", VEJLEDER, INTERNAL)
    answer: str = field("Bestillerens svar", BESTILLER, INTERNAL)
    seen: bool = field("Set", BESTILLER, INTERNAL, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitRequest(Record):
    """The vejleder asks for a support that is not granted, and it counts as nothing granted until the bestiller decides (C5).

    `answer` is the bestiller's no; `support_id` the row of a draft it was taken into, which is granted when that is signed.
    """

    removed: bool = field("Fjernet", VEJLEDER, INTERNAL, False)
    position: int = field("Plads", VEJLEDER, INTERNAL, 0, merge=Merge.ORDER)
    offer: str = field("Ønsket støtte", VEJLEDER, INTERNAL)
    why: str = field("Hvorfor nu?", VEJLEDER, INTERNAL)
    answer: str = field("Nej, fordi", BESTILLER, INTERNAL)
    support_id: str = field("Taget med som", BESTILLER, INTERNAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice(Record):
    """Advice from outside. An adviser advises and never decides; opposite advices both stand (D3).

    `person_id`: the adviser who wrote it signed in, and alone may change it; "" where it was taken down by the staff.
    """

    removed: bool = field("Fjernet", ADVISER, FOR_ADVISER, False)
    position: int = field("Plads", ADVISER, FOR_ADVISER, 0, merge=Merge.ORDER)
    person_id: str = field("Rådgiverens konto", ADVISER, FOR_ADVISER, merge=Merge.ONCE)
    adviser: str = field("Rådgiver", ADVISER, FOR_ADVISER, wording=NO_WORDS)
    organisation: str = field("Hvorfra", ADVISER, FOR_ADVISER, wording=NAMES)
    date: date | None = field("Dato", ADVISER, FOR_ADVISER, None, lies=Lies.BEHIND)
    text: str = field("Råd", ADVISER, FOR_ADVISER)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRequest(Record):
    """An adviser with an account is asked (D3): while it is open, and the consent it rests on stands, the shared part of the
    case can be read by that person."""

    removed: bool = field("Fjernet", EITHER, FOR_ADVISER, False)
    position: int = field("Plads", EITHER, FOR_ADVISER, 0, merge=Merge.ORDER)
    person_id: str = field("Rådgiverens konto", EITHER, FOR_ADVISER, merge=Merge.ONCE)
    adviser: str = field("Rådgiver", EITHER, FOR_ADVISER, merge=Merge.ONCE, wording=NO_WORDS)
    consent_id: str = field("Samtykke", EITHER, INTERNAL, merge=Merge.ONCE)
    question: str = field("Spørgsmål til rådgiveren", EITHER, FOR_ADVISER)
    asked_on: date | None = field("Spurgt", EITHER, FOR_ADVISER, None, merge=Merge.ONCE, lies=Lies.BEHIND)
    closed_on: date | None = field("Lukket", EITHER, FOR_ADVISER, None, careful=Careful.LEAST, lies=Lies.BEHIND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Record):
    """A signed answer: a full copy, its hash and a seal, written whole by one change (promise 2).

    `content` is canonical JSON. The other fields repeat what lists sort by and are checked against it. A change holds fields of
    one audience only, so all of them have the same: what of it stands on a paper or is turned is read from `content` alone.
    """

    removed: bool = field("Fjernet", PROGRAM, CITIZEN, False)
    content: str = field("Det afgjorte", SIGNATURE, CITIZEN, merge=Merge.ONCE)
    hash: str = field("Aftryk", SIGNATURE, CITIZEN, merge=Merge.ONCE)
    seal: str = field("Segl", SIGNATURE, CITIZEN, merge=Merge.ONCE)
    signer_id: str = field("Afgjort af", SIGNATURE, CITIZEN, merge=Merge.ONCE)
    signer_name: str = field("Afgjort af", SIGNATURE, CITIZEN, merge=Merge.ONCE)
    signed_at: str = field("Afgjort", SIGNATURE, CITIZEN, merge=Merge.ONCE)
    target_group: str = field("Svar", SIGNATURE, CITIZEN, merge=Merge.ONCE)
    start: date | None = field("Fra", SIGNATURE, CITIZEN, None, merge=Merge.ONCE, lies=Lies.AHEAD)
    end: date | None = field("Til og med", SIGNATURE, CITIZEN, None, merge=Merge.ONCE, lies=Lies.AHEAD)
