"""The first edit of an imported plan moves what it is about and nothing else, and undo brings every date back."""

from __future__ import annotations

import gzip
import random
from pathlib import Path
from typing import Any

import pytest

from accord.engines.planning.held_dates import differences
from accord.engines.planning.scheduling import schedule as compute
from accord.exchange.importers.plan_dates import sentences
from accord.people.models import Absence, Person, User
from accord.projects.actions.edit_plan import edit_plan, undo_step
from accord.projects.actions.schedule import schedule
from accord.projects.models import Project, Task
from accord.projects.plan_changes import Invalid
from accord.projects.queries import load_plan
from tests.exchange.importing import administrator, bring, uploads

__all__ = ["administrator", "uploads"]

pytestmark = pytest.mark.one_database  # dates come from the engines; that imports are stored is said elsewhere

DATES = (
    "start",
    "finish",
    "early_start",
    "early_finish",
    "late_start",
    "late_finish",
    "total_float_minutes",
    "free_float_minutes",
    "critical",
    "duration_minutes",
    "percent_complete",
    "constraint",
    "constraint_date",
    "manual",
    "work_minutes",
    "cost",
)


def dates(project: Project) -> dict[int, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in Task.objects.filter(project=project).values_list("pk", *DATES)}


@pytest.fixture
def plan(document: Any, make_task: Any) -> bytes:
    """Four tasks whose stored dates Accord would not give them: one waits for nothing, its follower, one begun
    without an actual date in the file's calendar, one that agrees."""
    at = {"Start": "2026-01-12T08:00:00", "Finish": "2026-01-12T17:00:00"}
    after = {"Start": "2026-01-13T08:00:00", "Finish": "2026-01-13T17:00:00"}
    early = {"Start": "2026-01-05T08:00:00", "Finish": "2026-01-05T17:00:00"}
    built: bytes = document(
        [
            make_task(1, Name="drifts", **at),
            make_task(2, Name="follows", PredecessorLink={"PredecessorUID": 1, "Type": 1}, **after),
            make_task(3, Name="agrees", **early),
            make_task(4, Name="before its link", PredecessorLink={"PredecessorUID": 3, "Type": 1}, **early),
        ],
        Title="Drift",
    )
    return built


def test_the_check_says_which_dates_will_be_others_and_why(administrator: User, plan: bytes) -> None:
    run = bring("plan", plan, administrator, new_account="Alpha", write=False)
    told = run.report["dates"]
    assert (told["different"], told["of"]) == (3, 4)
    assert told["rows"] == [
        [
            "1",
            "drifts",
            "2026-01-12 08:00",
            "2026-01-05 08:00",
            "2026-01-12 17:00",
            "2026-01-05 17:00",
            "nothing in the file holds it at its later date",
        ],
        [
            "2",
            "follows",
            "2026-01-13 08:00",
            "2026-01-06 08:00",
            "2026-01-13 17:00",
            "2026-01-06 17:00",
            "follows a task that has other dates",
        ],
        [
            "4",
            "before its link",
            "2026-01-05 08:00",
            "2026-01-06 08:00",
            "2026-01-05 17:00",
            "2026-01-06 17:00",
            "links, constraints or calendars don't allow the file's date",
        ],
    ]
    assert " ".join(sentences(told)).startswith("3 of 4 tasks will have other dates than in the file: 1 because ")
    assert not Project.objects.exists()


def test_without_keeping_them_the_import_has_accords_dates_at_once(administrator: User, plan: bytes) -> None:
    bring("plan", plan, administrator, new_account="Alpha")
    project = Project.objects.get()
    assert schedule(plan=project.plan, by=administrator).changed == []
    assert f"{Task.objects.get(name='drifts').start:%d}" == "05"


def test_kept_dates_are_the_files(administrator: User, plan: bytes) -> None:
    run = bring("plan", plan, administrator, new_account="Alpha", keep_dates=True)
    project = Project.objects.get()
    rows = {task.name: task for task in Task.objects.all()}
    assert {name: f"{task.start:%d}" for name, task in rows.items()} == {
        "drifts": "12",
        "follows": "13",
        "agrees": "05",
        "before its link": "05",
    }
    assert (rows["drifts"].constraint, rows["drifts"].manual) == ("SNET", False)
    assert (rows["follows"].constraint, rows["follows"].manual) == ("ASAP", False)  # it falls into place
    assert rows["before its link"].manual
    assert run.report["dates"]["kept"] == {"no_earlier": 1, "manual": 1, "different": 0}
    assert schedule(plan=project.plan, by=administrator).changed == []
    again = bring("plan", plan, administrator, keep_dates=True)
    assert again.report["update"] == 0 and again.report["skip"] == 4


