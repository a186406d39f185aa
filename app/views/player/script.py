# SPDX-License-Identifier: MPL-2.0
"""A meeting script as it is read from its file: checked as a whole, then laid out in the order it is typed.

Called by `play`. Pure: knows the shape of the file and whose pen each entry is written with, nothing of widgets, rules or
records. What a rule of the trade would say to a value is for the program under the pen to find out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from app.domain.errors import UserError, why_of_disk
from app.domain.roles import Role

BESTILLER, VEJLEDER = Role.BESTILLER, Role.VEJLEDER


class Leaf(Enum):
    """What a value may be; each may also be null. The words are for the sentence that refuses a file."""

    TEXT = "en tekst"
    FLAG = "true eller false"
    NUMBER = "et tal"


Shape: TypeAlias = "Leaf | dict[str, Shape] | list[Shape]"

_T, _F, _N = Leaf.TEXT, Leaf.FLAG, Leaf.NUMBER
_STEP: dict[str, Shape] = {"who": _T, "what": _T, "by": _T}
SHAPE: dict[str, Shape] = {
    "today": _T,
    "citizen": {
        "name": _T,
        "cpr": _T,
        "phone": _T,
        "address": _T,
        "protected": _F,
        "interpreter": _T,
        "guardian": _T,
    },
    "source": _T,
    "preventive": _F,
    "referral": {
        "from": _T,
        "date": _T,
        "tried": [{"what": _T, "outcome": _T, "note": _T, "citizen_says": _T}],
    },
    "meeting": {"place": _T, "participants": [{"name": _T, "role": _T, "discipline": _T}]},
    "consents": [{"to": _T, "purpose": _T, "given": _F}],
    "wishes": {"think": _T, "want": _T},
    "resources": _T,
    "whole_person": {"text": _T, "print": _F},
    "network": [{"who": _T, "relation": _T, "print": _F}],
    "purpose": {"text": _T, "provisional_until": _T},
    "goals": [
        {
            "words": _T,
            "goal": _T,
            "theme": _T,
            "type": _T,
            "now": {"citizen": _N, "professional": _N},
            "hoped": _N,
            "done_when": _T,
            "milestones": [_T],
            "actions": [{"owner": _T, **_STEP}],
        }
    ],
    "support": [{"paragraph": _T, "offer": _T, "start": _T, "end": _T, "frame": _T}],
    "bridge": [_T],
    "next_steps": [_STEP],
    "follow_ups": [_T],
    "answer": {"target_group": _T, "reason": _T, "considerations": _T, "facts": _T, "until": _T},
    "question": {"text": _T, "answer": _T},
    "notes": {"bestiller": _T, "vejleder": _T},
    "read_back": _T,
    "expect": {"signed": _F, "refused": [{"field": _T, "because": _T}], "lacks": [_T]},
}
"""Every key a script may have, in no order that matters."""

NEEDED = ("today", "citizen", "answer")

BARE_ROWS: Mapping[str, str] = {"bridge": "text", "follow_ups": "date", "milestones": "text"}
"""Lists of plain values: the field of a row that each value is typed in."""

_PENS: Mapping[str, Role] = {
    "purpose": BESTILLER,
    "support": BESTILLER,
    "answer": BESTILLER,
    "question.answer": BESTILLER,
    "notes.bestiller": BESTILLER,
}
"""Whose pen writes a part or a field; the rest the vejleder's."""

_ORDER = (
    "citizen",
    "source",
    "preventive",
    "meeting",
    "consents",
    "wishes",
    "resources",
    "whole_person",
    "network",
    "referral",
    "purpose",
    "goals",
    "support",
    "bridge",
    "next_steps",
    "follow_ups",
    "answer",
    "question",
    "notes",
    "read_back",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to put in the record. `path` is the field's name on the screen; `text` what is typed or chosen there.

    With `row`, a line of a list that is to be there, whether or not anything is written in it.
    """

    path: str
    text: str
    pen: Role
    row: bool = False


@dataclass(frozen=True, slots=True)
class Expect:
    """What the run must end with; None where the script does not say."""

    signed: bool | None = None
    refused: tuple[tuple[str, str | None], ...] | None = None
    lacks: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """A meeting, ready to be played."""

    today: date
    name: str
    source: str
    preventive: bool
    bestiller: str  # "" when nobody at the table has the role
    vejleder: str
    entries: tuple[Entry, ...]
    has_plan: bool  # a wish or a goal: there is a plan to print
    expect: Expect | None = None
    unknown: tuple[str, ...] = field(default=())  # keys nobody reads, by their path


def read_script(path: Path) -> Script:
    """Read and check a script. Raises UserError with one sentence when it is none."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{path.name} er ikke et mødescript: filen er ikke tekst i UTF-8.") from None
    except OSError as error:
        raise UserError(f"{path.name} kan ikke læses: {why_of_disk(error)}.") from None
    try:
        data = json.loads(text, parse_constant=_no_number)
        text.encode()
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        line = f" (linje {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UserError(f"{path.name} er ikke et mødescript: indholdet er ikke gyldig JSON{line}.") from None
    try:
        return script_of(data)
    except UserError as error:
        raise UserError(f"{path.name} er ikke et mødescript: {error.message}") from None


