# SPDX-License-Identifier: MPL-2.0
"""What is brought to another system by hand: seen as sent, seen as changed, noted, and never typed twice (G6, D2)."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar, Event

from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.fields import Value, fields_of
from app.models.kinds import KINDS, MUNICIPALITY
from app.papers.clipboard import LIVES_ON, WAY_LIVES_ON, Block, Entry, copied
from app.papers.decided import as_signed
from app.services import edit, history, lists, send_on, sending, settings, undo
from app.services.decide import sign
from app.store import queries
from app.store.unit_of_work import new_step
from tests.services.reported import set_clock
from tests.services.table import BODIL, PASSWORD, VAGN, Table, lay_script, seat, set_table

SCRIPT = Path(__file__).parents[1] / "data" / "cases" / "moede-1-bussen.json"

OLE = Hand("ole", "Ole Olsen", Role.BESTILLER)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    settings.load_municipality(made.desk, BODIL, "Øvelse Kommune")
    made.yes()
    made.add(VAGN, "follow_up", date="14-01-2027")
    yield made
    made.desk.replica.close()


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Table]:
    made = lay_script(tmp_path, json.loads(SCRIPT.read_text(encoding="utf-8")))
    yield made
    made.desk.replica.close()


def board(table: Table) -> sending.Board:
    return sending.board(table.desk, table.file)


def entries(table: Table) -> list[Entry]:
    return [line.entry for _, lines in board(table).blocks for line in lines]


def line(table: Table, label: str) -> sending.Line:
    return next(line for _, lines in board(table).blocks for line in lines if line.entry.label == label)


def access(table: Table) -> list[str]:
    return [one.action for one in queries.access_lines(table.desk.replica, table.case_id)]


class TestRetyped:
    def test_not_one_fact_of_a_whole_meeting_is_left_to_be_typed_again(self, meeting: Table) -> None:
        """Every value that was typed at the table stands in a text that can be copied. The count of those that do not: nil."""
        texts = "\n".join(one.text for one in entries(meeting))
        typed = [text for kind, text in typed_values(meeting) if kind != "notes"]
        assert len(typed) > 60
        assert [text for text in typed if text not in texts] == []

    def test_nor_anything_more_than_once(self, meeting: Table) -> None:
        keys = [one.key for one in entries(meeting)]
        assert len(keys) == len(set(keys))

    def test_a_referral_that_came_by_file_is_copied_as_it_came(self, table: Table) -> None:
        referral = table.add(VAGN, "referral", sender="Jobcenter Fredericia")
        table.add(VAGN, "tried", referral, what="Virksomhedspraktik", outcome="delvist", citizen_says="lykkedes")
        assert line(table, "Prøvet 1").entry.text == "Virksomhedspraktik · delvist · borgeren siger: lykkedes"


def typed_values(table: Table) -> Iterator[tuple[str, str]]:
    """Every text somebody has typed on the case, from the rows themselves."""
    db = table.desk.replica.connection
    for kind, cls in KINDS.items():
        if kind in ("decision", "paper", "sent", "offer", "municipality", "competence", "same_citizen", "informed"):
            continue
        names = [info.name for info in copied(cls) if info.type is str and info.values is None]
        columns = ", ".join(f'"{name}"' for name in names)
        if not names:
            continue
        for row in db.execute(f"SELECT {columns} FROM rec_{kind} WHERE NOT removed"):
            yield from ((kind, str(text).strip()) for text in row if text and str(text).strip())


class TestTheAnswer:
    """F8 copied an unsigned »nej« over a signed yes, and nothing said that it was a draft."""

    def block(self, table: Table, name: str) -> Block:
        return next(block for block, _ in board(table).blocks if block.name == name)

    def test_what_is_not_signed_is_named_a_draft_also_in_what_is_pasted(self, table: Table) -> None:
        assert self.block(table, "Svar").title == "Svar (udkast – ikke afgjort)"
        assert line(table, "I målgruppen?").entry.text == "ja (udkast – ikke afgjort)"
        assert line(table, "Støtte 1").entry.text.endswith("(udkast – ikke afgjort)")
        assert self.block(table, "Mål").title == "Mål 1"

    def test_over_a_signed_answer_the_signed_one_is_copied(self, table: Table) -> None:
        def answer() -> list[Entry]:
            return [*self.block(table, "Svar").entries, *self.block(table, "Støtte").entries]

        sign(table.desk, BODIL, table.case_id, PASSWORD)
        before = answer()
        assert "udkast" not in " ".join(one.text for one in before)
        assert self.block(table, "Svar").title == "Svar"
        (row,) = table.file.support
        table.answer("nej")
        table.single(BODIL, "answer", "reason", "En anden grund")
        table.type(BODIL, "support", row.id, "frame", "Hver dag")
        assert answer() == before
        assert self.block(table, "Svar").title == "Svar (som afgjort – udkastet er ændret siden)"
        lists.remove(table.desk, BODIL, table.case_id, "support", row.id)
        assert answer() == before, "also where the row itself is gone"

    def test_what_no_signature_would_take_changes_nothing(self, table: Table) -> None:
        """It said »udkastet er ændret siden« over an empty row, and over a row left standing under a no."""
        table.add(BODIL, "support", paragraph="")
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert (self.block(table, "Svar").title, self.block(table, "Støtte").title) == ("Svar", "Støtte")
        table.add(BODIL, "support", paragraph="")
        assert self.block(table, "Støtte").title == "Støtte"
        table.answer("nej")
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert not [block.title for block, _ in board(table).blocks if "ændret siden" in block.title]

    def test_only_what_is_drafted_anew_says_so(self, table: Table) -> None:
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        table.type(BODIL, "support", table.file.support[0].id, "frame", "Hver dag")
        assert self.block(table, "Svar").title == "Svar"
        assert self.block(table, "Støtte").title == "Støtte (som afgjort – udkastet er ændret siden)"

    def test_what_lives_on_after_the_answer_says_so_where_it_is_another(self, table: Table) -> None:
        """Goals and next steps stood as they are now beside an answer as it was signed, and nothing told the two apart."""

        def noted() -> list[str]:
            return [block.title for block, _ in board(table).blocks if LIVES_ON in block.title]

        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert not noted()
        first = table.file.goals[0].id
        table.type(VAGN, "goal", first, "now_citizen", "7")
        assert not noted(), "the scale is asked again at each follow-up"
        table.type(VAGN, "goal", first, "done_when", "Kan det selv")
        table.add(VAGN, "next_step", what="Ringe", who="Vagn")
        table.add(VAGN, "bridge", text="Fitness")
        assert noted() == ["Mål 1 (ændret siden svaret)", f"Støtte ({WAY_LIVES_ON})", "Aftaler (ændret siden svaret)"]
        table.add(VAGN, "goal", words="Et nyt mål")
        assert noted()[-2].startswith("Mål ") or "Mål 2 (ændret siden svaret)" in noted()
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert not noted()

    def test_what_was_copied_as_a_draft_waits_again_once_it_is_signed(self, table: Table) -> None:
        sending.copied(table.desk, BODIL, table.case_id, entries(table))
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert line(table, "I målgruppen?").changed
        assert line(table, "Begrundelse").quiet

    def test_a_decision_from_before_its_rows_were_named_finds_them_by_what_they_say(self, table: Table) -> None:
        sign(table.desk, BODIL, table.case_id, PASSWORD)
        file = table.file
        assert file.decision is not None
        told = json.loads(file.decision.decision.content)
        for one in told["support"]:
            del one["id"]
        old = replace(file.decision.decision, content=json.dumps(told))
        made = as_signed(replace(file, decisions=(replace(file.decision, decision=old),)))
        assert made.support == file.support

    def test_what_asks_a_colleague_to_decide_is_no_text_of_the_case(self, table: Table) -> None:
        seat(table.desk.replica, OLE)
        settings.set_competence(table.desk, BODIL, "bodil", "82b", grants=True, weeks=4)
        send_on.send_on(table.desk, BODIL, table.case_id, "ole")
        assert not [one for one in entries(table) if "beder dig" in one.text]


class TestWhatWasSent:
    def test_a_copied_text_is_quiet_until_it_changes(self, table: Table) -> None:
        assert line(table, "Formål") == sending.Line(line(table, "Formål").entry)
        sending.copied(table.desk, BODIL, table.case_id, [line(table, "Formål").entry])
        sent = line(table, "Formål")
        assert (sent.quiet, sent.by, sent.sent_at) == (True, "Bodil Bestiller", table.desk.clock())
        table.single(BODIL, "plan", "purpose", "Kommer rundt alene")
        assert (line(table, "Formål").changed, line(table, "Formål").quiet) == (True, False)
        sending.copied(table.desk, VAGN, table.case_id, [line(table, "Formål").entry])
        assert line(table, "Formål").by == "Vagn Vejleder"

    def test_a_text_written_back_as_it_was_is_quiet_again(self, table: Table) -> None:
        sending.copied(table.desk, BODIL, table.case_id, [line(table, "Formål").entry])
        table.single(BODIL, "plan", "purpose", "Noget andet")
        table.single(BODIL, "plan", "purpose", "Kommer rundt på egen hånd")
        assert line(table, "Formål").quiet

    def test_the_count_of_what_waits_goes_to_nil(self, table: Table) -> None:
        assert board(table).waiting == len(entries(table)) > 10
        sending.copied(table.desk, BODIL, table.case_id, entries(table))
        assert board(table).waiting == 0

    def test_what_was_sent_and_is_gone_is_told(self, table: Table) -> None:
        sending.copied(table.desk, BODIL, table.case_id, entries(table))
        lists.remove(table.desk, VAGN, table.case_id, "bridge", table.file.bridges[0].id)
        assert board(table).gone == ("Vej videre 1",)

    def test_what_the_order_leaves_out_is_not_told_as_gone(self, table: Table) -> None:
        sending.copied(table.desk, BODIL, table.case_id, entries(table))
        set_order(table, "Formål")
        assert [block.name for block, _ in board(table).blocks] == ["Formål"]
        assert board(table).gone == ()

    def test_an_order_with_a_block_there_is_none_of_stays_a_draft(self, table: Table) -> None:
        written = set_order(table, "Formål\nHest")
        assert not written.accepted
        assert "Hest" in written.because

    def test_the_words_themselves_are_not_kept_twice(self, table: Table) -> None:
        table.single(VAGN, "story", "want", "Ord kun ét sted")
        sending.copied(table.desk, BODIL, table.case_id, entries(table))
        assert "Ord kun" not in table.file.sent[0].content

    def test_it_is_noted_and_told_and_not_undone(self, table: Table) -> None:
        sending.copied(table.desk, BODIL, table.case_id, entries(table))
        assert access(table)[0] == "kopieret"
        assert history.looks(table.desk, BODIL, table.case_id)[0].what == "kopierede felter til fagsystemet"
        assert history.told(table.desk, BODIL, table.case_id)[0].what == "Sendt til et andet system"
        assert undo.can_undo(table.desk, BODIL, table.case_id) != "Kopiér til fagsystemet"

    def test_the_adviser_and_the_leder_do_not_copy(self, table: Table) -> None:
        for role in (Role.LEDER, Role.RAADGIVER):
            with pytest.raises(UserError):
                sending.copied(table.desk, Hand("x", "X", role), table.case_id, entries(table))
        assert table.file.sent == ()


def set_order(table: Table, text: str) -> edit.Written:
    value: Value = text
    assert fields_of(KINDS["municipality"])["clipboard_order"].default == ""
    return edit.write_text(
        table.desk, BODIL, MUNICIPALITY, "municipality", MUNICIPALITY, "clipboard_order", str(value), new_step("x")
    )


class TestCalendar:
    def days(self, path: Path) -> list[Event]:
        return list(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))

    def test_a_day_is_a_whole_day_with_nobodys_name_in_it(self, table: Table, tmp_path: Path) -> None:
        out = tmp_path / "dage.ics"
        assert sending.save_calendar(table.desk, VAGN, table.case_id, out) == 1
        (event,) = self.days(out)
        assert event["DTSTART"].dt == date(2027, 1, 14)
        assert str(event["SUMMARY"]) == f"Opfølgning {table.file.case.number}"
        text = "\n".join(line for line in out.read_text(encoding="utf-8").splitlines() if not line.startswith("UID"))
        assert not any(word in text for word in ("Magnus", "Lauridsen", "Vejleder", "318"))
        assert access(table)[0] == "i kalender"

    def test_initials_only_when_they_are_asked_for(self, table: Table, tmp_path: Path) -> None:
        out = tmp_path / "dage.ics"
        sending.save_calendar(table.desk, VAGN, table.case_id, out, with_initials=True)
        assert str(self.days(out)[0]["SUMMARY"]).endswith("(ML)")

    def test_a_moved_day_keeps_its_uid_and_counts_as_newer(self, table: Table, tmp_path: Path) -> None:
        first, second = tmp_path / "1.ics", tmp_path / "2.ics"
        sending.save_calendar(table.desk, VAGN, table.case_id, first)
        set_clock(table, date(2026, 12, 1))
        table.type(VAGN, "follow_up", table.file.follow_ups[0].id, "date", "21-01-2027")
        sending.save_calendar(table.desk, VAGN, table.case_id, second)
        (before,), (after,) = self.days(first), self.days(second)
        assert before["UID"] == after["UID"]
        assert after["SEQUENCE"] > before["SEQUENCE"]
        assert after["DTSTART"].dt == date(2027, 1, 21)

    def test_no_day_is_no_file(self, table: Table, tmp_path: Path) -> None:
        lists.remove(table.desk, VAGN, table.case_id, "follow_up", table.file.follow_ups[0].id)
        with pytest.raises(UserError, match="ingen dag"):
            sending.save_calendar(table.desk, VAGN, table.case_id, tmp_path / "dage.ics")
        assert not (tmp_path / "dage.ics").exists()


class TestTable:
    def test_it_holds_the_same_texts_and_a_formula_is_a_text(self, table: Table, tmp_path: Path) -> None:
        table.single(BODIL, "plan", "purpose", '=HYPERLINK("http://x.dk")')
        out = tmp_path / "sag.xlsx"
        sending.save_table(table.desk, BODIL, table.case_id, out)
        with zipfile.ZipFile(out) as parts:
            texts = parts.read("xl/sharedStrings.xml").decode()
            sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "HYPERLINK" in texts
        assert "<f>" not in sheet
        assert all(one.label in texts for one in entries(table))
        assert access(table)[0] == "taget ud"

    def test_a_text_longer_than_a_cell_takes_goes_on_in_the_next_line(self, table: Table, tmp_path: Path) -> None:
        """Excel takes 32,767 in a cell and counts some characters as two; what is more was cut without a word."""
        long = "😀langt " * 9000
        table.single(BODIL, "notes", "bestiller", long)
        out = tmp_path / "sag.xlsx"
        sending.save_table(table.desk, BODIL, table.case_id, out)
        with zipfile.ZipFile(out) as parts:
            texts = parts.read("xl/sharedStrings.xml").decode()
        cells = re.findall(r"<t[^>]*>([^<]*)</t>", texts)
        assert "".join(cell for cell in cells if "langt" in cell) == long.strip()
        assert all(len(cell.encode("utf-16-le")) // 2 <= 32_767 for cell in cells)
        assert any(cell.endswith(" (fortsat)") for cell in cells)


def test_no_log_line_holds_a_word_of_the_case(table: Table, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    sending.copied(table.desk, BODIL, table.case_id, entries(table))
    sending.save_table(table.desk, BODIL, table.case_id, tmp_path / "a.xlsx")
    told: Any = caplog.text
    assert "Magnus" not in told
    assert "318" not in told
