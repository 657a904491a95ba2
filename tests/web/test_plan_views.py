"""The plan from other sides: quality, baselines, what changed, board and calendar."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accord.core import texts
from accord.people.models import Absence
from accord.projects.actions.edit_plan import edit_plan, redo_step, undo_step
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import Baseline, Project, Task
from tests.factories import browser_of
from tests.world import Side, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def side(world: tuple[World, dict[str, Any]]) -> Side:
    return world[0].ours


@pytest.fixture
def client_of(world: tuple[World, dict[str, Any]]) -> Any:
    def of(role: str) -> Client:
        return browser_of(world[0].users[role])

    return of


@pytest.fixture
def leader(client_of: Any) -> Client:
    found: Client = client_of("project_manager")
    return found


def text_of(answer: Any) -> str:
    """What a reader sees, without the tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def change(side: Side, **fields: Any) -> None:
    task = Task.objects.get(pk=side.task.pk)
    one = {"op": "update_task", "id": task.pk, "version": task.version, "fields": fields}
    edit_plan(plan=side.project.plan, by=side.users["project_manager"], changes=[one])


# Quality


def test_each_finding_leads_to_its_task_in_the_plan(leader: Client, side: Side) -> None:
    answer = leader.get(reverse("project-plan-quality", args=[side.project.pk]))
    assert answer.status_code == 200
    points = {point["key"]: point for point in answer.context["points"]}
    assert len(points) == 14
    logic = points["logic"]
    assert (logic["verdict"], logic["figure"], logic["counted"]) == ("Failed", "100%", "2 of 2")
    assert [found["task"].pk for found in logic["findings"]] == [side.task.pk, side.second.pk]
    assert f'href="/projects/{side.project.pk}/plan#task-{side.task.pk}"' in answer.content.decode()
    assert "no successor" in text_of(answer)


