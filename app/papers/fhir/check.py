# SPDX-License-Identifier: MPL-2.0
"""Whether a bundle is what the guide asks for: how often, fixed values, codes, references, and the rules across resources.

Held against `table`, and against the intent of the guide's rules where their letter cannot be met: it compares a number with a
text (domain § 2.4). Called on every bundle before it leaves, and by tests on bundles of other hands. Knows nothing of cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.domain.ffb_tree import ValueSet, codes
from app.domain.terms import TermList, term
from app.papers.fhir.table import (
    CASE_NUMBER,
    FOLLOW_UP_DATE,
    INSTANT,
    PROFILES,
    RANK,
    Either,
    Number,
    Part,
    Slot,
    Text,
    To,
    What,
    address,
    whole,
)

_BY_ADDRESS = {address(name): name for name in PROFILES}


def check(bundle: Mapping[str, Any]) -> tuple[str, ...]:
    """Everything that is wrong with a bundle, each by its place; empty when it may leave. Never the values themselves."""
    return tuple(_Checker(bundle).faults())


def profile_of(resource: object) -> str:
    """Which profile a resource says it has, by its last word; "" for none the guide knows."""
    meta = resource.get("meta") if isinstance(resource, Mapping) else None
    said = meta.get("profile") if isinstance(meta, Mapping) else None
    first = said[0] if isinstance(said, list) and said else ""
    return _BY_ADDRESS.get(first, "") if isinstance(first, str) else ""


def rank_of(reference: Mapping[str, Any]) -> int:
    """The rank on a reference to a condition; 0 for none."""
    ranks = [e.get("valuePositiveInt") for e in reference.get("extension", ()) if e.get("url") == RANK]
    return ranks[0] if len(ranks) == 1 and isinstance(ranks[0], int) else 0


class _Checker:
    def __init__(self, bundle: Mapping[str, Any]) -> None:
        self._bundle = bundle
        entries = bundle.get("entry")
        self._entries: Sequence[Any] = entries if isinstance(entries, list) else ()
        self._resources = [e["resource"] for e in self._entries if isinstance(e, Mapping) and "resource" in e]
        self._there = {
            f"{one.get('resourceType')}/{one.get('id')}": one for one in self._resources if isinstance(one, Mapping)
        }

    def faults(self) -> Iterator[str]:
        yield from self._frame()
        shaped = True
        for resource in self._resources:
            wrong = list(self._resource(resource))
            shaped = shaped and not wrong
            yield from wrong
        if shaped and self._resources:  # the rules across resources read what is known to have its shape
            yield from self._rules()

    def _frame(self) -> Iterator[str]:
        if self._bundle.keys() - {"resourceType", "type", "timestamp", "entry", "id"}:
            yield "Bundle: a key that is not allowed"
        if self._bundle.get("resourceType") != "Bundle" or self._bundle.get("type") != "collection":
            yield "Bundle.type: not a collection"
        if not INSTANT.takes(self._bundle.get("timestamp")):
            yield "Bundle.timestamp: missing or no instant"
        if len(self._resources) != len(self._entries) or not self._entries:
            yield "Bundle.entry: an entry with no resource"
        for entry in self._entries:
            if isinstance(entry, Mapping) and entry.keys() != {"fullUrl", "resource"}:
                yield "Bundle.entry: a key that is not allowed"
            elif isinstance(entry, Mapping) and self._there.get(str(entry["fullUrl"])) is not entry["resource"]:
                yield "Bundle.entry.fullUrl: not the resource's own"
        if len(self._there) != len(self._resources):
            yield "Bundle.entry: the same resource twice"
        if sum(profile_of(one) == "citizen" for one in self._resources) != 1:
            yield "Bundle: not one citizen"

    def _resource(self, resource: object) -> Iterator[str]:
        profile = profile_of(resource)
        if not profile:
            yield "meta.profile: none the guide knows"
            return
        yield from self._what(profile, whole(profile), resource)

    def _what(self, at: str, what: What, value: object) -> Iterator[str]:
        match what:
            case Either(by_url):
                url = value.get("url") if isinstance(value, Mapping) else None
                part = by_url.get(url) if isinstance(url, str) else None
                if part is None:
                    yield f"{at}: an extension that is not allowed"
                else:
                    yield from self._what(at, part, value)
            case Part(keys):
                if not isinstance(value, Mapping):
                    yield f"{at}: no object"
                    return
                for name in value.keys() - keys.keys():
                    yield f"{at}.{name}: not allowed"
                for name, slot in keys.items():
                    yield from self._slot(f"{at}.{name}", slot, value.get(name))
            case To(profiles):
                found = self._there.get(value) if isinstance(value, str) else None
                if found is None or profile_of(found) not in profiles:
                    yield f"{at}: not a {' or '.join(sorted(profiles))} of the bundle"
            case Text() | Number():
                if not what.takes(value):
                    yield f"{at}: not a value that may stand here"

    def _slot(self, at: str, slot: Slot, value: object) -> Iterator[str]:
        if slot.many and value is not None and not isinstance(value, list):
            yield f"{at}: no list"
            return
        values = [] if value is None else value if slot.many and isinstance(value, list) else [value]
        if not slot.least <= len(values) <= slot.most or (slot.many and value == []):
            yield f"{at}: {len(values)} of {slot.least}..{slot.most}"
        for one in values:
            yield from self._what(at, slot.what, one)

    # The rules across resources.

    def _rules(self) -> Iterator[str]:
        subject = next(f"Patient/{one['id']}" for one in self._resources if profile_of(one) == "citizen")
        for one in self._resources:
            profile = profile_of(one)
            if "subject" in one and one["subject"]["reference"] != subject:
                yield f"{profile}.subject: another citizen"
            if profile == "condition" and ("severity" in one) != (_code(one["code"]) in codes(ValueSet.ACTIVITY)):
                yield "condition.severity: for Aktivitet og deltagelse, and for nothing else"
            elif profile == "interventionGoal":
                yield from self._goal(one)
            elif profile == "carePlan":
                yield from self._care_plan(one)

    def _goal(self, goal: Mapping[str, Any]) -> Iterator[str]:
        if Counter(rank_of(a) for a in goal["addresses"])[1] != 1:
            yield "interventionGoal.addresses: not one of rank 1"
        for address_ in goal["addresses"]:
            if _code(self._there[address_["reference"]]["code"]) not in codes(ValueSet.ACTIVITY):
                yield "interventionGoal.addresses: not under Aktivitet og deltagelse"
        told = {_code(t["measure"]): _code(t["detailCodeableConcept"]) for t in goal["target"]}
        level, kind = (term(TermList.MEASURE, key).code for key in ("niveau", "måltype"))
        if told.get(level) not in codes(ValueSet.LEVEL) or told.get(kind) not in codes(ValueSet.GOAL_TYPE):
            yield "interventionGoal.target: not one level and one måltype"

    def _care_plan(self, plan: Mapping[str, Any]) -> Iterator[str]:
        urls = Counter(extension["url"] for extension in plan["extension"])
        if urls[CASE_NUMBER] != 1 or urls[FOLLOW_UP_DATE] > 1:
            yield "carePlan.extension: not one case number and at most one day to follow up"
        if Counter(rank_of(a) for a in plan.get("addresses", ()))[1] > 1:
            yield "carePlan.addresses: more than one of rank 1"
        if plan["intent"] != "order" or plan["status"] == "completed":
            return
        if not urls[FOLLOW_UP_DATE]:
            yield "carePlan.extension: an order has a day to follow up"
        if "activity" not in plan:
            yield "carePlan.activity: an order has the need of support assessed"
        if "addresses" not in plan:
            yield "carePlan.addresses: an order has a target group"


def _code(concept: Mapping[str, Any]) -> str:
    return str(concept["coding"][0]["code"])
