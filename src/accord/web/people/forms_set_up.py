"""The form of a new installation."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accord.core.fields import iso_currency
from accord.core.formfields import CurrencyCodeField
from accord.people.models import User
from accord.web.people.forms_calendar import parse_hours
from accord.web.people.forms_logo import LogoField

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def time_zone_choices() -> list[tuple[str, str]]:
    """The zones people live in: Europe/Berlin, UTC; not the aliases of old systems."""
    regions = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones())
            if name == "UTC" or name.partition("/")[0] in regions]  # fmt: skip


class SetUpForm(forms.Form):
    """The first administrator and the firm, on one page."""

    name = forms.CharField(label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label="Email", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), help_text="At least 10 characters.",
        strip=False,
    )  # fmt: skip
    again = forms.CharField(
        label="Repeat password", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )
    firm_name = forms.CharField(
        label="Firm name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    time_zone = forms.ChoiceField(
        choices=time_zone_choices, initial="UTC", widget=forms.Select(attrs={"data-here": ""})
    )
    currency = CurrencyCodeField(
        initial="EUR", validators=[iso_currency], help_text="Currency for firm-wide figures, such as EUR."
    )
    logo = LogoField(required=False)
    days = forms.MultipleChoiceField(
        label="Working days", choices=list(enumerate(WEEKDAYS)), initial=["0", "1", "2", "3", "4"],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    hours = forms.CharField(
        label="Working hours", initial="09:00-12:00, 13:00-17:00",
        help_text="For every working day. You can set each day separately later, under Settings.",
    )  # fmt: skip

    def sections(self) -> list[dict[str, Any]]:
        named = [
            ("Administrator", ["name", "email", "password", "again"]),
            ("Firm", ["firm_name", "time_zone", "currency", "logo"]),
            ("Working week", ["days", "hours"]),
        ]
        return [{"title": title, "fields": [self[name] for name in names]} for title, names in named]

    def clean_hours(self) -> list[list[int]]:
        try:
            hours = parse_hours(self.cleaned_data["hours"])
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if not hours:
            raise ValidationError("Enter the working hours, for example 9-17.")
        return hours

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        password = values.get("password")
        if password and values.get("again") and password != values["again"]:
            self.add_error("again", "The passwords don't match.")
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
