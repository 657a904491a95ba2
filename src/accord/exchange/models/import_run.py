"""A file that somebody brought in, and all that came of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from accord.core.access import Deed
from accord.core.models import Record
from accord.people.models import Role


class Import(Record):
    """One import on its way: uploaded, mapped, tried (dry run), confirmed, undone.

    ``report`` is the dry run's: ``{"create", "update", "skip", "errors": total, "problems": [first 100]}``.
    """

    class Kind(models.TextChoices):
        PLAN = "plan", "Project plan (MS Project XML)"
        ACCOUNTS = "accounts", "Accounts (CSV)"
        CONTACTS = "contacts", "Contacts (CSV)"
        OPPORTUNITIES = "opportunities", "Opportunities (CSV)"
        INVOICES = "invoices", "Invoices (CSV)"

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "Waiting for mapping"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked"
        REFUSED = "refused", "Cannot be read"
        WRITING = "writing", "Being written"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"

    kind = models.CharField(max_length=15, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UPLOADED)
    file = models.FileField(upload_to="imports/")
    file_name = models.CharField(max_length=200)
    source_name = models.CharField(
        max_length=60,
        help_text="Where these rows come from, such as “old CRM”. The same source again updates instead of doubling.",
    )
    mapping = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    valid_rows_only = models.BooleanField("import the valid rows", default=False)
    progress = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="imports")
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q() if user.has_role(Role.ADMINISTRATOR) else Q(by=user)

    def permits(self, user: Any, deed: Deed) -> bool:
        if deed == Deed.CREATE:
            allowed = {Role.ADMINISTRATOR}
            if self.kind == self.Kind.PLAN:
                allowed |= {Role.PROJECT_MANAGER}
            elif self.kind == self.Kind.INVOICES:
                allowed |= {Role.FINANCE}
            else:
                allowed |= {Role.ACCOUNT_MANAGER}
            return user.has_role(*allowed)
        return user.has_role(Role.ADMINISTRATOR) or self.by_id == user.pk


class ImportedRecord(models.Model):
    """One row that an import made or changed, with what it was before: the way back."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="records")
    type = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    created = models.BooleanField()
    version = models.PositiveIntegerField(help_text="The row's version right after the import.")
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)

    class Meta:
        indexes = [models.Index(fields=["run", "type"], name="imported_record_run")]

    def __str__(self) -> str:
        return f"{self.type} {self.record_id}"
