# SPDX-License-Identifier: MPL-2.0
"""What only Qt knows of a machine, for the doctor: its version, whether our fonts can be read, and the screens.

Called in the running program, or by `rundbord doctor` in a process of its own, since Qt ends a process that cannot have a window.
Must not know screens of ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication

from app.domain.findings import Finding, fine, note, wrong
from app.domain.resources import resource_path

FONTS, SCREEN = "Skrifter", "Skærm"
_FACES = ("IBMPlexSans-Regular.ttf", "IBMPlexSans-SemiBold.ttf", "IBMPlexSans-Medium.ttf", "NotoEmoji-Regular.ttf")
SMALLEST = (1366, 768)


def seen() -> Iterator[Finding]:
    """Everything Qt has to say. There must be an application."""
    bad = [name for name in _FACES if QFontDatabase.addApplicationFont(str(resource_path("fonts", name))) < 0]
    if bad:
        yield wrong(FONTS, f"{', '.join(bad)} mangler eller kan ikke læses. Installér programmet igen.")
    else:
        yield fine(FONTS, "Programmets skrifttyper kan læses.")
    platform = QGuiApplication.platformName()
    screens = QGuiApplication.screens()
    sizes = [(screen.size().width(), screen.size().height(), screen.devicePixelRatio()) for screen in screens]
    shown = ", ".join(f"{wide}×{high} ved {ratio:.0%}" for wide, high, ratio in sizes)
    yield fine(SCREEN, f"Qt {qVersion()} med {platform}: {shown or 'ingen skærm'}.")
    if sizes and platform != "offscreen" and max((wide, high) for wide, high, _ in sizes) < SMALLEST:
        yield note(SCREEN, f"Skærmen er mindre end {SMALLEST[0]}×{SMALLEST[1]}: noget må rulles frem.")
