# SPDX-License-Identifier: MPL-2.0
"""Numbers come in the order of commits: a reader that has passed one never later finds anything at or below it."""

from __future__ import annotations

import json
import random
import threading
import time

import psycopg
import pytest
from psycopg import errors

from tests.patience import LONG
from tests.sync.log import DESK, accepted, heard, numbers, write
from tests.sync.shared import Connection, SharedDatabase, new_case, new_id

PUSH = "SELECT seq FROM rundbord.push(%s, %s)"


def test_no_reader_skips_a_change_while_many_write_and_some_are_slow(shared: SharedDatabase) -> None:
    case = new_case(shared.connect("bodil"))
    writers, each = 5, 12
    stop = threading.Event()
    wrote: list[str] = []
    troubles: list[BaseException] = []

    def writer(number: int) -> None:
        chance = random.Random(number)
        try:
            session = shared.connect("bodil", autocommit=False)
            for _ in range(each):
                some = [write(case, new_id(), {"place": f"{number}"}) for _ in range(chance.choice((1, 3, 12)))]
                session.execute(PUSH, (json.dumps(some), DESK))
                if chance.random() < 0.4:
                    stop.wait(chance.random() * 0.03)  # a slow commit, with the numbers already given
                if chance.random() < 0.15:
                    session.rollback()
                    continue
                session.commit()
                wrote.extend(c["id"] for c in some)
        except BaseException as trouble:  # noqa: BLE001 - a thread's fault is the test's
            troubles.append(trouble)

    found: dict[int, list[tuple[int, str]]] = {0: [], 1: [], 2: []}

    def reader(number: int) -> None:
        try:
            session = shared.connect("vagn")
            after, last = 0, False
            while True:
                got, after = told(session, after) if number == 2 else numbers(session, after, 7 if number else 500)
                found[number] += got
                if last and not got:
                    return
                last = stop.is_set()
        except BaseException as trouble:  # noqa: BLE001
            troubles.append(trouble)

    readers = [threading.Thread(target=reader, args=(n,)) for n in found]
    threads = [threading.Thread(target=writer, args=(n,)) for n in range(writers)]
    for thread in (*readers, *threads):
        thread.start()
    for thread in threads:
        thread.join(LONG)
    stop.set()
    for thread in readers:
        thread.join(LONG)
    assert not troubles
    whole = numbers(shared.connect("lene"))[0]
    assert set(wrote) <= {change_id for _, change_id in whole}
    assert len(whole) == len(wrote) + 2
    for got in found.values():
        assert got == whole


def told(session: Connection, after: int) -> tuple[list[tuple[int, str]], int]:
    """The same as `numbers`, asked as a desk that was woken asks: by `news`, and by `pull` where it leaves it to it."""
    row = session.execute("SELECT rundbord.news(%s)", (after,)).fetchone()
    assert row is not None
    if row[0] is None:
        return numbers(session, after)
    upto, rows = row[0]
    return [(one[0], one[2]) for one in rows], upto


def test_news_says_nothing_of_what_is_not_committed_and_passes_nothing_by(shared: SharedDatabase) -> None:
    """Numbers given to a transaction that is still open lie before none that a reader has seen."""
    slow, bodil = shared.connect("bodil", autocommit=False), shared.connect("bodil")
    vagn = shared.connect("vagn")
    case = new_case(bodil)
    before = told(vagn, 0)[1]
    late = write(case, new_id(), {"place": "sent"})
    slow.execute(PUSH, (json.dumps([late]), DESK))
    waiter = threading.Thread(target=accepted, args=(bodil, write(case, new_id(), {"place": "imens"})))
    waiter.start()
    for _ in range(20):
        assert told(vagn, before) == ([], before)
    slow.commit()
    waiter.join(LONG)
    got, upto = told(vagn, before)
    assert next(one for _, one in got) == late["id"]
    assert len(got) == 2
    assert told(vagn, upto) == ([], upto)


