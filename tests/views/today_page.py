# SPDX-License-Identifier: MPL-2.0
"""Ways to look at today's page and to use it, for its tests."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from app.views.today.cases import Col
from app.views.today.page import TodayPage
from tests.views.front import NOW, Front, press, write

TODAY = NOW.date()


def names(page: TodayPage) -> list[str]:
    model = page.cases.model
    return [model.row(n).name for n in range(model.rowCount())]


def cell(page: TodayPage, place: int, column: Col, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
    return page.cases.model.index(place, column).data(role)


def search(front: Front, page: TodayPage, text: str) -> None:
    field = page.cases.search
    field.line.selectAll()
    if text:
        write(field.line, text)
    else:
        press(field.line, Qt.Key.Key_Delete)
    front.until(lambda: page.cases._asked.text == text)


def show_all(front: Front, page: TodayPage) -> None:
    page.cases.pills.pills()[-1].click()
    front.until(lambda: not page.cases._asked.worker)