@pytest.mark.parametrize("keep", [False, True])
def test_the_first_edit_moves_only_what_it_is_about(administrator: User, plan: bytes, keep: bool) -> None:
    bring("plan", plan, administrator, new_account="Alpha", keep_dates=keep)
    project = Project.objects.get()
    before = dates(project)
    task = Task.objects.get(name="drifts")
    change = {"op": "update_task", "id": task.pk, "version": task.version, "fields": {"name": "drifts away"}}
    step = edit_plan(plan=project.plan, by=administrator, changes=[change])
    assert step.rescheduled.moved == [] and dates(project) == before
    task.refresh_from_db()
    change = {"op": "update_task", "id": task.pk, "version": task.version, "fields": {"duration_minutes": 960}}
    step = edit_plan(plan=project.plan, by=administrator, changes=[change])
    assert {move.task.name for move in step.rescheduled.moved} == {"drifts away", "follows"}
    undo_step(plan=project.plan, by=administrator)
    assert dates(project) == before


def test_a_person_who_is_away_is_the_reason(administrator: User, document: Any, make_task: Any) -> None:
    person = Person.objects.create(name="Ann", email="ann@firm.test")
    Absence.objects.create(person=person, starts_on="2026-01-05", ends_on="2026-01-06")
    at = {"Start": "2026-01-05T08:00:00", "Finish": "2026-01-05T17:00:00"}
    data = document(
        [make_task(1, **at)],
        resources=[{"UID": 1, "Name": "Ann", "Type": 1, "EmailAddress": "ann@firm.test"}],
        assignments=[{"UID": 1, "TaskUID": 1, "ResourceUID": 1, "Work": "PT8H0M0S"}],
    )
    run = bring("plan", data, administrator, new_account="Alpha", write=False)
    assert run.report["dates"]["groups"] == [{"reason": "a person's calendar or absence in Accord applies", "count": 1}]
    bring("plan", data, administrator, new_account="Alpha", keep_dates=True)
    assert f"{Task.objects.get().start:%d}" == "05"


def test_a_plan_that_cannot_be_scheduled_keeps_its_dates(
    administrator: User, plan: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from accord.engines.planning.scheduling import ScheduleError
    from accord.engines.texts import gettext_lazy

    def refuse(plan: Any) -> Any:
        raise ScheduleError(gettext_lazy("task %(task)s contradicts itself", task=3))

    monkeypatch.setattr("accord.exchange.importers.plan_dates.compute", refuse)
    run = bring("plan", plan, administrator, new_account="Alpha")
    assert any("can't be scheduled" in note for note in run.report["notes"])
    assert f"{Task.objects.get(name='drifts').start:%d}" == "12"


# Any edit of any plan


def _edits(rows: list[Task], chance: random.Random) -> list[list[dict[str, Any]]]:
    """One gesture of each form, on tasks chosen at random."""
    parents = {task.parent_id for task in rows}
    leaves = [task for task in rows if task.pk not in parents]

    def update(**fields: Any) -> list[dict[str, Any]]:
        task = chance.choice(leaves)
        return [{"op": "update_task", "id": task.pk, "version": task.version, "fields": fields}]

    first, second = chance.choice(leaves), chance.choice(leaves)
    gestures = [
        update(name="renamed"),
        update(duration_minutes=chance.choice([0, 60, 4800])),
        update(start="2030-03-04T09:00"),
        update(percent_complete=40),
        update(manual=True),
        update(constraint="ALAP"),
        [{"op": "create_task", "temp_id": "t", "parent": None, "after": "last", "fields": {"name": "new"}}],
        [{"op": "delete_task", "id": first.pk, "version": first.version}],
    ]
    if first.pk != second.pk:
        gestures.append([{"op": "create_link", "source": first.pk, "target": second.pk, "type": "FS", "lag": 0}])
    return gestures


def _shared() -> list[Path]:
    import os

    folder = Path(os.environ.get("ACCORD_SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
    return sorted((folder / "04_project_files").glob("mspdi_*/*.xml"))


@pytest.mark.skipif(not _shared(), reason="the shared data are not on this machine")
@pytest.mark.parametrize("keep", [False, True], ids=["as scheduled", "dates kept"])
@pytest.mark.parametrize("path", _shared(), ids=lambda path: path.name)
def test_public_plans_move_by_edits_alone_and_undo_brings_every_date_back(
    administrator: User, path: Path, keep: bool
) -> None:
    _check_every_edit(administrator, path.read_bytes(), keep)


def test_a_plan_of_our_own_moves_by_edits_alone(administrator: User, plan: bytes) -> None:
    _check_every_edit(administrator, gzip.compress(plan), keep=True)


def _check_every_edit(by: User, data: bytes, keep: bool) -> None:
    run = bring("plan", data, by, new_account="Alpha", keep_dates=keep)
    assert run.status == "done", run.report
    project = Project.objects.get()
    assert schedule(plan=project.plan, by=by).changed == []
    loaded = load_plan(project.plan)
    assert differences(loaded.plan, compute(loaded.plan)) == []
    before = dates(project)
    chance = random.Random(7)
    if not before:
        return  # some files hold calendars alone
    for number in range(len(_edits(list(Task.objects.filter(project=project)), chance))):
        rows = list(Task.objects.filter(project=project))
        gestures = _edits(rows, chance)
        if number >= len(gestures):
            continue
        try:
            edit_plan(plan=project.plan, by=by, changes=gestures[number])
        except Invalid:  # a cycle, or a field of a summary: nothing was changed
            pass
        else:
            undo_step(plan=project.plan, by=by)
        assert dates(project) == before, gestures[number]
