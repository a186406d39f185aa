# SPDX-License-Identifier: MPL-2.0
"""The paper that is measured and the floor it is measured against (`bench/paper.py`) are the same work."""

from __future__ import annotations

from collections import Counter

import pypdfium2 as pdfium

from app.papers.content import content_hash, short_hash
from app.papers.plan import render_plan
from bench.one_paper import the_plan
from bench.plain_paper import plain_maker


def words_of_pages(paper: bytes) -> list[str]:
    document = pdfium.PdfDocument(paper)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def test_the_floor_says_every_word_of_the_plan_on_as_many_pages() -> None:
    plan = the_plan()
    ours = words_of_pages(render_plan(plan, version=1))
    floor = words_of_pages(plain_maker()(plan, short_hash(content_hash(plan))))
    assert len(floor) == len(ours) == 2
    assert Counter(" ".join(floor).split()) == Counter(" ".join(ours).split())
