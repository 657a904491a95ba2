"""Working time as people keep it: a week, and the days that differ."""

from __future__ import annotations

from datetime import date

from django.db import models

from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.policy import Policy
from accord.core.rules import Holding, everyone
from accord.core.texts import gettext_lazy
from accord.engines.calendars.working_time import CalendarSpec, Day, ExceptionSpec, WeekSpec, WorkWeekSpec
from accord.people.models.user import Role

WORKDAY = [[540, 720], [780, 1020]]


def default_week() -> list[list[list[int]] | None]:
    """Monday to Friday 09:00-12:00 and 13:00-17:00."""
    return [WORKDAY, WORKDAY, WORKDAY, WORKDAY, WORKDAY, [], []]


class Calendar(Record):
    """A working calendar. Times are minutes after midnight, ``[start, end)``; ``null`` inherits the day from ``base``.

    ``exceptions`` holds ``{"start", "finish", "intervals", "name"}`` and ``work_weeks`` ``{"start", "finish", "week",
    "name"}`` with ISO dates: small lists, always read whole, so they live in the row.
    """

    name = models.CharField(max_length=150)
    base = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="derived")
    week = models.JSONField(default=default_week)
    exceptions = models.JSONField(default=list, blank=True)
    work_weeks = models.JSONField(default=list, blank=True)
    shared = models.BooleanField(
        default=True, help_text=gettext_lazy("Available to all projects, not only the one it was imported with.")
    )

    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.PROJECT_MANAGER))

    class Meta:
        ordering = ["name"]
        constraints = [from_source("calendar")]

    def __str__(self) -> str:
        return self.name

    def spec(self) -> CalendarSpec:
        """The calendar as the engines take it; ``uid`` is the primary key."""
        return CalendarSpec(
            uid=self.pk,
            name=self.name,
            base=self.base_id,
            week=_week(self.week),
            exceptions=tuple(
                ExceptionSpec(
                    start=date.fromisoformat(e["start"]),
                    finish=date.fromisoformat(e["finish"]),
                    intervals=_day(e.get("intervals") or []),
                    name=e.get("name", ""),
                )
                for e in self.exceptions
            ),
            work_weeks=tuple(
                WorkWeekSpec(
                    start=date.fromisoformat(w["start"]),
                    finish=date.fromisoformat(w["finish"]),
                    week=_week(w["week"]),
                    name=w.get("name", ""),
                )
                for w in self.work_weeks
            ),
        )

    def take(self, spec: CalendarSpec) -> None:
        """Fill this row from ``spec`` (all but its base, which is another row)."""
        self.name = spec.name[:150]
        self.week = [None if d is None else [list(i) for i in d] for d in spec.week.days]
        self.exceptions = [
            {
                "start": e.start.isoformat(),
                "finish": e.finish.isoformat(),
                "intervals": [list(i) for i in e.intervals],
                "name": e.name,
            }
            for e in spec.exceptions
        ]
        self.work_weeks = [
            {
                "start": w.start.isoformat(),
                "finish": w.finish.isoformat(),
                "week": [None if d is None else [list(i) for i in d] for d in w.week.days],
                "name": w.name,
            }
            for w in spec.work_weeks
        ]


def _day(intervals: list[list[int]]) -> Day:
    return tuple((start, end) for start, end in intervals)


def _week(days: list[list[list[int]] | None]) -> WeekSpec:
    mon, tue, wed, thu, fri, sat, sun = (None if day is None else _day(day) for day in days)
    return WeekSpec((mon, tue, wed, thu, fri, sat, sun))
