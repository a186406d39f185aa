# SPDX-License-Identifier: MPL-2.0
"""A question and its answer in step five: the words stand in one column with whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.qt.theme import theme_of
from app.views.parts.growing import GrowingText
from app.views.parts.words import Words
from tests.views.answer_table import BODIL, VAGN, Answering


@pytest.fixture
def at(tmp_path: Path, qtbot: QtBot, cases: Path) -> Iterator[Answering]:
    made = Answering(tmp_path, cases / "moede-1-bussen.json")
    yield made
    made.close()


@pytest.mark.parametrize("scale", [100, 200])
def test_the_words_stand_above_the_name_of_who_wrote_them(at: Answering, qapp: QApplication, scale: int) -> None:
    theme_of().apply(qapp, "light", scale)
    for reader, name in ((BODIL, "text"), (VAGN, "answer")):
        at.pen(reader)
        at.room.show_path("questions.0.text")
        at.settle()
        field = at.field(f"questions.0.{name}")
        (words,) = [one for one in field.findChildren(GrowingText) if one.isReadOnly()]
        (below,) = [one for one in field.findChildren(Words) if one.isVisible()]
        first = words.viewport().mapTo(field, QPoint(words.cursorRect().left(), 0)).x()
        assert first == below.mapTo(field, QPoint(0, 0)).x()
        assert field.rect().contains(words.geometry().adjusted(-theme_of().px(5), 0, theme_of().px(5), 0)), "the ring"
