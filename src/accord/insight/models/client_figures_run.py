"""What the firm's records say about its clients, as of a day: who stays, how healthy each is, and what it will
bring.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.access import Permission
from accord.core.fields import CurrencyField, MoneyField
from accord.core.models.record import Guarded
from accord.core.policy import Policy
from accord.core.rules import Through
from accord.core.texts import gettext_lazy
from accord.insight.models.health_override import HealthOverride


class ClientFigures(models.Model):
    """One run over all records up to ``as_of``; rows are kept, so that forecasts can be scored later.

    ``model`` holds the version, how each half was fitted and how its backtest went, or ``reason`` says why nothing
    could be forecast. ``churn`` holds the retention of the newest period: of all clients, and under ``contracts`` and
    ``projects`` of each half apart, with counts, intervals and the revenue bridge. ``excluded`` lists currencies that
    have no exchange rate. A run that was ``rebuilt`` is of a day before the first one: history from the start, and no
    forecast to score.
    """

    made_at = models.DateTimeField(auto_now_add=True)
    as_of = models.DateField(db_index=True)
    rebuilt = models.BooleanField(default=False)
    currency = CurrencyField()
    horizon_months = models.PositiveSmallIntegerField(default=36)
    discount_rate = models.DecimalField(max_digits=5, decimal_places=4)
    customers = models.PositiveIntegerField(default=0)
    valued = models.PositiveIntegerField(default=0, help_text=gettext_lazy("Clients whose lifetime value is known."))
    total_value = MoneyField(null=True)
    total_low = MoneyField(null=True)
    total_high = MoneyField(null=True)
    counts_margin = models.BooleanField(
        default=True, help_text=gettext_lazy("Off where no costs are recorded: values are revenue.")
    )
    model = models.JSONField(default=dict)
    churn = models.JSONField(default=dict)
    next_services = models.JSONField(
        default=list, help_text=gettext_lazy("What clients who bought one service bought next, with counts.")
    )
    excluded = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)

    commercial = True
    money_fields = frozenset({"total_value", "total_low", "total_high", "churn", "model"})
    not_money = frozenset({"discount_rate"})

    class Meta:
        ordering = ["-as_of", "-pk"]
        verbose_name_plural = gettext_lazy("customer analyses")

    def __str__(self) -> str:
        return gettext("Customers as of %(as_of)s") % {"as_of": self.as_of}


class ClientFigure(Guarded):
    """One client's part in a run. Money is in the run's currency; unknown figures are null, never zero.

    Chances are from 0 to 1. ``chance`` is that of leaving within 365 days, with the interval (80%) from ``chance_low``
    to ``chance_high``. A client who orders projects has left when no order comes for ``window_months``: ``quiet`` is
    the chance of that; ``as_promised`` is ``chance`` had nothing been delivered worse than promised. ``contributions``
    are the points of health that each signal makes, with what is known of it. Where a person has set the health
    (``override``), it and the chances are theirs, and ``calculated`` keeps the model's. ``recency``, ``frequency`` and
    ``monetary`` are scores from 1 to 5 by days since the last order, number of orders, and revenue so far.
    """

    class Kind(models.TextChoices):
        CONTRACT = "contract", gettext_lazy("Contract")
        PROJECTS = "projects", gettext_lazy("Projects")

    class State(models.TextChoices):
        ACTIVE = "active", gettext_lazy("Active")
        NOTICE = "notice", gettext_lazy("Notice given")
        LAPSED = "lapsed", gettext_lazy("Lapsed")
        FORMER = "former", gettext_lazy("Former client")

    analysis = models.ForeignKey(ClientFigures, on_delete=models.CASCADE, related_name="rows")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="analyses")
    kind = models.CharField(max_length=8, choices=Kind.choices, blank=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.ACTIVE)
    chance = models.FloatField(gettext_lazy("churn risk"), null=True)
    chance_low = models.FloatField(null=True)
    chance_high = models.FloatField(null=True)
    chance_90 = models.FloatField(null=True)
    chance_180 = models.FloatField(null=True)
    quiet = models.FloatField(null=True)
    window_months = models.PositiveSmallIntegerField(null=True)
    as_promised = models.FloatField(null=True)
    health = models.FloatField(null=True)
    override = models.ForeignKey(HealthOverride, on_delete=models.SET_NULL, null=True, related_name="+")
    calculated = models.JSONField(default=dict)
    contributions = models.JSONField(default=list)
    lifetime_value = MoneyField(null=True)
    value_low = MoneyField(null=True)
    value_high = MoneyField(null=True)
    contracted = MoneyField(
        null=True, help_text=gettext_lazy("What is signed and not yet invoiced, as margin: part of the value.")
    )
    value_spread = MoneyField(
        null=True, help_text=gettext_lazy("Standard deviation of the lifetime value: how far it may lie off.")
    )
    revenue_so_far = MoneyField(null=True, help_text=gettext_lazy("Invoiced so far, at most the last ten years."))
    margin_so_far = MoneyField(null=True)
    revenue_year = MoneyField(null=True, help_text=gettext_lazy("Invoiced in the last twelve months."))
    margin_year = MoneyField(null=True)
    revenue_before = MoneyField(null=True)
    revenue_now = MoneyField(null=True)
    movement = models.CharField(max_length=12, blank=True)
    decisions = models.PositiveIntegerField(default=0, help_text=gettext_lazy("Orders and contract decisions so far."))
    first_decision_on = models.DateField(null=True)
    last_decision_on = models.DateField(null=True)
    recency = models.PositiveSmallIntegerField(
        null=True, help_text=gettext_lazy("From 1, the fifth whose last order is longest ago, to 5.")
    )
    frequency = models.PositiveSmallIntegerField(null=True)
    monetary = models.PositiveSmallIntegerField(null=True)
    services = models.JSONField(default=list, help_text=gettext_lazy("The services that the client has bought."))
    quarters = models.JSONField(
        default=list,
        help_text=gettext_lazy(
            "Orders, revenue and margin of each quarter since the first order; only of the newest run."
        ),
    )
    lost_on = models.DateField(
        null=True, help_text=gettext_lazy("When notice was given, or since when the client counts as lost.")
    )
    withheld = models.CharField(
        max_length=200, blank=True, help_text=gettext_lazy("Why churn risk and lifetime value are not known.")
    )

    commercial = True
    money_fields = frozenset(
        {
            "lifetime_value", "value_low", "value_high", "value_spread", "contracted", "revenue_before", "revenue_now",
            "revenue_so_far", "margin_so_far", "revenue_year", "margin_year", "quarters",
        }
    )  # fmt: skip
    policy = Policy(view=Through("account", Permission.VIEW_MONEY))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "account"], name="account_analysis_once")]

    def __str__(self) -> str:
        return f"{self.account}: {self.analysis}"
