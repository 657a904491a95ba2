"""``accord analyze simulate``: a project file in, the chances of its dates and cost out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from accord.cli.lazy import BadInput
from accord.cli.plan_file import JSON, PLAN, moment_of, print_remarks, read_file, with_notes
from accord.cli.tables import UNKNOWN, minute, print_json, print_table, working_days
from accord.cli.texts import gettext, ngettext, said
from accord.engines.texts import gettext_lazy

if TYPE_CHECKING:
    from accord.engines.planning.plan import Plan
    from accord.engines.texts import Text
    from accord.engines.uncertainty.plan_simulation import PlanSimulation, Uncertainty

_CSV = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_BARS, _BAR = 16, 40  # rows of the histogram, and characters of its longest
CERTAIN = gettext_lazy("nothing is uncertain in this plan; use --spread, --estimates or --risks")


def _spread(ctx: click.Context, param: click.Parameter, value: tuple[str, str] | None) -> tuple[float, float] | None:
    """Two percentages around what is planned: ``-10 25``."""
    if value is None:
        return None
    try:
        low, high = (float(text.rstrip("% ")) / 100 for text in value)
    except ValueError:
        low, high = 1.0, 0.0
    if not -1 <= low <= 0 <= high <= 100:
        shown = " ".join(value)
        message = gettext(
            "%(shown)r is not a spread; give percent below and above the planned duration, as in --spread -10 25."
        ) % {"shown": shown}
        raise click.BadParameter(message, ctx, param)
    return low, high


@click.command(
    help=gettext(
        "Chances of a project plan's finish and cost (MS Project XML, also gzipped), by Monte Carlo simulation.\n\n"
        "Tasks vary by their estimates (durations such as 3d, 4h, 90m), or by --spread where they have none, or not "
        "at all. Calendars, constraints and progress count in every iteration. P80 is the date kept in 80 of 100 "
        "cases; criticality is the share of cases in which a task is critical, cruciality how closely its duration "
        "and the finish go together."
    )
)
@PLAN
@click.option(
    "--iterations",
    type=click.IntRange(1, 1_000_000),
    default=10_000,
    show_default=True,
    help=gettext("Number of runs."),
)
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), default=0, show_default=True, help=gettext("Random seed."))
@click.option(
    "--spread",
    nargs=2,
    metavar="LOW HIGH",
    callback=_spread,
    help=gettext("Spread for tasks without an estimate: percent below and above the planned duration, such as -10 25."),
)
@click.option(
    "--estimates", type=_CSV, help=gettext("CSV: uid,optimistic,most_likely,pessimistic[,distribution,group].")
)
@click.option(
    "--risks", type=_CSV, help=gettext("CSV: probability,tasks,optimistic,most_likely,pessimistic,cost_most_likely ….")
)
@click.option(
    "--correlation",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help=gettext("Correlation between tasks of the same group."),
)
@click.option(
    "--by", metavar="DATE", callback=moment_of, help=gettext("Also show the probability of finishing by this date.")
)
@click.option(
    "--below", type=float, metavar="COST", help=gettext("Also show the probability of staying below this cost.")
)
@click.option(
    "--from",
    "not_before",
    metavar="DATE",
    callback=moment_of,
    help=gettext("Reschedule unfinished work from this date."),
)
@JSON
def simulate(
    plan: Path,
    iterations: int,
    seed: int,
    spread: tuple[float, float] | None,
    estimates: Path | None,
    risks: Path | None,
    correlation: float,
    by: date | datetime | None,
    below: float | None,
    not_before: date | datetime | None,
    as_json: bool,
) -> None:
    from accord.engines.money.plan_value import status_moment
    from accord.engines.planning.plan_outline import ScheduleError
    from accord.engines.uncertainty.plan_simulation import simulate_plan

    source = read_file(plan)
    uncertainty, names = _uncertainty(source, spread, estimates, risks, correlation)
    start = None if not_before is None else datetime.fromisoformat(not_before.isoformat())
    try:
        moment, _ = status_moment(source, None, date.today())
        found = simulate_plan(source, uncertainty, iterations=iterations, seed=seed, not_before=start, now=moment)
    except ScheduleError as error:
        raise BadInput(f"{plan.name}: {said(error)}") from None
    answers = _Asked(by, below, names)
    if as_json:
        print_json(with_notes(_document(source, found, answers), source))
    else:
        _print(source, found, answers)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What else was asked, and the names of the risks by uid."""

    by: date | datetime | None
    below: float | None
    names: dict[int, str]


