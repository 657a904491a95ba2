"""Forms of allocations and staffing requests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.models import Record
from accord.money.pricing import planned_cost_of
from accord.people.models import Level, Person, Skill
from accord.projects.actions.allocate import allocate
from accord.projects.actions.request_staff import change_request, request_staff
from accord.projects.models import Allocation, StaffingRequest
from accord.projects.queries_staffing import projects_to_staff
from accord.web.shell.forms import RecordForm

SKILLS = 5


class AllocationForm(RecordForm):
    """Somebody's time for a project: asked for is what the page does not know, the person or the project."""

    class Meta:
        model = Allocation
        fields = ["project", "person", "starts_on", "ends_on", "share", "confirmed", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.project_id:
            del self.fields["project"]
        else:
            self.fields["project"].queryset = projects_to_staff(self.user)
        if self.instance.person_id:
            del self.fields["person"]
        else:
            self.fields["person"].queryset = Person.objects.filter(left_on=None)
        if self.instance.pk:
            del self.fields["confirmed"]  # agreeing is an action of its own

    def save_for_user(self) -> Record:
        if self.instance.pk is None:
            return allocate(allocation=self.instance, by=self.user, rate=cost_of(self.instance))
        return super().save_for_user()


def cost_of(allocation: Allocation) -> Decimal:
    """What an hour of the person costs today in the project's currency; 0 where no rate applies."""
    return planned_cost_of(allocation.project, allocation.person, timezone.localdate())


class RequestForm(RecordForm):
    """What is looked for, with up to five skills and the least level of each."""

    class Meta:
        model = StaffingRequest
        fields = ["role", "starts_on", "ends_on", "share", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        skills = list(Skill.objects.visible_to(self.user).values_list("pk", "name"))
        needs = list(self.instance.needs.all()) if self.instance.pk else []
        names: list[str] = []
        for number in range(1, SKILLS + 1):
            need = needs[number - 1] if number <= len(needs) else None
            self.fields[f"skill_{number}"] = forms.TypedChoiceField(
                label=gettext("Skill %(number)s") % {"number": number},
                choices=[("", "–"), *skills],
                coerce=int,
                empty_value=None,
                required=False,
                initial=need.skill_id if need else None,
            )
            self.fields[f"level_{number}"] = forms.TypedChoiceField(
                label=gettext("Minimum level"),
                choices=Level.choices,
                coerce=int,
                required=False,
                initial=need.level if need else int(Level.ALONE),
            )
            names += [f"skill_{number}", f"level_{number}"]
        self.sections = [("", list(self.Meta.fields)), (gettext("Skills"), names)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        chosen: dict[int, int] = {}
        for number in range(1, SKILLS + 1):
            skill = values.get(f"skill_{number}")
            if skill in chosen:
                self.add_error(f"skill_{number}", ValidationError(gettext("This skill is already listed.")))
            elif skill:
                chosen[skill] = values.get(f"level_{number}") or int(Level.ALONE)
        values["needs"] = chosen
        return values

    def save_for_user(self) -> Record:
        chosen = self.cleaned_data["needs"]
        needs = [(skill, chosen[skill.pk]) for skill in Skill.objects.filter(pk__in=chosen)]
        if self.instance.pk is None:
            return request_staff(request=self.instance, needs=needs, by=self.user)
        stored = StaffingRequest.objects.select_related("project").get(pk=self.instance.pk)
        fields = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return change_request(request=stored, version=self.cleaned_data["version"], needs=needs, by=self.user, **fields)


class ProposalForm(forms.Form):
    person = forms.ModelChoiceField(Person.objects.all())
