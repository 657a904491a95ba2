"""A plan on a page, driven as a planner drives it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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

    def said(self, part: str) -> str:
        return str(self.page.locator(f"[data-plan-{part}]").inner_text())

    def wait(self, true: Callable[[], Any], what: str) -> None:
        # Not Playwright's own waiting for a function: that evaluates a string, which the page's policy forbids.
        deadline = time.monotonic() + 40
        while not true():
            assert time.monotonic() < deadline, f"waited in vain until {what}"
            self.page.wait_for_timeout(50)
