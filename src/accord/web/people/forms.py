"""Forms of people, sign-ins and the firm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from stdnum.iban import compact as compact_iban

from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.people.actions.invite_user import as_address, change_user, invite_user
from accord.people.actions.set_logo import remove_logo, set_logo
from accord.people.models import ApiToken, Calendar, Firm, JobRole, Person, Role, Team, User
from accord.web.people.forms_logo import LogoField
from accord.web.people.forms_set_up import time_zone_choices
from accord.web.shell.forms import RecordForm


class PersonForm(RecordForm):
    class Meta:
        model = Person
        fields = ["name", "email", "title", "job_role", "team", "user", "calendar", "share", "joined_on", "left_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user.has_role(Role.ADMINISTRATOR):
            self.fields["user"].label = gettext("User")
            taken = Person.objects.exclude(pk=self.instance.pk).exclude(user=None).values("user")
            self.fields["user"].queryset = User.objects.filter(is_active=True).exclude(pk__in=taken)
        else:
            del self.fields["user"]
        self.fields["calendar"].queryset = Calendar.objects.filter(shared=True)


class TeamForm(RecordForm):
    class Meta:
        model = Team
        fields = ["name"]


class WithTimeZone(RecordForm):
    """A form that chooses its time zone from a list instead of typing its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["time_zone"]
        known, used = time_zone_choices(), getattr(self.instance, "time_zone", "")
        others = [(used, used)] if used and used not in dict(known) else []
        self.fields["time_zone"] = forms.ChoiceField(
            choices=[*others, *known], label=field.label, help_text=field.help_text, initial=field.initial
        )


class UserForm(WithTimeZone):
    """A sign-in with its roles."""

    roles = forms.MultipleChoiceField(choices=Role.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = User
        fields = ["name", "email", "roles", "time_zone", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_active"].label = gettext("Active")
        if self.instance.pk is None:
            self.initial["time_zone"] = Firm.current().time_zone
            del self.fields["is_active"]

    def clean_email(self) -> str:
        email = as_address(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(gettext("A user with the email %(email)s already exists.") % {"email": email})
        return email

    def save_for_user(self) -> Record:
        if self.instance.pk is None:
            values = self.cleaned_data
            return invite_user(
                email=values["email"],
                name=values["name"],
                roles=values["roles"],
                time_zone=values["time_zone"],
                by=self.user,
            )
        version = self.cleaned_data["version"]
        return change_user(user=self.instance, by=self.user, version=version, **self.stored_values)


class ProfileForm(WithTimeZone):
    """What people change about themselves."""

    class Meta:
        model = User
        fields = ["name", "time_zone", "notices"]


class KeyForm(RecordForm):
    class Meta:
        model = ApiToken
        fields = ["name", "expires_on"]


class FirmForm(WithTimeZone):
    """How the firm works, and what stands on its letters."""

    logo = LogoField(required=False)
    remove_logo = forms.BooleanField(label=gettext_lazy("Remove the current logo"), required=False)
    sections = [
        ("", ["name", "currency", "time_zone", "calendar", "sponsor_silence", "mfa_roles"]),
        (gettext_lazy("Timesheets"), ["overtime_from"]),
        (
            gettext_lazy("Client figures"),
            [
                "value_horizon_months",
                "discount_percent",
                "fee_increase_percent",
                "shortest_silence",
                "longest_silence",
            ],
        ),
        (gettext_lazy("Letterhead"), ["logo", "remove_logo", "legal_name", "street", "postcode", "city", "country"]),
        (gettext_lazy("Contact"), ["phone", "email", "website"]),
        (gettext_lazy("Legal and tax data"), ["register_entry", "directors", "tax_number", "vat_id"]),
        (gettext_lazy("Bank account"), ["bank", "iban", "bic"]),
        (gettext_lazy("Invoices"), ["billing_from"]),
    ]
    website = forms.URLField(required=False, assume_scheme="https")
    mfa_roles = forms.MultipleChoiceField(choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False)

    class Meta:
        model = Firm
        fields = [
            "name", "currency", "time_zone", "calendar", "sponsor_silence", "mfa_roles", "value_horizon_months",
            "discount_percent", "fee_increase_percent", "shortest_silence", "longest_silence", "legal_name", "street",
            "postcode", "city", "country", "phone", "email", "website", "register_entry", "directors", "tax_number",
            "vat_id", "bank", "iban", "bic", "billing_from",
        ]  # fmt: skip

    def clean_iban(self) -> str:
        return compact_iban(self.cleaned_data["iban"])

    @transaction.atomic
    def save_for_user(self) -> Record:
        firm: Any = super().save_for_user()
        if self.cleaned_data.get("logo") is not None:
            set_logo(firm=firm, data=self.cleaned_data["logo"], by=self.user)
        elif self.cleaned_data.get("remove_logo"):
            remove_logo(firm=firm, by=self.user)
        return firm

    def _is_column(self, name: str) -> bool:
        return name != "logo" and super()._is_column(name)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = Firm._meta.get_field("mfa_roles")
        self.fields["mfa_roles"].label = str(field.verbose_name).capitalize()
        self.fields["mfa_roles"].help_text = field.help_text
        if not self.instance.logo_digest:
            del self.fields["remove_logo"]
        self.fields["calendar"].queryset = Calendar.objects.filter(shared=True)
        self.fields["calendar"].required = True


class PeopleFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Search people"), required=False)


class JobRoleForm(RecordForm):
    class Meta:
        model = JobRole
        fields = ["name"]
