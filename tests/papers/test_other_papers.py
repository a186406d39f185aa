# SPDX-License-Identifier: MPL-2.0
"""The smaller papers and what each says. What none may say is in `test_papers_discreet.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from app.models.casefile import CaseFile, Said, Talk
from app.models.kinds import (
    MUNICIPALITY,
    Advice,
    Consent,
    Coordinator,
    Municipality,
    Offer,
    Question,
    Referral,
)
from app.papers.catalogue import render_catalogue
from app.papers.citizen_contents import Look, catalogue_content, contacts_content, lookups_content, sheet_content
from app.papers.content import content_hash
from app.papers.documenting import render_documenting
from app.papers.kinds import KNOWN, For, PaperKind
from app.papers.lookups import render_lookups
from app.papers.meeting_sheet import render_sheet
from app.papers.note_content import note_content
from app.papers.order import MARK, UNSIGNED
from app.papers.page import INTERNAL
from app.papers.staff_contents import documenting_content, order_content
from tests.papers.every_paper import BODIL, CONTENTS, LOOKS, STAFF, TODAY, VAGN, by_hand, pdf_of
from tests.papers.test_paper_content import said
from tests.papers.test_paper_pages import all_inside, flat, hard_cases

Build = Callable[..., CaseFile]
Read = Callable[[bytes], list[str]]
KINDS = tuple(PaperKind)
SMALLER = tuple(kind for kind in KINDS if kind not in (PaperKind.PLAN, PaperKind.LETTER))


# ── all of them ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("kind", SMALLER)
def test_nothing_is_cut_whatever_was_typed(
    kind: PaperKind, large: bool, case: Build, sign: Build, municipality: Municipality
) -> None:
    for file in hard_cases(case):
        for one in (file, sign(file, paragraphs=["82a", "82b", "85"])):
            all_inside(pdf_of(kind, one, municipality, large=large))


@pytest.mark.parametrize("kind", SMALLER)
def test_each_page_says_which_paper_version_page_and_hash_it_is(
    kind: PaperKind, case: Build, sign: Build, municipality: Municipality, read: Read
) -> None:
    file = sign(case(1))
    pages = read(pdf_of(kind, file, municipality))
    shown = content_hash(CONTENTS[kind](file, municipality))
    for number, page in enumerate(pages, 1):
        assert KNOWN[kind].name in page
        assert f"Version 1 · side {number} af {len(pages)} · {shown[:4]} {shown[4:8]}" in page
        assert "26. november 2026" in page


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_content_gives_the_same_bytes(
    kind: PaperKind, case: Build, sign: Build, municipality: Municipality
) -> None:
    file = sign(case(1))
    assert pdf_of(kind, file, municipality) == pdf_of(kind, file, municipality)


@pytest.mark.parametrize("kind", KINDS)
def test_an_internal_paper_says_so_on_every_page_and_a_citizens_never(
    kind: PaperKind, case: Build, sign: Build, municipality: Municipality, read: Read
) -> None:
    mark = {For.STAFF: INTERNAL, For.PROVIDER: MARK}.get(KNOWN[kind].reader)
    for large in (False, True):
        for page in read(pdf_of(kind, sign(case(1)), municipality, large=large)):
            assert (mark in page) if mark else not any(one in page for one in (INTERNAL, MARK))


# ── whom do I call ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_subject_has_somebody_to_call(case: Build, municipality: Municipality) -> None:
    told = contacts_content(case(1), municipality, TODAY, STAFF)
    assert [one.who.phone for one in told.topics] == ["12 34 56 78", "12 34 56 79", "12 34 56 79", "12 34 56 79"]
    nobody = replace(case(1), participants=())
    nobody = replace(nobody, case=replace(nobody.case, bestiller="", vejleder=""))
    assert {one.who.name for one in contacts_content(nobody, municipality, TODAY).topics} == {municipality.unit}


def test_no_coordinating_task_is_the_citizens(case: Build, municipality: Municipality) -> None:
    """H4, whoever is on the case: a coordinator, only a bestiller, or nobody yet."""
    file = case(1)
    led = replace(file, coordinators=(Coordinator(id="k", case_id="c", name="Karla Koordinator", since=TODAY),))
    bare = replace(file, participants=(), case=replace(file.case, bestiller="", vejleder=""))
    for one, who in ((led, "Karla Koordinator"), (file, "Bodil Bestiller"), (bare, municipality.unit)):
        told = contacts_content(one, municipality, TODAY, STAFF)
        assert len(told.cared_for) == 4
        assert {task.who for task in told.cared_for} == {who}
        assert file.citizen.name not in {task.who for task in told.cared_for}


def test_a_new_worker_makes_a_new_contact_sheet(case: Build, municipality: Municipality) -> None:
    file = case(1)
    other = replace(file, case=replace(file.case, vejleder="Viola Vikar"))
    before, after = (contacts_content(one, municipality, TODAY, STAFF) for one in (file, other))
    assert content_hash(before) != content_hash(after)
    assert after.topics[0].who.name == "Viola Vikar"


# ── who opened the record ────────────────────────────────────────────────────────────────────────────────────────────


def test_lookups_are_told_without_names_unless_they_are_asked_for(
    case: Build, municipality: Municipality, read: Read
) -> None:
    file = case(1)
    plain = lookups_content(file, municipality, TODAY, LOOKS)
    named = lookups_content(file, municipality, TODAY, LOOKS, named=True)
    for name in ("Bodil", "Vagn", "Lis Leder", "Rita"):
        assert name not in said(plain) + flat(read(render_lookups(plain, version=1)))
        assert name in flat(read(render_lookups(named, version=1)))
    assert "En, der ikke er her mere" in flat(read(render_lookups(named, version=1)))


def test_lookups_say_when_what_and_why_newest_first(case: Build, municipality: Municipality) -> None:
    told = lookups_content(case(1), municipality, TODAY, LOOKS).lookups
    assert [(one.day.day, one.time, one.times) for one in told] == [
        (26, "10.05", 2),
        (26, "09.05", 1),
        (24, "09.05", 1),
        (24, "08.05", 1),
        (20, "09.05", 1),
    ]
    assert told[0].why == "Til mødet med dig"
    assert told[3].why.startswith("Leder:")
    assert told[2].what == "Ville læse eller skrive noget og fik nej"
    assert told[4].what == "Brugte din sag"  # an action this version does not know is told, and no code is shown


def test_what_a_desk_fetched_by_itself_is_nobodys_meeting(case: Build, municipality: Municipality) -> None:
    """The server notes it of everybody whose desk was brought up to date; what somebody chose to see is told with their role."""
    at = datetime(2026, 11, 26, 9, 5)  # a day they met
    looks = [Look(at, "Vagn", "vejleder", "hentet"), Look(at, "Lis", "leder", "opslag"), Look(at, "Bo", "", "historik")]
    told = {one.what: one.why for one in lookups_content(case(1), municipality, TODAY, looks).lookups}
    assert told == {
        "Fik din sag ned på sin computer": "Kommunens program, da sagen blev delt mellem computere",
        "Så, hvem der har åbnet din sag": "Leder: har ansvar for arbejdet i teamet",
        "Læste, hvad der er skrevet hvornår": "Medarbejder i kommunen: har arbejdet med din sag",
    }


def test_a_list_of_one_desk_says_so(case: Build, municipality: Municipality, read: Read) -> None:
    for everywhere in (True, False):
        content = lookups_content(case(1), municipality, TODAY, LOOKS, everywhere=everywhere)
        assert ("fra den computer" in flat(read(render_lookups(content, version=1)))) is not everywhere
        assert "alle vores computere" not in flat(read(render_lookups(content, version=1)))
    whole = lookups_content(case(1), municipality, TODAY, LOOKS, everywhere=True, shared=True)
    assert "fra alle vores computere. Har en af dem været uden net" in flat(read(render_lookups(whole, version=1)))
    assert "ingen opslag endnu" in flat(
        read(render_lookups(lookups_content(case(1), municipality, TODAY, ()), version=1))
    )


# ── the sheet and the catalogue ──────────────────────────────────────────────────────────────────────────────────────


def test_the_blank_sheet_asks_the_opening_questions_and_names_nobody(municipality: Municipality, read: Read) -> None:
    text = flat(read(render_sheet(sheet_content(None, municipality))))
    for words in ("Hvad vil du?", "Hvad tænker du selv?", "Hvad er prøvet?", "Er du i målgruppen", "Nu sker der dette"):
        assert words in text
    assert text.index("Hvad vil du?") < text.index("Hvad er prøvet?") < text.index("Svar før du går")
    assert "ikke en afgørelse" in text
    assert "Arket er fra 29. november 2026" in text
    asked = ("Begrundelse", "Hvad vi har lagt vægt på", "Oplysninger, svaret bygger på")  # as the answer's step asks
    assert [text.index(one) for one in asked] == sorted(text.index(one) for one in asked)
    assert "Magnus" not in text


def test_the_sheet_has_the_name_of_the_citizen_at_the_table(
    case: Build, municipality: Municipality, read: Read
) -> None:
    text = flat(read(render_sheet(sheet_content(case(1), municipality, STAFF))))
    assert "Magnus Lauridsen" in text
    assert "sag 2026-0042-7KQ" in text
    assert case(1).story.want not in text


def offer(name: str, version: int, on: date | None, **more: str | date | None) -> Offer:
    values = {
        "type": "åbent",
        "legal_ground": "Serviceloven § 12",
        "services": f"Ydelser i {name} {version}",
        "standard": "God",
    }
    key = name.casefold()
    return Offer(
        id=f"{key}-{version}",
        case_id=MUNICIPALITY,
        key=key,
        name=name,
        version=version,
        published_on=on,
        **{**values, **more},  # type: ignore[arg-type]
    )


def test_the_catalogue_is_the_one_in_force_and_holds_nothing_internal(municipality: Municipality, read: Read) -> None:
    offers = (
        offer("Værksted", 1, date(2026, 1, 1)),
        offer("Værksted", 2, date(2026, 3, 1), area="INTERNxområde", need="INTERNxbehov"),
        offer("Værksted", 3, date(2027, 3, 1)),
        offer("Klub", 1, date(2026, 2, 1), withdrawn_on=date(2026, 6, 1)),
        offer("Kladde", 1, None),
        offer("Gruppe", 1, date(2026, 2, 1), type="tidsbegrænset"),
        offer("Bosted", 1, date(2026, 2, 1), type="almindeligt"),
    )
    content = catalogue_content(offers, municipality, TODAY)
    assert [one.services for one in content.open_to_all] == ["Ydelser i Værksted 2"]
    assert ([one.name for one in content.for_a_time], [one.name for one in content.ordinary]) == (
        ["Gruppe"],
        ["Bosted"],
    )
    assert (content.version, content.day) == (4, date(2026, 6, 1))
    for large in (False, True):
        text = flat(read(render_catalogue(content, large=large)))
        assert "INTERN" not in text
        assert "Klub" not in text
        assert "Kladde" not in text
        assert "Ydelser i Værksted 2" in text
        assert "Version 4 · side 1 af" in text
    assert "Kataloget er tomt" in flat(read(render_catalogue(catalogue_content((), municipality, TODAY))))


# ── the note ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def met(case: Build) -> CaseFile:
    """A meeting with something of everything the note keeps apart."""
    file = case(1)
    at = datetime(2026, 11, 26, 10, 42)
    file = replace(
        file,
        referrals=(Referral(id="r", case_id="c", sender="Jobcenter Nord", date=date(2026, 11, 2)),),
        tried=tuple(replace(one, citizen_says="Det gik halvt") for one in file.tried[:1]),
        advice=(Advice(id="a", case_id="c", adviser="Rita Rådgiver", organisation="VISO", text="Begynd småt"),),
        consents=(
            Consent(id="k1", case_id="c", party="Egen læge", purpose="Medicin", given=True, given_on=TODAY),
            Consent(id="k2", case_id="c", party="Boligforeningen", purpose="", given=False, withdrawn_on=TODAY),
        ),
        questions=(Question(id="q", case_id="c", text="Er det nok?"),),
        case=replace(file.case, guidance="Om bisidder"),
        meetings=tuple(
            replace(one, started="2026-11-26T10:00:00+01:00", ended="2026-11-26T11:45:09+01:00")
            for one in file.meetings
        ),
        conversations=(
            Talk(
                "goal",
                "goal-0",
                ("goal",),
                "Mål",
                (Said("1", VAGN, at, {"goal": "Køre selv"}), Said("2", BODIL, at, {"goal": "Køre med"})),
            ),
        ),
    )
    return replace(file, hands=by_hand(file))


def test_the_note_keeps_apart_whose_words_are_whose(met: CaseFile, municipality: Municipality) -> None:
    note = note_content(met, municipality, TODAY, STAFF)
    citizen = {one.text for one in note.citizen_said}
    assert {"»Det gik halvt«", f"»{met.story.want}«"} <= citizen
    assert [one.name.split(",")[0] for one in note.informants] == ["Jobcenter Nord", "Rita Rådgiver (VISO)"]
    assert note.informants[1].statements[0].text == "Begynd småt"
    judged = {one.text for one in note.vejleder_judged}
    assert met.goals[1].goal in judged
    assert not judged & citizen
    assert all(one.by == "Vagn Vejleder (vejleder), 26. november 2026" for one in note.vejleder_judged)
    assert [one.by for one in note.bestiller_judged] == ["Bodil Bestiller (bestiller), 26. november 2026"]


@pytest.mark.parametrize("kind", [PaperKind.NOTE, PaperKind.ORDER])
def test_texts_that_stand_apart_are_both_told(kind: PaperKind, met: CaseFile, municipality: Municipality) -> None:
    """Promise 4: no paper has one of two in silence."""
    assert "Køre selv (eller: Køre med)" in said(CONTENTS[kind](met, municipality))


def test_the_note_holds_what_the_law_asks(met: CaseFile, municipality: Municipality, sign: Build, read: Read) -> None:
    """Offentlighedsloven § 13 and domain.md § 7.3 C, one by one."""
    text = flat(read(pdf_of(PaperKind.NOTE, sign(met), municipality)))
    for words in (
        *("kl. 10.00 til 11.45", "Vores Netværk", "Bodil Bestiller (bestiller, socialrådgiver)", "Vagn Vejleder"),
        *(
            "Om bisidder",
            "Egen læge om medicin: ja 26. november 2026.",
            "Boligforeningen: ja, trukket tilbage 26. november 2026.",
        ),
        *("Ja, du er i målgruppen", met.answer.reason, met.answer.facts, "Afgjort af", "9ac1 d20b"),
        *("skrev: »Køre selv«", "skrev: »Køre med«", "Vejlederen spurgte: »Er det nok?« Ikke besvaret."),
        met.next_steps[0].what,
    ):
        assert words in text, words


def test_a_note_without_a_decision_says_there_is_none(met: CaseFile, municipality: Municipality, read: Read) -> None:
    text = flat(read(pdf_of(PaperKind.NOTE, met, municipality)))
    assert "Der er ikke truffet en afgørelse." in text
    assert "Afgjort af" not in text


# ── the order ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_order_holds_what_the_udfoerer_needs(
    case: Build, municipality: Municipality, sign: Build, read: Read
) -> None:
    file = case(1)
    file = replace(file, citizen=replace(file.citizen, interpreter="Arabisk", guardian="Gerda Værge"))
    text = flat(read(pdf_of(PaperKind.ORDER, sign(file), municipality)))
    for words in (
        *("Magnus Lauridsen", "Arabisk", "Gerda Værge", file.plan.purpose, file.goals[0].goal, file.goals[0].done_when),
        *("Fra 30. november 2026 til og med 29. maj 2027", file.support[0].frame, "torsdag den 14. januar 2027"),
        *("Bodil Bestiller", "12 34 56 79", "I målgruppen for støtte"),
    ):
        assert words in text, words
    assert file.answer.reason not in text
    assert file.answer.facts not in text
    assert file.support[1].offer not in text  # open to all is not ordered


def test_nothing_is_ordered_before_it_is_decided(
    case: Build, municipality: Municipality, sign: Build, read: Read
) -> None:
    for file in (case(1), sign(case(1), authentic=False)):
        assert not order_content(file, municipality, TODAY, STAFF, {}).signed
        assert all(UNSIGNED in page for page in read(pdf_of(PaperKind.ORDER, file, municipality)))


# ── who documents what ───────────────────────────────────────────────────────────────────────────────────────────────


def test_who_documents_what_begins_with_the_citizens_goals(case: Build, municipality: Municipality) -> None:
    file = case(1)
    told = documenting_content(replace(file, hands=by_hand(file)), municipality, TODAY, (), STAFF)
    assert [goal.title for goal in told.goals] == [goal.words for goal in file.goals]
    whose = {line.what: line.whose for line in told.goals[0].lines}
    assert whose["Mål"] == whose["Delmål"] == "vejleder"
    assert whose["Med borgerens ord"] == "borgerens ord"
    assert whose["Handlinger"] == "begge"
    assert {line.what: line.whose for line in told.around}["Formål"] == "bestiller"
    assert told.goals[0].lines[1].state == "skrevet 26. november af Vagn Vejleder"


def test_what_each_side_lacks_is_listed(case: Build, municipality: Municipality, read: Read) -> None:
    file = case(1)
    file = replace(file, goals=tuple(replace(one, goal="", done_when="") for one in file.goals), actions=())
    told = documenting_content(file, municipality, TODAY, ("begrundelse", "mål", "næste skridt"), STAFF)
    lacking = {side.whose: side.what for side in told.lacking}
    assert lacking["bestiller"] == ("Begrundelse",)
    assert f"Mål: {file.goals[0].words}" in lacking["vejleder"]
    assert "Mål" in lacking["vejleder"]
    assert lacking["begge"][-1] == "Næste skridt"
    whole = replace(case(1), milestones=())
    done = documenting_content(whole, municipality, TODAY, (), STAFF)
    assert not any(side.what for side in done.lacking)
    told = " ".join(read(render_documenting(done, version=1)))
    assert "Alt det nødvendige er skrevet" in told, "and not that nothing lacks, above lines nobody has written"
