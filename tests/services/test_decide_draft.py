# SPDX-License-Identifier: MPL-2.0
"""The draft of an answer: what it lacks, two for one need, loose ends, and whether it has moved on (A2, A3, A10, B6, D6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.answer import SAME_NEED, owes_considerations
from app.domain.errors import UserError
from app.models.kinds import Decision
from app.services import decide
from app.services.decide import answer_facts, has_moved_on, lacking, sign
from tests.services.table import BODIL, PASSWORD, VAGN, Table, set_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


def signed(table: Table) -> Decision:
    decision = table.file.decision
    assert decision is not None
    return decision.decision


class TestWhatLacks:
    def test_nothing_is_asked_before_there_is_an_answer_but_these(self, table: Table) -> None:
        assert lacking(table.file) == ("svar på målgruppe", "begrundelse", "oplysninger", "næste skridt")

    @pytest.mark.parametrize(
        ("answer", "more"),
        [("ja", ("støtte",)), ("nej", ()), ("udskudt", ("dato for svar",)), ("direkte § 85", ())],
    )
    def test_each_of_the_four_answers(self, table: Table, answer: str, more: tuple[str, ...]) -> None:
        table.answer(answer)
        assert lacking(table.file) == more

    def test_put_off_asks_for_a_date(self, table: Table) -> None:
        table.answer("udskudt", until="17-12-2026")
        assert lacking(table.file) == ()

    def test_a_date_that_is_no_date_is_none(self, table: Table) -> None:
        table.answer("udskudt", until="31. februar")
        assert lacking(table.file) == ("dato for svar",)

    def test_82b_asks_for_all_it_takes(self, table: Table) -> None:
        table.answer("ja")
        table.add(BODIL, "support", paragraph="82b")
        assert lacking(table.file) == ("formål", "mål", "startdato", "slutdato", "vej videre")

    def test_82b_complete(self, table: Table) -> None:
        table.yes()
        assert lacking(table.file) == ()

    def test_what_weighed_is_owed_where_the_law_asks_and_is_never_lacking(self, table: Table) -> None:
        """FVL §§ 22 and 24 and A4: it may stand in the reason, so that it points and blocks nobody."""
        assert not owes_considerations(answer_facts(table.file))
        table.yes()
        assert not owes_considerations(answer_facts(table.file))  # a yes gives what was asked for
        table.add(VAGN, "advice", adviser="Anna", text="Vent")
        assert owes_considerations(answer_facts(table.file))
        for answer in ("nej", "direkte § 85", "udskudt"):
            table.single(BODIL, "answer", "target_group", answer)
            table.single(BODIL, "answer", "until", "17-12-2026")
            table.single(BODIL, "answer", "considerations", "\u200b \n")
            assert owes_considerations(answer_facts(table.file))
            assert lacking(table.file) == ()
            table.single(BODIL, "answer", "considerations", "At du selv vil")
            assert not owes_considerations(answer_facts(table.file))

    def test_a_refused_end_lacks(self, table: Table) -> None:
        support = table.yes()
        table.type(BODIL, "support", support, "end", "30-05-2027")
        assert lacking(table.file) == ("slutdato",)

    def test_82a_asks_for_its_period_alone(self, table: Table) -> None:
        table.answer("ja")
        row = table.add(BODIL, "support", paragraph="82a", offer="Gruppe")
        assert lacking(table.file) == ("startdato", "slutdato")
        table.type(BODIL, "support", row, "start", "30-11-2026")
        table.type(BODIL, "support", row, "end", "30-11-2027")
        assert lacking(table.file) == ()

    def test_an_open_offer_is_support_and_asks_for_nothing(self, table: Table) -> None:
        table.answer("ja")
        table.add(BODIL, "support", paragraph="åbent", offer="Cykelværksted")
        assert lacking(table.file) == ()

    def test_a_row_nobody_wrote_in_is_no_support(self, table: Table) -> None:
        table.answer("ja")
        table.add(BODIL, "support")
        assert lacking(table.file) == ("støtte",)

    def test_a_support_on_no_paragraph_is_not_granted(self, table: Table) -> None:
        table.yes()
        table.add(BODIL, "support", offer="Noget mere")
        assert "støtte" in lacking(table.file)

    @pytest.mark.parametrize(
        ("kind", "name", "word"),
        [("answer", "reason", "begrundelse"), ("answer", "facts", "oplysninger"), ("plan", "purpose", "formål")],
    )
    def test_blanks_are_no_words(self, table: Table, kind: str, name: str, word: str) -> None:
        table.yes()
        table.single(BODIL, kind, name, " \n ")
        assert lacking(table.file) == (word,)

    @pytest.mark.parametrize("missing", ["who", "what", "by"])
    def test_a_next_step_has_who_what_and_by(self, table: Table, missing: str) -> None:
        table.answer("nej")
        table.type(VAGN, "next_step", table.file.next_steps[0].id, missing, "")
        assert lacking(table.file) == ("næste skridt",)

    def test_a_question_holds_the_signature_until_it_is_met(self, table: Table) -> None:
        table.yes()
        asked = table.add(VAGN, "question", text="Kan rammen også bruges om lørdagen?")
        assert lacking(table.file) == ("svar på vejlederens spørgsmål",)
        with pytest.raises(UserError, match="svar på vejlederens spørgsmål"):
            sign(table.desk, BODIL, table.case_id, PASSWORD)
        table.type(BODIL, "question", asked, "answer", "Ja.")
        assert lacking(table.file) == ()
        table.type(BODIL, "question", asked, "answer", "")
        table.type(BODIL, "question", asked, "seen", "ja")
        assert lacking(table.file) == ()

    def test_a_question_with_no_words_holds_nothing(self, table: Table) -> None:
        table.yes()
        table.add(VAGN, "question")
        assert lacking(table.file) == ()

    def test_nothing_else_is_ever_asked_for(self, table: Table) -> None:
        """No CPR number, consent, resources, day to meet or read-back (cases/README.md)."""
        table.yes()
        table.single(VAGN, "story", "read_back", "ret det")
        file = table.file
        assert (file.identifier, file.consents, file.story.resources, file.follow_ups) == (None, (), "", ())
        assert sign(table.desk, BODIL, table.case_id, PASSWORD)


class TestMovedOn:
    @pytest.fixture(autouse=True)
    def _signed(self, table: Table) -> None:
        table.yes()
        sign(table.desk, BODIL, table.case_id, PASSWORD)

    def test_just_signed_it_has_not(self, table: Table) -> None:
        assert not has_moved_on(table.file)

    @pytest.mark.parametrize(
        "change",
        [
            lambda t: t.single(BODIL, "answer", "reason", "En anden grund"),
            lambda t: t.single(BODIL, "answer", "target_group", "nej"),
            lambda t: t.single(BODIL, "plan", "purpose", "Noget andet"),
            lambda t: t.single(BODIL, "plan", "provisional_until", "17-12-2026"),
            lambda t: t.single(VAGN, "story", "want", "Noget helt andet"),
            lambda t: t.type(BODIL, "support", t.file.support[0].id, "end", "01-05-2027"),
            lambda t: t.type(BODIL, "support", t.file.support[0].id, "end", "vrøvl"),
            lambda t: t.type(VAGN, "goal", t.file.goals[0].id, "goal", "Et andet mål"),
            lambda t: t.add(VAGN, "milestone", t.file.goals[0].id, text="Et delmål"),
            lambda t: t.add(VAGN, "action", t.file.goals[0].id, owner="borger", who="Magnus", what="Går"),
            lambda t: t.add(VAGN, "next_step", who="Magnus", what="Finder sit buskort", by="30-11-2026"),
            lambda t: t.add(VAGN, "bridge", text="Rasmus"),
            lambda t: t.add(BODIL, "support", paragraph="åbent", offer="Cykelværksted"),
        ],
    )
    def test_what_was_decided_is_changed(self, table: Table, change: Callable[[Table], object]) -> None:
        before = signed(table)
        change(table)
        assert has_moved_on(table.file)
        assert signed(table) == before

    @pytest.mark.parametrize(
        "change",
        [
            lambda t: t.single(BODIL, "notes", "bestiller", "Husk"),
            lambda t: t.single(VAGN, "story", "read_back", "det er mine ord"),
            lambda t: t.type(VAGN, "goal", t.file.goals[0].id, "now_citizen", "4"),
            lambda t: t.type(VAGN, "goal", t.file.goals[0].id, "theme", "Håndtere post"),
            lambda t: t.add(VAGN, "question", text="Hvad så nu?"),
            lambda t: t.add(VAGN, "next_step"),
            lambda t: t.add(BODIL, "support"),
        ],
    )
    def test_what_is_no_part_of_it(self, table: Table, change: Callable[[Table], object]) -> None:
        change(table)
        assert not has_moved_on(table.file)

    def test_put_back_it_is_the_decision_again(self, table: Table) -> None:
        table.single(BODIL, "answer", "reason", "En anden grund")
        table.single(BODIL, "answer", "reason", "Fordi")
        assert not has_moved_on(table.file)


class TestSameNeed:
    def support(self, table: Table, paragraph: str, offer: str, need: str) -> str:
        return table.add(
            BODIL, "support", paragraph=paragraph, offer=offer, need=need, start="30-11-2026", end="01-02-2027"
        )

    def test_the_second_names_the_first_and_asks_why(self, table: Table) -> None:
        table.yes()
        self.support(table, "82b", "Støtte hjemme", "Komme ud")
        second = self.support(table, "82a", "Gå-gruppe", "komme UD ")
        file = table.file
        found = decide.same_need(file.support[-1], file)
        assert found is not None
        assert found.offer == "Støtte hjemme"
        assert decide.same_need(file.support[1], file) is None
        assert lacking(file) == (SAME_NEED,)  # said on the quiet line, before any password
        with pytest.raises(UserError, match="grund til to indsatser"):
            sign(table.desk, BODIL, table.case_id, PASSWORD)
        table.type(BODIL, "support", second, "same_need_reason", "Gruppen tager over efter nytår")
        assert lacking(table.file) == ()
        assert sign(table.desk, BODIL, table.case_id, PASSWORD)

    @pytest.mark.parametrize(
        ("paragraph", "need"), [("åbent", "Komme ud"), ("82a", ""), ("82a", "  "), ("82a", "Post")]
    )
    def test_what_is_no_second_for_the_same_need(self, table: Table, paragraph: str, need: str) -> None:
        self.support(table, "82b", "Støtte hjemme", "Komme ud")
        self.support(table, paragraph, "Noget andet", need)
        file = table.file
        assert all(decide.same_need(s, file) is None for s in file.support)

    def test_the_same_offer_in_another_period_is_no_second(self, table: Table) -> None:
        self.support(table, "82b", "Støtte hjemme", "Komme ud")
        again = self.support(table, "82b", "støtte hjemme ", "Komme ud")
        table.type(BODIL, "support", again, "end", "15-02-2027")
        assert all(decide.same_need(s, table.file) is None for s in table.file.support)

    def test_the_very_same_twice_asks_why(self, table: Table) -> None:
        table.yes()
        self.support(table, "82b", "Støtte hjemme", "Komme ud")
        self.support(table, "82b", "støtte hjemme ", "Komme ud")
        assert lacking(table.file) == (SAME_NEED,)

    def test_what_is_not_granted_asks_for_no_reason(self, table: Table) -> None:
        table.answer("nej")
        self.support(table, "82b", "Støtte hjemme", "Komme ud")
        self.support(table, "82a", "Gå-gruppe", "Komme ud")
        assert sign(table.desk, BODIL, table.case_id, PASSWORD)


class TestOrphans:
    def test_a_chain_with_no_loose_ends(self, table: Table) -> None:
        assert decide.orphans(table.file) == ()
        goal = table.add(VAGN, "goal", goal="Kan")
        assert decide.orphans(table.file) == (
            "målene mangler et formål at hænge på",
            "mål 1 har ingen handling og intet tegn på, at det er nået",
        )
        table.single(BODIL, "plan", "purpose", "Kommer ud")
        table.add(VAGN, "action", goal, owner="borger")
        assert decide.orphans(table.file) == (
            "mål 1 har ingen handling og intet tegn på, at det er nået",
        )  # a line that says nothing to be done is none
        table.add(VAGN, "action", goal, owner="borger", who="Magnus", what="Går")
        assert decide.orphans(table.file) == ("mål 1 har intet tegn på, at det er nået",)
        table.type(VAGN, "goal", goal, "done_when", "Har gået fire uger i træk")
        assert decide.orphans(table.file) == ()
