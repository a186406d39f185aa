# SPDX-License-Identifier: MPL-2.0
"""The paper step: what is seen is what is printed, what has left the room is recorded, and nothing else is."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.errors import EnvironmentProblem
from app.domain.roles import Role
from app.models.kinds import Paper, singleton_id
from app.papers.content import PaperKind
from app.qt.lanes import Door, Lane
from app.qt.theme import theme_of
from app.services import cases, decide, settings
from app.services.desk import Desk
from app.store import queries
from app.store.replica import Replica
from app.views.context import Context
from app.views.parts.buttons import Button
from app.views.parts.pdf_view import PageSheet, draw_pages
from app.views.room import printing
from app.views.room.papers import BROKEN, DRAFT, MOVED_ON, NOT_NOTED, PAUSE_MS, PRINTED_NOT_NOTED, PapersStep
from app.views.room.side import in_reading_order
from tests.services.table import PASSWORD, root, seat
from tests.views import room_table
from tests.views.room_table import BODIL, VAGN, Said, press, type_in

PLAN, LETTER = PaperKind.PLAN, PaperKind.LETTER


class Answering(Said):
    """Answers where to save with `path`, and yes or no to questions."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []
        self.asked: list[str] = []
        self.yes = True

    def confirm(self, title: str, message: str, yes: str, no: str) -> bool:
        self.asked.append(message)
        return self.yes

    def save_file(self, title: str, name: str, pattern: str) -> str:
        self.asked.append(name)
        return self.paths.pop(0) if self.paths else ""


