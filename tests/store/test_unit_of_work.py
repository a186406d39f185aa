# SPDX-License-Identifier: MPL-2.0
"""The one road for every change: whose pen, what the log says, what stands, and nothing half done."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import UserError
from app.domain.roles import Hand, Pen, Role
from app.models.fields import Audience, FieldInfo, Merge, Value, fields_of
from app.models.kinds import (
    KINDS,
    SINGLETONS,
    Action,
    Case,
    Citizen,
    Decision,
    Goal,
    Identifier,
    NextStep,
    Support,
    singleton_id,
)
from app.store.unit_of_work import new_id, new_step
from app.store.unsent import number_of
from tests.store.desk import BODIL, HANDS, NOW, TODAY, VAGN, Store, fresh

B, V, A = Role.BESTILLER, Role.VEJLEDER, Role.RAADGIVER
WRITERS: dict[Pen, set[Role]] = {  # the promise, written down a second time on purpose
    Pen.BESTILLER: {B},
    Pen.VEJLEDER: {V},
    Pen.EITHER: {B, V},
    Pen.CITIZEN: {B, V},
    Pen.ADVISER: {B, V, A},
    Pen.SIGNATURE: set(),
    Pen.PROGRAM: set(),
}
OF_THE_MUNICIPALITY = {"municipality", "offer", "competence"}


def writers(kind: str, info: FieldInfo) -> set[Role]:
    """Who writes a field: by its pen, but what is the municipality's is the authority's, and a leder gives one paper too."""
    pens = WRITERS[info.pen]
    if kind == "paper" and pens:
        return pens | {Role.LEDER}  # which one is tried in tests/services/test_issue.py
    return {B, Role.LEDER} if kind in OF_THE_MUNICIPALITY and pens else pens


FIELDS = [(kind, info) for kind, cls in KINDS.items() for info in fields_of(cls).values()]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh(tmp_path) as opened:
        yield opened


def some(info: FieldInfo) -> Value:
    """A value that is not the field's default."""
    if info.type is bool:
        return not info.default
    return {str: "noget", int: 3, date: TODAY}[info.type]


def plant_own(store: Store, kind: str, hand: Hand) -> str:
    """A record of the kind; an adviser's advice is their own."""
    own = kind == "advice" and hand.role is Role.RAADGIVER
    return store.plant(kind, person_id=hand.person_id) if own else store.plant(kind)


# ---------------------------------------------------------------------------------------------------- whose pen


@pytest.mark.expects_log("app.store", "WARNING", "refused")
@pytest.mark.parametrize("role", list(Role))
def test_every_field_is_written_by_its_pens_and_nobody_else(store: Store, role: Role) -> None:
    hand = HANDS[role]
    store.ask(HANDS[Role.RAADGIVER])
    for kind, info in FIELDS:
        if info.merge is Merge.ONCE or kind == "decision":
            continue
        record_id = plant_own(store, kind, hand)
        value = some(info)
        if role in writers(kind, info):
            with store.work(hand) as work:
                work.write(kind, record_id, {info.name: value})
            assert store.log(record_id)[-1].fields[info.name] is not None, (kind, info.name)
        else:
            with pytest.raises(UserError, match="kan kun skrives af"), store.work(hand) as work:
                work.write(kind, record_id, {info.name: value})
            assert not store.log(record_id), (kind, info.name)


@pytest.mark.expects_log("app.store", "WARNING", "refused")
@pytest.mark.parametrize("role", list(Role))
def test_a_new_record_may_not_carry_what_another_pen_writes(store: Store, role: Role) -> None:
    store.ask(HANDS[Role.RAADGIVER])
    for kind, info in FIELDS:
        if kind == "decision" or info.name == "removed" or info.pen is Pen.PROGRAM:
            continue
        if kind == "identifier":
            continue  # indexed with its citizen; tried in its own test
        values: dict[str, Any] = {info.name: some(info)}
        if kind == "advice" and role is Role.RAADGIVER:
            values["person_id"] = HANDS[role].person_id
        elif (kind, info.name) == ("advice", "person_id"):
            continue  # the adviser's own alone: tests/services/test_advising.py
        record = KINDS[kind](id=new_id(), case_id=store.case_id, **values)
        if role in writers(kind, info):
            with store.work(HANDS[role]) as work:
                work.create(record)
            assert store.log(record.id)
        else:
            with pytest.raises(UserError), store.work(HANDS[role]) as work:
                work.create(record)
            assert not store.log(record.id)


