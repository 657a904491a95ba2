"""``accord analyze lifetime-value`` and ``accord analyze retention``: a customer file in, its figures out.

Files are read in this process: they belong to the person at the terminal, and the reader has limits of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from accord.cli.lazy import BadInput
from accord.cli.tables import UNKNOWN, print_json, print_table

if TYPE_CHECKING:
    from accord.cli.customer_table import Table
    from accord.engines.customers.lifetime_value import CustomerValues
    from accord.engines.customers.purchase_summary import PurchaseSummary

_Command = TypeVar("_Command", bound=Callable[..., Any])
_UNIT_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a date; use the form 2026-03-31.", ctx, param) from None


def _table_options(command: _Command) -> _Command:
    """What every customer file needs: the path, the columns and how to read what can be read two ways."""
    options = [
        click.argument(
            "file", metavar="CSV", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
        ),
        click.option("--customer", metavar="COLUMN", help="Customer column (name or number)."),
        click.option("--date", "date_column", metavar="COLUMN", help="Purchase date column."),
        click.option("--amount", metavar="COLUMN", help="Amount column. Defaults to Quantity × UnitPrice if present."),
        click.option(
            "--no-header", is_flag=True, help="The file has no header; give columns by number, starting at 1."
        ),
        click.option("--date-format", type=click.Choice(["dmy", "mdy"]), help="Order of day and month in 01/02/2026."),
        click.option("--decimal", type=click.Choice(["point", "comma"]), help="Decimal mark in 1.234."),
        click.option("--rows", "with_rows", is_flag=True, help="List every customer, not only the first ones."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command("lifetime-value")
@_table_options
@click.option("--ends", metavar="DATE", callback=_day, help="End of the observation period; later rows are skipped.")
@click.option(
    "--unit", type=click.Choice(list(_UNIT_DAYS)), default="week", show_default=True, help="Time unit of the model."
)
@click.option(
    "--horizon-months", type=click.IntRange(1, 600), default=12, show_default=True, help="Forecast horizon in months."
)
@click.option(
    "--discount-rate",
    type=click.FloatRange(0, 1),
    default=0.10,
    show_default=True,
    help="Annual discount rate, such as 0.10.",
)
@click.option(
    "--margin",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    show_default=True,
    help="Margin as a share of spend.",
)
def lifetime_value(
    file: Path,
    customer: str | None,
    date_column: str | None,
    amount: str | None,
    no_header: bool,
    date_format: str | None,
    decimal: str | None,
    with_rows: bool,
    as_json: bool,
    ends: date | None,
    unit: str,
    horizon_months: int,
    discount_rate: float,
    margin: float,
) -> None:
    """What each customer will be worth: BG/NBD for purchases, Gamma-Gamma for spend.

    CSV is a file of transactions (customer, date, amount), one row per invoice or per line of it, or a summary with
    frequency, recency, T and mean spend in --unit, one row per customer. Columns are found by their usual names;
    --customer, --date and --amount name them otherwise. Encodings, delimiters and .csv.gz are recognised.
    """
    from accord.cli.customer_table import open_table
    from accord.engines.customers.lifetime_value import NotEnoughData, value_customers

    table = open_table(file, no_header=no_header, date_format=date_format, decimal=decimal)
    summary, columns, ignored = _summary(table, customer, date_column, amount, ends, _UNIT_DAYS[unit])
    found = value_customers(summary, horizon_months, discount_rate, margin)
    if isinstance(found, NotEnoughData):
        raise BadInput(f"{file.name}: not enough data: {found.reason}.")
    document = _value_document(found, unit, columns, ignored, with_rows=with_rows)
    if as_json:
        print_json(document)
    else:
        _print_value(file.name, found, document, None if with_rows else 10)


def _summary(
    table: Table, customer: str | None, date_column: str | None, amount: str | None, ends: date | None, unit_days: float
) -> tuple[PurchaseSummary, dict[str, str], int]:
    """The purchase summary, the columns it was made from, and how many rows named no customer."""
    given = customer is not None or date_column is not None or amount is not None
    parts = [table.find(role) for role in ("frequency", "recency", "age")]
    if not given and all(parts):
        return _published_summary(table, unit_days)
    return _summary_of_transactions(table, customer, date_column, amount, ends, unit_days)


def _published_summary(table: Table, unit_days: float) -> tuple[PurchaseSummary, dict[str, str], int]:
    from accord.engines.customers.purchase_summary import summary_of

    roles = {role: table.find(role) for role in ("customer", "frequency", "recency", "age", "mean")}
    found = {role: column for role, column in roles.items() if column is not None}
    readers = [
        (column, table.texts(column) if role == "customer" else table.numbers(column)) for role, column in found.items()
    ]
    values = dict(zip(found, zip(*table.read(readers), strict=True), strict=True))
    try:
        summary = summary_of(
            values["frequency"], values["recency"], values["age"], values.get("mean"), values.get("customer"), unit_days
        )
    except ValueError as error:
        raise BadInput(f"{table.file}: {error}.") from None
    return summary, {role: column.header for role, column in found.items()}, 0


def _summary_of_transactions(
    table: Table, customer: str | None, date_column: str | None, amount: str | None, ends: date | None, unit_days: float
) -> tuple[PurchaseSummary, dict[str, str], int]:
    from accord.cli.customer_purchases import read_purchases
    from accord.engines.customers.purchase_summary import purchase_summary

    found = read_purchases(table, customer, date_column, amount)
    rows = {"customer": found.customers, "date": found.days, "amount": found.amounts}
    if ends is not None and all(day is not None and day > ends for day in found.days):
        raise BadInput(f"{table.file}: every row is later than {ends}, the last day of observation.")
    summary = purchase_summary(
        rows if found.amounts else {"customer": found.customers, "date": found.days},
        amount="amount" if found.amounts else None,
        ends=ends,
        unit_days=unit_days,
    )
    return summary, found.columns, found.without_customer


def _value_document(
    found: CustomerValues, unit: str, columns: dict[str, str], ignored: int, *, with_rows: bool
) -> dict[str, Any]:
    from accord.engines.customers.lifetime_value import GammaGamma

    summary, model, spend = found.summary, found.purchases, found.spend
    known = isinstance(spend, GammaGamma)
    errors = model.standard_errors
    names = ("r", "alpha", "a", "b")
    document: dict[str, Any] = {
        "model": "BG/NBD + Gamma-Gamma" if known else "BG/NBD",
        "params": {name: getattr(model, name) for name in names},
        "standard_errors": dict(zip(names, errors, strict=True)) if errors else None,
        "log_likelihood": model.log_likelihood,
        "converged": model.converged,
        "customers": len(summary),
        "repeat_customers": int(summary.repeaters.sum()),
        "time_unit": unit,
        "calibration_end": summary.ends.isoformat() if summary.ends else None,
        "columns": columns,
        "rows_without_customer": ignored,
        "gamma_gamma": _spend_document(found),
        "frequency_spend_correlation": summary.frequency_spend_correlation,
        "horizon_months": found.horizon_months,
        "discount_rate": found.discount_rate,
        "margin": found.margin,
        "expected_purchases": float(found.expected_purchases.sum()),
        "expected_customers_alive": float(found.probability_alive.sum()),
        "total_value": None if found.value is None else _number(float(found.value.sum())),
        "mean_value": None if found.value is None else _number(float(found.value.mean())),
    }
    if with_rows:
        document["rows"] = _value_rows(found)
    return document


def _spend_document(found: CustomerValues) -> dict[str, Any]:
    from accord.engines.customers.lifetime_value import GammaGamma

    spend = found.spend
    if not isinstance(spend, GammaGamma):
        return {"unknown_because": spend.reason}
    return {
        "params": {"p": spend.p, "q": spend.q, "gamma": spend.gamma},
        "log_likelihood": spend.log_likelihood,
        "customers": spend.customers,
        "mean_spend": _number(spend.population_mean),
    }


def _number(value: float) -> float | None:
    """JSON knows neither infinity nor NaN: what has no finite value is unknown."""
    return value if abs(value) < float("inf") else None


def _value_rows(found: CustomerValues) -> list[dict[str, Any]]:
    """Every customer, the most valuable first."""
    import numpy as np

    summary = found.summary
    worth = found.expected_purchases if found.value is None else found.value
    blank = np.full(len(summary), np.nan)
    columns = {
        "frequency": summary.frequency,
        "recency": summary.recency,
        "age": summary.age,
        "mean_spend": blank if summary.mean_spend is None else summary.mean_spend,
        "probability_alive": found.probability_alive,
        "expected_purchases": found.expected_purchases,
        "expected_spend": blank if found.expected_spend is None else found.expected_spend,
        "value": blank if found.value is None else found.value,
    }
    names = summary.customers.tolist()
    lists = {key: [_number(value) for value in values.tolist()] for key, values in columns.items()}
    order = np.argsort(-np.nan_to_num(worth, nan=-np.inf), kind="stable")
    return [{"customer": names[i], **{key: values[i] for key, values in lists.items()}} for i in order.tolist()]


def _print_value(file: str, found: CustomerValues, document: dict[str, Any], most: int | None) -> None:
    unit, months = document["time_unit"], found.horizon_months
    used = ", ".join(f"{role} = {header}" for role, header in document["columns"].items())
    click.echo(f"Read: {used}")
    if document["rows_without_customer"]:
        click.echo(f"{document['rows_without_customer']:,} rows have no customer and were skipped.")
    until = f", observed until {document['calibration_end']}" if document["calibration_end"] else ""
    click.echo(
        f"{document['customers']:,} customers, {document['repeat_customers']:,} of them repeat customers{until}."
    )
    click.echo()
    params = {**document["params"], **document["gamma_gamma"].get("params", {})}
    print_table(
        f"{document['model']} by maximum likelihood; times in {unit}s",
        [(name, "right") for name in (*params, "log-likelihood")],
        [[f"{value:,.5g}" for value in params.values()] + [f"{document['log_likelihood']:,.3f}"]],
        "BG/NBD: r, alpha, a, b; its log-likelihood. Gamma-Gamma: p, q, gamma." if found.value is not None else "",
    )
    mean = document["gamma_gamma"].get("mean_spend")
    print_table(
        f"The next {months} months",
        [("Figure", "left"), ("Value", "right"), ("Meaning", "left")],
        [
            [
                "Active customers",
                f"{document['expected_customers_alive']:,.0f}",
                "sum of each customer's probability of being active",
            ],
            ["Purchases", f"{document['expected_purchases']:,.0f}", "purchase days expected of today's customers"],
            ["Spend per purchase", _money(mean), "mean over all customers"],
            ["Lifetime value", _money(document["total_value"]), _value_definition(found)],
            ["Value per customer", _money(document["mean_value"]), "lifetime value / customers"],
        ],
    )
    rows = _value_rows(found)
    shown = rows if most is None else rows[:most]
    print_table(
        "Customers by value",
        [
            ("Customer", "left"),
            *((heading, "right") for heading in ("Repeats", "P(alive)", "Purchases", "Spend", "Value")),
        ],
        [
            [
                str(row["customer"]),
                f"{row['frequency']:,.0f}",
                f"{row['probability_alive']:.1%}",
                f"{row['expected_purchases']:,.2f}",
                _money(row["expected_spend"]),
                _money(row["value"]),
            ]
            for row in shown
        ],
        f"{len(shown):,} of {len(rows):,}; --rows shows all" if len(shown) < len(rows) else "",
    )
    for remark in _remarks(found, document):
        click.echo(remark)


def _value_definition(found: CustomerValues) -> str:
    kept = "" if found.margin == 1 else f"{found.margin:.0%} of "
    return f"{kept}purchases × spend, discounted at {found.discount_rate:.1%} a year"


def _money(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,.2f}"


def _remarks(found: CustomerValues, document: dict[str, Any]) -> list[str]:
    """What a careful reader should know before using the numbers."""
    remarks = []
    if "unknown_because" in document["gamma_gamma"]:
        remarks.append(f"Value is unknown: {document['gamma_gamma']['unknown_because']}.")
    correlation = document["frequency_spend_correlation"]
    if correlation is not None and abs(correlation) > 0.3:
        remarks.append(
            f"Frequency and spend are correlated ({correlation:+.2f}), which Gamma-Gamma does not expect: read single "
            "values with care."
        )
    model = found.purchases
    if model.a < 1e-3 * model.b:
        remarks.append(
            "The model finds no churn in this data and treats every customer as active. Use `accord analyze "
            "retention` to see who has stopped buying."
        )
    elif not model.converged or model.standard_errors is None:
        remarks.append("The model is poorly determined by this data: trust totals more than single values.")
    return remarks


@click.command()
@_table_options
@click.option("--from", "start", metavar="DATE", callback=_day, help="First day of the period (subscriptions).")
@click.option(
    "--to", "end", metavar="DATE", callback=_day, help="Last day of the period; default: the file's last day."
)
@click.option("--window-months", type=click.IntRange(1, 60), help="Length of a window (transactions).  [default: fits]")
@click.option("--contract-months", type=click.IntRange(1, 60), default=1, show_default=True, help="Months per renewal.")
@click.option(
    "--cohort-size",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="Cohort size for survival tables in percent.",
)
@click.option(
    "--discount-rate", type=click.FloatRange(0, 1, min_open=True), default=0.10, show_default=True, help="Per year."
)
def retention(
    file: Path,
    customer: str | None,
    date_column: str | None,
    amount: str | None,
    no_header: bool,
    date_format: str | None,
    decimal: str | None,
    with_rows: bool,
    as_json: bool,
    start: date | None,
    end: date | None,
    window_months: int | None,
    contract_months: int,
    cohort_size: int,
    discount_rate: float,
) -> None:
    """Who stayed and who left: logo churn, gross and net revenue retention, and the sBG survival of contracts.

    CSV is recognised by its columns, in this order: a survival table (a first column of periods 0, 1, 2 ... and
    survivors, in counts or percent); clients with their tenure in months and whether they left; clients with their
    revenue at the start and the end of a period; subscriptions (customer, start date, end date, revenue per month);
    transactions (customer, date, amount), where a client is active in a window if it bought in it and two windows of
    equal length are compared. Give --date for transactions whose columns look like something else.
    """
    from accord.cli.customer_retention import Question, answer
    from accord.cli.customer_table import open_table
    from accord.cli.retention_tables import show

    table = open_table(file, no_header=no_header, date_format=date_format, decimal=decimal)
    question = Question(
        customer, date_column, amount, start, end, window_months, contract_months, cohort_size, discount_rate
    )
    document = answer(table, question)
    if as_json:
        print_json({key: value for key, value in document.items() if with_rows or key != "rows"})
    else:
        show(file.name, document, None if with_rows else 10)
