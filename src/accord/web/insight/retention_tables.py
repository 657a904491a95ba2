"""The blocks of the retention page: each a table with its definition, some with a chart, all as files too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from accord.accounts.models import LeavingReason
from accord.engines.customers.retention import Movement
from accord.insight.queries_retention import Loss
from accord.insight.retention import FEWEST_CLIENTS, HALVES
from accord.web.insight.retention_charts import bridge_chart, rates_chart
from accord.web.insight.retention_cohorts import cohort_revenue_block, cohorts_block, survival_block
from accord.web.insight.retention_parts import (
    NOT_RECORDED,
    Block,
    Page,
    count_link,
    group_label,
    rate_cell,
    rate_column,
)
from accord.web.insight.retention_texts import DIMENSION_LABELS, HALF_LABELS, RATES, revenue_text
from accord.web.shell.list_parts import Cell, Column, Row, amount_cell
from accord.web.shell.templatetags.shell import day

REVENUE_RATES = ("gross_revenue_retention", "net_revenue_retention")


def halves_block(page: Page) -> Block:
    """Contract and project clients apart, and all."""
    rows = []
    for half in HALVES:
        found = page.view.period(half)
        link = {"clients": half}
        rows.append(
            Row(
                0,
                page.self_with(**link),
                [
                    Cell(HALF_LABELS[half]),
                    *_churn_cells(page, found, link, contracts=True),
                    *(rate_cell(found, name, "clients_at_start") for name in REVENUE_RATES),
                ],
            )
        )
    columns = [
        Column(gettext("Clients")),
        *_churn_columns(contracts=True),
        *(rate_column(str(RATES[name])) for name in REVENUE_RATES),
    ]
    title = gettext("Contract and project clients")
    text = gettext("From %(start)s to %(end)s. Below each rate is its 95%% interval. A client can be both.")
    return Block("halves", title, [text % {"start": day(page.view.start), "end": day(page.view.end)}], columns, rows)


def _churn_columns(*, contracts: bool) -> list[Column]:
    """Clients at the start and lost with their rate, and the same of ``contracts``."""
    columns = [
        Column(gettext("Clients at start"), numeric=True),
        Column(gettext("Clients lost"), numeric=True),
        rate_column(str(RATES["logo_churn"])),
    ]
    if contracts:
        columns += [
            Column(gettext("Contracts at start"), numeric=True),
            Column(gettext("Contracts lost"), numeric=True),
            rate_column(str(RATES["contract_churn"])),
        ]
    return columns


def _churn_cells(page: Page, found: dict[str, Any], link: dict[str, str] | None, *, contracts: bool) -> list[Cell]:
    """The cells below :func:`_churn_columns`; counts lead to their rows, unless ``link`` is None."""
    start, lost = ("", "") if link is None else (page.clients(which=which, **link) for which in ("start", "lost"))
    cells = [
        count_link(found["clients_at_start"], start),
        count_link(found["clients_lost"], lost),
        rate_cell(found, "logo_churn", "clients_at_start"),
    ]
    return cells + (_contract_cells(page, found, link or {}) if contracts else [])


def _contract_cells(page: Page, found: dict[str, Any], link: dict[str, str]) -> list[Cell]:
    if "contracts_at_start" not in found:
        return [Cell(None, numeric=True)] * 3
    return [
        count_link(found["contracts_at_start"], page.contracts(which="start", **link)),
        count_link(found["contracts_lost"], page.contracts(which="lost", **link)),
        rate_cell(found, "contract_churn", "contracts_at_start"),
    ]


def churn_block(page: Page) -> Block:
    """Churn month by month."""
    view, has_contracts = page.view, page.view.selection.half == "contracts"
    rates = ["logo_churn", *(["contract_churn"] if has_contracts else [])]
    columns = [
        Column(gettext("12 months to")),
        *_churn_columns(contracts=has_contracts),
    ]
    rows = []
    for row in view.series[::-1]:
        until = {"until": row["end"]}
        cells = [
            Cell(day(date.fromisoformat(row["end"])), raw=date.fromisoformat(row["end"])),
            *_churn_cells(page, row, until, contracts=has_contracts),
        ]
        rows.append(Row(0, page.self_with(**until), cells))
    text = gettext("Churn in the 12 months up to each month's end and up to today. The band is the 95% interval.")
    spec = rates_chart(view.series, [(name, str(RATES[name])) for name in rates])
    return _folded("churn", gettext("Churn by month"), text, columns, rows, spec)


def revenue_block(page: Page) -> Block:
    """GRR and NRR month by month."""
    view, currency = page.view, page.view.run.currency
    rates = REVENUE_RATES
    columns = [
        Column(gettext("12 months to")),
        Column(gettext("Yearly revenue at start"), numeric=True, money=True),
        Column(gettext("Yearly revenue at end"), numeric=True, money=True),
        *(rate_column(str(RATES[name])) for name in rates),
    ]
    rows = [
        Row(
            0,
            page.self_with(until=row["end"]),
            [
                Cell(day(date.fromisoformat(row["end"])), raw=date.fromisoformat(row["end"])),
                amount_cell(Decimal(row["start_revenue"]), currency),
                amount_cell(Decimal(row["end_revenue"]), currency),
                *(rate_cell(row, name, "clients_at_start") for name in rates),
            ],
        )
        for row in view.series[::-1]
    ]
    spec = rates_chart(view.series, [(name, str(RATES[name])) for name in rates])
    text = revenue_text(view.selection.half)
    return _folded("revenue", gettext("Revenue retention by month"), text, columns, rows, spec)


def _folded(
    slug: str, title: str, text: str, columns: list[Column], rows: list[Row], spec: dict[str, Any] | None
) -> Block:
    """A block whose table waits below its chart, or is shown where there is nothing to draw."""
    chart = None if spec is None else {"id": f"{slug}-chart", "title": title, "spec": spec}
    empty = gettext("A month is shown once there were clients a year before its end.")
    return Block(slug, title, [text], columns, rows, chart, empty, folded=chart is not None)


def bridge_block(page: Page) -> Block:
    """Start to end, movement by movement."""
    found, currency = page.view.found, page.view.run.currency

    def count(*movements: Movement) -> int:
        return len(found.clients(*movements))

    at = found.start_revenue
    moves: list[tuple[str, str, Movement, Decimal]] = [
        (gettext("Lost"), "loss", Movement.LOST, -found.churned),
        (gettext("Contraction"), "loss", Movement.CONTRACTED, -found.contraction),
        (gettext("Expansion"), "gain", Movement.EXPANDED, found.expansion),
        (gettext("New"), "gain", Movement.NEW, found.new),
        (gettext("Won back"), "gain", Movement.WON_BACK, found.won_back),
    ]
    start, end = (
        gettext("Start, %(day)s") % {"day": day(page.view.start)},
        gettext("End, %(day)s") % {"day": day(page.view.end)},
    )
    steps = [(start, "total", Decimal(0), at)]
    rows = [_step(start, found.clients_at_start, page.clients(which="start"), at, currency)]
    for name, side, movement, amount in moves:
        steps.append((name, side, at, at + amount))
        at += amount
        rows.append(_step(name, count(movement), page.clients(which=movement.value), amount, currency))
    steps.append((end, "total", Decimal(0), found.end_revenue))
    rows.append(_step(end, found.clients_at_end, page.clients(which="end"), found.end_revenue, currency))
    columns = [
        Column(gettext("Movement")),
        Column(gettext("Clients"), numeric=True),
        Column(gettext("Yearly revenue"), numeric=True, money=True),
    ]
    title = gettext("Revenue bridge")
    chart = None
    if any(high for *_, high in steps):  # an axis of nothing but 0 has no scale
        chart = {"id": "bridge-chart", "title": title, "spec": bridge_chart(steps, currency)}
    return Block("bridge", title, [revenue_text(page.view.selection.half)], columns, rows, chart)


def _step(name: str, clients: int, url: str, amount: Decimal, currency: str) -> Row:
    return Row(0, "", [Cell(name), count_link(clients, url), amount_cell(amount, currency)])


def groups_block(page: Page) -> Block:
    """The period by segment, service or account manager."""
    view, by = page.view, page.view.selection.by
    has_contracts = view.selection.half == "contracts"
    label = str(DIMENSION_LABELS[by])
    columns = [
        Column(label),
        *_churn_columns(contracts=has_contracts),
        *(rate_column(str(RATES[name])) for name in REVENUE_RATES),
    ]
    rows = []
    for row in view.groups:
        name = view.label(by, row["group"])
        value = str(row["group"]) if by == "owner" else name
        link = {by: value} if name else {}
        cells = [
            Cell(group_label(view, row["group"])),
            *_churn_cells(page, row, link if name else None, contracts=has_contracts),
            *(rate_cell(row, rate, "clients_at_start") for rate in REVENUE_RATES),
        ]
        rows.append(Row(0, page.self_with(**link) if name else "", cells))
    text = {
        "segment": gettext("By the segment that each account has today."),
        "service": gettext("A client counts under each service it has bought, a contract under its own."),
        "owner": gettext("By the account manager that each account has today."),
    }[by]
    few = gettext("Groups of fewer than %(fewest)s clients at the start show counts only.") % {"fewest": FEWEST_CLIENTS}
    titles = {
        "segment": gettext("By segment"),
        "service": gettext("By service"),
        "owner": gettext("By account manager"),
    }
    return Block("groups", titles[by], [text, few], columns, rows, empty=gettext("No clients yet."))


def reasons_block(page: Page) -> Block:
    """Why clients left, or contracts ended, in this period and the one before it."""
    view, currency, by_contract = page.view, page.view.run.currency, page.view.selection.half == "contracts"
    periods = [(view.start, view.end), *([view.before] if view.before else [])]
    losses = [view.losses(*period) for period in periods]
    unit = gettext("Contracts") if by_contract else gettext("Clients")
    columns = [Column(gettext("Reason"))]
    for start, end in periods:
        span = gettext("%(start)s to %(end)s") % {"start": day(start), "end": day(end)}
        columns += [
            Column(f"{unit}, {span}", numeric=True, name=f"lost-{end.isoformat()}"),
            Column(gettext("Yearly revenue lost"), numeric=True, money=True, name=f"revenue-{end.isoformat()}"),
        ]
    rows = []
    labels = [*LeavingReason.choices, ("", gettext("Not recorded"))]
    for reason, label in labels:
        found = [[loss for loss in part if loss.reason == reason] for part in losses]
        if any(found):
            rows.append(Row(0, "", [Cell(label), *_loss_cells(page, found, periods, reason, currency)]))
    if by_contract:
        title = gettext("Reasons for ended contracts")
        text = gettext(
            "Contracts lost by the reason on the agreement, or else on the account of the former client, with their "
            "yearly fee."
        )
    else:
        title = gettext("Reasons for leaving")
        text = gettext(
            "Clients lost by the reason on the account, or else on the agreement that ended, with their yearly revenue "
            "at the start of the period. Enter the reason when you mark a client as former."
        )
    footer = [Cell(gettext("Total")), *_loss_cells(page, losses, periods, None, currency)] if rows else []
    empty = (
        gettext("No contracts lost in these periods.") if by_contract else gettext("No clients lost in these periods.")
    )
    return Block("reasons", title, [text], columns, rows, empty=empty, footer=footer)


def _loss_cells(
    page: Page, losses: list[list[Loss]], periods: list[tuple[date, date]], reason: str | None, currency: str
) -> list[Cell]:
    by_contract = page.view.selection.half == "contracts"
    cells = []
    for part, (_, end) in zip(losses, periods, strict=True):
        query = {"which": "lost", "until": end.isoformat()}
        if reason is not None:
            query["reason"] = reason or NOT_RECORDED
        shown = end in page.view.ends
        url = (page.contracts(**query) if by_contract else page.clients(**query)) if shown else ""
        cells.append(count_link(len(part), url))
        cells.append(amount_cell(sum((loss.yearly for loss in part), Decimal(0)), currency))
    return cells


BLOCKS: dict[str, Callable[[Page], Block]] = {
    "halves": halves_block,
    "churn": churn_block,
    "revenue": revenue_block,
    "bridge": bridge_block,
    "groups": groups_block,
    "reasons": reasons_block,
    "cohorts": cohorts_block,
    "cohort-revenue": cohort_revenue_block,
    "survival": survival_block,
}
