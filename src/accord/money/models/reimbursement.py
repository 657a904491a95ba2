"""Paying people back what they paid with their own money."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext

from accord.core.dates import day_text
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, nobody
from accord.core.texts import gettext_lazy
from accord.people.models import Role

_BOOKKEEPERS = Holding(Role.ADMINISTRATOR, Role.FINANCE)


class Reimbursement(Record):
    """Expenses that were marked as reimbursed in one action; undone, it stays as history without any."""

    paid_on = models.DateField(gettext_lazy("reimbursed on"))
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)

    creating_action = "reimburse"
    policy = Policy(view=_BOOKKEEPERS, change=_BOOKKEEPERS, delete=nobody, archive=nobody, approve=nobody)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return gettext("Reimbursement of %(day)s") % {"day": day_text(self.paid_on)}
