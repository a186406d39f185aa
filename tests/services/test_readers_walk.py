# SPDX-License-Identifier: MPL-2.0
"""Two at one desk that shares, who read different cases: every road a case is read by shows each their own, and no other's.

Each road is walked by both, so that what must be seen is held as hard as what must not (users.md, point 29).
"""

from __future__ import annotations

import inspect
import io
import pkgutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import app.services
from app import cli
from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.papers.kinds import PaperKind
from app.services import (
    aside,
    caseload_export,
    cases,
    catalogue,
    conversation,
    decide,
    edit,
    groups,
    history,
    intake,
    issue,
    lists,
    offers,
    record_export,
    referrals,
    same_citizen,
    send_on,
    settings,
    third,
    undo,
)
from app.services import caseload as service
from app.services.desk import Desk
from app.store import caseload, incoming, listing, outgoing, queries, readers
from app.store import same_citizen as alike
from app.store.batch import want_fetch
from app.store.caseload import Asked, Sort, StepWord
from app.store.unit_of_work import Refused, new_step
from tests.services import table as meeting
from tests.services.table import BODIL, PASSWORD, TODAY, VAGN, Table, seat, set_table

GITTE = Hand("gitte", "Gitte Gæst", Role.BESTILLER)
VIGGO = Hand("viggo", "Viggo Værge", Role.VEJLEDER)
LONE, LARS = Hand("lone", "Lone Leder", Role.LEDER), Hand("lars", "Lars Leder", Role.LEDER)
GROUP = "82a-hverdag"


@dataclass(frozen=True)
class Own:
    """Somebody at the desk, their case, and the words of it that nobody else may see."""

    hand: Hand
    leads: Hand
    case_id: str
    citizen_id: str
    paper_id: str
    words: tuple[str, ...]
    number: str


@dataclass(frozen=True)
class Two:
    """The desk, and both."""

    desk: Desk
    bodil: Own
    gitte: Own


def _lay(desk: Desk, pair: tuple[Hand, Hand], leads: Hand, case: tuple[str, str], name: str, number: str) -> Own:
    """A whole case: a decision with a group, a paper that was given, a referral, things due, words the server refused."""
    case_id, citizen_id = case
    edit.write_number(desk, pair[1], case_id, citizen_id, number, new_step("Skriv"))
    cases.begin_meeting(desk, pair[1], case_id)
    table = Table(desk, case_id, citizen_id)
    table.yes()
    group = next(o for o in offers.offered(desk) if o.key == GROUP)
    support = table.add(pair[0], "support", start="30-11-2026", end="26-02-2027", frame=f"Hos {name}")
    offers.choose_offer(desk, pair[0], case_id, support, group.id)
    lists.add(desk, pair[1], case_id, "referral", {"sender": f"Jobcenter {name}"})
    decide.sign(desk, pair[0], case_id, PASSWORD)
    made = issue.render(issue.gather(desk, pair[1], case_id), PaperKind.PLAN)
    paper = issue.issue(desk, pair[1], case_id, made)
    cases.want_status(desk, pair[1], case_id, f"Jobcenter {name}")
    table.add(pair[1], "bridge", text=f"Med {name}")  # with no bestiller there
    table.single(pair[1], "notes", "vejleder", f"Noten om {name}")
    table.sql(
        "UPDATE change SET refused = 'role' WHERE id = (SELECT max(id) FROM change WHERE case_id = ? AND author = ?)",
        case_id,
        pair[1].person_id,
    )
    given = queries.case_file(desk.replica, case_id).case.number
    return Own(pair[0], leads, case_id, citizen_id, paper.id, (name, pair[1].name, given, number), number)


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    table = set_table(tmp_path)
    desk = table.desk
    settings.load_municipality(desk, BODIL, "Øvelse Kommune")
    catalogue.load_defaults(desk, BODIL)
    first = (table.case_id, table.citizen_id)
    ours = _lay(desk, (BODIL, VAGN), LONE, first, "Magnus Lauridsen", "0504909995")
    for one in (GITTE, VIGGO):
        seat(desk.replica, one, "viggos kode" if one is VIGGO else PASSWORD)
    monkeypatch.setattr(meeting, "BODIL", GITTE)
    monkeypatch.setattr(meeting, "VAGN", VIGGO)
    made = cases.new_citizen(desk, VIGGO, "Nancy Nyborg", "gaden", bestiller=GITTE.name, vejleder=VIGGO.name)
    theirs = _lay(desk, (GITTE, VIGGO), LARS, (made.case_id, made.citizen_id), "Nancy Nyborg", "2512489996")
    outgoing.join(desk.replica)
    with desk.replica.transaction() as db:
        db.execute("DELETE FROM case_reader")
        for own, people in ((ours, (BODIL, VAGN, LONE)), (theirs, (GITTE, VIGGO, LARS))):
            for person in people:
                readers.server_says(db, person.person_id, [(own.case_id, 1)])
        db.execute(
            "INSERT INTO case_team (team, case_id) VALUES ('Nord', ?), ('Syd', ?)", (ours.case_id, theirs.case_id)
        )
    yield Two(desk, ours, theirs)
    desk.replica.close()


