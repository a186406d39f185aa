# SPDX-License-Identifier: MPL-2.0
"""Histories of several desks and a server: whatever comes in whatever order, all end alike and no word is lost.

The desks write, send, hear or miss the answer, fetch some or all, and begin anew from what stands; the server refuses
now and then. It is a small model of the sync, over the very functions the program uses.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.merge import (
    Conversation,
    Entry,
    Joined,
    Merge,
    Outcome,
    Settled,
    bases_for,
    missing,
    outcome,
    over_through,
    standing_after,
)
from app.domain.text_join import sentences

POLICY = {"goal": Merge.JOIN, "words": Merge.ASK}
Standing = dict[str, tuple[Entry, ...]]


@dataclass(frozen=True)
class Change:
    """A change of the model. `seq` is the server's number; `bad` is what the server will refuse."""

    field: str
    entry: Entry
    over: tuple[str, ...]
    added: tuple[str, ...]
    bad: bool = False
    seq: int = 0


def put_in(standing: Standing, change: Change, refused: dict[str, tuple[str, ...]]) -> None:
    standing[change.field] = standing_after(standing.get(change.field, ()), change.entry, change.over, refused)


def texts(got: Outcome) -> list[str]:
    """Every text people see."""
    if isinstance(got, Conversation):
        return [str(e.value) for e in got.entries]
    return [str(got.value)]


@dataclass
class Server:
    log: dict[str, Change] = field(default_factory=dict)
    refused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    standing: Standing = field(default_factory=dict)

    def take(self, change: Change) -> bool:
        """Whether it is answered: taken or refused, now or before."""
        change_id = change.entry.change_id
        if change_id in self.log or change_id in self.refused:
            return True
        if missing(change.over, {*self.log, *self.refused}):
            return False
        if change.bad:
            self.refused[change_id] = change.over
        else:
            self.log[change_id] = Change(**{**vars(change), "seq": len(self.log) + 1})
            put_in(self.standing, change, self.refused)
        return True


class Desk:
    def __init__(self, author: str, server: Server) -> None:
        self.author = author
        self.server = server
        self.upto = len(server.log)
        self.standing: Standing = dict(server.standing)
        self.out: list[Change] = []
        self.mine: dict[str, Change] = {}  # taken by the server, and perhaps above what has been fetched
        self.shared = set(server.log)

    def write(self, change_id: str, name: str, edit: int, bad: bool) -> tuple[Change, set[str]]:
        """A person writes: one sentence more, and perhaps one of those they see taken out or put elsewhere."""
        beneath = self.standing.get(name, ())
        shown = ""
        if beneath:
            got = outcome(POLICY[name], beneath)  # what people settle, they settle with every word
            shown = " ".join(dict.fromkeys(s.words for text in texts(got) for s in sentences(text)))
            shown = texts(got)[0] if not isinstance(got, Conversation) else shown
        before = [s.words for s in sentences(shown)]
        after = list(before)
        if after and edit % 3 == 0:
            after.pop(edit % len(after))
        added = f"Ord {change_id}."
        after.insert(edit % (len(after) + 1), added)
        bases = bases_for(beneath, self.author, self.shared.__contains__, shown)
        entry = Entry(change_id, self.author, self.author, "vejleder", "", " ".join(after), bases)
        change = Change(name, entry, tuple(e.change_id for e in beneath), (added,), bad)
        self.out.append(change)
        put_in(self.standing, change, self.server.refused)
        return change, set(before) - set(after)

    def push(self, hear: bool) -> None:
        for change in list(self.out):
            if not self.server.take(change):
                continue
            if not hear:
                return
            change_id = change.entry.change_id
            self.out.remove(change)
            if change_id in self.server.log:
                self.mine[change_id] = self.server.log[change_id]
                self.shared.add(change_id)
            else:
                self.rebuild()

    def rebuild(self) -> None:
        """A refusal brings back what lay under: what has been fetched, one's own that was taken, and what is unsent."""
        known = {i: c for i, c in self.server.log.items() if c.seq <= self.upto or i in self.mine}
        unsent = [c for c in self.out if c.entry.change_id not in {*known, *self.server.refused}]
        self.standing = {}
        for change in [*known.values(), *unsent]:
            put_in(self.standing, change, self.server.refused)

    def pull(self, at_most: int | None) -> None:
        own = {c.entry.change_id for c in self.out} | set(self.mine)
        for change_id, change in list(self.server.log.items())[self.upto :][:at_most]:
            self.upto = change.seq
            self.shared.add(change_id)
            if change_id not in own:
                put_in(self.standing, change, self.server.refused)


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("write"), st.integers(0, 2), st.sampled_from(list(POLICY)), st.integers(0, 20), st.booleans()
        ),
        st.tuples(st.just("write"), st.integers(0, 2), st.just("goal"), st.integers(0, 20), st.just(False)),
        st.tuples(st.just("push"), st.integers(0, 2), st.booleans()),
        st.tuples(st.just("pull"), st.integers(0, 2), st.sampled_from([None, None, 1])),
        st.tuples(st.just("new"), st.integers(0, 2)),
    ),
    max_size=40,
)


