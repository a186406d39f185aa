# SPDX-License-Identifier: MPL-2.0
"""What is pasted into a field of the room: what no database holds is left out, and what is too long is told of there at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from app.domain.writing import LONGEST, TOO_LONG
from app.models.kinds import singleton_id
from app.views.room.room import Room
from tests.views.room_table import Table, field


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


def paste(table: Table, room: Room, path: str, text: str) -> None:
    """Put a text on the clipboard and into an empty field."""
    found = field(room, path)
    edit = found.findChild(QPlainTextEdit)
    assert edit is not None
    edit.setFocus()
    QApplication.clipboard().setText(text)
    edit.selectAll()
    edit.paste()
    table.settle(pause=True)


def begun(table: Table) -> Room:
    table.new_case("Nancy Ann Berggren")
    room = table.open()
    room.go(2)
    return room


def test_a_paste_with_what_no_database_holds_is_kept_without_it(table: Table) -> None:
    room = begun(table)
    paste(table, room, "wishes.think", "Hun vil\0 gerne \ud800 ud 😀")
    assert table.file().story.think == "Hun vil gerne  ud 😀"
    assert field(room, "wishes.think").error() is None


def test_a_paste_too_long_to_share_is_told_of_at_its_field_and_nothing_of_it_is_lost(table: Table) -> None:
    room = begun(table)
    pasted = "ord " * (LONGEST // 4 + 1)
    paste(table, room, "wishes.think", pasted)
    assert field(room, "wishes.think").error() == TOO_LONG
    kept = table.file().drafts[singleton_id(table.case_id, "story"), "think"]
    assert kept.text == pasted
    room.close_room()
    again = table.open()
    again.go(2)
    table.settle()
    assert field(again, "wishes.think").error() == TOO_LONG
    paste(table, again, "wishes.think", "Kort")
    assert field(again, "wishes.think").error() is None
    assert table.file().story.think == "Kort"
