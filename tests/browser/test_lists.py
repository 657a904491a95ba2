"""Lists in the browser: cards moved by keyboard and mouse, cells edited in place, groups closed."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect


def test_a_card_moves_by_keyboard_and_by_mouse(open_page: Any) -> None:
    page = open_page("/opportunities/?show=board", role="account manager")
    card = page.locator("[data-lane=engaging] [data-card] a[id]").first
    key = card.get_attribute("id")
    card.focus()
    page.keyboard.press("Alt+Shift+ArrowRight")
    page.locator(f"[data-lane=proposal] #{key}").wait_for()
    expect(page.locator("#list [role=status]").last).to_contain_text("moved to Proposal")
    expect(page.locator(f"#{key}")).to_be_focused()
    moved = page.locator("[data-lane=prospecting] [data-card]").first
    number = moved.get_attribute("data-card")
    start, end = moved.bounding_box(), page.locator("[data-lane=engaging]").bounding_box()
    page.mouse.move(start["x"] + 30, start["y"] + start["height"] - 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 40, steps=5)
    page.mouse.move(end["x"] + 60, end["y"] + 40, steps=12)
    page.mouse.up()
    page.locator("#list [role=status]", has_text="moved to Engaging").wait_for()
    expect(page.locator(f"[data-lane=engaging] [data-card='{number}']")).to_have_count(1)


def test_a_move_that_needs_an_answer_asks_and_the_card_stays(open_page: Any) -> None:
    page = open_page("/opportunities/?show=board", role="account manager")
    card = page.locator("[data-lane=negotiation] [data-card] a[id]").first
    key = card.get_attribute("id")
    card.focus()
    page.keyboard.press("Alt+Shift+ArrowRight")
    page.locator("dialog [name=closed_on]").wait_for()
    assert page.locator(f"[data-lane=negotiation] #{key}").count() == 1
    page.locator("dialog form button[type=submit]").click()
    page.locator(f"[data-lane=negotiation] #{key}").wait_for(state="detached")


def test_a_cell_is_edited_by_keyboard_and_the_focus_comes_back(open_page: Any) -> None:
    page = open_page("/opportunities/?group=owner", role="account manager")
    link = page.locator("a.cell-edit[id$=-expected_on]").first
    key = link.get_attribute("id")
    link.focus()
    page.keyboard.press("Enter")
    page.locator("[data-cell-form]").wait_for()
    expect(page.locator("[data-cell-form] [name=expected_on]")).to_be_focused()
    page.locator("[data-cell-form] input[type=date]").fill("2031-03-03")
    page.keyboard.press("Enter")
    page.locator("[data-cell-form]").wait_for(state="detached")
    expect(page.locator(f"#{key}")).to_be_focused()
    expect(page.locator(f"td:has(#{key})")).to_contain_text("3 Mar 2031")
    stage = page.locator("a.cell-edit[id$=-stage]").first
    key = stage.get_attribute("id")
    stage.focus()
    page.keyboard.press("Enter")
    page.locator("[data-cell-form]").wait_for()
    expect(page.locator("[data-cell-form] [name=stage]")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("[data-cell-form]").wait_for(state="detached")
    expect(page.locator(f"#{key}")).to_be_focused()
    group = page.locator("a.group-toggle").first
    group.focus()
    page.keyboard.press("Enter")
    page.locator("a.group-toggle[aria-expanded=false]").wait_for()
    expect(page.locator("a.group-toggle:focus")).to_have_attribute("id", re.compile("^group-"))
