# SPDX-License-Identifier: MPL-2.0
"""No paper says more than its reader may know: secrets in every field, a hidden address, a hidden third party (promise 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest

from app.models.casefile import CaseFile, Said, Talk, Written
from app.models.fields import Audience
from app.models.kinds import (
    Advice,
    Consent,
    Intensity,
    Meeting,
    Municipality,
    NetworkPerson,
    Question,
    Referral,
    RevisitRequest,
    intensity_id,
)
from app.papers.kinds import KNOWN, For, PaperKind
from app.papers.note_content import note_content
from tests.papers.every_paper import CONTENTS, TODAY, VAGN, pdf_of
from tests.papers.test_paper_content import marker, planted_case, said
from tests.papers.test_paper_pages import tight

Build = Callable[..., CaseFile]
Read = Callable[[bytes], list[str]]
KINDS = tuple(PaperKind)

OWN_NOTES = ("INTERNALxnotes", "INTERNALxtask")
"""On no paper whatever: each side's own working note, and what is only to be remembered."""
NOT_FOR_THE_PROVIDER = (
    *(
        "xreason",
        "xconsiderations",
        "xfacts",
        "xweighing",
        "xthink",
        "xwhole_person",
        "xresources",
        "xstory",
        "xtried",
        "xadvice",
    ),
    *(
        "xconsent",
        "xquestion",
        "xguidance",
        "xhandleplan",
        "xhearing",
        "xsource",
        "xreferral",
        "xneed",
        "xparticipant",
        "xrevisit_request",
    ),
)
"""What the udfører need not know to begin. The citizen's own wish is theirs to hear."""


@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize("decided", ["draft", "signed", "tampered"])
@pytest.mark.parametrize("kind", KINDS)
def test_planted_secrets_are_on_no_paper_that_may_not_hold_them(
    kind: PaperKind, decided: str, optional: bool, municipality: Municipality, sign: Build, read: Read
) -> None:
    file = planted_case(optional)
    if decided != "draft":
        file = sign(file, authentic=decided == "signed")
    content = CONTENTS[kind](file, municipality)
    everything = "".join((said(content) + "".join(read(pdf_of(kind, file, municipality)))).split())
    assert not [one for one in OWN_NOTES if one in everything]
    if KNOWN[kind].reader is For.CITIZEN:
        assert "INTERNALx" not in everything
    if kind is PaperKind.ORDER:
        wish = marker("story", "want", Audience.CITIZEN)
        rest = everything.replace(wish, "")
        assert not [one for one in NOT_FOR_THE_PROVIDER if one in rest]
    assert ("OPTIONALxstory" in everything) == (optional and kind is PaperKind.PLAN)
    assert ("OPTIONALxnetwork_personxwho" in everything) == (optional and kind in (PaperKind.PLAN, PaperKind.ORDER))


def given_and_wished(file: CaseFile, where: str) -> dict[str, Any]:
    """How much is given just now, and a wish at the meeting with its no, each told with a place."""
    rows = tuple(replace(one, id=f"01a228f0-0000-7000-8000-00000000000{n}") for n, one in enumerate(file.support))
    now = tuple(Intensity(id=intensity_id(file.case.id, s.id), case_id="c", text=f"To besøg {where}") for s in rows)
    asked = RevisitRequest(id="w", case_id="c", offer=f"Hjælp {where}", why=f"Alene {where}", answer=f"Nej {where}")
    at = datetime.combine(file.meeting.date if file.meeting and file.meeting.date else TODAY, time(10))
    hands = {**file.hands, ("w", "offer"): Written(VAGN, at, "change")}
    return {"support": rows, "intensities": now, "revisit_requests": (asked,), "hands": hands}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_given_just_now_and_what_is_wished_for_stand_where_they_belong(
    kind: PaperKind, case: Build, sign: Build, municipality: Municipality
) -> None:
    """C5: the first on the plan, beside its frame, and never answered or ordered; the second on the staff's own note alone."""
    file = case(1)
    file = sign(replace(file, **given_and_wished(file, "i byen")))
    told = said(CONTENTS[kind](file, municipality))
    assert ("To besøg i byen" in told) == (kind is PaperKind.PLAN)
    assert ("Hjælp i byen" in told) == (kind is PaperKind.NOTE)
    if kind is PaperKind.NOTE:
        wished = "Vejlederen ønskede revisitation: »Hjælp i byen«. »Alene i byen« Bestilleren sagde nej: »Nej i byen«"
        assert wished in note_content(file, municipality, TODAY).disagreements


