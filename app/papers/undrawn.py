# SPDX-License-Identifier: MPL-2.0
"""Which fields a paper cannot draw as they are written: Arabic, Hebrew or Chinese, which neither typeface has letters for.

Called by the service that sets a paper, so that it is told before anybody prints. Pure. Must not know how it is shown.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from app.models.casefile import CaseFile
from app.models.fields import fields_of
from app.models.kinds import Record
from app.papers.fonts import lacks_letters


def undrawn(content: object, file: CaseFile, own: Record) -> tuple[str, ...]:
    """The labels of the fields whose letters stand as boxes on the paper with this content. `own`: the municipality."""
    words = {word for text in _texts(content) if lacks_letters(text) for word in text.split() if lacks_letters(word)}
    if not words:
        return ()
    found = (
        info.label
        for record in _records(file, own)
        for info in fields_of(type(record)).values()
        if isinstance(text := getattr(record, info.name), str) and any(word in text for word in words)
    )
    return tuple(dict.fromkeys(found)) or ("papiret",)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif dataclasses.is_dataclass(value):
        for place in dataclasses.fields(value):
            yield from _texts(getattr(value, place.name))


def _records(file: CaseFile, own: Record) -> Iterable[Record]:
    for place in dataclasses.fields(file):
        value = getattr(file, place.name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Record):
                yield one
    yield own
