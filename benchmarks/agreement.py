"""Agreement with MS Project: reschedule its files and compare with the dates and float it stored in them.

    python benchmarks/agreement.py [--json] [FILE ...]

Without files, every MS Project XML file of the shared example data is taken (``ACCORD_SHARED_DATA``, by default beside
the checkout). Moments and float agree when they are equal to the minute; the stored values are never an input of the
schedule. A value that a file does not store is not compared; slack and the critical mark are compared where the file
also stores the late dates they follow from. A zero slack that a converter left out counts as zero.

Every disagreement is listed with a reason that is computed from the file, or as unexplained. Exit code: 0 when every
automatically scheduled task agrees or is explained, 1 when one is not, 2 when a file cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from accord.engines.calendars.working_time import minute_of
from accord.engines.planning.plan import Constraint, Plan, Task
from accord.engines.planning.scheduling import Schedule, ScheduleError, TaskDates, schedule
from accord.exchange.errors import PlanFileError
from accord.exchange.mspdi import read_plan

DATES = ("start", "finish", "early_start", "early_finish", "late_start", "late_finish")
FIELDS = (*DATES, "total_float", "free_float", "critical")
UNEXPLAINED = "unexplained"
STALE = "late dates kept from an earlier calculation"


@dataclass
class Disagreement:
    uid: int
    name: str
    manual: bool
    values: dict[str, tuple[str, str]]  # field: (ours, stored)
    reason: str = UNEXPLAINED
    evidence: str = ""


@dataclass
class FileResult:
    file: str
    automatic: int = 0
    automatic_agree: int = 0
    manual: int = 0
    manual_agree: int = 0
    compared: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    agree: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    disagreements: list[Disagreement] = field(default_factory=list)


def compare(plan: Plan, result: Schedule, name: str) -> FileResult:
    """Each field of each task, ours beside the stored one; automatic tasks are counted apart from manual ones."""
    found = FileResult(name)
    for task in plan.tasks:
        if task.uid not in result.tasks:
            continue
        different = {}
        for key in FIELDS:
            ours, stored = computed(result.tasks[task.uid], key), stored_value(task, key)
            if stored is None:
                continue
            found.compared[key] += 1
            found.agree[key] += ours == stored
            if ours != stored:
                different[key] = (shown(key, ours), shown(key, stored))
        kind = "manual" if task.manual else "automatic"
        setattr(found, kind, getattr(found, kind) + 1)
        if different:
            found.disagreements.append(Disagreement(task.uid, task.name, task.manual, different))
        else:
            setattr(found, f"{kind}_agree", getattr(found, f"{kind}_agree") + 1)
    return found


def computed(row: TaskDates, key: str) -> int | bool:
    value = getattr(row, key)
    return minute_of(value) if key in DATES else value


def stored_value(task: Task, key: str) -> int | bool | None:
    value = getattr(task.stored, key)
    if key in DATES:
        return None if value is None else minute_of(value)
    if task.stored.late_finish is None:
        return None
    return (value or 0) if key.endswith("float") else value


def shown(key: str, value: int | bool) -> str:
    if key not in DATES:
        return f"{value}" if key == "critical" else f"{value} min"
    return datetime.fromordinal(value // 1440).strftime("%Y-%m-%d") + f" {value % 1440 // 60:02}:{value % 60:02}"


def explain(plan: Plan, result: Schedule, found: FileResult) -> None:
    """Give each disagreement the reason that the file itself bears out."""
    tasks = {task.uid: task for task in plan.tasks}
    by_finish: dict[datetime, list[Disagreement]] = defaultdict(list)
    for case in found.disagreements:
        task = tasks[case.uid]
        late = task.stored.late_finish
        only_late = case.values.keys() <= {"late_start", "late_finish", "total_float", "free_float", "critical"}
        if only_late and late is not None and "late_finish" in case.values and not bounded(plan, task):
            by_finish[late].append(case)
    finish = plan.finish or result.finish
    for late, cases in by_finish.items():
        # Nothing in the file holds these tasks but the project's finish. If the late finish stored for them is
        # another, it is an older finish of the project, and everything else stored for them must follow from that.
        again = finished_at(plan, result, late, {case.uid for case in cases})
        for case in cases:
            task = tasks[case.uid]
            row = again.tasks[task.uid]
            if all(stored_value(task, key) in (None, computed(row, key)) for key in FIELDS):
                case.reason = STALE
                case.evidence = (
                    "no successor, deadline or constraint of the file holds such a task, so its late finish is that of "
                    f"the project; but the file stores {late:%Y-%m-%d %H:%M} for the task and "
                    f"{finish:%Y-%m-%d %H:%M} for the project. For a project that ends at the former, this program "
                    "computes every value that is stored for the task"
                )


def bounded(plan: Plan, task: Task) -> bool:
    """Whether anything but the project's finish limits how late a task may finish."""
    parents = {other.uid: other.parent for other in plan.tasks}
    above = {task.uid}
    at = task.parent
    while at is not None:
        above.add(at)
        at = parents[at]
    free = (Constraint.ASAP, Constraint.START_NO_EARLIER_THAN, Constraint.FINISH_NO_EARLIER_THAN)
    return (
        task.deadline is not None
        or any(other.constraint not in free for other in plan.tasks if other.uid in above)
        or any(link.predecessor in above for link in plan.links)
    )


