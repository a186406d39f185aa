# SPDX-License-Identifier: MPL-2.0
"""The engine: the one thread that speaks to the shared database, for as long as the program runs.

Started by bootstrap after the first list is painted, and by `rundbord sync`. It has a session for each person signed in on
this desk. Woken by a word written here, a notice, or the clock; between rounds it holds nothing. Without a network it tries
again, later and later, and nothing else in the program notices. Must not know of screens or Qt.
"""

from __future__ import annotations

import logging
import random
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import app
from app.domain.errors import EnvironmentProblem
from app.store import outgoing
from app.store.replica import Replica
from app.store.unit_of_work import ChangeSet
from app.sync import desk_id
from app.sync.courier import Courier, OnLane
from app.sync.profile import Profile
from app.sync.session import AccessEnded, LoginRefused, Offline, ServerOlder, Session
from app.sync.status import ALONE, State, SyncStatus

log = logging.getLogger(__name__)

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0  # seconds between tries without a network
_LOGIN_WAIT = 30.0  # seconds before a login that was refused is tried again
_LOOK = 60.0  # seconds: how often one looks although nobody called
_EMPTY_WAKES = 20  # notices that brought nothing before they are heard less often


@dataclass(slots=True)
class Pen:
    """Somebody signed in here: their login and password, in memory and nowhere else, and their session."""

    person_id: str
    login: str
    password: str
    courier: Courier | None = None
    not_before: float = 0.0
    fault: State | None = None
    sentence: str = ""