# ---------------------------------------------------------------------------------- roads that look over many cases

Road = Callable[[Desk, Hand, Own], object]
"""By desk, hand, and the one whose case is looked for."""


def _page(**asked: Any) -> Road:
    return lambda d, h, _: caseload.page(d.replica, TODAY, Asked(reader=h.person_id, **asked))


def _file(form: str) -> Road:
    def taken(desk: Desk, hand: Hand, _own: Own) -> object:
        to = io.BytesIO()
        export = caseload_export.begin(desk, hand, Asked(), form, to)
        while export.more():
            pass
        export.finish()
        if form != caseload_export.XLSX:
            return to.getvalue().decode()
        with zipfile.ZipFile(to) as book:
            return [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]

    return taken


def _taken_in(desk: Desk, hand: Hand, own: Own) -> object:
    """What a job centre's file is met by: a citizen on file keeps the case they have."""
    head = "CPR-nr;Fornavn;Efternavn;Adresse;Postnr;By;Telefon;Henvist dato;Jobcenter;Kontaktperson"
    row = f"{own.number};Ny;Person;;;;;05-11-2026;Jobcenter Nord;Kontakt A"
    taken = referrals.take_in(desk, hand, f"{head}\n{row}\n".encode())
    return own.words if taken.case_ids == (own.case_id,) else ()