@pytest.mark.parametrize("kind", KINDS)
def test_a_protected_address_is_on_no_paper_wherever_it_was_typed(
    kind: PaperKind, case: Build, sign: Build, municipality: Municipality, read: Read
) -> None:
    where = "Skjulvej 14, 3400 Hillerød"
    file = case(
        1,
        wishes={"want": f"Bo på {where}", "think": f"Hjem til {where}"},
        purpose={"text": f"Komme hjem til {where}"},
        bridge=[f"Gaden ved {where}"],
        next_steps=[{"who": "Vagn Vejleder", "what": f"Kommer til {where}", "by": "2026-12-01"}],
        support=[
            {"paragraph": "82b", "offer": "Støtte", "start": "2026-11-30", "end": "2027-05-29", "frame": f"På {where}"}
        ],
    )
    file = replace(
        file,
        citizen=replace(file.citizen, address=where, protected=True),
        meetings=(Meeting(id="meeting", case_id="c", date=TODAY, place=where),),
        goals=tuple(replace(one, goal=f"Rydde op på {where}", done_when=f"Ren på {where}") for one in file.goals),
        case=replace(file.case, guidance=f"Vi talte om {where}"),
        answer=replace(file.answer, facts=f"Bor på {where}", reason=f"Fordi {where}", hearing_note=where),
        consents=(Consent(id="k", case_id="c", party=f"Viceværten på {where}", purpose=f"Nøgle til {where}"),),
        advice=(Advice(id="r", case_id="c", adviser="Rita", organisation=where, text=f"Flyt fra {where}"),),
        questions=(Question(id="q", case_id="c", text=f"Er {where} stor nok?", answer=f"Ja, {where}"),),
        **given_and_wished(file, f"på {where}"),
        referrals=(Referral(id="r", case_id="c", sender="Jobcenter", contact=where),),
        tried=tuple(replace(one, note=f"På {where}", citizen_says=f"På {where}") for one in file.tried),
        conversations=(
            Talk(
                "goal",
                "goal-0",
                ("goal",),
                "Mål",
                (Said("1", VAGN, datetime(2026, 11, 26), {"goal": f"Ud af {where}"}),),
            ),
        ),
    )
    for one in (file, sign(file)):
        printed = tight("".join(read(pdf_of(kind, one, municipality)))) + tight(said(CONTENTS[kind](one, municipality)))
        assert "Skjulvej14" not in printed


@pytest.mark.parametrize("kind", KINDS)
def test_a_hidden_third_party_is_named_on_no_paper(
    kind: PaperKind, case: Build, sign: Build, municipality: Municipality, read: Read
) -> None:
    """Nobody of the network who may not be named, in whatever staff have written; those at the table are in the note alone."""
    file = case(1)
    name = "Hemming Hemmelig"
    file = replace(
        file,
        network=(NetworkPerson(id="n", case_id="c", who=name, print=False),),
        goals=tuple(replace(one, goal=f"Ud at gå med {name}", done_when=f"{name} er med") for one in file.goals),
        actions=tuple(replace(one, what=f"Ringer til {name}") for one in file.actions),
        case=replace(file.case, guidance=f"Talt om {name}"),
        consents=(Consent(id="k", case_id="c", party=name, purpose=f"Om {name}"),),
        questions=(Question(id="q", case_id="c", text=f"Kan {name} køre?", answer=f"{name} kan"),),
        **given_and_wished(file, f"hos {name}"),
        answer=replace(
            file.answer, handleplan="nej", handleplan_why=f"{name} siger nej", hearing_note=f"Hørt om {name}"
        ),
        bridges=tuple(replace(one, text=f"Til {name}") for one in file.bridges),
    )
    for one in (file, sign(file)):
        printed = tight("".join(read(pdf_of(kind, one, municipality)))) + tight(said(CONTENTS[kind](one, municipality)))
        assert "Hemmelig" not in printed
        assert KNOWN[kind].reader is For.CITIZEN or "ditnetværk" not in printed
