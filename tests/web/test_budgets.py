"""How many queries a page takes, whoever reads it: at most its budget, and no more with many rows than with few."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accord.accounts.models import (
    Account,
    AccountMember,
    Affiliation,
    Contact,
    CustomField,
    Interaction,
    Relationship,
    Tag,
)
from accord.conversations.actions.post_comment import post_comment
from accord.conversations.models import Comment, Notification
from accord.core.events import event
from accord.core.files.actions import save_files
from accord.core.files.contents import store_bytes
from accord.core.models import Event
from accord.correspondence.models import MailCopy, MailMessage
from accord.insight.actions.measure_project import measure_project
from accord.insight.actions.update_client_figures import update_client_figures
from accord.money.models import Expense, ExpenseCategory, Invoice, InvoiceLine, Reimbursement, TimeEntry
from accord.people.models import Absence, Calendar, Person, PersonSkill, SavedView, Skill
from accord.people.models.firm import firm_name, mfa_roles
from accord.projects.actions.raise_entry import raise_entry
from accord.projects.models import (
    Acceptance,
    Allocation,
    Assignment,
    ChangeRequest,
    CharterItem,
    Decision,
    Deliverable,
    GoalSupport,
    Issue,
    Lesson,
    NeededSkill,
    Objective,
    PlanTemplate,
    Project,
    ProjectMember,
    RequestWork,
    Resource,
    Responsibility,
    Risk,
    Simulation,
    StaffingRequest,
    Stakeholder,
    SurveyedProject,
    Task,
)
from accord.sales.models import Agreement, NegotiationEntry, Opportunity, OpportunityStage, Quote, QuoteLine, Service
from accord.sales.models.stage import stages
from accord.success.models import (
    Goal,
    Need,
    PlannedAction,
    Playbook,
    PlaybookRun,
    PlaybookRunStep,
    PlaybookStep,
    Strategy,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SwotNote,
)
from accord.support.models import InternalRequest, Request, Topic
from tests.factories import browser_of, create_expense
from tests.web.routes import ROUTES
from tests.web.test_permissions import address
from tests.world import Side, World

# What a page asks of the database is the same on either.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

BUDGETS: dict[str, int] = {
    name: most for name, most in json.loads((Path(__file__).parent / "budgets.json").read_text()).items() if name != "_"
}
MORE = 12


def count(client: Client, name: str, url: str, *, may_be_refused: bool = False) -> int:
    """How many queries the page takes; 0 where it is not for this reader."""
    if not may_be_refused:
        client.get(url)  # the first request fills caches that live as long as the process
    found = _counted(client, url, may_be_refused=may_be_refused)
    # Once in five minutes a session notes its use, and once in half a minute something is read anew.
    return found if found <= BUDGETS[name] else _counted(client, url, may_be_refused=may_be_refused)


def _counted(client: Client, url: str, *, may_be_refused: bool) -> int:
    for remembered in (mfa_roles, stages, firm_name):
        remembered()  # for half a minute: whichever page comes next would pay for it
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(url)
    if may_be_refused and response.status_code in (302, 403, 404):
        return 0
    assert response.status_code == 200, url
    return len(queries)


def grow(side: Side, administrator: Any) -> None:
    """Many more rows of everything that a page lists."""
    account, project, today = side.account, side.project, date(2026, 6, 1)
    for n in range(MORE):
        category = ExpenseCategory.objects.create(name=f"Category {n}")
        contact = Contact.objects.create(name=f"Contact {n}", email=f"c{n}@ours.test")
        place = Affiliation.objects.create(
            account=account, contact=contact, buying_role="user", reports_to=side.affiliation
        )
        Relationship.objects.create(affiliation=place, user=administrator)
        Interaction.objects.create(
            account=account,
            subject=f"Call {n}",
            at=datetime(2026, 5, 1, n, tzinfo=UTC),
            next_step=f"Step {n}",
            by=administrator,
        )
        goal = Goal.objects.create(account=account, title=f"Goal {n}", owner=administrator)
        GoalSupport.objects.create(goal=goal, project=project, task=side.task)
        GoalSupport.objects.create(goal=goal, project=project, deliverable=side.deliverable)
        strategy = Strategy.objects.create(account=account, title=f"Strategy {n}", goal=goal)
        PlannedAction.objects.create(account=account, title=f"Action {n}", strategy=strategy, contact=contact)
        Need.objects.create(account=account, title=f"Need {n}", contact=contact)
        SwotNote.objects.create(account=account, quadrant="threat", text=f"Threat {n}")
        interaction = Interaction.objects.create(account=account, kind="mail", subject=f"Mail {n}", by=administrator)
        mail = MailMessage.objects.create(
            account=account, interaction=interaction, message_id=f"<{n}@x.test>", digest=f"{n}", sender="a@x.test",
            thread=side.mail.thread,
        )  # fmt: skip
        MailCopy.objects.create(message=mail, mailbox=side.mailbox)
        for playbook in (side.playbook_run.playbook, Playbook.objects.create(name=f"Playbook {n}")):
            run = PlaybookRun.objects.create(
                playbook=playbook, account=account, key=f"{n}", about="Hm", started_on=today, status="running"
            )
            for owner in (administrator, None):
                PlaybookRunStep.objects.create(account=account, run=run, title="Do", owner=owner, due_on=today)
            PlaybookStep.objects.create(playbook=playbook, title="Do")
        account.tags.add(Tag.objects.create(name=f"Tag {n}"))
        CustomField.objects.create(key=f"field_{n}", label=f"Field {n}")
        CustomField.objects.create(key=f"field_{n}", label=f"Field {n}", on="contact")
        SavedView.objects.create(owner=administrator, page="accounts", name=f"View {n}")
        Affiliation.objects.create(account=Account.objects.create(name=f"Firm {n}"), contact=side.contact)
        Account.objects.create(name=f"Subsidiary {n}", parent=account).tags.add(Tag.objects.get(name=f"Tag {n}"))
        quote = Quote.objects.create(account=account, opportunity=side.opportunity, number=f"X{n}", title=f"Quote {n}")
        for row in (quote, side.quote, side.sent_quote):
            QuoteLine.objects.create(quote=row, description=f"Line {n}", unit_price=n)
        Quote.objects.create(account=account, number=side.quote.number, version_number=n + 2, title=f"Version {n}")
        NegotiationEntry.objects.create(account=account, opportunity=side.opportunity, asked=f"Round {n}")
        Service.objects.create(name=f"Service {n}")
        OpportunityStage.objects.create(key=f"stage-{n}", name=f"Stage {n}", chance=n)
        for survey in (side.survey_answer.survey, Survey.objects.get(name="Effort")):
            answer = SurveyAnswer.objects.create(
                survey=survey, account=account, contact=contact, about=administrator, score=2, given_on=today,
                low_score=True, reason="Hm", service=f"Service {n}",
            )  # fmt: skip
            SurveyInvitation.objects.create(survey=survey, account=account, contact=contact, expires_on=today)
            SurveyedProject.objects.create(project=project, answer=answer)
        topic = Topic.objects.create(name=f"Topic {n}", owner=administrator)
        asked = Request.objects.create(
            account=account, title=f"Request {n}", contact=contact, topic=topic, owner=administrator
        )
        for request in (asked, side.request):
            RequestWork.objects.create(request=request, project=project, task=side.task)
            InternalRequest.objects.create(
                account=account, title=f"Plea {n}", owner=administrator, asked_by=administrator, request=request
            )
        Comment.objects.create(
            subject_type="support.request", subject_id=side.request.pk, body="Hm", author=administrator
        )
        Opportunity.objects.create(account=account, name=f"Chance {n}", amount=Decimal(n))
        Agreement.objects.create(account=account, title=f"Agreement {n}", starts_on=today)
        invoice = Invoice.objects.create(
            account=account, project=project, number=f"N{n}", issued_on=today, status="sent", total=1
        )
        InvoiceLine.objects.create(invoice=side.invoice, description=f"Line {n}", unit_price=1, amount=1)
        assert invoice.pk
        other = Project.objects.create(
            account=account, name=f"Project {n}", start=project.start, status="active", manager=administrator,
            agreement=side.agreement,
        )  # fmt: skip
        task = Task.objects.create(
            project=project, uid=100 + n, name=f"Task {n}", order=n, start=project.start, finish=project.start
        )
        Task.objects.create(
            project=other, uid=1, name="Milestone", kind="milestone", start=project.start, finish=project.start
        )
        measure_project(project=other, day=today)
        person = Person.objects.create(name=f"Person {n}")
        resource = Resource.objects.create(project=project, uid=100 + n, name=f"Person {n}", person=person)
        Assignment.objects.create(project=project, uid=100 + n, task=task, resource=resource, work_minutes=60)
        for at in (project, other):
            risk = raise_entry(entry=Risk(project=at, title=f"Risk {n}", owner=administrator), by=None)
            issue = raise_entry(entry=Issue(project=at, title=f"Issue {n}", owner=administrator), by=None)
            change = raise_entry(entry=ChangeRequest(project=at, title=f"Change {n}", owner=administrator), by=None)
            for entry in (risk, issue, change):
                entry.tasks.add(task)
            raise_entry(entry=Decision(project=at, title=f"Decision {n}", decision="Yes", decided_by="All"), by=None)
            raise_entry(entry=Lesson(project=at, title=f"Lesson {n}", happened="It", advice="Do"), by=None)
        Objective.objects.create(project=project, name=f"Objective {n}")
        CharterItem.objects.create(project=project, text=f"Line {n}")
        who = Stakeholder.objects.create(project=project, name=f"Somebody {n}")
        made = Deliverable.objects.create(project=project, name=f"Deliverable {n}")
        Responsibility.objects.create(project=project, deliverable=made, stakeholder=who, letter="A")
        Responsibility.objects.create(project=project, deliverable=side.deliverable, stakeholder=who, letter="I")
        Task.objects.filter(pk=task.pk).update(deliverable=side.deliverable)
        for owner in (made, side.deliverable):
            Acceptance.objects.create(project=project, deliverable=owner, contact=contact, recorded_by=administrator)
        PlanTemplate.objects.create(name=f"Template {n}")
        for plan in (project.plan, side.what_if):
            Simulation.objects.create(
                plan=plan,
                status="done",
                iterations=side.simulation.iterations,
                result=side.simulation.result,
                plan_changed_at=plan.changed_at,
            )
        side.risk.tasks.add(task)
        side.issue.tasks.add(task)
        side.change.tasks.add(task)
        for subject in (account, side.contact, side.risk, side.task):
            said = post_comment(subject=subject, by=administrator, body="Hm")
            save_files(subject=said, stored=[store_bytes(b"hops", f"Said {n}.txt")], by=administrator)
        _grow_capacity(side, other, person, n)
        TimeEntry.objects.create(project=project, task=task, person=side.person, day=today, minutes=30)
        create_expense(project, day=today, description=f"Train {n}")
        for status in (Expense.Status.DRAFT, Expense.Status.SUBMITTED, Expense.Status.APPROVED):
            payer = Person.objects.filter(user=administrator).first() or side.person
            create_expense(other, day=today, status=status, person=payer, paid_by="own", category=category,
                           needs_receipt=True, billable=True)  # fmt: skip
        Reimbursement.objects.create(paid_on=today)
        Notification.objects.create(user=administrator, text="News")
        Account.objects.create(name=f"Account {n}", owner=administrator)
        user = type(administrator).objects.create(email=f"u{n}@firm.test", name=f"User {n}", roles=["member"])
        ProjectMember.objects.create(project=project, user=user)
        AccountMember.objects.create(account=account, user=user)
    for subject in (account, side.contact, side.mail, side.interaction, side.task, side.invoice, project):
        stored = [store_bytes(b"hops", f"Plan {n}.txt") for n in range(MORE)]
        save_files(subject=subject, stored=stored, by=administrator)
    Event.objects.bulk_create(event(by=administrator, kind="record.changed", subject=account) for _ in range(MORE))
    Event.objects.bulk_create(event(by=administrator, kind="record.changed", subject=project) for _ in range(MORE))
    measure_project(project=project, day=timezone.localdate())


def _grow_capacity(side: Side, other: Project, person: Person, n: int) -> None:
    first, last = date(2026, 1, 1), date(2099, 1, 1)
    person.calendar = Calendar.objects.create(name=f"Week {n}", base=Calendar.objects.first())
    person.save()
    skill = Skill.objects.create(name=f"Skill {n}", field=f"Field {n}")
    for who in (person, side.person):
        PersonSkill.objects.create(person=who, skill=skill)
        Absence.objects.create(person=who, starts_on=last, ends_on=last)
        for project in (side.project, other):
            Allocation.objects.create(
                project=project, person=who, starts_on=first, ends_on=last, share=60, confirmed=n > 5
            )
    request = StaffingRequest.objects.create(project=side.project, role=f"Request {n}", starts_on=first, ends_on=last)
    for asked in (request, side.staffing_request):
        NeededSkill.objects.create(project=side.project, request=asked, skill=skill)


def figures(administrator: Any) -> None:
    """Clients with orders and services, segments, and a run two months after the first."""
    for n in range(MORE):
        client = Account.objects.create(name=f"Client {n}", status="client", segment=f"Segment {n}", lead_source=f"{n}")
        for day, service in ((date(2024, 1, 10), f"Service {n}"), (date(2026, 8, 20), f"Service {n + 1}")):
            Opportunity.objects.create(
                account=client, name="Order", stage="won", closed_on=day, amount=1000, service=service
            )
        SavedView.objects.create(
            owner=administrator, page="explore-segments", name=f"Segment {n}", query="health_to=50"
        )
    update_client_figures(as_of=date(2026, 8, 31), by=None)


@pytest.mark.timeout(900)  # every page for every role, on a machine that may be busy
def test_pages_keep_their_budgets_however_many_rows(world: tuple[World, dict[str, Any]]) -> None:
    firm, shared = world
    client = browser_of(firm.administrator)
    urls = {name: address(name, ROUTES[name], firm.ours, shared) for name in BUDGETS}
    few = {name: count(client, name, url) for name, url in urls.items()}
    over = {name: found for name, found in few.items() if found > BUDGETS[name]}
    assert not over, str(over)
    grow(firm.ours, firm.administrator)
    figures(firm.administrator)
    many = {name: count(client, name, url) for name, url in urls.items()}
    # A list that was empty before may need the query that fills it; rows beyond that must cost nothing.
    growing = {
        name: (few[name], many[name]) for name in many if many[name] > few[name] + 2 or many[name] > BUDGETS[name]
    }
    assert not growing, str(growing)
    # And whoever reads it: what someone may do of it is not asked again and again.
    for role, user in firm.users.items():
        client.force_login(user)
        theirs = {name: count(client, name, url, may_be_refused=True) for name, url in urls.items()}
        over = {name: found for name, found in theirs.items() if found > BUDGETS[name]}
        assert not over, f"{role}: {over}"


def test_every_page_that_lists_something_has_a_budget() -> None:
    pages = {
        name
        for name, route in ROUTES.items()
        if not (route.form or route.post or route.public or name.startswith("api:")) and name not in {"up"}
    }
    assert pages - set(BUDGETS) <= {
        "calendar-source",
        "exchange-rates",
        "import",
        "figures-progress",
        "import-progress",
        "import-sample",
        "invoice-pdf",
        "invoice-xml",
        "levelling-progress",
        "mailbox",
        "mailbox-sign-in",
        "mailbox-signed-in",
        "simulation-progress",
        "sign-in-confirmed",
    }
