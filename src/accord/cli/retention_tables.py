"""How the figures of ``accord analyze retention`` look at the terminal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import click

from accord.cli.tables import amount, print_table, share


def show(file: str, document: dict[str, Any], most: int | None) -> None:
    """Print the document as tables."""
    used = ", ".join(f"{role} = {header}" for role, header in document["columns"].items())
    click.echo(f"Read as {document['kind']}: {used}")
    if period := document.get("period"):
        click.echo("Period: " + " to ".join(period.values()))
    if document.get("rows_without_customer"):
        click.echo(f"{document['rows_without_customer']:,} rows have no customer and were skipped.")
    click.echo()
    if "cohorts" in document:
        _show_cohorts(document["cohorts"])
        return
    definitions = {key: words.partition(": ")[2] for key, words in document["definitions"].items()}
    figures = [
        ("Logo churn", share(_decimal(document["logo_churn"])), definitions["logo_churn"]),
    ]
    if "movements" in document:
        for name, key in (
            ("Gross revenue retention", "gross_revenue_retention"),
            ("Net revenue retention", "net_revenue_retention"),
        ):
            figures.append((name, share(document[key]), definitions[key]))
    print_table(file, [("Figure", "left"), ("Value", "right"), ("Definition", "left")], [list(row) for row in figures])
    if "movements" in document:
        counts = document["movements"]
        print_table(
            "Clients",
            [(name, "right") for name in ("at start", *counts, "at end")],
            [[f"{n:,}" for n in (document["clients_at_start"], *counts.values(), document["clients_at_end"])]],
        )
    if bridge := document.get("bridge"):
        print_table(
            "Revenue", [(name.replace("_", " "), "right") for name in bridge], [[amount(v) for v in bridge.values()]]
        )
    _show_sbg([("all", document["sbg"])] if "sbg" in document else [])
    if rows := document.get("rows"):
        shown = rows if most is None else rows[:most]
        print_table(
            "Clients by change, losses first",
            [("Client", "left"), ("Start", "right"), ("End", "right"), ("Change", "right"), ("Movement", "left")],
            [
                [str(r["customer"]), amount(r["start"]), amount(r["end"]), amount(r["change"]), r["movement"]]
                for r in shown
            ],
            f"{len(shown):,} of {len(rows):,}; --rows shows all" if len(shown) < len(rows) else "",
        )


def _decimal(value: Decimal | float | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _show_cohorts(cohorts: list[dict[str, Any]]) -> None:
    print_table(
        "Survival",
        [
            ("Cohort", "left"),
            ("Clients", "right"),
            ("Lost", "right"),
            ("Lost in all", "right"),
            ("Lost in last period", "right"),
        ],
        [
            [
                c["name"],
                f"{c['clients']:,.0f}",
                f"{c['clients_lost']:,.0f}",
                share(_decimal(c["logo_churn"])),
                share(_decimal(c["last_period_churn"])),
            ]
            for c in cohorts
        ],
        "A survival table has no revenue: gross and net revenue retention are unknown.",
    )
    _show_sbg([(cohort["name"], cohort["sbg"]) for cohort in cohorts])


def _show_sbg(models: list[tuple[str, dict[str, Any]]]) -> None:
    for name, model in models:
        if "unknown_because" in model:
            click.echo(f"sBG survival of {name}: unknown ({model['unknown_because']}).")
            continue
        ahead = model["survival"]
        print_table(
            f"sBG survival of {name}",
            [
                (head, "right")
                for head in ("alpha", "beta", "log-likelihood", *(f"S({t})" for t in ahead), "Residual lifetime")
            ],
            [
                [
                    f"{model['params']['alpha']:.4f}",
                    f"{model['params']['beta']:.4f}",
                    f"{model['log_likelihood']:,.3f}",
                    *(f"{s:.1%}" for s in ahead.values()),
                    f"{model['discounted_residual_lifetime']:.3f}",
                ]
            ],
            f"S(t): share of clients remaining after t renewals (period: {model['period']}). Residual lifetime: "
            "renewals to come "
            f"of a client who renewed {model['renewals']} times, discounted at {model['discount_rate_per_period']:.2%} "
            "per period.",
        )
