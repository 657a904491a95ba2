"""Getting a record for somebody: what they may not see does not exist."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext

from accord.core.models import Record

R = TypeVar("R", bound=Record)


def fetch(model: type[R], user: Any, *related: str, rows: QuerySet[R] | None = None, **lookup: Any) -> R:
    """The one row of ``model`` that ``user`` may see and ``lookup`` names, else a 404 like any other."""
    found: Any = rows if rows is not None else model.objects.all()
    record = (
        found.visible_to(user).select_related(*related).filter(**lookup).first()
        if related
        else (found.visible_to(user).filter(**lookup).first())
    )
    if record is None:
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    return record  # type: ignore[no-any-return]
