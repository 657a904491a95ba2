"""What the small firm knows of a client: plan, requests, quotes, mail, records that are there twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accord.accounts.actions.merge_records import merge_records
from accord.accounts.models import Affiliation, Contact, Interaction
from accord.core.tokens import digest
from accord.correspondence.models import CalendarFeed, CalendarSource, Mailbox, MailCopy, MailMessage
from accord.insight.models import HealthOverride
from accord.people.models import (
    User,
)
from accord.projects.models import (
    GoalSupport,
    RequestWork,
    SurveyedProject,
)
from accord.sales.models import NegotiationEntry, Opportunity, Quote, QuoteLine
from accord.success.models import (
    Goal,
    Need,
    PlannedAction,
    Playbook,
    PlaybookRun,
    PlaybookRunStep,
    Strategy,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SwotNote,
)
from accord.support.actions.handle_request import raise_request
from accord.support.models import EscalationStep, InternalRequest, Request, ServiceLevel, Topic
from tests.world.side import Side


def make_account_plan(side: Side, text: Any, manager: User) -> None:
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


def make_requests(side: Side, text: Any, leader: User, member: User) -> None:
    """A request that the member sees to, what works on it, and what a project manager is asked for the client."""
    account = side.account
    topic, _ = Topic.objects.get_or_create(name="Darker beer")
    side.things["service_level"] = ServiceLevel.objects.create(account=account, severity=2, first_response_hours=4)
    side.things["escalation_step"] = EscalationStep.objects.create(account=account, percent=80)
    request = Request(
        account=account, title=text("Sour beer"), body=text("It bites"), kind="incident", contact=side.contact,
        owner=member, topic=topic, reported_at=datetime(2026, 5, 4, 10, tzinfo=UTC),
    )  # fmt: skip
    side.things["request"] = raise_request(request=request, by=member)
    side.things["request_work"] = RequestWork.objects.create(request=request, project=side.project, task=side.task)
    side.things["internal_request"] = InternalRequest.objects.create(
        account=account, title=text("A free barrel"), reason=text("They are thirsty"), owner=leader, request=request
    )

    make_mail(side, text)
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
        reason=text("It bites"), given_on=date(2026, 5, 6), low_score=True,
    )  # fmt: skip
    SurveyedProject.objects.create(project=side.project, invitation=invitation, answer=answer)
    by_hand = HealthOverride.objects.create(
        account=account,
        health=40,
        reason=text("They tender"),
        until=timezone.localdate() + timedelta(days=90),
        set_by=leader,
    )
    side.things |= {"survey_invitation": invitation, "survey_answer": answer, "health_override": by_hand}


def make_quotes(side: Side, text: Any, manager: User, contact: Contact) -> None:
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


def make_mail(side: Side, text: Any) -> None:
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


def make_duplicates(side: Side, text: Any, manager: User) -> None:
    """Two contacts who are one person, and two more who were made one."""
    for name in ("twin", "met", "again"):
        side.things[name] = Contact.objects.create(name=text(f"Toni {name}"), email=side.contact.email)
        Affiliation.objects.create(account=side.account, contact=side.things[name])
    side.things["merge"] = merge_records(kept=side.met, gone=side.things.pop("again"), take={"name"}, by=manager)
