"""Many rows at once: selecting them, and taking them to a spreadsheet and back."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.plan_page import Plan

PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""


def neighbours(plan: Plan, count: int) -> list[dict[str, Any]]:
    """Open tasks that follow each other on the page."""
    tasks = plan.stored()["tasks"]
    run: list[dict[str, Any]] = []
    for task in tasks:
        fits = task["kind"] == "task" and not task["percent_complete"] and task["duration_minutes"] >= 480
        run = [*run, task] if fits else []
        if len(run) == count:
            return run
    raise AssertionError("the plan has no such run of tasks")


def select(plan: Plan, tasks: list[dict[str, Any]], column: str = "") -> Any:
    plan.go_to(tasks[0]["id"])
    grid = plan.page.locator(".gantt_grid")
    plan.select_row()
    for _ in tasks[1:]:
        grid.press("Shift+ArrowDown")
    return grid


def test_what_is_done_to_several_rows_is_one_step(plan: Plan) -> None:
    tasks = neighbours(plan, 3)
    grid = select(plan, tasks)
    expect(plan.page.locator('.gantt_row[aria-selected="true"]')).to_have_count(3)
    expect(plan.said("selected")).to_contain_text("3 rows selected")
    grid.press("p")
    plan.page.fill("#plan-ask-percent", "140")
    plan.page.keyboard.press("Enter")
    expect(plan.page.locator("[data-plan-ask-problem]")).to_contain_text("0 to 100")
    plan.page.fill("#plan-ask-percent", "40")
    plan.page.keyboard.press("Enter")
    done = lambda: [plan.task(t["id"])["percent_complete"] for t in tasks]
    plan.wait(lambda: done() == [40, 40, 40], "all three are under way")
    plan.undo()
    plan.wait(lambda: done() == [0, 0, 0], "one undo takes all three back")
    grid.focus()
    grid.press("Delete")
    present = lambda: {t["id"] for t in plan.stored()["tasks"]}
    plan.wait(lambda: not present() & {t["id"] for t in tasks}, "all three are gone")
    plan.undo()
    plan.wait(lambda: present() >= {t["id"] for t in tasks}, "and back")


def test_several_rows_move_as_one_and_are_linked_in_a_chain(plan: Plan) -> None:
    tasks = neighbours(plan, 3)
    first, *others = tasks
    grid = select(plan, others)
    grid.press("Alt+Shift+ArrowUp")
    in_order = lambda: [t["id"] for t in plan.stored()["tasks"] if t["id"] in {x["id"] for x in tasks}]
    plan.wait(lambda: in_order() == [t["id"] for t in [*others, first]], "both stand above the first")
    plan.undo()
    plan.wait(lambda: in_order() == [t["id"] for t in tasks], "one undo takes both back")
    plan.go_to(tasks[0]["id"])
    plan.cell(tasks[2]["id"], "number").click(modifiers=["ControlOrMeta"])
    expect(plan.page.locator('.gantt_row[aria-selected="true"]')).to_have_count(2)
    linked = lambda: any((x["source"], x["target"]) == (tasks[0]["id"], tasks[2]["id"]) for x in plan.stored()["links"])
    assert not linked()
    grid.focus()
    grid.press("l")
    plan.wait(linked, "the third waits for the first")
    plan.undo()
    plan.wait(lambda: not linked(), "undone")


def test_rows_go_to_a_spreadsheet_and_come_back_as_new_tasks(plan: Plan) -> None:
    tasks = neighbours(plan, 2)
    count = len(plan.stored()["tasks"])
    grid = select(plan, tasks)
    grid.press("Control+c")
    expect(plan.said("live")).to_contain_text("2 rows copied")
    grid.press("Control+Shift+v")
    plan.wait(lambda: len(plan.stored()["tasks"]) == count + 2, "two tasks are added")
    names = [t["name"] for t in plan.stored()["tasks"]]
    assert [names.count(t["name"]) for t in tasks] == [2, 2]
    plan.undo()
    plan.wait(lambda: len(plan.stored()["tasks"]) == count, "one undo takes both away")


def test_a_column_is_pasted_from_the_cursor_down_or_not_at_all(plan: Plan) -> None:
    tasks = neighbours(plan, 3)
    per_day = plan.stored()["project"]["minutes_per_day"]
    lengths = lambda: [plan.task(t["id"])["duration_minutes"] for t in tasks]
    before = lengths()
    plan.go_to(tasks[0]["id"])
    plan.cell(tasks[0]["id"], "duration").click()
    plan.page.evaluate(PASTE, "6d\nsoon\n2w")
    expect(plan.page.locator(".plan-toast-bad")).to_contain_text("Row 2, Duration")
    assert lengths() == before
    plan.page.locator(".gantt_grid").focus()
    plan.page.evaluate(PASTE, "6d\n4h\n2w")
    plan.wait(lambda: lengths() == [6 * per_day, 240, 10 * per_day], "all three are stored")
    plan.undo()
    plan.wait(lambda: lengths() == before, "one undo takes all three back")


def test_a_table_with_a_header_finds_its_columns(plan: Plan) -> None:
    count = len(plan.stored()["tasks"])
    table = (
        "Task name\tDuration\tPredecessors\t% done\n"
        '"Prepare ""the"" room"\t2d\t\t50 %\n'
        f"Hold the workshop\t1d\t{count}FS+2d\t0 %\n"
    )
    last = plan.stored()["tasks"][-1]
    plan.go_to(last["id"])
    plan.page.keyboard.press("ArrowDown")
    plan.page.evaluate(PASTE.replace("document.activeElement", "document.querySelector('.gantt_grid')"), table)
    plan.wait(lambda: len(plan.stored()["tasks"]) >= count + 1, "what runs past the end is added")
    stored = plan.stored()
    made = next(t for t in stored["tasks"] if t["name"] == "Hold the workshop")
    link = next(x for x in stored["links"] if x["target"] == made["id"])
    assert (link["source"], link["type"], link["lag"]) == (last["id"], "FS", 2 * stored["project"]["minutes_per_day"])
    assert plan.task(last["id"])["name"] == 'Prepare "the" room'
    plan.page.locator(".gantt_grid").focus()
    plan.undo()
    plan.wait(lambda: len(plan.stored()["tasks"]) == count, "undone")
    assert plan.task(last["id"])["name"] == last["name"]
