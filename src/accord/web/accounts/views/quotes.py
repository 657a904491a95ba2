"""The catalogue, and quotes from the draft to the client's word."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from accord.accounts.actions.quote_work import new_version, send_quote
from accord.accounts.models import MailMessage, Opportunity, Quote, QuoteLine, Service
from accord.accounts.quote_pdf import quote_pdf
from accord.core.access import Deed, can, require
from accord.core.fetch import fetch
from accord.core.links import absolute
from accord.core.models import Event, Record
from accord.core.search.queries import search
from accord.web.accounts import forms_commerce as forms
from accord.web.accounts.forms_mail import MailForm
from accord.web.accounts.views.edits import OfAccount
from accord.web.shell.once import only_once
from accord.web.shell.templatetags.shell import day, moment, money
from accord.web.shell.timeline import of_event
from accord.web.shell.views.forms import CreatePage, EditPage, FormPage, RemovePage, go
from accord.web.shell.views.lists import Cell, Column, ListPage, Row

TONES = {
    Quote.Status.DRAFT: "neutral",
    Quote.Status.SENT: "info",
    Quote.Status.ACCEPTED: "good",
    Quote.Status.DECLINED: "bad",
    Quote.Status.REPLACED: "neutral",
}


class ServiceList(ListPage):
    title = "Services"
    subtitle = "What we sell: the lines that quotes are made of."
    filter_class = forms.ServiceFilter
    default_sort = "name"
    columns = [Column("Service", "name"), Column("Unit", "unit"), Column("Usual price", "price", numeric=True),
               Column("Offered", "active")]  # fmt: skip

    def rows_of(self, user: Any) -> QuerySet[Service]:
        self.sees_money = can(user, Deed.VIEW_MONEY, Service())
        return Service.objects.visible_to(user)

    def filtered(self, rows: QuerySet[Service], values: dict[str, Any]) -> QuerySet[Service]:
        q = values.get("q")
        return rows.filter(search(Service, q)) if q else rows

    def row(self, record: Service) -> Row:
        may_change = can(self.request.user, Deed.CHANGE, record)
        url = reverse("service-edit", args=[record.pk]) if may_change else ""
        price = money(record.price, record.currency) if self.sees_money and record.price is not None else None
        return Row(
            record.pk,
            "",
            [
                Cell(record.name, url=url, drawer=True, sub=record.description[:160]),
                Cell(record.unit),
                Cell(price, numeric=True),
                Cell("Yes" if record.active else "No", tone="" if record.active else "unknown"),
            ],
        )

    def actions(self) -> list[dict[str, Any]]:
        if not can(self.request.user, Deed.CREATE, Service()):
            return []
        new = {"label": "New service", "url": reverse("service-new"), "icon": "plus", "primary": True, "drawer": True}
        return [new | {"key": "n"}]

    def empty(self, *, is_filtered: bool) -> dict[str, Any]:
        if is_filtered:
            return {"title": "No service matches", "text": "Change or clear the filters above.", "icon": "filter"}
        action = next(iter(self.actions()), None)
        text = "Write down what you sell, with unit and usual price; quotes and opportunities choose from it."
        return {"title": "The catalogue is empty", "text": text, "icon": "package", "action": action}

    def extra(self) -> dict[str, Any]:
        crumbs = [{"label": "Accounts", "url": reverse("accounts")}, {"label": self.title, "url": ""}]
        return {"crumbs": crumbs, "noun": "services"}


class OfServices(FormPage):
    back = "services"


class ServiceNew(OfServices, CreatePage):
    model, form_class = Service, forms.ServiceForm


class ServiceEdit(OfServices, EditPage):
    model, form_class = Service, forms.ServiceForm
    removal = "service-removal"


class ServiceRemove(RemovePage):
    model = Service
    consequence = "Lines of quotes keep its words and price."
    back = "services"


@require_safe
def quote_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A quote with its lines, versions and what became of it."""
    quote = fetch(Quote, request.user, "account__owner", "opportunity", "contact", "written_by", pk=pk)
    prefetch_related_objects([quote], "lines__service")
    lines = list(quote.lines.all())
    may_change = can(request.user, Deed.CHANGE, quote)
    status = {"label": quote.get_status_display(), "tone": TONES[Quote.Status(quote.status)]}
    expired = quote.is_expired and quote.status == Quote.Status.SENT
    context = {
        "quote": quote,
        "record_title": quote.title,
        "record_subtitle": f"{quote.key} · {quote.account}",
        "badges": [status, *([{"label": "Expired", "tone": "bad"}] if expired else [])],
        "facts": [
            {"label": "For", "value": quote.contact, "missing": "Nobody named"},
            {
                "label": "Opportunity", "value": quote.opportunity, "missing": "None",
                "url": reverse("opportunity", args=[quote.opportunity_id]) if quote.opportunity_id else "",
            },
            {"label": "Valid until", "value": quote.valid_until and day(quote.valid_until), "missing": "No end"},
            {"label": "Written by", "value": quote.written_by, "missing": "Not known"},
            {"label": "Sent", "value": quote.sent_at and moment(quote.sent_at), "missing": "Not yet"},
            {"label": "Opened by the client", "value": quote.seen_at and moment(quote.seen_at), "missing": "Not yet"},
            *(
                [
                    {"label": quote.get_status_display(), "value": f"{moment(quote.decided_at)} by {quote.decided_by}"},
                    {"label": "Their word", "value": quote.decision_note, "missing": "None"},
                ]
                if quote.decided_at
                else []
            ),
        ],
        "lines": lines,
        "may_change": may_change,
        "actions": _deeds(quote, request.user, may_change=may_change),
        "crumbs": [
            {"label": "Accounts", "url": reverse("accounts")},
            {"label": quote.account.name, "url": reverse("account-opportunities", args=[quote.account_id])},
            {"label": quote.key, "url": ""},
        ],
        "versions": list(Quote.objects.filter(number=quote.number).order_by("-version_number")),
        "entries": [
            of_event(e, request.user)
            for e in Event.objects.filter(subject_type="accounts.quote", subject_id=pk).order_by("-at")[:20]
        ],
        "empty": {"title": "Nothing happened yet", "text": ""},
    }  # fmt: skip
    return render(request, "accounts/quote.html", context)


