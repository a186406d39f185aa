# SPDX-License-Identifier: MPL-2.0
"""Undo takes back my own steps, one after another, and never another's words (design § 4, B9)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.strategies import sampled_from

from app.domain.errors import UserError
from app.domain.roles import Hand
from app.models.ids import following
from app.services import decide, lists, undo
from app.store import unit_of_work
from tests.services.table import BODIL, PASSWORD, VAGN, Table, set_table

WORDS = ("Kan køre selv", "Kan gå på café", "", "Kan lave mad")


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    table = set_table(tmp_path)
    yield table
    table.desk.replica.close()


BEGUN = frozenset({"Ny borger", "Begynd møde"})


def back(table: Table, hand: Hand = BODIL) -> undo.Undone:
    return undo.undo(table.desk, hand, table.case_id, not_past=BEGUN)


def goal(table: Table, goal_id: str) -> str:
    return next(g for g in table.file.goals if g.id == goal_id).words


def test_several_visits_to_one_field_are_taken_back_one_after_another(table: Table) -> None:
    row = table.add(VAGN, "goal")
    for text in ("en", "to", "tre"):
        table.type(BODIL, "goal", row, "words", text)
    seen = []
    for _ in range(3):
        back(table)
        seen.append(goal(table, row))
    assert seen == ["to", "en", ""]


def test_words_written_after_an_undo_are_taken_back_to_what_it_put_there(table: Table) -> None:
    row = table.add(VAGN, "goal")
    table.type(BODIL, "goal", row, "words", "en")
    table.type(BODIL, "goal", row, "words", "to")
    back(table)
    table.type(BODIL, "goal", row, "words", "fire")
    back(table)
    assert goal(table, row) == "en"
    back(table)
    assert goal(table, row) == ""


def test_a_step_another_has_written_over_is_passed_by_and_does_not_bar_the_earlier(table: Table) -> None:
    first, second = table.add(VAGN, "goal"), table.add(VAGN, "goal")
    table.type(BODIL, "goal", first, "words", "mit første")
    table.type(BODIL, "goal", second, "words", "mit andet")
    table.type(VAGN, "goal", second, "words", "hans ord")
    back(table)
    assert (goal(table, first), goal(table, second)) == ("", "hans ord")


def test_a_row_another_has_written_in_is_not_taken_back_and_the_reason_is_said(table: Table) -> None:
    """It went with their words in it; what lies before it is taken back instead, as where they have written over a field."""
    table.type(VAGN, "goal", table.add(BODIL, "goal"), "words", "et andet mål")
    row = table.add(VAGN, "network_person")
    table.type(BODIL, "network_person", row, "relation", "nabo")
    undone = back(table, VAGN)
    assert (undone.name, undone.stays) == ("skriv", "Personen bliver stående, for Bodil har skrevet i den.")
    assert [(p.id, p.relation) for p in table.file.network] == [(row, "nabo")]
    with pytest.raises(UserError, match="Der er ikke mere at fortryde her. Personen bliver stående, for Bodil har "):
        back(table, VAGN)
    assert undo.can_undo(table.desk, VAGN, table.case_id, not_past=BEGUN) is None


@pytest.mark.parametrize("maker", [BODIL, VAGN])
def test_a_goal_another_has_written_under_is_not_taken_back(table: Table, maker: Hand) -> None:
    made = table.add(VAGN, "goal")
    action = table.add(maker, "action", made)
    table.type(BODIL, "action", action, "what", "Ringer")
    with pytest.raises(UserError, match="bliver stående, for Bodil har skrevet i de"):
        back(table, VAGN)
    assert ([g.id for g in table.file.goals], [a.id for a in table.file.actions]) == ([made], [action])


def test_a_referral_under_which_another_has_written_is_not_taken_back(table: Table) -> None:
    referral = table.add(VAGN, "referral")
    table.add(BODIL, "tried", referral, what="Mentor")
    with pytest.raises(UserError, match="Henvisningen bliver stående, for Bodil har skrevet i den."):
        back(table, VAGN)
    assert [r.id for r in table.file.referrals] == [referral]


def test_a_row_another_has_taken_away_is_passed_by_whole(table: Table) -> None:
    """Its words were emptied out of sight, and »Fjernet« was told as a field somebody had written in."""
    row = lists.add(table.desk, VAGN, table.case_id, "next_step", {"who": "Vagn", "what": "Ringer"})
    lists.remove(table.desk, BODIL, table.case_id, "next_step", row)
    with pytest.raises(UserError, match="Der er ikke mere at fortryde her.$"):
        back(table, VAGN)
    back(table)
    assert [(s.who, s.what) for s in table.file.next_steps] == [("Vagn", "Ringer")]
    assert back(table, VAGN) == undo.Undone("Tilføj næste skridt")
    assert table.file.next_steps == ()


def test_a_row_whose_words_another_has_taken_off_again_is_taken_back(table: Table) -> None:
    row = table.add(VAGN, "network_person", who="Gerd")
    table.type(BODIL, "network_person", row, "who", "Gerda")
    table.type(BODIL, "network_person", row, "relation", "nabo")
    back(table), back(table)  # Gerd is Vagn's word once more
    back(table, VAGN), back(table, VAGN)
    assert table.file.network == ()


def test_a_row_in_which_another_is_not_done_with_a_day_is_not_taken_back(table: Table) -> None:
    row = table.add(VAGN, "follow_up")
    table.type(BODIL, "follow_up", row, "date", "3. dec", final=False)
    with pytest.raises(UserError, match="Dagen bliver stående, for Bodil har skrevet i den."):
        back(table, VAGN)
    assert [f.id for f in table.file.follow_ups] == [row]


def test_another_persons_undo_of_their_own_words_gives_mine_back_to_me(table: Table) -> None:
    row = table.add(VAGN, "goal")
    table.type(BODIL, "goal", row, "words", "mine")
    table.type(VAGN, "goal", row, "words", "hans")
    back(table, VAGN)
    assert goal(table, row) == "mine"
    back(table)
    assert goal(table, row) == ""


def test_what_lies_before_a_signature_is_not_undone_and_what_comes_after_is(table: Table) -> None:
    table.yes()
    decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
    assert undo.can_undo(table.desk, VAGN, table.case_id) is None
    row = lists.add(table.desk, VAGN, table.case_id, "goal")
    assert row in {g.id for g in table.file.goals}
    back(table, VAGN)
    assert row not in {g.id for g in table.file.goals}
    with pytest.raises(UserError):
        back(table, VAGN)


def test_a_clock_set_back_does_not_change_which_step_was_the_last(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, other = table.add(VAGN, "goal"), table.add(VAGN, "goal")
    table.type(BODIL, "goal", row, "words", "først")
    yesterday = iter(range(1, 99))
    monkeypatch.setattr(unit_of_work, "uuid7", lambda: f"01900000-00{next(yesterday):02x}-7000-8000-000000000000")
    table.type(BODIL, "goal", other, "words", "sidst")
    back(table)
    assert (goal(table, row), goal(table, other)) == ("først", "")


def test_an_id_follows_the_one_before_whatever_the_clock_says() -> None:
    before, fresh = "01a20650-2468-73b8-ab27-e657aeda7e2e", "01a20650-2467-7fff-8000-000000000000"
    assert before < following(before, fresh) == "01a20650-2469-7fff-8000-000000000000"
    assert following("", fresh) == following(fresh[:-1], fresh) == fresh
    last = "ffffffff-ffff-7000-8000-000000000000"
    assert following(last, fresh) == fresh


class Undoing(RuleBasedStateMachine):
    """Two people write in two fields and undo at random; the model is what each has left to take back."""

    @initialize()
    def sit_down(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.table = set_table(Path(self.folder.name))
        self.rows = [self.table.add(VAGN, "goal"), self.table.add(VAGN, "goal")]
        self.texts: dict[str, list[tuple[Hand | None, str]]] = {row: [(None, "")] for row in self.rows}
        self.steps: dict[str, list[str]] = {BODIL.person_id: [], VAGN.person_id: []}

    def teardown(self) -> None:
        if hasattr(self, "table"):
            self.table.desk.replica.close()
            self.folder.cleanup()

    @rule(hand=sampled_from([BODIL, VAGN]), n=sampled_from([0, 1]), text=sampled_from(WORDS))
    def write(self, hand: Hand, n: int, text: str) -> None:
        row = self.rows[n]
        if goal(self.table, row) == text:
            return
        self.table.type(hand, "goal", row, "words", text)
        self.texts[row].append((hand, text))
        self.steps[hand.person_id].append(row)

    @rule(hand=sampled_from([BODIL, VAGN]))
    def take_back(self, hand: Hand) -> None:
        mine = self.steps[hand.person_id]
        for at in range(len(mine) - 1, -1, -1):
            row = mine[at]
            top = self.texts[row][-1][0]
            if top == hand:
                break
        else:
            return  # nothing of mine stands on top; what lies below (the rows themselves) is left alone here
        back(self.table, hand)
        self.texts[row].pop()
        del mine[at]

    @invariant()
    def what_stands_is_what_the_model_says(self) -> None:
        if hasattr(self, "table"):
            assert [goal(self.table, row) for row in self.rows] == [self.texts[row][-1][1] for row in self.rows]


TestUndoing = Undoing.TestCase
TestUndoing.settings = settings(max_examples=25, stateful_step_count=14, deadline=None)
