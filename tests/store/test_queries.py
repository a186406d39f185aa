# SPDX-License-Identifier: MPL-2.0
"""What is read of a case: all of it and nothing else, in order, with the hand behind each word."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import EnvironmentProblem
from app.domain.roles import Role
from app.models.casefile import CaseFile
from app.models.fields import fields_of
from app.models.kinds import (
    KINDS,
    MUNICIPALITY,
    SINGLETONS,
    Goal,
    Identifier,
    Municipality,
    NextStep,
    Offer,
    Paper,
    Record,
    singleton_id,
)
from app.store import queries
from app.store.accounts import Account, accounts, save
from app.store.unit_of_work import new_id, new_step, note_access
from tests.store.desk import BODIL, NOW, TODAY, VAGN, Store, fresh


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh(tmp_path) as opened:
        opened.case_id, _ = opened.come_in("Magnus Lauridsen", number="0504909995")
        yield opened


def read(store: Store) -> CaseFile:
    return queries.case_file(store.replica, store.case_id)


def test_every_kind_of_a_case_is_read_with_every_field_as_it_was_written(store: Store) -> None:
    values = {str: "noget", int: 3, bool: True, date: TODAY}
    planted: dict[str, Record] = {}
    for kind, cls in KINDS.items():
        if kind in ("case", "citizen", "identifier", "offer", "municipality", "competence", "decision", "paper"):
            continue
        if kind in ("same_citizen", "informed"):  # no part of a case: each read by its own question
            continue
        given: dict[str, Any] = {n: values[info.type] for n, info in fields_of(cls).items() if n != "removed"}
        record_id = singleton_id(store.case_id, kind) if kind in SINGLETONS else new_id()
        store.plant(kind, record_id, **given)
        planted[kind] = cls(id=record_id, case_id=store.case_id, **given)
    file = read(store)
    parts = [getattr(file, part.name) for part in dataclasses.fields(file)]
    found = [record for part in parts for record in (part if isinstance(part, tuple) else (part,))]
    for kind, record in planted.items():
        assert record in found, kind


def test_what_is_taken_off_the_table_is_not_read(store: Store) -> None:
    goal = Goal(id=new_id(), case_id=store.case_id, words="Tage bussen")
    with store.work() as work:
        work.create(goal)
    assert read(store).goals == (goal,)
    with store.work() as work:
        work.remove("goal", goal.id)
    assert read(store).goals == ()
    with store.work() as work:
        work.restore("goal", goal.id, {"removed": False})
    assert read(store).goals == (goal,)


def test_lists_stand_in_their_order_and_ties_by_id(store: Store) -> None:
    ids = [new_id() for _ in range(4)]
    with store.work() as work:
        for place, record_id in zip((2, 0, 1, 1), ids, strict=True):
            work.create(NextStep(id=record_id, case_id=store.case_id, position=place, what="x"))
    assert [step.id for step in read(store).next_steps] == [ids[1], *sorted(ids[2:]), ids[0]]


def test_another_cases_words_are_never_read(store: Store) -> None:
    other, _ = store.come_in("Pia Berggren")
    with store.work(case_id=other) as work:
        work.create(Goal(id=new_id(), case_id=other, words="Pias mål"))
    file = read(store)
    assert file.goals == ()
    assert file.citizen.name == "Magnus Lauridsen"
    assert all("Pia" not in str(getattr(file, part.name)) for part in dataclasses.fields(file))


def test_a_citizens_numbers_follow_them_from_case_to_case(store: Store) -> None:
    citizen_id = read(store).citizen.id
    second = new_id()
    store.plant("case", second, citizen_id=citizen_id, number="2")
    newer = Identifier(id=new_id(), case_id=second, citizen_id=citizen_id, type="cpr", value="0504909989")
    with store.work(case_id=second) as work:
        work.create(newer)
    file = read(store)
    assert [number.value for number in file.identifiers] == ["0504909995", "0504909989"]
    assert file.identifier == newer


def test_a_case_that_has_only_just_begun_is_whole(store: Store) -> None:
    file = read(store)
    assert (file.story.want, file.plan.purpose, file.answer.target_group, file.notes.vejleder) == ("", "", "", "")
    assert file.story.id == singleton_id(store.case_id, "story")
    assert file.meeting is None
    assert file.decision is None


def test_each_word_bears_its_hand_and_its_time(store: Store) -> None:
    story = singleton_id(store.case_id, "story")
    for hand, words in ((VAGN, "Tage bussen"), (BODIL, "Tage bussen igen")):
        with store.work(hand) as work:
            work.write("story", story, {"want": words})
    written = read(store).hands[story, "want"]
    assert (written.hand, written.at) == (BODIL, NOW)
    assert written.change_id == store.log(story)[-1].id
    assert (story, "think") not in read(store).hands


def test_what_is_no_value_yet_is_read_beside_the_record(store: Store) -> None:
    step = NextStep(id=new_id(), case_id=store.case_id)
    with store.work() as work:
        work.create(step)
        work.keep_draft("next_step", step.id, "by", "31-11", "findes ikke")
    file = read(store)
    draft = file.drafts[step.id, "by"]
    assert (draft.text, draft.because, draft.kind) == ("31-11", "findes ikke", "next_step")
    assert file.is_open((step.id, "by"))
    assert file.next_steps[0].by is None


def test_a_kind_from_a_newer_program_does_not_stop_the_reading(store: Store) -> None:
    store.sql(
        "INSERT INTO draft VALUES ('x', 'felt', ?, 'noget_nyt', 'ord', '', 'p-vagn', '2026-11-26')", store.case_id
    )
    store.sql("ALTER TABLE rec_goal ADD COLUMN noget_nyt TEXT")
    store.plant("goal", words="Tage bussen")
    file = read(store)
    assert [goal.words for goal in file.goals] == ["Tage bussen"]
    assert not file.drafts


def test_a_field_from_before_the_program_knew_it_reads_as_its_default(store: Store) -> None:
    goal = store.plant("goal", words="Tage bussen")
    store.sql("UPDATE rec_goal SET type = NULL, position = NULL, hoped = NULL WHERE id = ?", goal)
    read_goal = read(store).goals[0]
    assert (read_goal.type, read_goal.position, read_goal.hoped) == ("", 0, None)


def test_no_case_is_no_case(store: Store) -> None:
    with pytest.raises(LookupError):
        queries.case_file(store.replica, "findes ikke")


def test_a_case_is_frozen_and_its_lists_are_not_lists(store: Store) -> None:
    file = read(store)
    with pytest.raises(dataclasses.FrozenInstanceError):
        file.case = file.case  # type: ignore[misc]
    lists = [part.name for part in dataclasses.fields(file) if isinstance(getattr(file, part.name), list)]
    assert lists == []


# ------------------------------------------------------------------------------------------------------ history


def test_history_is_a_line_for_each_step_with_the_last_wording(store: Store) -> None:
    goal = Goal(id=new_id(), case_id=store.case_id, goal="K")
    step = new_step("Ret mål")
    with store.work(VAGN, "Tilføj mål") as work:
        work.create(goal)
    for words in ("Kan", "Kan tage", "Kan tage bussen"):
        with store.work(VAGN, step) as work:
            work.write("goal", goal.id, {"goal": words})
    with store.work(BODIL, "Ret ord") as work:
        work.write("goal", goal.id, {"words": "Tage bussen"})
    lines = [line for line in queries.history(store.replica, store.case_id) if line.record_id == goal.id]
    told = [(line.hand.name, line.step_name, dict(line.fields)) for line in lines]
    assert told[:2] == [
        ("Bodil Bestiller", "Ret ord", {"words": "Tage bussen"}),
        ("Vagn Vejleder", "Ret mål", {"goal": "Kan tage bussen"}),
    ]
    assert {line.step_name for line in lines[2:]} == {"Tilføj mål"}
    assert all(line.at == NOW for line in lines)


def test_history_is_of_this_case_and_no_longer_than_asked(store: Store) -> None:
    other, _ = store.come_in("Pia")
    for case_id in (store.case_id, other):
        with store.work(case_id=case_id) as work:
            work.create(Goal(id=new_id(), case_id=case_id, words="mål"))
    assert len(queries.history(store.replica, store.case_id, limit=3)) <= 3
    ids = {line.record_id for line in queries.history(store.replica, store.case_id)}
    assert not ids & {line.record_id for line in queries.history(store.replica, other)}


def test_every_look_is_told_newest_first(store: Store) -> None:
    for n, action in enumerate(("åbnet", "udskrevet", "afvist")):
        note_access(store.replica, VAGN, store.case_id, action, f"om {n}", NOW + timedelta(minutes=n))
    note_access(store.replica, VAGN, "en anden sag", "åbnet", "", NOW)
    lines = queries.access_lines(store.replica, store.case_id)
    assert [(line.action, line.about) for line in lines] == [
        ("afvist", "om 2"),
        ("udskrevet", "om 1"),
        ("åbnet", "om 0"),
    ]
    assert {(line.person_id, line.role) for line in lines} == {("p-vagn", Role.VEJLEDER.value)}


# ------------------------------------------------------------------------------------------- what the office shares


def publish(store: Store, key: str, version: int, name: str, on: date | None = TODAY) -> Offer:
    offer = Offer(id=new_id(), case_id=MUNICIPALITY, key=key, version=version, name=name, published_on=on)
    with store.work(BODIL, case_id=MUNICIPALITY) as work:
        work.create(offer)
    return offer


def test_the_catalogue_in_force_is_the_newest_of_each_entry(store: Store) -> None:
    first = publish(store, "cykel", 1, "Cykelværksted")
    second = publish(store, "cykel", 2, "Cykelværkstedet")
    publish(store, "cykel", 3, "Ikke udgivet", None)
    bus = publish(store, "bus", 1, "Bustræning")
    assert queries.offers(store.replica) == (bus, second)
    assert queries.offer(store.replica, first.id) == first  # an old decision still finds its own
    assert queries.offer(store.replica, "findes ikke") is None


def test_the_municipality_has_its_defaults_until_it_says_something(store: Store) -> None:
    assert queries.municipality(store.replica) == Municipality(id=MUNICIPALITY, case_id=MUNICIPALITY)
    with store.work(BODIL, case_id=MUNICIPALITY) as work:
        work.create(Municipality(id=MUNICIPALITY, case_id=MUNICIPALITY, name="Rundbord Kommune", lock_minutes=5))
    said = queries.municipality(store.replica)
    assert (said.name, said.lock_minutes, said.appealable_85) == ("Rundbord Kommune", 5, True)


def test_the_very_pages_that_were_given_are_kept(store: Store) -> None:
    paper = Paper(id=new_id(), case_id=store.case_id, type="plan", version=1)
    with store.work() as work:
        work.issue(paper, b"%PDF-1.7 \x00\xff")
    assert queries.issued_pdf(store.replica, store.case_id, paper.id) == b"%PDF-1.7 \x00\xff"
    assert queries.issued_pdf(store.replica, store.case_id, "findes ikke") is None
    assert queries.access_lines(store.replica, store.case_id)[0].action == "udskrevet"


def test_a_row_that_holds_what_no_field_may_is_told_in_one_sentence(store: Store) -> None:
    store.sql("UPDATE rec_case SET contact_on = 'i går'")
    with pytest.raises(EnvironmentProblem, match="ikke, som Rundbord skrev det"):
        read(store)


def test_an_account_with_a_role_there_is_none_of_is_told_in_one_sentence(store: Store) -> None:
    account = Account("p", "Bodil", "", "", (Role.BESTILLER,), "", "", "", "")
    save(store.replica, account)
    store.sql("UPDATE account SET roles = '[\"konge\"]'")
    with pytest.raises(EnvironmentProblem, match="ikke, som Rundbord skrev den"):
        accounts(store.replica)
