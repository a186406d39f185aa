# SPDX-License-Identifier: MPL-2.0
"""One person in two roles, over the sharing (C7): the leader's desk lists the case, as it comes live and as it is fetched."""

from __future__ import annotations

from app.domain.roles import Role
from app.services import history
from app.services.desk import Desk
from app.store import caseload
from app.store.caseload import Asked
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import SharedDatabase


def listed(desk: DeskOf) -> list[str]:
    asked = Asked(two_roles=True, reader=desk.one.person_id)
    return [row.two_roles for row in caseload.page(desk.replica, desk.clock.date(), asked)]


def write(desk: DeskOf, case_id: str, role: Role, kind: str, **values: str) -> None:
    from app.models.kinds import singleton_id

    at = Desk(desk.replica, lambda: desk.clock)
    with at.step(desk.hand()._replace(role=role), case_id, "Skriv") as work:
        work.write(kind, singleton_id(case_id, kind), values)


def test_the_leaders_desk_lists_whoever_writes_in_two_roles(shared: SharedDatabase, desks: Desks) -> None:
    tora = shared.add("Tora Tohat", ("bestiller", "vejleder"))
    own, lene = desks.of(tora.key), desks.of("lene")
    lene.round()
    case_id = own.new_case("Nancy Ann Berggren")
    write(own, case_id, Role.BESTILLER, "plan", purpose="Kommer rundt")
    own.round()
    lene.round()
    assert listed(lene) == []
    write(own, case_id, Role.VEJLEDER, "notes", vejleder="Ringet")
    own.round()
    lene.round()
    assert listed(own) == listed(lene) == ["Tora Tohat"]
    roles = {one.hand.role for one in history.told(Desk(lene.replica), lene.hand(), case_id)}
    assert roles == {Role.BESTILLER, Role.VEJLEDER}
    fetched = desks.of("lene")
    fetched.round()
    assert listed(fetched) == ["Tora Tohat"]
