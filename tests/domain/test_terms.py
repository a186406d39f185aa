# SPDX-License-Identifier: MPL-2.0
"""KL's terms: all of them, once each, found by name (domain §§ 1.2, 1.3; row B6)."""

from __future__ import annotations

import json
from collections import Counter
from uuid import UUID

import pytest

from app.domain.errors import UserError
from app.domain.names import fold
from app.domain.resources import resource_path
from app.domain.terms import TermList, find_theme, term, terms, themes


def test_all_31_themes_stand_in_their_six_groups() -> None:
    assert Counter(theme.group for theme in themes()) == {
        "Relationer": 3,
        "Samfundsliv": 5,
        "Kommunikation": 4,
        "Praktiske opgaver": 6,
        "Egenomsorg": 9,
        "Mobilitet": 4,
    }


def test_no_two_themes_share_a_name_or_a_code() -> None:
    assert len({fold(theme.name) for theme in themes()}) == len({theme.code for theme in themes()}) == 31


def test_every_code_is_well_formed() -> None:
    for code in [theme.code for theme in themes()] + [t.code for which in TermList for t in terms(which)]:
        assert str(UUID(code)) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Færdes med transportmidler", "eff3385d-01fa-4c9c-9850-52e179243f21"),
        ("FAERDES MED TRANSPORTMIDLER", "eff3385d-01fa-4c9c-9850-52e179243f21"),
        (" håndtere  post ", "8bef71de-55b5-47fe-b438-18ac769106b3"),
        ("Deltage i sociale fællesskaber og fritidsaktiviteter", "dcc6bb77-45af-4625-9c4d-7d7878307220"),
        ("Samtale", "986898d0-e2e5-4afa-9cb3-ee7aecaa0143"),
        ("Bære, flytte og håndtere genstande", "320c9aa6-630e-4695-bba2-29ea808fad24"),
        ("bære flytte og håndtere genstande", "320c9aa6-630e-4695-bba2-29ea808fad24"),
    ],
)
def test_a_theme_is_found_by_its_whole_name(text: str, code: str) -> None:
    assert find_theme(text).code == code


def test_every_theme_is_found_by_name_and_by_code() -> None:
    for theme in themes():
        assert find_theme(theme.name) is find_theme(theme.code) is theme


@pytest.mark.parametrize("text", ["Post", "Færdes", "Støtte til transport", "Mobilitet", ""])
def test_what_is_no_theme_is_refused(text: str) -> None:
    with pytest.raises(UserError) as refused:
        find_theme(text)
    assert refused.value.message == f"»{text}« er ikke et FFB-tema."
    assert refused.value.field == "theme"


@pytest.mark.parametrize(
    ("which", "key", "code", "system"),
    [
        (TermList.GOAL_TYPE, "udvikle", "d41c8072-52f8-42b5-9375-ddbea454d27f", "urn:oid:1.2.208.176.2.22"),
        (TermList.GOAL_TYPE, "fastholde", "10752a63-00b4-4958-b7f4-9f3a18f74266", "urn:oid:1.2.208.176.2.22"),
        (TermList.GOAL_TYPE, "begrænse tab", "e47c22bd-d88d-48ab-882b-419923e1f44e", "urn:oid:1.2.208.176.2.22"),
        (TermList.FOLLOW_UP, "fortsættelse", "1e971d84-10a4-4ef8-a8b3-0daa4c7d088a", "urn:oid:1.2.208.176.2.22"),
        (TermList.FOLLOW_UP, "afslutning", "d7d03656-4c87-4e67-9146-aa5990460f16", "urn:oid:1.2.208.176.2.22"),
        (TermList.FOLLOW_UP, "afslutning og ny", "b4c01aa8-82fd-44e4-83ff-ca19ec02c779", "urn:oid:1.2.208.176.2.22"),
        (TermList.SERVICE, "82b", "fe42f8f4-d516-4bab-b006-12b0cd186603", "urn:oid:1.2.208.176.2.22"),
        (TermList.SERVICE, "82b med frivillige", "d580bcb7-145a-4346-8e99-d387bbf08a40", "urn:oid:1.2.208.176.2.22"),
        (TermList.SERVICE, "82a", "3459f530-7334-48c4-9037-53bf80df8851", "urn:oid:1.2.208.176.2.22"),
        (TermList.SERVICE, "82a med frivillige", "b6e1f331-fccf-4a33-8bb6-566546edc405", "urn:oid:1.2.208.176.2.22"),
        (
            TermList.GOAL_LEVEL,
            "ønske",
            "416fe27d-3ccf-4390-8742-8b52a9d8dc78",
            "http://fhir.kl.dk/term/CodeSystem/CareSocialCodes",
        ),
        (
            TermList.INFORMANT,
            "vejleder",
            "f00a6844-1005-401d-965d-1c5859df7beb",
            "http://fhir.kl.dk/term/CodeSystem/CareSocialCodes",
        ),
    ],
)
def test_a_term_has_its_code_and_system(which: TermList, key: str, code: str, system: str) -> None:
    assert (term(which, key).code, term(which, key).system) == (code, system)


def test_no_definitions_are_shipped() -> None:
    kept = json.loads(resource_path("terms", "ffb.json").read_text(encoding="utf-8"))
    assert "definition" not in json.dumps(kept).replace("definitionerne", "")
