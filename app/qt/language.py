# SPDX-License-Identifier: MPL-2.0
"""Danish everywhere: Qt's own words in its dialogs, and how numbers and dates are written.

Called once, after the first window is painted. Must not know any screen: what the program itself says is Danish from the source.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

log = logging.getLogger(__name__)

LOCALE = "da_DK"


def speak_danish(app: QCoreApplication) -> bool:
    """Let Qt's own dialogs speak Danish; False, and a log line, when its Danish texts did not come along."""
    QLocale.setDefault(QLocale(LOCALE))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if not translator.load("qtbase_da", folder):
        log.info("Qt's Danish texts are missing")
        return False
    app.installTranslator(translator)
    return True
