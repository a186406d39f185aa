# SPDX-License-Identifier: MPL-2.0
"""Printing: the pages reach the printer as they are, and a machine with none is no dead end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.domain.errors import EnvironmentProblem
from app.papers.kinds import PaperKind
from app.views.room import printing
from app.views.room.papers import PRINTED_NOT_NOTED
from tests.views.paper_table import SignedTable, click

PLAN, LETTER = PaperKind.PLAN, PaperKind.LETTER


@pytest.fixture
def table(tmp_path: Path, cases: Path, qtbot) -> Iterator[SignedTable]:
    laid = SignedTable(tmp_path)
    (script,) = cases.glob("moede-1-*.json")
    laid.play(script)
    yield laid
    laid.close()


# ------------------------------------------------------------------------------------------------------------ printing


def to_file(path: Path) -> QPrinter:
    printer = printing.new_printer("Min plan")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setResolution(150)
    return printer


def test_both_papers_are_printed_as_they_are_and_recorded(table: SignedTable) -> None:
    table.sign()
    step = table.step()
    target = table.folder / "printed.pdf"
    names: list[str] = []

    def chosen(_parent: QWidget | None, name: str) -> QPrinter:
        names.append(name)
        return to_file(target)

    step.has_printer = lambda: True
    step.choose_printer = chosen
    primary = step.primary(table.file())
    assert primary is not None
    assert (primary.words, primary.name) == ("Print plan og svar", "papers.print")
    primary.act()
    table.settle()
    assert names == ["Min plan og Svar"]
    assert {(paper.type, paper.draft) for paper in table.papers()} == {("plan", False), ("svar", False)}
    assert step.primary(table.file()) is None
    printed = pdfium.PdfDocument(target.read_bytes())
    ours = [pdfium.PdfDocument(step.made[kind].pdf) for kind in (PaperKind.PLAN, PaperKind.LETTER)]
    assert len(printed) == sum(len(one) for one in ours)
    assert [round(side) for side in printed[0].get_size()] == [595, 842]
    plan, letter = picture(ours[0][0]), picture(ours[1][0])
    assert apart(picture(printed[0]), plan) < apart(letter, plan) / 5
    assert apart(picture(printed[len(ours[0])]), letter) < apart(letter, plan) / 5


def picture(page) -> QImage:
    """A small grey picture; drawn large first, for PDFium shrinks pictures roughly."""
    bitmap = page.render(scale=150 / 72, grayscale=True)
    grey = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_Grayscale8)
    return grey.scaled(60, 85, mode=Qt.TransformationMode.SmoothTransformation)


def apart(one: QImage, other: QImage) -> float:
    """How far apart two small pictures are: the mean difference of their greys."""
    places = [(x, y) for x in range(one.width()) for y in range(one.height())]
    return sum(abs(one.pixelColor(*at).lightness() - other.pixelColor(*at).lightness()) for at in places) / len(places)


def test_printed_on_both_sides_each_paper_has_a_sheet_of_its_own(table: SignedTable) -> None:
    step = table.step()
    one = step.made[LETTER].pdf
    pages = len(pdfium.PdfDocument(one))
    target = table.folder / "both.pdf"
    printer = to_file(target)
    printer.setDuplex(QPrinter.DuplexMode.DuplexLongSide)
    printing.print_pdfs(printer, [one, one])
    assert len(pdfium.PdfDocument(target.read_bytes())) == 2 * pages + pages % 2


def test_paper_of_another_size_makes_the_page_smaller_and_cuts_nothing(table: SignedTable) -> None:
    from PySide6.QtGui import QPageSize

    step = table.step()
    target = table.folder / "a5.pdf"
    printer = to_file(target)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    printing.print_pdfs(printer, [step.made[PLAN].pdf])
    page = pdfium.PdfDocument(target.read_bytes())[0]
    assert [round(side) for side in page.get_size()] == [420, 595]
    plan, letter = (picture(pdfium.PdfDocument(step.made[kind].pdf)[0]) for kind in (PaperKind.PLAN, PaperKind.LETTER))
    assert apart(picture(page), plan) < apart(letter, plan) / 5


def test_no_printer_says_so_and_offers_a_pdf(table: SignedTable) -> None:
    step = table.step()
    target = table.folder / "plan.pdf"
    table.asks.paths = [str(target)]
    click(step, "papers.plan.print")
    table.settle()
    assert table.asks.asked[0] == "Der er ingen printer på denne computer. Vil du gemme planen som PDF i stedet?"
    assert target.exists()
    assert len(table.papers()) == 1


def test_no_printer_for_both_papers_asks_where_for_each(table: SignedTable) -> None:
    table.sign()
    step = table.step()
    table.asks.paths = [str(table.folder / "plan.pdf"), str(table.folder / "svar.pdf")]
    step.print_papers((PLAN, LETTER))
    table.settle()
    table.settle()
    assert {paper.type for paper in table.papers()} == {"plan", "svar"}


def test_no_printer_and_no_pdf_records_nothing(table: SignedTable) -> None:
    step = table.step()
    table.asks.yes = False
    click(step, "papers.svar.print")
    table.settle()
    assert table.papers() == ()


def test_a_printer_that_says_no(table: SignedTable, monkeypatch: pytest.MonkeyPatch) -> None:
    step = table.step()
    step.has_printer = lambda: True
    step.choose_printer = lambda _parent, _name: to_file(table.folder / "borte" / "plan.pdf")
    monkeypatch.setattr("app.views.room.printing.QPainter.begin", lambda *_: False)
    click(step, "papers.plan.print")
    table.settle()
    assert table.asks.told == [printing.NO_ANSWER]
    assert table.papers() == ()


def test_printed_but_not_noted_is_told(table: SignedTable, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise EnvironmentProblem("Disken er fuld.")

    step = table.step()
    step.has_printer = lambda: True
    step.choose_printer = lambda _parent, _name: to_file(table.folder / "plan.pdf")
    monkeypatch.setattr("app.views.room.papers.issue", full)
    click(step, "papers.plan.print")
    table.settle()
    assert table.asks.told == [PRINTED_NOT_NOTED]


@pytest.mark.parametrize("accepted", [True, False])
def test_the_systems_dialog_gives_a_printer_or_none(qtbot, tmp_path: Path, accepted: bool) -> None:
    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QPrintDialog)
        dialog.printer().setOutputFileName(str(tmp_path / "papir.pdf"))
        dialog.done(QDialog.DialogCode.Accepted if accepted else QDialog.DialogCode.Rejected)

    QTimer.singleShot(0, answer)
    printer = printing.choose_printer(None, "Min plan")
    assert (printer is not None) is accepted
    if printer is not None:
        assert printer.fullPage()
        assert printer.docName() == "Min plan"


def test_closing_the_print_dialog_prints_nothing(table: SignedTable) -> None:
    step = table.step()
    step.has_printer = lambda: True
    step.choose_printer = lambda _parent, _name: None
    click(step, "papers.plan.print")
    table.settle()
    assert table.papers() == ()


def test_half_a_paper_a_killed_save_left_behind_is_taken_away_by_a_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lay hidden beside the paper for good, with the citizen's words."""

    def killed(_handle: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(printing.os, "fsync", killed)
        dying.setattr(Path, "unlink", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            printing.save_pdf(tmp_path / "Min plan.pdf", b"%PDF half")
    (half,) = tmp_path.iterdir()
    printing.save_pdf(tmp_path / "Min plan.pdf", b"%PDF whole")
    assert half.exists(), "it may be on its way just now"
    os.utime(half, (half.stat().st_atime, half.stat().st_mtime - 7200))
    printing.save_pdf(tmp_path / "Min plan.pdf", b"%PDF whole")
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"%PDF whole"]


def test_two_papers_saved_to_one_place_at_the_same_moment_are_each_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One program began over the other's half, and took it for its own."""
    to, written = tmp_path / "Min plan.pdf", printing.os.fsync
    first, second = b"%PDF " + b"1" * 90_000, b"%PDF " + b"2" * 10_000

    def meanwhile(handle: int) -> None:
        monkeypatch.setattr(printing.os, "fsync", written)
        printing.save_pdf(to, second)
        assert to.read_bytes() == second
        written(handle)

    monkeypatch.setattr(printing.os, "fsync", meanwhile)
    printing.save_pdf(to, first)
    assert to.read_bytes() == first
    assert list(tmp_path.iterdir()) == [to]
