# SPDX-License-Identifier: MPL-2.0
"""Text the shared database cannot hold, and text as long as it may be: neither ever comes to a refusal on a desk."""

from __future__ import annotations

import json

import pytest

from app.domain.writing import LONGEST
from app.models.kinds import singleton_id
from tests.sync.desks import Desks
from tests.sync.shared import SharedDatabase, change, new_case, new_id, push, seen


def test_what_an_older_program_wrote_with_a_nul_in_it_comes_through(desks: Desks) -> None:
    bodil, vagn = desks.of("bodil"), desks.of("vagn")
    case_id = bodil.new_case("Nancy Ann Berggren")
    bodil.write(case_id, "story", think="Jeg vilNUL ud")
    bodil.write(case_id, "notes", bestiller="C:\\u0000 er ingen fejl")
    with bodil.replica.transaction() as db:  # as a version before this one kept it
        db.execute("UPDATE change SET fields = replace(fields, 'NUL', '\\u0000')")
        db.execute("UPDATE rec_story SET think = replace(think, 'NUL', char(0))")
    assert bodil.round().set_aside == 0
    vagn.round()
    story, notes = (vagn.values(kind)[singleton_id(case_id, kind)] for kind in ("story", "notes"))
    assert (story["think"], notes["bestiller"]) == ("Jeg vil ud", "C:\\u0000 er ingen fejl")
    bodil.write(case_id, "story", think="Jeg vil ud nu")
    for desk in (bodil, vagn):
        assert desk.round().set_aside == 0
    assert vagn.values("story")[singleton_id(case_id, "story")]["think"] == "Jeg vil ud nu"


def test_one_that_is_sent_all_the_same_is_refused_alone(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    batch = [change(case, "network_person", new_id(), {"who": f"Nr. {n}"}) for n in range(12)]
    batch[3]["fields"]["who"] = "Nr.\0 3"
    batch[7]["fields"]["who"] = "Nr.\ud83d 7"
    assert [o for o, _ in push(bodil, *batch)] == ["refused" if n in (3, 7) else "accepted" for n in range(12)]
    assert push(bodil, batch[3]) == [("refused", "malformed")]
    told = json.dumps([row["fields"] for row in seen(bodil) if row["kind"] == "network_person"])
    assert told.count("Nr. ") == 10


@pytest.mark.parametrize("letter", ["a", "å", "😀"])
def test_the_longest_text_is_taken_however_often_it_is_written_on(desks: Desks, letter: str) -> None:
    bodil = desks.of("bodil")
    case_id = bodil.new_case("Nancy Ann Berggren")
    for n in range(4):
        words = letter * (LONGEST - 10) + f". Gang {n}."
        bodil.write(case_id, "story", think=words, resources=words, whole_person=words)
        if n % 2:
            assert bodil.round().set_aside == 0
    assert bodil.status.waiting == {}
