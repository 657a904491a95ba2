"""What every tab of a project's page shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from accord.accounts.models import AccountMember, CustomField
from accord.core.access import Permission, can, may_create, note_member
from accord.projects.forecast import DEFINITION as FORECAST_FINISH
from accord.projects.models import PlanTemplate, Project, ProjectMember
from accord.projects.queries_late import Late, project_lateness
from accord.web.shell.cells.projects import TONES
from accord.web.shell.custom_fields import custom_facts, field_rows
from accord.web.shell.parts import Action, Badge, Crumb, Fact, Tab
from accord.web.shell.templatetags.shell import as_of, day
from accord.web.shell.views.archive import archive_actions


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """The project with what the signed-in person may do and see."""

    project: Project
    sees_money: bool
    may_change: bool
    context: dict[str, Any]


def project_page(request: HttpRequest, pk: int, active: str) -> ProjectPage:
    """Fetch the project in one query with its neighbours and build the frame of the tab ``active``."""
    user = request.user
    visible = Project.objects.visible_to(user).filter(archived_at=None)
    before = visible.filter(name__lt=OuterRef("name")).order_by("-name", "-pk").values("pk")[:1]
    after = visible.filter(name__gt=OuterRef("name")).order_by("name", "pk").values("pk")[:1]
    project: Any = (
        Project.objects.visible_to(user)
        .filter(pk=pk)
        .select_related("account", "account__owner", "manager", "calendar")
        .annotate(
            field_rows=field_rows(CustomField.On.PROJECT),
            previous_pk=Subquery(before),
            next_pk=Subquery(after),
            is_on_team=Exists(ProjectMember.objects.filter(project=OuterRef("pk"), user=user).order_by()),
            serves_client=Exists(AccountMember.objects.filter(account=OuterRef("account"), user=user).order_by()),
        )
        .first()
    )
    if project is None:
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    note_member(user, ProjectMember, project.pk, is_on=project.is_on_team)
    note_member(user, AccountMember, project.account_id, is_on=project.serves_client)
    sees_money = can(user, Permission.VIEW_MONEY, project)
    may_change = can(user, Permission.CHANGE, project)
    actions: list[Action] = []
    if may_change:
        actions = [
            Action.edit(reverse("project-edit", args=[pk])),
            Action(gettext("Take baseline"), reverse("project-baseline", args=[pk]), icon="flag", drawer=True),
        ]
    is_archived = project.archived_at is not None
    if not is_archived:
        actions.append(
            Action(
                gettext("Log time"),
                reverse("project-time-new", args=[pk]),
                icon="clock",
                drawer=True,
                primary=True,
                key="t",
            )
        )
    if may_change and not is_archived and may_create(user, PlanTemplate):
        url = reverse("project-template-new", args=[pk])
        actions.append(Action(gettext("Save as template"), url, icon="copy", drawer=True, more=True))
    context = {
        "project": project,
        "record_title": project.name,
        "record_subtitle": " · ".join(p for p in (project.code, str(project.account)) if p),
        "badges": [Badge(project.get_status_display(), TONES[Project.Status(project.status)])],
        "facts": _facts(project),
        "tabs": _tabs(project, active, sees_money=sees_money),
        "actions": [*actions, *archive_actions(project, user)],
        "archived_at": project.archived_at,
        "crumbs": [Crumb(gettext("Projects"), reverse("projects")), Crumb(project.name)],
        "previous_url": reverse("project", args=[project.previous_pk]) if project.previous_pk else "",
        "next_url": reverse("project", args=[project.next_pk]) if project.next_pk else "",
        "may_change": may_change,
        "sees_money": sees_money,
    }
    return ProjectPage(project, sees_money, may_change, context)


def _facts(project: Project) -> list[Fact]:
    late = Late.PAST_DEADLINE in project_lateness(project, None)
    return [
        Fact(gettext("Client"), project.account, url=reverse("account", args=[project.account_id])),
        Fact(gettext("Account manager"), project.account.owner, missing=gettext("Unassigned")),
        Fact(gettext("Project manager"), project.manager, missing=gettext("Unassigned")),
        Fact(gettext("Start"), day(project.start)),
        Fact(
            gettext("Forecast finish"),
            day(project.finish) if project.finish else None,
            hint=FORECAST_FINISH,
            missing=gettext("No tasks yet"),
            tone="bad" if late else "",
        ),
        Fact(
            gettext("Promised finish"),
            day(project.target_finish) if project.target_finish else None,
            missing=gettext("Not set"),
        ),
        Fact(gettext("Status date"), _status_date(project)),
        Fact(gettext("Calendar"), project.calendar or gettext("Firm default")),
        Fact(gettext("Currency"), project.currency),
        *custom_facts(project),
    ]


def _status_date(project: Project) -> str:
    """The moment as of which the project's figures are."""
    if project.is_stopped and project.stopped_on:
        return f"{day(project.stopped_on)}, {project.get_status_display().lower()}"
    return as_of(project.status_date) if project.status_date else gettext("Today")


def _tabs(project: Project, active: str, *, sees_money: bool) -> list[Tab]:
    tabs = [
        (gettext("Overview"), "project", True),
        (gettext("Charter"), "project-charter", True),
        (gettext("Plan"), "project-plan", True),
        (gettext("Work"), "project-work", True),
        (gettext("Risks"), "project-risks", True),
        (gettext("RAID log"), "project-log", True),
        (gettext("Money"), "project-money", sees_money),
        (gettext("Reports"), "project-reports", True),
        (gettext("Audit log"), "project-audit", True),
    ]
    return [Tab(label, reverse(name, args=[project.pk]), active=name == active) for label, name, shown in tabs if shown]
