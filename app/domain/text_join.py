# SPDX-License-Identifier: MPL-2.0
"""Two texts that grew out of one, joined sentence by sentence (design § 4; promises 3 and 4).

Called by `merge` alone, for fields that may be joined by machine; never for the citizen's own words. A join is made only
where nobody could mean anything else by it: each hand has changed sentences of its own. Where both have touched one
sentence, or both add at one place, there is no join and people settle it. Must not know of changes, fields or desks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

LONGEST = 400
"""Sentences. A longer text is not joined but asked about: a hostile one could keep the desk reckoning."""

# Possessive, and a run of marks only from its first: no text takes more than one pass.
_END = re.compile(r"(?<![.!?…])([.!?…]++)[»«”“\"’')\]]*+\s++|\n\s*+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words, and the white space after them. Two sentences are the same when their words are."""

    words: str
    gap: str


@dataclass(frozen=True, slots=True)
class _Edit:
    """Sentences `start` to `end` of the text beneath became `new`; an empty range is an addition before `start`."""

    start: int
    end: int
    new: tuple[Sentence, ...]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(s.words for s in self.new)

    @property
    def grows(self) -> int:
        return len(self.new) - (self.end - self.start)


def sentences(text: str) -> tuple[Sentence, ...]:
    """The text in sentences and lines; put together again it is the very same text.

    A full stop before a small letter or a digit ends nothing, as in "kl. 10", "d. 5. maj" and "bl.a. støtte".
    """
    cuts = [0]
    for found in _END.finditer(text):
        following = text[found.end() : found.end() + 1]
        runs_on = (found[1] or "").endswith((".", "…")) and (following.islower() or following.isdigit())
        if not runs_on or "\n" in found[0]:
            cuts.append(found.end())
    cuts.append(len(text))
    pieces = [text[a:b] for a, b in pairwise(cuts) if a != b]
    return tuple(Sentence(words, piece[len(words) :]) for piece in pieces for words in [piece.rstrip()])


def join_texts(base: str, one: str, other: str) -> str | None:
    """The text with what both hands did to `base`, or None when people must settle it.

    It does not matter which of the two is called one. Neither hand's new words are ever left out, and a sentence of the
    base is gone only where one of them took it out. What both did alike is done once.
    """
    if one == other or other == base:
        return one
    if one == base:
        return other
    beneath, left, right = sentences(base), sentences(one), sentences(other)
    if max(len(beneath), len(left), len(right)) > LONGEST:
        return None
    by_left, by_right = _edits(beneath, left), _edits(beneath, right)
    edits = _together(by_left, by_right)
    if edits is None:
        return None
    gaps_left, gaps_right = _gaps(beneath, left, by_left), _gaps(beneath, right, by_right)
    gaps = [_gap(s.gap, gaps_left.get(i, s.gap), gaps_right.get(i, s.gap)) for i, s in enumerate(beneath)]
    end = _gap(*(side[-1].gap if side else "" for side in (beneath, left, right)))
    return _written([s.words for s in beneath], gaps, edits, end)


def _edits(base: Sequence[Sentence], side: Sequence[Sentence]) -> tuple[_Edit, ...]:
    matcher = SequenceMatcher(None, [s.words for s in base], [s.words for s in side], autojunk=False)
    return tuple(_Edit(i, j, tuple(side[k:m])) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal")


def _together(left: Sequence[_Edit], right: Sequence[_Edit]) -> tuple[_Edit, ...] | None:
    """Both hands' edits in the order of the text, or None when two of them are about the same."""
    kept = list(left)
    for edit in right:
        twin = next((e for e in left if (e.start, e.end, e.words) == (edit.start, edit.end, edit.words)), None)
        if twin is not None:
            kept[kept.index(twin)] = max(twin, edit, key=lambda e: [s.gap for s in e.new])
        elif any(_clash(edit, e) for e in left):
            return None
        else:
            kept.append(edit)
    return tuple(sorted(kept, key=lambda e: (e.start, e.end)))


def _clash(one: _Edit, other: _Edit) -> bool:
    """Whether two edits are about the same sentence, or both have a say in what stands at one place between two."""
    if max(one.start, other.start) < min(one.end, other.end):
        return True
    if one.end < other.start or other.end < one.start:
        return False
    inside = other.start < one.start < other.end or one.start < other.start < one.end
    return inside or (one.grows != 0 and other.grows != 0 and max(one.grows, other.grows) > 0)


def _gaps(base: Sequence[Sentence], side: Sequence[Sentence], edits: Sequence[_Edit]) -> dict[int, str]:
    """The gap that side has after each sentence of the base it kept, or put one other in place of."""
    gaps: dict[int, str] = {}
    at = moved = 0
    for edit in (*edits, _Edit(len(base), len(base), ())):
        even = range(at, edit.start if edit.grows else edit.end)
        gaps.update((i, side[i + moved].gap) for i in even)
        at, moved = edit.end, moved + edit.grows
    return gaps


def _written(words: Sequence[str], gaps: Sequence[str], edits: Sequence[_Edit], end: str) -> str:
    """The text with every edit done and `end` after it. No two sentences run together."""
    out: list[Sentence] = []
    at = 0
    for edit in (*edits, _Edit(len(words), len(words), ())):
        out += [Sentence(words[i], gaps[i]) for i in range(at, edit.start)]
        if edit.grows:
            out += edit.new
        else:
            out += [Sentence(s.words, gaps[edit.start + n]) for n, s in enumerate(edit.new)]
        at = edit.end
    return "".join([*(s.words + (s.gap or " ") for s in out[:-1]), *(s.words + end for s in out[-1:])])


def _gap(was: str, one: str, other: str) -> str:
    """White space joined: whoever changed it is followed; if both did, the one with most room."""
    if one == was:
        return other
    return one if other in (was, one) else max(one, other, key=lambda gap: (gap.count("\n"), len(gap), gap))
