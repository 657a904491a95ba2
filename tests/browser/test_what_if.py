"""A what-if as a project manager tries one: from the idea to the new plan, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import expect

from tests.browser.plan_page import Plan


@dataclass
class WhatIf(Plan):
    """A what-if on a page, driven like the plan of a project."""

    def stored(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.request.get(f"/api/what-ifs/{self.pk}/plan").json()
        return found


def test_a_change_is_tried_compared_adopted_and_undone(plan: Plan) -> None:
    page = plan.page
    task = next(t for t in plan.open_tasks() if t["critical"] and not t["constraint_date"])
    page.get_by_role("link", name="What-ifs").click()
    page.get_by_role("link", name="New what-if").first.click()
    page.get_by_label("Name", exact=True).fill("Twice the time")
    page.get_by_role("button", name="Create what-if").click()
    page.wait_for_selector("[data-plan=ready]")
    trial = WhatIf(page, int(page.url.split("/what-ifs/")[1].split("?")[0]))
    copy = next(t for t in trial.stored()["tasks"] if t["name"] == task["name"] and t["wbs"] == task["wbs"])
    trial.edit(copy["id"], "duration", "60d")
    trial.wait(lambda: trial.task(copy["id"])["duration_minutes"] > task["duration_minutes"], "the copy has changed")
    assert plan.task(task["id"])["duration_minutes"] == task["duration_minutes"]

    views = page.get_by_label("Views of this what-if")
    views.get_by_role("link", name="Comparison").click()
    expect(page.locator(".effect")).to_contain_text("later")
    page.get_by_role("link", name="Run simulation").click()
    page.get_by_label("Iterations").fill("200")
    page.get_by_role("button", name="Run simulation").click()
    page.get_by_role("heading", name="Based on").wait_for(timeout=120_000)  # the loops may be compiled first
    views.get_by_role("link", name="Comparison").click()
    likely = page.locator("section", has=page.get_by_role("heading", name="Likely finish"))
    expect(likely).to_contain_text("later")
    expect(likely).not_to_contain_text("Not simulated yet")
    page.get_by_role("link", name="Adopt").click()
    page.get_by_role("button", name="Adopt").click()
    page.wait_for_selector("[data-plan=ready]")
    assert f"/projects/{plan.pk}/plan" in page.url
    plan.wait(lambda: plan.task(task["id"])["duration_minutes"] > task["duration_minutes"], "it is adopted")
    page.locator(".gantt_grid").focus()
    plan.undo()
    plan.wait(lambda: plan.task(task["id"])["duration_minutes"] == task["duration_minutes"], "it is undone")
