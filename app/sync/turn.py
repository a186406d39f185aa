# SPDX-License-Identifier: MPL-2.0
"""One turn with the shared database: who is to be greeted, what goes up, what comes down, and what is told of it.

The engine's, and run on its thread alone; other threads speak to the engine. Each call on the network is borne on behalf of the
person whose session it is, so that one who is refused stops nobody else. Must not know when the next turn comes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TypeVar

from app import __version__
from app.domain.errors import EnvironmentProblem, LaneClosed
from app.domain.versions import is_newer
from app.store import ahead, incoming, leaving, outgoing, over_again
from app.store.replica import FULL, READ_ONLY, Replica
from app.store.rows import Outgoing
from app.store.unit_of_work import ChangeSet, new_step
from app.sync.courier import Courier, OnLane
from app.sync.faults import Offline
from app.sync.pen import CLOSED, NEW, OPEN, Pen, Pens
from app.sync.presence import Presence
from app.sync.profile import Profile
from app.sync.status import ALONE, State, SyncStatus
from app.sync.waking import Throttle

T = TypeVar("T")
log = logging.getLogger(__name__)

_SOON = 3.0  # seconds after something was written here: what goes up beside the record
_FEW = 20  # changes that are handed over with the bell; more are asked for

Unsent = dict[str, tuple[Outgoing, ...]]

HINDERED = {
    FULL: "Disken er fuld, så det, andre skriver, kan ikke lægges ind. Gør plads, så fortsætter Rundbord selv.",
    READ_ONLY: "Mappen kan ikke skrives i, så det, andre skriver, kan ikke lægges ind. Ring til jeres it-afdeling.",
}
"""What a fault of the disk means here: nobody's own words were on their way to it. Whoever types is told by their field."""


