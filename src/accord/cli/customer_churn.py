"""``accord analyze churn``: how long clients stay, what makes them leave sooner, and each one's chance of leaving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from accord.cli.lazy import BadInput
from accord.cli.texts import gettext, said
from accord.engines.customers.concordance import concordance
from accord.engines.customers.cox import Cox, Ties, fit_cox, proportionality
from accord.engines.customers.design_columns import Design, design_of
from accord.engines.customers.intervals import wilson
from accord.engines.customers.kaplan_meier import SurvivalCurve, kaplan_meier
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.texts import gettext_lazy

if TYPE_CHECKING:
    from accord.cli.customer_table import Reader, Table
    from accord.exchange.csv_table import Column

_MONTH = 365.25 / 12
_FOLDS = 5
_POINTS = 12
_MOST_GROUPS = 12


@dataclass(frozen=True, slots=True)
class ChurnQuestion:
    """The options of the command."""

    customer: str | None = None
    tenure: str | None = None
    churned: str | None = None
    starts: str | None = None
    ends: str | None = None
    as_of: date | None = None
    covariates: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    by: str | None = None
    within: float = 12.0
    ties: Ties = Ties.EFRON
    only_curves: bool = False


@dataclass(slots=True)
class _Clients:
    names: list[str | None]
    duration: list[float]
    left: list[bool]
    cells: dict[str, list[float | str | None]]
    columns: dict[str, str]
    skipped: int = 0


def answer_churn(table: Table, question: ChurnQuestion) -> dict[str, Any]:
    """The document; raises :class:`BadInput` naming column and remedy where the file has no such thing."""
    clients = _read(table, question)
    if not clients.duration:
        raise BadInput(gettext("%(file)s: no row has a client's stay.") % {"file": table.file})
    try:
        curve = kaplan_meier(clients.duration, clients.left)
    except ValueError as error:
        raise BadInput(f"{table.file}: {said(error)}.") from None
    assert isinstance(curve, SurvivalCurve)
    n, lost = len(clients.duration), sum(clients.left)
    share = wilson(lost, n)
    assert share is not None
    document: dict[str, Any] = {
        "columns": clients.columns,
        "unit": "month",
        "rows_skipped": clients.skipped,
        "clients": n,
        "clients_lost": lost,
        "churn": lost / n,
        "churn_interval": [share.low, share.high],
        "confidence": 0.95,
        "definition": gettext_lazy("clients who have left / all clients in the file"),
        "within": question.within,
        "survival": curve_document(curve),
        "groups": _groups(table, clients, question),
    }
    if not question.only_curves:
        document |= _cox(clients, question)
    return document


def curve_document(curve: SurvivalCurve) -> dict[str, Any]:
    """A Kaplan-Meier curve: all its steps, and a table at round times."""
    longest = float(curve.time[-1])
    times = _round_times(longest)
    survival, low, high = curve.at(times)
    left = [float(curve.left[curve.time <= time].sum()) for time in times]
    return {
        "clients": curve.clients,
        "leavings": curve.leavings,
        "longest": longest,
        "median": list(curve.median),
        "restricted_mean": curve.restricted_mean(longest),
        "time": curve.time.tolist(),
        "survival": curve.survival.tolist(),
        "low": curve.low.tolist(),
        "high": curve.high.tolist(),
        "table": [
            {"time": time, "at_risk": risk, "left": gone, "survival": s, "low": below, "high": above}
            for time, risk, gone, s, below, above in zip(
                times,
                curve.at_risk_at(times).tolist(),
                left,
                survival.tolist(),
                low.tolist(),
                high.tolist(),
                strict=True,
            )
        ],
    }


def _round_times(longest: float) -> list[float]:
    """At most a dozen round times within what was observed."""
    for step in (0.25, 0.5, 1, 2, 3, 6, 12, 24, 60, 120):
        if longest / step <= _POINTS:
            break
    else:
        step = longest / _POINTS
    times = [step * k for k in range(1, int(longest / step + 1e-9) + 1)]
    return times or [longest]


def _read(table: Table, question: ChurnQuestion) -> _Clients:
    who = table.find("customer", question.customer)
    stay, columns = _stay_readers(table, question)
    used = {column.index for column, _ in stay} | ({who.index} if who else set())
    covariates = _covariates(table, question, used)
    readers: list[tuple[Column, Reader]] = [*stay, *((column, table.texts(column)) for column in covariates)]
    if who is not None:
        readers.append((who, table.texts(who)))
        columns["customer"] = who.header
    rows: list[tuple[Any, ...]] = list(table.read(readers))
    width = len(stay)
    duration, left, kept = [], [], []
    if question.tenure is None and columns.get("start") is not None:
        as_of = question.as_of or max((day for row in rows for day in row[:2] if day is not None), default=None)
        for row in rows:
            begin, end = row[0], row[1]
            if as_of is None or begin is None or begin > as_of:
                continue
            gone = end is not None and end <= as_of
            if gone and end < begin:
                raise BadInput(
                    gettext("%(file)s: a client ends on %(end)s, before it starts on %(start)s; correct the dates.")
                    % {"file": table.file, "end": end, "start": begin}
                )
            duration.append(((end if gone else as_of) - begin).days / _MONTH)
            left.append(gone)
            kept.append(row)
    else:
        for row in rows:
            duration.append(float(row[0]))
            left.append(bool(row[1]))
            kept.append(row)
    names = [row[-1] if who is not None else None for row in kept]
    cells = {
        column.header: values_of(table, column, [row[width + i] for row in kept]) for i, column in enumerate(covariates)
    }
    return _Clients(names, duration, left, cells, columns, len(rows) - len(kept))


def _stay_readers(table: Table, question: ChurnQuestion) -> tuple[list[tuple[Column, Reader]], dict[str, str]]:
    """The two columns that say how long a client stayed and whether it left: tenure and yes/no, or two dates."""
    from accord.cli.customer_retention import yes_or_no

    by_dates = question.starts is not None or question.ends is not None
    tenure = None if by_dates else table.find("tenure", question.tenure)
    if tenure is None and question.tenure is None:
        starts, ends = table.find("starts", question.starts), table.find("ends", question.ends)
        if starts is not None and ends is not None and (by_dates or table.holds_dates(starts)):
            columns = {"start": starts.header, "end": ends.header}
            return [(starts, table.dates(starts)), (ends, table.dates(ends, optional=True))], columns
    tenure = tenure or table.need("tenure", question.tenure)
    left = table.need("left", question.churned)
    return [(tenure, table.numbers(tenure)), (left, yes_or_no)], {"tenure": tenure.header, "left": left.header}


def covariates_of(
    table: Table, used: set[int], only: Sequence[str] = (), without: Sequence[str] = ()
) -> dict[int, Column]:
    """The columns ``only`` names, or all that are not ``used``, less those ``without``; by their number."""
    unwanted = {_found(table, name).index for name in without}
    if only:
        columns = [_found(table, name) for name in only]
    else:
        columns = [column for column in table.columns if column.index not in used]
    return {column.index: column for column in columns if column.index not in unwanted}


def _covariates(table: Table, question: ChurnQuestion, used: set[int]) -> list[Column]:
    """Those asked for; ``--by`` adds one to read."""
    chosen = covariates_of(table, used, question.covariates, question.without)
    if question.by is not None:
        column = _found(table, question.by)
        chosen.setdefault(column.index, column)
    return list(chosen.values())


def _found(table: Table, name: str) -> Column:
    column = table.find("customer", name)
    assert column is not None
    return column


def values_of(table: Table, column: Column, cells: list[str | None]) -> list[float | str | None]:
    """Numbers where every cell is one; otherwise texts."""
    from accord.exchange.csv_table.values import BadValue, number

    def is_number(cell: str) -> bool:
        try:
            number(cell, "comma" if (table.decimal or column.decimals) == "comma" else "point")
        except BadValue:
            return False
        return True

    filled = {cell for cell in cells if cell is not None}
    if filled and all(map(is_number, filled)):
        read = table.numbers(column, optional=True)
        known: dict[str, float] = {cell: float(read(cell)) for cell in filled}  # type: ignore[arg-type]
        return [None if cell is None else known[cell] for cell in cells]
    return list(cells)


def _groups(table: Table, clients: _Clients, question: ChurnQuestion) -> list[dict[str, Any]]:
    """A curve for each value of the ``--by`` column, the commonest first."""
    if question.by is None:
        return []
    header = _found(table, question.by).header
    cells = [("(empty)" if cell is None else str(cell)) for cell in clients.cells[header]]
    sizes = {value: cells.count(value) for value in set(cells)}
    if len(sizes) > _MOST_GROUPS:
        raise BadInput(
            gettext("%(file)s: column %(header)s has %(count)s different values; --by takes at most %(most)s.")
            % {"file": table.file, "header": header, "count": len(sizes), "most": _MOST_GROUPS}
        )
    groups = []
    for value in sorted(sizes, key=lambda value: (-sizes[value], value)):
        here = [row for row, cell in enumerate(cells) if cell == value]
        curve = kaplan_meier([clients.duration[row] for row in here], [clients.left[row] for row in here])
        assert isinstance(curve, SurvivalCurve)
        groups.append({"name": f"{header} = {value}", **curve_document(curve)})
    return groups


def _cox(clients: _Clients, question: ChurnQuestion) -> dict[str, Any]:
    """Hazard ratios with their intervals, how well they rank, and the chance of each client who is still here."""
    design = design_of(clients.cells)
    duration, left = np.array(clients.duration)[design.rows], np.array(clients.left, dtype=bool)[design.rows]
    about = {
        "columns_skipped": design.dropped,
        "compared_with": design.bases,
        "incomplete_rows": len(clients.duration) - len(design.rows),
    }
    if not design.columns:
        if clients.cells:
            why = gettext_lazy("no column can be used")
        else:
            why = gettext_lazy("no column says more about the clients")
        return {"cox": {"unknown_because": why, **about}, "rows": []}
    model = fit_cox(duration, left, design.x, design.columns, ties=question.ties)
    if isinstance(model, NotEnoughData):
        return {"cox": {"unknown_because": model.reason, **about}, "rows": []}
    low, high = model.hazard_ratio_intervals()
    chi, freedom = model.likelihood_ratio
    document = {
        "clients": model.clients,
        "leavings": model.leavings,
        "ties": model.ties.value,
        "log_likelihood": model.log_likelihood,
        "likelihood_ratio": {"chi_squared": chi, "degrees_of_freedom": freedom},
        "concordance": model.concordance(duration, left, design.x),
        "concordance_held_out": _held_out(duration, left, design, question.ties),
        "confidence": 0.95,
        "coefficients": [
            {
                "column": name,
                "coefficient": float(coefficient),
                "standard_error": float(error),
                "hazard_ratio": float(np.exp(coefficient)),
                "interval": [float(below), float(above)],
                "p_value": float(p),
                "p_value_of_constant_ratio": float(constant),
            }
            for name, coefficient, error, below, above, p, constant in zip(
                model.columns,
                model.coefficients,
                model.standard_errors,
                low,
                high,
                model.p_values,
                proportionality(model, duration, left, design.x),
                strict=True,
            )
        ],
        **about,
    }
    return {"cox": document, "chance_confidence": 0.8, "rows": _chances(clients, design, model, question.within)}


def _held_out(duration: Any, left: Any, design: Design, ties: Ties) -> float | None:
    """Concordance over five folds (row mod 5), each ranked by a model that never saw it; ``None`` if one fails.

    Risks of different fits have no common zero, so pairs are counted within a fold.
    """
    fold = np.arange(len(duration)) % _FOLDS
    found = []
    for number in range(_FOLDS):
        out = fold == number
        model = fit_cox(duration[~out], left[~out], design.x[~out], design.columns, ties=ties)
        if isinstance(model, NotEnoughData):
            return None
        found.append(concordance(duration[out], left[out], design.x[out] @ model.coefficients))
    mean = float(np.mean(found))
    return mean if np.isfinite(mean) else None


def _chances(clients: _Clients, design: Design, model: Cox, within: float) -> list[dict[str, Any]]:
    """Clients still here with their chance of leaving within the time asked, the most endangered first."""
    duration, left = np.array(clients.duration)[design.rows], np.array(clients.left, dtype=bool)[design.rows]
    here = np.flatnonzero(~left)
    chance, low, high = model.chance_of_leaving(within, duration[here], design.x[here])
    rows = [
        {
            "customer": clients.names[design.rows[row]] or f"row {design.rows[row] + 1}",
            "tenure": float(duration[row]),
            "chance_of_leaving": float(c),
            "chance_interval": [float(below), float(above)],
        }
        for row, c, below, above in zip(here.tolist(), chance, low, high, strict=True)
    ]
    return sorted(rows, key=lambda row: -row["chance_of_leaving"])
