# SPDX-License-Identifier: MPL-2.0
"""Taking a job centre's file in: every row that can be used, in one transaction, nothing retyped (D1, D2).

The file is read by `referral_file.py`; here each row meets the record: a citizen on file is matched and never doubled, the
same referral again changes nothing, a changed one is refused and told. Called by the command line and the import screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.domain.dates import format_full
from app.domain.names import similar_names
from app.domain.rights import Act
from app.domain.roles import Hand
from app.models.choices import Source
from app.models.kinds import Case, Citizen, Identifier, Referral, Task, Tried
from app.services.cases import status_task_text
from app.services.desk import Desk
from app.services.referral_file import (
    ReferralRow,
    RefusedLine,
    read_referrals,
    referral_key,
)
from app.store.listing import citizen_by_number, open_case_of, referrals_of
from app.store.unit_of_work import UnitOfWork, new_id

CHANGED = "Henvisningen er læst ind før, men er nu ændret. Ret den i sagen, eller spørg jobcentret."


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a file: read = taken + known already + refused. `ahead`: taken, though their date has not come;
    `renamed`: taken to somebody on file whose name is another there.
    """

    read: int
    taken: int
    known_already: int
    refused_lines: tuple[RefusedLine, ...]
    taken_cpr: tuple[str, ...]
    status_to_request_from_jobcenter: tuple[str, ...]
    case_ids: tuple[str, ...]
    ahead: tuple[ReferralRow, ...] = ()
    renamed: tuple[ReferralRow, ...] = ()

    @property
    def told(self) -> str:
        """What somebody should look at though it was taken; "" where there is nothing."""
        return " ".join(one for one in (self.told_ahead, self.told_renamed) if one)

    @property
    def told_renamed(self) -> str:
        """What is said of numbers that belong to somebody of another name here."""
        if not self.renamed:
            return ""
        *some, last = (str(row.line) for row in self.renamed)
        lines = f"Linjerne {', '.join(some)} og {last}" if some else f"Linje {last}"
        return (
            f"{lines} har et andet navn end den borger, der har CPR-nummeret hos jer: "
            "henvisningen er lagt i den borgers sag. Se efter, om nummeret er rigtigt."
        )

    @property
    def told_ahead(self) -> str:
        """What is said of the dates that have not come, in one sentence; "" where there are none."""
        if not self.ahead:
            return ""
        first, *more = self.ahead
        day = f"Linje {first.line} har henvist dato {format_full(first.date)}"
        if not more:
            return f"{day}, som ikke er kommet endnu: henvisningen er taget ind, men spørg jobcentret om datoen."
        others = "én anden linje" if len(more) == 1 else f"{len(more)} andre linjer"
        return (
            f"{day}, som ikke er kommet endnu, og det samme gælder {others}: "
            "henvisningerne er taget ind, men spørg jobcentret om datoerne."
        )

    def to_json(self) -> dict[str, Any]:
        """The summary as the command line gives it."""
        return {
            "read": self.read,
            "taken": self.taken,
            "known_already": self.known_already,
            "refused": len(self.refused_lines),
            "taken_cpr": list(self.taken_cpr),
            "refused_lines": [asdict(line) for line in self.refused_lines],
            "status_to_request_from_jobcenter": list(self.status_to_request_from_jobcenter),
        }


def take_in(desk: Desk, hand: Hand, data: bytes) -> TakenIn:
    """Take in a referral file, all of it or none. Raises UserError when it is no such file."""
    desk.require(hand, Act.IMPORT)
    file = read_referrals(data, desk.today())
    refused = list(file.refused)
    taken: list[ReferralRow] = []
    renamed: list[ReferralRow] = []
    cases: list[str] = []
    known = 0
    with desk.steps(hand, "Indlæs henvisninger") as on:
        for row in file.rows:
            near = citizen_by_number(desk.replica, row.cpr, hand.person_id)
            earlier = _earlier(desk, hand, near.citizen_id if near else "", row)
            if earlier is True:
                known += 1
                continue
            if earlier is False:
                refused.append(RefusedLine(row.line, "Tiltag 1", CHANGED))
                continue
            running = open_case_of(desk.replica, near.citizen_id, hand.person_id) if near else None
            case_id = running or new_id()
            if running is None:
                _open(on, case_id, near.citizen_id if near else None, row, desk.today())
            _refer(on(case_id), case_id, row, desk.today())
            taken.append(row)
            if near is not None and not similar_names(near.name, row.name):
                renamed.append(row)
            cases.append(case_id)
    return TakenIn(
        read=file.read,
        taken=len(taken),
        known_already=known,
        refused_lines=tuple(sorted(refused, key=lambda r: r.line)),
        taken_cpr=tuple(row.cpr for row in taken),
        status_to_request_from_jobcenter=tuple(row.cpr for row in taken if not row.tried),
        case_ids=tuple(cases),
        ahead=tuple(row for row in taken if row.date > desk.today()),
        renamed=tuple(renamed),
    )


def _earlier(desk: Desk, hand: Hand, citizen_id: str, row: ReferralRow) -> bool | None:
    """True: just this referral is on file; False: it is, with other measures; None: it is new."""
    for known in referrals_of(desk.replica, citizen_id, hand.person_id):
        if known.date is not None and referral_key(row.cpr, known.date, known.sender) == row.key:
            return known.digest == row.measures
    return None


def _open(on: Callable[[str], UnitOfWork], case_id: str, citizen_id: str | None, row: ReferralRow, today: date) -> None:
    """A new case, and the citizen where they are new: what is on file is never written over."""
    work = on(case_id)
    whose = citizen_id or new_id()
    if citizen_id is None:
        work.create(
            Citizen(
                id=whose,
                case_id=case_id,
                name=row.name,
                birth_date=row.birth_date,
                phone=row.phone,
                address=row.address,
            )
        )
        work.create(
            Identifier(id=new_id(), case_id=case_id, citizen_id=whose, type=row.kind.value, value=row.cpr, since=today)
        )
    number = work.next_case_number()
    work.create(
        Case(
            id=case_id,
            case_id=case_id,
            citizen_id=whose,
            number=number,
            contact_on=today,
            source=Source.JOBCENTRE.value,
        )
    )


def _refer(work: UnitOfWork, case_id: str, row: ReferralRow, today: date) -> None:
    referral_id = new_id()
    work.create(
        Referral(
            id=referral_id,
            case_id=case_id,
            sender=row.job_centre,
            date=row.date,
            contact=row.contact,
            digest=row.measures,
        )
    )
    for place, one in enumerate(row.tried):
        work.create(
            Tried(
                id=new_id(),
                case_id=case_id,
                referral_id=referral_id,
                position=place,
                what=one.what,
                outcome=one.outcome.value,
                note=one.note,
            )
        )
    if not row.tried:
        text = status_task_text(row.job_centre)
        work.create(Task(id=new_id(), case_id=case_id, text=text, due=today, reason="jobcenter"))
