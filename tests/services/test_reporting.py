# SPDX-License-Identifier: MPL-2.0
"""A case reported as FHIR: off by default, whole or not at all, the same ids each time, and never a word of the case (G6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import EnvironmentProblem, UserError
from app.domain.roles import Hand, Role
from app.domain.terms import version
from app.models.fields import fields_of
from app.models.kinds import KINDS
from app.papers.fhir.check import check, profile_of
from app.services import decide, edit, lists, reporting, undo
from app.services.sent import FHIR
from app.store import queries
from app.store.unit_of_work import new_step
from tests.services.reported import give_number, set_clock, set_reportable, switch_on, whole_goal
from tests.services.table import BODIL, PASSWORD, VAGN, Table, set_table

Json = dict[str, Any]


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_reportable(tmp_path)
    yield made
    made.desk.replica.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


def report(table: Table, hand: Hand = BODIL, path: Path | None = None) -> Json:
    """The bundle, which has passed its check."""
    told: Json = json.loads(reporting.report(table.desk, hand, table.case_id, path))
    assert check(told) == ()
    return told


def refused(table: Table, path: Path | None = None) -> list[str]:
    """Why there is no report, a sentence a line."""
    with pytest.raises(UserError) as no:
        reporting.report(table.desk, BODIL, table.case_id, path)
    return no.value.message.split("\n")


def those(told: Json, profile: str) -> list[Json]:
    return [e["resource"] for e in told["entry"] if profile_of(e["resource"]) == profile]


def only(told: Json, profile: str) -> Json:
    (one,) = those(told, profile)
    return one


def ids(told: Json) -> set[str]:
    return {e["fullUrl"] for e in told["entry"]}


def code(concept: Json) -> str:
    return str(concept["coding"][0]["code"])


def access(table: Table) -> list[str]:
    return [line.action for line in queries.access_lines(table.desk.replica, table.case_id)]


class TestOffAndOn:
    def test_it_is_off_until_the_municipality_switches_it_on(self, fresh: Table, tmp_path: Path) -> None:
        out = tmp_path / "ud.json"
        assert reporting.ready(fresh.desk, fresh.file).on is False
        assert refused(fresh, out) == [reporting.OFF]
        assert not out.exists()
        assert fresh.file.sent == ()

    def test_a_case_that_lacks_something_gives_a_sentence_for_each_and_no_file(
        self, fresh: Table, tmp_path: Path
    ) -> None:
        switch_on(fresh)
        fresh.yes()
        decide.sign(fresh.desk, BODIL, fresh.case_id, PASSWORD)
        out = tmp_path / "ud.json"
        assert refused(fresh, out) == [
            "Borgeren har intet CPR-nummer her, og indberetningen tager ikke imod andre numre.",
            "Der er ingen dag, hvor I mødes igen.",
            "Støttebehovet er ikke vurderet.",
            "Der er ikke valgt nogen målgruppe.",
            "Mål 1 mangler et tema.",
            "Mål 1 mangler, hvad slags mål det er.",
            "Mål 1 mangler funktionsevnen nu.",
            "Mål 1 mangler, hvilken funktionsevne I går efter.",
        ]
        assert list(tmp_path.glob("*ud.json*")) == []
        assert fresh.file.sent == ()
        assert "indberettet" not in access(fresh)
        assert reporting.ready(fresh.desk, fresh.file).lacks == tuple(refused(fresh))

    def test_two_goals_of_one_theme_are_one_tilstand_and_must_agree(self, table: Table) -> None:
        other = table.add(VAGN, "goal", goal="Kan tage toget")
        whole_goal(table, other)
        told = report(table)
        assert (len(those(told, "condition")), len(those(told, "interventionGoal"))) == (1, 2)
        table.type(VAGN, "goal", other, "level_now", "svært nedsat funktionsevne")
        assert refused(table) == [
            "»Færdes med transportmidler« har flere niveauer i dag. Skriv det samme ved alle mål med det tema."
        ]

    def test_a_case_before_its_answer_is_reported_with_what_there_is(self, fresh: Table) -> None:
        switch_on(fresh)
        give_number(fresh)
        fresh.add(VAGN, "goal", goal="Kan køre med bus 318")
        told = report(fresh)
        assert {profile_of(e["resource"]) for e in told["entry"]} == {
            "citizen",
            "serviceRequest",
            "informationGathering",
        }
        assert only(told, "serviceRequest")["status"] == "active"

    def test_a_tampered_decision_is_never_reported(self, table: Table) -> None:
        table.sql("UPDATE rec_decision SET content = replace(content, 'Fordi', 'Derfor')")
        assert refused(table) == ["Afgørelsen kan ikke godkendes: seglet passer ikke."]


class TestWhatItSays:
    def test_a_grant_is_an_order_with_its_goal_need_groups_and_day(self, table: Table) -> None:
        told = report(table)
        plan, goal = only(told, "carePlan"), only(told, "interventionGoal")
        assert (plan["intent"], plan["status"]) == ("order", "active")
        assert plan["period"] == {"start": "2026-11-26", "end": "2027-05-29"}
        assert [a["extension"][0]["valuePositiveInt"] for a in plan["addresses"]] == [1, 2]
        assert [code(g["code"]) for g in those(told, "targetGroup")] == [
            "303deb9b-84f0-49d2-ab7a-f8b98eed40a2",
            "16075f99-3694-4878-a48d-b2f4b515cb76",
        ]
        assert code(only(told, "careEvaluation")["valueCodeableConcept"]) == "dd628e73-d6c9-4837-a2b8-aa62d73bd6ae"
        assert (
            code(only(told, "intervention")["activity"][0]["detail"]["code"]) == "fe42f8f4-d516-4bab-b006-12b0cd186603"
        )
        assert only(told, "intervention")["activity"][0]["detail"]["status"] == "not-started"
        assert only(told, "followUpEncounter")["period"] == {"start": "2027-01-14"}
        assert [code(t["detailCodeableConcept"]) for t in goal["target"]] == [
            "8328ce4a-6238-4f73-bf1a-74aadb68eff8",
            "d41c8072-52f8-42b5-9375-ddbea454d27f",
        ]
        assert code(only(told, "condition")["severity"]) == "5bdde847-2837-416b-ab63-bbff8b7aa531"
        assert only(told, "citizen")["identifier"][0]["value"] == "0504909995"

    def test_started_is_in_progress_and_past_its_end_is_completed(self, table: Table) -> None:
        set_clock(table, date(2026, 12, 1))
        assert only(report(table), "intervention")["activity"][0]["detail"]["status"] == "in-progress"
        set_clock(table, date(2027, 5, 30))
        told = report(table)
        assert only(told, "carePlan")["status"] == "completed"
        assert only(told, "intervention")["activity"][0]["detail"]["status"] == "completed"
        assert only(told, "interventionGoal")["lifecycleStatus"] == "completed"

    def test_what_a_follow_up_ended_with_is_reported_on_its_plan(self, table: Table) -> None:
        followed = table.file.follow_ups[0].id
        set_clock(table, date(2027, 1, 14))
        table.type(BODIL, "follow_up", followed, "result", "fortsættelse")
        table.add(VAGN, "follow_up", date="20-03-2027")
        told = report(table)
        assert code(only(told, "followUp")["valueCodeableConcept"]) == "1e971d84-10a4-4ef8-a8b3-0daa4c7d088a"
        assert only(told, "followUp")["focus"] == [{"reference": f"CarePlan/{only(told, 'carePlan')['id']}"}]
        assert only(told, "carePlan")["status"] == "active"
        table.type(BODIL, "follow_up", followed, "result", "afslutning")
        ended = report(table)
        assert (only(ended, "carePlan")["status"], only(ended, "carePlan")["period"]["end"]) == (
            "completed",
            "2027-01-14",
        )

    def test_the_result_is_the_bestillers_to_write(self, table: Table, log_watch: Any) -> None:
        with pytest.raises(UserError, match="kun skrives af bestilleren"):
            table.type(VAGN, "follow_up", table.file.follow_ups[0].id, "result", "fortsættelse")
        log_watch.take("app.store", 30, "refused")

    def test_another_decision_of_the_same_services_goes_on_with_the_plan(self, table: Table) -> None:
        first = only(report(table), "carePlan")["id"]
        table.single(BODIL, "answer", "reason", "Fordi det virker")
        set_clock(table, date(2026, 12, 3))
        decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
        assert only(report(table), "carePlan")["id"] == first

    def test_a_decision_of_other_services_is_a_new_plan_and_ends_the_old(self, table: Table) -> None:
        first = only(report(table), "carePlan")["id"]
        set_clock(table, date(2026, 12, 3))
        table.type(BODIL, "support", table.file.support[0].id, "paragraph", "82a")
        decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
        told = report(table)
        statuses = {plan["id"]: plan["status"] for plan in those(told, "carePlan")}
        assert statuses.pop(first) == "completed"
        assert list(statuses.values()) == ["active"]


class TestWordsStayHome:
    def test_no_free_text_of_the_case_is_in_a_bundle(self, table: Table) -> None:
        planted = plant_words(table)
        told = json.dumps(report(table), ensure_ascii=False)
        assert len(planted) > 25
        assert [words for words in planted if words in told] == []
        assert "Magnus" not in told
        assert "Vejleder" not in told

    def test_nor_in_what_the_log_and_the_history_say(self, table: Table, caplog: pytest.LogCaptureFixture) -> None:
        report(table)
        assert "0504909995" not in caplog.text


def plant_words(table: Table) -> list[str]:
    """A word of its own in every free text of the case that somebody may write."""
    file, planted = table.file, []
    records = [
        ("citizen", file.citizen),
        ("story", file.story),
        ("plan", file.plan),
        ("answer", file.answer),
        ("notes", file.notes),
        *(("goal", goal) for goal in file.goals),
        *(
            (kind, None)
            for kind in ("milestone", "question", "revisit_request", "bridge", "network_person", "consent", "task")
        ),
    ]
    for kind, record in records:
        parent = file.goals[0].id if kind == "milestone" else ""
        record_id = (
            record.id if record is not None else lists.add(table.desk, whose(kind), table.case_id, kind, None, parent)
        )
        for name, info in fields_of(KINDS[kind]).items():
            if info.type is not str or edit.is_read(kind, name) or name.endswith("_id") or info.pen.name == "PROGRAM":
                continue
            words = f"HEMMELIG-{kind}-{name}"
            try:
                hand = BODIL if info.pen.name == "BESTILLER" else VAGN
                edit.write_text(table.desk, hand, table.case_id, kind, record_id, name, words, new_step("x"))
            except UserError:
                continue
            planted.append(words)
    return planted


def whose(kind: str) -> Hand:
    return BODIL if fields_of(KINDS[kind])["removed"].pen.name == "BESTILLER" else VAGN


class TestAgain:
    def test_the_same_case_has_the_same_ids_and_nothing_new_to_tell(self, table: Table) -> None:
        first = report(table)
        set_clock(table, date(2026, 11, 27))
        second = report(table)
        assert second["entry"] == first["entry"]
        assert second["timestamp"] != first["timestamp"]

    def test_only_what_changed_is_dated_anew(self, table: Table) -> None:
        first = report(table)
        set_clock(table, date(2026, 11, 27))
        table.type(VAGN, "goal", table.file.goals[0].id, "level_target", "ingen nedsat funktionsevne")
        second = report(table)
        assert ids(first) == ids(second)
        moved = [
            profile_of(new["resource"])
            for old, new in zip(first["entry"], second["entry"], strict=True)
            if old["resource"]["meta"] != new["resource"]["meta"]
        ]
        assert moved == ["interventionGoal"]

    def test_what_was_removed_is_sent_once_more_as_an_error(self, table: Table) -> None:
        goal = only(report(table), "interventionGoal")
        condition, group = only(report(table), "condition"), those(report(table), "targetGroup")[1]
        other = table.add(VAGN, "goal", goal="Kan lave mad")
        whole_goal(table, other, "Lave mad")
        lists.remove(table.desk, VAGN, table.case_id, "goal", table.file.goals[0].id)
        lists.remove(table.desk, BODIL, table.case_id, "ffb_group", table.file.ffb_groups[1].id)
        told = report(table)
        by_id = {e["resource"]["id"]: e["resource"] for e in told["entry"]}
        assert by_id[goal["id"]]["lifecycleStatus"] == "entered-in-error"
        assert code(by_id[condition["id"]]["verificationStatus"]) == "entered-in-error"
        assert code(by_id[group["id"]]["verificationStatus"]) == "entered-in-error"
        assert {g["reference"].rpartition("/")[2] for g in only(told, "carePlan")["goal"]}.isdisjoint({goal["id"]})
        assert ids(report(table)) == ids(told)

    def test_what_was_reported_before_the_clock_was_set_back_is_not_forgotten(self, table: Table) -> None:
        report(table)
        other = table.add(VAGN, "goal", goal="Kan lave mad")
        whole_goal(table, other, "Lave mad")
        set_clock(table, date(2026, 11, 25))
        added = ids(report(table))
        lists.remove(table.desk, VAGN, table.case_id, "goal", other)
        assert ids(report(table)) == added, "the goal is told of once more, as an error"

    def test_what_comes_back_is_no_error_any_more(self, table: Table) -> None:
        report(table)
        removed = table.file.ffb_groups[1].id
        lists.remove(table.desk, BODIL, table.case_id, "ffb_group", removed)
        report(table)
        undo.undo(table.desk, BODIL, table.case_id)
        told = report(table)
        assert {code(g["verificationStatus"]) for g in those(told, "targetGroup")} == {"confirmed"}

    def test_a_report_is_kept_with_the_version_of_its_terms_and_never_undone(self, table: Table) -> None:
        told = report(table, VAGN)
        (sent,) = table.file.sent
        assert (sent.way, sent.terms, json.loads(sent.content)) == (FHIR, version(), told)
        assert access(table)[0] == "indberettet"
        assert undo.can_undo(table.desk, VAGN, table.case_id) != "Indberet sagen"


class TestTheFile:
    def test_it_is_written_for_its_owner_alone(self, table: Table, tmp_path: Path) -> None:
        out = tmp_path / "ud.json"
        told = report(table, BODIL, out)
        assert json.loads(out.read_text(encoding="utf-8")) == told
        assert out.stat().st_mode & 0o077 == 0
        assert list(tmp_path.glob(".ud*")) == []

    def test_a_place_that_cannot_be_written_in_leaves_no_note(self, table: Table, tmp_path: Path) -> None:
        with pytest.raises(EnvironmentProblem):
            reporting.report(table.desk, BODIL, table.case_id, tmp_path / "ingen" / "ud.json")
        assert table.file.sent == ()
        assert "indberettet" not in access(table)

    def test_what_cannot_be_noted_leaves_no_file(
        self, table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("app.store.unit_of_work.UnitOfWork.log_access", full)
        with pytest.raises(EnvironmentProblem):
            reporting.report(table.desk, BODIL, table.case_id, tmp_path / "ud.json")
        assert not (tmp_path / "ud.json").exists()
        assert table.file.sent == ()

    def test_only_who_may_read_the_case_reports_it(self, table: Table) -> None:
        for role in (Role.LEDER, Role.RAADGIVER):
            with pytest.raises(UserError):
                reporting.report(table.desk, Hand("x", "X", role), table.case_id)
        assert table.file.sent == ()

    def test_its_name_holds_no_name(self, table: Table) -> None:
        assert reporting.suggested_name(table.file.case.number) == f"ffb-{table.file.case.number}.json"
