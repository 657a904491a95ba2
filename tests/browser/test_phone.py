"""On a phone the head of a record leaves room for the record, and the main action is within a thumb's reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_barriers import TABLES, address_of
from tests.installation import Installation
from tests.web.routes import ROUTES

OpenPage = Callable[..., Any]

WIDTH, HEIGHT = 390, 844
RECORDS = (
    "account", "account-timeline", "account-requests", "account-invoices", "account-audit", "contact", "request",
    "opportunity", "quote", "agreement", "mail", "survey", "playbook", "project", "project-plan", "project-work",
    "project-log", "project-audit", "deliverable", "risk", "issue", "change", "staffing-request", "invoice", "person",
)  # fmt: skip


@pytest.fixture
def phone(open_page: OpenPage) -> Any:
    page = open_page("/", role="administrator", width=WIDTH)
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    return page


def test_the_head_of_a_record_takes_a_third_of_the_screen_at_most(phone: Any, demo: Installation) -> None:
    high = {}
    for name in RECORDS:
        assert set(ROUTES[name].target.values()) <= set(TABLES)
        phone.goto(address_of(demo, name, ROUTES[name]))
        bottom = phone.evaluate(
            "Math.max(...[...document.querySelectorAll('.record-head, main > nav:has(.tabs)')]"
            ".map((part) => part.getBoundingClientRect().bottom))"
        )
        if bottom > HEIGHT / 3:
            high[name] = round(bottom)
    assert high == {}


def test_the_open_tab_is_in_view(phone: Any, demo: Installation) -> None:
    for name in ("account-audit", "project-audit", "account-plan"):
        phone.goto(address_of(demo, name, ROUTES[name]))
        box = phone.locator(".tabs [aria-current]").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= WIDTH, name


def test_the_main_action_stays_within_reach(phone: Any, demo: Installation) -> None:
    for name in ("account", "project", "accounts", "projects"):
        phone.goto(address_of(demo, name, ROUTES[name]))
        main = phone.locator(":is(.record-head, .page-head) .page-actions .btn-primary")
        assert main.count() == 1, name
        phone.evaluate("scrollTo(0, 600)")
        box = main.bounding_box()
        assert box["y"] > HEIGHT / 2, name
        assert box["height"] >= 44, name
        bar = phone.locator(".rail").bounding_box()
        assert box["y"] + box["height"] <= bar["y"], name
        main.click(trial=True)


def test_every_page_of_the_navigation_is_two_taps_away(phone: Any) -> None:
    phone.goto("/")
    phone.get_by_role("button", name="More").click()
    phone.locator("#more-pages").get_by_role("link", name="Renewals").click()
    phone.wait_for_url("**/renewals/")


def test_tables_are_cards(phone: Any, demo: Installation) -> None:
    """No table of records scrolls sideways; those that compare many columns do, inside their own frame."""
    wide = []
    for name in ("accounts", "contacts", "requests", "opportunities", "renewals", "projects", "risks", "invoices",
                 "account-invoices", "account-opportunities", "account-projects", "imports"):  # fmt: skip
        phone.goto(address_of(demo, name, ROUTES[name]))
        over = phone.evaluate(
            "[...document.querySelectorAll('.list-stacked .rows')]"
            ".filter((rows) => rows.scrollWidth > innerWidth).length"
        )
        if over:
            wide.append(name)
    assert wide == []
