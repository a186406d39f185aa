# SPDX-License-Identifier: MPL-2.0
"""Somebody signed in at this desk, as the engine knows them: their login, their session, and what they wait for.

The password is in memory here and nowhere else. Used on the network thread alone, but for `errand`.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from contextlib import AbstractContextManager, suppress

import app
from app.domain.errors import EnvironmentProblem
from app.store import membership, renumber
from app.store.renumber import Renumbered
from app.store.replica import Replica
from app.sync import desk_id, put_back
from app.sync.courier import Courier, OnLane
from app.sync.faults import AccessEnded, LoginRefused, NotTrusted, Offline, ServerOlder
from app.sync.lookout import errand
from app.sync.profile import Profile
from app.sync.session import LACKS_MOST, Hello, Session
from app.sync.status import State

log = logging.getLogger(__name__)

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0  # seconds between tries without a network
_LOGIN_WAIT, _LONGEST_LOGIN_WAIT = 30.0, 600.0  # the same for a login that was refused
_GREET_AGAIN = 3600.0  # seconds a greeting holds: accounts, keys and channels may change meanwhile
_JUST_NOW = 0.5
_NEW_WAIT = 30.0  # seconds before one asks again whether one has been confirmed

OPEN, NEW, CLOSED = "open", "new", "closed"


class NotThatPerson(EnvironmentProblem):
    """The login is somebody else's than the person signed in on this desk."""


class Pen:
    """`fault` is why nothing is sent or fetched for this person now, None when all is well."""

    def __init__(self, person_id: str, login: str, password: str) -> None:
        self.person_id = person_id
        self.login = login
        self._password = password
        self.courier: Courier | None = None
        self.session: Session | None = None
        """The last that was opened, also while it is being greeted."""
        self.hello: Hello | None = None
        self.heard: tuple[str, ...] = ()
        self.fault: State | None = None
        self.sentence = ""
        self.waits = 0
        self.gone = False
        self.not_before = 0.0
        self._tries = 0
        self._greeted = -_GREET_AGAIN

    def ready(self, now: float) -> bool:
        """Whether it is time to try."""
        return not self.gone and now >= self.not_before

    @property
    def state(self) -> str:
        """What the account is to the server: open, new (not confirmed yet) or closed."""
        return OPEN if self.hello is None else self.hello.state

    def open(self, profile: Profile) -> Session | None:
        """A new session where there is none; None when there is one."""
        if self.courier is not None and not self.courier.session.closed:
            return None
        self.courier, self.heard = None, ()
        self.session = Session(profile, self.login, self._password)
        return self.session

    def errand(self, profile: Profile) -> AbstractContextManager[Session]:
        """A session beside the one there is, for what somebody waits for. On any thread."""
        return errand(profile, self.login, self._password)

    def greet(self, replica: Replica, on_lane: OnLane, session: Session) -> Hello:
        """Say who I am and which desk this is, and keep the desk's new word."""
        mark = on_lane(lambda: desk_id.before_greeting(replica))
        hello = session.hello(app.__version__, mark.device, mark.nonce)
        copied = hello.clone and not mark.unanswered
        on_lane(lambda: desk_id.keep(replica, hello.device, hello.nonce, new_mark=hello.clone, copied=copied))
        if hello.person_id != self.person_id:
            raise NotThatPerson("Det login hører til en anden person. Log ind med dit eget.")
        on_lane(lambda: membership.keep_team_names(replica, hello.teams))
        if self.courier is None and put_back.look(replica, on_lane, session, hello):
            copied = False  # the word it was last given is unknown there, as that of a copied machine is
            on_lane(lambda: desk_id.settled(replica))
        if copied:
            log.warning("this replica was copied from another machine: it is desk %s from now on", hello.device)
        self.renumbered = (
            self._renumber(replica, on_lane, session) if on_lane(lambda: desk_id.is_copied(replica)) else ()
        )
        self.hello, self._greeted = hello, time.monotonic()
        self.copied = copied
        if hello.state == NEW:
            self.not_before = time.monotonic() + _NEW_WAIT
            self.fault, self.sentence = State.UNCONFIRMED, "Din leder skal bekræfte dig, før sagerne kan hentes."
        elif hello.state == CLOSED:
            self.fault, self.sentence = State.ENDED, "Din adgang er ophørt. Det, du har skrevet, sendes stadig."
        else:
            self.fault, self.sentence = None, ""
        return hello

    copied = False
    """Whether the server found, at the last greeting, that this desk is a copy of another."""

    renumbered: tuple[Renumbered, ...] = ()
    """The cases that were given another number then, for the other desk may have used theirs."""

    @staticmethod
    def _renumber(replica: Replica, on_lane: OnLane, session: Session) -> tuple[Renumbered, ...]:
        """Before anything is sent: what the server has not got of the cases that were begun here. Those it has were begun before
        the copy was made, and are the same case on both desks."""
        begun = on_lane(lambda: renumber.unsent_cases(replica))
        at = session.clock().astimezone()
        kept: set[str] = set()
        for start in range(0, len(begun), LACKS_MOST):
            page = begun[start : start + LACKS_MOST]
            kept |= set(page) - session.lacks(page)
        done = on_lane(lambda: renumber.renumber(replica, at, kept))
        on_lane(lambda: desk_id.settled(replica))
        return done

    def wants_greeting(self, now: float) -> bool:
        """Whether what was said at the last greeting may be out of date."""
        courier = self.courier
        if now - self._greeted < _JUST_NOW:
            return False
        return self.state != OPEN or (courier is not None and courier.doors) or now - self._greeted > _GREET_AGAIN

    def answered(self) -> None:
        """The server answers: the next fault is a first one."""
        self._tries = 0
        if self.state == OPEN:
            self.fault, self.sentence = None, ""

    def bear(self, problem: EnvironmentProblem) -> None:
        """A fault of network or login is a wait and no loss."""
        self._tries += 1
        state, first, longest = State.OFFLINE, _FIRST_WAIT, _LONGEST_WAIT
        if isinstance(problem, LoginRefused | NotThatPerson):
            state, first, longest = State.REFUSED, _LOGIN_WAIT, _LONGEST_LOGIN_WAIT
        elif isinstance(problem, AccessEnded):
            state, first, longest = State.ENDED, _LOGIN_WAIT, _LONGEST_LOGIN_WAIT
        elif isinstance(problem, ServerOlder):
            state, first = State.OLDER, _LONGEST_WAIT
        elif isinstance(problem, NotTrusted) or not isinstance(problem, Offline):
            state = State.STUCK
        wait = min(first * 2 ** min(self._tries - 1, 10), longest) * random.uniform(0.7, 1.0)
        self.not_before = time.monotonic() + wait
        self.fault, self.sentence = state, problem.message
        self.close()
        log.info("shared database: %s for %s", state.name, self.person_id)

    def try_now(self) -> None:
        """Somebody says that it should work now."""
        self.not_before, self._tries, self._greeted = 0.0, 0, -_GREET_AGAIN

    def leave(self) -> None:
        """Go home: nobody is to be shown as sitting with a case any longer, then the session ends. `abort` cuts it short."""
        courier = self.courier
        if courier is not None and not courier.session.closed:
            with suppress(EnvironmentProblem):
                courier.session.here(courier.device, None)
        self.close()

    def close(self) -> None:
        """End the session, in good order if there is a line."""
        if self.courier is not None:
            with suppress(EnvironmentProblem):
                self.courier.session.close()
        self.courier, self.heard = None, ()


