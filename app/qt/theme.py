# SPDX-License-Identifier: MPL-2.0
"""The look: colours, type and spacing from `resources/tokens.json`, light or dark, at 100-200 % text.

Every widget asks `theme_of()`, for colours when it paints, and follows it (`follow`). The window's start waits for this
module, so it loads fonts only when the first theme is applied and imports nothing beyond Qt's own three modules. Must not
know any widget.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, Final, cast
from weakref import WeakMethod

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QLayout, QToolTip, QWidget
from shiboken6 import isValid

from app.domain.resources import resource_path

SCHEMES: Final = ("light", "dark")
SMALLEST, LARGEST = 100, 200  # text scale in per cent; 200 is what WCAG 2.2 row 1.4.4 asks for

STYLED: Final = "rundbord"
_PROPERTY: Final = "rundbord_theme"
_AT_A_TIME: Final = 60


@cache
def tokens() -> dict[str, Any]:
    """The token file as read. Colours in a scheme name a colour of the palette."""
    return cast(dict[str, Any], json.loads(resource_path("tokens.json").read_text(encoding="utf-8")))


class Theme(QObject):
    """What a widget asks for its colours, type and spacing; one per application.

    Who follows it is told when measures are others, after the font is in place, so that it may measure at once: first what is on
    the screen, in one turn; then the rest, a piece a turn. Nothing is painted until the layouts have followed too, in a turn of
    theirs, so that none of it is seen half done. Of other colours nobody is told:
    they are asked for when painting, everything is painted again, and nothing is measured.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked = "light"
        self._scheme = "light"
        self._scale = SMALLEST
        self._more_contrast = False
        self._colors: dict[str, QColor] = {}
        self._fonts: dict[tuple[str, float], QFont] = {}
        self._followers: dict[int, WeakMethod[Callable[[], object]]] = {}
        self._number = 0
        self._behind: list[int] = []
        self._still: list[QWidget] = []  # the windows that paint nothing until they are laid out
        self._laid_out = QTimer(self)
        self._laid_out.setSingleShot(True)
        self._laid_out.timeout.connect(self._paint_again)
        self._catch_up = QTimer(self)
        self._catch_up.setSingleShot(True)
        self._catch_up.timeout.connect(self._follow_on)
        self._read_colors()

    @property
    def scheme(self) -> str:
        """The scheme in use, "light" or "dark" (never "system")."""
        return self._scheme

    @property
    def scale(self) -> int:
        """Text scale in per cent, 100-200."""
        return self._scale

    @property
    def dark(self) -> bool:
        """Whether the dark scheme is in use."""
        return self._scheme == "dark"

    def color(self, name: str) -> QColor:
        """The colour with this token name in the scheme in use. KeyError when the name is no token."""
        return self._colors[name]

    def font(self, role: str, factor: float = 1.0) -> QFont:
        """The font of a type role at the scale in use, `factor` for the rare step between two roles.

        A role with a third value in the token file is large from the start and grows by that share only.
        """
        key = (role, factor)
        found = self._fonts.get(key)
        if found is None:
            size, weight, *growth = tokens()["type"][role]
            scale = 1 + (self._scale - 100) / 100 * (growth[0] if growth else 1)
            found = QFont()
            found.setFamilies(tokens()["families"])
            found.setPixelSize(max(1, round(size * factor * scale)))
            found.setWeight(QFont.Weight(tokens()["weights"][weight]))
            found.setStyleHint(QFont.StyleHint.SansSerif)
            self._fonts[key] = found
        return QFont(found)

    def metrics(self, role: str) -> QFontMetricsF:
        """Measures of the font of a role, in pixels."""
        return QFontMetricsF(self.font(role))

    def space(self, units: float = 1) -> int:
        """`units` of eight points at the scale in use, in pixels."""
        return round(tokens()["space"] * units * self._scale / 100)

    def px(self, points: float) -> int:
        """A measure drawn at 100 % brought to the scale in use; never less than one pixel."""
        return max(1, round(points * self._scale / 100))

    def radius(self, name: str) -> int:
        """Corner radius of "field", "card" or "chip"."""
        return self.px(tokens()["radius"][name])

    def stroke(self, name: str) -> int:
        """Width of a "line", a "mark" or the "focus" ring. Lines stay thin when text grows."""
        drawn = tokens()["stroke"][name]
        return drawn if name == "line" else round(drawn * (0.5 + self._scale / 200))

    def width(self, name: str) -> int:
        """A fixed measure of the layout. Columns and margins grow slower than text, so three still fit one screen."""
        drawn = tokens()["width"][name]
        if name in ("mark", "touch"):
            return self.px(drawn)
        return round(drawn * (100 + (self._scale - 100) * 0.4) / 100)

    def apply(self, app: QApplication, scheme: str = "system", scale: int = SMALLEST) -> None:
        """Put the look on the application, now and whenever called again.

        `scheme` is "light", "dark" or "system" (follows the machine); `scale` is held within 100-200.
        """
        first = app.property(_PROPERTY) is None
        if first:
            _first_time(app, self)
        self._asked = scheme
        before, sized = self._colors_of, self._scale
        self._scheme = _resolved(app, scheme)
        self._scale = min(LARGEST, max(SMALLEST, scale))
        self._more_contrast = _wants_contrast(app)
        if self._colors_of != before or first:
            self._recolor(app)
        if self._scale != sized and not first:  # at the start there is nothing on the screen to be seen half done
            self._hold_still()
        if self._scale != sized or first:
            self._measure(app)

    def system_changed(self) -> None:
        """The machine went light or dark, or asks for more contrast: follow, as far as the person asked for that."""
        app = _app()
        if _resolved(app, self._asked) != self._scheme or _wants_contrast(app) != self._more_contrast:
            self.apply(app, self._asked, self._scale)

    @property
    def _colors_of(self) -> tuple[str, bool]:
        return self._scheme, self._more_contrast

    def _recolor(self, app: QApplication) -> None:
        self._read_colors()
        palette = self._palette()
        app.setPalette(palette)
        QToolTip.setPalette(palette)
        for widget in QApplication.allWidgets():
            widget.update()

    def _measure(self, app: QApplication) -> None:
        self._fonts.clear()
        font = self.font("body")
        app.setFont(font)
        QToolTip.setFont(font)
        told = list(self._followers)
        self._behind = [number for number in told if not self._tell(number, seen=True)]
        _measure_anew([widget for widget in QApplication.allWidgets() if widget.isVisible()])
        self._catch_up.start()

    def _hold_still(self) -> None:
        """No window paints until the turn after the one its layouts follow in: the two together would keep a key waiting."""
        for window in QApplication.topLevelWidgets():
            if window.isVisible() and window.updatesEnabled():
                window.setUpdatesEnabled(False)
                self._still.append(window)
        self._laid_out.start()

    def _paint_again(self) -> None:
        """All that is laid out by now, at once.

        Qt asks for no turn to paint while it believes one is on its way, and a turn that came meanwhile painted nothing.
        """
        windows, self._still = self._still, []
        for window in windows:
            if isValid(window):
                window.setUpdatesEnabled(True)
                QApplication.postEvent(window, QEvent(QEvent.Type.UpdateRequest))

    @property
    def idle(self) -> bool:
        """Whether everybody has followed."""
        return not self._behind

    def follow(self, slot: Callable[[], object]) -> None:
        """Call `slot`, a bound method, each time measures change, as long as what it is bound to is there."""
        self._number += 1
        gone = partial(self._followers.pop, self._number, None)
        self._followers[self._number] = WeakMethod(slot, lambda _: gone())

    def _tell(self, number: int, *, seen: bool = False) -> bool:
        """Have a follower follow, only what is `seen` now; whether that is done with."""
        slot = self._followers[number]() if number in self._followers else None
        owner = getattr(slot, "__self__", None)
        if slot is None or (isinstance(owner, QObject) and not isValid(owner)):
            self._followers.pop(number, None)
            return True
        if seen and not _is_seen(owner):
            return False
        try:
            slot()
        except Exception:  # noqa: BLE001 - one that fails keeps nobody else from following
            sys.excepthook(*sys.exc_info())
        return True

    def _follow_on(self) -> None:
        """What is out of sight follows, so many at a time that a key never waits for them."""
        piece, self._behind = self._behind[:_AT_A_TIME], self._behind[_AT_A_TIME:]
        for number in piece:
            self._tell(number)
        if self._behind:
            self._catch_up.start()
        else:
            _measure_anew(widget for widget in QApplication.allWidgets() if not widget.isVisible())

    def _read_colors(self) -> None:
        palette, scheme = tokens()["palette"], tokens()["schemes"][self._scheme]
        clearer = tokens()["more_contrast"] if self._more_contrast else {}
        self._colors = {name: QColor(palette[scheme[clearer.get(name, name)]]) for name in scheme}

    def _palette(self) -> QPalette:
        role = QPalette.ColorRole
        palette = QPalette()
        for target, name in (
            (role.Window, "page"),
            (role.WindowText, "text"),
            (role.Base, "surface"),
            (role.AlternateBase, "hover"),
            (role.Text, "text"),
            (role.PlaceholderText, "text-faint"),
            (role.Button, "surface"),
            (role.ButtonText, "text"),
            (role.BrightText, "danger"),
            (role.ToolTipBase, "surface"),
            (role.ToolTipText, "text"),
            (role.Highlight, "selection"),
            (role.HighlightedText, "on-selection"),
            (role.Accent, "primary"),
            (role.Link, "link"),
            (role.LinkVisited, "link"),
            (role.Light, "surface"),
            (role.Midlight, "hover"),
            (role.Mid, "line"),
            (role.Dark, "border"),
            (role.Shadow, "line"),
        ):
            palette.setColor(target, self.color(name))
        for target in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, self.color("on-off"))
        return palette


