# SPDX-License-Identifier: MPL-2.0
"""What the vejleder does within the frame, and the wish for what lies outside it, on the screen for both pens (C5)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.roles import Role
from app.models.kinds import RevisitRequest
from app.qt.theme import theme_of
from app.services import decide
from app.services.revisits import Stage, stage_of
from app.store.unit_of_work import new_id
from app.views.parts.buttons import Button
from app.views.room.offer_field import OfferField
from app.views.room.paths import path_of_talk, step_of
from app.views.room.sign import said_of_wishes
from app.views.room.within_frame import ASKED_BY_CITIZEN, NO_FRAME, STAGES
from tests.services.table import PASSWORD
from tests.views.answer_table import BODIL, VAGN, Answering, words_of
from tests.views.shell_desk import Desk

GROUP = "Gruppe: ud ad døren"


@pytest.fixture
def at(tmp_path: Path, qtbot: QtBot, cases: Path) -> Iterator[Answering]:
    made = Answering(tmp_path, cases / "moede-1-bussen.json")
    yield made
    made.close()


@pytest.fixture
def signed(at: Answering) -> Answering:
    decide.sign(at.table.desk, BODIL, at.table.case_id, PASSWORD)
    at.settle()
    at.pen(VAGN)
    return at


def test_nothing_of_it_is_shown_before_there_is_a_support(tmp_path: Path, qtbot: QtBot) -> None:
    made = Answering(tmp_path)
    for hand in (BODIL, VAGN):
        made.pen(hand)
        assert not made.step.intensities.isVisible()
        assert not made.step.revisits.isVisible()
    made.close()


def test_the_vejleder_writes_it_with_the_frame_below_and_the_bestiller_reads_it(at: Answering) -> None:
    assert not at.shown("intensity.0.text")  # the bestiller's pen, and nothing is written
    at.pen(VAGN)
    assert at.step.intensities.count() == 1  # the other is open to all, and has no frame
    assert at.field("intensity.0.text").label.text() == "Så meget lige nu"
    assert "Ramme: Støtte til at komme ud" in " ".join(words_of(at.right))
    at.put("intensity.0.text", "To besøg om ugen")
    assert at.file.intensity_of(at.file.support[0].id).text == "To besøg om ugen"
    at.pen(BODIL)
    read = at.field("intensity.0.text")
    assert read.read_only()
    assert read.text() == "To besøg om ugen"
    assert any("Vagn 10.41" in said for said in words_of(at.right))


def test_raised_after_the_signature_it_is_no_draft(signed: Answering) -> None:
    signed.put("intensity.0.text", "Fire besøg om ugen")
    assert not decide.has_moved_on(signed.file)
    assert signed.step.note.text().startswith("Svaret er givet")


def test_of_several_each_says_which_it_is_of_and_keeps_its_place(at: Answering) -> None:
    second = at.table.add(BODIL, "support", paragraph="82a", offer=GROUP, frame="Hver torsdag")
    at.settle()
    at.pen(VAGN)
    assert at.field("intensity.1.text").label.text() == f"Så meget lige nu ({GROUP})"
    at.put("intensity.1.text", "Hver anden torsdag")
    at.pen(BODIL)
    assert not at.shown("intensity.0.text")
    assert at.field("intensity.1.text").text() == at.file.intensity_of(second).text == "Hver anden torsdag"


def test_a_support_with_no_frame_says_so(at: Answering) -> None:
    at.table.type(BODIL, "support", at.file.support[0].id, "frame", "")
    at.settle()
    at.pen(VAGN)
    assert NO_FRAME in " ".join(words_of(at.right))


def test_the_vejleder_adds_no_support_and_wishes_for_one(signed: Answering) -> None:
    assert not signed.shown("support.add")
    before = signed.file.support
    signed.press("revisits.add")
    offer = signed.field("revisits.0.offer")
    assert isinstance(offer, OfferField)
    assert offer.has_user_focus()
    assert GROUP in offer._names.stringList()
    signed.put("revisits.0.offer", GROUP)
    signed.put("revisits.0.why", "Hun er meget alene i weekenden")
    assert stage_of(signed.file.revisit_requests[0], signed.file) is Stage.WAITS
    assert signed.file.support == before
    assert STAGES[Stage.WAITS] in words_of(signed.right)
    assert not signed.shown("revisits.0.take")
    assert not signed.shown("revisits.0.answer")


def test_the_bestiller_takes_it_along_as_a_draft_of_their_own(signed: Answering) -> None:
    signed.table.add(VAGN, "revisit_request", offer=GROUP, why="Hun er meget alene")
    signed.settle()
    signed.pen(BODIL)
    assert signed.field("revisits.0.offer").read_only()
    assert not signed.shown("revisits.add")
    assert ASKED_BY_CITIZEN in " ".join(words_of(signed.right))
    assert GROUP in said_of_wishes(signed.file)
    signed.press("revisits.0.take")
    row = signed.file.support[-1]
    assert (row.offer, row.paragraph) == (GROUP, "82a")
    assert signed.field(f"support.{len(signed.file.support) - 1}.start").has_user_focus()
    assert STAGES[Stage.DRAFTED] in words_of(signed.right)
    assert not signed.shown("revisits.0.take")
    assert not signed.shown("revisits.0.answer")
    assert said_of_wishes(signed.file) == ""
    assert signed.step.note.text().startswith("Udkast til ny afgørelse")


def test_a_no_stands_with_its_reason_and_hand_and_the_wish_as_it_was_asked(signed: Answering) -> None:
    signed.table.add(VAGN, "revisit_request", offer=GROUP, why="Hun er meget alene")
    signed.settle()
    signed.pen(BODIL)
    signed.put("revisits.0.answer", "Rammen rækker til det")
    assert not signed.shown("revisits.0.take")
    assert STAGES[Stage.REFUSED] in words_of(signed.right)
    signed.pen(VAGN)
    for name in ("offer", "why", "answer"):
        assert signed.field(f"revisits.0.{name}").read_only()
    assert signed.field("revisits.0.answer").text() == "Rammen rækker til det"
    assert any("Bodil 10.41" in said for said in words_of(signed.right))


def test_the_signature_is_asked_for_with_a_quiet_pointer(signed: Answering) -> None:
    signed.table.add(VAGN, "revisit_request", offer=GROUP)
    signed.table.single(BODIL, "answer", "reason", "Fordi det går godt")
    signed.settle()
    signed.pen(BODIL)
    signed.press("sign")
    assert "Vejlederens ønske om revisitation venter på dig" in " ".join(words_of(signed.room))


def test_a_talk_on_either_leads_to_its_field(signed: Answering) -> None:
    from app.models.casefile import Talk
    from app.models.kinds import intensity_id

    file = signed.file
    wished = signed.table.add(VAGN, "revisit_request", offer=GROUP)
    now = intensity_id(signed.table.case_id, file.support[0].id)
    paths = [
        path_of_talk(Talk("intensity", now, ("text",), "x", ()), signed.file),
        path_of_talk(Talk("revisit_request", wished, ("why",), "x", ()), signed.file),
    ]
    assert paths == ["intensity.0.text", "revisits.0.why"]
    assert [step_of(path) for path in paths] == [5, 5]
    for path in paths:
        assert signed.shown(path)


def test_keys_go_from_the_button_to_the_wish_and_on(signed: Answering) -> None:
    signed.find("revisits.add", Button).setFocus()
    signed.press("revisits.add")
    now = QApplication.focusWidget()
    assert now is not None
    assert signed.field("revisits.0.offer").isAncestorOf(now)


def test_a_wish_told_on_the_day_is_led_to_where_it_stands(desk: Desk) -> None:
    """In large text its side was folded away, and the step it stands at showed nothing of it."""
    theme_of().apply(QApplication.instance(), scale=200)
    case_id, vejleder = desk.case("Sverre"), desk.hand(Role.VEJLEDER)
    wishes = [RevisitRequest(id=new_id(), case_id=case_id, offer=offer) for offer in ("Ledsager", "Værested")]
    with desk.context.desk.step(vejleder, case_id, "Ønsk revisitation") as work:
        for one in wishes:
            work.create(one)
    desk.settle()
    desk.window.today.open_record.emit(case_id, "revisit_request", wishes[1].id, "offer")
    desk.settle()
    field = desk.find("revisits.1.offer")
    assert field.text() == "Værested"
    assert field.isAncestorOf(QApplication.focusWidget())
    assert not field.visibleRegion().isEmpty()
