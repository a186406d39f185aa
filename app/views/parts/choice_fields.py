# SPDX-License-Identifier: MPL-2.0
"""Fields one chooses in: a few options as a list, many as a box with type-ahead, one thing as a check mark.

Options carry the plain value that is kept and the words that are read. Must not know where they come from.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QCompleter,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.qt.icons import pixmap
from app.qt.theme import fill, follow, theme_of
from app.views.parts.bars import SlimBar, slim_bars
from app.views.parts.field import Field, see_through
from app.views.parts.keyboard import LeadsKeyboard, OwnOrder
from app.views.parts.marks import CheckMark, Option, RadioOption
from app.views.parts.words import Laid, grows_down, lay

__all__ = ["NO", "YES", "CheckField", "ChoiceField", "Option", "RadioOption", "TypeAhead"]

FEW = 6
_ROW_AIR = 10
YES, NO = "ja", "nej"


class _RadioList(LeadsKeyboard, OwnOrder):
    """A few options below each other. Delete takes the choice away again."""

    picked = Signal(str)

    def __init__(self, options: Sequence[Option], accent: str) -> None:
        super().__init__()
        self._accent = accent
        self._group = QButtonGroup(self)
        self._choosing = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._place = QWidget(self)  # never seen: where Tab comes to the list, also after its options were changed
        self._place.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._place.hide()
        self.buttons: list[RadioOption] = []
        grows_down(self)
        self.set_options(options)

    def set_options(self, options: Sequence[Option]) -> None:
        before, self.buttons = self.buttons, []
        for old in before:
            self._group.removeButton(old)
            self._column.removeWidget(old)
        for option in options:
            button = RadioOption(option, self._accent, self)
            button.toggled.connect(self._toggled)
            button.installEventFilter(self)
            self._group.addButton(button)
            self._column.addWidget(button)
            QWidget.setTabOrder(self.buttons[-1] if self.buttons else self._place, button)
            self.buttons.append(button)
        if self.buttons:
            self.keyboard_to(self.buttons[0])
            if any(old.hasFocus() for old in before):  # what has the keyboard when it is deleted takes it along
                self.buttons[0].show()
                self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
        for old in before:
            old.hide()
            old.deleteLater()

    def stops(self) -> Iterator[QWidget]:
        """All of them, though Qt lets only the one in hand be a stop: it may be another by the time Tab is pressed."""
        yield self._place
        yield from self.buttons

    def value(self) -> str:
        return next((button.option.value for button in self.buttons if button.isChecked()), "")

    def choose(self, value: str) -> None:
        """Choose that one, or none. The keyboard, where it is in the list, stands on it, and Tab comes to it."""
        within = any(button.hasFocus() for button in self.buttons)
        self._choosing = True
        self._group.setExclusive(False)
        for button in self.buttons:
            button.setChecked(button.option.value == value)
            if button.isChecked():
                self.keyboard_to(button)
                self._stop_at(button)
                if within:
                    button.show()  # a hidden one is given the keyboard when it is shown, if nothing else was meanwhile
                    button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._group.setExclusive(True)
        self._choosing = False

    def _stop_at(self, chosen: RadioOption) -> None:
        """Qt lets Tab stop where the keyboard last was, and knows nothing of one that was chosen meanwhile."""
        for button in self.buttons:
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button is chosen else Qt.FocusPolicy.ClickFocus)

    def _toggled(self, on: bool) -> None:
        """By mouse, by key, or by what works a screen for somebody: that toggles, and presses nothing."""
        if on and not self._choosing:
            self.choose(self.value())
            self.picked.emit(self.value())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = event.key() if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress else None
        if pressed in (Qt.Key.Key_Down, Qt.Key.Key_Up) and isinstance(watched, RadioOption) and self._lies_across():
            self._step_from(watched, 1 if pressed == Qt.Key.Key_Down else -1)
            return True
        if pressed in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.value():
            self.choose("")
            self.picked.emit("")
            return True
        return super().eventFilter(watched, event)

    def _lies_across(self) -> bool:
        return self._column.direction() is QVBoxLayout.Direction.LeftToRight

    def _step_from(self, button: RadioOption, by: int) -> None:
        """To the next option or the one before, and a choice that was made goes along, as with those that lie below."""
        place = self.buttons.index(button) + by
        if 0 <= place < len(self.buttons):
            to = self.buttons[place]
            to.setFocus(Qt.FocusReason.TabFocusReason)
            if button.isChecked():
                to.click()


class _Rows(QStyledItemDelegate):
    """Rows with air, in lists that drop down from `box`; the one in hand in the colours of a selection. Words too long for
    one line go on to the next: what one chooses among is read whole.
    """

    def __init__(self, box: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._box = box

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = theme_of()
        painter.save()
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver))
        fill(painter, area, theme.color("selection" if chosen else "surface"))
        laid = self._laid(index)
        at = QPointF(area.left() + theme.px(_ROW_AIR), area.top() + (area.height() - laid.height) / 2)
        laid.paint(painter, at, theme.color("on-selection" if chosen else "text"))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        theme = theme_of()
        tall = math.ceil(self._laid(index).height) + theme.px(_ROW_AIR)
        return QSize(self._box.width() - theme.px(2 * _ROW_AIR), max(tall, theme.width("touch")))

    def _laid(self, index: QModelIndex | QPersistentModelIndex) -> Laid:
        theme = theme_of()
        bar = self._box.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        room = self._box.width() - bar - theme.px(2 * _ROW_AIR)
        return lay(str(index.data(Qt.ItemDataRole.DisplayRole) or ""), theme.font("body"), room)


class TypeAhead(QComboBox):
    """An editable box whose list narrows as one types. Words that are no option stay as typed."""

    def __init__(self, options: Sequence[Option]) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFrame(False)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setItemDelegate(_Rows(self, self))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel that scrolls past does not take the keyboard along
        see_through(self)
        line = self.lineEdit()
        assert line is not None
        see_through(line)
        line.setFrame(False)
        self.set_options(options)
        follow(self._restyle)

    def set_options(self, options: Sequence[Option]) -> None:
        text = self.currentText()
        self.blockSignals(True)
        self.clear()
        for option in options:
            self.addItem(option.words, option.value)
        self.setCurrentIndex(-1)
        self.setEditText(text)
        self.blockSignals(False)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        popup = completer.popup()
        assert popup is not None
        popup.setItemDelegate(_Rows(self, completer))
        slim_bars(popup)

    def value(self) -> str:
        """The value of the option whose words stand here, else the words themselves."""
        typed = self.currentText()
        bare = _bare(typed)
        fits = (self.itemData(n) for n in range(self.count()) if _bare(self.itemText(n)) == bare)
        return str(next(fits, typed)) if bare else typed

    def show_value(self, value: str) -> None:
        at = self.findData(value) if value else -1
        self.setCurrentIndex(at)
        self.setEditText(self.itemText(at) if at >= 0 else value)
        line = self.lineEdit()
        if line is not None:
            line.setCursorPosition(0)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab takes the one option that begins with what was typed, as it stands in the list below."""
        line = self.lineEdit()
        if forward and line is not None and line.isModified():
            typed = _bare(self.currentText())
            fits = [words for n in range(self.count()) if _bare(words := self.itemText(n)).startswith(typed)]
            if typed and len(fits) == 1 and fits[0] != self.currentText():
                self.setEditText(fits[0])
        return super().focusNextPrevChild(forward)

    def showPopup(self) -> None:
        """The list is made when it first drops down, and so are its bars."""
        view = self.view()
        if not isinstance(view.verticalScrollBar(), SlimBar):
            slim_bars(view)
        if isinstance(view, QListView):
            view.doItemsLayout()  # how tall a row is follows how wide the box is now
        super().showPopup()

    def _restyle(self) -> None:
        theme = theme_of()
        self.setFont(theme.font("body"))
        line = self.lineEdit()
        if line is not None:
            line.setFont(theme.font("body"))
            line.setTextMargins(theme.px(6), 0, 0, 0)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(theme_of().px(200), self.fontMetrics().height() + theme_of().px(20))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of().width("field"), self.sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the wheel scrolls the side; it must never change an answer in passing

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        line = self.lineEdit()
        if line is not None:
            theme = theme_of()
            line.setGeometry(QRect(theme.px(3), 0, self.width() - theme.px(34), self.height()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        size = theme.px(18)
        chevron = pixmap("chevron-down", theme.color("text-quiet"), size, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - size - theme.px(8), (self.height() - size) // 2, chevron)


def _bare(words: str) -> str:
    """Words as they are held against what is typed: "82a" is "§ 82 a"."""
    return "".join(words.replace("§", "").casefold().split())


class ChoiceField(Field):
    """One of several options. Few are a list to see whole, many (or `type_ahead=True`) a box to type in.

    `text()` is the option's value, "" for none; in a box with words that are no option, those words.
    """

    def __init__(
        self,
        label: str,
        options: Sequence[Option],
        *,
        note: str = "",
        type_ahead: bool | None = None,
        accent: str = "primary",
        parent: QWidget | None = None,
    ) -> None:
        self._options = tuple(options)
        box = len(options) > FEW if type_ahead is None else type_ahead
        self._radios = None if box else _RadioList(options, accent)
        self._box = TypeAhead(options) if box else None
        editor: QWidget = self._box or self._radios or QWidget()
        super().__init__(label, editor, note=note, parent=parent)
        self.typed = box
        self._boxed = self._faint = box
        if self._box is not None:
            self._box.editTextChanged.connect(self._user_edited)
        if self._radios is not None:
            self._radios.picked.connect(self._user_edited)
            self._watch_radios()

    def pick(self, value: str) -> None:
        """Choose `value` as a person does: by pressing its button, or by typing its words in the box."""
        if self._box is not None:
            self._box.setEditText(self._words_for(value))
        for button in self._radios.buttons if self._radios is not None else ():
            if button.option.value == value and not button.isChecked():
                button.click()

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer other options; what is chosen stays as it is."""
        if tuple(options) == self._options:
            return
        self._options = tuple(options)
        value = self._read()
        self._writing = True
        if self._box is not None:
            self._box.set_options(options)
        if self._radios is not None:
            self._radios.set_options(options)
            self._watch_radios()
        self._write(value)
        self._writing = False

    def _watch_radios(self) -> None:
        assert self._radios is not None
        for button in self._radios.buttons:
            button.installEventFilter(self)
        self._speak(*self._spoken[:2] if self._spoken is not None else (self.label.text(), ""))

    def _speak(self, name: str, spoken: str) -> None:
        """Of a list the keyboard stands at an option, of a box in its line: what is told of the field is told there."""
        super()._speak(name, spoken)
        for button in self._radios.buttons if self._radios is not None else ():
            button.setAccessibleDescription(". ".join(part for part in (name, spoken) if part))
        line = self._box.lineEdit() if self._box is not None else None
        if line is not None:
            line.setAccessibleName(name)
            line.setAccessibleDescription(spoken)

    def _read(self) -> str:
        if self._radios is not None:
            return self._radios.value()
        assert self._box is not None
        return self._box.value()

    def _write(self, text: str) -> None:
        if self._radios is not None:
            self._radios.choose(text)
        if self._box is not None:
            self._box.show_value(text)

    def _words_for(self, text: str) -> str:
        return next((option.words for option in self._options if option.value == text), text)

    def _stand(self) -> None:
        line = self._box.lineEdit() if self._box is not None else None
        if line is not None:
            line.setCursorPosition(0)

    def _put_placeholder(self, text: str) -> None:
        if self._box is not None:
            line = self._box.lineEdit()
            assert line is not None
            line.setPlaceholderText(self._words_for(text))


class CheckField(Field):
    """One statement that is so or not. `text()` is "ja" or "nej"; "" set by the program reads as not."""

    def __init__(self, words: str, *, parent: QWidget | None = None) -> None:
        self.check = CheckMark(words)
        super().__init__(words, self.check, parent=parent)
        self.typed = False
        self._boxed = self._faint = False
        self.label.hide()
        self.check.toggled.connect(self._user_edited)  # what works a screen for somebody toggles, and presses nothing

    def checked(self) -> bool:
        """Whether the mark is set."""
        return self.check.isChecked()

    def set_checked(self, checked: bool) -> None:
        """Set or take the mark without a signal."""
        self.set_text(YES if checked else NO)

    def _read(self) -> str:
        return YES if self.check.isChecked() else NO

    def _write(self, text: str) -> None:
        self.check.setChecked(text == YES)

    def _swap(self, read_only: bool) -> None:
        super()._swap(read_only)
        self.label.setVisible(read_only)
