"""Weeks that wait for a decision, with what whoever decides should look at."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from accord.core.access import Permission
from accord.money.models import TimeEntry, Timesheet
from accord.money.queries_targets import targets_of
from accord.money.week_checks import Finding, check_week


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submitted week: minutes logged, the target, and its exceptions."""

    sheet: Timesheet
    minutes: int
    target: int
    findings: list[Finding]


def to_approve(user: Any) -> QuerySet[Timesheet]:
    """The submitted weeks that ``user`` decides on, the oldest first."""
    rows = Timesheet.objects.letting(user, Permission.APPROVE).filter(status=Timesheet.Status.SUBMITTED)
    return rows.select_related("person").order_by("week", "person__name")


def waiting(sheets: list[Timesheet]) -> list[Waiting]:
    """``sheets`` with their hours, targets and exceptions: one query for the hours, four for the targets."""
    if not sheets:
        return []
    first, last = min(sheet.week for sheet in sheets), max(sheet.ends_on for sheet in sheets)
    people = {sheet.person_id: sheet.person for sheet in sheets}
    logged: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    closed: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    entries = TimeEntry.objects.filter(person__in=people, day__range=(first, last)).order_by()
    for person, day, minutes, finish in entries.values_list("person", "day", "minutes", "task__actual_finish"):
        logged[person][day] += minutes
        if finish is not None and finish.date() < day:
            closed[person][day] += minutes
    targets = targets_of(list(people.values()), first, last)
    return [
        _waiting(sheet, logged[sheet.person_id], targets[sheet.person_id], closed[sheet.person_id]) for sheet in sheets
    ]


def _waiting(sheet: Timesheet, logged: dict[date, int], targets: dict[date, int], closed: dict[date, int]) -> Waiting:
    days = [sheet.week + timedelta(days=n) for n in range(7)]
    by_day = {day: logged.get(day, 0) for day in days}
    target = sum(targets[day] for day in days)
    findings = check_week(by_day, target, sum(closed.get(day, 0) for day in days))
    return Waiting(sheet, sum(by_day.values()), target, findings)
