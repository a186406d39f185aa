# SPDX-License-Identifier: MPL-2.0
"""What is typed in the room ends on the record, in the right hand, and is never lost or overwritten (promises 1, 3, 4)."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.domain.errors import EnvironmentProblem
from app.domain.rights import may_write
from app.models.kinds import singleton_id
from app.services import cases, edit
from app.store import queries
from app.store.replica import FULL, Replica
from app.store.unit_of_work import new_step
from app.views import binding
from app.views.binding import Bound
from app.views.parts.fields import ScaleField
from app.views.room.goals import GoalsStep
from app.views.room.room import Room
from tests.patience import LONG
from tests.views.room_table import BODIL, VAGN, Table, field, type_in


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


def begun(table: Table) -> Room:
    table.new_case("Nancy Ann Berggren")
    return table.open()


def test_the_citizens_words_are_kept_as_typed_in_the_hand_that_typed_them(table: Table) -> None:
    room = begun(table)
    room.go(2)
    type_in(field(room, "wishes.think"), "Æv – jeg gider ik' mer’ 🚲")
    table.settle(pause=True)
    story = singleton_id(table.case_id, "story")
    file = table.file()
    assert file.story.think == "Æv – jeg gider ik' mer’ 🚲"
    assert file.hands[story, "think"].hand == VAGN


def test_typing_is_kept_at_a_pause_without_leaving_the_field(table: Table) -> None:
    room = begun(table)
    table.pen(BODIL)
    room.go(4)
    purpose = field(room, "purpose.text")
    type_in(purpose, "Kommer rundt")
    table.settle(pause=True)
    assert purpose.has_user_focus()
    file = table.file()
    assert file.plan.purpose == "Kommer rundt"
    assert file.hands[file.plan.id, "purpose"].hand == BODIL


def test_what_is_typed_without_a_pause_is_kept_all_the_same(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "PAUSE_MS", 3_600_000)  # nobody rests
    room = begun(table)
    room.go(2)
    want = field(room, "wishes.want")
    bound = want.findChild(Bound)
    assert bound is not None
    kept: list[object] = []
    table.context.saved.connect(kept.append)
    oldest = begun_at = time.monotonic()
    while len(kept) < 3:
        if bound.kept:
            oldest = 0.0
        now = time.monotonic()
        assert now < begun_at + LONG, "it was never kept"
        type_in(want, "x")
        if not bound.kept:  # then the first key of those that wait is young: an old one takes all of them along
            oldest = oldest or time.monotonic()
            assert now - oldest < binding.OLDEST_MS / 1000
        QApplication.processEvents()


@pytest.mark.parametrize("way", ["flush", "hide", "leave", "another step", "lock"])
def test_nothing_typed_waits_when_the_room_is_left(table: Table, way: str) -> None:
    room = begun(table)
    room.go(2)
    type_in(field(room, "resources"), "cykler")
    type_in(field(room, "notes.vejleder"), "spørg til hunden")
    {
        "flush": room.flush,
        "hide": room.hide,
        "leave": room.close_room,
        "another step": lambda: room.go(4),
        "lock": room.header.lock_button.click,
    }[way]()
    if way == "another step":  # the cursor leaves a field with its step
        room.flush()
    file = table.file()
    assert (file.story.resources, file.notes.vejleder) == ("cykler", "spørg til hunden")


def test_a_date_is_read_when_the_field_is_left_and_a_half_one_is_kept(table: Table) -> None:
    room = begun(table)
    table.pen(BODIL)
    room.go(4)
    until = field(room, "purpose.provisional_until")
    type_in(until, "3. dece")
    table.settle(pause=True)
    file = table.file()
    assert file.plan.provisional_until is None
    assert file.drafts[file.plan.id, "provisional_until"].text == "3. dece"
    type_in(until, "mber")
    room.leave()
    assert table.file().plan.provisional_until == date(2026, 12, 3)
    assert until.text() == "3. december 2026"


def test_a_day_that_does_not_exist_stays_in_its_field_and_says_why_also_in_a_new_room(table: Table) -> None:
    room = begun(table)
    table.pen(BODIL)
    room.go(4)
    type_in(field(room, "purpose.provisional_until"), "31. november")
    room.close_room()
    table.settle()
    assert table.file().plan.provisional_until is None
    room.hide()
    again = table.open()
    again.go(4)
    kept = field(again, "purpose.provisional_until")
    assert kept.text() == "31. november"
    assert "findes ikke" in (kept.error() or "")


def test_a_refresh_never_overwrites_the_field_under_the_cursor(table: Table) -> None:
    room = begun(table)
    room.go(2)
    want = field(room, "wishes.want")
    type_in(want, "Jeg vil")
    story = singleton_id(table.case_id, "story")
    step = new_step("Andetsteds")
    table.context.run(
        lambda: edit.write_text(table.desk, BODIL, table.case_id, "story", story, "want", "Noget andet", step)
    )
    table.settle()
    assert want.text() == "Jeg vil"
    type_in(want, " selv")
    table.settle(pause=True)
    assert want.text() == "Jeg vil selv"
    assert table.file().story.want == "Jeg vil selv"


def test_words_written_elsewhere_appear_where_nobody_types(table: Table) -> None:
    room = begun(table)
    room.go(2)
    story, step = singleton_id(table.case_id, "story"), new_step("Andetsteds")
    table.context.run(
        lambda: edit.write_text(table.desk, BODIL, table.case_id, "story", story, "resources", "cykler", step)
    )
    table.settle()
    assert field(room, "resources").text() == "cykler"


@pytest.mark.parametrize("pen", [BODIL, VAGN])
def test_only_the_pens_own_fields_are_open_and_the_rest_is_read(
    table: Table, request: pytest.FixtureRequest, pen: object
) -> None:
    table.play(request.getfixturevalue("cases") / "moede-1-bussen.json")
    room = table.open()
    for hand in (BODIL, VAGN):  # passing to and fro leaves nothing open
        table.pen(hand)
    assert pen in (BODIL, VAGN)
    hand = BODIL if pen is BODIL else VAGN
    table.pen(hand)
    seen = 0
    for number in (1, 2, 3, 4):
        room.go(number)
        table.settle()
        for bound in room.findChildren(Bound):
            seen += 1
            assert bound.widget.read_only() is not may_write(hand.role, bound.info.pen), bound.widget.objectName()
    assert seen > 80


def test_a_scale_and_a_mark_are_kept_at_once(table: Table) -> None:
    room = begun(table)
    goal = table.add(VAGN, "goal", words="Tage bussen selv")
    table.settle()
    room.go(4)
    table.settle()
    scale = field(room, "goals.0.now.citizen")
    assert isinstance(scale, ScaleField)
    type_in(scale, "2")
    room.go(2)
    field(room, "whole_person.print").editor.click()
    file = table.file()
    assert [g.now_citizen for g in file.goals if g.id == goal] == [2]
    assert file.story.whole_person_print


def test_the_number_is_dots_until_asked_for_and_asking_is_logged(table: Table) -> None:
    room = begun(table)
    number = field(room, "citizen.cpr")
    type_in(number, "050490-9995")
    assert number.line.echoMode() is QLineEdit.EchoMode.Normal  # what one types is seen
    room.leave()
    table.settle()
    assert table.file().identifiers[-1].value == "0504909995"
    assert number.line.echoMode() is QLineEdit.EchoMode.Password
    assert "0504" not in room.header.number.text()
    room.header.show_number.click()
    table.settle()
    assert room.header.number.text() == "050490-9995"
    assert number.line.echoMode() is QLineEdit.EchoMode.Normal
    looks: list[str] = []
    table.context.run(
        lambda: [line.action for line in queries.access_lines(table.replica, table.case_id)], looks.extend
    )
    table.settle()
    assert "cpr vist" in looks
    assert "åbnet" in looks


def test_an_impossible_number_stays_as_typed_with_its_reason(table: Table) -> None:
    room = begun(table)
    number = field(room, "citizen.cpr")
    type_in(number, "3113901234")
    room.leave()
    table.settle()
    assert number.text() == "3113901234"
    assert number.error()
    assert table.file().identifiers == ()


def test_what_is_typed_in_a_row_that_goes_away_is_kept_first(table: Table) -> None:
    room = begun(table)
    goal = table.add(VAGN, "goal", words="Tage bussen selv")
    milestone = table.add(VAGN, "milestone", goal, text="Går")
    room.go(4)
    room.show_path("goals.0.milestones.0.text")
    table.settle()
    type_in(field(room, "goals.0.milestones.0.text"), "til stoppestedet ")
    step = new_step("Andetsteds")
    table.context.run(
        lambda: edit.write_value(table.desk, VAGN, table.case_id, "milestone", milestone, "removed", True, step)
    )
    table.settle()
    kept = table.replica.connection.execute("SELECT text FROM rec_milestone WHERE id = ?", (milestone,)).fetchone()
    assert "til stoppestedet" in kept[0]


def test_a_goal_page_is_made_when_the_goal_is_taken_and_kept(table: Table) -> None:
    table.new_case()
    for number in range(4):
        table.add(VAGN, "goal", words=f"Mål {number}")
    room = table.open()
    room.show_path("goals.3.words")
    step = room.step(4)
    assert isinstance(step, GoalsStep)
    assert step.current == 3
    assert field(room, "goals.3.words").text() == "Mål 3"
    assert field(room, "goals.3.words").has_user_focus()


def test_words_the_disk_would_not_take_stay_in_the_field_and_are_kept_when_it_will(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = begun(table)
    room.go(2)
    taken = edit.write_text

    def full(*_: object, **__: object) -> edit.Written:
        raise EnvironmentProblem("Disken er fuld.")

    monkeypatch.setattr(edit, "write_text", full)
    want = field(room, "wishes.want")
    type_in(want, "Tage bussen")
    room.leave()
    table.settle()
    assert want.text() == "Tage bussen"
    assert "Disken er fuld." in table.said.told
    monkeypatch.setattr(edit, "write_text", taken)
    room.flush()
    assert table.file().story.want == "Tage bussen"


def test_a_full_disk_is_told_of_once_and_asked_again_by_itself(
    table: Table, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    room = begun(table)
    room.go(2)
    taken, tries = edit.write_text, []

    def full(*_: object, **__: object) -> edit.Written:
        tries.append(1)
        raise EnvironmentProblem(FULL)

    monkeypatch.setattr(binding, "AGAIN_MS", 1)
    monkeypatch.setattr(edit, "write_text", full)
    type_in(field(room, "wishes.want"), "Tage bussen")
    qtbot.waitUntil(lambda: len(tries) > 3)
    assert table.said.told == [FULL]
    qtbot.waitUntil(lambda: room.header.status.accessibleName() == "Det sidste er ikke gemt")
    monkeypatch.setattr(edit, "write_text", taken)  # there is room; nobody touches a key
    qtbot.waitUntil(lambda: room.header.status.accessibleName().startswith("Gemt her"))
    assert table.file().story.want == "Tage bussen"
    assert field(room, "wishes.want").error() in (None, "")


def test_a_day_typed_while_the_disk_was_full_is_read_when_it_is_kept(
    table: Table, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    room = begun(table)
    table.pen(BODIL)
    room.go(4)
    table.settle()
    taken = edit.write_text

    def full(*_: object, **__: object) -> edit.Written:
        raise EnvironmentProblem(FULL)

    monkeypatch.setattr(binding, "AGAIN_MS", 1)
    monkeypatch.setattr(edit, "write_text", full)
    type_in(field(room, "purpose.provisional_until"), "3-12-2026")
    room.leave()
    qtbot.waitUntil(lambda: table.said.told == [FULL])
    monkeypatch.setattr(edit, "write_text", taken)
    qtbot.waitUntil(lambda: table.file().plan.provisional_until == date(2026, 12, 3))
    assert table.file().drafts == {}


def test_a_field_left_with_its_words_kept_tells_of_no_full_disk_and_its_day_is_read_when_there_is_room(
    table: Table, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """The window lost the keyboard while others' words could not be laid in, and one's own, long kept, were called not kept."""
    room = begun(table)
    table.pen(BODIL)
    room.go(4)
    table.settle()
    type_in(field(room, "purpose.provisional_until"), "3-12-2026")
    table.settle(pause=True)
    taken, tries = edit.write_text, []

    def full(*_: object, **__: object) -> edit.Written:
        tries.append(1)
        raise EnvironmentProblem(FULL)

    monkeypatch.setattr(binding, "AGAIN_MS", 1)
    monkeypatch.setattr(edit, "write_text", full)
    room.leave()
    qtbot.waitUntil(lambda: len(tries) > 3)
    assert table.said.told == []
    assert room.header.status.accessibleName().startswith("Gemt her")
    assert field(room, "purpose.provisional_until").error() != FULL
    monkeypatch.setattr(edit, "write_text", taken)
    qtbot.waitUntil(lambda: table.file().plan.provisional_until == date(2026, 12, 3))
    assert table.file().drafts == {}


def test_a_killed_program_has_kept_what_was_typed_half_a_second_ago(table: Table, tmp_path: Path) -> None:
    room = begun(table)
    room.go(2)
    type_in(field(room, "wishes.want"), "Tage bussen")
    table.settle(pause=True)
    copied = tmp_path / "as it lay on the disk"
    copied.mkdir()
    for part in tmp_path.glob("replica.db*"):
        shutil.copy(part, copied)
    found = Replica.open(copied / "replica.db", bytes(range(32)))
    assert queries.case_file(found, table.case_id).story.want == "Tage bussen"
    found.close()


def test_a_room_that_closes_while_its_words_are_on_their_way_loses_none(table: Table) -> None:
    room = begun(table)
    room.go(2)
    type_in(field(room, "wishes.want"), "Tage bussen")
    room.close_room()
    table.rooms.remove(room)
    room.hide()
    room.deleteLater()
    QApplication.sendPostedEvents(room, QEvent.Type.DeferredDelete)
    assert table.file().story.want == "Tage bussen"


def test_a_case_that_cannot_be_fetched_says_so_and_can_be_tried_again(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.new_case("Nancy Ann Berggren")
    fetched = cases.open_case

    def damaged(*_: object) -> object:
        raise EnvironmentProblem("Filen med jeres sager kan ikke læses.")

    monkeypatch.setattr(cases, "open_case", damaged)
    room = table.open()
    assert room.waiting.isVisible()
    assert "kan ikke hentes" in room.waiting.accessibleName()
    monkeypatch.setattr(cases, "open_case", fetched)
    room.waiting.button.click()
    table.settle()
    assert not room.waiting.isVisible()
    assert room.number == 1
