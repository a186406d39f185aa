# SPDX-License-Identifier: MPL-2.0
"""What a support rests on, as it is chosen in step five: what the catalogue gives by decision is not open to all (F1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.answer import SUPPORT
from app.services.decide import lacking
from app.views.room.paths import path_of_lack
from tests.views.answer_table import Answering

GROUP = "Gruppe: ud ad døren"


@pytest.fixture
def at(tmp_path: Path, qtbot: QtBot) -> Iterator[Answering]:
    made = Answering(tmp_path)
    yield made
    made.close()


def test_what_is_given_by_decision_is_refused_as_open_under_the_choice(at: Answering) -> None:
    at.choose("answer.target_group", "ja")
    for place, offer in enumerate(("En ven at følges med", GROUP)):
        at.press("support.add")
        at.put(f"support.{place}.offer", offer)
        at.choose(f"support.{place}.paragraph", "åbent")
    grounds = at.field("support.1.paragraph")
    assert grounds.error() == f"»{GROUP}« er ikke et åbent tilbud. Vælg den paragraf, det bevilges efter."
    assert at.field("support.0.paragraph").error() is None
    assert [s.paragraph for s in at.file.support] == ["åbent", ""]
    assert SUPPORT in lacking(at.file)
    assert path_of_lack(SUPPORT, at.file) == "support.1.paragraph"
    at.choose("support.1.paragraph", "82a")
    assert grounds.error() is None
    assert [s.paragraph for s in at.file.support] == ["åbent", "82a"]