class Engine:
    """`on_lane` does a short thing on the replica's own thread; `tell` gets the status after each round, on this thread."""

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
        self._on_lane = on_lane
        self._announce = announce
        self._tell = tell
        self._lock = threading.Lock()
        self._pens: dict[str, Pen] = {}
        self._asked: list[Callable[[], None]] = []
        self._bell, self._pull_cord = socket.socketpair()
        self._bell.setblocking(False)
        self._pull_cord.setblocking(False)
        self._stopping = threading.Event()
        self._wait = _FIRST_WAIT
        self._empty = 0
        self._status = ALONE
        self._thread = threading.Thread(target=self._run, name="network", daemon=True)
        self._listening: tuple[str, ...] = ()

    # ------------------------------------------------------------------------------------- called from other threads

    def start(self) -> Engine:
        """Begin. Nothing is waited for."""
        self._thread.start()
        return self

    def stop(self, seconds: float = 1.0) -> bool:
        """Stop within `seconds`, also when the network hangs; what is unsent stays unsent. Whether the thread has ended."""
        self._stopping.set()
        self._ring()
        if self._thread.ident is None:  # `rundbord sync --once`: the rounds are run by the caller's own thread
            self._close()
            return True
        self._thread.join(seconds / 2)
        if self._thread.is_alive():
            for pen in list(self._pens.values()):
                if pen.courier is not None:
                    with suppress(Exception):
                        pen.courier.session.cancel()
            self._thread.join(seconds / 2)
        return not self._thread.is_alive()

    def sign_in(self, person_id: str, login: str, password: str) -> None:
        """Somebody has signed in on this desk: their words go up over their own session from now on."""
        with self._lock:
            self._pens[person_id] = Pen(person_id, login, password)
            self._wait = _FIRST_WAIT
        self._ring()

    def sign_out(self, person_id: str) -> None:
        """Somebody has left the desk. Their password is forgotten; what they have not sent waits for them, by name."""
        with self._lock:
            pen = self._pens.pop(person_id, None)
        if pen is not None and pen.courier is not None:
            self.do(pen.courier.session.close)

    def poke(self) -> None:
        """Something was written here, or the network is back."""
        self._ring()

    def do(self, work: Callable[[], None]) -> None:
        """Do something on the network thread at the next round (fetch a history, say that a case is open)."""
        with self._lock:
            self._asked.append(work)
        self._ring()

    def courier(self, person_id: str) -> Courier | None:
        """The open errands of a person. Used on the network thread alone."""
        pen = self._pens.get(person_id)
        return None if pen is None else pen.courier

    # ------------------------------------------------------------------------------------------- on the network thread

    def round(self) -> SyncStatus:
        """One round: everybody's words up, what came down. Called by the thread, and by `rundbord sync --once`."""
        with self._lock:
            pens, asked = list(self._pens.values()), self._asked
            self._asked = []
        now = time.monotonic()
        for work in asked:
            with self._borne(None):
                work()
        sent = -1
        while sent:  # one person's words may lie over another's: as long as anything is taken, ask again
            sent = 0
            for pen in pens:
                if pen.not_before <= now:
                    sent += self._push(pen)
        for number, pen in enumerate(pens):
            if pen.courier is not None and pen.not_before <= now:
                self._pull(pen, listens=number == 0)
        self._report(pens)
        return self._status

    def _push(self, pen: Pen) -> int:
        with self._borne(pen):
            courier = self._open(pen)
            done = courier.push()
            pen.fault, pen.sentence = None, ""
            return done.sent + done.refused
        return 0

    def _pull(self, pen: Pen, *, listens: bool) -> None:
        with self._borne(pen):
            courier = self._open(pen)
            done = courier.pull()
            self._empty = 0 if done.received else self._empty + 1
            self._status = replace(self._status, held_back=len(done.held_back), done=self._status.done + done.received)
            courier.hand_up()

    def _open(self, pen: Pen) -> Courier:
        """The person's session, opened and greeted where there is none."""
        if pen.courier is not None and not pen.courier.session.closed:
            return pen.courier
        session = Session(self._profile, pen.login, pen.password)
        try:
            mark = self._on_lane(lambda: desk_id.read(self._replica))
            hello = session.hello(app.__version__, mark.device, mark.nonce)
            self._on_lane(lambda: desk_id.keep(self._replica, hello.device, hello.nonce, copied=hello.clone))
            if hello.channels:
                session.listen(hello.channels)
        except BaseException:
            session.close()
            raise
        courier = Courier(self._replica, self._on_lane, self._announce, session, pen.person_id, hello.device)
        self._status = replace(
            self._status,
            copied_desk=self._status.copied_desk or hello.clone,
            wanted_client=hello.wanted_client,
            must_change_password=hello.must_change,
        )
        if hello.state == "open":
            courier.catch_up()
        pen.courier = courier
        self._wait = _FIRST_WAIT
        return courier

    def _borne(self, pen: Pen | None) -> _Borne:
        return _Borne(self, pen)

    def met(self, pen: Pen | None, problem: Exception) -> bool:
        """A fault of network or login is a wait and no loss. Whether it was one."""
        if not isinstance(problem, EnvironmentProblem):
            return False
        if pen is None:
            return True
        state = State.OFFLINE
        wait = self._wait * random.uniform(0.7, 1.3)
        if isinstance(problem, LoginRefused):
            state, wait = State.REFUSED, _LOGIN_WAIT
        elif isinstance(problem, AccessEnded):
            state, wait = State.ENDED, _LOGIN_WAIT
        elif isinstance(problem, ServerOlder):
            state, wait = State.OLDER, _LONGEST_WAIT
        elif isinstance(problem, Offline):
            self._wait = min(self._wait * 2, _LONGEST_WAIT)
        pen.not_before = time.monotonic() + wait
        pen.fault, pen.sentence = state, problem.message
        if pen.courier is not None:
            with suppress(Exception):
                pen.courier.session.close()
            pen.courier = None
        log.info("shared database: %s for %s", state.name, pen.person_id)
        return True

    def _report(self, pens: list[Pen]) -> None:
        waiting, aside = self._on_lane(
            lambda: (outgoing.waiting_for(self._replica), len(outgoing.set_aside(self._replica)))
        )
        faults = [p for p in pens if p.fault is not None]
        state = State.SHARED
        if not pens:
            state = State.WAITS
        elif faults:
            state = faults[0].fault or State.OFFLINE
        elif waiting:
            state = State.WAITS
        sentence = faults[0].sentence if faults else ""
        self._status = replace(self._status, state=state, waiting=waiting, set_aside=aside, sentence=sentence)
        self._tell(self._status)

    # ------------------------------------------------------------------------------------------------------ waiting

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self.round()
                self._sleep()
        except LaneClosed:
            log.info("the network lane ends with the database lane")
        finally:
            self._close()

    def _close(self) -> None:
        for pen in self._pens.values():
            if pen.courier is not None:
                with suppress(EnvironmentProblem):
                    pen.courier.session.close()
        self._bell.close()
        self._pull_cord.close()

    def _sleep(self) -> None:
        """Until a word is written here, a notice comes, or it is time to try again."""
        now = time.monotonic()
        with self._lock:
            pens = list(self._pens.values())
        waits = [p.not_before - now for p in pens if p.not_before > now]
        rest = min([_LOOK, *waits])
        if self._empty > _EMPTY_WAKES:  # a notice can be forged: one that brings nothing is soon heard less often
            self._stopping.wait(min(0.05 * (self._empty - _EMPTY_WAKES), 5.0))
        with selectors.DefaultSelector() as selector:
            selector.register(self._bell, selectors.EVENT_READ)
            for pen in pens:
                if pen.courier is not None and not pen.courier.session.closed:
                    selector.register(pen.courier.session, selectors.EVENT_READ, pen)
            until = time.monotonic() + rest
            while not self._stopping.is_set():
                ready = selector.select(max(until - time.monotonic(), 0.0))
                woken = not ready
                for key, _ in ready:
                    pen = key.data
                    if pen is None:
                        with suppress(BlockingIOError):
                            self._bell.recv(4096)
                        woken = True
                    else:
                        with self._borne(pen):
                            woken = pen.courier.session.noticed() or woken
                        woken = woken or pen.courier is None
                if woken:
                    return

    def _ring(self) -> None:
        with suppress(BlockingIOError, OSError):
            self._pull_cord.send(b"\0")


class LaneClosed(RuntimeError):
    """The replica is being closed: the engine ends."""


class _Borne:
    """Bear what may go wrong with a network, on behalf of one person."""

    def __init__(self, engine: Engine, pen: Pen | None) -> None:
        self._engine = engine
        self._pen = pen

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, problem: BaseException | None, _trace: object) -> bool:
        return isinstance(problem, Exception) and self._engine.met(self._pen, problem)
