# SPDX-License-Identifier: MPL-2.0
"""A decision nobody sealed that comes over the wire, from plain SQL or whoever keeps the server: no list counts it (promise 2).

The server tries the hash and the signer of a decision and cannot try its seal. Every desk does, as soon as it has come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest

from app.services import seals
from app.services.desk import Desk
from app.services.seals import Seals
from app.services.sharing import Sharing
from app.store import caseload, decisions
from app.store.caseload import Asked, StepWord
from app.store.unit_of_work import ChangeSet
from app.sync.engine import Engine
from tests.sync.desks import DeskOf, Desks, at_once
from tests.sync.shared import SharedDatabase, push
from tests.sync.test_competence_held import decision


def in_lists(desk: DeskOf) -> tuple[str, int]:
    """The step of the one case, and how many plans a leader's figures have: what is read with no seal tried."""
    served = Desk(desk.replica, clock=lambda: desk.clock)
    me = desk.one.person_id
    [line] = caseload.page(desk.replica, served.today(), Asked(reader=me))
    return line.step, caseload.figures(desk.replica, served.today(), reader=me).plans


@pytest.fixture
def told() -> list[ChangeSet]:
    """What the screens hear."""
    return []


@pytest.fixture
def shares(told: list[ChangeSet]) -> Iterator[Callable[[DeskOf], Sharing]]:
    """Gives a desk the sharing as the program has it, its rounds on the test's own thread."""
    with ExitStack() as over:

        def made(desk: DeskOf) -> Sharing:
            served = Desk(desk.replica, clock=lambda: desk.clock)
            sharing = Sharing(served, desk.profile, at_once, told.append, lambda _: None, lambda *_: None, start=False)
            over.callback(sharing.stop)
            sharing.sign_in(desk.one.person_id, desk.one.login, desk.one.password)
            return sharing

        yield made


@pytest.mark.parametrize("first_fetch", [False, True], ids=["live", "first fetch"])
def test_a_forged_decision_that_comes_counts_in_no_list(
    desks: Desks, shared: SharedDatabase, told: list[ChangeSet], shares: Callable[[DeskOf], Sharing], first_fetch: bool
) -> None:
    bodil, vagn = desks.of("bodil"), desks.of("vagn")
    case_id = bodil.new_case("Nancy Ann Berggren")
    bodil.round()
    sharing = shares(vagn)
    if not first_fetch:
        sharing.round()
        told.clear()
    assert push(shared.connect("bodil"), decision(case_id, shared.bodil.person_id)) == [("accepted", None)]
    sharing.round()
    assert vagn.rows("SELECT count(*) FROM rec_decision") == [(1,)]
    assert in_lists(vagn) == (StepWord.BROKEN, 0)
    assert told[-1].touches(case_id), "the screens hear of it once it is marked"
    told.clear()
    sharing.round()
    assert told == [], "and once"


def test_a_decision_whose_signers_key_comes_after_it_is_tried_again(
    desks: Desks, shared: SharedDatabase, shares: Callable[[DeskOf], Sharing], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new colleague's first answer may be here before the word for their key: the mark goes with the round that brings it."""
    bodil, vagn = desks.of("bodil"), desks.of("vagn")
    case_id = bodil.new_case("Nancy Ann Berggren")
    bodil.round()
    sharing = shares(vagn)
    push(shared.connect("bodil"), decision(case_id, shared.bodil.person_id))
    sharing.round()
    assert in_lists(vagn) == (StepWord.BROKEN, 0)
    monkeypatch.setattr(decisions, "authentic", lambda _replica, _decision: True)  # the key has come
    sharing.round()
    assert in_lists(vagn) == (StepWord.SOON, 1)


def test_words_written_while_many_seals_are_tried_do_not_wait_for_the_last(
    desks: Desks, shares: Callable[[DeskOf], Sharing], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a first fetch of ten thousand cases it takes seconds, and the network thread is what sends."""
    monkeypatch.setattr(seals, "AT_A_TIME", 2)
    bodil, vagn = desks.of("bodil"), desks.of("vagn")
    came = {bodil.new_case(f"Borger {n}") for n in range(7)}
    bodil.round()
    tried: list[str] = []
    trying = Seals.tried

    def seen(self: Seals, case_ids: Sequence[str]) -> bool:
        tried.extend(case_ids)
        return trying(self, case_ids)

    monkeypatch.setattr(Seals, "tried", seen)
    sharing = shares(vagn)
    with monkeypatch.context() as somebody_writes:
        somebody_writes.setattr(Engine, "called", property(lambda _: len(tried) >= 2))
        sharing.round()
        assert len(tried) == 2
    sharing.round()
    assert set(tried) == came, "and the rest with the next round"
