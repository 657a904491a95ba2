"""Mailboxes of colleagues, and the mails with clients that were found in them."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models.account import Account
from accord.accounts.models.interaction import Interaction
from accord.accounts.models.part import AccountPart
from accord.core.access import Permission
from accord.core.encryption import decrypt, encrypt
from accord.core.fields import LinkFreeTextField
from accord.core.models import Record, RecordQuerySet
from accord.core.policy import Policy, same_as
from accord.core.rules import Is
from accord.core.texts import gettext_lazy


class Security(models.TextChoices):
    TLS = "tls", "TLS"
    STARTTLS = "starttls", "STARTTLS"
    PLAIN = "plain", gettext_lazy("None (internal network only)")


class Mailbox(Record):
    """A mailbox that is read by IMAP. Only mails with people we know at a client are kept.

    ``provider`` is where its owner signs in for us (``accounts.mail_sign_in``); without one we have a password.
    """

    class Privacy(models.TextChoices):
        OPEN = "open", gettext_lazy("Everyone with access to the account")
        SUBJECT = "subject", gettext_lazy("Others see participants and date only")
        PRIVATE = "private", gettext_lazy("Only me")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mailboxes")
    address = models.EmailField(gettext_lazy("email address"))
    privacy = models.CharField(gettext_lazy("visibility"), max_length=7, choices=Privacy.choices, default=Privacy.OPEN)
    imap_host = models.CharField(gettext_lazy("IMAP server"), max_length=200)
    imap_port = models.PositiveIntegerField(gettext_lazy("port"), default=993)
    imap_security = models.CharField(
        gettext_lazy("encryption"), max_length=8, choices=Security.choices, default=Security.TLS
    )
    provider = models.CharField(max_length=20, blank=True, editable=False)
    user_name = models.CharField(gettext_lazy("username"), max_length=200)
    sealed_password = models.TextField(gettext_lazy("password"), blank=True, editable=False)
    folders = models.CharField(
        max_length=300, default="INBOX, Sent", help_text=gettext_lazy("Folders to sync, separated by commas.")
    )
    authserv_id = models.CharField(
        gettext_lazy("authentication server"),
        max_length=200,
        blank=True,
        help_text=(
            gettext_lazy(
                "The name at the beginning of the Authentication-Results header that your email server adds, for "
                "example mx.example.com. Accord uses it to verify emails that name a colleague as "
                "sender. Leave empty if your server adds none."
            )
        ),
    )
    since = models.DateField(
        gettext_lazy("sync emails since"),
        default=timezone.localdate,
        help_text=gettext_lazy("Older emails are not synced."),
    )
    smtp_host = models.CharField(
        gettext_lazy("SMTP server"),
        max_length=200,
        blank=True,
        help_text=gettext_lazy("Leave empty to use the firm's email server."),
    )
    smtp_port = models.PositiveIntegerField(gettext_lazy("SMTP port"), default=587)
    smtp_security = models.CharField(
        gettext_lazy("SMTP encryption"), max_length=8, choices=Security.choices, default=Security.STARTTLS
    )
    active = models.BooleanField(default=True, help_text=gettext_lazy("Inactive mailboxes are not synced."))
    read_at = models.DateTimeField(gettext_lazy("last sync"), null=True, editable=False)
    failure = models.CharField(gettext_lazy("last error"), max_length=300, blank=True, editable=False)

    unaudited = frozenset({"sealed_password"})
    policy = Policy(view=Is("owner"), change=Is("owner"))  # not even administrators look into them

    class Meta:
        ordering = ["address"]
        verbose_name_plural = gettext_lazy("mailboxes")
        constraints = [models.UniqueConstraint(fields=["owner", "address"], name="mailbox_once")]

    def __str__(self) -> str:
        return self.address

    def clean(self) -> None:
        private = {host.lower() for host in settings.PRIVATE_HOSTS}
        for host, security in (("imap_host", "imap_security"), ("smtp_host", "smtp_security")):
            named = getattr(self, host).lower()
            if named and getattr(self, security) == Security.PLAIN and named not in private:
                raise ValidationError(
                    {security: gettext("Choose an encryption: without it, the password is sent in plain text.")}
                )
        if not self.folder_names:
            raise ValidationError({"folders": gettext("Enter at least one folder.")})

    def secret_places(self) -> dict[str, Any]:
        servers: tuple[Any, ...] = (self.imap_host.lower(), self.imap_port, self.imap_security)
        servers += (self.smtp_host.lower(), self.smtp_port, self.smtp_security)
        # A provider's permission is of one mailbox, whatever its owner calls it.
        return {"sealed_password": servers if self.provider else (*servers, self.user_name)}

    @property
    def folder_names(self) -> list[str]:
        return [name.strip() for name in self.folders.split(",") if name.strip()]

    @property
    def trusted_servers(self) -> frozenset[str]:
        """The names under which the mailbox's own server reports who really sent a mail (RFC 8601).

        Microsoft's gives none. Both it and Google's remove what others wrote in their name.
        """
        if self.authserv_id:
            return frozenset({self.authserv_id.strip().lower()})
        usual = {"google": "mx.google.com", "microsoft": ""}
        return frozenset({usual[self.provider]} if self.provider in usual else ())

    @property
    def is_signed_out(self) -> bool:
        """Whether it waits for its owner to sign in at the provider."""
        return bool(self.provider) and not self.sealed_password

    @property
    def password(self) -> str:
        """Or what a provider gave in its place; raises ``Unreadable`` after the installation's secret was changed."""
        return decrypt(self.sealed_password)

    @password.setter
    def password(self, text: str) -> None:
        self.sealed_password = encrypt(text)


