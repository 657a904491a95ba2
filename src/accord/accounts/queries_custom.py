"""Custom fields in queries: what a field holds, and which rows have what is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import DecimalField, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from accord.accounts.models import CustomField

PREFIX = "custom_"  # of the names of custom fields in forms and addresses
NUMBER = DecimalField(max_digits=19, decimal_places=4)
RANGED = {CustomField.Kind.NUMBER, CustomField.Kind.DATE}


def custom_value(field: CustomField) -> Any:
    """What a custom field holds, for the database to sort and compare; numbers as numbers.

    The key is named apart from lookups, so that a field may be called `contains`.
    """
    text = KeyTextTransform(field.key, "custom")
    return Cast(text, NUMBER if field.kind == CustomField.Kind.NUMBER else TextField())


def with_custom_values(rows: QuerySet[Any], fields: Iterable[CustomField], values: dict[str, Any]) -> QuerySet[Any]:
    """``rows`` whose custom ``fields`` have the ``values`` of a filter: ranges end in ``-from`` and ``-to``."""
    for field in fields:
        name = f"{PREFIX}{field.key}"
        if field.kind in RANGED:
            is_number = field.kind == CustomField.Kind.NUMBER
            for end, lookup in (("from", "gte"), ("to", "lte")):
                bound = values.get(f"{name}-{end}")
                if bound is not None:
                    rows = rows.alias(**{name: custom_value(field)})
                    rows = rows.filter(**{f"{name}__{lookup}": bound if is_number else bound.isoformat()})
        elif wanted := values.get(name):
            if field.kind in (CustomField.Kind.YES_NO, CustomField.Kind.CHOICE):
                kept = wanted == "yes" if field.kind == CustomField.Kind.YES_NO else wanted
                rows = rows.alias(**{name: KeyTransform(field.key, "custom")}).filter(**{name: kept})
            else:
                text = KeyTextTransform(field.key, "custom")
                rows = rows.alias(**{name: text}).filter(**{f"{name}__icontains": wanted})
    return rows
