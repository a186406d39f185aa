# SPDX-License-Identifier: MPL-2.0
"""The settings' part on who may grant what: a line for each bestiller and paragraph (C2).

Everybody may read it; the leder sets it, or a bestiller where there is no leder on the desk. Must not know what a competence
is used for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.competence import law
from app.domain.names import short_name
from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.models.kinds import MUNICIPALITY, Competence
from app.qt.theme import follow, theme_of
from app.services import settings
from app.services.desk import Desk
from app.services.edit import Written
from app.services.settings import Granting, may_set
from app.store.unit_of_work import ChangeSet, Step
from app.views.binding import Bound
from app.views.context import Context
from app.views.parts.fields import CheckField, TextField
from app.views.parts.words import Words, grows_down

LEAD = "Er intet sat, må en bestiller bevilge alt. Ligger et svar over kompetencen, sendes det videre til en, der må."


@dataclass(frozen=True, slots=True)
class _Line:
    """One bestiller on one paragraph: whether they may grant, and for how long."""

    record_id: str
    grants: Bound
    weeks: Bound


class CompetencePart(QWidget):
    """Fills itself, and follows the pen and what is written."""

    def __init__(self, context: Context, frame: CaseFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._frame = frame
        self._known: tuple[str, ...] = ()
        self._led = False
        self._lines: list[_Line] = []
        self._rows: list[QHBoxLayout] = []
        self._column = QVBoxLayout(self)
        self._column.addWidget(Words("Hvem må bevilge hvad?", "heading", parent=self))
        self.lead = Words(LEAD, "note", "text-quiet", self)
        self.lead.setObjectName("competence.lead")
        self._column.addWidget(self.lead)
        self._list = QVBoxLayout()
        self._column.addLayout(self._list)
        grows_down(self)
        context.session_changed.connect(self._pen_moved)
        context.changed.connect(self._changed)
        follow(self._restyle)

    def refresh(self) -> None:
        """Read what stands."""
        desk = self._context.desk
        self._context.run(lambda: settings.granting(desk), self._show)

    def leave(self) -> None:
        """As if the cursor left: what is typed is read."""
        for line in self._lines:
            line.grants.leave()
            line.weeks.leave()

    # -- inside

    def _changed(self, changes: ChangeSet) -> None:
        if self.isVisible() and changes.touches(MUNICIPALITY):
            self.refresh()

    def _show(self, granting: Granting) -> None:
        self._led = granting.led
        wanted = tuple(one.id for row in granting.rows for one in row)
        if wanted != self._known:
            self._known = wanted
            self._make(granting)
        frame = replace(self._frame, drafts=granting.drafts)
        by_id = {one.id: one for row in granting.rows for one in row}
        for line in self._lines:
            one = by_id[line.record_id]
            line.grants.refresh(frame, one)
            line.weeks.refresh(frame, one)
            line.weeks.widget.setVisible(one.grants)
        self._tell_pen()

    def _make(self, granting: Granting) -> None:
        self._lines.clear()
        self._rows.clear()
        while self._list.count():
            item = self._list.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for row in granting.rows:
            self._list.addWidget(Words(row[0].person_name, "label", parent=self))
            for one in row:
                self._list.addWidget(self._line(one))
        self._restyle()

    def _line(self, one: Competence) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        self._rows.append(row)
        who = short_name(one.person_name)
        grants = CheckField(f"Må bevilge {law(one.paragraph)}")
        grants.set_spoken_name(f"{who} må bevilge {law(one.paragraph)}")
        weeks = TextField("Højst (uger)", note="(tomt: ingen grænse)")
        weeks.set_unwritten("ingen grænse")
        weeks.set_spoken_name(f"{who}, {law(one.paragraph)}: højst så mange uger")
        row.addWidget(grants, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(weeks, 1, Qt.AlignmentFlag.AlignTop)
        bounds = []
        for field, name in ((grants, "grants"), (weeks, "most_weeks")):
            field.setObjectName(f"competence.{one.person_id}.{one.paragraph}.{name}")
            write = _write(one.person_id, one.paragraph, name)
            bounds.append(Bound(self._context, field, MUNICIPALITY, "competence", one.id, name, write=write))
        self._lines.append(_Line(one.id, *bounds))
        return holder

    def _pen_moved(self) -> None:
        QTimer.singleShot(0, self, self._tell_pen)  # after each field's own

    def _tell_pen(self) -> None:
        """Besides the role: with a leder on the desk a bestiller only reads."""
        why = may_set(self._context.pen, self._led)
        self.lead.setText(f"{why} {LEAD}".strip())
        for line in self._lines:
            for bound in (line.grants, line.weeks):
                bound.widget.set_read_only(bool(why))
                bound.widget.setToolTip(why)

    def _restyle(self) -> None:
        theme = theme_of()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.space(1.5))
        self._list.setSpacing(theme.space(1))
        for row in self._rows:
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(theme.space(2))


def _write(person_id: str, paragraph: str, name: str) -> Callable[..., Written]:
    def write(desk: Desk, hand: Hand, _case_id: str, text: str, step: Step, *, final: bool) -> Written:
        return settings.write_competence(desk, hand, person_id, paragraph, name, text, step, final=final)

    return write
