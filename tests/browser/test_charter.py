"""The charter in a browser: letters of the matrix by keyboard, and the page on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.axe import violations

OpenPage = Callable[..., Any]


def charter_of_a_running_project(page: Any) -> str:
    """The address of a charter that the signed-in manager may change."""
    for project in page.request.get("/api/projects?status=active&limit=100").json()["items"]:
        page.goto(f"/projects/{project['id']}/charter")
        if page.locator("select.raci-letter").count() > 8:
            return str(page.url)
    raise AssertionError("the demo firm has no charter to try on")


def test_a_letter_is_typed_kept_and_a_second_accountable_is_refused_in_words(open_page: OpenPage) -> None:
    page = open_page("/", role="project manager")
    url = charter_of_a_running_project(page)
    row = page.locator(".raci tbody tr").first
    taken = row.locator("select[data-letter=A]")
    free = row.locator("select:not([data-letter=A])").first
    cell = page.locator(f"#{free.get_attribute('id')}")
    letter = "C" if cell.get_attribute("data-letter") == "I" else "I"
    cell.focus()
    with page.expect_response(lambda answer: "/responsibilities/" in answer.url) as kept:
        page.keyboard.type(letter)
    assert kept.value.status == 200
    page.wait_for_selector(f"#{cell.get_attribute('id')}[data-letter={letter}]")
    expect(cell).to_be_focused()  # the keyboard stays where it was
    expect(taken).to_have_count(1)
    with page.expect_response(lambda answer: "/responsibilities/" in answer.url) as refused:
        page.keyboard.type("A")
    assert refused.value.status == 422
    problem = page.locator(f"#{cell.get_attribute('id')}-error")
    problem.wait_for()
    expect(problem).to_contain_text("already accountable")
    expect(cell).to_have_value(letter)
    expect(cell).to_have_attribute("aria-describedby", problem.get_attribute("id"))
    assert not violations(page)
    open_page.complaints.clear()  # type: ignore[attr-defined]  # Chromium logs the refusal itself
    page.goto(url)
    assert cell.input_value() == letter


def test_paper_shows_the_charter_alone(open_page: OpenPage) -> None:
    page = open_page("/", role="project manager")
    charter_of_a_running_project(page)
    page.emulate_media(media="print")
    for unseen in (".rail", ".topbar", ".tabs", ".record-head", ".charter .btn"):
        assert not page.locator(unseen).first.is_visible(), unseen
    assert page.locator(".charter-agreed").is_visible()
    page.set_viewport_size({"width": 720, "height": 1000})  # A4 without its margins
    assert page.evaluate("document.documentElement.scrollWidth") <= 720
