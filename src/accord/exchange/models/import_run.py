"""A file that somebody brought in, and all that came of it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accord.core.fields import TextsField
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, Is, Where
from accord.core.texts import gettext_lazy
from accord.people.models import Role


def random_name(run: Import, file_name: str) -> str:
    """Where an upload is kept: a name that nobody can guess and that says nothing about it."""
    return f"imports/{secrets.token_hex(16)}"


class Import(Record):
    """One import on its way: uploaded, mapped, tried (dry run), confirmed, undone.

    ``shape`` is what was learnt of the file when it was uploaded. ``report`` tells of the last pass over it, the dry
    run's or, once the import is done, the one that wrote (:class:`accord.exchange.importers.report.Report`). How far a
    pass has got is kept outside the database (:mod:`accord.exchange.progress`).
    """

    class Kind(models.TextChoices):
        PLAN = "plan", gettext_lazy("Project plan (Microsoft Project XML)")
        ACCOUNTS = "accounts", gettext_lazy("Accounts (CSV)")
        CONTACTS = "contacts", gettext_lazy("Contacts (CSV)")
        OPPORTUNITIES = "opportunities", gettext_lazy("Opportunities (CSV)")
        INVOICES = "invoices", gettext_lazy("Invoices (CSV)")
        EXCHANGE_RATES = "exchange_rates", gettext_lazy("Exchange rates (ECB file or CSV)")

    class Status(models.TextChoices):
        UPLOADED = "uploaded", gettext_lazy("Needs mapping")
        CHECKING = "checking", gettext_lazy("Checking")
        CHECKED = "checked", gettext_lazy("Checked")
        REFUSED = "refused", gettext_lazy("Unreadable")
        WRITING = "writing", gettext_lazy("Importing")
        DONE = "done", gettext_lazy("Imported")
        FAILED = "failed", gettext_lazy("Failed")
        UNDOING = "undoing", gettext_lazy("Undoing")
        UNDONE = "undone", gettext_lazy("Undone")

    kind = models.CharField(gettext_lazy("type"), max_length=15, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UPLOADED)
    file = models.FileField(upload_to=random_name)
    file_name = models.CharField(max_length=200)
    source_name = models.CharField(
        max_length=60,
        help_text=gettext_lazy("For example “old CRM”. Importing from the same source again updates existing records."),
    )
    shape = TextsField(gettext_lazy("content"), default=dict, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    options = models.JSONField(gettext_lazy("formats"), default=dict, blank=True)
    report = TextsField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    valid_rows_only = models.BooleanField(gettext_lazy("import the valid rows"), default=False)
    error = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="imports",
        verbose_name=gettext_lazy("imported by"),
    )
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    policy = Policy(
        view=Holding(Role.ADMINISTRATOR) | Is("by"),
        change=Holding(Role.ADMINISTRATOR) | Is("by"),
        create=Holding(Role.ADMINISTRATOR)
        | (Where(kind=Kind.PLAN) & Holding(Role.PROJECT_MANAGER))
        | (Where(kind=(Kind.INVOICES, Kind.EXCHANGE_RATES)) & Holding(Role.FINANCE))
        | (~Where(kind=(Kind.PLAN, Kind.INVOICES, Kind.EXCHANGE_RATES)) & Holding(Role.ACCOUNT_MANAGER)),
    )

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def path(self) -> Path:
        """The stored upload."""
        return Path(self.file.path)

    @property
    def is_busy(self) -> bool:
        """Being worked on, here or by a worker."""
        return self.status in (self.Status.CHECKING, self.Status.WRITING, self.Status.UNDOING)

    def move(self, *, to: Import.Status, only_from: tuple[Import.Status, ...]) -> bool:
        """Change the status if it is still one of ``only_from``; of two who try at once, one succeeds."""
        won = type(self).objects.filter(pk=self.pk, status__in=only_from).update(status=to)
        if won:
            self.status = to
        return bool(won)

    def fail(self, error: str, report: dict[str, Any] | None = None) -> None:
        """Nothing was written, for this reason; the way to try again stays open."""
        self.status, self.error = self.Status.FAILED, error
        if report is not None:
            self.report = report
        self.save(update_fields=["status", "error", "report", "updated_at"])


class ImportedRecord(models.Model):
    """One row that an import made or changed, with what it was before: the way back."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="records")
    type = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    created = models.BooleanField()
    version = models.PositiveIntegerField(help_text=gettext_lazy("The row's version right after the import."))
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)

    class Meta:
        indexes = [models.Index(fields=["run", "type"], name="imported_record_run")]

    def __str__(self) -> str:
        return f"{self.type} {self.record_id}"
