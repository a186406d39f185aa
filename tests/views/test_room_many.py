# SPDX-License-Identifier: MPL-2.0
"""Much at once on the screen: a pen that changes hands in a room with many fields, and many things shown in one turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views.parts.appearing import appear
from app.views.parts.field import Field
from tests.patience import until
from tests.views.room_table import BODIL, VAGN, Table


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


def test_the_pen_is_heard_of_where_one_looks_and_out_of_sight_before_anybody_comes_there(
    table: Table, cases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.play(cases / "moede-1-bussen.json")
    room = table.open()
    for number in (5, 4, 2):
        room.go(number)
        table.settle()
    changed: list[Field] = []
    turn = Field.set_read_only

    def turning(one: Field, read_only: bool) -> None:
        if read_only != one.read_only():
            changed.append(one)
        turn(one, read_only)

    monkeypatch.setattr(Field, "set_read_only", turning)
    table.context.pass_pen(BODIL.role if table.context.pen == VAGN else VAGN.role)
    assert changed
    assert all(one.isVisible() for one in changed)
    assert any(one.behind for one in room.findChildren(Field))
    room.go(4)
    assert not [one for one in room.findChildren(Field) if one.isVisible() and one.behind]
    until(lambda: not [one for one in room.findChildren(Field) if one.behind], QApplication.processEvents)
    table.settle()


class Column(QVBoxLayout):
    """Counts how often it lays out what is in it."""

    laid = 0

    def setGeometry(self, area: QRect) -> None:
        self.laid += 1
        super().setGeometry(area)


def test_what_several_things_lie_in_is_laid_out_once(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    column = Column(page)
    labels = [QLabel(str(n), page) for n in range(10)]
    for label in labels:
        column.addWidget(label)
        label.hide()
    page.resize(300, 400)
    page.show()
    QApplication.processEvents()
    column.laid = 0
    for _ in range(2):  # shown already, it is laid out no more for that
        for label in labels:
            appear(label)
    assert all(label.isVisible() for label in labels)
    assert column.laid == 0
    QApplication.processEvents()
    assert column.laid == 1
    assert len({label.y() for label in labels}) == 10
    appear(labels[0], False)
    assert labels[0].isHidden()
