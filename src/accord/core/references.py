"""Naming any record from below the rooms that know it: by its type and number, and those of the record it hangs on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Reference:
    """A record, ``subject``, and the one it hangs on, ``root``, which is itself where it hangs on none."""

    subject_type: str
    subject_id: int | None
    root_type: str
    root_id: int | None

    @property
    def columns(self) -> dict[str, Any]:
        """As events, comments and notifications keep it."""
        return asdict(self)


def reference(record: models.Model, root: models.Model | None = None) -> Reference:
    root = root or getattr(record, "root", None) or record
    return Reference(record._meta.label_lower, record.pk, root._meta.label_lower, root.pk)


def page_of(row: Any) -> str:
    """The address of the page on which the record is seen that ``row`` refers to; empty where there is none.

    ``row`` has the columns of a :class:`Reference`. Only the doors know addresses: ``PAGE_OF`` names who does.
    """
    found: str = import_string(settings.PAGE_OF)(
        Reference(row.subject_type, row.subject_id, row.root_type, row.root_id)
    )
    return found
