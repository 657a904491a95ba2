"""Forms of the register and the logs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.engines.uncertainty.risk_matrix import BANDS
from accord.people.models import User
from accord.projects.actions.decide_change import decide_change
from accord.projects.actions.raise_entry import change_entry, raise_entry
from accord.projects.actions.resolve_issue import resolve_issue
from accord.projects.models import ChangeRequest, Decision, Issue, Lesson, Risk, Task
from accord.projects.queries_risks import possible_owners
from accord.web.projects.register import signed_days, signed_money
from accord.web.shell.forms import RecordForm

LABELS = {
    "cause": gettext_lazy("Cause"),
    "event": gettext_lazy("Risk event"),
    "effect": gettext_lazy("Effect"),
    "days_low": gettext_lazy("Optimistic"),
    "days_likely": gettext_lazy("Most likely"),
    "days_high": gettext_lazy("Pessimistic"),
    "cost_low": gettext_lazy("Optimistic"),
    "cost_likely": gettext_lazy("Most likely"),
    "cost_high": gettext_lazy("Pessimistic"),
    "trigger": gettext_lazy("Trigger"),
    "residual_probability": gettext_lazy("Probability (%)"),
    "residual_days": gettext_lazy("Delay (working days)"),
    "residual_cost": gettext_lazy("Cost"),
}


class EntryForm(RecordForm):
    """What all entries share: the owner is somebody of the project, tasks are its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        project = self.instance.project
        if "owner" in self.fields:
            kept = User.objects.filter(pk=self.instance.owner_id or 0)
            self.fields["owner"].queryset = (possible_owners(project) | kept.distinct()).order_by("name")
        if "tasks" in self.fields:
            work = Task.objects.filter(project=project, active=True).exclude(kind=Task.Kind.SUMMARY)
            self.fields["tasks"].queryset = work
            self.fields["tasks"].help_text = ""
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 2

    def save_for_user(self) -> Record:
        entry: Any = self.instance
        if entry.pk is None:
            many = {name: self.cleaned_data[name] for name in ("tasks",) if name in self.cleaned_data}
            return raise_entry(entry=entry, by=self.user, many=many)
        return change_entry(entry=entry, by=self.user, version=self.cleaned_data["version"], **self.stored_values)


