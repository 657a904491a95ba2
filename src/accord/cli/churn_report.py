"""How the figures of ``accord analyze churn`` are shown."""

from __future__ import annotations

from typing import Any

from accord.cli.customer_options import of_all, read_as
from accord.cli.report import BarChart, Column, Figures, Note, Report, Table
from accord.cli.survival_report import survival_blocks
from accord.cli.tables import UNKNOWN, share_range

_MOST_BARS = 16
_CHANGING = 0.001
_USELESS = 0.55


def churn_report(file: str, document: dict[str, Any], most: int | None) -> Report:
    """Churn, curves, hazard ratios, and the clients in danger."""
    report = Report("Churn", file, [read_as(document["columns"])])
    if document["rows_skipped"]:
        report.facts.append(f"{document['rows_skipped']:,} rows start after the day of observation and were skipped.")
    low, high = document["churn_interval"]
    figures = [
        ("Churn", f"{document['churn']:.1%}", share_range(low, high), document["definition"]),
        ("Clients", f"{document['clients']:,}", "", f"{document['clients_lost']:,} of them have left"),
    ]
    cox = document.get("cox")
    if cox and "concordance" in cox:
        held_out = cox["concordance_held_out"]
        figures.append(
            (
                "Concordance",
                f"{cox['concordance']:.3f}",
                f"held out {held_out:.3f}" if held_out is not None else "",
                "share of pairs in which who left first had the higher risk; .5 is chance",
            )
        )
    report.add(Figures("Clients who left; 95% intervals", figures))
    curves = [("all clients", document["survival"])] if not document["groups"] else []
    curves += [(group["name"], group) for group in document["groups"]]
    report.add(*survival_blocks(curves, f"{document['unit'].capitalize()}s"))
    if cox is not None:
        _add_cox(report, document, most)
    return report


def _add_cox(report: Report, document: dict[str, Any], most: int | None) -> None:
    cox = document["cox"]
    if "unknown_because" in cox:
        report.add(Note(f"No effects of columns were estimated: {cox['unknown_because']}.", warns=True))
        _add_skipped(report, cox)
        return
    columns: list[Column] = [("Column", "left")]
    columns += [(head, "right") for head in ("Hazard ratio", "95% interval", "Coefficient", "Standard error", "p")]
    rows = [
        [
            row["column"],
            f"{row['hazard_ratio']:,.3g}",
            f"{row['interval'][0]:,.3g}–{row['interval'][1]:,.3g}",
            f"{row['coefficient']:+.4f}",
            f"{row['standard_error']:.4f}",
            "< 0.001" if row["p_value"] < 0.001 else f"{row['p_value']:.3f}",
        ]
        for row in cox["coefficients"]
    ]
    bases = "; ".join(f"{name}: compared with {base}" for name, base in cox["compared_with"].items())
    ratio = cox["likelihood_ratio"]
    caption = (
        f"Cox's proportional hazards, {cox['clients']:,} clients, {cox['leavings']:,} of them left, ties by "
        f"{cox['ties'].capitalize()}; χ² {ratio['chi_squared']:,.1f} on {ratio['degrees_of_freedom']} degrees of "
        "freedom. "
        "A ratio of 2 means leaving twice as fast, per unit of a number. "
        f"{bases + '.' if bases else ''}"
    )
    report.add(Table("What goes with leaving sooner", columns, rows, caption.strip()))
    strongest = sorted(cox["coefficients"], key=lambda row: row["p_value"])[:_MOST_BARS]
    strongest.sort(key=lambda row: -row["hazard_ratio"])
    report.add(
        BarChart(
            "Hazard ratios",
            [row["column"] for row in strongest],
            [row["hazard_ratio"] for row in strongest],
            [f"{row['hazard_ratio']:.2f}" for row in strongest],
            ranges=[tuple(row["interval"]) for row in strongest],
            centre=1.0,
            logarithmic=True,
            caption="Right of the line clients leave sooner; lines are 95% intervals. Logarithmic.",
        )
    )
    rows_here = document["rows"]
    shown = rows_here if most is None else rows_here[:most]
    report.add(
        Table(
            f"Clients most likely to leave within {document['within']:g} {document['unit']}s",
            [("Client", "left"), ("Stayed", "right"), ("Chance of leaving", "right"), ("80% interval", "right")],
            [
                [
                    str(row["customer"]),
                    f"{row['tenure']:,.1f}",
                    f"{row['chance_of_leaving']:.1%}",
                    share_range(*row["chance_interval"]),
                ]
                for row in shown
            ],
            of_all(len(shown), len(rows_here)) or UNKNOWN * (not rows_here),
        )
    )
    _add_warning(report, cox)
    _add_skipped(report, cox)


def _add_warning(report: Report, cox: dict[str, Any]) -> None:
    """Where hazards aren't proportional, or ranks are no better than chance."""
    changing = [row["column"] for row in cox["coefficients"] if row["p_value_of_constant_ratio"] < _CHANGING]
    if changing:
        report.add(
            Note(
                f"The hazard ratio of {', '.join(changing)} changes with time (p < {_CHANGING:g}): it is a mean over "
                "the time observed. Read chances of clients who have stayed long with care.",
                warns=True,
            )
        )
    held_out = cox["concordance_held_out"]
    if held_out is not None and held_out < _USELESS:
        report.add(
            Note(
                f"On clients held out these columns rank hardly better than chance (concordance {held_out:.2f}): use "
                "the curve, not the chances of single clients.",
                warns=True,
            )
        )


def _add_skipped(report: Report, cox: dict[str, Any]) -> None:
    if cox["columns_skipped"]:
        words = "; ".join(f"{name} {reason}" for name, reason in cox["columns_skipped"].items())
        report.add(Note(f"Columns skipped: {words}."))
    if cox["incomplete_rows"]:
        report.add(
            Note(
                f"{cox['incomplete_rows']:,} rows have an empty cell: they are in the curve, not in the hazard ratios."
            )
        )
