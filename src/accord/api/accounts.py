"""Accounts, contacts, interactions, opportunities, agreements."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from accord.accounts.actions.contact_details import checked
from accord.accounts.actions.log_interaction import log_interaction
from accord.accounts.actions.open_account import change_account as store_account
from accord.accounts.actions.open_account import open_account
from accord.accounts.actions.save_contact import add_contact
from accord.accounts.actions.save_contact import change_contact as store_contact
from accord.accounts.models import Account, Affiliation, Contact, CustomField, Detail, Interaction, Tag, read_custom
from accord.accounts.queries import matching_accounts
from accord.api.account_answers import (
    ACCOUNT,
    ACCOUNT_OUT,
    AGREEMENT,
    AGREEMENT_OUT,
    AGREEMENT_USED,
    CONTACT,
    CONTACT_MADE,
    CONTACT_OUT,
    CONTACT_PLACE,
    INTERACTION,
    INTERACTION_OUT,
    INTERACTION_READ,
    OPPORTUNITY,
    OPPORTUNITY_OUT,
    REQUEST,
    REQUEST_OUT,
)
from accord.api.answers import page_of
from accord.api.filters import AccountQuery, RequestQuery
from accord.api.pages import Paging, page, values
from accord.core import editing
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.correspondence.queries import texts_for
from accord.insight.queries_segments import in_segment
from accord.money.queries_agreements import use_of
from accord.people.models import User
from accord.sales.models import Agreement, Opportunity
from accord.support.actions.handle_request import raise_request
from accord.support.models import Request, Severity
from accord.support.queries import matching_requests

router = Router(tags=["accounts"])


class AccountIn(Schema):
    name: str
    status: str = Account.Status.PROSPECT
    tier: str = ""
    segment: str = ""
    industry: str = ""
    lead_source: str = ""
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
    lead_source: str | None = None
    currency: str | None = None
    website: str | None = None
    phone: str | None = None
    city: str | None = None
    country: str | None = None
    client_since: date | None = None
    lost_on: date | None = None
    lost_reason: str | None = None
    lost_to: str | None = None
    lost_note: str | None = None
    owner: int | None = None
    custom: dict[str, Any] | None = None
    tags: list[str] | None = None


class EmailIn(Schema):
    address: str
    label: str = "work"
    primary: bool = False


class PhoneIn(Schema):
    number: str
    label: str = "work"
    primary: bool = False


class ContactIn(Schema):
    name: str
    email: str = ""
    phone: str = ""
    emails: list[EmailIn] | None = None
    phones: list[PhoneIn] | None = None
    title: str = ""
    buying_role: str = ""
    custom: dict[str, Any] = {}
    tags: list[str] = []


class ContactChange(Schema):
    version: int
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    emails: list[EmailIn] | None = None
    phones: list[PhoneIn] | None = None
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
    due_on: date | None = None


class OpportunityIn(Schema):
    name: str
    stage: str = Opportunity.Stage.PROSPECTING
    amount: Decimal | None = None
    currency: str = ""
    expected_on: date | None = None
    closed_on: date | None = None
    service: str = ""
    custom: dict[str, Any] = {}


class RequestIn(Schema):
    """``contact`` is the id of somebody at the client."""

    title: str
    body: str = ""
    kind: str = Request.Kind.QUESTION
    severity: int = Severity.MEDIUM
    contact: int | None = None
    reported_at: datetime | None = None
    custom: dict[str, Any] = {}


@router.get("", response=page_of(ACCOUNT_OUT))
def accounts(
    request: HttpRequest, paging: Query[Paging], asked: Query[AccountQuery], archived: bool = False
) -> dict[str, Any]:
    """Archived accounts are listed with ``archived=true``."""
    rows = (
        Account.objects.visible_to(request.user)
        .filter(archived_at__isnull=not archived)
        .select_related("owner", "parent")
    )
    user = request.user
    found = in_segment(matching_accounts(rows, asked.dict(), user), asked.segment, user, "pk")
    return page(found.prefetch_related("tags"), paging, lambda a: _tagged(a, *ACCOUNT, user=user), user=user)


def _contact(row: Contact, user: Any) -> dict[str, Any]:
    """With all addresses and numbers, the primary ones first."""
    return _tagged(row, *CONTACT, user=user) | {
        kind: [
            {name: detail.value, "label": detail.label, "primary": place == 0}
            for place, detail in enumerate(row.details(kind))
        ]
        for kind, name in (("emails", "address"), ("phones", "number"))
    }


def _details(kind: str, given: list[EmailIn] | list[PhoneIn] | None, primary: str = "") -> list[Detail]:
    """What is given of one kind, checked, the primary one first; without a list, only the primary one."""
    rows = sorted(given or [], key=lambda row: not row.primary)
    found = [Detail(row.address if isinstance(row, EmailIn) else row.number, row.label) for row in rows]
    return checked(kind, [Detail(primary), *found])


def _tagged(row: Account | Contact, *names: str, user: Any) -> dict[str, Any]:
    return values(row, *names, user=user) | {"tags": [tag.name for tag in row.tags.all()]}


@router.post("", response={201: ACCOUNT_OUT})
def create_account(request: HttpRequest, body: AccountIn) -> tuple[int, dict[str, Any]]:
    given = body.dict()
    given["custom"] = read_custom(CustomField.On.ACCOUNT, given["custom"], {})
    tags = given.pop("tags")
    account = Account(owner=request.user, **given)
    account.full_clean()
    require(request.user, Permission.CREATE, account)  # before tags are made
    return 201, _tagged(
        open_account(account=account, by=request.user, many={"tags": _named(tags)}), *ACCOUNT, user=request.user
    )


def _named(tags: list[str]) -> list[Tag]:
    return Tag.named(",".join(tags))


@router.get("/{int:pk}", response=ACCOUNT_OUT)
def account(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _tagged(fetch(Account, request.user, "owner", "parent", pk=pk), *ACCOUNT, user=request.user)


@router.patch("/{int:pk}", response=ACCOUNT_OUT)
def change_account(request: HttpRequest, pk: int, body: AccountChange) -> dict[str, Any]:
    """Change the fields given, if the account is still at ``version``."""
    row = fetch(Account, request.user, pk=pk)
    return _tagged(_changed(request, row, CustomField.On.ACCOUNT, body), *ACCOUNT, user=request.user)


def _changed(request: HttpRequest, row: Any, on: str, body: AccountChange | ContactChange) -> Any:
    require(request.user, Permission.CHANGE, row)  # before tags are made
    given = body.dict(exclude_unset=True)
    version, tags = given.pop("version"), given.pop("tags", None)
    if "custom" in given:
        given["custom"] = read_custom(on, given["custom"] or {}, row.custom)
    several: dict[str, Any] = {}
    if isinstance(body, ContactChange):
        for kind in ("emails", "phones"):
            if given.pop(kind, None) is not None:
                several[kind] = _details(kind, getattr(body, kind))
    if given.get("owner") is not None:
        given["owner"] = fetch(User, request.user, pk=given["owner"])
    for name, value in given.items():
        setattr(row, name, value)
    row.full_clean()
    if tags is not None:
        given["tags"] = _named(tags)
    if isinstance(row, Contact):
        return store_contact(contact=row, by=request.user, version=version, **several, **given)
    return store_account(account=row, by=request.user, version=version, **given)


@router.get("/{int:pk}/contacts", response=page_of(CONTACT_PLACE))
def contacts(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    row = fetch(Account, request.user, pk=pk)
    found = Affiliation.objects.visible_to(request.user).filter(account=row).select_related("contact")
    place = ("title", "buying_role", "until")
    return page(
        found.prefetch_related("contact__tags", "contact__emails", "contact__phones"),
        paging,
        lambda a: _contact(a.contact, request.user) | {name: getattr(a, name) for name in place},
        user=request.user,
    )


@router.post("/{int:pk}/contacts", response={201: CONTACT_MADE})
def create_contact(request: HttpRequest, pk: int, body: ContactIn) -> tuple[int, dict[str, Any]]:
    row = fetch(Account, request.user, pk=pk)
    require(request.user, Permission.CHANGE, row)  # before tags are made
    emails, phones = _details("emails", body.emails, body.email), _details("phones", body.phones, body.phone)
    contact = Contact(name=body.name)
    contact.custom = read_custom(CustomField.On.CONTACT, body.custom, {})
    contact.full_clean()
    Affiliation(account=row, contact=contact, title=body.title, buying_role=body.buying_role).clean_fields(
        exclude=["contact"]
    )
    made = add_contact(
        account=row, by=request.user, contact=contact, tags=_named(body.tags), title=body.title,
        buying_role=body.buying_role, emails=emails, phones=phones,
    )  # fmt: skip
    return 201, _contact(made.contact, request.user) | {"title": made.title, "buying_role": made.buying_role}


@router.get("/{int:pk}/contacts/{int:contact}", response=CONTACT_OUT)
def contact(request: HttpRequest, pk: int, contact: int) -> dict[str, Any]:
    row = fetch(Account, request.user, pk=pk)
    return _contact(fetch(Contact, request.user, pk=contact, affiliations__account=row), request.user)


@router.patch("/{int:pk}/contacts/{int:contact}", response=CONTACT_OUT)
def change_contact(request: HttpRequest, pk: int, contact: int, body: ContactChange) -> dict[str, Any]:
    """Change the fields given, if the contact is still at ``version``."""
    account = fetch(Account, request.user, pk=pk)
    row = fetch(Contact, request.user, pk=contact, affiliations__account=account)
    return _contact(_changed(request, row, CustomField.On.CONTACT, body), request.user)


@router.get("/{int:pk}/interactions", response=page_of(INTERACTION_READ))
def interactions(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    row = fetch(Account, request.user, pk=pk)
    found = Interaction.objects.visible_to(request.user).filter(account=row).select_related("by", "mail__account")
    user = request.user
    return page(found, paging, lambda row: _interaction(row, user), user=user)


def _interaction(row: Interaction, user: Any) -> dict[str, Any]:
    """Of an email, its text as far as ``user`` may read it, and whether its sender may be believed, else ``null``."""
    mail = getattr(row, "mail", None)
    body = texts_for(user, [mail])[mail.pk] if mail is not None and mail.holds_prices else row.body
    verified = None if mail is None else not mail.sender_unverified
    return values(row, *INTERACTION, user=user) | {"body": body, "sender_verified": verified}


@router.post("/{int:pk}/interactions", response={201: INTERACTION_OUT})
def create_interaction(request: HttpRequest, pk: int, body: InteractionIn) -> tuple[int, dict[str, Any]]:
    row = fetch(Account, request.user, pk=pk)
    interaction = Interaction(account=row, by=request.user, **body.dict())
    interaction.full_clean()
    return 201, values(log_interaction(interaction=interaction, by=request.user), *INTERACTION, user=request.user)


@router.get("/{int:pk}/opportunities", response=page_of(OPPORTUNITY_OUT))
def opportunities(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    row = fetch(Account, request.user, pk=pk)
    found = Opportunity.objects.visible_to(request.user).filter(account=row).select_related("owner")
    return page(found, paging, OPPORTUNITY, user=request.user)


@router.post("/{int:pk}/opportunities", response={201: OPPORTUNITY_OUT})
def create_opportunity(request: HttpRequest, pk: int, body: OpportunityIn) -> tuple[int, dict[str, Any]]:
    row = fetch(Account, request.user, pk=pk)
    given = body.dict()
    given["currency"] = given["currency"] or row.currency
    given["custom"] = read_custom(CustomField.On.OPPORTUNITY, given["custom"], {})
    opportunity = Opportunity(account=row, owner=request.user, **given)
    opportunity.full_clean()
    return 201, values(editing.create(opportunity, by=request.user), *OPPORTUNITY, user=request.user)


@router.get("/{int:pk}/agreements", response=page_of(AGREEMENT_OUT))
def agreements(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    row = fetch(Account, request.user, pk=pk)
    found = Agreement.objects.visible_to(request.user).filter(account=row).select_related("owner", "predecessor")
    return page(found, paging, AGREEMENT, user=request.user)


@router.get("/{int:pk}/agreements/{int:agreement}", response=AGREEMENT_USED)
def agreement(request: HttpRequest, pk: int, agreement: int) -> dict[str, Any]:
    """One agreement with what was worked and invoiced under it, and the months of a retainer, in minutes."""
    account = fetch(Account, request.user, pk=pk)
    row = fetch(Agreement, request.user, "owner", "predecessor", account=account, pk=agreement)
    use = use_of(row, request.user, timezone.localdate())
    return values(row, *AGREEMENT, user=request.user) | {
        "use": {
            "minutes": use.minutes,
            "worked": str(use.worked),
            "invoiced": str(use.invoiced),
            "months": [asdict(month) for month in use.months],  # in minutes
        }
    }


@router.get("/{int:pk}/requests", response=page_of(REQUEST_OUT))
def requests(request: HttpRequest, pk: int, paging: Query[Paging], asked: Query[RequestQuery]) -> dict[str, Any]:
    """The client's requests, the newest first; those of one ``status`` if it is given."""
    row = fetch(Account, request.user, pk=pk)
    rows = Request.objects.visible_to(request.user).filter(account=row)
    wanted = asked.dict() | {"status": asked.status or "all"}
    found = matching_requests(rows, wanted, request.user, timezone.now())
    return page(found.select_related("contact", "owner", "topic"), paging, REQUEST, user=request.user)


@router.post("/{int:pk}/requests", response={201: REQUEST_OUT})
def create_request(request: HttpRequest, pk: int, body: RequestIn) -> tuple[int, dict[str, Any]]:
    """Record what a client asks; its targets come back with it."""
    row = fetch(Account, request.user, pk=pk)
    given = body.dict(exclude_none=True)
    given["custom"] = read_custom(CustomField.On.REQUEST, given["custom"], {})
    contact = given.pop("contact", None)
    asked = Request(account=row, owner=request.user, **given)
    if contact is not None:
        asked.contact = fetch(Contact, request.user, pk=contact, affiliations__account=row)
    require(request.user, Permission.CREATE, asked)
    asked.full_clean(exclude=["raised_by"])
    raise_request(request=asked, by=request.user)
    return 201, values(asked, *REQUEST, user=request.user)