def finished_at(plan: Plan, result: Schedule, finish: datetime, uids: set[int]) -> Schedule:
    """The schedule if the project, for these tasks, finished at another moment."""
    if finish < result.finish:
        return schedule(
            replace(
                plan, tasks=tuple(replace(task, deadline=finish) if task.uid in uids else task for task in plan.tasks)
            )
        )
    end = Task(
        uid=max(task.uid for task in plan.tasks) + 1,
        name="the end",
        constraint=Constraint.START_NO_EARLIER_THAN,
        constraint_date=finish,
    )
    return schedule(replace(plan, tasks=(*plan.tasks, end)))


def check(path: Path) -> FileResult:
    plan = read_plan(path)
    result = schedule(plan)
    found = compare(plan, result, f"{path.parent.name}/{path.name}")
    explain(plan, result, found)
    return found


def example_files() -> list[Path]:
    data = os.environ.get("ACCORD_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data")
    folder = Path(data) / "04_project_files"
    return sorted(path for kind in ("mspdi_native", "mspdi_converted") for path in (folder / kind).glob("*.xml*"))


def share(part: int, whole: int) -> str:
    return f"{part}/{whole} {100 * part / whole:6.2f} %" if whole else "-"


def print_report(results: list[FileResult]) -> None:
    width = max(len(result.file) for result in results)
    print(f"{'file':{width}}  {'automatic tasks':>20} {'manual':>8}   least agreeing fields")
    for result in results:
        worst = [
            f"{key} {share(result.agree[key], result.compared[key])}"
            for key in FIELDS
            if result.agree[key] < result.compared[key]
        ]
        if not result.compared["early_start"]:
            worst.append("(stores no early or late dates: start and finish compared)")
        manual = f"{result.manual_agree}/{result.manual}" if result.manual else "-"
        automatic = share(result.automatic_agree, result.automatic)
        print(f"{result.file:{width}}  {automatic:>20} {manual:>8}   {', '.join(worst)}")
    cases = [(result.file, case) for result in results for case in result.disagreements]
    if cases:
        print("\ndisagreements")
    told = ""
    for file, case in sorted(cases, key=lambda pair: (pair[0], pair[1].reason, pair[1].evidence)):
        if case.evidence != told:
            told = case.evidence
            print(f"  {case.reason}: {told}.")
        kind = " (manual)" if case.manual else "" if case.evidence else f": {case.reason}"
        values = (f"{key.replace('_', ' ')} {ours}, stored {stored}" for key, (ours, stored) in case.values.items())
        print(f"    {file} task {case.uid} {case.name!r}{kind}: {'; '.join(values)}")
    total = summary(results)
    print(f"\nautomatic tasks in full agreement: {share(total['agree'], total['tasks'])}")
    for key in FIELDS:
        agree, compared = total["fields"][key]
        print(f"  {key.replace('_', ' '):13} {share(agree, compared)}")
    for reason, count in total["reasons"].items():
        print(f"disagreements, {reason}: {count}")


def summary(results: Iterable[FileResult]) -> dict[str, Any]:
    results = list(results)
    return {
        "tasks": sum(result.automatic for result in results),
        "agree": sum(result.automatic_agree for result in results),
        "manual_tasks": sum(result.manual for result in results),
        "manual_agree": sum(result.manual_agree for result in results),
        "fields": {key: (sum(r.agree[key] for r in results), sum(r.compared[key] for r in results)) for key in FIELDS},
        "reasons": dict(Counter(case.reason for result in results for case in result.disagreements)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    files = options.files or example_files()
    if not files:
        print("no files: set ACCORD_SHARED_DATA to the example data, or name files", file=sys.stderr)
        return 2
    results = []
    for path in files:
        try:
            results.append(check(path))
        except (OSError, PlanFileError, ScheduleError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            return 2
    if options.json:
        print(json.dumps({"files": [asdict(result) for result in results], "total": summary(results)}, indent=2))
    else:
        print_report(results)
    cases = [case for result in results for case in result.disagreements if not case.manual]
    return int(any(case.reason == UNEXPLAINED for case in cases))


if __name__ == "__main__":
    sys.exit(main())
