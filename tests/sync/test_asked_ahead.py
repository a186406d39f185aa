# SPDX-License-Identifier: MPL-2.0
"""What came is asked for when the notice is heard, before anybody waits for it; what is asked meanwhile is answered as ever."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from app.store import outgoing
from app.sync.asking import Line
from app.sync.faults import Offline
from app.sync.session import Session
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import SharedDatabase, new_id


class Listening:
    """Somebody's session, and who writes to them. `sent`: how much has been sent on it past the driver's cursors."""

    def __init__(self, here: DeskOf, there: DeskOf, monkeypatch: pytest.MonkeyPatch) -> None:
        self.there = there
        self.case_id = there.new_case("Nancy Ann")
        there.round()
        here.round()
        self.session: Session = here.session()
        self.after = self.session.pull(self.session.pull(0).upto).upto  # what is asked ahead has been asked before
        self.sent = 0
        send = Line._send

        def counted(line: Line, *what: Any) -> None:
            self.sent += line is self.session._db
            send(line, *what)

        monkeypatch.setattr(Line, "_send", counted)

    def write(self, words: str) -> None:
        self.there.write(self.case_id, "goal", words=words)
        self.there.round()

    def words(self) -> list[str]:
        found = [row.fields or {} for row in self.session.pull(self.after).rows]
        return [str(fields["words"]) for fields in found if "words" in fields]


@pytest.fixture
def ear(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> Listening:
    return Listening(desks.of("bodil"), desks.of("vagn"), monkeypatch)


def test_whoever_pulls_from_there_is_given_the_answer(ear: Listening) -> None:
    ear.write("ét")
    ear.session.ask_ahead(ear.after)
    assert ear.words() == ["ét"]
    assert ear.sent == 1
    assert ear.words() == ["ét"]
    assert ear.sent == 2


def test_from_elsewhere_it_is_asked_anew(ear: Listening) -> None:
    ear.write("ét")
    ear.session.ask_ahead(ear.session.upto())
    assert ear.words() == ["ét"]
    assert ear.sent == 2


def test_anything_else_that_is_asked_lets_it_go(ear: Listening) -> None:
    ear.session.ask_ahead(ear.after)
    ear.write("ét")
    assert ear.session.upto() > ear.after
    assert ear.words() == ["ét"], "as it is now, and not as it was when it was asked for"
    ear.session.ask_ahead(ear.after)
    ear.session.listen(())
    assert [c.case_id for c in ear.session.cases()] == [ear.case_id]
    assert ear.words() == ["ét"]


def test_no_edit_is_put_behind_it_and_one_that_is_pushed_is_answered(ear: Listening) -> None:
    goal = ear.there.write(ear.case_id, "goal", words="ét")
    ear.there.round()
    ear.there.write(ear.case_id, "goal", goal, words="to")
    (edit,) = outgoing.pending(ear.there.replica, ear.there.one.person_id)
    session, device = ear.there.session(), ear.there.courier().device
    assert session.push_edit(edit._replace(id=new_id(), kind="findes ikke"), device) is None
    after = session.pull(session.pull(0).upto).upto
    session.ask_ahead(after)
    assert not session.put_edit(edit, device)
    assert session.push_edit(edit, device) == session.upto()
    session.ask_ahead(after)
    assert session.put_edit(edit, device) is False
    assert [row.id for row in session.pull(after).rows] == [edit.id]


def test_a_question_that_fails_fails_nobody_but_who_waits_for_it(ear: Listening) -> None:
    beyond = 10**30
    ear.session.ask_ahead(beyond)
    assert ear.session.upto() >= ear.after
    ear.session.ask_ahead(beyond)
    with pytest.raises(psycopg.DataError):
        ear.session.pull(beyond)
    assert ear.words() == []


def test_a_line_that_is_cut_under_it_is_no_network(ear: Listening, shared: SharedDatabase) -> None:
    ear.session.ask_ahead(ear.after)
    shared.owner.execute("SELECT pg_terminate_backend(%s)", (ear.session._own,))
    with pytest.raises(Offline):
        ear.session.upto()
    assert ear.session.closed
    ear.session.ask_ahead(ear.after)
    with pytest.raises(Offline):
        ear.words()
