"""The way in, with keyboard and screen reader in mind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations

ROLES = ["administrator", "account manager", "project manager", "finance", "member"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_sign_in_page_has_no_barrier(open_page: Callable[..., Any], theme: str, width: int) -> None:
    page = open_page("/sign-in/login/", theme=theme, width=width)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_gets_in(open_page: Callable[..., Any], sign_ins: dict[str, dict[str, str]], role: str) -> None:
    page = open_page("/", role=role)
    assert page.locator("h1").count() == 1
    assert sign_ins[role]["name"] in page.content()


def test_wrong_password_says_so(open_page: Callable[..., Any], sign_ins: dict[str, dict[str, str]]) -> None:
    page = open_page("/sign-in/login/")
    page.fill("input[name=login]", sign_ins["member"]["email"])
    page.fill("input[name=password]", "not the password")
    page.press("input[name=password]", "Enter")
    expect(page.get_by_text("not correct").first).to_be_visible()
    assert "/sign-in/" in page.url
