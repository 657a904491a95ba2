"""What we sell, and what we offered to whom at which price."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models.account import Account
from accord.accounts.models.contact import Contact
from accord.core.access import Permission
from accord.core.fields import CurrencyField, MoneyField
from accord.core.models import Record
from accord.core.money import rounded
from accord.core.policy import Policy, part_of
from accord.core.rules import Holding, Through, Where, everyone
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.core.tokens import digest
from accord.people.models import Role
from accord.sales.models.opportunity import Opportunity


def plain(number: Decimal | int | None) -> str:
    """A number as people write it, 2.50 and 2.5 alike."""
    return "" if number is None else f"{Decimal(number).normalize():f}"


class Service(Record):
    """One line of the service catalogue. Opportunities, projects and agreements name it by its name."""

    name = models.CharField(max_length=120, unique=True)
    description = models.TextField(blank=True, help_text=gettext_lazy("Text used on quotes."))
    unit = models.CharField(max_length=30, default="day", help_text=gettext_lazy("day, hour, month, piece"))
    price = MoneyField(gettext_lazy("list price"), null=True, blank=True)
    currency = CurrencyField(default="EUR")
    active = models.BooleanField(gettext_lazy("active"), default=True)

    searched = Searched(names=("name",), texts=("description",))
    money_fields = frozenset({"price"})
    policy = Policy(
        view=everyone,
        view_money=Holding(Role.ADMINISTRATOR, Role.FINANCE, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER),
        change=Holding(Role.ADMINISTRATOR, Role.FINANCE, Role.ACCOUNT_MANAGER),
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CommercialPart(Record):
    """Something with prices of one account: seen by who may see its money, changed by who may change it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="%(class)ss", editable=False)

    commercial = True
    policy = Policy(
        view=Through("account", Permission.VIEW_MONEY),
        view_money=Through("account", Permission.VIEW_MONEY),
        change=Through("account", Permission.CHANGE),
    )

    class Meta:
        abstract = True

    @property
    def root(self) -> models.Model:
        return self.account


LINK_DAYS = 365  # after it was sent, a quote's address ends, even where the quote has no last day


