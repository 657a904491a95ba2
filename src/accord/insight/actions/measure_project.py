"""Keeping a project's earned value as of a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from accord.insight.models import ProjectMeasure
from accord.insight.queries import ProjectValue, project_value
from accord.projects.models import Project

CENT = Decimal("0.01")


@transaction.atomic
def measure_project(*, project: Project, day: date, value: ProjectValue | None = None) -> ProjectMeasure:
    """Measure ``project`` and keep the result as the one of ``day``, replacing an earlier one of that day.

    A measurement is no edit of anybody's, so it takes no user and writes no event.
    """
    value = value or project_value(project, day)
    total = value.total
    leaves = [row for row in value.loaded.rows if not row.has_children and row.task.active]
    weight = sum(row.task.duration_minutes for row in leaves)
    done = sum((row.task.percent_complete * row.task.duration_minutes for row in leaves), Decimal(0))
    agreed = [b.finish for task in value.loaded.plan.tasks for b in task.baselines if b.number == 0 and b.finish]
    ProjectMeasure.objects.filter(project=project, latest=True).exclude(day=day).update(latest=False)
    measure, _ = ProjectMeasure.objects.update_or_create(
        project=project,
        day=day,
        defaults={
            "status_date": value.status_date,
            "latest": True,
            "bac": _cents(total.bac),
            "pv": _cents(total.pv),
            "ev": _cents(total.ev),
            "ac": _cents(total.ac),
            "cv": _cents(total.cv),
            "sv": _cents(total.sv),
            "cpi": _index(total.cpi),
            "spi": _index(total.spi),
            "eac": _cents(total.eac),
            "percent_complete": (done / weight).quantize(CENT) if weight else None,
            "finish": project.finish,
            "baseline_finish": max(agreed, default=None),
            "missing": list(total.missing),
        },
    )
    return measure


def _cents(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(CENT)


def _index(value: Decimal | None) -> Decimal | None:
    """CPI and SPI to four places; one beyond all measure (a cent spent for a million earned) is kept as unknown."""
    return None if value is None or abs(value) >= 10**7 else value.quantize(Decimal("0.0001"))
