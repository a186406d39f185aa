# SPDX-License-Identifier: MPL-2.0
"""A case that can be reported, and short ways to change it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from app.domain.identifiers import parse_identifier
from app.models.kinds import MUNICIPALITY
from app.services import catalogue, decide, edit, settings
from app.store.unit_of_work import new_step
from tests.services.table import BODIL, PASSWORD, VAGN, Table, set_table

ORGANISATION = "d2a4b6f0-0000-4000-8000-00000000abcd"
CPR = "050490-9995"


def switch_on(table: Table, *, reporting: bool = True) -> None:
    """The municipality reports, and has an id in the organisation."""
    settings.load_municipality(table.desk, BODIL, "Øvelse Kommune")
    for name, text in (("organisation_id", ORGANISATION), ("reporting", "ja" if reporting else "nej")):
        written = edit.write_text(
            table.desk, BODIL, MUNICIPALITY, "municipality", MUNICIPALITY, name, text, new_step("skriv")
        )
        assert written.accepted, written.because


def give_number(table: Table) -> None:
    """Magnus has a CPR number."""
    assert parse_identifier(CPR, table.desk.today())
    edit.write_number(table.desk, VAGN, table.case_id, table.citizen_id, CPR, new_step("skriv"))


def whole_goal(table: Table, goal_id: str, theme: str = "Færdes med transportmidler") -> None:
    """A goal with all that FFB asks of one."""
    table.type(VAGN, "goal", goal_id, "theme", theme)
    table.type(VAGN, "goal", goal_id, "type", "udvikle")
    table.type(VAGN, "goal", goal_id, "level_now", "moderat nedsat funktionsevne")
    table.type(VAGN, "goal", goal_id, "level_target", "let nedsat funktionsevne")


def set_reportable(folder: Path, now: datetime | None = None) -> Table:
    """A granted case with everything a report asks for."""
    table = set_table(folder, now)
    catalogue.load_defaults(table.desk, BODIL)
    switch_on(table)
    give_number(table)
    table.yes()
    whole_goal(table, table.file.goals[0].id)
    table.single(BODIL, "plan", "support_need", "let støttebehov")
    table.add(BODIL, "ffb_group", name="Angst")
    table.add(BODIL, "ffb_group", name="Social isolation")
    table.add(VAGN, "follow_up", date="14-01-2027")
    decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
    return table


def set_clock(table: Table, day: date, hour: int = 9) -> None:
    """It is another day."""
    at = table.desk.clock().replace(year=day.year, month=day.month, day=day.day, hour=hour)
    table.desk.clock = lambda: at


def next_day(table: Table) -> None:
    """It is tomorrow."""
    set_clock(table, table.desk.today() + timedelta(days=1))
