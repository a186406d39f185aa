# SPDX-License-Identifier: MPL-2.0
"""What waits today, who may already be on file, and other short lists. Read through the bare driver, for the first list is
painted at the start.

Called by the screens' lanes and by services. Must not import SQLAlchemy, not even sideways. The caseload is in `caseload.py`.
`reader` is who looks: on a desk that shares they get what they may read (`readers.py`), and nobody ("") gets nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.names import fold, short_name
from app.models.case_lines import in_force, known_void
from app.store.caseload import as_date, in_one
from app.store.holders import LEFT
from app.store.readers import and_only, has_read, may_read
from app.store.replica import Replica, told


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One thing today's page asks of somebody, or tells them. `kind`: task, sent_on (an answer they are asked to decide),
    follow_up, plan (a formål to clarify), answer (put off), refused (a decision that was not taken), apart (two that were signed
    apart), revisit (a support that is wished for), decided (what they sent on), advised (what they asked about), revisited (what
    they wished for) or same (may be the citizen of another case). Only a task is ticked off; the rest goes when it is met.
    """

    case_id: str
    name: str
    text: str
    due: date
    record_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class KnownReferral:
    """A referral already on a citizen; `digest` is of the measures as they were sent, whatever has been noted since."""

    sender: str
    date: date | None
    digest: str


@dataclass(frozen=True, slots=True)
class Near:
    """A citizen already on file who may be the one at the door. `case_id` is their newest case.

    `same`: what citizens that people have said are one person have in common; else their own id.
    """

    citizen_id: str
    case_id: str
    name: str
    birth_date: date | None
    number: str
    same: str = ""


_OPEN = "coalesce(c.ended, '') = ''"


def count_cases(replica: Replica) -> int:
    """How many cases there are on this desk, whoever may read them."""
    return int(_rows(replica, "SELECT count(*) FROM case_line", ())[0][0])


def near_names(replica: Replica, folded_start: str, birth_date: date | None, reader: str = "") -> tuple[Near, ...]:
    """Citizens with a word beginning as this, or born that day: candidates for the near-duplicate warning.

    Of a citizen whose cases one may not read nothing is told, not even that there is somebody.
    """
    sql = f"""
    SELECT z.id, z.name, z.birth_date,
           (SELECT c.id FROM rec_case c WHERE c.citizen_id = z.id AND NOT c.removed{and_only(replica, reader, "c.id")}
             ORDER BY c.contact_on DESC, c.id DESC LIMIT 1) AS newest,
           coalesce((SELECT i.value FROM rec_identifier i WHERE i.citizen_id = z.id AND NOT i.removed
                      ORDER BY i.id DESC LIMIT 1), ''), coalesce(s.same, z.id)
      FROM rec_citizen z JOIN search_text s ON s.citizen_id = z.id
     WHERE NOT z.removed AND newest IS NOT NULL
       AND (z.birth_date = :born OR ' ' || s.folded LIKE '% ' || :start || '%')
     ORDER BY z.id"""
    args = {"born": birth_date.isoformat() if birth_date else None, "start": fold(folded_start), "reader": reader}
    rows = _rows(replica, sql, args)
    return tuple(Near(r[0], r[3], r[1] or "", as_date(r[2]), r[4], r[5]) for r in rows)


def citizen_by_number(replica: Replica, value: str, reader: str = "") -> Near | None:
    """The citizen who has, or has had, this number."""
    sql = f"""SELECT z.id, c.id, z.name, z.birth_date, i.value, coalesce(s.same, z.id) FROM rec_identifier i
             LEFT JOIN search_text s ON s.citizen_id = i.citizen_id
             JOIN rec_citizen z ON z.id = i.citizen_id JOIN rec_case c ON c.citizen_id = z.id
             WHERE i.value = :value AND NOT i.removed{and_only(replica, reader, "c.id")}
             ORDER BY c.contact_on DESC, c.id DESC LIMIT 1"""
    rows = _rows(replica, sql, {"value": value, "reader": reader})
    return next((Near(r[0], r[1], r[2] or "", as_date(r[3]), r[4], r[5]) for r in rows), None)


