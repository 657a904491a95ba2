"""Cohorts and survival on the retention page: how long those who once started stay."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext

from accord.engines.customers.client_past import PastCohort
from accord.engines.customers.retention import Period
from accord.insight.queries_retention import Survival
from accord.web.insight.retention_charts import interval_text, ranges, survival_chart
from accord.web.insight.retention_parts import Block, Page, count_link, group_label, rate_column
from accord.web.insight.retention_texts import DIMENSION_LABELS
from accord.web.shell.list_parts import Cell, Column, Row, count_cell
from accord.web.shell.templatetags.shell import percent

SURVIVAL_MONTHS = (12, 24, 36, 60)


def cohorts_block(page: Page) -> Block:
    """The share of each cohort that is still here, with its count."""
    if page.view.selection.cohorts == Period.QUARTER:
        text = gettext(
            "Clients by the quarter of their first order or contract. Each cell is the share that were still clients "
            "at the end of a quarter, with their number. Column 0 is the end of the quarter in which they started."
        )
    else:
        text = gettext(
            "Clients by the year of their first order or contract. Each cell is the share that were still clients at "
            "the end of a year, with their number. Column 0 is the end of the year in which they started."
        )

    def here(cohort: PastCohort, k: int) -> Cell:
        url = page.clients(cohort=cohort.starts.isoformat(), at=cohort.ends[k].isoformat())
        share = cohort.share(k)
        sub = gettext("%(here)s of %(size)s") % {"here": cohort.here[k], "size": cohort.size}
        return Cell(percent(share, 0), url=url, sub=sub, tone=_shade(share), numeric=True, raw=round(share, 4))

    return _triangle(page, "cohorts", gettext("Cohorts: clients still here"), text, here)


def cohort_revenue_block(page: Page) -> Block:
    """The yearly revenue of each cohort beside that of its first full year."""
    period = page.view.selection.cohorts
    base = 0 if page.view.selection.half == "contracts" else 12 // period.months
    if base:
        text = gettext(
            "Yearly revenue of each cohort's clients at the end of each period, as a share of that of their first full "
            "year (column %(base)s)."
        ) % {"base": base}
    else:
        text = gettext(
            "Yearly revenue of each cohort's clients at the end of each period, as a share of that at the end of the "
            "first (column 0)."
        )

    def revenue(cohort: PastCohort, k: int) -> Cell:
        share = cohort.revenue_share(k, base)
        if share is None:
            return Cell(None, numeric=True)
        sub = gettext("%(here)s of %(size)s") % {"here": cohort.here[k], "size": cohort.size}
        return Cell(percent(share, 0), sub=sub, tone=_shade(min(share, Decimal(1))), numeric=True, raw=round(share, 4))

    return _triangle(page, "cohort-revenue", gettext("Cohorts: revenue"), text, revenue)


MOST_COHORTS = 16


def _triangle(page: Page, slug: str, title: str, text: str, cell: Callable[[PastCohort, int], Cell]) -> Block:
    cohorts = page.view.cohorts[-MOST_COHORTS:]
    widest = max((len(cohort.ends) for cohort in cohorts), default=0)
    columns = [Column(gettext("First order")), Column(gettext("Clients"), numeric=True)]
    columns += [
        Column(str(k), numeric=True, second=gettext("%(column)s, clients") % {"column": k}) for k in range(widest)
    ]
    rows = []
    for cohort in cohorts:
        size = count_link(cohort.size, page.clients(cohort=cohort.starts.isoformat()))
        cells = [cell(cohort, k) for k in range(len(cohort.ends))]
        rows.append(Row(0, "", [Cell(_cohort_name(cohort, page)), size, *cells, *[Cell("")] * (widest - len(cells))]))
    return Block(slug, title, [text], columns, rows, empty=gettext("No clients yet."), triangle=True)


def _shade(share: Decimal) -> str:
    """One of five shades of a cell, by its share."""
    return f"shade-{min(int(share * 5) + 1, 5)}"


def _cohort_name(cohort: PastCohort, page: Page) -> str:
    if page.view.selection.cohorts == Period.QUARTER:
        return f"Q{(cohort.starts.month + 2) // 3} {cohort.starts.year}"
    return str(cohort.starts.year)


def survival_block(page: Page) -> Block:
    """How long contracts run, or clients stay, for all and by group."""
    view, by_contract = page.view, page.view.selection.half == "contracts"
    unit = gettext("Contracts") if by_contract else gettext("Clients")
    columns = [Column(str(DIMENSION_LABELS[view.selection.by])), Column(unit, numeric=True)]
    columns += [Column(gettext("Lost so far"), numeric=True)]
    columns += [rate_column(gettext("After %(months)s months") % {"months": months}) for months in SURVIVAL_MONTHS]
    columns += [Column(gettext("Median months"), numeric=True, second=gettext("Median, 95% interval"))]
    rows = [_survival_row(gettext("All"), view.survival)] if view.survival.count else []
    rows += [_survival_row(group_label(view, number), found) for number, found in view.survival_by]
    if by_contract:
        title = gettext("Survival of contracts")
        text = gettext(
            "Kaplan-Meier: the share of contracts still running so many months after their start. Contracts that are "
            "running count for as long as they have been observed."
        )
    else:
        title = gettext("Survival of clients")
        text = gettext(
            "Kaplan-Meier: the share of clients not yet lost so many months after their first order. Current clients "
            "count for as long as they have been observed. A client won back later was lost all the same."
        )
    chart = None
    if (curve := view.survival.curve) is not None:
        label = gettext("Still running") if by_contract else gettext("Still here")
        chart = {"id": "survival-chart", "title": title, "spec": survival_chart(curve, label)}
    return Block("survival", title, [text], columns, rows, chart, gettext("No clients yet."))


def _survival_row(name: str, found: Survival) -> Row:
    cells = [Cell(name), count_cell(found.count), count_cell(found.lost)]
    curve = found.curve
    if curve is None:
        few = Cell(None, numeric=True, sub=gettext("Too few"))
        return Row(0, "", [*cells, few, *[Cell("", numeric=True)] * len(SURVIVAL_MONTHS)])
    for share, low, high in zip(*ranges(curve, SURVIVAL_MONTHS), strict=True):
        if share != share:  # no one was observed for so long
            cells.append(Cell(None, numeric=True))
        else:
            text = interval_text(float(low), float(high))
            cells.append(Cell(percent(float(share), 0), numeric=True, sub=text, raw=round(float(share), 4)))
    when, low_when, high_when = curve.median
    if when is None:
        cells.append(Cell(None, numeric=True, sub=gettext("Not reached")))
    else:
        ends = ["…" if edge is None else f"{edge:.0f}" for edge in (low_when, high_when)]
        cells.append(Cell(f"{when:.0f}", numeric=True, sub="–".join(ends), raw=round(when, 1)))
    return Row(0, "", cells)
