"""What takes too long for while somebody waits, and what projects do by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from accord.core.jobs import Schedule, once, when_interrupted
from accord.projects.actions.survey_projects import ask_about_projects
from accord.projects.models import Levelling, Simulation


def _simulation_interrupted(pk: int, *, given_up: str) -> None:
    Simulation.interrupted(pk, given_up)


def _levelling_interrupted(pk: int, *, given_up: str) -> None:
    Levelling.interrupted(pk, given_up)


@task
@when_interrupted(_simulation_interrupted)
def run_simulation(pk: int) -> None:
    """A simulation. Not marked ``once``: its progress, and the wish to stop it, must be seen while it runs."""
    from accord.projects.actions.simulate_plan import perform

    simulation = Simulation.objects.select_related("by").filter(pk=pk).first()
    if simulation is not None:
        perform(simulation)


@task
@when_interrupted(_levelling_interrupted)
def run_levelling(pk: int) -> None:
    """A levelling. Not marked ``once``, for the same reason."""
    from accord.projects.actions.level_plans import perform

    levelling = Levelling.objects.select_related("by").filter(pk=pk).first()
    if levelling is not None:
        perform(levelling)


@task
@once
def ask_about_ended() -> int:
    """Surveys about milestones that were reached and projects that were closed; returns how many people are asked."""
    return ask_about_projects(now=timezone.now())


SCHEDULE: Schedule = {"send project surveys": (ask_about_ended, timedelta(hours=6))}
