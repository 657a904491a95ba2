"""A crowded plan is levelled, looked at beside the plan, accepted and taken back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.plan_page import Plan
from tests.installation import Installation


def test_a_levelled_plan_is_seen_before_it_is_accepted(plan: Plan, demo: Installation) -> None:
    page = plan.page
    plan_url = page.url
    crowd(plan)
    before = {task["id"]: task["start"] for task in plan.stored()["tasks"]}

    page.get_by_role("link", name="Levelling").click()
    page.get_by_role("link", name="Level resources").click()
    page.get_by_label("Search time (seconds)").fill("2")
    page.get_by_role("button", name="Start levelling", exact=True).click()
    page.get_by_role("heading", name="Levelling in progress").wait_for()
    assert demo.run("worker", "--drain").returncode == 0
    page.reload()
    assert {task["id"]: task["start"] for task in plan.stored()["tasks"]} == before

    page.get_by_role("link", name="Compare on the Gantt chart").click()
    page.wait_for_selector("[data-plan=ready].plan-beside-proposed")
    page.locator(".plan-toast", has_text="would move").wait_for()
    proposed = page.locator(".plan-row-marks .plan-baseline")
    plan.wait(proposed.count, "proposed bars are drawn")
    expect(page.locator(".plan-legend", has_text="Levelled,")).to_have_count(1)

    page.get_by_label("Compare with another plan").click()
    page.locator("[data-plan-beside]").first.check()
    plan.wait(lambda: not page.locator(".plan-beside-proposed").count(), "the baseline is back")

    page.get_by_role("link", name="Levelling").click()
    page.get_by_role("button", name="Accept this plan").click()
    page.wait_for_selector("[data-plan=ready]")
    assert {task["id"]: task["start"] for task in plan.stored()["tasks"]} != before
    page.locator(".gantt_grid").focus()
    plan.undo()
    plan.wait(lambda: {t["id"]: t["start"] for t in plan.stored()["tasks"]} == before, "undo restores the plan")
    assert page.url.split("?")[0] == plan_url


def crowd(plan: Plan) -> None:
    """Ask one person for two tasks at once that nothing keeps in a row."""
    page = plan.page
    who = next(share["id"] for task in plan.open_tasks() for share in task["resources"])
    token = next(cookie["value"] for cookie in page.context.cookies() if "csrf" in cookie["name"])
    start = max(plan.stored()["project"]["today"], plan.stored()["project"]["start"])
    made = page.request.post(
        f"/api/projects/{plan.pk}/plan/changes",
        headers={"X-CSRFToken": token, "Referer": page.url},
        data={
            "changes": [
                {
                    "op": "create_task",
                    "temp_id": f"new-{n}",
                    "parent": None,
                    "after": None,
                    "fields": {
                        "name": f"Write chapter {n}",
                        "duration_minutes": 4 * plan.stored()["project"]["minutes_per_day"],
                        "constraint": "SNET",
                        "constraint_date": start,
                    },
                }
                for n in (1, 2, 3)
            ]
        },
    )
    assert made.ok, made.text()
    assigned = page.request.post(
        f"/api/projects/{plan.pk}/plan/changes",
        headers={"X-CSRFToken": token, "Referer": page.url},
        data={
            "changes": [
                {"op": "assign", "id": pk, "assignments": [{"resource": who, "units": 1}]}
                for pk in made.json()["created"].values()
            ]
        },
    )
    assert assigned.ok, assigned.text()
