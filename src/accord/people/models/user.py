"""Who may sign in, and in which roles."""

from __future__ import annotations

import zoneinfo
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from accord.core.models import Record, RecordQuerySet
from accord.core.policy import Policy
from accord.core.rules import Holding, Is, everyone
from accord.core.security import Kind, record_security
from accord.core.texts import gettext_lazy


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", gettext_lazy("Administrator")
    ACCOUNT_MANAGER = "account_manager", gettext_lazy("Account manager")
    PROJECT_MANAGER = "project_manager", gettext_lazy("Project manager")
    FINANCE = "finance", gettext_lazy("Finance")
    MEMBER = "member", gettext_lazy("Member")


SEES_ALL = Holding(Role.ADMINISTRATOR, Role.FINANCE)  # every client's; everybody else sees those they serve


def check_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            gettext("“%(value)s” isn't a time zone. Use a name such as Europe/Berlin.") % {"value": value}
        )


def check_roles(value: Any) -> None:
    if not isinstance(value, list) or not value or any(role not in Role.values for role in value):
        raise ValidationError(gettext("Choose at least one role."))


class UserManager(BaseUserManager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **values: Any) -> User:
        """Make a user, as Django's own tools do. Accord gives user accounts by ``invite_user``, which records it."""
        user = self.model(email=self.normalize_email(email).lower(), **values)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    def get_by_natural_key(self, email: str) -> User:
        return self.get(email__iexact=email)


class Notices(models.TextChoices):
    """When somebody hears by mail of what waits for them in Accord."""

    OFF = "off", gettext_lazy("Never")
    AT_ONCE = "now", gettext_lazy("Immediately")
    DAILY = "daily", gettext_lazy("Daily digest in the morning")


class User(AbstractBaseUser, Record):
    """A sign-in. One person may hold several roles: in a small firm one does all."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    roles = models.JSONField(default=list, validators=[check_roles])
    time_zone = models.CharField(max_length=60, default="UTC", validators=[check_time_zone])
    notices = models.CharField(
        gettext_lazy("email notifications"), max_length=5, choices=Notices.choices, default=Notices.DAILY
    )
    digest_on = models.DateField(null=True, editable=False)  # the last day whose notices went out by mail
    is_active = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    unaudited = frozenset({"password"})
    creating_action = "invite_user"
    changing_actions: ClassVar[dict[str, str]] = dict.fromkeys(("email", "roles", "is_active"), "change_user")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    policy = Policy(
        view=everyone,  # colleagues know each other by name
        change=Holding(Role.ADMINISTRATOR),
        delete=Holding(Role.ADMINISTRATOR) & ~Is("pk"),
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    def has_role(self, *roles: str) -> bool:
        """True when the user holds any of ``roles``."""
        return any(role in self.roles for role in roles)

    @property
    def sees_everything(self) -> bool:
        """Administrators and finance see every client; everybody else sees theirs."""
        return self.has_role(Role.ADMINISTRATOR, Role.FINANCE)

    @property
    def role_names(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles if role in Role.values]

    def log_security(self, *, by: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
        if "roles" in before and "roles" in after:
            record_security(Kind.ROLES_CHANGED, user=self, by=by, before=before["roles"], after=after["roles"])
        if "is_active" in before and "is_active" in after:
            record_security(Kind.ACCESS_CHANGED, user=self, by=by, may_sign_in=after["is_active"])
        if "email" in before and "email" in after:
            record_security(Kind.EMAIL_CHANGED, user=self, by=by, before=before["email"], after=after["email"])
