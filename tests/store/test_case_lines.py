# SPDX-License-Identifier: MPL-2.0
"""The caseload's lines are what the records say, whoever wrote and however often; its figures are what one counts by hand."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.periods import last_permitted_day
from app.models.case_lines import COLUMNS, RECKON_ALL, RECKON_THESE, set_off_by
from app.models.choices import Source
from app.models.kinds import KINDS, Bridge, Coordinator, FollowUp, Meeting, Participant, singleton_id
from app.store import caseload
from app.store.caseload import Asked, Sort, StepWord
from app.store.unit_of_work import new_id
from app.store.unsealed import mark
from tests.store.desk import BODIL, TODAY, VAGN, Store, fresh

DAY = timedelta(days=1)
_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh(tmp_path) as opened:
        yield opened


def kept(store: Store) -> list[tuple[object, ...]]:
    return store.sql(f"SELECT {_NAMES} FROM case_line ORDER BY case_id")


def reckoned(store: Store) -> list[tuple[object, ...]]:
    return store.sql(f"SELECT {_NAMES} FROM case_reckoned ORDER BY case_id")


def decide(
    store: Store, case_id: str, target: str, start: date | None = None, end: date | None = None, under: str = "82b"
) -> str:
    """A decision put in past its seal, over those there are, that grants one support; its id."""
    before, store.case_id = store.case_id, case_id
    signed = f"{TODAY}T10:00:00.{len(store.sql('SELECT 1 FROM rec_decision')):03}"
    over = [row[0] for row in store.sql("SELECT id FROM rec_decision WHERE case_id = ?", case_id)]
    support = [{"paragraph": under, "start": str(start), "end": str(end)}] if start else []
    content = json.dumps({"over": over, "support": support})
    made = store.plant("decision", target_group=target, start=start, end=end, content=content, signed_at=signed)
    store.case_id = before
    return made


def write_at_random(store: Store, rng: random.Random, case_id: str, citizen_id: str) -> None:
    """Something a person, an undo or a sync might do."""
    day = TODAY + rng.randrange(-40, 40) * DAY
    what = rng.randrange(12)
    with store.work(BODIL, case_id=case_id) as work:
        if what == 0:
            work.write(
                "citizen", citizen_id, {"name": rng.choice(("Åse", "Bo", "Aage", "")) + rng.choice((" Holm", ""))}
            )
        elif what == 1:
            work.write(
                "case", case_id, {rng.choice(("bestiller", "vejleder")): rng.choice(("", "Bodil", "Ærø", "Vagn"))}
            )
        elif what == 2:
            work.write("case", case_id, {"source": rng.choice([*Source, ""])})
        elif what == 3:
            work.create(FollowUp(id=new_id(), case_id=case_id, date=day))
        elif what == 4:
            work.create(Meeting(id=new_id(), case_id=case_id, date=day))
        elif what == 5:
            work.create(Bridge(id=new_id(), case_id=case_id, text=rng.choice(("Vores Netværk", " ", ""))))
        elif what == 6:
            values = {"target_group": rng.choice(("ja", "nej", "udskudt", "direkte § 85", "")), "until": day}
            work.write("answer", singleton_id(case_id, "answer"), values)
        elif what == 7:
            work.write("case", case_id, {"ended": rng.choice(("", "", "kun rådgivning"))})
        elif what == 9:
            name, role = rng.choice(("Bodil", "Ærø", "")), rng.choice(("bestiller", "vejleder", ""))
            work.create(Participant(id=new_id(), case_id=case_id, name=name, role=role))
        elif what == 10:
            work.create(Coordinator(id=new_id(), case_id=case_id, name=rng.choice(("Vagn", "Bodil", ""))))
    if what == 8:
        start = day if rng.random() < 0.8 else None
        decide(
            store,
            case_id,
            rng.choice(("ja", "ja", "nej", "udskudt", "direkte § 85")),
            start,
            start and start + 90 * DAY,
        )
    if what == 11:
        hand = (case_id, rng.choice("ab"), "Vagn", rng.choice(("bestiller", "vejleder")))
        store.sql("INSERT OR REPLACE INTO case_hand (case_id, person_id, name, role) VALUES (?, ?, ?, ?)", *hand)
    if rng.random() < 0.1:
        made = [row[0] for row in store.sql("SELECT id FROM rec_decision WHERE case_id = ?", case_id)]
        mark(store.replica, case_id, {one: tuple(rng.sample(made, 1)) for one in made if rng.random() < 0.5})
    for kind in ("bridge", "follow_up", "participant", "coordinator"):
        if rng.random() < 0.1:
            store.sql(f"UPDATE rec_{kind} SET removed = NOT removed WHERE case_id = ?", case_id)
    for table in ("rec_meeting", "rec_follow_up", "rec_bridge", "rec_decision", "rec_participant", "case_hand"):
        if rng.random() < 0.03:
            store.sql(f"DELETE FROM {table} WHERE case_id = ?", case_id)


@pytest.mark.parametrize("seed", range(6))
def test_a_line_is_what_the_records_say_after_every_write(store: Store, seed: int) -> None:
    rng = random.Random(seed)
    known = [store.come_in(f"Borger {n}", source=rng.choice(list(Source))) for n in range(4)]
    for _ in range(60):
        write_at_random(store, rng, *rng.choice(known))
        assert kept(store) == reckoned(store)
    store.sql("UPDATE rec_case SET removed = 1 WHERE id = ?", known[0][0])
    assert kept(store) == reckoned(store)
    assert len(kept(store)) == 3
    store.sql("UPDATE rec_case SET removed = 0 WHERE id = ?", known[0][0])
    store.sql("DELETE FROM rec_case WHERE id = ?", known[1][0])
    assert kept(store) == reckoned(store)
    before = kept(store)
    for statement in RECKON_ALL:
        store.sql(statement)
    assert kept(store) == before


@pytest.mark.parametrize("seed", range(6))
def test_the_lines_of_what_was_written_at_once_are_reckoned_and_no_others(store: Store, seed: int) -> None:
    """As a first fetch does it: nothing at each record, then the cases written in, and their citizens' other cases."""
    rng = random.Random(seed)
    known = [store.come_in(f"Borger {n}", source=rng.choice(list(Source))) for n in range(6)]
    other = store.sql("SELECT citizen_id FROM rec_case WHERE id = ?", known[1][0])[0][0]
    store.sql("UPDATE rec_case SET citizen_id = ? WHERE id = ?", other, known[4][0])
    lifted = set_off_by(KINDS)
    for trigger in lifted:
        store.sql(f"DROP TRIGGER {trigger}")
    written = known[:4]
    for _ in range(40):
        write_at_random(store, rng, *rng.choice(written))
    store.sql("UPDATE rec_case SET removed = 1 WHERE id = ?", known[0][0])
    store.sql("UPDATE rec_citizen SET name = 'En anden' WHERE id = ?", other)
    store.sql("DELETE FROM rec_case WHERE id = ?", known[2][0])
    for statement in lifted.values():
        store.sql(statement)
    untouched = store.sql(f"SELECT n, {_NAMES} FROM case_line WHERE case_id = ?", known[5][0])
    of = {"cases": json.dumps([case_id for case_id, _ in written]), "citizens": json.dumps([other])}
    for statement in RECKON_THESE:
        store.replica.connection.execute(statement, of)
    assert kept(store) == reckoned(store)
    assert len(kept(store)) == 4
    assert store.sql("SELECT name FROM case_line WHERE case_id = ?", known[4][0]) == [("En anden",)]
    assert store.sql(f"SELECT n, {_NAMES} FROM case_line WHERE case_id = ?", known[5][0]) == untouched


