"""The work of each leaf of a plan: in which calendars, how long, held by which dates, and how far it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from accord.engines.calendars.working_time import CalendarError, WorkCalendar, compile_calendars, minute_of
from accord.engines.planning import passes
from accord.engines.planning.passes import (
    FINISH_BY,
    FINISH_FROM,
    FIXED,
    LATE,
    LATE_FINISH_BY,
    LATE_FINISH_FROM,
    LATE_START_BY,
    LATE_START_FROM,
    NONE,
    START_BY,
    START_FROM,
    UNMOVED,
)
from accord.engines.planning.plan import Assignment, Constraint, Plan, Resource, ResourceKind, Task
from accord.engines.planning.plan_outline import Outline, ScheduleError, minutes_of
from accord.engines.texts import gettext_lazy, gettext_noop

# Average share of the peak that a work contour keeps up over its whole length, by number: flat, back loaded, front
# loaded, double peak, early peak, late peak, bell, turtle (Microsoft, "Work contour" field). 8 is drawn by hand.
_CONTOUR = (1.0, 0.6, 0.6, 0.5, 0.5, 0.5, 0.5, 0.7)
AROUND_THE_CLOCK = 0  # the first calendar

# What is wrong with minutes that are no number or beyond all reason.
_DURATION = gettext_noop("the duration of task %(task)s is %(minutes)s minutes")
_REMAINING = gettext_noop("the remaining duration of task %(task)s is %(minutes)s minutes")
_DELAY = gettext_noop("the delay of task %(task)s is %(minutes)s minutes")
_WORK_OF = gettext_noop("the work of task %(task)s is %(minutes)s minutes")

# Members of an enumeration are slow to look up, and every task asks: names of our own are not.
_ASAP, _ALAP, _WORK = Constraint.ASAP, Constraint.ALAP, ResourceKind.WORK

Spans = Sequence[tuple[int, int, int]]  # calendar, delay, minutes


class PlanWork:
    """Answers for one task at a time, and collects the calendars they need."""

    def __init__(self, plan: Plan, outline: Outline) -> None:
        self.plan = plan
        self.outline = outline
        self.constrained_summaries = {uid for uid in outline.children if _is_constrained(outline.tasks[uid])}
        self.resources = {resource.uid: resource for resource in plan.resources}
        self.assignments: dict[int, list[Assignment]] = defaultdict(list)
        for assignment in plan.assignments:
            self.assignments[assignment.task].append(assignment)
        self.project_start = minute_of(plan.start)
        self.begins_early = False  # something lies, or is held, before the project's start
        # Spans by task, in the order in which the tasks are taken.
        self.span_count: list[int] = []
        self.first_span: list[int] = []
        self.span_calendar: list[int] = []
        self.span_delay: list[int] = []
        self.span_minutes: list[int] = []
        self._calendars()

    def _calendars(self) -> None:
        try:
            compiled = compile_calendars(self.plan.calendars)
        except CalendarError as error:
            raise ScheduleError(error.text) from error
        if self.plan.calendar not in compiled:
            raise ScheduleError(
                gettext_lazy("the project's calendar %(calendar)s does not exist", calendar=self.plan.calendar)
            )
        self.calendars: list[WorkCalendar] = []
        self.numbers: dict[WorkCalendar, int] = {}
        self._number(WorkCalendar.around_the_clock())
        self.calendar_numbers = {uid: self._number(calendar) for uid, calendar in compiled.items()}
        self.shared: dict[tuple[int, int], int] = {}
        for task in self.plan.tasks:
            if task.calendar is not None and task.calendar not in compiled:
                raise ScheduleError(
                    gettext_lazy(
                        "task %(task)s works in calendar %(calendar)s, which does not exist",
                        task=task.uid,
                        calendar=task.calendar,
                    )
                )

    def _number(self, calendar: WorkCalendar) -> int:
        number = self.numbers.setdefault(calendar, len(self.numbers))
        if number == len(self.calendars):
            self.calendars.append(calendar)
        return number

    def calendar_of(self, task: Task) -> int:
        return self.calendar_numbers[self.plan.calendar if task.calendar is None else task.calendar]

    def _calendar_of_assignment(self, task: Task, resource: Resource) -> int:
        """The resource's time; with a task calendar, the time both share."""
        uid = self.plan.calendar if resource.calendar is None else resource.calendar
        if uid not in self.calendar_numbers:
            raise ScheduleError(
                gettext_lazy(
                    "resource %(resource)s works in calendar %(calendar)s, which does not exist",
                    resource=resource.uid,
                    calendar=uid,
                    task=task.uid,
                )
            )
        own = self.calendar_numbers[uid]
        if task.calendar is None:
            return own
        of_task = self.calendar_of(task)
        if own == of_task:
            return own
        pair = (of_task, own)
        if pair not in self.shared:
            try:
                self.shared[pair] = self._number(self.calendars[of_task].intersect(self.calendars[own]))
            except CalendarError as error:
                raise ScheduleError(
                    gettext_lazy(
                        "task %(task)s and resource %(resource)s never work at the same time: %(error)s",
                        task=task.uid,
                        resource=resource.uid,
                        error=error.text,
                    )
                ) from error
        return self.shared[pair]

    def bounds(self, task: Task) -> list[int] | None:
        """The dates that hold the task: its own constraint and deadline, and the constraints of its summaries."""
        holders = [task] if _is_constrained(task) else []
        if self.constrained_summaries:
            holders += [above for above in self.outline.with_summaries(task) if above.uid in self.constrained_summaries]
        if not holders and task.deadline is None:
            return None
        bounds = list(passes.FREE)
        for holder in holders:
            if holder.constraint_date is None:
                raise ScheduleError(
                    gettext_lazy(
                        "task %(task)s has a constraint %(constraint)s without a date",
                        task=holder.uid,
                        constraint=holder.constraint,
                    )
                )
            _constrain(bounds, holder.constraint, minute_of(holder.constraint_date), self.plan.honor_constraints)
        if task.actual_start is None:
            finish_from = bounds[FINISH_FROM]
            self.begins_early |= NONE < bounds[START_FROM] < self.project_start or (
                finish_from > NONE and self.start_for(len(self.span_count) - 1, finish_from) < self.project_start
            )
        if task.deadline is not None:
            bounds[LATE_FINISH_BY] = min(bounds[LATE_FINISH_BY], minute_of(task.deadline))
        if task.actual_start is not None:
            # Begun: when it could or should have begun no longer matters.
            for column in (START_FROM, START_BY, LATE_START_BY, LATE_START_FROM):
                bounds[column] = passes.FREE[column]
        return bounds

    def manual_start(self, task: Task) -> int | None:
        """When the nearest summary above that was set by hand starts: what lies below starts with it."""
        for above in self.outline.with_summaries(task):
            if above.uid in self.outline.manual_summaries and above.start is not None:
                return minute_of(above.start)
        return None

    def start_for(self, place: int, finish: int) -> int:
        """When the task taken at ``place`` has to start to finish at a moment."""
        first = self.first_span[place]
        starts = []
        for span in range(first, first + self.span_count[place]):
            own = self.calendars[self.span_calendar[span]]
            if self.span_minutes[span] > 0:
                starts.append(own.start_at(own.index(finish) - self.span_minutes[span] - self.span_delay[span]))
        return min(starts, default=finish)

    def take(self, task: Task) -> list[int] | None:
        """Add the spans still to work to the columns; the row of progress, if there is anything to say in it."""
        if minutes_of(task.duration, _DURATION, task.uid) < 0:
            raise ScheduleError(gettext_lazy("task %(task)s has a negative duration", task=task.uid))
        calendar, spans = self._spans(task)
        late = task.constraint is _ALAP
        if task.actual_finish is not None:
            self._add(calendar, task.duration)
            return self._done(task, task.actual_finish)
        if task.manual and (task.actual_start or task.start or task.finish):
            self._add(calendar, task.duration)
            return self._set_by_hand(task, calendar)
        if task.actual_start is None:
            self._add(calendar, task.duration, () if task.segments else spans)
            if task.segments:
                self.span_minutes[-1] += self._pauses(task, calendar, NONE)
            if not late and not task.levelling_delay:
                return None
            return [NONE, NONE, NONE, minutes_of(task.levelling_delay, _DELAY, task.uid), LATE if late else 0]
        start = minute_of(task.actual_start)
        self.begins_early |= start < self.project_start
        remaining = minutes_of(remaining_of(task), _REMAINING, task.uid)
        done = max(0, task.duration - remaining)
        resumes = self._after(calendar, start, done) if task.resume is None else max(start, minute_of(task.resume))
        if not spans or not remaining:
            # Minutes are rounded on their way here: where the parts meet within one, they make the whole.
            worked = self._between(calendar, start, resumes)
            if abs(worked - done) == 1 and done + remaining == task.duration:
                remaining = task.duration - worked
            spans, remaining = (), remaining + self._pauses(task, calendar, resumes)
        self._add(calendar, remaining, spans)
        mode = (LATE if late else 0) | (0 if self.plan.splits_in_progress_tasks else UNMOVED)
        return [start, NONE, resumes, 0, mode]

    def _add(self, calendar: int, minutes: int, spans: Spans = ()) -> None:
        """One task's spans: those given, or else one of so many minutes."""
        self.first_span.append(len(self.span_minutes))
        self.span_count.append(max(1, len(spans)))
        for number, delay, length in spans or ((calendar, 0, minutes),):
            self.span_calendar.append(number)
            self.span_delay.append(delay)
            self.span_minutes.append(length)

    def _done(self, task: Task, finished: datetime) -> list[int]:
        finish = minute_of(finished)
        start = finish if task.actual_start is None else minute_of(task.actual_start)
        self.begins_early |= start < self.project_start
        if finish < start:
            raise ScheduleError(gettext_lazy("task %(task)s finished before it started", task=task.uid))
        return [start, finish, NONE, 0, 0]

    def _set_by_hand(self, task: Task, calendar: int) -> list[int]:
        start, finish = task.actual_start or task.start, task.finish
        if start is not None:
            begin = minute_of(start)
            end = self._after(calendar, begin, task.duration) if finish is None else minute_of(finish)
        else:
            assert finish is not None  # what has neither is scheduled like any other task
            end = minute_of(finish)
            begin = self._before(calendar, end, task.duration)
        self.begins_early |= begin < self.project_start
        return [begin, max(begin, end), NONE, 0, FIXED]

    def _spans(self, task: Task) -> tuple[int, Spans]:
        """The calendar the task is worked in; where its people's calendars differ, a span for each of them."""
        if task.elapsed:
            return AROUND_THE_CLOCK, ()
        calendar = self.calendar_of(task)
        assignments = self.assignments.get(task.uid)
        if assignments and not (task.calendar is not None and task.ignore_resource_calendars):
            pairs = []
            for assignment in assignments:
                resource = None if assignment.resource is None else self.resources.get(assignment.resource)
                if resource is not None and resource.kind is _WORK:
                    pairs.append((assignment, self._calendar_of_assignment(task, resource)))
            if pairs and all(number == pairs[0][1] for _, number in pairs):
                calendar = pairs[0][1]
            elif pairs:
                spans = [
                    (number, minutes_of(assignment.delay, _DELAY, task.uid), _minutes(assignment, task))
                    for assignment, number in pairs
                ]
                if any(minutes for _, _, minutes in spans):
                    return calendar, spans
        return calendar, ()

    def _pauses(self, task: Task, calendar: int, after: int) -> int:
        """Working minutes of the pauses of a split task that begin after a moment."""
        total = 0
        for one, other in zip(task.segments, task.segments[1:], strict=False):
            pause = (minute_of(one.finish), minute_of(other.start))
            if pause[0] >= after:
                total += max(0, self._between(calendar, *pause))
        return total

    def _between(self, calendar: int, start: int, finish: int) -> int:
        own = self.calendars[calendar]
        return own.index(finish) - own.index(start)

    def _before(self, calendar: int, finish: int, minutes: int) -> int:
        own = self.calendars[calendar]
        return own.start_at(own.index(finish) - minutes) if minutes else finish

    def _after(self, calendar: int, start: int, minutes: int) -> int:
        own = self.calendars[calendar]
        return own.finish_at(own.index(start) + minutes) if minutes else start


