# SPDX-License-Identifier: MPL-2.0
"""Every role tries every act through the services: what the table opens is open, what it closes is refused and noted (C2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.domain.rights import LABEL, MAY, NOT_YET, Act, may, refusal
from app.domain.roles import Hand, Role
from app.models.kinds import MUNICIPALITY, Offer, Paper, intensity_id, singleton_id
from app.papers.clipboard import Entry
from app.papers.kinds import PaperKind
from app.services import (
    accounts,
    advising,
    caseload,
    cases,
    catalogue,
    conversation,
    decide,
    edit,
    history,
    issue,
    lists,
    record_export,
    referrals,
    reporting,
    revisits,
    seats,
    send_on,
    sending,
    settings,
)
from app.store import queries
from app.store.unit_of_work import new_id, new_step
from tests.services.reported import give_number, switch_on
from tests.services.table import BODIL, CODE, PASSWORD, PIN, VAGN, Table, seat, set_table

HANDS = {
    Role.BESTILLER: BODIL,
    Role.VEJLEDER: VAGN,
    Role.LEDER: Hand("lis", "Lis Leder", Role.LEDER),
    Role.RAADGIVER: Hand("rikke", "Rikke Rådgiver", Role.RAADGIVER),
}
REFERRALS = (
    "CPR-nr;Fornavn;Efternavn;Henvist dato;Jobcenter\n291182-9996;Kirsten;Berggren;20-11-2026;Jobcenter Fredericia\n"
)
Try = Callable[[Table, Hand], object]


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    made.yes()
    seat(made.desk.replica, HANDS[Role.RAADGIVER])
    made.add(BODIL, "consent", party="Rikke Rådgiver", given="ja")
    advising.ask(made.desk, BODIL, made.case_id, "rikke", "Hvad virker?")
    made.add(VAGN, "revisit_request", offer="Værested")
    yield made
    made.desk.replica.close()


def _write(table: Table, hand: Hand, kind: str, name: str) -> object:
    record_id = singleton_id(table.case_id, kind)
    return edit.write_text(table.desk, hand, table.case_id, kind, record_id, name, "ord", new_step("x"))


def _intensity(table: Table, hand: Hand) -> object:
    return table.type(hand, "intensity", intensity_id(table.case_id, table.file.support[0].id), "text", "To besøg")


def _take_along(table: Table, hand: Hand) -> object:
    return revisits.take_along(table.desk, hand, table.case_id, table.file.revisit_requests[0].id)


def _municipality(table: Table, hand: Hand) -> object:
    settings.load_municipality(table.desk, hand)
    step = new_step("x")
    return edit.write_text(table.desk, hand, MUNICIPALITY, "municipality", MUNICIPALITY, "phone", "1", step)


def _publish(table: Table, hand: Hand) -> object:
    about = {"type": "åbent", "paragraph": "åbent", "legal_ground": "x", "services": "x", "standard": "x"}
    offer = Offer(id="", case_id=MUNICIPALITY, name="Cykler", **about)
    return catalogue.publish(table.desk, hand, offer)


def _paper(table: Table, hand: Hand) -> object:
    made = issue.render(issue.gather(table.desk, VAGN, table.case_id), PaperKind.PLAN)
    return issue.issue(table.desk, hand, table.case_id, made)


def _lookups(table: Table, hand: Hand) -> object:
    """The list is read and given by the same people."""
    source = issue.gather(table.desk, hand, table.case_id, None, (PaperKind.LOOKUPS,))
    return issue.issue(table.desk, hand, table.case_id, issue.render(source, PaperKind.LOOKUPS))


def _note_paper(table: Table, hand: Hand) -> object:
    """What the record keeps of a paper; which paper, `issue` asks besides."""
    with table.desk.step(hand, table.case_id, "Giv et papir") as work:
        return work.create(Paper(id=new_id(), case_id=table.case_id, type=PaperKind.LOOKUPS.value, version=1))


def _send_on(table: Table, hand: Hand) -> object:
    seat(table.desk.replica, Hand("ole", "Ole Olsen", Role.BESTILLER))
    settings.set_competence(table.desk, BODIL, "bodil", "82b", grants=False, weeks=None)
    return send_on.send_on(table.desk, hand, table.case_id, "ole")


def _settle(table: Table, hand: Hand) -> object:
    step = singleton_id(table.case_id, "story")
    return conversation.settle(table.desk, hand, table.case_id, "story", step, {"resources": "begge dele"})


def _report(table: Table, hand: Hand) -> object:
    switch_on(table)
    give_number(table)
    return reporting.report(table.desk, hand, table.case_id)


def _calendar(table: Table, hand: Hand) -> object:
    table.add(VAGN, "follow_up", date="14-01-2027")
    return sending.save_calendar(table.desk, hand, table.case_id, table.desk.replica.path.with_name("dage.ics"))


def _advice(table: Table, hand: Hand) -> object:
    if hand.role is Role.RAADGIVER:
        return advising.begin_advice(table.desk, hand, table.case_id)
    return lists.add(table.desk, hand, table.case_id, "advice", {"text": "råd"})


TRIES: dict[Act, tuple[Try, ...]] = {
    Act.VISITATE: (
        lambda t, h: _write(t, h, "answer", "reason"),
        lambda t, h: _write(t, h, "plan", "purpose"),
        lambda t, h: lists.add(t.desk, h, t.case_id, "support"),
        _take_along,
        lambda t, h: cases.direct_to_85(t.desk, h, t.case_id, "Varig støtte"),
        lambda t, h: cases.appoint_coordinator(t.desk, h, t.case_id, "Bodil Bestiller"),
    ),
    Act.DECIDE: (lambda t, h: decide.sign(t.desk, h, t.case_id, PASSWORD),),
    Act.SEND_ON: (
        _send_on,
        lambda t, h: send_on.take_back(t.desk, h, t.case_id),
    ),
    Act.COMPETENCES: (
        lambda t, h: settings.set_competence(t.desk, h, "bodil", "82b", grants=False, weeks=None),
        lambda t, h: settings.write_competence(t.desk, h, "bodil", "82b", "most_weeks", "3", new_step("x")),
    ),
    Act.CATALOGUE: (
        _publish,
        lambda t, h: catalogue.load_defaults(t.desk, h),
        lambda t, h: catalogue.keep_typed(t.desk, h, catalogue.NEW, "name", "Nyt", new_step("x")),
        lambda t, h: catalogue.drop_typed(t.desk, h, catalogue.NEW),
    ),
    Act.SETTINGS: (_municipality,),
    Act.ACCOUNTS: (lambda t, h: accounts.vouch_for(t.desk, h, "bodil", CODE),),
    Act.ACCESS_LOG: (lambda t, h: history.looks(t.desk, h, t.case_id), _lookups),
    Act.PLAN: (
        lambda t, h: t.type(h, "goal", t.file.goals[0].id, "goal", "Et mål"),
        lambda t, h: lists.add(t.desk, h, t.case_id, "question", {"text": "Hvorfor?"}),
        lambda t, h: lists.add(t.desk, h, t.case_id, "revisit_request", {"offer": "Værested"}),
        lambda t, h: _write(t, h, "notes", "vejleder"),
    ),
    Act.DELIVER: (_intensity,),
    Act.NEW_CITIZEN: (lambda t, h: cases.new_citizen(t.desk, h, "Ny", "gaden"),),
    Act.IMPORT: (lambda t, h: referrals.take_in(t.desk, h, REFERRALS.encode()),),
    Act.MEET: (
        lambda t, h: cases.begin_meeting(t.desk, h, t.case_id),
        lambda t, h: seats.seat(t.desk, h, t.case_id, t.file.meetings[0].id, [BODIL, VAGN]),
        lambda t, h: cases.end_without_decision(t.desk, h, t.case_id, cases.Ending.GUIDANCE, "Råd"),
    ),
    Act.CITIZENS_WORDS: (lambda t, h: _write(t, h, "story", "want"),),
    Act.RECORD: (
        lambda t, h: lists.add(t.desk, h, t.case_id, "next_step"),
        lambda t, h: cases.want_status(t.desk, h, t.case_id, "Jobcenteret"),
        lambda t, h: cases.ask_party(t.desk, h, t.case_id, "Rikke Rådgiver", "Noget"),
        lambda t, h: cases.withdraw_consent(t.desk, h, t.case_id, t.file.consents[0].id),
    ),
    Act.PAPER: (_paper,),
    Act.NOTE_PAPER: (_note_paper,),
    Act.SETTLE: (_settle,),
    Act.SEE_TEAM: (lambda t, h: caseload.figures(t.desk, h),),
    Act.OPEN_CASE: (lambda t, h: cases.open_case(t.desk, h, t.case_id),),
    Act.EXPORT: (
        lambda t, h: record_export.export(t.desk, h, t.case_id),
        lambda t, h: sending.save_table(t.desk, h, t.case_id, t.desk.replica.path.with_name("sag.xlsx")),
    ),
    Act.REPORT: (_report,),
    Act.COPY_OUT: (lambda t, h: sending.copied(t.desk, h, t.case_id, [Entry("k", "Navn", "Magnus")]),),
    Act.CALENDAR: (_calendar,),
    Act.SEE_SHARED: (lambda t, h: advising.open_shared(t.desk, h, t.case_id),),
    Act.ADVISE: (_advice,),
    Act.OWN_ACCOUNT: (lambda t, h: accounts.check_pin(t.desk, h.person_id, PIN) if h.role is not Role.LEDER else None,),
}


def test_every_act_the_program_has_is_tried() -> None:
    assert set(TRIES) == set(Act) - NOT_YET


def test_no_service_asks_for_what_is_not_yet(repository: Path) -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for part in ("services", "views")
        for path in (repository / "app" / part).rglob("*.py")
    )
    asked = {Act[name] for name in re.findall(r"\bAct\.([A-Z_]+)\b", code)}
    assert not asked & NOT_YET, "it is done now: let the help say so too"


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
@pytest.mark.parametrize("act", sorted(TRIES), ids=lambda act: act.value)
def test_what_the_table_says_is_what_the_services_do(table: Table, act: Act, role: Role, log_watch: object) -> None:
    hand = HANDS[role]
    for attempt in TRIES[act]:
        before = _refusals(table, hand)
        said = ""
        try:
            attempt(table, hand)
        except UserError as no:
            said = no.message
        refused = _refusals(table, hand) - before
        if may(role, act):
            assert not refused, said
            assert not said, said
        else:
            assert (said, refused) != ("", 0), f"{role} could {LABEL[act]}"
            assert refused == 1, said
    log_watch.take("app.store", 30, "refused")  # type: ignore[attr-defined]


@pytest.mark.parametrize("act", sorted(NOT_YET), ids=lambda act: act.value)
def test_what_is_not_yet_is_settled_in_the_same_way(table: Table, act: Act) -> None:
    for role, hand in HANDS.items():
        if role in MAY[act]:
            table.desk.require(hand, act, table.case_id)
            continue
        with pytest.raises(UserError) as no:
            table.desk.require(hand, act, table.case_id)
        assert no.value.message == refusal(act)
        assert table.refusals()[-1] == (hand.person_id, role.value, act.value)


def _refusals(table: Table, hand: Hand) -> int:
    lines = [*queries.access_lines(table.desk.replica, table.case_id)]
    for other in ("", MUNICIPALITY, catalogue.FORM):
        lines += queries.access_lines(table.desk.replica, other)
    return sum(line.action == "afvist" and line.person_id == hand.person_id for line in lines)
