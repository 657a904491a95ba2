"""A list as somebody filtered and sorted it, under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, Is, Where
from accord.core.texts import gettext_lazy
from accord.people.models.user import Role


class SavedView(Record):
    """``page`` is the route of the list, ``query`` what stands behind the question mark of its address."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, editable=False, related_name="saved_views"
    )
    page = models.CharField(max_length=60, editable=False)
    query = models.CharField(gettext_lazy("filters"), max_length=1000, blank=True, editable=False)
    name = models.CharField(max_length=60)
    shared = models.BooleanField(
        gettext_lazy("shared with everyone"),
        default=False,
        help_text=gettext_lazy("People see only the records they have access to."),
    )

    policy = Policy(
        view=Is("owner") | Where(shared=True),
        change=Is("owner"),
        delete=Is("owner") | (Where(shared=True) & Holding(Role.ADMINISTRATOR)),
    )

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
