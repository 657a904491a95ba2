"""A week is entered by keyboard alone, submitted, approved and corrected; on a phone it is one day at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import expect

from accord.core.durations import clock

OpenPage = Callable[..., Any]
TODAY = date.today()
LAST_WEEK = TODAY - timedelta(days=TODAY.weekday() + 7)


def minutes_of(text: str) -> int:
    hours, _, minutes = text.strip().partition(":")
    return int(hours) * 60 + int(minutes)


def test_a_week_by_keyboard_from_entry_to_correction(open_page: OpenPage) -> None:
    page = open_page(f"/time/?week={LAST_WEEK}", role="administrator")
    page.locator("#week[data-begun]").wait_for()
    before = minutes_of(page.locator("[data-week-total]").text_content())
    page.keyboard.press("n")
    page.keyboard.type("2h project management mon")
    expect(page.locator("[data-quick-reading]")).to_contain_text("2:00 h Project management, Monday")
    page.keyboard.press("Enter")
    monday = page.locator("[data-cell][data-minutes='120']")
    expect(monday).to_have_value("2:00")
    row = f"[data-line='{monday.get_attribute('data-row')}']"

    monday.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("7,5")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("90m")
    page.keyboard.press("Control+d")
    page.keyboard.press("Shift+F2")
    page.keyboard.type("Steering group")
    page.keyboard.press("Enter")
    expect(page.locator("[data-save-state]")).to_have_text("Saved.")
    expect(page.locator("[data-week-total]")).to_have_text(clock(before + 840))
    page.reload()
    values = [cell.input_value() for cell in page.locator(f"{row} [data-cell]").all()]
    assert values == ["2:00", "7:30", "1:30", "1:30", "1:30", "", ""]

    page.locator("[data-cell]").first.focus()
    page.keyboard.type("no time")
    page.keyboard.press("Enter")
    expect(page.locator("[data-save-trouble]")).to_contain_text("for example 7:30")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".page-head .badge")).to_have_text("Submitted")
    assert page.locator("[data-cell]").count() == 0

    page.get_by_role("button", name="Approve", exact=True).press("Enter")
    expect(page.locator(".page-head .badge")).to_have_text("Approved")
    page.locator(f"{row} a.hour-cell").first.press("Enter")
    page.get_by_role("link", name="Correct", exact=True).press("Enter")
    page.locator("input[name=hours]").fill("3")
    page.locator("input[name=reason]").fill("Forgot the call")
    page.locator("input[name=reason]").press("Enter")
    expect(page.locator(".timeline").first).to_contain_text("from 2:00 to 3:00")
    expect(page.locator("[data-week-total]")).to_have_text(clock(before + 900))


def test_what_was_typed_outlives_a_lost_connection(open_page: OpenPage) -> None:
    page = open_page("/time/", role="administrator")
    page.locator("#week[data-begun]").wait_for()
    page.keyboard.press("n")
    page.keyboard.type("15m project management")
    expect(page.locator("[data-quick-reading]")).to_contain_text("0:15 h")
    page.keyboard.press("Enter")
    cell = page.locator("[data-cell][data-minutes='15']")
    expect(cell).to_have_value("0:15")
    page.context.set_offline(True)
    cell.fill("0:45")
    cell.press("Enter")
    expect(page.locator("[data-save-state]")).to_contain_text("1 cell isn't saved yet")
    page.context.set_offline(False)
    expect(page.locator("[data-save-state]")).to_have_text("Saved.")
    page.reload()
    expect(page.locator("[data-cell][data-minutes='45']")).to_have_value("0:45")
    open_page.complaints[:] = [each for each in open_page.complaints if "ERR_INTERNET_DISCONNECTED" not in each]


def test_on_a_phone_it_is_one_day_at_a_time(open_page: OpenPage) -> None:
    page = open_page("/time/?week=" + str(LAST_WEEK), role="administrator", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    line = page.locator(".week-grid tfoot")
    assert [cell.is_visible() for cell in line.locator("td.tc").all()].count(True) == 1
    page.locator("[data-show='3']").click()
    expect(line.locator("td.d3")).to_be_visible()
    expect(line.locator("td.d0")).to_be_hidden()


def test_a_timer_outlives_a_reload_and_becomes_hours(open_page: OpenPage) -> None:
    page = open_page("/time/", role="administrator")
    page.get_by_role("link", name="Start timer", exact=True).click()
    page.get_by_role("button", name="Start timer", exact=True).click()
    expect(page.locator(".timer-clock")).to_have_text("0:01")
    page.reload()
    expect(page.locator(".timer-clock")).to_have_text("0:01")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".timer-bar")).to_have_count(0)
    expect(page.locator("[data-week-total]")).not_to_have_text("0:00")