def test_what_says_the_same_is_not_written_again(store: Store) -> None:
    case_id, _ = store.come_in("Magnus", source="gaden")
    db = store.replica.connection
    before = db.total_changes
    store.sql("UPDATE rec_case SET source = 'gaden' WHERE id = ?", case_id)
    assert db.total_changes == before + 1


def test_the_wall_is_where_the_law_has_it(store: Store) -> None:
    """Every start of four years, one of them a leap year, against the rule that refuses."""
    case_id, _ = store.come_in("Magnus")
    decide(store, case_id, "ja", TODAY, TODAY)
    for n in range(4 * 366):
        start = date(2026, 1, 1) + n * DAY
        granted = json.dumps({"support": [{"paragraph": "82b", "start": start.isoformat()}]})
        store.sql("UPDATE rec_decision SET content = ?", granted)
        assert store.sql("SELECT wall FROM case_line") == [(last_permitted_day(start).isoformat(),)], start


def line(store: Store, case_id: str) -> caseload.CaseRow:
    return next(row for row in caseload.page(store.replica, TODAY) if row.case_id == case_id)


def test_a_group_alone_has_no_wall(store: Store) -> None:
    """§ 82 a is no time-limited support: only § 82 b has six months (domain § 3)."""
    case_id, _ = store.come_in("Magnus")
    decide(store, case_id, "ja", TODAY, TODAY + 300 * DAY, under="82a")
    told = line(store, case_id)
    assert (told.start, told.end, told.wall) == (TODAY, TODAY + 300 * DAY, None)


