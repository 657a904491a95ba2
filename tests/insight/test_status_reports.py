"""Status reports: computed once, edited, published, revised, and sent, without amounts where these are not seen."""

from __future__ import annotations

import io
from copy import deepcopy
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from pypdf import PdfReader

from accord.conversations.models import Notification
from accord.core import editing
from accord.core.access import Permission, can
from accord.core.models import Event
from accord.engines.calendars.working_time import CalendarError
from accord.engines.texts import gettext_lazy
from accord.insight.actions import send_status_reports
from accord.insight.actions.report_status import (
    publish_status_report,
    report_status,
    revise_status_report,
    update_status_report,
)
from accord.insight.actions.send_status_reports import MOST_TRIES, draft_due_reports, send_waiting_reports
from accord.insight.models import StatusReport, StatusReportDelivery, StatusReportSchedule
from accord.insight.status_lights import Area, Colour
from accord.insight.status_parts import lights_of, parts_of
from accord.insight.status_pdf import status_pdf
from accord.people.models import Firm, Role, User
from accord.projects.actions.raise_entry import raise_entry
from accord.projects.actions.schedule import schedule
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import ChangeRequest, Project, ProjectMember, Risk, Task
from tests.factories import create_project, create_user

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9)


@pytest.fixture
def leader(db: None) -> User:
    return create_user("Lea Leader", Role.PROJECT_MANAGER)


@pytest.fixture
def member(db: None) -> User:
    return create_user("Max Member", Role.MEMBER)


@pytest.fixture
def project(leader: User, member: User) -> Project:
    """Two tasks and a milestone, agreed; then the second task takes five weeks more and the first cost more."""
    project = create_project(status="active", manager=leader)
    ProjectMember.objects.create(project=project, user=member)
    for uid, name in ((1, "Design"), (2, "Build")):
        Task.objects.create(
            project=project, uid=uid, name=name, order=uid, duration_minutes=840, fixed_cost=Decimal(1400),
            constraint="SNET", constraint_date=MONDAY + timedelta(days=2 * (uid - 1)),
        )  # fmt: skip
    Task.objects.create(
        project=project, uid=3, name="Open", order=3, kind="milestone", duration_minutes=0, constraint="SNET",
        constraint_date=MONDAY + timedelta(days=4),
    )  # fmt: skip
    schedule(plan=project.plan, by=None)
    take_baseline(project=project, by=None)
    first = project.tasks.get(uid=1)
    Task.objects.filter(pk=first.pk).update(percent_complete=100, actual_start=MONDAY, actual_cost=Decimal(1600))
    second = project.tasks.get(uid=2)
    second.constraint_date = MONDAY + timedelta(days=37)
    second.save()
    schedule(plan=project.plan, by=None)
    Project.objects.filter(pk=project.pk).update(status_date=datetime(2026, 3, 6))
    project.refresh_from_db()
    return project


def _published(project: Project, by: User, **given: Any) -> StatusReport:
    report = report_status(project=project, by=by, **given)
    return publish_status_report(report=report, by=by, version=report.version)


def test_a_report_is_computed_from_plan_and_cost(project: Project, leader: User) -> None:
    report = report_status(project=project, by=leader)
    assert (report.number, report.as_of, report.status) == (1, date(2026, 3, 6), "draft")
    totals = report.amounts["totals"]
    assert (totals["bac"], totals["ev"], totals["ac"], totals["cv"]) == ("2800.00", "1400.00", "1600.00", "-200.00")
    assert totals["cpi"] == "0.8750"
    assert report.amounts["cost_causes"] == [
        {"task": project.tasks.get(uid=1).pk, "name": "Design", "amount": "-200.00"}
    ]
    assert [row["name"] for row in report.amounts["schedule_causes"]] == ["Build"]
    assert sum(Decimal(r["amount"]) for r in report.amounts["schedule_causes"]) == Decimal(totals["sv"])
    assert [(row["name"], row["days"]) for row in report.contents["slipped"]] == [("Build", 35)]
    lights = {part.area: part for part in lights_of(report, money=True)}
    assert lights[Area.COST].sentence == "Cost is red: CPI 0.88, below 0.90."
    assert lights[Area.SCHEDULE].colour == Colour.RED
    assert lights[Area.RISK].colour == Colour.GREEN


