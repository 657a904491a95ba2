"""A quote on its way: its link and email, confirmed as sent, withdrawn, its decision recorded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accord.core.access import Permission, can, require
from accord.core.email import email_is_configured
from accord.core.fetch import fetch
from accord.core.links import absolute
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.correspondence.models import Mailbox, MailMessage
from accord.people.models import Firm
from accord.sales.actions.follow_quote import (
    mark_quote_sent,
    record_decision,
    renew_quote_link,
    withdraw_quote,
)
from accord.sales.actions.quote_work import create_quote_link, new_version
from accord.sales.models import Quote
from accord.web.correspondence.forms import MailForm
from accord.web.sales.forms import DecisionRecordForm, WithdrawalForm
from accord.web.shell.once import only_once
from accord.web.shell.parts import Action, Crumb
from accord.web.shell.templatetags.shell import day
from accord.web.shell.views.forms import EditPage, FormPage, go

OPEN = Quote.OPEN


def quote_actions(quote: Quote, user: Any) -> list[Action]:
    """What can be done with the quote now, the likeliest first."""
    pdf = Action("PDF", reverse("quote-pdf", args=[quote.pk]), icon="printer")
    if not can(user, Permission.CHANGE, quote.account):
        return [pdf]

    def action(label: str, route: str, icon: str, **more: Any) -> Action:
        return Action(label, reverse(route, args=[quote.pk]), icon=icon, **more)

    sent = action(gettext("Mark as sent"), "quote-sent", "send", method="post")
    version = action(gettext("New version"), "quote-versions", "copy", method="post")
    if quote.status == Quote.Status.DRAFT:
        return [
            action(gettext("Edit"), "quote-edit", "pencil", drawer=True, key="e"),
            pdf,
            sent,
            action(gettext("Create link"), "quote-sending", "link", method="post", primary=True),
        ]
    if quote.status in OPEN:
        again = action(gettext("New link"), "quote-link", "link", method="post")
        return [
            pdf,
            *([sent] if quote.status == Quote.Status.ISSUED else []),
            *([] if quote.is_expired else [again]),
            version,
            action(gettext("Withdraw"), "quote-withdrawal", "arrow-back-up", drawer=True),
            action(gettext("Record decision"), "quote-decision", "check", drawer=True, primary=True),
        ]
    return [pdf, version] if quote.status in (Quote.Status.DECLINED, Quote.Status.WITHDRAWN) else [pdf]


@require_POST
def sending(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the quote and show its link, once."""
    quote = fetch(Quote, request.user, "account", "contact", pk=pk)
    require(request.user, Permission.CHANGE, quote)
    return _show_link(request, quote, create_quote_link)