@dataclass
class History:
    """What came of the steps, once everything has been sent and fetched."""

    server: Server
    desks: list[Desk]
    written: dict[str, Change]
    taken_out: set[str]


def first_text(name: str) -> Change:
    """What everybody had before they went apart."""
    words = tuple(f"{name.title()} {n}." for n in range(6))
    return Change(name, Entry(f"0 {name}", "before", "", "", "", " ".join(words)), (), words)


def play(people: int, begun: bool, steps: list[tuple[object, ...]]) -> History:
    server = Server()
    first = {c.entry.change_id: c for c in map(first_text, POLICY)} if begun else {}
    for change in first.values():
        server.take(change)
    desks = [Desk(f"desk {n}", server) for n in range(people)]
    history = History(server, desks, first, set())
    for step in steps:
        verb, who, *rest = step
        assert isinstance(who, int)
        desk = desks[who % people]
        match verb, rest:
            case "write", [str(name), int(edit), bool(bad)]:
                change, out = desk.write(f"{len(history.written) + 1:03}", name, edit, bad)
                history.written[change.entry.change_id] = change
                history.taken_out |= out
            case "push", [bool(hear)]:
                desk.push(hear)
            case "pull", [int() | None as at_most]:
                desk.pull(at_most)
            case "new", [] if not desk.out:  # a new machine: its first fetch is what stands
                desks[who % people] = Desk(desk.author, server)
    for _ in range(3):
        for desk in desks:
            desk.push(hear=True)
            desk.pull(None)
    return history


def check(history: History, people: int, chance: random.Random) -> None:
    """All the desks agree, the set of changes alone decides, and nothing is lost."""
    server = history.server
    for desk in history.desks:
        assert not desk.out
        assert {n: e for n, e in desk.standing.items() if e} == server.standing
    for name, entries in server.standing.items():
        assert entries
        got = outcome(POLICY[name], entries)
        assert got == outcome(POLICY[name], entries[::-1])
        assert isinstance(got, Settled) or people > 1, "one desk cannot disagree with itself"

    # Nothing acknowledged is lost: it stands, or it is found in the log under something that was written over it.
    assert set(history.written) == set(server.log) | set(server.refused)
    over = {i: over_through(c.over, server.refused) for i, c in server.log.items()}
    named = frozenset[str]().union(*over.values())
    for change_id, change in server.log.items():
        assert (change.entry in server.standing[change.field]) != (change_id in named)

    # Any order in which each change comes after what it lies over gives the same.
    left = dict(server.log)
    standing: Standing = {}
    while left:
        ready = [i for i in left if not over[i] & left.keys()]
        put_in(standing, left.pop(chance.choice(ready)), server.refused)
    assert standing == server.standing

    # No word is gone that nobody took out, and none is shown that was never written.
    seen = {n: {s.words for t in texts(outcome(POLICY[n], e)) for s in sentences(t)} for n, e in standing.items()}
    for change in server.log.values():
        assert set(change.added) <= seen[change.field] | history.taken_out
    assert {w for words in seen.values() for w in words} <= {w for c in history.written.values() for w in c.added}


@given(st.integers(1, 3), st.booleans(), STEPS, st.randoms(use_true_random=False))
def test_every_history_ends_alike_and_no_word_is_lost(
    people: int, begun: bool, steps: list[tuple[object, ...]], chance: random.Random
) -> None:
    check(play(people, begun, steps), people, chance)


def test_long_histories_come_to_every_kind_of_end_and_lose_no_word() -> None:
    """What is drawn above is often short; these are as long as a meeting, and known not to be idle."""
    chance = random.Random(26)
    ends: dict[type, int] = {Settled: 0, Joined: 0, Conversation: 0}
    refused = 0
    for _ in range(settings().max_examples * 5):
        people = chance.choice([2, 3])
        history = play(people, chance.random() < 0.8, [_step(chance) for _ in range(chance.randint(5, 30))])
        check(history, people, chance)
        refused += len(history.server.refused)
        for name, entries in history.server.standing.items():
            ends[type(outcome(POLICY[name], entries))] += 1
    assert refused > 20
    assert min(ends.values()) > 20, ends


def _step(chance: random.Random) -> tuple[object, ...]:
    who = chance.randrange(3)
    match chance.choices(["write", "push", "pull", "new"], [5, 2, 3, 0.3])[0]:
        case "write":
            return "write", who, chance.choice(list(POLICY)), chance.randrange(60), chance.random() < 0.05
        case "push":
            return "push", who, chance.random() < 0.8
        case "pull":
            return "pull", who, chance.choice([None, 1])
        case _:
            return "new", who