@pytest.mark.expects_log("app.store", "WARNING", "refused")
@pytest.mark.parametrize("role", list(Role))
def test_a_draft_is_kept_by_the_fields_own_pen_alone(store: Store, role: Role) -> None:
    store.ask(HANDS[Role.RAADGIVER])
    for kind, info in FIELDS:
        if kind == "decision" or (kind, info.name) == ("advice", "person_id"):
            continue
        record_id = plant_own(store, kind, HANDS[role]) if kind == "advice" else new_id()
        if role in writers(kind, info):
            with store.work(HANDS[role]) as work:
                work.keep_draft(kind, record_id, info.name, "31. februar", "findes ikke")
            assert store.sql("SELECT text FROM draft WHERE record_id = ?", record_id) == [("31. februar",)]
        else:
            with pytest.raises(UserError), store.work(HANDS[role]) as work:
                work.keep_draft(kind, record_id, info.name, "31. februar", "findes ikke")
            assert not store.sql("SELECT text FROM draft WHERE record_id = ?", record_id)


@pytest.mark.expects_log("app.store", "WARNING", "refused")
@pytest.mark.parametrize("role", list(Role))
def test_only_the_pen_that_adds_a_record_takes_it_away(store: Store, role: Role) -> None:
    store.ask(HANDS[Role.RAADGIVER])
    for kind, cls in KINDS.items():
        record_id = plant_own(store, kind, HANDS[role])
        if role in writers(kind, fields_of(cls)["removed"]):
            with store.work(HANDS[role]) as work:
                work.remove(kind, record_id)
            assert store.sql(f"SELECT removed FROM rec_{kind} WHERE id = ?", record_id) == [(1,)]
        else:
            with pytest.raises(UserError), store.work(HANDS[role]) as work:
                work.remove(kind, record_id)
            assert store.sql(f"SELECT removed FROM rec_{kind} WHERE id = ?", record_id) == [(0,)]


@pytest.mark.parametrize("hand", [HANDS[role] for role in Role], ids=lambda hand: hand.role.value)
def test_no_hand_puts_in_a_decision_without_a_seal(store: Store, hand: Hand, log_watch: Any) -> None:
    decision = Decision(
        id=new_id(), case_id=store.case_id, content="{}", hash="0" * 64, seal="0" * 128, signer_id=hand.person_id
    )
    with pytest.raises(UserError), store.work(hand) as work:
        work.create(decision)
    assert not store.sql("SELECT 1 FROM rec_decision")
    assert store.sql("SELECT about FROM access_log") == [("decision.seal",)]
    assert len(log_watch.take("app.store", logging.WARNING, "refused")) == (hand.role is not Role.BESTILLER)


@pytest.mark.expects_log("app.store", "WARNING", "refused")
@pytest.mark.parametrize("way", ["write", "register", "restore", "remove"])
@pytest.mark.parametrize("name", ["content", "seal", "removed"])
def test_a_decision_on_the_record_is_never_written_again_by_any_way(store: Store, way: str, name: str) -> None:
    record_id = store.plant("decision")
    told = [] if way == "remove" else [{name: True if name == "removed" else "noget"}]
    with pytest.raises((UserError, ValueError)), store.work(BODIL) as work:
        getattr(work, way)("decision", record_id, *told)
    assert not store.log(record_id)


@pytest.mark.expects_log("app.store", "WARNING", "refused: vejleder may not write plan.purpose")
def test_a_refused_pen_is_noted_by_field_and_never_by_what_was_written(store: Store) -> None:
    with pytest.raises(UserError) as no, store.work(VAGN) as work:
        work.write("plan", singleton_id(store.case_id, "plan"), {"purpose": "hemmelige ord"})
    assert no.value.message == "»Formål« kan kun skrives af bestilleren."
    rows = store.sql("SELECT person_id, role, case_id, action, about FROM access_log")
    assert rows == [("p-vagn", "vejleder", store.case_id, "afvist", "plan.purpose")]


