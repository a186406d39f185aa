# SPDX-License-Identifier: MPL-2.0
"""A citizen at the door: a name is enough, nothing typed is lost, and nobody is opened twice unasked (A7, A9, A12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import UserError
from app.models.casefile import CaseFile
from app.models.choices import Source
from app.services import cases, edit, intake, same_citizen
from app.services.desk import Desk
from app.services.intake import FIELDS, FORM, Arrival, alike, begin_anew, keep_typed, receive, typed
from app.store import caseload, listing, queries
from app.store.caseload import Asked
from app.store.unit_of_work import new_step
from tests.services.table import BODIL, TODAY, VAGN, Table, set_table

WHOLE = Arrival(
    name="Nancy Ann Berggren",
    source="jobcenter",
    number="251248-9996",
    phone="12 34 56 78",
    address="Testpark Allé 48, 3400 Hillerød",
    protected=True,
    interpreter="tegnsprog",
    guardian="Vera Værge",
    preventive=True,
)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


@pytest.fixture
def desk(table: Table) -> Desk:
    return table.desk


def read(desk: Desk, case_id: str) -> CaseFile:
    return queries.case_file(desk.replica, case_id)


def type_in(desk: Desk, path: str, text: str, hand: Any = VAGN, *, final: bool = False) -> edit.Written:
    return keep_typed(desk, hand, FORM, path, text, new_step("skriv"), final=final)


# ------------------------------------------------------------------------------------------------------- opening


def test_a_name_alone_is_enough(desk: Desk) -> None:
    opened = receive(desk, VAGN, Arrival("Nancy"), vejleder=VAGN.name)
    file = read(desk, opened.case_id)
    assert (file.citizen.name, file.case.contact_on, file.case.vejleder) == ("Nancy", TODAY, "Vagn Vejleder")
    assert (file.identifiers, file.case.source, file.case.bestiller) == ((), "", "")
    assert file.case.number


def test_everything_known_stands_on_the_case_with_its_hand(desk: Desk) -> None:
    opened = receive(desk, VAGN, WHOLE, bestiller=BODIL.name, vejleder=VAGN.name)
    file = read(desk, opened.case_id)
    citizen = file.citizen
    assert (citizen.phone, citizen.address, citizen.protected) == (WHOLE.phone, WHOLE.address, True)
    assert (citizen.interpreter, citizen.guardian, citizen.birth_date) == (
        "tegnsprog",
        "Vera Værge",
        date(1948, 12, 25),
    )
    assert (file.case.source, file.case.preventive) == ("jobcenter", True)
    assert [number.value for number in file.identifiers] == ["2512489996"]
    assert not file.drafts
    assert file.hands[citizen.id, "phone"].hand == VAGN


@pytest.mark.parametrize("source", [source.value for source in Source])
def test_every_door_is_the_same_entrance(desk: Desk, source: str) -> None:
    assert read(desk, receive(desk, VAGN, Arrival("Nancy", source)).case_id).case.source == source


@pytest.mark.parametrize("name", ["", "   ", "\t"])
def test_nobody_without_a_name(desk: Desk, name: str) -> None:
    before = listing.count_cases(desk.replica)
    with pytest.raises(UserError) as no:
        receive(desk, VAGN, Arrival(name, phone="12345678"))
    assert no.value.field == "name"
    assert listing.count_cases(desk.replica) == before


@pytest.mark.parametrize(
    ("number", "because"),
    [("310290-9995", "findes"), ("2512", "ti cifre"), ("050510-9990", "voksne"), ("hej", "cifrene")],
)
def test_a_refused_number_is_kept_as_typed_and_holds_nothing_back(desk: Desk, number: str, because: str) -> None:
    opened = receive(desk, VAGN, Arrival("Nancy", number=number))
    file = read(desk, opened.case_id)
    draft = file.drafts[opened.citizen_id, "value"]
    assert draft.text == number
    assert because in draft.because
    assert file.identifiers == ()


def test_a_number_that_is_anothers_is_taken_and_asked_about(desk: Desk) -> None:
    first = receive(desk, VAGN, WHOLE)
    second = receive(desk, VAGN, Arrival("En helt anden", number=WHOLE.number))
    for opened, other in ((first, second), (second, first)):
        assert len(read(desk, opened.case_id).identifiers) == 1
        family = same_citizen.look(desk, VAGN, opened.case_id)
        assert family is not None
        assert [one.citizen_id for one in family.asked] == [other.citizen_id]


def test_a_number_that_comes_later_is_the_same_record(desk: Desk) -> None:
    opened = receive(desk, VAGN, Arrival("Nancy"))
    step = new_step("Ret CPR-nummer")
    edit.write_number(desk, VAGN, opened.case_id, opened.citizen_id, "251248-9996", step)
    assert listing.count_cases(desk.replica) == 2  # Magnus at the table, and Nancy
    near = listing.citizen_by_number(desk.replica, "2512489996")
    assert near is not None
    assert near.citizen_id == opened.citizen_id


# -------------------------------------------------------------------------------------------------- straight to § 85


def test_straight_to_85_is_the_same_record_as_in_the_meeting(desk: Desk) -> None:
    opened = receive(desk, BODIL, Arrival("Odd Haugen", direct_reason="Har brug for varig støtte i hjemmet"))
    answer = read(desk, opened.case_id).answer
    assert (answer.target_group, answer.reason) == ("direkte § 85", "Har brug for varig støtte i hjemmet")
    again = receive(desk, BODIL, Arrival("Knut Odvar"))
    cases.direct_to_85(desk, BODIL, again.case_id, "Har brug for varig støtte i hjemmet")
    same = read(desk, again.case_id).answer
    assert (same.target_group, same.reason) == (answer.target_group, answer.reason)


@pytest.mark.parametrize("reason", ["", "  "])
def test_straight_to_85_needs_its_reason_before_anything_is_opened(desk: Desk, reason: str) -> None:
    before = listing.count_cases(desk.replica)
    with pytest.raises(UserError) as no:
        receive(desk, BODIL, Arrival("Odd", direct_reason=reason))
    assert no.value.field == "reason"
    assert listing.count_cases(desk.replica) == before


@pytest.mark.expects_log("app.store", "WARNING", "refused: vejleder may not write answer")
def test_straight_to_85_is_the_bestillers_to_say_and_the_case_is_not_half_opened(desk: Desk) -> None:
    before = listing.count_cases(desk.replica)
    type_in(desk, "citizen.name", "Odd")
    with pytest.raises(UserError, match="bestilleren"):
        receive(desk, VAGN, Arrival("Odd", direct_reason="Varig støtte"))
    assert listing.count_cases(desk.replica) == before
    assert typed(desk, VAGN) == {"citizen.name": "Odd"}


# ---------------------------------------------------------------------------------------------------- kept as typed


def test_what_is_typed_survives_until_it_is_a_case(desk: Desk, tmp_path: Path) -> None:
    for path, text in (
        ("citizen.name", "Nan"),
        ("citizen.name", "Nancy"),
        ("citizen.cpr", "2512"),
        ("source", "gaden"),
    ):
        type_in(desk, path, text)
    assert typed(desk, VAGN) == {"citizen.name": "Nancy", "citizen.cpr": "2512", "source": "gaden"}
    receive(desk, VAGN, Arrival("Nancy", "gaden", "2512"))
    assert typed(desk, VAGN) == {}


def test_the_form_is_emptied_in_the_very_step_that_opens_the_case(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(desk, "citizen.name", "Nancy")
    type_in(desk, "citizen.cpr", "251248-9996")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("strømmen gik")

    monkeypatch.setattr(edit, "write_number", broken)
    with pytest.raises(RuntimeError):
        receive(desk, VAGN, Arrival("Nancy", number="251248-9996"))
    assert typed(desk, VAGN) == {}  # so that the same citizen is not opened once more
    case_id = next(row.case_id for row in caseload.page(desk.replica, TODAY) if row.name == "Nancy")
    assert [draft.text for draft in read(desk, case_id).drafts.values()] == ["251248-9996"]  # and nothing is lost


def test_what_is_typed_and_taken_away_again_is_not_kept(desk: Desk) -> None:
    for text in ("Nancy", ""):
        type_in(desk, "citizen.name", text)
    for text in ("ja", "nej"):
        type_in(desk, "preventive", text)
    assert typed(desk, VAGN) == {}


def test_the_form_can_be_begun_anew(desk: Desk) -> None:
    for path in FIELDS:
        type_in(desk, path, "ja", BODIL)
    assert set(typed(desk, VAGN)) == set(FIELDS)
    begin_anew(desk, VAGN)
    assert typed(desk, VAGN) == {}


def test_the_form_is_on_no_list_and_in_no_log(desk: Desk) -> None:
    before = listing.count_cases(desk.replica)
    type_in(desk, "citizen.name", "Nancy")
    assert listing.count_cases(desk.replica) == before
    assert caseload.page(desk.replica, TODAY, Asked("nancy")) == ()
    assert desk.replica.connection.execute("SELECT count(*) FROM change WHERE case_id = ?", (FORM,)).fetchone() == (0,)


@pytest.mark.parametrize(
    ("text", "accepted"), [("251248-9996", True), ("310290-9995", False), ("2512", False), ("", True)]
)
def test_a_number_is_judged_when_the_field_is_left(desk: Desk, text: str, accepted: bool) -> None:
    assert type_in(desk, "citizen.cpr", text).accepted
    assert type_in(desk, "citizen.cpr", text, final=True).accepted is accepted


# --------------------------------------------------------------------------------------------- somebody known already


def test_a_near_name_is_asked_about(desk: Desk) -> None:
    receive(desk, VAGN, Arrival("Åse Ødegård"))
    found = alike(desk, VAGN, "Aase Odegaard", "")
    assert [near.name for near in found.near] == ["Åse Ødegård"]
    assert found.number is None


def test_the_very_number_is_told_of_apart(desk: Desk) -> None:
    receive(desk, VAGN, WHOLE)
    found = alike(desk, VAGN, "Nancy Berggren", "2512489996")
    assert found.number is not None
    assert found.number.name == "Nancy Ann Berggren"
    assert found.near == ()  # the same citizen is not asked about twice


def test_a_birth_date_read_off_the_number_finds_a_name_written_otherwise(desk: Desk) -> None:
    receive(desk, VAGN, Arrival("Rasmus Lauridsen", number="0504909989"))
    assert [near.name for near in alike(desk, VAGN, "Rasmus Holm", "0504909995").near] == ["Rasmus Lauridsen"]
    assert alike(desk, VAGN, "Rasmus Holm", "").near == ()


@pytest.mark.parametrize("name", ["", "N", "Nancy", "Zenobia Krag"])
def test_nobody_is_asked_about_for_little(desk: Desk, name: str) -> None:
    receive(desk, VAGN, WHOLE)
    assert alike(desk, VAGN, name, "").near == ()


def test_the_name_that_is_the_same_comes_first(desk: Desk) -> None:
    for name in ("Magnus Lauritsen", "Magnus Lavridsen"):
        receive(desk, VAGN, Arrival(name))
    assert next(near.name for near in alike(desk, VAGN, "magnus  lauridsen", "").near) == "Magnus Lauridsen"


def test_every_field_of_the_form_is_a_field_of_the_record() -> None:
    assert len({(kind, name) for kind, name in FIELDS.values()}) == len(FIELDS)
    assert len({name for _, name in FIELDS.values()}) == len(FIELDS)  # they lie under one id
    assert intake.FORM == FORM
