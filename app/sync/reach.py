# SPDX-License-Identifier: MPL-2.0
"""Whether the shared database can be reached from this machine, and what it gives this login: for the doctor.

Sends nothing, fetches no case, and does not say which desk it is. Called away from the lanes, for it may wait. Must not know the
replica.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime

import app
from app.domain.errors import EnvironmentProblem
from app.domain.findings import Finding, fine, note, wrong
from app.domain.versions import is_newer
from app.sync.faults import AccessEnded, LoginRefused, NoTicket, Offline, RootMissing, ServerOlder, wrong_ticket
from app.sync.lookout import errand
from app.sync.profile import Profile
from app.sync.session import SCHEMA, Session

DATABASE, CLOCK = "Fælles database", "Ur"
DRIFT_SECONDS = 120


def try_it(profile: Profile, login: str, password: str | None, now: Callable[[], datetime]) -> Iterator[Finding]:
    """Everything about the way there. Without a `password` only whether anybody answers."""
    hindered = _answers(profile)
    if hindered:
        yield wrong(DATABASE, hindered)
        return
    if not login or not password:
        yield fine(DATABASE, f"{profile.address} svarer.")
        yield note(DATABASE, "Login er ikke prøvet: adgangskoden ligger ikke på computeren.")
        return
    way = ExitStack()
    try:
        session = way.enter_context(errand(profile, login, password))
    except LoginRefused:
        yield wrong(
            DATABASE,
            f"{profile.address} svarer, men afviser login. Skift adgangskoden, eller spørg kontoadministratoren.",
        )
        return
    except NoTicket as no:
        yield wrong(DATABASE, f"{profile.address} svarer. {wrong_ticket(str(no.__cause__))}")
        return
    except Offline as none:
        yield wrong(DATABASE, _why_not(profile, none))
        return
    with way:
        yield from _inside(session, profile, now)


def _answers(profile: Profile) -> str:
    """Why nobody answers at that address; "" when somebody does."""
    if profile.host.startswith("/"):
        return ""
    try:
        socket.create_connection((profile.host, profile.port), profile.wait_seconds).close()
    except socket.gaierror:
        return f"Navnet {profile.host} kendes ikke på netværket. Er computeren på kommunens net, og er adressen rigtig?"
    except TimeoutError:
        return f"{profile.address} svarer ikke inden for {profile.wait_seconds} sekunder. Se efter firewall og VPN."
    except ConnectionRefusedError:
        return f"Computeren {profile.host} svarer, men ingen database lytter på port {profile.port}."
    except OSError:
        return f"Der er ingen vej til {profile.address}. Se efter netværk og VPN."
    return ""


def _why_not(profile: Profile, none: Offline) -> str:
    if isinstance(none, RootMissing):
        return f"Rodcertifikatet {profile.ca} findes ikke på computeren. Læg det der, eller ret stien."
    said = str(none.__cause__).casefold()
    if "certificate" in said:
        return f"Certifikatet på {profile.host} kan ikke godkendes. Se efter rodcertifikatet og navnet i certifikatet."
    if "ssl" in said:
        return f"{profile.address} tager ikke imod en krypteret forbindelse."
    if "does not exist" in said:
        return f"Der er ingen database, der hedder {profile.database}, på {profile.host}."
    return f"{profile.address} svarer, men kan ikke bruges lige nu. Prøv igen, og spørg dem, der driver den."


def _inside(session: Session, profile: Profile, now: Callable[[], datetime]) -> Iterator[Finding]:
    try:
        drift = round((session.clock() - now()).total_seconds())
        hello = session.hello(app.__version__, None, None)
        cases = len(session.cases()) if hello.state == "open" else 0
    except AccessEnded:
        yield wrong(
            DATABASE, "Login virker, men kontoen har ingen rettigheder i databasen. Spørg kontoadministratoren."
        )
        return
    except ServerOlder:
        yield wrong(DATABASE, "Databasen er ældre end programmet. Kør rundbord shared init med det nye program.")
        return
    except EnvironmentProblem as problem:
        yield wrong(DATABASE, problem.message)
        return
    if hello.state == "new":
        yield wrong(DATABASE, f"Login virker, men person {hello.person_id} er ikke bekræftet af en leder endnu.")
    elif hello.state == "closed":
        yield wrong(
            DATABASE, f"Adgangen for person {hello.person_id} er lukket. Usendte ord kan stadig komme ind i en tid."
        )
    else:
        yield fine(
            DATABASE,
            f"{profile.address} svarer, login virker, og {_cases(cases)} kan læses (skema {hello.server_schema}).",
        )
    if hello.must_change:
        yield note(DATABASE, "Adgangskoden er givet af en anden og skal skiftes, før den åbner noget.")
    if hello.server_schema < SCHEMA:
        yield wrong(
            DATABASE, f"Databasens skema er {hello.server_schema}, programmets {SCHEMA}. Kør rundbord shared init."
        )
    if is_newer(hello.wanted_client, app.__version__):
        yield note(
            DATABASE,
            f"Databasen beder om Rundbord {hello.wanted_client}. Her er {app.__version__}; arbejdet går videre.",
        )
    if abs(drift) > DRIFT_SECONDS:
        way = "bagefter" if drift > 0 else "foran"
        yield wrong(CLOCK, f"Computerens ur er {abs(drift)} sekunder {way} databasens. Stil det efter netværket.")
    else:
        yield fine(CLOCK, "Computerens ur passer med databasens.")


def _cases(count: int) -> str:
    return "1 sag" if count == 1 else f"{count} sager"
