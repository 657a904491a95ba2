"""One's own mailboxes: where they are read, who sees what was found, and the log of the readings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accord.accounts.actions.read_mailbox import remove_mailbox
from accord.accounts.jobs import read_one
from accord.accounts.models import Mailbox, MailboxReading
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.web.accounts.forms_mail import MailboxForm
from accord.web.shell.templatetags.shell import ago, moment, number
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage, go
from accord.web.shell.views.lists import Cell, Row

LINES = 50


@require_safe
def mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    """What is read, and what each reading found."""
    box = fetch(Mailbox, request.user, pk=pk)
    kept = box.copies.count()
    rows = [
        Row(
            line.pk,
            "",
            [
                Cell(moment(line.at)),
                Cell(number(line.seen), numeric=True),
                Cell(number(line.known), numeric=True),
                Cell(number(line.kept), numeric=True),
                Cell(line.failure, tone="bad") if line.failure else Cell("Read"),
            ],
        )
        for line in MailboxReading.objects.filter(mailbox=box)[:LINES]
    ]
    context: dict[str, Any] = {
        "box": box,
        "record_title": box.address,
        "record_subtitle": "Mailbox",
        "badges": [{"label": "Switched off", "tone": "neutral"}]
        if not box.active
        else [{"label": "Cannot be read", "tone": "bad"}]
        if box.failure
        else [],
        "facts": [
            {"label": "Who sees the mails", "value": box.get_privacy_display()},
            {"label": "Server", "value": f"{box.imap_host}:{box.imap_port}"},
            {"label": "Encryption", "value": box.get_imap_security_display()},
            {"label": "Folders", "value": ", ".join(box.folder_names)},
            {"label": "Sends by", "value": box.smtp_host, "missing": "The firm's server"},
            {"label": "Last read", "value": ago(box.read_at) if box.read_at else None, "missing": "Not yet"},
            {"label": "Mails kept", "value": number(kept)},
        ],
        "actions": [
            {
                "label": "Edit", "url": reverse("mailbox-edit", args=[pk]), "icon": "pencil", "drawer": True, "key": "e"
            },
            {
                "label": "Read now", "url": reverse("mailbox-reading", args=[pk]), "icon": "refresh",
                "method": "post", "primary": True,
            },
        ],
        "crumbs": [{"label": "Profile", "url": reverse("profile")}, {"label": box.address, "url": ""}],
        "columns": [
            {"label": "When"}, {"label": "New mails", "numeric": True}, {"label": "With clients", "numeric": True},
            {"label": "Kept", "numeric": True}, {"label": "Outcome"},
        ],
        "rows": rows,
        "empty": {"title": "Not read yet", "text": "It is read every five minutes, and when you say so."},
    }  # fmt: skip
    return render(request, "accounts/mailbox.html", context)


@require_POST
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it read by the next free worker."""
    box = fetch(Mailbox, request.user, pk=pk)
    read_one.enqueue(box.pk)
    messages.success(request, "It is read as soon as a worker is free.")
    return go(request, reverse("mailbox", args=[pk]))


class MailboxNew(CreatePage):
    model, form_class = Mailbox, MailboxForm
    submit_label = "Add"

    def blank(self) -> Record:
        user: Any = self.request.user
        return Mailbox(owner=user, address=user.email, user_name=user.email)

    def after(self, record: Record) -> str:
        return reverse("mailbox", args=[record.pk]) if record.pk else reverse("profile")


class MailboxEdit(EditPage):
    model, form_class = Mailbox, MailboxForm
    removal = "mailbox-removal"


class MailboxRemove(RemovePage):
    model = Mailbox
    consequence = (
        "It is not read any more. Mails that everybody reads stay; of those that only you read, the subject stays "
        "where others saw it, and nothing where they did not."
    )
    back = "profile"

    def remove(self, record: Record) -> None:
        assert isinstance(record, Mailbox)
        remove_mailbox(mailbox=record, by=self.request.user)
