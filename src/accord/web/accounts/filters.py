"""What the lists of accounts and contacts are filtered by."""

from __future__ import annotations

from typing import Any

from django import forms

from accord.accounts.models import Account, Affiliation, Tag
from accord.people.models import User
from accord.web.shell.list_filters import ANY, ListFilter


class AccountFilter(ListFilter):
    further = ("segment", "city", "country", "archived")

    q = forms.CharField(label="Search accounts", required=False)
    status = forms.ChoiceField(choices=[ANY, *Account.Status.choices], required=False)
    tier = forms.ChoiceField(choices=[ANY, *Account.Tier.choices], required=False)
    whose = forms.ChoiceField(label="Account manager", required=False)
    tag = forms.ModelChoiceField(queryset=Tag.objects.all(), required=False, empty_label="Any")
    segment = forms.ChoiceField(required=False)
    city = forms.CharField(label="City", required=False)
    country = forms.ChoiceField(required=False)
    archived = forms.ChoiceField(label="Archived", choices=[("", "No"), ("yes", "Yes")], required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Account.objects.visible_to(user).filter(archived_at=None)
        for field in ("country", "segment"):
            names = seen.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct()
            self.fields[field].choices = [ANY, *((name, name) for name in names)]
        owners = User.objects.filter(pk__in=seen.order_by().values("owner")).order_by("name")
        everybody = [(str(pk), name) for pk, name in owners.values_list("pk", "name")]
        self.fields["whose"].choices = [("", "Anyone"), ("me", "Me"), ("nobody", "Unassigned"), *everybody]


class ContactFilter(ListFilter):
    further = ("tag",)

    q = forms.CharField(label="Search contacts", required=False)
    buying_role = forms.ChoiceField(label="Buying role", choices=[ANY, *Affiliation.BuyingRole.choices], required=False)
    there = forms.ChoiceField(
        label="Employment", choices=[("", "Current"), ("left", "Left"), ("all", "Any")], required=False
    )
    tag = forms.ModelChoiceField(queryset=Tag.objects.all(), required=False, empty_label="Any")
