"""Whether anything hangs on a record: what is empty may be deleted, what is not is archived."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Model


def contents(record: Model, *, besides: Collection[str] = ()) -> list[str]:
    """What refers to ``record``, as ``3 contacts``; the relations named in ``besides`` do not count.

    Every relation is asked, those that later models add, too: nothing is lost because a list was forgotten.
    """
    found = []
    for relation in record._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.name in besides:
            continue
        model: Any = relation.related_model
        if model._meta.auto_created:  # the rows of a many-to-many field, such as tags
            continue
        count = model._base_manager.filter(**{relation.field.name: record}).count()  # type: ignore[union-attr]
        if count:
            named = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
            found.append(f"{count:,} {named}")
    return found
