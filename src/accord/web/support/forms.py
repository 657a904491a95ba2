"""Forms of requests, service levels and what is asked for clients."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.fields import wall_time
from accord.core.formfields import HoursField
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.people.models import User
from accord.projects.actions.link_request_work import link_request_work
from accord.projects.models import RequestWork
from accord.projects.queries_requests import answerable
from accord.support.actions.handle_request import change_request, raise_request, resolve_request
from accord.support.actions.request_internally import answer_internal_request, request_internally
from accord.support.models import EscalationStep, InternalRequest, Request, ServiceLevel, Severity, Topic
from accord.web.accounts.forms_parts import AccountPartForm
from accord.web.shell.custom_fields import CustomFieldsForm
from accord.web.shell.forms import RecordForm
from accord.web.shell.list_filters import ListFilter


class RequestForm(CustomFieldsForm, AccountPartForm):
    sections = [
        ("", ["title", "kind", "severity", "contact", "owner", "body"]),
        (gettext_lazy("More details"), ["topic", "reported_at"]),
    ]

    class Meta:
        model = Request
        fields = ["title", "kind", "severity", "contact", "owner", "body", "topic", "reported_at"]

    def save_for_user(self) -> Record:
        request: Any = self.instance
        if request.pk is None:
            return raise_request(request=request, by=self.user)
        version = self.cleaned_data["version"]
        return change_request(request=request, by=self.user, version=version, **self.stored_values)


class RequestSolutionForm(RecordForm):
    class Meta:
        model = Request
        fields = ["solution", "cause"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["solution"].required = True

    def save_for_user(self) -> Record:
        values, request = self.cleaned_data, self.instance
        words = {"cause": values["cause"], "solution": values["solution"]}
        return resolve_request(request=request, by=self.user, version=values["version"], at=timezone.now(), **words)


class RequestWorkForm(RecordForm):
    """What of the client's projects answers the request."""

    what = forms.ChoiceField(label=gettext_lazy("Work item"))

    class Meta:
        model = RequestWork
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = wall_time()
        choices: Any = self.fields["what"]
        choices.choices = [("", gettext("Choose")), *answerable(self.instance.request.account, self.user, now)]

    def save_for_user(self) -> Record:
        what = self.cleaned_data["what"]
        return link_request_work(request=self.instance.request, what=what, by=self.user)


class TopicForm(RecordForm):
    class Meta:
        model = Topic
        fields = ["name", "status", "answer", "owner"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(is_active=True).order_by("name")


class ServiceLevelForm(RecordForm):
    class Meta:
        model = ServiceLevel
        fields = ["severity", "first_response_hours", "resolution_hours", "around_the_clock"]
        field_classes = {"first_response_hours": HoursField, "resolution_hours": HoursField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = ServiceLevel.objects.filter(account=self.instance.account).exclude(pk=self.instance.pk)
        taken = set(others.values_list("severity", flat=True))
        self.fields["severity"].choices = [c for c in Severity.choices if c[0] not in taken]


class EscalationStepForm(RecordForm):
    class Meta:
        model = EscalationStep
        fields = ["percent", "severity", "to", "user"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(is_active=True).order_by("name")


class InternalRequestItemForm(AccountPartForm):
    class Meta:
        model = InternalRequest
        fields = ["title", "owner", "reason", "due_on", "request", "client_informed_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["client_informed_on"]

    def save_for_user(self) -> Record:
        item: Any = self.instance
        if item.pk is None:
            return request_internally(item=item, by=self.user)
        return super().save_for_user()


class InternalRequestAnswerForm(RecordForm):
    class Meta:
        model = InternalRequest
        fields = ["status", "answer"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [c for c in InternalRequest.Status.choices if c[0] != "asked"]

    def save_for_user(self) -> Record:
        values = self.cleaned_data
        return answer_internal_request(
            item=self.instance, by=self.user, version=values["version"], status=values["status"],
            answer=values["answer"], at=timezone.now(),
        )  # fmt: skip


OWNERS = [("", gettext_lazy("Anyone")), ("me", gettext_lazy("Me")), ("nobody", gettext_lazy("Unassigned"))]
STATUSES = [("", gettext_lazy("Unresolved")), *Request.Status.choices, ("all", gettext_lazy("All"))]


class AccountRequestFilter(ListFilter):
    q = forms.CharField(label=gettext_lazy("Search requests"), required=False)
    status = forms.ChoiceField(choices=STATUSES, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=[("", gettext_lazy("Any")), *Request.Kind.choices], required=False
    )


class RequestFilter(AccountRequestFilter):
    severity = forms.ChoiceField(choices=[("", gettext_lazy("Any")), *Severity.choices], required=False)
    owner = forms.ChoiceField(choices=OWNERS, required=False)
    due = forms.ChoiceField(
        label=gettext_lazy("Due"),
        choices=[("", gettext_lazy("Any")), ("late", gettext_lazy("Overdue"))],
        required=False,
    )
    topic = forms.ModelChoiceField(
        queryset=Topic.objects.order_by("name"), required=False, empty_label=gettext_lazy("Any")
    )


class TopicFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Search topics"), required=False)
    status = forms.ChoiceField(choices=[("", gettext_lazy("Any")), *Topic.Status.choices], required=False)


class InternalRequestFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Search internal requests"), required=False)
    status = forms.ChoiceField(choices=[("", gettext_lazy("Any")), *InternalRequest.Status.choices], required=False)
    whose = forms.ChoiceField(
        choices=[
            ("", gettext_lazy("Anyone")),
            ("of-me", gettext_lazy("Assigned to me")),
            ("by-me", gettext_lazy("Requested by me")),
        ],
        required=False,
    )
