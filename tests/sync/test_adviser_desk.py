# SPDX-License-Identifier: MPL-2.0
"""An adviser's own desk over the shared database: the shared part of what they are asked, their advice, and its end (D3)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from app.domain.errors import UserError
from app.domain.roles import Role
from app.models.fields import fields_of
from app.models.kinds import KINDS
from app.models.shared import is_shared
from app.services import advising
from app.services.desk import Desk
from app.services.edit import write_text
from app.store import queries
from app.store.accounts import Account, save
from app.store.conversations import conversations
from app.store.leaving import leave
from app.store.unit_of_work import new_step
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import Someone

NOBODY_ELSES = (
    *(
        "Nancy Ann Berggren",
        "2512489996",
        "20 30 40 50",
        "Skovvej 1",
        "Kun mellem os",
        "Hemmeligt notat",
        "Hendes søster",
    ),
    *("Jeg vil ud", "Vagns note", "Et spørgsmål til Ruth", "Ruth"),
)
"""What is in the case and not for an adviser."""


def account(desk: DeskOf, one: Someone) -> None:
    """That person has an account on the desk, as joining makes it."""
    roles = tuple(Role(r) for r in one.roles)
    save(desk.replica, Account(one.person_id, one.name, "", "", roles, "", "", "", "1234"))


@dataclass
class Asking:
    """Bodil's desk with a case, and Rasmus' own; what he is asked."""

    bodil: DeskOf
    rasmus: DeskOf
    case_id: str
    consent: str
    request: str

    @property
    def his(self) -> Desk:
        return Desk(self.rasmus.replica, lambda: self.rasmus.clock)

    @property
    def hers(self) -> Desk:
        return Desk(self.bodil.replica, lambda: self.bodil.clock)

    def share(self) -> None:
        for desk in (self.bodil, self.rasmus, self.bodil):
            desk.round()

    def has_case(self) -> bool:
        return bool(self.rasmus.rows("SELECT 1 FROM rec_case WHERE id = ?", self.case_id))

    def advise(self, text: str) -> str:
        advice_id = advising.begin_advice(self.his, self.rasmus.hand(), self.case_id)
        write_text(
            self.his, self.rasmus.hand(), self.case_id, "advice", advice_id, "text", text, new_step("Skriv et råd")
        )
        return advice_id


def filled(desk: DeskOf) -> str:
    """A case with words of every audience."""
    case_id = desk.new_case("Nancy Ann Berggren")
    [(citizen,)] = desk.rows("SELECT citizen_id FROM rec_case WHERE id = ?", case_id)
    desk.write(case_id, "citizen", citizen, phone="20 30 40 50", address="Skovvej 1")
    desk.write(case_id, "identifier", citizen_id=citizen, type="cpr", value="2512489996")
    desk.write(case_id, "notes", bestiller="Hemmeligt notat")
    desk.write(case_id, "plan", purpose="Kommer rundt på egen hånd")
    desk.write(case_id, "story", think="Jeg vil ud", whole_person="Kun mellem os")
    desk.write(case_id, "network_person", who="Hendes søster", relation="Søskende")
    desk.write(case_id, "tried", what="Virksomhedspraktik", outcome="afbrudt", note="Efter to uger")
    desk.write(case_id, "task", text="Vagns note")
    return case_id


@pytest.fixture
def asking(desks: Desks) -> Asking:
    """Rasmus is asked, and has heard of it."""
    ruth = desks.shared.add("Ruth Rådgiver", ("rådgiver",), None)
    bodil, rasmus = desks.of("bodil"), desks.of("rasmus")
    account(bodil, bodil.one)
    account(rasmus, rasmus.one)
    case_id = filled(bodil)
    consent = bodil.write(case_id, "consent", position=0, party="Rasmus Rådgiver", purpose="Angst", given=True)
    bodil.write(case_id, "consent", position=1, party="Ruth Rådgiver", given=True)
    bodil.round()
    made = Asking(bodil, rasmus, case_id, consent, "")
    assert [one.name for one in advising.advisers(made.hers)] == ["Rasmus Rådgiver", "Ruth Rådgiver"]
    made.request = advising.ask(made.hers, bodil.hand(), case_id, rasmus.one.person_id, "Hvad virker mod angst?")
    advising.ask(made.hers, bodil.hand(), case_id, ruth.person_id, "Et spørgsmål til Ruth")
    made.share()
    return made


def test_an_advisers_desk_has_the_shared_part_and_nothing_else_in_its_file(asking: Asking) -> None:
    case_id, rasmus = asking.case_id, asking.rasmus
    assert [one.case_id for one in advising.asked_of(asking.his, rasmus.hand())] == [case_id]
    file = advising.open_shared(asking.his, rasmus.hand(), case_id)
    assert (file.plan.purpose, file.tried[0].what) == ("Kommer rundt på egen hånd", "Virksomhedspraktik")
    assert [r.question for r in file.advice_requests] == ["Hvad virker mod angst?"]
    whole = queries.case_file(asking.bodil.replica, case_id)
    assert file.case.number == whole.case.number
    for kind, cls in KINDS.items():
        for row in rasmus.values(kind).values():
            assert is_shared(cls), kind
            for name, info in fields_of(cls).items():
                assert info.audience.for_adviser or row[name] in (info.default, int(bool(info.default))), (kind, name)
    _no_word_of_others(rasmus)
    asking.bodil.write(case_id, "notes", bestiller="Hemmeligt notat, og mere")
    asking.bodil.write(case_id, "plan", purpose="Kører selv med bussen")
    asking.share()
    assert advising.read_shared(asking.his, rasmus.hand(), case_id).plan.purpose == "Kører selv med bussen"
    _no_word_of_others(rasmus)


@pytest.mark.expects_log("app.store", "WARNING", "refused")
def test_advice_comes_back_and_is_the_advisers_own(asking: Asking) -> None:
    asking.advise("Øv ruten sammen, fem gange")
    assert asking.rasmus.round().set_aside == 0
    asking.bodil.round()
    [advice] = queries.case_file(asking.bodil.replica, asking.case_id).advice
    assert (advice.text, advice.person_id) == ("Øv ruten sammen, fem gange", asking.rasmus.one.person_id)
    with (
        pytest.raises(UserError, match="rådgiverens eget"),
        asking.hers.step(asking.bodil.hand(), asking.case_id, "Ret") as work,
    ):
        work.write("advice", advice.id, {"text": "noget andet"})
    with pytest.raises(UserError):
        write_text(
            asking.his, asking.rasmus.hand(), asking.case_id, "plan", "x", "purpose", "hans eget", new_step("Skriv")
        )
    assert conversations(asking.bodil.replica, asking.case_id) == ()


@pytest.mark.parametrize("ended_by", ["closing", "withdrawal", "undoing the consent"])
def test_what_ends_it_takes_the_case_once_unsent_advice_is_delivered(asking: Asking, ended_by: str) -> None:
    asking.share()
    asking.advise("Skrevet, før det blev lukket")  # and not sent yet
    if ended_by == "closing":
        advising.close(asking.hers, asking.bodil.hand(), asking.case_id, asking.request)
    elif ended_by == "withdrawal":
        asking.bodil.write(asking.case_id, "consent", asking.consent, withdrawn_on=asking.hers.today())
    else:
        asking.bodil.take_away(asking.case_id, "consent", asking.consent)
    asking.bodil.round()
    asking.rasmus.courier().pull()  # the door comes before his words have gone
    assert leave(asking.rasmus.replica).held_by_unsent == (asking.case_id,)
    assert advising.asked_of(asking.his, asking.rasmus.hand()) == ()  # but he is asked no more
    asking.share()
    assert not asking.has_case()
    assert [a.text for a in queries.case_file(asking.bodil.replica, asking.case_id).advice] == [
        "Skrevet, før det blev lukket"
    ]
    left = " ".join(_words(asking.rasmus))
    assert "Kommer rundt" not in left
    assert "Hvad virker" not in left
    with pytest.raises(UserError, match="ikke spurgt"):
        advising.open_shared(asking.his, asking.rasmus.hand(), asking.case_id)


def test_asked_anew_the_case_comes_anew(asking: Asking) -> None:
    advising.close(asking.hers, asking.bodil.hand(), asking.case_id, asking.request)
    asking.share()
    assert not asking.has_case()
    rasmus = asking.rasmus.one.person_id
    advising.ask(asking.hers, asking.bodil.hand(), asking.case_id, rasmus, "Og om søndagen?")
    asking.share()
    [one] = advising.asked_of(asking.his, asking.rasmus.hand())
    assert one.question == "Og om søndagen?"
    _no_word_of_others(asking.rasmus)


def test_an_adviser_at_a_desk_where_others_work_takes_nothing_from_its_cases(desks: Desks) -> None:
    bodil = desks.of("bodil", "rasmus")
    for one in (bodil.one, *bodil.guests):
        account(bodil, one)
    case_id = filled(bodil)
    bodil.write(case_id, "consent", position=0, party="Rasmus Rådgiver", given=True)
    bodil.round()
    desk = Desk(bodil.replica, lambda: bodil.clock)
    [adviser] = bodil.guests
    advising.ask(desk, bodil.hand(), case_id, adviser.person_id, "Hvad virker mod angst?")
    before = {key: values for key, (values, _) in bodil.stands().items()}
    for _ in range(3):
        bodil.round()
    assert {key: values for key, (values, _) in bodil.stands().items()} == before
    assert len(advising.asked_of(desk, bodil.hand(adviser))) == 1
    advising.begin_advice(desk, bodil.hand(adviser), case_id)
    assert bodil.round().set_aside == 0
    assert [row[0] for row in desks.shared.connect("vagn").execute(
        "SELECT author_name FROM rundbord.present() WHERE kind = 'advice'"
    )] == ["Rasmus Rådgiver"]  # fmt: skip


# -- inside


def _words(desk: DeskOf) -> list[str]:
    """Every text in every table of the replica, of the local ones too."""
    names = desk.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    return [str(cell) for (name,) in names for row in desk.rows(f'SELECT * FROM "{name}"') for cell in row if cell]


def _no_word_of_others(desk: DeskOf) -> None:
    found = " ".join(_words(desk))
    assert [word for word in NOBODY_ELSES if word in found] == []
