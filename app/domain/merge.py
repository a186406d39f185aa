# SPDX-License-Identifier: MPL-2.0
"""What stands on a field when several people have written, and what becomes of it (design § 4; promises 3 and 4).

What stands is every change that no other change was written over. It is a function of the set of changes alone: no
clock, no desk and no order of arrival has a say. A change is to be put in after all it lies over (`missing` tells what
must come first), and once only. Called by the unit of work, by what takes in and sends out changes, and by whoever shows
a disagreement. Must not know of rows, of the network or of who may write.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

Json: TypeAlias = str | int | bool | None
"""A field's value as it stands in a change."""

K = TypeVar("K", bound=Hashable)


class Merge(StrEnum):
    """What becomes of two edits of one field made apart (design § 4, promise 4)."""

    JOIN = "flet"  # different sentences are joined; the same sentence becomes a conversation
    ASK = "spørg"  # always a conversation
    ORDER = "orden"  # a place in a list: never a conversation, ties by id
    ONCE = "én gang"  # written once, when the record is made or by the program later, and never over


class Careful(StrEnum):
    """What a field that protects somebody holds while several stand on it and nobody has settled which."""

    YES = "ja"
    NO = "nej"
    LEAST = "mindst"  # the least that anybody has written: a consent withdrawn on a day is withdrawn


def meanwhile(careful: Careful, values: Iterable[Json]) -> Json:
    """What a field holds of several values, until people have settled it."""
    written = [value for value in values if value is not None]
    if careful is Careful.LEAST:
        days = [value for value in written if isinstance(value, str)]
        return min(days) if days else min((value for value in written if isinstance(value, int)), default=None)
    yes = careful is Careful.YES
    return yes if any(bool(value) is yes for value in written) else not yes


class Entry(NamedTuple):
    """One change as it stands on one field: whose hand, in which role, when, and what they wrote.

    `at` is for people to read and never to decide by. `bases` is, on a JOIN field, the texts it may be joined from
    (`bases_for`); on a removal, the ids of the changes it knew of (`known_to_removal`); else empty. It is reckoned once, where
    the change is written, and goes with it.
    """

    change_id: str
    author: str
    name: str
    role: str
    at: str
    value: Json
    bases: tuple[str, ...] = ()


