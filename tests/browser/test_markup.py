"""Every page of a firm whose every text is markup: nothing of it becomes an element, an attribute or a request."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.canary import NOT_TEXT
from tests.installation import Installation

# What a browser saves instead of showing, what answers a program, and what only an empty installation has.
NO_PAGE = {
    "set-up",
    "logo",
    "account-audit-export",
    "project-audit-export",
    "audit-log-export",
    "up",
    "palette",
    "import-sample",
    "quote-pdf",
    "timer-hours",  # seen by their own person alone
    "timer-removal",
    "invoice-pdf",
    "invoice-xml",
    "status-report-pdf",
    "quote-answer-pdf",
    "project-plan-pdf",
    "calendar-feed-read",
    "file",
    "file-picture",
}
LOOK = """() => {
  const acts = /^(hx-|data-hx-|on|src|srcset|action|formaction|style)/;
  const attributes = [...document.querySelectorAll('*')].flatMap((found) => [...found.attributes]);
  return {
    elements: [...document.querySelectorAll('[data-canary]')].map((found) => found.outerHTML.slice(0, 200)),
    asking: attributes.filter(({ name, value }) => acts.test(name) && value.includes('canary'))
      .map(({ name, value }) => `${name}=${value.slice(0, 100)}`),
    shown: document.documentElement.outerHTML.includes('data-canary'),
  };
}"""


@pytest.fixture
def firm(installation: Installation) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(installation.python("from tests.browser.canary import build; print(build())"))
    return made


class Crawl:
    """One browser, signed in, that notes what it finds."""

    def __init__(self, chromium: Any, address: str, session: str) -> None:
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.shown = 0
        self.context = chromium.new_context(base_url=address)
        self.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        self.context.on("request", self._note)
        for ending in ("css", "woff2", "svg"):
            self.context.route(f"**/*.{ending}", lambda route: route.abort())
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))

    def _note(self, request: Any) -> None:
        if urlsplit(request.url).path.startswith("/canary"):
            self.asked.append(request.url)

    def open(self, name: str, url: str) -> None:
        answer = self.page.goto(url, wait_until="domcontentloaded")
        assert answer.status < 400, (name, url, answer.status)
        if self.page.locator("[data-plan], .chart-host, [data-task-editor]").count():
            self.page.wait_for_load_state("networkidle")
        self.look(name)

    def use(self, urls: dict[str, str]) -> None:
        """What scripts draw: the drawer, the palette, the tooltip of a bar, a toast."""
        page = self.page
        page.goto(urls["account"])
        page.locator("main a[data-drawer]").first.click()
        page.wait_for_selector("#drawer-body form")
        self.look("the drawer")
        page.goto(urls["home"])
        page.keyboard.press("Control+k")
        page.keyboard.type("canary")
        page.wait_for_selector("#palette-list [role=option] >> text=data-canary")
        self.look("the palette")
        page.goto(urls["project-plan"])
        page.wait_for_selector("[data-plan=ready]")
        page.locator(".gantt_task_line").first.hover()
        page.wait_for_selector(".gantt_tooltip >> text=data-canary")
        self.look("a tooltip")
        page.goto(urls["baseline-removal"])  # it is the current one: the refusal names it
        page.locator("form button[type=submit] >> text=Delete").click()
        page.wait_for_selector("#toasts .note >> text=data-canary")
        self.look("a toast")

    def look(self, name: str) -> None:
        found = self.page.evaluate(LOOK)
        self.wrong += [f"{name} ({self.page.url}): {what}" for what in found["elements"] + found["asking"]]
        self.wrong += [f"{name} ({self.page.url}) asked for {what}" for what in self.asked]
        self.asked.clear()
        self.shown += found["shown"]


def test_no_element_attribute_or_request_comes_from_data(
    chromium: Any, installation: Installation, firm: dict[str, Any]
) -> None:
    wrong, shown = [], 0
    with installation.serving("--workers", "2", command="web") as address:
        for role, session in firm["sessions"].items():
            crawl = Crawl(chromium, address, session)
            for name, (url, is_for_administrators) in sorted(firm["pages"].items()):
                if name not in NO_PAGE and is_for_administrators == (role == "administrator"):
                    crawl.open(name, url)
            if role == "administrator":
                crawl.use({name: url for name, (url, _) in firm["pages"].items()})
            wrong, shown = wrong + crawl.wrong, shown + crawl.shown
            crawl.context.close()
    assert wrong == [], "\n".join(wrong)
    assert shown > 150, f"the canary stands on {shown} pages only"
    assert len(firm["filled"]) > 40
    assert all(NOT_TEXT.values())
