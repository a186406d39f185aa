# SPDX-License-Identifier: MPL-2.0
"""One field of each of some records: words that belong to what stands elsewhere, within reach while the answer is given.

Base of the signs that a goal is reached, and of how much of a support is given just now. Nothing is added or taken away here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtWidgets import QWidget

from app.models.casefile import CaseFile
from app.models.kinds import Record
from app.views.binding import Bound
from app.views.context import Context
from app.views.parts.fields import TextArea
from app.views.room.step import Column


class OneEach(Column):
    """A subclass says which records there are, and what each field is called."""

    kind: str
    name: str
    path: str
    label: str
    lines = 2

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__(1, parent)
        self._context = context
        self._case_id = case_id
        self._bounds: dict[str, Bound] = {}

    def records(self, file: CaseFile) -> Sequence[Record]:
        """Those that have a field here, in order."""
        raise NotImplementedError

    def place(self, shown: int, record: Record) -> int:
        """Where a record stands among all there could be: the number in its path. `shown`: where it stands here."""
        return shown

    def call(self, widget: TextArea, place: int, several: bool, record: Record, file: CaseFile) -> None:
        """Say what the field is of."""
        raise NotImplementedError

    def ahead(self, file: CaseFile) -> Iterator[None]:
        """Make the fields `refresh` is about to show, one between two turns."""
        for record in self.records(file):
            if record.id not in self._bounds:
                self._make(record.id)
                yield

    def refresh(self, file: CaseFile) -> None:
        """Show them as they stand."""
        records = self.records(file)
        for gone in [i for i in self._bounds if i not in {r.id for r in records}]:
            bound = self._bounds.pop(gone)
            bound.flush()
            self.box.removeWidget(bound.widget)
            bound.widget.hide()
            bound.widget.deleteLater()
        for place, record in enumerate(records):
            bound = self._bounds.get(record.id) or self._make(record.id)
            widget = bound.widget
            assert isinstance(widget, TextArea)
            if self.box.indexOf(widget) != place:
                self.box.removeWidget(widget)
                self.box.insertWidget(place, widget)
            widget.setObjectName(self.path.format(self.place(place, record)))
            self.call(widget, place, len(records) > 1, record, file)
            bound.refresh(file, record)
        self.setVisible(bool(records))

    def flush(self) -> None:
        """Keep whatever is typed here, now."""
        for bound in self._bounds.values():
            bound.flush()

    def count(self) -> int:
        """How many fields there are."""
        return len(self._bounds)

    def _make(self, record_id: str) -> Bound:
        field = TextArea(self.label, min_lines=self.lines, parent=self)
        bound = Bound(self._context, field, self._case_id, self.kind, record_id, self.name)
        self._bounds[record_id] = bound
        return bound
