# SPDX-License-Identifier: MPL-2.0
"""Two windows on two desks, a real server between them, and both people typing in the same record at once (promises 3 and 4)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile
from app.papers.kinds import PaperKind
from app.qt.lanes import Door, Lane
from app.services import cases
from app.services.desk import Desk
from app.services.sharing import Sharing
from app.store import outgoing, upward
from app.store.replica import Replica
from app.sync.profile import Profile
from app.sync.status import State
from app.views.context import Context
from app.views.parts.buttons import Button
from app.views.parts.talk import TalkPanel
from app.views.room.papers import PapersStep
from app.views.room.room import Room
from tests import patience
from tests.sync.desks import Desks
from tests.sync.shared import SharedDatabase, Someone
from tests.views.room_table import Said, field, type_in

KEY = bytes(range(32))


class WindowDesk:
    """One person's desk with its lanes, its engine on a thread of its own, and a room where one is open."""

    def __init__(self, folder: Path, profile: Profile, one: Someone) -> None:
        folder.mkdir()
        self.replica = Replica.open(folder / "replica.db", KEY, create=True)
        outgoing.join(self.replica)
        self.desk = Desk(self.replica)
        self.door = Door()
        self.lanes = (Lane("database", self.door), Lane("work", self.door))
        self.said = Said()
        self.context = Context(self.desk, *self.lanes, self.door, self.said)
        self.hand = Hand(one.person_id, one.name, Role(one.roles[0]))
        self.context.sign_in(self.hand)
        context = self.context
        sharing = Sharing(self.desk, profile, context.on_lane, context.came, context.hear_status, context.hear_presence)
        context.share(sharing)
        sharing.sign_in(one.person_id, one.login, one.password)
        self.room: Room | None = None

    def open(self, case_id: str) -> Room:
        self.room = Room(self.context, case_id)
        self.room.resize(1366, 768)
        self.room.show()
        return self.room

    def file(self, case_id: str) -> CaseFile | None:
        found: list[CaseFile | None] = []

        def read() -> CaseFile | None:
            try:
                return cases.read_case(self.desk, self.context.hand, case_id)
            except (LookupError, UserError):  # not here yet
                return None

        self.context.run(read, found.append)
        until(lambda: bool(found))
        return found[0]

    def close(self) -> None:
        if self.room is not None:
            self.room.hide()
        assert self.context.sharing is not None
        self.context.sharing.stop(5.0)
        until(lambda: self.context.idle)
        self.context.turns.end()  # as the program's window does before the lanes go
        for lane in self.lanes:
            lane.close()
        if self.room is not None:
            self.room.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        self.replica.close()


def until(happened: Callable[[], object]) -> None:
    """Let everything go on until this is so."""
    patience.until(happened, _go_on)


def _go_on() -> None:
    QApplication.processEvents()
    time.sleep(0.002)


@pytest.fixture
def two(qtbot: object, shared: SharedDatabase, desks: Desks, tmp_path: Path) -> Iterator[tuple[WindowDesk, WindowDesk]]:
    made = [WindowDesk(tmp_path / key, desks.profile, shared.people[key]) for key in ("vagn", "bodil")]
    yield made[0], made[1]
    for desk in made:
        desk.close()


def case_at_both(vagn: WindowDesk, bodil: WindowDesk) -> str:
    opened: list[str] = []
    vagn.context.run(
        lambda: cases.new_citizen(vagn.desk, vagn.hand, "Nancy Ann Berggren", "gaden").case_id, opened.append
    )
    until(lambda: opened)
    until(lambda: bodil.file(opened[0]) is not None)
    return opened[0]


def rooms_at(vagn: WindowDesk, bodil: WindowDesk, case_id: str, step: int) -> tuple[Room, Room]:
    rooms = vagn.open(case_id), bodil.open(case_id)
    until(lambda: all(room.file is not None for room in rooms))
    for room in rooms:
        room.go(step)
    calm(vagn, bodil)
    return rooms


def calm(*both: WindowDesk) -> None:
    """Until everybody's words are up and nothing is asked of any lane."""
    until(lambda: all(d.context.idle and d.context.sync_status.state is State.SHARED for d in both))


def panel(room: Room, path: str) -> TalkPanel | None:
    found = [p for p in room.findChildren(TalkPanel) if p.objectName() == f"{path}.talk" and p.isVisibleTo(room)]
    return found[0] if found else None


def unsent(desk: WindowDesk, case_id: str) -> int:
    """How many of a case's lookups this desk alone knows of."""
    return desk.context.on_lane(lambda: len(upward.unsent_looks(desk.replica, case_id)))


def write(room: Room, path: str, text: str) -> None:
    """Type in one of the windows: the keyboard is there, and has left the other."""
    room.activateWindow()
    until(room.isActiveWindow)
    type_in(field(room, path), text)


def words(room: Room, path: str) -> set[str]:
    shown = panel(room, path)
    told = shown.told() if shown is not None else None
    return {v.words for v in told.voices} if told is not None else set()


