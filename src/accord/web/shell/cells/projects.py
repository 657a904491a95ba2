"""A project as one row of a list."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.insight.models import ProjectMeasure
from accord.projects.models import Project
from accord.projects.queries_late import Late, project_lateness
from accord.web.shell.cells.measures import index, signed
from accord.web.shell.templatetags.shell import day
from accord.web.shell.views.lists import Cell, Column, Row

TONES = {
    Project.Status.PLANNED: "info",
    Project.Status.ACTIVE: "good",
    Project.Status.ON_HOLD: "warn",
    Project.Status.CLOSED: "neutral",
}

PROJECT_COLUMNS = [
    Column(gettext_lazy("Project"), "name", second=gettext_lazy("Code and account")),
    Column(gettext_lazy("Status"), "status", edit="status"),
    Column(gettext_lazy("Project manager"), "manager__name", hide_small=True, edit="manager"),
    Column(gettext_lazy("Progress"), "progress", hide_small=True, percent=True),
    Column(gettext_lazy("Finish"), "finish", second=gettext_lazy("Late by")),
    Column(gettext_lazy("Budget variance"), "cv", money=True),
    Column(gettext_lazy("Schedule variance"), "sv", money=True),
    Column("CPI", "cpi", numeric=True, hide_small=True),
    Column("SPI", "spi", numeric=True, hide_small=True),
]


def project_row(project: Project, measure: ProjectMeasure | None, *, with_client: bool = True) -> Row:
    """The cells of :data:`PROJECT_COLUMNS`; the measurement has no amounts for those who may not see them."""
    agreed = measure.baseline_finish if measure else None
    late = project_lateness(project, agreed)
    known = measure
    client = str(project.account) if with_client else ""
    return Row(
        project.pk,
        reverse("project", args=[project.pk]),
        [
            Cell(project.name, sub=" · ".join(p for p in (project.code, client) if p)),
            Cell(project.get_status_display(), badge=True, tone=TONES[Project.Status(project.status)]),
            Cell(project.manager) if project.manager else Cell(gettext("Unassigned"), tone="warn"),
            _progress_cell(measure),
            Cell(
                day(project.finish) if project.finish else None,
                tone="bad" if late else "",
                sub=" · ".join(_against(project, how, agreed) for how in late),
                raw=project.finish,
            ),
            signed(known.cv if known else None, project.currency),
            signed(known.sv if known else None, project.currency),
            index(known.cpi if known else None),
            index(known.spi if known else None),
        ],
    )


def _progress_cell(measure: ProjectMeasure | None) -> Cell:
    if measure is None or measure.percent_complete is None:
        return Cell(None)
    return Cell(gettext("Progress"), progress=measure.percent_complete, raw=measure.percent_complete / 100)


def _against(project: Project, how: Late, baseline_finish: datetime | None) -> str:
    """The date that the finish misses."""
    return (
        gettext("baseline %(baseline_finish)s") % {"baseline_finish": day(baseline_finish)}
        if how is Late.SLIPPED
        else gettext("promised %(target_finish)s") % {"target_finish": day(project.target_finish)}
    )
