# SPDX-License-Identifier: MPL-2.0
"""Where people wrote apart: told by name, settled by people, joined where sentences allow it, and undone with each its hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile, Talk
from app.models.kinds import KINDS, singleton_id
from app.services import conversation, decide, undo
from app.services.desk import Desk
from app.store.conversations import conversations
from app.store.queries import case_file
from app.store.unit_of_work import new_id, new_step
from tests.store.desk import NOW
from tests.store.shared_model import ModelDesk
from tests.store.test_incoming import Two

ANNA = Hand("anna", "ANNA", Role.VEJLEDER)
BO = Hand("bo", "BO", Role.VEJLEDER)
BOS = Hand("bo", "BO", Role.BESTILLER)
BUS, SHOP, CALL = "Vil køre med bus.", "Vil handle selv.", "Vil ringe til sin søster."


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    made = Two(tmp_path)
    yield made
    made.anna.close()
    made.bo.close()


def apart(two: Two, name: str, one: object, other: object) -> None:
    """Two write in one field of the goal without knowing each other's words."""
    two.anna.type("anna", two.case, "goal", two.goal, name, one, anew=True)
    two.bo.type("bo", two.case, "goal", two.goal, name, other, anew=True)
    two.round()


def file_of(desk: ModelDesk, two: Two) -> CaseFile:
    return case_file(desk.replica, two.case)


def the_talk(desk: ModelDesk, two: Two) -> Talk:
    (talk,) = file_of(desk, two).conversations
    return talk


def at(desk: ModelDesk) -> Desk:
    return Desk(desk.replica, lambda: NOW)


def test_both_stand_and_are_told_by_name_on_both_desks(two: Two) -> None:
    apart(two, "words", "Tage toget", "Cykle")
    for desk in (two.anna, two.bo):
        talk = the_talk(desk, two)
        assert [(s.hand.name, s.values["words"]) for s in talk.said] == [("ANNA", "Tage toget"), ("BO", "Cykle")]
        assert conversations(desk.replica, two.case) == (talk,)


def test_a_lone_hand_and_two_who_say_the_same_have_no_conversation(two: Two) -> None:
    apart(two, "words", "Tage toget", "Tage toget")
    assert file_of(two.bo, two).conversations == file_of(two.bo, two).joins == ()


def test_different_sentences_are_joined_and_written_by_the_one_who_signs_or_prints(two: Two) -> None:
    apart(two, "goal", f"{BUS} Vil handle i Netto. {CALL}", f"{BUS} {SHOP} Vil skrive til sin bror.")
    for desk in (two.anna, two.bo):
        file = file_of(desk, two)
        assert file.goals[0].goal == f"{BUS} Vil handle i Netto. Vil skrive til sin bror."
        assert file.conversations == ()
        assert len(file.joins) == 1
    assert conversation.write_joins(at(two.bo), BOS, file_of(two.bo, two)).joins  # the vejleder's words
    assert conversation.write_joins(at(two.bo), BO, file_of(two.bo, two)).joins == ()
    two.round()
    assert file_of(two.anna, two).joins == ()
    assert two.anna.whole() == two.bo.whole()


def test_autosaves_carry_the_last_shared_text_into_the_join(two: Two) -> None:
    two.anna.type("anna", two.case, "goal", two.goal, "goal", f"{BUS} Vil handle i Netto. {CALL}", anew=True)
    for end in ("Vil", "Vil skrive", "Vil skrive til sin bror."):
        two.bo.type("bo", two.case, "goal", two.goal, "goal", f"{BUS} {SHOP} {end}", anew=False)
    two.round()
    assert file_of(two.bo, two).goals[0].goal == f"{BUS} Vil handle i Netto. Vil skrive til sin bror."


def test_what_comes_in_while_one_types_is_not_written_over(two: Two) -> None:
    two.bo.type("bo", two.case, "goal", two.goal, "words", "Cyk", anew=True)
    two.anna.type("anna", two.case, "goal", two.goal, "words", "Tage toget", anew=True)
    two.anna.push("anna")
    two.bo.pull("bo")
    two.bo.type("bo", two.case, "goal", two.goal, "words", "Cykle", anew=False)
    two.round()
    assert {s.values["words"] for s in the_talk(two.anna, two).said} == {"Tage toget", "Cykle"}


def test_what_was_laid_over_ones_words_as_one_typed_on_stands_too(two: Two) -> None:
    two.bo.type("bo", two.case, "goal", two.goal, "words", "Cyk", anew=True)
    two.round()
    two.anna.type("anna", two.case, "goal", two.goal, "words", "Cykle til søen", anew=True)
    two.anna.push("anna")
    two.bo.pull("bo")
    two.bo.type("bo", two.case, "goal", two.goal, "words", "Cykle", anew=False)
    two.round()
    assert {s.values["words"] for s in the_talk(two.anna, two).said} == {"Cykle til søen", "Cykle"}


