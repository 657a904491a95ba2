"""A list as somebody filtered and sorted it, under a name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accord.core.access import Deed
from accord.core.models import Record
from accord.people.models.user import Role


class SavedView(Record):
    """``page`` is the route of the list, ``query`` what stands behind the question mark of its address."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, editable=False, related_name="saved_views"
    )
    page = models.CharField(max_length=60, editable=False)
    query = models.CharField("filters", max_length=1000, blank=True, editable=False)
    name = models.CharField(max_length=60)
    shared = models.BooleanField(
        "shared with everyone", default=False, help_text="People see only the records they have access to."
    )

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q(owner=user) | Q(shared=True)

    def permits(self, user: Any, deed: Deed) -> bool:
        if self.owner_id == user.pk:
            return True
        if deed == Deed.VIEW:
            return self.shared
        return deed == Deed.DELETE and self.shared and user.has_role(Role.ADMINISTRATOR)
