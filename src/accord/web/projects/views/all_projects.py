"""Risks, issues, changes and lessons across all projects that one sees."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.access import Permission
from accord.core.search.queries import search
from accord.core.texts import gettext_lazy
from accord.projects.models import ChangeRequest, Issue, Lesson, Project, Risk
from accord.projects.queries_risks import frames, rate, with_rank
from accord.web.projects.forms_register import ChangeFilter, IssueFilter, LessonFilter, ProjectChoiceFilter, RiskFilter
from accord.web.projects.register import (
    CHANGE_TONES,
    ISSUE_TONES,
    SEVERITY_TONES,
    effect_cell,
    expected_cell,
    level_cell,
    status_of,
)
from accord.web.shell.addresses import address
from accord.web.shell.parts import Empty
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, due_cell, owner_cell


def project_cell(record: Any, tab: str) -> Cell:
    project = record.project
    return Cell(project.name, url=reverse(tab, args=[project.pk]), sub=str(project.account))


class AllProjectsList(ListPage):
    """A list of entries of many projects, filtered by project and, where they have one, by owner."""

    under = (gettext_lazy("Projects"), "projects")

    model: Any
    route: str
    noun: str

    def rows_of(self, user: Any) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.visible_to(user).filter(project__archived_at=None)
        return rows.select_related("project__account", "owner", "raised_by")

    def _filter_form(self, request: HttpRequest) -> forms.Form | None:
        mine = self.model.objects.visible_to(request.user).order_by().values("project")
        projects = Project.objects.filter(pk__in=mine, archived_at=None).order_by("name")
        assert self.filter_class is not None and issubclass(self.filter_class, ProjectChoiceFilter)
        # Always bound: with nothing asked these lists still leave out what is closed or solved.
        return self.filter_class(request.GET, projects=projects.values_list("pk", "name"))

    def filtered(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        if q := values.get("q"):
            wanted = search(self.model, q) | search(Project, q, "project") | search(Account, q, "project__account")
            rows = rows.filter(wanted)
        if project := values.get("project"):
            rows = rows.filter(project=project)
        if "overdue" in (values.get("due"), values.get("review")):
            rows = rows.filter(self.model.due_item.overdue(timezone.localdate()))
        if values.get("owner") == "me":
            return rows.filter(owner=self.request.user)
        return rows.filter(owner=None) if values.get("owner") == "nobody" else rows

    def projects_with_money(self, records: list[Any]) -> set[int]:
        """The projects of ``records`` whose amounts one may see. One query."""
        of = Project.objects.letting(self.request.user, Permission.VIEW_MONEY).filter(
            pk__in={r.project_id for r in records}
        )
        return set(of.values_list("pk", flat=True))


class RiskList(AllProjectsList):
    title, route, noun = gettext_lazy("Risks"), "risks", "risks"
    model = Risk
    default_sort = "-days_rank"
    filter_class = RiskFilter
    columns = [
        Column(gettext_lazy("Risk"), "title", second=gettext_lazy("Risk event")),
        Column(gettext_lazy("Project"), "project__name", second=gettext_lazy("Account")),
        Column(gettext_lazy("Level"), second=gettext_lazy("Probability and impact")),
        Column(gettext_lazy("Expected"), "days_rank", numeric=True, second=gettext_lazy("Expected amount")),
        Column(gettext_lazy("Owner"), "owner__name"),
        Column(gettext_lazy("Review"), "due_on"),
    ]

    def rows_of(self, user: Any) -> QuerySet[Any]:
        return with_rank(super().rows_of(user).select_related("issue"))

    def filtered(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        rows = super().filtered(rows, values)
        status = values.get("status", "open")
        if status != "all":
            rows = rows.filter(status=status)
        return rows

    def prepare(self, records: list[Risk]) -> None:
        self.frames = frames({risk.project_id: risk.project for risk in records}.values())
        self.today = timezone.localdate()
        self.with_money = self.projects_with_money(records)

    def row(self, record: Risk) -> Row:
        rated, over = rate(record, self.frames[record.project_id]), record.status != Risk.Status.OPEN
        level = level_cell(rated)
        if over:
            issue = getattr(record, "issue", None)
            level = Cell(
                status_of(record),
                badge=True,
                tone="neutral",
                sub=gettext("now %(issue)s") % {"issue": issue.key} if issue else "",
            )
        cells = [
            Cell(f"{record.key}  {record.title}", sub=capfirst(record.event)[:160]),
            project_cell(record, "project-risks"),
            level,
            expected_cell(rated.expected, record.project.currency, sees_money=record.project_id in self.with_money),
            owner_cell(record.owner),
            due_cell(record.due_on, self.today, over=over),
        ]
        return Row(record.pk, address(record), cells)

    def empty(self) -> Empty:
        text = gettext("Add risks on a project's Risks tab. Open risks are listed here.")
        return Empty(gettext("No open risks"), text, icon="alert-triangle")


class IssueList(AllProjectsList):
    title, route, noun = gettext_lazy("Issues"), "issues", "issues"
    model = Issue
    default_sort = "due_on"
    filter_class = IssueFilter
    columns = [
        Column(gettext_lazy("Issue"), "title", second=gettext_lazy("Description")),
        Column(gettext_lazy("Project"), "project__name", second=gettext_lazy("Account")),
        Column(gettext_lazy("Severity"), "severity"),
        Column(gettext_lazy("Owner"), "owner__name"),
        Column(gettext_lazy("Due date"), "due_on"),
        Column(gettext_lazy("Status"), "status", hide_small=True),
    ]

    def filtered(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        rows = super().filtered(rows, values)
        status = values.get("status", "")
        if not status:
            rows = rows.exclude(status=Issue.Status.RESOLVED)
        elif status != "all":
            rows = rows.filter(status=status)
        return rows

    def row(self, record: Issue) -> Row:
        solved = record.status == Issue.Status.RESOLVED
        cells = [
            Cell(f"{record.key}  {record.title}", sub=(record.resolution if solved else record.description)[:160]),
            project_cell(record, "project-log"),
            Cell(record.get_severity_display(), badge=True, tone=SEVERITY_TONES[record.severity]),
            owner_cell(record.owner),
            due_cell(record.due_on, timezone.localdate(), over=solved),
            Cell(record.get_status_display(), badge=True, tone=ISSUE_TONES[Issue.Status(record.status)]),
        ]
        return Row(record.pk, address(record), cells)

    def empty(self) -> Empty:
        text = gettext("Add issues in a project's RAID log. A risk that occurs becomes an issue.")
        return Empty(gettext("No open issues"), text, icon="circle-check")


class ChangeList(AllProjectsList):
    title, route, noun = gettext_lazy("Change requests"), "changes", gettext_lazy("change requests")
    model = ChangeRequest
    default_sort = "due_on"
    filter_class = ChangeFilter
    columns = [
        Column(gettext_lazy("Change request"), "title", second=gettext_lazy("Description")),
        Column(gettext_lazy("Project"), "project__name", second=gettext_lazy("Account")),
        Column(gettext_lazy("Impact"), "days", numeric=True, second=gettext_lazy("Price")),
        Column(gettext_lazy("Owner"), "owner__name"),
        Column(gettext_lazy("Decision due"), "due_on"),
        Column(gettext_lazy("Status"), "status", hide_small=True),
    ]

    def filtered(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        rows = super().filtered(rows, values)
        status = values.get("status", "")
        if not status:
            rows = rows.exclude(status__in=ChangeRequest.OVER)
        elif status != "all":
            rows = rows.filter(status=status)
        return rows

    def prepare(self, records: list[ChangeRequest]) -> None:
        self.with_money = self.projects_with_money(records)

    def row(self, record: ChangeRequest) -> Row:
        over = record.status != ChangeRequest.Status.PROPOSED
        cells = [
            Cell(f"{record.key}  {record.title}", sub=(record.answer or record.description)[:160]),
            project_cell(record, "project-log"),
            effect_cell(record, record.project.currency, sees_money=record.project_id in self.with_money),
            owner_cell(record.owner),
            due_cell(record.due_on, timezone.localdate(), over=over),
            Cell(record.get_status_display(), badge=True, tone=CHANGE_TONES[ChangeRequest.Status(record.status)]),
        ]
        return Row(record.pk, address(record), cells)

    def empty(self) -> Empty:
        text = gettext("Add change requests in a project's RAID log, or create them from a client request.")
        return Empty(gettext("No open change requests"), text, icon="switch-horizontal")


class LessonList(AllProjectsList):
    title, route, noun = gettext_lazy("Lessons learned"), "lessons", "lessons"
    subtitle = gettext_lazy("What to repeat and what to improve in the next project.")
    model = Lesson
    default_sort = "-created_at"
    filter_class = LessonFilter
    columns = [
        Column(gettext_lazy("Lesson"), "title", second=gettext_lazy("What happened")),
        Column(gettext_lazy("Recommendation")),
        Column(gettext_lazy("Area"), "field"),
        Column(gettext_lazy("Type"), "kind", hide_small=True),
        Column(gettext_lazy("Project"), "project__name", second=gettext_lazy("Account")),
    ]

    def filtered(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        rows = super().filtered(rows, values)
        return rows.filter(kind=values["kind"]) if values.get("kind") else rows

    def row(self, record: Lesson) -> Row:
        tone = "good" if record.kind == Lesson.Kind.KEEP else "warn"
        cells = [
            Cell(record.title, sub=record.happened),
            Cell(record.advice),
            Cell(record.field or None),
            Cell(record.get_kind_display(), badge=True, tone=tone),
            project_cell(record, "project-log"),
        ]
        return Row(record.pk, address(record), cells)

    def empty(self) -> Empty:
        text = gettext("Add lessons in a project's RAID log. They appear here for all projects.")
        return Empty(gettext("No lessons learned yet"), text, icon="notes")
