"""One's own mailboxes: where they are read, who sees what was found, and the log of the readings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe
from imapclient.exceptions import IMAPClientError

from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.correspondence.actions.show_mails import remove_mailbox
from accord.correspondence.actions.sign_in_mailbox import sign_in_mailbox
from accord.correspondence.actions.sync_mailbox import message_of
from accord.correspondence.jobs import read_one
from accord.correspondence.mail_sign_in import NotSignedIn, Provider, ask, providers
from accord.correspondence.models import Mailbox, MailboxSync, SkippedMail
from accord.web.correspondence.forms import MailboxForm
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact
from accord.web.shell.record_page import TABLE, Mark, Panel, RecordPage
from accord.web.shell.templatetags.shell import ago, moment, number
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage, go
from accord.web.shell.views.lists import Cell, Row

LINES = 50
SIGN_IN = "mailbox_sign_in"  # in the session: what was asked of a provider, until it answers


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
                Cell(line.failure, tone="bad") if line.failure else Cell(gettext("Completed")),
            ],
        )
        for line in MailboxSync.objects.filter(mailbox=box)[:LINES]
    ]
    provider = providers().get(box.provider)
    empty = (
        Empty(
            gettext("Not synced yet"),
            gettext("Sign in with %(provider)s to let Accord sync this mailbox.") % {"provider": provider.name},
        )
        if provider and box.is_signed_out
        else Empty(
            gettext("Not synced yet"),
            gettext("Accord syncs this mailbox every five minutes. You can also sync it now."),
        )
    )
    columns = [
        Column(gettext("Date")),
        Column(gettext("New emails"), numeric=True),
        Column(gettext("From clients"), numeric=True),
        Column(gettext("Saved"), numeric=True),
        Column(gettext("Result")),
    ]
    synced = {"columns": columns, "rows": rows, "empty": empty, "caption": gettext("Sync history")}
    skipped = _skipped(box)
    return RecordPage(
        record=box,
        title=box.address,
        subtitle=gettext("Mailbox"),
        above=[Crumb(gettext("Profile"), reverse("profile"))],
        mark=Mark(box.address, icon="mail"),
        badges=_badges(box),
        facts=[
            Fact(gettext("Visibility"), box.get_privacy_display()),
            *([Fact(gettext("Provider"), provider.name)] if provider else []),
            Fact(gettext("Server"), f"{box.imap_host}:{box.imap_port}"),
            Fact(gettext("Encryption"), box.get_imap_security_display()),
            Fact(gettext("Folders"), ", ".join(box.folder_names)),
            Fact(gettext("Sends through"), box.smtp_host, missing=gettext("Firm’s email server")),
            Fact(
                gettext("Authentication server"),
                ", ".join(sorted(filter(None, box.trusted_servers))) or (provider.name if provider else ""),
            ),
            Fact(gettext("Last sync"), ago(box.read_at) if box.read_at else None, missing=gettext("Never")),
            Fact(gettext("Emails saved"), number(kept)),
        ],
        actions=_actions(box, provider),
        panels=[
            *([Panel(gettext("Skipped emails"), TABLE, skipped)] if skipped["rows"] else []),
            Panel(gettext("Sync history"), TABLE, synced),
        ],
    ).response(request)


def _skipped(box: Mailbox) -> dict[str, Any]:
    """The emails that could not be read, with what tells their owner which they are."""
    columns = (gettext("Date"), gettext("From"), gettext("Subject"), gettext("Status"), gettext("Reason"))
    rows = [
        Row(
            row.pk,
            "",
            [
                Cell(moment(row.sent_at) if row.sent_at else None),
                Cell(row.sender or None),
                Cell(row.subject or gettext("(no subject)"), sub=row.folder),
                Cell(gettext("Skipped"), tone="bad")
                if row.is_final
                else Cell(gettext("Tries again at the next sync"), tone="warn"),
                Cell(row.reason),
            ],
        )
        for row in SkippedMail.objects.filter(mailbox=box)[:LINES]
    ]
    return {
        "columns": [Column(label) for label in columns],
        "rows": rows,
        "caption": gettext("Emails that can't be read"),
    }


def _badges(box: Mailbox) -> list[Badge]:
    if box.is_signed_out:
        return [Badge(gettext("Not signed in"), "warn")]
    if not box.active:
        return [Badge(gettext("Inactive"))]
    return [Badge(gettext("Sync failed"), "bad")] if box.failure else []


def _actions(box: Mailbox, provider: Provider | None) -> list[Action]:
    """The main one is to sign in as long as nothing is read without it."""
    signs_in = provider is not None and (box.is_signed_out or bool(box.failure))
    edit = reverse("mailbox-edit", args=[box.pk])
    actions: list[Action] = [
        Action.edit(edit),
    ]
    if provider:
        url = reverse("mailbox-sign-in", args=[box.pk])
        actions.append(
            Action(
                gettext("Sign in with %(provider)s") % {"provider": provider.name}, url, icon="key", primary=signs_in
            )
        )
    if box.active:
        url = reverse("mailbox-reading", args=[box.pk])
        actions.append(Action(gettext("Sync now"), url, icon="refresh", method="post", primary=not signs_in))
    return actions


@require_POST
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it read by the next free worker."""
    box = fetch(Mailbox, request.user, pk=pk)
    read_one.enqueue(box.pk)
    messages.success(request, gettext("Sync will start in a moment."))
    return go(request, reverse("mailbox", args=[pk]))


