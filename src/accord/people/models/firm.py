"""The firm that runs this installation."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from accord.core.access import Deed
from accord.core.fields import CurrencyField
from accord.core.models import Record
from accord.people.models.user import Role, check_time_zone


class Firm(Record):
    """One row: name, currency of account, time zone, usual working time."""

    name = models.CharField(max_length=150, default="Our firm")
    currency = CurrencyField(default="EUR", help_text="The currency in which figures of the whole firm are given.")
    time_zone = models.CharField(max_length=60, default="UTC", validators=[check_time_zone])
    calendar = models.ForeignKey("people.Calendar", on_delete=models.PROTECT, null=True, related_name="+")
    sponsor_silence = models.PositiveSmallIntegerField(
        "days until a sponsor counts as silent", default=60, help_text="Account managers are told of it."
    )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Firm:
        """The firm; made with its usual week on first use."""
        firm = cls.objects.select_related("calendar").order_by("pk").first()
        if firm is None:
            from accord.people.models.calendar import Calendar

            firm = cls.objects.create(calendar=Calendar.objects.create(name="Standard"))
        return firm

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q()

    def permits(self, user: Any, deed: Deed) -> bool:
        if deed == Deed.VIEW_MONEY:  # figures of the whole firm, which members of project teams do not see
            return user.has_role(Role.ADMINISTRATOR, Role.FINANCE, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER)
        return deed == Deed.VIEW or (deed == Deed.CHANGE and user.has_role(Role.ADMINISTRATOR))
