"""Forms of mailboxes, mails and calendars."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from imapclient.exceptions import IMAPClientError

from accord.accounts.models import Contact
from accord.core import editing
from accord.core.encryption import Unreadable
from accord.core.files.contents import Stored, discard
from accord.core.files.rules import largest
from accord.core.models import File, Record
from accord.core.texts import gettext_lazy
from accord.correspondence.actions.send_mail import write_mail
from accord.correspondence.actions.show_mails import change_privacy
from accord.correspondence.actions.sync_mailbox import message_of
from accord.correspondence.calendar_reading import Unreadable as NoCalendar
from accord.correspondence.calendar_reading import sync_calendar
from accord.correspondence.mail_servers import check_folders
from accord.correspondence.models import CalendarSource, Mailbox, MailMessage
from accord.web.shell.files import take_in
from accord.web.shell.forms import RecordForm

KEEPS_PASSWORD = gettext_lazy(
    "Leave empty to use the saved one. Enter it again when you change the server or the user name."
)


def _goes_elsewhere(form: RecordForm, cleaned: dict[str, Any]) -> bool:
    """Whether the saved password would be sent to another server than the one that it was entered for.

    Asked before anything is tried: the form signs in at the server that it names.
    """
    if not form.instance.pk or cleaned.get("password"):
        return False
    stored = type(form.instance)._base_manager.get(pk=form.instance.pk)
    wished = copy(stored)
    for name in form.fields.keys() & set(form._meta.fields or ()) & cleaned.keys():
        setattr(wished, name, cleaned[name])
    return bool(stored.sealed_password) and wished.secret_places() != stored.secret_places()


class MailboxForm(RecordForm):
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), help_text=gettext_lazy("Stored encrypted.")
    )
    reading = (
        "imap_host", "imap_port", "imap_security", "user_name", "password", "folders", "since", "authserv_id", "active",
    )  # fmt: skip
    sections = [
        ("", ["address", "privacy"]),
        (gettext_lazy("Receiving"), [*reading]),
        (gettext_lazy("Sending"), ["smtp_host", "smtp_port", "smtp_security"]),
    ]

    class Meta:
        model = Mailbox
        fields = [
            "address", "privacy", "imap_host", "imap_port", "imap_security", "user_name", "folders", "since",
            "authserv_id", "active", "smtp_host", "smtp_port", "smtp_security",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.provider:  # it knows its own servers, and asks for the password itself
            kept = {"address", "privacy", "folders", "since", "authserv_id", "active", "version"}
            for name in self.fields.keys() - kept:
                del self.fields[name]
            if self.instance.is_signed_out:
                del self.fields["active"]
        elif self.instance.pk:
            self.fields["password"].required = False
            self.fields["password"].help_text = KEEPS_PASSWORD

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if Mailbox.objects.filter(owner=self.instance.owner, address=address).exclude(pk=self.instance.pk).exists():
            raise ValidationError(gettext("You've already added this mailbox."))
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if _goes_elsewhere(self, cleaned):
            self.add_error("password", editing.ENTER_AGAIN)
        if not self.errors and cleaned.get("active"):
            self._try(cleaned)
        return cleaned

    def _try(self, cleaned: dict[str, Any]) -> None:
        """Sign in and look for the folders: what is wrong is better said now than in a log."""
        box = copy(self.instance)
        for name in self.fields.keys() & set(self._meta.fields or ()):
            setattr(box, name, cleaned[name])
        if cleaned.get("password"):
            box.password = cleaned["password"]
        try:
            box.clean()  # before the password goes anywhere
            check_folders(box)
        except ValidationError as refused:
            for name, messages in refused.message_dict.items():
                self.add_error(name if name in self.fields else None, messages)
        except (OSError, IMAPClientError, Unreadable) as error:
            place = "imap_host" if "imap_host" in self.fields else None
            self.add_error(place, gettext("Can't connect to the server: %(error)s") % {"error": message_of(error)})

    @transaction.atomic
    def save_for_user(self) -> Record:
        box, values = self.instance, self.stored_values
        if self.cleaned_data.get("password"):
            box.password = self.cleaned_data["password"]
            values["sealed_password"] = box.sealed_password
        if box.provider:
            values["user_name"] = box.user_name = self.cleaned_data["address"]
        if box.pk is None:
            return editing.create(box, by=self.user)
        before = Mailbox.objects.get(pk=box.pk).privacy
        changed = editing.change(box, by=self.user, version=self.cleaned_data["version"], **values)
        if changed.privacy != before:
            change_privacy(mailbox=changed)
        return changed


class CalendarSourceForm(RecordForm):
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        required=False,
        help_text=gettext_lazy("Stored encrypted."),
    )
    field_order = ["name", "kind", "url", "user_name", "password", "active"]

    class Meta:
        model = CalendarSource
        fields = ["name", "kind", "url", "user_name", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.sealed_password:
            self.fields["password"].help_text = KEEPS_PASSWORD

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if _goes_elsewhere(self, cleaned):
            if cleaned.get("user_name"):
                self.add_error("password", editing.ENTER_AGAIN)
            else:  # a feed that needs none
                self.instance.sealed_password = ""
        if not self.errors and cleaned.get("active"):
            source = CalendarSource(**{name: cleaned[name] for name in self._meta.fields or () if name != "version"})
            source.sealed_password = self.instance.sealed_password
            if cleaned["password"]:
                source.password = cleaned["password"]
            today = timezone.localdate()
            try:
                sync_calendar(source, today, today + timedelta(days=1), ZoneInfo(self.user.time_zone))
            except (OSError, NoCalendar, Unreadable) as error:
                self.add_error("url", gettext("Can't read this calendar: %(error)s") % {"error": error})
        return cleaned

    @transaction.atomic
    def save_for_user(self) -> Record:
        source, values = self.instance, self.stored_values
        if self.cleaned_data["password"]:
            source.password = self.cleaned_data["password"]
        if source.pk is None:
            return editing.create(source, by=self.user)
        values["sealed_password"] = source.sealed_password
        return editing.change(source, by=self.user, version=self.cleaned_data["version"], **values)


class FilesInput(forms.FileInput):
    """Any number of files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of files; what may be in them is said where they are stored."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        return list(data or [])


