"""The filter of the tasks of all projects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.people.models import Person
from accord.projects.lanes import Lane
from accord.projects.models import Project
from accord.projects.queries_late import Late
from accord.projects.queries_tasks import ALL, ANY_LATE, ANYONE, ME, NOBODY
from accord.web.shell.forms import DateInput
from accord.web.shell.list_filters import ListFilter
from accord.web.shell.navigation import MANAGING


class TaskFilter(ListFilter):
    """Always bound: with nothing asked, a member sees their own tasks and managers everyone's, unfinished ones only."""

    further = ("project", "account", "due_from", "due_to", "critical")

    q = forms.CharField(label=gettext_lazy("Search tasks"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("Assignee"), required=False)
    status = forms.ChoiceField(
        choices=[("", gettext_lazy("Open")), *((lane.value, lane.label) for lane in Lane), (ALL, gettext_lazy("All"))],
        required=False,
    )
    late = forms.ChoiceField(
        choices=[
            ("", gettext_lazy("Any")),
            (ANY_LATE, gettext_lazy("Late")),
            *((how.value, how.label) for how in Late),
        ],
        required=False,
    )
    project = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    account = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    due_from = forms.DateField(label=gettext_lazy("Due from"), required=False, widget=DateInput())
    due_to = forms.DateField(label=gettext_lazy("Due to"), required=False, widget=DateInput())
    critical = forms.ChoiceField(
        label=gettext_lazy("Critical path"),
        choices=[("", gettext_lazy("All tasks")), ("yes", gettext_lazy("Critical tasks"))],
        required=False,
    )

    def __init__(self, data: QueryDict, *, user: Any) -> None:
        given = data.copy()
        if not given.get("person"):
            given["person"] = ANYONE if user.has_role(*MANAGING) else ME
        super().__init__(given)
        projects = Project.objects.visible_to(user).filter(archived_at=None)
        rows = list(projects.order_by("name").values_list("pk", "name", "account", "account__name"))
        accounts = sorted({(pk, name) for _, _, pk, name in rows}, key=lambda row: row[1].casefold())
        people = Person.objects.filter(resources__project__in=projects.values("pk")).distinct().order_by("name")
        choices: dict[str, list[tuple[Any, str]]] = {
            "person": [
                (ANYONE, gettext("Anyone")),
                (ME, gettext("Me")),
                (NOBODY, gettext("Unassigned")),
                *people.values_list("pk", "name"),
            ],
            "project": [("", gettext("All")), *((pk, name) for pk, name, _, _ in rows)],
            "account": [("", gettext("All")), *accounts],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
