"""A status report of a project: what was computed once, and what a person wrote about it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import Permission
from accord.core.fields import TextsField
from accord.core.policy import Policy
from accord.core.rules import Through, Where
from accord.core.texts import gettext_lazy
from accord.insight.status_lights import Area, Colour
from accord.projects.models.part import ProjectPart

_SET_COLOURS = [(c.value, c.label) for c in Colour if c is not Colour.UNKNOWN]


def _override(area: str) -> Any:
    return models.CharField(area, max_length=5, choices=_SET_COLOURS, blank=True)


def _reason() -> Any:
    return models.CharField(gettext_lazy("reason"), max_length=300, blank=True)


class StatusReport(ProjectPart):
    """The status of a project as of a day. A draft is seen by who may change the project, a published one by its
    readers; it doesn't change any more, but a new version can be made.

    ``contents`` are the figures without amounts, ``amounts`` those for who may see money (``status_contents.py`` says
    what is in them). The colour of a light can be set by a person, with the reason.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        PUBLISHED = "published", gettext_lazy("Published")

    number = models.PositiveIntegerField(editable=False)
    revision = models.PositiveSmallIntegerField(gettext_lazy("report version"), default=1, editable=False)
    as_of = models.DateField(gettext_lazy("status date"))
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT, editable=False)
    previous = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, editable=False, related_name="+",
        help_text=gettext_lazy("The last report, which this one is compared with."),
    )  # fmt: skip
    contents = TextsField(default=dict, editable=False)
    amounts = TextsField(default=dict, editable=False)
    summary = models.TextField(blank=True)
    decisions_wanted = models.TextField(gettext_lazy("decisions wanted"), blank=True)
    next_steps = models.TextField(gettext_lazy("next steps"), blank=True)
    scope_override = _override(gettext_lazy("scope"))
    scope_reason = _reason()
    schedule_override = _override(gettext_lazy("schedule"))
    schedule_reason = _reason()
    cost_override = _override(gettext_lazy("cost"))
    cost_reason = _reason()
    risk_override = _override(gettext_lazy("risk"))
    risk_reason = _reason()
    client_override = _override(gettext_lazy("client"))
    client_reason = _reason()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    money_fields = frozenset({"amounts", "cost_override", "cost_reason"})
    unaudited = frozenset({"contents", "amounts"})
    creating_action = "report_status"
    changing_actions: ClassVar[dict[str, str]] = {
        "status": "publish_status_report",
        "contents": "update_status_report",
        "amounts": "update_status_report",
        "as_of": "update_status_report",
    }
    policy = Policy(
        view=(Where(status=Status.PUBLISHED) & Through("project", Permission.VIEW))
        | Through("project", Permission.CHANGE),
        create=Through("project", Permission.CHANGE),
        change=Where(status=Status.DRAFT) & Through("project", Permission.CHANGE),
    )

    class Meta:
        ordering = ["-number", "-revision"]
        verbose_name = gettext_lazy("status report")
        verbose_name_plural = gettext_lazy("status reports")
        constraints = [
            models.UniqueConstraint(fields=["project", "number", "revision"], name="status_report_number_once"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(status="draft"), name="status_report_one_draft"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        if self.revision > 1:
            return gettext("Status report %(number)s, version %(revision)s") % {
                "number": self.number,
                "revision": self.revision,
            }
        return gettext("Status report %(number)s") % {"number": self.number}

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    def override_of(self, area: Area) -> tuple[str, str]:
        """The colour that a person set and why; empty where the rules decide."""
        return getattr(self, f"{area.value}_override"), getattr(self, f"{area.value}_reason")

    def clean(self) -> None:
        wrong = {}
        if self.as_of is not None and self.as_of > timezone.localdate():
            wrong["as_of"] = gettext("Choose a day that isn't in the future.")
        for area in Area:
            colour, reason = self.override_of(area)
            if colour and not reason.strip():
                wrong[f"{area.value}_reason"] = gettext("Enter a reason for the colour.")
        if wrong:
            raise ValidationError(wrong)

    def consequences(self, changed: dict[str, Any]) -> dict[str, Any]:
        """A reason stands only beside a colour that was set."""
        return {f"{a.value}_reason": "" for a in Area if changed.get(f"{a.value}_override") == ""}
