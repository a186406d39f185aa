# SPDX-License-Identifier: MPL-2.0
"""Practice is for every role there is: somebody to sign in as, and something to do (row K2)."""

from __future__ import annotations

from app.domain.roles import Role
from app.services import accounts
from tests.views.heard import heard
from tests.views.screens import sign_in_as
from tests.views.shell_desk import Desk


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
