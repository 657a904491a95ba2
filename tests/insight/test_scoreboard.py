"""Forecasts are scored when a project closes, and the record weighs the forecasts of the others."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accord.insight.actions.measure_project import measure_project
from accord.insight.actions.score_forecasts import score_forecasts
from accord.insight.forecasts import MIX, forecasts
from accord.insight.models import ForecastScore, ProjectMeasure
from accord.insight.queries_scoreboard import firm_records, project_forecasts, scored_projects, standings
from accord.people.models import Role, User
from accord.projects.models import Project, Task
from accord.web.projects.forecasts import forecast_tables
from accord.web.shell.templatetags.shell import money_short
from tests.factories import browser_of, create_project, create_user

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 5)
BAC, WEEKS_PLANNED = Decimal(1000), Decimal(10)


def kept(
    project: Project, week: int, *, pv: int, ev: int, ac: int, finish: int, es: str, **more: Any
) -> ProjectMeasure:
    """What is known after ``week`` weeks: money, earned schedule, and the week in which the plan then ends."""
    moment = START + timedelta(weeks=week)
    return ProjectMeasure.objects.create(
        project=project, day=moment.date() - timedelta(days=1), status_date=moment, latest=more.pop("latest", False),
        bac=BAC, pv=Decimal(pv), ev=Decimal(ev), ac=Decimal(ac), finish=START + timedelta(weeks=finish),
        weeks=Decimal(week), planned_weeks=WEEKS_PLANNED, earned_weeks=Decimal(es), **more,
    )  # fmt: skip


def closed(name: str = "Shop", stopped: date = date(2026, 5, 1), *, latest: dict[str, Any] | None = None) -> Project:
    """Planned for ten weeks and 1,000; took sixteen and 1,200."""
    project = create_project(name, start=START, status="closed", stopped_on=stopped)
    kept(project, 4, pv=400, ev=200, ac=300, finish=12, es="2")
    kept(project, 8, pv=800, ev=500, ac=600, finish=14, es="5")
    kept(project, 16, **({"pv": 1000, "ev": 1000, "ac": 1200, "finish": 16, "es": "10"} | (latest or {})), latest=True)
    return project


def scores_of(project: Project) -> dict[tuple[str, str, str], ForecastScore]:
    return {(row.quantity, row.method, row.stage): row for row in ForecastScore.objects.filter(project=project)}


def test_every_method_is_compared_with_how_the_project_ended() -> None:
    """By hand: after 4 weeks 2 were earned, so 20 at that pace; 16 were true. CPI 2/3 gives 1,500; 1,200 were true."""
    project = closed()
    assert score_forecasts(project=project) == len(scores_of(project))
    found = scores_of(project)
    expected = {
        ("duration", "pace", "early"): 20 / 16 - 1,
        ("duration", "rest_as_planned", "early"): 12 / 16 - 1,
        ("duration", "plan", "early"): 12 / 16 - 1,
        ("duration", "plan", "middle"): 14 / 16 - 1,
        ("cost", "cost_efficiency", "early"): 1500 / 1200 - 1,
        ("cost", "rest_as_budgeted", "early"): 1100 / 1200 - 1,
        ("cost", "both_efficiencies", "early"): (300 + 800 / (2 / 3 * 1 / 2)) / 1200 - 1,
        ("cost", "mixed_efficiency", "middle"): (600 + 500 / (0.8 * 5 / 6 + 0.2 * 5 / 8)) / 1200 - 1,
    }
    for key, bias in expected.items():
        assert (found[key].bias, found[key].error) == pytest.approx((bias, abs(bias))), key
        assert found[key].forecasts == 1
    assert not [key for key in found if key[2] == "late"]  # finished: nothing was left to forecast


def test_with_no_record_the_mix_is_that_of_the_published_errors() -> None:
    project = closed()
    score_forecasts(project=project)
    said, published = (
        {"plan": 12.0, "pace": 20.0, "rest_as_planned": 12.0},
        {"plan": 0.25, "pace": 0.22, "rest_as_planned": 0.21},
    )
    weights = {key: published[key] ** -6 for key in said}
    mean = sum(weight * math.log(said[key]) for key, weight in weights.items()) / sum(weights.values())
    assert scores_of(project)["duration", MIX, "early"].bias == pytest.approx(math.exp(mean) / 16 - 1)


def test_no_forecast_knows_its_own_outcome() -> None:
    """The mix of a project is weighed by what was closed before, also when it is scored anew."""
    first, second = closed("First", date(2026, 5, 1)), closed("Second", date(2026, 6, 1))
    for project in (first, second):
        score_forecasts(project=project)
    alone = scores_of(first)["duration", MIX, "early"].bias
    assert scores_of(second)["duration", MIX, "early"].bias != pytest.approx(alone)
    score_forecasts(project=first)
    assert scores_of(first)["duration", MIX, "early"].bias == alone


@pytest.mark.parametrize("latest", [{"ev": 900}, {"ac": 0}], ids=["closed before all was done", "nothing was spent"])
def test_what_did_not_end_is_not_scored(latest: dict[str, Any]) -> None:
    project = closed(latest=latest)
    score_forecasts(project=project)
    cost = ForecastScore.objects.filter(quantity="cost")
    assert not cost.exists()
    assert ForecastScore.objects.exists() == ("ac" in latest)


def test_a_project_that_is_opened_again_has_no_scores() -> None:
    project = closed()
    score_forecasts(project=project)
    Project.objects.update(status="active", stopped_on=None)
    project.refresh_from_db()
    assert standings("duration", "early").projects == 0
    assert score_forecasts(project=project) == 0
    assert not ForecastScore.objects.exists()


def test_measuring_a_closed_project_scores_it() -> None:
    project = create_project(start=START, status="closed", stopped_on=date(2026, 4, 24))
    Task.objects.create(project=project, uid=1, name="Work", order=1, duration_minutes=480, percent_complete=100)
    closed_measure = measure_project(project=project, day=date(2026, 4, 24))
    assert closed_measure.schedule is None  # no baseline: nothing to compare with
    assert not ForecastScore.objects.exists()


def test_what_a_measurement_keeps_is_enough_for_every_method() -> None:
    project = create_project(start=START, status="active")
    measure = kept(project, 8, pv=800, ev=500, ac=600, finish=14, es="5")
    assert forecasts(measure, "duration") == {"plan": 14.0, "pace": 16.0, "rest_as_planned": 13.0}
    assert forecasts(measure, "cost") == pytest.approx(
        {
            "rest_as_budgeted": 1100,
            "cost_efficiency": 1200,
            "both_efficiencies": 1560,
            "mixed_efficiency": 600 + 500 / (0.8 * 5 / 6 + 0.2 * 5 / 8),
        }
    )  # fmt: skip
    measure.weeks = None
    assert forecasts(measure, "duration") == {}


def test_the_record_weighs_the_forecasts_of_others(manager: User) -> None:
    score_forecasts(project=closed())
    project = create_project("Next", start=START, status="active", manager=manager)
    measure = kept(project, 8, pv=800, ev=500, ac=600, finish=14, es="5", latest=True)
    duration, cost = project_forecasts(project, manager, measure)
    assert (duration.record.stage, duration.record.projects) == ("middle", 1)
    assert 13 < duration.mix < 16
    right = {row.key: row.close for row in duration.record.rows if row.projects}
    assert right == {MIX: 1, "plan": 0, "pace": 1, "rest_as_planned": 0}
    assert sum(row.counts or 0 for row in cost.record.rows) == pytest.approx(1)
    with pytest.raises(PermissionDenied):
        project_forecasts(project, create_user("Mo", Role.MEMBER), measure)


def test_only_who_sees_the_firm_s_figures_sees_the_scoreboard(manager: User) -> None:
    score_forecasts(project=closed())
    member = create_user("Mo", Role.MEMBER)
    with pytest.raises(PermissionDenied):
        firm_records(member)
    assert not scored_projects(member).exists()
    assert browser_of(member).get("/numbers/scoreboard").status_code in (403, 404)
    assert browser_of(member).get("/api/numbers/scoreboard").status_code in (403, 404)


def test_page_and_api_say_the_same(admin: User) -> None:
    score_forecasts(project=closed())
    browser = browser_of(admin)
    page = browser.get("/numbers/scoreboard").content.decode()
    records = browser.get("/api/numbers/scoreboard").json()["records"]
    early = next(row for row in records if (row["quantity"], row["stage"]) == ("duration", "early"))
    plan = next(row for row in early["methods"] if row["method"] == "plan")
    assert (plan["error"], plan["bias"], plan["projects"], plan["close"]) == (0.25, -0.25, 1, 0)
    assert "25.0%" in page and "bias −25.0%" in page and "Early (n = 1)" in page and "Shop" in page


def test_the_money_tab_shows_what_each_method_says(admin: User) -> None:
    project = create_project("Next", start=START, status="active")
    kept(project, 8, pv=800, ev=500, ac=600, finish=14, es="5", latest=True)
    measure = ProjectMeasure.objects.get()
    finish, cost = forecast_tables(project, admin, measure)
    assert "published errors" in finish["text"]
    shown = {str(row.cells[0].value): row.cells[1].value for row in [*finish["rows"], *cost["rows"]]}
    assert (
        shown["At the pace so far"] == "27\N{NO-BREAK SPACE}Apr\N{NO-BREAK SPACE}2026"
    )  # sixteen weeks after 5 January
    assert shown["Rest as budgeted"] == money_short(1100, project.currency)
