"""Simulating a project's plan: what is kept, what it was computed from, and how it is stopped."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accord.core.models import Event
from accord.people.models import Role, User
from accord.projects import jobs
from accord.projects.actions import simulate_plan as action
from accord.projects.actions.raise_entry import raise_entry
from accord.projects.actions.simulate_plan import cancel_simulation, perform, simulate_plan
from accord.projects.estimates import default_start, estimate_of, open_tasks
from accord.projects.models import Project, Risk, Simulation, Task
from accord.projects.outline import outline
from accord.projects.plan_rows import Invalid
from accord.projects.queries_simulation import busy, changed_since, criticality, history, latest
from accord.projects.simulation_result import Result
from tests.factories import browser_of
from tests.projects.planning import task, update

pytestmark = pytest.mark.django_db
Status = Simulation.Status


def simulated(project: Project, by: Any = None, **options: Any) -> Simulation:
    return simulate_plan(simulation=Simulation(plan=project.plan, **{"iterations": 400} | options), by=by, now=True)


def test_a_certain_plan_finishes_as_planned(project: Project, manager: User) -> None:
    found = simulated(project, manager)
    result = Result(found)
    project.refresh_from_db()
    assert (found.status, found.by, found.progress) == (Status.DONE, manager, 100)
    assert result.planned_finish == result.finish(5) == result.finish(95) == project.finish
    assert project.finish is not None
    assert (result.chance(project.finish), result.chance(project.finish - timedelta(days=1))) == (1.0, 0.0)
    assert set(result.criticality.values()) <= {0.0, 1.0}
    event = Event.objects.filter(kind="plan.simulated").latest("at")
    assert (event.subject_id, event.after["iterations"]) == (project.pk, 400)


def test_estimates_spread_the_finish_and_tell_who_decides(project: Project, manager: User) -> None:
    build = task(project, "Build")
    update(project, manager, "Build", optimistic_minutes=build.duration_minutes // 2,
           pessimistic_minutes=build.duration_minutes * 3)  # fmt: skip
    project.refresh_from_db()
    result = Result(simulated(project, manager, iterations=2_000))
    assert result.finish(10) < result.planned_finish < result.finish(80)
    rows = {row.task: row for row in result.forecasts}
    assert rows[build.pk].cruciality is not None and rows[build.pk].cruciality > 0.9
    assert (result.saved["estimated"], result.saved["assumed"]) == (1, 0)
    shares = [share for _, share in result.curve()]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] >= 0.995
    assert sum(count for _, count in result.days) == 2_000


def test_the_same_seed_gives_the_same_result(project: Project) -> None:
    first, again, other = (simulated(project, spread_low=10, spread_high=40, seed=seed) for seed in (3, 3, 4))
    assert first.result == again.result != other.result
    assert first.result["assumed"] == first.result["open"] > 0


def test_risks_strike_as_they_are_or_as_responses_leave_them(project: Project, manager: User) -> None:
    five = dict.fromkeys(("days_low", "days_likely", "days_high"), Decimal(5))
    risk = Risk(project=project, title="Flood", probability=50, residual_probability=0, **five)
    raise_entry(entry=risk, by=manager, many={"tasks": [task(project, "Build")]})
    without_task = raise_entry(entry=Risk(project=project, title="Fog", days_high=Decimal(2)), by=manager)
    effects = {}
    for kind in Simulation.Risks:
        found = simulated(project, manager, risks=kind)
        effects[kind] = {row["number"]: row for row in found.result["risks"]}
        assert any(without_task.key in words for words in Result(found).remarks) == (kind != "left_out")
    assert effects["left_out"] == {}
    struck = effects["as_they_are"][risk.number]
    assert 0.35 < struck["share"] < 0.65 and struck["minutes_mean"] == pytest.approx(5 * project.minutes_per_day)
    assert effects["after_response"][risk.number]["share"] == 0
    assert struck["title"] == "Flood"


def test_what_has_changed_since_is_told(project: Project, manager: User) -> None:
    found = simulated(project, manager)
    project.refresh_from_db()
    found.plan = project.plan
    assert (changed_since(found), bool(criticality(project.plan))) == ("", True)
    raise_entry(entry=Risk(project=project, title="Hail"), by=manager)
    assert changed_since(found) == "risks"
    update(project, manager, "Build", duration_minutes=4 * 480)
    project.refresh_from_db()
    found.plan = project.plan
    assert (changed_since(found), criticality(project.plan)) == ("plan", {})


def test_a_large_plan_is_left_to_a_worker_and_can_be_stopped(
    project: Project, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action, "AT_ONCE", 0)
    waiting = simulate_plan(simulation=Simulation(plan=project.plan, iterations=300), by=manager)
    assert (waiting.status, busy(project.plan)) == (Status.WAITING, waiting)
    with pytest.raises(Invalid, match="already"):
        simulated(project, manager)
    jobs.run_simulation.func(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.status == Status.DONE and latest(project.plan) == waiting
    jobs.run_simulation.func(waiting.pk)  # a second worker finds nothing to do
    done_at = waiting.done_at
    waiting.refresh_from_db()
    assert waiting.done_at == done_at

    stopped = simulate_plan(simulation=Simulation(plan=project.plan, iterations=300), by=manager)
    assert cancel_simulation(simulation=stopped, by=manager)
    perform(Simulation.objects.get(pk=stopped.pk))
    stopped.refresh_from_db()
    assert (stopped.status, stopped.result) == (Status.CANCELLED, {})
    assert not cancel_simulation(simulation=stopped, by=manager)

    midway = simulate_plan(simulation=Simulation(plan=project.plan, iterations=300), by=manager)
    monkeypatch.setattr(action, "_EVERY_SECONDS", 0)
    real = Simulation.move

    def move(self: Simulation, **wanted: Any) -> bool:
        if "progress" in wanted and wanted["only_from"] == (Status.RUNNING,):
            cancel_simulation(simulation=Simulation.objects.get(pk=self.pk), by=manager)
        return real(self, **wanted)

    monkeypatch.setattr(Simulation, "move", move)
    perform(midway)
    midway.refresh_from_db()
    assert (midway.status, midway.result) == (Status.CANCELLED, {})
    assert latest(project.plan) == waiting


def test_what_cannot_be_simulated_is_refused_in_words(project: Project, manager: User) -> None:
    with pytest.raises(ValidationError) as refused:
        simulated(project, manager, iterations=5, spread_low=200)
    assert set(refused.value.message_dict) == {"iterations", "spread_low"}
    stranger = User.objects.create(email="m@firm.test", name="Member", roles=[Role.MEMBER])
    with pytest.raises(PermissionDenied):
        simulated(project, stranger)
    Task.objects.filter(project=project).update(active=False)
    with pytest.raises(Invalid, match="no tasks"):
        simulated(project, manager)
    assert not Simulation.objects.exists()


def test_a_plan_that_cannot_be_scheduled_says_why(project: Project, manager: User) -> None:
    Task.objects.filter(project=project, name="Build").update(constraint="MSO", constraint_date=None)
    found = simulated(project, manager)
    assert found.status == Status.FAILED and "can't be simulated" in found.error
    assert latest(project.plan) is None


def test_only_the_last_twenty_are_kept(project: Project) -> None:
    first = simulated(project)
    rows = [Simulation(plan=project.plan, status=Status.DONE, plan_changed_at=first.plan_changed_at) for _ in range(24)]
    Simulation.objects.bulk_create(rows)
    last = simulated(project)
    kept = history(project.plan)
    assert (len(kept), kept[0].simulation, kept[0].p80) == (20, last, Result(last).finish(80))
    assert not Simulation.objects.filter(pk=first.pk).exists()


def test_which_estimate_a_task_has(project: Project) -> None:
    build = task(project, "Build")
    likely = build.duration_minutes
    assert estimate_of(build) is None
    build.pessimistic_minutes = likely * 2
    one_sided = estimate_of(build)
    assert one_sided is not None and one_sided.points == (likely, likely, likely * 2)
    build.estimate_shape = "lognormal"  # cannot be fitted to a one-sided estimate
    fitted = estimate_of(build)
    assert fitted is not None and fitted.shape == "pert"
    build.pessimistic_minutes, build.optimistic_minutes = likely - 1, likely + 1  # the duration has passed them since
    passed = estimate_of(build)
    assert passed is not None and passed.points == (likely, likely, likely)
    rows = outline(Task.objects.filter(project=project))
    assert all(row.duration_minutes and not row.manual and row.actual_finish is None for row in open_tasks(rows))
    assert default_start(project, project.start) is None
    assert default_start(project, datetime(2030, 1, 1, 9, 30, 12)) == datetime(2030, 1, 1, 9, 30)


def test_the_api_follows_and_cancels_one_simulation(project: Project, manager: User) -> None:
    client = browser_of(manager)
    waiting = Simulation.objects.create(plan=project.plan, by=manager, plan_changed_at=project.plan.changed_at)
    url = f"/api/projects/{project.pk}/simulations/{waiting.pk}"
    assert client.get(url).json()["status"] == "waiting"
    assert client.post(f"{url}/cancellation").json() == {"cancelled": True, "status": "cancelled"}
    assert client.get(url).json()["status"] == "cancelled"
    assert client.post(f"{url}/cancellation").json() == {"cancelled": False, "status": "cancelled"}
    assert client.post("/api/projects/0/simulations/1/cancellation").status_code == 404
    done = simulated(project, manager)
    found = client.get(f"/api/projects/{project.pk}/simulations/{done.pk}").json()
    assert (found["id"], found["status"], found["finish"]["P50"][:4]) == (done.pk, "done", "2026")


def test_an_interrupted_run_is_told_once_and_what_ended_stays(project: Project, manager: User) -> None:
    run = Simulation.objects.create(
        plan=project.plan, by=manager, plan_changed_at=project.plan.changed_at, status=Status.RUNNING, progress=40
    )
    Simulation.interrupted(run.pk, "")
    run.refresh_from_db()
    assert (run.status, run.progress) == (Status.WAITING, 0)
    Simulation.interrupted(run.pk, "It broke.")
    run.refresh_from_db()
    assert (run.status, run.error.split(".")[0]) == (Status.FAILED, "It broke")
    Simulation.objects.filter(pk=run.pk).update(status=Status.CANCELLED)
    Simulation.interrupted(run.pk, "Again.")
    run.refresh_from_db()
    assert run.status == Status.CANCELLED
