# SPDX-License-Identifier: MPL-2.0
"""A job centre's file on the screen: chosen, taken in, and told of line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.qt.theme import theme_of
from app.services.referral_file import MAX_BYTES, RefusedLine
from app.store import listing
from app.views.referral_import.page import ImportPage, RefusedModel, read_bytes
from tests.views.front import Front, press


@pytest.fixture
def front(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    made = Front(qtbot, tmp_path)
    yield made
    made.close()


@pytest.fixture
def sent(cases: Path) -> Path:
    return cases / "henvisninger-jobcenter.csv"


def take(front: Front, page: ImportPage, path: Path) -> None:
    front.asks.file = str(path)
    page.choose()
    front.settle()


def test_the_summary_is_in_plain_words(front: Front, sent: Path) -> None:
    page = front.show(ImportPage(front.context))
    take(front, page, sent)
    told = [figure.accessibleName() for figure in (page.taken, page.known, page.refused)]
    assert told == ["6 taget ind", "1 kendte vi i forvejen", "4 kunne ikke bruges"]
    assert "11 henvisninger" in page._says.text()
    assert "Én henvisning siger ikke, hvad der er prøvet" in page._says.text()
    assert listing.count_cases(front.replica) == 6


def test_a_date_that_has_not_come_is_told_beside_the_figures(front: Front, sent: Path, tmp_path: Path) -> None:
    later = tmp_path / "senere.csv"
    later.write_bytes(sent.read_bytes().replace(b"17-11-2026", b"17-11-2031"))
    page = front.show(ImportPage(front.context))
    take(front, page, later)
    assert page.taken.accessibleName() == "6 taget ind"
    assert "Linje 13 har henvist dato 17. november 2031, som ikke er kommet endnu" in page._says.text()


def test_each_refused_line_says_where_and_why(front: Front, sent: Path) -> None:
    page = front.show(ImportPage(front.context))
    take(front, page, sent)
    rows = [[page.model.index(r, c).data() for c in range(3)] for r in range(page.model.rowCount())]
    assert [row[:2] for row in rows] == [
        ["8", "CPR-nr"],
        ["9", "Henvist dato"],
        ["10", "Resultat 1"],
        ["11", "CPR-nr"],
    ]
    assert all(row[2].endswith(".") for row in rows)
    assert page.table.hasFocus()


@pytest.mark.parametrize("scale", [100, 200])
def test_a_reason_is_read_whole_and_nobody_scrolls_sideways(front: Front, sent: Path, scale: int) -> None:
    """In large text the reasons ran past the edge, and one scrolled to and fro for each."""
    theme_of().apply(QApplication.instance(), "light", scale)  # type: ignore[arg-type]
    page = front.show(ImportPage(front.context))
    page.resize(1366, 700)
    take(front, page, sent)
    front.settle()
    table = page.table
    assert table.horizontalScrollBar().maximum() == 0
    room = QRectF(0, 0, table.columnWidth(2) - 2 * theme_of().px(12), 10_000)
    metrics, flags = theme_of().metrics("body"), int(Qt.TextFlag.TextWordWrap)
    tall = [metrics.boundingRect(room, flags, reason).height() for reason in page.model.reasons()]
    assert max(tall) < table.rowHeight(0)
    theme_of().apply(QApplication.instance(), "light", 100)  # type: ignore[arg-type]


def test_the_list_can_be_copied_into_a_letter(front: Front, sent: Path) -> None:
    page = front.show(ImportPage(front.context))
    take(front, page, sent)
    page.copy.click()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "Linje\tKolonne\tHvorfor ikke"
    assert len(lines) == 5
    assert lines[1].startswith("8\tCPR-nr\t")


def test_the_same_file_again_is_all_known(front: Front, sent: Path) -> None:
    page = front.show(ImportPage(front.context))
    take(front, page, sent)
    take(front, page, sent)
    assert page.taken.accessibleName() == "0 taget ind"
    assert page.known.accessibleName() == "7 kendte vi i forvejen"


def test_a_file_with_nothing_wrong_shows_no_list(front: Front, sent: Path, tmp_path: Path) -> None:
    good = tmp_path / "god.csv"
    good.write_bytes(b"\r\n".join(sent.read_bytes().splitlines()[:2]))
    page = front.show(ImportPage(front.context))
    take(front, page, good)
    assert not page.table.isVisible()
    assert not page.copy.isVisible()
    assert page.another.hasFocus()


def test_a_file_that_is_no_such_file_gets_one_sentence_and_can_be_chosen_anew(
    front: Front, sent: Path, repository: Path
) -> None:
    page = front.show(ImportPage(front.context))
    take(front, page, repository / "LICENSE")
    assert page._told.isVisible()
    assert page._told.text().endswith("Der er ikke ændret noget.")
    assert listing.count_cases(front.replica) == 0
    take(front, page, sent)
    assert not page._told.isVisible()
    assert page.taken.isVisible()


def test_a_file_that_is_gone_is_said(front: Front, tmp_path: Path) -> None:
    page = front.show(ImportPage(front.context))
    take(front, page, tmp_path / "væk.csv")
    assert "væk.csv kan ikke læses" in page._told.text()


def test_no_file_chosen_is_nothing_done(front: Front) -> None:
    page = front.show(ImportPage(front.context))
    page._begin.button.click()
    front.settle()
    assert front.asks.asked == ["Vælg jobcentrets fil"]
    assert not page._told.isVisible()


def test_a_file_far_too_big_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "stor.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES * 3)
    assert len(read_bytes(str(path))) == MAX_BYTES + 1


@pytest.mark.parametrize("way", ["button", "escape"])
def test_one_goes_back(front: Front, way: str) -> None:
    page = front.show(ImportPage(front.context))
    with front.qtbot.waitSignal(page.done):
        if way == "button":
            page.back.click()
        else:
            press(page, Qt.Key.Key_Escape)


def test_the_model_keeps_qts_rules(qtbot: QtBot, qtmodeltester: Any) -> None:
    model = RefusedModel()
    model.show_lines(tuple(RefusedLine(n, "CPR-nr", "Fordi.") for n in range(3)))
    qtmodeltester.check(model)


@pytest.mark.parametrize("scale", [100, 200])
def test_everything_is_within_reach_on_a_small_screen(front: Front, sent: Path, scale: int) -> None:
    page = front.show(ImportPage(front.context))
    take(front, page, sent)
    theme_of().apply(QApplication.instance(), "dark", scale)  # type: ignore[arg-type]
    page.resize(1366, 700)
    front.settle()
    assert page.width() == 1366
    widgets: tuple[QWidget, ...] = (page.back, page.copy, page.another, page.table, page.taken, page.refused)
    for widget in widgets:
        assert 0 < widget.mapTo(page, QPoint(widget.width(), 0)).x() <= page.width()
        assert widget.accessibleName()
