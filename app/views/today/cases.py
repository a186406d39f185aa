# SPDX-License-Identifier: MPL-2.0
"""The caseload as a table reads it: a page at a time, the next one asked for when somebody scrolls there.

Made and filled by the page. Must not know where rows come from, nor wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.store.caseload import CaseRow, Sort, StepWord
from app.views.parts.table import CellRole, CellTone
from app.views.today import wording

Index = QModelIndex | QPersistentModelIndex


class Col(IntEnum):
    """The columns, from the left."""

    CITIZEN = 0
    SOURCE = 1
    VEJLEDER = 2
    BESTILLER = 3
    STEP = 4
    MONTHS = 5
    FOLLOW_UP = 6
    CONTACT = 7


TITLES = {
    Col.CITIZEN: "Borger",
    Col.SOURCE: "Kom fra",
    Col.VEJLEDER: "Vejleder",
    Col.BESTILLER: "Bestiller",
    Col.STEP: "Trin",
    Col.MONTHS: "Til muren",
    Col.FOLLOW_UP: "Næste opfølgning",
    Col.CONTACT: "Henvendelse",
}
SORTS = {
    Col.CITIZEN: Sort.NAME,
    Col.SOURCE: Sort.SOURCE,
    Col.VEJLEDER: Sort.VEJLEDER,
    Col.BESTILLER: Sort.BESTILLER,
    Col.STEP: Sort.STEP,
    Col.MONTHS: Sort.WALL,
    Col.FOLLOW_UP: Sort.FOLLOW_UP,
    Col.CONTACT: Sort.CONTACT,
}
ORDERS: tuple[tuple[Sort | None, bool, str], ...] = (
    (None, False, "Nyeste først"),
    (Sort.NAME, False, "Efter navn"),
    (Sort.FOLLOW_UP, False, "Efter næste opfølgning"),
    (Sort.END, False, "Efter slutdato"),
    (Sort.WALL, False, "Efter dage til muren"),
    (Sort.STEP, False, "Efter trin"),
    (Sort.VEJLEDER, False, "Efter vejleder"),
    (Sort.BESTILLER, False, "Efter bestiller"),
    (Sort.SOURCE, False, "Efter hvor de kom fra"),
    (Sort.CONTACT, False, "Ældste henvendelse først"),
)
"""Every order to choose from, and whether it points down; the first is what one begins with."""
BACKWARDS = ", omvendt"
"""How an order turned round by its column's name is told."""
UNDER = {Col.CITIZEN: Col.SOURCE, Col.VEJLEDER: Col.BESTILLER, Col.STEP: Col.MONTHS, Col.FOLLOW_UP: Col.CONTACT}
"""Where there is no room for every column: which one stands beneath which, as a second line."""


_COLUMNS = tuple(Col)
_SHOWN, _TIP, _ALOUD = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole
_ACROSS = Qt.Orientation.Horizontal

_LEAST = {
    Col.CITIZEN: 196,
    Col.SOURCE: 132,
    Col.VEJLEDER: 102,
    Col.BESTILLER: 102,
    Col.STEP: 136,
    Col.MONTHS: 164,
    Col.FOLLOW_UP: 176,
    Col.CONTACT: 128,
}
_LEAST_OF_TWO = {Col.CITIZEN: 190, Col.VEJLEDER: 122, Col.STEP: 142, Col.FOLLOW_UP: 152}
"""With two lines to a row, for what has no room beside each other."""
_GROWS = {
    Col.CITIZEN: 5,
    Col.SOURCE: 1,
    Col.VEJLEDER: 2,
    Col.BESTILLER: 2,
    Col.STEP: 2,
    Col.FOLLOW_UP: 1,
}
"""Names may be told with more, as of who has stopped; days never are."""


def order_named(sort: Sort | None) -> str:
    """What the order by `sort` is called."""
    return next((words for key, _down, words in ORDERS if key is sort), ORDERS[0][2])


