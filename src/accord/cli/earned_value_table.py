"""``accord analyze earned-value TABLE``: planned value, earned value and actual cost by period, from a CSV file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Literal

import click

from accord.cli.customer_table import Table, open_table
from accord.cli.lazy import BadInput
from accord.cli.tables import UNKNOWN, amount, print_json, print_table
from accord.cli.texts import gettext, said
from accord.engines.money.forecasts import COST, DURATION, STAGES, Method, Period, errors, is_finished, mape, periods
from accord.engines.money.scoreboard import mix

TABLES = {".csv", ".tsv", ".txt"}
Of = Literal["duration", "cost"]
METHODS: dict[Of, tuple[Method, ...]] = {"duration": DURATION, "cost": COST}


@dataclass(frozen=True, slots=True)
class Series:
    """What the file says: cumulative amounts, ``actual`` only where a cost is recorded, and the periods' names."""

    planned: list[Decimal]
    earned: list[Decimal]
    actual: list[Decimal] | None
    labels: list[str]
    per_period: bool


def analyze_table(path: Path, *, per_period: bool | None, decimal: str | None, as_json: bool) -> None:
    """Print the measures at the last period with earned value, every forecast and, once finished, their errors."""
    table = open_table(path, no_header=False, date_format=None, decimal=decimal)
    series = _series(table, per_period)
    try:
        found = periods(series.planned, series.earned, series.actual)
    except ValueError as error:
        raise BadInput(f"{path.name}: {said(error)}.") from None
    if as_json:
        print_json(_document(path.name, series, found))
    else:
        _print(path.name, series, found)


def _series(table: Table, per_period: bool | None) -> Series:
    planned, earned, actual = table.need("planned_value"), table.need("earned_value"), table.find("actual_cost")
    label = next((column for column in table.columns if column not in (planned, earned, actual)), None)
    proven = {column.decimals for column in (planned, earned, actual) if column} & {"point", "comma"}
    if table.decimal is None and len(proven) == 1:  # what one column leaves open another one says
        table = replace(table, decimal=proven.pop())
    columns = [(planned, table.numbers(planned, optional=True)), (earned, table.numbers(earned, optional=True))]
    columns += [(actual, table.numbers(actual, optional=True))] if actual else []
    columns += [(label, str)] if label else []
    rows: list[Any] = list(table.read(columns))
    pv, ev = (
        _unbroken(table, planned.header, [row[0] for row in rows]),
        _unbroken(table, earned.header, [r[1] for r in rows]),
    )
    ac = _unbroken(table, actual.header, [row[2] for row in rows]) if actual else []
    if len(ev) > len(pv):  # a late project: all had been planned before
        pv += [pv[-1] if not per_period else Decimal(0)] * (len(ev) - len(pv)) if pv else []
    if ac and len(ac) < len(ev):
        message = gettext("%(file)s: %(earned)s periods of earned value but %(actual)s of actual cost.")
        raise BadInput(message % {"file": table.file, "earned": len(ev), "actual": len(ac)})
    split = per_period if per_period is not None else _falls(pv) or _falls(ev)
    amounts = [list(accumulate(each)) if split else each for each in (pv, ev, ac[: len(ev)])]
    labels = [row[-1] for row in rows] if label else [str(number) for number in range(1, len(rows) + 1)]
    return Series(amounts[0], amounts[1], amounts[2] or None, labels, split)


def _unbroken(table: Table, header: str, cells: Sequence[Decimal | None]) -> list[Decimal]:
    """The amounts up to the last one; a gap before it cannot be told from nothing."""
    known = [cell for cell in cells if cell is not None]
    if None in cells[: len(known)]:
        message = gettext(
            "%(file)s: column %(column)s is empty in row %(row)s and goes on below. Fill the gap, with 0 if need be."
        )
        raise BadInput(message % {"file": table.file, "column": header, "row": cells.index(None) + 1})
    if not known:
        raise BadInput(gettext("%(file)s: column %(column)s has no amounts.") % {"file": table.file, "column": header})
    return known


def _falls(amounts: Sequence[Decimal]) -> bool:
    return any(later < earlier for earlier, later in pairwise(amounts))


def _usual(period: Period, of: Of) -> float | None:
    """The forecast of all methods together, each by the error that it is known for at this stage."""
    known = {key: float(value) for key, value in getattr(period, of).items() if value is not None and value > 0}
    return mix(known, {method.key: method.published_at(period.stage) for method in METHODS[of]})


