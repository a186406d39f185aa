# SPDX-License-Identifier: MPL-2.0
"""The finished PDF: what a reader finds in it, that nothing is cut, and that it is sound."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image

from app.models.casefile import CaseFile
from app.models.kinds import Municipality
from app.papers.answer_contents import letter_content, plan_content
from app.papers.answer_letter import render_letter
from app.papers.blocks import Strip
from app.papers.page import BROKEN_SEAL, DRAFT, _last_filled, paginate
from app.papers.plan import render_plan
from app.papers.preview import preview

TODAY = date(2026, 11, 26)
Build = Callable[..., CaseFile]
Read = Callable[[bytes], list[str]]
HEADINGS = {
    "Det er jeg god til",
    "Mit netværk",
    "Om mig",
    "Formålet med støtten",
    "Formålet",
    "Støtten",
    "Støtten – et forslag, indtil du har fået svar",
    "Nu sker der dette",
    "Kommunens svar",
    "Har du brug for os?",
    "Dine rettigheder",
    "Det får du",
    "Begrundelse",
    "Oplysninger, svaret bygger på",
    "Regler",
    "Det har du selv sagt",
    "Dine mål",
    "Kan du klage?",
    "Har du spørgsmål?",
    "Sådan bruger vi dine oplysninger",
}
LONG = "Socialpædagogiskstøttemedarbejderuddannelsesplanlægningskonferenceudvalg"  # 72 letters


@pytest.fixture
def papers(municipality: Municipality, staff: dict[str, str]) -> Callable[..., tuple[bytes, bytes]]:
    """Both papers of a case."""

    def of(file: CaseFile, *, large: bool = False) -> tuple[bytes, bytes]:
        plan, letter = plan_content(file, municipality, TODAY, staff), letter_content(file, municipality, TODAY, staff)
        return render_plan(plan, version=1, large=large), render_letter(letter, version=1, large=large)

    return of


Papers = Callable[..., tuple[bytes, bytes]]


def flat(pages: list[str]) -> str:
    return " ".join("\n".join(pages).split())


def tight(text: str) -> str:
    """Without space: a word broken where it must be is still that word."""
    return "".join(text.split())


def many(case: Build, goals: int) -> CaseFile:
    """A case with so many goals, of differing length."""
    one = case(1)
    script_goals = [
        {
            "words": f"Mål {i} " + "med flere ord " * (i % 4),
            "goal": "Kan gøre det alene " * (1 + i % 3),
            "done_when": "Det er sket fire gange",
            "now": {"citizen": i % 11},
            "hoped": (i * 3) % 11,
            "milestones": [f"Skridt {j}" for j in range(i % 5)],
            "actions": [
                {"owner": owner, "who": "Vagn Vejleder", "what": f"Gør noget {i}", "by": "2027-01-0" + str(1 + i % 9)}
                for owner in ("borger", "vejleder", "netværk")[: i % 4]
            ],
        }
        for i in range(goals)
    ]
    assert one.goals
    return case(1, goals=script_goals)


def test_the_citizens_words_open_the_plan(case: Build, sign: Build, papers: Papers, read: Read) -> None:
    first = read(papers(sign(case(1)))[0])[0]
    lines = [line for line in first.splitlines() if line.strip()]
    assert lines[0].startswith("Min plan")
    assert flat([first]).index("»Jeg vil kunne ta bussen til byen selv, uden min bror«") < 120
    assert max(_sizes(papers(sign(case(1)))[0])) == pytest.approx(24)


def _sizes(pdf: bytes) -> list[float]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        instructions = pikepdf.parse_content_stream(document.pages[0])
        return [float(one.operands[1]) for one in instructions if str(one.operator) == "Tf"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_both_papers_hold_what_the_shared_scripts_say(number: int, case: Build, papers: Papers, read: Read) -> None:
    file = case(number)
    plan, letter = (flat(read(pdf)) for pdf in papers(file))
    for text in (file.story.want, file.story.think, file.goals[0].words, file.plan.purpose, file.next_steps[0].what):
        assert text in plan
        assert text in letter
    assert file.answer.reason in letter
    assert file.answer.facts in letter
    for action in file.actions:
        assert action.what in plan
    assert ("Det gør jeg selv" in plan) == any(action.owner == "borger" for action in file.actions)
    for text in ("INTERN", "Naboen", "sover dårligt", "Løntilskud", "Færdes med transportmidler"):
        assert text not in plan + letter


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_ordinary_plan_is_one_or_two_pages(
    number: int, case: Build, sign: Build, papers: Papers, read: Read
) -> None:
    for file in (case(number), sign(case(number), paragraphs=["82b"])):
        assert all(1 <= len(read(pdf)) <= 2 for pdf in papers(file))


def test_every_page_says_which_paper_it_is(case: Build, sign: Build, municipality: Municipality, read: Read) -> None:
    pdf = render_plan(plan_content(sign(many(case, 9)), municipality, TODAY), version=3, replaces=2)
    pages = read(pdf)
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"Version 3, erstatter version 2 · side {number} af {len(pages)} · " in flat([page])
        assert "Min plan" in page
        assert DRAFT not in page


def test_a_draft_says_so_on_every_page(case: Build, papers: Papers, read: Read) -> None:
    for pdf in papers(many(case, 8)):
        pages = read(pdf)
        assert len(pages) > 1
        assert all(DRAFT in page for page in pages)


def test_a_signed_paper_can_be_marked_as_a_draft_but_never_the_reverse(
    case: Build, sign: Build, municipality: Municipality, read: Read
) -> None:
    file = sign(case(1))
    plan, letter = plan_content(file, municipality, TODAY), letter_content(file, municipality, TODAY)
    assert DRAFT not in flat(read(render_plan(plan, version=1))) + flat(read(render_letter(letter, version=1)))
    assert DRAFT in flat(read(render_plan(plan, version=1, draft=True)))
    assert DRAFT in flat(read(render_letter(letter, version=1, draft=True)))


def test_a_broken_seal_is_said_in_large_words_on_both(case: Build, sign: Build, papers: Papers, read: Read) -> None:
    for pdf in papers(sign(case(1), authentic=False)):
        text = flat(read(pdf))
        assert BROKEN_SEAL in text
        assert DRAFT in text
        assert "Afgjort" not in text
        assert "Venlig hilsen" not in text


def test_the_letter_holds_what_the_law_asks(case: Build, sign: Build, papers: Papers, read: Read) -> None:
    file = sign(case(1))
    text = flat(read(papers(file)[1]))
    wanted = (
        "Rundbord Kommune",
        "26. november 2026",
        "Sagsnummer 2026-0042-7KQ",
        "CPR-nummer 050490-9995",
        "Testvej 14",
        "Ja, du er i målgruppen for støtte.",
        "Individuel tidsbegrænset socialpædagogisk støtte",
        "Fra 30. november 2026 til og med 29. maj 2027. Det er 25 uger og 6 dage.",
        "Støtte til at komme ud, aftales fra uge til uge",
        "Du får en fast vejleder og en aftale for hver uge.",
        file.answer.reason,
        file.answer.facts,
        "Svaret bygger på serviceloven § 82 b.",
        "kan ikke indbringes for en anden administrativ myndighed",
        "torsdag den 14. januar 2027",
        "Rasmus og cykelklubben",
        "Bodil Bestiller",
        "Afgjort torsdag den 26. november 2026",
    )
    for words in wanted:
        assert words in text
    assert text.index("Ja, du er i målgruppen") < text.index("Begrundelse")


def test_the_plan_has_the_law_in_a_footnote_of_its_own_page(
    case: Build, sign: Build, papers: Papers, read: Read
) -> None:
    pages = [flat([page]) for page in read(papers(sign(case(1)))[0])]
    marked = next(page for page in pages if "støtte¹" in page)
    assert "¹ Serviceloven § 82 b, højst seks måneder. Afgjort 26. november 2026; se svaret." in marked
    assert "§" not in "".join(page for page in pages if page is not marked)


@pytest.mark.parametrize("goals", range(13))
def test_no_heading_stands_alone_at_the_foot_of_a_page(
    goals: int, case: Build, sign: Build, papers: Papers, read: Read
) -> None:
    for pdf in papers(sign(many(case, goals))):
        for page in read(pdf):
            lines = [line.strip().rstrip("¹") for line in page.splitlines() if line.strip()]
            foot = next(i for i, line in enumerate(lines) if "· side " in line)
            above = lines[foot - 1] if not lines[foot - 1].startswith("¹") else lines[foot - 2]
            assert above not in HEADINGS
            assert not above.startswith("Mål ")


def test_goals_are_all_there_however_many(case: Build, sign: Build, papers: Papers, read: Read) -> None:
    for goals in (0, 1, 10):
        file = sign(many(case, goals))
        plan = tight("".join(read(papers(file)[0])))
        assert all(tight(goal.words) in plan and tight(goal.goal) in plan for goal in file.goals)
        assert all(tight(action.what) in plan for action in file.actions)


def hard_cases(case: Build) -> Iterator[CaseFile]:
    yield case(1, goals=[])
    yield case(2, goals=[], wishes={}, support=[], bridge=[], next_steps=[], follow_ups=[], resources="", meeting={})
    nothing: dict[str, Any] = {"target_group": "", "reason": "", "facts": "", "until": None}
    yield case(2, answer=nothing, citizen={"name": "", "cpr": None}, goals=[{}], wishes={})
    yield many(case, 10)
    citizen = {"name": " ".join([f"{LONG}-Jensen"] * 4), "cpr": "0504909995", "address": ", ".join([LONG] * 6)}
    goal = {
        "words": LONG * 3,
        "goal": LONG,
        "done_when": LONG * 4,
        "now": {"citizen": 0},
        "hoped": 10,
        "milestones": [LONG] * 12,
        "actions": [{"owner": "netværk", "who": LONG, "what": LONG, "by": None}] * 12,
    }
    yield case(
        1,
        citizen=citizen,
        goals=[goal] * 10,
        wishes={"want": LONG * 20, "think": "ord " * 900},
        resources=LONG * 2,
        network=[{"who": LONG, "relation": LONG, "print": True}] * 8,
        whole_person={"text": "<para>fed</para> & <b>\n\n" + LONG * 9, "print": True},
        bridge=[LONG * 2] * 9,
        next_steps=[{"who": LONG, "what": "x " * 700, "by": "2028-02-29"}] * 2,
        follow_ups=[f"2027-0{m}-{d:02d}" for m in range(1, 6) for d in range(1, 28, 2)],
        answer={"target_group": "ja", "reason": "grund " * 1500, "facts": "😀👩\u200d🚀漢 <i>&" * 40, "until": None},
        support=[{"paragraph": "82b", "offer": LONG * 2, "start": "2026-11-30", "end": "2026-11-30", "frame": LONG}]
        * 11,
    )


def test_nothing_is_cut_whatever_was_typed(case: Build, sign: Build, papers: Papers) -> None:
    for file in hard_cases(case):
        for one in (file, sign(file, paragraphs=["82a", "82b", "85"])):
            for pdf in papers(one):
                all_inside(pdf)


def all_inside(pdf: bytes) -> None:
    with pdfium.PdfDocument(pdf) as document:
        for page in document:
            wide, tall = page.get_size()
            text = page.get_textpage()
            for i in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(i)
                assert left >= 40
                assert right <= wide - 40
                assert bottom >= 24
                assert top <= tall - 20


def test_long_words_and_markup_come_out_as_they_were_typed(case: Build, papers: Papers, read: Read) -> None:
    words = f"{LONG} <b>fed</b> & </para> 😀 «x»"
    file = case(1, wishes={"want": words, "think": "<font size=99>"}, resources="a < b && c > d &lt;")
    plan = tight("".join(read(papers(file)[0])))
    for text in (words, "<font size=99>", "a < b && c > d &lt;"):
        assert tight(text) in plan


def test_every_font_is_embedded_and_no_letter_is_missing(case: Build, sign: Build, papers: Papers) -> None:
    for file in (sign(case(1)), *hard_cases(case)):
        for pdf in papers(file):
            _sound(pdf)


def _sound(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.Root.Lang) == "da"
        assert str(document.docinfo["/Author"]).startswith("Rundbord Kommune")
        assert str(document.docinfo["/Title"]).split(" – ")[0] in ("Min plan", "Svar")
        fonts = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"]
        assert fonts
        for font in fonts:
            assert "/FontFile2" in font.FontDescriptor
            assert "+" in str(font.BaseFont)
            assert "/ToUnicode" in font
        for page in document.pages:
            for op in pikepdf.parse_content_stream(page):
                if str(op.operator) == "Tj":
                    assert 0 not in bytes(op.operands[0])  # code 0 is .notdef


def test_the_same_content_gives_the_same_bytes(case: Build, sign: Build, papers: Papers) -> None:
    assert papers(sign(case(1))) == papers(sign(case(1)))


@pytest.mark.expects_log(logger="app.papers.answer_letter", match="logo")
def test_a_logo_is_drawn_and_a_spoilt_one_costs_only_itself(case: Build, municipality: Municipality) -> None:
    out = io.BytesIO()
    Image.new("RGB", (120, 40), "navy").save(out, format="PNG")
    logo = base64.b64encode(out.getvalue()).decode()
    with_logo = render_letter(letter_content(case(1), replace(municipality, logo=logo), TODAY), version=1)
    assert b"/Image" in with_logo
    spoilt = replace(municipality, logo="not a picture")
    assert render_letter(letter_content(case(1), spoilt, TODAY), version=1).startswith(b"%PDF")


def test_the_preview_is_the_paper_itself(case: Build, papers: Papers, read: Read) -> None:
    pdf = papers(case(1))[0]
    pictures = preview(pdf, 0.5)
    assert len(pictures) == len(read(pdf))
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


# ── where a page may end ─────────────────────────────────────────────────────────────────────────────────────────────


def strip(height: float, *, keep: bool = False) -> Strip:
    return Strip(height, lambda _canvas, _x, _top: None, 10, keep)


def _no_notes(_notes: object) -> float:
    return 78


def test_what_is_kept_together_moves_together() -> None:
    tall, head, body = strip(500), strip(20, keep=True), strip(60)
    pages = paginate([tall, head, body], content_top=640, foot=_no_notes)
    assert pages == [[tall], [head, body]]
    assert paginate([tall, head, body], content_top=700, foot=_no_notes) == [[tall, head, body]]


def test_the_last_page_is_not_turned_for_a_few_lines() -> None:
    lines = [replace(strip(30), before=0) for _ in range(21)]
    pages = _last_filled([lines[:20], lines[20:]], 678, _no_notes, 1)
    assert [len(page) for page in pages] == [15, 6]
    assert [one for page in pages for one in page] == lines
    kept = [replace(one, keep=1 < n < 18) for n, one in enumerate(lines)]  # what is kept together is not parted for it
    assert [len(page) for page in _last_filled([kept[:20], kept[20:]], 678, _no_notes, 1)] == [19, 2]
    whole = [replace(one, keep=n < 19) for n, one in enumerate(lines)]
    assert [len(page) for page in _last_filled([whole[:20], whole[20:]], 678, _no_notes, 1)] == [20, 1]


def test_a_group_taller_than_a_page_is_parted_and_not_lost() -> None:
    strips = [strip(100, keep=True) for _ in range(20)]
    pages = paginate(strips, content_top=600, foot=_no_notes)
    assert [one for page in pages for one in page] == strips
    assert all(sum(s.height + s.before for s in page) <= 600 for page in pages)
    assert len(pages) == 5
