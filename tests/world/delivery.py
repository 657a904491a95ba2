"""What the small firm does for a client: the project with its register, charter and figures, hours, staffing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accord.engines.texts import Text
from accord.insight.actions.report_status import publish_status_report, report_status
from accord.insight.models import StatusReport, StatusReportSchedule
from accord.money.models import (
    BillingDetails,
    BillingMilestone,
    Expense,
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    Payment,
    RateCard,
    TimeEntry,
    Timer,
    Timesheet,
)
from accord.people.models import (
    Absence,
    Person,
    PersonSkill,
    Skill,
    User,
)
from accord.projects.actions.raise_entry import raise_entry
from accord.projects.actions.record_acceptance import record_acceptance
from accord.projects.actions.schedule import schedule
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.actions.what_if import start_what_if
from accord.projects.models import (
    Allocation,
    Assignment,
    ChangeRequest,
    CharterItem,
    Decision,
    Deliverable,
    Issue,
    Lesson,
    Levelling,
    Link,
    NeededSkill,
    Objective,
    Plan,
    Project,
    ProjectMember,
    Resource,
    Responsibility,
    Risk,
    Simulation,
    StaffingRequest,
    Stakeholder,
    Task,
)
from accord.projects.queries import tasks_of
from tests.world.side import START, Side


def make_project(side: Side, text: Any, leader: User, member: User) -> None:
    person = Person.objects.create(name="Pat Person", email=f"{member.email}", user=member, title="Engineer")
    project = Project.objects.create(
        account=side.account, name=text("Brewery"), code=text("BR"), manager=leader, start=START,
        status=Project.Status.ACTIVE, objective=text("More beer."),
    )  # fmt: skip
    ProjectMember.objects.create(project=project, user=member)
    resource = Resource.objects.create(project=project, uid=1, name="Pat", person=person, rate=Decimal(60))
    phase = Task.objects.create(project=project, uid=1, name=text("Phase"), order=1024)
    first = Task.objects.create(
        project=project, uid=2, name=text("Design"), parent=phase, order=1024, duration_minutes=960
    )
    second = Task.objects.create(
        project=project, uid=3, name=text("Build"), parent=phase, order=2048, duration_minutes=480
    )
    Task.objects.create(project=project, uid=4, name=text("Open"), order=2048, kind="milestone", duration_minutes=0)
    link = Link.objects.create(project=project, predecessor=first, successor=second)
    Assignment.objects.create(
        project=project, uid=1, task=first, resource=resource, work_minutes=960, cost=Decimal(960)
    )
    _register(side, text, project, member, first)
    _charter(side, text, project, leader, phase)
    schedule(plan=project.plan, by=None)
    side.things["baseline"] = take_baseline(project=project, by=None, name=text("Baseline"))
    side.things["what_if"] = start_what_if(
        project=project, by=None, name=text("Second brewer"), purpose=text("Faster?")
    )
    project.refresh_from_db()
    side.things["levelling"] = _levelled(text, project.plan, leader, first, second)
    side.things["simulation"] = _simulated(side, text, project.plan, leader)
    trial = side.things["what_if"]
    copies = Task.all_objects.filter(plan=trial, uid__in=(first.uid, second.uid))
    side.things["what_if_levelling"] = _levelled(text, trial, leader, *copies)
    side.things["what_if_simulation"] = _simulated(side, text, trial, leader)
    side.things |= {
        "project": project, "person": person, "resource": resource, "phase": phase, "task": first, "second": second,
        "link": link, "project_member": project.members.get(),
    }  # fmt: skip


def _register(side: Side, text: Any, project: Project, member: User, task: Task) -> None:
    """One of each kind, raised and owned by the member."""
    risk = Risk(
        project=project, title=text("Late kettle"), cause=text("one supplier"), event=text("it comes late"),
        effect=text("no beer"), plan=text("Ask another"), trigger=text("No notice of dispatch"), owner=member,
        cost_low=Decimal(4711), cost_likely=Decimal(4711), cost_high=Decimal(4711), days_high=Decimal(9),
    )  # fmt: skip
    side.things["risk"] = raise_entry(entry=risk, by=member, many={"tasks": [task]})
    issue = Issue(project=project, title=text("No water"), description=text("The pipe is too thin"), owner=member)
    side.things["issue"] = raise_entry(entry=issue, by=member)
    change = ChangeRequest(
        project=project, title=text("Two kettles"), description=text("One more"), reason=text("Thirst"), owner=member,
        days=Decimal(3), cost=Decimal(4711), price=Decimal(4711), answer=text("As offered"),
    )  # fmt: skip
    side.things["change"] = raise_entry(entry=change, by=member, many={"tasks": [task]})
    decision = Decision(
        project=project, title=text("Steel"), decision=text("Not copper"), decided_by=text("Brewer"), owner=member
    )
    side.things["decision"] = raise_entry(entry=decision, by=member)
    lesson = Lesson(project=project, title=text("Ask early"), happened=text("We waited"), advice=text("Ask"))
    side.things["lesson"] = raise_entry(entry=lesson, by=member)


def _simulated(side: Side, text: Any, plan: Plan, leader: User) -> Simulation:
    """A simulation as it is kept, but small: `tests/projects/test_simulate_plan.py` looks at real ones."""
    finish, percentiles = "2026-03-05T13:00:00", [f"P{n}" for n in (5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95)]
    rows = [
        [pk, finish, finish, "2026-03-06T13:00:00", 0.75, 0.5, 0.25, None]
        for pk in tasks_of(plan).values_list("pk", flat=True)
    ]
    effect = {"minutes_mean": 480.0, "minutes_p80": 960.0, "cost_mean": 4711.0, "cost_p80": 4711.0}
    return Simulation.objects.create(
        plan=plan, by=leader, iterations=100, status=Simulation.Status.DONE, done_at=timezone.now(),
        plan_changed_at=plan.changed_at,
        result={
            "tasks": 3, "open": 2, "estimated": 0, "assumed": 2, "planned_finish": finish, "planned_cost": "960.00",
            "finish": {"percentiles": dict.fromkeys(percentiles, finish), "mean": finish, "deviation": 240,
                       "days": [["2026-03-05", 60], ["2026-03-06", 40]]},
            "cost": {"percentiles": dict.fromkeys(percentiles, 4711.0), "mean": 4711.0, "deviation": 1.0,
                     "quantiles": [4000.0 + n for n in range(101)]},
            "rows": rows,
            "risks": [{"number": side.risk.number, "title": side.risk.title, "share": 0.3, **effect}],
            "pert": {"mean": finish, "p80": finish, "deviation": 480, "path": [rows[0][0]]},
            "remarks": [Text(text("A risk was left out"))],
        },
    )  # fmt: skip


def _levelled(text: Any, plan: Plan, leader: User, *moved: Task) -> Levelling:
    """A proposal that moves two tasks; `tests/projects/test_level_plans.py` looks at real ones."""
    before, after = ["2026-03-02T09:00:00", "2026-03-02T17:00:00"], ["2026-03-04T09:00:00", "2026-03-04T17:00:00"]
    tasks = [{"id": row.pk, "delay": 2880, "before": before, "after": after} for row in moved]
    finishes = {"finish_before": before[1], "finish_after": after[1]}
    part = {
        "project": plan.project_id, "plan": plan.pk, "changed_at": plan.changed_at.isoformat(), "held": 1,
        "tasks": tasks,
    }  # fmt: skip
    return Levelling.objects.create(
        plan=plan, by=leader, status=Levelling.Status.DONE, done_at=timezone.now(),
        plan_changed_at=plan.changed_at,
        result={
            **finishes, "bound": after[1], "gap": 0.02, "optimal": False, "period_minutes": 60, "counted": 1,
            "seconds": 2.0, "remarks": [Text(text("Durations were rounded up"))], "plans": [part | finishes],
        },
    )  # fmt: skip


def _charter(side: Side, text: Any, project: Project, leader: User, phase: Task) -> None:
    """One of each part; of the deliverables one was accepted and the other is only promised."""
    made: dict[str, Any] = {
        "objective": Objective(name=text("More beer"), measure=text("litres"), baseline=text("10"), target=text("20")),
        "charter_item": CharterItem(kind="out", text=text("Lemonade")),
        "stakeholder": Stakeholder(contact=side.contact, part=text("Brewer"), expects=text("No foam")),
        "deliverable": Deliverable(name=text("Kettle"), criteria=text("It boils"), description=text("Copper")),
        "promised": Deliverable(name=text("Manual"), criteria=text("It is read"), order=1),
    }
    for thing in made.values():
        thing.project = project
        thing.save()
    side.things |= made
    phase.deliverable = side.deliverable
    phase.save()
    record_acceptance(
        deliverable=side.deliverable, by=leader, contact=side.contact, verdict="conditional",
        given_on=date(2026, 4, 1), note=text("Polish it"),
    )  # fmt: skip
    Responsibility.objects.create(
        project=project, deliverable=side.deliverable, stakeholder=side.stakeholder, letter="A"
    )


def make_money(side: Side, text: Any, member: User) -> None:
    side.things["time_entry"] = TimeEntry.objects.create(
        project=side.project, task=side.task, person=side.person, day=date(2026, 3, 3), minutes=240,
        note=text("Sketches"), cost_rate=Decimal(60), bill_rate=Decimal(120),
    )  # fmt: skip
    side.things["handed_in"] = TimeEntry.objects.create(
        project=side.project, task=side.task, person=side.person, day=date(2026, 3, 9), minutes=60,
        note=text("More sketches"), cost_rate=Decimal(60), bill_rate=Decimal(120),
    )  # fmt: skip
    side.things["timesheet"] = Timesheet.objects.create(
        person=side.person, week=date(2026, 3, 9), ends_on=date(2026, 3, 15), status=Timesheet.Status.SUBMITTED
    )
    side.things["timer"] = Timer.objects.create(
        person=side.person, project=side.project, task=side.task, note=text("Sketches"), started_at=timezone.now()
    )
    spent: dict[str, Any] = {
        "project": side.project, "day": date(2026, 3, 4), "amount": Decimal("89.90"), "tax": Decimal(0),
        "cost": Decimal("89.90"), "person": side.person, "paid_by": "own",
    }  # fmt: skip
    for thing, status in (("expense", "draft"), ("submitted_expense", "submitted"), ("approved_expense", "approved")):
        side.things[thing] = Expense.objects.create(**spent, description=text(f"Train, {status}"), status=status)
    for month in range(1, 7):
        invoice = Invoice.objects.create(
            account=side.account, number=text(f"{side.account.pk}-{month}"), issued_on=date(2026, month, 15),
            due_on=date(2026, month, 28), status=Invoice.Status.SENT, total=Decimal("100.00"),
        )  # fmt: skip
        InvoiceLine.objects.create(
            invoice=invoice, position=1, description=text("Work"), unit_price=Decimal(100), amount=Decimal(100)
        )
    side.things["invoice"] = invoice
    make_billing(side, text)
    side.things["rate"] = RateCard.objects.create(
        side=RateCard.Side.BILL, person=side.person, starts_on=date(2026, 1, 1), amount=Decimal(120), currency="EUR"
    )
    RateCard.objects.create(
        side=RateCard.Side.COST, person=side.person, starts_on=date(2026, 1, 1), amount=Decimal(60), currency="EUR"
    )


def make_billing(side: Side, text: Any) -> None:
    """A draft, an invoice that Accord issued with what was paid of it, and what else is billed."""
    side.things["draft"] = Invoice.objects.create(account=side.account, issued_on=date(2026, 6, 1))
    issued = Invoice.objects.create(
        account=side.account, number=text(f"I-{side.account.pk}"), issued_on=date(2026, 5, 1), total=Decimal(100),
        status=Invoice.Status.SENT, issued_at=datetime(2026, 5, 1, tzinfo=UTC),
    )  # fmt: skip
    InvoiceDocument.objects.create(invoice=issued, xml=f"<invoice>{text('X')}</invoice>", pdf=b"%PDF-1.7", digest="0")
    side.things["issued"] = issued
    side.things["payment"] = Payment.objects.create(
        invoice=issued, paid_on=date(2026, 5, 20), amount=Decimal(10), reference=text("Part")
    )
    BillingDetails.objects.create(account=side.account, legal_name=text("GmbH"))
    side.things["billing_milestone"] = BillingMilestone.objects.create(
        project=side.project, title=text("Start"), amount=Decimal(50), bill_on=date(2026, 1, 1)
    )


def make_staffing(side: Side, text: Any, leader: User) -> None:
    """Skills, an absence whose note is nobody's business, time promised and somebody looked for."""
    skill, _ = Skill.objects.get_or_create(name="Brewing", field="Trades")
    person, project = side.person, side.project
    side.things |= {
        "person_skill": PersonSkill.objects.create(person=person, skill=skill, level=3),
        "absence": Absence.objects.create(
            person=person, starts_on=date(2099, 3, 2), ends_on=date(2099, 3, 6), kind="sick", note=text("A cold")
        ),
        "allocation": Allocation.objects.create(
            project=project, person=person, starts_on=date(2026, 3, 2), ends_on=date(2027, 5, 1), share=50,
            note=text("Until the opening"),
        ),
        "staffing_request": StaffingRequest.objects.create(
            project=project, role=text("Second brewer"), starts_on=date(2026, 3, 2), ends_on=date(2028, 4, 1),
            share=50, note=text("Knows hops"), asked_by=leader,
        ),
    }  # fmt: skip
    NeededSkill.objects.create(project=project, request=side.staffing_request, skill=skill, level=2)


def make_status_reports(side: Side, text: Any) -> None:
    """One that is published, the draft of the next, and the schedule by which they come."""
    first = report_status(project=side.project, by=None)
    StatusReport.objects.filter(pk=first.pk).update(
        summary=text("All well"), cost_override="amber", cost_reason=text("The kettle costs 4711 more")
    )
    side.things["published_report"] = publish_status_report(report=first, by=None, version=first.version)
    side.things["status_report"] = report_status(project=side.project, by=None)
    side.things["status_schedule"] = StatusReportSchedule.objects.create(
        project=side.project, next_on=timezone.localdate() + timedelta(days=3)
    )
