"""A small firm with two clients who must never see each other, made through the rooms' own models.

Everything of the second client carries the word :data:`CANARY` in each of its texts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accord.accounts.actions.handle_request import raise_request
from accord.accounts.actions.merge_records import merge_records
from accord.accounts.models import (
    Account,
    AccountMember,
    Acquaintance,
    AdvocacyItem,
    Affiliation,
    Agreement,
    CalendarFeed,
    CalendarSource,
    ClientLink,
    Contact,
    CustomField,
    EscalationStep,
    Goal,
    Interaction,
    Mailbox,
    MailCopy,
    MailMessage,
    Need,
    NegotiationEntry,
    NoteTemplate,
    Opportunity,
    OpportunityStage,
    PlannedAction,
    Playbook,
    PlaybookRun,
    PlaybookRunStep,
    PlaybookStep,
    Quote,
    QuoteLine,
    Request,
    Service,
    ServiceLevel,
    Strategy,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SwotNote,
    Tag,
    Topic,
)
from accord.conversations.models import Comment, Notification
from accord.core.secrets import digest
from accord.exchange.models import Import
from accord.insight.actions.analyse_customers import analyse_customers
from accord.insight.actions.measure_project import measure_project
from accord.money.models import ExchangeRate, Expense, Invoice, InvoiceLine, Rate, TimeEntry
from accord.people.models import (
    Absence,
    ApiToken,
    Calendar,
    Firm,
    Person,
    PersonSkill,
    Role,
    SavedView,
    Skill,
    Team,
    User,
)
from accord.projects.actions.copy_plan import content_of
from accord.projects.actions.raise_entry import raise_entry
from accord.projects.actions.record_acceptance import record_acceptance
from accord.projects.actions.schedule import schedule
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import (
    Allocation,
    Assignment,
    ChangeRequest,
    CharterItem,
    Decision,
    Deliverable,
    GoalSupport,
    Issue,
    Lesson,
    Levelling,
    Link,
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

CANARY = "Kanarienvogel"
START = datetime(2026, 3, 2, 9)
PASSWORD = "a-long-test-password"


@dataclass
class Side:
    """One client and all that belongs to it, by the name of the thing."""

    users: dict[str, User]
    things: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["things"][name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass
class World:
    """The firm: ``ours`` and ``theirs``, and the users who see all (administrator, finance) or nothing (stranger)."""

    administrator: User
    finance: User
    stranger: User
    ours: Side
    theirs: Side
    firm: Firm

    @property
    def users(self) -> dict[str, User]:
        """Everybody of our side, by role."""
        return {
            "administrator": self.administrator,
            "finance": self.finance,
            "stranger": self.stranger,
            **self.ours.users,
        }


def user(name: str, *roles: Role) -> User:
    email = name.lower().replace(" ", ".") + "@firm.test"
    return User.objects.create(email=email, name=name, roles=list(roles), password="!")


def make_world() -> World:
    firm = Firm.current()
    administrator = user("Ada Administrator", Role.ADMINISTRATOR)
    finance = user("Fin Finance", Role.FINANCE)
    stranger = user("Sam Stranger", Role.MEMBER)
    world = World(administrator, finance, stranger, _side("", "Ours"), _side(CANARY, "Theirs"), firm)
    analyse_customers(as_of=date(2026, 6, 30), by=None)
    return world


def _side(mark: str, name: str) -> Side:
    def text(words: str) -> str:
        return f"{words} {mark}".strip()

    users = {
        "account_manager": user(f"{name} Account Manager", Role.ACCOUNT_MANAGER),
        "project_manager": user(f"{name} Project Manager", Role.PROJECT_MANAGER),
        "member": user(f"{name} Member", Role.MEMBER),
    }
    side = Side(users)
    manager, leader, member = users.values()
    account = Account.objects.create(
        name=text(f"{name} GmbH"), status=Account.Status.CLIENT, owner=manager, industry=text("Brewing"),
        city=text("Kiel"), description=text("A good client."), segment=text("Food"),
    )  # fmt: skip
    side.things["account"] = account
    Account.objects.create(name=text(f"{name} Cellars"), parent=account, owner=manager)
    side.things["account_member"] = AccountMember.objects.create(
        account=account, user=leader, task=text("Leads delivery")
    )
    AccountMember.objects.create(account=account, user=member)
    contact = Contact.objects.create(
        name=text("Conny Contact"), email=f"conny@{name.lower()}.test", notes=text("Likes tea")
    )
    side.things["contact"] = contact
    side.things["affiliation"] = Affiliation.objects.create(
        account=account, contact=contact, title=text("Buyer"), part="sponsor"
    )
    side.things["acquaintance"] = Acquaintance.objects.create(affiliation=side.affiliation, user=manager)
    _duplicates(side, text, manager)
    side.things["interaction"] = Interaction.objects.create(
        account=account, kind="meeting", at=datetime(2026, 5, 4, 10, tzinfo=UTC), subject=text("Kick-off"), by=manager,
        body=text("We spoke."), next_step=text("Send the plan"), next_step_on=date(2026, 5, 8),
    )  # fmt: skip
    side.things["opportunity"] = Opportunity.objects.create(
        account=account, name=text("New shop"), amount=Decimal(5000)
    )
    side.things["agreement"] = Agreement.objects.create(
        account=account,
        title=text("Retainer"),
        kind="retainer",
        hours=10,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        terms=text("Paid in advance"),
    )
    _quotes(side, text, manager, contact)
    side.things["client_link"] = ClientLink.objects.create(
        account=account, contact=contact, hash=digest(f"secret-{name}"), expires_on=date(2099, 1, 1)
    )
    side.things["secret"] = f"secret-{name}"
    _project(side, text, leader, member)
    _account_plan(side, text, manager)
    _requests(side, text, leader, member)
    _money(side, text, member)
    _staffing(side, text, leader)
    side.things["import"] = Import.objects.create(
        kind=Import.Kind.PLAN, file_name=text("clients.csv"), source_name="old", by=leader, file="imports/none.csv"
    )
    Comment.objects.create(
        subject_type="accounts.account", subject_id=account.pk, body=text("Careful!"), author=manager
    )
    Notification.objects.create(user=manager, text=text("You were mentioned"), url=f"/accounts/{account.pk}/")
    side.things["token"] = ApiToken.objects.create(user=manager, name="clock", hash=ApiToken.digest(f"key-{name}"))
    return side


def _project(side: Side, text: Any, leader: User, member: User) -> None:
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
    schedule(project=project, by=None)
    side.things["baseline"] = take_baseline(project=project, by=None, name=text("Agreed plan"))
    measure_project(project=project, day=timezone.localdate())
    side.things["levelling"] = _levelled(text, project, leader, first, second)
    side.things["simulation"] = _simulated(side, text, project, leader)
    side.things |= {
        "project": project, "person": person, "resource": resource, "phase": phase, "task": first, "second": second,
        "link": link, "project_member": project.members.get(),
    }  # fmt: skip


def _account_plan(side: Side, text: Any, manager: User) -> None:
    """One of each part, the goal served by the project."""
    account = side.account
    need = Need.objects.create(account=account, title=text("Clearer beer"))
    goal = Goal.objects.create(account=account, title=text("Less haze"), need=need, owner=manager, shared=True)
    strategy = Strategy.objects.create(account=account, title=text("Filter more"), goal=goal)
    side.things |= {
        "need": need,
        "goal": goal,
        "strategy": strategy,
        "swot_note": SwotNote.objects.create(account=account, quadrant="threat", text=text("A cheaper filter")),
        "planned_action": PlannedAction.objects.create(account=account, title=text("Taste it"), strategy=strategy),
        "goal_support": GoalSupport.objects.create(goal=goal, project=side.project, evidence=text("It is clear")),
    }


def _requests(side: Side, text: Any, leader: User, member: User) -> None:
    """A request that the member sees to, what works on it, and what a project manager is asked for the client."""
    account = side.account
    topic, _ = Topic.objects.get_or_create(name="Darker beer")
    side.things["service_level"] = ServiceLevel.objects.create(account=account, severity=2, answer_hours=4)
    side.things["escalation_step"] = EscalationStep.objects.create(account=account, percent=80)
    request = Request(
        account=account, title=text("Sour beer"), body=text("It bites"), kind="fault", contact=side.contact,
        owner=member, topic=topic, reported_at=datetime(2026, 5, 4, 10, tzinfo=UTC),
    )  # fmt: skip
    side.things["request"] = raise_request(request=request, by=member)
    side.things["request_work"] = RequestWork.objects.create(request=request, project=side.project, task=side.task)
    side.things["advocacy_item"] = AdvocacyItem.objects.create(
        account=account, title=text("A free barrel"), reason=text("They are thirsty"), asked_of=leader, request=request
    )

    _mail(side, text)
    playbook, _ = Playbook.objects.get_or_create(name="Foam")
    run = PlaybookRun.objects.create(
        playbook=playbook, account=account, key="x", about=text("Too much"), started_on=date(2026, 5, 4)
    )
    side.things |= {
        "playbook_run": run,
        "playbook_run_step": PlaybookRunStep.objects.create(
            account=account, run=run, title=text("Taste it"), owner=member, due_on=date(2026, 5, 6)
        ),
    }
    survey, _ = Survey.objects.get_or_create(name="Recommendation")
    invitation = SurveyInvitation.objects.create(
        survey=survey, account=account, contact=side.contact, about=leader, occasion=text("Kettle"),
        hash=digest(side.secret), sent_at=timezone.now(), expires_on=date(2099, 1, 1),
    )  # fmt: skip
    answer = SurveyAnswer.objects.create(
        survey=survey, account=account, contact=side.contact, about=leader, service=text("Brewing"), score=3,
        reason=text("It bites"), given_on=date(2026, 5, 6), discontent=True,
    )  # fmt: skip
    SurveyedProject.objects.create(project=side.project, invitation=invitation, answer=answer)
    side.things |= {"survey_invitation": invitation, "survey_answer": answer}


def _quotes(side: Side, text: Any, manager: User, contact: Contact) -> None:
    """A draft and a quote that was sent, a round of the negotiation, and an order that was won."""
    account, things = side.account, side.things
    for number, (name, status) in enumerate((("quote", "draft"), ("sent_quote", "sent"))):
        things[name] = Quote.objects.create(
            account=account, opportunity=side.opportunity, number=f"Q{account.pk}-{number}", title=text("New shop"),
            contact=contact, intro=text("Dear brewer"), terms=text("In advance"), status=status, written_by=manager,
            hash=digest(f"secret-{account.name.split()[0]}") if status == "sent" else "",
        )  # fmt: skip
        things["quote_line"] = QuoteLine.objects.create(
            quote=things[name], description=text("Shop"), quantity=2, unit_price=Decimal(2500)
        )
    sent = things["sent_quote"]
    Quote.objects.filter(pk=sent.pk).update(digest=sent.fingerprint())
    things["quote_line"] = things["quote"].lines.get()
    things["negotiation"] = NegotiationEntry.objects.create(
        account=account, opportunity=side.opportunity, asked=text("A discount"), given=text("Ten percent"), by=manager
    )
    things["won"] = Opportunity.objects.create(
        account=account, name=text("New cellar"), stage="won", closed_on=date(2026, 4, 1), amount=Decimal(7000),
        service=text("Cellars"), reason=text("They trust us"),
    )  # fmt: skip


def _mail(side: Side, text: Any) -> None:
    """The account manager's mailbox with one mail whose words only they may read, and one that was refused."""
    manager = side.users["account_manager"]
    box = Mailbox(owner=manager, address=manager.email, imap_host="mail.test", user_name=text("manager"), active=False)
    box.privacy, box.password = Mailbox.Privacy.SUBJECT, "a-password"
    box.save()
    for name, state in (("mail", "received"), ("refused_mail", "failed")):
        interaction = Interaction.objects.create(
            account=side.account, kind="mail", direction="in", subject=text("Foam"), by=manager,
            at=datetime(2026, 5, 7, 10, tzinfo=UTC),
        )  # fmt: skip
        seal = MailMessage.digest_of(text(name))
        side.things[name] = MailMessage.objects.create(
            account=side.account, interaction=interaction, message_id=f"<{name}@x.test>", digest=seal,
            thread=side.things["mail"].thread if "mail" in side.things else seal, sender=side.contact.email,
            recipients=[manager.email], text=text("Too much"), state=state, attachments=[text("beer.pdf")],
        )  # fmt: skip
        MailCopy.objects.create(message=side.things[name], mailbox=box)
    side.things["mailbox"] = box
    source = CalendarSource.objects.create(owner=manager, name=text("Work"), url="https://x.test/a.ics", active=False)
    side.things |= {
        "calendar_source": source,
        "feed": CalendarFeed.objects.create(owner=manager, hash=digest(side.secret)),
    }


