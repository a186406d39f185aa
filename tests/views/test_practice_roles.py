# SPDX-License-Identifier: MPL-2.0
"""Practice is for every role there is: somebody to sign in as, and something to do (row K2)."""

from __future__ import annotations

from app.domain.roles import Role
from app.services import accounts, practice
from tests.views.heard import heard
from tests.views.shell_desk import Desk


def sign_in_as(desk: Desk, role: Role) -> None:
    """Everybody goes from the table, and the first in this role sits down."""
    desk.window.lock()
    desk.settle()
    desk.press("lock.leave")
    known = accounts.people(desk.context.desk)
    desk.find("sign_in.person").pick(next(one.person_id for one in known if one.roles == (role,)))
    desk.type("sign_in.password", practice.PASSWORD)
    desk.press("sign_in.go")


def test_there_is_somebody_for_each_role(desk: Desk) -> None:
    known = accounts.people(desk.context.desk)
    assert {role for one in known for role in one.roles} == set(Role)


def test_an_adviser_has_a_case_to_practise_on_and_is_not_told_whose_it_is(desk: Desk) -> None:
    sign_in_as(desk, Role.RAADGIVER)
    desk.until(lambda: desk.window.adviser is not None)
    desk.settle()
    told = heard(desk.window)
    assert "Hvad hjælper, når man er bange for at gå ud, når det er mørkt?" in told
    assert "Haugen" not in told
