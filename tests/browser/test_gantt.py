"""The plan tab as a planner uses it: every gesture by mouse or by keys, through the server's own schedule."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.plan_page import ROLE, Plan

OpenPage = Callable[..., Any]


def test_a_duration_typed_in_the_grid_moves_the_plan_and_one_undo_takes_it_back(plan: Plan) -> None:
    task = plan.open_tasks()[0]
    before = task["duration_minutes"]
    per_day = plan.stored()["project"]["minutes_per_day"]
    plan.edit(task["id"], "duration", "30d")
    plan.wait(lambda: plan.task(task["id"])["duration_minutes"] == 30 * per_day, "the duration is stored")
    plan.wait(lambda: plan.cell(task["id"], "duration").inner_text().strip() == "30 d", "the cell shows it")
    expect(plan.said("live")).to_contain_text("finish", ignore_case=True)
    plan.undo()
    plan.wait(lambda: plan.task(task["id"])["duration_minutes"] == before, "undone")
    plan.page.keyboard.press("Control+Shift+z")
    plan.wait(lambda: plan.task(task["id"])["duration_minutes"] == 30 * per_day, "done again")
    plan.undo()
    plan.wait(lambda: plan.task(task["id"])["duration_minutes"] == before, "undone again")


def test_words_that_make_no_sense_stay_in_the_box_with_the_reason(plan: Plan) -> None:
    task = plan.open_tasks()[0]
    plan.edit(task["id"], "duration", "soon")
    box = plan.page.locator(".plan-cell-input")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(plan.page.locator("#plan-cell-problem")).to_contain_text("3d, 4h")
    box.press("Escape")
    expect(box).to_have_count(0)
    assert plan.task(task["id"])["duration_minutes"] == task["duration_minutes"]


def test_a_name_is_text_and_never_markup(plan: Plan) -> None:
    task = plan.open_tasks()[0]
    name = "<img src=x onerror=alert(1)> & “so on”"
    plan.edit(task["id"], "name", name)
    plan.wait(lambda: plan.task(task["id"])["name"] == name, "the name is stored")
    plan.wait(lambda: plan.cell(task["id"], "name").inner_text().strip() == name, "the cell shows it")
    assert plan.page.locator("#gantt img").count() == 0
    plan.undo()
    plan.wait(lambda: plan.task(task["id"])["name"] == task["name"], "undone")


def test_a_dragged_bar_starts_no_earlier_than_where_it_was_dropped(plan: Plan) -> None:
    task = plan.open_tasks()[0]
    plan.page.locator("[data-plan-zoom]").select_option("fit")
    plan.go_to(task["id"])
    bar = plan.bar(task["id"]).bounding_box()
    x, y = bar["x"] + min(bar["width"] / 2, 20), bar["y"] + bar["height"] / 2
    mouse = plan.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 72, y, steps=12)
    expect(plan.said("hint")).to_have_text(re.compile("^Start "))
    mouse.up()
    plan.wait(lambda: plan.task(task["id"])["constraint"] == "SNET", "the constraint is set")
    assert plan.task(task["id"])["start"] > task["start"]
    plan.undo()
    plan.wait(lambda: plan.task(task["id"])["start"] == task["start"], "undone")


def test_predecessors_are_written_as_a_planner_writes_them_and_circles_are_refused(plan: Plan) -> None:
    first, second = plan.open_tasks()[0], plan.open_tasks()[-1]
    rows = [t["id"] for t in plan.stored()["tasks"]]
    known = plan.cell(second["id"], "predecessors")
    plan.go_to(second["id"])
    before = known.inner_text().strip()
    number = rows.index(first["id"]) + 1
    assert f"{number}" not in [part.strip() for part in before.split(",")]
    plan.edit(second["id"], "predecessors", f"{before}, {number}SS+2d" if before else f"{number}SS+2d")
    plan.wait(
        lambda: any(
            (x["source"], x["target"], x["type"]) == (first["id"], second["id"], "SS") for x in plan.stored()["links"]
        ),
        "the link is stored",
    )
    plan.edit(first["id"], "predecessors", str(rows.index(second["id"]) + 1))
    expect(plan.page.locator("#plan-cell-problem")).to_contain_text("Circular")
    plan.page.keyboard.press("Escape")
    plan.undo()
    plan.go_to(second["id"])
    plan.wait(lambda: known.inner_text().strip() == before, "undone")


def test_rows_are_added_moved_below_another_and_deleted_by_keys(plan: Plan) -> None:
    page = plan.page
    count = len(plan.stored()["tasks"])
    anchor = plan.open_tasks()[0]
    plan.go_to(anchor["id"])
    page.keyboard.press("Insert")
    box = page.locator(".plan-cell-input")
    plan.wait(lambda: box.count() == 1, "the new name can be typed")
    box.fill("Newly thought of")
    box.press("Enter")
    plan.wait(lambda: [t for t in plan.stored()["tasks"] if t["name"] == "Newly thought of"], "the row is stored")
    new = next(t for t in plan.stored()["tasks"] if t["name"] == "Newly thought of")
    assert new["parent"] == anchor["parent"]
    plan.at(f"cell-{new['id']}-name")
    page.keyboard.press("Alt+Shift+ArrowRight")
    plan.wait(lambda: plan.task(new["id"])["parent"] == anchor["id"], "it is indented")
    plan.wait(lambda: page.locator(f"#plan-row-{anchor['id']}").get_attribute("aria-expanded") == "true", "it shows")
    page.keyboard.press("Alt+Shift+ArrowLeft")
    plan.wait(lambda: plan.task(new["id"])["parent"] == anchor["parent"], "it is outdented")
    page.keyboard.press("Alt+Shift+ArrowUp")
    plan.wait(lambda: plan.task(new["id"])["order"] < plan.task(anchor["id"])["order"], "it is above")
    plan.select_row()
    page.keyboard.press("Delete")
    plan.wait(lambda: len(plan.stored()["tasks"]) == count, "it is deleted")
    page.locator("[data-plan-toasts] button", has_text="Undo").click()
    plan.wait(lambda: len(plan.stored()["tasks"]) == count + 1, "it is back")
    page.locator(".gantt_grid").focus()
    plan.undo(4)  # the move, both shifts, the new row
    plan.wait(lambda: len(plan.stored()["tasks"]) == count, "everything is as it was")


def test_details_hold_every_field_and_give_the_keys_back(plan: Plan) -> None:
    page = plan.page
    task = plan.open_tasks()[1]
    plan.go_to(task["id"])
    page.keyboard.press("Space")
    expect(page.locator("#plan-name")).to_be_focused()
    page.select_option("#plan-constraint", "FNLT")
    page.click("[data-plan-save]")
    expect(page.locator("#plan-constraint-date-problem")).to_contain_text("Enter a date")
    day = task["finish"][:10]
    page.fill("#plan-constraint-date", day)
    page.fill("#plan-deadline", day)
    page.keyboard.press("Control+Enter")
    plan.wait(lambda: plan.task(task["id"])["deadline"] is not None, "the fields are stored")
    stored = plan.task(task["id"])
    assert (stored["constraint"], stored["constraint_date"][:10], stored["deadline"][:10]) == ("FNLT", day, day)
    page.keyboard.press("Escape")
    expect(page.locator("[data-plan-details]")).to_be_hidden()
    expect(page.get_by_role("treegrid")).to_be_focused()
    plan.undo()
    plan.wait(lambda: plan.task(task["id"])["deadline"] == task["deadline"], "undone")


def test_keys_walk_the_grid_as_the_treegrid_pattern_says(plan: Plan) -> None:
    page = plan.page
    grid = page.locator(".gantt_grid")
    # The keys are in the grid as soon as the plan is open, on a cell; the row is reached to the left of its cells.
    expect(grid).to_be_focused()
    assert "Tasks of " in grid.get_attribute("aria-label")
    grid.press("Control+Home")
    summary = plan.stored()["tasks"][0]
    plan.at(f"cell-{summary['id']}-name")
    for _ in range(3):
        grid.press("ArrowLeft")
    plan.at(f"row-{summary['id']}")
    row = page.locator(f"#plan-row-{summary['id']}")
    if row.get_attribute("aria-expanded") is None:
        pytest.fail("the first row of the plan has nothing below it")
    grid.press("ArrowLeft")
    expect(row).to_have_attribute("aria-expanded", "false")
    grid.press("ArrowRight")
    expect(row).to_have_attribute("aria-expanded", "true")
    grid.press("ArrowRight")
    plan.at(f"cell-{summary['id']}-number")
    grid.press("ArrowDown")
    plan.at(f"cell-{plan.stored()['tasks'][1]['id']}-number")
    grid.press("End")
    expect(grid).to_have_attribute("aria-activedescendant", re.compile("-float$"))
    plan.select_row()
    grid.press("?")
    expect(page.locator("[data-plan-keys]")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_barrier_in_any_theme_or_width(plan: Plan, open_page: OpenPage, theme: str, width: int) -> None:
    page = open_page(f"/projects/{plan.pk}/plan", role=ROLE, theme=theme, width=width)
    page.wait_for_selector("[data-plan=ready]")
    page.locator(".gantt_grid").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("#plan-name")).to_be_focused()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_who_may_not_change_the_plan_gets_no_way_to_try(plan: Plan, open_page: OpenPage) -> None:
    page = open_page("/", role="finance")
    found = page.request.get(f"/api/projects/{plan.pk}/plan")
    assert found.ok and found.json()["project"]["can_edit"] is False
    page.goto(f"/projects/{plan.pk}/plan")
    page.wait_for_selector("[data-plan=ready]")
    assert page.locator('[data-plan-do="add"]:visible, [data-plan-do="undo"]:visible').count() == 0
    grid = page.locator(".gantt_grid")
    grid.focus()
    grid.press("Enter")
    assert page.locator(".plan-cell-input").count() == 0
    assert page.locator(".gantt_link_control, .gantt_task_drag").count() == 0