def test_settling_lies_over_all_that_was_seen_and_nothing_else(two: Two) -> None:
    apart(two, "words", "Tage toget", "Cykle")
    seen = [s.change_id for s in the_talk(two.bo, two).said]
    two.anna.type("anna", two.case, "goal", two.goal, "words", "Gå", anew=True)
    conversation.settle(at(two.bo), BO, two.case, "goal", two.goal, {"words": "Cykle og tage toget"}, seen)
    assert file_of(two.bo, two).conversations == ()
    two.round()
    assert {s.values["words"] for s in the_talk(two.anna, two).said} == {"Gå", "Cykle og tage toget"}


def test_only_the_pen_settles(two: Two, expect_log: object) -> None:
    apart(two, "goal", "Det ene.", "Det andet.")
    with expect_log("app.store", "WARNING", "refused"), pytest.raises(UserError):  # type: ignore[operator]
        conversation.settle(at(two.bo), BOS, two.case, "goal", two.goal, {"goal": "Begge."})


def test_undoing_a_settlement_restores_each_value_with_its_hand(two: Two) -> None:
    apart(two, "words", "Tage toget", "Cykle")
    before = the_talk(two.bo, two)
    conversation.settle(at(two.bo), BO, two.case, "goal", two.goal, {"words": "Gå"})
    assert undo.undo(at(two.bo), BO, two.case).name == "Afklar"
    after = the_talk(two.bo, two)
    assert {(s.hand, s.at, s.values["words"]) for s in after.said} == {
        (s.hand, s.at, s.values["words"]) for s in before.said
    }
    two.round()
    assert the_talk(two.anna, two) == after
    assert two.anna.whole() == two.bo.whole()


def test_settled_and_undone_again_each_value_is_still_its_own_hands(two: Two) -> None:
    """The second undo gave the other's words to the one who undid it, and both texts read the same name and minute."""
    apart(two, "words", "Tage toget", "Cykle")
    before = the_talk(two.bo, two)
    for _ in range(3):
        talk = the_talk(two.bo, two)
        conversation.keep(at(two.bo), BO, two.case, talk, talk.said[0])
        assert undo.undo(at(two.bo), BO, two.case).name == "Afklar"
        after = the_talk(two.bo, two)
        assert [(s.hand, s.at, s.values["words"]) for s in after.said] == [
            (s.hand, s.at, s.values["words"]) for s in before.said
        ]
    two.round()
    assert the_talk(two.anna, two) == after


def test_undoing_ones_words_brings_back_what_came_as_a_present_value(two: Two) -> None:
    with two.bo.work("bo", Role.VEJLEDER, two.case, new_step("Ret ord")) as unit:
        unit.write("goal", two.goal, {"words": "Cykle"})
    assert undo.undo(at(two.bo), BO, two.case).name == "Ret ord"
    assert two.bo.value("goal", two.goal, "words") == "Tage bussen"


def test_undone_a_settled_removal_stands_to_be_settled_again_also_at_the_desk_that_undid_it(two: Two) -> None:
    """The desk that undid it held the record as taken away, while the other had it on the table."""
    with two.anna.work("anna", Role.VEJLEDER, two.case) as unit:
        unit.remove("goal", two.goal)
    two.bo.type("bo", two.case, "goal", two.goal, "words", "Cykle", anew=True)
    two.round()
    talk = the_talk(two.bo, two)
    conversation.keep(at(two.bo), BO, two.case, talk, next(s for s in talk.said if "removed" not in s.values))
    assert undo.undo(at(two.bo), BO, two.case).name == "Afklar"
    assert the_talk(two.bo, two).fields == ("removed",)
    assert [goal.words for goal in file_of(two.bo, two).goals] == ["Cykle"]
    two.round()
    assert two.anna.whole() == two.bo.whole()
    assert file_of(two.anna, two).goals == file_of(two.bo, two).goals


def test_a_removal_against_an_edit_stays_in_sight_until_people_settle_it(two: Two) -> None:
    with two.anna.work("anna", Role.VEJLEDER, two.case) as unit:
        unit.remove("goal", two.goal)
    assert file_of(two.anna, two).goals == ()
    two.bo.type("bo", two.case, "goal", two.goal, "words", "Cykle", anew=True)
    two.round()
    for desk in (two.anna, two.bo):
        talk = the_talk(desk, two)
        assert talk.fields == ("removed",)
        assert [dict(s.values) for s in talk.said] == [{"removed": True}, {"words": "Cykle"}]
        assert len(file_of(desk, two).goals) == 1
    conversation.settle(at(two.bo), BO, two.case, "goal", two.goal, {"removed": True})
    two.round()
    assert file_of(two.anna, two).goals == ()
    assert file_of(two.anna, two).conversations == ()


