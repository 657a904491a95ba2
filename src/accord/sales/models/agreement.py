"""What the client and the firm have signed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from accord.accounts.models.account import Account
from accord.accounts.models.leaving import LeavingReason
from accord.core.access import Permission
from accord.core.fields import CurrencyField, MoneyField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.money import rounded
from accord.core.policy import Policy
from accord.core.rules import Through
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.engines.customers.terms import Term, following, months_in, same_notice

# Agreements that another, signed one follows: nothing is to be done about their end any more.
RENEWED = Q(renewals__status__in=("signed", "ended"))
# What another term is expected of, as :attr:`Agreement.renews_by_nature` says of one row.
RENEWS_BY_NATURE = Q(renews_automatically=True) | Q(kind__in=("retainer", "subscription"))


AHEAD = timedelta(days=120)  # as far as the renewals look


class Agreement(Record):
    """A contract with its term, worth and notice date."""

    class Kind(models.TextChoices):
        FIXED_PRICE = "fixed_price", gettext_lazy("Fixed price")
        TIME_AND_MATERIAL = "time_and_material", gettext_lazy("Time and materials")
        CAPPED = "capped", gettext_lazy("Time and materials, capped")
        MILESTONES = "milestones", gettext_lazy("Milestone billing")
        RETAINER = "retainer", gettext_lazy("Retainer")
        SUBSCRIPTION = "subscription", gettext_lazy("Subscription")

    class RenewalStatus(models.TextChoices):
        UNKNOWN = "", gettext_lazy("Not assessed")
        SURE = "sure", gettext_lazy("Will renew")
        LIKELY = "likely", gettext_lazy("Likely")
        AT_RISK = "at_risk", gettext_lazy("At risk")
        LOST = "lost", gettext_lazy("Will not renew")

    CHANCES = {
        RenewalStatus.UNKNOWN: 70,
        RenewalStatus.SURE: 95,
        RenewalStatus.LIKELY: 75,
        RenewalStatus.AT_RISK: 35,
        RenewalStatus.LOST: 0,
    }

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        SIGNED = "signed", gettext_lazy("Signed")
        ENDED = "ended", gettext_lazy("Ended")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="agreements")
    title = models.CharField(max_length=200)
    kind = models.CharField(gettext_lazy("type"), max_length=20, choices=Kind.choices, default=Kind.FIXED_PRICE)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SIGNED)
    value = MoneyField(
        gettext_lazy("value"),
        null=True,
        blank=True,
        help_text=gettext_lazy("Total for the term. For a retainer, the amount per month."),
    )
    currency = CurrencyField(default="EUR")
    signed_on = models.DateField(gettext_lazy("signature date"), null=True, blank=True)
    starts_on = models.DateField(gettext_lazy("start date"))
    ends_on = models.DateField(
        gettext_lazy("end date"),
        null=True,
        blank=True,
        help_text=gettext_lazy("Leave empty for an open-ended agreement."),
    )
    notice_on = models.DateField(
        gettext_lazy("notice deadline"), null=True, blank=True, help_text=gettext_lazy("Last day to give notice.")
    )
    renews_automatically = models.BooleanField(gettext_lazy("renews automatically"), default=False)
    service = models.CharField(gettext_lazy("service or product"), max_length=120, blank=True)
    cap = MoneyField(gettext_lazy("cap"), null=True, blank=True, help_text=gettext_lazy("The maximum the client pays."))
    hours = models.DecimalField(
        gettext_lazy("hours per month"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=gettext_lazy("Retainers only."),
    )
    rollover_months = models.PositiveSmallIntegerField(
        gettext_lazy("rollover (months)"),
        default=0,
        help_text=gettext_lazy("Retainers only. 0 means that unused hours expire at the end of the month."),
    )
    uplift_percent = models.DecimalField(
        gettext_lazy("renewal uplift (%)"), max_digits=5, decimal_places=2, null=True, blank=True,
        help_text=gettext_lazy("Price increase applied at renewal."),
    )  # fmt: skip
    terms = models.TextField(
        blank=True, help_text=gettext_lazy("Payment terms, service levels and anything else agreed.")
    )
    renewal_status = models.CharField(
        gettext_lazy("renewal status"), max_length=7, choices=RenewalStatus.choices, blank=True
    )
    end_reason = models.CharField(
        gettext_lazy("reason for ending"),
        max_length=20,
        choices=LeavingReason.choices,
        blank=True,
        help_text=gettext_lazy("Why the client gave notice or didn't renew. Leave empty while the agreement runs."),
    )
    end_note = models.TextField(gettext_lazy("note on ending"), max_length=2000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="agreements",
        verbose_name=gettext_lazy("renewal owner"), help_text=gettext_lazy("Leave empty to use the account manager."),
    )  # fmt: skip

    predecessor = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="renewals",
        verbose_name=gettext_lazy("renewal of"),
    )  # fmt: skip

    custom = models.JSONField(gettext_lazy("custom fields"), default=dict, blank=True, editable=False)

    holds_files = True
    searched = Searched(names=("title", "service"), texts=("terms",))
    commercial = True
    money_fields = frozenset({"value", "cap"})
    not_money = frozenset({"hours", "uplift_percent"})
    policy = Policy(view=Through("account", Permission.VIEW_MONEY), change=Through("account", Permission.CHANGE))

    class Meta:
        ordering = ["-starts_on"]
        constraints = [from_source("agreement")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.ends_on and self.starts_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": gettext("The end date can't be before the start date.")})
        if self.notice_on and self.ends_on and self.notice_on > self.ends_on:
            raise ValidationError({"notice_on": gettext("The notice deadline can't be after the end date.")})
        if self.kind == self.Kind.CAPPED and self.cap is None:
            raise ValidationError({"cap": gettext("Enter a cap.")})
        if self.status == self.Status.ENDED and self.ends_on is None:
            raise ValidationError({"ends_on": gettext("Enter the end date.")})
        if self.pk and self.projects.exclude(currency=self.currency).exists():
            raise ValidationError({"currency": gettext("This agreement has projects in another currency.")})
        if self.rollover_months and self.kind != self.Kind.RETAINER:
            raise ValidationError({"rollover_months": gettext("Rollover applies to retainers only.")})

    @property
    def root(self) -> models.Model:
        return self.account

    @property
    def renews_by_nature(self) -> bool:
        """Whether another term is expected: one-off work ends when it is done."""
        return self.renews_automatically or self.kind in (self.Kind.RETAINER, self.Kind.SUBSCRIPTION)

    @property
    def term_value(self) -> Decimal | None:
        """The value of the whole term: a retainer's is that of its months; of an open-ended one, that of a year."""
        if self.value is None or self.kind != self.Kind.RETAINER:
            return self.value
        months = Decimal(12) if self.ends_on is None else months_in(Term(self.starts_on, self.ends_on))
        return rounded(self.value * months, self.currency)

    @property
    def renewal_value(self) -> Decimal | None:
        """The value of the term that would follow: this one's with the uplift."""
        return self._raised(self.term_value)

    def _raised(self, value: Decimal | None) -> Decimal | None:
        """``value`` with the uplift."""
        return None if value is None else rounded(value * (100 + (self.uplift_percent or 0)) / 100, self.currency)

    @property
    def renewal_chance(self) -> int:
        """Percent, by the renewal_status."""
        return self.CHANCES[self.RenewalStatus(self.renewal_status)]

    @property
    def renewal_forecast(self) -> Decimal | None:
        """Worth after the renewal × its chance."""
        value = self.renewal_value
        return None if value is None else rounded(value * self.renewal_chance / 100, self.currency)

    @property
    def decides_on(self) -> date | None:
        """The day until which one must act: that of the notice, else the end."""
        return self.notice_on or self.ends_on

    def is_renewable(self, today: date) -> bool:
        """Whether another term can follow: of what renews by nature and has an end."""
        return self.ends_on is not None and self.status != self.Status.DRAFT and self.renews_by_nature

    def renewed(self) -> Agreement:
        """The agreement that would follow it, not yet saved: the day after its end, as long, worth the uplift more.

        Raises ``ValueError`` for one that never ends, or in ten thousand years.
        """
        if self.ends_on is None or self.ends_on.year > 9000:
            raise ValueError("An open-ended agreement doesn't need renewal.")
        term = following(Term(self.starts_on, self.ends_on), self._first_end())
        kept = ("account", "title", "kind", "service", "currency", "cap", "hours", "rollover_months", "uplift_percent")
        again = Agreement(**{name: getattr(self, name) for name in (*kept, "renews_automatically", "terms", "owner")})
        again.custom = dict(self.custom)
        again.predecessor, again.value, again.status = self, self._raised(self.value), self.Status.DRAFT
        again.starts_on, again.ends_on = term.starts, term.ends
        again.notice_on = same_notice(self.ends_on, self.notice_on, term.ends) if self.notice_on else None
        return again

    def _first_end(self) -> date | None:
        """The end of the first of all terms: the day of the month that was agreed."""
        found, seen = self, {self.pk}
        while found.predecessor is not None and found.predecessor.ends_on and found.predecessor.pk not in seen:
            found = found.predecessor
            seen.add(found.pk)
        return found.ends_on

    def in_force(self, day: date) -> bool:
        """Signed and running on ``day``."""
        started = self.starts_on <= day
        return self.status == self.Status.SIGNED and started and (self.ends_on is None or day <= self.ends_on)