@pytest.mark.expects_log("app.store", "WARNING", "refused")
def test_one_refused_field_refuses_the_whole_unit_of_work(store: Store) -> None:
    goal = Goal(id=new_id(), case_id=store.case_id, words="Tage bussen")

    def both() -> None:
        with store.work(BODIL) as work:
            work.create(goal)
            work.write("goal", goal.id, {"words": "Tage bussen igen", "goal": "Kan tage bus 318"})

    with pytest.raises(UserError):
        both()
    assert not store.sql("SELECT 1 FROM rec_goal")
    assert not store.log()


def test_what_is_written_once_is_never_written_again(store: Store) -> None:
    for kind, info in FIELDS:
        if info.merge is Merge.ONCE and info.pen is not Pen.SIGNATURE and info.pen is not Pen.PROGRAM:
            record_id = store.plant(kind)
            hand = BODIL if kind in OF_THE_MUNICIPALITY else VAGN
            with pytest.raises(ValueError, match="never again"), store.work(hand) as work:
                work.write(kind, record_id, {info.name: some(info)})


def test_the_program_registers_its_own_fields_and_no_others(store: Store) -> None:
    meeting = store.plant("meeting")
    with store.work(VAGN) as work:
        work.register("meeting", meeting, {"ended": "2026-11-26T11:40"})
    assert store.log(meeting)[-1].fields == {"ended": "2026-11-26T11:40"}
    with pytest.raises(ValueError, match="not the program's own"), store.work(VAGN) as work:
        work.register("meeting", meeting, {"place": "Vores Netværk"})


def test_undo_may_take_off_what_one_made_oneself_but_writes_no_other_pens_words(store: Store) -> None:
    goal = store.plant("goal")
    with store.work(BODIL) as work:
        work.restore("goal", goal, {"removed": True})  # began by the bestiller in the citizen's words
    assert store.sql("SELECT removed FROM rec_goal") == [(1,)]


# ------------------------------------------------------------------------------------------- what the log says


def test_a_change_says_who_wrote_what_over_what(store: Store) -> None:
    goal = store.plant("goal")
    step = new_step("Ret mål")
    with store.work(VAGN, step) as work:
        work.write("goal", goal, {"goal": "Kan tage bussen"})
    with store.work(VAGN, step) as work:
        work.write("goal", goal, {"goal": "Kan tage bus 318"})
    first, second = store.log(goal)
    assert (first.kind, first.record_id, dict(first.fields)) == ("goal", goal, {"goal": "Kan tage bussen"})
    assert not first.over
    assert second.over == {"goal": [first.id]}
    assert (second.author, second.role, second.device) == ("p-vagn", "vejleder", store.replica.device)
    assert (second.step, second.step_name) == (step.id, "Ret mål")
    assert second.at == NOW.isoformat(timespec="milliseconds")
    assert store.sql(f"SELECT {number_of()}, undoes FROM change WHERE record_id = ?", goal) == [(None, None)] * 2


def test_fields_written_apart_do_not_lie_on_each_other(store: Store) -> None:
    goal = store.plant("goal")
    for values in ({"goal": "Kan tage bussen"}, {"done_when": "Har gjort det alene"}, {"goal": "Kan tage bus 318"}):
        with store.work(VAGN) as work:
            work.write("goal", goal, values)
    first, second, third = store.log(goal)
    assert (first.over, second.over, third.over) == ({}, {}, {"goal": [first.id]})


def test_a_new_record_is_one_packed_change_for_each_audience(store: Store) -> None:
    goal = Goal(id=new_id(), case_id=store.case_id, words="Tage bussen", goal="Kan tage bus 318", theme="Transport")
    with store.work(VAGN) as work:
        work.create(goal)
    packed = {change.audience: dict(change.fields) for change in store.log(goal.id)}
    assert packed == {
        "borger og rådgiver": {"words": "Tage bussen", "goal": "Kan tage bus 318"},
        "rådgiver": {"removed": False, "theme": "Transport"},
    }


def test_no_change_ever_mixes_audiences(store: Store) -> None:
    for kind, cls in KINDS.items():
        if kind in ("decision", "identifier"):
            continue
        hand = BODIL if kind in OF_THE_MUNICIPALITY else VAGN
        values: dict[str, Any] = {
            name: some(info)
            for name, info in fields_of(cls).items()
            if name != "removed" and hand.role in writers(kind, info) and (kind, name) != ("advice", "person_id")
        }
        with store.work(hand) as work:
            work.create(cls(id=new_id(), case_id=store.case_id, **values))
    for change in store.log():
        audiences = {fields_of(KINDS[change.kind])[name].audience for name in change.fields}
        assert audiences == {Audience(change.audience)}


