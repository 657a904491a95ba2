"""A contact's way into the clients' door."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models.account import Account
from accord.accounts.models.contact import Affiliation, Contact
from accord.core.access import ClientContact
from accord.core.models import Record
from accord.core.policy import part_of
from accord.core.texts import format_lazy, gettext_lazy
from accord.core.tokens import digest

LONGEST_DAYS = 365


class ClientLink(Record):
    """A secret address by which one contact sees the client's projects, until it expires or is taken back.

    Only the hash of the secret is kept: the address is shown once, to whoever made it.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="client_links")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="client_links")
    secret_link = "client"
    hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_on = models.DateField(
        help_text=format_lazy(
            gettext_lazy("The last day on which the address works, at most {days} days from now."), days=LONGEST_DAYS
        )
    )
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    unaudited = frozenset({"hash"})
    policy = part_of("account")

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return gettext("client link for %(contact)s") % {"contact": self.contact}

    @classmethod
    def of_secret(cls, secret: str) -> ClientLink | None:
        """The living link with that secret, of somebody who is still at the client."""
        here = Affiliation.objects.filter(account=OuterRef("account"), contact=OuterRef("contact"), until=None)
        return (
            cls.objects.select_related("account", "contact", "account__owner")
            .filter(
                Exists(here),
                hash=digest(secret),
                revoked_at=None,
                expires_on__gte=timezone.localdate(),
                account__archived_at=None,
            )
            .first()
        )

    @property
    def actor(self) -> ClientContact:
        """Whoever opens the address."""
        return ClientContact(self.account_id)

    @property
    def root(self) -> models.Model:
        return self.account
