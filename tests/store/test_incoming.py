# SPDX-License-Identifier: MPL-2.0
"""What comes in from the shared database: parked, repaired, followed by lists and search, and what leaves again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.domain.roles import Role
from app.models.kinds import Case, Citizen
from app.store import caseload, incoming, leaving, listing, outgoing
from app.store.caseload import Asked
from app.store.present import MANY
from app.store.queries import case_file
from app.store.roster import RosterPerson, roster, take_roster
from app.store.rows import Present, Pulled
from app.store.standing import Stand, Standing
from app.store.unit_of_work import new_id
from tests.store.desk import TODAY
from tests.store.shared_model import ModelDesk, Server, blank_replica, start_case


class Two:
    """Two desks and a case both have."""

    def __init__(self, folder: Path) -> None:
        blank = blank_replica(folder)
        self.server = Server()
        self.anna = ModelDesk(self.server, blank, folder / "anna.db", ("anna",))
        self.bo = ModelDesk(self.server, blank, folder / "bo.db", ("bo",))
        self.case, self.citizen, self.goal, self.support = start_case(self.anna, "anna")
        self.anna.push("anna")
        self.anna.pull("anna")
        self.bo.pull("bo")

    def round(self) -> None:
        """Everything is sent and read."""
        for desk in (self.anna, self.bo, self.anna):
            desk.push(desk.people[0])
            desk.pull(desk.people[0])

    def foreign(self, kind: str, record: str, fields: dict[str, object], *, role: str = "vejleder") -> Pulled:
        """A change some other program wrote."""
        self.server.seq += 1
        at = "2026-11-26T10:00:00.000+01:00"
        who = ("internt", "eva", "EVA", role, "far", at, new_id(), "Skriv", None)
        return Pulled(self.server.seq, "change", self.case, new_id(), kind, record, fields, {}, None, *who)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    made = Two(tmp_path)
    yield made
    made.anna.close()
    made.bo.close()


def found(desk: ModelDesk, text: str) -> list[str]:
    """Whom a search finds on a desk."""
    return [row.name for row in caseload.page(desk.replica, TODAY, Asked(text, reader="bo"))]


def test_lists_and_search_follow_what_comes(two: Two) -> None:
    assert found(two.bo, "nancy") == ["Nancy Ann"]
    two.anna.type("anna", two.case, "citizen", two.citizen, "name", "Åse Ødegaard", anew=True)
    two.round()
    assert found(two.bo, "aase") == ["Åse Ødegaard"]
    assert not found(two.bo, "nancy")


@pytest.mark.parametrize(
    "change",
    [
        ("goal", {"goal": "Nyt", "of_tomorrow": "x"}),
        ("kind_of_tomorrow", {"text": "x"}),
        ("goal", {"now_citizen": "syv"}),
        ("support", {"start": "i morgen"}),
    ],
)
def test_what_cannot_be_read_is_parked_and_blocks_nothing(two: Two, change: tuple[str, dict[str, object]]) -> None:
    kind, fields = change
    record = two.support if kind == "support" else two.goal
    rows = [two.foreign(kind, record, fields), two.foreign("goal", two.goal, {"theme": "Transport"})]
    incoming.apply_pulled(two.bo.replica, "bo", rows, two.server.seq)
    assert two.bo.value("goal", two.goal, "theme") == "Transport"
    assert two.bo.replica.connection.execute("SELECT count(*) FROM parked").fetchone()[0] == 1
    case_file(two.bo.replica, two.case)
    assert incoming.replay_parked(two.bo.replica) == 0


def test_a_role_of_tomorrow_is_parked(two: Two) -> None:
    row = two.foreign("goal", two.goal, {"theme": "Transport"}, role="tovholder")
    incoming.apply_pulled(two.bo.replica, "bo", [row], row.seq)
    assert two.bo.value("goal", two.goal, "theme") == ""


def test_what_was_parked_is_replayed_after_an_upgrade(two: Two) -> None:
    two.bo.is_old = True
    two.anna.type("anna", two.case, "goal", two.goal, "done_when", "Når det går godt.", anew=True)
    two.anna.type("anna", two.case, "goal", two.goal, "done_when", "Når det går bedre.", anew=True)
    two.round()
    assert two.bo.value("goal", two.goal, "done_when") == ""
    two.bo.close()
    two.bo.open()
    two.bo.upgrade()
    assert two.bo.value("goal", two.goal, "done_when") == "Når det går bedre."
    assert two.bo.whole() == two.anna.whole()


@pytest.mark.expects_log("app.store", "WARNING", "decision")
def test_a_second_change_to_a_decision_is_not_applied(two: Two) -> None:
    decision = new_id()
    first = two.foreign(
        "decision", decision, {"removed": False, "content": "{}", "signed_at": "2026"}, role="bestiller"
    )
    second = two.foreign("decision", decision, {"content": "andet"}, role="bestiller")
    incoming.apply_pulled(two.bo.replica, "bo", [first, second], second.seq)
    assert two.bo.value("decision", decision, "content") == "{}"


def test_a_period_is_one_value_in_what_stands(two: Two) -> None:
    for desk, day in ((two.anna, 1), (two.bo, 2)):
        with desk.work(desk.people[0], Role.BESTILLER, two.case) as unit:
            unit.write("support", two.support, {"start": date(2026, 12, day), "end": date(2027, 3, day)})
    two.round()
    (talk,) = case_file(two.anna.replica, two.case).conversations
    assert talk.fields == ("start", "end")
    assert talk.label == "Periode"
    assert [tuple(s.values.values()) for s in talk.said] == [
        (date(2026, 12, 1), date(2027, 3, 1)),
        (date(2026, 12, 2), date(2027, 3, 2)),
    ]
    held = two.bo.value("support", two.support, "start"), two.bo.value("support", two.support, "end")
    assert held == ("2026-12-01", "2027-03-01")


def test_a_case_that_closes_waits_for_what_is_unsent(two: Two) -> None:
    two.bo.type("bo", two.case, "goal", two.goal, "words", "Ikke sendt endnu", anew=True)
    two.server.door("closed", two.case)
    two.bo.pull("bo")
    assert leaving.leave(two.bo.replica).held_by_unsent == (two.case,)
    assert two.bo.value("goal", two.goal, "words") == "Ikke sendt endnu"
    two.bo.push("bo")
    assert leaving.leave(two.bo.replica).gone == (two.case,)
    for table in ("rec_case", "rec_goal", "rec_citizen", "change", "search_text", "case_line", "case_reader"):
        assert two.bo.replica.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table


def test_words_that_were_refused_are_kept_when_a_case_closes_and_until_they_are_read_when_it_is_erased(
    two: Two,
) -> None:
    for what in ("closed", "erased"):
        two.bo.type("bo", two.case, "goal", two.goal, "words", "! ikke taget", anew=True)
        with two.bo.work("bo", Role.VEJLEDER, two.case) as unit:
            unit.keep_draft("goal", two.goal, "now_citizen", "måske 3", "Skriv et tal.")
        two.bo.push("bo")
        two.server.door(what, two.case)
        two.bo.pull("bo")
        left = leaving.leave(two.bo.replica)
        assert (left.gone, left.held_by_unsent) == (((two.case,), ()) if what == "closed" else ((), (two.case,)))
        aside = outgoing.set_aside(two.bo.replica)
        assert {str(v) for one in aside for v in one.fields.values()} == {"! ikke taget", "måske 3"}
        for one in aside:
            outgoing.put_by(two.bo.replica, one.case_id, one.id, "bo")
        if what == "closed":
            two.server.door("opened", two.case)
            two.bo.pull("bo")
            assert two.bo.value("goal", two.goal, "words") == "Tage bussen"
    assert leaving.leave(two.bo.replica).gone == (two.case,)
    for table in ("rec_case", "rec_goal", "rec_citizen", "change", "draft"):
        assert two.bo.replica.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table


@pytest.mark.parametrize(
    ("roles", "field", "role"),
    [
        (["bestiller"], "now_citizen", "bestiller"),
        (["vejleder"], "now_citizen", "vejleder"),
        (["leder", "vejleder"], "now_citizen", "vejleder"),
    ],
)
def test_a_draft_set_aside_is_told_as_theirs_who_typed_it(two: Two, roles: list[str], field: str, role: str) -> None:
    take_roster(two.bo.replica, [RosterPerson("bo", "Bo Berg", tuple(roles), "", "")])
    with two.bo.work("bo", Role.VEJLEDER, two.case) as unit:
        unit.keep_draft("goal", two.goal, field, "måske 3", "Skriv et tal.")
    two.server.door("closed", two.case)
    two.bo.pull("bo")
    leaving.leave(two.bo.replica)
    hands = [one.hand for one in outgoing.set_aside(two.bo.replica)]
    assert [(hand.person_id, hand.name, hand.role) for hand in hands] == [("bo", "Bo Berg", role)]


def test_a_citizen_of_two_cases_stays_with_the_other(two: Two) -> None:
    other = new_id()
    with two.anna.work("anna", Role.BESTILLER, other) as unit:
        unit.create(Case(id=other, case_id=other, citizen_id=two.citizen, number="2"))
    two.round()
    two.server.door("closed", two.case)
    two.bo.pull("bo")
    leaving.leave(two.bo.replica)
    assert case_file(two.bo.replica, other).citizen.name == "Nancy Ann"


def test_what_is_unsent_of_a_citizen_survives_the_fetch_of_another_case(two: Two) -> None:
    other = new_id()
    with two.anna.work("anna", Role.BESTILLER, other) as unit:
        unit.create(Case(id=other, case_id=other, citizen_id=two.citizen, number="2"))
    two.round()
    two.bo.type("bo", two.case, "citizen", two.citizen, "name", "Nancy Berg", anew=True)
    rows, upto = two.server.present()
    shown = [r._replace(case_id=other) for r in rows if r.kind == "citizen" or r.case_id == other]
    incoming.rebuild(two.bo.replica, "bo", other, [*shown, *shown], upto)
    assert two.bo.value("citizen", two.citizen, "name") == "Nancy Berg"
    two.round()
    assert two.anna.value("citizen", two.citizen, "name") == "Nancy Berg"


@pytest.mark.expects_log("app.store", "WARNING", "waits for a yes")
def test_a_door_that_would_empty_the_desk_waits_for_a_yes(two: Two) -> None:
    cases = []
    for n in range(leaving.FEW + 1):
        case_id, citizen_id = new_id(), new_id()
        with two.anna.work("anna", Role.BESTILLER, case_id) as unit:
            unit.create(Citizen(id=citizen_id, case_id=case_id, name=f"Borger {n}"))
            unit.create(Case(id=case_id, case_id=case_id, citizen_id=citizen_id, number=str(n)))
        cases.append(case_id)
    two.round()
    for case_id in cases:
        two.server.door("closed", case_id)
    two.bo.pull("bo")
    assert set(leaving.leave(two.bo.replica).held_by_guard) == set(cases)
    assert listing.count_cases(two.bo.replica) == len(cases) + 1, "kept, and not shown: the server has closed them"
    assert caseload.count(two.bo.replica, TODAY, Asked(reader="bo")) == 1
    assert set(leaving.allow_leaving(two.bo.replica).gone) == set(cases)
    assert listing.count_cases(two.bo.replica) == 1


def test_a_case_begun_here_is_not_fetched_when_its_door_opens(two: Two) -> None:
    begun = start_case(two.bo, "bo")[0]
    two.bo.push("bo")
    two.server.door("opened", begun)
    rows, upto = two.server.pull(0)
    incoming.apply_pulled(two.bo.replica, "bo", rows, upto)
    incoming.apply_pulled(two.anna.replica, "anna", rows, upto)
    assert incoming.to_fetch(two.bo.replica, "bo") == frozenset()
    assert incoming.to_fetch(two.anna.replica, "anna") == {begun}


@pytest.mark.parametrize("way", ["door", "list"])
def test_a_case_that_opens_to_one_more_at_the_desk_it_was_begun_on_is_told(two: Two, way: str) -> None:
    """A leader who sat down at the desk had a list and figures without it, until somebody wrote in it or sorted the list."""
    begun = start_case(two.bo, "bo")[0]
    two.bo.push("bo")
    start = two.server.seq
    two.server.door("opened", begun)
    rows, upto = two.server.pull(start)
    if way == "door":
        told = incoming.apply_pulled(two.bo.replica, "lene", rows, upto)
        again = incoming.apply_pulled(two.bo.replica, "lene", [], upto)
    else:
        told = incoming.reconcile(two.bo.replica, "lene", {begun: ("team", "full")})
        again = incoming.reconcile(two.bo.replica, "lene", {begun: ("team", "full")})
    assert [change.case_id for change in told] == [begun]
    assert incoming.to_fetch(two.bo.replica, "lene") == frozenset()
    assert not again
    closed = incoming.reconcile(two.bo.replica, "lene", {})
    assert [change.case_id for change in closed] == [begun]


def test_the_list_of_cases_says_what_is_to_come_and_to_go(two: Two) -> None:
    new = new_id()
    incoming.reconcile(two.bo.replica, "bo", {new: ("team", "full")})
    assert incoming.to_fetch(two.bo.replica, "bo") == {new}
    assert leaving.leave(two.bo.replica).gone == (two.case,)
    assert two.bo.replica.connection.execute("SELECT team FROM case_team WHERE case_id = ?", (new,)).fetchone() == (
        "team",
    )


def test_history_that_is_fetched_makes_the_log_whole(two: Two) -> None:
    assert not incoming.has_history(two.bo.replica, two.case)
    incoming.take_history(two.bo.replica, two.case, two.server.history(two.case), read(two.bo))
    assert incoming.has_history(two.bo.replica, two.case)
    before = two.bo.whole()
    rows = two.bo.replica.connection.execute("SELECT count(*) FROM change").fetchone()[0]
    assert rows == len(two.server.log)
    assert two.bo.whole() == before


def test_a_history_that_is_ahead_of_what_was_read_keeps_nothing_from_the_record(two: Two) -> None:
    two.anna.type("anna", two.case, "goal", two.goal, "words", "Tage bussen selv", anew=True)
    two.anna.push("anna")
    incoming.take_history(two.bo.replica, two.case, two.server.history(two.case), read(two.bo))
    two.bo.pull("bo")
    assert two.bo.value("goal", two.goal, "words") == "Tage bussen selv"
    assert two.bo.replica.connection.execute("SELECT count(*) FROM change").fetchone()[0] == len(two.server.log)


def test_a_log_that_was_whole_is_not_when_a_fetch_has_gone_past_what_was_read(two: Two) -> None:
    """What the fetch passed is never logged by itself, so the history is to be asked for. An earlier program noted of each case
    it had read from the first change on that its log was whole."""
    sql = "UPDATE case_sync SET seq = 0, history = 1 WHERE about = ?"
    two.bo.replica.connection.execute(sql, (two.case,))
    two.anna.type("anna", two.case, "goal", two.goal, "words", "Tage bussen selv", anew=True)
    two.anna.push("anna")
    two.bo.refetch("bo", two.case)
    two.bo.pull("bo")
    assert not incoming.has_history(two.bo.replica, two.case)
    incoming.take_history(two.bo.replica, two.case, two.server.history(two.case), read(two.bo))
    assert incoming.has_history(two.bo.replica, two.case)
    assert two.bo.replica.connection.execute("SELECT count(*) FROM change").fetchone()[0] == len(two.server.log)


def read(desk: ModelDesk) -> int:
    """How far a desk's reading has come."""
    return incoming.cursor(desk.replica, desk.people[0]) or 0