def _duplicates(side: Side, text: Any, manager: User) -> None:
    """Two contacts who are one person, and two more who were made one."""
    for name in ("twin", "met", "again"):
        side.things[name] = Contact.objects.create(name=text(f"Toni {name}"), email=side.contact.email)
        Affiliation.objects.create(account=side.account, contact=side.things[name])
    side.things["merge"] = merge_records(kept=side.met, gone=side.things.pop("again"), take={"name"}, by=manager)


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


def _simulated(side: Side, text: Any, project: Project, leader: User) -> Simulation:
    """A simulation as it is kept, but small: `tests/projects/test_simulate_plan.py` looks at real ones."""
    project.refresh_from_db()
    finish, percentiles = "2026-03-05T13:00:00", [f"P{n}" for n in (5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95)]
    rows = [
        [pk, finish, finish, "2026-03-06T13:00:00", 0.75, 0.5, 0.25, None]
        for pk in Task.objects.filter(project=project).values_list("pk", flat=True)
    ]
    effect = {"minutes_mean": 480.0, "minutes_p80": 960.0, "cost_mean": 4711.0, "cost_p80": 4711.0}
    return Simulation.objects.create(
        project=project, by=leader, iterations=100, status=Simulation.Status.DONE, done_at=timezone.now(),
        plan_changed_at=project.plan_changed_at,
        result={
            "tasks": 3, "open": 2, "estimated": 0, "assumed": 2, "planned_finish": finish, "planned_cost": "960.00",
            "finish": {"percentiles": dict.fromkeys(percentiles, finish), "mean": finish, "deviation": 240,
                       "days": [["2026-03-05", 60], ["2026-03-06", 40]]},
            "cost": {"percentiles": dict.fromkeys(percentiles, 4711.0), "mean": 4711.0, "deviation": 1.0,
                     "quantiles": [4000.0 + n for n in range(101)]},
            "rows": rows,
            "risks": [{"number": side.risk.number, "title": side.risk.title, "share": 0.3, **effect}],
            "pert": {"mean": finish, "p80": finish, "deviation": 480, "path": [rows[0][0]]},
            "remarks": [text("A risk was left out")],
        },
    )  # fmt: skip


