# SPDX-License-Identifier: MPL-2.0
"""Deciding: who may sign, what is signed, and that nothing but a signature makes a decision (promise 2; C1, C3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.answer import WEIGHING
from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.fields import fields_of
from app.models.kinds import Decision
from app.services import cases, decide, lists, undo
from app.services.decide import ONLY_BESTILLER, has_moved_on, lacking, settled, sign
from app.store import queries
from app.store.accounts import account, save, with_new_key
from app.store.seal import LockedKey, canonical, new_account_key, open_account_key, seal_decision, vouch
from app.store.unit_of_work import new_id
from tests.services.table import BODIL, CHEAP, PASSWORD, VAGN, Table, root, seat, set_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


def signed(table: Table) -> Decision:
    decision = table.file.decision
    assert decision is not None
    return decision.decision


class TestSigning:
    @pytest.mark.parametrize(
        ("answer", "paragraphs"), [("nej", ["82a", "82b"]), ("udskudt", ["82a", "82b"]), ("direkte § 85", ["85"])]
    )
    def test_with_no_support_the_paragraph_follows_from_the_answer(
        self, table: Table, answer: str, paragraphs: list[str]
    ) -> None:
        table.answer(answer, until="17-12-2026" if answer == "udskudt" else "")
        table.add(BODIL, "support", paragraph="82b", offer="Ikke givet")
        table.add(BODIL, "support", paragraph="åbent", offer="Cykelværksted")
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        content = json.loads(signed(table).content)
        assert content["paragraphs"] == paragraphs
        assert [s["offer"] for s in content["support"]] == ["Cykelværksted"]

    def test_a_signature_is_a_full_copy_with_one_decider(self, table: Table) -> None:
        table.yes()
        decision_id = sign(table.desk, BODIL, table.case_id, PASSWORD)
        decision = signed(table)
        assert decision.id == decision_id
        assert table.file.decision is not None
        assert table.file.decision.authentic
        content = json.loads(decision.content)
        assert content["decided_by"] == {"id": "bodil", "name": "Bodil Bestiller"}
        assert content["decided_at"] == decision.signed_at == "2026-11-26T10:41:00+00:00"
        assert (content["reason"], content["facts"]) == ("Fordi", "Eget udsagn")
        assert content["support"][0]["end"] == "2027-05-29"
        assert content["next_steps"] == [{"who": "Vagn Vejleder", "what": "Ringer", "by": "2026-11-30"}]
        assert (decision.start, decision.end) == (table.file.support[0].start, table.file.support[0].end)

    def test_nothing_internal_is_in_the_copy(self, table: Table) -> None:
        table.yes()
        table.single(BODIL, "notes", "bestiller", "HEMMELIG-B")
        table.single(VAGN, "notes", "vejleder", "HEMMELIG-V")
        asked = table.add(VAGN, "question", text="HEMMELIG-Q")
        table.type(BODIL, "question", asked, "answer", "HEMMELIG-A")
        wished = table.add(VAGN, "revisit_request", offer="HEMMELIG-R", why="HEMMELIG-W")
        table.type(BODIL, "revisit_request", wished, "answer", "HEMMELIG-N")
        for name in ("handleplan_why", "hearing_note"):
            table.single(BODIL, "answer", name, f"HEMMELIG-{name}")
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert "HEMMELIG" not in signed(table).content

    def test_both_of_two_opposite_advices_and_how_they_were_weighed_are_sealed(self, table: Table) -> None:
        """D3: the decision's basis. It stands apart in the copy, which no paper prints (`tests/papers`)."""
        table.yes()
        table.add(VAGN, "advice", adviser="Anna", organisation="VISO", date="20-11-2026", text="Begynd med gruppen")
        assert lacking(table.file) == ()  # one advice needs no weighing
        table.add(VAGN, "advice", adviser="Bo", organisation="PPR", date="24-11-2026", text="Aldrig en gruppe")
        table.add(VAGN, "advice", adviser="Carl")  # has said nothing yet
        assert lacking(table.file) == (WEIGHING,)
        with pytest.raises(UserError, match="vejning af rådene"):
            sign(table.desk, BODIL, table.case_id, PASSWORD)
        table.single(BODIL, "answer", "weighing", "Vi begynder med én til én")
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        basis = json.loads(signed(table).content)["basis"]
        assert [(a["adviser"], a["organisation"], a["date"], a["text"]) for a in basis["advice"]] == [
            ("Anna", "VISO", "2026-11-20", "Begynd med gruppen"),
            ("Bo", "PPR", "2026-11-24", "Aldrig en gruppe"),
        ]
        assert basis["weighing"] == "Vi begynder med én til én"

    def test_a_weighing_changed_afterwards_is_the_draft_of_a_new_decision_and_a_later_advice_is_not(
        self, table: Table
    ) -> None:
        table.yes()
        table.single(BODIL, "answer", "weighing", "Som Anna siger")
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        table.add(VAGN, "advice", adviser="Bo", text="Aldrig en gruppe")
        assert not has_moved_on(table.file)
        table.single(BODIL, "answer", "weighing", "Som Bo siger")
        assert has_moved_on(table.file)

    def test_a_decision_from_before_advice_was_in_the_copy_has_not_moved_on(self, table: Table) -> None:
        table.yes()
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        table.single(BODIL, "answer", "weighing", "Skrevet dengang, og ikke i kopien")
        file = table.file
        assert file.decision is not None
        content = json.loads(file.decision.decision.content)
        del content["basis"]
        old = replace(file.decision.decision, content=json.dumps(content))
        signed_then = replace(file.decision, decision=old)
        assert not has_moved_on(replace(file, decisions=(signed_then,)))

    def test_whether_the_citizen_was_heard_is_signed_and_a_change_of_it_is_the_draft_of_a_new_decision(
        self, table: Table
    ) -> None:
        table.yes()
        table.single(BODIL, "answer", "hearing", "nej")
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert json.loads(signed(table).content)["hearing"] == "nej"
        assert not has_moved_on(table.file)
        table.single(BODIL, "answer", "hearing", "ja")
        file = table.file
        assert has_moved_on(file)
        assert file.decision is not None
        before = {k: v for k, v in json.loads(file.decision.decision.content).items() if k != "hearing"}
        old = replace(file.decision, decision=replace(file.decision.decision, content=json.dumps(before)))
        assert not has_moved_on(replace(file, decisions=(old,)))  # signed before the copy had it

    def test_rows_nobody_wrote_in_are_not_signed(self, table: Table) -> None:
        table.yes()
        for kind in ("support", "bridge", "next_step"):
            table.add(BODIL, kind)
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        content = json.loads(signed(table).content)
        assert [len(content[name]) for name in ("support", "bridge", "next_steps")] == [1, 1, 1]

    def test_what_lacks_is_not_signed(self, table: Table) -> None:
        with pytest.raises(UserError, match="Svaret mangler: svar på målgruppe, begrundelse"):
            sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert table.file.decisions == ()

    @pytest.mark.parametrize(("start", "end"), [("2026-11-30", "2027-05-30"), ("2026-11-30", "2026-11-29")])
    def test_no_signature_grants_more_than_the_law_however_it_came_there(
        self, table: Table, start: str, end: str
    ) -> None:
        table.yes()
        days = {"start": date.fromisoformat(start), "end": date.fromisoformat(end)}
        lists.add(table.desk, BODIL, table.case_id, "support", {"paragraph": "82b", "offer": "Mere", **days})
        with pytest.raises(UserError, match=r"seks måneder|før den begynder"):
            sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert table.file.decisions == ()

    def test_a_second_signature_lies_over_the_first(self, table: Table) -> None:
        table.yes()
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        first = signed(table)
        table.single(BODIL, "answer", "reason", "En bedre grund")
        second = sign(table.desk, BODIL, table.case_id, PASSWORD)
        decisions = {d.decision.id: d for d in table.file.decisions}
        assert set(decisions) == {first.id, second}
        assert decisions[first.id].decision == first
        assert all(d.authentic for d in decisions.values())

    def test_a_signature_is_never_undone(self, table: Table) -> None:
        table.yes()
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert undo.can_undo(table.desk, BODIL, table.case_id) is None
        with pytest.raises(UserError, match="ikke mere at fortryde"):
            undo.undo(table.desk, BODIL, table.case_id)
        assert len(table.file.decisions) == 1

    def test_signed_under_an_earlier_key_it_still_holds(self, table: Table) -> None:
        table.yes()
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        own = account(table.desk.replica, "bodil")
        assert own is not None
        fresh = new_account_key("ny kode", CHEAP)
        save(table.desk.replica, with_new_key(own, fresh.to_json(), fresh.public_key, ""))
        assert table.file.decision is not None
        assert table.file.decision.authentic
        with pytest.raises(UserError, match="står ikke inde for den"):
            sign(table.desk, BODIL, table.case_id, "ny kode")
        voucher = vouch(root(), "bodil", BODIL.name, ["bestiller"], fresh.public_key)
        save(table.desk.replica, with_new_key(own, fresh.to_json(), fresh.public_key, voucher))
        assert sign(table.desk, BODIL, table.case_id, "ny kode")
        assert all(d.authentic for d in table.file.decisions)

    def test_the_meeting_ends_when_the_citizen_has_an_answer(self, table: Table) -> None:
        with pytest.raises(UserError, match="ikke fået svar"):
            cases.end_meeting(table.desk, BODIL, table.case_id)
        table.answer("nej")
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        cases.end_meeting(table.desk, BODIL, table.case_id)
        meeting = table.file.meeting
        assert meeting is not None
        assert signed(table).signed_at <= meeting.ended


