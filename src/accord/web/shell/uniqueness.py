"""What may exist only once, said in words although the form does not show all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext


def doubles(record: models.Model, shown: Iterable[str], unknown: set[str]) -> Iterator[tuple[str | None, str]]:
    """Where ``record`` would be a second one: the field to blame, if only one is shown, and what to say.

    Only of rules that name a field which the form does not show: Django itself checks those that are shown whole.
    ``unknown`` fields have no value yet that could be compared.
    """
    shown = set(shown)
    for constraint in record._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint):
            continue
        names = set(constraint.fields) | _named_by(constraint)
        if names <= shown or not names & shown or names & unknown:
            continue
        try:
            constraint.validate(type(record), record)
        except ValidationError:
            said = [name for name in constraint.fields if name in shown] or sorted(names & shown)
            yield (said[0] if len(said) == 1 else None), _sentence(record, said)


def _named_by(constraint: models.UniqueConstraint) -> set[str]:
    found: set[str] = set()
    for expression in constraint.expressions:
        leaves = expression.flatten() if hasattr(expression, "flatten") else [expression]
        found |= {leaf.name for leaf in leaves if isinstance(leaf, models.F)}
    return found


def _sentence(record: models.Model, names: list[str]) -> str:
    labels = [_label(record, name) for name in names]
    what = capfirst(f"{record._meta.verbose_name}")
    return gettext("%(what)s with this %(labels)s already exists.") % {
        "what": what,
        "labels": get_text_list(labels, "and"),
    }


def _label(record: models.Model, name: str) -> str:
    try:
        field: Any = record._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return str(field.verbose_name)
