# SPDX-License-Identifier: MPL-2.0
"""What is turned to the citizen holds only what is the citizen's (promise 6, row A8): secrets are planted everywhere else.

Every internal field of every kind gets a text found nowhere else; then every word the screen and all in it can show, say or
hold ready is read. A field declared tomorrow is planted in by itself.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile, Draft, SignedDecision, Written
from app.models.choices import Owner, Paragraph, TargetGroup
from app.models.fields import FieldInfo, fields_of
from app.models.kinds import (
    KINDS,
    NAME_OF,
    Action,
    Decision,
    FollowUp,
    Goal,
    Identifier,
    Meeting,
    NetworkPerson,
    NextStep,
    Participant,
    Record,
    Support,
)
from app.qt.theme import theme_of
from app.services.decide import sign
from app.views.parts.notices import IconMark
from app.views.room.citizen_content import citizen_content
from app.views.room.sheet import paper_of
from app.views.room.turn import CitizenView, _Answer
from tests.services.table import PASSWORD, TODAY
from tests.views.answer_table import BODIL, Answering, words_of

SECRET = "hemmelig"
DAY = date(1931, 7, 19)
"""A day nobody would write; it would be told as "19. juli"."""
NUMBER = 9
HIDDEN = "Skjulte Karl"


def secret(kind: str, name: str) -> str:
    return f"{SECRET}-{kind}-{name}"


def planted(kind: str, cls: type[Record], **said: object) -> Record:
    """A record whose every internal field is a secret; `said` is what the citizen may see, and the links."""
    values = {name: _secret_value(kind, info) for name, info in fields_of(cls).items() if not info.audience.for_citizen}
    return cls(**{"id": secret(kind, "id"), "case_id": secret(kind, "case"), **values, **said})


def _secret_value(kind: str, info: FieldInfo) -> object:
    if info.name in ("removed", "print", "whole_person_print"):
        return False
    return {str: secret(kind, info.name), int: NUMBER, bool: True, date: DAY}[info.type]


def everything(*, signed: bool = False) -> CaseFile:
    """A case with something in everything, secret wherever it is not the citizen's."""
    plain = {kind: planted(kind, cls) for kind, cls in KINDS.items()}
    citizen = dataclasses.replace(
        plain["citizen"], name="Magnus Lauridsen", address=secret("citizen", "address"), protected=True
    )
    goal_id, meeting_id = secret("goal", "id"), secret("meeting", "id")
    ids = {"goal_id": goal_id}
    case = CaseFile(
        case=plain["case"],
        citizen=citizen,
        story=planted(
            "story",
            KINDS["story"],
            want=f"Jeg vil bo på {secret('citizen', 'address')}",
            whole_person=secret("story", "whole"),
        ),
        plan=planted("plan", KINDS["plan"], purpose="Kommer ud"),
        answer=planted("answer", KINDS["answer"], target_group=TargetGroup.YES.value, reason="", facts=""),
        notes=plain["notes"],
        identifiers=(planted("identifier", Identifier, value=""),),
        referrals=(plain["referral"],),
        tried=(plain["tried"],),
        meetings=(planted("meeting", Meeting, id=meeting_id, date=TODAY, place="Vores Netværk"),),
        participants=(
            planted("participant", Participant, meeting_id=meeting_id, name="Vagn Vejleder", role="vejleder"),
        ),
        consents=(plain["consent"],),
        network=(
            planted("network_person", NetworkPerson, who=HIDDEN, relation=secret("network_person", "relation")),
            planted("network_person", NetworkPerson, id="n2", who="Rasmus", relation="bror", print=True),
        ),
        goals=(planted("goal", Goal, id=goal_id, words="Tage bussen", goal="Kan køre", now_citizen=2, hoped=7),),
        milestones=(planted("milestone", KINDS["milestone"], text="Et stop", **ids),),
        actions=(
            planted("action", Action, owner=Owner.NETWORK.value, who=HIDDEN, what=f"Kører med {HIDDEN}", **ids),
            planted("action", Action, id="a2", owner=Owner.CITIZEN.value, who="Magnus", what="Går", by=TODAY, **ids),
        ),
        support=(
            planted(
                "support",
                Support,
                paragraph=Paragraph.P82B.value,
                offer="Støtte",
                start=date(2026, 11, 30),
                end=date(2027, 5, 29),
            ),
        ),
        intensities=(plain["intensity"],),
        questions=(plain["question"],),
        revisit_requests=(plain["revisit_request"],),
        advice=(plain["advice"],),
        advice_requests=(plain["advice_request"],),
        duties=plain["duties"],
        coordinators=(plain["coordinator"],),
        bridges=(planted("bridge", KINDS["bridge"], text=f"Værkstedet hos {HIDDEN}"),),
        next_steps=(planted("next_step", NextStep, who=HIDDEN, what="Ringer", by=TODAY),),
        follow_ups=(planted("follow_up", FollowUp, date=date(2027, 1, 14)),),
        tasks=(plain["task"],),
        papers=(plain["paper"],),
        sent=(plain["sent"],),
        ffb_groups=(plain["ffb_group"],),
        hands={
            (goal_id, "words"): Written(Hand(secret("hand", "id"), secret("hand", "name"), Role.VEJLEDER), NOW, "c")
        },
        drafts={
            (goal_id, "hoped"): Draft("goal", goal_id, "hoped", secret("draft", "text"), secret("draft", "because"))
        },
    )
    return dataclasses.replace(case, decisions=(tampered(),)) if signed else case