def test_no_amount_is_outside_of_what_is_declared_as_money(project: Project, leader: User, member: User) -> None:
    risk = Risk(project=project, title="Late kettle", cost_low=Decimal(4711), cost_likely=Decimal(4711),
                cost_high=Decimal(4711), days_high=Decimal(9))  # fmt: skip
    raise_entry(entry=risk, by=leader)
    change = ChangeRequest(project=project, title="Two kettles", cost=Decimal(4711), price=Decimal(4711))
    raise_entry(entry=change, by=leader)
    report = _published(project, leader)
    assert not report.shows_money_to(member) and report.shows_money_to(leader)
    shown = str(parts_of(report, money=True))
    for amount in ("4,711.00 EUR", "1,600.00 EUR", "−200.00 EUR", "CPI 0.88"):
        assert amount in shown
    hidden = str(parts_of(report, money=False)) + str(report.contents) + report.summary + report.decisions_wanted
    for amount in ("4711", "4,711", "1600", "1,600", "200.00", "CPI", "EUR", "Area.COST"):
        assert amount not in hidden
    assert "Late kettle" in hidden and "Two kettles" in hidden


def test_texts_begin_with_what_is_due(project: Project, leader: User) -> None:
    raise_entry(entry=ChangeRequest(project=project, title="Two kettles", due_on=date(2026, 3, 12)), by=leader)
    raise_entry(entry=Risk(project=project, title="Late kettle", due_on=timezone.localdate()), by=leader)
    report = report_status(project=project, by=leader)
    assert report.decisions_wanted == "- C-1 Two kettles, due 12 Mar 2026"
    assert "- R-1 Late kettle, due" in report.next_steps
    assert "C-1" not in report.next_steps
    assert report.summary.startswith("50% complete. Forecast finish ")


def test_a_published_report_stays_as_it_is(project: Project, leader: User) -> None:
    report = _published(project, leader)
    before = deepcopy((report.contents, report.amounts, report.summary, report.version))
    parts = parts_of(report, money=True)
    Task.objects.filter(project=project, uid=2).update(name="Rebuilt", percent_complete=90, fixed_cost=9999)
    schedule(plan=project.plan, by=None)
    Firm.objects.update(status_limits={"cpi": ["0.5", "0.4"]})
    stored = StatusReport.objects.get(pk=report.pk)
    assert (stored.contents, stored.amounts, stored.summary, stored.version) == before
    assert parts_of(stored, money=True) == parts
    assert not can(leader, Permission.CHANGE, stored) and not can(leader, Permission.DELETE, stored)
    with pytest.raises(PermissionDenied):
        editing.change(stored, by=leader, version=stored.version, summary="Better")
    with pytest.raises(PermissionDenied):
        update_status_report(report=stored, by=leader, version=stored.version)
    with pytest.raises(ValidationError, match="already published"):
        publish_status_report(report=stored, by=leader, version=stored.version)


def test_only_the_actions_write_what_was_computed(project: Project, leader: User) -> None:
    report = report_status(project=project, by=leader)
    with pytest.raises(TypeError, match="update_status_report"):
        editing.change(report, by=leader, version=report.version, contents={})
    with pytest.raises(TypeError, match="publish_status_report"):
        editing.change(report, by=leader, version=report.version, status="published")


def test_a_new_version_begins_with_the_published_one(project: Project, leader: User) -> None:
    first = _published(project, leader)
    second = revise_status_report(report=first, by=leader)
    assert (second.number, second.revision, str(second)) == (1, 2, "Status report 1, version 2")
    assert (second.contents, second.summary) == (first.contents, first.summary)
    with pytest.raises(ValidationError, match="still a draft"):
        report_status(project=project, by=leader)
    second = editing.change(second, by=leader, version=second.version, summary="Corrected.")
    publish_status_report(report=second, by=leader, version=second.version)
    assert StatusReport.objects.get(pk=first.pk).summary == first.summary
    with pytest.raises(ValidationError, match="has a later version"):
        revise_status_report(report=first, by=leader)
    assert report_status(project=project, by=leader).previous == second


