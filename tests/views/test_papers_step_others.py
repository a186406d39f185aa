# SPDX-License-Identifier: MPL-2.0
"""The smaller papers of the paper step: chosen, seen, in large print, and never given away by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from app.domain.roles import Hand, Role
from app.papers.kinds import KNOWN, For, PaperKind
from app.views.parts.chips import Pill
from app.views.room.other_papers import MAIN
from app.views.room.paper_place import FOR_PROVIDER, INTERNAL
from app.views.room.papers import PapersStep
from tests.views.paper_table import SignedTable, click

SMALLER = tuple(kind for kind in PaperKind if kind not in MAIN)


@pytest.fixture
def table(tmp_path: Path, cases: Path, qtbot) -> Iterator[SignedTable]:
    laid = SignedTable(tmp_path)
    (script,) = cases.glob("moede-1-*.json")
    laid.play(script)
    yield laid
    laid.close()


def pill(step: PapersStep, kind: PaperKind) -> Pill:
    found = step.giving.findChild(Pill, f"papers.{kind.value}")
    assert isinstance(found, Pill)
    return found


def choose(table: SignedTable, step: PapersStep, kind: PaperKind) -> str:
    """Press its pill; what then stands in the middle comes back."""
    step.giving.others.open(True)
    pill(step, kind).click()
    table.rest()
    return step.view.scrolling.accessibleDescription()


def test_of_a_paper_that_is_not_there_it_is_not_said_whom_it_is_for(table: SignedTable) -> None:
    step = table.step()  # nothing is decided, and so nothing is ordered
    assert "ikke her endnu" in choose(table, step, PaperKind.ORDER) or step.view.state.isVisible()
    assert FOR_PROVIDER not in (step.place.notice.text() if not step.place.notice.isHidden() else "")


def test_each_is_seen_when_it_is_chosen_and_says_whom_it_is_for(table: SignedTable) -> None:
    table.sign()
    table.context.pass_pen(Role.BESTILLER)
    step = table.step()
    for kind in SMALLER:
        assert KNOWN[kind].name in choose(table, step, kind)
        assert step.place.tabs.current() == ""
        assert [one.key for one in step.giving.findChildren(Pill) if one.isChecked()] == [kind.value]
        told = step.place.notice.text() if not step.place.notice.isHidden() else ""
        wanted = {For.STAFF: INTERNAL, For.PROVIDER: FOR_PROVIDER}.get(KNOWN[kind].reader, "")
        assert wanted in told
        assert bool(wanted) == (INTERNAL in told or FOR_PROVIDER in told)
    step.choose(PaperKind.PLAN)
    assert not any(one.isChecked() for one in step.giving.findChildren(Pill))
    assert step.giving.others.row.isHidden()


def test_large_print_is_seen_printed_and_kept_as_such(table: SignedTable) -> None:
    table.sign()
    step = table.step()
    ordinary = len(step.view.pages())
    step.giving.large.check.click()
    table.rest()
    assert len(step.view.pages()) > ordinary
    target = table.folder / "stor.pdf"
    table.asks.paths = [str(target)]
    click(step, "papers.plan.save")
    table.settle()
    (paper,) = table.papers()
    assert (paper.large, paper.version) == (True, 1)
    assert len(pdfium.PdfDocument(target.read_bytes())) > ordinary
    click(step, "papers.got")
    table.rest()
    assert "Med stor skrift." in step.telling.more[PaperKind.PLAN].text()


def test_the_same_words_in_both_sizes_are_one_version(table: SignedTable) -> None:
    table.sign()
    step = table.step()
    for name in ("lille", "stor"):
        table.asks.paths = [str(table.folder / f"{name}.pdf")]
        click(step, "papers.svar.save")
        table.settle()
        step.giving.large.check.click()
        table.rest()
    assert [(one.version, one.large) for one in table.papers()] == [(1, False), (1, True)]


def test_nothing_is_ordered_before_it_is_signed(table: SignedTable) -> None:
    step = table.step()
    choose(table, step, PaperKind.ORDER)
    assert step.view.pages() == ()
    assert "underskrevet" in step.giving.others.print_button.toolTip()
    assert not step.giving.others.print_button.isEnabled()
    table.sign()
    table.rest()
    step._make()
    table.settle()
    assert "Det bestiller vi" in step.view.scrolling.accessibleDescription()
    assert step.giving.others.print_button.isEnabled()


def test_who_opened_the_record_is_not_the_vejleders_to_print(table: SignedTable) -> None:
    step = table.step()
    lookups = pill(step, PaperKind.LOOKUPS)
    table.context.pass_pen(Role.VEJLEDER)
    assert not lookups.isEnabled()
    assert "bestilleren" in lookups.toolTip()
    table.context.pass_pen(Role.BESTILLER)
    assert lookups.isEnabled()


def test_a_leder_prints_the_list_and_no_other_paper(table: SignedTable) -> None:
    table.on_lane(lambda: table.desk.note(table.context.hand, table.case_id, "åbnet"))
    table.context.sign_out()
    table.context.sign_in(Hand("lis", "Lis Leder", Role.LEDER))
    step = table.step()
    others = step.giving.others
    assert "Åbnede din sag" in choose(table, step, PaperKind.LOOKUPS)
    for button in (others.print_button, others.save_button):
        assert button.isEnabled()
    table.asks.paths = [str(table.folder / "opslag.pdf")]
    others.save_button.click()
    table.rest()
    assert [(one.type, one.channel) for one in table.papers()] == [("opslag", "")]
    choose(table, step, PaperKind.CONTACTS)
    for button in (others.print_button, others.save_button):
        assert not button.isEnabled()
        assert button.toolTip() == "Kun bestilleren eller vejlederen kan give borgeren planen og svaret."


def test_names_stand_on_the_list_only_when_they_are_asked_for(table: SignedTable) -> None:
    table.context.pass_pen(Role.BESTILLER)
    table.on_lane(lambda: table.desk.note(table.context.hand, table.case_id, "åbnet"))
    step = table.step()
    assert "Bodil" not in choose(table, step, PaperKind.LOOKUPS)
    assert not step.giving.others.named.isHidden()
    step.giving.others.named.check.click()
    table.rest()
    assert "Bodil" in step.view.scrolling.accessibleDescription()


def test_an_internal_paper_is_noted_as_given_to_nobody(table: SignedTable) -> None:
    table.sign()
    step = table.step()
    choose(table, step, PaperKind.NOTE)
    table.asks.paths = [str(table.folder / "notat.pdf")]
    click(step, "papers.mødenotat.save")
    table.settle()
    (paper,) = table.papers()
    assert (paper.type, paper.channel, paper.delivered_on) == ("mødenotat", "", None)
    assert step.telling.none.isVisibleTo(step.right)
    assert not step.done(table.file())


def test_a_file_is_never_named_for_the_citizen_nor_with_a_sign_no_disk_takes(table: SignedTable) -> None:
    step = table.step()
    step.ask_and_save(PaperKind.CONTACTS)
    table.settle()
    (name,) = table.asks.asked
    assert name.startswith("Hvem ringer jeg til 2026-")
    assert not set(name) & set('?*:"<>|/\\')
