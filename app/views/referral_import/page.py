# SPDX-License-Identifier: MPL-2.0
"""A job centre's file: chosen, taken in on the database lane, and told of in plain words, down to each line refused.

Nothing is retyped and nothing half done: the service takes all of the file or none. Must not know how a file is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QStackedWidget, QVBoxLayout, QWidget

from app.domain.errors import EnvironmentProblem
from app.qt import clipboard
from app.qt.theme import follow, theme_of
from app.services.referral_file import MAX_BYTES, RefusedLine
from app.services.referrals import TakenIn, take_in
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.keyboard import LeadsKeyboard
from app.views.parts.notices import EmptyState, Notice, Weight
from app.views.parts.side_panel import Scrolling, Sheet
from app.views.parts.table import CalmTable, row_height
from app.views.parts.words import Words, grows_down
from app.views.today.card import Card

Index = QModelIndex | QPersistentModelIndex

FEWEST_LINES = 4
PATTERN = "Henvisninger (*.csv *.txt);;Alle filer (*)"
LEAD = "Jobcentrets fil lægges ind, som den er: hvem, hvornår, hvad der er prøvet, og hvordan det gik."
_TITLES = ("Linje", "Kolonne", "Hvorfor ikke")
_WHY = 2


def read_bytes(path: str) -> bytes:
    """The file as it lies. Raises EnvironmentProblem where it can't be read; one far too big is left for the reader to refuse."""
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise EnvironmentProblem(f"Filen {Path(path).name} kan ikke læses. Ligger den der stadig?") from error


class RefusedModel(QAbstractTableModel):
    """The lines that could not be used."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[RefusedLine, ...] = ()

    def show_lines(self, lines: tuple[RefusedLine, ...]) -> None:
        """These and no others."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def as_text(self) -> str:
        """All of it, as it is pasted into a letter or a sheet."""
        rows = [_TITLES, *((str(one.line), one.column, one.reason) for one in self._lines)]
        return "\n".join("\t".join(row) for row in rows)

    def reasons(self) -> Iterable[str]:
        """Why each was refused."""
        return (one.reason for one in self._lines)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        across = orientation is Qt.Orientation.Horizontal and 0 <= section < len(_TITLES)
        return _TITLES[section] if across and role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        one = self._lines[index.row()]
        return (str(one.line), one.column, one.reason)[index.column()]


