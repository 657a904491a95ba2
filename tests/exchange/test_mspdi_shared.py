"""Project files that MS Project and others wrote, read from the shared folder where it is there."""

import os
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from accord.engines.calendars.working_time import compile_calendars
from accord.exchange.mspdi import read_plan

SHARED = Path(os.environ.get("ACCORD_SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
FILES = sorted((SHARED / "04_project_files").glob("mspdi_*/*.xml*"))
NAMESPACE = "{http://schemas.microsoft.com/project}"

pytestmark = pytest.mark.skipif(not FILES, reason="the shared data are not on this machine")


def shared(name: str) -> Path:
    return next(path for path in FILES if path.name == name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_read_whole(path):
    plan = read_plan(path)
    uids = Counter(task.uid for task in plan.tasks)
    assert plan.tasks and max(uids.values()) == 1
    assert plan.calendar in compile_calendars(plan.calendars)
    for task in plan.tasks:
        assert task.parent is None or task.parent in uids
        assert task.duration >= 0 and (task.start is None or task.finish is None or task.start <= task.finish)
    assert all(link.predecessor in uids and link.successor in uids for link in plan.links)


def test_counts_are_those_of_the_elements():
    for path in FILES:
        if path.suffix == ".gz":
            continue
        root = ElementTree.parse(path).getroot()
        plan = read_plan(path)
        real = [task for task in root.iter(f"{NAMESPACE}Task") if task.findtext(f"{NAMESPACE}IsNull") != "1"]
        assert len(plan.tasks) == len(real), path.name
        assert len(plan.links) == sum(1 for _ in root.iter(f"{NAMESPACE}PredecessorLink")), path.name


def test_recurring_exceptions_agree_with_the_files_own_list_of_days():
    path = shared("mpxj_recurring_exceptions.xml")
    listed: dict[date, bool] = {}
    for day in ElementTree.parse(path).getroot().iter(f"{NAMESPACE}WeekDay"):
        if day.findtext(f"{NAMESPACE}DayType") == "0":
            first, last = (
                day.findtext(f"{NAMESPACE}TimePeriod/{NAMESPACE}{end}")[:10] for end in ("FromDate", "ToDate")
            )
            works = day.findtext(f"{NAMESPACE}DayWorking") == "1"
            listed |= dict.fromkeys(days(date.fromisoformat(first), date.fromisoformat(last)), works)
    expanded = {
        day: bool(each.intervals)
        for each in read_plan(path).calendars[0].exceptions
        for day in days(each.start, each.finish)
    }
    assert len(listed) == 140
    assert expanded == listed


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def test_software_development_has_its_budget_and_its_cost():
    plan = read_plan(shared("Software_Development_baseline_actuals.xml"))
    root = plan.tasks[0]
    assert (root.name, root.baselines[0].cost, root.cost) == ("Software Development", Decimal(139600), Decimal(149000))
    parents = {task.parent for task in plan.tasks}
    leaves = [task for task in plan.tasks if task.uid not in parents]
    assert sum(task.baselines[0].cost or 0 for task in leaves if task.baselines) == Decimal(139600)
    assert sum(task.actual_cost or 0 for task in leaves) == root.actual_cost == Decimal(44700)
