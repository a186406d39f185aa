# SPDX-License-Identifier: MPL-2.0
"""The case's history on a card: who wrote what, who has looked, and the papers as they were given (A1, A10, B7).

Opened from the first step, and from today's page at what was changed without the one who looks (G4). Each part is read when it is
first chosen. Must not know how it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.dates import format_long, format_short
from app.domain.names import short_name
from app.domain.rights import Act
from app.qt.theme import follow, theme_of
from app.services import history
from app.services.history import Given, Look, Told
from app.store.unit_of_work import ChangeSet
from app.views.allowed import why_not
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.chips import FilterPills
from app.views.parts.pdf_view import Page, PdfView, draw_pages
from app.views.parts.words import Words
from app.views.shell.overlay import Overlay

AT_A_TIME = 40
MISSED, WRITTEN, LOOKED, GIVEN = "missed", "written", "looked", "given"
PARTS = ((MISSED, "Uden dig"), (WRITTEN, "Skrevet"), (LOOKED, "Opslag i sagen"), (GIVEN, "Papirer"))
_NONE = {
    MISSED: "Ændringerne er ikke hentet til denne computer endnu.",
    WRITTEN: "Der er ikke skrevet noget endnu.",
    LOOKED: "Ingen har slået op i sagen endnu.",
    GIVEN: "Borgeren har ikke fået noget papir endnu.",
}


class HistoryCard(Overlay):
    """Opens at once, and is gone when it is closed. The arrows and Page Down read on. `missed`: the changes made without the one
    who looks, which are then shown first and by themselves.
    """

    def __init__(self, context: Context, case_id: str, window: QWidget, missed: Collection[str] = ()) -> None:
        super().__init__(window, 720)
        self._context = context
        self._case_id = case_id
        self._missed = missed
        self._all: Sequence[Told | Look | Given] = ()
        self._shown = 0
        self._part = MISSED if missed else WRITTEN
        self._made: list[QWidget] = []
        self.setObjectName("history")
        self.setAccessibleName("Historik")
        self._away = Button("Luk", Kind.QUIET, shortcut="Esc", parent=self.card)
        self._away.setObjectName("history.close")
        self._away.clicked.connect(self.close_overlay)
        head = QHBoxLayout()
        head.addWidget(Words("Historik", "heading", parent=self.card), 1)
        head.addWidget(self._away)
        self.card.column.addLayout(head)
        kept = {MISSED: bool(missed), LOOKED: not why_not(context, Act.ACCESS_LOG)}
        mine = [part for part in PARTS if kept.get(part[0], True)]
        self.parts = FilterPills("Hvad vil du se?", mine, self.card)
        self.parts.setObjectName("history.parts")
        self.parts.choose(self._part)
        self.parts.chosen.connect(self._choose)
        self.card.column.addWidget(self.parts)
        self._none = Words("", "body", "text-quiet", self.card)
        self._none.hide()
        self.card.column.addWidget(self._none)
        self._lines = QVBoxLayout()
        self.card.column.addLayout(self._lines)
        self._older = Button("Vis ældre", Kind.SECONDARY, parent=self.card)
        self._older.setObjectName("history.older")
        self._older.clicked.connect(self._more)
        self._older.hide()
        self.card.column.addWidget(self._older)
        self.closed.connect(self.deleteLater)
        follow(self._space)
        context.changed.connect(self._changed)
        self._read()
        self.open(self._away)
        context.want_history(case_id)

    # -- inside

    def _changed(self, changes: ChangeSet) -> None:
        """What was written before this desk knew the case has come."""
        if ("case", self._case_id, "history") in changes.keys:
            part, self._part = self._part, ""
            self._choose(part)

    def _choose(self, part: str) -> None:
        if part == self._part:
            return
        self._part = part
        for line in self._made:
            self._lines.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._made = []
        self._older.hide()
        self._none.hide()
        self._read()

    def _read(self) -> None:
        desk, case_id, part, hand = self._context.desk, self._case_id, self._part, self._context.hand
        missed = self._missed
        reads: dict[str, Callable[[], Sequence[Told | Look | Given]]] = {
            MISSED: lambda: [one for one in history.told(desk, hand, case_id) if one.change_id in missed],
            WRITTEN: lambda: history.told(desk, hand, case_id),
            LOOKED: lambda: history.looks(desk, hand, case_id),
            GIVEN: lambda: history.given(desk, hand, case_id),
        }
        self._context.run(lambda: (part, reads[part]()), self._show)

    def _show(self, read: tuple[str, Sequence[Told | Look | Given]]) -> None:
        part, found = read
        if part != self._part:
            return
        self._all, self._shown = found, 0
        self._none.setText(_NONE[part])
        self._none.setVisible(not found)
        self._more()

    def _more(self) -> None:
        for place, one in enumerate(self._all[self._shown : self._shown + AT_A_TIME], self._shown):
            if isinstance(one, Told):
                self._tell_company(one, self._all[place - 1] if place else None)
            line = self._line(one)
            self._lines.addWidget(line)
            self._made.append(line)
        self._shown += AT_A_TIME
        left = self._shown < len(self._all)
        self._older.setVisible(left)
        if not left and self._older.hasFocus():
            self._away.setFocus()

    def _tell_company(self, one: Told, above: Told | Look | Given | None) -> None:
        """Over the lines of one meeting, or of a day outside it: who took part (G4)."""
        before = (above.at.date(), above.there) if isinstance(above, Told) else None
        if before == (one.at.date(), one.there):
            return
        day = format_long(one.at.date())
        said = f"{day[:1].upper()}{day[1:]}: {there_were(one.there)}"
        head = Words(said, "strong", parent=self.card)
        self._lines.addWidget(head)
        self._made.append(head)

    def _line(self, one: Told | Look | Given) -> QWidget:
        """What was written, done or given, and below it whose hand and when."""
        when = self._when(one.at)
        if isinstance(one, Told):
            return self._two(
                f"{one.what}: {one.words}" if one.words else one.what,
                f"{short_name(one.hand.name)}, {one.hand.role} · {when}",
            )
        if isinstance(one, Look):
            who = one.name or "En, der ikke har en konto her"
            return self._two(f"{who} {one.what}", f"som {one.role} · {when}")
        line = self._two(one.words, when)
        button = Button("Åbn, som det blev givet", Kind.QUIET, icon="document", parent=line)
        button.setObjectName(f"history.paper.{len(self._made)}")
        button.setAccessibleName(f"Åbn {one.words}")
        button.clicked.connect(lambda: self._open(one))
        layout = line.layout()
        assert layout is not None
        layout.addWidget(button)
        return line

    def _two(self, words: str, below: str) -> QWidget:
        line = QWidget(self.card)
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Words(words, "body", parent=line))
        column.addWidget(Words(below, "small", "text-quiet", line))
        return line

    def _when(self, at: datetime) -> str:
        same_day = at.date() == self._context.desk.today()
        return f"{at:%H.%M}" if same_day else f"{format_short(at.date())} {at:%Y %H.%M}"

    def _open(self, one: Given) -> None:
        context, case_id, hand, window = self._context, self._case_id, self._context.hand, self.window()
        context.run(
            lambda: history.open_given(context.desk, hand, case_id, one.paper_id),
            lambda pdf: GivenPaper(context, one.words, pdf, window),
        )

    def _space(self) -> None:
        self._lines.setSpacing(theme_of().space(1.25))


def there_were(people: Sequence[str]) -> str:
    """Who was at the table: "møde med Bodil Bestiller (bestiller) og borgeren"."""
    return f"møde med {', '.join(people[:-1])} og {people[-1]}" if people else "uden møde"


class GivenPaper(Overlay):
    """A paper's own pages over the window, as they were given. Gone when it is closed."""

    def __init__(self, context: Context, name: str, pdf: bytes, window: QWidget) -> None:
        super().__init__(window, 860)
        self._context = context
        self._pdf = pdf
        self.setObjectName("history.given")
        self.setAccessibleName(name)
        away = Button("Luk", Kind.QUIET, shortcut="Esc", parent=self.card)
        away.setObjectName("history.given.close")
        away.clicked.connect(self.close_overlay)
        head = QHBoxLayout()
        head.addWidget(Words(name, "heading", parent=self.card), 1)
        head.addWidget(away)
        self.card.column.addLayout(head)
        self.view = PdfView(name, self.card)
        self.view.wanted.connect(self._draw)
        self.card.column.addWidget(self.view, 1)
        self.closed.connect(self.deleteLater)
        self._height()
        self.open(away)
        self.view.wait()
        self._draw(self.view.pixels())

    def _height(self) -> None:
        parent = self.parentWidget()
        tall = parent.height() if parent is not None else 700
        self.view.setMinimumHeight(max(theme_of().px(240), tall - theme_of().space(22)))

    def _draw(self, pixels: int) -> None:
        self._context.run_slow(lambda: draw_pages(self._pdf, pixels), self._show_pages)

    def _show_pages(self, pages: tuple[Page, ...]) -> None:
        self.view.show_pages(pages)