def open_case_of(replica: Replica, citizen_id: str, reader: str = "") -> str | None:
    """The citizen's newest case that has not ended, if any."""
    sql = f"""SELECT c.id FROM rec_case c WHERE c.citizen_id = :citizen AND NOT c.removed AND {_OPEN}
              {and_only(replica, reader, "c.id")} ORDER BY c.contact_on DESC, c.id DESC LIMIT 1"""
    return next((str(row[0]) for row in _rows(replica, sql, {"citizen": citizen_id, "reader": reader})), None)


def citizen_named(replica: Replica, case_id: str, reader: str = "", *, also_leaving: bool = False) -> str:
    """Whose case it is, by name; "" where the case is not here, or not theirs to read. `also_leaving`: nor was."""
    if not (has_read if also_leaving else may_read)(replica, reader, case_id):
        return ""
    sql = "SELECT c.name FROM rec_case k JOIN rec_citizen c ON c.id = k.citizen_id WHERE k.id = ?"
    rows = _rows(replica, sql, (case_id,))
    return str(rows[0][0]) if rows else ""


def referrals_of(replica: Replica, citizen_id: str, reader: str = "") -> tuple[KnownReferral, ...]:
    """What has been referred on this citizen before."""
    sql = f"""SELECT r.sender, r.date, r.digest FROM rec_referral r JOIN rec_case c ON c.id = r.case_id
              WHERE c.citizen_id = :citizen AND NOT r.removed{and_only(replica, reader, "c.id")}"""
    rows = _rows(replica, sql, {"citizen": citizen_id, "reader": reader})
    return tuple(KnownReferral(r[0] or "", as_date(r[1]), r[2] or "") for r in rows)


TAKEN_BACK = "samtykke trukket tilbage"
"""The reason of a task that tells of a consent that was taken back: it stands until the citizen gives it anew."""
SENT_ON = "afgørelse"
"""The reason of a task that asks somebody to decide: it stands until the answer is decided, or taken back."""


def _asks(task: str) -> str:
    """Whether the answer is still with whom it was sent on to: where two desks parted the mark from its task, a tick ends it."""
    waits = f"EXISTS (SELECT 1 FROM rec_answer w WHERE w.case_id = {task}.case_id AND w.sent_on IS NOT NULL)"
    return f"{task}.reason = :sent_on AND {waits}"


