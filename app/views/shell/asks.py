# SPDX-License-Identifier: MPL-2.0
"""How screens tell and ask: a quiet line near the foot, a card with two answers, the system's own file dialogs.

What is told never stops anybody: it stands until it is read, and goes by itself. Made with the first screen, so what is
told and asked with comes in when it is needed. Must not know who asks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QFileInfo, QStandardPaths, Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from app.views.shell.file_dialog import FileDialog
    from app.views.shell.told import TellLine


class WindowAsks:
    """What a `Context` is given in the real window."""

    def __init__(self, window: QWidget, over: Callable[[], QWidget | None], folder: str = "") -> None:
        """`over`: what the quiet line is best laid over just now. `folder` is where a file was last saved or fetched."""
        self._window = window
        self._over = over
        self.folder = folder
        self._line: TellLine | None = None
        self._boxes: list[QMessageBox] = []
        self.on_tell: Callable[[str], bool] | None = None

    @property
    def line(self) -> TellLine:
        """The line near the window's foot."""
        if self._line is None:
            from app.views.shell.told import TellLine

            self._line = TellLine(self._window, self._over)
        return self._line

    def tell(self, message: str) -> None:
        """One sentence, without stopping anybody. `on_tell` may take it to a page of its own."""
        if self.on_tell is not None and self.on_tell(message):
            return
        self.line.caution(message)

    def say(self, message: str) -> None:
        """Good news, calmly."""
        self.line.calm(message)

    def confirm(self, title: str, message: str, yes: str, no: str) -> bool:
        """A question with two answers; the safe one has the keyboard, and Escape gives it."""
        from app.views.shell.told import Question

        return Question(self._window, title, message, yes, no).answer()

    def offer(self, title: str, message: str, yes: str, no: str) -> bool:
        """An offer, which has the keyboard; Escape is no."""
        from app.views.shell.told import Question

        return Question(self._window, title, message, yes, no, offers=True).answer()

    def save_file(self, title: str, name: str, pattern: str) -> str:
        """Where to save; "" is nowhere."""
        return self._noted(self._dialog(title, pattern).to_save(name).chosen())

    def open_file(self, title: str, pattern: str) -> str:
        """Which file to open; "" is none."""
        return self._noted(self._dialog(title, pattern).to_open().chosen())

    def _dialog(self, title: str, pattern: str) -> FileDialog:
        from app.views.shell.file_dialog import FileDialog

        return FileDialog(self._window, title, self._begins_in(), pattern)

    def _begins_in(self) -> str:
        """Where a file was last saved or fetched, while it is there; at first among the person's own documents, or at home."""
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return next((at for at in (self.folder, documents) if at and QDir(at).exists()), QDir.homePath())

    def _noted(self, chosen: str) -> str:
        if chosen:
            self.folder = QFileInfo(chosen).absolutePath()
        return chosen

    def crashed(self, message: str) -> None:
        """A fault nobody foresaw: a dialog of its own, that stops nothing behind it."""
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(QMessageBox.Icon.Warning, "Rundbord", message, QMessageBox.StandardButton.Ok, self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setModal(False)
        self._boxes.append(box)
        box.finished.connect(lambda _code: self._boxes.remove(box))
        box.show()
