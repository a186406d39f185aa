# SPDX-License-Identifier: MPL-2.0
"""Who may grant what, and an answer above it: never saved as made, but sent on to a named person (C2; C1, C3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.kinds import MUNICIPALITY, Competence, Decision, competence_id
from app.papers.kinds import PaperKind
from app.services import cases, decide, send_on, settings, undo
from app.services.decide import sign
from app.services.issue import gather, render
from app.store import listing, queries
from app.store.accounts import account, save
from app.store.listing import SENT_ON
from app.store.seal import LockedKey, canonical, new_account_key, open_account_key, seal_decision, vouch
from app.store.unit_of_work import new_id, new_step
from tests.services.reported import set_clock
from tests.services.table import BODIL, CHEAP, PASSWORD, TODAY, VAGN, Table, root, seat, set_table

OLE = Hand("ole", "Ole Olsen", Role.BESTILLER)
LIS = Hand("lis", "Lis Leder", Role.LEDER)
BEGGE = Hand("eva", "Eva Ejstrup", Role.BESTILLER)
"""A bestiller who is a leder too."""


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    seat(made.desk.replica, OLE)
    made.yes()
    yield made
    made.desk.replica.close()


def limit(table: Table, hand: Hand = BODIL, of: Hand = BODIL, *, grants: bool = True, weeks: int | None = 12) -> None:
    settings.set_competence(table.desk, hand, of.person_id, "82b", grants=grants, weeks=weeks)


def add_leader(table: Table) -> None:
    seat(table.desk.replica, LIS)


def add_leading_bestiller(table: Table) -> None:
    roles = (Role.BESTILLER, Role.LEDER)
    own = seat(table.desk.replica, BEGGE)
    names = [r.value for r in roles]
    voucher = vouch(root(), BEGGE.person_id, BEGGE.name, names, own.public_key)
    save(table.desk.replica, replace(own, roles=roles, voucher=voucher))


def due(table: Table, hand: Hand) -> list[str]:
    rows = listing.due(table.desk.replica, TODAY, hand.role.value, hand.name)
    return [row.text for row in rows if row.kind == "sent_on"]


def news(table: Table, hand: Hand) -> list[tuple[str, str]]:
    """What has come to somebody of what they asked for."""
    rows = listing.due(table.desk.replica, table.desk.today(), hand.role.value, hand.name, hand.person_id)
    return [(row.kind, row.text) for row in rows if row.kind in ("decided", "advised")]


class TestSetting:
    def test_with_nothing_set_every_bestiller_grants_everything(self, table: Table) -> None:
        assert queries.competences(table.desk.replica) == ()
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert len(table.file.decisions) == 1

    def test_a_bestiller_sets_it_where_there_is_no_leder_and_it_is_logged(self, table: Table) -> None:
        limit(table)
        found = settings.granting(table.desk)
        assert [row[0].person_name for row in found.rows] == ["Bodil Bestiller", "Ole Olsen"]
        assert (found.rows[0][0].grants, found.rows[0][0].most_weeks, found.led) == (True, 12, False)
        assert found.rows[1][0].most_weeks is None
        noted = queries.access_lines(table.desk.replica, MUNICIPALITY)
        assert (noted[0].person_id, noted[0].action) == ("bodil", "kompetence sat")
        assert queries.history(table.desk.replica, MUNICIPALITY)[0].hand == BODIL

    def test_where_there_is_a_leder_the_leder_alone_sets_it(self, table: Table) -> None:
        add_leader(table)
        with pytest.raises(UserError, match="Lederen sætter"):
            limit(table)
        limit(table, LIS)
        assert settings.granting(table.desk).rows[0][0].most_weeks == 12
        assert settings.may_set(BODIL, led=True)
        assert not settings.may_set(LIS, led=True)

    @pytest.mark.expects_log("app.store", "WARNING", "refused")
    @pytest.mark.parametrize("hand", [VAGN, Hand("r", "Rikke", Role.RAADGIVER)])
    def test_nobody_else_does_by_any_way(self, table: Table, hand: Hand) -> None:
        with pytest.raises(UserError):
            limit(table, hand)
        with pytest.raises(UserError), table.desk.step(hand, MUNICIPALITY, "x") as work:
            work.create(Competence(id=new_id(), case_id=MUNICIPALITY, person_id="bodil", paragraph="82b"))
        assert queries.competences(table.desk.replica) == ()

    def test_undo_raises_no_ones_own_competence_past_the_leder(self, table: Table) -> None:
        limit(table)
        add_leader(table)
        with pytest.raises(UserError, match="Lederen sætter"):
            undo.undo(table.desk, BODIL, MUNICIPALITY)
        assert settings.granting(table.desk).rows[0][0].most_weeks == 12

    @pytest.mark.parametrize("typed", ["0", "12,5", "mange", "521", "-3"])
    def test_a_number_of_weeks_that_is_none_is_kept_as_typed(self, table: Table, typed: str) -> None:
        step = new_step("x")
        limit(table)
        written = settings.write_competence(table.desk, BODIL, "bodil", "82b", "most_weeks", typed, step)
        assert (written.accepted, written.because) == (False, settings.NO_WEEKS)
        found = settings.granting(table.desk)
        assert found.rows[0][0].most_weeks is None
        assert found.drafts[competence_id("bodil", "82b"), "most_weeks"].text == typed

    def test_typing_sets_it(self, table: Table) -> None:
        for name, text in (("most_weeks", "8"), ("grants", "nej")):
            assert settings.write_competence(
                table.desk, BODIL, "ole", "82a", name, text, new_step("x"), final=True
            ).accepted
        row = settings.granting(table.desk).rows[1][1]
        assert (row.paragraph, row.grants, row.most_weeks) == ("82a", False, 8)

    def test_only_a_bestiller_has_one(self, table: Table) -> None:
        with pytest.raises(UserError, match="Kun en bestiller"):
            limit(table, of=VAGN)


class TestAbove:
    def test_it_is_not_signed(self, table: Table) -> None:
        limit(table)
        with pytest.raises(UserError) as no:
            sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert no.value.message == (
            "Du må ikke selv bevilge mere end 12 uger efter § 82 b. Send svaret videre til en, der må."
        )
        assert table.file.decisions == ()
        assert table.refusals() == [("bodil", "bestiller", "decision.competence")]

    def test_nor_by_a_call_built_by_hand(self, table: Table) -> None:
        limit(table, grants=False)
        own = account(table.desk.replica, "bodil")
        assert own is not None
        key = open_account_key(LockedKey.from_json(own.locked_key), PASSWORD)
        decision_id, at = new_id(), table.desk.clock().isoformat(timespec="seconds")
        municipality = queries.municipality(table.desk.replica)
        for hidden in (False, True):
            content = decide.decided_content(table.file, municipality, {}, BODIL, decision_id, at)
            if hidden:
                content["support"] = []
            seal = seal_decision(key, content)
            made = Decision(
                id=decision_id,
                case_id=table.case_id,
                content=canonical(content).decode(),
                hash=seal.hash,
                seal=seal.seal,
                signer_id="bodil",
                signer_name="Bodil Bestiller",
                signed_at=at,
                target_group="ja",
                start=date(2026, 11, 30),
                end=date(2027, 5, 29),
            )
            with pytest.raises(UserError, match="bevilge"), table.desk.step(BODIL, table.case_id, "x") as work:
                work.create(made)
        assert table.file.decisions == ()
        assert table.refusals()[-1] == ("bodil", "bestiller", "decision.competence")

    def test_what_is_within_is_signed(self, table: Table) -> None:
        limit(table, weeks=26)
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert len(table.file.decisions) == 1

    def test_a_no_is_within_everybodys(self, table: Table) -> None:
        limit(table, grants=False)
        table.single(BODIL, "answer", "target_group", "nej")
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert len(table.file.decisions) == 1

    def test_what_was_decided_before_a_limit_still_stands(self, table: Table) -> None:
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        limit(table, grants=False)
        decision = table.file.decision
        assert decision is not None
        assert decision.authentic


class TestSendingOn:
    def test_it_goes_to_those_who_may_and_a_leder_who_is_a_bestiller_too(self, table: Table) -> None:
        add_leader(table)
        add_leading_bestiller(table)
        limit(table, LIS)
        assert [(d.name, d.leads) for d in send_on.deciders(table.desk, BODIL, table.case_id)] == [
            ("Eva Ejstrup", True),
            ("Ole Olsen", False),
        ]
        limit(table, LIS, OLE, grants=False)
        assert [d.name for d in send_on.deciders(table.desk, BODIL, table.case_id)] == ["Eva Ejstrup"]

    def test_one_nobody_vouches_for_is_not_asked(self, table: Table) -> None:
        limit(table)
        locked = new_account_key(PASSWORD, CHEAP)
        own = account(table.desk.replica, "ole")
        assert own is not None
        save(
            table.desk.replica,
            replace(own, locked_key=locked.to_json(), public_key=locked.public_key, voucher=""),
        )
        assert send_on.deciders(table.desk, BODIL, table.case_id) == ()

    def test_it_is_a_task_and_a_dated_mark_and_no_decision(self, table: Table) -> None:
        limit(table)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        file = table.file
        assert file.decisions == ()
        assert (file.answer.sent_to, file.answer.sent_on) == ("Ole Olsen", TODAY)
        (task,) = [t for t in file.tasks if t.reason == SENT_ON]
        assert (task.for_person, task.due, task.for_role) == ("Ole Olsen", TODAY, "")
        source = gather(table.desk, VAGN, table.case_id)
        assert all(render(source, kind).draft for kind in (PaperKind.PLAN, PaperKind.LETTER))

    def test_it_stands_on_that_persons_page_and_on_nobody_elses(self, table: Table) -> None:
        limit(table)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        assert due(table, OLE) == ["Bodil beder dig afgøre svaret"]
        assert due(table, BODIL) == due(table, VAGN) == []

    def test_it_is_not_ticked_off_as_done(self, table: Table) -> None:
        """Ticked, the line went, nothing was decided, and the one who sent it waited for ever."""
        limit(table)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        (task,) = decide.sent_on_tasks(table.file)
        with pytest.raises(UserError, match="til svaret er afgjort"):
            cases.task_done(table.desk, OLE, table.case_id, task.id)
        assert due(table, OLE) == ["Bodil beder dig afgøre svaret"]

    def test_the_one_asked_decides_and_it_is_done(self, table: Table) -> None:
        limit(table)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        sign(table.desk, OLE, table.case_id, PASSWORD)
        file = table.file
        assert file.decision is not None
        assert file.decision.decision.signer_name == "Ole Olsen"
        assert (file.answer.sent_to, file.answer.sent_on) == ("", None)
        assert due(table, OLE) == []
        assert not decide.has_moved_on(file)

    def test_the_one_who_sent_it_is_told_that_it_is_decided_until_they_open_the_case(self, table: Table) -> None:
        """Ole decided, and Bodil had nothing on her page: she must have asked him."""
        limit(table)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        cases.open_case(table.desk, BODIL, table.case_id)
        assert news(table, BODIL) == []
        set_clock(table, TODAY, 11)
        sign(table.desk, OLE, table.case_id, PASSWORD)
        assert news(table, BODIL) == [("decided", "Ole har afgjort det svar, du sendte videre")]
        assert news(table, OLE) == news(table, VAGN) == []
        set_clock(table, TODAY + timedelta(days=1))
        assert len(news(table, BODIL)) == 1
        cases.open_case(table.desk, BODIL, table.case_id)
        assert news(table, BODIL) == []

    def test_what_one_signs_oneself_is_no_news(self, table: Table) -> None:
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert news(table, BODIL) == news(table, OLE) == []

    def test_it_can_be_taken_back(self, table: Table) -> None:
        limit(table)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        send_on.take_back(table.desk, BODIL, table.case_id)
        assert (table.file.answer.sent_to, table.file.answer.sent_on) == ("", None)
        assert due(table, OLE) == []

    def test_and_undone(self, table: Table) -> None:
        limit(table)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        assert undo.undo(table.desk, BODIL, table.case_id).name == "Send videre til afgørelse"
        assert table.file.answer.sent_on is None
        assert due(table, OLE) == []

    def test_sent_on_to_another_the_first_is_asked_no_more(self, table: Table) -> None:
        add_leading_bestiller(table)
        limit(table, BEGGE._replace(role=Role.LEDER))
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        send_on.send_on(table.desk, BODIL, table.case_id, "eva")
        assert due(table, OLE) == []
        assert due(table, BEGGE) == ["Bodil beder dig afgøre svaret"]

    @pytest.mark.parametrize("to", ["vagn", "bodil", "ingen", ""])
    def test_only_to_one_who_may(self, table: Table, to: str) -> None:
        limit(table)
        with pytest.raises(UserError, match="Vælg en"):
            send_on.send_on(table.desk, BODIL, table.case_id, to)
        assert table.file.answer.sent_on is None

    def test_what_one_may_decide_is_not_sent_on(self, table: Table) -> None:
        with pytest.raises(UserError, match="Du må selv"):
            send_on.send_on(table.desk, BODIL, table.case_id, "ole")

    def test_nor_what_lacks(self, table: Table) -> None:
        limit(table)
        table.single(BODIL, "answer", "reason", "")
        with pytest.raises(UserError, match="mangler: begrundelse"):
            send_on.send_on(table.desk, BODIL, table.case_id, "ole")

    @pytest.mark.parametrize("hand", [VAGN, LIS])
    def test_nobody_but_a_bestiller_sends_on_or_takes_back(self, table: Table, hand: Hand) -> None:
        limit(table)
        for act in (
            lambda: send_on.send_on(table.desk, hand, table.case_id, "ole"),
            lambda: send_on.take_back(table.desk, hand, table.case_id),
        ):
            with pytest.raises(UserError, match="Kun bestilleren kan sende"):
                act()
        assert [about for _, _, about in table.refusals()] == ["send_on", "send_on"]

    def test_the_meeting_can_end_and_the_citizen_knows_who_decides(self, table: Table) -> None:
        limit(table)
        with pytest.raises(UserError, match="ikke fået svar"):
            cases.end_meeting(table.desk, BODIL, table.case_id)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        cases.end_meeting(table.desk, BODIL, table.case_id)
        assert table.file.meeting is not None
        assert table.file.meeting.ended

    @pytest.mark.parametrize(
        "change",
        [
            lambda t: t.single(BODIL, "answer", "reason", "En anden grund"),
            lambda t: t.type(BODIL, "support", t.file.support[0].id, "frame", "Hver dag"),
            lambda t: t.type(VAGN, "goal", t.file.goals[0].id, "goal", "Et andet mål"),
            lambda t: t.single(BODIL, "answer", "weighing", "Som Anna siger"),
            lambda t: t.single(BODIL, "answer", "considerations", "At du selv vil"),
        ],
    )
    def test_what_is_changed_afterwards_must_be_sent_again(
        self, table: Table, change: Callable[[Table], object]
    ) -> None:
        limit(table)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        change(table)
        assert decide.changed_since_sent(table.file)
        with pytest.raises(UserError, match="ændret, siden det blev sendt til Ole Olsen. Send det igen"):
            cases.end_meeting(table.desk, BODIL, table.case_id)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        assert decide.is_sent_on(table.file)
        assert len(decide.sent_on_tasks(table.file)) == 1
        cases.end_meeting(table.desk, BODIL, table.case_id)

    def test_changed_back_it_is_what_was_sent(self, table: Table) -> None:
        limit(table)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        before = table.file.answer.reason
        table.single(BODIL, "answer", "reason", "En anden grund")
        table.single(BODIL, "answer", "reason", before)
        table.single(BODIL, "notes", "bestiller", "Husk at ringe")
        assert decide.is_sent_on(table.file)

    def test_what_an_earlier_version_sent_stands_as_sent(self, table: Table) -> None:
        limit(table)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        answer = table.file.answer.id
        with table.desk.step(BODIL, table.case_id, "x") as work:
            work.write("answer", answer, {"sent_mark": ""})
        assert decide.is_sent_on(table.file)

    def test_what_was_sent_before_there_were_considerations_stands_as_sent(self, table: Table) -> None:
        limit(table)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        told = decide._comparable(decide._on_the_table(table.file))
        then = hashlib.sha256(canonical({k: v for k, v in told.items() if k != "considerations"})).hexdigest()
        assert table.file.answer.sent_mark == then

    def test_who_was_asked_may_sign_what_was_changed(self, table: Table) -> None:
        limit(table)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        table.single(OLE, "answer", "reason", "Oles egen grund")
        sign(table.desk, OLE, table.case_id, PASSWORD)
        answer = table.file.answer
        assert (answer.sent_to, answer.sent_on, answer.sent_mark) == ("", None, "")
