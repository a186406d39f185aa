# SPDX-License-Identifier: MPL-2.0
"""The status line in the room and the window, the card behind it, and who is with us (promises 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.roles import Hand, Role
from app.models.kinds import singleton_id
from app.qt.theme import theme_of
from app.store import outgoing
from app.store.unit_of_work import ChangeSet, new_step
from app.sync.session import AtTheRecord
from app.sync.status import State, SyncStatus
from app.views.parts.buttons import Button
from app.views.parts.chips import Tone
from app.views.parts.words import Words
from app.views.room.room import Room
from app.views.sharing import words
from app.views.sharing.card import SharingCard
from app.views.shell.top_bar import TopBar
from tests.views.far import Far
from tests.views.room_table import BODIL, VAGN, Table, field

BERIT = Hand("p-berit", "Berit Bestiller", Role.BESTILLER)
VERA = Hand("p-vera", "Vera Vejleder", Role.VEJLEDER)
NAMES = {"p-bodil": "Bodil Bestiller", "p-vagn": "Vagn Vejleder", "p-vera": "Vera Vejleder"}


@pytest.fixture
def table(qtbot: object, tmp_path: Path) -> Iterator[Table]:
    made = Table(tmp_path)
    made.new_case("Nancy Ann Berggren")
    yield made
    made.close()


def hear(table: Table, status: SyncStatus) -> None:
    table.context.hear_status(status)
    table.settle()


def push(table: Table, on: QWidget, name: str) -> None:
    found = [b for b in on.findChildren(Button) if b.objectName() == name and b.isVisibleTo(on)]
    assert len(found) == 1, name
    found[0].click()
    table.settle()


def write(table: Table) -> None:
    table.write(BODIL, "plan", singleton_id(table.case_id, "plan"), purpose="At komme ud")
    table.settle()


def test_half_a_screen_still_says_that_it_is_shared_and_who_is_with_us(table: Table) -> None:
    """Two windows beside each other on the smallest screen, as `make demo` opens them: a veiled number gives way before that."""
    room = table.open()
    header = room.header
    header.set_citizen("Brita Berggren", 45, "2512489996")
    header.set_saved("17.00", "delt")
    header.set_others("Vagn er med")
    room.resize(683, 700)
    table.settle()
    assert header.status.text() == "Delt 17.00"
    assert header.people.isVisibleTo(room)
    assert header.people.text() == "Vagn er med"
    assert header._needed() <= header.width()


def test_a_long_name_takes_two_lines_before_anything_told_does(table: Table) -> None:
    room = table.open()
    header = room.header
    header.set_citizen("Sverre Mosebryggersen", 45, "2512489996")
    header.set_saved("17.00", "delt")
    header.set_others("Vagn er med")
    theme_of().apply(app(), "dark", 200)
    table.settle()
    try:
        assert header.people.text() == "Vagn er med"
        assert header.people.isVisibleTo(room)
        assert header.status.text().startswith("Delt")
        assert header.status.width() >= header.status.sizeHint().width()
        assert header.status.height() < 2 * header.name.fontMetrics().height()
    finally:
        theme_of().apply(app(), "light", 100)
    table.settle()
    assert header.number.width() < 1.2 * header.number.fontMetrics().horizontalAdvance(header.number.text())


@pytest.mark.parametrize("with_us", ["", "Vagn er med"])
def test_half_a_screen_in_large_text_lays_nothing_over_the_name(table: Table, with_us: str) -> None:
    """The veiled number stood over its button and the status, and the name was cut."""
    room = table.open()
    header = room.header
    header.set_citizen("Nancy Ann Berggren", 45, "2512489996")
    header.set_saved("17.00", "delt")
    header.set_others(with_us)
    room.resize(960, 700)
    theme_of().apply(app(), "dark", 200)
    table.settle()
    try:
        assert header.status.text().startswith("Delt")
        assert header._needed() <= header.width()
        shown = [part for part in header._parts if part.isVisibleTo(room)]
        assert [one for one, after in pairwise(shown) if one.geometry().right() >= after.geometry().left()] == []
    finally:
        theme_of().apply(app(), "light", 100)
    table.settle()


def app() -> QApplication:
    made = QApplication.instance()
    assert isinstance(made, QApplication)
    return made


def test_with_no_connection_nobody_is_said_to_be_with_us(table: Table) -> None:
    room = table.open()
    hear(table, SyncStatus(State.SHARED))
    table.context.hear_presence(table.case_id, (AtTheRecord("p-vera", "Vera Vejleder", "d", ""),))
    table.settle()
    assert "Vera er med" in room.header.people.text()
    hear(table, SyncStatus(State.OFFLINE))
    assert "med" not in room.header.people.text()
    hear(table, SyncStatus(State.SHARED))
    assert "Vera er med" in room.header.people.text()


@pytest.mark.parametrize(
    ("status", "told", "tone"),
    [
        (SyncStatus(), "", Tone.OK),
        (SyncStatus(State.SHARED), "delt", Tone.OK),
        (
            SyncStatus(State.WAITS, waiting={"p-vera": 3}, names=NAMES),
            "3 ændringer venter på Veras login",
            Tone.WAITING,
        ),
        (
            SyncStatus(State.SHARED, waiting={"p-vera": 3, "x": 1, "p-bodil": 2}, names=NAMES),
            "3 ændringer venter på Veras login, 1 på en andens login, 2 på vej",
            Tone.WAITING,
        ),
        (
            SyncStatus(State.OFFLINE, waiting={"p-bodil": 5}),
            "uden forbindelse, 5 ændringer venter her",
            Tone.WAITING,
        ),
        (SyncStatus(State.OFFLINE), "uden forbindelse", Tone.WAITING),
        (SyncStatus(State.REFUSED, waiting={"p-bodil": 1}), "login blev afvist, 1 ændring venter her", Tone.WAITING),
        (SyncStatus(State.STUCK, waiting={"p-bodil": 1}), "kan ikke deles lige nu, 1 ændring venter her", Tone.TROUBLE),
        (SyncStatus(State.STUCK), "kan ikke deles lige nu", Tone.WAITING),
    ],
)
def test_how_it_stands_is_told_in_words_and_nothing_is_called_shared_that_is_not(
    status: SyncStatus, told: str, tone: Tone
) -> None:
    said = words.standing(status, ["p-bodil"])
    assert (said.words, said.tone) == (told, tone)
    assert ("delt" in said.words) == (status.state is State.SHARED and not status.unsent)


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_words(state: State) -> None:
    said = words.standing(SyncStatus(state, waiting={"p-vera": 1}))
    assert bool(said.words) == (state is not State.ALONE)


def test_a_login_that_is_refused_leads_to_the_way_on(table: Table) -> None:
    room = table.open()
    hear(
        table,
        SyncStatus(State.REFUSED, sentence="Ikke nu.", of={"p-bodil": State.REFUSED}, names={"p-bodil": "Bodil B."}),
    )
    assert room.header.share_link.text() == "Log ind igen"
    [matter] = words.matters(table.context.sync_status)
    assert "Bodils adgangskode" in matter.told
    assert "indstillinger" in matter.told


def test_what_cannot_be_shared_leads_to_why(table: Table) -> None:
    room = table.open()
    hear(table, SyncStatus(State.STUCK, sentence="It-afdelingen skal køre »rundbord shared restored«."))
    assert room.header.share_link.text() == "Se hvorfor"
    push(table, room, "sharing.open")
    card = room.window().findChild(SharingCard)
    assert card is not None
    said = [one.text() for one in card.findChildren(Words)]
    assert "It-afdelingen skal køre »rundbord shared restored«." in said
    assert "Se hvorfor" not in said


def test_a_lone_desk_says_what_it_said_before(table: Table) -> None:
    room = table.open()
    write(table)
    assert room.header.status.text() == "Gemt her 10.42"
    assert room.header.settle_link.isHidden()
    assert room.header.share_link.isHidden()


def test_the_rooms_line_says_what_is_here_and_what_is_shared(table: Table) -> None:
    room = table.open()
    write(table)
    hear(table, SyncStatus(State.SHARED))
    assert room.header.status.text() == "Gemt her 10.42 · delt"
    hear(table, SyncStatus(State.OFFLINE, waiting={"p-bodil": 5}))
    assert room.header.status.text() == "Gemt her 10.42 · uden forbindelse, 5 ændringer venter her"


def test_what_comes_from_others_is_not_said_to_be_kept_by_us(table: Table) -> None:
    far = Far(table)
    room = table.open()
    write(table)
    table.now += timedelta(minutes=7)
    table.desk.announce = table.context.came
    far.write(VERA, "story", singleton_id(table.case_id, "story"), {"think": "Jeg vil ud"})
    assert room.header.status.text() == "Gemt her 10.42"


def apart(table: Table, far: Far) -> None:
    plan, story = singleton_id(table.case_id, "plan"), singleton_id(table.case_id, "story")
    goals = [table.add(VAGN, "goal", words=f"Mål {n}") for n in range(2)]
    step = table.add(VAGN, "milestone", goals[1], text="Går til stoppestedet")
    table.write(BODIL, "plan", plan, purpose="At komme ud")
    table.write(VAGN, "story", story, want="Bussen")
    far.share()
    far.write(BERIT, "plan", plan, {"purpose": "At komme hjem"})
    far.write(VERA, "story", story, {"want": "Toget"})
    far.write(VERA, "milestone", step, {"text": "Går til toget"})


def test_the_line_counts_what_must_be_settled_and_leads_to_each_in_turn(table: Table) -> None:
    far = Far(table)
    apart(table, far)
    room = table.open()
    assert room.header.settle_link.text() == "3 felter skal afklares"
    stood: list[tuple[int, str]] = []
    table.pen(VAGN)
    for _ in range(3):
        push(table, room, "sharing.settle")
        now = QGuiApplication.focusObject()
        assert now is not None
        stood.append((room.number, now.objectName()))
    assert set(stood) == {
        (4, "purpose.text.talk"),  # the bestiller's: one stops to read it
        (2, "wishes.want.keep.0"),
        (4, "goals.1.milestones.0.text.keep.0"),
    }
    assert field(room, "goals.1.milestones.0.text").isVisibleTo(room)
    table.pen(BODIL)
    room.go(4)
    table.settle()
    push(table, room, "purpose.text.keep.0")
    assert room.header.settle_link.text() == "2 felter skal afklares"


def test_the_quiet_line_leads_to_what_must_be_settled_before_the_signature(table: Table) -> None:
    far = Far(table)
    apart(table, far)
    room = table.open()
    table.pen(BODIL)
    chip = next(c for c in room.missing.chips() if c.text() == "afklaring af »Formål«")
    chip.click()
    table.settle()
    now = QGuiApplication.focusObject()
    assert now is not None
    assert (room.number, now.objectName()) == (4, "purpose.text.keep.0")


def test_the_quiet_line_leads_into_what_is_folded_away_too(table: Table) -> None:
    far = Far(table)
    answer = singleton_id(table.case_id, "answer")
    table.write(BODIL, "answer", answer, hearing="ja")
    far.share()
    far.write(BERIT, "answer", answer, {"hearing": "nej"})
    room = table.open()
    table.pen(BODIL)
    chip = next(c for c in room.missing.chips() if c.text() == "afklaring af »Partshøring«")
    chip.click()
    table.settle()
    now = QGuiApplication.focusObject()
    assert now is not None
    assert (room.number, now.objectName()) == (5, "answer.hearing.keep.0")


def test_words_that_were_not_taken_are_shown_whole_with_the_reason_and_put_by(table: Table) -> None:
    Far(table)
    room = table.open()
    plan = singleton_id(table.case_id, "plan")
    table.write(BODIL, "plan", plan, purpose="At komme ud i verden")
    sent = outgoing.pending(table.replica, BODIL.person_id)
    mine = [c for c in sent if c.kind == "plan"]
    table.context.run(
        lambda: outgoing.take_verdicts(
            table.replica, BODIL.person_id, mine, {c.id: outgoing.Verdict("refused", None, "pen") for c in mine}
        )
    )
    table.settle()
    hear(table, SyncStatus(State.SHARED, set_aside=1))
    assert room.header.share_link.text() == "1 ændring blev ikke taget imod"
    push(table, room, "sharing.open")
    (card,) = room.window().findChildren(SharingCard)
    shown = " ".join(w.accessibleName() for w in card.findChildren(QWidget))
    assert "At komme ud i verden" in shown
    assert "Feltet er ikke dit at skrive" in shown
    assert "Nancy Ann Berggren" in shown
    push(table, card, "sharing.aside.0.copy")
    assert QGuiApplication.clipboard().text() == "At komme ud i verden"
    push(table, card, "sharing.aside.0.read")
    assert outgoing.set_aside(table.replica) == ()
    hear(table, SyncStatus(State.SHARED))
    assert room.header.share_link.isHidden()
    assert card.isVisible()
    push(table, card, "sharing.close")
    assert card.isHidden()


def test_the_guard_against_mass_deletion_asks_and_the_safe_answer_is_the_loud_one(table: Table) -> None:
    room = table.open()
    hear(table, SyncStatus(State.SHARED, held_back=40))
    assert room.header.share_link.text() == "Skal 40 sager fjernes?"
    push(table, room, "sharing.open")
    (card,) = room.window().findChildren(SharingCard)
    assert any("vil fjerne 40 sager fra denne computer" in w.text() for w in _words(card))
    push(table, card, "sharing.guard.keep")
    assert card.isHidden()
    assert room.header.share_link.text() == "Skal 40 sager fjernes?"
    push(table, room, "sharing.open")
    push(table, card, "sharing.guard.go")
    assert table.said.told[-1].endswith("fjernet fra denne computer.")


def test_the_rest_is_told_calmly_and_together(table: Table) -> None:
    room = table.open()
    hear(table, SyncStatus(State.SHARED, copied_desk=True, wanted_client="2.0", must_change_password=True))
    assert room.header.share_link.text() == "3 ting at se på"
    push(table, room, "sharing.open")
    (card,) = room.window().findChildren(SharingCard)
    told = " ".join(w.text() for w in _words(card))
    for part in ("Rundbord 2.0", "kopi af en anden", "Skift den under indstillinger"):
        assert part in told


def test_a_case_that_has_been_given_another_number_is_told_of_by_both(table: Table) -> None:
    room = table.open()
    hear(table, SyncStatus(State.SHARED, renumbered=(("2026-ABCDEF-0006", "2026-GHJKLM-0007"),)))
    assert room.header.share_link.text() == "En sag har fået nyt nummer"
    push(table, room, "sharing.open")
    (card,) = room.window().findChildren(SharingCard)
    told = " ".join(w.text() for w in _words(card))
    assert "Sag 2026-ABCDEF-0006 hedder nu 2026-GHJKLM-0007" in told


def test_who_else_has_the_case_open_is_told_by_name(table: Table) -> None:
    room = table.open()
    there = (AtTheRecord("p-vera", "Vera Vejleder", "d", ""), AtTheRecord("p-berit", "Berit Bestiller", "e", ""))
    table.context.hear_presence(table.case_id, there)
    table.settle()
    assert room.header.people.text() == "Bodil og Vagn er her · Vera og Berit er med"
    table.context.hear_presence(table.case_id, ())
    table.settle()
    assert room.header.people.text() == "Bodil og Vagn er her"


def test_who_was_there_the_last_time_is_not_said_to_be_there_now(table: Table) -> None:
    """They had left while the case was closed here, and nobody tells of that: nobody else is what one starts from."""
    there = (AtTheRecord("p-vera", "Vera Vejleder", "d", ""),)
    room = table.open()
    table.context.hear_presence(table.case_id, there)
    table.settle()
    room.header.back_button.click()
    table.settle()
    room.deleteLater()
    table.rooms.remove(room)
    table.settle()
    table.context.hear_presence(table.case_id, there)  # asked before, heard after
    table.settle()
    assert table.open().header.people.text() == "Bodil og Vagn er her"


def test_a_case_that_leaves_while_it_is_open_closes_the_room(table: Table) -> None:
    room: Room = table.open()
    closed: list[bool] = []
    room.closed.connect(lambda: closed.append(True))
    gone = ChangeSet(table.case_id, frozenset({("case", table.case_id, "left")}), new_step("Væk"))
    table.context.came(gone)
    table.settle()
    assert closed == [True]
    assert "ikke længere på denne computer" in table.said.told[-1]


def test_the_windows_bar_tells_it_where_no_case_is_open(table: Table) -> None:
    bar = TopBar()
    bar.resize(1366, 38)
    bar.show()
    table.context.sync_changed.connect(lambda: bar.tell_sharing(table.context))
    hear(table, SyncStatus(State.OFFLINE, waiting={"p-bodil": 1}, set_aside=2))
    assert bar._sharing is not None
    assert bar._sharing.status.text() == "Uden forbindelse, 1 ændring venter her"
    assert bar._sharing.link.text() == "2 ændringer blev ikke taget imod"
    hear(table, SyncStatus(State.SHARED))
    assert bar._sharing.status.text() == "Delt"
    assert bar._sharing.link.isHidden()
    bar.hide()
    bar.deleteLater()


def _words(card: SharingCard) -> list[QWidget]:
    from app.views.parts.words import Words

    return [w for w in card.findChildren(Words) if w.isVisibleTo(card)]


def test_half_a_screen_in_large_text_cuts_no_long_name_and_no_link(table: Table) -> None:
    """With both links the name lost its last line and "Slut møde" stood as "Slut m…"; the work lay in 180 pixels below."""
    theme_of().apply(app(), "light", 200)
    try:
        table.new_case("Karl Åge Tørklæde-Sørensen Vestergaard Mikkelsen")
        room = table.open(size=(976, 728))
        header = room.header
        header.set_saved("17.00", "delt")
        header.set_others("Vagn er med")
        header.set_links("2 felter at afklare", "Se hvorfor")
        room.resize(977, 728)
        table.settle()
        assert header.height() >= header.heightForWidth(header.width())
        assert header.name.height() >= header.name.heightForWidth(header.name.width())
        for part in (header.end_button, header.settle_link, header.share_link, header.status):
            assert part.isVisible()
            assert part.width() >= part.sizeHint().width(), part.objectName()
        assert len({b.y() for b in room.bar.buttons}) == 1, "the steps stand on one line"
        assert [b.text() for b in room.bar.buttons] == ["1 Velkommen", "2", "3", "4", "5", "6"]
        assert room.bar.buttons[4].accessibleName() == "Trin 5: Svar"
        assert room.missing.y() + room.missing.height() <= room.foot.turn_button.y()
        assert room.foot.height() >= room.foot.heightForWidth(room.foot.width())
        header.set_citizen("Magnus Lauridsen", None, "")
        room.go(6)
        table.settle()
        table.settle()
        tabs = room.table.center.tabs  # type: ignore[attr-defined]
        assert tabs.height() >= tabs.heightForWidth(tabs.width()), "no paper's name is cut"
        room.resize(1366, 728)
        table.settle()
        assert room.bar.buttons[4].text() == "5 Svar"
    finally:
        theme_of().apply(app(), "light", 100)
