"""People's time promised to projects."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.people.models import Person
from accord.projects.actions.allocate import confirm_allocation, release
from accord.projects.models import Allocation
from accord.projects.queries_staffing import projects_to_staff
from accord.web.projects.forms_staffing import AllocationForm, cost_of
from accord.web.projects.views.edits import ProjectFormPage
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage, go


class AllocationNew(ProjectFormPage, CreatePage):
    model, form_class, tab = Allocation, AllocationForm, "project-work"
    submit_label = gettext_lazy("Allocate")
    saved_message = gettext_lazy("Person allocated.")

    def blank(self) -> Record:
        project = self.project
        return Allocation(project=project, ends_on=project.finish.date() if project.finish else None)

    def title(self, record: Record) -> str:
        return gettext("Allocate someone to this project")


class PersonAllocationNew(CreatePage):
    """The same from the person's page; which projects one may promise them to is what the form offers."""

    model, form_class = Allocation, AllocationForm
    submit_label = gettext_lazy("Allocate")
    saved_message = gettext_lazy("Person allocated.")

    def record(self) -> Record:
        person = fetch(Person, self.request.user, "user", pk=self.kwargs["person"])
        user: Any = self.request.user
        if not projects_to_staff(user).exists():
            raise PermissionDenied(gettext("You don't have permission to allocate people."))
        return Allocation(person=person)

    def title(self, record: Record) -> str:
        return gettext("Allocate %(person)s to a project") % {"person": record.person}  # type: ignore[attr-defined]

    def after(self, record: Record) -> str:
        return reverse("person", args=[record.person_id])  # type: ignore[attr-defined]


class AllocationEdit(ProjectFormPage, EditPage):
    model, form_class, tab, related = Allocation, AllocationForm, "project-work", ("project__account", "person")

    def after(self, record: Record) -> str:
        return _back(self.request, record)

    def delete_url(self, record: Record) -> str:
        return f"{reverse('allocation-removal', args=[record.pk])}?{self.request.GET.urlencode()}".rstrip("?")


class AllocationRemove(RemovePage):
    model = Allocation
    consequence = gettext_lazy("The person's time becomes available again. The staffing request it filled is reopened.")

    def after(self, record: Record) -> str:
        return _back(self.request, record)

    def remove(self, record: Record) -> None:
        release(allocation=record, by=self.request.user)  # type: ignore[arg-type]


@require_POST
def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """What was hoped for is agreed: the allocation is confirmed from now on."""
    allocation = fetch(Allocation, request.user, "project__account", "person__user", pk=pk)
    require(request.user, Permission.CHANGE, allocation)
    confirm_allocation(allocation=allocation, by=request.user, rate=cost_of(allocation))
    messages.success(
        request,
        gettext("Allocation confirmed: %(allocation)s. You can now assign %(person)s to tasks.")
        % {"allocation": allocation, "person": allocation.person},
    )
    return go(request, _back(request, allocation))


def _back(request: HttpRequest, record: Any) -> str:
    """To the page that the allocation was opened from."""
    if request.GET.get("from") == "person":
        return reverse("person", args=[record.person_id])
    return reverse("project-work", args=[record.project_id])
