# SPDX-License-Identifier: MPL-2.0
"""Deciding: what lacks, who may sign, and that nothing but a signature makes a decision (promise 2; A2, A3, A10, C1, C3, D6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.fields import fields_of
from app.models.kinds import Decision
from app.services import cases, decide, lists, undo
from app.services.decide import ONLY_BESTILLER, has_moved_on, lacking, sign
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


class TestWhatLacks:
    def test_nothing_is_asked_before_there_is_an_answer_but_these(self, table: Table) -> None:
        assert lacking(table.file) == ("svar på målgruppe", "begrundelse", "oplysninger", "næste skridt")

    @pytest.mark.parametrize(
        ("answer", "more"),
        [("ja", ("støtte",)), ("nej", ()), ("udskudt", ("dato for svar",)), ("direkte § 85", ())],
    )
    def test_each_of_the_four_answers(self, table: Table, answer: str, more: tuple[str, ...]) -> None:
        table.answer(answer)
        assert lacking(table.file) == more

    def test_put_off_asks_for_a_date(self, table: Table) -> None:
        table.answer("udskudt", until="17-12-2026")
        assert lacking(table.file) == ()

    def test_a_date_that_is_no_date_is_none(self, table: Table) -> None:
        table.answer("udskudt", until="31. februar")
        assert lacking(table.file) == ("dato for svar",)

    def test_82b_asks_for_all_it_takes(self, table: Table) -> None:
        table.answer("ja")
        table.add(BODIL, "support", paragraph="82b")
        assert lacking(table.file) == ("formål", "mål", "startdato", "slutdato", "vej videre")

    def test_82b_complete(self, table: Table) -> None:
        table.yes()
        assert lacking(table.file) == ()

    def test_a_refused_end_lacks(self, table: Table) -> None:
        support = table.yes()
        table.type(BODIL, "support", support, "end", "30-05-2027")
        assert lacking(table.file) == ("slutdato",)

    def test_82a_asks_for_its_period_alone(self, table: Table) -> None:
        table.answer("ja")
        row = table.add(BODIL, "support", paragraph="82a", offer="Gruppe")
        assert lacking(table.file) == ("startdato", "slutdato")
        table.type(BODIL, "support", row, "start", "30-11-2026")
        table.type(BODIL, "support", row, "end", "30-11-2027")
        assert lacking(table.file) == ()

    def test_an_open_offer_is_support_and_asks_for_nothing(self, table: Table) -> None:
        table.answer("ja")
        table.add(BODIL, "support", paragraph="åbent", offer="Cykelværksted")
        assert lacking(table.file) == ()

    def test_a_row_nobody_wrote_in_is_no_support(self, table: Table) -> None:
        table.answer("ja")
        table.add(BODIL, "support")
        assert lacking(table.file) == ("støtte",)

    def test_a_support_on_no_paragraph_is_not_granted(self, table: Table) -> None:
        table.yes()
        table.add(BODIL, "support", offer="Noget mere")
        assert "støtte" in lacking(table.file)

    @pytest.mark.parametrize(
        ("kind", "name", "word"),
        [("answer", "reason", "begrundelse"), ("answer", "facts", "oplysninger"), ("plan", "purpose", "formål")],
    )
    def test_blanks_are_no_words(self, table: Table, kind: str, name: str, word: str) -> None:
        table.yes()
        table.single(BODIL, kind, name, " \n ")
        assert lacking(table.file) == (word,)

    @pytest.mark.parametrize("missing", ["who", "what", "by"])
    def test_a_next_step_has_who_what_and_by(self, table: Table, missing: str) -> None:
        table.answer("nej")
        table.type(VAGN, "next_step", table.file.next_steps[0].id, missing, "")
        assert lacking(table.file) == ("næste skridt",)

    def test_a_question_holds_the_signature_until_it_is_met(self, table: Table) -> None:
        table.yes()
        asked = table.add(VAGN, "question", text="Kan rammen også bruges om lørdagen?")
        assert lacking(table.file) == ("svar på vejlederens spørgsmål",)
        with pytest.raises(UserError, match="svar på vejlederens spørgsmål"):
            sign(table.desk, BODIL, table.case_id, PASSWORD)
        table.type(BODIL, "question", asked, "answer", "Ja.")
        assert lacking(table.file) == ()
        table.type(BODIL, "question", asked, "answer", "")
        table.type(BODIL, "question", asked, "seen", "ja")
        assert lacking(table.file) == ()

    def test_a_question_with_no_words_holds_nothing(self, table: Table) -> None:
        table.yes()
        table.add(VAGN, "question")
        assert lacking(table.file) == ()

    def test_nothing_else_is_ever_asked_for(self, table: Table) -> None:
        """No CPR number, consent, resources, day to meet or read-back (cases/README.md)."""
        table.yes()
        table.single(VAGN, "story", "read_back", "ret det")
        file = table.file
        assert (file.identifier, file.consents, file.story.resources, file.follow_ups) == (None, (), "", ())
        assert sign(table.desk, BODIL, table.case_id, PASSWORD)


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
        table.add(VAGN, "advice", adviser="HEMMELIG-R", text="HEMMELIG-T")
        for name in ("handleplan_why", "hearing_note", "weighing"):
            table.single(BODIL, "answer", name, f"HEMMELIG-{name}")
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert "HEMMELIG" not in signed(table).content

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
        undone = undo.undo(table.desk, BODIL, table.case_id)
        assert undone.name != "Underskriv svaret"
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
        self.refused(table, replace(VAGN, role=role), "vagns kode", ONLY_BESTILLER)

    def test_a_vejleder_who_says_bestiller_is_not_vouched_for(self, table: Table) -> None:
        self.refused(table, replace(VAGN, role=Role.BESTILLER), "vagns kode", "står ikke inde for den")

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
        self.refused(table, replace(VAGN, role=Role.BESTILLER), "vagns kode", "står ikke inde for den")

    def test_the_bestillers_voucher_moved_to_another(self, table: Table) -> None:
        table.sql(
            "UPDATE account SET roles = ?, voucher = (SELECT voucher FROM account WHERE person_id = 'bodil')"
            " WHERE person_id = 'vagn'",
            '["bestiller"]',
        )
        self.refused(table, replace(VAGN, role=Role.BESTILLER), "vagns kode", "står ikke inde for den")

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
        )

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


class TestMovedOn:
    @pytest.fixture(autouse=True)
    def _signed(self, table: Table) -> None:
        table.yes()
        sign(table.desk, BODIL, table.case_id, PASSWORD)

    def test_just_signed_it_has_not(self, table: Table) -> None:
        assert not has_moved_on(table.file)

    @pytest.mark.parametrize(
        "change",
        [
            lambda t: t.single(BODIL, "answer", "reason", "En anden grund"),
            lambda t: t.single(BODIL, "answer", "target_group", "nej"),
            lambda t: t.single(BODIL, "plan", "purpose", "Noget andet"),
            lambda t: t.single(BODIL, "plan", "provisional_until", "17-12-2026"),
            lambda t: t.single(VAGN, "story", "want", "Noget helt andet"),
            lambda t: t.type(BODIL, "support", t.file.support[0].id, "end", "01-05-2027"),
            lambda t: t.type(BODIL, "support", t.file.support[0].id, "end", "vrøvl"),
            lambda t: t.type(VAGN, "goal", t.file.goals[0].id, "goal", "Et andet mål"),
            lambda t: t.add(VAGN, "milestone", t.file.goals[0].id, text="Et delmål"),
            lambda t: t.add(VAGN, "action", t.file.goals[0].id, owner="borger", who="Magnus", what="Går"),
            lambda t: t.add(VAGN, "next_step", who="Magnus", what="Finder sit buskort", by="30-11-2026"),
            lambda t: t.add(VAGN, "bridge", text="Rasmus"),
            lambda t: t.add(BODIL, "support", paragraph="åbent", offer="Cykelværksted"),
        ],
    )
    def test_what_was_decided_is_changed(self, table: Table, change: Callable[[Table], object]) -> None:
        before = signed(table)
        change(table)
        assert has_moved_on(table.file)
        assert signed(table) == before

    @pytest.mark.parametrize(
        "change",
        [
            lambda t: t.single(BODIL, "notes", "bestiller", "Husk"),
            lambda t: t.single(VAGN, "story", "read_back", "det er mine ord"),
            lambda t: t.type(VAGN, "goal", t.file.goals[0].id, "now_citizen", "4"),
            lambda t: t.type(VAGN, "goal", t.file.goals[0].id, "theme", "Håndtere post"),
            lambda t: t.add(VAGN, "question", text="Hvad så nu?"),
            lambda t: t.add(VAGN, "next_step"),
            lambda t: t.add(BODIL, "support"),
        ],
    )
    def test_what_is_no_part_of_it(self, table: Table, change: Callable[[Table], object]) -> None:
        change(table)
        assert not has_moved_on(table.file)

    def test_put_back_it_is_the_decision_again(self, table: Table) -> None:
        table.single(BODIL, "answer", "reason", "En anden grund")
        table.single(BODIL, "answer", "reason", "Fordi")
        assert not has_moved_on(table.file)


class TestSameNeed:
    def support(self, table: Table, paragraph: str, offer: str, need: str) -> str:
        return table.add(
            BODIL, "support", paragraph=paragraph, offer=offer, need=need, start="30-11-2026", end="01-02-2027"
        )

    def test_the_second_names_the_first_and_asks_why(self, table: Table) -> None:
        table.yes()
        self.support(table, "82b", "Støtte hjemme", "Komme ud")
        second = self.support(table, "82a", "Gå-gruppe", "komme UD ")
        file = table.file
        found = decide.same_need(file.support[-1], file)
        assert found is not None
        assert found.offer == "Støtte hjemme"
        assert decide.same_need(file.support[1], file) is None
        with pytest.raises(UserError, match="»Gå-gruppe« dækker samme behov som »Støtte hjemme«"):
            sign(table.desk, BODIL, table.case_id, PASSWORD)
        table.type(BODIL, "support", second, "same_need_reason", "Gruppen tager over efter nytår")
        assert sign(table.desk, BODIL, table.case_id, PASSWORD)

    @pytest.mark.parametrize(
        ("paragraph", "need"), [("åbent", "Komme ud"), ("82a", ""), ("82a", "  "), ("82a", "Post")]
    )
    def test_what_is_no_second_for_the_same_need(self, table: Table, paragraph: str, need: str) -> None:
        self.support(table, "82b", "Støtte hjemme", "Komme ud")
        self.support(table, paragraph, "Noget andet", need)
        file = table.file
        assert all(decide.same_need(s, file) is None for s in file.support)

    def test_the_same_offer_once_more_is_no_second(self, table: Table) -> None:
        self.support(table, "82b", "Støtte hjemme", "Komme ud")
        self.support(table, "82b", "støtte hjemme ", "Komme ud")
        assert all(decide.same_need(s, table.file) is None for s in table.file.support)

    def test_what_is_not_granted_asks_for_no_reason(self, table: Table) -> None:
        table.answer("nej")
        self.support(table, "82b", "Støtte hjemme", "Komme ud")
        self.support(table, "82a", "Gå-gruppe", "Komme ud")
        assert sign(table.desk, BODIL, table.case_id, PASSWORD)


class TestOrphans:
    def test_a_chain_with_no_loose_ends(self, table: Table) -> None:
        assert decide.orphans(table.file) == ()
        goal = table.add(VAGN, "goal", goal="Kan")
        assert decide.orphans(table.file) == (
            "målene mangler et formål at hænge på",
            "mål 1 har ingen handling",
        )
        table.single(BODIL, "plan", "purpose", "Kommer ud")
        table.add(VAGN, "action", goal, owner="borger", who="Magnus", what="Går")
        assert decide.orphans(table.file) == ()
