"""The plan as a PDF: a page for every screenful of rows, the words of the plan in it, and nothing read as markup."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import typst
from django.core.serializers.json import DjangoJSONEncoder

from accord.projects.queries import load_plan
from accord.web.projects.print_columns import COLUMNS
from accord.web.projects.print_plan import TEMPLATE, Wish, layout
from tests.factories import browser_of
from tests.world import World

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
BAD = '#panic("markup") $x$ *bold* <label> @ref \\ `raw` {"a"}'


@pytest.fixture
def ours(world: tuple[World, dict[str, Any]]) -> Any:
    return world[0].ours


def drawn(data: dict[str, Any]) -> list[Any]:
    """The pages as drawings, each with the texts as glyphs."""
    found = typst.compile(
        TEMPLATE.read_bytes(), format="svg", sys_inputs={"data": json.dumps(data, cls=DjangoJSONEncoder)}
    )
    return list(found) if isinstance(found, list) else [found]


def test_the_pdf_is_served_to_who_sees_the_project(world: tuple[World, dict[str, Any]], ours: Any) -> None:
    client = browser_of(world[0].users["member"])
    answer = client.get(
        f"/projects/{ours.project.pk}/plan.pdf", {"paper": "a3", "columns": ",".join(COLUMNS), "wide": "one"}
    )
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-") and b"/Page" in answer.content
    wrong = client.get(f"/projects/{ours.project.pk}/plan.pdf", {"paper": "a0"})
    assert wrong.status_code == 400 and b"paper" in wrong.content


def test_pages_hold_all_rows_with_the_header_on_each(ours: Any) -> None:
    loaded = load_plan(ours.project.plan)
    short = layout(ours.project, loaded, Wish(), today=TODAY)
    assert short["title"] == ours.project.name and short["client"] == str(ours.project.account)
    names = [cell["text"] for page in short["pages"] for cells in page["cells"] for cell in cells]
    assert ours.task.name.split()[0] in " ".join(names).replace("\N{NO-BREAK SPACE}", " ")
    many = short | {"pages": short["pages"] * 3}
    assert len(drawn(short)) == len(short["pages"])
    assert len(drawn(many)) == 3 * len(short["pages"])


def test_what_somebody_wrote_is_never_markup(ours: Any) -> None:
    ours.task.name = BAD
    ours.task.save()
    ours.project.name = BAD
    data = layout(ours.project, load_plan(ours.project.plan), Wish(), today=TODAY)
    assert drawn(data)


def test_overlays_and_links_are_drawn_when_wanted(ours: Any) -> None:
    loaded = load_plan(ours.project.plan)
    plain = layout(ours.project, loaded, Wish(critical=False, baseline=False, links=False), today=TODAY)
    full = layout(ours.project, loaded, Wish(), today=TODAY)
    assert not any(page["links"] for page in plain["pages"]) and any(page["links"] for page in full["pages"])
    assert "critical" in full["legend"] and "critical" not in plain["legend"]
    assert not any(bar["critical"] for page in plain["pages"] for bar in page["bars"])


def test_a_long_plan_goes_over_several_pages_unless_one_is_wanted(ours: Any) -> None:
    loaded = load_plan(ours.project.plan)
    loaded.tasks[-1].finish = loaded.tasks[-1].finish.replace(year=loaded.tasks[-1].finish.year + 6)
    wide = layout(ours.project, loaded, Wish(), today=TODAY)
    one = layout(ours.project, loaded, Wish(one_wide=True), today=TODAY)
    assert len(wide["pages"]) > len(one["pages"]) == 1
    assert {page["shift"] for page in wide["pages"]} == {n * wide["chart"] for n in range(len(wide["pages"]))}
