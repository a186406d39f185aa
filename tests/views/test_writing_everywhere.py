# SPDX-License-Identifier: MPL-2.0
"""Help for whoever writes is in every field where words are written: a walk over all screens finds none without it.

The places where a field is made are read from the source, so that a screen the walk does not come to turns it red as well.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.domain.roles import Hand, Role
from app.services import lists
from app.services.desk import Desk as ServiceDesk
from app.store import queries
from app.store.accounts import Account, save
from app.views.adviser.page import AdviserPage
from app.views.parts.field import Field
from app.views.parts.text_area import TextArea
from app.views.parts.text_fields import DateField, TextField
from app.views.writing import Aid
from tests.views.front import Front
from tests.views.shell_desk import Desk
from tests.views.test_adviser_page import ANNA, asked

NO_WORDS: Mapping[str, str] = {
    r"(citizen|municipality|coordinator)\.name|.*participants\.\d+\.name|citizen\.guardian": "one name",
    r"referral(\.\d+)?\.contact|advice\.\d+\.adviser": "one name",
    r"(citizen|municipality)\.(address|phone)|municipality\.organisation_(id|system)": "an address or a number",
    r"citizen\.cpr": "a number",
    r"municipality\.paragraphs_\w+|competence\..*\.most_weeks": "numbers, read as such",
    r"municipality\.(plain_words|clipboard_order)": "a list of stems, or of names of blocks",
    r"search": "a search for a name or a number",
}
"""A field's name on the screen: why no dictionary is asked about what is written in it."""
ROWS: Mapping[int, tuple[str, ...]] = {
    4: ("goals.0.milestones.0.text", "goals.0.actions.0.what"),
    5: ("support.0.offer", "questions.0.text", "revisits.0.offer"),
}
"""What comes a moment after its step is shown."""
NOBODY_YET = "sign_in/"
"""Names, codes and secrets, before there is anybody a word could be taught for."""
BY_HAND = frozenset({"QLineEdit", "QTextEdit", "QPlainTextEdit", "QInputDialog", "GrowingText"})
"""What one could type in without a field; only the parts make them."""


@dataclass(frozen=True, order=True)
class Site:
    """A call in the source that makes a field."""

    file: str
    first: int
    last: int


def trees(views: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every module of the screens, by its place in them."""
    for path in sorted(views.rglob("*.py")):
        yield path.relative_to(views).as_posix(), ast.parse(path.read_text("utf-8"))


def kinds_of_field(views: Path) -> set[str]:
    """The names of every class one writes text in; a date is understood as it is typed."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for _, tree in trees(views)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {TextField.__name__, TextArea.__name__}
    while more := {name for name, above in bases.items() if above & found} - found - {DateField.__name__}:
        found |= more
    return found


def made_in(views: Path, names: set[str]) -> Iterator[tuple[Site, ast.Call]]:
    for where, tree in trees(views):
        for node in ast.walk(tree):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
            if called and not where.startswith("parts/"):
                yield Site(where, node.lineno, node.end_lineno or node.lineno), node


def is_secret(call: ast.Call) -> bool:
    return any(word.arg == "secret" for word in call.keywords)


@pytest.fixture
def views(repository: Path) -> Path:
    return repository / "app" / "views"


@pytest.fixture
def advising(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    front = Front(qtbot, tmp_path, (ANNA,))
    save(front.replica, Account(ANNA.person_id, ANNA.name, "", "VISO", (ANNA.role,), "", "", "", ""))
    yield front
    front.close()


@pytest.fixture
def made(views: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Site, Field]]:
    """Every field made from now on, with the place in the source that asked for it."""
    sites = [site for site, _ in made_in(views, kinds_of_field(views))]
    found: list[tuple[Site, Field]] = []
    begin = Field.__init__

    def noted(self: Field, *args: object, **more: object) -> None:
        begin(self, *args, **more)  # type: ignore[arg-type]
        frame = sys._getframe(1)
        while frame is not None:
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(views):
                where, line = path.relative_to(views).as_posix(), frame.f_lineno
                site = next((s for s in sites if s.file == where and s.first <= line <= s.last), None)
                if site is not None:
                    found.append((site, self))
                    return
            frame = frame.f_back

    monkeypatch.setattr(Field, "__init__", noted)
    return found


def test_nobody_makes_an_editor_but_the_parts(views: Path) -> None:
    assert [site for site, _ in made_in(views, set(BY_HAND))] == []


def test_every_field_of_words_has_help_and_every_other_is_written_down(
    made: list[tuple[Site, Field]], views: Path, desk: Desk, advising: Front
) -> None:
    needed = {
        s for s, call in made_in(views, kinds_of_field(views)) if not is_secret(call) and NOBODY_YET not in s.file
    }
    helped: set[str] = set()
    bare: set[str] = set()
    for _ in chain(walk(desk), advise(advising)):
        for site, field in made:
            if site in needed and isValid(field):
                (bare if field.findChild(Aid) is None else helped).add(field.objectName())
    missed = needed - {site for site, _ in made}
    assert not missed, f"the walk does not come to {sorted(missed)}"
    patterns = [re.compile(pattern) for pattern in NO_WORDS]
    assert {name for name in bare if not any(p.fullmatch(name) for p in patterns)} == set()
    assert {name for name in helped if any(p.fullmatch(name) for p in patterns)} == set()
    assert [p.pattern for p in patterns if not any(p.fullmatch(name) for name in bare)] == [], "no such field"


def walk(desk: Desk) -> Iterator[None]:
    """Every screen with something to write on, with a row in every list; a stop at each."""
    window, bodil = desk.window, next(one for one in desk.context.people if one.role is Role.BESTILLER)
    case_id = desk.case("")
    done(desk, lambda: fill(desk.context.desk, bodil, case_id))
    window.open_case(case_id)
    desk.until(lambda: window.room is not None and window.room.file is not None)
    for number in range(1, 7):
        window.room.go(number)  # type: ignore[union-attr]
        desk.until(lambda number=number: all(desk.seen(name) for name in ROWS.get(number, ())))
    yield
    for place in (window.show_settings, window.new_citizen, window.show_catalogue):
        place()
        desk.settle()
        yield
    desk.page().table.selectRow(0)  # type: ignore[attr-defined]
    desk.settle()
    yield


def advise(front: Front) -> Iterator[None]:
    """The adviser's page, with a piece of advice begun."""
    asked(front)
    page = front.show(AdviserPage(front.context))
    assert page.case is not None
    page.case.advice.add_button.click()
    front.settle()
    yield


def done(desk: Desk, service: Callable[[], object]) -> None:
    """It was done, and nobody was told otherwise."""
    said: list[object] = []
    desk.context.run(service, said.append)
    desk.settle()
    assert said


def fill(desk: ServiceDesk, hand: Hand, case_id: str) -> None:
    """A row in every list of the room."""
    vagn = Hand("v", "Vagn Vejleder", Role.VEJLEDER)
    for kind in ("next_step", "bridge", "consent", "network_person", "advice"):
        lists.add(desk, hand, case_id, kind)
    lists.add(desk, hand, case_id, "support")
    lists.add(desk, vagn, case_id, "question")
    lists.add(desk, vagn, case_id, "revisit_request")
    lists.add(desk, vagn, case_id, "tried", parent_id=lists.add(desk, vagn, case_id, "referral"))
    lists.add(desk, vagn, case_id, "goal")
    goal = queries.case_file(desk.replica, case_id).goals[0].id
    for kind in ("milestone", "action"):
        lists.add(desk, vagn, case_id, kind, parent_id=goal)
