# SPDX-License-Identifier: MPL-2.0
"""A machine just taken into use by Anne: what the tests of signing in share."""

from __future__ import annotations

from app.domain.roles import Role
from app.services import accounts
from app.services.first_start import Answers
from tests.views.shell_desk import Desk

GOOD, OTHER, PHRASE = "en god lille sætning", "en helt anden sætning", "sol over Limfjorden"
ANNE = Answers("Lilleby Kommune", "Anne Andersen", "socialrådgiver", "11 22 33 44", GOOD, "4321")


def sign_in(desk: Desk, password: str = GOOD) -> None:
    """Sit down with the password."""
    desk.type("sign_in.password", password)
    desk.press("sign_in.go")


def with_viggo(desk: Desk) -> None:
    """Viggo has an account too."""
    opened = desk.program.opened
    assert opened is not None
    desk.context.run(
        lambda: accounts.create_person(opened.desk, "Viggo Vejleder", "pædagog", "", [Role.VEJLEDER], OTHER, "1234")
    )
    desk.settle()
