# SPDX-License-Identifier: MPL-2.0
"""FFB's terms that nobody needs in the room: målgrupper, støttebehov, and what a follow-up ended with (domain § 1.3; K3).

Sensitive and the staff's alone: nothing of it stands on a paper or is turned to the citizen.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.domain.dates import format_full
from app.domain.terms import TermList
from app.models.casefile import CaseFile
from app.models.fields import fields_of
from app.models.kinds import FfbGroup, FollowUp, Plan, singleton_id
from app.views.binding import Bound
from app.views.context import Context
from app.views.parts.fields import ChoiceField
from app.views.parts.words import Words
from app.views.room.step import Column, RecordList, RowField, unlabelled
from app.views.term_options import listed


class TermsPart(Column):
    """Three small lists, each field the bestiller's."""

    def __init__(self, context: Context, case_id: str, parent: QWidget) -> None:
        super().__init__(2.25, parent)
        self._context = context
        self._case_id = case_id
        self._follow_ups: dict[str, Bound] = {}
        self.add(
            Words(
                "Kun til indberetning. Borgeren ser det ikke, og mødet kan holdes uden. Mål har deres niveau ved målet selv.",
                "body",
                "text-quiet",
            )
        )
        self.groups = RecordList(
            context,
            case_id,
            "ffb_group",
            "ffb_groups",
            lambda file: file.ffb_groups,
            [RowField("name", "name", lambda: unlabelled(_choice(FfbGroup, "name"), "Vælg på listen"))],
            "Tilføj målgruppe",
            across=True,
            movable=True,
            gap=1,
        )
        part = Column(1)
        part.add(Words("Målgrupper, den primære først", "label"))
        part.add(self.groups)
        self.add(part)
        need = _choice(Plan, "support_need")
        need.setObjectName("ffb.support_need")
        self._need = Bound(context, need, case_id, "plan", singleton_id(case_id, "plan"), "support_need")
        self.add(need)
        self._results = Column(1.25)
        self._results.add(Words("Hvad opfølgningen endte med", "label"))
        self._none = Words("Der er ingen dag, hvor I mødes igen.", "body", "text-quiet")
        self._results.add(self._none)
        self.add(self._results)

    def show_file(self, file: CaseFile) -> None:
        """Show what stands."""
        self.groups.refresh(file)
        self._need.refresh(file, file.plan)
        days = {one.id: one for one in file.follow_ups if one.date is not None}
        for gone in self._follow_ups.keys() - days.keys():
            self._drop(self._follow_ups.pop(gone))
        for place, (record_id, one) in enumerate(days.items()):
            bound = self._follow_ups.get(record_id) or self._make(record_id)
            bound.widget.setObjectName(f"ffb.follow_ups.{place}.result")
            bound.widget.set_label(format_full(one.date) if one.date else "")
            bound.refresh(file, one)
        self._none.setVisible(not days)

    def leave(self) -> None:
        """End the typing here: what is typed is read, and kept."""
        self.groups.flush()
        for bound in (self._need, *self._follow_ups.values()):
            bound.leave()

    # -- inside

    def _make(self, record_id: str) -> Bound:
        field = _choice(FollowUp, "result")
        bound = Bound(self._context, field, self._case_id, "follow_up", record_id, "result")
        self._follow_ups[record_id] = bound
        self._results.add(field)
        field.show()
        return bound

    def _drop(self, bound: Bound) -> None:
        bound.flush()
        self._results.box.removeWidget(bound.widget)
        bound.widget.hide()
        bound.widget.deleteLater()


def _choice(kind: type, name: str) -> ChoiceField:
    """A field of a term list, with the label and the list it is declared with."""
    info = fields_of(kind)[name]
    which: TermList | None = info.values
    assert which is not None
    return ChoiceField(info.label, listed(which), type_ahead=True)
