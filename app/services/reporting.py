# SPDX-License-Identifier: MPL-2.0
"""Reporting a case to KL's gateway as a FHIR bundle (G6; domain § 2.3): off until the municipality switches it on.

Every bundle is checked before it leaves, and is kept with the version of the terms it was made with: the next one is made
from it. Called by the command line and the card of what leaves. What is in a bundle, `papers/fhir` says.
"""

from __future__ import annotations

import json
import logging
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import UserError
from app.domain.rights import Act
from app.domain.roles import Hand
from app.domain.terms import version
from app.models.casefile import CaseFile
from app.models.kinds import Sent
from app.papers.fhir.bundle import Source, lacks, make
from app.papers.fhir.check import check
from app.services.desk import Desk
from app.services.sent import FHIR, last_report
from app.services.whole_file import whole_file
from app.store import queries
from app.store.seal import canonical
from app.store.unit_of_work import new_id

log = logging.getLogger(__name__)

OFF = "Indberetning er slået fra. Kommunen kan slå den til i indstillinger."
APART = "Der står to udgaver af noget i sagen. Gør dem til én, før sagen indberettes."
OWN_APART = "Kommunens nummer i organisationen står i to udgaver. Afklar det i indstillingerne, før sagen indberettes."
WRONG = "Indberetningen følger ikke KL's regler, så den er ikke lavet. Ring til jeres it-afdeling."


@dataclass(frozen=True, slots=True)
class Ready:
    """Whether a case can be reported: what it lacks, one sentence each."""

    on: bool
    lacks: tuple[str, ...]


def ready(desk: Desk, file: CaseFile) -> Ready:
    """What a report of a case that has just been read would still ask for. Writes nothing."""
    source = _source(desk, file)
    if not source.municipality.reporting:
        return Ready(False, (OFF,))
    return Ready(True, _missing(source))


def report(desk: Desk, hand: Hand, case_id: str, path: Path | None = None) -> str:
    """Report the case: the bundle as text, written to `path` when one is given. Noted, and kept for the next one.

    Raises UserError when it is switched off or the case lacks something, a sentence for each; then nothing is written.
    """
    desk.require(hand, Act.REPORT, case_id)
    source = _source(desk, queries.case_file(desk.replica, case_id))
    if not source.municipality.reporting:
        raise UserError(OFF)
    missing = _missing(source)
    if missing:
        raise UserError("\n".join(missing))
    bundle = make(source)
    faults = check(bundle)
    if faults:
        log.error("a bundle does not follow the guide: %s", "; ".join(faults))
        raise UserError(WRONG)
    text = json.dumps(bundle, ensure_ascii=False, indent=1) + "\n"
    with (
        whole_file(path, text.encode()) if path is not None else nullcontext(),
        desk.step(hand, case_id, "Indberet sagen") as work,
    ):
        work.create(
            Sent(
                id=new_id(),
                case_id=case_id,
                way=FHIR,
                at=source.now.isoformat(timespec="seconds"),
                content=canonical(bundle).decode(),
                terms=version(),
            )
        )
        work.log_access("indberettet", "")
    return text


def suggested_name(number: str) -> str:
    """What the file may be called: the case's number and nobody's name."""
    return f"ffb-{number}.json"


# -- inside

_REPORTED = frozenset({"identifier", "case", "meeting", "plan", "goal", "ffb_group", "follow_up"})
"""The kinds a report reads: where people have written apart on one of them, nothing is reported."""
_REPORTED_OF_US = frozenset({"organisation_id", "organisation_system"})
"""The municipality's own settings it reads, likewise."""


def _source(desk: Desk, file: CaseFile) -> Source:
    last = last_report(file)
    before = last.bundle if last is not None else None
    return Source(file, queries.municipality(desk.replica), desk.clock(), before)


def _missing(source: Source) -> tuple[str, ...]:
    apart = any(talk.kind in _REPORTED for talk in source.file.conversations)
    own_apart = any(talk.fields[0] in _REPORTED_OF_US for talk in source.file.own_apart)
    return (*((APART,) if apart else ()), *((OWN_APART,) if own_apart else ()), *lacks(source))
