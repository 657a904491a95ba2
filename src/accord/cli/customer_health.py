"""``accord analyze health``: the health of each client in a file, what makes it, and how far to trust it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from accord.cli.customer_churn import covariates_of, values_of
from accord.cli.customer_options import of_all, read_as
from accord.cli.customer_retention import yes_or_no
from accord.cli.lazy import BadInput
from accord.cli.report import BarChart, Figures, Note, Report, Table
from accord.cli.tables import UNKNOWN, share_range
from accord.engines.customers.column_health import FOLDS, ColumnHealth, column_health
from accord.engines.customers.design_columns import Design, design_of
from accord.engines.customers.likelihood import NotEnoughData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.cli.customer_table import Reader
    from accord.cli.customer_table import Table as File
    from accord.exchange.csv_table import Column

_REASONS = 3
_MOST_BARS = 16


def answer_health(
    file: File, customer: str | None, churned: str | None, only: Sequence[str], without: Sequence[str]
) -> dict[str, Any]:
    """The document; raises :class:`BadInput` naming column and remedy where the file has no such thing."""
    who, left = file.find("customer", customer), file.need("left", churned)
    chosen = list(covariates_of(file, {left.index} | ({who.index} if who else set()), only, without).values())
    readers: list[tuple[Column, Reader]] = [(left, yes_or_no), *((column, file.texts(column)) for column in chosen)]
    if who is not None:
        readers.append((who, file.texts(who)))
    rows = list(file.read(readers))
    if not rows:
        raise BadInput(f"{file.file}: no row has a client.")
    cells = {column.header: values_of(file, column, [r[1 + i] for r in rows]) for i, column in enumerate(chosen)}
    names = [row[-1] if who is not None else None for row in rows]
    design = design_of(cells)
    gone = np.array([bool(row[0]) for row in rows])[design.rows]
    document: dict[str, Any] = {
        "columns": {"left": left.header} | ({"customer": who.header} if who is not None else {}),
        "clients": len(rows),
        "clients_lost": int(sum(bool(row[0]) for row in rows)),
        "incomplete_rows": len(rows) - len(design.rows),
        "columns_skipped": design.dropped,
        "compared_with": design.bases,
    }
    if not design.columns:
        return document | {"unknown_because": "no column says more about the clients", "rows": []}
    found = column_health(design.x, gone)
    if isinstance(found, NotEnoughData):
        return document | {"unknown_because": found.reason, "rows": []}
    return document | _found(found, design, names)


def _found(found: ColumnHealth, design: Design, names: Sequence[str | None]) -> dict[str, Any]:
    order = np.argsort(found.health, kind="stable")
    weights, logged = found.fit.fit.coefficients, found.fit.logged
    columns = [f"log {name}" if log else name for name, log in zip(design.columns, logged, strict=True)]
    return {
        "chance_confidence": 0.8,
        "typical_chance": found.typical,
        "base_rate": found.base_rate,
        "predicts": found.predicts,
        "mostly_expectation": found.mostly_expectation,
        "held_out": asdict(found.score) | {"folds": FOLDS},
        "weights": [
            {"column": name, "log_odds_per_standard_deviation": float(weight), "standard_deviation": float(spread)}
            for name, weight, spread in zip(columns, weights, found.fit.spread, strict=True)
        ],
        "rows": [
            {
                "customer": names[design.rows[found.rows[at]]] or f"row {design.rows[found.rows[at]] + 1}",
                "health": float(found.health[at]),
                "chance_of_leaving": float(found.chance[at]),
                "chance_interval": [float(found.low[at]), float(found.high[at])],
                "points": {name: float(p) for name, p in zip(columns, found.points[at], strict=True)},
            }
            for at in order.tolist()
        ],
    }


def health_report(file: str, document: dict[str, Any], most: int | None) -> Report:
    """How far to trust it, what counts, and the clients, the least healthy first."""
    report = Report("Health", file, [read_as(document["columns"])])
    clients, lost = document["clients"], document["clients_lost"]
    figures = [("Clients", f"{clients:,}", "", f"{lost:,} of them have left")]
    if "unknown_because" in document:
        report.add(Figures("Clients", figures))
        report.add(Note(f"Health is not known: {document['unknown_because']}.", warns=True))
        _add_skipped(report, document)
        return report
    tested = document["held_out"]
    auc, skill = tested["auc"], tested["skill"]
    apart = f"{FOLDS} folds, each client by a fit that had not seen it"
    if auc is not None:
        figures.append(("AUC", f"{auc['value']:.3f}", f"{auc['low']:.3f}–{auc['high']:.3f}", f".5 is chance; {apart}"))
    figures += [
        (
            "Brier score",
            f"{tested['brier']:.4f}",
            f"base rate {tested['base_brier']:.4f}",
            "squared error; lower is better",
        ),
        (
            "Skill",
            f"{skill['value']:.1%}",
            share_range(skill["low"], skill["high"]),
            "how much lower than the base rate's",
        ),
    ]
    if tested["slope"] is not None:
        figures.append(("Calibration slope", f"{tested['slope']:.2f}", "", "1 is right; below 1 it was too sure"))
    report.add(Figures("How far to trust it; 80% intervals", figures))
    report.add(
        Table(
            "Forecast and outcome",
            [("Forecast", "left"), ("Left", "right"), ("80% interval", "right"), ("Clients", "right")],
            [
                [f"{b['forecast']:.1%}", f"{b['seen']:.1%}", share_range(b["low"], b["high"]), f"{b['count']:,}"]
                for b in tested["bins"]
            ],
        )
    )
    _add_weights(report, document)
    _add_clients(report, document, most)
    if document["mostly_expectation"]:
        report.add(Note("Mostly expectation: too few clients have left to judge the columns by.", warns=True))
    elif not document["predicts"]:
        report.add(
            Note(
                "These columns have not predicted leaving: every client has the base rate, and none is ranked.",
                warns=True,
            )
        )
    _add_skipped(report, document)
    return report


def _add_weights(report: Report, document: dict[str, Any]) -> None:
    weights = sorted(document["weights"], key=lambda row: -abs(row["log_odds_per_standard_deviation"]))
    bases = "; ".join(f"{name}: compared with {base}" for name, base in document["compared_with"].items())
    report.add(
        Table(
            "What speaks for leaving",
            [("Column", "left"), ("Log-odds", "right")],
            [[row["column"], f"{row['log_odds_per_standard_deviation']:+.3f}"] for row in weights],
            f"For one standard deviation; below 0 it speaks for staying. {bases + '.' if bases else ''}".strip(),
        ),
        BarChart(
            "What speaks for leaving",
            [row["column"] for row in weights[:_MOST_BARS]],
            [row["log_odds_per_standard_deviation"] for row in weights[:_MOST_BARS]],
            [f"{row['log_odds_per_standard_deviation']:+.2f}" for row in weights[:_MOST_BARS]],
        ),
    )


def _add_clients(report: Report, document: dict[str, Any], most: int | None) -> None:
    rows = document["rows"]
    shown = rows if most is None else rows[:most]
    report.add(
        Table(
            "Clients still here, the least healthy first; a typical one has 70",
            [
                ("Client", "left"),
                ("Health", "right"),
                ("Chance of leaving", "right"),
                ("80% interval", "right"),
                ("Points", "left"),
            ],
            [
                [
                    str(row["customer"]),
                    f"{row['health']:.0f}",
                    f"{row['chance_of_leaving']:.1%}",
                    share_range(*row["chance_interval"]),
                    _reasons(row["points"]),
                ]
                for row in shown
            ],
            of_all(len(shown), len(rows)) or UNKNOWN * (not rows),
        )
    )


def _reasons(points: dict[str, float]) -> str:
    """The columns that count most, with their points."""
    strongest = sorted(points.items(), key=lambda each: -abs(each[1]))[:_REASONS]
    return ", ".join(f"{name} {value:+.1f}" for name, value in strongest if abs(value) >= 0.05)


def _add_skipped(report: Report, document: dict[str, Any]) -> None:
    if document["columns_skipped"]:
        words = "; ".join(f"{name} {reason}" for name, reason in document["columns_skipped"].items())
        report.add(Note(f"Columns skipped: {words}."))
    if document["incomplete_rows"]:
        report.add(Note(f"{document['incomplete_rows']:,} rows have an empty cell and no health."))