def _is_constrained(task: Task) -> bool:
    return task.constraint is not _ASAP and task.constraint is not _ALAP


def _constrain(bounds: list[int], constraint: Constraint, moment: int, honoured: bool) -> None:
    """Tighten the bounds of a task; what is honoured holds even against the links."""

    def at_least(column: int) -> None:
        bounds[column] = max(bounds[column], moment)

    def at_most(column: int) -> None:
        bounds[column] = min(bounds[column], moment)

    match constraint:
        case Constraint.START_NO_EARLIER_THAN:
            at_least(START_FROM)
        case Constraint.FINISH_NO_EARLIER_THAN:
            at_least(FINISH_FROM)
        case Constraint.START_NO_LATER_THAN:
            at_most(LATE_START_BY)
            if honoured:
                at_most(START_BY)
        case Constraint.FINISH_NO_LATER_THAN:
            at_most(LATE_FINISH_BY)
            if honoured:
                at_most(FINISH_BY)
        case Constraint.MUST_START_ON:
            at_least(START_FROM)
            at_most(LATE_START_BY)
            if honoured:
                at_most(START_BY)
                at_least(LATE_START_FROM)
        case Constraint.MUST_FINISH_ON:
            at_least(FINISH_FROM)
            at_most(LATE_FINISH_BY)
            if honoured:
                at_most(FINISH_BY)
                at_least(LATE_FINISH_FROM)
        case _:
            pass


def remaining_of(task: Task) -> int:
    """Minutes that begun work still takes."""
    if task.remaining_duration is not None:
        return max(0, task.remaining_duration)
    if task.actual_duration is not None:
        return max(0, task.duration - task.actual_duration)
    return round(task.duration * (1 - min(100.0, max(0.0, task.percent_complete)) / 100))


def _minutes(assignment: Assignment, task: Task) -> int:
    """Working minutes an assignment still takes: its remaining work at its units and the mean of its contour."""
    work, overtime = assignment.work, assignment.overtime
    if task.actual_start is not None:
        work -= assignment.actual_work
        overtime -= assignment.actual_overtime
        if assignment.remaining_work is not None:
            work = assignment.remaining_work
    work -= overtime  # done beside the working time
    pace = assignment.units * (_CONTOUR[assignment.contour] if assignment.contour < len(_CONTOUR) else 1.0)
    return minutes_of(max(0, work) / pace, _WORK_OF, task.uid) if pace > 0 else 0
