# SPDX-License-Identifier: MPL-2.0
"""Names and addresses that must not be read on a paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.models.casefile import CaseFile
from app.models.kinds import NetworkPerson
from app.papers.discretion import Discretion, discretion_of

Build = Callable[..., CaseFile]


def keeping(case: Build, *hidden: str, shown: str = "", staff: tuple[str, ...] = ()) -> Discretion:
    people = [
        NetworkPerson(id=who, case_id="c", who=who, print=who == shown)
        for who in (*hidden, *([shown] if shown else []))
    ]
    return discretion_of(replace(case(2), network=tuple(people)), staff)


@pytest.mark.parametrize(
    ("hidden", "said", "expected"),
    [
        ("Naboen", "Naboen", "En fra dit netværk"),
        ("Naboen", "naboen", "En fra dit netværk"),
        ("Rasmus Berg", "Rasmus", "En fra dit netværk"),
        ("Rasmus", "Rasmus Berg", "En fra dit netværk"),
        ("Åse Ødegård", "Aase Oedegaard", "En fra dit netværk"),
        ("Rasmus", "Rasmus og Vagn Vejleder", "En fra dit netværk og Vagn Vejleder"),
        ("Rasmus", "Vagn Vejleder, Rasmus", "Vagn Vejleder, en fra dit netværk"),
        ("Rasmus", "Rasmine", "Rasmine"),
        ("Rasmus", "", ""),
        ("Mor og far", "Mor og far", "En fra dit netværk"),
        ("🙂", "🙂", "En fra dit netværk"),
    ],
)
def test_who_does_something(hidden: str, said: str, expected: str, case: Build) -> None:
    assert keeping(case, hidden).who(said) == expected


@pytest.mark.parametrize(
    ("hidden", "said", "expected"),
    [
        ("Naboen", "Går tur med naboen.", "Går tur med en fra dit netværk."),
        ("Rasmus Berg", "Kører med Rasmus og hjem", "Kører med en fra dit netværk og hjem"),
        (
            "Rasmus",
            "Låner Rasmus' bil og Rasmus’ trailer",
            "Låner en fra dit netværks bil og en fra dit netværks trailer",
        ),
        ("Naboen", "Naboens have", "En fra dit netværks have"),
        ("Rasmus", "Rasmusstien", "Rasmusstien"),
        ("Bo", "Bo i egen bolig. Besøge Bo hver uge", "Bo i egen bolig. Besøge en fra dit netværk hver uge"),
        ("Ib", "Med ib og Ib", "Med ib og en fra dit netværk"),
        ("a.*", "a.* og abc", "a.* og abc"),
        ("Min nabo (hende ovenpå)", "Spørg min nabo (hende ovenpå)", "Spørg en fra dit netværk"),
    ],
)
def test_what_staff_have_written(hidden: str, said: str, expected: str, case: Build) -> None:
    assert keeping(case, hidden).text(said) == expected


def test_a_first_name_somebody_else_has_is_left_alone(case: Build) -> None:
    keep = keeping(case, "Vagn Hansen", staff=("Vagn Vejleder",))
    assert keep.text("Aftal det med Vagn") == "Aftal det med Vagn"
    assert keep.text("Aftal det med Vagn Hansen") == "Aftal det med en fra dit netværk"


def test_a_yes_for_one_is_no_yes_for_another(case: Build) -> None:
    keep = keeping(case, "Naboen", shown="Rasmus")
    assert (keep.who("Rasmus"), keep.who("Naboen")) == ("Rasmus", "En fra dit netværk")


def test_a_colleague_on_the_network_map_is_still_a_colleague(case: Build) -> None:
    assert keeping(case, "Vagn Vejleder").who("Vagn Vejleder") == "Vagn Vejleder"


def test_the_citizens_own_words_are_not_touched(case: Build) -> None:
    assert keeping(case, "Naboen").words("Naboen er sød") == "Naboen er sød"


@pytest.mark.parametrize("unseen", ["\u200b \u2060", " \n", "\ufeff"])
def test_of_signs_nobody_sees_nothing_is_printed(unseen: str, case: Build) -> None:
    """A frame of one such sign stood on the letter as a label with nothing after it, and read aloud as a broken list."""
    keep = keeping(case, "Naboen")
    assert (keep.words(unseen), keep.text(unseen), keep.who(unseen)) == ("", "", "")


@pytest.mark.parametrize(
    ("address", "said", "expected"),
    [
        ("Skjulvej 14, 3400 Hillerød", "på Skjulvej  14 i dag", "på din adresse i dag"),
        ("Skjulvej 14 B\n3400 Hillerød", "Skjulvej 14 B, 3400 Hillerød", "din adresse"),
        ("c/o Jensen, Skjulvej 14", "Vi går til skjulvej 14", "Vi går til din adresse"),
        ("Skjulvej 14", "Skjulvej 140", "Skjulvej 140"),
        ("Skjulvej 14, 3400 Hillerød", "Bussen til Hillerød", "Bussen til Hillerød"),
        ("", "Ingen adresse", "Ingen adresse"),
    ],
)
def test_a_protected_address(address: str, said: str, expected: str, case: Build) -> None:
    file = case(2)
    keep = discretion_of(replace(file, citizen=replace(file.citizen, address=address, protected=True)), ())
    assert keep.words(said) == keep.text(said) == expected


@pytest.mark.parametrize(
    ("hidden", "said", "expected"),
    [
        ("Tante Else Holm", "Tante Elses klub, Else og Else Holm", "{0}s klub, {1} og {1}"),
        ("Tante Else Holm", "Hos fru Holm, E. Holm og HOLM", "Hos {1}, {1} og {1}"),
        ("Dr. Ünal", "Ünals klinik og dr. Ünal", "{0}s klinik og {1}"),
        ("Naboen Karen", "Spørg Karen og naboen Karen", "Spørg {1} og {1}"),
        ("Karen og Ole Holm", "Med Ole hos Karens bror", "Med {1} hos {1}s bror"),
        ("Karen (nabo)", "Karen kører", "{0} kører"),
        ("Åse", "Aases have og Åse", "{0}s have og {1}"),
        ("Marie-Louise Kruse", "Kruses bil på en krusedulle", "{0}s bil på en krusedulle"),
        ("Rasmus Berg", "RASMUS BERGS bil op ad et berg", "{0}s bil op ad et berg"),
        ("Rasmus Berg", "Rasmine Bergsøe", "Rasmine Bergsøe"),
    ],
)
def test_a_name_is_hidden_however_it_is_called(hidden: str, said: str, expected: str, case: Build) -> None:
    somebody = "en fra dit netværk"
    assert keeping(case, hidden).text(said) == expected.format(somebody.capitalize(), somebody)


def test_a_surname_shared_with_the_citizen_is_no_secret(case: Build) -> None:
    surname = case(2).citizen.name.split()[-1]
    assert keeping(case, f"Rasmus {surname}").text(f"Familien {surname} og Rasmus") == (
        f"Familien {surname} og en fra dit netværk"
    )


def test_who_does_something_for_somebody_hidden(case: Build) -> None:
    assert keeping(case, "Naboen").who("Naboens kone") == "En fra dit netværks kone"
    assert keeping(case, "Rasmus Berg", staff=("Rasmus Vejle",)).who("Rasmus Vejle") == "Rasmus Vejle"


def test_a_protected_address_is_hidden_with_or_without_its_accents(case: Build) -> None:
    file = case(2)
    file = replace(file, citizen=replace(file.citizen, address="Åboulevard Allé 17, 7000 By", protected=True))
    keep = discretion_of(file, ())
    assert keep.words("Bor på aaboulevard alle 17.") == "Bor på din adresse."


def test_a_text_of_nothing_but_initials_takes_no_time(case: Build) -> None:
    assert keeping(case, "Rasmus Berg").text("a." * 50_000) == "a." * 50_000
