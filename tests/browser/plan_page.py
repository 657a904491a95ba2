"""A plan on a page, driven as a planner drives it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import expect

ROLE = "project manager"


@dataclass
class Plan:
    """A plan on a page, and what the server holds of it."""

    page: Any
    pk: int

    def stored(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.request.get(f"/api/projects/{self.pk}/plan").json()
        return found

    def task(self, pk: int) -> dict[str, Any]:
        return next(task for task in self.stored()["tasks"] if task["id"] == pk)

    def open_tasks(self) -> list[dict[str, Any]]:
        """Tasks without progress, in the order of the page."""
        tasks = self.stored()["tasks"]
        return [t for t in tasks if t["kind"] == "task" and not t["percent_complete"] and t["duration_minutes"] >= 480]

    def cell(self, pk: int, column: str) -> Any:
        return self.page.locator(f"#plan-cell-{pk}-{column}")

    def bar(self, pk: int) -> Any:
        return self.page.locator(f'.gantt_task_line[data-task-id="{pk}"]')

    def edit(self, pk: int, column: str, text: str) -> None:
        self.go_to(pk)
        self.cell(pk, column).dblclick()
        box = self.page.locator(".plan-cell-input")
        box.fill(text)
        box.press("Enter")

    def go_to(self, pk: int) -> None:
        """Bring the row onto the screen, as the arrow keys do."""
        grid = self.page.locator(".gantt_grid")
        grid.focus()
        grid.press("Control+Home")
        place = [t["id"] for t in self.stored()["tasks"]].index(pk)
        for _ in range(place):
            grid.press("ArrowDown")

    def select_row(self) -> None:
        """From the cell to its whole row, in which single letters are commands."""
        self.page.locator(".gantt_grid").press("Shift+Space")

    def undo(self, steps: int = 1) -> None:
        """Take back one step after the other by the keyboard, each once the one before it is answered.

        A dialog stays open, and has the keys, until the page has the answer that the server may have stored long ago.
        """
        expect(self.page.locator("dialog[open]")).to_have_count(0)
        for _ in range(steps):
            with self.page.expect_response(lambda answer: answer.url.endswith("/plan/undo")) as undone:
                self.page.keyboard.press("Control+z")
            assert undone.value.ok, undone.value.text()

    def said(self, part: str) -> Any:
        """What the page says in one of its places: compared by ``expect``, for it may be about to."""
        return self.page.locator(f"[data-plan-{part}]")

    def at(self, what: str) -> None:
        """The cursor is on this row or cell."""
        expect(self.page.locator(".gantt_grid")).to_have_attribute("aria-activedescendant", f"plan-{what}")

    def wait(self, true: Callable[[], Any], what: str) -> None:
        # Not Playwright's own waiting for a function: that evaluates a string, which the page's policy forbids.
        deadline = time.monotonic() + 40
        while not true():
            assert time.monotonic() < deadline, f"waited in vain until {what}"
            self.page.wait_for_timeout(50)
