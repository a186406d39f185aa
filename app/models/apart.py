# SPDX-License-Identifier: MPL-2.0
"""A case as it is read by those who do not settle it, while people have written apart on it (promise 4).

One text of two is never shown in silence. Prose is told whole, as "det ene (eller: det andet)"; a day, a number or a choice
waits: it is as though nobody had written. What protects somebody holds by itself (`FieldInfo.careful`). Pure; called by what
makes a paper, the turned screen and an adviser's view. Must not know how it is shown.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from app.models.casefile import CaseFile, OwnSettings, Talk
from app.models.fields import FieldInfo, Value, fields_of
from app.models.kinds import KINDS, PARAGRAPHS_OF, Municipality, Record

R = TypeVar("R", bound=Record)

_WAITS: Mapping[str, frozenset[str]] = {
    "citizen": frozenset({"address", "guardian"}),
    "case": frozenset({"ended"}),
    "participant": frozenset({"role"}),
    "story": frozenset({"read_back"}),
    "goal": frozenset({"theme", "type"}),
    "action": frozenset({"owner"}),
    "answer": frozenset({"target_group", "handleplan", "hearing"}),
    "support": frozenset({"paragraph", "offer_id"}),
    "municipality": frozenset({"logo", "clipboard_order", *PARAGRAPHS_OF.values()}),
}
"""Texts of which two at once say nothing: a choice, an order, and where a letter goes."""
_LISTS: Mapping[str, frozenset[str]] = {"municipality": frozenset({"plain_words"})}
"""Texts that are a list, a thing a line: of two at once each line holds."""


def both_told(file: CaseFile) -> CaseFile:
    """The case with what stands apart told whole, or left out until it is settled."""
    if not file.conversations:
        return file
    meanwhile: dict[str, dict[str, Value]] = defaultdict(dict)
    for talk in file.conversations:
        meanwhile[talk.record_id].update(_of(talk))
    shown: dict[str, Any] = {}
    for place in dataclasses.fields(file):
        value = getattr(file, place.name)
        if isinstance(value, Record):
            shown[place.name] = _with(value, meanwhile)
        elif isinstance(value, tuple):
            shown[place.name] = tuple(_with(one, meanwhile) if isinstance(one, Record) else one for one in value)
    return dataclasses.replace(file, **shown)


def own_told(own: OwnSettings) -> Municipality:
    """The municipality's settings as papers and the program have them: what stands apart told whole, or left out meanwhile."""
    meanwhile: dict[str, Value] = {}
    for talk in own.conversations:
        meanwhile.update(_of(talk))
    return _with(own.settings, {own.settings.id: meanwhile})


def on_paper(talks: Sequence[Talk]) -> tuple[Talk, ...]:
    """The conversations on what the citizen may read."""
    return tuple(t for t in talks if any(i.audience.for_citizen for i in _infos(t)))


def every_text(file: CaseFile, record_id: str, name: str, now: str) -> tuple[str, ...]:
    """All that anybody says a field is: what it holds now, and whatever stands there apart."""
    said = [s.values.get(name) for t in file.conversations if t.record_id == record_id for s in t.said]
    return tuple(dict.fromkeys((now, *(text for text in said if isinstance(text, str)))))


def _infos(talk: Talk) -> tuple[FieldInfo, ...]:
    infos = fields_of(KINDS[talk.kind])
    return tuple(infos[name] for name in talk.fields)


def _of(talk: Talk) -> dict[str, Value]:
    if talk.fields == (
        "removed",
    ):  # one has taken a person off the record: their name is on no paper until it is settled
        return {"print": False} if talk.kind == "network_person" else {}
    return {
        info.name: _told(talk.kind, info, [said.values.get(info.name) for said in talk.said])
        for info in _infos(talk)
        if info.careful is None
    }


def _told(kind: str, info: FieldInfo, values: Sequence[Value]) -> Value:
    if info.type is not str or info.name in _WAITS.get(kind, ()):
        return info.default
    if info.name in _LISTS.get(kind, ()):
        return "\n".join(dict.fromkeys(line.strip() for value in values for line in str(value or "").splitlines()))
    first, *others = dict.fromkeys(str(value or "").strip() for value in values)
    if not first and others:
        first, others = others[0], [*others[1:], ""]
    return " ".join((first, *(f"(eller: {other or 'intet'})" for other in others)))


def _with(record: R, meanwhile: Mapping[str, Mapping[str, Value]]) -> R:
    given: dict[str, Any] = dict(meanwhile.get(record.id, {}))
    return dataclasses.replace(record, **given) if given else record
