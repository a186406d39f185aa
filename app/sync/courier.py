# SPDX-License-Identifier: MPL-2.0
"""One person's errands between the replica and the shared database: push what they wrote, pull what they may read.

Used by the engine on the network thread. Each step is either one call to the server or one short unit on the database lane, never
both at once, so it can be stopped or cut between any two and taken up again: what is acknowledged is in the replica with the
cursor, and what is not is sent or fetched once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

from app.store import incoming, leaving, outgoing, roster, upward
from app.store.replica import Replica
from app.store.rows import Present
from app.store.unit_of_work import ChangeSet, new_step
from app.sync.session import Page, Session

T = TypeVar("T")
_PAGE = 500  # cases a time on a first fetch: a short unit on the database lane, and a place to go on from
_MANY = 200  # cases asked for by name at a time


class OnLane(Protocol):
    """Do a short thing on the thread that owns the replica, and wait for its answer."""

    def __call__(self, work: Callable[[], T], /) -> T:
        """The answer, or the error, of `work`."""


@dataclass(slots=True)
class Errand:
    """What a round did, for the status. `waits`: changes that lie over words the server does not have yet."""

    sent: int = 0
    received: int = 0
    refused: int = 0
    waits: int = 0
    held_back: tuple[str, ...] = field(default=())


class Courier:
    """The errands of one signed-in person over their own session."""

    def __init__(
        self,
        replica: Replica,
        on_lane: OnLane,
        announce: Callable[[ChangeSet], None],
        session: Session,
        person_id: str,
        device: str,
    ) -> None:
        self._replica = replica
        self._on_lane = on_lane
        self._announce = announce
        self.session = session
        self.person_id = person_id
        self._device = device

    def push(self) -> Errand:
        """Send what is unsent, a page at a time, for as long as the server takes any of it."""
        done = Errand()
        again = True
        while again:
            again, done.waits, after = False, 0, ""
            while sent := self._unsent(after):
                after = sent[-1].id
                verdicts = self.session.push(outgoing.packed(sent), self._device)
                taken = self._kept(sent, verdicts)
                done.sent += taken.accepted
                done.refused += taken.refused
                done.waits += taken.waiting
                again = again or (taken.waiting > 0 and taken.accepted + taken.refused > 0)
                if len(sent) < outgoing.MOST:
                    break
        return done

    def pull(self) -> Errand:
        """Fetch what came, in the server's order, until there is no more; and let go of what is no longer ours to keep."""
        done = Errand()
        after = self._on_lane(lambda: incoming.cursor(self._replica, self.person_id))
        if after is None:
            done.received += self._first_fetch()
            after = self._on_lane(lambda: incoming.cursor(self._replica, self.person_id)) or 0
        while True:
            rows, upto = self.session.pull(after)
            if rows or upto != after:
                done.received += len(rows)
                self._change(partial(incoming.apply_pulled, self._replica, self.person_id, rows, upto))
            more, after = upto > after and bool(rows), upto
            if not more:
                break
        if done.received:
            done.received += self._fetch_wanted()
            done.held_back = self._leave()
        return done

    def catch_up(self) -> Errand:
        """The slower things of a session's beginning: which cases are mine, who the others are, and what was left unfetched."""
        mine = {c.case_id: (c.team, c.scope) for c in self.session.cases()}
        people = self.session.people()

        def take() -> None:
            incoming.reconcile(self._replica, self.person_id, mine)
            roster.take_roster(self._replica, people)

        self._on_lane(take)
        done = Errand(received=self._fetch_wanted())
        done.held_back = self._leave()
        return done

    def hand_up(self) -> None:
        """Send upward what the desk keeps beside the record: the access log and the papers as they were given."""
        while entries := self._on_lane(lambda: upward.access_entries(self._replica, self.person_id)):
            self.session.push_access([e.as_json() for e in entries], self._device)
            self._on_lane(partial(upward.access_sent, self._replica, self.person_id, entries[-1].n))
        for paper in self._on_lane(lambda: upward.papers(self._replica, self.person_id)):
            pdf = self._on_lane(partial(upward.paper_pdf, self._replica, paper.paper_id))
            said = self.session.push_paper(paper.paper_id, paper.case_id, pdf)
            self._on_lane(partial(upward.paper_sent, self._replica, paper.paper_id, said))

    def fetch_history(self, case_id: str) -> None:
        """Make a case's log whole, when somebody opens its history."""
        rows = self.session.history(case_id)
        self._on_lane(lambda: incoming.take_history(self._replica, case_id, rows))

    # ---------------------------------------------------------------------------------------------------- inside

    def _unsent(self, after: str) -> tuple[outgoing.Outgoing, ...]:
        return self._on_lane(lambda: outgoing.pending(self._replica, self.person_id, outgoing.MOST, after))

    def _kept(self, sent: Sequence[outgoing.Outgoing], verdicts: dict[str, outgoing.Verdict]) -> outgoing.Taken:
        def keep() -> outgoing.Taken:
            taken = outgoing.take_verdicts(self._replica, self.person_id, sent, verdicts)
            self._tell(taken.changes)
            return taken

        return self._on_lane(keep)

    def _first_fetch(self) -> int:
        """Everything this person may read, as it stands, case by case; a cut takes it up where it was after the last page."""
        begun = self.session.upto()
        fetched = 0
        for page in self._pages():
            fetched += len(page.rows)
            self._change(partial(incoming.apply_present, self._replica, self.person_id, page.rows, page.upto))
        self._on_lane(lambda: incoming.begin_at(self._replica, self.person_id, begun))
        return fetched

    def _fetch_wanted(self) -> int:
        """What a door that opened, or a refusal, asked to have anew."""
        wanted = sorted(self._on_lane(lambda: incoming.to_fetch(self._replica, self.person_id)))
        fetched = 0
        for start in range(0, len(wanted), _MANY):
            some = wanted[start : start + _MANY]
            page = self.session.present(some, None, _MANY)
            by_case: dict[str, list[Present]] = {case: [] for case in some}
            for row in page.rows:
                by_case.setdefault(row.case_id, []).append(row)
            for case, its in by_case.items():
                self._change(partial(incoming.rebuild, self._replica, self.person_id, case, its, page.upto))
            fetched += len(page.rows)
        return fetched

    def _pages(self) -> Iterator[Page]:
        after: str | None = None
        while True:
            page = self.session.present(None, after, _PAGE)
            yield page
            after = page.after
            if after is None:
                return

    def _leave(self) -> tuple[str, ...]:
        def go() -> tuple[str, ...]:
            left = leaving.leave(self._replica)
            self._tell([_gone(case_id) for case_id in left.gone])
            return left.held_by_guard

        return self._on_lane(go)

    def _change(self, work: Callable[[], tuple[ChangeSet, ...]]) -> None:
        def do() -> None:
            self._tell(work())

        self._on_lane(do)

    def _tell(self, changes: Sequence[ChangeSet]) -> None:
        for change in changes:
            self._announce(change)


def _gone(case_id: str) -> ChangeSet:
    """A case has left this desk: whoever shows it hears of it as of any change."""
    return ChangeSet(case_id, frozenset({("case", case_id, "removed")}), new_step("Forladt"))