def _deeds(quote: Quote, user: Any, *, may_change: bool) -> list[dict[str, Any]]:
    pdf_deed = {"label": "PDF", "url": reverse("quote-pdf", args=[quote.pk]), "icon": "printer"}
    if may_change:
        edit = {
            "label": "Edit", "url": reverse("quote-edit", args=[quote.pk]), "icon": "pencil", "drawer": True, "key": "e"
        }  # fmt: skip
        sending_deed = {
            "label": "Make the link", "url": reverse("quote-sending", args=[quote.pk]), "icon": "send",
            "method": "post", "primary": True,
        }  # fmt: skip
        return [edit, pdf_deed, sending_deed]
    if quote.status in (Quote.Status.SENT, Quote.Status.DECLINED) and can(user, Deed.CHANGE, quote.account):
        url = reverse("quote-versions", args=[quote.pk])
        return [pdf_deed, {"label": "New version", "url": url, "icon": "copy", "method": "post"}]
    return [pdf_deed]


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The quote on paper."""
    quote = fetch(Quote, request.user, "account__owner", "contact", "written_by", pk=pk)
    prefetch_related_objects([quote], "lines__service")
    answer = HttpResponse(quote_pdf(quote), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{slugify(quote.key)}.pdf"'
    return answer


@require_POST
def sending(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the quote and show its link, once."""
    quote = fetch(Quote, request.user, "account", "contact", pk=pk)
    require(request.user, Deed.CHANGE, quote)
    try:
        secret = send_quote(quote=quote, by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return go(request, reverse("quote", args=[pk]))
    url = absolute(reverse("quote-answer", args=[secret]))
    greeting = f"Dear {quote.contact}," if quote.contact is not None else "Good day,"
    letter = {
        "contacts": [quote.contact] if quote.contact is not None else [],
        "subject": f"{quote.title} ({quote.key})",
        "text": f"{greeting}\n\nhere is our quote. You can read it, and accept or decline it, at this address; no "
        f"sign-in is needed:\n{url}\n\nKind regards\n{request.user}",
    }
    context = {
        "quote": quote,
        "url": url,
        "form": MailForm(instance=MailMessage(account=quote.account), user=request.user, initial=letter),
        "form_url": reverse("mail-new", args=[quote.account_id]),
        "cancel_url": reverse("quote", args=[pk]),
        "submit_label": "Send by mail",
        "crumbs": [{"label": quote.key, "url": reverse("quote", args=[pk])}, {"label": "Link", "url": ""}],
    }
    return render(request, "accounts/quote_link.html", context)


@require_POST
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft with the same lines."""
    quote = fetch(Quote, request.user, "account", pk=pk)
    require(request.user, Deed.CHANGE, quote.account)
    try:
        with only_once(request) as done:
            made = new_version(quote=quote, by=request.user)
            done.url = reverse("quote", args=[made.pk])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return go(request, reverse("quote", args=[pk]))
    messages.success(request, f"{made.key} is a draft. {quote.key} stands until it is sent.")
    return go(request, done.url)


class QuoteNew(OfAccount, CreatePage):
    model, form_class, tab = Quote, forms.QuoteForm, "account-opportunities"

    def blank(self) -> Record:
        asked = self.request.GET.get("opportunity", "")
        rows = Opportunity.objects.visible_to(self.request.user).filter(account=self.account)
        chance = rows.filter(pk=int(asked) if asked.isdecimal() else 0).first()
        return Quote(
            account=self.account, currency=chance.currency if chance else self.account.currency, opportunity=chance,
            title=chance.name if chance else "",
        )  # fmt: skip

    def after(self, record: Record) -> str:
        return reverse("quote", args=[record.pk]) if record.pk else super().after(record)


class QuoteEdit(EditPage):
    model, form_class, related = Quote, forms.QuoteForm, ("account",)
    removal = "quote-removal"


class QuoteRemove(RemovePage):
    model = Quote
    consequence = "Its lines go too; other versions stay."

    def after(self, record: Record) -> str:
        return reverse("account-opportunities", args=[record.account_id])  # type: ignore[attr-defined]


class OfQuote(FormPage):
    def after(self, record: Record) -> str:
        assert isinstance(record, QuoteLine)
        return reverse("quote", args=[record.quote_id])


class LineNew(OfQuote, CreatePage):
    model, form_class = QuoteLine, forms.QuoteLineForm
    submit_label = "Add"

    def blank(self) -> Record:
        return QuoteLine(quote=fetch(Quote, self.request.user, "account", pk=self.kwargs["quote"]))

    def title(self, record: Record) -> str:
        return "New line"


class LineEdit(OfQuote, EditPage):
    model, form_class, related = QuoteLine, forms.QuoteLineForm, ("quote__account", "service")
    removal = "quote-line-removal"


class LineRemove(RemovePage):
    model = QuoteLine

    def after(self, record: Record) -> str:
        assert isinstance(record, QuoteLine)
        return reverse("quote", args=[record.quote_id])