class Pens:
    """Everybody signed in at this desk, by person, and the histories they wait for. From any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_person: dict[str, Pen] = {}
        self._left: list[Pen] = []
        self._histories: dict[str, str] = {}

    def __getitem__(self, person_id: str) -> Pen:
        return self._by_person[person_id]

    def get(self, person_id: str) -> Pen | None:
        """This person's, if they sit here now."""
        return self._by_person.get(person_id)

    def sign_in(self, pen: Pen) -> None:
        """Somebody has sat down, or has another password."""
        with self._lock:
            self._leave(pen.person_id)
            self._by_person[pen.person_id] = pen

    def sign_out(self, person_id: str) -> None:
        """Somebody has left: their session ends at the next turn."""
        with self._lock:
            self._leave(person_id)

    def everybody(self) -> list[Pen]:
        """Those who sit here now."""
        with self._lock:
            return list(self._by_person.values())

    def see_off(self) -> None:
        """End the sessions of those who have left."""
        with self._lock:
            left = list(self._left)
        for gone in left:
            gone.leave()
            with self._lock:  # and not before: `abort` must find whoever waits for a last answer
                self._left.remove(gone)

    def try_now(self) -> None:
        """Nobody waits any longer."""
        for pen in self.everybody():
            pen.try_now()

    def sessions(self) -> list[Session]:
        """Everybody's, also of those who are about to leave."""
        with self._lock:
            pens = [*self._by_person.values(), *self._left]
        return [pen.session for pen in pens if pen.session is not None]

    def abort(self) -> None:
        """Cut whatever anybody is in the middle of."""
        for session in self.sessions():
            session.abort()

    def close(self) -> None:
        """All leave, and say so."""
        for pen in self.everybody():
            pen.leave()
        self.see_off()

    def want_history(self, person_id: str, case_id: str) -> None:
        """Somebody has opened a case's history."""
        with self._lock:
            self._histories[case_id] = person_id

    def histories(self) -> dict[str, str]:
        """Who wants which case's."""
        with self._lock:
            return dict(self._histories)

    def has_history(self, case_id: str) -> None:
        """It is here."""
        with self._lock:
            self._histories.pop(case_id, None)

    def _leave(self, person_id: str) -> None:
        pen = self._by_person.pop(person_id, None)
        if pen is not None:
            pen.gone = True
            self._left.append(pen)
