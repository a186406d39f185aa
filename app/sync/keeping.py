# SPDX-License-Identifier: MPL-2.0
"""The line of whoever keeps the shared database: opened for one command, watched while it lasts, its faults told in Danish.

Called by `rundbord shared …`, the practice of two desks and the tests. Must not know what is done over it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import PGconn, Ping

from app.domain.errors import EnvironmentProblem, RundbordError, UserError
from app.sync.asking import Line
from app.sync.faults import lacks_root, wrong_ticket
from app.sync.lookout import watched
from app.sync.profile import is_loopback

T = TypeVar("T")
Connection = psycopg.Connection[tuple[Any, ...]]

_BUSY = (errors.LockNotAvailable, errors.TooManyConnections, errors.DeadlockDetected, errors.SerializationFailure)
SILENT = "Databasen svarer ikke. Se efter, om det blev gjort, før du prøver igen."
SHORT = 15.0  # seconds a call may take that is only to look something up or write a line
_LONG = 600.0  # and one that makes tables or writes a whole case
_CONNECT = 10  # seconds

SENTENCES = {
    "not_yours": "Det må du ikke her.",
    "role": "Det må din rolle ikke.",
    "login": "Brugernavnet skal begynde med et lille bogstav og må kun have a-z, tal og . _ - @",
    "login_taken": "Der er allerede en bruger med det navn i databasen.",
    "name": "Skriv et navn.",
    "roles": "Vælg rollerne blandt bestiller, vejleder, leder og rådgiver. En rådgiver er alene rådgiver.",
    "id": "Personens id skal være et UUID.",
    "id_taken": "Der er allerede en person med det id.",
    "team": "Teamet findes ikke. En rådgiver er på intet team; alle andre er på et.",
    "team_taken": "Der er allerede et team med det navn.",
    "person": "Personen findes ikke.",
    "closed": "Kontoen er lukket.",
    "not_closed": "Kontoen er ikke lukket.",
    "days": "Det antal dage går ikke: usendte ord ventes der højst 30 dage på.",
    "must_change": "Personen har ikke selv skiftet sin adgangskode endnu.",
    "verifier": "Adgangskoden kom ikke i den form, databasen tager imod.",
    "voucher": "Det er ikke en godkendelse.",
    "key": "Det er ikke den nøgle, personen har nu.",
    "scope": "En rådgiver får det, der er delt. En kollega får hele sagen.",
    "busy": "Der er gjort for meget på kort tid. Prøv igen om ti minutter.",
    "no_account": "Databasen kender dig, men Rundbord gør ikke: der er ingen konto med det navn.",
}


@contextmanager
def connected(dsn: str, ask: Callable[[str], str] | None = None, *, seconds: float = _LONG) -> Iterator[Connection]:
    """A connection for one command, each statement for itself. What goes wrong is told in one Danish sentence.

    Off this machine the server's certificate is checked by name, unless `dsn` says otherwise. `ask` is for a password that
    the server wants and nobody has given. A call of which nothing moves is given up after so many `seconds`, and after `SHORT`
    where nobody answers there at all.
    """
    line: _KeepersLine | None = None

    def most() -> float:
        silent = line is not None and line.asked_at and time.monotonic() - line.asked_at > SHORT
        return SHORT if silent and not _somebody_there(dsn) else seconds

    try:
        with _opened(dsn, ask) as line, watched(lambda: (line,) if line else (), most):
            yield line
    except psycopg.Error as trouble:
        if line is not None and line.given_up:
            raise EnvironmentProblem(SILENT) from trouble
        raise told(trouble) from trouble


class _KeepersLine(Line):
    """A line on which every call is watched."""

    def wait(self, gen: PQGen[T], *how: Any, **more: Any) -> T:
        """As the driver waits."""
        self.asked_at = time.monotonic()
        try:
            return super().wait(gen, *how, **more)
        finally:
            self.asked_at = 0.0


def _opened(dsn: str, ask: Callable[[str], str] | None) -> _KeepersLine:
    parts = _parts(dsn)
    try:
        return _KeepersLine.connect(make_conninfo(**parts), autocommit=True)
    except psycopg.OperationalError as refused:
        if ask is None or "no password supplied" not in str(refused):
            raise
        password = ask(str(parts.get("user", "")))
        return _KeepersLine.connect(make_conninfo(**parts, password=password), autocommit=True)


def _parts(dsn: str) -> dict[str, Any]:
    parts: dict[str, Any] = dict(conninfo_to_dict(dsn))
    if not is_loopback(str(parts.get("host") or "localhost")) and "sslmode" not in parts:
        parts |= {"sslmode": "verify-full", "sslrootcert": parts.get("sslrootcert") or "system"}
    return parts | {
        "gssencmode": parts.get("gssencmode") or "disable",
        "application_name": "rundbord shared",
        "connect_timeout": parts.get("connect_timeout") or _CONNECT,
    }


def _somebody_there(dsn: str) -> bool:
    """Whether the server answers anybody who rings up, without a word of who it is."""
    return PGconn.ping(make_conninfo(**_parts(dsn)).encode()) != Ping.NO_RESPONSE


def without_password(dsn: str) -> str:
    """An address as it may be kept. UserError when it is none."""
    try:
        kept: dict[str, Any] = {name: value for name, value in conninfo_to_dict(dsn).items() if name != "password"}
        return make_conninfo(**kept)
    except psycopg.Error as trouble:
        raise told(trouble) from trouble


def told(trouble: psycopg.Error) -> RundbordError | psycopg.Error:
    """What a user is told of it; what is no refusal and no broken line comes back as it is, for it is a bug."""
    if trouble.sqlstate == "RB001":
        return UserError(SENTENCES[(trouble.diag.message_primary or "").removeprefix("rundbord: ")])
    if isinstance(trouble, errors.InvalidPassword | errors.InvalidAuthorizationSpecification):
        return UserError("Brugernavnet eller adgangskoden passer ikke.")
    if isinstance(trouble, errors.InvalidCatalogName):
        return UserError("Der er ingen database med det navn på serveren.")
    if isinstance(trouble, errors.InsufficientPrivilege | errors.UndefinedFunction | errors.InvalidSchemaName):
        return UserError("Det har du ikke ret til i denne database, eller den er ikke sat op med rundbord shared init.")
    if isinstance(trouble, errors.ReadOnlySqlTransaction | errors.ObjectNotInPrerequisiteState | errors.DiskFull):
        return EnvironmentProblem("Databasen kan ikke skrives i lige nu: den er en reserve, eller dens disk er fuld.")
    if isinstance(trouble, _BUSY):
        return EnvironmentProblem("Databasen har for travlt lige nu. Prøv igen om lidt.")
    if isinstance(trouble, psycopg.OperationalError):
        said = str(trouble)
        if "password authentication failed" in said or "no password supplied" in said:
            return UserError("Brugernavnet eller adgangskoden passer ikke.")
        if ticket := wrong_ticket(said):
            return EnvironmentProblem(ticket)
        if lacks_root(said):
            return EnvironmentProblem("Filen med rodcertifikatet findes ikke. Ret sslrootcert=…, eller læg den dér.")
        if "certificate" in said or "SSL" in said:
            return EnvironmentProblem(
                "Serverens certifikat kan ikke godkendes. Brug serverens navn, og peg på kommunens rod med sslrootcert=…"
            )
        if "pg_hba.conf" in said:
            return UserError("Serveren lukker ikke den bruger ind herfra. Det står i serverens pg_hba.conf.")
        if "does not exist" in said and "database" in said:
            return UserError("Der er ingen database med det navn på serveren.")
        if "timeout expired" in said:
            return EnvironmentProblem("Databasen svarer ikke. Se, om adressen er rigtig, og om den kører.")
        return EnvironmentProblem("Databasen kan ikke nås. Se, om adressen er rigtig, og om nettet er der.")
    if isinstance(trouble, psycopg.ProgrammingError) and trouble.sqlstate is None:
        return UserError("Adressen på databasen kan ikke læses. Den ligner: host=… dbname=… user=…")
    return trouble
