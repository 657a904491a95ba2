"""Explore in a browser: a filter keeps its address and draws the chart again; a dot opens its client."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

OpenPage = Callable[..., Any]


def drawn(page: Any) -> Any:
    chart = page.locator("#list .chart-host svg")
    chart.wait_for(timeout=15_000)
    return chart


def test_a_filter_draws_the_chart_again(open_page: OpenPage) -> None:
    page = open_page("/numbers/explore/concentration", role="administrator")
    drawn(page)
    before = page.locator(".explore-sentence").inner_text()
    page.select_option("select[name=measure]", "lifetime_value")
    page.wait_for_url(re.compile("measure=lifetime_value"))
    expect(page.locator(".explore-sentence")).not_to_have_text(before)
    expect(page.locator(".explore-sentence")).to_contain_text("lifetime value")
    drawn(page)
    export = page.locator("#list-tools a").first.get_attribute("href")
    assert "measure=lifetime_value" in export


def test_a_dot_opens_its_client(open_page: OpenPage) -> None:
    page = open_page("/numbers/explore/margin-and-health", role="administrator")
    drawn(page)
    page.locator("#list .chart-host svg a path, #list .chart-host svg g.mark-symbol path").first.click(force=True)
    page.wait_for_url(re.compile(r"/accounts/\d+/"))
