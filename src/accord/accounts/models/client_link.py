"""A contact's way into the clients' door."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accord.accounts.models.account import Account, of_visible_account
from accord.accounts.models.contact import Affiliation, Contact
from accord.core.access import Deed
from accord.core.models import Record
from accord.core.secrets import digest

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
        help_text=f"The last day on which the address works, at most {LONGEST_DAYS} days from now."
    )
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    untold = frozenset({"hash"})

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"client link for {self.contact}"

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
    def root(self) -> models.Model:
        return self.account

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return of_visible_account(user)

    def permits(self, user: Any, deed: Deed) -> bool:
        return self.account.permits(user, Deed.VIEW if deed == Deed.VIEW else Deed.CHANGE)
