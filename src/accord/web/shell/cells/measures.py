"""Tables that several pages of numbers show."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from accord.insight.models import ProjectMeasure
from accord.web.shell.list_parts import Column
from accord.web.shell.templatetags.shell import money
from accord.web.shell.views.lists import Cell, Row, amount_cell


def signed(value: Decimal | None, currency: str) -> Cell:
    """An amount that is good above zero and bad below."""
    tone = "" if not value else "good" if value > 0 else "bad"
    return amount_cell(value, currency, tone=tone)


def index(value: Decimal | None) -> Cell:
    """CPI or SPI."""
    if value is None:
        return Cell(None, numeric=True)
    tone = "good" if value >= 1 else "" if value >= Decimal("0.95") else "warn" if value >= Decimal("0.85") else "bad"
    return Cell(f"{value:.2f}", numeric=True, tone=tone, raw=round(value, 4))


def measure_table(measures: Iterable[ProjectMeasure]) -> dict[str, Any]:
    """Projects with their earned value: ``columns`` and ``rows`` for a table."""
    labels = [
        gettext("Project"),
        gettext("Planned value"),
        gettext("Earned value"),
        gettext("Actual cost"),
        gettext("Cost variance"),
        gettext("Schedule variance"),
        "CPI",
        "SPI",
    ]
    rows = [
        Row(
            m.project_id,
            reverse("project", args=[m.project_id]),
            [
                Cell(m.project.name, sub=str(m.project.account)),
                *(Cell(money(value, m.project.currency), numeric=True) for value in (m.pv, m.ev, m.ac)),
                signed(m.cv, m.project.currency),
                signed(m.sv, m.project.currency),
                index(m.cpi),
                index(m.spi),
            ],
        )
        for m in measures
    ]
    return {"columns": [Column(label, numeric=i > 0) for i, label in enumerate(labels)], "rows": rows}
