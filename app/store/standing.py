# SPDX-License-Identifier: MPL-2.0
"""What stands on the fields of one record, as it is kept beside the record's values.

A field's entry is the list of changes no other change was written over, each with its hand. On one desk it is always one; two
make a conversation, or are joined. It lies in the record's own row, for a second tree would cost each keystroke a page more,
and each change is said once there however many fields it stands on. Used by the store alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from app.domain.roles import Hand, Role
from app.models.casefile import Written
from app.store.rows import dump

Raw = str | int | bool | None
"""A value as it stands in a change and in a column: dates as ISO text."""


_read = json.JSONDecoder().raw_decode
"""As `json.loads` reads, but for what it does to find out whether anything lies around what it was given."""

_TOP = "#"
"""What `Standing.top` is kept under, beside the fields: no field is called that."""


class Stand(NamedTuple):
    """One change on one field. `seq` only where its change is not in the log here (it came as a present value).

    `value` is kept only where several stand (and on a removal), for else it is what the record's own column holds. `bases`: on
    fields whose texts are joined, the texts it was written from; on `removed`, the changes known when it was taken away.
    """

    change_id: str
    author: str
    name: str
    role: str
    at: str
    seq: int | None = None
    value: Raw = None
    bases: tuple[str, ...] = ()


class Standing:
    """What stands on each field of a record."""

    __slots__ = ("_by", "_on", "top")

    def __init__(self, text: str | None = None) -> None:
        raw: dict[str, Any] = _read(text)[0] if text else {}
        self.top: int = raw.pop(_TOP, 0)
        """The highest number of the shared log that was laid on the record as it came; a lower one comes out of order."""
        self._by: list[list[Any]] = raw.pop("", None) or []
        self._on: dict[str, list[Any]] = raw
        if not self._by and raw:  # as the first version wrote it: each change anew on each field
            self._on = {}
            for name, entries in raw.items():
                self.put(name, [Stand(*entry) for entry in entries])

    def __contains__(self, name: str) -> bool:
        return bool(self._on.get(name))

    @property
    def names(self) -> tuple[str, ...]:
        """The fields on which something stands."""
        return tuple(self._on)

    @property
    def is_open(self) -> bool:
        """Whether several stand on a field, or somebody has taken the record away knowing others might be writing."""
        return self.is_taken_away or any(len(items) > 1 for items in self._on.values())

    @property
    def is_taken_away(self) -> bool:
        """Whether somebody has taken the record away knowing others might be writing: only then may it be disputed."""
        removals = self._on.get("removed")
        return removals is not None and any(type(item) is not int for item in removals)

    def ids(self, name: str) -> list[str]:
        """The changes that stand on a field, the lowest id first."""
        return [self._by[i if type(i) is int else i[0]][0] for i in self._on.get(name, ())]

    def on(self, name: str, value: Raw = None) -> list[Stand]:
        """What stands on a field, the lowest id first. A value stands beside it only where there are several; a lone one gets
        the `value` the record's own column holds."""
        found = []
        for item in self._on.get(name, ()):
            index, extra = (item, {}) if type(item) is int else item
            by = self._by[index]
            seq = by[5] if len(by) > 5 else None
            found.append(Stand._make((*by[:5], seq, extra.get("v", value), tuple(extra.get("b", ())))))
        return found

    def put(self, name: str, stands: Iterable[Stand]) -> None:
        """Let just these stand on a field."""
        items: list[Any] = []
        ordered = sorted(stands)
        for stand in ordered:
            extra: dict[str, Any] = {"v": stand.value} if len(ordered) > 1 or keeps_value(name, stand) else {}
            if stand.bases:
                extra["b"] = stand.bases
            index = self._entry(stand)
            items.append([index, extra] if extra else index)
        if items:
            self._on[name] = items
        else:
            self._on.pop(name, None)

    def put_alone(
        self, names: Iterable[str], entry: list[Any], bases: Mapping[str, tuple[str, ...]], values: Mapping[str, Any]
    ) -> None:
        """Let one new change stand alone on these fields: the way of every keystroke."""
        self._by.append(entry)
        index = len(self._by) - 1
        for name in names:
            self._on[name] = [index]
            if bases.get(name):
                extra: dict[str, Any] = {"v": values[name]} if name == "removed" else {}
                self._on[name] = [[index, extra | {"b": bases[name]}]]

    def dump(self) -> str:
        """As the row keeps it. What stands nowhere any more is left out."""
        used: dict[int, int] = {}
        by: list[list[Any]] = []
        on: dict[str, Any] = {"": by, _TOP: self.top} if self.top else {"": by}
        for name, items in self._on.items():
            on[name] = kept = []
            for item in items:
                old = item if type(item) is int else item[0]
                new = used.get(old)
                if new is None:
                    new = used[old] = len(by)
                    by.append(self._by[old])
                kept.append(new if type(item) is int else [new, item[1]])
        return dump(on) if by else "{}"

    def _entry(self, stand: Stand) -> int:
        told = list(stand[:5]) if stand.seq is None else list(stand[:6])
        for index, entry in enumerate(self._by):
            if entry[0] == stand.change_id:
                if len(entry) > len(told):  # what is known to be in the log stays known
                    self._by[index] = told
                return index
        self._by.append(told)
        return len(self._by) - 1

    def held(self, change_id: str) -> tuple[str, ...]:
        """The change has been put in the log here: it need not be kept whole. The fields it stands on come back."""
        for entry in self._by:
            if entry[0] == change_id:
                del entry[5:]
        return tuple(name for name in self._on if change_id in self.ids(name))


def keeps_value(name: str, stand: Stand) -> bool:
    """Whether a lone change's value is kept beside it: a removal that others may not have seen hides nothing."""
    return name == "removed" and bool(stand.bases)


def written(stand: Stand, beside: Iterable[Stand] = ()) -> Written:
    """What stands, as screens and papers read it."""
    hand = Hand(stand.author, stand.name, Role(stand.role))
    return Written(hand, datetime.fromisoformat(stand.at), stand.change_id, tuple(s.change_id for s in beside))
