# SPDX-License-Identifier: MPL-2.0
"""What a stranger met cut in half, cut short or out of place, above all at 200 per cent: each stands whole and in its line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QStringListModel, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.domain.roles import Role
from app.qt.theme import theme_of
from app.store.caseload import Sort
from app.views.parts.buttons import Button
from app.views.parts.fields import ChoiceField, Option, TextArea, TextField
from app.views.parts.notices import EmptyState, IconMark
from app.views.parts.pen_header import PenHeader, PenMark
from app.views.parts.side_panel import Scrolling, Sheet
from app.views.parts.table import CalmTable
from app.views.parts.words import Words
from app.views.room.goal_page import _arrange_action
from app.views.room.step import unlabelled
from app.views.sending.card import FILES, TERMS, SendingCard
from tests.views.shell_desk import Desk


@pytest.fixture
def large(qapp: QApplication) -> Iterator[None]:
    theme_of().apply(qapp, "dark", 200)
    yield
    theme_of().apply(qapp, "light", 100)


def place_in(widget: QWidget, around: QWidget) -> int:
    return widget.mapTo(around, QPoint(0, 0)).y()


# ── the day's page


def test_the_filters_stand_on_one_line_in_large_text_and_no_order_is_cut(desk: Desk, large: None) -> None:
    desk.context.pass_pen(Role.BESTILLER)
    cases = desk.window.today.cases
    desk.window.resize(1366, 768)
    for sort, down in ((None, False), (Sort.WALL, True)):
        cases._order_by(sort, down)
        desk.settle()
        pills = cases.pills.pills()
        assert len(pills) == 3
        assert len({place_in(pill, cases) for pill in pills}) == 1
        assert cases.order.width() >= cases.order.sizeHint().width()
        assert cases._count.height() < 2 * cases._count.fontMetrics().height()
        assert place_in(cases.order, cases) > place_in(pills[0], cases)
    theme_of().apply(QApplication.instance(), "light", 100)  # type: ignore[arg-type]
    desk.settle()
    assert cases.order.geometry().center().y() == pytest.approx(cases.search.geometry().center().y(), abs=2)


# ── the settings


def test_every_button_of_the_settings_is_whole_in_large_text(desk: Desk, large: None) -> None:
    desk.window.resize(1366, 768)
    desk.shortcut("settings")
    desk.settle()
    for button in desk.window._settings.findChildren(Button):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width(), button.text()


def test_a_long_line_on_paper_is_read_whole_where_it_is_written(desk: Desk) -> None:
    desk.context.pass_pen(Role.BESTILLER)
    desk.shortcut("settings")
    desk.settle()
    field = desk.find("municipality.data_protection")
    assert field.text().endswith("12 34 56 01")
    assert field.editor.document().firstBlock().layout().lineCount() == 2
    assert field.editor.height() == field.editor.heightForWidth(field.editor.width())
    assert field.editor.verticalScrollBar().maximum() == 0


# ── text that is read


def test_a_paragraph_sign_is_not_parted_from_its_number_where_one_reads(qtbot: QtBot) -> None:
    field = TextArea("Klagevejledning")
    qtbot.addWidget(field)
    field.set_text("Svaret efter serviceloven § 82 a kan ikke indbringes.")
    field.set_read_only(True)
    assert "§\u00a082\u00a0a kan" in field._reading.document().toRawText()
    assert field.text() == "Svaret efter serviceloven § 82 a kan ikke indbringes."
    field._reading.selectAll()
    field._reading.copy()
    assert "§ 82 a kan" in QApplication.clipboard().text()


def test_a_text_that_came_late_is_as_tall_as_it_is(qtbot: QtBot) -> None:
    """As tall at another width is not as tall: the layout had been told of one line."""
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    field = TextArea("Rådgiver", min_lines=1)
    field.set_read_only(True)
    column.addWidget(field)
    column.addStretch(1)
    reading = field._reading
    reading.resize(100, 30)
    reading.setPlaceholderText("ikke skrevet endnu")
    holder.resize(420, 400)
    holder.show()
    QApplication.processEvents()
    field.set_text("Kommunens databeskyttelsesrådgiver, Rundbordstorvet 1, telefon 12 34 56 01")
    qtbot.waitUntil(lambda: reading.height() == reading.heightForWidth(reading.width()))
    assert reading.document().firstBlock().layout().lineCount() == 2


# ── lists and columns


def test_what_one_chooses_among_is_read_whole(qtbot: QtBot) -> None:
    long = "Deltage i sociale fællesskaber og fritidsaktiviteter"
    field = ChoiceField("Tema", [Option("a", "Varetage økonomi"), Option("b", long)], type_ahead=True)
    qtbot.addWidget(field)
    field.resize(230, field.heightForWidth(230))
    field.show()
    box = field._box
    assert box is not None
    box.showPopup()
    view = box.view()
    short, tall = (view.visualRect(box.model().index(row, 0)).height() for row in (0, 1))
    box.hidePopup()
    assert tall >= short + box.fontMetrics().height() * 0.7
    assert view.horizontalScrollBar().maximum() == 0


def test_a_header_with_no_more_columns_goes_on_to_the_edge(qtbot: QtBot, large: None) -> None:
    """In the dark the corner right of the last column was a hole in the card."""
    table = CalmTable("Linjer")
    table.setModel(QStringListModel(["en"]))
    qtbot.addWidget(table)
    header = table.horizontalHeader()
    header.setStretchLastSection(False)
    header.resizeSection(0, 200)
    table.resize(600, 300)
    table.show()
    QApplication.processEvents()
    picture = header.grab().toImage()
    assert picture.pixelColor(560, 10) == QColor(theme_of().color("surface")) == picture.pixelColor(100, 2)


def test_a_hint_below_one_field_moves_no_field_beside_it(qtbot: QtBot) -> None:
    row = QWidget()
    qtbot.addWidget(row)
    owner = unlabelled(ChoiceField("Hvis opgave?", [Option("vejleder", "Vejleder")], type_ahead=True), "Opgave for")
    who, what, by = (unlabelled(TextField(name), name) for name in ("Hvem", "Gør hvad", "Senest"))
    _arrange_action(row, {"owner": owner, "who": who, "what": what, "by": by}, QWidget())
    row.resize(300, 200)
    row.show()
    who.set_proposal("Vagn Vejleder")
    qtbot.waitUntil(lambda: who.height() > who.editor.height() + 10)
    assert place_in(owner.editor, row) == place_in(who.editor, row)


# ── cards and sides


def test_the_card_to_other_systems_keeps_its_head_where_it_is(desk: Desk) -> None:
    case_id = desk.case("Sverre")
    desk.window.open_case(case_id, 5)
    desk.settle()
    card = SendingCard(desk.context, case_id, desk.window)
    desk.settle()
    places = []
    for part in (TERMS, FILES):
        next(pill for pill in card.parts.pills() if pill.key == part).click()
        desk.settle()
        places.append(place_in(card.parts, card))
    card.close_overlay()
    assert places[0] == places[1]


@pytest.mark.parametrize("room", range(200, 290, 15))
def test_nothing_is_cut_in_half_by_the_upper_edge_when_the_keyboard_comes(qtbot: QtBot, room: int) -> None:
    sheet = Sheet("side")
    column = QVBoxLayout(sheet)
    fields = []
    for number in range(8):
        column.addWidget(Words(f"Overskrift {number}", "label"))
        column.addWidget(Button(f"Knap {number}"))
        fields.append(TextField(f"Felt {number}"))
        column.addWidget(fields[-1])
    scrolling = Scrolling(sheet)
    qtbot.addWidget(scrolling)
    scrolling.resize(300, room)
    scrolling.show()
    scrolling.activateWindow()
    QApplication.processEvents()
    for field in fields[2:6]:
        field.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        edge = scrolling.verticalScrollBar().value()
        for told in (*sheet.findChildren(Words), *sheet.findChildren(Button)):
            top = place_in(told, sheet)
            assert not top < edge < top + told.height() - 1
        assert edge <= place_in(field, sheet)
        assert place_in(field, sheet) + field.height() <= edge + room


@pytest.mark.parametrize(("scale", "pictured"), [(100, True), (200, False)])
def test_in_large_text_an_empty_place_keeps_its_room_for_its_words(qtbot: QtBot, scale: int, pictured: bool) -> None:
    """In step 3 at 200 per cent only the lower edge of the picture was seen above the words."""
    theme_of().apply(QApplication.instance(), "light", scale)  # type: ignore[arg-type]
    empty = EmptyState("document", "Her står ikke noget", "Er der noget, I skal bygge videre på?", "Tilføj")
    qtbot.addWidget(empty)
    empty.show()
    (mark,) = empty.findChildren(IconMark)
    shown = mark.isVisible()
    theme_of().apply(QApplication.instance(), "light", 100)  # type: ignore[arg-type]
    assert shown is pictured


@pytest.mark.parametrize("room", range(150, 240, 5))
def test_the_mark_of_the_pen_is_whole_or_out_of_sight(qtbot: QtBot, room: int) -> None:
    """The name had gone above the edge, and half the round mark beside it was left."""
    sheet = Sheet("side")
    column = QVBoxLayout(sheet)
    header = PenHeader(Role.VEJLEDER)
    header.set_person("Vagn Vejleder", elsewhere=False, away=False)
    column.addWidget(header)
    button = Button("Tilføj næste skridt")
    for part in (Words("Spørgsmål til udkastet", "label"), Button("Stil et spørgsmål"), button, TextField("Felt")):
        column.addWidget(part)
    scrolling = Scrolling(sheet)
    qtbot.addWidget(scrolling)
    scrolling.resize(300, room)
    scrolling.show()
    scrolling.activateWindow()
    QApplication.processEvents()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    edge = scrolling.verticalScrollBar().value()
    for told in (*header.findChildren(Words), *header.findChildren(PenMark)):
        top = place_in(told, sheet)
        assert not told.isVisible() or not top < edge < top + told.height() - 1


def test_where_one_had_scrolled_to_is_come_back_to_with_nothing_cut(qtbot: QtBot) -> None:
    sheet = Sheet("side")
    column = QVBoxLayout(sheet)
    heading, field = Words("Giv borgeren papirerne", "label"), TextField("Felt")
    for part in (heading, field, *(TextField(f"Felt {number}") for number in range(8))):
        column.addWidget(part)
    scrolling = Scrolling(sheet)
    qtbot.addWidget(scrolling)
    scrolling.resize(300, 260)
    scrolling.show()
    scrolling.activateWindow()
    field.setFocus()
    QApplication.processEvents()
    scrolling.verticalScrollBar().setValue(place_in(heading, sheet) + heading.height() // 2)
    scrolling.show_cursor()
    assert scrolling.verticalScrollBar().value() <= place_in(heading, sheet)
