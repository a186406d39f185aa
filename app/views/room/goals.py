# SPDX-License-Identifier: MPL-2.0
"""Step 4, Mål: what it is for, the goals one at a time, the way there, and what comes after (B4-B7, B9, B11, E8).

The bestiller's formål, the bridge and the days we meet stand to the left, the goal in hand to the right; the paper between
them grows as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.domain.dates import format_input
from app.domain.periods import last_permitted_day, proposed_follow_up
from app.domain.rights import may_write
from app.models.casefile import CaseFile
from app.models.choices import Paragraph
from app.models.fields import fields_of
from app.models.kinds import Goal, singleton_id
from app.services import lists
from app.services.decide import orphans
from app.views.binding import understood
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.buttons import BeginButton
from app.views.parts.field import field_of
from app.views.parts.fields import DateField, TextArea
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.keyboard import put_forward
from app.views.parts.words import Words, grows_down
from app.views.room.goal_page import GoalPage
from app.views.room.step import Column, RecordList, RowField, Step, icon_button, unlabelled


class GoalsStep(Step):
    """One goal in hand at a time; each has its page, made when it is first shown and kept."""

    def __init__(self, context: Context, case_id: str) -> None:
        super().__init__(context, case_id)
        self._file: CaseFile | None = None
        self._ids: list[str] = []
        self._pages: dict[str, GoalPage] = {}
        self._stale: set[str] = set()
        self._current = ""
        self._wanted = ""
        self._begun = False
        self.left = self._left_side()
        self.right = self._right_side()
        context.session_changed.connect(self._pen_moved)
        self._pen_moved()

    # The two sides.

    def _left_side(self) -> QWidget:
        side = Column()
        plan = singleton_id(self.case_id, "plan")
        today = self.context.desk.today
        meets = understood(today, "follow_up", "date")
        self.bind(TextArea("Formål"), "plan", plan, "purpose", "purpose.text", lambda file: file.plan)
        until = DateField("Foreløbigt, afklares senest", interpret=understood(today, "plan", "provisional_until"))
        until.set_placeholder("ikke foreløbigt")
        self.bind(until, "plan", plan, "provisional_until", "purpose.provisional_until", lambda file: file.plan)
        for bound, _ in self.bounds:
            side.add(bound.widget)
        self.bridges = RecordList(
            self.context,
            self.case_id,
            "bridge",
            "bridge",
            lambda file: file.bridges,
            [RowField("text", "text", lambda: unlabelled(TextArea("Vej videre", min_lines=1), "Hvor går det videre?"))],
            "Tilføj vej videre",
            across=True,
            gap=1,
        )
        self.meets = RecordList(
            self.context,
            self.case_id,
            "follow_up",
            "follow_ups",
            lambda file: file.follow_ups,
            [
                RowField(
                    "date",
                    "date",
                    lambda: unlabelled(DateField("Vi mødes igen", interpret=meets), "dag og måned"),
                )
            ],
            "Tilføj en dag",
            across=True,
            gap=1,
        )
        for heading, records in (("Vej videre", self.bridges), ("Vi mødes igen", self.meets)):
            part = Column(1)
            part.add(Words(heading, "label"))
            part.add(records)
            self.lists.append(records)
            side.add(part)
        self.loose = Words("", "small", "text-quiet")
        self.loose.setObjectName("orphans")
        side.add(self.loose)
        return side

    def _right_side(self) -> QWidget:
        side = Column(1.5)
        bar = QWidget()
        flow = FlowLayout(bar, gap=0.5, row_gap=0.5)
        grows_down(bar)
        self.place = Words("", "strong")
        self.earlier = icon_button("chevron-left", "Forrige mål", bar)
        self.later = icon_button("chevron-right", "Næste mål", bar)
        self.adding = BeginButton("Tilføj mål", bar)
        self.earlier.setObjectName("goals.previous")
        self.later.setObjectName("goals.next")
        self.adding.setObjectName("goals.add")
        self.earlier.clicked.connect(lambda: self._step_to(-1))
        self.later.clicked.connect(lambda: self._step_to(1))
        self.adding.clicked.connect(self.add_goal)
        for part in (self.place, self.earlier, self.later, self.adding):
            flow.addWidget(part)
        side.add(bar)
        self.none = Words("Der er ingen mål endnu. Begynd med borgerens egne ord.", "body", "text-quiet")
        side.add(self.none)
        self.holder = QWidget()
        grows_down(self.holder)
        self._held = QVBoxLayout(self.holder)
        self._held.setContentsMargins(0, 0, 0, 0)
        side.add(self.holder)
        return side

    # The goal in hand.

    @property
    def current(self) -> int:
        """The place of the goal in hand, from 0; -1 while there is none."""
        return self._ids.index(self._current) if self._current in self._ids else -1

    def add_goal(self) -> None:
        """Begin a new goal; the cursor goes to the citizen's words in it. Asked again before it is there, it is that one.

        Until then it waits on the button, where letters begin the goal; who goes elsewhere meanwhile stays there.
        """
        if self._begun:
            return
        self._begun = True
        self.adding.setFocus(Qt.FocusReason.OtherFocusReason)
        context, case_id, hand = self.context, self.case_id, self.context.hand

        def added(goal_id: str) -> None:
            self._wanted = goal_id

        def not_added(message: str, _field: str | None) -> None:
            self._begun = False
            context.asks.tell(message)

        context.run(lambda: lists.add(context.desk, hand, case_id, "goal"), added, not_added)

    def take(self, place: int) -> None:
        """Take the goal at `place` in hand."""
        if 0 <= place < len(self._ids):
            self._show(self._ids[place])

    def show_path(self, path: str) -> None:
        """ "goals.3.words" takes the fourth goal in hand."""
        parts = path.split(".")
        if parts[0] == "goals" and len(parts) > 1 and parts[1].isdigit():
            self.take(int(parts[1]))
            if self._current in self._pages:
                self._pages[self._current].complete()

    def refresh(self, file: CaseFile) -> None:
        """Show what stands; the goal in hand stays in hand."""
        before = self.current
        self._file = file
        self._ids = [goal.id for goal in file.goals]
        super().refresh(file)
        for gone in [i for i in self._pages if i not in self._ids]:
            page = self._pages.pop(gone)
            page.flush()
            self._held.removeWidget(page)
            page.hide()
            page.deleteLater()
        for place, goal in enumerate(file.goals):
            if goal.id in self._pages:
                self._pages[goal.id].set_place(place, len(file.goals))
                if goal.id == self._current:
                    self._pages[goal.id].refresh(file, goal)
        self._stale = set(self._pages) - {self._current}
        if self._current not in self._ids:
            now = QApplication.focusWidget()
            lost = now is None or (self.right is not None and self.right.isAncestorOf(now))
            self._show(
                self._ids[min(max(before, 0), len(self._ids) - 1)] if self._ids else "", focus=before >= 0 and lost
            )
        self._take_wanted()
        self._tell_place()
        found = orphans(file)
        self.loose.setText(f"Ikke færdigt endnu: {'; '.join(found)}." if found else "")
        appear(self.loose, bool(found))
        self._propose(file)

    def ahead(self, file: CaseFile) -> Iterator[None]:
        yield from super().ahead(file)
        if file.goals and not self._pages:
            self._page(file.goals[0])
            yield

    def flush(self) -> None:
        super().flush()
        for page in self._pages.values():
            page.flush()

    def done(self, file: CaseFile) -> bool:
        return any(goal.words.strip() or goal.goal.strip() for goal in file.goals)

    def in_hand(self) -> str:
        return self._current

    def shape(self) -> int:
        page = self._pages.get(self._current)
        return hash((super().shape(), self._current, page.shape() if page is not None else 0))

    # -- inside

    def _take_wanted(self) -> None:
        if not self._wanted:
            return
        wanted, self._wanted, self._begun = self._wanted, "", False
        if wanted not in self._ids:  # it was taken back before it was here
            return
        now, page = self.holder.window().focusWidget(), self._pages.get(self._current)
        if page is None or now is None or not page.isAncestorOf(now):  # else one writes in another goal by now
            self._show(wanted, focus=now is self.adding)
        if typed := self.adding.take_typed():
            self._page_of(wanted).begin_with(typed)

    def _step_to(self, by: int) -> None:
        self.take(self.current + by)

    def _show(self, goal_id: str, *, focus: bool = False) -> None:
        if self._file is None:
            return
        self._current = goal_id
        if goal_id in self._ids:
            self._page_of(goal_id)
        for one, page in self._pages.items():
            put_forward(page, one == goal_id)
        self._tell_place()
        self.repaint()
        if focus and goal_id in self._pages:
            self._pages[goal_id].begin()
        elif focus:
            self.adding.setFocus(Qt.FocusReason.OtherFocusReason)

    def _page_of(self, goal_id: str) -> GoalPage:
        """The page of a goal on the table, made if need be, with the goal as it stands."""
        assert self._file is not None
        goal = next(g for g in self._file.goals if g.id == goal_id)
        if goal_id not in self._pages:
            self._stale.add(goal_id)
            put_forward(self._page(goal), False)
        page = self._pages[goal_id]
        if goal_id in self._stale:
            self._stale.discard(goal_id)
            page.set_place(self._ids.index(goal_id), len(self._ids))
            page.refresh(self._file, goal)
        return page

    def _page(self, goal: Goal) -> GoalPage:
        page = self._pages[goal.id] = GoalPage(self.context, self.case_id, goal.id, self.holder)
        page.moved.connect(self._move)
        page.removed.connect(self._remove)
        page.filled.connect(lambda: self.repaint())
        self._held.addWidget(page)
        return page

    def _tell_place(self) -> None:
        count = len(self._ids)
        self.place.setText(f"Mål {self.current + 1} af {count}" if count else "Mål")
        appear(self.none, not count)
        for button, ok in ((self.earlier, self.current > 0), (self.later, self.current < count - 1)):
            appear(button, count > 1)
            button.setEnabled(ok)

    def _move(self, goal_id: str, by: int) -> None:
        context, case_id, hand = self.context, self.case_id, self.context.hand
        context.run(lambda: lists.move(context.desk, hand, case_id, "goal", goal_id, by))

    def _remove(self, goal_id: str) -> None:
        """Take it away with what is typed in it. A cursor in one of its fields goes on at once, for what is typed now."""
        page = self._pages[goal_id]
        page.leave()
        context, case_id, hand, seen = self.context, self.case_id, self.context.hand, page.shows
        now, others = QApplication.focusWidget(), [one for one in self._ids if one != goal_id]
        if now is not None and page.isAncestorOf(now) and field_of(now) is not None:
            if others:
                self._show(others[min(self._ids.index(goal_id), len(others) - 1)], focus=True)
            else:
                self.adding.setFocus(Qt.FocusReason.OtherFocusReason)
        context.run(lambda: lists.remove(context.desk, hand, case_id, "goal", goal_id, seen))

    def _propose(self, file: CaseFile) -> None:
        """A day to meet again, as a hint: from the individual support's period, or as if one began today."""
        today = self.context.desk.today()
        dated = [(s.start, s.end) for s in file.support if s.paragraph == Paragraph.P82B and s.start and s.end]
        start, end = dated[0] if dated else (today, last_permitted_day(today))
        day = proposed_follow_up(start, end)
        said = format_input(day) if day not in {f.date for f in file.follow_ups} else ""
        for place in range(self.meets.count()):
            field = self.meets.field(place, "date")
            field.set_proposal(said)
            if not said:
                field.set_placeholder("dag og måned")

    def _pen_moved(self) -> None:
        if not isValid(self.adding):  # a step is no QObject: it may be told after its room is gone
            return
        pen = self.context.pen
        infos = fields_of(Goal)
        appear(self.adding, pen is not None and may_write(pen.role, infos["words"].pen))
