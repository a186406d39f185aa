# SPDX-License-Identifier: MPL-2.0
"""How hard a text is to read: LIX, and what makes it so (domain § 6.5).

Called where a plan or a letter is written, for the staff's eyes only. A pointer, never a verdict: it blocks nothing,
and the longest sentence and the long words say more than the number. Must not know which text it measures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest

LONG = 6  # a word with more letters than this is long
PLAN_AIM, GOAL_AIM, LETTER_AIM = 30, 25, 35

_BANDS = ((24, "meget let"), (34, "let"), (44, "middel"), (54, "svær"))
_HARDEST = "meget svær"

_WORD = re.compile(r"[^\W_]+(?:[-'’.,/][^\W_]+)*")
_LETTER = re.compile(r"[^\W\d_]")
_BULLET = re.compile(r"\s*(?:[-–—*•·▪◦]|\d{1,2}\)|\d{1,2}\.(?=\s+[A-ZÆØÅ])|[a-zæøå]\))\s+")
_MARK = re.compile(r"(?:[.!?…]+|[;:])[\"'»«”’)\]]*(?=\s|$)")
_ENDED = re.compile(r"[.!?…;:][\"'»«”’)\]]*$")
_HEADING_WORDS = 8
_QUOTES = "\"'»«”’(["

_NEVER_END = (
    "adr afd bl.a ca d dd d.d dr dvs eks ekskl evt f.eks fhv fr frk hhv hr inkl ift iht jf jvf kap kl mht "
    "nr o.a og.lign p.g.a pga p.t s sct sml st stk t tel tlf t.o.m vedr vha vs årg"
)
_MAY_END = "etc lign m.fl m.m m.v maks max md mdr mfl min mio mm mv o o.l o.lign o.s.v osv pct pkt ref"
# A full stop after the former ends a sentence only where the text ends; after the latter also before a capital letter.
_NEVER_END_WORDS = frozenset(_NEVER_END.split())
_MAY_END_WORDS = frozenset(_MAY_END.split())


@dataclass(frozen=True, slots=True)
class Readability:
    """A text measured. `lix` is None when there are no words; `long_words` are the longest first, each once."""

    words: int
    sentences: int
    long_words: tuple[str, ...]
    longest_sentence: str
    lix: float | None

    @property
    def band(self) -> str:
        """The Danish word for it, by the nearest whole number: 25-34 is "let". Empty when there are no words."""
        return "" if self.lix is None else band(self.lix)


def band(lix: float) -> str:
    """meget let, let, middel, svær or meget svær."""
    nearest = int(lix + 0.5)
    return next((name for highest, name in _BANDS if nearest <= highest), _HARDEST)


def measure(text: str) -> Readability:
    """Measure a text. Headings and bullet lists are left out, unless there is nothing else; a line is a paragraph."""
    lines = [line.strip() for line in text.splitlines() if _WORD.search(line)]
    prose = [line for line, below in zip_longest(lines, lines[1:], fillvalue="") if not _left_out(line, below)]
    sentences = [s for line in prose or [_BULLET.sub("", line, count=1) for line in lines] for s in _sentences(line)]
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    long_words = [word for word in words if _letters(word) > LONG]
    return Readability(
        words=len(words),
        sentences=len(sentences),
        long_words=tuple(sorted(dict.fromkeys(long_words), key=_letters, reverse=True)),
        longest_sentence=max(sentences, key=lambda s: len(_WORD.findall(s)), default=""),
        lix=len(words) / len(sentences) + 100 * len(long_words) / len(words) if words else None,
    )


def _letters(word: str) -> int:
    return len(_LETTER.findall(word))


def _left_out(line: str, below: str) -> bool:
    """A bullet, or a heading: a short line with no mark at its end above a line that has one."""
    if _BULLET.match(line):
        return True
    short = len(_WORD.findall(line)) <= _HEADING_WORDS
    return short and not _ENDED.search(line) and bool(_ENDED.search(below)) and not _BULLET.match(below)


def _sentences(line: str) -> list[str]:
    """The sentences of a paragraph; full stops of abbreviations, numbers and initials end none."""
    found, start = [], 0
    for mark in _MARK.finditer(line):
        if _ends_sentence(line[start : mark.start()], mark[0], line[mark.end() :].lstrip()):
            found.append(line[start : mark.end()].strip())
            start = mark.end()
    found.append(line[start:].strip())
    return [sentence for sentence in found if _WORD.search(sentence)]


def _ends_sentence(before: str, mark: str, after: str) -> bool:
    """Whether a mark between `before` and `after` ends a sentence; `mark` may carry closing quotes."""
    opens = not after or not after.lstrip(_QUOTES)[:1].islower()
    if mark[0] in ";:":
        both_say_something = min(len(_WORD.findall(before)), len(_WORD.findall(after))) >= 3
        return both_say_something and (opens or mark[0] == ";")
    if mark[0] != "." or mark.startswith(".."):
        return True
    word = before.split()[-1].lstrip(_QUOTES) if before.strip() else ""
    if word.casefold() in _NEVER_END_WORDS or (len(word) == 1 and word.isupper()):
        return not after
    return opens or not (word.casefold() in _MAY_END_WORDS or word.isdecimal())