def test_a_reader_sees_numbers_grow_only(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil", autocommit=False), shared.connect("vagn")
    case = new_case(bodil)
    bodil.commit()
    bodil.execute(PUSH, (json.dumps([write(case, new_id(), {"place": "x"})]), DESK))
    assert len(numbers(vagn)[0]) == 2
    before = numbers(vagn)[1]
    bodil.commit()
    assert len(numbers(vagn, before)[0]) == 1


def test_who_holds_the_numbering_is_ended_and_who_waits_is_not(shared: SharedDatabase) -> None:
    case = new_case(shared.connect("bodil"))
    holder = shared.connect("vagn", autocommit=False)
    holder.execute(PUSH, (json.dumps([write(case, new_id(), {"place": "x"}, role="vejleder")]), DESK))
    holder.execute("SAVEPOINT hidden")
    holder.execute("RELEASE SAVEPOINT hidden")
    began = time.monotonic()
    waits: list[float] = []
    troubles: list[BaseException] = []

    def push_one(session: Connection) -> None:
        try:
            accepted(session, write(case, new_id(), {"place": "y"}))
            waits.append(time.monotonic() - began)
        except BaseException as trouble:  # noqa: BLE001 - a thread's fault is the test's
            troubles.append(trouble)

    threads = [threading.Thread(target=push_one, args=(shared.connect("bodil"),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert not troubles
    assert len(waits) == 4
    assert min(waits) > 4
    with pytest.raises(psycopg.OperationalError):
        holder.execute("SELECT 1")
    assert len(numbers(shared.connect("bodil"))[0]) == 6


def test_a_superuser_who_holds_the_numbering_is_waited_for_and_no_desk_is_told_that_its_access_ended(
    shared: SharedDatabase,
) -> None:
    """Nobody here may end a superuser's session: an erasing that takes long is one."""
    holding = psycopg.connect(shared.owner_dsn)
    holding.execute("SELECT rundbord_data.pass_numbering()")
    shared.owner.execute("SET ROLE rundbord_writer")
    (holder,) = shared.owner.execute("SELECT pid || ' ' || transaction FROM rundbord_data.holders()").fetchone() or (
        "",
    )
    assert holder.startswith(f"{holding.info.backend_pid} ")
    assert shared.owner.execute("SELECT rundbord_data.end_holder(%s)", (holder,)).fetchone() == (False,)
    holding.commit()
    holding.close()


def test_a_short_wait_ends_nobody(shared: SharedDatabase) -> None:
    case = new_case(shared.connect("bodil"))
    holder = shared.connect("vagn", autocommit=False)
    holder.execute(PUSH, (json.dumps([write(case, new_id(), {"place": "x"}, role="vejleder")]), DESK))
    waiter = threading.Thread(target=accepted, args=(shared.connect("bodil"), write(case, new_id(), {"place": "y"})))
    waiter.start()
    waiter.join(1.5)
    assert waiter.is_alive()
    holder.commit()
    waiter.join(LONG)
    assert not waiter.is_alive()
    assert len(numbers(holder)[0]) == 4


def test_a_frozen_view_of_the_database_cannot_number(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn", autocommit=False)
    case = new_case(bodil)
    vagn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    vagn.execute("SELECT rundbord.upto()")
    accepted(bodil, write(case, new_id(), {"place": "x"}))
    with pytest.raises(errors.SerializationFailure):
        vagn.execute(PUSH, (json.dumps([write(case, new_id(), {"place": "y"}, role="vejleder")]), DESK))


def test_a_commit_that_is_not_waited_for_is_waited_for_all_the_same(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil", autocommit=False)
    bodil.execute("SET synchronous_commit = off")
    case = new_case(bodil)
    assert bodil.execute("SHOW synchronous_commit").fetchone() == ("on",)
    bodil.commit()
    assert bodil.execute("SHOW synchronous_commit").fetchone() == ("off",)
    assert case


# ------------------------------------------------------------------------------------------------------- the notices


def test_a_notice_says_nothing_and_wakes_those_it_is_for(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    ears = {key: shared.connect(key) for key in ("vagn", "sofie", "rasmus")}
    channels: dict[str, list[str]] = {}
    for key, ear in ears.items():
        row = ear.execute("SELECT rundbord.hello('1', 1) -> 'channels'").fetchone()
        assert row is not None
        channels[key] = row[0]
        for channel in row[0]:
            ear.execute(f'LISTEN "{channel}"')
    assert channels["vagn"]
    assert not set(channels["vagn"]) & set(channels["sofie"])
    accepted(bodil, write(case, new_id(), {"place": "x"}))
    assert [payload for _, payload in heard(ears["vagn"])] == [""]
    assert heard(ears["sofie"]) == heard(ears["rasmus"]) == []
    bodil.execute("SELECT rundbord.grant_case(%s, %s, 'shared')", (case, shared.rasmus.person_id))
    assert heard(ears["rasmus"]) == [(channels["rasmus"][0], "")]
    accepted(bodil, *[write(case, new_id(), {"place": "x"}) for _ in range(30)])
    assert len(heard(ears["rasmus"])) == 1
    assert len({channel for channel, _ in heard(ears["vagn"])}) == 1
    ears["vagn"].execute("SELECT rundbord.here(%s, %s)", (DESK, case))
    assert heard(ears["sofie"]) == []
    assert all(case not in channel and len(channel) == 35 for channel in channels["vagn"])
