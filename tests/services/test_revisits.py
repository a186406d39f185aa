# SPDX-License-Identifier: MPL-2.0
"""The vejleder moves within the frame and wishes for what is outside it; only the bestiller grants (C5, promise 2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.models.kinds import Municipality, Offer, intensity_id
from app.papers import clipboard
from app.papers.answer_contents import letter_content, plan_content
from app.papers.content import content_hash
from app.papers.note_content import note_content
from app.papers.staff_contents import OrderContent, order_content
from app.services import catalogue, groups, history, lists, offers, record_export, revisits, undo
from app.services.decide import granted, has_moved_on, lacking, mark_of_draft, sign
from app.services.revisits import Stage, stage_of
from app.store import caseload, listing
from app.views.room.citizen_content import citizen_content
from app.views.room.sheet import paper_of
from tests.services.table import BODIL, PASSWORD, TODAY, VAGN, Table, set_table

OWN = Municipality(id="m", case_id="m", name="Solbjerg Kommune")


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


@pytest.fixture
def decided(table: Table) -> Table:
    """A yes with one support and its frame, signed."""
    support = table.yes()
    table.type(BODIL, "support", support, "frame", "Op til fire besøg om ugen")
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    return table


def give(table: Table, words: str, hand: Hand = VAGN) -> str:
    record_id = intensity_id(table.case_id, table.file.support[0].id)
    table.type(hand, "intensity", record_id, "text", words)
    return record_id


def wish(table: Table, offer: str = "Værestedet Kanalen", why: str = "Hun er meget alene") -> str:
    return table.add(VAGN, "revisit_request", offer=offer, why=why)


def the_group(table: Table) -> Offer:
    """An entry of the catalogue, given by § 82 a."""
    catalogue.load_defaults(table.desk, BODIL)
    return next(o for o in offers.offered(table.desk) if o.paragraph == "82a")


def stage(table: Table) -> Stage:
    return stage_of(table.file.revisit_requests[0], table.file)


def order_content_of(file: CaseFile, own: Municipality, today: date) -> OrderContent:
    return order_content(file, own, today, {}, {})


def due(table: Table, hand: Hand) -> list[tuple[str, str]]:
    rows = listing.due(table.desk.replica, TODAY, hand.role.value, hand.name, hand.person_id)
    return [(row.kind, row.text) for row in rows]


class TestWithinTheFrame:
    def test_the_vejleder_raises_it_and_it_is_saved_and_logged(self, decided: Table) -> None:
        give(decided, "To besøg om ugen")
        give(decided, "Fire besøg om ugen")
        support = decided.file.support[0]
        assert decided.file.intensity_of(support.id).text == "Fire besøg om ugen"
        told = [(t.hand.name, t.what, t.words) for t in history.told(decided.desk, VAGN, decided.case_id)]
        assert told[:2] == [
            ("Vagn Vejleder", "Så meget lige nu", "Fire besøg om ugen"),
            ("Vagn Vejleder", "Så meget lige nu", "To besøg om ugen"),
        ]

    def test_it_makes_no_draft_of_a_new_decision(self, decided: Table) -> None:
        before = mark_of_draft(decided.file)
        give(decided, "Fire besøg om ugen")
        assert not has_moved_on(decided.file)
        assert mark_of_draft(decided.file) == before
        assert lacking(decided.file) == ()

    def test_the_citizen_reads_it_below_the_frame_and_it_is_never_answered_or_ordered(self, decided: Table) -> None:
        def others() -> list[str]:
            told = (letter_content, order_content_of, note_content)
            return [content_hash(content(decided.file, OWN, TODAY)) for content in told]

        before = others()
        give(decided, "Fire besøg om ugen")
        file = decided.file
        part = plan_content(file, OWN, TODAY).support[0]
        assert (part.frame, part.intensity) == ("Op til fire besøg om ugen", "Fire besøg om ugen")
        assert paper_of(file, TODAY).support == "Støtte. Op til fire besøg om ugen. Lige nu: Fire besøg om ugen"
        assert others() == before

    def test_it_is_there_before_the_signature_too_and_stays(self, table: Table) -> None:
        table.yes()
        give(table, "To besøg om ugen")
        assert plan_content(table.file, OWN, TODAY).support[0].intensity == "To besøg om ugen"
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert "To besøg" not in table.file.decisions[-1].decision.content
        assert plan_content(table.file, OWN, TODAY).support[0].intensity == "To besøg om ugen"

    def test_it_follows_the_granted_support_though_a_draft_takes_the_row_away(self, decided: Table) -> None:
        give(decided, "To besøg om ugen")
        lists.remove(decided.desk, BODIL, decided.case_id, "support", decided.file.support[0].id)
        assert plan_content(decided.file, OWN, TODAY).support[0].intensity == "To besøg om ugen"

    def test_a_support_that_takes_its_place_says_nothing_of_it(self, decided: Table) -> None:
        give(decided, "To besøg om ugen")
        lists.remove(decided.desk, BODIL, decided.case_id, "support", decided.file.support[0].id)
        decided.add(BODIL, "support", paragraph="82b", offer="Gruppe", start="30-11-2026", end="29-05-2027")
        sign(decided.desk, BODIL, decided.case_id, PASSWORD)
        assert [part.intensity for part in plan_content(decided.file, OWN, TODAY).support] == [""]

    def test_undone_it_is_as_before(self, decided: Table) -> None:
        give(decided, "To besøg om ugen")
        give(decided, "Fire besøg om ugen")
        undo.undo(decided.desk, VAGN, decided.case_id)
        assert decided.file.intensities[0].text == "To besøg om ugen"

    @pytest.mark.expects_log("app.store", "WARNING", "refused")
    def test_the_frame_itself_stays_the_bestillers_and_this_the_vejleders(self, decided: Table) -> None:
        support = decided.file.support[0]
        for name, words in (("frame", "Ti besøg"), ("offer", "Mere"), ("end", "31-05-2027"), ("paragraph", "82a")):
            with pytest.raises(UserError):
                decided.type(VAGN, "support", support.id, name, words)
        with pytest.raises(UserError, match="Kun|kun"):
            give(decided, "Nul besøg", BODIL)
        assert decided.file.support == (support,)
        assert len(decided.refusals()) == 5

    def test_it_leaves_in_the_export_and_the_copy_by_its_support(self, decided: Table) -> None:
        give(decided, "Fire besøg om ugen")
        told = record_export.record(decided.file, TODAY)
        assert told["intensity"] == [{"support": "Støtte", "text": "Fire besøg om ugen"}]
        assert told["authors"]["intensity.0.text"]["name"] == "Vagn Vejleder"
        block = next(b for b in clipboard.blocks(decided.file) if b.name == "Støtte")
        assert ("Så meget lige nu, støtte 1", "Fire besøg om ugen") in [(e.label, e.text) for e in block.entries]


class TestAWish:
    def test_it_counts_as_nothing_granted_until_the_bestiller_has_decided(self, decided: Table) -> None:
        group = the_group(decided)
        before = decided.file
        line = caseload.page(decided.desk.replica, TODAY)
        wish(decided, group.name)
        file = decided.file
        assert stage(decided) is Stage.WAITS
        assert file.support == before.support
        assert granted(file) == granted(before)
        assert not has_moved_on(file)
        assert caseload.page(decided.desk.replica, TODAY) == line
        assert groups.members(decided.desk, VAGN, group.key) == ()
        for paper in (letter_content, plan_content):
            assert content_hash(paper(file, OWN, TODAY)) == content_hash(paper(before, OWN, TODAY))
        assert order_content_of(file, OWN, TODAY) == order_content_of(before, OWN, TODAY)
        assert citizen_content(file, TODAY) == citizen_content(before, TODAY)

    @pytest.mark.expects_log("app.store", "WARNING", "refused")
    def test_the_vejleder_can_turn_it_into_nothing(self, decided: Table) -> None:
        asked = wish(decided)
        with pytest.raises(UserError):
            revisits.take_along(decided.desk, VAGN, decided.case_id, asked)
        for name in ("answer", "support_id"):
            with pytest.raises(UserError):
                decided.type(VAGN, "revisit_request", asked, name, decided.file.support[0].id)
        with pytest.raises(UserError):
            lists.add(decided.desk, VAGN, decided.case_id, "support", {"offer": "Værestedet Kanalen"})
        assert len(decided.refusals()) == 4
        assert stage(decided) is Stage.WAITS

    @pytest.mark.expects_log("app.store", "WARNING", "refused")
    def test_nor_does_the_bestiller_wish_in_the_vejleders_name(self, decided: Table) -> None:
        asked = wish(decided)
        for name in ("offer", "why"):
            with pytest.raises(UserError):
                decided.type(BODIL, "revisit_request", asked, name, "Noget andet")
        with pytest.raises(UserError):
            lists.add(decided.desk, BODIL, decided.case_id, "revisit_request", {"offer": "Noget"})
        with pytest.raises(UserError):
            lists.remove(decided.desk, BODIL, decided.case_id, "revisit_request", asked)

    def test_taken_along_it_is_a_draft_with_what_the_catalogue_says_and_granted_when_that_is_signed(
        self, decided: Table
    ) -> None:
        group = the_group(decided)
        asked = wish(decided, group.name.upper())
        row_id = revisits.take_along(decided.desk, BODIL, decided.case_id, asked)
        row = decided.file.support[-1]
        assert (row.id, row.paragraph, row.offer_id) == (row_id, "82a", group.id)
        assert decided.file.hands[row.id, "offer"].hand.role is BODIL.role
        assert stage(decided) is Stage.DRAFTED
        assert has_moved_on(decided.file)
        assert [part.offer for part in plan_content(decided.file, OWN, TODAY).support] == ["Støtte"]
        decided.type(BODIL, "support", row_id, "start", "30-11-2026")
        decided.type(BODIL, "support", row_id, "end", "28-02-2027")
        sign(decided.desk, BODIL, decided.case_id, PASSWORD)
        assert stage(decided) is Stage.GRANTED

    def test_pressed_twice_it_is_one_row_and_undone_it_waits_again(self, decided: Table) -> None:
        asked = wish(decided)
        assert revisits.take_along(decided.desk, BODIL, decided.case_id, asked)
        assert revisits.take_along(decided.desk, BODIL, decided.case_id, asked) == ""
        assert len(decided.file.support) == 2
        undo.undo(decided.desk, BODIL, decided.case_id)
        assert len(decided.file.support) == 1
        assert stage(decided) is Stage.WAITS

    def test_taken_off_the_draft_again_it_waits_and_comes_back_as_it_was(self, decided: Table) -> None:
        asked = wish(decided)
        row_id = revisits.take_along(decided.desk, BODIL, decided.case_id, asked)
        decided.type(BODIL, "support", row_id, "frame", "Hver torsdag")
        lists.remove(decided.desk, BODIL, decided.case_id, "support", row_id)
        assert stage(decided) is Stage.WAITS
        assert revisits.take_along(decided.desk, BODIL, decided.case_id, asked) == row_id
        assert decided.file.support[-1].frame == "Hver torsdag"
        assert stage(decided) is Stage.DRAFTED

    def test_granted_once_it_stays_so_whatever_is_decided_later(self, decided: Table) -> None:
        row_id = revisits.take_along(decided.desk, BODIL, decided.case_id, wish(decided))
        for name, words in (("paragraph", "82b"), ("start", "30-11-2026"), ("end", "28-02-2027")):
            decided.type(BODIL, "support", row_id, name, words)
        sign(decided.desk, BODIL, decided.case_id, PASSWORD)
        lists.remove(decided.desk, BODIL, decided.case_id, "support", row_id)
        sign(decided.desk, BODIL, decided.case_id, PASSWORD)
        assert stage(decided) is Stage.GRANTED
        assert due(decided, BODIL) == []

    def test_it_holds_no_signature_back(self, decided: Table) -> None:
        wish(decided)
        decided.single(BODIL, "answer", "reason", "Fordi det går godt")
        assert lacking(decided.file) == ()
        sign(decided.desk, BODIL, decided.case_id, PASSWORD)
        assert stage(decided) is Stage.WAITS

    def test_a_row_nobody_has_written_in_asks_for_nothing(self, decided: Table) -> None:
        decided.add(VAGN, "revisit_request")
        assert stage(decided) is Stage.BLANK
        assert due(decided, BODIL) == []

    def test_it_is_in_the_history_and_the_export_with_both_hands(self, decided: Table) -> None:
        decided.type(BODIL, "revisit_request", wish(decided), "answer", "Rammen rækker")
        told = [(t.hand.name, t.what, t.words) for t in history.told(decided.desk, VAGN, decided.case_id)]
        assert ("Bodil Bestiller", "Ønske om revisitation: nej, fordi", "Rammen rækker") in told
        assert ("Vagn Vejleder", "Ønske om revisitation: ønsket støtte", "Værestedet Kanalen") in told
        exported = record_export.record(decided.file, TODAY)
        assert exported["revisit_requests"] == [
            {"offer": "Værestedet Kanalen", "why": "Hun er meget alene", "answer": "Rammen rækker"}
        ]
        assert exported["authors"]["revisit_requests.0.answer"]["role"] == "bestiller"
        svar = next(b for b in clipboard.blocks(decided.file) if b.name == "Svar")
        text = "Værestedet Kanalen · Hun er meget alene · nej, fordi: Rammen rækker"
        assert ("Ønske om revisitation 1", text) in [(e.label, e.text) for e in svar.entries]


class TestToday:
    def test_the_bestiller_is_asked_and_nobody_else(self, decided: Table) -> None:
        wish(decided)
        assert due(decided, BODIL) == [("revisit", "Vejlederen ønsker revisitation: Værestedet Kanalen")]
        assert due(decided, VAGN) == []
        other = Hand("ole", "Ole Olsen", BODIL.role)
        assert due(decided, other) == []  # it is not Ole's case

    def test_it_waits_until_it_is_signed_and_not_only_drafted(self, decided: Table) -> None:
        row_id = revisits.take_along(decided.desk, BODIL, decided.case_id, wish(decided))
        assert [kind for kind, _ in due(decided, BODIL)] == ["revisit"]
        for name, words in (("paragraph", "82b"), ("start", "30-11-2026"), ("end", "28-02-2027")):
            decided.type(BODIL, "support", row_id, name, words)
        sign(decided.desk, BODIL, decided.case_id, PASSWORD)
        assert due(decided, BODIL) == []
        assert due(decided, VAGN) == [("revisited", "Bodil har bevilget det, du ønskede: Værestedet Kanalen")]

    def test_a_no_is_told_the_vejleder_until_they_open_the_case(self, decided: Table) -> None:
        decided.type(BODIL, "revisit_request", wish(decided), "answer", "Rammen rækker til det")
        assert due(decided, BODIL) == []
        told = "Bodil har sagt nej til dit ønske om revisitation: Værestedet Kanalen"
        assert due(decided, VAGN) == [("revisited", told)]
        at = decided.desk.clock() + timedelta(minutes=1)
        decided.desk.clock = lambda: at
        decided.desk.note(VAGN, decided.case_id, "åbnet")
        assert due(decided, VAGN) == []

    def test_a_wish_taken_away_asks_for_nothing(self, decided: Table) -> None:
        lists.remove(decided.desk, VAGN, decided.case_id, "revisit_request", wish(decided))
        assert due(decided, BODIL) == []