class MailFolder(models.Model):
    """How far one folder was read. The server's UIDs hold while its UIDVALIDITY does."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="read_folders")
    name = models.CharField(max_length=200)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "name"], name="mail_folder_once")]

    def __str__(self) -> str:
        return self.name


class SkippedMail(models.Model):
    """A mail that could not be read: tried once more, then skipped. Its owner sees which it is, and why."""

    MOST_TRIES = 2

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="skipped_mails")
    folder = models.CharField(max_length=200)
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    # The record that it brings to the client, such as a quote: rooms above hear of its sending by the event.
    about_type = models.CharField(max_length=60, blank=True, editable=False)
    about_id = models.BigIntegerField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(gettext_lazy("attempts"), default=1)
    failed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["-failed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "folder", "uid_validity", "uid"], name="skipped_mail_once")
        ]

    def __str__(self) -> str:
        return self.subject or gettext("(no subject)")

    @property
    def is_final(self) -> bool:
        return self.tries >= self.MOST_TRIES


class MailboxSync(models.Model):
    """One line of a mailbox's log: what was looked at, what of it was kept, or why it failed."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="readings")
    at = models.DateTimeField()
    seen = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    failure = models.CharField(gettext_lazy("last error"), max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return gettext("%(seen)s checked, %(kept)s saved") % {"seen": self.seen, "kept": self.kept}


class MailMessage(AccountPart):
    """A mail with people at one client, told on the timeline by its interaction.

    A mail that lies in several mailboxes is one, by its Message-ID. ``text`` is what it says, where not everybody who
    sees the client may read it; else the interaction's body says it.

    One that ``holds_prices`` is read by those who see the client's prices (``queries_mail.texts_for``). A secret
    address stands in neither text; until it was sent, ``sealed_text`` keeps the whole, encrypted.
    """

    class State(models.TextChoices):
        RECEIVED = "received", gettext_lazy("Received")
        WAITING = "waiting", gettext_lazy("Queued")
        SENDING = "sending", gettext_lazy("Being sent")
        SENT = "sent", gettext_lazy("Sent")
        FAILED = "failed", gettext_lazy("Failed")

    interaction = models.OneToOneField(Interaction, on_delete=models.CASCADE, related_name="mail")
    message_id = models.CharField(max_length=998, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    thread = models.CharField(max_length=64, editable=False)
    references = models.TextField(blank=True, editable=False)
    sender = models.CharField(max_length=320, editable=False)
    # The sender's address is not proven to be theirs (see accounts.mail_origin).
    sender_unverified = models.BooleanField(default=False, editable=False)
    recipients = models.JSONField(default=list, editable=False)
    attachments = models.JSONField(default=list, editable=False)
    text = LinkFreeTextField(blank=True, editable=False)
    holds_prices = models.BooleanField(default=False, editable=False)
    sealed_text = models.TextField(blank=True, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RECEIVED, editable=False)
    outgoing_from = models.ForeignKey(
        Mailbox,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="outgoing",
        verbose_name=gettext_lazy("sent from"),
    )
    # The record that it brings to the client, such as a quote: rooms above hear of its sending by the event.
    about_type = models.CharField(max_length=60, blank=True, editable=False)
    about_id = models.BigIntegerField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(gettext_lazy("attempts"), default=0, editable=False)
    failure = models.CharField(gettext_lazy("last error"), max_length=300, blank=True, editable=False)

    unaudited = frozenset({"sealed_text"})
    holds_files = files_are_fixed = files_are_guarded = True  # what came with it, or was sent with it
    policy = same_as("interaction")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="mail_once")]
        indexes = [
            models.Index(fields=["digest"], name="mail_digest"),
            models.Index(fields=["account", "thread"], name="mail_thread"),
            models.Index(fields=["state", "tries"], name="mail_state"),
            models.Index(fields=["about_type", "about_id"], name="mail_about", condition=Q(about_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.interaction.subject

    @staticmethod
    def digest_of(message_id: str) -> str:
        """The stored form of a Message-ID: it may be very long, and its brackets and spaces mean nothing."""
        return hashlib.sha256(message_id.strip().strip("<>").strip().encode()).hexdigest()

    @classmethod
    def with_readable_files(cls, user: Any) -> RecordQuerySet:
        """Files are read by who reads the text, or would if there were one (``queries.texts_for``)."""
        copies = MailCopy.objects.filter(message=OuterRef("pk"))
        is_open = ~Exists(copies) | Exists(copies.filter(mailbox__privacy=Mailbox.Privacy.OPEN))
        is_own = Q(Exists(copies.filter(mailbox__owner=user)))
        is_author = ~Q(state=cls.State.RECEIVED) & Q(interaction__by=user)
        sees_prices = Q(holds_prices=False) | Q(
            account__in=Account.objects.letting(user, Permission.VIEW_MONEY).values("pk")
        )
        return super().with_readable_files(user).filter(is_own | is_author | (is_open & sees_prices))


class MailCopy(models.Model):
    """The mail lies in this mailbox."""

    message = models.ForeignKey(MailMessage, on_delete=models.CASCADE, related_name="copies")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="copies")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "mailbox"], name="mail_copy_once")]

    def __str__(self) -> str:
        return f"{self.message_id} in {self.mailbox_id}"
