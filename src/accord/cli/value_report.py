"""How the lifetime values of a file are shown."""

from __future__ import annotations

from typing import Any

from accord.cli.customer_options import of_all, read_as, skipped
from accord.cli.customer_values import ValueAnswer
from accord.cli.report import BarChart, Column, Figures, Note, Report, Table
from accord.cli.tables import UNKNOWN
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.purchase_models import Holdout, name_of

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def value_report(file: str, answer: ValueAnswer, document: dict[str, Any], most: int | None) -> Report:
    """Model, comparison, forecast, customers, and what a careful reader should know."""
    until = f", observed until {document['calibration_end']}" if document["calibration_end"] else ""
    people = f"{document['customers']:,} customers, {document['repeat_customers']:,} of them repeat customers{until}."
    facts = [read_as(document["columns"]), skipped(document["rows_without_customer"]), people]
    report = Report("Customer lifetime value", file, [fact for fact in facts if fact])
    report.add(_forecast(answer, document))
    rows = document["rows"]
    shown = rows if most is None else rows[:most]
    report.add(*_comparison(answer), *_charts(shown, document))
    report.add(_parameters(document), _customers(shown, len(rows)))
    report.add(*(Note(text, warns=True) for text in _remarks(answer, document)))
    return report


def _forecast(answer: ValueAnswer, document: dict[str, Any]) -> Figures:
    found = answer.found
    kept = "" if found.margin == 1 else f"{found.margin:.0%} of "
    definition = f"{kept}purchases × spend, discounted at {found.discount_rate:.1%} a year"
    alive, bought, value = (
        document[f"{key}_interval"] for key in ("expected_customers_alive", "expected_purchases", "total_value")
    )
    mean = document["gamma_gamma"].get("mean_spend")
    return Figures(
        f"The next {found.horizon_months} months, with 80% ranges",
        [
            (
                "Active customers",
                f"{document['expected_customers_alive']:,.0f}",
                _range(alive, 0),
                "sum of each customer's probability of being active",
            ),
            (
                "Purchases",
                f"{document['expected_purchases']:,.0f}",
                _range(bought, 0),
                "purchase days expected of today's customers",
            ),
            ("Spend per purchase", money(mean), "", "mean over all customers"),
            ("Lifetime value", money(document["total_value"]), _range(value, 0), definition),
            ("Value per customer", money(document["mean_value"]), "", "lifetime value / customers"),
        ],
    )


def _comparison(answer: ValueAnswer) -> list[Table | Note]:
    """What each model would have said at the calibration's end."""
    holdout = answer.holdout
    if answer.chosen_by == "option":
        return [Note(f"{name_of(answer.found.purchases).label} was chosen by --model; nothing was compared.")]
    if not isinstance(holdout, Holdout):
        why = holdout.reason if isinstance(holdout, NotEnoughData) else "a summary has no purchases to hold out"
        return [
            Note(
                f"No models were compared on held-out time: {why}. {name_of(answer.found.purchases).label} was chosen "
                "by the likelihood of all data."
            )
        ]
    columns: list[Column] = [("Model", "left")]
    columns += [(head, "right") for head in ("MAE", "RMSE", "Total", "Log-likelihood")]
    rows = [
        [
            score.label,
            f"{score.mae:.4f}",
            f"{score.rmse:.4f}",
            f"{score.total:,.0f} ({score.total / holdout.actual:.0%})",
            UNKNOWN if score.log_likelihood is None else f"{score.log_likelihood:,.1f}",
        ]
        for score in holdout.scores
    ]
    rows += [[f"{name.label}: {reason}", *[UNKNOWN] * 4] for name, reason in holdout.refused.items()]
    caption = (
        f"Fitted until {holdout.calibration_ends}, compared on {holdout.actual:,.0f} purchases of "
        f"{holdout.customers:,} customers until {holdout.ends}. MAE and RMSE are errors per "
        "customer, the total is beside that of the purchases made; log-likelihood is of the held-out purchases. "
    )
    if answer.chosen_by != "holdout":
        caption += f"{holdout.chosen.label} could not be fitted to all data; the most likely other model was taken."
    elif holdout.is_tie:
        caption += f"{holdout.best.label} errs least, but by no more than one standard error of the difference: "
        caption += "BG/NBD is used."
    else:
        caption += f"{holdout.chosen.label} has the smallest RMSE and is used, fitted to all data."
    return [Table("Models compared on held-out time", columns, rows, caption)]


