"""The inbox by keyboard, and a comment with a mention."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect


def _unread(page: Any) -> int:
    label = page.locator("#bell").get_attribute("aria-label")
    return int(label.split(", ")[1].split(" ")[0]) if ", " in label else 0


def _at(page: Any, line: str) -> None:
    expect(page.locator(".notice-text:focus")).to_have_text(line)


def test_the_inbox_is_worked_off_by_keyboard(open_page: Any) -> None:
    page = open_page("/inbox", role="account manager")
    before = _unread(page)
    assert before >= 4
    lines = page.locator(".is-unread .notice-text").all_inner_texts()
    page.keyboard.press("j")
    page.keyboard.press("j")
    _at(page, lines[1])
    page.keyboard.press("k")
    _at(page, lines[0])
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.locator(f'#bell[aria-label*=", {before - 1} unread"]').wait_for()
    _at(page, lines[2])  # whoever was at the second row is at the second row again
    assert lines[1] not in page.locator(".is-unread .notice-text").all_inner_texts()
    page.keyboard.press("s")
    page.locator(f'#bell[aria-label*=", {before - 2} unread"]').wait_for()
    page.goto(page.url.split("?")[0] + "?show=snoozed")
    assert lines[2] in page.locator(".notice-text").all_inner_texts()
    page.goto(page.url.split("?")[0])
    page.keyboard.press("j")
    opened = page.locator(".notice-text:focus").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/inbox" not in url)
    page.go_back()
    page.reload()
    assert opened not in page.locator(".is-unread .notice-text").all_inner_texts()


def test_a_mention_is_chosen_by_keyboard_and_the_comment_appears_in_place(open_page: Any) -> None:
    page = open_page("/accounts/", role="account manager")
    page.locator("main a[data-row]").first.click()
    box = page.locator("#talk textarea")
    box.click()
    box.type("Please look, @")
    page.wait_for_selector(".mentions [aria-selected=true]")
    first = page.locator(".mentions li span").nth(1).inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value(f"Please look, @{first} ")
    expect(page.locator(".mentions")).to_have_count(0)
    address = page.url
    said = page.locator("#talk li").count()
    page.locator("#talk form.comment-box button").click()
    page.locator("#talk li").nth(said).wait_for()
    assert page.url == address
    expect(page.locator("#talk li").last).to_contain_text("Please look")
