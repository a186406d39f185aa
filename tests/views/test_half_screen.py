# SPDX-License-Identifier: MPL-2.0
"""Two windows beside each other on the smallest screen: what stands side by side on a whole one stands below each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.views.parts.marks import RadioOption
from tests.views.room_table import VAGN, Table, field


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


@pytest.mark.parametrize(("width", "beside"), [(683, False), (1366, True)])
def test_what_was_tried_is_read_whole(table: Table, cases: Path, width: int, beside: bool) -> None:
    """ "Kontaktperson" and "Bed om status" lay beyond the edge, and the answers were broken to "Lykkede-s"."""
    table.play(cases / "moede-1-bussen.json")
    table.pen(VAGN)
    room = table.open(size=(width, 728))
    room.go(3)
    table.settle()
    sheet = room.table.center
    assert sheet.card.width() <= sheet.viewport().width()  # type: ignore[attr-defined]
    sender, contact = field(room, "referral.from"), field(room, "referral.contact")
    assert (sender.y() == contact.y()) is beside
    options = [one for one in sheet.findChildren(RadioOption) if one.isVisible()]
    assert options
    assert all(one.width() >= one.sizeHint().width() for one in options)


@pytest.mark.parametrize("width", [683, 1366])
def test_a_referral_with_no_status_offers_to_ask_in_sight(table: Table, width: int) -> None:
    table.new_case()
    table.add(VAGN, "referral", sender="Jobcenter Nord")
    table.pen(VAGN)
    room = table.open(size=(width, 728))
    room.go(3)
    table.settle()
    sheet, button = room.table.center, room.table.widget_at("referral.want_status")
    assert button is not None
    assert button.width() >= button.sizeHint().width()
    right = button.mapTo(sheet, button.rect().topRight()).x()
    assert right <= sheet.viewport().width()  # type: ignore[attr-defined]
