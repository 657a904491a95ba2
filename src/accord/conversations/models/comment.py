"""A word about a record."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, cast

from django.apps import apps
from django.conf import settings
from django.db import models

from accord.conversations.subjects import ONLY, seen_subjects, there_still
from accord.core.access import Permission
from accord.core.fields import LinkFreeTextField
from accord.core.models import Record, RecordQuerySet
from accord.core.policy import Policy
from accord.core.rules import Is, Rows, Rule
from accord.core.search import Searched


class _SubjectIsSeen(Rule):
    """The actor may see what it is about, or that is gone."""

    def rows(self, actor: Any, model: type[models.Model]) -> Rows:
        return seen_subjects(actor) | ~there_still()

    def holds(self, actor: Any, record: Any) -> bool:
        return record.subject is None or record.subject.allows(actor, Permission.VIEW)


class Comment(Record):
    """Markdown text on any record, named by type and id: rooms above hang on to it without it knowing them."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    body = LinkFreeTextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")

    holds_files = True
    searched = Searched(texts=("body",))
    changing_actions: ClassVar[dict[str, str]] = {"body": "edit_comment"}
    policy = Policy(view=Is("author"), change=Is("author") & _SubjectIsSeen())  # others fetch it by what it is about

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "-created_at"], name="comment_subject")]

    def __str__(self) -> str:
        return self.body[:60]

    @cached_property
    def subject(self) -> Record | None:
        """The record that it is about; ``None`` once that is deleted."""
        model: Any = apps.get_model(self.subject_type)
        return cast("Record | None", model._base_manager.filter(pk=self.subject_id).first())

    @property
    def root(self) -> models.Model:
        return self.subject.root if self.subject is not None else self

    @property
    def is_frozen(self) -> bool:
        return self.subject is not None and self.subject.is_frozen

    @property
    def is_edited(self) -> bool:
        return self.version > 1

    @classmethod
    def with_lasting_files(cls) -> models.QuerySet[Any]:
        """Their files go with the record that they are about."""
        return super().with_lasting_files().filter(there_still())

    @classmethod
    def with_readable_files(cls, user: Any) -> RecordQuerySet:
        """Their files are read by whoever reads them: by those who see the record."""
        return cls.objects.filter(seen_subjects(user, only=ONLY))
