# SPDX-License-Identifier: MPL-2.0
"""Two who take hold of the same account and of the numbering at once: one waits for the other, and neither is thrown out.

The numbering comes first and accounts after it, everywhere (`schema/029_holding.sql`).
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import psycopg
import pytest

from app.sync import administer
from tests.patience import LONG, until
from tests.sync.log import accepted
from tests.sync.shared import Connection, SharedDatabase, Someone, change, new_case, new_id

Act = Callable[[SharedDatabase, Someone, Connection], object]

KEY, VOUCHER = "A" * 43 + "=", "B" * 86 + "=="


def _verifier(session: Connection, one: Someone) -> str:
    return administer.verifier(session, one.login, "en første kode")


ACTS: dict[str, tuple[str, Act]] = {
    "bekræfte": ("lene", lambda _, one, s: s.execute("SELECT rundbord.confirm_person(%s)", (one.person_id,))),
    "nulstille": (
        "karen",
        lambda _, one, s: s.execute("SELECT rundbord.reset_password(%s, %s)", (one.person_id, _verifier(s, one))),
    ),
    "lukke": ("karen", lambda _, one, s: s.execute("SELECT rundbord.close_person(%s)", (one.person_id,))),
    "give roller": (
        "karen",
        lambda _, one, s: s.execute("SELECT rundbord.set_roles(%s, '{vejleder,leder}')", (one.person_id,)),
    ),
    "godkende": (
        "karen",
        lambda _, one, s: s.execute("SELECT rundbord.vouch(%s, %s, %s)", (one.person_id, KEY, VOUCHER)),
    ),
    "tage på hold": (
        "sanne",
        lambda shared, one, s: s.execute("SELECT rundbord.join_team(%s, %s)", (one.person_id, shared.team("Syd"))),
    ),
}


class Call:
    """Something a session asks on a thread of its own, until it is answered."""

    def __init__(self, shared: SharedDatabase, session: Connection, ask: Callable[[], object]) -> None:
        self._shared, self._pid, self.fault = shared, session.info.backend_pid, None
        self._ask, self.fault = ask, None
        self._thread = Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._ask()
        except psycopg.Error as fault:
            self.fault = fault

    fault: psycopg.Error | None

    def waits(self) -> None:
        """Until it waits for somebody."""
        owner = self._shared.owner
        sql = "SELECT cardinality(pg_blocking_pids(%s)) > 0"
        until(lambda: not self._thread.is_alive() or owner.execute(sql, (self._pid,)).fetchone() == (True,))

    def ends(self) -> None:
        """Well, and soon."""
        self._thread.join(LONG)
        assert not self._thread.is_alive()
        assert self.fault is None, self.fault


@pytest.mark.parametrize("act", ACTS)
def test_an_account_is_dealt_with_while_a_case_is_granted_to_it(shared: SharedDatabase, act: str) -> None:
    """The grant is the first in the queue to the numbering; the other holds the account by then, if it takes that first."""
    one = shared.add("Nora Ny", ("vejleder",))
    shared.owner.execute("UPDATE rundbord_data.person SET public_key = %s WHERE id = %s", (KEY, one.person_id))
    who, do = ACTS[act]
    bodil, vagn, other = shared.connect("bodil"), shared.connect("vagn", autocommit=False), shared.connect(who)
    case = new_case(bodil)
    accepted(vagn, change(case, "goal", new_id(), {"words": "Ud"}, "vejleder"))  # holds the numbering until it commits
    grant = "SELECT rundbord.grant_case(%s, %s, 'full')"
    first = Call(shared, bodil, lambda: bodil.execute(grant, (case, one.person_id)))
    first.waits()
    second = Call(shared, other, lambda: do(shared, one, other))
    second.waits()
    vagn.commit()
    first.ends()
    second.ends()


def test_nobody_waits_for_an_account_with_the_numbering_in_hand(shared: SharedDatabase) -> None:
    """Somebody keeps their own account held; whoever closes it waits, and others write meanwhile."""
    one = shared.add("Vred Vejleder", ("vejleder",))
    shared.connect("vagn").execute(
        "SELECT rundbord.hello('0', 1)"
    )  # the first greeting of a new database takes the numbering
    held = shared.connect(one, autocommit=False)
    held.execute("SELECT rundbord.hello('0', 1)")
    karen, bodil = shared.connect("karen"), shared.connect("bodil")
    closing = Call(shared, karen, lambda: karen.execute("SELECT rundbord.close_person(%s)", (one.person_id,)))
    bodil.execute("SET statement_timeout = '4s'")  # less than it takes to end whoever holds the numbering
    for n in range(5):
        new_case(bodil, f"Nancy {n}")
    closing.ends()


def test_a_case_is_not_granted_to_somebody_whose_account_is_closed_meanwhile(shared: SharedDatabase) -> None:
    one = shared.add("Nora Ny", ("vejleder",))
    bodil, karen = shared.connect("bodil"), shared.connect("karen", autocommit=False)
    case = new_case(bodil)
    karen.execute("SELECT rundbord.close_person(%s)", (one.person_id,))
    grant = Call(
        shared, bodil, lambda: bodil.execute("SELECT rundbord.grant_case(%s, %s, 'full')", (case, one.person_id))
    )
    grant.waits()
    karen.commit()
    with pytest.raises(AssertionError, match="rundbord: person"):
        grant.ends()
    assert shared.owner.execute("SELECT count(*) FROM rundbord_data.case_grant").fetchone() == (0,)


def test_nobody_takes_hold_of_anothers_account_who_may_not_confirm_it(shared: SharedDatabase) -> None:
    """Whoever holds their own account keeps their session, however often a colleague asks for what is not theirs."""
    held, vagn = shared.connect("lene", autocommit=False), shared.connect("vagn")
    vagn.execute("SELECT rundbord.hello('0', 1)")
    held.execute("SELECT rundbord.hello('0', 1)")
    with pytest.raises(psycopg.Error, match="rundbord: role"):
        vagn.execute("SELECT rundbord.confirm_person(%s)", (shared.lene.person_id,))
    held.execute("SELECT 1")