def test_the_wall_is_reckoned_from_the_individual_support_beside_a_group(store: Store) -> None:
    case_id, _ = store.come_in("Magnus")
    decide(store, case_id, "ja", TODAY, TODAY + 10 * DAY)
    day = TODAY + 7 * DAY
    both = [{"paragraph": "82a", "start": str(TODAY - 90 * DAY)}, {"paragraph": "82b", "start": str(day)}]
    later = {"paragraph": "82b", "start": str(day + 30 * DAY)}
    store.sql("UPDATE rec_decision SET content = ?", json.dumps({"support": [later, *both]}))
    assert line(store, case_id).wall == last_permitted_day(day)


def test_a_decision_that_does_not_hold_gives_no_dates_and_no_wall(store: Store) -> None:
    case_id, _ = store.come_in("Magnus")
    made = decide(store, case_id, "ja", TODAY, TODAY + 90 * DAY)
    assert mark(store.replica, case_id, {made: ()})
    told = line(store, case_id)
    assert (told.step, told.start, told.end, told.wall, told.overdue) == (StepWord.BROKEN, None, None, None, None)
    assert not mark(store.replica, case_id, {made: ()}), "nothing new"
    assert mark(store.replica, case_id, {})
    assert line(store, case_id).wall == last_permitted_day(TODAY)


def test_a_forged_decision_hides_nothing_and_a_broken_one_does_not_put_the_old_in_force(store: Store) -> None:
    case_id, _ = store.come_in("Magnus")
    first = decide(store, case_id, "ja", TODAY, TODAY + 90 * DAY)
    second = decide(store, case_id, "nej")
    mark(store.replica, case_id, {second: ()})
    told = line(store, case_id)
    assert (told.step, told.wall) == (StepWord.BROKEN, last_permitted_day(TODAY)), "nobody signed the second"
    mark(store.replica, case_id, {second: (first,)})
    assert line(store, case_id).wall is None, "the log has the second as it was signed"
    decide(store, case_id, "ja", TODAY, TODAY + 30 * DAY)
    told = line(store, case_id)
    assert (told.step, told.end) == (StepWord.RUNNING, TODAY + 30 * DAY), "signed over what was broken"


