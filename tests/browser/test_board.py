"""The board by mouse and by keyboard: a drop presses what the card's menu has, and a finding leads into the Gantt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.installation import Installation

OpenPage = Callable[..., Any]
SMALL = """SELECT p.id FROM projects_project p WHERE p.status = 'active' AND 12 <=
(SELECT count(*) FROM projects_task t WHERE t.project_id = p.id AND t.percent_complete = 0 AND t.kind = 'task')
ORDER BY (SELECT count(*) FROM projects_task t WHERE t.project_id = p.id), p.id LIMIT 1"""


def drag(page: Any, card: Any, lane: Any) -> None:
    """Slowly, as a hand does: the library waits for moves."""
    card.scroll_into_view_if_needed()
    a, b = card.bounding_box(), lane.bounding_box()
    page.mouse.move(a["x"] + 20, a["y"] + 14)
    page.mouse.down()
    page.mouse.move(a["x"] + 40, a["y"] + 20, steps=4)
    page.mouse.move(b["x"] + b["width"] / 2, b["y"] + 30, steps=12)
    page.mouse.up()


def test_cards_are_moved_by_hand_and_by_key_and_undone(open_page: OpenPage, demo: Installation) -> None:
    pk = demo.query(SMALL)[0][0]
    page = open_page(f"/projects/{pk}/board", role="administrator")
    lane = {name: page.locator(f"[data-lane={name}]") for name in ("to-do", "doing", "waiting", "done")}
    first = lane["to-do"].locator("[data-card]").first
    card = first.get_attribute("data-card")

    drag(page, first, lane["doing"])
    lane["doing"].locator(f"[data-card='{card}']").wait_for()
    page.get_by_role("button", name="Undo").click()
    lane["to-do"].locator(f"[data-card='{card}']").wait_for()

    # What it waits for is asked before the card goes.
    drag(page, lane["to-do"].locator(f"[data-card='{card}']"), lane["waiting"])
    page.get_by_label("Waiting for").fill("the client’s texts")
    assert lane["to-do"].locator(f"[data-card='{card}']").count() == 1
    page.get_by_role("button", name="Move to waiting").click()
    moved = lane["waiting"].locator(f"[data-card='{card}']")
    expect(moved).to_contain_text("the client’s texts")

    moved.locator("summary").focus()
    page.keyboard.press("Enter")
    moved.get_by_role("button", name="Move to done").focus()
    page.keyboard.press("Enter")
    lane["done"].locator(f"[data-card='{card}']").wait_for()


def test_a_finding_is_shown_in_the_plan(open_page: OpenPage, demo: Installation) -> None:
    pk = demo.query(SMALL)[0][0]
    page = open_page(f"/projects/{pk}/plan/quality", role="administrator")
    page.locator(".quality-found summary").first.click()
    link = page.locator(".quality-found a").first
    task = link.get_attribute("href").rpartition("#task-")[2]
    link.click()
    page.locator("[data-plan=ready]").wait_for()
    page.locator(f"#plan-row-{task}.plan-cursor").wait_for()
