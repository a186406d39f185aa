# SPDX-License-Identifier: MPL-2.0
"""The history as a person reads it: both hands stand in it, and nothing the program keeps for itself (A1, A10, B7)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.services import cases, decide, edit, history, lists
from app.services.history import told
from app.store.unit_of_work import new_step
from tests.services.table import BODIL, PASSWORD, VAGN, Table, set_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


def read(table: Table) -> list[tuple[str, str, str]]:
    return [(one.hand.name, one.what, one.words) for one in told(table.desk, VAGN, table.case_id)]


def test_both_hands_stand_with_what_they_wrote(table: Table) -> None:
    table.single(BODIL, "plan", "purpose", "Kommer rundt på egen hånd")
    table.add(VAGN, "goal", goal="Kan køre med bus 318")
    asked = table.add(VAGN, "question", text="Kan rammen bruges om lørdagen?")
    table.type(BODIL, "question", asked, "answer", "Ja")
    lines = read(table)
    assert ("Bodil Bestiller", "Formål", "Kommer rundt på egen hånd") in lines
    assert ("Vagn Vejleder", "Mål", "Kan køre med bus 318") in lines
    answered = lines.index(("Bodil Bestiller", "Spørgsmål: bestillerens svar", "Ja"))
    assert answered < lines.index(("Vagn Vejleder", "Spørgsmål til udkastet", "Kan rammen bruges om lørdagen?"))


def test_what_was_written_before_is_still_there(table: Table) -> None:
    table.single(BODIL, "plan", "purpose", "Det første")
    table.single(BODIL, "plan", "purpose", "Det andet")
    purposes = [words for _, what, words in read(table) if what == "Formål"]
    assert purposes == ["Det andet", "Det første"]


def test_a_date_reads_as_one_and_a_line_taken_away_is_told(table: Table) -> None:
    day = table.add(VAGN, "follow_up", date="14-01-2027")
    assert ("Vagn Vejleder", "Vi mødes igen", "14. januar 2027") in read(table)
    before = len(read(table))
    lists.remove(table.desk, VAGN, table.case_id, "follow_up", day)
    assert len(read(table)) == before + 1
    assert read(table)[0][1] == "Fjern dag vi mødes igen"


def test_a_paragraph_reads_as_one_and_not_as_it_is_kept(table: Table) -> None:
    support = table.add(BODIL, "support", paragraph="82b", offer="Støtte til posten")
    assert ("Bodil Bestiller", "Støtte: grundlag", "§ 82 b") in read(table)
    table.type(BODIL, "support", support, "paragraph", "åbent")
    assert ("Bodil Bestiller", "Støtte: grundlag", "åbent") in read(table)


def test_no_number_no_seal_and_no_inner_name(table: Table) -> None:
    edit.write_number(table.desk, VAGN, table.case_id, table.citizen_id, "050490-9995", new_step("Ret CPR-nummer"))
    table.yes()
    decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
    lines = read(table)
    assert lines[0] == ("Bodil Bestiller", "Svaret er underskrevet", "")
    assert ("Vagn Vejleder", "CPR-nummer", "") in lines
    everything = "\n".join(f"{what} {words}" for _, what, words in lines)
    for hidden in ("0504909995", "050490-9995", table.citizen_id, table.case_id, "False", "None"):
        assert hidden not in everything


def test_who_has_looked_is_for_the_authority_side_alone(table: Table) -> None:
    cases.open_case(table.desk, VAGN, table.case_id)
    seen = history.looks(table.desk, BODIL, table.case_id)
    assert ("Vagn Vejleder", "vejleder", "åbnede sagen") in [(one.name, one.role, one.what) for one in seen]
    with pytest.raises(UserError):
        history.looks(table.desk, VAGN, table.case_id)
