"""``accord analyze health``: the health of each client in a file, what makes it, and how far to trust it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from accord.cli.customer_churn import covariates_of, values_of
from accord.cli.customer_options import columns_skipped, compared, of_all, read_as
from accord.cli.customer_retention import yes_or_no
from accord.cli.lazy import BadInput
from accord.cli.report import BarChart, Figures, Note, Report, Table
from accord.cli.tables import UNKNOWN, share_range
from accord.cli.texts import gettext, ngettext, said
from accord.engines.customers.column_health import FOLDS, ColumnHealth, column_health
from accord.engines.customers.design_columns import Design, design_of
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.texts import gettext_lazy

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
        raise BadInput(gettext("%(file)s: no row has a client.") % {"file": file.file})
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
        return document | {"unknown_because": gettext_lazy("no column says more about the clients"), "rows": []}
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
    report = Report(gettext("Health"), file, [read_as(document["columns"])])
    clients, lost = document["clients"], document["clients_lost"]
    figures = [(gettext("Clients"), f"{clients:,}", "", gettext("%(lost)s of them have left") % {"lost": f"{lost:,}"})]
    if "unknown_because" in document:
        report.add(Figures(gettext("Clients"), figures))
        report.add(
            Note(
                gettext("Health is not known: %(reason)s.") % {"reason": said(document["unknown_because"])}, warns=True
            )
        )
        _add_skipped(report, document)
        return report
    tested = document["held_out"]
    auc, skill = tested["auc"], tested["skill"]
    if auc is not None:
        figures.append(
            (
                "AUC",
                f"{auc['value']:.3f}",
                f"{auc['low']:.3f}–{auc['high']:.3f}",
                gettext(".5 is chance; %(folds)s folds, each client by a fit that had not seen it") % {"folds": FOLDS},
            )
        )
    figures += [
        (
            gettext("Brier score"),
            f"{tested['brier']:.4f}",
            gettext("base rate %(base_brier)s") % {"base_brier": f"{tested['base_brier']:.4f}"},
            gettext("squared error; lower is better"),
        ),
        (
            gettext("Skill"),
            f"{skill['value']:.1%}",
            share_range(skill["low"], skill["high"]),
            gettext("how much lower than the base rate's"),
        ),
    ]
    if tested["slope"] is not None:
        figures.append(
            (gettext("Calibration slope"), f"{tested['slope']:.2f}", "", gettext("1 is right; below 1 it was too sure"))
        )
    report.add(Figures(gettext("How far to trust it; 80% intervals"), figures))
    report.add(
        Table(
            gettext("Forecast and outcome"),
            [
                (gettext("Forecast"), "left"),
                (gettext("Left"), "right"),
                (gettext("80% interval"), "right"),
                (gettext("Clients"), "right"),
            ],
            [
                [f"{b['forecast']:.1%}", f"{b['seen']:.1%}", share_range(b["low"], b["high"]), f"{b['count']:,}"]
                for b in tested["bins"]
            ],
        )
    )
    _add_weights(report, document)
    _add_clients(report, document, most)
    if document["mostly_expectation"]:
        report.add(Note(gettext("Mostly expectation: too few clients have left to judge the columns by."), warns=True))
    elif not document["predicts"]:
        report.add(
            Note(
                gettext(
                    "These columns have not predicted leaving: every client has the base rate, and none is ranked."
                ),
                warns=True,
            )
        )
    _add_skipped(report, document)
    return report


def _add_weights(report: Report, document: dict[str, Any]) -> None:
    weights = sorted(document["weights"], key=lambda row: -abs(row["log_odds_per_standard_deviation"]))
    caption = gettext("For one standard deviation; below 0 it speaks for staying.")
    report.add(
        Table(
            gettext("What speaks for leaving"),
            [(gettext("Column"), "left"), (gettext("Log-odds"), "right")],
            [[row["column"], f"{row['log_odds_per_standard_deviation']:+.3f}"] for row in weights],
            f"{caption} {compared(document['compared_with'])}".strip(),
        ),
        BarChart(
            gettext("What speaks for leaving"),
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
            gettext("Clients still here, the least healthy first; a typical one has 70"),
            [
                (gettext("Client"), "left"),
                (gettext("Health"), "right"),
                (gettext("Chance of leaving"), "right"),
                (gettext("80% interval"), "right"),
                (gettext("Points"), "left"),
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
        report.add(Note(columns_skipped(document["columns_skipped"])))
    if document["incomplete_rows"]:
        text = ngettext(
            "%(rows)s row has an empty cell and no health.",
            "%(rows)s rows have an empty cell and no health.",
            document["incomplete_rows"],
        )
        report.add(Note(text % {"rows": f"{document['incomplete_rows']:,}"}))
