"""Two people on one plan: they see each other's changes, and neither overwrites the other without being asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.plan_page import Plan

OpenPage = Callable[..., Any]


@pytest.fixture
def other(plan: Plan, open_page: OpenPage) -> Plan:
    """The same plan on the page of the administrator."""
    page = open_page(f"/projects/{plan.pk}/plan", role="administrator")
    page.wait_for_selector("[data-plan=ready]")
    return Plan(page, plan.pk)


@pytest.fixture
def clashes(open_page: OpenPage) -> Any:
    """A refusal is an answer of the server, which browsers note as a failed request."""
    yield
    complaints = open_page.complaints  # type: ignore[attr-defined]
    complaints[:] = [text for text in complaints if "409" not in text]


def test_what_one_saves_appears_at_the_other(plan: Plan, other: Plan) -> None:
    task = plan.open_tasks()[0]
    name = plan.page.request.get("/api/people/me").json()["name"]
    other.go_to(task["id"])
    plan.edit(task["id"], "name", "Seen by both")
    other.wait(lambda: other.cell(task["id"], "name").inner_text().strip() == "Seen by both", "the other page shows it")
    expect(other.page.locator(".plan-toast-others")).to_have_text(f"{name} changed 1 row.")
    plan.page.keyboard.press("Insert")
    plan.page.locator(".plan-cell-input").fill("Thought of just now")
    plan.page.keyboard.press("Enter")
    fresh = other.page.locator(".gantt_row", has_text="Thought of just now")
    other.wait(lambda: fresh.count() == 1, "the new row is there")
    plan.undo(2)
    other.wait(lambda: fresh.count() == 0, "and gone again")
    other.wait(lambda: other.cell(task["id"], "name").inner_text().strip() == task["name"], "all is as it was")


def test_who_saves_second_is_told_and_chooses(plan: Plan, other: Plan, clashes: None) -> None:
    task = plan.open_tasks()[0]
    other.go_to(task["id"])
    other.cell(task["id"], "name").dblclick()
    other.page.locator(".plan-cell-input").fill("Named second")
    plan.edit(task["id"], "name", "Named first")
    plan.wait(lambda: plan.task(task["id"])["name"] == "Named first", "the first name is stored")
    notice = other.page.locator(".plan-toast-others")
    other.wait(lambda: notice.count() and "the row you're editing" in notice.inner_text(), "the other is told")
    expect(other.page.locator(".plan-cell-input")).to_have_value("Named second")
    other.page.locator(".plan-cell-input").press("Enter")
    dialog = other.page.locator("[data-plan-conflict]")
    expect(dialog).to_contain_text("Named first")
    expect(dialog).to_contain_text("Named second")
    dialog.get_by_role("button", name="Keep the saved values").click()
    assert plan.task(task["id"])["name"] == "Named first"
    other.wait(lambda: other.cell(task["id"], "name").inner_text().strip() == "Named first", "the first name shows")

    # From the panel, and this time the second one insists.
    other.go_to(task["id"])  # Enter in the cell had moved on to the next row
    other.page.keyboard.press("Space")
    other.page.fill("#plan-name", "Named third")
    plan.edit(task["id"], "name", "Named in between")
    other.wait(lambda: notice.count() and "the row you're editing" in notice.inner_text(), "it is told again")
    other.page.keyboard.press("Control+Enter")
    dialog.wait_for(state="visible")
    dialog.get_by_role("button", name="Overwrite with mine").click()
    plan.wait(lambda: plan.task(task["id"])["name"] == "Named third", "the third name is stored")
    plan.wait(lambda: plan.cell(task["id"], "name").inner_text().strip() == "Named third", "and shows at the first")
    plan.edit(task["id"], "name", task["name"])
    plan.wait(lambda: plan.task(task["id"])["name"] == task["name"], "all is as it was")


def test_dropping_an_edit_shows_what_came_in_between(plan: Plan, other: Plan) -> None:
    task = plan.open_tasks()[0]
    other.go_to(task["id"])
    other.cell(task["id"], "name").dblclick()
    plan.edit(task["id"], "name", "Came in between")
    other.wait(lambda: other.page.locator(".plan-toast-others").count(), "the other is told")
    assert other.cell(task["id"], "name").inner_text().strip() == task["name"]
    other.page.locator(".plan-cell-input").press("Escape")
    other.wait(lambda: other.cell(task["id"], "name").inner_text().strip() == "Came in between", "then it shows")
    plan.undo()
    plan.wait(lambda: plan.task(task["id"])["name"] == task["name"], "undone")
