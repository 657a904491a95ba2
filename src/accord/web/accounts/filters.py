"""What the lists of accounts and contacts are filtered by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from accord.accounts.models import Account, Affiliation, Tag
from accord.core.texts import gettext_lazy
from accord.people.models import User
from accord.web.shell.list_filters import ANY, ListFilter


class AccountFilter(ListFilter):
    further: tuple[str, ...] = ("city", "country", "archived")

    q = forms.CharField(label=gettext_lazy("Search accounts"), required=False)
    status = forms.ChoiceField(choices=[ANY, *Account.Status.choices], required=False)
    tier = forms.ChoiceField(choices=[ANY, *Account.Tier.choices], required=False)
    whose = forms.ChoiceField(label=gettext_lazy("Account manager"), required=False)
    tag = forms.ModelChoiceField(queryset=Tag.objects.all(), required=False, empty_label=gettext_lazy("Any"))
    city = forms.CharField(label=gettext_lazy("City"), required=False)
    country = forms.ChoiceField(required=False)
    archived = forms.ChoiceField(
        label=gettext_lazy("Archived"), choices=[("", gettext_lazy("No")), ("yes", gettext_lazy("Yes"))], required=False
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Account.objects.visible_to(user).filter(archived_at=None)
        names = seen.exclude(country="").order_by("country").values_list("country", flat=True).distinct()
        self.fields["country"].choices = [ANY, *((name, name) for name in names)]
        owners = User.objects.filter(pk__in=seen.order_by().values("owner")).order_by("name")
        everybody = [(str(pk), name) for pk, name in owners.values_list("pk", "name")]
        self.fields["whose"].choices = [
            ("", gettext("Anyone")),
            ("me", gettext("Me")),
            ("nobody", gettext("Unassigned")),
            *everybody,
        ]


class ContactFilter(ListFilter):
    further = ("tag",)

    q = forms.CharField(label=gettext_lazy("Search contacts"), required=False)
    buying_role = forms.ChoiceField(
        label=gettext_lazy("Buying role"), choices=[ANY, *Affiliation.BuyingRole.choices], required=False
    )
    there = forms.ChoiceField(
        label=gettext_lazy("Employment"),
        choices=[("", gettext_lazy("Current")), ("left", gettext_lazy("Left")), ("all", gettext_lazy("Any"))],
        required=False,
    )
    tag = forms.ModelChoiceField(queryset=Tag.objects.all(), required=False, empty_label=gettext_lazy("Any"))