MANY: dict[str, Road] = {
    "page": _page(),
    "page running": _page(running=True),
    "page of step": _page(step=StepWord.SOON),
    **{f"page by {sort.value}": _page(sort=sort) for sort in Sort},
    "page of source": lambda d, h, o: caseload.page(
        d.replica,
        TODAY,
        Asked(reader=h.person_id, source=queries.case_file(d.replica, o.case_id).case.source),
    ),
    "page of worker": lambda d, h, o: caseload.page(d.replica, TODAY, Asked(reader=h.person_id, worker=o.words[1])),
    "page of team": lambda d, h, o: caseload.page(
        d.replica, TODAY, Asked(reader=h.person_id, team="Nord" if o.hand is BODIL else "Syd")
    ),
    "search by name": lambda d, h, o: caseload.page(d.replica, TODAY, Asked(o.words[0], reader=h.person_id)),
    "search by a letter": lambda d, h, o: caseload.page(d.replica, TODAY, Asked(o.words[0][:1], reader=h.person_id)),
    "search by number": lambda d, h, o: caseload.page(d.replica, TODAY, Asked(o.number, reader=h.person_id)),
    "search of everybody's": lambda d, h, o: caseload.page(
        d.replica, TODAY, Asked(o.words[0], reader=h.person_id, sort=Sort.NAME)
    ),
    "lines": lambda d, h, _: caseload.lines(d.replica, TODAY, range(1, 9), h.person_id),
    "everybody": lambda d, h, _: caseload.lines(
        d.replica, TODAY, caseload.everybody(d.replica, TODAY, Asked(reader=h.person_id)), h.person_id
    ),
    "workers": lambda d, h, _: caseload.workers(d.replica, h.person_id),
    "due": lambda d, h, _: listing.due(d.replica, TODAY, reader=h.person_id),
    "changed without them": lambda d, h, _: third.waiting(d, h),
    "json": _file(caseload_export.JSON),
    "csv": _file(caseload_export.CSV),
    "xlsx": _file(caseload_export.XLSX),
    "near by name": lambda d, h, o: cases.near_duplicates(d, h, o.words[0], None),
    "alike by number": lambda d, h, o: intake.alike(d, h, "Nogen Anden", o.number),
    "citizen named": lambda d, h, o: listing.citizen_named(d.replica, o.case_id, h.person_id),
    "group": lambda d, h, _: groups.members(d, h, GROUP),
    "referral": _taken_in,
    "not taken": lambda d, h, _: aside.not_taken(d, h),
    "case by number": lambda d, h, o: o.words if cli._case_id(d, h, o.number) == o.case_id else (),
}


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("whose", ["bodil", "gitte"])
def test_a_road_over_many_cases_shows_each_their_own_alone(two: Two, name: str, whose: str) -> None:
    mine, theirs = (two.bodil, two.gitte) if whose == "bodil" else (two.gitte, two.bodil)
    road = MANY[name]
    assert any(word in repr(road(two.desk, mine.hand, mine)) for word in mine.words), "must be seen"
    try:
        seen = repr(road(two.desk, mine.hand, theirs))
    except UserError as no:
        seen = no.message.replace(theirs.number, "")  # as it was asked
    assert not [word for word in theirs.words if word in seen], "must not be seen"


def test_what_is_counted_is_what_one_may_read(two: Two) -> None:
    replica = two.desk.replica
    for own, team in ((two.bodil, "Nord"), (two.gitte, "Syd")):
        reader = own.hand.person_id
        assert caseload.count(replica, TODAY, Asked(reader=reader)) == 1
        told = service.figures(two.desk, own.hand)
        assert (told.cases, told.running, told.plans) == (1, 1, 1)
        assert len(told.by_source) == 1
        assert caseload.teams(replica, reader) == (team,)
        assert caseload.anybody(replica, reader)
        assert service.figures(two.desk, own.hand, "Syd" if team == "Nord" else "Nord").cases == 0
    assert not caseload.anybody(replica, "nobody")
    assert caseload.page(replica, TODAY) == (), "who is not named reads nothing"
    with pytest.raises(UserError, match="ikke noget team"):
        service.team_named(two.desk, BODIL, "Syd")


def test_one_who_reads_everything_is_narrowed_by_nothing(two: Two) -> None:
    replica = two.desk.replica
    assert not readers.reads_all(replica, BODIL.person_id)
    with replica.transaction() as db:
        readers.server_says(db, BODIL.person_id, [(two.gitte.case_id, 2)])
    assert readers.reads_all(replica, BODIL.person_id)
    assert readers.only(replica, BODIL.person_id, "c.id") == ""
    assert caseload.count(replica, TODAY, Asked(reader=BODIL.person_id)) == 2
    with replica.transaction() as db:
        db.execute("UPDATE case_reader SET leaving = 'closed' WHERE person_id = 'bodil' AND seq = 2")
    assert caseload.count(replica, TODAY, Asked(reader=BODIL.person_id)) == 1
    with pytest.raises(RuntimeError), replica.transaction() as db:  # noqa: PT012 - it is undone
        readers.server_says(db, GITTE.person_id, [(two.bodil.case_id, 3)])
        assert readers.reads_all(replica, GITTE.person_id)
        raise RuntimeError
    assert not readers.reads_all(replica, GITTE.person_id)


