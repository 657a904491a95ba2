"""What axe finds wrong with a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe


def violations(page: Any, **options: Any) -> list[dict[str, Any]]:
    """Each rule that the page breaks, with where. What passes is not described: that is most of what axe does."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **options})
    broken: list[dict[str, Any]] = found.response["violations"]
    return broken
