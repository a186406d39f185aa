# SPDX-License-Identifier: MPL-2.0
"""Typing: a value or a draft with its reason, never lost, never corrected (promise 3; rows B1, B2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.dates import format_numeric
from app.domain.errors import UserError
from app.domain.periods import last_permitted_day
from app.models.kinds import Support
from app.services import edit, lists
from app.store.unit_of_work import new_step
from tests.services.table import BODIL, VAGN, Table, set_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


@pytest.fixture
def support_id(table: Table) -> str:
    return table.add(BODIL, "support", paragraph="82b", offer="Støtte")


def support(table: Table) -> Support:
    return table.file.support[0]


def draft(table: Table, record_id: str, name: str) -> tuple[str, str] | None:
    found = table.file.drafts.get((record_id, name))
    return None if found is None else (found.text, found.because)


class TestTheWall:
    @pytest.mark.parametrize(
        ("start", "last"),
        [  # domain.md § 9.3
            ("2026-11-30", "2027-05-29"),
            ("2026-11-26", "2027-05-25"),
            ("2026-08-31", "2027-02-28"),
            ("2026-08-29", "2027-02-28"),
            ("2027-08-31", "2028-02-29"),
            ("2027-08-29", "2028-02-28"),
            ("2028-02-29", "2028-08-28"),
            ("2026-03-31", "2026-09-30"),
            ("2026-12-31", "2027-06-30"),
        ],
    )
    def test_the_last_day_is_taken_and_one_day_more_is_not(
        self, table: Table, support_id: str, start: str, last: str
    ) -> None:
        wall = date.fromisoformat(last)
        table.type(BODIL, "support", support_id, "start", start)
        assert table.type(BODIL, "support", support_id, "end", last).accepted
        assert support(table).end == wall
        over = (wall + timedelta(days=1)).isoformat()
        refused = table.type(BODIL, "support", support_id, "end", over)
        assert not refused.accepted
        assert "senest" in refused.because
        assert support(table).end is None
        assert draft(table, support_id, "end") == (over, refused.because)

    def test_a_group_has_no_wall(self, table: Table) -> None:
        row = table.add(BODIL, "support", paragraph="82a", offer="Gruppe", start="30-11-2026", end="30-11-2028")
        assert support(table).id == row
        assert support(table).end == date(2028, 11, 30)

    @pytest.mark.parametrize("paragraph", ["82b", "82a", "åbent"])
    def test_no_support_ends_before_it_begins(self, table: Table, paragraph: str) -> None:
        table.add(BODIL, "support", paragraph=paragraph, start="30-11-2026", end="29-11-2026")
        assert support(table).end is None

    def test_end_typed_first_is_judged_when_the_start_comes(self, table: Table, support_id: str) -> None:
        assert table.type(BODIL, "support", support_id, "end", "1. juni 2027").accepted
        assert support(table).end == date(2027, 6, 1)
        assert table.type(BODIL, "support", support_id, "start", "30-11-2026").accepted
        assert (support(table).start, support(table).end) == (date(2026, 11, 30), None)
        kept = draft(table, support_id, "end")
        assert kept is not None
        assert kept[0] == "1. juni 2027"
        assert "senest 29. maj 2027" in kept[1]

    def test_start_moved_later_lets_a_refused_end_in(self, table: Table, support_id: str) -> None:
        table.type(BODIL, "support", support_id, "start", "31-08-2026")
        assert not table.type(BODIL, "support", support_id, "end", "01-03-2027").accepted
        assert support(table).end is None
        table.type(BODIL, "support", support_id, "start", "02-09-2026")
        assert support(table).end == date(2027, 3, 1)
        assert draft(table, support_id, "end") is None

    def test_start_moved_earlier_puts_the_end_out_again(self, table: Table, support_id: str) -> None:
        table.type(BODIL, "support", support_id, "start", "02-09-2026")
        table.type(BODIL, "support", support_id, "end", "01-03-2027")
        table.type(BODIL, "support", support_id, "start", "31-08-2026")
        assert support(table).end is None
        kept = draft(table, support_id, "end")
        assert kept is not None
        assert "senest 28. februar 2027" in kept[1]

    def test_a_paragraph_chosen_last_is_judged_too(self, table: Table) -> None:
        row = table.add(BODIL, "support", offer="Støtte", start="30-11-2026", end="30-11-2027")
        assert support(table).end == date(2027, 11, 30)
        assert table.type(BODIL, "support", row, "paragraph", "82b").accepted
        assert support(table).end is None
        assert draft(table, row, "end") is not None
        table.type(BODIL, "support", row, "paragraph", "82a")
        assert support(table).end == date(2027, 11, 30)


class TestNothingTypedIsLost:
    @pytest.mark.parametrize("final", [True, False])
    @pytest.mark.parametrize("text", ["31. februar 2027", "engang i maj", "2027-13-01", "0", "😀"])
    def test_text_that_is_no_date_is_kept_and_the_value_is_empty(
        self, table: Table, support_id: str, text: str, final: bool
    ) -> None:
        table.type(BODIL, "support", support_id, "start", "30-11-2026")
        written = table.type(BODIL, "support", support_id, "start", text, final=final)
        assert written.accepted is not final
        assert support(table).start is None
        assert draft(table, support_id, "start") == (text, written.because)

    def test_half_typed_becomes_a_value_when_left(self, table: Table, support_id: str) -> None:
        for typed in ("3", "30", "30-11", "30-11-2026"):
            table.type(BODIL, "support", support_id, "start", typed, final=False)
            assert support(table).start is None
        table.type(BODIL, "support", support_id, "start", "30-11-2026")
        assert support(table).start == date(2026, 11, 30)

    @pytest.mark.parametrize("final", [True, False])
    def test_writing_a_start_keeps_what_is_typed_as_end(self, table: Table, support_id: str, final: bool) -> None:
        table.type(BODIL, "support", support_id, "start", "30-11-2026")
        table.type(BODIL, "support", support_id, "end", "hen på sommeren")
        for start in ("01-12-2026", "i overmorgen", "vrøvl", ""):
            table.type(BODIL, "support", support_id, "start", start, final=final)
            kept = draft(table, support_id, "end")
            assert kept is not None
            assert kept[0] == "hen på sommeren"

    @pytest.mark.parametrize("final", [True, False])
    def test_writing_an_end_keeps_what_is_typed_as_start(self, table: Table, support_id: str, final: bool) -> None:
        table.type(BODIL, "support", support_id, "end", "29-05-2027")
        table.type(BODIL, "support", support_id, "start", "når bussen kører")
        for end in ("28-05-2027", "vrøvl", ""):
            table.type(BODIL, "support", support_id, "end", end, final=final)
            kept = draft(table, support_id, "start")
            assert kept is not None
            assert kept[0] == "når bussen kører"
            assert kept[1]

    def test_an_emptied_field_is_empty_and_no_draft(self, table: Table, support_id: str) -> None:
        table.type(BODIL, "support", support_id, "start", "vrøvl")
        assert table.type(BODIL, "support", support_id, "start", "  ").accepted
        assert draft(table, support_id, "start") is None
        assert support(table).start is None

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["start", "end", "paragraph"]),
                st.sampled_from(["30-11-2026", "31-08-2026", "01-03-2027", "29-05-2027", "30-11-2028", "vrøvl", ""]),
                st.booleans(),
            ),
            max_size=8,
        )
    )
    def test_whatever_is_typed_in_whatever_order(self, table: Table, typed: list[tuple[str, str, bool]]) -> None:
        """The last text of each half is on the record as value or draft, and no value breaks the wall."""
        row = table.add(BODIL, "support", paragraph="82b")
        last = {"start": "", "end": ""}
        for name, text, final in typed:
            if name == "paragraph":
                table.type(BODIL, "support", row, name, "82a" if final else "82b")
            else:
                table.type(BODIL, "support", row, name, text, final=final)
                last[name] = text
        stands = next(s for s in table.file.support if s.id == row)
        for name, text in last.items():
            value, kept = getattr(stands, name), draft(table, row, name)
            shown = kept[0] if kept else format_numeric(value) if value else ""
            assert shown in (text, _as_shown(text))
            assert value is None or kept is None
        if stands.paragraph == "82b" and stands.start and stands.end:
            assert stands.start <= stands.end <= last_permitted_day(stands.start)


def _as_shown(text: str) -> str:
    """How a value put out again by the wall is written in its field."""
    return {
        "30-11-2026": "30. november 2026",
        "31-08-2026": "31. august 2026",
        "01-03-2027": "1. marts 2027",
        "29-05-2027": "29. maj 2027",
        "30-11-2028": "30. november 2028",
    }.get(text, text)


class TestReading:
    @pytest.mark.parametrize(
        ("kind", "name", "text", "value"),
        [
            ("answer", "target_group", "Direkte § 85", "direkte § 85"),
            ("answer", "target_group", "JA", "ja"),
            ("answer", "until", "17/12-26", date(2026, 12, 17)),
            ("answer", "reason", "  som skrevet \n", "  som skrevet \n"),
            ("story", "read_back", "ret det", "ret det"),
        ],
    )
    def test_what_a_text_stands_for(self, table: Table, kind: str, name: str, text: str, value: object) -> None:
        assert table.single(BODIL, kind, name, text).accepted
        assert getattr(getattr(table.file, kind), name) == value

    @pytest.mark.parametrize(
        ("kind", "name", "text"), [("answer", "target_group", "måske"), ("story", "read_back", "tja")]
    )
    def test_a_choice_there_is_not_is_kept_as_typed(self, table: Table, kind: str, name: str, text: str) -> None:
        written = table.single(BODIL, kind, name, text)
        assert not written.accepted
        assert written.because.startswith("Vælg mellem ")
        assert getattr(getattr(table.file, kind), name) == ""
        assert [d.text for d in table.file.drafts.values()] == [text]

    @pytest.mark.parametrize(("text", "value"), [("0", 0), (" 10 ", 10), ("", None)])
    def test_a_scale_goes_from_0_to_10(self, table: Table, text: str, value: int | None) -> None:
        goal = table.add(VAGN, "goal", goal="Kan")
        assert table.type(VAGN, "goal", goal, "now_citizen", text).accepted
        assert table.file.goals[0].now_citizen == value

    @pytest.mark.parametrize("text", ["11", "-1", "7,5", "syv", "٣"])
    def test_a_number_off_the_scale_is_no_value(self, table: Table, text: str) -> None:
        goal = table.add(VAGN, "goal", goal="Kan")
        assert not table.type(VAGN, "goal", goal, "hoped", text).accepted
        assert table.file.goals[0].hoped is None


class TestPens:
    @pytest.mark.expects_log("app.store", "WARNING", "vejleder may not write answer.reason")
    def test_the_vejleder_writes_no_answer(self, table: Table) -> None:
        with pytest.raises(UserError, match="kun skrives af bestilleren"):
            table.single(VAGN, "answer", "reason", "Fordi jeg siger det")
        assert table.file.answer.reason == ""
        assert table.refusals() == [("vagn", "vejleder", "answer.reason")]

    @pytest.mark.expects_log("app.store", "WARNING", "vejleder may not write support.end")
    def test_not_even_a_draft_of_one(self, table: Table, support_id: str) -> None:
        with pytest.raises(UserError, match="kun skrives af bestilleren"):
            table.type(VAGN, "support", support_id, "end", "vrøvl")
        assert draft(table, support_id, "end") is None

    @pytest.mark.expects_log("app.store", "WARNING", "bestiller may not write goal.goal")
    def test_the_bestiller_writes_no_professional_goal(self, table: Table) -> None:
        goal = table.add(VAGN, "goal", goal="Kan")
        with pytest.raises(UserError, match="kun skrives af vejlederen"):
            table.type(BODIL, "goal", goal, "goal", "Skal")

    def test_the_citizens_words_are_written_by_either(self, table: Table) -> None:
        table.single(BODIL, "story", "want", "Jeg vil ud")
        table.single(VAGN, "story", "think", "Det er bussen")
        hands = {name: w.hand for (_, name), w in table.file.hands.items() if name in ("want", "think")}
        assert hands == {"want": BODIL, "think": VAGN}


class TestNumbers:
    def write(self, table: Table, text: str, *, final: bool = True) -> edit.Written:
        step = new_step("skriv")
        return edit.write_number(table.desk, VAGN, table.case_id, table.citizen_id, text, step, final=final)

    def test_a_number_is_read_and_gives_the_birthday(self, table: Table) -> None:
        assert self.write(table, "050490-9995").accepted
        assert [i.value for i in table.file.identifiers] == ["0504909995"]
        assert table.file.citizen.birth_date == date(1990, 4, 5)

    def test_half_a_number_is_kept_and_is_none(self, table: Table) -> None:
        assert self.write(table, "050490", final=False).accepted
        assert not self.write(table, "050490").accepted
        assert table.file.identifier is None
        assert draft(table, table.citizen_id, "value") is not None

    def test_a_number_written_wrong_today_is_corrected_not_followed(self, table: Table) -> None:
        self.write(table, "050490-9989")
        self.write(table, "050490-9995")
        assert [i.value for i in table.file.identifiers] == ["0504909995"]


def test_a_referral_received_on_the_5th_of_november_was_received_this_year(table: Table) -> None:
    referral_id = lists.add(table.desk, VAGN, table.case_id, "referral", None)
    table.type(VAGN, "referral", referral_id, "date", "5/11")
    assert table.file.referrals[0].date == date(2026, 11, 5)
    table.type(VAGN, "referral", referral_id, "date", "5-11-2019")
    assert table.file.referrals[0].date == date(2019, 11, 5)  # a year that is written is never corrected


@pytest.mark.parametrize("typed", ["25. november 2026", "1/1-2020"])
def test_a_purpose_to_be_clarified_by_a_day_that_has_gone_is_kept_as_typed_and_told(table: Table, typed: str) -> None:
    """It was taken, and a plan would have said "Vi gør det klarere senest 1. januar 2020"."""
    plan = table.file.plan.id
    told = table.type(BODIL, "plan", plan, "provisional_until", typed)
    assert told.because == "Den dag er gået. Skriv den dag, formålet senest bliver afklaret."
    assert table.file.plan.provisional_until is None
    assert draft(table, plan, "provisional_until") == (typed, told.because)
    today = format_numeric(table.desk.today())
    assert table.type(BODIL, "plan", plan, "provisional_until", today).accepted


@pytest.mark.parametrize("typed", ["27-11-2026", "24. december 2026"])
def test_a_day_a_referral_came_that_has_not_come_is_told_and_kept(table: Table, typed: str) -> None:
    """Next Christmas Eve was taken in silence as the day a referral had come."""
    referral = table.add(VAGN, "referral", sender="Jobcenter Nord")
    told = table.type(VAGN, "referral", referral, "date", typed)
    assert told.because.endswith("er ikke kommet endnu. Skriv den dag, det skete.")
    assert table.file.referrals[0].date is None
    assert draft(table, referral, "date") == (typed, told.because)
    assert table.type(VAGN, "referral", referral, "date", "26-11-2026").accepted
