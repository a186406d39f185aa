# SPDX-License-Identifier: MPL-2.0
"""An answer above one's competence on the screen: sent on, never signed; and who may grant what, in the settings (C2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.roles import Hand, Role
from app.qt.theme import theme_of
from app.services import accounts, decide, settings
from app.services.opening import practice_code
from app.store import listing, queries
from app.views.parts.buttons import Button
from app.views.parts.chips import MissingLine
from app.views.parts.fields import CheckField, ChoiceField, TextField
from app.views.parts.notices import Notice
from app.views.parts.words import Words
from app.views.room.passing_on import NOBODY, said_of_sending
from app.views.room.room import Room
from tests.services.table import BODIL, PASSWORD, VAGN, seat
from tests.views.answer_table import Answering
from tests.views.room_table import ZONE
from tests.views.shell_desk import Desk

OLE = Hand("ole", "Ole Olsen", Role.BESTILLER)


@pytest.fixture
def at(tmp_path: Path, qtbot: QtBot, cases: Path) -> Iterator[Answering]:
    made = Answering(tmp_path, cases / "moede-1-bussen.json")
    seat(made.table.desk.replica, OLE)
    limit(made, 12)
    yield made
    made.close()


def limit(at: Answering, weeks: int | None, of: str = "bodil", *, grants: bool = True) -> None:
    at.settle()
    settings.set_competence(at.table.desk, BODIL, of, "82b", grants=grants, weeks=weeks)
    again(at)


def again(at: Answering) -> None:
    """As when the pen comes back: the case is read anew."""
    at.context.session_changed.emit()
    at.settle()


def send_over_an_answer(at: Answering) -> None:
    """A yes that was signed, and a new answer above one's competence sent on."""
    limit(at, None)
    decide.sign(at.table.desk, BODIL, at.table.case_id, PASSWORD)
    again(at)
    at.put("answer.reason", "En anden grund")
    limit(at, 12)
    send(at)


def line(at: Answering) -> str:
    return at.find("missing", MissingLine).accessibleName()


def send(at: Answering) -> None:
    at.press("send_on")
    at.press("send_on.confirm")


