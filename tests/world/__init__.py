"""A small firm with two clients who must never see each other, made through the rooms' own models.

Everything of the second client carries the word :data:`CANARY` in each of its texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accord.accounts.models import (
    Account,
    AccountMember,
    Affiliation,
    ClientLink,
    Contact,
    CustomField,
    Interaction,
    NoteTemplate,
    Relationship,
    Tag,
)
from accord.conversations.models import Comment, Notification
from accord.core.files.actions import save_files
from accord.core.files.contents import store_bytes
from accord.core.references import reference
from accord.core.tokens import digest
from accord.exchange.models import Import
from accord.insight.actions.measure_project import measure_project
from accord.insight.actions.update_client_figures import update_client_figures
from accord.money.models import ExpenseCategory, ExpenseRate, Reimbursement, TaxRate, WorkType
from accord.people.models import (
    ApiToken,
    Calendar,
    Firm,
    JobRole,
    Role,
    SavedView,
    Skill,
    Team,
    User,
)
from accord.projects.actions.copy_plan import content_of
from accord.projects.models import (
    PlanTemplate,
    Project,
)
from accord.rates.models import ExchangeRate
from accord.sales.models import Agreement, Opportunity, OpportunityStage, Service
from accord.success.models import Playbook, PlaybookStep, Survey
from accord.support.models import Topic
from tests.world.delivery import make_money, make_project, make_staffing, make_status_reports
from tests.world.relationship import make_account_plan, make_duplicates, make_quotes, make_requests
from tests.world.side import Side

CANARY = "Kanarienvogel"
PASSWORD = "a-long-test-password"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a730000001149444154789c63f8cfc0c0"
    "f01f8c8018001df003fdd3d07d260000000049454e44ae426082"
)


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
    update_client_figures(as_of=date(2026, 6, 30), by=None)
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
        account=account, contact=contact, title=text("Buyer"), buying_role="sponsor"
    )
    side.things["relationship"] = Relationship.objects.create(affiliation=side.affiliation, user=manager)
    make_duplicates(side, text, manager)
    side.things["interaction"] = Interaction.objects.create(
        account=account, kind="meeting", at=datetime(2026, 5, 4, 10, tzinfo=UTC), subject=text("Kick-off"), by=manager,
        body=text("We spoke."), next_step=text("Send the plan"), due_on=date(2026, 5, 8),
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
    make_quotes(side, text, manager, contact)
    side.things["client_link"] = ClientLink.objects.create(
        account=account, contact=contact, hash=digest(f"secret-{name}"), expires_on=date(2099, 1, 1)
    )
    side.things["secret"] = f"secret-{name}"
    make_project(side, text, leader, member)
    make_account_plan(side, text, manager)
    make_requests(side, text, leader, member)
    make_money(side, text, member)
    make_staffing(side, text, leader)
    measure_project(project=side.project, day=timezone.localdate())
    make_status_reports(side, text)
    side.things["import"] = Import.objects.create(
        kind=Import.Kind.PLAN, file_name=text("clients.csv"), source_name="old", by=leader, file="imports/none.csv"
    )
    side.things["comment"] = Comment.objects.create(
        subject_type="accounts.account", subject_id=account.pk, body=text("Careful!"), author=manager
    )
    for thing, subject in (("file", account), ("mail_file", side.mail)):
        stored = store_bytes(b"%s: hops, malt and yeast" % mark.encode(), text("Recipe.txt"))
        side.things[thing] = save_files(subject=subject, stored=[stored], by=manager)[0]
    side.things["picture"] = save_files(subject=account, stored=[store_bytes(PNG, text("Label.png"))], by=manager)[0]
    told = reference(account).columns
    side.things["notice"] = Notification.objects.create(
        user=manager, kind="mention", text=text("You were mentioned"), **told
    )
    side.things["token"] = ApiToken.objects.create(user=manager, name="clock", hash=ApiToken.digest(f"key-{name}"))
    return side


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
        "job_role": JobRole.objects.create(name="Brewer"),
        "skill": Skill.objects.create(name="Baking", field="Trades"),
        "expense_category": (category := ExpenseCategory.objects.create(name="Mileage", kind="mileage")),
        "expense_rate": ExpenseRate.objects.create(category=category, starts_on=date(2026, 1, 1), rate=Decimal("0.30")),
        "reimbursement": Reimbursement.objects.create(paid_on=date(2026, 5, 1)),
        "work_type": WorkType.objects.create(name="Workshop"),
        "tax_rate": TaxRate.objects.create(name="Standard rate", percent=Decimal(19), starts_on=date(2021, 1, 1)),
        "exchange_rate": ExchangeRate.objects.create(currency="GBP", starts_on=date(2026, 1, 1), rate=Decimal("1.15")),
    }
