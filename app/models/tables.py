# SPDX-License-Identifier: MPL-2.0
"""The tables of the replica, reckoned from the kinds, and the local ones beside them.

Used by the store alone. A synced field is never named here: it comes from `kinds.py`. What is named here stays on this
desk: the change log, what stands on each field, drafts, steps, accounts, the access log, the lines of the caseload.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.types import TypeEngine

from app.models.case_lines import COLUMNS as LINE_COLUMNS
from app.models.fields import FieldInfo, fields_of
from app.models.kinds import KINDS

SCHEMA_VERSION = 3
"""One more whenever a table, a column, an index or a trigger is new, so that every replica out there is given it."""
metadata = MetaData()

_SQL_TYPES: dict[type, TypeEngine[Any]] = {str: Text(), int: Integer(), bool: Boolean(), date: Date()}


def _column(info: FieldInfo) -> Column[Any]:
    """A field's column. The field's own declaration goes along in `info`, for whoever meets the column first."""
    return Column(info.name, _SQL_TYPES[info.type], info={"field": info})


def _record_table(kind: str) -> Table:
    """A kind's table. `standing` is JSON: for each field the changes that stand on it, each with its hand (see `Standing`)."""
    fields = fields_of(KINDS[kind]).values()
    table = Table(
        f"rec_{kind}",
        metadata,
        Column("id", Text, primary_key=True),
        Column("case_id", Text, nullable=False),
        *(_column(info) for info in fields),
        Column("standing", Text, nullable=False),
    )
    Index(f"rec_{kind}_case", table.c.case_id)
    return table


RECORDS: dict[str, Table] = {kind: _record_table(kind) for kind in KINDS}