def test_a_person_with_two_records_is_found_by_the_one_that_may_be_read(two: Two) -> None:
    """People have said that two records are one citizen: each finds the case they may read, and no trace of the other."""
    desk, replica = two.desk, two.desk.replica
    with replica.transaction() as db:
        readers.server_says(db, "both", [(two.bodil.case_id, 2), (two.gitte.case_id, 2)])
    both = Hand("both", "Begge To", Role.BESTILLER)
    same_citizen.answer(desk, both, two.bodil.case_id, two.gitte.citizen_id, True)
    (once,) = caseload.page(replica, TODAY, Asked("nancy", reader="both"))
    assert once.also
    for own in (two.bodil, two.gitte):
        (found,) = caseload.page(replica, TODAY, Asked(own.words[0].split()[0], reader=own.hand.person_id))
        assert (found.case_id, found.also) == (own.case_id, ())
        family = alike.look(replica, own.hand.person_id, own.case_id)
        assert family is not None
        assert (family.asked, family.also) == ((), ())
        assert alike.waiting(replica, own.hand.person_id, own.hand.name, TODAY) == ()


def test_the_form_at_the_door_is_theirs_who_typed_it(two: Two) -> None:
    desk = two.desk
    intake.keep_typed(desk, BODIL, intake.FORM, "citizen.name", "Åse", new_step("Skriv"))
    assert intake.typed(desk, GITTE) == {}
    assert intake.typed(desk, BODIL) == {"citizen.name": "Åse"}
    desk.seat((BODIL.person_id, GITTE.person_id))
    assert intake.typed(desk, GITTE) == {"citizen.name": "Åse"}, "they sit side by side"


# --------------------------------------------------------------------------------------------- roads into one case

ONE: dict[str, Road] = {
    "open": lambda d, h, o: cases.open_case(d, h, o.case_id),
    "read again": lambda d, h, o: cases.read_case(d, h, o.case_id),
    "history": lambda d, h, o: history.told(d, h, o.case_id),
    "papers given": lambda d, h, o: history.given(d, h, o.case_id),
    "a paper": lambda d, h, o: history.open_given(d, h, o.case_id, o.paper_id),
    "papers to give": lambda d, h, o: issue.gather(d, h, o.case_id),
    "a paper given": lambda d, h, o: issue.issue(
        d, h, o.case_id, issue.render(issue.gather(d, o.hand, o.case_id), PaperKind.PLAN)
    ),
    "export": lambda d, h, o: record_export.export(d, h, o.case_id),
    "looks": lambda d, h, o: history.looks(d, h, o.case_id),
    "what was changed without them": lambda d, h, o: third.read(d, h, o.case_id),
    "deciders": lambda d, h, o: send_on.deciders(d, h, o.case_id),
    "sign": lambda d, h, o: decide.sign(d, h, o.case_id, PASSWORD),
    "settle": lambda d, h, o: conversation.settle(d, h, o.case_id, "citizen", o.citizen_id, {"phone": "12 34 56 78"}),
    "write": lambda d, h, o: lists.add(d, h, o.case_id, "next_step"),
    "tick": lambda d, h, o: cases.task_done(d, h, o.case_id, queries.case_file(d.replica, o.case_id).tasks[-1].id),
    "meet": lambda d, h, o: cases.begin_meeting(d, h, o.case_id),
}


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("whose", ["bodil", "gitte"])
def test_a_road_into_a_case_is_open_to_its_own_and_to_nobody_else(two: Two, name: str, whose: str) -> None:
    mine, theirs = (two.bodil, two.gitte) if whose == "bodil" else (two.gitte, two.bodil)
    ONE[name](two.desk, mine.hand, mine)
    with pytest.raises(Refused) as no:
        ONE[name](two.desk, mine.hand, theirs)
    assert (no.value.message, no.value.field) == (readers.NOT_OPEN, readers.CASE)
    (line, *_) = queries.access_lines(two.desk.replica, theirs.case_id)
    assert (line.person_id, line.action, line.about) == (mine.hand.person_id, "afvist", readers.CASE)


def test_another_cases_paper_is_not_opened_by_way_of_ones_own(two: Two) -> None:
    with pytest.raises(UserError, match="findes ikke"):
        history.open_given(two.desk, BODIL, two.bodil.case_id, two.gitte.paper_id)


