# SPDX-License-Identifier: MPL-2.0
"""The one road for every change: rows and their `Change` in one local transaction (design § 4).

Called by services, one unit of work a step, on the database lane. It checks each field's pen and keeps what stands on it.
 It writes through the bare driver, for every key pause ends here; the SQL is reckoned from the kinds. Must not
know what a step means, nor anything of screens.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from uuid_utils import uuid7

from app.domain.competence import beyond
from app.domain.competence import told as too_much
from app.domain.errors import UserError
from app.domain.paragraphs import plain
from app.domain.periods import check_course
from app.domain.rights import act_of_paper, may, may_write, refusal, told, writers
from app.domain.roles import Hand, Pen, Role
from app.domain.writing import require_lengths, storable
from app.models.fields import Value, fields_of, from_json, to_json
from app.models.ids import following
from app.models.kinds import BEGUN_BY_WRITING, KINDS, NAME_OF, Advice, Decision, Paper, Record
from app.store.accounts import has_leader
from app.store.competence import grants_in, limits_of
from app.store.laying import NOT_SAID, OnScreen, known, lay, shown_beside
from app.store.readers import CASE, NOT_OPEN, begun_here, may_write_in
from app.store.replica import Replica
from app.store.rows import WRITTEN, Outgoing, dump
from app.store.search_index import FOUND_BY, citizens_of, keep_index
from app.store.standing import Raw, Standing
from app.store.stroke import NEWEST, Part, parts_of, stroke_of, written_over
from app.store.two_roles import note, role_of

log = logging.getLogger(__name__)

ONLY_LEADER = "Lederen sætter, hvem der må bevilge hvad."

Key = tuple[str, str, str]
"""(kind, record id, field)."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the person did, in undo's words ("Tilføj mål"). One step may be several units of work (a typed text)."""

    name: str
    id: str
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one unit of work changed: announced once, to every screen. `logged`: what was written here, for whoever sends it."""

    case_id: str
    keys: frozenset[Key]
    step: Step
    logged: tuple[Outgoing, ...] = field(default=(), compare=False, repr=False)

    def touches(self, case_id: str) -> bool:
        """Whether anything of this case has changed."""
        return case_id == self.case_id


NO_BASES: Mapping[str, tuple[str, ...]] = {}


def new_id() -> str:
    """A fresh record or change id (UUIDv7, made here, stable from the first key)."""
    return str(uuid7())


def new_step(name: str) -> Step:
    """A fresh step by the name of what the user does."""
    return Step(name, new_id())


class UnitOfWork:
    """Open between `begin` and its end; everything in it stands or falls together."""

    def __init__(self, replica: Replica, hand: Hand, case_id: str, step: Step, at: datetime) -> None:
        self._replica = replica
        self._db = replica.cursor
        self.hand = hand
        self.case_id = case_id
        self.step = step
        self.at = at
        self._keys: set[Key] = set()
        self._logged: list[Outgoing] = []
        self._latest: str | None = None
        self._noted = role_of(replica).get(hand.person_id, hand.role) != hand.role
        if hand.role is not Role.RAADGIVER and not may_write_in(replica, hand.person_id, case_id):
            raise Refused(NOT_OPEN, CASE)  # an adviser is asked for each thing they write

    @property
    def changes(self) -> ChangeSet:
        """What has been written so far."""
        return ChangeSet(self.case_id, frozenset(self._keys), self.step, tuple(self._logged))

    def create(self, record: Record) -> None:
        """Write a new record: one packed change for each audience in it."""
        kind = NAME_OF[type(record)]
        infos = fields_of(type(record))
        values = {name: getattr(record, name) for name in infos}
        written = {n: v for n, v in values.items() if n == "removed" or v != infos[n].default}
        if isinstance(record, Decision):
            self._check_seal(record)
        else:
            typed = {n: v for n, v in written.items() if infos[n].pen is not Pen.PROGRAM and n != "removed"}
            require_lengths(typed)
            self._check_pens(kind, typed)
            self._check_advice(kind, record.person_id if isinstance(record, Advice) else "")
        self._insert(kind, record, written)
        if kind == "case" and self._replica.joined:
            begun_here(self._replica, record.id, self.hand.person_id)

    def issue(self, paper: Paper, pdf: bytes) -> None:
        """Write a paper that leaves the room, with the very pages that were given, and log that it did.

        Raises Refused for a role that may not give that paper.
        """
        act = act_of_paper(paper.type)
        if not may(self.hand.role, act):
            raise Refused(refusal(act), act.value)
        self.create(paper)
        self._db.execute(
            "INSERT INTO issued_paper (paper_id, case_id, pdf) VALUES (?,?,?)", (paper.id, self.case_id, pdf.hex())
        )
        self.log_access("udskrevet", paper.id)

    def log_access(self, action: str, about: str) -> None:
        """Log what was done on the case, in the same transaction. `about` holds ids and field names only."""
        at = self.at.isoformat(timespec="seconds")
        self._db.execute(_ACCESS, (at, self.hand.person_id, self.hand.role.value, self.case_id, action, about))

    def write(
        self, kind: str, record_id: str, values: Mapping[str, Value], seen: Collection[str] | None = None
    ) -> None:
        """Write fields of a record; a draft on one is gone with it. Raises UserError when the pen is another's.

        `seen`: the changes the writer had before them, which alone are written over; what was written at this very desk is never
        news. None is all that stands, but for what has come in since this very step last wrote (promise 4).
        """
        self._check_pens(kind, values)
        self._check_own(kind, record_id)
        self._put_typed(kind, record_id, self._whole(kind, record_id, values), seen)

    def register(self, kind: str, record_id: str, values: Mapping[str, Value]) -> None:
        """Write fields only the program itself reckons (a meeting's clock). Never what a person types."""
        self._check_open(kind)
        self._check_own(kind, record_id)
        infos = fields_of(KINDS[kind])
        if any(infos[n].pen is not Pen.PROGRAM for n in values):
            raise ValueError(f"{kind}: not the program's own: {sorted(values)}")
        self._put(kind, record_id, values, afterwards=True)

    def restore(self, kind: str, record_id: str, values: Mapping[str, Value]) -> None:
        """Put old values back (undo). Pens are checked as for any words; what one made oneself one may take off again."""
        self._check_pens(kind, {n: v for n, v in values.items() if n != "removed"})
        self._check_own(kind, record_id)
        self._put(kind, record_id, values)

    def restore_several(self, kind: str, record_id: str, variants: Sequence[Mapping[str, Value]]) -> None:
        """Put back values that stood side by side: each is written over what stands now, and over none of the others."""
        self._check_pens(kind, {n: v for values in variants for n, v in values.items() if n != "removed"})
        self._check_own(kind, record_id)
        row = self._db.execute(f"SELECT standing FROM rec_{kind} WHERE id = ?", (record_id,)).fetchone()
        standing = Standing(row[0] if row else None)
        seen = {i for values in variants for n in values for i in standing.ids(n)}
        for values in variants:
            self._put(kind, record_id, values, seen)

    def remove(self, kind: str, record_id: str, on_screen: OnScreen = NOT_SAID) -> None:
        """Take a record off the table. It stays in the log and can be put back. What came in behind what was `on_screen` stands
        against it."""
        self._check_pens(kind, {"removed": True})
        self._check_own(kind, record_id)
        self._put(kind, record_id, {"removed": True}, on_screen=on_screen)

    def keep_draft(
        self, kind: str, record_id: str, name: str, text: str, because: str, seen: Collection[str] | None = None
    ) -> None:
        """Keep what was typed though it is no value yet. The field's value becomes empty, unless another wrote it unseen."""
        info = fields_of(KINDS[kind])[name]
        self._check_pens(kind, {name: None})
        self._check_own(kind, record_id)
        self._check_open(kind)
        if self.value(kind, record_id, name) != info.default:
            empty = self._whole(kind, record_id, {name: info.default})
            if self._known(kind, record_id, empty, seen) is None:
                self._put_typed(kind, record_id, empty, None)
        self._db.execute(
            "INSERT OR REPLACE INTO draft VALUES (?,?,?,?,?,?,?,?)",
            (record_id, name, self.case_id, kind, storable(text), because, self.hand.person_id, self._stamp()),
        )
        self._keys.add((kind, record_id, name))

    def value(self, kind: str, record_id: str, name: str) -> Value:
        """What stands in a field now, seen from inside this unit of work."""
        info = fields_of(KINDS[kind])[name]
        row = self._db.execute(f'SELECT "{name}" FROM rec_{kind} WHERE id = ?', (record_id,)).fetchone()
        return info.default if row is None else from_json(info, row[0])

    def is_here(self, kind: str, record_id: str) -> bool:
        """Whether there is such a record, be it taken away."""
        return self._db.execute(f"SELECT 1 FROM rec_{kind} WHERE id = ?", (record_id,)).fetchone() is not None

    def draft_text(self, record_id: str, name: str) -> str | None:
        """What is typed in a field and not yet a value, if anything."""
        row = self._db.execute("SELECT text FROM draft WHERE record_id = ? AND field = ?", (record_id, name)).fetchone()
        return None if row is None else str(row[0])

    def drop_draft(self, kind: str, record_id: str, name: str) -> None:
        """Forget a draft whose words have become a value in another record (a number typed on the citizen)."""
        self._db.execute("DELETE FROM draft WHERE record_id = ? AND field = ?", (record_id, name))
        self._keys.add((kind, record_id, name))

    def numbers_written_on(self, citizen_id: str, day: date) -> list[str]:
        """The citizen's numbers that were first written that day: a new one corrects them rather than follows them."""
        rows = self._db.execute(
            "SELECT id FROM rec_identifier WHERE citizen_id = ? AND since = ? AND NOT removed",
            (citizen_id, day.isoformat()),
        )
        return [str(r[0]) for r in rows]

    def has_number(self, citizen_id: str, value: str) -> bool:
        """Whether the number is one of the citizen's own, now or before."""
        sql = "SELECT 1 FROM rec_identifier WHERE citizen_id = ? AND value = ? AND NOT removed LIMIT 1"
        return self._db.execute(sql, (citizen_id, value)).fetchone() is not None

    def has_consent(self) -> bool:
        """Whether the citizen has said yes to something here, and has not taken it back."""
        sql = "SELECT 1 FROM rec_consent WHERE case_id = ? AND given AND withdrawn_on IS NULL AND NOT removed LIMIT 1"
        return self._db.execute(sql, (self.case_id,)).fetchone() is not None

    def siblings(self, kind: str, record_id: str, parent: str | None) -> list[tuple[str, int]]:
        """(id, position) of the records in the same list, in order."""
        own = f'"{parent}" = (SELECT "{parent}" FROM rec_{kind} WHERE id = ?)' if parent else "case_id = ?"
        rows = self._db.execute(
            f"SELECT id, position FROM rec_{kind} WHERE {own} AND NOT removed ORDER BY position, id",
            (record_id if parent else self.case_id,),
        )
        return [(str(r[0]), int(r[1])) for r in rows]

    def next_position(self, kind: str, parent: tuple[str, str] | None = None) -> int:
        """The place after the last in a list, of this case or of one parent record."""
        where, args = ("case_id = ?", (self.case_id,)) if parent is None else (f'"{parent[0]}" = ?', (parent[1],))
        row = self._db.execute(f"SELECT coalesce(max(position), -1) + 1 FROM rec_{kind} WHERE {where}", args).fetchone()
        return int(row[0])

    def next_case_number(self) -> str:
        """A case number no other desk can give: the year, this desk's own mark, and a running number."""
        self._db.execute("UPDATE desk SET value = value + 1 WHERE key = 'last_case'")
        row = self._db.execute("SELECT value FROM desk WHERE key = 'last_case'").fetchone()
        return f"{self.at:%Y}-{self._replica.device}-{int(row[0]):04d}"

    # -- inside

    def _put_typed(self, kind: str, record_id: str, values: Mapping[str, Value], seen: Collection[str] | None) -> None:
        """Write over what the writer had before them, and note what this step wrote last."""
        last = self._put(kind, record_id, values, seen, typed=True)
        if self._replica.joined:
            self._replica.typed.update({(record_id, n): (self.step.id, i) for n, i in last.items()})

    def _known(
        self, kind: str, record_id: str, names: Collection[str], seen: Collection[str] | None
    ) -> Collection[str] | None:
        """What the writer had before them, where something else stands there too; None where they know all that stands."""
        if seen is None or not self._replica.joined:
            return None
        row = self._db.execute(f"SELECT standing FROM rec_{kind} WHERE id = ?", (record_id,)).fetchone()
        return known(self._replica, self.case_id, record_id, Standing(row[0] if row else None), names, seen)

    def _put(
        self,
        kind: str,
        record_id: str,
        values: Mapping[str, Value],
        seen: Collection[str] | None = None,
        *,
        typed: bool = False,
        afterwards: bool = False,
        on_screen: OnScreen = NOT_SAID,
    ) -> dict[str, str]:
        """Write over what stands, or over what was `seen`; the change of each field comes back. `typed`: what was written at this
        desk is never news to the writer. `afterwards`: what is written once may be so later than its record."""
        stroke = stroke_of(kind, tuple(values))
        row = self._db.execute(stroke.before, (self.case_id, self.case_id, record_id, record_id)).fetchone()
        if row is None:
            if kind not in BEGUN_BY_WRITING:
                raise LookupError(f"{kind} {record_id} is not on the record")
            given: dict[str, Any] = dict(values)
            return self._insert(kind, KINDS[kind](id=record_id, case_id=self.case_id, **given), values)
        stands, newest, number, drafts, *before = row
        standing = Standing(stands)
        if stroke.closed and not (afterwards and not any(n in standing for n in values)):
            self._check_open(kind)
            raise ValueError(f"{kind}: written once and never again: {sorted(values)}")
        if self._latest is None:
            self._latest = newest or ""
        raw = {n: to_json(v) for n, v in values.items()}
        if self._replica.joined:
            about = self._replica, self.case_id, kind, record_id
            if typed and seen is not None:
                seen = known(self._replica, self.case_id, record_id, standing, values, seen)
            who, step = self.hand.person_id, self.step
            held, last_one = dict(zip(values, before, strict=True)), (newest or "", number is not None)
            laid = lay(*about, standing, held, who, step.id, seen, step.undoes, last_one, on_screen)
            last = self._log(kind, record_id, raw, stroke.parts, standing, laid.over, laid.bases)
            if laid.beside or standing.is_taken_away:
                raw |= shown_beside(kind, standing, laid, raw)
        else:
            last = self._log(kind, record_id, raw, stroke.parts, standing)
        if drafts:
            self._drop_drafts(record_id, values)
        self._db.execute(written_over(kind, tuple(raw)), (*raw.values(), standing.dump(), record_id))
        self._index(kind, record_id)
        return last

    def _insert(self, kind: str, record: Record, written: Mapping[str, Value]) -> dict[str, str]:
        infos = fields_of(KINDS[kind])
        standing = Standing()
        last = self._log(
            kind, record.id, {n: to_json(v) for n, v in written.items()}, parts_of(kind, written), standing
        )
        self._drop_drafts(record.id, written)
        columns = ", ".join(f'"{n}"' for n in infos)
        raw = (to_json(getattr(record, n)) for n in infos)
        self._db.execute(
            f"INSERT INTO rec_{kind} (id, case_id, standing, {columns}) VALUES ({', '.join('?' * (len(infos) + 3))})",
            (record.id, record.case_id, standing.dump(), *raw),
        )
        self._index(kind, record.id)
        return last

    def _whole(self, kind: str, record_id: str, values: Mapping[str, Value]) -> Mapping[str, Value]:
        """A period is one value: its other half goes along."""
        others = stroke_of(kind, tuple(values)).whole
        return {**values, **{n: self.value(kind, record_id, n) for n in others}} if others else values

    def _log(
        self,
        kind: str,
        record_id: str,
        values: Mapping[str, Raw],
        parts: Iterable[Part],
        standing: Standing,
        over: Mapping[str, list[str]] | None = None,
        bases: Mapping[str, tuple[str, ...]] = NO_BASES,
    ) -> dict[str, str]:
        """Add the change to the log, one for each audience, and let it stand. `over` None: over all that stands."""
        hand, role, at = self.hand, str(self.hand.role), self._stamp()
        last: dict[str, str] = {}
        for audience, names in parts:
            change_id = self._change_id()
            fields: dict[str, Raw] = {}
            lain: dict[str, list[str]] = {}
            own: dict[str, tuple[str, ...]] = {}
            for name in names:
                fields[name] = values[name]
                if beneath := standing.ids(name) if over is None else over.get(name):
                    lain[name] = beneath
                if texts := bases.get(name):
                    own[name] = texts
                last[name] = change_id
                self._keys.add((kind, record_id, name))
            change = Outgoing(
                *(change_id, self.case_id, kind, record_id, dump(fields), dump(lain), dump(own) if own else None),
                *(audience, role, at, self.step.id, self.step.name, self.step.undoes, hand.person_id),
            )
            self._db.execute(WRITTEN, (*change, hand.name, self._replica.device))
            self._logged.append(change)
            if self._noted:
                note(self._db, [(self.case_id, hand.person_id, hand.name, role)])
            standing.put_alone(names, [change_id, hand.person_id, hand.name, role, at], own, values)
        return last

    def _drop_drafts(self, record_id: str, names: Collection[str]) -> None:
        """What was typed in these fields has become a value."""
        marks = ",".join("?" * len(names))
        self._db.execute(f"DELETE FROM draft WHERE record_id = ? AND field IN ({marks})", (record_id, *names))

    def _change_id(self) -> str:
        """An id after every change of the case known here: what was seen before what, whatever the clock says now."""
        if self._latest is None:
            row = self._db.execute(NEWEST, (self.case_id,)).fetchone()
            self._latest = row[0] if row else ""
        self._latest = following(self._latest, new_id())
        return self._latest

    def _index(self, kind: str, record_id: str) -> None:
        """Keep the search text of the citizen in step with the record."""
        if kind in FOUND_BY:
            db = self._replica.connection
            keep_index(db, citizens_of(db, kind, record_id))

    def _check_pens(self, kind: str, values: Mapping[str, Value]) -> None:
        infos = fields_of(KINDS[kind])
        for name in values:
            if not may_write(self.hand.role, infos[name].pen, kind):
                self._refuse(kind, name, infos[name].pen)
        self._check_leader(kind)

    def _check_leader(self, kind: str) -> None:
        """With a leder on the desk no bestiller sets who grants what, not by undoing it either (C2)."""
        if kind == "competence" and self.hand.role is Role.BESTILLER and has_leader(self._replica):
            raise Refused(ONLY_LEADER, kind)

    def _check_own(self, kind: str, record_id: str) -> None:
        if KINDS[kind] is Advice:
            self._check_advice(kind, str(self.value(kind, record_id, "person_id")))
        elif self.hand.role is Role.RAADGIVER:
            self._check_advice(kind, "")

    def _check_advice(self, kind: str, adviser_id: str) -> None:
        """An adviser writes their own advice, where they are asked; what they have signed nobody else changes (D3)."""
        if self.hand.role is not Role.RAADGIVER:
            if adviser_id:
                raise Refused("Rådet er rådgiverens eget. Det bliver stående, som det blev givet.", f"{kind}.text")
            return
        from app.store.shared import is_asked  # late: most desks never see an adviser

        asked = is_asked(self._replica, self.case_id, self.hand.person_id)
        if KINDS[kind] is not Advice or adviser_id != self.hand.person_id or not asked:
            raise Refused("En rådgiver skriver sit eget råd, når I er spurgt på sagen, og ikke andet.", f"{kind}.text")

    def _refuse(self, kind: str, name: str, pen: Pen) -> None:
        log.warning("refused: %s may not write %s.%s", self.hand.role.value, kind, name)
        label = fields_of(KINDS[kind])[name].label
        whose = told(writers(pen, kind)) if pen is not Pen.PROGRAM else "programmet selv"
        whose = "bestillerens underskrift" if pen is Pen.SIGNATURE else whose
        raise Refused(f"»{label}« kan kun skrives af {whose}.", f"{kind}.{name}")

    def _check_open(self, kind: str) -> None:
        """What is on the record may be written over, but a decision never."""
        if KINDS[kind] is Decision:
            self._refuse(kind, "removed", Pen.SIGNATURE)

    def _check_seal(self, decision: Decision) -> None:
        """No decision gets in but one that would hold when read, sealed by the vouched bestiller who writes (promise 2)."""
        from app.store.decisions import authentic  # late: only a signature needs it

        if self.hand.role is not Role.BESTILLER or self.hand.person_id != decision.signer_id:
            self._refuse("decision", "seal", Pen.SIGNATURE)
        here = decision.case_id == self.case_id
        if not here or not authentic(self._replica, decision, only_present=True):
            raise Refused("Afgørelsen er ikke underskrevet af en bestiller, kommunen står inde for.", "decision.seal")
        grants = grants_in(decision.content)
        above = beyond(grants, limits_of(self._replica, decision.signer_id))
        if above:
            raise Refused(too_much(above), "decision.competence")
        try:
            check_course((g.start, g.end) for g in grants if plain(g.paragraph) == "82b" and g.start and g.end)
        except UserError as past:
            raise Refused(past.message, "decision.end") from past

    def _stamp(self) -> str:
        return self.at.isoformat(timespec="milliseconds")


class Refused(UserError):
    """A pen that is not theirs: refused, and noted in the access log by `Begun`."""


def note_access(replica: Replica, hand: Hand, case_id: str, action: str, about: str, at: datetime) -> None:
    """Log that somebody read, printed or was refused something on a case. `about` holds ids and field names only."""
    with replica.transaction() as db:
        when = at.isoformat(timespec="seconds")
        db.execute(_ACCESS, (when, hand.person_id, hand.role.value, case_id, action, about))


_ACCESS = "INSERT INTO access_log (at, person_id, role, case_id, action, about) VALUES (?,?,?,?,?,?)"
