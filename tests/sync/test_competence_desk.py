# SPDX-License-Identifier: MPL-2.0
"""A leder sets at their own desk what a bestiller at another may grant, and there it holds (C2)."""

from __future__ import annotations

import pytest

from app.domain.errors import UserError
from app.services import settings
from app.services.desk import Desk
from app.store.competence import limits_of
from app.store.roster import roster
from tests.sync.desks import DeskOf, Desks
from tests.sync.test_adviser_desk import account


def sat_at(desks: Desks, key: str) -> tuple[DeskOf, Desk]:
    """Somebody's own desk, where they alone have an account."""
    made = desks.of(key)
    account(made, made.one)
    made.round()
    return made, Desk(made.replica, lambda: made.clock)


def test_the_leder_at_their_own_desk_sets_what_a_bestiller_at_theirs_may_grant(desks: Desks) -> None:
    (lene, hers), (bodil, his) = sat_at(desks, "lene"), sat_at(desks, "bodil")
    told = settings.granting(hers)
    assert told.led
    assert {row[0].person_name for row in told.rows} == {"Bodil Bestiller"}
    settings.set_competence(hers, lene.hand(), bodil.one.person_id, "82b", grants=True, weeks=4)
    assert lene.round().set_aside == 0
    bodil.round()
    assert limits_of(bodil.replica, bodil.one.person_id)["82b"].most_weeks == 4
    assert settings.granting(his).led
    with pytest.raises(UserError, match="[Ll]eder"):
        settings.set_competence(his, bodil.hand(), bodil.one.person_id, "82b", grants=True, weeks=None)


def test_where_there_is_no_leder_any_more_a_bestiller_sets_it(desks: Desks) -> None:
    bodil, his = sat_at(desks, "bodil")
    assert settings.granting(his).led
    desks.shared.owner.execute("UPDATE rundbord_data.person SET state = 'closed' WHERE 'leder' = ANY (roles)")
    bodil.restart()
    bodil.round()
    his = Desk(bodil.replica, lambda: bodil.clock)
    assert {p.name for p in roster(bodil.replica) if p.closed} >= {"Lene Leder"}
    settings.set_competence(his, bodil.hand(), bodil.one.person_id, "82b", grants=True, weeks=6)
    assert bodil.round().set_aside == 0
