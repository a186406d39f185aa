# SPDX-License-Identifier: MPL-2.0
"""What the guide allows, profile by profile: what may stand where, how often, and as what. Data; `check` reads it.

Whatever is not named here is not allowed: that is how every "..0" of the guide, and every free text, is kept out. Where the
guide's prose and its rules differ, the stricter holds (domain § 2.4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from app.domain import ffb_tree
from app.domain.ffb_tree import ValueSet, codes
from app.domain.terms import TermList, term, terms

CANONICAL = "http://fhir.kl.dk/ffbreporting/StructureDefinition/"
RANK = "http://fhir.kl.dk/core/StructureDefinition/ConditionRank"
"""Of KL's core package: the guide's own rule for goals names it in a package that has no such extension (domain § 2.4)."""
BASED_ON = "http://fhir.kl.dk/core/StructureDefinition/BasedOnServiceRequest"
CASE_NUMBER = f"{CANONICAL}kl-reporting-ffb-municipalityCaseNumber"
FOLLOW_UP_DATE = f"{CANONICAL}kl-reporting-ffb-follow-up-date-extension"

CPR_SYSTEM = "urn:oid:1.2.208.176.1.2"
SNOMED = "http://snomed.info/sct"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CARE_SOCIAL = term(TermList.GOAL_LEVEL, "mål").system


@dataclass(frozen=True, slots=True)
class Text:
    """A text of one shape: fixed, one of some, or after a pattern. Never a free one."""

    pattern: str = ""
    among: frozenset[str] = frozenset()

    def takes(self, value: object) -> bool:
        """Whether a value may stand here."""
        if not isinstance(value, str):
            return False
        return value in self.among if self.among else re.fullmatch(self.pattern, value, re.ASCII) is not None


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from one on, to `most`."""

    most: int

    def takes(self, value: object) -> bool:
        """Whether a value may stand here."""
        return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= self.most


@dataclass(frozen=True, slots=True)
class To:
    """A reference to a resource of the same bundle with one of these profiles."""

    profiles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """An object: each of its keys with how often, and as what. A `many` key is a list, and its number is reckoned in it."""

    keys: Mapping[str, Slot]


@dataclass(frozen=True, slots=True)
class Slot:
    """How often, and as what."""

    least: int
    most: int
    what: What
    many: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """An extension: which part it is, is said by its address."""

    by_url: Mapping[str, Part]


What: TypeAlias = "Text | Number | To | Part | Either"
ANY = 1_000


def _one(what: What) -> Slot:
    return Slot(1, 1, what)


def _maybe(what: What) -> Slot:
    return Slot(0, 1, what)


def _list(least: int, most: int, what: What) -> Slot:
    return Slot(least, most, what, many=True)


def _only(*words: str) -> Text:
    return Text(among=frozenset(words))


UUID = Text(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DAY = Text(r"\d{4}-\d{2}-\d{2}")
INSTANT = Text(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})")
CPR = Text(r"\d{10}")
NUMBER = Text(r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}")
ADDRESS = Text(r"(https?://|urn:)[\x21-\x7e]{1,200}")
ORGANISATION = Text(r"[A-Za-z0-9:.-]{1,64}")


def _coding(system: str, *allowed: str) -> Part:
    return Part({"system": _one(_only(system)), "code": _one(_only(*allowed))})


def _coded(system: str, *allowed: str) -> Part:
    return Part({"coding": _list(1, 1, _coding(system, *allowed))})


def _ffb(*branches: ValueSet) -> Part:
    return _coded(ffb_tree.uri(), *codes(*branches))


def _to(*profiles: str) -> Part:
    return Part({"reference": _one(To(frozenset(profiles)))})


def _extension(url: str, **value: Slot) -> Part:
    return Part({"url": _one(_only(url)), **value})