def due(replica: Replica, today: date, role: str = "", worker: str = "", reader: str = "") -> tuple[TaskRow, ...]:
    """What today's page asks for: tasks not done, days to meet, a formål to clarify, an answer put off to now or before,
    decisions that were not taken, those signed apart, and to the bestiller a support that is wished for; and to the one who
    asked for it, by `reader`, an answer that has been decided, an advice that was given or what came of such a wish, until they
    open the case.

    `role` leaves out tasks for the other role. `worker` leaves out the cases another holds in that role; a case nobody holds
    is everybody's. A task for a person by name is theirs alone, whoever holds the case. Who has left holds nothing (H3).
    """
    nobodys = f"{_HOLDER} = ''{f' OR {_HOLDER} IN {LEFT}' if replica.joined else ''}"
    holds = f"(:worker = '' OR :worker IN (c.bestiller, c.vejleder) OR {nobodys})"
    theirs = f"coalesce(t.for_person, '') <> ''{f' AND t.for_person NOT IN {LEFT}' if replica.joined else ''}"
    mine = and_only(replica, reader, "c.id")
    active = f"{_OPEN} AND {holds}{mine}"
    refused = _REFUSED + f" AND ({holds} OR x.author_name = :worker){mine}" if replica.joined else ""
    apart = f"{_APART} AND {active} GROUP BY d.case_id HAVING count(*) > 1" if replica.joined else ""
    sql = f"""
    SELECT t.case_id, z.name, t.text, t.due, t.id, iif({_asks("t")}, 'sent_on', 'task') FROM rec_task t
      JOIN rec_case c ON c.id = t.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE t.done_on IS NULL AND NOT t.removed AND t.due <= :today{mine}
       AND NOT EXISTS (SELECT 1 FROM rec_consent s WHERE s.id = t.consent_id
                       AND (s.removed OR NOT s.given OR s.withdrawn_on IS NOT NULL)
                           = (coalesce(t.reason, '') <> :taken_back))
       AND CASE WHEN {theirs} THEN :worker IN ('', t.for_person)
                ELSE {holds} AND (:role = '' OR coalesce(t.for_role, '') IN ('', :role)) END
    UNION ALL
    SELECT f.case_id, z.name, '', min(f.date), f.id, 'follow_up' FROM rec_follow_up f
      JOIN rec_case c ON c.id = f.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE f.date <= :today AND NOT f.removed AND {active} AND f.date >
           coalesce((SELECT max(m.date) FROM rec_meeting m WHERE m.case_id = c.id), '') GROUP BY f.case_id
    UNION ALL
    SELECT p.case_id, z.name, '', p.provisional_until, p.id, 'plan'
      FROM rec_plan p JOIN rec_case c ON c.id = p.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE p.provisional_until <= :today AND {active}
    UNION ALL
    SELECT a.case_id, z.name, '', a.until, a.id, 'answer'
      FROM rec_answer a JOIN rec_case c ON c.id = a.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE a.until <= :today AND a.target_group = 'udskudt' AND {active}{refused}{apart}
    {_WISHED} AND {active}{_DECIDED}{mine}{_ADVISED}{mine}{_WISH_REFUSED}{mine}{_WISH_GRANTED}{mine}
     ORDER BY 4, 2, 5 LIMIT 200"""
    told = {"today": today.isoformat(), "role": role, "worker": worker, "reader": reader}
    told |= {"taken_back": TAKEN_BACK, "sent_on": SENT_ON}
    rows = in_one(replica, sql, 6, told)
    return tuple(_task_row(row, today) for row in rows)


def granted_group(replica: Replica, key: str, reader: str = "") -> tuple[tuple[str, str, str, str, str], ...]:
    """Open cases with a § 82 a support by this entry of the catalogue, whatever version, whose decision in force is a yes.

    Of each: case, citizen, vejleder, what the support is called, the decision's content.
    """
    sql = f"""
    SELECT DISTINCT c.id, z.name, coalesce(c.vejleder, ''), s.offer, d.content FROM rec_support s
      JOIN rec_case c ON c.id = s.case_id JOIN rec_citizen z ON z.id = c.citizen_id
      JOIN rec_decision d ON d.case_id = c.id AND {in_force("d")}
     WHERE s.paragraph = '82a' AND s.offer_id IN (SELECT o.id FROM rec_offer o WHERE o.key = :key)
       AND NOT EXISTS (SELECT 1 FROM rec_decision e WHERE e.case_id = c.id AND e.target_group <> 'ja' AND {in_force("e")})
       AND NOT c.removed AND {_OPEN}{and_only(replica, reader, "c.id")}"""
    rows = _rows(replica, sql, {"key": key, "reader": reader})
    return tuple((str(r[0]), str(r[1]), str(r[2]), str(r[3]), str(r[4])) for r in rows)


def typed(replica: Replica, case_id: str, authors: Collection[str] | None = None) -> dict[tuple[str, str], str]:
    """What is typed in a form that is no record yet, by (record id, field): by these people, or (None) by anybody."""
    rows = _rows(replica, "SELECT record_id, field, text, author FROM draft WHERE case_id = ?", (case_id,))
    return {(str(r[0]), str(r[1])): str(r[2]) for r in rows if authors is None or r[3] in authors}


# -- inside


def _rows(replica: Replica, sql: str, args: Mapping[str, object] | tuple[object, ...]) -> list[tuple[Any, ...]]:
    """Everything a statement finds. A fault of the disk becomes one Danish sentence."""
    with told():
        found: list[tuple[Any, ...]] = replica.connection.execute(sql, args).fetchall()
        return found


