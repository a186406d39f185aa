# SPDX-License-Identifier: MPL-2.0
"""The check of a bundle: whole reports of a made-up course pass, and whatever is taken out, put in or changed does not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ffb_tree import ValueSet, codes
from app.papers.fhir.check import check, profile_of
from app.papers.fhir.table import PROFILES, RANK

GOLDEN = sorted((Path(__file__).parents[1] / "data" / "fhir").glob("*.json"))
Json = dict[str, Any]


def bundle(place: int) -> Json:
    loaded: Json = json.loads(GOLDEN[place].read_text(encoding="utf-8"))
    return loaded


def of(told: Json, profile: str, nth: int = 0) -> Json:
    """One resource of a bundle."""
    found = [e["resource"] for e in told["entry"] if profile_of(e["resource"]) == profile]
    resource: Json = found[nth]
    return resource


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_whole_report_passes(path: Path) -> None:
    assert check(json.loads(path.read_text(encoding="utf-8"))) == ()


def test_the_reports_hold_every_profile() -> None:
    held = {profile_of(e["resource"]) for place in range(len(GOLDEN)) for e in bundle(place)["entry"]}
    assert held == set(PROFILES)


Spoil = Callable[[Json], object]
BAD: dict[str, tuple[Spoil, str]] = {
    "no level on a tilstand under Aktivitet og deltagelse": (
        lambda b: of(b, "condition").pop("severity"),
        "condition.severity: for Aktivitet og deltagelse, and for nothing else",
    ),
    "a level on another tilstand": (
        lambda b: of(b, "condition", 2).update(severity=of(b, "condition")["severity"]),
        "condition.severity: for Aktivitet og deltagelse, and for nothing else",
    ),
    "two of rank 1 on a plan": (
        lambda b: of(b, "carePlan")["addresses"][1]["extension"][0].update(valuePositiveInt=1),
        "carePlan.addresses: more than one of rank 1",
    ),
    "no rank 1 on a goal": (
        lambda b: of(b, "interventionGoal")["addresses"][0]["extension"][0].update(valuePositiveInt=2),
        "interventionGoal.addresses: not one of rank 1",
    ),
    "a rank as a text, as the guide's own rule has it": (
        lambda b: of(b, "interventionGoal")["addresses"][0]["extension"][0].update(valuePositiveInt="1"),
        "interventionGoal.addresses.extension.valuePositiveInt: not a value that may stand here",
    ),
    "an order with no day to follow up": (
        lambda b: of(b, "carePlan")["extension"].pop(),
        "carePlan.extension: an order has a day to follow up",
    ),
    "an order with no need of support": (
        lambda b: of(b, "carePlan").pop("activity"),
        "carePlan.activity: an order has the need of support assessed",
    ),
    "an order with no target group": (
        lambda b: of(b, "carePlan").pop("addresses"),
        "carePlan.addresses: an order has a target group",
    ),
    "a goal that aims at what is no activity": (
        lambda b: of(b, "interventionGoal")["addresses"][0].update(
            reference=f"Condition/{of(b, 'condition', 2)['id']}"
        ),
        "interventionGoal.addresses: not under Aktivitet og deltagelse",
    ),
    "a target that is measured by another scale": (
        lambda b: of(b, "interventionGoal")["target"][0].update(
            detailCodeableConcept=of(b, "interventionGoal")["target"][1]["detailCodeableConcept"]
        ),
        "interventionGoal.target: not one level and one måltype",
    ),
    "a reference out of the bundle": (
        lambda b: of(b, "intervention").update(
            basedOn=[{"reference": "CarePlan/00000000-0000-0000-0000-000000000000"}]
        ),
        "intervention.basedOn.reference: not a carePlan of the bundle",
    ),
    "a reference to the wrong kind": (
        lambda b: of(b, "intervention").update(basedOn=[{"reference": f"CarePlan/{of(b, 'intervention', 1)['id']}"}]),
        "intervention.basedOn.reference: not a carePlan of the bundle",
    ),
    "a branch where a leaf is asked for": (
        lambda b: of(b, "intervention")["activity"][0]["detail"]["code"]["coding"][0].update(
            code="794ebc42-0639-46eb-aca2-40e996568578"
        ),
        "intervention.activity.detail.code.coding.code: not a value that may stand here",
    ),
    "a name": (lambda b: of(b, "citizen").update(name=[{"text": "Ruddi"}]), "citizen.name: not allowed"),
    "a note": (lambda b: of(b, "condition").update(note=[{"text": "ord"}]), "condition.note: not allowed"),
    "a display": (
        lambda b: of(b, "condition")["code"]["coding"][0].update(display="ord"),
        "condition.code.coding.display: not allowed",
    ),
    "two citizens": (lambda b: b["entry"].append(copy.deepcopy(b["entry"][0])), "Bundle: not one citizen"),
    "another kind of bundle": (lambda b: b.update(type="document"), "Bundle.type: not a collection"),
    "no time": (lambda b: b.pop("timestamp"), "Bundle.timestamp: missing or no instant"),
    "no profile": (lambda b: of(b, "condition").pop("meta"), "meta.profile: none the guide knows"),
    "another resource's address": (
        lambda b: b["entry"][0].update(fullUrl=b["entry"][1]["fullUrl"]),
        "Bundle.entry.fullUrl: not the resource's own",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_breaks_a_rule_is_told_by_its_place(case: str) -> None:
    spoil, fault = BAD[case]
    told = bundle(3)
    spoil(told)
    assert fault in check(told)


@pytest.mark.parametrize("told", [{}, {"entry": []}, {"entry": None}, {"entry": [{"fullUrl": [], "resource": {}}]}])
def test_what_is_no_bundle_at_all_is_told_too(told: Json) -> None:
    assert "Bundle.type: not a collection" in check(told)


def test_what_a_completed_plan_need_not_have_any_more() -> None:
    told = bundle(4)
    plan = of(told, "carePlan")
    assert plan["status"] == "completed"
    plan["extension"].pop()
    del plan["activity"], plan["addresses"]
    assert check(told) == ()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from places(inner, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


WHOLE = bundle(3)
PLACES = list(places(WHOLE))
OBJECTS = [(), *(path for path in PLACES if isinstance(at(WHOLE, path), dict))]
TEXTS = [path for path in PLACES if isinstance(at(WHOLE, path), str)]


@given(path=st.sampled_from(OBJECTS), key=st.sampled_from(["text", "note", "title", "display", "description_", "x"]))
def test_nothing_can_be_put_in(path: tuple[Any, ...], key: str) -> None:
    told = copy.deepcopy(WHOLE)
    at(told, path)[key] = "Karl drikker igen"
    assert check(told)


@given(path=st.sampled_from(TEXTS), words=st.text(min_size=1).map(lambda words: f"{words} å"))
def test_no_text_can_be_written_over_another(path: tuple[Any, ...], words: str) -> None:
    told = copy.deepcopy(WHOLE)
    at(told, path[:-1])[path[-1]] = words
    assert check(told)


@given(path=st.sampled_from(PLACES), other=st.sampled_from([None, 7, True, [], {}, [[]], [{}], {"x": 1}]))
def test_no_shape_of_value_stops_the_check(path: tuple[Any, ...], other: Any) -> None:
    told = copy.deepcopy(WHOLE)
    if at(told, path) == other:
        return
    at(told, path[:-1])[path[-1]] = other
    check(told)


def test_faults_never_repeat_what_stands_there() -> None:
    told = bundle(3)
    of(told, "citizen")["identifier"][0]["value"] = "Karl Hemmelig"
    of(told, "condition")["code"]["text"] = "Karl Hemmelig"
    assert "Hemmelig" not in " ".join(check(told))
    assert len(check(told)) == 2


def test_every_code_of_the_reports_is_of_the_tree() -> None:
    known = codes(*ValueSet)
    for place in range(len(GOLDEN)):
        for path in places(bundle(place)):
            coding = at(bundle(place), path)
            if isinstance(coding, dict) and coding.get("system") == "urn:oid:1.2.208.176.2.22":
                assert coding["code"] in known
    assert RANK.startswith("http://fhir.kl.dk/core/")