def _levelled(text: Any, project: Project, leader: User, *moved: Task) -> Levelling:
    """A proposal that moves two tasks; `tests/projects/test_level_plans.py` looks at real ones."""
    project.refresh_from_db()
    before, after = ["2026-03-02T09:00:00", "2026-03-02T17:00:00"], ["2026-03-04T09:00:00", "2026-03-04T17:00:00"]
    tasks = [{"id": row.pk, "delay": 2880, "before": before, "after": after} for row in moved]
    finishes = {"finish_before": before[1], "finish_after": after[1]}
    plan = {"project": project.pk, "changed_at": project.plan_changed_at.isoformat(), "held": 1, "tasks": tasks}
    return Levelling.objects.create(
        project=project, by=leader, status=Levelling.Status.DONE, done_at=timezone.now(),
        plan_changed_at=project.plan_changed_at,
        result={
            **finishes, "bound": after[1], "gap": 0.02, "optimal": False, "period_minutes": 60, "counted": 1,
            "seconds": 2.0, "remarks": [text("Durations were rounded up")], "plans": [plan | finishes],
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


def _money(side: Side, text: Any, member: User) -> None:
    side.things["time_entry"] = TimeEntry.objects.create(
        project=side.project, task=side.task, person=side.person, day=date(2026, 3, 3), minutes=240,
        note=text("Sketches"), cost_rate=Decimal(60), bill_rate=Decimal(120),
    )  # fmt: skip
    side.things["expense"] = Expense.objects.create(
        project=side.project, day=date(2026, 3, 4), description=text("Train"), amount=Decimal("89.90")
    )
    for month in range(1, 7):
        invoice = Invoice.objects.create(
            account=side.account, number=text(f"{side.account.pk}-{month}"), issued_on=date(2026, month, 15),
            due_on=date(2026, month, 28), status=Invoice.Status.SENT, total=Decimal("100.00"),
        )  # fmt: skip
        InvoiceLine.objects.create(
            invoice=invoice, position=1, description=text("Work"), unit_price=Decimal(100), amount=Decimal(100)
        )
    side.things["invoice"] = invoice
    side.things["rate"] = Rate.objects.create(
        person=side.person, starts_on=date(2026, 1, 1), cost=Decimal(60), bill=Decimal(120)
    )


def _staffing(side: Side, text: Any, leader: User) -> None:
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
            project=project, title=text("Second brewer"), starts_on=date(2026, 3, 2), ends_on=date(2028, 4, 1),
            share=50, note=text("Knows hops"), asked_by=leader,
        ),
    }  # fmt: skip
    NeededSkill.objects.create(project=project, request=side.staffing_request, skill=skill, level=2)