def held(desk: ModelDesk) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """A desk's milestones with what stands on them, and how far each case and citizen has come there."""
    db = desk.replica.connection
    rows = db.execute("SELECT * FROM rec_milestone ORDER BY id").fetchall()
    stands = [(*row[:-1], json.loads(row[-1])) for row in rows]
    return stands, db.execute("SELECT about, seq, top, mixed FROM case_sync ORDER BY about").fetchall()


def test_many_new_records_are_held_alike_written_together_alone_or_with_care(two: Two) -> None:
    rows, upto = two.server.present()
    where, who = (two.case, "milestone"), ("eva", "Eva", "vejleder", "2026-11-26T10:00:00.000+01:00", upto)
    made = [
        Present(
            *where,
            new_id(),
            new_id(),
            {"goal_id": two.goal, "text": f"Trin {n}", "removed": n % 2 == 0},
            None,
            *who,
        )
        for n in range(113)
    ]
    made += [made[0]._replace(record_id=new_id(), id=new_id(), fields={"text": "Ét felt"}) for _ in range(3)]
    made.append(made[0]._replace(record_id=new_id(), id=new_id(), bases={"text": [new_id()]}))
    made.append(made[0]._replace(record_id=new_id(), id=new_id(), role="tovholder"))
    made.append(made[0]._replace(record_id=new_id(), id=new_id(), fields={"text": "Et andet", "removed": "ja"}))
    rows += made
    incoming.apply_present(two.bo.replica, "bo", rows, upto)
    together = held(two.bo)
    assert len(together[0]) == 118
    incoming.apply_present(two.bo.replica, "bo", rows, upto)  # they are here by now: each is laid with care
    assert held(two.bo) == together
    for one in made:
        incoming.apply_present(two.anna.replica, "anna", [*two.server.present()[0], one], upto)
        (alone,) = [row for row in held(two.anna)[0] if one.record_id in row] or [()]
        assert not alone or alone in together[0]


