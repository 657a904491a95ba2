"""The firm that runs this installation."""

from __future__ import annotations

import time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from accord.core.access import Deed
from accord.core.fields import CurrencyField
from accord.core.models import Record
from accord.core.security import Kind, record_security
from accord.people.models.user import Role, check_time_zone

REMEMBERED = 30  # seconds
_mfa_roles: list[Any] = [frozenset[str](), float("-inf")]


def check_mfa_roles(value: Any) -> None:
    if not isinstance(value, list) or any(role not in Role.values for role in value):
        raise ValidationError("Choose among the roles.")


def mfa_roles() -> frozenset[str]:
    """The roles that must use two-factor authentication; they may be half a minute old, which saves every page a query.

    On the process where they are changed they are known at once.
    """
    now = time.monotonic()
    if now - _mfa_roles[1] > REMEMBERED:
        found = Firm.objects.order_by("pk").values_list("mfa_roles", flat=True).first()
        _mfa_roles[:] = [frozenset(found or ()), now]
    roles: frozenset[str] = _mfa_roles[0]
    return roles


def forget_mfa_roles() -> None:
    """Read them anew: the firm changed, or a test begins."""
    _mfa_roles[:] = [frozenset(), float("-inf")]


class Firm(Record):
    """One row: name, currency of account, time zone, usual working time."""

    name = models.CharField(max_length=150, default="Our firm")
    currency = CurrencyField(default="EUR", help_text="The currency in which figures of the whole firm are given.")
    time_zone = models.CharField(max_length=60, default="UTC", validators=[check_time_zone])
    calendar = models.ForeignKey("people.Calendar", on_delete=models.PROTECT, null=True, related_name="+")
    sponsor_silence = models.PositiveSmallIntegerField(
        "days until a sponsor counts as silent", default=60, help_text="Account managers are told of it."
    )

    mfa_roles = models.JSONField(
        "roles that must use two-factor authentication",
        default=list,
        blank=True,
        validators=[check_mfa_roles],
        help_text="People with one of these roles set it up at their next visit and can do nothing else before.",
    )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        forget_mfa_roles()

    def log_security(self, *, by: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
        forget_mfa_roles()  # an edit is an UPDATE and does not come by ``save``
        if "mfa_roles" in before and "mfa_roles" in after:
            record_security(Kind.RULES_CHANGED, by=by, before=before["mfa_roles"], after=after["mfa_roles"])

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
