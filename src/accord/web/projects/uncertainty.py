"""A simulation in words, figures and rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.projects.estimates import estimate_of
from accord.projects.models import Plan, Project, Simulation, Task
from accord.projects.plan_hours import PlanHours
from accord.projects.queries_simulation import LikelyFinish, LikelyFinishes, SimulationSummary
from accord.projects.simulation_result import Forecast, Result
from accord.web.projects.comparison import moved
from accord.web.projects.durations import written_together
from accord.web.projects.plan_views import plan_url
from accord.web.shell.list_parts import Column
from accord.web.shell.numbers import Number
from accord.web.shell.parts import Fact
from accord.web.shell.templatetags.shell import MINUS, UNKNOWN, ago, day, minutes, moment, money_short, number, percent
from accord.web.shell.views.lists import Cell, Row


def tone_of(chance: float) -> str:
    return "good" if chance >= 0.8 else "warn" if chance >= 0.5 else "bad"


def likely(chance: float) -> str:
    """A chance as it is said: never certain, as nothing is."""
    return gettext("under 1%") if chance < 0.005 else gettext("over 99%") if chance > 0.995 else percent(chance, 0)


def summary_sentence(result: Result, project: Project) -> str:
    """The answer in one sentence."""
    safe = day(result.finish(80))
    if project.target_finish is None:
        return gettext("No promised finish date. P80 finish: %(safe)s.") % {"safe": safe}
    chance = result.chance(project.target_finish)
    return gettext("%(chance)s likely to finish by %(target_finish)s. P80 finish: %(safe)s.") % {
        "chance": capfirst(likely(chance)),
        "target_finish": day(project.target_finish),
        "safe": safe,
    }


def numbers(result: Result, project: Project, *, sees_money: bool) -> list[Number]:
    promised = project.target_finish
    chance = result.chance(promised) if promised else None
    planned = result.chance(result.planned_finish)
    cards: list[Number] = [
        Number(
            gettext("Probability of finishing on time"),
            value=None if chance is None else capfirst(likely(chance)),
            caption=gettext("promised %(promised)s") % {"promised": day(promised)} if promised else "",
            missing="" if promised else gettext("No promised finish date."),
            tone="neutral" if chance is None else tone_of(chance),
        ),
        Number(
            gettext("Planned finish"),
            value=day(result.planned_finish),
            caption=gettext("%(planned)s likely") % {"planned": likely(planned)},
        ),
        Number(gettext("P80 finish"), value=day(result.finish(80)), caption=f"P50: {day(result.finish(50))}"),
    ]
    if sees_money:
        cost, enough = result.cost(80), result.planned_cost
        caption = ""
        if cost is not None and enough is not None:
            chance_of = result.cost_chance(float(enough)) or 0.0
            caption = gettext("planned %(enough)s is %(chance_of)s likely to be enough") % {
                "enough": money_short(enough, project.currency),
                "chance_of": likely(chance_of),
            }
        cards.append(
            Number(
                gettext("P80 cost"),
                value=None if cost is None else money_short(cost, project.currency),
                caption=caption,
                missing=gettext("No planned cost.") if cost is None else "",
            )
        )
    return cards


def inputs(result: Result) -> list[Fact]:
    """What the simulation was computed from."""
    kept, simulation = result.saved, result.simulation
    certain = kept["open"] - kept["estimated"] - kept["assumed"]
    spread = gettext("%(spread_low)s%% shorter to %(spread_high)s%% longer") % {
        "spread_low": simulation.spread_low,
        "spread_high": simulation.spread_high,
    }
    rows: list[Fact] = [
        Fact(gettext("Iterations"), number(simulation.iterations)),
        Fact(
            gettext("Estimated tasks"),
            gettext("%(estimated)s of %(open)s open")
            % {"estimated": number(kept["estimated"]), "open": number(kept["open"])},
        ),
    ]
    if kept["assumed"]:
        rows.append(Fact(gettext("Assumed spread"), f"{number(kept['assumed'])}: {spread}"))
    if certain > 0:
        rows.append(Fact(gettext("Treated as certain"), number(certain)))
    rows += [
        Fact(gettext("Open risks"), f"{simulation.get_risks_display()} ({len(kept['risks'])})"),
        Fact(
            gettext("Unfinished work continues"),
            gettext("from %(not_before)s") % {"not_before": moment(simulation.not_before)}
            if simulation.not_before
            else gettext("as planned"),
        ),
        Fact(gettext("Seed"), simulation.seed),
        Fact(gettext("By"), simulation.by or "Accord"),
        Fact(gettext("Simulated"), moment(simulation.done_at)),
    ]
    return rows


def pert_facts(result: Result, project: Project) -> list[Fact]:
    kept = result.saved["pert"]
    spread = minutes(round(kept["deviation"] / 30) * 30, project.minutes_per_day)
    return [
        Fact(gettext("Expected finish"), day(_moment(kept["mean"]))),
        Fact(
            gettext("Standard deviation"),
            spread if kept["deviation"] else gettext("None: no uncertain task on the critical path"),
        ),
        Fact(gettext("P80 finish"), day(_moment(kept["p80"]))),
        Fact(gettext("Uncertain tasks on the critical path"), number(len(kept["path"]))),
    ]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def earlier_row(plan: Plan, row: SimulationSummary, shown: Simulation | None) -> Row:
    simulation = row.simulation
    done = simulation.status == Simulation.Status.DONE
    url = f"{plan_url(plan, 'project-uncertainty')}?simulation={simulation.pk}" if done else ""
    low, high = simulation.spread_low, simulation.spread_high
    spread = f"{MINUS}{low}/+{high}%" if low or high else ""
    asked = [
        gettext("%(iterations)s iterations") % {"iterations": number(simulation.iterations)},
        spread,
        gettext("risks %(risks)s") % {"risks": simulation.get_risks_display().lower()},
    ]
    is_shown = shown is not None and shown.pk == simulation.pk
    when = moment(simulation.done_at or simulation.created_at)
    return Row(
        simulation.pk,
        url,
        [
            Cell(when, sub="current" if is_shown else "" if done else simulation.get_status_display()),
            Cell(simulation.by, who=str(simulation.by)) if simulation.by else Cell("Accord"),
            Cell(", ".join(part for part in asked if part)),
            Cell(day(row.p50) if row.p50 else None),
            Cell(day(row.p80) if row.p80 else None),
        ],
    )


Key = Callable[[Forecast], Any]


class TaskTable:
    """The open tasks with what the simulation says of each, sorted as asked for."""

    SORTS: dict[str, tuple[str, Key]] = {
        "cruciality": (gettext_lazy("Cruciality index"), lambda row: row.cruciality),
        "criticality": (gettext_lazy("Criticality index"), lambda row: row.criticality),
        "planned": (gettext_lazy("Planned finish"), lambda row: row.planned),
        "p80": (gettext_lazy("P80 finish"), lambda row: row.p80),
        "deadline": (gettext_lazy("Deadline met"), lambda row: row.deadline_met),
    }

    def __init__(self, plan: Plan, forecasts: list[Forecast], tasks: dict[int, Task], sort: str) -> None:
        self.plan, self.tasks, self.forecasts = plan, tasks, forecasts
        self.sort = sort if sort.lstrip("-") in self.SORTS else "-cruciality"
        self.has_deadlines = any(row.deadline_met is not None for row in forecasts)

    @property
    def columns(self) -> list[Column]:
        asked = self.sort.lstrip("-")
        direction = "desc" if self.sort.startswith("-") else "asc"
        columns: list[Column] = [
            Column(gettext("Task")),
            Column(gettext("Estimate")),
            Column(gettext("PERT mean"), numeric=True, hide_small=True),
        ]
        for name, (label, _) in self.SORTS.items():
            if name == "deadline" and not self.has_deadlines:
                continue
            share = name in ("cruciality", "criticality", "deadline")
            columns.append(Column(label, name, numeric=share, sorted=direction if name == asked else ""))
        return columns

    @property
    def ordered(self) -> list[Forecast]:
        """Unknown values come last, whichever way it is sorted."""
        of = self.SORTS[self.sort.lstrip("-")][1]
        known = [row for row in self.forecasts if of(row) is not None]
        known.sort(key=of, reverse=self.sort.startswith("-"))
        return known + [row for row in self.forecasts if of(row) is None]

    def row(self, forecast: Forecast) -> Row:
        task = self.tasks[forecast.task]
        per_day = 24 * 60 if task.elapsed else self.plan.project.minutes_per_day
        estimate = estimate_of(task)
        later = forecast.p80.date() > forecast.planned.date()
        cells = [
            Cell(task.name),
            Cell(gettext("None"), tone="unknown")
            if estimate is None
            else Cell(
                written_together((round(point) for point in estimate.points), per_day),
                sub=", ".join(part for part in (task.get_estimate_shape_display(), task.estimate_group) if part),
            ),
            Cell(None, numeric=True)
            if estimate is None
            else Cell(
                f"{number((estimate.optimistic + 4 * estimate.most_likely + estimate.pessimistic) / 6 / per_day, 1)} d",
                sub=f"± {number((estimate.pessimistic - estimate.optimistic) / 6 / per_day, 1)} d",
                numeric=True,
            ),
            Cell(UNKNOWN if forecast.cruciality is None else number(forecast.cruciality, 2), numeric=True),
            Cell(UNKNOWN if forecast.criticality is None else percent(forecast.criticality, 0), numeric=True),
            Cell(day(forecast.planned)),
            Cell(day(forecast.p80), sub=f"P50\N{NO-BREAK SPACE}{day(forecast.p50)}" if later else ""),
        ]
        if self.has_deadlines:
            kept = forecast.deadline_met
            cells.append(
                Cell(None, numeric=True)
                if kept is None
                else Cell(
                    likely(kept),
                    tone=tone_of(kept),
                    sub=gettext("by %(deadline)s") % {"deadline": day(task.deadline)},
                    numeric=True,
                )
            )
        return Row(task.pk, f"{plan_url(self.plan, 'project-plan')}#task-{task.pk}", cells)


OPTIONS = {
    "iterations": "iterations", "seed": "seed", "spread_low": "spread", "spread_high": "spread", "risks": "open risks",
    "not_before": "when unfinished work continues",
}  # fmt: skip


def likely_table(what_if: Plan, found: LikelyFinishes) -> dict[str, Any]:
    """The simulated finish of the current plan and of a what-if, one below the other."""
    current, hours = what_if.project.plan, PlanHours(what_if.project)
    labels = ("Plan", "P50 finish", "P80 finish", "On time")
    return {
        "columns": [Column(label, numeric=label == labels[-1]) for label in labels],
        "rows": [
            _likely_row(current, "Current plan", found.current, None, hours),
            _likely_row(what_if, what_if.name, found.what_if, found.current, hours),
        ],
        "different": list(dict.fromkeys(OPTIONS[name] for name in found.different_options)),
        "promised": what_if.project.target_finish,
    }


def _likely_row(
    plan: Plan, name: str, likely_finish: LikelyFinish | None, current: LikelyFinish | None, hours: PlanHours
) -> Row:
    if likely_finish is None:
        state = "Not simulated yet"
    elif likely_finish.changed:
        state = f"The {likely_finish.changed} changed since this simulation"
    else:
        state = format_html("Simulated {}", ago(likely_finish.simulation.done_at))
    head = Cell(name, url=plan_url(plan, "project-uncertainty"), sub=state)
    if likely_finish is None:
        return Row(plan.pk, "", [head, Cell(None), Cell(None), Cell(None, numeric=True)])
    on_time = likely_finish.on_time
    return Row(
        plan.pk,
        "",
        [
            head,
            _likely_date(hours, likely_finish.p50, current.p50 if current else None),
            _likely_date(hours, likely_finish.p80, current.p80 if current else None),
            Cell(None, numeric=True)
            if on_time is None
            else Cell(capfirst(likely(on_time)), tone=tone_of(on_time), numeric=True),
        ],
    )


def _likely_date(hours: PlanHours, at: datetime, before: datetime | None) -> Cell:
    later = hours.of_calendar(None).between(before, at) if before else 0
    return Cell(day(at), sub=moved(hours.project, later), tone="bad" if later > 0 else "good" if later < 0 else "")
