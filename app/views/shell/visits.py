# SPDX-License-Identifier: MPL-2.0
"""Pages one goes to and comes back from: a citizen at the door, a file from the job centre, the catalogue.

Called by the window, which has seen to it that somebody with the pen may go there. Must not know what a page holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.rights import Act
from app.views.allowed import refuses

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from app.views.context import Context
    from app.views.shell.window import MainWindow


def new_citizen(window: MainWindow, context: Context) -> None:
    """A name, and on to the meeting."""
    from app.views.new_citizen.page import NewCitizenPage

    if refuses(context, Act.NEW_CITIZEN):
        return
    page = NewCitizenPage(context)
    page.opened.connect(lambda case_id: window.open_case(case_id))
    page.opened.connect(lambda _case_id: window.drop_page(page))
    _visit(window, page, page.cancelled, window.go_home)
    page.setFocus()


def referrals(window: MainWindow, context: Context) -> None:
    """Choose the file at once, and see what became of it."""
    from app.views.referral_import.page import ImportPage

    if refuses(context, Act.IMPORT):
        return
    page = ImportPage(context)
    _visit(window, page, page.done, window.go_home)
    page.setFocus()
    page.choose()


def catalogue(window: MainWindow, context: Context, back: Callable[[], object]) -> None:
    """What can be offered; `back` to the settings, whence one comes."""
    from app.views.catalogue.page import CataloguePage

    page = CataloguePage(context)
    _visit(window, page, page.closed, back)
    page.setFocus()


def advising(window: MainWindow, context: Context) -> None:
    """The adviser's own page, in place of the day's."""
    if window.adviser is None:
        from app.views.adviser.page import AdviserPage

        window.adviser = AdviserPage(context)
        window.adviser.listed.connect(window.listed)
    window.show_page(window.adviser)
    window.adviser.setFocus()


def _visit(window: MainWindow, page: QWidget, done: Any, back: Callable[[], object]) -> None:
    """Show a page until it is `done`, and then go back."""

    def leave() -> None:
        back()  # while the page is there: the keyboard goes from it to where one was, and else to the window's next button
        window.drop_page(page)

    done.connect(leave)
    window.show_page(page)