CHANGE = Table(
    "change",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("over", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("step_name", Text, nullable=False),
    Column("undoes", Text),
    Column("seq", Integer),
    Column("bases", Text),
    Column("refused", Text),
    Column("put_by", Text),
    sqlite_with_rowid=False,
)
"""Each key pause adds a row: one tree, in the order of a time-ordered id, and no index beside it (a page a tree).

`seq` is the number of one that came from elsewhere; what was written here has its own in `taken`. `refused` is the server's
reason. What is `put_by` somebody has read that it was refused.
"""

UNSENT = Table(
    "unsent",
    metadata,
    Column("author", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""The changes with no number and no refusal, once the desk has joined. Derived: the triggers of `SHARING_DDL` keep it, and
`store/unsent.py` takes off it what was taken."""

TAKEN = Table(
    "taken",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""The numbers the server gave to what was written here."""

_UNSENT_IF = "new.seq IS NULL AND new.refused IS NULL AND NOT EXISTS (SELECT 1 FROM taken n WHERE n.id = new.id)"
_NOT_UNSENT = "DELETE FROM unsent WHERE author = old.author AND id = old.id;"
_NOW_UNSENT = f"INSERT OR IGNORE INTO unsent SELECT new.author, new.id, new.case_id WHERE {_UNSENT_IF};"
SHARING_DDL = (
    "CREATE INDEX IF NOT EXISTS change_refused ON change (case_id, id) WHERE refused IS NOT NULL AND put_by IS NULL",
    f"""CREATE TRIGGER IF NOT EXISTS unsent_in AFTER INSERT ON change WHEN {_UNSENT_IF}
        BEGIN INSERT OR IGNORE INTO unsent VALUES (new.author, new.id, new.case_id); END""",
    f"""CREATE TRIGGER IF NOT EXISTS unsent_up AFTER UPDATE OF author, seq, refused ON change
        BEGIN {_NOT_UNSENT} {_NOW_UNSENT} END""",
    f"""CREATE TRIGGER IF NOT EXISTS unsent_out AFTER DELETE ON change
        BEGIN {_NOT_UNSENT} DELETE FROM taken WHERE id = old.id; END""",
    """INSERT OR IGNORE INTO unsent SELECT c.author, c.id, c.case_id FROM change c
        WHERE c.seq IS NULL AND c.refused IS NULL AND NOT EXISTS (SELECT 1 FROM taken n WHERE n.id = c.id)""",
)
"""Done when the desk joins a shared database: a desk that is alone pays nothing for it at each key pause."""

DRAFT = Table(
    "draft",
    metadata,
    Column("record_id", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("draft_case", "case_id"),
    sqlite_with_rowid=False,
)

ACCESS = Table(
    "access_log",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("about", Text, nullable=False),
    Index("access_case", "case_id", "n"),
)

ACCOUNT = Table(
    "account",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("discipline", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("locked_key", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("voucher", Text, nullable=False),
    Column("pin", Text, nullable=False),
    Column("pin_tries", Integer, nullable=False),
    Column("earlier_keys", Text, nullable=False),
    Column("made_at", Text, nullable=False),
)

ISSUED = Table(
    "issued_paper",
    metadata,
    Column("paper_id", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("pdf", Text, nullable=False),
    Column("sent", Text),
)
"""`sent` is what the shared database said when it got the paper; null until then."""

UNSEALED = Table(
    "unsealed",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("decision_id", Text, primary_key=True),
    Column("over", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Decisions that were tried here and do not hold, which lists then leave out. `over`: what the true copy in the log was signed
over, a JSON list; empty where the log has none."""

DESK = Table("desk", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

SEARCH = Table(
    "search_text",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("citizen_id", Text, nullable=False, unique=True),
    Column("folded", Text, nullable=False),
    Column("digits", Text, nullable=False),
    Column("sorting", Text, nullable=False),
    Column("same", Text),
)
"""What a citizen is found by. `same`: where people have said that several are one person, the lowest of their ids; each is then
found by the names and numbers of them all."""

TEAM = Table(
    "case_team",
    metadata,
    Column("team", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""Which team a case is in. Empty on a lone desk, where everybody is one team."""

HAND = Table(
    "case_hand",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("name", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""In which roles somebody who has several has written on a case; see `store/two_roles.py`. Derived."""

_LINE_TYPES: dict[str, TypeEngine[Any]] = {
    **dict.fromkeys(
        ("contact_on", "start", "end", "wall", "next_follow_up", "until", "next_on", "end_on", "late_on"), Date()
    ),
    **dict.fromkeys(("ended", "bridged"), Boolean()),
    **dict.fromkeys(("stage", "answer_days", "support_days"), Integer()),
}
LINE = Table(
    "case_line",
    metadata,
    Column("n", Integer, primary_key=True),
    *(
        Column(name, _LINE_TYPES.get(name, Text()), nullable=name in _LINE_TYPES, unique=name == "case_id")
        for name in LINE_COLUMNS
    ),
)
"""The caseload as its lists read it; see `case_lines.py`."""

_L = LINE.c
LINES = (
    Index("line_citizen", _L.citizen_id, _L.contact_on),
    Index("line_contact", _L.contact_on),
    Index("line_running", _L.contact_on, sqlite_where=text("NOT ended")),
    Index("line_name", _L.sorting),
    Index("line_bestiller", _L.bestiller_key, _L.ended, _L.contact_on, _L.bestiller),
    Index("line_vejleder", _L.vejleder_key, _L.ended, _L.contact_on, _L.vejleder),
    Index("line_step", _L.stage, _L.contact_on, _L.end, _L.start),
    Index("line_source", _L.source, _L.contact_on),
    Index("line_wall", _L.wall),
    Index("line_end", _L.end_on),
    Index("line_next", _L.next_on),
    Index("line_late", _L.late_on, sqlite_where=_L.late_on.is_not(None)),
    Index("line_two_roles", _L.contact_on, sqlite_where=text("two_roles <> ''")),
    Index("line_counts", _L.source, _L.target, _L.bridged),
    Index("line_answer", _L.answer_days, sqlite_where=_L.answer_days.is_not(None)),
    Index("line_support", _L.support_days, sqlite_where=_L.support_days.is_not(None)),
)

CURSOR = Table(
    "sync_cursor", metadata, Column("person_id", Text, primary_key=True), Column("upto", Integer, nullable=False)
)
"""How far this person's reading of the shared log has come."""

CASE_SYNC = Table(
    "case_sync",
    metadata,
    Column("about", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("top", Integer, nullable=False),
    Column("history", Boolean, nullable=False),
    Column("mixed", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""Of a case, or of a citizen or number read from several: all numbered up to `seq` is in what was fetched as present values,
and nothing above `top` had been applied then; how far a record has come since it says itself (`Standing.top`), for a row here
would cost each key pause of others a page more. `history`: the log here holds what came before too. `mixed`: it was fetched under
unsent words, so what lay under them may have gone meanwhile."""

READER = Table(
    "case_reader",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("fetch", Boolean, nullable=False),
    Column("leaving", Text),
    sqlite_with_rowid=False,
)
"""For whom of this desk a case is open. `fetch`: its present values are still to be fetched. `leaving`: why it is to go
(closed, erased), once nothing unsent is left in it."""

PARKED = Table(
    "parked",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("present", Boolean, nullable=False),
    Column("row", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""What a newer program wrote: a kind or a field this one does not know, kept until it does."""

ROSTER = Table(
    "roster",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("voucher", Text, nullable=False),
    Column("earlier_keys", Text, nullable=False),
    Column("discipline", Text),
    Column("closed", Boolean),
)
"""People of the shared database, as it tells of them: whose keys are theirs, and who vouches for it; their trade, or the place
they advise from; and whether their access has ended."""

_R = RECORDS
LISTS = (
    Index("case_newest", _R["case"].c.contact_on, _R["case"].c.id),
    Index("case_citizen", _R["case"].c.citizen_id),
    Index("case_renumbered", _R["case"].c.number, sqlite_where=text("renumbered <> ''")),
    Index("case_bestiller", _R["case"].c.bestiller),
    Index("case_vejleder", _R["case"].c.vejleder),
    Index("search_sorting", SEARCH.c.sorting, SEARCH.c.citizen_id),
    Index("search_same", SEARCH.c.same, SEARCH.c.citizen_id, sqlite_where=SEARCH.c.same.is_not(None)),
    Index("citizen_born", _R["citizen"].c.birth_date, sqlite_where=_R["citizen"].c.birth_date.is_not(None)),
    Index("same_citizen_one", _R["same_citizen"].c.citizen_id),
    Index("same_citizen_other", _R["same_citizen"].c.other_id),
    Index("identifier_value", _R["identifier"].c.value),
    Index("identifier_citizen", _R["identifier"].c.citizen_id),
    Index("task_dated", _R["task"].c.due, sqlite_where=_R["task"].c.done_on.is_(None) & _R["task"].c.due.is_not(None)),
    Index("meeting_last", _R["meeting"].c.case_id, _R["meeting"].c.date),
    Index("follow_up_next", _R["follow_up"].c.case_id, _R["follow_up"].c.date, _R["follow_up"].c.removed),
    Index("plan_provisional", _R["plan"].c.provisional_until, sqlite_where=_R["plan"].c.provisional_until.is_not(None)),
    Index(
        "answer_put_off",
        *(_R["answer"].c[n] for n in ("case_id", "target_group", "until")),
        sqlite_where=_R["answer"].c.target_group == "udskudt",
    ),
    Index("answer_until", _R["answer"].c.until, sqlite_where=_R["answer"].c.until.is_not(None)),
    Index("decision_newest", *(_R["decision"].c[n] for n in ("case_id", "signed_at", "id", "end"))),
)

GIVEN_UP = ("DROP INDEX IF EXISTS task_due", "DROP INDEX IF EXISTS change_pending")
"""Indexes an earlier version made, which others have taken the place of."""

_INTO = "INSERT INTO search_fts(rowid, folded, digits) VALUES (new.n, new.folded, new.digits);"
_OUT_OF = "INSERT INTO search_fts(search_fts, rowid, folded, digits) VALUES ('delete', old.n, old.folded, old.digits);"
SEARCH_DDL = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5
       (folded, digits, content='search_text', content_rowid='n', tokenize='trigram')""",
    f"CREATE TRIGGER IF NOT EXISTS search_in AFTER INSERT ON search_text BEGIN {_INTO} END",
    f"CREATE TRIGGER IF NOT EXISTS search_out AFTER DELETE ON search_text BEGIN {_OUT_OF} END",
    f"CREATE TRIGGER IF NOT EXISTS search_up AFTER UPDATE ON search_text BEGIN {_OUT_OF} {_INTO} END",
)
