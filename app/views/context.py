# SPDX-License-Identifier: MPL-2.0
"""What every screen is given: the desk, the lanes, who is signed in and whose pen it is.

Made by bootstrap. The one place where screens meet services: `run` puts a service on the database lane and brings its
answer or its sentence back. Changes, wherever they come from, are announced through `changed`, once each.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from app.domain.errors import RundbordError
from app.domain.roles import Hand, Role
from app.qt.theme import theme_of
from app.qt.turns import Turns

if TYPE_CHECKING:
    from concurrent.futures import Future

    from app.domain.findings import Finding
    from app.qt.lanes import Door, Lane
    from app.services.desk import Desk
    from app.services.dictionary import Dictionary
    from app.services.doctor import Report
    from app.services.managed import Managed
    from app.services.sharing import Sharing
    from app.store.unit_of_work import ChangeSet
    from app.sync.session import AtTheRecord
    from app.sync.status import SyncStatus
    from app.views.refused import Refused
    from app.views.writing import Writing

T = TypeVar("T")
log = logging.getLogger(__name__)


class Asks(Protocol):
    """How a screen asks and tells; a test or the script player answers in its own way."""

    def tell(self, message: str) -> None:
        """One sentence the person should see, without stopping them."""

    def say(self, message: str) -> None:
        """The same of something that went well."""

    def confirm(self, title: str, message: str, yes: str, no: str) -> bool:
        """A question with two answers, the safe one first in reach."""

    def offer(self, title: str, message: str, yes: str, no: str) -> bool:
        """The same where either answer is safe: what is offered is first in reach."""

    def save_file(self, title: str, name: str, pattern: str) -> str:
        """Where to save; "" is nowhere."""

    def open_file(self, title: str, pattern: str) -> str:
        """Which file to open; "" is none."""


class Context(QObject):
    """Handed to every screen. Lives on the GUI thread as long as the program."""

    changed = Signal(object)  # ChangeSet: something of a case has been written
    session_changed = Signal()  # somebody signed in or out, or the pen was passed
    came_in = Signal(str, str)  # a person's id, and the password they signed in with: for the sharing alone
    saved = Signal(object)  # ChangeSet, written here: for the quiet "Gemt her 10.42"
    hindered = Signal(str)  # a case's id: the disk would not take what was typed there; `saved` comes when it has
    sync_changed = Signal()  # `sync_status` is another: how it stands with the shared database
    joined = Signal()  # this desk, or somebody at it, has just joined the shared database
    presence_changed = Signal(str)  # a case's id: others have come to it or left it; see `others_at`

    def __init__(self, desk: Desk, database: Lane, work: Lane, door: Door, asks: Asks) -> None:
        super().__init__()
        self.desk = desk
        self.database = database
        self.work = work
        self.asks = asks
        self.turns = Turns(self)
        self.people: tuple[Hand, ...] = ()
        self.pen: Hand | None = None
        self.practice = False
        self.machine: Managed | None = None
        """What an it department has decided for this machine; None until it has been read, after the first list."""
        self.examine: Callable[[tuple[Finding, ...]], Report] | None = None
        """The doctor, for this replica and what Qt has seen: takes its time."""
        self.sharing: Sharing | None = None
        self._at: tuple[str | None, str] = (None, "")
        self._door = door
        self.dictionary: Dictionary | None = None
        self._writing: Writing | None = None
        self._refused: Refused | None = None
        self._errands: Lane | None = None
        self._status: SyncStatus | None = None
        self._others: dict[str, tuple[AtTheRecord, ...]] = {}
        desk.announce = self._written

    # Who is here.

    def sign_in(self, hand: Hand, password: str = "") -> None:
        """Somebody has shown who they are: they sit at the table, and hold the pen. At most one for each role.

        An adviser sits alone, and sees only what is shared (D3). `password`: what they typed, for their session with the shared
        database; it goes on to that and is not kept here.
        """
        if password:
            self.came_in.emit(hand.person_id, password)
        alone = Role.RAADGIVER in (
            hand.role,
            *(p.role for p in self.people),
        )  # never at one table with those who see all
        self.people = (hand,) if alone else (*(p for p in self.people if p.role is not hand.role), hand)
        self.pen = hand
        self.desk.seat(p.person_id for p in self.people)
        self.session_changed.emit()

    def sign_out(self) -> None:
        """Everybody leaves the table."""
        self.people = ()
        self.pen = None
        self.desk.seat(())
        self.session_changed.emit()

    def pass_pen(self, role: Role) -> None:
        """The pen goes to the one at the table with this role (who has just given their PIN)."""
        self.pen = self.person(role) or self.pen
        self.session_changed.emit()

    def person(self, role: Role) -> Hand | None:
        """Who sits at the table in this role."""
        return next((p for p in self.people if p.role is role), None)

    @property
    def hand(self) -> Hand:
        """The hand that writes now. A screen that writes is never shown without one."""
        if self.pen is None:
            raise RuntimeError("nobody is signed in")
        return self.pen

    def lock_minutes(self, municipality: int | None) -> int:
        """After how long the screen locks here: as the machine's settings say, else as the municipality's; 0 is never."""
        decided = self.machine.lock_minutes if self.machine is not None else None
        return decided if decided is not None else municipality or 0

    # The shared database.

    @property
    def sync_status(self) -> SyncStatus:
        """How it stands with the shared database; `ALONE` on a desk that has joined none."""
        if self._status is None:
            from app.sync.status import ALONE

            return ALONE
        return self._status

    def share(self, sharing: Sharing) -> None:
        """The sharing begins, also where a case is open already: from now on others are shown that."""
        self.sharing = sharing
        sharing.stands_at(*self._at)

    def others_at(self, case_id: str) -> tuple[AtTheRecord, ...]:
        """Who else has the case open now, at other desks. With no connection nobody knows, and so nobody is told to be there."""
        from app.sync.status import State

        return () if self.sync_status.state is State.OFFLINE else self._others.get(case_id, ())

    def stands_at(self, case_id: str | None, field: str = "") -> None:
        """Those at this table have the case open (None: no case any more) and stand in that field: others are shown it."""
        left = self._at[0]
        self._at = (case_id, field)
        if left is not None and left != case_id:  # who is there is heard anew when it is opened again
            self._others.pop(left, None)
        if self.sharing is not None:
            self.sharing.stands_at(case_id, field)

    def want_history(self, case_id: str) -> None:
        """The whole history of a case is wanted; `changed` tells of ("case", id, "history") when it has come."""
        if self.sharing is not None:
            self.sharing.want_history(case_id)

    def came(self, changes: ChangeSet) -> None:
        """Something came from the shared database, told from any thread: shown as if it had been written here."""
        self._door.call(lambda: self.changed.emit(changes))

    def hear_status(self, status: SyncStatus) -> None:
        """How it stands now, told from any thread."""
        self._door.call(lambda: self._stands(status))

    def hear_presence(self, case_id: str, others: tuple[AtTheRecord, ...]) -> None:
        """Who else has the case open now, told from any thread."""
        self._door.call(lambda: self._met(case_id, others))

    def _stands(self, status: SyncStatus) -> None:
        if status == self._status:
            return
        there = {case_id: self.others_at(case_id) for case_id in self._others}
        self._status = status
        self.sync_changed.emit()
        for case_id, others in there.items():
            if others != self.others_at(case_id):
                self.presence_changed.emit(case_id)

    def _met(self, case_id: str, others: tuple[AtTheRecord, ...]) -> None:
        if case_id == self._at[0]:  # it may have been left since that was asked
            self._others[case_id] = others
            self.presence_changed.emit(case_id)

    # Doing.

    def run(
        self,
        service: Callable[[], T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[str, str | None], object] | None = None,
    ) -> None:
        """Run a service on the database lane. A rule's no or a fault of the disk becomes one Danish sentence.

        `failed` gets the sentence and the field it belongs beside; without it the sentence is told.
        """
        self.database.ask(service, _while_there(then), lambda error: self._told(error, failed))

    def run_slow(
        self,
        work: Callable[[], T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[str, str | None], object] | None = None,
    ) -> None:
        """Run what reads no replica and takes its time (a paper, a key) on the work lane."""
        self.work.ask(work, _while_there(then), lambda error: self._told(error, failed))

    def run_shared(
        self,
        errand: Callable[[], T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[str, str | None], object] | None = None,
    ) -> None:
        """Run what speaks to the shared database and is waited for (joining, a guest, a new password), on a lane of its own."""
        if self._errands is None:
            from app.qt.lanes import Lane

            self._errands = Lane("errands", self._door)
        self._errands.ask(errand, _while_there(then), lambda error: self._told(error, failed))

    def on_lane(self, work: Callable[[], T]) -> T:
        """Do a short thing on the database lane and wait for it: for an errand, and for nothing on the GUI thread."""
        return self.database.wait(work)

    def end_errands(self, seconds: float) -> None:
        """The program closes: an errand nobody answers is left to itself."""
        if self._errands is not None:
            self._errands.close(seconds)

    def when(self, answer: Future[T], then: Callable[[T], object], failed: Callable[[BaseException], object]) -> None:
        """On the GUI thread `then` gets what another process answers, or `failed` what went wrong; none if taken back."""

        def give(done: Future[T]) -> None:
            if done.cancelled():
                return
            error = done.exception()
            self._door.call(lambda: then(done.result()) if error is None else failed(error))

        answer.add_done_callback(give)

    @property
    def writing(self) -> Writing:
        """What helps those who write."""
        if self._writing is None:
            from app.views.writing import Writing

            self._writing = Writing(self, self.dictionary)
        return self._writing

    @property
    def refused(self) -> Refused:
        """The words the disk has refused."""
        if self._refused is None:
            from app.views.refused import Refused

            self._refused = Refused(self)
        return self._refused

    @property
    def idle(self) -> bool:
        """Whether everything asked of the lanes has been answered, and what is made or measured in turns is there."""
        lanes = self.database.idle and self.work.idle and (self._errands is None or self._errands.idle)
        return lanes and self.turns.idle and theme_of().idle

    def _told(self, error: Exception, failed: Callable[[str, str | None], object] | None) -> None:
        if not isinstance(error, RundbordError):
            raise error
        log.info("refused or hindered: %s", type(error).__name__)
        if failed is not None and _is_there(failed):
            failed(error.message, getattr(error, "field", None))
        else:
            self.asks.tell(error.message)

    def _written(self, changes: ChangeSet) -> None:
        """On the database lane: something written here is durable."""
        if self.sharing is not None:
            self.sharing.written(changes)
        self._door.call(lambda: self._announce(changes))

    def _announce(self, changes: ChangeSet) -> None:
        self.changed.emit(changes)
        self.saved.emit(changes)


def _is_there(answer: Callable[..., object]) -> bool:
    """Whether the screen an answer is for still stands: it may have been closed while the lane worked."""
    owner = getattr(answer, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)


def _while_there(then: Callable[[T], object] | None) -> Callable[[T], object] | None:
    if then is None:
        return None
    return lambda answer: then(answer) if _is_there(then) else None