class _Figure(QWidget):
    """A number, light and large, and what it counts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = Words("", "figure", parent=self)
        self._counts = Words("", "note", "text-quiet", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._number)
        column.addWidget(self._counts)
        grows_down(self)

    def tell(self, number: int, counts: str) -> None:
        """Say it."""
        self._number.setText(f"{number:,}".replace(",", "."))
        self._counts.setText(counts)
        self.setAccessibleName(f"{number} {counts}")


class ImportPage(LeadsKeyboard):
    """`done` when one has seen what became of the file, or would rather not."""

    done = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._busy = False
        self.setObjectName("import.page")
        self.setAccessibleName("Hent henvisninger")
        self._title = Words("Hent henvisninger", "display", parent=self)
        self._told = Notice(self)
        self._begin = EmptyState("upload", "Vælg jobcentrets fil", LEAD, "Vælg fil …")
        self._begin.button.setObjectName("import.choose")
        self._begin.pressed.connect(self.choose)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._begin)
        self._stack.addWidget(self._build_result())
        self.back = Button("Tilbage", parent=self)
        self.back.setObjectName("import.done")
        self.back.clicked.connect(self.done)
        self._head = QHBoxLayout()
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self.back, 0, Qt.AlignmentFlag.AlignVCenter)
        sheet = Sheet("page")
        self._column = QVBoxLayout(sheet)
        self._column.addLayout(self._head)
        self._column.addWidget(self._told)
        self._column.addWidget(self._stack, 1)
        scrolling = Scrolling(sheet, self)
        scrolling.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling)
        self.keyboard_to(self._begin.button)
        follow(self._restyle)

    def _build_result(self) -> QWidget:
        self.taken, self.known, self.refused = _Figure(), _Figure(), _Figure()
        figures = QWidget()
        row = FlowLayout(figures, gap=7, row_gap=1.5)
        for figure in (self.taken, self.known, self.refused):
            row.addWidget(figure)
        grows_down(figures)
        self._says = Words("", "body")
        self._heading = Words("", "heading")
        self.copy = Button("Kopiér listen", Kind.QUIET, icon="copy")
        self.copy.setObjectName("import.copy")
        self.copy.clicked.connect(self._copy)
        self.model = RefusedModel(self)
        self.table = CalmTable("Linjer, der ikke kunne bruges")
        self.table.setObjectName("import.refused")
        self.table.setModel(self.model)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(_WHY, QHeaderView.ResizeMode.Stretch)
        header.sectionResized.connect(self._resized)
        self._card = Card()
        self._card.box.addWidget(self.table)
        self.another = Button("Hent en fil til", Kind.SECONDARY)
        self.another.setObjectName("import.another")
        self.another.clicked.connect(self.choose)
        self._line = QHBoxLayout()
        self._line.addWidget(self._heading, 1)
        self._line.addWidget(self.copy)
        result = QWidget()
        self._result = QVBoxLayout(result)
        self._result.setContentsMargins(0, 0, 0, 0)
        self._result.addWidget(figures)
        self._result.addWidget(self._says)
        self._result.addLayout(self._line)
        self._result.addWidget(self._card, 1)
        self._result.addWidget(self.another, 0, Qt.AlignmentFlag.AlignLeft)
        self._result.addStretch(0)
        return result

    def choose(self) -> None:
        """Ask for a file and take it in."""
        path = "" if self._busy else self._context.asks.open_file("Vælg jobcentrets fil", PATTERN)
        if path:
            self.take(path)

    def take(self, path: str) -> None:
        """Take the file at `path` in."""
        desk, hand = self._context.desk, self._context.hand
        self._busy = True
        self._told.say("")
        self._begin.show_state("hourglass", "Læser filen …", Path(path).name)
        self._stack.setCurrentIndex(0)
        self._context.run(lambda: take_in(desk, hand, read_bytes(path)), self._show, self._failed)

    def _show(self, result: TakenIn) -> None:
        self._busy = False
        refused = len(result.refused_lines)
        self.taken.tell(result.taken, "taget ind" if result.taken != 1 else "henvisning taget ind")
        self.known.tell(result.known_already, "kendte vi i forvejen")
        self.refused.tell(refused, "kunne ikke bruges")
        asks = len(result.status_to_request_from_jobcenter)
        says = f"Filen havde {_rows(result.read)}."
        if asks:
            says += (
                f" {_rows(asks).capitalize()} siger ikke, hvad der er prøvet. Det ligger som en opgave under »I dag«."
            )
        self._says.setText(f"{says} {result.told}".rstrip())
        self._heading.setText(
            "Disse linjer er ikke taget ind. De andre er." if result.taken else "Disse linjer er ikke taget ind."
        )
        self.model.show_lines(result.refused_lines)
        for part in (self._heading, self.copy, self._card):
            part.setVisible(bool(refused))
        self._stack.setCurrentIndex(1)
        self._lay_out()
        (self.table if refused else self.another).setFocus()

    def _failed(self, message: str, _field: str | None) -> None:
        self._busy = False
        self._begin.show_state("upload", "Vælg jobcentrets fil", LEAD, "Vælg fil …")
        self._stack.setCurrentIndex(0)
        self._told.say(f"{message} Der er ikke ændret noget.", Weight.TROUBLE)
        self._begin.button.setFocus()

    def _copy(self) -> None:
        clipboard.copy(self.model.as_text())
        self.copy.setText("Kopieret")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._busy:
            self.done.emit()
        else:
            super().keyPressEvent(event)

    def _restyle(self) -> None:
        theme = theme_of()
        edge = theme.width("edge") - theme.px(4)
        self._column.setContentsMargins(edge, theme.px(28), edge, theme.px(20))
        self._column.setSpacing(theme.space(2.5))
        self._result.setSpacing(theme.space(2))
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        theme = theme_of()
        header = self.table.horizontalHeader()
        header.resizeSection(0, theme.px(90))
        header.resizeSection(1, theme.px(170))
        self._fit_rows()

    def _resized(self, column: int, _before: int, _now: int) -> None:
        if column == _WHY:
            self._fit_rows()

    def _fit_rows(self) -> None:
        """A reason is read whole, and nobody scrolls sideways."""
        self.table.break_for(_WHY, self.model.reasons())
        around = self._card.box.contentsMargins()
        frame, lines, one = (
            around.top() + around.bottom() + row_height(),
            self.model.rowCount(),
            self.table.row_height(),
        )
        self._card.setMaximumHeight(frame + one * lines)
        self._card.setMinimumHeight(frame + one * min(lines, FEWEST_LINES))


def _rows(count: int) -> str:
    return "én henvisning" if count == 1 else f"{count:,} henvisninger".replace(",", ".")
