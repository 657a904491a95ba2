"""Every page has its section in the guides, every section named exists, and the guides are pages of the product."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accord.people.models import Role, User
from accord.web.shell.guide import ORDER, guide, guides
from accord.web.shell.site_map import HELP
from tests.factories import browser_of
from tests.web.routes import ROUTES

# What answers a script, sends a file, or is seen for a moment only.
NO_PAGES = {
    "palette", "help", "file", "file-picture", "help-guide", "account-names", "project-names", "mention-names",
    "sign-in-confirmed", "mailbox-signed-in",
    "quote-pdf", "invoice-pdf", "invoice-xml", "project-plan-pdf", "status-report-pdf",
    "account-audit-export", "project-audit-export", "audit-log-export",
    "simulation-progress", "levelling-progress", "figures-progress", "time-cell", "import-progress", "import-sample",
}  # fmt: skip


@pytest.fixture
def client(db: None) -> Client:
    user = User.objects.create(email="m@firm.test", name="Member", roles=[Role.MEMBER], password="!")
    return browser_of(user)


def test_every_page_has_a_section() -> None:
    pages = {
        name
        for name, route in ROUTES.items()
        if not (route.form or route.post or route.public or name.startswith("api:"))
    }
    assert sorted(pages - NO_PAGES - set(HELP)) == []


def test_the_table_names_routes_and_sections_that_exist() -> None:
    assert sorted(set(HELP) - set(ROUTES) - {"mfa_index"}) == []
    missing = []
    for route, place in HELP.items():
        name, _, anchor = place.partition("#")
        found = guide(name)
        if found is None or anchor not in found.anchors:
            missing.append((route, place))
    assert missing == []


def test_links_between_sections_lead_somewhere(client: Client) -> None:
    anchors = {found.name: found.anchors for found in guides()}
    for name in ORDER:
        html = client.get(reverse("help-guide", args=[name])).content.decode()
        main = html.split("<main")[1].split("</main")[0]
        for target, anchor in re.findall(r'href="/help/([a-z-]+)#([\w-]+)"', main):
            assert anchor in anchors[target], (name, target, anchor)
        assert set(re.findall(r'href="#([\w-]+)"', main)) == anchors[name]
        assert ".md" not in main


def test_the_help_link_of_a_page_opens_its_section(client: Client) -> None:
    html = client.get(reverse("time")).content.decode()
    assert f'href="{reverse("help-guide", args=["member"])}#log-time"' in html
    assert client.get(reverse("help-guide", args=["nonsense"])).status_code == 404


def test_the_palette_finds_sections_by_title(client: Client) -> None:
    groups = client.get(reverse("palette"), {"q": "log time"}).json()["groups"]
    found = {group["label"]: [item["url"] for item in group["items"]] for group in groups}
    assert "/help/member#log-time" in found["Help"]
