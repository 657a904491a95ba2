"""How the figures of ``accord analyze retention`` are shown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accord.cli.customer_options import listed, of_all, skipped
from accord.cli.figure_names import name_of_figure
from accord.cli.report import BarChart, Figures, Line, LineChart, Note, Report, Table
from accord.cli.survival_report import survival_blocks
from accord.cli.tables import UNKNOWN, amount, share, share_range
from accord.cli.texts import gettext, said


def retention_report(file: str, document: dict[str, Any], most: int | None) -> Report:
    """The document as tables and charts."""
    facts = [
        gettext("Read as %(kind)s: %(columns)s")
        % {"kind": said(document["kind"]), "columns": listed(document["columns"])}
    ]
    if period := document.get("period"):
        if "boundary" in period:
            facts.append(gettext("Period: %(start)s to %(boundary)s to %(end)s") % period)
        else:
            facts.append(gettext("Period: %(start)s to %(end)s") % period)
    facts.append(skipped(document.get("rows_without_customer", 0)))
    report = Report(gettext("Retention"), file, [fact for fact in facts if fact])
    if "cohorts" in document:
        _add_cohorts(report, document["cohorts"])
        return report
    report.add(_figures(document))
    _add_movements(report, document)
    if survival := document.get("survival"):
        report.add(*survival_blocks([(gettext("all clients"), survival)], gettext("Months")))
    if "sbg" in document:
        _add_sbg(report, [(gettext("all"), document["sbg"])])
    if rows := document.get("rows"):
        report.add(_clients(rows, most))
    return report


def _figures(document: dict[str, Any]) -> Figures:
    definitions = {key: said(words).partition(": ")[2] for key, words in document["definitions"].items()}
    names = {"logo_churn": gettext("Logo churn")}
    if "movements" in document:
        names |= {
            "gross_revenue_retention": gettext("Gross revenue retention"),
            "net_revenue_retention": gettext("Net revenue retention"),
        }
    rows = []
    for key, name in names.items():
        ends = document.get(f"{key}_interval")
        interval = share_range(*ends) if ends else ""
        rows.append((name, share(_decimal(document[key])), interval, definitions[key]))
    title = gettext("%(lost)s of %(clients)s clients lost; 95%% intervals") % {
        "lost": f"{document['clients_lost']:,}",
        "clients": f"{document.get('clients', document.get('clients_at_start')):,}",
    }
    return Figures(title, rows)


def _add_movements(report: Report, document: dict[str, Any]) -> None:
    if "movements" not in document:
        return
    counts = document["movements"]
    names = (gettext("at start"), *map(gettext, counts), gettext("at end"))
    values = (document["clients_at_start"], *counts.values(), document["clients_at_end"])
    report.add(Table(gettext("Clients"), [(name, "right") for name in names], [[f"{n:,}" for n in values]]))
    if bridge := document.get("bridge"):
        heads = [(name_of_figure(name), "right") for name in bridge]
        report.add(Table(gettext("Revenue"), heads, [[amount(value) for value in bridge.values()]]))
        signs = {"churned": -1, "contraction": -1, "expansion": 1, "new": 1, "won_back": 1}
        moves = {name: sign * float(bridge[name]) for name, sign in signs.items()}
        report.add(
            BarChart(
                gettext("What moved revenue"),
                [name_of_figure(name) for name in moves],
                list(moves.values()),
                [f"{value:+,.0f}" for value in moves.values()],
                caption=gettext("From %(start)s to %(end)s.")
                % {"start": amount(bridge["start_revenue"]), "end": amount(bridge["end_revenue"])},
            )
        )


def _clients(rows: list[dict[str, Any]], most: int | None) -> Table:
    shown = rows if most is None else rows[:most]
    return Table(
        gettext("Clients by change, losses first"),
        [
            (gettext("Client"), "left"),
            (gettext("Start"), "right"),
            (gettext("End"), "right"),
            (gettext("Change"), "right"),
            (gettext("Movement"), "left"),
        ],
        [
            [str(r["customer"]), amount(r["start"]), amount(r["end"]), amount(r["change"]), gettext(r["movement"])]
            for r in shown
        ],
        of_all(len(shown), len(rows)),
    )


def _decimal(value: Decimal | float | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _add_cohorts(report: Report, cohorts: list[dict[str, Any]]) -> None:
    heads = (gettext("Clients"), gettext("Lost"), gettext("Lost in all"), gettext("Lost in last period"))
    report.add(
        Table(
            gettext("Survival"),
            [(gettext("Cohort"), "left"), *((head, "right") for head in heads)],
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
            gettext("A survival table has no revenue: gross and net revenue retention are unknown."),
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
                    gettext("%(name)s, projected") % {"name": cohort["name"]},
                    [len(seen) - 1, *(float(t) for t in ahead)],
                    [seen[-1] / seen[0], *ahead.values()],
                    low=[seen[-1] / seen[0], *(ends[t][0] for t in ahead)] if ends else None,
                    high=[seen[-1] / seen[0], *(ends[t][1] for t in ahead)] if ends else None,
                    dashed=True,
                )
            )
    report.add(
        LineChart(
            gettext("Share of each cohort remaining"),
            lines,
            gettext("Renewals"),
            gettext("share remaining"),
            percent=True,
        )
    )
    _add_sbg(report, [(cohort["name"], cohort["sbg"]) for cohort in cohorts])


def _add_sbg(report: Report, models: list[tuple[str, dict[str, Any]]]) -> None:
    for name, model in models:
        if "unknown_because" in model:
            report.add(
                Note(
                    gettext("sBG survival of %(name)s: unknown (%(reason)s).")
                    % {"name": name, "reason": said(model["unknown_because"])}
                )
            )
            continue
        ahead, errors, ends = model["survival"], model["standard_errors"], model["survival_interval"]
        names = ("alpha", "beta", gettext("log-likelihood"), *(f"S({t})" for t in ahead), gettext("Residual lifetime"))
        report.add(
            Table(
                gettext("sBG survival of %(name)s") % {"name": name},
                [("", "left"), *((head, "right") for head in names)],
                [
                    [
                        gettext("estimate"),
                        f"{model['params']['alpha']:.4f}",
                        f"{model['params']['beta']:.4f}",
                        f"{model['log_likelihood']:,.3f}",
                        *(f"{s:.1%}" for s in ahead.values()),
                        f"{model['discounted_residual_lifetime']:.3f}",
                    ],
                    [
                        gettext("error, 80% range"),
                        f"±{errors['alpha']:.4f}" if errors else UNKNOWN,
                        f"±{errors['beta']:.4f}" if errors else UNKNOWN,
                        "",
                        *(share_range(*ends[t]) if ends else UNKNOWN for t in ahead),
                        "",
                    ],
                ],
                gettext(
                    "S(t): share of clients remaining after t renewals (period: %(period)s). Residual lifetime: "
                    "renewals to come of a client who renewed %(renewals)s times, discounted at %(rate)s per period."
                )
                % {
                    "period": said(model["period"]),
                    "renewals": model["renewals"],
                    "rate": f"{model['discount_rate_per_period']:.2%}",
                },
            )
        )
