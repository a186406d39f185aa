# SPDX-License-Identifier: MPL-2.0
"""The one table of what can be done by a key: Danish words, shortcut, tool tip. Help, buttons and shortcuts are read from it.

A screen binds the ids it can do; nothing else in the program names a shortcut. A test holds that no two collide. Must not
know what an action does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


class Spec(NamedTuple):
    """One thing to do. `keys` may hold several ways; the first is the one shown. `place` is where in the help it stands."""

    id: str
    text: str
    keys: tuple[str, ...]
    tip: str
    place: str


EVERYWHERE, LISTS, MEETING = "Overalt", "Dagens side", "I mødet"

ACTIONS: tuple[Spec, ...] = (
    Spec("help", "Hjælp og genveje", ("F1",), "Vis, hvad tasterne kan", EVERYWHERE),
    Spec("pen.pass", "Giv pennen", ("F2",), "Giv pennen til den anden ved bordet – med en kort PIN", EVERYWHERE),
    Spec("lock", "Lås", ("Ctrl+L",), "Dæk skærmen. Alt er gemt", EVERYWHERE),
    Spec("home", "Dagens side", ("Alt+Home",), "Gå til dagens side og dine sager", EVERYWHERE),
    Spec("settings", "Indstillinger", ("Ctrl+,",), "Tekststørrelse, lys og mørk, kommunens oplysninger", EVERYWHERE),
    Spec("text.larger", "Større tekst", ("Ctrl++", "Ctrl+="), "Gør al tekst større", EVERYWHERE),
    Spec("text.smaller", "Mindre tekst", ("Ctrl+-",), "Gør al tekst mindre", EVERYWHERE),
    Spec("text.plain", "Almindelig tekst", ("Ctrl+0",), "Tekst i almindelig størrelse", EVERYWHERE),
    Spec("quit", "Luk Rundbord", ("Ctrl+Q",), "Luk programmet. Alt er gemt", EVERYWHERE),
    Spec("new_citizen", "Ny borger", ("Ctrl+N",), "En borger er kommet ind", LISTS),
    Spec("import", "Hent henvisninger", ("Ctrl+O",), "Læs en fil fra jobcentret ind", LISTS),
    Spec("search", "Søg", ("Ctrl+F",), "Find en borger på navn, CPR eller telefon", LISTS),
    Spec("step.1", "Velkommen", ("Alt+1",), "Gå til trin 1", MEETING),
    Spec("step.2", "Hvad vil du?", ("Alt+2",), "Gå til trin 2", MEETING),
    Spec("step.3", "Hvad er prøvet?", ("Alt+3",), "Gå til trin 3", MEETING),
    Spec("step.4", "Mål", ("Alt+4",), "Gå til trin 4", MEETING),
    Spec("step.5", "Svar", ("Alt+5",), "Gå til trin 5", MEETING),
    Spec("step.6", "Papir", ("Alt+6",), "Gå til trin 6", MEETING),
    Spec("undo", "Fortryd", ("Ctrl+Shift+Z",), "Fortryd det sidste, du gjorde på sagen", MEETING),
    Spec("sending", "Til andre systemer", ("F8",), "Kopiér til fagsystemet, FFB-begreber og filer", MEETING),
    Spec(
        "spelling", "Næste ord at tjekke", ("F7",), "Gå til det næste understregede ord i feltet, med forslag", MEETING
    ),
    Spec("turn", "Vend skærmen", ("F9",), "Vis borgeren kun borgerens egen plan", MEETING),
)
_BY_ID = {spec.id: spec for spec in ACTIONS}


def spec(action_id: str) -> Spec:
    """What stands in the table. KeyError for an id that is not in it."""
    return _BY_ID[action_id]


def shown_keys(action_id: str) -> str:
    """The first shortcut as this machine writes it ("Ctrl+L")."""
    return QKeySequence(_BY_ID[action_id].keys[0]).toString(QKeySequence.SequenceFormat.NativeText)


def bind(widget: QWidget, action_id: str, slot: Callable[[], object]) -> QAction:
    """Let `widget` (with everything in it) do an action of the table by its shortcut; the action may be shown on buttons."""
    told = _BY_ID[action_id]
    action = QAction(widget)
    action.setText(told.text)  # one made with its text knows every icon of every desktop first
    action.setObjectName(f"action.{action_id}")
    action.setShortcuts([QKeySequence(keys) for keys in told.keys])
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.setToolTip(f"{told.tip} ({shown_keys(action_id)})")
    action.triggered.connect(lambda _checked=False: slot())
    widget.addAction(action)
    return action