class RiskForm(EntryForm):
    sections = [
        ("", ["title", "kind", "owner"]),
        (gettext_lazy("Risk statement"), ["cause", "event", "effect", "tasks"]),
        (gettext_lazy("Assessment"), ["probability", "client_impact"]),
        (gettext_lazy("Schedule impact (working days)"), ["days_low", "days_likely", "days_high"]),
        (gettext_lazy("Cost impact"), ["cost_low", "cost_likely", "cost_high"]),
        (gettext_lazy("Response"), ["response", "due_on", "plan", "trigger"]),
        (gettext_lazy("Residual risk"), ["residual_probability", "residual_days", "residual_cost"]),
    ]

    class Meta:
        model = Risk
        fields = [
            "title",
            "kind",
            "owner",
            "cause",
            "event",
            "effect",
            "tasks",
            "probability",
            "client_impact",
            "days_low",
            "days_likely",
            "days_high",
            "cost_low",
            "cost_likely",
            "cost_high",
            "response",
            "due_on",
            "plan",
            "trigger",
            "residual_probability",
            "residual_days",
            "residual_cost",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["response"].choices = [
            ("", gettext("Not set")),
            (gettext("Threat responses"), [(r.value, r.label) for r in list(Risk.Response)[:3]]),
            (gettext("Opportunity responses"), [(r.value, r.label) for r in list(Risk.Response)[4:]]),
            (gettext("Either"), [(Risk.Response.ACCEPT.value, Risk.Response.ACCEPT.label)]),
        ]
        for name in LABELS.keys() & self.fields.keys():
            self.fields[name].label, self.fields[name].help_text = LABELS[name], ""


class IssueForm(EntryForm):
    class Meta:
        model = Issue
        fields = ["title", "severity", "status", "owner", "due_on", "description", "tasks"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.status == Issue.Status.RESOLVED:
            del self.fields["status"]  # it is opened again by an action of its own
        else:
            self.fields["status"].choices = [c for c in Issue.Status.choices if c[0] != Issue.Status.RESOLVED]


class SolutionForm(RecordForm):
    """How an issue was solved."""

    class Meta:
        model = Issue
        fields = ["resolution"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resolution"].required = True
        self.fields["resolution"].label = gettext("Resolution")

    def clean(self) -> dict[str, Any]:
        if self.instance.status == Issue.Status.RESOLVED:
            raise ValidationError(gettext("%(instance)s is already resolved.") % {"instance": self.instance.key})
        return super().clean() or {}

    def save_for_user(self) -> Record:
        values = self.cleaned_data
        return resolve_issue(
            issue=self.instance, by=self.user, version=values["version"], resolution=values["resolution"]
        )


class ChangeForm(EntryForm):
    sections = [
        ("", ["title", "owner", "due_on", "description", "reason"]),
        (gettext_lazy("Impact"), ["days", "price", "cost", "tasks"]),
    ]

    class Meta:
        model = ChangeRequest
        fields = ["title", "owner", "due_on", "description", "reason", "days", "price", "cost", "tasks"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].label = gettext("Owner")


class ChangeDecisionForm(RecordForm):
    """What became of a change that was proposed."""

    status = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[(s.value, s.label) for s in (ChangeRequest.Status.APPROVED, ChangeRequest.Status.DECLINED)],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = ChangeRequest
        fields = ["decided_by", "answer"]

    field_order = ["status", "decided_by", "answer"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        change = self.instance
        adds = (
            [gettext("%(days)s to the finish") % {"days": signed_days(change.days)}] if change.days is not None else []
        )
        if change.price is not None and change.shows_money_to(self.user):
            adds.append(
                gettext("%(price)s to the price") % {"price": signed_money(change.price, change.project.currency)}
            )
        self.fields["status"].help_text = (
            gettext("Impact: %(adds)s.") % {"adds": " and ".join(adds)} if adds else gettext("Impact not estimated.")
        )
        self.initial["status"] = None
        self.initial["decided_by"] = self.instance.decided_by or str(self.user)
        self.fields["answer"].label = gettext("Reason and conditions")
        self.fields["answer"].widget.attrs["rows"] = 3

    def save_for_user(self) -> Record:
        values = self.cleaned_data
        return decide_change(
            change=self.instance,
            by=self.user,
            version=values["version"],
            status=values["status"],
            answer=values["answer"],
            decided_by=values["decided_by"],
        )


class DecisionForm(EntryForm):
    class Meta:
        model = Decision
        fields = ["title", "decided_on", "decided_by", "context", "decision", "reasons", "owner"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].label = gettext("Owner")


class LessonForm(EntryForm):
    class Meta:
        model = Lesson
        fields = ["title", "kind", "field", "happened", "advice"]


OWNERS = [("", gettext_lazy("Anyone")), ("me", gettext_lazy("Me")), ("nobody", gettext_lazy("Unassigned"))]


class RegisterFilter(forms.Form):
    """Filters of a project's register; ``p`` and ``i`` are the bands of a cell of the matrix."""

    q = forms.CharField(label=gettext_lazy("Search risks"), required=False)
    status = forms.ChoiceField(
        choices=[
            ("", gettext_lazy("Open")),
            ("occurred", gettext_lazy("Occurred")),
            ("closed", gettext_lazy("Closed")),
            ("all", gettext_lazy("All")),
        ],
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=[("", gettext_lazy("Both")), *Risk.Kind.choices], required=False
    )
    owner = forms.ChoiceField(choices=OWNERS, required=False)
    p = forms.TypedChoiceField(
        choices=[(b, b) for b in BANDS], coerce=int, empty_value=None, required=False, widget=forms.HiddenInput
    )
    i = forms.TypedChoiceField(
        choices=[(b, b) for b in BANDS], coerce=int, empty_value=None, required=False, widget=forms.HiddenInput
    )


class LogFilter(forms.Form):
    """Filters of a project's log; ``kind`` is the only kind of entry that is shown, or none for all."""

    kind = forms.ChoiceField(
        choices=[("", ""), ("issues", ""), ("changes", ""), ("decisions", ""), ("lessons", "")],
        required=False,
        widget=forms.HiddenInput,
    )
    q = forms.CharField(label=gettext_lazy("Search the log"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[("", gettext_lazy("Open")), ("over", gettext_lazy("Closed")), ("all", gettext_lazy("All"))],
        required=False,
    )


class ProjectChoiceFilter(forms.Form):
    """A filter with ``projects`` to choose from: those that one sees and that have something of the kind."""

    project = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, projects: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].choices = [("", gettext("All")), *projects]

    field_order = ["q", "project"]


class RiskFilter(ProjectChoiceFilter):
    q = forms.CharField(label=gettext_lazy("Search risks"), required=False)
    status = forms.ChoiceField(choices=RegisterFilter.base_fields["status"].choices, required=False)
    owner = forms.ChoiceField(choices=OWNERS, required=False)
    review = forms.ChoiceField(
        label=gettext_lazy("Review"),
        choices=[("", gettext_lazy("Any day")), ("overdue", gettext_lazy("Overdue"))],
        required=False,
    )


class IssueFilter(ProjectChoiceFilter):
    q = forms.CharField(label=gettext_lazy("Search issues"), required=False)
    status = forms.ChoiceField(
        choices=[
            ("", gettext_lazy("Unresolved")),
            ("open", gettext_lazy("Open")),
            ("in_work", gettext_lazy("In progress")),
            ("resolved", gettext_lazy("Resolved")),
            ("all", gettext_lazy("All")),
        ],
        required=False,
    )
    owner = forms.ChoiceField(choices=OWNERS, required=False)
    due = forms.ChoiceField(
        label=gettext_lazy("Due date"),
        choices=[("", gettext_lazy("Any day")), ("overdue", gettext_lazy("Overdue"))],
        required=False,
    )


class ChangeFilter(ProjectChoiceFilter):
    q = forms.CharField(label=gettext_lazy("Search change requests"), required=False)
    status = forms.ChoiceField(
        choices=[("", gettext_lazy("Open")), *ChangeRequest.Status.choices, ("all", gettext_lazy("All"))],
        required=False,
    )
    owner = forms.ChoiceField(choices=OWNERS, required=False)
    due = forms.ChoiceField(
        label=gettext_lazy("Decision due"),
        choices=[("", gettext_lazy("Any day")), ("overdue", gettext_lazy("Overdue"))],
        required=False,
    )


class LessonFilter(ProjectChoiceFilter):
    q = forms.CharField(label=gettext_lazy("Search lessons"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=[("", gettext_lazy("Both")), *Lesson.Kind.choices], required=False
    )
