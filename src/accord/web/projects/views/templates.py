"""Plans to begin with: templates, and repeated tasks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accord.core.access import Permission, can, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.projects.actions.repeat_task import repeat_task
from accord.projects.models import PlanTemplate, Project
from accord.projects.plan_changes import Invalid
from accord.projects.plan_content import content_of, mentions
from accord.projects.queries_charter import contacts_of_client
from accord.web.projects.forms_charter import NewTemplateForm, TemplateForm
from accord.web.projects.repeat_form import RepeatForm
from accord.web.projects.views.edits import ProjectFormPage
from accord.web.shell.forms import RecordForm
from accord.web.shell.once import only_once
from accord.web.shell.parts import Action, Empty
from accord.web.shell.templatetags.shell import ago
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage, go
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, count_cell


class TemplateList(ListPage):
    title = gettext_lazy("Templates")
    under = (gettext_lazy("Projects"), "projects")
    noun = "templates"
    subtitle = gettext_lazy(
        "Reusable plans with tasks, links, roles, charter and risks, without dates, people or client data."
    )
    default_sort = "name"
    columns = [
        Column(gettext_lazy("Template"), "name", second=gettext_lazy("Description")),
        Column(gettext_lazy("Tasks"), numeric=True),
        Column(gettext_lazy("Deliverables"), numeric=True, hide_small=True),
        Column(gettext_lazy("Risks"), numeric=True, hide_small=True),
        Column(gettext_lazy("Saved"), "created_at", hide_small=True),
        Column(gettext_lazy("Use"), action=True),
    ]

    def rows_of(self, user: Any) -> QuerySet[PlanTemplate]:
        require(user, Permission.VIEW, PlanTemplate())
        return PlanTemplate.objects.visible_to(user)

    def row(self, record: PlanTemplate) -> Row:
        parts = record.content
        start = f"{reverse('project-new')}?begin_with=template:{record.pk}"
        may_change = can(self.request.user, Permission.CHANGE, record)
        return Row(
            record.pk,
            "",
            [
                Cell(
                    record.name,
                    url=reverse("template-edit", args=[record.pk]) if may_change else "",
                    drawer=True,
                    sub=record.description,
                ),
                count_cell(len(parts.get("tasks", []))),
                count_cell(len(parts.get("deliverables", []))),
                count_cell(len(parts.get("risks", []))),
                Cell(ago(record.created_at), raw=record.created_at),
                Cell(gettext("New project from template"), url=start, drawer=True),
            ],
        )

    def empty(self) -> Empty:
        return Empty(
            gettext("No templates yet"),
            gettext("Open a project and choose “Save as template” from its menu."),
            icon="copy",
            action=Action(gettext("Projects"), reverse("projects")),
        )


class ProjectTemplateNew(ProjectFormPage, CreatePage):
    """Keeps the project's plan as a template, and shows first what in it names the client."""

    model = PlanTemplate
    submit_label = gettext_lazy("Save as template")
    saved_message = gettext_lazy("Template saved.")

    def record(self) -> Record:
        require(self.request.user, Permission.CHANGE, self.project)
        template = PlanTemplate()
        require(self.request.user, Permission.CREATE, template)
        return template

    def title(self, record: Record) -> str:
        return gettext("Save as template")

    def form(self, record: Record, data: Any = None, files: Any = None) -> RecordForm:
        return NewTemplateForm(data, files, instance=record, user=self.request.user, project=self.project)

    def context(self, record: Record, form: RecordForm) -> dict[str, Any]:
        client = self.project.account.name
        words = [client, client.split()[0], *contacts_of_client(self.project).values_list("name", flat=True)]
        return super().context(record, form) | {"mentions": mentions(content_of(self.project), words)}

    def show(self, record: Record, form: RecordForm, status: int = 200) -> HttpResponse:
        return render(self.request, "projects/template_form.html", self.context(record, form), status=status)

    def after(self, record: Record) -> str:
        return reverse("templates") if record.pk else reverse("project", args=[self.project.pk])


class TemplateEdit(EditPage):
    model, form_class = PlanTemplate, TemplateForm
    removal = "template-removal"
    back = "templates"


class TemplateRemove(RemovePage):
    model = PlanTemplate
    consequence = gettext_lazy("Projects created from it keep their plans.")
    back = "templates"


@require_http_methods(["GET", "POST"])
def repeated_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan something that takes place again and again."""
    project = fetch(Project, request.user, "account", pk=pk)
    require(request.user, Permission.CHANGE, project)
    form = RepeatForm(project, request.POST or None)
    back = reverse("project-plan", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            with only_once(request) as done:
                step = repeat_task(project=project, by=request.user, **form.planned())
                done.url = back
            messages.success(
                request,
                gettext("Recurring task added with %(count)s occurrences. You can undo this in one step.")
                % {"count": len(step.created) - 1},
            )
            return go(request, back)
        except Invalid as error:
            form.refuse(error.field, error.message)
    context = {
        "title": gettext("New recurring task"),
        "subtitle": gettext("Creates a summary task with one task per occurrence."),
        "form": form,
        "sections": form.sections(),
        "submit_label": gettext("Add task"),
        "cancel_url": back,
        "form_url": request.get_full_path(),
    }
    return render(request, "shell/form.html", context, status=422 if request.method == "POST" else 200)
