"""What the retention page is made of: blocks, the addresses behind figures, and cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from accord.insight.queries_retention import RetentionView
from accord.insight.retention import FEWEST_CLIENTS
from accord.web.insight.retention_charts import interval_text
from accord.web.insight.retention_texts import NO_GROUP
from accord.web.shell.list_parts import Cell, Column, Row, count_cell
from accord.web.shell.templatetags.shell import percent

NOT_RECORDED = "-"  # in addresses: losses for which no one gave a reason


@dataclass(slots=True)
class Block:
    """One card: ``slug`` names it in addresses, ``triangle`` shades its cells by their share."""

    slug: str
    title: str
    texts: list[str]
    columns: list[Column]
    rows: list[Row]
    chart: dict[str, Any] | None = None
    empty: str = ""
    triangle: bool = False
    folded: bool = False  # the table waits below the chart
    footer: list[Cell] = field(default_factory=list)
    export_url: str = ""

    @property
    def footers(self) -> list[list[Cell]]:
        return [self.footer] if self.footer else []


@dataclass(frozen=True, slots=True)
class Page:
    """The view that is shown, with the addresses of what is behind its figures."""

    view: RetentionView
    query: dict[str, str]

    def clients(self, **more: str) -> str:
        return f"{reverse('retention-clients')}?{urlencode(self.query | more)}"

    def contracts(self, **more: str) -> str:
        return f"{reverse('retention-contracts')}?{urlencode(self.query | more)}"

    def self_with(self, **more: str) -> str:
        return f"{reverse('retention')}?{urlencode(self.query | more)}"


def group_label(view: RetentionView, number: int) -> str:
    """What a segment, service or account manager is called."""
    by = view.selection.by
    if view.is_hidden(by, number):
        return gettext("Others")
    return view.label(by, number) or str(NO_GROUP[by])


def rate_cell(row: dict[str, Any], name: str, count: str) -> Cell:
    """A rate with its interval; why it is unknown below the fewest clients."""
    value = row.get(name)
    if value is None:
        few = 0 < row.get(count, 0) < FEWEST_CLIENTS
        return Cell(None, numeric=True, sub=gettext("Too few") if few else "")
    interval = row["intervals"].get(name)
    return Cell(
        percent(Decimal(value)), numeric=True, sub=interval_text(*interval) if interval else "", raw=Decimal(value)
    )


def rate_column(label: str) -> Column:
    return Column(label, numeric=True, percent=True, second=gettext("%(rate)s, 95%% interval") % {"rate": label})


def count_link(count: int, url: str) -> Cell:
    cell = count_cell(count)
    return Cell(cell.value, numeric=True, raw=count, url=url if count else "")