class TestASecondMeeting:
    """A2: each meeting ends on its own answer, or on a yes that still runs."""

    def first(self, table: Table, answer: str, until: str = "") -> None:
        if answer == "ja":
            table.yes()
        else:
            table.answer(answer, until=until)
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        cases.end_meeting(table.desk, BODIL, table.case_id)

    def second(self, table: Table, days: int) -> None:
        later = table.desk.clock() + timedelta(days=days)
        table.desk.clock = lambda: later
        cases.begin_meeting(table.desk, VAGN, table.case_id)

    @pytest.mark.parametrize(
        ("answer", "until"), [("nej", ""), ("udskudt", "10-12-2026"), ("direkte § 85", "")], ids=["no", "later", "85"]
    )
    def test_it_does_not_end_on_the_answer_of_the_first(self, table: Table, answer: str, until: str) -> None:
        self.first(table, answer, until)
        self.second(table, 21)
        assert not settled(table.file, table.desk.today())
        with pytest.raises(UserError, match="ikke fået svar"):
            cases.end_meeting(table.desk, BODIL, table.case_id)
        meeting = table.file.meeting
        assert meeting is not None
        assert not meeting.ended
        table.single(BODIL, "answer", "until", "")
        table.single(BODIL, "answer", "target_group", "nej")
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        cases.end_meeting(table.desk, BODIL, table.case_id)
        assert settled(table.file, table.desk.today())

    @pytest.mark.parametrize(("days", "ends"), [(7, True), (184, True), (185, False)])
    def test_it_ends_on_a_yes_as_long_as_that_runs(self, table: Table, days: int, ends: bool) -> None:
        self.first(table, "ja")  # to and with 29 May 2027
        self.second(table, days)
        if ends:
            cases.end_meeting(table.desk, BODIL, table.case_id)
        else:
            with pytest.raises(UserError, match="ikke fået svar"):
                cases.end_meeting(table.desk, BODIL, table.case_id)

    def test_a_clock_that_is_behind_at_the_signers_desk_holds_nobody_back(self, table: Table) -> None:
        table.answer("nej")
        now = table.desk.clock()
        table.desk.clock = lambda: now - timedelta(minutes=5)
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        table.desk.clock = lambda: now
        cases.end_meeting(table.desk, BODIL, table.case_id)
        assert table.file.meeting is not None
        assert table.file.meeting.ended


