# SPDX-License-Identifier: MPL-2.0
"""The bundle of one case: what is granted, its goals and its follow-up, as FFB's codes (domain § 2.3).

Pure: a case and the bundle sent before it go in, a bundle comes out. An id is reckoned from the records', so the same case has
the same ids every time; what was sent and is no longer so is sent once more as an error. Before a grant there is no plan:
the guide dates one by the grant. Nothing is reported of open offers, which need no decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from app.domain import ffb_tree
from app.domain.identifiers import IdentifierKind
from app.domain.terms import TermList, find_theme, term
from app.models.casefile import CaseFile
from app.models.kinds import Goal, Municipality
from app.papers.decided import DecidedSupport
from app.papers.fhir import table
from app.papers.fhir.grants import Grant, ended_on, followed, grants, runs
from app.papers.fhir.since import dated, errors
from app.papers.fhir.table import PROFILES, address

Json: TypeAlias = dict[str, Any]

_OURS = UUID("6f1f2c0e-8c0b-5a57-9c44-0b7d6f1f3a52")
"""The namespace of every id that is reckoned here. Never changed: all that has been sent goes by it."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a bundle is made of. `before`: the bundle sent last, if any."""

    file: CaseFile
    municipality: Municipality
    now: datetime
    before: Mapping[str, Any] | None = None


def lacks(source: Source) -> tuple[str, ...]:
    """What the report asks for and the case has not, each as one Danish sentence; empty when a bundle can be made."""
    return tuple(_lacks(source))


def make(source: Source) -> Json:
    """The bundle. Only for a case that lacks nothing."""
    fresh = list(_Maker(source).resources())
    kept = dated(fresh + errors(fresh, source.before), source.before, _instant(source.now))
    entries = [{"fullUrl": f"{one['resourceType']}/{one['id']}", "resource": one} for one in kept]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": _instant(source.now),
        "entry": entries,
    }


# -- inside


def _lacks(source: Source) -> Iterator[str]:
    file, number = source.file, source.file.identifier
    if number is None or number.type != IdentifierKind.CPR.value:
        yield "Borgeren har intet CPR-nummer her, og indberetningen tager ikke imod andre numre."
    if not source.municipality.organisation_id.strip():
        yield "Kommunens id i KOMBITs organisation mangler. Skriv det i indstillinger."
    if any(not signed.authentic for signed in file.decisions):
        yield "Afgørelsen kan ikke godkendes: seglet passer ikke."
    if file.apart:
        yield "Der er to svar, underskrevet hver for sig. Underskriv et nyt, før sagen indberettes."
    running = next((g for g in reversed(grants(file)) if runs(g, file, source.now.date())), None)
    if running is None:
        return
    if not any(f.date for f in file.follow_ups):
        yield "Der er ingen dag, hvor I mødes igen."
    if not file.plan.support_need:
        yield "Støttebehovet er ikke vurderet."
    if not any(g.name for g in file.ffb_groups):
        yield "Der er ikke valgt nogen målgruppe."
    for place, goal in enumerate(file.goals, 1):
        if not _is_empty(goal):
            yield from _lacks_of_goal(goal, f"Mål {place}")
    levels: dict[str, set[str]] = {}
    for goal in file.goals:
        if goal.theme and goal.level_now:
            levels.setdefault(goal.theme, set()).add(goal.level_now)
    for theme, told in levels.items():
        if len(told) > 1:
            yield f"»{theme}« har flere niveauer i dag. Skriv det samme ved alle mål med det tema."


def _lacks_of_goal(goal: Goal, which: str) -> Iterator[str]:
    if not goal.theme:
        yield f"{which} mangler et tema."
    if not goal.type:
        yield f"{which} mangler, hvad slags mål det er."
    if not goal.level_now:
        yield f"{which} mangler funktionsevnen nu."
    if not goal.level_target:
        yield f"{which} mangler, hvilken funktionsevne I går efter."


def _is_empty(goal: Goal) -> bool:
    return not any((goal.words.strip(), goal.goal.strip(), goal.theme, goal.type, goal.level_now, goal.level_target))


def _is_whole(goal: Goal) -> bool:
    return all((goal.theme, goal.type, goal.level_now, goal.level_target))


