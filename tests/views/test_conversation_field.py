# SPDX-License-Identifier: MPL-2.0
"""Several have written in one field: told there, settled there, and nothing written over in silence (promises 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.domain.roles import Hand, Role
from app.models.kinds import singleton_id
from app.views.parts.buttons import Button
from app.views.parts.talk import TalkPanel
from app.views.room.room import Room
from app.views.room.turn_goal import ScaleLine
from app.views.talking import on_screen
from tests.views.far import Far
from tests.views.room_table import BODIL, VAGN, Table, button, field, press, type_in

BERIT = Hand("p-berit", "Berit Bestiller", Role.BESTILLER)
VERA = Hand("p-vera", "Vera Vejleder", Role.VEJLEDER)


@pytest.fixture
def table(qtbot: object, tmp_path: Path) -> Iterator[Table]:
    made = Table(tmp_path)
    made.new_case("Nancy Ann Berggren")
    yield made
    made.close()


@pytest.fixture
def far(table: Table) -> Far:
    return Far(table)


def plan_of(table: Table) -> str:
    return singleton_id(table.case_id, "plan")


def purpose_stands(table: Table, far: Far) -> list[str]:
    return far.standing("plan", plan_of(table), "purpose")


def apart(table: Table, far: Far, one: str = "At komme ud", other: str = "At komme hjem") -> None:
    """Bodil wrote the purpose here; Berit wrote another, four days ago, and it has just been shared."""
    table.write(BODIL, "plan", plan_of(table), purpose=one)
    far.share()
    far.write(BERIT, "plan", plan_of(table), {"purpose": other}, ago=timedelta(days=4, minutes=28))


def room_at(table: Table, hand: Hand, step: int) -> Room:
    room = table.open()
    table.pen(hand)
    room.go(step)
    table.settle()
    return room


def panel(room: Room, path: str) -> TalkPanel | None:
    found = [p for p in room.findChildren(TalkPanel) if p.objectName() == f"{path}.talk" and p.isVisibleTo(room)]
    return found[0] if found else None


def told(room: Room, path: str) -> TalkPanel:
    shown = panel(room, path)
    assert shown is not None
    return shown


def push(table: Table, room: Room, name: str) -> None:
    found = [b for b in room.findChildren(Button) if b.objectName() == name and b.isVisibleTo(room)]
    assert len(found) == 1, name
    found[0].setFocus()
    found[0].click()
    table.settle()


def test_who_wrote_what_when_is_told_at_the_field_with_both_texts_whole(table: Table, far: Far) -> None:
    apart(table, far, "At komme ud " * 30, "At komme hjem")
    room = room_at(table, BODIL, 4)
    words = told(room, "purpose.text").told()
    assert words is not None
    assert [v.said for v in words.voices] == ["Bodil skrev kl. 10.42", "Berit skrev søndag kl. 10.14 uden forbindelse"]
    assert [v.words for v in words.voices] == ["At komme ud " * 30, "At komme hjem"]
    assert field(room, "purpose.text").text() == ""


@pytest.mark.parametrize(("button", "stands"), [("keep.0", "At komme ud"), ("keep.1", "At komme hjem")])
def test_one_of_them_is_kept_and_it_can_be_undone(table: Table, far: Far, button: str, stands: str) -> None:
    apart(table, far)
    room = room_at(table, BODIL, 4)
    push(table, room, f"purpose.text.{button}")
    assert panel(room, "purpose.text") is None
    assert field(room, "purpose.text").text() == stands
    assert table.file().plan.purpose == stands
    room.undo_last()
    table.settle()
    assert len(told(room, "purpose.text").voices) == 2
    assert [s.hand.name for s in table.file().conversations[0].said] == [BODIL.name, BERIT.name]


def test_the_keyboard_stays_at_the_field_that_was_settled(table: Table, far: Far) -> None:
    """The button goes: left alone, Qt hands the keyboard to the next one, at the foot of the room."""
    story = singleton_id(table.case_id, "story")
    table.write(VAGN, "story", story, think="Tage bussen", want="Hjem")
    far.share()
    room = room_at(table, VAGN, 2)
    far.write(BERIT, "story", story, {"want": "Ud"})
    far.write(BERIT, "story", story, {"think": "Tage toget"})
    push(table, room, "wishes.think.keep.1")
    assert field(room, "wishes.think").has_user_focus()


def test_both_are_kept_as_one_text_the_person_goes_on_in(table: Table, far: Far) -> None:
    apart(table, far)
    room = room_at(table, BODIL, 4)
    push(table, room, "purpose.text.both")
    made = field(room, "purpose.text")
    assert made.has_user_focus()
    assert made.text() == "At komme ud\nAt komme hjem"
    type_in(made, "!")
    table.settle(pause=True)
    assert table.file().plan.purpose == "At komme ud\nAt komme hjem!"
    assert panel(room, "purpose.text") is None, "nothing is to be settled any more, though the cursor stands there"
    room.header.back_button.setFocus()
    table.settle()
    assert panel(room, "purpose.text") is None


@pytest.mark.parametrize("click_takes_keyboard", [True, False])
def test_both_are_kept_with_a_third_text_that_was_typed_just_before(
    table: Table, far: Far, click_takes_keyboard: bool
) -> None:
    """It was written over by the two: one pressed before the field had told that it was settled."""
    apart(table, far)
    room = room_at(table, BODIL, 4)
    made = field(room, "purpose.text")
    type_in(made, "At komme med")
    both = button(room, "purpose.text.both")
    if click_takes_keyboard:
        both.setFocus()
    both.click()
    assert made.text() == "At komme ud\nAt komme hjem\nAt komme med"
    table.settle(pause=True)
    assert table.file().plan.purpose == made.text()
    assert table.file().conversations == ()


def test_both_are_kept_with_ones_own_as_one_has_gone_on_with_it(table: Table, far: Far) -> None:
    room = room_at(table, BODIL, 4)
    made = field(room, "purpose.text")
    type_in(made, "At komme ud")
    table.settle(pause=True)
    far.write(BERIT, "plan", plan_of(table), {"purpose": "At komme hjem"})
    type_in(made, "e med bus")
    button(room, "purpose.text.both").click()
    assert made.text() == "At komme hjem\nAt komme ude med bus"
    table.settle(pause=True)
    assert (table.file().plan.purpose, table.file().conversations) == (made.text(), ())


def test_a_new_text_settles_and_both_are_in_sight_while_it_is_typed(table: Table, far: Far) -> None:
    apart(table, far)
    room = room_at(table, BODIL, 4)
    type_in(field(room, "purpose.text"), "At komme ud og hjem")
    table.settle(pause=True)
    assert table.file().conversations == ()
    shown = told(room, "purpose.text")
    assert len(shown.voices) == 2
    assert not [b for b in shown.findChildren(Button) if b.isVisibleTo(shown)], (
        "it is settled: there is nothing to press"
    )
    words = shown.told()
    assert words is not None
    assert words.heading == "I skrev hver sit"
    room.leave()
    table.settle()
    assert panel(room, "purpose.text") is None
    assert table.file().plan.purpose == "At komme ud og hjem"
    room.undo_last()
    table.settle()
    assert {s.values["purpose"] for s in table.file().conversations[0].said} == {"At komme ud", "At komme hjem"}


def test_the_other_pen_reads_it_all_and_who_can_settle_it(table: Table, far: Far) -> None:
    apart(table, far)
    room = room_at(table, VAGN, 4)
    shown = told(room, "purpose.text")
    words = shown.told()
    assert words is not None
    assert words.foot == "Bestilleren kan afklare det."
    assert not [b for b in shown.findChildren(Button) if b.isVisibleTo(shown)]
    assert field(room, "purpose.text").read_only()
    table.pen(BODIL)
    assert len([b for b in shown.findChildren(Button) if b.isVisibleTo(shown)]) == 3


def test_a_screen_reader_hears_it_and_tab_reaches_each_button(table: Table, far: Far) -> None:
    apart(table, far)
    room = room_at(table, BODIL, 4)
    shown = told(room, "purpose.text")
    assert "Bodil skrev kl. 10.42: At komme ud" in shown.accessibleName()
    assert "Skal afklares" in field(room, "purpose.text").editor.accessibleDescription()
    buttons = [b for b in shown.findChildren(Button) if b.isVisibleTo(shown)]
    assert [b.accessibleName() for b in buttons[:2]] == [
        "Behold Bodils: At komme ud",
        "Behold Berits: At komme hjem",
    ] or [b.accessibleName() for b in buttons].count("Behold Bodils: At komme ud") == 1
    assert all(b.focusPolicy() & Qt.FocusPolicy.TabFocus for b in buttons)
    shown.voices[1].button.setFocus()
    press(shown.voices[1].button, Qt.Key.Key_Return)
    table.settle()
    assert table.file().plan.purpose == "At komme hjem"


def test_what_comes_in_while_the_cursor_stands_in_the_field_is_never_written_over(table: Table, far: Far) -> None:
    table.write(BODIL, "plan", plan_of(table), purpose="At komme ud")
    far.share()
    base = far.standing("plan", plan_of(table), "purpose")
    room = room_at(table, BODIL, 4)
    made = field(room, "purpose.text")
    type_in(made, " i dag")
    far.write(BERIT, "plan", plan_of(table), {"purpose": "At komme hjem"}, over={"purpose": base})
    assert made.text().endswith("i dag") or made.text().startswith(" i dag")
    typed = made.text()
    type_in(made, "!")
    table.settle(pause=True)
    room.leave()
    table.settle()
    (talk,) = table.file().conversations
    assert {s.values["purpose"] for s in talk.said} == {"At komme hjem", made_last(typed)}
    assert len(told(room, "purpose.text").voices) == 2


def test_leaving_a_field_reopens_nothing_that_another_settled_meanwhile(table: Table, far: Far) -> None:
    """Both wrote, the other kept both, and the cursor still stood here: who only goes on has written nothing more."""
    table.write(BODIL, "plan", plan_of(table), purpose="At komme ud")
    far.share()
    base = far.standing("plan", plan_of(table), "purpose")
    room = room_at(table, BODIL, 4)
    made = field(room, "purpose.text")
    type_in(made, "!")
    table.settle(pause=True)
    far.share()
    far.write(BERIT, "plan", plan_of(table), {"purpose": "At komme hjem"}, over={"purpose": base})
    both = f"{made.text()}\nAt komme hjem"
    far.write(BERIT, "plan", plan_of(table), {"purpose": both}, over={"purpose": purpose_stands(table, far)})
    assert panel(room, "purpose.text") is None, "settled, though by another"
    told_here = "Berit skrev her kl. 10.42. Du ser det, når du går videre."
    assert told_here in made.editor.accessibleDescription()
    room.leave()
    table.settle()
    assert table.file().conversations == ()
    assert table.file().plan.purpose == both
    assert made.text() == both
    assert told_here not in made.editor.accessibleDescription()


def test_leaving_a_field_another_has_written_on_in_writes_nothing(table: Table, far: Far) -> None:
    table.write(BODIL, "plan", plan_of(table), purpose="At komme ud")
    far.share()
    room = room_at(table, BODIL, 4)
    made = field(room, "purpose.text")
    type_in(made, "!")
    table.settle(pause=True)
    far.share()
    more = f"{made.text()} Og hjem igen."
    far.write(BERIT, "plan", plan_of(table), {"purpose": more}, over={"purpose": purpose_stands(table, far)})
    room.leave()
    table.settle()
    assert table.file().conversations == ()
    assert table.file().plan.purpose == more
    assert made.text() == more


def made_last(typed: str) -> str:
    """What was typed, with the sign that was added where the cursor stood."""
    return typed.replace(" i dag", " i dag!")


def test_the_first_key_after_something_came_in_unseen_stands_beside_it(table: Table, far: Far) -> None:
    """The change is in the replica and not yet on the screen when the person begins to write."""
    table.write(BODIL, "plan", plan_of(table), purpose="At komme ud")
    far.share()
    base = far.standing("plan", plan_of(table), "purpose")
    room = room_at(table, BODIL, 4)
    table.context.changed.disconnect(room._reading._changed)  # the screen is slow
    far.write(BERIT, "plan", plan_of(table), {"purpose": "At komme hjem"}, over={"purpose": base})
    type_in(field(room, "purpose.text"), "x")
    table.settle(pause=True)
    room.leave()
    table.settle()
    (talk,) = table.file().conversations
    assert {s.hand.name for s in talk.said} == {BODIL.name, BERIT.name}


def test_ones_own_words_from_a_moment_ago_are_no_news_to_one(table: Table, far: Far) -> None:
    table.write(BODIL, "plan", plan_of(table), purpose="At komme ud")
    room = room_at(table, BODIL, 4)
    table.context.changed.disconnect(room._reading._changed)  # the screen is slow
    made = field(room, "purpose.text")
    for letters in ("a", "b", "c"):
        type_in(made, letters)
        room.leave()
    table.settle()
    assert table.file().conversations == ()
    assert table.file().joins == ()
    assert table.file().plan.purpose == made.text()


def test_different_sentences_are_joined_and_it_is_told_quietly(table: Table, far: Far) -> None:
    story = singleton_id(table.case_id, "story")
    first = "Er god til at lave mad. Kan køre bil. Kender byen."
    table.write(VAGN, "story", story, resources=first)
    far.share()
    base = far.standing("story", story, "resources")
    room = room_at(table, VAGN, 2)
    made = field(room, "resources")
    table.write(VAGN, "story", story, resources=first.replace("mad.", "god mad."))
    far.write(
        VERA,
        "story",
        story,
        {"resources": first.replace("byen.", "hele byen.")},
        over={"resources": base},
        bases={"resources": [first]},
    )
    assert made.text() == "Er god til at lave god mad. Kan køre bil. Kender hele byen."
    assert "Samlet af det, Vagn og Vera skrev" in made.editor.accessibleDescription()
    assert panel(room, "resources") is None


def test_a_period_is_settled_as_one(table: Table, far: Far) -> None:
    support = table.add(
        BODIL, "support", offer="Støtte", paragraph="82b", start="1. december 2026", end="1. marts 2027"
    )
    far.share()
    far.write(BERIT, "support", support, {"start": "2026-12-15", "end": "2027-04-15"})
    room = room_at(table, BODIL, 5)
    words = told(room, "support.0.start").told()
    assert words is not None
    assert [v.words for v in words.voices] == [
        "1. december 2026 – 1. marts 2027",
        "15. december 2026 – 15. april 2027",
    ]
    assert panel(room, "support.0.end") is None
    push(table, room, "support.0.start.keep.1")
    (now,) = table.file().support
    assert (f"{now.start}", f"{now.end}") == ("2026-12-15", "2027-04-15")
    assert table.file().conversations == ()


def test_a_choice_and_a_scale_are_told_in_words_and_picked(table: Table, far: Far) -> None:
    answer = singleton_id(table.case_id, "answer")
    table.write(BODIL, "answer", answer, target_group="ja")
    goal = table.add(VAGN, "goal", words="Tage bussen", now_citizen="2")
    far.share()
    far.write(BERIT, "answer", answer, {"target_group": "nej"})
    far.write(VERA, "goal", goal, {"now_citizen": 5})
    room = room_at(table, BODIL, 5)
    words = told(room, "answer.target_group").told()
    assert words is not None
    assert not words.both
    assert all(v.words for v in words.voices)
    push(table, room, "answer.target_group.keep.1")
    assert table.file().answer.target_group == "nej"
    table.pen(VAGN)
    room.go(4)
    table.settle()
    push(table, room, "goals.0.now.citizen.keep.1")
    assert table.file().goals[0].now_citizen == 5


def test_a_row_taken_away_while_another_wrote_in_it_is_told_above_it(table: Table, far: Far) -> None:
    goal = table.add(VAGN, "goal", words="Tage bussen")
    far.share()
    there = far.standing("goal", goal, "removed")
    known = [*there, *far.standing("goal", goal, "words")]
    table.write(VAGN, "goal", goal, words="Tage bussen selv")
    far.write(VERA, "goal", goal, {"removed": True}, over={"removed": there}, bases={"removed": known})
    room = room_at(table, VAGN, 4)
    words = told(room, "goals.0.removed").told()
    assert words is not None
    assert {v.keep for v in words.voices} == {"Tag væk", "Behold"}
    assert any(v.said.startswith("Vera tog målet væk") for v in words.voices)
    assert any("Tage bussen selv" in v.words for v in words.voices), words
    keep = next(n for n, v in enumerate(words.voices) if v.keep == "Behold")
    push(table, room, f"goals.0.removed.keep.{keep}")
    assert len(table.file().goals) == 1
    assert table.file().conversations == ()


def test_words_under_a_goal_that_was_taken_away_bring_it_back_and_are_told_above_it(table: Table, far: Far) -> None:
    goal = table.add(VAGN, "goal", words="Tage bussen")
    far.share()
    there = far.standing("goal", goal, "removed")
    known = [*there, *far.standing("goal", goal, "words")]
    table.add(VAGN, "milestone", goal, text="Købe rejsekort")
    room = room_at(table, VAGN, 4)
    far.write(VERA, "goal", goal, {"removed": True}, over={"removed": there}, bases={"removed": known})
    words = told(room, "goals.0.removed").told()
    assert words is not None
    assert [v.keep for v in words.voices] == ["Tag væk", "Behold"]
    assert [v.words for v in words.voices] == ["", "Delmål: Købe rejsekort"]
    assert [m.text for m in table.file().milestones] == ["Købe rejsekort"]
    push(table, room, "goals.0.removed.keep.1")
    assert len(table.file().goals) == 1
    assert table.file().conversations == ()


def test_words_under_a_referral_that_was_taken_back_bring_it_back_and_are_told_above_it(table: Table, far: Far) -> None:
    """They stood to be settled, and nothing showed it."""
    referral = table.add(VAGN, "referral", sender="Jobcentret")
    far.share()
    there = far.standing("referral", referral, "removed")
    known = [*there, *far.standing("referral", referral, "sender")]
    table.add(VAGN, "tried", referral, what="Mentor")
    room = room_at(table, VAGN, 3)
    far.write(VERA, "referral", referral, {"removed": True}, over={"removed": there}, bases={"removed": known})
    words = told(room, "referral.removed").told()
    assert words is not None
    assert [v.said.partition(" kl.")[0] for v in words.voices] == ["Vera tog henvisningen væk", "Vagn skrev imens,"]
    push(table, room, "referral.removed.keep.1")
    assert [r.sender for r in table.file().referrals] == ["Jobcentret"]
    assert (table.file().conversations, panel(room, "referral.removed")) == ((), None)


def test_a_narrow_field_of_a_row_is_told_below_the_row(table: Table, far: Far) -> None:
    person = table.add(VAGN, "network_person", who="Kaj", relation="bror")
    far.share()
    far.write(VERA, "network_person", person, {"relation": "svoger"})
    room = room_at(table, VAGN, 2)
    words = told(room, "network.0.relation").told()
    assert words is not None
    assert words.heading == "Skal afklares: hvad er I for hinanden"
    push(table, room, "network.0.relation.keep.0")
    assert table.file().network[0].relation == "bror"


def test_a_date_half_typed_does_not_write_over_what_came_in(table: Table, far: Far) -> None:
    answer = singleton_id(table.case_id, "answer")
    table.write(BODIL, "answer", answer, target_group="senere")
    far.share()
    room = room_at(table, BODIL, 5)
    made = field(room, "answer.until")
    type_in(made, "3. dec")
    table.settle(pause=True)
    far.write(BERIT, "answer", answer, {"until": "2026-12-10"})
    type_in(made, "ember")
    table.settle(pause=True)
    assert f"{table.file().answer.until}" == "2026-12-10"
    room.leave()
    table.settle()
    (talk,) = table.file().conversations
    assert {f"{s.values['until']}" for s in talk.said} == {"2026-12-03", "2026-12-10"}


def test_a_place_set_on_the_turned_screen_is_written_over_what_it_showed_and_no_more(table: Table, far: Far) -> None:
    goal = table.add(VAGN, "goal", words="Tage bussen", now_citizen="2")
    far.share()
    far.write(VERA, "goal", goal, {"now_citizen": 5})
    file = table.file()
    line = ScaleLine(table.context, table.case_id, goal, "now_citizen", "Hvor er du i dag?")
    line.stands = on_screen(file, goal, "now_citizen")
    line.show_value(file.goals[0].now_citizen)
    line.boxes.set_answer(7)
    line.boxes.picked.emit()
    line.flush()
    table.settle()
    (talk,) = table.file().conversations
    assert {s.values["now_citizen"] for s in talk.said} == {7, 5}
    line.deleteLater()
