"""Choices of records: what is stored and not offered stays, until somebody chooses something else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext


def is_visible(record: models.Model, user: Any) -> bool:
    """Whether ``user`` may see ``record``; what asks no permission is seen by all."""
    rows = type(record)._default_manager.all()
    return not hasattr(rows, "visible_to") or rows.visible_to(user).filter(pk=record.pk).exists()


class _WithStored(ModelChoiceIterator):
    """The choices offered, and after them the stored one if it is not among them: a select without it would send
    an empty value, and saving anything else would clear the field."""

    field: KeepsStored

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        stored, offered = self.field.stored, False
        for value, label in super().__iter__():
            offered = offered or value == stored
            yield value, label
        if stored is not None and not offered and (record := self.field.stored_record()) is not None:
            yield self.field.prepare_value(record), self.field.stored_label(record)


class KeepsStored(forms.ModelChoiceField):
    """A choice of one record that accepts what is stored, too."""

    iterator = _WithStored
    stored: Any = None  # the key of the stored record, None: nothing is
    user: Any = None

    def stored_record(self) -> models.Model | None:
        return self.queryset.model._base_manager.filter(pk=self.stored).first()  # type: ignore[union-attr]

    def stored_label(self, record: models.Model) -> str:
        if is_visible(record, self.user):
            return self.label_from_instance(record)
        return gettext("Hidden %(verbose_name)s") % {"verbose_name": record._meta.verbose_name}

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            if self.stored is None or str(value) != str(self.stored):
                raise
            return self.stored_record()


@cache
def _keeping(cls: type[forms.ModelChoiceField]) -> type[KeepsStored]:
    return type(cls.__name__, (KeepsStored, cls), {})


def keep_stored(field: forms.ModelChoiceField, stored: Any, user: Any) -> None:
    """Let ``field``, one form's own copy, keep the record of the key ``stored``.

    The class is changed and not the field replaced, for the field has its queryset, widget and labels already, and the
    form goes on to narrow them.
    """
    field.__class__ = _keeping(type(field))  # type: ignore[arg-type]  # a class is hashable
    assert isinstance(field, KeepsStored)
    field.stored, field.user = stored, user
    field.widget.choices = field.choices  # type: ignore[attr-defined]


def with_hidden(offered: Any, chosen: Any, stored: list[Any]) -> Any:
    """``chosen`` of several, and those of ``stored`` that were not offered and so could not be chosen."""
    open_to_choice = set(offered.filter(pk__in=[row.pk for row in stored]).values_list("pk", flat=True))
    hidden = [row for row in stored if row.pk not in open_to_choice]
    return [*chosen, *hidden] if hidden else chosen