def test_a_page_of_many_cases_leaves_every_trigger_in_its_place_and_every_line_reckoned(two: Two) -> None:
    db = two.bo.replica.connection
    kept = "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY name"
    before = db.execute(kept).fetchall()
    who = ("eva", "Eva", "vejleder", "2026-11-26T10:00:00.000+01:00", 1)
    rows = []
    for n in range(MANY):
        case, citizen = new_id(), new_id()
        rows.append(Present(case, "citizen", citizen, new_id(), {"name": f"Borger {n}", "removed": False}, None, *who))
        of = {"citizen_id": citizen, "number": f"2026-{n}", "removed": n == 7}
        rows.append(Present(case, "case", case, new_id(), of, None, *who))
    incoming.apply_present(two.bo.replica, "bo", rows, 1)
    assert db.execute(kept).fetchall() == before
    lines = "SELECT case_id, citizen_id, number, name, sorting FROM {} ORDER BY case_id"
    reckoned = db.execute(lines.format("case_reckoned")).fetchall()
    assert len(reckoned) >= MANY - 1
    assert db.execute(lines.format("case_line")).fetchall() == reckoned
    db.execute("UPDATE rec_citizen SET name = 'En anden' WHERE id = ?", (rows[0].record_id,))
    assert db.execute("SELECT name FROM case_line WHERE citizen_id = ?", (rows[0].record_id,)).fetchall() == [
        ("En anden",)
    ]