_SUBJECT = _one(_to("citizen"))
_PERIOD = Part({"start": _one(DAY), "end": _maybe(DAY)})
_IDENTIFIER = Part({"use": _one(_only("usual")), "system": _one(ADDRESS), "value": _one(NUMBER)})
_CASE = Part(
    {
        "url": _one(_only(CASE_NUMBER)),
        "extension": _list(1, 1, _extension("municipalitySpecific", valueIdentifier=_one(_IDENTIFIER))),
    }
)
_FOLLOW_UP = _extension(FOLLOW_UP_DATE, valueReference=_one(_to("followUpEncounter")))
_CLINICAL = _coded(CLINICAL, "active", "recurrence", "relapse", "inactive", "remission", "resolved")
_VERIFICATION = _coded(VERIFICATION, "confirmed", "provisional", "refuted", "entered-in-error")
_REQUEST = _only("draft", "active", "on-hold", "revoked", "completed", "entered-in-error")
_DOING = _only("not-started", "in-progress", "on-hold", "completed", "stopped", "cancelled", "entered-in-error")
_MEASURE = _coded(CARE_SOCIAL, *(one.code for one in terms(TermList.MEASURE)))
_MEASURED = _ffb(ValueSet.LEVEL, ValueSet.GOAL_TYPE)
_SUPPORT_NEED = _coded(CARE_SOCIAL, term(TermList.EVALUATION, "støttebehov").code)


