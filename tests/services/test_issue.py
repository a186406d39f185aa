# SPDX-License-Identifier: MPL-2.0
"""Papers that leave the room: versions, what they replace, how they were given, and that only a decision is signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pypdfium2 import PdfDocument

from app.domain.deadlines import Channel
from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.kinds import Paper
from app.papers.kinds import KNOWN, PaperKind
from app.services import catalogue, lists, settings
from app.services.decide import sign
from app.services.issue import (
    NOT_GIVEN,
    Delivery,
    Made,
    at_home,
    blank_sheet,
    citizens_catalogue,
    correct_delivery,
    gather,
    gather_blank,
    gather_catalogue,
    has_plan,
    issue,
    render,
    why_none,
)
from app.services.undo import can_undo
from app.store import queries
from app.store.accounts import account, save
from app.store.unit_of_work import new_id
from tests.services.table import BODIL, PASSWORD, TODAY, VAGN, Table, set_table

PLAN, LETTER = PaperKind.PLAN, PaperKind.LETTER


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    laid = set_table(tmp_path)
    settings.load_municipality(laid.desk, BODIL, "Øvelse Kommune")
    yield laid
    laid.desk.replica.close()


def made(table: Table, kind: PaperKind = PLAN, delivery: Delivery | None = None) -> Made:
    return render(gather(table.desk, VAGN, table.case_id, delivery), kind)


def give(table: Table, kind: PaperKind = PLAN, delivery: Delivery | None = None) -> Paper:
    return issue(table.desk, VAGN, table.case_id, made(table, kind, delivery))


def wish(table: Table, text: str) -> None:
    table.single(VAGN, "story", "want", text)


def printed(table: Table) -> int:
    lines = queries.access_lines(table.desk.replica, table.case_id)
    return sum(line.action == "udskrevet" for line in lines)


def said(paper: Made) -> str:
    return text_of(paper.pdf)


def text_of(pdf: bytes) -> str:
    with pdfium.PdfDocument(pdf) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)


def later(table: Table, days: int) -> None:
    now: datetime = table.desk.clock() + timedelta(days=days)
    table.desk.clock = lambda: now


# ----------------------------------------------------------------------------------------------------------- versions


def test_the_first_paper_is_version_one_and_replaces_nothing(table: Table) -> None:
    wish(table, "Tage bussen selv")
    paper = give(table)
    assert (paper.type, paper.version, paper.replaces, paper.draft) == ("plan", 1, 0, True)
    assert table.file.papers == (paper,)


def test_the_same_content_again_is_the_same_version(table: Table) -> None:
    wish(table, "Tage bussen selv")
    first, second = made(table), made(table)
    assert first == second
    assert issue(table.desk, VAGN, table.case_id, first) == issue(table.desk, VAGN, table.case_id, second)
    assert len(table.file.papers) == 1
    assert printed(table) == 2


def test_changed_content_is_a_new_version_that_replaces_the_one_at_home(table: Table) -> None:
    wish(table, "Tage bussen selv")
    first = give(table)
    wish(table, "Tage bussen til byen selv")
    second = give(table)
    assert (second.version, second.replaces) == (2, 1)
    assert first.hash != second.hash
    assert at_home(table.file)[PLAN] == second


def test_words_put_back_are_a_version_of_their_own(table: Table) -> None:
    """The citizen has had another in between: what is at home must be told apart by its number."""
    for text in ("Ét", "To", "Ét"):
        wish(table, text)
        paper = give(table)
    assert (paper.version, paper.replaces) == (3, 2)


def test_a_version_nobody_got_is_not_replaced(table: Table) -> None:
    wish(table, "Ét")
    kept = give(table, PLAN, Delivery(NOT_GIVEN))
    assert (kept.channel, kept.delivered_on) == ("", None)
    assert at_home(table.file) == {}
    wish(table, "To")
    assert (made(table).version, made(table).replaces) == (2, 0)


def test_plan_and_answer_are_numbered_apart(table: Table) -> None:
    wish(table, "Ét")
    give(table)
    wish(table, "To")
    assert made(table).version == 2
    assert made(table, LETTER).version == 1


def test_the_version_stands_on_the_paper_and_the_hash_is_of_what_it_says(table: Table) -> None:
    wish(table, "Ét")
    one = made(table)
    give(table)
    wish(table, "To")
    two = made(table)
    assert one.content_hash != two.content_hash
    assert len(one.content_hash) == 64
    assert one.pdf != two.pdf
    assert made(table).pdf == two.pdf


def test_the_same_paper_in_another_way_is_noted_as_well(table: Table) -> None:
    wish(table, "Ét")
    first = give(table)
    posted = give(table, PLAN, Delivery("brevpost"))
    assert (posted.version, posted.hash, posted.channel) == (first.version, first.hash, "brevpost")
    assert len(table.file.papers) == 2
    assert at_home(table.file)[PLAN] in (first, posted)


# ----------------------------------------------------------------------------------------------------------- delivery


def test_a_paper_is_handed_over_today_unless_something_else_is_said(table: Table) -> None:
    wish(table, "Ét")
    paper = give(table)
    assert (paper.channel, paper.delivered_on, paper.guardian_copy) == ("udleveret", TODAY, False)


@pytest.mark.parametrize("channel", list(Channel))
def test_every_way_to_reach_the_citizen(table: Table, channel: Channel) -> None:
    wish(table, "Ét")
    paper = give(table, PLAN, Delivery(channel.value, TODAY))
    assert (paper.channel, paper.delivered_on) == (channel.value, TODAY)


def test_a_copy_to_the_guardian(table: Table) -> None:
    wish(table, "Ét")
    with pytest.raises(UserError, match="værge") as refused:
        gather(table.desk, VAGN, table.case_id, Delivery(guardian_copy=True))
    assert refused.value.field == "guardian_copy"
    table.type(VAGN, "citizen", table.citizen_id, "guardian", "Vera Værge")
    assert give(table, PLAN, Delivery(guardian_copy=True)).guardian_copy


@pytest.mark.parametrize(
    ("delivery", "field"),
    [
        (Delivery("brevdue"), "channel"),
        (Delivery(on=TODAY + timedelta(days=1)), "delivered_on"),
        (Delivery("brevpost", TODAY + timedelta(days=15)), "delivered_on"),
    ],
)
def test_a_delivery_that_cannot_be(table: Table, delivery: Delivery, field: str) -> None:
    wish(table, "Ét")
    with pytest.raises(UserError) as refused:
        gather(table.desk, VAGN, table.case_id, delivery)
    assert refused.value.field == field


def test_an_answer_is_not_given_before_it_is_signed(table: Table) -> None:
    table.yes()
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    with pytest.raises(UserError, match="underskrevet torsdag den 26. november") as refused:
        gather(table.desk, VAGN, table.case_id, Delivery(on=TODAY - timedelta(days=1)))
    assert refused.value.field == "delivered_on"


def test_a_delivery_put_right(table: Table) -> None:
    wish(table, "Ét")
    paper = give(table)
    correct_delivery(table.desk, VAGN, table.case_id, paper.id, Delivery("quickbrev", date(2026, 11, 25)))
    assert table.file.papers == (replace(paper, channel="quickbrev", delivered_on=date(2026, 11, 25)),)
    correct_delivery(table.desk, VAGN, table.case_id, paper.id, Delivery(NOT_GIVEN))
    assert at_home(table.file) == {}


def test_a_correction_reaches_the_time_to_complain(table: Table) -> None:
    table.yes()
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    municipality = settings.municipality(table.desk)
    with table.desk.step(BODIL, municipality.id, "Klage") as work:
        work.write("municipality", municipality.id, {"appealable_82b": True})
    paper = give(table, LETTER)
    assert made(table, LETTER).version == 1
    correct_delivery(table.desk, VAGN, table.case_id, paper.id, Delivery("brevpost", TODAY))
    assert (made(table, LETTER).version, made(table, LETTER).replaces) == (2, 1)


def test_the_way_chosen_after_the_letter_was_printed_reaches_the_next_copy(table: Table) -> None:
    """What the citizen took home names no day that could prove wrong; once the way is known, the day is named."""
    table.yes()
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    municipality = settings.municipality(table.desk)
    with table.desk.step(BODIL, municipality.id, "Klage") as work:
        work.write("municipality", municipality.id, {"appealable_82b": True})
    paper = give(table, LETTER, Delivery(NOT_GIVEN))
    unknown = said(made(table, LETTER, Delivery(NOT_GIVEN)))
    assert "fire uger efter den dag, du har fået svaret" in unknown
    correct_delivery(table.desk, VAGN, table.case_id, paper.id, Delivery("brevpost", TODAY))
    for delivery in (None, Delivery("brevpost", TODAY), Delivery(NOT_GIVEN)):
        assert "senest mandag den 4. januar 2027" in said(made(table, LETTER, delivery))


def test_a_letter_counts_from_the_day_and_the_way_it_is_given(table: Table) -> None:
    table.yes()
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    municipality = settings.municipality(table.desk)
    with table.desk.step(BODIL, municipality.id, "Klage") as work:
        work.write("municipality", municipality.id, {"appealable_82b": True})
    hashes = {
        made(table, LETTER, delivery).content_hash
        for delivery in (Delivery(), Delivery("brevpost"), Delivery("digital post", TODAY + timedelta(days=12)))
    }
    assert len(hashes) == 3


def test_a_letter_printed_again_on_a_later_day_is_the_same_letter(table: Table) -> None:
    table.yes()
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    paper = give(table, LETTER)
    later(table, 5)
    again = made(table, LETTER)
    assert (again.version, again.content_hash) == (paper.version, paper.hash)


# ------------------------------------------------------------------------------------------------- draft and decision


def test_an_unsigned_paper_is_a_draft_of_no_decision(table: Table) -> None:
    table.yes()
    for kind in (PaperKind.PLAN, PaperKind.LETTER):
        paper = give(table, kind)
        assert (paper.draft, paper.decision_id) == (True, "")


def test_a_signed_paper_knows_its_decision_and_replaces_the_draft(table: Table) -> None:
    table.yes()
    give(table, LETTER)
    decision_id = sign(table.desk, BODIL, table.case_id, PASSWORD)
    paper = give(table, LETTER)
    assert (paper.draft, paper.decision_id, paper.version, paper.replaces) == (False, decision_id, 2, 1)


def test_a_tampered_decision_is_never_a_signed_paper(table: Table) -> None:
    table.yes()
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    real = made(table, LETTER)
    table.sql("UPDATE rec_decision SET content = replace(content, 'Fordi', 'Derfor')")
    for kind in (PaperKind.PLAN, PaperKind.LETTER):
        marked = made(table, kind)
        assert (marked.draft, marked.broken_seal, marked.decision_id) == (True, True, "")
        assert issue(table.desk, VAGN, table.case_id, marked).draft
    with pytest.raises(UserError, match="nyt svar"):
        issue(table.desk, VAGN, table.case_id, real)


def test_a_paper_of_an_earlier_decision_is_not_given(table: Table) -> None:
    """There is one valid answer at a time (H4)."""
    table.yes()
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    earlier = made(table, LETTER)
    later(table, 1)
    table.single(BODIL, "answer", "reason", "En ny begrundelse")
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    with pytest.raises(UserError, match="nyt svar"):
        issue(table.desk, BODIL, table.case_id, earlier)
    assert table.file.papers == ()


def test_a_paper_overtaken_by_another_is_not_given_under_the_same_number(table: Table) -> None:
    wish(table, "Ét")
    slow = made(table)
    wish(table, "To")
    give(table)
    with pytest.raises(UserError, match="andet papir"):
        issue(table.desk, VAGN, table.case_id, slow)
    assert [paper.version for paper in table.file.papers] == [1]


def test_advice_and_its_weighing_are_in_the_signed_copy_and_on_no_paper(table: Table) -> None:
    """D3 and promise 6: what a decision rests on is sealed with it, and printed by nobody."""
    table.yes()
    wish(table, "Jeg vil med bussen")
    table.add(VAGN, "advice", adviser="RÅD-A", organisation="RÅD-B", text="RÅD-C")
    table.add(VAGN, "advice", adviser="RÅD-D", text="RÅD-E")
    table.single(BODIL, "answer", "weighing", "RÅD-F")
    papers = [made(table, kind) for kind in (PLAN, LETTER)]
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    decision = table.file.decision
    assert decision is not None
    assert all(f"RÅD-{sign}" in decision.decision.content for sign in "ABCDEF")
    papers += [made(table, kind) for kind in (PLAN, LETTER)]
    for paper in papers:
        told = " ".join(page.get_textpage().get_text_range() for page in PdfDocument(paper.pdf))
        assert "Jeg vil med bussen" in told or "Fordi" in told  # it can be read
        assert "RÅD" not in told


def test_words_changed_after_the_signature_do_not_reach_the_decided_part(table: Table) -> None:
    table.yes()
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    before = made(table, LETTER)
    table.single(BODIL, "answer", "reason", "Noget helt andet")
    assert made(table, LETTER) == before


# ------------------------------------------------------------------------------------------------------------- keeping


def test_the_very_pages_are_kept_and_the_print_is_logged(table: Table) -> None:
    wish(table, "Ét")
    one = made(table)
    paper = issue(table.desk, VAGN, table.case_id, one)
    assert queries.issued_pdf(table.desk.replica, table.case_id, paper.id) == one.pdf
    line = queries.access_lines(table.desk.replica, table.case_id)[0]
    assert (line.action, line.person_id, line.about) == ("udskrevet", VAGN.person_id, paper.id)


def test_paper_pages_and_log_stand_or_fall_together(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    wish(table, "Ét")
    one = made(table)

    def broken(*_: object) -> None:
        raise RuntimeError("cut off")

    monkeypatch.setattr("app.store.unit_of_work.UnitOfWork.log_access", broken)
    with pytest.raises(RuntimeError, match="cut off"):
        issue(table.desk, VAGN, table.case_id, one)
    assert table.file.papers == ()
    (count,) = table.desk.replica.connection.execute("SELECT count(*) FROM issued_paper").fetchone()
    assert count == 0


def test_a_given_paper_is_not_undone(table: Table) -> None:
    wish(table, "Ét")
    give(table)
    assert can_undo(table.desk, VAGN, table.case_id) == "skriv"


def test_phones_of_the_people_at_work_come_along(table: Table) -> None:
    own = account(table.desk.replica, VAGN.person_id)
    assert own is not None
    save(table.desk.replica, replace(own, phone="12 34 56 78"))
    assert gather(table.desk, VAGN, table.case_id).phones["Vagn Vejleder"] == "12 34 56 78"


def test_a_wish_or_a_goal_makes_a_plan(table: Table) -> None:
    assert not has_plan(table.file)
    goal_id = table.add(VAGN, "goal", words="Tage bussen")
    assert has_plan(table.file)
    lists.remove(table.desk, VAGN, table.case_id, "goal", goal_id)
    assert not has_plan(table.file)
    wish(table, "Noget")
    assert has_plan(table.file)


def test_the_reading_is_of_the_papers_own_text(table: Table) -> None:
    wish(table, "Jeg vil tage bussen")
    reading = made(table).reading
    assert reading.longest_sentence == "Jeg vil tage bussen."
    assert reading.lix is not None


# ------------------------------------------------------------------------------------------------- the smaller papers


SMALLER = tuple(kind for kind in PaperKind if kind not in (PLAN, LETTER))


@pytest.mark.parametrize("kind", SMALLER)
def test_every_paper_is_numbered_and_its_pages_kept(table: Table, kind: PaperKind) -> None:
    table.yes()
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    source = gather(table.desk, BODIL, table.case_id, None, (kind,))
    for large in (False, True):
        paper = issue(table.desk, BODIL, table.case_id, render(source, kind, large=large))
        assert (paper.type, paper.version, paper.large, paper.draft) == (kind.value, 1, large, False)
        assert (paper.channel != NOT_GIVEN) == KNOWN[kind].given
        assert queries.issued_pdf(table.desk.replica, table.case_id, paper.id)
    assert len(table.file.papers) == 2


def test_the_log_of_a_case_is_not_read_for_a_role_that_may_not_see_it(table: Table) -> None:
    with pytest.raises(UserError, match="slået op"):
        gather(table.desk, VAGN, table.case_id, None, (PaperKind.LOOKUPS,))
    assert gather(table.desk, VAGN, table.case_id).looks.lines == ()


def test_who_opened_the_record_is_read_from_the_log(table: Table) -> None:
    table.desk.note(VAGN, table.case_id, "åbnet")
    source = gather(table.desk, BODIL, table.case_id, None, (PaperKind.LOOKUPS,))
    assert source.looks.everywhere
    assert "Åbnede din sag" in said(render(source, PaperKind.LOOKUPS))
    assert VAGN.name not in said(render(source, PaperKind.LOOKUPS))
    assert VAGN.name in said(render(source, PaperKind.LOOKUPS, named=True))


def test_there_is_no_order_before_there_is_a_grant(table: Table) -> None:
    assert "underskrevet" in why_none(table.file, PaperKind.ORDER)
    table.yes()
    assert "underskrevet" in why_none(table.file, PaperKind.ORDER)
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    assert why_none(table.file, PaperKind.ORDER) == ""
    assert why_none(table.file, PaperKind.NOTE) == ""


def test_an_order_on_an_earlier_decision_is_not_given(table: Table) -> None:
    """H4: what is printed is what is in force."""
    table.yes()
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    old = made(table, PaperKind.ORDER)
    table.single(BODIL, "answer", "reason", "En anden grund")
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    with pytest.raises(UserError, match="nyt svar"):
        issue(table.desk, VAGN, table.case_id, old)


def test_the_catalogue_and_the_blank_sheet_belong_to_no_case(table: Table) -> None:
    catalogue.load_defaults(table.desk, BODIL)
    source = gather_catalogue(table.desk)
    for large in (False, True):
        assert "Vores Netværk" in text_of(citizens_catalogue(source, large=large))
        assert "Hvad vil du?" in text_of(blank_sheet(gather_blank(table.desk), large=large))
    assert table.file.papers == ()


LIS = Hand("lis", "Lis Leder", Role.LEDER)


def test_a_leder_gives_the_list_of_lookups_and_the_unit_of_work_takes_no_other_paper(table: Table) -> None:
    source = gather(table.desk, LIS, table.case_id, None, (PaperKind.LOOKUPS,))
    given = issue(table.desk, LIS, table.case_id, render(source, PaperKind.LOOKUPS))
    assert at_home(table.file)[PaperKind.LOOKUPS] == given
    plan = Paper(id=new_id(), case_id=table.case_id, type=PLAN.value, version=1)
    with pytest.raises(UserError, match="planen og svaret"), table.desk.step(LIS, table.case_id, "Giv planen") as work:
        work.issue(plan, b"%PDF")
    assert [paper.type for paper in table.file.papers] == ["opslag"]


@pytest.mark.parametrize(("kind", "read"), [(LETTER, NOT_GIVEN), (PaperKind.LOOKUPS, Channel.HANDED_OVER.value)])
def test_how_a_paper_reached_the_citizen_is_believed_of_those_who_may_give_that_paper(
    table: Table, kind: PaperKind, read: str
) -> None:
    """A leder whose program has been tampered with moves no time to complain (C4)."""
    said = {"channel": Channel.HANDED_OVER.value, "delivered_on": TODAY}
    with table.desk.step(LIS, table.case_id, "Giv et papir") as work:
        work.create(Paper(id=new_id(), case_id=table.case_id, type=kind.value, version=1, draft=False, **said))
    (paper,) = table.file.papers
    assert paper.channel == read
