"""``accord analyze lifetime-value, retention, churn, health, cohorts, segments``: a customer file in, its figures out.

Files are read in this process: they belong to the person at the terminal, and the reader has limits of its own. Each
command reads the file, makes the document that ``--json`` prints, and a report that terminal and ``--html`` show.
"""

from __future__ import annotations

from datetime import date

import click

from accord.cli.customer_options import CustomerFile, day_of, file_options, source_options, transaction_options
from accord.cli.texts import gettext

_ENDS = click.option(
    "--ends", metavar="DATE", callback=day_of, help=gettext("End of the observation period; later rows are skipped.")
)


@click.command(
    "lifetime-value",
    help=gettext(
        "The value of each customer, with ranges: a buying model for purchases, Gamma-Gamma for spend.\n\n"
        "CSV is a file of transactions (customer, date, amount), one row per invoice or per line of it, or a summary "
        "with frequency, recency, T and mean spend in --unit, one row per customer. Columns are found by their usual "
        "names; --customer, --date and --amount name them otherwise. Encodings, delimiters and .csv.gz are "
        "recognised.\n\n"
        "BG/NBD, MBG/NBD and Pareto/NBD are fitted to the first half of the time and compared on the rest; the one "
        "that errs least is fitted to all data. BG/NBD is kept where the difference is within one standard error, and "
        "where a summary leaves no time to hold out and no other model is clearly more likely."
    ),
)
@source_options
@_ENDS
@click.option(
    "--model",
    type=click.Choice(["auto", "bg-nbd", "mbg-nbd", "pareto-nbd"]),
    default="auto",
    show_default=True,
    help=gettext("Buying model; auto compares all three on held-out time."),
)
@click.option(
    "--calibration-ends",
    metavar="DATE",
    callback=day_of,
    help=gettext("Last day that models see when they are compared.  [default: half of the time]"),
)
@click.option(
    "--unit",
    type=click.Choice(["day", "week", "month"]),
    default="week",
    show_default=True,
    help=gettext("Time unit of the model."),
)
@click.option(
    "--horizon-months",
    type=click.IntRange(1, 600),
    default=12,
    show_default=True,
    help=gettext("Forecast horizon in months."),
)
@click.option(
    "--discount-rate",
    type=click.FloatRange(0, 1),
    default=0.10,
    show_default=True,
    help=gettext("Annual discount rate, such as 0.10."),
)
@click.option(
    "--margin",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    show_default=True,
    help=gettext("Margin as a share of spend."),
)
def lifetime_value(
    source: CustomerFile,
    ends: date | None,
    model: str,
    calibration_ends: date | None,
    unit: str,
    horizon_months: int,
    discount_rate: float,
    margin: float,
) -> None:
    from accord.cli.customer_values import ValueQuestion, answer_values, value_document
    from accord.cli.value_report import value_report
    from accord.engines.customers.purchase_models import ModelName

    question = ValueQuestion(
        source.customer,
        source.date_column,
        source.amount,
        ends,
        unit,
        horizon_months,
        discount_rate,
        margin,
        None if model == "auto" else ModelName(model),
        calibration_ends,
    )
    answer = answer_values(source.purchases() or source.open(), question)
    document = value_document(answer, unit)
    source.deliver(document, lambda name, most: value_report(name, answer, document, most))


@click.command(
    help=gettext(
        "Who stayed and who left: logo churn, gross and net revenue retention, survival curves, and sBG for "
        "contracts.\n\n"
        "CSV is recognised by its columns, in this order: a survival table (a first column of periods 0, 1, 2 ... and "
        "survivors, in counts or percent); clients with their tenure in months and whether they left; clients with "
        "their revenue at the start and the end of a period; subscriptions (customer, start date, end date, revenue "
        "per month); transactions (customer, date, amount), where a client is active in a window if it bought in it "
        "and two windows of equal length are compared. Give --date for transactions whose columns look like something "
        "else."
    )
)
@transaction_options
@click.option(
    "--from", "start", metavar="DATE", callback=day_of, help=gettext("First day of the period (subscriptions).")
)
@click.option(
    "--to",
    "end",
    metavar="DATE",
    callback=day_of,
    help=gettext("Last day of the period; default: the file's last day."),
)
@click.option(
    "--window-months", type=click.IntRange(1, 60), help=gettext("Length of a window (transactions).  [default: fits]")
)
@click.option(
    "--contract-months", type=click.IntRange(1, 60), default=1, show_default=True, help=gettext("Months per renewal.")
)
@click.option(
    "--cohort-size",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help=gettext("Cohort size for survival tables in percent."),
)
@click.option(
    "--discount-rate",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.10,
    show_default=True,
    help=gettext("Per year."),
)
def retention(
    source: CustomerFile,
    start: date | None,
    end: date | None,
    window_months: int | None,
    contract_months: int,
    cohort_size: int,
    discount_rate: float,
) -> None:
    from accord.cli.customer_retention import Question, answer
    from accord.cli.retention_report import retention_report

    question = Question(
        source.customer,
        source.date_column,
        source.amount,
        start,
        end,
        window_months,
        contract_months,
        cohort_size,
        discount_rate,
    )
    document = answer(source.open(), question)
    source.deliver(document, lambda name, most: retention_report(name, document, most))