class Turns:
    """`status` is what was told last. `whole_at` and `whole_wanted`: when everything is to be looked at for everybody."""

    def __init__(
        self,
        replica: Replica,
        profile: Profile,
        on_lane: OnLane,
        announce: Callable[[ChangeSet], None],
        tell: Callable[[SyncStatus], None],
    ) -> None:
        self._replica = replica
        self._profile = profile
        self._ask_lane = on_lane
        self._announce = announce
        self._tell = tell
        self.pens = Pens()
        self.presence = Presence()
        self.throttle = Throttle()
        self.stopping = threading.Event()
        self.line = threading.Lock()
        """Held by whoever has their hands on the sessions: a turn, or the database lane for a moment (`send_at_once`)."""
        self.status = ALONE
        self.whole_at = 0.0
        self.whole_wanted = True
        self.number = 0
        """Which turn is being taken; 0 between turns."""
        self.handed: list[Outgoing] | None = None
        """What has been written since everything was found to be sent, but for what is `_under_way`; None: it is not known, and
        the log is asked."""
        self._under_way: tuple[Pen, Courier, Outgoing] | None = None
        self._taken = 0
        self._begun = False
        self._new_case = False
        self._knew = True
        """Whether words that went ahead may still be written over anew; not known before it has been asked for."""

    def take(self, *, whole: bool, news: frozenset[str], written: bool = True) -> None:
        """What there is to do. `whole`: everything for everybody; else what was `written` here, and `news` for these."""
        self._taken += 1
        self.number = self._taken
        try:
            with self.line:
                self._take(whole, news, written)
        finally:
            self.number = 0

    def send_at_once(self, written: Sequence[Outgoing]) -> bool:
        """On the database lane, when this is durable: one edit goes by the thread that wrote it, where the network thread rests
        and nothing else is unsent. Whether it went; the next turn takes the answer."""
        if len(written) != 1 or not self.line.acquire(blocking=False):
            return False
        try:
            pen = self.pens.get(written[0].author)
            courier = pen.courier if pen is not None and pen.state == OPEN and pen.fault is None else None
            if pen is None or courier is None or self.handed != [] or self._under_way is not None:
                return False
            if not courier.put(written[0]):
                return False
            self._under_way = pen, courier, written[0]
            return True
        finally:
            self.line.release()

    def hand_over(self, written: Sequence[Outgoing]) -> None:
        """On the database lane: this has been written. The log has it too; whoever misses it here finds it there."""
        handed = self.handed
        if handed is not None and len(handed) + len(written) <= _FEW:
            handed += written
        else:
            self.handed = None

    def stands(self, state: State) -> None:
        """Tell that it stands so with the sharing, before the turn is over."""
        self.status = replace(self.status, state=state)
        self._tell(self.status)

    def unanswered(self, sentence: str) -> None:
        """Tell, from another thread, that a call has waited long for its answer, and what waits here meanwhile."""
        if self.stopping.is_set():
            raise LaneClosed
        here = {pen.person_id for pen in self.pens.everybody()}
        waiting = self._ask_lane(lambda: ahead.waiting_for(self._replica, here))
        self.status = replace(self.status, state=State.OFFLINE, sentence=sentence, waiting=waiting)
        self._tell(self.status)

    def _take(self, whole: bool, news: frozenset[str], written: bool) -> None:
        pens = self.pens.everybody()
        if self._under_way is not None:
            written = not self._take_answer(*self._under_way)
        self.pens.see_off()
        if not self._begun:
            self._on_lane(lambda: incoming.replay_parked(self._replica))
            self._begun = True
        if whole:
            self._greet(pens)
            self._listen(pens)
        if whole or written:
            self._push(pens, ask=whole)
        moved = self._pull(pens, whole, news)
        self._ask_whose(pens)
        again = self._knew and self._say_again()
        if again or (moved and any(pen.waits for pen in pens)):
            self._push(pens)  # what lay over others' words may be taken, now that they are here
        if self._go_ahead(pens):
            self._push(pens)
        self._fetch_histories(pens)
        if whole:
            self._hand_up(pens)
        if whole or moved:
            self._let_leave()
        with self._borne(None):
            couriers = [c for c in (p.courier for p in pens) if c is not None and not c.session.closed]
            self.presence.round(couriers, time.monotonic(), news=bool(news) and not moved)
        self._report(pens)

    def _greet(self, pens: Iterable[Pen]) -> None:
        now = time.monotonic()
        offline: Pen | None = None
        for pen in pens:
            if not pen.ready(now):
                continue
            if offline is not None and pen.courier is None:  # the line is everybody's
                pen.not_before, pen.fault, pen.sentence = offline.not_before, offline.fault, offline.sentence
                continue
            with self._borne(pen):
                self._open(pen, now)
            if pen.fault is State.OFFLINE:
                offline = pen

    def _listen(self, pens: Iterable[Pen]) -> None:
        """Each channel is heard by one session of the desk, and whoever listens fetches for all that may read it here."""
        heard: set[str] = set()
        for pen in pens:
            if pen.courier is not None and pen.hello is not None:
                with self._borne(pen):
                    wanted = tuple(c for c in pen.hello.channels if c not in heard)
                    heard.update(wanted)
                    if wanted != pen.heard:
                        pen.courier.session.listen(wanted)
                        pen.heard = wanted
                        self.whole_wanted = True  # what came before one listened

    def _open(self, pen: Pen, now: float) -> None:
        """The person's session, opened where there is none, and greeted where that is out of date."""
        session = pen.open(self._profile)
        if session is not None:
            try:
                hello = pen.greet(self._replica, self._on_lane, session)
            except BaseException:
                session.close()
                raise
            if pen.gone:
                session.close()
                return
            pen.courier = Courier(self._replica, self._on_lane, self._came, session, pen.person_id, hello.device)
            pen.courier.doors = True  # so that it catches up when it has fetched
        elif pen.courier is not None and pen.wants_greeting(now):
            doors = pen.courier.doors
            hello = pen.greet(self._replica, self._on_lane, pen.courier.session)
            pen.courier.device = hello.device
            pen.courier.doors = doors or pen.state == OPEN
        else:
            return
        for one in pen.renumbered:
            self._on_lane(partial(self._announce, one.changes))
        self.status = replace(
            self.status,
            copied_desk=self.status.copied_desk or pen.copied,
            renumbered=(*self.status.renumbered, *((one.before, one.now) for one in pen.renumbered if one.given)),
            wanted_client=hello.wanted_client if is_newer(hello.wanted_client, __version__) else "",
            must_change_password=hello.must_change,
        )

    def _push(self, pens: Iterable[Pen], *, ask: bool = True) -> None:
        """Everybody's words. One person's may lie over another's: as long as anything is taken, ask again."""
        now = time.monotonic()
        again = True
        while again:
            again = False
            able = [p for p in pens if p.courier is not None and p.state != NEW and p.ready(now)]
            unsent = self._unsent(tuple(p.person_id for p in able), ask=ask)
            ask = True
            for pen in able:
                page = unsent[pen.person_id]
                pen.waits = 0
                if page and pen.courier is not None:
                    with self._borne(pen):
                        sent = pen.courier.push(page)
                        pen.waits = sent.waits
                        pen.answered()
                        self._new_case = self._new_case or any(
                            c.kind == "case" and '"number"' in c.fields for c in page
                        )
                        again = again or (sent.done > 0 and len(able) > 1)
                        self.whole_at = min(self.whole_at, time.monotonic() + _SOON)

    def _take_answer(self, pen: Pen, courier: Courier, sent: Outgoing) -> bool:
        """What became of the edit that went at once. Whether it was taken and nothing else has been written since."""
        self._under_way = None
        more, self.handed = self.handed != [], None
        self._sending({sent.author: (sent,)})
        accepted = 0
        with self._borne(pen):
            taken = courier.take_answer(sent)
            accepted, pen.waits = taken.accepted, taken.waiting
            pen.answered()
            self.whole_at = min(self.whole_at, time.monotonic() + _SOON)
        return accepted == 1 and not more

    def _unsent(self, asked: Collection[str], *, ask: bool) -> Unsent:
        """What is to be sent: as it was handed over, if nothing has been done on the lane from here since then."""
        handed, self.handed = self.handed, None
        found: Unsent = {}
        if handed is not None and not ask:
            found = {p: tuple(c for c in handed if c.author == p) for p in asked}
        elif asked:
            found = self._on_lane(lambda: {p: outgoing.pending(self._replica, p) for p in asked})
        self._sending(found)
        return found

    def _sending(self, unsent: Unsent) -> None:
        """What is on its way is not called shared for another moment."""
        waiting = {p: len(page) for p, page in unsent.items() if page}
        if waiting and self.status.state is State.SHARED:
            self.status = replace(self.status, state=State.WORKING, waiting=waiting)
            self._tell(self.status)

    def _pull(self, pens: list[Pen], whole: bool, news: frozenset[str]) -> int:
        """What came for those who have news, or for everybody; how many rows."""
        now = time.monotonic()
        total = 0
        for pen in pens:
            courier = pen.courier
            if courier is None or pen.state == NEW or not pen.ready(now) or not (whole or pen.person_id in news):
                continue
            with self._borne(pen):
                if pen.state == CLOSED:
                    courier.pull()
                    courier.let_go()
                    continue
                received = courier.pull()
                if courier.doors:
                    self._open(pen, now)
                    if pen.state != OPEN:
                        continue
                    received += courier.catch_up()
                    self._listen(pens)
                pen.answered()
                total += received
                if pen.person_id in news:
                    self.throttle.brought(received, now)
        self.status = replace(self.status, done=self.status.done + total)
        return total

    def _go_ahead(self, pens: Iterable[Pen]) -> bool:
        """What lies over the unsent words of somebody who is not here, or is not let in, waits for them no longer."""
        waits = {p.person_id for p in pens if p.waits and p.courier is not None}
        here = {p.person_id for p in pens if p.fault not in (State.REFUSED, State.ENDED, State.UNCONFIRMED)}
        went = bool(waits) and self._on_lane(lambda: ahead.go_ahead(self._replica, waits, here))
        self._knew = self._knew or went
        return went

    def _say_again(self) -> bool:
        """What had to go before words it was knowingly written over is written over them, as they come. Whether there was any."""

        def do() -> tuple[ChangeSet, ...] | None:
            said = over_again.say_again(self._replica)
            for change in said or ():
                self._announce(change)
            return said

        said = self._on_lane(do)
        self._knew = said is not None
        return bool(said)

    def _came(self, changes: ChangeSet) -> None:
        """On the database lane: something has come."""
        self._new_case = self._new_case or ("case", changes.case_id, "number") in changes.keys
        self._announce(changes)

    def _ask_whose(self, pens: Sequence[Pen]) -> None:
        """A case is new here, or to the server: which of several people at the desk may read it, the server says to each."""
        new, self._new_case = self._new_case, False
        if not new or len(pens) < 2:
            return
        for pen in pens:
            if pen.courier is not None:
                pen.courier.doors = True
        self.whole_wanted = True

    def _fetch_histories(self, pens: Iterable[Pen]) -> None:
        wanted = self.pens.histories()
        for pen in pens:
            for case_id in [c for c, person_id in wanted.items() if person_id == pen.person_id]:
                if pen.courier is not None and pen.state == OPEN:
                    with self._borne(pen):
                        pen.courier.fetch_history(case_id)
                        self.pens.has_history(case_id)

    def _hand_up(self, pens: Iterable[Pen]) -> None:
        now = time.monotonic()
        for pen in pens:
            if pen.courier is not None and pen.state != NEW and pen.ready(now):
                with self._borne(pen):
                    pen.courier.hand_up()

    def _let_leave(self) -> None:
        def go() -> int:
            left = leaving.leave(self._replica)
            for case_id in left.gone:  # whoever shows the case hears of it as of any change
                self._announce(ChangeSet(case_id, frozenset({("case", case_id, "left")}), new_step("Forladt")))
            return len(left.held_by_guard)

        self.status = replace(self.status, held_back=self._on_lane(go))

    def _report(self, pens: list[Pen]) -> None:
        here = {pen.person_id for pen in pens}

        def look() -> tuple[dict[str, int], int]:
            waiting = ahead.waiting_for(self._replica, here)
            if not waiting:
                self.handed = []
            return waiting, len(outgoing.set_aside(self._replica))

        waiting, aside = self._on_lane(look)
        faults = {p.person_id: p for p in pens if p.fault is not None}
        first = next(iter(faults.values()), None)
        state = State.SHARED
        if first is not None and first.fault is not None:
            state = first.fault
        elif waiting or not pens:
            state = State.WAITS
        self.status = replace(
            self.status,
            state=state,
            waiting=waiting,
            set_aside=aside,
            sentence="" if first is None else first.sentence,
            of={who: p.fault for who, p in faults.items() if p.fault is not None},
        )
        self._tell(self.status)

    # -- inside

    def _on_lane(self, work: Callable[[], T]) -> T:
        if self.stopping.is_set():
            raise LaneClosed
        self.handed = None
        try:
            return self._ask_lane(work)
        except EnvironmentProblem as problem:
            if problem.message not in HINDERED:
                raise
            raise EnvironmentProblem(HINDERED[problem.message]) from problem

    @contextmanager
    def _borne(self, pen: Pen | None) -> Iterator[None]:
        """Bear what may go wrong with a network, on behalf of one person."""
        try:
            yield
        except EnvironmentProblem as problem:
            if pen is not None:
                pen.bear(problem)
            elif not isinstance(problem, Offline):
                log.info("shared database: %s", problem.message)
