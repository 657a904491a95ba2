"""Keeping what a project's plan forecasts of its finish, once a day."""

from __future__ import annotations

from django.db import transaction

from accord.insight.models import PlanForecast, ProjectMeasure
from accord.insight.plan_forecasts import closed_ratios, plan_forecast
from accord.projects.estimates import uncertainty_of
from accord.projects.models import Simulation
from accord.projects.queries import LoadedPlan


@transaction.atomic
def keep_plan_forecast(*, measure: ProjectMeasure, loaded: LoadedPlan) -> PlanForecast | None:
    """Keep the forecast of the measurement's day, replacing an earlier one; None where there is nothing to forecast.

    Like a measurement it is no edit of anybody's, so it takes no user and writes no event. Estimates and open risks
    count as in a simulation of the plan.
    """
    project = measure.project
    uncertainty, _ = uncertainty_of(loaded, Simulation(plan=project.plan))
    first = PlanForecast.objects.filter(project=project).order_by("day").values_list("variance", flat=True).first()
    ratios = [ratio for _, ratio in closed_ratios()]
    found = plan_forecast(loaded.plan, measure, uncertainty, ratios, variance=first)
    if found is None:
        return None
    PlanForecast.objects.filter(project=project, day=measure.day).delete()
    found.save(force_insert=True)
    return found
