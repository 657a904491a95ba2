"""The plan's grid as a spreadsheet: typing, adding, completing, copying and pasting, and what stays in sight."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.plan_page import ROLE, Plan
from tests.browser.test_gantt_rows import PASTE, neighbours

OpenPage = Callable[..., Any]
# Ctrl and the wheel over the chart: sent to the page, since a headless browser may take the real one for its own zoom.
WHEEL = """(node, [clientX, deltaY]) => node.dispatchEvent(
  new WheelEvent("wheel", { clientX, deltaY, ctrlKey: true, bubbles: true, cancelable: true }))"""


def phase(plan: Plan) -> list[dict[str, Any]]:
    """A summary of the top level with all inside it, two tasks or more."""
    tasks = plan.stored()["tasks"]
    summary = next(t for t in tasks if t["kind"] == "summary" and t["parent"] is None)
    inside = {summary["id"]}
    for task in tasks:
        inside |= {task["id"]} if task["parent"] in inside else set()
    return [t for t in tasks if t["id"] in inside]


def test_what_is_typed_on_a_cell_replaces_it(plan: Plan) -> None:
    page, keys = plan.page, plan.page.keyboard
    first, second, third = neighbours(plan, 3)
    plan.go_to(first["id"])
    # Each of these letters is a command elsewhere; here they are a name.
    keys.type("plaijuecbft?/", delay=0)
    expect(page.locator(".plan-cell-input")).to_have_value("plaijuecbft?/")
    keys.press("Escape")
    expect(page.locator(".plan-cell-input")).to_have_count(0)
    assert page.locator("dialog[open]").count() == 0
    keys.type("Renamed")
    keys.press("Enter")
    plan.at(f"cell-{second['id']}-name")
    plan.wait(lambda: plan.task(first["id"])["name"] == "Renamed", "the name is stored")
    keys.press("ArrowRight")
    keys.press("Shift+ArrowDown")
    keys.press("Control+c")
    expect(plan.said("live")).to_contain_text("2 cells copied")
    keys.press("Delete")
    expect(page.locator(".plan-toast").last).to_contain_text("Skipped 2 cells: Duration in row")
    keys.press("ArrowUp")
    keys.type("0")
    keys.press("Enter")
    plan.wait(lambda: plan.task(second["id"])["kind"] == "milestone", "no duration makes a milestone")
    plan.undo()
    plan.wait(lambda: plan.task(second["id"])["kind"] == "task", "undone")
    plan.undo()
    plan.wait(lambda: plan.task(first["id"])["name"] == first["name"], "undone")
    assert plan.task(third["id"])["duration_minutes"] == third["duration_minutes"]


def test_insert_opens_a_row_at_once_and_keeps_every_key(plan: Plan) -> None:
    page, keys = plan.page, plan.page.keyboard
    anchor = plan.open_tasks()[0]
    count = len(plan.stored()["tasks"])
    per_day = plan.stored()["project"]["minutes_per_day"]
    plan.go_to(anchor["id"])

    def slowly(route: Any) -> None:
        if route.request.method == "POST":
            time.sleep(0.6)
        route.continue_()

    page.route("**/plan/changes", slowly)
    keys.press("Insert")
    keys.type("Typed while the server answers", delay=0)
    keys.press("Tab")
    keys.type("3d", delay=0)
    keys.press("Enter")
    plan.wait(lambda: len(plan.stored()["tasks"]) == count + 1, "the row is stored")
    new = next(t for t in plan.stored()["tasks"] if t["name"] == "Typed while the server answers")
    plan.wait(lambda: plan.task(new["id"])["duration_minutes"] == 3 * per_day, "and what was typed beside it")
    plan.wait(lambda: plan.cell(new["id"], "duration").inner_text() == "3 d", "the row is shown under its own id")
    page.unroute("**/plan/changes")
    # A row without a name was not meant.
    keys.press("Insert")
    keys.press("Escape")
    assert page.locator(".gantt_grid_data .gantt_row", has_text="Typed while").count() == 1
    assert len(plan.stored()["tasks"]) == count + 1
    plan.undo(2)
    plan.wait(lambda: len(plan.stored()["tasks"]) == count, "undone")


def test_names_are_completed_and_may_join_the_plan(plan: Plan) -> None:
    page, keys = plan.page, plan.page.keyboard
    task = next(t for t in plan.open_tasks() if t["resources"])
    known = plan.stored()["resources"][0]["name"]
    plan.go_to(task["id"])
    plan.cell(task["id"], "resources").click()
    keys.type(known[:4].lower())
    page.locator(".plan-suggestions [role=option]", has_text=known).wait_for()
    keys.press("ArrowDown")
    keys.press("Enter")
    box = page.locator(".plan-cell-input")
    expect(box).to_have_value(known)
    keys.type(" [50%], Guest speaker")
    keys.press("Escape")  # the list
    expect(page.locator(".plan-suggestions")).to_be_hidden()
    expect(box).to_be_visible()
    keys.press("Enter")
    named = lambda: [(r["name"], r["units"]) for r in plan.task(task["id"])["resources"]]
    plan.wait(lambda: sorted(named()) == sorted([(known, 0.5), ("Guest speaker", 1.0)]), "both are on the task")
    plan.wait(lambda: f"{known} [50%]" in plan.cell(task["id"], "resources").inner_text(), "the cell says so")
    plan.undo()
    plan.wait(lambda: named() == [(r["name"], r["units"]) for r in task["resources"]], "undone")


def test_paste_skips_what_a_summary_computes_and_names_it(plan: Plan) -> None:
    page = plan.page
    summary, first, *_ = phase(plan)
    row = [t["id"] for t in plan.stored()["tasks"]].index(summary["id"]) + 1
    per_day = plan.stored()["project"]["minutes_per_day"]
    plan.go_to(summary["id"])
    plan.cell(summary["id"], "duration").click()
    page.evaluate(PASTE, "9d\n7d")
    plan.wait(lambda: plan.task(first["id"])["duration_minutes"] == 7 * per_day, "the task below takes its value")
    expect(page.locator(".plan-toast").last).to_contain_text(f"Skipped 1 cell: Duration in row {row}")
    plan.undo()
    plan.wait(lambda: plan.task(first["id"])["duration_minutes"] == first["duration_minutes"], "undone")


def test_a_copied_phase_keeps_its_outline_and_its_links(plan: Plan) -> None:
    original = phase(plan)
    before = plan.stored()
    plan.go_to(original[0]["id"])
    plan.select_row()
    keys = plan.page.keyboard
    keys.press("Control+c")
    expect(plan.said("live")).to_contain_text(f"{len(original)} rows copied")
    keys.press("End")
    keys.press("Control+v")
    count = len(before["tasks"])
    plan.wait(lambda: len(plan.stored()["tasks"]) == count + len(original), "all of it is added")
    after = plan.stored()
    old = {t["id"] for t in before["tasks"]}
    copy = [t for t in after["tasks"] if t["id"] not in old]
    assert [t["name"] for t in copy] == [t["name"] for t in original]

    def parents(rows: list[dict[str, Any]]) -> list[int | None]:
        places = {t["id"]: place for place, t in enumerate(rows)}
        return [places.get(t["parent"]) for t in rows]

    def links(rows: list[dict[str, Any]], all_: list[dict[str, Any]]) -> set[tuple[int, int, str, float]]:
        places = {t["id"]: place for place, t in enumerate(rows)}
        ends = [x for x in all_ if x["source"] in places and x["target"] in places]
        return {(places[x["source"]], places[x["target"]], x["type"], x["lag"]) for x in ends}

    assert parents(copy) == parents(original)
    assert links(copy, after["links"]) == links(original, before["links"]) != set()
    plan.undo()
    plan.wait(lambda: len(plan.stored()["tasks"]) == count, "one undo takes all of it away")


def test_the_name_stays_the_whole_plan_fits_and_zoom_keeps_its_place(plan: Plan) -> None:
    page, keys = plan.page, plan.page.keyboard
    task = plan.stored()["tasks"][0]
    grid = page.locator(".gantt_grid").bounding_box()
    keys.press("Control+Home")
    keys.press("End")
    plan.wait(lambda: plan.cell(task["id"], "float").is_visible(), "the last column is in sight")
    name = plan.cell(task["id"], "name").bounding_box()
    plan.wait(lambda: abs(plan.cell(task["id"], "name").bounding_box()["x"] - grid["x"]) < 2, f"{name} is frozen")

    page.locator("[data-plan-zoom]").select_option("fit")
    chart = page.locator(".gantt_task").bounding_box()
    rows = [t["id"] for t in plan.stored()["tasks"] if t["kind"] == "summary"]
    boxes = [plan.bar(pk).bounding_box() for pk in rows if plan.bar(pk).count()]
    left, right = min(b["x"] for b in boxes), max(b["x"] + b["width"] for b in boxes)
    assert chart["x"] <= left and right <= chart["x"] + chart["width"] + 1
    assert right - left > 0.6 * chart["width"]

    page.locator("[data-plan-zoom]").select_option("week")
    # The left edge of a bar is its start; a milestone is drawn around its date.
    seen = [t["id"] for t in plan.stored()["tasks"] if t["kind"] == "task" and plan.bar(t["id"]).count()]
    inside = [
        pk for pk in seen if chart["x"] + 20 < plan.bar(pk).bounding_box()["x"] < chart["x"] + chart["width"] - 20
    ]
    bar = plan.bar(inside[0])
    at = bar.bounding_box()
    scale = page.locator("[data-plan-zoom]")
    for turn, level in ((-100, "day"), (100, "week"), (100, "month"), (100, "quarter")):
        page.locator(".gantt_task_row").first.evaluate(WHEEL, [at["x"], turn])
        plan.wait(lambda wanted=level: scale.input_value() == wanted, f"the scale is {level}")  # type: ignore[misc]
        plan.wait(lambda: abs(bar.bounding_box()["x"] - at["x"]) <= 2, f"{level} keeps its place")


def test_one_editor_on_the_board_and_by_link(plan: Plan, open_page: OpenPage) -> None:
    task = plan.open_tasks()[0]
    page = open_page(f"/projects/{plan.pk}/board?task={task['id']}", role=ROLE, width=390)
    page.locator("[data-task-editor][data-ready]").wait_for()
    expect(page.locator("#plan-name")).to_be_focused()
    page.fill("#plan-notes", "Bring the *keys*.\nAsk first.")
    page.keyboard.press("Control+Enter")
    plan.wait(lambda: plan.task(task["id"])["notes"] == "Bring the *keys*.\nAsk first.", "the notes are stored")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_text("Task saved.").wait_for()
    page.keyboard.press("Escape")  # nothing is unsaved: nothing is asked
    page.locator("#drawer[open]").wait_for(state="hidden")
    card = page.locator(f"[data-card='{task['id']}'] a[data-drawer]").first
    card.click()
    page.locator("[data-task-editor][data-ready]").wait_for()
    expect(page.locator("#plan-notes")).to_have_value("Bring the *keys*.\nAsk first.")
    page.goto(f"/projects/{plan.pk}/plan?task={task['id']}")
    page.wait_for_selector("[data-plan=ready]")
    expect(page.locator("#plan-notes")).to_have_value("Bring the *keys*.\nAsk first.")
    plan.page.request.post(
        f"/api/projects/{plan.pk}/plan/undo",
        data={},
        headers={"X-CSRFToken": plan.page.locator("#gantt").get_attribute("data-csrf")},
    )
    plan.wait(lambda: plan.task(task["id"])["notes"] == task["notes"], "undone")
