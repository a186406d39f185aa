# SPDX-License-Identifier: MPL-2.0
"""What goes on a paper and what never does (promises 2, 5, 6)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.domain.readability import measure
from app.models.casefile import CaseFile
from app.models.fields import Audience, fields_of
from app.models.kinds import KINDS, Identifier, Municipality, NetworkPerson, Offer, Participant, Support
from app.papers.answer_contents import letter_content, plan_content
from app.papers.answer_letter import render_letter
from app.papers.content import content_hash, short_hash
from app.papers.plan import render_plan
from app.papers.reading import law
from app.papers.wording import plain_text

TODAY = date(2026, 11, 26)
Build = Callable[..., CaseFile]


def said(content: object) -> str:
    """Everything a content says, as one text."""
    return "\n".join(_leaves(dataclasses.asdict(content)))  # type: ignore[call-overload]


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in _leaves(one)]
    if isinstance(value, list | tuple):
        return [leaf for one in value for leaf in _leaves(one)]
    return [str(value)]


# ── what is kept inside ──────────────────────────────────────────────────────────────────────────────────────────────

LINKS = {"goal_id": "goal-0", "meeting_id": "meeting-0", "referral_id": "referral-0", "citizen_id": "citizen-0"}
LAWFUL = {
    ("answer", "target_group"): "ja",
    ("support", "paragraph"): "82b",
    ("action", "owner"): "netværk",
    ("participant", "role"): "pårørende",
    ("story", "read_back"): "det er mine ord",
}
PLACES = {
    "citizen": "citizen",
    "case": "case",
    "story": "story",
    "plan": "plan",
    "answer": "answer",
    "notes": "notes",
    "duties": "duties",
}
LISTS = {
    "identifier": "identifiers",
    "referral": "referrals",
    "tried": "tried",
    "meeting": "meetings",
    "participant": "participants",
    "consent": "consents",
    "network_person": "network",
    "ffb_group": "ffb_groups",
    "goal": "goals",
    "milestone": "milestones",
    "action": "actions",
    "support": "support",
    "intensity": "intensities",
    "question": "questions",
    "revisit_request": "revisit_requests",
    "advice": "advice",
    "advice_request": "advice_requests",
    "coordinator": "coordinators",
    "bridge": "bridges",
    "next_step": "next_steps",
    "follow_up": "follow_ups",
    "task": "tasks",
    "paper": "papers",
    "sent": "sent",
}


def marker(kind: str, name: str, audience: Audience) -> str:
    whose = (
        audience if audience is Audience.OPTIONAL else Audience.CITIZEN if audience.for_citizen else Audience.INTERNAL
    )
    return f"{whose.name}x{kind}x{name}x"


def planted(kind: str, allow_optional: bool) -> Any:
    """A record with a marker in every text, so that a paper shows where it reads from."""
    values: dict[str, Any] = {}
    for name, info in fields_of(KINDS[kind]).items():
        if name in LINKS:
            values[name] = LINKS[name]
        elif (kind, name) in LAWFUL:
            values[name] = LAWFUL[kind, name]
        elif info.type is str:
            values[name] = marker(kind, name, info.audience)
        elif info.type is date:
            values[name] = date(2026, 12, 1)
        elif info.type is bool:
            values[name] = name in ("print", "whole_person_print") and allow_optional
    return KINDS[kind](id=f"{kind}-0", case_id="case-0", **{**values, "removed": False})


def planted_case(allow_optional: bool) -> CaseFile:
    ones = {field: planted(kind, allow_optional) for kind, field in PLACES.items()}
    lists = {field: (planted(kind, allow_optional),) for kind, field in LISTS.items()}
    return CaseFile(**ones, **lists)  # type: ignore[arg-type]


def test_every_kind_of_record_is_planted() -> None:
    # whether two records are one citizen's is no part of the case file
    assert {*PLACES, *LISTS, "decision", "offer", "municipality", "competence", "same_citizen", "informed"} == set(
        KINDS
    )


@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize("decided", ["draft", "signed", "tampered"])
def test_no_internal_field_reaches_a_paper(
    optional: bool,
    decided: str,
    municipality: Municipality,
    sign: Build,
    staff: dict[str, str],
    read: Callable[[bytes], list[str]],
) -> None:
    file = planted_case(optional)
    if decided != "draft":
        file = sign(file, authentic=decided == "signed")
    plan = plan_content(file, municipality, TODAY, staff)
    letter = letter_content(file, municipality, TODAY, staff)
    printed = "".join([*read(render_plan(plan, version=1)), *read(render_letter(letter, version=1))])
    everything = "".join((said(plan) + said(letter) + printed).split())
    assert marker("story", "want", Audience.CITIZEN) in "".join(printed.split())
    assert "INTERNALx" not in everything
    assert ("OPTIONALxstoryxwhole_person" in everything) == optional
    assert ("OPTIONALxnetwork_personxwho" in everything) == optional


def test_the_citizens_own_is_on_the_papers(municipality: Municipality) -> None:
    file = planted_case(True)
    plan, letter = said(plan_content(file, municipality, TODAY)), said(letter_content(file, municipality, TODAY))
    for kind, name in (("story", "want"), ("story", "think"), ("plan", "purpose"), ("goal", "words"), ("goal", "goal")):
        text = marker(kind, name, Audience.CITIZEN)
        assert text in plan
        assert text in letter
    for kind, name in (("goal", "done_when"), ("milestone", "text"), ("action", "what"), ("story", "resources")):
        assert marker(kind, name, Audience.CITIZEN) in plan
    for kind, name in (
        ("answer", "reason"),
        ("answer", "considerations"),
        ("answer", "facts"),
        ("support", "frame"),
        ("next_step", "what"),
    ):
        assert marker(kind, name, Audience.CITIZEN) in letter


def test_notes_of_the_shared_scripts_stay_inside(case: Build, sign: Build, municipality: Municipality) -> None:
    for number in (1, 2, 3):
        for file in (case(number), sign(case(number), paragraphs=["82b"])):
            plan, letter = plan_content(file, municipality, TODAY), letter_content(file, municipality, TODAY)
            assert "INTERN" not in said(plan) + said(letter)
            assert "Løntilskud" not in said(plan) + said(letter)
            assert file.goals[0].theme not in said(plan) + said(letter)


def test_the_whole_person_is_printed_only_with_a_yes(case: Build, municipality: Municipality) -> None:
    file = case(1)
    assert plan_content(file, municipality, TODAY).whole_person == ""
    yes = replace(file, story=replace(file.story, whole_person_print=True))
    assert (
        plan_content(yes, municipality, TODAY).whole_person == "Bor alene, sover dårligt i perioder, glad for sin hund."
    )


def test_a_protected_address_is_on_no_paper_wherever_it_was_typed(
    case: Build, sign: Build, municipality: Municipality
) -> None:
    file = case(
        1,
        citizen={"name": "Magnus", "cpr": None, "address": "Skjulvej 14, 2. tv, 3400 Hillerød", "protected": True},
        next_steps=[{"who": "Vagn", "what": "Kommer hjem på skjulvej 14", "by": "2026-12-01"}],
        wishes={"want": "Blive boende på Skjulvej 14", "think": ""},
        meeting={"place": "Skjulvej 14", "participants": []},
        answer={
            "target_group": "ja",
            "reason": "Bor på Skjulvej 14, 2. tv, 3400 Hillerød.",
            "facts": "x",
            "until": None,
        },
    )
    for one in (file, sign(file)):
        plan, letter = plan_content(one, municipality, TODAY), letter_content(one, municipality, TODAY)
        assert "skjulvej" not in (said(plan) + said(letter)).casefold()
        assert letter.receiver == ("Magnus",)
        assert plan.place == "hjemme hos dig"
        assert plan.want == "Blive boende på din adresse"
        assert letter.reason == "Bor på din adresse."
    open_to_read = replace(file, citizen=replace(file.citizen, protected=False))
    assert letter_content(open_to_read, municipality, TODAY).receiver == (
        "Magnus",
        "Skjulvej 14",
        "2. tv",
        "3400 Hillerød",
    )


# ── people around the citizen ────────────────────────────────────────────────────────────────────────────────────────


def test_people_of_the_network_are_named_only_with_a_yes(case: Build, municipality: Municipality) -> None:
    file = case(1)
    assert plan_content(file, municipality, TODAY).network == ("Rasmus (bror)",)
    no = replace(file, network=tuple(replace(one, print=False) for one in file.network))
    plan = plan_content(no, municipality, TODAY)
    assert plan.network == ()
    assert [one.who for one in plan.goals[0].others] == ["Vagn Vejleder", "Mit netværk"]
    assert plan.bridge[1] == "En fra dit netværk og cykelklubben"
    assert "en pårørende" in plan.present
    assert "Rasmus" not in said(plan)


def test_a_relative_is_named_unless_they_are_not_to_be_printed(case: Build, municipality: Municipality) -> None:
    assert "Rasmus Lauridsen (pårørende)" in plan_content(case(1), municipality, TODAY).present
    assert "May June Moberg (værge)" in plan_content(case(3), municipality, TODAY).present
    assert letter_content(case(3), municipality, TODAY).guardian == "May June Moberg"
    hidden = case(3, network=[{"who": "May June", "relation": "mor", "print": False}])
    assert "en værge" in plan_content(hidden, municipality, TODAY).present
    assert letter_content(hidden, municipality, TODAY).guardian == ""


def test_staff_are_named_though_they_share_a_name_with_somebody_hidden(case: Build, municipality: Municipality) -> None:
    file = case(1)
    file = replace(file, network=(NetworkPerson(id="n", case_id="c", who="Vagn", relation="nabo", print=False),))
    plan = plan_content(file, municipality, TODAY)
    assert plan.goals[0].others[0].who == "Vagn Vejleder"
    assert plan.next_steps[0].who == "Vagn Vejleder"
    assert plan.contacts[0].name == "Vagn Vejleder"


def test_only_people_at_the_newest_meeting_stand_as_present(case: Build, municipality: Municipality) -> None:
    file = case(1)
    older = Participant(id="p", case_id="c", meeting_id="an older one", name="Gamle Gert", role="bisidder")
    assert "Gamle Gert" not in said(
        plan_content(replace(file, participants=(*file.participants, older)), municipality, TODAY)
    )


# ── the decision ─────────────────────────────────────────────────────────────────────────────────────────────────────


def changed(file: CaseFile) -> CaseFile:
    """What the fields may have become after the signature."""
    return replace(
        file,
        story=replace(file.story, want="NYT ønske"),
        plan=replace(file.plan, purpose="NYT formål"),
        answer=replace(file.answer, reason="NY grund", target_group="nej", hearing="nej"),
        goals=tuple(replace(goal, goal="NYT mål") for goal in file.goals),
        support=(Support(id="s", case_id="c", paragraph="82b", offer="NYT tilbud"),),
        bridges=(),
        next_steps=(),
        follow_ups=(),
    )


def test_a_decision_speaks_through_its_signed_copy(case: Build, sign: Build, municipality: Municipality) -> None:
    file = sign(case(1))
    later = changed(file)
    for build in (plan_content, letter_content):
        after = build(later, municipality, TODAY)
        assert "NYT" not in said(after)
        assert after.signed
    with_no_scale = tuple(
        replace(goal, now=None, hoped=None) for goal in letter_content(file, municipality, TODAY).goals
    )
    assert letter_content(later, municipality, TODAY) == replace(
        letter_content(file, municipality, TODAY), goals=with_no_scale
    )
    assert letter_content(later, municipality, TODAY).reason == file.answer.reason
    assert plan_content(later, municipality, TODAY).purpose == file.plan.purpose


def test_a_decision_whose_seal_does_not_hold_is_only_a_draft(
    case: Build, sign: Build, municipality: Municipality
) -> None:
    file = changed(sign(case(1), authentic=False))
    plan, letter = plan_content(file, municipality, TODAY), letter_content(file, municipality, TODAY)
    assert plan.broken_seal
    assert letter.broken_seal
    assert not plan.signed
    assert not letter.signed
    assert (plan.purpose, letter.reason, letter.decided_by, letter.decision_hash) == ("NYT formål", "NY grund", "", "")


def test_a_draft_says_nothing_of_an_answer(case: Build, municipality: Municipality) -> None:
    plan = plan_content(case(1), municipality, TODAY)
    assert (plan.answer, plan.decided_by, plan.decided_on, plan.broken_seal) == ("", "", None, False)


@pytest.mark.parametrize(
    ("answer", "until", "first"),
    [
        ("ja", None, "Ja, du er i målgruppen for støtte."),
        ("nej", None, "Nej, du er ikke i målgruppen for støtte."),
        ("udskudt", "2026-12-17", "Du får svar senest torsdag den 17. december 2026."),
        ("udskudt", None, "Svaret er udskudt."),
        ("direkte § 85", None, "Din sag går direkte videre efter serviceloven § 85."),
        ("", None, "Der er ikke svaret endnu."),
    ],
)
def test_the_decision_is_the_first_line(
    answer: str, until: str | None, first: str, case: Build, municipality: Municipality
) -> None:
    file = case(1, answer={"target_group": answer, "reason": "r", "facts": "f", "until": until})
    letter = letter_content(file, municipality, TODAY)
    assert letter.answer == first
    granted = [one.paragraph for one in letter.support]
    assert granted == (["82b", "åbent"] if answer in ("ja", "") else ["åbent"])


def test_reason_and_facts_stand_word_for_word(case: Build, municipality: Municipality) -> None:
    answer = {"target_group": "nej", "reason": "  To\nlinjer <b>&  ", "facts": "Naboen sagde det.", "until": None}
    letter = letter_content(case(1, answer=answer), municipality, TODAY)
    assert (letter.reason, letter.facts) == ("  To\nlinjer <b>&  ", "Naboen sagde det.")


@pytest.mark.parametrize("decided", ["draft", "signed"])
@pytest.mark.parametrize("answer", ["ja", "nej", "udskudt", "direkte § 85"])
@pytest.mark.parametrize(
    ("heard", "said_of_it"),
    [("ja", "du kunne sige, hvad du mente om dem (partshøring)."), ("nej", "Vi har ikke hørt dig særskilt")],
)
def test_every_letter_says_whether_the_citizen_was_heard_and_never_about_what(
    heard: str,
    said_of_it: str,
    answer: str,
    decided: str,
    case: Build,
    sign: Build,
    municipality: Municipality,
    read: Callable[[bytes], list[str]],
) -> None:
    """FVL § 19, domain.md § 7.3 B: the choice is the citizen's to know, the note on it is the staff's."""
    file = case(1, answer={"target_group": answer, "reason": "r", "facts": "f", "until": None})
    file = replace(file, answer=replace(file.answer, hearing=heard, hearing_note="HEMMELIG høring"))
    if decided == "signed":
        file = sign(file, paragraphs=["82b"])
    letter, plan = letter_content(file, municipality, TODAY), plan_content(file, municipality, TODAY)
    printed = " ".join(" ".join(read(render_letter(letter, version=1))).split())
    assert said_of_it in printed
    assert (
        printed.index("Oplysninger, svaret bygger på") < printed.index(said_of_it) < printed.index("Svaret bygger på")
    )
    assert "HEMMELIG" not in printed + said(letter) + said(plan)
    assert "partshøring" not in said(plan)


@pytest.mark.parametrize("heard", ["", "et valg fra en nyere udgave"])
def test_a_letter_says_nothing_of_a_hearing_nobody_has_spoken_of(
    heard: str, case: Build, municipality: Municipality
) -> None:
    file = case(1)
    letter = letter_content(replace(file, answer=replace(file.answer, hearing=heard)), municipality, TODAY)
    assert letter.hearing == ""


def test_a_letter_signed_before_the_hearing_was_in_the_copy_says_nothing_of_it(
    case: Build, sign: Build, municipality: Municipality
) -> None:
    file = case(1)
    signed = sign(replace(file, answer=replace(file.answer, hearing="ja")))
    (made,) = signed.decisions
    copy = {key: value for key, value in json.loads(made.decision.content).items() if key != "hearing"}
    old = replace(made, decision=replace(made.decision, content=json.dumps(copy)))
    assert letter_content(signed, municipality, TODAY).hearing
    assert letter_content(replace(signed, decisions=(old,)), municipality, TODAY).hearing == ""


def test_a_draft_takes_the_catalogues_words_and_a_decision_its_own(
    case: Build, sign: Build, municipality: Municipality
) -> None:
    offer = Offer(id="offer-1", case_id="m", legal_ground="Serviceloven § 82 b", standard="Ny standard")
    draft = letter_content(case(1), municipality, TODAY, offers={"offer-1": offer})
    assert draft.support[0].standard == "Ny standard"
    decided = letter_content(sign(case(1)), municipality, TODAY, offers={"offer-1": offer})
    assert decided.support[0].standard == "Du får en fast vejleder og en aftale for hver uge."


def test_three_areas_and_several_paragraphs_are_one_letter(case: Build, municipality: Municipality) -> None:
    support = [
        {"paragraph": p, "offer": f"Tilbud {p}", "start": "2026-12-01", "end": "2027-01-31", "frame": "Særligt for dig"}
        for p in ("82b", "82a", "åbent")
    ]
    letter = letter_content(case(1, support=support), municipality, TODAY)
    assert [one.law for one in letter.support] == ["serviceloven § 82 b", "serviceloven § 82 a", ""]
    assert letter.law == "serviceloven §§ 82 a og 82 b"
    assert [clause.law for clause in letter.clauses] == ["§ 82 a", "§ 82 b"]


# ── numbers, clauses, contacts ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "value", "shown", "label"),
    [
        ("cpr", "0504909995", "050490-9995", "CPR-nummer"),
        ("erstatning", "6502750001", "650275-0001", "Erstatningsnummer (ikke et CPR-nummer)"),
        ("xecpr", "0101901AB1", "010190-1AB1", "X-eCPR (ikke et CPR-nummer)"),
    ],
)
def test_a_stand_in_is_never_printed_as_a_cpr_number(
    kind: str, value: str, shown: str, label: str, case: Build, sign: Build, municipality: Municipality
) -> None:
    file = replace(case(1), identifiers=(Identifier(id="i", case_id="c", type=kind, value=value),))
    for one in (file, sign(file)):
        letter = letter_content(one, municipality, TODAY)
        assert (letter.identifier, letter.identifier_label) == (shown, label)


def test_no_number_is_no_number(case: Build, municipality: Municipality) -> None:
    assert letter_content(case(2), municipality, TODAY).identifier == ""


def test_law_is_written_as_people_write_it() -> None:
    assert law(()) == law(("åbent",)) == ""
    assert law(("82b",)) == "serviceloven § 82 b"
    assert law(("82a", "82b", "85")) == "serviceloven §§ 82 a, 82 b og 85"


def test_contacts_are_those_of_the_case_and_nobody_elses(
    case: Build, municipality: Municipality, staff: dict[str, str]
) -> None:
    plan = plan_content(case(1), municipality, TODAY, {**staff, "Anden Kollega": "99 99 99 99"})
    assert [(one.name, one.phone) for one in plan.contacts] == [
        ("Vagn Vejleder", "12 34 56 78"),
        ("Bodil Bestiller", "12 34 56 79"),
    ]
    alone = replace(case(1), participants=())
    alone = replace(alone, case=replace(alone.case, bestiller="", vejleder=""))
    assert plan_content(alone, municipality, TODAY).contacts[0].phone == municipality.phone


# ── hash and readability ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_words_have_the_same_hash_on_any_day(case: Build, sign: Build, municipality: Municipality) -> None:
    file = sign(case(1))
    first = content_hash(plan_content(file, municipality, TODAY))
    assert first == content_hash(plan_content(file, municipality, date(2027, 5, 1)))
    other = replace(file, story=replace(file.story, resources="Andet"))
    assert first != content_hash(plan_content(other, municipality, TODAY))
    assert first != content_hash(letter_content(file, municipality, TODAY))
    assert (len(first), short_hash(first)) == (64, f"{first[:4]} {first[4:8]}")


def test_the_plans_own_text_is_measured_and_the_legal_block_is_not(
    case: Build, sign: Build, municipality: Municipality
) -> None:
    file = sign(case(1))
    plan = plain_text(plan_content(file, municipality, TODAY))
    assert "Jeg vil kunne ta bussen til byen selv, uden min bror." in plan
    assert "bisidder" not in plan
    assert "§" not in plan
    letter = plain_text(letter_content(file, municipality, TODAY))
    assert "indbringes" not in letter
    assert file.answer.reason in letter
    assert measure(plan).lix is not None