def _ranked(profile: str) -> Part:
    """A reference that says whether it is the primary one (1) or a secondary (2)."""
    rank = _extension(RANK, valuePositiveInt=_one(Number(2)))
    return Part({"extension": _list(1, 1, rank), "reference": _one(To(frozenset({profile})))})


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of resource in the bundle: its FHIR type, what may stand in it, and where it says that it was an error."""

    type: str
    keys: Mapping[str, Slot]
    error_at: str = ""
    """The key that says entered-in-error; "" where the guide has none: what is no longer so is then left out."""


PROFILES: Mapping[str, Profile] = {
    "citizen": Profile(
        "Patient",
        {
            "identifier": _list(
                1, 1, Part({"use": _one(_only("official")), "system": _one(_only(CPR_SYSTEM)), "value": _one(CPR)})
            ),
            "managingOrganization": _one(
                Part(
                    {
                        "identifier": _one(
                            Part({"use": _one(_only("official")), "system": _one(ADDRESS), "value": _one(ORGANISATION)})
                        )
                    }
                )
            ),
        },
    ),
    "serviceRequest": Profile(
        "ServiceRequest",
        {
            "extension": _list(1, 1, _CASE),  # the prose says must, the profile may
            "status": _one(_REQUEST),
            "intent": _one(_only("proposal")),
            "subject": _SUBJECT,
        },
        "status",
    ),
    "informationGathering": Profile(
        "ClinicalImpression",
        {
            "extension": _list(1, 1, _extension(BASED_ON, valueReference=_one(_to("serviceRequest")))),
            "status": _one(_only("in-progress", "completed", "entered-in-error")),
            "subject": _SUBJECT,
            "effectiveDateTime": _one(DAY),
            "finding": _list(0, ANY, Part({"itemReference": _one(_to("condition"))})),
            "investigation": _list(
                0, 1, Part({"code": _one(_SUPPORT_NEED), "item": _list(1, ANY, _to("careEvaluation"))})
            ),
        },
        "status",
    ),
    "condition": Profile(
        "Condition",
        {
            "clinicalStatus": _one(_CLINICAL),
            "verificationStatus": _maybe(_VERIFICATION),
            "severity": _maybe(_ffb(ValueSet.LEVEL)),
            "code": _one(_ffb(ValueSet.ACTIVITY, ValueSet.FUNCTIONS, ValueSet.ENVIRONMENT)),
            "subject": _SUBJECT,
            "recordedDate": _one(DAY),
        },
        "verificationStatus",
    ),
    "targetGroup": Profile(
        "Condition",
        {
            "clinicalStatus": _maybe(_CLINICAL),
            "verificationStatus": _maybe(_VERIFICATION),
            "code": _one(_ffb(ValueSet.TARGET_GROUP)),
            "subject": _SUBJECT,
            "recordedDate": _one(DAY),
        },
        "verificationStatus",
    ),
    "interventionGoal": Profile(
        "Goal",
        {
            "lifecycleStatus": _one(_only("proposed", "active", "completed", "entered-in-error")),
            "category": _list(1, 1, _coded(CARE_SOCIAL, term(TermList.GOAL_LEVEL, "mål").code)),
            "description": _one(_coded(SNOMED, "410518001")),
            "subject": _SUBJECT,
            "target": _list(2, 2, Part({"measure": _one(_MEASURE), "detailCodeableConcept": _one(_MEASURED)})),
            "addresses": _list(1, ANY, _ranked("condition")),
        },
        "lifecycleStatus",
    ),
    "carePlan": Profile(
        "CarePlan",
        {
            "extension": _list(1, 2, Either({CASE_NUMBER: _CASE, FOLLOW_UP_DATE: _FOLLOW_UP})),
            "status": _one(_REQUEST),
            "intent": _one(_only("proposal", "plan", "order")),
            "subject": _SUBJECT,
            "period": _one(_PERIOD),
            "careTeam": _list(0, ANY, _to("servicePerformer")),
            "addresses": _list(0, ANY, _ranked("targetGroup")),
            "goal": _list(0, ANY, _to("interventionGoal")),
            "activity": _list(0, 1, Part({"outcomeReference": _list(1, ANY, _to("careEvaluation"))})),
        },
        "status",
    ),
    "intervention": Profile(
        "CarePlan",
        {
            "basedOn": _list(1, ANY, _to("carePlan")),
            "status": _one(_REQUEST),
            "intent": _one(_only("proposal", "plan", "order")),
            "subject": _SUBJECT,
            "period": _one(_PERIOD),
            "created": _one(DAY),
            "activity": _list(
                1, 1, Part({"detail": _one(Part({"code": _one(_ffb(ValueSet.SERVICE)), "status": _one(_DOING)}))})
            ),
        },
        "status",
    ),
    "servicePerformer": Profile("CareTeam", {"category": _list(1, 1, _ffb(ValueSet.PROVIDER)), "subject": _SUBJECT}),
    "followUpEncounter": Profile(
        "Encounter",
        {
            "status": _one(_only("planned")),
            "class": _one(_coding(ACT, "HH")),
            "type": _list(1, 1, _coded(CARE_SOCIAL, term(TermList.CONTACT, "opfølgning").code)),
            "subject": _SUBJECT,
            "period": _one(Part({"start": _one(DAY)})),
        },
    ),
    "followUp": Profile(
        "Observation",
        {
            "status": _one(_only("final", "entered-in-error")),
            "code": _one(_coded(SNOMED, "712744002")),
            "subject": _SUBJECT,
            "focus": _list(1, ANY, _to("carePlan")),
            "effectiveDateTime": _one(DAY),
            "valueCodeableConcept": _one(_ffb(ValueSet.FOLLOW_UP)),
        },
        "status",
    ),
    "careEvaluation": Profile(
        "Observation",
        {
            "status": _one(_only("final", "entered-in-error")),
            "code": _one(_SUPPORT_NEED),
            "subject": _SUBJECT,
            "effectiveDateTime": _one(DAY),
            "valueCodeableConcept": _one(_ffb(ValueSet.NEED)),
        },
        "status",
    ),
}
"""Every profile a bundle may hold, by the last word of its name."""


def whole(profile: str) -> Part:
    """All that may stand in a resource of a profile, with what every resource has."""
    own = PROFILES[profile]
    meta = Part({"profile": _list(1, 1, _only(address(profile))), "lastUpdated": _one(INSTANT)})
    return Part({"resourceType": _one(_only(own.type)), "id": _one(UUID), "meta": _one(meta), **own.keys})


def address(profile: str) -> str:
    """A profile's own address."""
    return f"{CANONICAL}kl-reporting-ffb-{profile}"