def _document(name: str, series: Series, found: list[Period]) -> dict[str, Any]:
    last = found[-1]
    return {
        "name": name,
        "amounts": "per_period" if series.per_period else "cumulative",
        "finished": is_finished(found),
        **last.value.figures(),
        "missing": list(last.value.missing),
        "earned_schedule": last.schedule.figures(),
        "periods": [
            {
                "period": series.labels[period.number - 1],
                **{key: getattr(period.value, key) for key in ("pv", "ev", "ac", "cpi", "spi")},
                "es": period.schedule.earned,
                "spi_t": period.schedule.spi_t,
                "stage": period.stage,
                "duration": {**period.duration, "usual_mix": _usual(period, "duration")},
                "cost": {**period.cost, "usual_mix": _usual(period, "cost")},
            }
            for period in found
        ],
        "errors": {of: _errors(found, of) for of in METHODS} if is_finished(found) else None,
    }


def _errors(found: list[Period], of: Of) -> dict[str, dict[str, float | None]]:
    """MAPE by method and stage, as shares."""
    return {
        key: {stage: mape(each, stage) for stage in STAGES} | {"all": mape(each)}
        for key, each in errors(found, of).items()
    }


def _print(name: str, series: Series, found: list[Period]) -> None:
    last = found[-1]
    value, schedule = last.value, last.schedule
    place = {"file": name, "period": series.labels[last.number - 1], "number": last.number}
    planned = gettext("of %(periods)s planned periods") % {"periods": amount(schedule.planned_duration)}
    print_table(
        gettext("%(file)s: earned value at %(period)s (period %(number)s)") % place,
        [(gettext("Measure"), "left"), (gettext("Value"), "right"), (gettext("Meaning"), "left")],
        [
            [gettext("Budget at completion (BAC)"), amount(value.bac), gettext("last planned value")],
            [gettext("Planned value (PV)"), amount(value.pv), gettext("budgeted cost of work scheduled")],
            [gettext("Earned value (EV)"), amount(value.ev), gettext("budgeted cost of work performed")],
            [gettext("Actual cost (AC)"), amount(value.ac), gettext("actual cost of work performed")],
            [gettext("Cost variance (CV)"), amount(value.cv), "EV - AC"],
            [gettext("Schedule variance (SV)"), amount(value.sv), "EV - PV"],
            [gettext("Cost performance index (CPI)"), amount(value.cpi, 3), "EV / AC"],
            [gettext("Schedule performance index (SPI)"), amount(value.spi, 3), "EV / PV"],
            [gettext("Earned schedule (ES)"), amount(schedule.earned), planned],
            [gettext("Schedule performance SPI(t)"), amount(schedule.spi_t, 3), f"ES / AT, AT = {last.number}"],
        ],
    )
    _print_forecasts(gettext("Duration, in periods"), found, "duration")
    _print_forecasts(gettext("Cost at completion"), found, "cost")
    if series.per_period:
        click.echo(
            gettext(
                "Note: the amounts were read as those of each period and added up; --cumulative reads them otherwise."
            )
        )
    for reason in value.missing:
        click.echo(gettext("Unknown: %(reason)s.") % {"reason": said(reason)})


def _print_forecasts(title: str, found: list[Period], of: Of) -> None:
    """What each method says now and, for a finished project, how wrong it was on the way there."""
    rows = [[method.formula, amount(getattr(found[-1], of)[method.key])] for method in METHODS[of]]
    columns = [(gettext("Method"), "left"), (gettext("Forecast"), "right")]
    if is_finished(found):
        told = _errors(found, of)
        for method, row in zip(METHODS[of], rows, strict=True):
            row += [_percent(told.get(method.key, {}).get(stage)) for stage in (*STAGES, "all")]
        errors_of = (gettext("Error early"), gettext("Error middle"), gettext("Error late"), gettext("Error all"))
        columns += [(heading, "right") for heading in errors_of]
        title = gettext("%(title)s: forecast at the end and mean error on the way (n = %(n)s)") % {
            "title": title,
            "n": found[-1].number - 1,
        }
    elif (usual := _usual(found[-1], of)) is not None:
        rows.append([gettext("all methods, by their published errors"), amount(Decimal(usual))])
    print_table(title, columns, rows)


def _percent(error: float | None) -> str:
    return UNKNOWN if error is None else f"{error:.1%}"
