# SPDX-License-Identifier: MPL-2.0
"""While people disagree: what protects somebody holds, and no reader is given one text of two in silence (promises 4 and 6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.merge import Careful, meanwhile
from app.domain.roles import Role
from app.models.casefile import CaseFile
from app.models.kinds import AdviceRequest, Consent, Municipality, NetworkPerson
from app.models.shared import for_adviser
from app.papers.answer_contents import letter_content, plan_content
from app.papers.wording import plain_text
from app.services.record_export import record
from app.store.accounts import Account, save
from app.store.queries import case_file
from app.store.shared import is_asked
from app.store.unit_of_work import new_id
from app.views.room.citizen_content import citizen_content
from tests.store.desk import TODAY
from tests.store.shared_model import ModelDesk
from tests.store.test_incoming import Two

MUNICIPALITY = Municipality(id="", case_id="", name="Øvelse Kommune")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    made = Two(tmp_path)
    yield made
    made.anna.close()
    made.bo.close()


def apart(two: Two, kind: str, record_id: str, name: str, one: object, other: object) -> None:
    """Anna writes one, Bo the other, and neither knows."""
    two.anna.type("anna", two.case, kind, record_id, name, one, anew=True)
    two.bo.type("bo", two.case, kind, record_id, name, other, anew=True)
    two.round()


def put(two: Two, row: Any) -> str:
    with two.anna.work("anna", Role.VEJLEDER, two.case) as unit:
        unit.create(row)
    two.round()
    return str(row.id)


def files(two: Two) -> list[CaseFile]:
    return [case_file(desk.replica, two.case) for desk in (two.anna, two.bo)]


def papers(file: CaseFile) -> str:
    plan, letter = plan_content(file, MUNICIPALITY, TODAY), letter_content(file, MUNICIPALITY, TODAY)
    return f"{plain_text(plan)}\n{plain_text(letter)}\n{plan}\n{letter}\n{citizen_content(file, TODAY)}"


@pytest.mark.parametrize("first", [True, False])
def test_a_name_is_on_no_paper_while_one_says_it_may_not_be(two: Two, first: bool) -> None:
    person = put(two, NetworkPerson(id=new_id(), case_id=two.case, who="Rasmus Berg", relation="bror"))
    apart(two, "network_person", person, "print", first, not first)
    for file in files(two):
        assert len(file.conversations) == 1
        assert not file.network[0].print
        assert "Rasmus" not in papers(file)


@pytest.mark.parametrize("first", [True, False])
def test_both_spellings_of_a_name_that_may_not_be_printed_are_kept_off(two: Two, first: bool) -> None:
    person = put(two, NetworkPerson(id=new_id(), case_id=two.case, who="En bror"))
    names = ("Rasmus Berg", "Mikkel Holm")
    apart(two, "network_person", person, "who", names[first], names[not first])
    two.anna.type("anna", two.case, "goal", two.goal, "goal", "Rasmus og Mikkel Holm hjælper.", anew=True)
    two.round()
    for file in files(two):
        assert "hjælper" in papers(file)
        assert "Rasmus" not in papers(file)
        assert "Mikkel" not in papers(file)


def test_a_person_one_has_taken_off_the_record_is_not_printed_until_that_is_settled(two: Two) -> None:
    row = NetworkPerson(id=new_id(), case_id=two.case, who="Rasmus Berg", print=True)
    person = put(two, row)
    two.anna.type("anna", two.case, "network_person", person, "removed", True, anew=True)
    two.bo.type("bo", two.case, "network_person", person, "relation", "bror", anew=True)
    two.round()
    for file in files(two):
        assert [talk.fields for talk in file.conversations] == [("removed",)]
        assert "Rasmus" not in papers(file)


@pytest.mark.parametrize("first", [True, False])
def test_an_address_is_protected_while_one_says_it_is_and_neither_of_two_is_printed(two: Two, first: bool) -> None:
    apart(two, "citizen", two.citizen, "protected", first, not first)
    apart(two, "citizen", two.citizen, "address", "Havnegade 4, 5000 Odense", "Algade 7, 4000 Roskilde")
    two.anna.type("anna", two.case, "goal", two.goal, "goal", "Bor på Havnegade 4, før Algade 7.", anew=True)
    two.round()
    for file in files(two):
        assert file.citizen.protected
        assert "Havnegade" not in papers(file)
        assert "Algade" not in papers(file)


@pytest.mark.parametrize("first", [True, False])
def test_a_consent_does_not_hold_while_one_says_it_was_refused_or_withdrawn(two: Two, first: bool) -> None:
    consent = put(two, Consent(id=new_id(), case_id=two.case, party="Lægen"))
    apart(two, "consent", consent, "given", first, not first)
    assert not any(file.consents[0].given for file in files(two))
    days = (None, TODAY)
    two.anna.type("anna", two.case, "consent", consent, "withdrawn_on", date(2026, 12, 1), anew=True)
    two.round()
    apart(two, "consent", consent, "withdrawn_on", days[first], days[not first])
    assert all(file.consents[0].withdrawn_on == TODAY for file in files(two))


def test_two_texts_are_both_told_to_whoever_reads_them(two: Two) -> None:
    apart(two, "goal", two.goal, "words", "Tage toget", "Cykle")
    for file in files(two):
        told = papers(file)
        assert "Tage toget (eller: Cykle)" in told or "Cykle (eller: Tage toget)" in told
        assert " (eller: " in for_adviser(file, "eva").goals[0].words
        assert " (eller: " not in file.goals[0].words, "at the table each is told in its own voice"
        (talk,) = record(file, TODAY)["conversations"]
        assert {said["values"]["words"] for said in talk["said"]} == {"Tage toget", "Cykle"}


def test_one_who_took_the_words_away_is_told_too(two: Two) -> None:
    apart(two, "goal", two.goal, "words", "", "Cykle")
    for file in files(two):
        assert "Cykle (eller: intet)" in papers(file)


def test_a_day_and_a_choice_wait(two: Two) -> None:
    apart(two, "support", two.support, "start", date(2026, 12, 1), date(2026, 12, 8))
    for desk, paragraph in ((two.anna, "82b"), (two.bo, "82a")):
        with desk.work(desk.people[0], Role.BESTILLER, two.case) as unit:
            unit.write("support", two.support, {"paragraph": paragraph})
    two.round()
    for file in files(two):
        plan = plan_content(file, MUNICIPALITY, TODAY)
        assert (plan.support[0].start, plan.support[0].paragraph, plan.course) == (None, "", None)
        assert citizen_content(file, TODAY).course is None


def test_the_careful_one_of_several() -> None:
    assert meanwhile(Careful.YES, [False, True]) is True
    assert meanwhile(Careful.YES, [False]) is False
    assert meanwhile(Careful.NO, [True, False]) is False
    assert meanwhile(Careful.NO, [True]) is True
    assert meanwhile(Careful.LEAST, [None, "2026-12-01", "2026-11-30"]) == "2026-11-30"
    assert meanwhile(Careful.LEAST, [None, 12, 4]) == 4
    assert meanwhile(Careful.LEAST, [None]) is None


def stored(desk: ModelDesk, kind: str, record_id: str, name: str) -> object:
    return desk.value(kind, record_id, name)


def test_what_is_settled_holds_again(two: Two) -> None:
    apart(two, "citizen", two.citizen, "protected", True, False)
    assert stored(two.bo, "citizen", two.citizen, "protected")
    two.bo.type("bo", two.case, "citizen", two.citizen, "protected", False, anew=True)
    two.round()
    assert not stored(two.anna, "citizen", two.citizen, "protected")
    assert not any(file.conversations for file in files(two))


def test_a_consent_one_took_off_the_record_while_another_wrote_on_it_is_in_force_for_nobody(two: Two) -> None:
    consent = put(two, Consent(id=new_id(), case_id=two.case, party="VISO", given=True))
    adviser = Account("eva", "Eva Rådgiver", "", "VISO", (Role.RAADGIVER,), "", "", "", "")
    with two.anna.work("anna", Role.BESTILLER, two.case) as unit:
        unit.create(
            AdviceRequest(id=new_id(), case_id=two.case, person_id="eva", adviser=adviser.name, consent_id=consent)
        )
    two.round()
    for desk in (two.anna, two.bo):
        save(desk.replica, adviser)
        assert is_asked(desk.replica, two.case, "eva")
    two.anna.type("anna", two.case, "consent", consent, "removed", True, anew=True)
    two.bo.type("bo", two.case, "consent", consent, "purpose", "Råd om angst", anew=True)
    two.round()
    for desk, file in zip((two.anna, two.bo), files(two), strict=True):
        assert [t.fields for t in file.conversations] == [("removed",)]
        assert file.consents_in_force == ()
        assert not is_asked(desk.replica, two.case, "eva")