_HOLDER = (
    "coalesce(CASE :role WHEN 'bestiller' THEN c.bestiller WHEN 'vejleder' THEN c.vejleder"
    " ELSE coalesce(c.bestiller, '') || coalesce(c.vejleder, '') END, '')"
)


_REFUSED = """
    UNION ALL
    SELECT x.case_id, z.name, 'Afgørelsen, som ' || x.author_name || ' skrev under, blev ikke taget imod og gælder ikke',
           :today, x.record_id, 'refused'
      FROM change x JOIN rec_case c ON c.id = x.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE x.refused IS NOT NULL AND x.put_by IS NULL AND x.kind = 'decision' AND NOT EXISTS (SELECT 1 FROM rec_decision d,
           json_each(iif(json_valid(d.content), d.content, '{}'), '$.over') v
            WHERE d.case_id = x.case_id AND v.value = x.record_id)"""
"""A decision the shared database did not take, until another has been signed over it or somebody has read of it."""

_APART = f"""
    UNION ALL
    SELECT d.case_id, z.name, 'Der er underskrevet flere svar hver for sig: bliv enige, og underskriv ét', :today,
           min(d.id), 'apart'
      FROM rec_decision d JOIN rec_case c ON c.id = d.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE {in_force("d")}"""
"""Decisions that were signed apart, until one is signed over them."""

_NEWS = "'-90 days'"
"""How far back a desk tells of what has come: one that has just fetched everything has no line of what was opened elsewhere."""


def _asked(record: str) -> str:
    """The SQL that a hand of the reader's stands on a record: they made it."""
    return f"EXISTS (SELECT 1 FROM json_each({record}.standing, '$.\"\"') h WHERE h.value ->> 1 = :reader)"


def _unopened(case_id: str, since: str) -> str:
    """The SQL that the reader has not opened a case since a moment (Unix seconds), nor had it open then, by the access log of
    this desk."""
    return f"""NOT EXISTS (SELECT 1 FROM access_log l WHERE l.case_id = {case_id} AND l.person_id = :reader
                           AND l.action IN ('åbnet', 'nyt læst') AND unixepoch(l.at) >= {since})"""


_LAST_WRITTEN = "(SELECT max(unixepoch(h.value ->> 4)) FROM json_each(v.standing, '$.\"\"') h)"

_DECIDED = f"""
    UNION ALL
    SELECT d.case_id, z.name, d.signer_name, :today, d.id, 'decided' FROM rec_task t
      JOIN rec_decision d ON d.case_id = t.case_id AND substr(d.signed_at, 1, 10) = t.done_on
      JOIN rec_case c ON c.id = t.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE t.reason = :sent_on AND t.done_on > date(:today, {_NEWS}) AND NOT t.removed AND {_asked("t")}
       AND d.signer_id <> :reader AND {in_force("d")} AND {_unopened("d.case_id", "unixepoch(d.signed_at)")}"""
"""What the reader sent on and another has decided, until they open the case or see it come."""

_ADVISED = f"""
    UNION ALL
    SELECT v.case_id, z.name, v.adviser, :today, v.id, 'advised' FROM rec_advice v
      JOIN rec_case c ON c.id = v.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE v.date > date(:today, {_NEWS}) AND v.person_id NOT IN ('', :reader) AND trim(v.text) <> '' AND NOT v.removed
       AND EXISTS (SELECT 1 FROM rec_advice_request r WHERE r.case_id = v.case_id AND r.person_id = v.person_id
                   AND NOT r.removed AND {_asked("r")})
       AND {_unopened("v.case_id", _LAST_WRITTEN)}"""
"""An advice the reader asked for, until they open the case or see it come."""


def _grants(decision: str, request: str) -> str:
    """The SQL that a decision grants the row a wish was taken along as."""
    return f"""EXISTS (SELECT 1 FROM json_each(iif(json_valid({decision}.content), {decision}.content, '{{}}'), '$.support') g
                        WHERE iif(g.type = 'object', g.value ->> 'id', '') = {request}.support_id)"""


