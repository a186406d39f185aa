# SPDX-License-Identifier: MPL-2.0
"""What waits to be sent, by name; what a refusal brings back; and nothing unsent is ever gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store import ahead, outgoing
from app.store.outgoing import Verdict
from tests.store.test_incoming import Two


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    made = Two(tmp_path)
    yield made
    made.anna.close()
    made.bo.close()


def say(two: Two, text: str) -> None:
    two.bo.type("bo", two.case, "goal", two.goal, "words", text, anew=True)


def words(two: Two) -> object:
    return two.bo.value("goal", two.goal, "words")


def test_what_waits_is_told_by_person_and_turned_in_pages(two: Two) -> None:
    for n in range(3):
        say(two, str(n))
    two.bo.pull("dan")
    two.bo.type("dan", two.case, "goal", two.goal, "words", "gæst", anew=True)
    assert ahead.waiting_for(two.bo.replica) == {"bo": 4}  # what dan wrote lies over what bo has not sent
    first = outgoing.pending(two.bo.replica, "bo", 2)
    rest = outgoing.pending(two.bo.replica, "bo", 2, after=first[-1].id)
    assert [json.loads(c.fields)["words"] for c in (*first, *rest)] == ["0", "1", "2"]


def test_the_packet_is_what_the_server_asks_for(two: Two) -> None:
    say(two, 'Æblerne "er" røde\\n\u2028')
    (sent,) = outgoing.pending(two.bo.replica, "bo")
    (packed,) = json.loads(outgoing.packed((sent,)))
    assert packed["fields"] == {"words": 'Æblerne "er" røde\\n\u2028'}
    assert packed.keys() == {
        *("id", "case", "kind", "record", "fields", "over", "bases", "audience", "role", "at", "step", "step_name"),
        *("undoes", "author"),
    }


def test_only_what_lies_over_nothing_undoes_nothing_and_is_joined_with_nobodys_goes_in_columns(two: Two) -> None:
    say(two, "Tage toget")
    (edit,) = outgoing.pending(two.bo.replica, "bo")
    new = edit._replace(over="{}", bases=None)
    assert outgoing.is_new(new)
    for other in ({"over": edit.over}, {"bases": '{"words":["Tage bussen"]}'}, {"undoes": edit.id}):
        assert not outgoing.is_new(new._replace(**other)), other
    assert outgoing.in_columns([new]) is not None
    for odd in (
        {"id": "x" * 36},
        {"record_id": new.id + "0"},
        {"step_name": "\ud800"},
        {"fields": '{"words":"\\u0000"}'},
    ):
        assert outgoing.in_columns([new, new._replace(**odd)]) is None, odd


def test_a_refusal_brings_back_what_lay_under_and_keeps_the_words(two: Two) -> None:
    say(two, "! dette bliver afvist")
    two.bo.push("bo")
    assert words(two) == "Tage bussen"
    (aside,) = outgoing.set_aside(two.bo.replica)
    assert aside.fields == {"words": "! dette bliver afvist"}
    assert aside.reason == "pen"
    assert aside.hand.person_id == "bo"
    outgoing.put_by(two.bo.replica, two.case, aside.id, "bo")
    assert outgoing.set_aside(two.bo.replica, two.case) == ()
    assert two.bo.unsent() == 0


def test_what_lies_over_a_refused_change_stands_and_takes_over_what_lay_under(two: Two) -> None:
    say(two, "! afvist")
    say(two, "Gå ture selv")
    two.anna.type("anna", two.case, "goal", two.goal, "words", "Cykle", anew=True)
    two.round()
    assert two.bo.whole() == two.anna.whole()
    stands = {two.server.log[i]["fields"]["words"] for i in two.server.stand[two.goal, "words"]}
    assert stands == {"Gå ture selv", "Cykle"}


def test_a_refusal_brings_back_nothing_that_was_written_over_before_the_last_fetch(two: Two) -> None:
    """What one had before one when one began was written over elsewhere, as a fetch of what stands does not tell."""
    before = two.anna.on_screen()[two.goal, "words"]
    say(two, "Gå ture selv")
    two.bo.push("bo")
    two.anna.refetch("anna", two.case)
    two.anna.type("anna", two.case, "goal", two.goal, "words", "! afvist", anew=True, seen=before)
    two.anna.push("anna")
    assert two.anna.value("goal", two.goal, "words") == "Gå ture selv"
    assert {two.goal: two.anna.whole()[two.goal]} == {two.goal: two.bo.whole()[two.goal]}


def test_wait_later_and_no_answer_leave_it_unsent(two: Two) -> None:
    for text in ("a", "b", "c"):
        say(two, text)
    sent = outgoing.pending(two.bo.replica, "bo")
    taken = outgoing.take_verdicts(
        two.bo.replica, "bo", sent, {sent[0].id: Verdict("wait"), sent[1].id: Verdict("later")}
    )
    assert (taken.accepted, taken.refused, taken.waiting) == (0, 0, 3)
    assert outgoing.pending(two.bo.replica, "bo") == sent
    assert words(two) == "c"


def test_a_lost_answer_is_heard_when_one_reads_past_ones_own_words(two: Two) -> None:
    say(two, "Gå ture selv")
    two.bo.push("bo", heard=False)
    assert two.bo.unsent() == 1
    two.bo.pull("bo")
    assert two.bo.unsent() == 0
    assert words(two) == "Gå ture selv"


def test_a_new_record_that_is_refused_is_off_the_table_and_its_words_are_kept(two: Two) -> None:
    from app.domain.roles import Role
    from app.models.kinds import Goal
    from app.store.unit_of_work import new_id

    goal = new_id()
    with two.bo.work("bo", Role.VEJLEDER, two.case) as unit:
        unit.create(Goal(id=goal, case_id=two.case, words="! nyt mål", theme="! tema"))
    two.bo.push("bo")
    rest = {w for a in outgoing.set_aside(two.bo.replica) for w in a.fields.values() if isinstance(w, str)}
    assert {"! nyt mål", "! tema"} <= rest
    two.anna.pull("anna")
    assert two.bo.whole() == two.anna.whole()


def test_joining_is_done_once_and_a_lone_desk_has_no_index(tmp_path: Path) -> None:
    from tests.store.desk import fresh

    with fresh(tmp_path) as store:
        assert not outgoing.is_joined(store.replica)
        assert store.sql("SELECT name FROM sqlite_master WHERE name LIKE 'unsent_in'") == []
        outgoing.join(store.replica)
        outgoing.join(store.replica)
        assert store.replica.joined
        assert store.sql("SELECT name FROM sqlite_master WHERE name LIKE 'unsent_in'") != []