NOW = datetime(2026, 11, 26, 10, 41, tzinfo=UTC)


def tampered() -> SignedDecision:
    """A decision whose seal does not hold: nothing of it is the citizen's answer."""
    decision = planted(
        "decision",
        Decision,
        content=f'"{secret("decision", "content")}"',
        hash=secret("decision", "hash"),
        target_group="ja",
    )
    assert isinstance(decision, Decision)
    return SignedDecision(decision, authentic=False)


FORBIDDEN = (SECRET, "Skjulte", "Karl", "19. juli", "1931", "INTERN")


def found_in(said: list[str]) -> list[str]:
    return [line for line in said for word in FORBIDDEN if word.casefold() in line.casefold()]


@pytest.fixture
def view(tmp_path: Path, qtbot: QtBot) -> Iterator[CitizenView]:
    at = Answering(tmp_path)
    made = CitizenView(at.context, at.table.case_id)
    made.resize(1366, 768)
    made.show()
    yield made
    made.turn_back()
    made.deleteLater()
    at.close()


def test_every_kind_and_every_internal_text_is_planted() -> None:
    """The watch watches: each internal text of each kind of a case is in the file that is turned."""
    file = everything(signed=True)
    held = repr(file)
    offices = {"offer", "municipality", "competence"}  # these belong to no case
    beside = {"same_citizen", "informed"}  # and these are no part of its file
    wanted = [
        secret(kind, info.name)
        for kind, cls in KINDS.items()
        if kind not in offices | beside
        for info in fields_of(cls).values()
        if not info.audience.for_citizen and info.type is str and not info.name.endswith("_id")
    ]
    assert len(wanted) > 30
    assert [text for text in wanted if text not in held] == []
    assert {NAME_OF[type(r)] for f in dataclasses.fields(file) for r in _records(getattr(file, f.name))} >= (
        KINDS.keys() - offices - beside - {"decision"}
    )


def _records(value: object) -> list[Record]:
    several = value if isinstance(value, tuple) else (value,)
    return [one for one in several if isinstance(one, Record)]


@pytest.mark.parametrize("signed", [False, True])
def test_no_secret_is_in_what_is_the_citizens(signed: bool) -> None:
    content = citizen_content(everything(signed=signed), TODAY)
    # A goal's id is what its scale is written by; it is never shown, and the screen below is read for it.
    told = dataclasses.replace(content, goals=tuple(dataclasses.replace(g, id="") for g in content.goals))
    assert found_in([repr(told)]) == []
    assert found_in([repr(paper_of(everything(signed=signed), TODAY))]) == []


@pytest.mark.parametrize("signed", [False, True])
def test_no_secret_is_anywhere_on_the_turned_screen(view: CitizenView, signed: bool) -> None:
    view.refresh(everything(signed=signed))
    said = words_of(view)
    assert found_in(said) == []
    assert found_in([view.windowTitle(), view.windowFilePath(), view.windowIconText(), view.windowRole()]) == []


def test_nor_while_the_hope_is_open_or_the_staff_are_asked_for(view: CitizenView) -> None:
    view.refresh(everything())
    for part in view._page._parts.values():
        part.ask_hope.click()
    view._staff.ask()
    assert found_in(words_of(view)) == []


def pictured(view: CitizenView, state: str) -> QImage:
    """What a person sees of `everything`, every pixel of the whole page, with the screen in that state."""
    view.refresh(CaseFile(**blank()) if state == "tomt" else everything(signed=state == "signeret"))
    for part in view._page._parts.values():
        if part.hoped.isHidden() is (state == "håb"):
            part.ask_hope.click()
    QApplication.processEvents()
    if state == "personalet":
        view._staff.ask()
        QApplication.processEvents()
        return view.grab().toImage()
    return view._page.grab().toImage()


