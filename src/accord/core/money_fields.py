"""Which fields hold amounts: declared on the models, asked by the audit trail, timelines, forms and the API."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from django.apps import apps
from django.db import models

NOTHING: frozenset[str] = frozenset()
M = TypeVar("M", bound=models.Model)


def money_fields_of(model: type[models.Model]) -> frozenset[str]:
    """The fields of ``model`` that only those see who may see the money of its record."""
    return getattr(model, "money_fields", NOTHING)


@cache
def commercial_types() -> frozenset[str]:
    """Kinds of records, as events name them, that are wholly about money: agreements, quotes, invoices."""
    return frozenset(m._meta.label_lower for m in apps.get_models() if getattr(m, "commercial", False))


def without_money(row: M) -> M:
    """``row``, which must not be saved any more, with its amounts unknown."""
    for name in money_fields_of(type(row)):
        field: Any = row._meta.get_field(name)
        setattr(row, name, None if field.null else field.get_default())
    return row