def test_two_who_type_at_once_in_one_field_both_stand_on_both_desks(two: tuple[WindowDesk, WindowDesk]) -> None:
    vagn, bodil = two
    case_id = case_at_both(vagn, bodil)
    his, hers = rooms_at(vagn, bodil, case_id, 2)
    path = "wishes.want"
    write(his, path, "Tage bussen selv")  # neither has heard of the other's words
    write(hers, path, "Cykle til byen")
    until(lambda: words(hers, path) == {"Tage bussen selv", "Cykle til byen"})
    write(hers, path, " igen")  # the cursor still stands there: she goes on with her own
    hers.leave()
    both = {"Tage bussen selv", "Cykle til byen igen"}
    until(lambda: words(his, path) == both and words(hers, path) == both)
    for desk in two:
        file = desk.file(case_id)
        assert file is not None
        (talk,) = file.conversations
        assert {s.hand.name for s in talk.said} == {vagn.hand.name, bodil.hand.name}
    assert "1 felt skal afklares" in hers.header.settle_link.accessibleName()
    shown = panel(his, path)
    assert shown is not None
    told = shown.told()
    assert told is not None
    number = next(n for n, v in enumerate(told.voices) if v.words == "Cykle til byen igen")
    button = next(b for b in his.findChildren(Button) if b.objectName() == f"{path}.keep.{number}")
    button.click()
    until(lambda: panel(his, path) is None and panel(hers, path) is None)
    until(lambda: field(hers, path).text() == field(his, path).text() == "Cykle til byen igen")


def test_each_sees_the_others_words_come_and_nobody_loses_the_cursor(two: tuple[WindowDesk, WindowDesk]) -> None:
    vagn, bodil = two
    case_id = case_at_both(vagn, bodil)
    his, hers = rooms_at(vagn, bodil, case_id, 2)
    write(his, "wishes.think", "Det er svært at komme ud")
    mine = field(hers, "wishes.want")
    write(hers, "wishes.want", "Tage bus")
    until(lambda: field(hers, "wishes.think").text() == "Det er svært at komme ud")
    assert mine.has_user_focus()
    write(hers, "wishes.want", "sen")
    until(lambda: field(his, "wishes.want").text() == "Tage bussen")
    until(lambda: "er med" in his.header.people.text() or "er med" in his.header._others)
    assert his.header._others == "Bodil er med"
    for desk in two:
        file = desk.file(case_id)
        assert file is not None
        assert file.conversations == ()


def test_who_sits_with_a_case_before_the_sharing_has_begun_is_seen_with_it(
    two: tuple[WindowDesk, WindowDesk], shared: SharedDatabase
) -> None:
    """As after a restart: the case comes up where one stood, a second before there is a line to tell anybody."""
    vagn, bodil = two
    case_id = case_at_both(vagn, bodil)
    sharing, vagn.context.sharing = vagn.context.sharing, None
    assert sharing is not None
    sharing.sign_out(vagn.hand.person_id)
    rooms = vagn.open(case_id), bodil.open(case_id)
    until(lambda: all(room.file is not None for room in rooms))
    vagn.context.share(sharing)
    sharing.sign_in(vagn.hand.person_id, shared.vagn.login, shared.vagn.password)
    until(lambda: [one.name for one in bodil.context.others_at(case_id)] == [vagn.hand.name])


def test_sentences_written_apart_in_one_text_become_one(two: tuple[WindowDesk, WindowDesk]) -> None:
    vagn, bodil = two
    case_id = case_at_both(vagn, bodil)
    his, hers = rooms_at(vagn, bodil, case_id, 2)
    first = "Laver god mad. Kan køre bil. Kender byen."
    write(his, "resources", first)
    his.leave()
    until(lambda: field(hers, "resources").text() == first)
    calm(*two)
    mine, yours = field(his, "resources"), field(hers, "resources")
    for room, made, ones in (
        (his, mine, first.replace("god mad", "rigtig god mad")),
        (hers, yours, first.replace("byen.", "hele byen.")),
    ):
        room.activateWindow()
        until(room.isActiveWindow)
        made.setFocus()
        made.write_as_person(ones)
    hers.leave()
    whole = "Laver rigtig god mad. Kan køre bil. Kender hele byen."
    until(lambda: yours.text() == whole and mine.text() == whole)
    assert "Samlet af det" in yours.editor.accessibleDescription()


def test_the_citizens_list_of_lookups_has_those_of_the_other_desk_and_says_when_it_has_not(
    two: tuple[WindowDesk, WindowDesk],
) -> None:
    """Idea 16: the list on the screen is fetched before the paper is made; with no network it is this desk's, and told to be."""
    vagn, bodil = two
    case_id = case_at_both(vagn, bodil)
    vagn.context.run(lambda: vagn.desk.note(vagn.hand, case_id, "cpr vist"))
    calm(vagn, bodil)
    assert vagn.context.sharing is not None
    vagn.context.sharing.try_now()
    until(lambda: unsent(vagn, case_id) == 0)
    hers = bodil.open(case_id)
    until(lambda: hers.file is not None)
    hers.go(6)
    step = hers.step(6)
    assert isinstance(step, PapersStep)
    step.choose(PaperKind.LOOKUPS)
    until(lambda: "Så dit CPR-nummer" in step.view.scrolling.accessibleDescription())
    assert "fra den computer" not in step.view.scrolling.accessibleDescription()
    assert step.place.notice.isHidden() or "computer" not in step.place.notice.text()
    assert bodil.context.sharing is not None
    bodil.context.sharing.sign_out(bodil.hand.person_id)
    step._make()
    until(lambda: "fra den computer" in step.view.scrolling.accessibleDescription())
    assert "Så dit CPR-nummer" not in step.view.scrolling.accessibleDescription()
    assert step.place.notice.text().startswith("Listen viser kun opslag fra denne computer.")
