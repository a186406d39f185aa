# SPDX-License-Identifier: MPL-2.0
"""Random histories of several real replicas around one server: whatever is cut, lost, refused, doubled or late, all end equal."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models.fields import to_json
from app.store import outgoing
from app.store.conversations import conversations
from tests.store.desk import TODAY
from tests.store.shared_model import ModelDesk, Server, blank_replica, off_the_list, start_case

DESKS = (("anna",), ("bo",), ("carla", "dan"))

FIELDS = 10

who = st.integers(0, 2)
field = st.integers(0, 24)
"""One of ten, or from there on the one that this history is mostly about."""
number = st.integers(0, 30)
writes = st.tuples(st.just("write"), who, field, number, st.booleans())
visits = st.tuples(st.just("visit"), who, field, number, st.sampled_from(("push", "lost", "cut", "pull")))
pairs = st.tuples(st.just("pair"), who, field, number, st.sampled_from((5, 0, 1)))
looks = st.tuples(st.just("look"), who)
sends = st.tuples(st.sampled_from(("push", "lost", "cut")), who)
reads = st.tuples(st.sampled_from(("pull", "one", "again", "late")), who)
rare = st.tuples(st.sampled_from(("restart", "refetch", "new machine", "upgrade")), who)
acts = st.one_of(writes, visits, visits, pairs, looks, sends, sends, reads, reads, rare)
histories = st.lists(acts, min_size=25, max_size=60)
"""What is drawn of its own accord is short, and short histories prove little."""


class Play:
    """Three desks, four people, one case."""

    def __init__(self, folder: Path, blank: Path, focus: int) -> None:
        self.server = Server()
        self.focus = focus
        self.desks = [ModelDesk(self.server, blank, folder / f"{i}.db", p) for i, p in enumerate(DESKS)]
        self.case, self.citizen, self.goal, self.support = start_case(self.desks[0], "anna")
        self.written: list[str] = []
        self.known: dict[str, set[str]] = {}  # of each removal: what was here when it was written
        self.seen: dict[tuple[Path, str, str, str], list[str]] = {}  # what each had read when they began to write
        self.screens: list[dict[tuple[str, str], list[str]]] = [{} for _ in DESKS]
        self.desks[0].push("anna")
        for desk in self.desks:
            for person in desk.people:
                desk.pull(person)
        self.desks[1].is_old = True

    def do(self, what: str, d: int, *args: Any) -> None:
        desk = self.desks[d]
        person = desk.people[len(self.written) % len(desk.people)]
        match what:
            case "write":
                self.write(desk, person, *args)
            case "visit":
                which, n, between = args
                self.write(desk, person, which, n, True)
                self.do(between, d)
                self.write(desk, person, which, n + 1, False)
            case "pair":
                which, n, other = args
                self.write(desk, person, which, n, True)
                self.write(desk, person, other, n + 1 if n % 2 else n, True)
            case "look":
                self.screens[d] = desk.on_screen()
            case "push" | "lost":
                desk.push(person, heard=what == "push")
            case "cut":
                desk.push(person, most=1)
            case "pull":
                desk.pull(person)
            case "one":
                desk.pull(person, 1)
            case "again":
                desk.pull(person, again=True)
            case "late":
                desk.pull_late(person)
            case "restart":
                desk.close()
                desk.open()
            case "refetch":
                desk.refetch(person, self.case)
            case "new machine" if not desk.unsent():
                self.screens[d] = {}
                desk.begin_again()
                for each in desk.people:  # nobody writes in a case they have not been let in to
                    desk.pull(each)
            case "upgrade":
                desk.upgrade()
        assert off_the_list(desk.replica) == []

    def write(self, desk: ModelDesk, person: str, which: int, n: int, anew: bool) -> None:
        text = f"{'!' if n % 5 == 3 else ''}{len(self.written)}"
        shown = str(desk.value("goal", self.goal, "goal") or "").split(". ")
        place = n % len(shown)
        sentences = ". ".join((*shown[:place], f"{text} er nyt", *shown[place + 1 :])).removesuffix(".") + "."
        where: tuple[str, str, str, Any] = (
            ("goal", self.goal, "words", text),
            ("goal", self.goal, "goal", sentences),
            ("goal", self.goal, "goal", sentences),
            ("support", self.support, "start", TODAY + timedelta(days=n)),
            ("goal", self.goal, "position", n),
            ("goal", self.goal, "removed", n % 2 == 0),
            ("citizen", self.citizen, "name", text),
            ("goal", self.goal, "done_when", text),
            ("support", self.support, "end", TODAY + timedelta(days=n)),
            ("goal", self.goal, "words", f"!{text}"),
        )[which if which < FIELDS else self.focus]
        if desk.is_old and where[2] == "done_when":
            return
        record, name = where[1:3]
        visit = (desk.path, person, record, name)
        if anew or (person, record, name) not in desk.steps or visit not in self.seen:  # as a field on a screen has it
            old = self.screens[self.desks.index(desk)].get((record, name), []) if n % 3 else []
            self.seen[visit] = old or desk.on_screen().get((record, name), [])
        seen, before = self.seen[visit], desk.here(record)
        if not desk.type(person, self.case, *where, anew=anew, seen=seen):
            return
        self.written.append(text)
        new = desk.here(record) - before
        if name == "removed":  # a button, pressed on the record as it is
            self.known |= dict.fromkeys(new, before)
            return
        read = {*seen, *desk.written_here(record)}
        assert desk.written_over(new, name) <= desk.through(read, name), "written over, and never read"

    def settle_down(self) -> None:
        for desk in self.desks:
            desk.upgrade()
        for _ in range(3 + len(self.written)):  # two at one desk who wrote by turns send a change a round
            for desk in self.desks:
                for person in desk.people:
                    desk.push(person)
            for desk in self.desks:
                for person in desk.people:
                    desk.pull(person)
            if not any(desk.unsent() for desk in self.desks):
                break
        for desk in self.desks:
            for person in desk.people:
                desk.pull(person)

    def check(self) -> None:
        """All are equal, to each other and to the server; nothing is unsent; every word can be found."""
        server = {key: tuple(sorted(ids)) for key, ids in self.server.stand.items() if ids}
        wholes = [desk.whole() for desk in self.desks]
        for desk, whole in zip(self.desks, wholes, strict=True):
            stands = {(r, n): ids for r, fields in whole.items() for n, (_, ids) in fields.items() if ids}
            assert stands == server, desk.path.name
            assert desk.unsent() == 0
            assert desk.replica.connection.execute("SELECT count(*) FROM parked").fetchone()[0] == 0
        for one, other in ((0, 1), (1, 2)):
            unlike = {r: (f, wholes[other].get(r)) for r, f in wholes[one].items() if f != wholes[other].get(r)}
            assert not unlike
            assert wholes[one].keys() == wholes[other].keys()
        reckoned: dict[tuple[str, str], set[str]] = {}
        for change in self.server.log.values():
            for name in change["fields"]:
                reckoned.setdefault((change["record"], name), set()).add(change["id"])
        for change in self.server.log.values():
            for name, ids in change["over"].items():
                if name in change["fields"]:
                    reckoned[change["record"], name] -= set(ids)
        assert {k: tuple(sorted(v)) for k, v in reckoned.items()} == server
        for desk in self.desks:
            kept = {aside.id for aside in outgoing.set_aside(desk.replica)}
            mine = {i for i, c in self.server.refused.items() if c["author"] in desk.people}
            assert kept <= mine
        for desk in self.desks:
            self.check_talks(desk)
        aside = {a.id for desk in self.desks for a in outgoing.set_aside(desk.replica)}
        gone = self.server.refused.keys() - aside
        assert not gone or any(desk.begun_again for desk in self.desks)

    def check_talks(self, desk: ModelDesk) -> None:
        """What is told as apart is what each wrote; no removal is disputed by what was before whoever wrote it; and no machine
        has joined away a sentence that nobody took out."""
        for talk in conversations(desk.replica, self.case):
            wrote = {said.change_id: self.server.log[said.change_id] for said in talk.said}
            if talk.fields == ("removed",):
                removals = {i for i, c in wrote.items() if c["fields"].get("removed")}
                edits = {i for i, c in wrote.items() if "removed" not in c["fields"]}
                known = set().union(*(self.known.get(i, set()) for i in removals))
                assert not edits & known, "disputed by what was known"
                continue
            for said in talk.said:
                for name, value in said.values.items():
                    assert to_json(value) == wrote[said.change_id]["fields"].get(name), (talk.fields, name)
            if talk.joined is not None:
                self.check_join(talk.joined, [(i, c["fields"]["goal"]) for i, c in wrote.items()])

    def check_join(self, joined: str, texts: list[tuple[str, str]]) -> None:
        for change_id, text in texts:
            for sentence in text.split(". "):
                new = sentence.removesuffix(".")
                others = [i for i, other in texts if i != change_id and new not in other]
                taken_out = any(
                    new in self.server.log[b]["fields"].get("goal", "") for i in others for b in self.below(i)
                )
                assert new in joined or taken_out, (new, joined, texts)

    def below(self, change_id: str) -> set[str]:
        """All that a change to the goal's text was written over, all the way down."""
        found: set[str] = set()
        todo = [change_id]
        while todo:
            for one in self.server.log.get(todo.pop(), {"over": {}})["over"].get("goal", ()):
                if one not in found and one in self.server.log:
                    found.add(one)
                    todo.append(one)
        return found

    def close(self) -> None:
        for desk in self.desks:
            desk.close()


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return blank_replica(tmp_path_factory.mktemp("blank"))


@settings(
    max_examples=settings().max_examples,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories, focus=st.integers(0, FIELDS - 1))
def test_all_desks_end_equal_and_nothing_is_lost(blank: Path, history: list[tuple[Any, ...]], focus: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        play = Play(Path(folder), blank, focus)
        try:
            for what, *args in history:
                play.do(what, *args)
            play.settle_down()
            play.check()
        finally:
            play.close()
