# SPDX-License-Identifier: MPL-2.0
"""A field for what is offered: free text that grows with its words, and the catalogue below it as one types (F2).

Used by the answer's support. Emits what is typed and `picked` when an entry is taken from the list; must not know what
choosing an entry does to the record.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, QModelIndex, QPersistentModelIndex, QRect, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QCompleter, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.qt.theme import fill, theme_of
from app.views.parts.bars import slim_bars
from app.views.parts.field import Field
from app.views.parts.fields import TextArea
from app.views.parts.growing import GrowingText
from app.views.room.step import icon_button

MOST_SHOWN = 8


class OfferField(TextArea):
    """Free text with the catalogue to choose from; words that are no entry stay as typed.

    Down opens the whole list while nothing is written, Alt+Down and F4 at any time.
    """

    picked = Signal()

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        self._editor = _OfferText()
        self.area = self._editor
        Field.__init__(self, label, self._editor, parent=parent)
        self._editor.textChanged.connect(self._user_edited)
        self._names = QStringListModel(self)
        self._list = QCompleter(self._names, self)
        self._list.setWidget(self._editor)
        self._list.setFilterMode(Qt.MatchFlag.MatchContains)
        self._list.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._list.setMaxVisibleItems(MOST_SHOWN)
        popup = self._list.popup()
        assert popup is not None
        popup.setItemDelegate(_Names(popup))
        slim_bars(popup)
        self._editor.popup = popup
        self._list.activated.connect(self._pick)
        self._editor.wanted.connect(lambda: self.offer_all())
        self.edited.connect(self._narrow)

    def set_offers(self, names: Sequence[str]) -> None:
        """What there is to choose between."""
        if list(names) != self._names.stringList():
            self._names.setStringList(list(names))
            self._editor.open.setVisible(bool(names))

    def offer_all(self) -> None:
        """Show the whole catalogue below the field."""
        self._show("")

    def _narrow(self, text: str) -> None:
        if text.strip() and self.has_user_focus():
            self._show(text.strip())
        else:
            self._editor.popup.hide()

    def _show(self, typed: str) -> None:
        self._list.setCompletionPrefix(typed)
        only = self._list.completionCount() == 1 and self._list.currentCompletion().casefold() == typed.casefold()
        if not self._list.completionCount() or only:
            self._editor.popup.hide()
            return
        wide = min(max(self.area.width(), theme_of().px(400)), self.window().width())
        self._list.complete(QRect(0, 0, wide, self.area.height()))

    def _pick(self, name: str) -> None:
        if name != self.text():
            self.area.setPlainText(name)
        self._editor.popup.hide()
        self.picked.emit()


class _OfferText(GrowingText):
    """The editor: one name, over as many lines as it takes. `wanted` when the list is asked for."""

    wanted = Signal()
    popup: QWidget

    def __init__(self) -> None:
        super().__init__(1, 4)
        self.open = icon_button("chevron-down", "Vis kataloget", self)
        self.open.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.open.clicked.connect(self.wanted)
        self.open.hide()

    def _padding(self) -> QMargins:
        pad = super()._padding()
        return QMargins(pad.left(), pad.top(), theme_of().px(34), pad.bottom())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self.open.sizeHint()
        top = max(0, (self.fontMetrics().height() + 2 * self._padding().top() - size.height()) // 2)
        self.open.setGeometry(self.width() - size.width() - theme_of().px(4), top, size.width(), size.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the list's; a name has no lines of its own."""
        key, held = Qt.Key(event.key()), event.modifiers()
        alt = held == Qt.KeyboardModifier.AltModifier
        if self.popup.isVisible() and key in (
            *(Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape),
            *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab),
        ):
            event.ignore()
        elif key == Qt.Key.Key_F4 or (
            key == Qt.Key.Key_Down and (alt or (not self.toPlainText().strip() and not held))
        ):
            self.wanted.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)


class _Names(QStyledItemDelegate):
    """Rows with air; a name too long for one line is told whole in its tool tip."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), theme_of().width("touch"))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = theme_of()
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        fill(painter, area, theme.color("selection" if chosen else "surface"))
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("on-selection" if chosen else "text"))
        inside = area.adjusted(theme.px(11), 0, -theme.px(11), 0)
        name = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
