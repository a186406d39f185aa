# SPDX-License-Identifier: MPL-2.0
"""Cases as an adviser may read them: only where one is asked, and only the part marked for an adviser (D3).

The one road by which an adviser reads. Called by `services/advising.py`, and by the unit of work before an adviser writes.
A request counts while it is open, the consent it rests on stands (it does not while one has taken it off the record and another
wrote on it), and the person is an adviser and nothing else. On an adviser's
own desk the consent never comes: there the shared database, which has opened the case by it, says that it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.roles import Role
from app.models.case_lines import goes_by
from app.models.casefile import CaseFile
from app.models.shared import for_adviser
from app.store.accounts import account, accounts
from app.store.replica import Replica, told

_OPEN = """
  FROM rec_advice_request q
  JOIN rec_case c ON c.id = q.case_id AND NOT c.removed
  LEFT JOIN rec_consent s ON s.id = q.consent_id AND s.case_id = q.case_id
 WHERE q.person_id = ? AND NOT q.removed AND q.closed_on IS NULL
   AND (s.given AND s.withdrawn_on IS NULL AND NOT s.removed
        AND NOT EXISTS (SELECT 1 FROM json_each(s.standing, '$.removed') d WHERE json_extract(d.value, '$[1].v'))
        OR q.consent_id = '' AND EXISTS (SELECT 1 FROM case_reader r WHERE r.case_id = q.case_id
                                          AND r.person_id = q.person_id AND r.seq >= 0 AND r.leaving IS NULL))"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A case on which an adviser is asked, by its number: never by the citizen's name."""

    case_id: str
    number: str
    question: str
    asked_on: date | None


def is_asked(replica: Replica, case_id: str, person_id: str) -> bool:
    """Whether this person is asked for advice on the case now."""
    if not is_adviser(replica, person_id):
        return False
    with told():
        sql = f"SELECT 1 {_OPEN} AND q.case_id = ? LIMIT 1"
        return replica.connection.execute(sql, (person_id, case_id)).fetchone() is not None


def asked_of(replica: Replica, person_id: str) -> tuple[Asked, ...]:
    """Every question open to this person, the newest first."""
    if not is_adviser(replica, person_id):
        return ()
    with told():
        sql = f"SELECT q.case_id, {goes_by('c')}, q.question, q.asked_on {_OPEN} ORDER BY q.asked_on DESC, q.id DESC"
        rows = replica.connection.execute(sql, (person_id,)).fetchall()
    return tuple(
        Asked(str(r[0]), str(r[1] or ""), str(r[2] or ""), date.fromisoformat(r[3]) if r[3] else None) for r in rows
    )


def is_adviser(replica: Replica, person_id: str) -> bool:
    """Whether this is an adviser's account here, and nothing else."""
    own = account(replica, person_id)
    return own is not None and own.roles == (Role.RAADGIVER,)


def is_beside_staff(replica: Replica, person_id: str) -> bool:
    """Whether this is an adviser on a desk where others work, whose cases lie here whole.

    The shared part of a case is never fetched on top of the whole one.
    """
    return is_adviser(replica, person_id) and any(a.roles != (Role.RAADGIVER,) for a in accounts(replica))


def shared_file(replica: Replica, case_id: str, person_id: str) -> CaseFile | None:
    """The shared part of a case, or None where this person is not asked."""
    from app.store.queries import case_file  # late: the unit of work asks `is_asked` alone

    if not is_asked(replica, case_id, person_id):
        return None
    return for_adviser(case_file(replica, case_id), person_id)
