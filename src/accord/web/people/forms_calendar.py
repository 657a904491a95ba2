"""Forms of working time: a calendar's week and exceptions as text, and public holidays."""

from __future__ import annotations

import re
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.models import Record
from accord.core.texts import gettext_lazy, translated
from accord.engines.calendars.working_time import CalendarError, CalendarSpec, compile_calendars
from accord.people.models import Calendar
from accord.people.public_holidays import countries, marks_in, place_of, regions
from accord.web.shell.forms import RecordForm

DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
INTERVAL = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?:[:.](\d{2}))?$")
OFF = {"", "off", "closed", "free", "none", "-"}
AS_BASE = gettext_lazy("as usual")

Hours = list[list[int]]

WEEK_HELP = gettext_lazy("For example “9-17” or “09:00-12:00, 13:00-17:00”. Leave empty or enter “off” for a day off.")


class CalendarForm(RecordForm):
    """A week as text, one line a day, and the days that differ."""

    exceptions_text = forms.CharField(
        label=gettext_lazy("Exceptions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=(
            gettext_lazy(
                "One per line: “2026-12-25 Christmas”, “2026-12-24..2026-12-31 Closed”, or with hours “2026-12-24 "
                "09:00-12:00 Half day”."
            )
        ),
    )
    sections = [(gettext_lazy("Working week"), DAYS), (gettext_lazy("Holidays and exceptions"), ["exceptions_text"])]

    class Meta:
        model = Calendar
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for index, name in enumerate(DAYS):
            hours = self.instance.week[index]
            text = str(AS_BASE) if hours is None and self.instance.base_id else hours_text(hours or [])
            self.fields[name] = forms.CharField(label=name.title(), required=False, initial=text)
        self.fields["monday"].help_text = WEEK_HELP
        if self.instance.base_id:
            base = gettext("“%(as_usual)s” uses the hours of %(calendar)s.")
            base %= {"as_usual": AS_BASE.capitalize(), "calendar": self.instance.base}
            self.fields["monday"].help_text = f"{WEEK_HELP} {base}"
        self.fields["exceptions_text"].initial = exceptions_text(self.instance.exceptions)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        week: list[Any] = []
        for name in DAYS:
            text = values.get(name, "").strip()
            try:
                as_base = text.lower() == str(AS_BASE) and self.instance.base_id
                week.append(None if as_base else parse_hours(text))
            except ValueError as error:
                self.add_error(name, str(error))
                week.append([])
        try:
            exceptions = parse_exceptions(values.get("exceptions_text", ""))
        except ValueError as error:
            self.add_error("exceptions_text", str(error))
            exceptions = []
        if not self.errors:
            trial = Calendar(
                pk=self.instance.pk or 1,
                name=values["name"],
                base=self.instance.base,
                week=week,
                exceptions=exceptions,
                work_weeks=self.instance.work_weeks,
            )
            try:
                compile_calendars((trial.spec(), *_bases(trial)))
            except CalendarError as error:
                raise ValidationError(translated(error.text)) from error
        values["week"], values["exceptions"] = week, with_marks(exceptions, self.instance.exceptions)
        return values

    def save_for_user(self) -> Record:
        self.instance.week, self.instance.exceptions = self.cleaned_data["week"], self.cleaned_data["exceptions"]
        return super().save_for_user()


