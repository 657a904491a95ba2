"""The catalogue, and quotes from the draft to the client's word."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.access import Permission, can, may_create
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.search.queries import search
from accord.core.texts import gettext_lazy
from accord.correspondence.queries import newest_about
from accord.sales.models import Opportunity, Quote, QuoteLine, Service
from accord.sales.quote_pdf import quote_pdf
from accord.web.accounts.page import account_link, audit_link
from accord.web.accounts.views.edits import AccountFormPages
from accord.web.sales import forms as forms
from accord.web.sales.views.quote_actions import quote_actions
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact
from accord.web.shell.pdf import pdf_answer
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
    title = gettext_lazy("Services")
    under = (gettext_lazy("Opportunities"), "opportunities")
    noun = "services"
    subtitle = gettext_lazy("The service catalogue that quotes draw on.")
    filter_class = forms.ServiceFilter
    default_sort = "name"
    columns = [
        Column(gettext_lazy("Service"), "name", second=gettext_lazy("Description")),
        Column(gettext_lazy("Unit"), "unit"),
        Column(gettext_lazy("List price"), "price", money=True),
        Column(gettext_lazy("Active"), "active"),
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
                Cell(gettext("Yes") if record.active else gettext("No"), tone="" if record.active else "unknown"),
            ],
        )

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, Service):
            return []
        return [Action.new(gettext("New service"), reverse("service-new"))]

    def empty(self) -> Empty:
        action = self.main_action
        text = gettext("Add the services you sell with unit and list price. Quotes and opportunities draw on them.")
        return Empty(gettext("No services yet"), text, icon="package", action=action)


class ServicePages(FormPages):
    route, model, form_class, back = "service", Service, forms.ServiceForm, "services"
    consequence = gettext_lazy("Existing quote lines keep their text and price.")


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
        Fact(gettext("Recipient"), quote.contact, missing=gettext("No recipient")),
        Fact(
            gettext("Opportunity"),
            quote.opportunity,
            missing=gettext("None"),
            url=reverse("opportunity", args=[quote.opportunity_id]) if quote.opportunity_id else "",
        ),
        Fact(gettext("Valid until"), quote.valid_until and day(quote.valid_until), missing=gettext("No expiry")),
        Fact(gettext("Prepared by"), quote.written_by, missing=gettext("Not known")),
        *_history(quote),
    ]
    versions = list(Quote.objects.filter(number=quote.number).order_by("-version_number"))
    new_line = Action(gettext("New line"), reverse("quote-line-new", args=[pk]), icon="plus", key="n")
    return RecordPage(
        record=quote,
        title=quote.title,
        of=account_link(quote.account),
        subtitle=quote.key,
        above=[
            Crumb(gettext("Accounts"), reverse("accounts")),
            Crumb(quote.account.name, reverse("account-opportunities", args=[quote.account_id])),
        ],
        crumb=quote.key,
        mark=Mark(quote.account.name, icon="file-text"),
        badges=[status, *([Badge(gettext("Expired"), "bad")] if expired else [])],
        facts=facts,
        actions=quote_actions(quote, request.user),
        may_change=may_change,
        panels=[
            Panel(
                gettext("Lines"),
                "sales/parts/quote.html#lines",
                {"quote": quote, "lines": lines},
                id="lines",
                action=new_line if may_change else None,
            ),
            comments(),
            files(),
            history(gettext("Activity"), link=audit_link(quote)),
            Panel(
                gettext("Versions"),
                "sales/parts/quote.html#versions",
                {"quote": quote, "versions": versions},
                id="versions",
            ),
        ],
    ).response(request)


def _history(quote: Quote) -> list[Fact]:
    """What really happened to it: linked, emailed, sent, viewed, decided; nothing is called sent that was not."""
    facts: list[Fact] = [
        Fact(label, at and moment(at), missing=gettext("Not yet"))
        for label, at in (
            (gettext("Link created"), quote.link_created_at),
            (gettext("Sent"), quote.sent_at),
            (gettext("Viewed by client"), quote.seen_at),
        )
    ]
    email = newest_about(quote) if quote.status == Quote.Status.ISSUED else None
    if email is not None:
        is_failed = email.state == email.State.FAILED
        words = gettext("Not delivered: %(failure)s") % {"failure": email.failure} if is_failed else gettext("Queued")
        facts.insert(1, Fact(gettext("Email"), words, tone="bad" if is_failed else ""))
    if quote.withdrawn_at:
        facts += [
            Fact(gettext("Withdrawn"), moment(quote.withdrawn_at)),
            Fact(gettext("Reason"), quote.withdrawal_reason, missing=gettext("Not recorded")),
        ]
    if quote.decided_at:
        facts += [
            Fact(
                quote.get_status_display(),
                gettext("%(decided_at)s by %(decided_by)s")
                % {"decided_at": moment(quote.decided_at), "decided_by": quote.decided_by},
            ),
            Fact(gettext("How"), quote.get_decided_via_display(), missing=gettext("Online")),
            Fact(gettext("Client’s comment"), quote.decision_note, missing=gettext("None")),
        ]
        if quote.recorded_by is not None:
            facts += [
                Fact(gettext("Reference"), quote.decision_reference, missing=gettext("None")),
                Fact(gettext("Recorded by"), quote.recorded_by),
            ]
    return facts


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The quote on paper."""
    quote = fetch(Quote, request.user, "account__owner", "contact", "written_by", pk=pk)
    prefetch_related_objects([quote], "lines__service")
    return pdf_answer(quote_pdf(quote), slugify(quote.key))


class QuotePages(AccountFormPages):
    route, model, form_class, tab = "quote", Quote, forms.QuoteForm, "account-opportunities"
    consequence = gettext_lazy("The quote and its lines are deleted. Other versions are kept.")

    def blank(self) -> Record:
        asked = self.request.GET.get("opportunity", "")
        rows = Opportunity.objects.visible_to(self.request.user).filter(account=self.account)
        chance = rows.filter(pk=int(asked) if asked.isdecimal() else 0).first()
        return Quote(
            account=self.account,
            currency=chance.currency if chance else self.account.currency,
            opportunity=chance,
            title=chance.name if chance else "",
        )


class LinePages(FormPages):
    route, model, form_class, related = "quote-line", QuoteLine, forms.QuoteLineForm, ("quote__account", "service")
    parent, parent_related = "quote", ("account",)
    new_label, new_title = gettext_lazy("Add"), gettext_lazy("New line")
