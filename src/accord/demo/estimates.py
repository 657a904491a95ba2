"""Three-point estimates of the large projects that are not over, and what a simulation of each says."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from accord.core.models import Event
from accord.demo.programmes import PROGRAMMES
from accord.demo.world import Job, World, moment
from accord.projects.actions.simulate_plan import simulate_plan
from accord.projects.estimates import default_start, open_tasks
from accord.projects.events import PlanEvent
from accord.projects.models import Simulation, Task
from accord.projects.outline import outline

ITERATIONS = 5_000
Kind = tuple[str, tuple[float, float], tuple[float, float], str]
# Words of a task's name, what its durations have in common, how much less and more it takes, and how chance lies.
KINDS: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("migration", "cleansing", "archive"), ("Data", (0.6, 0.8), (1.4, 1.9), Task.Shape.LOGNORMAL)),
    (("nterfaces", "Service contract"), ("Client systems", (0.65, 0.85), (1.4, 1.8), Task.Shape.LOGNORMAL)),
    (("cceptance", "orkshop", "Pilot"), ("Client availability", (1.0, 1.0), (1.3, 2.0), Task.Shape.TRIANGULAR)),
    (("Delivery", "Award", "Order"), ("Suppliers", (0.9, 1.0), (1.2, 1.8), Task.Shape.TRIANGULAR)),
    (("ommissioning", "Installation", "Signal", "hutdown"), ("On site", (0.9, 1.0), (1.2, 1.7), Task.Shape.TRIANGULAR)),
)
USUAL: Kind = ("", (0.75, 0.95), (1.15, 1.6), Task.Shape.PERT)
WITHOUT = 0.12  # some task is always forgotten


def estimate_and_simulate(world: World) -> None:
    """Projects whose outcome is open get estimates and a simulation, dated yesterday evening."""
    jobs = [job for job in world.jobs if job.brief.service in PROGRAMMES and job.brief.state in ("active", "planned")]
    for job in jobs:
        _estimate(world, job)
        _simulate(world, job)


def _estimate(world: World, job: Job) -> None:
    chance = world.rng("estimates", job.client.brief.key, job.brief.key)
    tasks = open_tasks(outline(Task.objects.filter(project=job.row)))
    for task in tasks:
        if chance.random() >= WITHOUT:
            _three_points(chance, task)
    fields = ["optimistic_minutes", "pessimistic_minutes", "estimate_shape", "estimate_group"]
    Task.objects.bulk_update(tasks, fields, batch_size=500)


def _three_points(chance: Random, task: Task) -> None:
    known = (kind for words, kind in KINDS if any(word in task.name for word in words))
    group, low, high, shape = next(known, USUAL)
    grain = 120 if task.duration_minutes > 480 else 30
    likely = task.duration_minutes
    best = round(likely * chance.uniform(*low) / grain) * grain
    worst = round(likely * chance.uniform(*high) / grain) * grain
    task.optimistic_minutes, task.pessimistic_minutes = min(best, likely), max(worst, likely)
    task.estimate_group = group
    apart = task.optimistic_minutes < likely < task.pessimistic_minutes
    task.estimate_shape = shape if apart else Task.Shape.TRIANGULAR


def _simulate(world: World, job: Job) -> None:
    project = job.row
    project.refresh_from_db()
    simulation = Simulation(
        plan=project.plan, iterations=ITERATIONS, seed=world.seed, not_before=default_start(project, world.now)
    )
    simulate_plan(simulation=simulation, by=job.manager.user, now=True)
    evening = moment(world.today - timedelta(days=1), 17 * 60 + 20)
    Simulation.objects.filter(pk=simulation.pk).update(done_at=evening)
    told = Event.objects.filter(kind=PlanEvent.SIMULATED, subject_id=project.pk)
    told.update(at=evening)