class HolidaysForm(forms.Form):
    """Which public holidays to write into ``calendar``. The regions offered are those of the country chosen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    country = forms.ChoiceField()
    region = forms.ChoiceField(required=False, help_text=gettext_lazy("Leave empty for national holidays only."))
    first = forms.IntegerField(label=gettext_lazy("From year"), min_value=1900, max_value=2100)
    last = forms.IntegerField(label=gettext_lazy("To year"), min_value=1900, max_value=2100)

    def __init__(self, calendar: Calendar, data: Any = None, *, country: str = "", swap: dict[str, str]) -> None:
        year = timezone.localdate().year
        kept = marks_in(calendar.exceptions)
        known = place_of(kept[0]) if kept else ("", "")
        chosen = (data or {}).get("country") or country or known[0]
        initial = {"version": calendar.version, "country": chosen, "first": year, "last": year + 3}
        super().__init__(data, initial=initial | {"region": known[1] if chosen == known[0] else ""})
        self.fields["country"].choices = [("", gettext("Choose a country")), *countries()]
        self.fields["country"].widget.attrs |= {**swap, "hx-trigger": "change"}
        self.fields["region"].choices = [("", gettext("National holidays only")), *regions(chosen)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("first") and values.get("last") and values["last"] < values["first"]:
            raise ValidationError({"last": gettext("The last year can't be before the first year.")})
        return values


def week_text(calendar: Calendar) -> str:
    """A calendar's week in a line: ``Monday to Thursday 09:00–17:00, Friday 09:00–12:00``; days off are left out."""

    def words(hours: Hours | None) -> str:
        return (
            (gettext("as in %(base)s") % {"base": calendar.base} if calendar.base_id else "")
            if hours is None
            else hours_text(hours).replace("-", "–")
        )

    parts = []
    for text, days in groupby(range(7), key=lambda day: words(calendar.week[day])):
        if text:
            names = [DAYS[day].title() for day in days]
            parts.append(
                gettext("%(first)s to %(last)s %(hours)s") % {"first": names[0], "last": names[-1], "hours": text}
                if len(names) > 1
                else f"{names[0]} {text}"
            )
    return "; ".join(parts)


def _bases(calendar: Calendar) -> list[CalendarSpec]:
    """The calendars that ``calendar`` is based on, nearest first; a loop is left for the engine to name."""
    found: list[CalendarSpec] = []
    base = calendar.base
    while base is not None and base.pk not in {calendar.pk, *(spec.uid for spec in found)}:
        found.append(base.spec())
        base = base.base
    return found


def with_marks(parsed: list[dict[str, Any]], stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """``parsed`` exceptions with the mark of where they came from, for those that the text left as they were."""

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["start"], row["finish"], hours_text(row.get("intervals") or []), row.get("name", "")

    marks = {key(row): row["source"] for row in stored if row.get("source")}
    return [row | {"source": marks[key(row)]} if key(row) in marks else row for row in parsed]


def hours_text(intervals: Hours) -> str:
    """``[[540, 720]]`` as ``09:00-12:00``."""
    return ", ".join(f"{s // 60:02d}:{s % 60:02d}-{e // 60:02d}:{e % 60:02d}" for s, e in intervals)


def parse_hours(text: str) -> Hours:
    """The reverse of :func:`hours_text`, and what else people write; raises ``ValueError`` with what is wrong."""
    if text.strip().lower() in OFF:
        return []
    intervals: Hours = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        match = INTERVAL.match(part)
        if match is None:
            raise ValueError(
                gettext("“%(part)s” isn't a time range. Use the form 9-17 or 09:00-12:00.") % {"part": part}
            )
        h1, m1, h2, m2 = (int(number or 0) for number in match.groups())
        start, end = h1 * 60 + m1, h2 * 60 + m2
        if m1 > 59 or m2 > 59 or not 0 <= start < end <= 1440:
            raise ValueError(gettext("“%(part)s” must start before it ends, within one day.") % {"part": part})
        if intervals and start < intervals[-1][1]:
            raise ValueError(gettext("“%(part)s” overlaps the previous time range.") % {"part": part})
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
            raise ValueError(
                gettext("Line %(number)s: “%(first)s” isn't a date. Use the form 2026-12-25.")
                % {"number": number, "first": first}
            ) from None
        if finish < start:
            raise ValueError(gettext("Line %(number)s: the end is before the start.") % {"number": number})
        intervals = []
        if words and words[0][0].isdigit():
            try:
                intervals = parse_hours(words.pop(0))
            except ValueError as error:
                raise ValueError(gettext("Line %(number)s: %(error)s") % {"number": number, "error": error}) from None
        found.append(
            {"start": start.isoformat(), "finish": finish.isoformat(), "intervals": intervals, "name": " ".join(words)}
        )
    return found