def test_findings_are_in_the_readers_language(leader: Client, side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine speaks English; whoever shows what it found translates it, the page and the API."""
    monkeypatch.setattr(texts, "gettext", lambda text: f"«{text}»")
    page = text_of(leader.get(reverse("project-plan-quality", args=[side.project.pk])))
    assert "«Logic»" in page
    assert "«no successor»" in page
    found = leader.get(f"/api/projects/{side.project.pk}/plan/quality").json()["points"][0]
    assert (found["name"], found["findings"][0]["note"][0]) == ("«Logic»", "«")
    earned = leader.get(f"/api/projects/{side.project.pk}/earned-value").json()
    assert earned["status_date_is"].startswith("«")


def test_without_a_baseline_the_page_says_so(leader: Client, side: Side) -> None:
    Baseline.objects.filter(project=side.project).delete()
    answer = leader.get(reverse("project-plan-quality", args=[side.project.pk]))
    points = {point["key"]: point for point in answer.context["points"]}
    for key in ("missed", "cpli", "bei"):
        assert (points[key]["verdict"], points[key]["figure"]) == ("Not assessed", None)
        assert points[key]["reason"] == "The plan has no baseline"
    assert "without a baseline" in text_of(answer)


def test_quality_of_a_project_without_tasks(leader: Client, side: Side) -> None:
    empty = Project.objects.create(
        account=side.account, name="Empty", start=side.project.start, manager=side.users["project_manager"]
    )
    answer = leader.get(reverse("project-plan-quality", args=[empty.pk]))
    assert (answer.status_code, "No plan to assess yet" in text_of(answer)) == (200, True)


# Baselines


def test_two_states_are_compared_and_money_is_for_those_who_see_it(client_of: Any, side: Side) -> None:
    change(side, duration_minutes=3 * 420)
    url = reverse("project-baselines", args=[side.project.pk])
    answer = client_of("project_manager").get(url)
    assert [column.label for column in answer.context["table"]["columns"]][-1] == "Cost"
    rows = {row.id: row.cells for row in answer.context["table"]["rows"]}
    finish = rows[side.second.pk][2]
    assert (finish.tone, "later, was" in finish.sub) == ("bad", True)
    assert answer.context["table"]["finish"]["changed"] == 2
    hidden = client_of("member").get(url)
    assert "Cost" not in [column.label for column in hidden.context["table"]["columns"]]
    assert "€" not in text_of(hidden)
    assert reverse("baseline-choice", args=[side.baseline.pk]) not in hidden.content.decode()


def test_the_filter_keeps_what_is_later_than_asked(leader: Client, side: Side) -> None:
    change(side, duration_minutes=960 + 2 * 480)
    url = reverse("project-baselines", args=[side.project.pk])
    assert leader.get(url, {"later_than": 1}).context["table"]["rows"]
    assert leader.get(url, {"later_than": 5}).context["table"]["rows"] == []
    wrong = leader.get(url, {"later_than": "many"})
    assert "Delayed by more than (days): Enter a whole number" in text_of(wrong)


def test_choosing_renaming_and_removing(leader: Client, side: Side) -> None:
    newer = take_baseline(project=side.project, by=side.users["project_manager"], name="Change 1")
    page = reverse("project-baselines", args=[side.project.pk])
    answer = leader.get(page)
    assert [(kept.baseline.pk, kept.by) for kept in answer.context["baselines"]] == [
        (newer.pk, "Ours Project Manager"), (side.baseline.pk, "Accord"),
    ]  # fmt: skip
    removal = reverse("baseline-removal", args=[newer.pk])
    refused = leader.post(removal, follow=True)
    assert "Choose another current baseline before you delete it" in text_of(refused)
    assert Baseline.objects.filter(pk=newer.pk).exists()
    assert leader.post(reverse("baseline-choice", args=[side.baseline.pk])).status_code == 302
    assert Baseline.objects.get(pk=side.baseline.pk).number == 0
    assert leader.post(removal)["Location"] == page

    rename = reverse("baseline-edit", args=[side.baseline.pk])
    version = Baseline.objects.get(pk=side.baseline.pk).version
    assert leader.post(rename, {"name": "Signed", "version": version}).status_code == 302
    late = leader.post(rename, {"name": "Mine", "version": version})
    assert late.status_code == 409 and "Signed" in text_of(late)
    empty = leader.post(rename, {"name": "", "version": version + 1})
    assert empty.status_code == 422 and "name" in empty.context["form"].errors


# What changed


def test_what_changed_since_tells_steps_and_effect(leader: Client, side: Side) -> None:
    change(side, duration_minutes=960 + 480)
    url = reverse("project-plan-changes", args=[side.project.pk])
    answer = leader.get(url)
    assert "(a week ago)" in text_of(answer)
    step = answer.context["steps"][0]
    assert (step["event"].actor_name, step["done"]) == ("Ours Project Manager", "changed “Design”")
    moved = {row.id for row in answer.context["table"]["rows"]}
    assert {side.task.pk, side.second.pk} <= moved
    since = leader.get(url, {"since": f"baseline-{side.baseline.pk}"})
    assert f"(baseline “{side.baseline}”)" in text_of(since)
    assert {row.id for row in since.context["table"]["rows"]} == moved
    wrong = leader.get(url, {"on": "2199-01-01"})
    assert wrong.status_code == 422 and "Choose a date in the past" in text_of(wrong)


def test_an_edit_that_was_taken_back_says_so(leader: Client, side: Side) -> None:
    change(side, duration_minutes=960 + 480)
    url = reverse("project-plan-changes", args=[side.project.pk])
    badges = ('tone-neutral">Undone<', 'tone-neutral">Redone<')
    assert not any(badge in leader.get(url).content.decode() for badge in badges)
    undo_step(plan=side.project.plan, by=side.users["project_manager"])
    redo_step(plan=side.project.plan, by=side.users["project_manager"])
    assert all(badge in leader.get(url).content.decode() for badge in badges)


def test_the_browser_remembers_the_visit_before(leader: Client, side: Side) -> None:
    url = reverse("project-plan-changes", args=[side.project.pk])
    leader.get(reverse("project-plan", args=[side.project.pk]))
    name = f"plan-{side.project.pk}"
    assert leader.cookies[name]["path"] == f"/projects/{side.project.pk}/" and leader.cookies[name]["httponly"]
    assert "My last visit" not in text_of(leader.get(url)), "this is still the first visit"
    for kept, known in (("|2026-01-05T10:00:00+00:00", True), ("2199-01-01T00:00:00+00:00|x", False), ("<b>", False)):
        leader.cookies[name] = kept
        assert ("(your last visit)" in text_of(leader.get(url))) is known, kept


# Board


def board(client: Client, side: Side, **asked: str) -> Any:
    return client.get(reverse("project-board", args=[side.project.pk]), asked)


def lanes(answer: Any) -> dict[str, list[str]]:
    return {lane["name"]: [each["task"].name for each in lane["cards"]] for lane in answer.context["lanes"]}


def move(client: Client, side: Side, lane: str, **more: Any) -> Any:
    version = Task.objects.get(pk=side.task.pk).version
    return client.post(reverse("task-move", args=[side.task.pk, lane]), {"version": version} | more)


def test_a_card_goes_from_lane_to_lane_and_back(leader: Client, side: Side) -> None:
    assert lanes(board(leader, side)) == {"to-do": ["Design", "Open", "Build"], "doing": [], "waiting": [], "done": []}
    assert move(leader, side, "doing")["Location"] == reverse("project-board", args=[side.project.pk])
    asked = leader.get(reverse("task-move", args=[side.task.pk, "waiting"]))
    assert "Waiting for" in text_of(asked)
    refused = move(leader, side, "waiting")
    assert refused.status_code == 422 and "waiting_for" in refused.context["form"].errors
    move(leader, side, "waiting", waiting_for="the client’s texts")
    answer = board(leader, side)
    assert lanes(answer)["waiting"] == ["Design"] and "the client’s texts" in text_of(answer)
    move(leader, side, "done")
    assert lanes(board(leader, side))["done"] == ["Design"]
    assert "Percent complete" in text_of(leader.get(reverse("task-move", args=[side.task.pk, "doing"])))
    assert move(leader, side, "doing").status_code == 422
    move(leader, side, "doing", percent="80")
    assert "80 %" in text_of(board(leader, side)).replace("80%", "80 %")
    warned = text_of(leader.get(reverse("task-move", args=[side.task.pk, "to-do"])))
    assert "Its progress of 80% will be cleared" in warned
    undo = reverse("project-board-undo", args=[side.project.pk])
    assert leader.post(undo).status_code == 302
    assert lanes(board(leader, side))["done"] == ["Design"], "one move, one step"
    assert leader.get(reverse("task-move", args=[side.task.pk, "attic"])).status_code == 404


def test_a_card_that_somebody_else_changed_stays(leader: Client, side: Side) -> None:
    version = Task.objects.get(pk=side.task.pk).version
    change(side, name="Draft")
    url = reverse("task-move", args=[side.task.pk, "doing"]) + "?person=me"
    late = leader.post(url, {"version": version})
    assert late.status_code == 409 and "Someone else changed this task" in text_of(late)
    on_board = leader.post(url, {"version": version}, headers={"HX-Request": "true", "HX-Target": "list"})
    assert on_board.status_code == 409 and "The board now shows the latest state" in text_of(on_board)
    done = leader.post(url, {"version": version + 1}, headers={"HX-Request": "true", "HX-Target": "list"})
    assert done["Location"] == reverse("project-board", args=[side.project.pk]) + "?person=me", "the filter stays"


def test_nothing_to_undo_is_said(leader: Client, side: Side) -> None:
    answer = leader.post(reverse("project-board-undo", args=[side.project.pk]), headers={"HX-Request": "true"})
    assert answer.status_code == 422 and "Nothing to undo" in text_of(answer)


def test_members_see_the_board_but_do_not_move_cards(client_of: Any, side: Side) -> None:
    answer = board(client_of("member"), side)
    body = answer.content.decode()
    assert "Only Ours Project Manager and others with edit rights can move cards" in text_of(answer)
    assert "data-to=" not in body and "board.js" not in body
    assert move(client_of("member"), side, "done").status_code == 403


def test_the_board_is_filtered_by_person_deliverable_and_words(client_of: Any, side: Side) -> None:
    leader, member = client_of("project_manager"), client_of("member")
    assert lanes(board(member, side, person="me"))["to-do"] == ["Design"]
    assert lanes(board(leader, side, person="me"))["to-do"] == []
    assert lanes(board(leader, side, person=str(side.resource.pk)))["to-do"] == ["Design"]
    assert lanes(board(leader, side, person="nobody"))["to-do"] == ["Open", "Build"]
    assert lanes(board(leader, side, q="buil"))["to-do"] == ["Build"]
    Task.objects.filter(pk=side.second.pk).update(deliverable=side.deliverable)
    assert "Build" in lanes(board(leader, side, deliverable=str(side.deliverable.pk)))["to-do"]
    assert "Open" not in lanes(board(leader, side, deliverable=str(side.deliverable.pk)))["to-do"]


# Calendar


def test_a_month_shows_what_finishes_and_who_is_away(leader: Client, side: Side) -> None:
    Absence.objects.create(person=side.person, kind="sick", starts_on=date(2026, 3, 5), ends_on=date(2026, 3, 6))
    Task.objects.filter(pk=side.second.pk).update(deadline="2026-03-27 00:00:00")
    url = reverse("project-calendar", args=[side.project.pk])
    answer = leader.get(url, {"month": "2026-03"})
    days = {day["date"]: day for week in answer.context["weeks"] for day in week}
    assert (min(days), max(days)) == (date(2026, 2, 23), date(2026, 4, 5))
    finish = Task.objects.get(pk=side.task.pk).finish
    assert "Design" in [entry["name"] for entry in days[finish.date()]["entries"]]
    assert [entry["kind"] for entry in days[date(2026, 3, 26)]["entries"]] == ["Deadline"], "midnight ends the day"
    assert [day for day in days if days[day]["away"]] == [date(2026, 3, 5), date(2026, 3, 6)]
    assert "Away: Pat Person" in text_of(answer) and "ick" not in text_of(answer), "why is their own affair"
    assert (answer.context["previous"], answer.context["following"]) == ("2026-02", "2026-04")


@pytest.mark.parametrize("month", ["", "2026-13", "never", "0001-01", "9999-12", "2026-3"])
def test_a_month_that_is_none_is_this_one(leader: Client, side: Side, month: str) -> None:
    answer = leader.get(reverse("project-calendar", args=[side.project.pk]), {"month": month})
    assert answer.status_code == 200 and answer.context["is_this_month"]


# The machines' door


def test_the_api_tells_quality_baselines_and_their_difference(client_of: Any, side: Side) -> None:
    change(side, duration_minutes=960 + 480)
    leader, member = client_of("project_manager"), client_of("member")
    url = f"/api/projects/{side.project.pk}"
    points = {point["key"]: point for point in leader.get(f"{url}/plan/quality").json()["points"]}
    assert points["logic"]["findings"][0] == {"task": side.task.pk, "note": "no predecessor"}
    kept = leader.get(f"{url}/baselines").json()
    assert [(row["id"], row["number"]) for row in kept] == [(side.baseline.pk, 0)]
    found = leader.get(f"{url}/baselines/comparison", {"first": side.baseline.pk}).json()
    row = next(row for row in found["tasks"] if row["id"] == side.task.pk)
    assert (row["fate"], row["before"]["duration_minutes"], row["after"]["duration_minutes"]) == ("changed", 960, 1440)
    assert row["before"]["cost"] == "960.00"
    hidden = member.get(f"{url}/baselines/comparison", {"first": side.baseline.pk}).json()
    assert all("cost" not in row["after"] for row in hidden["tasks"])
    other = Baseline.objects.exclude(project=side.project).first()
    assert other is not None
    assert leader.get(f"{url}/baselines/comparison", {"first": other.pk}).status_code == 404
