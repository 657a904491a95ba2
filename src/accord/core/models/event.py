"""The audit trail and the timeline: one row for every action."""

from __future__ import annotations

from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accord.core.money_fields import commercial_types


class EventQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def about(self, record: models.Model) -> Self:
        """Events of ``record``'s own history: itself and all that hangs below it."""
        return self.filter(root_type=record._meta.label_lower, root_id=record.pk)

    def without_money(self) -> Self:
        """Without the events of records that are wholly about money, for those who may not see any."""
        return self.exclude(subject_type__in=commercial_types())


class Event(models.Model):
    """Who did what to which record, with the values before and after.

    The actor and the records are kept as plain values, not foreign keys: the trail outlives what it tells of, and this
    floor knows no other.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    subject_name = models.CharField(max_length=300, blank=True)
    root_type = models.CharField(max_length=60, blank=True)
    root_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["root_type", "root_id", "-at"], name="event_root"),
            models.Index(fields=["subject_type", "subject_id", "-at"], name="event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name or 'Accord'} {self.kind} {self.subject_name}"

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The fields that differ, as ``{"field", "before", "after"}``."""
        names = list(dict.fromkeys([*self.before, *self.after]))
        return [
            {"field": name.replace("_", " "), "before": self.before.get(name), "after": self.after.get(name)}
            for name in names
            if self.before.get(name) != self.after.get(name)
        ]
