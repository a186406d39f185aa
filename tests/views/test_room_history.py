# SPDX-License-Identifier: MPL-2.0
"""What has happened on a case, who has looked at it, and its papers as they were given, on the history's card (C6)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app.models.kinds import Paper, singleton_id
from app.store import queries
from app.store.unit_of_work import new_id
from app.views.room.history import GivenPaper, HistoryCard
from app.views.room.room import Room
from tests.views.room_table import BODIL, Table, button, click, press


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


@pytest.fixture
def room(table: Table) -> Room:
    table.new_case("Nancy Ann Berggren", source="gaden")
    return table.open()


def test_the_history_is_read_on_a_card_and_closed_with_escape(table: Table, room: Room) -> None:
    table.write(BODIL, "plan", singleton_id(table.case_id, "plan"), purpose="Kommer rundt")
    room.go(1)
    button(room, "history.open").setFocus()
    click(table, room, "history.open")
    card = room.window().findChild(QWidget, "history")
    told = [label.text() for label in card.findChildren(QLabel)]
    assert "Formål: Kommer rundt" in told
    assert next(text for text in told if text.startswith("Bodil")).startswith("Bodil, bestiller · ")
    assert button(room, "history.close").hasFocus()
    press(card, Qt.Key.Key_Escape)
    table.settle()
    assert button(room, "history.open").hasFocus()
    assert room.window().findChild(QWidget, "history") is None


def test_who_has_looked_at_the_case_and_the_papers_as_they_were_given_are_in_the_history(
    table: Table, room: Room
) -> None:
    pdf = io.BytesIO()
    pages = pikepdf.Pdf.new()
    pages.add_blank_page(page_size=(595, 842))
    pages.save(pdf)
    paper = Paper(
        id=new_id(), case_id=table.case_id, type="svar", version=1, hash="0", made_at="2026-11-26T10:00:00+01:00"
    )
    table.pen(BODIL)
    with table.desk.step(BODIL, table.case_id, "Giv svaret") as work:
        work.issue(paper, pdf.getvalue())
    room.go(1)
    click(table, room, "history.open")
    card = room.window().findChild(HistoryCard)
    assert card is not None
    for button_ in card.parts.findChildren(QAbstractButton):
        if button_.text() == "Opslag i sagen":
            button_.click()
    table.settle()
    told = [label.text() for label in card.findChildren(QLabel)]
    assert any(text.endswith("åbnede sagen") for text in told)
    assert not any(text.startswith("Formål") for text in told if text)
    for button_ in card.parts.findChildren(QAbstractButton):
        if button_.text() == "Papirer":
            button_.click()
    table.settle()
    click(table, room, "history.paper.0")
    given = room.window().findChild(GivenPaper)
    assert given is not None
    assert len(given.view.pages()) == 1
    press(given, Qt.Key.Key_Escape)
    table.settle()
    assert room.window().findChild(GivenPaper) is None
    assert card.isVisible()
    about = [line.about for line in queries.access_lines(table.replica, table.case_id) if line.action == "papir åbnet"]
    assert about == [paper.id]
    press(card, Qt.Key.Key_Escape)
    table.settle()
