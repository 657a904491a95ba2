"""Permission: which rows an actor may see, and what they may do with one.

Asked everywhere: ``Model.objects.visible_to(actor)`` in the fetch, ``can(actor, permission, record)`` before an action,
and ``may_create(actor, Model, parent=…)`` where there is no record yet. A model answers all of them by its ``policy``
(:mod:`accord.core.policy`), and nobody may do what no policy allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Model

    from accord.core.models.record import Record


class Permission(StrEnum):
    """What somebody may want to do with a record."""

    VIEW = "view"
    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    ARCHIVE = "archive"  # put away and bring back: what an archived record still allows
    APPROVE = "approve"  # decide what somebody else asks for
    VIEW_MONEY = "view_money"  # prices, cost rates, margins: not for every member


LOOKING = (Permission.VIEW, Permission.VIEW_MONEY)


class Staff(Protocol):
    """Somebody of the firm, who signs in: ``people.User``."""

    pk: int
    is_active: bool

    @property
    def is_authenticated(self) -> Any: ...

    def has_role(self, *roles: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class ClientContact:
    """Somebody at a client. They see what a policy shares with their account, and do nothing else by permission."""

    account_id: int

    is_active: ClassVar[bool] = True
    is_authenticated: ClassVar[bool] = True


# ``None`` is the system: jobs and commands, which ask nobody's permission; its events have no actor. A stranger may do
# nothing.
Actor: TypeAlias = "Staff | ClientContact | AnonymousUser | None"


def is_known(actor: Any) -> bool:
    """Whether ``actor`` is somebody who may be let in at all: not a stranger, and not switched off."""
    return bool(getattr(actor, "is_authenticated", False) and actor.is_active)


def can(actor: Any, permission: Permission, record: Record) -> bool:
    """True when ``actor`` has ``permission`` on ``record`` (for CREATE: an unsaved record with its parent set)."""
    if not is_known(actor):
        return False
    # What is archived can be brought back, and deleted when it is empty.
    is_own_end = permission in (Permission.ARCHIVE, Permission.DELETE) and hasattr(record, "archived_at")
    if permission not in LOOKING and not is_own_end and record.is_frozen:
        return False
    return record.allows(actor, permission)


def may_create(actor: Any, model: type[Record], **known: Any) -> bool:
    """True when ``actor`` may create a record of ``model`` of which some values are ``known``, such as its parent.

    What is not known may still become what the policy asks for: ``may_create(user, Project)`` says whether there can be
    an account for which ``user`` starts a project.
    """
    if not is_known(actor) or any(getattr(value, "is_frozen", False) for value in known.values()):
        return False
    return model.policy.allows_new(actor, model, known)


def require(actor: Actor, permission: Permission, record: Record) -> None:
    """Raise ``PermissionDenied`` unless ``can``. The system may do everything."""
    if actor is not None and not can(actor, permission, record):
        if permission not in LOOKING and (archived := what_is_archived(actor, record)) is not None:
            raise PermissionDenied(archived_sentence(archived))
        raise PermissionDenied(
            gettext("You don't have permission to %(action)s this %(record)s.")
            % {"action": permission.replace("_", " "), "record": record._meta.verbose_name}
        )


def require_create(actor: Actor, model: type[Record], **known: Any) -> None:
    """Raise ``PermissionDenied`` unless ``may_create``. The system may do everything."""
    if actor is not None and not may_create(actor, model, **known):
        for parent in known.values():
            if (archived := what_is_archived(actor, parent)) is not None:
                raise PermissionDenied(archived_sentence(archived))
        raise PermissionDenied(
            gettext("You don't have permission to create this %(record)s.") % {"record": model._meta.verbose_name}
        )


def what_is_archived(actor: Any, record: Any) -> Record | None:
    """What keeps ``record`` from being changed because it is archived: itself, or what it is part of.

    None where nothing is, and where ``actor`` may not see it: a refusal does not tell of it.
    """
    if not is_known(actor) or not getattr(record, "is_frozen", False):
        return None
    archived: Record = record.root if getattr(record.root, "archived_at", None) is not None else record
    return archived if archived.allows(actor, Permission.VIEW) else None


def archived_sentence(archived: Record, to: str = gettext_lazy("change it")) -> str:
    """Why nothing can be done with ``archived``, and where that is put right: said alike by pages, API and commands."""
    return gettext("%(archived)s is archived. Restore it on its page before you %(to)s.") % {
        "archived": archived,
        "to": to,
    }


def remember_teams(user: Any) -> None:
    """Let :func:`is_among` read the teams of this ``user`` once: for as long as a request that only reads lasts."""
    user.known_teams = {}


def note_member(user: Any, members: type[Model], pk: int, *, is_on: bool) -> None:
    """What a query has found for :func:`is_among` already, where teams are remembered: its ``user`` is on a team."""
    known: dict[Any, Any] | None = getattr(user, "known_teams", None)
    if known is not None:
        known[members, "user", pk] = is_on


def is_among(actor: Any, members: type[Model], field: str, of: str, pk: int) -> bool:
    """Whether a row of ``members`` has the actor in its ``field`` and the record ``pk`` in ``of``.

    Asked anew at every call, but for a user whose teams are remembered: a page asks dozens of times what its reader may
    do.
    """
    known: dict[Any, Any] | None = getattr(actor, "known_teams", None)
    rows = members._default_manager.filter(**{field: actor.pk}).order_by()
    if known is None:
        return rows.filter(**{of: pk}).exists()
    if (members, field, pk) in known:
        return bool(known[members, field, pk])
    if (members, field) not in known:
        known[members, field] = frozenset(rows.values_list(of, flat=True))
    return pk in known[members, field]
