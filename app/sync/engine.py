# SPDX-License-Identifier: MPL-2.0
"""The engine: the one thread that speaks to the shared database, for as long as the program runs.

Started by bootstrap after the first list is painted, and by `rundbord sync`. It has a session for each person signed in on
this desk. Woken by a word written here, a notice, or the clock; between rounds it holds nothing. Without a network it tries
again, later and later, and nothing else in the program notices. Must not know of screens or Qt.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TypeVar

from app.domain.errors import EnvironmentProblem, LaneClosed
from app.store import ahead, incoming, leaving, outgoing
from app.store.replica import Replica
from app.store.unit_of_work import ChangeSet, new_step
from app.sync.courier import Courier, OnLane
from app.sync.pen import CLOSED, NEW, OPEN, Pen
from app.sync.presence import Presence
from app.sync.profile import Profile
from app.sync.session import Offline
from app.sync.status import ALONE, State, SyncStatus
from app.sync.waking import Bell, Throttle

T = TypeVar("T")
log = logging.getLogger(__name__)

_LOOK = 60.0  # seconds: how often one looks although nobody called
_SOON = 3.0  # seconds after something was written here: what goes up beside the record
_DOUBT = 0.5  # seconds a word written here may lie while the network thread is in a call
_FEW = 20  # changes that are handed over with the bell; more are asked for
_AFTER_A_BUG = 30.0  # seconds before a round that failed is tried again

Unsent = dict[str, tuple[outgoing.Outgoing, ...]]


class Engine:
    """`on_lane` does a short thing on the replica's own thread; `tell` gets the status after each round, on this thread.

    `on_lane` must not answer by way of the thread that calls `stop`.
    """

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
        self._lock = threading.Lock()
        self._pens: dict[str, Pen] = {}
        self._left: list[Pen] = []
        self._histories: dict[str, str] = {}
        self._bell, self._throttle = Bell(), Throttle()
        self._stopping = threading.Event()
        self._whole_at = 0.0
        self._whole_wanted = True
        self._begun = False
        self._new_case = False
        self._in_turn, self._turns = 0, 0
        self._handed: tuple[int, Unsent] | None = None
        self._on_lanes = 0
        self._doubt: threading.Timer | None = None
        self._status = ALONE
        self.presence = Presence()
        self._thread = threading.Thread(target=self._run, name="network", daemon=True)

    # ------------------------------------------------------------------------------------- called from other threads

    def start(self) -> Engine:
        """Begin. Nothing is waited for."""
        self._thread.start()
        return self

    def stop(self, seconds: float = 1.0) -> bool:
        """Stop within `seconds`, also when the network hangs; what is unsent stays unsent. Whether the thread has ended.

        A thread that is left behind, in the middle of a connection nobody answers, touches the replica no more.
        """
        self._stopping.set()
        self._bell.ring()
        if self._thread.ident is None:  # `rundbord sync --once`: the rounds are run by the caller's own thread
            self._close()
            return True
        self._thread.join(seconds / 2)
        if self._thread.is_alive():
            for pen in [*self._pens.values(), *self._left]:
                pen.abort()
            self._thread.join(seconds / 2)
        return not self._thread.is_alive()

    def sign_in(self, person_id: str, login: str, password: str) -> None:
        """Somebody has signed in on this desk: their words go up over their own session from now on."""
        with self._lock:
            self._leave_desk(person_id)
            self._pens[person_id] = Pen(person_id, login, password)
        self.try_now()

    def sign_out(self, person_id: str) -> None:
        """Somebody has left the desk. Their password is forgotten; what they have not sent waits for them, by name."""
        with self._lock:
            self._leave_desk(person_id)
        self.presence.forget(person_id)
        self._want_whole()

    def poke(self) -> None:
        """Something was written here. Should the network thread be stuck in a call, what stands is no longer called shared."""
        self._handed = None
        self._ring_written()

    def written(self) -> None:
        """The same, called on the replica's own thread: what is unsent goes along, so that nobody has to ask for it."""
        handed: Unsent | None = None
        count = self._on_lanes
        if self._status.state is State.SHARED and not self._in_turn:
            with self._lock:
                people = tuple(self._pens)
            with suppress(EnvironmentProblem):
                handed = {p: outgoing.pending(self._replica, p, _FEW) for p in people}
        self._handed = None if handed is None or any(len(f) == _FEW for f in handed.values()) else (count, handed)
        self._ring_written()

    def _ring_written(self) -> None:
        self._bell.ring()
        if self._in_turn and self._status.state is State.SHARED and (self._doubt is None or not self._doubt.is_alive()):
            self._doubt = threading.Timer(_DOUBT, self._doubt_it, [self._in_turn])
            self._doubt.daemon = True
            self._doubt.start()

    def try_now(self) -> None:
        """The network is back, or somebody says that it should be: nobody waits any longer."""
        with self._lock:
            for pen in self._pens.values():
                pen.try_now()
        self._want_whole()

    def want_history(self, person_id: str, case_id: str) -> None:
        """Somebody has opened a case's history: what is not here is fetched as soon as may be, and announced as a change of
        ("case", id, "history"). Asked for again after a cut; an empty answer of the network is no history."""
        with self._lock:
            self._histories[case_id] = person_id
        self._bell.ring()

    def open_case(self, person_id: str, case_id: str | None, field: str = "") -> None:
        """Somebody here has this case open (None: no case), and stands in that field. Others see it; see `presence`."""
        self.presence.open(person_id, case_id, field)
        self._bell.ring()

    def _doubt_it(self, turn: int) -> None:
        """On a thread of its own: what was written during this turn has not been looked at yet."""
        if self._in_turn == turn and self._status.state is State.SHARED and not self._stopping.is_set():
            self._status = replace(self._status, state=State.WORKING)
            self._tell(self._status)

    def _want_whole(self) -> None:
        self._whole_wanted = True
        self._bell.ring()

    def _leave_desk(self, person_id: str) -> None:
        pen = self._pens.pop(person_id, None)
        if pen is not None:
            pen.gone = True
            self._left.append(pen)

    # ------------------------------------------------------------------------------------------- on the network thread

    def round(self) -> SyncStatus:
        """One whole round: everybody's words up, what came down. Called by `rundbord sync --once`."""
        self._turn(whole=True, news=frozenset())
        return self._status

    def _turn(self, *, whole: bool, news: frozenset[str], written: bool = True) -> None:
        """What there is to do. `whole`: everything for everybody; else what was `written` here, and `news` for these."""
        self._turns += 1
        self._in_turn = self._turns
        try:
            self._do_turn(whole, news, written)
        finally:
            self._in_turn = 0

    def _do_turn(self, whole: bool, news: frozenset[str], written: bool) -> None:
        with self._lock:
            pens, left = list(self._pens.values()), self._left
            self._left = []
        for gone in left:
            gone.leave()
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
        if moved and any(pen.waits for pen in pens):
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
                        self._want_whole()  # what came before one listened

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
        self._status = replace(
            self._status,
            copied_desk=self._status.copied_desk or pen.copied,
            wanted_client=hello.wanted_client,
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
                        self._whole_at = min(self._whole_at, time.monotonic() + _SOON)

    def _unsent(self, asked: Collection[str], *, ask: bool) -> Unsent:
        """What is to be sent: as it was handed over, if nothing has been done on the lane from here since then."""
        handed, self._handed = self._handed, None
        found: Unsent = {}
        if handed is not None and not ask and handed[0] == self._on_lanes and handed[1].keys() >= set(asked):
            found = {p: handed[1][p] for p in asked}
        elif asked:
            found = self._on_lane(lambda: {p: outgoing.pending(self._replica, p) for p in asked})
        if any(found.values()) and self._status.state is State.SHARED:  # not called shared for another moment
            waiting = {p: len(page) for p, page in found.items() if page}
            self._status = replace(self._status, state=State.WORKING, waiting=waiting)
            self._tell(self._status)
        return found

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
                    self._throttle.brought(received, now)
        self._status = replace(self._status, done=self._status.done + total)
        return total

    def _go_ahead(self, pens: Iterable[Pen]) -> bool:
        """What lies over the unsent words of somebody who is not here, or is not let in, waits for them no longer."""
        waits = {p.person_id for p in pens if p.waits and p.courier is not None}
        here = {p.person_id for p in pens if p.fault not in (State.REFUSED, State.ENDED, State.UNCONFIRMED)}
        return bool(waits) and self._on_lane(lambda: ahead.go_ahead(self._replica, waits, here))

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
        self._want_whole()

    def _fetch_histories(self, pens: Iterable[Pen]) -> None:
        with self._lock:
            wanted = dict(self._histories)
        for pen in pens:
            for case_id in [c for c, person_id in wanted.items() if person_id == pen.person_id]:
                if pen.courier is not None and pen.state == OPEN:
                    with self._borne(pen):
                        pen.courier.fetch_history(case_id)
                        with self._lock:
                            self._histories.pop(case_id, None)

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

        self._status = replace(self._status, held_back=self._on_lane(go))

    def _report(self, pens: list[Pen]) -> None:
        here = {pen.person_id for pen in pens}
        waiting, aside = self._on_lane(
            lambda: (ahead.waiting_for(self._replica, here), len(outgoing.set_aside(self._replica)))
        )
        faults = {p.person_id: p for p in pens if p.fault is not None}
        first = next(iter(faults.values()), None)
        state = State.SHARED
        if first is not None and first.fault is not None:
            state = first.fault
        elif waiting or not pens:
            state = State.WAITS
        self._status = replace(
            self._status,
            state=state,
            waiting=waiting,
            set_aside=aside,
            sentence="" if first is None else first.sentence,
            of={who: p.fault for who, p in faults.items() if p.fault is not None},
        )
        self._tell(self._status)

    # ------------------------------------------------------------------------------------------------------ inside

    def _on_lane(self, work: Callable[[], T]) -> T:
        if self._stopping.is_set():
            raise LaneClosed
        try:
            return self._ask_lane(work)
        finally:
            self._on_lanes += 1

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

    def _run(self) -> None:
        whole, news, written = True, frozenset[str](), True
        self._whole_wanted = False
        try:
            while not self._stopping.is_set():
                try:
                    self._turn(whole=whole, news=news, written=written)
                except LaneClosed:
                    raise
                except Exception as bug:  # noqa: BLE001 - a bug here must not end the sharing for the day
                    self._stumble(bug)
                whole, news, written = self._sleep()
        except LaneClosed:
            log.info("the network lane ends with the database lane")
        finally:
            self._close()

    def _stumble(self, bug: Exception) -> None:
        """Something failed that nobody foresaw: told, and tried again."""
        if self._stopping.is_set():
            return
        log.error("the shared database: a round failed", exc_info=bug)
        for pen in list(self._pens.values()):
            pen.close()
            pen.not_before = time.monotonic() + _AFTER_A_BUG
            pen.fault, pen.sentence = State.STUCK, "Noget gik galt. Det, du skriver, gemmes her, og vi prøver igen."
        self._status = replace(self._status, state=State.STUCK)
        self._tell(self._status)

    def _sleep(self) -> tuple[bool, frozenset[str], bool]:
        """Until a word is written here, a notice comes, or it is time to try again: whole, news and written of `_turn`."""
        now = time.monotonic()
        if self._whole_at <= now:
            self._whole_at = now + _LOOK
        wanted, self._whole_wanted = self._whole_wanted, False
        if wanted:
            return True, frozenset(), True
        with self._lock:
            pens = list(self._pens.values())
        waits = [p.not_before for p in pens if p.not_before > now]
        until = min([self._whole_at, *waits])
        look = self.presence.again() or until
        sessions = {
            p.person_id: p.courier.session for p in pens if p.courier is not None and not p.courier.session.closed
        }
        written, news = self._bell.sleep(sessions, max(min(until, look) - now, 0.0), self._throttle)
        whole, self._whole_wanted = self._whole_wanted or time.monotonic() >= until, False
        if whole:
            self._whole_at = 0.0
        return whole, news, written

    def _close(self) -> None:
        if self._doubt is not None:
            self._doubt.cancel()
        for pen in [*self._pens.values(), *self._left]:
            pen.leave()
        self._bell.close()
