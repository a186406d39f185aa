# SPDX-License-Identifier: MPL-2.0
"""The engine: the one thread that speaks to the shared database, for as long as the program runs.

Started by bootstrap after the first list is painted, and by `rundbord sync`. Here is when it does something: woken by a word
written here, a notice, or the clock. What it then does is a turn (`turn.py`); between turns it holds nothing. Without a network
it tries again, later and later, and nothing else in the program notices. Must not know of screens or Qt.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from app.domain.errors import LaneClosed
from app.store.replica import Replica
from app.store.unit_of_work import ChangeSet
from app.sync.courier import OnLane
from app.sync.faults import Offline
from app.sync.lookout import Lookout, watched
from app.sync.pen import Pen
from app.sync.presence import Presence
from app.sync.profile import Profile
from app.sync.session import LookThere
from app.sync.status import State, SyncStatus
from app.sync.turn import Turns
from app.sync.waking import Bell

log = logging.getLogger(__name__)

NOT_SIGNED_IN = "Du er ikke logget ind i den fælles database her."
_LOOK = 60.0  # seconds: how often one looks although nobody called
_DOUBT = 0.5  # seconds a word written here may lie while the network thread is in a call
_AFTER_A_BUG = 30.0  # seconds before a round that failed is tried again
_AT_LEAST = 1.0  # seconds the thread itself rests then, also where somebody asks for more at once


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
        self._turns = Turns(replica, profile, on_lane, announce, tell)
        self._bell = Bell(self._turns.line)
        self._doubt: threading.Timer | None = None
        turns = self._turns
        self._lookout = Lookout(turns.pens.sessions, turns.stopping, turns.unanswered, self._want_whole)
        self._thread = threading.Thread(target=self._run, name="network", daemon=True)

    # ------------------------------------------------------------------------------------- called from other threads

    def start(self) -> Engine:
        """Begin. Nothing is waited for."""
        self._thread.start()
        self._lookout.start()
        return self

    def stop(self, seconds: float = 1.0) -> bool:
        """Stop within `seconds`, also when the network hangs; what is unsent stays unsent. Whether the thread has ended.

        A thread that is left behind, in the middle of a connection nobody answers, touches the replica no more.
        """
        self._turns.stopping.set()
        self._bell.ring()
        if self._thread.ident is None:  # `rundbord sync --once`: the rounds are run by the caller's own thread
            self._close()
            return True
        self._thread.join(seconds / 2)
        if self._thread.is_alive():
            self._turns.pens.abort()
            self._thread.join(seconds / 2)
        self._lookout.stop(seconds / 2)
        return not self._thread.is_alive()

    def sign_in(self, person_id: str, login: str, password: str) -> None:
        """Somebody has signed in on this desk: their words go up over their own session from now on."""
        self._turns.pens.sign_in(Pen(person_id, login, password))
        self.try_now()

    def sign_out(self, person_id: str) -> None:
        """Somebody has left the desk. Their password is forgotten; what they have not sent waits for them, by name."""
        self._turns.pens.sign_out(person_id)
        self.presence.forget(person_id)
        self._want_whole()

    def poke(self) -> None:
        """Something was written here. Should the network thread be stuck in a call, what stands is no longer called shared."""
        self._turns.handed = None
        self._ring_written()

    def written(self, changes: ChangeSet) -> None:
        """The same, called on the replica's own thread: what was written goes at once, or is handed over with the bell."""
        if not self._turns.send_at_once(changes.logged):
            self._turns.hand_over(changes.logged)
        self._ring_written()

    def _ring_written(self) -> None:
        self._bell.ring()
        turn, known = self._turns.number, self._turns.status.state
        if turn and known is State.SHARED and (self._doubt is None or not self._doubt.is_alive()):
            self._doubt = threading.Timer(_DOUBT, self._doubt_it, [turn])
            self._doubt.daemon = True
            self._doubt.start()

    def try_now(self) -> None:
        """The network is back, or somebody says that it should be: nobody waits any longer."""
        self._turns.pens.try_now()
        self._lookout.let_go()
        self._want_whole()

    def want_history(self, person_id: str, case_id: str) -> None:
        """Somebody has opened a case's history: what is not here is fetched as soon as may be, and announced as a change of
        ("case", id, "history"). Asked for again after a cut; an empty answer of the network is no history."""
        self._turns.pens.want_history(person_id, case_id)
        self._bell.ring()

    def looks(self, person_id: str, case_id: str) -> tuple[LookThere, ...] | None:
        """Who has looked at a case, from every desk; see `Session.looks`. Waits for the answer, on the caller's own thread and
        over a session of its own. Raises EnvironmentProblem when there is no way there, or the person's password is not here."""
        pen = next((p for p in self._turns.pens.everybody() if p.person_id == person_id), None)
        if pen is None:
            raise Offline(NOT_SIGNED_IN)
        with pen.errand(self._profile) as session:
            return session.looks(case_id)

    def open_case(self, person_id: str, case_id: str | None, field: str = "") -> None:
        """Somebody here has this case open (None: no case), and stands in that field. Others see it; see `presence`."""
        self.presence.open(person_id, case_id, field)
        self._bell.ring()

    @property
    def called(self) -> bool:
        """Whether somebody has rung for the network thread since it last slept: it has a round to do now."""
        return self._bell.rung and self._thread.is_alive()

    @property
    def presence(self) -> Presence:
        """Who sits with the same case open."""
        return self._turns.presence

    def _doubt_it(self, turn: int) -> None:
        """On a thread of its own: what was written during this turn has not been looked at yet."""
        turns = self._turns
        if turns.number == turn and turns.status.state is State.SHARED and not turns.stopping.is_set():
            turns.stands(State.WORKING)

    def _want_whole(self) -> None:
        self._turns.whole_wanted = True
        self._bell.ring()

    # ------------------------------------------------------------------------------------------- on the network thread

    def round(self) -> SyncStatus:
        """One whole round: everybody's words up, what came down. Called by `rundbord sync --once`."""
        with watched(self._turns.pens.sessions):
            self._turns.take(whole=True, news=frozenset())
        return self._turns.status

    def _run(self) -> None:
        whole, news, written = True, frozenset[str](), True
        self._turns.whole_wanted = False
        try:
            while not self._turns.stopping.is_set():
                try:
                    self._turns.take(whole=whole, news=news, written=written)
                    whole, news, written = self._sleep()
                except LaneClosed:
                    raise
                except Exception as bug:  # noqa: BLE001 - a bug here must not end the sharing for the day
                    self._stumble(bug)
                    whole, news, written = self._rest()
        except LaneClosed:
            log.info("the network lane ends with the database lane")
        finally:
            self._close()

    def _stumble(self, bug: Exception) -> None:
        """Something failed that nobody foresaw: told, and tried again."""
        if self._turns.stopping.is_set():
            return
        log.error("the shared database: a round failed", exc_info=bug)
        with self._turns.line:
            for pen in self._turns.pens.everybody():
                pen.close()
                pen.not_before = time.monotonic() + _AFTER_A_BUG
                pen.fault, pen.sentence = State.STUCK, "Noget gik galt. Det, du skriver, gemmes her, og vi prøver igen."
        self._turns.stands(State.STUCK)

    def _rest(self) -> tuple[bool, frozenset[str], bool]:
        """After a stumble: for a moment by nothing that may have been what fell, and then a whole turn."""
        self._turns.stopping.wait(_AT_LEAST)
        return True, frozenset(), True

    def _sleep(self) -> tuple[bool, frozenset[str], bool]:
        """Until a word is written here, a notice comes, or it is time to try again: whole, news and written of a turn."""
        now, turns = time.monotonic(), self._turns
        if turns.whole_at <= now:
            turns.whole_at = now + _LOOK
        wanted, turns.whole_wanted = turns.whole_wanted, False
        if wanted:
            return True, frozenset(), True
        pens = turns.pens.everybody()
        if any(
            p.courier is None and p.ready(now) for p in pens
        ):  # it was time to try again while something else was done
            return True, frozenset(), True
        waits = [p.not_before for p in pens if p.not_before > now]
        until = min([turns.whole_at, *waits])
        look = turns.presence.again() or until
        sessions = {
            p.person_id: p.courier.session for p in pens if p.courier is not None and not p.courier.session.closed
        }
        written, news = self._bell.sleep(sessions, max(min(until, look) - now, 0.0), turns.throttle)
        whole, turns.whole_wanted = turns.whole_wanted or time.monotonic() >= until, False
        if whole:
            turns.whole_at = 0.0
        return whole, news, written

    def _close(self) -> None:
        if self._doubt is not None:
            self._doubt.cancel()
        with self._turns.line:
            self._turns.pens.close()
        self._bell.close()