class MailForm(RecordForm):
    """A mail to people at one client; ``answers`` is the mail that it replies to, ``about`` what it brings them."""

    about: Record | None = None

    contacts = forms.ModelMultipleChoiceField(label=gettext_lazy("To"), queryset=Contact.objects.none())
    subject = forms.CharField(max_length=200)
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 12}), max_length=100_000)
    mailbox = forms.ModelChoiceField(label=gettext_lazy("From"), queryset=Mailbox.objects.none(), required=False)
    account_files = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Files of the account"), queryset=File.objects.none(), required=False
    )
    new_files = FilesField(
        label=gettext_lazy("Other files"), required=False, widget=FilesInput(attrs={"data-collects-files": ""})
    )

    class Meta:
        model = MailMessage
        fields: list[str] = []

    def __init__(self, *args: Any, answers: MailMessage | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers = answers
        self.stored: list[Stored] = []
        account = self.instance.account
        held: Any = self.fields["account_files"]
        held.queryset = (
            File.objects.visible_to(self.user)
            .filter(root_type=account._meta.label_lower, root_id=account.pk, replaced_by=None)
            .exclude(subject_type=MailMessage._meta.label_lower)
        )
        self.fields["new_files"].help_text = gettext("Up to %(largest)s together.") % {"largest": largest()}
        contacts, mailboxes = self.fields["contacts"], self.fields["mailbox"]
        here: Any = Contact.objects.filter(affiliations__account=account, affiliations__until=None)
        contacts.queryset = here.exclude(email="").order_by("name").distinct()
        mailboxes.queryset = Mailbox.objects.filter(owner=self.user)
        mailboxes.empty_label = gettext("The firm (replies go to %(email)s)") % {"email": self.user.email}
        mailboxes.initial = mailboxes.queryset.first()
        if answers is not None:
            subject = answers.interaction.subject
            self.fields["subject"].initial = subject if subject.lower().startswith("re:") else f"Re: {subject}"[:200]
            contacts.initial = list(answers.interaction.contacts.all())

    def clean(self) -> dict[str, Any]:
        """Files are scanned and stored once all else is right, before the transaction in which the mail is written."""
        cleaned = super().clean() or {}
        sent = cleaned.get("new_files")
        if sent and not self.errors:
            self.stored, refused = take_in(sent)
            if refused:
                discard(self.stored)
                self.add_error("new_files", refused)
        return cleaned

    def save_for_user(self) -> Record:
        values = self.cleaned_data
        try:
            return write_mail(
                account=self.instance.account, contacts=list(values["contacts"]), subject=values["subject"],
                text=values["text"], by=self.user, now=timezone.now(), mailbox=values["mailbox"], answers=self.answers,
                about=self.about, files=list(values["account_files"]), stored=self.stored,
            )  # fmt: skip
        except BaseException:
            discard(self.stored)
            raise
