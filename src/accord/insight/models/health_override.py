"""Health that a person set by hand, because they know what no record says."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models.part import AccountPart
from accord.core.access import Permission
from accord.core.policy import Policy
from accord.core.rules import Through
from accord.core.texts import gettext_lazy

LONGEST = timedelta(days=366)


class HealthOverride(AccountPart):
    """A client's health until a day, with the reason. It never outlasts a year, and the newest one counts."""

    health = models.PositiveSmallIntegerField(
        gettext_lazy("health"),
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=gettext_lazy("From 1 to 99. A typical client has 70."),
    )
    reason = models.CharField(
        max_length=300, help_text=gettext_lazy("What you know that the records don't say. Your colleagues can read it.")
    )
    until = models.DateField(
        gettext_lazy("valid until"), help_text=gettext_lazy("After this day the calculated health counts again.")
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    commercial = True
    policy = Policy(
        view=Through("account", Permission.VIEW_MONEY),
        change=Through("account", Permission.CHANGE) & Through("account", Permission.VIEW_MONEY),
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = gettext_lazy("health override")

    def clean(self) -> None:
        if self.until is not None:
            today = timezone.localdate()
            if not today <= self.until <= today + LONGEST:
                raise ValidationError({"until": gettext("Enter a day from today to a year from now.")})

    def __str__(self) -> str:
        return gettext("Health %(health)s for %(account)s") % {"health": self.health, "account": self.account}