class TestInTheRoom:
    def test_the_signature_is_not_offered_but_sending_on_is(self, at: Answering) -> None:
        assert not at.shown("sign")
        assert at.find("send_on", Button).text() == "Send videre til afgørelse"
        assert line(at).endswith("over din kompetence")

    def test_what_is_within_is_signed_as_ever(self, at: Answering) -> None:
        limit(at, 26)
        assert at.shown("sign")
        assert line(at).endswith("intet mangler")

    def test_why_and_to_whom_is_said(self, at: Answering) -> None:
        at.press("send_on")
        said = [w.text() for w in at.room.window().findChildren(Words) if w.isVisible()]
        assert "Du må ikke selv bevilge mere end 12 uger efter § 82 b. Send svaret videre til en, der må." in said
        assert at.find("send_on.person", ChoiceField).text() == "ole"

    def test_sent_on_it_is_told_everywhere_and_is_no_decision(self, at: Answering) -> None:
        send(at)
        file = at.file
        assert file.decisions == ()
        assert file.answer.sent_to == "Ole Olsen"
        told = "Sendt videre 26. nov. til Ole Olsen, som skal afgøre det. Borgeren har ikke fået svar endnu."
        assert at.find("decision.note", Notice).text() == told
        assert line(at).endswith("sendt videre til Ole 26. nov.")
        assert not at.shown("sign")
        assert not at.shown("send_on")
        assert at.said.told[-1] == "Svaret er sendt videre til afgørelse. Det kan tages tilbage."

    @pytest.mark.parametrize("scale", [100, 200])
    def test_the_note_of_where_it_was_sent_is_in_sight(self, at: Answering, scale: int) -> None:
        """The side followed the keyboard down to the answer, and the note above it was cut."""
        theme_of().apply(QApplication.instance(), "light", scale)  # type: ignore[arg-type]
        at.settle()
        at.put("answer.reason", "En anden grund")  # the side has been scrolled to here
        send(at)
        note = at.find("decision.note", Notice)
        whole = note.visibleRegion().boundingRect() == note.rect()
        theme_of().apply(QApplication.instance(), "light", 100)  # type: ignore[arg-type]
        assert whole

    def test_enter_on_who_is_chosen_sends(self, at: Answering) -> None:
        at.press("send_on")
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        at.settle()
        assert at.file.answer.sent_to == "Ole Olsen"
        assert not at.shown("send_on.confirm")

    def test_an_earlier_answer_holds_meanwhile_and_is_told(self, at: Answering) -> None:
        send_over_an_answer(at)
        told = "Sendt videre 26. nov. til Ole Olsen, som skal afgøre det. Imens gælder svaret fra 26. nov.: ja."
        assert at.find("decision.note", Notice).text() == told

    def test_an_earlier_yes_that_has_run_out_is_no_answer_now(self, at: Answering) -> None:
        send_over_an_answer(at)
        later = date(2027, 12, 1)
        told = said_of_sending(at.file, BODIL, later)
        assert told.endswith("Den støtte, der blev givet 26. nov., er slut. Borgeren har ikke fået nyt svar endnu.")

    def test_the_vejleder_reads_it_and_cannot_take_it_back(self, at: Answering) -> None:
        send(at)
        at.pen(VAGN)
        back = at.find("send_on.take_back", Button)
        assert not back.isEnabled()
        assert back.toolTip().startswith("Kun bestilleren")

    def test_it_is_taken_back(self, at: Answering) -> None:
        send(at)
        at.press("send_on.take_back")
        assert at.file.answer.sent_on is None
        assert at.shown("send_on")
        assert line(at).endswith("over din kompetence")

    def test_what_is_changed_afterwards_is_sent_again(self, at: Answering) -> None:
        send(at)
        at.put("answer.reason", "En anden grund")
        told = "Svaret er ændret, siden det 26. nov. blev sendt til Ole Olsen. Send det videre igen."
        assert at.find("decision.note", Notice).text() == told
        assert line(at).endswith("svaret er ændret, siden det blev sendt videre")
        at.room.end_meeting()
        at.settle()
        assert "Send det igen" in at.said.told[-1]
        assert at.file.meeting is not None
        assert not at.file.meeting.ended
        at.context.sign_in(OLE)  # who may decide is told that it is changed, and signs
        at.settle()
        own = told.removesuffix(" Send det videre igen.").replace("Ole Olsen", "dig")
        assert at.find("decision.note", Notice).text() == own
        assert at.shown("sign")
        at.context.sign_in(BODIL)
        at.settle()
        send(at)
        assert line(at).endswith("sendt videre til Ole 26. nov.")

    def test_what_is_seen_to_come_in_an_open_room_is_not_told_once_more(self, at: Answering) -> None:
        """Bodil had the case open when Ole's answer came, and her page told her of it all the same."""

        def news() -> list[str]:
            rows = listing.due(at.table.desk.replica, at.table.desk.today(), "bestiller", BODIL.name, BODIL.person_id)
            return [row.kind for row in rows if row.kind == "decided"]

        send(at)
        at.settle()
        at.table.desk.clock = lambda: datetime(2026, 11, 26, 15, 0, tzinfo=ZONE)
        decide.sign(at.table.desk, OLE, at.table.case_id, PASSWORD)
        again(at)
        assert news() == ["decided"]
        for _ in range(2):
            at.room.leave()
            at.settle()
        assert news() == []
        noted = queries.access_lines(at.table.desk.replica, at.table.case_id)
        assert [line.person_id for line in noted if line.action == "nyt læst"] == [BODIL.person_id]

    def test_the_one_it_was_sent_to_begins_no_meeting_by_opening_it(self, at: Answering) -> None:
        """The citizen was noted as met the day a colleague opened the case in her office to decide."""
        send(at)
        at.table.desk.clock = lambda: datetime(2026, 11, 30, 9, 0, tzinfo=ZONE)
        before = at.file.meeting
        at.context.sign_out()
        for who, meets in ((OLE, False), (BODIL, True)):
            at.context.sign_in(who)
            room = Room(at.context, at.table.case_id)
            at.settle()
            room.hide()
            room.deleteLater()
            assert (at.file.meeting != before) is meets

    def test_the_one_it_was_sent_to_signs(self, at: Answering) -> None:
        send(at)
        at.context.sign_in(OLE)
        at.settle()
        assert at.shown("sign")

    def test_the_one_it_was_sent_to_is_spoken_to_and_can_send_it_back(self, at: Answering) -> None:
        """Ole read of himself by name, as of somebody else."""
        send(at)
        at.context.sign_in(OLE)
        at.settle()
        told = "Sendt videre 26. nov. til dig af Bodil: du skal afgøre det. Borgeren har ikke fået svar endnu."
        assert at.find("decision.note", Notice).text() == told
        assert line(at).endswith("sendt videre til dig 26. nov.")
        assert at.find("send_on.take_back", Button).text() == "Send svaret tilbage"
        at.press("send_on.take_back")
        assert at.file.answer.sent_on is None

    def test_with_nobody_to_send_it_to_that_is_said(self, at: Answering) -> None:
        limit(at, 4, "ole")
        at.press("send_on")
        assert NOBODY in [w.text() for w in at.room.window().findChildren(Words) if w.isVisible()]
        assert not at.shown("send_on.confirm")
        at.press("send_on.cancel")
        assert not at.shown("send_on.cancel")

    def test_nobody_chosen_sends_nothing(self, at: Answering) -> None:
        seat(at.table.desk.replica, Hand("per", "Per Poulsen", Role.BESTILLER))
        at.press("send_on")
        at.press("send_on.confirm")
        assert at.find("send_on.person", ChoiceField).error() == "Vælg, hvem der skal afgøre det."
        assert at.file.answer.sent_on is None

    def test_a_limit_set_while_the_signature_lies_open_is_held_by_the_service(self, at: Answering) -> None:
        limit(at, 26)
        at.press("sign")
        settings.set_competence(at.table.desk, BODIL, "bodil", "82b", grants=False, weeks=None)
        at.find("sign.password", TextField).line.setText("øvelse")
        at.press("sign.confirm")
        assert "bevilge støtte efter § 82 b" in (at.find("sign.password", TextField).error() or "")
        assert at.file.decisions == ()


