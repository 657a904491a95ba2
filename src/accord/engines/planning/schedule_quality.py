"""The 14 points of a schedule's quality, as the US Defense Contract Management Agency assesses them.

Source: DCMA-EA PAM 200.1, Earned Value Management System Program Analysis Pamphlet, section 4 (October 2012).
What is counted, and where a plan here differs from what the pamphlet assumes: ``docs/engines/schedule-quality.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accord.engines.calendars.working_time import compile_calendars
from accord.engines.planning.lengthened_path import ADDED, lengthen_critical_path
from accord.engines.planning.plan import BaselineValues, LagUnit, Link, LinkType, Plan, Task
from accord.engines.planning.plan_outline import Outline
from accord.engines.planning.quality_points import HARD, HIGH, POINTS, Assessment, Finding, Point, Verdict
from accord.engines.planning.scheduling import Schedule
from accord.engines.texts import Text, gettext_lazy, joined

__all__ = ["Assessment", "Finding", "Point", "Verdict", "assess"]

_NO_BASELINE = gettext_lazy("the plan has no baseline")
_ALL_DONE = gettext_lazy("all work is done")


def assess(plan: Plan, computed: Schedule, status_date: datetime) -> Assessment:
    """Assess ``plan`` with its schedule ``computed`` (`scheduling.schedule`) as of ``status_date``.

    Tasks are the active leaves that are no milestones; unfinished are those below 100 percent without an actual
    finish. Links count when their successor is unfinished. Float and durations are in working days of
    ``plan.minutes_per_day``. Raises `ScheduleError` where the plan cannot be scheduled.

    >>> from accord.engines.calendars.working_time import CalendarSpec, WeekSpec
    >>> from accord.engines.planning.scheduling import schedule
    >>> week = WeekSpec((((480, 720), (780, 1020)),) * 5 + ((), ()))
    >>> tasks = (Task(1, "draft", duration=960), Task(2, "print", duration=480), Task(3, "send", duration=480))
    >>> links = (Link(1, 2), Link(2, 3, lag=-240))
    >>> plan = Plan("brochure", datetime(2026, 1, 5, 8), 1, (CalendarSpec(1, "Standard", week),), tasks, links)
    >>> found = assess(plan, schedule(plan), datetime(2026, 1, 5, 8))
    >>> [(p.numerator, p.denominator, str(p.verdict), p.tasks) for p in (found["logic"], found["leads"], found["lags"])]
    [(2, 3, 'failed', (1, 3)), (1, 2, 'failed', (3,)), (0, 2, 'passed', ())]
    >>> found["bei"].reason
    'the plan has no baseline'
    """
    return _Assessor(plan, computed, status_date).assess()


class _Assessor:
    def __init__(self, plan: Plan, computed: Schedule, status_date: datetime) -> None:
        self.plan, self.computed, self.now = plan, computed, status_date
        self.outline = Outline(plan)
        self.tasks = [task for task in self.outline.leaves if task.duration and not task.milestone]
        self.open = [task for task in self.tasks if not _is_done(task)]
        number = plan.earned_value_baseline
        self.baselines: dict[int, BaselineValues] = {
            task.uid: b for task in self.outline.leaves for b in task.baselines if b.number == number and b.finish
        }
        self.calendar = compile_calendars(plan.calendars)[plan.calendar]

    def assess(self) -> Assessment:
        measured = (
            self._logic(), self._leads(), self._lags(), self._relationships(), self._constraints(), self._high_float(),
            self._negative_float(), self._high_duration(), self._dates(), self._resources(), self._missed(),
            self._critical_path_test(), self._cpli(), self._bei(),
        )  # fmt: skip
        points = tuple(_point(n, row, found) for n, (row, found) in enumerate(zip(POINTS, measured, strict=True), 1))
        return Assessment(self.now, self.plan.earned_value_baseline, points)

    # Structure

    def _logic(self) -> _Found:
        before, after = set[int](), set[int]()
        for link in self.plan.links:
            # A link of a summary is one of all that is below it, as the schedule takes it.
            before.update(self.outline.leaves_below(link.successor))
            after.update(self.outline.leaves_below(link.predecessor))
        findings = []
        for task in self.open:
            place = self.outline.place[task.uid]
            if place in before and place in after:
                continue
            if place in before:
                note = gettext_lazy("no successor")
            elif place in after:
                note = gettext_lazy("no predecessor")
            else:
                note = gettext_lazy("neither predecessor nor successor")
            findings.append(Finding(task.uid, note))
        return self._of_open(findings)

    def _links(self) -> list[Link]:
        unfinished = {place for place, task in enumerate(self.outline.leaves) if not _is_done(task)}
        return [
            link
            for link in self.plan.links
            if not unfinished.isdisjoint(self.outline.leaves_below(link.successor))
            and self.outline.leaves_below(link.predecessor)
        ]

    def _of_links(self, links: Sequence[Link], among: Sequence[Link], *, found: Iterable[Link] = ()) -> _Found:
        return _Found(
            len(links),
            len(among),
            [Finding(link.successor, self._told(link)) for link in found],
            gettext_lazy("no unfinished task has a link"),
        )

    def _leads(self) -> _Found:
        links = self._links()
        leads = [link for link in links if link.lag < 0]
        return self._of_links(leads, links, found=leads)

    def _lags(self) -> _Found:
        links = self._links()
        lags = [link for link in links if link.lag > 0]
        return self._of_links(lags, links, found=lags)

    def _relationships(self) -> _Found:
        links = self._links()
        usual = [link for link in links if link.type is LinkType.FS]
        return self._of_links(usual, links, found=[link for link in links if link.type is not LinkType.FS])

    def _told(self, link: Link) -> Text:
        """The link in words: ``SS+2 d after “Design”``."""
        name = self.outline.tasks[link.predecessor].name
        if not link.lag:
            return gettext_lazy("%(type)s after “%(task)s”", type=link.type, task=name)
        if link.unit in (LagUnit.PERCENT, LagUnit.ELAPSED_PERCENT):
            return gettext_lazy("%(type)s%(lag)s %% after “%(task)s”", type=link.type, lag=f"{link.lag:+g}", task=name)
        if link.unit is LagUnit.ELAPSED:
            lag = f"{link.lag / 1440:+.3g}"
            return gettext_lazy("%(type)s%(lag)s elapsed days after “%(task)s”", type=link.type, lag=lag, task=name)
        lag = f"{link.lag / self.plan.minutes_per_day:+.3g}"
        return gettext_lazy("%(type)s%(lag)s d after “%(task)s”", type=link.type, lag=lag, task=name)

    def _constraints(self) -> _Found:
        return self._of_open(
            Finding(task.uid, Text(HARD[task.constraint], values={"day": _day(task.constraint_date)}))
            for task in self.open
            if task.constraint in HARD
        )

    # Float and duration

    def _days(self, task: Task, minutes: int) -> float:
        """Working days of the plan; for elapsed tasks days of the calendar."""
        return minutes / (1440 if task.elapsed else self.plan.minutes_per_day)

    def _floats(self) -> list[tuple[Task, float]]:
        return [(task, self._days(task, self.computed.tasks[task.uid].total_float)) for task in self.open]

    def _high_float(self) -> _Found:
        return self._of_open(Finding(t.uid, _float(days)) for t, days in self._floats() if days > HIGH)

    def _negative_float(self) -> _Found:
        return self._of_open(Finding(t.uid, _float(days)) for t, days in self._floats() if days < 0)

    def _high_duration(self) -> _Found:
        spans = [(task, self._days(task, task.duration)) for task in self.open]
        return self._of_open(
            Finding(task.uid, gettext_lazy("takes %(days).4g d", days=days)) for task, days in spans if days > HIGH
        )

    # Dates and people

    def _dates(self) -> _Found:
        findings = []
        for task in self.tasks:
            dates = self.computed.tasks[task.uid]
            wrong = []
            if task.actual_start is not None and task.actual_start > self.now:
                wrong.append(gettext_lazy("actual start %(day)s is after the status date", day=task.actual_start))
            if task.actual_finish is not None and task.actual_finish > self.now:
                wrong.append(gettext_lazy("actual finish %(day)s is after the status date", day=task.actual_finish))
            if not _is_done(task):
                if task.actual_start is None and dates.start < self.now:
                    wrong.append(gettext_lazy("planned start %(day)s, not started", day=dates.start))
                elif dates.finish < self.now:
                    wrong.append(gettext_lazy("planned finish %(day)s, not finished", day=dates.finish))
            findings += [Finding(task.uid, joined(wrong))] if wrong else []
        return _Found(len(findings), len(self.tasks), findings, gettext_lazy("the plan has no tasks"))

    def _resources(self) -> _Found:
        staffed = {a.task for a in self.plan.assignments if a.resource is not None}
        counted = [task for task in self.open if self._days(task, task.duration) >= 1]
        findings = [
            Finding(task.uid, gettext_lazy("no resource and no cost"))
            for task in counted
            if task.uid not in staffed and not task.cost and not task.fixed_cost
        ]
        return _Found(len(findings), len(counted), findings, gettext_lazy("no unfinished task takes a day or more"))

    # Against the baseline

    def _due(self) -> list[tuple[Task, datetime]]:
        dated = [(task, self.baselines[task.uid].finish) for task in self.tasks if task.uid in self.baselines]
        return [(task, finish) for task, finish in dated if finish is not None and finish <= self.now]

    def _missed(self) -> _Found:
        due, findings = self._due(), []
        for task, agreed in due:
            if not _is_done(task):
                findings.append(Finding(task.uid, _unfinished(agreed)))
            elif (finish := task.actual_finish or self.computed.tasks[task.uid].finish) > agreed:
                note = gettext_lazy("due %(day)s, finished %(finished)s", day=agreed, finished=finish)
                findings.append(Finding(task.uid, note))
        return _Found(len(findings), len(due), findings, self._nothing_due())

    def _nothing_due(self) -> Text:
        return gettext_lazy("the baseline has no task due by the status date") if self.baselines else _NO_BASELINE

    def _cpli(self) -> _Found:
        finish = self.computed.finish
        unfinished = [task for task in self.outline.leaves if not _is_done(task)]
        agreed = max((b.finish for b in self.baselines.values() if b.finish), default=None)
        if agreed is None or not unfinished or finish <= self.now:
            if agreed is None:
                reason = _NO_BASELINE
            elif unfinished:
                reason = gettext_lazy("the finish of the plan lies before the status date")
            else:
                reason = _ALL_DONE
            return _Found(0, 0, [], reason)
        begins = max(self.now, self.computed.start)
        length = self.calendar.between(begins, finish) / self.plan.minutes_per_day
        room = self.calendar.between(min(agreed, finish), max(agreed, finish)) / self.plan.minutes_per_day
        late = agreed < finish
        if late:
            note = gettext_lazy("critical; the plan finishes %(days).3g working days after its baseline", days=room)
        else:
            note = gettext_lazy("critical; the plan finishes %(days).3g working days before its baseline", days=room)
        findings = [Finding(t.uid, note) for t in unfinished if self.computed.tasks[t.uid].critical]
        nothing = gettext_lazy("no working time is left")
        found = _Found(length - room if late else length + room, length, findings, nothing)
        found.only_when_failed = True
        return found

    def _bei(self) -> _Found:
        if not self.baselines:
            return _Found(0, 0, [], _NO_BASELINE)
        due = self._due()
        unplanned = [task for task in self.tasks if task.uid not in self.baselines]
        findings = [Finding(t.uid, _unfinished(agreed)) for t, agreed in due if not _is_done(t)]
        note = gettext_lazy("not in the baseline and not finished")
        findings += [Finding(t.uid, note) for t in unplanned if not _is_done(t)]
        done = sum(_is_done(task) for task in self.tasks)
        return _Found(done, len(due) + len(unplanned), findings, self._nothing_due())

    # The critical path test

    def _critical_path_test(self) -> _Found:
        if not self.open:
            return _Found(0, 0, [], _ALL_DONE)
        if self.plan.schedule_from_finish:
            reason = gettext_lazy("the plan is scheduled backwards from its finish, so a longer task moves the start")
            return _Found(0, 0, [], reason)
        test = lengthen_critical_path(self.plan, self.computed, self.open)
        findings = [Finding(uid, test.told) for uid in test.uids]
        found = _Found(round(test.share * ADDED, 2), ADDED, findings, None, test.reason)
        found.only_when_failed = True
        return found

    def _of_open(self, findings: Iterable[Finding]) -> _Found:
        found = list(findings)
        return _Found(len(found), len(self.open), found, gettext_lazy("no task is unfinished"))


@dataclass(slots=True)
class _Found:
    """What one point counted; ``nothing`` says why there is no figure where the denominator is zero."""

    numerator: float
    denominator: float
    findings: list[Finding]
    nothing: Text | None
    told: Text | None = None
    only_when_failed: bool = False


def _point(number: int, row: tuple[str, Text, Text, float, bool], found: _Found) -> Point:
    key, name, definition, threshold, at_least = row
    verdict, reason = Verdict.NOT_APPLICABLE, found.nothing
    if found.denominator > 0:
        figure = found.numerator / found.denominator
        passed = figure >= threshold if at_least else figure <= threshold
        verdict, reason = Verdict.PASSED if passed else Verdict.FAILED, found.told
    if verdict is Verdict.NOT_APPLICABLE or (found.only_when_failed and verdict is Verdict.PASSED):
        found.findings = []
    return Point(
        number, key, name, definition, threshold, at_least, found.numerator, found.denominator, verdict, reason,
        tuple(found.findings),
    )  # fmt: skip


def _is_done(task: Task) -> bool:
    return task.actual_finish is not None or task.percent_complete >= 100


def _day(moment: datetime | None) -> datetime | Text:
    return gettext_lazy("an unknown day") if moment is None else moment


def _float(days: float) -> Text:
    return gettext_lazy("float of %(days).3g d", days=days)


def _unfinished(due: datetime) -> Text:
    return gettext_lazy("due %(day)s, not finished", day=due)
