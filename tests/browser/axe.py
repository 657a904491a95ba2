"""What axe finds wrong with a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

# A list's rows are all made alike, and looking at colours is most of what axe does: the first eight say it for all.
LOOKED_AT = {"exclude": [["tbody tr:nth-child(n+9)"]]}


def violations(page: Any, **options: Any) -> list[dict[str, Any]]:
    """Each rule that the page breaks, with where. What passes is not described: that is most of what axe answers."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    broken: list[dict[str, Any]] = page.evaluate(
        "async ([where, options]) => (await axe.run(where, options)).violations",
        [LOOKED_AT, {"resultTypes": ["violations"], **options}],
    )
    return broken
