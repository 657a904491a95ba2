"""Which columns and rows the plan shows, and what progress does to it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.plan_page import Plan


def rows(plan: Plan) -> list[str]:
    found: list[str] = plan.page.locator(".gantt_grid_data .gantt_row").evaluate_all(
        "nodes => nodes.map(node => node.dataset.taskId)"
    )
    return found


def test_a_filter_shows_what_fits_and_is_remembered(plan: Plan) -> None:
    page = plan.page
    task = plan.open_tasks()[0]
    page.locator("[data-plan-filter-button]").click()
    page.keyboard.type(task["name"])
    above = [str(pk) for pk in (task["parent"], task["id"]) if pk]
    plan.wait(lambda: rows(plan) == above, "only it and the summary above it are shown")
    expect(page.locator("[data-plan-filter-count]")).to_contain_text("1 of ")
    page.reload()
    page.wait_for_selector("[data-plan=ready]")
    plan.wait(lambda: rows(plan) == above, "it is remembered")
    page.get_by_role("button", name="Clear filter").click()
    plan.wait(lambda: len(rows(plan)) > 2, "all are shown again")


def test_grouped_rows_keep_their_dates_and_cannot_be_edited(plan: Plan) -> None:
    page = plan.page
    task = next(t for t in plan.open_tasks() if t["resources"])
    page.locator("[data-plan-filter-button]").click()
    page.select_option("[data-plan-group]", "resource")
    group = page.locator(".gantt_row", has_text=task["resources"][0]["name"]).first
    group.wait_for()
    cell = page.locator(f'[id^="plan-cell-{task["id"]}@"][id$="-start"]').first
    plan.wait(lambda: cell.count() == 1, "the task stands in its group")
    cell.dblclick()
    assert page.locator(".plan-cell-input").count() == 0
    expect(page.locator('[data-plan-do="add"]').first).to_be_hidden()
    page.select_option("[data-plan-group]", "outline")
    expect(page.locator('[data-plan-do="add"]').first).to_be_visible()
    expect(plan.cell(task["id"], "start")).not_to_be_empty()


def test_columns_are_chosen_and_choices_chosen_from(plan: Plan) -> None:
    page = plan.page
    task = plan.open_tasks()[0]
    page.locator(".plan-columns summary").click()
    for column in ("predecessors", "resources", "complete", "float", "finish", "wbs"):
        page.locator(f'[data-plan-column="{column}"]').uncheck()
    for column in ("effort", "deadline"):
        page.locator(f'[data-plan-column="{column}"]').check()
    plan.go_to(task["id"])
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    plan.cell(task["id"], "deadline").wait_for()
    page.keyboard.press("Enter")
    page.locator(".plan-cell-input").fill(task["finish"][:10])
    page.keyboard.press("Enter")
    plan.wait(
        lambda: (plan.task(task["id"])["deadline"] or "").startswith(task["finish"][:10]), "the deadline is stored"
    )
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.locator("select.plan-cell-input").select_option("work")
    page.keyboard.press("Enter")
    plan.wait(lambda: plan.task(task["id"])["effort"] == "work", "the effort kind is stored")
    plan.undo(2)
    plan.wait(lambda: plan.task(task["id"])["deadline"] == task["deadline"], "undone")


def test_work_is_interrupted_joined_and_moved_past_the_status_date(plan: Plan) -> None:
    page = plan.page
    long: dict[str, Any] = next(t for t in plan.open_tasks() if t["duration_minutes"] >= 1440)
    plan.go_to(long["id"])
    plan.select_row()
    page.keyboard.press("i")
    resume = str(int(long["finish"][:4]) + 1) + long["finish"][4:10]
    page.fill("#plan-ask-at", long["start"][:10])
    page.fill("#plan-ask-resume", resume)
    page.keyboard.press("Enter")
    plan.wait(lambda: len(plan.task(long["id"])["segments"]) == 2, "it has two parts")
    plan.wait(lambda: plan.bar(long["id"]).locator(".plan-segment").count() == 2, "both are drawn")
    page.keyboard.press("j")
    plan.wait(lambda: plan.task(long["id"])["segments"] == [], "it is whole again")
    page.keyboard.press("u")
    page.fill("#plan-ask-to", resume)
    page.keyboard.press("Enter")
    plan.wait(lambda: plan.task(long["id"])["start"] >= resume, "it starts after the status date")
    plan.undo(3)  # the move, the join and the split
    plan.wait(lambda: plan.task(long["id"])["finish"] == long["finish"], "all is as it was")


def test_the_panel_holds_effort_estimate_and_people(plan: Plan) -> None:
    page = plan.page
    task = next(t for t in plan.open_tasks() if t["resources"])
    plan.go_to(task["id"])
    page.keyboard.press("Space")
    for group in ("effort", "estimate"):
        page.locator(f'[data-plan-group-of="{group}"] summary').click()
    page.select_option("#plan-effort", "duration")
    page.fill("#plan-optimistic-minutes", "1d")
    page.fill("#plan-pessimistic-minutes", "never")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#plan-pessimistic-minutes-problem")).to_contain_text("3d, 4h")
    page.fill("#plan-pessimistic-minutes", "90d")
    page.fill("#plan-waiting-for", "Acceptance")
    page.keyboard.press("Control+Enter")
    plan.wait(lambda: plan.task(task["id"])["waiting_for"] == "Acceptance", "the fields are stored")
    stored, per_day = plan.task(task["id"]), plan.stored()["project"]["minutes_per_day"]
    assert (stored["effort"], stored["optimistic_minutes"], stored["pessimistic_minutes"]) == (
        "duration",
        per_day,
        90 * per_day,
    )
    share = page.locator("[data-plan-staff] input").first
    share.fill("35")
    share.press("Enter")
    plan.wait(lambda: plan.task(task["id"])["resources"][0]["units"] == 0.35, "the share is stored")
    page.locator("[data-plan-staff] button").first.click()
    plan.wait(lambda: len(plan.task(task["id"])["resources"]) == len(task["resources"]) - 1, "one is off the task")
    page.keyboard.press("Escape")
    plan.undo(3)
    plan.wait(lambda: plan.task(task["id"])["resources"] == task["resources"], "undone")


def test_the_plan_is_printed_with_what_is_shown(plan: Plan) -> None:
    page = plan.page
    page.get_by_role("button", name="Print").click()
    page.select_option("#plan-ask-paper", "a3")
    page.select_option("#plan-ask-links", "not")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Create PDF").click()
    assert "paper=a3" in opened.value.url and "without=links" in opened.value.url
    printed = page.request.get(opened.value.url)
    assert printed.ok and printed.body().startswith(b"%PDF-")