class TestPutOff:
    """A2: an answer that is put off comes on a day to come."""

    @pytest.mark.parametrize("day", ["25-11-2026", "26-11-2026", "1-1-2020"])
    def test_a_day_that_has_come_is_kept_in_its_field_and_is_no_value(self, table: Table, day: str) -> None:
        table.answer("udskudt")
        written = table.single(BODIL, "answer", "until", day)
        assert not written.accepted
        assert "efter i dag" in written.because
        assert lacking(table.file) == ("dato for svar",)
        assert [d.text for d in table.file.drafts.values()] == [day]

    def test_the_day_after_today_will_do(self, table: Table) -> None:
        table.answer("udskudt", until="27-11-2026")
        assert sign(table.desk, BODIL, table.case_id, PASSWORD)

    def test_a_day_that_has_come_since_it_was_written_is_not_signed(self, table: Table) -> None:
        table.answer("udskudt", until="27-11-2026")
        later = table.desk.clock() + timedelta(days=1)
        table.desk.clock = lambda: later
        with pytest.raises(UserError, match="efter i dag"):
            sign(table.desk, BODIL, table.case_id, PASSWORD)
        table.single(BODIL, "answer", "target_group", "nej")  # the day is of no matter now
        assert sign(table.desk, BODIL, table.case_id, PASSWORD)