_REQUESTED = """rec_revisit_request w JOIN rec_case c ON c.id = w.case_id JOIN rec_citizen z ON z.id = c.citizen_id"""
_WHAT = "coalesce(nullif(trim(w.offer), ''), w.why)"
_WISHED = f"""
    UNION ALL
    SELECT w.case_id, z.name, {_WHAT}, :today, w.id, 'revisit' FROM {_REQUESTED}
     WHERE :role IN ('', 'bestiller') AND NOT w.removed AND trim(w.offer || w.why) <> '' AND trim(w.answer) = ''
       AND NOT EXISTS (SELECT 1 FROM rec_decision d WHERE d.case_id = w.case_id AND w.support_id <> ''
                       AND NOT {known_void("d.id", "d.case_id")} AND {_grants("d", "w")})"""
"""A support the vejleder wishes for, until it is answered: one that is in a draft waits until that is signed."""


def _hands_on(record: str, name: str) -> str:
    """The SQL of those whose words stand on one field of a record, as `h`."""
    return f"""json_each({record}.standing, '$.{name}') a JOIN json_each({record}.standing, '$.""') h
                 ON h.key = iif(a.type = 'array', a.value ->> 0, a.value)"""


_SAID_NO = f"(SELECT {{}} FROM {_hands_on('w', 'answer')})"
_WISHED_BY_READER = f"EXISTS (SELECT 1 FROM {_hands_on('w', 'removed')} WHERE h.value ->> 1 = :reader)"
_WISH_REFUSED = f"""
    UNION ALL
    SELECT w.case_id, z.name, {_SAID_NO.format("max(h.value ->> 2)")} || char(10) || {_WHAT}, :today, w.id, 'revisited_no'
      FROM {_REQUESTED}
     WHERE NOT w.removed AND trim(w.answer) <> '' AND {_WISHED_BY_READER}
       AND {_SAID_NO.format("max(date(h.value ->> 4))")} > date(:today, {_NEWS})
       AND {_unopened("w.case_id", _SAID_NO.format("max(unixepoch(h.value ->> 4))"))}"""
_WISH_GRANTED = f"""
    UNION ALL
    SELECT w.case_id, z.name, d.signer_name || char(10) || {_WHAT}, :today, w.id, 'revisited_yes' FROM {_REQUESTED}
      JOIN rec_decision d ON d.case_id = w.case_id AND {in_force("d")} AND {_grants("d", "w")}
     WHERE NOT w.removed AND w.support_id <> '' AND {_WISHED_BY_READER} AND d.signer_id <> :reader
       AND date(d.signed_at) > date(:today, {_NEWS}) AND {_unopened("w.case_id", "unixepoch(d.signed_at)")}"""
"""What came of a wish of the reader's, until they open the case or see it come."""

_ASKS = {
    "follow_up": ("I mødes igen i dag", "I skulle have mødtes igen"),
    "plan": ("Formålet var foreløbigt: afklar det i dag", "Formålet var foreløbigt: afklar det sammen"),
    "answer": ("Svaret er udskudt til i dag", "Det udskudte svar mangler"),
}
_TOLD = {
    "decided": "{name} har afgjort det svar, du sendte videre",
    "advised": "{name} har skrevet det råd, du bad om",
    "revisited_no": "{name} har sagt nej til dit ønske om revisitation: {what}",
    "revisited_yes": "{name} har bevilget det, du ønskede: {what}",
}
"""What is told of somebody's doing; `what` is the second line of the text, where it has one."""


def _task_row(row: tuple[Any, ...], today: date) -> TaskRow:
    case_id, name, text, day, record_id, kind = row
    on = as_date(day) or today
    if kind in _TOLD:
        who, _, what = text.partition("\n")
        text = _TOLD[kind].format(name=short_name(who) or who, what=" ".join(what.split()))
        kind = kind.partition("_")[0] if kind.startswith("revisited") else kind
    elif kind == "revisit":
        text = f"Vejlederen ønsker revisitation: {' '.join(text.split())}"
    return TaskRow(case_id, name or "", _ASKS[kind][on < today] if kind in _ASKS else text or "", on, record_id, kind)