def test_a_removal_of_what_all_had_seen_is_no_conversation(two: Two) -> None:
    two.bo.type("bo", two.case, "goal", two.goal, "words", "Cykle", anew=True)
    two.round()
    with two.anna.work("anna", Role.VEJLEDER, two.case) as unit:
        unit.remove("goal", two.goal)
    two.round()
    assert file_of(two.bo, two).goals == ()
    assert file_of(two.bo, two).conversations == ()


def test_a_place_in_a_list_is_never_a_conversation(two: Two) -> None:
    apart(two, "position", 3, 4)
    assert file_of(two.bo, two).conversations == ()
    assert two.anna.value("goal", two.goal, "position") == two.bo.value("goal", two.goal, "position") == 3


def test_an_open_conversation_in_what_is_decided_blocks_the_signature(two: Two) -> None:
    plan = singleton_id(two.case, "plan")
    for desk, text in ((two.anna, "At komme ud"), (two.bo, "At komme hjem")):
        with desk.work(desk.people[0], Role.BESTILLER, two.case) as unit:
            unit.write("plan", plan, {"purpose": text})
    two.round()
    assert "afklaring af »Formål«" in decide.lacking(file_of(two.bo, two))
    with pytest.raises(UserError, match="afklaring af »Formål«"):
        decide.sign(at(two.bo), BOS, two.case, "øvelse")
    conversation.settle(at(two.bo), BOS, two.case, "plan", plan, {"purpose": "At komme ud og hjem"})
    assert "afklaring af »Formål«" not in decide.lacking(file_of(two.bo, two))


@pytest.mark.parametrize(
    ("name", "one", "other"), [("hearing", "ja", "nej"), ("weighing", "Den første vejer", "Den anden")]
)
def test_what_is_sealed_and_written_apart_holds_the_signature_though_no_answer_demands_it(
    two: Two, name: str, one: str, other: str
) -> None:
    answer = singleton_id(two.case, "answer")
    for desk, said in ((two.anna, one), (two.bo, other)):
        with desk.work(desk.people[0], Role.BESTILLER, two.case) as unit:
            unit.write("answer", answer, {name: said})
    two.round()
    (talk,) = file_of(two.bo, two).conversations
    assert conversation.to_settle(file_of(two.bo, two)) == (talk,)
    assert conversation.still_apart(talk) in decide.lacking(file_of(two.bo, two))
    conversation.settle(at(two.bo), BOS, two.case, "answer", answer, {name: one})
    assert conversation.to_settle(file_of(two.bo, two)) == ()


# -- what was written under a goal that somebody took away


def add_below(desk: ModelDesk, two: Two, kind: str, **values: object) -> str:
    """A row under the goal."""
    record_id = new_id()
    given: dict[str, Any] = {"goal_id": two.goal, **values}
    with desk.work(desk.people[0], Role.VEJLEDER, two.case) as unit:
        unit.create(KINDS[kind](id=record_id, case_id=two.case, **given))
    return record_id


@pytest.mark.parametrize(("kind", "name", "label"), [("milestone", "text", "Delmål"), ("action", "what", "Gør hvad")])
@pytest.mark.parametrize("is_new", [True, False])
def test_words_under_a_goal_another_took_away_stay_in_sight_and_are_settled(
    two: Two, kind: str, name: str, label: str, is_new: bool
) -> None:
    below = "" if is_new else add_below(two.anna, two, kind, **{name: "Før"})
    two.round()
    two.anna.type("anna", two.case, "goal", two.goal, "removed", True, anew=True)
    if is_new:
        below = add_below(two.bo, two, kind, **{name: "Købe kort"})
    else:
        two.bo.type("bo", two.case, kind, below, name, "Købe kort", anew=True)
    two.round()
    for desk in (two.anna, two.bo):
        talk = the_talk(desk, two)
        assert (talk.kind, talk.record_id, talk.fields) == ("goal", two.goal, ("removed",))
        assert [(s.hand.name, dict(s.values)) for s in talk.said] == [
            ("ANNA", {"removed": True}),
            ("BO", {f"{kind}.{name}": "Købe kort"}),
        ]
        assert [g.id for g in file_of(desk, two).goals] == [two.goal]
    talk = the_talk(two.bo, two)
    conversation.keep(at(two.bo), BO, two.case, talk, talk.said[1])
    two.round()
    for desk in (two.anna, two.bo):
        file = file_of(desk, two)
        assert (len(file.goals), file.conversations) == (1, ())


