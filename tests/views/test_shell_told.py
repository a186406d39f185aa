# SPDX-License-Identifier: MPL-2.0
"""What the window tells in passing and asks with: over nothing anybody writes in, under what covers it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QDir, QPoint, QRect, QStandardPaths, Qt, QTimer
from PySide6.QtWidgets import QApplication, QTreeView

from app.domain.roles import Role
from app.qt.look import read_look
from app.qt.theme import theme_of
from app.store.replica import DAMAGED
from app.views.shell.asks import WindowAsks
from app.views.shell.file_dialog import FileDialog
from tests.views.shell_desk import Desk


def test_what_is_told_stops_nobody(desk: Desk) -> None:
    front = QApplication.focusWidget()
    desk.context.asks.tell("Disken er fuld.")
    desk.settle()
    assert desk.window.asks.line.text() == "Disken er fuld."
    assert QApplication.focusWidget() is front
    desk.press("notice.close")
    assert desk.window.asks.line.text() == ""


def test_what_is_told_moves_nothing_and_covers_no_button_of_the_foot(desk: Desk) -> None:
    """It pushed the page 57 points down and up again: one hit the next row, or the lock where its own cross had been."""
    desk.window.open_case(desk.case("Sverre"))
    desk.settle()
    room, line = desk.window.room, desk.window.asks.line
    desk.until(lambda: room.number)
    desk.settle()
    before = {w: w.mapTo(desk.window, QPoint(0, 0)) for w in (room.header, room.table, room.foot)}
    desk.context.asks.tell("Disken er fuld.")
    desk.settle()
    assert line.isVisible()
    assert {w: w.mapTo(desk.window, QPoint(0, 0)) for w in before} == before
    foot = QRect(room.foot.mapTo(desk.window, QPoint(0, 0)), room.foot.size())
    assert not foot.intersects(line.geometry())
    assert desk.window.rect().contains(line.geometry())
    desk.window.resize(900, 600)
    desk.settle()
    assert desk.window.rect().contains(line.geometry())


@pytest.mark.parametrize("scale", [100, 200])
def test_what_is_told_lies_over_the_paper_and_over_no_field_of_a_side(desk: Desk, scale: int) -> None:
    """At 200 per cent it lay over the lower part of the side one was writing on."""
    theme_of().apply(QApplication.instance(), "light", scale)  # type: ignore[arg-type]
    desk.window.resize(1366, 768)
    desk.window.open_case(desk.case("Sverre"))
    desk.until(lambda: desk.window.room.number)
    desk.settle()
    table, line = desk.window.room.table, desk.window.asks.line
    desk.context.asks.tell(
        "Svaret er sendt videre til afgørelse. Det kan tages tilbage, så længe ingen har svaret på det."
    )
    for role in (Role.BESTILLER, Role.VEJLEDER):
        table.open_side(role)  # at 200 per cent the paper moves
        desk.settle()
        middle = QRect(table.middle.mapTo(desk.window, QPoint(0, 0)), table.middle.size())
        assert middle.contains(line.geometry())
    desk.window.go_home()
    desk.settle()
    desk.context.asks.tell("Disken er fuld.")
    assert desk.window.rect().contains(line.geometry())
    theme_of().apply(QApplication.instance(), "light", 100)  # type: ignore[arg-type]


def test_what_is_told_is_seen_where_the_page_is_as_large_as_the_window(desk: Desk) -> None:
    """In earnest there is no ribbon of practice above a room, and the line was laid under it: nothing told there was seen."""
    desk.window.ribbon.hide()
    desk.window.open_case(desk.case("Sverre"))
    desk.settle()
    desk.until(lambda: desk.window.room.number)
    desk.settle()
    assert desk.window.pages.size() == desk.window.size()
    desk.context.asks.tell("Disken er fuld.")
    desk.settle()
    assert not desk.window.asks.line.visibleRegion().isEmpty()


def test_the_lock_covers_what_is_told(desk: Desk) -> None:
    desk.window.lock()
    desk.context.asks.tell("Pia er spurgt.")
    desk.settle()
    line = desk.window.asks.line
    middle = line.geometry().center()
    over = desk.window.childAt(middle)
    assert over is not None
    assert over is not line
    assert not line.isAncestorOf(over)


@pytest.mark.parametrize(("answer", "expected"), [("confirm.yes", True), ("confirm.no", False), ("", False)])
def test_a_question_has_a_safe_answer(desk: Desk, answer: str, expected: bool) -> None:
    def reply() -> None:
        assert QApplication.focusWidget() is desk.find("confirm.no")
        if answer:
            desk.find(answer).click()
        else:
            desk.key(Qt.Key.Key_Escape)

    QTimer.singleShot(0, reply)
    assert desk.window.asks.confirm("Fjern mål?", "Det kan fortrydes.", "Fjern", "Behold") is expected


@pytest.mark.parametrize(("key", "expected"), [(Qt.Key.Key_Return, True), (Qt.Key.Key_Escape, False)])
def test_an_offer_is_taken_by_enter_and_left_by_escape(desk: Desk, key: Qt.Key, expected: bool) -> None:
    """With no printer, Enter was "Nej tak" to the PDF one needed."""

    def reply() -> None:
        assert QApplication.focusWidget() is desk.find("confirm.yes")
        desk.key(key)

    QTimer.singleShot(0, reply)
    assert desk.window.asks.offer("Ingen printer", "Vil du gemme?", "Gem som PDF", "Nej tak") is expected


def test_the_window_answers_as_screens_expect(desk: Desk) -> None:
    assert isinstance(desk.context.asks, WindowAsks)


def answering(desk: Desk, asked: Callable[[], str], answer: str) -> tuple[str, str]:
    """Ask for a file, and choose `answer` in the dialog ("" is none): where it began, with which file named."""
    seen: list[str] = []

    def reply() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, FileDialog)
        named = dialog.selectedFiles()
        seen.extend((dialog.directory().absolutePath(), Path(named[0]).name if named else ""))
        if not answer:
            dialog.reject()
            return
        dialog.selectFile(answer)
        dialog.accept()

    QTimer.singleShot(0, reply)
    assert Path(asked()) == Path(answer)
    desk.settle()
    return seen[0], seen[1]


def test_a_file_is_saved_and_fetched_where_the_last_one_was(desk: Desk, tmp_path: Path) -> None:
    """At first among one's own documents; a folder that is gone is forgotten; kept for the next start."""
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "sendt.csv").touch()
    own = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    asks = desk.window.asks

    def save(name: str, answer: str = "") -> tuple[str, str]:
        return answering(desk, lambda: asks.save_file("Gem", name, "PDF (*.pdf)"), answer)

    def fetch(answer: str = "") -> tuple[str, str]:
        return answering(desk, lambda: asks.open_file("Hent", "CSV (*.csv)"), answer)

    assert save("a.pdf") == (QDir.homePath(), "a.pdf"), (
        "with no folder for documents at home, and not wherever the program was begun"
    )
    Path(own).mkdir()
    assert save("plan.pdf", str(stick / "plan.pdf")) == (own, "plan.pdf")
    assert fetch(str(stick / "sendt.csv"))[0] == stick.as_posix()
    desk.program._keep_look()
    assert read_look(desk.program.folder / "window.json").folder == stick.as_posix()
    (stick / "sendt.csv").unlink()
    stick.rmdir()
    assert save("svar.pdf") == (own, "svar.pdf")


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_the_file_dialog_qt_draws_has_room_for_its_words(desk: Desk, scale: int) -> None:
    """In large text its columns and places were cut to a letter or two, in a dialog of the size small text needs."""
    theme_of().apply(QApplication.instance(), "light", scale)  # type: ignore[arg-type]
    cut: list[str] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, FileDialog)
        files = dialog.findChild(QTreeView)
        header = files.header()
        QApplication.processEvents()
        wide = [header.sectionSize(place) for place in range(header.count()) if not header.isSectionHidden(place)]
        cut.extend(["columns"] if sum(wide) > files.viewport().width() else [])
        cut.extend(str(place) for place, size in enumerate(wide) if size < header.sectionSizeHint(place))
        screen = dialog.screen().availableSize()
        cut.extend(["screen"] if dialog.width() > screen.width() or dialog.height() > screen.height() else [])
        dialog.reject()

    QTimer.singleShot(0, look)
    desk.window.asks.open_file("Vælg jobcentrets fil", "Filer fra jobcentret (*.csv *.txt)")
    assert cut == []


def test_a_damaged_file_while_in_use_comes_on_a_page_of_its_own(desk: Desk) -> None:
    desk.window.open_case(desk.case("Sverre"))
    desk.settle()
    desk.context.asks.tell(DAMAGED)
    desk.settle()
    assert desk.page() is desk.window.start
    assert desk.window.start.text() == DAMAGED
    assert desk.window.room is None
    desk.press("start.retry")
    desk.until(lambda: desk.program.ready)
    desk.settle()
    assert desk.page() is desk.window.room or desk.page() is desk.window.today
