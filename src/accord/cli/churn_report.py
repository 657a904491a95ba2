"""How the figures of ``accord analyze churn`` are shown."""

from __future__ import annotations

from typing import Any

from accord.cli.customer_options import columns_skipped, compared, of_all, read_as
from accord.cli.report import BarChart, Column, Figures, Note, Report, Table
from accord.cli.survival_report import survival_blocks
from accord.cli.tables import UNKNOWN, share_range
from accord.cli.texts import gettext, ngettext, said

_MOST_BARS = 16
_CHANGING = 0.001
_USELESS = 0.55


def churn_report(file: str, document: dict[str, Any], most: int | None) -> Report:
    """Churn, curves, hazard ratios, and the clients in danger."""
    report = Report(gettext("Churn"), file, [read_as(document["columns"])])
    if document["rows_skipped"]:
        text = ngettext(
            "%(rows)s row starts after the day of observation and was skipped.",
            "%(rows)s rows start after the day of observation and were skipped.",
            document["rows_skipped"],
        )
        report.facts.append(text % {"rows": f"{document['rows_skipped']:,}"})
    low, high = document["churn_interval"]
    figures = [
        (gettext("Churn"), f"{document['churn']:.1%}", share_range(low, high), said(document["definition"])),
        (
            gettext("Clients"),
            f"{document['clients']:,}",
            "",
            gettext("%(clients_lost)s of them have left") % {"clients_lost": f"{document['clients_lost']:,}"},
        ),
    ]
    cox = document.get("cox")
    if cox and "concordance" in cox:
        held_out = cox["concordance_held_out"]
        figures.append(
            (
                gettext("Concordance"),
                f"{cox['concordance']:.3f}",
                gettext("held out %(held_out)s") % {"held_out": f"{held_out:.3f}"} if held_out is not None else "",
                gettext("share of pairs in which who left first had the higher risk; .5 is chance"),
            )
        )
    report.add(Figures(gettext("Clients who left; 95% intervals"), figures))
    curves = [(gettext("all clients"), document["survival"])] if not document["groups"] else []
    curves += [(group["name"], group) for group in document["groups"]]
    report.add(*survival_blocks(curves, gettext("Months")))
    if cox is not None:
        _add_cox(report, document, most)
    return report


def _add_cox(report: Report, document: dict[str, Any], most: int | None) -> None:
    cox = document["cox"]
    if "unknown_because" in cox:
        report.add(
            Note(
                gettext("No effects of columns were estimated: %(reason)s.") % {"reason": said(cox["unknown_because"])},
                warns=True,
            )
        )
        _add_skipped(report, cox)
        return
    columns: list[Column] = [(gettext("Column"), "left")]
    columns += [
        (head, "right")
        for head in (
            gettext("Hazard ratio"),
            gettext("95% interval"),
            gettext("Coefficient"),
            gettext("Standard error"),
            "p",
        )
    ]
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
    ratio = cox["likelihood_ratio"]
    caption = gettext(
        "Cox's proportional hazards, %(clients)s clients, %(left)s of them left, ties by %(ties)s; χ² %(chi)s on "
        "%(freedom)s degrees of freedom. A ratio of 2 means leaving twice as fast, per unit of a number."
    ) % {
        "clients": f"{cox['clients']:,}",
        "left": f"{cox['leavings']:,}",
        "ties": cox["ties"].capitalize(),
        "chi": f"{ratio['chi_squared']:,.1f}",
        "freedom": ratio["degrees_of_freedom"],
    }
    caption = f"{caption} {compared(cox['compared_with'])}"
    report.add(Table(gettext("What goes with leaving sooner"), columns, rows, caption.strip()))
    strongest = sorted(cox["coefficients"], key=lambda row: row["p_value"])[:_MOST_BARS]
    strongest.sort(key=lambda row: -row["hazard_ratio"])
    report.add(
        BarChart(
            gettext("Hazard ratios"),
            [row["column"] for row in strongest],
            [row["hazard_ratio"] for row in strongest],
            [f"{row['hazard_ratio']:.2f}" for row in strongest],
            ranges=[tuple(row["interval"]) for row in strongest],
            centre=1.0,
            logarithmic=True,
            caption=gettext("Right of the line clients leave sooner; lines are 95% intervals. Logarithmic."),
        )
    )
    rows_here = document["rows"]
    shown = rows_here if most is None else rows_here[:most]
    report.add(
        Table(
            gettext("Clients most likely to leave within %(count)s months") % {"count": f"{document['within']:g}"},
            [
                (gettext("Client"), "left"),
                (gettext("Stayed"), "right"),
                (gettext("Chance of leaving"), "right"),
                (gettext("80% interval"), "right"),
            ],
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
                gettext(
                    "The hazard ratio of %(columns)s changes with time (p < %(limit)s): it is a mean over the time "
                    "observed. Read chances of clients who have stayed long with care."
                )
                % {"columns": ", ".join(changing), "limit": f"{_CHANGING:g}"},
                warns=True,
            )
        )
    held_out = cox["concordance_held_out"]
    if held_out is not None and held_out < _USELESS:
        report.add(
            Note(
                gettext(
                    "On clients held out these columns rank hardly better than chance (concordance %(held_out)s): use "
                    "the curve, not the chances of single clients."
                )
                % {"held_out": f"{held_out:.2f}"},
                warns=True,
            )
        )


def _add_skipped(report: Report, cox: dict[str, Any]) -> None:
    if cox["columns_skipped"]:
        report.add(Note(columns_skipped(cox["columns_skipped"])))
    if cox["incomplete_rows"]:
        report.add(
            Note(
                ngettext(
                    "%(rows)s row has an empty cell: it is in the curve, not in the hazard ratios.",
                    "%(rows)s rows have an empty cell: they are in the curve, not in the hazard ratios.",
                    cox["incomplete_rows"],
                )
                % {"rows": f"{cox['incomplete_rows']:,}"}
            )
        )