def test_what_was_tried_that_another_wrote_under_a_referral_taken_back_stays_in_sight(two: Two) -> None:
    """It was in no sight, for nothing shows a measure but under its referral."""
    referral, tried = new_id(), new_id()
    with two.anna.work(two.anna.people[0], Role.VEJLEDER, two.case) as unit:
        unit.create(KINDS["referral"](id=referral, case_id=two.case))
    two.round()
    with two.bo.work(two.bo.people[0], Role.VEJLEDER, two.case) as unit:
        given: dict[str, Any] = {"referral_id": referral, "what": "Mentor"}
        unit.create(KINDS["tried"](id=tried, case_id=two.case, **given))
    undo.undo(at(two.anna), ANNA, two.case)
    two.round()
    for desk in (two.anna, two.bo):
        file = file_of(desk, two)
        assert ([r.id for r in file.referrals], [t.id for t in file.tried]) == ([referral], [tried])
        assert [dict(s.values) for s in the_talk(desk, two).said] == [{"removed": True}, {"tried.what": "Mentor"}]


def test_it_may_be_taken_away_all_the_same_by_who_then_knows_and_undone(two: Two) -> None:
    two.anna.type("anna", two.case, "goal", two.goal, "removed", True, anew=True)
    add_below(two.bo, two, "milestone", text="Købe kort")
    two.round()
    talk = the_talk(two.anna, two)
    conversation.keep(at(two.anna), ANNA, two.case, talk, talk.said[0])
    two.round()
    for desk in (two.anna, two.bo):
        file = file_of(desk, two)
        assert (file.goals, file.conversations) == ((), ())
    undo.undo(at(two.anna), ANNA, two.case)
    two.round()
    for desk in (two.anna, two.bo):
        assert [s.hand.name for s in the_talk(desk, two).said] == ["ANNA", "BO"], (
            "it is as it was before it was settled"
        )
        assert [g.id for g in file_of(desk, two).goals] == [two.goal]


@pytest.mark.parametrize("kept", [0, 1])
def test_undoing_what_settled_a_removal_brings_the_disagreement_back(two: Two, kept: int) -> None:
    two.anna.type("anna", two.case, "goal", two.goal, "removed", True, anew=True)
    two.bo.type("bo", two.case, "goal", two.goal, "words", "Cykle", anew=True)
    two.round()
    talk = the_talk(two.anna, two)
    conversation.keep(at(two.anna), ANNA, two.case, talk, talk.said[kept])
    two.round()
    undo.undo(at(two.anna), ANNA, two.case)
    two.round()
    for desk in (two.anna, two.bo):
        assert [s.hand.name for s in the_talk(desk, two).said] == ["ANNA", "BO"]
        assert [g.words for g in file_of(desk, two).goals] == ["Cykle"]


def test_a_row_another_chose_to_keep_is_not_taken_back_by_who_made_it(two: Two) -> None:
    with at(two.bo).step(BO, two.case, "Tilføj mål") as work:
        work.create(KINDS["goal"](id=(made := new_id()), case_id=two.case, words="Cykle"))
    two.round()
    two.anna.type("anna", two.case, "goal", made, "removed", True, anew=True)
    two.bo.type("bo", two.case, "goal", made, "words", "Cykle hjem", anew=True)
    two.round()
    talk = the_talk(two.anna, two)
    conversation.keep(at(two.anna), ANNA, two.case, talk, talk.said[1])
    two.round()
    while (name := undo.can_undo(at(two.bo), BO, two.case)) is not None:
        assert name != "Tilføj mål"
        undo.undo(at(two.bo), BO, two.case)
    with pytest.raises(UserError, match="Målet bliver stående, for ANNA har valgt at beholde det."):
        undo.undo(at(two.bo), BO, two.case)
    assert made in [g.id for g in file_of(two.bo, two).goals]


def test_what_the_one_who_took_it_away_had_read_stands_not_against_it(two: Two) -> None:
    add_below(two.bo, two, "milestone", text="Købe kort")
    two.round()
    two.anna.type("anna", two.case, "goal", two.goal, "removed", True, anew=True)
    add_below(two.bo, two, "action")
    two.round()
    for desk in (two.anna, two.bo):
        file = file_of(desk, two)
        assert (file.goals, file.conversations) == ((), ()), "an empty row is nobody's words"
