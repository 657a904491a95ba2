"""Forms of the timer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.durations import hours_of
from accord.core.formfields import HoursField
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.actions.run_timer import LONGEST, minutes_run, start_timer, stop_timer
from accord.money.actions.save_cell import CellRow
from accord.money.models import Timer
from accord.money.queries_bookable import bookable, row_of_code, rows_of_work
from accord.web.shell.forms import RecordForm

MOST = 30


class TimerForm(RecordForm):
    """What the timer runs for: a row that somebody can log time on, named by its code."""

    row = forms.ChoiceField(label=gettext_lazy("Work on"))

    class Meta:
        model = Timer
        fields = ["note"]

    field_order = ["row", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [*bookable(self.instance.person, self.user, most=MOST), *rows_of_work()]
        choices = {row.key.code: f"{row.name} · {row.project}" if row.project else row.name for row in rows}
        self.given: CellRow | None = None
        if (code := self.data.get("row", "")) and code not in choices:  # a row of the week that is not among the first
            self.given = row_of_code(code, self.user)
            choices |= {code: code} if self.given else {}
        self.fields["row"].choices = list(choices.items())

    def save_for_user(self) -> Record:
        row = self.given or row_of_code(self.cleaned_data["row"], self.user)
        if row is None:
            raise ValidationError({"row": gettext("Choose a task that you can log time on.")})
        return start_timer(
            person=self.instance.person, row=row, by=self.user, now=timezone.now(), note=self.cleaned_data["note"]
        )


class TimerHoursForm(RecordForm):
    """How long it was, where the timer was forgotten."""

    hours = HoursField(min_value=0, max_value=24, help_text=gettext_lazy("For example 7:30, 7.5 or 90m."))

    class Meta:
        model = Timer
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ran = minutes_run(self.instance, timezone.now())
        self.fields["hours"].initial = hours_of(ran) if ran <= LONGEST else None

    def clean_hours(self) -> Any:
        hours = self.cleaned_data["hours"]
        if round(hours * 60) < 1:
            raise ValidationError(gettext("Enter at least one minute."))
        return hours

    def save_for_user(self) -> Record:
        minutes = round(self.cleaned_data["hours"] * 60)
        stop_timer(timer=self.instance, by=self.user, now=timezone.now(), minutes=minutes)
        return self.instance