class Beneath(Protocol):
    """As much of an entry as tells what a change written over it may be joined from."""

    @property
    def change_id(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def value(self) -> Json: ...
    @property
    def bases(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Settled:
    """One value, and the change it is from."""

    value: Json
    entry: Entry


@dataclass(frozen=True, slots=True)
class Joined:
    """One text with what two hands wrote in different sentences. No change until a person writes over both."""

    value: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """People wrote without knowing each other's words, and people settle it: by a change over all of these."""

    entries: tuple[Entry, ...]


Outcome: TypeAlias = Settled | Joined | Conversation


def over_through(over: Iterable[str], refused: Mapping[str, Collection[str]]) -> frozenset[str]:
    """The changes named by `over`, and what lay under those that were refused, all the way down."""
    through: set[str] = set()
    waiting = list(over)
    while waiting:
        change_id = waiting.pop()
        if change_id not in through:
            through.add(change_id)
            waiting += refused.get(change_id, ())
    return frozenset(through)


def missing(over: Iterable[str], known: Container[str]) -> frozenset[str]:
    """What must be taken or refused before a change written over these can be put in."""
    return frozenset(change_id for change_id in over if change_id not in known)


def standing_after(
    standing: Iterable[Entry], entry: Entry, over: Collection[str], refused: Mapping[str, Collection[str]]
) -> tuple[Entry, ...]:
    """What stands when `entry`, written over `over`, has come: it, and all it was not written over, by change id.

    To put in what stands already alters nothing. A change that has been written over since must not be put in again
    (a desk that pulls past its own words): it would stand up from the dead.
    """
    gone = over_through(over, refused)
    left = {e.change_id: e for e in standing if e.change_id not in gone}
    left[entry.change_id] = entry
    return _in_order(left.values())


def bases_for(beneath: Sequence[Beneath], author: str, is_shared: Callable[[str], bool], shown: str) -> tuple[str, ...]:
    """The texts from which a new change by `author`, written over `beneath`, may be joined with somebody else's.

    `beneath` is what the text the person wrote on came from, not what has arrived since, and `shown` is that text. Over
    one change of one's own: the text one's unbroken chain of saves began on, and the last one of the chain that others may
    have seen (`is_shared`: the server has it). One's own unseen save is no base: joined from that, one's first words
    would look as though somebody had taken them out. Over one of somebody else's: its text. Over several, or none: what
    was shown.
    """
    if len(beneath) != 1:
        return (shown,)
    under = beneath[0]
    text = _text(under.value)
    if under.author != author or not under.bases:
        return (text,)
    seen = text if is_shared(under.change_id) else under.bases[-1]
    return tuple(dict.fromkeys((under.bases[0], seen)))


def outcome(policy: Merge, entries: Iterable[Entry]) -> Outcome:
    """What a field holds, of all that stands on it. The order of the entries does not matter.

    The same value written twice is no disagreement. A place in a list, and what is written once, take the lowest
    change id. Two texts are joined when the field allows it and they have a base in common. All else is a conversation.
    Raises ValueError when nothing stands: then the field's value is its default, and there is nothing to ask.
    """
    standing = _in_order(entries)
    if not standing:
        raise ValueError("nothing stands on the field")
    first = standing[0]
    if policy in (Merge.ORDER, Merge.ONCE) or all(_same(e.value, first.value) for e in standing):
        return Settled(first.value, first)
    if policy is Merge.JOIN and len(standing) == 2:
        text = _join(*standing)
        if text is not None:
            return Joined(text, standing)
    return Conversation(standing)


def outcome_group(
    policy: Merge, fields: Mapping[str, Iterable[Entry]], defaults: Mapping[str, Json]
) -> dict[str, Settled | Conversation]:
    """What the fields of a group hold, which are one value (a period's start and end): each with an outcome of the same kind.

    Settled: every field by the same change. A conversation: every field has the same changes in the same order, so that
    each hand's whole value can be read across. What a change leaves out of the group is the field's default. Groups are
    never joined. Raises ValueError when nothing stands on any of them.
    """
    by_field = {name: {e.change_id: e for e in entries} for name, entries in fields.items()}
    hands = _in_order(e for entries in by_field.values() for e in entries.values())
    if not hands:
        raise ValueError("nothing stands on the group")
    whole = {
        name: tuple(by_field[name].get(e.change_id, e._replace(value=defaults[name], bases=())) for e in hands)
        for name in by_field
    }
    agree = all(_same(e.value, entries[0].value) for entries in whole.values() for e in entries)
    if agree or policy in (Merge.ORDER, Merge.ONCE):
        return {name: Settled(entries[0].value, entries[0]) for name, entries in whole.items()}
    return {name: Conversation(entries) for name, entries in whole.items()}


def known_to_removal(fields: Mapping[K, Iterable[Entry]], unsent: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """What somebody who takes a record off the table knows of: the `bases` of the removal's entry on `removed`.

    `fields` is what stands on every field of the record, `removed` itself among them. `unsent` says what each change
    that the server has not yet taken lay over: should it be refused, that stands again, and was known too. The
    removal's `over` stays what it is for any field: what stands on `removed`.
    """
    return tuple(sorted(over_through((e.change_id for entries in fields.values() for e in entries), unsent)))


def removal_disputed(
    removed: Iterable[Entry], fields: Mapping[K, Iterable[Entry]], policies: Mapping[K, Merge]
) -> dict[K, tuple[Entry, ...]]:
    """The edits that stand against a removal: what was written on the record by somebody who did not know it was gone.

    Empty when there is no removal, or all that stands was known to one. `removed` is what stands on the field of that
    name, `fields` what stands on the others (and on those of records that hang under it, by keys of their own, where the
    removal's bases know of them too). A new place in a list stands against nothing. When one has removed and another has
    put back, apart, that is a conversation on `removed` itself, and this is empty.

    While it is disputed, the record stays in sight. It is settled by one change on `removed`, over what stands there: False,
    or True anew, by somebody who then knows the edits. A removal without bases was written before there was anybody else
    to write, and knew everything.
    """
    removals = _in_order(removed)
    if not removals or not all(e.value for e in removals) or not all(e.bases for e in removals):
        return {}
    known = {change_id for e in removals for change_id in (e.change_id, *e.bases)}
    against = {
        key: tuple(e for e in _in_order(entries) if e.change_id not in known)
        for key, entries in fields.items()
        if policies[key] is not Merge.ORDER
    }
    return {key: entries for key, entries in against.items() if entries}


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    once = {e.change_id: e for e in entries}
    return tuple(once[change_id] for change_id in sorted(once))


def _same(one: Json, other: Json) -> bool:
    return type(one) is type(other) and one == other


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _join(one: Entry, other: Entry) -> str | None:
    if not isinstance(one.value, str) or not isinstance(other.value, str):
        return None
    common = set(one.bases) & set(other.bases)
    newest = {next(text for text in reversed(e.bases) if text in common) for e in (one, other)} if common else set()
    if len(newest) != 1:  # none, or the hands do not agree which came last
        return None
    from app.domain.text_join import join_texts  # late: only a disagreement needs it

    return join_texts(newest.pop(), one.value, other.value)