@click.command(
    help=gettext(
        "How long clients stay, what goes with leaving sooner, and each client's chance of leaving.\n\n"
        "CSV has one row per client: the months it stayed and whether it left (or its first and last day), and any "
        "other columns. Kaplan-Meier needs the first two; Cox's proportional hazards use all others that are not "
        "names or dates. Leave out columns that are only known because a client stayed, such as what it paid in all."
    )
)
@file_options
@click.option("--tenure", metavar="COLUMN", help=gettext("Months that each client stayed."))
@click.option(
    "--churned", "--event", "churned", metavar="COLUMN", help=gettext("Whether the client has left: yes or no.")
)
@click.option("--starts", metavar="COLUMN", help=gettext("First day of each client, instead of a tenure."))
@click.option("--ended", "ended", metavar="COLUMN", help=gettext("Last day of each client; empty if still here."))
@click.option(
    "--as-of", metavar="DATE", callback=day_of, help=gettext("Day of observation, with dates.  [default: the last]")
)
@click.option(
    "--covariate", "covariates", metavar="COLUMN", multiple=True, help=gettext("Use only these columns. Repeatable.")
)
@click.option("--without", metavar="COLUMN", multiple=True, help=gettext("Leave this column out. Repeatable."))
@click.option("--by", metavar="COLUMN", help=gettext("One survival curve for each value of this column."))
@click.option(
    "--within",
    type=click.FloatRange(0, min_open=True),
    default=12,
    show_default=True,
    help=gettext("Months ahead for the chance of leaving."),
)
@click.option(
    "--model",
    type=click.Choice(["cox", "kaplan-meier"]),
    default="cox",
    show_default=True,
    help=gettext("kaplan-meier gives curves only."),
)
@click.option(
    "--ties",
    type=click.Choice(["efron", "breslow"]),
    default="efron",
    show_default=True,
    help=gettext("Clients who left at once."),
)
def churn(
    source: CustomerFile,
    tenure: str | None,
    churned: str | None,
    starts: str | None,
    ended: str | None,
    as_of: date | None,
    covariates: tuple[str, ...],
    without: tuple[str, ...],
    by: str | None,
    within: float,
    model: str,
    ties: str,
) -> None:
    from accord.cli.churn_report import churn_report
    from accord.cli.customer_churn import ChurnQuestion, answer_churn
    from accord.engines.customers.cox import Ties

    question = ChurnQuestion(
        source.customer,
        tenure,
        churned,
        starts,
        ended,
        as_of,
        covariates,
        without,
        by,
        within,
        Ties(ties),
        only_curves=model == "kaplan-meier",
    )
    document = answer_churn(source.open(), question)
    source.deliver(document, lambda name, most: churn_report(name, document, most))


@click.command(
    help=gettext(
        "Health from 0 to 100 of each client still here, what makes it, and whether it would have predicted who "
        "left.\n\n"
        "CSV has one row per client: whether it left within the file's period, and columns with what was known "
        "before. A typical client has 70. Leave out columns that are only known because a client left or stayed."
    )
)
@file_options
@click.option(
    "--churned", "--event", "churned", metavar="COLUMN", help=gettext("Whether the client has left: yes or no.")
)
@click.option(
    "--covariate", "covariates", metavar="COLUMN", multiple=True, help=gettext("Use only these columns. Repeatable.")
)
@click.option("--without", metavar="COLUMN", multiple=True, help=gettext("Leave this column out. Repeatable."))
def health(
    source: CustomerFile,
    churned: str | None,
    covariates: tuple[str, ...],
    without: tuple[str, ...],
) -> None:
    from accord.cli.customer_health import answer_health, health_report

    document = answer_health(source.open(), source.customer, churned, covariates, without)
    source.deliver(document, lambda name, most: health_report(name, document, most))


@click.command(
    help=gettext(
        "Clients by the period of their first purchase: how many came back in each later one, and for how much.\n\n"
        "CSV is a file of transactions (customer, date, amount)."
    )
)
@source_options
@_ENDS
@click.option(
    "--period",
    type=click.Choice(["month", "quarter", "year"]),
    default="month",
    show_default=True,
    help=gettext("Length of a cohort's periods."),
)
def cohorts(
    source: CustomerFile,
    ends: date | None,
    period: str,
) -> None:
    from accord.cli.customer_cohorts import answer_cohorts, cohorts_report
    from accord.engines.customers.retention import Period

    document = answer_cohorts(
        source.purchases() or source.open(),
        source.customer,
        source.date_column,
        source.amount,
        ends,
        Period(period),
    )
    source.deliver(document, lambda name, most: cohorts_report(name, document, most))


@click.command(
    help=gettext(
        "Customers by recency, frequency and spend (RFM), in ten named segments with their share of revenue.\n\n"
        "CSV is a file of transactions (customer, date, amount)."
    )
)
@source_options
@_ENDS
def segments(
    source: CustomerFile,
    ends: date | None,
) -> None:
    from accord.cli.customer_segments import answer_segments, segments_report

    document = answer_segments(
        source.purchases() or source.open(), source.customer, source.date_column, source.amount, ends
    )
    source.deliver(document, lambda name, most: segments_report(name, document, most))
