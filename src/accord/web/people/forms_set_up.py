"""The form of a new installation."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.core.fields import iso_currency
from accord.core.formfields import CurrencyCodeField
from accord.core.texts import gettext_lazy
from accord.people.models import User
from accord.web.people.forms_calendar import parse_hours
from accord.web.people.forms_logo import LogoField

WEEKDAYS = [
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
]


def time_zone_choices() -> list[tuple[str, str]]:
    """The zones people live in: Europe/Berlin, UTC; not the aliases of old systems."""
    regions = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return [
        (name, name.replace("_", " "))
        for name in sorted(zoneinfo.available_timezones())
        if name == "UTC" or name.partition("/")[0] in regions
    ]


class SetUpForm(forms.Form):
    """The first administrator and the firm, on one page."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(label=gettext_lazy("Email"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 10 characters."),
        strip=False,
    )
    again = forms.CharField(
        label=gettext_lazy("Repeat password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    firm_name = forms.CharField(
        label=gettext_lazy("Firm name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    time_zone = forms.ChoiceField(
        choices=time_zone_choices, initial="UTC", widget=forms.Select(attrs={"data-here": ""})
    )
    currency = CurrencyCodeField(
        initial="EUR", validators=[iso_currency], help_text=gettext_lazy("Currency for firm-wide figures, such as EUR.")
    )
    logo = LogoField(required=False)
    days = forms.MultipleChoiceField(
        label=gettext_lazy("Working days"),
        choices=list(enumerate(WEEKDAYS)),
        initial=["0", "1", "2", "3", "4"],
        widget=forms.CheckboxSelectMultiple,
    )
    hours = forms.CharField(
        label=gettext_lazy("Working hours"),
        initial="09:00-12:00, 13:00-17:00",
        help_text=gettext_lazy("For every working day. You can set each day separately later, under Settings."),
    )

    def sections(self) -> list[dict[str, Any]]:
        named = [
            (gettext("Administrator"), ["name", "email", "password", "again"]),
            (gettext("Firm"), ["firm_name", "time_zone", "currency", "logo"]),
            (gettext("Working week"), ["days", "hours"]),
        ]
        return [{"title": title, "fields": [self[name] for name in names]} for title, names in named]

    def clean_hours(self) -> list[list[int]]:
        try:
            hours = parse_hours(self.cleaned_data["hours"])
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if not hours:
            raise ValidationError(gettext("Enter the working hours, for example 9-17."))
        return hours

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        password = values.get("password")
        if password and values.get("again") and password != values["again"]:
            self.add_error("again", gettext("The passwords don't match."))
        elif password:
            try:
                validate_password(password, User(email=values.get("email", ""), name=values.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return values

    @property
    def firm(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {"name": values["firm_name"], "time_zone": values["time_zone"], "currency": values["currency"]}

    @property
    def week(self) -> list[list[list[int]]]:
        days = {int(day) for day in self.cleaned_data["days"]}
        return [self.cleaned_data["hours"] if day in days else [] for day in range(7)]
