# SPDX-License-Identifier: MPL-2.0
"""The system's own file dialog; where the system has none, the one Qt draws, given the room its words need.

Made when a file is asked for. Must not know what it is for.
"""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHeaderView, QSplitter, QTreeView, QWidget

from app.qt.theme import theme_of

_WIDE, _TALL, _PLACES = 840, 480, 150
"""How wide and tall Qt's own is, and the list of places in it, in points at the scale in use."""
_OF_SCREEN = 0.9
_ALL_TOLD = 700
"""How wide it must be, in points at the scale in use, for how large a file is and of which kind to be told beside its name."""
_SIZE, _KIND = 1, 2


class FileDialog(QFileDialog):
    """`chosen` asks, and gives the path; "" for none."""

    def __init__(self, window: QWidget, title: str, folder: str, pattern: str) -> None:
        super().__init__(window, title, folder, pattern)

    def to_save(self, name: str) -> FileDialog:
        """A file to write, called `name` unless somebody calls it otherwise."""
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.selectFile(name)
        return self

    def to_open(self) -> FileDialog:
        """A file there is."""
        self.setFileMode(QFileDialog.FileMode.ExistingFile)
        return self

    def chosen(self) -> str:
        found = self.selectedFiles() if self.exec() else []
        self.deleteLater()
        return found[0] if found else ""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        files = self.findChild(QTreeView)
        if files is None:  # the system draws it
            return
        theme, screen = theme_of(), self.screen().availableSize()
        wide = min(theme.px(_WIDE), round(screen.width() * _OF_SCREEN))
        self.resize(wide, min(theme.px(_TALL), round(screen.height() * _OF_SCREEN)))
        parts = self.findChild(QSplitter)
        if parts is not None:
            parts.setSizes([theme.px(_PLACES), wide - theme.px(_PLACES)])
        for column in (_SIZE, _KIND):
            files.setColumnHidden(column, wide < theme.px(_ALL_TOLD))
        files.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        files.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
