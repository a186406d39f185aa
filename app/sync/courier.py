# SPDX-License-Identifier: MPL-2.0
"""One person's errands between the replica and the shared database: push what they wrote, pull what they may read.

Used by the engine on the network thread, but for `put`. Each step is either one call to the server or one short unit on the
database lane, never both at once, so it can be stopped or cut between any two and taken up again: what is
acknowledged is in the replica with the cursor, and what is not is sent or fetched once more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Protocol, TypeVar

from app.models.kinds import MUNICIPALITY
from app.store import incoming, outgoing, roster, shared, upward
from app.store.replica import Replica
from app.store.rows import Outgoing, Present
from app.store.unit_of_work import ChangeSet, new_step
from app.sync.session import LACKS_MOST, Session

T = TypeVar("T")
log = logging.getLogger(__name__)
_PAGE = 200  # cases a time on a first fetch: a short unit on the database lane, and a place to go on from
_FIRST = 40  # and the first time, so that there is soon something to lay in; from there on twice as many each time
_MANY = 200  # cases asked for by name at a time
_LAG = 200  # numbers that may be asked for once more after a restart: noting each costs a page at every key pause of others
_LARGEST = 16_000_000  # characters of one change: two MiB are not as many, however they are written
_SOON = 200  # changes that go first of many: the server makes ready meanwhile, and has the rest to work on soon
_AT_ONCE = 8  # new records that are sent in columns; fewer are judged with the rest
_FULL = 6_000_000  # bytes: as much as is sent at a time; the server takes 8 MiB


def cases_of(session: Session) -> dict[str, tuple[str, str]]:
    """The cases of whose session it is, whole, with the team and the scope of each; what is the municipality's is everybody's."""
    return {c.case_id: (c.team, c.scope) for c in session.cases()} | {MUNICIPALITY: ("", "full")}


class OnLane(Protocol):
    """Do a short thing with the replica to oneself, in its turn, and wait for its answer."""

    def __call__(self, work: Callable[[], T], /) -> T:
        """The answer, or the error, of `work`."""


@dataclass(slots=True)
class Sent:
    """What a push did. `waits`: changes the server does not take yet, such as those over words it has not got."""

    done: int = 0
    waits: int = 0


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
        self.device = device
        self.doors = False
        """Whether cases have opened or closed since `catch_up`: who I am to the server may have changed with them."""
        self._after: int | None = None
        self._kept = 0
        self._wanting = False
        self._advises: bool | None = None
        self._vouchers: set[str] = set()

    # ---------------------------------------------------------------------------------------------------- my words

    def push(self, first: Sequence[Outgoing] | None = None) -> Sent:
        """Send what is unsent, a page at a time, for as long as the server takes any of it. `first`: the first page, if known."""
        done = Sent()
        again = True
        while again:
            progress, done.waits = 0, 0
            page = self._unsent("", _SOON) if first is None else first
            first = None
            taking = self._send_ahead(page) if len(page) >= _SOON else map(self._send, _in_parts(page))
            for taken in taking:
                progress += taken.accepted + taken.refused
                done.waits += taken.waiting
            done.done += progress
            again = done.waits > 0 and progress > 0
        return done

    def put(self, change: Outgoing) -> bool:
        """On the database lane, while the network thread rests: put one edit on the line, and wait for nothing. Whether it lies
        there; then `take_answer` comes next."""
        return outgoing.is_edit(change) and self.session.put_edit(change, self.device)

    def take_answer(self, change: Outgoing) -> outgoing.Taken:
        """What became of the edit that was `put`."""
        return self._settle((change,), self.session.edit_number())

    def _send(self, sent: Sequence[Outgoing]) -> outgoing.Taken:
        """One edit, as after a key pause, goes by itself: a look is enough for most."""
        alone = len(sent) == 1 and outgoing.is_edit(sent[0])
        return self._settle(sent, self.session.push_edit(sent[0], self.device) if alone else None)

    def _settle(self, sent: Sequence[Outgoing], number: int | None) -> outgoing.Taken:
        """Keep the server's word: the number it gave a lone edit, or else what it says when it is asked for each."""
        if number is not None:
            return self._keep(sent, {sent[0].id: outgoing.Verdict("accepted", number)})
        return self._keep(sent, self._judged(sent, *_new_of(sent)))

    def _judged(
        self, sent: Sequence[Outgoing], new: Sequence[str], columns: Sequence[bytes] | None
    ) -> dict[str, outgoing.Verdict]:
        """The server's word for each: the new ones at once, then what that left, one by one."""
        verdicts = self.session.push_new(new, columns, self.person_id, self.device) if columns else {}
        rest = [change for change in sent if change.id not in verdicts]
        if not rest:
            return verdicts
        packed = outgoing.packed(rest)
        if len(rest) == 1 and len(packed) > _LARGEST:  # larger than it even reads: the word it would have given
            return verdicts | {rest[0].id: outgoing.Verdict("refused", reason="too_big")}
        return verdicts | self.session.push(packed, self.device)

    def _send_ahead(self, page: Sequence[Outgoing]) -> Iterator[outgoing.Taken]:
        """Many pages: while the server judges one, the last one's verdicts are kept and the next is packed, and lies ready."""
        with ThreadPoolExecutor(1, "push") as line:
            before: tuple[Sequence[Outgoing], Future[dict[str, outgoing.Verdict]]] | None = None
            for sent in self._parts_from(page):
                under_way = line.submit(self._judged, sent, *_new_of(sent))
                if before is not None:
                    yield self._keep(before[0], before[1].result())
                before = (sent, under_way)
            if before is not None:
                yield self._keep(before[0], before[1].result())

    def _parts_from(self, page: Sequence[Outgoing]) -> Iterator[Sequence[Outgoing]]:
        page = _whole_records(page)
        yield from _in_parts(page[:_SOON])
        if len(page) > _SOON:
            yield from _in_parts(page[_SOON:])
        while page := self._unsent(page[-1].id, outgoing.MOST):
            page = page if len(page) < outgoing.MOST else _whole_records(page)
            yield from _in_parts(page)

    def _keep(self, sent: Sequence[Outgoing], verdicts: Mapping[str, outgoing.Verdict]) -> outgoing.Taken:
        def keep() -> outgoing.Taken:
            taken = outgoing.take_verdicts(self._replica, self.person_id, sent, verdicts)
            self._tell(taken.changes)
            return taken

        taken = self._on_lane(keep)
        self._wanting = self._wanting or bool(taken.to_fetch)
        numbers = sorted({v.seq for v in verdicts.values() if v.seq is not None})
        if (
            self._after is not None
            and numbers
            and numbers == list(range(self._after + 1, self._after + 1 + len(numbers)))
        ):
            self._after = numbers[-1]  # nobody wrote between them: there is nothing to fetch
        return taken

    def _unsent(self, after: str, most: int) -> tuple[Outgoing, ...]:
        return self._on_lane(lambda: outgoing.pending(self._replica, self.person_id, most, after))

    # ------------------------------------------------------------------------------------------------- others' words

    def pull(self) -> int:
        """Fetch what came, in the server's order, until there is no more; how many rows.

        An adviser on a desk where others work reads what is theirs there, and fetches nothing on top of it.
        """
        if self._is_beside_staff():
            return 0
        if self._after is None:
            self._after = self._on_lane(lambda: incoming.cursor(self._replica, self.person_id))
            self._kept = self._after or 0
        received = 0
        if self._after is None:
            received, self._after = self._first_fetch()
        more = True
        while more:
            news = self.session.pull(self._after)
            more = news.more
            door = any(row.event != "change" for row in news.rows)
            noted = news.upto if more or door or news.upto - self._kept > _LAG else None
            if news.rows or noted:
                self._change(
                    partial(incoming.apply_pulled, self._replica, self.person_id, news.rows, noted, self._want)
                )
                self._kept = noted or self._kept
            self._after = news.upto
            self.doors = self.doors or door
            received += len(news.rows)
        if self.doors or self._wanting:
            received += self._fetch_wanted()
        return received

    def catch_up(self) -> int:
        """The slower things of a session's beginning: which cases are mine, who the others are, and what was left unfetched."""
        beside = self._is_beside_staff()
        self._learn_of_others()
        mine = {} if beside else cases_of(self.session)
        people = self.session.people()

        def take() -> tuple[ChangeSet, ...]:
            roster.take_roster(self._replica, people)
            return () if beside else incoming.reconcile(self._replica, self.person_id, mine)

        self._change(take)
        self.doors = False
        return 0 if beside else self._fetch_wanted()

    def _learn_of_others(self) -> None:
        """What waits here for others, and they have sent from another desk."""
        ids = self._on_lane(lambda: outgoing.of_others(self._replica, self.person_id))
        for start in range(0, len(ids), LACKS_MOST):
            if became := self.session.taken(ids[start : start + LACKS_MOST]):
                self._change(partial(outgoing.learn, self._replica, self.person_id, became))

    def let_go(self) -> None:
        """Access has ended: every case of mine is to leave, once nothing unsent is left in it."""
        self._on_lane(lambda: incoming.let_go(self._replica, self.person_id))

    def fetch_history(self, case_id: str) -> None:
        """Make a case's log whole, when somebody opens its history."""
        if self._on_lane(lambda: incoming.has_history(self._replica, case_id)):
            return
        rows = self.session.history(case_id)

        def take() -> None:
            incoming.take_history(self._replica, case_id, rows, self._after or 0)
            self._announce(ChangeSet(case_id, frozenset({("case", case_id, "history")}), new_step("Hentet")))

        self._on_lane(take)

    # ------------------------------------------------------------------------------------------- beside the record

    def hand_up(self) -> None:
        """Send upward what the desk keeps beside the record: the access log, the papers as they were given, and what the
        municipality has said of the person's keys at this desk."""
        self._hand_up_log()
        for paper in self._on_lane(lambda: upward.papers(self._replica, self.person_id)):
            pdf = self._on_lane(partial(upward.paper_pdf, self._replica, paper.paper_id))
            said = self.session.push_paper(paper.paper_id, paper.case_id, pdf)
            if said not in ("wait", "later"):
                self._on_lane(partial(upward.paper_sent, self._replica, paper.paper_id, said))
        for key in self._on_lane(lambda: upward.vouched_keys(self._replica, self.person_id)):
            if key.voucher not in self._vouchers and not self.session.vouch(self.person_id, key):
                log.info("the voucher was not taken: %s", self.person_id)
            self._vouchers.add(key.voucher)

    def _hand_up_log(self) -> None:
        """The lines that were not taken before are tried once more, and never hold up the others."""
        entries = self._on_lane(lambda: upward.access_left(self._replica, self.person_id))
        while entries or (entries := self._on_lane(lambda: upward.access_entries(self._replica, self.person_id))):
            taken = self.session.push_access([e.as_json() for e in entries], self.device)
            self._on_lane(partial(upward.access_sent, self._replica, self.person_id, entries, taken))
            entries = ()

    # ---------------------------------------------------------------------------------------------------- inside

    def _is_beside_staff(self) -> bool:
        if self._advises is None:
            self._advises = self._on_lane(lambda: shared.is_adviser(self._replica, self.person_id))
        return self._advises and self._on_lane(lambda: shared.is_beside_staff(self._replica, self.person_id))

    def _first_fetch(self) -> tuple[int, int]:
        """Everything this person may read, as it stands, case by case; how many rows, and where reading goes on.

        A cut takes it up where it was after the last page, and then reads on from where the first page began.
        """
        people = self.session.people()  # first, for whoever has several roles is looked for in what is fetched
        self._on_lane(lambda: roster.take_roster(self._replica, people))
        mark = self._on_lane(lambda: incoming.first_fetch(self._replica, self.person_id))
        begun, after = mark or (self.session.upto(), None)
        fetched = 0
        with ThreadPoolExecutor(1, "present") as line:  # the next page comes while this one is laid in
            most = _FIRST
            page = self.session.present(None, after, most)
            while True:
                after, most = page.after, min(2 * most, _PAGE)
                laid = Event()
                # it is read while this one is written: that alone leaves the interpreter to others
                ahead = None if after is None else line.submit(self.session.present, None, after, most, laid.wait)
                fetched += len(page.rows)
                take = partial(incoming.apply_first, self._replica, self.person_id, page.rows, page.upto, begun, after)
                try:
                    self._change(partial(take, laid.set))
                finally:
                    laid.set()
                if ahead is None:
                    break
                page = ahead.result()
        self.doors = True
        return fetched, begun

    def _want(self) -> None:
        self._wanting = True

    def _fetch_wanted(self) -> int:
        """What a door that opened, or a refusal, asked to have anew."""
        self._wanting = False
        wanted = sorted(self._on_lane(lambda: incoming.to_fetch(self._replica, self.person_id)) - {incoming.EVERY_CASE})
        fetched = 0
        for start in range(0, len(wanted), _MANY):
            page = self.session.present(wanted[start : start + _MANY], None, _MANY)
            fetched += len(page.rows)
            if page.rows:
                self._change(partial(incoming.apply_present, self._replica, self.person_id, page.rows, page.upto))
            if empty := set(wanted[start : start + _MANY]) - {row.case_id for row in page.rows}:
                self._empty(empty, page.upto)
        return fetched

    def _empty(self, cases: set[str], upto: int) -> None:
        """Cases of which nothing came. One I may read is emptied; one I may not read (any more) is left for its door."""
        nothing: tuple[Present, ...] = ()
        for case_id in cases & {c.case_id for c in self.session.cases()} | cases & {MUNICIPALITY}:
            self._change(partial(incoming.rebuild, self._replica, self.person_id, case_id, nothing, upto))

    def _change(self, work: Callable[[], tuple[ChangeSet, ...]]) -> None:
        def do() -> None:
            self._tell(work())

        self._on_lane(do)

    def _tell(self, changes: Sequence[ChangeSet]) -> None:
        for change in changes:
            self._announce(change)


def _new_of(sent: Sequence[Outgoing]) -> tuple[list[str], tuple[bytes, ...] | None]:
    """The changes that lie over nothing, by their ids and in columns; no columns where they are few, or ask for care."""
    new = list(filter(outgoing.is_new, sent))
    return [change.id for change in new], outgoing.in_columns(new) if len(new) >= _AT_ONCE else None


def _whole_records(page: Sequence[Outgoing]) -> Sequence[Outgoing]:
    """A full page without what it has of its last record, which comes on the next one: a new record is put in whole."""
    end = len(page)
    while end and page[end - 1].record_id == page[-1].record_id:
        end -= 1
    return page[:end] or page


def _in_parts(page: Sequence[Outgoing]) -> Iterator[Sequence[Outgoing]]:
    """A page in parts no larger than the server takes, in order. A change that is too large alone is the server's to refuse."""
    begun, size = 0, 0
    for n, change in enumerate(page):
        more = 2 * (len(change.fields) + len(change.over) + len(change.bases or "")) + 600
        if size + more > _FULL and n > begun:
            yield page[begun:n]
            begun, size = n, 0
        size += more
    yield page[begun:]
