"""Forms of baselines and of what changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.projects.actions.what_if import start_what_if
from accord.projects.models import Baseline, Plan
from accord.web.shell.forms import DateInput, RecordForm
from accord.web.shell.templatetags.shell import day

NOW = "plan"  # the plan as it stands


class BaselineNameForm(RecordForm):
    class Meta:
        model = Baseline
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


class WhatIfForm(RecordForm):
    class Meta:
        model = Plan
        fields = ["name", "purpose"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


class NewWhatIfForm(WhatIfForm):
    def save_for_user(self) -> Record:
        return start_what_if(project=self.instance.project, by=self.user, **self.stored_values)


class ComparisonForm(forms.Form):
    """Which two states of a plan to compare."""

    first = forms.ChoiceField(label=gettext_lazy("Compare"), required=False)
    second = forms.ChoiceField(label=gettext_lazy("With"), required=False)
    later_than = forms.IntegerField(
        label=gettext_lazy("Delayed by more than (days)"),
        required=False,
        min_value=0,
        max_value=10_000,
        widget=forms.NumberInput(attrs={"placeholder": "Any"}),
    )

    def __init__(self, baselines: list[Baseline], data: Any = None) -> None:
        super().__init__(data)
        known = [(str(b.pk), f"{b} ({day(b.taken_at)})") for b in baselines]
        self.fields["first"].choices = known  # type: ignore[attr-defined]
        self.fields["second"].choices = [(NOW, gettext("Current plan")), *known]  # type: ignore[attr-defined]


class SinceForm(forms.Form):
    """From when on to tell what changed; a day counts from its beginning, before what is chosen beside it."""

    since = forms.ChoiceField(label=gettext_lazy("Since"), required=False)
    on = forms.DateField(label=gettext_lazy("Since date"), required=False, widget=DateInput())

    def __init__(self, baselines: list[Baseline], visit: Any, data: Any = None) -> None:
        super().__init__(data)
        choices = [
            ("week", gettext("1 week ago")),
            ("yesterday", gettext("Yesterday")),
            ("month", gettext("4 weeks ago")),
        ]
        if visit is not None:
            choices.insert(0, ("visit", gettext("My last visit (%(visit)s)") % {"visit": day(visit)}))
        choices += [(f"baseline-{b.pk}", f"{b} ({day(b.taken_at)})") for b in baselines]
        self.fields["since"].choices = choices  # type: ignore[attr-defined]

    def clean_on(self) -> Any:
        given = self.cleaned_data.get("on")
        if given is not None and given > timezone.localdate() + timedelta(days=1):
            raise forms.ValidationError(gettext("Choose a date in the past."))
        return given