def theme_of(_widget: QObject | None = None) -> Theme:
    """The application's theme; a plain light one is put on when none has been applied yet."""
    app = _app()
    found = app.property(_PROPERTY)
    if isinstance(found, Theme):
        return found
    theme = Theme(app)
    theme.apply(app, "light")
    return theme


def new_application() -> QApplication:
    """The application, in the one style we draw on from its birth: to be handed a style later is to learn its every name."""
    app = QApplication(["rundbord", "-style", "Fusion"])
    app.setObjectName(STYLED)
    return app


def page_color(scheme: str) -> QColor:
    """The colour of an empty page, before there is a theme."""
    return QColor(tokens()["palette"][tokens()["schemes"][_resolved(_app(), scheme)]["page"]])


def put_on(app: QApplication, scheme: str, scale: int) -> None:
    """The look, on an application that has none yet or another."""
    found = app.property(_PROPERTY)
    theme = found if isinstance(found, Theme) else Theme(app)
    theme.apply(app, scheme, scale)


def follow(slot: Callable[[], object]) -> Theme:
    """Call `slot` now and each time its measures change; `slot` is a bound method, dropped when its widget goes."""
    theme = theme_of()
    theme.follow(slot)
    slot()
    return theme


def fill(painter: QPainter, area: QRect | QRectF, color: QColor) -> None:
    """Paint a rectangle in one colour. `fillRect` would do it too, and have Python learn the names of 169 gradients first."""
    painter.setBackground(color)
    painter.eraseRect(area)