def _playbook() -> dict[str, Any]:
    playbook = Playbook.objects.create(name="Sour beer", signal="late_request")
    return {"playbook": playbook, "playbook_step": PlaybookStep.objects.create(playbook=playbook, title="Taste it")}


def make_shared() -> dict[str, Any]:
    """What belongs to the whole firm and to no client."""
    own = Project.objects.filter(name="Brewery").first()
    return {
        "template": PlanTemplate.objects.create(name="Small plan", content=content_of(own) if own else {}),
        "calendar": Calendar.objects.create(name="Part time"),
        "team": Team.objects.create(name="Backend"),
        **_playbook(),
        "custom_field": CustomField.objects.create(key="vat", label="VAT number"),
        "tag": Tag.objects.create(name="Beer"),
        "saved_view": SavedView.objects.create(
            owner=User.objects.get(name="Ours Account Manager"), page="accounts", name="Mine"
        ),
        "service": Service.objects.create(name="Consulting", price=Decimal(1200)),
        "stage": OpportunityStage.objects.create(key="pilot", name="Pilot", chance=60, order=25),
        "note_template": NoteTemplate.objects.create(name="Tasting", body="- How was it?"),
        "survey": Survey.objects.create(name="Effort", kind="ces"),
        "topic": Topic.objects.create(name="Smaller barrels"),
        "skill": Skill.objects.create(name="Baking", field="Trades"),
        "exchange_rate": ExchangeRate.objects.create(currency="GBP", starts_on=date(2026, 1, 1), rate=Decimal("1.15")),
    }
