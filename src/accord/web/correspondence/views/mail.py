"""One mail with what was written before and after it; writing and answering."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.accounts.models import Interaction
from accord.core.access import Permission, can, require, require_create
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.correspondence.actions.send_mail import send_again
from accord.correspondence.models import MailMessage
from accord.correspondence.queries import texts_for
from accord.web.accounts.page import account_crumbs, account_link
from accord.web.accounts.views.edits import AccountFormPage
from accord.web.correspondence.forms import MailForm
from accord.web.shell.forms import RecordForm
from accord.web.shell.page_files import page_files
from accord.web.shell.parts import Action, Badge, Fact
from accord.web.shell.record_page import Mark, Panel, RecordPage, files
from accord.web.shell.templatetags.shell import moment
from accord.web.shell.views.forms import CreatePage, go

TONES = {
    MailMessage.State.RECEIVED: "info",
    MailMessage.State.WAITING: "warn",
    MailMessage.State.SENDING: "warn",
    MailMessage.State.SENT: "good",
    MailMessage.State.FAILED: "bad",
}
LONGEST_THREAD = 50
UNVERIFIED = Badge(gettext_lazy("Sender not verified"), "warn")


@require_safe
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail, and its conversation in order."""
    row = fetch(MailMessage, request.user, "account", "interaction__by", pk=pk)
    thread = list(
        MailMessage.objects.visible_to(request.user)
        .filter(account=row.account, thread=row.thread)
        .select_related("interaction__by", "account")
        .order_by("interaction__at", "pk")[:LONGEST_THREAD]
    )
    texts = texts_for(request.user, thread)
    is_in = row.interaction.direction == Interaction.Direction.IN
    state = Badge(row.get_state_display(), TONES[MailMessage.State(row.state)])
    actions = []
    if row.state == MailMessage.State.FAILED and can(request.user, Permission.CHANGE, row):
        url = reverse("mail-another-try", args=[pk])
        actions.append(Action(gettext("Send again"), url, icon="send", method="post"))
    if row.account.allows(request.user, Permission.VIEW):
        actions.append(
            Action(
                gettext("Reply"),
                reverse("mail-answer-new", args=[pk]),
                icon="message-reply",
                drawer=True,
                primary=True,
                key="r",
            )
        )
    has_files = bool(page_files(row, request.user).of(row))
    return RecordPage(
        record=row,
        title=row.interaction.subject,
        of=account_link(row.account),
        subtitle=moment(row.interaction.at),
        above=account_crumbs(row.account, gettext("Timeline"), "account-timeline"),
        crumb=gettext("Email"),
        mark=Mark(row.account.name, icon="mail"),
        badges=[state, *([UNVERIFIED] if row.sender_unverified else [])],
        facts=[
            Fact(gettext("From"), row.sender, missing=gettext("Not known")),
            Fact(gettext("To"), ", ".join(row.recipients), missing=gettext("Not known")),
            Fact(gettext("Direction"), _direction(row, is_in=is_in)),
            Fact(gettext("Date"), moment(row.interaction.at)),
            Fact(gettext("Attachments"), ", ".join(row.attachments), missing=gettext("None")),
            *([Fact(gettext("Error"), row.failure, tone="bad")] if row.failure else []),
        ],
        actions=actions,
        may_change=has_files and can(request.user, Permission.CHANGE, row),
        panels=[
            Panel(
                "", "correspondence/parts/thread.html",
                {"row": row, "thread": [{"mail": each, "text": texts[each.pk]} for each in thread]},
            ),
            *([files()] if has_files else []),
        ],
    ).response(request)  # fmt: skip


def _direction(row: MailMessage, *, is_in: bool) -> str:
    if row.sender_unverified:
        return gettext(
            "Not known: anyone can write this sender into an email, and the email server could not confirm it"
        )
    return gettext("Incoming") if is_in else gettext("Outgoing")


@require_POST
def another_try(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more what the mail server refused."""
    row = fetch(MailMessage, request.user, "account", "interaction", pk=pk)
    require(request.user, Permission.CHANGE, row)
    try:
        send_again(message=row, by=request.user)
        messages.success(request, gettext("Email queued."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return go(request, reverse("mail", args=[pk]))


class MailNew(AccountFormPage, CreatePage):
    model, form_class = MailMessage, MailForm
    submit_label, saved_message = gettext_lazy("Send"), gettext_lazy("Email queued.")

    def record(self) -> Record:
        require_create(self.request.user, Interaction, account=self.account)
        return MailMessage(account=self.account)

    def title(self, record: Record) -> str:
        return gettext("Email %(account)s") % {"account": self.account}

    def after(self, record: Record) -> str:
        return reverse("mail", args=[record.pk]) if record.pk else reverse("account-timeline", args=[self.account.pk])


class AnswerNew(CreatePage):
    model, form_class = MailMessage, MailForm
    submit_label, saved_message = gettext_lazy("Send"), gettext_lazy("Email queued.")

    @property
    def answered(self) -> MailMessage:
        if not hasattr(self, "_answered"):
            self._answered = fetch(MailMessage, self.request.user, "account", "interaction", pk=self.kwargs["answers"])
            if not self._answered.account.allows(self.request.user, Permission.VIEW):
                raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
        return self._answered

    def record(self) -> Record:
        require_create(self.request.user, Interaction, account=self.answered.account)
        return MailMessage(account=self.answered.account)

    def form(self, record: Record, data: Any = None, files: Any = None) -> RecordForm:
        return MailForm(data, files, instance=record, user=self.request.user, answers=self.answered)

    def title(self, record: Record) -> str:
        return gettext("Reply to “%(subject)s”") % {"subject": self.answered.interaction.subject}

    def after(self, record: Record) -> str:
        return reverse("mail", args=[record.pk or self.answered.pk])