def _app() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("a theme needs a QApplication")
    return app


def _first_time(app: QApplication, theme: Theme) -> None:
    app.setProperty(_PROPERTY, theme)
    if app.objectName() != STYLED:
        app.setStyle("Fusion")
    for file in sorted(resource_path("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    hints = app.styleHints()
    hints.colorSchemeChanged.connect(theme.system_changed)
    if hasattr(hints, "accessibility"):  # since Qt 6.10
        access = hints.accessibility()
        access.contrastPreferenceChanged.connect(theme.system_changed)


def _is_seen(owner: object) -> bool:
    """Whether a follower is on the screen now, or has no place there at all: a layout is seen with the widget it lies in."""
    widget = owner.parentWidget() if isinstance(owner, QLayout) else owner
    return widget.isVisible() if isinstance(widget, QWidget) else not isinstance(owner, QLayout)


def _measure_anew(widgets: Iterable[QWidget]) -> None:
    """Let layouts forget what they measured: what is out of sight has not told the one it lies in that it has grown."""
    for widget in widgets:
        layout = widget.layout()
        if layout is not None:
            for one in (layout, *layout.findChildren(QLayout)):
                one.invalidate()
            widget.updateGeometry()


def _wants_contrast(app: QApplication) -> bool:
    hints = app.styleHints()
    if not hasattr(hints, "accessibility"):
        return False
    access = hints.accessibility()
    return access.contrastPreference() == Qt.ContrastPreference.HighContrast


def _resolved(app: QApplication, scheme: str) -> str:
    if scheme in SCHEMES:
        return scheme
    hints = app.styleHints()
    return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"
