# SPDX-License-Identifier: MPL-2.0
"""The ways through the room: steps, what lacks, the pen, the end, and the ways past the team (A1, A2, A12, C6, D1, H2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.roles import Role
from app.models.kinds import singleton_id
from app.services import intake
from app.services.intake import Arrival
from app.store import queries
from app.store.accounts import Account, save
from app.store.unit_of_work import ChangeSet, new_step
from app.sync.session import AtTheRecord
from app.views.parts.chips import Chip
from app.views.parts.fields import CheckField
from app.views.parts.words import Words
from app.views.room.paths import path_of_lack, step_of
from app.views.room.room import Room
from app.views.room.tried import TriedStep
from app.views.room.welcome import WelcomeStep
from app.views.sending.card import SendingCard
from tests.views.room_table import BODIL, VAGN, Table, button, click, field, press, type_in

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


@pytest.fixture
def room(table: Table) -> Room:
    table.new_case("Nancy Ann Berggren", source="gaden")
    return table.open()


def test_opening_begins_the_meeting_once_a_day_and_logs_the_look(table: Table, room: Room) -> None:
    first = table.file().meeting
    assert first is not None
    assert first.date == table.desk.today()
    room.close_room()
    again = table.open()
    assert table.file().meetings == (first,)
    assert again.number == 1


@pytest.mark.parametrize(("step", "name"), [(1, "sending.open"), (6, "papers.systems")])
def test_the_way_to_other_systems_is_a_button_where_the_meeting_begins_and_ends(
    table: Table, room: Room, step: int, name: str
) -> None:
    room.go(step)
    table.settle()
    click(table, room, name)
    (card,) = room.window().findChildren(SendingCard)
    assert card.isVisible()


def test_alt_and_a_number_takes_a_step_in_hand_and_the_cursor_follows(table: Table, room: Room) -> None:
    for number in (2, 4, 3, 1):
        QTest.keyClick(room, Qt.Key(Qt.Key.Key_0 + number), ALT)
        table.settle()
        assert room.number == number
        now = QApplication.focusWidget()
        assert now is not None
        assert room.isAncestorOf(now)
    QTest.keyClick(room, Qt.Key.Key_2, ALT)
    assert field(room, "wishes.think").has_user_focus()


def test_the_loud_button_goes_on_step_by_step(table: Table, room: Room) -> None:
    said = []
    for _ in range(3):
        said.append(room.foot.next_button.text())
        click(table, room, "next")
    assert said == ["Videre: Hvad vil du?", "Videre: Hvad er prøvet?", "Videre til mål"]
    assert room.number == 4


def test_a_step_has_its_check_mark_when_something_is_written(table: Table, room: Room) -> None:
    assert not any(b.done for b in room.bar.buttons)
    room.go(2)
    type_in(field(room, "wishes.want"), "Tage bussen")
    table.settle(pause=True)
    assert [b.number for b in room.bar.buttons if b.done] == [2]


def test_what_lacks_is_named_and_each_word_leads_to_its_field(table: Table, cases: Path) -> None:
    table.new_case("Nancy Ann Berggren")
    answer = singleton_id(table.case_id, "answer")
    table.write(BODIL, "answer", answer, target_group="ja")
    table.add(BODIL, "support", paragraph="82b")
    table.add(VAGN, "question", text="Kan rammen bruges om lørdagen?")
    room = table.open()
    table.pen(BODIL)
    words = [chip.key for chip in room.foot.missing.chips()]
    assert words == [
        *("begrundelse", "oplysninger", "formål", "mål", "startdato", "slutdato", "vej videre", "næste skridt"),
        "svar på vejlederens spørgsmål",
    ]
    led = {
        "begrundelse": "answer.reason",
        "formål": "purpose.text",
        "startdato": "support.0.start",
        "svar på vejlederens spørgsmål": "questions.0.answer",
    }
    for word, path in led.items():
        chip = next(c for c in room.foot.missing.chips() if c.key == word)
        chip.setFocus()
        press(chip, Qt.Key.Key_Space)
        table.settle()
        now = QApplication.focusWidget()
        assert room.number == step_of(path)
        assert now is not None
        assert field(room, path).isAncestorOf(now), word
    for word, name in (("mål", "goals.add"), ("vej videre", "bridge.add"), ("næste skridt", "next_steps.add")):
        next(c for c in room.foot.missing.chips() if c.key == word).click()
        table.settle()
        assert button(room, name).hasFocus(), word


def test_every_word_that_can_lack_has_a_field(table: Table, room: Room) -> None:
    from app.domain.answer import COORDINATOR, LACKS

    for word in LACKS:
        assert step_of(path_of_lack(word, table.file())) in ((1,) if word == COORDINATOR else (4, 5))


def test_the_meeting_does_not_end_without_an_answer_and_says_why(table: Table, room: Room) -> None:
    left: list[bool] = []
    room.closed.connect(lambda: left.append(True))
    table.pen(BODIL)
    click(table, room, "meeting.end")
    assert not left
    assert room.number == 5
    now = QApplication.focusWidget()
    assert now is not None
    assert field(room, "answer.target_group").isAncestorOf(now)
    assert "Giv et svar" in table.said.told[-1]


def test_the_meeting_ends_when_the_citizen_will_not_go_on(table: Table, room: Room) -> None:
    left: list[bool] = []
    room.closed.connect(lambda: left.append(True))
    room.show_path("ending.how")
    table.settle()
    click(table, room, "ending.go")
    how = field(room, "ending.how")
    assert how.error()
    how.editor.buttons[1].click()
    click(table, room, "ending.go")
    assert "vejledning" in (field(room, "ending.guidance").error() or "")
    type_in(field(room, "ending.guidance"), "Om åbne tilbud i Vores Netværk")
    click(table, room, "ending.go")
    assert table.file().case.ended == "kun rådgivning"
    assert [c.key for c in room.foot.missing.chips()] == []
    click(table, room, "meeting.end")
    assert left == [True]
    meeting = table.file().meeting
    assert meeting is not None
    assert meeting.ended


def test_direct_to_85_is_the_bestillers_and_leads_to_the_same_answer(table: Table, room: Room) -> None:
    room.show_path("direct_85.reason")
    table.settle()
    assert field(room, "direct_85.reason").read_only()
    assert not button(room, "direct_85.go").isEnabled()
    table.pen(BODIL)
    click(table, room, "direct_85.go")
    assert field(room, "direct_85.reason").error()
    type_in(field(room, "direct_85.reason"), "Varigt behov for støtte")
    click(table, room, "direct_85.go")
    file = table.file()
    assert (file.answer.target_group, file.answer.reason) == ("direkte § 85", "Varigt behov for støtte")
    assert room.number == 5


@pytest.mark.parametrize("way", ["key", "button"])
def test_the_pen_is_asked_for_by_key_and_button(table: Table, room: Room, way: str) -> None:
    asked: list[Role] = []
    room.pen_requested.connect(asked.append)
    if way == "key":
        QTest.keyClick(room, Qt.Key.Key_F2)
    else:
        button(room, "pen.pass").click()
    assert asked == [Role.BESTILLER]
    table.pen(BODIL)
    assert button(room, "pen.pass").text() == "Giv pennen til Vagn"
    room.ask_for_pen()
    assert asked[-1] is Role.VEJLEDER


def test_alone_at_the_table_the_other_is_asked_in(qapp: QApplication, tmp_path: Path) -> None:
    table = Table(tmp_path, people=(VAGN,))
    table.new_case("Nancy Ann Berggren")
    room = table.open()
    assert button(room, "pen.pass").text() == "Få bestilleren med"
    assert "Ingen bestiller endnu" in room.table.left.header.accessibleName()
    table.close()


def test_the_screen_is_turned_by_key_and_what_is_typed_is_kept_first(table: Table, room: Room) -> None:
    turned: list[bool] = []
    room.turn_requested.connect(lambda: turned.append(True))
    room.go(2)
    type_in(field(room, "wishes.want"), "Tage bussen")
    QTest.keyClick(field(room, "wishes.want").editor, Qt.Key.Key_F9)
    assert turned == [True]
    assert table.file().story.want == "Tage bussen"


def test_the_two_at_the_table_are_named_as_present_with_their_discipline(table: Table, room: Room) -> None:
    assert button(room, "meeting.seats").text() == "Tilføj Bodil og Vagn"
    click(table, room, "meeting.seats")
    file = table.file()
    assert [(p.name, p.role, p.discipline) for p in file.participants] == [
        ("Bodil Bestiller", "bestiller", "socialrådgiver"),
        ("Vagn Vejleder", "vejleder", "pædagog"),
    ]
    assert (file.case.bestiller, file.case.vejleder) == ("Bodil Bestiller", "Vagn Vejleder")
    assert button(room, "meeting.seats").isHidden()
    step = room.step(1)
    assert isinstance(step, WelcomeStep)
    assert "Bodil Bestiller, bestiller, socialrådgiver" in step.sheet.present.text()
    click(table, room, "meeting.participants.1.remove")
    assert button(room, "meeting.seats").text() == "Tilføj Vagn"


def test_asking_another_party_takes_consent_and_a_consent_is_taken_back(table: Table, room: Room) -> None:
    click(table, room, "consents.add")
    type_in(field(room, "consents.0.to"), "Jobcenter Nord")
    type_in(field(room, "consents.0.purpose"), "Status på det, der er prøvet")
    room.show_path("ask.party")
    table.settle()
    type_in(field(room, "ask.party"), "Jobcenter Nord")
    type_in(field(room, "ask.about"), "Hvad er prøvet?")
    table.settle(pause=True)
    assert not field(room, "ask.party").error(), "what waits for a button is no fault"
    click(table, room, "ask.note")
    assert "Skriv det i trin 1 under »Må vi spørge andre?«" in (field(room, "ask.party").error() or "")
    assert not [t for t in table.file().tasks if t.reason == "samtykke"]
    room.go(1)
    field(room, "consents.0.given").editor.click()
    table.settle()
    room.show_path("ask.party")
    assert not field(room, "ask.party").error(), "the consent is given: nothing is refused any more"
    click(table, room, "ask.note")
    assert [t.text for t in table.file().tasks] == ["Spørg Jobcenter Nord: Hvad er prøvet?"]
    assert not table.file().drafts
    room.go(1)
    click(table, room, "consents.0.withdraw")
    file = table.file()
    assert file.consents[0].withdrawn_on == table.desk.today()
    assert "trukket tilbage" in file.tasks[-1].text
    tick = field(room, "consents.0.given")
    assert isinstance(tick, CheckField)
    assert not tick.checked(), "what is taken back is not given"
    row = room.findChild(QWidget, "consents.0")
    assert row is not None
    assert any("trukket tilbage" in words.text() for words in row.findChildren(Words))
    tick.editor.click()
    table.settle()
    (anew,) = table.file().consents_in_force
    assert (anew.given_on, anew.withdrawn_on) == (table.desk.today(), None)


def test_what_is_typed_about_asking_survives_a_closed_room(table: Table, room: Room) -> None:
    room.show_path("ask.about")
    type_in(field(room, "ask.about"), "Medicin")
    room.close_room()
    room.hide()
    again = table.open()
    again.show_path("ask.about")
    table.settle()
    assert field(again, "ask.about").text() == "Medicin"


def test_where_no_referral_came_one_is_begun_and_without_a_status_it_is_asked_for(table: Table, room: Room) -> None:
    room.go(3)
    step = room.step(3)
    assert isinstance(step, TriedStep)
    assert not step.empty.isHidden()
    click(table, room, "referral.add")
    assert step.empty.isHidden()
    sender = field(room, "referral.from")
    assert sender.has_user_focus()
    type_in(sender, "Jobcenter Nord")
    room.leave()
    table.settle()
    click(table, room, "referral.want_status")
    assert [t.text.split(":")[0] for t in table.file().tasks] == ["Bed Jobcenter Nord om status"]
    click(table, room, "referral.tried.add")
    type_in(field(room, "referral.tried.0.what"), "Løntilskud")
    field(room, "referral.tried.0.outcome").editor.buttons[2].click()
    field(room, "referral.tried.0.citizen_says").editor.buttons[1].click()
    room.leave()
    tried = table.file().tried[0]
    assert (tried.what, tried.outcome, tried.citizen_says) == ("Løntilskud", "lykkedes ikke", "delvist")


def test_a_referral_asked_for_twice_before_it_is_there_is_one(table: Table, room: Room) -> None:
    room.go(3)
    step = room.step(3)
    assert isinstance(step, TriedStep)
    step.empty.button.click()
    step.empty.button.click()
    table.settle()
    assert len(table.file().referrals) == 1


def test_what_is_told_under_one_field_leaves_those_beside_it_where_they_are(table: Table, room: Room) -> None:
    room.go(3)
    click(table, room, "referral.add")
    day = field(room, "referral.date")
    type_in(day, "30. februar")
    field(room, "referral.from").setFocus()
    table.settle()
    assert day.error()
    tops = {name: field(room, f"referral.{name}").y() for name in ("from", "date", "contact")}
    assert len(set(tops.values())) == 1, tops
    heights = {name: field(room, f"referral.{name}").height() for name in ("from", "contact")}
    assert max(heights.values()) < day.height(), "only the field with something to tell is the taller"


def test_a_complex_case_has_one_coordinator_and_a_change_is_dated(table: Table, room: Room) -> None:
    karen = Account("p-karen", "Karen Koordinator", "", "", (Role.BESTILLER,), "", "", "", "")
    save(table.replica, karen)
    table.pen(BODIL)
    room.go(2)
    room.show_path("complex")  # and so who can be chosen is learnt anew
    table.settle()
    field(room, "complex").editor.click()
    table.settle()
    who = field(room, "coordinator.name")
    assert who.isVisible()
    assert who.has_user_focus()  # asked for at once
    assert "én koordinerende sagsbehandler" in [chip.key for chip in room.foot.missing.chips()]
    assert {option.words for option in who._options} == {"Bodil Bestiller", "Karen Koordinator"}

    who.set_proposal("Bodil Bestiller")
    who.take_proposal()
    table.settle()
    assert "én koordinerende sagsbehandler" not in [chip.key for chip in room.foot.missing.chips()], "taken, not typed"
    assert who.has_user_focus()

    def name_one(name: str) -> None:
        room.activateWindow()  # the list that dropped down takes that along where there is no screen
        table.settle()
        who.editor.lineEdit().setFocus()
        who.editor.lineEdit().selectAll()
        type_in(who.editor.lineEdit(), name)
        room.leave()
        table.settle()

    for name in ("Bodil Bestiller", "karen koordinator"):
        name_one(name)
    for name in ("Nancy Ann", "Vagn Vejleder"):  # the citizen, and one who is no bestiller
        name_one(name)
        assert who.text() == name  # kept, and told of
        assert (who.error() or "").startswith("Vælg en bestiller")
    name_one("Karen Koordinator")
    assert who.error() is None
    file = table.file()
    assert [(c.name, c.until is None) for c in file.coordinators] == [
        ("Bodil Bestiller", False),
        ("Karen Koordinator", True),
    ]
    assert not file.drafts
    assert who.text() == "Karen Koordinator"
    field(room, "duties.consent").editor.click()
    table.settle()
    assert "intet samtykke" in (field(room, "duties.consent").error() or "")
    table.add(VAGN, "consent", party="Jobcenter Nord", given="ja")
    field(room, "duties.consent").editor.click()
    for duty in ("information", "consent", "decision"):
        field(room, f"duties.{duty}").editor.click()
    table.settle()
    duties = table.file().duties
    assert (duties.information, duties.consent, duties.decision) == (True, True, True)
    table.pen(VAGN)
    assert field(room, "duties.consent").read_only()


def test_a_new_meeting_on_a_later_day_is_begun_by_a_button_once_there_is_an_answer(table: Table, room: Room) -> None:
    room.close_room()
    table.settle()
    table.write(VAGN, "case", table.case_id, ended="kun rådgivning")
    table.now = table.now.replace(month=12, day=10)
    later = table.open()
    assert len(table.file().meetings) == 1
    click(table, later, "meeting.again")
    assert len(table.file().meetings) == 2
    assert not button(later, "meeting.again").isVisible()


def test_a_meeting_begun_by_a_button_has_the_keyboard_at_its_first_field(table: Table, room: Room) -> None:
    """The button goes as it is pressed, and the keyboard fell past the meeting, to the consents."""
    room.close_room()
    table.settle()
    table.write(VAGN, "case", table.case_id, ended="kun rådgivning")
    table.now = table.now.replace(month=12, day=10)
    later = table.open()
    later.activateWindow()
    button(later, "meeting.again").setFocus()
    click(table, later, "meeting.again")
    assert field(later, "meeting.place").has_user_focus()


def test_past_the_team_no_meeting_is_begun_and_the_answer_is_in_hand(table: Table, room: Room) -> None:
    """A12: what was chosen at the door is met at the answer; a meeting is still held if they want one."""
    room.close_room()
    table.settle()
    opened = intake.receive(table.desk, BODIL, Arrival("Odd Haugen", direct_reason="Varig støtte i hjemmet"))
    past = table.open(opened.case_id)
    assert past.number == 5
    assert field(past, "answer.target_group").text() == "direkte § 85"
    assert not button(past, "meeting.end").isEnabled()
    assert queries.case_file(table.replica, opened.case_id).meetings == ()
    past.go(1)
    table.settle()
    click(table, past, "meeting.begin")
    assert len(queries.case_file(table.replica, opened.case_id).meetings) == 1
    assert not button(past, "meeting.begin").isVisible()
    assert field(past, "meeting.place").isVisible()


def test_the_quiet_line_says_when_nothing_lacks(table: Table, cases: Path) -> None:
    table.play(cases / "moede-1-bussen.json")
    room = table.open()
    assert room.foot.missing.findChildren(Chip) == []
    assert "intet mangler" in room.foot.missing.accessibleName()


def test_a_case_that_leaves_the_desk_closes_its_room_and_its_beginning_told_once_more_does_not(
    table: Table, room: Room
) -> None:
    closed: list[bool] = []
    room.closed.connect(lambda: closed.append(True))
    for key, closes in (("removed", False), ("left", True)):  # a new record tells of all its fields, "removed" too
        table.context.changed.emit(
            ChangeSet(room.case_id, frozenset({("case", room.case_id, key)}), new_step("Fra et andet bord"))
        )
        table.settle()
        assert bool(closed) is closes


def test_who_has_the_record_open_at_another_desk_is_named_at_their_side(qapp: QApplication, tmp_path: Path) -> None:
    alone = Table(tmp_path, people=(VAGN,))
    alone.new_case("Nancy Ann Berggren", bestiller=BODIL.name)
    room = alone.open()
    header = room.table.left.header
    for others, said in (
        ((BODIL.name,), "Bodil Bestiller, bestiller, ved et andet bord"),
        ((), "Bodil Bestiller, bestiller, ikke logget ind"),
    ):
        here = tuple(AtTheRecord(BODIL.person_id, name, "device", "") for name in others)
        alone.context.hear_presence(room.case_id, here)
        alone.settle()
        assert header.accessibleName().startswith(said)
    alone.close()
