# SPDX-License-Identifier: MPL-2.0
"""What is copied out of a case: for whoever pastes it now, and for no list of what was copied before.

Windows keeps such a list and may send it to the person's other machines, KDE keeps one too; both heed a mark beside the text.
Used wherever a button copies. What somebody copies in a field themselves is theirs.
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

_NO = bytes(4)  # a DWORD of nought
_MARKS = {
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"1",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': _NO,
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': _NO,
    "x-kde-passwordManagerHint": b"secret",
}


def copy(text: str) -> None:
    """Put a text on the clipboard, marked as nobody's to keep."""
    held = QMimeData()
    held.setText(text)
    for name, value in _MARKS.items():
        held.setData(name, value)
    QGuiApplication.clipboard().setMimeData(held)
