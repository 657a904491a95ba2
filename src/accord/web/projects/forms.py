"""Forms of delivery."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.access import may_create
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.engines.planning.plan import ResourceKind
from accord.money.pricing import planned_cost_of
from accord.people.models import Calendar, Role
from accord.people.queries import users_with_role
from accord.projects.actions.copy_plan import content_for
from accord.projects.actions.name_manager import MANAGING, change_project
from accord.projects.actions.staff_project import add_member, add_person, change_resource
from accord.projects.actions.start_project import start_project
from accord.projects.models import PlanTemplate, Project, ProjectMember, Resource
from accord.projects.queries_late import Late
from accord.sales.models import Agreement
from accord.web.shell.custom_fields import CustomFieldsForm
from accord.web.shell.doubles import AsksAboutDoubles
from accord.web.shell.forms import DateInput, RecordForm
from accord.web.shell.list_filters import ListFilter


class ProjectForm(AsksAboutDoubles, CustomFieldsForm):
    double_route, double_scope = "project-names", ("account",)
    begin_with = forms.ChoiceField(
        label=gettext_lazy("Template"),
        required=False,
        help_text=(
            gettext_lazy(
                "Copies tasks, links, roles, charter and risks, with dates moved to the start below. People, "
                "hours and progress are not copied."
            )
        ),
    )
    sections = [
        (
            "",
            [
                "name",
                "save_anyway",
                "account",
                "begin_with",
                "code",
                "status",
                "stopped_on",
                "manager",
                "service",
                "agreement",
                "objective",
            ],
        ),
        (gettext_lazy("Time and money"), ["start", "target_finish", "status_date", "calendar", "currency"]),
    ]  # fmt: skip

    class Meta:
        model = Project
        fields = [
            "name", "account", "code", "status", "stopped_on", "manager", "service", "agreement", "objective", "start",
            "target_finish", "status_date", "calendar", "currency",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managers = users_with_role(*MANAGING)
        kept = [self.instance.manager_id] if self.instance.manager_id else []
        self.fields["manager"].queryset = self.fields["manager"].queryset.filter(pk__in=[u.pk for u in managers] + kept)
        self.fields["account"].queryset = Account.objects.visible_to(self.user).filter(archived_at=None)
        calendars = Calendar.objects.filter(shared=True)
        if self.instance.calendar_id:
            calendars |= Calendar.objects.filter(pk=self.instance.calendar_id)
        self.fields["calendar"].queryset = calendars
        self._offer_agreements()
        if self.user.has_role(Role.PROJECT_MANAGER):
            self.suggest("manager", self.user.pk)
        if self.instance.pk is None:
            del self.fields["stopped_on"]
            self.fields["begin_with"].choices = beginnings(self.user)
        else:
            del self.fields["begin_with"]
        self.ask_about_doubles()

    def _offer_agreements(self) -> None:
        """Those of the client that one sees; nothing is asked where there are none or the client is not chosen yet."""
        if "agreement" not in self.fields:
            return
        kept = self.instance.agreement_id
        found = Agreement.objects.visible_to(self.user).filter(account=self.instance.account_id)
        found = found.filter(~Q(status=Agreement.Status.DRAFT) | Q(pk=kept))
        offered = set(found.values_list("pk", flat=True))
        if not offered or (kept and kept not in offered):
            del self.fields["agreement"]
        else:
            self.fields["agreement"].queryset = found

    def clean_begin_with(self) -> dict[str, Any]:
        """What to begin with: the content itself, so that permission is asked in the fetch."""
        source = self.cleaned_data["begin_with"]
        return content_for(source, self.user) if source else {}

    def clean_account(self) -> Account:
        account: Account = self.cleaned_data["account"]
        if self.instance.pk is None and not may_create(self.user, Project, account=account):
            raise ValidationError(gettext("You don't have permission to create projects for this account."))
        return account

    def save_for_user(self) -> Record:
        if self.instance.pk is None:
            try:
                return start_project(project=self.instance, by=self.user, content=self.cleaned_data["begin_with"])
            except ValidationError:
                self.instance.pk = None  # it was taken back
                raise
        version = self.cleaned_data["version"]
        return change_project(project=self.instance, by=self.user, version=version, **self.stored_values)


def beginnings(user: Any) -> list[tuple[str, Any]]:
    """Nothing, the templates, and the projects that ``user`` may see, as choices."""
    templates = PlanTemplate.objects.visible_to(user).values_list("pk", "name")
    seen = Project.objects.visible_to(user).filter(archived_at=None).order_by("name")
    projects = seen.values_list("pk", "name", "account__name")
    return [
        ("", gettext("Blank project")),
        (gettext("Templates"), [(f"template:{pk}", name) for pk, name in templates]),
        (gettext("Projects"), [(f"project:{pk}", f"{name} · {client}") for pk, name, client in projects]),
    ]


class MemberForm(RecordForm):
    class Meta:
        model = ProjectMember
        fields = ["user"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = ProjectMember.objects.filter(project=self.instance.project).values("user")
        self.fields["user"].queryset = self.fields["user"].queryset.filter(is_active=True).exclude(pk__in=there)

    def save_for_user(self) -> Record:
        return add_member(project=self.instance.project, user=self.cleaned_data["user"], by=self.user)


class ResourceForm(RecordForm):
    """A person of the firm, a job role that no one fills yet, or a material or cost item by name."""

    class Meta:
        model = Resource
        fields = [
            "person", "job_role", "name", "kind", "max_units", "rate", "cost_per_use", "material_label", "calendar",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].help_text = gettext("Leave empty to use the name of the person or the job role.")
        self.fields["max_units"].help_text = gettext("1 is full time, 0.5 is half time.")
        if "rate" in self.fields and self.instance.pk is None:
            self.fields["rate"].help_text = gettext(
                "Leave at 0 to use the firm's rates for the person or the job role."
            )
        there = Resource.objects.filter(project=self.instance.project).exclude(person=None).exclude(pk=self.instance.pk)
        people = self.fields["person"].queryset.filter(left_on=None).exclude(pk__in=there.values("person"))
        self.fields["person"].queryset = people
        self.fields["calendar"].queryset = Calendar.objects.filter(shared=True)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        named = values.get("person") or values.get("job_role")
        if not values.get("name") and named is None:
            raise ValidationError({"name": gettext("Enter a name, or choose a person or a job role.")})
        if not values.get("name"):
            self.instance.name = values["name"] = str(named)
        if values.get("job_role") and values.get("kind") not in (None, ResourceKind.WORK.value):
            self.add_error("job_role", gettext("Only resources of type Work have a job role."))
        return values

    def save_for_user(self) -> Record:
        if self.instance.pk is not None:
            version = self.cleaned_data["version"]
            return change_resource(resource=self.instance, by=self.user, version=version, **self.stored_values)
        person, role = self.cleaned_data.get("person"), self.cleaned_data.get("job_role")
        rate = self.cleaned_data.get("rate")
        if not rate and (person or role):
            rate = planned_cost_of(self.instance.project, person or role, timezone.localdate())
        if person is not None:
            return add_person(project=self.instance.project, person=person, by=self.user, rate=rate or 0)
        self.instance.rate = rate or 0
        return super().save_for_user()


class BaselineForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("For example “Signed with client”."),
    )


class AsOfForm(forms.Form):
    """Chooses an earlier day to measure a project as of."""

    as_of = forms.DateField(label=gettext_lazy("As of"), required=False, widget=DateInput())

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(gettext("Choose a day that isn't in the future."))
        return day


class ProjectFilter(ListFilter):
    q = forms.CharField(label=gettext_lazy("Search projects"), required=False)
    status = forms.ChoiceField(
        choices=[("", gettext_lazy("Any")), ("open", gettext_lazy("Active or planned")), *Project.Status.choices],
        required=False,
    )
    whose = forms.ChoiceField(
        label=gettext_lazy("Project manager"),
        choices=[("", gettext_lazy("Anyone")), ("me", gettext_lazy("Me"))],
        required=False,
    )
    archived = forms.ChoiceField(
        label=gettext_lazy("Archived"), choices=[("", gettext_lazy("No")), ("yes", gettext_lazy("Yes"))], required=False
    )


class WorkFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Search tasks"), required=False)
    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        choices=[
            ("", gettext_lazy("All tasks")),
            ("open", gettext_lazy("Unfinished")),
            ("late", gettext_lazy("Late")),
            *((how.value, how.label) for how in Late),
            ("critical", gettext_lazy("Critical")),
            ("mine", gettext_lazy("Assigned to me")),
        ],
        required=False,
    )
