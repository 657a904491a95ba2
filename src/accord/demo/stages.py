"""The order in which the demo firm is made, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter
from typing import Any

from django.db import transaction
from django.db.models import F

from accord.accounts.models import Account
from accord.core.subscribers import without_subscribers
from accord.demo import NotEmpty
from accord.demo.account_plans import make_account_plans
from accord.demo.accounts import make_account_teams, make_accounts
from accord.demo.attachments import attach_files
from accord.demo.billing import make_billing
from accord.demo.capacity import make_allocations, make_skills_and_absences
from accord.demo.charters import write_charters
from accord.demo.client_requests import make_requests
from accord.demo.client_surveys import make_surveys
from accord.demo.commerce import make_commerce
from accord.demo.custom_fields import make_custom_fields
from accord.demo.delivery import deliver
from accord.demo.estimates import estimate_and_simulate
from accord.demo.expenses import make_expenses
from accord.demo.figures import measure_projects, value_customers
from accord.demo.invoices import make_invoices
from accord.demo.mails import make_mails
from accord.demo.org_charts import make_org_charts
from accord.demo.people import SignIn, make_people, sign_ins
from accord.demo.plans import Calendars
from accord.demo.playbooks import make_playbooks
from accord.demo.portfolio import plan_jobs
from accord.demo.projects import store_projects
from accord.demo.rates import make_rates
from accord.demo.register import write_registers
from accord.demo.relationship import make_interactions
from accord.demo.replans import replan
from accord.demo.sales import make_sales, price_jobs
from accord.demo.status_reports import make_status_reports
from accord.demo.time_sheets import book, store_time
from accord.demo.trail import make_trail
from accord.demo.weeks import make_weeks
from accord.demo.world import World, insert, moment
from accord.insight.actions.measure_project import measure_project
from accord.insight.models import ProjectMeasure
from accord.insight.queries import newest_event
from accord.people.models import User
from accord.projects.models import Plan, Project


def build_world(seed: int, echo: Callable[[str], Any], today: date, scale: float) -> list[SignIn]:
    """See :func:`accord.demo.build`."""
    if Account.objects.exists() or User.objects.exists():
        raise NotEmpty("This database is in use: the demo firm needs an empty one.")
    world = World(seed, today, scale, echo)
    # Half a firm would be taken for a whole one at the next start; and the stages write the figures themselves.
    with without_subscribers(), transaction.atomic():
        for label, stage in STAGES:
            began = perf_counter()
            stage(world)
            echo(f"{label} ({perf_counter() - began:.1f} s)")
    return sign_ins(world)


def _deliver(world: World) -> None:
    plan_jobs(world)
    for job in world.jobs:
        deliver(world, job, _calendars(world))
    for job in sorted(world.jobs, key=lambda job: not job.brief.manager):  # stories come before what is usual
        book(world, job)
    _first_contact(world)


def _calendars(world: World) -> Calendars:
    assert world.calendar is not None
    return Calendars(tuple(c.spec() for c in world.calendars.values()), world.calendar.pk, world.site)


def _first_contact(world: World) -> None:
    """Nobody is a client later than their first project."""
    early = []
    for client in world.clients:
        first = min((job.start for job in client.jobs if job.brief.state != "planned"), default=None)
        if first is not None and client.account.client_since is not None and first < client.account.client_since:
            client.account.client_since = first - timedelta(days=14)
            client.account.created_at = moment(first - timedelta(days=60), 600)
            early.append(client.account)
    Account.objects.bulk_update(early, ["client_since", "created_at"])


def _time_and_expenses(world: World) -> None:
    insert([row for job in world.jobs for row in store_time(world, job)])
    make_expenses(world)
    make_weeks(world)


def _relationship(world: World) -> None:
    make_account_teams(world)
    make_org_charts(world)
    make_interactions(world)


def _commerce(world: World) -> None:
    price_jobs(world)
    sales = make_sales(world)
    make_invoices(world)
    make_billing(world)
    make_trail(world, sales)


def _figures(world: World) -> None:
    if world.scale >= 1:  # the handful of clients of a small firm is no sample
        value_customers(world)
    measure_projects(world, _calendars(world))


def _changed_plans(world: World) -> None:
    """Measure what the last stages changed. All figures are current then."""
    changed = Plan.objects.filter(
        kind=Plan.Kind.CURRENT, project__measures__latest=True, project__measures__made_at__lt=F("changed_at"),
        project__status=Project.Status.ACTIVE,
    )  # fmt: skip
    for project in (plan.project for plan in changed.select_related("project").order_by("project")):
        measure_project(project=project, day=world.today)
    ProjectMeasure.objects.filter(latest=True).update(seen_event=newest_event())


STAGES: tuple[tuple[str, Callable[[World], None]], ...] = (
    ("People, working time and rates", make_people),
    ("Skills and absences", make_skills_and_absences),
    ("Accounts and contacts", make_accounts),
    ("Four years of projects, planned and delivered", _deliver),
    ("Project plans", store_projects),
    ("Allocations and staffing requests", make_allocations),
    ("Timesheets and expenses", _time_and_expenses),
    ("Hourly rates", make_rates),
    ("Account teams and interactions", _relationship),
    ("Opportunities, agreements, invoices and the audit trail", _commerce),
    ("Client and project figures", _figures),
    ("Risks, issues, changes, decisions and lessons", write_registers),
    ("Charters, deliverables and templates", write_charters),
    ("Account plans", make_account_plans),
    ("Tags, custom fields and views", make_custom_fields),
    ("Client requests", make_requests),
    ("Files", attach_files),
    ("Surveys and answers", make_surveys),
    ("Emails", make_mails),
    ("Quotes, negotiations and renewals", make_commerce),
    ("Recent plan changes", replan),
    ("Estimates and simulations for large projects", estimate_and_simulate),
    ("Figures for changed plans", _changed_plans),
    ("Playbooks", make_playbooks),
    ("Status reports", make_status_reports),
)
