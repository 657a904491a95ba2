"""Creating, editing and removing what belongs to a project."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.accounts.models import Account
from accord.core.access import Permission, require, require_create
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.people.models import Firm
from accord.projects.actions.start_project import MORNING
from accord.projects.models import Project, ProjectMember, Resource, Task
from accord.projects.queries_progress import progress_of_task
from accord.web.projects import forms
from accord.web.projects.plan_views import editor_groups
from accord.web.shell.comments import talk_about
from accord.web.shell.forms import RecordForm
from accord.web.shell.page_files import page_files
from accord.web.shell.parts import Crumb
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.forms import CreatePage, EditPage, ModelPage, RemovePage


class ProjectNew(CreatePage):
    model, form_class = Project, forms.ProjectForm

    def record(self) -> Record:
        project = Project(currency=Firm.current().currency)
        project.start = datetime.combine(timezone.localdate(), MORNING)
        if "account" in self.kwargs:
            account = fetch(Account, self.request.user, pk=self.kwargs["account"])
            project.account, project.currency = account, account.currency
            require(self.request.user, Permission.CREATE, project)
        else:
            # Which clients one may start projects for is checked with the client that the form chooses.
            user: Any = self.request.user
            require_create(user, Project)
        return project

    def form(self, record: Record, data: Any = None, files: Any = None) -> RecordForm:
        """``?begin_with=`` chooses a template beforehand."""
        initial = {"begin_with": self.request.GET.get("begin_with", "")}
        return forms.ProjectForm(data, files, instance=record, user=self.request.user, initial=initial)

    def after(self, record: Record) -> str:
        return reverse("project-plan", args=[record.pk]) if record.pk else reverse("projects")


class ProjectEdit(EditPage):
    model, form_class, related = Project, forms.ProjectForm, ("account",)


class ProjectFormPage(ModelPage):
    """A page about something of one project; ``tab`` is where it is seen."""

    tab: ClassVar[str] = "project"

    @property
    def project(self) -> Project:
        if not hasattr(self, "_project"):
            self._project = fetch(Project, self.request.user, "account", pk=self.kwargs["project"])
        return self._project

    def blank(self) -> Record:
        return self.model(project=self.project)

    def after(self, record: Any) -> str:
        return reverse(self.tab, args=[record.project_id])


class ProjectFormPages(ProjectFormPage, FormPages):
    """What is created, edited and removed of one project."""

    related: ClassVar[tuple[str, ...]] = ("project__account",)

    def above(self, record: Any) -> str:
        return reverse(self.tab, args=[record.project_id])

    def after(self, record: Any) -> str:
        return FormPages.after(self, record)


class MemberNew(ProjectFormPage, CreatePage):
    model, form_class, tab = ProjectMember, forms.MemberForm, "project-work"
    submit_label, new_title = gettext_lazy("Add member"), gettext_lazy("Add project member")


class MemberRemove(ProjectFormPage, RemovePage):
    model, tab = ProjectMember, "project-work"
    consequence = gettext_lazy("They lose access to this project. Their work is kept.")


class ResourcePages(ProjectFormPages):
    route, model, form_class, tab = "resource", Resource, forms.ResourceForm, "project-work"
    consequence = gettext_lazy("The resource is removed from every task in this project.")

    def blank(self) -> Record:
        taken = Resource.objects.filter(project=self.project).order_by("-uid").values_list("uid", flat=True).first()
        return Resource(**self.project.plan.place, uid=(taken or 0) + 1)


@require_safe
def task_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor of one task: the Gantt's own, in the drawer of other pages or as a page."""
    task = fetch(Task, request.user, "project__account", pk=pk)
    project = task.project
    require(request.user, Permission.CHANGE, project)
    context = {
        "task": task,
        "project": project,
        "plan_url": f"/api/projects/{project.pk}/plan",
        "can_edit": True,
        "progress": progress_of_task(task, request.user)[:50],
        "talk": talk_about(task, request.user),
        "editor_groups": editor_groups(),
        "file_count": len(list(page_files(task, request.user).of(task))),
        "back_url": reverse("project-board", args=[project.pk]),
        "crumbs": [
            Crumb(gettext("Projects"), reverse("projects")),
            Crumb(project.name, reverse("project", args=[project.pk])),
            Crumb(task.name),
        ],
    }
    return render(request, "projects/task.html", context)