def test_what_is_left_at_its_default_is_not_in_the_change(store: Store) -> None:
    step = NextStep(id=new_id(), case_id=store.case_id, what="Ringer")
    with store.work(VAGN) as work:
        work.create(step)
    written = {name for change in store.log(step.id) for name in change.fields}
    assert written == {"removed", "what"}


def test_a_period_is_written_whole_whichever_half_was_typed(store: Store) -> None:
    support = Support(id=new_id(), case_id=store.case_id, start=TODAY, end=TODAY + timedelta(days=90))
    with store.work(BODIL) as work:
        work.create(support)
    with store.work(BODIL) as work:
        work.write("support", support.id, {"end": TODAY + timedelta(days=60)})
    last = store.log(support.id)[-1]
    assert dict(last.fields) == {"start": "2026-11-26", "end": "2027-01-25"}
    assert set(last.over) == {"start", "end"}


def test_a_change_set_names_each_field_once_and_the_step(store: Store) -> None:
    action = Action(id=new_id(), case_id=store.case_id, what="Ringer")
    with store.work(VAGN, "Tilføj handling") as work:
        work.create(action)
        work.write("action", action.id, {"what": "Ringer i morgen"})
    assert work.changes.keys == {("action", action.id, "removed"), ("action", action.id, "what")}
    assert work.changes.touches(store.case_id)
    assert not work.changes.touches("en anden")
    assert work.changes.step.name == "Tilføj handling"


