"""The working hours of a plan's tasks, and what else their fields are read by."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from accord.accounts.models import CustomField
from accord.engines.calendars.working_time import WorkCalendar, compile_calendars
from accord.people.models import Calendar, Firm
from accord.projects.models import Project, Task
from accord.projects.queries import calendars_of


class PlanHours:
    """The calendars of a project and the firm's custom fields, each read once when first asked for, unless at hand."""

    def __init__(self, project: Project, calendars: Iterable[Calendar] | None = None) -> None:
        self.project = project
        if calendars is not None:
            self.calendars = {calendar.pk: calendar for calendar in calendars}

    @cached_property
    def calendars(self) -> dict[int, Calendar]:
        return {calendar.pk: calendar for calendar in calendars_of(self.project)}

    @cached_property
    def custom_fields(self) -> dict[str, CustomField]:
        """What the firm adds to tasks, by key."""
        return {field.key: field for field in CustomField.objects.filter(on=CustomField.On.TASK)}

    @cached_property
    def _default(self) -> int:
        return self.project.calendar_id or Firm.current().calendar_id or 0

    @cached_property
    def _compiled(self) -> dict[int, WorkCalendar]:
        if "calendars" not in self.__dict__:
            assert self._default  # the firm's is made on first use: before the list is read
        return compile_calendars(tuple(calendar.spec() for calendar in self.calendars.values()))

    def of(self, task: Task) -> WorkCalendar:
        """The calendar that the task's duration is counted in."""
        return WorkCalendar.around_the_clock() if task.elapsed else self.of_calendar(task.calendar_id)

    def of_calendar(self, pk: int | None) -> WorkCalendar:
        """A calendar of the plan; None: the project's own."""
        return self._compiled[pk or self._default]