# ------------------------------------------------------------------------------------------------------ the figures


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Every source, every answer, ways on and none, ended and removed. Only read."""
    with fresh(tmp_path_factory.mktemp("team")) as opened:
        yield furnished(opened)


def furnished(store: Store) -> Store:
    rng = random.Random(9)
    for n in range(90):
        source = (*Source, "")[n % 6]
        case_id, _ = store.come_in(f"Borger {n}", source=str(source), vejleder=("Vagn Vejleder", "Ida", "")[n % 3])
        if n % 4:
            target = ("ja", "ja", "nej", "udskudt", "direkte § 85")[n % 5]
            start = TODAY + rng.randrange(-200, 20) * DAY if target == "ja" else None
            decide(store, case_id, target, start, start and last_permitted_day(start))
        if n % 7 == 0:
            with store.work(BODIL, case_id=case_id) as work:  # chosen at intake, not yet signed
                work.write("answer", singleton_id(case_id, "answer"), {"target_group": "direkte § 85"})
        with store.work(VAGN, case_id=case_id) as work:
            for _ in range(n % 3):
                work.create(Bridge(id=new_id(), case_id=case_id, text="Vores Netværk"))
            if n % 2:
                work.create(FollowUp(id=new_id(), case_id=case_id, date=TODAY + rng.randrange(-30, 30) * DAY))
            if n % 11 == 0:
                work.write("case", case_id, {"ended": "kun rådgivning"})
        if n in (7, 8):
            store.sql("UPDATE rec_case SET removed = 1 WHERE id = ?", case_id)
        if n % 5 == 0:
            store.sql("UPDATE rec_case SET bestiller = vejleder WHERE id = ?", case_id)
        store.sql("INSERT INTO case_team VALUES (?, ?)", ("Nord", "Syd")[n // 6 % 2], case_id)
    return store


def by_hand(store: Store, team: str = "") -> dict[str, object]:
    """The same figures, counted in Python over the records, one case at a time."""
    told: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    in_team = {row[0] for row in store.sql("SELECT case_id FROM case_team WHERE team = ?", team)}
    for case_id, source, ended in store.sql("SELECT id, source, ended FROM rec_case WHERE NOT removed"):
        if team and case_id not in in_team:
            continue
        told["cases"] += 1
        sources[source] += 1
        signed = store.sql(
            'SELECT target_group, "end" FROM rec_decision WHERE case_id = ? ORDER BY signed_at, id', case_id
        )
        answer = store.sql("SELECT target_group FROM rec_answer WHERE case_id = ?", case_id)
        newest, end = signed[-1] if signed else ("", None)
        if newest == "direkte § 85" or (not newest and answer == [("direkte § 85",)]):
            told["direct_85"] += 1
        if newest == "ja":
            told["plans"] += 1
            told["bridged"] += bool(store.sql("SELECT 1 FROM rec_bridge WHERE case_id = ? AND NOT removed", case_id))
        if not ended:
            told["running"] += 1
            days = [row[0] for row in store.sql("SELECT date FROM rec_follow_up WHERE case_id = ?", case_id)]
            told["late"] += any(day is not None and day < TODAY.isoformat() for day in (*days, end))
    return {**told, "by_source": dict(sources)}


@pytest.mark.parametrize("name", ["", "Nord", "Syd"])
def test_the_figures_are_what_one_counts_by_hand(team: Store, name: str) -> None:
    told = caseload.figures(team.replica, TODAY, name)
    wanted = by_hand(team, name)
    assert {field: getattr(told, field) for field in wanted if field != "by_source"} | {
        "by_source": dict(told.by_source)
    } == wanted
    assert set(dict(told.by_source)) == {*Source, ""}
    assert told.bridge_share == told.bridged / told.plans
    assert 0 < told.bridged < told.plans
    assert told.direct_85 > 5


def test_no_cases_are_no_figures(store: Store) -> None:
    told = caseload.figures(store.replica, TODAY)
    assert (told.cases, told.by_source, told.bridge_share) == (0, (), None)


# ------------------------------------------------------------------------------------------------------- narrowing

NARROWED = [
    *(Asked(step=word) for word in StepWord),
    *(Asked(source=str(source)) for source in (*Source, "")),
    Asked(late=True),
    Asked(running=True),
    Asked(worker="Ida"),
    Asked(worker="Ida", step=StepWord.ENDED),
    Asked(team="Nord"),
    Asked("borger 1", late=True, source="gaden"),
    Asked(worker="Vagn Vejleder", step=StepWord.RUNNING, team="Syd"),
    Asked(late=True, running=True, source=""),
    Asked(two_roles=True),
    Asked("borger 1", two_roles=True, team="Nord"),
]


@pytest.mark.parametrize("asked", NARROWED, ids=str)
@pytest.mark.parametrize("sort", [None, *Sort])
def test_what_is_narrowed_to_is_what_one_would_pick_by_hand(team: Store, asked: Asked, sort: Sort | None) -> None:
    everybody = caseload.page(team.replica, TODAY, limit=1000)
    teams = dict(team.sql("SELECT case_id, team FROM case_team"))
    late = {row[0] for row in team.sql("SELECT case_id FROM case_line WHERE late_on < ?", TODAY.isoformat())}
    wanted = {
        row.case_id
        for row in everybody
        if (asked.step is None or row.step == asked.step)
        and (asked.source is None or row.source == asked.source)
        and (not asked.late or row.case_id in late)
        and not (asked.running and row.ended)
        and (not asked.worker or row.vejleder == asked.worker)
        and (not asked.worker or row.ended == (asked.step is StepWord.ENDED))
        and (not asked.team or teams[row.case_id] == asked.team)
        and (not asked.two_roles or (row.vejleder and row.bestiller == row.vejleder))
        and all(part in row.name.casefold() for part in asked.text.split())
    }
    found = caseload.page(team.replica, TODAY, asked._replace(sort=sort), limit=1000)
    assert {row.case_id for row in found} == wanted
    assert len(found) == caseload.count(team.replica, TODAY, asked)


@pytest.mark.parametrize("descending", [False, True])
def test_every_column_sorts(team: Store, descending: bool) -> None:
    def rows(sort: Sort) -> list[caseload.CaseRow]:
        return list(caseload.page(team.replica, TODAY, Asked(sort=sort, descending=descending), limit=1000))

    def steps(found: list[caseload.CaseRow]) -> list[str]:
        return list(dict.fromkeys(row.step for row in found))

    order = [word.value for word in StepWord if word.value in steps(rows(Sort.STEP))]
    assert steps(rows(Sort.STEP)) == (order[::-1] if descending else order)
    for sort, name in ((Sort.SOURCE, "source"), (Sort.VEJLEDER, "vejleder")):
        values = [getattr(row, name) for row in rows(sort)]
        assert len(list(dict.fromkeys(values))) == sum(a != b for a, b in zip(values, [None, *values], strict=False))
    walls = [row.wall for row in rows(Sort.WALL)]
    dated = [wall for wall in walls if wall]
    assert dated == sorted(dated, reverse=descending)
    assert walls == dated + [None] * (len(walls) - len(dated))


def test_workers_stand_in_the_danish_alphabet(store: Store) -> None:
    for name in ("Åse", "Bo", "Ærø", "Øjvind", "Aage", "anna"):
        store.come_in("Borger", vejleder=name)
    store.come_in("Sluttet", bestiller="Borte", ended="kun rådgivning")
    store.come_in("Begge", bestiller="Bo")
    assert caseload.workers(store.replica) == ("anna", "Bo", "Ærø", "Øjvind", "Aage", "Åse")


def test_a_file_is_read_in_the_lists_order_a_piece_at_a_time(team: Store) -> None:
    asked = Asked(sort=Sort.NAME, descending=True)
    numbers = caseload.everybody(team.replica, TODAY, asked)
    read = [
        row for at in range(0, len(numbers), 7) for row in caseload.lines(team.replica, TODAY, numbers[at : at + 7])
    ]
    assert tuple(read) == caseload.page(team.replica, TODAY, asked, limit=1000)


def test_a_case_that_goes_while_a_file_is_written_is_left_out(store: Store) -> None:
    gone, _ = store.come_in("Væk")
    store.come_in("Her")
    numbers = caseload.everybody(store.replica, TODAY, Asked())
    store.sql("DELETE FROM rec_case WHERE id = ?", gone)
    assert [row.name for row in caseload.lines(store.replica, TODAY, numbers)] == ["Her"]
