"""What a project's plan takes too long for while somebody waits."""

from __future__ import annotations

from django_tasks import task

from accord.projects.models import Levelling, Simulation


@task
def run_simulation(pk: int) -> None:
    """A simulation. Not marked ``once``: its progress, and the wish to stop it, must be seen while it runs."""
    from accord.projects.actions.simulate_plan import perform

    simulation = Simulation.objects.select_related("by").filter(pk=pk).first()
    if simulation is not None:
        perform(simulation)


@task
def run_levelling(pk: int) -> None:
    """A levelling. Not marked ``once``, for the same reason."""
    from accord.projects.actions.level_plans import perform

    levelling = Levelling.objects.select_related("by").filter(pk=pk).first()
    if levelling is not None:
        perform(levelling)
