# SPDX-License-Identifier: MPL-2.0
"""How one comes to every screen of a running program, for the tests that go through them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

from app.domain.roles import Role
from app.services import accounts, edit, lists, practice
from app.store.unit_of_work import new_step
from tests.views.shell_desk import Desk

Way = Callable[[Desk], None]
SENT = Path(__file__).parents[1] / "data" / "cases" / "henvisninger-jobcenter.csv"


def read(one: QAccessibleInterface | None) -> Iterator[QAccessibleInterface]:
    """All a screen reader can come to, from there, in its order."""
    if one is None or not one.isValid() or one.state().invisible:  # type: ignore[attr-defined]
        return
    yield one
    for place in range(one.childCount()):
        yield from read(one.child(place))


def faces(window: QWidget) -> list[QAccessibleInterface]:
    return list(read(QAccessible.queryAccessibleInterface(window)))


def is_stop(widget: object) -> bool:
    """Whether Tab may stop there now."""
    return (
        isinstance(widget, QWidget)
        and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.isVisible()
        and widget.isEnabled()
    )


def called(widget: QWidget) -> str:
    at: QWidget | None = widget
    while at is not None and not at.objectName():
        at = at.parentWidget()
    return f"{at.objectName() if at is not None else ''} {type(widget).__name__} {widget.accessibleName()}"


def sign_in_as(desk: Desk, role: Role) -> None:
    """Everybody goes from the table, and the first in this role sits down."""
    sign_in(desk)
    known = accounts.people(desk.context.desk)
    desk.find("sign_in.person").pick(next(one.person_id for one in known if one.roles == (role,)))
    desk.type("sign_in.password", practice.PASSWORD)
    desk.press("sign_in.go")


def day(desk: Desk) -> None:
    pass


def leader(desk: Desk) -> None:
    sign_in_as(desk, Role.LEDER)


def adviser(desk: Desk) -> None:
    sign_in_as(desk, Role.RAADGIVER)
    desk.until(lambda: desk.window.adviser is not None and desk.window.adviser.case is not None)


def sign_in(desk: Desk) -> None:
    desk.window.lock()
    desk.settle()
    desk.press("lock.leave")


def forgotten(desk: Desk) -> None:
    sign_in(desk)
    desk.press("sign_in.forgotten")


def from_settings(name: str) -> Way:
    def press_there(desk: Desk) -> None:
        settings(desk)
        desk.settle()
        desk.press(f"settings.{name}")

    press_there.__name__ = f"settings_{name}"
    return press_there


def step(number: int) -> Way:
    def open_there(desk: Desk) -> None:
        desk.window.open_case(desk.case("Brita"), number)

    open_there.__name__ = f"step_{number}"
    return open_there


def within_frame(desk: Desk) -> None:
    """Step five of a plan that runs, with the vejleder's pen: a wish that waits and one that got a no."""
    case_id, context = desk.case("Brita"), desk.context
    hands = {one.role: one for one in context.people}

    def write() -> None:
        for offer in ("Gruppe: ud ad døren", "Værestedet Kanalen"):
            asked = lists.add(
                context.desk,
                hands[Role.VEJLEDER],
                case_id,
                "revisit_request",
                {"offer": offer, "why": "Hun er meget alene i weekenden"},
            )
        step = new_step("skriv")
        who = context.desk, hands[Role.BESTILLER], case_id, "revisit_request", asked
        edit.write_text(*who, "answer", "Det er åbent for alle", step)

    context.run(write)
    desk.settle()
    context.pass_pen(Role.VEJLEDER)
    desk.window.open_case(case_id, 5)


def newcomer(desk: Desk) -> None:
    desk.window.new_citizen()


def referrals(desk: Desk) -> None:
    asks = desk.window.asks
    asks.open_file = lambda *_: ""
    desk.window.import_referrals()
    del asks.open_file


def fetched(desk: Desk) -> None:
    referrals(desk)
    desk.page().take(str(SENT))


def settings(desk: Desk) -> None:
    desk.context.pass_pen(Role.BESTILLER)
    desk.settle()
    desk.window.show_settings()


def catalogue(desk: Desk) -> None:
    settings(desk)
    desk.settle()
    desk.window.show_catalogue()
    desk.settle()
    desk.press("catalogue.new")


def sending(desk: Desk) -> None:
    step(6)(desk)
    desk.settle()
    desk.window.room.send_out()


def help_card(desk: Desk) -> None:
    desk.window.show_help()


def pen_card(desk: Desk) -> None:
    desk.window.pass_pen()


def locked(desk: Desk) -> None:
    desk.window.lock()


OWN = (day, *(step(n) for n in range(1, 7)), within_frame, newcomer, settings, catalogue, sending)
"""Where one who meets citizens comes."""
SCREENS: tuple[Way, ...] = (
    *OWN,
    *(leader, adviser, sign_in, forgotten, referrals, fetched, help_card, pen_card, locked),
    *(from_settings(name) for name in ("account", "vouch", "join")),
)
