# SPDX-License-Identifier: MPL-2.0
"""The paper in the middle holds the citizen's own and nothing else (promises 5 and 6)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.models.casefile import CaseFile
from app.models.fields import fields_of
from app.models.kinds import Record
from app.views.parts.paper_view import PaperContent, PaperView
from app.views.room.sheet import paper_of
from tests.views.room_table import TODAY, VAGN, Table, field, type_in


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


def internal_words(file: CaseFile) -> set[str]:
    """Every text of some length that stands in an internal field, or of somebody not to be named."""
    records: list[Record] = [file.case, file.citizen, file.story, file.plan, file.answer, file.notes]
    for many in (file.referrals, file.tried, file.consents, file.goals, file.support, file.questions, file.tasks):
        records += many
    found = set()
    for record in records:
        for name, info in fields_of(type(record)).items():
            value = getattr(record, name)
            if not info.audience.for_citizen and isinstance(value, str) and len(value) > 6 and "-" not in value[:9]:
                found.add(value)
    found |= {p.who for p in file.network if not p.print}
    return found


def read(content: PaperContent) -> str:
    view = PaperView()
    view.set_content(content)
    said = view.plain_text()
    view.deleteLater()
    return said


@pytest.mark.parametrize(
    "script", ["moede-1-bussen.json", "moede-2-ind-fra-gaden.json", "moede-3-ikke-svar-i-dag.json"]
)
def test_the_paper_holds_nothing_internal(table: Table, cases: Path, script: str) -> None:
    table.play(cases / script)
    file = table.file()
    hidden = internal_words(file)
    assert hidden
    for in_hand in ("", *(g.id for g in file.goals)):
        said = read(paper_of(file, TODAY, in_hand))
        assert not {words for words in hidden if words in said}
        assert "INTERN" not in said


def test_the_citizens_words_open_the_paper_and_stand_as_typed(table: Table, cases: Path) -> None:
    table.play(cases / "moede-1-bussen.json")
    content = paper_of(table.file(), TODAY)
    assert content.quotes[0] == "Jeg vil kunne ta bussen til byen selv, uden min bror"
    assert content.goals[0].words == "Tage bussen selv"
    assert content.goals[0].line == "Kan køre med bus 318 til byen alene en gang om ugen"
    assert not content.goals[0].milestones


def test_the_goal_in_hand_shows_its_way_there(table: Table, cases: Path) -> None:
    table.play(cases / "moede-1-bussen.json")
    file = table.file()
    content = paper_of(file, TODAY, file.goals[0].id)
    assert len(content.goals[0].milestones) == 4
    assert content.goals[0].known_when
    assert not content.goals[1].milestones


def test_the_paper_follows_what_is_written(table: Table) -> None:
    table.new_case("Nancy Ann Berggren")
    room = table.open()
    room.go(4)
    table.settle()
    table.add(VAGN, "goal", words="Tage bussen selv")
    table.settle()
    assert "»Tage bussen selv«" in room.table.paper.plain_text()
    type_in(field(room, "goals.0.goal"), "Kan køre alene")
    table.settle(pause=True)
    assert "Kan køre alene" in room.table.paper.plain_text()


def test_what_the_citizen_is_good_at_stands_on_the_paper_between_the_sides() -> None:
    view = PaperView()
    view.set_content(PaperContent(quotes=("Jeg vil ud",), resources="God til at reparere cykler"))
    lines = view.plain_text().splitlines()
    assert lines[lines.index("Det er jeg god til") + 1] == "God til at reparere cykler"
    view.set_content(PaperContent(quotes=("Jeg vil ud",)))
    assert "Det er jeg god til" not in view.plain_text()
