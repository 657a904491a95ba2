"""Chromium against a running Accord that serves the demo firm.

``open_page(role="project manager")`` gives a signed-in page; whatever the page complains about in its console (scripts
refused by the content security policy, failed requests, exceptions) fails the test that opened it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.plan_page import ROLE, Plan
from tests.installation import Installation, Template, alone, shared_by_processes

# Playwright runs its own event loop in the test's thread, which Django mistakes for asynchronous code of ours.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

HERE = Path(__file__).parent
SCALE = "1.0"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser; tests that want it are skipped where it is absent."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not on this machine")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # as long as Playwright waits for anything else
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(chromium: Any, template: Template, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The demo firm on disk, in SQLite. It is built once, however many processes run the tests."""
    shared = shared_by_processes(tmp_path_factory.getbasetemp())
    built = Installation(shared / "demo-firm")
    built.home.mkdir(exist_ok=True)
    with alone(shared / "demo-firm.lock"):
        if not (built.home / "sign-ins.json").exists():
            done = built.run("demo", "--no-serve", "--scale", SCALE, ACCORD_DEMO_HOME=str(built.home))
            assert done.returncode == 0, done.stderr
    copy = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(built.home, copy)
    return Installation(copy, template=template)


@pytest.fixture(scope="session")
def address(demo: Installation) -> Iterator[str]:
    """Where the demo firm is served."""
    with demo.serving("--workers", "1", command="web") as address:
        yield address


@pytest.fixture(scope="session")
def sign_ins(demo: Installation) -> dict[str, dict[str, str]]:
    """Role → ``{"name", "email", "password"}``; the roles in small letters."""
    return {way["role"].lower(): way for way in json.loads((demo.home / "sign-ins.json").read_text())}


@pytest.fixture(scope="session")
def states() -> dict[str, Any]:
    """Role → cookies, so that each role signs in once."""
    return {}


@pytest.fixture
def open_page(
    chromium: Any, address: str, sign_ins: dict[str, dict[str, str]], states: dict[str, Any]
) -> Iterator[Callable[..., Any]]:
    """Open a page, signed in as ``role`` (none: signed out), at ``path``, ``width`` pixels wide, in ``theme``."""
    contexts, complaints = [], []

    def listen(page: Any) -> None:
        page.on(
            "console",
            lambda message: message.type == "error" and complaints.append(f"{message.text} {message.location['url']}"),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((address, "data:", "blob:"))
                or complaints.append(f"asked the outside world for {request.url}")
            ),
        )

    def open_(path: str = "/", *, role: str = "", width: int = 1280, theme: str = "light") -> Any:
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            storage_state=states.get(role) if role else None,
        )
        contexts.append(context)
        page = context.new_page()
        listen(page)
        if role and role not in states:
            page.goto("/sign-in/login/")
            page.fill("input[name=login]", sign_ins[role]["email"])
            page.fill("input[name=password]", sign_ins[role]["password"])
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda url: "/sign-in/" not in url)
            states[role] = context.storage_state()
        page.goto(path)
        return page

    open_.complaints = complaints  # type: ignore[attr-defined]
    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def plan(open_page: Callable[..., Any]) -> Iterator[Plan]:
    """A middling plan that the project manager may change and that has work still to be done."""
    page = open_page("/", role=ROLE)
    projects = page.request.get("/api/projects?limit=100").json()["items"]
    found = next((project["id"] for project in projects if fits(page, project["id"])), None)
    assert found, "the demo firm has no plan to try on"
    page.goto(f"/projects/{found}/plan")
    page.wait_for_selector("[data-plan=ready]")
    there = Plan(page, found)
    was_undoable = there.stored()["undo"]["can_undo"]
    yield there
    # What a test that failed has left would fail those after it.
    token = next(cookie["value"] for cookie in page.context.cookies() if "csrf" in cookie["name"])
    while not was_undoable and there.stored()["undo"]["can_undo"]:
        headers = {"X-CSRFToken": token, "Referer": page.url}
        if not page.request.post(f"/api/projects/{found}/plan/undo", data={}, headers=headers).ok:
            break


def fits(page: Any, project: int) -> bool:
    """Whether the manager may change this plan, and it is small, with enough to do."""
    found = page.request.get(f"/api/projects/{project}/plan").json()
    todo = [t for t in found["tasks"] if t["kind"] == "task" and not t["percent_complete"]]
    return bool(found["project"]["can_edit"]) and len(todo) >= 6 and len(found["tasks"]) <= 120