class TestInTheSettings:
    @pytest.fixture
    def desk(self, desk: Desk, practice_folder: Path) -> Desk:
        """The practice desk, with a leder."""
        code = practice_code(practice_folder)

        def lead() -> None:
            if not any(Role.LEDER in p.roles for p in accounts.people(desk.context.desk)):
                accounts.create_person(
                    *(desk.context.desk, "Lis Leder", "", "", (Role.LEDER,), "øvelse", "1234"),
                    recovery_code=code,
                    practice=True,
                )

        desk.context.run(lead)
        desk.settle()
        return desk

    def open(self, desk: Desk, role: Role = Role.LEDER) -> str:
        """The settings, opened by somebody in this role; the start of Bodil's fields' names."""
        found: list[accounts.Person] = []
        desk.context.run(lambda: accounts.people(desk.context.desk), found.extend)
        desk.settle()
        person = next(p for p in found if role in p.roles)
        desk.context.sign_out()
        desk.context.sign_in(Hand(person.person_id, person.name, role))
        desk.window.show_settings()
        desk.settle()
        bodil = next(p for p in found if p.name == "Bodil Bestiller")
        return f"competence.{bodil.person_id}.82b"

    def test_it_is_typed_and_kept(self, desk: Desk) -> None:
        base = self.open(desk)
        desk.type(f"{base}.most_weeks", "12")
        desk.press("settings.close")
        found: list[settings.Granting] = []
        desk.context.run(lambda: settings.granting(desk.context.desk), found.append)
        desk.settle()
        assert [row[0].most_weeks for row in found[0].rows] == [12, None]

    def test_what_is_no_number_stays_with_its_reason(self, desk: Desk) -> None:
        base = self.open(desk)
        desk.type(f"{base}.most_weeks", "mange")
        desk.window.leave_fields()
        desk.settle()
        field = desk.find(f"{base}.most_weeks")
        assert isinstance(field, TextField)
        assert field.error() == settings.NO_WEEKS
        desk.press("settings.close")
        self.open(desk)
        assert desk.find(f"{base}.most_weeks").text() == "mange"

    def test_who_may_grant_nothing_has_no_weeks(self, desk: Desk) -> None:
        base = self.open(desk)
        check = desk.find(f"{base}.grants")
        assert isinstance(check, CheckField)
        check.check.click()
        desk.settle()
        assert not desk.seen(f"{base}.most_weeks")

    @pytest.mark.parametrize(("role", "open_to"), [(Role.BESTILLER, False), (Role.VEJLEDER, False), (Role.LEDER, True)])
    def test_with_a_leder_on_the_desk_only_the_leder_writes(self, desk: Desk, role: Role, open_to: bool) -> None:
        base = self.open(desk, role)
        field = desk.find(f"{base}.most_weeks")
        assert isinstance(field, TextField)
        assert field.read_only() is not open_to
        lead = desk.find("competence.lead").text()
        assert lead.startswith("Lederen sætter") is not open_to