def _uncertainty(
    plan: Plan, spread: tuple[float, float] | None, estimates: Path | None, risks: Path | None, correlation: float
) -> tuple[Uncertainty, dict[int, str]]:
    from accord.cli.uncertainty_files import read_estimates, read_risks
    from accord.engines.uncertainty.plan_simulation import Spread, Uncertainty

    own, groups = read_estimates(estimates, plan) if estimates else ({}, {})
    events, names = read_risks(risks, plan) if risks else ((), {})
    return (
        Uncertainty(
            estimates=own,
            spread=Spread(*spread) if spread else None,
            groups=groups,
            correlation=dict.fromkeys(groups.values(), correlation),
            risks=events,
        ),
        names,
    )


def _document(plan: Plan, found: PlanSimulation, asked: _Asked) -> dict[str, Any]:
    names = {task.uid: task.name for task in plan.tasks}
    cost = found.cost
    return {
        "name": plan.name,
        "currency": plan.currency or None,
        "iterations": found.iterations,
        "seed": found.seed,
        "start": found.start,
        "planned_finish": found.planned_finish,
        "finish": {
            "mean": found.mean_finish,
            "deviation_minutes": found.working.deviation,
            "percentiles": {f"P{percent}": moment for percent, moment in found.finishes.items()},
            "by": asked.by and {"date": asked.by.isoformat(), "probability": found.probability(asked.by)},
        },
        "cost": cost
        and {
            "planned": found.planned_cost,
            "mean": cost.mean,
            "deviation": cost.deviation,
            "percentiles": {f"P{percent}": value for percent, value in cost.percentiles().items()},
            "below": None
            if asked.below is None
            else {"amount": asked.below, "probability": cost.probability(asked.below)},
        },
        "uncertain": {
            "estimated": list(found.estimated),
            "assumed": list(found.assumed),
            "spread": found.spread and {"low": found.spread.low, "high": found.spread.high},
        },
        "tasks": [
            {
                "uid": row.uid,
                "name": names[row.uid],
                "planned_finish": row.planned,
                "p50": row.p50,
                "p80": row.p80,
                "criticality": row.criticality,
                "cruciality": row.cruciality,
                "sensitivity": row.sensitivity,
            }
            for row in found.tasks.values()
        ],
        "risks": [
            {
                "uid": row.uid,
                "name": asked.names[row.uid],
                "occurred": row.share,
                "finish_mean_minutes": row.finish_mean,
                "finish_p80_minutes": row.finish_p80,
                "cost_mean": row.cost_mean if cost else None,
                "cost_p80": row.cost_p80 if cost else None,
            }
            for row in found.risks
        ],
        "notes": _notes(found, asked),
    }


def _notes(found: PlanSimulation, asked: _Asked) -> list[Text]:
    notes = list(found.remarks)
    if not found.estimated and not found.assumed and not found.risks:
        notes.append(CERTAIN)
    if found.cost is None and asked.below is not None:
        notes.append(gettext_lazy("the plan has no cost, so the probability of staying below one is unknown"))
    return notes


