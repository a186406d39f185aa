# SPDX-License-Identifier: MPL-2.0
"""A case's fields as texts to be pasted into another system, in blocks, in the order the municipality sets (G6).

Reckoned from `models/kinds.py`: whatever a person can write on a case stands here, so that nothing is typed twice; a field
added to a kind comes by itself. An answer that is signed stands as it was signed, like on the papers, and one that is not is
named a draft. What lives on after the answer (goals, next steps, the way on) stands as it is, and says where it is no longer what
was signed. Pure. Must not know what has been sent, or how it is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.dates import format_numeric
from app.domain.errors import UserError
from app.domain.names import fold
from app.domain.roles import Pen
from app.domain.terms import find_term
from app.models.casefile import CaseFile
from app.models.choices import Paragraph
from app.models.fields import FieldInfo, Merge, Value, fields_of
from app.models.kinds import Identifier, Intensity, Record, Task
from app.papers.decided import as_signed
from app.store.listing import SENT_ON

DRAFT = "udkast – ikke afgjort"
AS_SIGNED = "som afgjort – udkastet er ændret siden"
LIVES_ON = "ændret siden svaret"
WAY_LIVES_ON = "vejen videre er ændret siden svaret"
SCALE = "{} på en skala fra 0 til 10"


@dataclass(frozen=True, slots=True)
class Entry:
    """One text to paste. `key` is the same as long as the field is: what has been sent goes by it."""

    key: str
    label: str
    text: str
    masked: bool = False
    """Whether it is copied without standing in the open: a CPR number."""
    apart: bool = False
    """Whether several people have written it apart, so that no one text of theirs is it (promise 4)."""


@dataclass(frozen=True, slots=True)
class Block:
    """Entries that belong together. `name` is what the order calls it."""

    name: str
    title: str
    entries: tuple[Entry, ...]

    @property
    def text(self) -> str:
        """The whole block, each with its label, without what people have yet to settle."""
        return "\n".join(f"{one.label}: {one.text}" for one in self.entries if not one.apart)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some records of the case. `rows`: each record is one entry, of the fields that are written. `only`: these fields alone."""

    place: str
    rows: bool = False
    only: tuple[str, ...] = ()


INTENSITIES = "intensities"
"""Told by the number of the support they are of."""

_BLOCKS: tuple[tuple[str, tuple[_Part, ...]], ...] = (
    ("Borger", (_Part("citizen"), _Part("identifiers"))),
    ("Sag", (_Part("case"), _Part("coordinators", rows=True), _Part("duties_now"))),
    ("Henvisning", (_Part("referrals"), _Part("tried", rows=True))),
    ("Møde", (_Part("meetings"), _Part("participants", rows=True), _Part("consents", rows=True))),
    ("Borgerens ord", (_Part("story"), _Part("network", rows=True))),
    ("Formål", (_Part("plan"), _Part("ffb_groups", rows=True))),
    ("Mål", ()),  # a block for each
    (
        "Svar",
        (
            _Part("answer"),
            _Part("questions", rows=True),
            _Part("revisit_requests", rows=True),
            _Part("advice_requests", rows=True),
        ),
    ),
    ("Råd", (_Part("advice", rows=True),)),
    ("Støtte", (_Part("support", rows=True), _Part(INTENSITIES), _Part("bridges", rows=True))),
    ("Aftaler", (_Part("next_steps", rows=True), _Part("follow_ups", rows=True), _Part("tasks", rows=True))),
    ("Notater", (_Part("notes"),)),
)
NAMES = tuple(name for name, _ in _BLOCKS)
"""The blocks in the order they have where the municipality has set none."""

_NOT_COPIED = frozenset(
    {
        ("story", "whole_person_print"),
        ("network_person", "print"),
        ("question", "seen"),
        ("referral", "digest"),
        ("answer", "sent_mark"),
        ("identifier", "type"),
        ("identifier", "since"),
    }
)
"""What only steers this program: no other system has a place for it."""


_DECIDED_IN: Mapping[str, frozenset[str]] = {
    "Borgerens ord": frozenset({"want", "think"}),
    "Formål": frozenset({"purpose", "provisional_until"}),
    "Svar": frozenset({"target_group", "reason", "considerations", "facts", "hearing", "weighing", "until"}),
    "Støtte": frozenset({"support"}),
    "Aftaler": frozenset({"next_steps", "follow_ups"}),
}
"""What of a signed answer each block shows, by its names there; the goals and the way on are asked of by themselves."""