def test_ids_come_in_the_order_they_are_made() -> None:
    ids = [new_id() for _ in range(500)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 500


# ------------------------------------------------------------------------------------------------- what stands


def test_what_stands_is_the_last_word_with_its_hand(store: Store) -> None:
    answer = store.plant("story", singleton_id(store.case_id, "story"))
    for hand, words in ((VAGN, "Tage bussen"), (BODIL, "Tage bussen igen")):
        with store.work(hand) as work:
            work.write("story", answer, {"want": words})
    last = store.log(answer)[-1]
    (standing,) = store.sql("SELECT standing FROM rec_story")[0]
    assert f'["{last.id}","p-bodil","Bodil Bestiller","bestiller"' in standing
    assert standing.count("p-vagn") == 0
    assert len(store.log(answer)) == 2  # nothing has left the log


@pytest.mark.parametrize("kind", sorted(SINGLETONS))
def test_a_record_there_is_one_of_begins_with_the_first_word_in_it(store: Store, kind: str) -> None:
    record_id = singleton_id(store.case_id, kind)
    pens = {name: info for name, info in fields_of(KINDS[kind]).items() if name != "removed"}
    name, info = next(iter(pens.items()))
    hand = next(HANDS[role] for role in (B, V) if role in writers(kind, info))
    with store.work(hand) as work:
        work.write(kind, record_id, {name: some(info)})
    assert store.sql(f'SELECT case_id, "{name}" FROM rec_{kind}') == [(store.case_id, some(info))]


def test_nothing_is_written_on_a_record_that_is_not_there(store: Store) -> None:
    with pytest.raises(LookupError), store.work(VAGN) as work:
        work.write("goal", "findes ikke", {"goal": "ord"})
    assert not store.log()


# ------------------------------------------------------------------------------------------------------ drafts


def test_a_draft_is_kept_as_typed_and_the_value_is_empty(store: Store) -> None:
    step = store.plant("next_step", by=TODAY)
    with store.work(VAGN) as work:
        work.keep_draft("next_step", step, "by", "31-11-2026", "31. november 2026 findes ikke")
        assert work.value("next_step", step, "by") is None
        assert work.draft_text(step, "by") == "31-11-2026"
    rows = store.sql("SELECT record_id, field, case_id, kind, text, because, author FROM draft")
    because = "31. november 2026 findes ikke"
    assert rows == [(step, "by", store.case_id, "next_step", "31-11-2026", because, "p-vagn")]
    assert store.log(step)[-1].fields == {"by": None}  # the log says the value went, and no word of the draft


def test_a_draft_on_an_empty_field_is_no_change(store: Store) -> None:
    step = store.plant("next_step")
    with store.work(VAGN) as work:
        work.keep_draft("next_step", step, "by", "snart", "")
    assert not store.log(step)
    assert work.changes.keys == {("next_step", step, "by")}  # but screens are told


def test_a_value_takes_the_draft_with_it_and_no_other(store: Store) -> None:
    step = store.plant("next_step")
    with store.work(VAGN) as work:
        work.keep_draft("next_step", step, "by", "snart", "")
        work.keep_draft("next_step", step, "what", "Ri", "")
    with store.work(VAGN) as work:
        work.write("next_step", step, {"by": TODAY})
    assert store.sql("SELECT field, text FROM draft") == [("what", "Ri")]


def test_a_draft_on_half_a_period_empties_the_whole_of_it_in_one_change(store: Store) -> None:
    support = store.plant("support", start=TODAY, end=TODAY + timedelta(days=60))
    with store.work(BODIL) as work:
        work.keep_draft("support", support, "end", "31-02-2027", "findes ikke")
    assert store.log(support)[-1].fields == {"end": None, "start": "2026-11-26"}


# ---------------------------------------------------------------------------------------- all of it or nothing


class Broken(Exception):
    """Something no rule foresaw."""


def test_an_exception_leaves_nothing_behind(store: Store) -> None:
    goal = store.plant("goal", words="Tage bussen")

    def half() -> None:
        with store.work(VAGN) as work:
            work.create(Goal(id=new_id(), case_id=store.case_id, goal="En til"))
            work.write("goal", goal, {"goal": "Kan tage bussen"})
            work.keep_draft("goal", goal, "done_when", "når", "")
            work.remove("goal", goal)
            raise Broken

    with pytest.raises(Broken):
        half()
    assert store.sql("SELECT words, goal, removed FROM rec_goal") == [("Tage bussen", "", 0)]
    assert not store.log()
    assert not store.sql("SELECT 1 FROM draft")
    with store.work(VAGN) as work:  # and the next one is not in its way
        work.write("goal", goal, {"goal": "Kan tage bussen"})
    assert len(store.log()) == 1


def test_a_case_number_that_was_not_used_is_given_again(store: Store) -> None:
    given: list[str] = []

    def broken() -> None:
        with store.work() as work:
            given.append(work.next_case_number())
            raise Broken

    with pytest.raises(Broken):
        broken()
    with store.work() as work:
        given.append(work.next_case_number())
    assert given == [f"2026-{store.replica.device}-0001"] * 2


def test_every_case_number_is_given_once(store: Store) -> None:
    numbers = []
    for _ in range(3):
        with store.work() as work:
            numbers.append(work.next_case_number())
    assert numbers == [f"2026-{store.replica.device}-{n:04}" for n in (1, 2, 3)]


# ---------------------------------------------------------------------------------------------------- the search


def test_the_search_follows_name_phone_and_number(store: Store) -> None:
    citizen, case = new_id(), store.case_id
    with store.work(VAGN) as work:
        work.create(Citizen(id=citizen, case_id=case, name="Åse Ødegård", phone="12 34 56 78"))
        work.create(Case(id=case, case_id=case, citizen_id=citizen, number="1"))
    number = Identifier(id=new_id(), case_id=case, citizen_id=citizen, type="cpr", value="2512489996")
    with store.work(VAGN) as work:
        work.create(number)
    assert store.sql("SELECT digits FROM search_text") == [("2512489996 12345678",)]
    with store.work(VAGN) as work:
        work.remove("identifier", number.id)
        work.write("citizen", citizen, {"name": "Aase Holm", "phone": ""})
    assert store.sql("SELECT folded, digits, sorting FROM search_text") == [("ase holm aseholm aase", "", "}se holm")]


@settings(max_examples=25)
@given(words=st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_whatever_is_typed_is_read_back_the_same(words: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    with fresh(tmp_path_factory.mktemp("ord")) as store:
        goal = store.plant("goal")
        typed = [word for word in words if "\x00" not in word and word.isprintable()]
        for word in typed:
            with store.work(VAGN) as work:
                work.write("goal", goal, {"goal": word})
        stands = store.sql("SELECT goal FROM rec_goal")[0][0]
        assert stands == (typed[-1] if typed else "")
        assert [change.fields["goal"] for change in store.log(goal)] == typed