def widths(room: int, px: Callable[[float], int]) -> tuple[bool, dict[Col, int]]:
    """Whether rows need two lines, and how wide each column is then; `px` brings a measure to the scale in use."""
    two = room < sum(px(width) for width in _LEAST.values())
    least = {column: px(width) for column, width in (_LEAST_OF_TWO if two else _LEAST).items()}
    spare = max(0, room - sum(least.values()))
    grows = sum(_GROWS.get(column, 0) for column in least)
    return two, {column: width + spare * _GROWS.get(column, 0) // grows for column, width in least.items()}


class CaseModel(QAbstractTableModel):
    """`more_wanted(offset)` when the next page should be read; it is answered by `add`."""

    more_wanted = Signal(int)

    def __init__(self, today: Callable[[], date], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._day = today()
        self._rows: list[CaseRow] = []
        self._called: dict[str, str] = {}
        self._left: frozenset[str] = frozenset()
        self._all_here = True
        self._asked_at = -1

    def show_rows(self, rows: Sequence[CaseRow], all_here: bool, left: frozenset[str] = frozenset()) -> bool:
        """Show these from the top; `left`: whose access has ended. Whether the lines stayed where they were, so that a choice in
        them still holds."""
        self._all_here, self._asked_at = all_here, -1
        before, fresh = self._rows, list(rows)
        of, self._day, self._left = (self._day, self._left), self._today(), left
        if [row.case_id for row in before] == [row.case_id for row in fresh]:
            self._rows = fresh
            self._name_all()
            for place, (old, new) in enumerate(zip(before, fresh, strict=True)):
                if old != new or of != (self._day, left):
                    self.dataChanged.emit(self.index(place, 0), self.index(place, len(Col) - 1))
            return True
        self.beginResetModel()
        self._rows = fresh
        self._name_all()
        self.endResetModel()
        return False

    def add(self, offset: int, rows: Sequence[CaseRow], all_here: bool) -> None:
        """The page that was asked for; one for another place than the end is of no use any more."""
        self._asked_at = -1
        if offset != len(self._rows):
            return
        self._all_here = all_here
        if rows:
            self.beginInsertRows(QModelIndex(), offset, offset + len(rows) - 1)
            self._rows += rows
            self._name_all()
            self.endInsertRows()

    def row(self, place: int) -> CaseRow:
        """The case on a line."""
        return self._rows[place]

    def place_of(self, case_id: str) -> int:
        """The line a case stands on; -1 when it is not here."""
        return next((n for n, row in enumerate(self._rows) if row.case_id == case_id), -1)

    def again(self) -> None:
        """The look or the day has changed: every line may say something else."""
        self._day = self._today()
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(Col) - 1))

    def _name_all(self) -> None:
        names = {name for row in self._rows for name in (row.bestiller, row.vejleder)}
        self._called = wording.familiar(names)
        self._called |= {name: f"{self._called[name]} (stoppet)" for name in names & self._left if name in self._called}

    # What Qt asks.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(Col)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._all_here and self._asked_at != len(self._rows)

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._asked_at = len(self._rows)
            self.more_wanted.emit(self._asked_at)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _SHOWN) -> object:
        if orientation is not _ACROSS or not 0 <= section < len(_COLUMNS):
            return None
        if role == _SHOWN:
            return TITLES[_COLUMNS[section]]
        return "Tryk for at sortere" if role == _TIP and _COLUMNS[section] in SORTS else None

    def data(self, index: Index, role: int = _SHOWN) -> object:
        if not index.isValid():
            return None
        tell = _TELLS.get(role)
        return None if tell is None else tell(self, self._rows[index.row()], _COLUMNS[index.column()])

    def _text(self, row: CaseRow, column: Col) -> str:
        if column is Col.CITIZEN:
            several = f" · {1 + len(row.also)} sager" if row.also else ""
            two = wording.in_two_roles(row, self._called)
            return f"{row.name or 'Uden navn'}{several}{f' · {two}' if two else ''}"
        if column is Col.VEJLEDER:
            return self._called.get(row.vejleder, wording.NOTHING)
        if column is Col.BESTILLER:
            return self._called.get(row.bestiller, wording.NOTHING)
        if column is Col.STEP:
            return wording.step(row)
        if column is Col.SOURCE:
            return row.source or wording.NOTHING
        if column is Col.MONTHS:
            return wording.to_wall(row, self._day) or wording.NOTHING
        if column is Col.FOLLOW_UP:
            return wording.follow_up(row, self._day)[0]
        return wording.near_day(row.contact_on, self._day) if row.contact_on else wording.NOTHING

    def _share(self, row: CaseRow, column: Col) -> float | None:
        return wording.share_gone(row, self._day) if column is Col.MONTHS else None

    def _under(self, row: CaseRow, column: Col) -> str:
        if column is Col.CITIZEN:
            return f"fra {row.source}" if row.source else ""
        if column is Col.VEJLEDER:
            return f"med {self._called[row.bestiller]}" if row.bestiller.strip() else ""
        if column is Col.STEP:
            return wording.wall_under(row, self._day)
        return wording.came(row, self._day) if column is Col.FOLLOW_UP else ""

    def _in_full(self, row: CaseRow, column: Col) -> str:
        if column is Col.CITIZEN:
            also = f". Har også sag {' og '.join(row.also)}" if row.also else ""
            two = wording.in_two_roles(row)
            return f"{row.name}, sag {row.number}{also}{f'. {two}' if two else ''}"
        if column is Col.SOURCE:
            return f"Kom fra {row.source}" if row.source else "Ikke skrevet, hvor de kom fra"
        if column is Col.VEJLEDER:
            return self._whole(row.vejleder) or "Ingen vejleder endnu"
        if column is Col.BESTILLER:
            return self._whole(row.bestiller) or "Ingen bestiller endnu"
        if column is Col.STEP and row.waits_for:
            return f"{row.step}. Svaret er sendt videre til {row.waits_for}"
        if column is Col.MONTHS:
            return wording.period(row, self._day)
        said = self._text(row, column)
        return _NONE[column] if said == wording.NOTHING else said

    def _whole(self, name: str) -> str:
        return f"{name}, hvis adgang er ophørt" if name in self._left else name

    def _tone(self, row: CaseRow, column: Col) -> CellTone | None:
        if row.ended and column is not Col.CITIZEN:
            return CellTone.QUIET
        if column is Col.STEP and (row.overdue is not None or row.step == StepWord.BROKEN):
            return CellTone.LATE
        if column is Col.FOLLOW_UP and wording.follow_up(row, self._day)[1]:
            return CellTone.LATE
        return CellTone.QUIET if self._text(row, column) == wording.NOTHING else None


_NONE = {Col.FOLLOW_UP: "Ingen opfølgning aftalt", Col.CONTACT: "Ikke skrevet, hvornår de henvendte sig"}
"""What a dash stands for, to who does not see the column it is in."""
_TELLS: Mapping[int, Callable[[CaseModel, CaseRow, Col], object]] = {
    _SHOWN: CaseModel._text,
    CellRole.TONE: CaseModel._tone,
    CellRole.SHARE: CaseModel._share,
    CellRole.UNDER: CaseModel._under,
    _TIP: CaseModel._in_full,
    _ALOUD: CaseModel._in_full,
}
"""What answers each role Qt asks a cell for; it asks for some that none does, many times over."""
