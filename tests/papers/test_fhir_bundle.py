# SPDX-License-Identifier: MPL-2.0
"""Whatever a case has become: it lacks something that is told, or its bundle passes the check; after each other as well."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.terms import TermList, terms, themes
from app.models.casefile import CaseFile, SignedDecision
from app.models.kinds import (
    MUNICIPALITY,
    Answer,
    Case,
    Citizen,
    Decision,
    FfbGroup,
    FollowUp,
    Goal,
    Identifier,
    Meeting,
    Municipality,
    Notes,
    Plan,
    Story,
)
from app.papers.fhir.bundle import Source, lacks, make
from app.papers.fhir.check import check

CASE = "sag"
WORDS = "Karl drikker igen"
FIRST = date(2026, 11, 26)
DAYS = st.integers(0, 260).map(lambda days: FIRST + timedelta(days=days))
OURS = Municipality(id=MUNICIPALITY, case_id=MUNICIPALITY, organisation_id="d2a4b6f0-0000-4000-8000-00000000abcd")


def keys(which: TermList) -> st.SearchStrategy[str]:
    return st.sampled_from([one.key for one in terms(which)])


def maybe(which: TermList) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), keys(which))


@st.composite
def goals(draw: st.DrawFn) -> tuple[Goal, ...]:
    made = []
    for name in draw(st.sets(st.sampled_from("abc"))):
        whole = draw(st.booleans())
        level = keys(TermList.LEVEL) if whole else maybe(TermList.LEVEL)
        made.append(
            Goal(
                id=f"mål-{name}",
                case_id=CASE,
                goal=WORDS,
                theme=draw(st.sampled_from([themes()[0].name, themes()[1].name] + ([] if whole else [""]))),
                type=draw(keys(TermList.GOAL_TYPE) if whole else maybe(TermList.GOAL_TYPE)),
                level_now=draw(level),
                level_target=draw(level),
            )
        )
    return tuple(made)


@st.composite
def decisions(draw: st.DrawFn) -> tuple[SignedDecision, ...]:
    made = []
    for number, day in enumerate(sorted(draw(st.lists(DAYS, max_size=3)))):
        rows = draw(st.lists(st.sampled_from(["82a", "82b", "åbent"]), max_size=2))
        support = [
            {
                "paragraph": row,
                "offer": WORDS,
                "start": draw(DAYS).isoformat(),
                "end": draw(st.one_of(st.none(), DAYS.map(date.isoformat))),
                "provider": draw(st.sampled_from(["", "d90f4da6-f87a-43b5-833f-646b4baf16d6"])),
            }
            for row in rows
        ]
        at = datetime.combine(day, time(10, 0), UTC).isoformat()
        told = {"target_group": draw(st.sampled_from(["ja", "ja", "nej"])), "support": support, "decided_at": at}
        decision = Decision(
            id=f"afgørelse-{number}",
            case_id=CASE,
            content=json.dumps({**told, "reason": WORDS}),
            signed_at=at,
            target_group=str(told["target_group"]),
        )
        made.append(SignedDecision(decision, authentic=True))
    return tuple(made)


@st.composite
def files(draw: st.DrawFn) -> CaseFile:
    return CaseFile(
        case=Case(id=CASE, case_id=CASE, number="2026-0042-7KQ", ended=draw(st.sampled_from(["", WORDS]))),
        citizen=Citizen(id="borger", case_id=CASE, name=WORDS, address=WORDS),
        story=Story(id="s", case_id=CASE, want=WORDS),
        plan=Plan(id="p", case_id=CASE, purpose=WORDS, support_need=draw(maybe(TermList.SUPPORT_NEED))),
        answer=Answer(id="a", case_id=CASE, reason=WORDS),
        notes=Notes(id="n", case_id=CASE, bestiller=WORDS),
        identifiers=(Identifier(id="i", case_id=CASE, type="cpr", value="0504909995"),),
        meetings=tuple(Meeting(id="m", case_id=CASE, date=FIRST, place=WORDS) for _ in range(draw(st.integers(0, 1)))),
        goals=draw(goals()),
        ffb_groups=tuple(
            FfbGroup(id=f"g-{n}", case_id=CASE, position=n, name=draw(maybe(TermList.TARGET_GROUP)))
            for n in draw(st.sets(st.integers(0, 2)))
        ),
        follow_ups=tuple(
            FollowUp(
                id=f"f-{n}", case_id=CASE, date=draw(st.one_of(st.none(), DAYS)), result=draw(maybe(TermList.FOLLOW_UP))
            )
            for n in draw(st.sets(st.integers(0, 2)))
        ),
        decisions=draw(decisions()),
    )


def source(file: CaseFile, day: date, before: dict[str, Any] | None = None) -> Source:
    return Source(file, OURS, datetime.combine(day, time(11, 0), UTC), before)


@given(file=files(), day=DAYS)
def test_a_case_that_lacks_nothing_makes_a_bundle_that_passes_and_holds_no_word(file: CaseFile, day: date) -> None:
    asked = source(file, day)
    told = lacks(asked)
    assert all(sentence[:1].isupper() or sentence[0] == "»" for sentence in told)
    assert all(sentence.endswith(".") for sentence in told)
    if told:
        return
    bundle = make(asked)
    assert check(bundle) == ()
    assert WORDS not in json.dumps(bundle, ensure_ascii=False)


@given(file=files(), day=DAYS)
def test_the_same_case_makes_the_same_bundle(file: CaseFile, day: date) -> None:
    if lacks(source(file, day)):
        return
    first = make(source(file, day))
    again = make(source(file, day, first))
    assert again == first


@given(one=files(), other=files(), day=DAYS)
def test_whatever_was_sent_before_the_next_bundle_passes_and_takes_back_what_is_no_longer_so(
    one: CaseFile, other: CaseFile, day: date
) -> None:
    if lacks(source(one, day)) or lacks(source(other, day)):
        return
    before = make(source(one, day))
    after = make(source(other, day + timedelta(days=1), before))
    assert check(after) == ()
    fresh = {e["fullUrl"] for e in make(source(other, day + timedelta(days=1)))["entry"]}
    there = {e["fullUrl"]: e["resource"] for e in after["entry"]}
    for entry in before["entry"]:
        gone = entry["fullUrl"] not in fresh
        if gone and entry["resource"]["resourceType"] not in ("CareTeam", "Encounter"):
            assert "entered-in-error" in json.dumps(there[entry["fullUrl"]])


def test_two_answers_in_force_are_told_and_not_reported() -> None:
    told = json.dumps({"target_group": "nej", "support": [], "decided_at": "2026-11-26T10:00:00+00:00"})
    both = tuple(
        SignedDecision(
            Decision(id=one, case_id=CASE, content=told, signed_at="2026-11-26T10:00:00+00:00"), authentic=True
        )
        for one in "ab"
    )
    file = CaseFile(
        case=Case(id=CASE, case_id=CASE, number="1"),
        citizen=Citizen(id="b", case_id=CASE),
        story=Story(id="s", case_id=CASE),
        plan=Plan(id="p", case_id=CASE),
        answer=Answer(id="a", case_id=CASE),
        notes=Notes(id="n", case_id=CASE),
        identifiers=(Identifier(id="i", case_id=CASE, type="cpr", value="0504909995"),),
        decisions=both,
        apart=both,
    )
    assert lacks(source(file, FIRST)) == (
        "Der er to svar, underskrevet hver for sig. Underskriv et nyt, før sagen indberettes.",
    )


def test_a_case_with_another_number_is_no_citizen_to_kl() -> None:
    file = CaseFile(
        case=Case(id=CASE, case_id=CASE, number="1"),
        citizen=Citizen(id="b", case_id=CASE),
        story=Story(id="s", case_id=CASE),
        plan=Plan(id="p", case_id=CASE),
        answer=Answer(id="a", case_id=CASE),
        notes=Notes(id="n", case_id=CASE),
        identifiers=(Identifier(id="i", case_id=CASE, type="erstatning", value="6502750001"),),
    )
    assert lacks(source(file, FIRST)) == (
        "Borgeren har intet CPR-nummer her, og indberetningen tager ikke imod andre numre.",
    )
    assert lacks(replace(source(file, FIRST), municipality=replace(OURS, organisation_id=" ")))[1:] == (
        "Kommunens id i KOMBITs organisation mangler. Skriv det i indstillinger.",
    )
