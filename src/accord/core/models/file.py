"""A file on a record."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from accord.core.access import Permission
from accord.core.fields import LinkFreeCharField
from accord.core.models.record import Record
from accord.core.policy import Policy
from accord.core.rules import Rows, Rule, nobody
from accord.core.search.fields import Searched
from accord.core.texts import gettext_lazy


class _IsRead(Rule):
    """The actor may read the files of the record that it hangs on."""

    def rows(self, actor: Any, model: type[models.Model]) -> Rows:
        return _hanging_on((holder, holder.with_readable_files(actor)) for holder in holders())

    def holds(self, actor: Any, record: Any) -> bool:
        subject = record.subject
        return subject is not None and type(subject).with_readable_files(actor).filter(pk=subject.pk).exists()


class _SubjectLets(Rule):
    """The actor may change the record that it hangs on; ``fixed`` counts those whose files stay as they are, too."""

    def __init__(self, *, fixed: bool) -> None:
        self._fixed = fixed

    def rows(self, actor: Any, model: type[models.Model]) -> Rows:
        counted = (holder for holder in holders() if self._fixed or not holder.files_are_fixed)
        return _hanging_on((holder, holder.objects.letting(actor, Permission.CHANGE)) for holder in counted)

    def holds(self, actor: Any, record: Any) -> bool:
        subject = record.subject
        if subject is None or (subject.files_are_fixed and not self._fixed):
            return False
        return bool(subject.allows(actor, Permission.CHANGE))


def _hanging_on(records: Iterable[tuple[type[Record], models.QuerySet[Any]]]) -> Q:
    found = Q(pk__in=[])
    for holder, rows in records:
        found |= Q(subject_type=holder._meta.label_lower, subject_id__in=rows.order_by().values("pk"))
    return found


class File(Record):
    """One version of a file that hangs on a record; its content lies in the storage named ``files``.

    The record is named by type and number, as comments name theirs, so that every app above can have files. Whoever
    sees the record sees its files (:meth:`Record.with_readable_files`), and whoever may change it attaches and deletes
    them. Several rows can share one content: what a mail was sent with stays with the mail.
    """

    class Scan(models.TextChoices):
        NONE = "none", gettext_lazy("Not scanned")
        CLEAN = "clean", gettext_lazy("No virus found")

    subject_type = models.CharField(max_length=60, editable=False)
    subject_id = models.BigIntegerField(editable=False)
    root_type = models.CharField(max_length=60, editable=False)
    root_id = models.BigIntegerField(editable=False)
    name = LinkFreeCharField(max_length=200)
    stored_as = models.CharField(max_length=100, editable=False, db_index=True)
    size = models.BigIntegerField(editable=False)
    media_type = models.CharField(gettext_lazy("type"), max_length=100, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    number = models.PositiveIntegerField(gettext_lazy("version number"), default=1, editable=False)
    replaces = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, editable=False, related_name="replaced_by"
    )
    # As in events: users live on a floor above.
    uploaded_by_id = models.BigIntegerField(null=True, editable=False)
    uploaded_by_name = models.CharField(gettext_lazy("uploaded by"), max_length=200, blank=True, editable=False)
    scan = models.CharField(
        gettext_lazy("virus scan"), max_length=5, choices=Scan.choices, default=Scan.NONE, editable=False
    )

    searched = Searched(names=("name",))
    unaudited = frozenset({"stored_as"})
    policy = Policy(
        view=_IsRead(),
        view_money=_IsRead(),
        create=nobody,  # it is attached to a record that is there: ``files.actions.require_to_attach``
        change=_SubjectLets(fixed=False),
        delete=_SubjectLets(fixed=True),
    )

    class Meta:
        ordering = ["name", "-number"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="file_subject"),
            models.Index(fields=["root_type", "root_id"], name="file_root"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @cached_property
    def subject(self) -> Record | None:
        """The record that it hangs on; ``None`` when that was deleted."""
        model = holder_named(self.subject_type)
        found: Record | None = model._base_manager.filter(pk=self.subject_id).first() if model else None
        return found

    @property
    def root(self) -> models.Model:
        return self if self.subject is None else self.subject.root


@cache
def holders() -> tuple[type[Record], ...]:
    """The models whose records can have files."""
    return tuple(m for m in apps.get_models() if issubclass(m, Record) and m.holds_files)


def holder_named(label: str) -> type[Record] | None:
    """The model of that label, if its records can have files."""
    return next((model for model in holders() if model._meta.label_lower == label), None)
