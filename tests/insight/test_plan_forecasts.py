"""P50 and P80 of running projects are kept daily, and tested when the project is closed; so are chances of renewal."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accord.engines.customers.intervals import wilson
from accord.insight.actions.keep_plan_forecast import keep_plan_forecast
from accord.insight.actions.keep_renewal_forecasts import keep_renewal_forecasts
from accord.insight.actions.measure_project import measure_project
from accord.insight.actions.score_forecasts import score_forecasts
from accord.insight.jobs import measure_running_projects
from accord.insight.models import ForecastScore, PlanForecast, ProjectMeasure, RenewalForecast
from accord.insight.plan_forecasts import closed_ratios
from accord.insight.queries import project_value
from accord.insight.queries_calibration import calibration, firm_calibration, record_of, renewal_record
from accord.insight.queries_scoreboard import project_forecasts
from accord.people.models import Role, User
from accord.projects.actions.schedule import schedule
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import Project, Task
from accord.sales.models import Agreement
from accord.web.projects.forecasts import forecast_tables
from tests.factories import browser_of, create_account, create_project, create_user
from tests.insight.test_scoreboard import START, closed, kept

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9)
TUESDAY = date(2026, 3, 3)


def running(start: datetime = MONDAY) -> Project:
    """Two tasks of two days one after the other, agreed on, each to cost 1,400."""
    project = create_project("Running", start=start, status="active")
    for uid in (1, 2):
        Task.objects.create(
            project=project, uid=uid, name=f"Task {uid}", order=uid, duration_minutes=840, fixed_cost=Decimal(1400),
            constraint="SNET", constraint_date=start + timedelta(days=2 * (uid - 1)),
        )  # fmt: skip
    schedule(plan=project.plan, by=None)
    take_baseline(project=project, by=None)
    return project


def forecast(project: Project, day: date) -> PlanForecast | None:
    value = project_value(project, None, day)
    return keep_plan_forecast(measure=measure_project(project=project, day=day, value=value), loaded=value.loaded)


def row(project: Project, week: int, **more: Any) -> PlanForecast:
    said = {"path_pace": 12, "shrunk_pace": 13, "p50_alone": 12, "p80_alone": 13, "p50": 15, "p80": 18} | more
    day = (START + timedelta(weeks=week)).date() - timedelta(days=1)
    return PlanForecast.objects.create(
        project=project, day=day, weeks=week, simulated=10, variance=0.02, projects=0, **said
    )


def test_a_running_project_is_forecast_from_its_plan() -> None:
    project = running()
    found = forecast(project, TUESDAY)
    assert found is not None
    assert found.weeks < found.p50_alone < found.p80_alone < found.p80
    assert found.p50_alone < found.p50
    assert (found.projects, found.path_pace > found.weeks) == (0, True)
    again = forecast(project, TUESDAY)
    assert again is not None and (again.p50, again.p80) == (found.p50, found.p80)
    assert PlanForecast.objects.count() == 1


def test_slow_work_makes_it_later() -> None:
    """The first task was agreed to take two days; it takes four."""
    usual = forecast(running(), TUESDAY)
    slow = running()
    Task.objects.filter(project=slow, uid=1).update(percent_complete=50, actual_start=MONDAY, duration_minutes=1680)
    found = forecast(slow, TUESDAY)
    assert usual is not None and found is not None
    measure = ProjectMeasure.objects.get(project=slow, day=TUESDAY)
    planned = float(measure.planned_weeks)
    assert found.path_pace > usual.path_pace and found.path_pace > planned
    assert found.p80 > usual.p80


def test_nothing_is_forecast_without_a_baseline_or_when_all_is_done() -> None:
    bare = create_project("Bare", start=MONDAY, status="active")
    Task.objects.create(project=bare, uid=1, name="Work", order=1, duration_minutes=480)
    schedule(plan=bare.plan, by=None)
    done = running()
    Task.objects.filter(project=done).update(percent_complete=100, actual_start=MONDAY)
    assert forecast(bare, TUESDAY) is None
    assert forecast(done, TUESDAY) is None


def test_the_job_keeps_one_a_day() -> None:
    project = running(datetime.combine(timezone.localdate(), datetime.min.time()).replace(hour=9))
    assert measure_running_projects.func() == 1
    first = PlanForecast.objects.get(project=project)
    measure_running_projects.func()
    assert PlanForecast.objects.get(project=project).pk == first.pk


def test_quantiles_are_scored_when_the_project_is_closed() -> None:
    """By hand: sixteen weeks were true. Early P80 said 18 (too much), half way 15 (too little)."""
    project = closed()
    row(project, 4)
    row(project, 8, p80=15.2, p50=14.4)
    score_forecasts(project=project)
    found = {(s.method, s.stage): s for s in ForecastScore.objects.filter(quantity="duration")}
    early, middle = found["p80", "early"], found["p80", "middle"]
    assert (early.held, early.pinball) == (True, pytest.approx(0.2 * 2 / 16))
    assert (middle.held, middle.pinball) == (False, pytest.approx(0.8 * 0.8 / 16))
    assert found["p50", "early"].pinball == pytest.approx(0.5 * 1 / 16)
    assert found["path_pace", "early"].error == pytest.approx(4 / 16)
    assert found["path_pace", "early"].held is None


def test_the_first_forecast_of_a_stage_is_put_to_the_test() -> None:
    """Later ones know more; a project counts once."""
    project = closed()
    row(project, 4, p80=15)
    kept(project, 5, pv=500, ev=250, ac=350, finish=12, es="2.5")
    row(project, 5, p80=20)
    score_forecasts(project=project)
    score = ForecastScore.objects.get(method="p80", stage="early")
    assert (score.held, score.forecasts) == (False, 2)


def test_calibration_counts_projects_with_an_interval(admin: User) -> None:
    for number in range(3):
        project = closed(f"Shop {number}", date(2026, 5, 1 + number))
        row(project, 4, p80=18 if number else 15)
        score_forecasts(project=project)
    found = next(each for each in firm_calibration(admin) if (each.method, each.stage) == ("p80", "early"))
    among = wilson(2, 3)
    assert among is not None
    assert (found.p, found.held, found.projects, found.low, found.high) == (0.8, 2, 3, among.low, among.high)
    assert next(each for each in calibration() if each.stage == "late").low is None
    page = browser_of(admin).get("/numbers/scoreboard").content.decode()
    assert "How often P50 and P80 held" in page and "2 of 3" in page
    answer = browser_of(admin).get("/api/numbers/scoreboard").json()
    said = next(each for each in answer["calibration"] if (each["method"], each["stage"]) == ("p80", "early"))
    assert (said["held"], said["projects"]) == (2, 3)
    with pytest.raises(PermissionDenied):
        firm_calibration(create_user("Mo", Role.MEMBER))


def test_the_factor_learns_from_what_was_simulated_early() -> None:
    first, second = closed("First"), closed("Second", date(2026, 6, 1))
    row(first, 2)
    row(second, 8)  # late for a plan of ten weeks: the planned duration counts
    assert closed_ratios() == [(date(2026, 5, 1), 16 / 10), (date(2026, 6, 1), 16 / 10)]
    PlanForecast.objects.filter(project=first).update(simulated=12.8)
    assert [ratio for _, ratio in closed_ratios()] == [16 / 12.8, 1.6]
    assert closed_ratios(before=date(2026, 6, 1)) == [(date(2026, 5, 1), 16 / 12.8)]


def test_the_money_tab_says_the_range_and_what_it_rests_on(admin: User) -> None:
    project = create_project("Next", start=START, status="active")
    measure = kept(project, 8, pv=800, ev=500, ac=600, finish=14, es="5", latest=True)
    row(project, 8)
    finish, _ = forecast_tables(project, admin, measure)
    text = finish["text"].replace("\N{NO-BREAK SPACE}", " ")
    assert "Finished by 20 Apr 2026 with a chance of 50%, by 11 May 2026 with a chance of 80%." in text
    assert "174 public projects" in text and "put to the test" in text and "80 real project networks" in text
    other = closed()
    row(other, 8, p80=18)
    score_forecasts(project=other)
    finish, _ = forecast_tables(project, admin, measure)
    assert "P80 held in 1 of 1 closed project at this stage" in finish["text"]


def test_a_plan_forecast_of_days_ago_no_longer_counts(admin: User) -> None:
    project = create_project("Next", start=START, status="active")
    measure = kept(project, 8, pv=800, ev=500, ac=600, finish=14, es="5", latest=True)
    found = row(project, 8)
    assert project_forecasts(project, admin, measure)[0].plan == found
    PlanForecast.objects.update(day=found.day - timedelta(days=3))
    assert project_forecasts(project, admin, measure)[0].plan is None


def retainer(ends: date, **more: Any) -> Agreement:
    values = {"title": "Care", "kind": "retainer", "starts_on": ends - timedelta(days=364), "ends_on": ends}
    return Agreement.objects.create(account=create_account(f"Client {ends} {len(more)}"), **(values | more))


def test_chances_of_renewal_are_kept_while_they_change_and_decided_at_the_end() -> None:
    ends, first = date(2026, 6, 30), date(2026, 4, 1)
    likely, lost = retainer(ends, renewal_status="likely"), retainer(ends, renewal_status="at_risk", service="x")
    retainer(date(2027, 6, 30))  # too far ahead
    assert keep_renewal_forecasts(today=first) == 2
    assert keep_renewal_forecasts(today=first + timedelta(days=1)) == 0
    Agreement.objects.filter(pk=likely.pk).update(renewal_status="sure")
    assert keep_renewal_forecasts(today=first + timedelta(days=2)) == 1
    retainer(ends + timedelta(days=364), predecessor=likely, starts_on=ends + timedelta(days=1))
    keep_renewal_forecasts(today=ends)
    assert set(RenewalForecast.objects.filter(agreement=lost).values_list("renewed", flat=True)) == {None}
    keep_renewal_forecasts(today=ends + timedelta(days=1))
    said = RenewalForecast.objects.order_by("agreement", "day").values_list("agreement", "chance", "renewed")
    assert list(said) == [(likely.pk, 0.75, True), (likely.pk, 0.95, True), (lost.pk, 0.35, False)]


def test_what_renews_automatically_and_was_not_ended_says_nothing() -> None:
    ends = date(2026, 6, 30)
    agreement = retainer(ends, renews_automatically=True)
    keep_renewal_forecasts(today=date(2026, 5, 1))
    keep_renewal_forecasts(today=date(2026, 7, 5))
    assert RenewalForecast.objects.get().renewed is None
    Agreement.objects.filter(pk=agreement.pk).update(status="ended")
    keep_renewal_forecasts(today=date(2026, 7, 6))
    assert RenewalForecast.objects.get().renewed is False


def test_renewals_are_scored_by_what_was_said_a_month_before(admin: User) -> None:
    agreement, ends = retainer(date(2026, 6, 30)), date(2026, 6, 30)
    for days, chance in ((90, 0.4), (40, 0.9), (5, 0.1)):
        RenewalForecast.objects.create(
            agreement=agreement, day=ends - timedelta(days=days), chance=chance, renewed=True
        )
    found = renewal_record(admin)
    assert (found.renewals, found.renewed, found.brier, found.low) == (1, 1, pytest.approx(0.01), None)
    page = browser_of(admin).get("/numbers/scoreboard").content.decode()
    assert "1 of 1 were renewed" in page
    assert browser_of(admin).get("/api/numbers/scoreboard").json()["renewals"]["renewals"] == 1
    with pytest.raises(PermissionDenied):
        renewal_record(create_user("Mo", Role.MEMBER))


def test_chances_that_tell_more_than_the_base_rate_gain() -> None:
    sharp = record_of([(0.9, True)] * 30 + [(0.1, False)] * 10)
    assert sharp.low is not None and sharp.low > 0
    blunt = record_of([(0.1, True), (0.9, False)] * 10)
    assert blunt.high is not None and blunt.high < 0
    assert record_of([]).brier is None
