# SPDX-License-Identifier: MPL-2.0
"""FFB's tree and the value sets that are branches of it; every code the program writes is in it by the same name."""

from __future__ import annotations

from itertools import combinations
from uuid import UUID

import pytest

from app.domain.errors import UserError
from app.domain.ffb_tree import ValueSet, codes, name, uri
from app.domain.terms import TermList, find_term, term, terms, themes, version


@pytest.mark.parametrize(
    ("branch", "number"),
    [
        (ValueSet.ACTIVITY, 31),
        (ValueSet.FUNCTIONS, 33),
        (ValueSet.ENVIRONMENT, 3),
        (ValueSet.LEVEL, 6),
        (ValueSet.NEED, 6),
        (ValueSet.GOAL_TYPE, 3),
        (ValueSet.FOLLOW_UP, 3),
        (ValueSet.SERVICE, 32),
        (ValueSet.PROVIDER, 8),
        (ValueSet.TARGET_GROUP, 45),
    ],
)
def test_a_value_set_is_as_large_as_kl_has_it(branch: ValueSet, number: int) -> None:
    assert len(codes(branch)) == number
    assert all(str(UUID(code)) == code and name(code) for code in codes(branch))


def test_no_code_is_in_two_value_sets() -> None:
    assert all(not codes(one) & codes(other) for one, other in combinations(ValueSet, 2))


def test_a_branch_with_more_below_it_is_no_code_to_use() -> None:
    assert "794ebc42-0639-46eb-aca2-40e996568578" not in codes(
        ValueSet.SERVICE
    )  # KL leaves it out of the value set too
    assert {"d580bcb7-145a-4346-8e99-d387bbf08a40", "fe42f8f4-d516-4bab-b006-12b0cd186603"} < codes(ValueSet.SERVICE)


def test_every_ffb_code_of_the_program_is_in_the_tree_by_the_same_name() -> None:
    assert {theme.code: theme.name for theme in themes()} == {code: name(code) for code in codes(ValueSet.ACTIVITY)}
    for which in TermList:
        for one in terms(which):
            if one.system == uri():
                assert name(one.code) == one.name, one


@pytest.mark.parametrize(
    ("which", "branch"),
    [
        (TermList.LEVEL, ValueSet.LEVEL),
        (TermList.SUPPORT_NEED, ValueSet.NEED),
        (TermList.GOAL_TYPE, ValueSet.GOAL_TYPE),
        (TermList.FOLLOW_UP, ValueSet.FOLLOW_UP),
        (TermList.PROVIDER, ValueSet.PROVIDER),
        (TermList.TARGET_GROUP, ValueSet.TARGET_GROUP),
    ],
)
def test_a_list_offers_its_whole_value_set_and_nothing_besides(which: TermList, branch: ValueSet) -> None:
    assert {one.code for one in terms(which)} == codes(branch)


def test_the_levels_stand_from_none_to_complete_and_are_words() -> None:
    assert [one.name.split()[0] for one in terms(TermList.LEVEL)] == [
        "Ingen",
        "Let",
        "Moderat",
        "Svært",
        "Fuldstændig",
        "Ikke",
    ]
    assert not any(any(letter.isdigit() for letter in one.name) for one in terms(TermList.LEVEL))


def test_a_term_is_found_by_key_name_or_code_and_no_other_word() -> None:
    angst = term(TermList.TARGET_GROUP, "Angst")
    assert find_term(TermList.TARGET_GROUP, " ANGST ") is find_term(TermList.TARGET_GROUP, angst.code) is angst
    with pytest.raises(UserError) as no:
        find_term(TermList.LEVEL, "2")
    assert no.value.message == "»2« står ikke på listen fra FFB."


def test_the_version_of_the_terms_can_be_kept() -> None:
    assert version() == "kl.dk.fhir.term 2.3.0 (FFB 20240530, CareSocialCodes 20250530)"