class TestOnlyTheBestillerDecides:
    """Refused, nothing written, and noted: by service, by a forged hand, by the unit of work, by edited rows."""

    @pytest.fixture(autouse=True)
    def _ready(self, table: Table) -> None:
        table.yes()

    def refused(self, table: Table, hand: Hand, password: str, why: str) -> None:
        with pytest.raises(UserError, match=why):
            sign(table.desk, hand, table.case_id, password)
        assert table.file.decisions == ()
        assert table.refusals() == [(hand.person_id, hand.role.value, "decision.seal")]

    @pytest.mark.parametrize("role", [Role.VEJLEDER, Role.LEDER, Role.RAADGIVER])
    def test_no_other_role_signs(self, table: Table, role: Role) -> None:
        self.refused(table, VAGN._replace(role=role), "vagns kode", ONLY_BESTILLER)

    def test_a_vejleder_who_says_bestiller_is_not_vouched_for(self, table: Table) -> None:
        self.refused(table, VAGN._replace(role=Role.BESTILLER), "vagns kode", "står ikke inde for den")

    def test_the_bestillers_id_without_her_password(self, table: Table) -> None:
        self.refused(table, Hand("bodil", "Bodil Bestiller", Role.BESTILLER), "vagns kode", "passer ikke")

    def test_an_id_nobody_has(self, table: Table) -> None:
        self.refused(table, Hand("ingen", "Ingen", Role.BESTILLER), "", ONLY_BESTILLER)

    def test_a_bestiller_nobody_vouches_for(self, table: Table) -> None:
        ny = Hand("ny", "Ny Bestiller", Role.BESTILLER)
        seat(table.desk.replica, ny, "kode", vouched_for=False)
        self.refused(table, ny, "kode", "står ikke inde for den")

    def test_a_role_written_into_the_account(self, table: Table) -> None:
        table.sql("UPDATE account SET roles = ? WHERE person_id = 'vagn'", '["bestiller"]')
        self.refused(table, VAGN._replace(role=Role.BESTILLER), "vagns kode", "står ikke inde for den")

    def test_the_bestillers_voucher_moved_to_another(self, table: Table) -> None:
        table.sql(
            "UPDATE account SET roles = ?, voucher = (SELECT voucher FROM account WHERE person_id = 'bodil')"
            " WHERE person_id = 'vagn'",
            '["bestiller"]',
        )
        self.refused(table, VAGN._replace(role=Role.BESTILLER), "vagns kode", "står ikke inde for den")

    def test_the_bestillers_row_with_ones_own_key(self, table: Table) -> None:
        table.sql(
            "UPDATE account SET (locked_key, public_key) ="
            " (SELECT locked_key, public_key FROM account WHERE person_id = 'vagn') WHERE person_id = 'bodil'"
        )
        self.refused(table, BODIL, "vagns kode", "står ikke inde for den")

    def test_ones_own_key_behind_the_bestillers_public_one(self, table: Table) -> None:
        """The voucher still fits the row; the key that would sign is another."""
        table.sql(
            "UPDATE account SET locked_key = (SELECT locked_key FROM account WHERE person_id = 'vagn')"
            " WHERE person_id = 'bodil'"
        )
        self.refused(table, BODIL, "vagns kode", "står ikke inde for den")

    def test_a_signature_bears_the_name_that_is_vouched_for(self, table: Table) -> None:
        sign(table.desk, Hand("bodil", "En Anden", Role.BESTILLER), table.case_id, PASSWORD)
        assert signed(table).signer_name == "Bodil Bestiller"

    def forged(self, table: Table, signer: Hand, key_of: str, password: str) -> Decision:
        """A decision made by hand, sealed with somebody's own key."""
        own = account(table.desk.replica, key_of)
        assert own is not None
        key = open_account_key(LockedKey.from_json(own.locked_key), password)
        decision_id, at = new_id(), "2026-11-26T10:41:00+00:00"
        municipality = queries.municipality(table.desk.replica)
        content = decide.decided_content(table.file, municipality, {}, signer, decision_id, at)
        seal = seal_decision(key, content)
        return Decision(
            id=decision_id,
            case_id=table.case_id,
            content=canonical(content).decode(),
            hash=seal.hash,
            seal=seal.seal,
            signer_id=signer.person_id,
            signer_name=signer.name,
            signed_at=at,
            target_group="ja",
            start=date.fromisoformat(content["start"]),
            end=date.fromisoformat(content["end"]),
        )

    @pytest.mark.parametrize("paragraph", ["82b", "§ 82 b"])
    def test_a_decision_past_the_service_grants_no_more_than_six_months(self, table: Table, paragraph: str) -> None:
        """B1: the wall stands in the store too, for a bestiller's own seal and however the paragraph is written."""
        days = {"start": date(2026, 11, 30), "end": date(2027, 5, 30)}
        more = lists.add(table.desk, BODIL, table.case_id, "support", {"paragraph": paragraph, "offer": "Mere", **days})
        forged = self.forged(table, BODIL, "bodil", PASSWORD)
        with pytest.raises(UserError, match="seks måneder"), table.desk.step(BODIL, table.case_id, "x") as work:
            work.create(forged)
        assert table.file.decisions == ()
        assert table.refusals() == [("bodil", "bestiller", "decision.end")]
        lists.remove(table.desk, BODIL, table.case_id, "support", more)
        within = self.forged(table, BODIL, "bodil", PASSWORD)
        with table.desk.step(BODIL, table.case_id, "x") as work:
            work.create(within)
        assert table.file.decision is not None

    @pytest.mark.expects_log("app.store", "WARNING", "may not write decision.seal")
    def test_a_decision_past_the_service_with_a_vejleders_hand(self, table: Table) -> None:
        forged = self.forged(table, BODIL, "vagn", "vagns kode")
        with (
            pytest.raises(UserError, match="bestillerens underskrift"),
            table.desk.step(VAGN, table.case_id, "x") as work,
        ):
            work.create(forged)
        assert table.file.decisions == ()
        assert table.refusals() == [("vagn", "vejleder", "decision.seal")]

    def test_a_decision_past_the_service_with_a_forged_hand(self, table: Table) -> None:
        forged = self.forged(table, BODIL, "vagn", "vagns kode")
        with pytest.raises(UserError, match="ikke underskrevet"), table.desk.step(BODIL, table.case_id, "x") as work:
            work.create(forged)
        assert table.file.decisions == ()
        assert table.refusals() == [("bodil", "bestiller", "decision.seal")]

    def test_a_row_put_in_by_hand_is_no_decision(self, table: Table) -> None:
        forged = self.forged(table, BODIL, "vagn", "vagns kode")
        row = {"id": forged.id, "case_id": forged.case_id, "standing": "{}"}
        row |= {name: getattr(forged, name) for name in fields_of(Decision)}
        table.sql(f"INSERT INTO rec_decision ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())
        assert table.file.decision is not None
        assert not table.file.decision.authentic

    @pytest.mark.parametrize(
        "service",
        [
            lambda t: lists.add(t.desk, VAGN, t.case_id, "support", {"paragraph": "82b", "offer": "Mere"}),
            lambda t: lists.remove(t.desk, VAGN, t.case_id, "support", t.file.support[0].id),
            lambda t: cases.direct_to_85(t.desk, VAGN, t.case_id, "Fordi"),
            lambda t: t.single(VAGN, "answer", "target_group", "nej"),
            lambda t: t.type(VAGN, "support", t.file.support[0].id, "end", "01-05-2027"),
        ],
    )
    @pytest.mark.expects_log("app.store", "WARNING", "vejleder may not write")
    def test_the_draft_of_the_answer_is_not_the_vejleders_either(
        self, table: Table, service: Callable[[Table], object]
    ) -> None:
        before = table.file
        with pytest.raises(UserError, match="kun skrives af bestilleren"):
            service(table)
        assert (table.file.answer, table.file.support) == (before.answer, before.support)
        assert len(table.refusals()) == 1


class TestTamperedWith:
    @pytest.fixture(autouse=True)
    def _signed(self, table: Table) -> None:
        table.yes()
        sign(table.desk, BODIL, table.case_id, PASSWORD)

    @pytest.mark.parametrize(
        "edit",
        [
            "UPDATE rec_decision SET content = replace(content, 'Fordi', 'Nej, fordi')",
            "UPDATE rec_decision SET content = replace(content, '2027-05-29', '2028-05-29')",
            "UPDATE rec_decision SET content = 'ikke json'",
            "UPDATE rec_decision SET content = '[]'",
            "UPDATE rec_decision SET content = ''",
            "UPDATE rec_decision SET target_group = 'nej'",
            "UPDATE rec_decision SET hash = replace(hash, substr(hash, 1, 1), 'x')",
            "UPDATE rec_decision SET seal = 'AAAA'",
            "UPDATE rec_decision SET seal = ''",
            "UPDATE rec_decision SET signer_name = 'Vagn Vejleder'",
            "UPDATE rec_decision SET signer_id = 'vagn'",
            "UPDATE rec_decision SET signed_at = '2026-11-25T10:41:00+00:00'",
            "UPDATE account SET voucher = '' WHERE person_id = 'bodil'",
            "UPDATE account SET roles = '[\"vejleder\"]' WHERE person_id = 'bodil'",
            "UPDATE account SET name = 'En Anden' WHERE person_id = 'bodil'",
            "UPDATE account SET public_key = pin WHERE person_id = 'bodil'",
        ],
    )
    def test_an_edited_row_is_shown_as_tampered_with(self, table: Table, edit: str) -> None:
        table.sql(edit)
        decision = table.file.decision
        assert decision is not None
        assert not decision.authentic
        assert not has_moved_on(table.file)

    def test_a_decision_moved_to_another_case(self, table: Table) -> None:
        other = cases.new_citizen(table.desk, VAGN, "Rasmus", "gaden")
        table.sql("UPDATE rec_decision SET case_id = ?", other.case_id)
        moved = queries.case_file(table.desk.replica, other.case_id).decision
        assert moved is not None
        assert not moved.authentic

    def test_with_no_root_pinned_nothing_is_authentic(self, table: Table) -> None:
        table.desk.replica.root_public = None
        assert table.file.decision is not None
        assert not table.file.decision.authentic

    def test_a_good_one_may_be_signed_over_it(self, table: Table) -> None:
        table.sql("UPDATE rec_decision SET target_group = 'nej', signed_at = '2026-11-25T10:41:00+00:00'")
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert [d.authentic for d in table.file.decisions] == [False, True]