class SignedTable(room_table.Table):
    """A table whose bestiller the municipality vouches for, with a step of papers and no room around it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = datetime(2026, 11, 26, 10, 42, tzinfo=room_table.ZONE)
        self.replica = Replica.open(folder / "replica.db", bytes(32), root().public_key, create=True)
        for hand in (BODIL, VAGN):
            seat(self.replica, hand)
        self.desk = Desk(self.replica, lambda: self.now)
        settings.load_municipality(self.desk, BODIL, "Øvelse Kommune")
        self.asks = Answering()
        self.said = self.asks
        door = Door()
        self.lanes = (Lane("database", door), Lane("work", door))
        self.context = Context(self.desk, *self.lanes, door, self.asks)
        for person in (BODIL, VAGN):
            self.context.sign_in(person)
        self.case_id = ""
        self.rooms = []
        self.holders: list[QWidget] = []

    def on_lane(self, work):
        """Do `work` where the replica lives, and wait for it."""
        found: list[object] = []
        self.context.run(work, found.append)
        self.settle()
        return found[0] if found else None

    def sign(self) -> None:
        self.on_lane(lambda: decide.sign(self.desk, BODIL, self.case_id, PASSWORD))

    def step(self, *, shown: bool = True) -> PapersStep:
        """The step on the screen, fed with the case after each change as a room does."""
        step = PapersStep(self.context, self.case_id)
        step.has_printer = lambda: False
        holder = QWidget()
        holder.resize(1300, 700)
        for part, x, wide in ((step.left, 0, 300), (step.center, 300, 700), (step.right, 1000, 300)):
            assert part is not None
            part.setParent(holder)
            part.setGeometry(x, 0, wide, 700)
        self.holders.append(holder)

        def fed(_changes: object) -> None:
            self.context.run(lambda: cases.read_case(self.desk, self.case_id), step.refresh)

        self.context.changed.connect(fed)
        step.refresh(self.file())
        if shown:
            holder.show()
            self.rest()
        return step

    def rest(self) -> None:
        """Long enough for the papers to be made again."""
        self.settle()
        QApplication.processEvents()
        self.settle()

    def papers(self) -> tuple[Paper, ...]:
        return self.file().papers

    def close(self) -> None:
        for holder in self.holders:
            holder.hide()
            holder.deleteLater()
        super().close()


@pytest.fixture
def table(tmp_path: Path, cases: Path, qtbot) -> Iterator[SignedTable]:
    laid = SignedTable(tmp_path)
    (script,) = cases.glob("moede-1-*.json")
    laid.play(script)
    yield laid
    laid.close()


def remade(table: SignedTable, step: PapersStep, qtbot, kind: PaperKind = PLAN) -> None:
    """Wait until the papers have been made from what stands now."""
    before = step.made.get(kind)
    qtbot.waitUntil(lambda: step.made.get(kind) is not before, timeout=10 * PAUSE_MS)
    table.settle()


def click(step: PapersStep, name: str) -> None:
    for side in (step.left, step.center, step.right):
        button = side.findChild(Button, name) if side is not None else None
        if button is not None:
            button.click()
            return
    raise AssertionError(f"no button is called {name}")


# ----------------------------------------------------------------------------------------------------------- the pages


def test_every_page_is_shown_as_sharp_as_the_screen(table: SignedTable) -> None:
    step = table.step()
    pages = step.view.pages()
    assert len(pages) == len(pdfium.PdfDocument(step.made[PLAN].pdf)) >= 1
    for page in pages:
        assert page.image.width() == step.view.pixels()
        assert abs(page.image.height() / page.image.width() - page.height / page.width) < 0.005


def test_a_reader_aloud_hears_what_stands_on_each_page(table: SignedTable) -> None:
    step = table.step()
    sheets = step.view.findChildren(PageSheet)
    assert [sheet.accessibleName() for sheet in sheets] == [
        f"Side {number} af {len(sheets)}" for number in range(1, len(sheets) + 1)
    ]
    assert "Jeg vil kunne ta" not in sheets[-1].accessibleDescription() or len(sheets) == 1
    said = step.view.scrolling.accessibleDescription()
    assert "uden min bror" in said
    assert "INTERN" not in said
    assert "Naboen" not in said


def test_the_answer_is_the_other_paper(table: SignedTable) -> None:
    step = table.step()
    pill = next(pill for pill in step.place.tabs.pills() if pill.objectName() == "papers.svar")
    pill.click()
    table.rest()
    assert "målgruppen" in step.view.scrolling.accessibleDescription()
    assert "højst 35" in step.telling.lix.text()


def test_pages_are_drawn_again_when_there_is_more_room(table: SignedTable, qtbot) -> None:
    step = table.step()
    before = step.view.pixels()
    step.center.resize(500, 700)
    assert step.view.pixels() < before
    qtbot.waitUntil(lambda: step.view.pages()[0].image.width() == step.view.pixels(), timeout=5000)


def test_zoom_by_keys_and_buttons(table: SignedTable, qtbot) -> None:
    step = table.step()
    fitted = step.view.pixels()
    step.view.scrolling.setFocus()
    press(step.view.scrolling, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert step.view.zoom == 1.25
    click(step, "papers.larger")
    assert step.view.pixels() == pytest.approx(fitted * 1.5, abs=2)
    qtbot.waitUntil(lambda: step.view.pages()[0].image.width() == step.view.pixels(), timeout=5000)
    assert step.view.scrolling.horizontalScrollBar().maximum() > 0
    for _ in range(4):
        click(step, "papers.smaller")
    assert step.view.pixels() == fitted


def test_the_preview_follows_the_case_when_it_has_come_to_rest(table: SignedTable, qtbot) -> None:
    step = table.step()
    story = singleton_id(table.case_id, "story")
    table.on_lane(lambda: table.write(VAGN, "story", story, want="Jeg vil noget helt andet"))
    remade(table, step, qtbot)
    assert "Jeg vil noget helt andet" in step.view.scrolling.accessibleDescription()


def test_nothing_is_made_while_nobody_looks(table: SignedTable, qtbot) -> None:
    step = table.step(shown=False)
    story = singleton_id(table.case_id, "story")
    table.on_lane(lambda: table.write(VAGN, "story", story, want="Jeg vil noget helt andet"))
    qtbot.wait(PAUSE_MS + 100)
    assert step.made == {}
    table.holders[0].show()
    qtbot.waitUntil(lambda: bool(step.made), timeout=5000)
    table.settle()
    assert "helt andet" in step.view.scrolling.accessibleDescription()


def test_making_papers_never_holds_the_window(table: SignedTable, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    made_on: set[str] = set()
    real = draw_pages

    def watched(pdf: bytes, pixels: int):
        made_on.add(threading.current_thread().name)
        return real(pdf, pixels)

    monkeypatch.setattr("app.views.room.papers.draw_pages", watched)
    table.step()
    assert made_on
    assert all(name.startswith("work") for name in made_on)


def test_no_plan_yet_says_so_and_leads_to_the_wish(tmp_path: Path, qtbot) -> None:
    table = SignedTable(tmp_path)
    table.new_case("Ny Borger")
    step = table.step()
    led: list[str] = []
    step.lead_to = led.append
    assert "ingen plan" in step.view.state.accessibleName()
    assert not step.giving.buttons["plan.save"].isEnabled()
    assert not step.giving.buttons["plan.print"].isEnabled()
    assert step.giving.buttons["svar.save"].isEnabled()
    step.view.state.button.click()
    assert led == ["wishes.want"]
    step.choose(LETTER)
    table.rest()
    assert step.view.pages()
    table.close()


def test_a_paper_that_cannot_be_made_says_so_and_can_be_tried_again(
    table: SignedTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise EnvironmentProblem("Filen kan ikke læses.")

    with monkeypatch.context() as broken:
        broken.setattr("app.views.room.papers.gather", full)
        step = table.step()
        assert "Filen kan ikke læses." in step.view.state.accessibleName()
    step.view.state.button.click()
    table.rest()
    assert step.view.pages()


# ---------------------------------------------------------------------------------------------------- what is told of it


def test_a_draft_says_it_is_one_and_leads_to_the_signature(table: SignedTable) -> None:
    step = table.step()
    led: list[str] = []
    step.lead_to = led.append
    assert step.place.notice.text() == DRAFT
    step.place.notice.button.click()
    assert led == ["answer.target_group"]
    assert step.primary(table.file()) is None


def test_signed_papers_need_no_word(table: SignedTable) -> None:
    table.sign()
    step = table.step()
    assert step.place.notice.isHidden()
    assert "UDKAST" not in step.view.scrolling.accessibleDescription()


def test_a_tampered_decision_is_told_and_marked(table: SignedTable) -> None:
    table.sign()
    with table.replica.transaction() as db:
        db.execute("UPDATE rec_decision SET hash = 'x'")
    step = table.step()
    assert step.place.notice.text() == BROKEN
    assert "UDKAST" in step.view.scrolling.accessibleDescription()
    assert step.primary(table.file()) is None


def test_what_is_changed_after_the_signature_is_told(table: SignedTable) -> None:
    table.sign()
    story = singleton_id(table.case_id, "story")
    table.on_lane(lambda: table.write(VAGN, "story", story, want="Noget nyt"))
    step = table.step()
    assert step.place.notice.text() == MOVED_ON
    assert "Noget nyt" not in step.view.scrolling.accessibleDescription()


def test_the_reading_is_told_to_the_staff_alone(table: SignedTable) -> None:
    step = table.step()
    assert step.telling.lix.text().startswith("LIX ")
    assert "højst 30" in step.telling.lix.text()
    assert "bus 318" in step.telling.sentence.text()
    assert "socialpædagogisk" in step.telling.words.text()
    assert "LIX" not in step.view.scrolling.accessibleDescription()


# ------------------------------------------------------------------------------------------------------------- saving


@pytest.mark.parametrize("kind", list(PaperKind))
def test_saved_is_kept_and_recorded(table: SignedTable, kind: PaperKind) -> None:
    table.sign()
    step = table.step()
    target = table.folder / "papir.pdf"
    table.asks.paths = [str(target)]
    click(step, f"papers.{kind.value}.save")
    table.settle()
    (paper,) = table.papers()
    assert (paper.type, paper.version, paper.draft) == (kind.value, 1, False)
    assert (paper.channel, paper.delivered_on) == ("udleveret", table.now.date())
    assert target.read_bytes() == table.on_lane(lambda: queries.issued_pdf(table.replica, paper.id))
    assert step.giving.said.text().endswith("gemt som PDF, version 1.")
    assert table.asks.told == []
    assert list(table.folder.glob(".*tmp")) == []


def test_changing_ones_mind_records_nothing(table: SignedTable) -> None:
    step = table.step()
    click(step, "papers.plan.save")
    table.settle()
    assert table.papers() == ()
    assert "Min plan 2026-" in table.asks.asked[0]
    assert "Magnus" not in table.asks.asked[0]


def test_a_name_without_an_ending_is_a_pdf(table: SignedTable) -> None:
    step = table.step()
    step.save("plan", str(table.folder / "min plan"))
    table.settle()
    assert (table.folder / "min plan.pdf").exists()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "Disken er fuld"), (errno.EACCES, "Der kan ikke skrives"), (errno.EROFS, "Der kan ikke skrives")],
)
def test_a_disk_that_says_no(table: SignedTable, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str) -> None:
    def no(_handle: int) -> None:
        raise OSError(number, "no")

    step = table.step()
    target = table.folder / "plan.pdf"
    with monkeypatch.context() as broken:
        broken.setattr(printing.os, "fsync", no)
        step.save(PLAN, str(target))
        table.settle()
    assert len(table.asks.told) == 1
    assert sentence in table.asks.told[0]
    assert table.papers() == ()
    assert not target.exists()
    assert list(table.folder.glob(".*tmp")) == []
    step.save(PLAN, str(target))
    table.settle()
    assert len(table.papers()) == 1


def test_a_folder_that_is_not_there(table: SignedTable) -> None:
    step = table.step()
    step.save(PLAN, str(table.folder / "borte" / "plan.pdf"))
    table.settle()
    assert table.asks.told == ["Mappen findes ikke mere, så papiret er ikke gemt. Vælg en anden."]
    assert table.papers() == ()


def test_a_file_in_the_way_is_kept_when_the_new_one_cannot_be_written(
    table: SignedTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = table.step()
    target = table.folder / "plan.pdf"
    target.write_bytes(b"before")

    def held(_self: Path, _target: Path) -> None:
        raise PermissionError(errno.EACCES, "held")

    monkeypatch.setattr(Path, "replace", held)
    step.save(PLAN, str(target))
    table.settle()
    assert table.asks.told == [
        "Filen er i brug i et andet program, så papiret er ikke gemt. Luk den, eller vælg et andet navn."
    ]
    assert target.read_bytes() == b"before"
    assert table.papers() == ()


def test_a_paper_the_case_cannot_note_is_taken_back(table: SignedTable, monkeypatch: pytest.MonkeyPatch) -> None:
    step = table.step()
    target = table.folder / "plan.pdf"

    def full(*_: object) -> None:
        raise EnvironmentProblem("Disken er fuld.")

    monkeypatch.setattr("app.views.room.papers.issue", full)
    step.save(PLAN, str(target))
    table.settle()
    assert table.asks.told == [NOT_NOTED]
    assert not target.exists()


# ----------------------------------------------------------------------------------------------------------- delivery


def test_how_and_when_are_recorded(table: SignedTable) -> None:
    step = table.step()
    step.giving.way.pick("brevpost")
    step.giving.day.setFocus()
    step.giving.day.line.selectAll()
    type_in(step.giving.day, "24/11")
    step.giving.way.setFocus()
    table.settle()
    step.save(PLAN, str(table.folder / "plan.pdf"))
    table.settle()
    (paper,) = table.papers()
    assert (paper.channel, str(paper.delivered_on)) == ("brevpost", "2026-11-24")


@pytest.mark.parametrize("typed", ["31. november", "i morgen", "1. januar 2020 og lidt til"])
def test_a_day_that_cannot_be_stays_as_typed_and_gives_no_paper(table: SignedTable, typed: str) -> None:
    step = table.step()
    step.giving.day.line.selectAll()
    type_in(step.giving.day, typed)
    click(step, "papers.plan.save")
    table.settle()
    assert step.giving.day.error()
    assert step.giving.day.text() == typed
    assert table.papers() == ()
    assert table.asks.asked == []


def test_not_given_yet_asks_for_no_day(table: SignedTable) -> None:
    step = table.step()
    step.giving.way.pick("ikke")
    assert step.giving.day.isHidden()
    step.save(PLAN, str(table.folder / "plan.pdf"))
    table.settle()
    (paper,) = table.papers()
    assert (paper.channel, paper.delivered_on) == ("", None)
    table.rest()
    assert not step.telling.none.isHidden()


def test_a_copy_for_the_guardian_is_offered_where_there_is_one(table: SignedTable) -> None:
    step = table.step()
    assert step.giving.copy.isHidden()
    citizen = table.file().citizen.id
    table.on_lane(lambda: table.write(VAGN, "citizen", citizen, guardian="Vera Værge"))
    table.settle()
    assert not step.giving.copy.isHidden()
    step.giving.copy.check.click()
    step.save(LETTER, str(table.folder / "svar.pdf"))
    table.settle()
    (paper,) = table.papers()
    assert paper.guardian_copy
    table.rest()
    assert "værgen har en kopi" in step.telling.more[LETTER].text()


def test_what_is_at_home_and_what_the_next_replaces(table: SignedTable, qtbot) -> None:
    table.sign()
    step = table.step()
    assert not step.telling.none.isHidden()
    step.save(PLAN, str(table.folder / "plan.pdf"))
    table.settle()
    assert step.telling.home[PLAN].text() == "Version 1 af planen, fra 26. november"
    assert step.telling.more[PLAN].text() == "Givet i hånden."
    story = singleton_id(table.case_id, "story")
    table.on_lane(lambda: table.write(VAGN, "story", story, resources="God til heste"))
    remade(table, step, qtbot)
    assert "Den næste bliver version 2 og erstatter version 1." in step.telling.more[PLAN].text()
    step.save(PLAN, str(table.folder / "plan-2.pdf"))
    table.settle()
    assert [(paper.version, paper.replaces) for paper in table.papers()] == [(1, 0), (2, 1)]
    assert step.telling.home[PLAN].text().startswith("Version 2")


def test_a_delivery_is_put_right_on_the_case(table: SignedTable) -> None:
    step = table.step()
    step.save(PLAN, str(table.folder / "plan.pdf"))
    table.settle()
    assert step.giving.correct.isHidden()
    step.giving.way.pick("quickbrev")
    table.settle()
    assert not step.giving.correct.isHidden()
    step.giving.correct.click()
    table.settle()
    (paper,) = table.papers()
    assert paper.channel == "quickbrev"
    assert step.giving.correct.isHidden()
    assert step.telling.more[PLAN].text() == "Et udkast. Sendt med Quickbrev."


def test_either_pen_may_give_a_draft(table: SignedTable) -> None:
    for role in (Role.VEJLEDER, Role.BESTILLER):
        table.context.pass_pen(role)
        step = table.step()
        step.save(PLAN, str(table.folder / f"{role}.pdf"))
        table.settle()
    assert len(table.papers()) == 1


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
    ours = [pdfium.PdfDocument(step.made[kind].pdf) for kind in PaperKind]
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
    plan, letter = (picture(pdfium.PdfDocument(step.made[kind].pdf)[0]) for kind in PaperKind)
    assert apart(picture(page), plan) < apart(letter, plan) / 5


def test_no_printer_says_so_and_offers_a_pdf(table: SignedTable) -> None:
    step = table.step()
    target = table.folder / "plan.pdf"
    table.asks.paths = [str(target)]
    click(step, "papers.plan.print")
    table.settle()
    assert table.asks.asked[0] == "Der er ingen printer på denne maskine. Vil du gemme planen som PDF i stedet?"
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


def test_closing_the_print_dialog_prints_nothing(table: SignedTable) -> None:
    step = table.step()
    step.has_printer = lambda: True
    step.choose_printer = lambda _parent, _name: None
    click(step, "papers.plan.print")
    table.settle()
    assert table.papers() == ()


# ---------------------------------------------------------------------------------------------------------- in the room


def test_the_step_stands_in_the_room_and_everything_has_a_name(table: SignedTable) -> None:
    room = table.open()
    room.go(6)
    table.settle()
    step = room.step(6)
    assert isinstance(step, PapersStep)
    assert step.view.pages()
    stops = [stop for part in (step.left, step.center, step.right) if part for stop in in_reading_order(part)]
    assert len(stops) > 8
    for stop in stops:
        assert stop.accessibleName(), stop.objectName()


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_nothing_is_cut_off(table: SignedTable, scale: int) -> None:
    app = QApplication.instance()
    theme_of().apply(app, "light", scale)
    try:
        step = table.step()
        for button in step.giving.buttons.values():
            assert button.width() >= button.sizeHint().width()
        sheet = step.view.findChild(PageSheet)
        assert sheet is not None
        assert sheet.width() <= step.view.scrolling.viewport().width()
    finally:
        theme_of().apply(app, "light", 100)


def test_a_new_day_is_the_new_default(table: SignedTable) -> None:
    step = table.step()
    table.now = replace_day(table.now, 27)
    step.refresh(table.file())
    assert step.giving.day.text() == "27. november 2026"


def replace_day(now: datetime, day: int) -> datetime:
    return now.replace(day=day)