@require_POST
def another_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link in place of the old one, to send once more."""
    quote = fetch(Quote, request.user, "account", "contact", pk=pk)
    require(request.user, Permission.CHANGE, quote.account)
    return _show_link(request, quote, renew_quote_link)


def _show_link(request: HttpRequest, quote: Quote, action: Any) -> HttpResponse:
    try:
        secret = action(quote=quote, by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return go(request, reverse("quote", args=[quote.pk]))
    url = absolute(reverse("quote-answer", args=[secret]))
    context: dict[str, Any] = {
        "quote": quote,
        "url": url,
        "crumbs": [Crumb(quote.key, reverse("quote", args=[quote.pk])), Crumb(gettext("Link"))],
    }
    if email_is_configured() or Mailbox.objects.filter(owner=request.user).exclude(smtp_host="").exists():
        context |= {
            "form": MailForm(
                instance=MailMessage(account=quote.account),
                user=request.user,
                initial=_letter(quote, url, request.user),
            ),
            "form_url": reverse("quote-email", args=[quote.pk]),
            "cancel_url": reverse("quote", args=[quote.pk]),
            "submit_label": gettext("Send by email"),
        }
    return render(request, "sales/quote_link.html", context)


def _letter(quote: Quote, url: str, user: Any) -> dict[str, Any]:
    named = quote.contact is not None
    offer = gettext(
        "Please find our quote at the link below. You can view, download, accept or decline it online, without "
        "signing in:"
    )
    parts = [
        gettext("Dear %(contact)s,") % {"contact": quote.contact} if named else gettext("Hello,"),
        f"{offer}\n{url}",
    ]
    if quote.valid_until:
        parts.append(gettext("It is valid until %(date)s.") % {"date": day(quote.valid_until)})
    parts.append(gettext("Kind regards") + f"\n{user}\n{Firm.current()}")
    text = "\n\n".join(parts)
    contacts = [quote.contact] if quote.contact is not None else []
    return {
        "contacts": contacts,
        "subject": (gettext("Quote %(key)s: %(title)s") % {"key": quote.key, "title": quote.title})[:200],
        "text": text,
    }


class QuoteEmail(FormPage):
    """The email with the link; the quote counts as sent when it has left the house."""

    model, form_class = MailMessage, MailForm
    submit_label, saved_message = gettext_lazy("Send by email"), gettext_lazy("Email queued.")

    @property
    def quote(self) -> Quote:
        if not hasattr(self, "_quote"):
            self._quote = fetch(Quote, self.request.user, "account", pk=self.kwargs["pk"], status__in=OPEN)
        return self._quote

    def record(self) -> Record:
        require(self.request.user, Permission.CHANGE, self.quote.account)
        return MailMessage(account=self.quote.account)

    def title(self, record: Record) -> str:
        return gettext("Email %(quote)s") % {"quote": self.quote.key}

    def after(self, record: Record) -> str:
        return reverse("quote", args=[self.quote.pk])

    def save(self, form: Any) -> Record:
        form.about = self.quote
        return super().save(form)


@require_POST
def sent(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm that the client has it."""
    quote = fetch(Quote, request.user, "account", pk=pk)
    require(request.user, Permission.CHANGE, quote.account)
    try:
        mark_quote_sent(quote=quote, by=request.user, now=timezone.now())
        messages.success(request, gettext("Quote marked as sent."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return go(request, reverse("quote", args=[pk]))


@require_POST
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft with the same lines."""
    quote = fetch(Quote, request.user, "account", pk=pk)
    require(request.user, Permission.CHANGE, quote.account)
    try:
        with only_once(request) as done:
            made = new_version(quote=quote, by=request.user)
            done.url = reverse("quote", args=[made.pk])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return go(request, reverse("quote", args=[pk]))
    messages.success(
        request,
        gettext("Draft %(made)s created. %(quote)s stays valid until you send the new version.")
        % {"made": made.key, "quote": quote.key}
        if quote.status in OPEN
        else gettext("Draft %(made)s created.") % {"made": made.key},
    )
    return go(request, done.url)


class QuoteActionPage(EditPage):
    """An action on a quote that nobody may edit any more; who may change the account may do it."""

    model, related = Quote, ("account",)

    def record(self) -> Record:
        record = fetch(Quote, self.request.user, *self.related, pk=self.kwargs["pk"])
        require(self.request.user, Permission.CHANGE, record.account)
        return record

    def delete_url(self, record: Record) -> str:
        return ""


class QuoteDecision(QuoteActionPage):
    form_class = DecisionRecordForm
    submit_label, saved_message = gettext_lazy("Record decision"), gettext_lazy("Decision recorded.")

    def title(self, record: Record) -> str:
        return gettext("Record decision on %(record)s") % {"record": record.key}

    def save(self, form: Any) -> Record:
        values = form.cleaned_data
        return record_decision(
            quote=form.instance,
            accept=values["decision"] == "accept",
            name=values["decided_by"],
            on=values["on"],
            via=values["via"],
            note=values["note"],
            reference=values["reference"],
            by=self.request.user,
        )


class QuoteWithdrawal(QuoteActionPage):
    form_class = WithdrawalForm
    submit_label, saved_message = gettext_lazy("Withdraw quote"), gettext_lazy("Quote withdrawn.")

    def title(self, record: Record) -> str:
        return gettext("Withdraw %(record)s") % {"record": record.key}

    def save(self, form: Any) -> Record:
        return withdraw_quote(
            quote=form.instance, by=self.request.user, now=timezone.now(), reason=form.cleaned_data["reason"]
        )
