# SPDX-License-Identifier: MPL-2.0
"""The catalogue: every entry with its kind on the left, the one in hand on the right.

Reads through the service on the database lane. Must not know what makes an entry fit to publish.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QHeaderView, QStackedWidget, QVBoxLayout, QWidget

from app.domain.dates import format_short
from app.domain.rights import Act
from app.models.kinds import MUNICIPALITY
from app.qt.theme import follow, theme_of
from app.services.catalogue import FORM, NEW, Entry, entries
from app.store.unit_of_work import ChangeSet
from app.views.allowed import allow
from app.views.catalogue.editor import Editor
from app.views.context import Context
from app.views.parts.buttons import Button
from app.views.parts.field import field_of
from app.views.parts.keyboard import LeadsKeyboard, lay_tab_order, stack
from app.views.parts.notices import EmptyState
from app.views.parts.side_panel import Scrolling, Sheet
from app.views.parts.table import CalmTable, CellRole, CellTone
from app.views.parts.words import Words
from app.views.today.card import Card

Index = QModelIndex | QPersistentModelIndex

_TITLES = ("Tilbud", "Slags")
_KIND_FITS = 125  # per cent of text size


class CatalogueModel(QAbstractTableModel):
    """The entries, by name. One that is written on and not published says so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()

    def show_entries(self, found: tuple[Entry, ...]) -> None:
        """These and no others."""
        self.beginResetModel()
        self._entries = found
        self.endResetModel()

    def entry(self, place: int) -> Entry:
        """The entry on a line."""
        return self._entries[place]

    def place_of(self, key: str) -> int:
        """The line of an entry, -1 for none."""
        return next((n for n, entry in enumerate(self._entries) if entry.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        across = orientation is Qt.Orientation.Horizontal and 0 <= section < len(_TITLES)
        return _TITLES[section] if across and role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        name = (entry.offer.name if entry.offer else entry.text("name")) or "Nyt tilbud"
        gone = entry.offer.withdrawn_on if entry.offer else None
        kind = f"udgået {format_short(gone)}" if gone else entry.offer.type if entry.offer else "ikke udgivet"
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return name if index.column() == 0 else f"{kind} · ændret" if entry.typed and entry.offer else kind
        if role == CellRole.TONE:
            return CellTone.QUIET if index.column() or gone else None
        return None


class CataloguePage(LeadsKeyboard):
    """`closed` when one is done here."""

    closed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted = ""
        self.editor: Editor | None = None
        self.setObjectName("catalogue")
        self.setAccessibleName("Ydelses- og kvalitetskatalog")
        self._title = Words("Kataloget", "display", parent=self)
        self._lead = Words(
            "Det, I kan tilbyde: lovgrundlag, ydelser og kvalitetsstandard. Et svar beholder den version, det er givet efter.",
            "body",
            "text-quiet",
            self,
        )
        self.new_button = Button("Nyt tilbud", parent=self)
        self.new_button.setObjectName("catalogue.new")
        self.new_button.clicked.connect(self._begin_new)
        allow(context, Act.CATALOGUE, self.new_button)
        self.paper_button = Button("Borgernes udgave", icon="print", parent=self)
        self.paper_button.setObjectName("catalogue.paper")
        self.paper_button.clicked.connect(self._show_paper)
        self.back = Button("Tilbage", parent=self)
        self.back.setObjectName("catalogue.close")
        self.back.clicked.connect(self._close)
        self.model = CatalogueModel(self)
        self.table = CalmTable("Tilbud i kataloget", self)
        self.table.setObjectName("catalogue.list")
        self.table.setModel(self.model)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.table.activated.connect(lambda _index: self.editor.setFocus() if self.editor else None)
        self._card = Card()
        self._card.box.addWidget(self.table)
        self._sheet = Sheet("surface")
        self._holder = QVBoxLayout(self._sheet)
        self._holder.setContentsMargins(0, 0, 0, 0)
        scrolling = Scrolling(self._sheet)
        scrolling.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._empty = EmptyState("document", "Vælg et tilbud", "Så står det her.")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(scrolling)
        self._lay()
        context.changed.connect(self._changed)
        follow(self._restyle)

    def _lay(self) -> None:
        words = QVBoxLayout()
        words.addWidget(self._title)
        words.addWidget(self._lead)
        self._words = words
        self._head = QHBoxLayout()
        self._head.addLayout(words, 1)
        self._head.addWidget(self.paper_button, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addWidget(self.new_button, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        self._body = QHBoxLayout()
        self._body.addWidget(self._card, 2)
        right = Card()
        right.box.addWidget(self._stack)
        self._body.addWidget(right, 3)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addLayout(self._body, 1)
        lay_tab_order([self.table, self.paper_button, self.new_button, self.back])
        stack([self._card, self.paper_button, self.new_button, self.back, right])
        self.keyboard_to(self.table)

    # Reading.

    def refresh(self) -> None:
        """Read the catalogue again; the entry in hand stays in hand."""
        desk = self._context.desk
        self._context.run(lambda: entries(desk), self._show)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Whatever takes the page off the screen, the last letters are kept."""
        if self.editor is not None:
            self.editor.leave()
        super().hideEvent(event)

    def _changed(self, changes: ChangeSet) -> None:
        if self.isVisible() and (changes.touches(MUNICIPALITY) or changes.touches(FORM)):
            self.refresh()

    def _show(self, found: tuple[Entry, ...]) -> None:
        wanted = self._wanted or (self.editor.entry.key if self.editor else "")
        self._wanted = ""
        self.table.selectionModel().blockSignals(True)
        self.model.show_entries(found)
        self.table.selectionModel().blockSignals(False)
        self._empty.show_state(
            "document",
            "Kataloget er tomt" if not found else "Vælg et tilbud",
            "Læg det første tilbud ind med »Nyt tilbud«." if not found else "Så står det her.",
        )
        place = self.model.place_of(wanted)
        if place >= 0:
            self._mark(place)
            self._take_up(self.model.entry(place))
        elif wanted == NEW:
            self._take_up(Entry(NEW, None, {}))
        elif self.editor is not None:
            self._put_down()

    def _mark(self, place: int) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().blockSignals(True)
        self.table.selectionModel().setCurrentIndex(self.model.index(place, 0), flags)
        self.table.selectionModel().blockSignals(False)
        self.table.viewport().update()

    # The one in hand.

    def _chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self._take_up(self.model.entry(index.row()))

    def _begin_new(self) -> None:
        place = self.model.place_of(NEW)
        if place >= 0:
            self._mark(place)
            self._take_up(self.model.entry(place))
        else:
            self.table.clearSelection()
            self._take_up(Entry(NEW, None, {}))
        if self.editor is not None:
            self.editor.setFocus()

    def _take_up(self, entry: Entry) -> None:
        """Show an entry's fields, unless they are in hand already and of the same version."""
        editor = self.editor
        if editor is not None and editor.entry.key == entry.key and editor.entry.offer == entry.offer:
            return
        held = self._held()
        self._put_down()
        self.editor = editor = Editor(self._context, entry)
        editor.published.connect(self._published)
        editor.dropped.connect(self._dropped)
        self._holder.addWidget(editor)
        self._stack.setCurrentIndex(1)
        same = editor.findChild(QWidget, held) if held else None
        if same is not None and same.isVisibleTo(self) and same.isEnabled():
            same.setFocus(Qt.FocusReason.OtherFocusReason)

    def _held(self) -> str:
        """The name of what has the keyboard in the entry in hand, "" when it is elsewhere."""
        now = QApplication.focusWidget()
        if self.editor is None or now is None or not self.editor.isAncestorOf(now):
            return ""
        named = (field_of(now) or now).objectName()
        return named or self.table.objectName()

    def _put_down(self) -> None:
        held, editor, self.editor = self._held(), self.editor, None
        if (
            held
        ):  # the list has the entry marked; what is hidden gives the keyboard to whatever comes next in the window
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if editor is not None:
            editor.leave()
            self._holder.removeWidget(editor)
            editor.hide()
            editor.deleteLater()
        self._stack.setCurrentIndex(0)

    def _published(self, key: str) -> None:
        self._wanted = key
        self.refresh()

    def _dropped(self) -> None:
        key = self.editor.entry.key if self.editor else ""
        self._put_down()
        self._wanted = "" if key == NEW else key
        self.refresh()

    def _show_paper(self) -> None:
        """The citizens' version as it will be printed (F3)."""
        from app.services import issue
        from app.views.shell.loose_paper import LoosePaper

        if self.editor is not None:
            self.editor.leave()
        desk = self._context.desk
        LoosePaper(
            self._context,
            "Ydelses- og kvalitetskatalog",
            lambda: issue.gather_catalogue(desk),
            lambda source, large: issue.citizens_catalogue(source, large=large),
            self.window(),
        )

    def _close(self) -> None:
        if self.editor is not None:
            self.editor.leave()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def _restyle(self) -> None:
        theme = theme_of()
        edge = theme.width("edge") - theme.px(4)
        self._column.setContentsMargins(edge, theme.px(28), edge, theme.px(20))
        self._column.setSpacing(theme.space(2.5))
        self._words.setSpacing(theme.space(0.5))
        self._head.setSpacing(theme.space(1.5))
        self._body.setSpacing(theme.space(2.5))
        self._lead.setVisible(theme.scale <= 150)
        self._lay_columns()

    def _lay_columns(self) -> None:
        """The name has what room there is; in large type the kind is read on the right alone."""
        theme = theme_of()
        roomy = theme.scale <= _KIND_FITS
        self.table.setColumnHidden(1, not roomy)
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(1, theme.px(132))