def script_of(data: object) -> Script:
    """A script from what its JSON holds. Raises UserError with the reason, a sentence that begins in lower case."""
    if not isinstance(data, dict):
        raise UserError("det skal begynde med { og være ét objekt.")
    unknown = list(_checked(data, SHAPE, ""))
    for key in NEEDED:
        if data.get(key) is None:
            raise UserError(f"»{key}« mangler.")
    try:
        today = date.fromisoformat(data["today"])
    except ValueError:
        raise UserError(f"»today« skal være en dato som 2026-11-26, men er »{data['today']}«.") from None
    if not 1900 <= today.year < 2100:
        raise UserError(f"»today« ligger for langt væk: {data['today']}.")
    name = (data["citizen"].get("name") or "").strip()
    if not name:
        raise UserError("»citizen.name« mangler; en sag åbnes på et navn.")
    return Script(
        today=today,
        name=name,
        source=data.get("source") or "",
        preventive=bool(data.get("preventive")),
        bestiller=_first_at_table(data, BESTILLER),
        vejleder=_first_at_table(data, VEJLEDER),
        entries=tuple(entry for key in _ORDER if key in data for entry in _entries(key, data[key])),
        has_plan=_has_plan(data),
        expect=_expect(data.get("expect")),
        unknown=tuple(unknown),
    )


# -- checking


def _no_number(_text: str) -> NoReturn:
    raise ValueError("not JSON")


def _checked(value: object, shape: Shape, path: str) -> Iterator[str]:
    """Every key below `path` that nobody reads. Raises UserError where a value has another form than the shape's."""
    if value is None:
        return
    if isinstance(shape, Leaf):
        if not _fits(value, shape):
            raise UserError(f"»{path}« skal være {shape.value}, men er {_said(value)}.")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise UserError(f"»{path}« skal være en liste, men er {_said(value)}.")
        for place, one in enumerate(value):
            yield from _checked(one, shape[0], f"{path}.{place}")
    else:
        if not isinstance(value, dict):
            raise UserError(f"»{path}« skal være et objekt, men er {_said(value)}.")
        for key, inner in value.items():
            below = f"{path}.{key}" if path else key
            if key in shape:
                yield from _checked(inner, shape[key], below)
            else:
                yield below


def _fits(value: object, leaf: Leaf) -> bool:
    if leaf is Leaf.FLAG:
        return isinstance(value, bool)
    if leaf is Leaf.NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    kinds: tuple[tuple[type, str], ...] = ((str, "en tekst"), (int, "et tal"), (float, "et tal"), (list, "en liste"))
    return next((words for kind, words in kinds if isinstance(value, kind)), "et objekt")


def _expect(data: Mapping[str, Any] | None) -> Expect | None:
    if data is None:
        return None
    refused, missing = data.get("refused"), data.get("lacks")
    return Expect(
        signed=data.get("signed"),
        refused=None if refused is None else tuple((r.get("field") or "", r.get("because")) for r in refused if r),
        lacks=None if missing is None else tuple(word for word in missing if word),
    )


def _first_at_table(data: Mapping[str, Any], role: Role) -> str:
    participants = (data.get("meeting") or {}).get("participants") or []
    names = (one.get("name") for one in participants if one and one.get("role") == role.value)
    return next((name.strip() for name in names if name and name.strip()), "")


def _has_plan(data: Mapping[str, Any]) -> bool:
    wishes = data.get("wishes") or {}
    goals = [goal for goal in data.get("goals") or [] if goal]
    return any((wishes.get(key) or "").strip() for key in ("think", "want")) or any(
        (goal.get(key) or "").strip() for goal in goals for key in ("words", "goal")
    )


# -- laying out


def _entries(path: str, value: object) -> Iterator[Entry]:
    """What is to be typed for `value`, in the order of the shape: lists line by line, nothing for what is empty."""
    yield from _laid_out(path, value, SHAPE[path])


def _laid_out(path: str, value: object, shape: Shape) -> Iterator[Entry]:
    if isinstance(shape, Leaf):
        text = _as_typed(value)
        if text:
            yield Entry(path, text, pen_of(path))
    elif isinstance(shape, dict):
        for key, inner in shape.items():
            yield from _laid_out(f"{path}.{key}", _got(value, key), inner)
    else:
        bare = BARE_ROWS.get(path.rpartition(".")[2]) if isinstance(shape[0], Leaf) else None
        for place, one in enumerate(_lines(value)):
            row = f"{path}.{place}"
            yield Entry(row, "", pen_of(path), row=True)
            yield from _laid_out(f"{row}.{bare}" if bare else row, one, shape[0])


def _lines(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()


def _got(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None


def _as_typed(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def pen_of(path: str) -> Role:
    """Whose pen writes the field or list at `path`; what either may write, the vejleder writes in a script."""
    return _PENS.get(path) or _PENS.get(path.partition(".")[0]) or VEJLEDER
