# SPDX-License-Identifier: MPL-2.0
"""Large print: the same paper, laid out anew for whoever sees poorly."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest

from app.models.casefile import CaseFile
from app.papers.large import LEAST
from tests.papers.test_paper_pages import HEADINGS, all_inside, flat, hard_cases, many, papers, tight

__all__ = ["papers"]  # a fixture

Build = Callable[..., CaseFile]
Papers = Callable[..., tuple[bytes, bytes]]
Read = Callable[[bytes], list[str]]


def sizes(pdf: bytes) -> set[float]:
    """The size of every letter in a PDF, in points; signs from the emoji typeface are cut larger and left out."""
    found = set()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            emoji = {name for name, font in page.Resources.Font.items() if "Emoji" in str(font.BaseFont)}
            for step in pikepdf.parse_content_stream(page):
                if str(step.operator) == "Tf" and str(step.operands[0]) not in emoji:
                    found.add(float(step.operands[1]))
    return found


@pytest.mark.parametrize("number", [1, 2, 3])
def test_no_letter_is_smaller_than_18_points(number: int, case: Build, sign: Build, papers: Papers) -> None:
    for file in (case(number), sign(case(number), paragraphs=["82b"])):
        for pdf in papers(file, large=True):
            assert min(sizes(pdf)) >= LEAST == 18


def test_the_citizens_words_are_the_largest_here_too(case: Build, sign: Build, papers: Papers) -> None:
    assert max(sizes(papers(sign(case(1)), large=True)[0])) == 30


@pytest.mark.parametrize("number", [1, 2, 3])
def test_it_says_what_the_ordinary_paper_says(
    number: int, case: Build, sign: Build, papers: Papers, read: Read
) -> None:
    file = sign(case(number), paragraphs=["82b"])
    for ordinary, large in zip(papers(file), papers(file, large=True), strict=True):
        said = tight("".join(read(large)))
        words = {word for page in read(ordinary) for word in page.split() if len(word) > 3 and not word.isdigit()}
        assert {word for word in words if tight(word) not in said} <= {"afgørelse"}


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(
    ("answer", "first"),
    [
        ("ja", "Ja, du er i målgruppen for støtte."),
        ("nej", "Nej, du er ikke i målgruppen for støtte."),
        ("udskudt", "Du får svar senest torsdag den 10. december 2026."),
        ("direkte § 85", "Din sag går direkte videre efter serviceloven § 85."),
    ],
)
def test_the_answer_stands_on_the_letters_first_page(
    answer: str, first: str, large: bool, case: Build, sign: Build, papers: Papers, read: Read
) -> None:
    told = {"target_group": answer, "reason": "Fordi " * 60, "facts": "Fakta " * 60, "until": "2026-12-10"}
    file = sign(case(1, answer=told), paragraphs=["85" if "85" in answer else "82b"])
    assert first in flat(read(papers(file, large=large)[1])[:1])


def test_nothing_is_cut_whatever_was_typed(case: Build, sign: Build, papers: Papers) -> None:
    for file in hard_cases(case):
        for one in (file, sign(file, paragraphs=["82a", "82b", "85"])):
            for pdf in papers(one, large=True):
                all_inside(pdf)


@pytest.mark.parametrize("goals", range(8))
def test_no_heading_stands_alone_at_the_foot_of_a_page(
    goals: int, case: Build, sign: Build, papers: Papers, read: Read
) -> None:
    for pdf in papers(sign(many(case, goals)), large=True):
        for page in read(pdf):
            lines = [line.strip().rstrip("¹") for line in page.splitlines() if line.strip()]
            foot = next(i for i, line in enumerate(lines) if "· side " in line)
            above = [line for line in lines[:foot] if not line.startswith("¹")]
            assert above[-1] not in HEADINGS
