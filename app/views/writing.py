# SPDX-License-Identifier: MPL-2.0
"""What helps somebody who writes: words the dictionary does not know, and how a text for the citizen reads (domain § 6.5).

Pointers in the field in hand and in no other: nothing is corrected, blocked or written by them (promise 5). `Writing` is the
desk's, made by the context; an `Aid` is one field's, made by its binding. Must not know which screen a field stands on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu
from shiboken6 import isValid

from app.domain.plain_language import find
from app.domain.readability import LETTER_AIM, Readability, measure
from app.domain.spelling import Word, words_to_try
from app.models.kinds import MUNICIPALITY
from app.qt.actions import bind
from app.services import spelling
from app.services.desk import Desk
from app.services.spelling import Wordbook
from app.views.parts.field import Field

if TYPE_CHECKING:
    from concurrent.futures import Future

    from app.services.dictionary import Dictionary
    from app.store.unit_of_work import ChangeSet
    from app.views.context import Context

T = TypeVar("T")
log = logging.getLogger(__name__)

PAUSE_MS = 350
LONGEST_READ = 20_000
"""Characters: a text for a citizen is shorter, and what is longer is a document pasted in."""
FEWEST_WORDS = 8
"""A number for a text of fewer says nothing."""
LONG_SENTENCE = 20
"""Words. The longest sentence is told of when it has more."""
MOST_TOLD = 3


class Writing(QObject):
    """What this desk knows of words, for whoever has the pen. `heard` when that is other than before."""

    heard = Signal()

    def __init__(self, context: Context, dictionary: Dictionary | None = None) -> None:
        super().__init__(context)
        self._context = context
        self._dictionary = dictionary
        self._known: dict[str, bool] = {}
        self._asked: set[str] = set()
        self.book = Wordbook()
        context.changed.connect(self._changed)
        context.session_changed.connect(self._another)
        self._read(spelling.wordbook)

    @property
    def spells(self) -> bool:
        """Whether there is a dictionary here, and it answers."""
        return self._dictionary is not None

    def unknown(self, words: Iterable[Word]) -> tuple[Word, ...]:
        """Those of `words` that are known to be unknown. What has not been asked about is, and `heard` tells when."""
        words = tuple(words)
        new = {word.text for word in words} - self._known.keys() - self._asked
        if new and self._dictionary is not None:
            self._asked |= new
            self._when(self._dictionary.unknown(new), lambda strange: self._learnt(new, strange))
        return tuple(w for w in words if not self._known.get(w.text, True) and not self._is_taught(w.text))

    def suggest(self, word: str, then: Callable[[tuple[str, ...]], object]) -> None:
        """What may have been meant by `word`."""
        if self._dictionary is not None:
            self._when(self._dictionary.suggest(word), then)

    def teach(self, word: str) -> None:
        """Let `word` be a word where whoever has the pen writes."""
        self._read(lambda desk, person_id: spelling.teach(desk, person_id, word))

    def unteach(self, word: str) -> None:
        """Let `word` be marked again."""
        self._read(lambda desk, person_id: spelling.unteach(desk, person_id, word))

    def _is_taught(self, word: str) -> bool:
        return word in self.book.taught or word.lower() in self.book.taught

    def _learnt(self, asked: set[str], strange: frozenset[str]) -> None:
        self._known |= {word: word not in strange for word in asked}
        self._asked -= asked
        self.heard.emit()

    def _another(self) -> None:
        """Somebody else has the pen: what the one before taught, a name perhaps, is not theirs to see."""
        self._have(Wordbook(plainer=self.book.plainer))
        self._read(spelling.wordbook)

    def _read(self, service: Callable[[Desk, str], Wordbook]) -> None:
        desk, whose = self._context.desk, self._whose()

        def have(book: Wordbook) -> None:
            if whose == self._whose():
                self._have(book)

        self._context.run(lambda: service(desk, whose), have)

    def _whose(self) -> str:
        return self._context.pen.person_id if self._context.pen is not None else ""

    def _have(self, book: Wordbook) -> None:
        self.book = book
        self.heard.emit()

    def _changed(self, changes: ChangeSet) -> None:
        if changes.touches(MUNICIPALITY):
            self._read(spelling.wordbook)

    def _when(self, answer: Future[T], then: Callable[[T], object]) -> None:
        self._context.when(answer, then, self._is_lost)

    def _is_lost(self, error: BaseException) -> None:
        """The dictionary's process has gone: one writes on with no marks."""
        if self._dictionary is not None:
            log.warning("no spell check: %s", type(error).__name__)
            self._dictionary = None
            self._known.clear()
            self.heard.emit()


