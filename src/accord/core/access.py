"""Permission: which rows a person may see, and what they may do with one.

Two questions, asked everywhere: ``Model.objects.visible_to(user)`` in the fetch, and ``can(user, deed, record)`` before
a deed. Both are denied by default: a model answers them by overriding :meth:`Record.visible_rows` and
:meth:`Record.permits`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from accord.core.models.record import Record


class Deed(StrEnum):
    """What somebody may want to do with a record."""

    VIEW = "view"
    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    ARCHIVE = "archive"  # put away and bring back: the one deed that an archived record allows
    VIEW_MONEY = "view_money"  # prices, cost rates, margins: not for every member


LOOKING = (Deed.VIEW, Deed.VIEW_MONEY)


def can(user: Any, deed: Deed, record: Record) -> bool:
    """True when ``user`` may do ``deed`` to ``record`` (for CREATE: an unsaved record with its parent set)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    is_own_end = deed in (Deed.ARCHIVE, Deed.DELETE) and hasattr(record, "archived_at")  # bring back, delete when empty
    if deed not in LOOKING and not is_own_end and record.is_frozen:
        return False
    return record.permits(user, deed)


def require(user: Any, deed: Deed, record: Record) -> None:
    """Raise ``PermissionDenied`` unless ``can``. ``None`` is the system itself: jobs and commands."""
    if user is not None and not can(user, deed, record):
        name = record._meta.verbose_name
        if deed not in LOOKING and record.is_frozen and record.permits(user, Deed.VIEW):
            raise PermissionDenied(f"This {name} is archived. Restore it before you change it.")
        raise PermissionDenied(f"You don't have permission to {deed.replace('_', ' ')} this {name}.")