class _Maker:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._file = source.file
        self._grants = grants(source.file)
        self._day = source.now.date()
        self._citizen = _id("citizen", source.file.citizen.id)

    def resources(self) -> Iterator[Json]:
        file = self._file
        yield self._patient()
        yield self._request()
        goals = [g for g in file.goals if _is_whole(g)]
        conditions = list(self._conditions(goals))
        yield from conditions
        need = self._need()
        if need is not None:
            yield need
        gathering = self._gathering(conditions, need)
        if gathering is not None:
            yield gathering
        yield from (self._goal(goal) for goal in goals)
        if not self._grants:
            return
        groups = list(self._groups())
        yield from groups
        day = self._next_day()
        if day is not None:
            yield day
        codes = dict.fromkeys(s.provider for grant in self._grants for s in grant.support if s.provider)
        yield from (self._team(code) for code in codes)  # one, however many plans it delivers in
        for place, grant in enumerate(self._grants):
            until = self._grants[place + 1].granted_on if place + 1 < len(self._grants) else None
            yield from self._plan(grant, until, goals if until is None else [], groups, need, day)

    def _patient(self) -> Json:
        number, municipality = self._file.identifier, self._source.municipality
        assert number is not None
        return {
            **_head("citizen", self._file.citizen.id),
            "identifier": [{"use": "official", "system": table.CPR_SYSTEM, "value": number.value}],
            "managingOrganization": {
                "identifier": {
                    "use": "official",
                    "system": municipality.organisation_system.strip(),
                    "value": municipality.organisation_id.strip(),
                }
            },
        }

    def _request(self) -> Json:
        decided = any(signed.authentic for signed in self._file.decisions)
        status = "revoked" if self._file.case.ended else "completed" if decided else "active"
        return {
            **_head("serviceRequest", self._file.case.id),
            "extension": [self._case_number()],
            "status": status,
            "intent": "proposal",
            "subject": self._subject(),
        }

    def _case_number(self) -> Json:
        own = {
            "use": "usual",
            "system": f"urn:uuid:{_id('cases', self._source.municipality.organisation_id.strip())}",
            "value": self._file.case.goes_by,
        }
        return {
            "url": table.CASE_NUMBER,
            "extension": [{"url": "municipalitySpecific", "valueIdentifier": own}],
        }

    def _conditions(self, goals: Sequence[Goal]) -> Iterator[Json]:
        """One tilstand for each theme, however many goals aim at it."""
        seen: set[str] = set()
        for goal in goals:
            code = find_theme(goal.theme).code
            if code in seen:
                continue
            seen.add(code)
            yield {
                **_head("condition", self._file.case.id, code),
                "clinicalStatus": _coded(table.CLINICAL, "active"),
                "verificationStatus": _coded(table.VERIFICATION, "confirmed"),
                "severity": _term(TermList.LEVEL, goal.level_now),
                "code": _coded(ffb_tree.uri(), code),
                "subject": self._subject(),
                "recordedDate": self._written_on(goal.id, "level_now"),
            }

    def _need(self) -> Json | None:
        plan = self._file.plan
        if not plan.support_need:
            return None
        return {
            **_head("careEvaluation", plan.id),
            "status": "final",
            "code": _term(TermList.EVALUATION, "støttebehov"),
            "subject": self._subject(),
            "effectiveDateTime": self._written_on(plan.id, "support_need"),
            "valueCodeableConcept": _term(TermList.SUPPORT_NEED, plan.support_need),
        }

    def _gathering(self, conditions: Sequence[Json], need: Json | None) -> Json | None:
        met = min((m.date for m in self._file.meetings if m.date), default=None)
        if met is None:
            return None
        decided = any(signed.authentic for signed in self._file.decisions)
        told: Json = {
            **_head("informationGathering", self._file.case.id),
            "extension": [{"url": table.BASED_ON, "valueReference": _to("serviceRequest", self._file.case.id)}],
            "status": "completed" if decided else "in-progress",
            "subject": self._subject(),
            "effectiveDateTime": met.isoformat(),
        }
        if conditions:
            told["finding"] = [{"itemReference": _at(one)} for one in conditions]
        if need is not None:
            told["investigation"] = [{"code": _term(TermList.EVALUATION, "støttebehov"), "item": [_at(need)]}]
        return told

    def _goal(self, goal: Goal) -> Json:
        latest = self._grants[-1] if self._grants else None
        status = "proposed" if latest is None else "active" if runs(latest, self._file, self._day) else "completed"
        level, kind = (_term(TermList.MEASURE, key) for key in ("niveau", "måltype"))
        condition = _to("condition", self._file.case.id, find_theme(goal.theme).code)
        return {
            **_head("interventionGoal", goal.id),
            "lifecycleStatus": status,
            "category": [_term(TermList.GOAL_LEVEL, "mål")],
            "description": _coded(table.SNOMED, "410518001"),
            "subject": self._subject(),
            "target": [
                {"measure": level, "detailCodeableConcept": _term(TermList.LEVEL, goal.level_target)},
                {"measure": kind, "detailCodeableConcept": _term(TermList.GOAL_TYPE, goal.type)},
            ],
            "addresses": [_ranked(condition, 1)],
        }

    def _groups(self) -> Iterator[Json]:
        for group in self._file.ffb_groups:
            if group.name:
                yield {
                    **_head("targetGroup", group.id),
                    "clinicalStatus": _coded(table.CLINICAL, "active"),
                    "verificationStatus": _coded(table.VERIFICATION, "confirmed"),
                    "code": _term(TermList.TARGET_GROUP, group.name),
                    "subject": self._subject(),
                    "recordedDate": self._written_on(group.id, "name"),
                }

    def _next_day(self) -> Json | None:
        """The next day they meet, or the last one when none is to come."""
        days = sorted((f for f in self._file.follow_ups if f.date), key=lambda f: (str(f.date), f.id))
        chosen = next((f for f in days if f.date and f.date >= self._day), days[-1] if days else None)
        if chosen is None or chosen.date is None:
            return None
        return {
            **_head("followUpEncounter", chosen.id),
            "status": "planned",
            "class": {"system": table.ACT, "code": "HH"},
            "type": [_term(TermList.CONTACT, "opfølgning")],
            "subject": self._subject(),
            "period": {"start": chosen.date.isoformat()},
        }

    def _plan(
        self,
        grant: Grant,
        until: date | None,
        goals: Sequence[Goal],
        groups: Sequence[Json],
        need: Json | None,
        day: Json | None,
    ) -> Iterator[Json]:
        """The care plan of one grant, with its interventions, who delivers, and what the follow-ups came to."""
        ended = ended_on(self._file, grant, until)
        over = min((d for d in (grant.end, ended) if d is not None), default=None)
        done = not runs(grant, self._file, self._day)
        period = {"start": grant.granted_on.isoformat()} | ({"end": over.isoformat()} if over else {})
        teams = [
            _to("servicePerformer", self._file.case.id, code)
            for code in dict.fromkeys(s.provider for s in grant.support if s.provider)
        ]
        plan: Json = {
            **_head("carePlan", grant.id),
            "extension": [self._case_number()],
            "status": "completed" if done else "active",
            "intent": "order",
            "subject": self._subject(),
            "period": period,
        }
        if day is not None and not done:
            plan["extension"].append({"url": table.FOLLOW_UP_DATE, "valueReference": _at(day)})
        if teams:
            plan["careTeam"] = teams
        if groups:
            plan["addresses"] = [_ranked(_at(one), 1 if place == 0 else 2) for place, one in enumerate(groups)]
        if goals:
            plan["goal"] = [_to("interventionGoal", goal.id) for goal in goals]
        if need is not None:
            plan["activity"] = [{"outcomeReference": [_at(need)]}]
        yield plan
        for place, support in enumerate(grant.support):
            yield self._intervention(plan, grant, place, support, over, done)
        for follow_up in followed(self._file, grant, until):
            assert follow_up.date is not None
            yield {
                **_head("followUp", follow_up.id),
                "status": "final",
                "code": _coded(table.SNOMED, "712744002"),
                "subject": self._subject(),
                "focus": [_at(plan)],
                "effectiveDateTime": follow_up.date.isoformat(),
                "valueCodeableConcept": _term(TermList.FOLLOW_UP, follow_up.result),
            }

    def _team(self, code: str) -> Json:
        return {
            **_head("servicePerformer", self._file.case.id, code),
            "category": [_coded(ffb_tree.uri(), code)],
            "subject": self._subject(),
        }

    def _intervention(
        self, plan: Json, grant: Grant, place: int, support: DecidedSupport, over: date | None, done: bool
    ) -> Json:
        ends = [d for d in (support.end, over) if d is not None]
        end = max(min(ends), grant.granted_on) if ends else None
        ended = done or (end is not None and end < self._day)
        begun = support.start is None or support.start <= self._day
        same = sum(one.service == support.service for one in grant.support[:place])
        return {
            **_head("intervention", grant.id, support.service, str(same)),
            "basedOn": [_at(plan)],
            "status": "completed" if ended else "active",
            "intent": "order",
            "subject": self._subject(),
            "period": {"start": grant.granted_on.isoformat()} | ({"end": end.isoformat()} if end else {}),
            "created": grant.granted_on.isoformat(),
            "activity": [
                {
                    "detail": {
                        "code": _coded(ffb_tree.uri(), support.service),
                        "status": "completed" if ended else "in-progress" if begun else "not-started",
                    }
                }
            ],
        }

    def _subject(self) -> Json:
        return {"reference": f"Patient/{self._citizen}"}

    def _written_on(self, record_id: str, name: str) -> str:
        """The day a value was written; the day of the report for a case from before changes were kept."""
        written = self._file.hands.get((record_id, name))
        return (written.at.date() if written is not None else self._day).isoformat()


def _id(profile: str, *of: str) -> str:
    return str(uuid5(_OURS, "/".join((profile, *of))))


def _head(profile: str, *of: str) -> Json:
    return {
        "resourceType": PROFILES[profile].type,
        "id": _id(profile, *of),
        "meta": {"profile": [address(profile)]},
    }


def _to(profile: str, *of: str) -> Json:
    return {"reference": f"{PROFILES[profile].type}/{_id(profile, *of)}"}


def _at(resource: Mapping[str, Any]) -> Json:
    return {"reference": f"{resource['resourceType']}/{resource['id']}"}


def _ranked(reference: Json, rank: int) -> Json:
    return {"extension": [{"url": table.RANK, "valuePositiveInt": rank}], **reference}


def _coded(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def _term(which: TermList, key: str) -> Json:
    one = term(which, key)
    return _coded(one.system, one.code)


def _instant(now: datetime) -> str:
    return now.astimezone().isoformat(timespec="seconds")
