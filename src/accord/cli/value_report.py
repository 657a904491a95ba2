"""How the lifetime values of a file are shown."""

from __future__ import annotations

from typing import Any

from accord.cli.customer_options import of_all, read_as, skipped
from accord.cli.customer_values import ValueAnswer
from accord.cli.report import BarChart, Column, Figures, Note, Report, Table
from accord.cli.tables import UNKNOWN
from accord.cli.texts import gettext, said
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.purchase_models import Holdout, name_of

_MONTHS = (
    gettext("Jan"), gettext("Feb"), gettext("Mar"), gettext("Apr"), gettext("May"), gettext("Jun"),
    gettext("Jul"), gettext("Aug"), gettext("Sep"), gettext("Oct"), gettext("Nov"), gettext("Dec"),
)  # fmt: skip

_TITLES = {
    "day": gettext("%(model)s by maximum likelihood; times in days"),
    "week": gettext("%(model)s by maximum likelihood; times in weeks"),
    "month": gettext("%(model)s by maximum likelihood; times in months"),
}


def value_report(file: str, answer: ValueAnswer, document: dict[str, Any], most: int | None) -> Report:
    """Model, comparison, forecast, customers, and what a careful reader should know."""
    if document["calibration_end"]:
        text = gettext("%(customers)s customers, %(repeat)s of them repeat customers, observed until %(day)s.")
    else:
        text = gettext("%(customers)s customers, %(repeat)s of them repeat customers.")
    people = text % {
        "customers": f"{document['customers']:,}",
        "repeat": f"{document['repeat_customers']:,}",
        "day": document["calibration_end"],
    }
    facts = [read_as(document["columns"]), skipped(document["rows_without_customer"]), people]
    report = Report(gettext("Customer lifetime value"), file, [fact for fact in facts if fact])
    report.add(_forecast(answer, document))
    rows = document["rows"]
    shown = rows if most is None else rows[:most]
    report.add(*_comparison(answer), *_charts(shown, document))
    report.add(_parameters(document), _customers(shown, len(rows)))
    report.add(*(Note(text, warns=True) for text in _remarks(answer, document)))
    return report


def _forecast(answer: ValueAnswer, document: dict[str, Any]) -> Figures:
    found = answer.found
    if found.margin == 1:
        text = gettext("purchases × spend, discounted at %(rate)s a year")
    else:
        text = gettext("%(margin)s of purchases × spend, discounted at %(rate)s a year")
    definition = text % {"margin": f"{found.margin:.0%}", "rate": f"{found.discount_rate:.1%}"}
    alive, bought, value = (
        document[f"{key}_interval"] for key in ("expected_customers_alive", "expected_purchases", "total_value")
    )
    mean = document["gamma_gamma"].get("mean_spend")
    return Figures(
        gettext("The next %(horizon_months)s months, with 80%% ranges") % {"horizon_months": found.horizon_months},
        [
            (
                gettext("Active customers"),
                f"{document['expected_customers_alive']:,.0f}",
                _range(alive, 0),
                gettext("sum of each customer's probability of being active"),
            ),
            (
                gettext("Purchases"),
                f"{document['expected_purchases']:,.0f}",
                _range(bought, 0),
                gettext("purchase days expected of today's customers"),
            ),
            (gettext("Spend per purchase"), money(mean), "", gettext("mean over all customers")),
            (gettext("Lifetime value"), money(document["total_value"]), _range(value, 0), definition),
            (gettext("Value per customer"), money(document["mean_value"]), "", gettext("lifetime value / customers")),
        ],
    )


def _comparison(answer: ValueAnswer) -> list[Table | Note]:
    """What each model would have said at the calibration's end."""
    holdout = answer.holdout
    if answer.chosen_by == "option":
        return [
            Note(
                gettext("%(label)s was chosen by --model; nothing was compared.")
                % {"label": name_of(answer.found.purchases).label}
            )
        ]
    if not isinstance(holdout, Holdout):
        if isinstance(holdout, NotEnoughData):
            why = said(holdout.reason)
        else:
            why = gettext("a summary has no purchases to hold out")
        return [
            Note(
                gettext(
                    "No models were compared on held-out time: %(why)s. %(label)s was chosen by the likelihood of all "
                    "data."
                )
                % {"why": why, "label": name_of(answer.found.purchases).label}
            )
        ]
    columns: list[Column] = [(gettext("Model"), "left")]
    columns += [(head, "right") for head in ("MAE", "RMSE", gettext("Total"), gettext("Log-likelihood"))]
    rows = [
        [
            said(score.label),
            f"{score.mae:.4f}",
            f"{score.rmse:.4f}",
            f"{score.total:,.0f} ({score.total / holdout.actual:.0%})",
            UNKNOWN if score.log_likelihood is None else f"{score.log_likelihood:,.1f}",
        ]
        for score in holdout.scores
    ]
    rows += [[f"{name.label}: {said(reason)}", *[UNKNOWN] * 4] for name, reason in holdout.refused.items()]
    caption = gettext(
        "Fitted until %(fitted)s, compared on %(purchases)s purchases of %(customers)s customers until %(ends)s. MAE "
        "and RMSE are errors per customer, the total is beside that of the purchases made; log-likelihood is of the "
        "held-out purchases."
    ) % {
        "fitted": holdout.calibration_ends,
        "purchases": f"{holdout.actual:,.0f}",
        "customers": f"{holdout.customers:,}",
        "ends": holdout.ends,
    }
    return [Table(gettext("Models compared on held-out time"), columns, rows, f"{caption} {_choice(answer, holdout)}")]


