"""Figures that keep themselves up to date."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_tasks import task

from accord.core.jobs import Schedule, once, when_interrupted
from accord.insight.actions.keep_plan_forecast import keep_plan_forecast
from accord.insight.actions.keep_renewal_forecasts import keep_renewal_forecasts
from accord.insight.actions.measure_project import measure_project
from accord.insight.actions.rebuild_history import rebuild_history
from accord.insight.actions.thin_history import thin_history
from accord.insight.actions.watch_playbooks import watch_playbooks
from accord.insight.jobs_status import draft_status_reports, send_status_reports
from accord.insight.models import FiguresUpdate, PlanForecast
from accord.insight.queries import project_value, up_to_date_measures
from accord.insight.queries_commerce import keep_forecast
from accord.money.models import Invoice
from accord.projects.models import Project


@task
@once
def analyse() -> int:
    """Have the client figures updated, if there are invoices; returns which update does it (0: none)."""
    from accord.insight.actions.start_figures_update import start_figures_update

    return start_figures_update(by=None, queued=True).pk if Invoice.objects.exists() else 0


def _update_interrupted(pk: int, *, given_up: str) -> None:
    FiguresUpdate.interrupted(pk, given_up)


@task
@when_interrupted(_update_interrupted)
def run_figures_update(pk: int) -> None:
    """An update of the client figures. Not marked ``once``: its progress must be seen, and others write meanwhile."""
    from accord.insight.actions.start_figures_update import perform

    update = FiguresUpdate.objects.select_related("by").filter(pk=pk).first()
    if update is not None:
        perform(update)


@task
def give_figures_a_past() -> int:
    """Rebuild the figures of the year before the first run; returns of how many months. Not marked ``once``: in a large
    firm it takes longer than others can wait to write."""
    return rebuild_history()


@task
def measure_running_projects() -> int:
    """Keep today's figures of every active project, and the final ones of those that stopped since the last run.

    The first run of a day also keeps what the plan of each active project forecasts.
    """
    fresh = up_to_date_measures().filter(project=OuterRef("pk"))
    stopped = Q(status__in=Project.STOPPED) & ~Exists(fresh)
    found = list(Project.objects.filter(Q(status=Project.Status.ACTIVE) | stopped, archived_at=None))
    today = timezone.localdate()
    known = set(PlanForecast.objects.filter(day=today).values_list("project", flat=True))
    for project in found:
        value = project_value(project, None, today)
        measure = measure_project(project=project, day=today, value=value)
        if project.status == Project.Status.ACTIVE and project.pk not in known:
            keep_plan_forecast(measure=measure, loaded=value.loaded)
    return len(found)


@task
def measure_changed_project(pk: int) -> bool:
    """Keep the figures of a project that was changed, unless they are up to date; whether they were not."""
    project = Project.objects.filter(pk=pk).first()
    if project is None or up_to_date_measures().filter(project=project).exists():
        return False
    measure_project(project=project, day=timezone.localdate())
    return True


@task
def forget_old_reasons() -> int:
    """Figures stay for every day, their reasons for each month; returns how many were dropped."""
    return thin_history(today=timezone.localdate())


@task
@once
def snapshot_forecast() -> int:
    """Keep today's forecast of orders, so that it has a history; returns of how many months."""
    return keep_forecast(timezone.localdate())


@task
@once
def keep_renewal_chances() -> int:
    """Keep today's chance of each renewal ahead; returns how many were new or had changed."""
    return keep_renewal_forecasts(today=timezone.localdate())


@task
@once
def run_triggers() -> int:
    """Playbooks begin where their signal is seen; returns how many runs began."""
    return watch_playbooks(now=timezone.now())


SCHEDULE: Schedule = {
    "run playbook triggers": (run_triggers, timedelta(hours=6)),
    "snapshot the forecast": (snapshot_forecast, timedelta(days=1)),
    "keep chances of renewal": (keep_renewal_chances, timedelta(days=1)),
    "drop reasons of old figures": (forget_old_reasons, timedelta(days=7)),
    "update client figures": (analyse, timedelta(days=1)),
    "measure active projects": (measure_running_projects, timedelta(hours=6)),
    "draft status reports": (draft_status_reports, timedelta(hours=1)),
    "send status reports": (send_status_reports, timedelta(minutes=15)),
}
