"""What every page of one what-if shares, and the pages that ask for a calculation on a plan, current or what-if."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest

from accord.core.fetch import fetch
from accord.core.models import Record
from accord.projects.models import Plan, Project
from accord.projects.plan_hours import PlanHours
from accord.web.projects.comparison import moved
from accord.web.projects.page import ProjectPage, project_page
from accord.web.projects.plan_views import plan_url, plan_views, what_if_views
from accord.web.shell.templatetags.shell import day
from accord.web.shell.views.forms import CreatePage

WHAT_IFS = Plan.objects.filter(kind=Plan.Kind.WHAT_IF)


def what_if_of(request: HttpRequest, pk: int) -> Plan:
    return fetch(Plan, request.user, "project__account", rows=WHAT_IFS.all(), pk=pk)


def what_if_page(request: HttpRequest, pk: int, active: str) -> tuple[ProjectPage, Plan, dict[str, Any]]:
    """The frame of the view ``active`` of a what-if: it changes what-ifs that are not adopted."""
    plan = what_if_of(request, pk)
    page = project_page(request, plan.project_id, "project-plan")
    plan.project = page.project
    may_edit = page.may_change and plan.adopted_at is None
    context = (
        plan_views(plan.project_id, "project-what-ifs")
        | what_if_views(plan, active)
        | {
            "what_if": plan,
            "finish": finish_of(page.project, plan, PlanHours(page.project).of_calendar(None)),
            "may_edit": may_edit,
            "may_change": may_edit,
        }
    )
    return page, plan, context


def finish_of(project: Project, plan: Plan, hours: Any) -> dict[str, str]:
    """When the what-if is forecast to finish, and how much later or earlier than the current plan that is."""
    if plan.finish is None:
        return {"value": "", "moved": "", "tone": ""}
    current = project.finish
    later = hours.between(current, plan.finish) if current is not None else 0
    return {
        "value": day(plan.finish),
        "moved": moved(project, later),
        "tone": "bad" if later > 0 else "good" if later < 0 else "",
    }


class PlanRunNew(CreatePage):
    """Asks for a calculation on the current plan of a project, or on a what-if; ``tab`` shows what comes of it."""

    tab: ClassVar[str]

    @cached_property
    def plan(self) -> Plan:
        if "what_if" in self.kwargs:
            return what_if_of(self.request, self.kwargs["what_if"])
        return fetch(Project, self.request.user, "account", pk=self.kwargs["project"]).plan

    def blank(self) -> Record:
        return self.model(plan=self.plan)

    def after(self, record: Any) -> str:
        return plan_url(self.plan, self.tab)
