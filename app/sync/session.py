# SPDX-License-Identifier: MPL-2.0
"""One person's session with the shared database: a typed call for each function the server has.

Opened and used by the engine on its own thread, one call at a time. What can go wrong is turned into the few things it means for
the work (`faults.py`); anything else is a bug. Must not know the replica.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from psycopg import sql
from psycopg.adapt import Transformer
from psycopg.pq.abc import PGresult
from psycopg.types.json import set_json_loads
from psycopg.types.string import TextLoader

from app.store.outgoing import Verdict
from app.store.roster import RosterPerson
from app.store.rows import Outgoing, Present, Pulled, load
from app.store.upward import VouchedKey
from app.sync.asking import Asking, Line, Value
from app.sync.faults import told
from app.sync.profile import Profile

_OPTIONS = (
    "-c statement_timeout=120000"  # a server that has gone mad is left, and tried again
    # and a desk whose line is dead is found within half a minute
    " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
)
Row = TypeVar("Row")
SCHEMA = 1
"""The newest schema of the shared database this program knows."""


LACKS_MOST = 5000
FEW = 100
"""So many changes are no longer given packed (`rundbord.news`)."""


@dataclass(frozen=True, slots=True)
class Hello:
    """What the server says of the person, the device and itself. `clone`: this device id was somebody else's copy too.

    `public_key` is the key it knows as the person's, `voucher` the municipality's word for it; `practice`: it is no real one.
    `origin`: what this database is called, which is another when it has been put back from a copy.
    """

    person_id: str
    name: str
    roles: tuple[str, ...]
    state: str
    must_change: bool
    teams: Mapping[str, str]
    server_schema: int
    wanted_client: str
    root_public: str
    channels: tuple[str, ...]
    upto: int
    device: str
    nonce: str
    clone: bool
    public_key: str = ""
    voucher: str = ""
    practice: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What a pull brought. The next one starts after `upto`; `more`: there is more already."""

    rows: tuple[Pulled, ...]
    upto: int
    more: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of what stands: whole cases. `after` is what the next page follows, None when there is no more."""

    rows: tuple[Present, ...]
    upto: int
    after: str | None


@dataclass(frozen=True, slots=True)
class MyCase:
    """A case this person may read, and how much of it ("full" or "shared")."""

    case_id: str
    team: str
    scope: str


@dataclass(frozen=True, slots=True)
class LookThere:
    """A line of the access log in the shared database. `at` is as the desk said it, `received` when the server had it.

    `device` and `n`: which desk handed it up and under which number there; "" and 0 for what the server noted itself.
    """

    at: str
    received: datetime
    person_id: str
    name: str
    role: str
    action: str
    device: str
    n: int


@dataclass(frozen=True, slots=True)
class AtTheRecord:
    """Somebody who has a case open now."""

    person_id: str
    name: str
    device: str
    field: str


class Session:
    """An open session. Close it on the thread that opened it, or break it off from another with `abort`."""

    def __init__(self, profile: Profile, login: str, password: str) -> None:
        self.profile = profile
        self.login = login
        with told():
            self._db = Line.connect(
                **self.profile.parameters(login),  # type: ignore[arg-type]
                password=password,
                autocommit=True,
                connect_timeout=profile.wait_seconds,
                prepare_threshold=1,
                application_name="rundbord",
                keepalives_idle=10,
                keepalives_interval=5,
                keepalives_count=3,
                tcp_user_timeout=15_000,
                options=_OPTIONS,
            )
        self._db.adapters.register_loader("uuid", TextLoader)
        set_json_loads(lambda text: load(text if isinstance(text, str) else bytes(text).decode()), self._db)
        self._db.add_notify_handler(self._on_notice)
        self._names: dict[str, str] = {}
        """Of those whose words have come. The server never gives anybody another."""
        self._reader = Transformer(self._db)
        self._encoding = self._db.info.encoding
        self._woken = False
        self._own = self._db.info.backend_pid

    # ------------------------------------------------------------------------------------------------ the session

    def close(self) -> None:
        """Leave in good order."""
        self._db.close()

    def abort(self) -> None:
        """Break off what is under way (`Line.abort`). From any thread."""
        self._db.abort()

    @property
    def asked_at(self) -> float:
        """When the call that is waited for now was made, or last moved on the line (`Line`); 0 when none is. From any thread."""
        return self._db.asked_at

    @property
    def closed(self) -> bool:
        """Whether there is no way on but a new session."""
        return self._db.closed or self._db.broken

    @property
    def by_password(self) -> bool:
        """Whether it was a password that let them in, and not Kerberos."""
        return bool(self._db.pgconn.used_password)

    def hello(self, client: str, device: str | None, nonce: str | None) -> Hello:
        """The first words: who I am to the server, and what it asks of me."""
        said = self._one("SELECT rundbord.hello(%s, %s, %s::uuid, %s::uuid)", client, SCHEMA, device, nonce)
        return Hello(
            person_id=said["person_id"],
            name=said["name"],
            roles=tuple(said["roles"]),
            state=said["state"],
            must_change=bool(said["must_change"]),
            teams={t["id"]: t["name"] for t in said["teams"]},
            server_schema=int(said["server_schema"] or 0),
            wanted_client=said["wanted_client"] or "",
            root_public=said["root_public"] or "",
            channels=tuple(said["channels"] or ()),
            upto=int(said["upto"] or 0),
            device=said["device"] or "",
            nonce=said["nonce"] or "",
            clone=bool(said["known_device_clone"]),
            public_key=said.get("public_key") or "",
            voucher=said.get("voucher") or "",
            practice=bool(said.get("practice")),
            origin=said.get("origin") or "",
        )

    def clock(self) -> datetime:
        """What the server's clock says now."""
        now: datetime = self._one("SELECT clock_timestamp()")
        return now

    # ---------------------------------------------------------------------------------------------------- the words

    def push(self, packed: str, device: str) -> dict[str, Verdict]:
        """Send a JSON array of changes; what became of each, by its id."""
        rows = self._quick(_PUSH, tuple, packed, device)
        return {row[0]: Verdict(row[1], row[2], row[3] or "") for row in rows if row[0] is not None}

    def push_edit(self, change: Outgoing, device: str) -> int | None:
        """Send one edit: its number, where it is as ordinary as most. None: `push` has the word for it."""
        try:
            return _number(self._answer(_PUSH_EDIT, device, *change))
        except psycopg.DataError:  # something in it cannot be read
            return None

    def put_edit(self, change: Outgoing, device: str) -> bool:
        """The same without waiting: put it on the line, from any thread while nobody else speaks here. Whether it lies there;
        then `edit_number` comes next, before anything else is asked."""
        return self._db.put(_PUSH_EDIT, device, *change)

    def edit_number(self) -> int | None:
        """The answer to `put_edit`, as `push_edit` gives it."""
        try:
            with Asking(self._db):
                return _number(self._db.heard())
        except psycopg.DataError:
            return None

    def push_new(self, ids: Sequence[str], columns: Sequence[bytes], author: str, device: str) -> dict[str, Verdict]:
        """Send new records, each part of theirs as an array: those that were taken. `push` has the word for the others."""
        try:
            base, left_out = self._quick(_PUSH_NEW, tuple, author, device, *columns)[0]
        except psycopg.DataError:  # something in it cannot be read: one by one
            return {}
        out = set(left_out)
        return {i: Verdict("accepted", base + n) for n, i in enumerate(ids, 1) if n not in out}

    def lacks(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of these changes the server does not have; at most `LACKS_MOST` a time."""
        return frozenset(row[0] for row in self._all("SELECT * FROM rundbord.lacks(%s::uuid[])", list(ids)))

    def taken(self, ids: Sequence[str]) -> dict[str, int | None]:
        """What became of those of these changes the server has: its number, None where it was refused; at most `LACKS_MOST`."""
        rows = self._all("SELECT id::text, seq FROM rundbord.taken(%s::uuid[])", list(ids))
        return {str(change_id): seq for change_id, seq in rows}

    def pull(self, after: int, most: int = 2000) -> News:
        """What came after a number, in order."""
        return (most >= FEW and self._few(after)) or self._many(after, most)

    def _few(self, after: int) -> News | None:
        """What it mostly is, for many desks at once: some changes by people one has heard of. None: it is something else."""
        packed = self._answer(_NEWS, str(after)).get_value(0, 0)
        if packed is None:
            return None
        names, (upto, rows) = self._names, load(packed.decode(self._encoding))
        if not all(row[9] in names for row in rows):
            return None
        found = tuple(Pulled._make((row[0], "change", *row[1:10], names[row[9]], *row[10:])) for row in rows)
        return News(found, max(after, upto), more=False)

    def _many(self, after: int, most: int) -> News:
        rows = self._quick(_PULL, Pulled._make, str(after), str(most))
        last = rows.pop()
        self._names |= {row.author: row.author_name or "" for row in rows if row.author}
        return News(tuple(rows), max(after, last.seq), last.late)

    def upto(self) -> int:
        """The number of the newest change there is."""
        return int(self._one("SELECT rundbord.upto()"))

    def present(
        self,
        cases: Sequence[str] | None = None,
        after: str | None = None,
        most: int = 1000,
        come: Callable[[], object] = bool,
    ) -> Page:
        """What stands on these cases, or on all I may read, a page at a time in the order of case ids. `come` is called when the
        answer is here, and may hold back the reading of it."""
        asked = None if cases is None else f"{{{','.join(cases)}}}"
        answer = self._answer(_PRESENT, asked, after, str(most))
        come()
        *rows, last = self._rows(answer, tuple)  # the last is of kind 'upto'
        if not rows:
            return Page((), last[-1], last[0])
        parts = list(zip(*rows, strict=True))
        parts[4] = load(f"[{','.join(parts[4])}]")  # one text to read: each by itself takes half as long again
        parts[5] = tuple(None if bases is None else load(bases) for bases in parts[5])
        return Page(tuple(map(Present._make, zip(*parts, strict=True))), last[-1], last[0])

    def history(self, case_id: str) -> tuple[Pulled, ...]:
        """The whole log of a case. The server logs that it was read."""
        names = _PULLED.replace("event", "'change'").replace("case_id", "%s::text")
        rows = self._all(f"SELECT {names} FROM rundbord.history(%s::uuid)", case_id, case_id)
        return tuple(Pulled(*row) for row in rows)

    def looks(self, case_id: str) -> tuple[LookThere, ...] | None:
        """Who has looked at a case, on every desk; the server logs that I asked. None: not mine to see, or no case there."""
        found = self._one("SELECT rundbord.looks(%s::uuid)", case_id)
        if found is None:
            return None
        return tuple(
            LookThere(
                at=one["at"],
                received=datetime.fromisoformat(one["received"]),
                person_id=one["person"],
                name=one["name"],
                role=one["role"],
                action=one["action"],
                device=one["device"] or "",
                n=int(one["n"] or 0),
            )
            for one in found
        )

    # ---------------------------------------------------------------------------------------------- people and papers

    def people(self) -> tuple[RosterPerson, ...]:
        """Everybody I work with, and those whose hands are on my cases, with their public keys."""
        rows = self._all(
            "SELECT id, name, roles, coalesce(public_key, ''), coalesce(voucher, ''), coalesce(earlier_keys, '[]')::text,"
            " discipline, state = 'closed'"
            " FROM rundbord.people()"
        )
        return tuple(RosterPerson(r[0], r[1], tuple(r[2]), *r[3:]) for r in rows)

    def cases(self) -> tuple[MyCase, ...]:
        """Every case I may read."""
        rows = self._all("SELECT case_id, coalesce(team::text, ''), scope FROM rundbord.cases()")
        return tuple(MyCase(*row) for row in rows)

    def here(self, device: str, case_id: str | None, field: str = "") -> None:
        """Say that I have this case open (None: no case)."""
        self._all("SELECT rundbord.here(%s::uuid, %s::uuid, %s)", device, case_id, field)

    def who_is_here(self, case_id: str) -> tuple[AtTheRecord, ...]:
        """Everybody who has the case open now."""
        rows = self._all("SELECT person, name, device, field FROM rundbord.who_is_here(%s::uuid)", case_id)
        return tuple(AtTheRecord(*row) for row in rows)

    def push_access(self, entries: Sequence[Mapping[str, object]], device: str) -> frozenset[int]:
        """Send what this desk logged of readings and prints; the numbers the server has now."""
        sent = json.dumps(entries, ensure_ascii=False)
        return frozenset(self._one("SELECT rundbord.push_access(%s, %s::uuid)", sent, device))

    def push_paper(self, paper_id: str, case_id: str, pdf: bytes) -> str:
        """Send a paper as it was given; the server's word for what became of it."""
        return str(self._one("SELECT rundbord.push_paper(%s::uuid, %s::uuid, %s)", paper_id, case_id, pdf))

    def paper(self, paper_id: str) -> bytes | None:
        """A paper as it was given, if I may read its case."""
        found = self._one("SELECT rundbord.paper(%s::uuid)", paper_id)
        return None if found is None else bytes(found)

    # ------------------------------------------------------------------------------------------------ password and key

    def set_own_password(self, password: str) -> None:
        """A new password for this login. Only its SCRAM verifier leaves the machine."""
        with told():
            verifier = self._db.pgconn.encrypt_password(password.encode(), self.login.encode(), b"scram-sha-256")
        self._all("SELECT rundbord.set_own_password(%s)", verifier.decode())

    def set_own_key(self, public_key: str) -> None:
        """The public half of the key I sign with. It decides nothing until the municipality has vouched for it."""
        self._all("SELECT rundbord.set_own_key(%s)", public_key)

    def vouch(self, person_id: str, key: VouchedKey) -> bool:
        """Hand over the municipality's word for a key, as given at a desk: every desk sees for itself whether it is true.

        False: the server does not take it from this person.
        """
        try:
            if key.earlier:
                roles = list(key.roles)
                self._all("SELECT rundbord.keep_own_key(%s, %s, %s, %s)", key.public_key, key.name, roles, key.voucher)
            else:
                self._all("SELECT rundbord.vouch(%s::uuid, %s, %s)", person_id, key.public_key, key.voucher)
        except psycopg.Error as no:
            if no.sqlstate == "RB001":
                return False
            raise
        return True

    # ------------------------------------------------------------------------------------------------------ waking

    def listen(self, channels: Sequence[str]) -> None:
        """Be woken by these channels and no others."""
        with Asking(self._db):
            self._db.execute("UNLISTEN *")
            for channel in channels:
                self._db.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))

    def fileno(self) -> int:
        """The socket, for whoever waits for several things at once."""
        with told():
            return self._db.fileno()

    def noticed(self) -> bool:
        """Whether somebody else's notice has come since it was last asked. It says only that there is something to fetch."""
        with told():
            self._db.pgconn.consume_input()
            while (notice := self._db.pgconn.notifies()) is not None:
                self._woken = self._woken or notice.be_pid != self._own
        woken, self._woken = self._woken, False
        return woken

    def _on_notice(self, notice: psycopg.Notify) -> None:
        self._woken = self._woken or notice.pid != self._own

    # ------------------------------------------------------------------------------------------------------ inside

    def _all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with Asking(self._db):
            return self._db.execute(query, values).fetchall()

    def _one(self, query: str, *values: Any) -> Any:
        return self._all(query, *values)[0][0]

    def _quick(self, query: bytes, row: Callable[[Sequence[Any]], Row], *values: Value) -> list[Row]:
        """The rows of what is asked at each key pause or is very much."""
        return self._rows(self._answer(query, *values), row)

    def _rows(self, result: PGresult, row: Callable[[Sequence[Any]], Row]) -> list[Row]:
        self._reader.set_pgresult(result)
        return self._reader.load_rows(0, result.ntuples, row)

    def _answer(self, query: bytes, *values: Value) -> PGresult:
        with Asking(self._db):
            return self._db.answer(query, *values)


def _number(result: PGresult) -> int | None:
    value = result.get_value(0, 0)
    return None if value is None else int(value)


_PUSH_NEW = f"SELECT base, left_out FROM rundbord.push_new({', '.join(f'${n}' for n in range(1, 14))})".encode()
_PULLED = (
    "seq, event, case_id, id, kind, record_id, fields, over, bases, audience, author, author_name, role, device, at, step,"
    " step_name, undoes, late"
)
_NEWS = b"SELECT rundbord.news($1)"
_PULL = f"SELECT {_PULLED} FROM rundbord.pull($1, $2)".encode()
_PUSH_EDIT = f"SELECT rundbord.push_edit({', '.join(f'${n}' for n in range(1, len(Outgoing._fields) + 2))})".encode()
_PUSH = b"SELECT id, outcome, seq, reason FROM rundbord.push($1, $2::uuid)"
_PRESENT = (
    b"SELECT case_id, kind, record_id, id, fields::text, bases::text, author, author_name, role, at, seq"
    b" FROM rundbord.present($1, $2, $3)"
)
