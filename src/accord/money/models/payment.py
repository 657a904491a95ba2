"""Money that came in for an invoice."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import Permission
from accord.core.fields import MoneyField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.policy import Policy
from accord.core.rules import Through
from accord.core.texts import gettext_lazy
from accord.money.models.invoice import Invoice


class Payment(Record):
    """A part or the whole of what an invoice asks for, in its currency. An invoice is paid once nothing is left."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments", editable=False)
    paid_on = models.DateField(gettext_lazy("payment date"))
    amount = MoneyField(currency="invoice.currency", validators=[MinValueValidator(Decimal("0.001"))])
    reference = models.CharField(
        max_length=140, blank=True, help_text=gettext_lazy("What the bank statement says, if it helps.")
    )

    commercial = True
    money_fields = frozenset({"amount"})
    creating_action = "record_payment"
    policy = Policy(
        view=Through("invoice", Permission.VIEW),
        create=Through("invoice", Permission.APPROVE),
        change=Through("invoice", Permission.APPROVE),
    )

    class Meta:
        ordering = ["-paid_on", "-pk"]
        constraints = [from_source("payment")]

    def __str__(self) -> str:
        return gettext("Payment for %(invoice)s") % {"invoice": self.invoice}

    @property
    def root(self) -> models.Model:
        return self.invoice.account

    def clean(self) -> None:
        if self.paid_on is not None and self.paid_on > timezone.localdate():
            raise ValidationError({"paid_on": gettext("The payment date can't be in the future.")})
