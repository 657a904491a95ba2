"""How the figures of ``accord analyze retention`` are shown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accord.cli.customer_options import of_all, skipped
from accord.cli.report import BarChart, Figures, Line, LineChart, Note, Report, Table
from accord.cli.survival_report import survival_blocks
from accord.cli.tables import UNKNOWN, amount, share, share_range


def retention_report(file: str, document: dict[str, Any], most: int | None) -> Report:
    """The document as tables and charts."""
    used = ", ".join(f"{role} = {header}" for role, header in document["columns"].items())
    facts = [f"Read as {document['kind']}: {used}"]
    if period := document.get("period"):
        facts.append("Period: " + " to ".join(period.values()))
    facts.append(skipped(document.get("rows_without_customer", 0)))
    report = Report("Retention", file, [fact for fact in facts if fact])
    if "cohorts" in document:
        _add_cohorts(report, document["cohorts"])
        return report
    report.add(_figures(document))
    _add_movements(report, document)
    if survival := document.get("survival"):
        report.add(*survival_blocks([("all clients", survival)], "Months"))
    if "sbg" in document:
        _add_sbg(report, [("all", document["sbg"])])
    if rows := document.get("rows"):
        report.add(_clients(rows, most))
    return report


def _figures(document: dict[str, Any]) -> Figures:
    definitions = {key: words.partition(": ")[2] for key, words in document["definitions"].items()}
    names = {"logo_churn": "Logo churn"}
    if "movements" in document:
        names |= {
            "gross_revenue_retention": "Gross revenue retention",
            "net_revenue_retention": "Net revenue retention",
        }
    counts = (
        f"{document['clients_lost']:,} of {document.get('clients', document.get('clients_at_start')):,} clients lost"
    )
    rows = []
    for key, name in names.items():
        ends = document.get(f"{key}_interval")
        interval = share_range(*ends) if ends else ""
        rows.append((name, share(_decimal(document[key])), interval, definitions[key]))
    return Figures(f"{counts}; 95% intervals", rows)


def _add_movements(report: Report, document: dict[str, Any]) -> None:
    if "movements" not in document:
        return
    counts = document["movements"]
    names = ("at start", *counts, "at end")
    values = (document["clients_at_start"], *counts.values(), document["clients_at_end"])
    report.add(Table("Clients", [(name, "right") for name in names], [[f"{n:,}" for n in values]]))
    if bridge := document.get("bridge"):
        heads = [(name.replace("_", " "), "right") for name in bridge]
        report.add(Table("Revenue", heads, [[amount(value) for value in bridge.values()]]))
        signs = {"churned": -1, "contraction": -1, "expansion": 1, "new": 1, "won_back": 1}
        moves = {name: sign * float(bridge[name]) for name, sign in signs.items()}
        report.add(
            BarChart(
                "What moved revenue",
                [name.replace("_", " ") for name in moves],
                list(moves.values()),
                [f"{value:+,.0f}" for value in moves.values()],
                caption=f"From {amount(bridge['start_revenue'])} to {amount(bridge['end_revenue'])}.",
            )
        )


def _clients(rows: list[dict[str, Any]], most: int | None) -> Table:
    shown = rows if most is None else rows[:most]
    return Table(
        "Clients by change, losses first",
        [("Client", "left"), ("Start", "right"), ("End", "right"), ("Change", "right"), ("Movement", "left")],
        [[str(r["customer"]), amount(r["start"]), amount(r["end"]), amount(r["change"]), r["movement"]] for r in shown],
        of_all(len(shown), len(rows)),
    )


def _decimal(value: Decimal | float | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _add_cohorts(report: Report, cohorts: list[dict[str, Any]]) -> None:
    heads = ("Clients", "Lost", "Lost in all", "Lost in last period")
    report.add(
        Table(
            "Survival",
            [("Cohort", "left"), *((head, "right") for head in heads)],
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
    )
    lines = []
    for cohort in cohorts:
        seen = cohort["survivors"]
        lines.append(Line(cohort["name"], list(range(len(seen))), [n / seen[0] for n in seen]))
        if "survival" in cohort["sbg"]:
            ahead = cohort["sbg"]["survival"]
            ends = cohort["sbg"]["survival_interval"] or {}
            lines.append(
                Line(
                    f"{cohort['name']}, projected",
                    [len(seen) - 1, *(float(t) for t in ahead)],
                    [seen[-1] / seen[0], *ahead.values()],
                    low=[seen[-1] / seen[0], *(ends[t][0] for t in ahead)] if ends else None,
                    high=[seen[-1] / seen[0], *(ends[t][1] for t in ahead)] if ends else None,
                    dashed=True,
                )
            )
    report.add(LineChart("Share of each cohort remaining", lines, "Renewals", "share remaining", percent=True))
    _add_sbg(report, [(cohort["name"], cohort["sbg"]) for cohort in cohorts])


def _add_sbg(report: Report, models: list[tuple[str, dict[str, Any]]]) -> None:
    for name, model in models:
        if "unknown_because" in model:
            report.add(Note(f"sBG survival of {name}: unknown ({model['unknown_because']})."))
            continue
        ahead, errors, ends = model["survival"], model["standard_errors"], model["survival_interval"]
        names = ("alpha", "beta", "log-likelihood", *(f"S({t})" for t in ahead), "Residual lifetime")
        report.add(
            Table(
                f"sBG survival of {name}",
                [("", "left"), *((head, "right") for head in names)],
                [
                    [
                        "estimate",
                        f"{model['params']['alpha']:.4f}",
                        f"{model['params']['beta']:.4f}",
                        f"{model['log_likelihood']:,.3f}",
                        *(f"{s:.1%}" for s in ahead.values()),
                        f"{model['discounted_residual_lifetime']:.3f}",
                    ],
                    [
                        "error, 80% range",
                        f"±{errors['alpha']:.4f}" if errors else UNKNOWN,
                        f"±{errors['beta']:.4f}" if errors else UNKNOWN,
                        "",
                        *(share_range(*ends[t]) if ends else UNKNOWN for t in ahead),
                        "",
                    ],
                ],
                f"S(t): share of clients remaining after t renewals (period: {model['period']}). Residual lifetime: "
                f"renewals to come of a client who renewed {model['renewals']} times, discounted at "
                f"{model['discount_rate_per_period']:.2%} per period.",
            )
        )