class Aid(QObject):
    """Marks words in one field while somebody writes in it; with `reads`, tells how the text reads as well.

    `names`: names are written here besides words, and no word with a capital is marked.
    """

    def __init__(self, writing: Writing, field: Field, *, reads: bool, names: bool = False) -> None:
        super().__init__(field)
        self._writing = writing
        self._field = field
        self._reads = reads
        self._names = names
        self._marked: tuple[Word, ...] = ()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look)
        field.set_menu(self._add_to_menu)
        field.edited.connect(self._edited)
        field.left.connect(self._left)
        field.editor.installEventFilter(self)
        writing.heard.connect(self._heard)
        bind(field.editor, "spelling", self.go_on)

    def go_on(self) -> None:
        """To the next marked word after the cursor, or the first, with what can be done about it."""
        before = QApplication.activePopupWidget()
        if before is not None:  # the key reaches the field through its own menu
            before.close()
        self._look()
        at = self._field.cursor_at()
        word = next((w for w in self._marked if w.end > at), next(iter(self._marked), None))
        if word is not None:
            self._field.show_menu(word)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusIn and not self._field.read_only():
            self._pause.start()
        return super().eventFilter(watched, event)

    def _edited(self, _text: str) -> None:
        self._mark(tuple(w for w in self._marked if self._still_there(w)))
        self._pause.start()

    def _heard(self) -> None:
        if self._field.has_user_focus():
            self._look()

    def _left(self) -> None:
        self._pause.stop()
        self._mark(())
        self._field.set_reading("")

    def _look(self) -> None:
        if not self._field.has_user_focus() or self._field.read_only():
            return
        text = self._field.text()
        if len(text) > LONGEST_READ:
            return
        at = self._field.cursor_at()
        strange = self._writing.unknown(words_to_try(text, names=self._names)) if self._writing.spells else ()
        self._mark(tuple(w for w in strange if w.end != at))  # a word one is in the middle of is not wrong yet
        if self._reads:
            self._field.set_reading(told(text, self._writing.book))

    def _mark(self, words: tuple[Word, ...]) -> None:
        self._marked = words
        self._field.mark_words(words)

    def _still_there(self, word: Word) -> bool:
        return self._field.text()[word.start : word.end] == word.text

    def _add_to_menu(self, menu: QMenu, at: int) -> None:
        word = next((w for w in self._marked if w.start <= at <= w.end), None)
        if word is None:
            return
        first = menu.actions()[0]
        waiting = QAction("Finder forslag …", menu)
        waiting.setEnabled(False)
        teach = QAction(f"»{word.text}« er et ord", menu)
        teach.triggered.connect(lambda: self._writing.teach(word.text))
        line = QAction(menu)
        line.setSeparator(True)
        menu.insertActions(first, [waiting, teach, line])
        self._writing.suggest(word.text, lambda found: self._suggested(menu, waiting, word, found))

    def _suggested(self, menu: QMenu, waiting: QAction, word: Word, found: tuple[str, ...]) -> None:
        if not isValid(menu) or not isValid(waiting):  # the menu was closed meanwhile
            return
        for text in found:
            choice = QAction(text, menu)
            choice.triggered.connect(lambda _checked=False, text=text: self._field.replace_word(word, text))
            menu.insertAction(waiting, choice)
        if found:
            menu.removeAction(waiting)
            menu.setActiveAction(menu.actions()[0])
        else:
            waiting.setText("Ingen forslag")


def told(text: str, book: Wordbook) -> str:
    """How a text for the citizen reads, in one quiet line; "" when there is nothing worth saying of so few words."""
    read = measure(text)
    plainer = [f"»{one.words}«: {one.plain}" for one in find(text, book.plainer)[:MOST_TOLD]]
    parts = [*_told_of_length(read), *([f"Hellere: {', '.join(plainer)}"] if plainer else [])]
    return " · ".join(parts)


def _told_of_length(read: Readability) -> list[str]:
    if read.lix is None or read.words < FEWEST_WORDS:
        return []
    told = [f"Lix {read.lix:.0f}, {read.band}"]
    longest = len(read.longest_sentence.split())
    if longest > LONG_SENTENCE:
        told.append(f"længste sætning {longest} ord")
    if read.lix > LETTER_AIM:
        told.append(f"lange ord: {', '.join(read.long_words[:MOST_TOLD])}")
    return told
