# SPDX-License-Identifier: MPL-2.0
"""Every paper as it is read aloud: each word once and in its place, and what two checkers from elsewhere say of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.models.casefile import CaseFile
from app.models.kinds import MUNICIPALITY, Municipality, Offer
from app.papers.answer_contents import letter_content, plan_content
from app.papers.catalogue import render_catalogue
from app.papers.citizen_contents import catalogue_content, sheet_content
from app.papers.kinds import KNOWN, PaperKind
from app.papers.meeting_sheet import render_sheet
from app.papers.plan import render_plan
from tests.papers.aloud import read_aloud
from tests.papers.checks import assert_says, assert_sound
from tests.papers.conftest import SCRIPTS, STAFF, build, signed
from tests.papers.every_paper import TODAY, pdf_of
from tests.papers.test_paper_pages import hard_cases

Build = Callable[..., CaseFile]


def plan(file: CaseFile, municipality: Municipality, large: bool = False) -> bytes:
    return render_plan(plan_content(file, municipality, TODAY, STAFF), version=2, replaces=1, large=large)


def letter(file: CaseFile, municipality: Municipality, large: bool = False) -> bytes:
    return pdf_of(PaperKind.LETTER, file, municipality, large=large)


@pytest.mark.parametrize("kind", PaperKind)
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_script_gives_papers_that_are_read_aloud_as_they_stand(
    path: Path, kind: PaperKind, municipality: Municipality
) -> None:
    unsigned = build(json.loads(path.read_text(encoding="utf-8")))
    for file, large in ((signed(unsigned), False), (unsigned, True)):
        reading = assert_sound(pdf_of(kind, file, municipality, large=large), warned=True)
        assert reading.lines[0] == f"H1: {KNOWN[kind].name}"
        assert_says(reading, IN_ORDER[kind](file, municipality) if kind in IN_ORDER else [])


@pytest.mark.parametrize("large", [False, True])
def test_papers_of_no_case_are_read_aloud_too(large: bool, municipality: Municipality) -> None:
    offers = [
        Offer(id=name, case_id=MUNICIPALITY, key=name, version=1, name=name, type=kind, published_on=TODAY)
        for name, kind in (("Værksted", "åbent"), ("Gruppe", "tidsbegrænset"), ("Bosted", "almindeligt"))
    ]
    catalogue = catalogue_content(offers, municipality, TODAY)
    reading = assert_sound(render_catalogue(catalogue, large=large), warned=True)
    assert_says(reading, ["Værksted", "Gruppe", "Bosted"])
    assert_sound(render_sheet(sheet_content(None, municipality), large=large), warned=True)


def words_of_plan(file: CaseFile, municipality: Municipality) -> list[str]:
    content = plan_content(file, municipality, TODAY, STAFF)
    goals = (text for goal in content.goals for text in (goal.words, goal.goal, goal.done_when, *goal.milestones))
    return [content.citizen, content.want, content.think, content.resources, content.purpose, *goals, content.answer]


def words_of_letter(file: CaseFile, municipality: Municipality) -> list[str]:
    content = letter_content(file, municipality, TODAY, STAFF)
    reasons = [content.reason, content.facts, content.want, content.think, content.purpose]
    return [*content.receiver[:1], content.answer, *reasons, *(goal.words for goal in content.goals), content.privacy]


IN_ORDER = {PaperKind.PLAN: words_of_plan, PaperKind.LETTER: words_of_letter}


PLAN_ALOUD = """
H1: Min plan
P: Magnus Lauridsen · torsdag den 26. november 2026 · Vores Netværk
P: »Jeg vil kunne ta bussen til byen selv, uden min bror«
P: »Jeg gider ikke sidde derhjemme mere. Det er bussen der er det værste«
H2: Det er jeg god til
P: God til at reparere cykler. Møder til tiden. Har en bror, der gerne hjælper.
H2: Mit netværk
P: Rasmus (bror)
H2: Formålet med støtten
P: Magnus kommer rundt på egen hånd og kan mødes med andre
H2: Tage bussen selv
P: Kan køre med bus 318 til byen alene en gang om ugen
P: Vi ved, det er nået, når: Har kørt alene til byen og hjem fire uger i træk
Figure: En skala fra 0 til 10, hvor 10 er bedst. i dag: 2, mit håb: 7.
Lbl: Skridt på vejen
Lbl: 1.
LBody: Går til stoppestedet sammen med vejleder
Lbl: 2.
LBody: Kører to stop sammen med bror
Lbl: 3.
LBody: Kører hele vejen med vejleder bagved
Lbl: 4.
LBody: Kører alene
Lbl: Det gør jeg selv
P: Går til stoppestedet hver tirsdag
P: senest 10. december
Lbl: Vagn Vejleder
P: Kører med de første tre gange
P: senest 17. december
Lbl: Rasmus
P: Kører med om lørdagen
P: senest 19. december
H2: Være sammen med nogen om noget
P: Deltager fast i cykelværkstedet i Vores Netværk
P: Vi ved, det er nået, når: Har været med otte gange
Figure: En skala fra 0 til 10, hvor 10 er bedst. i dag: 1, mit håb: 6.
Lbl: Skridt på vejen
Lbl: 1.
LBody: Besøger værkstedet med vejleder
Lbl: 2.
LBody: Er med en time
Lbl: Det gør jeg selv
P: Ringer til værkstedet
P: senest 3. december
H2: Støtten
H3: Individuel tidsbegrænset socialpædagogisk støtte
Reference: ¹
P: Støtte til at komme ud, aftales fra uge til uge
P: Fra 30. november 2026 til og med 29. maj 2027. Det er 25 uger og 6 dage.
H3: Vores Netværk, cykelværksted
P: Fra 26. november 2026. Åbent for alle. Du kan bare komme.
Figure: Månederne med støtte som en linje. Begynder 30. november, vi mødes 14. januar, 22. april, slutter 29. maj 2027.
P: og så videre til
LBody: Cykelværkstedet i Vores Netværk
LBody: Rasmus og cykelklubben
P: Vi mødes igen torsdag den 14. januar 2027 og torsdag den 22. april 2027.
""".strip().splitlines()


def test_a_plan_is_heard_in_the_order_it_is_read(case: Build, sign: Build, municipality: Municipality) -> None:
    reading = assert_sound(plan(sign(case(1), paragraphs=["82b"]), municipality))
    assert reading.lines[: len(PLAN_ALOUD)] == PLAN_ALOUD
    assert reading.lines[-1].startswith("P: Version 2, erstatter version 1 · side ")
    assert reading.bookmarks[:4] == ["Min plan", "  Det er jeg god til", "  Mit netværk", "  Formålet med støtten"]
    assert "    Individuel tidsbegrænset socialpædagogisk støtte" in reading.bookmarks


def test_what_every_page_repeats_is_heard_once(case: Build, sign: Build, municipality: Municipality) -> None:
    for make in (plan, letter):
        for large in (False, True):
            pdf = make(sign(case(1, wishes={"want": "Jeg vil ud. " * 400})), municipality, large)
            reading = read_aloud(pdf)
            assert len(reading.pages) > 2
            assert sum("erstatter version 1" in line or "Version 1 ·" in line for line in reading.lines) == 1
            assert sum("torsdag den 26. november 2026 ·" in line for line in reading.lines) == 1
            assert all("side " in page.artifacts for page in reading.pages[:-1])


def test_a_paragraph_over_two_pages_is_one_paragraph(case: Build, sign: Build, municipality: Municipality) -> None:
    reason = " ".join(f"Grund nummer {i} er denne." for i in range(200))
    reading = read_aloud(letter(sign(case(1, answer={"target_group": "ja", "reason": reason})), municipality))
    (element,) = (one for one in reading.elements if one.text.startswith("Grund nummer 0 "))
    assert len({page for page, _ in element.marks}) > 1
    assert " ".join(element.text.split()) == reason


def test_words_on_two_lines_are_not_joined(case: Build, municipality: Municipality) -> None:
    typed = (
        "første linje\nanden linje\n\nnyt afsnit med et ord for meget til at det kan stå på en enkelt linje på papiret"
    )
    reading = read_aloud(plan(case(1, resources=typed), municipality))
    assert " ".join(typed.split()) in reading.said
    assert "P: første linje anden linje" in reading.lines  # the empty line begins a paragraph more


def test_a_footnote_is_a_note_with_a_name_and_its_mark_a_reference(
    case: Build, sign: Build, municipality: Municipality
) -> None:
    pdf = plan(sign(case(1), paragraphs=["82b"]), municipality)
    lines = read_aloud(pdf).lines
    assert "Reference: ¹" in lines
    assert "Note: ¹ Serviceloven § 82 b, højst seks måneder. Afgjort 26. november 2026; se svaret." in lines


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="poppler's tools are not on this machine")
def test_poppler_hears_the_same_words(case: Build, sign: Build, municipality: Municipality, tmp_path: Path) -> None:
    for kind in (PaperKind.PLAN, PaperKind.LETTER, PaperKind.DOCUMENTING):
        pdf = pdf_of(kind, sign(case(1), paragraphs=["82b"]), municipality)
        path = tmp_path / "papir.pdf"
        path.write_bytes(pdf)
        told = subprocess.run(["pdfinfo", "-struct-text", str(path)], capture_output=True, check=True)
        drawn = [line.strip() for line in told.stdout.decode().splitlines() if line.strip().startswith('"')]
        heard = " ".join("".join(f"{line[1:-1]} " for line in drawn).split())
        assert heard == read_aloud(pdf).said.replace(" ¹", " ¹")


# ── whatever is typed ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", PaperKind)
def test_the_hardest_case_is_read_aloud_too(
    kind: PaperKind, case: Build, sign: Build, municipality: Municipality
) -> None:
    *_, hardest = hard_cases(case)
    assert_sound(pdf_of(kind, sign(hardest, paragraphs=["82a", "82b", "85"]), municipality))


LETTERS = st.sampled_from("abcdefghijklmnoprstuvyæøåABDEFHJKMRSTÆØÅéüß")
WORDS = st.one_of(
    st.text(LETTERS, min_size=1, max_size=12),
    st.text(LETTERS, min_size=55, max_size=65),
    st.sampled_from(
        ["😀", "👩\u200d🚀", "<b>", "</para>", "&amp;", "»ja«", "1.", "§ 82 b", "\n", "\n\n", "12 34 56 78", "–", "漢"]
    ),
)


def typed(most: int) -> st.SearchStrategy[str]:
    return st.lists(WORDS, max_size=most).map(" ".join)


NAMES = st.lists(st.text(LETTERS, min_size=2, max_size=20), min_size=1, max_size=24).map(" ".join)
DAYS = st.dates(date(2026, 11, 30), date(2027, 5, 28)).map(str)
ACTIONS = st.fixed_dictionaries(
    {
        "owner": st.sampled_from(["borger", "vejleder", "netværk", "bestiller"]),
        "who": NAMES,
        "what": typed(30),
        "by": st.one_of(st.none(), DAYS),
    }
)
GOALS = st.fixed_dictionaries(
    {
        "words": typed(30),
        "goal": typed(30),
        "done_when": typed(20),
        "now": st.fixed_dictionaries({"citizen": st.one_of(st.none(), st.integers(0, 10))}),
        "hoped": st.one_of(st.none(), st.integers(0, 10)),
        "milestones": st.lists(typed(12), max_size=6),
        "actions": st.lists(ACTIONS, max_size=5),
    }
)
SUPPORT = st.fixed_dictionaries(
    {
        "paragraph": st.sampled_from(["82a", "82b", "85", "åbent"]),
        "offer": typed(8),
        "start": st.just("2026-11-30"),
        "end": st.one_of(st.none(), DAYS),
        "frame": typed(20),
    }
)
TOLD = st.fixed_dictionaries(
    {
        "today": st.just("2026-11-26"),
        "citizen": st.fixed_dictionaries(
            {"name": NAMES, "cpr": st.just("0504909995"), "address": NAMES, "guardian": st.one_of(st.just(""), NAMES)}
        ),
        "wishes": st.fixed_dictionaries({"want": typed(120), "think": typed(120)}),
        "resources": typed(60),
        "purpose": st.fixed_dictionaries({"text": typed(60)}),
        "network": st.lists(
            st.fixed_dictionaries({"who": NAMES, "relation": typed(2), "print": st.just(True)}), max_size=4
        ),
        "goals": st.lists(GOALS, max_size=10),
        "support": st.lists(SUPPORT, max_size=4),
        "bridge": st.lists(typed(12), max_size=6),
        "next_steps": st.lists(st.fixed_dictionaries({"who": NAMES, "what": typed(30), "by": DAYS}), max_size=4),
        "follow_ups": st.lists(DAYS, max_size=6),
        "answer": st.fixed_dictionaries(
            {
                "target_group": st.sampled_from(["ja", "nej", "udskudt", "direkte § 85", ""]),
                "reason": typed(200),
                "facts": typed(100),
                "until": st.one_of(st.none(), DAYS),
            }
        ),
    }
)


@given(
    told=TOLD,
    under=st.booleans(),
    kind=st.sampled_from(PaperKind),
    large=st.booleans(),
    phone=st.sampled_from(["", "1"]),
)
@settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_whatever_is_typed_is_read_aloud_as_it_stands(
    told: dict[str, Any], under: bool, kind: PaperKind, large: bool, phone: str, municipality: Municipality
) -> None:
    file = build(told)
    file = replace(file, citizen=replace(file.citizen, phone=phone))
    assert_sound(pdf_of(kind, signed(file) if under else file, municipality, large=large))