class Quote(CommercialPart):
    """An offer in one of its versions. What was sent is not changed any more: another version takes its place."""

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        ISSUED = "issued", gettext_lazy("Link created")
        SENT = "sent", gettext_lazy("Sent")
        ACCEPTED = "accepted", gettext_lazy("Accepted")
        DECLINED = "declined", gettext_lazy("Declined")
        WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")
        REPLACED = "replaced", gettext_lazy("Superseded")

    class Via(models.TextChoices):
        LINK = "link", gettext_lazy("Online")
        EMAIL = "email", gettext_lazy("Email")
        PHONE = "phone", gettext_lazy("Phone call")
        MEETING = "meeting", gettext_lazy("Meeting")
        LETTER = "letter", gettext_lazy("Letter or purchase order")

    OPEN = (Status.ISSUED, Status.SENT)  # the client has it, or can have it, and may still decide

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="quotes", editable=False)
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.SET_NULL, null=True, blank=True, related_name="quotes"
    )
    number = models.CharField(max_length=20, editable=False)
    version_number = models.PositiveSmallIntegerField(default=1, editable=False)
    title = models.CharField(max_length=200)
    contact = models.ForeignKey(
        Contact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="quotes",
        verbose_name=gettext_lazy("recipient"),
    )
    intro = models.TextField(gettext_lazy("introduction"), blank=True)
    terms = models.TextField(gettext_lazy("terms"), blank=True)
    currency = CurrencyField(default="EUR")
    tax_percent = models.DecimalField(
        gettext_lazy("tax (%)"),
        max_digits=6,
        decimal_places=3,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    valid_until = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="quotes",
        verbose_name=gettext_lazy("prepared by"),
    )
    secret_link = "quote"
    hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    digest = models.CharField(gettext_lazy("document checksum"), max_length=64, blank=True, default="", editable=False)
    link_created_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawal_reason = models.TextField(blank=True, editable=False)
    seen_at = models.DateTimeField(gettext_lazy("viewed at"), null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.CharField(max_length=150, blank=True, editable=False)
    decision_note = models.TextField(gettext_lazy("client's comment"), blank=True, editable=False)
    decided_via = models.CharField(max_length=8, choices=Via.choices, blank=True, editable=False)
    decision_reference = models.CharField(max_length=200, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    unaudited = frozenset({"hash", "digest", "link_created_at"})

    holds_files = True
    searched = Searched(names=("number", "title"), texts=("intro", "terms"))
    not_money = frozenset({"tax_percent"})
    policy = Policy(
        view=Through("account", Permission.VIEW_MONEY),
        view_money=Through("account", Permission.VIEW_MONEY),
        create=Through("account", Permission.CHANGE),
        change=Where(status=Status.DRAFT) & Through("account", Permission.CHANGE),  # what was sent stays as it is
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["number", "version_number"], name="quote_version_once"),
            models.UniqueConstraint(fields=["hash"], condition=~Q(hash=""), name="quote_hash_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def key(self) -> str:
        """How people speak of it: Q2026-7 v2."""
        return f"{self.number} v{self.version_number}"

    def clean(self) -> None:
        if self.valid_until and self.status == self.Status.DRAFT and self.valid_until < timezone.localdate():
            raise ValidationError({"valid_until": gettext("Choose a date in the future.")})

    @property
    def is_expired(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    @property
    def net(self) -> Decimal:
        """The sum of the lines that are not optional."""
        return sum((line.amount for line in self.lines.all() if not line.optional), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return rounded(self.net * self.tax_percent / 100, self.currency)

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    def fingerprint(self) -> str:
        """SHA-256 of all that the client agrees to: whoever has the quote can tell whether it was touched since."""
        lines = [
            [
                line.description,
                plain(line.quantity),
                line.unit,
                plain(line.unit_price),
                plain(line.discount),
                line.optional,
            ]
            for line in self.lines.all()
        ]
        said = [
            self.number, self.version_number, self.title, self.intro, self.terms, self.currency,
            plain(self.tax_percent), str(self.valid_until), lines,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    @classmethod
    def of_secret(cls, secret: str) -> Quote | None:
        """The quote that the secret opens: not once it is superseded, or its link older than :data:`LINK_DAYS`.

        A withdrawn one is opened, for its page to say so.
        """
        rows = cls.objects.select_related("account__owner", "contact", "opportunity", "written_by").prefetch_related(
            "lines__service"
        )
        oldest = timezone.now() - timedelta(days=LINK_DAYS)
        found = rows.filter(hash=digest(secret), account__archived_at=None)
        found = found.annotate(link_from=Coalesce("link_created_at", "sent_at", "updated_at"))
        found = found.filter(link_from__gte=oldest)
        return found.exclude(status=cls.Status.REPLACED).first()


class QuoteLine(Record):
    """One thing offered: so many units at a price, less a discount."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines", editable=False)
    order = models.PositiveIntegerField(gettext_lazy("position"), default=0, editable=False)
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="quote_lines")
    description = models.TextField(blank=True, help_text=gettext_lazy("Leave empty to use the service's."))
    quantity = models.DecimalField(
        max_digits=10, decimal_places=2, default=1, validators=[MinValueValidator(Decimal("0.01"))]
    )
    unit = models.CharField(max_length=30, blank=True, help_text=gettext_lazy("Leave empty to use the service's."))
    unit_price = MoneyField(
        gettext_lazy("unit price"),
        currency="quote.currency",
        null=True,
        blank=True,
        help_text=gettext_lazy("Leave empty to use the list price."),
    )
    discount = models.DecimalField(
        gettext_lazy("discount (%)"), max_digits=5, decimal_places=2, default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    optional = models.BooleanField(
        default=False, help_text=gettext_lazy("Shown on the quote but not included in the total.")
    )

    commercial = True
    money_fields = frozenset({"unit_price"})
    not_money = frozenset({"quantity", "discount"})
    policy = part_of("quote")

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return (self.description or str(self.service or "")).split("\n")[0][:80]

    @property
    def root(self) -> models.Model:
        return self.quote.account

    def clean(self) -> None:
        if self.service is None and not self.description.strip():
            raise ValidationError({"description": gettext("Choose a service or enter a description.")})
        if self.unit_price is None and (self.service is None or self.service.price is None):
            raise ValidationError({"unit_price": gettext("This service has no list price. Enter a unit price.")})

    def fill(self) -> None:
        """Take from the service what was left empty: later changes of the catalogue leave the quote alone."""
        if self.service is not None:
            self.description = self.description.strip() or "\n".join(
                part for part in (self.service.name, self.service.description) if part
            )
            self.unit = self.unit or self.service.unit
            if self.unit_price is None:
                self.unit_price = self.service.price

    @property
    def amount(self) -> Decimal:
        """Quantity × price less the discount, rounded once."""
        return rounded(self.quantity * (self.unit_price or 0) * (100 - self.discount) / 100, self.quote.currency)


class NegotiationEntry(CommercialPart):
    """One round of a negotiation: what they asked, what we gave, and what we got in return."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="negotiations", editable=False)
    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="negotiation", editable=False)
    on = models.DateField(gettext_lazy("date"), default=timezone.localdate)
    asked = models.TextField(gettext_lazy("client asked for"))
    given = models.TextField(gettext_lazy("conceded"), blank=True)
    in_return = models.TextField(gettext_lazy("in return for"), blank=True)
    contact = models.ForeignKey(
        Contact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("requested by"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["on", "pk"]
        verbose_name_plural = gettext_lazy("negotiation entries")

    def __str__(self) -> str:
        return self.asked[:80]


class ForecastDay(models.Model):
    """What the open opportunities of one month were thought to bring, as of one day: the forecast's own history.

    In the firm's currency; ``unconverted`` are those whose currency has no rate.
    """

    on = models.DateField(gettext_lazy("date"))
    month = models.DateField()
    opportunities = models.PositiveIntegerField()
    amount = MoneyField()
    weighted = MoneyField()
    unconverted = models.PositiveIntegerField(gettext_lazy("without exchange rate"), default=0)

    money_fields = frozenset({"amount", "weighted"})

    class Meta:
        ordering = ["on", "month"]
        constraints = [models.UniqueConstraint(fields=["on", "month"], name="forecast_day_once")]

    def __str__(self) -> str:
        return gettext("%(month)s as of %(on)s") % {"month": f"{self.month:%B %Y}", "on": self.on}
