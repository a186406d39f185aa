# SPDX-License-Identifier: MPL-2.0
"""Step five on the screen: the answer, its support and its wall, questions, advice, and what is told beside them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QWidget
from pytestqt.qtbot import QtBot

from app.domain.answer import SAME_NEED, WEIGHING
from app.services.decide import ONLY_BESTILLER, lacking
from app.services.edit import HAS_COME
from app.views.parts.bars import SlimBar
from app.views.parts.buttons import Button
from app.views.parts.notices import Notice
from app.views.parts.words import Words
from app.views.room.answer import NAMED, OFFERED, OWED, WHAT_WEIGHED
from app.views.room.answer_more import SEALED, TOLD
from app.views.room.offer_field import OfferField
from app.views.room.paths import path_of_lack
from app.views.room.sign import NOT_WEIGHED, said_of_grounds
from tests.views.answer_table import BODIL, VAGN, Answering, words_of

INDIVIDUAL = "Individuel tidsbegrænset socialpædagogisk støtte"
GROUP = "Gruppe: ud ad døren"


@pytest.fixture
def at(tmp_path: Path, qtbot: QtBot) -> Iterator[Answering]:
    made = Answering(tmp_path)
    yield made
    made.close()


@pytest.fixture
def bussen(tmp_path: Path, qtbot: QtBot, cases: Path) -> Iterator[Answering]:
    made = Answering(tmp_path, cases / "moede-1-bussen.json")
    yield made
    made.close()


def key(which: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    to = QApplication.focusWidget()
    assert to is not None
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(to, QKeyEvent(kind, which, held))


class TestTheAnswer:
    def test_it_is_asked_by_name(self, at: Answering) -> None:
        assert at.field("answer.target_group").label.text() == "Er Magnus i målgruppen?"

    @pytest.mark.parametrize("answer", ["ja", "nej", "udskudt", "direkte § 85"])
    def test_a_choice_is_kept_at_once(self, at: Answering, answer: str) -> None:
        at.choose("answer.target_group", answer)
        assert at.file.answer.target_group == answer
        assert at.shown("answer.until") is (answer == "udskudt")

    def test_a_date_for_the_answer_stays_in_sight_once_written(self, at: Answering) -> None:
        at.choose("answer.target_group", "udskudt")
        at.put("answer.until", "31. februar 2027")
        assert at.file.answer.until is None
        assert "findes ikke" in (at.field("answer.until").error() or "")
        at.put("answer.until", "17-12-2026")
        assert at.file.answer.until == date(2026, 12, 17)
        at.choose("answer.target_group", "nej")
        assert at.shown("answer.until")

    def test_a_date_that_has_come_stays_in_its_field_with_the_reason(self, at: Answering) -> None:
        at.choose("answer.target_group", "udskudt")
        at.put("answer.until", "26-11-2026")
        assert at.field("answer.until").text() == "26-11-2026"
        assert "efter i dag" in (at.field("answer.until").error() or "")
        assert "dato for svar" in lacking(at.file)
        at.put("answer.until", "27-11-2026")
        assert at.field("answer.until").error() is None
        assert at.file.answer.until == date(2026, 11, 27)
        for name in ("reason", "facts"):
            at.put(f"answer.{name}", "Vi mangler en oplysning")
        at.table.add(VAGN, "next_step", who="Vagn", what="Ringer", by="30-11-2026")
        at.context.session_changed.emit()
        at.settle()
        assert at.find("sign", Button).isEnabled()
        tomorrow = at.table.desk.clock() + timedelta(days=1)
        at.table.desk.clock = lambda: tomorrow
        at.context.session_changed.emit()  # the day has come: that is said before any password
        at.settle()
        assert at.find("sign", Button).toolTip() == HAS_COME
        assert not at.find("sign", Button).isEnabled()
        assert at.room.foot.missing.accessibleName().endswith("dagen for svar er kommet")

    def test_reason_and_facts(self, at: Answering) -> None:
        at.put("answer.reason", "Har sociale problemer")
        at.put("answer.facts", "Eget udsagn")
        assert (at.file.answer.reason, at.file.answer.facts) == ("Har sociale problemer", "Eget udsagn")

    def test_words_under_the_cursor_are_not_written_over(self, at: Answering) -> None:
        at.put("answer.reason", "Mine ord", leave=False)
        at.table.single(BODIL, "answer", "reason", "Noget der kom udefra")
        at.settle()
        assert at.field("answer.reason").text() == "Mine ord"

    def test_the_vejleder_reads_and_does_not_write(self, bussen: Answering) -> None:
        bussen.pen(VAGN)
        for path in ("answer.target_group", "answer.reason", "support.0.offer", "support.0.end"):
            assert bussen.field(path).read_only(), path
        assert not bussen.shown("support.add")
        assert not bussen.shown("support.0.remove")
        assert ONLY_BESTILLER in words_of(bussen.right)


class TestSupport:
    def add(self, at: Answering) -> None:
        at.press("support.add")

    def test_a_new_row_takes_the_cursor(self, at: Answering) -> None:
        self.add(at)
        assert at.field("support.0.offer").has_user_focus()

    def test_a_row_added_by_the_keyboard_below_the_foot_comes_into_sight(self, at: Answering) -> None:
        at.room.resize(1366, 700)
        self.add(at)
        at.field("support.0.frame").setFocus()
        at.settle()
        key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        at.settle()
        field = at.field("support.1.offer")
        assert field.has_user_focus()
        assert field.visibleRegion().boundingRect() == field.rect()

    def test_a_name_from_the_catalogue_fills_in_the_rest(self, at: Answering) -> None:
        self.add(at)
        at.put("support.0.offer", INDIVIDUAL)
        support = at.file.support[0]
        assert (support.paragraph, support.need) == ("82b", "individuel støtte")
        assert support.offer_id
        assert at.field("support.0.paragraph").text() == "82b"
        assert any("senest 14 dage efter svaret" in said for said in words_of(at.left))

    def test_free_text_stays(self, at: Answering) -> None:
        self.add(at)
        at.put("support.0.offer", "En ven at følges med")
        at.choose("support.0.paragraph", "åbent")
        support = at.file.support[0]
        assert (support.offer, support.offer_id, support.paragraph) == ("En ven at følges med", "", "åbent")

    def test_the_list_narrows_and_enter_takes_what_is_marked(self, at: Answering) -> None:
        self.add(at)
        field = at.find("support.0.offer", OfferField)
        field.offer_all()
        at.settle()
        popup = field._editor.popup
        assert popup.isVisible()
        assert isinstance(popup, QListView)
        assert isinstance(popup.verticalScrollBar(), SlimBar)
        key(Qt.Key.Key_Escape)
        for letter in "ud ad":
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(field.editor, event)
        assert field._list.completionCount() == 1
        field._list.activated.emit(GROUP)
        at.settle()
        assert not popup.isVisible()
        assert (at.file.support[0].offer, at.file.support[0].paragraph) == (GROUP, "82a")

    @pytest.mark.parametrize(
        ("pressed", "held"),
        [(Qt.Key.Key_F4, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)],
    )
    def test_the_keys_of_a_drop_down_open_the_catalogue(
        self, at: Answering, pressed: Qt.Key, held: Qt.KeyboardModifier
    ) -> None:
        self.add(at)
        at.put("support.0.offer", "En ven", leave=False)
        field = at.find("support.0.offer", OfferField)
        field._editor.popup.hide()
        QTest.keyClick(field.editor, pressed, held)
        assert field._editor.popup.isVisible()
        assert field._list.completionCount() > 1
        assert field.text() == "En ven"
        field._editor.popup.hide()

    def test_ordinary_offers_are_not_among_them(self, at: Answering) -> None:
        self.add(at)
        names = at.find("support.0.offer", OfferField)._names.stringList()
        assert INDIVIDUAL in names
        assert "Socialpædagogisk støtte i eget hjem" not in names

    def test_enter_gives_a_name_no_second_line(self, at: Answering) -> None:
        self.add(at)
        at.put("support.0.offer", "En ven", leave=False)
        key(Qt.Key.Key_Return)
        assert at.field("support.0.offer").text() == "En ven"

    def test_the_wall_is_a_hint_and_a_proposal_never_a_value(self, at: Answering) -> None:
        self.add(at)
        at.choose("support.0.paragraph", "82b")
        at.put("support.0.start", "30-11-2026")
        end = at.field("support.0.end")
        assert "højst seks måneder: senest 29. maj 2027" in end.editor.accessibleDescription()
        assert (end.text(), at.file.support[0].end) == ("", None)
        end.setFocus()
        key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        at.leave()
        assert at.file.support[0].end == date(2027, 5, 29)
        assert len(at.file.support) == 1

    def test_a_day_more_is_kept_and_told(self, at: Answering) -> None:
        self.add(at)
        at.choose("support.0.paragraph", "82b")
        at.put("support.0.start", "31-08-2026")
        at.put("support.0.end", "2027-03-01")
        assert at.file.support[0].end is None
        assert at.field("support.0.end").text() == "2027-03-01"
        assert "senest 28. februar 2027" in (at.field("support.0.end").error() or "")
        at.choose("support.0.paragraph", "82a")
        assert at.file.support[0].end == date(2027, 3, 1)
        assert at.field("support.0.end").error() is None

    def test_a_second_for_the_same_need_names_the_first_and_asks_why(self, bussen: Answering) -> None:
        bussen.put("support.0.offer", INDIVIDUAL)
        assert not bussen.shown("support.0.need")
        bussen.press("support.add")
        bussen.put("support.2.offer", GROUP)
        assert bussen.shown("support.0.need")
        assert not bussen.shown("support.2.same_need_reason")
        bussen.put("support.2.need", "Individuel støtte")
        row = bussen.find("support.2", QWidget)
        assert any(f"»{INDIVIDUAL}«" in notice.text() for notice in row.findChildren(Notice) if notice.isVisible())
        bussen.put("support.2.same_need_reason", "Gruppen tager over")
        assert bussen.file.support[2].same_need_reason == "Gruppen tager over"

    def test_the_quiet_line_asks_why_two_meet_one_need_before_any_password(self, bussen: Answering) -> None:
        bussen.put("support.0.offer", INDIVIDUAL)
        bussen.press("support.add")
        for name, text in (
            ("offer", GROUP),
            ("start", "30-11-2026"),
            ("end", "26-02-2027"),
            ("need", "Individuel støtte"),
        ):
            bussen.put(f"support.2.{name}", text)
        assert [chip.key for chip in bussen.room.foot.missing.chips()] == [SAME_NEED]
        assert not bussen.find("sign", Button).isEnabled()
        bussen.room.foot.missing.chips()[0].click()
        bussen.settle()
        now = QApplication.focusWidget()
        assert now is not None
        assert bussen.field("support.2.same_need_reason").isAncestorOf(now)
        bussen.put("support.2.same_need_reason", "Gruppen tager over")
        assert bussen.find("sign", Button).isEnabled()

    def test_the_whole_standard_is_read_when_asked_for(self, at: Answering) -> None:
        self.add(at)
        at.put("support.0.offer", INDIVIDUAL)
        more = next(b for b in at.left.findChildren(Button) if b.text() == "Læs hele standarden" and b.isVisible())
        more.click()
        assert any("vejen videre er aftalt fra starten" in said for said in words_of(at.left))

    def test_a_row_taken_away_is_gone(self, bussen: Answering) -> None:
        bussen.press("support.1.remove")
        assert [s.offer for s in bussen.file.support] == [INDIVIDUAL]
        assert not bussen.shown("support.1")


class TestQuestions:
    def test_from_doubt_to_answer(self, at: Answering) -> None:
        assert not at.shown("questions.add")
        at.pen(VAGN)
        at.press("questions.add")
        at.put("questions.0.text", "Kan rammen også bruges om lørdagen?")
        assert not at.shown("questions.0.answer")
        at.pen(BODIL)
        assert at.field("questions.0.text").read_only()
        at.put("questions.0.answer", "Ja.")
        question = at.file.questions[0]
        assert (question.text, question.answer) == ("Kan rammen også bruges om lørdagen?", "Ja.")
        at.pen(VAGN)
        assert at.field("questions.0.answer").read_only()
        assert at.field("questions.0.text").read_only()
        assert any("Bodil 10.41" in said for said in words_of(at.right))

    def test_seen_is_enough(self, at: Answering) -> None:
        at.table.add(VAGN, "question", text="Hvad med hunden?")
        at.settle()
        seen = at.field("questions.0.seen")
        seen.editor.click()  # type: ignore[attr-defined]
        assert at.file.questions[0].seen
        assert "svar på vejlederens spørgsmål" not in lacking(at.file)


class TestWhatElse:
    def test_a_next_step_with_no_day_says_what_it_lacks(self, at: Answering) -> None:
        def told() -> list[str]:
            row = at.find("next_steps.0", QWidget)
            return [w.text() for w in row.findChildren(Words) if w.isVisible() and w.text().startswith("Skriv også")]

        at.press("next_steps.add")
        at.put("next_steps.0.what", "Ringer")
        assert told() == ["Skriv også hvem og hvornår, så er det et næste skridt."]
        at.put("next_steps.0.who", "Vagn")
        assert told() == ["Skriv også hvornår, så er det et næste skridt."]
        at.put("next_steps.0.by", "30-11-2026")
        assert told() == []

    def test_next_steps_are_written_by_either(self, at: Answering) -> None:
        for number, hand in enumerate((VAGN, BODIL)):
            at.pen(hand)
            at.press("next_steps.add")
            at.put(f"next_steps.{number}.who", hand.name)
            at.put(f"next_steps.{number}.what", "Ringer")
            at.put(f"next_steps.{number}.by", "30-11-2026")
        assert [(s.who, s.by) for s in at.file.next_steps] == [
            ("Vagn Vejleder", date(2026, 11, 30)),
            ("Bodil Bestiller", date(2026, 11, 30)),
        ]

    def test_a_sign_is_the_goals_own(self, bussen: Answering) -> None:
        assert bussen.field("answer.signs.0").text() == "Har kørt alene til byen og hjem fire uger i træk"
        assert bussen.field("answer.signs.0").read_only()
        bussen.pen(VAGN)
        bussen.put("answer.signs.1", "Har været med ti gange")
        assert bussen.file.goals[1].done_when == "Har været med ti gange"

    def test_opposite_advices_both_stand_and_are_weighed(self, at: Answering) -> None:
        at.room.show_path("answer.handleplan")
        assert not at.shown("answer.weighing")
        for number, text in enumerate(("Giv støtte nu", "Vent med støtten")):
            at.press("advice.add")
            at.put(f"advice.{number}.adviser", f"Rådgiver {number}")
            at.put(f"advice.{number}.text", text)
        assert WEIGHING in lacking(at.file)
        at.room.sharing.lead_to(path_of_lack(WEIGHING, at.file))
        at.settle()
        weighing = at.field("answer.weighing")
        assert weighing.has_user_focus()
        assert weighing.visibleRegion().boundingRect().height() == weighing.height()  # what is told below it as well
        assert SEALED in words_of(at.field("answer.weighing"))
        at.put("answer.weighing", "Det haster mest")
        assert WEIGHING not in lacking(at.file)
        assert [a.text for a in at.file.advice] == ["Giv støtte nu", "Vent med støtten"]
        assert at.file.answer.weighing == "Det haster mest"
        at.pen(VAGN)
        assert at.field("answer.weighing").read_only()
        assert not at.field("advice.0.text").read_only()

    def test_how_advice_was_weighed_is_offered_to_the_citizens_text_and_never_put_there(self, at: Answering) -> None:
        """Promise 6: the weighing is internal, and may name others."""
        assert not at.shown("answer.considerations")  # not before there is an answer to weigh (promise 7)
        at.choose("answer.target_group", "ja")
        considerations = at.field("answer.considerations")
        assert WHAT_WEIGHED in words_of(considerations)
        at.room.show_path("answer.weighing")
        at.press("advice.add")
        at.put("advice.0.text", "Vent med støtten")
        assert OWED in words_of(considerations)
        at.put("answer.weighing", "Det haster mest, siger Annika")
        assert at.file.answer.considerations == ""
        assert "Det haster mest, siger Annika" in words_of(considerations)
        assert OFFERED in words_of(considerations)
        considerations.setFocus()
        key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        at.leave()
        assert at.file.answer.considerations == "Det haster mest, siger Annika"
        at.put("answer.considerations", "At det haster for dig")
        at.put("answer.weighing", "Noget nyt")
        assert at.file.answer.considerations == "At det haster for dig"
        assert not {OWED, OFFERED, "Noget nyt"} & set(words_of(considerations))
        at.pen(VAGN)
        assert considerations.read_only()

    def test_a_name_that_may_not_be_printed_is_pointed_out_where_the_letter_would_say_it(self, at: Answering) -> None:
        """Promise 6: reason, what weighed and facts stand word for word, so that whoever writes them is told."""
        at.table.add(VAGN, "network_person", who="Rasmus Berg", relation="bror")
        at.choose("answer.target_group", "nej")
        for path in ("answer.reason", "answer.considerations", "answer.facts"):
            at.put(path, "Rasmus kan ikke mere")
            assert NAMED in words_of(at.field(path))
            at.put(path, "Din bror kan ikke mere")
            assert NAMED not in words_of(at.field(path))
        at.put("answer.considerations", "")
        at.room.show_path("answer.weighing")
        at.press("advice.add")
        at.put("answer.weighing", "Rasmus Bergs råd vejer mest")
        assert NAMED in words_of(at.field("answer.considerations"))  # before it is used
        at.pen(VAGN)
        assert not {NAMED, OFFERED} & set(words_of(at.field("answer.considerations")))

    def test_before_a_signature_both_read_why_in_the_words_the_citizen_will_get(self, at: Answering) -> None:
        at.choose("answer.target_group", "nej")
        assert OWED in words_of(at.field("answer.considerations"))
        at.put("answer.reason", "Ikke socialt")
        said = said_of_grounds(at.file)
        assert said == ("Begrundelse: Ikke socialt", NOT_WEIGHED)
        at.put("answer.considerations", "At du klarer dig selv")
        assert said_of_grounds(at.file) == (
            "Begrundelse: Ikke socialt",
            "Det har vi lagt vægt på: At du klarer dig selv",
        )

    def test_a_complex_case_has_the_advisers_part_before_one(self, at: Answering) -> None:
        assert not at.shown("advice.add")
        at.table.type(BODIL, "case", at.table.case_id, "complex", "ja")
        at.context.session_changed.emit()
        at.settle()
        assert at.shown("advice.add")
        at.press("answer.more")  # folded away it stays away
        at.context.session_changed.emit()
        at.settle()
        assert not at.shown("advice.add")

    def test_handleplan_and_hearing_ask_why_when_they_are_answered(self, at: Answering) -> None:
        assert not at.shown("answer.handleplan")
        at.press("answer.more")
        assert not at.shown("answer.handleplan_why")
        at.choose("answer.handleplan", "nej")
        at.put("answer.handleplan_why", "Borgeren ønsker det ikke")
        at.choose("answer.hearing", "ja")
        assert TOLD in words_of(at.field("answer.hearing"))
        at.put("answer.hearing_note", "Om oplysningerne fra jobcentret")
        answer = at.file.answer
        assert (answer.handleplan, answer.handleplan_why) == ("nej", "Borgeren ønsker det ikke")
        assert (answer.hearing, answer.hearing_note) == ("ja", "Om oplysningerne fra jobcentret")

    @pytest.mark.parametrize("path", ["answer.weighing", "answer.hearing", "advice.add"])
    def test_a_path_in_the_fold_unfolds_it(self, at: Answering, path: str) -> None:
        at.room.show_path(path)
        assert at.shown("answer.handleplan")


class TestReadingBack:
    @pytest.mark.parametrize(("button", "words"), [("mine", "det er mine ord"), ("change", "ret det")])
    def test_the_plan_is_read_aloud_and_the_citizen_answers(self, bussen: Answering, button: str, words: str) -> None:
        bussen.press("read_aloud.open")
        said = "\n".join(words_of(bussen.find("read_aloud", QWidget)))
        assert "Jeg vil kunne ta bussen til byen selv" in said
        assert "INTERN" not in said
        bussen.press(f"read_aloud.{button}")
        assert bussen.file.story.read_back == words
        assert bussen.field("read_back").text() == words
        assert not bussen.shown("read_aloud")

    def test_escape_goes_back_without_an_answer(self, bussen: Answering) -> None:
        bussen.press("read_aloud.open")
        key(Qt.Key.Key_Escape)
        bussen.settle()
        assert not bussen.shown("read_aloud")
        assert bussen.file.story.read_back == ""

    def test_tab_stays_with_the_plan(self, bussen: Answering) -> None:
        bussen.press("read_aloud.open")
        inside = bussen.find("read_aloud", QWidget)
        for _ in range(6):
            key(Qt.Key.Key_Tab)
            now = QApplication.focusWidget()
            assert now is not None
            assert inside.isAncestorOf(now)

    def test_it_follows_the_record(self, bussen: Answering) -> None:
        bussen.press("read_aloud.open")
        bussen.table.single(VAGN, "story", "want", "Noget helt nyt")
        bussen.settle()
        assert any("Noget helt nyt" in said for said in words_of(bussen.find("read_aloud", QWidget)))

    @pytest.mark.skipif(sys.platform != "linux", reason="another platform's voice is another program")
    def test_where_the_machine_has_a_danish_voice_it_reads_the_plan(
        self, bussen: Answering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
    ) -> None:
        heard, program = tmp_path / "heard", tmp_path / "espeak-ng"
        listed = 'if [ "$1" = --voices=da ]; then echo " 5  da  --/M  Danish  gmq/da"; exit; fi'
        program.write_text(f"#!/bin/sh\n{listed}\ncat > '{heard}'\n", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        bussen.press("read_aloud.open")
        speak = bussen.find("read_aloud.speak", Button)
        qtbot.waitUntil(speak.isVisible)
        bussen.press("read_aloud.speak")
        qtbot.waitUntil(lambda: speak.text() == "Læs højt" and heard.exists())
        said = heard.read_text(encoding="utf-8")
        assert "Jeg vil kunne ta bussen til byen selv" in said
        assert "INTERN" not in said

    def test_the_choice_alone_is_enough_and_never_blocks(self, bussen: Answering) -> None:
        bussen.choose("read_back", "ret det")
        assert bussen.file.story.read_back == "ret det"
        assert bussen.find("sign", Button).isEnabled()