def blocks(
    file: CaseFile, order: str = "", moved: Collection[str] = (), goals: Collection[str] = ()
) -> tuple[Block, ...]:
    """The case in blocks, without what nobody has written. `order` as `read_order` takes it.

    `moved`: what of a signed answer the draft says otherwise, by its names there, and `goals` the ids of those it does of.
    """
    told = as_signed(file)
    made = {name: list(_block(name, parts, told, goals)) for name, parts in _BLOCKS}
    for name, decided in _DECIDED_IN.items():
        has_moved = not decided.isdisjoint(moved)
        if name in ("Svar", "Støtte"):
            made[name] = [_named(block, file, told, has_moved=has_moved) for block in made[name]]
        elif has_moved:
            made[name] = [_noted(block, LIVES_ON) for block in made[name]]
    if "bridge" in moved:
        made["Støtte"] = [_noted(block, WAY_LIVES_ON) for block in made["Støtte"]]
    found = []
    for name, labels in read_order(order):
        for block in made[name]:
            entries = _chosen(block.entries, labels)
            if entries:
                found.append(Block(block.name, block.title, entries))
    return tuple(found)


def read_order(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The municipality's order: a block a line, or a block and which of its fields, "Svar: Begrundelse, Oplysninger".

    Nothing is every block with everything. Raises UserError for a block there is none of.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        block, _, fields = line.partition(":")
        name = next((one for one in NAMES if fold(one) == fold(block)), None)
        if name is None:
            raise UserError(f"»{block.strip()}« er ingen blok. Vælg mellem {', '.join(NAMES)}.", "clipboard_order")
        if name in (one for one, _ in found):
            raise UserError(f"»{name}« står to gange.", "clipboard_order")
        found.append((name, tuple(filter(None, map(str.strip, fields.split(","))))))
    return tuple(found) or tuple((name, ()) for name in NAMES)


# -- inside


def _chosen(entries: Sequence[Entry], labels: Sequence[str]) -> tuple[Entry, ...]:
    if not labels:
        return tuple(entries)
    wanted = [fold(label) for label in labels]
    return tuple(e for label in wanted for e in entries if fold(e.label.rstrip("?")) == label or fold(e.label) == label)


def _noted(block: Block, said: str) -> Block:
    """What there is to know of a block, after its name."""
    return replace(block, title=f"{block.title} ({said})")


def _named(block: Block, file: CaseFile, told: CaseFile, *, has_moved: bool) -> Block:
    """A block of the answer, named a draft where it is one: also in each text that would read as a decision by itself."""
    if told is not file:
        return _noted(block, AS_SIGNED) if has_moved else block
    granting = {f"{file.answer.id}.target_group", *(s.id for s in file.support if s.paragraph != Paragraph.OPEN)}
    if not any(one.key in granting or one.key.startswith(f"{file.answer.id}.") for one in block.entries):
        return block
    entries = (replace(e, text=f"{e.text} ({DRAFT})") if e.key in granting else e for e in block.entries)
    return _noted(replace(block, entries=tuple(entries)), DRAFT)


def _block(name: str, parts: Sequence[_Part], file: CaseFile, moved_goals: Collection[str]) -> Iterator[Block]:
    if name == "Mål":
        for place, goal in enumerate(file.goals, 1):
            entries = [*_fields(file, goal)]
            entries += _rows(file, file.milestones_of(goal))
            entries += _rows(file, file.actions_of(goal))
            block = Block(name, f"Mål {place}", tuple(entries))
            yield _noted(block, LIVES_ON) if goal.id in moved_goals else block
        return
    yield Block(name, name, tuple(entry for part in parts for entry in _part(part, file)))


def _part(part: _Part, file: CaseFile) -> Iterator[Entry]:
    if part.place == INTENSITIES:
        yield from _intensities(file)
        return
    value = getattr(file, part.place)
    records: tuple[Record, ...] = value if isinstance(value, tuple) else (value,)
    records = tuple(one for one in records if not (isinstance(one, Task) and one.reason == SENT_ON))
    if part.rows:
        yield from _rows(file, records)
        return
    for record in records:
        yield from _fields(file, record)


def _intensities(file: CaseFile) -> Iterator[Entry]:
    """How much of each support is given just now."""
    for place, support in enumerate(file.support, 1):
        one = file.intensity_of(support.id)
        if one.text.strip():
            label = f"{fields_of(Intensity)['text'].label}, støtte {place}"
            yield Entry(one.id, label, str(_stands(file, one, "text")).strip(), apart=_apart(file, one.id))


def copied(kind: type[Record]) -> Iterator[FieldInfo]:
    """The fields of a kind that stand in a copy: everything a person reads, nothing that only ties records together."""
    from app.models.kinds import NAME_OF  # the kinds know nothing of papers

    for info in fields_of(kind).values():
        technical = info.name == "removed" or info.name.endswith("_id") or info.merge is Merge.ORDER
        stamped = info.pen is Pen.PROGRAM and info.name in ("started", "ended")
        if not technical and not stamped and (NAME_OF[kind], info.name) not in _NOT_COPIED:
            yield info


def _fields(file: CaseFile, record: Record) -> Iterator[Entry]:
    """An entry for each field that is written."""
    for info in copied(type(record)):
        text = _text(info, _stands(file, record, info.name))
        if text:
            apart = _apart(file, record.id, info.name)
            key = f"{record.id}.{info.name}"
            yield Entry(key, info.label, text, masked=isinstance(record, Identifier), apart=apart)


def _rows(file: CaseFile, records: Sequence[Record]) -> Iterator[Entry]:
    """An entry for each record, told as one line; the number tells which of several."""
    for place, record in enumerate(records, 1):
        infos = list(copied(type(record)))
        told = [(info, _text(info, _stands(file, record, info.name))) for info in infos]
        written = [(info, text) for info, text in told if text]
        if not written:
            continue
        first = infos[0].label.rstrip("?")
        label = f"{_ROW[type(record).__name__]} {place}" if type(record).__name__ in _ROW else first
        yield Entry(record.id, label, _row(written, infos), apart=_apart(file, record.id))


_ROW = {
    "Coordinator": "Koordinator",
    "Tried": "Prøvet",
    "Participant": "Ved bordet",
    "Consent": "Samtykke",
    "NetworkPerson": "Netværk",
    "FfbGroup": "Målgruppe",
    "Milestone": "Delmål",
    "Action": "Handling",
    "Question": "Spørgsmål",
    "RevisitRequest": "Ønske om revisitation",
    "AdviceRequest": "Spurgt",
    "Advice": "Råd",
    "Support": "Støtte",
    "Bridge": "Vej videre",
    "NextStep": "Næste skridt",
    "FollowUp": "Opfølgning",
    "Task": "Opgave",
}
"""What one of several is called, before its number."""


def _row(written: Sequence[tuple[FieldInfo, str]], infos: Sequence[FieldInfo]) -> str:
    if len(infos) == 1:
        return written[0][1]
    return " · ".join(_piece(info, text, infos) for info, text in written)


_PLAIN = 3
_TELLS_WHAT = frozenset({"answer", "since"})


def _piece(info: FieldInfo, text: str, infos: Sequence[FieldInfo]) -> str:
    """A value in a row: its first words speak for themselves; a date, a tick, an answer or a reason says what it is."""
    plain = [one.name for one in infos if one.type is str][:_PLAIN]
    if info.name in plain and info.name not in _TELLS_WHAT:
        return text
    return f"{info.label.rstrip('?').casefold()}: {text}"


def _stands(file: CaseFile, record: Record, name: str) -> Value:
    """A value as it stands: of two texts a machine has joined, the joined one."""
    joined = (t.joined for t in file.joins if t.record_id == record.id and t.fields == (name,))
    value: Value = next(joined, None) or getattr(record, name)
    return value


def _apart(file: CaseFile, record_id: str, name: str = "") -> bool:
    return any(t.record_id == record_id and (not name or name in t.fields) for t in file.conversations)


def _text(info: FieldInfo, value: Value) -> str:
    """A value as another system takes it; "" for what nobody has written."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "ja" if value else "" if info.default is False else "nej"
    if isinstance(value, date):
        return format_numeric(value)
    if isinstance(value, int):
        return SCALE.format(value)
    if info.values is not None:
        return find_term(info.values, value).name
    return value.strip()