def _parameters(document: dict[str, Any]) -> Table:
    params = {**document["params"], **document["gamma_gamma"].get("params", {})}
    errors = {**(document["standard_errors"] or {}), **(document["gamma_gamma"].get("standard_errors") or {})}
    columns: list[Column] = [("", "left"), *((name, "right") for name in (*params, "log-likelihood"))]
    label = document["model"].split(" + ")[0]
    names = ", ".join(document["params"])
    caption = f"{label}: {names}; its log-likelihood."
    if "params" in document["gamma_gamma"]:
        caption += " Gamma-Gamma: p, q, gamma."
    return Table(
        f"{document['model']} by maximum likelihood; times in {document['time_unit']}s",
        columns,
        [
            ["estimate", *(f"{value:,.5g}" for value in params.values()), f"{document['log_likelihood']:,.3f}"],
            ["standard error", *(f"{errors[name]:,.2g}" if name in errors else UNKNOWN for name in params), ""],
        ],
        caption,
    )


def _customers(shown: list[dict[str, Any]], all_rows: int) -> Table:
    heads = ("Repeats", "P(alive)", "Purchases", "80% range", "Spend", "Value", "80% range")
    columns: list[Column] = [("Customer", "left"), *((head, "right") for head in heads)]
    rows = [
        [
            str(row["customer"]),
            f"{row['frequency']:,.0f}",
            f"{row['probability_alive']:.1%}",
            f"{row['expected_purchases']:,.2f}",
            _range(row["purchases_interval"], 0) or UNKNOWN,
            money(row["expected_spend"]),
            money(row["value"]),
            _range(row["value_interval"], 2) or UNKNOWN,
        ]
        for row in shown
    ]
    return Table("Customers by value", columns, rows, of_all(len(shown), all_rows))


def _charts(shown: list[dict[str, Any]], document: dict[str, Any]) -> list[BarChart]:
    charts = []
    valued = [row for row in shown[:12] if row["value"] is not None and row["value_interval"]]
    if valued:
        charts.append(
            BarChart(
                "The most valuable customers",
                [str(row["customer"]) for row in valued],
                [row["value"] for row in valued],
                [f"{row['value']:,.0f}" for row in valued],
                ranges=[(row["value_interval"][0] or 0.0, row["value_interval"][1] or 0.0) for row in valued],
                caption=f"Expected value of {document['horizon_months']} months; lines are 80% ranges.",
            )
        )
    season = document["seasonality"]
    if season:
        index = season["month_index"]
        charts.append(
            BarChart(
                "Purchases by month of the year",
                _MONTHS,
                index,
                [f"{value - 1:+.0%}" for value in index],
                centre=1.0,
                caption=f"Against the trend, over {season['months']} months; p = {season['p_value']:.3f}.",
            )
        )
    return charts


def _range(ends: list[float | None] | None, places: int) -> str:
    if not ends or ends[0] is None or ends[1] is None:
        return ""
    return f"{ends[0]:,.{places}f}–{ends[1]:,.{places}f}"


def money(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,.2f}"


def _remarks(answer: ValueAnswer, document: dict[str, Any]) -> list[str]:
    """What a careful reader should know before using the numbers."""
    remarks = []
    found, holdout, rhythm, season = answer.found, answer.holdout, answer.rhythm, answer.season
    if "unknown_because" in document["gamma_gamma"]:
        remarks.append(f"Value is unknown: {document['gamma_gamma']['unknown_because']}.")
    if isinstance(holdout, Holdout) and not holdout.beats_base:
        remarks.append(
            "On held-out time no model beat “same rate as before”: treat forecasts of single customers as guesses."
        )
    if rhythm is not None and rhythm.is_regular:
        remarks.append(
            f"Purchases are regular (coefficient of variation of gaps {rhythm.variation:.2f} from {rhythm.pairs:,} "
            "pairs; random purchases have 1). The models assume random gaps: they notice too late that a customer is "
            "overdue."
        )
    if season is not None and season.is_seasonal:
        high = max(range(12), key=lambda month: season.index[month])
        low = min(range(12), key=lambda month: season.index[month])
        remarks.append(
            f"Purchases are seasonal ({_MONTHS[high]} {season.index[high] - 1:+.0%}, {_MONTHS[low]} "
            f"{season.index[low] - 1:+.0%} against the trend). The models know no season: use horizons of whole years."
        )
    correlation = document["frequency_spend_correlation"]
    if correlation is not None and abs(correlation) > 0.3:
        remarks.append(
            f"Frequency and spend are correlated ({correlation:+.2f}), which Gamma-Gamma does not expect: read single "
            "values with care."
        )
    if not found.purchases.converged or answer.ranges is None:
        remarks.append("The model is poorly determined by this data: trust totals more than single values.")
    return remarks