@require_safe
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Off to the provider's page; it sends the browser back to :func:`signed_in`.

    A link and not a form, which the browser would keep from leading on to whatever page the provider uses.
    """
    box = fetch(Mailbox, request.user, pk=pk)
    try:
        question = ask(box, _back(request))
    except NotSignedIn as error:
        messages.error(request, str(error))
        return go(request, reverse("mailbox", args=[pk]))
    request.session[SIGN_IN] = {"mailbox": pk, "state": question.state, "verifier": question.verifier}
    return HttpResponseRedirect(question.url)


@require_safe
def signed_in(request: HttpRequest) -> HttpResponse:
    """The provider's answer to the question that this browser asked last."""
    asked = request.session.pop(SIGN_IN, None)
    if asked is None or not constant_time_compare(asked["state"], request.GET.get("state", "")):
        messages.error(request, gettext("This sign-in has expired or was already used. Start it again."))
        return go(request, reverse("profile"))
    box = fetch(Mailbox, request.user, pk=asked["mailbox"])
    if code := request.GET.get("code"):
        _let_in(request, box, code, asked["verifier"])
    else:
        told = request.GET.get("error_description") or request.GET.get("error") or "nothing"
        messages.error(request, gettext("The provider refused access. It said: %(reason)s") % {"reason": told[:200]})
    return go(request, reverse("mailbox", args=[box.pk]))


def _let_in(request: HttpRequest, box: Mailbox, code: str, verifier: str) -> None:
    try:
        sign_in_mailbox(mailbox=box, code=code, verifier=verifier, back=_back(request), by=request.user)
    except ValidationError as error:
        messages.warning(
            request,
            gettext("%(messages)s Edit the folders and activate the mailbox.") % {"messages": " ".join(error.messages)},
        )
    except (OSError, IMAPClientError) as error:
        messages.error(
            request,
            gettext("%(address)s can't be synced: %(error)s") % {"address": box.address, "error": message_of(error)},
        )
    else:
        read_one.enqueue(box.pk)
        messages.success(request, gettext("Signed in. The first sync will start in a moment."))


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("mailbox-signed-in"))


class MailboxNew(CreatePage):
    """With ``?provider=`` one whose owner signs in at a provider, after it was added."""

    model, form_class = Mailbox, MailboxForm
    submit_label = gettext_lazy("Add")

    def blank(self) -> Record:
        user: Any = self.request.user
        if key := self.request.GET.get("provider"):
            provider = providers().get(key)
            if provider is None:
                raise Http404
            return provider.blank(user)
        return Mailbox(owner=user, address=user.email, user_name=user.email)

    def after(self, record: Record) -> str:
        return reverse("mailbox", args=[record.pk]) if record.pk else reverse("profile")


class MailboxEdit(EditPage):
    model, form_class = Mailbox, MailboxForm
    removal = "mailbox-removal"


class MailboxRemove(RemovePage):
    model = Mailbox
    consequence = gettext_lazy(
        "Syncing stops. Emails shared with your team are kept. Emails private to you are deleted; where colleagues "
        "could see a subject line, the subject line is kept."
    )
    back = "profile"

    def remove(self, record: Record) -> None:
        assert isinstance(record, Mailbox)
        remove_mailbox(mailbox=record, by=self.request.user)
