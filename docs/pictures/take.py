"""Takes the README's pictures of this build: ``make pictures``. Needs Chromium; serves the demo firm while it does."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HOME = Path(os.environ.get("ACCORD_DEMO_HOME", HERE.parents[1] / "var" / "demo"))
ENVIRONMENT = os.environ | {"ACCORD_ENV": "development", "ACCORD_HOME": str(HOME), "ACCORD_LOG_LEVEL": "ERROR"}
ACCORD = [sys.executable, "-m", "accord.cli.main"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str) -> None:
    """Until the pages answer, a minute at most."""
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}/up", timeout=2)
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the demo firm did not come up")


def busiest(page: Any, address: str, path: str) -> str:
    """The address of the first record of a list."""
    page.goto(address + path)
    href: str = page.locator("tbody a[data-row]").first.get_attribute("href")
    return href


def take(page: Any, address: str) -> None:
    client = busiest(page, address, "/accounts/?status=client&tier=A")
    project = busiest(page, address, "/projects/?status=active&sort=-finish")
    doubtful = busiest(page, address, "/projects/?q=battery+parks")
    shots = {
        "account": client,
        "account-plan": f"{client}plan",
        "people-map": f"{client}people",
        "project": project,
        "plan": f"{project}plan",
        "requests": "/requests/",
        "opportunities": "/opportunities/",
        "numbers": "/numbers/",
        "capacity": "/people/capacity",
        "uncertainty": f"{doubtful}uncertainty",
    }
    for name, path in shots.items():
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(600)  # charts and the Gantt draw after their data arrive
        page.screenshot(path=HERE / f"{name}.png")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/projects/?status=open")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=HERE / "projects-dark.png")


def main() -> None:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Chromium is needed to take pictures")
    subprocess.run([*ACCORD, "demo", "--no-serve"], check=True, env=ENVIRONMENT | {"ACCORD_DEMO_HOME": str(HOME)})
    signs = json.loads((HOME / "sign-ins.json").read_text())
    sign_in = next(way for way in signs if "dministrator" in way["role"])
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([*ACCORD, "web", "--port", str(port), "--workers", "1"], env=ENVIRONMENT)
    try:
        wait_for(address)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.goto(f"{address}/sign-in/login/")
            page.fill("input[name=login]", sign_in["email"])
            page.fill("input[name=password]", sign_in["password"])
            page.click("button[type=submit]")
            page.wait_for_load_state("networkidle")
            take(page, address)
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=30)
    print(f"Pictures are in {HERE}")


if __name__ == "__main__":
    main()