def test_the_next_report_tells_what_changed(project: Project, leader: User) -> None:
    kettle = Risk(project=project, title="Late kettle", probability=30, days_high=Decimal(3))
    raise_entry(entry=kettle, by=leader)
    gone = Risk(project=project, title="Flood", days_high=Decimal(3))
    raise_entry(entry=gone, by=leader)
    first = _published(project, leader)
    assert [row["moved"] for row in first.contents["risks"]] == ["", ""]
    Risk.objects.filter(pk=kettle.pk).update(probability=90)
    Risk.objects.filter(pk=gone.pk).update(status=Risk.Status.CLOSED)
    raise_entry(entry=Risk(project=project, title="Strike"), by=leader)
    opened = project.tasks.get(uid=3)
    opened.constraint_date = MONDAY + timedelta(days=70)
    opened.save()
    schedule(plan=project.plan, by=None)
    second = report_status(project=Project.objects.get(pk=project.pk), by=leader)
    assert second.previous == first
    assert {row["title"]: row["moved"] for row in second.contents["risks"]} == {"Late kettle": "up", "Strike": "new"}
    assert [row["title"] for row in second.contents["gone_risks"]] == ["Flood"]
    (milestone,) = second.contents["milestones"]
    assert milestone["before"] == first.contents["milestones"][0]["forecast"] != milestone["forecast"]
    figures = {part.name: part for part in parts_of(second, money=True).figures}
    assert figures["finish"].is_changed and not figures["actual-cost"].is_changed


def test_a_colour_is_set_with_a_reason(project: Project, leader: User) -> None:
    report = report_status(project=project, by=leader)
    report.cost_override = "amber"
    with pytest.raises(ValidationError) as refused:
        report.full_clean()
    assert refused.value.message_dict == {"cost_reason": ["Enter a reason for the colour."]}
    report = editing.change(
        report, by=leader, version=report.version, cost_override="amber", cost_reason="The supplier refunds 200."
    )
    part = next(p for p in lights_of(report, money=True) if p.area == Area.COST)
    assert (part.colour, part.calculated, part.reason) == (Colour.AMBER, Colour.RED, "The supplier refunds 200.")
    report = editing.change(report, by=leader, version=report.version, cost_override="")
    assert report.cost_reason == ""


def test_figures_of_a_draft_are_updated_and_texts_stay(project: Project, leader: User) -> None:
    report = report_status(project=project, by=leader)
    report = editing.change(report, by=leader, version=report.version, summary="As I see it.")
    Task.objects.filter(project=project, uid=2).update(percent_complete=50, actual_start=MONDAY)
    schedule(plan=project.plan, by=None)
    report = update_status_report(report=report, by=leader, version=report.version)
    assert (report.contents["progress"], report.summary) == ("75.00", "As I see it.")
    with pytest.raises(editing.Conflict):
        update_status_report(report=report, by=leader, version=1, as_of=date(2026, 3, 4))


def test_a_day_to_come_is_refused(project: Project, leader: User) -> None:
    with pytest.raises(ValidationError, match="isn't in the future"):
        report_status(project=project, by=leader, as_of=timezone.localdate() + timedelta(days=1))


def test_drafts_are_for_who_may_change_the_project(project: Project, leader: User, member: User) -> None:
    report = report_status(project=project, by=leader)
    assert not StatusReport.objects.visible_to(member).exists()
    with pytest.raises(PermissionDenied):
        publish_status_report(report=report, by=member, version=report.version)
    with pytest.raises(PermissionDenied):
        report_status(project=project, by=member)
    publish_status_report(report=report, by=leader, version=report.version)
    assert StatusReport.objects.visible_to(member).get() == report
    assert Event.objects.about(project).filter(kind="status_report.published", actor_id=leader.pk).exists()
    created = Event.objects.about(project).get(kind="record.created", subject_type="insight.statusreport")
    assert created.after.keys().isdisjoint({"contents", "amounts"})


def test_the_pdf_opens_and_has_its_reader_s_figures(project: Project, leader: User) -> None:
    report = _published(project, leader)
    editing_words = "#set text(red) $x$ @me *bold*"
    StatusReport.objects.filter(pk=report.pk).update(summary=editing_words)
    report.refresh_from_db()
    texts = {}
    for money in (True, False):
        made = status_pdf(report, parts_of(report, money=money), Firm.current())
        pages = PdfReader(io.BytesIO(made)).pages
        texts[money] = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Cost is red: CPI 0.88, below 0.90." in texts[True] and "−200.00 EUR" in texts[True]
    assert "CPI" not in texts[False] and "EUR" not in texts[False]
    for text in texts.values():
        assert "Status report 1" in text and "Milestones" in text and editing_words in text


