"""The parts of pages are dataclasses, records' pages are built from panels, and forms of a type are declared once."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

import accord.config.urls  # noqa: F401, which knows every page
from accord.accounts.models import Account
from accord.people.models import Role, User
from accord.sales.models import Opportunity, OpportunityStage, Service, stages
from accord.support.models import Topic
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact, Link
from accord.web.shell.record_page import Mark, Panel, RecordPage, text_panel
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage
from tests.core.test_hours_field import every

SRC = Path(__file__).parents[2] / "src" / "accord"
HOSTILE = "<script>alert(1)</script>"

# What a dict of these keys would be. The keys of one are at least the first and at most both.
PARTS = {
    "Action, Link, Crumb or Tab": (
        {"label", "url"},
        {"icon", "primary", "danger", "drawer", "more", "key", "method", "active", "count"},
    ),
    "Fact or Number": ({"label", "value"}, {"missing", "tone", "url", "hint", "caption", "unit"}),
    "Badge": ({"label", "tone"}, set()),
    "Empty": ({"title", "text"}, {"icon", "action"}),
    "Column": ({"label"}, {"numeric", "hide_small", "sort", "sorted"}),
    "Cell": ({"value"}, {"sub", "tone", "badge", "numeric", "drawer"}),
}
OTHERS = {"details_field.py", "faults.py"}  # the values of a form's rows; the text of a page without a frame


def _as_part(keys: set[str]) -> str:
    return next((name for name, (least, more) in PARTS.items() if least <= keys <= least | more), "")


def test_no_page_builds_its_parts_as_dicts() -> None:
    paths = [*(SRC / "web").rglob("*.py"), *(SRC / "portal").rglob("*.py")]
    found = [
        (f"{path.relative_to(SRC)}:{node.lineno}", part)
        for path in paths
        if path.name not in OTHERS
        for above in ast.walk(ast.parse(path.read_text()))
        if not (isinstance(above, ast.BinOp) and isinstance(above.op, ast.Mod))  # the values of a text
        for node in ast.iter_child_nodes(above)
        if isinstance(node, ast.Dict)
        and node.keys
        and (part := _as_part({str(getattr(key, "value", "**")) for key in node.keys}))
    ]
    assert len(paths) > 200
    assert found == []


def test_a_dict_would_be_found() -> None:
    assert _as_part({"label", "url", "icon"}) == "Action, Link, Crumb or Tab"
    assert _as_part({"label", "value", "missing"}) == "Fact or Number"
    assert _as_part({"title", "text", "icon"}) == "Empty"
    assert _as_part({"title", "text", "sections"}) == ""


def shown(page: RecordPage) -> str:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.htmx = None  # type: ignore[attr-defined]
    return page.response(request).content.decode()


def test_the_page_of_a_record_has_its_head_and_its_panels_in_order() -> None:
    page = RecordPage(
        record=SimpleNamespace(pk=1), title="Blue Heron", subtitle="Q-7", of=Link("Owl & Sons", "/accounts/2/"),
        above=[Crumb("Requests", "/requests/")], crumb="Q-7", mark=Mark("Owl", text="Q-7"),
        badges=[Badge("New", "info")], facts=[Fact("Owner", missing="Unassigned")],
        actions=[Action.edit("/edit"), Action.new("New line", "/new")],
        panels=[
            text_panel("Second", "First line\n\nsecond line", missing="Nothing."),
            text_panel("Empty", "", missing="Nothing said."),
            Panel("Aside", "shell/parts/panels.html#table", {"rows": [], "empty": Empty("No rows yet")}, id="aside",
                  action=Action("Add row", "/rows/new", icon="plus"), side=True),
        ],
    )  # fmt: skip
    text = shown(page)
    order = ("<h1>Blue Heron", ">Second<", ">Empty<", 'class="record-side"', ">Aside<")
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "<p>First line</p>" in text and "<p>second line</p>" in text
    assert re.search(r'<p class="muted">\s*Nothing said\.\s*</p>', text)
    assert "No rows yet" in text and "Unassigned" in text and "Owl &amp; Sons" in text
    assert 'aria-labelledby="aside"' in text and 'href="/rows/new" data-drawer' in text
    assert text.count('data-key="e"') == 1 and text.count('data-key="n"') == 1


def test_panels_escape_what_people_wrote() -> None:
    page = RecordPage(
        record=SimpleNamespace(pk=1), title=HOSTILE, subtitle=HOSTILE, above=[Crumb(HOSTILE, "/")],
        mark=Mark(HOSTILE, text=HOSTILE), badges=[Badge(HOSTILE, HOSTILE)], facts=[Fact(HOSTILE, HOSTILE)],
        panels=[text_panel(HOSTILE, HOSTILE, missing="")],
    )  # fmt: skip
    text = shown(page)
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert") >= 7


DECLARED = sorted((each for each in every(FormPages) if "New" in vars(each)), key=lambda each: each.__name__)


def test_the_three_pages_of_a_type_come_from_its_declaration() -> None:
    assert len(DECLARED) >= 30
    for pages in DECLARED:
        assert issubclass(pages.New, CreatePage) and issubclass(pages.Edit, EditPage)
        assert issubclass(pages.Remove, RemovePage) and not issubclass(pages.Edit, RemovePage)
        edit = resolve(reverse(f"{pages.route}-edit", args=[1])).func.view_class  # type: ignore[attr-defined]
        removal = resolve(reverse(f"{pages.route}-removal", args=[1])).func.view_class  # type: ignore[attr-defined]
        assert (edit, removal) == (pages.Edit, pages.Remove), pages
        assert pages.Edit.removal == f"{pages.route}-removal"
        assert pages.New.submit_label == pages.new_label and pages.Edit.submit_label == "Save"


@pytest.fixture
def boss(db: Any, client: Client) -> Client:
    client.force_login(User.objects.create(email="b@firm.test", name="Boss", roles=[Role.ADMINISTRATOR]))
    return client


def test_what_has_no_page_leads_back_to_its_list_and_what_has_one_to_it(boss: Client, account: Account) -> None:
    topic = Topic.objects.create(name="Export")
    edit = boss.get(reverse("topic-edit", args=[topic.pk])).context
    assert (edit["cancel_url"], edit["delete_url"]) == (
        reverse("topics"), reverse("topic-removal", args=[topic.pk]),
    )  # fmt: skip
    assert boss.get(reverse("topic-removal", args=[topic.pk])).context["cancel_url"] == reverse("topics")
    new = boss.get(reverse("request-new", args=[account.pk])).context
    assert new["cancel_url"] == reverse("account-requests", args=[account.pk])
    chance = Opportunity.objects.create(account=account, name="Next", stage="proposal", currency="EUR")
    gone = boss.get(reverse("opportunity-removal", args=[chance.pk])).context
    assert gone["cancel_url"] == reverse("account-opportunities", args=[account.pk])
    assert boss.get(reverse("service-new")).context["title"] == f"New {Service._meta.verbose_name}"


def test_a_stage_is_known_by_its_new_name_at_once(boss: Client) -> None:
    stage = OpportunityStage.objects.create(key="pilot", name="Pilot", chance=30, order=99)
    assert stages()["pilot"].name == "Pilot"
    url = reverse("stage-edit", args=[stage.pk])
    sent = {"name": "Trial", "chance": "30", "order": "99", "key": "pilot", "version": str(stage.version)}
    assert boss.post(url, sent).status_code == 302
    assert stages()["pilot"].name == "Trial"
    boss.post(reverse("stage-removal", args=[stage.pk]), {"version": str(stage.version + 1)})
    assert "pilot" not in stages()
