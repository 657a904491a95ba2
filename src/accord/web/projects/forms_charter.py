"""Forms of the charter and of deliverables."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.people.models import Person
from accord.projects.actions.copy_plan import save_template
from accord.projects.actions.link_tasks import link_tasks
from accord.projects.actions.record_acceptance import check_acceptance, record_acceptance
from accord.projects.models import (
    Acceptance,
    CharterItem,
    Deliverable,
    Objective,
    PlanTemplate,
    Project,
    Stakeholder,
    Task,
)
from accord.projects.outline import outline
from accord.projects.queries_charter import contacts_of_client
from accord.web.shell.forms import RecordForm


class ObjectiveForm(RecordForm):
    class Meta:
        model = Objective
        fields = ["name", "measure", "baseline", "target", "due_on", "achieved"]


class CharterItemForm(RecordForm):
    class Meta:
        model = CharterItem
        fields = ["kind", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class StakeholderForm(RecordForm):
    sections = [
        (gettext_lazy("Stakeholder (fill in one)"), ["contact", "person", "name"]),
        (gettext_lazy("Analysis"), ["part", "influence", "interest", "engagement", "expects"]),
    ]

    class Meta:
        model = Stakeholder
        fields = ["contact", "person", "name", "part", "influence", "interest", "engagement", "expects"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = contacts_of_client(self.instance.project, kept=self.instance.contact_id)
        self.fields["contact"].queryset = contacts.visible_to(self.user)
        there = Person.objects.filter(left_on=None)
        if self.instance.person_id:
            there |= Person.objects.filter(pk=self.instance.person_id)
        self.fields["person"].queryset = there


class DeliverableForm(RecordForm):
    class Meta:
        model = Deliverable
        fields = ["name", "description", "criteria", "due_on", "delivered_on"]


class DeliverableTasksForm(forms.Form):
    """Chooses the tasks and summaries that make a deliverable."""

    tasks = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Tasks and summaries"),
        required=False,
        coerce=int,
        help_text=gettext_lazy("A summary includes all its tasks."),
        widget=forms.SelectMultiple(attrs={"data-search": ""}),
    )

    def __init__(self, deliverable: Deliverable, data: Any = None) -> None:
        self.deliverable = deliverable
        rows = outline(Task.objects.filter(project=deliverable.project).select_related("deliverable"))
        self.known = {row.task.pk: row.task for row in rows}
        chosen = [row.task.pk for row in rows if row.task.deliverable_id == deliverable.pk]
        super().__init__(data, initial={"tasks": chosen})
        self.fields["tasks"].choices = [(row.task.pk, f"{row.wbs}  {self._label(row.task)}") for row in rows]  # type: ignore[attr-defined]

    def _label(self, task: Task) -> str:
        other = task.deliverable if task.deliverable_id not in (None, self.deliverable.pk) else None
        return gettext("%(task)s (now: %(other)s)") % {"task": task.name, "other": other} if other else task.name

    def save(self, by: Any) -> None:
        link_tasks(deliverable=self.deliverable, tasks=[self.known[pk] for pk in self.cleaned_data["tasks"]], by=by)


class AcceptanceForm(RecordForm):
    """The client's word; it is recorded once and never edited."""

    class Meta:
        model = Acceptance
        fields = ["verdict", "contact", "given_on", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = contacts_of_client(self.instance.project).visible_to(self.user)
        self.fields["contact"].required = True
        self.fields["contact"].help_text = gettext("A contact of %(account)s.") % {
            "account": self.instance.project.account
        }
        self.fields["note"].help_text = gettext("Quote the client. This can't be changed later.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            check_acceptance(deliverable=self.instance.deliverable, **values)
        return values

    def save_for_user(self) -> Record:
        return record_acceptance(deliverable=self.instance.deliverable, by=self.user, **self.stored_values)


class TemplateForm(RecordForm):
    class Meta:
        model = PlanTemplate
        fields = ["name", "description"]


class NewTemplateForm(TemplateForm):
    """Keeps the plan of ``project`` as a template."""

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project

    def save_for_user(self) -> Record:
        return save_template(project=self.project, by=self.user, **self.stored_values)
