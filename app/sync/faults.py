# SPDX-License-Identifier: MPL-2.0
"""What can go wrong between a desk and the shared database, as the few things it means for the work.

Said by whatever speaks to the server (`session.py`, joining, administration), borne by the turn. Must not know what was asked.
"""

from __future__ import annotations

import psycopg

from app.domain.errors import EnvironmentProblem


class Offline(EnvironmentProblem):
    """No answer. The work goes on; the words are sent when there is."""


class NotTrusted(Offline):
    """Whoever answers cannot prove to be the server, or speaks in the open: nothing is said to it, not even a password."""


class RootMissing(NotTrusted):
    """The municipality's root certificate is not where this machine is to find it."""


class LoginRefused(EnvironmentProblem):
    """The server does not take this login now. A wait, never a loss."""


class NoTicket(EnvironmentProblem):
    """Where people sign in by Kerberos: the machine's own does not hold now, or is somebody else's. A wait, never a loss."""


class AccessEnded(EnvironmentProblem):
    """The server gives this login no right at all. What is unsent stays here."""


class TakesNothing(EnvironmentProblem):
    """The server answers and can write nothing now: a standby, a database set to be read only, or no room on its disk."""


class ServerBehind(EnvironmentProblem):
    """The server has been put back from a copy and has not been told so: it would give numbers it has given before."""


class ServerOlder(EnvironmentProblem):
    """The server lacks what this program asks for: it is upgraded first."""


class told:
    """What went wrong, as what it means."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _where: object) -> None:
        if isinstance(error, psycopg.Error):
            raise meaning(error) from error


def meaning(error: psycopg.Error) -> Exception:
    """The one thing an error means for the work; itself when it is a bug."""
    state = error.sqlstate or ""
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not state:
        if any(words in str(error) for words in _NOT_LET_IN):
            state = "28000"
        elif ticket := wrong_ticket(str(error)):
            return NoTicket(f"{ticket} Det, du skriver, gemmes her.")
        elif lacks_root(str(error)):
            return RootMissing(ROOT_MISSING)
        elif "certificate" in str(error) or "SSL" in str(error):
            return NotTrusted(NOT_TRUSTED)
        else:
            return Offline("Der er ingen forbindelse til den fælles database. Det, du skriver, gemmes her.")
    if state.startswith("28"):
        return LoginRefused("Den fælles database tager ikke imod dit login lige nu. Det, du skriver, gemmes her.")
    if state == "42501" or (state == "RB001" and "no_account" in str(error)):
        return AccessEnded("Den fælles database giver ikke længere adgang. Det, du har skrevet, er gemt her.")
    if state in ("42883", "3F000"):
        return ServerOlder("Den fælles database er ældre end programmet og skal opgraderes først.")
    if state in _CANNOT_WRITE:
        return TakesNothing("Den fælles database tager ikke imod noget lige nu. Det, du skriver, gemmes her.")
    if state[:2] in _NOT_NOW:
        return Offline("Den fælles database kan ikke svare lige nu. Det, du skriver, gemmes her.")
    return error


def lacks_root(said: str) -> bool:
    """Whether it is because the municipality's root certificate is not where it is said to be."""
    return "root certificate file" in said and "does not exist" in said


def wrong_ticket(said: str) -> str:
    """What is wrong with the Kerberos ticket of this machine; "" where it is not about that."""
    if _REFUSED_TICKET in said:
        return ANOTHERS_TICKET
    return NO_TICKET if any(words in said for words in _LACKS_TICKET) else ""


NO_TICKET = "Dit logon på computeren (Kerberos) gælder ikke lige nu. Lås computeren, og log på den igen."
ANOTHERS_TICKET = (
    "Computerens logon (Kerberos) er en andens, eller det er ikke oprettet i den fælles database."
    " Log på computeren som dig selv."
)
ROOT_MISSING = (
    "Kommunens rodcertifikat ligger ikke dér, hvor computeren leder efter det, så intet sendes."
    " Sig det til it-afdelingen. Det, du skriver, gemmes her."
)
NOT_TRUSTED = (
    "Serveren kan ikke bevise, hvem den er, så intet sendes til den."
    " Sig det til it-afdelingen. Det, du skriver, gemmes her."
)
# While connecting libpq hands on the server's sentence and not its code; PostgreSQL has no Danish ones to mistake it for.
_NOT_LET_IN = (
    "password authentication failed",
    "no password supplied",
    "is not permitted to log in",
    "no pg_hba.conf entry",
)
_REFUSED_TICKET = "GSSAPI authentication failed"
_LACKS_TICKET = ("GSSAPI continuation error", "SSPI continuation error", "could not acquire SSPI credentials")
"""What libpq says on this machine, before anything is sent: with MIT's Kerberos, and with that of Windows."""
_CANNOT_WRITE = ("25006", "55000", "53100")
"""A transaction that may only read; a standby, which says no sooner; a disk without room."""
_NOT_NOW = ("08", "40", "53", "55", "57", "58")
"""No line; a clash of transactions; no room; a lock; stopped, starting, broken off or too slow; the server's disk."""