def _print(plan: Plan, found: PlanSimulation, asked: _Asked) -> None:
    money = f" {plan.currency}" if plan.currency else ""
    cost = found.cost
    rows = [[gettext("as planned"), minute(found.planned_finish), _amount(found.planned_cost)]]
    rows.append([gettext("mean"), minute(found.mean_finish), _amount(cost and cost.mean)])
    costs = cost.percentiles() if cost else {}
    rows += [[f"P{percent}", minute(moment), _amount(costs.get(percent))] for percent, moment in found.finishes.items()]
    if asked.by is not None:
        rows.append(
            [
                gettext("by %(day)s") % {"day": asked.by.isoformat()},
                f"{found.probability(asked.by):.1%}",
                "",
            ]
        )
    if asked.below is not None and cost is not None:
        rows.append(
            [gettext("up to %(cost)s") % {"cost": f"{asked.below:,.2f}"}, "", f"{cost.probability(asked.below):.1%}"]
        )
    spread, estimated = found.spread, len(found.estimated)
    if spread is None:
        caption = ngettext(
            "%(count)s task estimated; P80 means 80%% likely",
            "%(count)s tasks estimated; P80 means 80%% likely",
            estimated,
        ) % {"count": estimated}
    else:
        caption = ngettext(
            "%(count)s task estimated, %(assumed)s assumed at %(low)s to %(high)s; P80 means 80%% likely",
            "%(count)s tasks estimated, %(assumed)s assumed at %(low)s to %(high)s; P80 means 80%% likely",
            estimated,
        ) % {
            "count": estimated,
            "assumed": len(found.assumed),
            "low": f"{spread.low:+.0%}",
            "high": f"{spread.high:+.0%}",
        }
    print_table(
        gettext("%(name)s: %(iterations)s iterations, seed %(seed)s")
        % {"name": plan.name, "iterations": f"{found.iterations:,}", "seed": found.seed},
        [
            (gettext("Probability"), "left"),
            (gettext("finished by"), "right"),
            (gettext("for at most") + money, "right"),
        ],
        rows,
        caption,
    )
    _print_histogram(found)
    names = {task.uid: "  " * max(task.outline_level - 1, 0) + task.name for task in plan.tasks}
    print_table(
        gettext("Tasks"),
        [
            (gettext("UID"), "right"),
            (gettext("Task"), "left"),
            *((heading, "right") for heading in (gettext("Planned"), "P50", "P80")),
            *((heading, "right") for heading in (gettext("Criticality"), gettext("Cruciality"), gettext("SSI"))),
        ],
        [
            [
                str(row.uid),
                names[row.uid],
                minute(row.planned),
                minute(row.p50),
                minute(row.p80),
                "" if row.criticality is None else f"{row.criticality:.1%}",
                "" if row.criticality is None else _index(row.cruciality),
                "" if row.criticality is None else _index(row.sensitivity),
            ]
            for row in found.tasks.values()
        ],
    )
    if found.risks:
        day = plan.minutes_per_day
        print_table(
            gettext("Risks: extra delay and cost in runs where they occur"),
            [
                (gettext("UID"), "right"),
                (gettext("Risk"), "left"),
                (gettext("Occurred"), "right"),
                (gettext("Finish, mean"), "right"),
                (gettext("Finish, P80"), "right"),
                (gettext("Cost, mean") + money, "right"),
            ],
            [
                [
                    str(row.uid),
                    asked.names[row.uid],
                    f"{row.share:.1%}",
                    working_days(None if row.finish_mean is None else round(row.finish_mean), day),
                    working_days(None if row.finish_p80 is None else round(row.finish_p80), day),
                    _amount(row.cost_mean if cost else None),
                ]
                for row in sorted(found.risks, key=lambda row: -abs(row.finish_mean or 0))
            ],
        )
    for note in _notes(found, asked):
        click.echo(gettext("Note: %(note)s.") % {"note": said(note)})
    print_remarks(plan)


def _print_histogram(found: PlanSimulation) -> None:
    """Finishes by equally long spans of time up to P99, and the rest in one row: a long tail must not squeeze them."""
    from accord.engines.calendars.working_time import datetime_of

    first, late, last = (found.moments.percentile(percent) for percent in (0, 99, 100))
    if first == last:
        return
    if first < late:
        edges = [first + (late - first) * number / _BARS for number in range(1, _BARS + 1)]
    else:
        edges = [late]
    edges += [last] if last > late else []
    reached = [round(found.moments.probability(edge) * found.iterations) for edge in edges]
    counts = [after - before for before, after in zip([0, *reached], reached, strict=False)]
    rows = []
    for edge, count, passed in zip(edges, counts, reached, strict=True):
        bar = "█" * round(_BAR * count / max(counts)) or ("▏" if count else "")
        rows.append([minute(datetime_of(round(edge))), bar, f"{passed / found.iterations:.1%}"])
    print_table(
        gettext("Finish"),
        [(gettext("until"), "left"), (gettext("cases"), "left"), (gettext("finished"), "right")],
        rows,
    )


def _amount(value: Any) -> str:
    return UNKNOWN if value is None else f"{value:,.2f}"


def _index(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.2f}"
