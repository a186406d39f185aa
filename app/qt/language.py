# SPDX-License-Identifier: MPL-2.0
"""Danish everywhere: Qt's own words in its dialogs, and how numbers and dates are written.

Called once, after the first window is painted. Must not know any screen: what the program itself says is Danish from the source.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

log = logging.getLogger(__name__)

LOCALE = "da_DK"

_LACKING = {
    "&Look in:": "&Søg i:",
    "Files of &type:": "Fil&type:",
    "Folder": "Mappe",
    "File": "Fil",
    "Drive": "Drev",
    "%1 File": "%1-fil",
    "File Folder": "Filmappe",
    "Alias": "Alias",
    "Shortcut": "Genvej",
    "Unknown": "Ukendt",
    "Double Sided Printing": "Udskrift på begge sider",
    "Off": "Fra",
    "Long side binding": "Vend på den lange side",
    "Short side binding": "Vend på den korte side",
    "Page &Set:": "&Sider:",
}


def speak_danish(app: QCoreApplication) -> bool:
    """Let Qt's own dialogs speak Danish; False, and a log line, when its Danish texts did not come along."""
    QLocale.setDefault(QLocale(LOCALE))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if not translator.load("qtbase_da", folder):
        log.info("Qt's Danish texts are missing")
        return False
    app.installTranslator(_Lacking(app))  # before the other, so that it is asked last
    app.installTranslator(translator)
    return True


class _Lacking(QTranslator):
    """What Qt's own Danish has no words for in the dialogs it draws itself (on Linux; elsewhere the system draws them)."""

    def translate(self, _context: str, source: str, _disambiguation: str | None = None, _n: int = -1) -> str:
        """The Danish, else the source itself, which is what stands there when nobody knows better."""
        return _LACKING.get(source, source)

    def isEmpty(self) -> bool:
        return False
