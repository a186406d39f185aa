# SPDX-License-Identifier: MPL-2.0
"""Undo: a new change that puts the old value back, only where the field still holds what I wrote (design § 4).

A step is undone whole or, where somebody else has written since, for the fields that are still mine; the rest is told. A record
one has made stays once somebody else has words in it, or under it: they would go with it.
A signature, an issued paper and what was sent to another system are not undone but replaced; that somebody has read of a change
(`third.py`) is taken back where it was set.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.domain.errors import UserError
from app.domain.names import short_name
from app.domain.roles import Hand
from app.models.fields import Value, fields_of, from_json
from app.models.kinds import KINDS
from app.services.desk import Desk
from app.services.lists import NAMES, THE
from app.store.steps import StepRow, WrittenField, kept_by, step_fields, steps_back, written_by_another
from app.store.unit_of_work import Step, new_id

NEVER = frozenset({"decision", "paper", "sent", "informed"})
SIGNATURE = "decision"


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone, by the name of the step, and the labels of fields somebody else has written since. `stays`: that a record
    which would have gone stays, and why; "" where none does."""

    name: str
    kept: tuple[str, ...] = ()
    stays: str = ""


@dataclass(frozen=True, slots=True)
class _Way:
    """The step to take back, None where there is none: its fields that still are mine, and those that are not; and what stays
    that was passed by on the way to it, or was made in it."""

    step: StepRow | None
    mine: tuple[WrittenField, ...] = ()
    kept: tuple[WrittenField, ...] = ()
    stays: str = ""


def can_undo(desk: Desk, hand: Hand, case_id: str, *, not_past: Collection[str] = ()) -> str | None:
    """The name of the step undo would take back, or None. `not_past`: as in `undo`."""
    step = _way_back(desk, hand, case_id, not_past).step
    return None if step is None else step.name


def undo(desk: Desk, hand: Hand, case_id: str, *, not_past: Collection[str] = ()) -> Undone:
    """Take back my last step on this case whose words still stand. Steps of the names in `not_past` are not taken back, nor is
    anything before them. Raises UserError when there is none."""
    way = _way_back(desk, hand, case_id, not_past)
    step = way.step
    if step is None:
        raise UserError(f"Der er ikke mere at fortryde her. {way.stays}".rstrip())
    with desk.step(hand, case_id, Step(f"Fortryd: {step.name}", new_id(), undoes=step.id)) as work:
        several = [w for w in way.mine if len(w.before) > 1]
        for (kind, record_id), values in _by_record([w for w in way.mine if len(w.before) < 2]).items():
            work.restore(kind, record_id, values)
        for (kind, record_id), variants in _side_by_side(several).items():
            work.restore_several(kind, record_id, variants)
    labels = tuple(fields_of(KINDS[w.kind])[w.field].label for w in way.kept)
    return Undone(step.name, labels, way.stays)


def _way_back(desk: Desk, hand: Hand, case_id: str, not_past: Collection[str]) -> _Way:
    """To the last of my steps after the newest signature of which anything still stands. What others wrote over is passed by, and
    so is a record I made that others have written in, have taken away or have kept."""
    stays = ""
    for step in steps_back(desk.replica, hand.person_id, case_id, NEVER, SIGNATURE):
        if step.name in not_past:
            break
        written = step_fields(desk.replica, case_id, step.id)
        made = [w for w in written if w.field == "removed" and not w.before]
        barred = {w.record_id: said for w in made if (said := _why_it_stays(desk, hand, case_id, w)) is not None}
        stays = stays or next(filter(None, barred.values()), "")
        whole = [w for w in written if w.record_id not in barred]
        if mine := tuple(w for w in whole if w.still_stands):
            return _Way(step, mine, tuple(w for w in whole if not w.still_stands), stays)
    return _Way(None, stays=stays)


def _why_it_stays(desk: Desk, hand: Hand, case_id: str, made: WrittenField) -> str | None:
    """Why a record one made is not taken back, as one sentence, "" where it is gone already; None where nothing bars it.

    It goes whole or stays whole: half a row would be left to nobody's meaning.
    """
    thing = THE.get(made.kind, NAMES.get(made.kind, "det"))
    it = "det" if thing.endswith("t") else "den"
    if made.still_stands:
        another, did = written_by_another(desk.replica, case_id, made.kind, made.record_id, hand.person_id), "skrevet i"
        if another is None:
            return None
    else:
        another, did = kept_by(desk.replica, made.kind, made.record_id), "valgt at beholde"
        if another is None:
            return ""
    person_id, name = another
    by = f"{short_name(name) or 'en anden'} har {did} {it}"
    if person_id == hand.person_id:
        by = f"du har {did} {it} ved en anden computer" if made.still_stands else f"du har {did} {it}"
    return f"{thing[:1].upper()}{thing[1:]} bliver stående, for {by}."


def _by_record(written: list[WrittenField]) -> dict[tuple[str, str], dict[str, Value]]:
    """Old values a record at a time; a record made in the step is taken off the table whole."""
    found: dict[tuple[str, str], dict[str, Value]] = {}
    for w in written:
        values = found.setdefault((w.kind, w.record_id), {})
        info = fields_of(KINDS[w.kind])[w.field]
        if w.field == "removed" and not w.before:
            values["removed"] = True
        elif info.merge.value != "én gang":
            values[w.field] = from_json(info, w.before[0] if w.before else None)
    for values in found.values():
        if values.get("removed") is True:
            for name in [n for n in values if n != "removed"]:
                del values[name]
    return found


def _side_by_side(settled: list[WrittenField]) -> dict[tuple[str, str], list[dict[str, Value]]]:
    """What stood before a settlement, a record at a time: each of the values, a period's two halves together."""
    found: dict[tuple[str, str], list[dict[str, Value]]] = {}
    for w in settled:
        info = fields_of(KINDS[w.kind])[w.field]
        variants = found.setdefault((w.kind, w.record_id), [])
        for n, raw in enumerate(w.before):
            if n == len(variants):
                variants.append({})
            variants[n][w.field] = from_json(info, raw)
    return found
