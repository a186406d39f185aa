# SPDX-License-Identifier: MPL-2.0
"""The look: readable in both schemes, in one file, whole at 200 %, and cheap to start with."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.qt.icons import pixmap
from app.qt.theme import SCHEMES, Theme, follow, theme_of, tokens
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.words import Words
from tests.patience import until

TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = theme_of()
    theme.apply(qapp, "light", 100)
    yield theme
    theme.apply(qapp, "light", 100)


def luminance(color: QColor) -> float:
    def part(share: float) -> float:
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) + 0.0722 * part(color.blueF())


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("pairs", "least"), [("text_pairs", TEXT), ("shape_pairs", SHAPE)])
def test_every_pair_that_meets_can_be_told_apart(
    qapp: QApplication, theme: Theme, scheme: str, pairs: str, least: float
) -> None:
    theme.apply(qapp, scheme)
    poor = {
        f"{one} on {other}": round(contrast(theme.color(one), theme.color(other)), 2)
        for one, other in tokens()[pairs]
        if contrast(theme.color(one), theme.color(other)) < least
    }
    assert not poor


def test_both_schemes_have_the_same_names_and_every_colour_is_in_the_palette() -> None:
    light, dark = (tokens()["schemes"][scheme] for scheme in SCHEMES)
    assert light.keys() == dark.keys()
    assert {*light.values(), *dark.values()} <= tokens()["palette"].keys()
    assert {*tokens()["more_contrast"], *tokens()["more_contrast"].values()} <= light.keys()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_more_contrast_is_never_less(scheme: str) -> None:
    palette, names = tokens()["palette"], tokens()["schemes"][scheme]
    for name, instead in tokens()["more_contrast"].items():
        before, after = (
            contrast(QColor(palette[names[n]]), QColor(palette[names["surface"]])) for n in (name, instead)
        )
        assert after >= before, name


def test_no_colour_is_named_outside_the_token_file(repository: Path) -> None:
    literal = re.compile(r"""["']#[0-9a-fA-F]{3,8}["']|QColor\(["'\d]|GlobalColor\.(?!transparent)|rgba?\(""")
    found = [
        f"{path.relative_to(repository)}:{number}: {line.strip()}"
        for folder in ("app/qt", "app/views")
        for path in sorted((repository / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if literal.search(line)
    ]
    assert not found


def test_the_letters_are_our_own(theme: Theme, qtbot: QtBot) -> None:
    label = QLabel("Æblegrød")
    qtbot.addWidget(label)
    label.setFont(theme.font("quote"))
    assert label.fontInfo().family() == "IBM Plex Sans"
    assert label.fontInfo().weight() == 300


def test_text_spacing_and_marks_grow_together(qapp: QApplication, theme: Theme) -> None:
    body, space = theme.font("body").pixelSize(), theme.space(2)
    theme.apply(qapp, "light", 200)
    assert theme.font("body").pixelSize() == 2 * body
    assert theme.space(2) == 2 * space
    assert qapp.font().pixelSize() == 2 * body


@pytest.mark.parametrize(("asked", "given"), [(40, 100), (100, 100), (137, 137), (900, 200)])
def test_the_scale_is_held_between_100_and_200(qapp: QApplication, theme: Theme, asked: int, given: int) -> None:
    theme.apply(qapp, "light", asked)
    assert theme.scale == given


def test_the_larger_the_role_the_larger_the_letters_at_every_scale(qapp: QApplication, theme: Theme) -> None:
    for scale in (100, 150, 200):
        theme.apply(qapp, "light", scale)
        sizes = [theme.font(role).pixelSize() for role in ("small", "label", "body", "heading", "quote")]
        assert sizes == sorted(sizes)
        assert theme.font("big-body").pixelSize() > theme.font("body").pixelSize()


class Follower(QLabel):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[int, int]] = []
        follow(self.look)

    def look(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.seen.append((theme_of().scale, app.font().pixelSize()))


def test_another_size_reaches_what_is_seen_at_once_and_the_rest_in_turns_of_their_own(
    qapp: QApplication, theme: Theme, qtbot: QtBot
) -> None:
    seen, away = Follower(), Follower()
    for follower in (seen, away):
        qtbot.addWidget(follower)
    seen.show()
    theme.apply(qapp, "light", 200)
    assert [scale for scale, _ in seen.seen] == [100, 200]
    assert seen.seen[1][1] == 2 * seen.seen[0][1], "it can be measured at once"
    assert [scale for scale, _ in away.seen] == [100]
    assert not theme.idle
    until(lambda: theme.idle, QApplication.processEvents)
    assert [scale for scale, _ in away.seen] == [100, 200]
    assert len(seen.seen) == 2


class Painted(Words):
    """Notes each time it is painted how tall it is, and how tall its words are."""

    def __init__(self, parent: QWidget) -> None:
        self.seen: list[tuple[int, int]] = []
        super().__init__("Noget, der skal læses i flere linjer, når det bliver stort. " * 4, parent=parent)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.seen.append((self.height(), self.heightForWidth(self.width())))
        super().paintEvent(event)


def test_another_size_is_painted_once_it_is_laid_out_and_not_before(
    qapp: QApplication, theme: Theme, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 600)
    column = QVBoxLayout(window)
    words = Painted(window)
    column.addWidget(words)
    column.addStretch(1)
    window.show()
    until(lambda: words.seen, QApplication.processEvents)
    words.seen.clear()
    theme.apply(qapp, "light", 200)
    assert not window.updatesEnabled(), "half of it in the new size would be seen"
    until(lambda: words.seen, QApplication.processEvents)
    assert window.updatesEnabled()
    assert all(tall == needed for tall, needed in words.seen)


def test_a_window_whose_turn_to_paint_came_while_it_was_held_still_paints_all_the_same(
    qapp: QApplication, theme: Theme, qtbot: QtBot
) -> None:
    """What was asked of it before, by the button pressed for one, has been answered by then: Qt asks no second time."""
    painted: list[QColor] = []

    class Window(QWidget):
        def paintEvent(self, _event: QPaintEvent) -> None:
            painted.append(theme.color("page"))

    window = Window()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    until(lambda: painted, QApplication.processEvents)
    window.update()
    theme.apply(qapp, "light", 200)
    QApplication.sendEvent(window, QEvent(QEvent.Type.UpdateRequest))  # its turn, which paints nothing
    painted.clear()
    until(window.updatesEnabled, QApplication.processEvents)
    until(lambda: painted, QApplication.processEvents)


def test_nobody_is_kept_by_following(qapp: QApplication, theme: Theme) -> None:
    before = set(theme._followers)

    def come() -> int:
        return len(set(theme._followers) - before)

    layouts = [FlowLayout() for _ in range(3)]
    follower = Follower()
    assert come() == 4
    shiboken6.delete(follower)
    theme.apply(qapp, "light", 150)
    until(lambda: theme.idle, QApplication.processEvents)
    assert come() == 3
    layouts.clear()
    assert come() == 0


def test_other_colours_reach_the_palette_and_what_is_painted_and_nothing_is_measured(
    qapp: QApplication, theme: Theme, qtbot: QtBot
) -> None:
    follower, words = Follower(), Words("Mit notat", "label")
    words.set_tail("(kun internt)")
    qtbot.addWidget(words)
    words.resize(300, 40)
    before = words.grab().toImage()
    theme.apply(qapp, "dark", 100)
    page = tokens()["palette"][tokens()["schemes"]["dark"]["page"]]
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(page)
    assert len(follower.seen) == 1
    dark = words.grab().toImage()
    assert dark != before
    quiet = QColor(theme.color("text-quiet")).rgb()
    tail = [dark.pixel(x, y) for x in range(60, dark.width()) for y in range(dark.height())]
    assert quiet in tail, "the quieter end was kept in the colour it was first drawn in"
    follower.deleteLater()


def test_there_is_one_theme_for_the_application(theme: Theme) -> None:
    assert theme_of() is theme
    assert theme_of(QLabel()) is theme


def test_system_means_one_of_the_two(qapp: QApplication, theme: Theme) -> None:
    theme.apply(qapp, "system")
    assert theme.scheme in SCHEMES
    theme.system_changed()
    assert theme.scheme in SCHEMES


def test_an_icon_is_drawn_in_the_colour_asked_for(theme: Theme) -> None:
    drawn = pixmap("check", theme.color("ok"), 24).toImage()
    seen = {
        drawn.pixelColor(x, y).name() for x in range(24) for y in range(24) if drawn.pixelColor(x, y).alpha() == 255
    }
    assert seen == {theme.color("ok").name()}


def test_the_first_window_waits_for_no_heavy_import() -> None:
    heavy = ("PySide6.QtSvg", "PySide6.QtNetwork", "sqlalchemy", "reportlab", "keyring", "cryptography")
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, app.qt.theme; print([m for m in {heavy!r} if m in sys.modules])"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert said.stdout.strip() == "[]"


def test_one_that_fails_keeps_nobody_from_following(
    qapp: QApplication, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Falls(QLabel):
        def follow(self) -> None:
            raise ValueError("it fails")

    fell: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: fell.append(kind))
    falls, after = Falls(), Follower()
    theme.follow(falls.follow)
    last = Follower()
    theme.apply(qapp, "light", 150)
    until(lambda: theme.idle, QApplication.processEvents)
    assert fell == [ValueError]
    assert after.seen[-1][0] == last.seen[-1][0] == 150
