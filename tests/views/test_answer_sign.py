# SPDX-License-Identifier: MPL-2.0
"""Signing on the screen: what is laid before the bestiller, whose password, and what is told afterwards (promise 2)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.domain.dates import format_full
from app.qt.theme import theme_of
from app.services import decide, lists
from app.services.decide import ONLY_BESTILLER
from app.services.desk import Desk
from app.views.parts.buttons import Button
from app.views.parts.fields import TextField
from app.views.parts.notices import Notice, Weight
from app.views.room.decided import BROKEN_SEAL
from app.views.room.sign import why_not
from tests.services.table import PASSWORD, TODAY
from tests.views.answer_table import BODIL, VAGN, Answering, words_of

INDIVIDUAL = "Individuel tidsbegrænset socialpædagogisk støtte"
FRAME = "Ramme: Støtte til at komme ud, aftales fra uge til uge."


@pytest.fixture
def at(tmp_path: Path, qtbot: QtBot, cases: Path) -> Iterator[Answering]:
    made = Answering(tmp_path, cases / "moede-1-bussen.json")
    yield made
    made.close()


def key(which: Qt.Key) -> None:
    to = QApplication.focusWidget()
    assert to is not None
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(to, QKeyEvent(kind, which, Qt.KeyboardModifier.NoModifier))


def password(at: Answering, said: str) -> TextField:
    field = at.find("sign.password", TextField)
    field.line.setText(said)
    return field


def sign(at: Answering, said: str = PASSWORD) -> None:
    """Sign, and stay in step five to see what is told there."""
    at.press("sign")
    password(at, said)
    at.press("sign.confirm")
    if not at.shown("sign.password"):  # refused, the card keeps the cursor
        at.room.go(5)
        at.settle()


def note(at: Answering) -> tuple[str, Weight]:
    found = at.find("decision.note", Notice)
    return found.text(), found._weight


class TestTheSignature:
    def test_what_will_be_signed_is_said_in_plain_words(self, at: Answering) -> None:
        at.press("sign")
        assert at.find("sign.summary", QWidget).text().splitlines() == [  # type: ignore[attr-defined]
            "Ja, Magnus er i målgruppen.",
            f"{INDIVIDUAL} efter § 82 b, fra 30. november 2026 til og med 29. maj 2027 (25 uger og 6 dage). {FRAME}",
            "Vores Netværk, cykelværksted, fra 26. november 2026.",
            "Begrundelse: Har sociale problemer, som en kort, målrettet indsats ventes at afhjælpe",
            "Oplysninger: Eget udsagn; status fra Jobcenter Nord; samtale 26. november",
            "Vagn Vejleder: Ringer til Magnus, senest 30. november 2026.",
            "Magnus: Finder sit buskort, senest 30. november 2026.",
        ]

    def test_the_frame_is_signed_and_so_it_is_said(self, at: Answering) -> None:
        """»4 timer om ugen« went into the decision and stood nowhere on the card."""
        (first, *_) = at.file.support
        at.context.run(lambda: at.table.type(BODIL, "support", first.id, "frame", "4 timer om ugen."))
        at.settle()
        at.press("sign")
        lines = at.find("sign.summary", QWidget).text().splitlines()  # type: ignore[attr-defined]
        assert lines[1].endswith("(25 uger og 6 dage). Ramme: 4 timer om ugen.")

    @pytest.mark.parametrize(
        ("answer", "told"), [("nej", True), ("direkte § 85", True), ("ja", False), ("udskudt", False)]
    )
    def test_support_that_still_stands_in_a_no_is_objected_to(self, at: Answering, answer: str, told: bool) -> None:
        at.table.single(BODIL, "answer", "target_group", answer)
        at.table.single(BODIL, "answer", "until", "17-12-2026")
        at.settle()
        at.press("sign")
        said = (
            f"»{INDIVIDUAL}« efter § 82 b står stadig i svaret og bevilges ikke. Fjern støtten, hvis svaret er rigtigt."
        )
        lines = at.find("sign.summary", QWidget).text().splitlines()  # type: ignore[attr-defined]
        assert (said in lines) is told

    def test_with_no_plan_nobody_is_asked_what_the_citizen_says_to_it(self, at: Answering) -> None:
        at.table.single(BODIL, "answer", "target_group", "direkte § 85")
        at.settle()
        at.press("sign")
        assert at.shown("sign.read_back"), "there is a wish to read"
        for name in ("want", "think"):
            at.table.single(VAGN, "story", name, "")
        for goal in at.file.goals:
            lists.remove(at.table.desk, VAGN, at.table.case_id, "goal", goal.id)
        at.settle()
        assert not at.shown("sign.read_back")

    @pytest.mark.parametrize(
        ("answer", "until", "said"),
        [
            ("nej", "", "Nej, Magnus er ikke i målgruppen."),
            ("udskudt", "17-12-2026", "Magnus får svar senest torsdag den 17. december 2026."),
            ("direkte § 85", "", "Magnus går direkte videre efter § 85."),
        ],
    )
    def test_every_answer_has_its_words(self, at: Answering, answer: str, until: str, said: str) -> None:
        at.table.single(BODIL, "answer", "target_group", answer)
        at.table.single(BODIL, "answer", "until", until)
        at.settle()
        at.press("sign")
        lines = at.find("sign.summary", QWidget).text().splitlines()  # type: ignore[attr-defined]
        assert lines[0] == said
        assert not any("§ 82 b, fra" in line for line in lines)

    def test_the_password_signs_and_the_answer_is_given(self, at: Answering) -> None:
        given: list[str] = []
        at.step.signed = given.append
        sign(at)
        decision = at.file.decision
        assert decision is not None
        assert decision.authentic
        assert given == [decision.decision.id]
        assert decision.decision.signer_name == "Bodil Bestiller"
        assert "Svaret er givet kl. 10.41." in at.said.told
        assert note(at) == ("Svaret er givet kl. 10.41 af Bodil.", Weight.CALM)
        assert not at.shown("sign.password")
        assert not at.shown("sign")

    def test_then_the_papers_come(self, at: Answering) -> None:
        at.press("sign")
        password(at, PASSWORD)
        at.press("sign.confirm")
        assert at.room.number == 6
        assert QApplication.focusWidget() is at.room.next_button, "printing is what comes next"

    def test_the_key_is_opened_away_from_the_screen(self, at: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
        threads: list[str] = []
        real = decide.open_account_key

        def opened(*args: object) -> object:
            threads.append(threading.current_thread().name)
            return real(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(decide, "open_account_key", opened)
        sign(at)
        assert [name.startswith("database") for name in threads] == [True]

    def test_a_wrong_password_signs_nothing_and_is_noted(self, at: Answering) -> None:
        sign(at, "forkert")
        field = at.find("sign.password", TextField)
        assert (field.error(), field.text()) == ("Adgangskoden passer ikke.", "")
        assert at.file.decisions == ()
        assert at.table.refusals() == [("bodil", "bestiller", "decision.seal")]
        password(at, PASSWORD)
        key(Qt.Key.Key_Return)
        assert at.file.decision is not None

    def test_an_answer_dated_ahead_asks_about_the_clock_and_does_not_bar(self, at: Answering) -> None:
        clock = at.table.desk.clock
        ahead = Desk(at.table.desk.replica, lambda: clock() + timedelta(days=90))
        at.context.run(lambda: decide.sign(ahead, BODIL, at.table.case_id, PASSWORD))
        at.settle()
        at.put("answer.reason", "En bedre grund")
        sign(at)
        field = at.find("sign.password", TextField)
        assert "uret her siger 26. november 2026 kl. " in field.error()
        assert len(at.file.decisions) == 1
        at.press("sign.confirm")
        assert len(at.file.decisions) == 2
        decision = at.file.decision
        assert decision is not None
        assert decision.decision.signed_at.startswith(TODAY.isoformat())

    def test_no_password_asks_nobody(self, at: Answering) -> None:
        sign(at, "")
        assert at.find("sign.password", TextField).error() == "Skriv din adgangskode."
        assert at.table.refusals() == []

    def test_pressed_twice_it_is_signed_once(self, at: Answering) -> None:
        at.press("sign")
        password(at, PASSWORD)
        confirm = at.find("sign.confirm", Button)
        confirm.click()
        confirm.click()
        assert len(at.file.decisions) == 1

    def test_escape_signs_nothing(self, at: Answering) -> None:
        at.press("sign")
        password(at, PASSWORD)
        key(Qt.Key.Key_Escape)
        assert at.file.decisions == ()
        at.press("sign")
        assert at.find("sign.password", TextField).text() == ""

    def test_the_pen_passed_on_takes_the_signature_away(self, at: Answering) -> None:
        at.press("sign")
        field = password(at, PASSWORD)
        at.pen(VAGN)
        assert not at.shown("sign.password")
        assert field.text() == ""
        assert at.file.decisions == ()

    def test_what_is_still_being_typed_is_in_it(self, at: Answering) -> None:
        at.put("answer.reason", "Den sidste begrundelse", leave=False)
        at.press("sign")
        assert any("Den sidste begrundelse" in said for said in words_of(at.find("sign.summary", QWidget)))
        password(at, PASSWORD)
        at.press("sign.confirm")
        decision = at.file.decision
        assert decision is not None
        assert "Den sidste begrundelse" in decision.decision.content

    def test_what_comes_to_lack_while_it_lies_there_holds_it_back(self, at: Answering) -> None:
        at.press("sign")
        at.table.single(BODIL, "answer", "facts", "")
        at.settle()
        assert not at.find("sign.confirm", Button).isEnabled()
        assert at.find("sign.summary", QWidget).text().startswith("Svaret mangler: oplysninger.")  # type: ignore[attr-defined]

    def test_the_read_back_may_be_said_here_as_well(self, at: Answering) -> None:
        at.press("sign")
        at.choose("sign.read_back", "det er mine ord")
        assert at.file.story.read_back == "det er mine ord"
        assert at.find("sign.confirm", Button).isEnabled()

    def test_a_bestiller_nobody_vouches_for_is_told(self, at: Answering) -> None:
        at.table.sql("UPDATE account SET voucher = '' WHERE person_id = 'bodil'")
        sign(at)
        assert "står ikke inde for den" in (at.find("sign.password", TextField).error() or "")
        assert at.file.decisions == ()


class TestOnlyTheBestiller:
    def test_the_button_is_off_and_says_why(self, at: Answering) -> None:
        at.pen(VAGN)
        button = at.find("sign", Button)
        assert not button.isEnabled()
        assert button.toolTip() == ONLY_BESTILLER
        assert why_not(at.file, VAGN, TODAY) == why_not(at.file, None, TODAY) == ONLY_BESTILLER
        assert ONLY_BESTILLER in words_of(at.right)

    def test_asked_for_anyway_it_is_refused_and_noted(self, at: Answering) -> None:
        at.pen(VAGN)
        at.step.sign()
        assert at.file.decisions == ()
        assert at.said.told == [ONLY_BESTILLER]
        assert at.table.refusals() == [("vagn", "vejleder", "decision.seal")]
        assert not at.shown("sign.password")

    def test_what_lacks_turns_it_off_for_the_bestiller_too(self, at: Answering) -> None:
        at.table.single(BODIL, "answer", "reason", "")
        at.settle()
        assert not at.find("sign", Button).isEnabled()
        assert why_not(at.file, BODIL, TODAY) == "Svaret mangler: begrundelse."


class TestAfterwards:
    def test_a_broken_seal_is_told_in_red_and_in_words(self, at: Answering) -> None:
        sign(at)
        at.table.sql("UPDATE rec_decision SET target_group = 'nej'")
        at.table.single(VAGN, "notes", "vejleder", "Noget nyt at læse")
        at.settle()
        assert note(at) == (BROKEN_SEAL, Weight.TROUBLE)
        assert at.find("sign", Button).isEnabled()

    def test_the_table_moves_on_and_back(self, at: Answering) -> None:
        sign(at)
        at.put("answer.reason", "En ny grund")
        assert note(at) == (
            "Udkast til ny afgørelse. Noget er ændret, siden svaret blev givet kl. 10.41.",
            Weight.CAUTION,
        )
        assert at.find("sign", Button).isEnabled()
        sign(at)
        assert len(at.file.decisions) == 2
        assert note(at)[1] is Weight.CALM

    def test_another_day_is_told_with_its_date(self, at: Answering) -> None:
        sign(at)
        later = at.table.desk.clock().replace(day=27)
        at.table.desk.clock = lambda: later
        at.step.refresh(at.file)
        assert note(at)[0] == f"Svaret er givet den {format_full(TODAY)} kl. 10.41 af Bodil."

    def test_before_any_answer_nothing_is_told(self, at: Answering) -> None:
        assert not at.shown("decision.note")


class TestLargeText:
    @pytest.fixture(autouse=True)
    def _large(self, qapp: QApplication) -> None:
        theme_of().apply(qapp, "light", 200)

    def test_it_is_read_from_the_top_and_the_keyboard_is_always_in_sight(self, at: Answering) -> None:
        at.press("sign")
        overlay = at.find("sign.summary", QWidget)
        now = QApplication.focusWidget()
        assert now is not None
        assert not isinstance(now, QLineEdit)
        assert overlay.visibleRegion().boundingRect().top() == 0
        password(at, PASSWORD).setFocus()
        at.settle()
        line = at.find("sign.password", TextField).line
        assert line.visibleRegion().boundingRect() == line.rect()
