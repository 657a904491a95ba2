"""Forms of hourly rates: setting them, asking which one applies, repricing hours."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.money.models import RateCard, WorkType
from accord.people.models import JobRole, Person
from accord.projects.models import Project
from accord.web.shell.forms import DateInput, RecordForm
from accord.web.shell.list_filters import ANY, ListFilter


class RateForm(RecordForm):
    """One rate: what it is for, from when, how much."""

    class Meta:
        model = RateCard
        fields = [
            "side", "amount", "currency", "starts_on", "note", "project", "agreement", "account", "work_type", "person",
            "job_role",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = ["project", "agreement", "account", "work_type", "person", "job_role"]
        self.fields["project"].help_text = gettext("Name one of project, agreement and account, or none of them.")
        self.fields["person"].help_text = gettext("Name a person or a job role, or neither.")
        rest = [name for name in self.Meta.fields if name not in scope]
        self.sections = [("", rest), (gettext("Scope: what the rate is for"), scope)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if sum(bool(values.get(name)) for name in ("project", "agreement", "account")) > 1:
            self.add_error("project", gettext("Choose one of project, agreement and account."))
        if values.get("person") and values.get("job_role"):
            self.add_error("person", gettext("Choose a person or a job role, not both."))
        return values


class RateFilter(ListFilter):
    q = forms.CharField(label=gettext_lazy("Search rates"), required=False)
    side = forms.ChoiceField(label=gettext_lazy("Type"), choices=[ANY, *RateCard.Side.choices], required=False)
    current = forms.ChoiceField(
        label=gettext_lazy("Shown"),
        choices=[("", gettext_lazy("All, with history")), ("yes", gettext_lazy("In force today"))],
        required=False,
    )
    project = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput())
    account = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput())
    person = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput())


class WorkForm(forms.Form):
    """An hour of work whose rates are asked for."""

    checked_in_browser = True
    project = forms.ModelChoiceField(Project.objects.none(), label=gettext_lazy("Project"), required=False)
    person = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("Person"), required=False)
    job_role = forms.ModelChoiceField(JobRole.objects.none(), label=gettext_lazy("Job role"), required=False)
    work_type = forms.ModelChoiceField(WorkType.objects.none(), label=gettext_lazy("Type of work"), required=False)
    day = forms.DateField(label=gettext_lazy("Date"), required=False, widget=DateInput())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["job_role"].help_text = gettext("For work that no one is named for yet.")
        for name in ("project", "person", "job_role", "work_type"):
            field: Any = self.fields[name]
            field.queryset = field.queryset.model.objects.visible_to(user)
        self.fields["project"].queryset = self.fields["project"].queryset.filter(archived_at=None)  # type: ignore[attr-defined]


class PeriodForm(forms.Form):
    """The days whose hours are priced again."""

    first = forms.DateField(label=gettext_lazy("From"), widget=DateInput())
    last = forms.DateField(label=gettext_lazy("To"), widget=DateInput())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", gettext("The end date can't be before the start date."))
        elif first and last and last - first > timedelta(days=366):
            self.add_error("last", gettext("Choose at most a year."))
        return values


def this_month() -> dict[str, date]:
    today = timezone.localdate()
    return {"first": today.replace(day=1), "last": today}
