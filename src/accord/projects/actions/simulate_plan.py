"""Simulating a plan: when it may finish and what it may cost."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.core.fields import wall_time
from accord.core.jobs import TRANSIENT
from accord.core.jobs.here import start
from accord.engines.planning.plan_outline import ScheduleError
from accord.engines.texts import gettext_lazy
from accord.projects import jobs
from accord.projects.actions.edit_plan import locked
from accord.projects.estimates import default_start, open_tasks, uncertainty_of
from accord.projects.events import PlanEvent
from accord.projects.models import Plan, Risk, Simulation
from accord.projects.plan_rows import Invalid
from accord.projects.queries import LoadedPlan, load_plan, tasks_of
from accord.projects.schedule_errors import message_of
from accord.projects.simulation_result import as_json

AT_ONCE = 4_000_000  # tasks times iterations: about a second
MOST = 100_000_000  # … which take about 400 MB while they are simulated
MOST_SAVED = 20
_EVERY_SECONDS = 0.5

Status = Simulation.Status


class Cancelled(Exception):
    """Someone asked this simulation to stop."""


def simulate_plan(*, simulation: Simulation, by: Any, now: bool = False) -> Simulation:
    """Start an unsaved ``simulation`` of its plan; small plans at once, large ones as a job.

    Raises `ValidationError` for options out of bounds, `Invalid` for a plan without tasks, one that is being simulated
    already, one too large for so many iterations, and a what-if that has been adopted.
    """
    plan = simulation.plan
    require(by, Permission.CREATE, simulation)
    simulation.by, simulation.plan_changed_at = by, plan.changed_at
    simulation.full_clean(exclude=["plan", "by"])
    size = tasks_of(plan).filter(active=True).count() * simulation.iterations
    if not size:
        raise Invalid(gettext("The plan has no tasks to simulate."))
    if size > MOST:
        most = MOST * simulation.iterations // size
        raise Invalid(
            gettext("Too many iterations for a plan of this size. Use at most %(most)s.") % {"most": f"{most:,}"},
            field="iterations",
        )
    with transaction.atomic():
        locked(plan)  # of two who start at once, one finds the other's
        if Simulation.objects.filter(plan=plan, status__in=Simulation.BUSY).exists():
            raise Invalid(gettext("A simulation of this plan is already running. Wait for it or cancel it."))
        simulation.save(force_insert=True)
        held = start(jobs.run_simulation, simulation.pk, here=now or size <= AT_ONCE)
    if held is not None:
        with held:
            perform(simulation)
    return simulation


def cancel_simulation(*, simulation: Simulation, by: Any) -> bool:
    """Stop at the next step, with nothing found. False when there is nothing to stop."""
    require(by, Permission.CHANGE, simulation)
    return simulation.move(to=Status.CANCELLED, only_from=Simulation.BUSY, done_at=timezone.now())


def perform(simulation: Simulation) -> None:
    """Do the work. Repeating it is harmless: it ends where the simulation is no longer to be done."""
    plan = Plan.objects.select_related("project").get(pk=simulation.plan_id)
    simulation.plan = plan
    if not simulation.move(to=Status.RUNNING, only_from=Simulation.BUSY, progress=0, plan_changed_at=plan.changed_at):
        return
    try:
        result = _result(simulation, load_plan(plan))
    except Cancelled:
        simulation.status = Status.CANCELLED
    except ScheduleError as error:
        _end(
            simulation,
            Status.FAILED,
            error=gettext("The plan can't be simulated. %(error)s") % {"error": message_of(error, plan)},
        )
    except TRANSIENT:
        raise  # the job is tried again, or given up
    except Exception:
        _end(simulation, Status.FAILED, error=gettext("The simulation stopped because of an unexpected error."))
        raise
    else:
        _end(simulation, Status.DONE, progress=100, result=result)


def _result(simulation: Simulation, loaded: LoadedPlan) -> dict[str, Any]:
    from accord.engines.uncertainty import plan_simulation
    from accord.engines.uncertainty.plan_pert import plan_pert

    uncertainty, risks = uncertainty_of(loaded, simulation)
    found = plan_simulation.simulate_plan(
        loaded.plan,
        uncertainty,
        iterations=simulation.iterations,
        seed=simulation.seed,
        not_before=simulation.not_before,
        now=default_start(simulation.project, wall_time()),
        progress=_reporter(simulation),
    )
    remarks = list(found.remarks)
    if risks.without_tasks:
        keys = ", ".join(risk.key for risk in risks.without_tasks)
        remarks.append(gettext_lazy("Risks without affected tasks add no delay: %(keys)s.", keys=keys))
    known = {task.uid: task for task in open_tasks(loaded.rows)}
    spread = uncertainty.spread
    estimates = dict(uncertainty.estimates)
    if spread is not None:
        estimates |= {uid: spread.of(known[uid].duration_minutes) for uid in found.assumed if uid in known}
    numbers = [risk.uid for risk in risks.risks]
    rows = Risk.objects.filter(project=simulation.project, number__in=numbers)
    pert = plan_pert(loaded.plan, estimates)
    return as_json(found, pert, loaded, open_count=len(known), risks=rows, remarks=remarks)


def _reporter(simulation: Simulation) -> Any:
    """Writes down how far the work has got, a few times a second at most, and hears of the wish to stop it."""
    due = time.monotonic() + _EVERY_SECONDS

    def report(done: int, total: int) -> None:
        nonlocal due
        if time.monotonic() < due:
            return
        due = time.monotonic() + _EVERY_SECONDS
        if not simulation.move(to=Status.RUNNING, only_from=(Status.RUNNING,), progress=100 * done // total):
            raise Cancelled

    return report


@transaction.atomic
def _end(simulation: Simulation, status: Simulation.Status, **values: Any) -> None:
    """Save what came of it, unless it was cancelled in the last moment, and let go of the oldest."""
    if not simulation.move(to=status, only_from=(Status.RUNNING,), done_at=timezone.now(), **values):
        simulation.status = Status.CANCELLED
        return
    if status == Status.DONE and simulation.plan.is_current:
        finish = simulation.result["finish"]["percentiles"]
        after = {"iterations": simulation.iterations, "P50": finish["P50"], "P80": finish["P80"]}
        record_event(by=simulation.by, kind=PlanEvent.SIMULATED, subject=simulation.project, after=after)
    ended = Simulation.objects.filter(plan=simulation.plan_id).exclude(status__in=Simulation.BUSY)
    Simulation.objects.filter(pk__in=list(ended.values_list("pk", flat=True)[MOST_SAVED:])).delete()
