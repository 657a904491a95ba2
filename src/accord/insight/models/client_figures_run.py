"""What the firm's invoices say about its clients, as of a day."""

from __future__ import annotations

from django.db import models

from accord.accounts.models import Account
from accord.core.access import Permission
from accord.core.fields import CurrencyField, MoneyField
from accord.core.models.record import Guarded
from accord.core.policy import Policy
from accord.core.rules import Through


class ClientFigures(models.Model):
    """One run over all invoices up to ``as_of``; rows are kept, so that forecasts can be scored later.

    ``model`` holds the fitted parameters and log-likelihood of BG/NBD and Gamma-Gamma, or ``reason`` says why there is
    no fit. ``churn`` holds the windows and counts of clients at start, lost, new and returned, and the revenue sums of
    GRR and NRR, each with its count and interval. ``excluded`` lists currencies that have no exchange rate.
    """

    made_at = models.DateTimeField(auto_now_add=True)
    as_of = models.DateField(db_index=True)
    currency = CurrencyField()
    horizon_months = models.PositiveSmallIntegerField(default=36)
    discount_rate = models.DecimalField(max_digits=5, decimal_places=4)
    customers = models.PositiveIntegerField(default=0)
    valued = models.PositiveIntegerField(default=0, help_text="Clients whose lifetime value is known.")
    total_value = MoneyField(null=True)
    model = models.JSONField(default=dict)
    churn = models.JSONField(default=dict)
    excluded = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)

    commercial = True
    money_fields = frozenset({"total_value", "churn", "model"})
    not_money = frozenset({"discount_rate"})

    class Meta:
        ordering = ["-as_of", "-pk"]
        verbose_name_plural = "customer analyses"

    def __str__(self) -> str:
        return f"Customers as of {self.as_of}"


class ClientFigure(Guarded):
    """One client's part in a run. Money is in the run's currency; unknown figures are null, never zero."""

    analysis = models.ForeignKey(ClientFigures, on_delete=models.CASCADE, related_name="rows")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="analyses")
    repeat_purchases = models.PositiveIntegerField(help_text="Purchase days after the first.")
    last_purchase_age = models.FloatField(help_text="Days from the first purchase to the last.")
    age = models.FloatField(help_text="Days from the first purchase to the day of the run.")
    mean_spend = MoneyField(null=True)
    probability_alive = models.FloatField(null=True)
    expected_purchases = models.FloatField(null=True)
    expected_spend = MoneyField(null=True)
    lifetime_value = MoneyField(null=True)
    revenue_before = MoneyField(null=True)
    revenue_now = MoneyField(null=True)
    movement = models.CharField(max_length=12, blank=True)
    decisions = models.PositiveIntegerField(default=0, help_text="Purchase decisions: invoices of one project are one.")
    withheld = models.CharField(
        max_length=200, blank=True, help_text="Why churn risk and lifetime value are not known."
    )

    commercial = True
    money_fields = frozenset({"mean_spend", "expected_spend", "lifetime_value", "revenue_before", "revenue_now"})
    policy = Policy(view=Through("account", Permission.VIEW_MONEY))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "account"], name="account_analysis_once")]

    def __str__(self) -> str:
        return f"{self.account}: {self.analysis}"
