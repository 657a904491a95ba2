"""The list of projects."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils.translation import gettext

from accord.accounts.models import CustomField
from accord.core.access import Permission, may_create
from accord.core.texts import gettext_lazy
from accord.insight.models import ProjectMeasure
from accord.insight.queries import latest_measures
from accord.people.models import Role
from accord.projects.models import Project
from accord.projects.queries_projects import matching_projects
from accord.web.projects.forms import ProjectFilter
from accord.web.projects.views.edits import ProjectEdit
from accord.web.shell.cells.projects import PROJECT_COLUMNS, project_row
from accord.web.shell.list_groups import by_choice, by_record
from accord.web.shell.parts import Action, Empty
from accord.web.shell.views.lists import ListPage, Row

# Work in progress first, what is over last; by name within each.
_ORDER = (Project.Status.ACTIVE, Project.Status.PLANNED, Project.Status.ON_HOLD, Project.Status.CLOSED)
_RANK = Case(
    *(When(status=status, then=Value(str(rank))) for rank, status in enumerate(_ORDER)),
    default=Value("9"),
    output_field=CharField(),
)


FIGURES = ("cv", "sv", "cpi", "spi")


def _latest(figure: str, seen: Q | None = None) -> Subquery:
    rows = ProjectMeasure.objects.filter(seen or Q(), latest=True, project=OuterRef("pk"))
    return Subquery(rows.values(figure)[:1])


class ProjectList(ListPage):
    title = gettext_lazy("Projects")
    noun = "projects"
    default_sort = "by_status"
    filter_class = ProjectFilter
    client = "account"
    custom_on = CustomField.On.PROJECT
    edit_page = ProjectEdit
    editors = (Role.ADMINISTRATOR, Role.PROJECT_MANAGER)
    group_by = (
        by_choice("status", gettext_lazy("Status"), [(status.value, status.label) for status in _ORDER]),
        by_record("manager", gettext_lazy("Project manager"), none=gettext_lazy("Unassigned")),
        by_record("account", gettext_lazy("Account")),
    )
    columns = PROJECT_COLUMNS

    def rows_of(self, user: Any) -> QuerySet[Project]:
        is_archived = self.request.GET.get("archived") == "yes"
        rows: QuerySet[Project] = Project.objects.visible_to(user).filter(archived_at__isnull=not is_archived)
        return rows.select_related("account", "manager").annotate(by_status=Concat(_RANK, Lower("name")))

    def filtered(self, rows: QuerySet[Project], values: dict[str, Any]) -> QuerySet[Project]:
        return matching_projects(rows, values, self.request.user)

    def with_figures(self, rows: QuerySet[Project]) -> QuerySet[Project]:
        figure = self.sort.lstrip("-")
        if figure == "progress":
            return rows.annotate(progress=_latest("percent_complete"))
        if figure in FIGURES:  # sorted by what one may see: the order tells as much as the amount
            seen = Q(project__in=Project.objects.letting(self.request.user, Permission.VIEW_MONEY))
            return rows.annotate(**{figure: _latest(figure, seen)})
        return rows

    def prepare(self, records: list[Project]) -> None:
        found = latest_measures(Project.objects.filter(pk__in=[p.pk for p in records]), self.request.user)
        self.measures = {m.project_id: m for m in found}

    def row(self, record: Project) -> Row:
        return project_row(record, self.measures.get(record.pk))

    def actions(self) -> list[Action]:
        user: Any = self.request.user
        if not may_create(user, Project):
            return []
        return [
            Action(gettext("Templates"), reverse("templates"), icon="copy"),
            Action(gettext("Import plan"), reverse("imports"), icon="file-import"),
            Action.new(gettext("New project"), reverse("project-new")),
        ]

    def empty(self) -> Empty:
        action = self.main_action
        text = (
            gettext("Create a project for a client, or import a plan from Microsoft Project.")
            if action
            else gettext("You can see a project once you're a member. Ask its project manager to add you.")
        )
        return Empty(gettext("No projects yet"), text, icon="timeline-event", action=action)
