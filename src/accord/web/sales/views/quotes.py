"""The catalogue, and quotes from the draft to the client's word."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accord.core.access import Permission, can, may_create
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.search.queries import search
from accord.correspondence.queries import newest_about
from accord.sales.models import Opportunity, Quote, QuoteLine, Service
from accord.sales.quote_pdf import quote_pdf
from accord.web.accounts.page import account_link, audit_link
from accord.web.accounts.views.edits import AccountFormPages
from accord.web.sales import forms as forms
from accord.web.sales.views.quote_actions import quote_actions
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact
from accord.web.shell.record_page import Mark, Panel, RecordPage, comments, files, history
from accord.web.shell.templatetags.shell import day, moment
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, amount_cell

TONES = {
    Quote.Status.DRAFT: "neutral",
    Quote.Status.ISSUED: "info",
    Quote.Status.SENT: "info",
    Quote.Status.ACCEPTED: "good",
    Quote.Status.DECLINED: "bad",
    Quote.Status.WITHDRAWN: "neutral",
    Quote.Status.REPLACED: "neutral",
}


class ServiceList(ListPage):
    title = "Services"
    under = ("Opportunities", "opportunities")
    noun = "services"
    subtitle = "The service catalogue that quotes draw on."
    filter_class = forms.ServiceFilter
    default_sort = "name"
    columns = [
        Column("Service", "name", second="Description"),
        Column("Unit", "unit"),
        Column("List price", "price", money=True),
        Column("Active", "active"),
    ]

    def rows_of(self, user: Any) -> QuerySet[Service]:
        self.sees_money = can(user, Permission.VIEW_MONEY, Service())
        return Service.objects.visible_to(user)

    def filtered(self, rows: QuerySet[Service], values: dict[str, Any]) -> QuerySet[Service]:
        q = values.get("q")
        return rows.filter(search(Service, q)) if q else rows

    def row(self, record: Service) -> Row:
        may_change = can(self.request.user, Permission.CHANGE, record)
        url = reverse("service-edit", args=[record.pk]) if may_change else ""
        price = amount_cell(record.price if self.sees_money else None, record.currency)
        return Row(
            record.pk,
            "",
            [
                Cell(record.name, url=url, drawer=True, sub=record.description[:160]),
                Cell(record.unit),
                price,
                Cell("Yes" if record.active else "No", tone="" if record.active else "unknown"),
            ],
        )

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, Service):
            return []
        return [Action.new("New service", reverse("service-new"))]

    def empty(self) -> Empty:
        action = self.main_action
        text = "Add the services you sell with unit and list price. Quotes and opportunities draw on them."
        return Empty("No services yet", text, icon="package", action=action)


class ServicePages(FormPages):
    route, model, form_class, back = "service", Service, forms.ServiceForm, "services"
    consequence = "Existing quote lines keep their text and price."


@require_safe
def quote_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A quote with its lines, versions and what became of it."""
    quote = fetch(Quote, request.user, "account__owner", "opportunity", "contact", "written_by", "recorded_by", pk=pk)
    prefetch_related_objects([quote], "lines__service")
    lines = list(quote.lines.all())
    may_change = can(request.user, Permission.CHANGE, quote)
    status = Badge(quote.get_status_display(), TONES[Quote.Status(quote.status)])
    expired = quote.is_expired and quote.status in Quote.OPEN
    facts = [
        Fact("Recipient", quote.contact, missing="No recipient"),
        Fact(
            "Opportunity", quote.opportunity, missing="None",
            url=reverse("opportunity", args=[quote.opportunity_id]) if quote.opportunity_id else "",
        ),
        Fact("Valid until", quote.valid_until and day(quote.valid_until), missing="No expiry"),
        Fact("Prepared by", quote.written_by, missing="Not known"),
        *_history(quote),
    ]  # fmt: skip
    versions = list(Quote.objects.filter(number=quote.number).order_by("-version_number"))
    new_line = Action("New line", reverse("quote-line-new", args=[pk]), icon="plus", key="n")
    return RecordPage(
        record=quote,
        title=quote.title,
        of=account_link(quote.account),
        subtitle=quote.key,
        above=[
            Crumb("Accounts", reverse("accounts")),
            Crumb(quote.account.name, reverse("account-opportunities", args=[quote.account_id])),
        ],
        crumb=quote.key,
        mark=Mark(quote.account.name, icon="file-text"),
        badges=[status, *([Badge("Expired", "bad")] if expired else [])],
        facts=facts,
        actions=quote_actions(quote, request.user),
        may_change=may_change,
        panels=[
            Panel(
                "Lines", "sales/parts/quote.html#lines", {"quote": quote, "lines": lines}, id="lines",
                action=new_line if may_change else None,
            ),
            comments(),
            files(),
            history("Activity", link=audit_link(quote)),
            Panel("Versions", "sales/parts/quote.html#versions", {"quote": quote, "versions": versions}, id="versions"),
        ],
    ).response(request)  # fmt: skip


def _history(quote: Quote) -> list[Fact]:
    """What really happened to it: linked, emailed, sent, viewed, decided; nothing is called sent that was not."""
    facts: list[Fact] = [
        Fact(label, at and moment(at), missing="Not yet")
        for label, at in (
            ("Link created", quote.link_created_at), ("Sent", quote.sent_at), ("Viewed by client", quote.seen_at)
        )
    ]  # fmt: skip
    email = newest_about(quote) if quote.status == Quote.Status.ISSUED else None
    if email is not None:
        is_failed = email.state == email.State.FAILED
        words = f"Not delivered: {email.failure}" if is_failed else "Queued"
        facts.insert(1, Fact("Email", words, tone="bad" if is_failed else ""))
    if quote.withdrawn_at:
        facts += [
            Fact("Withdrawn", moment(quote.withdrawn_at)),
            Fact("Reason", quote.withdrawal_reason, missing="Not recorded"),
        ]
    if quote.decided_at:
        facts += [
            Fact(quote.get_status_display(), f"{moment(quote.decided_at)} by {quote.decided_by}"),
            Fact("How", quote.get_decided_via_display(), missing="Online"),
            Fact("Client’s comment", quote.decision_note, missing="None"),
        ]
        if quote.recorded_by is not None:
            facts += [
                Fact("Reference", quote.decision_reference, missing="None"),
                Fact("Recorded by", quote.recorded_by),
            ]
    return facts


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The quote on paper."""
    quote = fetch(Quote, request.user, "account__owner", "contact", "written_by", pk=pk)
    prefetch_related_objects([quote], "lines__service")
    answer = HttpResponse(quote_pdf(quote), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{slugify(quote.key)}.pdf"'
    return answer


class QuotePages(AccountFormPages):
    route, model, form_class, tab = "quote", Quote, forms.QuoteForm, "account-opportunities"
    consequence = "The quote and its lines are deleted. Other versions are kept."

    def blank(self) -> Record:
        asked = self.request.GET.get("opportunity", "")
        rows = Opportunity.objects.visible_to(self.request.user).filter(account=self.account)
        chance = rows.filter(pk=int(asked) if asked.isdecimal() else 0).first()
        return Quote(
            account=self.account, currency=chance.currency if chance else self.account.currency, opportunity=chance,
            title=chance.name if chance else "",
        )  # fmt: skip


class LinePages(FormPages):
    route, model, form_class, related = "quote-line", QuoteLine, forms.QuoteLineForm, ("quote__account", "service")
    parent, parent_related = "quote", ("account",)
    new_label, new_title = "Add", "New line"
