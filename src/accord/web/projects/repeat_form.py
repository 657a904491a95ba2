"""The form of a recurring task."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.utils import timezone

from accord.core.texts import format_lazy, gettext_lazy
from accord.engines.calendars.recurrence import LAST, MOST, DayOff, Every, Recurrence
from accord.projects.models import Project, Resource, Task
from accord.projects.outline import outline
from accord.web.shell.forms import DateInput

WEEKDAYS = list(
    enumerate(
        (
            gettext_lazy("Monday"),
            gettext_lazy("Tuesday"),
            gettext_lazy("Wednesday"),
            gettext_lazy("Thursday"),
            gettext_lazy("Friday"),
            gettext_lazy("Saturday"),
            gettext_lazy("Sunday"),
        )
    )
)
NTH = [
    (1, gettext_lazy("First")),
    (2, gettext_lazy("Second")),
    (3, gettext_lazy("Third")),
    (4, gettext_lazy("Fourth")),
    (LAST, gettext_lazy("Last")),
]
# What the rule calls the field, where the form's name differs.
FIELDS = {"parent": "under", "assignments": "resources"}


class RepeatForm(forms.Form):
    """What is planned, in which rhythm, and until when."""

    name = forms.CharField(max_length=280, initial=gettext_lazy("Status meeting"))
    duration_minutes = forms.IntegerField(
        label=gettext_lazy("Duration (minutes)"), min_value=0, max_value=100_000, initial=60
    )
    resources = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Participants"), queryset=Resource.objects.none(), required=False
    )
    under = forms.TypedChoiceField(
        label=gettext_lazy("Summary task"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("Leave empty to add it at the top level."),
    )
    every = forms.ChoiceField(
        label=gettext_lazy("Repeats"),
        choices=[
            (Every.WEEKS.value, gettext_lazy("Weekly")),
            (Every.MONTH_DAY.value, gettext_lazy("Monthly on a date")),
            (Every.MONTH_WEEKDAY.value, gettext_lazy("Monthly on a weekday")),
        ],
    )
    interval = forms.IntegerField(
        label=gettext_lazy("Interval"),
        min_value=1,
        max_value=99,
        initial=1,
        help_text=gettext_lazy("1 is every week or month, 2 is every other."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On"), choices=WEEKDAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    month_day = forms.IntegerField(
        label=gettext_lazy("Day of the month"),
        min_value=1,
        max_value=31,
        required=False,
        initial=1,
        help_text=gettext_lazy("31 means the last day of the month."),
    )
    nth = forms.TypedChoiceField(
        label=gettext_lazy("Week of the month"), choices=NTH, coerce=int, required=False, empty_value="1"
    )
    at = forms.TimeField(label=gettext_lazy("At"), initial=time(10))
    first = forms.DateField(label=gettext_lazy("From"), widget=DateInput())
    until = forms.DateField(label=gettext_lazy("Until"), widget=DateInput(), required=False)
    count = forms.IntegerField(
        label=gettext_lazy("Occurrences"),
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=format_lazy(gettext_lazy("At most {most}."), most=MOST),
    )
    day_off = forms.ChoiceField(
        label=gettext_lazy("If it falls on a day off"),
        choices=[
            (DayOff.MOVE.value, gettext_lazy("Move it to the next working day")),
            (DayOff.LEAVE_OUT.value, gettext_lazy("Skip it")),
        ],
    )

    SECTIONS = (
        ("", ("name", "duration_minutes", "under", "resources")),
        (gettext_lazy("Recurrence"), ("every", "interval", "nth", "month_day", "weekdays", "at", "day_off")),
        (gettext_lazy("Range"), ("first", "until", "count")),
    )

    def __init__(self, project: Project, data: Any = None) -> None:
        today = timezone.localdate()
        super().__init__(data, initial={"first": max(project.start.date(), today), "weekdays": [today.weekday() % 5]})
        self.project = project
        self.fields["weekdays"].required = data is None or data.get("every") != Every.MONTH_DAY
        self.fields["resources"].queryset = Resource.objects.filter(project=project)  # type: ignore[attr-defined]
        rows = [row for row in outline(Task.objects.filter(project=project)) if row.has_children]
        self.summaries = {row.task.pk: row.task for row in rows}
        choices = [("", "–"), *((row.task.pk, f"{row.wbs}  {row.task.name}") for row in rows)]
        self.fields["under"].choices = choices  # type: ignore[attr-defined]

    def sections(self) -> list[dict[str, Any]]:
        return [{"title": title, "fields": [self[name] for name in names]} for title, names in self.SECTIONS]

    def planned(self) -> dict[str, Any]:
        """The form as the arguments of :func:`accord.projects.actions.repeat_task.repeat_task`."""
        values = self.cleaned_data
        rule = Recurrence(
            every=Every(values["every"]),
            first=values["first"],
            at=values["at"],
            interval=values["interval"],
            weekdays=tuple(values["weekdays"]),
            month_day=values["month_day"] or 1,
            nth=int(values["nth"]),
            until=values["until"],
            count=values["count"],
            day_off=DayOff(values["day_off"]),
        )
        return {
            "name": values["name"],
            "duration_minutes": values["duration_minutes"],
            "rule": rule,
            "parent": self.summaries.get(values["under"]) if values["under"] else None,
            "resources": list(values["resources"]),
        }

    def refuse(self, field: str, message: str) -> None:
        """Say what cannot be at the field that can change it."""
        name = FIELDS.get(field, field)
        self.add_error(name if name in self.fields else None, message)
