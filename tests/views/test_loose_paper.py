# SPDX-License-Identifier: MPL-2.0
"""Papers of no case: the citizens' catalogue and the blank meeting sheet, seen, printed and saved where they are looked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services import catalogue
from app.views.catalogue.page import CataloguePage
from app.views.new_citizen.page import NewCitizenPage
from app.views.parts.buttons import Button
from app.views.shell.loose_paper import NO_PRINTER, LoosePaper
from tests.views.front import BODIL, VAGN, Front, press


@pytest.fixture
def front(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    made = Front(qtbot, tmp_path, (BODIL, VAGN))
    yield made
    made.close()


@pytest.fixture
def card(front: Front, request: pytest.FixtureRequest) -> LoosePaper[object]:
    """The paper over the page it is opened from."""
    catalogue.load_defaults(front.desk, BODIL)
    if request.param == "catalogue":
        page, name = front.show(CataloguePage(front.context)), "catalogue.paper"
    else:
        page, name = front.show(NewCitizenPage(front.context)), "new_citizen.sheet"
    button = page.findChild(Button, name)
    assert button is not None
    button.click()
    front.settle()
    found = page.window().findChild(LoosePaper)
    assert found is not None
    return found


BOTH = pytest.mark.parametrize("card", ["catalogue", "sheet"], indirect=True)


@BOTH
def test_it_is_seen_as_it_will_be_printed_in_both_sizes(card: LoosePaper[object], front: Front) -> None:
    words = card.view.scrolling.accessibleDescription()
    assert ("Det kan vi tilbyde" in words) or ("Det første møde" in words)
    ordinary = len(card.view.pages())
    card.large.check.click()
    front.settle()
    assert len(card.view.pages()) > ordinary


@BOTH
def test_it_is_saved_as_it_is_seen(card: LoosePaper[object], front: Front, tmp_path: Path) -> None:
    target = tmp_path / "papir"
    front.asks.save = str(target)
    card.save_button.click()
    front.settle()
    assert len(pdfium.PdfDocument(target.with_suffix(".pdf").read_bytes())) == len(card.view.pages())


@BOTH
def test_with_no_printer_it_says_so(card: LoosePaper[object], front: Front) -> None:
    card.has_printer = lambda: False
    card.print_button.click()
    front.settle()
    assert front.asks.told == [NO_PRINTER]


@pytest.mark.parametrize("card", ["catalogue"], indirect=True)
def test_escape_closes_it(card: LoosePaper[object], front: Front) -> None:
    closed: list[bool] = []
    card.closed.connect(lambda: closed.append(True))
    press(card, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert closed == [True]