def blank() -> dict[str, Record]:
    """A case on which only what is not the citizen's has been written."""
    return {kind: planted(kind, KINDS[kind]) for kind in ("case", "citizen", "story", "plan", "answer", "notes")}


@pytest.mark.parametrize(
    ("state", "scheme"),
    [(state, "light") for state in ("udkast", "signeret", "håb", "personalet", "tomt")] + [("udkast", "dark")],
)
def test_no_pixel_knows_what_is_not_the_citizens(
    view: CitizenView, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, state: str, scheme: str
) -> None:
    """However everything internal is changed, the picture is the same to the last pixel."""
    theme_of().apply(qapp, scheme, 100)
    before = pictured(view, state)
    view._staff.close_overlay()
    here = sys.modules[__name__]
    monkeypatch.setattr(here, "SECRET", "noget helt andet og meget længere")
    monkeypatch.setattr(here, "DAY", date(2026, 12, 24))
    monkeypatch.setattr(here, "NUMBER", 3)
    monkeypatch.setattr(here, "HIDDEN", "En anden, der heller ikke skal nævnes")
    after = pictured(view, state)
    assert before.size() == after.size()
    assert before == after
    assert len({before.pixel(x, y) for x in range(0, before.width(), 7) for y in range(0, before.height(), 5)}) > 3


def test_a_pixel_that_knew_would_be_seen(view: CitizenView, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch watches: what is the citizen's changes the picture."""
    before = pictured(view, "udkast")
    file = everything()
    view.refresh(dataclasses.replace(file, plan=dataclasses.replace(file.plan, purpose="Kommer ud")))
    same = view._page.grab().toImage()
    goal = dataclasses.replace(file.goals[0], words="Tage tog")
    view.refresh(dataclasses.replace(file, goals=(goal,)))
    assert before == same
    assert before != view._page.grab().toImage()


def test_what_is_the_citizens_is_there(view: CitizenView) -> None:
    view.refresh(everything())
    said = view.plain_text()
    for own in (
        "»Jeg vil bo på din adresse«",
        "Tage bussen",
        "Dit netværk: Kører med en fra dit netværk",
        "Du: Går, 26. november",
        "Hvor er du i dag? 2 af 10",
        "Dit håb: 7 af 10",
        "29. maj 2027",
        "14. januar",
        "Nu sker der dette",
        "En fra dit netværk: Ringer, 26. november",
    ):
        assert own in said


def test_a_draft_of_an_answer_is_no_answer(view: CitizenView) -> None:
    view.refresh(everything())
    assert "målgruppen" not in view.plain_text()


def test_a_broken_seal_is_no_answer(view: CitizenView) -> None:
    view.refresh(everything(signed=True))
    assert "målgruppen" not in view.plain_text()


def test_a_signed_answer_is_told_and_the_notes_are_not(tmp_path: Path, qtbot: QtBot, cases: Path) -> None:
    at = Answering(tmp_path, cases / "moede-1-bussen.json")
    sign(at.table.desk, BODIL, at.table.case_id, PASSWORD)
    view = CitizenView(at.context, at.table.case_id)
    view.refresh(at.file)
    assert "Ja, du er i målgruppen for støtte." in view.plain_text()
    assert "Rasmus: Kører med om lørdagen" in view.plain_text()
    assert found_in(words_of(view)) == []
    assert not any("Naboen" in said for said in words_of(view))
    view.deleteLater()
    at.close()


@pytest.mark.parametrize("answer", ["ja", "nej"])
def test_the_tick_beside_the_answer_is_a_yes_ones_alone(answer: str, tmp_path: Path, qtbot: QtBot, cases: Path) -> None:
    """A green tick stood beside "Nej, du er ikke i målgruppen for støtte."."""
    at = Answering(tmp_path, cases / "moede-1-bussen.json")
    at.table.single(BODIL, "answer", "target_group", answer)
    sign(at.table.desk, BODIL, at.table.case_id, PASSWORD)
    view = CitizenView(at.context, at.table.case_id)
    view.refresh(at.file)
    assert "i målgruppen for støtte." in view.plain_text()
    (mark,) = (one for one in view.findChildren(IconMark) if isinstance(one.parentWidget(), _Answer))
    assert mark.isHidden() == (answer != "ja")
    view.deleteLater()
    at.close()
