# SPDX-License-Identifier: MPL-2.0
"""Where one's own line stands while another writes in the same case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget

from app.models.ids import singleton_id
from app.views.room.room import Room
from tests.views.room_table import BODIL, VAGN, Table, field, type_in

LONG = "Jeg gider ikke sidde derhjemme mere, og det er bussen, der er det værste. " * 4


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    laid.new_case()
    yield laid
    laid.close()


def stands(room: Room, widget: QWidget) -> int:
    return widget.mapTo(room.table, QPoint(0, 0)).y()


def another_writes(table: Table, kind: str, record_id: str, **values: str) -> None:
    table.write(BODIL, kind, record_id, **values)
    table.context.session_changed.emit()  # read again, as when something has come
    table.settle()


@pytest.mark.parametrize("size", [(1366, 768), (683, 728)])
def test_the_line_one_writes_in_stays_while_anothers_words_above_it_grow(table: Table, size: tuple[int, int]) -> None:
    """Each line of "Hvad tænker du selv?" from the other desk moved "Hvad vil du?" one down under the hand."""
    table.pen(VAGN)
    room = table.open(size=size)
    room.go(2)
    table.settle()
    mine, story = field(room, "wishes.want"), singleton_id(table.case_id, "story")
    mine.setFocus()
    type_in(mine, "Tage bussen")
    table.settle(pause=True)
    at = stands(room, mine.editor)
    for words in (LONG, LONG + LONG, LONG):
        another_writes(table, "story", story, think=words)
        assert field(room, "wishes.think").text() == words
        assert stands(room, mine.editor) == at, words
        assert mine.has_user_focus()
    type_in(mine, " selv")
    table.settle(pause=True)
    assert mine.text() == "Tage bussen selv"


def test_the_room_that_was_lent_is_given_back_once_nothing_rests_on_it(table: Table) -> None:
    table.pen(VAGN)
    room = table.open()
    room.go(2)
    table.settle()
    mine = field(room, "wishes.want")
    mine.setFocus()
    another_writes(table, "story", singleton_id(table.case_id, "story"), think=LONG)
    sheet = room.table.center.widget()  # type: ignore[attr-defined]
    assert sheet.minimumHeight() > 0
    room.table.center.verticalScrollBar().setValue(0)  # type: ignore[attr-defined]
    field(room, "wishes.think").setFocus()
    table.settle()
    assert sheet.minimumHeight() == 0