def test_a_citizen_who_is_here_already_has_come_as_far_as_the_fetch(two: Two) -> None:
    rows, upto = two.server.present()
    incoming.apply_present(two.bo.replica, "bo", rows, upto + 7)
    assert {about: seq for about, seq, *_ in held(two.bo)[1]} == {two.case: upto + 7, two.citizen: upto + 7}


def test_the_roster_is_kept(two: Two) -> None:
    people = (RosterPerson("p1", "Eva", ("bestiller",), "key", "voucher"),)
    take_roster(two.bo.replica, people)
    assert roster(two.bo.replica) == people


def test_a_chain_of_saves_whose_end_comes_first_leaves_nothing_standing_of_its_beginning(two: Two) -> None:
    for n in range(6):
        two.anna.type("anna", two.case, "goal", two.goal, "words", f"save {n}", anew=True)
    two.anna.push("anna")
    two.bo.pull_late("bo")
    assert [s.change_id for s in case_standing(two.bo, two.goal, "words")] == [
        s.change_id for s in case_standing(two.anna, two.goal, "words")
    ]
    assert two.bo.value("goal", two.goal, "words") == "save 5"


def test_how_far_a_record_has_come_is_known_after_a_restart_and_is_no_row_of_the_case(two: Two) -> None:
    known = held(two.bo)[1]
    two.anna.type("anna", two.case, "goal", two.goal, "words", "first", anew=True)
    two.anna.type("anna", two.case, "goal", two.goal, "words", "last", anew=True)
    two.anna.push("anna")
    first, last = two.server.pull(two.server.seq - 2)[0]
    incoming.apply_pulled(two.bo.replica, "bo", [last], None)
    two.bo.close()
    two.bo.open()
    incoming.apply_pulled(two.bo.replica, "bo", [first], None)
    assert [s.change_id for s in case_standing(two.bo, two.goal, "words")] == [last.id]
    assert held(two.bo)[1] == known, "each of its pages would be written at every key pause of others"


def case_standing(desk: ModelDesk, record_id: str, name: str) -> list[Stand]:
    (text,) = desk.replica.connection.execute("SELECT standing FROM rec_goal WHERE id = ?", (record_id,)).fetchone()
    return Standing(text).on(name)


def test_words_that_were_refused_and_are_taken_after_all_come_back_on_the_record(two: Two) -> None:
    """As when the server was put back and another copy of this desk sent them: they had been taken off the record here."""
    two.bo.type("bo", two.case, "goal", two.goal, "words", "! nej", anew=True)
    two.bo.push("bo")
    (refused,) = (one.id for one in outgoing.set_aside(two.bo.replica))
    change = two.server.refused.pop(refused)
    change["fields"]["words"] = "nej"
    two.server._take("bo", change)
    for desk in (two.bo, two.anna):
        desk.pull(desk.people[0])
        assert desk.value("goal", two.goal, "words") == "nej"
    assert outgoing.set_aside(two.bo.replica) == ()
