# SPDX-License-Identifier: MPL-2.0
"""F1: what the keys can do, read from the action table, so that it is never wrong; below them the help, as it is written in
`resources/help`. Must not know what an action does.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QTextDocument, QTextTable
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.domain.resources import resource_path
from app.qt.actions import ACTIONS, EVERYWHERE, LISTS, MEETING, shown_keys
from app.qt.theme import follow, theme_of
from app.views.parts.side_panel import Rule
from app.views.parts.words import Words
from app.views.shell.overlay import Overlay
from app.views.sign_in.page import quiet

_ALWAYS = (
    ("Tab", "Næste felt"),
    ("Ctrl+Enter", "Brug forslaget, eller tilføj en linje"),
    ("Alt+pil op/ned", "Flyt en linje"),
)


def _laid_out(markdown: str) -> str:
    """Markdown as rich text, its tables calm: no lines, and air between the columns."""
    document = QTextDocument()
    document.setMarkdown(markdown.strip())
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            calm = frame.format()
            calm.setBorder(0)
            calm.setCellPadding(4)
            frame.setFormat(calm)
    return document.toHtml()


class _Chapter(QLabel):
    """Rich text that remembers how tall it is: a label breaks all of it anew each time a layout asks."""

    def __init__(self, html: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._tall: dict[tuple[int, str], int] = {}
        self.setObjectName("help.text")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setText(html)

    def heightForWidth(self, width: int) -> int:
        key = (width, self.font().key())
        if key not in self._tall:
            self._tall[key] = super().heightForWidth(width)
        return self._tall[key]

    def sizeHint(self) -> QSize:
        wide = theme_of().px(420)
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of().px(120), self.fontMetrics().height())


class HelpOverlay(Overlay):
    """The keys in two columns, and the help below. The arrows and Page Down read on."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, 820)
        self.setObjectName("help.card")
        self.setAccessibleName("Hjælp og genveje")
        self._texts: list[_Chapter] = []
        self._laid: str | None = None  # the next chapter as rich text
        self._away = quiet("Luk", "help.close", self.card, "Esc")
        self._away.clicked.connect(self.close_overlay)
        head = QHBoxLayout()
        head.addWidget(Words("Det kan tasterne", "heading", parent=self.card), 1)
        head.addWidget(self._away)
        self.card.column.addLayout(head)
        self._grid = QGridLayout()
        self.card.column.addLayout(self._grid)
        left, right = 0, 0
        for place in (EVERYWHERE, LISTS):
            left = self._group(place, left, 0)
        right = self._group(MEETING, right, 2)
        for keys, words in _ALWAYS:
            right = self._line(keys, words, right, 2)
        self.card.column.addWidget(Rule(self.card))
        self._reading = QVBoxLayout()
        self.card.column.addLayout(self._reading)
        written = resource_path("help", "hjaelp.md").read_text(encoding="utf-8")
        self._waiting = written.split("\n## ")[1:]
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._next_chapter)
        follow(self._space)

    def show_for(self, _in_room: bool) -> None:
        """Open it: the keys at once, and what is to be read below them a chapter at a time."""
        self.open(self._away)
        self._rest.start()

    @property
    def whole(self) -> bool:
        """Whether every chapter is there."""
        return not self._waiting

    def _next_chapter(self) -> None:
        """A heading and what stands under it."""
        if self.whole or self.isHidden():
            return
        if self._laid is None:  # a turn of its own: the longest takes as long to read as to show
            self._laid = _laid_out(self._waiting[0].split("\n", 1)[1])
            self._rest.start()
            return
        title = self._waiting.pop(0).split("\n", 1)[0]
        laid, self._laid = self._laid, None
        self._reading.addWidget(Words(title, "heading", parent=self.card))
        chapter = _Chapter(laid, self.card)
        self._texts.append(chapter)
        self._dress(chapter)
        self._reading.addWidget(chapter)
        self._rest.start()

    def _group(self, place: str, row: int, column: int) -> int:
        head = Words(place, "label", "text-quiet", self.card)
        self._grid.addWidget(head, row, column, 1, 2)
        row += 1
        steps = [spec for spec in ACTIONS if spec.place == place and spec.id.startswith("step.")]
        if steps:
            row = self._line("Alt+1 … Alt+6", "Gå til et trin", row, column)
        for spec in ACTIONS:
            if spec.place == place and spec not in steps:
                row = self._line(shown_keys(spec.id), spec.text, row, column)
        return row

    def _line(self, keys: str, words: str, row: int, column: int) -> int:
        self._grid.addWidget(Words(keys, "strong", parent=self.card), row, column)
        self._grid.addWidget(Words(words, "body", parent=self.card), row, column + 1)
        return row + 1

    def _space(self) -> None:
        theme = theme_of()
        self._grid.setHorizontalSpacing(theme.space(2))
        self._grid.setVerticalSpacing(theme.px(7))
        self._grid.setColumnMinimumWidth(0, theme.px(120))
        self._grid.setColumnMinimumWidth(2, theme.px(120))
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        self._reading.setSpacing(theme.space(1))
        for chapter in self._texts:
            self._dress(chapter)

    @staticmethod
    def _dress(chapter: _Chapter) -> None:
        theme = theme_of()
        chapter.setFont(theme.font("body"))
        chapter.setContentsMargins(0, 0, 0, theme.space(1.5))
