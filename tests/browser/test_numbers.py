"""The pages behind figures: every column of what a figure is computed from is in sight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.installation import Installation

WIDER = (
    "Array.from(document.querySelectorAll('.table-scroll'))"
    ".filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.ariaLabel)"
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_tables_behind_figures_fit_their_card(
    open_page: Callable[..., Any], demo: Installation, theme: str, width: int
) -> None:
    [(project, account)] = demo.query(
        "SELECT p.id, p.account_id FROM projects_project p JOIN insight_projectmeasure m ON m.project_id = p.id"
        " WHERE m.latest AND p.status = 'active' ORDER BY m.ac DESC LIMIT 1"
    )
    paths = [
        *(f"/projects/{project}/numbers/{name}" for name in ("budget-variance", "cost-performance", "actual-cost")),
        *(f"/accounts/{account}/numbers/{name}" for name in ("budget-variance", "lifetime-value")),
        *(f"/numbers/{name}" for name in ("lifetime-value", "churn-rate", "budget-variance", "net-retention")),
    ]
    for path in paths:
        page = open_page(path, role="administrator", theme=theme, width=width)
        assert page.evaluate(WIDER) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
