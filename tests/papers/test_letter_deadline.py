# SPDX-License-Identifier: MPL-2.0
"""Whether and until when one can complain, as the letter says it (retssikkerhedsloven §§ 66-68; domain.md § 9.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from app.domain.deadlines import Channel
from app.models.casefile import CaseFile
from app.models.kinds import Municipality, Paper
from app.papers.answer_contents import letter_content
from app.papers.answer_letter import NO_COMPLAINT, SOME_COMPLAINT, render_letter
from app.papers.reading import FROM_RECEIPT

TODAY = date(2026, 11, 26)
Build = Callable[..., CaseFile]


def direct(case: Build, sign: Build) -> CaseFile:
    answer = {"target_group": "direkte § 85", "reason": "r", "facts": "f", "until": None}
    return sign(case(1, answer=answer, support=[]), paragraphs=["85"])


def test_the_time_to_complain_is_reckoned_from_how_the_letter_goes(
    case: Build, sign: Build, municipality: Municipality
) -> None:
    file = direct(case, sign)
    by_hand = letter_content(file, municipality, TODAY).clauses[0].text
    assert "senest mandag den 28. december 2026" in by_hand
    assert "{frist}" not in by_hand
    by_post = letter_content(file, municipality, TODAY, channel=Channel.POST).clauses[0].text
    assert "senest mandag den 4. januar 2027" in by_post


@pytest.mark.parametrize(
    ("on", "channel", "last"),
    [
        ("2026-11-26", Channel.HANDED_OVER, "mandag den 28. december 2026"),
        ("2026-11-26", Channel.POST, "mandag den 4. januar 2027"),
        ("2026-11-27", Channel.DIGITAL_POST, "mandag den 28. december 2026"),
        ("2026-12-05", Channel.DIGITAL_POST, "mandag den 4. januar 2027"),
        ("2027-02-25", Channel.DIGITAL_POST, "tirsdag den 30. marts 2027"),
    ],
)
def test_the_letter_names_the_last_day_of_each_way_it_may_go(
    on: str, channel: Channel, last: str, case: Build, sign: Build, municipality: Municipality
) -> None:
    """domain.md § 9.4."""
    letter = letter_content(direct(case, sign), municipality, date.fromisoformat(on), channel=channel)
    assert f"senest {last}." in letter.clauses[0].text


def test_a_letter_whose_way_is_not_chosen_names_no_day(case: Build, sign: Build, municipality: Municipality) -> None:
    own = replace(municipality, clause_85="Du kan klage.")
    for settings in (municipality, own):
        letter = letter_content(direct(case, sign), settings, TODAY, channel=None)
        assert f"senest {FROM_RECEIPT}." in letter.clauses[0].text
        assert "2026" not in letter.clauses[0].text


def test_a_letter_printed_again_keeps_the_time_its_first_copy_gave(
    case: Build, sign: Build, municipality: Municipality
) -> None:
    given = Paper(
        id="p",
        case_id="c",
        type="svar",
        version=1,
        draft=False,
        decision_id="decision",
        channel="brevpost",
        delivered_on=date(2026, 12, 1),
    )
    file = replace(direct(case, sign), papers=(replace(given, type="plan"), given))
    later = letter_content(file, municipality, date(2027, 3, 1))
    assert "senest onsdag den 6. januar 2027" in later.clauses[0].text
    draft = replace(file, papers=(replace(given, draft=True),))
    assert "marts 2027" in letter_content(draft, municipality, date(2027, 3, 1)).clauses[0].text


def test_no_letter_counts_from_before_the_day_it_was_decided(
    case: Build, sign: Build, municipality: Municipality
) -> None:
    file = direct(case, sign)
    early = Paper(id="p", case_id="c", type="svar", version=1, draft=False, decision_id="decision", channel="udleveret")
    told = [
        letter_content(replace(file, papers=papers), municipality, TODAY).clauses[0].text
        for papers in ((), (replace(early, delivered_on=date(2026, 10, 1)),))
    ]
    assert told[0] == told[1]


def test_a_clause_that_can_be_complained_of_always_gives_the_day(
    case: Build, sign: Build, municipality: Municipality
) -> None:
    own = replace(municipality, clause_85="Du kan klage til kommunen.", appealable_85=True)
    clause = letter_content(direct(case, sign), own, TODAY).clauses[0]
    assert clause.text == "Du kan klage til kommunen. Du skal klage senest mandag den 28. december 2026."


def test_paragraphs_and_clauses_follow_the_municipalitys_own_configuration(
    case: Build, municipality: Municipality
) -> None:
    answer = {"target_group": "nej", "reason": "r", "facts": "f", "until": None}
    own = replace(municipality, paragraphs_no="82b, 85", clause_82b="Egen tekst.", clause_85="")
    letter = letter_content(case(1, answer=answer), replace(own, appealable_85=False), TODAY)
    assert [(clause.law, clause.text) for clause in letter.clauses] == [("§ 82 b", "Egen tekst.")]


@pytest.mark.parametrize(
    ("rests_on", "said"),
    [("82a,82b", NO_COMPLAINT), ("82b", NO_COMPLAINT), ("85", ""), ("82b,85", SOME_COMPLAINT)],
)
def test_the_heading_asks_whether_one_can_complain_and_a_no_is_said_first(
    rests_on: str, said: str, case: Build, municipality: Municipality, read: Callable[[bytes], list[str]]
) -> None:
    """»Kan du klage?« was answered in the law's words alone: »kan ikke indbringes for en anden administrativ myndighed«."""
    answer = {"target_group": "nej", "reason": "r", "facts": "f", "until": None}
    letter = letter_content(case(1, answer=answer), replace(municipality, paragraphs_no=rests_on), TODAY)
    told = " ".join("\n".join(read(render_letter(letter, version=1))).split())
    after = told.split("Kan du klage?")[1].lstrip()
    assert after.startswith(said or letter.clauses[0].text[:20])
    assert [one for one in (NO_COMPLAINT, SOME_COMPLAINT) if one in told] == ([said] if said else [])


def test_a_clause_with_a_time_to_complain_is_no_no(case: Build, municipality: Municipality) -> None:
    """A municipality that writes its own clause and forgets the tick must not have its letter say both."""
    answer = {"target_group": "nej", "reason": "r", "facts": "f", "until": None}
    own = replace(municipality, paragraphs_no="82b", clause_82b="Du kan klage senest {frist}.", appealable_82b=False)
    assert [clause.open for clause in letter_content(case(1, answer=answer), own, TODAY).clauses] == [True]
