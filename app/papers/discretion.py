# SPDX-License-Identifier: MPL-2.0
"""What must not be read on a paper although it stands in a field that goes there (promise 6; domain.md §§ 3.4, 6.4).

People of the network who are not to be printed, and an address that is protected. Called by the contents on every text it takes.
Pure. Must not know what a paper looks like.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import dropwhile

from app.domain import answer
from app.domain.names import fold
from app.domain.roles import Role
from app.models.apart import every_text
from app.models.casefile import CaseFile
from app.models.choices import Owner


@dataclass(frozen=True, slots=True)
class Voice:
    """How a paper speaks of the citizen and those around them: to the citizen, or about the citizen to somebody else."""

    somebody: str
    home: str
    at_home: str
    network: str
    vejleder: str


TO_CITIZEN = Voice("en fra dit netværk", "din adresse", "hjemme hos dig", "Mit netværk", "Din vejleder")
ABOUT_CITIZEN = Voice(
    "en fra borgerens netværk", "borgerens adresse", "hjemme hos borgeren", "Borgerens netværk", "Vejlederen"
)

STAFF_ROLES = frozenset({Role.BESTILLER.value, Role.VEJLEDER.value, Role.RAADGIVER.value, "tolk"})

_BETWEEN_NAMES = re.compile(r"(\s*(?:[,;&+/]|\bog\b|\bsamt\b)\s*)")
_NO_FIRST_NAMES = frozenset(
    ("den", "det", "min", "mit", "mine", "din", "dit", "hans", "hendes", "fru", "frk", "tante", "onkel", "mor", "far")
)
_TITLES = _NO_FIRST_NAMES | frozenset(
    (
        *("hr", "herr", "fr", "frøken", "dr", "doktor", "læge", "lægen", "moster", "faster", "morbror", "farbror"),
        *(
            "mormor",
            "farmor",
            "morfar",
            "farfar",
            "søster",
            "bror",
            "søn",
            "datter",
            "nabo",
            "naboen",
            "underbo",
            "overbo",
        ),
        *("genbo", "ven", "vennen", "veninde", "veninden", "kæreste", "kæresten", "kollega", "kollegaen"),
    )
)
_SHORT = 3
_IN_BRACKETS = re.compile(r"\([^)]*\)?")
_LETTERS = re.compile(r"aa|ae|oe|.", re.IGNORECASE | re.DOTALL)
_SOUNDS = (("å", "aa"), ("æ", "ae", "ä"), ("ø", "oe", "ö"), ("e", "é", "è"), ("ü", "y"))
_ALIKE = {spelling: sound for sound in _SOUNDS for spelling in sound if spelling != "y"}
_CALLED = r"(?:(?i:hr|herr|fr|fru|frk|frøken|dr|doktor|tante|onkel|moster|faster|morbror|farbror)\.?\s+)?"
_INITIALS = r"(?:[^\W\d_]\.\s?){0,3}"
_NUMBERED = re.compile(r"\D*[^\W\d_]\D*\d+\s?[A-Za-zÆØÅæøå]?\b")


@dataclass(frozen=True, slots=True)
class Discretion:
    """Keeps names and an address out of texts. The record itself is never changed."""

    hidden: frozenset[str]
    shown: frozenset[str]
    names: re.Pattern[str] | None
    address: re.Pattern[str] | None
    voice: Voice = TO_CITIZEN

    def words(self, text: str) -> str:
        """Words that may not be changed (the citizen's own, reason and facts): only a protected address is taken out.

        Of signs nobody sees nothing is left, so that no paper has a heading over an empty line.
        """
        if not answer.said(text):
            return ""
        return self.address.sub(self.voice.home, text) if self.address else text

    def text(self, text: str) -> str:
        """What staff have written: hidden people become "en fra dit netværk" as well."""
        text = self.words(text)
        return self.names.sub(self._somebody, text) if self.names else text

    def names_somebody(self, text: str) -> bool:
        """Whether `text` names somebody who is not to be named. What stands word for word keeps the name: one is told."""
        return self.names is not None and self.names.search(text) is not None

    def who(self, name: str) -> str:
        """A name that says who does something."""
        if self.hides(name):
            return _capital(self.voice.somebody)
        if _key(name) in self.shown:
            return self.words(name)
        parts = [
            self.voice.somebody if self.hides(part) else self.text(part)
            for part in _BETWEEN_NAMES.split(self.words(name))
        ]
        said = "".join(parts)
        return _capital(said) if said.startswith(self.voice.somebody) else said

    def of_citizen(self) -> Discretion:
        """The same, where the paper speaks of the citizen and not to them."""
        return replace(self, voice=ABOUT_CITIZEN)

    def _somebody(self, found: re.Match[str]) -> str:
        before = found.string[: found.start()].rstrip()
        said = self.voice.somebody + ("s" if found["s"] else "")
        return _capital(said) if not before or before[-1] in ".!?:" else said

    def hides(self, name: str) -> bool:
        """Whether a name is that of somebody not to be printed: the same name, or part of it, as "Rasmus" of "Rasmus Berg"."""
        said = _key(name)
        if not said:
            return False
        if said in self.hidden:
            return True
        if said in self.shown or _BETWEEN_NAMES.search(name.strip()):
            return False
        return any(_meet(said, one) for one in self.hidden) and not any(_meet(said, one) for one in self.shown)


def discretion_of(file: CaseFile, staff: Collection[str]) -> Discretion:
    """What this case asks to be kept off its papers. `staff` are names of people at work, who are always named."""
    at_work = [one.name for one in file.participants if one.role in STAFF_ROLES]
    known = [file.citizen.name, file.case.bestiller, file.case.vejleder, *staff, *at_work]
    named = {_key(name) for name in known} - {""}
    unnamed = [name for one in file.network if not one.print for name in every_text(file, one.id, "who", one.who)]
    hidden = [name for name in unnamed if _key(name) not in {*named, ""}]
    addresses = every_text(file, file.citizen.id, "address", file.citizen.address)
    shown = frozenset(named | {_key(one.who) for one in file.network if one.print} - {""})
    return Discretion(
        hidden=frozenset(_key(name) for name in hidden),
        shown=shown,
        names=_names(hidden, shown),
        address=_address(addresses) if file.citizen.protected else None,
    )


def acts_for_network(owner: str, who: str, keep: Discretion) -> bool:
    """Whether an action is that of somebody in the network who is not to be named; staff who share the name are named."""
    return owner in (Owner.NETWORK, "") and keep.hides(who)


def _key(name: str) -> str:
    """The form in which spellings of a name meet; a name with no letters is itself."""
    return fold(name) or name.strip()


def _meet(one: str, other: str) -> bool:
    a, b = set(one.split()), set(other.split())
    return a <= b or b <= a


def _names(hidden: Iterable[str], shown: Collection[str]) -> re.Pattern[str] | None:
    """The hidden names as they may stand in a sentence: the whole name, and a first or last name that is nobody else's."""
    taken = {word for name in shown for word in name.split()}
    wanted: set[str] = set()
    surnames: set[str] = set()
    for name in hidden:
        wanted.add(" ".join(name.split()))
        for person in _BETWEEN_NAMES.split(_IN_BRACKETS.sub(" ", name))[::2]:
            words = person.split()
            named = list(dropwhile(_is_title, words))  # "Tante Else Holm" is Else, and Else Holm
            if len(named) > 1:
                wanted.add(" ".join(named))
                surnames.update(last for last in named[-1:] if _is_name(last, taken) and len(last) > _SHORT)
            for one in (
                (words[:1] if words != name.split() or len(words) > 1 else []),
                (named[:1] if named != words else []),
            ):
                wanted.update(first.strip(",.") for first in one if _is_name(first, taken))
    usable = sorted((name for name in wanted if re.search(r"[^\W\d_]{2}", name)), key=len, reverse=True)
    if not usable:
        return None
    lasts = (f"{_INITIALS}(?:{_spelt(last)}|{_spelt(last.upper())})" for last in sorted(surnames))
    spelt = "|".join((*map(_in_a_sentence, usable), *lasts))
    return re.compile(rf"(?<!\w){_CALLED}(?:{spelt})(?P<s>['’]?[sS]|(?<=[sxzSXZ])['’])?(?!\w)")


def _is_title(word: str) -> bool:
    return word.strip(",.").casefold() in _TITLES


def _is_name(word: str, taken: Collection[str]) -> bool:
    """Whether a word by itself is somebody's name, and nobody's who may be named."""
    bare = word.strip(",.")
    known = set(fold(bare).split()) <= set(taken) or bare.casefold() in _NO_FIRST_NAMES
    return len(bare) >= _SHORT and bare[:1].isupper() and not known


def _spelt(name: str) -> str:
    """A name as it may be spelt: with å or aa, with an accent or without, and any space between its words."""
    return "".join(r"\s+" if sign.isspace() else _sounds(sign) for sign in _LETTERS.findall(name))


def _sounds(sign: str) -> str:
    spellings = _ALIKE.get(sign.casefold())
    if spellings is None:
        return re.escape(sign)
    large = [*map(str.title, spellings), *(map(str.upper, spellings) if sign.isupper() else ())]
    return f"(?:{'|'.join(large if sign[0].isupper() else spellings)})"


def _in_a_sentence(name: str) -> str:
    """A long name in any case; a short one as it is written, and "Bo" not where it may be a verb that opens the sentence."""
    if len(name) > _SHORT:
        return f"(?i:{_spelt(name)})"
    return _spelt(name) if len(name) == _SHORT else rf"(?<=[^\W\d_] ){_spelt(name)}"


def _address(addresses: Iterable[str]) -> re.Pattern[str] | None:
    """Each address whole, and its street with the number, in any spacing."""
    wanted: set[str] = set()
    for address in addresses:
        parts = [part.strip() for part in re.split(r"[,;\n]", address)]
        streets = [found[0] for part in parts if (found := _NUMBERED.match(part))]
        wanted |= {_loose(address), *map(_loose, streets)} - {""}
    if not wanted:
        return None
    longest_first = "|".join(sorted(wanted, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)", re.IGNORECASE)


def _loose(text: str) -> str:
    return r"[\s,;]+".join(_spelt(word) for word in re.split(r"[\s,;]+", text) if word)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
