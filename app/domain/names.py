# SPDX-License-Identifier: MPL-2.0
"""Names as people search for them: Åse is aase is ase, Ødegård is odegaard (row A7).

Called by the search index, the search field and the warning of a citizen already on file. Folding may bring too many
names together, never too few: nobody may stay unfound because of a letter missing on a keyboard. Must not know where
names are kept.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise

# Letters that Unicode does not take apart. Each lands on the first letter of its longest spelling (æ: ae: a), so that
# the folded beginning of a name is the beginning of the folded name, and a search finds it while it is being typed.
_LETTERS = str.maketrans("æœøyıłđðħĸ", "aoouilddhq")
_LONG_VOWELS = r"(?<=a)[ae]+|(?<=[ou])e+"
_APOSTROPHES = "['’‘`´ʼʻʽʹˈʾʿ′]"
_SEPARATORS = r"[\W_]+"
_NUMBERS = r"(?<=\d) (?=\d)"
_CASE_NUMBER = r"\d{4}-[0-9A-Z]{6}-\d{4,}"  # the year, a desk's mark and a running number
_COUNTRY = r"(?<!\d)(?:00)?45(?=\d{8}(?!\d))"
_AFTER_Z = str.maketrans(
    {"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}", "ü": "y", "ı": "i", "ł": "l", "đ": "d", "ð": "d"}
)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Made when the first name is folded: the start shows names only, and should not wait for these."""
    return re.compile(text)


def _without(pattern: str, text: str) -> str:
    return _pattern(pattern).sub("", text)


def _plain(text: str) -> str:
    """Small letters with no marks on them, words parted by one space, apostrophes gone."""
    small = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", _without(_APOSTROPHES, text)).casefold())
    bare = "".join(c for c in small if not unicodedata.combining(c))
    return _pattern(_SEPARATORS).sub(" ", _without(_APOSTROPHES, bare)).strip()


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """The one form that all spellings of a name share: å, aa, a; æ, ä, ae; ø, ö, oe, o; ü, y, u; hyphen and space."""
    return _without(_LONG_VOWELS, _plain(text).translate(_LETTERS))


def search_terms(query: str) -> tuple[str, ...]:
    """The folded words of a search, each to be found (as a beginning or a part) somewhere in `index_text`.

    Numbers side by side are one, for people write a phone in pairs and a CPR number with a hyphen; +45 is left out.
    """
    if not query:
        return ()
    whole = _without(_COUNTRY, _without(_NUMBERS, fold(query)))
    return tuple(dict.fromkeys(whole.split()))


def case_number_in(query: str) -> str:
    """The case number somebody searches by, as it is written; "" where they search by anything else."""
    found = _pattern(_CASE_NUMBER).fullmatch(query.strip().upper()) if query else None
    return found[0] if found else ""


def sort_key(name: str) -> str:
    """A name's place in the Danish alphabet, by plain comparison: æ, ø and å come last, aa is å, other marks do not count."""
    small = _without(_APOSTROPHES, unicodedata.normalize("NFC", name).casefold()).replace("aa", "å").translate(_AFTER_Z)
    bare = "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w{|}]+", " ", bare).split())


def index_text(name: str) -> str:
    """What a search index holds for a name: its folded words, neighbours joined, and the words before folding.

    Joined: "Anne-Marie" is also found as "annemarie". Before folding: "Michael" is also found by its end, "el".
    """
    words, plain = fold(name).split(), _plain(name).split()
    joined = [fold(one + two) for one, two in pairwise(words)]
    return " ".join(dict.fromkeys([*words, *joined, *plain]))


def short_name(full: str) -> str:
    """The first name, for calm display. "Berggren, Nancy Ann" is read as it is meant."""
    _, comma, given = full.partition(",")
    words = (given if comma and given.strip() else full).replace(",", " ").split()
    return words[0] if words else ""


def initials(full: str) -> str:
    """The first letters of a name as it is said: "Berggren, Nancy Ann" is NAB."""
    family, _, given = full.partition(",")
    return "".join(word[0].upper() for word in f"{given} {family}".replace("-", " ").split() if word[0].isalpha())


def similar_names(a: str, b: str) -> bool:
    """Whether two names may well be one person's: the same words but for a slip or two, in any order.

    A middle name may be missing or be an initial, but two words must meet: a first name alone resembles too many.
    Some tens of microseconds a pair: hand it candidates, not a whole municipality.
    """
    one, two = sorted((_words(a), _words(b)), key=len)
    if not one:
        return False
    whole, other = "".join(one), "".join(two)
    if _slips(whole, other) <= (1 if min(len(whole), len(other)) >= 6 else 0):
        return True
    spelt_out = all(any(len(word) > 1 for word in words) for words in (one, two))
    return len(one) > 1 and spelt_out and _pair_off(one, two)


@lru_cache(maxsize=8192)
def _words(name: str) -> tuple[str, ...]:
    """The folded words of a name (its first six) with doubled letters written once: Mohammed is Mohamed."""
    return tuple(re.sub(r"(.)\1+", r"\1", word) for word in fold(name).split()[:6])


def _pair_off(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    """Whether every word of `one` can be given a word of `two` of its own that it resembles."""
    if not one:
        return True
    first, rest = one[0], one[1:]
    return any(_resembles(first, word) and _pair_off(rest, two[:i] + two[i + 1 :]) for i, word in enumerate(two))


def _resembles(a: str, b: str) -> bool:
    shortest = min(len(a), len(b))
    if shortest == 1:
        return a[0] == b[0]
    return _slips(a, b) <= (0 if shortest <= 3 else 1 if shortest <= 7 else 2)


def _slips(a: str, b: str) -> int:
    """How many slips of the hand part two words: a letter wrong, missing, extra or swapped with the next. 3: many."""
    if abs(len(a) - len(b)) > 2:
        return 3
    before: list[int] = []
    above = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > 2:
            return 3
        before, above = above, row
    return min(3, above[-1])
