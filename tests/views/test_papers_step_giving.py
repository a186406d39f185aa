# SPDX-License-Identifier: MPL-2.0
"""Giving papers: what has left the room is recorded with how and when, and nothing else is."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import shiboken6

from app.domain.errors import EnvironmentProblem
from app.domain.roles import Role
from app.models.kinds import singleton_id
from app.papers.kinds import KNOWN, PaperKind
from app.services import cases as services
from app.services import issue
from app.store import queries
from app.views.room import printing
from app.views.room.papers import NOT_NOTED
from tests.views.paper_table import SignedTable, click, remade
from tests.views.room_table import BODIL, VAGN, type_in

PLAN, LETTER = PaperKind.PLAN, PaperKind.LETTER


@pytest.fixture
def table(tmp_path: Path, cases: Path, qtbot) -> Iterator[SignedTable]:
    laid = SignedTable(tmp_path)
    (script,) = cases.glob("moede-1-*.json")
    laid.play(script)
    yield laid
    laid.close()


# ------------------------------------------------------------------------------------------------------------- saving


@pytest.mark.parametrize("kind", list(PaperKind))
def test_saved_is_kept_and_recorded(table: SignedTable, kind: PaperKind) -> None:
    table.sign()
    table.context.pass_pen(Role.BESTILLER)  # who alone of the two may see who has opened the record
    step = table.step()
    target = table.folder / "papir.pdf"
    table.asks.paths = [str(target)]
    step.choose(kind)
    click(step, f"papers.{kind.value}.save")
    table.settle()
    (paper,) = table.papers()
    assert (paper.type, paper.version, paper.draft) == (kind.value, 1, False)
    assert (paper.channel, paper.delivered_on) == ("", None)
    assert target.read_bytes() == table.on_lane(lambda: queries.issued_pdf(table.replica, table.case_id, paper.id))
    waits = " Ikke givet endnu." * KNOWN[kind].given
    assert step.giving.said.text().endswith(f"gemt som PDF, version 1.{waits}")
    assert table.asks.told == []
    assert list(table.folder.glob(".*del")) == []


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
    assert list(table.folder.glob(".*del")) == []
    step.save(PLAN, str(target))
    table.settle()
    assert len(table.papers()) == 1


def test_a_folder_that_is_not_there(table: SignedTable) -> None:
    step = table.step()
    step.save(PLAN, str(table.folder / "borte" / "plan.pdf"))
    table.settle()
    assert table.asks.told == ["Mappen findes ikke, så papiret er ikke gemt. Vælg en anden."]
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


def test_a_paper_on_its_way_when_the_room_is_closed_is_recorded(table: SignedTable) -> None:
    step = table.step()
    step.save(PLAN, str(table.folder / "plan.pdf"))
    (holder,) = table.holders
    table.holders.clear()
    table.context.changed.disconnect()
    shiboken6.delete(holder)
    table.settle()
    assert (table.folder / "plan.pdf").exists()
    assert len(table.papers()) == 1


def test_a_disk_that_says_no_is_told_though_the_room_is_closed(table: SignedTable) -> None:
    step = table.step()
    step.save(PLAN, str(table.folder / "borte" / "plan.pdf"))
    (holder,) = table.holders
    table.holders.clear()
    table.context.changed.disconnect()
    shiboken6.delete(holder)
    table.settle()
    assert len(table.asks.told) == 1


# ----------------------------------------------------------------------------------------------------------- delivery


def test_a_paper_that_is_only_saved_is_given_when_somebody_says_so(table: SignedTable) -> None:
    """A machine with no printer saved a PDF, and it stood as handed over, with step 6 done."""
    table.sign()
    step = table.step()
    assert step.giving.got.isHidden()
    for kind in (PLAN, LETTER):
        step.save(kind, str(table.folder / f"{kind.value}.pdf"))
        table.settle()
    assert not step.done(table.file())
    assert step.giving.got.text() == "Borgeren har fået dem"
    click(step, "papers.got")
    table.settle()
    assert [(p.channel, p.delivered_on) for p in table.papers()] == [("udleveret", table.now.date())] * 2
    assert step.done(table.file())
    assert step.giving.got.isHidden()


def test_a_saved_draft_is_not_given_once_there_is_an_answer(table: SignedTable) -> None:
    step = table.step()
    step.save(LETTER, str(table.folder / "udkast.pdf"))
    table.settle()
    assert LETTER in issue.not_given_yet(table.file())
    table.sign()
    table.settle()
    assert LETTER not in issue.not_given_yet(table.file())


def test_who_has_not_been_given_it_yet_is_not_asked_again(table: SignedTable) -> None:
    step = table.step()
    step.save(PLAN, str(table.folder / "plan.pdf"))
    table.settle()
    assert step.giving.got.text() == "Borgeren har fået planen"
    step.giving.way.pick("ikke")
    assert step.giving.got.isHidden()


def test_where_no_meeting_runs_nothing_is_handed_over(table: SignedTable) -> None:
    """Who printed the day after, alone in the office, had »I hånden« chosen, and the letter named a last day by it."""
    table.sign()
    step = table.step()
    assert step.giving.way.text() == "udleveret"
    table.on_lane(lambda: services.end_meeting(table.desk, VAGN, table.case_id))
    assert step.giving.way.text() == "ikke"
    assert step.giving.day.isHidden()
    step.giving.way.pick("brevpost")
    table.on_lane(lambda: table.add(VAGN, "bridge", text="Fitness"))
    assert step.giving.way.text() == "brevpost", "what a person has chosen stays"


def test_who_is_not_at_the_meeting_hands_nothing_over(table: SignedTable) -> None:
    """A colleague asked to decide sits in an office of her own, while the citizen waits at the others' table."""
    file, day = table.file(), table.now.date()
    known = [issue.way_known(file, day, [name]) for name in (VAGN.name, BODIL.name, "Ole Olsen")]
    assert known == ["udleveret", "udleveret", issue.NOT_GIVEN]
    assert issue.way_known(file, day + timedelta(days=1), [VAGN.name]) == issue.NOT_GIVEN


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
    step.giving.copy.check.click()  # it is chosen how: then what is saved is given so
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
    click(step, "papers.got")
    table.settle()
    assert step.telling.home[PLAN].text() == "Version 1 af planen, fra 26.\u00a0november"
    assert step.telling.more[PLAN].text() == "Givet i hånden."
    story = singleton_id(table.case_id, "story")
    table.on_lane(lambda: table.write(VAGN, "story", story, resources="God til heste"))
    remade(table, step, qtbot)
    assert "Den næste bliver version 2 og erstatter version 1." in step.telling.more[PLAN].text()
    step.save(PLAN, str(table.folder / "plan-2.pdf"))
    table.settle()
    click(step, "papers.got")
    table.settle()
    assert [(paper.version, paper.replaces) for paper in table.papers()] == [(1, 0), (2, 1)]
    assert step.telling.home[PLAN].text().startswith("Version 2")


def test_a_delivery_is_put_right_on_the_case(table: SignedTable) -> None:
    step = table.step()
    step.save(PLAN, str(table.folder / "plan.pdf"))
    table.settle()
    click(step, "papers.got")
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
