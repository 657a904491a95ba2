"""The tasks of all projects that somebody sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import CustomField
from accord.core.fields import wall_time
from accord.core.texts import gettext_lazy
from accord.people.models import Role
from accord.projects.actions.set_task_status import needs, set_task_status
from accord.projects.lanes import Lane, in_lane, lane_of
from accord.projects.models import Task
from accord.projects.plan_rows import Invalid
from accord.projects.queries_calendar import in_span, task_weeks
from accord.projects.queries_late import ways_late
from accord.projects.queries_tasks import assignees, due_day, matching_tasks, tasks_across
from accord.web.projects.forms_task import TaskForm
from accord.web.projects.forms_tasks import TaskFilter
from accord.web.projects.views.calendar import asked_month, month_context
from accord.web.shell.addresses import task_page
from accord.web.shell.list_groups import Choice, GroupBy, by_choice, by_record
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import day, hours
from accord.web.shell.views.forms import EditPage
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, date_cell

MOST = 500  # tasks of a month
TONES = {Lane.TO_DO: "neutral", Lane.DOING: "info", Lane.WAITING: "warn", Lane.DONE: "good"}


class TaskField(EditPage):
    """What cells of the list edit of a task."""

    model, form_class, related = Task, TaskForm, ("project__account",)


class TaskList(ListPage):
    title = gettext_lazy("Tasks")
    under = (gettext_lazy("Projects"), "projects")
    noun = "tasks"
    default_sort = "finish"
    template = "projects/tasks.html"
    custom_on = CustomField.On.TASK
    edit_page = TaskField
    editors = (Role.ADMINISTRATOR, Role.PROJECT_MANAGER)
    group_by = (
        GroupBy(
            "status", gettext_lazy("Status"), lambda: [Choice(lane.value, lane.label, in_lane(lane)) for lane in Lane]
        ),
        by_record("project", gettext_lazy("Project")),
        by_record("account", gettext_lazy("Account"), path="project__account"),
        by_record("deliverable", gettext_lazy("Deliverable"), none=gettext_lazy("No deliverable")),
        by_choice(
            "critical",
            gettext_lazy("Critical path"),
            [(True, gettext_lazy("Critical")), (False, gettext_lazy("Not critical"))],
        ),
    )
    columns = [
        Column(gettext_lazy("Task"), "name", second=gettext_lazy("Waiting for")),
        Column(gettext_lazy("Project"), "project__name", second=gettext_lazy("Account")),
        Column(gettext_lazy("Assignees")),
        Column(gettext_lazy("Status")),
        Column(gettext_lazy("Due"), "finish", second=gettext_lazy("Late")),
        Column(gettext_lazy("Progress"), "percent_complete", percent=True, hide_small=True),
        Column(gettext_lazy("Start"), "start", shown=False),
        Column(gettext_lazy("Deadline"), "deadline", shown=False, edit="deadline"),
        Column(gettext_lazy("Work (h)"), "work_minutes", numeric=True, shown=False, total=F("work_minutes") / 60.0),
        Column(gettext_lazy("Critical"), "critical", shown=False),
    ]

    def faces(self) -> list[tuple[str, dict[str, str]]]:
        return [(gettext("Calendar"), {"show": "calendar"})]

    def movers(self) -> dict[str, Callable[[Any, str, int], Any]]:
        return {"status": self._move}

    def _move(self, task: Task, value: str, version: int) -> None:
        if value not in list(Lane):
            raise ValidationError(gettext("Choose one of the statuses."))
        now = wall_time().replace(second=0, microsecond=0)
        try:
            set_task_status(task=task, lane=Lane(value), by=self.request.user, version=version, now=now)
        except Invalid as error:
            raise ValidationError(error.message) from error

    def asks(self, record: Task, field: str, value: str) -> str:
        if field != "status" or not needs(record, Lane(value)):
            return ""
        query = self.request.GET.copy()
        query["back"] = "tasks"
        return f"{reverse('task-move', args=[record.pk, value])}?{query.urlencode()}"

    def rows_of(self, user: Any) -> QuerySet[Task]:
        return tasks_across(user, timezone.localdate())

    def _filter_form(self, request: HttpRequest) -> forms.Form:
        return TaskFilter(request.GET, user=request.user)

    def filtered(self, rows: QuerySet[Task], values: dict[str, Any]) -> QuerySet[Task]:
        return matching_tasks(rows, values, self.request.user)

    def prepare(self, records: list[Task]) -> None:
        self.assignees = assignees(records)

    def row(self, record: Task) -> Row:
        lane, project = lane_of(record), record.project
        late = [] if lane is Lane.DONE else ways_late(record)
        people = ", ".join(self.assignees.get(record.pk, ()))
        deadline = record.deadline.date() if record.deadline else None
        return Row(
            record.pk,
            task_page(project, record),
            [
                Cell(
                    record.name,
                    sub=gettext("Waiting for %(waiting_for)s") % {"waiting_for": record.waiting_for}
                    if lane is Lane.WAITING
                    else "",
                ),
                Cell(project.name, url=reverse("project", args=[project.pk]), sub=str(project.account)),
                Cell(people) if people else Cell(gettext("Unassigned"), tone="warn"),
                Cell(lane.label, badge=True, tone=TONES[lane]),
                date_cell(due_day(record), sub=" · ".join(how.label for how in late), tone="bad" if late else ""),
                Cell(record.name, progress=record.percent_complete, raw=record.percent_complete / 100),
                Cell(day(record.start) if record.start else None, raw=record.start),
                date_cell(deadline),
                Cell(hours(record.work_minutes), numeric=True, raw=round(record.work_minutes / 60, 2)),
                Cell(gettext("Yes") if record.critical else gettext("No")),
            ],
        )

    def no_match(self) -> Empty:
        text = gettext("Try other filters, such as any assignee or all statuses.")
        return Empty(gettext("No matching tasks"), text, icon="checklist")

    def extra(self) -> dict[str, Any]:
        return self._calendar()

    def _calendar(self) -> dict[str, Any]:
        """The month that is asked for, where the tasks are shown as a calendar."""
        if self.request.GET.get("show") != "calendar":
            return {}
        today = timezone.localdate()
        month = asked_month(self.request, today)
        tasks = list(in_span(self.found, month)[: MOST + 1])
        weeks = task_weeks(tasks[:MOST], month)
        return month_context(weeks, month, today, across=True) | {"too_many": MOST if len(tasks) > MOST else 0}
