# SPDX-License-Identifier: MPL-2.0
"""The log is only added to, whoever asks; erasure after archiving is the one way out of it."""

from __future__ import annotations

from itertools import product

import psycopg
import pytest
from psycopg import errors

from tests.sync.log import DESK, accepted, send, standing, write
from tests.sync.shared import SharedDatabase, change, new_case, new_id, seen

OWNERS = (
    "rundbord_owner",
    "rundbord_writer",
    "rundbord_reader",
    "rundbord_keeper",
    "rundbord_reporter",
    "rundbord_eraser",
)
ERASURE = {("DELETE", "change"), ("DELETE", "issued_paper"), ("DELETE", "refused"), ("UPDATE", "refused")}
LOGS = ("change", "refused", "door", "issued_paper", "access", "refusal_log")


def test_not_even_a_superuser_or_an_owner_alters_the_log_by_a_plain_command(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    send(bodil, write(case, new_id(), {"place": "x"}, role="leder"))
    bodil.execute("SELECT rundbord.push_paper(%s, %s, 'x')", (new_id(), case))
    bodil.execute("SELECT * FROM rundbord.history(%s)", (case,))
    lene = shared.connect("lene")
    lene.execute("SELECT rundbord.move_case(%s, %s)", (case, shared.team("Syd")))
    session = shared.owner
    for table, role in product(LOGS, (None, *OWNERS)):
        session.execute(f"SET ROLE {role}" if role else "RESET ROLE")
        for command in (
            f"UPDATE rundbord_data.{table} SET {'kind' if table == 'change' else 'at'} = DEFAULT",
            f"DELETE FROM rundbord_data.{table}",
            f"TRUNCATE rundbord_data.{table}",
        ):
            if role == "rundbord_eraser" and (command[:6], table) in ERASURE:
                continue
            with pytest.raises(errors.InsufficientPrivilege):
                session.execute(command)
    session.execute("RESET ROLE")
    for table in LOGS:
        assert session.execute(f"SELECT count(*) > 0 FROM rundbord_data.{table}").fetchone() == (True,), table


def test_the_writer_alters_what_stands_and_nothing_else(shared: SharedDatabase) -> None:
    session = shared.owner
    session.execute("SET ROLE rundbord_writer")
    session.execute("UPDATE rundbord_data.change SET standing = standing")
    for column in ("fields", "author", "seq", "over", "late", "received_at", "case_id"):
        with pytest.raises(errors.InsufficientPrivilege):
            session.execute(f"UPDATE rundbord_data.change SET {column} = {column}")


@pytest.mark.parametrize("key", ["bodil", "rasmus", "karen"])
def test_no_person_touches_a_table_or_an_inner_function(shared: SharedDatabase, key: str) -> None:
    session = shared.connect(key)
    tables = shared.owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'rundbord_data'::regnamespace AND relkind = 'r'"
    )
    for (table,) in tables.fetchall():
        for command in ("SELECT FROM", "DELETE FROM", "TRUNCATE"):
            with pytest.raises(errors.InsufficientPrivilege):
                session.execute(f"{command} rundbord_data.{table}")
    for call in (
        "take_counter()",
        "my_id()",
        f"erase_case('{new_id()}')",
        "write_door(NULL, NULL, NULL, 'closed')",
        f"join_team('{new_id()}', '{new_id()}')",
        "end_holder('1 1/1')",
        "who()",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            session.execute(f"SELECT rundbord_data.{call}")
    for role in (*OWNERS, "rundbord_warden"):
        with pytest.raises(errors.InsufficientPrivilege):
            session.execute(f"SET ROLE {role}")


def test_every_function_is_nobodys_unless_it_is_said_and_looks_only_where_it_was_made(shared: SharedDatabase) -> None:
    rows = shared.owner.execute(
        """SELECT p.oid::regprocedure::text, p.prosecdef, p.proconfig, r.rolcanlogin,
                  EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0) OR p.proacl IS NULL
           FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
           WHERE p.pronamespace IN ('rundbord'::regnamespace, 'rundbord_data'::regnamespace)"""
    ).fetchall()
    assert len(rows) > 40
    for name, definer, config, logs_in, public in rows:
        assert not public, f"{name} may be called by anybody"
        if definer:
            assert "search_path=pg_catalog, pg_temp" in (config or []), name
            assert not logs_in, f"{name} acts as somebody who can log in"
    forced = shared.owner.execute(
        "SELECT bool_and(relrowsecurity AND relforcerowsecurity) FROM pg_class"
        " WHERE relnamespace = 'rundbord_data'::regnamespace AND relkind = 'r'"
    ).fetchone()
    assert forced == (True,)


def test_a_search_path_of_ones_own_changes_nothing(shared: SharedDatabase) -> None:
    bodil, sofie = shared.connect("bodil"), shared.connect("sofie")
    case = new_case(bodil)
    for made in (
        "TEMP TABLE change (id uuid)",
        "FUNCTION pg_temp.now() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SCHEMA rundbord2",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            sofie.execute(f"CREATE {made}")
    sofie.execute("SET search_path = pg_temp, rundbord, pg_catalog")
    assert send(sofie, write(case, new_id(), {"place": "x"})) == [("refused", "not_yours")]
    assert seen(sofie) == []


# --------------------------------------------------------------------------------------------------------- erasure


def test_an_erased_case_is_gone_its_ids_live_on_and_everybody_is_told(shared: SharedDatabase) -> None:
    bodil, vagn, owner = shared.connect("bodil"), shared.connect("vagn"), shared.owner
    case, kept, record, paper = new_case(bodil), new_case(bodil), new_id(), new_id()
    words = write(case, record, {"place": "Rådhuset"})
    wrong = write(case, record, {"place": "x"}, [words], role="leder")
    accepted(bodil, words)
    assert send(bodil, wrong) == [("refused", "role")]
    bodil.execute("SELECT rundbord.push_paper(%s, %s, 'x')", (paper, case))
    before = [row["seq"] for row in seen(vagn)]
    assert owner.execute("SELECT rundbord_data.erase_case(%s)", (case,)).fetchone() == (3,)

    after = seen(vagn)
    assert [(row["event"], str(row["case_id"])) for row in after][-1] == ("erased", case)
    assert {str(row["case_id"]) for row in after if row["event"] == "change"} == {kept}
    assert after[-1]["seq"] > max(before)
    assert [row["event"] for row in seen(shared.connect("sofie"))] == ["erased"]
    later = write(case, record, {"place": "y"}, [words])
    fresh = write(case, new_id(), {"place": "z"})
    many = [write(case, new_id(), {"place": f"{n}"}) for n in range(9)]
    assert send(bodil, words, later, fresh, *many) == [("refused", "erased")] * 12
    assert bodil.execute("SELECT rundbord.paper(%s)", (paper,)).fetchone() == (None,)
    assert bodil.execute("SELECT * FROM rundbord.history(%s)", (case,)).fetchall() == []
    left = owner.execute(
        "SELECT reason, over::text FROM rundbord_data.refused WHERE id = %s", (wrong["id"],)
    ).fetchone()
    assert left == ("erased", "{}")
    dump = "".join(
        str(owner.execute(f"SELECT array_agg(t::text) FROM rundbord_data.{table} t").fetchone()) for table in LOGS
    )
    assert "Rådhuset" not in dump


def test_a_citizen_with_another_case_stays(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    first, second, citizen = new_id(), new_id(), new_id()
    accepted(
        bodil,
        change(first, "citizen", citizen, {"name": "Nancy"}),
        change(first, "case", first, {"citizen_id": citizen}),
        change(second, "case", second, {"citizen_id": citizen}),
    )
    shared.owner.execute("SELECT rundbord_data.erase_case(%s)", (first,))
    assert standing(bodil, citizen).keys() == {"name"}
    assert [row["event"] for row in seen(bodil)][-2:] == ["erased", "opened"]
    accepted(bodil, change(second, "citizen", citizen, {"phone": "12345678"}))


def test_the_schema_run_again_changes_nothing(shared: SharedDatabase) -> None:
    from app.sync import administer

    bodil = shared.connect("bodil")
    case = new_case(bodil)
    administer.init(shared.owner)
    accepted(bodil, write(case, new_id(), {"place": "x"}))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        bodil.execute("SELECT FROM rundbord_data.change")
    assert DESK
