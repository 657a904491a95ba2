"""Accounts, contacts, interactions, opportunities, agreements."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema

from accord.accounts.actions.handle_request import raise_request
from accord.accounts.actions.keep_contact import add_contact
from accord.accounts.actions.log_interaction import log_interaction
from accord.accounts.models import (
    Account,
    Affiliation,
    Agreement,
    Contact,
    CustomField,
    Interaction,
    Opportunity,
    Request,
    Severity,
    Tag,
    read_custom,
)
from accord.api.pages import Paging, page, values
from accord.core import editing
from accord.core.access import Deed, require
from accord.core.fetch import fetch
from accord.money.queries_agreements import use_of

router = Router(tags=["accounts"])

ACCOUNT = (
    "version", "name", "status", "tier", "segment", "industry", "owner", "parent", "currency", "website", "phone",
    "city", "country", "client_since", "lost_on", "custom",
)  # fmt: skip
INTERACTION = ("version", "kind", "direction", "at", "subject", "body", "by", "next_step", "next_step_on")
OPPORTUNITY = (
    "version",
    "name",
    "stage",
    "amount",
    "currency",
    "chance",
    "expected_on",
    "closed_on",
    "service",
    "owner",
)
CONTACT = ("version", "name", "email", "phone", "notes", "custom")

AGREEMENT = (
    "version", "title", "kind", "status", "value", "currency", "service", "cap", "hours", "rollover_months",
    "signed_on", "starts_on", "ends_on", "notice_on", "renews", "uplift_percent", "outlook", "owner", "terms",
    "predecessor",
)  # fmt: skip

REQUEST = (
    "version", "key", "title", "body", "kind", "severity", "status", "contact", "owner", "topic", "reported_at",
    "answer_by", "solve_by", "answered_at", "solved_at", "waited_minutes", "cause", "solution",
)  # fmt: skip


class AccountIn(Schema):
    name: str
    status: str = Account.Status.PROSPECT
    tier: str = ""
    segment: str = ""
    industry: str = ""
    currency: str = "EUR"
    website: str = ""
    phone: str = ""
    city: str = ""
    country: str = ""
    client_since: date | None = None
    custom: dict[str, Any] = {}
    tags: list[str] = []


class AccountChange(Schema):
    version: int
    name: str | None = None
    status: str | None = None
    tier: str | None = None
    segment: str | None = None
    industry: str | None = None
    currency: str | None = None
    website: str | None = None
    phone: str | None = None
    city: str | None = None
    country: str | None = None
    client_since: date | None = None
    lost_on: date | None = None
    custom: dict[str, Any] | None = None
    tags: list[str] | None = None


class ContactIn(Schema):
    name: str
    email: str = ""
    phone: str = ""
    title: str = ""
    part: str = ""
    custom: dict[str, Any] = {}
    tags: list[str] = []


class ContactChange(Schema):
    version: int
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    notes: str | None = None
    custom: dict[str, Any] | None = None
    tags: list[str] | None = None


class InteractionIn(Schema):
    kind: str = Interaction.Kind.NOTE
    direction: str = Interaction.Direction.OUT
    at: datetime
    subject: str
    body: str = ""
    next_step: str = ""
    next_step_on: date | None = None


class OpportunityIn(Schema):
    name: str
    stage: str = Opportunity.Stage.PROSPECTING
    amount: Decimal | None = None
    currency: str = ""
    expected_on: date | None = None
    closed_on: date | None = None
    service: str = ""


class RequestIn(Schema):
    """``contact`` is the id of somebody at the client."""

    title: str
    body: str = ""
    kind: str = Request.Kind.QUESTION
    severity: int = Severity.MEDIUM
    contact: int | None = None
    reported_at: datetime | None = None


@router.get("")
def accounts(
    request: HttpRequest, paging: Query[Paging], q: str = "", status: str = "", archived: bool = False
) -> dict[str, Any]:
    """Archived accounts are listed with ``archived=true``."""
    rows = (
        Account.objects.visible_to(request.user)
        .filter(archived_at__isnull=not archived)
        .select_related("owner", "parent")
    )
    if q:
        rows = rows.filter(name__icontains=q)
    if status:
        rows = rows.filter(status=status)
    above = Account.objects.visible_to(request.user).filter(pk=OuterRef("parent"))
    rows = rows.annotate(sees_parent=Exists(above)).prefetch_related("tags")
    return page(rows, paging, lambda a: _account(a, sees_parent=a.sees_parent))


def _account(row: Account, *, sees_parent: bool) -> dict[str, Any]:
    """The parent company only for who sees it."""
    return _tagged(row, *ACCOUNT) | ({} if sees_parent else {"parent": None})


def _one_account(request: HttpRequest, row: Account) -> dict[str, Any]:
    return _account(row, sees_parent=Account.objects.visible_to(request.user).filter(pk=row.parent_id).exists())


def _tagged(row: Account | Contact, *names: str) -> dict[str, Any]:
    return values(row, *names) | {"tags": [tag.name for tag in row.tags.all()]}


@router.post("", response={201: dict[str, Any]})
def create_account(request: HttpRequest, body: AccountIn) -> tuple[int, dict[str, Any]]:
    given = body.dict()
    given["custom"] = read_custom(CustomField.On.ACCOUNT, given["custom"], {})
    tags = given.pop("tags")
    account = Account(owner=request.user, **given)
    account.full_clean()
    require(request.user, Deed.CREATE, account)  # before tags are made
    return 201, _tagged(editing.create(account, by=request.user, many={"tags": _named(tags)}), *ACCOUNT)


def _named(tags: list[str]) -> list[Tag]:
    return Tag.named(",".join(tags))


@router.get("/{int:pk}")
def account(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _one_account(request, fetch(Account, request.user, "owner", "parent", pk=pk))


@router.patch("/{int:pk}")
def change_account(request: HttpRequest, pk: int, body: AccountChange) -> dict[str, Any]:
    """Change the fields given, if the account is still at ``version``."""
    row = fetch(Account, request.user, pk=pk)
    return _one_account(request, _changed(request, row, CustomField.On.ACCOUNT, body))


def _changed(request: HttpRequest, row: Any, on: str, body: AccountChange | ContactChange) -> Any:
    require(request.user, Deed.CHANGE, row)  # before tags are made
    given = body.dict(exclude_unset=True)
    version, tags = given.pop("version"), given.pop("tags", None)
    if "custom" in given:
        given["custom"] = read_custom(on, given["custom"] or {}, row.custom)
    for name, value in given.items():
        setattr(row, name, value)
    row.full_clean()
    if tags is not None:
        given["tags"] = _named(tags)
    return editing.change(row, by=request.user, version=version, **given)


@router.get("/{int:pk}/contacts")
def contacts(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    row = fetch(Account, request.user, pk=pk)
    found = Affiliation.objects.visible_to(request.user).filter(account=row).select_related("contact")
    place = ("title", "part", "until")
    return page(
        found.prefetch_related("contact__tags"),
        paging,
        lambda a: _tagged(a.contact, *CONTACT) | {name: getattr(a, name) for name in place},
    )


@router.post("/{int:pk}/contacts", response={201: dict[str, Any]})
def create_contact(request: HttpRequest, pk: int, body: ContactIn) -> tuple[int, dict[str, Any]]:
    row = fetch(Account, request.user, pk=pk)
    require(request.user, Deed.CHANGE, row)  # before tags are made
    contact = Contact(name=body.name, email=body.email, phone=body.phone)
    contact.custom = read_custom(CustomField.On.CONTACT, body.custom, {})
    contact.full_clean()
    Affiliation(account=row, contact=contact, title=body.title, part=body.part).clean_fields(exclude=["contact"])
    made = add_contact(
        account=row, by=request.user, contact=contact, tags=_named(body.tags), title=body.title, part=body.part
    )
    return 201, _tagged(made.contact, *CONTACT) | {"title": made.title, "part": made.part}


@router.get("/{int:pk}/contacts/{int:contact}")
def contact(request: HttpRequest, pk: int, contact: int) -> dict[str, Any]:
    row = fetch(Account, request.user, pk=pk)
    return _tagged(fetch(Contact, request.user, pk=contact, affiliations__account=row), *CONTACT)


@router.patch("/{int:pk}/contacts/{int:contact}")
def change_contact(request: HttpRequest, pk: int, contact: int, body: ContactChange) -> dict[str, Any]:
    """Change the fields given, if the contact is still at ``version``."""
    account = fetch(Account, request.user, pk=pk)
    row = fetch(Contact, request.user, pk=contact, affiliations__account=account)
    return _tagged(_changed(request, row, CustomField.On.CONTACT, body), *CONTACT)


@router.get("/{int:pk}/interactions")
def interactions(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    row = fetch(Account, request.user, pk=pk)
    found = Interaction.objects.visible_to(request.user).filter(account=row).select_related("by")
    return page(found, paging, lambda i: values(i, *INTERACTION))


@router.post("/{int:pk}/interactions", response={201: dict[str, Any]})
def create_interaction(request: HttpRequest, pk: int, body: InteractionIn) -> tuple[int, dict[str, Any]]:
    row = fetch(Account, request.user, pk=pk)
    interaction = Interaction(account=row, by=request.user, **body.dict())
    interaction.full_clean()
    url = reverse("account-timeline", args=[pk])
    return 201, values(log_interaction(interaction=interaction, by=request.user, url=url), *INTERACTION)


@router.get("/{int:pk}/opportunities")
def opportunities(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    row = fetch(Account, request.user, pk=pk)
    found = Opportunity.objects.visible_to(request.user).filter(account=row).select_related("owner")
    return page(found, paging, lambda o: values(o, *OPPORTUNITY))


@router.post("/{int:pk}/opportunities", response={201: dict[str, Any]})
def create_opportunity(request: HttpRequest, pk: int, body: OpportunityIn) -> tuple[int, dict[str, Any]]:
    row = fetch(Account, request.user, pk=pk)
    given = body.dict()
    given["currency"] = given["currency"] or row.currency
    opportunity = Opportunity(account=row, owner=request.user, **given)
    opportunity.full_clean()
    return 201, values(editing.create(opportunity, by=request.user), *OPPORTUNITY)


@router.get("/{int:pk}/agreements")
def agreements(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    row = fetch(Account, request.user, pk=pk)
    found = Agreement.objects.visible_to(request.user).filter(account=row).select_related("owner", "predecessor")
    return page(found, paging, lambda a: values(a, *AGREEMENT))


@router.get("/{int:pk}/agreements/{int:agreement}")
def agreement(request: HttpRequest, pk: int, agreement: int) -> dict[str, Any]:
    """One agreement with what was worked and invoiced under it, and the months of a retainer, in minutes."""
    account = fetch(Account, request.user, pk=pk)
    row = fetch(Agreement, request.user, "owner", "predecessor", account=account, pk=agreement)
    use = use_of(row, timezone.localdate())
    return values(row, *AGREEMENT) | {
        "use": {
            "minutes": use.minutes,
            "worked": str(use.worked),
            "invoiced": str(use.invoiced),
            "months": [asdict(month) for month in use.months],  # in minutes
        }
    }


@router.get("/{int:pk}/requests")
def requests(request: HttpRequest, pk: int, paging: Query[Paging], status: str = "") -> dict[str, Any]:
    """The client's requests, the newest first; those of one ``status`` if it is given."""
    row = fetch(Account, request.user, pk=pk)
    found = Request.objects.visible_to(request.user).filter(account=row)
    if status:
        found = found.filter(status=status)
    return page(found.select_related("contact", "owner", "topic"), paging, lambda r: values(r, *REQUEST))


@router.post("/{int:pk}/requests", response={201: dict[str, Any]})
def create_request(request: HttpRequest, pk: int, body: RequestIn) -> tuple[int, dict[str, Any]]:
    """Write down what a client asks; what is promised for it comes back with it."""
    row = fetch(Account, request.user, pk=pk)
    given = body.dict(exclude_none=True)
    contact = given.pop("contact", None)
    asked = Request(account=row, owner=request.user, **given)
    if contact is not None:
        asked.contact = fetch(Contact, request.user, pk=contact, affiliations__account=row)
    require(request.user, Deed.CREATE, asked)
    asked.full_clean(exclude=["raised_by"])
    raise_request(request=asked, by=request.user, page=lambda r: reverse("request", args=[r.pk]))
    return 201, values(asked, *REQUEST)