def _choice(answer: ValueAnswer, holdout: Holdout) -> str:
    """Which model was taken, and why."""
    if answer.chosen_by != "holdout":
        text = gettext("%(model)s could not be fitted to all data; the most likely other model was taken.")
        return text % {"model": holdout.chosen.label}
    if holdout.is_tie:
        text = gettext(
            "%(model)s errs least, but by no more than one standard error of the difference: BG/NBD is used."
        )
        return text % {"model": holdout.best.label}
    text = gettext("%(model)s has the smallest RMSE and is used, fitted to all data.")
    return text % {"model": holdout.chosen.label}


def _parameters(document: dict[str, Any]) -> Table:
    params = {**document["params"], **document["gamma_gamma"].get("params", {})}
    errors = {**(document["standard_errors"] or {}), **(document["gamma_gamma"].get("standard_errors") or {})}
    columns: list[Column] = [("", "left"), *((name, "right") for name in (*params, gettext("log-likelihood")))]
    label = document["model"].split(" + ")[0]
    names = ", ".join(document["params"])
    if "params" in document["gamma_gamma"]:
        caption = gettext("%(model)s: %(names)s; its log-likelihood. Gamma-Gamma: p, q, gamma.")
    else:
        caption = gettext("%(model)s: %(names)s; its log-likelihood.")
    return Table(
        _TITLES[document["time_unit"]] % {"model": document["model"]},
        columns,
        [
            [
                gettext("estimate"),
                *(f"{value:,.5g}" for value in params.values()),
                f"{document['log_likelihood']:,.3f}",
            ],
            [
                gettext("standard error"),
                *(f"{errors[name]:,.2g}" if name in errors else UNKNOWN for name in params),
                "",
            ],
        ],
        caption % {"model": label, "names": names},
    )


def _customers(shown: list[dict[str, Any]], all_rows: int) -> Table:
    heads = (
        gettext("Repeats"),
        gettext("P(alive)"),
        gettext("Purchases"),
        gettext("80% range"),
        gettext("Spend"),
        gettext("Value"),
        gettext("80% range"),
    )
    columns: list[Column] = [(gettext("Customer"), "left"), *((head, "right") for head in heads)]
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
    return Table(gettext("Customers by value"), columns, rows, of_all(len(shown), all_rows))


def _charts(shown: list[dict[str, Any]], document: dict[str, Any]) -> list[BarChart]:
    charts = []
    valued = [row for row in shown[:12] if row["value"] is not None and row["value_interval"]]
    if valued:
        charts.append(
            BarChart(
                gettext("The most valuable customers"),
                [str(row["customer"]) for row in valued],
                [row["value"] for row in valued],
                [f"{row['value']:,.0f}" for row in valued],
                ranges=[(row["value_interval"][0] or 0.0, row["value_interval"][1] or 0.0) for row in valued],
                caption=gettext("Expected value of %(horizon_months)s months; lines are 80%% ranges.")
                % {"horizon_months": document["horizon_months"]},
            )
        )
    season = document["seasonality"]
    if season:
        index = season["month_index"]
        charts.append(
            BarChart(
                gettext("Purchases by month of the year"),
                _MONTHS,
                index,
                [f"{value - 1:+.0%}" for value in index],
                centre=1.0,
                caption=gettext("Against the trend, over %(months)s months; p = %(p_value)s.")
                % {"months": season["months"], "p_value": f"{season['p_value']:.3f}"},
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
        remarks.append(
            gettext("Value is unknown: %(reason)s.") % {"reason": said(document["gamma_gamma"]["unknown_because"])}
        )
    if isinstance(holdout, Holdout) and not holdout.beats_base:
        remarks.append(
            gettext(
                "On held-out time no model beat “same rate as before”: treat forecasts of single customers as guesses."
            )
        )
    if rhythm is not None and rhythm.is_regular:
        remarks.append(
            gettext(
                "Purchases are regular (coefficient of variation of gaps %(variation)s from %(pairs)s pairs; random "
                "purchases have 1). The models assume random gaps: they notice too late that a customer is overdue."
            )
            % {"variation": f"{rhythm.variation:.2f}", "pairs": f"{rhythm.pairs:,}"}
        )
    if season is not None and season.is_seasonal:
        high = max(range(12), key=lambda month: season.index[month])
        low = min(range(12), key=lambda month: season.index[month])
        remarks.append(
            gettext(
                "Purchases are seasonal (%(high)s %(most)s, %(low)s %(least)s against the trend). The models know no "
                "season: use horizons of whole years."
            )
            % {
                "high": _MONTHS[high],
                "most": f"{season.index[high] - 1:+.0%}",
                "low": _MONTHS[low],
                "least": f"{season.index[low] - 1:+.0%}",
            }
        )
    correlation = document["frequency_spend_correlation"]
    if correlation is not None and abs(correlation) > 0.3:
        remarks.append(
            gettext(
                "Frequency and spend are correlated (%(correlation)s), which Gamma-Gamma does not expect: read single "
                "values with care."
            )
            % {"correlation": f"{correlation:+.2f}"}
        )
    if not found.purchases.converged or answer.ranges is None:
        remarks.append(gettext("The model is poorly determined by this data: trust totals more than single values."))
    return remarks
