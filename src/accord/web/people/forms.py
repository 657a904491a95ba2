"""Forms of people, sign-ins, working time and the firm."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accord.core.models import Record
from accord.engines.calendars import CalendarError, compile_calendars
from accord.people.actions.invite_user import invite_user
from accord.people.models import ApiToken, Calendar, Firm, Person, Role, Team, User
from accord.web.shell.forms import RecordForm

DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
INTERVAL = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$")


class PersonForm(RecordForm):
    class Meta:
        model = Person
        fields = ["name", "email", "title", "team", "user", "calendar", "joined_on", "left_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user.has_role(Role.ADMINISTRATOR):
            self.fields["user"].label = "Sign-in"
            taken = Person.objects.exclude(pk=self.instance.pk).exclude(user=None).values("user")
            self.fields["user"].queryset = User.objects.filter(is_active=True).exclude(pk__in=taken)
        else:
            del self.fields["user"]
        self.fields["calendar"].queryset = Calendar.objects.filter(shared=True)


class TeamForm(RecordForm):
    class Meta:
        model = Team
        fields = ["name"]


class UserForm(RecordForm):
    """A sign-in with its roles."""

    roles = forms.MultipleChoiceField(choices=Role.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = User
        fields = ["name", "email", "roles", "time_zone", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_active"].label = "May sign in"
        if self.instance.pk is None:
            del self.fields["is_active"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(f"{email} has a sign-in already.")
        return email

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.instance.pk == self.user.pk and (
            Role.ADMINISTRATOR not in values.get("roles", []) or values.get("is_active") is False
        ):
            raise ValidationError("You cannot take your own administration away; ask another administrator.")
        return values

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
        return super().save_for_user()


class ProfileForm(RecordForm):
    """What people change about themselves."""

    class Meta:
        model = User
        fields = ["name", "time_zone"]


class KeyForm(RecordForm):
    class Meta:
        model = ApiToken
        fields = ["name", "expires_on"]


class FirmForm(RecordForm):
    class Meta:
        model = Firm
        fields = ["name", "currency", "time_zone", "calendar"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calendar"].queryset = Calendar.objects.filter(shared=True)
        self.fields["calendar"].required = True


class CalendarForm(RecordForm):
    """A week as text, one line a day, and the days that differ."""

    exceptions_text = forms.CharField(
        label="Days that differ",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="One a line: “2026-12-25 Christmas”, “2026-12-24..2026-12-31 Closed”, "
        "or with hours “2026-12-24 09:00-12:00 Half day”.",
    )
    sections = [("Usual week", DAYS), ("Holidays and exceptions", ["exceptions_text"])]

    class Meta:
        model = Calendar
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for index, name in enumerate(DAYS):
            self.fields[name] = forms.CharField(
                label=name.title(), required=False, initial=hours_text(self.instance.week[index] or [])
            )
        self.fields["monday"].help_text = "Such as “09:00-12:00, 13:00-17:00”; empty is a day off."
        self.fields["exceptions_text"].initial = exceptions_text(self.instance.exceptions)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        week: list[Any] = []
        for name in DAYS:
            try:
                week.append(parse_hours(values.get(name, "")))
            except ValueError as error:
                self.add_error(name, str(error))
                week.append([])
        try:
            exceptions = parse_exceptions(values.get("exceptions_text", ""))
        except ValueError as error:
            self.add_error("exceptions_text", str(error))
            exceptions = []
        if not self.errors:
            trial = Calendar(pk=self.instance.pk or 1, name=values["name"], week=week, exceptions=exceptions)
            try:
                compile_calendars((trial.spec(),))
            except CalendarError as error:
                raise ValidationError(str(error)) from error
        values["week"], values["exceptions"] = week, exceptions
        return values

    def save_for_user(self) -> Record:
        self.instance.week, self.instance.exceptions = self.cleaned_data["week"], self.cleaned_data["exceptions"]
        return super().save_for_user()


def hours_text(intervals: list[list[int]]) -> str:
    """``[[540, 720]]`` as ``09:00-12:00``."""
    return ", ".join(f"{s // 60:02d}:{s % 60:02d}-{e // 60:02d}:{e % 60:02d}" for s, e in intervals)


def parse_hours(text: str) -> list[list[int]]:
    """The reverse of :func:`hours_text`; raises ``ValueError`` with what is wrong."""
    intervals: list[list[int]] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        match = INTERVAL.match(part)
        if match is None:
            raise ValueError(f"“{part}” is not a span of hours such as 09:00-12:00.")
        h1, m1, h2, m2 = map(int, match.groups())
        start, end = h1 * 60 + m1, h2 * 60 + m2
        if m1 > 59 or m2 > 59 or not 0 <= start < end <= 1440:
            raise ValueError(f"“{part}” does not start before it ends within a day.")
        if intervals and start < intervals[-1][1]:
            raise ValueError(f"“{part}” overlaps the span before it.")
        intervals.append([start, end])
    return intervals


def exceptions_text(exceptions: list[dict[str, Any]]) -> str:
    """The stored exceptions as lines."""
    lines = []
    for e in sorted(exceptions, key=lambda e: e["start"]):
        days = e["start"] if e["start"] == e["finish"] else f"{e['start']}..{e['finish']}"
        hours = hours_text(e.get("intervals") or []).replace(", ", ",")
        lines.append(" ".join(p for p in (days, hours, e.get("name", "")) if p))
    return "\n".join(lines)


def parse_exceptions(text: str) -> list[dict[str, Any]]:
    """The reverse of :func:`exceptions_text`; raises ``ValueError`` naming the line."""
    found: list[dict[str, Any]] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        first, _, last = words.pop(0).partition("..")
        try:
            start, finish = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            raise ValueError(f"Line {number}: “{first}” is not a date such as 2026-12-25.") from None
        if finish < start:
            raise ValueError(f"Line {number}: it ends before it starts.")
        intervals = []
        if words and words[0][0].isdigit():
            try:
                intervals = parse_hours(words.pop(0))
            except ValueError as error:
                raise ValueError(f"Line {number}: {error}") from None
        found.append(
            {"start": start.isoformat(), "finish": finish.isoformat(), "intervals": intervals, "name": " ".join(words)}
        )
    return found


class PeopleFilter(forms.Form):
    q = forms.CharField(label="Search people", required=False)
