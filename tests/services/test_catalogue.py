# SPDX-License-Identifier: MPL-2.0
"""The catalogue: three kinds of offer, nothing published that lacks one of the three, and old decisions keep theirs (F1, F2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.domain.resources import resource_path
from app.domain.roles import Hand, Role
from app.models.choices import OfferKind
from app.models.fields import fields_of
from app.models.kinds import MUNICIPALITY, Municipality, Offer
from app.services import catalogue, settings
from app.services.catalogue import FIELDS, NEW, drop_typed, entries, keep_typed, load_defaults, publish, publish_typed
from app.services.desk import Desk
from app.services.offers import choose_offer, offered, settle_offer
from app.store import queries
from app.store.unit_of_work import new_step
from tests.services.table import BODIL, TODAY, Table, set_table

CYCLE = Offer(
    id="",
    case_id=MUNICIPALITY,
    type="åbent",
    paragraph="åbent",
    name="Cykelværkstedet på torvet",
    legal_ground="Serviceloven § 12",
    services="I reparerer cykler sammen",
    standard="Du kan begynde samme dag",
)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


@pytest.fixture
def desk(table: Table) -> Desk:
    return table.desk


def entry(desk: Desk, key: str) -> catalogue.Entry:
    return next(found for found in entries(desk) if found.key == key)


def type_in(desk: Desk, key: str, name: str, text: str, hand: Hand = BODIL) -> None:
    keep_typed(desk, hand, key, name, text, new_step("skriv"), final=False)


# --------------------------------------------------------------------------------------------------- what comes with it


def test_the_programs_own_catalogue_is_published_once(desk: Desk) -> None:
    raw = json.loads(resource_path("catalogue.json").read_text(encoding="utf-8"))["offers"]
    assert load_defaults(desk, BODIL) == len(raw)
    assert load_defaults(desk, BODIL) == 0
    offers = queries.offers(desk.replica)
    assert {offer.key for offer in offers} == {told["key"] for told in raw}
    assert {offer.type for offer in offers} == {kind.value for kind in OfferKind}
    assert {offer.version for offer in offers} == {1}
    assert {offer.published_on for offer in offers} == {TODAY}


def test_what_the_municipality_has_changed_is_not_loaded_over(desk: Desk) -> None:
    load_defaults(desk, BODIL)
    own = publish(desk, BODIL, replace(queries.offers(desk.replica)[0], standard="Vores egen standard"))
    load_defaults(desk, BODIL)
    assert entry(desk, own.key).offer == own


# -------------------------------------------------------------------------------------------------------- publishing


def test_a_new_entry_is_version_one_and_the_next_is_version_two(desk: Desk) -> None:
    first = publish(desk, BODIL, CYCLE)
    assert (first.version, first.published_on, bool(first.key)) == (1, TODAY, True)
    later = desk.clock() + timedelta(days=30)
    desk.clock = lambda: later
    second = publish(desk, BODIL, replace(first, standard="Du kan begynde samme dag og bliver, til du er færdig"))
    assert (second.key, second.version, second.published_on) == (first.key, 2, TODAY + timedelta(days=30))
    assert second.id != first.id
    assert queries.offers(desk.replica) == (second,)
    assert queries.offer(desk.replica, first.id) == first  # what an old decision was given by


@pytest.mark.parametrize("lacks", ["name", "legal_ground", "services", "standard"])
@pytest.mark.parametrize("empty", ["", "  \n "])
def test_an_entry_lacking_one_of_the_three_is_not_published(desk: Desk, lacks: str, empty: str) -> None:
    with pytest.raises(UserError, match="der mangler") as no:
        publish(desk, BODIL, replace(CYCLE, **{lacks: empty}))  # type: ignore[arg-type]
    assert no.value.field == lacks
    assert queries.offers(desk.replica) == ()


def test_all_that_lacks_is_said_in_one_sentence(desk: Desk) -> None:
    with pytest.raises(UserError) as no:
        publish(desk, BODIL, replace(CYCLE, legal_ground="", services="", standard=""))
    assert no.value.message == "Kan ikke udgives: der mangler et lovgrundlag, ydelser og en kvalitetsstandard."


@pytest.mark.parametrize(
    ("kind", "paragraph", "fits"),
    [
        ("åbent", "åbent", True),
        ("åbent", "82b", False),
        ("åbent", "", False),
        ("tidsbegrænset", "82a", True),
        ("tidsbegrænset", "82b", True),
        ("tidsbegrænset", "85", False),
        ("tidsbegrænset", "åbent", False),
        ("almindeligt", "85", True),
        ("almindeligt", "104", True),
        ("almindeligt", "82b", False),
        ("almindeligt", "åbent", False),
        ("almindeligt", "", False),
        ("", "82b", False),
        ("noget andet", "85", False),
    ],
)
def test_a_kind_and_what_it_is_given_by_go_together(desk: Desk, kind: str, paragraph: str, fits: bool) -> None:
    offer = replace(CYCLE, type=kind, paragraph=paragraph)
    if fits:
        assert publish(desk, BODIL, offer).paragraph == paragraph
    else:
        with pytest.raises(UserError) as no:
            publish(desk, BODIL, offer)
        assert no.value.field in ("type", "paragraph")


def test_nothing_changed_is_no_new_version(desk: Desk) -> None:
    first = publish(desk, BODIL, CYCLE)
    with pytest.raises(UserError, match="ikke ændret noget siden version 1"):
        publish(desk, BODIL, first)


def test_two_entries_are_not_called_the_same(desk: Desk) -> None:
    publish(desk, BODIL, CYCLE)
    with pytest.raises(UserError, match="allerede et tilbud") as no:
        publish(desk, BODIL, replace(CYCLE, name="CYKELVAERKSTEDET  på Torvet"))
    assert no.value.field == "name"


@pytest.mark.parametrize("role", [Role.VEJLEDER, Role.RAADGIVER])
def test_only_the_authority_publishes(desk: Desk, role: Role) -> None:
    other = Hand("x", "En anden", role)
    for way in (lambda: publish(desk, other, CYCLE), lambda: load_defaults(desk, other)):
        with pytest.raises(UserError, match="Kun bestilleren eller lederen kan udgive"):
            way()
    with pytest.raises(UserError):
        type_in(desk, NEW, "name", "Mit eget", other)
    assert (queries.offers(desk.replica), entries(desk)) == ((), ())


def test_a_leder_publishes_too(desk: Desk) -> None:
    assert publish(desk, Hand("l", "Lis Leder", Role.LEDER), CYCLE).version == 1


# ---------------------------------------------------------------------------------------------- typed, and kept as typed


def test_what_is_typed_is_kept_and_the_version_in_force_is_as_it_was(desk: Desk) -> None:
    offer = publish(desk, BODIL, CYCLE)
    type_in(desk, offer.key, "standard", "Du kan beg")
    type_in(desk, offer.key, "services", "")
    found = entry(desk, offer.key)
    assert found.offer == offer
    assert found.typed == {"standard": "Du kan beg", "services": ""}
    assert (found.text("standard"), found.text("services"), found.text("name")) == ("Du kan beg", "", offer.name)


def test_typed_back_to_what_it_was_is_nothing_typed(desk: Desk) -> None:
    offer = publish(desk, BODIL, CYCLE)
    type_in(desk, offer.key, "name", "Cykler")
    type_in(desk, offer.key, "name", offer.name)
    assert entry(desk, offer.key).typed == {}


def test_publishing_takes_what_was_typed_with_it(desk: Desk) -> None:
    offer, other = publish(desk, BODIL, CYCLE), publish(desk, BODIL, replace(CYCLE, name="Et andet"))
    type_in(desk, offer.key, "standard", "Bedre")
    type_in(desk, other.key, "standard", "Også bedre")
    values = {name: entry(desk, offer.key).text(name) for name in FIELDS}
    published = publish_typed(desk, BODIL, offer.key, values)
    assert (published.version, published.standard) == (2, "Bedre")
    assert entry(desk, offer.key).typed == {}
    assert entry(desk, other.key).typed == {"standard": "Også bedre"}


def test_a_refused_version_keeps_what_was_typed(desk: Desk) -> None:
    type_in(desk, NEW, "name", "Halvt")
    with pytest.raises(UserError):
        publish_typed(desk, BODIL, NEW, dict.fromkeys(FIELDS, "") | {"name": "Halvt"})
    assert entry(desk, NEW).typed == {"name": "Halvt"}


def test_a_new_entry_is_typed_published_and_begun_anew(desk: Desk) -> None:
    for name in FIELDS:
        type_in(desk, NEW, name, str(getattr(CYCLE, name)))
    assert entries(desk)[-1].offer is None
    published = publish_typed(desk, BODIL, NEW, {name: f" {getattr(CYCLE, name)} " for name in FIELDS})
    assert published.name == CYCLE.name
    assert published.key not in ("", NEW)
    assert [found.key for found in entries(desk)] == [published.key]


def test_what_was_typed_can_be_dropped(desk: Desk) -> None:
    offer = publish(desk, BODIL, CYCLE)
    type_in(desk, offer.key, "standard", "Nej")
    drop_typed(desk, BODIL, offer.key)
    assert entry(desk, offer.key).typed == {}


def test_entries_stand_in_the_danish_alphabet(desk: Desk) -> None:
    for name in ("Åben dør", "Økonomi", "Ærlig snak", "Bus", "Zumba"):
        publish(desk, BODIL, replace(CYCLE, name=name))
    names = [found.offer.name for found in entries(desk) if found.offer]
    assert names == ["Bus", "Zumba", "Ærlig snak", "Økonomi", "Åben dør"]


# --------------------------------------------------------------------------------------------- the municipality's own


def test_the_municipalitys_texts_are_put_in_once_under_its_own_name(desk: Desk) -> None:
    settings.load_municipality(desk, BODIL, "Ny Kommune")
    said = settings.municipality(desk)
    assert said.name == "Ny Kommune"
    assert "§ 82 b" in said.clause_82b
    assert (said.appealable_82b, said.appealable_85, said.clauses_confirmed) == (False, True, False)
    settings.load_municipality(desk, BODIL, "En tredje")
    assert settings.municipality(desk) == said


def test_every_text_that_comes_with_the_program_is_a_field_of_the_municipality() -> None:
    raw = json.loads(resource_path("municipality.json").read_text(encoding="utf-8"))

    assert set(raw) <= set(fields_of(Municipality))


# ------------------------------------------------------------------------------------------------------------ withdrawn


def test_a_withdrawn_entry_is_offered_no_more_and_a_case_keeps_its_version(table: Table) -> None:
    desk = table.desk
    offer = publish(desk, BODIL, CYCLE)
    support = table.add(BODIL, "support")
    choose_offer(desk, BODIL, table.case_id, support, offer.id)
    catalogue.withdraw(desk, BODIL, offer.key)
    assert offer.key not in {o.key for o in offered(desk)}
    assert [o.withdrawn_on for o in queries.offers(desk.replica) if o.key == offer.key] == [TODAY]
    (kept,) = table.file.support
    assert (kept.offer, kept.offer_id) == (CYCLE.name, offer.id)
    assert queries.offer(desk.replica, offer.id).standard == CYCLE.standard  # type: ignore[union-attr]
    other = table.add(BODIL, "support", offer=CYCLE.name)
    settle_offer(desk, BODIL, table.case_id, other)
    assert next(s for s in table.file.support if s.id == other).offer_id == ""


def test_a_withdrawn_entry_is_offered_again_by_a_button_or_a_new_version(desk: Desk) -> None:
    offer = publish(desk, BODIL, CYCLE)
    catalogue.withdraw(desk, BODIL, offer.key)
    catalogue.offer_again(desk, BODIL, offer.key)
    assert offer.key in {o.key for o in offered(desk)}
    catalogue.withdraw(desk, BODIL, offer.key)
    again = publish(desk, BODIL, replace(offer, standard="Du kan begynde dagen efter"))
    assert (again.version, again.withdrawn_on) == (2, None)
    assert again in offered(desk)


def test_the_day_of_withdrawal_is_not_moved_by_doing_it_again(desk: Desk) -> None:
    offer = publish(desk, BODIL, CYCLE)
    catalogue.withdraw(desk, BODIL, offer.key)
    then = desk.clock() + timedelta(days=9)
    desk.clock = lambda: then
    catalogue.withdraw(desk, BODIL, offer.key)
    assert [o.withdrawn_on for o in queries.offers(desk.replica) if o.key == offer.key] == [TODAY]