@pytest.mark.parametrize(
    ("rhythm", "weekday", "day", "following"),
    [
        ("weekly", 4, date(2026, 12, 1), date(2026, 12, 4)),
        ("weekly", 1, date(2026, 12, 1), date(2026, 12, 8)),  # never the same day
        ("monthly", 1, date(2026, 11, 30), date(2026, 12, 1)),
        ("monthly", 1, date(2026, 12, 1), date(2027, 1, 5)),
        ("monthly", 6, date(2026, 12, 1), date(2026, 12, 6)),
    ],
)
def test_the_days_of_a_schedule(rhythm: str, weekday: int, day: date, following: date) -> None:
    assert StatusReportSchedule(rhythm=rhythm, weekday=weekday).day_after(day) == following


def _due(project: Project, *recipients: User, publishes: bool = False) -> StatusReportSchedule:
    row = StatusReportSchedule(project=project, publishes=publishes)
    row = editing.create(row, by=None, many={"recipients": recipients})
    assert row.next_on > timezone.localdate()
    StatusReportSchedule.objects.update(next_on=timezone.localdate() - timedelta(days=20))
    return row


def test_a_draft_is_made_on_its_day_and_the_manager_told(project: Project, leader: User) -> None:
    _due(project)
    today = timezone.localdate()
    assert draft_due_reports(today=today) == 1
    assert draft_due_reports(today=today) == 0  # once, however many days were missed
    assert StatusReport.objects.get().is_draft
    notice = Notification.objects.get(user=leader)
    assert notice.text == "Status report 1 of Shop is ready as a draft. Review and publish it."
    StatusReportSchedule.objects.update(next_on=today)
    assert draft_due_reports(today=today) == 0  # the draft waits
    assert Notification.objects.filter(user=leader, text__contains="is still a draft").count() == 1


def test_a_plan_that_can_t_be_computed_keeps_no_other_waiting(
    project: Project, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = create_project("Second", status="active", manager=leader, account=project.account)
    _due(project)
    _due(other)
    computed = send_status_reports.report_status

    def failing(*, project: Project, by: Any) -> StatusReport:
        if project.name == "Shop":
            raise CalendarError(gettext_lazy("calendar %(name)s has no working time", name="Night"))
        return computed(project=project, by=by)

    monkeypatch.setattr(send_status_reports, "report_status", failing)
    assert draft_due_reports(today=timezone.localdate()) == 1
    assert StatusReport.objects.get().project == other
    told = "No status report of Shop could be created: calendar Night has no working time"
    assert Notification.objects.filter(user=leader, text=told).count() == 1
    assert StatusReportSchedule.objects.get(project=project).next_on > timezone.localdate()


def test_nothing_is_drafted_for_projects_that_do_not_run(project: Project) -> None:
    _due(project)
    Project.objects.update(status=Project.Status.ON_HOLD)
    assert draft_due_reports(today=timezone.localdate()) == 0


def test_recipients_get_what_they_may_see(
    project: Project, leader: User, member: User, mailoutbox: list[Any], settings: Any
) -> None:
    stranger = create_user("Sam Stranger", Role.MEMBER)
    _due(project, leader, member, stranger, publishes=True)
    assert draft_due_reports(today=timezone.localdate()) == 1
    report = StatusReport.objects.get()
    assert not report.is_draft
    settings.EMAIL_BACKEND = "accord.core.email.NoEmail"
    assert send_waiting_reports(now=timezone.now()) == 0  # nobody is called sent to
    assert not StatusReportDelivery.objects.exclude(sent_at=None).exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_waiting_reports(now=timezone.now()) == 2
    assert send_waiting_reports(now=timezone.now()) == 0
    mails = {mail.to[0]: mail for mail in mailoutbox}
    assert set(mails) == {leader.email, member.email}
    assert "CPI 0.88" in mails[leader.email].body and "CPI" not in mails[member.email].body
    assert "Schedule is red" in mails[member.email].body
    for mail in mails.values():
        assert [a[0] for a in mail.attachments if isinstance(a, tuple)] == ["shop-status-report-1.pdf"]
    assert StatusReportDelivery.objects.get(user=stranger).failure == "No longer has access to the project."
    assert Event.objects.about(project).filter(kind="status_report.sent").count() == 2


class Refusing(BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        raise OSError("no such server")


def test_a_server_that_refuses_is_asked_five_times(project: Project, leader: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    _due(project, leader, publishes=True)
    draft_due_reports(today=timezone.localdate())
    for _ in range(MOST_TRIES + 1):
        assert send_waiting_reports(now=timezone.now()) == 0
    delivery = StatusReportDelivery.objects.get()
    assert (delivery.sent_at, delivery.tries, delivery.failure) == (None, MOST_TRIES, "OSError: no such server")
