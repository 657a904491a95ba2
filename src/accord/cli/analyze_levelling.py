"""``accord analyze level``: a project file in, starts out at which nobody has more to do than there is of them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from accord.cli.lazy import BadInput
from accord.cli.plan_file import JSON, PLAN, print_remarks, read_file, with_notes
from accord.cli.tables import minute, print_json, print_table
from accord.cli.texts import gettext, ngettext, said

if TYPE_CHECKING:
    from accord.engines.levelling.levelling import Levelled, Problem, Progress
    from accord.engines.levelling.plan_levelling import LevelledPlan
    from accord.engines.planning.plan import Plan

_MINUTES_PER_DAY = 1440


@click.command(
    help=gettext(
        "Level the resources of a project plan (MS Project XML, also gzipped, or PSPLIB .sm).\n\n"
        "Delays tasks until no one has more work at a time than there is of them, and looks for the earliest finish. "
        "Beside the finish it proves a bound before which no plan can be done. Ends early when nothing better can "
        "exist; Ctrl-C ends it with the best plan so far."
    )
)
@PLAN
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 86_400),
    default=10,
    show_default=True,
    help=gettext("Search time in seconds."),
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help=gettext("Random seed."))
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help=gettext("Number of CPU cores.")
)
@JSON
def level(plan: Path, seconds: float, seed: int, workers: int, as_json: bool) -> None:
    options: dict[str, Any] = {"seconds": seconds, "seed": seed, "workers": workers}
    if plan.suffix.lower() == ".sm":
        _level_problem(plan, options, as_json)
    else:
        _level_plan(plan, options, as_json)


def _level_problem(path: Path, options: dict[str, Any], as_json: bool) -> None:
    from accord.engines.levelling.levelling import LevellingError
    from accord.engines.levelling.levelling import level as find
    from accord.exchange.errors import ImportFileError
    from accord.exchange.psplib import read_problem

    try:
        problem = read_problem(path)
    except ImportFileError as error:
        raise BadInput(said(error.text)) from None
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from None
    try:
        with _watched(str) as watch:
            found = find(problem, watch=watch, **options)
    except LevellingError as error:
        raise BadInput(f"{path.name}: {said(error)}") from None
    if as_json:
        print_json(_problem_document(problem, found))
    else:
        _print_problem(path, problem, found)


def _level_plan(path: Path, options: dict[str, Any], as_json: bool) -> None:
    from accord.engines.levelling.levelling import LevellingError
    from accord.engines.levelling.plan_levelling import level_plan
    from accord.engines.planning.scheduling import ScheduleError

    source = read_file(path)
    try:
        with _watched(_periods) as watch:
            found = level_plan(source, watch=watch, **options)
    except (LevellingError, ScheduleError) as error:
        raise BadInput(f"{path.name}: {said(error)}") from None
    if as_json:
        print_json(with_notes(_plan_document(source, found), source))
    else:
        _print_plan(source, found)


@contextmanager
def _watched(shown: Callable[[int], str]) -> Iterator[Callable[[Progress], bool]]:
    """A watcher that keeps a line on a terminal up to date, and that stops at the first Ctrl-C."""
    stopped = False
    is_terminal = sys.stderr.isatty()

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    def watch(progress: Progress) -> bool:
        if is_terminal:
            line = gettext("%(seconds)s s  %(finish)s, at most %(gap)s above the bound  (Ctrl-C accepts it)") % {
                "seconds": f"{progress.seconds:6.1f}",
                "finish": shown(progress.makespan),
                "gap": f"{progress.gap:.1%}",
            }
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)
        return not stopped

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield watch
    finally:
        signal.signal(signal.SIGINT, before)
        if is_terminal:
            click.echo("\r\x1b[K", nl=False, err=True)


def _problem_document(problem: Problem, found: Levelled) -> dict[str, Any]:
    return {
        "makespan": found.makespan,
        "start": 0,
        "finish": found.makespan,
        "lower_bound": found.lower_bound,
        "gap": found.gap,
        "optimal": found.optimal,
        "tasks": [
            {"uid": activity.uid, "start": found.starts[activity.uid], "finish": found.finishes[activity.uid]}
            for activity in problem.activities
        ],
    }


def _plan_document(source: Plan, found: LevelledPlan) -> dict[str, Any]:
    moved = set(found.moved)
    return {
        "makespan": found.makespan,
        "period_minutes": found.period_minutes,
        "start": found.after.start,
        "finish": found.after.finish,
        "finish_before": found.before.finish,
        "lower_bound": found.lower_bound,
        "bound": found.bound,
        "gap": found.gap,
        "optimal": found.optimal,
        "tasks": [
            {
                "uid": task.uid,
                "name": task.name,
                "start": found.after.tasks[task.uid].start,
                "finish": found.after.tasks[task.uid].finish,
                "delay_minutes": found.delays.get(task.uid, 0),
                "moved": task.uid in moved,
            }
            for task in source.tasks
            if task.uid in found.after.tasks
        ],
        "remarks": list(found.remarks),
    }


def _periods(count: int) -> str:
    return ngettext("%(count)s period", "%(count)s periods", count) % {"count": count}


def _verdict(optimal: bool, gap: float, bound: str) -> str:
    if optimal:
        return gettext("Proven optimal.")
    return gettext("At most %(gap)s above the proven minimum, %(bound)s.") % {"gap": f"{gap:.1%}", "bound": bound}


def _print_problem(path: Path, problem: Problem, found: Levelled) -> None:
    rows = [
        [str(activity.uid), str(found.starts[activity.uid]), str(found.finishes[activity.uid])]
        for activity in problem.activities
    ]
    print_table(
        f"{path.name}: {_periods(found.makespan)}",
        [(gettext("Job"), "right"), (gettext("Start"), "right"), (gettext("Finish"), "right")],
        rows,
        _verdict(found.optimal, found.gap, _periods(found.lower_bound)),
    )


def _print_plan(source: Plan, found: LevelledPlan) -> None:
    moved = set(found.moved)
    rows = [
        [
            str(task.uid),
            "  " * max(task.outline_level - 1, 0) + task.name,
            minute(found.before.tasks[task.uid].start),
            minute(dates.start),
            minute(dates.finish),
            _elapsed(found.delays.get(task.uid, 0)),
            gettext("yes") if task.uid in moved else "",
        ]
        for task in source.tasks
        if (dates := found.after.tasks.get(task.uid)) is not None
    ]
    columns = [
        (gettext("UID"), "right"),
        (gettext("Task"), "left"),
        (gettext("Start before"), "left"),
        (gettext("Start"), "left"),
        (gettext("Finish"), "left"),
        (gettext("Delay"), "right"),
        (gettext("Moved"), "left"),
    ]
    print_table(
        gettext("%(name)s: done by %(finish)s (%(before)s before levelling)")
        % {"name": source.name, "finish": minute(found.after.finish), "before": minute(found.before.finish)},
        columns,
        rows,
        gettext("%(moved)s of %(count)s tasks moved. %(verdict)s")
        % {
            "moved": len(moved),
            "count": len(found.starts),
            "verdict": _verdict(found.optimal, found.gap, minute(found.bound)),
        },
    )
    for remark in found.remarks:
        click.echo(gettext("Note: %(remark)s") % {"remark": said(remark)})
    print_remarks(source)


def _elapsed(minutes: int) -> str:
    if not minutes:
        return ""
    if minutes % _MINUTES_PER_DAY == 0:
        return f"{minutes // _MINUTES_PER_DAY} d"
    return str(timedelta(minutes=minutes)).removesuffix(":00")