def test_nothing_is_undone_in_a_case_that_has_been_closed(two: Two) -> None:
    table = Table(two.desk, two.bodil.case_id, two.bodil.citizen_id)
    lists.add(two.desk, BODIL, two.bodil.case_id, "next_step")
    table.sql("UPDATE case_reader SET leaving = 'closed' WHERE case_id = ? AND person_id = 'bodil'", table.case_id)
    with pytest.raises(Refused, match="ikke adgang"):
        undo.undo(two.desk, BODIL, two.bodil.case_id)


# ------------------------------------------------------------------------------------------------ whose a new case is


def test_a_case_made_here_is_theirs_who_sat_at_the_table(two: Two) -> None:
    desk = two.desk
    desk.seat((BODIL.person_id, VIGGO.person_id))
    made = cases.new_citizen(desk, BODIL, "Åse Ødegaard", "gaden").case_id
    for hand in (BODIL, VIGGO):
        assert cases.open_case(desk, hand, made).citizen.name == "Åse Ødegaard"
    for hand in (GITTE, VAGN):
        with pytest.raises(Refused):
            cases.open_case(desk, hand, made)


def test_what_was_made_while_the_desk_was_alone_is_everybodys_here_but_advisers(tmp_path: Path) -> None:
    table = set_table(tmp_path)
    desk, adviser = table.desk, Hand("rasmus", "Rasmus Rådgiver", Role.RAADGIVER)
    seat(desk.replica, adviser)
    assert readers.may_read(desk.replica, "anybody", table.case_id), "a desk that is alone asks nobody"
    outgoing.join(desk.replica)
    seat(desk.replica, GITTE)
    outgoing.join(desk.replica)
    read = [p for p in ("bodil", "vagn", "rasmus", "gitte") if readers.may_read(desk.replica, p, table.case_id)]
    assert read == ["bodil", "vagn"]
    desk.replica.close()


def test_what_is_only_to_be_fetched_is_read_by_nobody(two: Two) -> None:
    """As after a refusal: the desk asks for the case anew, and the one who was refused is no more its reader than before."""
    with two.desk.replica.transaction() as db:
        want_fetch(db, two.gitte.case_id, BODIL.person_id)
    assert not readers.may_read(two.desk.replica, BODIL.person_id, two.gitte.case_id)
    assert caseload.count(two.desk.replica, TODAY, Asked(reader=BODIL.person_id)) == 1
    assert incoming.to_fetch(two.desk.replica, BODIL.person_id) == {two.gitte.case_id}
    incoming.reconcile(two.desk.replica, BODIL.person_id, {two.bodil.case_id: ("Nord", "full")})
    assert incoming.to_fetch(two.desk.replica, BODIL.person_id) == set()


# ------------------------------------------------------------------------------------------- that no road is left out

_STORE_KNOWS = {
    "listing.count_cases": "counts for the making of a practice, and is shown to nobody",
    "listing.typed": "a form that is no record yet, asked for by who typed it",
}


def test_every_list_is_told_who_looks() -> None:
    without = []
    for module in (listing, caseload):
        for name, made in inspect.getmembers(module, inspect.isfunction):
            known = inspect.signature(made).parameters
            if made.__module__ != module.__name__ or name.startswith("_") or "replica" not in known:
                continue
            if not {"reader", "asked"} & set(known) and name != "in_one":
                without.append(f"{module.__name__.rpartition('.')[2]}.{name}")
    assert sorted(without) == sorted(_STORE_KNOWS)


def test_every_service_on_a_case_is_told_whose_hand_it_is() -> None:
    without = []
    for found in pkgutil.iter_modules(app.services.__path__):
        module = import_module(f"app.services.{found.name}")
        for name, made in inspect.getmembers(module, inspect.isfunction):
            known = inspect.signature(made).parameters
            ours = made.__module__ == module.__name__ and not name.startswith("_")
            if ours and {"desk", "case_id"} <= set(known) and "hand" not in known:
                without.append(f"{found.name}.{name}")
    assert without == []
