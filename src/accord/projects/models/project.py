"""A piece of work for a client, with a start and an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.access import Permission
from accord.core.fields import CurrencyField, WallTimeField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.policy import Policy, part_of
from accord.core.rules import Among, Holding, Is, OfClient, Through, Where
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.people.models import SEES_ALL, Role
from accord.sales.models import Agreement, Opportunity

if TYPE_CHECKING:
    from accord.projects.models.plan import Plan

_SERVES_CLIENT = Holding(Role.ACCOUNT_MANAGER) & Through("account", Permission.VIEW)
_MANAGES = Holding(Role.PROJECT_MANAGER) & Among("members")
_RUNS = Holding(Role.ADMINISTRATOR) | Is("manager") | _MANAGES


class Project(Record):
    """A project. Its manager, members, the client's account manager, administrators and finance see it."""

    class Status(models.TextChoices):
        PLANNED = "planned", gettext_lazy("Planned")
        ACTIVE = "active", gettext_lazy("Active")
        ON_HOLD = "on_hold", gettext_lazy("On hold")
        CLOSED = "closed", gettext_lazy("Closed")

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="projects", verbose_name=gettext_lazy("client")
    )
    name = models.CharField(max_length=200)
    code = models.CharField(
        max_length=20, blank=True, help_text=gettext_lazy("Short name for timesheets and invoices.")
    )
    STOPPED = (Status.CLOSED, Status.ON_HOLD)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_projects",
        verbose_name=gettext_lazy("project manager"),
    )
    service = models.CharField(
        gettext_lazy("service or product"),
        max_length=120,
        blank=True,
        help_text=gettext_lazy("The service the client is buying."),
    )
    opportunity = models.OneToOneField(
        Opportunity,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="project",
        verbose_name=gettext_lazy("opportunity"),
    )
    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="projects",
        help_text=gettext_lazy("The agreement this project's hours and invoices count towards."),
    )
    objective = models.TextField(
        gettext_lazy("purpose"),
        blank=True,
        help_text=gettext_lazy("What will be better for the client when the project is done."),
    )
    start = WallTimeField(
        gettext_lazy("project start"),
        help_text=gettext_lazy("Tasks without predecessors or dates of their own start here."),
    )
    finish = WallTimeField(
        gettext_lazy("forecast finish"),
        null=True,
        blank=True,
        editable=False,
        help_text=gettext_lazy(
            "Of the last deliverable or milestone with a deadline; without them, of the last task that is not "
            "level of effort."
        ),
    )
    stopped_on = models.DateField(
        gettext_lazy("closed or on hold since"),
        null=True,
        blank=True,
        help_text=gettext_lazy(
            "Figures of a project that is closed or on hold are as of this day. Leave empty to use today."
        ),
    )
    status_date = WallTimeField(
        null=True, blank=True, help_text=gettext_lazy("Progress is measured at this date. Leave empty for now.")
    )
    calendar = models.ForeignKey(
        "people.Calendar",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=gettext_lazy("Leave empty to use the firm's calendar."),
    )
    currency = CurrencyField(default="EUR")
    minutes_per_day = models.PositiveIntegerField(gettext_lazy("hours per day"), default=480, editable=False)
    plan_options = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text=gettext_lazy("How the plan's file wants to be computed: fields of engines.plan.Plan."),
    )
    schedule_from_finish = models.BooleanField(
        gettext_lazy("schedule backwards from the finish"), default=False, editable=False
    )
    target_finish = WallTimeField(gettext_lazy("promised finish date"), null=True, blank=True)
    custom = models.JSONField(gettext_lazy("custom fields"), default=dict, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    holds_files = True
    searched = Searched(names=("name", "code", "service"), texts=("objective",))
    money_fields = frozenset({"agreement"})
    named_openly = frozenset({"account"})  # its client, to all who work on it
    unaudited = frozenset({"archived_at"})  # the action says it
    creating_action = "start_project"
    changing_actions: ClassVar[dict[str, str]] = {"manager": "change_project", "account": "change_project"}
    policy = Policy(
        view=SEES_ALL | Is("manager") | Among("members") | _SERVES_CLIENT,
        view_money=SEES_ALL | Is("manager") | _MANAGES | _SERVES_CLIENT,
        create=Where(account__archived_at=None)
        & (
            Holding(Role.ADMINISTRATOR)
            | (Holding(Role.PROJECT_MANAGER, Role.ACCOUNT_MANAGER) & Through("account", Permission.VIEW))
        ),
        change=Where(archived_at=None) & _RUNS,
        archive=_RUNS,
        delete=Holding(Role.ADMINISTRATOR) | Is("manager"),
        shared=OfClient("account") & Where(archived_at=None, status=(Status.PLANNED, Status.ACTIVE, Status.ON_HOLD)),
    )

    class Meta:
        ordering = ["name"]
        constraints = [from_source("project")]
        indexes = [models.Index(fields=["status", "name"], name="project_status")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new:
            self.plan = self.plans.create()

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("plan", None)
        super().refresh_from_db(*args, **kwargs)

    @cached_property
    def plan(self) -> Plan:
        """The current plan, which a project has from its beginning."""
        return self.plans.get(kind="current")

    @property
    def is_stopped(self) -> bool:
        """Closed or on hold: its figures stay as they were on the day it stopped."""
        return self.status in self.STOPPED

    def consequences(self, changed: dict[str, Any]) -> dict[str, Any]:
        if "status" not in changed and "stopped_on" not in changed:
            return {}
        if not self.is_stopped:
            return {"stopped_on": None}
        return {} if "stopped_on" in changed and self.stopped_on else {"stopped_on": timezone.localdate()}

    def clean(self) -> None:
        self._check_currency()
        if self.is_stopped and self.stopped_on and self.stopped_on > timezone.localdate():
            raise ValidationError({"stopped_on": gettext("Enter a day that isn't in the future.")})
        agreement = self.agreement
        if agreement is None:
            return
        if agreement.account_id != self.account_id:
            raise ValidationError({"agreement": gettext("This agreement belongs to another account.")})
        if agreement.currency != self.currency:
            raise ValidationError(
                {
                    "agreement": gettext(
                        "The agreement is in %(currency)s and the project in %(project_currency)s. They must have the "
                        "same currency."
                    )
                    % {"currency": agreement.currency, "project_currency": self.currency}
                }
            )

    def _check_currency(self) -> None:
        """Hours and expenses are stored in the project's currency: another one would relabel them, not convert them."""
        stored = type(self).objects.filter(pk=self.pk).values_list("currency", flat=True).first() if self.pk else None
        if stored in (None, self.currency):
            return
        if any(getattr(self, rows).exists() for rows in ("time_entries", "expenses")):
            raise ValidationError(
                {
                    "currency": gettext("Hours or expenses are already recorded in %(stored)s. Choose %(stored)s.")
                    % {"stored": stored}
                }
            )


class ProjectMember(Record):
    """Somebody who works on the project and may see it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="project_memberships")

    creating_action = "join_project"
    policy = part_of("project")

    class Meta:
        ordering = ["user__name"]
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="project_member_once")]

    def __str__(self) -> str:
        return gettext("%(user)s on %(project)s") % {"user": self.user, "project": self.project}

    @property
    def root(self) -> models.Model:
        return self.project
