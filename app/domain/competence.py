# SPDX-License-Identifier: MPL-2.0
"""Competence: what one bestiller may grant alone (C2). With nothing set a bestiller may grant everything.

Pure. Called before a signature, by the unit of work that lets a decision in, and by the screens that offer to send it on.
A refusal grants nothing and is within everybody's competence. Must not know the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.domain.paragraphs import is_under, plain

UNDER_82 = ("82b", "82a")
"""The paragraphs a competence is set for."""
MOST_WEEKS = 520
"""No limit is longer: ten years is as good as none."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What is set for one person on one paragraph. `most_weeks`: the longest period in whole weeks, None is any."""

    grants: bool = True
    most_weeks: int | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """One support that would be granted. A period with no end is longer than any limit."""

    paragraph: str
    start: date | None
    end: date | None


def beyond(grants: Iterable[Grant], limits: Mapping[str, Limit]) -> tuple[str, ...]:
    """What lies above the competence, each in words that follow "bevilge"; empty when all of it may be granted.

    What is granted on one paragraph is judged as one, from its first day to its last: a limit is not got round in two rows,
    nor by writing the paragraph another way.
    """
    found = [
        _words(replace(grant, paragraph=paragraph), limit)
        for grant in _as_one(grants)
        for paragraph, limit in limits.items()
        if is_under(grant.paragraph, paragraph)
    ]
    return tuple(dict.fromkeys(word for word in found if word))


def _as_one(grants: Iterable[Grant]) -> Iterator[Grant]:
    by_paragraph: dict[str, list[Grant]] = {}
    for grant in grants:
        by_paragraph.setdefault(plain(grant.paragraph), []).append(grant)
    for paragraph, its in by_paragraph.items():
        starts, ends = [g.start for g in its if g.start], [g.end for g in its if g.end]
        open_ended = len(starts) < len(its) or len(ends) < len(its)
        yield Grant(paragraph, None, None) if open_ended else Grant(paragraph, min(starts), max(ends))


def _words(grant: Grant, limit: Limit) -> str:
    if not limit.grants:
        return f"støtte efter {law(grant.paragraph)}"
    if limit.most_weeks is None:
        return ""
    if grant.start is not None and grant.end is not None and (grant.end - grant.start).days < limit.most_weeks * 7:
        return ""
    weeks = "1 uge" if limit.most_weeks == 1 else f"{limit.most_weeks} uger"
    return f"mere end {weeks} efter {law(grant.paragraph)}"


def law(paragraph: str) -> str:
    """A paragraph as it is written: "§ 82 b"."""
    return f"§ {paragraph[:-1]} {paragraph[-1]}" if paragraph[-1:].isalpha() else f"§ {paragraph}"


def told(beyond_it: tuple[str, ...]) -> str:
    """Why one may not sign, as one sentence."""
    listed = " og ".join([", ".join(beyond_it[:-1]), beyond_it[-1]] if len(beyond_it) > 1 else beyond_it)
    return f"Du må ikke selv bevilge {listed}. Send svaret videre til en, der må."
